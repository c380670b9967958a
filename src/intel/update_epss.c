/*
 * Scores of FIRST (EPSS): "#model_version:...,score_date:2026-01-26T..." and
 * then cve,epss,percentile.  Files of the first years have no such first line,
 * or no percentile.
 */
#include "intel/update.h"

static unsigned
guess(struct span head)
{
	if (span_starts(head, SPAN("#model_version:")))
		return 100;
	return span_starts(head, SPAN("cve,epss")) ? 95 : 0;
}

static void
epss_read(struct update_read *r, struct span bytes)
{
	struct span rest = bytes, line;
	size_t at;

	while (span_line(&rest, &line)) {
		struct span cells = line, score;

		r->line++;
		r->cve = (struct span){0};
		if (line.n == 0 || span_starts(line, SPAN("cve,")))
			continue;
		if (line.p[0] == '#') {
			at = span_find(line, SPAN("score_date:"));
			if (at != SPAN_NONE)
				update_day(r, span_from(line, at + 11));
			continue;
		}
		r->cve = span_trim(span_until(&cells, ','));
		score = span_trim(span_until(&cells, ','));
		if (!update_is_cve(r->cve) || score.n == 0) {
			r->cve = (struct span){0};
			update_refuse(r, "no row of cve,epss,percentile");
			continue;
		}
		if (r->o->known(r->o->known_ctx, r->cve))
			update_say(r, UPDATE_SAYS_EPSS, score,
			    span_trim(span_until(&cells, ',')),
			    (struct span){0});
	}
}

const struct update_format update_epss = {
    .name = "epss",
    .title = "EPSS scores, CSV",
    .guess = guess,
    .read = epss_read,
};
