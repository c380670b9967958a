/*
 * What the parts of the nfcapd reader share: nfcapd.c cuts a file into blocks,
 * nfcapd_record.c reads the records of a block.
 */
#ifndef TIDEMARK_READ_FLOW_NFCAPD_H
#define TIDEMARK_READ_FLOW_NFCAPD_H

#include "read/flow/flow.h"

/* The extensions of a record of nfdump 1.6, in their order in it. */
struct nfcapd_map {
	bool known;
	uint16_t id;
	uint8_t n;
	uint8_t extensions[LIMIT_FLOW_EXTENSIONS];
};

struct nfcapd_records {
	struct flow_sink sink;
	struct arena *arena;	 /* of the file */
	struct nfcapd_map *maps; /* ordered as they came */
	size_t nmaps, maps_cap;
	uint32_t *map_of;	/* by id, index + 1; NULL until one came */
	struct addr *exporters; /* by number; NULL until one came */
	uint64_t unknown;	/* records of types that are not known */
	uint64_t broken;	/* records that do not hold what they should */
};

/* The records of one block, unpacked.  offset: of the block in the file.
 * Returns false when the sizes of the records do not fit the block: then the
 * records before were read. */
bool nfcapd_records(
    struct nfcapd_records *x, struct span block, uint64_t offset);

/* The whole records at the front of a piece of a block.  Returns their bytes;
 * *bad is set where what follows can be no record. */
size_t nfcapd_records_some(
    struct nfcapd_records *x, struct span piece, uint64_t offset, bool *bad);

#endif
