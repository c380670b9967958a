/*
 * The product tree of a CSAF document: which product and release an id means.
 */
#ifndef TIDEMARK_INTEL_UPDATE_CSAF_H
#define TIDEMARK_INTEL_UPDATE_CSAF_H

#include "base/map.h"
#include "intel/update_json.h"

/* One meaning of a product's id.  An id can have several: vendors use one id
 * twice. */
struct csaf_product {
	struct span platform; /* empty: none that is known here */
	struct span name;     /* vendor and product, for people */
	struct span release;  /* or range; empty: the product alone */
	struct span hardware; /* that it runs on, or empty */
	uint32_t next;	      /* another meaning of the id, or MAP_NONE */
};

struct csaf_tree {
	struct csaf_product *v;
	size_t n, cap;
	struct map ids; /* id -> place in v */
};

/* Reads product_tree of CSAF 2.0 section 3.2.2: branches, full_product_names,
 * relationships.  What is beyond a limit is refused. */
void csaf_tree_read(
    struct update_read *r, const json_t *tree, struct csaf_tree *out);

/* The meanings of an id, by csaf_product.next; MAP_NONE: it stands nowhere. */
uint32_t csaf_find(const struct csaf_tree *t, struct span id);

#endif
