/*
 * SonicWall SonicOS 6.5 to 8: "show current-config" and the exported CLI text.
 * Parts of the reader; the reader itself is in sonicos.c.  What the commands
 * mean: the SonicOS/X 7 E-CLI Reference Guide of SonicWall.
 */
#ifndef TIDEMARK_READ_CONFIG_SONICOS_H
#define TIDEMARK_READ_CONFIG_SONICOS_H

#include "read/config/path_facts.h"

extern const struct reader reader_sonicos_config;

/* Facts by theme. */
void sonicos_system(struct path_facts *x);
void sonicos_net(struct path_facts *x);
void sonicos_rules(struct path_facts *x);

/* Interfaces and, as "X0:V20", what "interface X0 vlan 20" opens.  Returns the
 * one behind "at" (PATH_NONE: the first), PATH_NONE at the end. */
uint32_t sonicos_next_interface(const struct path_facts *x, uint32_t at);
#define EACH_INTERFACE(i, x)                                                   \
	for (uint32_t i = sonicos_next_interface(x, PATH_NONE);                \
	     i != PATH_NONE; i = sonicos_next_interface(x, i))
struct span sonicos_interface_name(struct path_facts *x, uint32_t interface);

/* Its address: the node of the word, PATH_NONE without one. */
uint32_t sonicos_address(const struct path_facts *x, uint32_t interface);

/* The zone of an interface; empty when it is not stated. */
struct span sonicos_zone(const struct path_facts *x, uint32_t interface);

/* The network or host behind the name of an address object. */
struct span sonicos_object(struct path_facts *x, struct span name);

/* Do access rules let only named sources manage the firewall, for that use:
 * "vty" or "http"?  False without such rules. */
bool sonicos_guarded(struct path_facts *x, const char *use);

#endif
