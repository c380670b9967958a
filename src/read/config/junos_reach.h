/* Between junos_reach.c (filters, services) and junos_doors.c (ways in). */
#ifndef TIDEMARK_READ_CONFIG_JUNOS_REACH_H
#define TIDEMARK_READ_CONFIG_JUNOS_REACH_H

#include "read/config/junos.h"
#include "read/config/reach.h"

#define JUNOS_OWN_MOST 64

struct junos_reach {
	struct path_facts *x;
	struct reach reach;
	struct addr own[JUNOS_OWN_MOST];
	size_t nown;
	bool more_own;
	size_t pieces;	  /* of all filters */
	struct map built; /* family and names to filter */
	const struct filter **filters;
	size_t nfilters, filters_cap;
	const struct filter *lo0[2]; /* IPv4, IPv6; NULL: none */
	/* Interfaces of zones, by name. */
	struct map zoned;
	struct junos_zoned {
		uint32_t zone, node;
	} * zones;
	size_t nzones, zones_cap;
};

/* The input filters of a family of the unit, in a row; NULL when there are
 * none. */
const struct filter *junos_input(
    struct junos_reach *r, uint32_t unit, unsigned family);

/* Interfaces as doors; before any service. */
void junos_doors(struct junos_reach *r);

/* What the zones of a firewall let in to the service. */
void junos_zones(struct junos_reach *r, struct reach_service *s);

#endif
