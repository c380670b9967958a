/*
 * Arista EOS running configurations.  The "management ..." blocks switch the
 * services and guard them; an event handler, a schedule or a daemon runs
 * programs.
 */
#include "read/config/arista_eos.h"

#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

static const char *const settings[] = {"ssh", "ssh-port", "telnet",
    "http-server", "https-server", "netconf-yang", "restconf", "gnmi",
    "snmp-v1v2c", "logging-host", "logging-buffered", "logging-trap-level",
    "ntp", "aaa-accounting-commands", "aaa-accounting-exec", "root-login",
    "vty-access-class", "exec-timeout", "control-plane-policing", NULL};

static const struct indent_switch switches[] = {
    {"aaa root", "root-login", SWITCH_PLAIN},
    {"logging buffered", "logging-buffered", SWITCH_REST},
    {"logging trap", "logging-trap-level", SWITCH_REST},
    {"ntp server", "ntp", SWITCH_FIRST},
    {NULL, NULL, SWITCH_PLAIN},
};

/* ---- management blocks ---- */

struct service {
	bool on, off;	/* "no shutdown", "shutdown" at any level */
	uint32_t node;	/* line that decided */
	uint32_t group; /* last "ip access-group" line */
	struct span lists[4];
	unsigned nlists;
};

/* The block and its "vrf V" parts. */
static void
read_service(struct ios *x, uint32_t node, struct service *s)
{
	struct words w;

	for (uint32_t c = node + 1; c < x->tree->v[node].end; c++) {
		words_read(&w, x->tree->v[c].text);
		if (span_is(w.text, "no shutdown")) {
			s->on = true;
			s->node = c;
		} else if (span_is(w.text, "shutdown")) {
			s->off = true;
			if (!s->on)
				s->node = c;
		} else if (words_is(&w, 1, "access-group") &&
			   s->nlists < sizeof(s->lists) / sizeof(*s->lists)) {
			s->lists[s->nlists++] = words_at(&w, 2);
			s->group = c;
		}
	}
}

static void
use_lists(struct ios *x, uint32_t node, enum acl_use use)
{
	struct words w;

	for (uint32_t c = node + 1; c < x->tree->v[node].end; c++) {
		words_read(&w, x->tree->v[c].text);
		if (words_is(&w, 1, "access-group"))
			acl_use(x, words_is(&w, 0, "ipv6") ? 6 : 4,
			    words_at(&w, 2), use, c);
	}
}

static void
guard_all(struct indent_set *set, const struct service *s)
{
	for (unsigned i = 0; i < s->nlists; i++)
		indent_guard(set, s->lists[i]);
}

/* idle-timeout N, in minutes; 0 is never */
static void
note_timeout(struct ios *x, uint32_t node)
{
	uint32_t c = ios_child(x, node, "idle-timeout");
	struct span minutes = ios_child_rest(x, node, "idle-timeout");

	if (c != TREE_NONE)
		indent_switch(x, "exec-timeout", !span_is(minutes, "0"), c)
		    ->value = minutes;
}

static void
ssh_note(struct ios *x, uint32_t node)
{
	struct service s = {.node = node};
	uint32_t port = ios_child(x, node, "server-port");
	struct indent_set *set;

	read_service(x, node, &s);
	use_lists(x, node, USE_VTY);
	note_timeout(x, node);
	set = indent_switch(x, "ssh", s.on || !s.off, s.node);
	guard_all(set, &s);
	if (s.nlists > 0)
		guard_all(
		    indent_switch(x, "vty-access-class", true, s.group), &s);
	if (port != TREE_NONE)
		set->port = indent_switch(x, "ssh-port", true, port)->port =
		    ios_child_rest(x, node, "server-port");
}

/* management telnet; management api netconf|restconf|gnmi */
static void
plain_service(
    struct ios *x, uint32_t node, const char *setting, enum acl_use use)
{
	struct service s = {.node = node};

	read_service(x, node, &s);
	use_lists(x, node, use);
	guard_all(indent_switch(x, setting, s.on, s.node), &s);
}

/* transport grpc|ssh X is on as soon as it is there. */
static void
transport_service(struct ios *x, uint32_t node, const char *setting)
{
	struct service s = {.node = node};
	uint32_t transport = ios_child(x, node, "transport");

	read_service(x, node, &s);
	use_lists(x, node, USE_OTHER);
	indent_switch(x, setting, transport != TREE_NONE && (s.on || !s.off),
	    transport == TREE_NONE ? s.node : transport);
}

/* management api http-commands: HTTPS unless taken away, HTTP when asked */
static void
web_note(struct ios *x, uint32_t node)
{
	static const struct {
		const char *set, *on, *off, *port;
		bool by_default;
	} webs[] = {{"https-server", "protocol https", "no protocol https",
			"protocol https port", true},
	    {"http-server", "protocol http", "no protocol http",
		"protocol http port", false}};
	struct service s = {.node = node};

	read_service(x, node, &s);
	use_lists(x, node, USE_HTTP);
	for (unsigned i = 0; i < 2; i++) {
		bool on = ios_child(x, node, webs[i].on) != TREE_NONE ||
			  webs[i].by_default;
		struct indent_set *set;

		if (ios_child(x, node, webs[i].off) != TREE_NONE)
			on = false;
		set = indent_switch(x, webs[i].set, on && s.on, s.node);
		set->port = ios_child_rest(x, node, webs[i].port);
		guard_all(set, &s);
	}
}

static void
management_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "ssh"))
		ssh_note(x, node);
	else if (words_is(w, 1, "telnet"))
		plain_service(x, node, "telnet", USE_VTY);
	else if (words_is(w, 1, "console"))
		note_timeout(x, node);
	else if (words_is(w, 2, "http-commands"))
		web_note(x, node);
	else if (words_is(w, 2, "restconf"))
		transport_service(x, node, "restconf");
	else if (words_is(w, 2, "netconf"))
		transport_service(x, node, "netconf-yang");
	else if (words_is(w, 2, "gnmi"))
		transport_service(x, node, "gnmi");
}

/* The remote lines of EOS are its services. */
static void
management_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct service s = {.node = node};
	struct record *r;
	bool ssh = words_is(w, 1, "ssh");

	if (!ssh && !words_is(w, 1, "telnet"))
		return;
	read_service(x, node, &s);
	r = ios_begin(x, K_LINE, node);
	record_put_str(r, F_LINE_TYPE, "vty");
	for (unsigned i = 0; i < s.nlists; i++)
		record_put(r, F_ACL_IN, s.lists[i]);
	record_put_str(r, F_TRANSPORT_IN,
	    (ssh ? s.off && !s.on : !s.on) ? "none"
	    : ssh			   ? "ssh"
					   : "telnet");
	record_put(r, F_VALUE, ios_child_rest(x, node, "idle-timeout"));
	ios_emit(x);
}

/* system control-plane / ip access-group L in */
static void
control_plane_note(struct ios *x, uint32_t node, const struct words *w)
{
	(void)w;
	use_lists(x, node, USE_OTHER);
}

/* ---- accounts ---- */

/* aaa root secret sha512 H; aaa root nopassword; enable secret H */
static void
special_user(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;
	bool root = words_is(w, 0, "aaa");
	unsigned i = root ? 2 : 1;

	r = ios_begin(x, K_USER, node);
	record_put_str(r, F_USER, root ? "root" : "enable");
	if (!root)
		record_put_number(r, F_PRIVILEGE, SPAN("15"));
	if (words_is(w, i, "nopassword")) {
		record_put_str(r, F_SECRET_TYPE, "none");
		record_put_str(r, F_WEAK, "empty");
	} else {
		indent_put_secret(x, SPAN("enable"), w, i + 1);
	}
	record_put_str(r, F_ROLE, root ? "root" : "enable");
	ios_emit(x);
}

static void
enable_secret_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "secret") || words_is(w, 1, "password"))
		special_user(x, node, w);
}

static void
aaa_line_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "root"))
		special_user(x, node, w);
	else
		indent_aaa(x, node, w);
}

/* ---- lists, logging, time ---- */

/* ip access-list [standard] L; ipv6 access-list [standard] L */
static void
list_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool standard = words_is(w, 2, "standard");

	acl_named_fact(x, node, words_is(w, 0, "ipv6") ? 6 : 4,
	    words_at(w, 2u + standard));
}

/* logging [vrf V] host A */
static unsigned
log_host_word(const struct words *w)
{
	unsigned i = words_is(w, 1, "vrf") ? 3 : 1;

	return words_is(w, i, "host") ? i + 1 : 0;
}

static void
log_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (log_host_word(w) > 0)
		indent_met(x, "logging-host", node);
}

static void
log_fact(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = log_host_word(w);

	if (i > 0)
		indent_log_host(x, node, w, i);
	else
		logging_fact(x, node, w);
}

/* ---- what runs by itself ---- */

/* event-handler H / trigger T / action bash C */
static void
handler_fact(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t action = ios_child(x, node, "action");
	struct span body = ios_child_rest(x, node, "action");

	/* A long script stands below "action bash". */
	if (span_is(body, "bash") && x->tree->v[action].end > action + 1)
		body = indent_body(x, action, NULL);
	indent_script(x, node, words_at(w, 1), "event-handler",
	    ios_child_rest(x, node, "trigger"), body);
}

/* schedule S interval N [timeout T] max-log-files M command C */
static void
schedule_fact(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = words_find(w, 2, "command");

	if (i < w->n)
		indent_script(x, node, words_at(w, 1), "schedule",
		    words_range(w, 2, i - 1), words_from(w, i + 1));
}

/* daemon D / exec COMMAND */
static void
daemon_fact(struct ios *x, uint32_t node, const struct words *w)
{
	indent_script(x, node, words_at(w, 1), "daemon", (struct span){0},
	    ios_child_rest(x, node, "exec"));
}

/* container-manager / container C */
static void
containers_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	(void)w;
	EACH_CHILD(c, x->tree, node)
	{
		struct span name = x->tree->v[c].text;

		if (!text_starts(name, "container"))
			continue;
		r = ios_begin(x, K_CONTAINER, c);
		record_put(
		    r, F_NAME, span_trim(span_from(name, strlen("container"))));
		record_put_str(r, F_STATE, "enabled");
		ios_emit(x);
	}
}

static const struct indent_topic topics[] = {
    {"aaa", indent_aaa_note, aaa_line_fact},
    {"banner", NULL, banner_fact},
    {"boot", NULL, boot_fact},
    {"class-map", acl_note, NULL},
    {"container-manager", NULL, containers_fact},
    {"control-plane", control_plane_note, NULL},
    {"daemon", NULL, daemon_fact},
    {"dns domain", indent_domain, NULL},
    {"enable", NULL, enable_secret_fact},
    {"event-handler", NULL, handler_fact},
    {"hostname", indent_hostname, NULL},
    {"interface", interface_note, interface_fact},
    {"ip access-list", NULL, list_fact},
    {"ip domain-name", indent_domain, NULL},
    {"ip nat", acl_note, NULL},
    {"ip route", NULL, route_fact},
    {"ipv6 access-list", NULL, list_fact},
    {"ipv6 route", NULL, route_fact},
    {"logging", log_note, log_fact},
    {"management", management_note, management_fact},
    {"monitor", NULL, indent_mirror},
    {"no", NULL, logging_fact},
    {"ntp", ntp_note, indent_ntp_server},
    {"radius-server", aaa_servers_note, aaa_server_old_fact},
    {"route-map", acl_note, NULL},
    {"router", router_note, router_fact},
    {"schedule", NULL, schedule_fact},
    {"snmp-server", indent_snmp_note, indent_snmp},
    {"system control-plane", control_plane_note, NULL},
    {"tacacs-server", aaa_servers_note, aaa_server_old_fact},
    {"username", NULL, indent_user},
    {NULL, NULL, NULL},
};

static bool
whole(const struct indent *t)
{
	return t->ios.text->ended && t->ios.hostname != TREE_NONE;
}

/* "! device: leaf1 (DCS-7050SX3-48YC8, EOS-4.30.4M)" */
static void
identity(struct indent *t, struct record *r)
{
	struct span s = indent_note(t, "device:");

	span_until(&s, '(');
	s = indent_cut(s, ")");
	record_put(r, F_MODEL, span_trim(span_until(&s, ',')));
	s = span_trim(s);
	if (span_starts(s, SPAN("EOS-")))
		record_put(r, F_VERSION, indent_cut(span_from(s, 4), " ,"));
}

static const struct indent_dialect dialect = {
    .vendor = "arista",
    .platform = "eos",
    .banner = BANNER_TO_EOF,
    .topics = topics,
    .settings = settings,
    .switches = switches,
    .whole = whole,
    .identity = identity,
    .reach = eos_reach,
};

static const struct indent_sign signs[] = {
    {"! device: ", 60},
    {"! Command: show running-config", 40},
    {"! Command: show startup-config", 40},
    {"!RANCID-CONTENT-TYPE: arista", 70},
    {"! boot system flash:", 50},
    {"boot system flash*.swi", 50},
    {"username * secret sha512 ", 15},
    {"aaa root ", 30},
    {"daemon ", 25},
    {"dns domain ", 5},
    {"event-handler ", 25},
    {"event-monitor", 20},
    {"hardware counter ", 20},
    {"hardware tcam", 10},
    {"hostname ", 5},
    {"interface Ethernet1", 5},
    {"interface ethernet1", 5},
    {"interface Loopback", 5},
    {"interface Management", 30},
    {"interface Port-Channel", 25},
    {"interface Vxlan1", 30},
    {"interface Vlan", 5},
    {"ip name-server vrf ", 15},
    {"ip routing", 5},
    {"ip virtual-router ", 30},
    {"ip as-path access-list ", 5},
    {"ip prefix-list ", 5},
    {"ip igmp snooping", 5},
    {"logging format timestamp high-resolution", 25},
    {"logging vrf ", 5},
    {"management api ", 40},
    {"management console", 20},
    {"management cvx", 30},
    {"management security", 30},
    {"management ssh", 25},
    {"management telnet", 25},
    {"mlag configuration", 40},
    {"no aaa root", 40},
    {"no enable password", 10},
    {"no ip routing vrf ", 20},
    {"ntp local-interface ", 10},
    {"peer-filter ", 20},
    {"platform trident", 25},
    {"queue-monitor ", 30},
    {"router bfd", 10},
    {"router bgp ", 5},
    {"router multicast", 15},
    {"router l2-vpn", 15},
    {"router general", 15},
    {"service routing protocols model ", 40},
    {"spanning-tree mst 0 priority", 10},
    {"spanning-tree mode ", 5},
    {"switchport default mode ", 25},
    {"tcam profile", 25},
    {"transceiver qsfp ", 30},
    {"vlan internal order ", 15},
    {"vrf instance ", 30},
    {"cvx", 10},
    {" trunk group ", 15},
    {" ip address virtual ", 20},
    {" mlag ", 10},
    {" vxlan ", 20},
    {" switchport trunk group ", 15},
    {" no autostate", 5},
    {" peer-group", 5},
    {" no bgp default ipv4-unicast", 5},
    {" trigger on-", 15},
    /* Relatives. */
    {"!! IOS XR", 0},
    {"!Command: ", 0},
    {"!RANCID-CONTENT-TYPE: cisco", 0},
    {"ASA Version", 0},
    {"Current configuration : ", 0},
    {"boot-start-marker", 0},
    {"end-policy", 0},
    {"end-set", 0},
    {"feature ", 0},
    {"frr version", 0},
    {"frr defaults", 0},
    {"interface GigabitEthernet", 0},
    {"interface FastEthernet", 0},
    {"interface MgmtEth", 0},
    {"interface mgmt0", 0},
    {"interface ManagementEthernet", 0},
    {"interface ethernet*/1/", 0},
    {"interface swp", 0},
    {"line vty 0", 0},
    {"license udi pid", 0},
    {"no service pad", 0},
    {"vrf context ", 0},
    {NULL, 0},
};

static struct guess
eos_guess(const struct probe *p)
{
	return indent_guess(p, signs);
}

static void
eos_read(const struct read_in *in, struct emit *out)
{
	indent_read(in, out, &dialect);
}

const struct reader reader_arista_eos_config = {
    .name = "arista-eos-config",
    .title = "Arista EOS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = eos_guess,
    .read = eos_read,
};
