/*
 * MISP: events and lists of events as the REST interface and feeds give them,
 * flat lists of attributes, and warninglists.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_json.h"

/* Of an event, for its attributes. */
struct event {
	struct feed_read *r;
	struct span source, title, tlp, phase;
	struct span object; /* name of the object around, or empty */
	int confidence;
	uint64_t line;
};

/* Types of several values have a bar between them: "domain|ip". */
struct compound {
	const char *word;
	int first, second; /* indicator types; -1: no indicator */
};
static const struct compound compounds[] = {
    {"domain|ip", INDICATOR_DOMAIN, INDICATOR_ADDRESS},
    {"ip-src|port", INDICATOR_ADDRESS, -1},
    {"ip-dst|port", INDICATOR_ADDRESS, -1},
    {"hostname|port", INDICATOR_DOMAIN, -1},
    {"filename|md5", INDICATOR_FILE_NAME, INDICATOR_HASH},
    {"filename|sha1", INDICATOR_FILE_NAME, INDICATOR_HASH},
    {"filename|sha256", INDICATOR_FILE_NAME, INDICATOR_HASH},
    {"malware-sample", INDICATOR_FILE_NAME, INDICATOR_HASH},
};

/* Of MISP's taxonomy "misp": completely, usually, fairly, rarely confident,
 * unconfident. */
#define CONFIDENCE "misp:confidence-level="

static int
confidence_read(struct span s)
{
	static const struct {
		const char *word;
		int percent;
	} words[] = {{"\"completely", 100}, {"\"usually", 75}, {"\"fairly", 50},
	    {"\"rarely", 25}, {"\"unconfident", 0}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts_nocase(s, span_str(words[i].word)))
			return words[i].percent;
	return -1;
}

/* "tlp:amber", "misp-galaxy:...", "kill-chain:Delivery",
 * "confidence-level:..." */
static void
tags_take(struct event *e, const json_t *holder)
{
	const json_t *tags = json_object_get(holder, "Tag"), *tag;
	size_t i;

	json_array_foreach(tags, i, tag)
	{
		struct span name = feed_json_text(tag, "name");

		if (span_starts_nocase(name, SPAN("tlp:")))
			e->tlp = span_from(name, 4);
		else if (span_starts_nocase(name, SPAN("kill-chain:")))
			e->phase = span_from(name, 11);
		else if (span_starts_nocase(name, SPAN(CONFIDENCE)))
			e->confidence = confidence_read(
			    span_from(name, strlen(CONFIDENCE)));
	}
}

static void
put(struct event *e, const struct feed_item *base, int type, struct span value)
{
	struct feed_item x = *base;

	if (type < 0 || value.n == 0)
		return;
	x.type = (enum indicator_type)type;
	x.value = value;
	feed_put(e->r, &x);
}

static bool
take_compound(struct event *e, const struct feed_item *x, struct span type)
{
	for (size_t i = 0; i < sizeof(compounds) / sizeof(compounds[0]); i++) {
		const struct compound *c = &compounds[i];
		struct span rest = x->value, first;

		if (!span_is(type, c->word))
			continue;
		first = span_until(&rest, '|');
		/* A file's name beside its hash says nothing on its own. */
		put(e, x, c->second == INDICATOR_HASH ? -1 : c->first, first);
		put(e, x, c->second, rest);
		return true;
	}
	return false;
}

/* Attributes of objects say what they are by their place: a serial number is a
 * "text". */
static int
type_in_object(const struct event *e, const json_t *o)
{
	static const struct {
		const char *object, *relation; /* NULL: in any */
		enum indicator_type type;
	} relations[] = {
	    {"x509", "serial-number", INDICATOR_CERT_SERIAL},
	    {"credential", "username", INDICATOR_USER},
	    {"user-account", "username", INDICATOR_USER},
	    {"user-account", "user-id", INDICATOR_USER},
	    {NULL, "ja4-fingerprint", INDICATOR_JA4},
	    {NULL, "ja4s-fingerprint", INDICATOR_JA4},
	    {"http-request", "user-agent", INDICATOR_USER_AGENT},
	};
	struct span relation = feed_json_text(o, "object_relation");

	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if ((relations[i].object == NULL ||
			span_is(e->object, relations[i].object)) &&
		    span_is(relation, relations[i].relation))
			return (int)relations[i].type;
	return -1;
}

/* What MISP marks for detection and no search here takes is refused; comments,
 * links and the like are no indicators. */
static void
other_take(struct event *e, const struct feed_item *x, struct span type,
    const json_t *ids)
{
	if (span_is(type, "yara"))
		feed_put_yara(e->r, e->line, x->value);
	else if (span_is(type, "stix2-pattern"))
		feed_put_pattern(e->r, x, x->value, false);
	else if (json_is_true(ids))
		feed_refuse(e->r, e->line, 0,
		    "\"%.*s\": attributes of type %.*s are not searched for",
		    SPAN_FMT(span_head(x->value, 80)),
		    SPAN_FMT(span_head(type, 40)));
	else
		e->r->counts->passed++;
}

static void
attribute_take(struct event *of, const json_t *o)
{
	struct event e = *of;
	struct feed_item x = feed_item_new();
	struct span type = feed_json_text(o, "type");
	const json_t *ids = json_object_get(o, "to_ids");
	int t = type_in_object(of, o);

	if (t < 0)
		t = feed_type(type);
	tags_take(&e, o);
	x.value = feed_json_text(o, "value");
	x.id = feed_json_text(o, "uuid");
	x.note = feed_json_text(o, "comment");
	x.title = e.title.n > 0 && x.note.n > 0
		      ? arena_fmt(&e.r->scratch, "%.*s: %.*s",
			    SPAN_FMT(span_head(e.title, 200)),
			    SPAN_FMT(span_head(x.note, 200)))
		      : e.title;
	x.source = e.source;
	x.tlp = e.tlp;
	x.phase = e.phase;
	x.line = e.line;
	x.below = span_is(type, "domain") || span_is(type, "domain|ip");
	x.from = feed_time(feed_json_text(o, "first_seen"), false);
	x.until = feed_time(feed_json_text(o, "last_seen"), true);
	x.confidence = e.confidence;
	/* MISP's own word for "do not alert on this". */
	if (json_is_false(ids))
		x.confidence = 10;
	x.revoked = feed_json_true(o, "deleted");
	if (t >= 0)
		put(&e, &x, t, x.value);
	else if (!take_compound(&e, &x, type))
		other_take(&e, &x, type, ids);
}

static void
attributes_take(struct event *e, const json_t *holder)
{
	const json_t *list = json_object_get(holder, "Attribute"), *o;
	size_t i;

	json_array_foreach(list, i, o) attribute_take(e, o);
}

static void
event_take(struct feed_read *r, const json_t *o, uint64_t line)
{
	const json_t *inner = json_object_get(o, "Event"), *objects, *one;
	struct event e = {.r = r, .line = line, .confidence = -1};
	size_t i;

	if (json_is_object(inner))
		o = inner;
	e.title = feed_json_text(o, "info");
	e.source = feed_json_text(json_object_get(o, "Orgc"), "name");
	tags_take(&e, o);
	attributes_take(&e, o);
	objects = json_object_get(o, "Object");
	json_array_foreach(objects, i, one)
	{
		e.object = feed_json_text(one, "name");
		attributes_take(&e, one);
	}
	e.object = (struct span){0};
	/* An attribute on its own. */
	if (json_is_string(json_object_get(o, "value")))
		attribute_take(&e, o);
}

/* A list of events or attributes, one at a time. */
static void
list_take(struct feed_read *r, struct feed_json_list *l)
{
	struct span element;
	uint64_t line;

	while (feed_json_next(l, &element, &line)) {
		json_t *o = feed_json_read(r, element, line);

		if (o != NULL)
			event_take(r, o, line);
		json_decref(o);
	}
	if (l->broken)
		feed_refuse(r, l->line, 0,
		    "the list does not end: the file is cut off or nested too "
		    "deep");
}

static void
misp_read(struct feed_read *r, struct span bytes)
{
	struct span response = feed_json_member(bytes, "response");
	struct feed_json_list l;

	if (feed_json_list(bytes, response, &l) ||
	    feed_json_list(
		bytes, feed_json_member(response, "Attribute"), &l) ||
	    feed_json_list(bytes, bytes, &l)) {
		list_take(r, &l);
	} else {
		json_t *o = feed_json_read(r, bytes, 1);

		if (o != NULL)
			event_take(r, o, 1);
		json_decref(o);
	}
	if (r->counts->loaded + r->counts->refused + r->counts->passed == 0)
		feed_refuse(r, 1, 0, "no MISP event or attribute");
}

static unsigned
misp_guess(struct span head, struct span path)
{
	struct span s = span_trim(head);

	(void)path;
	if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '['))
		return 0;
	if (span_has(s, "\"Event\"") ||
	    (span_has(s, "\"Attribute\"") && span_has(s, "\"value\"")))
		return 90;
	return span_has(s, "\"to_ids\"") && span_has(s, "\"category\"") ? 85
									: 0;
}

const struct feed_format feed_misp = {
    .name = "misp",
    .title = "MISP events and attributes",
    .guess = misp_guess,
    .read = misp_read,
};

/* ---- what stands beside the events of a feed ---- */

/* manifest.json names the feed's events, hashes.csv has a hash of each of their
 * values: for machines that look for news, not for evidence. */
static void
index_read(struct feed_read *r, struct span bytes)
{
	struct span line;

	while (span_line(&bytes, &line))
		r->counts->passed += span_trim(line).n > 0;
}

static bool
is_uuid(struct span s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (s.p[i] == '-'))
			return false;
	}
	return true;
}

static unsigned
index_guess(struct span head, struct span path)
{
	struct span s = span_trim(head), hash;

	(void)path;
	if (s.n > 0 && s.p[0] == '{') {
		s = span_trim(span_from(s, 1));
		return s.n > 38 && is_uuid(span_sub(s, 1, 37)) &&
			       span_has(head, "\"timestamp\"") &&
			       !span_has(head, "\"Attribute\"")
			   ? 96
			   : 0;
	}
	hash = span_until(&s, ',');
	return hash.n == 32 && feed_is_hex(hash) &&
		       is_uuid(span_trim(span_until(&s, '\n')))
		   ? 96
		   : 0;
}

const struct feed_format feed_misp_index = {
    .name = "misp-index",
    .title = "manifest and hashes of a MISP feed",
    .guess = index_guess,
    .read = index_read,
};

/* ---- warninglists ---- */

static void
warnings_read(struct feed_read *r, struct span bytes)
{
	struct span name = span_trim(feed_json_member(bytes, "name")),
		    type = span_trim(feed_json_member(bytes, "type")), element;
	struct feed_json_list l;
	uint64_t line;
	bool above = span_is(type, "\"hostname\"");

	if (!feed_json_list(bytes, feed_json_member(bytes, "list"), &l)) {
		feed_refuse(r, 1, 0, "the warninglist has no list");
		return;
	}
	if (span_is(type, "\"regex\"") || span_is(type, "\"substring\"")) {
		feed_refuse(r, 1, 0,
		    "a warninglist of type %.*s is not applied",
		    SPAN_FMT(span_head(type, 40)));
		return;
	}
	if (name.n > 2)
		name = span_sub(name, 1, name.n - 1);
	feed_title(r, name);
	feed_warninglist_begin(r, name);
	while (feed_json_next(&l, &element, &line)) {
		json_t *v = feed_json_read(r, element, line);

		if (v != NULL && !json_is_string(v))
			feed_refuse(r, line, 0, "an entry that is no string");
		else if (v != NULL)
			feed_warninglist_put(
			    r, span_str(json_string_value(v)), above);
		json_decref(v);
	}
	if (l.broken)
		feed_refuse(r, l.line, 0, "the list does not end");
}

static unsigned
warnings_guess(struct span head, struct span path)
{
	struct span s = span_trim(head);

	(void)path;
	if (s.n == 0 || s.p[0] != '{' || span_has(s, "\"Event\""))
		return 0;
	s = span_trim(feed_json_member(s, "list"));
	return s.n > 0 && s.p[0] == '[' ? 92 : 0;
}

const struct feed_format feed_warninglist = {
    .name = "misp-warninglist",
    .title = "MISP warninglists",
    .guess = warnings_guess,
    .read = warnings_read,
};
