#include "report/terminal_timeline.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/safe.h"

/* Events, and bytes of what each says, unless all are asked for. */
#define EVENTS_SHOWN 30
#define TEXT_SHOWN 110
#define NAME_WIDTH 24

/* What a reader must see in its order: signs that weigh, and on devices that
 * an intruder may have used what is neither a login nor a routine change. */
static bool
event_matters(const struct casefile *c, const struct timeline_event *x)
{
	if (x->kind == TIMELINE_SIGN)
		return finding_weight(&c->findings[x->finding]) >=
		       VERDICT_SUSPICIOUS;
	return x->kind >= TIMELINE_ACCOUNT && x->kind < TIMELINE_SIGN &&
	       x->device != DEVICE_NONE &&
	       c->results[x->device].verdict >= VERDICT_SUSPICIOUS;
}

static void
padded(FILE *f, struct span s, size_t width)
{
	safe_write(f, span_head(s, width));
	fprintf(f, "%*s", s.n < width ? (int)(width - s.n + 1) : 1, "");
}

static void
event_write(FILE *f, const struct casefile *c, const struct timeline_event *x,
    bool all, size_t width)
{
	char time[TIME_TEXT];

	time_write(x->time, time);
	time[10] = ' ';
	fprintf(f, "  %.19s%c ", time, x->clock == CLOCK_ASSUMED ? '~' : ' ');
	padded(f,
	    x->device == DEVICE_NONE ? SPAN("-") : c->fleet.v[x->device].name,
	    width);
	padded(f, span_str(timeline_kind_name(x->kind)), 12);
	if (x->actor.n > 0) {
		safe_write(f, x->actor);
		fputs(x->peer.n > 0 ? " from " : ": ", f);
	}
	if (x->peer.n > 0) {
		safe_write(f, x->peer);
		fputs(": ", f);
	}
	safe_write(f, all ? x->text : span_head(x->text, TEXT_SHOWN));
	if (x->finding != TIMELINE_NONE)
		fprintf(f, " (%s)", c->findings[x->finding].id);
	if (x->clock_off != 0)
		fprintf(f, " (the device's clock: %" PRId64 " s %s)",
		    x->clock_off < 0 ? -x->clock_off : x->clock_off,
		    x->clock_off < 0 ? "behind" : "ahead");
	putc('\n', f);
}

static size_t
name_width(const struct casefile *c)
{
	size_t w = 1;

	for (size_t i = 0; i < c->fleet.n; i++)
		if (c->fleet.v[i].name.n > w)
			w = c->fleet.v[i].name.n;
	return w < NAME_WIDTH ? w : NAME_WIDTH;
}

/* Of more than can be shown, the end matters as much as the beginning. */
static bool
is_shown(size_t at, size_t n)
{
	return n <= EVENTS_SHOWN || at < EVENTS_SHOWN / 2 ||
	       at >= n - EVENTS_SHOWN / 2;
}

static size_t
events_write(
    FILE *f, const struct casefile *c, bool all, size_t n, bool *assumed)
{
	size_t width = name_width(c), at = 0, told = 0;
	bool skipped = false;

	for (size_t i = 0; i < c->timeline.n; i++) {
		const struct timeline_event *x = &c->timeline.v[i];

		if (!all && !event_matters(c, x))
			continue;
		if (!all && !is_shown(at++, n)) {
			if (!skipped)
				fprintf(f, "  ... %zu in between\n",
				    n - EVENTS_SHOWN);
			skipped = true;
			continue;
		}
		event_write(f, c, x, all, width);
		*assumed |= x->clock == CLOCK_ASSUMED;
		told++;
	}
	return told;
}

void
terminal_timeline(
    FILE *f, const struct casefile *c, const struct report_options *o)
{
	const struct timeline *t = &c->timeline;
	bool assumed = false;
	size_t n = 0, told;

	for (size_t i = 0; i < t->n; i++)
		n += o->all || event_matters(c, &t->v[i]);
	if (n == 0)
		return;
	fprintf(f, "\n%stimeline%s in UTC\n", o->colour ? "\033[1m" : "",
	    o->colour ? "\033[0m" : "");
	told = events_write(f, c, o->all, n, &assumed);
	if (assumed)
		fputs("  ~ the evidence leaves out year or zone: see the notes "
		      "of its source, and --timezone\n",
		    f);
	if (t->n > told)
		fprintf(f,
		    "  %zu events of %zu; the others, logins and changes among "
		    "them: --all, or the JSON report\n",
		    told, t->n);
	if (t->dropped > 0)
		fprintf(f,
		    "  %" PRIu64 " further events were left out for their "
		    "number\n",
		    t->dropped);
}
