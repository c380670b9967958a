/*
 * A repository through the workers: one process tells the line of commits, one
 * hands out blobs, workers read these in batches.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/limits.h"
#include "history/cache.h"
#include "history/reading.h"
#include "history/signs.h"
#include "history/taking.h"
#include "run/scan_state.h"

/* A task: some blobs, and what has been said of the one at hand. */
struct batch {
	uint32_t blobs[LIMIT_HISTORY_BATCH];
	uint32_t n;
	uint32_t member; /* at hand; n: none yet */
	struct buf said;
};

struct running {
	struct history *h;
	const struct history_options *o;
	struct casefile *c;
	struct reading line, blobs;
	bool line_ended, broken;
	struct taking_state *taking;
	/* Blobs to read, in the order they came; those that are asked for
	 * again stand in again. */
	size_t next_blob;
	uint32_t *again;
	size_t nagain, again_cap;
	struct batch **batches; /* by task */
	size_t nbatches, batches_cap;
	/* The newest states: their results go into the case. */
	bool newest;
	uint32_t *files; /* that are there at the end */
	size_t nfiles, next_file;
	struct scan scan;
	struct planned job;
	struct buf payload, index;
	struct err *e;
};

/* ---- the line ---- */

static void
take_commit(struct history *h, struct cursor c)
{
	struct history_commit x = {0};
	struct span oid = cursor_bytes(&c);

	x.time = (int64_t)cursor_le64(&c);
	x.committed = (int64_t)cursor_le64(&c);
	x.author = cursor_bytes(&c);
	x.committer = cursor_bytes(&c);
	if (c.failed || oid.n != OID_BYTES || h->ncommits >= LIMIT_COMMITS)
		return;
	memcpy(x.oid, oid.p, OID_BYTES);
	if (h->ncommits > 0)
		history_commit_end(h);
	history_commit_add(h, &x);
}

static void
take_set(struct history *h, struct cursor c)
{
	struct span path = cursor_bytes(&c), oid = cursor_bytes(&c);

	if (!c.failed && oid.n == OID_BYTES && path.n > 0 && h->ncommits > 0 &&
	    h->states < LIMIT_HISTORY_STATES)
		history_set(h, path, (const unsigned char *)oid.p);
	else
		h->incomplete = true;
}

static void
take_head(struct history *h, struct cursor c)
{
	struct span ref = cursor_bytes(&c), oid = cursor_bytes(&c);
	unsigned bits = cursor_u8(&c);

	if (c.failed || oid.n != OID_BYTES)
		return;
	h->ref = history_text(h, ref);
	memcpy(h->tip, oid.p, OID_BYTES);
	h->shallow = (bits & HEAD_SHALLOW) != 0;
	h->rewritten = (bits & HEAD_REWRITTEN) != 0;
	if (h->rewritten)
		history_line_forget(h);
}

/* One more message; false: the line is at its end. */
static bool
line_more(struct running *r)
{
	enum wire_type type;
	struct cursor body;
	struct err e;
	uint32_t code;

	if (r->line_ended)
		return false;
	if (reading_next(&r->line, &type, &body, &e) != 0) {
		/* Without a single commit there is nothing to go on with. */
		r->line_ended = true;
		r->h->line_broken = true;
		r->broken = r->h->ncommits == 0;
		if (r->broken)
			*r->e = e;
		else
			history_diag(r->h, DIAG_GIT_OBJECT, span_str(e.text));
		return false;
	}
	if (type == WIRE_HEAD) {
		take_head(r->h, body);
	} else if (type == WIRE_COMMIT) {
		take_commit(r->h, body);
	} else if (type == WIRE_SET) {
		take_set(r->h, body);
	} else if (type == WIRE_GONE && r->h->ncommits > 0) {
		struct span path = cursor_bytes(&body);

		if (!body.failed && r->h->states < LIMIT_HISTORY_STATES)
			history_gone(r->h, path);
	} else if (type == WIRE_NOTE) {
		code = cursor_le32(&body);
		r->h->line_broken |= code == DIAG_GIT_OBJECT;
		if (code < DIAG_COUNT)
			history_diag(
			    r->h, (enum diag_code)code, cursor_bytes(&body));
	} else if (type == WIRE_END) {
		if (r->h->ncommits > 0)
			history_commit_end(r->h);
		r->line_ended = true;
	}
	return !r->line_ended;
}

/* ---- batches ---- */

/* Of two commits: what is the same in both need not be read. */
static void
compare_only(struct running *r)
{
	struct history *h = r->h;

	while (line_more(r))
		;
	for (size_t i = 0; i < h->nblobs; i++)
		h->blobs[i].state = STATE_IDLE;
	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];

		for (size_t k = 0;
		     f->n > 0 && f->v[f->n - 1].commit == 1 && k < f->n; k++)
			if (f->v[k].blob != HISTORY_NONE)
				h->blobs[f->v[k].blob].state = STATE_WANTED;
	}
}

/* The next blob that nobody knows yet. */
static bool
blob_next(struct running *r, uint32_t *out)
{
	if (r->nagain > 0) {
		*out = r->again[--r->nagain];
		return true;
	}
	if (r->o->from != NULL && !r->line_ended)
		compare_only(r);
	for (;;) {
		while (r->next_blob < r->h->nblobs) {
			uint32_t at = (uint32_t)r->next_blob++;

			if (r->h->blobs[at].state == STATE_WANTED) {
				*out = at;
				return true;
			}
		}
		if (!line_more(r))
			return false;
	}
}

static bool
file_next(struct running *r, uint32_t *out)
{
	if (r->nagain > 0) {
		*out = r->again[--r->nagain];
		return true;
	}
	if (r->next_file >= r->nfiles)
		return false;
	*out = r->files[r->next_file++];
	return true;
}

/* What a member of a batch is: a blob, or the file whose newest state it is. */
static struct history_blob *
member_blob(struct running *r, uint32_t member)
{
	const struct history_file *f;

	if (!r->newest)
		return &r->h->blobs[member];
	f = &r->h->files[member];
	return &r->h->blobs[f->v[f->n - 1].blob];
}

static void
ask_again(struct running *r, uint32_t member)
{
	if (r->nagain == r->again_cap) {
		r->again_cap = r->again_cap > 0 ? r->again_cap * 2 : 64;
		r->again =
		    reallocarray(r->again, r->again_cap, sizeof(*r->again));
		ASSERT(r->again != NULL);
	}
	r->again[r->nagain++] = member;
}

static void
member_lost(
    struct running *r, uint32_t member, enum diag_code why, const char *detail)
{
	struct history_blob *b = member_blob(r, member);

	if (r->newest)
		b->state = b->state == STATE_WANTED ? STATE_LOST : b->state;
	else
		b->state = STATE_LOST;
	r->h->blobs_lost++;
	history_file_diag(r->h, b, why, span_str(detail));
}

static const char *const blob_words[] = {[BLOB_OK] = "",
    [BLOB_MISSING] = "the object is missing",
    [BLOB_DAMAGED] = "the object is damaged",
    [BLOB_LARGE] = "larger than may be read",
    [BLOB_OTHER] = "no file",
    [BLOB_LATER] = ""};

/* One answer of the process that hands out blobs. */
static int
answer_take(struct running *r, struct batch *b, uint32_t member)
{
	struct history_blob *blob = member_blob(r, member);
	const struct history_file *f;
	enum wire_type type;
	struct cursor body;
	uint64_t at, size;
	unsigned is;

	if (reading_next(&r->blobs, &type, &body, r->e) != 0)
		return -1;
	is = cursor_u8(&body);
	at = cursor_le64(&body);
	size = cursor_le64(&body);
	if (type != WIRE_BLOB || body.failed || is > BLOB_LATER ||
	    size > LIMIT_HISTORY_BLOB)
		return err_set(r->e,
		    "the process that reads the repository sent nonsense");
	if (is == BLOB_LATER) {
		ask_again(r, member);
		return 0;
	}
	if (is != BLOB_OK) {
		member_lost(r, member,
		    is == BLOB_LARGE ? DIAG_TOO_LARGE : DIAG_GIT_OBJECT,
		    blob_words[is]);
		return 0;
	}
	f = &r->h->files[r->newest ? member : blob->file];
	buf_u64(&r->index, at);
	buf_u64(&r->index, size);
	buf_u64(&r->index, (uint64_t)r->h->commits[blob->commit].time);
	buf_bytes(&r->index, f->path);
	b->blobs[b->n++] = member;
	return 0;
}

/* Behind the bytes comes the index. */
static int
index_write(struct running *r, int fd, uint64_t *at)
{
	off_t end = lseek(fd, 0, SEEK_END);
	struct span rest = buf_span(&r->index);

	if (end < 0)
		return err_sys(r->e, "memory file");
	*at = (uint64_t)end;
	while (rest.n > 0) {
		ssize_t w = pwrite(fd, rest.p, rest.n, end);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return err_sys(r->e, "memory file");
		rest = span_from(rest, (size_t)w);
		end += w;
	}
	return 0;
}

static int
batch_fill(struct running *r, struct batch *b, const uint32_t *wanted, size_t n,
    int fd)
{
	static unsigned char oids[LIMIT_HISTORY_BATCH][OID_BYTES];

	for (size_t i = 0; i < n; i++)
		memcpy(oids[i], member_blob(r, wanted[i])->oid, OID_BYTES);
	if (reading_ask(&r->blobs, fd, oids, n, r->e) != 0)
		return -1;
	buf_reset(&r->index);
	for (size_t i = 0; i < n; i++)
		if (answer_take(r, b, wanted[i]) != 0)
			return -1;
	b->member = b->n;
	return 0;
}

static struct batch *
batch_new(struct running *r)
{
	struct batch *b = calloc(1, sizeof(*b));

	ASSERT(b != NULL);
	buf_init(&b->said, LIMIT_TASK_RESULT_BYTES);
	if (r->nbatches == r->batches_cap) {
		r->batches_cap = r->batches_cap > 0 ? r->batches_cap * 2 : 64;
		r->batches = reallocarray(
		    r->batches, r->batches_cap, sizeof(struct batch *));
		ASSERT(r->batches != NULL);
	}
	r->batches[r->nbatches++] = b;
	return b;
}

static void
batch_free(struct running *r, uint32_t id)
{
	struct batch *b = r->batches[id];

	r->batches[id] = NULL;
	if (b != NULL)
		buf_release(&b->said);
	free(b);
}

static bool
next_task(void *ctx, struct task *t)
{
	struct running *r = ctx;
	uint32_t wanted[LIMIT_HISTORY_BATCH];
	size_t n = 0;
	uint64_t at = 0;
	struct batch *b;
	int fd;

	if (r->broken)
		return false;
	while (
	    n < LIMIT_HISTORY_BATCH &&
	    (r->newest ? file_next(r, &wanted[n]) : blob_next(r, &wanted[n])))
		n++;
	if (n == 0)
		return false;
	fd = memfd_create("tidemark", MFD_CLOEXEC);
	b = batch_new(r);
	if (fd < 0 || batch_fill(r, b, wanted, n, fd) != 0 ||
	    index_write(r, fd, &at) != 0) {
		if (fd < 0)
			err_sys(r->e, "memory file");
		else
			close(fd);
		r->broken = true;
		return false;
	}
	buf_reset(&r->payload);
	buf_u8(&r->payload, TASK_BATCH);
	buf_u32(&r->payload, b->n);
	buf_u64(&r->payload, at);
	buf_u64(&r->payload, r->index.n);
	*t = (struct task){.id = (uint32_t)(r->nbatches - 1),
	    .fd = fd,
	    .payload = buf_span(&r->payload)};
	return true;
}

/* ---- results ---- */

static void
member_end(struct running *r, struct batch *b)
{
	if (b->member >= b->n)
		return;
	if (r->newest) {
		take_sources(&r->scan, buf_span(&b->said), &r->job);
		take_unfinished(&r->scan, &r->job.open, DIAG_WORKER_PROTOCOL,
		    SPAN("no end of the source"));
	} else {
		taking_blob(r->taking, b->blobs[b->member], buf_span(&b->said));
	}
	buf_reset(&b->said);
}

/* Messages of several members, one after the other. */
static void
messages_take(struct running *r, struct batch *b, struct span result)
{
	struct cursor c = cursor_of(result);

	while (cursor_left(&c) > 0) {
		const unsigned char *begin = c.p;
		uint8_t type = cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		if (c.failed)
			return;
		if (type == RESULT_MEMBER) {
			member_end(r, b);
			b->member = cursor_le32(&body);
			if (b->member > b->n)
				b->member = b->n;
			continue;
		}
		buf_put(&b->said,
		    span_of((const char *)begin, (size_t)(c.p - begin)));
	}
}

static void
on_part(void *ctx, uint32_t id, struct span result)
{
	struct running *r = ctx;

	messages_take(r, r->batches[id], result);
}

static void
on_done(void *ctx, uint32_t id, struct span result)
{
	struct running *r = ctx;

	messages_take(r, r->batches[id], result);
	member_end(r, r->batches[id]);
	batch_free(r, id);
}

/* The member at hand is lost; those behind it are asked for again. */
static void
on_lost(void *ctx, uint32_t id, enum diag_code why, const char *detail)
{
	struct running *r = ctx;
	struct batch *b = r->batches[id];
	uint32_t from = b->member < b->n ? b->member : 0;

	if (b->n > 0)
		member_lost(r, b->blobs[from], why, detail);
	for (uint32_t i = from + 1; i < b->n; i++)
		ask_again(r, b->blobs[i]);
	batch_free(r, id);
}

static void
on_tick(void *ctx)
{
	struct running *r = ctx;
	struct scan_progress p = {.sources = r->h->nblobs,
	    .done_bytes = r->h->blobs_read,
	    .bytes = r->h->nblobs};

	if (r->o->scan.progress != NULL)
		r->o->scan.progress(r->o->scan.ctx, &p);
}

/* ---- the run ---- */

static int
workers_run(struct running *r, struct worker_options *worker)
{
	struct sched sched = {.worker_start = worker_start,
	    .work = worker_work,
	    .next = next_task,
	    .done = on_done,
	    .part = on_part,
	    .lost = on_lost,
	    .tick = on_tick,
	    .ctx = r,
	    .worker_ctx = worker,
	    .jobs = r->o->scan.jobs,
	    .seconds = r->o->scan.seconds};
	int rc = sched_run(&sched, r->e);

	for (uint32_t i = 0; i < r->nbatches; i++)
		batch_free(r, i);
	r->nbatches = 0;
	return rc == 0 && r->broken ? -1 : rc;
}

static int
path_order(const void *a, const void *b, void *ctx)
{
	const struct history *h = ctx;

	return span_cmp(h->files[*(const uint32_t *)a].path,
	    h->files[*(const uint32_t *)b].path);
}

/* Files whose newest state can be read. */
static void
newest_files(struct running *r)
{
	struct history *h = r->h;

	r->files = malloc((h->nfiles + 1) * sizeof(*r->files));
	ASSERT(r->files != NULL);
	for (uint32_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];

		if (f->n > 0 && f->v[f->n - 1].blob != HISTORY_NONE &&
		    h->blobs[f->v[f->n - 1].blob].state == STATE_KNOWN)
			r->files[r->nfiles++] = i;
	}
	if (r->nfiles > 0)
		qsort_r(r->files, r->nfiles, sizeof(*r->files), path_order, h);
}

/* States that could not be read are sources that could not be read. */
static void
newest_lost(struct running *r)
{
	const struct history *h = r->h;

	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];
		struct source *s;

		if (f->n == 0 || f->v[f->n - 1].blob == HISTORY_NONE ||
		    h->blobs[f->v[f->n - 1].blob].state == STATE_KNOWN)
			continue;
		s = casefile_source(r->c, f->path);
		s->state = SOURCE_UNREADABLE;
		source_diag(r->c, s, DIAG_GIT_OBJECT, 0, (struct span){0});
	}
}

static void
notes(struct history *h)
{
	/* Once for a file, not for each of its states. */
	for (size_t i = 0; i < h->nblobs; i++)
		if (h->blobs[i].state == STATE_KNOWN &&
		    h->blobs[i].trouble > 0 &&
		    h->blobs[i].file != HISTORY_NONE)
			history_file_diag(h, &h->blobs[i],
			    (enum diag_code)(h->blobs[i].trouble - 1),
			    (struct span){0});
	if (h->shallow)
		history_diag(h, DIAG_GIT_SHALLOW, (struct span){0});
	if (h->rewritten)
		history_diag(h, DIAG_GIT_REWRITTEN, (struct span){0});
	if (h->clock_jumps > 0) {
		char text[64];

		snprintf(text, sizeof(text), "%llu commits",
		    (unsigned long long)h->clock_jumps);
		history_diag(h, DIAG_GIT_CLOCK, span_str(text));
	}
}

/* The whole line is told, and may be remembered. */
static bool
is_whole(const struct history_options *o)
{
	return o->from == NULL && o->since == TIME_NONE &&
	    o->until == TIME_NONE;
}

/* What an earlier run has learned.  Its line goes on where it is whole and the
 * same is asked for. */
static int
remember(struct running *r, struct cache_about *about)
{
	struct history *h = r->h;
	const struct history_options *o = r->o;
	struct span ref = span_str(o->ref != NULL ? o->ref : "HEAD");
	struct span maker = arena_fmt(&h->arena, "%s %s%s%s", o->version,
	    r->c->knowledge->fingerprint,
	    o->scan.worker.show_secrets ? " secrets" : "",
	    o->from != NULL ? " all" : "");

	if (o->cache == NULL)
		return 0;
	if (history_cache_read(h, o->cache, maker, about, r->e) != 0)
		return -1;
	if (!is_whole(o) || !span_eq(about->ref, ref))
		history_line_forget(h);
	about->ref = ref;
	about->maker = maker;
	return 0;
}

static int
read_all(struct running *r, struct worker_options *worker)
{
	const struct history_options *o = r->o;
	unsigned char known[OID_BYTES];
	struct line_options line = {.ref = o->ref,
	    .from = o->from, .since = o->since, .until = o->until};

	if (r->h->ncommits > 0) {
		memcpy(known, r->h->commits[r->h->ncommits - 1].oid, OID_BYTES);
		line.known = span_of((const char *)known, OID_BYTES);
	}
	if (reading_line(&r->line, o->path, &line, o->scan.seconds, r->e) !=
		0 ||
	    reading_blobs(&r->blobs, o->path, o->scan.seconds, r->e) != 0)
		return -1;
	if (workers_run(r, worker) != 0)
		return -1;
	notes(r->h);
	if (o->from != NULL)
		return 0;
	newest_files(r);
	newest_lost(r);
	r->newest = true;
	worker->changes = NULL;
	return workers_run(r, worker);
}

int
history_run(struct history *h, const struct history_options *o,
    struct casefile *c, struct err *e)
{
	struct worker_options worker = o->scan.worker;
	struct running r = {.h = h, .o = o, .c = c, .e = e};
	struct cache_about about = {0};
	int rc;

	r.scan = (struct scan){.o = &o->scan, .c = c};
	arena_init(&r.scan.arena);
	arena_init(&r.scan.scratch);
	buf_init(&r.payload, SCHED_PAYLOAD);
	buf_init(&r.index, LIMIT_MESSAGE_BYTES);
	r.taking = taking_new(h, c->knowledge, &o->scan);
	worker.changes = &c->knowledge->changes;
	worker.states_all = o->from != NULL;
	rc = worker_prepare(e);
	if (rc == 0 && getrandom(worker.secret_key, sizeof(worker.secret_key),
			   0) != (ssize_t)sizeof(worker.secret_key))
		rc = err_sys(e, "random bytes");
	if (rc == 0)
		rc = remember(&r, &about);
	if (rc == 0 && o->cache != NULL)
		memcpy(worker.secret_key, about.secret_key,
		    sizeof(worker.secret_key));
	if (rc == 0)
		rc = read_all(&r, &worker);
	if (rc == 0 && o->cache != NULL && is_whole(o) && !h->line_broken)
		rc = history_cache_write(h, o->cache, &about, e);
	if (rc == 0 && o->from == NULL && o->nwith > 0)
		rc = history_with(o, c, e);
	if (rc == 0 && o->from == NULL)
		history_signs(h, o, c);
	if (h->incomplete)
		c->complete = false;
	reading_end(&r.line);
	reading_end(&r.blobs);
	taking_free(r.taking);
	free(r.files);
	free(r.again);
	free(r.batches);
	buf_release(&r.index);
	buf_release(&r.payload);
	arena_release(&r.scan.scratch);
	arena_release(&r.scan.arena);
	return rc;
}
