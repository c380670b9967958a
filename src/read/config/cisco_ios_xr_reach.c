/*
 * IOS XR: a connection to SSH or Telnet passes the list of the server, the
 * access class of the line template, and management-plane protection.  The
 * last drops on the routed interfaces what it does not allow there; the
 * management port of the route processor is not subject to it unless it is
 * made so, and is not looked at.
 */
#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

struct xr {
	struct cisco_reach r;
	struct span list4, list6; /* access class of the terminal lines */
	uint32_t plane;		  /* "management-plane", or TREE_NONE */
};

/* ---- management-plane protection ---- */

/* allow P [peer / address ipv4 A] */
static void
plane_allow(struct xr *x, uint32_t node, struct reach_list *l)
{
	const struct tree *t = x->r.x->tree;
	struct words w;
	struct prefix p;
	bool peers = false;

	for (uint32_t c = node + 1; c < t->v[node].end; c++) {
		words_read(&w, t->v[c].text);
		if (!words_is(&w, 0, "address") ||
		    !prefix_read(words_at(&w, 2), &p))
			continue;
		peers = true;
		reach_list_permit(
		    &x->r.reach, l, &p, w.text, t->v[c].line, t->v[c].offset);
	}
	if (!peers)
		reach_list_permit(&x->r.reach, l, NULL, t->v[node].text,
		    t->v[node].line, t->v[node].offset);
}

/* What a part of the management plane allows of a protocol. */
static void
plane_part(
    struct xr *x, uint32_t node, const char *protocol, struct reach_list *l)
{
	const struct tree *t = x->r.x->tree;
	struct words w;

	for (uint32_t c = node + 1; c < t->v[node].end; c++) {
		if (!text_starts(t->v[c].text, "allow"))
			continue;
		words_read(&w, t->v[c].text);
		if (words_is(&w, 1, protocol) || words_is(&w, 1, "all"))
			plane_allow(x, c, l);
	}
}

static const struct filter *
plane_filter(struct xr *x, const struct reach_list *l)
{
	return reach_list_end(&x->r.reach, l, SPAN("management-plane"));
}

/* "interface all", or this one; a part of an interface is under its rules. */
static bool
is_part_of(struct span text, struct span interface)
{
	struct words w;
	struct span name;

	words_read(&w, text);
	name = words_from(&w, 1);
	return words_is(&w, 0, "interface") &&
	       (span_is(name, "all") || span_eq_nocase(name, interface) ||
		   span_eq_nocase(name,
		       span_head(interface, span_find_byte(interface, '.'))));
}

/* Through one door. */
static struct reach_guard
plane_at(struct xr *x, const struct reach_door *d, const char *protocol)
{
	const struct tree *t = x->r.x->tree;
	struct reach_list l = {0};
	const struct filter *f;

	if (d->face == REACH_MANAGEMENT)
		return (struct reach_guard){0};
	for (uint32_t c = x->plane + 1; c < t->v[x->plane].end; c++)
		if (is_part_of(t->v[c].text, d->interface))
			plane_part(x, c, protocol, &l);
	f = plane_filter(x, &l);
	return (struct reach_guard){f->name, f, f};
}

static void
plane_guard(struct xr *x, struct reach_service *s, const char *protocol)
{
	struct reach *r = &x->r.reach;
	struct reach_list l = {0};
	const struct filter *f;
	struct reach_guard *at;

	if (x->plane == TREE_NONE)
		return;
	plane_part(x, x->plane, protocol, &l);
	f = plane_filter(x, &l);
	reach_guard(s, f->name, f, f);
	at = arena_array(r->arena, r->ndoors, sizeof(*at));
	for (size_t i = 0; i < r->ndoors; i++)
		at[i] = plane_at(x, &r->doors[i], protocol);
	s->at = at;
}

/* Interfaces that have rules of their own are doors of their own. */
static void
plane_interfaces(struct xr *x)
{
	const struct tree *t = x->r.x->tree;
	struct words w;

	if (x->plane == TREE_NONE)
		return;
	for (uint32_t c = x->plane + 1; c < t->v[x->plane].end; c++) {
		words_read(&w, t->v[c].text);
		if (words_is(&w, 0, "interface"))
			cisco_reach_apart(&x->r, words_from(&w, 1), c);
	}
}

/* ---- services ---- */

/* ... ipv4 access-list L ipv6 access-list M; access-list L */
static void
guard_words(struct xr *x, struct reach_service *s, const struct words *w)
{
	for (unsigned i = 2; i + 1 < w->n; i++)
		if (words_is(w, i, "access-list") ||
		    words_is(w, i, "access-group"))
			cisco_reach_guard(&x->r, s,
			    words_is(w, i - 1, "ipv6") ? 6 : 4,
			    words_at(w, i + 1));
}

static void
line_guards(struct xr *x, struct reach_service *s)
{
	cisco_reach_guard(&x->r, s, 4, x->list4);
	cisco_reach_guard(&x->r, s, 6, x->list6);
}

/* ssh server [netconf] [vrf V] [ipv4 access-list L]; the line that only
 * switches the server on counts when there is no other. */
static bool
ssh_line(struct xr *x, uint32_t node, bool alone)
{
	struct reach_service s =
	    cisco_reach_service(&x->r, "ssh", REACH_TCP(22), node);
	struct words w;
	unsigned vrf, netconf;

	words_read(&w, s.text);
	vrf = words_find(&w, 2, "vrf");
	netconf = words_is(&w, 2, "netconf");
	if (!alone && vrf >= w.n && words_find(&w, 2, "access-list") >= w.n)
		return false;
	if (!alone && words_is(&w, 2, "port"))
		return false;
	if (netconf) {
		s.service = "netconf";
		s.query = REACH_TCP(830);
	} else {
		s.query.port =
		    reach_port(indent_get(x->r.x, "ssh-port")->port, 22);
	}
	s.vrf = vrf < w.n ? words_at(&w, vrf + 1) : (struct span){0};
	guard_words(x, &s, &w);
	line_guards(x, &s);
	plane_guard(x, &s, netconf ? "NETCONF" : "SSH");
	reach_emit(&x->r.reach, &s);
	return !netconf;
}

/* telnet [vrf V] ipv4 server max-servers N [access-list L] */
static void
telnet_line(struct xr *x, uint32_t node)
{
	struct reach_service s =
	    cisco_reach_service(&x->r, "telnet", REACH_TCP(23), node);
	struct words w;

	words_read(&w, s.text);
	if (words_find(&w, 1, "server") >= w.n)
		return;
	if (words_is(&w, 1, "vrf"))
		s.vrf = words_at(&w, 2);
	guard_words(x, &s, &w);
	line_guards(x, &s);
	plane_guard(x, &s, "Telnet");
	reach_emit(&x->r.reach, &s);
}

static void
community_line(struct xr *x, uint32_t node)
{
	struct reach_service s =
	    cisco_reach_service(&x->r, "snmp", REACH_UDP(161), node);
	struct indent_community c;
	struct words w;

	words_read(&w, s.text);
	indent_community_read(&w, &c);
	s.mode = c.mode.n ? c.mode : SPAN("ro");
	s.every_vrf = true;
	cisco_reach_guard(&x->r, &s, 4, c.list);
	cisco_reach_guard(&x->r, &s, 6, c.list6);
	plane_guard(x, &s, "SNMP");
	reach_emit(&x->r.reach, &s);
}

static void
plain_service(struct xr *x, const char *setting, const char *name,
    uint16_t port, const char *protocol)
{
	const struct indent_set *set = indent_get(x->r.x, setting);
	struct reach_service s;
	struct words w;

	if (set->state != STATE_ON)
		return;
	s = cisco_reach_service(
	    &x->r, name, REACH_TCP(reach_port(set->port, port)), set->node);
	words_read(&w, s.text);
	guard_words(x, &s, &w);
	if (protocol != NULL)
		plane_guard(x, &s, protocol);
	else if (x->plane != TREE_NONE)
		s.unsure = "whether management-plane protection covers it";
	reach_emit(&x->r.reach, &s);
}

/* ---- what stands before the services ---- */

/* access-class [ipv4|ipv6] ingress L */
static void
template_lists(struct xr *x, uint32_t node)
{
	struct words w;

	EACH_CHILD(c, x->r.x->tree, node)
	{
		unsigned in;

		words_read(&w, x->r.x->tree->v[c].text);
		in = words_find(&w, 1, "ingress");
		if (words_is(&w, 0, "access-class") && in < w.n)
			*(words_is(&w, in - 1, "ipv6") ? &x->list6
						       : &x->list4) =
			    words_at(&w, in + 1);
	}
}

/* The template of the default pool: "line default", or the one it names. */
static void
read_context(struct xr *x)
{
	const struct tree *t = x->r.x->tree;
	struct span template = {0}, rest;

	x->plane = TREE_NONE;
	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		struct words w;

		if (text_starts(t->v[i].text, "control-plane"))
			x->plane = ios_child(x->r.x, i, "management-plane");
		if (!text_starts(t->v[i].text, "vty-pool default"))
			continue;
		words_read(&w, t->v[i].text);
		template = words_at(&w, words_find(&w, 2, "line-template") + 1);
	}
	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		rest = t->v[i].text;
		if (template.n == 0 || span_is(template, "default")
			? text_starts(rest, "line default")
			: text_starts(rest, "line template") &&
			      span_ends(rest, template))
			template_lists(x, i);
	}
}

void
ios_xr_reach(struct ios *x, const struct read_in *in)
{
	struct xr xr;
	const struct tree *t = x->tree;
	uint32_t alone = TREE_NONE;
	bool ssh = false;

	cisco_reach_init(&xr.r, x, in, &cisco_filter_ios_xr);
	xr.list4 = xr.list6 = (struct span){0};
	read_context(&xr);
	plane_interfaces(&xr);
	xr.r.reach.by_vrf = true;
	cisco_doors(&xr.r);
	if (x->hostname == TREE_NONE)
		xr.r.reach.more_doors = REACH_PART;
	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		struct span text = t->v[i].text;

		if (text_starts(text, "snmp-server community"))
			community_line(&xr, i);
		else if (text_starts(text, "telnet"))
			telnet_line(&xr, i);
		else if (text_starts(text, "ssh server")) {
			ssh |= ssh_line(&xr, i, false);
			if (alone == TREE_NONE &&
			    !text_starts(text, "ssh server netconf"))
				alone = i;
		}
	}
	if (!ssh && alone != TREE_NONE && indent_is_on(x, "ssh"))
		ssh_line(&xr, alone, true);
	plain_service(&xr, "http-server", "http", 80, "HTTP");
	plain_service(&xr, "grpc", "grpc", 57400, NULL);
	plain_service(&xr, "xml-agent", "xml", 38751, "XML");
}
