/*
 * Pieces that log formats share: name=value pairs and comma-separated values.
 * All spans lie in the text that was given.
 */
#ifndef TIDEMARK_READ_LOG_PAIRS_H
#define TIDEMARK_READ_LOG_PAIRS_H

#include "record/record.h"

/*
 * The value of name in "a=1 b="two words" c=x": the name starts the text or
 * follows a blank, a comma or a bar, outside quotes.  A value in double quotes
 * comes without them, its escapes as written; a bare one ends at a blank.
 * Empty when the name is not there or has no value.
 */
struct span pair_get(struct span s, const char *name);

/* The pairs in order, in one pass: false at the end.  sep: what ends a bare
 * value, beside the end of text. */
bool pair_next(
    struct span *rest, char sep, struct span *name, struct span *value);

/* Pairs whose bare values may hold blanks, as CEF writes them: a value ends
 * where the next " name=" begins. */
bool pair_next_loose(struct span *rest, struct span *name, struct span *value);

/*
 * A row of comma-separated values (RFC 4180): quotes are taken off, doubled
 * ones inside stay as written.  At most max columns are put into v; returns
 * how many the row has of these.
 */
size_t csv_row(struct span line, char sep, struct span *v, size_t max);

/* Which field of a record a name or column stands for. */
struct pair_field {
	const char *name;
	uint16_t field; /* enum field_id */
};

/* Put a value as its field's type wants it; "", "-" and "N/A" are absent. */
void pair_put(struct record *r, enum field_id f, struct span value);

/* The same by name, compared without case; false when it is not in the table,
 * which ends in a NULL name. */
bool pair_put_named(struct record *r, const struct pair_field *table,
    struct span name, struct span value);

/* JSON nests no deeper than LIMIT_JSON_DEPTH: its parser calls itself once a
 * level. */
bool json_shallow(struct span s);

/* From the brace that opens an object: its bytes up to the one that closes it;
 * 0: it goes on behind s. */
size_t json_object_bytes(struct span s);

#endif
