/*
 * Events as JSON objects.
 */
#ifndef TIDEMARK_READ_LOG_JSON_LINES_H
#define TIDEMARK_READ_LOG_JSON_LINES_H

#include <jansson.h>

#include "read/log/named_values.h"

/* All members of the object into the event, those of members of it by joined
 * names.  Texts are copied into the arena of e->in. */
void json_members(struct named_event *e, json_t *object);

#endif
