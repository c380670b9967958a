/*
 * Where the words of update files go: the set of flaws.
 *
 * What stands in data/ was checked by hand and stays: of a flaw that is known
 * there a file only renews what others say of its urgency (KEV, EPSS, SSVC, a
 * CVSS score that is missing); its ranges are kept beside, to be compared, and
 * never judge.  A flaw that is not known there is added as the record has it.
 * A record does not say by machine which feature the flaw needs, so such a flaw
 * is never answered "exposed", but "cannot tell", with where to read on.
 *
 * Nothing that a file says is believed beyond its form.
 */
#ifndef TIDEMARK_INTEL_UPDATE_STORE_H
#define TIDEMARK_INTEL_UPDATE_STORE_H

#include "intel/update.h"
#include "intel/vulnerability.h"

/* What cannot be used by machine. */
struct update_problem {
	struct span cve; /* or empty */
	uint64_t line;
	struct span text;
};

/* What a record says of a flaw whose ranges are curated. */
struct update_rival {
	const struct vulnerability *v;
	struct vuln_line *lines;
	size_t nlines;
};

struct update_file {
	struct span path, format; /* format empty: none was known */
	struct span day;	  /* as of when, or empty */
	uint64_t flaws;		  /* that were added or got more ranges */
	uint64_t ranges;	  /* of these */
	uint64_t scored;	  /* words about the urgency of known flaws */
	uint64_t elsewhere;	  /* about that of flaws not known here */
	uint64_t curated;	  /* records of flaws whose ranges stay */
	uint64_t refused;
	struct update_problem *problems; /* up to LIMIT_UPDATE_PROBLEMS */
	size_t nproblems, problems_cap;
	struct update_rival *rivals;
	size_t nrivals, rivals_cap;
	bool older; /* than what is built in: its urgency is not used */
	bool lost;  /* its reader broke down: the rest is missing */
};

struct vuln_updates {
	struct update_file *v;
	size_t n, cap;
	size_t curated; /* flaws of the set before the first file */
	size_t added, ranges;
	struct span kev_day, epss_day; /* of the freshest knowledge */
};

struct update_store {
	struct vulnerability_set *set;
	struct vuln_updates *all;
	const struct product_table *products;
	struct update_file *file;
	/* Of the record whose words come. */
	struct span cve;
	char cve_text[24];
	struct vuln_line *lines;
	size_t nlines, lines_cap;
	struct vuln_score score;
	bool scored;
	uint64_t words;
	bool ended;
};

/* Before the first file: set is linked. */
void updates_init(struct vuln_updates *u, const struct vulnerability_set *set,
    const struct product_table *products);

/* A new file; path is copied into the set's arena. */
void update_store_begin(struct update_store *s, struct vulnerability_set *set,
    struct vuln_updates *all, const struct product_table *products,
    struct span path);
/* An update_say_fn whose ctx is the store. */
void update_store_take(void *ctx, const struct update_said *said);
/* The file's reader broke down. */
void update_store_lost(struct update_store *s, struct span how);

/* struct update_options.known over a set. */
bool update_known(void *set, struct span cve);

/* Reads one file's bytes; false: its format is not known. */
typedef bool update_take_fn(
    struct update_store *s, struct span bytes, const struct update_options *o);
/* In this process; run/updates.h has one that does it in a sandbox. */
update_take_fn update_take;

/* Days since the day named, or -1 when it lies ahead or is none. */
int64_t update_age(struct span day, int64_t now);

#endif
