/* VRP: interfaces on which OSPF and IS-IS look for neighbours. */
#include "read/config/huawei_vrp.h"

#define WORD(i) path_word(x->tree, i)

struct igp {
	struct prefix nets[LIMIT_IGP_NETWORKS]; /* of OSPF processes */
	size_t n;
	struct map silent; /* interfaces */
};

/* network 192.0.2.64 0.0.0.3 */
static bool
network(const struct vrp_line *l, struct prefix *out)
{
	struct addr a, wild;

	if (!words_is(&l->w, 0, "network") ||
	    !addr_read(words_at(&l->w, 1), &a) ||
	    !addr_read(words_at(&l->w, 2), &wild) || a.family != 4 ||
	    wild.family != 4)
		return false;
	return prefix_of_wildcard(a, wild, out);
}

static void
process_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct igp *g = arg;
	struct prefix p;

	if (!text_starts(l->in, "ospf") && !text_starts(l->in, "isis"))
		return;
	if (words_is(&l->w, 0, "silent-interface"))
		map_add(&g->silent, words_at(&l->w, 1), 1);
	else if (!text_starts(l->in, "ospf") || !network(l, &p))
		return;
	else if (g->n < LIMIT_IGP_NETWORKS)
		g->nets[g->n++] = p;
	else
		x->out->diag(x->out, DIAG_TOO_MANY, l->number, SPAN("network"));
}

static bool
in_network(const struct path_facts *x, uint32_t interface, const struct igp *g)
{
	struct addr a;

	EACH_PATH(i, x->tree, path_get(x->tree, interface, "ip address"))
	for (size_t k = 0; k < g->n && addr_read(WORD(i), &a); k++)
		if (prefix_holds(&g->nets[k], &a))
			return true;
	return false;
}

static bool
has_key(const struct path_tree *t, uint32_t node)
{
	uint32_t mode = path_get(t, node, "authentication-mode");

	return mode != PATH_NONE && path_get(t, mode, "null") == PATH_NONE;
}

static void
interface(struct path_facts *x, uint32_t node, const struct igp *g)
{
	static const char *const words[] = {"ospf", "isis"};
	struct path_tree *t = x->tree;
	struct span vrf = path_value(t, node, "ip binding vpn-instance");

	if (path_get(t, node, "shutdown") != PATH_NONE ||
	    span_starts_nocase(WORD(node), SPAN("LoopBack")) ||
	    map_get(&g->silent, WORD(node)) != MAP_NONE)
		return;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t about = path_get(t, node, words[i]);
		bool runs = path_get(t, about, "enable") != PATH_NONE ||
			    (i == 0 && in_network(x, node, g));

		if (runs && path_get(t, about, "silent") == PATH_NONE)
			facts_adjacency(x, node, words[i], WORD(node),
			    has_key(t, about), vrf);
	}
}

void
vrp_adjacencies(struct path_facts *x)
{
	struct igp *g = arena_alloc(x->arena, sizeof(*g));

	g->n = 0;
	map_init(&g->silent, x->arena);
	vrp_each_line(x, process_line, g);
	EACH_PATH(i, x->tree, path_get(x->tree, PATH_ROOT, "interface"))
	interface(x, i, g);
}
