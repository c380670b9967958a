/*
 * Files that a command writes, and the reports that go into some of them.
 */
#ifndef TIDEMARK_CLI_OUT_FILE_H
#define TIDEMARK_CLI_OUT_FILE_H

#include <stdio.h>

#include "base/limits.h"
#include "report/report.h"

/*
 * A file that is written beside its name and takes it when it is complete: an
 * older report stays until then.  Devices and pipes are written as they are;
 * "-" is standard output.
 */
struct out_file {
	FILE *f;
	const char *path;
	char temporary[LIMIT_PATH_BYTES];
};

int out_open(struct out_file *o, const char *path, struct err *e);

/* keep: the contents are complete. */
int out_close(struct out_file *o, bool keep, struct err *e);

/* The reports that a command was asked for; zeroed: none but the terminal's. */
#define OUTPUTS_MOST 24
struct outputs {
	struct output {
		const char *format; /* a name in report/formats.def */
		struct out_file file;
	} v[OUTPUTS_MOST];
	size_t n;
	bool quiet; /* no report for people on standard output */
	enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour;
};

/* The options of getopt_long that ask for one, and what --help says. */
#define OUTPUT_OPTION(name, id)                                                \
	{                                                                      \
		name, required_argument, NULL, id                              \
	}
#define OUTPUT_OPTIONS(id)                                                     \
	OUTPUT_OPTION("json", id),                                             \
	    OUTPUT_OPTION("html", id),                                         \
	    OUTPUT_OPTION("csv", id),                                          \
	    OUTPUT_OPTION("openvex", id),                                      \
	    OUTPUT_OPTION("csaf", id),                                         \
	    OUTPUT_OPTION("markdown", id),                                     \
	    OUTPUT_OPTION("findings-csv", id),                                 \
	    OUTPUT_OPTION("sarif", id),                                        \
	    OUTPUT_OPTION("stix", id),                                         \
	    OUTPUT_OPTION("misp", id),                                         \
	    OUTPUT_OPTION("navigator", id),                                    \
	    OUTPUT_OPTION("ecs", id),                                          \
	    OUTPUT_OPTION("ocsf", id),                                         \
	    OUTPUT_OPTION("cef", id)
#define OUTPUT_USAGE                                                           \
	"  --json FILE        the JSON report; - for standard output\n"        \
	"  --html FILE        the report for a browser, one file\n"            \
	"  --csv FILE         flaws: a row for each device and flaw\n"         \
	"  --openvex FILE     flaws as OpenVEX: a statement for each of these\n" \
	"  --csaf FILE        flaws as CSAF 2.0 with the VEX profile\n"        \
	"  --markdown FILE    the report for tickets and wikis\n"              \
	"  --findings-csv FILE\n"                                              \
	"                     findings: a row for each, for spreadsheets\n"    \
	"  --sarif FILE       SARIF 2.1.0, for code hosts and editors\n"       \
	"  --stix FILE        STIX 2.1: sightings, observed data, notes\n"     \
	"  --misp FILE        an event for MISP\n"                             \
	"  --navigator FILE   a layer of the ATT&CK Navigator\n"               \
	"  --ecs FILE         lines with the fields of Elastic Common Schema\n" \
	"  --ocsf FILE        OCSF findings, a line each\n"                    \
	"  --cef FILE         CEF lines, for SIEMs that take syslog\n"

/* Asks for a report; false when there are too many. */
bool outputs_want(struct outputs *o, const char *format, const char *path);
bool outputs_has(const struct outputs *o, const char *format);
bool outputs_colour(struct outputs *o, const char *word);

int outputs_open(struct outputs *o, struct err *e);
int outputs_write(struct outputs *o, const struct casefile *c,
    struct report_options *ro, struct err *e);
int outputs_close(struct outputs *o, bool keep, struct err *e);

#endif
