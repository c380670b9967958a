/*
 * A repository through the workers: one process tells the line of commits, one
 * hands out blobs, workers read these in batches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "history/memory.h"
#include "history/keep.h"
#include "history/running.h"
#include "history/signs.h"

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
bool
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

/* ---- the run ---- */

static int
path_order(const void *a, const void *b, void *ctx)
{
	const struct history *h = ctx;

	return span_cmp(h->files[*(const uint32_t *)a].path,
	    h->files[*(const uint32_t *)b].path);
}

static bool
is_kept(const struct running *r, const struct history_file *f)
{
	const struct history_blob *b = &r->h->blobs[f->v[f->n - 1].blob];

	return r->o->book != NULL &&
	       casebook_history_knows(r->o->book, f->path,
		   span_of((const char *)b->oid, OID_BYTES));
}

/* Files whose newest state can be read, and is not in the case yet. */
static void
newest_files(struct running *r)
{
	struct history *h = r->h;

	r->files = malloc((h->nfiles + 1) * sizeof(*r->files));
	ASSERT(r->files != NULL);
	for (uint32_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];

		if (f->n > 0 && f->v[f->n - 1].blob != HISTORY_NONE &&
		    h->blobs[f->v[f->n - 1].blob].state == STATE_KNOWN &&
		    !is_kept(r, f))
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
		    h->blobs[i].trouble > 0 && h->blobs[i].file != HISTORY_NONE)
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

/* What an earlier run has learned, which another program may have written.  Its
 * line goes on where all of it is asked for. */
static void
recall(struct running *r)
{
	struct history *h = r->h;
	const struct history_options *o = r->o;
	struct err e;

	if (o->book == NULL || o->book->memory.n == 0)
		return;
	if (history_unpack(h, &o->book->memory,
		history_maker(o, r->c, &h->arena), r->c->knowledge->nchecks,
		&e) != 0) {
		history_release(h);
		history_init(h);
		history_diag(h, DIAG_GIT_FORGOTTEN, span_str(e.text));
	} else if (!history_is_whole(o)) {
		history_line_forget(h);
	}
}

/* By the key of the case, secrets of different runs meet. */
static int
key_take(const struct running *r, struct worker_options *worker)
{
	size_t n = sizeof(worker->secret_key);

	worker->keyed = r->o->book != NULL;
	if (worker->keyed)
		memcpy(worker->secret_key, r->o->book->key, n);
	else if (getrandom(worker->secret_key, n, 0) != (ssize_t)n)
		return err_sys(r->e, "random bytes");
	return 0;
}

static int
read_all(struct running *r, struct worker_options *worker)
{
	const struct history_options *o = r->o;
	unsigned char known[OID_BYTES];
	struct line_options line = {.ref = o->ref,
	    .from = o->from,
	    .since = o->since,
	    .until = o->until};

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

/* What logs told an earlier run stays told. */
static void
heard_take(struct casefile *c, const struct past *heard)
{
	c->past.voices = heard->voices;
	c->past.nvoices = heard->nvoices;
	c->past.events = heard->events;
	c->past.nevents = heard->nevents;
}

int
history_run(struct history *h, const struct history_options *o,
    struct casefile *c, struct err *e)
{
	struct worker_options worker = o->scan.worker;
	struct running r = {.h = h, .o = o, .c = c, .e = e};
	int rc;

	r.scan = (struct scan){.o = &o->scan, .c = c};
	arena_init(&r.scan.arena);
	arena_init(&r.scan.scratch);
	arena_init(&r.scan.lists);
	buf_init(&r.payload, SCHED_PAYLOAD);
	buf_init(&r.index, LIMIT_MESSAGE_BYTES);
	r.taking = taking_new(h, c->knowledge, &o->scan);
	worker.changes = &c->knowledge->changes;
	worker.states_all = o->from != NULL;
	rc = worker_prepare(e);
	if (rc == 0)
		rc = key_take(&r, &worker);
	if (rc == 0) {
		recall(&r);
		rc = read_all(&r, &worker);
	}
	if (rc == 0 && o->book != NULL && o->nwith == 0)
		heard_take(c, &o->book->heard.past);
	if (rc == 0 && o->from == NULL && o->nwith + o->nlogs > 0)
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
	arena_release(&r.scan.lists);
	arena_release(&r.scan.scratch);
	arena_release(&r.scan.arena);
	return rc;
}
