/* FRRouting and the interface stanzas of Cumulus Linux. */
#include "read/config/frr.h"

static const char *const settings[] = {"password-encryption", "snmp-agentx",
    "vty-access-class", "exec-timeout", NULL};

static const struct indent_switch switches[] = {
    {"agentx", "snmp-agentx", SWITCH_PLAIN},
    {"service password-encryption", "password-encryption", SWITCH_PLAIN},
    {NULL, NULL, SWITCH_PLAIN},
};

/* ---- the terminal of a daemon ---- */

/* line vty / access-class L / exec-timeout M S: of the port of each daemon, as
 * a rule on the host itself.  vtysh writes "line vty" into every configuration,
 * so alone it says nothing. */
static void
line_note_vty(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t list = ios_child(x, node, "access-class");
	uint32_t idle = ios_child(x, node, "exec-timeout");
	struct span name = ios_child_rest(x, node, "access-class");
	struct span time = ios_child_rest(x, node, "exec-timeout");
	struct indent_set *s;

	(void)w;
	if (list != TREE_NONE) {
		acl_use(x, 4, name, USE_VTY, list);
		indent_guard(
		    indent_switch(x, "vty-access-class", true, list), name);
	}
	if (idle == TREE_NONE)
		return;
	s = indent_switch(x, "exec-timeout",
	    !span_is(time, "0") && !span_is(time, "0 0"), idle);
	s->value = time;
}

static void
line_fact_vty(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	(void)w;
	if (ios_child(x, node, "access-class") == TREE_NONE)
		return;
	r = ios_begin(x, K_LINE, node);
	record_put_str(r, F_LINE_TYPE, "vty");
	record_put(r, F_ACL_IN, ios_child_rest(x, node, "access-class"));
	record_put_str(r, F_TRANSPORT_IN, "telnet");
	record_put_str(r, F_TRANSPORT_OUT, "none");
	record_put(r, F_VALUE, ios_child_rest(x, node, "exec-timeout"));
	ios_emit(x);
}

/* password X; enable password [8] X: one for everybody.  "zebra" is that of
 * the examples. */
static void
password_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool enable = words_is(w, 0, "enable");
	unsigned i = enable ? 2 : 1;
	struct record *r;

	if (w->n <= i || (enable && !words_is(w, 1, "password")))
		return;
	r = ios_begin(x, K_USER, node);
	record_put_str(r, F_USER, enable ? "enable" : "vty");
	record_put_number(r, F_PRIVILEGE, enable ? SPAN("15") : SPAN("1"));
	if (words_is(w, i, "8")) { /* of crypt(3), no type 8 of Cisco's */
		record_put_str(r, F_SECRET_TYPE, "crypt");
		record_put(r, F_SECRET, words_at(w, i + 1));
	} else {
		indent_put_secret(x, (struct span){0}, w, i);
	}
	if (span_is(record_text(r, F_SECRET), "zebra"))
		record_put_str(r, F_WEAK, "default");
	record_put_str(r, F_ROLE, enable ? "enable" : "vty");
	ios_emit(x);
}

/* username U nopassword: vtysh asks that account of the host for none.  It
 * lets nobody in from outside. */
static void
user_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	if (w->n < 2)
		return;
	r = ios_begin(x, K_USER, node);
	record_put(r, F_USER, words_at(w, 1));
	record_put_str(r, F_SECRET_TYPE, "none");
	record_put_str(r, F_ROLE, "vtysh");
	ios_emit(x);
}

/* ---- lists, routes, logging ---- */

/* access-list L [seq N] permit|deny P; those with numbers may have wildcard
 * bits as in IOS. */
static void
list_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool v6 = words_is(w, 0, "ipv6");
	unsigned i = 2u + v6;
	struct span name = words_at(w, i - 1);

	if (words_is(w, i, "seq"))
		i += 2;
	if (!words_is(w, i, "permit") && !words_is(w, i, "deny"))
		return;
	if (!v6 && i == 2 &&
	    span_find_byte(words_at(w, i + 1), '/') == SPAN_NONE &&
	    !words_is(w, i + 1, "any") && ascii_digit((unsigned char)name.p[0]))
		acl_fact(x, node, w);
	else
		acl_entry_fact(x, node, w, i, name, false);
}

/* ip route P/n H [vrf V]; inside "vrf V" without it */
static void
vrf_fact(struct ios *x, uint32_t node, const struct words *w)
{
	route_facts_below(x, node, words_at(w, 1));
}

/* log syslog [LEVEL]; log file F [LEVEL]; log stdout|monitor [LEVEL] */
static void
log_fact(struct ios *x, uint32_t node, const struct words *w)
{
	static const struct {
		const char *word, *target;
	} table[] = {{"syslog", "trap"}, {"file", "buffered"},
	    {"stdout", "console"}, {"monitor", "monitor"}};
	bool off = words_is(w, 0, "no");
	unsigned i = off ? 2 : 1;
	struct record *r;

	for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++) {
		if (!words_is(w, i, table[k].word))
			continue;
		r = ios_begin(x, K_LOGGING, node);
		record_put_str(r, F_TARGET, table[k].target);
		if (words_is(w, i, "file"))
			record_put(r, F_NAME, words_at(w, ++i));
		record_put(r, F_LEVEL, words_at(w, i + 1));
		record_put_str(r, F_STATE, off ? "disabled" : "enabled");
		ios_emit(x);
		return;
	}
}

static const struct indent_topic topics[] = {
    {"access-list", NULL, list_fact},
    {"enable password", NULL, password_fact},
    {"frr version", indent_version, NULL},
    {"hostname", indent_hostname, NULL},
    {"domainname", indent_domain, NULL},
    {"iface", frr_interface_note, frr_interface_fact},
    {"interface", frr_interface_note, frr_interface_fact},
    {"ip route", NULL, route_fact},
    {"ipv6 access-list", NULL, list_fact},
    {"ipv6 route", NULL, route_fact},
    {"line vty", line_note_vty, line_fact_vty},
    {"log", NULL, log_fact},
    {"no log", NULL, log_fact},
    {"password", NULL, password_fact},
    {"route-map", acl_note, NULL},
    {"router", router_note, frr_router_fact},
    {"username", NULL, user_fact},
    {"vrf", NULL, vrf_fact},
    {NULL, NULL, NULL},
};

static bool
whole(const struct indent *t)
{
	return t->version != TREE_NONE;
}

/* frr version 8.4.4; 4.0+cl3.7.14u1 of Cumulus Linux */
static void
identity(struct indent *t, struct record *r)
{
	record_put(r, F_VERSION, indent_version_word(t, 2));
}

/* Where there are passwords, silence leaves them in the clear. */
static void
settle(struct indent *t)
{
	const struct tree *tree = t->ios.tree;

	if (indent_get(&t->ios, "password-encryption")->state != STATE_DEFAULT)
		return;
	for (uint32_t i = 0; i < tree->n; i = tree->v[i].end)
		if (text_starts(tree->v[i].text, "password") ||
		    text_starts(tree->v[i].text, "enable password")) {
			indent_switch(&t->ios, "password-encryption", false, i);
			return;
		}
}

static const struct indent_dialect dialect = {
    .vendor = "frr",
    .platform = "frr",
    .banner = BANNER_LINE,
    .topics = topics,
    .settings = settings,
    .switches = switches,
    .whole = whole,
    .identity = identity,
    .settle = settle,
};

static const struct indent_sign signs[] = {
    {"frr version", 60},
    {"frr defaults ", 55},
    {"service integrated-vtysh-config", 60},
    {"no service integrated-vtysh-config", 60},
    {"# This file describes the network interfaces", 50},
    {"# ports.conf --", 50},
    {"iface lo inet loopback", 30},
    {"iface swp", 40},
    {"iface eth", 15},
    {"iface ", 10},
    {"auto lo", 15},
    {"auto swp", 25},
    {"source /etc/network/interfaces.d/", 25},
    {"log syslog", 20},
    {"log file /var/log/frr", 45},
    {"log facility ", 10},
    {"zebra ", 20},
    {"agentx", 20},
    {"username * nopassword", 15},
    {"interface lo", 5},
    {"interface swp", 25},
    {"interface eth", 5},
    {"exit-vrf", 15},
    {"ip prefix-list * seq ", 5},
    {"access-list * seq ", 25},
    {"bgp as-path access-list ", 25},
    {"bgp community-list ", 25},
    {"bgp extcommunity-list ", 25},
    {"router bgp ", 10},
    {"router ospf", 5},
    {"password zebra", 20},
    {" exit-address-family", 5},
    {" neighbor * interface remote-as ", 25},
    {" neighbor * interface peer-group ", 25},
    {" no bgp ebgp-requires-policy", 30},
    {" bgp bestpath as-path multipath-relax", 5},
    {" bridge-vlan-aware ", 20},
    {" bridge-ports ", 15},
    {" ip ospf area ", 5},
    /* Relatives. */
    {"!! IOS XR", 0},
    {"!Command: ", 0},
    {"!RANCID-CONTENT-TYPE: cisco", 0},
    {"!RANCID-CONTENT-TYPE: arista", 0},
    {"! device: ", 0},
    {"ASA Version", 0},
    {"Current configuration : ", 0},
    {"boot-start-marker", 0},
    {"version ", 0},
    {"feature ", 0},
    {"interface GigabitEthernet", 0},
    {"interface FastEthernet", 0},
    {"interface Loopback", 0},
    {"interface MgmtEth", 0},
    {"interface mgmt0", 0},
    {"line con", 0},
    {"vrf definition ", 0},
    {"vrf instance ", 0},
    {"no service pad", 0},
    {"set ", 0},
    {"/", 0},
    {NULL, 0},
};

static struct guess
frr_guess(const struct probe *p)
{
	struct guess g = indent_guess(p, signs);

	if (g.score == 0 && span_ends(p->path, SPAN("frr.conf")) &&
	    (span_starts(p->head, SPAN("!")) ||
		span_starts(p->head, SPAN("bgp ")) ||
		span_starts(p->head, SPAN("route"))))
		return (struct guess){20, "the name frr.conf"};
	return g;
}

static void
frr_read(const struct read_in *in, struct emit *out)
{
	indent_read(in, out, &dialect);
}

const struct reader reader_frr_config = {
    .name = "frr-config",
    .title = "FRRouting and Cumulus Linux configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = frr_guess,
    .read = frr_read,
};
