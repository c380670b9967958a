/*
 * Options that say which knowledge to use, the same for every command that
 * uses some.
 */
#ifndef TIDEMARK_CLI_KNOWING_H
#define TIDEMARK_CLI_KNOWING_H

#include "cli/command.h"
#include "detect/detect.h"

#define KNOWING_MOST 64

struct knowing_list {
	const char *v[KNOWING_MOST];
	size_t n;
};

struct knowing {
	const char *data;
	struct knowing_list rules, indicators, vulnerabilities, logsources,
	    placeholders, only, skip;
	bool given; /* by knowing_option: the user chose */
};

#define KNOWING_HELP                                                           \
	"  --rules DIR        more Sigma rules; may be given several times\n"  \
	"  --indicators PATH  an indicator feed or a folder of them: STIX, "   \
	"MISP,\n"                                                              \
	"                     OpenIOC, CSV, lists; several times\n"            \
	"  --vulnerabilities PATH  a file or folder of knowledge about "       \
	"flaws: "                                                              \
	"KEV,\n"                                                               \
	"                     EPSS, CVE, NVD, CSAF; several times\n"           \
	"  --logsources FILE  more logsources, before the built-in ones\n"     \
	"  --placeholders FILE  values for placeholders of rules (expand)\n"   \
	"  --only WHAT        only these rules: an id, a tag, level:WORD;\n"   \
	"                     several times or with commas\n"                  \
	"  --skip WHAT        not these rules\n"                               \
	"  --data DIR         use this knowledge instead of what is built "    \
	"in\n"

/* The same as options of getopt_long. */
#define KNOWING_OPTION(name, id)                                               \
	{                                                                      \
		name, required_argument, NULL, id                              \
	}
#define KNOWING_OPTIONS(id)                                                    \
	KNOWING_OPTION("rules", id), KNOWING_OPTION("indicators", id),         \
	    KNOWING_OPTION("vulnerabilities", id),                             \
	    KNOWING_OPTION("logsources", id),                                  \
	    KNOWING_OPTION("placeholders", id), KNOWING_OPTION("only", id),    \
	    KNOWING_OPTION("skip", id), KNOWING_OPTION("data", id)

/* Take one of them.  Returns 0, or the exit status of a usage error. */
int knowing_option(struct knowing *k, const struct command *c,
    const char *option, const char *value);

/* Take an option (without dashes) with its value.  1: taken; 0: none of these;
 * -1: given too often. */
int knowing_take(struct knowing *k, const char *option, const char *value);

/*
 * Take what leads argv[*i] on: options of these, each with its value, and
 * "flags" (words with their dashes, NULL-terminated), of which those seen are
 * set.  Stops at the first argument that is no option.  Returns 0, or the exit
 * status of a usage error.
 */
int knowing_args(struct knowing *k, const struct command *c, int argc,
    char **argv, int *i, const char *const *flags, bool *seen);

/* All of it as text to keep, a line NAME=VALUE for each, paths in full; and
 * back, with texts in the arena.  It fits LIMIT_MESSAGE_BYTES; what goes beyond
 * is left out. */
struct span knowing_text(const struct knowing *k, struct arena *a);
void knowing_text_take(struct knowing *k, struct span text, struct arena *a);

/* What knowledge_load wants, at the present time.  Borrows k. */
struct knowledge_options knowing_options(const struct knowing *k);

/* Load the knowledge as of a time (TIME_NONE: now), as cli_knowledge does. */
int knowing_load(const struct knowing *k, int64_t now, struct knowledge *out);

/*
 * Load the knowledge as of a time (TIME_NONE: now), compile it, call run with
 * it, and release it.  Unless quiet, standard error is told of what feeds gave.
 * Returns what run does, or EXIT_FAILED, of which was told.
 */
typedef int knowing_run_fn(
    void *ctx, const struct knowledge *k, const struct detect *d);
int knowing_run(const struct knowing *k, int64_t now, bool quiet,
    knowing_run_fn *run, void *ctx);

#endif
