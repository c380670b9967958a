#include "run/scan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/scan_state.h"

/* ---- walking ---- */

static void
trouble(struct scan *s, const struct source_item *item)
{
	struct source *row = casefile_source(s->c, item->path);
	bool skipped = diag_severity(item->diag) == DIAG_NOTE;

	row->state = skipped ? SOURCE_SKIPPED : SOURCE_UNREADABLE;
	source_diag(s->c, row, item->diag, 0, item->detail);
}

static int
on_item(void *ctx, const struct source_item *item)
{
	struct scan *s = ctx;
	struct found *f;

	if (item->kind == SOURCE_TROUBLE) {
		trouble(s, item);
		return 0;
	}
	if (s->nfound >= LIMIT_SOURCES) {
		s->c->complete = false;
		return 0;
	}
	s->found = arena_grow(&s->arena, s->found, s->nfound, &s->found_cap,
	    sizeof(*s->found));
	f = &s->found[s->nfound++];
	*f = (struct found){.path = arena_copy(&s->arena, item->path),
	    .open_path = arena_copy(
		&s->arena, span_str(item->open_path)).p,
	    .size = item->size,
	    .mtime = item->mtime,
	    .kind = item->kind,
	    .follow = item->follow,
	    .dev = item->dev,
	    .ino = item->ino};
	s->progress.sources++;
	if (item->size != SOURCE_SIZE_UNKNOWN)
		s->progress.bytes += item->size;
	return 0;
}

/* ---- tasks ---- */

static int
found_open(struct scan *s, const struct found *f, struct source_opened *o)
{
	struct source_item item = {.kind = f->kind,
	    .path = f->path,
	    .open_path = f->open_path,
	    .follow = f->follow,
	    .size = f->size,
	    .mtime = f->mtime,
	    .dev = f->dev,
	    .ino = f->ino};
	struct source *row;

	if (source_open(&item, o) == 0)
		return 0;
	row = casefile_source(s->c, f->path);
	row->state = SOURCE_UNREADABLE;
	row->bytes = f->size == SOURCE_SIZE_UNKNOWN ? 0 : f->size;
	source_diag(s->c, row, o->diag, 0, span_str(o->detail));
	return -1;
}

static uint32_t
job_new(struct scan *s, struct planned p)
{
	s->jobs = arena_grow(
	    &s->arena, s->jobs, s->njobs, &s->jobs_cap, sizeof(*s->jobs));
	s->jobs[s->njobs] = p;
	return (uint32_t)s->njobs++;
}

static void
job_later(struct scan *s, struct planned p)
{
	s->ready = arena_grow(&s->arena, s->ready, s->nready, &s->ready_cap,
	    sizeof(*s->ready));
	s->ready[s->nready++] = job_new(s, p);
}

static void
payload_begin(struct scan *s, enum task_type type, const struct found *f,
    const struct source_opened *o)
{
	buf_reset(&s->payload);
	buf_u8(&s->payload, (uint8_t)type);
	buf_u64(&s->payload, o->size);
	buf_u64(&s->payload, (uint64_t)o->mtime);
	buf_u8(&s->payload, o->seekable);
	buf_bytes(&s->payload, f->path);
}

static void chunk_lost(struct scan *s, struct large *l, uint32_t chunk,
    enum diag_code why, const char *detail);

/* A chunk or hash task of a large source. */
static bool
next_ready(struct scan *s, struct task *t)
{
	while (s->next_ready < s->nready) {
		uint32_t id = s->ready[s->next_ready++];
		struct planned p = s->jobs[id];
		struct large *l = &s->large[p.large];
		const struct found *f = &s->found[l->found];
		struct source_item item = {.kind = f->kind,
		    .path = f->path,
		    .open_path = f->open_path,
		    .follow = f->follow};
		struct source_opened o;

		if (source_open(&item, &o) != 0) {
			chunk_lost(s, l,
			    p.kind == JOB_HASH ? UINT32_MAX : p.chunk, o.diag,
			    o.detail);
			continue;
		}
		payload_begin(s, p.kind == JOB_HASH ? TASK_HASH : TASK_CHUNK,
		    f, &o);
		if (p.kind == JOB_CHUNK) {
			struct clock_hint k = l->clocks[p.chunk];

			buf_bytes(&s->payload, l->format);
			buf_u64(&s->payload,
			    (uint64_t)p.chunk * LIMIT_CHUNK_BYTES);
			buf_u64(&s->payload, LIMIT_CHUNK_BYTES);
			buf_u32(&s->payload, (uint32_t)k.year);
			buf_u32(&s->payload, (uint32_t)k.month);
			buf_u32(&s->payload, (uint32_t)k.day);
		}
		*t = (struct task){id, o.fd, buf_span(&s->payload)};
		return true;
	}
	return false;
}

static bool
next_task(void *ctx, struct task *t)
{
	struct scan *s = ctx;

	if (next_ready(s, t))
		return true;
	while (s->next_found < s->nfound) {
		uint32_t at = (uint32_t)s->next_found++;
		struct source_opened o;

		if (found_open(s, &s->found[at], &o) != 0)
			continue;
		payload_begin(s, TASK_SOURCE, &s->found[at], &o);
		*t = (struct task){
		    job_new(s, (struct planned){JOB_SOURCE, at, 0, 0}), o.fd,
		    buf_span(&s->payload)};
		return true;
	}
	return false;
}

/* ---- results ---- */

static void
large_finish(struct scan *s, struct large *l)
{
	const struct found *f = &s->found[l->found];
	struct source *row = casefile_source(s->c, f->path);
	uint64_t base = 0;
	bool lost = true;

	row->format = l->format;
	row->evidence = l->evidence;
	row->magic = l->magic;
	row->sha256 = l->sha256;
	row->xxh3 = l->xxh3;
	row->bytes = f->size;
	for (size_t i = 0; i < l->ndiags; i++)
		source_diag(s->c, row, l->diags[i].code, l->diags[i].line,
		    l->diags[i].detail);
	for (uint32_t i = 0; i < l->nchunks; i++) {
		take_result(s, l->results[i], row, base, NULL, NULL);
		free((char *)l->results[i].p);
		if (l->lines[i] == UINT64_MAX)
			continue;
		base += l->lines[i];
		lost = false;
	}
	row->records = base;
	row->state = lost ? SOURCE_UNREADABLE
	    : l->format.n > 0
	    ? SOURCE_READ
	    : SOURCE_UNRECOGNISED;
	if (row->state == SOURCE_UNRECOGNISED)
		row->why = l->why;
	s->progress.done_bytes += f->size;
}

static void
large_step(struct scan *s, struct large *l)
{
	if (--l->left == 0)
		large_finish(s, l);
}

static void
large_diag(struct scan *s, struct large *l, enum diag_code code,
    const char *detail)
{
	l->diags = arena_grow(
	    &s->arena, l->diags, l->ndiags, &l->cap, sizeof(*l->diags));
	l->diags[l->ndiags++] = (struct diag){
	    code, 0, arena_copy(&s->arena, span_str(detail))};
}

static void
chunk_lost(struct scan *s, struct large *l, uint32_t chunk,
    enum diag_code why, const char *detail)
{
	char text[200];

	if (chunk == UINT32_MAX)
		snprintf(text, sizeof(text), "hashing: %s", detail);
	else
		snprintf(text, sizeof(text), "bytes %" PRIu64 " to %" PRIu64
		    ": %s", (uint64_t)chunk * LIMIT_CHUNK_BYTES,
		    (uint64_t)(chunk + 1) * LIMIT_CHUNK_BYTES, detail);
	large_diag(s, l, why, text);
	large_step(s, l);
}

/* The answer to a large source: read it in chunks. */
static void
on_plan(struct scan *s, enum result_type type, struct cursor c, void *ctx)
{
	const struct planned *job = ctx;
	struct large l = {.found = job->found};
	uint32_t at = (uint32_t)s->nlarge;

	if (type != RESULT_PLAN)
		return;
	l.format = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.evidence = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.magic = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.why = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.nchunks = cursor_le32(&c);
	if (c.failed || l.nchunks == 0 || cursor_left(&c) != l.nchunks * 12u)
		return;
	l.clocks = arena_array(&s->arena, l.nchunks, sizeof(*l.clocks));
	l.results = arena_array(&s->arena, l.nchunks, sizeof(*l.results));
	l.lines = arena_array(&s->arena, l.nchunks, sizeof(*l.lines));
	for (uint32_t i = 0; i < l.nchunks; i++) {
		l.clocks[i].year = (int)cursor_le32(&c);
		l.clocks[i].month = (int)cursor_le32(&c);
		l.clocks[i].day = (int)cursor_le32(&c);
		l.lines[i] = UINT64_MAX;
	}
	l.left = l.nchunks + (s->o->worker.mode == WORKER_SCAN);
	s->large = arena_grow(
	    &s->arena, s->large, s->nlarge, &s->large_cap, sizeof(l));
	s->large[s->nlarge++] = l;
	/* The hash goes first: it cannot be split. */
	if (s->o->worker.mode == WORKER_SCAN)
		job_later(s, (struct planned){JOB_HASH, 0, at, 0});
	for (uint32_t i = 0; i < l.nchunks; i++)
		job_later(s, (struct planned){JOB_CHUNK, 0, at, i});
}

static void
on_chunk_lines(
    struct scan *s, enum result_type type, struct cursor c, void *ctx)
{
	(void)s;
	if (type == RESULT_CHUNK)
		*(uint64_t *)ctx = cursor_le64(&c);
}

/* Only looks for the count; the rest waits for the chunks before. */
static uint64_t
chunk_lines(struct scan *s, struct span result)
{
	struct cursor c = cursor_of(result);
	uint64_t lines = UINT64_MAX;

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		on_chunk_lines(s, type, body, &lines);
	}
	return lines;
}

static void
chunk_done(struct scan *s, struct large *l, uint32_t chunk, struct span result)
{
	char *copy = malloc(result.n + 1);

	ASSERT(copy != NULL);
	memcpy(copy, result.p, result.n);
	l->results[chunk] = span_of(copy, result.n);
	l->lines[chunk] = chunk_lines(s, result);
	large_step(s, l);
}

static void
hash_done(struct scan *s, struct large *l, struct span result)
{
	struct cursor c = cursor_of(result);
	struct cursor body;

	if (cursor_u8(&c) == RESULT_HASH) {
		body = cursor_of(cursor_bytes(&c));
		l->sha256 = arena_copy(&s->c->arena, cursor_bytes(&body));
		l->xxh3 = arena_copy(&s->c->arena, cursor_bytes(&body));
	}
	large_step(s, l);
}

/* The diagnostics that came with a plan belong to the large source. */
static void
plan_diags(struct scan *s, struct span result)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));
		uint32_t code;

		if (type != RESULT_DIAG)
			continue;
		code = cursor_le32(&body);
		(void)cursor_le64(&body);
		if (code < DIAG_COUNT)
			large_diag(s, &s->large[s->nlarge - 1],
			    (enum diag_code)code,
			    arena_str(&s->arena, cursor_bytes(&body)));
	}
}

static bool
is_plan(struct span result)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0 && !c.failed) {
		uint8_t type = cursor_u8(&c);

		(void)cursor_bytes(&c);
		if (type == RESULT_PLAN)
			return true;
	}
	return false;
}

static void
source_done(struct scan *s, const struct planned *job, struct span result)
{
	size_t before = s->nlarge;
	uint64_t size = s->found[job->found].size;

	if (is_plan(result)) {
		struct source placeholder = {0};

		take_result(
		    s, result, &placeholder, 0, on_plan, (void *)job);
		if (s->nlarge > before)
			plan_diags(s, result);
		return;
	}
	take_result(s, result, NULL, 0, NULL, NULL);
	if (size != SOURCE_SIZE_UNKNOWN)
		s->progress.done_bytes += size;
}

static void
on_done(void *ctx, uint32_t id, struct span result)
{
	struct scan *s = ctx;
	struct planned job = s->jobs[id];

	if (job.kind == JOB_SOURCE)
		source_done(s, &job, result);
	else if (job.kind == JOB_CHUNK)
		chunk_done(s, &s->large[job.large], job.chunk, result);
	else
		hash_done(s, &s->large[job.large], result);
}

static void
on_lost(void *ctx, uint32_t id, enum diag_code why, const char *detail)
{
	struct scan *s = ctx;
	struct planned job = s->jobs[id];
	struct source *row;

	if (job.kind != JOB_SOURCE) {
		chunk_lost(s, &s->large[job.large],
		    job.kind == JOB_HASH ? UINT32_MAX : job.chunk, why,
		    detail);
		return;
	}
	row = casefile_source(s->c, s->found[job.found].path);
	row->state = SOURCE_UNREADABLE;
	row->bytes = s->found[job.found].size == SOURCE_SIZE_UNKNOWN
	    ? 0
	    : s->found[job.found].size;
	source_diag(s->c, row, why, 0, span_str(detail));
}

static void
on_tick(void *ctx)
{
	struct scan *s = ctx;

	if (s->o->progress != NULL)
		s->o->progress(s->o->ctx, &s->progress);
}

int
scan_run(const char *const *paths, size_t n, const struct scan_options *o,
    struct casefile *c, struct err *e)
{
	struct scan s = {.o = o, .c = c};
	struct sched sched = {.worker_start = worker_start,
	    .work = worker_work,
	    .next = next_task,
	    .done = on_done,
	    .lost = on_lost,
	    .tick = on_tick,
	    .jobs = o->jobs,
	    .seconds = o->seconds};
	struct worker_options worker = o->worker;
	int r;

	arena_init(&s.arena);
	arena_init(&s.scratch);
	buf_init(&s.payload, SCHED_PAYLOAD);
	/* worker_start gets its options through the same pointer. */
	sched.ctx = &s;
	sched.worker_ctx = &worker;
	r = worker_prepare(e);
	if (r == 0)
		r = source_walk(paths, n, on_item, &s, e);
	if (r == 0)
		r = sched_run(&sched, e);
	if (r == 0)
		r = write_custody(&s, e);
	buf_release(&s.payload);
	arena_release(&s.scratch);
	arena_release(&s.arena);
	return r;
}
