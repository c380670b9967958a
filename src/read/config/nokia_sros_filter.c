/*
 * SR OS filters as access lists.  A management access filter is read by the
 * management processor, a CPM filter by the hardware before it: both guard
 * what the device listens on.  Filters of interfaces are transit filters.
 */
#include "read/config/nokia_sros.h"

#define WORD(i) path_word(x->tree, i)
#define TOP sros_top(x->tree)

struct filter {
	struct path_facts *x;
	struct span name;
	bool control; /* guards the device itself */
	bool used;
	unsigned entries;
	bool final_deny_log;
	unsigned *room; /* entries that lists may still be written out to */
};

struct entry {
	uint32_t node, match;
	struct span protocol, port, src, name;
	bool permit, log;
};

static bool
is_permit(struct span action)
{
	return span_is(action, "permit") || span_is(action, "accept") ||
	       span_is(action, "forward") || span_is(action, "queue") ||
	       span_is(action, "rate-limit");
}

/* The default of a filter: words differ by place and language. */
static struct span
default_action(const struct path_facts *x, uint32_t filter)
{
	struct path_tree *t = x->tree;
	struct span action = path_value(t, filter, "default-action");

	/* That of a CPM filter stands beside the lists. */
	if (action.n == 0 && filter != PATH_NONE)
		action =
		    path_value(t, path_at(t, filter)->parent, "default-action");
	return action;
}

struct span
sros_guard(const struct path_facts *x)
{
	static const struct {
		const char *path, *name;
	} table[] = {
	    {"system security management-access-filter ip-filter",
		"management-access-filter ip"},
	    {"system security management-access-filter ipv6-filter",
		"management-access-filter ipv6"},
	    {"system security cpm-filter ip-filter", "cpm-filter ip"},
	};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t f = path_get(t, TOP, table[i].path);
		struct span action = default_action(x, f);

		if (f != PATH_NONE && sros_admin(t, f, NULL) != SROS_OFF &&
		    action.n > 0 && !is_permit(action))
			return span_str(table[i].name);
	}
	return (struct span){0};
}

/* What an entry lets through to the device, by protocol and port. */
static const char *
guards(const struct filter *f, const struct entry *e)
{
	uint64_t port = 0;
	bool tcp = span_is(e->protocol, "tcp") || span_is(e->protocol, "6") ||
		   span_is(e->protocol, "tcp-udp");
	bool udp = span_is(e->protocol, "udp") || span_is(e->protocol, "17") ||
		   span_is(e->protocol, "tcp-udp");

	if (!f->control)
		return f->used ? "interface" : NULL;
	if (e->port.n == 0) {
		if (e->protocol.n == 0 || span_is(e->protocol, "ip"))
			return "vty snmp ntp";
		return tcp && udp ? "vty snmp ntp"
		       : tcp	  ? "vty"
		       : udp	  ? "snmp ntp"
				  : "other";
	}
	if (!span_u64(e->port, &port))
		return "other";
	return port == 22 || port == 23 || port == 830 ? "vty"
	       : port == 161			       ? "snmp"
	       : port == 123			       ? "ntp"
						       : "other";
}

static void
emit_entry(struct filter *f, const struct entry *e)
{
	struct path_facts *x = f->x;
	struct record *r = facts_begin(x, K_ACL_ENTRY, e->node);

	record_put(r, F_ACL, f->name);
	record_put(r, F_NAME, e->name);
	record_put_str(r, F_ACTION, e->permit ? "permit" : "deny");
	record_put(r, F_PROTOCOL, e->protocol);
	facts_put_source(x, e->src.n ? e->src : SPAN("any"));
	record_put_number(r, F_DST_PORT, e->port);
	record_put_bool(r, F_LOG, e->log);
	record_put_str(r, F_USED_BY, guards(f, e));
	facts_emit(x);
	f->entries++;
}

/* src-ip "192.0.2.0/24", "ip-prefix-list L", "address A" */
static bool
named_sources(struct filter *f, struct entry *e, struct span list)
{
	static const char *const kinds[] = {
	    "ip-prefix-list", "ipv6-prefix-list"};
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	uint32_t lists = sros_get(t, TOP, "filter match-list");
	bool some = false;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(p, t,
		    path_get(t,
			path_find_active(t, path_get(t, lists, kinds[i]), list),
			"prefix"))
		{
			if (*f->room == 0)
				return some;
			(*f->room)--;
			e->src = WORD(p);
			emit_entry(f, e);
			some = true;
		}
	return some;
}

static struct span
port_of(const struct path_facts *x, uint32_t match)
{
	struct path_tree *t = x->tree;
	uint32_t ports = path_get(t, match, "dst-port");
	struct span port = sros_value(t, ports, "port|eq|range start");

	return facts_port_number(port.n ? port : WORD(path_first(t, ports)));
}

static void
entry(struct filter *f, uint32_t node)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct span action = path_value(t, node, "action"), src;
	struct entry e = {.node = node, .match = path_get(t, node, "match")};
	uint32_t from;

	/* The management access filter of the classic CLI has no "match". */
	if (e.match == PATH_NONE)
		e.match = node;
	/* action { accept } of the MD-CLI, action / forward of the classic. */
	e.permit = is_permit(action);
	e.name = WORD(node);
	e.protocol = sros_value(t, e.match, "protocol|next-header");
	e.port = port_of(x, e.match);
	e.log = path_get(t, node, "log") != PATH_NONE ||
		path_get(t, node, "log-events") != PATH_NONE;
	from = path_get(t, e.match, "src-ip");
	src = sros_value(t, from, "ip-prefix-list|ipv6-prefix-list");
	if (sros_admin(t, node, NULL) == SROS_OFF || action.n == 0)
		return;
	if (src.n > 0) {
		if (named_sources(f, &e, src))
			return;
		e.src = src;
	} else {
		e.src = path_value(t, from, "address");
		if (e.src.n == 0)
			e.src = WORD(path_first(t, from));
	}
	f->final_deny_log = !e.permit && e.log && from == PATH_NONE &&
			    e.protocol.n == 0 && e.port.n == 0;
	emit_entry(f, &e);
}

static void
filter(struct filter *f, uint32_t node)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct span action = default_action(x, node);
	struct record *r;

	if (node == PATH_NONE ||
	    (action.n == 0 && path_get(t, node, "entry") == PATH_NONE))
		return;
	EACH_PATH(e, t, path_get(t, node, "entry"))
	entry(f, e);
	if (action.n > 0) {
		struct entry rest = {
		    .node = path_value_node(t, node, "default-action"),
		    .permit = is_permit(action),
		    .name = SPAN("default-action")};

		if (rest.node == PATH_NONE)
			rest.node = node;
		emit_entry(f, &rest);
	}
	r = facts_begin(x, K_ACL, node);
	record_put(r, F_ACL, f->name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", f->entries));
	record_put_str(r, F_USED_BY,
	    f->control ? "vty snmp"
	    : f->used  ? "interface"
		       : NULL);
	record_put_bool(r, F_FINAL_DENY_LOG, f->final_deny_log);
	facts_emit(x);
}

/* ---- filters of interfaces ---- */

static void
use_of(struct path_facts *x, struct map *uses, uint32_t place)
{
	static const char *const ways[] = {"ingress filter", "egress filter"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(kind, t, path_get(t, place, ways[i]))
	EACH_PATH(name, t, kind)
	map_put(uses, WORD(name), 1);
}

/* Interfaces and access points of services and the router. */
static void
find_uses(struct path_facts *x, struct map *uses)
{
	struct path_tree *t = x->tree;

	EACH_PATH(r, t, path_get(t, TOP, "router"))
	EACH_PATH(i, t, path_get(t, r, "interface"))
	use_of(x, uses, i);
	EACH_PATH(i, t, path_get(t, TOP, "router interface"))
	use_of(x, uses, i);
	EACH_PATH(kind, t, path_get(t, TOP, "service"))
	EACH_PATH(s, t, kind)
	{
		EACH_PATH(i, t, path_get(t, s, "interface"))
		{
			use_of(x, uses, i);
			EACH_PATH(sap, t, path_get(t, i, "sap"))
			use_of(x, uses, sap);
		}
		EACH_PATH(sap, t, path_get(t, s, "sap"))
		use_of(x, uses, sap);
	}
}

void
sros_filters(struct path_facts *x)
{
	static const struct {
		const char *path, *name;
	} table[] = {
	    {"system security management-access-filter ip-filter",
		"management-access-filter ip"},
	    {"system security management-access-filter ipv6-filter",
		"management-access-filter ipv6"},
	    {"system security cpm-filter ip-filter", "cpm-filter ip"},
	    {"system security cpm-filter ipv6-filter", "cpm-filter ipv6"},
	};
	static const char *const transit[] = {
	    "filter ip-filter", "filter ipv6-filter"};
	struct path_tree *t = x->tree;
	struct map uses;
	unsigned room = LIMIT_LIST_ENTRIES;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t node = path_get(t, TOP, table[i].path);
		struct filter f = {.x = x,
		    .name = span_str(table[i].name),
		    .room = &room,
		    .control = sros_admin(t, node, NULL) != SROS_OFF};

		filter(&f, node);
	}
	map_init(&uses, x->arena);
	find_uses(x, &uses);
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(n, t, path_get(t, TOP, transit[i]))
		{
			/* A bare number would read like a list of IOS. */
			struct filter f = {.x = x,
			    .name = arena_fmt(x->arena, "%s %.*s",
				transit[i] + strlen("filter "),
				SPAN_FMT(WORD(n))),
			    .room = &room};

			f.used = map_get(&uses, WORD(n)) != MAP_NONE;
			filter(&f, n);
		}
}
