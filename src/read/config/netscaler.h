/*
 * Citrix NetScaler ADC and Gateway: ns.conf, "show ns runningConfig".  Parts
 * of the reader; the reader itself is in netscaler.c.  What the commands mean:
 * the ADC command reference of NetScaler (developer-docs.netscaler.com).
 */
#ifndef TIDEMARK_READ_CONFIG_NETSCALER_H
#define TIDEMARK_READ_CONFIG_NETSCALER_H

#include "read/config/path_facts.h"

extern const struct reader reader_netscaler_config;

/* Facts by theme. */
void netscaler_system(struct path_facts *x);
void netscaler_access(struct path_facts *x);
void netscaler_net(struct path_facts *x);

/* The value of an option ("-gui") of an object, wherever its positional words
 * end; PATH_NONE without it. */
uint32_t netscaler_option(
    const struct path_facts *x, uint32_t node, const char *option);
struct span netscaler_value(
    const struct path_facts *x, uint32_t node, const char *option);

/* Does an access list turn somebody away from the appliance's own address, for
 * that use: "vty" or "http"? */
bool netscaler_guarded(struct path_facts *x, const char *use);

/* The first positional word below a node. */
uint32_t netscaler_next(const struct path_facts *x, uint32_t node);

#endif
