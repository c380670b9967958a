/*
 * MikroTik RouterOS configurations: what "/export" prints, or a script of such
 * commands (manual: help.mikrotik.com, "Configuration Management").  Parts of
 * the reader; the reader itself is in routeros.c.
 *
 * An export leaves out what stands at its default, so silence in a whole one
 * means the default.  It never holds the accounts ("/user"), and since release
 * 7 no secrets unless asked ("show-sensitive").
 */
#ifndef TIDEMARK_READ_CONFIG_ROUTEROS_H
#define TIDEMARK_READ_CONFIG_ROUTEROS_H

#include "read/config/path_facts.h"

extern const struct reader reader_routeros_config;

/* Facts by theme. */
void routeros_services(struct path_facts *x);
void routeros_system(struct path_facts *x);
void routeros_scripts(struct path_facts *x);
void routeros_net(struct path_facts *x);
void routeros_tunnels(struct path_facts *x);
void routeros_filters(struct path_facts *x);
void routeros_translations(struct path_facts *x);

/* The first command of a menu ("ip address") and the next one that adds an
 * entry which is not disabled. */
uint32_t routeros_first(const struct path_facts *x, const char *menu);
uint32_t routeros_next(const struct path_facts *x, uint32_t command);
#define EACH_ADDED(c, x, menu)                                                 \
	for (uint32_t c = routeros_first(x, menu); c != PATH_NONE;             \
	     c = routeros_next(x, c))

/* The value of an argument of a command. */
static inline struct span
routeros_arg(const struct path_facts *x, uint32_t command, const char *key)
{
	return path_value(x->tree, command, key);
}

bool routeros_yes(
    const struct path_facts *x, uint32_t command, const char *key);

/* Does the command add an entry? */
bool routeros_adds(const struct path_facts *x, uint32_t command);

/* Does the command change this entry: by number, name, or "find"? */
bool routeros_means(
    const struct path_facts *x, uint32_t command, const char *entry);

/* The value that the last "set" of a menu gives to a key, PATH_NONE if none
 * does; entry as above, or NULL for a menu without entries. */
uint32_t routeros_set(const struct path_facts *x, const char *menu,
    const char *entry, const char *key);

/* A value that may be a list: each part, cut at commas. */
struct span routeros_part(struct span *rest);

/* "192.0.2.1/32" without the length, "192.0.2.1%ether1" without the rest. */
struct span routeros_host(struct span s);

/* A statement as it is shown: what only its menu tells to be secret hidden. */
struct span routeros_shows(struct arena *a, struct span menu, struct span text);

#endif
