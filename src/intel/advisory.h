/*
 * An advisory as data: its rows (facts, vulnerabilities, techniques,
 * artefacts, hunts, mitigations), how well each is confirmed, and what
 * evidence would have to be present before "nothing found" may be called
 * clear.  Which rule answers a row is said by the rules.
 */
#ifndef TIDEMARK_INTEL_ADVISORY_H
#define TIDEMARK_INTEL_ADVISORY_H

#include "base/arena.h"
#include "intel/check.h"
#include "intel/yaml.h"

struct advisory_row {
	struct span id;	   /* "AA25-239A:H-05" */
	struct span title; /* in our own words */
	struct span confirmed;
	bool essential; /* must be assessable before a device is clear */
	bool by_hand;	/* people do it; procedure says how, always */
	struct span procedure;
	struct span_list platforms; /* applies only to these; empty: all */
	/* Alternatives, each a mask of evidence classes (device/device.h)
	 * that must all be present for "no hit" to mean clear. */
	unsigned clear_when[8];
	size_t nclear;
	struct fix *need; /* commands by platform whose output settles it */
	size_t nneed;
	bool answered; /* some check names this row */
};

struct advisory {
	struct span id, title, published;
	struct span_list sources;
	struct advisory_row *rows;
	size_t nrows;
};

/* Words of evidence classes to a mask; given by the caller so that this
 * module need not know devices.  Returns 0 for an unknown word. */
typedef unsigned evidence_word_fn(struct span word);

int advisory_read(struct arena *a, struct span yaml, evidence_word_fn *word,
    struct advisory *out, struct yaml_error *e);

/* Does the row speak of this platform (empty: unknown)? */
bool advisory_row_applies(const struct advisory_row *r, struct span platform);

/* Commands for a platform out of a fix or need table: those under the
 * platform's own word, else those for any. */
struct span_list fix_for(
    const struct fix *fixes, size_t n, struct span platform);

/* Reads a list of commands, or a mapping from platform to commands ("any" for
 * all platforms), into a table of struct fix. */
void fix_read(struct arena *a, const struct yaml_node *node, struct fix **out,
    size_t *n);
struct span_list span_list_read(struct arena *a, const struct yaml_node *node);

#endif
