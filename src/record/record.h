/*
 * The record: one flat row of typed, named fields with its device, its time
 * and its place.  A configuration fact, a syslog event, an accounting entry, a
 * web request, a flow, a file: all are records, and all detectors see nothing
 * else.  Kinds and fields are declared in kinds.def and fields.def.
 *
 * A record borrows all its text: from the source's bytes or from the arena
 * that the reader was given.
 */
#ifndef TIDEMARK_RECORD_RECORD_H
#define TIDEMARK_RECORD_RECORD_H

#include "base/addr.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/timestamp.h"

enum record_kind {
#define KIND(id, name, flags, text) K_##id,
#include "record/kinds.def"
#undef KIND
	K_COUNT
};

enum kind_flags { EVENT = 1, FACT = 2, KEPT = 4 };

enum field_type {
	FT_TEXT,
	FT_NUMBER,
	FT_IP,
	FT_PREFIX,
	FT_TIME,
	FT_HASH,
	FT_BOOL,
	FT_SECRET
};

enum field_id {
#define FIELD(id, name, type, verbatim, text) F_##id,
#include "record/fields.def"
#undef FIELD
	F_COUNT
};
#define F_NONE 0xffff

/*
 * One field's value.  text is always set (as it stood in the evidence, or as
 * the reader normalised it); number and addr are set as the field's declared
 * type says: number for NUMBER, TIME (microseconds) and BOOL (0/1), prefix
 * for PREFIX, prefix.addr for IP.
 */
struct value {
	uint16_t field; /* enum field_id */
	struct span text;
	union {
		int64_t number;
		struct prefix prefix;
	} u;
};

struct record {
	enum record_kind kind;
	unsigned nvalues;
	struct value values[LIMIT_RECORD_FIELDS];

	/* Which device the record itself speaks of; empty: the device of its
	 * source.  A name, or the text of an address, or both. */
	struct span host;
	struct span host_addr;

	int64_t time; /* TIME_NONE when it has none */

	/* Place: line 1-based within what the reader was given (0: none),
	 * byte offset, and the text to show as evidence. */
	uint64_t line;
	uint64_t offset;
	struct span raw;
};

/* Start anew: only kind and place are set. */
void record_init(struct record *r, enum record_kind kind, uint64_t line,
    uint64_t offset, struct span raw);

/*
 * Set a field.  An empty text, and (for record_put_ip/_prefix) text that is no
 * address, leave the record as it was: an absent field is absent.  Beyond
 * LIMIT_RECORD_FIELDS values are dropped.  The same field may be put several
 * times (a list); tests match when any of its values does.
 */
void record_put(struct record *r, enum field_id f, struct span text);
void record_put_str(struct record *r, enum field_id f, const char *text);
void record_put_ip(struct record *r, enum field_id f, struct span text);
void record_put_prefix(struct record *r, enum field_id f,
    const struct prefix *p, struct span text);
/* text: decimal digits as they stand; nothing is put when it is no number. */
void record_put_number(struct record *r, enum field_id f, struct span text);
void record_put_bool(struct record *r, enum field_id f, bool v);

/* The first value of a field, or NULL / an empty span. */
const struct value *record_get(const struct record *r, enum field_id f);
struct span record_text(const struct record *r, enum field_id f);

/* Tables. */
const char *kind_name(enum record_kind k);
const char *kind_meaning(enum record_kind k);
unsigned kind_flags(enum record_kind k);
int kind_find(struct span name); /* -1 when unknown */
const char *field_name(enum field_id f);
const char *field_meaning(enum field_id f);
enum field_type field_type(enum field_id f);
bool field_verbatim(enum field_id f);
int field_find(struct span name); /* -1 when unknown */

#endif
