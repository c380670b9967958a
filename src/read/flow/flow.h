/*
 * A flow as its exporter or collector tells of it, whatever the format, and
 * the record that is made of it.
 *
 * A flow has one direction: a connection is two of them, and the exporter does
 * not say who began.  The record's conn_state (the words of Zeek) is set where
 * the TCP flags, which an exporter gathers over the whole flow, tell the
 * outcome and the ports do not say that this is the way back.
 */
#ifndef TIDEMARK_READ_FLOW_FLOW_H
#define TIDEMARK_READ_FLOW_FLOW_H

#include "match/endpoints.h"
#include "read/reader.h"

enum flow_action { FLOW_UNKNOWN, FLOW_PERMIT, FLOW_DENY };

/* What an event of a firewall tells of a connection; other exporters tell of
 * flows as they are.  FLOW_GOES_ON: what passed since the last event. */
enum flow_part { FLOW_WHOLE, FLOW_OPENS, FLOW_GOES_ON, FLOW_CLOSES };

struct flow {
	int64_t first, last; /* microseconds since 1970, or TIME_NONE */
	struct addr src, dst;
	struct addr nat_src, nat_dst; /* family 0: not told */
	struct addr exporter;	      /* the device that saw it, or family 0 */
	uint64_t packets, bytes;      /* from source to destination */
	uint64_t bytes_back;	      /* the other way; 0: not told */
	uint32_t sampling;	      /* one packet in so many; 0: not told */
	uint16_t src_port, dst_port;
	/* Behind translation; 0: not told.  nat_last: the last one of a block
	 * of ports that begins with nat_src_port. */
	uint16_t nat_src_port, nat_dst_port, nat_last;
	uint8_t protocol; /* of the IP header */
	uint8_t tcp_flags;
	bool counted;	/* packets and bytes were told */
	bool has_ports; /* false: a fragment, or not told */
	bool both_ways; /* bytes is of both directions together */
	bool src_began; /* told; otherwise the ports must tell */
	enum flow_action action;
	enum flow_part part;
};

/* Below this a port is a service's rather than one that a client was given:
 * IOS begins at 11000, BSD at 10000. */
#define FLOW_CLIENT_PORTS 10000

/* The way back of a connection: from a service to what a client was given. */
static inline bool
flow_way_back(uint16_t src_port, uint16_t dst_port)
{
	return src_port < dst_port && src_port < FLOW_CLIENT_PORTS;
}

/* The class of match/endpoints.h. */
static inline unsigned
flow_class(uint8_t protocol, uint16_t src_port, uint16_t dst_port)
{
	return protocol == 6
		   ? (flow_way_back(src_port, dst_port) ? ENDPOINT_TCP_BACK
							: ENDPOINT_TCP)
	       : protocol == 17 ? ENDPOINT_UDP
				: ENDPOINT_OTHER;
}

/* No times, nothing told. */
void flow_init(struct flow *f);

/*
 * Flows of addresses that somebody watches are told, whether they are wanted
 * as records or not.  number and offset as in flow_emit.
 */
struct flow_watch {
	const struct addrset *addresses; /* sealed, not empty */
	bool v6;			 /* it holds IPv6 */
	void (*flow)(
	    void *ctx, const struct flow *f, uint64_t number, uint64_t offset);
	void *ctx;
};

static inline bool
flow_watched_v4(const struct flow_watch *w, uint32_t src, uint32_t dst)
{
	return addrset_find_v4(w->addresses, src) != ADDRSET_NONE ||
	       addrset_find_v4(w->addresses, dst) != ADDRSET_NONE;
}

/* Can the flow matter to some rule or indicator?  wanted NULL: yes. */
bool flow_wanted(const struct endpoints *wanted, const struct flow *f);

/* Hands on the record of a flow.  number: its place among the flows of the
 * source, from 1; offset: of the item it stands in. */
void flow_emit(
    const struct flow *f, uint64_t number, uint64_t offset, struct emit *out);

/* The same from a line of text, which is the evidence. */
void flow_emit_line(const struct flow *f, struct span line, uint64_t number,
    uint64_t offset, struct emit *out);

/*
 * Counts the flows of a source; makes records of those that are wanted.  A
 * flow without an address is counted apart and goes no further.
 */
struct flow_sink {
	const struct endpoints *wanted;
	const struct flow_watch *watch;
	uint64_t *passed; /* as in struct read_in */
	struct emit *out;
	uint64_t flows; /* so far */
	/* Of the item at hand, where its number is the flow's; 0: flows are
	 * numbered themselves. */
	uint64_t number;
	uint64_t mute; /* of those, without addresses */
};
void flow_sink_set(
    struct flow_sink *s, const struct read_in *in, struct emit *out);
void flow_take(struct flow_sink *s, const struct flow *f, uint64_t offset);

/* Tells of the flow if it is watched; flow_take does so itself. */
void flow_tell(const struct flow_sink *s, const struct flow *f, uint64_t number,
    uint64_t offset);

/* The same when the caller looked already: nobody wants or watches it. */
static inline void
flow_pass(struct flow_sink *s)
{
	s->flows++;
	if (s->passed != NULL)
		++*s->passed;
}

/* Milliseconds since 1970 as a time; TIME_NONE for 0 and beyond year 9999. */
int64_t flow_time_ms(uint64_t ms);

/* IANA's firewallEvent, NF_F_FW_EVENT of ASA: created, deleted, denied, alert,
 * update. */
enum flow_part flow_event_part(uint64_t event);
enum flow_action flow_event_action(uint64_t event);

/* IANA's natEvent (RFC 8158 section 5.1), and what it was before: 1 created, 2
 * deleted. */
enum flow_part flow_nat_part(uint64_t event);

/* The name of an IP protocol number in lower case, or its digits in room. */
const char *flow_protocol(uint8_t number, char room[4]);

/* The number of a name that flow_protocol gives, or of digits; 0: neither. */
uint8_t flow_protocol_number(struct span name);

/* Does the protocol have ports?  Of others, exporters put type and code, or
 * what happens to stand there, where ports would be. */
bool flow_has_ports(uint8_t protocol);

/* Does flow_emit ever put this field in flows of a class?  As in struct
 * reader. */
bool flow_has_field(unsigned class, enum field_id f);

#endif
