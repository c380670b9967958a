/*
 * Palo Alto Networks PAN-OS and Panorama configurations: XML, "set" form and
 * braces.  Parts of the reader; the reader itself is in panos.c.
 */
#ifndef TIDEMARK_READ_CONFIG_PANOS_H
#define TIDEMARK_READ_CONFIG_PANOS_H

#include "read/config/path_facts.h"

extern const struct reader reader_panos_config;

/* The tree of a configuration in any of its forms. */
void panos_read_tree(struct path_tree *t, struct emit *out);

/* Facts by theme. */
void panos_system(struct path_facts *x);
void panos_net(struct path_facts *x);
void panos_rules(struct path_facts *x);
void panos_translations(struct path_facts *x);
/* The address behind an object's name, else the name. */
struct span panos_resolve(
    const struct path_facts *x, uint32_t place, struct span name);
/* Who may reach the services of the device itself. */
void panos_reach(struct path_facts *x, const struct read_in *in);

/* Places that hold objects of one kind: the top, what is shared, Panorama's
 * own, each virtual system.  Returns the next behind "at" (PATH_NONE: the
 * first), PATH_NONE at the end. */
uint32_t panos_next_place(const struct path_facts *x, uint32_t at);
#define EACH_PLACE(p, x)                                                       \
	for (uint32_t p = PATH_ROOT; p != PATH_NONE; p = panos_next_place(x, p))

#endif
