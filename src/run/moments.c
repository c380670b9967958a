/*
 * What stands on the timeline leaves the worker as a moment.  Only records of
 * lines that were parsed anyway come here.
 */
#include "base/limits.h"
#include "intel/moment.h"
#include "run/job.h"

static int64_t
number_of(const struct record *r, enum field_id f)
{
	const struct value *v = record_get(r, f);

	return v != NULL ? v->u.number : 0;
}

/* What happened, without what stands beside it: who, from where, when. */
static struct span
moment_text(struct job *j, const struct record *r)
{
	struct span command = record_text(r, F_COMMAND),
		    message = record_text(r, F_MESSAGE),
		    name = record_text(r, F_MNEMONIC);

	if (r->kind == K_COMMAND && command.n > 0)
		return detector_text(j->detector, command);
	if (r->kind != K_SYSLOG || message.n == 0)
		return detector_text(j->detector, r->raw);
	if (name.n == 0)
		return detector_text(j->detector, message);
	return detector_text(
	    j->detector, arena_fmt(&j->line, "%.*s: %.*s", SPAN_FMT(name),
			     SPAN_FMT(message)));
}

void
job_moment(struct job *j, const struct record *r)
{
	const struct knowledge *k = j->o->knowledge;
	enum timeline_kind kind;
	struct buf b;

	if (k == NULL || !moment_of(&k->moments, &k->commands, r, &kind))
		return;
	/* A line may give several records. */
	if (j->nmoments > 0 && j->moment_at == r->offset &&
	    r->offset != UINT64_MAX)
		return;
	j->moment_at = r->offset;
	if (++j->nmoments > LIMIT_SOURCE_MOMENTS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, (uint8_t)kind);
	buf_u64(&b, (uint64_t)r->time);
	buf_u64(&b, (uint64_t)number_of(r, F_CLOCK_OFF));
	buf_u64(&b, r->line);
	buf_u64(&b, r->offset);
	buf_bytes(&b, span_head(r->host, LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, span_head(r->host_addr, LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, span_head(record_text(r, F_USER), LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, span_head(record_text(r, F_SRC_IP), LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, moment_text(j, r));
	job_send(j, RESULT_MOMENT, &b);
	buf_release(&b);
}

void
job_moments_end(struct job *j)
{
	struct buf b;

	if (j->nmoments <= LIMIT_SOURCE_MOMENTS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u64(&b, j->nmoments - LIMIT_SOURCE_MOMENTS);
	job_send(j, RESULT_MOMENTS_LEFT, &b);
	buf_release(&b);
}
