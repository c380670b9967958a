/*
 * Lines of other formats that stand among those of syslog in a collector's
 * file, as their programs wrote them: requests of a web server, entries of an
 * accounting server, JSON.  Each takes a line that is of its format and emits
 * its records; false: it is not, and nothing was done.
 */
#ifndef TIDEMARK_READ_LOG_AMONG_H
#define TIDEMARK_READ_LOG_AMONG_H

#include "read/reader.h"

typedef bool among_fn(const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out);

among_fn web_access_among; /* common and combined log format */
among_fn tacplus_among;	   /* accounting of tac_plus, with its own time */
among_fn json_among;	   /* an object */

/* The device of which an entry of tac_plus speaks, also behind a relay's
 * header; empty: it is none. */
struct span tacplus_among_host(struct span line);

/* The device that a line of JSON names by "host" or "hostname", cheaply. */
struct span json_among_host(struct span line);

#endif
