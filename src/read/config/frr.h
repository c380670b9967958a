/*
 * FRRouting configurations (frr.conf, "show running-config" of vtysh;
 * docs.frrouting.org), alone or behind the interface stanzas of a Cumulus
 * Linux switch (/etc/network/interfaces, ifupdown2).  The daemon routes and
 * does nothing else: what else listens on its host is not in this file, so no
 * setting tells of it.  Parts of the reader; the reader itself is in frr.c.
 */
#ifndef TIDEMARK_READ_CONFIG_FRR_H
#define TIDEMARK_READ_CONFIG_FRR_H

#include "read/config/indent_facts.h"

extern const struct reader reader_frr_config;

/* router bgp N [vrf V] */
void frr_router_fact(struct ios *x, uint32_t node, const struct words *w);

/* interface I [vrf V], iface I [inet FORM] */
void frr_interface_note(struct ios *x, uint32_t node, const struct words *w);
void frr_interface_fact(struct ios *x, uint32_t node, const struct words *w);

#endif
