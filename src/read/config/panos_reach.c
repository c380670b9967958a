/*
 * PAN-OS: the management interface has its services and permitted addresses;
 * other interfaces have what their management profile allows.  Without a list
 * of permitted addresses everybody may come (PAN-OS administrator's guide,
 * "Use Interface Management Profiles to Restrict Access").  Official.
 */
#include "read/config/panos.h"
#include "read/config/reach.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static const struct {
	const char *name, *service;
	uint16_t port;
	bool by_default; /* on the management interface */
} services[] = {{"ssh", "ssh", 22, true}, {"telnet", "telnet", 23, false},
    {"http", "http", 80, false}, {"https", "https", 443, true},
    {"snmp", "snmp", 161, false}};
#define SERVICES (sizeof(services) / sizeof(*services))

struct pan {
	struct path_facts *x;
	struct reach reach;
	size_t steps; /* places searched for names */
};

/* ---- who is permitted ---- */

struct permitted {
	struct pan *pan;
	struct reach_list list;
	struct span unknown; /* a name that is no address */
	uint32_t node;	     /* the entry at hand */
};

static void
permit(struct permitted *l, const struct prefix *p)
{
	struct path_facts *x = l->pan->x;

	reach_list_permit(&l->pan->reach, &l->list, p,
	    path_line(x->tree, l->node), path_at(x->tree, l->node)->line,
	    path_at(x->tree, l->node)->offset);
}

static void permit_word(struct permitted *l, struct span word, unsigned depth);

/* An address object or a static group, wherever objects stand. */
static bool
permit_object(
    struct permitted *l, uint32_t place, struct span name, unsigned depth)
{
	struct path_facts *x = l->pan->x;
	struct path_tree *t = x->tree;
	uint32_t o = path_find_active(t, path_get(t, place, "address"), name);
	uint32_t group =
	    path_find_active(t, path_get(t, place, "address-group"), name);
	struct span value = path_value(t, o, "ip-netmask");

	if (value.n > 0) {
		permit_word(l, value, depth);
		return true;
	}
	if (group == PATH_NONE || path_get(t, group, "static") == PATH_NONE)
		return false;
	EACH_PATH(m, t, path_get(t, group, "static"))
	permit_word(l, WORD(m), depth);
	return true;
}

static void
permit_word(struct permitted *l, struct span word, unsigned depth)
{
	struct path_facts *x = l->pan->x;
	struct prefix p;

	if (prefix_read(word, &p)) {
		permit(l, &p);
		return;
	}
	EACH_PLACE(place, x)
	{
		if (depth >= LIMIT_GROUP_DEPTH ||
		    ++l->pan->steps > LIMIT_REACH_STEPS)
			break;
		if (permit_object(l, place, word, depth + 1))
			return;
	}
	l->unknown = word;
}

static const struct filter *
permitted_filter(struct pan *pan, uint32_t list, struct span name)
{
	struct path_facts *x = pan->x;
	struct permitted l = {.pan = pan};
	struct filter_entry e = {.action = FILTER_PERMIT};

	EACH_PATH(p, x->tree, list)
	{
		l.node = p;
		permit_word(&l, WORD(p), 0);
	}
	if (l.unknown.n > 0) {
		e.source.unsure = true;
		e.source.unknown =
		    arena_fmt(x->arena, "the name %.*s", SPAN_FMT(l.unknown));
		l.list.v = arena_grow(x->arena, l.list.v, l.list.n, &l.list.cap,
		    sizeof(*l.list.v));
		l.list.v[l.list.n++] = e;
	}
	return reach_list_end(&pan->reach, &l.list, name);
}

static void
ask(struct pan *pan, unsigned k, uint32_t node, struct span name,
    struct span interface, uint32_t list)
{
	struct path_facts *x = pan->x;
	struct reach_service s = {.service = services[k].service,
	    .query = strcmp(services[k].name, "snmp") == 0
			 ? REACH_UDP(161)
			 : REACH_TCP(services[k].port),
	    .name = name,
	    .interface = interface};
	const struct filter *f;

	if (node != PATH_NONE) {
		s.text = path_line(x->tree, node);
		s.line = path_at(x->tree, node)->line;
		s.offset = path_at(x->tree, node)->offset;
	}
	if (path_first(x->tree, list) != PATH_NONE) {
		f = permitted_filter(pan, list, SPAN("permitted-ip"));
		reach_guard(&s, f->name, f, f);
	}
	reach_emit(&pan->reach, &s);
}

/* ---- services ---- */

static void
management(struct pan *pan)
{
	struct path_facts *x = pan->x;
	uint32_t list = ROOT("deviceconfig system permitted-ip");
	uint32_t base = ROOT("deviceconfig system service");

	for (unsigned k = 0; k < SERVICES; k++) {
		struct span word =
		    arena_fmt(x->arena, "disable-%s", services[k].name);
		uint32_t node =
		    path_first(x->tree, path_find_active(x->tree, base, word));
		bool on = node != PATH_NONE
			      ? span_is(WORD(node), "no")
			      : services[k].by_default && x->whole;

		if (on)
			ask(pan, k, node, (struct span){0}, SPAN("management"),
			    list);
	}
}

/* Interfaces by the profile they have. */
static void
note_profile(struct pan *pan, struct map *users, uint32_t node, uint32_t name)
{
	struct span profile =
	    path_value(pan->x->tree, node, "interface-management-profile");

	if (profile.n > 0)
		map_add(users, profile, name);
}

static void
note_profiles(struct pan *pan, struct map *users)
{
	struct path_facts *x = pan->x;
	struct path_tree *t = x->tree;

	EACH_PATH(kind, t, ROOT("network interface"))
	{
		note_profile(pan, users, kind, kind);
		EACH_PATH(u, t, path_get(t, kind, "units"))
		note_profile(pan, users, u, u);
		EACH_PATH(i, t, kind)
		{
			uint32_t routed = path_get(t, i, "layer3");

			note_profile(pan, users, i, i);
			note_profile(pan, users, routed, i);
			EACH_PATH(u, t, path_get(t, routed, "units"))
			note_profile(pan, users, u, u);
		}
	}
}

static void
profiles(struct pan *pan)
{
	struct path_facts *x = pan->x;
	struct path_tree *t = x->tree;
	struct map users;

	map_init(&users, x->arena);
	note_profiles(pan, &users);
	EACH_PATH(p, t, ROOT("network profiles interface-management-profile"))
	{
		uint32_t user = map_get(&users, WORD(p));

		/* A profile that no interface has lets nobody in. */
		if (user == MAP_NONE)
			continue;
		for (unsigned k = 0; k < SERVICES; k++)
			if (path_value_is(t, p, services[k].name, "yes"))
				ask(pan, k,
				    path_value_node(t, p, services[k].name),
				    WORD(p), WORD(user),
				    path_get(t, p, "permitted-ip"));
	}
}

void
panos_reach(struct path_facts *x, const struct read_in *in)
{
	struct pan pan = {.x = x};

	reach_init(&pan.reach, in, x->out, &x->scope);
	if (ROOT("deviceconfig system") != PATH_NONE)
		management(&pan);
	profiles(&pan);
}
