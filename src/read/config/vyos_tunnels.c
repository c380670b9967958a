/* VyOS and EdgeOS: tunnels and peers of VPNs. */
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- IPsec ---- */

static uint32_t
far_end(const struct path_facts *x, uint32_t peer)
{
	uint32_t far = path_value_node(x->tree, peer, "remote-address");

	return far != PATH_NONE ? far : peer;
}

/* Whose packets are encrypted: far ends of all peers. */
static struct map
encrypted_ends(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct map ends;

	map_init(&ends, x->arena);
	EACH_PATH(p, t, ROOT("vpn ipsec site-to-site peer"))
	map_put(&ends, WORD(far_end(x, p)), 1);
	return ends;
}

static void
peers(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, ROOT("vpn ipsec site-to-site peer"))
	{
		struct span near = path_value(t, p, "local-address");

		if (near.n == 0)
			near = path_value(t, p, "local-ip");
		facts_tunnel(x, far_end(x, p), WORD(p),
		    path_value(t, p, "vti bind"), "ipsec", near,
		    WORD(far_end(x, p)), true);
	}
}

/* ---- interfaces ---- */

static const char *
mode_of(struct span type, struct span encapsulation)
{
	static const char *const types[] = {
	    "wireguard", "openvpn", "vxlan", "l2tpv3", "geneve"};
	static const char *const modes[][2] = {{"gre", "gre"},
	    {"gretap", "gre"}, {"gre-bridge", "gre"},
	    {"gre-multipoint", "mgre"}, {"ip6gre", "gre"}, {"ip6gretap", "gre"},
	    {"erspan", "erspan"}, {"ip6erspan", "erspan"}, {"ipip", "ipip"},
	    {"ipip6", "ipip"}, {"ip6ip6", "ipip"}, {"sit", "ipv6ip"}};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_is(type, types[i]))
			return types[i];
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (span_is(encapsulation, modes[i][0]))
			return modes[i][1];
	return span_is(type, "tunnel") ? "gre" : NULL;
}

/* The first of these words that says an end. */
static uint32_t
end_of(const struct path_facts *x, uint32_t node, const char *const *words)
{
	for (; *words != NULL; words++) {
		uint32_t v = path_value_node(x->tree, node, *words);

		if (v != PATH_NONE)
			return v;
	}
	return PATH_NONE;
}

/* A far host that a copy of all traffic goes to. */
static void
erspan(struct path_facts *x, const struct vyos_interface *i, uint32_t far)
{
	struct record *r = facts_begin(x, K_MIRROR, far);

	record_put(r, F_SESSION, i->name);
	record_put_str(r, F_MODE, "erspan-source");
	record_put_ip(r, F_DST_IP, WORD(far));
	record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, WORD(far)));
	facts_emit(x);
}

static void
wireguard(struct path_facts *x, const struct vyos_interface *i)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, path_get(t, i->node, "peer"))
	{
		uint32_t far = path_value_node(t, p, "address");
		struct span end = WORD(far);

		/* EdgeOS: endpoint 203.0.113.9:51820 */
		if (far == PATH_NONE) {
			far = path_value_node(t, p, "endpoint");
			end = span_head(
			    WORD(far), span_rfind_byte(WORD(far), ':'));
		}
		facts_tunnel(x, far != PATH_NONE ? far : p, WORD(p), i->name,
		    "wireguard", (struct span){0}, end, true);
	}
}

static void
tunnel(struct path_facts *x, const struct vyos_interface *i, void *state)
{
	static const char *const fars[] = {
	    "remote", "remote-ip", "remote-host", NULL};
	static const char *const nears[] = {
	    "source-address", "local-ip", "local-host", NULL};
	const struct map *ends = state;
	struct path_tree *t = x->tree;
	const char *mode =
	    mode_of(i->type, path_value(t, i->node, "encapsulation"));
	uint32_t far;

	if (mode == NULL)
		return;
	if (span_is(i->type, "wireguard")) {
		wireguard(x, i);
		return;
	}
	far = end_of(x, i->node, fars);
	if (strcmp(mode, "erspan") == 0 && far != PATH_NONE)
		erspan(x, i, far);
	facts_tunnel(x, far != PATH_NONE ? far : i->node, (struct span){0},
	    i->name, mode, WORD(end_of(x, i->node, nears)), WORD(far),
	    span_is(i->type, "openvpn") ||
		map_get(ends, WORD(far)) != MAP_NONE);
}

void
vyos_tunnels(struct path_facts *x)
{
	struct map ends = encrypted_ends(x);

	vyos_each_interface(x, tunnel, &ends);
	peers(x);
}
