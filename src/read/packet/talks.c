#include "read/packet/talks.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/err.h"
#include "base/prefetch.h"
#include "base/timestamp.h"
#include "read/packet/tcp.h"

#define HEADS_FIRST 1024
#define TABLE_FIRST 256

#define LINE 64 /* bytes of a cache line */

_Static_assert(sizeof(struct talk) == 2 * LINE, "two cache lines");
_Static_assert(sizeof(struct talk_key) == 40, "nothing between the fields");

void
talks_init(struct talks *t, struct arena *arena, talk_end_fn *end, void *ctx)
{
	*t = (struct talks){
	    .arena = arena, .free = TALK_NONE, .end = end, .ctx = ctx};
	t->nheads = HEADS_FIRST;
	t->heads = arena_array(arena, t->nheads, sizeof(*t->heads));
	memset(t->heads, 0xff, t->nheads * sizeof(*t->heads));
	/* Nothing that is told depends on it; where memory lies is not known
	 * to who wrote the packets. */
	t->seed = (uintptr_t)t->heads;
}

static bool
higher(const uint64_t a[2], const uint64_t b[2], bool equal)
{
	if (a[0] != b[0])
		return a[0] > b[0];
	return a[1] != b[1] ? a[1] > b[1] : equal;
}

/* True when the frame's source is the higher end. */
static bool
key_of(const struct frame *f, struct talk_key *k)
{
	uint64_t src[2], dst[2];
	bool high;

	memcpy(src, f->src.bytes, sizeof(src));
	memcpy(dst, f->dst.bytes, sizeof(dst));
	high = higher(src, dst, f->src_port > f->dst_port);
	memcpy(k->low, high ? dst : src, sizeof(k->low));
	memcpy(k->high, high ? src : dst, sizeof(k->high));
	k->low_port = high ? f->dst_port : f->src_port;
	k->high_port = high ? f->src_port : f->dst_port;
	k->protocol = f->protocol;
	k->low_family = high ? f->dst.family : f->src.family;
	k->high_family = high ? f->src.family : f->dst.family;
	k->unused = 0;
	return high;
}

static bool
key_same(const struct talk_key *a, const struct talk_key *b)
{
	uint64_t x, y;

	memcpy(&x, &a->low_port, sizeof(x));
	memcpy(&y, &b->low_port, sizeof(y));
	return ((x ^ y) | (a->low[0] ^ b->low[0]) | (a->low[1] ^ b->low[1]) |
		   (a->high[0] ^ b->high[0]) | (a->high[1] ^ b->high[1])) == 0;
}

static uint32_t
key_hash(const struct talks *t, const struct talk_key *k)
{
	return (uint32_t)XXH3_64bits_withSeed(k, sizeof(*k), t->seed);
}

static uint32_t *
head_of(const struct talks *t, uint32_t hash)
{
	return &t->heads[hash & (t->nheads - 1)];
}

void
talks_seek(const struct talks *t, const struct frame *f, struct talk_seek *out)
{
	out->high = key_of(f, &out->key);
	out->hash = key_hash(t, &out->key);
	prefetch(head_of(t, out->hash));
}

void
talks_fetch(const struct talks *t, const struct talk_seek *s)
{
	uint32_t i = *head_of(t, s->hash);

	if (i == TALK_NONE)
		return;
	prefetch(&t->v[i]);
	prefetch((const char *)&t->v[i] + LINE);
}

static void
link_in(struct talks *t, uint32_t i)
{
	uint32_t *head = head_of(t, key_hash(t, &t->v[i].key));

	t->v[i].next = *head;
	*head = i;
}

static void
heads_double(struct talks *t)
{
	t->nheads *= 2;
	t->heads = arena_array(t->arena, t->nheads, sizeof(*t->heads));
	memset(t->heads, 0xff, t->nheads * sizeof(*t->heads));
	for (uint32_t i = 0; i < t->n; i++)
		if (t->v[i].used)
			link_in(t, i);
}

static void
forget(struct talks *t, uint32_t i)
{
	struct talk *x = &t->v[i];
	uint32_t *at = head_of(t, key_hash(t, &x->key));

	t->end(t->ctx, x);
	while (*at != i)
		at = &t->v[*at].next;
	*at = x->next;
	x->used = false;
	x->next = t->free;
	t->free = i;
}

/* The hand goes round; what was active since it came by last stays. */
static void
evict(struct talks *t)
{
	for (;;) {
		struct talk *x = &t->v[t->hand];

		if (x->used && !x->active)
			break;
		x->active = false;
		t->hand = t->hand + 1 < t->n ? t->hand + 1 : 0;
	}
	t->evicted++;
	forget(t, (uint32_t)t->hand);
}

static void
table_double(struct talks *t)
{
	struct talk *old = t->v;
	uintptr_t at;

	t->cap = t->cap > 0 ? 2 * t->cap : TABLE_FIRST;
	at =
	    (uintptr_t)arena_alloc(t->arena, t->cap * sizeof(*t->v) + LINE - 1);
	t->v = (struct talk *)((at + LINE - 1) / LINE * LINE);
	if (t->n > 0)
		memcpy(t->v, old, t->n * sizeof(*t->v));
}

static uint32_t
room(struct talks *t)
{
	uint32_t i;

	if (t->free == TALK_NONE && t->n == LIMIT_TALKS)
		evict(t);
	if (t->free != TALK_NONE) {
		i = t->free;
		t->free = t->v[i].next;
		return i;
	}
	if (t->n == t->cap)
		table_double(t);
	t->v[t->n] = (struct talk){0};
	if (t->n == t->nheads)
		heads_double(t);
	return (uint32_t)t->n++;
}

/*
 * Who began?  Whoever sends a SYN, or gets a SYN with ACK.  Where the capture
 * starts later: whoever talks to a well-known port, else who is seen first.
 */
static bool
from_client(const struct frame *f)
{
	if (f->protocol == IPPROTO_NUMBER_TCP && (f->flags & TCP_SYN))
		return (f->flags & TCP_ACK) == 0;
	return !(f->src_port < 1024 && f->dst_port >= 1024);
}

static struct talk *
make(struct talks *t, const struct frame *f, const struct talk_seek *s)
{
	uint32_t i = room(t);
	struct talk *x = &t->v[i];

	*x = (struct talk){.key = s->key,
	    .stream = STREAM_NONE,
	    .first = TIME_NONE,
	    .last = TIME_NONE,
	    .used = true};
	x->high_client = from_client(f) == s->high;
	link_in(t, i);
	return x;
}

static bool
is_over(const struct talk *x)
{
	unsigned fins = SAW_CLIENT_FIN | SAW_SERVER_FIN;

	return (x->saw & (SAW_CLIENT_RST | SAW_SERVER_RST)) != 0 ||
	       (x->saw & fins) == fins;
}

struct talk *
talks_take(struct talks *t, const struct frame *f, const struct talk_seek *s,
    bool *client, bool *fresh)
{
	struct talk *x = NULL;
	uint32_t i = *head_of(t, s->hash);

	while (i != TALK_NONE && !key_same(&t->v[i].key, &s->key))
		i = t->v[i].next;
	if (i != TALK_NONE) {
		x = &t->v[i];
		if (is_over(x) && f->protocol == IPPROTO_NUMBER_TCP &&
		    (f->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
			forget(t, i);
			x = NULL;
		}
	}
	*fresh = x == NULL;
	if (x == NULL)
		x = make(t, f, s);
	x->active = true;
	*client = x->high_client == s->high;
	return x;
}

struct talk *
talks_find(struct talks *t, const struct frame *f, bool *client, bool *fresh)
{
	struct talk_seek s;

	talks_seek(t, f, &s);
	return talks_take(t, f, &s, client, fresh);
}

static void
outers_fit(struct talks *t)
{
	struct talk_outer *old = t->outers;

	if (t->nouters == t->cap)
		return;
	t->outers = arena_array(t->arena, t->cap, sizeof(*t->outers));
	if (t->nouters > 0)
		memcpy(t->outers, old, t->nouters * sizeof(*old));
	t->nouters = t->cap;
}

void
talks_carried(struct talks *t, struct talk *x, const struct frame *outer)
{
	outers_fit(t);
	t->outers[x - t->v] =
	    (struct talk_outer){outer->src, outer->dst, outer->protocol};
	x->carried = true;
}

const struct talk_outer *
talks_outer(const struct talks *t, const struct talk *x)
{
	return x->carried ? &t->outers[x - t->v] : NULL;
}

void
talks_end(struct talks *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->v[i].used)
			forget(t, i);
}

static void
end_of(const struct talk *t, bool high, struct addr *a, uint16_t *port)
{
	a->family = high ? t->key.high_family : t->key.low_family;
	memcpy(a->bytes, high ? t->key.high : t->key.low, sizeof(a->bytes));
	*port = high ? t->key.high_port : t->key.low_port;
}

void
talk_client(const struct talk *t, struct addr *a, uint16_t *port)
{
	end_of(t, t->high_client, a, port);
}

void
talk_server(const struct talk *t, struct addr *a, uint16_t *port)
{
	end_of(t, !t->high_client, a, port);
}
