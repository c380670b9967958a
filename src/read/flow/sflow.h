/*
 * sFlow version 5 datagrams (sflow.org, "sFlow Version 5"): flow samples, also
 * expanded ones, with the sampled header or the addresses that the agent read
 * out of it.  Each sample is a flow of one packet.  Counter samples are passed
 * over.  The datagram has no time of its own.
 */
#ifndef TIDEMARK_READ_FLOW_SFLOW_H
#define TIDEMARK_READ_FLOW_SFLOW_H

#include "read/flow/flow.h"

/* Do the bytes begin a datagram whose samples fill it? */
bool sflow_looks(struct span bytes);

/* Hands on the flows of a datagram; false when it does not hold what it
 * announces.  time: when it was captured. */
bool sflow_packet(
    struct span bytes, int64_t time, uint64_t offset, struct flow_sink *sink);

#endif
