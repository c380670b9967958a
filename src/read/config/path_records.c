/* Whole records out of a tree of paths. */
#include "read/config/path_facts.h"

#include "read/config/interface_role.h"

void
facts_route(struct path_facts *x, uint32_t node, struct span prefix,
    struct span next_hop, struct span interface, struct span vrf)
{
	struct record *r;
	struct prefix p;
	struct addr a;

	if (span_is(prefix, "default"))
		prefix = SPAN("0.0.0.0/0");
	if (!prefix_read(prefix, &p))
		return;
	r = facts_begin(x, K_ROUTE, node);
	facts_put_prefix(x, F_PREFIX, &p);
	if (addr_read(next_hop, &a))
		record_put_ip(r, F_NEXT_HOP, next_hop);
	else if (interface.n == 0)
		interface = next_hop;
	record_put(r, F_INTERFACE, interface);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

void
facts_neighbor(struct path_facts *x, uint32_t node, struct span address,
    struct span remote_as, bool protected, struct span vrf)
{
	struct record *r;
	struct addr a;

	if (!addr_read(address, &a))
		return;
	r = facts_begin(x, K_NEIGHBOR, node);
	record_put_str(r, F_PROTOCOL, "bgp");
	record_put_ip(r, F_ADDRESS, address);
	record_put(r, F_REMOTE_AS, remote_as);
	record_put_bool(r, F_PROTECTED, protected);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

const char *
facts_role(const char *role, struct span description)
{
	const char *said = role_of_description(description);

	return role != NULL && said != NULL && strcmp(role, "routed") == 0
		   ? said
		   : role;
}

void
facts_banner(struct path_facts *x, uint32_t node, const char *name)
{
	struct record *r;

	if (node == PATH_NONE)
		return;
	r = facts_begin(x, K_BANNER, node);
	record_put_str(r, F_NAME, name);
	facts_emit(x);
}

void
facts_adjacency(struct path_facts *x, uint32_t node, const char *protocol,
    struct span interface, bool protected, struct span vrf)
{
	struct record *r = facts_begin(x, K_NEIGHBOR, node);

	record_put_str(r, F_PROTOCOL, protocol);
	record_put(r, F_INTERFACE, interface);
	record_put_bool(r, F_PROTECTED, protected);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

void
facts_ntp(struct path_facts *x, uint32_t node, struct span server,
    const char *mode, bool protected)
{
	struct record *r = facts_begin(x, K_NTP, node);

	record_put_str(r, F_MODE, mode);
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_bool(r, F_PROTECTED, protected);
	facts_emit(x);
}

void
facts_tunnel(struct path_facts *x, uint32_t node, struct span name,
    struct span interface, const char *mode, struct span src, struct span dst,
    bool protected)
{
	struct record *r = facts_begin(x, K_TUNNEL, node);
	struct addr a;

	record_put(r, F_NAME, name);
	record_put(r, F_INTERFACE, interface);
	record_put_str(r, F_MODE, mode);
	if (addr_read(src, &a))
		record_put_ip(r, F_SRC_IP, src);
	else
		record_put(r, F_VALUE, src);
	if (addr_read(dst, &a)) {
		record_put_ip(r, F_DST_IP, dst);
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, dst));
	}
	record_put_bool(r, F_PROTECTED, protected);
	facts_emit(x);
}

void
facts_put_source(struct path_facts *x, struct span src)
{
	struct record *r = &x->rec;
	struct prefix p = {0};
	struct addr a;

	record_put(r, F_SRC, src);
	if (span_is(src, "any") || span_is(src, "all")) {
		record_put_str(r, F_SRC_SCOPE, "any");
		return;
	}
	if (!prefix_read(src, &p))
		return;
	facts_put_prefix(x, F_SRC_PREFIX, &p);
	record_put_str(r, F_SRC_SCOPE, scope_of(&x->scope, &p));
	src = span_head(src, span_find_byte(src, '/'));
	if (p.bits == (p.addr.family == 4 ? 32 : 128) && addr_read(src, &a))
		record_put_ip(r, F_SRC_IP, src);
}

void
facts_entry(struct path_facts *x, uint32_t node, const struct facts_entry *e)
{
	struct record *r = facts_begin(x, K_ACL_ENTRY, node);

	record_put(r, F_ACL, e->list);
	record_put_number(r, F_SEQUENCE, e->sequence);
	record_put(r, F_NAME, e->name);
	record_put_str(r, F_ACTION, e->deny ? "deny" : "permit");
	record_put_str(r, F_PROTOCOL, e->protocol);
	facts_put_source(x, e->src);
	record_put(r, F_DST, e->dst);
	record_put_number(r, F_DST_PORT, e->port);
	record_put(r, F_SERVICE, e->service);
	record_put(r, F_INTERFACE, e->interface);
	record_put_str(r, F_USED_BY, e->used_by);
	facts_emit(x);
}

void
facts_list(struct path_facts *x, uint32_t node, struct span name,
    unsigned entries, const char *used_by)
{
	struct record *r;

	if (entries == 0)
		return;
	r = facts_begin(x, K_ACL, node);
	record_put(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", entries));
	record_put_str(r, F_USED_BY, used_by);
	facts_emit(x);
}

void
facts_method(struct path_facts *x, uint32_t node, struct span list,
    struct span methods, struct span group)
{
	struct record *r = facts_begin(x, K_AAA_METHOD, node);

	record_put_str(r, F_SERVICE, "authentication");
	record_put_str(r, F_NAME, "login");
	record_put(r, F_LIST, list);
	record_put(r, F_METHODS, methods);
	record_put(r, F_GROUP, group);
	facts_emit(x);
}

void
facts_default_method(struct path_facts *x, uint32_t node, const char *service,
    const char *name, struct span methods)
{
	struct record *r;

	if (node == PATH_NONE)
		return;
	r = facts_begin(x, K_AAA_METHOD, node);
	record_put_str(r, F_SERVICE, service);
	record_put_str(r, F_NAME, name);
	record_put_str(r, F_LIST, "default");
	record_put(r, F_METHODS, methods);
	facts_emit(x);
}

struct record *
facts_community(
    struct path_facts *x, uint32_t node, const char *mode, struct span name)
{
	struct record *r = facts_begin(x, K_SNMP, node);

	record_put_str(r, F_MODE, mode);
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, name);
	if (span_is_nocase(name, "public") || span_is_nocase(name, "private"))
		record_put_str(r, F_WEAK, "default");
	return r;
}

void
facts_log_host(struct path_facts *x, uint32_t node, struct span server,
    const char *protocol, struct span port)
{
	struct record *r = facts_begin(x, K_LOGGING, node);

	record_put_str(r, F_TARGET, "host");
	record_put_str(r, F_STATE, "enabled");
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_str(r, F_PROTOCOL, protocol);
	record_put_number(r, F_PORT, port);
	facts_emit(x);
}

void
facts_user(struct path_facts *x, uint32_t node, struct span name, bool admin,
    struct span role, const char *type, struct span secret)
{
	struct record *r = facts_begin(x, K_USER, node);

	record_put(r, F_USER, name);
	record_put_number(r, F_PRIVILEGE, admin ? SPAN("15") : SPAN("1"));
	facts_secret(x, name, type, secret);
	record_put(r, F_ROLE, role);
	facts_emit(x);
}

struct record *
facts_aaa_server(struct path_facts *x, uint32_t node, const char *protocol,
    struct span group, struct span server, struct span port)
{
	struct record *r = facts_begin(x, K_AAA_SERVER, node);

	record_put_str(r, F_PROTOCOL, protocol);
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_number(r, F_PORT, port);
	record_put(r, F_GROUP, group);
	return r;
}

struct record *
facts_interface(struct path_facts *x, uint32_t node, struct span name,
    struct span address, const char *role)
{
	struct record *r = facts_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, name);
	facts_put_address(x, address);
	record_put_str(r, F_ROLE, role);
	return r;
}

void
facts_exposed(struct path_facts *x, uint32_t node, struct span interface,
    struct span services)
{
	struct record *r =
	    facts_setting(x, "management-on-data-interface", node, true, "");

	record_put(r, F_INTERFACE, interface);
	record_put(r, F_VALUE, services);
	facts_emit(x);
}

void
facts_script(struct path_facts *x, uint32_t node, struct span name,
    const char *mode, struct span trigger, struct span body)
{
	struct record *r = facts_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, name);
	record_put_str(r, F_MODE, mode);
	record_put(r, F_TRIGGER, trigger);
	record_put(r, F_BODY, body);
	facts_emit(x);
}

void
facts_put_values(struct path_facts *x, enum field_id f, uint32_t list)
{
	unsigned n = 0;

	EACH_PATH(v, x->tree, list)
	if (n++ < 8)
		record_put(&x->rec, f, path_word(x->tree, v));
}
