#include "run/scan.h"

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

/* A file that two arguments name is scanned once. */
static bool
seen_before(struct scan *s, const struct source_item *item)
{
	uint64_t id[2] = {(uint64_t)item->dev, (uint64_t)item->ino};
	struct source *row;
	uint32_t first;

	if (item->kind != SOURCE_FILE)
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
	s->ready = arena_grow(
	    &s->arena, s->ready, s->nready, &s->ready_cap, sizeof(*s->ready));
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

static void large_lost(struct scan *s, const struct planned *p,
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
			large_lost(s, &p, o.diag, o.detail);
			continue;
		}
		payload_begin(
		    s, p.kind == JOB_HASH ? TASK_HASH : TASK_CHUNK, f, &o);
		if (p.kind == JOB_CHUNK) {
			struct clock_hint k = l->chunks[p.chunk].clock;

			buf_bytes(&s->payload, l->format);
			buf_u64(
			    &s->payload, (uint64_t)p.chunk * l->chunk_bytes);
			buf_u64(&s->payload, l->chunk_bytes);
			buf_u32(&s->payload, (uint32_t)k.year);
			buf_u32(&s->payload, (uint32_t)k.month);
			buf_u32(&s->payload, (uint32_t)k.day);
		}
		*t = (struct task){
		    .id = id, .fd = o.fd, .payload = buf_span(&s->payload)};
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
		    .id = job_new(
			s, (struct planned){.kind = JOB_SOURCE, .found = at}),
		    .fd = o.fd,
		    .payload = buf_span(&s->payload)};
		return true;
	}
	return false;
}

/* ---- results ---- */

/* The body of the first message of a type. */
static bool
find_message(struct span result, enum result_type type, struct cursor *body)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0 && !c.failed) {
		uint8_t is = cursor_u8(&c);

		*body = cursor_of(cursor_bytes(&c));
		if (is == type)
			return !c.failed;
	}
	return false;
}

static void
large_finish(struct scan *s, struct large *l)
{
	struct source *row = &s->c->sources[l->row];
	const struct sighting_table *t = &l->gather.sightings;

	/* What the file as a whole tells: name, hash, YARA. */
	if (l->hashed.n > 0)
		take_chunk(s, l, l->hashed);
	free((char *)l->hashed.p);
	l->hashed = (struct span){0};
	row->format = l->format;
	row->evidence = l->evidence;
	row->magic = l->magic;
	row->hashes = l->hashes;
	row->bytes = s->found[l->found].size;
	row->records = l->lines;
	row->sightings = t->v;
	row->nsightings = t->n;
	row->sightings_cap = t->cap;
	if (t->full)
		take_limit(s, row, SPAN("entities of a finding"));
	row->state = !l->some	       ? SOURCE_UNREADABLE
		     : l->format.n > 0 ? SOURCE_READ
				       : SOURCE_UNRECOGNISED;
	if (row->state == SOURCE_UNRECOGNISED)
		row->why = l->why;
	s->progress.done_bytes += row->bytes;
}

/* Take the chunks that have nothing to wait for. */
static void
large_advance(struct scan *s, struct large *l)
{
	while (l->next < l->nchunks && l->chunks[l->next].settled) {
		struct chunk *k = &l->chunks[l->next++];

		if (k->lost) {
			source_diag(
			    s->c, &s->c->sources[l->row], k->why, 0, k->result);
			l->lost = true;
		} else {
			take_chunk(s, l, k->result);
			l->lines += k->lines;
			l->some = true;
		}
		free((char *)k->result.p);
		k->result = (struct span){0};
	}
	if (l->left == 0)
		large_finish(s, l);
}

static void
chunk_settle(
    struct scan *s, struct large *l, struct chunk *k, struct span result)
{
	char *copy;

	if (k->settled)
		return;
	copy = malloc(result.n + 1);
	ASSERT(copy != NULL);
	memcpy(copy, result.p, result.n);
	k->result = span_of(copy, result.n);
	k->settled = true;
	l->left--;
	large_advance(s, l);
}

static void
chunk_lost(struct scan *s, struct large *l, uint32_t chunk, enum diag_code why,
    const char *detail)
{
	char text[240];

	snprintf(text, sizeof(text), "bytes %" PRIu64 " to %" PRIu64 ": %s%s",
	    (uint64_t)chunk * l->chunk_bytes,
	    (uint64_t)(chunk + 1) * l->chunk_bytes, detail,
	    chunk + 1 < l->nchunks
		? "; line numbers behind are not known, offsets are"
		: "");
	l->chunks[chunk].lost = true;
	l->chunks[chunk].why = why;
	chunk_settle(s, l, &l->chunks[chunk], span_str(text));
}

static void
hash_lost(
    struct scan *s, struct large *l, enum diag_code why, const char *detail)
{
	source_diag(s->c, &s->c->sources[l->row], why, 0,
	    arena_fmt(&s->arena, "hashing: %s", detail));
	l->left--;
	large_advance(s, l);
}

/* A chunk or hash task came to nothing. */
static void
large_lost(struct scan *s, const struct planned *p, enum diag_code why,
    const char *detail)
{
	struct large *l = &s->large[p->large];

	if (p->kind == JOB_HASH)
		hash_lost(s, l, why, detail);
	else
		chunk_lost(s, l, p->chunk, why, detail);
}

static struct large *
large_new(struct scan *s, const struct large *l)
{
	s->large = arena_grow(
	    &s->arena, s->large, s->nlarge, &s->large_cap, sizeof(*l));
	s->large[s->nlarge] = *l;
	return &s->large[s->nlarge++];
}

/* The answer to a large source: read it in chunks. */
static struct large *
plan_take(struct scan *s, const struct planned *job, struct cursor c)
{
	struct large l = {.found = job->found};
	uint32_t at = (uint32_t)s->nlarge;
	struct source *row;

	l.format = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.evidence = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.magic = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.why = arena_copy(&s->c->arena, cursor_bytes(&c));
	l.chunk_bytes = cursor_le32(&c);
	l.nchunks = cursor_le32(&c);
	if (c.failed || l.chunk_bytes < LIMIT_CHUNK_BYTES || l.nchunks == 0 ||
	    cursor_left(&c) != l.nchunks * 12u)
		return NULL;
	l.chunks = arena_array(&s->arena, l.nchunks, sizeof(*l.chunks));
	for (uint32_t i = 0; i < l.nchunks; i++) {
		l.chunks[i].clock.year = (int)cursor_le32(&c);
		l.chunks[i].clock.month = (int)cursor_le32(&c);
		l.chunks[i].clock.day = (int)cursor_le32(&c);
	}
	l.left = l.nchunks + (s->o->worker.mode == WORKER_SCAN);
	l.row = (uint32_t)s->c->nsources;
	row = casefile_source(s->c, s->found[l.found].path);
	row->state = SOURCE_UNREADABLE;
	map_init(&l.gather.hosts, &s->arena);
	sighting_table_init(&l.gather.sightings, &s->c->arena);
	/* The hash goes first: it cannot be split. */
	if (s->o->worker.mode == WORKER_SCAN)
		job_later(s, (struct planned){.kind = JOB_HASH, .large = at});
	for (uint32_t i = 0; i < l.nchunks; i++)
		job_later(s, (struct planned){
				 .kind = JOB_CHUNK, .large = at, .chunk = i});
	return large_new(s, &l);
}

/* How many lines the chunk has; false when it does not say. */
static bool
chunk_lines(struct span result, uint64_t *lines)
{
	struct cursor body;

	if (!find_message(result, RESULT_CHUNK, &body))
		return false;
	*lines = cursor_le64(&body);
	return !body.failed;
}

static void
chunk_done(struct scan *s, struct large *l, uint32_t chunk, struct span result)
{
	struct chunk *k = &l->chunks[chunk];

	if (chunk_lines(result, &k->lines))
		chunk_settle(s, l, k, result);
	else
		chunk_lost(
		    s, l, chunk, DIAG_WORKER_PROTOCOL, "no end of the chunk");
}

static void
hash_done(struct scan *s, struct large *l, struct span result)
{
	struct cursor body;
	char *copy = malloc(result.n + 1);

	ASSERT(copy != NULL);
	memcpy(copy, result.p, result.n);
	l->hashed = span_of(copy, result.n);
	if (find_message(result, RESULT_HASH, &body))
		l->hashes = take_hashes(s, &body);
	l->left--;
	large_advance(s, l);
}

/* The diagnostics that came with a plan belong to the large source. */
static void
plan_diags(struct scan *s, struct large *l, struct span result)
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
			source_diag(s->c, &s->c->sources[l->row],
			    (enum diag_code)code, 0, cursor_bytes(&body));
	}
}

static void
source_done(struct scan *s, struct planned *job, struct span result)
{
	uint64_t size = s->found[job->found].size;
	struct cursor plan;
	struct large *l;

	if (find_message(result, RESULT_PLAN, &plan)) {
		l = plan_take(s, job, plan);
		if (l != NULL)
			plan_diags(s, l, result);
		return;
	}
	take_sources(s, result, job);
	take_unfinished(
	    s, &job->open, DIAG_WORKER_PROTOCOL, SPAN("no end of the source"));
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
	else if (job->kind == JOB_CHUNK)
		chunk_done(s, &s->large[job->large], job->chunk, result);
	else
		hash_done(s, &s->large[job->large], result);
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

/* Standard input that is a pipe can be read but once: it waits. */
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
	map_init(&s.files, &s.arena);
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
	arena_release(&s.scratch);
	arena_release(&s.arena);
	return r;
}
