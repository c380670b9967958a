/*
 * An entry of systemd's journal, in whichever form it was exported.
 */
#ifndef TIDEMARK_READ_LOG_JOURNAL_H
#define TIDEMARK_READ_LOG_JOURNAL_H

#include "read/reader.h"

struct journal_entry {
	struct span message, host, program, priority, time;
	unsigned known; /* fields that had a meaning */
};

/* A field as systemd.journal-fields names it.  The spans are kept. */
void journal_put(struct journal_entry *e, struct span name, struct span value);

/* The entry as a line of syslog with all that programs say in it. */
void journal_emit(const struct journal_entry *e, uint64_t number,
    uint64_t offset, const struct read_in *in, struct emit *out);

#endif
