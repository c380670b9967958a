/*
 * What was seen, as a bundle of STIX 2.1 (OASIS), to pass on: indicators with
 * their sightings and observed data, notes about what else speaks of the
 * intruder or of a flaw, the techniques (attack-pattern) and flaws
 * (vulnerability) that they name.  Weaknesses of a configuration stay at home,
 * and so does what somebody has rejected.
 *
 * Every id is name-based (section 2.9), so that a later bundle of the same
 * case is an update of this one.  Devices are identities of class "system".
 */
#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "report/stix_object.h"

/* Section 2.9: the name space of cyber-observable objects. */
#define SPACE_OBSERVABLE "00abedb4aa42466c9c01fed23315a9b7"

/* How an indicator is asked for (section 9), and the observable's type and
 * property (section 6); NULL: it has none. */
struct stix_kind {
	const char *path, *type, *property;
};

static struct stix_kind
kind_of(const struct indicator *x)
{
	bool six = span_find_byte(x->value, ':') != SPAN_NONE;

	switch (x->type) {
	case INDICATOR_ADDRESS:
		return six ? (struct stix_kind){"ipv6-addr:value", "ipv6-addr",
				 "value"}
			   : (struct stix_kind){
				 "ipv4-addr:value", "ipv4-addr", "value"};
	case INDICATOR_DOMAIN:
		return (struct stix_kind){
		    "domain-name:value", "domain-name", "value"};
	case INDICATOR_EMAIL:
		return (struct stix_kind){
		    "email-addr:value", "email-addr", "value"};
	case INDICATOR_FILE_NAME:
		return (struct stix_kind){"file:name", "file", "name"};
	case INDICATOR_USER:
		return (struct stix_kind){"user-account:account_login",
		    "user-account", "account_login"};
	case INDICATOR_HASH:
		return x->value.n == 32 ? (struct stix_kind){"file:hashes.MD5",
					      "file", "MD5"}
		       : x->value.n == 40
			   ? (struct stix_kind){"file:hashes.'SHA-1'", "file",
				 "SHA-1"}
			   : (struct stix_kind){
				 "file:hashes.'SHA-256'", "file", "SHA-256"};
	case INDICATOR_USER_AGENT:
		return (struct stix_kind){
		    "network-traffic:extensions.'http-request-ext'"
		    ".request_header.'User-Agent'",
		    NULL, NULL};
	case INDICATOR_CERT_SERIAL:
		return (struct stix_kind){
		    "x509-certificate:serial_number", NULL, NULL};
	default:
		return (struct stix_kind){0};
	}
}

static int64_t
percent(enum confidence c)
{
	/* Appendix A.1, the scale of none, low, medium, high. */
	return c == CONF_HIGH ? 85 : c == CONF_MEDIUM ? 50 : 15;
}

/* ---- objects that others refer to ---- */

static void
maker(struct stix *s, char id[STIX_ID])
{
	stix_identify(id, "identity", SPAN("tidemark"));
	stix_domain(s, "identity", id);
	json_out_str(&s->t.j, "name", "tidemark");
	json_out_str(&s->t.j, "identity_class", "system");
	stix_end(s);
}

static bool
device(struct stix *s, const struct finding *f, char id[STIX_ID])
{
	struct span name = finding_device(s->t.c, f);
	struct buf b;

	if (name.n == 0)
		return false;
	buf_init(&b, LIMIT_YAML_BYTES);
	buf_puts(&b, "device:");
	buf_put(&b, name);
	stix_identify(id, "identity", buf_span(&b));
	buf_release(&b);
	if (!stix_first_time(s, id))
		return true;
	stix_domain(s, "identity", id);
	tool_text(&s->t, "name", name);
	json_out_str(&s->t.j, "identity_class", "system");
	stix_end(s);
	return true;
}

static void
named(struct stix *s, const char *type, const char *source, struct span id,
    struct span name, char out[STIX_ID])
{
	stix_identify(out, type, id);
	if (!stix_first_time(s, out))
		return;
	stix_domain(s, type, out);
	tool_text(&s->t, "name", name);
	stix_reference(s, source, id);
	stix_end(s);
}

/* ---- indicators ---- */

static void
pattern(struct stix *s, const struct indicator *x, const char *path)
{
	bool net = x->type == INDICATOR_ADDRESS &&
		   span_find_byte(x->value, '/') != SPAN_NONE;
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	buf_fmt(&b, "[%s %s '", path, net ? "ISSUBSET" : "=");
	for (size_t i = 0; i < x->value.n; i++) {
		if (x->value.p[i] == '\'' || x->value.p[i] == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, x->value.p[i]);
	}
	buf_puts(&b, "']");
	json_out_text(&s->t.j, "pattern", buf_span(&b));
	buf_release(&b);
	json_out_str(&s->t.j, "pattern_type", "stix");
}

static void
indicator(struct stix *s, const struct check *check, const char *path,
    char id[STIX_ID])
{
	const struct indicator *x = check->of;
	int64_t from =
	    x->about->from != TIME_NONE ? x->about->from : s->t.o->started;

	stix_identify(id, "indicator", indicator_id(x));
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "indicator", id);
	tool_text(&s->t, "name", check->title);
	tool_text(&s->t, "description", check->why);
	stix_list(s, "indicator_types", "malicious-activity");
	pattern(s, x, path);
	stix_stamp(s, "valid_from", from);
	if (x->about->until != TIME_NONE && x->about->until > from)
		stix_stamp(s, "valid_until", x->about->until);
	stix_reference(s, "tidemark", indicator_id(x));
	stix_marking(s, x->about->tlp);
	stix_end(s);
}

/* ---- how objects belong together ---- */

/* Section 5.1; which types may go together, appendix B. */
static void
relationship(struct stix *s, const char *from, const char *word, const char *to)
{
	char id[STIX_ID], key[3 * STIX_ID];

	snprintf(key, sizeof(key), "%s %s %s", from, word, to);
	stix_identify(id, "relationship", span_str(key));
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "relationship", id);
	json_out_str(&s->t.j, "relationship_type", word);
	json_out_str(&s->t.j, "source_ref", from);
	json_out_str(&s->t.j, "target_ref", to);
	stix_end(s);
}

static const struct advisory *
advisory_of(const struct stix *s, struct span row)
{
	const struct knowledge *k = s->t.c->knowledge;
	struct span id = span_until(&row, ':');

	for (size_t i = 0; i < k->nadvisories; i++)
		if (span_eq(k->advisories[i].id, id))
			return &k->advisories[i];
	return NULL;
}

static void
campaign(struct stix *s, const struct advisory *a, char id[STIX_ID])
{
	struct buf b;

	stix_identify(id, "campaign", a->id);
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "campaign", id);
	tool_text(&s->t, "name", a->campaign);
	buf_init(&b, LIMIT_YAML_BYTES);
	for (size_t i = 0; i < a->overlaps.n; i++)
		buf_fmt(&b, "%s%.*s",
		    i == 0 ? "Partially overlaps with what is reported as "
			   : ", ",
		    SPAN_FMT(a->overlaps.v[i]));
	tool_text(&s->t, "description", buf_span(&b));
	buf_release(&b);
	stix_reference(s, "tidemark", a->id);
	stix_end(s);
}

/* What the indicator points to, as the advisories that give it say. */
static void
indicates(struct stix *s, const struct check *check, const char *id)
{
	for (size_t i = 0; i < check->advisory.n; i++) {
		const struct advisory *a = advisory_of(s, check->advisory.v[i]);
		char of[STIX_ID];

		if (a == NULL || a->campaign.n == 0)
			continue;
		campaign(s, a, of);
		relationship(s, id, "indicates", of);
	}
}

/* The observable's id is made of what it contributes, as canonical JSON
 * (section 2.9; RFC 8785). */
static void
observable(struct stix *s, const struct indicator *x, const struct stix_kind *k,
    char id[STIX_ID])
{
	bool hash = x->type == INDICATOR_HASH;
	char uuid[UUID_TEXT];
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	buf_fmt(&b, "%s{\"%s\":\"", hash ? "{\"hashes\":" : "", k->property);
	for (size_t i = 0; i < x->value.n; i++) {
		if (x->value.p[i] == '"' || x->value.p[i] == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, x->value.p[i]);
	}
	buf_fmt(&b, "\"}%s", hash ? "}" : "");
	tool_uuid(SPACE_OBSERVABLE, buf_span(&b), uuid);
	buf_release(&b);
	snprintf(id, STIX_ID, "%s--%s", k->type, uuid);
	if (!stix_first_time(s, id))
		return;
	stix_object(s, k->type, id);
	if (hash)
		json_out_object(&s->t.j, "hashes");
	json_out_text(&s->t.j, k->property, tool_clean(&s->t, x->value));
	if (hash)
		json_out_end_object(&s->t.j);
	stix_end(s);
}

#define COUNT_MOST 999999999 /* sections 4.14 and 5.2 */

static int64_t
counted(const struct finding *f)
{
	return f->count == 0	       ? 1
	       : f->count > COUNT_MOST ? COUNT_MOST
				       : (int64_t)f->count;
}

static void
observed(
    struct stix *s, const struct finding *f, const char *seen, char id[STIX_ID])
{
	int64_t first = finding_time(f, s->t.o);
	int64_t last = f->last > first ? f->last : first;

	stix_identify(id, "observed-data", span_str(f->mark));
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "observed-data", id);
	stix_stamp(s, "first_observed", first);
	stix_stamp(s, "last_observed", last);
	json_out_number(&s->t.j, "number_observed", counted(f));
	stix_list(s, "object_refs", seen);
	stix_end(s);
}

static void
sighting(struct stix *s, const struct finding *f, const struct indicator *x,
    const struct stix_kind *k)
{
	char of[STIX_ID], seen[STIX_ID], data[STIX_ID], at[STIX_ID];
	char id[STIX_ID];
	bool where = device(s, f, at);

	indicator(s, f->check, k->path, of);
	indicates(s, f->check, of);
	if (k->type != NULL) {
		observable(s, x, k, seen);
		observed(s, f, seen, data);
	}
	stix_identify(id, "sighting", span_str(f->mark));
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "sighting", id);
	tool_text(&s->t, "description", f->title);
	if (f->first != TIME_NONE)
		stix_stamp(s, "first_seen", f->first);
	if (f->last != TIME_NONE && f->last >= f->first)
		stix_stamp(s, "last_seen", f->last);
	json_out_number(&s->t.j, "count", counted(f));
	json_out_number(&s->t.j, "confidence", percent(f->confidence));
	json_out_str(&s->t.j, "sighting_of_ref", of);
	if (k->type != NULL)
		stix_list(s, "observed_data_refs", data);
	if (where)
		stix_list(s, "where_sighted_refs", at);
	stix_marking(s, x->about->tlp);
	stix_end(s);
}

/* ---- notes ---- */

#define NOTE_REFS 40
#define NOTE_PLACES 5

struct refs {
	char v[NOTE_REFS][STIX_ID];
	size_t n;
};

/* Two numbers may be of one technique today. */
static void
note_technique(struct stix *s, const struct technique *t, struct refs *r)
{
	named(s, "attack-pattern", "mitre-attack", t->id, t->name, r->v[r->n]);
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i], r->v[r->n]) == 0)
			return;
	r->n++;
}

static void
note_refs(struct stix *s, const struct finding *f, struct refs *r)
{
	const struct check *k = f->check;

	r->n = device(s, f, r->v[0]) ? 1 : 0;
	for (size_t i = 0; i < k->techniques.n && r->n < NOTE_REFS; i++) {
		const struct technique *t =
		    technique_today(s->t.c, k->techniques.v[i]);

		if (t != NULL)
			note_technique(s, t, r);
	}
	for (size_t i = 0; i < k->cve.n && r->n < NOTE_REFS; i++)
		named(s, "vulnerability", "cve", k->cve.v[i], k->cve.v[i],
		    r->v[r->n++]);
	if (r->n == 0) /* a note is about something */
		stix_identify(r->v[r->n++], "identity", SPAN("tidemark"));
}

/* What the note is about, r->v[0] being the device where it has one: a sign of
 * the intruder says which technique was used on it, a flaw is related to it. */
static void
note_relate(struct stix *s, const struct finding *f, const struct refs *r)
{
	if (finding_device(s->t.c, f).n == 0)
		return;
	for (size_t i = 1; i < r->n; i++) {
		bool flaw = strncmp(r->v[i], "vulnerability--", 15) == 0;

		if (flaw)
			relationship(s, r->v[i], "related-to", r->v[0]);
		else if (f->check->kind == CHECK_COMPROMISE &&
			 f->confidence > CONF_LOW)
			relationship(s, r->v[i], "targets", r->v[0]);
	}
}

static void
note_text(struct stix *s, const struct finding *f)
{
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	buf_put(&b, f->title);
	if (f->reason.n > 0)
		buf_fmt(&b, ". %.*s", SPAN_FMT(f->reason));
	buf_fmt(&b, ". Severity %s, confidence %s.", severity_name(f->severity),
	    confidence_name(f->confidence));
	for (size_t i = 0; i < f->nplaces && i < NOTE_PLACES; i++) {
		const struct finding_place *p = &f->places[i];

		buf_fmt(&b, " %.*s:%" PRIu64 ": %.*s",
		    SPAN_FMT(s->t.c->sources[p->source].path), p->line,
		    SPAN_FMT(p->text));
	}
	tool_text(&s->t, "content", buf_span(&b));
	buf_release(&b);
}

static void
note(struct stix *s, const struct finding *f)
{
	struct refs r;
	char id[STIX_ID];

	note_refs(s, f, &r);
	note_relate(s, f, &r);
	stix_identify(id, "note", span_str(f->mark));
	if (!stix_first_time(s, id))
		return;
	stix_domain(s, "note", id);
	tool_text(&s->t, "abstract", f->title);
	note_text(s, f);
	json_out_number(&s->t.j, "confidence", percent(f->confidence));
	json_out_list(&s->t.j, "object_refs");
	for (size_t i = 0; i < r.n; i++)
		json_out_str(&s->t.j, NULL, r.v[i]);
	json_out_end_list(&s->t.j);
	stix_end(s);
}

static void
told(struct stix *s, const struct finding *f)
{
	const struct indicator *x = f->check->of;
	struct stix_kind k = {0};

	if (f->check->kind == CHECK_HARDENING ||
	    (finding_waived(f) && f->waiver->rejected))
		return;
	if (x != NULL)
		k = kind_of(x);
	if (k.path != NULL)
		sighting(s, f, x, &k);
	else
		note(s, f);
}

static int
stix_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct stix s = {0};
	char id[STIX_ID];
	struct buf b;
	int r;

	tool_init(&s.t, f, c, o);
	s.t.j.pretty = true;
	arena_init(&s.arena);
	map_init(&s.seen, &s.arena);
	buf_init(&b, LIMIT_YAML_BYTES);
	buf_fmt(&b, "%" PRId64, o->started);
	for (size_t i = 0; i < c->nfindings; i++)
		buf_puts(&b, c->findings[i].mark);
	stix_identify(id, "bundle", buf_span(&b));
	buf_release(&b);
	json_out_object(&s.t.j, NULL);
	json_out_str(&s.t.j, "type", "bundle");
	json_out_str(&s.t.j, "id", id);
	json_out_list(&s.t.j, "objects");
	maker(&s, id);
	for (size_t i = 0; i < c->nfindings; i++)
		told(&s, &c->findings[i]);
	json_out_end_list(&s.t.j);
	json_out_end_object(&s.t.j);
	r = tool_end(&s.t, e);
	arena_release(&s.arena);
	return r;
}

const struct report report_stix = {
    .name = "stix",
    .title = "STIX 2.1: sightings, observed data, notes",
    .write = stix_write,
};
