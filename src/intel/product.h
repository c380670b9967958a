/*
 * Which platform a public record means by the names of vendor and product, and
 * as of when the built-in knowledge is, from data/products.yaml.
 */
#ifndef TIDEMARK_INTEL_PRODUCT_H
#define TIDEMARK_INTEL_PRODUCT_H

#include "base/arena.h"
#include "intel/yaml.h"

struct product {
	struct span platform;
	struct span *vendors, *names; /* folded: letters and digits, small */
	size_t nvendors, nnames;
};

struct product_table {
	struct product *v;
	size_t n;
	struct span kev_day, epss_day; /* YYYY-MM-DD, of what is built in */
	int64_t kev_old, epss_old;     /* days, after which to say so */
};

/* All copied into the arena.  -1 with *e. */
int products_read(struct arena *a, struct span yaml, struct product_table *out,
    struct yaml_error *e);

/* The platform, or empty.  vendor may be empty, "n/a", or stand at the head of
 * the product's name too. */
struct span product_platform(
    const struct product_table *t, struct span vendor, struct span name);

#endif
