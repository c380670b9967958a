/*
 * What is not there: a device that fell silent in a log (messages, or
 * accounting) where others went on,
 * and holes in the numbers of one device's messages.  Log files of one folder
 * are one log (they are rotated), in the order of time.  Only what a collector
 * wrote for several hosts is looked at: a file for each device ends when it
 * was fetched.  Which gap counts is said by rules over records of kind
 * log_gap.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"
#include "detect/rule.h"

/* Hosts that make a file a collector's; hosts whose log is compared with a
 * silence; and the shortest silence that rules are asked about. */
#define COLLECTOR_HOSTS 3
#define PEERS_ASKED 1000
#define SHORTEST (TIME_SECOND * 3600)

/* A host in a log. */
struct voice {
	uint32_t log, device, source;
	struct heard heard;
};

struct piece {
	uint32_t log, device, source, host;
};

struct listening {
	struct casefile *c;
	struct voice *v; /* by log, then device */
	size_t n, cap;
	struct rule_scratch scratch;
};

static struct span
folder_of(struct span path)
{
	size_t at = span_rfind_byte(path, '/');

	return span_head(path, at == SPAN_NONE ? 0 : at);
}

static const struct heard *
piece_heard(const struct casefile *c, const struct piece *p)
{
	return &c->sources[p->source].hosts[p->host].heard;
}

static int
piece_order(const void *a, const void *b, void *ctx)
{
	const struct piece *x = a, *y = b;
	int64_t s = piece_heard(ctx, x)->first, t = piece_heard(ctx, y)->first;

	if (x->log != y->log)
		return x->log < y->log ? -1 : 1;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (s != t)
		return s < t ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->host < y->host ? -1 : x->host > y->host;
}

static size_t
pieces_gather(struct casefile *c, struct piece **out)
{
	struct map folders;
	size_t n = 0, cap = 0;

	*out = NULL;
	map_init(&folders, &c->arena);
	for (uint32_t i = 0; i < c->nsources; i++) {
		struct source *s = &c->sources[i];
		uint32_t log;

		if ((!span_is(s->evidence, "syslog") &&
			!span_is(s->evidence, "accounting")) ||
		    s->nhosts < COLLECTOR_HOSTS)
			continue;
		log = map_add(&folders,
		    arena_fmt(&c->arena, "%.*s %.*s", SPAN_FMT(s->evidence),
			SPAN_FMT(folder_of(s->path))),
		    i);
		for (uint32_t k = 0; k < s->nhosts; k++) {
			uint32_t d = case_host_device(c, s, s->hosts[k].host,
			    s->hosts[k].host_addr, false);

			if (d == DEVICE_NONE ||
			    s->hosts[k].heard.first == TIME_NONE)
				continue;
			*out =
			    arena_grow(&c->arena, *out, n, &cap, sizeof(**out));
			(*out)[n++] = (struct piece){log, d, i, k};
		}
	}
	return n;
}

/* Pieces of one device in one log become one voice. */
static void
voices_make(struct listening *l, const struct piece *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct voice *last = l->n > 0 ? &l->v[l->n - 1] : NULL;

		if (last != NULL && last->log == p[i].log &&
		    last->device == p[i].device) {
			const struct heard *h = piece_heard(l->c, &p[i]);

			if (h->first >= last->heard.last)
				heard_join(&last->heard, h);
			else
				heard_mingle(&last->heard, h);
			continue;
		}
		l->v = arena_grow(
		    &l->c->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = (struct voice){p[i].log, p[i].device,
		    p[i].source, *piece_heard(l->c, &p[i])};
	}
}

/* ---- telling ---- */

struct gap {
	const struct voice *voice;
	int64_t from, to;
	struct span entity, reason;
};

struct at_gap {
	struct listening *l;
	const struct gap *gap;
};

static void
on_rule(void *ctx, const struct rule *rule)
{
	const struct at_gap *at = ctx;
	const struct gap *g = at->gap;
	struct casefile *c = at->l->c;
	struct finding *f;

	if (!case_rule_fits(c, rule, g->voice->device))
		return;
	f = case_finding_new(c, &rule->check, g->voice->device, g->entity);
	if (f == NULL)
		return;
	f->reason = g->reason;
	f->first = g->from;
	f->last = g->to;
	f->count = 1;
	case_place(c, f,
	    (struct finding_place){
		g->voice->source, 0, UINT64_MAX, (struct span){0}});
}

static void
put_number(struct listening *l, struct record *r, enum field_id f, uint64_t n)
{
	record_put_number(r, f, arena_fmt(&l->c->arena, "%" PRIu64, n));
}

static void
gap_tell(struct listening *l, struct record *r, const struct gap *g)
{
	struct at_gap at = {l, g};

	ruleset_match(&l->c->knowledge->rules, r, &l->scratch, on_rule, &at);
}

/* Was it heard before, after, and not silent for half of that itself? */
static bool
is_peer(const struct voice *v, int64_t from, int64_t to)
{
	const struct heard *h = &v->heard;
	int64_t silent =
	    h->silent_from == TIME_NONE ? 0 : h->silent_to - h->silent_from;

	return h->first <= from && h->last >= to && silent < (to - from) / 2;
}

static size_t
peers_count(const struct listening *l, const struct voice *of, size_t first,
    size_t end, int64_t from, int64_t to)
{
	size_t n = 0;

	if (end - first > PEERS_ASKED)
		end = first + PEERS_ASKED;
	for (size_t i = first; i < end; i++)
		n += &l->v[i] != of && is_peer(&l->v[i], from, to);
	return n;
}

static void
silence_tell(struct listening *l, const struct voice *v, struct gap *g,
    bool lasting, int64_t usual, size_t peers)
{
	struct arena *a = &l->c->arena;
	int64_t length = g->to - g->from, hour = 3600 * TIME_SECOND;
	char from[TIME_TEXT], to[TIME_TEXT];
	struct record r;

	time_write(g->from, from);
	time_write(g->to, to);
	g->entity = l->c->sources[v->source].evidence;
	g->reason = arena_fmt(a,
	    "nothing for %" PRId64 " h, %s to %s, while %zu other devices "
	    "of this log were heard; its longest silence otherwise is %" PRId64
	    " h in %" PRIu64 " lines",
	    length / hour, from, to, peers, usual / hour, v->heard.lines);
	record_init(&r, K_LOG_GAP, 0, UINT64_MAX, (struct span){0});
	record_put_str(&r, F_GAP, "time");
	record_put(&r, F_USE, g->entity);
	record_put_str(&r, F_STATE, lasting ? "lasting" : "over");
	put_number(l, &r, F_HOURS, (uint64_t)(length / hour));
	put_number(l, &r, F_TIMES,
	    (uint64_t)(length / (usual > TIME_SECOND ? usual : TIME_SECOND)));
	put_number(l, &r, F_PEERS, peers);
	put_number(l, &r, F_HEARD, v->heard.lines);
	gap_tell(l, &r, g);
}

static void
numbers_tell(struct listening *l, const struct voice *v)
{
	const struct heard *h = &v->heard;
	char from[TIME_TEXT], to[TIME_TEXT];
	struct gap g = {v, h->hole_from, h->hole_to, {0}, {0}};
	struct record r;

	if (h->hole == 0)
		return;
	time_write(h->hole_from, from);
	time_write(h->hole_to, to);
	g.reason = arena_fmt(&l->c->arena,
	    "%" PRIu64 " numbers missing in a row between %s and %s; %" PRIu64
	    " hole%s in %" PRIu64 " numbered messages",
	    h->hole, from, to, h->holes, h->holes == 1 ? "" : "s", h->numbered);
	record_init(&r, K_LOG_GAP, 0, UINT64_MAX, (struct span){0});
	record_put_str(&r, F_GAP, "numbers");
	record_put(&r, F_USE, l->c->sources[v->source].evidence);
	put_number(l, &r, F_HOLES, h->holes);
	put_number(l, &r, F_MISSING, h->hole);
	put_number(l, &r, F_HEARD, h->numbered);
	gap_tell(l, &r, &g);
}

/* The silence at the end of the log, or the longest one before. */
static void
voice_tell(
    struct listening *l, size_t i, size_t first, size_t end, int64_t log_end)
{
	const struct voice *v = &l->v[i];
	const struct heard *h = &v->heard;
	int64_t longest =
	    h->silent_from == TIME_NONE ? 0 : h->silent_to - h->silent_from;
	bool lasting = log_end - h->last > longest;
	struct gap g = {v, lasting ? h->last : h->silent_from,
	    lasting ? log_end : h->silent_to, {0}, {0}};
	int64_t to = g.to;

	numbers_tell(l, v);
	if (g.from == TIME_NONE || g.to - g.from < SHORTEST)
		return;
	/* Nobody need be heard at the very end. */
	if (lasting)
		to = g.from + (g.to - g.from) / 4 * 3;
	silence_tell(l, v, &g, lasting, lasting ? longest : h->second,
	    peers_count(l, v, first, end, g.from, to));
}

static void
log_tell(struct listening *l, size_t first, size_t end)
{
	int64_t log_end = TIME_NONE;

	for (size_t i = first; i < end; i++)
		if (l->v[i].heard.last > log_end)
			log_end = l->v[i].heard.last;
	for (size_t i = first; i < end; i++)
		voice_tell(l, i, first, end, log_end);
}

void
case_gaps(struct casefile *c)
{
	struct listening l = {.c = c};
	struct piece *pieces;
	size_t n = pieces_gather(c, &pieces);
	struct err e;

	if (n == 0)
		return;
	qsort_r(pieces, n, sizeof(*pieces), piece_order, c);
	voices_make(&l, pieces, n);
	if (rule_scratch_init(&l.scratch, &e) != 0) {
		c->complete = false;
		return;
	}
	for (size_t first = 0, end; first < l.n; first = end) {
		end = first;
		while (end < l.n && l.v[end].log == l.v[first].log)
			end++;
		log_tell(&l, first, end);
	}
	rule_scratch_release(&l.scratch);
}
