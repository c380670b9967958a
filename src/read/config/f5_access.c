/* BIG-IP: accounts and remote authentication of administrators. */
#include "read/config/f5.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static bool
is_admin(struct span role)
{
	return span_is(role, "admin") || span_is(role, "administrator") ||
	       span_is(role, "resource-admin");
}

/* partition-access { all-partitions { role admin } }; before release 11.6
 * "role admin" of the user itself. */
static struct span
role_of(const struct path_facts *x, uint32_t user)
{
	struct path_tree *t = x->tree;
	struct span role = path_value(t, user, "role");

	EACH_PATH(p, t, path_get(t, user, "partition-access"))
	{
		struct span here = path_value(t, p, "role");

		if (role.n == 0 || is_admin(here))
			role = here;
	}
	return role;
}

static void
users(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(u, t, ROOT("auth user"))
	{
		uint32_t hash = path_value_node(t, u, "encrypted-password");
		struct span role = role_of(x, u);
		struct record *r =
		    facts_begin(x, K_USER, hash == PATH_NONE ? u : hash);

		if (hash == PATH_NONE)
			hash = path_value_node(t, u, "password");
		record_put(r, F_USER, WORD(u));
		record_put_number(
		    r, F_PRIVILEGE, is_admin(role) ? SPAN("15") : SPAN("1"));
		if (hash != PATH_NONE)
			facts_secret(x, WORD(u), NULL, WORD(hash));
		record_put(r, F_ROLE, role);
		record_put(r, F_VALUE, path_value(t, u, "shell"));
		facts_emit(x);
	}
}

/* Secrets are kept under the unit's master key ("$M$"). */
static void
put_secret(struct path_facts *x, struct span secret)
{
	if (secret.n > 0)
		facts_secret(x, (struct span){0},
		    span_starts(secret, SPAN("$M$")) ? "$M$" : "0", secret);
}

static void
servers_below(struct path_facts *x, uint32_t object, const char *protocol,
    const char *port, const char *secret)
{
	struct path_tree *t = x->tree;
	struct span own = path_value(t, object, "port");

	EACH_PATH(s, t, path_get(t, object, "servers"))
	{
		struct span domain;

		facts_aaa_server(x, s, protocol, f5_name(WORD(object)),
		    f5_address(x, WORD(s), &domain),
		    own.n ? own : span_str(port));
		put_secret(x, path_value(t, object, secret));
		facts_emit(x);
	}
}

static void
radius(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, ROOT("auth radius-server"))
	{
		uint32_t at = path_value_node(t, s, "server");
		struct span port = path_value(t, s, "port");

		facts_aaa_server(x, at == PATH_NONE ? s : at, "radius",
		    f5_name(WORD(s)), WORD(at), port.n ? port : SPAN("1812"));
		put_secret(x, path_value(t, s, "secret"));
		facts_emit(x);
	}
}

static void
methods(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t type = path_value_node(t, PATH_ROOT, "auth source type");
	bool fallback =
	    path_value_is(t, PATH_ROOT, "auth source fallback", "true");

	if (type == PATH_NONE)
		return;
	facts_method(x, type, SPAN("auth source"),
	    fallback ? arena_fmt(x->arena, "%.*s local", SPAN_FMT(WORD(type)))
		     : WORD(type),
	    (struct span){0});
}

/* What somebody may do whom the remote server knows and no role fits. */
static void
remote_default(struct path_facts *x)
{
	uint32_t role = path_value_node(
	    x->tree, PATH_ROOT, "auth remote-user default-role");
	struct record *r;

	if (role == PATH_NONE || span_is(WORD(role), "no-access"))
		return;
	r = facts_begin(x, K_USER, role);
	record_put_str(r, F_NAME, "remote users without a role of their own");
	record_put_number(
	    r, F_PRIVILEGE, is_admin(WORD(role)) ? SPAN("15") : SPAN("1"));
	record_put(r, F_ROLE, WORD(role));
	facts_emit(x);
}

void
f5_access(struct path_facts *x)
{
	users(x);
	remote_default(x);
	EACH_PATH(o, x->tree, ROOT("auth tacacs"))
	servers_below(x, o, "tacacs", "49", "secret");
	EACH_PATH(o, x->tree, ROOT("auth ldap"))
	servers_below(x, o, "ldap", "389", "bind-pw");
	radius(x);
	methods(x);
}
