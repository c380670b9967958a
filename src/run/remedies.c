/*
 * What would mend the findings of a configuration, told to the parent.
 */
#include "base/limits.h"
#include "run/job.h"

void
job_remedies(struct job *j)
{
	struct read_in in = {.path = j->path,
	    .defaults = j->o->defaults,
	    .shows = j->shows,
	    .clock.zone = j->o->zone};
	const struct remedy_list *list;
	struct buf b;

	if (j->maker == NULL || j->identity.reader == NULL ||
	    j->identity.reader->shape != READER_WHOLE ||
	    !span_is(span_str(j->identity.reader->evidence), "config"))
		return;
	in.bytes = buf_span(&j->bytes);
	list = remedy_make(j->maker, j->identity.reader, &in);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	for (size_t i = 0; i < list->n; i++) {
		remedy_encode(&b, &list->v[i]);
		job_send(j, RESULT_REMEDY, &b);
	}
	buf_release(&b);
}
