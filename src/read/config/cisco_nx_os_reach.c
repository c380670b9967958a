/* NX-OS: one access class for all terminal lines, lists of communities. */
#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

static void
line_services(struct cisco_reach *r, uint32_t node, const struct cisco_way *way)
{
	static const struct {
		const char *name;
		uint16_t port;
	} table[] = {{"ssh", 22}, {"telnet", 23}};

	for (unsigned i = 0; i < 2; i++) {
		struct reach_service s;

		if (!indent_is_on(r->x, table[i].name))
			continue;
		s = cisco_reach_service(
		    r, table[i].name, REACH_TCP(table[i].port), node);
		cisco_reach_guard(r, &s, 4, way->list4);
		cisco_reach_guard(r, &s, 6, way->list6);
		reach_emit(&r->reach, &s);
	}
}

/* snmp-server community C use-ipv4acl L use-ipv6acl L, on a line of its own */
static void
community_service(struct cisco_reach *r, uint32_t node, const struct words *w)
{
	struct indent *t = indent_of(r->x);
	struct reach_service s =
	    cisco_reach_service(r, "snmp", REACH_UDP(161), node);
	struct indent_community c;
	uint32_t guard;
	struct words gw;

	indent_community_read(w, &c);
	if (c.guard || w->n < 3)
		return;
	s.mode = c.mode.n ? c.mode : SPAN("ro");
	guard = map_get(&t->guard_of, c.secret);
	if (guard != MAP_NONE) {
		words_read(&gw, r->x->tree->v[t->guards[guard].node].text);
		indent_community_read(&gw, &c);
	}
	cisco_reach_guard(r, &s, 4, c.list);
	cisco_reach_guard(r, &s, 6, c.list6);
	if (!r->x->whole && s.nguards == 0)
		s.unsure = REACH_PART;
	reach_emit(&r->reach, &s);
}

static void
plain_service(
    struct cisco_reach *r, const char *setting, const char *name, uint16_t port)
{
	const struct indent_set *set = indent_get(r->x, setting);
	struct reach_service s;

	if (!indent_is_on(r->x, setting))
		return;
	s = cisco_reach_service(r, name, REACH_TCP(reach_port(set->port, port)),
	    set->state == STATE_ON ? set->node : TREE_NONE);
	reach_emit(&r->reach, &s);
}

void
nx_os_reach(struct ios *x, const struct read_in *in)
{
	struct cisco_reach r;
	struct cisco_way way = {0};
	struct words w;
	uint32_t line = TREE_NONE;

	cisco_reach_init(&r, x, in, &cisco_filter_nx_os);
	cisco_doors(&r);
	cisco_plane(&r);
	/* What comes in at mgmt0 is not policed (NX-OS, "Configuring Control
	 * Plane Policing").  Confirmed: official. */
	r.reach.planes_inband = true;
	if (x->hostname == TREE_NONE)
		r.reach.more_doors = REACH_PART;
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text;

		if (text_starts(t, "line vty")) {
			cisco_way_read(x, i, &way);
			line = i;
		} else if (text_starts(t, "snmp-server community")) {
			words_read(&w, t);
			community_service(&r, i, &w);
		}
	}
	line_services(&r, line, &way);
	if (indent_is_on(x, "nxapi"))
		plain_service(&r, "nxapi-https", "https", 443);
	plain_service(&r, "nxapi-http", "http", 80);
	plain_service(&r, "netconf-yang", "netconf", 830);
	plain_service(&r, "grpc", "grpc", 50051);
}
