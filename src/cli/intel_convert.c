/* tidemark intel convert, tidemark intel check. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/timestamp.h"
#include "cli/convert.h"
#include "cli/intel_feed.h"

extern const struct command command_intel;

#define CONVERT(symbol) extern const struct convert_format symbol;
#include "cli/converts.def"
#undef CONVERT

const struct convert_format *const convert_formats[] = {
#define CONVERT(symbol) &symbol,
#include "cli/converts.def"
#undef CONVERT
    NULL};

static const struct convert_format *
format_find(const char *name)
{
	for (size_t i = 0; convert_formats[i] != NULL; i++)
		if (strcmp(convert_formats[i]->name, name) == 0)
			return convert_formats[i];
	return NULL;
}

static int
type_find(const char *name)
{
	for (int i = 0; i < INDICATOR_TYPES; i++)
		if (strcmp(indicator_type_name((enum indicator_type)i), name) ==
		    0)
			return i;
	return -1;
}

struct chosen {
	const struct convert_format *form;
	struct convert c;
	bool built_in, past;
	int64_t now;
	uint64_t written, stale, other;
};

static bool
is_stale(const struct chosen *x, const struct indicator *i)
{
	return (i->about->pattern != NULL && !x->form->patterns) ||
	       (x->form->live &&
		   (i->state != INDICATOR_ACTIVE ||
		       (!x->past && i->about->until != TIME_NONE &&
			   i->about->until < x->now)));
}

/* Was the value written for an earlier claim about it, where no form of it can
 * say more than the value? */
static bool
is_written(const struct chosen *x, const struct indicator *i)
{
	const struct indicator_list *l = x->c.list;
	uint32_t at = (uint32_t)(i - l->v);
	uint32_t c = x->form->live ? indicator_claim_first(l, at) : at;

	while (c != at && is_stale(x, &l->v[c]))
		c = indicator_claim_next(l, c);
	return c != at;
}

/* Why an indicator stays out; counts it. */
static bool
wanted(struct chosen *x, const struct indicator *i)
{
	if ((i->about->feed == INDICATOR_NO_FEED) != x->built_in)
		return false;
	if (!x->form->takes(i->type) ||
	    (x->c.type >= 0 && (int)i->type != x->c.type) ||
	    (x->form->fits != NULL && !x->form->fits(&x->c, i))) {
		x->other++;
		return false;
	}
	if (is_stale(x, i)) {
		x->stale++;
		return false;
	}
	return !is_written(x, i);
}

static void
write_all(struct chosen *x)
{
	x->form->begin(&x->c);
	for (size_t i = 0; i < x->c.list->n; i++) {
		const struct indicator *one = &x->c.list->v[i];

		if (wanted(x, one))
			x->form->one(&x->c, one, x->written++ == 0);
	}
	x->form->end(&x->c);
}

/* Rules among the feeds: what was loaded of them and is no indicator. */
static uint64_t
yara_rules(const struct indicator_list *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->nfeeds; i++)
		n += l->feeds[i].loaded;
	for (size_t i = 0; i < l->n; i++)
		n -= l->v[i].about->feed != INDICATOR_NO_FEED;
	return n;
}

static void
tell(const struct chosen *x)
{
	char n[GROUPED_TEXT], m[GROUPED_TEXT], k[GROUPED_TEXT];
	uint64_t yara = yara_rules(x->c.list);

	fprintf(stderr,
	    "tidemark: %s indicators written; left out: %s that are past "
	    "their validity, taken back, suppressed or only part of a "
	    "pattern, %s that %s does not hold%s%s",
	    grouped(x->written, n), grouped(x->stale, m), grouped(x->other, k),
	    x->form->name,
	    x->c.type >= 0 ? " or that --type does not ask for" : "",
	    yara > 0 ? ", " : "\n");
	if (yara > 0)
		fprintf(stderr, "%s YARA rules\n", grouped(yara, n));
	if (x->form->without != NULL)
		fprintf(stderr, "tidemark: %s has no place for %s\n",
		    x->form->name, x->form->without);
}

int
intel_convert(int argc, char **argv)
{
	static const struct option options[] = {
	    {"to", required_argument, NULL, 't'},
	    {"past", no_argument, NULL, 'p'},
	    {"type", required_argument, NULL, 'y'}, {NULL, 0, NULL, 0}};
	struct chosen x = {.c = {.f = stdout, .type = -1}};
	struct knowledge_options ko = {.now = cli_clock()};
	struct knowledge k;
	struct arena a;
	int c, status;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't' && (x.form = format_find(optarg)) != NULL)
			continue;
		if (c == 'p') {
			x.past = true;
			continue;
		}
		if (c == 'y' && (x.c.type = type_find(optarg)) >= 0)
			continue;
		return usage_error(
		    &command_intel, "convert: unknown option, form or type");
	}
	if (x.form == NULL)
		return usage_error(&command_intel, "convert: --to what?");
	if (strcmp(x.form->name, "suricata") == 0 && x.c.type < 0)
		x.c.type = INDICATOR_ADDRESS;
	ko.feed_paths = (const char *const *)argv + optind;
	ko.nfeed_paths = (size_t)(argc - optind);
	status = cli_knowledge(&ko, &k);
	if (status != 0)
		return status;
	cli_feeds_told(&k);
	arena_init(&a);
	x.c.arena = &a;
	x.c.list = &k.indicators;
	x.built_in = ko.nfeed_paths == 0;
	x.now = ko.now;
	write_all(&x);
	if (fflush(stdout) != 0)
		status = complain(EXIT_FAILED, "cannot write the result");
	tell(&x);
	arena_release(&a);
	knowledge_release(&k);
	return status;
}

bool
intel_names_feeds(int npaths, char **paths)
{
	for (int i = 0; i < npaths; i++) {
		struct span s = span_str(paths[i]);
		struct stat st;

		if (span_ends_nocase(s, SPAN(".yml")) ||
		    span_ends_nocase(s, SPAN(".yaml")) ||
		    (stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode)))
			return false;
	}
	return npaths > 0;
}

int
intel_check_feeds(int argc, char **argv)
{
	struct knowledge_options ko = {
	    .now = cli_clock(), .feed_problems = LIMIT_FEED_PROBLEMS};
	struct knowledge k;
	uint64_t refused = 0;
	int status;

	if (argc < 2)
		return usage_error(&command_intel, "check: which files?");
	ko.feed_paths = (const char *const *)argv + 1;
	ko.nfeed_paths = (size_t)argc - 1;
	status = cli_knowledge(&ko, &k);
	if (status != 0)
		return status;
	intel_feeds_list(&k);
	for (size_t i = 0; i < k.indicators.nfeeds; i++)
		refused += k.indicators.feeds[i].refused;
	if (k.nproblems > 0 || refused > 0)
		status = EXIT_EVIDENCE;
	knowledge_release(&k);
	return status;
}
