/* Between reach.c (services) and reach_doors.c (ways in to them). */
#ifndef TIDEMARK_READ_CONFIG_REACH_BUILD_H
#define TIDEMARK_READ_CONFIG_REACH_BUILD_H

#include "read/config/reach.h"

/* Who is let in, of one family: answers name the guard by its place in the
 * service, LIMIT_REACH_LISTS where there is none. */
struct reach_side {
	unsigned family;
	struct filter_runs runs;
};

/* Let what has passed so far pass the guards of the service from that one
 * on. */
void reach_side_pass(struct reach *r, const struct reach_service *s,
    unsigned from, struct reach_side *side);

struct reach_sums {
	double permit, unknown;
	/* The runs that say most of each, by their share of the space. */
	const struct filter_run *permits, *unknowns, *denies;
};
struct reach_sums reach_sums_of(const struct reach_side *side);

enum openness { NOBODY, RESTRICTED, NOT_KNOWN, ANYBODY };
enum openness reach_openness(const struct reach_sums *s);
extern const char *const reach_openness_words[];

/* The prefixes of a verdict, the first few thousand. */
struct reach_admitted {
	struct prefix *v;
	size_t n;      /* in all */
	size_t stored; /* of them in v */
};
struct reach_admitted reach_admitted_of(
    struct reach *r, const struct filter_runs *runs, enum filter_verdict v);

/* Is any of it public and not the device's own? */
bool reach_is_public(const struct reach *r, const struct prefix *v, size_t n);

/* The entry that decided, or NULL; then why the end is what it is. */
const struct filter_entry *reach_entry_of(const struct reach_service *s,
    unsigned family, const struct filter_answer *a);
struct span reach_end_why(struct reach *r, const struct reach_service *s,
    const struct reach_side *side, const struct filter_answer *a);

/* Fields of the record under construction. */
void reach_put_common(struct reach *r, const struct reach_service *s);
void reach_put_decision(struct reach *r, const struct reach_service *s,
    const struct reach_side *side, const struct filter_answer *a);
void reach_put_answer(struct reach *r, const struct reach_service *s,
    const struct reach_side *sides);

/*
 * Who gets at a service in the end: its own guards (sides, IPv4 and IPv6) and
 * the doors together.  word is one of internet, customers, inside, management,
 * none, unknown; NULL: no door is known.
 */
struct reach_opening {
	const char *word;
	struct span why;
};
void reach_opening(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2], struct reach_opening *out);

/* Records of the doors that have filters; of all where the control plane has
 * a policy. */
void reach_entrances(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2]);

#endif
