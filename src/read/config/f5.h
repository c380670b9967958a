/*
 * F5 BIG-IP configurations (bigip.conf, bigip_base.conf, bigip_user.conf, a
 * single configuration file, "tmsh list").  Parts of the reader; the reader
 * itself is in f5.c.  What the objects mean: the tmsh reference of F5 at
 * clouddocs.f5.com/cli/tmsh-reference.
 */
#ifndef TIDEMARK_READ_CONFIG_F5_H
#define TIDEMARK_READ_CONFIG_F5_H

#include "read/config/path_facts.h"

extern const struct reader reader_f5_config;

/* Facts by theme. */
void f5_system(struct path_facts *x);
void f5_access(struct path_facts *x);
void f5_net(struct path_facts *x);
void f5_policies(struct path_facts *x);
void f5_translations(struct path_facts *x);
/* Do the rules of the management address turn somebody away, for that use:
 * "vty" or "http"? */
bool f5_guarded(const struct path_facts *x, const char *use);
/* The part that follows the line about imish, in the language of its routing
 * daemon: the neighbours. */
void f5_imish(struct path_facts *x, struct span text, uint64_t line);

/* "10.0.0.1%2/24": the address without its route domain, and the domain. */
struct span f5_address(
    struct path_facts *x, struct span word, struct span *domain);

/* "/Common/name": the name without its partition. */
struct span f5_name(struct span word);

#endif
