#include "history/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/safe.h"
#include "report/past.h"
#include "run/result.h"

/* Shown of a list unless all is asked for. */
#define SHOWN 40
#define SPANS_SHOWN 4

struct painter {
	FILE *f;
	const struct history *h;
	const struct casefile *c;
	const struct report_options *o;
};

static const char *
paint(const struct painter *p, const char *code)
{
	return p->o->colour ? code : "";
}

static void
heading(const struct painter *p, const char *text)
{
	fprintf(
	    p->f, "\n%s%s%s\n", paint(p, "\033[1m"), text, paint(p, "\033[0m"));
}

static const char *
day(int64_t t, char out[TIME_TEXT])
{
	return t == TIME_NONE ? "no date" : time_write(t, out);
}

static void
finding_show(const struct painter *p, const struct finding *f)
{
	const struct finding_past *past = f->past;

	fputs("  ", p->f);
	fputs(
	    paint(p, f->severity >= SEV_HIGH ? "\033[1;31m" : "\033[1m"), p->f);
	if (f->device != DEVICE_NONE)
		safe_write(p->f, p->c->fleet.v[f->device].name);
	else
		safe_write(p->f, past->file);
	fputs("  ", p->f);
	safe_write(p->f, f->title);
	fprintf(p->f, "%s  [%s, %s confidence, %.*s]\n", paint(p, "\033[0m"),
	    severity_name(f->severity), confidence_name(f->confidence),
	    SPAN_FMT(f->check->id));
	past_write(p->f, past, p->o->all ? 0 : SPANS_SHOWN, 6);
	if (f->nplaces == 0)
		return;
	fputs("      ", p->f);
	safe_write(p->f, p->c->sources[f->places[0].source].path);
	if (f->places[0].line > 0)
		fprintf(p->f, ":%" PRIu64, f->places[0].line);
	fputs(": ", p->f);
	safe_write(p->f, span_trim(f->places[0].text));
	putc('\n', p->f);
}

static bool
is_sign(const struct finding *f)
{
	return f->check->kind == CHECK_COMPROMISE ||
	       f->check->kind == CHECK_INDICATOR;
}

/* How long its last span stood; INT64_MAX when that is not known. */
static int64_t
stood(const struct finding *f)
{
	const struct past_span *s = &f->past->spans[f->past->nspans - 1];

	if (s->gone.time == TIME_NONE || s->first.time == TIME_NONE ||
	    s->gone.time < s->first.time)
		return INT64_MAX;
	return s->gone.time - s->first.time;
}

static int
gone_order(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a,
			     *y = *(const struct finding *const *)b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (stood(x) != stood(y))
		return stood(x) < stood(y) ? -1 : 1;
	return x < y ? -1 : x > y;
}

typedef bool pick_fn(const struct finding *f);

static bool
pick_gone(const struct finding *f)
{
	return f->past != NULL && f->past->gone && is_sign(f);
}

static bool
pick_there(const struct finding *f)
{
	return f->past != NULL && !f->past->gone && !f->past->moment &&
	       is_sign(f);
}

static bool
pick_moment(const struct finding *f)
{
	return f->past != NULL && f->past->moment;
}

static bool
pick_weak(const struct finding *f)
{
	return f->past != NULL && !is_sign(f) && !f->past->moment;
}

static size_t
pick(const struct painter *p, pick_fn *fn, const struct finding ***out)
{
	size_t n = 0;

	*out = malloc((p->c->nfindings + 1) * sizeof(**out));
	ASSERT(*out != NULL);
	for (size_t i = 0; i < p->c->nfindings; i++)
		if (fn(&p->c->findings[i]))
			(*out)[n++] = &p->c->findings[i];
	return n;
}

static void
section(const struct painter *p, const char *title, pick_fn *fn, bool by_length,
    const char *none)
{
	const struct finding **v;
	size_t n = pick(p, fn, &v), shown;

	if (n > 0 && by_length)
		qsort(v, n, sizeof(*v), gone_order);
	if (n > 0 || none != NULL)
		heading(p, title);
	if (n == 0 && none != NULL)
		fprintf(p->f, "  %s\n", none);
	shown = p->o->all || n < SHOWN ? n : SHOWN;
	for (size_t i = 0; i < shown; i++)
		finding_show(p, v[i]);
	if (shown < n)
		fprintf(p->f, "  and %zu more; --all shows them\n", n - shown);
	free(v);
}

/* Weaknesses and flaws: how many, and since when the oldest stands. */
static void
weak_summary(const struct painter *p)
{
	const struct finding **v;
	size_t n = pick(p, pick_weak, &v), there = 0;
	int64_t oldest = INT64_MAX;
	char text[TIME_TEXT];

	for (size_t i = 0; i < n; i++) {
		there += !v[i]->past->gone;
		if (!v[i]->past->gone &&
		    v[i]->past->spans[0].first.time != TIME_NONE &&
		    v[i]->past->spans[0].first.time < oldest)
			oldest = v[i]->past->spans[0].first.time;
	}
	free(v);
	if (there == 0)
		return;
	fprintf(p->f, "\n%zu weaknesses and flaws stand in the newest state",
	    there);
	if (oldest != INT64_MAX)
		fprintf(
		    p->f, ", the oldest since %.10s", time_write(oldest, text));
	fputs("; --all and --json tell since when each of them does.\n", p->f);
}

/* ---- devices that a list names ---- */

/* A configuration beside the list: FOLDER/configs/NAME, or FOLDER/NAME. */
static bool
has_configuration(const struct history *h, struct span folder, struct span name)
{
	static const char *const below[] = {"configs/", ""};
	char path[LIMIT_PATH_BYTES];

	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		int n = snprintf(path, sizeof(path), "%.*s%s%.*s",
		    SPAN_FMT(folder), below[i], SPAN_FMT(name));
		uint32_t at =
		    n < 0 || (size_t)n >= sizeof(path)
			? MAP_NONE
			: map_get(&h->file_index, span_of(path, (size_t)n));

		if (at < h->nfiles && h->files[at].n > 0 &&
		    h->files[at].v[h->files[at].n - 1].blob != HISTORY_NONE)
			return true;
	}
	return false;
}

static void
list_show(const struct painter *p, const struct history_file *f,
    const struct history_blob *b)
{
	size_t slash = span_rfind_byte(f->path, '/');
	struct span folder =
	    span_head(f->path, slash == SPAN_NONE ? 0 : slash + 1);
	size_t lacking = 0;

	for (uint32_t i = 0; i < b->n; i++) {
		const struct history_item *x = &p->h->items[b->v[i].item];
		struct span name;

		if (x->kind != ITEM_STATEMENT ||
		    !span_starts(x->subject, SPAN(LISTED_DEVICE)))
			continue;
		name = span_from(x->subject, strlen(LISTED_DEVICE));
		if (has_configuration(p->h, folder, name))
			continue;
		if (lacking++ == 0) {
			safe_write(p->f, f->path);
			fputs(" names devices without a configuration here:",
			    p->f);
		}
		if (lacking <= SHOWN) {
			putc(' ', p->f);
			safe_write(p->f, name);
		}
	}
	if (lacking > SHOWN)
		fprintf(p->f, " and %zu more", lacking - SHOWN);
	if (lacking > 0)
		putc('\n', p->f);
}

static void
lists_show(const struct painter *p)
{
	for (size_t i = 0; i < p->h->nfiles; i++) {
		const struct history_file *f = &p->h->files[i];

		if (f->n > 0 && f->v[f->n - 1].blob != HISTORY_NONE &&
		    (span_is(f->path, "router.db") ||
			span_ends(f->path, SPAN("/router.db"))))
			list_show(p, f, &p->h->blobs[f->v[f->n - 1].blob]);
	}
}

static void
head(const struct painter *p)
{
	const struct history *h = p->h;
	char from[TIME_TEXT], to[TIME_TEXT], hex[13];
	size_t there = 0, config = 0;

	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];
		const struct history_state *last =
		    f->n > 0 ? &f->v[f->n - 1] : NULL;

		if (last == NULL || last->blob == HISTORY_NONE)
			continue;
		there++;
		config += h->blobs[last->blob].config;
	}
	for (int i = 0; i < 6; i++)
		snprintf(hex + 2 * i, 3, "%02x", h->tip[i]);
	safe_write(p->f, h->ref);
	fprintf(p->f, " (%s): %zu commits, %" PRIu64 " states of %zu files",
	    hex, h->ncommits, h->states, h->nfiles);
	if (h->ncommits > 0)
		fprintf(p->f, ", %.10s to %.10s", day(h->commits[0].time, from),
		    day(h->commits[h->ncommits - 1].time, to));
	fprintf(p->f, "\n%zu files at the end, %zu of them configurations\n",
	    there, config);
	lists_show(p);
}

static void
troubles(const struct painter *p)
{
	const struct history *h = p->h;

	if (h->ndiags == 0)
		return;
	heading(p, "ABOUT THE REPOSITORY");
	for (size_t i = 0; i < h->ndiags; i++) {
		fprintf(p->f, "  %s", diag_name(h->diags[i].code));
		if (h->diags[i].detail.n > 0)
			fputs(": ", p->f);
		safe_write(p->f, h->diags[i].detail);
		fprintf(p->f, "\n      %s\n", diag_text(h->diags[i].code));
	}
}

int
history_report(FILE *f, const struct history *h, const struct casefile *c,
    const struct report_options *o, struct err *e)
{
	struct painter p = {f, h, c, o};

	head(&p);
	section(&p, "STOOD FOR A WHILE AND IS GONE", pick_gone, true,
	    "no sign of an intruder came and went");
	section(
	    &p, "CHANGED WITH NO COMMAND ON RECORD", pick_moment, false, NULL);
	section(&p, "STILL THERE", pick_there, false,
	    "no sign of an intruder in the newest state");
	if (o->all)
		section(&p, "WEAKNESSES AND FLAWS", pick_weak, false, NULL);
	else
		weak_summary(&p);
	troubles(&p);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the report");
	return 0;
}
