/*
 * An advisory as data: its rows (facts, vulnerabilities, techniques,
 * artefacts, hunts, mitigations), how well each is confirmed, and what
 * evidence would have to be present before "nothing found" may be called
 * clear.  Which check answers a row is said by the check (its "advisory") or
 * by the row (its "checks").
 */
#ifndef TIDEMARK_INTEL_ADVISORY_H
#define TIDEMARK_INTEL_ADVISORY_H

#include "base/arena.h"
#include "intel/check.h"
#include "intel/fix.h"
#include "intel/yaml.h"

struct advisory_row {
	struct span id;	   /* "AA25-239A:H-05" */
	struct span title; /* in our own words */
	struct span confirmed;
	bool essential; /* must be assessable before a device is clear */
	bool by_hand;	/* people do it; procedure says how, always */
	struct span procedure;
	struct span_list platforms; /* applies only to these; empty: all */
	bool scoped; /* its advisory as a whole speaks of some platforms */
	bool main;   /* its advisory has essential rows: verdicts rest on it */
	/* Checks that answer it, beside those that name the row themselves. */
	struct span_list checks;
	/* Alternatives, each a mask of evidence classes (device/device.h)
	 * that must all be present for "no hit" to mean clear. */
	unsigned clear_when[8];
	size_t nclear;
	/* Platforms whose readers supply what the row's checks ask for; on any
	 * other one, nothing found is no answer.  Empty: all. */
	struct span_list clear_on;
	/* Settings of the device that must all be known for the same. */
	struct span_list settings;
	struct fix *need; /* commands by platform whose output settles it */
	size_t nneed;
	bool answered; /* some check names this row */
	/* Where every such check speaks of some platforms only: these. */
	struct span_list answered_on;
	/* The vulnerabilities among them, as numbers in their set. */
	uint32_t *flaws;
	size_t nflaws, flaws_cap;
};

struct advisory {
	struct span id, title, published;
	struct span confirmed; /* of rows that do not say */
	struct span_list sources;
	struct span_list platforms; /* it speaks of these only; empty: all */
	struct advisory_row *rows;
	size_t nrows;
	/* Whose traces it tells of, or empty; names under which others report
	 * what overlaps with that, which is not the same as to be that. */
	struct span campaign;
	struct span_list overlaps;
	struct span path; /* of the file, set by the loader */
};

/* Words of evidence classes to a mask; given by the caller so that this
 * module need not know devices.  Returns 0 for an unknown word. */
typedef unsigned evidence_word_fn(struct span word);

int advisory_read(struct arena *a, struct span yaml, evidence_word_fn *word,
    struct advisory *out, struct yaml_error *e);

/* Does the row speak of this platform?  Of one that is not known (empty)
 * every row does but those of an advisory for some platforms only. */
bool advisory_row_applies(const struct advisory_row *r, struct span platform);

/* May "nothing found" be an answer on this platform at all? */
bool advisory_row_clears(const struct advisory_row *r, struct span platform);

#endif
