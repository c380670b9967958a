/*
 * Files and folders of knowledge about flaws, into a set of flaws.
 */
#ifndef TIDEMARK_INTEL_UPDATE_LOAD_H
#define TIDEMARK_INTEL_UPDATE_LOAD_H

#include "intel/update_store.h"

struct update_load {
	struct vulnerability_set *set;
	struct vuln_updates *updates;
	const struct product_table *products;
	update_take_fn *take; /* NULL: in this process */
	/* Of each file that has a format: for the fingerprint. */
	void (*used)(void *ctx, struct span bytes);
	void *ctx;
	/* Records first, then (late) what speaks of flaws by their id alone:
	 * KEV and EPSS, whose flaws a record may only just have brought. */
	bool late;
};

/* A file, or all of a folder and below it in the order of names; in a folder
 * only names in .json, .csv and .gz are looked at, and what has no format is
 * passed over.  What cannot be opened is a problem of its own. */
void update_load_path(const struct update_load *l, const char *path);

#endif
