/* Between cisco_filter.c (lists) and cisco_filter_group.c (groups). */
#ifndef TIDEMARK_READ_CONFIG_CISCO_FILTER_BUILD_H
#define TIDEMARK_READ_CONFIG_CISCO_FILTER_BUILD_H

#include "read/config/cisco_filter.h"

/* A top-level line of a list or group, and the next one of the same name. */
struct cisco_part {
	uint32_t node, next;
};

/* What a group or object stands for. */
struct cisco_group {
	uint32_t first; /* part */
	uint8_t state;	/* 0: not read, 1: being read, 2: read */
	bool services;	/* ports or protocols, not addresses */
	struct filter_set set;
	const struct filter_service *v;
	size_t n;
};

struct cisco_filters {
	struct ios *x;
	struct arena *arena;
	const struct cisco_filter_rules *rules;
	struct map names; /* kind byte and name to first part */
	struct cisco_part *parts;
	size_t nparts, parts_cap;
	struct map built; /* family byte and name to filter */
	const struct filter **filters;
	size_t nfilters, filters_cap;
	struct map group_of; /* kind byte and name to group */
	struct cisco_group *groups;
	size_t ngroups, groups_cap;
	unsigned depth;
	size_t pieces;	  /* of all groups */
	size_t compared;  /* own addresses with pieces of destinations */
	struct addr *own; /* addresses of the device */
	size_t nown;
	bool more_own; /* than were kept */
};

/* Kinds of names. */
#define KIND_LIST4 '4'
#define KIND_LIST6 '6'
#define KIND_LIST '*' /* of both families */
#define KIND_GROUP 'g'
#define KIND_OBJECT 'o'
#define KIND_NAME 'n'

/* First part of a name, or MAP_NONE. */
uint32_t cisco_part_of(const struct cisco_filters *c, char kind, struct span s);

/* A group or object by name; NULL when it is not defined.  One that refers to
 * itself, or nests too deep, is unsure. */
const struct cisco_group *cisco_group(
    struct cisco_filters *c, char kind, struct span name);

/* Words as they are read. */
struct cisco_words {
	struct cisco_filters *c;
	const struct words *w;
	unsigned i;
	unsigned family; /* of "any" */
	bool netmask;
};

/* any | host A | A W | P/n | object-group G | ... : a set that lives in the
 * arena. */
struct filter_set cisco_take_set(struct cisco_words *t);

/* A range of ports behind eq, gt, lt, neq, range at the words; false when
 * there is none.  Appended to *v. */
struct cisco_ports {
	struct filter_ports *v;
	size_t n, cap;
	bool unsure;
};
bool cisco_take_ports(struct cisco_words *t, struct cisco_ports *out);

/* IANA number of a protocol; -1 when the word is none.  ip and ipv6: 0. */
int cisco_protocol(struct span word);

#endif
