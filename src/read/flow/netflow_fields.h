/*
 * What the fields of one NetFlow 9 or IPFIX record say: IANA's "IPFIX
 * Information Elements", with Cisco's older numbers of ASA events and the
 * reverse elements of RFC 5103.
 */
#ifndef TIDEMARK_READ_FLOW_NETFLOW_FIELDS_H
#define TIDEMARK_READ_FLOW_NETFLOW_FIELDS_H

#include "read/flow/flow.h"
#include "read/flow/template.h"

struct netflow_fields {
	struct flow flow;
	/* Milliseconds of the exporter's clock since it started. */
	uint32_t up_first, up_last;
	bool has_up_first, has_up_last;
	int64_t started_ms; /* when that was, or 0 */
	uint64_t interval;  /* one packet in so many; 0: not told */
	uint64_t sampler;
	bool has_sampler, icmp;
	bool nat;	/* an event of a translator */
	uint64_t block; /* ports of a block, where its last one is not told */
	bool asa;   /* an event of ASA's: its source opened the connection */
	bool total; /* bytes is octetTotalCount, which ASA before its release
		     * 8.4(5) has for both directions together */
};

void netflow_fields_init(struct netflow_fields *v);

/* One field; of a length that its element cannot have: ignored. */
void netflow_fields_take(
    struct netflow_fields *v, const struct element *e, struct span bytes);

/* The flow that the fields tell of.  export_ms and uptime: of the packet's
 * header; uptime 0 where it has none. */
void netflow_fields_flow(const struct netflow_fields *v, int64_t export_ms,
    uint32_t uptime, struct flow *out);

/* When the exporter's uptime was at, given what it was at the export; the
 * counter wraps after 49 days. */
int64_t netflow_uptime(int64_t export_ms, uint32_t uptime, uint32_t at);

#endif
