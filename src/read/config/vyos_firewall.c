/*
 * Packet filters of VyOS and EdgeOS as access lists.  A set of rules guards
 * the device itself where it is bound as "local" to an interface or to the
 * local zone, or is the input chain of release 1.4, or is jumped to from
 * there.
 */
#include "read/config/path_guards.h"
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

enum use { USED_INTERFACE = 1, USED_LOCAL = 2 };

struct firewall {
	struct path_facts *x;
	struct map uses; /* name of a set to enum use, or-ed */
};

static void
use(struct firewall *f, struct span name, unsigned what)
{
	uint32_t before = map_get(&f->uses, name);

	if (name.n > 0)
		map_put(
		    &f->uses, name, what | (before == MAP_NONE ? 0 : before));
}

/* firewall { in { name A }; local { name B; ipv6-name C } } */
static void
use_below(struct firewall *f, uint32_t node)
{
	static const char *const names[] = {"name", "ipv6-name"};
	struct path_tree *t = f->x->tree;

	EACH_PATH(d, t, node)
	{
		bool local = span_is(path_word(t, d), "local");

		for (unsigned k = 0; k < 2; k++)
			use(f, path_value(t, d, names[k]),
			    local ? USED_LOCAL : USED_INTERFACE);
	}
}

static void
use_by_interface(
    struct path_facts *x, const struct vyos_interface *i, void *state)
{
	use_below(state, path_get(x->tree, i->node, "firewall"));
}

static void
use_by_zones(struct firewall *f, uint32_t zones)
{
	struct path_tree *t = f->x->tree;

	EACH_PATH(z, t, zones)
	{
		bool local = path_get(t, z, "local-zone") != PATH_NONE;
		unsigned what = local ? USED_LOCAL : USED_INTERFACE;

		EACH_PATH(from, t, path_get(t, z, "from"))
		{
			use(f, path_value(t, from, "firewall name"), what);
			use(f, path_value(t, from, "firewall ipv6-name"), what);
		}
	}
}

static void
use_by_jumps(struct firewall *f, const char *chain, unsigned what)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;

	EACH_PATH(r, t, path_get(t, ROOT(chain), "rule"))
	use(f, path_value(t, r, "jump-target"), what);
}

/* ---- entries ---- */

struct entry {
	struct span acl;
	unsigned uses;
	uint32_t rule;
	const char *action;
	struct path_guards guards;
	bool all;
};

static struct path_guards
guards_of(struct path_facts *x, uint32_t rule, bool *all)
{
	struct path_tree *t = x->tree;
	struct path_guards g = {0};
	struct span protocol = path_value(t, rule, "protocol");
	uint32_t state = path_get(t, rule, "state");

	EACH_PATH(p, t, path_get(t, rule, "destination port"))
	guards_add_list(&g, WORD(p));
	*all = false;
	if (guards_any(&g))
		return g;
	/* Answers, other protocols, ports that only a group names. */
	g.other =
	    (protocol.n > 0 && !span_has(protocol, "tcp") &&
		!span_has(protocol, "udp") && !span_is(protocol, "all")) ||
	    path_get(t, rule, "source port") != PATH_NONE ||
	    path_get(t, rule, "icmp") != PATH_NONE ||
	    path_get(t, rule, "destination group port-group") != PATH_NONE ||
	    (state != PATH_NONE && !path_value_is(t, state, "new", "enable") &&
		path_get(t, state, "new") == PATH_NONE);
	*all = !g.other;
	return g;
}

static void
put_used_by(struct path_facts *x, unsigned uses, const struct path_guards *g)
{
	struct record *r = &x->rec;

	if (uses & USED_LOCAL)
		record_put(r, F_USED_BY,
		    g == NULL ? SPAN("vty snmp http ntp")
			      : guards_text(x->arena, g));
	else if (uses & USED_INTERFACE)
		record_put_str(r, F_USED_BY, "interface");
}

static bool
logs(const struct path_facts *x, uint32_t rule)
{
	return path_get(x->tree, rule, "log") != PATH_NONE &&
	       !path_value_is(x->tree, rule, "log", "disable");
}

static void
emit_entry(
    struct path_facts *x, const struct entry *e, uint32_t node, struct span src)
{
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_ACL_ENTRY, node);
	unsigned n = 0;

	record_put(r, F_ACL, e->acl);
	record_put(r, F_NAME, WORD(e->rule));
	record_put_str(r, F_ACTION, e->action);
	record_put(r, F_PROTOCOL, path_value(t, e->rule, "protocol"));
	facts_put_source(x, src.n ? src : SPAN("any"));
	record_put(r, F_DST, path_value(t, e->rule, "destination address"));
	EACH_PATH(p, t, path_get(t, e->rule, "destination port"))
	for (struct span rest = WORD(p); rest.n > 0 && n < 16; n++)
		record_put_number(
		    r, F_DST_PORT, facts_port_number(span_until(&rest, ',')));
	record_put_bool(r, F_LOG, logs(x, e->rule));
	put_used_by(x, e->uses, e->all ? NULL : &e->guards);
	facts_emit(x);
}

/* "address" of a rule, or the members of the group that it names. */
static void
emit_sources(struct path_facts *x, const struct entry *e)
{
	static const char *const kinds[][2] = {{"address-group", "address"},
	    {"network-group", "network"}, {"ipv6-address-group", "address"},
	    {"ipv6-network-group", "network"}};
	struct path_tree *t = x->tree;
	uint32_t at = path_value_node(t, e->rule, "source address");
	uint32_t named = path_get(t, e->rule, "source group");
	unsigned n = 0;

	for (unsigned i = 0; i < 4 && at == PATH_NONE; i++) {
		struct span name = path_value(t, named, kinds[i][0]);
		uint32_t group = path_find_active(
		    t, path_get(t, ROOT("firewall group"), kinds[i][0]), name);

		EACH_PATH(a, t, path_get(t, group, kinds[i][1]))
		{
			if (n++ >= LIMIT_SOURCE_LIST)
				return;
			emit_entry(x, e, e->rule, WORD(a));
		}
	}
	if (n == 0)
		emit_entry(x, e, at != PATH_NONE ? at : e->rule,
		    at != PATH_NONE	 ? WORD(at)
		    : named != PATH_NONE ? WORD(path_leaf(t, named))
					 : (struct span){0});
}

static const char *
action_of(struct span word)
{
	if (span_is(word, "accept"))
		return "permit";
	if (span_is(word, "drop") || span_is(word, "reject"))
		return "deny";
	return NULL; /* jump, return, continue, ... */
}

static void
rule_set(struct firewall *f, uint32_t node, struct span name, unsigned uses)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct entry e = {.acl = name, .uses = uses};
	uint32_t last = path_value_node(t, node, "default-action");
	bool log = path_get(t, node, "enable-default-log") != PATH_NONE ||
		   path_get(t, node, "default-log") != PATH_NONE;
	unsigned n = 0;
	struct record *r;

	EACH_PATH(rule, t, path_get(t, node, "rule"))
	{
		e.rule = rule;
		e.action = action_of(path_value(t, rule, "action"));
		if (e.action == NULL ||
		    path_get(t, rule, "disable") != PATH_NONE)
			continue;
		e.guards = guards_of(x, rule, &e.all);
		emit_sources(x, &e);
		n++;
	}
	r = facts_begin(x, K_ACL, last != PATH_NONE ? last : node);
	record_put(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", n));
	record_put_bool(
	    r, F_FINAL_DENY_LOG, log && !span_is(WORD(last), "accept"));
	/* One that returns leaves the last word to the chain it returns to. */
	if (!span_is(WORD(last), "return"))
		put_used_by(x, uses, NULL);
	facts_emit(x);
}

static unsigned
uses_of(const struct firewall *f, struct span name)
{
	uint32_t uses = map_get(&f->uses, name);

	return uses == MAP_NONE ? 0 : uses;
}

static void
chains(struct firewall *f)
{
	static const struct {
		const char *path, *name;
		unsigned uses;
	} table[] = {{"firewall ipv4 input filter", "input", USED_LOCAL},
	    {"firewall ipv6 input filter", "ipv6 input", USED_LOCAL},
	    {"firewall ipv4 forward filter", "forward", USED_INTERFACE},
	    {"firewall ipv6 forward filter", "ipv6 forward", USED_INTERFACE}};
	struct path_facts *x = f->x;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (ROOT(table[i].path) != PATH_NONE)
			rule_set(f, ROOT(table[i].path),
			    span_str(table[i].name), table[i].uses);
}

void
vyos_firewall(struct path_facts *x)
{
	static const char *const lists[] = {"firewall name",
	    "firewall ipv6-name", "firewall ipv4 name", "firewall ipv6 name"};
	struct firewall f = {.x = x};
	struct path_tree *t = x->tree;

	map_init(&f.uses, x->arena);
	vyos_each_interface(x, use_by_interface, &f);
	EACH_PATH(i, t, ROOT("firewall interface"))
	use_below(&f, i);
	use_by_zones(&f, ROOT("zone-policy zone"));
	use_by_zones(&f, ROOT("firewall zone"));
	use_by_jumps(&f, "firewall ipv4 input filter", USED_LOCAL);
	use_by_jumps(&f, "firewall ipv6 input filter", USED_LOCAL);
	use_by_jumps(&f, "firewall ipv4 forward filter", USED_INTERFACE);
	use_by_jumps(&f, "firewall ipv6 forward filter", USED_INTERFACE);
	for (unsigned i = 0; i < 4; i++)
		EACH_PATH(s, t, ROOT(lists[i]))
	rule_set(&f, s, WORD(s), uses_of(&f, WORD(s)));
	chains(&f);
}
