/*
 * Interfaces of IOS and its relatives as ways in to services, and
 * management-plane protection of IOS: where one interface is named, protocols
 * of management come in through the named ones alone (Cisco IOS, "Management
 * Plane Protection").  Confirmed: official.
 */
#include "read/config/cisco_reach.h"

enum reach_face
cisco_face(const struct ios_door *d)
{
	if (d->management)
		return REACH_MANAGEMENT;
	if (d->is_public)
		return REACH_INTERNET;
	return d->role != NULL && (strcmp(d->role, "customer") == 0 ||
				      strcmp(d->role, "peer") == 0)
		   ? REACH_OTHERS
		   : REACH_INSIDE;
}

/* The line of management-plane protection that names the interface; 0: none. */
static uint32_t
named_apart(const struct cisco_reach *r, struct span interface)
{
	for (size_t i = 0; i < r->nallows; i++)
		if (span_eq_nocase(r->allows[i].interface, interface))
			return (uint32_t)i + 1;
	return 0;
}

static void
add_door(struct cisco_reach *r, uint32_t node)
{
	const struct tree *t = r->x->tree;
	struct reach_door door = {0};
	struct ios_door d;

	interface_door(r->x, node, &d);
	/* EOS routes IPv4 by next hops of IPv6 (RFC 5549). */
	d.v4 |= d.link_local && r->rules == &cisco_filter_eos;
	if (d.shutdown || (!d.v4 && !d.v6))
		return;
	if (d.is_public && !d.management)
		reach_public(&r->reach, d.vrf);
	if (d.loopback)
		return;
	door.interface = d.name;
	door.vrf = d.vrf;
	door.face = cisco_face(&d);
	door.v4 = d.v4;
	door.v6 = d.v6;
	door.set = named_apart(r, d.name);
	if (d.dynamic && door.face == REACH_INSIDE)
		door.unsure = "which is given its address from outside";
	for (unsigned k = 0; k < 2; k++) {
		const struct filter *f;

		if (d.list[k].n == 0)
			continue;
		node = d.list_node[k];
		f = door.face == REACH_INTERNET
			? cisco_filter_outside(
			      cisco_reach_filters(r), k ? 6 : 4, d.list[k])
			: cisco_reach_filter(r, k ? 6 : 4, d.list[k]);
		reach_door_guard(&door, d.list[k], k ? NULL : f, k ? f : NULL);
	}
	door.text = t->v[node].text;
	door.line = t->v[node].line;
	door.offset = t->v[node].offset;
	reach_door(&r->reach, &door);
}

void
cisco_doors(struct cisco_reach *r)
{
	const struct tree *t = r->x->tree;

	for (uint32_t i = 0; i < t->n; i = t->v[i].end)
		if (text_starts(t->v[i].text, "interface"))
			add_door(r, i);
	reach_doors_end(&r->reach);
}

/* ---- management-plane protection of IOS ---- */

void
cisco_reach_apart(struct cisco_reach *r, struct span interface, uint32_t node)
{
	if (r->nallows == LIMIT_REACH_DOORS) {
		r->reach.more_doors = "more interfaces than are looked at";
		return;
	}
	r->allows = arena_grow(r->x->arena, r->allows, r->nallows,
	    &r->allows_cap, sizeof(*r->allows));
	r->allows[r->nallows++] = (struct cisco_allow){interface, node};
}

/* management-interface I allow P ... */
static void
note_allow(struct cisco_reach *r, uint32_t node)
{
	struct words w;
	unsigned allow;

	words_read(&w, r->x->tree->v[node].text);
	allow = words_find(&w, 1, "allow");
	if (allow < w.n)
		cisco_reach_apart(r, words_range(&w, 1, allow - 1), node);
}

void
cisco_protection(struct cisco_reach *r)
{
	const struct tree *t = r->x->tree;

	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		if (!text_starts(t->v[i].text, "control-plane"))
			continue;
		EACH_CHILD(c, t, i)
		if (text_starts(t->v[c].text, "management-interface"))
			note_allow(r, c);
	}
}

static bool
allows(const struct cisco_reach *r, struct span interface, const char *protocol)
{
	bool terminal = strcmp(protocol, "vty") == 0;

	for (size_t i = 0; i < r->nallows; i++) {
		struct words w;

		if (!span_eq_nocase(r->allows[i].interface, interface))
			continue;
		words_read(&w, r->x->tree->v[r->allows[i].node].text);
		if (words_find(&w, 2, protocol) < w.n ||
		    (terminal && (words_find(&w, 2, "ssh") < w.n ||
				     words_find(&w, 2, "telnet") < w.n)))
			return true;
	}
	return false;
}

void
cisco_protect(struct cisco_reach *r, struct reach_service *s)
{
	static const char *const managed[] = {
	    "http", "https", "ssh", "telnet", "vty", "snmp", "tftp"};
	struct arena *a = r->x->arena;
	struct reach_guard *at;
	struct filter *shut;
	bool is = false;

	for (size_t i = 0; i < sizeof(managed) / sizeof(*managed); i++)
		is |= strcmp(s->service, managed[i]) == 0;
	if (!is || r->nallows == 0)
		return;
	shut = arena_alloc(a, sizeof(*shut));
	*shut = (struct filter){.name = SPAN("management-interface"),
	    .end = FILTER_DENY,
	    .end_why = arena_fmt(a,
		"management-plane protection (line %u) names other interfaces "
		"for %s",
		r->x->tree->v[r->allows[0].node].line, s->service)};
	at = arena_array(a, r->reach.ndoors, sizeof(*at));
	for (size_t i = 0; i < r->reach.ndoors; i++)
		if (!allows(r, r->reach.doors[i].interface, s->service))
			at[i] = (struct reach_guard){shut->name, shut, shut};
	s->at = at;
}
