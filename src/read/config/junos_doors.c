/*
 * Junos: units of interfaces as ways in, with their input filters.  On a
 * firewall with zones, what is for the device itself is dropped unless the
 * zone, or the interface in it, lists the service as host-inbound-traffic
 * (Junos OS, "Understanding How to Control Inbound Traffic Based on Traffic
 * Types").  Confirmed: official.  For an address in another zone that zone's
 * list counts, behind the policy between the two.  Confirmed: recalled.
 */
#include "read/config/junos_reach.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static void
index_zones(struct junos_reach *r)
{
	struct path_facts *x = r->x;
	struct path_tree *t = x->tree;

	map_init(&r->zoned, x->arena);
	EACH_PATH(z, t, ROOT("security zones security-zone"))
	EACH_PATH(i, t, path_get(t, z, "interfaces"))
	{
		if (map_add(&r->zoned, WORD(i), (uint32_t)r->nzones) !=
		    r->nzones)
			continue;
		r->zones = arena_grow(x->arena, r->zones, r->nzones,
		    &r->zones_cap, sizeof(*r->zones));
		r->zones[r->nzones++] = (struct junos_zoned){z, i};
	}
}

/* The statement that says what an interface takes: its own, or its zone's.
 * *zone is PATH_NONE where it is in none. */
static uint32_t
inbound_of(const struct junos_reach *r, struct span interface, uint32_t *zone)
{
	struct path_tree *t = r->x->tree;
	uint32_t at = map_get(&r->zoned, interface), own;

	*zone = PATH_NONE;
	if (at == MAP_NONE)
		at = map_get(&r->zoned, SPAN("all"));
	if (at == MAP_NONE)
		return PATH_NONE;
	*zone = r->zones[at].zone;
	own = path_get(t, r->zones[at].node, "host-inbound-traffic");
	return own != PATH_NONE ? own
				: path_get(t, *zone, "host-inbound-traffic");
}

static void
note_addresses(struct path_facts *x, uint32_t family, struct reach_door *d,
    bool *is_public)
{
	EACH_PATH(a, x->tree, path_get(x->tree, family, "address"))
	{
		struct span word = WORD(a);
		struct addr addr;

		if (!addr_read(
			span_head(word, span_find_byte(word, '/')), &addr))
			continue;
		*(addr.family == 6 ? &d->v6 : &d->v4) = true;
		*is_public |= addr_public(&addr);
	}
}

/* dhcp, dhcp-client, negotiate-address: it is given its address. */
static bool
is_given(struct path_facts *x, uint32_t family)
{
	return path_get(x->tree, family, "dhcp") != PATH_NONE ||
	       path_get(x->tree, family, "dhcp-client") != PATH_NONE ||
	       path_get(x->tree, family, "negotiate-address") != PATH_NONE;
}

static bool
is_management(struct span name)
{
	static const char *const words[] = {
	    "fxp", "em", "me0", "vme", "mgmt", "re0:", "re1:"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_starts(name, span_str(words[i])))
			return true;
	return false;
}

static struct span
description_of(const struct path_facts *x, uint32_t interface, uint32_t unit)
{
	struct span own = path_value(x->tree, unit, "description");

	return own.n > 0 ? own : path_value(x->tree, interface, "description");
}

static void
add_door(struct junos_reach *r, uint32_t interface, uint32_t unit)
{
	static const char *const families[] = {"family inet", "family inet6"};
	struct path_facts *x = r->x;
	struct path_tree *t = x->tree;
	struct span name = WORD(interface);
	const char *role =
	    facts_role("routed", description_of(x, interface, unit));
	struct reach_door d = {.interface = arena_fmt(x->arena, "%.*s.%.*s",
				   SPAN_FMT(name), SPAN_FMT(WORD(unit))),
	    .text = path_line(t, unit),
	    .line = path_at(t, unit)->line,
	    .offset = path_at(t, unit)->offset};
	bool is_public = false, given = false;
	uint32_t zone;

	for (unsigned k = 0; k < 2; k++) {
		uint32_t family = path_get(t, unit, families[k]);
		const struct filter *f = junos_input(r, unit, k ? 6 : 4);

		note_addresses(x, family, &d, &is_public);
		/* Link-local, and as another interface has it. */
		d.v6 |= k == 1 && family != PATH_NONE;
		d.v4 |= path_get(t, family, "unnumbered-address") != PATH_NONE;
		if (is_given(x, family)) {
			given = true;
			*(k ? &d.v6 : &d.v4) = true;
		}
		if (f != NULL)
			reach_door_guard(
			    &d, f->name, k ? NULL : f, k ? f : NULL);
	}
	if ((!d.v4 && !d.v6) || path_get(t, unit, "disable") != PATH_NONE ||
	    path_get(t, interface, "disable") != PATH_NONE)
		return;
	d.vrf = facts_vrf_of(x, d.interface);
	if (is_public && !is_management(name))
		reach_public(&r->reach, d.vrf);
	if (span_starts(name, SPAN("lo0")))
		return;
	if (is_management(name))
		d.face = REACH_MANAGEMENT;
	else if (is_public)
		d.face = REACH_INTERNET;
	else if (strcmp(role, "customer") == 0 || strcmp(role, "peer") == 0)
		d.face = REACH_OTHERS;
	else
		d.face = REACH_INSIDE;
	if (given && d.face == REACH_INSIDE)
		d.unsure = "which is given its address from outside";
	/* Interfaces of one rule of one zone are alike; nodes stay below the
	 * limit of the tree. */
	d.set = inbound_of(r, d.interface, &zone) + 1;
	d.set = zone == PATH_NONE ? 0 : d.set == 0 ? zone + 1 : d.set;
	reach_door(&r->reach, &d);
}

/* Does a service listen on interfaces that are named? */
static bool
names_interfaces(const struct path_facts *x)
{
	return ROOT("system services web-management http interface") !=
		   PATH_NONE ||
	       ROOT("system services web-management https interface") !=
		   PATH_NONE;
}

void
junos_doors(struct junos_reach *r)
{
	struct path_facts *x = r->x;
	struct path_tree *t = x->tree;

	index_zones(r);
	r->reach.apart = names_interfaces(x);
	EACH_PATH(i, t, ROOT("interfaces"))
	EACH_PATH(u, t, path_get(t, i, "unit"))
	add_door(r, i, u);
	reach_doors_end(&r->reach);
	if (!x->whole && ROOT("system host-name") == PATH_NONE)
		r->reach.more_doors = REACH_PART;
}

/* ---- zones ---- */

/* all, any-service, the service; "S except" takes it away. */
static bool
lists(struct path_facts *x, uint32_t inbound, const char *word)
{
	static const char *const all[] = {"all", "any-service"};
	struct path_tree *t = x->tree;
	uint32_t list = path_get(t, inbound, "system-services");
	uint32_t own = path_find_active(t, list, span_str(word));

	if (own != PATH_NONE)
		return path_get(t, own, "except") == PATH_NONE;
	for (unsigned i = 0; i < 2; i++)
		if (path_find_active(t, list, span_str(all[i])) != PATH_NONE)
			return true;
	return false;
}

/* Does a zone take the service on any of its interfaces? */
static bool
zone_lists(struct path_facts *x, uint32_t zone, const char *word)
{
	struct path_tree *t = x->tree;

	if (lists(x, path_get(t, zone, "host-inbound-traffic"), word))
		return true;
	EACH_PATH(i, t, path_get(t, zone, "interfaces"))
	if (lists(x, path_get(t, i, "host-inbound-traffic"), word))
		return true;
	return false;
}

/* May packets go from one zone to the other?  Policies are not read closer
 * than that there is one which permits. */
static bool
is_let_over(struct path_facts *x, uint32_t from, uint32_t to)
{
	struct path_tree *t = x->tree;
	uint32_t pair = path_find_active(t,
	    path_get(t,
		path_find_active(
		    t, ROOT("security policies from-zone"), WORD(from)),
		"to-zone"),
	    WORD(to));

	EACH_PATH(p, t, path_get(t, pair, "policy"))
	if (path_get(t, p, "then permit") != PATH_NONE)
		return true;
	return ROOT("security policies global") != PATH_NONE ||
	       ROOT("security policies default-policy permit-all") != PATH_NONE;
}

/* Packets may be for an address of the device in another zone: then that
 * zone's list counts, and the policy between the two. */
static uint32_t
zone_behind(struct junos_reach *r, uint32_t zone, const char *word)
{
	struct path_facts *x = r->x;

	EACH_PATH(z, x->tree, ROOT("security zones security-zone"))
	if (z != zone && zone_lists(x, z, word) && is_let_over(x, zone, z))
		return z;
	return PATH_NONE;
}

static struct reach_guard
zone_guard(struct junos_reach *r, const struct reach_door *d, const char *word)
{
	struct path_facts *x = r->x;
	struct filter *f;
	uint32_t zone, inbound = inbound_of(r, d->interface, &zone), behind;

	if (zone == PATH_NONE || lists(x, inbound, word))
		return (struct reach_guard){0};
	f = arena_alloc(x->arena, sizeof(*f));
	*f = (struct filter){.name = WORD(zone),
	    .end = FILTER_DENY,
	    .end_why = arena_fmt(x->arena,
		"zone %.*s (line %u) does not list %s as host-inbound-traffic",
		SPAN_FMT(WORD(zone)), path_at(x->tree, zone)->line, word)};
	behind = zone_behind(r, zone, word);
	if (behind != PATH_NONE) {
		f->end = FILTER_UNKNOWN;
		f->end_why = arena_fmt(x->arena,
		    "%.*s, but zone %.*s does, and policies let packets over",
		    SPAN_FMT(f->end_why), SPAN_FMT(WORD(behind)));
	}
	return (struct reach_guard){f->name, f, f};
}

void
junos_zones(struct junos_reach *r, struct reach_service *s)
{
	static const char *const listed[] = {
	    "ssh", "telnet", "netconf", "http", "https", "snmp"};
	struct path_facts *x = r->x;
	struct reach_guard *at;
	bool is = false;

	for (size_t i = 0; i < sizeof(listed) / sizeof(*listed); i++)
		is |= strcmp(s->service, listed[i]) == 0;
	/* Packets are forwarded one by one there, without zones. */
	if (!is ||
	    path_value_is(x->tree, PATH_ROOT,
		"security forwarding-options family mpls mode", "packet-based"))
		return;
	at = arena_array(x->arena, r->reach.ndoors, sizeof(*at));
	for (size_t i = 0; i < r->reach.ndoors; i++)
		at[i] = zone_guard(r, &r->reach.doors[i], s->service);
	s->at = at;
}
