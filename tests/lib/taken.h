/*
 * Records of a reader written down as text, "kind:line field=value ...", and
 * texts sought there.  For unit tests of readers that take a source whole.
 */
#ifndef TIDEMARK_TESTS_LIB_TAKEN_H
#define TIDEMARK_TESTS_LIB_TAKEN_H

#include "base/buf.h"
#include "intel/default_settings.h"
#include "read/reader.h"

struct taken {
	struct emit emit;
	struct arena arena;
	struct buf text;
};

static inline void
take_record(struct emit *e, const struct record *r)
{
	struct taken *t = (struct taken *)e;

	buf_fmt(&t->text, "%s:%llu", kind_name(r->kind),
	    (unsigned long long)r->line);
	for (unsigned i = 0; i < r->nvalues; i++) {
		enum field_id f = (enum field_id)r->values[i].field;

		buf_fmt(&t->text, " %s=", field_name(f));
		buf_put(&t->text, r->values[i].text);
	}
	buf_puts(&t->text, "\n");
}

static inline void
take_diag(
    struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	struct taken *t = (struct taken *)e;

	(void)detail;
	buf_fmt(&t->text, "diag:%llu %s\n", (unsigned long long)line,
	    diag_name(code));
}

static inline void
taken_init(struct taken *t)
{
	t->emit = (struct emit){take_record, take_diag};
	arena_init(&t->arena);
	buf_init(&t->text, 16u << 20);
}

static inline void
taken_release(struct taken *t)
{
	arena_release(&t->arena);
	buf_release(&t->text);
}

/* Each wanted text must be there; one with '!' before it must not. */
static inline void
taken_check(const struct taken *t, const char *const *wanted)
{
	for (; *wanted != NULL; wanted++) {
		bool not = **wanted == '!';
		bool found = span_has(buf_span(&t->text), *wanted + not );

		if (found == not )
			fail_msg("%s: %s\nin:\n%.*s",
			    not ? "not wanted" : "missing", *wanted,
			    SPAN_FMT(buf_span(&t->text)));
	}
}

/* The same over all that a reader makes of some bytes. */
static inline void
check(const struct reader *reader, struct span bytes, const char *const *wanted)
{
	struct taken t;
	struct defaults defaults;
	struct read_in in = {
	    .bytes = bytes, .defaults = &defaults, .arena = &t.arena};

	taken_init(&t);
	default_settings_built_in(&defaults, &t.arena);
	reader->read(&in, &t.emit);
	taken_check(&t, wanted);
	taken_release(&t);
}

#endif
