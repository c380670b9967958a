/*
 * Fortinet FortiOS configurations (config / edit / set / next / end).  Parts
 * of the reader; the reader itself is in fortios.c.
 */
#ifndef TIDEMARK_READ_CONFIG_FORTIOS_H
#define TIDEMARK_READ_CONFIG_FORTIOS_H

#include "read/config/path_facts.h"

extern const struct reader reader_fortios_config;

/* Facts by theme. */
void fortios_system(struct path_facts *x);
void fortios_net(struct path_facts *x);
void fortios_policies(struct path_facts *x);
void fortios_translations(struct path_facts *x, uint32_t place);
/* Who may reach the services of the device itself. */
void fortios_reach(struct path_facts *x, const struct read_in *in);

/* The top and each virtual domain. */
uint32_t fortios_next_place(const struct path_facts *x, uint32_t at);
#define EACH_VDOM(p, x)                                                        \
	for (uint32_t p = PATH_ROOT; p != PATH_NONE;                           \
	     p = fortios_next_place(x, p))

/* "A M" or "A/n" as the values of a statement. */
bool fortios_prefix(
    const struct path_facts *x, uint32_t statement, struct prefix *out);

/* The secret of "set psksecret ENC X", and its type. */
void fortios_secret(struct path_facts *x, struct span user, uint32_t statement);

#endif
