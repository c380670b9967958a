#include <stdio.h>

#include "base/limits.h"
#include "base/safe.h"
#include "cli/command.h"
#include "cli/show.h"
#include "cli/take.h"
#include "cli/understood.h"
#include "intel/default_settings.h"
#include "read/reader.h"
#include "run/scan.h"

extern const struct command command_dump;

struct settings {
	struct scan_options scan;
	struct show_options show;
	struct understood_options shares;
	bool kinds;
};

enum {
	OPT_IDENTIFY = 256,
	OPT_FORMAT,
	OPT_SECRETS,
	OPT_KINDS,
	OPT_SHOW,
	OPT_SHOW_BATCH,
	OPT_TEMPLATES,
	OPT_REACH,
	OPT_UNDERSTOOD,
	OPT_UNKNOWN,
	OPT_JSON
};

static const struct option options[] = {
    {"identify", no_argument, NULL, OPT_IDENTIFY},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"show-secrets", no_argument, NULL, OPT_SECRETS},
    {"kinds", no_argument, NULL, OPT_KINDS},
    {"show", required_argument, NULL, OPT_SHOW},
    {"show-batch", required_argument, NULL, OPT_SHOW_BATCH},
    {"reach", required_argument, NULL, OPT_REACH},
    {"templates", required_argument, NULL, OPT_TEMPLATES},
    {"understood", no_argument, NULL, OPT_UNDERSTOOD},
    {"unknown", no_argument, NULL, OPT_UNKNOWN},
    {"json", no_argument, NULL, OPT_JSON}, OPTIONS_END};

/* The record's vocabulary, for those who write rules. */
static int
print_kinds(void)
{
	puts("kinds (Sigma logsource: product tidemark, category KIND)");
	for (int k = 0; k < K_COUNT; k++)
		printf("  %-12s %s\n", kind_name((enum record_kind)k),
		    kind_meaning((enum record_kind)k));
	puts("fields");
	for (int f = 0; f < F_COUNT; f++)
		printf("  %-14s %s\n", field_name((enum field_id)f),
		    field_meaning((enum field_id)f));
	return EXIT_QUIET;
}

static int
dump_paths(const char *const *paths, size_t n, struct scan_options *o)
{
	static const struct knowledge none;
	struct casefile c;
	struct defaults defaults;
	struct err e;
	int status = EXIT_QUIET;

	casefile_init(&c, &none);
	default_settings_built_in(&defaults, &c.arena);
	o->worker.defaults = &defaults;
	if (scan_run(paths, n, o, &c, &e) != 0)
		status = complain(EXIT_FAILED, "%s", e.text);
	for (size_t i = 0; i < c.nsources; i++)
		for (size_t k = 0; k < c.sources[i].ndiags; k++) {
			const struct diag *d = &c.sources[i].diags[k];

			if (diag_severity(d->code) == DIAG_LOST)
				status = EXIT_EVIDENCE;
			fputs("tidemark: ", stderr);
			safe_write(stderr, c.sources[i].path);
			fprintf(stderr, ":%llu: %s%s",
			    (unsigned long long)d->line, diag_name(d->code),
			    d->detail.n > 0 ? ": " : "");
			safe_write(stderr, d->detail);
			putc('\n', stderr);
		}
	if (fflush(stdout) != 0)
		status = complain(EXIT_FAILED, "cannot write the output");
	casefile_release(&c);
	return status;
}

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	const struct command *me = &command_dump;

	(void)name;
	switch (val) {
	case OPT_IDENTIFY:
		s->scan.worker.mode = WORKER_IDENTIFY;
		return 0;
	case OPT_SECRETS:
		s->scan.worker.show_secrets = true;
		return 0;
	case OPT_FORMAT:
		s->scan.worker.format = reader_find(span_str(optarg));
		if (s->scan.worker.format == NULL)
			return usage_error(
			    me, "--format: no reader \"%s\"", optarg);
		return 0;
	case OPT_KINDS:
		s->kinds = true;
		return 0;
	case OPT_SHOW:
		s->show.platform = optarg;
		return 0;
	case OPT_SHOW_BATCH:
		s->show.batch = optarg;
		return 0;
	case OPT_REACH:
		if (!addr_read(span_str(optarg), &s->scan.worker.ask))
			return usage_error(
			    me, "--reach: \"%s\" is no address", optarg);
		s->scan.worker.mode = WORKER_REACH;
		return 0;
	case OPT_TEMPLATES:
		s->show.templates = optarg;
		return 0;
	case OPT_UNDERSTOOD:
		s->scan.worker.mode = WORKER_UNDERSTOOD;
		return 0;
	case OPT_UNKNOWN:
		s->scan.worker.mode = WORKER_UNDERSTOOD;
		s->shares.unknown = true;
		return 0;
	case OPT_JSON:
		s->shares.json = true;
		return 0;
	default:
		return usage_error(me, "unknown option or missing value");
	}
}

static int
dump_main(int argc, char **argv)
{
	/* One worker: output comes in the order of the sources. */
	struct settings s = {.scan = {.worker = {.mode = WORKER_DUMP},
				 .jobs = 1,
				 .seconds = LIMIT_TASK_SECONDS,
				 .text = stdout}};
	int status;

	if (!take_options(
		&command_dump, argc, argv, options, option_take, &s, &status))
		return status;
	if (s.kinds)
		return print_kinds();
	if (show_wanted(&s.show))
		return show_dump(
		    &command_dump, &s.show, argc - optind, argv + optind);
	if (optind >= argc)
		return usage_error(&command_dump, "no PATH given");
	if (s.scan.worker.mode == WORKER_UNDERSTOOD)
		return understood_dump(&s.shares, &s.scan, argc - optind,
		    argv + optind, dump_paths);
	return dump_paths((const char *const *)argv + optind,
	    (size_t)(argc - optind), &s.scan);
}

const struct command command_dump = {
    .name = "dump",
    .usage = "[--identify | --understood | --reach ADDRESS] [--format NAME]\n"
	     "       [--show-secrets] PATH...",
    .summary = "what a reader understood, as JSON lines",
    .run = dump_main,
    .help =
	"  --identify      what each source is, why, and the runner-up\n"
	"  --format NAME   use this reader whatever the content says\n"
	"  --show-secrets  do not replace passwords, hashes, communities\n"
	"  --reach ADDRESS may ADDRESS reach the management services of the\n"
	"                  devices: yes, no or unknown for each service, with\n"
	"                  the access list and the entry that decides; then\n"
	"                  the same through each kind of interface that has a\n"
	"                  filter, or with the policy of the control plane.\n"
	"                  Other devices are not looked at\n"
	"  --show PLATFORM \"COMMAND\" FILE\n"
	"                  output of a show command as rows, by its TextFSM\n"
	"                  template; platforms as ntc-templates names them\n"
	"  --show-batch FILE\n"
	"                  the same for each line PLATFORM TAB COMMAND TAB FILE\n"
	"  --templates DIR TextFSM templates with an \"index\", such as\n"
	"                  ntc_templates/templates, instead of the built-in ones\n"
	"  --understood    per platform: statements that led to facts, that the\n"
	"                  platform's grammar knows, and that neither did\n"
	"  --unknown       the same, and the statements not understood: the most\n"
	"                  frequent forms, and line numbers per source\n"
	"  --json          the same as JSON\n"
	"  --kinds         list record kinds and fields\n",
};
