#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "report/report.h"

const char *
source_state_name(enum source_state s)
{
	static const char *const names[] = {
	    "read", "unrecognised", "unreadable", "skipped"};

	return names[s];
}

bool
source_diag_shown(const struct source *s, size_t at, size_t *more)
{
	size_t before = 0, after = 0;

	for (size_t i = 0; i < s->ndiags; i++)
		if (i != at && s->diags[i].code == s->diags[at].code)
			*(i < at ? &before : &after) += 1;
	*more = before + 1 == SOURCE_ALIKE ? after : 0;
	return before < SOURCE_ALIKE;
}

static void
why_add(struct buf *b, const struct diag *d, size_t more)
{
	buf_fmt(b, "%s%s", b->n > 0 ? "; " : "", diag_name(d->code));
	if (d->line > 0)
		buf_fmt(b, " at line %" PRIu64, d->line);
	if (d->detail.n > 0)
		buf_fmt(b, ": %.*s", SPAN_FMT(span_head(d->detail, 200)));
	if (more > 0)
		buf_fmt(b, " and %zu more", more);
}

struct span
source_why(const struct source *s, char text[SOURCE_WHY])
{
	struct buf b;
	struct span all;
	size_t more;

	if (s->why.n > 0)
		return s->why;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	/* What lost something comes first. */
	for (int severity = DIAG_LOST; severity >= DIAG_NOTE; severity--)
		for (size_t i = 0; i < s->ndiags; i++)
			if ((int)diag_severity(s->diags[i].code) == severity &&
			    source_diag_shown(s, i, &more))
				why_add(&b, &s->diags[i], more);
	if (s->diags_dropped > 0)
		buf_fmt(&b, "; %" PRIu64 " more beyond the limit",
		    s->diags_dropped);
	all = span_head(buf_span(&b), SOURCE_WHY);
	if (all.n > 0)
		memcpy(text, all.p, all.n);
	buf_release(&b);
	return span_of(text, all.n);
}
