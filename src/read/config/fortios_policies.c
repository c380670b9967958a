/* FortiOS: policies for traffic to the device and through it. */
#include "read/config/fortios.h"

#define WORD(i) path_word(x->tree, i)

/* The subnet behind an address object's name; "all" is any. */
static struct span
resolve(const struct path_facts *x, uint32_t place, struct span name)
{
	uint32_t o = path_find(
	    x->tree, path_get(x->tree, place, "firewall address"), name);
	struct prefix p;

	if (span_is(name, "all") || span_is(name, "any"))
		return SPAN("any");
	if (o != PATH_NONE &&
	    fortios_prefix(x, path_get(x->tree, o, "subnet"), &p))
		return prefix_text(x->arena, &p);
	return name;
}

/* What services of a policy into the device stand for. */
static struct span
guarded(struct path_facts *x, uint32_t services)
{
	bool vty = false, http = false, snmp = false, ntp = false;
	bool other = false;

	EACH_PATH(s, x->tree, services)
	{
		struct span w = WORD(s);

		if (span_is_nocase(w, "ALL"))
			return SPAN("vty snmp http ntp");
		if (span_is_nocase(w, "SSH") || span_is_nocase(w, "TELNET"))
			vty = true;
		else if (span_starts_nocase(w, SPAN("HTTP")))
			http = true;
		else if (span_is_nocase(w, "SNMP"))
			snmp = true;
		else if (span_is_nocase(w, "NTP"))
			ntp = true;
		else
			other = true;
	}
	return span_trim(arena_fmt(x->arena, "%s%s%s%s%s", vty ? "vty " : "",
	    snmp ? "snmp " : "", http ? "http " : "", ntp ? "ntp " : "",
	    other ? "other" : ""));
}

static void
policy(struct path_facts *x, uint32_t place, uint32_t node, struct span list,
    bool local)
{
	struct path_tree *t = x->tree;
	uint32_t services = path_get(t, node, "service");
	struct span used_by = local ? guarded(x, services) : SPAN("interface");
	struct record *r;

	if (path_value_is(t, node, "status", "disable"))
		return;
	EACH_PATH(s, t, path_get(t, node, "srcaddr"))
	{
		r = facts_begin(x, K_ACL_ENTRY, s);
		record_put(r, F_ACL, list);
		record_put_number(r, F_SEQUENCE, WORD(node));
		record_put(r, F_NAME, path_value(t, node, "name"));
		record_put_str(r, F_ACTION,
		    path_value_is(t, node, "action", "accept") ? "permit"
							       : "deny");
		facts_put_source(x, resolve(x, place, WORD(s)));
		facts_put_values(x, F_DST, path_get(t, node, "dstaddr"));
		facts_put_values(x, F_SERVICE, services);
		facts_put_values(x, F_INTERFACE,
		    path_get(t, node, local ? "intf" : "srcintf"));
		record_put_bool(
		    r, F_LOG, path_value_is(t, node, "logtraffic", "all"));
		record_put(r, F_USED_BY, used_by);
		facts_emit(x);
	}
}

static void
policies(struct path_facts *x, uint32_t place, const char *words,
    const char *name, bool local)
{
	struct path_tree *t = x->tree;
	uint32_t list = path_get(t, place, words);
	struct record *r;
	unsigned n = 0;

	EACH_PATH(p, t, list)
	{
		policy(x, place, p, span_str(name), local);
		n++;
	}
	if (n == 0)
		return;
	r = facts_begin(x, K_ACL, list);
	record_put_str(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", n));
	record_put_str(r, F_USED_BY, local ? "vty http" : "interface");
	facts_emit(x);
}

void
fortios_policies(struct path_facts *x)
{
	EACH_VDOM(v, x)
	{
		policies(
		    x, v, "firewall local-in-policy", "local-in-policy", true);
		policies(x, v, "firewall policy", "policy", false);
	}
}
