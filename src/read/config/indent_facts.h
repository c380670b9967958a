/*
 * Readers of the relatives of IOS: IOS XR, NX-OS, ASA, EOS.  Their
 * configurations are indented lines as those of IOS, and much of their syntax
 * is the same, so a reader is a dialect: a table of top-level commands whose
 * handlers are those of IOS (cisco_ios_facts.h) where the syntax agrees and
 * its own where it does not, a table of settings, and what it is called.
 *
 * A handler gets the state as struct ios; indent_of gives the dialect's part.
 */
#ifndef TIDEMARK_READ_CONFIG_INDENT_FACTS_H
#define TIDEMARK_READ_CONFIG_INDENT_FACTS_H

#include "read/config/cisco_ios_facts.h"

typedef void indent_handler(
    struct ios *x, uint32_t node, const struct words *w);

/* A top-level command by its first words; the longest that fits counts.
 * note and fact as in cisco_ios_facts.h; either may be NULL. */
struct indent_topic {
	const char *words;
	indent_handler *note, *fact;
};

/* A top-level line (without "no") that switches a setting. */
struct indent_switch {
	const char *words, *setting;
	enum {
		SWITCH_PLAIN,
		SWITCH_REST, /* what stands behind the words is the value */
		SWITCH_FIRST /* one of several entries: the first counts, and
			      * "no" takes away one */
	} form;
};

struct indent;

struct indent_dialect {
	const char *vendor, *platform; /* platform NULL: identity puts it */
	enum banner_form banner;
	const struct indent_topic *topics; /* ends with words NULL */
	const char *const *settings; /* names, ends with NULL; what silence
				      * means stands in data/defaults/ */
	const struct indent_switch *switches; /* ends with words NULL */
	/* Is it a full configuration, so that silence means a default? */
	bool (*whole)(const struct indent *t);
	/* Release, model and serial number, where they are stated. */
	void (*identity)(struct indent *t, struct record *r);
	/* Settings that several lines decide together; may be NULL. */
	void (*settle)(struct indent *t);
	/* Who may reach its services, at the end; may be NULL. */
	void (*reach)(struct ios *x, const struct read_in *in);
};

#define INDENT_SETTINGS 40 /* of one dialect, checked when read */

struct indent_set {
	uint8_t state; /* enum ios_state */
	uint32_t node;
	struct span value, port, vrf;
	struct span acl[4];
	unsigned nacl;
};

struct indent {
	struct ios ios; /* first: handlers get its address */
	const struct indent_dialect *dialect;
	struct indent_set set[INDENT_SETTINGS];
	uint32_t version; /* line that states the release, or TREE_NONE */
	/* NX-OS names a community's access list on a line of its own. */
	struct map guard_of; /* community to index in guards */
	struct indent_community_guard {
		struct span list;
		uint32_t node;
	} *guards;
	size_t nguards, guards_cap;
	struct map pools;  /* IOS XR: line template to its vty-pool's node */
	struct map tacacs; /* ASA: server groups that speak TACACS+ */
};

static inline struct indent *
indent_of(struct ios *x)
{
	return (struct indent *)(void *)x;
}

/* A reader's read: bytes to records. */
void indent_read(
    const struct read_in *in, struct emit *out, const struct indent_dialect *d);

/* The setting of that name, which the dialect must list; it is switched. */
struct indent_set *indent_switch(
    struct ios *x, const char *setting, bool on, uint32_t node);
/* The same for one of which several lines may speak: the first counts. */
void indent_met(struct ios *x, const char *setting, uint32_t node);
/* A list that guards a setting. */
void indent_guard(struct indent_set *s, struct span acl);
/* Is it switched on, or on by default in a whole configuration? */
bool indent_is_on(struct ios *x, const char *setting);
/* The setting as it stands. */
const struct indent_set *indent_get(struct ios *x, const char *setting);

/* A comment kept by the text reader that starts with these words: what stands
 * behind them; empty when there is none. */
struct span indent_note(const struct indent *t, const char *words);

/* Word i of the line that states the release; empty without one. */
struct span indent_version_word(const struct indent *t, unsigned i);

/* Text up to the first of these bytes, trimmed. */
struct span indent_cut(struct span s, const char *bytes);
struct span indent_unquoted(struct span s);

/* ---- handlers shared by dialects ---- */

void indent_hostname(struct ios *x, uint32_t node, const struct words *w);
void indent_domain(struct ios *x, uint32_t node, const struct words *w);
void indent_version(struct ios *x, uint32_t node, const struct words *w);
/* username X ... on one line or with lines below; secrets by their label or
 * the hash's own prefix. */
void indent_user(struct ios *x, uint32_t node, const struct words *w);
/* Bytes behind password or secret from word i on: type and text; returns the
 * word behind. */
unsigned indent_put_secret(
    struct ios *x, struct span user, const struct words *w, unsigned i);
/* A script-like action: name, how it is started, what it does. */
void indent_script(struct ios *x, uint32_t node, struct span name,
    const char *mode, struct span trigger, struct span body);
/* The children's lines joined; those that start with word only, if given. */
struct span indent_body(struct ios *x, uint32_t node, const char *word);
/* SSH key "ssh-rsa AAAA..." from word i on. */
void indent_ssh_key(struct ios *x, uint32_t node, struct span user,
    const struct words *w, unsigned i);
/* snmp-server community|user|group|host */
void indent_snmp_note(struct ios *x, uint32_t node, const struct words *w);
void indent_snmp(struct ios *x, uint32_t node, const struct words *w);
/* "snmp-server community ..." in its parts. */
struct indent_community {
	struct span secret, mode, group, list, list6;
	bool guard; /* NX-OS: a line that only adds a list */
};
void indent_community_read(
    const struct words *w, struct indent_community *out);
/* Who may reach a management service, where no access list says it: text is
 * the source as written, used_by "vty", "http" or "snmp". */
struct indent_permit {
	struct span acl, interface, src;
	const struct prefix *prefix; /* NULL when src is a name */
	const char *port, *used_by;
};
void indent_permit(struct ios *x, uint32_t node, const struct indent_permit *p);
/* A log server named at word i: its address or name, then its options. */
void indent_log_host(
    struct ios *x, uint32_t node, const struct words *w, unsigned i);
/* ntp server [vrf V] A [use-vrf V] [key N]; i is the word behind "server" or
 * "peer". */
void indent_ntp(
    struct ios *x, uint32_t node, const struct words *w, unsigned i);
/* ntp server ... as a top-level line */
void indent_ntp_server(struct ios *x, uint32_t node, const struct words *w);
/* monitor session N, with its ends below or on lines of their own */
void indent_mirror(struct ios *x, uint32_t node, const struct words *w);
/* aaa group server ...; aaa authentication|authorization|accounting ... */
void indent_aaa_note(struct ios *x, uint32_t node, const struct words *w);
void indent_aaa(struct ios *x, uint32_t node, const struct words *w);
/* router bgp with neighbours as blocks: NX-OS, IOS XR. */
void indent_bgp(struct ios *x, uint32_t node, const struct words *w);

/* ---- what a file is ---- */

/* Each sign counts once; what the line starts with, and behind a star what it
 * holds further on.  A sign that starts with
 * a blank stands for an indented line.  weight 0 or less: foreign, the file
 * is no such configuration. */
struct indent_sign {
	const char *text;
	int weight;
};
/* Ends with text NULL. */
struct guess indent_guess(
    const struct probe *p, const struct indent_sign *signs);

#endif
