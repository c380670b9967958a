/* STIX 2.1 bundles and MISP events. */
#include <xxhash.h>

#include "base/json_out.h"
#include "base/timestamp.h"
#include "cli/convert.h"
#include "intel/stix_pattern.h"
#include "intel/tlp.h"

struct json_state {
	struct json_out j;
	const struct stix_pattern *last; /* written already */
	struct map sources; /* whose identities are written already */
};

static bool
any_type(enum indicator_type t)
{
	(void)t;
	return true;
}

#define UUID_TEXT 37

/* A UUID of a text, always the same (version 8 of RFC 9562). */
static const char *
uuid_of(struct span s, char out[UUID_TEXT])
{
	XXH128_hash_t h = XXH3_128bits(s.p, s.n);

	snprintf(out, UUID_TEXT, "%08x-%04x-8%03x-%04x-%012llx",
	    (unsigned)(h.high64 >> 32), (unsigned)(h.high64 >> 16 & 0xffff),
	    (unsigned)(h.high64 & 0xfff),
	    (unsigned)(0x8000 | (h.low64 >> 48 & 0x3fff)),
	    (unsigned long long)(h.low64 & 0xffffffffffffull));
	return out;
}

static struct json_state *
state_new(struct convert *c)
{
	struct json_state *s = arena_alloc(c->arena, sizeof(*s));

	c->state = s;
	map_init(&s->sources, c->arena);
	json_out_init(&s->j, c->f);
	s->j.pretty = true;
	return s;
}

/* The epoch stands for "not known", since STIX asks for a time. */
static const char *
time_or_epoch(int64_t t, char out[TIME_TEXT])
{
	return time_write(t == TIME_NONE ? 0 : t, out);
}

/* ---- STIX ---- */

static const char *
stix_path(const struct indicator *x)
{
	switch (x->type) {
	case INDICATOR_ADDRESS:
		return x->prefix.addr.family == 4 ? "ipv4-addr:value"
						  : "ipv6-addr:value";
	case INDICATOR_HASH:
		return x->value.n == 32	  ? "file:hashes.MD5"
		       : x->value.n == 40 ? "file:hashes.'SHA-1'"
					  : "file:hashes.'SHA-256'";
	case INDICATOR_DOMAIN:
		return "domain-name:value";
	case INDICATOR_URL:
		return "url:value";
	case INDICATOR_EMAIL:
		return "email-addr:value";
	case INDICATOR_FILE_NAME:
		return "file:name";
	case INDICATOR_USER:
		return "user-account:account_login";
	case INDICATOR_USER_AGENT:
		return "network-traffic:extensions.'http-request-ext'."
		       "request_header.'User-Agent'";
	case INDICATOR_ASN:
		return "autonomous-system:number";
	case INDICATOR_JA3:
		return "x-tls-client:ja3";
	case INDICATOR_JA4:
		return "x-tls-client:ja4";
	case INDICATOR_CERT_SERIAL:
		return "x509-certificate:serial_number";
	default:
		return x->value.n == 40 ? "x509-certificate:hashes.'SHA-1'"
					: "x509-certificate:hashes.'SHA-256'";
	}
}

static struct span
escaped(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, 2 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' || s.p[i] == '\\')
			p[n++] = '\\';
		p[n++] = s.p[i];
	}
	return span_of(p, n);
}

static struct span
pattern_of(struct convert *c, const struct indicator *x)
{
	struct span v = escaped(c->arena, x->value);

	if (x->about->pattern != NULL)
		return x->about->pattern->text;
	if (x->type == INDICATOR_ASN)
		return arena_fmt(
		    c->arena, "[%s = %.*s]", stix_path(x), SPAN_FMT(v));
	if (x->below)
		return arena_fmt(c->arena, "[%s = '%.*s' OR %s LIKE '%%.%.*s']",
		    stix_path(x), SPAN_FMT(v), stix_path(x), SPAN_FMT(v));
	return arena_fmt(c->arena, "[%s = '%s%.*s']", stix_path(x),
	    x->type == INDICATOR_URL ? "http://" : "", SPAN_FMT(v));
}

static void
stix_begin(struct convert *c)
{
	struct json_state *s = state_new(c);
	char id[UUID_TEXT];

	json_out_object(&s->j, NULL);
	json_out_str(&s->j, "type", "bundle");
	json_out_text(&s->j, "id",
	    arena_fmt(c->arena, "bundle--%s", uuid_of(SPAN("tidemark"), id)));
	json_out_list(&s->j, "objects");
}

/* Of several claims about one value each has a name of its own. */
static struct span
own_name(struct convert *c, const struct indicator *x, struct span name)
{
	uint32_t at = (uint32_t)(x - c->list->v);

	return indicator_claim_first(c->list, at) == at
		   ? name
		   : arena_fmt(c->arena, "%.*s, claim %u", SPAN_FMT(name), at);
}

static struct span
stix_id(struct convert *c, const struct indicator *x, struct span pattern)
{
	char id[UUID_TEXT];

	/* One that is a STIX id keeps it, unless it got a number here. */
	if (span_starts(indicator_id(x), SPAN("indicator--")) &&
	    span_find_byte(indicator_id(x), '#') == SPAN_NONE)
		return indicator_id(x);
	return arena_fmt(
	    c->arena, "indicator--%s", uuid_of(own_name(c, x, pattern), id));
}

/* The identity of a source, written where it is named first. */
static struct span
stix_identity(struct convert *c, struct span source)
{
	struct json_state *s = c->state;
	char uuid[UUID_TEXT];
	struct span id;

	uuid_of(arena_fmt(c->arena, "identity %.*s", SPAN_FMT(source)), uuid);
	id = arena_fmt(c->arena, "identity--%s", uuid);
	if (map_get(&s->sources, id) != MAP_NONE)
		return id;
	map_add(&s->sources, id, 1);
	json_out_object(&s->j, NULL);
	json_out_str(&s->j, "type", "identity");
	json_out_str(&s->j, "spec_version", "2.1");
	json_out_text(&s->j, "id", id);
	json_out_str(&s->j, "created", "1970-01-01T00:00:00Z");
	json_out_str(&s->j, "modified", "1970-01-01T00:00:00Z");
	json_out_text(&s->j, "name", source);
	json_out_end_object(&s->j);
	return id;
}

/* Who says it, who may see it, what of an attack it belongs to. */
static void
stix_origin(struct json_out *j, const struct indicator *x, struct span source)
{
	const char *mark = tlp_marking(x->about->tlp);

	if (source.n > 0)
		json_out_text(j, "created_by_ref", source);
	if (mark != NULL) {
		json_out_list(j, "object_marking_refs");
		json_out_str(j, NULL, mark);
		json_out_end_list(j);
	}
	if (x->about->phase.n == 0)
		return;
	json_out_list(j, "kill_chain_phases");
	json_out_object(j, NULL);
	json_out_str(j, "kill_chain_name", "lockheed-martin-cyber-kill-chain");
	json_out_text(j, "phase_name", x->about->phase);
	json_out_end_object(j);
	json_out_end_list(j);
}

static void
stix_one(struct convert *c, const struct indicator *x, bool first)
{
	struct json_state *s = c->state;
	struct span pattern = pattern_of(c, x), source = {0};
	char from[TIME_TEXT], until[TIME_TEXT];

	(void)first;
	/* The values of one pattern are one indicator. */
	if (x->about->pattern != NULL && x->about->pattern == s->last)
		return;
	s->last = x->about->pattern;
	if (x->about->source.n > 0)
		source = stix_identity(c, x->about->source);
	time_or_epoch(x->about->from, from);
	json_out_object(&s->j, NULL);
	json_out_str(&s->j, "type", "indicator");
	json_out_str(&s->j, "spec_version", "2.1");
	json_out_text(&s->j, "id", stix_id(c, x, pattern));
	json_out_str(&s->j, "created", from);
	json_out_str(&s->j, "modified", from);
	json_out_text(&s->j, "name",
	    x->about->note.n > 0
		? x->about->note
		: arena_fmt(c->arena, "%s %.*s", indicator_type_title(x->type),
		      SPAN_FMT(span_head(x->value, 200))));
	json_out_text(&s->j, "pattern", pattern);
	json_out_str(&s->j, "pattern_type", "stix");
	json_out_str(&s->j, "valid_from", from);
	if (x->about->until != TIME_NONE)
		json_out_str(
		    &s->j, "valid_until", time_write(x->about->until, until));
	json_out_number(&s->j, "confidence", x->about->percent);
	if (x->state == INDICATOR_REVOKED)
		json_out_bool(&s->j, "revoked", true);
	stix_origin(&s->j, x, source);
	json_out_end_object(&s->j);
}

static void
json_end(struct convert *c)
{
	struct json_state *s = c->state;

	json_out_end_list(&s->j);
	json_out_end_object(&s->j);
}

const struct convert_format convert_stix = {.name = "stix",
    .title = "a STIX 2.1 bundle; patterns as they came",
    .patterns = true,
    .takes = any_type,
    .begin = stix_begin,
    .one = stix_one,
    .end = json_end};

/* ---- MISP ---- */

static const char *
misp_type(const struct indicator *x)
{
	switch (x->type) {
	case INDICATOR_ADDRESS:
		return "ip-dst";
	case INDICATOR_HASH:
		return x->value.n == 32	  ? "md5"
		       : x->value.n == 40 ? "sha1"
					  : "sha256";
	case INDICATOR_DOMAIN:
		return x->below ? "domain" : "hostname";
	case INDICATOR_EMAIL:
		return "email";
	case INDICATOR_USER:
		return "target-user";
	case INDICATOR_ASN:
		return "AS";
	case INDICATOR_JA3:
		return "ja3-fingerprint-md5";
	case INDICATOR_CERT_HASH:
		return x->value.n == 40	  ? "x509-fingerprint-sha1"
		       : x->value.n == 32 ? "x509-fingerprint-md5"
					  : "x509-fingerprint-sha256";
	default:
		return indicator_type_name(x->type);
	}
}

static void
misp_begin(struct convert *c)
{
	struct json_state *s = state_new(c);
	char id[UUID_TEXT];

	json_out_object(&s->j, NULL);
	json_out_object(&s->j, "Event");
	json_out_str(&s->j, "uuid", uuid_of(SPAN("tidemark event"), id));
	json_out_str(&s->j, "info", "Indicators written by tidemark");
	json_out_list(&s->j, "Attribute");
}

static void
misp_tag(struct json_out *j, struct span name)
{
	json_out_object(j, NULL);
	json_out_text(j, "name", name);
	json_out_end_object(j);
}

/* TLP, kill chain, and the nearest of the five words of MISP's taxonomy for
 * confidence. */
static void
misp_tags(struct convert *c, const struct indicator *x)
{
	static const char *const words[] = {"unconfident", "rarely-confident",
	    "fairly-confident", "usually-confident", "completely-confident"};
	struct json_out *j = &((struct json_state *)c->state)->j;

	json_out_list(j, "Tag");
	if (x->about->tlp.n > 0)
		misp_tag(j,
		    arena_fmt(c->arena, "tlp:%.*s", SPAN_FMT(x->about->tlp)));
	if (x->about->phase.n > 0)
		misp_tag(j, arena_fmt(c->arena, "kill-chain:%.*s",
				SPAN_FMT(x->about->phase)));
	misp_tag(j, arena_fmt(c->arena, "misp:confidence-level=\"%s\"",
			words[(x->about->percent + 12) / 25]));
	json_out_end_list(j);
}

static bool
misp_takes(enum indicator_type t)
{
	return t != INDICATOR_JA4 && t != INDICATOR_CERT_SERIAL &&
	       t != INDICATOR_TEXT;
}

static void
misp_one(struct convert *c, const struct indicator *x, bool first)
{
	struct json_state *s = c->state;
	char id[UUID_TEXT], t[TIME_TEXT];

	(void)first;
	json_out_object(&s->j, NULL);
	json_out_str(
	    &s->j, "uuid", uuid_of(own_name(c, x, indicator_id(x)), id));
	json_out_str(&s->j, "category", "Network activity");
	json_out_str(&s->j, "type", misp_type(x));
	json_out_text(&s->j, "value",
	    x->type == INDICATOR_URL
		? arena_fmt(c->arena, "http://%.*s", SPAN_FMT(x->value))
		: x->value);
	json_out_text(&s->j, "comment", x->about->note);
	json_out_bool(&s->j, "to_ids", indicator_confidence(x) > CONF_LOW);
	json_out_bool(&s->j, "deleted", x->state == INDICATOR_REVOKED);
	if (x->about->from != TIME_NONE)
		json_out_str(
		    &s->j, "first_seen", time_write(x->about->from, t));
	if (x->about->until != TIME_NONE)
		json_out_str(
		    &s->j, "last_seen", time_write(x->about->until, t));
	misp_tags(c, x);
	json_out_end_object(&s->j);
}

static void
misp_end(struct convert *c)
{
	struct json_state *s = c->state;

	json_out_end_list(&s->j);
	json_out_end_object(&s->j);
	json_out_end_object(&s->j);
}

const struct convert_format convert_misp = {.name = "misp",
    .title = "a MISP event",
    .without = "sources, nor for confidence in more than five steps",
    .takes = misp_takes,
    .begin = misp_begin,
    .one = misp_one,
    .end = misp_end};
