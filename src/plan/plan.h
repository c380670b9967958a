/*
 * The plan of a case: what to do first, device by device.  It reads a closed
 * case and, where configurations were at hand, what trying the commands on
 * them came to (plan/remedy.h).  Nothing of a plan is kept in the case.
 *
 * A device that looks compromised is to be looked at before it is changed:
 * save the evidence, cut the intruder's ways in, get him out; then patch and
 * close doors as everywhere.  All steps of a device fit one maintenance window.
 */
#ifndef TIDEMARK_PLAN_PLAN_H
#define TIDEMARK_PLAN_PLAN_H

#include <stdio.h>

#include "case/casefile.h"
#include "plan/remedy.h"

/* ---- what workers told ---- */

struct remedy_set {
	struct arena arena;
	struct map by_finding; /* path, check and entity to an index */
	struct remedy *v;
	size_t n, cap;
	bool full;
	/* Configurations of a kept case that could not be read again. */
	struct span_list unread;
};

void remedy_set_init(struct remedy_set *s);
void remedy_set_release(struct remedy_set *s);
/* What came of a step of the source with this path; copied. */
void remedy_set_take(
    struct remedy_set *s, struct span path, const struct remedy *r);

/* ---- the plan ---- */

enum plan_proof {
	PROOF_CLOSES, /* tried on the configuration: the finding is gone */
	PROOF_STAYS,  /* tried: it is not; such a step is not proposed */
	PROOF_NONE,   /* commands that could not be tried */
	PROOF_HAND,   /* no commands for it: sentences */
	PROOFS
};

const char *plan_proof_name(enum plan_proof p);
const char *phase_name(enum phase p);

struct plan_step {
	enum phase phase;
	enum plan_proof proof;
	const struct finding *finding;
	bool takes;   /* begins with taking something away: comes first */
	bool covered; /* goes with what other steps take away */
	struct plan_lines commands, undo;
	struct span_list sentences;
	struct remedy_news *news; /* what it brings; checks by index */
	size_t nnews;
	/* Of a flaw whose way around was tried: the answer with it, and the
	 * line that shows the feature off (empty: silence does). */
	enum vuln_verdict after;
	struct span off_by;
};

/* Is it a flaw whose way around was tried? */
static inline bool
plan_step_judged(const struct plan_step *s)
{
	return s->after != VULN_NOT_APPLICABLE;
}

/* The release that mends the device's flaws. */
struct plan_upgrade {
	size_t flaws;	     /* exposed to so many */
	struct span release; /* empty: no one release is known to do it */
	bool same_line;	     /* it is of the line that the device runs */
	size_t left;	     /* flaws that no known release mends */
};

struct plan_device {
	uint32_t device;
	bool intruder;				/* compromised or suspicious */
	const struct remedy_platform *platform; /* or NULL */
	struct plan_upgrade upgrade;
	uint32_t *configurations; /* sources */
	size_t nconfigurations;
	struct plan_step *steps; /* by phase, then worst first */
	size_t nsteps;
	size_t proofs[PROOFS];
};

struct plan {
	struct arena arena;
	const struct casefile *c;
	struct plan_device *devices; /* worst first; those with steps */
	size_t n;
	size_t proofs[PROOFS], news;
	struct span_list unread; /* as the set has it */
};

/* The case is closed, and outlives the plan with the set.  The case's arena may
 * grow. */
void plan_make(struct casefile *c, const struct remedy_set *s,
    struct given_list given, struct plan *out);
void plan_release(struct plan *p);

/* Is the step proposed? */
static inline bool
plan_step_proposed(const struct plan_step *s)
{
	return s->proof != PROOF_STAYS;
}

/* ---- outputs; -1 only when the stream or file failed ---- */

struct plan_output {
	bool undo;  /* terminal: what takes each step back */
	bool check; /* terminal: what trying came to, and nothing else */
};

int plan_write_text(
    FILE *f, const struct plan *p, const struct plan_output *o, struct err *e);
int plan_write_json(FILE *f, const struct plan *p, struct err *e);

/* One file for each device with steps into a folder that exists; a file that
 * is there already is not written over.  *written counts. */
int plan_write_files(
    const char *folder, const struct plan *p, size_t *written, struct err *e);

#endif
