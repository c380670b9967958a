/*
 * VyOS and Ubiquiti EdgeOS configurations: config.boot in braces, and the
 * "set" form of "show configuration commands" (docs.vyos.io, "Command Line
 * Interface"; EdgeOS has the syntax of Vyatta, which VyOS 1.1 has as well).
 * Nothing listens unless a statement says so.  Parts of the reader; the reader
 * itself is in vyos.c.
 */
#ifndef TIDEMARK_READ_CONFIG_VYOS_H
#define TIDEMARK_READ_CONFIG_VYOS_H

#include "read/config/path_facts.h"

extern const struct reader reader_vyos_config;

/* Facts by theme. */
void vyos_services(struct path_facts *x);
void vyos_system(struct path_facts *x);
void vyos_scripts(struct path_facts *x);
void vyos_net(struct path_facts *x);
void vyos_tunnels(struct path_facts *x);
void vyos_firewall(struct path_facts *x);
void vyos_translations(struct path_facts *x);

/* Each interface, also those that stand within others ("vif 10"): its node,
 * its name as the system has it ("eth0.10"), its type ("ethernet"). */
struct vyos_interface {
	uint32_t node;
	struct span name, type;
};
typedef void vyos_visit(
    struct path_facts *x, const struct vyos_interface *i, void *state);
void vyos_each_interface(struct path_facts *x, vyos_visit *visit, void *state);

/* The top and each "vrf name V" that has protocols of its own; *name is empty
 * at the top. */
uint32_t vyos_next_vrf(
    const struct path_facts *x, uint32_t at, struct span *name);
#define EACH_VRF(v, name, x)                                                   \
	for (uint32_t v = PATH_ROOT; v != PATH_NONE;                           \
	     v = vyos_next_vrf(x, v, name))

#endif
