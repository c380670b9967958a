/*
 * Reports of a kept case, made again at any time.  With the same program and
 * knowledge they are the same to the byte: the run's stamp is that of the last
 * scan, and so is the day by which acceptances have expired.  The plan of the
 * HTML report is made from the configurations themselves, as long as they hold
 * what the case read in them.
 */

#include "base/limits.h"
#include "cli/command.h"
#include "cli/out_file.h"
#include "cli/plan_case.h"
#include "cli/scan_case.h"
#include "cli/take.h"

extern const struct command command_report;

struct settings {
	struct outputs outputs;
	struct knowing knowing;
	bool all;
	unsigned jobs;
	enum verdict fail_on;
};

enum {
	OPT_REPORT = 256,
	OPT_KNOWING,
	OPT_FAIL_ON,
	OPT_ALL,
	OPT_COLOUR,
	OPT_QUIET,
	OPT_JOBS
};

static const struct option options[] = {OUTPUT_OPTIONS(OPT_REPORT),
    KNOWING_OPTIONS(OPT_KNOWING),
    {"fail-on", required_argument, NULL, OPT_FAIL_ON},
    {"all", no_argument, NULL, OPT_ALL},
    {"color", required_argument, NULL, OPT_COLOUR},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"jobs", required_argument, NULL, OPT_JOBS}, OPTIONS_END};

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_report;

	switch (val) {
	case OPT_REPORT:
		return take_output(me, name, optarg, &s->outputs);
	case OPT_KNOWING:
		return knowing_option(&s->knowing, me, name, optarg);
	case OPT_FAIL_ON:
		return take_fail_on(me, optarg, &s->fail_on);
	case OPT_ALL:
		s->all = true;
		return 0;
	case OPT_COLOUR:
		return take_colour(me, optarg, &s->outputs);
	case OPT_QUIET:
		s->outputs.quiet = true;
		return 0;
	case OPT_JOBS:
		return take_jobs(me, optarg, &s->jobs);
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

/* The case, and for a report with a plan what would mend what is in it: tried
 * on the configurations where they still are as the case read them. */
static int
case_take(const struct settings *s, const char *place, int64_t now,
    struct casefile *c, struct plan *plan, struct remedy_set *set,
    struct err *e)
{
	const struct knowledge *k = c->knowledge;
	struct remedy_options trying = {.knowledge = k};
	struct scan_options o = {.worker = {.mode = WORKER_SCAN,
				     .defaults = &k->defaults,
				     .knowledge = k,
				     .remedies = &trying},
	    .jobs = s->jobs,
	    .seconds = LIMIT_TASK_SECONDS,
	    .remedy = plan_case_remedy,
	    .ctx = set};
	struct detect *d = NULL;
	int r;

	if (!outputs_has(&s->outputs, "html"))
		return casebook_load(place, c, now, e);
	r = detect_new(k, &d, e);
	o.worker.detect = d;
	if (r == 0)
		r = plan_case_load(place, &o, now, c, set, e);
	if (r == 0)
		plan_make(c, set, trying.given, plan);
	detect_free(d);
	return r;
}

static int
report_with(struct settings *s, const char *place,
    const struct casebook_stamp *stamp, const struct knowledge *k)
{
	struct report_options ro = {.version = TIDEMARK_VERSION,
	    .started = stamp->started,
	    .seconds = stamp->seconds,
	    .all = s->all};
	struct remedy_set set;
	struct plan plan = {0};
	struct casefile c;
	struct err e;
	int status = EXIT_FAILED;

	case_knowledge_told(stamp, k, "report");
	remedy_set_init(&set);
	casefile_init(&c, k);
	c.complete = k->feeds_lost == 0;
	ro.plan = outputs_has(&s->outputs, "html") ? &plan : NULL;
	if (outputs_open(&s->outputs, &e) == 0 &&
	    case_take(s, place, stamp->started, &c, &plan, &set, &e) == 0 &&
	    outputs_write(&s->outputs, &c, &ro, &e) == 0)
		status = casefile_status(&c, s->fail_on);
	if (outputs_close(&s->outputs, status != EXIT_FAILED, &e) != 0)
		status = EXIT_FAILED;
	plan_release(&plan);
	casefile_release(&c);
	remedy_set_release(&set);
	return status == EXIT_FAILED ? complain(status, "%s", e.text) : status;
}

static int
report_of(struct settings *s, const char *place)
{
	struct casebook_stamp stamp;
	struct knowledge k;
	struct arena a;
	int status;

	arena_init(&a);
	status = case_stamp(place, &s->knowing, &a, &stamp);
	if (status == 0)
		status = knowing_load(&s->knowing, stamp.started, &k);
	if (status == 0) {
		status = report_with(s, place, &stamp, &k);
		knowledge_release(&k);
	}
	arena_release(&a);
	return status;
}

static int
report_main(int argc, char **argv)
{
	struct settings s = {
	    .fail_on = VERDICT_SUSPICIOUS, .jobs = cli_jobs_default()};
	int status;

	if (!take_options(
		&command_report, argc, argv, options, option_take, &s, &status))
		return status;
	if (optind + 1 != argc)
		return usage_error(&command_report, "one CASE, please");
	return report_of(&s, argv[optind]);
}

const struct command command_report = {
    .name = "report",
    .usage = "[options] CASE",
    .summary = "reports of a case that scan --case keeps",
    .run = report_main,
    .help = OUTPUT_USAGE
    "  --all              every finding and place in full\n"
    "  --quiet            no report on standard output\n"
    "  --jobs N           worker processes, for the plan of --html (one per "
    "core)\n"
    "  --fail-on VERDICT  exit 1 from this verdict on "
    "(suspicious)\n" KNOWING_HELP
    "                     (as with the last scan, when none is given)\n"
    "  --color WHEN       auto, always, never\n",
};
