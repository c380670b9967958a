#include "run/worker.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/job.h"

int
worker_prepare(struct err *e)
{
	if (digest_prepare(e) != 0)
		return -1;
	return archive_prepare(e);
}

uint64_t
worker_chunks(uint64_t size)
{
	return (size + LIMIT_CHUNK_BYTES - 1) / LIMIT_CHUNK_BYTES;
}

static void
on_record(struct emit *e, const struct record *r)
{
	job_record((struct job *)e, r);
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	job_diag((struct job *)e, code, line, detail);
}

void *
worker_start(void *ctx)
{
	struct job *j = calloc(1, sizeof(*j));
	struct err e;

	ASSERT(j != NULL);
	/* Memory that one source needed, the next will need: keep it. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	j->emit = (struct emit){on_record, on_diag};
	j->o = ctx;
	buf_init(&j->bytes, LIMIT_WHOLE_BYTES + 1);
	buf_init(&j->block, LIMIT_LINE_BYTES + 2 * LIMIT_BLOCK_BYTES);
	arena_init(&j->source);
	arena_init(&j->line);
	if (j->o->detect != NULL) {
		struct detector_options d = {j->o->show_secrets};

		if (detector_new(j->o->detect, &d, &j->detector, &e) != 0) {
			fprintf(stderr, "tidemark: worker: %s\n", e.text);
			_exit(3);
		}
	}
	if (digest_init(&j->digest, LIMIT_SHA256_BYTES, &e) != 0) {
		fprintf(stderr, "tidemark: worker: %s\n", e.text);
		_exit(3);
	}
	return j;
}

/* ---- one source ---- */

struct outcome {
	uint8_t state; /* enum source_state of the case */
	const char *format, *evidence;
	struct span why;
	uint64_t bytes;
	const struct digest_result *digest; /* NULL: hashed elsewhere */
};
enum { STATE_READ, STATE_UNRECOGNISED, STATE_UNREADABLE };

static void
put_hashes(struct buf *b, const struct digest_result *d)
{
	char hex[2 * DIGEST_SHA256_BYTES + 1] = "";

	if (d != NULL && d->has_sha256)
		digest_hex(d->sha256, DIGEST_SHA256_BYTES, hex);
	buf_bytes(b, span_str(hex));
	hex[0] = '\0';
	if (d != NULL)
		digest_hex(d->xxh3, DIGEST_XXH3_BYTES, hex);
	buf_bytes(b, span_str(hex));
}

static void
job_end(struct job *j, const struct outcome *o)
{
	struct buf b;

	job_flush(j);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, o->state);
	buf_bytes(&b, span_str(o->format));
	buf_bytes(&b, span_str(o->evidence));
	buf_bytes(&b, span_str(j->identity.magic));
	buf_bytes(&b, o->why);
	put_hashes(&b, o->digest);
	buf_u64(&b, o->bytes);
	buf_u64(&b, j->records);
	job_send(j, RESULT_END, &b);
	buf_release(&b);
}

/* The source as a file: its name, size and hash are evidence too. */
static void
file_record(struct job *j, uint64_t bytes, const struct digest_result *d)
{
	struct span path = j->path, name;
	char hex[2 * DIGEST_SHA256_BYTES + 1];
	size_t slash = span_rfind_byte(path, '/');
	struct record r;

	name = span_from(path, slash == SPAN_NONE ? 0 : slash + 1);
	record_init(&r, K_FILE, 0, UINT64_MAX, path);
	record_put(&r, F_PATH, path);
	record_put(&r, F_NAME, name);
	record_put(&r, F_MAGIC, span_str(j->identity.magic));
	record_put_number(&r, F_SIZE, arena_fmt(&j->source, "%" PRIu64, bytes));
	if (d->has_sha256) {
		digest_hex(d->sha256, DIGEST_SHA256_BYTES, hex);
		record_put(&r, F_SHA256, span_str(hex));
	}
	job_record(j, &r);
}

static void
dump_identity(struct job *j, uint64_t bytes)
{
	const struct identity *i = &j->identity;
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_put(&b, j->path);
	if (i->reader != NULL)
		buf_fmt(&b, "\t%s\t%d\t%s", i->reader->name, i->guess.score,
		    i->guess.reason ? i->guess.reason : "");
	else
		buf_fmt(&b, "\tunrecognised\t0\t%s", i->why_not);
	if (i->second != NULL && i->second_guess.score > 0)
		buf_fmt(&b, "\trunner-up %s\t%d\t%s", i->second->name,
		    i->second_guess.score,
		    i->second_guess.reason ? i->second_guess.reason : "");
	else
		buf_fmt(&b, "\trunner-up none\t0\t%" PRIu64 " bytes", bytes);
	buf_byte(&b, '\n');
	job_send(j, RESULT_TEXT, &b);
	buf_release(&b);
}

static void
identify_source(struct job *j, struct span head, uint64_t size)
{
	struct probe p = {.head = head,
	    .path = j->path,
	    .size = size,
	    .whole = size <= head.n};

	identify(&p, j->o->mode == WORKER_IDENTIFY, &j->identity);
	if (j->o->format != NULL)
		j->identity.reader = j->o->format;
}

/* A reader may be handed NUL bytes only as blanks. */
static void
clean_nuls(struct job *j, struct buf *b)
{
	size_t n = 0;

	for (char *at = b->p; b->n > 0 &&
	     (at = memchr(at, '\0', b->n - (size_t)(at - b->p))) != NULL;
	     n++)
		*at = ' ';
	if (n > 0)
		job_diag(j, DIAG_NUL_BYTES, 0,
		    arena_fmt(&j->source, "%zu bytes", n));
}

/* UTF-16 with a byte-order mark becomes UTF-8 (Unicode 15, section 3.9);
 * what is no pair of surrogates becomes '?'. */
static void
from_utf16(struct job *j, struct buf *b)
{
	bool little = span_starts(buf_span(b), SPAN("\xff\xfe"));
	struct cursor c = cursor_of(span_from(buf_span(b), 2));
	struct buf out;

	if (!little && !span_starts(buf_span(b), SPAN("\xfe\xff")))
		return;
	buf_init(&out, b->ceiling);
	while (cursor_left(&c) >= 2) {
		uint32_t u = little ? cursor_le16(&c) : cursor_be16(&c);

		if (u < 0x80) {
			buf_byte(&out, (char)u);
		} else if (u < 0x800) {
			buf_byte(&out, (char)(0xc0 | u >> 6));
			buf_byte(&out, (char)(0x80 | (u & 0x3f)));
		} else if (u >= 0xd800 && u < 0xe000) {
			buf_byte(&out, '?');
		} else {
			buf_byte(&out, (char)(0xe0 | u >> 12));
			buf_byte(&out, (char)(0x80 | (u >> 6 & 0x3f)));
			buf_byte(&out, (char)(0x80 | (u & 0x3f)));
		}
	}
	buf_reset(b);
	buf_put(b, buf_span(&out));
	buf_release(&out);
	job_diag(j, DIAG_UTF16, 0, SPAN(""));
}

static struct clock_hint
first_clock(struct job *j, struct span head, const struct reader *r)
{
	struct clock_hint at = clock_of_time(j->mtime);
	struct span line;
	int month, day;

	if (r->yearless == NULL)
		return (struct clock_hint){0};
	for (int i = 0; i < 50 && span_line(&head, &line); i++)
		if (r->yearless(line, &month, &day)) {
			clock_back(&at, month, day);
			job_diag(j, DIAG_YEAR_ASSUMED, 0,
			    arena_fmt(&j->source, "first line taken as %d",
				at.year));
			return at;
		}
	return (struct clock_hint){0};
}

/* For a source in memory: years are planned from its last line back. */
static struct clock_hint
memory_clock(struct job *j, struct span all, const struct reader *r)
{
	struct clock_hint at = clock_of_time(j->mtime);
	struct span rest = all;
	int month, day, seen = 0;

	if (r->yearless == NULL || all.n == 0)
		return (struct clock_hint){0};
	while (rest.n > 0) {
		size_t nl = span_rfind_byte(
		    span_head(rest, rest.n - 1), '\n');
		struct span line =
		    span_from(rest, nl == SPAN_NONE ? 0 : nl + 1);

		rest = span_head(rest, rest.n - line.n);
		if (!r->yearless(line, &month, &day))
			continue;
		clock_back(&at, month, day);
		seen = 1;
	}
	if (!seen)
		return (struct clock_hint){0};
	job_diag(j, DIAG_YEAR_ASSUMED, 0,
	    arena_fmt(&j->source, "first line taken as %d", at.year));
	return at;
}

static void
begin_detect(struct job *j)
{
	if (j->detector != NULL)
		detector_begin(j->detector, j->identity.reader);
}

/* Bytes in memory: read by the reader that identify found, or searched. */
static void
read_memory(struct job *j)
{
	const struct reader *r = j->identity.reader;
	struct read_in in = {.path = j->path, .arena = &j->source};
	struct stream s;
	struct feed f = {.reader = r, .limit = UINT64_MAX};

	in.bytes = buf_span(&j->bytes);
	in.head = f.head = span_head(in.bytes, LIMIT_PROBE_BYTES);
	if (r != NULL && r->shape == READER_WHOLE) {
		if (j->detector != NULL)
			detector_bytes(j->detector, in.bytes);
		r->read(&in, &j->emit);
		return;
	}
	if (r == NULL && j->detector == NULL)
		return;
	if (r == NULL) {
		detector_raw(j->detector, in.bytes, 0,
		    span_is(span_str(j->identity.magic), "text") ? 1 : 0);
		return;
	}
	f.clock = memory_clock(j, in.bytes, r);
	stream_mem(&s, in.bytes);
	j->records = feed_lines(j, &s, &f);
	stream_release(&s);
}

/* YARA looks at what is not plainly evidence text: tools lie among files. */
static bool
wants_yara(const struct job *j)
{
	return j->detector != NULL &&
	    (j->identity.reader == NULL ||
		span_is(span_str(j->identity.reader->evidence), "text"));
}

/* A source that fits in memory. */
static void
whole_source(struct job *j, struct stream *s)
{
	struct outcome o = {.state = STATE_READ, .format = "", .evidence = ""};
	struct digest_result d;
	struct err e;
	bool all;

	buf_reset(&j->bytes);
	all = stream_all(s, &j->bytes);
	if (j->bytes.n > LIMIT_WHOLE_BYTES || !all) {
		job_diag(j, DIAG_TOO_LARGE, 0, SPAN(""));
		j->bytes.n = j->bytes.n < LIMIT_WHOLE_BYTES
		    ? j->bytes.n
		    : LIMIT_WHOLE_BYTES;
	}
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	digest_reset(&j->digest,
	    j->o->custody ? UINT64_MAX : LIMIT_SHA256_BYTES, &e);
	digest_update(&j->digest, buf_span(&j->bytes));
	digest_final(&j->digest, &d);
	o.bytes = d.bytes;
	o.digest = &d;
	from_utf16(j, &j->bytes);
	identify_source(j, span_head(buf_span(&j->bytes), LIMIT_PROBE_BYTES),
	    j->bytes.n);
	if (j->identity.reader != NULL)
		clean_nuls(j, &j->bytes);
	if (j->o->mode == WORKER_IDENTIFY) {
		dump_identity(j, o.bytes);
		return;
	}
	begin_detect(j);
	file_record(j, o.bytes, &d);
	if (wants_yara(j) &&
	    !detector_yara(j->detector, buf_span(&j->bytes)))
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("YARA gave up"));
	read_memory(j);
	if (j->identity.reader != NULL) {
		o.format = j->identity.reader->name;
		o.evidence = j->identity.reader->evidence;
	} else if (o.bytes == 0) {
		if (!s->failed)
			job_diag(j, DIAG_EMPTY, 0, SPAN(""));
		o.state = STATE_UNRECOGNISED;
	} else {
		o.state = STATE_UNRECOGNISED;
		o.why = arena_fmt(&j->source, "%s (%" PRIu64 " bytes)",
		    j->identity.why_not, o.bytes);
	}
	if (s->failed && j->bytes.n == 0) {
		o.state = STATE_UNREADABLE;
		o.why = (struct span){0};
	}
	job_end(j, &o);
	if (j->bytes.cap > 8u << 20)
		buf_release(&j->bytes);
}

/* A stream of lines too large for memory, or of unknown size. */
static void
line_source(struct job *j, struct stream *s, struct span head)
{
	struct outcome o = {.state = STATE_READ, .format = "", .evidence = ""};
	struct feed f = {.reader = j->identity.reader,
	    .limit = UINT64_MAX,
	    .roll_years = true,
	    .digest = &j->digest};
	struct digest_result d;
	struct err e;

	digest_reset(&j->digest,
	    j->o->custody ? UINT64_MAX : LIMIT_SHA256_BYTES, &e);
	begin_detect(j);
	f.head = arena_copy(&j->source, head);
	f.clock = first_clock(j, f.head, f.reader);
	j->records = feed_lines(j, s, &f);
	digest_final(&j->digest, &d);
	o.bytes = d.bytes;
	o.digest = &d;
	file_record(j, o.bytes, &d);
	o.format = j->identity.reader->name;
	o.evidence = j->identity.reader->evidence;
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	job_end(j, &o);
}

/* A member of an archive, standard input, or a small file. */
static void
stream_source(struct job *j, struct span path, struct stream *s,
    int64_t mtime)
{
	struct span head;

	job_begin(j, path, mtime);
	if (s->size <= LIMIT_CHUNK_BYTES || j->o->mode == WORKER_IDENTIFY) {
		whole_source(j, s);
		return;
	}
	head = stream_head(s, LIMIT_PROBE_BYTES);
	identify_source(j, head, s->size);
	if (j->identity.reader != NULL &&
	    j->identity.reader->shape == READER_LINES)
		line_source(j, s, head);
	else
		whole_source(j, s);
}

/* ---- archives ---- */

struct inside {
	struct job *j;
	unsigned depth;
	struct buf *late; /* what to say of the archive after its members */
};

static void
on_archive_diag(
    void *ctx, struct span path, enum diag_code code, struct span detail)
{
	struct inside *x = ctx;

	buf_u32(x->late, code);
	buf_bytes(x->late, path);
	buf_bytes(x->late, detail);
}

static int
on_member(void *ctx, const struct archive_member *m)
{
	struct inside *x = ctx;
	struct span head = stream_head(m->bytes, 512);

	if (archive_probe(head)) {
		struct inside deeper = {x->j, x->depth + 1, x->late};

		return archive_each(m->bytes, m->path, deeper.depth, on_member,
		    on_archive_diag, &deeper);
	}
	stream_source(x->j, m->path, m->bytes, m->mtime);
	return 0;
}

static void
archive_diags(struct job *j, struct span outer, struct span late)
{
	struct cursor c = cursor_of(late);

	while (cursor_left(&c) > 0 && !c.failed) {
		enum diag_code code = (enum diag_code)cursor_le32(&c);
		struct span path = cursor_bytes(&c);
		struct span detail = cursor_bytes(&c);

		if (c.failed)
			break;
		if (!span_eq(path, outer))
			detail = arena_fmt(&j->source, "%.*s: %.*s",
			    SPAN_FMT(path), SPAN_FMT(detail));
		job_diag(j, code, 0, detail);
	}
}

/*
 * The archive itself is a source as well, reported after its members with
 * what was wrong with it.
 */
static void
archive_source(struct job *j, struct span path, struct stream *s,
    const struct digest_result *d, int64_t mtime)
{
	struct buf late;
	struct inside x = {j, 0, &late};
	struct outcome o = {.state = STATE_READ,
	    .format = "archive",
	    .evidence = "",
	    .bytes = s->size == STREAM_SIZE_UNKNOWN ? 0 : s->size,
	    .digest = d};

	buf_init(&late, LIMIT_MESSAGE_BYTES);
	archive_each(s, path, 0, on_member, on_archive_diag, &x);
	job_begin(j, path, mtime);
	archive_diags(j, path, buf_span(&late));
	buf_release(&late);
	j->identity.magic = magic_of(stream_head(s, 512));
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	if (j->detector != NULL)
		detector_begin(j->detector, NULL);
	if (j->o->mode == WORKER_SCAN)
		job_end(j, &o);
}

/* ---- tasks ---- */

struct request {
	enum task_type type;
	uint64_t size, from, length;
	int64_t mtime;
	bool seekable;
	struct span path, format;
	struct clock_hint clock;
};

static bool
request_read(struct span payload, struct request *q)
{
	struct cursor c = cursor_of(payload);

	*q = (struct request){.type = (enum task_type)cursor_u8(&c)};
	q->size = cursor_le64(&c);
	q->mtime = (int64_t)cursor_le64(&c);
	q->seekable = cursor_u8(&c) != 0;
	q->path = cursor_bytes(&c);
	if (q->type == TASK_CHUNK) {
		q->format = cursor_bytes(&c);
		q->from = cursor_le64(&c);
		q->length = cursor_le64(&c);
		q->clock.year = (int)cursor_le32(&c);
		q->clock.month = (int)cursor_le32(&c);
		q->clock.day = (int)cursor_le32(&c);
	}
	return !c.failed;
}

/* The first whole line at or after an offset. */
static bool
line_at(struct stream *s, uint64_t at, char *room, size_t n, struct span *line)
{
	ssize_t got = stream_at(s, at, room, n);
	struct span rest;

	if (got <= 0)
		return false;
	rest = span_of(room, (size_t)got);
	if (at > 0)
		(void)span_until(&rest, '\n');
	return span_line(&rest, line);
}

/* Years of a large log: from its last chunk back to its first. */
static void
plan_years(struct job *j, struct stream *s, struct clock_hint *years,
    uint64_t n)
{
	struct clock_hint at = clock_of_time(j->mtime);
	const struct reader *r = j->identity.reader;
	char room[8192];
	struct span line;
	int month, day;

	if (r == NULL || r->yearless == NULL)
		return;
	for (uint64_t i = n; i-- > 0;) {
		if (!line_at(s, i * LIMIT_CHUNK_BYTES, room, sizeof(room),
			&line) ||
		    !r->yearless(line, &month, &day))
			continue;
		clock_back(&at, month, day);
		years[i] = at;
	}
	if (at.year != 0 && years[0].year != 0)
		job_diag(j, DIAG_YEAR_ASSUMED, 0,
		    arena_fmt(&j->source, "first line taken as %d",
			years[0].year));
}

static void
plan_chunks(struct job *j, struct stream *s, uint64_t size)
{
	uint64_t n = worker_chunks(size);
	struct clock_hint *years = arena_array(
	    &j->source, (size_t)n, sizeof(*years));
	const struct reader *r = j->identity.reader;
	struct buf b;

	plan_years(j, s, years, n);
	buf_init(&b, LIMIT_TASK_RESULT_BYTES);
	buf_bytes(&b, span_str(r ? r->name : ""));
	buf_bytes(&b, span_str(r ? r->evidence : ""));
	buf_bytes(&b, span_str(j->identity.magic));
	buf_bytes(&b, span_str(r ? "" : j->identity.why_not));
	buf_u32(&b, (uint32_t)n);
	for (uint64_t i = 0; i < n; i++) {
		buf_u32(&b, (uint32_t)years[i].year);
		buf_u32(&b, (uint32_t)years[i].month);
		buf_u32(&b, (uint32_t)years[i].day);
	}
	job_send(j, RESULT_PLAN, &b);
	buf_release(&b);
}

static void
hash_stream(struct job *j, struct stream *s, struct digest_result *d)
{
	struct err e;
	char *room;
	ssize_t n;

	/* Not begun where it would be given up. */
	digest_reset(&j->digest,
	    j->o->custody		    ? UINT64_MAX
	    : s->size > LIMIT_SHA256_BYTES ? 0
					    : LIMIT_SHA256_BYTES,
	    &e);
	buf_reset(&j->block);
	room = buf_room(&j->block, LIMIT_BLOCK_BYTES);
	ASSERT(room != NULL);
	while ((n = stream_read(s, room, LIMIT_BLOCK_BYTES)) > 0)
		digest_update(&j->digest, span_of(room, (size_t)n));
	digest_final(&j->digest, d);
}

static void
task_source(struct job *j, const struct request *q, int fd)
{
	struct stream s = {0}, again = {0};
	struct digest_result d, *hashed = NULL;
	struct span head;

	if (q->seekable)
		stream_range(&s, fd, 0, q->size);
	else
		stream_pipe(&s, fd);
	head = stream_head(&s, LIMIT_PROBE_BYTES);
	if (archive_probe(head)) {
		if (q->seekable && j->o->mode == WORKER_SCAN) {
			stream_range(&again, fd, 0, q->size);
			hash_stream(j, &again, &d);
			stream_release(&again);
			hashed = &d;
		}
		archive_source(j, q->path, &s, hashed, q->mtime);
		stream_release(&s);
		return;
	}
	if (!q->seekable || q->size <= LIMIT_CHUNK_BYTES) {
		stream_source(j, q->path, &s, q->mtime);
		stream_release(&s);
		return;
	}
	job_begin(j, q->path, q->mtime);
	identify_source(j, head, q->size);
	if (j->o->mode == WORKER_IDENTIFY)
		dump_identity(j, q->size);
	else if (j->identity.reader != NULL
		? j->identity.reader->shape == READER_LINES
		: q->size > LIMIT_WHOLE_BYTES)
		plan_chunks(j, &s, q->size);
	else
		whole_source(j, &s);
	stream_release(&s);
}

static void
task_chunk(struct job *j, const struct request *q, int fd)
{
	struct stream s, whole;
	struct buf b;
	/* One byte early, to see whether a line starts at the border. */
	uint64_t from = q->from > 0 ? q->from - 1 : 0, lines;
	struct feed f = {.reader = reader_find(q->format),
	    .clock = q->clock,
	    .offset = from,
	    .limit = q->from + q->length - from,
	    .skip_first = q->from > 0};

	stream_range(&whole, fd, 0, q->size);
	stream_range(&s, fd, from, q->size - from);
	job_begin(j, q->path, q->mtime);
	j->identity.reader = f.reader;
	f.head = stream_head(&whole, LIMIT_PROBE_BYTES);
	begin_detect(j);
	lines = feed_lines(j, &s, &f);
	if (s.failed)
		job_diag(j, s.code, 0, span_str(s.text));
	job_flush(j);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u64(&b, lines);
	job_send(j, RESULT_CHUNK, &b);
	buf_release(&b);
	stream_release(&s);
	stream_release(&whole);
}

static void
task_hash(struct job *j, const struct request *q, int fd)
{
	struct stream s;
	struct digest_result d;
	struct buf b;

	stream_range(&s, fd, 0, q->size);
	hash_stream(j, &s, &d);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	put_hashes(&b, &d);
	buf_u64(&b, d.bytes);
	job_send(j, RESULT_HASH, &b);
	buf_release(&b);
	stream_release(&s);
}

void
worker_work(void *worker, const struct task *t, struct buf *out)
{
	struct job *j = worker;
	struct request q;

	j->out = out;
	if (!request_read(t->payload, &q))
		return;
	if (q.type == TASK_SOURCE)
		task_source(j, &q, t->fd);
	else if (q.type == TASK_CHUNK)
		task_chunk(j, &q, t->fd);
	else
		task_hash(j, &q, t->fd);
}
