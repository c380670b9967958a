#include "device/filter.h"

#include "base/limits.h"
#include "device/filter_build.h"

/* ---- pieces ---- */

static unsigned
size_of(unsigned family)
{
	return family == 4 ? 4 : 16;
}

struct filter_piece
filter_piece_of(const struct prefix *p)
{
	struct filter_piece r = {.lo = p->addr, .hi = p->addr};

	for (unsigned i = 0; i < size_of(p->addr.family); i++) {
		unsigned from = i * 8;
		unsigned keep = p->bits > from ? p->bits - from : 0;

		if (keep < 8)
			r.hi.bytes[i] |= (uint8_t)(0xffu >> keep);
	}
	return r;
}

struct filter_piece
filter_piece_range(struct addr lo, struct addr hi)
{
	return (struct filter_piece){.lo = lo, .hi = hi};
}

/* Are the ones of the wildcard all at the end? */
static bool
is_contiguous(const struct addr *wild)
{
	bool ones = false;

	for (unsigned i = 0; i < size_of(wild->family) * 8; i++) {
		bool one = wild->bytes[i / 8] >> (7 - i % 8) & 1;

		if (ones && !one)
			return false;
		ones = one;
	}
	return true;
}

struct filter_piece
filter_piece_wild(struct addr a, struct addr wild)
{
	struct filter_piece r = {.lo = a, .hi = a};

	for (unsigned i = 0; i < size_of(a.family); i++) {
		r.lo.bytes[i] &= (uint8_t)~wild.bytes[i];
		r.hi.bytes[i] |= wild.bytes[i];
	}
	if (!is_contiguous(&wild))
		r.wild = wild;
	return r;
}

bool
filter_piece_holds(const struct filter_piece *p, const struct addr *a)
{
	if (addr_cmp(&p->lo, a) > 0 || addr_cmp(a, &p->hi) > 0)
		return false;
	if (p->wild.family == 0)
		return true;
	for (unsigned i = 0; i < size_of(a->family); i++)
		if ((a->bytes[i] ^ p->lo.bytes[i]) & ~p->wild.bytes[i] & 0xff)
			return false;
	return true;
}

/* ---- entries ---- */

static enum filter_match
match_service(const struct filter_service *s, const struct filter_query *q)
{
	if (s->protocol != FILTER_ANY_PROTOCOL && s->protocol != q->protocol)
		return MATCH_NO;
	if (s->unsure)
		return MATCH_MAYBE;
	if (s->nports == 0)
		return MATCH_YES;
	if (q->port == 0)
		return MATCH_MAYBE;
	for (size_t i = 0; i < s->nports; i++)
		if (q->port >= s->ports[i].lo && q->port <= s->ports[i].hi)
			return MATCH_YES;
	return MATCH_NO;
}

/*
 * An intruder picks his source port.  So a permit of some source ports lets
 * him in, and a denial of some does not keep him out; whether he then finds
 * another port for a later permit of some is left open.
 */
enum filter_match
filter_entry_match(
    const struct filter_entry *e, const struct filter_query *q, bool *picky)
{
	enum filter_match best = MATCH_NO, m;

	if (e->never)
		return MATCH_NO;
	if (e->nservices == 0)
		best = MATCH_YES;
	for (size_t i = 0; i < e->nservices && best != MATCH_YES; i++) {
		const struct filter_service *s = &e->services[i];

		m = match_service(s, q);
		if (s->source_port && m != MATCH_NO) {
			if (e->action == FILTER_DENY) {
				*picky = true;
				continue;
			}
			m = *picky ? MATCH_MAYBE : m;
		}
		if (m > best)
			best = m;
	}
	if (best == MATCH_YES && e->unsure)
		best = MATCH_MAYBE;
	return best;
}

void
filter_entry_unsure(struct filter_entry *e, struct span why)
{
	e->unsure = true;
	if (e->why.n == 0)
		e->why = why;
}

static enum filter_match
set_match(const struct filter_set *s, const struct addr *a)
{
	if (a->family == 4 ? s->any4 : s->any6)
		return MATCH_YES;
	for (size_t i = 0; i < s->n; i++)
		if (filter_piece_holds(&s->v[i], a))
			return MATCH_YES;
	return s->unsure ? MATCH_MAYBE : MATCH_NO;
}

/* Of several reasons the first. */
static struct span
filter_why(const struct filter *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct filter_entry *e = &f->v[i];

		if (e->unsure || e->source.unsure || e->why.n > 0)
			return filter_entry_why(e);
		if (e->of != NULL && filter_why(e->of).n > 0)
			return filter_why(e->of);
	}
	return f->end == FILTER_UNKNOWN ? f->end_why : (struct span){0};
}

struct span
filter_entry_why(const struct filter_entry *e)
{
	if (e->why.n > 0)
		return e->why;
	if (e->source.unknown.n > 0)
		return e->source.unknown;
	if (e->of != NULL && filter_why(e->of).n > 0)
		return filter_why(e->of);
	return e->text;
}

/* Does the filter of an entry take the connection? */
static enum filter_match
nested_match(const struct filter_entry *e, const struct filter_query *q,
    const struct addr *a)
{
	struct filter_answer inner;

	if (e->of == NULL)
		return MATCH_YES;
	filter_ask(e->of, q, a, &inner);
	if (inner.verdict == FILTER_UNKNOWN)
		return MATCH_MAYBE;
	return (inner.verdict == FILTER_DENY) == e->of_denied ? MATCH_YES
							      : MATCH_NO;
}

void
filter_ask(const struct filter *f, const struct filter_query *q,
    const struct addr *a, struct filter_answer *out)
{
	const struct filter_entry *permit = NULL, *deny = NULL, *other;
	struct filter_answer r = {
	    .verdict = f->end, .entry = FILTER_END, .why = f->end_why};
	bool picky = false;

	for (size_t i = 0; i < f->n; i++) {
		const struct filter_entry *e = &f->v[i];
		enum filter_match m = filter_entry_match(e, q, &picky), of;

		if (m == MATCH_NO)
			continue;
		of = set_match(&e->source, a);
		m = of < m ? of : m;
		of = m == MATCH_NO ? m : nested_match(e, q, a);
		m = of < m ? of : m;
		if (m == MATCH_YES) {
			r = (struct filter_answer){
			    .verdict = e->action, .entry = (uint32_t)i};
			break;
		}
		if (m != MATCH_MAYBE)
			continue;
		if (e->action == FILTER_PERMIT)
			permit = permit ? permit : e;
		else
			deny = deny ? deny : e;
	}
	other = r.verdict == FILTER_PERMIT ? deny : permit;
	if (r.verdict != FILTER_UNKNOWN && other != NULL) {
		r.verdict = FILTER_UNKNOWN;
		r.why = filter_entry_why(other);
	}
	*out = r;
}

void
filter_answer_and(const struct filter_answer *x, const struct filter_answer *y,
    struct filter_answer *out)
{
	if (x->verdict == FILTER_DENY || y->verdict == FILTER_DENY)
		*out = x->verdict == FILTER_DENY ? *x : *y;
	else if (x->verdict == FILTER_UNKNOWN || y->verdict == FILTER_UNKNOWN)
		*out = x->verdict == FILTER_UNKNOWN ? *x : *y;
	else
		*out = x->entry == FILTER_END ? *y : *x;
}
