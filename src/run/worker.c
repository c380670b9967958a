#include "run/years.h"
#include "run/worker.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "intel/show_templates.h"
#include "read/log/heads.h"
#include "run/job.h"

int
worker_prepare(struct err *e)
{
	if (digest_prepare(e) != 0)
		return -1;
	return archive_prepare(e);
}

/* By the size alone: the number of workers must not change a report.  A chunk
 * is so many leaves of the digest. */
static uint64_t
chunk_bytes(uint64_t size)
{
	uint64_t n = size / LIMIT_CHUNKS_OF_SOURCE;

	n = n < LIMIT_CHUNK_BYTES  ? LIMIT_CHUNK_BYTES
	    : n > LIMIT_CHUNK_MOST ? LIMIT_CHUNK_MOST
				   : n;
	return (n + DIGEST_LEAF_BYTES - 1) / DIGEST_LEAF_BYTES *
	       DIGEST_LEAF_BYTES;
}

/* XXH3-128 is the only hash of a source of this size that is wanted: it is
 * taken chunk by chunk, and nothing is read for it alone. */
static bool
hashed_by_chunks(const struct job *j, uint64_t size)
{
	return size > LIMIT_SHA256_BYTES && !j->o->custody && !j->o->images;
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
	struct clitable_source templates = show_templates();
	struct err e;

	ASSERT(j != NULL);
	/* Memory that one source needed, the next will need: keep it. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	j->emit = (struct emit){on_record, on_diag};
	j->o = ctx;
	buf_init(&j->bytes, LIMIT_WHOLE_BYTES + 1);
	buf_init(&j->block, LIMIT_LINE_BYTES + 2 * LIMIT_BLOCK_BYTES);
	buf_init(&j->plain, LIMIT_LINE_BYTES + 2 * LIMIT_BLOCK_BYTES);
	arena_init(&j->source);
	arena_init(&j->line);
	if (j->o->detect != NULL) {
		struct detector_options d = {j->o->show_secrets};

		if (detector_new(j->o->detect, &d, &j->detector, &e) != 0) {
			fprintf(stderr, "tidemark: worker: %s\n", e.text);
			_exit(3);
		}
		job_features(j);
		detector_watch(j->detector, j->o->watched);
	}
	if (j->o->remedies != NULL && remedy_maker_new(j->o->remedies,
					  j->o->detect, &j->maker, &e) != 0) {
		fprintf(stderr, "tidemark: worker: %s\n", e.text);
		_exit(3);
	}
	if (digest_init(&j->digest, LIMIT_SHA256_BYTES, &e) != 0 ||
	    digest_init(&j->outer, LIMIT_SHA256_BYTES, &e) != 0 ||
	    show_library_open(&templates, &j->shows, &e) != 0) {
		fprintf(stderr, "tidemark: worker: %s\n", e.text);
		_exit(3);
	}
	j->digest.vendor = j->outer.vendor = j->o->images;
	return j;
}

/* What archive_probe needs to see. */
#define ARCHIVE_HEAD 512

struct request {
	enum task_type type;
	uint64_t size, from, length, front;
	uint32_t n;
	int64_t mtime;
	bool seekable;
	uint64_t head; /* where the header stands that a chunk is read under */
	struct span path, format;
	struct span years; /* years_put */
};

static bool
request_read(struct span payload, struct request *q)
{
	struct cursor c = cursor_of(payload);

	*q = (struct request){.type = (enum task_type)cursor_u8(&c)};
	if (q->type == TASK_BATCH) {
		q->n = cursor_le32(&c);
		q->from = cursor_le64(&c);
		q->size = cursor_le64(&c);
		return !c.failed;
	}
	q->size = cursor_le64(&c);
	q->mtime = (int64_t)cursor_le64(&c);
	q->seekable = cursor_u8(&c) != 0;
	q->path = cursor_bytes(&c);
	if (q->type == TASK_CHUNK) {
		q->head = cursor_le64(&c);
		q->format = cursor_bytes(&c);
		q->from = cursor_le64(&c);
		q->length = cursor_le64(&c);
		q->front = cursor_le64(&c);
		q->years = cursor_bytes(&c);
	}
	return !c.failed;
}

static void
plan_chunks(struct job *j, struct stream *s, uint64_t size)
{
	uint64_t each = chunk_bytes(size), n = (size + each - 1) / each;
	struct year_part *years = NULL;
	const struct reader *r = j->identity.reader;
	size_t nyears =
	    years_sample(&j->source, s, j->front, size, r, j->mtime, &years);
	struct buf b;

	if (nyears > 0)
		job_assumed(j, years[0].clock.year);
	if (nyears > LIMIT_YEAR_TOLD)
		nyears = LIMIT_YEAR_TOLD;
	buf_init(&b, LIMIT_TASK_RESULT_BYTES);
	buf_bytes(&b, span_str(r ? r->name : ""));
	buf_bytes(&b, span_str(r ? r->evidence : ""));
	buf_bytes(&b, span_str(j->identity.magic));
	buf_bytes(&b, span_str(r ? "" : j->identity.why_not));
	buf_u64(&b, j->front);
	buf_u32(&b, (uint32_t)each);
	buf_u32(&b, (uint32_t)n);
	years_put(&b, years, nyears);
	job_send(j, RESULT_PLAN, &b);
	buf_release(&b);
}

void
job_hash_begin(struct job *j, struct digest *d, uint64_t size)
{
	struct err e;

	/* Not begun where it would be given up. */
	digest_reset(d,
	    j->o->custody ? UINT64_MAX
	    : size != STREAM_SIZE_UNKNOWN && size > LIMIT_SHA256_BYTES
		? 0
		: LIMIT_SHA256_BYTES,
	    &e);
}

/* The header inside a source that a chunk is read under. */
static struct span
header_inside(struct job *j, const struct request *q, int fd)
{
	struct span head;
	struct stream s;

	if (q->head >= q->size)
		return (struct span){0};
	stream_range(&s, fd, q->head, q->size - q->head);
	head = arena_copy(&j->source, stream_head(&s, LIMIT_PROBE_BYTES));
	stream_release(&s);
	return head;
}

void
job_hash(struct job *j, struct stream *s, struct digest_result *d)
{
	char *room;
	ssize_t n;

	job_hash_begin(j, &j->digest, s->size);
	buf_reset(&j->block);
	room = buf_room(&j->block, LIMIT_BLOCK_BYTES);
	ASSERT(room != NULL);
	while ((n = stream_read(s, room, LIMIT_BLOCK_BYTES)) > 0) {
		digest_update(&j->digest, span_of(room, (size_t)n));
		job_beat(j, (uint64_t)n);
	}
	digest_final(&j->digest, d);
}

static void
task_source(struct job *j, const struct request *q, int fd)
{
	struct stream s = {0};
	struct span head;

	if (q->seekable)
		stream_range(&s, fd, 0, q->size);
	else
		stream_pipe(&s, fd);
	/* A small file is read whole anyway; only an archive is not. */
	head = stream_head(&s, q->seekable && q->size <= LIMIT_CHUNK_BYTES
				   ? ARCHIVE_HEAD
				   : LIMIT_PROBE_BYTES);
	if (archive_probe(head)) {
		archive_source(j, q->path, &s,
		    q->seekable && j->o->mode == WORKER_SCAN &&
			j->o->pass != PASS_SECOND,
		    q->mtime);
		stream_release(&s);
		return;
	}
	if (!q->seekable || q->size <= LIMIT_CHUNK_BYTES) {
		stream_source(j, q->path, &s, q->mtime);
		stream_release(&s);
		return;
	}
	job_begin(j, q->path, q->mtime);
	if (stream_recoded(j, &s, q->size)) {
		stream_release(&s);
		return;
	}
	identify_source(j, head, q->size);
	head = front_pass(j, &s, head, true);
	if (j->o->mode == WORKER_IDENTIFY)
		dump_identity(j, q->size);
	else if (job_waits(j))
		; /* said so */
	else if (j->identity.reader != NULL &&
		 j->identity.reader->shape == READER_BLOCKS)
		stream_read_all(j, &s, head, RECODE_NONE);
	else if (j->identity.reader != NULL
		     ? j->identity.reader->shape == READER_LINES
		     : q->size > LIMIT_WHOLE_BYTES)
		plan_chunks(j, &s, q->size);
	else
		whole_source(j, &s);
	stream_release(&s);
}

/* Up to the end of the NULs at the front of the source, which a digest may
 * want; the first line begins behind them.  false: the chunk has no more. */
static bool
behind_front(
    struct job *j, const struct request *q, struct stream *s, struct feed *f)
{
	uint64_t end = q->from + q->length,
		 to = q->front < end ? q->front : end;
	char *room;

	if (q->front == 0 || q->front < q->from)
		return true;
	buf_reset(&j->block);
	room = buf_room(&j->block, LIMIT_BLOCK_BYTES);
	ASSERT(room != NULL);
	while (f->offset < to) {
		uint64_t left = to - f->offset;
		ssize_t n = stream_read(s, room,
		    left < LIMIT_BLOCK_BYTES ? (size_t)left
					     : LIMIT_BLOCK_BYTES);

		if (n <= 0)
			return false;
		f->offset += (uint64_t)n;
		job_beat(j, (uint64_t)n);
	}
	f->limit = end - to;
	f->skip_first = false;
	return to < end;
}

static void
task_chunk(struct job *j, const struct request *q, int fd)
{
	struct stream s, whole;
	struct digest_result d;
	struct buf b, parts;
	/* One byte early, to see whether a line starts at the border. */
	uint64_t from = q->from > 0 ? q->from - 1 : 0, lines;
	struct year_part *years;
	struct feed f = {.reader = reader_find(q->format),
	    .offset = from,
	    .limit = q->from + q->length - from,
	    .skip_first = q->from > 0};
	uint64_t under;

	stream_range(&whole, fd, q->front, q->size - q->front);
	stream_range(&s, fd, from, q->size - from);
	buf_init(&parts, LIMIT_MESSAGE_BYTES);
	if (hashed_by_chunks(j, q->size)) {
		job_hash_begin(j, &j->digest, q->size);
		digest_parts(&j->digest, &parts);
		stream_tap_part(
		    &s, &j->digest, q->from - from, q->from + q->length - from);
	}
	job_begin(j, q->path, q->mtime);
	f.nparts = years_take(&j->source, q->years, &years);
	if (f.nparts > 0) {
		f.parts = years;
		f.clock = years[0].clock;
	}
	j->identity.reader = f.reader;
	f.head = stream_head(&whole, LIMIT_PROBE_BYTES);
	if (q->head > 0)
		f.head = header_inside(j, q, fd);
	under = f.reader != NULL && f.reader->heads ? heads_hash(f.head) : 0;
	begin_detect(j);
	lines = behind_front(j, q, &s, &f) ? feed_lines(j, &s, &f) : 0;
	if (s.failed)
		job_diag(j, s.code, 0, span_str(s.text));
	job_flush(j);
	if (s.tap != NULL)
		digest_final(&j->digest, &d);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u64(&b, lines);
	buf_bytes(&b, buf_span(&parts));
	buf_u64(&b, under);
	buf_u64(&b, f.last_head);
	buf_u64(&b, f.last_head_at);
	job_send(j, RESULT_CHUNK, &b);
	buf_release(&b);
	buf_release(&parts);
	stream_release(&s);
	stream_release(&whole);
}

/* YARA over as much of a large file of no known form as may be held. */
static void
yara_front(struct job *j, int fd, uint64_t size)
{
	uint64_t n = size < LIMIT_WHOLE_BYTES ? size : LIMIT_WHOLE_BYTES;
	struct stream s;

	stream_range(&s, fd, 0, n);
	buf_reset(&j->bytes);
	(void)stream_all(&s, &j->bytes);
	yara_source(j, buf_span(&j->bytes));
	if (size > n)
		job_diag(
		    j, DIAG_TOO_LARGE, 0, SPAN("YARA saw the first 64 MiB"));
	buf_release(&j->bytes);
	stream_release(&s);
}

static void
task_hash(struct job *j, const struct request *q, int fd)
{
	bool chunks = hashed_by_chunks(j, q->size);
	struct stream s, look;
	struct digest_result d = {.bytes = q->size};
	struct span head;
	struct buf b;

	stream_range(&s, fd, 0, q->size);
	job_begin(j, q->path, q->mtime);
	stream_range(&look, fd, 0, q->size);
	head = stream_head(&look, LIMIT_PROBE_BYTES);
	identify_source(j, head, q->size);
	(void)front_pass(j, &look, head, false);
	stream_release(&look);
	begin_detect(j);
	if (!chunks)
		job_hash(j, &s, &d);
	file_record(j, d.bytes, &d);
	if (j->identity.reader == NULL)
		yara_front(j, fd, q->size);
	job_flush(j);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	put_hashes(&b, chunks ? NULL : &d);
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

	j->task = t;
	j->out = out;
	j->silent = 0;
	if (!request_read(t->payload, &q))
		return;
	j->once = !q.seekable;
	if (q.type == TASK_SOURCE)
		task_source(j, &q, t->fd);
	else if (q.type == TASK_CHUNK)
		task_chunk(j, &q, t->fd);
	else if (q.type == TASK_BATCH)
		batch_work(j, q.n, q.from, q.size, t->fd);
	else
		task_hash(j, &q, t->fd);
}
