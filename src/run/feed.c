/*
 * Lines of a log, block by block: search first, parse what can matter, count
 * everything.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "match/newline.h"
#include "read/log/heads.h"
#include "read/log/json_plain.h"
#include "run/job.h"
#include "run/years.h"

/* Days by which log lines may stand out of order without meaning a new
 * year. */
#define YEAR_SLACK 2

static int
day_of_year(int month, int day)
{
	return month * 31 + day;
}

void
clock_back(struct clock_hint *at, int month, int day)
{
	if (at->year != 0 && day_of_year(month, day) >
				 day_of_year(at->month, at->day) + YEAR_SLACK)
		at->year--;
	at->month = month;
	at->day = day;
}

void
clock_forward(struct clock_hint *at, int month, int day)
{
	if (at->year != 0 && day_of_year(month, day) + YEAR_SLACK <
				 day_of_year(at->month, at->day))
		at->year++;
	else if (day_of_year(month, day) < day_of_year(at->month, at->day))
		return;
	at->month = month;
	at->day = day;
}

void
job_assumed(struct job *j, int year)
{
	int zone = j->o->zone, minutes = zone < 0 ? -zone : zone;

	job_diag(j, DIAG_YEAR_ASSUMED, 0,
	    year > 0 ? arena_fmt(&j->source, "first line taken as %d", year)
		     : SPAN("none is known, so lines without one have no "
			    "time"));
	if (zone == 0)
		job_diag(j, DIAG_ZONE_ASSUMED, 0, SPAN("UTC"));
	else
		job_diag(j, DIAG_ZONE_ASSUMED, 0,
		    arena_fmt(&j->source, "%c%02d:%02d", zone < 0 ? '-' : '+',
			minutes / 60, minutes % 60));
}

struct clock_hint
clock_of_time(int64_t t)
{
	struct time_parts p;

	if (t == TIME_NONE)
		return (struct clock_hint){0};
	time_to_parts(t, &p);
	return (struct clock_hint){p.year, p.month, p.day, 0};
}

struct block {
	struct job *j;
	struct feed *f;
	struct read_in *in;
	void *state;
	struct span bytes;
	uint64_t offset; /* of the block in the source */
	uint64_t lines;	 /* before the block */
	size_t counted;	 /* bytes of it whose line ends are counted */
	uint64_t counted_lines;
	/* Of JSON whose escapes were taken away: the lines as they were, and
	 * the beginning of one of them.  Empty: bytes are the lines. */
	struct span written;
	size_t written_at;
	uint64_t written_lines;
	unsigned heads; /* that were met behind the first */
	size_t own;	/* where the source's own head would stand */
};

/* Where a line of the block, whose lines before are counted, stands in it as it
 * was. */
static size_t
written_place(struct block *b, size_t offset)
{
	if (b->written.n == 0)
		return offset;
	for (; b->written_lines < b->counted_lines; b->written_lines++)
		b->written_at +=
		    span_find_byte(span_from(b->written, b->written_at), '\n') +
		    1;
	return b->written_at;
}

static void
plain_make(struct block *b)
{
	b->written = (struct span){0};
	b->written_at = 0;
	b->written_lines = 0;
	if ((!b->f->reader->json && !b->f->reader->json_inside) ||
	    !json_escaped(b->bytes))
		return;
	buf_reset(&b->j->plain);
	if (b->f->reader->json)
		json_plain(b->bytes, &b->j->plain);
	else
		json_plain_inside(b->bytes, &b->j->plain);
	b->written = b->bytes;
	b->bytes = buf_span(&b->j->plain);
}

static void
on_line(void *ctx, size_t offset, size_t length)
{
	struct block *b = ctx;
	struct span line = span_sub(b->bytes, offset, offset + length);

	b->counted_lines +=
	    newline_count(span_sub(b->bytes, b->counted, offset));
	b->counted = offset;
	if (length == 0)
		return;
	arena_reset(&b->j->line);
	b->f->reader->line(b->state, b->in, line,
	    b->lines + b->counted_lines + 1,
	    b->offset + written_place(b, offset), &b->j->emit);
}

static void
all_lines(struct block *b)
{
	struct span rest = b->bytes, line;

	while (span_line(&rest, &line))
		on_line(b, (size_t)(line.p - b->bytes.p), line.n);
}

static void
roll(struct block *b)
{
	struct span rest = b->bytes, line;
	int month, day;

	if (!b->f->roll_years || b->f->reader->yearless == NULL ||
	    !span_line(&rest, &line) ||
	    !b->f->reader->yearless(line, &month, &day))
		return;
	clock_forward(&b->f->clock, month, day);
	b->in->clock = b->f->clock;
}

static void
on_shown(void *ctx, struct span line, unsigned bits)
{
	struct block *b = ctx;

	hosts_shown(&b->j->hosts, b->f->reader, line, bits);
}

struct timing {
	struct emit emit;
	int64_t time;
};

static void
time_take(struct emit *e, const struct record *r)
{
	((struct timing *)e)->time = r->time;
}

static int64_t
line_time(void *ctx, struct span line)
{
	struct block *b = ctx;
	struct timing t = {emit_nothing(), TIME_NONE};

	t.emit.record = time_take;
	if (b->f->reader->when != NULL)
		t.time = b->f->reader->when(b->in, line);
	if (t.time != TIME_NONE)
		return t.time;
	arena_reset(&b->j->line);
	b->f->reader->line(b->state, b->in, line, 0, 0, &t.emit);
	return t.time;
}

/* Whole lines of one part. */
static uint64_t
lines_take(struct block *b)
{
	uint64_t all;

	plain_make(b);
	b->in->around = b->bytes;
	b->counted = 0;
	b->counted_lines = 0;
	if (b->f->reader->host != NULL)
		all = hosts_block(&b->j->hosts, b->f->reader, b->bytes,
		    b->j->detector != NULL ? line_time : NULL, b);
	else
		all = newline_count(b->bytes) +
		      (b->bytes.n > 0 && !span_ends(b->bytes, SPAN("\n")));
	if (b->j->detector == NULL) {
		all_lines(b);
		return all;
	}
	detector_on_shown(b->j->detector, on_shown, b);
	detector_lines(b->j->detector, b->bytes, on_line, b);
	detector_on_shown(b->j->detector, NULL, NULL);
	return all;
}

/* Bytes [from, to) of the block as a block of its own, behind so many of its
 * lines; returns how many it has. */
static uint64_t
piece_take(struct block *b, size_t from, size_t to, uint64_t lines,
    uint64_t (*take)(struct block *b))
{
	struct block whole = *b;
	uint64_t n;

	b->bytes = span_sub(whole.bytes, from, to);
	b->offset += from;
	b->lines += lines;
	n = take(b);
	b->bytes = whole.bytes;
	b->offset = whole.offset;
	b->lines = whole.lines;
	return n;
}

/* Where the part by years ends that the byte at "from" of the block is in; sets
 * the clock. */
static size_t
part_end(struct block *b, size_t from)
{
	struct feed *f = b->f;

	while (f->nparts > 0 && f->parts->offset <= b->offset + from) {
		int zone = f->clock.zone;

		f->clock = f->parts->clock;
		f->clock.zone = zone;
		b->in->clock = f->clock;
		f->parts++;
		f->nparts--;
	}
	return f->nparts > 0 && f->parts->offset < b->offset + b->bytes.n
		   ? (size_t)(f->parts->offset - b->offset)
		   : b->bytes.n;
}

/* Lines of one head, part by part. */
static uint64_t
parts_take(struct block *b)
{
	uint64_t lines = 0;
	size_t from = 0, to;

	for (; from < b->bytes.n; from = to) {
		to = part_end(b, from);
		lines += piece_take(b, from, to, lines, lines_take);
	}
	return lines;
}

/* A head, at a place of the block and behind so many of its lines. */
static void
head_open(struct block *b, struct span head, size_t at, uint64_t lines)
{
	struct read_in in = *b->in;

	if (++b->heads > LIMIT_LOG_HEADERS) {
		if (b->heads == LIMIT_LOG_HEADERS + 1)
			job_diag(b->j, DIAG_TOO_MANY, b->lines + lines + 1,
			    SPAN("headers that name columns"));
		return;
	}
	in.head = head;
	in.arena = &b->j->source;
	b->f->last_head = heads_hash(head);
	b->f->last_head_at = b->offset + at;
	b->state = b->f->reader->open(&in);
	if (b->j->detector != NULL)
		detector_opened(b->j->detector, b->f->reader, b->state);
}

/* Head by head; that of the source itself was opened with it. */
static uint64_t
heads_take(struct block *b)
{
	uint64_t lines = 0;
	size_t from = 0, look = 0, end;

	for (; from < b->bytes.n; look = end) {
		size_t at = heads_next(b->bytes, look, &end);

		if (b->offset + at <= b->own)
			continue;
		if (at > from)
			lines += piece_take(b, from, at, lines, parts_take);
		from = at;
		if (at < b->bytes.n)
			head_open(b, span_sub(b->bytes, at, end), at, lines);
	}
	return lines;
}

/* A mark of UTF-8 is no part of the first line. */
static size_t
mark_bytes(const struct block *b)
{
	return b->offset == 0 && span_starts(b->bytes, SPAN("\xef\xbb\xbf"))
		   ? 3
		   : 0;
}

static uint64_t
unmarked_take(struct block *b)
{
	roll(b);
	return b->f->reader->heads ? heads_take(b) : parts_take(b);
}

/* A block of whole lines. */
static uint64_t
block_take(struct block *b)
{
	b->own = mark_bytes(b);
	return piece_take(b, b->own, b->bytes.n, 0, unmarked_take);
}

/* Part of a line that has no end within the limit: searched, not parsed. */
static void
long_take(struct block *b, bool first)
{
	if (first)
		job_diag(b->j, DIAG_LONG_LINE, b->lines + 1, SPAN(""));
	if (b->j->detector != NULL)
		detector_raw(b->j->detector, b->bytes, b->offset, b->lines + 1);
}

struct window {
	char *p;
	size_t n, cap;
	uint64_t offset; /* of p[0] within the stream */
	bool end;
};

static void
window_fill(struct job *j, struct window *w, struct stream *s)
{
	while (!w->end && w->n < w->cap) {
		/* No more than a block: what is searched stays in the
		 * second-level cache. */
		size_t room = w->cap - w->n;
		ssize_t r = stream_read(s, w->p + w->n,
		    room < LIMIT_BLOCK_BYTES ? room : LIMIT_BLOCK_BYTES);

		if (r <= 0) {
			w->end = true;
			return;
		}
		w->n += (size_t)r;
		job_beat(j, (uint64_t)r);
		if (w->n >= LIMIT_BLOCK_BYTES)
			return;
	}
}

static void
window_drop(struct window *w, size_t n)
{
	w->n -= n;
	w->offset += n;
	memmove(w->p, w->p + n, w->n);
}

/* How much of the window may be taken: whole lines, and none that starts at
 * or after the limit. */
static size_t
window_lines(const struct window *w, uint64_t limit)
{
	struct span all = span_of(w->p, w->n);
	size_t last = span_rfind_byte(all, '\n');
	size_t whole = w->end ? w->n : last == SPAN_NONE ? 0 : last + 1;

	if (w->offset + whole <= limit)
		return whole;
	/* The last line is the one that holds byte limit - 1. */
	size_t from = limit > w->offset ? (size_t)(limit - w->offset) - 1 : 0;
	size_t nl = span_find_byte(span_from(all, from), '\n');

	if (nl == SPAN_NONE)
		return w->end ? w->n : whole > from ? whole : 0;
	return from + nl + 1;
}

/* To the first line that starts in [1, limit); false when none does. */
static bool
skip_line(struct job *j, struct window *w, struct stream *s, uint64_t limit)
{
	while (w->offset < limit) {
		window_fill(j, w, s);
		size_t nl = span_find_byte(span_of(w->p, w->n), '\n');

		if (nl != SPAN_NONE) {
			window_drop(w, nl + 1);
			return true;
		}
		if (w->end)
			return false;
		window_drop(w, w->n);
	}
	return false;
}

/* Bytes that nobody parses may have no lines.  Parts begin behind a line end
 * or, where there is none so near, behind a byte that no address can touch. */
#define RAW_REACH 4096

static bool
is_gap(char c)
{
	return (unsigned char)c <= ' ' || (unsigned char)c >= 0x7f;
}

/* Where the part begins; s: from the byte before the border. */
static size_t
raw_start(struct span s)
{
	size_t nl;

	s = span_head(s, RAW_REACH);
	nl = span_find_byte(s, '\n');
	if (nl != SPAN_NONE)
		return nl + 1;
	for (size_t i = 0; i < s.n; i++)
		if (is_gap(s.p[i]))
			return i + 1;
	return s.n > 0 ? 1 : 0;
}

/* How much of a window whose end is no border is taken. */
static size_t
raw_cut(struct span s)
{
	size_t from = s.n > RAW_REACH ? s.n - RAW_REACH : 0;
	size_t nl = span_rfind_byte(span_from(s, from), '\n');

	if (nl != SPAN_NONE)
		return from + nl + 1;
	for (size_t i = s.n; i > from; i--)
		if (is_gap(s.p[i - 1]))
			return i;
	return s.n;
}

static uint64_t
raw_take(struct job *j, const struct feed *f, const struct window *w,
    size_t take, uint64_t lines)
{
	struct span bytes = span_of(w->p, take);

	if (j->detector != NULL)
		detector_raw(
		    j->detector, bytes, f->offset + w->offset, lines + 1);
	return newline_count(bytes);
}

static uint64_t
feed_raw(
    struct job *j, struct stream *s, const struct feed *f, struct window *w)
{
	uint64_t lines = 0;
	bool last = false;

	if (f->skip_first) {
		window_fill(j, w, s);
		window_drop(w, raw_start(span_of(w->p, w->n)));
	}
	while (!last && w->offset < f->limit) {
		struct span all;
		uint64_t border = f->limit - 1 - w->offset;
		size_t take;

		window_fill(j, w, s);
		all = span_of(w->p, w->n);
		last = border < all.n;
		if (last && all.n - border < RAW_REACH && !w->end) {
			last = false;
			continue;
		}
		if (last)
			take = border + raw_start(span_from(all, border));
		else
			take = w->end ? all.n : raw_cut(all);
		if (take == 0)
			break;
		lines += raw_take(j, f, w, take, lines);
		window_drop(w, take);
	}
	return lines;
}

uint64_t
feed_lines(struct job *j, struct stream *s, struct feed *f)
{
	f->clock.zone = j->o->zone;
	struct read_in in = {.head = f->head,
	    .path = j->path,
	    .clock = f->clock,
	    .arena = &j->source};
	struct block b = {.j = j, .f = f, .in = &in};
	struct window w = {.cap = LIMIT_LINE_BYTES + LIMIT_BLOCK_BYTES};
	bool in_long = false;

	buf_reset(&j->block);
	w.p = buf_room(&j->block, w.cap);
	ASSERT(w.p != NULL);
	if (f->reader == NULL)
		return feed_raw(j, s, f, &w);
	if (f->reader->heads)
		f->last_head = heads_hash(f->head);
	if (f->reader->open != NULL)
		b.state = f->reader->open(&in);
	if (j->detector != NULL)
		detector_opened(j->detector, f->reader, b.state);
	in.arena = &j->line;
	if (f->skip_first && !skip_line(j, &w, s, f->limit))
		return 0;
	if (f->skip_first)
		hosts_go_on(&j->hosts);
	while (w.offset < f->limit || in_long) {
		size_t take;

		window_fill(j, &w, s);
		if (w.n == 0)
			break;
		b.offset = f->offset + w.offset;
		if (in_long) {
			size_t nl = span_find_byte(span_of(w.p, w.n), '\n');

			take = nl == SPAN_NONE ? w.n : nl + 1;
			b.bytes = span_of(w.p, take);
			long_take(&b, false);
			window_drop(&w, take);
			in_long = nl == SPAN_NONE && !w.end;
			b.lines += !in_long;
			continue;
		}
		take = window_lines(&w, f->limit);
		if (take == 0 && w.n < LIMIT_LINE_BYTES && !w.end) {
			/* Keep filling: a long line is still short enough. */
			size_t had = w.n;
			ssize_t r = stream_read(s, w.p + w.n, w.cap - w.n);

			if (r <= 0)
				w.end = true;
			else
				w.n += (size_t)r;
			job_beat(j, w.n - had);
			continue;
		}
		in_long = take == 0;
		take = in_long ? w.n : take;
		b.bytes = span_of(w.p, take);
		if (in_long)
			long_take(&b, true);
		else
			b.lines += block_take(&b);
		window_drop(&w, take);
	}
	return b.lines;
}
