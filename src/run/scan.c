#include "run/scan.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/scan_state.h"

/* ---- walking ---- */

static bool
is_known(struct scan *s, struct span path, const char *open_path, uint64_t size,
    int fd)
{
	return s->o->known != NULL &&
	       s->o->known(s->o->known_ctx, path, open_path, size, fd);
}

static void
trouble(struct scan *s, const struct source_item *item)
{
	struct source *row = casefile_source(s->c, item->path);
	bool skipped = diag_severity(item->diag) == DIAG_NOTE;

	row->state = skipped ? SOURCE_SKIPPED : SOURCE_UNREADABLE;
	source_diag(s->c, row, item->diag, 0, item->detail);
	(void)is_known(s, item->path, item->open_path, item->size, -1);
}

/* A file or pipe that two arguments name is scanned once. */
static bool
seen_before(struct scan *s, const struct source_item *item)
{
	uint64_t id[2] = {(uint64_t)item->dev, (uint64_t)item->ino};
	struct source *row;
	uint32_t first;

	if (item->kind == SOURCE_STDIN && item->size != SOURCE_SIZE_UNKNOWN)
		return false;
	first = map_add(&s->files, span_of((const char *)id, sizeof(id)),
	    (uint32_t)s->nfound);
	if (first == s->nfound)
		return false;
	row = casefile_source(s->c, item->path);
	row->state = SOURCE_SKIPPED;
	source_diag(s->c, row, DIAG_SAME_FILE, 0, s->found[first].path);
	(void)is_known(s, item->path, item->open_path, item->size, -1);
	return true;
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
	if (seen_before(s, item))
		return 0;
	if (s->nfound >= LIMIT_SOURCES) {
		s->c->complete = false;
		return 0;
	}
	s->found = arena_grow(
	    &s->arena, s->found, s->nfound, &s->found_cap, sizeof(*s->found));
	f = &s->found[s->nfound++];
	*f = (struct found){.path = arena_copy(&s->arena, item->path),
	    .open_path = arena_copy(&s->arena, span_str(item->open_path)).p,
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

/* Files beside the paths; not where a path of the walk would have two
 * meanings. */
static void
more_found(struct scan *s)
{
	struct map paths;

	map_init(&paths, &s->arena);
	for (uint32_t i = 0; i < s->nfound; i++)
		map_add(&paths, s->found[i].path, i);
	for (size_t i = 0; i < s->o->nmore; i++) {
		const struct scan_more *m = &s->o->more[i];
		struct source_item item = {.kind = SOURCE_FILE,
		    .path = m->path,
		    .open_path = m->open_path,
		    .follow = true};
		struct stat st;
		uint64_t id[2];

		if (map_get(&paths, m->path) != MAP_NONE ||
		    stat(m->open_path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		item.size = (uint64_t)st.st_size;
		item.mtime = st.st_mtim.tv_sec >= 0 &&
				     st.st_mtim.tv_sec < INT32_MAX * INT64_C(64)
				 ? st.st_mtim.tv_sec * TIME_SECOND +
				       st.st_mtim.tv_nsec / 1000
				 : TIME_NONE;
		item.dev = st.st_dev;
		item.ino = st.st_ino;
		id[0] = (uint64_t)item.dev;
		id[1] = (uint64_t)item.ino;
		if (map_get(&s->files, span_of((const char *)id, sizeof(id))) ==
		    MAP_NONE)
			(void)on_item(s, &item);
	}
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
	(void)is_known(s, f->path, f->open_path, f->size, -1);
	row = casefile_source(s->c, f->path);
	row->state = SOURCE_UNREADABLE;
	row->bytes = f->size == SOURCE_SIZE_UNKNOWN ? 0 : f->size;
	source_diag(s->c, row, o->diag, 0, span_str(o->detail));
	return -1;
}

uint32_t
job_new(struct scan *s, struct planned p)
{
	s->jobs = arena_grow(
	    &s->arena, s->jobs, s->njobs, &s->jobs_cap, sizeof(*s->jobs));
	s->jobs[s->njobs] = p;
	return (uint32_t)s->njobs++;
}

void
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

static bool
says(const struct source *row, enum diag_code code)
{
	for (size_t i = 0; i < row->ndiags; i++)
		if (row->diags[i].code == code)
			return true;
	return false;
}

/* Another descriptor of what takes long to read; -1: of anything else. */
static struct source_opened
source_keep(const struct source_opened *o)
{
	struct source_opened kept = *o;

	kept.fd = -1;
	if (o->seekable && o->size > LIMIT_CHUNK_BYTES)
		kept.fd = fcntl(o->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return kept;
}

void
source_leave(struct scan *s, struct source *row, struct source_opened *o)
{
	struct stat st;

	if (o->fd < 0)
		return;
	if (row == NULL || fstat(o->fd, &st) != 0)
		;
	else if ((uint64_t)st.st_size > o->size)
		source_diag(s->c, row, DIAG_GREW, 0,
		    arena_fmt(&s->arena,
			"%" PRIu64 " bytes were read, %" PRIu64
			" are there now",
			o->size, (uint64_t)st.st_size));
	else if (source_mtime(&st) != o->mtime && !says(row, DIAG_SHRANK))
		source_diag(s->c, row, DIAG_SHRANK, 0,
		    arena_fmt(&s->arena,
			"%" PRIu64 " bytes at first, %" PRIu64
			" now, written anew meanwhile",
			o->size, (uint64_t)st.st_size));
	close(o->fd);
	o->fd = -1;
}

static bool
next_task(void *ctx, struct task *t)
{
	struct scan *s = ctx;

	if (large_next(s, t))
		return true;
	while (s->next_found < s->nfound) {
		uint32_t at = (uint32_t)s->next_found++;
		struct source_opened o;

		if (s->found[at].waits != (s->pass == PASS_SECOND))
			continue;
		if (found_open(s, &s->found[at], &o) != 0)
			continue;
		if (is_known(s, s->found[at].path, s->found[at].open_path,
			o.size, o.fd)) {
			close(o.fd);
			if (s->found[at].size != SOURCE_SIZE_UNKNOWN)
				s->progress.done_bytes += s->found[at].size;
			continue;
		}
		payload_begin(s, TASK_SOURCE, &s->found[at], &o);
		*t = (struct task){
		    .id = job_new(s, (struct planned){.kind = JOB_SOURCE,
					 .found = at,
					 .opened = source_keep(&o)}),
		    .fd = o.fd,
		    .payload = buf_span(&s->payload)};
		return true;
	}
	return false;
}

/* ---- results ---- */

/* The row of the source itself, not of a member of it. */
static struct source *
row_of(struct scan *s, const struct planned *job)
{
	struct span path = s->found[job->found].path;

	if (job->opened.fd < 0)
		return NULL;
	for (size_t i = s->c->nsources; i-- > 0;)
		if (span_eq(s->c->sources[i].path, path))
			return &s->c->sources[i];
	return NULL;
}

static void
source_done(struct scan *s, struct planned *job, struct span result)
{
	uint64_t size = s->found[job->found].size;
	struct cursor plan;

	if (result_find(result, RESULT_PLAN, &plan)) {
		large_plan(s, job, plan, result);
		return;
	}
	take_sources(s, result, job);
	take_unfinished(
	    s, &job->open, DIAG_WORKER_PROTOCOL, SPAN("no end of the source"));
	source_leave(s, job->waits ? NULL : row_of(s, job), &job->opened);
	if (job->waits && s->pass == PASS_FIRST)
		s->found[job->found].waits = true;
	else if (size != SOURCE_SIZE_UNKNOWN)
		s->progress.done_bytes += size;
}

static void
on_done(void *ctx, uint32_t id, struct span result)
{
	struct scan *s = ctx;
	struct planned *job = &s->jobs[id];

	/* New jobs move the array; the old one stays where it was. */
	if (job->kind == JOB_SOURCE)
		source_done(s, job, result);
	else
		large_done(s, job, result);
}

static void
on_part(void *ctx, uint32_t id, struct span result)
{
	struct scan *s = ctx;
	struct planned *job = &s->jobs[id];

	if (job->kind == JOB_SOURCE && result.n > 0)
		take_sources(s, result, job);
}

/* The member of an archive that was at hand, and the source itself. */
static void
on_lost(void *ctx, uint32_t id, enum diag_code why, const char *detail)
{
	struct scan *s = ctx;
	struct planned *job = &s->jobs[id];
	const struct found *f = &s->found[job->found];
	struct source *row;

	if (job->kind != JOB_SOURCE) {
		large_lost(s, job, why, detail);
		return;
	}
	take_unfinished(s, &job->open, why, span_str(detail));
	source_leave(s, NULL, &job->opened);
	row = casefile_source(s->c, f->path);
	row->state = SOURCE_UNREADABLE;
	row->bytes = f->size == SOURCE_SIZE_UNKNOWN ? 0 : f->size;
	source_diag(s->c, row, why, 0, span_str(detail));
}

static void
on_tick(void *ctx)
{
	struct scan *s = ctx;

	if (s->o->progress != NULL)
		s->o->progress(s->o->ctx, &s->progress);
}

static int
secret_key(unsigned char *out, size_t n, struct err *e)
{
	if (getrandom(out, n, 0) != (ssize_t)n)
		return err_sys(e, "random bytes");
	return 0;
}

/* A pipe can be read but once: it waits. */
static bool
pass_has_work(struct scan *s)
{
	bool any = false;

	s->next_found = 0;
	for (size_t i = 0; i < s->nfound; i++) {
		struct found *f = &s->found[i];

		if (s->pass == PASS_FIRST)
			f->waits = f->size == SOURCE_SIZE_UNKNOWN;
		any |= f->waits == (s->pass == PASS_SECOND);
	}
	return any;
}

/* One pass, or two: see enum worker_pass. */
static int
passes_run(struct scan *s, const struct sched *sched,
    struct worker_options *worker, struct err *e)
{
	struct addrset *watched = NULL;
	int r = 0;

	if (worker->mode != WORKER_SCAN)
		return sched_run(sched, e);
	s->pass = worker->pass = PASS_FIRST;
	if (pass_has_work(s))
		r = sched_run(sched, e);
	rows_settle(s->c);
	s->pass = worker->pass = PASS_SECOND;
	if (r == 0 && pass_has_work(s)) {
		worker->watched = watched = watched_addresses(s->c, s->o);
		r = sched_run(sched, e);
		rows_settle(s->c);
	}
	addrset_free(watched);
	return r;
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
	    .part = on_part,
	    .lost = on_lost,
	    .tick = on_tick,
	    .jobs = o->jobs,
	    .seconds = o->seconds};
	struct worker_options worker = o->worker;
	int r;

	arena_init(&s.arena);
	arena_init(&s.scratch);
	arena_init(&s.lists);
	map_init(&s.files, &s.arena);
	map_init(&s.shared, &s.arena);
	buf_init(&s.payload, SCHED_PAYLOAD);
	/* worker_start gets its options through the same pointer. */
	sched.ctx = &s;
	sched.worker_ctx = &worker;
	r = worker_prepare(e);
	if (r == 0 && !worker.keyed)
		r = secret_key(worker.secret_key, sizeof(worker.secret_key), e);
	if (r == 0)
		r = source_walk(paths, n, on_item, &s, e);
	if (r == 0)
		more_found(&s);
	if (r == 0)
		r = passes_run(&s, &sched, &worker, e);
	if (r == 0)
		r = write_custody(&s, e);
	buf_release(&s.payload);
	arena_release(&s.lists);
	arena_release(&s.scratch);
	arena_release(&s.arena);
	return r;
}
