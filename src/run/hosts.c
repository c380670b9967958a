#include "run/hosts.h"

#include "base/limits.h"
#include "base/prefetch.h"
#include "base/words.h"
#include "match/newline.h"

#define HOST_BYTES 255

/* Lines of a source whose time is read each, and one of how many after that,
 * where stamps do not tell it: reading a time costs some hundred times what
 * counting a line does. */
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
	return (words_differ(a, b, n) & UINT64_C(0xf0f0f0f0f0f0f0f0)) == 0;
}

/* The lowest set bit tells the first of the eight bytes that is a blank; bits
 * above it mean nothing. */
static uint64_t
blanks(uint64_t word)
{
	uint64_t x = word ^ UINT64_C(0x2020202020202020);

	return (x - UINT64_C(0x0101010101010101)) & ~x &
	       UINT64_C(0x8080808080808080);
}

/* Of a name of up to 32 bytes all, zero behind it; of a longer one the first
 * and the last sixteen. */
static void
key_of(uint64_t key[HOST_WORDS], struct span host)
{
	char room[HOST_WORDS * WORD] = {0};
	size_t half = sizeof(room) / 2;

	if (host.n <= sizeof(room)) {
		memcpy(room, host.p, host.n);
	} else {
		memcpy(room, host.p, half);
		memcpy(room + half, host.p + host.n - half, half);
	}
	for (size_t i = 0; i < HOST_WORDS; i++)
		key[i] = word_at(room + i * WORD);
}

/*
 * The host at the beginning of the text, up to its blank, and its key.  False
 * where that cannot be told from the first 32 bytes, or there are no so many.
 */
static bool
host_short(struct span text, struct span *host, uint64_t key[HOST_WORDS])
{
	size_t i = 0, n;
	uint64_t hit;

	if (text.n < HOST_WORDS * WORD)
		return false;
	for (size_t k = 0; k < HOST_WORDS; k++)
		key[k] = word_at(text.p + k * WORD);
	while ((hit = blanks(key[i])) == 0)
		if (++i == HOST_WORDS)
			return false;
	n = (size_t)__builtin_ctzll(hit) / 8;
	key[i] = word_head(key[i], n);
	*host = span_head(text, i * WORD + n);
	while (++i < HOST_WORDS)
		key[i] = 0;
	return true;
}

static uint64_t
key_mix(const uint64_t key[HOST_WORDS])
{
	uint64_t mix = (key[0] * UINT64_C(0x9e3779b97f4a7c15)) ^
		       (key[1] * UINT64_C(0xd6e8feb86659fd93)) ^
		       (key[2] * UINT64_C(0xa0761d6478bd642f)) ^
		       (key[3] * UINT64_C(0xc2b2ae3d27d4eb4f));

	return (mix ^ mix >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

static bool
host_is(const struct host_count *of, const uint64_t key[HOST_WORDS],
    struct span host)
{
	uint64_t differ = (of->key[0] ^ key[0]) | (of->key[1] ^ key[1]) |
			  (of->key[2] ^ key[2]) | (of->key[3] ^ key[3]) |
			  (of->host.n ^ host.n);

	return differ == 0 &&
	       (host.n <= HOST_WORDS * WORD || span_eq(of->host, host));
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
		next |= s->tag[i] == tag ? s->next[i] : 0;
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

/* Decimal digits that the text begins with. */
static size_t
number_read(struct span s, uint64_t *out)
{
	size_t i = 0;

	if (s.n >= WORD && (i = word_number(word_at(s.p), out)) < WORD)
		return i;
	i = 0;
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
		key_of(h->v[h->n].key, host);
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
	struct span line, host; /* no host: the reader must say */
	uint64_t key[HOST_WORDS], mix;
	uint32_t at; /* MAP_NONE likewise */
	bool same;   /* its stamp is that of the line before */
};

/* The host of a line of the last shape.  "text" begins with the line and may
 * go on behind it. */
static void
host_quickly(const struct hosts *h, struct span text, struct pending *x)
{
	struct span from;
	size_t end;

	x->at = MAP_NONE;
	x->host = (struct span){0};
	if (h->offset == 0 || x->line.n <= h->offset + 1)
		return;
	if (!x->same && !same_shape(x->line.p, h->shape, h->offset))
		return;
	if (!host_short(span_from(text, h->offset), &x->host, x->key)) {
		from = span_head(span_from(x->line, h->offset), HOST_BYTES);
		end = span_find_byte(from, ' ');
		x->host = span_head(from, end == SPAN_NONE ? 0 : end);
		key_of(x->key, x->host);
	}
	if (h->offset + x->host.n >= x->line.n)
		x->host = (struct span){0};
	x->mix = key_mix(x->key);
}

static void
host_look(const struct hosts *h, struct pending *x)
{
	if (x->host.n == 0)
		return;
	x->at = set_look(h, x->mix);
	if (x->at != MAP_NONE) {
		prefetch(&h->v[x->at]);
		prefetch(&h->v[x->at].heard.holes);
	}
}

static struct host_count *
host_found(struct hosts *h, struct pending *x)
{
	if (x->host.n == 0)
		return NULL;
	if (x->at == MAP_NONE || !host_is(&h->v[x->at], x->key, x->host))
		x->at = set_fill(h, x->mix, x->host);
	return x->at == MAP_NONE ? NULL : &h->v[x->at];
}

/* The lines of a block that were not taken yet, and the last that was. */
struct lines {
	struct span rest;
	struct pending last;
};

/* Both have the shape, and the same stamp. */
static bool
same_stamp(const struct hosts *h, const struct pending *before,
    const struct pending *x)
{
	return before->host.n > 0 && x->line.n > h->offset &&
	       (size_t)(before->host.p - before->line.p) == h->offset &&
	       words_differ(before->line.p, x->line.p, h->offset) == 0;
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
		struct span text = span_from(l->rest, from);

		v[i].line = span_head(text, ends[i] - from);
		if (v[i].line.n > 0 && v[i].line.p[v[i].line.n - 1] == '\r')
			v[i].line.n--;
		v[i].same = same_stamp(h, before, &v[i]);
		host_quickly(h, text, &v[i]);
		if (v[i].host.n > 0)
			prefetch(set_of(h, v[i].mix));
		from = (size_t)ends[i] + 1;
		before = &v[i];
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
	bool asked = h->lines < TIMED_FIRST || h->lines % TIMED_EACH == 0;
	bool stamped = x->host.n > 0;
	struct span line = x->line;
	int64_t quick, t;

	if (x->same && !asked)
		return;
	quick = stamped ? seconds_time(&h->seconds, line) : TIME_NONE;
	if (!asked && quick != TIME_NONE) {
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
	if (of != NULL)
		count_line(h, of, behind(x->line, x->host));
	else
		count_slowly(h, r, x->line);
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
	h->tasks = span_is(span_str(r->evidence), "accounting");
	while ((n = lines_take(h, &lines, v)) > 0)
		for (size_t i = 0; i < n; i++)
			line_count(h, r, &v[i], time, ctx);
	return h->lines - before;
}

static struct host_count *
find_quickly(struct hosts *h, struct span line)
{
	struct pending x = {.line = line};

	host_quickly(h, line, &x);
	host_look(h, &x);
	return host_found(h, &x);
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
