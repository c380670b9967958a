/*
 * What two addresses said to each other over one service, all flows of a
 * source taken together.  Workers keep contacts of the addresses that known
 * devices have on their interfaces; the parent joins those of all sources and
 * has the rules over kind flow_pattern look at them.
 */
#ifndef TIDEMARK_CASE_CONTACT_H
#define TIDEMARK_CASE_CONTACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/map.h"
#include "match/addrset.h"
#include "record/record.h"

enum talk_outcome { TALK_UNKNOWN, TALK_ANSWERED, TALK_REFUSED };

/* Firewalls tell of a connection when it opens, when it closes, or both, some
 * also while it lasts. */
enum talk_part { TALK_WHOLE, TALK_OPENS, TALK_GOES_ON, TALK_CLOSES };

/* A flow, as far as contacts need it. */
struct talk {
	struct addr src, dst;
	int64_t first, last; /* microseconds since 1970, or TIME_NONE */
	uint64_t packets_out, packets_in; /* from src, from dst */
	uint64_t bytes_out, bytes_in;
	uint64_t bytes_either;	 /* not told which way */
	uint64_t number, offset; /* its place in the source */
	uint16_t src_port, dst_port;
	uint8_t protocol;
	bool has_ports;
	bool src_began; /* told; otherwise the ports must tell */
	bool denied;	/* on its way, by a filter or firewall */
	enum talk_part part;
	enum talk_outcome outcome;
	struct span service; /* as a sensor recognised it, or empty */
};

/* Intervals between conversations are counted by quarters of a doubling, from
 * one second on: 64 of them reach 18 hours. */
#define CONTACT_BEATS 64

/* So many different ports of the client are told apart. */
#define CONTACT_PORTS 4

/* Name of a recognised protocol with its end: "ssl", "gssapi,smb". */
#define CONTACT_SERVICE 24

struct contact {
	struct addr client, server; /* without ports: the lower one first */
	uint16_t port;		    /* of the service; 0: no ports */
	uint8_t protocol;
	uint8_t nclient_ports;
	uint16_t client_ports[CONTACT_PORTS];
	bool denied;   /* all of it; what was let through is another contact */
	bool answered; /* never of what was denied */
	char service[CONTACT_SERVICE]; /* empty: no sensor told */
	uint64_t flows;		       /* that were told of once */
	uint64_t opens, closes;	       /* of those that may be told of twice */
	uint64_t packets_out, packets_in; /* from client, from server */
	uint64_t bytes_out, bytes_in;
	uint64_t bytes_either;		  /* not told which way */
	uint64_t largest_out, largest_in; /* bytes of one flow */
	uint64_t largest_either;
	int64_t first, last;
	uint64_t busy; /* microseconds in which flows ran, added up */
	/* Conversations: flows of another port of the client than the last
	 * one's, a second or more after it. */
	uint64_t starts;
	int64_t last_start;
	uint16_t last_port;
	uint32_t beats[CONTACT_BEATS];
	uint64_t number, offset; /* of the first flow */
};

struct contacts {
	const struct addrset *watched; /* sealed; NULL: nothing is kept */
	bool v6;		       /* it holds IPv6 */
	/* A bit for each port that some rule asks for by name: of two high
	 * ports it is the service's. */
	const uint64_t *services;
	struct arena *arena;
	struct map index;
	struct contact *v;
	size_t n, cap;	  /* at most LIMIT_CONTACTS_SOURCE */
	uint64_t dropped; /* flows of contacts beyond that */
};

/* watched NULL: contacts_take does nothing. */
void contacts_init(struct contacts *c, struct arena *a,
    const struct addrset *watched, const uint64_t *services);

/* Is one of the addresses watched? */
static inline bool
contacts_see_v4(const struct contacts *c, uint32_t src, uint32_t dst)
{
	return addrset_find_v4(c->watched, src) != ADDRSET_NONE ||
	       addrset_find_v4(c->watched, dst) != ADDRSET_NONE;
}
bool contacts_see(
    const struct contacts *c, const struct addr *src, const struct addr *dst);

/*
 * Adds a flow of which an address is watched.  What nobody answered counts only
 * where a watched address began it: what the Internet knocks at is no deed of
 * the router's.
 */
void contacts_take(struct contacts *c, const struct talk *t);

/*
 * A flow that a reader tells as a record: kind flow, or a message of a device
 * that names both ends, the protocol, and whether it let that pass.  log: the
 * record is a firewall's or filter's word, told when it happened: the source
 * of a connection began it, and one with bytes has ended.  False: it is none.
 */
bool talk_of_record(const struct record *r, bool log, struct talk *out);

/* How many there were, however often they were told of. */
uint64_t contact_flows(const struct contact *c);

/*
 * Bytes of which nobody tells the direction.  One connection may be told of
 * by two: a firewall that counts both directions together (ASA), and one that
 * counts each (the same as NetFlow, FTD's own events).  Where what is told by
 * direction is as much, to a tenth, that is it, and this is 0.
 */
uint64_t contact_unsaid(const struct contact *c);

/* The same contact in a later source. */
void contact_join(struct contact *c, const struct contact *later);

/* The interval that most conversations keep to, in seconds, and how many of a
 * hundred do; 0 where there are too few to tell. */
unsigned contact_beat(const struct contact *c, unsigned *share);

/* Same addresses, service, protocol and fate have the same key. */
#define CONTACT_KEY 38
struct span contact_key(const struct contact *c, char room[CONTACT_KEY]);

void contact_encode(struct buf *b, const struct contact *c);
bool contact_decode(struct cursor *c, struct contact *out);

#endif
