#include "cli/intel_update.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safe.h"
#include "cli/intel.h"
#include "cli/knowing.h"
#include "detect/vulnerability.h"

static void
count_told(FILE *f, uint64_t n, const char *one, const char *more)
{
	if (n > 0)
		fprintf(f, ", %" PRIu64 " %s", n, n == 1 ? one : more);
}

static void
file_told(FILE *f, const struct update_file *x)
{
	safe_write(f, x->path);
	if (x->format.n == 0) {
		fputs(": not used: ", f);
		safe_write(f, x->nproblems > 0 ? x->problems[0].text
					       : SPAN("of no known format"));
		putc('\n', f);
		return;
	}
	fprintf(f, ": %.*s", SPAN_FMT(x->format));
	if (x->day.n > 0)
		fprintf(f, " of %.*s", SPAN_FMT(x->day));
	if (x->flaws > 0)
		fprintf(f, ", %" PRIu64 " ranges of %" PRIu64 " %s", x->ranges,
		    x->flaws, x->flaws == 1 ? "flaw" : "flaws");
	count_told(f, x->scored, "note on the urgency of a known flaw",
	    "notes on the urgency of known flaws");
	count_told(f, x->elsewhere, "on a flaw that is not known here",
	    "on flaws that are not known here");
	count_told(f, x->curated, "flaw whose curated ranges stay",
	    "flaws whose curated ranges stay");
	count_told(f, x->refused, "part not to be used by machine",
	    "parts not to be used by machine");
	putc('\n', f);
}

static void
age_told(FILE *f, const char *what, struct span day, int64_t old, int64_t now)
{
	int64_t age = update_age(day, now);

	if (age > old)
		fprintf(f,
		    "tidemark: the knowledge of %s is of %.*s, %" PRId64
		    " days old: give a fresher file with --vulnerabilities\n",
		    what, SPAN_FMT(day), age);
}

static void
ages_told(FILE *f, const struct knowledge *k, int64_t now)
{
	age_told(f, "what is exploited (KEV)", k->updates.kev_day,
	    k->products.kev_old, now);
	age_told(f, "how likely that is (EPSS)", k->updates.epss_day,
	    k->products.epss_old, now);
}

/* Files of a folder are told of one by one up to this many. */
#define TOLD 20

void
cli_updates_told(const struct knowledge *k, int64_t now)
{
	size_t n = k->updates.n < TOLD ? k->updates.n : TOLD;

	for (size_t i = 0; i < n; i++) {
		fputs("tidemark: ", stderr);
		file_told(stderr, &k->updates.v[i]);
	}
	if (k->updates.n > n)
		fprintf(stderr,
		    "tidemark: and %zu more files; \"tidemark intel update\" "
		    "tells of them\n",
		    k->updates.n - n);
	ages_told(stderr, k, now);
}

static void
problems_print(const struct update_file *x)
{
	for (size_t i = x->format.n > 0 ? 0 : 1; i < x->nproblems; i++) {
		const struct update_problem *p = &x->problems[i];

		fputs("  ", stdout);
		if (p->line > 0)
			printf("line %" PRIu64 ": ", p->line);
		if (p->cve.n > 0)
			printf("%.*s: ", SPAN_FMT(p->cve));
		safe_write(stdout, p->text);
		putchar('\n');
	}
	if (x->refused > x->nproblems)
		printf("  and %" PRIu64 " more\n", x->refused - x->nproblems);
}

/* What the curated knowledge says of one release, features aside. */
static bool
curated_affects(const struct vulnerability *v, const struct version *release,
    struct span platform, bool *told)
{
	struct vulnerability bare = *v;
	struct span text = version_write(release);
	struct vuln_device d = {
	    .platform = platform, .releases = &text, .nreleases = 1};
	struct span hardware[LIMIT_UPDATE_MODELS];
	struct vuln_answer a;

	/* Hardware that the flaw is known on: the record names none. */
	d.hardware = hardware;
	for (size_t i = 0; i < v->nlines; i++)
		for (size_t k = 0; k < v->lines[i].models.n &&
				   d.nhardware < LIMIT_UPDATE_MODELS;
		     k++)
			hardware[d.nhardware++] = v->lines[i].models.v[k];
	bare.feature = (struct vuln_feature){0};
	vulnerability_judge(&bare, &d, &a);
	*told = a.verdict == VULN_EXPOSED || a.verdict == VULN_NOT_AFFECTED;
	return a.verdict == VULN_EXPOSED;
}

static void
differs(const struct vulnerability *v, const struct vuln_line *l,
    const struct version *release, bool affected)
{
	bool told, ours;

	if (release->order == NULL || l->models.n > 0)
		return;
	ours = curated_affects(v, release, l->platform, &told);
	if (told && ours != affected)
		printf("  %.*s: %.*s %.*s is %s by the record and %s by what "
		       "was checked here, which stays\n",
		    SPAN_FMT(v->check.id), SPAN_FMT(l->platform),
		    SPAN_FMT(version_write(release)),
		    affected ? "affected" : "fixed",
		    ours ? "affected" : "not affected");
}

static void
rivals_print(const struct update_file *x)
{
	for (size_t i = 0; i < x->nrivals; i++) {
		const struct update_rival *r = &x->rivals[i];

		for (size_t k = 0; k < r->nlines; k++) {
			const struct vuln_line *l = &r->lines[k];

			if (l->state != VULN_STATE_AFFECTED)
				continue;
			differs(r->v, l, &l->from, true);
			if (version_compare(&l->from, &l->to) != 0)
				differs(r->v, l, &l->to, true);
			if (k == 0 || version_compare(&l->fixed,
					  &r->lines[k - 1].fixed) != 0)
				differs(r->v, l, &l->fixed, false);
		}
	}
}

static void
day_print(const char *what, struct span day, int64_t now)
{
	int64_t age = update_age(day, now);

	printf("%s of %.*s", what, SPAN_FMT(day));
	if (age >= 0)
		printf(", %" PRId64 " days old", age);
	putchar('\n');
}

static int
updates_print(const struct knowledge *k, int64_t now)
{
	int status = EXIT_QUIET;

	for (size_t i = 0; i < k->updates.n; i++) {
		const struct update_file *x = &k->updates.v[i];

		file_told(stdout, x);
		problems_print(x);
		rivals_print(x);
		if (x->format.n == 0 || x->lost)
			status = EXIT_EVIDENCE;
	}
	printf("%zu flaws known here, %zu more from these files with %zu "
	       "ranges\n",
	    k->updates.curated, k->updates.added, k->updates.ranges);
	day_print("KEV", k->updates.kev_day, now);
	day_print("EPSS", k->updates.epss_day, now);
	fflush(stdout);
	ages_told(stderr, k, now);
	return status;
}

int
intel_update(int argc, char **argv)
{
	struct knowing knowing = {0};
	struct knowledge k;
	int i = 1, status;

	status =
	    knowing_args(&knowing, &command_intel, argc, argv, &i, NULL, NULL);
	if (status != 0)
		return status;
	for (; i < argc; i++)
		if (knowing_take(&knowing, "vulnerabilities", argv[i]) < 0)
			return usage_error(&command_intel, "too many files");
	if (knowing.vulnerabilities.n == 0)
		return usage_error(&command_intel, "expected update FILE...");
	status = knowing_load(&knowing, TIME_NONE, &k);
	if (status != 0)
		return status;
	status = updates_print(&k, cli_clock());
	knowledge_release(&k);
	return status;
}

bool
intel_names_updates(int argc, char **argv)
{
	char *head = NULL;
	bool found = false;
	struct arena a;

	arena_init(&a);
	head = arena_alloc(&a, LIMIT_UPDATE_PROBE_BYTES);
	for (int i = 0; i < argc && !found; i++) {
		int fd = open(argv[i], O_RDONLY | O_CLOEXEC);
		ssize_t n =
		    fd < 0 ? -1 : read(fd, head, LIMIT_UPDATE_PROBE_BYTES);

		found =
		    n > 0 && update_identify(span_of(head, (size_t)n)) != NULL;
		if (fd >= 0)
			close(fd);
	}
	arena_release(&a);
	return found;
}
