/*
 * A message on the wire: between whom, when, in which packet.  The readers of
 * protocols make their records from it, so that all have the same fields and
 * the same form of evidence text:
 *
 *	2027-01-31T10:11:12Z 192.0.2.1:4711 > 198.51.100.2:161 snmp set ...
 */
#ifndef TIDEMARK_READ_PACKET_WIRE_H
#define TIDEMARK_READ_PACKET_WIRE_H

#include "base/buf.h"
#include "read/reader.h"

struct wire {
	struct emit *out;
	struct arena *arena; /* for texts of records */
	int64_t time;
	uint64_t number, offset; /* of the packet */
	struct addr src, dst;
	uint16_t src_port, dst_port; /* 0 and 0: none */
	bool tcp;
};

/* "192.0.2.1:80", "[2001:db8::1]:80", without port when there is none. */
struct span wire_end(struct arena *a, const struct addr *addr, uint16_t port);

/* Starts a record: its place, time and ends, and its text: the ends, a word for
 * the protocol, and what the message says. */
void wire_record(const struct wire *w, struct record *r, enum record_kind kind,
    const char *word, struct span says);

/* The same for a message: with fields for its transport and service too. */
void wire_message(const struct wire *w, struct record *r, enum record_kind kind,
    const char *service, struct span says);

void wire_put_addr(const struct wire *w, struct record *r, enum field_id f,
    const struct addr *a);
void wire_put_number(
    const struct wire *w, struct record *r, enum field_id f, uint64_t v);

/* Bytes of a message as text: cut at max, what cannot be printed as '.'. */
struct span wire_text(const struct wire *w, struct span s, size_t max);

#endif
