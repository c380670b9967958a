/*
 * Datagrams that travel in fragments (RFC 791 section 3.2, RFC 8200 section
 * 4.5), put together.  At most LIMIT_DATAGRAMS wait for their pieces; the
 * oldest makes room.
 */
#ifndef TIDEMARK_READ_PACKET_DATAGRAMS_H
#define TIDEMARK_READ_PACKET_DATAGRAMS_H

#include "base/arena.h"
#include "read/packet/frame.h"

struct datagram;

struct datagrams {
	struct arena *arena;
	struct datagram *v; /* LIMIT_DATAGRAMS, once there is one */
	size_t n;
	uint64_t turn;
	uint64_t lost; /* given up with pieces missing */
};

void datagrams_init(struct datagrams *d, struct arena *arena);

/*
 * A fragment.  When it was the last that was missing: true, *whole is the
 * first fragment's header and *data the payload, both good until the next
 * call.  Bytes that overlap are taken as they came first.
 */
bool datagrams_add(struct datagrams *d, const struct frame *f,
    struct frame *whole, struct span *data);

/* Those that still wait are lost. */
void datagrams_end(struct datagrams *d);

#endif
