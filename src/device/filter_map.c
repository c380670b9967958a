/*
 * The whole address space at once.  The pieces of all entries are laid over
 * the space and swept from its low to its high end; at each place the lowest
 * entry among the open pieces decides, unless an unsure entry of the other
 * action stands before it.  Three heaps (sure, unsure permit, unsure deny) hold
 * the open pieces; closed ones are dropped when they come to the top.
 */

#include "base/limits.h"
#include "base/sort.h"
#include "device/filter_build.h"

enum { HEAP_SURE, HEAP_PERMIT, HEAP_DENY, HEAPS };

struct piece {
	struct addr lo, hi;
	uint32_t rank; /* the entry, or the caller's order */
	uint8_t heap;
};

struct heap {
	uint32_t *v;
	size_t n;
};

struct sweep {
	struct arena *arena;
	const struct filter_query *query;
	struct piece *v;
	size_t n, cap;
	bool full;
	struct heap heaps[HEAPS];
};

/* ---- addresses as numbers ---- */

static unsigned
last_byte(const struct addr *a)
{
	return a->family == 4 ? 3 : 15;
}

/* The next address; false behind the last. */
static bool
addr_up(struct addr *a)
{
	for (int i = (int)last_byte(a); i >= 0; i--)
		if (++a->bytes[i] != 0)
			return true;
	return false;
}

static void
addr_down(struct addr *a)
{
	for (int i = (int)last_byte(a); i >= 0; i--)
		if (a->bytes[i]-- != 0)
			return;
}

static struct filter_piece
all_of(unsigned family)
{
	struct prefix p = {.addr.family = (uint8_t)family};

	return filter_piece_of(&p);
}

/* ---- pieces into the sweep ---- */

static void
sweep_add(struct sweep *s, struct addr lo, struct addr hi, uint32_t rank,
    unsigned heap)
{
	if (s->n >= LIMIT_FILTER_PIECES) {
		s->full = true;
		return;
	}
	s->v = arena_grow(s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n++] = (struct piece){lo, hi, rank, (uint8_t)heap};
}

/* Bits of the wildcard that stand above its lowest run of ones: each doubles
 * the pieces. */
static unsigned
hole_bits(const struct addr *wild, uint8_t *at, unsigned max)
{
	unsigned size = (last_byte(wild) + 1) * 8, n = 0;
	bool tail = true;

	for (unsigned i = size; i-- > 0;) {
		bool one = wild->bytes[i / 8] >> (7 - i % 8) & 1;

		tail &= one;
		if (!one || tail)
			continue;
		if (n < max)
			at[n] = (uint8_t)i;
		n++;
	}
	return n;
}

static void
add_wild(struct sweep *s, const struct filter_piece *p, uint32_t rank,
    unsigned heap, unsigned unsure)
{
	uint8_t at[32];
	unsigned holes = hole_bits(&p->wild, at, 32);
	struct addr tail = p->wild;

	if (holes >= 32 || 1u << holes > LIMIT_FILTER_HOLES) {
		sweep_add(s, p->lo, p->hi, rank, unsure);
		return;
	}
	for (unsigned k = 0; k < holes; k++)
		tail.bytes[at[k] / 8] &= (uint8_t) ~(0x80u >> at[k] % 8);
	for (unsigned i = 0; i < 1u << holes; i++) {
		struct addr lo = p->lo, hi;

		for (unsigned k = 0; k < holes; k++)
			if (i >> k & 1)
				lo.bytes[at[k] / 8] |=
				    (uint8_t)(0x80u >> at[k] % 8);
		hi = lo;
		for (unsigned k = 0; k < sizeof(hi.bytes); k++)
			hi.bytes[k] |= tail.bytes[k];
		sweep_add(s, lo, hi, rank, heap);
	}
}

/* What the filter of an entry takes, or may take. */
static void
add_nested(struct sweep *s, const struct filter_entry *e, uint32_t rank,
    unsigned family, unsigned heap)
{
	unsigned unsure = e->action == FILTER_PERMIT ? HEAP_PERMIT : HEAP_DENY;
	struct filter_runs inner;

	filter_map(s->arena, e->of, s->query, family, &inner);
	for (size_t i = 0; i < inner.n; i++) {
		const struct filter_run *r = &inner.v[i];

		if (r->answer.verdict == FILTER_UNKNOWN)
			sweep_add(s, r->lo, r->hi, rank, unsure);
		else if ((r->answer.verdict == FILTER_DENY) == e->of_denied)
			sweep_add(s, r->lo, r->hi, rank, heap);
	}
}

static void
add_entry(struct sweep *s, const struct filter_entry *e, uint32_t rank,
    unsigned family, bool sure)
{
	unsigned unsure = e->action == FILTER_PERMIT ? HEAP_PERMIT : HEAP_DENY;
	unsigned heap = sure ? HEAP_SURE : unsure;
	struct filter_piece all = all_of(family);
	const struct filter_set *set = &e->source;

	if (e->of != NULL) {
		add_nested(s, e, rank, family, heap);
		return;
	}
	if (family == 4 ? set->any4 : set->any6) {
		sweep_add(s, all.lo, all.hi, rank, heap);
		return;
	}
	for (size_t i = 0; i < set->n && !s->full; i++) {
		const struct filter_piece *p = &set->v[i];

		if (p->lo.family != family)
			continue;
		if (p->wild.family != 0)
			add_wild(s, p, rank, heap, unsure);
		else
			sweep_add(s, p->lo, p->hi, rank, heap);
	}
	if (set->unsure)
		sweep_add(s, all.lo, all.hi, rank, unsure);
}

/* ---- heaps of open pieces, lowest rank first ---- */

static bool
before(const struct sweep *s, uint32_t a, uint32_t b)
{
	return s->v[a].rank < s->v[b].rank;
}

static void
swap(uint32_t *a, uint32_t *b)
{
	uint32_t t = *a;

	*a = *b;
	*b = t;
}

static void
heap_push(const struct sweep *s, struct heap *h, uint32_t x)
{
	size_t i = h->n++;

	h->v[i] = x;
	while (i > 0 && before(s, h->v[i], h->v[(i - 1) / 2])) {
		swap(&h->v[i], &h->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void
heap_pop(const struct sweep *s, struct heap *h)
{
	size_t i = 0, least;

	h->v[0] = h->v[--h->n];
	for (;; i = least) {
		least = i;
		for (size_t c = 2 * i + 1; c <= 2 * i + 2 && c < h->n; c++)
			if (before(s, h->v[c], h->v[least]))
				least = c;
		if (least == i)
			return;
		swap(&h->v[i], &h->v[least]);
	}
}

/* The open piece of lowest rank at this place, or UINT32_MAX. */
static uint32_t
heap_top(const struct sweep *s, struct heap *h, const struct addr *at)
{
	while (h->n > 0 && addr_cmp(&s->v[h->v[0]].hi, at) < 0)
		heap_pop(s, h);
	return h->n > 0 ? s->v[h->v[0]].rank : UINT32_MAX;
}

static int
by_lo(const void *a, const void *b)
{
	return addr_cmp(
	    &((const struct piece *)a)->lo, &((const struct piece *)b)->lo);
}

static int
by_addr(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* Where something opens or has closed: the places that differ from what lies
 * before them. */
static struct addr *
sweep_places(struct sweep *s, unsigned family, size_t *n)
{
	struct addr *v = arena_array(s->arena, 2 * s->n + 1, sizeof(*v));
	size_t k = 0, kept = 1;

	v[k++] = all_of(family).lo;
	for (size_t i = 0; i < s->n; i++) {
		struct addr behind = s->v[i].hi;

		v[k++] = s->v[i].lo;
		if (addr_up(&behind))
			v[k++] = behind;
	}
	sort_array(v, k, sizeof(*v), by_addr);
	for (size_t i = 1; i < k; i++)
		if (addr_cmp(&v[i], &v[kept - 1]) != 0)
			v[kept++] = v[i];
	*n = kept;
	return v;
}

static void
sweep_ready(struct sweep *s)
{
	size_t count[HEAPS] = {0};

	if (s->n > 0)
		sort_array(s->v, s->n, sizeof(*s->v), by_lo);
	for (size_t i = 0; i < s->n; i++)
		count[s->v[i].heap]++;
	for (unsigned h = 0; h < HEAPS; h++)
		s->heaps[h].v =
		    arena_array(s->arena, count[h], sizeof(*s->heaps[h].v));
}

/* ---- the map of a filter ---- */

static struct filter_answer
answer_at(const struct filter *f, const uint32_t top[HEAPS])
{
	struct filter_answer r = {
	    .verdict = f->end, .entry = FILTER_END, .why = f->end_why};
	uint32_t other;

	if (top[HEAP_SURE] != UINT32_MAX)
		r = (struct filter_answer){
		    .verdict = f->v[top[HEAP_SURE]].action,
		    .entry = top[HEAP_SURE]};
	if (r.verdict == FILTER_UNKNOWN)
		return r;
	other = top[r.verdict == FILTER_PERMIT ? HEAP_DENY : HEAP_PERMIT];
	if (other < r.entry) {
		r.verdict = FILTER_UNKNOWN;
		r.why = filter_entry_why(&f->v[other]);
	}
	return r;
}

static bool
same_answer(const struct filter_answer *x, const struct filter_answer *y)
{
	return x->verdict == y->verdict && x->entry == y->entry &&
	       x->list == y->list && span_eq(x->why, y->why);
}

/* Append [lo, next) to the runs, or make the last one longer. */
static void
put_run(struct filter_runs *r, const struct addr *hi, const struct addr *lo,
    const struct filter_answer *answer)
{
	if (r->n > 0 && same_answer(&r->v[r->n - 1].answer, answer)) {
		r->v[r->n - 1].hi = *hi;
		return;
	}
	r->v[r->n++] = (struct filter_run){*lo, *hi, *answer};
}

static bool
give_up(struct arena *a, unsigned family, struct filter_runs *out)
{
	struct filter_piece all = all_of(family);

	out->v = arena_alloc(a, sizeof(*out->v));
	out->n = 1;
	out->v[0] = (struct filter_run){.lo = all.lo,
	    .hi = all.hi,
	    .answer = {.entry = FILTER_END, .why = SPAN("too long a list")}};
	return false;
}

bool
filter_map(struct arena *a, const struct filter *f,
    const struct filter_query *q, unsigned family, struct filter_runs *out)
{
	struct sweep s = {.arena = a, .query = q};
	struct filter_runs r = {0};
	struct addr *place;
	size_t places, next = 0;
	bool picky = false;

	for (size_t i = 0; i < f->n; i++) {
		enum filter_match m = filter_entry_match(&f->v[i], q, &picky);

		if (m != MATCH_NO)
			add_entry(
			    &s, &f->v[i], (uint32_t)i, family, m == MATCH_YES);
	}
	if (s.full)
		return give_up(a, family, out);
	sweep_ready(&s);
	place = sweep_places(&s, family, &places);
	r.v = arena_array(a, places, sizeof(*r.v));
	for (size_t p = 0; p < places; p++) {
		struct addr hi =
		    p + 1 < places ? place[p + 1] : all_of(family).hi;
		struct filter_answer answer;
		uint32_t top[HEAPS];

		while (next < s.n && addr_cmp(&s.v[next].lo, &place[p]) <= 0) {
			heap_push(&s, &s.heaps[s.v[next].heap], (uint32_t)next);
			next++;
		}
		for (unsigned h = 0; h < HEAPS; h++)
			top[h] = heap_top(&s, &s.heaps[h], &place[p]);
		if (p + 1 < places)
			addr_down(&hi);
		answer = answer_at(f, top);
		put_run(&r, &hi, &place[p], &answer);
	}
	*out = r;
	return true;
}

void
filter_runs_and(struct arena *a, const struct filter_runs *x,
    const struct filter_runs *y, struct filter_runs *out)
{
	struct filter_runs r = {0};
	size_t i = 0, k = 0;

	r.v = arena_array(a, x->n + y->n, sizeof(*r.v));
	while (i < x->n && k < y->n) {
		const struct filter_run *p = &x->v[i], *q = &y->v[k];
		const struct addr *lo =
		    addr_cmp(&p->lo, &q->lo) > 0 ? &p->lo : &q->lo;
		int c = addr_cmp(&p->hi, &q->hi);
		struct filter_answer answer;

		filter_answer_and(&p->answer, &q->answer, &answer);
		put_run(&r, c < 0 ? &p->hi : &q->hi, lo, &answer);
		i += c <= 0;
		k += c >= 0;
	}
	*out = r;
}

/* ---- runs to prefixes ---- */

/* Zero bits at the end of an address. */
static unsigned
trailing_zeros(const struct addr *a)
{
	unsigned n = 0, size = (last_byte(a) + 1) * 8;

	while (n < size && !(a->bytes[(size - 1 - n) / 8] >> n % 8 & 1))
		n++;
	return n;
}

struct gather {
	struct prefix *out;
	size_t max, n;
};

/* The fewest prefixes of [lo, hi]: each time the widest that starts at lo. */
static void
put_range(struct gather *g, struct addr lo, const struct addr *hi)
{
	unsigned size = (last_byte(&lo) + 1) * 8;

	while (g->n < LIMIT_FILTER_PREFIXES && addr_cmp(&lo, hi) <= 0) {
		unsigned zeros = trailing_zeros(&lo);
		struct prefix p;
		struct addr end;

		for (;; zeros--) {
			p = prefix_of(lo, size - zeros);
			end = filter_piece_of(&p).hi;
			if (addr_cmp(&end, hi) <= 0)
				break;
		}
		if (g->n < g->max)
			g->out[g->n] = p;
		g->n++;
		lo = end;
		if (!addr_up(&lo))
			return;
	}
}

size_t
filter_prefixes(const struct filter_runs *r, enum filter_verdict v,
    struct prefix *out, size_t max)
{
	struct gather g = {out, max, 0};

	for (size_t i = 0; i < r->n;) {
		struct addr lo = r->v[i].lo, hi = r->v[i].hi;
		bool wanted = r->v[i].answer.verdict == v;

		/* Entries side by side make one range. */
		for (i++; i < r->n && (r->v[i].answer.verdict == v) == wanted;
		     i++)
			hi = r->v[i].hi;
		if (wanted)
			put_range(&g, lo, &hi);
	}
	return g.n;
}

/* ---- the longest prefix decides ---- */

struct chosen {
	struct arena *arena;
	struct filter_piece *v;
	size_t n, cap;
};

static void
choose_family(
    struct chosen *c, const struct filter_choice *v, size_t n, unsigned family)
{
	struct sweep s = {.arena = c->arena};
	struct addr *place, hi;
	size_t places, next = 0;
	bool open = false;
	uint32_t top;

	/* Longer ones first; of equal ones the exception. */
	for (size_t i = 0; i < n; i++)
		if (v[i].lo.family == family)
			sweep_add(&s, v[i].lo, v[i].hi,
			    (128u - v[i].bits) * 2 + !v[i].except, HEAP_SURE);
	if (s.n == 0)
		return;
	sweep_ready(&s);
	place = sweep_places(&s, family, &places);
	for (size_t p = 0; p < places; p++) {
		while (next < s.n && addr_cmp(&s.v[next].lo, &place[p]) <= 0)
			heap_push(&s, &s.heaps[HEAP_SURE], (uint32_t)next++);
		top = heap_top(&s, &s.heaps[HEAP_SURE], &place[p]);
		hi = p + 1 < places ? place[p + 1] : all_of(family).hi;
		if (p + 1 < places)
			addr_down(&hi);
		if (top == UINT32_MAX || top % 2 == 0) {
			open = false;
		} else if (open) {
			c->v[c->n - 1].hi = hi;
		} else {
			c->v = arena_grow(
			    c->arena, c->v, c->n, &c->cap, sizeof(*c->v));
			c->v[c->n++] = filter_piece_range(place[p], hi);
			open = true;
		}
	}
}

size_t
filter_choose(struct arena *a, const struct filter_choice *v, size_t n,
    struct filter_piece **out)
{
	struct chosen c = {.arena = a};

	choose_family(&c, v, n, 4);
	choose_family(&c, v, n, 6);
	*out = c.v;
	return c.n;
}
