/*
 * Who may reach a management service.  The reader says which services there
 * are and which filters a connection to each must pass; one record (K_REACH)
 * for the service and one (K_ADMIT) for each entry that lets addresses in are
 * made here, the same for every platform.
 *
 * verdict, public and the entries are what guards the service itself: access
 * class, community list, input filter of the routing engine.
 *
 * Where the reader also tells the doors (the interfaces through which packets
 * come, and their input filters), each is asked too: a record K_ENTRANCE where
 * a filter stands in it, and the service's record says who gets at it in the
 * end, with the reason.  A filter that cannot be evaluated closes nothing.
 * Other devices on the way are not known.
 */
#ifndef TIDEMARK_READ_CONFIG_REACH_H
#define TIDEMARK_READ_CONFIG_REACH_H

#include "device/filter.h"
#include "read/config/cisco_ios_facts.h"

/* A filter on the way.  v4 or v6 NULL: it lets that family through. */
struct reach_guard {
	struct span name;
	const struct filter *v4, *v6;
};

/* Who sits behind an interface, from narrow to wide. */
enum reach_face {
	REACH_MANAGEMENT, /* a port or VRF for management alone */
	REACH_INSIDE,	  /* the operator's own networks */
	REACH_OTHERS,	  /* customers, peers: as its role tells */
	REACH_INTERNET,	  /* it has a public address */
};

/* Interfaces that are up, take packets of the same people and have the same
 * filters.  What loops back is no door. */
struct reach_door {
	struct span interface; /* the first of them */
	size_t interfaces;
	struct span vrf; /* empty: the default one */
	enum reach_face face;
	bool v4, v6;	    /* it takes packets of the family */
	const char *unsure; /* why the face is not known for sure, or NULL */
	struct reach_guard guards[2];
	unsigned nguards;
	uint32_t set; /* those that management-plane protection names apart */
	/* The line that binds the filter, or the interface's. */
	struct span text;
	uint32_t line;
	uint64_t offset;
};

struct reach {
	struct arena *arena;
	struct emit *out;
	const struct ios_scope *scope;
	const struct addr *ask; /* or NULL */
	bool ipv6;		/* the device speaks IPv6 */
	size_t services, steps;
	struct record rec;
	struct reach_door *doors;
	size_t ndoors, doors_cap;
	struct span public_vrfs[LIMIT_REACH_DOORS];
	size_t npublic;
	const char *more_doors; /* why there may be others, or NULL */
	bool by_vrf;		/* a service listens in its own VRF alone */
	bool apart; /* services name interfaces: no two are one door */
	/* Policies of the control plane, behind every door.  They count for
	 * who gets at a service in the end alone: what its own lists come to
	 * is told without them. */
	struct reach_guard planes[4];
	unsigned nplanes;
	bool planes_inband; /* they spare ports for management */
};

void reach_init(struct reach *r, const struct read_in *in, struct emit *out,
    const struct ios_scope *scope);

/* One more interface; joined to a door that is the same but for its name. */
void reach_door(struct reach *r, const struct reach_door *d);
/* An input filter of a door under construction. */
void reach_door_guard(struct reach_door *d, struct span name,
    const struct filter *v4, const struct filter *v6);
/* An interface of the VRF has a public address, loopbacks too; beyond
 * LIMIT_REACH_DOORS VRFs it is not kept. */
void reach_public(struct reach *r, struct span vrf);
/* The last interface was told.  Where only loopbacks have a public address in
 * a VRF, all of its doors lead to the Internet; where it has no door at all,
 * those of the others do, since packets come to it by tunnels and labels. */
void reach_doors_end(struct reach *r);

struct reach_service {
	const char *service; /* ssh, telnet, vty, http, https, snmp, netconf,
			      * restconf, grpc, xml, ... */
	struct filter_query query;
	struct span first, last; /* of a line range */
	struct span name;	 /* of a template, profile or administrator */
	struct span interface, vrf, mode;
	struct reach_guard guards[LIMIT_REACH_LISTS];
	unsigned nguards;
	/* Beside the doors of the device: one more filter in each, such as
	 * management-plane protection has; or NULL.  In the arena. */
	const struct reach_guard *at;
	bool every_vrf;	    /* it listens in all, where by_vrf */
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
