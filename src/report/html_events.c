/*
 * What has a time, for the plots: the first and the last sight of each
 * finding.
 */
#include "report/html.h"

static void
put_event(struct html *h, size_t finding, int64_t time, bool again)
{
	json_out_list(&h->j, NULL);
	html_put_time(h, time);
	json_out_number(&h->j, NULL, h->finding_at[finding]);
	json_out_number(&h->j, NULL, again);
	json_out_end_list(&h->j);
}

void
html_events(struct html *h)
{
	static const char *const columns[] = {"time", "finding", "again", NULL};

	html_columns(h, "event_columns", columns);
	json_out_list(&h->j, "events");
	for (size_t i = 0; i < h->c->nfindings; i++) {
		const struct finding *f = &h->c->findings[i];

		if (h->finding_at[i] == UINT32_MAX || f->first == TIME_NONE)
			continue;
		put_event(h, i, f->first, false);
		if (f->last != f->first && f->last != TIME_NONE)
			put_event(h, i, f->last, true);
	}
	json_out_end_list(&h->j);
}
