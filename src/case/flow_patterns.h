/*
 * The contacts of all sources together, by device; shared by the files that
 * make records of kind flow_pattern of them.
 */
#ifndef TIDEMARK_CASE_FLOW_PATTERNS_H
#define TIDEMARK_CASE_FLOW_PATTERNS_H

#include "case/merge.h"
#include "detect/rule.h"

/* A contact, joined over all sources that show it. */
struct joined {
	struct contact at;
	uint32_t source;		     /* that shows it first */
	uint32_t client, server;	     /* devices, or DEVICE_NONE */
	uint32_t client_group, server_group; /* DEVICE_NONE: none */
};

/* What a device does on one side of one service. */
struct peer_group {
	uint32_t device;
	uint16_t port;
	uint8_t protocol;
	bool client;	       /* the device is */
	bool denied;	       /* nothing of it got through */
	size_t peers, devices; /* different ones; known devices of these */
	uint32_t first;	       /* the first of its contacts */
	uint64_t flows, bytes_out, bytes_in; /* as the device sees them */
	int64_t begin, end;
};

/* Whom a configuration names. */
struct named_peer {
	enum trait_use use;
	struct prefix prefix;
};
struct named_list {
	struct named_peer *v; /* by use, length of prefix, address */
	size_t n, cap;
	unsigned configures; /* bits of the uses that occur */
};

/* What a configuration hands on to a host behind the device. */
struct translated {
	struct addr outside;   /* family 0: any of the device's */
	uint8_t protocol;      /* 0: any */
	uint16_t first, last;  /* ports */
	struct addr inside;
};
struct translated_list {
	struct translated *v;
	size_t n, cap; /* at most LIMIT_TRANSLATIONS */
};

struct patterns {
	struct case_merge *m;
	struct casefile *c;
	struct map index;
	struct joined *v;
	size_t n, cap;
	struct map group_index, group_peers;
	struct peer_group *groups;
	size_t ngroups, groups_cap;
	struct named_list *named; /* by device */
	struct translated_list *translated; /* by device */
	struct rule_scratch rules;
	struct arena scratch; /* of a record, until it is told */
};

/* A record of kind flow_pattern of a device, and what to say where a rule
 * holds. */
struct telling_pattern {
	uint32_t device;
	struct span reason;
	int64_t first, last;
	uint64_t count;
	/* Where it is seen; of a relay, both sides. */
	const struct joined *places[2];
};
/* Texts of r and what are in x->scratch, which is empty afterwards. */
void pattern_tell(struct patterns *x, const struct record *r,
    const struct telling_pattern *what);

/* Put into a record. */
void pattern_put(
    struct patterns *x, struct record *r, enum field_id f, uint64_t n);
void pattern_put_peer(struct patterns *x, struct record *r, uint32_t device,
    const struct addr *peer);

/* Whose an address is: device, own, private, foreign. */
const char *pattern_whose(
    const struct patterns *x, uint32_t device, const struct addr *a);

/* Whom a service at an address of a device is really of; NULL: the device's own,
 * as far as is known. */
const struct addr *pattern_behind(
    const struct patterns *x, uint32_t device, const struct contact *c);

/* Gathers what configurations translate. */
void patterns_translated(struct patterns *x);

/* Conversations that come in to a device and go out again. */
void patterns_relays(struct patterns *x);

#endif
