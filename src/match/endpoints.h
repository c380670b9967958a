/*
 * What is looked for among flows, so that a reader of millions of them makes
 * records of the few that can matter: addresses, and for each transport the
 * destination ports at which some rule could match.
 */
#ifndef TIDEMARK_MATCH_ENDPOINTS_H
#define TIDEMARK_MATCH_ENDPOINTS_H

#include "match/addrset.h"

/* Classes of flows.  BACK: of TCP, from a service to its client. */
enum {
	ENDPOINT_TCP,
	ENDPOINT_TCP_BACK,
	ENDPOINT_UDP,
	ENDPOINT_OTHER,
	ENDPOINT_CLASSES
};

#define ENDPOINT_WORDS 1024

struct endpoints {
	const struct addrset *addresses; /* sealed */
	struct addrset *named; /* sealed, small: addresses that rules name */
	bool v6;	       /* one of them holds IPv6 */
	/* Every flow of the class is wanted, also those without ports. */
	bool all[ENDPOINT_CLASSES];
	uint64_t ports[ENDPOINT_CLASSES][ENDPOINT_WORDS];
};

/*
 * Ports that somebody asks for.  Whether one is among them is found out when it
 * is first met: a log has few of them in most of its lines.
 */
struct port_set {
	uint64_t met[ENDPOINT_WORDS], wanted[ENDPOINT_WORDS];
	bool (*asks)(void *ctx, uint16_t port);
	void *ctx;
};

static inline bool
port_wanted(struct port_set *s, uint16_t port)
{
	uint64_t bit = UINT64_C(1) << (port & 63);
	unsigned at = port >> 6;

	if ((s->met[at] & bit) == 0) {
		s->met[at] |= bit;
		if (s->asks(s->ctx, port))
			s->wanted[at] |= bit;
	}
	return (s->wanted[at] & bit) != 0;
}

/* Is a flow of the class to this port wanted, whatever its addresses are? */
static inline bool
endpoints_port(const struct endpoints *e, unsigned class, uint16_t port)
{
	return (e->ports[class][port >> 6] >> (port & 63) & 1) != 0;
}

static inline bool
endpoints_v4(const struct endpoints *e, uint32_t host_order)
{
	return addrset_find_v4(e->addresses, host_order) != ADDRSET_NONE ||
	       addrset_find_v4(e->named, host_order) != ADDRSET_NONE;
}

static inline bool
endpoints_address(const struct endpoints *e, const struct addr *a)
{
	return a->family == 4
		   ? endpoints_v4(e, addr_v4(a))
		   : a->family == 6 && e->v6 &&
			 (addrset_find(e->addresses, a) != ADDRSET_NONE ||
			     addrset_find(e->named, a) != ADDRSET_NONE);
}

#endif
