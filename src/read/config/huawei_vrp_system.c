/* VRP: accounts, AAA, lines, logging, SNMP, time. */
#include "read/config/huawei_vrp.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static bool
is_number(struct span s)
{
	uint64_t n;

	return span_u64(s, &n);
}

/* Does the word stand anywhere below the node? */
static bool
has_below(const struct path_tree *t, uint32_t node, const char *word)
{
	EACH_PATH(c, t, node)
	if (span_is(path_word(t, c), word) || has_below(t, c, word))
		return true;
	return false;
}

/* ---- accounts ---- */

/* local-user U service-type telnet ssh: the line's words behind */
static struct span
services_of(const struct path_tree *t, uint32_t user)
{
	struct words w;

	words_read(&w, path_line(t, path_value_node(t, user, "service-type")));
	return words_from(&w, words_find(&w, 0, "service-type") + 1);
}

static void
user(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t secret = path_get(t, node, "password");
	struct span level = path_value(t, node, "privilege level");
	struct record *r = facts_begin(
	    x, K_USER, secret == PATH_NONE ? node : path_leaf(t, secret));

	if (level.n == 0)
		level = path_value(t, node, "level");
	record_put(r, F_USER, WORD(node));
	if (is_number(level))
		record_put_number(r, F_PRIVILEGE, level);
	vrp_put_secret_below(x, WORD(node), secret);
	record_put(r, F_ROLE, path_value(t, node, "user-group"));
	record_put(r, F_SERVICE, services_of(t, node));
	if (path_value_is(t, node, "state", "block"))
		record_put_bool(r, F_SHUTDOWN, true);
	facts_emit(x);
}

static void
users(struct path_facts *x)
{
	static const char *const lists[] = {"aaa local-user", "local-user"};

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(u, x->tree, ROOT(lists[i]))
	user(x, u);
}

/* super password [level N] [cipher|simple] X */
static void
super(struct path_facts *x, const struct vrp_line *l)
{
	bool level = words_is(&l->w, 2, "level");
	struct record *r = vrp_begin(x, K_USER, l);

	record_put_str(r, F_USER, "super");
	record_put_number(
	    r, F_PRIVILEGE, level ? words_at(&l->w, 3) : SPAN("3"));
	vrp_put_secret(x, SPAN("super"), l, level ? 4 : 2);
	record_put_str(r, F_ROLE, "super");
	facts_emit(x);
}

/* ssh user U assign rsa-key K */
static void
ssh_user(struct path_facts *x, const struct vrp_line *l)
{
	struct span type = words_at(&l->w, 4);
	struct record *r;

	if (!words_is(&l->w, 3, "assign"))
		return;
	r = vrp_begin(x, K_SSH_KEY, l);
	record_put(r, F_USER, words_at(&l->w, 2));
	record_put(
	    r, F_KEY_TYPE, span_head(type, span_find(type, SPAN("-key"))));
	record_put(r, F_NAME, words_at(&l->w, 5));
	facts_emit(x);
}

/* ---- AAA ---- */

/* Word behind "hwtacacs-server", "hwtacacs server", "radius-server"; 0 for
 * any other line. */
static unsigned
server_word(const struct words *w, const char **protocol)
{
	static const struct {
		const char *one, *two, *protocol;
	} forms[] = {{"hwtacacs-server", "hwtacacs", "tacacs"},
	    {"radius-server", "radius", "radius"}};

	for (unsigned i = 0; i < 2; i++) {
		*protocol = forms[i].protocol;
		if (words_is(w, 0, forms[i].one))
			return 1;
		if (words_is(w, 0, forms[i].two) && words_is(w, 1, "server"))
			return 2;
	}
	return 0;
}

static uint32_t
shared_key(const struct path_facts *x, uint32_t block)
{
	static const char *const words[] = {"hwtacacs-server shared-key",
	    "radius-server shared-key", "hwtacacs server shared-key",
	    "radius server shared-key"};

	for (unsigned i = 0; i < 4; i++) {
		uint32_t n = path_get(x->tree, block, words[i]);

		if (n != PATH_NONE)
			return n;
	}
	return PATH_NONE;
}

/* hwtacacs-server authentication A [PORT] [vpn-instance V] [secondary] */
static void
server(struct path_facts *x, const struct vrp_line *l)
{
	const char *protocol;
	unsigned i = server_word(&l->w, &protocol);
	bool accounting = words_is(&l->w, i, "accounting");
	unsigned key = words_find(&l->w, i, "shared-key");
	struct record *r;
	struct addr a;

	if (i == 0 || l->block == PATH_ROOT ||
	    !addr_read(words_at(&l->w, i + 1), &a))
		return;
	r = vrp_begin(x, K_AAA_SERVER, l);
	record_put_str(r, F_PROTOCOL, protocol);
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(&l->w, i + 1));
	if (is_number(words_at(&l->w, i + 2)))
		record_put_number(r, F_PORT, words_at(&l->w, i + 2));
	else
		record_put_number(r, F_PORT,
		    protocol[0] == 't' ? SPAN("49")
		    : accounting       ? SPAN("1813")
				       : SPAN("1812"));
	record_put(r, F_GROUP, path_word(x->tree, l->block));
	record_put(r, F_VRF, vrp_behind(l, i, "vpn-instance"));
	if (key < l->w.n)
		vrp_put_secret(x, (struct span){0}, l, key + 1);
	else
		vrp_put_secret_below(
		    x, (struct span){0}, shared_key(x, l->block));
	facts_emit(x);
}

/* Below "aaa": schemes with their modes. */
static void
method(struct path_facts *x, const struct vrp_line *l)
{
	static const struct {
		const char *block, *word, *service;
	} modes[] = {
	    {"aaa authentication-scheme", "authentication-mode",
		"authentication"},
	    {"aaa authorization-scheme", "authorization-mode", "authorization"},
	    {"aaa accounting-scheme", "accounting-mode", "accounting"},
	    {"aaa recording-scheme", "recording-mode", "accounting"},
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		struct record *r;

		if (!text_starts(l->in, modes[i].block) ||
		    !words_is(&l->w, 0, modes[i].word))
			continue;
		r = vrp_begin(x, K_AAA_METHOD, l);
		record_put_str(r, F_SERVICE, modes[i].service);
		record_put_str(r, F_NAME, i == 3 ? "commands" : "login");
		record_put(r, F_LIST, path_word(x->tree, l->block));
		record_put(r, F_METHODS, words_from(&l->w, 1));
		facts_emit(x);
	}
}

/* ---- lines ---- */

/* acl [ipv6] L inbound */
static void
put_lists(struct path_facts *x, uint32_t line)
{
	struct path_tree *t = x->tree;

	EACH_PATH(a, t, path_get(t, line, "acl"))
	{
		uint32_t list = span_is(WORD(a), "ipv6") ? path_first(t, a) : a;

		if (path_get(t, list, "inbound") != PATH_NONE)
			record_put(&x->rec, F_ACL_IN, WORD(list));
		if (path_get(t, list, "outbound") != PATH_NONE)
			record_put(&x->rec, F_ACL_OUT, WORD(list));
	}
}

static void
line(struct path_facts *x, uint32_t node, const char *type, struct span first,
    struct span last)
{
	struct path_tree *t = x->tree;
	uint32_t secret = path_get(t, node, "set authentication password");
	struct span in = path_value(t, node, "protocol inbound");
	struct record *r = facts_begin(x, K_LINE, node);

	record_put_str(r, F_LINE_TYPE, type);
	record_put_number(r, F_FIRST, first);
	record_put_number(r, F_LAST, last);
	put_lists(x, node);
	record_put(
	    r, F_TRANSPORT_IN, span_is(in, "all") ? SPAN("ssh telnet") : in);
	record_put_number(
	    r, F_PRIVILEGE, path_value(t, node, "user privilege level"));
	record_put(r, F_METHODS, path_value(t, node, "authentication-mode"));
	if (secret != PATH_NONE)
		vrp_put_secret_below(x, (struct span){0}, secret);
	record_put(r, F_VALUE, path_value(t, node, "idle-timeout"));
	facts_emit(x);
}

/* user-interface vty 0 4; user-interface con 0 */
static void
lines(struct path_facts *x)
{
	static const struct {
		const char *word, *type;
	} types[] = {{"con", "con"}, {"console", "con"}, {"vty", "vty"},
	    {"aux", "aux"}, {"tty", "tty"}};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		EACH_PATH(
		    f, t, path_get(t, ROOT("user-interface"), types[i].word))
		{
			bool range = false;

			EACH_PATH(l, t, f)
			{
				if (!is_number(WORD(l)))
					continue;
				line(x, l, types[i].type, WORD(f), WORD(l));
				range = true;
			}
			if (!range)
				line(x, f, types[i].type, WORD(f), WORD(f));
		}
}

/* ---- logging, time ---- */

/* info-center loghost [ipv6] A [options] */
static void
log_host(struct path_facts *x, const struct vrp_line *l)
{
	unsigned i = words_is(&l->w, 2, "ipv6") ? 3 : 2;
	struct span transport = vrp_behind(l, i, "transport");
	struct record *r;

	if (words_is(&l->w, i, "source"))
		return;
	r = vrp_begin(x, K_LOGGING, l);
	record_put_str(r, F_TARGET, "host");
	record_put_str(r, F_STATE, "enabled");
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(&l->w, i));
	record_put(r, F_PROTOCOL,
	    vrp_behind(l, i, "ssl-policy").n ? SPAN("tls")
	    : transport.n		     ? transport
					     : SPAN("udp"));
	record_put_number(r, F_PORT, vrp_behind(l, i, "port"));
	record_put(r, F_LEVEL, vrp_behind(l, i, "level"));
	record_put(r, F_VRF, vrp_behind(l, i, "vpn-instance"));
	facts_emit(x);
}

static void
log_line(struct path_facts *x, const struct vrp_line *l)
{
	struct record *r;
	bool off = span_is(l->w.text, "undo info-center enable");

	if (words_is(&l->w, 0, "info-center") &&
	    words_is(&l->w, 1, "loghost")) {
		log_host(x, l);
	} else if (off || text_starts(l->w.text, "info-center logbuffer")) {
		r = vrp_begin(x, K_LOGGING, l);
		record_put_str(r, F_TARGET, off ? "off" : "buffered");
		record_put_str(r, F_STATE, off ? "disabled" : "enabled");
		facts_emit(x);
	}
}

/* ntp-service unicast-server [ipv6] A [authentication-keyid N] [...] */
static void
ntp(struct path_facts *x, const struct vrp_line *l)
{
	bool server = words_is(&l->w, 1, "unicast-server");
	unsigned i = words_is(&l->w, 2, "ipv6") ? 3 : 2;
	struct record *r;

	if (!server && !words_is(&l->w, 1, "unicast-peer"))
		return;
	r = vrp_begin(x, K_NTP, l);
	record_put_str(r, F_MODE, server ? "server" : "peer");
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(&l->w, i));
	record_put(r, F_VRF, vrp_behind(l, i, "vpn-instance"));
	record_put_bool(
	    r, F_PROTECTED, vrp_behind(l, i, "authentication-keyid").n > 0);
	facts_emit(x);
}

/* ---- SNMP ---- */

/* snmp-agent community {read | write} [cipher|simple] X [mib-view V] [acl L]
 * and, newer, snmp-agent community complexity-check disable. */
static void
community(struct path_facts *x, const struct vrp_line *l)
{
	bool write = words_is(&l->w, 2, "write");
	bool labelled = words_is(&l->w, 3, "cipher") ||
			words_is(&l->w, 3, "simple") ||
			words_is(&l->w, 3, "plain");
	struct span name = words_at(&l->w, 3u + labelled);
	struct span list = vrp_behind(l, 4, "acl");
	struct record *r;

	if (!write && !words_is(&l->w, 2, "read"))
		return;
	r = vrp_begin(x, K_SNMP, l);
	record_put_str(r, F_MODE, write ? "rw" : "ro");
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, name);
	if (span_is(name, "public") || span_is(name, "private"))
		record_put_str(r, F_WEAK, "default");
	if (list.n == 0)
		list = path_value(x->tree, ROOT("snmp-agent"), "acl");
	record_put(r, F_ACL, list);
	facts_emit(x);
}

/* snmp-agent group v3 G {authentication | privacy} ... */
static void
group(struct path_facts *x, const struct vrp_line *l)
{
	struct record *r = vrp_begin(x, K_SNMP, l);

	record_put(r, F_GROUP, words_at(&l->w, 3));
	record_put(r, F_VALUE, words_at(&l->w, 2));
	record_put_str(r, F_LEVEL,
	    words_find(&l->w, 4, "privacy") < l->w.n	      ? "priv"
	    : words_find(&l->w, 4, "authentication") < l->w.n ? "auth"
							      : "noauth");
	record_put(r, F_ACL, vrp_behind(l, 4, "acl"));
	facts_emit(x);
}

/* snmp-agent usm-user v3 U ...: in one line, or a line for each part */
static void
snmp_users(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(u, t, ROOT("snmp-agent usm-user v3"))
	{
		struct span group = path_value(t, u, "group");
		uint32_t first = path_first(t, u);
		struct record *r = facts_begin(x, K_SNMP, u);

		if (group.n == 0 &&
		    !span_is(WORD(first), "authentication-mode") &&
		    !span_is(WORD(first), "privacy-mode"))
			group = WORD(first);
		record_put(r, F_USER, WORD(u));
		record_put(r, F_GROUP, group);
		record_put_str(r, F_LEVEL,
		    has_below(t, u, "privacy-mode")	     ? "priv"
		    : has_below(t, u, "authentication-mode") ? "auth"
							     : "noauth");
		facts_emit(x);
	}
}

static void
snmp(struct path_facts *x, const struct vrp_line *l)
{
	if (words_is(&l->w, 1, "community"))
		community(x, l);
	else if (words_is(&l->w, 1, "group") && words_is(&l->w, 2, "v3"))
		group(x, l);
}

/* ---- all ---- */

static void
fact_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	(void)arg;
	if (l->block != PATH_ROOT) {
		server(x, l);
		method(x, l);
	} else if (text_starts(l->w.text, "super password")) {
		super(x, l);
	} else if (text_starts(l->w.text, "ssh user")) {
		ssh_user(x, l);
	} else if (words_is(&l->w, 0, "snmp-agent")) {
		snmp(x, l);
	} else if (words_is(&l->w, 0, "ntp-service") ||
		   words_is(&l->w, 0, "ntp")) {
		ntp(x, l);
	} else {
		log_line(x, l);
	}
}

void
vrp_system(struct path_facts *x)
{
	users(x);
	lines(x);
	vrp_each_line(x, fact_line, NULL);
	snmp_users(x);
}
