/* Tunnels, IPsec peers, mirror sessions and captures. */
#include "read/config/cisco_ios_facts.h"

static const struct {
	const char *words, *mode;
} modes[] = {{"gre multipoint", "mgre"}, {"gre ipv6", "gre"}, {"gre", "gre"},
    {"ipsec", "ipsec"}, {"ipip", "ipip"}, {"ipv6ip", "ipv6ip"},
    {"ipv6", "ipv6"}, {"mpls", "mpls-te"}, {"vxlan", "vxlan"}, {"l2tp", "l2tp"},
    {"eon", "eon"}, {"udp", "udp"}, {"rbscp", "rbscp"}};

static const char *
mode_word(struct span mode)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (text_starts(mode, modes[i].words))
			return modes[i].mode;
	return mode.n ? "other" : "gre";
}

/* An interface named as the source stands for its address. */
static struct span
source_address(const struct ios *x, struct span source)
{
	uint32_t i = map_get(&x->if_addr, source);

	return i == MAP_NONE ? source : x->if_addrs[i];
}

/* interface TunnelN */
void
tunnel_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct span mode = ios_child_rest(x, node, "tunnel mode");
	struct span source = ios_child_rest(x, node, "tunnel source");
	uint32_t far = ios_child(x, node, "tunnel destination");
	struct span dst = ios_child_rest(x, node, "tunnel destination");
	struct record *r =
	    ios_begin(x, K_TUNNEL, far == TREE_NONE ? node : far);

	record_put(r, F_INTERFACE, words_from(w, 1));
	record_put_str(r, F_MODE, mode_word(mode));
	record_put_ip(r, F_SRC_IP, source_address(x, source));
	record_put(r, F_VALUE, source);
	ios_put_peer(x, F_DST_IP, F_DST_SCOPE, dst);
	record_put(r, F_VRF, ios_child_rest(x, node, "tunnel vrf"));
	record_put_bool(r, F_PROTECTED,
	    ios_child(x, node, "tunnel protection") != TREE_NONE ||
		text_starts(mode, "ipsec"));
	ios_emit(x);
}

static void
ipsec_peer(struct ios *x, uint32_t node, struct span name, struct span peer)
{
	struct addr a;
	struct record *r;

	/* 0.0.0.0 stands for any peer. */
	if (!addr_read(peer, &a) || span_is(peer, "0.0.0.0"))
		return;
	r = ios_begin(x, K_TUNNEL, node);
	record_put(r, F_NAME, name);
	record_put_str(r, F_MODE, "ipsec");
	ios_put_peer(x, F_DST_IP, F_DST_SCOPE, peer);
	record_put_bool(r, F_PROTECTED, true);
	ios_emit(x);
}

/* crypto ikev2 keyring K / peer P / address A [M] */
static void
keyring_peers(struct ios *x, uint32_t node)
{
	EACH_CHILD(c, x->tree, node)
	{
		uint32_t a = ios_child(x, c, "address");
		struct span peer = ios_child_rest(x, c, "address");
		struct span name = x->tree->v[c].text;

		if (!text_starts(name, "peer") || a == TREE_NONE)
			continue;
		name = span_trim(span_from(name, strlen("peer")));
		ipsec_peer(x, a, name, span_word(&peer));
	}
}

/* crypto map NAME 10 ipsec-isakmp / set peer A */
static void
map_peers(struct ios *x, uint32_t node, struct span name)
{
	EACH_CHILD(c, x->tree, node)
	{
		struct span t = x->tree->v[c].text;

		if (!text_starts(t, "set peer"))
			continue;
		t = span_from(t, strlen("set peer"));
		ipsec_peer(x, c, name, span_word(&t));
	}
}

void
crypto_fact(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "map"))
		map_peers(x, node, words_at(w, 2));
	else if (text_starts(w->text, "crypto ikev2 keyring"))
		keyring_peers(x, node);
	else if (text_starts(w->text, "crypto isakmp key"))
		ipsec_peer(x, node, (struct span){0},
		    words_at(w, words_find(w, 3, "address") + 1));
}

/* ---- mirror sessions ---- */

static void
put_interfaces(struct ios *x, struct span t)
{
	struct words w;
	unsigned i;

	words_read(&w, t);
	i = words_find(&w, 0, "interface");
	if (i >= w.n)
		i = words_find(&w, 0, "vlan");
	record_put(&x->rec, F_VALUE, words_from(&w, i));
}

/* One session of the plain form is spread over several lines. */
static void
plain_session(struct ios *x, uint32_t first, struct span number)
{
	struct record *r = ios_begin(x, K_MIRROR, first);
	bool remote = false;
	struct words w;

	record_put(r, F_SESSION, number);
	/* The lines of a session stand together. */
	for (uint32_t i = first; i < x->tree->n; i = x->tree->v[i].end) {
		words_read(&w, x->tree->v[i].text);
		if (!words_is(&w, 0, "monitor") ||
		    !words_is(&w, 1, "session") ||
		    !span_eq(words_at(&w, 2), number))
			break;
		remote |= words_is(&w, 4, "remote");
		put_interfaces(x, w.text);
	}
	record_put_str(r, F_MODE, remote ? "rspan" : "span");
	ios_emit(x);
}

static const char *
typed_mode(struct span type)
{
	if (span_is(type, "erspan-source"))
		return "erspan-source";
	if (span_is(type, "erspan-destination"))
		return "erspan-destination";
	return span_starts(type, SPAN("rspan")) ? "rspan" : "span";
}

/* monitor session N type T, with its lines below */
static void
typed_session(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_MIRROR, node);

	record_put(r, F_SESSION, words_at(w, 2));
	record_put_str(r, F_MODE, typed_mode(words_at(w, 4)));
	for (uint32_t c = node + 1; c < x->tree->v[node].end; c++) {
		struct span t = x->tree->v[c].text;

		if (text_starts(t, "source interface") ||
		    text_starts(t, "destination interface") ||
		    text_starts(t, "source vlan")) {
			put_interfaces(x, t);
		} else if (text_starts(t, "ip address")) {
			t = span_from(t, strlen("ip address"));
			ios_put_peer(x, F_DST_IP, F_DST_SCOPE, span_word(&t));
		} else if (text_starts(t, "origin ip address")) {
			t = span_from(t, strlen("origin ip address"));
			record_put_ip(r, F_SRC_IP, span_word(&t));
		} else if (text_starts(t, "shutdown")) {
			record_put_bool(r, F_SHUTDOWN, true);
		}
	}
	ios_emit(x);
}

bool
ios_session_goes_on(const struct ios *x, uint32_t node, struct span name)
{
	struct words w;
	uint32_t before = node;

	/* The line before at the top: walk up from the node just ahead. */
	if (before == 0)
		return false;
	before--;
	while (x->tree->v[before].parent != TREE_NONE)
		before = x->tree->v[before].parent;
	words_read(&w, x->tree->v[before].text);
	return words_is(&w, 0, "monitor") && words_is(&w, 1, "session") &&
	       span_eq(words_at(&w, 2), name);
}

void
monitor_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	if (words_is(w, 1, "session") && words_is(w, 3, "type")) {
		typed_session(x, node, w);
	} else if (words_is(w, 1, "session") && w->n > 3) {
		if (!ios_session_goes_on(x, node, words_at(w, 2)))
			plain_session(x, node, words_at(w, 2));
	} else if (words_is(w, 1, "capture") && w->n > 2) {
		r = ios_begin(x, K_CAPTURE, node);
		record_put(r, F_NAME, words_at(w, 2));
		record_put(r, F_VALUE, words_from(w, 3));
		ios_emit(x);
	}
}

/* vlan 900 / remote-span */
void
vlan_fact(struct ios *x, uint32_t node, const struct words *w)
{
	uint32_t c = ios_child(x, node, "remote-span");
	struct record *r;

	if (c == TREE_NONE)
		return;
	r = ios_begin(x, K_MIRROR, c);
	record_put(r, F_NAME, words_from(w, 0));
	record_put_str(r, F_MODE, "rspan");
	ios_emit(x);
}
