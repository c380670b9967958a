#include "run/hosts.h"

#include "base/limits.h"
#include "base/prefetch.h"

#define HOST_BYTES 255

/* Lines of a source whose time is read each, and one of how many after that:
 * reading a time costs some hundred times what counting a line does. */
#define TIMED_FIRST 2048
#define TIMED_EACH 64

/* Digits of a message's number; IOS pads it to six. */
#define NUMBER_DIGITS 12

void
hosts_init(struct hosts *h, struct arena *a)
{
	*h = (struct hosts){.arena = a, .clock = TIME_NONE};
	map_init(&h->index, a);
}

void
hosts_go_on(struct hosts *h)
{
	h->lines = TIMED_FIRST;
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

/* What a slot keeps of a host: of up to 32 bytes it is all. */
static struct host_slot
key_of(struct span host)
{
	struct host_slot k = {.n = (uint32_t)host.n};
	size_t n = host.n < 16 ? host.n : 16;

	memcpy(k.head, host.p, n);
	memcpy(k.tail, host.p + host.n - n, n);
	return k;
}

static size_t
set_of(const struct host_slot *k)
{
	uint64_t mix = (k->head[0] * UINT64_C(0x9e3779b97f4a7c15)) ^
		       (k->head[1] * UINT64_C(0xd6e8feb86659fd93)) ^
		       (k->tail[0] * UINT64_C(0xa0761d6478bd642f)) ^
		       (k->tail[1] * UINT64_C(0xc2b2ae3d27d4eb4f)) ^ k->n;

	return mix * UINT64_C(0x9e3779b97f4a7c15) >> HOST_SET_SHIFT;
}

static bool
slot_is(const struct hosts *h, const struct host_slot *s,
    const struct host_slot *k, struct span host)
{
	uint64_t differ = (s->head[0] ^ k->head[0]) |
			  (s->head[1] ^ k->head[1]) |
			  (s->tail[0] ^ k->tail[0]) |
			  (s->tail[1] ^ k->tail[1]) | (s->n ^ k->n);

	return differ == 0 && (host.n <= 32 || span_eq(h->v[s->at].host, host));
}

/* The known host's place, which then has a slot; MAP_NONE for a new host. */
static uint32_t
slot_get(struct hosts *h, struct host_slot *key, size_t set, struct span host)
{
	struct host_slot *s = &h->slots[2 * set];

	for (int way = 0; way < 2; way++)
		if (slot_is(h, &s[way], key, host))
			return s[way].at;
	key->at = map_get(&h->index, host);
	if (key->at == MAP_NONE)
		return MAP_NONE;
	s[1] = s[0];
	s[0] = *key;
	return key->at;
}

/* Decimal digits that the text begins with. */
static size_t
number_read(struct span s, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	while (
	    i < s.n && i < NUMBER_DIGITS && ascii_digit((unsigned char)s.p[i]))
		*out = *out * 10 + (uint64_t)(s.p[i++] - '0');
	return i;
}

/* The task of an accounting record (RFC 8907 section 8.3, task_id), which the
 * device counts up.  The end of a session has the number of its start, long
 * gone by; a command has a number of its own. */
static bool
task_read(struct span rest, uint64_t *out)
{
	size_t at = span_find(rest, SPAN("task_id="));

	if (at == SPAN_NONE ||
	    (span_has(rest, "\tstop\t") && !span_has(rest, "cmd")))
		return false;
	return number_read(span_from(rest, at + 8), out) > 0;
}

/* Behind the host: "041632: " is the number that the device, or the one who
 * relays, gave the message. */
static void
count_line(const struct hosts *h, struct host_count *of, struct span rest)
{
	struct heard *heard = &of->heard;
	uint64_t number;
	size_t i = number_read(rest, &number);

	if (i > 0 && i + 1 < rest.n && rest.p[i] == ':' && rest.p[i + 1] == ' ')
		heard_number(heard, number, h->clock);
	else if (h->tasks && task_read(rest, &number))
		heard_number(heard, number, h->clock);
	heard_line(heard, h->clock);
}

static struct span
behind(struct span line, struct span host)
{
	return span_from(line, (size_t)(host.p - line.p) + host.n + 1);
}

static void
count_slowly(struct hosts *h, const struct reader *r, struct span line)
{
	struct span host = span_head(r->host(line), HOST_BYTES);
	uint32_t at;

	if (host.n == 0)
		return;
	at = map_get(&h->index, host);
	if (at == MAP_NONE) {
		if (h->n >= LIMIT_LOG_HOSTS) {
			h->unnamed++;
			return;
		}
		at = (uint32_t)h->n;
		map_add(&h->index, host, at);
		h->v = arena_grow(h->arena, h->v, h->n, &h->cap, sizeof(*h->v));
		h->v[h->n] = (struct host_count){
		    .host = arena_copy(h->arena, host), .shown = 0};
		heard_init(&h->v[h->n++].heard);
	}
	count_line(h, &h->v[at], behind(line, host));
	h->offset = (size_t)(host.p - line.p);
	if (h->offset > HOST_SHAPE)
		h->offset = 0;
	memcpy(h->shape, line.p, h->offset);
}

/* The host of a line of the last shape; empty: the reader must say. */
static struct span
host_quickly(const struct hosts *h, struct span line)
{
	struct span host;
	size_t end;

	if (h->offset == 0 || line.n <= h->offset + 1 ||
	    !same_shape(line.p, h->shape, h->offset))
		return (struct span){0};
	host = span_head(span_from(line, h->offset), HOST_BYTES);
	end = span_find_byte(host, ' ');
	return end == SPAN_NONE ? (struct span){0} : span_head(host, end);
}

static struct host_count *
find_quickly(struct hosts *h, struct span line)
{
	struct span host = host_quickly(h, line);
	struct host_slot key;
	uint32_t at;

	if (host.n == 0)
		return NULL;
	key = key_of(host);
	at = slot_get(h, &key, set_of(&key), host);
	return at != MAP_NONE ? &h->v[at] : NULL;
}

/*
 * Lines are taken by the dozen, in steps: the memory of the hosts of them all
 * is asked for before the first is needed.
 */
#define TOGETHER 16

struct pending {
	struct span line, host; /* no host: the reader must say */
	struct host_slot key;
	size_t set;
	uint32_t at; /* MAP_NONE likewise */
};

static size_t
lines_take(struct hosts *h, struct span *block, struct pending v[TOGETHER])
{
	size_t n = 0;

	while (n < TOGETHER && span_line(block, &v[n].line)) {
		v[n].host = host_quickly(h, v[n].line);
		if (v[n].host.n > 0) {
			v[n].key = key_of(v[n].host);
			v[n].set = set_of(&v[n].key);
			prefetch(&h->slots[2 * v[n].set]);
		}
		n++;
	}
	for (size_t i = 0; i < n; i++) {
		v[i].at = MAP_NONE;
		if (v[i].host.n == 0)
			continue;
		v[i].at = slot_get(h, &v[i].key, v[i].set, v[i].host);
		if (v[i].at != MAP_NONE)
			prefetch(&h->v[v[i].at].heard);
	}
	return n;
}

static void
line_count(struct hosts *h, const struct reader *r, const struct pending *x,
    host_time_fn *time, void *ctx)
{
	if (time != NULL &&
	    (h->lines < TIMED_FIRST || h->lines % TIMED_EACH == 0)) {
		int64_t t = time(ctx, x->line);

		if (t != TIME_NONE)
			h->clock = t;
	}
	h->lines++;
	if (x->at != MAP_NONE)
		count_line(h, &h->v[x->at], behind(x->line, x->host));
	else
		count_slowly(h, r, x->line);
}

void
hosts_block(struct hosts *h, const struct reader *r, struct span block,
    host_time_fn *time, void *ctx)
{
	struct pending v[TOGETHER];
	size_t n;

	if (h->slots == NULL)
		h->slots =
		    arena_array(h->arena, 2 * HOST_SETS, sizeof(*h->slots));
	h->tasks = span_is(span_str(r->evidence), "accounting");
	while ((n = lines_take(h, &block, v)) > 0)
		for (size_t i = 0; i < n; i++)
			line_count(h, r, &v[i], time, ctx);
}

void
hosts_shown(
    struct hosts *h, const struct reader *r, struct span line, unsigned bits)
{
	struct host_count *known = find_quickly(h, line);
	struct span host;
	uint32_t at;

	if (known != NULL) {
		known->shown |= bits;
		return;
	}
	host = r->host != NULL ? span_head(r->host(line), HOST_BYTES)
			       : (struct span){0};
	if (host.n == 0) {
		h->shown |= bits;
		return;
	}
	at = map_get(&h->index, host);
	if (at != MAP_NONE)
		h->v[at].shown |= bits;
}
