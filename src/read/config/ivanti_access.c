/* Ivanti: servers that check logins, local accounts, realms of
 * administrators. */
#include "read/config/ivanti.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- servers ---- */

static const char *const kinds[] = {
    "local", "radius", "ldap", "ad", "tacacs", "saml", "cert", "siteminder"};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static const char *
kind_of(const struct path_facts *x, uint32_t server)
{
	for (size_t i = 0; i < KINDS; i++)
		if (path_find_active(x->tree, server, span_str(kinds[i])) !=
		    PATH_NONE)
			return kinds[i];
	return NULL;
}

static bool
is_address(struct span element)
{
	return span_ends(element, SPAN("radius-server")) ||
	       span_ends(element, SPAN("ldap-server")) ||
	       span_starts(element, SPAN("backup-ldap-server")) ||
	       span_ends(element, SPAN("tacacs-server")) ||
	       span_is(element, "server-name-or-ip");
}

/* The secret of a server: how it is kept stands in its element's name. */
static void
put_secret(struct path_facts *x, uint32_t below)
{
	EACH_BELOW(n, x, below)
	{
		struct span w = WORD(n);
		uint32_t value = path_first(x->tree, n);

		if (value == PATH_NONE ||
		    (!span_starts(w, SPAN("shared-secret")) &&
			!span_is(w, "password") &&
			!span_is(w, "password-encrypted") &&
			!span_is(w, "password-cleartext")))
			continue;
		facts_secret(x, (struct span){0},
		    span_ends(w, SPAN("-encrypted")) ? "encrypted" : "0",
		    WORD(value));
		return;
	}
}

static void
server(struct path_facts *x, uint32_t node)
{
	const char *kind = kind_of(x, node);

	if (kind == NULL ||
	    (strcmp(kind, "radius") != 0 && strcmp(kind, "ldap") != 0 &&
		strcmp(kind, "tacacs") != 0))
		return;
	EACH_BELOW(n, x, node)
	{
		uint32_t at = path_first(x->tree, n);
		struct span port;

		if (!is_address(WORD(n)) || at == PATH_NONE ||
		    path_first(x->tree, at) != PATH_NONE)
			continue;
		port = WORD(ivanti_value(x, node, "authentication-port"));
		if (port.n == 0)
			port = WORD(ivanti_value(x, node, "ldap-port"));
		facts_aaa_server(x, at, kind, WORD(node), WORD(at), port);
		put_secret(x, node);
		facts_emit(x);
	}
}

/* ---- accounts ---- */

static uint32_t
server_of(const struct path_facts *x, uint32_t realm)
{
	uint32_t server = ivanti_value(x, realm, "authentication-server");

	return server != PATH_NONE ? server
				   : ivanti_value(x, realm, "auth-server");
}

/* Servers that realms of administrators ask, with the realm. */
static void
admin_servers(const struct path_facts *x, struct map *out)
{
	map_init(out, x->arena);
	EACH_PATH(r, x->tree, ROOT("administrators admin-realms realm"))
	map_add(out, WORD(server_of(x, r)), r);
}

/* An entry without a name leaves its elements where names stand. */
static bool
is_part(struct span word)
{
	return span_starts(word, SPAN("password")) ||
	       span_is(word, "fullname") || span_is(word, "enabled");
}

static void
local_user(struct path_facts *x, uint32_t node, uint32_t realm)
{
	static const struct {
		const char *element, *type;
	} forms[] = {{"password-encrypted", "encrypted"},
	    {"password-hash", "hash"}, {"password-cleartext", "0"},
	    {"password", "0"}};
	struct path_tree *t = x->tree;
	uint32_t secret = PATH_NONE;
	const char *type = NULL;
	struct record *r;

	for (unsigned i = 0; i < 4 && secret == PATH_NONE; i++) {
		secret = path_value_node(t, node, forms[i].element);
		type = forms[i].type;
	}
	r = facts_begin(x, K_USER, secret == PATH_NONE ? node : secret);
	record_put(r, F_USER, WORD(node));
	record_put_number(
	    r, F_PRIVILEGE, realm != PATH_NONE ? SPAN("15") : SPAN("1"));
	if (secret != PATH_NONE)
		facts_secret(x, WORD(node), type, WORD(secret));
	record_put(r, F_ROLE, WORD(realm));
	record_put(r, F_STATE,
	    path_get(t, node, "enabled") == PATH_NONE	   ? (struct span){0}
	    : ivanti_is_on(path_value(t, node, "enabled")) ? SPAN("enabled")
							   : SPAN("disabled"));
	facts_emit(x);
}

static void
servers(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct map admins;

	admin_servers(x, &admins);
	EACH_PATH(s, t, ROOT("authentication auth-servers auth-server"))
	{
		/* MAP_NONE and PATH_NONE are one. */
		uint32_t realm = map_get(&admins, WORD(s));

		server(x, s);
		EACH_PATH(u, t, path_get(t, s, "local users user"))
		if (!is_part(WORD(u)))
			local_user(x, u, realm);
	}
}

/* ---- realms of administrators ---- */

/* Entries of its list of addresses.  True when somebody is kept out. */
static bool
restricted(struct path_facts *x, uint32_t realm, struct span list)
{
	uint32_t policy = path_get(x->tree, realm, "authentication-policy");
	uint32_t sources = path_get(x->tree, policy, "source-ip");
	unsigned n = 0;

	EACH_BELOW(a, x, sources)
	{
		struct span up = WORD(path_at(x->tree, a)->parent);
		struct span mask = WORD(ivanti_value(x, a, "netmask"));
		struct span action = WORD(ivanti_value(x, a, "access"));
		struct facts_entry e = {
		    .list = list, .protocol = "tcp", .used_by = "http"};

		if (!span_is(up, "ip") && !span_is(up, "ip-restriction") &&
		    !span_is(up, "source-ip-policy"))
			continue;
		if (mask.n == 0)
			mask = WORD(ivanti_value(x, a, "source-netmask"));
		if (action.n == 0)
			action = WORD(ivanti_value(x, a, "action"));
		e.src = facts_masked(x, WORD(a), mask);
		e.deny = span_is_nocase(action, "deny");
		facts_entry(x, a, &e);
		n++;
	}
	return n > 0;
}

/* May administrators sign in on the port that faces the Internet? */
static void
external(struct path_facts *x, uint32_t realm)
{
	EACH_BELOW(n, x, realm)
	{
		uint32_t value = path_first(x->tree, n);

		if (!span_has(WORD(n), "external-port") ||
		    !ivanti_is_on(WORD(value)))
			continue;
		facts_exposed(x, value, SPAN("external-port"),
		    SPAN("administrator sign-in"));
		return;
	}
}

static void
realms(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t all = ROOT("administrators admin-realms realm");
	struct span guard = {0};
	bool open = false;

	EACH_PATH(r, t, all)
	{
		struct span list =
		    arena_fmt(x->arena, "admin realm %.*s", SPAN_FMT(WORD(r)));
		uint32_t server = server_of(x, r);
		const char *kind;

		kind = kind_of(x, path_find_active(t,
				      ROOT("authentication auth-servers "
					   "auth-server"),
				      WORD(server)));
		if (server != PATH_NONE)
			facts_method(x, server, WORD(r),
			    kind ? span_str(kind) : WORD(server), WORD(server));
		if (restricted(x, r, list))
			guard = list;
		else
			open = true;
		external(x, r);
	}
	if (all == PATH_NONE)
		facts_set_or(x, "https-server", PATH_NONE, "443");
	else
		facts_guard(x, "https-server", all, true, "443",
		    open ? (struct span){0} : guard);
}

static void
saml(struct path_facts *x)
{
	uint32_t found = PATH_NONE;

	EACH_PATH(s, x->tree, ROOT("authentication auth-servers auth-server"))
	if (path_get(x->tree, s, "saml") != PATH_NONE && found == PATH_NONE)
		found = path_get(x->tree, s, "saml");
	facts_set_or(x, "saml-sp", found, "");
}

void
ivanti_access(struct path_facts *x)
{
	servers(x);
	realms(x);
	saml(x);
}
