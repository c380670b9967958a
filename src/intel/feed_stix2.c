/*
 * STIX 2.0 and 2.1 bundles (OASIS), TAXII 2 envelopes, lists of objects.
 * Indicators with patterns of type "stix" are read; YARA goes to the YARA
 * set; other pattern languages are refused by name.  Identities and markings
 * give source and TLP, relationships the name of what an indicator indicates.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_json.h"
#include "intel/stix_pattern.h"
#include "intel/tlp.h"

/* What other objects say, by their id. */
struct names {
	struct map map; /* id -> index in texts */
	struct span *texts;
	size_t n, cap;
};

struct bundle {
	struct feed_read *r;
	struct names words; /* identity: name, marking: TLP, malware: name */
	struct names indicated; /* indicator -> id of what it indicates */
	struct map versions;	/* id of an indicator -> index in latest */
	int64_t *latest;	/* when it was modified last */
	size_t nlatest, latest_cap;
};

/* Of an object that is not parsed yet; TIME_NONE: not said. */
static int64_t
modified_of(struct span element)
{
	struct span s = span_trim(feed_json_member(element, "modified"));

	return s.n < 2 ? TIME_NONE : feed_time(span_sub(s, 1, s.n - 1), false);
}

static void
names_put(struct names *t, struct arena *a, struct span id, struct span text)
{
	if (id.n == 0 || text.n == 0)
		return;
	if (map_add(&t->map, id, (uint32_t)t->n) != t->n)
		return;
	t->texts = arena_grow(a, t->texts, t->n, &t->cap, sizeof(*t->texts));
	t->texts[t->n++] = arena_copy(a, text);
}

static struct span
names_get(const struct names *t, struct span id)
{
	uint32_t at = map_get(&t->map, id);

	return at == MAP_NONE ? (struct span){0} : t->texts[at];
}

/* TLP 2.0 extension, or the definition of STIX 2.1 section 7.2.1.4. */
static struct span
marking_tlp(const json_t *o)
{
	struct span tlp =
			feed_json_text(json_object_get(o, "definition"), "tlp"),
		    name = feed_json_text(o, "name");

	if (tlp.n > 0)
		return tlp;
	return span_starts_nocase(name, SPAN("TLP:")) ? span_from(name, 4)
						      : (struct span){0};
}

static void
learn(struct bundle *b, const json_t *o)
{
	struct span type = feed_json_text(o, "type"),
		    id = feed_json_text(o, "id");
	struct arena *a = &b->r->scratch;

	if (span_is(type, "marking-definition"))
		names_put(&b->words, a, id, marking_tlp(o));
	else if (span_is(type, "relationship") &&
		 span_is(feed_json_text(o, "relationship_type"), "indicates"))
		names_put(&b->indicated, a, feed_json_text(o, "source_ref"),
		    feed_json_text(o, "target_ref"));
	else if (!span_is(type, "indicator"))
		names_put(&b->words, a, id, feed_json_text(o, "name"));
	if (span_is(type, "report"))
		feed_title(b->r, feed_json_text(o, "name"));
}

static struct span
tlp_of(const struct bundle *b, const json_t *o)
{
	const json_t *refs = json_object_get(o, "object_marking_refs"), *v;
	size_t i;

	json_array_foreach(refs, i, v)
	{
		struct span id = span_str(json_string_value(v)),
			    s = names_get(&b->words, id);

		s = s.n > 0 ? s : tlp_word(id);
		if (s.n > 0)
			return s;
	}
	return (struct span){0};
}

static struct span
phase_of(const json_t *o)
{
	const json_t *v =
	    json_array_get(json_object_get(o, "kill_chain_phases"), 0);

	return feed_json_text(v, "phase_name");
}

struct putting {
	struct feed_read *r;
	struct feed_item item;
	struct span id;
	size_t n;
};

static int64_t
later(int64_t a, int64_t b)
{
	return a == TIME_NONE || (b != TIME_NONE && b > a) ? b : a;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a == TIME_NONE || (b != TIME_NONE && b < a) ? b : a;
}

static void
on_anchor(void *ctx, const struct stix_anchor *a)
{
	struct putting *p = ctx;
	struct feed_item x = p->item;

	/* Each value of one object needs an id of its own. */
	if (p->n++ > 0)
		x.id = arena_fmt(
		    &p->r->scratch, "%.*s#%zu", SPAN_FMT(p->id), p->n);
	x.type = a->type;
	x.value = a->value;
	x.below = a->below;
	x.part = a->part;
	x.from = later(x.from, a->from);
	x.until = sooner(x.until, a->until);
	feed_put(p->r, &x);
}

static void
ignore_anchor(void *ctx, const struct stix_anchor *a)
{
	(void)ctx;
	(void)a;
}

void
feed_put_pattern(
    struct feed_read *r, const struct feed_item *x, struct span text, bool old)
{
	struct putting p = {.r = r, .item = *x, .id = x->id};
	struct stix_error e;
	struct stix_pattern *pattern;
	struct arena work;
	bool whole;
	size_t lost;

	arena_init(&work);
	pattern = stix_read(&work, text, old, &e);
	if (pattern == NULL) {
		feed_refuse(r, x->line, 0, "%.*s: pattern, character %u: %s",
		    SPAN_FMT(p.id), e.column, e.text);
	} else if (!stix_anchors(&work, pattern, ignore_anchor, NULL, &whole, &lost)) {
		feed_refuse(r, x->line, 0,
		    "%.*s: the pattern has no value that can be searched for",
		    SPAN_FMT(p.id));
	} else {
		if (lost > 0)
			feed_refuse(r, x->line, 0,
			    "%.*s: %zu alternatives of the pattern cannot be "
			    "searched for; the others are",
			    SPAN_FMT(p.id), lost);
		/* What says more than its values lives as long as they do. */
		if (!whole)
			p.item.pattern = pattern = stix_read(
			    r->arena, arena_copy(r->arena, text), old, &e);
		stix_anchors(&work, pattern, on_anchor, &p, &whole, &lost);
	}
	arena_release(&work);
}

static void
take_indicator(struct bundle *b, const json_t *o, uint64_t line)
{
	struct feed_read *r = b->r;
	struct feed_item x = feed_item_new();
	struct span language = feed_json_text(o, "pattern_type");
	struct span target;

	x.line = line;
	x.id = feed_json_text(o, "id");
	x.title = feed_json_text(o, "name");
	x.note = feed_json_text(o, "description");
	target = names_get(&b->indicated, x.id);
	if (target.n > 0 && names_get(&b->words, target).n > 0)
		x.title = names_get(&b->words, target);
	x.source = names_get(&b->words, feed_json_text(o, "created_by_ref"));
	x.from = feed_time(feed_json_text(o, "valid_from"), false);
	x.until = feed_time(feed_json_text(o, "valid_until"), true);
	x.confidence = (int)feed_json_number(o, "confidence", -1);
	x.revoked = feed_json_true(o, "revoked");
	x.tlp = tlp_of(b, o);
	x.phase = phase_of(o);
	if (language.n == 0 || span_is(language, "stix"))
		feed_put_pattern(
		    r, &x, feed_json_text(o, "pattern"), language.n == 0);
	else if (span_is(language, "yara"))
		feed_put_yara(r, line, feed_json_text(o, "pattern"));
	else
		feed_refuse(r, line, 0,
		    "%.*s: a pattern of type %.*s is not read here",
		    SPAN_FMT(x.id), SPAN_FMT(span_head(language, 40)));
}

/* Versions of an object have one id; the last one modified speaks (STIX 2.1
 * section 3.6). */
static void
learn_version(struct bundle *b, struct span element)
{
	struct span id = feed_json_member(element, "id");
	int64_t at = modified_of(element);
	uint32_t k = map_add(&b->versions, id, (uint32_t)b->nlatest);

	if (k == b->nlatest) {
		b->latest = arena_grow(&b->r->scratch, b->latest, b->nlatest,
		    &b->latest_cap, sizeof(*b->latest));
		b->latest[b->nlatest++] = at;
	} else if (at > b->latest[k]) {
		b->latest[k] = at;
	}
}

static bool
outdated(const struct bundle *b, struct span element)
{
	uint32_t k = map_get(&b->versions, feed_json_member(element, "id"));

	return k != MAP_NONE && modified_of(element) < b->latest[k];
}

static bool
list_of(struct span bytes, struct feed_json_list *l)
{
	return feed_json_list(bytes, feed_json_member(bytes, "objects"), l) ||
	       feed_json_list(bytes, bytes, l);
}

static void
each(struct bundle *b, struct span bytes, bool second)
{
	struct feed_json_list l;
	struct span element;
	uint64_t line;

	if (!list_of(bytes, &l))
		return;
	while (feed_json_next(&l, &element, &line)) {
		bool indicator =
		    span_is(span_trim(feed_json_member(element, "type")),
			"\"indicator\"");
		json_t *o;

		if (indicator && !second)
			learn_version(b, element);
		if (indicator != second)
			continue;
		if (second && outdated(b, element)) {
			b->r->counts->passed++;
			continue;
		}
		o = feed_json_read(b->r, element, line);
		if (o != NULL && !json_is_object(o))
			feed_refuse(b->r, line, 0, "no STIX object");
		else if (o != NULL && second)
			take_indicator(b, o, line);
		else if (o != NULL) {
			learn(b, o);
			b->r->counts->passed++;
		}
		json_decref(o);
	}
	if (second && l.broken)
		feed_refuse(b->r, l.line, 0,
		    "the list of objects does not end: the file is cut off "
		    "or nested too deep");
}

static void
stix2_read(struct feed_read *r, struct span bytes)
{
	struct bundle b = {.r = r};
	struct feed_json_list l;

	map_init(&b.versions, &r->scratch);
	map_init(&b.words.map, &r->scratch);
	map_init(&b.indicated.map, &r->scratch);
	if (!list_of(bytes, &l)) {
		json_t *o = feed_json_read(r, bytes, 1);

		if (span_is(feed_json_text(o, "type"), "indicator"))
			take_indicator(&b, o, 1);
		else if (o != NULL)
			feed_refuse(r, 1, 0, "no list of STIX objects");
		json_decref(o);
	} else {
		each(&b, bytes, false);
		each(&b, bytes, true);
	}
}

static unsigned
stix2_guess(struct span head, struct span path)
{
	struct span s = span_trim(head);

	(void)path;
	if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '['))
		return 0;
	if (span_has(s, "\"bundle--") ||
	    (span_has(s, "\"spec_version\"") && span_has(s, "\"type\"")) ||
	    (span_has(s, "\"indicator--") && span_has(s, "\"pattern\"")))
		return 95;
	return span_has(s, "\"bundle\"") && span_has(s, "\"objects\"") ? 80 : 0;
}

const struct feed_format feed_stix2 = {
    .name = "stix-2",
    .title = "STIX 2.0 and 2.1 bundles",
    .guess = stix2_guess,
    .read = stix2_read,
};
