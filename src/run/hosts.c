#include "run/hosts.h"

#include "base/limits.h"
#include "base/prefetch.h"
#include "base/text32.h"
#include "match/newline.h"

#define HOST_BYTES 255

/* Lines of a source whose time is read each, and one of how many after that:
 * where stamps do not tell it, and where they do, to see whether that is so.
 * Reading a time costs some hundred times what counting a line does. */
#define TIMED_FIRST 2048
#define TIMED_EACH 64
#define STAMPED_EACH 256

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
	return (words_differ(a, b, n) & UINT64_C(0xf0f0f0f0f0f0f0f0)) == 0;
}

/* Of a name of up to 32 bytes all, zero behind it; of a longer one the first
 * and the last sixteen. */
static struct text32
key_of(struct span host)
{
	char room[TEXT32] = {0};

	if (host.n <= TEXT32) {
		memcpy(room, host.p, host.n);
	} else {
		memcpy(room, host.p, TEXT32 / 2);
		memcpy(room + TEXT32 / 2, host.p + host.n - TEXT32 / 2,
		    TEXT32 / 2);
	}
	return text32_head(room, TEXT32);
}

static struct host_set *
set_of(const struct hosts *h, uint64_t mix)
{
	return &h->sets[mix >> HOST_SET_SHIFT];
}

/* Where the set says that a host of this mix is; MAP_NONE: nowhere.  A tag
 * stands in a set once. */
static uint32_t
set_look(const struct hosts *h, uint64_t mix)
{
	const struct host_set *s = set_of(h, mix);
	uint32_t tag = (uint32_t)mix, next = 0;

	/* No branch: which of them it is comes at random. */
	for (unsigned i = 0; i < HOST_WAYS; i++)
		next |= s->next[i] & -(uint32_t)(s->tag[i] == tag);
	return next > 0 ? next - 1 : MAP_NONE;
}

/* The known host's place, which the set then tells; MAP_NONE for a new host. */
static uint32_t
set_fill(struct hosts *h, uint64_t mix, struct span host)
{
	struct host_set *s = set_of(h, mix);
	uint32_t at = map_get(&h->index, host), tag = (uint32_t)mix;
	unsigned i = 0;

	if (at == MAP_NONE)
		return MAP_NONE;
	/* In the place of the same tag, or of the oldest. */
	while (i < HOST_WAYS - 1 && s->tag[i] != tag)
		i++;
	for (; i > 0; i--) {
		s->tag[i] = s->tag[i - 1];
		s->next[i] = s->next[i - 1];
	}
	s->tag[0] = tag;
	s->next[0] = at + 1;
	return at;
}

static size_t
number_long(struct span s, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	while (
	    i < s.n && i < NUMBER_DIGITS && ascii_digit((unsigned char)s.p[i]))
		*out = *out * 10 + (uint64_t)(s.p[i++] - '0');
	return i;
}

/* Decimal digits that the text begins with. */
static inline size_t
number_read(struct span s, uint64_t *out)
{
	size_t i;

	if (s.n < WORD || (i = word_number(word_at(s.p), out)) == WORD)
		i = number_long(s, out);
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
		h->v[h->n].key = key_of(host);
		heard_init(&h->v[h->n++].heard);
	}
	count_line(h, &h->v[at], behind(line, host));
	h->offset = (size_t)(host.p - line.p);
	if (h->offset > HOST_SHAPE)
		h->offset = 0;
	memcpy(h->shape, line.p, h->offset);
}

/*
 * Lines are taken by the dozen, in steps: the memory of the hosts of them all
 * is asked for before the first is needed.
 */
#define TOGETHER 32

struct pending {
	const char *p; /* the line */
	uint32_t n;
	uint32_t host, host_n; /* where its host is; 0: the reader must say */
	uint32_t at;	       /* which host; MAP_NONE likewise */
	bool same;	       /* its stamp is that of the line before */
	uint64_t mix;
	struct text32 key;
};

static struct span
pending_line(const struct pending *x)
{
	return span_of(x->p, x->n);
}

static struct span
pending_host(const struct pending *x)
{
	return span_of(x->p + x->host, x->host_n);
}

/* The host of a line of the last shape; "room" bytes may be read from the
 * line's first on.  What is no name leaves host_n 0. */
static inline void
host_quickly(const struct hosts *h, struct pending *x, size_t room)
{
	const char *p = x->p + h->offset;
	size_t n;

	x->at = MAP_NONE;
	x->host = (uint32_t)h->offset;
	x->host_n = 0;
	if (h->offset == 0 || x->n <= h->offset + 1)
		return;
	if (!x->same && !same_shape(x->p, h->shape, h->offset))
		return;
	n = room - h->offset >= TEXT32 ? text32_find(p, ' ') : TEXT32;
	if (n < TEXT32) {
		x->key = text32_head(p, n);
	} else {
		struct span rest =
		    span_head(span_of(p, x->n - h->offset), HOST_BYTES);

		n = span_find_byte(rest, ' ');
		n = n == SPAN_NONE ? 0 : n;
		x->key = key_of(span_head(rest, n));
	}
	if (h->offset + n >= x->n)
		return;
	x->host_n = (uint32_t)n;
	x->mix = text32_hash(&x->key);
}

static inline void
host_look(const struct hosts *h, struct pending *x)
{
	if (x->host_n == 0)
		return;
	x->at = set_look(h, x->mix);
	if (x->at != MAP_NONE) {
		prefetch(&h->v[x->at]);
		prefetch(&h->v[x->at].heard.holes);
	}
}

static inline bool
host_is(const struct host_count *of, const struct pending *x)
{
	return text32_same(&of->key, &x->key) && of->host.n == x->host_n &&
	       (x->host_n <= TEXT32 || span_eq(of->host, pending_host(x)));
}

static inline struct host_count *
host_found(struct hosts *h, struct pending *x)
{
	if (x->host_n == 0)
		return NULL;
	if (x->at == MAP_NONE || !host_is(&h->v[x->at], x))
		x->at = set_fill(h, x->mix, pending_host(x));
	return x->at == MAP_NONE ? NULL : &h->v[x->at];
}

/* The lines of a block that were not taken yet, and the last that was. */
struct lines {
	struct span rest;
	struct pending last;
};

/* Both have the shape, and the same stamp. */
static inline bool
same_stamp(const struct hosts *h, const struct pending *before,
    const struct pending *x)
{
	return before->host_n > 0 && x->n > h->offset &&
	       before->host == h->offset &&
	       words_differ(before->p, x->p, h->offset) == 0;
}

static size_t
lines_take(struct hosts *h, struct lines *l, struct pending v[TOGETHER])
{
	uint32_t ends[TOGETHER];
	size_t n = newline_list(l->rest, ends, TOGETHER), from = 0;
	const struct pending *before = &l->last;

	if (n == 0 && l->rest.n > 0)
		ends[n++] = (uint32_t)l->rest.n;
	for (size_t i = 0; i < n; i++) {
		struct pending *x = &v[i];

		x->p = l->rest.p + from;
		x->n = ends[i] - (uint32_t)from;
		if (x->n > 0 && x->p[x->n - 1] == '\r')
			x->n--;
		x->same = same_stamp(h, before, x);
		host_quickly(h, x, l->rest.n - from);
		if (x->host_n > 0)
			prefetch(set_of(h, x->mix));
		from = (size_t)ends[i] + 1;
		before = x;
	}
	l->rest = span_from(l->rest, from);
	l->last = *before;
	for (size_t i = 0; i < n; i++)
		host_look(h, &v[i]);
	return n;
}

/*
 * The time of a line.  Where its stamp is that of the line before, or differs
 * by its seconds alone, it is known without the reader, who is asked now and
 * then whether that is so.
 */
static void
clock_set(
    struct hosts *h, const struct pending *x, host_time_fn *time, void *ctx)
{
	bool first = h->lines<TIMED_FIRST, stamped = x->host_n> 0;
	bool asked = first || h->lines % TIMED_EACH == 0;
	struct span line = pending_line(x);
	int64_t quick, t;

	if (x->same && !asked)
		return;
	quick = stamped ? seconds_time(&h->seconds, line) : TIME_NONE;
	if (quick != TIME_NONE && !first && h->lines % STAMPED_EACH != 0) {
		h->clock = quick;
		return;
	}
	if (!asked && (!stamped || h->seconds.at == 0))
		return;
	t = time(ctx, line);
	if (t == TIME_NONE)
		return;
	h->clock = t;
	h->misled |= quick != TIME_NONE && quick != t;
	if (stamped && !h->misled)
		seconds_learn(&h->seconds, line, h->offset, t);
	else if (h->misled)
		h->seconds.at = 0;
}

static void
line_count(struct hosts *h, const struct reader *r, struct pending *x,
    host_time_fn *time, void *ctx)
{
	struct host_count *of = host_found(h, x);

	if (time != NULL)
		clock_set(h, x, time, ctx);
	h->lines++;
	if (h->nblock < HOST_LINES)
		h->block[h->nblock++] = (struct host_line){
		    x->p, of == NULL ? MAP_NONE : (uint32_t)(of - h->v)};
	if (of != NULL)
		count_line(
		    h, of, span_from(pending_line(x), x->host + x->host_n + 1));
	else
		count_slowly(h, r, pending_line(x));
}

uint64_t
hosts_block(struct hosts *h, const struct reader *r, struct span block,
    host_time_fn *time, void *ctx)
{
	struct lines lines = {.rest = block};
	struct pending v[TOGETHER];
	uint64_t before = h->lines;
	size_t n;

	if (h->sets == NULL)
		h->sets = arena_array(h->arena, HOST_SETS, sizeof(*h->sets));
	if (h->block == NULL)
		h->block = arena_array(h->arena, HOST_LINES, sizeof(*h->block));
	h->nblock = h->told = 0;
	h->tasks = span_is(span_str(r->evidence), "accounting");
	while ((n = lines_take(h, &lines, v)) > 0)
		for (size_t i = 0; i < n; i++)
			line_count(h, r, &v[i], time, ctx);
	return h->lines - before;
}

/* The host of a line of the last block.  Lines are mostly asked for in their
 * order. */
static struct host_count *
find_counted(struct hosts *h, const char *line)
{
	size_t i = h->told;

	if (i > 0 && h->block[i - 1].p >= line)
		i = 0;
	while (i < h->nblock && h->block[i].p < line)
		i++;
	h->told = i;
	return i < h->nblock && h->block[i].p == line &&
		       h->block[i].host != MAP_NONE
		   ? &h->v[h->block[i].host]
		   : NULL;
}

static struct host_count *
find_quickly(struct hosts *h, struct span line)
{
	struct pending x = {.p = line.p, .n = (uint32_t)line.n};

	if (line.n > UINT32_MAX)
		return NULL;
	host_quickly(h, &x, line.n);
	host_look(h, &x);
	return host_found(h, &x);
}

void
hosts_shown(
    struct hosts *h, const struct reader *r, struct span line, unsigned bits)
{
	struct host_count *known = find_counted(h, line.p);
	struct span host;
	uint32_t at;

	if (known == NULL)
		known = find_quickly(h, line);
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
