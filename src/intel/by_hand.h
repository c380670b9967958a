/*
 * How to look for an indicator's value by hand: commands of public tools, read
 * from data/lookups.yaml, whose head tells its form.
 */
#ifndef TIDEMARK_INTEL_BY_HAND_H
#define TIDEMARK_INTEL_BY_HAND_H

#include "intel/check.h"
#include "intel/indicator.h"
#include "intel/yaml.h"

/* What a source lies in. */
enum by_hand_packed {
	BY_HAND_NONE,
	BY_HAND_GZIP,
	BY_HAND_BZIP2,
	BY_HAND_XZ,
	BY_HAND_ZSTD,
	BY_HAND_TAR,
	BY_HAND_ZIP,
	BY_HAND_PACKINGS
};

/* A place where an indicator was met. */
struct by_hand_place {
	struct span path, outer, member; /* the latter two when it is packed */
	struct span format;		 /* the reader's name; may be empty */
	enum by_hand_packed packed;
	bool lines; /* text, whose lines are numbered */
	uint64_t line;
	struct span text; /* that stands there */
};

struct by_hand_entry {
	struct span_list formats;
	unsigned values; /* bit 1 << enum indicator_type */
	unsigned packed; /* bit 1 << enum by_hand_packed */
	unsigned family; /* 0: any */
	bool stands;
	struct span_list run;
};

struct by_hand_list {
	struct by_hand_entry *v;
	size_t n;
};

/* The list of one file; its texts live in the arena.  -1 with *e, *out
 * untouched, where the file is not of the form. */
int by_hand_read(struct arena *a, struct span yaml, struct by_hand_list *out,
    struct yaml_error *e);

/* The word of a packing; BY_HAND_PACKINGS: no such word. */
enum by_hand_packed by_hand_packed_find(struct span word);

/* A line to be pasted into a shell, in the arena; empty: there is none. */
struct span by_hand_command(const struct by_hand_list *l, struct arena *a,
    const struct indicator *x, const struct by_hand_place *at);

#endif
