/*
 * Facts out of a tree of paths: what the dialects that have such a tree (Junos,
 * PAN-OS, FortiOS) put into records in the same way.  Which words mean what is
 * in the files of the dialects.
 */
#ifndef TIDEMARK_READ_CONFIG_PATH_FACTS_H
#define TIDEMARK_READ_CONFIG_PATH_FACTS_H

#include "read/config/cisco_ios_facts.h"
#include "read/config/path_tree.h"

struct path_facts {
	struct path_tree *tree;
	struct arena *arena;
	struct emit *out;
	struct record rec; /* under construction */
	struct ios_scope scope;
	struct map vrfs; /* interface to the node of its virtual router */
	/* Does this statement's last word hold a secret that its text does not
	 * tell?  NULL: none does. */
	bool (*hides)(struct span parent, struct span text);
	/* What is shown of a statement below that path; NULL: all of it. */
	struct span (*shows)(
	    struct arena *a, struct span parent, struct span text);
	struct span context; /* part of the device that facts are of, or none */
	const struct defaults *defaults;
	struct span platform, release; /* facts_identity */
	bool whole; /* a full configuration: absent statements mean defaults */
};

/* In the arena, with an empty tree over in->bytes. */
struct path_facts *facts_new(const struct read_in *in, struct emit *out);

/* A statement whose value is taken out of its text. */
struct span facts_hidden(struct path_facts *x, struct span text);

/* Say what limits cut off, then one K_CONFIG for each leaf statement. */
void facts_config(struct path_facts *x);

/* Begin a record that the node's line proves (PATH_NONE: no line). */
struct record *facts_begin(
    struct path_facts *x, enum record_kind kind, uint32_t node);
void facts_emit(struct path_facts *x);

/* A setting that a node states; for PATH_NONE the default. */
void facts_set(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port);
/* The same with the list of addresses that may reach it; empty: anybody. */
void facts_guard(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port, struct span list);
/* On by a node; without one the default. */
void facts_set_or(
    struct path_facts *x, const char *name, uint32_t node, const char *port);
/* Begin a setting that the caller completes and emits: what a node states, and
 * without one the default. */
struct record *facts_setting(struct path_facts *x, const char *name,
    uint32_t node, bool on, const char *port);
/* The state that a setting has where nothing is said of it, by data/defaults/;
 * unknown unless silence means that.  facts_put_basis says why, of a whole
 * configuration. */
struct span facts_default(
    const struct path_facts *x, const char *name, bool silent);
void facts_put_basis(struct path_facts *x, const char *name);
/* The port of a service as a setting, with its default. */
void facts_port(struct path_facts *x, const char *name, uint32_t node,
    const char *by_default);

/* Vendor, platform and release into the device's record, which defaults go
 * by. */
void facts_identity(struct path_facts *x, const char *vendor,
    const char *platform, struct span release);

/* Address with its scope, or F_NAME when it is none. */
void facts_server(struct path_facts *x, enum field_id ip, enum field_id scope,
    struct span server);

/* Type, secret and weakness; type NULL: by the secret's own prefix ($6$), "0"
 * without one. */
void facts_secret(struct path_facts *x, struct span user, const char *type,
    struct span secret);

/* "ssh-ed25519 AAAA... comment" of a user. */
void facts_ssh_key(
    struct path_facts *x, uint32_t node, struct span user, struct span key);

/* An address as text of a record's field: "A/n" or "A". */
void facts_put_address(struct path_facts *x, struct span address);
void facts_put_prefix(
    struct path_facts *x, enum field_id f, const struct prefix *p);
/* Add the network of "A/n" to the device's own. */
void facts_own(struct path_facts *x, struct span address);

void facts_route(struct path_facts *x, uint32_t node, struct span prefix,
    struct span next_hop, struct span interface, struct span vrf);
void facts_neighbor(struct path_facts *x, uint32_t node, struct span address,
    struct span remote_as, bool protected, struct span vrf);
/* The role of an interface: "routed" is replaced by what its description
 * tells. */
const char *facts_role(const char *role, struct span description);
/* A text shown before or at login; nothing for PATH_NONE. */
void facts_banner(struct path_facts *x, uint32_t node, const char *name);
/* An interface on which ospf or isis looks for neighbours. */
void facts_adjacency(struct path_facts *x, uint32_t node, const char *protocol,
    struct span interface, bool protected, struct span vrf);
void facts_ntp(struct path_facts *x, uint32_t node, struct span server,
    const char *mode, bool protected);
void facts_tunnel(struct path_facts *x, uint32_t node, struct span name,
    struct span interface, const char *mode, struct span src, struct span dst,
    bool protected);
/* The source of an access-list entry with its scope. */
void facts_put_source(struct path_facts *x, struct span src);

/* An entry of a list; spans may be empty, src "any" is anybody. */
struct facts_entry {
	struct span list, sequence, name, src, dst, port, service, interface;
	bool deny;
	const char *protocol, *used_by; /* NULL: not known */
};
void facts_entry(
    struct path_facts *x, uint32_t node, const struct facts_entry *e);
/* The list itself; none without entries.  Not for lists of who is allowed,
 * which keep out everybody else without an entry that says so. */
void facts_list(struct path_facts *x, uint32_t node, struct span name,
    unsigned entries, const char *used_by);

/* How logins are checked: methods in order, as written. */
void facts_method(struct path_facts *x, uint32_t node, struct span list,
    struct span methods, struct span group);
/* The list "default" of a service, where a node states it. */
void facts_default_method(struct path_facts *x, uint32_t node,
    const char *service, const char *name, struct span methods);
void facts_log_host(struct path_facts *x, uint32_t node, struct span server,
    const char *protocol, struct span port);
/* What runs by itself: how it is started, what it does; spans may be empty. */
void facts_script(struct path_facts *x, uint32_t node, struct span name,
    const char *mode, struct span trigger, struct span body);
void facts_user(struct path_facts *x, uint32_t node, struct span name,
    bool admin, struct span role, const char *type, struct span secret);

/* Records that the caller completes and emits. */
struct record *facts_community(
    struct path_facts *x, uint32_t node, const char *mode, struct span name);
struct record *facts_aaa_server(struct path_facts *x, uint32_t node,
    const char *protocol, struct span group, struct span server,
    struct span port);
struct record *facts_interface(struct path_facts *x, uint32_t node,
    struct span name, struct span address, const char *role);

/* "A/n" of an address and its mask; the address alone without one; empty when
 * the mask is none. */
struct span facts_masked(
    struct path_facts *x, struct span address, struct span mask);

/* An interface of the data plane that lets management in, by which services:
 * setting management-on-data-interface. */
void facts_exposed(struct path_facts *x, uint32_t node, struct span interface,
    struct span services);

/* Does the source end with a line end?  One that does not was cut, so that
 * silence in it says nothing. */
bool facts_ends_whole(struct span bytes);

/* Note and give the virtual router of an interface; empty if none. */
void facts_vrf(struct path_facts *x, uint32_t interfaces, uint32_t vrf);
struct span facts_vrf_of(const struct path_facts *x, struct span interface);

/* The first values of a list, eight at most, each as a field of its own, into
 * the record under construction. */
void facts_put_values(struct path_facts *x, enum field_id f, uint32_t list);

/* One word for several values: "a b c", in the arena. */
struct span facts_values(const struct path_facts *x, uint32_t node);

/* A port by number or name as digits; empty when it is neither. */
struct span facts_port_number(struct span word);

#endif
