/*
 * What the two ends of a conversation say: payloads to the readers of their
 * protocols.  TCP services are told by what the first bytes are, wherever
 * they run, and by port where bytes do not tell; UDP services by port.
 */
#ifndef TIDEMARK_READ_PACKET_SESSION_H
#define TIDEMARK_READ_PACKET_SESSION_H

#include "read/packet/talks.h"
#include "read/packet/tcp.h"
#include "read/packet/wire.h"

struct session_set {
	struct tcp_streams streams;
	struct talks *talks; /* borrowed */
};

void sessions_init(
    struct session_set *s, struct talks *talks, struct arena *arena);

/* The payload of a frame of conversation t, which *w describes. */
void session_payload(struct session_set *s, struct talk *t,
    const struct frame *f, bool client, const struct wire *w);

/* The conversation is over: what waits will not be answered.  w gives where
 * records go. */
void session_end(struct session_set *s, struct talk *t, const struct wire *w);

/* The word for a service, or "". */
const char *service_word(uint8_t service);

#endif
