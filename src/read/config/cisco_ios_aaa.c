#include "read/config/cisco_ios_facts.h"

/* A server's place in a group, by its name or its address. */
struct membership {
	struct span group, vrf;
	uint32_t next; /* of the same server, or MAP_NONE */
};

struct ios_aaa {
	struct map servers; /* name or address to a membership */
	struct membership *v;
	size_t n, cap;
	struct span tacacs_key, radius_key; /* for all servers */
	uint32_t tacacs_key_node, radius_key_node;
};

static struct ios_aaa *
aaa_of(struct ios *x)
{
	if (x->aaa == NULL) {
		x->aaa = arena_alloc(x->arena, sizeof(*x->aaa));
		map_init(&x->aaa->servers, x->arena);
	}
	return x->aaa;
}

static void
join(struct ios *x, struct span server, struct span group, struct span vrf)
{
	struct ios_aaa *a = aaa_of(x);
	uint32_t before = map_get(&a->servers, server);

	if (server.n == 0)
		return;
	a->v = arena_grow(x->arena, a->v, a->n, &a->cap, sizeof(*a->v));
	a->v[a->n] = (struct membership){group, vrf, before};
	map_put(&a->servers, server, (uint32_t)a->n);
	a->n++;
}

static struct span
group_vrf(const struct ios *x, uint32_t node)
{
	static const char *const words[] = {
	    "ip vrf forwarding", "vrf forwarding", "use-vrf", "vrf"};
	struct span vrf = {0};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (vrf.n == 0)
			vrf = ios_child_rest(x, node, words[i]);
	return vrf;
}

/* aaa group server tacacs+ G: who belongs to it */
void
aaa_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct span vrf;
	struct words cw;

	if (!text_starts(w->text, "aaa group server"))
		return;
	vrf = group_vrf(x, node);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "server"))
			join(x, words_at(&cw, words_is(&cw, 1, "name") ? 2 : 1),
			    words_at(w, 4), vrf);
	}
}

/* tacacs-server key [7] X: for every server without one of its own */
void
aaa_servers_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct ios_aaa *a = aaa_of(x);

	(void)node;
	if (!words_is(w, 1, "key"))
		return;
	if (words_is(w, 0, "tacacs-server"))
		a->tacacs_key = words_from(w, 2);
	else if (words_is(w, 0, "radius-server"))
		a->radius_key = words_from(w, 2);
}

static void
put_groups(struct ios *x, struct span server)
{
	struct ios_aaa *a = aaa_of(x);
	uint32_t i = map_get(&a->servers, server);

	for (unsigned n = 0; i != MAP_NONE && n < 16; n++) {
		record_put(&x->rec, F_GROUP, a->v[i].group);
		if (record_get(&x->rec, F_VRF) == NULL)
			record_put(&x->rec, F_VRF, a->v[i].vrf);
		i = a->v[i].next;
	}
}

static void
put_key(struct ios *x, bool tacacs, struct span own)
{
	struct ios_aaa *a = aaa_of(x);
	struct span key = own.n ? own : tacacs ? a->tacacs_key : a->radius_key;

	if (key.n > 0)
		ios_put_secret(x, (struct span){0}, key);
	else
		record_put_str(&x->rec, F_SECRET_TYPE, "none");
}

/* tacacs server X / address ipv4 A / key 7 K */
void
aaa_server_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool tacacs = words_is(w, 0, "tacacs");
	uint32_t line = ios_child(x, node, "address");
	struct record *r;
	struct words aw;
	struct span port;

	if (!words_is(w, 1, "server") || w->n < 3)
		return;
	r = ios_begin(x, K_AAA_SERVER, line == TREE_NONE ? node : line);
	record_put_str(r, F_PROTOCOL, tacacs ? "tacacs" : "radius");
	record_put(r, F_NAME, words_at(w, 2));
	if (line != TREE_NONE) {
		words_read(&aw, x->tree->v[line].text);
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(&aw, 2));
		record_put_number(r, F_PORT,
		    words_at(&aw, words_find(&aw, 3, "auth-port") + 1));
	}
	port = ios_child_rest(x, node, "port");
	record_put_number(r, F_PORT, port);
	if (record_get(r, F_PORT) == NULL && tacacs)
		record_put_number(r, F_PORT, SPAN("49"));
	put_groups(x, words_at(w, 2));
	put_key(x, tacacs, ios_child_rest(x, node, "key"));
	ios_emit(x);
}

/* "A [options]" from word i on: a server named by its address. */
static void
server_by_address(struct ios *x, uint32_t node, const struct words *w,
    unsigned i, bool tacacs, struct span group, struct span vrf)
{
	struct record *r = ios_begin(x, K_AAA_SERVER, node);
	struct span port = words_at(w, words_find(w, i, "port") + 1);
	unsigned key = words_find(w, i, "key");
	struct addr a;

	if (port.n == 0)
		port = words_at(w, words_find(w, i, "auth-port") + 1);
	if (port.n == 0 && tacacs)
		port = SPAN("49");
	record_put_str(r, F_PROTOCOL, tacacs ? "tacacs" : "radius");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	record_put_number(r, F_PORT, port);
	record_put(r, F_GROUP, group);
	record_put(r, F_VRF, vrf);
	if (group.n == 0)
		put_groups(x, words_at(w, i));
	put_key(x, tacacs,
	    key < w->n ? words_from(w, key + 1)
		       : ios_child_rest(x, node, "key"));
	ios_emit(x);
}

/* tacacs-server host A [port N] [key K] */
void
aaa_server_old_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "host") && w->n > 2)
		server_by_address(x, node, w, 2,
		    words_is(w, 0, "tacacs-server"), (struct span){0},
		    (struct span){0});
}

static void
private_servers(struct ios *x, uint32_t node, const struct words *w)
{
	bool tacacs = words_is(w, 3, "tacacs+");
	struct span vrf = group_vrf(x, node);
	struct words cw;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "server-private") && cw.n > 1)
			server_by_address(
			    x, c, &cw, 1, tacacs, words_at(w, 4), vrf);
	}
}

/* Newer releases write accounting as a block. */
static void
put_block_methods(struct ios *x, uint32_t node)
{
	EACH_CHILD(c, x->tree, node)
	{
		struct span t = x->tree->v[c].text;

		if (text_starts(t, "action-type"))
			t = span_trim(span_from(t, strlen("action-type")));
		record_put(&x->rec, F_METHODS, t);
	}
}

static bool
has_level(const struct words *w)
{
	uint64_t n;

	return words_is(w, 3, "all") || span_u64(words_at(w, 3), &n);
}

/* aaa SERVICE TYPE [LEVEL] LIST methods */
static void
method_list(struct ios *x, uint32_t node, const struct words *w)
{
	/* NX-OS and IOS XR have no levels; "default" may stand alone. */
	bool leveled = words_is(w, 2, "commands") && has_level(w);
	unsigned i = leveled ? 4 : words_is(w, 2, "default") ? 2 : 3;
	struct record *r;

	/* Texts shown at the prompt are no method lists. */
	if (w->n <= i || words_is(w, 2, "banner") ||
	    words_is(w, 2, "fail-message") ||
	    words_is(w, 2, "username-prompt") ||
	    words_is(w, 2, "password-prompt"))
		return;
	r = ios_begin(x, K_AAA_METHOD, node);
	record_put(r, F_SERVICE, words_at(w, 1));
	record_put(r, F_NAME, words_at(w, 2));
	if (leveled)
		record_put(r, F_LEVEL, words_at(w, 3));
	record_put(r, F_LIST, words_at(w, i));
	record_put(r, F_METHODS, words_from(w, i + 1));
	put_block_methods(x, node);
	ios_emit(x);
}

void
aaa_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (text_starts(w->text, "aaa group server"))
		private_servers(x, node, w);
	else if (words_is(w, 1, "authentication") ||
		 words_is(w, 1, "authorization") ||
		 words_is(w, 1, "accounting"))
		method_list(x, node, w);
}
