/*
 * The timeline: what has a time, in one order.  An event that is no finding
 * tells its kind, account, peer and line.
 */
#include "base/limits.h"
#include "report/html.h"

static const char *const columns[] = {"time", "kind", "finding", "device",
    "actor", "peer", "path", "line", "text", "assumed", "ahead", NULL};

static bool
is_left_out(const struct html *h, const struct timeline_event *x)
{
	return (x->device != DEVICE_NONE && h->at[x->device] == DEVICE_NONE) ||
	       (x->finding != TIMELINE_NONE &&
		   h->finding_at[x->finding] == UINT32_MAX);
}

/* The finding's own text is not told again. */
static struct span
text_of(struct html *h, const struct timeline_event *x)
{
	if (x->finding != TIMELINE_NONE || x->text.n > h->text_left)
		return (struct span){0};
	h->text_left -= x->text.n;
	return x->text;
}

static void
put_event(struct html *h, const struct timeline_event *x)
{
	struct json_out *j = &h->j;

	json_out_list(j, NULL);
	html_put_time(h, x->time);
	json_out_number(j, NULL, x->kind);
	if (x->finding == TIMELINE_NONE)
		json_out_null(j, NULL);
	else
		json_out_number(j, NULL, h->finding_at[x->finding]);
	if (x->device == DEVICE_NONE)
		json_out_null(j, NULL);
	else
		json_out_number(j, NULL, h->at[x->device]);
	html_put_text(h, x->actor);
	html_put_text(h, x->peer);
	html_put_text(h, x->source == TIMELINE_NONE
			     ? (struct span){0}
			     : h->c->sources[x->source].path);
	json_out_number(j, NULL, (int64_t)x->line);
	html_put_text(h, text_of(h, x));
	json_out_number(j, NULL, x->clock == CLOCK_ASSUMED);
	json_out_number(j, NULL, x->clock_off);
	json_out_end_list(j);
}

void
html_events(struct html *h)
{
	const struct timeline *t = &h->c->timeline;
	size_t left = LIMIT_HTML_EVENTS, dropped = 0;

	json_out_list(&h->j, "event_kinds");
	for (int i = 0; i < TIMELINE_COUNT; i++)
		json_out_str(
		    &h->j, NULL, timeline_kind_name((enum timeline_kind)i));
	json_out_end_list(&h->j);
	html_columns(h, "event_columns", columns);
	json_out_list(&h->j, "events");
	for (size_t i = 0; i < t->n; i++) {
		if (left == 0 || is_left_out(h, &t->v[i])) {
			dropped++;
			continue;
		}
		left--;
		put_event(h, &t->v[i]);
	}
	json_out_end_list(&h->j);
	json_out_number(
	    &h->j, "events_left_out", (int64_t)(t->dropped + dropped));
}
