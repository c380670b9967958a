/*
 * Flows that more than one reports.  Clouds log what passes the interface of
 * each machine, so traffic between two machines of one project is told by the
 * one that sends and by the one that receives: Google names the end ("reporter"
 * SRC or DEST; "direction" of firewall rules), AWS the interface, Azure the
 * direction ("About VPC Flow Logs records", "Flow log records", "Flow logging
 * format").  Who is heard first of a conversation is believed; what another
 * says of it is the same again.
 */
#ifndef TIDEMARK_READ_FLOW_REPORTERS_H
#define TIDEMARK_READ_FLOW_REPORTERS_H

#include "base/map.h"
#include "read/flow/flow.h"

struct flow_reporters {
	struct arena *arena;
	struct map index;
	struct reporter *v; /* at most LIMIT_FLOW_REPORTERS */
	size_t n, cap;
};

/* The arena must live as long. */
void flow_reporters_init(struct flow_reporters *s, struct arena *arena);

/*
 * Has another told of this conversation?  who: the word for who tells; empty:
 * the log has none, and the answer is false.  What one end denies and the other
 * permits are two conversations.  Whoever was silent about it for longer than
 * such logs take (half an hour) is not believed any longer: addresses are given
 * to other machines.
 */
bool flow_reported(
    struct flow_reporters *s, const struct flow *f, struct span who);

#endif
