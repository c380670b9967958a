/*
 * The target of a web request, wherever a log names it.
 */
#ifndef TIDEMARK_READ_LOG_WEB_REQUEST_H
#define TIDEMARK_READ_LOG_WEB_REQUEST_H

#include "base/arena.h"
#include "record/record.h"

/* "METHOD target HTTP/1.1" as fields; what has no such form is kept as
 * message. */
void web_request_put(
    struct record *r, struct span request, struct arena *arena);

/* URI, query and decoded path of a target, also with scheme and host. */
void web_target_put(struct record *r, struct span uri, struct arena *arena);

#endif
