#include "read/packet/datagrams.h"

#define DATAGRAM_BYTES 65536

struct piece {
	uint32_t from, to;
};

struct datagram {
	bool used, has_first;
	struct addr src, dst;
	uint32_t id;
	uint8_t protocol;
	uint64_t turn;	/* when it began */
	uint32_t total; /* 0: the last piece has not come */
	struct piece pieces[LIMIT_DATAGRAM_PIECES]; /* apart, any order */
	unsigned npieces;
	struct frame first;
	char *p; /* DATAGRAM_BYTES */
};

void
datagrams_init(struct datagrams *d, struct arena *arena)
{
	*d = (struct datagrams){.arena = arena};
}

static bool
same(const struct datagram *x, const struct frame *f)
{
	return x->used && x->id == f->id && x->protocol == f->protocol &&
	       addr_eq(&x->src, &f->src) && addr_eq(&x->dst, &f->dst);
}

/* One that is free, or new, or the oldest. */
static struct datagram *
datagram_room(struct datagrams *d)
{
	struct datagram *old = NULL;

	if (d->v == NULL)
		d->v = arena_array(d->arena, LIMIT_DATAGRAMS, sizeof(*d->v));
	for (size_t i = 0; i < d->n; i++) {
		if (!d->v[i].used)
			return &d->v[i];
		if (old == NULL || d->v[i].turn < old->turn)
			old = &d->v[i];
	}
	if (d->n < LIMIT_DATAGRAMS) {
		d->v[d->n].p = arena_alloc(d->arena, DATAGRAM_BYTES);
		return &d->v[d->n++];
	}
	d->lost++;
	return old;
}

static struct datagram *
find(struct datagrams *d, const struct frame *f)
{
	struct datagram *x;
	char *p;

	for (size_t i = 0; i < d->n; i++)
		if (same(&d->v[i], f))
			return &d->v[i];
	x = datagram_room(d);
	p = x->p;
	*x = (struct datagram){.used = true,
	    .src = f->src,
	    .dst = f->dst,
	    .id = f->id,
	    .protocol = f->protocol,
	    .turn = d->turn++,
	    .p = p};
	return x;
}

/* Bytes [from, to) are there; false when the pieces are too many. */
static bool
add_piece(struct datagram *x, struct piece n)
{
	for (unsigned i = 0; i < x->npieces;) {
		struct piece *o = &x->pieces[i];

		if (n.to < o->from || n.from > o->to) {
			i++;
			continue;
		}
		n.from = n.from < o->from ? n.from : o->from;
		n.to = n.to > o->to ? n.to : o->to;
		*o = x->pieces[--x->npieces];
	}
	if (x->npieces == LIMIT_DATAGRAM_PIECES)
		return false;
	x->pieces[x->npieces++] = n;
	return true;
}

/* Bytes that are not there yet. */
static void
copy(struct datagram *x, uint32_t from, struct span s)
{
	uint32_t at = from, to = from + (uint32_t)s.n;

	while (at < to) {
		uint32_t end = to;
		bool there = false;

		for (unsigned i = 0; i < x->npieces; i++) {
			const struct piece *o = &x->pieces[i];

			if (at >= o->from && at < o->to) {
				end = o->to < to ? o->to : to;
				there = true;
				break;
			}
			if (o->from > at && o->from < end)
				end = o->from;
		}
		if (!there)
			memcpy(x->p + at, s.p + (at - from), end - at);
		at = end;
	}
}

static void
drop(struct datagrams *d, struct datagram *x)
{
	x->used = false;
	d->lost++;
}

bool
datagrams_add(struct datagrams *d, const struct frame *f, struct frame *whole,
    struct span *data)
{
	struct datagram *x = find(d, f);
	uint32_t to = f->at + (uint32_t)f->data.n;

	if (f->at >= DATAGRAM_BYTES || f->data.n > DATAGRAM_BYTES - f->at ||
	    (x->total > 0 && to > x->total)) {
		drop(d, x);
		return false;
	}
	if (f->data.n > 0) {
		copy(x, f->at, f->data);
		if (!add_piece(x, (struct piece){f->at, to})) {
			drop(d, x);
			return false;
		}
	}
	if (!f->more && x->total == 0)
		x->total = to;
	if (f->at == 0) {
		x->first = *f;
		x->has_first = true;
	}
	if (!x->has_first || x->total == 0 || x->npieces != 1 ||
	    x->pieces[0].from != 0 || x->pieces[0].to != x->total)
		return false;
	*whole = x->first;
	*data = span_of(x->p, x->total);
	x->used = false;
	return true;
}

void
datagrams_end(struct datagrams *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].used)
			drop(d, &d->v[i]);
}
