/* VRP: interfaces, routes, neighbours, tunnels, mirrors, captures, scripts. */
#include "read/config/huawei_vrp.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- interfaces ---- */

/* "ip address A M", "ipv6 address A/n"; other forms (by DHCP) have none. */
static bool
own_address(struct path_facts *x, const struct vrp_line *l, struct prefix *p)
{
	return text_starts(l->in, "interface") &&
	       (words_is(&l->w, 0, "ip") || words_is(&l->w, 0, "ipv6")) &&
	       words_is(&l->w, 1, "address") &&
	       vrp_prefix(x->arena, &l->w, 2, p);
}

static void
own_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct prefix p;

	(void)arg;
	if (own_address(x, l, &p))
		scope_add(&x->scope, &p);
}

void
vrp_own_addresses(struct path_facts *x)
{
	vrp_each_line(x, own_line, NULL);
}

static const char *
role_of(struct span name, bool addressed)
{
	if (span_starts_nocase(name, SPAN("LoopBack")))
		return "loopback";
	if (span_starts_nocase(name, SPAN("Tunnel")))
		return "tunnel";
	if (span_starts_nocase(name, SPAN("MEth")) ||
	    span_starts_nocase(name, SPAN("Management")))
		return "management";
	return addressed ? "routed" : NULL;
}

/* traffic-filter inbound acl [ipv6] [name] L */
static struct span
filter_of(const struct path_tree *t, uint32_t interface, const char *path)
{
	uint32_t list = path_value_node(t, interface, path);

	while (span_is(path_word(t, list), "ipv6") ||
	       span_is(path_word(t, list), "name"))
		list = path_first(t, list);
	return path_word(t, list);
}

/* What an interface has besides its addresses. */
static void
put_interface(struct path_facts *x, uint32_t node, bool addressed)
{
	struct path_tree *t = x->tree;
	struct record *r = &x->rec;
	struct span name = WORD(node);

	/* "interface LoopBack 0" of some releases */
	record_put(r, F_INTERFACE, name);
	record_put(r, F_VRF, path_value(t, node, "ip binding vpn-instance"));
	record_put(
	    r, F_ACL_IN, filter_of(t, node, "traffic-filter inbound acl"));
	record_put(
	    r, F_ACL_OUT, filter_of(t, node, "traffic-filter outbound acl"));
	record_put_str(r, F_ROLE, role_of(name, addressed));
	record_put_bool(
	    r, F_SHUTDOWN, path_get(t, node, "shutdown") != PATH_NONE);
	record_put(r, F_DESCRIPTION, path_value(t, node, "description"));
}

static void
address_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct prefix p;

	(void)arg;
	if (!own_address(x, l, &p))
		return;
	vrp_begin(x, K_INTERFACE, l);
	record_put_ip(&x->rec, F_ADDRESS,
	    span_head(
		words_at(&l->w, 2), span_find_byte(words_at(&l->w, 2), '/')));
	facts_put_prefix(x, F_PREFIX, &p);
	put_interface(x, l->block, true);
	facts_emit(x);
}

static bool
has_address(const struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	struct addr a;
	struct prefix p;

	EACH_PATH(i, t, path_get(t, node, "ip address"))
	if (addr_read(WORD(i), &a))
		return true;
	EACH_PATH(i, t, path_get(t, node, "ipv6 address"))
	if (addr_read(WORD(i), &a) || prefix_read(WORD(i), &p))
		return true;
	return false;
}

/* ---- tunnels ---- */

/* interface Tunnel0/0/1 / tunnel-protocol gre / source S / destination D */
static void
tunnel(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t far = path_value_node(t, node, "destination");
	struct span protocol = path_value(t, node, "tunnel-protocol");
	const char *mode = "gre";

	if (protocol.n == 0 && far == PATH_NONE)
		return;
	if (span_is(protocol, "ipsec"))
		mode = "ipsec";
	else if (path_get(t, node, "tunnel-protocol gre p2mp") != PATH_NONE)
		mode = "mgre";
	else if (span_starts(protocol, SPAN("ipv4-ipv")))
		mode = "ipip";
	else if (span_is(protocol, "mpls"))
		mode = "mpls-te";
	facts_tunnel(x, far != PATH_NONE ? far : node, (struct span){0},
	    WORD(node), mode, path_value(t, node, "source"), WORD(far),
	    span_is(protocol, "ipsec") ||
		path_get(t, node, "ipsec") != PATH_NONE);
}

static void
ike_peers(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, ROOT("ike peer"))
	{
		uint32_t far = path_value_node(t, p, "remote-address");

		if (far != PATH_NONE)
			facts_tunnel(x, far, WORD(p), (struct span){0}, "ipsec",
			    path_value(t, p, "local-address"), WORD(far), true);
	}
}

/* ---- mirrors and captures ---- */

/* observe-port [index] 1 interface X; observe-port 1 destination-ip A ... */
static void
observe_port(struct path_facts *x, const struct vrp_line *l)
{
	unsigned at = words_find(&l->w, 1, "destination-ip");
	unsigned i = words_is(&l->w, 1, "index") ||
			     words_is(&l->w, 1, "group") ||
			     words_is(&l->w, 1, "name")
			 ? 2
			 : 1;
	struct span far;
	struct record *r;

	if (at >= l->w.n)
		at = words_find(&l->w, 1, "destination");
	far = words_at(&l->w, at + 1);
	r = vrp_begin(x, K_MIRROR, l);
	record_put(r, F_SESSION, words_at(&l->w, i));
	record_put_str(r, F_MODE,
	    far.n > 0				    ? "erspan-source"
	    : words_find(&l->w, 1, "vlan") < l->w.n ? "rspan"
						    : "span");
	record_put(r, F_VALUE, vrp_behind(l, 1, "interface"));
	if (far.n > 0)
		facts_server(x, F_DST_IP, F_DST_SCOPE, far);
	facts_emit(x);
}

/* interface X / port-mirroring to observe-port 1 both; traffic-mirror ... */
static void
mirror_source(struct path_facts *x, const struct vrp_line *l)
{
	struct record *r;

	if (!words_is(&l->w, 0, "port-mirroring") &&
	    !words_is(&l->w, 0, "traffic-mirror") &&
	    !words_is(&l->w, 0, "mirroring"))
		return;
	r = vrp_begin(x, K_MIRROR, l);
	record_put(r, F_SESSION,
	    words_at(&l->w,
		words_find(&l->w, 1, "observe-port") + 1u +
		    words_is(&l->w, words_find(&l->w, 1, "observe-port") + 1,
			"index")));
	record_put_str(r, F_MODE, "span-source");
	record_put(r, F_VALUE, l->in);
	facts_emit(x);
}

static void
capture(struct path_facts *x, const struct vrp_line *l)
{
	struct record *r = vrp_begin(x, K_CAPTURE, l);
	struct span list = vrp_behind(l, 1, "acl");

	record_put(r, F_NAME, words_at(&l->w, 0));
	record_put(r, F_VALUE, words_from(&l->w, 1));
	record_put(r, F_INTERFACE, vrp_behind(l, 1, "interface"));
	record_put(r, F_ACL, list);
	facts_emit(x);
}

/* ---- what runs by itself ---- */

/* Open programmability: "script-assistant python x.py", "assistant task T /
 * condition timer cron ... / perform priority 1 command ..." */
/* The lines of a block whose first word this is, one below the other. */
struct gather {
	uint32_t block;
	const char *word;
	struct span body;
};

static void
gather_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct gather *g = arg;

	if (l->block != g->block || !words_is(&l->w, 0, g->word) ||
	    g->body.n > 8192)
		return;
	g->body = arena_fmt(x->arena, "%.*s%s%.*s", SPAN_FMT(g->body),
	    g->body.n ? "\n" : "", SPAN_FMT(words_from(&l->w, 1)));
}

static struct span
gathered(struct path_facts *x, uint32_t block, const char *word)
{
	struct gather g = {block, word, {0}};

	vrp_each_line(x, gather_line, &g);
	return g.body;
}

static void
assistants(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	unsigned n = 0;

	EACH_PATH(s, t, path_get(t, ROOT("ops"), "script-assistant python"))
	facts_script(x, s, WORD(s), "ops", (struct span){0}, WORD(s));
	/* Each asks for a walk over all lines. */
	EACH_PATH(a, t, path_get(t, ROOT("ops"), "assistant"))
	if (n++ < 16)
		facts_script(x, a, WORD(a), "assistant",
		    gathered(x, a, "condition"), gathered(x, a, "perform"));
}

/* ---- routes and neighbours ---- */

/* ip route-static [vpn-instance V] A M [interface] [NEXT-HOP] [options] */
static void
route(struct path_facts *x, const struct vrp_line *l)
{
	unsigned i = words_is(&l->w, 2, "vpn-instance") ? 4 : 2;
	struct span vrf = i == 4 ? words_at(&l->w, 3) : (struct span){0};
	struct span hop, interface = {0};
	struct record *r;
	struct prefix p;
	struct addr a;

	if (!vrp_prefix(x->arena, &l->w, i, &p))
		return;
	i += span_find_byte(words_at(&l->w, i), '/') == SPAN_NONE ? 2 : 1;
	if (words_is(&l->w, i, "vpn-instance"))
		i += 2;
	hop = words_at(&l->w, i);
	if (!addr_read(hop, &a)) {
		interface = hop;
		hop = words_at(&l->w, i + 1);
	}
	r = vrp_begin(x, K_ROUTE, l);
	facts_put_prefix(x, F_PREFIX, &p);
	if (addr_read(hop, &a))
		record_put_ip(r, F_NEXT_HOP, hop);
	record_put(r, F_INTERFACE, interface);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

static bool
has_key(const struct path_tree *t, uint32_t peer)
{
	return path_get(t, peer, "password") != PATH_NONE ||
	       path_get(t, peer, "keychain") != PATH_NONE ||
	       path_get(t, peer, "ssl-policy") != PATH_NONE ||
	       path_get(t, peer, "tcp-ao") != PATH_NONE;
}

/* Peers of a process and of one of its VPN families. */
static void
peers(struct path_facts *x, uint32_t block, struct span own_as, struct span vrf)
{
	struct path_tree *t = x->tree;
	uint32_t list = path_get(t, block, "peer");

	EACH_PATH(p, t, list)
	{
		struct span name = path_value(t, p, "group");
		uint32_t g = path_find_active(t, list, name);
		struct span as = path_value(t, p, "as-number");

		if (as.n == 0)
			as = path_value(t, g, "as-number");
		if (as.n == 0 && name.n > 0 &&
		    path_get(t,
			path_find_active(t, path_get(t, block, "group"), name),
			"internal") != PATH_NONE)
			as = own_as;
		/* A line of a family only enables a peer told above. */
		if (as.n > 0)
			facts_neighbor(x, p, WORD(p), as,
			    has_key(t, p) || has_key(t, g), vrf);
	}
}

static void
neighbors(struct path_facts *x)
{
	static const char *const families[] = {
	    "ipv4-family vpn-instance", "ipv6-family vpn-instance"};
	struct path_tree *t = x->tree;

	EACH_PATH(b, t, ROOT("bgp"))
	{
		peers(x, b, WORD(b), (struct span){0});
		for (unsigned i = 0; i < 2; i++)
			EACH_PATH(v, t, path_get(t, b, families[i]))
		peers(x, v, WORD(b), WORD(v));
	}
}

/* ---- all ---- */

static void
fact_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	(void)arg;
	if (l->block != PATH_ROOT)
		mirror_source(x, l);
	else if (text_starts(l->w.text, "ip route-static") ||
		 text_starts(l->w.text, "ipv6 route-static"))
		route(x, l);
	else if (words_is(&l->w, 0, "observe-port"))
		observe_port(x, l);
	else if (words_is(&l->w, 0, "capture-packet") ||
		 words_is(&l->w, 0, "packet-capture"))
		capture(x, l);
}

void
vrp_net(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	vrp_each_line(x, address_line, NULL);
	EACH_PATH(i, t, ROOT("interface"))
	{
		if (!has_address(x, i)) {
			facts_begin(x, K_INTERFACE, i);
			put_interface(x, i, false);
			facts_emit(x);
		}
		tunnel(x, i);
	}
	ike_peers(x);
	vrp_each_line(x, fact_line, NULL);
	neighbors(x);
	vrp_adjacencies(x);
	assistants(x);
}
