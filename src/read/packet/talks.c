#include "read/packet/talks.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/timestamp.h"
#include "read/packet/tcp.h"

#define HEADS_FIRST 1024

void
talks_init(struct talks *t, struct arena *arena, talk_end_fn *end, void *ctx)
{
	*t = (struct talks){
	    .arena = arena, .free = TALK_NONE, .end = end, .ctx = ctx};
	t->nheads = HEADS_FIRST;
	t->heads = arena_array(arena, t->nheads, sizeof(*t->heads));
	memset(t->heads, 0xff, t->nheads * sizeof(*t->heads));
}

/* True when the frame's source is the higher end. */
static bool
key_of(const struct frame *f, struct talk_key *k)
{
	int order = memcmp(f->src.bytes, f->dst.bytes, sizeof(f->src.bytes));
	bool high = order > 0 || (order == 0 && f->src_port > f->dst_port);
	const struct addr *low = high ? &f->dst : &f->src;
	const struct addr *up = high ? &f->src : &f->dst;

	memcpy(k->low, low->bytes, sizeof(k->low));
	memcpy(k->high, up->bytes, sizeof(k->high));
	k->low_port = high ? f->dst_port : f->src_port;
	k->high_port = high ? f->src_port : f->dst_port;
	k->protocol = f->protocol;
	k->low_family = low->family;
	k->high_family = up->family;
	k->unused = 0;
	return high;
}

static uint32_t
key_hash(const struct talk_key *k)
{
	return (uint32_t)XXH3_64bits(k, sizeof(*k));
}

uint32_t
talks_hint(const struct talks *t, const struct frame *f)
{
	struct talk_key k;
	uint32_t hash;

	key_of(f, &k);
	hash = key_hash(&k);
	__builtin_prefetch(&t->heads[hash & (t->nheads - 1)]);
	return hash;
}

void
talks_fetch(const struct talks *t, uint32_t hint)
{
	uint32_t i = t->heads[hint & (t->nheads - 1)];

	if (i == TALK_NONE)
		return;
	__builtin_prefetch(&t->v[i], 1);
	__builtin_prefetch((const char *)&t->v[i] + 64, 1);
}

static void
link_in(struct talks *t, uint32_t i)
{
	uint32_t *head = &t->heads[t->v[i].hash & (t->nheads - 1)];

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
	uint32_t *at = &t->heads[x->hash & (t->nheads - 1)];

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
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, sizeof(*t->v));
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
make(struct talks *t, const struct frame *f, const struct talk_key *k,
    uint32_t hash, bool high)
{
	uint32_t i = room(t);
	struct talk *x = &t->v[i];

	*x = (struct talk){.key = *k,
	    .hash = hash,
	    .stream = STREAM_NONE,
	    .first = TIME_NONE,
	    .last = TIME_NONE,
	    .used = true};
	x->high_client = from_client(f) == high;
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
talks_find(struct talks *t, const struct frame *f, bool *client, bool *fresh)
{
	struct talk_key k;
	bool high = key_of(f, &k);
	uint32_t hash = key_hash(&k);
	struct talk *x = NULL;
	uint32_t i = t->heads[hash & (t->nheads - 1)];

	while (i != TALK_NONE && (t->v[i].hash != hash ||
				     memcmp(&t->v[i].key, &k, sizeof(k)) != 0))
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
		x = make(t, f, &k, hash, high);
	x->active = true;
	*client = x->high_client == high;
	return x;
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
