/* BIG-IP: rules of the network firewall (AFM) and packet filters. */
#include "read/config/f5.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* addresses { 10.0.0.0/8 { } }, or address-lists { /Common/l }. */
static void
sources(struct path_facts *x, uint32_t rule, struct facts_entry *e)
{
	static const char *const words[] = {
	    "source addresses", "source address-lists"};
	struct path_tree *t = x->tree;
	unsigned n = 0;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(a, t, path_get(t, rule, words[i]))
		{
			uint32_t list = path_find_active(
			    t, ROOT("security firewall address-list"), WORD(a));

			list = path_get(t, list, "addresses");
			if (list != PATH_NONE &&
			    path_at(t, list)->children <= LIMIT_LIST_MEMBERS) {
				EACH_PATH(m, t, list)
				{
					e->src = WORD(m);
					facts_entry(x, a, e);
					n++;
				}
				continue;
			}
			e->src = WORD(a);
			facts_entry(x, a, e);
			n++;
		}
	if (n > 0)
		return;
	e->src = SPAN("any");
	facts_entry(x, rule, e);
}

/* What of the management address a rule guards. */
static const char *
management_of(struct span port)
{
	if (port.n == 0)
		return "vty http";
	if (span_is(port, "22"))
		return "vty";
	return span_is(port, "443") || span_is(port, "80") ? "http" : "other";
}

bool
f5_guarded(const struct path_facts *x, const char *use)
{
	struct path_tree *t = x->tree;

	EACH_PATH(r, t, ROOT("security firewall management-ip-rules rules"))
	{
		struct span action = path_value(t, r, "action");
		struct span port = path_value(t, r, "destination ports");

		if ((span_is(action, "drop") || span_is(action, "reject")) &&
		    !path_value_is(t, r, "status", "disabled") &&
		    span_has(span_str(management_of(port)), use))
			return true;
	}
	return false;
}

static void
rules(
    struct path_facts *x, uint32_t list, struct span name, const char *used_by)
{
	bool management = strcmp(used_by, "interface") != 0;
	struct path_tree *t = x->tree;
	uint32_t all = path_get(t, list, "rules");
	unsigned n = 0;

	EACH_PATH(r, t, all)
	{
		struct span action = path_value(t, r, "action");
		struct span protocol = path_value(t, r, "ip-protocol");
		struct facts_entry e = {.list = name,
		    .name = WORD(r),
		    .sequence = arena_fmt(x->arena, "%u", ++n),
		    .deny = !span_starts(action, SPAN("accept")),
		    .protocol = arena_str(x->arena, protocol),
		    .dst = path_value(t, r, "destination addresses"),
		    .port = path_value(t, r, "destination ports"),
		    .used_by = used_by};

		if (management)
			e.used_by = management_of(e.port);
		if (path_value_is(t, r, "status", "disabled") || action.n == 0)
			continue;
		sources(x, r, &e);
	}
	facts_list(x, all, name, n, used_by);
}

static void
packet_filters(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, ROOT("net packet-filter"))
	{
		uint32_t rule = path_value_node(t, p, "rule");
		struct facts_entry e = {.list = SPAN("net packet-filter"),
		    .name = WORD(p),
		    .sequence = path_value(t, p, "order"),
		    .deny = !path_value_is(t, p, "action", "accept"),
		    .dst = WORD(rule),
		    .used_by = "interface"};

		facts_entry(x, rule == PATH_NONE ? p : rule, &e);
	}
}

void
f5_policies(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	rules(x, ROOT("security firewall management-ip-rules"),
	    SPAN("management-ip-rules"), "vty http");
	EACH_PATH(l, t, ROOT("security firewall rule-list"))
	if (!span_starts(f5_name(WORD(l)), SPAN("_sys_")))
		rules(x, l, WORD(l), "interface");
	EACH_PATH(p, t, ROOT("security firewall policy"))
	rules(x, p, WORD(p), "interface");
	packet_filters(x);
}
