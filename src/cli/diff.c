#include "cli/diff.h"

#include <unistd.h>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/knowing.h"
#include "cli/take.h"
#include "store/store.h"

extern const struct command command_diff;

struct settings {
	struct knowing knowing;
	struct outputs out;
	struct scan_options scan;
	const char *baseline, *old, *now;
	bool quiet, show_secrets;
};

enum {
	OPT_JSON = 256,
	OPT_BASELINE,
	OPT_QUIET,
	OPT_JOBS,
	OPT_TIMEOUT,
	OPT_SECRETS,
	OPT_KNOWING
};

static const struct option options[] = {
    {"json", required_argument, NULL, OPT_JSON},
    {"baseline", required_argument, NULL, OPT_BASELINE},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"show-secrets", no_argument, NULL, OPT_SECRETS},
    KNOWING_OPTIONS(OPT_KNOWING), OPTIONS_END};

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_diff;

	switch (val) {
	case OPT_JSON:
		return take_output(me, name, optarg, &s->out);
	case OPT_BASELINE:
		s->baseline = optarg;
		return 0;
	case OPT_QUIET:
		s->quiet = true;
		return 0;
	case OPT_SECRETS:
		s->show_secrets = true;
		return 0;
	case OPT_JOBS:
		return take_jobs(me, optarg, &s->scan.jobs);
	case OPT_TIMEOUT:
		return take_timeout(me, optarg, &s->scan.seconds);
	case OPT_KNOWING:
		return knowing_option(&s->knowing, me, name, optarg);
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

/* To the files that were asked for, and to people. */
static int64_t
write_all(const struct diff_output *o, const struct diff_options *with,
    const struct history *h, const struct knowledge *k, struct err *e)
{
	struct diff_options json = *with, text = *with;
	bool quiet = o->quiet;
	int64_t told = 0;

	json.json = true;
	json.colour = false;
	for (size_t i = 0; i < o->out->n && told >= 0; i++) {
		FILE *f = o->out->v[i].file.f;

		quiet |= f == stdout;
		told = diff_write(f, h, k, &json, e);
	}
	if (told < 0 || (quiet && o->out->n > 0))
		return told;
	if (!quiet)
		return diff_write(stdout, h, k, &text, e);
	return diff_count(h, k, with, e);
}

int
diff_output(const struct diff_output *o, const struct history *h,
    const struct knowledge *k)
{
	struct approved approved;
	struct diff_options with = {.old = o->old,
	    .now = o->now,
	    .approved = &approved,
	    .colour = isatty(1)};
	struct span text;
	struct err e;
	int64_t told = -1;

	approved_init(&approved);
	if (o->baseline == NULL || cli_file(o->baseline, LIMIT_YAML_BYTES,
				       &approved.arena, &text, &e) == 0) {
		if (o->baseline != NULL)
			approved_read(&approved, text);
		told = write_all(o, &with, h, k, &e);
	}
	approved_release(&approved);
	if (told < 0)
		return complain(EXIT_FAILED, "%s", e.text);
	if (h->incomplete)
		return EXIT_EVIDENCE;
	return told > 0 ? EXIT_THRESHOLD : EXIT_QUIET;
}

/* A case keeps no configuration whole. */
static void
unread_tell(const struct span_list *l)
{
	for (size_t i = 0; i < l->n && i < LIMIT_PLAN_UNREAD; i++)
		complain(0,
		    "%.*s is gone, or holds something else than the case read "
		    "in it: nothing is told of its device",
		    SPAN_FMT(l->v[i]));
	if (l->n > LIMIT_PLAN_UNREAD)
		complain(0, "and %zu more", l->n - LIMIT_PLAN_UNREAD);
}

static int
diff_with(void *ctx, const struct knowledge *k, const struct detect *d)
{
	struct settings *s = ctx;
	struct diff_output o = {.old = store_place_name(s->old),
	    .now = store_place_name(s->now),
	    .baseline = s->baseline,
	    .out = &s->out,
	    .quiet = s->quiet};
	struct span_list unread = {0};
	struct history h;
	struct err e;
	int status = EXIT_FAILED;

	s->scan.worker = (struct worker_options){.mode = WORKER_SCAN,
	    .show_secrets = s->show_secrets,
	    .detect = d,
	    .defaults = &k->defaults};
	history_init(&h);
	if (outputs_open(&s->out, &e) != 0 ||
	    diff_paths(&h, s->old, s->now, &s->scan, k, &unread, &e) != 0) {
		complain(EXIT_FAILED, "%s", e.text);
	} else {
		unread_tell(&unread);
		status = diff_output(&o, &h, k);
	}
	if (outputs_close(&s->out, status != EXIT_FAILED, &e) != 0)
		status = complain(EXIT_FAILED, "%s", e.text);
	history_release(&h);
	return status;
}

static int
diff_main(int argc, char **argv)
{
	struct settings s = {.scan = {.jobs = cli_jobs_default(),
				 .seconds = LIMIT_TASK_SECONDS}};
	int status;

	if (!take_options(
		&command_diff, argc, argv, options, option_take, &s, &status))
		return status;
	if (optind + 2 != argc)
		return usage_error(&command_diff, "OLD and NEW are needed");
	s.old = argv[optind];
	s.now = argv[optind + 1];
	return knowing_run(&s.knowing, TIME_NONE, s.quiet, diff_with, &s);
}

const struct command command_diff = {
    .name = "diff",
    .usage = "[options] OLD NEW",
    .summary = "what differs between two sets of configurations, by fact",
    .run = diff_main,
    .help =
	"  OLD and NEW are files, folders, or cases that scan --case keeps\n"
	"\n"
	"  --baseline FILE    differences that are approved, as printed "
	"before\n"
	"  --json FILE        as JSON; - for standard output\n"
	"  --quiet            nothing on standard output; the exit status "
	"tells\n"
	"  --jobs N           worker processes (one per core)\n"
	"  --timeout SECONDS  without progress on a file (300)\n" KNOWING_HELP
	"  --show-secrets     do not replace passwords, hashes, communities\n",
};
