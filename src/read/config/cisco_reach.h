/*
 * Management services of IOS and its relatives, and what guards them.  Each
 * platform has a function that walks the top level once and asks
 * (read/config/reach.h); what they share is here.
 */
#ifndef TIDEMARK_READ_CONFIG_CISCO_REACH_H
#define TIDEMARK_READ_CONFIG_CISCO_REACH_H

#include "read/config/cisco_filter.h"
#include "read/config/reach.h"

/* An interface that management-plane protection of IOS names. */
struct cisco_allow {
	struct span interface;
	uint32_t node;
};

struct cisco_reach {
	struct reach reach;
	struct ios *x;
	const struct cisco_filter_rules *rules;
	struct cisco_filters *filters; /* made when first asked for */
	struct cisco_allow *allows;
	size_t nallows, allows_cap;
};

void cisco_reach_init(struct cisco_reach *r, struct ios *x,
    const struct read_in *in, const struct cisco_filter_rules *rules);

/* A service that the node's line states. */
struct reach_service cisco_reach_service(struct cisco_reach *r,
    const char *name, struct filter_query query, uint32_t node);

/* A list on the way; an empty name is none. */
void cisco_reach_guard(struct cisco_reach *r, struct reach_service *s,
    unsigned family, struct span list);

/* The device's lists; made when first asked for. */
struct cisco_filters *cisco_reach_filters(struct cisco_reach *r);
const struct filter *cisco_reach_filter(
    struct cisco_reach *r, unsigned family, struct span list);

/* What stands before all services, told before the first of them:
 * management-interface lines (IOS), then interfaces with their input
 * filters, then the policy of the control plane (IOS, NX-OS). */
void cisco_protection(struct cisco_reach *r);
void cisco_doors(struct cisco_reach *r);
enum reach_face cisco_face(const struct ios_door *d);
void cisco_plane(struct cisco_reach *r);

/* This interface is a door of its own, by the line of that node. */
void cisco_reach_apart(
    struct cisco_reach *r, struct span interface, uint32_t node);

/* What management-plane protection of IOS makes of a service. */
void cisco_protect(struct cisco_reach *r, struct reach_service *s);

/* Terminal lines "line vty A B" with access-class and transport input: IOS,
 * NX-OS.  Services ssh, telnet; vty where the protocols are not stated. */
void cisco_reach_line(
    struct cisco_reach *r, uint32_t node, const struct words *w);

/* What a terminal line asks for, without its place. */
struct cisco_way {
	struct span list4, list6;
	bool stated, ssh, telnet; /* transport input */
};
void cisco_way_read(const struct ios *x, uint32_t node, struct cisco_way *out);

void nx_os_reach(struct ios *x, const struct read_in *in);
void eos_reach(struct ios *x, const struct read_in *in);
void ios_xr_reach(struct ios *x, const struct read_in *in);
void asa_reach(struct ios *x, const struct read_in *in);
void ios_reach(struct ios *x, const struct read_in *in);

#endif
