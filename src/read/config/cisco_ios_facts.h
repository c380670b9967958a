/*
 * Facts out of the tree of an IOS configuration.  Internal to the reader: one
 * file per theme.  Two walks over the top level: "note" gathers what facts of
 * other lines depend on (own prefixes, uses of access lists, defaults), "fact"
 * emits records.  Handlers of single lines get the top-level node and its
 * words; themes that need several lines emit at the end ("_flush").
 */
#ifndef TIDEMARK_READ_CONFIG_CISCO_IOS_FACTS_H
#define TIDEMARK_READ_CONFIG_CISCO_IOS_FACTS_H

#include "base/map.h"
#include "read/config/cisco_ios_text.h"

/* A line's words; beyond the end they are empty. */
struct words {
	struct span text;
	struct span w[LIMIT_CONFIG_WORDS];
	unsigned n;
};

void words_read(struct words *w, struct span text);
static inline struct span
words_at(const struct words *w, unsigned i)
{
	return i < w->n ? w->w[i] : (struct span){0};
}
static inline bool
words_is(const struct words *w, unsigned i, const char *word)
{
	return span_is(words_at(w, i), word);
}
/* From word i to the end of the text; words i to last. */
struct span words_from(const struct words *w, unsigned i);
struct span words_range(const struct words *w, unsigned i, unsigned last);
/* Position of a word at or behind i, or w->n. */
unsigned words_find(const struct words *w, unsigned i, const char *word);

/* Does the line start with these words (no partial word at the end)? */
static inline bool
text_starts(struct span text, const char *words)
{
	size_t n = strlen(words);

	return text.n >= n && n > 0 && text.p[0] == words[0] &&
	       memcmp(text.p, words, n) == 0 &&
	       (text.n == n || ascii_blank((unsigned char)text.p[n]));
}

/* ---- whose an address is (cisco_ios_scope.c) ---- */

struct ios_scope {
	struct map own; /* family, length, address of an own prefix */
	uint64_t lengths4, lengths6[3];
};

void scope_init(struct ios_scope *s, struct arena *a);
/* Default routes and host routes of static origin are the caller's to leave
 * out.  A prefix of length 0 is ignored. */
void scope_add(struct ios_scope *s, const struct prefix *p);
/* "any", "own", "private" or "public". */
const char *scope_of(const struct ios_scope *s, const struct prefix *p);
/* Of a single address in text; NULL when it is none. */
const char *scope_of_text(const struct ios_scope *s, struct span addr);
/* Address and wildcard bits (0.0.0.255) to a prefix; false for holes. */
bool prefix_of_wildcard(struct addr a, struct addr wild, struct prefix *out);
/* "A.B.C.D M.M.M.M" in two words. */
bool prefix_of_words(struct span addr, struct span mask, struct prefix *out);
/* Canonical text of a prefix, in the arena. */
struct span prefix_text(struct arena *a, const struct prefix *p);

/* ---- access lists (cisco_ios_acl.c) ---- */

enum acl_use {
	USE_VTY = 1,
	USE_SNMP = 2,
	USE_HTTP = 4,
	USE_INTERFACE = 8,
	USE_NTP = 16,
	USE_OTHER = 32,
};

struct ios_acl {
	struct span name;
	unsigned family; /* 4 or 6 */
	unsigned uses;	 /* enum acl_use, or-ed */
	uint32_t node;	 /* first line, or TREE_NONE */
	uint32_t user;	 /* first line that uses it, or TREE_NONE */
	uint32_t entries;
	bool final_deny_log;
	struct span used_by; /* text of uses, made once */
};

struct ios_acls {
	struct map names;
	struct ios_acl *v;
	size_t n, cap;
	/* Named objects: index in prefixes, or OBJECT_SERVICE. */
	struct map objects;
	struct prefix *prefixes;
	size_t nprefixes, prefixes_cap;
};
#define OBJECT_SERVICE (MAP_NONE - 1)

/* ---- lines (cisco_ios_lines.c) ---- */

struct ios_rotary {
	struct span first, last, port;
};

struct ios_vtys {
	unsigned ranges;      /* vty ranges */
	unsigned guarded;     /* of them with an inbound access class */
	unsigned undeclared;  /* of them without "transport input" */
	uint32_t telnet, ssh; /* node that allows it, or TREE_NONE */
	uint32_t declared;    /* a "transport input" line of a vty */
	uint32_t unguarded;   /* first vty range without, or TREE_NONE */
	uint32_t guard;	      /* an access-class line */
	uint32_t no_timeout;  /* "exec-timeout 0 0" */
	uint32_t timeout;     /* the longest other one */
	uint64_t timeout_seconds;
	struct ios_rotary *rotary;
	size_t nrotary, rotary_cap;
};

/* ---- settings (cisco_ios_settings.c) ---- */

enum ios_setting {
#define SETTING(id, name) SET_##id,
#include "read/config/cisco_ios_settings.def"
#undef SETTING
	SET_COUNT
};

enum ios_state { STATE_DEFAULT, STATE_ON, STATE_OFF };

struct ios_set {
	uint8_t state; /* enum ios_state */
	uint32_t node;
	struct span value, port, acl;
};

/* ---- the reader's state ---- */

struct ios_aaa;
struct ios_users;

struct ios {
	const struct ios_text *text;
	const struct tree *tree;
	struct arena *arena;
	struct emit *out;
	struct record rec; /* under construction */
	const struct defaults *defaults;

	bool whole;	/* a full configuration: absent lines mean defaults */
	bool switching; /* spanning-tree is configured: it is a switch */
	bool xe;
	struct span train;
	struct span platform, release; /* as the device's record has them */
	uint32_t hostname;	       /* node, or TREE_NONE */
	uint32_t domain;
	uint32_t udi;

	struct ios_scope scope;
	struct ios_acls acls;
	struct ios_vtys vtys;
	struct ios_set set[SET_COUNT];
	struct map roles;   /* prefix of a link -> enum link_role */
	struct map if_addr; /* interface name to index in if_addrs */
	struct span *if_addrs;
	size_t nif, if_cap;
	/* All addresses of all interfaces, further ones too. */
	struct addr *own;
	size_t nown, own_cap;
	struct ios_users *users;
	struct ios_aaa *aaa;
};

/* A zeroed state, before the first walk. */
void ios_init(struct ios *x, const struct read_in *in, struct emit *out,
    const struct ios_text *text);

/* Begin a record of the tree's node (TREE_NONE: of no line), and emit it. */
struct record *ios_begin(struct ios *x, enum record_kind kind, uint32_t node);
void ios_emit(struct ios *x);

/* A setting as a record under construction: as the configuration has it, or as
 * the platform's default says where it is silent. */
struct ios_setting_state {
	struct span name, value, port;
	uint8_t state; /* enum ios_state */
	bool doubt;    /* silence says nothing here */
	uint32_t node;
};
struct record *ios_put_setting(
    struct ios *x, const struct ios_setting_state *s);

/* A number as a field: text in the arena where it does not stand there. */
void ios_put_u64(struct ios *x, enum field_id f, uint64_t v);
/* Type, secret and weakness of what stands behind the keyword. */
void ios_put_secret(struct ios *x, struct span user, struct span rest);
/* Address with its scope: fields given. */
void ios_put_peer(
    struct ios *x, enum field_id ip, enum field_id scope, struct span addr);

/* The first child of node that starts with these words, or TREE_NONE. */
uint32_t ios_child(const struct ios *x, uint32_t node, const char *words);
/* Its text behind so many words; empty when there is no such child. */
struct span ios_child_rest(
    const struct ios *x, uint32_t node, const char *words);

/* Loop over the children of a node. */
#define EACH_CHILD(c, t, i)                                                    \
	for (uint32_t c = (i) + 1; c < (t)->v[i].end; c = (t)->v[c].end)

/* Handlers. */
void identity_note(struct ios *x, uint32_t node, const struct words *w);
void identity_flush(struct ios *x);
void config_flush(struct ios *x);

void settings_note(struct ios *x, uint32_t node);
void settings_flush(struct ios *x);

void users_fact(struct ios *x, uint32_t node, const struct words *w);
void enable_fact(struct ios *x, uint32_t node, const struct words *w);
void users_flush(struct ios *x);
void ssh_keys_fact(struct ios *x, uint32_t node, const struct words *w);

void aaa_note(struct ios *x, uint32_t node, const struct words *w);
void aaa_servers_note(struct ios *x, uint32_t node, const struct words *w);
void aaa_fact(struct ios *x, uint32_t node, const struct words *w);
void aaa_server_fact(struct ios *x, uint32_t node, const struct words *w);
void aaa_server_old_fact(struct ios *x, uint32_t node, const struct words *w);

void line_note(struct ios *x, uint32_t node, const struct words *w);
void line_fact(struct ios *x, uint32_t node, const struct words *w);
void line_rotary_note(struct ios *x, const struct words *w);

void acl_use(struct ios *x, unsigned family, struct span name, enum acl_use use,
    uint32_t node);
void acl_use_children(struct ios *x, uint32_t node);
void acl_note(struct ios *x, uint32_t node, const struct words *w);
void acl_fact(struct ios *x, uint32_t node, const struct words *w);
/* A named list whose entries stand below the node. */
void acl_named_fact(
    struct ios *x, uint32_t node, unsigned family, struct span name);
/* An entry from word i on of a list of ASA: netmasks, named objects. */
void acl_entry_fact(struct ios *x, uint32_t node, const struct words *w,
    unsigned i, struct span name, bool extended);
/* What an object or a group of ASA stands for: an address prefix, or NULL for
 * services. */
void acl_object(struct ios *x, struct span name, const struct prefix *p);
void acls_init(struct ios *x);
void acls_flush(struct ios *x);

/* A port by number or Cisco's name for it, as digits; empty if unknown. */
struct span ios_port(struct span word);

void tunnel_fact(struct ios *x, uint32_t node, const struct words *w);
void crypto_fact(struct ios *x, uint32_t node, const struct words *w);

/* Static translations (cisco_nat.c), when objects are known. */
void translations_flush(struct ios *x);
void monitor_fact(struct ios *x, uint32_t node, const struct words *w);
void vlan_fact(struct ios *x, uint32_t node, const struct words *w);

void container_fact(struct ios *x, uint32_t node, const struct words *w);
void event_fact(struct ios *x, uint32_t node, const struct words *w);
void kron_fact(struct ios *x, uint32_t node, const struct words *w);
void scripting_fact(struct ios *x, uint32_t node, const struct words *w);

/* Does the top-level line before the node belong to the same "monitor session
 * NAME"?  Then the session has been told already. */
bool ios_session_goes_on(const struct ios *x, uint32_t node, struct span name);

void interface_note(struct ios *x, uint32_t node, const struct words *w);
void interface_fact(struct ios *x, uint32_t node, const struct words *w);
/* An interface as a way in for packets. */
struct ios_door {
	struct span name, vrf;
	struct span list[2];	/* input filters: IPv4, IPv6 */
	uint32_t list_node[2];	/* their lines */
	bool v4, v6, is_public; /* its addresses */
	bool dynamic;		/* it is given its address */
	bool link_local;	/* it makes itself one of IPv6 */
	bool shutdown, management, loopback;
	const char *role; /* customer, peer, core, routed; or NULL */
};
void interface_door(const struct ios *x, uint32_t node, struct ios_door *out);
/* banner NAME; boot ...; config-register V */
void banner_fact(struct ios *x, uint32_t node, const struct words *w);
void boot_fact(struct ios *x, uint32_t node, const struct words *w);
void register_fact(struct ios *x, uint32_t node, const struct words *w);

/* "ip address ..." of an interface; false for any other line. */
bool interface_address(const struct words *w, struct prefix *out);
/* What links are for, by their BGP neighbours; before any fact. */
enum link_role { ROLE_CORE, ROLE_PEER, ROLE_CUSTOMER };
void roles_note(struct ios *x);
/* The role of a routed interface with that address, or "routed". */
const char *role_of_link(
    const struct ios *x, const struct prefix *link, struct span description);
/* Where interior routing protocols look for neighbours. */
void igp_flush(struct ios *x);
void route_fact(struct ios *x, uint32_t node, const struct words *w);
/* The same where prefix and next hop stand from word i on. */
void route_fact_from(struct ios *x, uint32_t node, const struct words *w,
    unsigned i, struct span vrf);
/* "ip route P NEXT-HOP" and the same of IPv6 below a node, in a VRF. */
void route_facts_below(struct ios *x, uint32_t node, struct span vrf);
void router_note(struct ios *x, uint32_t node, const struct words *w);
void router_fact(struct ios *x, uint32_t node, const struct words *w);

void logging_fact(struct ios *x, uint32_t node, const struct words *w);
void snmp_note(struct ios *x, uint32_t node, const struct words *w);
void snmp_fact(struct ios *x, uint32_t node, const struct words *w);
/* "snmp-server community ..." in its parts. */
struct ios_community {
	struct span secret, view, mode, list, list6;
};
void ios_community_read(const struct words *w, struct ios_community *out);
void ntp_note(struct ios *x, uint32_t node, const struct words *w);
void ntp_fact(struct ios *x, uint32_t node, const struct words *w);

#endif
