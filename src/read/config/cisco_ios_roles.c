/*
 * What an interface is for, by who is met on it over BGP: a neighbour of the
 * same system makes it part of the core, one of another system that of a peer,
 * or of a customer where the interface is in a VRF.
 */
#include "read/config/cisco_ios_facts.h"

#include "read/config/interface_role.h"

struct roles {
	struct ios *x;
	struct span own;   /* system of the device */
	struct map groups; /* VRF-less name of a group -> node that says its
			    * system */
	uint32_t left;	   /* neighbours that may still be noted */
};

static struct span
key_of(struct arena *a, struct addr addr, unsigned bits)
{
	struct prefix p = prefix_of(addr, bits);

	return prefix_text(a, &p);
}

/* Networks of links that the neighbour may be on: there are no larger ones
 * worth the name. */
static void
note(struct roles *r, struct span address, struct span as, bool vrf)
{
	uint32_t role = span_eq(as, r->own) ? ROLE_CORE
			: vrf		    ? ROLE_CUSTOMER
					    : ROLE_PEER;
	struct addr a;
	unsigned from, to;

	if (as.n == 0 || r->left == 0 || !addr_read(address, &a))
		return;
	r->left--;
	from = a.family == 4 ? 24 : 120;
	to = a.family == 4 ? 31 : 127;
	for (unsigned bits = from; bits <= to; bits++)
		map_add(&r->x->roles, key_of(r->x->arena, a, bits), role);
	if (a.family == 6)
		map_add(&r->x->roles, key_of(r->x->arena, a, 64), role);
}

/* The system that a line and those below it state, or the group's. */
static struct span
system_of(const struct roles *r, uint32_t node, const struct words *w)
{
	struct span group = {0};
	struct words cw;
	uint32_t g;

	if (words_is(w, 2, "remote-as"))
		return words_at(w, 3);
	if (words_is(w, 2, "peer-group"))
		group = words_at(w, 3);
	else if (words_is(w, 2, "peer") && words_is(w, 3, "group"))
		group = words_at(w, 4);
	EACH_CHILD(c, r->x->tree, node)
	{
		words_read(&cw, r->x->tree->v[c].text);
		if (words_is(&cw, 0, "remote-as"))
			return words_at(&cw, 1);
		if (words_is(&cw, 0, "use") || words_is(&cw, 0, "inherit"))
			group = words_at(&cw, 2);
	}
	g = group.n > 0 ? map_get(&r->groups, group) : MAP_NONE;
	if (g == MAP_NONE)
		return (struct span){0};
	words_read(&cw, r->x->tree->v[g].text);
	return words_is(&cw, 0, "remote-as") ? words_at(&cw, 1)
					     : words_at(&cw, 3);
}

/* "neighbor G remote-as N" of a name, and blocks of groups. */
static void
note_groups(struct roles *r, uint32_t bgp)
{
	const struct tree *t = r->x->tree;
	struct words w;
	struct addr a;

	for (uint32_t i = bgp + 1; i < t->v[bgp].end; i++) {
		words_read(&w, t->v[i].text);
		if (words_is(&w, 0, "neighbor") &&
		    words_is(&w, 2, "remote-as") &&
		    !addr_read(words_at(&w, 1), &a))
			map_add(&r->groups, words_at(&w, 1), i);
		else if (words_is(&w, 0, "template") ||
			 words_is(&w, 0, "neighbor-group") ||
			 words_is(&w, 0, "session-group"))
			EACH_CHILD(c, t, i)
		if (text_starts(t->v[c].text, "remote-as"))
			map_add(&r->groups, words_at(&w, w.n - 1), c);
	}
}

static void
note_neighbors(struct roles *r, uint32_t node, bool vrf)
{
	const struct tree *t = r->x->tree;
	struct words w;

	EACH_CHILD(c, t, node)
	{
		words_read(&w, t->v[c].text);
		if (words_is(&w, 0, "neighbor"))
			note(r, words_at(&w, 1), system_of(r, c, &w), vrf);
		else if (words_is(&w, 0, "vrf") ||
			 words_is(&w, 0, "address-family"))
			note_neighbors(
			    r, c, vrf || words_find(&w, 0, "vrf") < w.n);
	}
}

void
roles_note(struct ios *x)
{
	struct roles r = {.x = x, .left = LIMIT_ROLE_NEIGHBORS};
	struct words w;

	map_init(&x->roles, x->arena);
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		if (!text_starts(x->tree->v[i].text, "router bgp"))
			continue;
		words_read(&w, x->tree->v[i].text);
		r.own = words_at(&w, 2);
		map_init(&r.groups, x->arena);
		note_groups(&r, i);
		note_neighbors(&r, i, false);
	}
}

const char *
role_of_link(
    const struct ios *x, const struct prefix *link, struct span description)
{
	static const char *const names[] = {"core", "peer", "customer"};
	uint32_t role =
	    map_get(&x->roles, key_of(x->arena, link->addr, link->bits));
	const char *said = role_of_description(description);

	if (said != NULL)
		return said;
	return role < sizeof(names) / sizeof(*names) ? names[role] : "routed";
}
