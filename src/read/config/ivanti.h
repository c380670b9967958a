/*
 * Ivanti Connect Secure and Policy Secure (before: Pulse Secure, Juniper): the
 * XML export.  Parts of the reader; the reader itself is in ivanti.c.  The
 * release stands in the name space of the root; the names of elements are
 * those of the vendor's REST API guide.  Where releases put the same thing at
 * different depths, it is sought below the section it belongs to.
 */
#ifndef TIDEMARK_READ_CONFIG_IVANTI_H
#define TIDEMARK_READ_CONFIG_IVANTI_H

#include "read/config/path_facts.h"

extern const struct reader reader_ivanti_config;

/* Facts by theme. */
void ivanti_system(struct path_facts *x);
void ivanti_access(struct path_facts *x);

/* The next node in the order of the text, within the subtree of "root";
 * PATH_NONE at its end. */
uint32_t ivanti_step(const struct path_facts *x, uint32_t root, uint32_t node);
#define EACH_BELOW(n, x, root)                                                 \
	for (uint32_t n = ivanti_step(x, root, root); n != PATH_NONE;          \
	     n = ivanti_step(x, root, n))

/* The value of the first element of that name below a node. */
uint32_t ivanti_value(
    const struct path_facts *x, uint32_t root, const char *name);

/* "true", "enabled", "yes", "1" */
bool ivanti_is_on(struct span value);

#endif
