/*
 * Templates of NetFlow 9 and IPFIX, and data that waits for one.
 */
#ifndef TIDEMARK_READ_FLOW_TEMPLATE_H
#define TIDEMARK_READ_FLOW_TEMPLATE_H

#include "base/arena.h"
#include "base/cursor.h"
#include "base/map.h"

#define LENGTH_VARIABLE 65535 /* RFC 7011 section 7 */

struct element {
	uint32_t enterprise; /* 0: IANA's */
	uint16_t type, length;
};

struct template
{
	struct span raw; /* as it was sent */
	const struct element *v;
	unsigned n;
	uint32_t least; /* bytes of a record with empty variable fields */
	bool options;
	bool variable;
};

/* A set that waits. */
struct parked {
	struct parked *next;
	struct span body;
	uint64_t offset;
	int64_t export_ms;
	uint32_t uptime;
};

/* Whose template it is. */
struct template_key {
	uint8_t address[16], family;
	uint8_t version;
	uint16_t id;
	uint32_t domain;
};

struct template_slot {
	struct template_key key;
	struct template template; /* n 0: none known */
	uint32_t withdrawn;	  /* of its domain, when it came */
	bool gone;		  /* it was withdrawn itself */
	struct parked *first, *last;
};

struct templates {
	struct arena *arena;
	struct map map;
	struct template_slot *v;
	size_t n, cap;
	size_t bytes;  /* of templates that were kept */
	size_t parked; /* bytes that wait or waited */
	uint64_t lost; /* sets beyond the limits */
	bool full;
};

void templates_init(struct templates *t, struct arena *a);

/* NULL beyond LIMIT_FLOW_TEMPLATES.  Valid until the next call. */
struct template_slot *templates_slot(
    struct templates *t, const struct template_key *key);

/*
 * Reads the definition of n fields at the cursor into the slot; a repeat
 * changes nothing.  ipfix: fields may have an enterprise (RFC 7011 section
 * 3.2).  False when the fields are not all there or too many are kept.
 */
bool template_read(struct templates *t, struct template_slot *slot,
    struct cursor *c, unsigned n, bool ipfix, bool options);

/* Keeps a set until its template comes. */
void template_park(struct templates *t, struct template_slot *slot,
    struct span body, uint64_t offset, int64_t export_ms, uint32_t uptime);

/* The bytes of the next field of a record; the cursor fails at its end. */
struct span template_field(const struct element *e, struct cursor *c);

#endif
