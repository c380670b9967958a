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
statement_send(struct job *j, enum record_kind kind, uint64_t line,
    struct span subject, struct span values, struct span text)
{
	struct buf b;

	if (++j->nstatements > LIMIT_STATEMENTS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, (uint8_t)kind);
	buf_u64(&b, line);
	buf_bytes(&b, subject);
	buf_bytes(&b, values);
	buf_bytes(&b, text);
	job_send(j, RESULT_STATEMENT, &b);
	buf_release(&b);
}

/* The parts of a line of router.db: RANCID 3 parts them by semicolons, RANCID 2
 * and Oxidized by colons (router.db(5)). */
static struct span
list_part(struct span *rest, char sign)
{
	return span_trim(
	    span_head(span_until(rest, sign), LIMIT_EVIDENCE_TEXT));
}

/*
 * The list of devices beside RANCID's configurations: NAME;TYPE;STATE.  A line
 * becomes a statement about the list, "NAME in the list of devices".
 */
static void
router_db(struct job *j, struct span text)
{
	struct span line;

	for (uint64_t n = 1; span_line(&text, &line); n++) {
		char sign = span_find_byte(line, ';') != SPAN_NONE ? ';' : ':';
		struct span rest = line, name, type, state;
		struct buf subject, values;

		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		name = list_part(&rest, sign);
		type = list_part(&rest, sign);
		state = list_part(&rest, sign);
		if (name.n == 0)
			continue;
		buf_init(&subject, LIMIT_FIELD_BYTES);
		buf_init(&values, LIMIT_FIELD_BYTES);
		buf_fmt(&subject, LISTED_DEVICE "%.*s", SPAN_FMT(name));
		buf_fmt(&values, "type%c%.*s%cstate%c%.*s%c", CHANGE_NAME_END,
		    SPAN_FMT(type), CHANGE_VALUE_END, CHANGE_NAME_END,
		    SPAN_FMT(state), CHANGE_VALUE_END);
		statement_send(j, K_DEVICE, n, buf_span(&subject),
		    buf_span(&values), name);
		buf_release(&values);
		buf_release(&subject);
	}
}

static bool
is_router_db(struct span path)
{
	return span_is(path, "router.db") ||
	       span_ends(path, SPAN("/router.db"));
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
	if (j->o->changes != NULL && is_router_db(path)) {
		stream_range(&s, fd, at, size);
		buf_reset(&j->bytes);
		(void)stream_all(&s, &j->bytes);
		router_db(j, buf_span(&j->bytes));
		stream_release(&s);
	}
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
	struct buf subject, values;

	if (k == NULL || (!k->watch && !j->o->states_all))
		return;
	buf_init(&subject, LIMIT_FIELD_BYTES);
	buf_init(&values, LIMIT_FIELD_BYTES);
	if (changes_state(k, r, stand_in, j, &subject, &values))
		statement_send(j, r->kind, r->line, buf_span(&subject),
		    buf_span(&values), detector_text(j->detector, r->raw));
	buf_release(&values);
	buf_release(&subject);
}
