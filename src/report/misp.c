/*
 * What was seen, as an event of MISP (the core format of the MISP standard):
 * an attribute per indicator with a sighting per finding, an attribute per
 * flaw, and a text per other sign.  Weaknesses of a configuration and what
 * somebody has rejected stay at home.  The event is for the own organisation
 * alone (distribution 0) and not published: that is for people to decide.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "report/common.h"

struct misp {
	struct tool_out t;
	struct arena arena;
	struct map known; /* values that have an attribute */
	struct map first; /* by check: the first finding of an indicator */
	uint32_t *next;	  /* and from each the next of the same */
};

struct misp_type {
	const char *type, *category;
};

static const char *
by_length(size_t n, const char *md5, const char *sha1, const char *sha256)
{
	return n == 32 ? md5 : n == 40 ? sha1 : sha256;
}

static struct misp_type
type_of(const struct indicator *x)
{
	static const char network[] = "Network activity";
	static const char payload[] = "Payload delivery";
	size_t n = x->value.n;

	switch (x->type) {
	case INDICATOR_ADDRESS:
		return (struct misp_type){"ip-dst", network};
	case INDICATOR_DOMAIN:
		return (struct misp_type){"domain", network};
	case INDICATOR_URL:
		return (struct misp_type){"url", network};
	case INDICATOR_EMAIL:
		return (struct misp_type){"email", payload};
	case INDICATOR_FILE_NAME:
		return (struct misp_type){"filename", payload};
	case INDICATOR_HASH:
		return (struct misp_type){
		    by_length(n, "md5", "sha1", "sha256"), payload};
	case INDICATOR_USER_AGENT:
		return (struct misp_type){"user-agent", network};
	case INDICATOR_ASN:
		return (struct misp_type){"AS", network};
	case INDICATOR_JA3:
		return (struct misp_type){"ja3-fingerprint-md5", network};
	case INDICATOR_CERT_HASH:
		return (struct misp_type){
		    by_length(n, "x509-fingerprint-md5",
			"x509-fingerprint-sha1", "x509-fingerprint-sha256"),
		    network};
	default:
		return (struct misp_type){"text", "Internal reference"};
	}
}

/* Whole seconds since 1970, as text: so MISP writes them. */
static void
seconds(struct misp *m, const char *key, int64_t t)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, t / TIME_SECOND);
	json_out_str(&m->t.j, key, text);
}

/* A run's own: MISP takes no attribute that another event has. */
static void
uuid(struct misp *m, const char *kind, struct span name)
{
	char out[UUID_TEXT];
	struct span s = arena_fmt(&m->arena, "misp:%" PRId64 ":%s:%.*s",
	    m->t.o->started, kind, SPAN_FMT(name));

	tool_uuid(NULL, s, out);
	json_out_str(&m->t.j, "uuid", out);
}

static void
tag(struct misp *m, struct span name)
{
	json_out_object(&m->t.j, NULL);
	tool_text(&m->t, "name", name);
	json_out_end_object(&m->t.j);
}

/* Is it one that an earlier number of the list stands for too? */
static bool
told_before(struct misp *m, struct span_list l, size_t i)
{
	const struct technique *t = technique_today(m->t.c, l.v[i]);

	for (size_t k = 0; k < i; k++)
		if (technique_today(m->t.c, l.v[k]) == t)
			return true;
	return false;
}

static void
tags(struct misp *m, const struct finding *f, struct span tlp)
{
	const struct span_list l = f->check->techniques;

	if (l.n == 0 && tlp.n == 0)
		return;
	json_out_list(&m->t.j, "Tag");
	if (tlp.n > 0)
		tag(m, arena_fmt(&m->arena, "tlp:%.*s", SPAN_FMT(tlp)));
	for (size_t i = 0; i < l.n; i++) {
		const struct technique *t = technique_today(m->t.c, l.v[i]);

		if (t != NULL && !told_before(m, l, i))
			tag(m, arena_fmt(&m->arena,
				   "misp-galaxy:mitre-attack-pattern="
				   "\"%.*s - %.*s\"",
				   SPAN_FMT(t->name), SPAN_FMT(t->id)));
	}
	json_out_end_list(&m->t.j);
}

/* The head of an attribute; what was written of the value already is not
 * written again. */
static bool
attribute(struct misp *m, struct misp_type type, struct span value)
{
	struct span key =
	    arena_fmt(&m->arena, "%s %.*s", type.type, SPAN_FMT(value));
	uint32_t n = (uint32_t)m->known.n;

	if (map_add(&m->known, key, n) != n)
		return false;
	json_out_object(&m->t.j, NULL);
	uuid(m, "attribute", key);
	json_out_str(&m->t.j, "type", type.type);
	json_out_str(&m->t.j, "category", type.category);
	tool_text(&m->t, "value", value);
	seconds(m, "timestamp", m->t.o->started);
	json_out_str(&m->t.j, "distribution", "5");
	return true;
}

#define NO_MORE UINT32_MAX

/* Findings of one indicator in their order, found without a search each. */
static void
chain(struct misp *m)
{
	const struct casefile *c = m->t.c;

	m->next = arena_array(&m->arena, c->nfindings, sizeof(*m->next));
	for (size_t i = c->nfindings; i-- > 0;) {
		const struct finding *f = &c->findings[i];
		uint32_t later;

		if (f->check->kind != CHECK_INDICATOR ||
		    (finding_waived(f) && f->waiver->rejected))
			continue;
		later = map_get(&m->first, f->check->id);
		m->next[i] = later == MAP_NONE ? NO_MORE : later;
		map_put(&m->first, f->check->id, (uint32_t)i);
	}
}

static void
sightings(struct misp *m, const struct check *k)
{
	const struct casefile *c = m->t.c;
	uint32_t i = map_get(&m->first, k->id);

	json_out_list(&m->t.j, "Sighting");
	for (; i != NO_MORE; i = m->next[i]) {
		const struct finding *f = &c->findings[i];

		json_out_object(&m->t.j, NULL);
		uuid(m, "sighting", span_str(f->mark));
		json_out_str(&m->t.j, "type", "0");
		seconds(m, "date_sighting", finding_time(f, m->t.o));
		tool_text(&m->t, "source",
		    f->device != DEVICE_NONE ? finding_device(c, f)
					     : SPAN("no device"));
		json_out_end_object(&m->t.j);
	}
	json_out_end_list(&m->t.j);
}

static void
put_indicator(
    struct misp *m, const struct finding *f, const struct indicator *x)
{
	struct misp_type type = type_of(x);

	if (!attribute(m, type, x->value))
		return;
	json_out_bool(&m->t.j, "to_ids",
	    x->type != INDICATOR_JA4 && x->type != INDICATOR_USER &&
		x->type != INDICATOR_CERT_SERIAL);
	tool_text(&m->t, "comment", f->check->title);
	sightings(m, f->check);
	tags(m, f, x->about->tlp);
	json_out_end_object(&m->t.j);
}

static void
put_sign(struct misp *m, const struct finding *f, struct misp_type type,
    struct span value)
{
	if (!attribute(m, type, value))
		return;
	json_out_bool(&m->t.j, "to_ids", false);
	tool_text(&m->t, "comment", f->title);
	tool_time(&m->t, "first_seen", f->first);
	tool_time(&m->t, "last_seen", f->last);
	tags(m, f, (struct span){0});
	json_out_end_object(&m->t.j);
}

static void
told(struct misp *m, const struct finding *f)
{
	const struct misp_type text = {"text", "Internal reference"};
	const struct misp_type flaw = {"vulnerability", "External analysis"};
	const struct indicator *x = f->check->of;
	struct span device = finding_device(m->t.c, f);

	if (f->check->kind == CHECK_HARDENING ||
	    (finding_waived(f) && f->waiver->rejected))
		return;
	if (x != NULL) {
		put_indicator(m, f, x);
		return;
	}
	for (size_t i = 0; i < f->check->cve.n; i++)
		put_sign(m, f, flaw, f->check->cve.v[i]);
	put_sign(m, f, text,
	    arena_fmt(&m->arena, "%.*s%s%.*s (%s confidence, %s)",
		SPAN_FMT(device), device.n > 0 ? ": " : "", SPAN_FMT(f->title),
		confidence_name(f->confidence), f->mark));
}

/* 1 high, 2 medium, 3 low, 4 undefined. */
static const char *
threat(const struct casefile *c)
{
	enum verdict v = casefile_worst(c);

	return v == VERDICT_COMPROMISED	 ? "1"
	       : v == VERDICT_SUSPICIOUS ? "2"
	       : v > VERDICT_CLEAR	 ? "3"
					 : "4";
}

static void
event(struct misp *m)
{
	struct json_out *j = &m->t.j;
	char day[TIME_TEXT];

	json_out_object(j, "Event");
	uuid(m, "event", span_str(time_write(m->t.o->started, day)));
	json_out_str(j, "info",
	    "tidemark: signs of the campaign of AA25-239A on network devices");
	day[10] = '\0';
	json_out_str(j, "date", day);
	seconds(m, "timestamp", m->t.o->started);
	json_out_str(j, "threat_level_id", threat(m->t.c));
	json_out_str(j, "analysis", "1");
	json_out_str(j, "distribution", "0");
	json_out_bool(j, "published", false);
	json_out_list(j, "Attribute");
	for (size_t i = 0; i < m->t.c->nfindings; i++)
		told(m, &m->t.c->findings[i]);
	json_out_end_list(j);
	json_out_end_object(j);
}

static int
misp_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct misp m = {0};
	int r;

	tool_init(&m.t, f, c, o);
	arena_init(&m.arena);
	map_init(&m.known, &m.arena);
	map_init(&m.first, &m.arena);
	chain(&m);
	json_out_object(&m.t.j, NULL);
	event(&m);
	json_out_end_object(&m.t.j);
	r = tool_end(&m.t, e);
	arena_release(&m.arena);
	return r;
}

const struct report report_misp = {
    .name = "misp",
    .title = "an event for MISP",
    .write = misp_write,
};
