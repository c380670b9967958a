/*
 * A line of syslog, whoever sent it: the parts that all its readers share.
 */
#ifndef TIDEMARK_READ_LOG_SYSLOG_LINE_H
#define TIDEMARK_READ_LOG_SYSLOG_LINE_H

#include "read/reader.h"

/* The hooks of struct reader. */
void syslog_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out);
bool syslog_yearless(struct span line, int *month, int *day);
/* The header's host, or the device's name where a format carries it itself. */
struct span syslog_line_host(struct span line);
int64_t syslog_line_when(const struct read_in *in, struct span line);

/* Lines that tell of a command or of traffic. */
extern const struct kind_marks syslog_marks;

/* What guesses count over the first lines of a head that are not blank. */
struct syslog_shares {
	unsigned lines, headers;
	unsigned match; /* lines for which the test holds */
};

/* test gets each line and what is behind its header (all of it when there is
 * none). */
void syslog_count(struct span head,
    bool (*test)(struct span line, struct span message),
    struct syslog_shares *out);

#endif
