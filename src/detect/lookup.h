/*
 * Finds the values of all indicators in raw text: addresses, and everything
 * that stands there as a name.  Built once in the parent, shared by the
 * workers.
 */
#ifndef TIDEMARK_DETECT_LOOKUP_H
#define TIDEMARK_DETECT_LOOKUP_H

#include "intel/indicator.h"
#include "match/addrset.h"
#include "match/nameset.h"

#define LOOKUP_FEW 64

struct lookup {
	const struct indicator_list *list;
	struct addrset *addresses;
	struct nameset *names;
	/* Indicators of one value share one search: indicator -> the next with
	 * the same, or LOOKUP_NONE.  NULL: each value is asked for once. */
	uint32_t *next;
	uint32_t *hosts; /* single addresses, in order of address */
	size_t nhosts;
	/* The names' texts, when there are at most LOOKUP_FEW: a search for
	 * other texts can take these along. */
	struct span few[LOOKUP_FEW];
	size_t nnames;
	struct arena arena;
	size_t unsearchable; /* values with nothing to find them by */
};
#define LOOKUP_NONE UINT32_MAX

void lookup_init(struct lookup *l, const struct indicator_list *list);
void lookup_release(struct lookup *l);

/* A value stands at text[offset, offset + length); indicator: index in the
 * list.  below: it is part of a longer domain name.  host: only the host of a
 * URL stands there, and its target may stand in the same line; see
 * url_in_fields. */
struct lookup_hit {
	size_t offset, length;
	uint32_t indicator;
	bool below, host;
};
typedef void lookup_fn(void *ctx, const struct lookup_hit *hit);

/* Report every value; addresses first, each kind in ascending order of
 * place.  The text holds whole lines. */
void lookup_scan(
    const struct lookup *l, struct span text, lookup_fn *fn, void *ctx);

/* The same for the addresses, and for the names, alone. */
void lookup_addresses(
    const struct lookup *l, struct span text, lookup_fn *fn, void *ctx);
void lookup_names(
    const struct lookup *l, struct span text, lookup_fn *fn, void *ctx);

/* Every indicator that is a single address inside the prefix. */
typedef void lookup_host_fn(void *ctx, uint32_t indicator);
void lookup_hosts(const struct lookup *l, const struct prefix *p,
    lookup_host_fn *fn, void *ctx);

#endif
