/*
 * Multi-hop proxies: what one peer sends to a device goes out to another, as
 * much of it and at the same time.  A router forwards packets of others under
 * their own addresses; to have its own on both sides something on it must take
 * and send.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/flow_patterns.h"

/* Less than so many bytes are like each other by chance. */
#define RELAY_BYTES 100000

/* Amounts further apart than this, in a hundred, are not asked about. */
#define RELAY_ALIKE 70

/* One side of a device's conversations. */
struct leg {
	const struct joined *joined;
	uint64_t to_device, from_device; /* bytes */
};

struct legs {
	struct leg *v;
	size_t n, cap;
};

static uint64_t
leg_bytes(const struct leg *l)
{
	return l->to_device + l->from_device;
}

static int
largest_first(const void *a, const void *b)
{
	const struct leg *x = a, *y = b;
	uint64_t n = leg_bytes(x), m = leg_bytes(y);

	if (n != m)
		return n > m ? -1 : 1;
	return x->joined < y->joined ? -1 : x->joined > y->joined;
}

static void
leg_add(struct patterns *x, struct legs *l, const struct joined *j, bool client)
{
	const struct contact *c = &j->at;
	struct leg leg = {j, client ? c->bytes_in : c->bytes_out,
	    client ? c->bytes_out : c->bytes_in};

	if (c->port == 0 || !c->answered || leg_bytes(&leg) < RELAY_BYTES ||
	    c->first == TIME_NONE)
		return;
	l->v = arena_grow(&x->c->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = leg;
}

/* The smaller in a hundred of the larger; 100 where both are small change. */
static unsigned
alike(uint64_t a, uint64_t b)
{
	uint64_t less = a < b ? a : b, more = a < b ? b : a;

	return more < RELAY_BYTES	 ? 100
	       : more > UINT64_MAX / 100 ? (unsigned)(less / (more / 100))
					 : (unsigned)(less * 100 / more);
}

/* How much of the shorter one's time both ran, in a hundred. */
static unsigned
overlap(const struct contact *a, const struct contact *b)
{
	int64_t from = a->first > b->first ? a->first : b->first,
		to = a->last < b->last ? a->last : b->last,
		la = a->last - a->first, lb = b->last - b->first,
		least = la < lb ? la : lb;

	if (to <= from || least <= 0)
		return 0;
	return (unsigned)((to - from) / (least / 100 + 1));
}

static void
relay_tell(struct patterns *x, uint32_t device, const struct leg *in,
    const struct leg *out, unsigned like)
{
	const struct contact *a = &in->joined->at, *b = &out->joined->at;
	struct telling_pattern what = {.device = device,
	    .first = a->first < b->first ? a->first : b->first,
	    .last = a->last > b->last ? a->last : b->last,
	    .count = contact_flows(a) + contact_flows(b),
	    .places = {in->joined, out->joined}};
	int64_t from = a->first > b->first ? a->first : b->first,
		to = a->last < b->last ? a->last : b->last;
	char text[ADDR_TEXT];
	struct record r;

	record_init(&r, K_FLOW_PATTERN, 0, UINT64_MAX, (struct span){0});
	record_put_str(&r, F_PATTERN, "relay");
	pattern_put_peer(x, &r, device, &a->client);
	record_put_ip(&r, F_PEER,
	    arena_copy(&x->scratch, span_str(addr_write(&b->server, text))));
	record_put_str(&r, F_PEER_IS, pattern_whose(x, device, &b->server));
	pattern_put(x, &r, F_PORT, a->port);
	pattern_put(x, &r, F_DST_PORT, b->port);
	pattern_put(x, &r, F_BYTES_IN, in->to_device);
	pattern_put(x, &r, F_BYTES_OUT, out->from_device);
	pattern_put(x, &r, F_ALIKE, like);
	pattern_put(x, &r, F_OVERLAP, overlap(a, b));
	pattern_put(x, &r, F_SECONDS, (uint64_t)((to - from) / TIME_SECOND));
	what.reason = arena_fmt(&x->scratch,
	    "%" PRIu64 " bytes in and %" PRIu64 " on, %" PRIu64
	    " back out and %" PRIu64 " back in, for %" PRId64
	    " s at the same time",
	    in->to_device, out->from_device, in->from_device, out->to_device,
	    (to - from) / TIME_SECOND);
	pattern_tell(x, &r, &what);
}

/* What comes in goes out, and what comes back goes back?  True: rules were
 * asked. */
static bool
legs_compare(struct patterns *x, uint32_t device, const struct leg *in,
    const struct leg *out)
{
	unsigned there = alike(in->to_device, out->from_device),
		 back = alike(in->from_device, out->to_device),
		 like = there < back ? there : back;
	const struct contact *a = &in->joined->at, *b = &out->joined->at;

	if (like < RELAY_ALIKE || addr_eq(&a->client, &b->server) ||
	    overlap(a, b) == 0)
		return false;
	relay_tell(x, device, in, out, like);
	return true;
}

static void
device_relays(
    struct patterns *x, uint32_t device, struct legs *in, struct legs *out)
{
	size_t from = 0, told = 0;

	qsort(in->v, in->n, sizeof(*in->v), largest_first);
	qsort(out->v, out->n, sizeof(*out->v), largest_first);
	if (in->n > LIMIT_RELAY_LEGS)
		in->n = LIMIT_RELAY_LEGS;
	if (out->n > LIMIT_RELAY_LEGS)
		out->n = LIMIT_RELAY_LEGS;
	for (size_t i = 0; i < in->n; i++) {
		uint64_t n = leg_bytes(&in->v[i]);

		/* Both in order of size: those of about the same. */
		while (from < out->n && leg_bytes(&out->v[from]) / 2 > n)
			from++;
		for (size_t k = from;
		     k < out->n && leg_bytes(&out->v[k]) >= n / 2 &&
		     told < LIMIT_RELAY_LEGS;
		     k++)
			told += legs_compare(x, device, &in->v[i], &out->v[k]);
	}
}

void
patterns_relays(struct patterns *x)
{
	size_t n = x->c->fleet.n;
	struct legs *in = arena_array(&x->c->arena, n, sizeof(*in)),
		    *out = arena_array(&x->c->arena, n, sizeof(*out));

	for (size_t i = 0; i < x->n; i++) {
		const struct joined *j = &x->v[i];

		if (j->server_group != DEVICE_NONE &&
		    pattern_behind(x, j->server, &j->at) == NULL)
			leg_add(x, &in[j->server], j, false);
		if (j->client_group != DEVICE_NONE)
			leg_add(x, &out[j->client], j, true);
	}
	for (uint32_t d = 0; d < n; d++)
		if (in[d].n > 0 && out[d].n > 0)
			device_relays(x, d, &in[d], &out[d]);
}
