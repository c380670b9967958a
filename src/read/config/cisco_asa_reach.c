/*
 * ASA: "ssh|telnet|http NET MASK INTERFACE" lines say who may manage the
 * device on an interface; "snmp-server host" lines say who may poll it.  These
 * come before an access group of the control plane (Cisco ASA, "management
 * access rules"), which is therefore not asked.  VPN services listen on the
 * interfaces where they are enabled, behind that group.  An access group
 * without "control-plane" is for what passes through, not for the device.
 * Confirmed: official; that no entry of a control-plane group matching lets a
 * packet through: recalled.
 */
#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

/* A service on one interface, with its permits. */
struct way {
	const char *service;
	struct filter_query query;
	struct span interface;
	uint32_t node; /* its first line */
	struct reach_list list;
};

struct asa {
	struct cisco_reach r;
	struct map names; /* service byte and interface to way */
	struct way *v;
	size_t n, cap;
};

static struct way *
way_of(struct asa *a, const char *service, struct filter_query query,
    struct span interface, uint32_t node)
{
	struct arena *arena = a->r.x->arena;
	struct span key =
	    arena_fmt(arena, "%s %.*s", service, SPAN_FMT(interface));
	uint32_t i = map_add(&a->names, key, (uint32_t)a->n);

	if (i == a->n) {
		a->v = arena_grow(arena, a->v, a->n, &a->cap, sizeof(*a->v));
		a->v[a->n++] = (struct way){.service = service,
		    .query = query,
		    .interface = interface,
		    .node = node};
	}
	return &a->v[i];
}

static void
permit(struct asa *a, struct way *way, const struct prefix *p, uint32_t node)
{
	const struct tree_node *v = &a->r.x->tree->v[node];

	reach_list_permit(
	    &a->r.reach, &way->list, p, v->text, v->line, v->offset);
}

/* ssh A M I; ssh P/n I */
static void
manager_line(struct asa *a, uint32_t node, const char *service, uint16_t port)
{
	struct words w;
	struct prefix p;
	unsigned at;

	words_read(&w, a->r.x->tree->v[node].text);
	if (w.n == 4 && prefix_of_words(words_at(&w, 1), words_at(&w, 2), &p))
		at = 3;
	else if (w.n == 3 &&
		 span_find_byte(words_at(&w, 1), '/') != SPAN_NONE &&
		 prefix_read(words_at(&w, 1), &p))
		at = 2;
	else
		return;
	permit(a, way_of(a, service, REACH_TCP(port), words_at(&w, at), node),
	    &p, node);
}

/* snmp-server host I A [poll|trap] [community C] ...; a host for traps alone
 * may not ask. */
static void
poller_line(struct asa *a, uint32_t node)
{
	struct words w;
	struct prefix p;

	words_read(&w, a->r.x->tree->v[node].text);
	if (words_is(&w, 4, "trap") || !prefix_read(words_at(&w, 3), &p))
		return;
	permit(a, way_of(a, "snmp", REACH_UDP(161), words_at(&w, 2), node), &p,
	    node);
}

static void
way_emit(struct asa *a, const struct way *way)
{
	struct reach_service s =
	    cisco_reach_service(&a->r, way->service, way->query, way->node);
	const struct filter *f =
	    reach_list_end(&a->r.reach, &way->list, span_str(way->service));

	s.interface = way->interface;
	reach_guard(&s, f->name, f, f);
	reach_emit(&a->r.reach, &s);
}

/* ---- services for users outside ---- */

/* access-group L in interface I control-plane */
static const struct filter *
control_list(struct asa *a, unsigned family, struct span interface)
{
	const struct tree *t = a->r.x->tree;
	struct words w;

	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		const struct filter *f;
		struct filter *open;

		if (!text_starts(t->v[i].text, "access-group"))
			continue;
		words_read(&w, t->v[i].text);
		if (!words_is(&w, 5, "control-plane") ||
		    !span_eq(words_at(&w, 4), interface))
			continue;
		f = cisco_reach_filter(&a->r, family, words_at(&w, 1));
		open = arena_alloc(a->r.x->arena, sizeof(*open));
		*open = *f;
		if (f->end == FILTER_DENY)
			open->end = FILTER_PERMIT;
		return open;
	}
	return NULL;
}

static void
outside_service(struct asa *a, const char *name, struct filter_query query,
    uint32_t node, struct span interface)
{
	struct reach_service s = cisco_reach_service(&a->r, name, query, node);
	const struct filter *v4 = control_list(a, 4, interface);

	s.interface = interface;
	if (v4 != NULL)
		reach_guard(&s, v4->name, v4, control_list(a, 6, interface));
	reach_emit(&a->r.reach, &s);
}

/* webvpn / enable I; port N */
static void
portal(struct asa *a, uint32_t node)
{
	const struct tree *t = a->r.x->tree;
	struct span port = ios_child_rest(a->r.x, node, "port");
	struct words w;

	EACH_CHILD(c, t, node)
	{
		words_read(&w, t->v[c].text);
		if (words_is(&w, 0, "enable") && w.n > 1)
			outside_service(a, "webvpn",
			    REACH_TCP(reach_port(port, 443)), c,
			    words_at(&w, 1));
	}
}

/* crypto ikev1|ikev2|isakmp enable I [client-services port N]; ports of RFC
 * 7296 section 2. */
static void
key_exchange(struct asa *a, uint32_t node)
{
	struct words w;
	unsigned port;

	words_read(&w, a->r.x->tree->v[node].text);
	if (!words_is(&w, 2, "enable") || w.n < 4)
		return;
	outside_service(a, "ike", REACH_UDP(500), node, words_at(&w, 3));
	outside_service(a, "ike", REACH_UDP(4500), node, words_at(&w, 3));
	if (!words_is(&w, 4, "client-services"))
		return;
	port = words_find(&w, 5, "port") + 1;
	outside_service(a, "webvpn",
	    REACH_TCP(reach_port(words_at(&w, port), 443)), node,
	    words_at(&w, 3));
}

/* ---- interfaces ---- */

static void
add_door(struct asa *a, uint32_t node)
{
	struct ios *x = a->r.x;
	const struct tree_node *v = &x->tree->v[node];
	struct ios_door d;
	struct reach_door door = {
	    .text = v->text, .line = v->line, .offset = v->offset};

	interface_door(x, node, &d);
	door.interface = ios_child_rest(x, node, "nameif");
	if (d.shutdown || door.interface.n == 0 || (!d.v4 && !d.v6))
		return;
	door.v4 = d.v4;
	door.v6 = d.v6;
	door.face = cisco_face(&d);
	if (ios_child(x, node, "management-only") != TREE_NONE)
		door.face = REACH_MANAGEMENT;
	if (d.dynamic && door.face == REACH_INSIDE)
		door.unsure = "which is given its address from outside";
	reach_door(&a->r.reach, &door);
}

void
asa_reach(struct ios *x, const struct read_in *in)
{
	struct asa a = {0};
	const struct indent_set *web = indent_get(x, "https-server");
	uint16_t port = reach_port(web->port, 443);

	cisco_reach_init(&a.r, x, in, &cisco_filter_asa);
	map_init(&a.names, x->arena);
	a.r.reach.apart = true;
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end)
		if (text_starts(x->tree->v[i].text, "interface"))
			add_door(&a, i);
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text;

		if (text_starts(t, "ssh"))
			manager_line(&a, i, "ssh", 22);
		else if (text_starts(t, "telnet"))
			manager_line(&a, i, "telnet", 23);
		else if (text_starts(t, "http") && web->state == STATE_ON)
			manager_line(&a, i, "https", port);
		else if (text_starts(t, "snmp-server host"))
			poller_line(&a, i);
		else if (span_is(t, "webvpn"))
			portal(&a, i);
		else if (text_starts(t, "crypto"))
			key_exchange(&a, i);
	}
	for (size_t i = 0; i < a.n; i++)
		way_emit(&a, &a.v[i]);
}
