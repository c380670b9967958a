/*
 * Cisco ASA running configurations, also as FTD shows them.  Access lists are
 * single lines with netmasks and named objects; who may manage the device is
 * said by "ssh", "telnet" and "http" lines per interface.
 */
#include "read/config/cisco_asa_config.h"

#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

static const char *const settings[] = {"ssh", "ssh-v2-only", "telnet",
    "https-server", "rest-api", "scp-server", "webvpn", "ikev1", "ikev2",
    "snmp-v1v2c", "logging-enabled", "logging-host", "logging-buffered",
    "logging-trap-level", "timestamps-log", "ntp", "aaa-accounting-commands",
    "aaa-accounting-exec", "config-key-encryption", "threat-detection", NULL};

static const struct indent_switch switches[] = {
    {"ssh version 2", "ssh-v2-only", SWITCH_PLAIN},
    {"ssh scopy enable", "scp-server", SWITCH_PLAIN},
    {"rest-api agent", "rest-api", SWITCH_PLAIN},
    {"logging enable", "logging-enabled", SWITCH_PLAIN},
    {"logging timestamp", "timestamps-log", SWITCH_PLAIN},
    {"logging host", "logging-host", SWITCH_FIRST},
    {"logging buffered", "logging-buffered", SWITCH_REST},
    {"logging trap", "logging-trap-level", SWITCH_REST},
    {"ntp server", "ntp", SWITCH_FIRST},
    {"password encryption aes", "config-key-encryption", SWITCH_PLAIN},
    {"threat-detection basic-threat", "threat-detection", SWITCH_PLAIN},
    {NULL, NULL, SWITCH_PLAIN},
};

/* ---- who may manage the device ---- */

/* ssh|telnet|http A M INTERFACE, ssh P/n INTERFACE */
struct manager {
	struct prefix prefix;
	struct span src, interface;
};

static bool
read_manager(const struct words *w, struct manager *m)
{
	if (w->n == 4 &&
	    prefix_of_words(words_at(w, 1), words_at(w, 2), &m->prefix)) {
		m->src = words_range(w, 1, 2);
		m->interface = words_at(w, 3);
		return true;
	}
	if (w->n == 3 && span_find_byte(words_at(w, 1), '/') != SPAN_NONE &&
	    prefix_read(words_at(w, 1), &m->prefix)) {
		m->src = words_at(w, 1);
		m->interface = words_at(w, 2);
		return true;
	}
	return false;
}

static void
manager_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct manager m;

	if (read_manager(w, &m)) {
		if (words_is(w, 0, "ssh") || words_is(w, 0, "telnet"))
			indent_met(
			    x, words_is(w, 0, "ssh") ? "ssh" : "telnet", node);
	} else if (text_starts(w->text, "http server enable")) {
		indent_switch(x, "https-server", true, node)->port =
		    words_at(w, 3);
	}
}

static void
manager_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct manager m;
	bool http = words_is(w, 0, "http"), telnet = words_is(w, 0, "telnet");
	struct indent_permit p = {.acl = words_at(w, 0),
	    .port = http     ? "443"
		    : telnet ? "23"
			     : "22",
	    .used_by = http ? "http" : "vty",
	    .prefix = &m.prefix};

	if (!read_manager(w, &m))
		return;
	p.src = m.prefix.bits == 32 ? words_at(w, 1) : m.src;
	p.interface = m.interface;
	indent_permit(x, node, &p);
}

/* ssh timeout N is the one remote line that there is. */
static void
telnet_password_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_LINE, node);

	record_put_str(r, F_LINE_TYPE, "tty");
	indent_put_secret(x, (struct span){0}, w, 1);
	ios_emit(x);
}

/* ---- access lists and objects ---- */

/* object network O / host A | subnet A M */
static void
object_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;
	struct prefix p;

	if (words_is(w, 1, "service")) {
		acl_object(x, words_at(w, 2), NULL);
		return;
	}
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if ((words_is(&cw, 0, "host") &&
			prefix_read(words_at(&cw, 1), &p)) ||
		    (words_is(&cw, 0, "subnet") &&
			(prefix_of_words(
			     words_at(&cw, 1), words_at(&cw, 2), &p) ||
			    prefix_read(words_at(&cw, 1), &p))))
			acl_object(x, words_at(w, 2), &p);
	}
}

/* access-list L extended permit ...; access-list L standard permit ...; of
 * FTD: access-list L advanced permit|deny|trust ... rule-id N */
static void
list_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool standard = words_is(w, 2, "standard");
	unsigned i = words_is(w, 2, "line") ? 4 : 2;

	i += standard || words_is(w, i, "extended") ||
	     words_is(w, i, "advanced");
	if (words_is(w, i, "permit") || words_is(w, i, "deny") ||
	    words_is(w, i, "trust"))
		acl_entry_fact(x, node, w, i, words_at(w, 1), !standard);
}

/* access-group L in interface I [control-plane] */
static void
group_note(struct ios *x, uint32_t node, const struct words *w)
{
	acl_use(x, 4, words_at(w, 1), USE_INTERFACE, node);
	if (words_find(w, 2, "control-plane") < w->n)
		acl_use(x, 4, words_at(w, 1), USE_OTHER, node);
}

/* ---- AAA ---- */

/* aaa-server G protocol tacacs+ */
static void
group_of_servers_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 2, "protocol") && words_is(w, 3, "tacacs+"))
		map_put(&indent_of(x)->tacacs, words_at(w, 1), node);
}

/* aaa-server G [(I)] host A [key] / key X */
static void
servers_fact(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = words_find(w, 2, "host") + 1;
	bool tacacs =
	    map_get(&indent_of(x)->tacacs, words_at(w, 1)) != MAP_NONE;
	uint32_t key = ios_child(x, node, "key");
	struct record *r;
	struct addr a;
	struct words kw;

	if (i >= w->n)
		return;
	r = ios_begin(x, K_AAA_SERVER, node);
	record_put_str(r, F_PROTOCOL, tacacs ? "tacacs" : "radius");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	record_put_number(r, F_PORT,
	    ios_child_rest(
		x, node, tacacs ? "server-port" : "authentication-port"));
	if (record_get(r, F_PORT) == NULL && tacacs)
		record_put_number(r, F_PORT, SPAN("49"));
	record_put(r, F_GROUP, words_at(w, 1));
	if (key != TREE_NONE) {
		words_read(&kw, x->tree->v[key].text);
		indent_put_secret(x, (struct span){0}, &kw, 1);
	} else if (i + 1 < w->n && !words_is(w, i + 1, "timeout")) {
		indent_put_secret(x, (struct span){0}, w, i + 1);
	} else {
		record_put_str(r, F_SECRET_TYPE, "none");
	}
	ios_emit(x);
}

/* aaa accounting command G; aaa accounting ssh console G */
static void
accounting_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (!words_is(w, 1, "accounting"))
		return;
	if (words_is(w, 2, "command"))
		indent_switch(x, "aaa-accounting-commands", true, node);
	else if (words_is(w, 3, "console"))
		indent_switch(x, "aaa-accounting-exec", true, node);
}

/* aaa SERVICE ssh|http|enable|serial|telnet|command [console] G [LOCAL] */
static void
method_fact(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = words_is(w, 3, "console") ? 4 : 3;
	struct record *r;

	if (w->n <= i ||
	    !(words_is(w, 1, "authentication") ||
		words_is(w, 1, "authorization") ||
		words_is(w, 1, "accounting")) ||
	    words_is(w, 2, "match") || words_is(w, 2, "listener") ||
	    words_is(w, 2, "secure-http-client"))
		return;
	r = ios_begin(x, K_AAA_METHOD, node);
	record_put(r, F_SERVICE, words_at(w, 1));
	record_put(r, F_NAME, words_at(w, 2));
	if (i == 4)
		record_put(r, F_LIST, words_at(w, 3));
	record_put(r, F_METHODS, words_from(w, i));
	ios_emit(x);
}

/* ---- accounts ---- */

/* enable password X encrypted */
static void
enable_password_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	if (!words_is(w, 1, "password"))
		return;
	r = ios_begin(x, K_USER, node);
	record_put_str(r, F_USER, "enable");
	record_put_number(r, F_PRIVILEGE, SPAN("15"));
	indent_put_secret(x, SPAN("enable"), w, 2);
	record_put_str(r, F_ROLE, "enable");
	ios_emit(x);
}

/* username U attributes / ssh authentication publickey|pkf KEY */
static void
account_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;

	indent_user(x, node, w);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "ssh") &&
		    words_is(&cw, 1, "authentication"))
			indent_ssh_key(x, c, words_at(w, 1), &cw, 2);
	}
}

/* ---- services, routes, peers ---- */

/* webvpn / enable outside */
static void
webvpn_note(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t c = ios_child(x, node, "enable");
	struct indent_set *s;

	if (w->n > 1 || c == TREE_NONE)
		return;
	s = indent_switch(x, "webvpn", true, c);
	s->value = ios_child_rest(x, node, "enable");
	s->port = ios_child_rest(x, node, "port");
}

/* crypto ikev2 enable outside; crypto map M N set peer A */
static void
crypto_line_note(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = words_find(w, 3, "address");

	if (words_is(w, 2, "enable") || words_is(w, 3, "enable")) {
		if (words_is(w, 1, "ikev1") || words_is(w, 1, "isakmp"))
			indent_met(x, "ikev1", node);
		else if (words_is(w, 1, "ikev2"))
			indent_met(x, "ikev2", node);
	} else if (words_is(w, 1, "map") && words_is(w, 4, "match")) {
		acl_use(x, 4, words_at(w, i + 1), USE_OTHER, node);
	}
}

static void
crypto_line_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;
	struct addr a;

	if (!words_is(w, 1, "map") || !words_is(w, 4, "set") ||
	    !words_is(w, 5, "peer"))
		return;
	for (unsigned i = 6; i < w->n; i++) {
		if (!addr_read(words_at(w, i), &a))
			continue;
		r = ios_begin(x, K_TUNNEL, node);
		record_put(r, F_NAME, words_at(w, 2));
		record_put_str(r, F_MODE, "ipsec");
		ios_put_peer(x, F_DST_IP, F_DST_SCOPE, words_at(w, i));
		record_put_bool(r, F_PROTECTED, true);
		ios_emit(x);
	}
}

/* route I A M NEXT-HOP [metric] */
static void
static_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;
	struct prefix p;
	bool v6 = words_is(w, 0, "ipv6");
	unsigned i = v6 ? 3 : 2;

	if (v6 ? !prefix_read(words_at(w, i), &p)
	       : !prefix_of_words(words_at(w, i), words_at(w, i + 1), &p))
		return;
	r = ios_begin(x, K_ROUTE, node);
	record_put_prefix(r, F_PREFIX, &p, prefix_text(x->arena, &p));
	record_put_ip(r, F_NEXT_HOP, words_at(w, v6 ? i + 1 : i + 2));
	record_put(r, F_INTERFACE, words_at(w, i - 1));
	ios_emit(x);
}

static void
log_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "host") && w->n > 3)
		indent_log_host(x, node, w, 3);
	else
		logging_fact(x, node, w);
}

/* capture C interface I */
static void
capture_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_CAPTURE, node);

	record_put(r, F_NAME, words_at(w, 1));
	record_put(r, F_VALUE, words_from(w, 2));
	ios_emit(x);
}

static const struct indent_topic topics[] = {
    {"ASA Version", indent_version, NULL},
    {"NGFW Version", indent_version, NULL},
    {"aaa", accounting_note, method_fact},
    {"aaa-server", group_of_servers_note, servers_fact},
    {"access-group", group_note, NULL},
    {"access-list", NULL, list_fact},
    {"banner", NULL, banner_fact},
    {"boot", NULL, boot_fact},
    {"capture", NULL, capture_fact},
    {"class-map", acl_note, NULL},
    {"crypto", crypto_line_note, crypto_line_fact},
    {"domain-name", indent_domain, NULL},
    {"enable", NULL, enable_password_fact},
    {"event manager", NULL, event_fact},
    {"hostname", indent_hostname, NULL},
    {"http", manager_note, manager_fact},
    {"interface", interface_note, interface_fact},
    {"ipv6 route", NULL, static_fact},
    {"logging", NULL, log_fact},
    {"no", NULL, logging_fact},
    {"ntp", NULL, indent_ntp_server},
    {"object", object_note, NULL},
    {"object-group", object_note, NULL},
    {"passwd", NULL, telnet_password_fact},
    {"route", NULL, static_fact},
    {"route-map", acl_note, NULL},
    {"router", router_note, router_fact},
    {"snmp-server", indent_snmp_note, indent_snmp},
    {"ssh", manager_note, manager_fact},
    {"telnet", manager_note, manager_fact},
    {"username", NULL, account_fact},
    {"webvpn", webvpn_note, NULL},
    {NULL, NULL, NULL},
};

static bool
whole(const struct indent *t)
{
	return t->ios.text->ended && t->version != TREE_NONE;
}

/* "ASA Version 9.16(4)67 ", "NGFW Version 7.0.1"; ": Hardware:   ASA5516, ...",
 * ": Serial Number: X" */
static void
identity(struct indent *t, struct record *r)
{
	struct span release = indent_version_word(t, 2);
	bool ftd = span_is(indent_version_word(t, 0), "NGFW");
	struct span hardware = indent_note(t, "Hardware:");

	/* "9.9" alone is a train. */
	record_put(r,
	    ftd || span_find_byte(release, '(') != SPAN_NONE ? F_VERSION
							     : F_TRAIN,
	    release);
	record_put_str(r, F_PLATFORM, ftd ? "ftd" : "asa");
	record_put(r, F_MODEL, indent_cut(hardware, ", "));
	record_put(r, F_SERIAL, indent_note(t, "Serial Number:"));
}

static const struct indent_dialect dialect = {
    .vendor = "cisco",
    .banner = BANNER_LINE,
    .topics = topics,
    .settings = settings,
    .switches = switches,
    .whole = whole,
    .identity = identity,
    .reach = asa_reach,
};

static const struct indent_sign signs[] = {
    {"ASA Version ", 80},
    {"access-list * extended ", 20},
    {"access-group * in interface ", 25},
    {"NGFW Version ", 80},
    {"PIX Version ", 70},
    {"FWSM Version ", 70},
    {": Saved", 40},
    {": Serial Number:", 30},
    {": Hardware:", 30},
    {"Cryptochecksum:", 25},
    {"!RANCID-CONTENT-TYPE: cisco-asa", 70},
    {"aaa-server ", 25},
    {"arp timeout 14400", 15},
    {"asdm ", 30},
    {"class-map inspection_default", 30},
    {"console timeout ", 20},
    {"crypto ipsec ikev1 transform-set ", 20},
    {"crypto ipsec security-association pmtu-aging", 30},
    {"dynamic-access-policy-record ", 40},
    {"failover", 10},
    {"firewall transparent", 25},
    {"global (", 25},
    {"group-policy ", 25},
    {"hostname ", 5},
    {"http server enable", 25},
    {"icmp unreachable rate-limit", 25},
    {"interface GigabitEthernet0/", 5},
    {"interface Management0/", 20},
    {"mtu ", 15},
    {"names", 5},
    {"nat (", 30},
    {"no asdm ", 30},
    {"no call-home reporting anonymous", 20},
    {"object network ", 25},
    {"object service ", 20},
    {"object-group network ", 5},
    {"object-group service ", 10},
    {"pager lines ", 20},
    {"passwd ", 20},
    {"policy-map type inspect dns ", 20},
    {"prompt hostname ", 25},
    {"route outside ", 20},
    {"route inside ", 15},
    {"same-security-traffic ", 35},
    {"service-policy global_policy ", 30},
    {"ssh stricthostkeycheck", 25},
    {"ssh timeout ", 10},
    {"ssh key-exchange group ", 10},
    {"static (", 20},
    {"sysopt ", 20},
    {"telnet timeout ", 20},
    {"threat-detection ", 25},
    {"timeout conn ", 20},
    {"timeout xlate ", 25},
    {"tunnel-group ", 25},
    {"webvpn", 10},
    {"xlate ", 20},
    {" nameif ", 35},
    {" no nameif", 35},
    {" security-level 0", 35},
    {" security-level 1", 35},
    {" security-level 5", 35},
    {" no security-level", 35},
    {" nat (", 20},
    {" network-object ", 10},
    {" service-object ", 10},
    {" port-object ", 10},
    {" group-object ", 5},
    {" icmp-object ", 15},
    {" management-only", 15},
    /* Relatives. */
    {"!! IOS XR", 0},
    {"!Command: ", 0},
    {"! device: ", 0},
    {"! Command: ", 0},
    {"Current configuration : ", 0},
    {"boot-start-marker", 0},
    {"feature ", 0},
    {"frr version", 0},
    {"ip cef", 0},
    {" class type inspect ", 0},
    {"line vty ", 0},
    {"interface Loopback", 0},
    {"!RANCID-CONTENT-TYPE: arista", 0},
    {"!RANCID-CONTENT-TYPE: cisco-nx", 0},
    {"!RANCID-CONTENT-TYPE: cisco-xr", 0},
    {NULL, 0},
};

static struct guess
asa_guess(const struct probe *p)
{
	return indent_guess(p, signs);
}

static void
asa_read(const struct read_in *in, struct emit *out)
{
	indent_read(in, out, &dialect);
}

const struct reader reader_cisco_asa_config = {
    .name = "cisco-asa-config",
    .title = "Cisco ASA and FTD configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = asa_guess,
    .read = asa_read,
};
