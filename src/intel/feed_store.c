#include "intel/feed_store.h"

#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/yara_set.h"

extern const struct feed_format feed_csv;

/* What is kept of a title, a comment, a source. */
#define NOTE_KEPT 120

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

static void
count(struct feed_store *s, const struct indicator *x)
{
	s->feed.loaded++;
	s->feed.revoked += x->state == INDICATOR_REVOKED;
	if (s->o->now != TIME_NONE && x->about->until != TIME_NONE &&
	    x->about->until < s->o->now)
		s->feed.expired++;
}

/* Many patterns may ask for one value; each is asked at every hit. */
static bool
room_for_pattern(
    struct feed_store *s, const struct feed_item *f, const struct feed_value *v)
{
	if (indicator_pattern_count(s->list, v->type, v->text) <
	    LIMIT_VALUE_PATTERNS)
		return true;
	refuse(s, f->line, "\"%.*s\": more than %d patterns ask for this value",
	    SPAN_FMT(span_head(v->text, 80)), LIMIT_VALUE_PATTERNS);
	return false;
}

/* What is kept of the item's words, in its own memory. */
static struct indicator_about
about_of(const struct feed_store *s, const struct feed_item *f)
{
	struct span note = f->title.n > 0 ? f->title : f->note;

	/* Words that honest feeds keep short. */
	return (struct indicator_about){
	    .id = span_head(f->id, LIMIT_INDICATOR_BYTES),
	    .note = span_head(note, NOTE_KEPT),
	    .source = span_head(f->source, NOTE_KEPT),
	    .tlp = span_head(f->tlp, LIMIT_INDICATOR_BYTES),
	    .phase = span_head(f->phase, LIMIT_INDICATOR_BYTES),
	    .confirmed = f->confirmed.n > 0
			     ? span_head(f->confirmed, LIMIT_INDICATOR_BYTES)
			     : SPAN("reported"),
	    .from = f->from,
	    .until = f->until,
	    .pattern = f->pattern,
	    .part = f->part,
	    .feed = s->number,
	    .percent = (uint8_t)(f->confidence < 0     ? 50
				 : f->confidence > 100 ? 100
						       : f->confidence)};
}

static bool
about_same(const struct indicator_about *a, const struct indicator_about *b)
{
	return a->from == b->from && a->until == b->until &&
	       a->pattern == b->pattern && a->part == b->part &&
	       a->percent == b->percent && span_eq(a->id, b->id) &&
	       span_eq(a->note, b->note) && span_eq(a->source, b->source) &&
	       span_eq(a->tlp, b->tlp) && span_eq(a->phase, b->phase) &&
	       span_eq(a->confirmed, b->confirmed);
}

/* The last indicator's, or one more. */
static const struct indicator_about *
about_kept(struct feed_store *s, const struct feed_item *f)
{
	struct indicator_about now = about_of(s, f), *kept;
	struct arena *a = s->list->arena;

	if (s->about != NULL && about_same(s->about, &now))
		return s->about;
	kept = arena_alloc(a, sizeof(*kept));
	*kept = now;
	kept->id = arena_copy(a, now.id);
	kept->note = arena_copy(a, now.note);
	kept->source = arena_copy(a, now.source);
	kept->tlp = arena_copy(a, now.tlp);
	kept->phase = arena_copy(a, now.phase);
	kept->confirmed = arena_copy(a, now.confirmed);
	s->about = kept;
	return kept;
}

/* ---- a value that stands in the list already ---- */

static bool
times_differ(int64_t a, int64_t b)
{
	return a != TIME_NONE && b != TIME_NONE && a != b;
}

/* Does the claim's window hold all of the item's? */
static bool
window_holds(const struct indicator_about *x, const struct feed_item *f)
{
	return (x->from == TIME_NONE ||
		   (f->from != TIME_NONE && f->from >= x->from)) &&
	       (x->until == TIME_NONE ||
		   (f->until != TIME_NONE && f->until <= x->until));
}

/* UUIDs are the same object in whatever file; other names are so in one
 * feed. */
#define UUID_TEXT 36

static bool
same_object(const struct feed_store *s, const struct indicator_about *x,
    const struct feed_item *f)
{
	return f->id.n > 0 && span_eq(x->id, f->id) &&
	       (x->feed == s->number || f->id.n >= UUID_TEXT);
}

struct claims {
	uint32_t last, alive; /* MAP_NONE: all were taken back */
	unsigned n;
};

/* The claim for which the item speaks: the same object, or one that says no
 * less, or one that is as dead; MAP_NONE: it says something of its own. */
static uint32_t
claim_of(const struct feed_store *s, uint32_t at, const struct feed_item *f,
    struct claims *all)
{
	const struct indicator_list *l = s->list;
	uint32_t found = MAP_NONE;

	*all = (struct claims){.alive = MAP_NONE};
	for (uint32_t c = at; c != MAP_NONE; c = indicator_claim_next(l, c)) {
		const struct indicator *x = &l->v[c];
		bool dead = x->state == INDICATOR_REVOKED;

		all->last = c;
		all->n++;
		all->alive = dead ? all->alive : c;
		if (same_object(s, x->about, f) && (dead || f->revoked))
			return c;
		if (found == MAP_NONE && dead == f->revoked &&
		    (dead || window_holds(x->about, f)))
			found = c;
	}
	return found;
}

static void
say_conflict(struct feed_store *s, uint32_t at, const struct feed_item *f)
{
	const struct indicator *x = &s->list->v[at];

	if ((x->state == INDICATOR_REVOKED) != f->revoked)
		conflict(s, at,
		    f->revoked ? "taken back here, in use in the first"
			       : "in use here, taken back in the first");
	else if (times_differ(f->from, x->about->from) ||
		 times_differ(f->until, x->about->until))
		conflict(s, at, "another validity window");
}

/* The smallest window that holds both. */
static void
claim_widen(struct feed_store *s, uint32_t at, const struct feed_item *f)
{
	struct indicator *x = &s->list->v[at];
	struct indicator_about *about =
	    arena_alloc(s->list->arena, sizeof(*about));

	*about = *x->about;
	if (f->from == TIME_NONE || f->from < about->from)
		about->from = f->from;
	if (f->until == TIME_NONE ||
	    (about->until != TIME_NONE && f->until > about->until))
		about->until = f->until;
	x->about = about;
}

static void
claim_revoke(struct feed_store *s, uint32_t at)
{
	struct indicator *x = &s->list->v[at];
	uint32_t feed = x->about->feed;

	x->state = INDICATOR_REVOKED;
	if (feed == s->number)
		s->feed.revoked++;
	else if (feed != INDICATOR_NO_FEED)
		s->list->feeds[feed].revoked++;
}

/* What says the same or less changes nothing; what an object's own feed takes
 * back is taken back, and nothing else; a window of its own counts for itself.
 * A value on its own is worth more than the same as a part of a pattern. */
static void
again(struct feed_store *s, uint32_t at, const struct feed_item *f,
    struct indicator *x)
{
	struct indicator_list *l = s->list;
	struct claims all;
	uint32_t c = claim_of(s, at, f, &all);

	say_conflict(s, at, f);
	if (c == MAP_NONE &&
	    (all.n < LIMIT_VALUE_CLAIMS || all.alive == MAP_NONE)) {
		x->value = l->v[at].value;
		x->about = about_kept(s, f);
		indicator_claim_append(l, all.last, x);
		count(s, x);
		return;
	}
	s->feed.duplicates++;
	if (c == MAP_NONE) {
		if (!f->revoked)
			claim_widen(s, all.alive, f);
		return;
	}
	if (f->revoked && l->v[c].state != INDICATOR_REVOKED)
		claim_revoke(s, c);
	l->v[c].below |= x->below;
}

static void
add(struct feed_store *s, const struct feed_item *f, const struct feed_value *v)
{
	struct indicator_list *l = s->list;
	struct indicator x = {.type = v->type,
	    .state = f->revoked ? INDICATOR_REVOKED : INDICATOR_ACTIVE,
	    .prefix = v->prefix,
	    .below = v->type == INDICATOR_DOMAIN && (v->below || f->below)};
	uint32_t at;

	if (l->n >= LIMIT_INDICATORS) {
		refuse(s, f->line, "more indicators than the limit of %d",
		    LIMIT_INDICATORS);
		return;
	}
	if (f->pattern == NULL) {
		x.value = v->text;
		at = indicator_find_or_next(l, &x);
		if (at != MAP_NONE) {
			again(s, at, f, &x);
			return;
		}
	} else if (!room_for_pattern(s, f, v)) {
		return;
	}
	x.value = arena_copy(l->arena, v->text);
	x.about = about_kept(s, f);
	indicator_append(l, &x);
	count(s, &x);
}

void
feed_store_soon(void *ctx, const struct feed_value *v)
{
	const struct feed_store *s = ctx;
	struct indicator x = {
	    .type = v->type, .value = v->text, .prefix = v->prefix};

	indicator_soon(s->list, &x);
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
}

enum feed_taken
feed_store_none(struct feed_store *s, bool named)
{
	struct feed_counts counts = {.refused = 1};

	if (!named) {
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
}

void
feed_suppress(struct indicator_list *l, const struct warninglists *w)
{
	if (w->nentries == 0)
		return;
	for (size_t i = 0; i < l->n; i++) {
		struct indicator *x = &l->v[i];
		struct indicator_about *about;
		struct span name;

		if (x->about->feed == INDICATOR_NO_FEED ||
		    x->state != INDICATOR_ACTIVE)
			continue;
		name = warninglists_find(w, x);
		if (name.n == 0)
			continue;
		about = arena_alloc(l->arena, sizeof(*about));
		*about = *x->about;
		about->suppressed_by = arena_copy(l->arena, name);
		x->about = about;
		x->state = INDICATOR_SUPPRESSED;
		l->feeds[about->feed].suppressed++;
	}
}
