/*
 * JSON as it would stand without escapes that nobody needs: some writers put a
 * backslash before every "/", or write all beyond ASCII as \u (Suricata up to
 * version 5 did both).  What is searched for in lines must stand in them.
 */
#ifndef TIDEMARK_READ_LOG_JSON_PLAIN_H
#define TIDEMARK_READ_LOG_JSON_PLAIN_H

#include "base/arena.h"
#include "base/buf.h"

/* Is there an escape that json_plain would take away? */
bool json_escaped(struct span lines);

/*
 * Appends the lines, each with the same meaning (RFC 8259 section 7) and in its
 * place: "\/" and "\u" become what they stand for.  A quote, a backslash and
 * control characters stay escaped, by one letter where they have one.  What is
 * appended is no longer than the lines.
 */
void json_plain(struct span lines, struct buf *out);

/* The same where JSON is the end of a line, from the first "{" with a quote
 * behind it; other lines stay as they are. */
void json_plain_inside(struct span lines, struct buf *out);

/* How a string's value stands in such a line. */
struct span json_written(struct arena *a, struct span value);

#endif
