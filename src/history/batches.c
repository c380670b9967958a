/*
 * Blobs through the workers: asked for in batches, each a memory file, and what
 * workers say of each member taken in turn.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "history/running.h"

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

/* Of the newest states, a source of the case is lost; else, a state. */
static void
member_lost(
    struct running *r, uint32_t member, enum diag_code why, const char *detail)
{
	struct history_blob *b = member_blob(r, member);
	struct source *s;

	if (r->newest) {
		s = casefile_source(r->c, r->h->files[member].path);
		s->state = SOURCE_UNREADABLE;
		source_diag(r->c, s, why, 0, span_str(detail));
		return;
	}
	b->state = STATE_LOST;
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

	if (end < 0 || !fd_write_at(fd, buf_span(&r->index), end))
		return err_sys(r->e, "memory file");
	*at = (uint64_t)end;
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
	if (!b->begun)
		return;
	if (r->newest) {
		take_sources(&r->scan, buf_span(&b->said), &r->job);
		take_unfinished(&r->scan, &r->job.open, DIAG_WORKER_PROTOCOL,
		    SPAN("no end of the source"));
	} else {
		taking_blob(r->taking, b->blobs[b->ended], buf_span(&b->said));
	}
	buf_reset(&b->said);
	b->begun = false;
	b->ended++;
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
			/* Out of turn: what follows is of nobody. */
			b->begun =
			    b->ended < b->n && cursor_le32(&body) == b->ended;
		} else if (b->begun) {
			buf_put(&b->said, span_of((const char *)begin,
					      (size_t)(c.p - begin)));
		}
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
	struct batch *b = r->batches[id];

	messages_take(r, b, result);
	member_end(r, b);
	for (uint32_t i = b->ended; i < b->n; i++)
		member_lost(r, b->blobs[i], DIAG_WORKER_PROTOCOL, "");
	batch_free(r, id);
}

/* The member at hand is lost; those behind it are asked for again. */
static void
on_lost(void *ctx, uint32_t id, enum diag_code why, const char *detail)
{
	struct running *r = ctx;
	struct batch *b = r->batches[id];

	if (b->ended < b->n)
		member_lost(r, b->blobs[b->ended], why, detail);
	for (uint32_t i = b->ended + 1; i < b->n; i++)
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

int
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
