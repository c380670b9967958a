/*
 * Nokia SR OS (7750 SR, 7450 ESS, 7210 SAS, once Alcatel-Lucent TiMOS).  Two
 * command languages state one model with words of their own: the classic CLI
 * by indented lines ("no shutdown", "static-route-entry"), the MD-CLI by
 * braces or whole paths ("admin-state enable", "static-routes route").  All
 * become one tree of paths below "configure".  Where the languages differ a
 * look-up names both, parted by a bar.
 *
 * Facts about defaults are those of Nokia's "System Management Guide" and
 * "MD-CLI Command Reference" for releases 16 to 25: the SSH server is on,
 * Telnet, FTP, NETCONF and gRPC are off.
 */
#ifndef TIDEMARK_READ_CONFIG_NOKIA_SROS_H
#define TIDEMARK_READ_CONFIG_NOKIA_SROS_H

#include "read/config/path_facts.h"

/* "configure", or the root of a part that was cut out below it. */
uint32_t sros_top(const struct path_tree *t);

/* The first of the paths "a b|c d" below node that is there, or PATH_NONE. */
uint32_t sros_get(const struct path_tree *t, uint32_t node, const char *paths);
/* The first word below it. */
uint32_t sros_value_node(
    const struct path_tree *t, uint32_t node, const char *paths);
struct span sros_value(
    const struct path_tree *t, uint32_t node, const char *paths);

enum sros_state { SROS_UNSAID, SROS_ON, SROS_OFF };

/* "shutdown", "no shutdown" or "admin-state" below node; *at (may be NULL) is
 * the statement. */
enum sros_state sros_admin(
    const struct path_tree *t, uint32_t node, uint32_t *at);
/* A switch: "word", "word true", "word false", "no word". */
enum sros_state sros_flag(
    const struct path_tree *t, uint32_t node, const char *word, uint32_t *at);

/* The list of the MD-CLI has the owner behind a name: the node that says what
 * the thing does. */
uint32_t sros_inner(const struct path_tree *t, uint32_t node);

/* Call f for each routing instance: the router's and the services'. */
void sros_each_router(struct path_facts *x,
    void (*f)(struct path_facts *x, uint32_t router, struct span vrf));

/* Name of the filter that guards management, empty if there is none that
 * stops anything. */
struct span sros_guard(const struct path_facts *x);

/* nokia_sros_system.c: services, accounts, AAA, logging, SNMP, time */
void sros_services(struct path_facts *x);
void sros_system(struct path_facts *x);

/* nokia_sros_net.c: interfaces, routes, neighbours, tunnels */
void sros_own_addresses(struct path_facts *x);
void sros_net(struct path_facts *x);

/* nokia_sros_watch.c: mirrors, interception, captures, scripts */
void sros_watch(struct path_facts *x);

/* nokia_sros_filter.c: filters of management, processor and interfaces */
void sros_filters(struct path_facts *x);

#endif
