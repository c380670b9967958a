/*
 * Which records stand on the timeline: read from data/timeline.yaml, whose head
 * tells its form.
 */
#ifndef TIDEMARK_INTEL_MOMENT_H
#define TIDEMARK_INTEL_MOMENT_H

#include "base/arena.h"
#include "intel/check.h"
#include "intel/commands.h"
#include "intel/yaml.h"
#include "record/record.h"

enum timeline_kind {
#define TIMELINE(id, word, text) TIMELINE_##id,
#include "intel/timeline.def"
#undef TIMELINE
	TIMELINE_COUNT
};

/* "login"; and what it means.  -1: no such word. */
const char *timeline_kind_name(enum timeline_kind k);
const char *timeline_kind_meaning(enum timeline_kind k);
int timeline_kind_find(struct span word);

/* One field of an entry, and what it may hold. */
struct moment_test {
	enum field_id field;
	struct span_list patterns;
};

struct moment_entry {
	enum timeline_kind event;
	uint64_t records; /* bit 1 << enum record_kind */
	struct moment_test *tests;
	size_t ntests;
};

struct moment_list {
	struct moment_entry *v;
	size_t n;
	uint64_t records; /* of all entries */
};

/* The list of one file; its texts live in the arena.  -1 with *e, *out
 * untouched, where the file is not of the form. */
int moments_read(struct arena *a, struct span yaml, struct moment_list *out,
    struct yaml_error *e);

/* What a record means on the timeline; false: it does not stand there. */
bool moment_of(const struct moment_list *l, const struct command_table *t,
    const struct record *r, enum timeline_kind *out);

#endif
