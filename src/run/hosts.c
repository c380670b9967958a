#include "run/hosts.h"

#include "base/limits.h"

#define HOST_BYTES 255

void
hosts_init(struct hosts *h, struct arena *a)
{
	*h = (struct hosts){.arena = a};
	map_init(&h->index, a);
	h->slots = arena_array(a, HOST_SLOTS, sizeof(*h->slots));
}

/* The same bytes but for digits: compares high halves, which digits share
 * with a few signs; that is enough to tell forms of time stamps apart. */
static bool
same_shape(const char *a, const char *b, size_t n)
{
	uint64_t x, y, differ = 0;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		differ |= (x ^ y) & UINT64_C(0xf0f0f0f0f0f0f0f0);
	}
	for (; i < n; i++)
		differ |= (uint64_t)((a[i] ^ b[i]) & 0xf0);
	return differ == 0;
}

static struct host_slot *
slot_of(const struct hosts *h, struct span host)
{
	uint64_t head = 0, tail = 0, mix;
	size_t n = host.n < 8 ? host.n : 8;

	memcpy(&head, host.p, n);
	memcpy(&tail, host.p + host.n - n, n);
	mix = (head * UINT64_C(0x9e3779b97f4a7c15)) ^
	    (tail * UINT64_C(0xc2b2ae3d27d4eb4f)) ^ host.n;
	mix *= UINT64_C(0x9e3779b97f4a7c15);
	return &h->slots[mix >> HOST_SLOT_SHIFT];
}

static void
count_slowly(struct hosts *h, const struct reader *r, struct span line)
{
	struct span host = span_head(r->host(line), HOST_BYTES);
	struct host_slot *slot;
	uint32_t at;

	if (host.n == 0)
		return;
	at = map_add(&h->index, host, (uint32_t)h->n);
	if (at == h->n) {
		if (h->n >= LIMIT_DEVICES)
			return;
		h->v = arena_grow(h->arena, h->v, h->n, &h->cap, sizeof(*h->v));
		h->v[h->n++] =
		    (struct host_count){arena_copy(h->arena, host), 0};
	}
	h->v[at].lines++;
	slot = slot_of(h, host);
	*slot = (struct host_slot){h->v[at].host, at};
	h->offset = (size_t)(host.p - line.p);
	if (h->offset > HOST_SHAPE)
		h->offset = 0;
	memcpy(h->shape, line.p, h->offset);
}

/* True when the line was counted. */
static bool
count_quickly(struct hosts *h, struct span line)
{
	struct host_slot *slot;
	struct span host;
	size_t end;

	if (h->offset == 0 || line.n <= h->offset + 1 ||
	    !same_shape(line.p, h->shape, h->offset))
		return false;
	host = span_head(span_from(line, h->offset), HOST_BYTES);
	end = span_find_byte(host, ' ');
	if (end == SPAN_NONE || end == 0)
		return false;
	host = span_head(host, end);
	slot = slot_of(h, host);
	if (!span_eq(slot->host, host)) {
		uint32_t at = map_get(&h->index, host);

		if (at == MAP_NONE)
			return false;
		*slot = (struct host_slot){h->v[at].host, at};
	}
	h->v[slot->at].lines++;
	return true;
}

void
hosts_block(struct hosts *h, const struct reader *r, struct span block)
{
	struct span line;

	while (span_line(&block, &line))
		if (!count_quickly(h, line))
			count_slowly(h, r, line);
}
