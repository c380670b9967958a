/*
 * Logsources: which record kinds feed a rule, and by which names it knows
 * their fields.  Data, not code: data/logsources.yaml, and the user's files.
 *
 *   fields:                    names that hold for all rules from elsewhere
 *     c-ip: src_ip
 *   sources:                   the first that fits a rule counts
 *     - product: linux         whatever is named must be the rule's
 *       service: sshd
 *       kinds: [syslog]        record kinds
 *       where: {program: sshd} the rule holds only there; a selection over
 *                              record fields
 *       fields: {uid: user}    names in such rules
 *       pairs: true            all other names are keys of key=value in the
 *                              line, even those that records know
 *       about: for people
 *     - product: zeek
 *       service: dns
 *       unread: why no reader supplies it
 *
 * "device" as a record field means the device that evidence is joined to; only
 * correlations can ask for it.  "time" means when the event happened.
 */
#ifndef TIDEMARK_INTEL_LOGSOURCE_H
#define TIDEMARK_INTEL_LOGSOURCE_H

#include "base/arena.h"
#include "base/buf.h"
#include "intel/yaml.h"
#include "record/record.h"

/* What a name may mean beside enum field_id. */
#define FIELD_ANY 0xfffe    /* keywords */
#define FIELD_NEVER 0xfffd  /* a field that no record here has */
#define FIELD_TIME 0xfffc   /* when the event happened */
#define FIELD_PAIR 0xfffb   /* key=value in the raw line */
#define FIELD_DEVICE 0xfffa /* of correlations: the device, once joined */

struct field_name {
	struct span name;
	uint16_t field; /* enum field_id, FIELD_TIME, FIELD_DEVICE */
};

struct logsource {
	struct span product, category, service; /* empty: any */
	uint64_t kinds;				/* bit 1 << K */
	struct field_name *fields;
	size_t nfields;
	const struct yaml_node *where; /* or NULL */
	bool pairs;
	struct span about, unread;
};

struct logsource_table {
	struct logsource *v; /* what counts first, first */
	size_t n;
	struct field_name *fields; /* for all */
	size_t nfields;
};

typedef void logsource_problem_fn(
    void *ctx, uint32_t line, uint32_t column, const char *text);

/* Put a file's logsources and names before those that the table has.  The tree
 * and all text live in the arena.  A row with a problem is left out. */
void logsource_read(struct logsource_table *t, struct arena *a,
    struct span yaml, logsource_problem_fn *problem, void *ctx);

/* The first row that fits, or NULL. */
const struct logsource *logsource_find(const struct logsource_table *t,
    struct span product, struct span category, struct span service);

/* The field of a name in rules of a row (NULL: of none); F_NONE when it has
 * none.  Names are compared without case. */
uint16_t logsource_field(const struct logsource_table *t,
    const struct logsource *row, struct span name);

/* docs/logsources.md: our own kinds and the table. */
void logsource_page(const struct logsource_table *t, struct buf *out);

#endif
