/*
 * What became of a flow, from what Suricata's EVE writes at its end (events
 * of type "flow"; Suricata user guide, EVE JSON format, event type flow), in
 * Zeek's words (base/protocols/conn), which all else here understands.
 */
#ifndef TIDEMARK_READ_LOG_EVE_FLOW_H
#define TIDEMARK_READ_LOG_EVE_FLOW_H

#include "record/record.h"

/* Members as written; absent ones are empty. */
struct eve_flow {
	struct span state;    /* flow.state */
	struct span start;    /* flow.start */
	struct span flags_ts; /* tcp.tcp_flags_ts: hexadecimal, to the server */
	struct span flags_tc; /* and to the client */
};

/*
 * Puts F_CONN_STATE where flags, packets or the state tell the outcome, and
 * makes the record's time that of the flow's beginning: the event's own is
 * when the flow was given up, which may be an hour behind its last packet.
 * The record has protocol, packets and duration already.
 */
void eve_flow_settle(const struct eve_flow *f, struct record *r);

#endif
