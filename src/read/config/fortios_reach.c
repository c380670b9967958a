/*
 * FortiOS: an interface lets services in by allowaccess.  Local-in policies
 * come first, in order, and what none of them matches goes on; then a login
 * must come from a trusted host of some administrator, and an administrator
 * without trusted hosts makes that everybody (FortiOS administration guide,
 * "Trusted hosts", "Local-in policy").  Official.
 */
#include "read/config/fortios.h"
#include "read/config/reach.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static const struct {
	const char *word, *service, *port_word;
	uint16_t port;
} services[] = {
    {"ssh", "ssh", "system global admin-ssh-port", 22},
    {"telnet", "telnet", "system global admin-telnet-port", 23},
    {"http", "http", "system global admin-port", 80},
    {"https", "https", "system global admin-sport", 443},
    {"snmp", "snmp", NULL, 161},
};
#define SERVICES (sizeof(services) / sizeof(*services))

struct forti {
	struct path_facts *x;
	struct reach reach;
	size_t pieces;
	size_t steps;		      /* names resolved, policies looked at */
	const struct filter *trusted; /* NULL: everybody */
	const struct filter *pollers; /* of SNMP; NULL: everybody */
};

/* ---- addresses ---- */

struct draft {
	struct forti *f;
	uint32_t place;
	struct filter_choice *v;
	size_t n, cap;
	bool any, unsure;
	struct span unknown;
};

static void
draft_unknown(struct draft *d, struct span what)
{
	d->unsure = true;
	if (d->unknown.n == 0)
		d->unknown = what;
}

static void
draft_range(struct draft *d, struct addr lo, struct addr hi)
{
	if (d->f->pieces >= LIMIT_FILTER_PIECES) {
		draft_unknown(d, SPAN("address groups too large"));
		return;
	}
	d->f->pieces++;
	d->v = arena_grow(d->f->x->arena, d->v, d->n, &d->cap, sizeof(*d->v));
	d->v[d->n++] = (struct filter_choice){.lo = lo, .hi = hi};
}

static void
draft_name(struct draft *d, struct span name, unsigned depth)
{
	struct path_facts *x = d->f->x;
	struct path_tree *t = x->tree;
	uint32_t o = path_find_active(
	    t, path_get(t, d->place, "firewall address"), name);
	uint32_t group = path_find_active(
	    t, path_get(t, d->place, "firewall addrgrp"), name);
	struct filter_piece piece;
	struct prefix p;
	struct addr lo, hi;

	if (span_is(name, "all") || span_is(name, "any")) {
		d->any = true;
	} else if (o != PATH_NONE &&
		   fortios_prefix(x, path_get(t, o, "subnet"), &p)) {
		piece = filter_piece_of(&p);
		draft_range(d, piece.lo, piece.hi);
	} else if (o != PATH_NONE &&
		   addr_read(path_value(t, o, "start-ip"), &lo) &&
		   addr_read(path_value(t, o, "end-ip"), &hi) &&
		   lo.family == hi.family && addr_cmp(&lo, &hi) <= 0) {
		draft_range(d, lo, hi);
	} else if (group != PATH_NONE && depth < LIMIT_GROUP_DEPTH &&
		   ++d->f->steps < LIMIT_REACH_STEPS) {
		EACH_PATH(m, t, path_get(t, group, "member"))
		draft_name(d, WORD(m), depth + 1);
	} else {
		draft_unknown(
		    d, arena_fmt(x->arena, "the address %.*s", SPAN_FMT(name)));
	}
}

static struct filter_set
draft_end(struct draft *d)
{
	struct filter_set s = {.any4 = d->any,
	    .any6 = d->any,
	    .unsure = d->unsure,
	    .unknown = d->unknown};
	struct filter_piece *v;

	s.n = filter_choose(d->f->x->arena, d->v, d->n, &v);
	s.v = v;
	return s;
}

/* ---- local-in policies ---- */

enum met { MET_NO, MET_YES, MET_UNKNOWN };

static bool
range_holds(struct span word, uint16_t port)
{
	uint64_t lo, hi;
	struct span rest = span_head(word, span_find_byte(word, ':'));
	struct span from = span_until(&rest, '-');

	if (!span_u64(from, &lo))
		return false;
	if (!span_u64(rest, &hi))
		hi = lo;
	return port >= lo && port <= hi;
}

static enum met
met_custom(struct forti *f, uint32_t place, struct span name, unsigned k,
    uint16_t port)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	uint32_t o = path_find_active(
	    t, path_get(t, place, "firewall service custom"), name);
	const char *words =
	    services[k].port_word == NULL ? "udp-portrange" : "tcp-portrange";

	if (o == PATH_NONE)
		return MET_UNKNOWN;
	EACH_PATH(r, t, path_get(t, o, words))
	if (range_holds(WORD(r), port))
		return MET_YES;
	return MET_NO;
}

/* Services that every device knows by these names. */
static enum met
met_service(
    struct forti *f, uint32_t place, uint32_t list, unsigned k, uint16_t port)
{
	static const char *const others[] = {"PING", "ALL_ICMP", "NTP", "DNS",
	    "BGP", "IKE", "ESP", "GRE", "SYSLOG", "RADIUS", "DHCP", "OSPF"};
	struct path_facts *x = f->x;
	enum met met = MET_NO, one;

	EACH_PATH(s, x->tree, list)
	{
		struct span w = WORD(s);

		one = met_custom(f, place, w, k, port);
		if (one == MET_UNKNOWN) {
			for (size_t i = 0; i < sizeof(others) / sizeof(*others);
			     i++)
				if (span_is_nocase(w, others[i]))
					one = MET_NO;
			for (unsigned i = 0; i < SERVICES; i++)
				if (span_is_nocase(w, services[i].word))
					one = services[i].port == port ? MET_YES
								       : MET_NO;
			if (span_is_nocase(w, "ALL") ||
			    span_is_nocase(w,
				services[k].port_word ? "ALL_TCP" : "ALL_UDP"))
				one = MET_YES;
		}
		if (one == MET_YES)
			return MET_YES;
		if (one == MET_UNKNOWN)
			met = MET_UNKNOWN;
	}
	return met;
}

static bool
on_interface(struct forti *f, uint32_t policy, struct span interface)
{
	struct path_facts *x = f->x;

	EACH_PATH(i, x->tree, path_get(x->tree, policy, "intf"))
	if (span_is(WORD(i), "any") || span_eq(WORD(i), interface))
		return true;
	return false;
}

static void
policy(struct forti *f, uint32_t place, uint32_t node, enum met met,
    struct filter_entry *e)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct draft src = {.f = f, .place = place};
	struct span schedule = path_value(t, node, "schedule");

	*e = (struct filter_entry){
	    .action = path_value_is(t, node, "action", "accept") ? FILTER_PERMIT
								 : FILTER_DENY,
	    .text = arena_fmt(
		x->arena, "local-in-policy %.*s", SPAN_FMT(WORD(node))),
	    .line = path_at(t, node)->line,
	    .offset = path_at(t, node)->offset};
	EACH_PATH(s, t, path_get(t, node, "srcaddr"))
	draft_name(&src, WORD(s), 0);
	e->source = draft_end(&src);
	if (met == MET_UNKNOWN) {
		e->unsure = true;
		e->why = SPAN("a service of the policy");
	}
	if (path_value_is(t, node, "srcaddr-negate", "enable") ||
	    path_value_is(t, node, "service-negate", "enable") ||
	    path_value_is(t, node, "dstaddr-negate", "enable") ||
	    (path_get(t, node, "dstaddr") != PATH_NONE &&
		!path_value_is(t, node, "dstaddr", "all"))) {
		e->unsure = true;
		e->why = SPAN("addresses of the policy");
		e->source.any4 = e->source.any6 = true;
	}
	if (schedule.n > 0 && !span_is(schedule, "always")) {
		e->unsure = true;
		e->why = arena_fmt(
		    x->arena, "the schedule %.*s", SPAN_FMT(schedule));
	}
}

static const struct filter *
local_in(struct forti *f, uint32_t place, unsigned k, uint16_t port,
    struct span interface)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct filter_entry *v = NULL;
	struct filter *out;
	size_t n = 0, cap = 0;

	EACH_PATH(p, t, path_get(t, place, "firewall local-in-policy"))
	{
		enum met met;

		if (++f->steps > LIMIT_REACH_STEPS)
			break;
		if (path_value_is(t, p, "status", "disable") ||
		    !on_interface(f, p, interface))
			continue;
		met = met_service(f, place, path_get(t, p, "service"), k, port);
		if (met == MET_NO)
			continue;
		v = arena_grow(x->arena, v, n, &cap, sizeof(*v));
		policy(f, place, p, met, &v[n++]);
	}
	if (n == 0)
		return NULL;
	out = arena_alloc(x->arena, sizeof(*out));
	*out = (struct filter){.name = SPAN("local-in-policy"),
	    .v = v,
	    .n = n,
	    .end = FILTER_PERMIT};
	return out;
}

/* ---- trusted hosts ---- */

/* Adds what the administrator has; false: he has none, and may come from
 * anywhere. */
static bool
admin_hosts(struct forti *f, uint32_t admin, struct reach_list *l)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct prefix p;
	bool some = false;

	EACH_PATH(k, t, admin)
	{
		if (!span_starts(WORD(k), SPAN("trusthost")) ||
		    !fortios_prefix(x, k, &p))
			continue;
		/* 0.0.0.0 0.0.0.0 is an empty place, or everybody. */
		if (p.bits == 0)
			continue;
		some = true;
		reach_list_permit(&f->reach, l, &p, path_line(t, k),
		    path_at(t, path_first(t, k))->line,
		    path_at(t, path_first(t, k))->offset);
	}
	return some;
}

static void
trusted_hosts(struct forti *f)
{
	struct path_facts *x = f->x;
	struct reach_list l = {0};
	bool all = true, some = false;

	EACH_VDOM(v, x)
	EACH_PATH(u, x->tree, path_get(x->tree, v, "system admin"))
	{
		some = true;
		all &= admin_hosts(f, u, &l);
	}
	if (some && all)
		f->trusted = reach_list_end(&f->reach, &l, SPAN("trusthost"));
}

/* config hosts of communities: who may poll. */
static void
pollers(struct forti *f)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct reach_list l = {0};
	bool all = true, some = false;
	struct prefix p;

	EACH_PATH(c, t, ROOT("system snmp community"))
	{
		bool hosts = false;

		some = true;
		EACH_PATH(h, t, path_get(t, c, "hosts"))
		{
			uint32_t ip = path_get(t, h, "ip");

			if (!fortios_prefix(x, ip, &p))
				continue;
			hosts |= p.bits > 0;
			reach_list_permit(&f->reach, &l, &p, path_line(t, ip),
			    path_at(t, path_first(t, ip))->line,
			    path_at(t, path_first(t, ip))->offset);
		}
		all &= hosts;
	}
	if (some && all)
		f->pollers = reach_list_end(&f->reach, &l, SPAN("snmp hosts"));
}

/* ---- services ---- */

static void
service(struct forti *f, uint32_t place, uint32_t interface, uint32_t node,
    unsigned k)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	bool snmp = services[k].port_word == NULL;

	if (f->reach.services >= LIMIT_REACH_SERVICES)
		return;

	struct span port =
	    snmp ? (struct span){0}
		 : path_value(t, PATH_ROOT, services[k].port_word);
	uint16_t number = reach_port(port, services[k].port);
	struct reach_service s = {.service = services[k].service,
	    .query = snmp ? REACH_UDP(number) : REACH_TCP(number),
	    .interface = WORD(interface),
	    .text = path_line(t, node),
	    .line = path_at(t, node)->line,
	    .offset = path_at(t, node)->offset};
	const struct filter *policies =
	    local_in(f, place, k, number, WORD(interface));
	const struct filter *hosts = snmp ? f->pollers : f->trusted;

	if (policies != NULL)
		reach_guard(&s, policies->name, policies, policies);
	if (hosts != NULL)
		reach_guard(&s, hosts->name, hosts, hosts);
	if (f->steps > LIMIT_REACH_STEPS)
		s.unsure = "too much work for this device";
	reach_emit(&f->reach, &s);
}

void
fortios_reach(struct path_facts *x, const struct read_in *in)
{
	struct forti f = {.x = x};
	struct path_tree *t = x->tree;
	bool telnet = !path_value_is(
	    t, PATH_ROOT, "system global admin-telnet", "disable");

	reach_init(&f.reach, in, x->out, &x->scope);
	trusted_hosts(&f);
	pollers(&f);
	EACH_VDOM(v, x)
	EACH_PATH(i, t, path_get(t, v, "system interface"))
	{
		if (path_value_is(t, i, "status", "down"))
			continue;
		EACH_PATH(a, t, path_get(t, i, "allowaccess"))
		for (unsigned k = 0; k < SERVICES; k++)
			if (span_is(WORD(a), services[k].word) &&
			    (telnet || strcmp(services[k].word, "telnet") != 0))
				service(&f, v, i, a, k);
	}
}
