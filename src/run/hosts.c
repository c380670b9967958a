#include "run/hosts.h"

#include "base/limits.h"

#define HOST_BYTES 255

/* Lines of a source whose time is read each, and one of how many after that:
 * reading a time costs some hundred times what counting a line does. */
#define TIMED_FIRST 2000
#define TIMED_EACH 64

/* Digits of a message's number; IOS pads it to six. */
#define NUMBER_DIGITS 12

void
hosts_init(struct hosts *h, struct arena *a)
{
	*h = (struct hosts){.arena = a, .clock = TIME_NONE};
	map_init(&h->index, a);
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

/* First and last eight bytes (overlapping, or all of them and zeros): with the
 * length, they tell hosts of up to 16 bytes apart. */
static void
ends_of(struct span host, uint64_t *head, uint64_t *tail)
{
	size_t n = host.n < 8 ? host.n : 8;

	*head = *tail = 0;
	memcpy(head, host.p, n);
	memcpy(tail, host.p + host.n - n, n);
}

/* The first of a pair of slots that may hold the host. */
static size_t
slot_of(uint64_t head, uint64_t tail, size_t n)
{
	uint64_t mix = (head * UINT64_C(0x9e3779b97f4a7c15)) ^
		       (tail * UINT64_C(0xc2b2ae3d27d4eb4f)) ^ n;

	return mix * UINT64_C(0x9e3779b97f4a7c15) >> HOST_SLOT_SHIFT;
}

static bool
slot_is(
    const struct host_slot *s, struct span host, uint64_t head, uint64_t tail)
{
	return s->host.n == host.n && s->head == head && s->tail == tail &&
	       (host.n <= 16 || memcmp(s->host.p, host.p, host.n) == 0);
}

/* The slot of a known host, filled when it was not; NULL for a new host. */
static const struct host_slot *
slot_get(struct hosts *h, struct span host)
{
	uint64_t head, tail;
	struct host_slot *s;
	uint32_t at;

	ends_of(host, &head, &tail);
	s = &h->slots[slot_of(head, tail, host.n)];
	for (int way = 0; way < 2; way++)
		if (slot_is(&s[way], host, head, tail))
			return &s[way];
	at = map_get(&h->index, host);
	if (at == MAP_NONE)
		return NULL;
	s[1] = s[0];
	s[0] = (struct host_slot){head, tail, h->v[at].host, at};
	return s;
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

/* The known host of a line of the last shape; NULL: the reader must say. */
static struct host_count *
find_quickly(struct hosts *h, struct span line)
{
	const struct host_slot *slot;
	struct span host;
	size_t end;

	if (h->offset == 0 || line.n <= h->offset + 1 ||
	    !same_shape(line.p, h->shape, h->offset))
		return NULL;
	host = span_head(span_from(line, h->offset), HOST_BYTES);
	end = span_find_byte(host, ' ');
	if (end == SPAN_NONE || end == 0)
		return NULL;
	slot = slot_get(h, span_head(host, end));
	return slot != NULL ? &h->v[slot->at] : NULL;
}

void
hosts_block(struct hosts *h, const struct reader *r, struct span block,
    host_time_fn *time, void *ctx)
{
	struct span line;
	struct host_count *known;

	if (h->slots == NULL)
		h->slots =
		    arena_array(h->arena, HOST_SLOTS + 1, sizeof(*h->slots));
	h->tasks = span_is(span_str(r->evidence), "accounting");
	while (span_line(&block, &line)) {
		if (time != NULL &&
		    (h->lines < TIMED_FIRST || h->lines % TIMED_EACH == 0)) {
			int64_t t = time(ctx, line);

			if (t != TIME_NONE)
				h->clock = t;
		}
		h->lines++;
		known = find_quickly(h, line);
		if (known != NULL)
			count_line(h, known,
			    span_from(line, h->offset + known->host.n + 1));
		else
			count_slowly(h, r, line);
	}
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
