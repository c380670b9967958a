/*
 * Reports of a kept case, made again at any time.  With the same program and
 * knowledge they are the same to the byte: the run's stamp is that of the last
 * scan, and so is the day by which acceptances have expired.
 */
#include <getopt.h>
#include <string.h>

#include "cli/command.h"
#include "cli/out_file.h"
#include "cli/scan_case.h"
#include "cli/take.h"

extern const struct command command_report;

struct settings {
	struct outputs outputs;
	struct knowing knowing;
	bool own_knowing, all;
	enum verdict fail_on;
};

enum {
	OPT_REPORT = 256,
	OPT_KNOWING,
	OPT_FAIL_ON,
	OPT_ALL,
	OPT_COLOUR,
	OPT_QUIET,
	OPT_HELP
};

static const struct option options[] = {OUTPUT_OPTIONS(OPT_REPORT),
    KNOWING_OPTIONS(OPT_KNOWING),
    {"fail-on", required_argument, NULL, OPT_FAIL_ON},
    {"all", no_argument, NULL, OPT_ALL},
    {"color", required_argument, NULL, OPT_COLOUR},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"help", no_argument, NULL, OPT_HELP}, {NULL, 0, NULL, 0}};

static int
option_take(int c, int at, struct settings *s)
{
	const struct command *me = &command_report;

	switch (c) {
	case OPT_REPORT:
		return outputs_want(&s->outputs, options[at].name, optarg)
			   ? 0
			   : usage_error(me, "too many reports");
	case OPT_KNOWING:
		s->own_knowing = true;
		return knowing_option(
		    &s->knowing, me, options[at].name, optarg);
	case OPT_FAIL_ON:
		return take_fail_on(me, optarg, &s->fail_on);
	case OPT_ALL:
		s->all = true;
		return 0;
	case OPT_COLOUR:
		return outputs_colour(&s->outputs, optarg)
			   ? 0
			   : usage_error(me, "--color: auto, always or never");
	case OPT_QUIET:
		s->outputs.quiet = true;
		return 0;
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

static int
report_with(struct settings *s, const char *place,
    const struct casebook_stamp *stamp, const struct knowledge *k)
{
	struct report_options ro = {.version = TIDEMARK_VERSION,
	    .started = stamp->started,
	    .seconds = stamp->seconds,
	    .all = s->all};
	struct casefile c;
	struct err e;
	int status = EXIT_FAILED;

	if (strcmp(stamp->knowledge, k->fingerprint) != 0)
		complain(0,
		    "the last scan of this case had other knowledge (%s) than "
		    "this report (%s); scan again to read its sources anew",
		    stamp->knowledge, k->fingerprint);
	casefile_init(&c, k);
	c.complete = k->feeds_lost == 0;
	if (outputs_open(&s->outputs, &e) == 0 &&
	    casebook_load(place, &c, stamp->started, &e) == 0 &&
	    outputs_write(&s->outputs, &c, &ro, &e) == 0)
		status = casefile_status(&c, s->fail_on);
	if (outputs_close(&s->outputs, status != EXIT_FAILED, &e) != 0)
		status = EXIT_FAILED;
	casefile_release(&c);
	return status == EXIT_FAILED ? complain(status, "%s", e.text) : status;
}

static int
report_of(struct settings *s, const char *place)
{
	struct casebook_stamp stamp;
	struct knowledge_options ko;
	struct knowledge k;
	struct arena a;
	struct err e;
	int status;

	arena_init(&a);
	if (casebook_stamp(place, &a, &stamp, &e) != 0) {
		arena_release(&a);
		return complain(EXIT_FAILED, "%s", e.text);
	}
	if (!s->own_knowing)
		knowing_of_case(&s->knowing, stamp.options, &a);
	ko = knowing_options(&s->knowing);
	ko.now = stamp.started;
	status = cli_knowledge(&ko, &k);
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
	struct settings s = {.fail_on = VERDICT_SUSPICIOUS};
	int c, at = 0, status;

	while ((c = getopt_long(argc, argv, "", options, &at)) != -1) {
		if (c == OPT_HELP)
			return command_help(&command_report);
		status = option_take(c, at, &s);
		if (status != 0)
			return status;
	}
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
    "  --fail-on VERDICT  exit 1 from this verdict on "
    "(suspicious)\n" KNOWING_HELP
    "                     (as with the last scan, when none is given)\n"
    "  --color WHEN       auto, always, never\n",
};
