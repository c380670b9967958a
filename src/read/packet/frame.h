/*
 * A captured packet, from its link layer to its transport payload, with every
 * IP header it holds: outer ones first, then what tunnels carry.
 *
 * Link types: Ethernet with VLAN tags (802.1Q, 802.1ad) and LLC/SNAP, Linux
 * cooked v1 and v2, BSD loopback, raw IP, PPP (also with HDLC framing, also
 * over Ethernet), Cisco HDLC, MPLS (RFC 3032; what it carries is told by its
 * first half-byte).  Tunnels: IP in IP (RFC 2003), 6in4 (RFC 4213), GRE (RFC
 * 2784, 2890, and PPTP's version 1), ERSPAN types I, II and III, VXLAN (RFC
 * 7348), Geneve (RFC 8926) and GTP-U (3GPP TS 29.281).
 */
#ifndef TIDEMARK_READ_PACKET_FRAME_H
#define TIDEMARK_READ_PACKET_FRAME_H

#include "base/addr.h"
#include "base/limits.h"
#include "base/span.h"

enum {
	IPPROTO_NUMBER_ICMP = 1,
	IPPROTO_NUMBER_IPIP = 4,
	IPPROTO_NUMBER_TCP = 6,
	IPPROTO_NUMBER_UDP = 17,
	IPPROTO_NUMBER_IPV6 = 41,
	IPPROTO_NUMBER_GRE = 47,
	IPPROTO_NUMBER_ESP = 50,
	IPPROTO_NUMBER_AH = 51,
	IPPROTO_NUMBER_ICMPV6 = 58,
	IPPROTO_NUMBER_SCTP = 132,
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PUSH = 8, TCP_ACK = 16 };

/* One IP header and what follows it. */
struct frame {
	struct addr src, dst;
	uint8_t protocol; /* behind IPv6 extension headers */
	uint16_t length;  /* bytes of the IP packet on the wire, header too */

	/* Fragments (RFC 791, RFC 8200 section 4.5).  Of one that is not the
	 * first, payload is what follows the headers and no port is known. */
	bool fragment; /* part of a larger packet */
	bool more;     /* others follow */
	uint32_t id;
	uint32_t at;	  /* offset in bytes */
	struct span data; /* bytes behind the IP headers, as captured */

	/* TCP, UDP and SCTP: whole packets and first fragments. */
	bool ports; /* src_port and dst_port are set */
	uint16_t src_port, dst_port;
	struct span payload;   /* as captured, without link-layer padding */
	uint32_t payload_wire; /* bytes it had on the wire */
	uint32_t seq, ack;     /* TCP */
	uint8_t flags;	       /* TCP_SYN, ... */

	bool deeper; /* it carries more than was read: see frame_read */
};

/* Does this program know the link type? */
bool frame_link_known(uint32_t link);

/*
 * Reads a packet of a link type of the tcpdump.org registry.  Returns how many
 * of v were filled, outermost first: 0 when it holds no IP header that can be
 * read.  Where headers lie deeper than LIMIT_FRAME_LAYERS and LIMIT_FRAME_TAGS
 * allow, the last one is marked.  Everything borrows from bytes.
 */
size_t frame_read(
    uint32_t link, struct span bytes, struct frame v[LIMIT_FRAME_LAYERS]);

/*
 * The same from the middle: data is the payload, put together, of the packet
 * whose first fragment is *of.  v[0] is that packet whole, then come those it
 * carries.
 */
size_t frame_resume(const struct frame *of, struct span data,
    struct frame v[LIMIT_FRAME_LAYERS]);

#endif
