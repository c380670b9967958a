/* Ivanti: ports, services, logging, time, SNMP. */
#include "read/config/ivanti.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- ports ---- */

static void
port(
    struct path_facts *x, const char *words, const char *name, const char *role)
{
	uint32_t node = ROOT(words);
	uint32_t at = ivanti_value(x, node, "ip-address");
	uint32_t on = ivanti_value(x, node, "is-enabled");
	struct record *r;

	if (node == PATH_NONE)
		return;
	r = facts_interface(x, at == PATH_NONE ? node : at, span_str(name),
	    facts_masked(x, WORD(at), WORD(ivanti_value(x, node, "netmask"))),
	    role);
	if (on != PATH_NONE)
		record_put_bool(r, F_SHUTDOWN, !ivanti_is_on(WORD(on)));
	facts_emit(x);
	EACH_BELOW(n, x, node)
	if (span_is(WORD(path_at(x->tree, n)->parent), "route")) {
		struct span net = facts_masked(
		    x, WORD(n), WORD(ivanti_value(x, n, "netmask")));

		facts_route(x, n, net, WORD(ivanti_value(x, n, "gateway")),
		    span_str(name), (struct span){0});
	}
}

/* ---- logging, time, SNMP ---- */

/* Each kind of log has its own servers. */
static void
logging(struct path_facts *x)
{
	uint32_t first = PATH_NONE, log = ROOT("system log");

	EACH_BELOW(n, x, log)
	{
		uint32_t up = path_at(x->tree, n)->parent;
		struct span kind;

		if (!span_is(WORD(up), "syslog-server"))
			continue;
		kind = WORD(ivanti_value(x, n, "type"));
		first = first == PATH_NONE ? n : first;
		facts_log_host(x, n, WORD(n),
		    span_is_nocase(kind, "tls")	  ? "tls"
		    : span_is_nocase(kind, "tcp") ? "tcp"
						  : "udp",
		    WORD(ivanti_value(x, n, "port")));
	}
	facts_set_or(x, "logging-host", first, "");
}

static void
times(struct path_facts *x)
{
	uint32_t first = PATH_NONE;

	EACH_BELOW(n, x, ROOT("system"))
	{
		struct span w = WORD(n);
		uint32_t server = path_first(x->tree, n);

		if (!span_starts(w, SPAN("ntp-server")) ||
		    server == PATH_NONE ||
		    path_first(x->tree, server) != PATH_NONE ||
		    span_ends(w, SPAN("-key")))
			continue;
		first = first == PATH_NONE ? server : first;
		facts_ntp(x, server, WORD(server), "server", false);
	}
	facts_set_or(x, "ntp", first, "");
}

static void
snmp(struct path_facts *x)
{
	static const char *const elements[] = {
	    "community", "community-string", "community-encrypted"};
	uint32_t node = ROOT("system log snmp"), name = PATH_NONE;

	for (unsigned i = 0; i < 3 && name == PATH_NONE; i++)
		name = ivanti_value(x, node, elements[i]);
	facts_set_or(x, "snmp-v1v2c", name, "161");
	if (name != PATH_NONE) {
		facts_community(x, name, "ro", WORD(name));
		facts_emit(x);
	}
}

/* ---- services ---- */

/* A realm or a role of administrators may use the interface for programs. */
static void
rest_api(struct path_facts *x)
{
	uint32_t found = PATH_NONE;

	EACH_BELOW(n, x, ROOT("administrators"))
	if (span_has(WORD(n), "rest-api") &&
	    ivanti_is_on(WORD(path_first(x->tree, n)))) {
		found = path_first(x->tree, n);
		break;
	}
	facts_set_or(x, "rest-api", found, "443");
}

/* An export may leave out sections: silence counts where the section is. */
static void
section(struct path_facts *x, const char *words,
    void (*facts)(struct path_facts *x))
{
	bool whole = x->whole;

	x->whole &= ROOT(words) != PATH_NONE;
	facts(x);
	x->whole = whole;
}

void
ivanti_system(struct path_facts *x)
{
	facts_set_or(x, "ssl-vpn", path_first(x->tree, ROOT("users")), "443");
	rest_api(x);
	port(x, "system network internal-port", "internal-port", "routed");
	port(x, "system network external-port", "external-port", "routed");
	port(x, "system network management-port", "management-port",
	    "management");
	section(x, "system log", logging);
	section(x, "system network", times);
	section(x, "system log snmp", snmp);
}
