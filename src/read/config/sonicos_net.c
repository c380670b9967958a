/* SonicOS: interfaces, routes, VPN policies, captures. */
#include "read/config/sonicos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static void
interface(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t ip = sonicos_address(x, node);
	struct span name = sonicos_interface_name(x, node);
	struct span zone = sonicos_zone(x, node);
	struct record *r = facts_interface(x, ip == PATH_NONE ? node : ip, name,
	    facts_masked(x, WORD(ip), path_value(t, ip, "netmask")),
	    span_is(name, "MGMT") || span_is(zone, "MGMT") ? "management"
	    : ip != PATH_NONE				   ? "routed"
							   : NULL);

	record_put(r, F_VRF, zone);
	record_put(
	    r, F_SERVICE, facts_values(x, path_get(t, node, "management")));
	record_put_bool(
	    r, F_SHUTDOWN, path_get(t, node, "shutdown-port") != PATH_NONE);
	record_put(r, F_DESCRIPTION, path_value(t, node, "comment"));
	facts_emit(x);
}

/* What stands behind a word, in a policy of one line: "interface X1 metric 1
 * source any destination name N service any gateway default". */
static struct span
behind(struct span text, const char *word)
{
	struct span rest = text, w;

	while ((w = span_word(&rest)).n > 0)
		if (span_is(w, word))
			return span_trim(rest);
	return (struct span){0};
}

/* The word, without its quotes. */
static struct span
first_of(struct span text)
{
	struct span rest = span_from(text, text.n > 0 && text.p[0] == '"');

	return rest.n < text.n ? span_until(&rest, '"') : span_word(&rest);
}

static void
routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, ROOT("routing-policy"))
	{
		struct span dst = behind(WORD(p), "destination");
		struct span hop = behind(WORD(p), "gateway");

		if (span_starts(dst, SPAN("name ")))
			dst = behind(dst, "name");
		if (span_starts(hop, SPAN("name ")))
			hop = behind(hop, "name");
		dst = first_of(dst);
		dst = span_is(dst, "any") ? SPAN("0.0.0.0/0")
					  : sonicos_object(x, dst);
		facts_route(x, p, dst, sonicos_object(x, first_of(hop)),
		    first_of(behind(WORD(p), "interface")), (struct span){0});
	}
}

static void
tunnels(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(kind, t, ROOT("vpn policy"))
	EACH_PATH(p, t, kind)
	{
		uint32_t far = path_value_node(t, p, "gateway primary");

		if (span_is(WORD(kind), "group-vpn"))
			continue;
		facts_tunnel(x, far == PATH_NONE ? p : far, WORD(p),
		    path_value(t, p, "bound-to interface"), "ipsec",
		    (struct span){0}, sonicos_object(x, WORD(far)),
		    path_value(t, p, "proposal ipsec encryption").n == 0 ||
			!path_value_is(
			    t, p, "proposal ipsec encryption", "none"));
	}
}

static void
captures(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	static const char *const lists[] = {"packet-monitor", "packet-capture"};
	struct record *r;

	for (unsigned i = 0; i < 2; i++) {
		uint32_t m = ROOT(lists[i]);
		uint32_t ftp = path_value_node(t, m, "logging ftp-server");
		uint32_t to = path_value_node(t, m, "mirror interface");

		if (ftp != PATH_NONE && !span_is(WORD(ftp), "0.0.0.0")) {
			r = facts_begin(x, K_CAPTURE, ftp);
			record_put_str(r, F_NAME, lists[i]);
			facts_server(x, F_DST_IP, F_DST_SCOPE, WORD(ftp));
			facts_emit(x);
		}
		if (to == PATH_NONE)
			continue;
		r = facts_begin(x, K_MIRROR, to);
		record_put_str(r, F_SESSION, lists[i]);
		record_put_str(r, F_MODE, "span");
		record_put(r, F_VALUE, WORD(to));
		facts_emit(x);
	}
}

void
sonicos_net(struct path_facts *x)
{
	EACH_INTERFACE(i, x)
	interface(x, i);
	routes(x);
	tunnels(x);
	captures(x);
}
