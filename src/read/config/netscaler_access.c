/* NetScaler: accounts of administrators and the servers that check them. */
#include "read/config/netscaler.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- accounts ---- */

/* A command policy as bound: superuser, read-only, ... */
static struct span
role_of(const struct path_facts *x, struct span user)
{
	uint32_t bound =
	    path_find_active(x->tree, ROOT("bind system user"), user);
	struct span role = {0};

	EACH_PATH(p, x->tree, bound)
	if (WORD(p).p[0] != '-' &&
	    (role.n == 0 || span_is(WORD(p), "superuser")))
		role = WORD(p);
	if (role.n == 0)
		role = netscaler_value(x, bound, "-policyname");
	return role;
}

/* Members of groups with what is bound to the group. */
static void
group_roles(const struct path_facts *x, struct map *out)
{
	map_init(out, x->arena);
	EACH_PATH(g, x->tree, ROOT("bind system group"))
	{
		uint32_t policy = netscaler_option(x, g, "-policyname");

		EACH_PATH(u, x->tree, path_get(x->tree, g, "-username"))
		if (policy != PATH_NONE)
			map_add(out, WORD(u), policy);
	}
}

static const char *
kept(const struct path_facts *x, uint32_t user)
{
	struct path_tree *t = x->tree;
	struct span method = netscaler_value(x, user, "-hashmethod");
	uint32_t secret = netscaler_next(x, user);

	if (method.n > 0)
		return arena_str(x->arena, method);
	return path_get(t, secret, "-encrypted") != PATH_NONE ||
		       path_get(t, user, "-encrypted") != PATH_NONE
		   ? "encrypted"
		   : "0";
}

static void
user(struct path_facts *x, uint32_t node, const struct map *groups)
{
	struct span name = WORD(node), role = role_of(x, name);
	uint32_t secret = netscaler_next(x, node);
	struct record *r;
	bool admin;

	if (secret == PATH_NONE)
		secret = netscaler_option(x, node, "-password");
	if (role.n == 0)
		role = WORD(map_get(groups, name));
	if (role.n == 0 && span_is(name, "nsroot"))
		role = SPAN("superuser");
	admin = span_is(role, "superuser") || span_is(role, "sysadmin");
	if (secret != PATH_NONE) {
		facts_user(
		    x, secret, name, admin, role, kept(x, node), WORD(secret));
		return;
	}
	r = facts_begin(x, K_USER, node);
	record_put(r, F_USER, name);
	record_put_number(r, F_PRIVILEGE, admin ? SPAN("15") : SPAN("1"));
	record_put(r, F_ROLE, role);
	facts_emit(x);
}

static void
users(struct path_facts *x)
{
	uint32_t added = ROOT("add system user"), set = ROOT("set system user");
	struct map groups;

	group_roles(x, &groups);
	EACH_PATH(u, x->tree, set)
	if (path_find_active(x->tree, added, WORD(u)) == PATH_NONE)
		user(x, u, &groups);
	EACH_PATH(u, x->tree, added)
	user(x, u, &groups);
}

/* ---- AAA ---- */

static const struct aaa_kind {
	const char *words, *protocol, *port, *secret;
} kinds[] = {
    {"add authentication tacacsaction", "tacacs", "49", "-tacacssecret"},
    {"add authentication radiusaction", "radius", "1812", "-radkey"},
    {"add authentication ldapaction", "ldap", "389", "-ldapbinddnpassword"}};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static void
server(struct path_facts *x, uint32_t node, const struct aaa_kind *k)
{
	uint32_t at = netscaler_option(x, node, "-serverip");
	uint32_t secret = netscaler_option(x, node, k->secret);
	struct span port = netscaler_value(x, node, "-serverport");

	if (at == PATH_NONE)
		at = netscaler_option(x, node, "-servername");
	facts_aaa_server(x, at == PATH_NONE ? node : at, k->protocol,
	    WORD(node), WORD(at), port.n ? port : span_str(k->port));
	if (secret != PATH_NONE)
		facts_secret(x, (struct span){0},
		    path_get(x->tree, node, "-encrypted") != PATH_NONE
			? "encrypted"
			: "0",
		    WORD(secret));
	facts_emit(x);
}

static const char *
protocol_of(const struct path_facts *x, struct span action)
{
	for (size_t i = 0; i < KINDS; i++)
		if (path_find_active(x->tree, ROOT(kinds[i].words), action) !=
		    PATH_NONE)
			return kinds[i].protocol;
	return NULL;
}

/* The action of a policy: of an advanced one by option, of the older kinds the
 * word behind the rule. */
static struct span
action_of(const struct path_facts *x, struct span policy)
{
	static const char *const lists[] = {"add authentication policy",
	    "add authentication ldappolicy", "add authentication radiuspolicy",
	    "add authentication tacacspolicy"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		uint32_t p = path_find_active(x->tree, ROOT(lists[i]), policy);
		struct span action = netscaler_value(x, p, "-action");

		if (action.n > 0)
			return action;
		if (p != PATH_NONE)
			return WORD(netscaler_next(x, netscaler_next(x, p)));
	}
	return (struct span){0};
}

/* Logins of administrators: policies bound to the system. */
static void
methods(struct path_facts *x)
{
	struct span all = {0};
	uint32_t first = PATH_NONE;
	bool local = !span_is_nocase(
	    netscaler_value(x, ROOT("set system parameter"), "-localauth"),
	    "DISABLED");

	EACH_PATH(p, x->tree, ROOT("bind system global"))
	{
		const char *protocol = protocol_of(x, action_of(x, WORD(p)));

		if (protocol == NULL || all.n > 200)
			continue;
		first = first == PATH_NONE ? p : first;
		all = arena_fmt(x->arena, "%.*s%s ", SPAN_FMT(all), protocol);
	}
	if (first == PATH_NONE)
		return;
	facts_method(x, first, SPAN("system global"),
	    span_trim(arena_fmt(
		x->arena, "%.*s%s", SPAN_FMT(all), local ? "local" : "")),
	    (struct span){0});
}

void
netscaler_access(struct path_facts *x)
{
	users(x);
	for (size_t i = 0; i < KINDS; i++)
		EACH_PATH(s, x->tree, ROOT(kinds[i].words))
	server(x, s, &kinds[i]);
	methods(x);
}
