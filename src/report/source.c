#include <inttypes.h>

#include "report/report.h"

const char *
source_state_name(enum source_state s)
{
	static const char *const names[] = {
	    "read", "unrecognised", "unreadable", "skipped"};

	return names[s];
}

struct span
source_why(const struct source *s, char text[SOURCE_WHY])
{
	size_t n = 0;

	if (s->why.n > 0)
		return s->why;
	for (size_t i = 0; i < s->ndiags && n < 512; i++) {
		const struct diag *d = &s->diags[i];
		int w;

		w = snprintf(text + n, SOURCE_WHY - n, "%s%s",
		    n > 0 ? "; " : "", diag_name(d->code));
		if (w > 0 && d->line > 0)
			w += snprintf(text + n + w, SOURCE_WHY - n - (size_t)w,
			    " at line %" PRIu64, d->line);
		if (w > 0 && d->detail.n > 0)
			w += snprintf(text + n + w, SOURCE_WHY - n - (size_t)w,
			    ": %.*s", SPAN_FMT(span_head(d->detail, 200)));
		if (w < 0)
			break;
		n += (size_t)w;
	}
	return span_of(text, n);
}
