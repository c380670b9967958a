/*
 * Who may reach a management service.  The reader says which services there
 * are and which filters a connection to each must pass; one record (K_REACH)
 * for the service and one (K_ADMIT) for each entry that lets addresses in are
 * made here, the same for every platform.
 *
 * What is judged is what guards the service itself: access class, community
 * list, input filter of the routing engine.  Filters on single interfaces and
 * other devices on the way are not.
 */
#ifndef TIDEMARK_READ_CONFIG_REACH_H
#define TIDEMARK_READ_CONFIG_REACH_H

#include "device/filter.h"
#include "read/config/cisco_ios_facts.h"

struct reach {
	struct arena *arena;
	struct emit *out;
	const struct ios_scope *scope;
	const struct addr *ask; /* or NULL */
	bool ipv6;		/* the device speaks IPv6 */
	size_t services, steps;
	struct record rec;
};

void reach_init(struct reach *r, const struct read_in *in, struct emit *out,
    const struct ios_scope *scope);

/* A filter on the way.  v4 or v6 NULL: it lets that family through. */
struct reach_guard {
	struct span name;
	const struct filter *v4, *v6;
};

struct reach_service {
	const char *service; /* ssh, telnet, vty, http, https, snmp, netconf,
			      * restconf, grpc, xml, ... */
	struct filter_query query;
	struct span first, last; /* of a line range */
	struct span name;	 /* of a template, profile or administrator */
	struct span interface, vrf, mode;
	struct reach_guard guards[LIMIT_REACH_LISTS];
	unsigned nguards;
	const char *closed; /* why nobody can come in, or NULL */
	const char *unsure; /* why the guards are not all known, or NULL */
	/* Its line. */
	struct span text;
	uint32_t line;
	uint64_t offset;
};

/* A list that the reader makes itself: one permit after the other. */
struct reach_list {
	struct filter_entry *v;
	size_t n, cap;
};
/* p NULL: everybody. */
void reach_list_permit(struct reach *r, struct reach_list *l,
    const struct prefix *p, struct span text, uint32_t line, uint64_t offset);
/* The filter: nobody else comes in. */
const struct filter *reach_list_end(
    struct reach *r, const struct reach_list *l, struct span name);

/* One more filter on the way; the same again counts once.  Beyond
 * LIMIT_REACH_LISTS it is left out, and nothing is claimed. */
void reach_guard(struct reach_service *s, struct span name,
    const struct filter *v4, const struct filter *v6);

/* For unsure: what guards the service may stand in what is missing. */
#define REACH_PART "the file is no whole configuration"

/* Judge and emit.  Beyond LIMIT_REACH_SERVICES nothing is. */
void reach_emit(struct reach *r, struct reach_service *s);

/* Ports of services, as everybody numbers them. */
#define REACH_TCP(number) ((struct filter_query){FILTER_TCP, (number)})
#define REACH_UDP(number) ((struct filter_query){FILTER_UDP, (number)})

/* A number, or by_default. */
uint16_t reach_port(struct span text, uint16_t by_default);

#endif
