/*
 * Forms that indicators can be written in: one constant struct each, in
 * convert_*.c and listed in converts.def.
 */
#ifndef TIDEMARK_CLI_CONVERT_H
#define TIDEMARK_CLI_CONVERT_H

#include <stdio.h>

#include "intel/knowledge.h"

struct convert {
	FILE *f;
	const struct indicator_list *list;
	struct arena *arena;	   /* until the end */
	void *state;		   /* of the form */
	int type;		   /* only this type, or -1 */
	unsigned family, families; /* of access lists: last, and bits of all */
};

struct convert_format {
	const char *name, *title;
	/* The form blocks or looks up single values: what is revoked,
	 * suppressed or past its window stays out. */
	bool live;
	bool patterns; /* it can say more than a value */
	/* What of an indicator the form has no place for; NULL: nothing. */
	const char *without;
	/* False: it has no place for this one, though for its type.  NULL:
	 * for all of the type. */
	bool (*fits)(struct convert *c, const struct indicator *x);
	bool (*takes)(enum indicator_type t);
	void (*begin)(struct convert *c);
	void (*one)(struct convert *c, const struct indicator *x, bool first);
	void (*end)(struct convert *c);
};

extern const struct convert_format *const convert_formats[];

#endif
