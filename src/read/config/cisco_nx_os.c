/*
 * Cisco NX-OS running configurations (Nexus, MDS).  What the features switch
 * on, prefix lengths instead of wildcards, routes inside "vrf context".
 */
#include "read/config/cisco_nx_os.h"

#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

static const char *const settings[] = {"ssh", "telnet", "nxapi", "nxapi-http",
    "nxapi-https", "netconf-yang", "restconf", "grpc", "scp-server",
    "sftp-server", "bash-shell", "guestshell", "scheduler",
    "aaa-accounting-commands", "aaa-accounting-exec", "logging-host", "ntp",
    "snmp-v1v2c", "cdp", "source-route", "vty-access-class",
    "control-plane-policing", "exec-timeout", "password-strength-check",
    "config-key-encryption", NULL};

static const struct indent_switch switches[] = {
    {"feature telnet", "telnet", SWITCH_PLAIN},
    {"telnet server enable", "telnet", SWITCH_PLAIN},
    {"feature ssh", "ssh", SWITCH_PLAIN},
    {"ssh server enable", "ssh", SWITCH_PLAIN},
    {"feature nxapi", "nxapi", SWITCH_PLAIN},
    {"feature netconf", "netconf-yang", SWITCH_PLAIN},
    {"feature restconf", "restconf", SWITCH_PLAIN},
    {"feature grpc", "grpc", SWITCH_PLAIN},
    {"feature scp-server", "scp-server", SWITCH_PLAIN},
    {"feature sftp-server", "sftp-server", SWITCH_PLAIN},
    {"feature bash-shell", "bash-shell", SWITCH_PLAIN},
    {"feature scheduler", "scheduler", SWITCH_PLAIN},
    {"feature password encryption aes", "config-key-encryption", SWITCH_PLAIN},
    {"cdp enable", "cdp", SWITCH_PLAIN},
    {"ip source-route", "source-route", SWITCH_PLAIN},
    {"ntp server", "ntp", SWITCH_FIRST},
    {"ntp peer", "ntp", SWITCH_FIRST},
    {"logging server", "logging-host", SWITCH_FIRST},
    {"password strength-check", "password-strength-check", SWITCH_PLAIN},
    {"copp profile", "control-plane-policing", SWITCH_REST},
    {NULL, NULL, SWITCH_PLAIN},
};

/* nxapi http port 80; nxapi https port 443; nxapi use-vrf management */
static void
nxapi_note(struct ios *x, uint32_t node, const struct words *w)
{
	bool off = words_is(w, 0, "no");
	bool https = words_is(w, 1u + off, "https");

	if (!https && !words_is(w, 1u + off, "http"))
		return;
	indent_switch(x, https ? "nxapi-https" : "nxapi-http", !off, node)
	    ->port = words_at(w, words_find(w, 1, "port") + 1);
}

static void
no_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "nxapi"))
		nxapi_note(x, node, w);
}

/* control-plane / service-policy input P */
static void
control_plane_note(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t c = ios_child(x, node, "service-policy input");

	(void)w;
	if (c != TREE_NONE)
		indent_switch(x, "control-plane-policing", true, c)->value =
		    ios_child_rest(x, node, "service-policy input");
}

/* vrf context V / ip route P NEXT-HOP */
static void
context_fact(struct ios *x, uint32_t node, const struct words *w)
{
	route_facts_below(x, node, words_at(w, 2));
}

/* ip access-list L; ipv6 access-list L */
static void
list_fact(struct ios *x, uint32_t node, const struct words *w)
{
	acl_named_fact(x, node, words_is(w, 0, "ipv6") ? 6 : 4, words_at(w, 2));
}

static void
log_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "server") && w->n > 2)
		indent_log_host(x, node, w, 2);
	else
		logging_fact(x, node, w);
}

static void
time_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if ((words_is(w, 1, "server") || words_is(w, 1, "peer")) && w->n > 2)
		indent_ntp(x, node, w, 2);
}

/* guestshell is on by itself where the device has room; a line of its own
 * only gives it room. */
static void
guestshell_note(struct ios *x, uint32_t node, const struct words *w)
{
	(void)w;
	indent_met(x, "guestshell", node);
}

/* scheduler job name J, then its commands at the top level up to "end-job" */
static void
job_fact(struct ios *x, uint32_t node, const struct words *w)
{
	const struct tree *t = x->tree;
	uint32_t first = t->v[node].end, end = first;
	size_t room = 1, n = 0;
	char *body;

	while (end < t->n && !text_starts(t->v[end].text, "end-job")) {
		if (text_starts(t->v[end].text, "scheduler job"))
			return;
		room += t->v[end].text.n + 1;
		end = t->v[end].end;
	}
	if (end >= t->n)
		return;
	body = arena_alloc(x->arena, room);
	for (uint32_t i = first; i < end; i = t->v[i].end) {
		if (n > 0)
			body[n++] = '\n';
		memcpy(body + n, t->v[i].text.p, t->v[i].text.n);
		n += t->v[i].text.n;
	}
	indent_script(x, node, words_at(w, 3), "scheduler", (struct span){0},
	    span_of(body, n));
}

static const struct indent_topic topics[] = {
    {"aaa", indent_aaa_note, indent_aaa},
    {"banner", NULL, banner_fact},
    {"boot", NULL, boot_fact},
    {"class-map", acl_note, NULL},
    {"control-plane", control_plane_note, NULL},
    {"crypto map", acl_note, crypto_fact},
    {"event manager", NULL, event_fact},
    {"guestshell", guestshell_note, NULL},
    {"hostname", indent_hostname, NULL},
    {"interface", interface_note, interface_fact},
    {"ip access-list", NULL, list_fact},
    {"ip domain-name", indent_domain, NULL},
    {"ip route", NULL, route_fact},
    {"ipv6 access-list", NULL, list_fact},
    {"ipv6 route", NULL, route_fact},
    {"line", line_note, line_fact},
    {"logging", NULL, log_fact},
    {"monitor", NULL, indent_mirror},
    {"no", no_note, logging_fact},
    {"ntp", ntp_note, time_fact},
    {"nxapi", nxapi_note, NULL},
    {"radius-server", aaa_servers_note, aaa_server_old_fact},
    {"route-map", acl_note, NULL},
    {"router", router_note, indent_bgp},
    {"scheduler job", NULL, job_fact},
    {"snmp-server", indent_snmp_note, indent_snmp},
    {"switchname", indent_hostname, NULL},
    {"tacacs-server", aaa_servers_note, aaa_server_old_fact},
    {"username", NULL, indent_user},
    {"version", indent_version, NULL},
    {"virtual-service", NULL, container_fact},
    {"vlan", NULL, vlan_fact},
    {"vrf context", NULL, context_fact},
    {NULL, NULL, NULL},
};

static bool
whole(const struct indent *t)
{
	struct span command = indent_note(t, "Command:");

	return t->ios.hostname != TREE_NONE && t->version != TREE_NONE &&
	       (span_is(command, "show running-config") ||
		   span_is(command, "show startup-config"));
}

/* version 9.3(13) Bios:version */
static void
identity(struct indent *t, struct record *r)
{
	record_put(r, F_VERSION, indent_version_word(t, 1));
}

/* access-class L in */
static struct span
list_of(const struct ios *x, uint32_t node)
{
	struct words w;

	words_read(&w, x->tree->v[node].text);
	return words_at(&w, 1);
}

static void
settle(struct indent *t)
{
	const struct ios_vtys *v = &t->ios.vtys;
	struct indent_set *s;

	if (v->ranges > 0) {
		bool all = v->guarded == v->ranges;

		s = indent_switch(&t->ios, "vty-access-class", all,
		    all ? v->guard : v->unguarded);
		if (all)
			indent_guard(s, list_of(&t->ios, v->guard));
	}
	if (v->no_timeout != TREE_NONE)
		indent_switch(&t->ios, "exec-timeout", false, v->no_timeout);
	else if (v->timeout != TREE_NONE)
		indent_switch(&t->ios, "exec-timeout", true, v->timeout);
}

static const struct indent_dialect dialect = {
    .vendor = "cisco",
    .platform = "nx-os",
    .banner = BANNER_DELIMITED,
    .topics = topics,
    .settings = settings,
    .switches = switches,
    .whole = whole,
    .identity = identity,
    .settle = settle,
    .reach = nx_os_reach,
};

static const struct indent_sign signs[] = {
    {"!Command: show running", 60},
    {"!Command: show startup", 60},
    {"!RANCID-CONTENT-TYPE: cisco-nx", 70},
    {"boot nxos ", 40},
    {"boot kickstart ", 40},
    {"cfs ", 20},
    {"clock protocol ", 10},
    {"copp profile ", 40},
    {"evpn", 5},
    {"fabric forwarding ", 30},
    {"fcoe", 10},
    {"feature ", 25},
    {"feature-set ", 30},
    {"hardware profile ", 20},
    {"hardware access-list tcam ", 20},
    {"hostname ", 5},
    {"install feature-set ", 30},
    {"interface Ethernet1/", 15},
    {"interface loopback", 5},
    {"interface mgmt0", 35},
    {"interface nve1", 10},
    {"interface port-channel", 10},
    {"interface Vlan", 5},
    {"ip access-list ", 5},
    {"ip prefix-list ", 5},
    {"line console", 10},
    {"line vty", 5},
    {"logging server ", 10},
    {"monitor session ", 5},
    {"no password strength-check", 30},
    {"nv overlay evpn", 30},
    {"nxapi ", 30},
    {"object-group ip address ", 25},
    {"object-group ip port ", 20},
    {"power redundancy-mode ", 10},
    {"rmon event 1 ", 20},
    {"role name ", 25},
    {"route-map ", 5},
    {"router bgp ", 5},
    {"snmp-server user admin network-admin ", 25},
    {"spanning-tree port type ", 10},
    {"switchname ", 30},
    {"system default switchport", 15},
    {"system qos", 15},
    {"system jumbomtu ", 25},
    {"userpassphrase ", 25},
    {"vdc ", 30},
    {"version * Bios:version", 60},
    {"username * role network-", 15},
    {"vpc domain ", 25},
    {"vrf context ", 30},
    {"zone ", 5},
    {" limit-resource ", 25},
    {" vrf member ", 25},
    {" channel-group ", 5},
    {" no switchport", 5},
    {" template peer", 5},
    {" address-family ipv4 unicast", 5},
    /* Relatives. */
    {"!! IOS XR", 0},
    {"! device: ", 0},
    {"! Command: ", 0},
    {"! boot system flash:", 0},
    {"!RANCID-CONTENT-TYPE: arista", 0},
    {"!RANCID-CONTENT-TYPE: cisco-xr", 0},
    {"ASA Version", 0},
    {"Current configuration : ", 0},
    {"boot-start-marker", 0},
    {"end-policy", 0},
    {"end-set", 0},
    {"frr version", 0},
    {"interface MgmtEth", 0},
    {"interface Management", 0},
    {"interface GigabitEthernet", 0},
    {"interface FastEthernet", 0},
    {"interface ethernet1", 0},
    {"ip cef", 0},
    {"management api ", 0},
    {"set system ", 0},
    {"transceiver qsfp", 0},
    {"vrf definition ", 0},
    {"vrf instance ", 0},
    {NULL, 0},
};

static struct guess
nx_os_guess(const struct probe *p)
{
	return indent_guess(p, signs);
}

static void
nx_os_read(const struct read_in *in, struct emit *out)
{
	indent_read(in, out, &dialect);
}

const struct reader reader_cisco_nx_os_config = {
    .name = "cisco-nx-os-config",
    .title = "Cisco NX-OS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = nx_os_guess,
    .read = nx_os_read,
};
