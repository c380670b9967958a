/*
 * Drives one reader over the bytes of a fuzzer and holds it to what
 * read/reader.h and record/record.h promise.
 */
#ifndef TIDEMARK_TESTS_FUZZ_READER_H
#define TIDEMARK_TESTS_FUZZ_READER_H

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "read/dump.h"
#include "read/reader.h"

/* Templates that readers are given; NULL: none. */
static struct show_library *fuzz_shows;

struct fuzz_reader {
	struct emit emit; /* first: the reader hands it back */
	const struct reader *reader;
	struct span bytes, line;
	uint64_t number, offset, lines; /* LINES: of the line at hand */
	uint64_t sum, records;
	struct buf text;
};

/* Does it stand in the record's text, but for joints (kind_marks)? */
static bool
fuzz_verbatim(const struct reader *reader, struct span raw, struct span text)
{
	const struct kind_marks *m = reader->marks;
	struct buf joined;
	bool found;

	if (span_find(raw, text) != SPAN_NONE)
		return true;
	buf_init(&joined, LIMIT_MESSAGE_BYTES);
	for (size_t i = 0; m != NULL && m->joints != NULL && m->joints[i]; i++)
		while (raw.n > 0) {
			struct span joint = span_str(m->joints[i]);
			size_t at = span_find(raw, joint);

			buf_put(&joined, span_head(raw, at));
			raw = span_from(
			    raw, at == SPAN_NONE ? raw.n : at + joint.n);
		}
	found = span_find(buf_span(&joined), text) != SPAN_NONE;
	buf_release(&joined);
	return found;
}

static void
fuzz_value(const struct reader *reader, const struct record *r,
    const struct value *v, bool event)
{
	enum field_id f = (enum field_id)v->field;
	int64_t number;

	FUZZ_CHECK(v->field < F_COUNT);
	FUZZ_CHECK(v->text.n > 0 && v->text.n <= LIMIT_FIELD_BYTES);
	fuzz_touch(v->text);
	/* The search over raw bytes rests on this. */
	if (event && field_verbatim(f))
		FUZZ_CHECK(fuzz_verbatim(reader, r->raw, v->text));
	switch (field_type(f)) {
	case FT_IP:
	case FT_PREFIX:
		FUZZ_CHECK(v->u.prefix.addr.family == 4 ||
			   v->u.prefix.addr.family == 6);
		FUZZ_CHECK(v->u.prefix.bits <=
			   (v->u.prefix.addr.family == 4 ? 32 : 128));
		break;
	case FT_NUMBER:
		FUZZ_CHECK(span_i64(v->text, &number) && number == v->u.number);
		break;
	case FT_BOOL:
		FUZZ_CHECK(v->u.number == 0 || v->u.number == 1);
		break;
	default:
		break;
	}
}

static bool
fuzz_inside(struct span part, struct span whole)
{
	return part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
fuzz_record(struct emit *e, const struct record *r)
{
	struct fuzz_reader *x = (struct fuzz_reader *)e;
	bool event = (kind_flags(r->kind) & EVENT) != 0;

	FUZZ_CHECK(r->kind < K_COUNT && r->nvalues <= LIMIT_RECORD_FIELDS);
	fuzz_touch(r->raw);
	fuzz_touch(r->host);
	fuzz_touch(r->host_addr);
	for (unsigned i = 0; i < r->nvalues; i++)
		fuzz_value(x->reader, r, &r->values[i], event);
	if (x->reader->shape == READER_LINES) {
		FUZZ_CHECK(r->line == x->number && r->offset == x->offset);
		/* Or put together from several lines. */
		FUZZ_CHECK(fuzz_inside(r->raw, x->line) ||
			   !fuzz_inside(r->raw, x->bytes));
	} else if (x->reader->shape == READER_BLOCKS) {
		FUZZ_CHECK(r->offset == UINT64_MAX || r->offset <= x->bytes.n);
	} else {
		FUZZ_CHECK(r->line <= x->lines + 1);
		FUZZ_CHECK(r->offset == UINT64_MAX || r->offset <= x->bytes.n);
	}
	buf_reset(&x->text);
	record_dump(&x->text, r, SPAN("edge1/input"), x->number % 2 == 0);
	x->sum += span_hash(buf_span(&x->text));
	x->records++;
}

static void
fuzz_diag(
    struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	struct fuzz_reader *x = (struct fuzz_reader *)e;

	FUZZ_CHECK(code < DIAG_COUNT);
	FUZZ_CHECK(line <= x->lines + 1 ||
		   x->reader->shape == READER_BLOCKS);
	fuzz_touch(detail);
}

static void
fuzz_line(struct fuzz_reader *x, void *state, struct read_in *in)
{
	const struct reader *r = x->reader;
	int month = 0, day = 0;

	if (r->host != NULL)
		FUZZ_CHECK(fuzz_inside(r->host(x->line), x->line));
	if (r->yearless != NULL && r->yearless(x->line, &month, &day))
		FUZZ_CHECK(month >= 1 && month <= 12 && day >= 1 && day <= 31);
	if (x->line.n == 0)
		return;
	arena_reset(in->arena);
	r->line(state, in, x->line, x->number, x->offset, &x->emit);
}

#define FUZZ_LINES 4096

/* All lines forward, then backward: a line is readable from itself and the
 * first bytes of its source, whatever came before. */
static void
fuzz_lines(struct fuzz_reader *x, struct read_in *in)
{
	struct arena opened, lines;
	struct span rest = x->bytes, v[FUZZ_LINES];
	uint64_t forward;
	void *state = NULL;
	size_t n = 0;

	arena_init(&opened);
	arena_init(&lines);
	in->arena = &opened;
	if (x->reader->open != NULL)
		state = x->reader->open(in);
	in->arena = &lines;
	in->around = x->bytes;
	while (n < FUZZ_LINES && span_line(&rest, &v[n]))
		n++;
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < n; i++) {
			size_t at = pass == 0 ? i : n - 1 - i;

			x->line = v[at];
			x->number = at + 1;
			x->offset = (uint64_t)(v[at].p - x->bytes.p);
			fuzz_line(x, state, in);
		}
		if (pass == 0) {
			forward = x->sum;
			x->sum = 0;
		} else {
			FUZZ_CHECK(x->sum == forward);
		}
	}
	arena_release(&opened);
	arena_release(&lines);
}

static void
fuzz_whole(struct fuzz_reader *x, struct read_in *in)
{
	struct arena arena;
	uint64_t first = 0;

	/* Twice: a reader keeps nothing from one source to the next. */
	for (int pass = 0; pass < 2; pass++) {
		arena_init(&arena);
		in->arena = &arena;
		in->bytes = x->bytes;
		x->sum = 0;
		x->reader->read(in, &x->emit);
		FUZZ_CHECK(pass == 0 || x->sum == first);
		first = x->sum;
		arena_release(&arena);
	}
}

/* The stream in pieces of a size; what comes out must not depend on it. */
static void
fuzz_pieces(struct fuzz_reader *x, struct read_in *in, size_t size)
{
	struct arena opened, pieces;
	size_t from = 0, to = 0;
	void *state;

	arena_init(&opened);
	arena_init(&pieces);
	in->arena = &opened;
	state = x->reader->open(in);
	in->arena = &pieces;
	while (to < x->bytes.n) {
		struct span piece;
		char *own;
		size_t n;

		to = x->bytes.n - to < size ? x->bytes.n : to + size;
		piece = span_sub(x->bytes, from, to);
		own = malloc(piece.n); /* no byte more than it may see */
		FUZZ_CHECK(own != NULL);
		memcpy(own, piece.p, piece.n);
		arena_reset(&pieces);
		n = x->reader->block(
		    state, in, span_of(own, piece.n), from, &x->emit);
		FUZZ_CHECK(n <= piece.n);
		free(own);
		from += n;
	}
	arena_reset(&pieces);
	if (x->reader->close != NULL)
		x->reader->close(state, in,
		    span_sub(x->bytes, from, x->bytes.n), &x->emit);
	arena_release(&opened);
	arena_release(&pieces);
}

static void
fuzz_blocks(struct fuzz_reader *x, struct read_in *in)
{
	static const size_t sizes[] = {SIZE_MAX, 4096, 61};
	uint64_t first = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		x->sum = 0;
		fuzz_pieces(x, in, sizes[i]);
		FUZZ_CHECK(i == 0 || x->sum == first);
		first = x->sum;
	}
}

static int
fuzz_reader(const struct reader *r, const uint8_t *data, size_t size)
{
	struct fuzz_reader x = {.emit = {fuzz_record, fuzz_diag}, .reader = r};
	struct read_in in = {
	    .path = SPAN("edge1/input.txt"), .shows = fuzz_shows};
	struct probe probe;
	struct guess g;
	struct span rest, line;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	x.bytes = span_of((const char *)data, size);
	in.head = span_head(x.bytes, LIMIT_PROBE_BYTES);
	if (size % 4 != 0)
		in.clock = (struct clock_hint){2019 + (int)(size % 7),
		    1 + (int)(size % 12), 1 + (int)(size % 28),
		    (int)(size % 3) * 60};
	probe = (struct probe){in.head, in.path, size, size == in.head.n};
	g = r->guess(&probe);
	FUZZ_CHECK(g.score >= 0 && g.score <= 100);
	FUZZ_CHECK(g.score == 0 || g.reason != NULL);
	buf_init(&x.text, LIMIT_MESSAGE_BYTES);
	for (rest = x.bytes; span_line(&rest, &line);)
		x.lines++;
	/* Without a line feed, carriage returns end lines. */
	if (x.lines <= 1)
		for (rest = x.bytes; rest.n > 0; x.lines++)
			span_until(&rest, '\r');
	if (r->shape == READER_LINES)
		fuzz_lines(&x, &in);
	else if (r->shape == READER_BLOCKS)
		fuzz_blocks(&x, &in);
	else
		fuzz_whole(&x, &in);
	buf_release(&x.text);
	return 0;
}

/* A fuzzer of one reader. */
#define FUZZ_READER(symbol)                                                    \
	extern const struct reader symbol;                                     \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)           \
	{                                                                      \
		return fuzz_reader(&symbol, data, size);                       \
	}

#endif
