/* NetScaler: management services, Gateway, logging, time, SNMP, scripts. */
#include "read/config/netscaler.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

/* The appliance's own address: all management answers there. */
static uint32_t
nsip(const struct path_facts *x)
{
	struct span a = netscaler_value(x, ROOT("set ns config"), "-ipaddress");
	uint32_t node = path_find_active(x->tree, ROOT("set ns ip"), a);

	return node != PATH_NONE
		   ? node
		   : path_find_active(x->tree, ROOT("add ns ip"), a);
}

/* An option of the appliance's address, or of another one that management may
 * use, that has this value. */
static uint32_t
stated(const struct path_facts *x, const char *option, const char *value)
{
	uint32_t own = netscaler_option(x, nsip(x), option);

	if (span_is_nocase(WORD(own), value))
		return own;
	EACH_PATH(a, x->tree, ROOT("add ns ip"))
	{
		uint32_t o = netscaler_option(x, a, option);

		if (span_is_nocase(WORD(o), value) &&
		    span_is_nocase(
			netscaler_value(x, a, "-mgmtaccess"), "ENABLED"))
			return o;
	}
	return PATH_NONE;
}

/* Telnet and FTP. */
static void
plain(struct path_facts *x, const char *setting, const char *option,
    const char *port)
{
	uint32_t on = stated(x, option, "ENABLED");
	uint32_t off = netscaler_option(x, nsip(x), option);

	if (on != PATH_NONE || off != PATH_NONE) {
		facts_set(x, setting, on != PATH_NONE ? on : off,
		    on != PATH_NONE, port);
		return;
	}
	facts_set_or(x, setting, PATH_NONE, port);
}

/* What the appliance's address serves.  Where no option says so, the default
 * holds; with an access list before it, the address is the place to show. */
static void
served(struct path_facts *x, const char *setting, uint32_t node, bool on,
    const char *port, const char *use)
{
	bool guarded = netscaler_guarded(x, use);

	if (node == PATH_NONE && guarded)
		node = netscaler_option(x, ROOT("set ns config"), "-ipaddress");
	if (node == PATH_NONE)
		facts_set_or(x, setting, PATH_NONE, port);
	else
		facts_guard(x, setting, node, on, port,
		    guarded ? SPAN("ns acl") : (struct span){0});
}

/* -gui ENABLED: with and without TLS; SECUREONLY; DISABLED.  The default is
 * ENABLED, and the interface for programs answers with the web interface. */
static void
web(struct path_facts *x)
{
	uint32_t gui = netscaler_option(x, nsip(x), "-gui");
	uint32_t any = stated(x, "-gui", "ENABLED");
	bool off = span_is_nocase(WORD(gui), "DISABLED");

	served(x, "http-server", any != PATH_NONE ? any : gui,
	    any != PATH_NONE || gui == PATH_NONE, "80", "http");
	served(x, "https-server", gui, !off, "443", "http");
	served(x, "rest-api", gui, !off, "443", "http");
}

static void
shell(struct path_facts *x)
{
	uint32_t ssh = netscaler_option(x, nsip(x), "-ssh");
	uint32_t timeout =
	    netscaler_option(x, ROOT("set system parameter"), "-timeout");

	served(
	    x, "ssh", ssh, !span_is_nocase(WORD(ssh), "DISABLED"), "22", "vty");
	if (timeout != PATH_NONE)
		facts_set(x, "exec-timeout", timeout,
		    !span_is(WORD(timeout), "0"), "");
	plain(x, "telnet", "-telnet", "23");
	plain(x, "ftp-server", "-ftp", "21");
}

/* Addresses of the data plane that let management in. */
static void
exposed(struct path_facts *x)
{
	struct span own =
	    netscaler_value(x, ROOT("set ns config"), "-ipaddress");

	EACH_PATH(a, x->tree, ROOT("add ns ip"))
	{
		uint32_t on = netscaler_option(x, a, "-mgmtaccess");

		if (span_is_nocase(WORD(on), "ENABLED") &&
		    !span_eq(WORD(a), own))
			facts_exposed(x, on, WORD(a), SPAN("mgmtAccess"));
	}
}

/* What flaws of this platform ask for. */
static void
features(struct path_facts *x)
{
	static const struct {
		const char *setting, *words;
	} all[] = {{"gateway", "add vpn vserver"},
	    {"aaa-vserver", "add authentication vserver"},
	    {"saml-sp", "add authentication samlaction"},
	    {"saml-idp", "add authentication samlidpprofile"}};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		facts_set_or(x, all[i].setting,
		    path_first(x->tree, ROOT(all[i].words)),
		    i < 2 ? "443" : "");
}

/* ---- logging and time ---- */

static void
log_target(struct path_facts *x, uint32_t node, uint32_t server)
{
	struct span transport = netscaler_value(x, node, "-transport");
	struct span port = netscaler_value(x, node, "-serverport");

	facts_log_host(x, server, WORD(server),
	    span_is_nocase(transport, "TCP") ? "tcp" : "udp",
	    port.n ? port : SPAN("514"));
}

static void
logging(struct path_facts *x)
{
	uint32_t list = ROOT("add audit syslogaction");
	uint32_t params = ROOT("set audit syslogparams");
	uint32_t server = netscaler_option(x, params, "-serverip");
	uint32_t first = path_first(x->tree, list);

	facts_set_or(
	    x, "logging-host", first != PATH_NONE ? first : server, "");
	EACH_PATH(a, x->tree, list)
	log_target(x, a, netscaler_next(x, a));
	if (server != PATH_NONE)
		log_target(x, params, server);
}

static void
times(struct path_facts *x)
{
	uint32_t list = ROOT("add ntp server");

	facts_set_or(x, "ntp", path_first(x->tree, list), "");
	EACH_PATH(s, x->tree, list)
	facts_ntp(x, s, WORD(s), "server",
	    netscaler_option(x, s, "-key") != PATH_NONE);
}

/* ---- SNMP ---- */

static void
managers(struct path_facts *x, uint32_t list)
{
	EACH_PATH(m, x->tree, list)
	{
		struct facts_entry e = {.list = SPAN("snmp manager"),
		    .src = facts_masked(
			x, WORD(m), netscaler_value(x, m, "-netmask")),
		    .protocol = "udp",
		    .port = SPAN("161"),
		    .used_by = "snmp"};

		facts_entry(x, m, &e);
	}
}

static void
snmp(struct path_facts *x)
{
	uint32_t list = ROOT("add snmp community");
	uint32_t guard = path_first(x->tree, ROOT("add snmp manager"));
	struct record *r;

	facts_set_or(x, "snmp-v1v2c", path_first(x->tree, list), "161");
	managers(x, ROOT("add snmp manager"));
	EACH_PATH(c, x->tree, list)
	{
		struct span rights = WORD(netscaler_next(x, c));
		bool rw = span_is_nocase(rights, "ALL") ||
			  span_is_nocase(rights, "SET");

		r = facts_community(x, c, rw ? "rw" : "ro", WORD(c));
		if (guard != PATH_NONE)
			record_put_str(r, F_ACL, "snmp manager");
		facts_emit(x);
	}
	EACH_PATH(u, x->tree, ROOT("add snmp user"))
	{
		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put(r, F_GROUP, netscaler_value(x, u, "-group"));
		record_put_str(r, F_LEVEL,
		    netscaler_option(x, u, "-privtype") != PATH_NONE ? "priv"
		    : netscaler_option(x, u, "-authtype") != PATH_NONE
			? "auth"
			: "noauth");
		facts_emit(x);
	}
}

/* ---- scripts ---- */

/* Monitors that run a program, and calls to a server of somebody else's. */
static void
scripts(struct path_facts *x)
{
	struct record *r;

	EACH_PATH(m, x->tree, ROOT("add lb monitor"))
	{
		uint32_t name = netscaler_option(x, m, "-scriptname");

		if (name == PATH_NONE)
			continue;
		r = facts_begin(x, K_SCRIPT, m);
		record_put(r, F_NAME, WORD(m));
		record_put_str(r, F_MODE, "monitor");
		record_put(r, F_BODY, WORD(name));
		facts_emit(x);
	}
	EACH_PATH(c, x->tree, ROOT("add policy httpcallout"))
	{
		r = facts_begin(x, K_SCRIPT, c);
		record_put(r, F_NAME, WORD(c));
		record_put_str(r, F_MODE, "http-callout");
		facts_emit(x);
	}
}

void
netscaler_system(struct path_facts *x)
{
	shell(x);
	web(x);
	exposed(x);
	features(x);
	logging(x);
	times(x);
	snmp(x);
	scripts(x);
}
