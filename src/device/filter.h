/*
 * Packet filters, evaluated: "does this list let address X reach this
 * service", and "which addresses does it let in".  A filter is an ordered list
 * of entries; the first that matches decides, and an end stands behind them.
 * Nothing here knows a vendor: readers turn their syntax into entries.
 *
 * What an entry asks of a packet beyond its source, protocol and port is
 * settled by the reader (is the destination the device itself?), or leaves the
 * entry unsure: a time range, a name that cannot be resolved.  An unsure entry
 * may match or not, and an answer that depends on that is "unknown".
 *
 * The question is always that of an intruder who opens a connection: entries
 * for established sessions do not match, and he picks his source port.
 */
#ifndef TIDEMARK_DEVICE_FILTER_H
#define TIDEMARK_DEVICE_FILTER_H

#include "base/addr.h"
#include "base/arena.h"

enum filter_verdict { FILTER_UNKNOWN, FILTER_PERMIT, FILTER_DENY };

/*
 * A piece of address space.  Without wild: all from lo to hi.  With it: the
 * addresses that agree with lo in every bit that is zero in wild (an IOS
 * wildcard such as 0.0.255.0 with holes); hi is then the highest of them.
 */
struct filter_piece {
	struct addr lo, hi;
	struct addr wild; /* family 0: none */
};

struct filter_piece filter_piece_of(const struct prefix *p);
struct filter_piece filter_piece_range(struct addr lo, struct addr hi);
/* Bits of lo under the wildcard do not matter.  Contiguous ones give a plain
 * piece. */
struct filter_piece filter_piece_wild(struct addr a, struct addr wild);
bool filter_piece_holds(const struct filter_piece *p, const struct addr *a);

/* A set of addresses; pieces are borrowed. */
struct filter_set {
	const struct filter_piece *v;
	size_t n;
	bool any4, any6;     /* all of the family */
	bool unsure;	     /* holds more than is known */
	struct span unknown; /* what could not be resolved */
};

struct filter_ports {
	uint16_t lo, hi;
};

/* One protocol with its ports.  No port ranges: every port. */
struct filter_service {
	uint8_t protocol; /* IANA number; FILTER_ANY_PROTOCOL */
	bool unsure;	  /* names a port or protocol not known */
	bool source_port; /* asks for some source ports only */
	const struct filter_ports *ports; /* destination */
	size_t nports;
};
#define FILTER_ANY_PROTOCOL 0
#define FILTER_TCP 6
#define FILTER_UDP 17

struct filter_entry {
	enum filter_verdict action; /* FILTER_PERMIT or FILTER_DENY */
	struct filter_set source;
	const struct filter_service *services; /* none: every packet */
	size_t nservices;
	bool never;	 /* matches no new connection: "established" */
	bool unsure;	 /* conditional: may match or not */
	struct span why; /* of unsure: what the condition is */
	/* Beside all that: what this filter permits (or denies), as a class
	 * of a policy matches what its list does.  Then the source is any.
	 * Readers nest a few levels at most, never by what the evidence says.
	 * NULL: none. */
	const struct filter *of;
	bool of_denied;
	/* Where it stands: for people. */
	struct span text;
	uint32_t line;
	uint64_t offset;
};

/* It matches only on a condition; the first reason given stays. */
void filter_entry_unsure(struct filter_entry *e, struct span why);

struct filter {
	struct span name;
	const struct filter_entry *v;
	size_t n;
	/* What becomes of a packet that no entry matches, and why the end is
	 * unknown. */
	enum filter_verdict end;
	struct span end_why;
	/* The list is not there, or has no entries: end is its answer. */
	bool missing, empty;
};

/* Which connection is asked for. */
struct filter_query {
	uint8_t protocol; /* FILTER_TCP or FILTER_UDP */
	uint16_t port;	  /* 0: some port of the protocol that is not known */
};

#define FILTER_END UINT32_MAX /* the end decided, no entry */

struct filter_answer {
	enum filter_verdict verdict;
	uint32_t entry;	 /* that decided, or FILTER_END; UNKNOWN: the entry that
			  * would decide if the unsure ones do not match */
	uint8_t list;	 /* the caller's number of the filter, 0 at first */
	struct span why; /* of UNKNOWN: what could not be resolved */
};

/* First match for one address; exact for every form of source. */
void filter_ask(const struct filter *f, const struct filter_query *q,
    const struct addr *a, struct filter_answer *out);

/* A run of addresses with one answer. */
struct filter_run {
	struct addr lo, hi;
	struct filter_answer answer;
};

/*
 * The whole address space of a family (4 or 6) as runs in order, without gaps.
 * Neighbours differ in verdict or deciding entry.  Wildcards with more holes
 * than LIMIT_FILTER_HOLES count as unsure over the block that holds them.
 * Costs O(n log n) in the pieces that match the query.  Returns false, with
 * one unknown run, when the list has more than LIMIT_FILTER_PIECES.
 */
struct filter_runs {
	struct filter_run *v;
	size_t n;
};
bool filter_map(struct arena *a, const struct filter *f,
    const struct filter_query *q, unsigned family, struct filter_runs *out);

/*
 * Two filters that a packet must both pass, as maps of the same family: permit
 * where both permit, deny where one denies.  The answer is that of the one
 * that decides: of two permits the one that says more (an entry before an end),
 * of two denials the first.
 */
void filter_answer_and(const struct filter_answer *x,
    const struct filter_answer *y, struct filter_answer *out);
void filter_runs_and(struct arena *a, const struct filter_runs *x,
    const struct filter_runs *y, struct filter_runs *out);

/*
 * Write the runs of a verdict as prefixes, the fewest that hold exactly those
 * addresses.  At most max are stored; returns how many there are, counting no
 * further than LIMIT_FILTER_PREFIXES.
 */
size_t filter_prefixes(const struct filter_runs *r, enum filter_verdict v,
    struct prefix *out, size_t max);

/*
 * Disjoint pieces in order, of any ranges.  Where they overlap the one with
 * more bits decides, and an exception takes its addresses out: so Junos reads
 * a list of prefixes (the longest match counts).  With equal bits and no
 * exception it is the union.  In the arena; returns how many.
 */
struct filter_choice {
	struct addr lo, hi;
	uint8_t bits; /* 0..128 */
	bool except;
};
size_t filter_choose(struct arena *a, const struct filter_choice *v, size_t n,
    struct filter_piece **out);

#endif
