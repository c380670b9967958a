/*
 * A sighting: one check met one or more records of one source that speak of
 * one device and one entity.  Workers gather sightings (a hundred thousand
 * denied packets are one), the parent merges them into findings.
 */
#ifndef TIDEMARK_DETECT_SIGHTING_H
#define TIDEMARK_DETECT_SIGHTING_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/map.h"
#include "intel/check.h"

struct evidence {
	uint64_t line;	 /* 0: none */
	uint64_t offset; /* UINT64_MAX: none */
	struct span text;
};

struct sighting {
	uint32_t check;	       /* index in the knowledge's checks */
	struct span host;      /* what the record says of its device */
	struct span host_addr; /* the same as an address */
	struct span entity;    /* what the finding is about; may be empty */
	struct span external;  /* an address that must not be the operator's
				* own, or empty */
	struct span peers;     /* blank-separated addresses of a flow whose
				* owner is the device; empty otherwise */
	enum severity severity;
	enum confidence confidence;
	uint64_t count;
	int64_t first, last; /* TIME_NONE when no record had a time */
	struct evidence *places;
	size_t nplaces, cap;
};

/* Sightings of one source.  Evidence may name as many entities as it has
 * lines: beyond LIMIT_ENTITIES of one check and host, or LIMIT_SIGHTINGS in
 * all, they are counted in one sighting of the check and host whose entity is
 * SIGHTING_FURTHER.  Where the address decides whether it is a sighting at all
 * (external), or whose it is (peers), only LIMIT_SIGHTINGS holds: beyond it
 * the former are dropped. */
struct sighting_table {
	struct arena *arena;
	struct map index;
	struct map groups; /* check and host -> index of group_n */
	uint32_t *group_n; /* entities of each */
	size_t ngroups, groups_cap;
	struct sighting *v;
	size_t n, cap;
	size_t nplaces; /* in all */
	bool full;	/* a limit was reached */
};

#define SIGHTING_FURTHER SPAN("further entities")

void sighting_table_init(struct sighting_table *t, struct arena *a);

/* Add one sighting with one place; merged with its equals.  Everything is
 * copied.  The first LIMIT_EVIDENCE places are kept, one alone when the table
 * has LIMIT_PLACES; the count goes on. */
void sighting_add(struct sighting_table *t, const struct sighting *s,
    int64_t time, const struct evidence *at);

/* The same for a sighting with its count, times and places. */
void sighting_merge(struct sighting_table *t, const struct sighting *s);

void sighting_encode(struct buf *b, const struct sighting *s);
bool sighting_decode(struct cursor *c, struct arena *a, struct sighting *out);

#endif
