/*
 * The request line of HTTP/1 (RFC 9112 section 3) as fields of a record, the
 * same from a web server's log and from packets.
 */
#ifndef TIDEMARK_READ_LOG_WEB_REQUEST_H
#define TIDEMARK_READ_LOG_WEB_REQUEST_H

#include "base/arena.h"
#include "record/record.h"

/* "METHOD target HTTP/1.1" into method, uri, query and path_decoded; a line
 * of another form into message; "-" into nothing.  Fields borrow from request
 * and the arena. */
void web_request_put(
    struct record *r, struct span request, struct arena *arena);

#endif
