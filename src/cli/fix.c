#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/knowing.h"
#include "cli/plan_case.h"
#include "cli/scan_case.h"
#include "cli/take.h"
#include "plan/plan.h"
#include "run/scan.h"

extern const struct command command_fix;

struct settings {
	const char *const *paths;
	size_t npaths;
	const char *json, *folder;
	struct own_given own;
	struct given given[LIMIT_PLAN_GIVEN];
	size_t ngiven;
	struct knowing knowing;
	const char *place; /* of a kept case, or NULL */
	struct casebook_stamp stamp;
	unsigned jobs;
	bool quiet;
	struct plan_output output;
};

enum {
	OPT_JSON = 256,
	OPT_COMMANDS,
	OPT_CHECK,
	OPT_UNDO,
	OPT_SET,
	OPT_OWN,
	OPT_QUIET,
	OPT_JOBS,
	OPT_KNOWING
};

static const struct option options[] = {
    {"json", required_argument, NULL, OPT_JSON},
    {"commands", required_argument, NULL, OPT_COMMANDS},
    {"check", no_argument, NULL, OPT_CHECK},
    {"undo", no_argument, NULL, OPT_UNDO},
    {"set", required_argument, NULL, OPT_SET},
    {"own", required_argument, NULL, OPT_OWN},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"jobs", required_argument, NULL, OPT_JOBS}, KNOWING_OPTIONS(OPT_KNOWING),
    OPTIONS_END};

/* NAME=TEXT; the text goes into commands as it is, so it is one line. */
static int
given_take(struct settings *s, const char *arg)
{
	struct span text = span_str(arg), name = span_until(&text, '=');

	if (s->ngiven >= LIMIT_PLAN_GIVEN)
		return usage_error(
		    &command_fix, "--set: at most %d times", LIMIT_PLAN_GIVEN);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ')
			text.n = 0;
	if (name.n == 0 || text.n == 0)
		return usage_error(&command_fix, "--set: NAME=TEXT");
	s->given[s->ngiven++] = (struct given){name, text};
	return 0;
}

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_fix;

	switch (val) {
	case OPT_JSON:
		s->json = optarg;
		return 0;
	case OPT_COMMANDS:
		s->folder = optarg;
		return 0;
	case OPT_CHECK:
		s->output.check = true;
		return 0;
	case OPT_UNDO:
		s->output.undo = true;
		return 0;
	case OPT_QUIET:
		s->quiet = true;
		return 0;
	case OPT_SET:
		return given_take(s, optarg);
	case OPT_OWN:
		return take_own(me, optarg, &s->own);
	case OPT_JOBS:
		return take_jobs(me, optarg, &s->jobs);
	case OPT_KNOWING:
		return knowing_option(&s->knowing, me, name, optarg);
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

static int
json_write(const char *path, const struct plan *p, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
	int r;

	if (f == NULL)
		return err_sys(e, "cannot write %s", path);
	r = plan_write_json(f, p, e);
	if (f != stdout && fclose(f) != 0 && r == 0)
		r = err_sys(e, "cannot write %s", path);
	return r;
}

static int
plan_write(const struct settings *s, const struct plan *p, struct err *e)
{
	size_t written;

	if (s->folder != NULL) {
		if (mkdir(s->folder, 0700) != 0 && errno != EEXIST)
			return err_sys(e, "cannot make %s", s->folder);
		if (plan_write_files(s->folder, p, &written, e) != 0)
			return -1;
	}
	if (s->json != NULL && json_write(s->json, p, e) != 0)
		return -1;
	if (s->quiet || (s->json != NULL && strcmp(s->json, "-") == 0))
		return 0;
	return plan_write_text(stdout, p, &s->output, e);
}

/* Evidence that was lost comes first; --check asks whether all is closed. */
static int
status_of(const struct casefile *c, const struct settings *s,
    const struct remedy_set *set, const struct plan *p)
{
	if (casefile_lost(c) || set->full)
		return EXIT_EVIDENCE;
	/* Whether all would close cannot be told of what was not at hand. */
	if (s->output.check && p->unread.n > 0)
		return EXIT_EVIDENCE;
	if (s->output.check && (p->proofs[PROOF_STAYS] > 0 || p->news > 0))
		return EXIT_THRESHOLD;
	return EXIT_QUIET;
}

/* The evidence, or the case that holds what was read in it. */
static int
evidence_read(const struct settings *s, const struct scan_options *o,
    struct casefile *c, struct remedy_set *set, struct err *e)
{
	if (s->place != NULL) {
		c->complete = c->knowledge->feeds_lost == 0;
		return plan_case_load(s->place, o, s->stamp.started, c, set, e);
	}
	if (scan_run(s->paths, s->npaths, o, c, e) != 0)
		return -1;
	casefile_close(c);
	return 0;
}

static int
fix_with(struct settings *s, const struct knowledge *k, const struct detect *d)
{
	struct given_list given = {s->given, s->ngiven};
	struct remedy_options ro = {.knowledge = k, .given = given};
	struct remedy_set set;
	struct scan_options o = {.worker = {.mode = WORKER_SCAN,
				     .detect = d,
				     .defaults = &k->defaults,
				     .remedies = &ro},
	    .jobs = s->jobs,
	    .seconds = LIMIT_TASK_SECONDS,
	    .remedy = plan_case_remedy,
	    .ctx = &set};
	struct casefile c;
	struct plan p = {0};
	struct err e;
	int status = EXIT_FAILED;

	remedy_set_init(&set);
	casefile_init(&c, k);
	for (size_t i = 0; i < s->own.n; i++)
		fleet_own(&c.fleet, &s->own.v[i]);
	if (evidence_read(s, &o, &c, &set, &e) == 0) {
		plan_make(&c, &set, given, &p);
		if (plan_write(s, &p, &e) == 0)
			status = status_of(&c, s, &set, &p);
	}
	plan_release(&p);
	casefile_release(&c);
	remedy_set_release(&set);
	return status == EXIT_FAILED ? complain(status, "%s", e.text) : status;
}

static int
fix_run(void *ctx, const struct knowledge *k, const struct detect *d)
{
	struct settings *s = ctx;

	if (s->place != NULL)
		case_knowledge_told(&s->stamp, k, "plan");
	return fix_with(s, k, d);
}

/* A case is planned for with the knowledge of its last scan, and as of then,
 * as it is reported. */
static int
fix_of(struct settings *s)
{
	struct arena a;
	int status;

	if (s->place == NULL)
		return knowing_run(
		    &s->knowing, TIME_NONE, s->quiet, fix_run, s);
	arena_init(&a);
	status = case_stamp(s->place, &s->knowing, &a, &s->stamp);
	if (status == 0)
		status = knowing_run(
		    &s->knowing, s->stamp.started, s->quiet, fix_run, s);
	arena_release(&a);
	return status;
}

static int
fix_main(int argc, char **argv)
{
	struct settings s = {.jobs = cli_jobs_default()};
	int status;

	if (!take_options(
		&command_fix, argc, argv, options, option_take, &s, &status))
		return status;
	if (optind >= argc)
		return usage_error(&command_fix, "no CASE and no PATH given");
	for (int i = optind; i < argc; i++)
		if (store_is_case(argv[i]))
			s.place = argv[i];
	if (s.place != NULL && optind + 1 != argc)
		return usage_error(&command_fix,
		    "a CASE stands alone: add evidence to it with scan --case");
	s.paths = (const char *const *)argv + optind;
	s.npaths = (size_t)(argc - optind);
	return fix_of(&s);
}

const struct command command_fix = {
    .name = "fix",
    .usage = "[options] CASE | PATH...",
    .summary = "what to do first, device by device, with commands that were "
	       "tried on a copy of the configuration",
    .run = fix_main,
    .help =
	"  CASE: what scan --case keeps, a file or postgresql://...; where "
	"its\n"
	"  configurations still hold what they held, commands are filled in "
	"and\n"
	"  tried as for a PATH; the plan names those that do not\n\n"
	"  --check            only what trying came to: which findings close,\n"
	"                     which stay, what is new; exit 1 unless all "
	"close,\n"
	"                     3 where configurations of a CASE are not at "
	"hand\n"
	"  --undo             with what takes each step back\n"
	"  --set NAME=TEXT    a value for <NAME> in commands; several times\n"
	"  --commands DIR     a file of commands for each device; none is\n"
	"                     written over\n"
	"  --json FILE        the plan as JSON; - for standard output\n"
	"  --quiet            no plan on standard output\n"
	"  --own PREFIX       address space of yours; may be given several "
	"times\n"
	"  --jobs N           worker processes (one per core)\n" KNOWING_HELP,
};
