/*
 * Names and tactics of MITRE ATT&CK techniques, for reports: checks name a
 * technique by its number alone.  Read from data/attack/techniques.csv, whose
 * head tells its form.
 */
#ifndef TIDEMARK_INTEL_TECHNIQUE_H
#define TIDEMARK_INTEL_TECHNIQUE_H

#include "base/arena.h"

struct technique {
	struct span id, name;
	struct span tactics;	 /* words of ATT&CK, several with ";" */
	struct span replaced_by; /* today's number where revoked, or empty */
	struct span confirmed;
};

struct technique_list {
	struct technique *v;
	size_t n, cap;
};

/* Adds the techniques of one file; its texts are copied into the arena.
 * Returns the number of the first line that is not of the form, 0 when all
 * are; lines before it stay. */
unsigned techniques_read(
    struct arena *a, struct span csv, struct technique_list *out);

/* NULL when there is none of the number. */
const struct technique *technique_find(
    const struct technique_list *l, struct span id);

#endif
