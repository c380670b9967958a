/*
 * What must be shown of a device before silence in its logs means anything:
 * that it logs logins, commands, notices.  Read from data/prerequisites.yaml,
 * whose head tells its form.
 */
#ifndef TIDEMARK_INTEL_PREREQUISITE_H
#define TIDEMARK_INTEL_PREREQUISITE_H

#include "base/arena.h"
#include "intel/check.h"
#include "intel/yaml.h"

/* A text in a line of a log that proves it for the line's device. */
struct prerequisite_mark {
	struct span evidence; /* class of the log: syslog, accounting */
	struct span text;     /* in any case */
};

/* A fact that proves it. */
struct prerequisite_setting {
	struct span name, state;
	struct span_list holds;	    /* empty: any value */
	struct span_list platforms; /* empty: all */
};

struct prerequisite {
	struct span word, title, confirmed, source;
	unsigned bit; /* of enum evidence_class (device/device.h) */
	struct prerequisite_mark *marks;
	size_t nmarks, marks_cap;
	struct prerequisite_setting *settings;
	size_t nsettings;
	struct span_list always; /* platforms */
	struct fix *need;
	size_t nneed;
};

struct prerequisite_list {
	struct prerequisite *v;
	size_t n;
};

/* The list of one file; its texts live in the arena.  -1 with *e, *out
 * untouched, where the file is not of the form. */
int prerequisite_read(struct arena *a, struct span yaml,
    struct prerequisite_list *out, struct yaml_error *e);

/* NULL when there is none of the word. */
const struct prerequisite *prerequisite_find(
    const struct prerequisite_list *l, struct span word);

/* Do the setting's name, state and value prove it on the platform? */
bool prerequisite_shown(const struct prerequisite *p, struct span platform,
    struct span name, struct span state, struct span value);

/* Does every device of the platform do it? */
bool prerequisite_always(const struct prerequisite *p, struct span platform);

#endif
