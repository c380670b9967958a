#include "read/packet/talk_flow.h"

#include <inttypes.h>

#include "read/flow/flow.h"
#include "read/packet/session.h"

/* IP protocols of the IANA registry that routers speak. */
static struct span
protocol_word(struct arena *a, uint8_t protocol)
{
	static const struct {
		uint8_t number;
		const char *word;
	} known[] = {{1, "icmp"}, {2, "igmp"}, {4, "ipip"}, {6, "tcp"},
	    {17, "udp"}, {41, "6in4"}, {46, "rsvp"}, {47, "gre"}, {50, "esp"},
	    {51, "ah"}, {58, "icmp6"}, {88, "eigrp"}, {89, "ospf"},
	    {94, "ipip"}, {103, "pim"}, {112, "vrrp"}, {115, "l2tp"},
	    {132, "sctp"}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].number == protocol)
			return span_str(known[i].word);
	return arena_fmt(a, "ip-%u", protocol);
}

static const char *
tcp_state(const struct talk *t)
{
	bool both = t->packets[0] > 0 && t->packets[1] > 0;
	unsigned fins = t->saw & (SAW_CLIENT_FIN | SAW_SERVER_FIN);
	bool open = (t->saw & SAW_SYN_ACK) != 0;

	/* A capture that starts later: data both ways was a connection. */
	if (t->bytes[0] > 0 && t->bytes[1] > 0)
		open = true;
	if (!open) {
		if ((t->saw & SAW_SYN) == 0)
			return "OTH";
		if (t->saw & SAW_SERVER_RST)
			return "REJ";
		if (t->saw & SAW_CLIENT_RST)
			return "RSTOS0";
		if (fins & SAW_CLIENT_FIN)
			return "SH";
		return both ? "OTH" : "S0";
	}
	if (t->saw & SAW_CLIENT_RST)
		return "RSTO";
	if (t->saw & SAW_SERVER_RST)
		return "RSTR";
	if (fins == (SAW_CLIENT_FIN | SAW_SERVER_FIN))
		return "SF";
	if (fins == SAW_CLIENT_FIN)
		return "S2";
	return fins == SAW_SERVER_FIN ? "S3" : "S1";
}

/* As Zeek names them (base/protocols/conn). */
static const char *
state_word(const struct talk *t)
{
	if (t->key.protocol == IPPROTO_NUMBER_TCP)
		return tcp_state(t);
	if (t->packets[0] == 0)
		return "SHR";
	return t->packets[1] > 0 ? "SF" : "S0";
}

struct span
talk_duration(struct arena *a, int64_t micro)
{
	if (micro < 0)
		micro = 0;
	return arena_fmt(a, "%" PRId64 ".%06" PRId64, micro / TIME_SECOND,
	    micro % TIME_SECOND);
}

static void
put_tunnel(struct arena *a, struct record *r, const struct talk_outer *o)
{
	struct span src, dst, word;

	if (o == NULL)
		return;
	src = wire_end(a, &o->src, 0);
	dst = wire_end(a, &o->dst, 0);
	word = protocol_word(a, o->protocol);
	record_put(r, F_TUNNEL,
	    arena_fmt(a, "%.*s > %.*s %.*s", SPAN_FMT(src), SPAN_FMT(dst),
		SPAN_FMT(word)));
}

static void
flow_fields(const struct wire *w, struct record *r, const struct talk *t,
    const struct talk_outer *outer)
{
	wire_put_number(w, r, F_PACKETS_OUT, t->packets[0]);
	wire_put_number(w, r, F_BYTES_OUT, t->bytes[0]);
	wire_put_number(w, r, F_PACKETS_IN, t->packets[1]);
	wire_put_number(w, r, F_BYTES_IN, t->bytes[1]);
	put_tunnel(w->arena, r, outer);
}

void
talk_tell(
    const struct talk *t, const struct talk_outer *outer, const struct wire *of)
{
	struct wire w = *of;
	struct span protocol = protocol_word(w.arena, t->key.protocol);
	const char *state = state_word(t), *service = service_word(t->service);
	struct span lasted = {0};
	struct record r;

	w.time = t->first;
	w.number = t->number;
	w.offset = t->offset;
	talk_client(t, &w.src, &w.src_port);
	talk_server(t, &w.dst, &w.dst_port);
	if (t->first != TIME_NONE)
		lasted = talk_duration(w.arena, t->last - t->first);
	wire_record(&w, &r, K_FLOW, arena_str(w.arena, protocol),
	    arena_fmt(w.arena,
		"%s%s%s, %" PRIu64 " packets %" PRIu64 " bytes out, %" PRIu64
		" packets %" PRIu64 " bytes in%s%.*s%s",
		state, service[0] != '\0' ? " " : "", service, t->packets[0],
		t->bytes[0], t->packets[1], t->bytes[1],
		lasted.n > 0 ? ", " : "", SPAN_FMT(lasted),
		lasted.n > 0 ? " s" : ""));
	record_put(&r, F_PROTOCOL, protocol);
	record_put_str(&r, F_SERVICE, service);
	record_put(&r, F_DURATION, lasted);
	record_put_str(&r, F_CONN_STATE, state);
	flow_fields(&w, &r, t, outer);
	w.out->record(w.out, &r);
}

bool
talk_has_field(unsigned class, enum field_id f)
{
	static const enum field_id fields[] = {F_SRC_IP, F_DST_IP, F_SRC_PORT,
	    F_DST_PORT, F_PROTOCOL, F_SERVICE, F_DURATION, F_CONN_STATE,
	    F_PACKETS_OUT, F_BYTES_OUT, F_PACKETS_IN, F_BYTES_IN, F_TUNNEL};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i] == f)
			return true;
	/* Exports on their way to a collector. */
	return flow_has_field(class, f);
}

static bool
of_interest(const struct addrset *set, bool v6, const struct addr *a)
{
	return a->family == 4 ? addrset_find_v4(set, addr_v4(a)) != ADDRSET_NONE
			      : v6 && addrset_find(set, a) != ADDRSET_NONE;
}

bool
talk_wanted(const struct talk *t, const struct talk_outer *outer,
    const struct endpoints *wanted, const struct flow_watch *watch)
{
	struct addr src, dst;
	uint16_t src_port, dst_port;
	unsigned class;

	if (wanted == NULL)
		return true;
	talk_client(t, &src, &src_port);
	talk_server(t, &dst, &dst_port);
	class = flow_class(t->key.protocol, src_port, dst_port);
	if (wanted->all[class] || endpoints_port(wanted, class, dst_port) ||
	    endpoints_address(wanted, &src) || endpoints_address(wanted, &dst))
		return true;
	if (outer != NULL && (endpoints_address(wanted, &outer->src) ||
				 endpoints_address(wanted, &outer->dst)))
		return true;
	return watch != NULL &&
	       (of_interest(watch->addresses, watch->v6, &src) ||
		   of_interest(watch->addresses, watch->v6, &dst));
}
