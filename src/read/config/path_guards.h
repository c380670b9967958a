/*
 * What an entry of a packet filter on a device's own input lets in or stops,
 * by the ports it names: the words of field "used_by".
 */
#ifndef TIDEMARK_READ_CONFIG_PATH_GUARDS_H
#define TIDEMARK_READ_CONFIG_PATH_GUARDS_H

#include "base/arena.h"

struct path_guards {
	bool vty, http, snmp, ntp, other;
};

/* Add ports, names of some or ranges ("22,ssh,80-90"). */
void guards_add_list(struct path_guards *g, struct span list);

/* Does it name anything? */
bool guards_any(const struct path_guards *g);

/* "vty http", in the arena; empty if it names nothing. */
struct span guards_text(struct arena *a, const struct path_guards *g);

#endif
