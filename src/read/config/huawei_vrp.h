/*
 * Huawei VRP (NE and AR routers, S and CE switches): lines indented by one
 * blank, blocks parted by "#", "undo" before what is switched off, "return" at
 * the end.  The tree of paths joins the lines of one object ("local-user X
 * password ...", "local-user X privilege level 15"); what depends on the order
 * of words in a line is read from the statement.
 *
 * Words and defaults are those of Huawei's configuration guides for V200R019
 * and V800R021: SSH, FTP, SNMP and NETCONF are off; Telnet and HTTP differ by
 * product and release, so their silence is "unknown".
 */
#ifndef TIDEMARK_READ_CONFIG_HUAWEI_VRP_H
#define TIDEMARK_READ_CONFIG_HUAWEI_VRP_H

#include "read/config/path_facts.h"

/* A statement as words, with the words of the block that it stands in. */
struct vrp_line {
	uint32_t block; /* node of the block, PATH_ROOT at the top */
	struct span in; /* the block's first words, empty at the top; lives
			 * as long as the call */
	uint32_t number, offset;
	struct words w;
};

#define VRP_BLOCK_BYTES 512

/* Word i, from 0, of the lines that open a block; empty behind the last. */
struct span vrp_block_word(
    const struct path_tree *t, uint32_t block, unsigned i);

/* Call f for each statement of the configuration in order. */
void vrp_each_line(struct path_facts *x,
    void (*f)(struct path_facts *x, const struct vrp_line *l, void *arg),
    void *arg);

/* Begin a record that the statement proves. */
struct record *vrp_begin(
    struct path_facts *x, enum record_kind kind, const struct vrp_line *l);

/* The word behind a word, from word i on; empty if it is not there. */
struct span vrp_behind(const struct vrp_line *l, unsigned i, const char *word);

/* "192.0.2.1 255.255.255.0", "192.0.2.1 24", "2001:db8::1/64" at word i. */
bool vrp_prefix(
    struct arena *a, const struct words *w, unsigned i, struct prefix *out);

/*
 * Secret at word i with its label: "cipher X", "irreversible-cipher X",
 * "simple X", "X".  Type, secret and weakness go into the record.  "cipher" is
 * what a device of the kind turns back (secret_type "cipher"); clear text has
 * type 0.
 */
void vrp_put_secret(struct path_facts *x, struct span user,
    const struct vrp_line *l, unsigned i);
/* The same where it stands below a node. */
void vrp_put_secret_below(
    struct path_facts *x, struct span user, uint32_t node);

/* huawei_vrp_system.c: services, accounts, AAA, lines, logging, SNMP, time */
void vrp_settings(struct path_facts *x);
void vrp_system(struct path_facts *x);

/* huawei_vrp_net.c: interfaces, routes, neighbours, tunnels, mirrors,
 * captures, scripts */
void vrp_own_addresses(struct path_facts *x);
void vrp_net(struct path_facts *x);

/* huawei_vrp_igp.c */
void vrp_adjacencies(struct path_facts *x);

/* huawei_vrp_acl.c */
void vrp_lists(struct path_facts *x);

#endif
