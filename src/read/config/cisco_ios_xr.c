/*
 * Cisco IOS XR running configurations.  Blocks where IOS has lines: users,
 * time, static routes, routing neighbours; access to management by line
 * templates, by "ssh server ... access-list" and by the management plane.
 */
#include "read/config/cisco_ios_xr.h"

#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

static const char *const settings[] = {"ssh", "ssh-v2-only", "ssh-port",
    "telnet", "http-server", "netconf-yang", "grpc", "xml-agent", "snmp-v1v2c",
    "logging-host", "logging-buffered", "logging-trap-level", "timestamps-log",
    "ntp", "aaa-accounting-commands", "aaa-accounting-exec", "cdp",
    "source-route", "tftp-server", "vty-access-class", "exec-timeout",
    "management-plane-protection", "tpa", NULL};

static const struct indent_switch switches[] = {
    {"ssh server v2", "ssh-v2-only", SWITCH_PLAIN},
    {"xml agent", "xml-agent", SWITCH_PLAIN},
    {"netconf-yang agent", "netconf-yang", SWITCH_PLAIN},
    {"netconf agent", "netconf-yang", SWITCH_PLAIN},
    {"http server", "http-server", SWITCH_PLAIN},
    {"cdp", "cdp", SWITCH_PLAIN},
    {"ipv4 source-route", "source-route", SWITCH_PLAIN},
    {"tpa", "tpa", SWITCH_PLAIN},
    {"service timestamps log", "timestamps-log", SWITCH_REST},
    {"logging buffered", "logging-buffered", SWITCH_REST},
    {"logging trap", "logging-trap-level", SWITCH_REST},
    {NULL, NULL, SWITCH_PLAIN},
};

/* ---- management services ---- */

/* ... ipv4 access-list L ipv6 access-list M; access-list L */
static void
guard_service(struct ios *x, uint32_t node, const struct words *w,
    struct indent_set *s, enum acl_use use)
{
	for (unsigned i = 2; i + 1 < w->n; i++) {
		if (!words_is(w, i, "access-list"))
			continue;
		acl_use(x, words_is(w, i - 1, "ipv6") ? 6 : 4,
		    words_at(w, i + 1), use, node);
		indent_guard(s, words_at(w, i + 1));
	}
}

/* ssh server [vrf V] [v2] [ipv4 access-list L]; ssh server port N */
static void
ssh_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct indent_set *s;

	if (!words_is(w, 1, "server"))
		return;
	if (words_is(w, 2, "port")) {
		indent_switch(x, "ssh-port", true, node)->port = words_at(w, 3);
		return;
	}
	if (w->n > 2 && !words_is(w, 2, "v2") && !words_is(w, 2, "vrf") &&
	    !words_is(w, 2, "ipv4") && !words_is(w, 2, "ipv6"))
		return;
	s = indent_switch(x, "ssh", true, node);
	if (words_is(w, 2, "vrf"))
		s->vrf = words_at(w, 3);
	guard_service(x, node, w, s, USE_VTY);
}

/* telnet [vrf V] ipv4 server max-servers N [access-list L] */
static void
telnet_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct indent_set *s;

	if (words_find(w, 1, "server") >= w->n)
		return;
	s = indent_switch(x, "telnet", true, node);
	if (words_is(w, 1, "vrf"))
		s->vrf = words_at(w, 2);
	guard_service(x, node, w, s, USE_VTY);
}

/* tftp [vrf V] ipv4 server homedir D */
static void
tftp_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_find(w, 1, "server") < w->n)
		indent_switch(x, "tftp-server", true, node);
}

/* grpc / port N */
static void
grpc_note(struct ios *x, uint32_t node, const struct words *w)
{
	(void)w;
	indent_switch(x, "grpc", true, node)->port =
	    ios_child_rest(x, node, "port");
}

/* ---- lines ---- */

/* line default|console|template T; access-class ingress L */
static void
template_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;
	bool console = words_is(w, 1, "console");

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "access-class")) {
			acl_use(x, 4, words_at(&cw, 2), USE_VTY, c);
			if (!console && words_is(&cw, 1, "ingress"))
				indent_guard(indent_switch(x,
						 "vty-access-class", true, c),
				    words_at(&cw, 2));
		} else if (words_is(&cw, 0, "exec-timeout")) {
			indent_switch(x, "exec-timeout",
			    !span_is(cw.text, "exec-timeout 0 0"), c)
			    ->value = words_from(&cw, 1);
		}
	}
}

/* vty-pool P 0 4 [line-template T] */
static void
pool_note(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = words_find(w, 4, "line-template");

	map_put(&indent_of(x)->pools,
	    i < w->n ? words_at(w, i + 1) : SPAN("default"), node);
}

static void
put_template_child(struct record *r, const struct words *w)
{
	if (words_is(w, 0, "access-class"))
		record_put(r, words_is(w, 1, "egress") ? F_ACL_OUT : F_ACL_IN,
		    words_at(w, 2));
	else if (text_starts(w->text, "transport input"))
		record_put(r, F_TRANSPORT_IN, words_from(w, 2));
	else if (text_starts(w->text, "transport output"))
		record_put(r, F_TRANSPORT_OUT, words_from(w, 2));
	else if (words_is(w, 0, "exec-timeout"))
		record_put(r, F_VALUE, words_from(w, 1));
	else if (text_starts(w->text, "login authentication"))
		record_put(r, F_LIST, words_at(w, 2));
}

static void
template_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_LINE, node);
	bool console = words_is(w, 1, "console");
	struct span name = words_at(w, words_is(w, 1, "template") ? 2 : 1);
	uint32_t pool = map_get(&indent_of(x)->pools, name);
	struct words cw;

	record_put_str(r, F_LINE_TYPE, console ? "con" : "vty");
	record_put(r, F_NAME, name);
	if (pool != MAP_NONE) {
		words_read(&cw, x->tree->v[pool].text);
		record_put_number(r, F_FIRST, words_at(&cw, 2));
		record_put_number(r, F_LAST, words_at(&cw, 3));
	}
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		put_template_child(r, &cw);
	}
	ios_emit(x);
}

/* ---- control-plane / management-plane / inband / interface I / allow P
 * [peer / address ipv4 A] ---- */

static const struct {
	const char *word, *port, *used_by;
} plane_services[] = {{"SSH", "22", "vty"}, {"Telnet", "23", "vty"},
    {"all", "", "vty snmp http"}, {"SNMP", "161", "snmp"},
    {"HTTP", "80", "http"}, {"NETCONF", "830", "other"},
    {"XML", "38751", "other"}, {"TFTP", "69", "other"}};

static void
plane_allow(struct ios *x, uint32_t node, struct span interface)
{
	struct words w;
	struct prefix p;
	struct indent_permit permit = {
	    .acl = SPAN("management-plane"), .interface = interface};
	bool peers = false;

	words_read(&w, x->tree->v[node].text);
	for (size_t i = 0; i < sizeof(plane_services) / sizeof(*plane_services);
	     i++)
		if (words_is(&w, 1, plane_services[i].word)) {
			permit.port = plane_services[i].port;
			permit.used_by = plane_services[i].used_by;
		}
	if (permit.used_by == NULL)
		return;
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		if (!words_is(&w, 0, "address") ||
		    !prefix_read(words_at(&w, 2), &p))
			continue;
		peers = true;
		permit.src = words_at(&w, 2);
		permit.prefix = &p;
		indent_permit(x, c, &permit);
	}
	if (!peers)
		indent_permit(x, node, &permit);
}

static void
plane_fact(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t plane = ios_child(x, node, "management-plane");

	(void)w;
	if (plane == TREE_NONE)
		return;
	EACH_CHILD(band, x->tree, plane)
	EACH_CHILD(face, x->tree, band)
	{
		struct span name = x->tree->v[face].text;

		if (!text_starts(name, "interface"))
			continue;
		name = span_trim(span_from(name, strlen("interface")));
		EACH_CHILD(c, x->tree, face)
		if (text_starts(x->tree->v[c].text, "allow"))
			plane_allow(x, c, name);
	}
}

static void
plane_note(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t plane = ios_child(x, node, "management-plane");

	(void)w;
	if (plane != TREE_NONE)
		indent_switch(x, "management-plane-protection", true, plane);
}

/* ---- blocks ---- */

static void
list_fact(struct ios *x, uint32_t node, const struct words *w)
{
	acl_named_fact(x, node, words_is(w, 0, "ipv6") ? 6 : 4, words_at(w, 2));
}

/* ntp / server [vrf V] A; ntp / access-group ipv4 peer L */
static void
time_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;

	(void)w;
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "access-group"))
			acl_use(x, words_is(&cw, cw.n - 3, "ipv6") ? 6 : 4,
			    words_at(&cw, cw.n - 1), USE_NTP, c);
		else if (words_is(&cw, 0, "server") || words_is(&cw, 0, "peer"))
			indent_met(x, "ntp", c);
	}
}

static void
time_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;

	(void)w;
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if ((words_is(&cw, 0, "server") || words_is(&cw, 0, "peer")) &&
		    cw.n > 1)
			indent_ntp(x, c, &cw, 1);
	}
}

static bool
is_log_host(const struct words *w)
{
	struct addr a;

	return words_is(w, 0, "logging") && addr_read(words_at(w, 1), &a);
}

static void
log_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (is_log_host(w))
		indent_met(x, "logging-host", node);
}

static void
log_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (is_log_host(w))
		indent_log_host(x, node, w, 1);
	else
		logging_fact(x, node, w);
}

/* monitor-session S [ethernet] / destination interface I */
static void
session_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_MIRROR, node);
	struct span to = ios_child_rest(x, node, "destination");

	record_put(r, F_SESSION, words_at(w, 1));
	record_put_str(r, F_MODE, "span");
	record_put(r, F_VALUE,
	    text_starts(to, "interface")
		? span_trim(span_from(to, strlen("interface")))
		: to);
	ios_emit(x);
}

/* appmgr / application A */
static void
appmgr_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct span name;
	struct record *r;

	(void)w;
	EACH_CHILD(c, x->tree, node)
	{
		name = x->tree->v[c].text;
		if (!text_starts(name, "application"))
			continue;
		r = ios_begin(x, K_CONTAINER, c);
		record_put(r, F_NAME,
		    span_trim(span_from(name, strlen("application"))));
		record_put_str(r, F_STATE, "activated");
		ios_emit(x);
	}
}

/* ---- routing ---- */

typedef void route_line(
    struct ios *x, uint32_t node, const struct words *w, struct span vrf);

/* router static / [vrf V] / address-family F / P NEXT-HOP */
static void
each_route(
    struct ios *x, uint32_t node, struct span vrf, unsigned left, route_line *f)
{
	struct words w;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		if (words_is(&w, 0, "vrf") && left > 0)
			each_route(x, c, words_at(&w, 1), left - 1, f);
		else if (words_is(&w, 0, "address-family") && left > 0)
			each_route(x, c, vrf, left - 1, f);
		else
			f(x, c, &w, vrf);
	}
}

static void
fact_line(struct ios *x, uint32_t node, const struct words *w, struct span vrf)
{
	/* "vrf X 10.0.0.1" behind the prefix names the next hop's table. */
	route_fact_from(x, node, w, 0, vrf);
}

static void
routing_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (!words_is(w, 1, "static"))
		router_note(x, node, w);
}

static void
routing_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "static"))
		each_route(x, node, (struct span){0}, 2, fact_line);
	else
		indent_bgp(x, node, w);
}

static const struct indent_topic topics[] = {
    {"aaa", indent_aaa_note, indent_aaa},
    {"appmgr", NULL, appmgr_fact},
    {"banner", NULL, banner_fact},
    {"class-map", acl_note, NULL},
    {"control-plane", plane_note, plane_fact},
    {"domain name", indent_domain, NULL},
    {"event manager", NULL, event_fact},
    {"grpc", grpc_note, NULL},
    {"hostname", indent_hostname, NULL},
    {"interface", interface_note, interface_fact},
    {"ipv4 access-list", NULL, list_fact},
    {"ipv6 access-list", NULL, list_fact},
    {"line", template_note, template_fact},
    {"logging", log_note, log_fact},
    {"monitor-session", NULL, session_fact},
    {"no", NULL, logging_fact},
    {"ntp", time_note, time_fact},
    {"radius-server", aaa_servers_note, aaa_server_old_fact},
    {"router", routing_note, routing_fact},
    {"snmp-server", indent_snmp_note, indent_snmp},
    {"ssh", ssh_note, NULL},
    {"tacacs-server", aaa_servers_note, aaa_server_old_fact},
    {"telnet", telnet_note, NULL},
    {"tftp", tftp_note, NULL},
    {"username", NULL, indent_user},
    {"vty-pool", pool_note, NULL},
    {NULL, NULL, NULL},
};

static bool
whole(const struct indent *t)
{
	return t->ios.text->ended &&
	       indent_note(t, "IOS XR Configuration").n > 0;
}

/* "!! IOS XR Configuration 7.3.2", older "... version = 6.2.2" */
static void
identity(struct indent *t, struct record *r)
{
	struct span s = indent_note(t, "IOS XR Configuration"), rest;

	if (span_starts(s, SPAN("version =")))
		s = span_from(s, strlen("version ="));
	rest = s = span_word(&s);
	if (s.n > 0 && ascii_digit((unsigned char)s.p[0])) {
		span_until(&rest, '.');
		if (span_find_byte(rest, '.') != SPAN_NONE)
			record_put(r, F_VERSION, s);
	}
}

static const struct indent_dialect dialect = {
    .vendor = "cisco",
    .platform = "ios-xr",
    .banner = BANNER_DELIMITED,
    .topics = topics,
    .settings = settings,
    .switches = switches,
    .whole = whole,
    .identity = identity,
    .reach = ios_xr_reach,
};

static const struct indent_sign signs[] = {
    {"!! IOS XR Configuration", 90},
    {"!RANCID-CONTENT-TYPE: cisco-xr", 70},
    {"RP/0/", 5},
    {"RP/0/*#show run", 45},
    {"RP/0/*#sh run", 45},
    {"as-path-set ", 25},
    {"community-set ", 25},
    {"controller Optics0/", 25},
    {"domain lookup disable", 10},
    {"domain name ", 10},
    {"domain vrf ", 20},
    {"dhcp ipv4", 15},
    {"end-policy", 25},
    {"end-set", 20},
    {"evpn", 5},
    {"extcommunity-set ", 25},
    {"flow exporter-map ", 20},
    {"fpd auto-upgrade ", 25},
    {"grpc", 5},
    {"hostname ", 5},
    {"interface Bundle-Ether", 25},
    {"interface BVI", 5},
    {"interface GigabitEthernet0/0/0/", 20},
    {"interface HundredGigE0/0/0/", 20},
    {"interface Loopback", 5},
    {"interface MgmtEth", 40},
    {"interface TenGigE0/", 25},
    {"interface preconfigure ", 30},
    {"interface tunnel-", 25},
    {"ipv4 access-list ", 30},
    {"ipv4 virtual address", 20},
    {"ipv6 access-list ", 5},
    {"l2vpn", 15},
    {"lpts ", 25},
    {"line default", 20},
    {"line template ", 25},
    {"monitor-session ", 15},
    {"mpls ldp", 10},
    {"multicast-routing", 20},
    {"policy-set ", 15},
    {"prefix-set ", 25},
    {"rd-set ", 25},
    {"route-policy ", 25},
    {"router hsrp", 15},
    {"router igmp", 10},
    {"router mld", 10},
    {"router pim", 10},
    {"router bgp ", 5},
    {"router ospf ", 5},
    {"router static", 25},
    {"router vrrp", 10},
    {"segment-routing", 5},
    {"ssh server v2", 25},
    {"ssh server vrf ", 25},
    {"taskgroup ", 30},
    {"telnet vrf ", 25},
    {"tftp vrf ", 25},
    {"usergroup ", 15},
    {"vty-pool ", 30},
    {"xml agent", 25},
    {" group root-lr", 30},
    {" group root-system", 30},
    {" group netadmin", 15},
    {" import route-target", 20},
    {" interface Bundle-Ether", 10},
    {" ipv4 address ", 30},
    {" ipv4 access-group ", 25},
    {" l2transport", 15},
    {" neighbor-group ", 15},
    {" route-policy ", 15},
    {" transport input ", 5},
    {" passes-through ", 15},
    {" ios-regex ", 20},
    /* Relatives. */
    {"!Command: ", 0},
    {"! device: ", 0},
    {"! Command: ", 0},
    {"ASA Version", 0},
    {"Current configuration : ", 0},
    {"boot-start-marker", 0},
    {"feature ", 0},
    {"frr version", 0},
    {"ip cef", 0},
    {"ip forward-protocol", 0},
    {"ip route ", 0},
    {"management api ", 0},
    {"sysname ", 0},
    {"vrf definition ", 0},
    {"vrf instance ", 0},
    {"!RANCID-CONTENT-TYPE: arista", 0},
    {"!RANCID-CONTENT-TYPE: cisco-nx", 0},
    {NULL, 0},
};

static struct guess
ios_xr_guess(const struct probe *p)
{
	return indent_guess(p, signs);
}

static void
ios_xr_read(const struct read_in *in, struct emit *out)
{
	indent_read(in, out, &dialect);
}

const struct reader reader_cisco_ios_xr_config = {
    .name = "cisco-ios-xr-config",
    .title = "Cisco IOS XR configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = ios_xr_guess,
    .read = ios_xr_read,
};
