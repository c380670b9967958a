/*
 * Static translations of PAN-OS (NAT policy rules: "PAN-OS Networking
 * Administrator's Guide"), VyOS and EdgeOS (nat destination, nat static,
 * service nat, port-forward), RouterOS (ip firewall nat: "RouterOS NAT") and
 * virtual servers of BIG-IP ("tmsh reference", ltm virtual, ltm pool).
 */
#include "read/config/f5.h"
#include "read/config/panos.h"
#include "read/config/path_nat.h"
#include "read/config/routeros.h"
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- PAN-OS ---- */

/* A service by name: an object, or one of the two that are predefined. */
static void
panos_service(const struct path_facts *x, uint32_t place, struct span name,
    struct translation *t)
{
	static const char *const protocols[] = {"tcp", "udp"};
	const uint32_t places[] = {place, PATH_ROOT, ROOT("shared")};
	struct span port;

	for (unsigned k = 0; k < 6; k++) {
		uint32_t o = path_find(
		    x->tree, path_get(x->tree, places[k / 2], "service"), name);
		uint32_t p = path_get(x->tree, path_get(x->tree, o, "protocol"),
		    protocols[k % 2]);

		port = path_value(x->tree, p, "port");
		if (port.n == 0)
			continue;
		t->protocol = span_str(protocols[k % 2]);
		translation_ports(t, span_until(&port, ','));
		return;
	}
	if (span_is(name, "service-https") || span_is(name, "service-http")) {
		t->protocol = SPAN("tcp");
		t->first =
		    span_is(name, "service-http") ? SPAN("80") : SPAN("443");
	}
}

static void
panos_rule(struct path_facts *x, uint32_t place, uint32_t rule)
{
	struct path_tree *tree = x->tree;
	uint32_t fixed = path_get(tree, rule, "source-translation static-ip");
	struct span to = path_value(tree, rule,
			"destination-translation "
			"translated-address"),
		    service = path_value(tree, rule, "service");
	struct translation t = {.inside_port = path_value(tree, rule,
				    "destination-translation "
				    "translated-port")};

	panos_service(x, place, service, &t);
	t.inside = translation_address(panos_resolve(x, place, to));
	EACH_PATH(d, tree, path_get(tree, rule, "destination"))
	{
		t.outside =
		    translation_address(panos_resolve(x, place, WORD(d)));
		translation_emit(x, rule, &t);
	}
	if (!path_value_is(tree, fixed, "bi-directional", "yes"))
		return;
	t.outside = translation_address(panos_resolve(
	    x, place, path_value(tree, fixed, "translated-address")));
	t.inside = translation_address(
	    panos_resolve(x, place, path_value(tree, rule, "source")));
	t.inside_port = (struct span){0};
	translation_emit(x, rule, &t);
}

void
panos_translations(struct path_facts *x)
{
	static const char *const bases[] = {"rulebase nat rules",
	    "pre-rulebase nat rules", "post-rulebase nat rules"};

	EACH_PLACE(place, x)
	for (unsigned i = 0; i < 3; i++)
		EACH_PATH(r, x->tree, path_get(x->tree, place, bases[i]))
	if (!path_value_is(x->tree, r, "disabled", "yes"))
		panos_rule(x, place, r);
}

/* ---- VyOS, EdgeOS ---- */

static struct span
one_protocol(struct span s)
{
	return span_is(s, "tcp") || span_is(s, "udp") ? s : (struct span){0};
}

/* "80", "80-90", "80,443": each of them. */
static void
ports_emit(struct path_facts *x, uint32_t rule, struct translation *t,
    struct span ports)
{
	if (ports.n == 0)
		translation_emit(x, rule, t);
	for (unsigned i = 0; i < LIMIT_LIST_MEMBERS && ports.n > 0; i++) {
		translation_ports(t, span_until(&ports, ','));
		translation_emit(x, rule, t);
	}
}

/* inside: where the host behind stands, "translation" or "inside-address". */
static void
vyos_rule(struct path_facts *x, uint32_t rule, const char *inside)
{
	struct path_tree *tree = x->tree;
	uint32_t to = path_get(tree, rule, inside);
	struct translation t = {
	    .protocol = one_protocol(path_value(tree, rule, "protocol")),
	    .outside = translation_address(
		path_value(tree, rule, "destination address")),
	    .inside = translation_address(path_value(tree, to, "address")),
	    .inside_port = path_value(tree, to, "port")};
	struct addr a;

	if (path_get(tree, rule, "disable") != PATH_NONE)
		return;
	if (!addr_read(t.outside, &a)) {
		t.interface = path_value(tree, rule, "inbound-interface name");
		if (t.interface.n == 0)
			t.interface =
			    path_value(tree, rule, "inbound-interface");
	}
	t.inside_port = facts_port_number(span_until(&t.inside_port, '-'));
	ports_emit(x, rule, &t, path_value(tree, rule, "destination port"));
}

void
vyos_translations(struct path_facts *x)
{
	struct path_tree *tree = x->tree;
	struct span wan =
	    path_value(tree, PATH_ROOT, "port-forward wan-interface");

	EACH_PATH(r, tree, ROOT("nat destination rule"))
	vyos_rule(x, r, "translation");
	EACH_PATH(r, tree, ROOT("nat static rule"))
	vyos_rule(x, r, "translation");
	EACH_PATH(r, tree, ROOT("service nat rule"))
	if (path_value_is(tree, r, "type", "destination"))
		vyos_rule(x, r, "inside-address");
	EACH_PATH(r, tree, ROOT("port-forward rule"))
	{
		struct translation t = {.interface = wan,
		    .protocol = one_protocol(path_value(tree, r, "protocol")),
		    .inside = path_value(tree, r, "forward-to address"),
		    .inside_port = facts_port_number(
			path_value(tree, r, "forward-to port"))};

		ports_emit(x, r, &t, path_value(tree, r, "original-port"));
	}
}

/* ---- RouterOS ---- */

static void
routeros_rule(struct path_facts *x, uint32_t c)
{
	struct span action = routeros_arg(x, c, "action"),
		    ports = routeros_arg(x, c, "to-ports");
	struct translation t = {
	    .protocol = one_protocol(routeros_arg(x, c, "protocol")),
	    .outside = translation_address(routeros_arg(x, c, "dst-address")),
	    .inside = translation_address(routeros_arg(x, c, "to-addresses")),
	    .inside_port = facts_port_number(span_until(&ports, '-'))};
	struct addr a;

	if ((!span_is(action, "dst-nat") && !span_is(action, "netmap")) ||
	    !span_is(routeros_arg(x, c, "chain"), "dstnat") ||
	    routeros_yes(x, c, "disabled"))
		return;
	if (!addr_read(t.outside, &a)) {
		t.interface = routeros_arg(x, c, "in-interface");
		if (t.interface.n == 0)
			t.interface = routeros_arg(x, c, "in-interface-list");
		if (t.interface.n == 0)
			t.interface = SPAN("any");
	}
	ports_emit(x, c, &t, routeros_arg(x, c, "dst-port"));
}

void
routeros_translations(struct path_facts *x)
{
	EACH_ADDED(c, x, "ip firewall nat")
	routeros_rule(x, c);
}

/* ---- BIG-IP ---- */

/* "192.0.2.1:443", "192.0.2.1%2:https", "2001:db8::1.443" */
static struct span
f5_endpoint(struct path_facts *x, struct span s, struct span *port)
{
	size_t first, last;
	struct span domain;

	s = f5_name(s);
	first = span_find_byte(s, ':');
	last = span_rfind_byte(s, ':');
	if (first != last)
		last = span_rfind_byte(s, '.');
	*port = (struct span){0};
	if (last != SPAN_NONE) {
		*port = facts_port_number(span_from(s, last + 1));
		s = span_head(s, last);
	}
	return f5_address(x, s, &domain);
}

/* A virtual server hands on to the members of a pool; one of them stands for
 * all. */
static void
f5_virtual(struct path_facts *x, uint32_t v)
{
	struct path_tree *tree = x->tree;
	uint32_t pool = path_find_active(
	    tree, ROOT("ltm pool"), path_value(tree, v, "pool"));
	uint32_t member = path_first(tree, path_get(tree, pool, "members"));
	struct span address = path_value(tree, member, "address"), domain;
	struct translation t = {
	    .protocol = one_protocol(path_value(tree, v, "ip-protocol"))};

	if (member == PATH_NONE || path_get(tree, v, "disabled") != PATH_NONE)
		return;
	t.outside =
	    f5_endpoint(x, path_value(tree, v, "destination"), &t.first);
	t.inside = f5_endpoint(x, WORD(member), &t.inside_port);
	if (address.n > 0)
		t.inside = f5_address(x, address, &domain);
	translation_emit(x, v, &t);
}

void
f5_translations(struct path_facts *x)
{
	EACH_PATH(v, x->tree, ROOT("ltm virtual"))
	f5_virtual(x, v);
}
