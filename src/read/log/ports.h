/*
 * Destination ports in lines of tables and of JSON, for struct reader.ports:
 * found by their column or by the names of members, without parsing.
 */
#ifndef TIDEMARK_READ_LOG_PORTS_H
#define TIDEMARK_READ_LOG_PORTS_H

#include "read/reader.h"

/* What stands in a column, counted from 0. */
void ports_in_column(struct span block, char separator, unsigned column,
    struct port_set *set, reader_at_fn *fn, void *ctx);

/* A port at the beginning of the text, where one begins. */
void ports_in_cell(struct span text, size_t at, struct port_set *set,
    reader_at_fn *fn, void *ctx);

/* Names that may stand before a destination port in JSON. */
struct port_keys {
	struct span v[16];
	size_t n;
};

/* Those that named_values.h knows, joined ("id.resp_p") and the last part of
 * nested ones ("resp_p").  In the arena. */
struct port_keys *ports_keys(struct arena *a);

/* Values of members of these names. */
void ports_in_json(const struct port_keys *keys, struct span block,
    struct port_set *set, reader_at_fn *fn, void *ctx);

#endif
