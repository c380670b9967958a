/*
 * What reports for tools have in common: evidence cleaned for any of them,
 * names of devices, techniques by the numbers of the ATT&CK version that
 * data/attack/techniques.csv is of, identifiers that depend on nothing but
 * what they name.
 */
#ifndef TIDEMARK_REPORT_COMMON_H
#define TIDEMARK_REPORT_COMMON_H

#include "base/json_out.h"
#include "report/report.h"

/* A report of JSON being written. */
struct tool_out {
	struct json_out j;
	struct buf clean;
	const struct casefile *c;
	const struct report_options *o;
};

void tool_init(struct tool_out *t, FILE *f, const struct casefile *c,
    const struct report_options *o);
/* -1 when the stream failed. */
int tool_end(struct tool_out *t, struct err *e);

/* A report that is a line for each finding, each written by that function. */
typedef void tool_line_fn(struct tool_out *t, const struct finding *f);
int tool_lines(FILE *f, const struct casefile *c,
    const struct report_options *o, tool_line_fn *line, struct err *e);

/* What drives a terminal or turns text around is gone, and so are line ends;
 * valid until the next call. */
struct span tool_clean(struct tool_out *t, struct span s);

/* Values of JSON.  Text is cleaned; what is absent is left out. */
void tool_text(struct tool_out *t, const char *key, struct span s);
void tool_time(struct tool_out *t, const char *key, int64_t at);
void tool_texts(struct tool_out *t, const char *key, struct span_list l);

/* Would a spreadsheet take the field of a CSV file for a formula?  Blanks in
 * front do not stop one. */
bool csv_formula(struct span s);

/* The finding's device, or empty. */
struct span finding_device(const struct casefile *c, const struct finding *f);

/* When it was: first seen, or the run's time where evidence has none. */
int64_t finding_time(const struct finding *f, const struct report_options *o);

/* The technique by today's number; NULL when data/ does not know it. */
const struct technique *technique_today(
    const struct casefile *c, struct span id);

/* The version of Enterprise ATT&CK that data/attack/techniques.csv is of. */
#define ATTACK_VERSION "19"

/* A name-based UUID (RFC 9562, section 5.5): the same for the same name in any
 * run.  space: 32 hexadecimal digits, NULL for tidemark's own. */
#define UUID_TEXT 37
void tool_uuid(const char *space, struct span name, char out[UUID_TEXT]);

#endif
