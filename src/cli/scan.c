#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/intel_update.h"
#include "cli/knowing.h"
#include "cli/out_file.h"
#include "cli/plan_case.h"
#include "cli/scan_case.h"
#include "cli/take.h"
#include "read/log/stamp.h"
#include "run/scan.h"

extern const struct command command_scan;

struct settings {
	struct outputs outputs;
	const char *manifest, *waivers, *images,
	    *place; /* place: of the case */
	struct own_given own;
	struct knowing knowing;
	enum verdict fail_on;
	unsigned jobs, seconds;
	bool custody, show_secrets, all;
	int zone; /* of times without one: minutes east of UTC */
};

enum {
	OPT_REPORT = 256,
	OPT_CASE,
	OPT_JOBS,
	OPT_KNOWING,
	OPT_FAIL_ON,
	OPT_SECRETS,
	OPT_CUSTODY,
	OPT_MANIFEST,
	OPT_ALL,
	OPT_TIMEOUT,
	OPT_COLOUR,
	OPT_QUIET,
	OPT_WAIVERS,
	OPT_IMAGES,
	OPT_OWN,
	OPT_TIMEZONE
};

static const struct option options[] = {OUTPUT_OPTIONS(OPT_REPORT),
    {"case", required_argument, NULL, OPT_CASE},
    {"jobs", required_argument, NULL, OPT_JOBS}, KNOWING_OPTIONS(OPT_KNOWING),
    {"fail-on", required_argument, NULL, OPT_FAIL_ON},
    {"show-secrets", no_argument, NULL, OPT_SECRETS},
    {"custody", no_argument, NULL, OPT_CUSTODY},
    {"manifest", required_argument, NULL, OPT_MANIFEST},
    {"all", no_argument, NULL, OPT_ALL},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"timezone", required_argument, NULL, OPT_TIMEZONE},
    {"color", required_argument, NULL, OPT_COLOUR},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"own", required_argument, NULL, OPT_OWN},
    {"waivers", required_argument, NULL, OPT_WAIVERS},
    {"images", required_argument, NULL, OPT_IMAGES}, OPTIONS_END};

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_scan;

	switch (val) {
	case OPT_REPORT:
		return take_output(me, name, optarg, &s->outputs);
	case OPT_CASE:
		s->place = optarg;
		return 0;
	case OPT_OWN:
		return take_own(me, optarg, &s->own);
	case OPT_WAIVERS:
		s->waivers = optarg;
		return 0;
	case OPT_IMAGES:
		s->images = optarg;
		return 0;
	case OPT_MANIFEST:
		s->manifest = optarg;
		return 0;
	case OPT_SECRETS:
		s->show_secrets = true;
		return 0;
	case OPT_CUSTODY:
		s->custody = true;
		return 0;
	case OPT_ALL:
		s->all = true;
		return 0;
	case OPT_QUIET:
		s->outputs.quiet = true;
		return 0;
	case OPT_KNOWING:
		return knowing_option(&s->knowing, me, name, optarg);
	case OPT_JOBS:
		return take_jobs(me, optarg, &s->jobs);
	case OPT_TIMEOUT:
		return take_timeout(me, optarg, &s->seconds);
	case OPT_TIMEZONE:
		return stamp_zone(span_str(optarg), &s->zone)
			   ? 0
			   : usage_error(me,
				 "--timezone: +hh:mm, -hhmm, or a word "
				 "as CET that means one offset");
	case OPT_COLOUR:
		return take_colour(me, optarg, &s->outputs);
	case OPT_FAIL_ON:
		return take_fail_on(me, optarg, &s->fail_on);
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

/* ---- progress ---- */

static void
on_progress(void *ctx, const struct scan_progress *p)
{
	(void)ctx;
	fprintf(stderr,
	    "\r\033[K%" PRIu64 " sources, %" PRIu64 " of %" PRIu64 " MB",
	    p->sources, p->done_bytes / 1000000, p->bytes / 1000000);
	fflush(stderr);
}

/* Accepted findings into the case; what has expired is told of. */
static int
waivers_take(struct casefile *c, const char *path, int64_t now, struct err *e)
{
	struct span text;
	struct err why;

	if (path == NULL)
		return 0;
	if (cli_file(path, LIMIT_YAML_BYTES, &c->arena, &text, e) != 0)
		return -1;
	if (waivers_read(&c->arena, text, now, &c->waivers, &why) != 0)
		return err_set(e, "%s: %s", path, why.text);
	for (size_t i = 0; i < c->waivers.n; i++)
		if (c->waivers.v[i].expired)
			complain(0, "%s:%u: the waiver of %.*s expired on %.*s",
			    path, c->waivers.v[i].line,
			    SPAN_FMT(c->waivers.v[i].owner),
			    SPAN_FMT(c->waivers.v[i].expires));
	return 0;
}

/* Trusted hashes of images into the case. */
static int
images_take(struct casefile *c, const char *path, struct err *e)
{
	struct span text;
	struct err why;

	if (path == NULL)
		return 0;
	if (cli_file(path, LIMIT_IMAGE_LIST_BYTES, &c->arena, &text, e) != 0)
		return -1;
	if (images_read(&c->arena, text, &c->images, &why) != 0)
		return err_set(e, "%s: %s", path, why.text);
	return 0;
}

/* Of the case that it is added to, or of this run alone. */
static int
scan_close(struct settings *s, struct scan_case *kept, struct casefile *c,
    struct report_options *ro, struct casefile *whole, struct err *e)
{
	const struct casebook_run run = {.version = ro->version,
	    .started = ro->started,
	    .seconds = ro->seconds,
	    .own = s->own.v,
	    .nown = s->own.n,
	    .waivers = &c->waivers};

	if (s->place != NULL) {
		whole->images = c->images;
		if (scan_case_end(kept, c, &run, whole, e) != 0)
			return -1;
		if (!s->outputs.quiet)
			scan_case_told(kept, whole);
		return 0;
	}
	casefile_close(c);
	return 0;
}

/* What this scan did not read again offers remedies too. */
static int
remedies_of_case(const struct settings *s, const struct remedy_options *trying,
    const struct knowledge *k, const struct detect *d, struct casefile *whole,
    struct remedy_set *set, struct err *e)
{
	const struct scan_options o = {.worker = {.mode = WORKER_SCAN,
					   .zone = s->zone,
					   .detect = d,
					   .defaults = &k->defaults,
					   .knowledge = k,
					   .remedies = trying},
	    .jobs = s->jobs,
	    .seconds = s->seconds,
	    .remedy = plan_case_remedy,
	    .ctx = set};

	return plan_case_try(s->place, &o, whole, set, e);
}

static int
scan_with(struct settings *s, const char *const *paths, size_t n,
    const struct knowledge *k, const struct detect *d)
{
	int64_t started = cli_clock();
	bool progress = isatty(2) && isatty(1) && !s->outputs.quiet;
	bool planned = outputs_has(&s->outputs, "html");
	struct remedy_options trying = {.knowledge = k};
	struct remedy_set set;
	struct scan_options o = {
	    .worker = {.mode = WORKER_SCAN,
		.show_secrets = s->show_secrets,
		.zone = s->zone,
		.custody =
		    s->custody || s->manifest != NULL || s->images != NULL,
		.images = s->images != NULL,
		.detect = d,
		.defaults = &k->defaults,
		.knowledge = k,
		.remedies = planned && s->place == NULL ? &trying : NULL},
	    .jobs = s->jobs,
	    .seconds = s->seconds,
	    .progress = progress ? on_progress : NULL,
	    .remedy = plan_case_remedy,
	    .ctx = &set};
	struct report_options ro = {
	    .version = TIDEMARK_VERSION, .started = started, .all = s->all};
	struct out_file manifest = {0};
	struct scan_case kept = {0};
	struct casefile c, whole;
	struct plan plan = {0};
	struct err e;
	int status = EXIT_FAILED;

	remedy_set_init(&set);
	casefile_init(&c, k);
	casefile_init(&whole, k);
	c.complete = whole.complete = k->feeds_lost == 0;
	for (size_t i = 0; i < s->own.n; i++)
		fleet_own(&c.fleet, &s->own.v[i]);
	if (waivers_take(&c, s->waivers, started, &e) != 0 ||
	    images_take(&c, s->images, &e) != 0 ||
	    (s->place != NULL && scan_case_begin(&kept, s->place, &s->knowing,
				     k, o.worker.custody, &o, &e) != 0) ||
	    outputs_open(&s->outputs, &e) != 0 ||
	    (s->manifest != NULL && out_open(&manifest, s->manifest, &e) != 0))
		goto out;
	o.manifest = manifest.f;
	o.custody = s->custody ? manifest.f : NULL;
	if (scan_run(paths, n, &o, &c, &e) != 0)
		goto out;
	if (progress)
		fputs("\r\033[K", stderr);
	ro.seconds = (double)(cli_clock() - started) / 1e6;
	if (scan_close(s, &kept, &c, &ro, &whole, &e) != 0)
		goto out;
	if (planned && s->place != NULL &&
	    remedies_of_case(s, &trying, k, d, &whole, &set, &e) != 0)
		goto out;
	if (planned) {
		plan_make(
		    s->place != NULL ? &whole : &c, &set, trying.given, &plan);
		ro.plan = &plan;
	}
	if (s->place == NULL)
		ro.seconds = (double)(cli_clock() - started) / 1e6;
	if (outputs_write(
		&s->outputs, s->place != NULL ? &whole : &c, &ro, &e) != 0)
		goto out;
	status = casefile_status(s->place != NULL ? &whole : &c, s->fail_on);
out:
	if (outputs_close(&s->outputs, status != EXIT_FAILED, &e) != 0 ||
	    out_close(&manifest, status != EXIT_FAILED, &e) != 0)
		status = EXIT_FAILED;
	plan_release(&plan);
	casefile_release(&whole);
	casefile_release(&c);
	scan_case_release(&kept);
	remedy_set_release(&set);
	return status == EXIT_FAILED ? complain(status, "%s", e.text) : status;
}

struct scan_call {
	struct settings *s;
	const char *const *paths;
	size_t n;
};

static int
scan_known(void *ctx, const struct knowledge *k, const struct detect *d)
{
	const struct scan_call *x = ctx;

	if (!x->s->outputs.quiet)
		cli_updates_told(k, cli_clock());
	return scan_with(x->s, x->paths, x->n, k, d);
}

static int
scan_main(int argc, char **argv)
{
	struct settings s = {.fail_on = VERDICT_SUSPICIOUS,
	    .jobs = cli_jobs_default(),
	    .seconds = LIMIT_TASK_SECONDS};
	struct scan_call call = {.s = &s};
	int status;

	if (!take_options(
		&command_scan, argc, argv, options, option_take, &s, &status))
		return status;
	if (optind >= argc)
		return usage_error(&command_scan, "no PATH given");
	if (s.place != NULL && s.show_secrets)
		return usage_error(
		    &command_scan, "--show-secrets: a case keeps no secrets");
	call.paths = (const char *const *)argv + optind;
	call.n = (size_t)(argc - optind);
	return knowing_run(
	    &s.knowing, TIME_NONE, s.outputs.quiet, scan_known, &call);
}

const struct command command_scan = {
    .name = "scan",
    .usage = "[options] PATH...",
    .summary = "judge the devices from files, folders, archives; - is "
	       "standard input",
    .run = scan_main,
    .help = OUTPUT_USAGE
    "  --case CASE        add to a case that is kept: a file, or\n"
    "                     postgresql://...; reports are of all of it\n"
    "  --own PREFIX       address space of yours; may be given several times\n"
    "  --waivers FILE     accepted findings, by fingerprint; see tidemark(1)\n"
    "  --images FILE      hashes of images that you trust, CSV: "
    "hash,name,source;\n"
    "                     all files are hashed in full\n"
    "  --all              every finding and place in full\n"
    "  --quiet            no report on standard output\n"
    "  --fail-on VERDICT  exit 1 from this verdict on (suspicious)\n"
    "  --jobs N           worker processes (one per core)\n"
    "  --timeout SECONDS  without progress on a source (300)\n"
    "  --timezone ZONE    of times that name none: +01:00, CET "
    "(UTC)\n" KNOWING_HELP
    "  --show-secrets     do not replace passwords, hashes, communities\n"
    "  --custody          SHA-256 of every source, whatever its size\n"
    "  --manifest FILE    hashes in the form of sha256sum -c\n"
    "  --color WHEN       auto, always, never\n",
};
