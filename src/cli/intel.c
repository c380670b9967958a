#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "detect/detect.h"
#include "device/version.h"

extern const struct command command_intel;

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
		size_t literals, rest;

		detect_shape(d, span_str(classes[i]), &literals, &rest);
		printf("search      %s: %zu literals, %zu rules that need "
		       "every line parsed\n",
		    classes[i], literals, rest);
	}
	detect_free(d);
}

static int
list(int argc, char **argv)
{
	struct knowledge_options ko = {0};
	struct knowledge k;
	size_t answered, rows, unsupplied = 0;
	int status;

	if (argc == 3 && strcmp(argv[1], "--data") == 0)
		ko.data_dir = argv[2];
	else if (argc != 1)
		return usage_error(&command_intel, "expected list");
	status = cli_knowledge(&ko, &k);
	if (status != 0)
		return status;
	for (size_t i = 0; i < k.rules.n; i++)
		unsupplied += k.rules.rules[i]->unsupplied;
	answered = rows_answered(&k, &rows);
	printf("knowledge   %s, %zu files, %zu problems\n", k.fingerprint,
	    k.nfiles, k.nproblems);
	printf("rules       %zu loaded, %zu of them for records that nothing "
	       "supplies\n",
	    k.rules.n, unsupplied);
	printf("indicators  %zu loaded\n", k.indicators.n);
	printf("yara        %zu rules\n", k.nyara);
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
	return usage_error(&command_intel, "unknown word \"%s\"", argv[1]);
}

const struct command command_intel = {
    .name = "intel",
    .usage = "list [--data DIR] | compare PLATFORM A B",
    .summary = "what is looked for; order of releases",
    .run = intel_main,
    .help = "  list                  how much is loaded, and how it is "
	    "searched\n"
	    "  compare PLATFORM A B  prints <, =, > or ?\n",
};
