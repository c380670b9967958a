/*
 * The HTML report: one file that holds page, style, scripts and data, and
 * loads nothing.  This side writes data as JSON into a script element that no
 * browser runs; all that is shown is made of it by the scripts under web/js,
 * as text, never as markup.  A policy (Content Security Policy level 3) with
 * the hashes of the scripts and styles lets nothing else run, whatever evidence
 * holds.
 *
 * The form of the data is private to the report: web/js/model.js reads what
 * these files write.  Tables are lists of lists, whose columns are named once
 * ("columns"); a text or a list of texts that may stand in many places is a
 * number in "strings" or "lists".  Times are milliseconds since 1970, devices
 * and findings their places in the tables "devices" and "findings".
 */
#ifndef TIDEMARK_REPORT_HTML_H
#define TIDEMARK_REPORT_HTML_H

#include "base/json_out.h"
#include "base/map.h"
#include "report/report.h"

/* A list of texts or numbers, as numbers. */
struct html_numbers {
	const uint32_t *v;
	size_t n;
};

/* Lists, each kept once. */
struct html_lists {
	struct map known;
	struct html_numbers *v;
	size_t n, cap;
};

#define HTML_VERDICTS (VULN_EXPOSED + 1)

struct html {
	struct json_out j;
	const struct casefile *c;
	const struct report_options *o;
	struct arena arena;

	struct map known; /* texts */
	struct span *strings;
	size_t nstrings, strings_cap;
	struct html_lists lists; /* of texts */
	struct html_lists needs; /* of lists, see html_cells.c */
	/* See html_flaws.c. */
	struct html_lists answers, places, place_lists;

	uint32_t *devices; /* those shown, in order of name */
	size_t ndevices;
	uint32_t *at;	      /* place of a device, or DEVICE_NONE */
	uint32_t *finding_at; /* place of a finding, or UINT32_MAX */
	size_t nfindings;
	size_t text_left; /* of LIMIT_HTML_TEXT */
	size_t flaws_left[HTML_VERDICTS]; /* rows to come, by answer */
	size_t flaws_dropped;
};

/* html_table.c: numbers of texts and lists; 0 is the empty one.  Texts are
 * copied. */
void html_tables_init(struct html *h);
uint32_t html_text(struct html *h, struct span s);
uint32_t html_list(struct html *h, struct span_list l);
uint32_t html_lists_add(
    struct html *h, struct html_lists *l, const uint32_t *v, size_t n);

/* Values of a row, and whole tables. */
void html_put_text(struct html *h, struct span s);
void html_put_list(struct html *h, struct span_list l);
void html_put_time(struct html *h, int64_t t);
void html_put_lists(
    struct html *h, const char *key, const struct html_lists *l);
void html_put_strings(struct html *h);

/* Columns of a table; names end with NULL. */
void html_columns(struct html *h, const char *table, const char *const *names);

/* Each writes its part of the data. */
void html_data(struct html *h);	    /* html_data.c: all of it */
void html_findings(struct html *h); /* html_findings.c, with their checks */
void html_cells(struct html *h);    /* html_cells.c: coverage */
void html_sources(struct html *h);  /* html_sources.c */
void html_events(struct html *h);   /* html_events.c: what has a time */
void html_flaws(struct html *h);    /* html_flaws.c: flaws by device */
void html_plan(struct html *h);	    /* html_plan.c: what to do, by device */

/* Which rows of flaws are shown, after which devices are: the worst, until
 * there are LIMIT_HTML_FLAWS. */
void html_flaws_choose(struct html *h);

#endif
