/*
 * Datagrams in which a device tells a collector of flows, as they stand in a
 * capture: NetFlow, IPFIX and sFlow.
 */
#ifndef TIDEMARK_READ_FLOW_EXPORTS_H
#define TIDEMARK_READ_FLOW_EXPORTS_H

#include "read/flow/netflow.h"

struct exports {
	struct netflow *netflow;
	uint64_t datagrams;
	uint64_t broken; /* of sFlow; those of NetFlow are told by its reader */
};

/* Lives in the arena, with all that it keeps. */
void exports_init(struct exports *x, struct arena *a);

/* Is the payload of a UDP datagram one whole export and nothing else? */
bool exports_look(struct span payload);

/*
 * Reads one that looks so; its flows go where x->netflow was aimed at.  sender:
 * the source of the datagram.  time: of the packet.  offset: its place.
 */
void exports_datagram(struct exports *x, const struct addr *sender,
    struct span payload, int64_t time, uint64_t offset);

/* Says what could not be read. */
void exports_close(struct exports *x, struct arena *a, struct emit *out);

#endif
