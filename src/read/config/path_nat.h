/*
 * Static translations as facts: what comes to an address and port of the device
 * goes on to a host behind it.
 */
#ifndef TIDEMARK_READ_CONFIG_PATH_NAT_H
#define TIDEMARK_READ_CONFIG_PATH_NAT_H

#include "read/config/path_facts.h"

struct translation {
	struct span protocol; /* empty: any */
	struct span outside, first, last, inside, inside_port, interface;
};

/* "A", "A/32", "A-B": the first address. */
struct span translation_address(struct span s);

/* The ports as written: "22", "22-30", by name; empty: all. */
void translation_ports(struct translation *t, struct span ports);

/* The fact that the node proves; none without an address inside, or with
 * neither an address nor an interface outside. */
void translation_emit(
    struct path_facts *x, uint32_t node, const struct translation *t);

#endif
