/*
 * Headers name what follows them in three ways: by EtherType, by IP protocol,
 * by PPP protocol.  Each header that is read leaves what comes next in struct
 * walk, and a loop goes on from there: no recursion, and every step consumes
 * bytes or ends the walk.
 */
#include "read/packet/frame.h"

enum next {
	NEXT_END,
	NEXT_ETHERNET, /* a MAC header */
	NEXT_TYPE,     /* walk.type is an EtherType */
	NEXT_PPP,      /* walk.type is a PPP protocol */
	NEXT_IP,       /* by its version */
	NEXT_MPLS,
};

struct walk {
	struct span rest;
	enum next next;
	unsigned type;
	struct frame *v;
	size_t n;
};

/* EtherTypes of the IEEE registry. */
enum {
	TYPE_IP = 0x0800,
	TYPE_TEB = 0x6558, /* Ethernet in GRE, Geneve (RFC 1701) */
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_PPP = 0x880b, /* in GRE (RFC 2637) */
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_MULTI = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_ERSPAN = 0x88be,
	TYPE_QINQ = 0x88a8,
	TYPE_ERSPAN3 = 0x22eb,
	TYPE_QINQ_OLD = 0x9100,
};

/* UDP ports of tunnels (IANA). */
enum {
	PORT_GTPU = 2152,
	PORT_VXLAN = 4789,
	PORT_GENEVE = 6081,
	PORT_VXLAN_OLD = 8472
};

/* Numbers of a header whose length the caller has checked. */
static unsigned
u8(struct span s, size_t at)
{
	return (unsigned char)s.p[at];
}

static unsigned
u16(struct span s, size_t at)
{
	return u8(s, at) << 8 | u8(s, at + 1);
}

static uint32_t
u32(struct span s, size_t at)
{
	return (uint32_t)u16(s, at) << 16 | u16(s, at + 2);
}

static bool
pass(struct walk *w, size_t n)
{
	if (w->rest.n < n)
		return false;
	w->rest = span_from(w->rest, n);
	return true;
}

static bool
go(struct walk *w, size_t n, enum next next, unsigned type)
{
	w->next = next;
	w->type = type;
	return pass(w, n);
}

static bool
step_ethernet(struct walk *w)
{
	unsigned type;

	if (w->rest.n < 14)
		return false;
	type = u16(w->rest, 12);
	if (type >= 0x600)
		return go(w, 14, NEXT_TYPE, type);
	/* IEEE 802.3 with LLC: SNAP (RFC 1042) or IP's own SAP. */
	if (w->rest.n < 22)
		return false;
	if (u16(w->rest, 14) == 0xaaaa)
		return go(w, 22, NEXT_TYPE, u16(w->rest, 20));
	if (u16(w->rest, 14) == 0x0606)
		return go(w, 17, NEXT_IP, 0);
	return false;
}

/* RFC 3032; the bottom of the stack does not say what follows (RFC 4928). */
static bool
step_mpls(struct walk *w)
{
	bool bottom;

	if (w->rest.n < 5)
		return false;
	bottom = (u8(w->rest, 2) & 1) != 0;
	if (!bottom)
		return go(w, 4, NEXT_MPLS, 0);
	switch (u8(w->rest, 4) >> 4) {
	case 4:
	case 6:
		return go(w, 4, NEXT_IP, 0);
	case 0: /* an Ethernet pseudowire with control word (RFC 4448) */
		return go(w, 8, NEXT_ETHERNET, 0);
	default: /* and one without */
		return go(w, 4, NEXT_ETHERNET, 0);
	}
}

static bool
step_ppp(struct walk *w)
{
	switch (w->type) {
	case 0x0021:
	case 0x0057:
		return go(w, 0, NEXT_IP, 0);
	case 0x0281:
		return go(w, 0, NEXT_MPLS, 0);
	default:
		return false;
	}
}

/* A PPP protocol number, of one byte when it is odd (RFC 1661 section 6.5),
 * perhaps behind the address and control field of HDLC (RFC 1662). */
static bool
ppp_head(struct walk *w)
{
	if (w->rest.n >= 2 && u16(w->rest, 0) == 0xff03)
		pass(w, 2);
	if (w->rest.n < 2)
		return false;
	if (u8(w->rest, 0) & 1)
		return go(w, 1, NEXT_PPP, u8(w->rest, 0));
	return go(w, 2, NEXT_PPP, u16(w->rest, 0));
}

/* ERSPAN as Cisco and draft-foschiano-erspan lay it out: type II has eight
 * bytes, type III twelve and eight more when its last bit says so. */
static bool
step_erspan3(struct walk *w)
{
	if (w->rest.n < 12)
		return false;
	return go(w, u8(w->rest, 11) & 1 ? 20 : 12, NEXT_ETHERNET, 0);
}

static bool
step_type(struct walk *w)
{
	switch (w->type) {
	case TYPE_IP:
	case TYPE_IPV6:
		return go(w, 0, NEXT_IP, 0);
	case TYPE_VLAN:
	case TYPE_QINQ:
	case TYPE_QINQ_OLD:
		return w->rest.n >= 4 && go(w, 4, NEXT_TYPE, u16(w->rest, 2));
	case TYPE_MPLS:
	case TYPE_MPLS_MULTI:
		return go(w, 0, NEXT_MPLS, 0);
	case TYPE_PPPOE: /* RFC 2516 section 4 */
		return w->rest.n >= 8 && go(w, 8, NEXT_PPP, u16(w->rest, 6));
	case TYPE_TEB:
		return go(w, 0, NEXT_ETHERNET, 0);
	case TYPE_PPP:
		return ppp_head(w);
	case TYPE_ERSPAN3:
		return step_erspan3(w);
	default:
		return false;
	}
}

/* RFC 2784, 2890; version 1 is PPTP's (RFC 2637 section 4.1). */
static bool
gre(struct walk *w, struct span s)
{
	unsigned flags, type;
	size_t n = 4;

	if (s.n < 4)
		return false;
	flags = u16(s, 0);
	type = u16(s, 2);
	if (flags & 0x4000) /* source routes, which nobody may send */
		return false;
	n += flags & 0x8000 ? 4 : 0; /* checksum */
	n += flags & 0x2000 ? 4 : 0; /* key */
	n += flags & 0x1000 ? 4 : 0; /* sequence number */
	if ((flags & 7) == 1)
		n += flags & 0x0080 ? 4 : 0;
	w->rest = s;
	if (type != TYPE_ERSPAN)
		return go(w, n, NEXT_TYPE, type);
	/* Type I has no sequence number and no header of its own. */
	return go(w, flags & 0x1000 ? n + 8 : n, NEXT_ETHERNET, 0);
}

/* 3GPP TS 29.281 section 5.1: G-PDU alone carries a packet. */
static bool
gtpu(struct walk *w, struct span s)
{
	size_t n = 8;
	unsigned more;

	if (s.n < 8 || u8(s, 0) >> 5 != 1 || (u8(s, 0) & 0x10) == 0 ||
	    u8(s, 1) != 0xff)
		return false;
	if (u8(s, 0) & 7) {
		if (s.n < 12)
			return false;
		n = 12;
		more = u8(s, 0) & 4 ? u8(s, 11) : 0;
		while (more != 0) {
			size_t length;

			if (s.n < n + 4)
				return false;
			length = 4 * (size_t)u8(s, n);
			if (length == 0 || s.n < n + length)
				return false;
			more = u8(s, n + length - 1);
			n += length;
		}
	}
	w->rest = s;
	return go(w, n, NEXT_IP, 0);
}

/* What a datagram carries when it goes to a tunnel's port. */
static bool
udp_tunnel(struct walk *w, const struct frame *f)
{
	struct span s = f->payload;

	switch (f->dst_port) {
	case PORT_GTPU:
		return gtpu(w, s);
	case PORT_VXLAN:
	case PORT_VXLAN_OLD: /* RFC 7348 section 5: the I flag must be set */
		w->rest = s;
		return s.n >= 8 && u8(s, 0) == 0x08 &&
		       go(w, 8, NEXT_ETHERNET, 0);
	case PORT_GENEVE: /* RFC 8926 section 3.4 */
		w->rest = s;
		return s.n >= 8 && u8(s, 0) >> 6 == 0 &&
		       go(w, 8 + 4 * (u8(s, 0) & 0x3f), NEXT_TYPE, u16(s, 2));
	default:
		return false;
	}
}

/* Captured and wire bytes of what follows n bytes of the IP payload. */
static void
payload_set(struct frame *f, uint32_t wire, size_t n)
{
	f->payload = span_from(f->data, n);
	f->payload_wire = wire > n ? wire - (uint32_t)n : 0;
}

static void
tcp(struct frame *f, uint32_t wire)
{
	struct span s = f->data;
	size_t n;

	if (s.n < 20)
		return;
	n = (u8(s, 12) >> 4) * 4;
	f->seq = u32(s, 4);
	f->ack = u32(s, 8);
	f->flags = (uint8_t)u8(s, 13);
	if (n >= 20)
		payload_set(f, wire, n);
}

/* RFC 768.  A length of zero stands for a jumbogram (RFC 2675). */
static void
udp(struct frame *f, uint32_t wire)
{
	size_t length;

	if (f->data.n < 8)
		return;
	length = u16(f->data, 4);
	payload_set(f, wire, 8);
	/* No end takes a datagram that is longer than its packet. */
	if (length > wire && !f->fragment) {
		f->ports = false;
		f->src_port = f->dst_port = 0;
		return;
	}
	if (length >= 8 && !f->fragment && length - 8 < f->payload_wire) {
		f->payload_wire = (uint32_t)length - 8;
		f->payload = span_head(f->payload, length - 8);
	}
}

/* What stands in f->data; wire: its bytes on the wire. */
static bool
transport(struct walk *w, struct frame *f, uint32_t wire)
{
	struct span s = f->data;

	f->payload = s;
	f->payload_wire = wire;
	if (f->fragment && f->at > 0)
		return false;
	switch (f->protocol) {
	case IPPROTO_NUMBER_TCP:
	case IPPROTO_NUMBER_UDP:
	case IPPROTO_NUMBER_SCTP:
		if (s.n < 4)
			return false;
		f->ports = true;
		f->src_port = (uint16_t)u16(s, 0);
		f->dst_port = (uint16_t)u16(s, 2);
		payload_set(f, wire, s.n);
		if (f->protocol == IPPROTO_NUMBER_TCP)
			tcp(f, wire);
		else if (f->protocol == IPPROTO_NUMBER_UDP)
			udp(f, wire);
		return f->protocol == IPPROTO_NUMBER_UDP && !f->fragment &&
		       f->ports && udp_tunnel(w, f);
	case IPPROTO_NUMBER_GRE:
		return !f->fragment && gre(w, s);
	case IPPROTO_NUMBER_IPIP:
	case IPPROTO_NUMBER_IPV6:
		w->rest = s;
		return !f->fragment && go(w, 0, NEXT_IP, 0);
	default:
		return false;
	}
}

/* RFC 791 section 3.1.  Total length 0 comes from segmentation offload. */
static bool
ip4(struct walk *w)
{
	struct frame *f = &w->v[w->n];
	struct span s = w->rest;
	size_t head, total;
	unsigned part;

	if (s.n < 20)
		return false;
	head = (u8(s, 0) & 15) * 4;
	total = u16(s, 2);
	if (total == 0)
		total = s.n > 0xffff ? 0xffff : s.n;
	if (head < 20 || total < head || s.n < head)
		return false;
	*f = (struct frame){.protocol = (uint8_t)u8(s, 9),
	    .length = (uint16_t)total,
	    .id = u16(s, 4)};
	f->src.family = f->dst.family = 4;
	memcpy(f->src.bytes, s.p + 12, 4);
	memcpy(f->dst.bytes, s.p + 16, 4);
	part = u16(s, 6);
	f->more = (part & 0x2000) != 0;
	f->at = (part & 0x1fff) * 8;
	f->fragment = f->more || f->at > 0;
	f->data = span_sub(s, head, total);
	w->n++;
	return transport(w, f, (uint32_t)(total - head));
}

/* An IPv4-mapped address is the IPv4 address (base/addr.h). */
static void
addr_v6(struct addr *a, const char *p)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (memcmp(p, mapped, sizeof(mapped)) == 0) {
		a->family = 4;
		memcpy(a->bytes, p + 12, 4);
		return;
	}
	a->family = 6;
	memcpy(a->bytes, p, 16);
}

/* RFC 8200 section 4: the headers in front of the payload. */
static bool
extensions(struct frame *f)
{
	for (int i = 0; i < LIMIT_FRAME_TAGS; i++) {
		struct span s = f->data;
		size_t n = 8;

		switch (f->protocol) {
		case 0:	 /* hop by hop */
		case 43: /* routing */
		case 60: /* destination */
			if (s.n < 8)
				return false;
			n = 8 + 8 * (size_t)u8(s, 1);
			break;
		case 44:
			if (s.n < 8)
				return false;
			f->at = u16(s, 2) & 0xfff8;
			f->more = (u16(s, 2) & 1) != 0;
			f->id = u32(s, 4);
			f->fragment = f->more || f->at > 0;
			break;
		case IPPROTO_NUMBER_AH:
			if (s.n < 8)
				return false;
			n = 8 + 4 * (size_t)u8(s, 1);
			break;
		default:
			return true;
		}
		if (s.n < n)
			return false;
		f->protocol = (uint8_t)u8(s, 0);
		f->data = span_from(s, n);
		if (f->fragment && f->at > 0)
			return true;
	}
	return false;
}

static bool
ip6(struct walk *w)
{
	struct frame *f = &w->v[w->n];
	struct span s = w->rest;
	size_t total;

	if (s.n < 40)
		return false;
	total = 40 + (size_t)u16(s, 4);
	if (total == 40)
		total = s.n > 0xffff ? 0xffff : s.n;
	*f = (struct frame){.protocol = (uint8_t)u8(s, 6)};
	f->length = (uint16_t)(total > 0xffff ? 0xffff : total);
	addr_v6(&f->src, s.p + 8);
	addr_v6(&f->dst, s.p + 24);
	f->data = span_sub(s, 40, total);
	w->n++;
	if (!extensions(f)) {
		f->payload = f->data;
		return false;
	}
	total -= (size_t)(f->data.p - s.p);
	return transport(w, f, (uint32_t)total);
}

static bool
step(struct walk *w)
{
	switch (w->next) {
	case NEXT_ETHERNET:
		return step_ethernet(w);
	case NEXT_TYPE:
		return step_type(w);
	case NEXT_PPP:
		return step_ppp(w);
	case NEXT_MPLS:
		return step_mpls(w);
	case NEXT_IP:
		if (w->rest.n < 1)
			return false;
		if (w->n == LIMIT_FRAME_LAYERS) {
			w->v[w->n - 1].deeper = true;
			return false;
		}
		if (u8(w->rest, 0) >> 4 == 4)
			return ip4(w);
		return u8(w->rest, 0) >> 4 == 6 && ip6(w);
	default:
		return false;
	}
}

static size_t
walk_all(struct walk *w)
{
	for (int i = 0; i < LIMIT_FRAME_TAGS * LIMIT_FRAME_LAYERS; i++)
		if (!step(w))
			return w->n;
	if (w->n > 0)
		w->v[w->n - 1].deeper = true;
	return w->n;
}

/* The registry's numbers; BSD's own values of DLT_RAW are in old files. */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPPOE = 51,
	LINK_RAW = 101,
	LINK_C_HDLC = 104,
	LINK_LOOP = 108,
	LINK_COOKED = 113,
	LINK_PPP_DIR = 204,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_COOKED2 = 276,
};

bool
frame_link_known(uint32_t link)
{
	static const uint16_t known[] = {LINK_NULL, LINK_ETHERNET, LINK_PPP,
	    LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_PPP_HDLC, LINK_PPPOE, LINK_RAW,
	    LINK_C_HDLC, LINK_LOOP, LINK_COOKED, LINK_PPP_DIR, LINK_IPV4,
	    LINK_IPV6, LINK_COOKED2};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == link)
			return true;
	return false;
}

static bool
first(struct walk *w, uint32_t link)
{
	struct span s = w->rest;

	switch (link) {
	case LINK_ETHERNET:
		return go(w, 0, NEXT_ETHERNET, 0);
	case LINK_NULL: /* the family, in the order of some machine */
	case LINK_LOOP:
		return go(w, 4, NEXT_IP, 0);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4:
	case LINK_IPV6:
		return go(w, 0, NEXT_IP, 0);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return ppp_head(w);
	case LINK_PPP_DIR:
		return pass(w, 1) && ppp_head(w);
	case LINK_PPPOE:
		return go(w, 0, NEXT_TYPE, TYPE_PPPOE);
	case LINK_C_HDLC:
		return s.n >= 4 && go(w, 4, NEXT_TYPE, u16(s, 2));
	case LINK_COOKED:
		return s.n >= 16 && go(w, 16, NEXT_TYPE, u16(s, 14));
	case LINK_COOKED2:
		return s.n >= 20 && go(w, 20, NEXT_TYPE, u16(s, 0));
	default:
		return false;
	}
}

size_t
frame_read(uint32_t link, struct span bytes, struct frame v[LIMIT_FRAME_LAYERS])
{
	struct walk w = {.rest = bytes, .v = v};

	/* What nearly all packets are takes the short way. */
	if (link == LINK_ETHERNET && bytes.n > 14 &&
	    u16(bytes, 12) == TYPE_IP && u8(bytes, 14) >> 4 == 4) {
		w.rest = span_from(bytes, 14);
		return ip4(&w) ? walk_all(&w) : w.n;
	}
	return first(&w, link) ? walk_all(&w) : 0;
}

size_t
frame_resume(const struct frame *of, struct span data,
    struct frame v[LIMIT_FRAME_LAYERS])
{
	struct walk w = {.v = v, .n = 1};

	v[0] = *of;
	v[0].fragment = v[0].more = false;
	v[0].at = 0;
	v[0].data = data;
	if (transport(&w, &v[0], (uint32_t)data.n))
		return walk_all(&w);
	return w.n;
}
