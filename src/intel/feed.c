#include "intel/feed.h"

#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_value.h"
#include "intel/fix.h"
#include "intel/yara_set.h"

#define FEED(symbol) extern const struct feed_format symbol;
#include "intel/feeds.def"
#undef FEED

const struct feed_format *const feed_formats[] = {
#define FEED(symbol) &symbol,
#include "intel/feeds.def"
#undef FEED
    NULL};

extern const struct feed_format feed_csv;

const struct feed_format *
feed_identify(struct span bytes, struct span path)
{
	const struct feed_format *best = NULL;
	unsigned most = 0;

	bytes = span_head(bytes, LIMIT_PROBE_BYTES);
	if (span_starts(bytes, SPAN("\xef\xbb\xbf")))
		bytes = span_from(bytes, 3);
	for (size_t i = 0; feed_formats[i] != NULL; i++) {
		unsigned n = feed_formats[i]->guess(bytes, path);

		if (n > most) {
			most = n;
			best = feed_formats[i];
		}
	}
	return best;
}

void
feed_refuse(
    struct feed_read *r, uint64_t line, uint64_t column, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	r->feed->refused++;
	if (r->told++ == r->o->tell)
		r->o->problem(r->o->ctx, r->feed->path, 0, 0,
		    SPAN("more was refused; \"tidemark intel check\" tells "
			 "of it"));
	if (r->told > r->o->tell)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->o->problem(r->o->ctx, r->feed->path, line, column, span_str(text));
}

int64_t
feed_time(struct span s, bool end)
{
	int64_t t;
	bool zoned;
	uint64_t n;

	s = span_trim(s);
	if (s.n == 10 && time_read_day(s, &t))
		return end ? t + TIME_DAY - TIME_SECOND : t;
	/* The epoch stands for "not known". */
	if (time_read_iso(s, &t, &zoned) > 0)
		return t > 0 ? t : TIME_NONE;
	if (span_u64(s, &n) && n > 100000000 && n < 100000000000u)
		return (int64_t)n * TIME_SECOND;
	return TIME_NONE;
}

struct feed_item
feed_item_new(void)
{
	return (struct feed_item){
	    .from = TIME_NONE, .until = TIME_NONE, .confidence = -1};
}

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

static void
check_feed(struct feed_read *r, struct indicator *x)
{
	struct arena *a = r->arena;
	struct check *c = &x->check;
	struct span source, note = x->note,
			    by = x->source.n > 0 ? x->source : r->feed->title;

	c->severity = SEV_HIGH;
	c->confidence = confidence_of(x->confidence);
	c->title = arena_fmt(a, "%s %.*s of feed %.*s%s%.*s%s",
	    indicator_type_title(x->type), SPAN_FMT(span_head(x->value, 200)),
	    SPAN_FMT(base_name(r->feed->path)), note.n > 0 ? " (" : "",
	    SPAN_FMT(note), note.n > 0 ? ")" : "");
	c->why = SPAN("A feed that you gave names this value.  A hit says "
		      "that it stands in the evidence; what it did there "
		      "stands beside it.  Whether the feed is right is not "
		      "known here.");
	/* All of the feed share one. */
	if (r->nverify == 0)
		fix_text(a,
		    SPAN("Ask the feed's source what the value was used for "
			 "and when, then look for it in flow records and the "
			 "logs of the devices around."),
		    &r->verify, &r->nverify);
	c->verify = r->verify;
	c->nverify = r->nverify;
	source = arena_fmt(&r->work, "feed %.*s, %.*s%s%.*s%s%.*s%s%.*s",
	    SPAN_FMT(r->feed->path), SPAN_FMT(r->feed->format),
	    by.n > 0 ? ", " : "", SPAN_FMT(span_head(by, NOTE_KEPT)),
	    x->tlp.n > 0 ? ", TLP:" : "", SPAN_FMT(x->tlp),
	    x->phase.n > 0 ? ", kill chain: " : "", SPAN_FMT(x->phase));
	/* Mostly the same as the one before. */
	if (!span_eq(source, r->by))
		r->by = arena_copy(a, source);
	c->source = r->by;
}

/* ---- adding ---- */

static struct span
key_of(const struct feed_value *v, char room[LIMIT_INDICATOR_BYTES + 1])
{
	ASSERT(v->text.n <= LIMIT_INDICATOR_BYTES);
	room[0] = (char)('A' + v->type);
	memcpy(room + 1, v->text.p, v->text.n);
	return span_of(room, v->text.n + 1);
}

static void
conflict(struct feed_read *r, uint32_t at, const char *text)
{
	struct indicator_list *l = r->list;

	r->feed->conflicts++;
	if (l->nconflicts >= LIMIT_FEED_PROBLEMS)
		return;
	l->conflicts = arena_grow(l->arena, l->conflicts, l->nconflicts,
	    &l->conflicts_cap, sizeof(*l->conflicts));
	l->conflicts[l->nconflicts++] =
	    (struct feed_conflict){at, r->number, span_str(text)};
}

/* A value that stands in the list already: the first word stays, what the
 * other says differently is noted.  A value on its own is worth more than the
 * same as a part of a pattern; alive in one feed, it is alive. */
static void
again(struct feed_read *r, uint32_t at, const struct feed_item *f)
{
	struct indicator *x = &r->list->v[at];
	bool dead = x->state == INDICATOR_REVOKED;

	r->feed->duplicates++;
	if (dead != f->revoked)
		conflict(r, at,
		    f->revoked ? "taken back here, in use in the first"
			       : "in use here, taken back in the first");
	else if ((f->from != TIME_NONE && x->from != TIME_NONE &&
		     f->from != x->from) ||
		 (f->until != TIME_NONE && x->until != TIME_NONE &&
		     f->until != x->until))
		conflict(r, at, "another validity window");
	if (dead && !f->revoked)
		x->state = INDICATOR_ACTIVE;
	x->below |= f->below;
}

static void
count(struct feed_read *r, const struct indicator *x)
{
	r->feed->loaded++;
	r->feed->revoked += x->state == INDICATOR_REVOKED;
	if (r->o->now != TIME_NONE && x->until != TIME_NONE &&
	    x->until < r->o->now)
		r->feed->expired++;
}

/* Many patterns may ask for one value; each is asked at every hit. */
static bool
room_for_pattern(
    struct feed_read *r, const struct feed_item *f, const struct feed_value *v)
{
	char room[LIMIT_INDICATOR_BYTES + 1];
	struct span key = key_of(v, room);
	uint32_t n;

	room[0] = (char)('a' + v->type);
	n = map_add(&r->list->index, key, 0);
	map_put(&r->list->index, key, n + 1);
	if (n < LIMIT_VALUE_PATTERNS)
		return true;
	feed_refuse(r, f->line, 0,
	    "\"%.*s\": more than %d patterns ask for this value",
	    SPAN_FMT(span_head(v->text, 80)), LIMIT_VALUE_PATTERNS);
	return false;
}

static void
add(struct feed_read *r, const struct feed_item *f, const struct feed_value *v)
{
	struct indicator_list *l = r->list;
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
	    .feed = r->number,
	    .pattern = f->pattern,
	    .part = f->part};

	if (f->pattern == NULL) {
		uint32_t at =
		    map_add(&l->index, key_of(v, room), (uint32_t)l->n);

		if (at != l->n) {
			again(r, at, f);
			return;
		}
	} else if (!room_for_pattern(r, f, v)) {
		return;
	}
	x.value = arena_copy(r->arena, v->text);
	x.tlp = arena_copy(r->arena, f->tlp);
	x.phase = arena_copy(r->arena, f->phase);
	x.source = arena_copy(r->arena, span_head(f->source, NOTE_KEPT));
	x.note = arena_copy(r->arena,
	    span_head(f->title.n > 0 ? f->title : f->note, NOTE_KEPT));
	x.check.kind = CHECK_INDICATOR;
	x.check.id = f->id.n > 0 ? arena_copy(r->arena, f->id) : x.value;
	x.check.confirmed = f->confirmed.n > 0
				? arena_copy(r->arena, f->confirmed)
				: SPAN("reported");
	if (r->number == INDICATOR_NO_FEED) {
		x.check.source = arena_copy(r->arena, f->source);
		check_built_in(r->arena, &x, f);
	} else {
		check_feed(r, &x);
	}
	indicator_append(l, &x);
	count(r, &x);
}

static bool
room_left(struct feed_read *r, uint64_t line)
{
	if (r->list->n < LIMIT_INDICATORS)
		return true;
	feed_refuse(r, line, 0, "more indicators than the limit of %d",
	    LIMIT_INDICATORS);
	return false;
}

static void
refuse_value(
    struct feed_read *r, uint64_t line, struct span value, const char *why)
{
	feed_refuse(
	    r, line, 0, "\"%.*s\": %s", SPAN_FMT(span_head(value, 80)), why);
}

static bool
put_range(struct feed_read *r, const struct feed_item *x, struct span s)
{
	struct prefix parts[LIMIT_RANGE_PREFIXES];
	size_t n = feed_range(s, parts);

	for (size_t i = 0; i < n; i++) {
		char text[ADDR_TEXT];
		struct feed_value v = {
		    .type = INDICATOR_ADDRESS, .prefix = parts[i]};

		addr_write(&parts[i].addr, text);
		v.text = parts[i].bits < (parts[i].addr.family == 4 ? 32 : 128)
			     ? arena_fmt(&r->work, "%s/%u", text, parts[i].bits)
			     : arena_copy(&r->work, span_str(text));
		add(r, x, &v);
	}
	return n > 0;
}

void
feed_put(struct feed_read *r, const struct feed_item *x)
{
	struct feed_value v;
	struct span s;
	const char *wrong;

	arena_reset(&r->work);
	if (!room_left(r, x->line))
		return;
	s = x->type == INDICATOR_USER_AGENT || x->type == INDICATOR_FILE_NAME
		? span_trim(x->value)
		: feed_refang(&r->work, x->value);
	if (x->type == INDICATOR_ADDRESS && put_range(r, x, s))
		return;
	wrong = feed_value_read(&r->work, x->type, s, &v);
	if (wrong != NULL)
		refuse_value(r, x->line, x->value, wrong);
	else
		add(r, x, &v);
}

bool
feed_put_guess(struct feed_read *r, struct feed_item *x)
{
	struct span s;
	struct feed_value v;

	arena_reset(&r->work);
	s = feed_refang(&r->work, x->value);
	if (put_range(r, x, s))
		return true;
	if (feed_value_guess(&r->work, s, &v) != NULL)
		return false;
	x->type = v.type;
	if (room_left(r, x->line))
		add(r, x, &v);
	return true;
}

struct at_yara {
	struct feed_read *r;
	uint64_t line;
	bool refused;
};

static void
on_yara_problem(void *ctx, struct span path, uint64_t line, const char *text)
{
	struct at_yara *x = ctx;

	(void)path;
	x->refused = true;
	feed_refuse(x->r, x->line, 0, "YARA rule, line %llu: %s",
	    (unsigned long long)line, text);
}

void
feed_put_yara(struct feed_read *r, uint64_t line, struct span rule)
{
	struct at_yara x = {r, line, false};

	if (r->o->yara != NULL)
		yara_set_add(
		    r->o->yara, rule, r->feed->path, on_yara_problem, &x);
	if (!x.refused)
		r->feed->loaded++;
}

/* ---- files ---- */

static void
read_with(struct indicator_list *l, const struct feed_format *f,
    struct span bytes, struct indicator_feed *feed, uint32_t number,
    const struct feed_options *o)
{
	struct feed_read r = {.list = l,
	    .arena = l->arena,
	    .feed = feed,
	    .number = number,
	    .o = o};

	arena_init(&r.scratch);
	arena_init(&r.work);
	if (span_starts(bytes, SPAN("\xef\xbb\xbf")))
		bytes = span_from(bytes, 3);
	f->read(&r, bytes);
	arena_release(&r.scratch);
	arena_release(&r.work);
}

void
feed_take(struct indicator_list *l, struct span bytes, struct span path,
    const struct feed_options *o)
{
	const struct feed_format *f = feed_identify(bytes, path);
	struct indicator_feed feed = {.path = arena_copy(l->arena, path)};
	uint32_t number = (uint32_t)l->nfeeds;

	l->feeds = arena_grow(
	    l->arena, l->feeds, l->nfeeds, &l->feeds_cap, sizeof(*l->feeds));
	l->nfeeds++;
	feed.format = f == NULL ? SPAN("unknown") : span_str(f->name);
	if (f == NULL) {
		feed.refused = 1;
		o->problem(o->ctx, feed.path, 0, 0,
		    SPAN("no feed of a known format; nothing was taken"));
	} else {
		read_with(l, f, bytes, &feed, number, o);
	}
	l->feeds[number] = feed;
}

void
feed_take_built_in(struct indicator_list *l, struct span csv, struct span path,
    const struct feed_options *o)
{
	struct indicator_feed feed = {.path = path};

	read_with(l, &feed_csv, csv, &feed, INDICATOR_NO_FEED, o);
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
