/*
 * A binary stream, piece by piece, to a reader that keeps its own state.
 */
#include "base/limits.h"
#include "run/job.h"

struct pieces {
	struct buf *buf;
	uint64_t offset; /* of its first byte in the source */
	bool end;
};

/* More bytes behind those that are there; no more than a block at once, so
 * that what is read is still in a near cache. */
static void
pieces_fill(struct job *j, struct pieces *p, struct stream *s)
{
	char *room = buf_room(p->buf, LIMIT_BLOCK_BYTES);
	ssize_t n;

	ASSERT(room != NULL);
	n = stream_read(s, room, LIMIT_BLOCK_BYTES);
	if (n <= 0) {
		p->end = true;
		return;
	}
	p->buf->n += (size_t)n;
	job_beat(j, (uint64_t)n);
}

static void
pieces_drop(struct pieces *p, size_t n)
{
	p->offset += n;
	p->buf->n -= n;
	memmove(p->buf->p, p->buf->p + n, p->buf->n);
}

/* The hashes are of all bytes, also of those that nobody reads. */
static void
pieces_rest(struct job *j, struct pieces *p, struct stream *s)
{
	while (!p->end) {
		buf_reset(p->buf);
		pieces_fill(j, p, s);
	}
}

void
feed_blocks(struct job *j, const struct reader *r, struct stream *s,
    struct span head)
{
	uint64_t passed = 0;
	struct read_in in = {.head = head,
	    .path = j->path,
	    .arena = &j->source,
	    .passed = &passed};
	struct flow_watch watch;
	struct buf bytes;
	struct pieces p = {.buf = &bytes};
	void *state;

	if (j->detector != NULL && r->flow_field != NULL)
		in.wanted = detector_endpoints(j->detector, r);
	in.watch = job_watch(j, &watch);
	state = r->open(&in);

	in.arena = &j->line;
	buf_init(&bytes, LIMIT_BLOCKS_ITEM + LIMIT_BLOCK_BYTES);
	while (!p.end) {
		size_t n;

		pieces_fill(j, &p, s);
		arena_reset(&j->line);
		n = r->block(state, &in, buf_span(&bytes), p.offset, &j->emit);
		ASSERT(n <= bytes.n);
		pieces_drop(&p, n);
		if (bytes.n > LIMIT_BLOCKS_ITEM) {
			job_diag(j, DIAG_TOO_LARGE, 0, SPAN("an item"));
			break;
		}
	}
	arena_reset(&j->line);
	if (r->close != NULL)
		r->close(state, &in, buf_span(&bytes), &j->emit);
	j->records += passed;
	pieces_rest(j, &p, s);
	buf_release(&bytes);
}
