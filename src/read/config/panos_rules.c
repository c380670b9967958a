/* PAN-OS: permitted addresses of the management and security rules. */
#include "read/config/panos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static void
list_record(struct path_facts *x, uint32_t node, struct span name,
    unsigned entries, const char *used_by)
{
	struct record *r = facts_begin(x, K_ACL, node);

	record_put(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", entries));
	record_put_str(r, F_USED_BY, used_by);
	facts_emit(x);
}

/* A list of who may reach a management service. */
static void
permitted(struct path_facts *x, uint32_t list, struct span name)
{
	static const char used_by[] = "vty http snmp";
	struct record *r;
	unsigned n = 0;

	EACH_PATH(p, x->tree, list)
	{
		r = facts_begin(x, K_ACL_ENTRY, p);
		record_put(r, F_ACL, name);
		record_put_str(r, F_ACTION, "permit");
		facts_put_source(x, WORD(p));
		record_put_str(r, F_USED_BY, used_by);
		facts_emit(x);
		n++;
	}
	if (n > 0)
		list_record(x, list, name, n, used_by);
}

static bool
is_on(const struct path_facts *x, uint32_t rule, const char *word)
{
	return path_value_is(x->tree, rule, word, "yes");
}

struct span
panos_resolve(const struct path_facts *x, uint32_t place, struct span name)
{
	static const char *const forms[] = {"ip-netmask", "ip-range", "fqdn"};
	const uint32_t places[] = {place, PATH_ROOT, ROOT("shared")};

	for (unsigned k = 0; k < 3; k++) {
		uint32_t o = path_find(
		    x->tree, path_get(x->tree, places[k], "address"), name);

		for (unsigned i = 0; o != PATH_NONE && i < 3; i++) {
			struct span v = path_value(x->tree, o, forms[i]);

			if (v.n > 0)
				return v;
		}
	}
	return name;
}

static void
rule(struct path_facts *x, uint32_t place, uint32_t node, struct span list)
{
	struct path_tree *t = x->tree;
	bool allow = path_value_is(t, node, "action", "allow");
	struct record *r;

	EACH_PATH(s, t, path_get(t, node, "source"))
	{
		r = facts_begin(x, K_ACL_ENTRY, s);
		record_put(r, F_ACL, list);
		record_put(r, F_NAME, WORD(node));
		record_put_str(r, F_ACTION, allow ? "permit" : "deny");
		facts_put_source(x, panos_resolve(x, place, WORD(s)));
		facts_put_values(x, F_DST, path_get(t, node, "destination"));
		facts_put_values(
		    x, F_SERVICE, path_get(t, node, "application"));
		facts_put_values(x, F_INTERFACE, path_get(t, node, "from"));
		record_put_bool(r, F_LOG,
		    !path_value_is(t, node, "log-end", "no") ||
			is_on(x, node, "log-start"));
		record_put_str(r, F_USED_BY, "interface");
		facts_emit(x);
	}
}

static void
rules(struct path_facts *x, uint32_t place, const char *base)
{
	struct path_tree *t = x->tree;
	uint32_t book = path_get(t, path_get(t, place, base), "security rules");
	struct span name = place == PATH_ROOT ? SPAN("security") : WORD(place);
	unsigned n = 0;

	EACH_PATH(r, t, book)
	{
		if (is_on(x, r, "disabled"))
			continue;
		rule(x, place, r, name);
		n++;
	}
	if (n > 0)
		list_record(x, book, name, n, "interface");
}

void
panos_rules(struct path_facts *x)
{
	static const char *const bases[] = {
	    "rulebase", "pre-rulebase", "post-rulebase"};
	struct path_tree *t = x->tree;

	permitted(
	    x, ROOT("deviceconfig system permitted-ip"), SPAN("permitted-ip"));
	EACH_PATH(p, t, ROOT("network profiles interface-management-profile"))
	permitted(x, path_get(t, p, "permitted-ip"), WORD(p));
	EACH_PLACE(place, x)
	for (unsigned i = 0; i < 3; i++)
		rules(x, place, bases[i]);
}
