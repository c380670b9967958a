/*
 * RouterOS packet filters as access lists: a chain is one.  What "input" does
 * guards the device itself; a chain that is jumped to guards what the jump
 * does not say, so only the three built-in ones are told to guard something.
 */
#include "read/config/path_guards.h"
#include "read/config/routeros.h"

#define ARG(c, key) routeros_arg(x, c, key)

/* ---- address lists: name to its members ---- */

struct member {
	uint32_t command, next;
};

struct lists {
	struct map first, last, count; /* by name */
	struct member *v;
	size_t n, cap;
};

static void
read_lists(struct path_facts *x, const char *menu, struct lists *l)
{
	*l = (struct lists){0};
	map_init(&l->first, x->arena);
	map_init(&l->last, x->arena);
	map_init(&l->count, x->arena);
	EACH_ADDED(c, x, menu)
	{
		struct span name = ARG(c, "list");
		uint32_t n = map_get(&l->count, name);

		n = n == MAP_NONE ? 0 : n;
		if (name.n == 0 || ARG(c, "address").n == 0)
			continue;
		l->v = arena_grow(x->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n] = (struct member){c, MAP_NONE};
		if (n == 0)
			map_put(&l->first, name, (uint32_t)l->n);
		else
			l->v[map_get(&l->last, name)].next = (uint32_t)l->n;
		map_put(&l->last, name, (uint32_t)l->n++);
		map_put(&l->count, name, n + 1);
	}
}

/* ---- chains ---- */

struct chain {
	struct span name; /* "input" */
	struct span acl;  /* "filter input" */
	uint32_t command; /* its first */
	unsigned entries;
	bool final_deny_log;
};

struct filter {
	struct path_facts *x;
	const char *table; /* "filter", "ipv6 raw" */
	struct lists lists;
	struct map names; /* of chains */
	struct chain *v;
	size_t n, cap;
};

static struct chain *
chain_of(struct filter *f, struct span name, uint32_t command)
{
	uint32_t i = map_get(&f->names, name);

	if (i == MAP_NONE) {
		f->v =
		    arena_grow(f->x->arena, f->v, f->n, &f->cap, sizeof(*f->v));
		i = (uint32_t)f->n++;
		f->v[i] = (struct chain){.name = name, .command = command};
		f->v[i].acl =
		    arena_fmt(f->x->arena, "%s %.*s", f->table, SPAN_FMT(name));
		map_put(&f->names, name, i);
	}
	return &f->v[i];
}

static bool
guards_device(struct span chain)
{
	return span_is(chain, "input");
}

/* Does it ask for anything but a source? */
static bool
asks(const struct path_facts *x, uint32_t c)
{
	static const char *const keys[] = {"protocol", "dst-port", "port",
	    "src-port", "connection-state", "connection-nat-state",
	    "icmp-options", "tcp-flags", "dst-address", "dst-address-list",
	    "dst-address-type", "ipsec-policy", "content", "layer7-protocol",
	    "limit", "dst-limit", "connection-limit", "hotspot", "in-interface",
	    "in-interface-list", "psd"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (ARG(c, keys[i]).n > 0)
			return true;
	return false;
}

static struct path_guards
guards_of(struct path_facts *x, uint32_t c, bool *all)
{
	struct path_guards g = {0};
	struct span protocol = ARG(c, "protocol"), states;

	guards_add_list(&g, ARG(c, "dst-port"));
	guards_add_list(&g, ARG(c, "port"));
	*all = false;
	if (guards_any(&g))
		return g;
	states = ARG(c, "connection-state");
	if ((protocol.n > 0 && !span_is(protocol, "tcp") &&
		!span_is(protocol, "udp")) ||
	    ARG(c, "src-port").n > 0 ||
	    (states.n > 0 && !span_has(states, "new")) ||
	    ARG(c, "icmp-options").n > 0) {
		g.other = true;
		return g;
	}
	*all = true;
	return g;
}

static void
put_used_by(struct path_facts *x, struct span chain,
    const struct path_guards *g, bool all)
{
	struct record *r = &x->rec;

	if (span_is(chain, "forward"))
		record_put_str(r, F_USED_BY, "interface");
	else if (!guards_device(chain))
		record_put_str(r, F_USED_BY, "other");
	else if (all)
		record_put_str(r, F_USED_BY, "vty snmp http ntp");
	else
		record_put(r, F_USED_BY, guards_text(x->arena, g));
}

struct entry {
	uint32_t command;
	struct chain *chain;
	const char *action;
	struct path_guards guards;
	bool all;
};

static void
put_ports(struct path_facts *x, enum field_id f, struct span list)
{
	unsigned n = 0;

	while (list.n > 0 && n++ < 16)
		record_put_number(
		    &x->rec, f, facts_port_number(routeros_part(&list)));
}

static void
emit_entry(struct filter *f, const struct entry *e, struct span src)
{
	struct path_facts *x = f->x;
	uint32_t c = e->command;
	struct record *r = facts_begin(x, K_ACL_ENTRY, c);

	record_put(r, F_ACL, e->chain->acl);
	record_put(r, F_NAME, ARG(c, "comment"));
	record_put_str(r, F_ACTION, e->action);
	record_put(r, F_PROTOCOL, ARG(c, "protocol"));
	facts_put_source(x, src.n ? src : SPAN("any"));
	put_ports(x, F_SRC_PORT, ARG(c, "src-port"));
	record_put(r, F_DST, ARG(c, "dst-address"));
	put_ports(x, F_DST_PORT, ARG(c, "dst-port"));
	record_put(r, F_INTERFACE,
	    ARG(c, "in-interface").n ? ARG(c, "in-interface")
				     : ARG(c, "in-interface-list"));
	record_put_bool(r, F_LOG, routeros_yes(x, c, "log"));
	put_used_by(x, e->chain->name, &e->guards, e->all);
	facts_emit(x);
}

/* An entry for each member of the list that it names, if they are few. */
static void
emit_sources(struct filter *f, const struct entry *e)
{
	struct path_facts *x = f->x;
	struct span list = ARG(e->command, "src-address-list");
	uint32_t n = map_get(&f->lists.count, list), i;

	if (list.n == 0) {
		emit_entry(f, e, ARG(e->command, "src-address"));
		return;
	}
	if (n == MAP_NONE || n > LIMIT_SOURCE_LIST) {
		emit_entry(f, e, list);
		return;
	}
	for (i = map_get(&f->lists.first, list); i != MAP_NONE;
	     i = f->lists.v[i].next)
		emit_entry(f, e, ARG(f->lists.v[i].command, "address"));
}

static const char *
action_of(struct span word)
{
	if (word.n == 0 || span_is(word, "accept"))
		return "permit";
	if (span_is(word, "drop") || span_is(word, "reject") ||
	    span_is(word, "tarpit"))
		return "deny";
	return NULL; /* goes on: log, jump, add-src-to-address-list, ... */
}

static void
entry(struct filter *f, uint32_t c)
{
	struct path_facts *x = f->x;
	struct span name = ARG(c, "chain");
	struct entry e = {.command = c, .action = action_of(ARG(c, "action"))};
	bool any;

	if (name.n == 0 || e.action == NULL)
		return;
	e.chain = chain_of(f, name, c);
	e.guards = guards_of(x, c, &e.all);
	any = e.all && !asks(x, c) && ARG(c, "src-address").n == 0 &&
	      ARG(c, "src-address-list").n == 0;
	e.chain->entries++;
	e.chain->final_deny_log =
	    any && e.action[0] == 'd' && routeros_yes(x, c, "log");
	emit_sources(f, &e);
}

static void
table(
    struct path_facts *x, const char *menu, const char *lists, const char *name)
{
	struct filter f = {.x = x, .table = name};
	struct record *r;

	map_init(&f.names, x->arena);
	read_lists(x, lists, &f.lists);
	EACH_ADDED(c, x, menu)
	entry(&f, c);
	for (size_t i = 0; i < f.n; i++) {
		const struct chain *chain = &f.v[i];

		r = facts_begin(x, K_ACL, chain->command);
		record_put(r, F_ACL, chain->acl);
		record_put_number(
		    r, F_ENTRIES, arena_fmt(x->arena, "%u", chain->entries));
		record_put_bool(r, F_FINAL_DENY_LOG, chain->final_deny_log);
		put_used_by(x, chain->name, NULL, true);
		facts_emit(x);
	}
}

void
routeros_filters(struct path_facts *x)
{
	table(x, "ip firewall filter", "ip firewall address-list", "filter");
	table(x, "ip firewall raw", "ip firewall address-list", "raw");
	table(x, "ipv6 firewall filter", "ipv6 firewall address-list",
	    "ipv6 filter");
	table(x, "ipv6 firewall raw", "ipv6 firewall address-list", "ipv6 raw");
}
