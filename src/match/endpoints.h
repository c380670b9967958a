/*
 * What is looked for among flows, so that a reader of millions of them makes
 * records of the few that can matter: addresses, and for each transport the
 * destination ports at which some rule could match.
 */
#ifndef TIDEMARK_MATCH_ENDPOINTS_H
#define TIDEMARK_MATCH_ENDPOINTS_H

#include "match/addrset.h"

enum { ENDPOINT_TCP, ENDPOINT_UDP, ENDPOINT_OTHER, ENDPOINT_PROTOCOLS };

#define ENDPOINT_WORDS 1024

struct endpoints {
	const struct addrset *addresses; /* sealed */
	bool v6;			 /* it holds IPv6 */
	/* Every flow of the protocol is wanted, also those without ports. */
	bool all[ENDPOINT_PROTOCOLS];
	uint64_t ports[ENDPOINT_PROTOCOLS][ENDPOINT_WORDS];
};

/* protocol: the number of the IP header. */
static inline unsigned
endpoint_protocol(uint8_t protocol)
{
	return protocol == 6	? ENDPOINT_TCP
	       : protocol == 17 ? ENDPOINT_UDP
				: ENDPOINT_OTHER;
}

static inline bool
endpoints_port(const struct endpoints *e, uint8_t protocol, uint16_t port)
{
	return (e->ports[endpoint_protocol(protocol)][port >> 6] >>
		       (port & 63) &
		   1) != 0;
}

static inline bool
endpoints_v4(const struct endpoints *e, uint32_t host_order)
{
	return addrset_find_v4(e->addresses, host_order) != ADDRSET_NONE;
}

static inline bool
endpoints_address(const struct endpoints *e, const struct addr *a)
{
	return a->family == 4
		   ? endpoints_v4(e, addr_v4(a))
		   : a->family == 6 && e->v6 &&
			 addrset_find(e->addresses, a) != ADDRSET_NONE;
}

#endif
