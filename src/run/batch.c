/*
 * Several files in one memory file, as the history of a repository gives them:
 * a row of bytes, and behind it an index.
 */
#include <stdio.h>

#include "base/limits.h"
#include "read/config/cisco_secret.h"
#include "run/job.h"
#include "source/digest.h"

/* Bytes of a stand-in that are shown. */
#define STAND_IN 4

static void
say_member(struct job *j, uint32_t i)
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u32(&b, i);
	job_send(j, RESULT_MEMBER, &b);
	buf_release(&b);
	/* The parent knows now which one we are at. */
	sched_part(j->task, j->out);
}

static void
member(struct job *j, struct cursor *index, int fd)
{
	uint64_t at = cursor_le64(index), size = cursor_le64(index);
	int64_t mtime = (int64_t)cursor_le64(index);
	struct span path = cursor_bytes(index);
	struct stream s;

	if (index->failed)
		return;
	stream_range(&s, fd, at, size);
	stream_source(j, path, &s, mtime);
	stream_release(&s);
}

void
batch_work(struct job *j, uint32_t n, uint64_t at, uint64_t size, int fd)
{
	struct stream s;
	struct buf bytes;
	struct cursor index;

	buf_init(&bytes, LIMIT_MESSAGE_BYTES);
	stream_range(&s, fd, at, size);
	(void)stream_all(&s, &bytes);
	stream_release(&s);
	index = cursor_of(buf_span(&bytes));
	for (uint32_t i = 0; i < n && !index.failed; i++) {
		say_member(j, i);
		member(j, &index, fd);
	}
	buf_release(&bytes);
}

/* In a statement, a secret is known by its keyed hash. */
static void
stand_in(void *ctx, const struct record *r, struct span text, struct buf *out)
{
	struct job *j = ctx;
	struct secret s = {record_text(r, F_SECRET_TYPE), text};
	struct span clear = secret_clear(&j->source, &s);
	unsigned char id[32];
	char hex[2 * STAND_IN + 1];

	if (!job_secret_id(j, clear.n > 0 ? clear : text, id))
		return;
	digest_hex(id, STAND_IN, hex);
	buf_fmt(out, "#%s", hex);
}

void
job_statement(struct job *j, const struct record *r)
{
	const struct change_kind *k = changes_of(j->o->changes, r->kind);
	struct buf subject, values, b;

	if (k == NULL || (!k->watch && !j->o->states_all))
		return;
	buf_init(&subject, LIMIT_FIELD_BYTES);
	buf_init(&values, LIMIT_FIELD_BYTES);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	if (changes_state(k, r, stand_in, j, &subject, &values) &&
	    ++j->nstatements <= LIMIT_STATEMENTS) {
		buf_u8(&b, (uint8_t)r->kind);
		buf_u64(&b, r->line);
		buf_bytes(&b, buf_span(&subject));
		buf_bytes(&b, buf_span(&values));
		buf_bytes(&b, detector_text(j->detector, r->raw));
		job_send(j, RESULT_STATEMENT, &b);
	}
	buf_release(&b);
	buf_release(&values);
	buf_release(&subject);
}
