/*
 * What of a configuration is compared between two of its states, and how a
 * difference is told (data/changes.yaml).  A record becomes a statement: a
 * subject, which says what it is of, and named values.
 */
#ifndef TIDEMARK_INTEL_CHANGES_H
#define TIDEMARK_INTEL_CHANGES_H

#include "base/arena.h"
#include "base/buf.h"
#include "intel/check.h"
#include "intel/yaml.h"
#include "record/record.h"

struct change_field {
	enum field_id field;
	struct span word; /* what it is called, or the value it must have */
};

struct change_kind {
	enum record_kind kind;
	struct span subject; /* template */
	struct change_field *compare, *only;
	size_t ncompare, nonly;
	bool watch, brief, replace;
};

struct change_table {
	struct change_kind *v;
	size_t n;
	uint8_t by_kind[K_COUNT]; /* index + 1; 0: not compared */
	/* What goes with a change in a log: mnemonics of messages, and first
	 * words of commands that only look. */
	struct span_list messages, looking;
};

int changes_read(struct arena *a, struct span yaml, struct change_table *out,
    struct yaml_error *e);

/* Does a record of a log go with a change of the configuration? */
bool changes_explained(const struct change_table *t, const struct record *r);

/* NULL: records of the kind are not compared. */
const struct change_kind *changes_of(
    const struct change_table *t, enum record_kind k);

/*
 * A secret's stand-in: hexadecimal digits, equal for equal secrets and of no
 * use for anything else.  Appends to out.
 */
typedef void change_secret_fn(
    void *ctx, const struct record *r, struct span secret, struct buf *out);

/*
 * The record as a statement: the subject into subject, and its values into
 * values, each as NAME, 0x1f, TEXT, 0x1e, in the order of the table.  false:
 * it is not compared, or its subject would be empty.
 */
bool changes_state(const struct change_kind *k, const struct record *r,
    change_secret_fn *secret, void *ctx, struct buf *subject,
    struct buf *values);

#define CHANGE_NAME_END '\x1f'
#define CHANGE_VALUE_END '\x1e'

/* The next value of a row of values; false at the end. */
bool changes_value(struct span *rest, struct span *name, struct span *text);

#endif
