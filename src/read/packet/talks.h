/*
 * Conversations: packets between two ends, each an address and (with TCP, UDP
 * and SCTP) a port, over one protocol.  The table holds LIMIT_TALKS of them;
 * beyond that, one that was silent for long makes room, and is told of first.
 */
#ifndef TIDEMARK_READ_PACKET_TALKS_H
#define TIDEMARK_READ_PACKET_TALKS_H

#include "base/arena.h"
#include "read/packet/frame.h"

#define TALK_NONE UINT32_MAX

/* Both directions have one key: the lower end stands first. */
struct talk_key {
	uint64_t low[2], high[2]; /* bytes of addresses, as they lie */
	uint16_t low_port, high_port;
	uint8_t protocol, low_family, high_family, unused;
};

/* What was seen of the client, the server. */
enum {
	SAW_CLIENT_FIN = 1,
	SAW_SERVER_FIN = 2,
	SAW_CLIENT_RST = 4,
	SAW_SERVER_RST = 8,
	SAW_SYN = 16,
	SAW_SYN_ACK = 32,
};

/* What its bytes are. */
enum service {
	SERVICE_UNKNOWN,
	SERVICE_HTTP,
	SERVICE_TLS,
	SERVICE_SSH,
	SERVICE_FTP,
	SERVICE_SYSLOG,
	SERVICE_DNS,
	SERVICE_TFTP,
	SERVICE_SNMP,
	SERVICE_TACACS,
	SERVICE_RADIUS,
	SERVICE_SMART_INSTALL,
	SERVICE_BGP,
	SERVICE_FLOW_EXPORT,
	SERVICE_QUIC,
	SERVICE_SMTP,
	SERVICE_POP3,
	SERVICE_IMAP,
	SERVICE_NNTP,
	SERVICE_SIEVE,
	SERVICE_LDAP,
	SERVICE_XMPP,
	SERVICE_POSTGRES,
	SERVICE_MYSQL,
	SERVICE_RDP,
	SERVICE_COUNT,
};

/* The tunnel that carries a conversation. */
struct talk_outer {
	struct addr src, dst;
	uint8_t protocol;
};

/* Two cache lines; that is what a packet costs where there are many. */
struct talk {
	struct talk_key key;
	uint32_t next;	 /* in the hash chain, or the list of free ones */
	uint32_t stream; /* of what the client sends; STREAM_NONE */
	uint32_t isn;	 /* of the client; with SAW_SYN */
	uint8_t saw;
	uint8_t service; /* enum service */
	uint8_t tries;	 /* segments in which no service was found */
	uint8_t greeted; /* 1: the client said who it is; 2: the server */
	uint64_t packets[2], bytes[2]; /* [0] by the client; payload bytes */
	int64_t first, last;	       /* times; TIME_NONE */
	uint64_t number, offset;       /* place of the first packet */
	bool high_client;	       /* the client is the higher end */
	bool active; /* since the last look for a silent one */
	bool used;
	bool carried; /* by a tunnel: see talks_outer */
};

typedef void talk_end_fn(void *ctx, struct talk *t);

struct talks {
	struct arena *arena;
	struct talk *v; /* at the start of a cache line */
	size_t n, cap;
	uint32_t free; /* list */
	uint64_t seed; /* so that nobody can make chains long on purpose */
	struct talk_outer *outers; /* beside v, once there is a tunnel */
	size_t nouters;
	uint32_t *heads;
	size_t nheads;
	size_t hand; /* where the look for a silent one goes on */
	uint64_t evicted;
	talk_end_fn *end;
	void *ctx;
};

/* end is called once for every conversation that is forgotten. */
void talks_init(
    struct talks *t, struct arena *arena, talk_end_fn *end, void *ctx);

/*
 * The conversation of a frame, made when there is none.  *client tells which
 * way the frame went.  *fresh: it was made now.  A SYN after the end of a
 * conversation begins the next.  The pointer is good until the next call.
 */
struct talk *talks_find(
    struct talks *t, const struct frame *f, bool *client, bool *fresh);

/*
 * Tables of this size are not in a near cache.  A caller who knows several
 * frames ahead asks for the memory of each: with talks_seek for all of them,
 * then with talks_fetch for all, then it takes one after the other.  What
 * talks_seek gave stays good whatever happens to the table.
 */
struct talk_seek {
	struct talk_key key;
	uint32_t hash;
	bool high; /* the frame's source is the higher end */
};
void talks_seek(
    const struct talks *t, const struct frame *f, struct talk_seek *out);
void talks_fetch(const struct talks *t, const struct talk_seek *s);
struct talk *talks_take(struct talks *t, const struct frame *f,
    const struct talk_seek *s, bool *client, bool *fresh);

/* The conversation is carried by this frame. */
void talks_carried(struct talks *t, struct talk *x, const struct frame *outer);
/* What carries it; NULL: nothing. */
const struct talk_outer *talks_outer(
    const struct talks *t, const struct talk *x);

/* Forget all, in the order in which they stand. */
void talks_end(struct talks *t);

/* The ends of a conversation. */
void talk_client(const struct talk *t, struct addr *a, uint16_t *port);
void talk_server(const struct talk *t, struct addr *a, uint16_t *port);

#endif
