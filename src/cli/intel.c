#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "cli/command.h"
#include "cli/intel.h"
#include "cli/intel_feed.h"
#include "cli/intel_update.h"
#include "cli/knowing.h"
#include "detect/detect.h"
#include "device/version.h"

static int
compare(int argc, char **argv)
{
	struct version a, b;
	struct span platform;
	int r;

	if (argc != 4)
		return usage_error(
		    &command_intel, "expected compare PLATFORM A B");
	platform = span_str(argv[1]);
	if (!version_read(platform, span_str(argv[2]), &a) ||
	    !version_read(platform, span_str(argv[3]), &b)) {
		puts("?");
		return EXIT_QUIET;
	}
	r = version_compare(&a, &b);
	puts(r == VERSION_UNKNOWN ? "?" : r < 0 ? "<" : r > 0 ? ">" : "=");
	return EXIT_QUIET;
}

static size_t
rows_answered(const struct knowledge *k, size_t *all)
{
	size_t n = 0;

	*all = 0;
	for (size_t i = 0; i < k->nadvisories; i++) {
		*all += k->advisories[i].nrows;
		for (size_t r = 0; r < k->advisories[i].nrows; r++)
			n += k->advisories[i].rows[r].answered;
	}
	return n;
}

static void
print_shapes(const struct knowledge *k)
{
	static const char *const classes[] = {
	    "syslog", "accounting", "weblog", "flow", "monitor", "text"};
	struct detect *d;
	struct err e;

	if (detect_new(k, &d, &e) != 0)
		return;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct detect_shape x = detect_shape(d, span_str(classes[i]));

		printf("search      %s: %zu literals, %zu rules that need "
		       "every line parsed",
		    classes[i], x.literals, x.every);
		if (x.marked > 0)
			printf(", %zu every command, flow or request",
			    x.marked);
		putchar('\n');
	}
	detect_free(d);
}

/* The knowledge that a word with nothing but options behind it is about; as
 * knowing_load. */
static int
knowledge_of(int argc, char **argv, struct knowledge *k)
{
	struct knowing knowing = {0};
	int i = 1, status = knowing_args(
		       &knowing, &command_intel, argc, argv, &i, NULL, NULL);

	if (status != 0)
		return status;
	if (i < argc)
		return usage_error(&command_intel, "expected %s", argv[0]);
	return knowing_load(&knowing, TIME_NONE, k);
}

/* The page of docs/logsources.md. */
static int
logsources(int argc, char **argv)
{
	struct knowledge k;
	struct buf page;
	int status = knowledge_of(argc, argv, &k);

	if (status != 0)
		return status;
	buf_init(&page, LIMIT_BUF_BYTES);
	logsource_page(&k.rules.sources, &page);
	fwrite(page.p, 1, page.n, stdout);
	buf_release(&page);
	knowledge_release(&k);
	return EXIT_QUIET;
}

static int
list(int argc, char **argv)
{
	struct knowledge k;
	size_t answered, rows, unsupplied = 0;
	int status = knowledge_of(argc, argv, &k);

	if (status != 0)
		return status;
	for (size_t r = 0; r < k.rules.n; r++)
		unsupplied += k.rules.rules[r]->unsupplied;
	answered = rows_answered(&k, &rows);
	printf("knowledge   %s, %zu files, %zu problems\n", k.fingerprint,
	    k.nfiles, k.nproblems);
	printf("rules       %zu loaded, %zu of them for records that nothing "
	       "supplies\n",
	    k.rules.n, unsupplied);
	printf("indicators  %zu loaded\n", k.indicators.n);
	intel_feeds_list(&k);
	printf("yara        %zu rules\n", k.yara.n);
	printf("flaws       %zu\n", k.vulnerabilities.n);
	printf("advisories  %zu, %zu rows, %zu answered by a check\n",
	    k.nadvisories, rows, answered);
	print_shapes(&k);
	knowledge_release(&k);
	return EXIT_QUIET;
}

static int
intel_main(int argc, char **argv)
{
	if (argc < 2)
		return usage_error(&command_intel, "what?");
	if (strcmp(argv[1], "--help") == 0)
		return command_help(&command_intel);
	if (strcmp(argv[1], "compare") == 0)
		return compare(argc - 1, argv + 1);
	if (strcmp(argv[1], "list") == 0)
		return list(argc - 1, argv + 1);
	if (strcmp(argv[1], "update") == 0 ||
	    (strcmp(argv[1], "check") == 0 &&
		intel_names_updates(argc - 2, argv + 2)))
		return intel_update(argc - 1, argv + 1);
	if (strcmp(argv[1], "check") == 0)
		return intel_names_feeds(argc - 2, argv + 2)
		    ? intel_check_feeds(argc - 1, argv + 1)
		    : intel_check(argc - 1, argv + 1);
	if (strcmp(argv[1], "convert") == 0)
		return intel_convert(argc - 1, argv + 1);
	if (strcmp(argv[1], "test") == 0)
		return intel_test(argc - 1, argv + 1);
	if (strcmp(argv[1], "logsources") == 0)
		return logsources(argc - 1, argv + 1);
	return usage_error(&command_intel, "unknown word \"%s\"", argv[1]);
}

const struct command command_intel = {
    .name = "intel",
    .usage = "list | check RULES... [--json FILE] | check FEED... |\n"
	     "       update FILE... |\n"
	     "       convert --to FORM [--type TYPE] [--past] [FILE...] |\n"
	     "       test CASES... | logsources | compare PLATFORM A B",
    .summary = "what is looked for; order of releases",
    .run = intel_main,
    .help = "  list                  how much is loaded, and how it is "
	    "searched\n"
	    "  check RULES...        which rules load, which do not and why,\n"
	    "                        which nothing feeds; exit status 1 when\n"
	    "                        one does not load; --json FILE or -\n"
	    "  check FEED...         what feeds hold, and what of them is "
	    "refused, with its place\n"
	    "  update FILE...        what files of knowledge about flaws give: "
	    "KEV, EPSS, CVE,\n"
	    "                        NVD, CSAF; and what of them no machine can "
	    "use\n"
	    "  convert --to FORM     feeds, or what is built in, as stix, misp, "
	    "csv, plain,\n"
	    "                        suricata, zeek, nfdump, cisco-acl, "
	    "junos-acl;\n"
	    "                        --past: also what is past its validity\n"
	    "  test CASES...         rules against events written by hand\n"
	    "  logsources            which records feed rules, and the names\n"
	    "                        of their fields, as a page\n"
	    KNOWING_HELP
	    "  compare PLATFORM A B  prints <, =, > or ?\n",
};
