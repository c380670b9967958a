/*
 * NULs in front of a text: a log that is cut off while its writer goes on at
 * the old place (logrotate's copytruncate), or a disk that was full, leaves as
 * many as there were bytes before, mostly as a hole.  The text behind them is
 * read as if it began there; its lines have their numbers, since NULs hold no
 * line ends, and offsets are those of the file.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "run/job.h"

static bool
may_pass(const struct job *j, struct span head)
{
	const struct reader *r = j->identity.reader;

	/* Binary formats may well begin with NULs. */
	return head.n > 0 && head.p[0] == '\0' &&
	       (r == NULL || r->shape != READER_BLOCKS);
}

static void
passed(struct job *j, uint64_t n, bool tell)
{
	j->front = n;
	if (tell)
		job_diag(j, DIAG_NUL_BYTES, 0,
		    arena_fmt(&j->source, "%" PRIu64 " bytes at the front", n));
}

struct span
front_pass(struct job *j, struct stream *s, struct span head, bool tell)
{
	struct stream was = *s;
	uint64_t n;

	if (!may_pass(j, head))
		return head;
	n = stream_skip_zeros(s);
	head = stream_head(s, LIMIT_PROBE_BYTES);
	if (!looks_text(head) && stream_seekable(s)) {
		/* The head is the stream's all the same. */
		was.head = s->head;
		was.head_n = 0;
		*s = was;
		return stream_head(s, LIMIT_PROBE_BYTES);
	}
	passed(j, n, tell && head.n > 0);
	identify_source(j, head, s->size);
	return head;
}

void
front_drop(struct job *j, struct buf *b)
{
	struct span all = buf_span(b);
	size_t n;

	if (all.n == 0 || all.p[0] != '\0' || j->front > 0)
		return;
	identify_source(j, span_head(all, LIMIT_PROBE_BYTES), all.n);
	n = span_zeros(all);
	if (!may_pass(j, all) || !looks_text(span_from(all, n)))
		return;
	b->n -= n;
	memmove(b->p, b->p + n, b->n);
	passed(j, n, true);
}

void
front_hash(struct job *j)
{
	static const char zeros[4096];

	for (uint64_t left = j->front; left > 0;) {
		size_t n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		digest_update(&j->digest, span_of(zeros, n));
		left -= n;
	}
}
