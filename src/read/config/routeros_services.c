/* RouterOS: what listens on the device, and who may reach it. */
#include "read/config/routeros.h"

#define WORD(i) path_word(x->tree, i)

/* "/ip service": the entry, what it is called here, what it lets somebody
 * do. */
static const struct service {
	const char *entry, *name, *port, *used_by;
} services[] = {
    {"ssh", "ssh", "22", "vty"},
    {"telnet", "telnet", "23", "vty"},
    {"ftp", "ftp-server", "21", "other"},
    {"www", "http-server", "80", "http"},
    {"www-ssl", "https-server", "443", "http"},
    {"winbox", "winbox", "8291", "vty"},
    {"api", "api", "8728", "vty"},
    {"api-ssl", "api-ssl", "8729", "vty"},
};

/* Who may reach it: address=192.0.2.0/24,2001:db8::/32 */
static void
sources(struct path_facts *x, uint32_t node, const struct service *s,
    struct span acl)
{
	struct span rest = WORD(node), part;
	struct record *r;
	unsigned n = 0;

	while (rest.n > 0 && n < LIMIT_SOURCE_LIST) {
		part = routeros_part(&rest);
		if (part.n == 0)
			continue;
		r = facts_begin(x, K_ACL_ENTRY, node);
		record_put(r, F_ACL, acl);
		record_put_str(r, F_ACTION, "permit");
		record_put_str(r, F_PROTOCOL, "tcp");
		facts_put_source(x, part);
		record_put_str(r, F_USED_BY, s->used_by);
		facts_emit(x);
		n++;
	}
}

/* "disable telnet,ftp" of a script. */
static uint32_t
switched(const struct path_facts *x, const char *entry, bool *on)
{
	struct path_tree *t = x->tree;
	uint32_t found = PATH_NONE;

	EACH_PATH(c, t, path_get(t, PATH_ROOT, "ip service"))
	{
		struct span verb = WORD(c);
		uint32_t v = path_value_node(t, c, "disabled");

		if (!routeros_means(x, c, entry))
			continue;
		if (span_starts(verb, SPAN("set ")) && v != PATH_NONE) {
			*on = !routeros_yes(x, c, "disabled");
			found = v;
		} else if (span_starts(verb, SPAN("disable ")) ||
			   span_starts(verb, SPAN("enable "))) {
			*on = verb.p[0] == 'e';
			found = c;
		}
	}
	return found;
}

static void
service(struct path_facts *x, const struct service *s)
{
	bool on = false;
	uint32_t state = switched(x, s->entry, &on);
	uint32_t port = routeros_set(x, "ip service", s->entry, "port");
	uint32_t from = routeros_set(x, "ip service", s->entry, "address");
	uint32_t vrf = routeros_set(x, "ip service", s->entry, "vrf");
	uint32_t node = state != PATH_NONE  ? state
			: port != PATH_NONE ? port
					    : from;
	bool guarded = WORD(from).n > 0 && !span_is(WORD(from), "0.0.0.0/0");
	struct span acl = arena_fmt(x->arena, "service %s", s->entry);
	struct record *r = facts_begin(x, K_SETTING, node);

	record_put_str(r, F_NAME, s->name);
	/* What an entry that is spoken of leaves out is at its default. */
	record_put(r, F_STATE,
	    state == PATH_NONE
		? facts_default(x, s->name, x->whole || node != PATH_NONE)
	    : on ? SPAN("enabled")
		 : SPAN("disabled"));
	record_put_str(
	    r, F_ORIGIN, node == PATH_NONE ? "default" : "configured");
	record_put_number(
	    r, F_PORT, port == PATH_NONE ? span_str(s->port) : WORD(port));
	record_put(r, F_VRF, WORD(vrf));
	if (guarded)
		record_put(r, F_ACL, acl);
	if (node == PATH_NONE)
		facts_put_basis(x, s->name);
	facts_emit(x);
	if (guarded)
		sources(x, from, s, acl);
}

/* ---- switches of single menus ---- */

static const struct single {
	const char *menu, *key, *name, *port;
} singles[] = {
    {"snmp", "enabled", "snmp-v1v2c", "161"},
    {"ip socks", "enabled", "socks-server", "1080"},
    {"ip proxy", "enabled", "web-proxy", "8080"},
    {"ip dns", "allow-remote-requests", "dns-server", "53"},
    {"ip upnp", "enabled", "upnp", ""},
    {"ip cloud", "ddns-enabled", "cloud-ddns", ""},
    {"ip smb", "enabled", "smb-server", "445"},
    {"tool bandwidth-server", "enabled", "bandwidth-server", "2000"},
    {"tool romon", "enabled", "romon", ""},
    {"tool mac-server ping", "enabled", "mac-ping", ""},
    {"interface l2tp-server server", "enabled", "l2tp-server", "1701"},
    {"interface pptp-server server", "enabled", "pptp-server", "1723"},
    {"interface sstp-server server", "enabled", "sstp-server", "443"},
    {"interface ovpn-server server", "enabled", "openvpn-server", "1194"},
    {"system ntp client", "enabled", "ntp", ""},
    {"ip ssh", "always-allow-password-login", "ssh-password-with-key", ""},
};

static void
emit_state(struct path_facts *x, const char *name, uint32_t node, bool on,
    struct span port, struct span value)
{
	struct record *r = facts_setting(x, name, node, on, "");

	record_put_number(r, F_PORT, port);
	record_put(r, F_VALUE, value);
	facts_emit(x);
}

/* Later releases add a server instead of switching the one. */
static uint32_t
added_server(const struct path_facts *x, const char *menu)
{
	EACH_ADDED(c, x, menu)
	if (path_get(x->tree, c, "port") != PATH_NONE ||
	    path_get(x->tree, c, "certificate") != PATH_NONE ||
	    path_get(x->tree, c, "name") != PATH_NONE)
		return c;
	return PATH_NONE;
}

static void
single(struct path_facts *x, const struct single *s)
{
	uint32_t node = routeros_set(x, s->menu, NULL, s->key);
	struct span port = WORD(routeros_set(x, s->menu, NULL, "port"));
	struct span rest = port;
	bool on = false;

	port = routeros_part(&rest);
	if (node != PATH_NONE) {
		on = span_is(WORD(node), "yes") || span_is(WORD(node), "true");
	} else if (span_ends(span_str(s->menu), SPAN(" server"))) {
		node = added_server(x, s->menu);
		on = node != PATH_NONE;
		port = routeros_arg(x, node, "port");
	}
	emit_state(x, s->name, node, on, port.n ? port : span_str(s->port),
	    (struct span){0});
}

/* ---- those that are named by a list of interfaces ---- */

static void
by_list(
    struct path_facts *x, const char *name, const char *menu, const char *key)
{
	uint32_t node = routeros_set(x, menu, NULL, key);

	emit_state(x, name, node, !span_is(WORD(node), "none"),
	    (struct span){0}, WORD(node));
}

static void
ssh_options(struct path_facts *x)
{
	uint32_t forward =
	    routeros_set(x, "ip ssh", NULL, "forwarding-enabled");
	uint32_t strong = routeros_set(x, "ip ssh", NULL, "strong-crypto");

	emit_state(x, "ssh-forwarding", forward,
	    forward != PATH_NONE && !span_is(WORD(forward), "no"),
	    (struct span){0}, WORD(forward));
	emit_state(x, "ssh-strong-crypto", strong, span_is(WORD(strong), "yes"),
	    (struct span){0}, (struct span){0});
	facts_port(
	    x, "ssh-port", routeros_set(x, "ip service", "ssh", "port"), "22");
}

void
routeros_services(struct path_facts *x)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		service(x, &services[i]);
	for (size_t i = 0; i < sizeof(singles) / sizeof(*singles); i++)
		single(x, &singles[i]);
	by_list(x, "mac-telnet", "tool mac-server", "allowed-interface-list");
	by_list(x, "mac-winbox", "tool mac-server mac-winbox",
	    "allowed-interface-list");
	ssh_options(x);
	facts_set_or(x, "tftp-server", routeros_first(x, "ip tftp"), "69");
}
