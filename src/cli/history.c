#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/diff.h"
#include "cli/knowing.h"
#include "cli/out_file.h"
#include "cli/scan_case.h"
#include "cli/take.h"
#include "history/history.h"
#include "history/report.h"
#include "store/casebook.h"
#include "store/casebook_history.h"

extern const struct command command_history;

struct settings {
	struct history_options history;
	struct knowing knowing;
	struct outputs out;
	struct own_given own;
	const char *with[LIMIT_OWN_GIVEN];
	const char *baseline; /* file of approved differences, or NULL */
	char range[512];      /* of --diff, cut in two */
	const char *place;    /* of a case, or NULL */
	bool all, quiet, show_secrets;
};

enum {
	OPT_JSON = 256,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_REF,
	OPT_DIFF,
	OPT_BASELINE,
	OPT_WITH,
	OPT_CASE,
	OPT_POLL,
	OPT_BRIEF,
	OPT_ALL,
	OPT_QUIET,
	OPT_JOBS,
	OPT_TIMEOUT,
	OPT_OWN,
	OPT_SECRETS,
	OPT_KNOWING
};

static const struct option options[] = {
    {"json", required_argument, NULL, OPT_JSON},
    {"since", required_argument, NULL, OPT_SINCE},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"ref", required_argument, NULL, OPT_REF},
    {"diff", required_argument, NULL, OPT_DIFF},
    {"baseline", required_argument, NULL, OPT_BASELINE},
    {"case", required_argument, NULL, OPT_CASE},
    {"with", required_argument, NULL, OPT_WITH},
    {"poll", required_argument, NULL, OPT_POLL},
    {"brief", required_argument, NULL, OPT_BRIEF},
    {"all", no_argument, NULL, OPT_ALL},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"own", required_argument, NULL, OPT_OWN},
    {"show-secrets", no_argument, NULL, OPT_SECRETS},
    KNOWING_OPTIONS(OPT_KNOWING), OPTIONS_END};

/* A day, or a point in time. */
static bool
time_take(const char *text, int64_t *out)
{
	struct span s = span_str(text);
	bool zoned;

	return time_read_day(s, out) ||
	       (s.n > 10 && time_read_iso(s, out, &zoned) == s.n);
}

static int
with_take(struct settings *s)
{
	if (s->history.nwith >= LIMIT_OWN_GIVEN)
		return usage_error(&command_history, "--with: at most %d times",
		    LIMIT_OWN_GIVEN);
	s->with[s->history.nwith++] = optarg;
	s->history.with = s->with;
	return 0;
}

/* So many of a unit, in hours. */
static int
hours_take(const char *option, const char *unit, unsigned hours, int64_t *out)
{
	unsigned v;
	int status =
	    take_number(&command_history, option, optarg, 1, 8760, unit, &v);

	if (status == 0)
		*out = (int64_t)v * hours;
	return status;
}

/* A..B, or A alone, which is compared with --ref. */
static int
range_take(struct settings *s, const char *text)
{
	char *dots;
	int n = snprintf(s->range, sizeof(s->range), "%s", text);

	if (n <= 0 || (size_t)n >= sizeof(s->range))
		return usage_error(
		    &command_history, "--diff: two commits as A..B, or one");
	dots = strstr(s->range, "..");
	if (dots != NULL) {
		*dots = '\0';
		if (dots[2] != '\0')
			s->history.ref = dots + 2;
	}
	s->history.from = s->range;
	return 0;
}

/* A file of differences that are approved, or the state that is. */
static int
baseline_take(struct settings *s, const char *text)
{
	struct stat st;

	if (stat(text, &st) == 0 && S_ISREG(st.st_mode)) {
		s->baseline = text;
		return 0;
	}
	if (strstr(text, "..") != NULL)
		return usage_error(
		    &command_history, "--baseline: a file, or one commit");
	return range_take(s, text);
}

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_history;

	switch (val) {
	case OPT_JSON:
		return take_output(me, name, optarg, &s->out);
	case OPT_SINCE:
		return time_take(optarg, &s->history.since)
			   ? 0
			   : usage_error(me,
				 "--since: a day as 2024-01-31, or a "
				 "time as 2024-01-31T08:00:00Z");
	case OPT_UNTIL:
		return time_take(optarg, &s->history.until)
			   ? 0
			   : usage_error(me,
				 "--until: a day as 2024-01-31, or a "
				 "time as 2024-01-31T08:00:00Z");
	case OPT_REF:
		s->history.ref = optarg;
		return 0;
	case OPT_DIFF:
		return range_take(s, optarg);
	case OPT_BASELINE:
		return baseline_take(s, optarg);
	case OPT_CASE:
		s->place = optarg;
		return 0;
	case OPT_WITH:
		return with_take(s);
	case OPT_POLL:
		return hours_take("poll", " hours", 1, &s->history.poll_hours);
	case OPT_BRIEF:
		return hours_take(
		    "brief", " days", 24, &s->history.brief_hours);
	case OPT_ALL:
		s->all = s->history.all = true;
		return 0;
	case OPT_QUIET:
		s->quiet = true;
		return 0;
	case OPT_SECRETS:
		s->show_secrets = true;
		return 0;
	case OPT_OWN:
		return take_own(me, optarg, &s->own);
	case OPT_JOBS:
		return take_jobs(me, optarg, &s->history.scan.jobs);
	case OPT_TIMEOUT:
		return take_timeout(me, optarg, &s->history.scan.seconds);
	case OPT_KNOWING:
		return knowing_option(&s->knowing, me, name, optarg);
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

static void
on_progress(void *ctx, const struct scan_progress *p)
{
	(void)ctx;
	fprintf(stderr, "\r\033[K%" PRIu64 " of %" PRIu64 " states",
	    p->done_bytes, p->bytes);
	fflush(stderr);
}

/* Two states, by fact. */
static int
diff_report(
    struct settings *s, const struct history *h, const struct knowledge *k)
{
	struct diff_output o = {.old = s->history.from,
	    .now = s->history.ref != NULL ? s->history.ref : "HEAD",
	    .baseline = s->baseline,
	    .out = &s->out,
	    .quiet = s->quiet};

	return diff_output(&o, h, k);
}

static int
reports_write(const struct settings *s, const struct history *h,
    const struct casefile *c, struct outputs *out, struct report_options *o,
    struct err *e)
{
	bool quiet = s->quiet;

	for (size_t i = 0; i < out->n; i++)
		quiet |= out->v[i].file.f == stdout;
	/* The report for people is one of its own. */
	out->quiet = true;
	if (outputs_write(out, c, o, e) != 0)
		return -1;
	return quiet ? 0 : history_report(stdout, h, c, o, e);
}

static int
status_of(const struct history *h, const struct casefile *c)
{
	if (h->incomplete || !c->complete)
		return EXIT_EVIDENCE;
	return casefile_worst(c) >= VERDICT_SUSPICIOUS ? EXIT_THRESHOLD
						       : EXIT_QUIET;
}

/* One run, with or without a case that keeps it. */
struct history_job {
	struct settings *s;
	const struct knowledge *k;
	struct history h;
	struct casefile c, whole; /* of this run; of all that is kept */
	struct casebook_history book;
	struct casebook kept; /* the case's other evidence */
	struct arena arena;
	struct report_options ro;
	struct err e;
};

static int
book_open(struct history_job *x)
{
	struct settings *s = x->s;
	struct span given = knowing_text(&s->knowing, &x->arena);

	if (s->place == NULL)
		return 0;
	case_signals();
	s->history.book = &x->book;
	return casebook_history_open(&x->book, s->place, s->history.path,
	    s->history.ref != NULL ? s->history.ref : "HEAD",
	    case_reading(&s->history.scan, x->k, given, &x->arena), x->k,
	    &x->e);
}

/* Logs and accounting that the case holds, where they still are. */
static int
logs_find(struct history_job *x)
{
	static const char *const classes[] = {"syslog", "accounting"};
	struct scan_more m, *v = NULL;
	size_t n = 0, cap = 0, at;

	if (x->s->place == NULL)
		return 0;
	if (casebook_look(&x->kept, x->s->place, &x->e) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		for (at = 0; casebook_there(&x->kept, span_str(classes[i]), &at,
			 &m.path, &m.open_path);) {
			v = arena_grow(&x->arena, v, n, &cap, sizeof(*v));
			v[n++] = m;
		}
	x->s->history.logs = v;
	x->s->history.nlogs = n;
	return 0;
}

static void
kept_tell(const struct history_job *x)
{
	complain(0,
	    "into the case: %" PRIu64 " states read, %zu newest ones of them; "
	    "%zu newest ones known; %zu sources in all",
	    x->h.blobs_read, x->book.nread, x->book.nkept, x->whole.nsources);
}

/* Judged: of this run alone, or of the case that it goes into. */
static int
book_close(struct history_job *x)
{
	struct settings *s = x->s;
	const struct casebook_run run = {.version = x->ro.version,
	    .started = x->ro.started,
	    .seconds = x->ro.seconds,
	    .options = knowing_text(&s->knowing, &x->arena),
	    .own = s->own.v,
	    .nown = s->own.n};

	if (s->place == NULL) {
		casefile_close(&x->c);
		return 0;
	}
	if (history_keep(&x->h, &s->history, &x->c, &run, &x->whole, &x->e) !=
	    0)
		return -1;
	if (!s->quiet)
		kept_tell(x);
	return 0;
}

static int
job_run(struct history_job *x)
{
	struct settings *s = x->s;
	const struct casefile *told = s->place != NULL ? &x->whole : &x->c;

	if (outputs_open(&s->out, &x->e) != 0 || book_open(x) != 0 ||
	    logs_find(x) != 0 ||
	    history_run(&x->h, &s->history, &x->c, &x->e) != 0)
		return EXIT_FAILED;
	if (s->history.from != NULL) {
		err_set(&x->e, "no differences written");
		return diff_report(s, &x->h, x->k);
	}
	if (s->history.scan.progress != NULL)
		fputs("\r\033[K", stderr);
	x->ro.seconds = (double)(cli_clock() - x->ro.started) / 1e6;
	if (book_close(x) != 0)
		return EXIT_FAILED;
	if (s->place == NULL)
		x->ro.seconds = (double)(cli_clock() - x->ro.started) / 1e6;
	if (reports_write(s, &x->h, told, &s->out, &x->ro, &x->e) != 0)
		return EXIT_FAILED;
	return status_of(&x->h, told);
}

static int
history_with(void *ctx, const struct knowledge *k, const struct detect *d)
{
	struct settings *s = ctx;
	struct history_job x = {.s = s,
	    .k = k,
	    .ro = {.version = TIDEMARK_VERSION,
		.started = cli_clock(),
		.all = s->all,
		.colour = isatty(1)}};
	int status;

	s->history.version = TIDEMARK_VERSION;
	s->history.scan.worker = (struct worker_options){.mode = WORKER_SCAN,
	    .show_secrets = s->show_secrets,
	    .detect = d,
	    .defaults = &k->defaults};
	if (isatty(2) && isatty(1) && !s->quiet)
		s->history.scan.progress = on_progress;
	arena_init(&x.arena);
	history_init(&x.h);
	casefile_init(&x.c, k);
	casefile_init(&x.whole, k);
	x.c.complete = x.whole.complete = k->feeds_lost == 0;
	for (size_t i = 0; i < s->own.n; i++)
		fleet_own(&x.c.fleet, &s->own.v[i]);
	status = job_run(&x);
	if (outputs_close(&s->out, status != EXIT_FAILED, &x.e) != 0)
		status = EXIT_FAILED;
	casebook_history_release(&x.book);
	casebook_release(&x.kept);
	casefile_release(&x.whole);
	casefile_release(&x.c);
	history_release(&x.h);
	arena_release(&x.arena);
	return status == EXIT_FAILED ? complain(status, "%s", x.e.text)
				     : status;
}

static int
history_main(int argc, char **argv)
{
	struct settings s = {.history = {.since = TIME_NONE,
				 .until = TIME_NONE,
				 .poll_hours = 24,
				 .brief_hours = 14 * 24,
				 .scan = {.jobs = cli_jobs_default(),
				     .seconds = LIMIT_TASK_SECONDS}}};
	int status;

	if (!take_options(&command_history, argc, argv, options, option_take,
		&s, &status))
		return status;
	if (optind + 1 != argc)
		return usage_error(&command_history, "one REPO is needed");
	if (s.place != NULL && s.show_secrets)
		return usage_error(&command_history,
		    "--show-secrets: a case keeps no secrets");
	if (s.place != NULL && s.history.from != NULL)
		return usage_error(
		    &command_history, "--case: two commits alone are not kept");
	s.history.path = argv[optind];
	return knowing_run(&s.knowing, TIME_NONE, s.quiet, history_with, &s);
}

const struct command command_history = {
    .name = "history",
    .usage = "[options] REPO",
    .summary = "since when: every state of every configuration in a git "
	       "repository",
    .run = history_main,
    .help =
	"  --ref REF          the line of commits that leads here (HEAD)\n"
	"  --since DAY        leave out what is older, but for the state then\n"
	"  --until DAY        leave out what is not older\n"
	"  --diff A..B        what differs between two commits, by fact; A "
	"alone:\n"
	"                     from A to --ref\n"
	"  --baseline WHAT    a commit that is approved: only what differs "
	"from\n"
	"                     it; or a file of approved differences, as "
	"--diff\n"
	"                     prints them\n"
	"  --case CASE        keep all of it in a case, a file or\n"
	"                     postgresql://..., and read what is new only\n"
	"  --with PATH        logs and accounting of the time: a change that "
	"no\n"
	"                     command or message goes with is a finding; "
	"several\n"
	"                     times; those of the case count too\n"
	"  --poll HOURS       a change was made at most so long before its "
	"commit\n"
	"                     (24)\n"
	"  --brief DAYS       what stood no longer than this stood for a "
	"while\n"
	"                     only (14)\n"
	"  --json FILE        the JSON report; - for standard output\n"
	"  --all              weaknesses and flaws too, and all times\n"
	"  --quiet            no report on standard output\n"
	"  --own PREFIX       address space of yours; may be given several "
	"times\n"
	"  --jobs N           worker processes (one per core)\n"
	"  --timeout SECONDS  without progress on a file (300)\n" KNOWING_HELP
	"  --show-secrets     do not replace passwords, hashes, communities\n",
};
