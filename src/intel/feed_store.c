#include "intel/feed_store.h"

#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/fix.h"
#include "intel/yara_set.h"

extern const struct feed_format feed_csv;

/* ---- what a hit says ---- */

/* What is built in speaks for the advisory. */
static void
check_built_in(struct arena *a, struct indicator *x, const struct feed_item *f)
{
	struct check *c = &x->check;
	bool hash = x->type == INDICATOR_HASH;
	size_t colon = span_rfind_byte(c->id, ':');
	struct span *advisory;

	c->severity = SEV_CRITICAL;
	c->confidence = CONF_HIGH;
	c->title = hash ? arena_fmt(a, "File of the intruder (%.*s)",
			      SPAN_FMT(f->note))
			: arena_fmt(a, "Address %.*s of the advisory's list",
			      SPAN_FMT(x->value));
	c->why =
	    hash
		? SPAN(
		      "The file has the hash of a tool that the agencies found "
		      "in this campaign.  No honest file has it.")
		: SPAN(
		      "The agencies saw the intruders use this address between "
		      "August 2021 and June 2025.  Some of these addresses are "
		      "hosts of other victims or have a new owner since: look "
		      "at what it did here before blocking it.");
	fix_text(a,
	    hash ? SPAN("sha256sum FILE, and compare with the advisory's "
			"table.")
		 : SPAN("Search flow records, AAA accounting and the logs of "
			"the devices around for the address, in both "
			"directions."),
	    &c->verify, &c->nverify);
	/* Ids of an advisory's rows carry its name: AA25-239A:I-14. */
	advisory = arena_array(a, 2, sizeof(*advisory));
	c->advisory.v = advisory;
	if (colon != SPAN_NONE) {
		advisory[c->advisory.n++] = c->id;
		advisory[c->advisory.n++] = arena_fmt(a, "%.*s:%s",
		    SPAN_FMT(span_head(c->id, colon)), hash ? "H-39" : "H-38");
	}
}

/* The last part of a path. */
static struct span
base_name(struct span path)
{
	size_t slash = span_rfind_byte(path, '/');

	return slash == SPAN_NONE ? path : span_from(path, slash + 1);
}

static enum confidence
confidence_of(int percent)
{
	/* STIX 2.1, appendix A: none to low up to 29, medium up to 69. */
	return percent < 30 ? CONF_LOW : percent < 70 ? CONF_MEDIUM : CONF_HIGH;
}

/* What is kept of a title, a comment, a source. */
#define NOTE_KEPT 120

/* What all indicators of a feed have in common, mostly. */
static struct span
feed_source(struct feed_store *s, const struct indicator *x)
{
	struct span by = x->source.n > 0 ? x->source : s->feed.title;

	if (s->by.n > 0 && span_eq(by, s->said.by) &&
	    span_eq(x->tlp, s->said.tlp) && span_eq(x->phase, s->said.phase))
		return s->by;
	s->said.by = by;
	s->said.tlp = x->tlp;
	s->said.phase = x->phase;
	s->by = arena_fmt(s->list->arena, "feed %.*s, %.*s%s%.*s%s%.*s%s%.*s",
	    SPAN_FMT(s->feed.path), SPAN_FMT(s->feed.format),
	    by.n > 0 ? ", " : "", SPAN_FMT(span_head(by, NOTE_KEPT)),
	    x->tlp.n > 0 ? ", TLP:" : "", SPAN_FMT(x->tlp),
	    x->phase.n > 0 ? ", kill chain: " : "", SPAN_FMT(x->phase));
	return s->by;
}

static void
check_feed(struct feed_store *s, struct indicator *x)
{
	struct check *c = &x->check;
	bool noted = x->note.n > 0;
	const struct span title[] = {span_str(indicator_type_title(x->type)),
	    SPAN(" "), span_head(x->value, 200), SPAN(" of feed "),
	    base_name(s->feed.path), noted ? SPAN(" (") : SPAN(""), x->note,
	    noted ? SPAN(")") : SPAN("")};

	c->severity = SEV_HIGH;
	c->confidence = confidence_of(x->confidence);
	c->title =
	    arena_join(s->list->arena, title, sizeof(title) / sizeof(*title));
	c->why = SPAN("A feed that you gave names this value.  A hit says "
		      "that it stands in the evidence; what it did there "
		      "stands beside it.  Whether the feed is right is not "
		      "known here.");
	/* All of the feed share one. */
	if (s->nverify == 0)
		fix_text(s->list->arena,
		    SPAN("Ask the feed's source what the value was used for "
			 "and when, then look for it in flow records and the "
			 "logs of the devices around."),
		    &s->verify, &s->nverify);
	c->verify = s->verify;
	c->nverify = s->nverify;
	c->source = feed_source(s, x);
}

/* ---- adding ---- */

static void
refuse(struct feed_store *s, uint64_t line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	s->feed.refused++;
	if (s->told++ >= s->o->tell)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->o->problem(s->o->ctx, s->feed.path, line, 0, span_str(text));
}

static struct span
key_of(const struct feed_value *v, char room[LIMIT_INDICATOR_BYTES + 1])
{
	ASSERT(v->text.n <= LIMIT_INDICATOR_BYTES);
	room[0] = (char)('A' + v->type);
	memcpy(room + 1, v->text.p, v->text.n);
	return span_of(room, v->text.n + 1);
}

static void
conflict(struct feed_store *s, uint32_t at, const char *text)
{
	struct indicator_list *l = s->list;

	s->feed.conflicts++;
	if (l->nconflicts >= LIMIT_FEED_PROBLEMS)
		return;
	l->conflicts = arena_grow(l->arena, l->conflicts, l->nconflicts,
	    &l->conflicts_cap, sizeof(*l->conflicts));
	l->conflicts[l->nconflicts++] =
	    (struct feed_conflict){at, s->number, span_str(text)};
}

/* A value that stands in the list already: the first word stays, what the
 * other says differently is noted.  A value on its own is worth more than the
 * same as a part of a pattern; alive in one feed, it is alive. */
static void
again(struct feed_store *s, uint32_t at, const struct feed_item *f)
{
	struct indicator *x = &s->list->v[at];
	bool dead = x->state == INDICATOR_REVOKED;

	s->feed.duplicates++;
	if (dead != f->revoked)
		conflict(s, at,
		    f->revoked ? "taken back here, in use in the first"
			       : "in use here, taken back in the first");
	else if ((f->from != TIME_NONE && x->from != TIME_NONE &&
		     f->from != x->from) ||
		 (f->until != TIME_NONE && x->until != TIME_NONE &&
		     f->until != x->until))
		conflict(s, at, "another validity window");
	if (dead && !f->revoked)
		x->state = INDICATOR_ACTIVE;
	x->below |= f->below;
}

static void
count(struct feed_store *s, const struct indicator *x)
{
	s->feed.loaded++;
	s->feed.revoked += x->state == INDICATOR_REVOKED;
	if (s->o->now != TIME_NONE && x->until != TIME_NONE &&
	    x->until < s->o->now)
		s->feed.expired++;
}

/* Many patterns may ask for one value; each is asked at every hit. */
static bool
room_for_pattern(
    struct feed_store *s, const struct feed_item *f, const struct feed_value *v)
{
	char room[LIMIT_INDICATOR_BYTES + 1];
	struct span key = key_of(v, room);
	uint32_t n;

	room[0] = (char)('a' + v->type);
	n = map_add(&s->list->index, key, 0);
	map_put(&s->list->index, key, n + 1);
	if (n < LIMIT_VALUE_PATTERNS)
		return true;
	refuse(s, f->line, "\"%.*s\": more than %d patterns ask for this value",
	    SPAN_FMT(span_head(v->text, 80)), LIMIT_VALUE_PATTERNS);
	return false;
}

/* Words that honest feeds keep short. */
static struct span
copy_head(const struct feed_store *s, struct span text)
{
	return arena_copy(
	    s->list->arena, span_head(text, LIMIT_INDICATOR_BYTES));
}

static void
add(struct feed_store *s, const struct feed_item *f, const struct feed_value *v)
{
	struct indicator_list *l = s->list;
	char room[LIMIT_INDICATOR_BYTES + 1];
	struct indicator x = {.type = v->type,
	    .state = f->revoked ? INDICATOR_REVOKED : INDICATOR_ACTIVE,
	    .prefix = v->prefix,
	    .from = f->from,
	    .until = f->until,
	    .below = v->type == INDICATOR_DOMAIN && (v->below || f->below),
	    .confidence = (uint8_t)(f->confidence < 0	  ? 50
				    : f->confidence > 100 ? 100
							  : f->confidence),
	    .feed = s->number,
	    .pattern = f->pattern,
	    .part = f->part};

	if (l->n >= LIMIT_INDICATORS) {
		refuse(s, f->line, "more indicators than the limit of %d",
		    LIMIT_INDICATORS);
		return;
	}
	if (f->pattern == NULL) {
		uint32_t at =
		    map_add(&l->index, key_of(v, room), (uint32_t)l->n);

		if (at != l->n) {
			again(s, at, f);
			return;
		}
	} else if (!room_for_pattern(s, f, v)) {
		return;
	}
	x.value = arena_copy(s->list->arena, v->text);
	x.tlp = copy_head(s, f->tlp);
	x.phase = copy_head(s, f->phase);
	x.source = arena_copy(s->list->arena, span_head(f->source, NOTE_KEPT));
	x.note = arena_copy(s->list->arena,
	    span_head(f->title.n > 0 ? f->title : f->note, NOTE_KEPT));
	x.check.kind = CHECK_INDICATOR;
	x.check.id = f->id.n > 0 ? copy_head(s, f->id) : x.value;
	x.check.confirmed =
	    f->confirmed.n > 0 ? copy_head(s, f->confirmed) : SPAN("reported");
	if (s->number == INDICATOR_NO_FEED) {
		x.check.source = arena_copy(s->list->arena, f->source);
		check_built_in(s->list->arena, &x, f);
	} else {
		check_feed(s, &x);
	}
	indicator_append(l, &x);
	count(s, &x);
}

/* ---- words ---- */

/* It compiled where the feed was read; the set has all looked at again. */
static void
take_yara(struct feed_store *s, struct span text)
{
	if (s->o->yara != NULL)
		yara_set_add(s->o->yara, text, s->feed.path);
	s->feed.loaded++;
}

static void
take_warning(struct feed_store *s, const struct feed_said *said)
{
	struct warninglists *w = s->o->warnings;

	if (w == NULL)
		return;
	if (said->word == FEED_SAYS_WARNINGLIST)
		warninglists_begin(w, said->text);
	else if (s->listed)
		warninglists_add(w, said->text, said->above);
	s->listed = true;
}

static struct span
format_name(struct span name)
{
	for (size_t i = 0; feed_formats[i] != NULL; i++)
		if (span_is(name, feed_formats[i]->name))
			return span_str(feed_formats[i]->name);
	return SPAN("unknown");
}

void
feed_store_take(void *ctx, const struct feed_said *said)
{
	struct feed_store *s = ctx;

	arena_reset(&s->work);
	switch (said->word) {
	case FEED_SAYS_FORMAT:
		s->feed.format = format_name(said->text);
		break;
	case FEED_SAYS_INDICATOR:
		add(s, said->item, said->value);
		break;
	case FEED_SAYS_PROBLEM:
		s->o->problem(s->o->ctx, s->feed.path, said->line, said->column,
		    said->text);
		break;
	case FEED_SAYS_TITLE:
		if (s->feed.title.n == 0)
			s->feed.title = arena_copy(
			    s->list->arena, span_head(said->text, NOTE_KEPT));
		break;
	case FEED_SAYS_YARA:
		take_yara(s, said->text);
		break;
	case FEED_SAYS_WARNINGLIST:
	case FEED_SAYS_WARNING:
		take_warning(s, said);
		break;
	case FEED_WORDS:
		break;
	}
}

void
feed_store_problem(struct feed_store *s, struct span text)
{
	s->o->problem(s->o->ctx, s->feed.path, 0, 0, text);
}

/* ---- feeds ---- */

void
feed_store_begin(struct feed_store *s, struct indicator_list *l,
    struct span path, const struct feed_options *o)
{
	*s = (struct feed_store){
	    .list = l, .o = o, .number = (uint32_t)l->nfeeds};
	s->feed.path = arena_copy(l->arena, path);
	s->feed.format = SPAN("unknown");
	arena_init(&s->work);
}

void
feed_store_end(struct feed_store *s, const struct feed_counts *counts)
{
	struct indicator_list *l = s->list;

	s->feed.refused += counts->refused;
	s->feed.passed = counts->passed;
	s->feed.entries = counts->entries;
	l->feeds = arena_grow(
	    l->arena, l->feeds, l->nfeeds, &l->feeds_cap, sizeof(*l->feeds));
	l->feeds[l->nfeeds++] = s->feed;
	arena_release(&s->work);
}

enum feed_taken
feed_store_none(struct feed_store *s, bool named)
{
	struct feed_counts counts = {.refused = 1};

	if (!named) {
		arena_release(&s->work);
		return FEED_NONE;
	}
	feed_store_problem(
	    s, SPAN("no feed of a known format; nothing was taken"));
	feed_store_end(s, &counts);
	return FEED_TAKEN;
}

enum feed_taken
feed_take(struct indicator_list *l, struct span bytes, struct span path,
    bool named, const struct feed_options *o)
{
	struct feed_store s;
	struct feed_counts counts;

	feed_store_begin(&s, l, path, o);
	feed_read_bytes(
	    bytes, path, l->arena, o->tell, feed_store_take, &s, &counts);
	if (counts.format == NULL)
		return feed_store_none(&s, named);
	feed_store_end(&s, &counts);
	return FEED_TAKEN;
}

void
feed_take_built_in(struct indicator_list *l, struct span csv, struct span path,
    const struct feed_options *o)
{
	struct feed_store s;
	struct feed_counts counts;

	feed_store_begin(&s, l, path, o);
	s.number = INDICATOR_NO_FEED;
	feed_read_as(
	    &feed_csv, csv, l->arena, o->tell, feed_store_take, &s, &counts);
	arena_release(&s.work);
}

void
feed_suppress(struct indicator_list *l, const struct warninglists *w)
{
	for (size_t i = 0; i < l->n; i++) {
		struct indicator *x = &l->v[i];
		struct span name;

		if (x->feed == INDICATOR_NO_FEED ||
		    x->state != INDICATOR_ACTIVE)
			continue;
		name = warninglists_find(w, x);
		if (name.n == 0)
			continue;
		x->state = INDICATOR_SUPPRESSED;
		x->suppressed_by = arena_copy(l->arena, name);
		l->feeds[x->feed].suppressed++;
	}
}
