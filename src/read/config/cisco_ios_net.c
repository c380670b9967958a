/* Interfaces, static routes and routing neighbours. */
#include "read/config/cisco_ios_facts.h"

/* ---- interfaces ---- */

/* "ip address A M [secondary]", "ipv6 address P/n [eui-64]" */
struct if_address {
	struct span text; /* of the address alone */
	struct prefix prefix;
	bool secondary;
};

static bool
read_address(const struct words *w, struct if_address *out)
{
	struct addr a;
	struct span text = words_at(w, 2);

	/* "ip address virtual P/n" of EOS */
	if (words_is(w, 2, "virtual"))
		text = words_at(w, 3);
	*out = (struct if_address){
	    .text = text, .secondary = words_is(w, 4, "secondary")};
	if (text_starts(w->text, "ip address") ||
	    text_starts(w->text, "ipv4 address")) {
		if (!prefix_of_words(text, words_at(w, 3), &out->prefix) &&
		    !(span_find_byte(text, '/') != SPAN_NONE &&
			prefix_read(text, &out->prefix)))
			return false;
	} else if (!text_starts(w->text, "ipv6 address") ||
		   !prefix_read(text, &out->prefix)) {
		return false;
	}
	out->text = span_head(text, span_find_byte(text, '/'));
	return addr_read(out->text, &a);
}

bool
interface_address(const struct words *w, struct prefix *out)
{
	struct if_address a;
	bool is = read_address(w, &a);

	if (!is || !addr_read(a.text, &out->addr))
		return false;
	out->bits = a.prefix.bits;
	return true;
}

static void
keep_address(struct ios *x, struct span interface, struct span addr)
{
	uint32_t i = map_add(&x->if_addr, interface, (uint32_t)x->nif);

	x->own =
	    arena_grow(x->arena, x->own, x->nown, &x->own_cap, sizeof(*x->own));
	if (addr_read(addr, &x->own[x->nown]))
		x->nown++;

	if (i != x->nif)
		return;
	x->if_addrs = arena_grow(
	    x->arena, x->if_addrs, x->nif, &x->if_cap, sizeof(*x->if_addrs));
	x->if_addrs[x->nif++] = addr;
}

/* ip access-group L in; ipv6 traffic-filter L in; ipv4|ipv6 access-group L
 * ingress (IOS XR) */
static bool
is_filter(const struct words *w)
{
	return words_is(w, 1, "access-group") ||
	       text_starts(w->text, "ipv6 traffic-filter");
}

void
interface_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;
	struct if_address a;

	EACH_CHILD(c, x->tree, node)
	{
		struct span t = x->tree->v[c].text;

		if (!span_starts(t, SPAN("ip")))
			continue;
		words_read(&cw, t);
		if (read_address(&cw, &a)) {
			scope_add(&x->scope, &a.prefix);
			keep_address(x, words_from(w, 1), a.text);
		} else if (is_filter(&cw)) {
			acl_use(x, words_is(&cw, 0, "ipv6") ? 6 : 4,
			    words_at(&cw, 2), USE_INTERFACE, c);
		}
	}
}

/* What the records of one interface have in common. */
struct if_common {
	struct span name, vrf, description;
	struct span acl_in[2], acl_out[2]; /* IPv4, IPv6 */
	const char *role;
	bool shutdown;
	unsigned addresses;
};

static bool
is_management(const struct if_common *f)
{
	return span_starts_nocase(f->vrf, SPAN("mgmt")) ||
	       span_starts_nocase(f->vrf, SPAN("management")) ||
	       span_starts_nocase(f->name, SPAN("mgmt")) ||
	       span_starts_nocase(f->name, SPAN("Management"));
}

static void
put_list(struct if_common *f, bool v6, bool out, struct span name)
{
	if (out)
		f->acl_out[v6] = name;
	else
		f->acl_in[v6] = name;
}

static void
read_common(const struct ios *x, uint32_t node, struct if_common *f)
{
	struct words w;
	struct if_address a;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		if (read_address(&w, &a))
			f->addresses++;
		else if (is_filter(&w))
			put_list(f, words_is(&w, 0, "ipv6"),
			    words_is(&w, 3, "out") || words_is(&w, 3, "egress"),
			    words_at(&w, 2));
		else if (text_starts(w.text, "vrf forwarding") ||
			 text_starts(w.text, "vrf member"))
			f->vrf = words_at(&w, 2);
		else if (words_is(&w, 0, "vrf") && w.n == 2)
			f->vrf = words_at(&w, 1);
		else if (text_starts(w.text, "ip vrf forwarding"))
			f->vrf = words_at(&w, 3);
		else if (words_is(&w, 0, "description"))
			f->description = words_from(&w, 1);
		else if (span_is(w.text, "shutdown"))
			f->shutdown = true;
	}
}

static void
emit_interface(struct ios *x, uint32_t node, const struct if_common *f,
    const struct if_address *a)
{
	struct record *r = ios_begin(x, K_INTERFACE, node);
	bool v6 = a != NULL && a->prefix.addr.family == 6;

	record_put(r, F_INTERFACE, f->name);
	if (a != NULL) {
		record_put_ip(r, F_ADDRESS, a->text);
		record_put_prefix(
		    r, F_PREFIX, &a->prefix, prefix_text(x->arena, &a->prefix));
	}
	record_put(r, F_ACL_IN, f->acl_in[v6]);
	record_put(r, F_ACL_OUT, f->acl_out[v6]);
	record_put(r, F_VRF, f->vrf);
	record_put_str(r, F_ROLE,
	    a != NULL && strcmp(f->role, "routed") == 0
		? role_of_link(x, &a->prefix, f->description)
		: f->role);
	record_put_bool(r, F_SHUTDOWN, f->shutdown);
	record_put(r, F_DESCRIPTION, f->description);
	ios_emit(x);
}

/* VirtualPortGroup interfaces join containers to the router. */
static void
port_group(struct ios *x, uint32_t node, const struct if_common *f)
{
	struct record *r;

	if (!span_starts(f->name, SPAN("VirtualPortGroup")))
		return;
	r = ios_begin(x, K_CONTAINER, node);
	record_put(r, F_NAME, f->name);
	record_put_str(r, F_STATE, f->shutdown ? "disabled" : "enabled");
	ios_emit(x);
}

void
interface_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct if_common f = {.name = words_from(w, 1)};
	struct words cw;
	struct if_address a;

	read_common(x, node, &f);
	if (span_starts_nocase(f.name, SPAN("Loopback")))
		f.role = "loopback";
	else if (span_starts_nocase(f.name, SPAN("Tunnel")))
		f.role = "tunnel";
	else if (is_management(&f))
		f.role = "management";
	else if (f.addresses > 0)
		f.role = "routed";
	if (f.addresses == 0)
		emit_interface(x, node, &f, NULL);
	EACH_CHILD(c, x->tree, node)
	{
		if (!span_starts(x->tree->v[c].text, SPAN("ip")))
			continue;
		words_read(&cw, x->tree->v[c].text);
		if (read_address(&cw, &a))
			emit_interface(x, c, &f, &a);
	}
	if (span_starts_nocase(f.name, SPAN("Tunnel")))
		tunnel_fact(x, node, w);
	port_group(x, node, &f);
}

/* ---- ways in ---- */

static void
door_address(const struct ios *x, const struct if_address *a,
    struct ios_door *d, struct span description)
{
	struct addr addr;
	const char *role = role_of_link(x, &a->prefix, description);

	if (!addr_read(a->text, &addr))
		return;
	*(addr.family == 6 ? &d->v6 : &d->v4) = true;
	d->is_public |= addr_public(&addr);
	if (d->role == NULL || strcmp(d->role, "routed") == 0)
		d->role = role;
}

/* ip unnumbered I: as the interface whose address it has */
static void
door_borrow(const struct ios *x, struct span lender, struct ios_door *d)
{
	uint32_t i = map_get(&x->if_addr, lender);
	struct addr addr;

	d->v4 = true;
	if (i != MAP_NONE && addr_read(x->if_addrs[i], &addr))
		d->is_public |= addr_public(&addr);
	else
		d->dynamic = true;
}

static bool
is_given(const struct words *w)
{
	static const char *const ways[] = {
	    "dhcp", "negotiated", "autoconfig", "pppoe"};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (words_is(w, 1, "address") && words_is(w, 2, ways[i]))
			return true;
	return false;
}

static void
door_line(const struct ios *x, const struct words *w, uint32_t node,
    struct ios_door *d, struct span description)
{
	struct if_address a;
	bool v6 = words_is(w, 0, "ipv6");
	/* ip unnumbered I; ip address unnumbered I (EOS) */
	unsigned unnumbered = words_is(w, 1, "unnumbered")   ? 1
			      : words_is(w, 2, "unnumbered") ? 2
							     : 0;

	if (!span_starts(w->text, SPAN("ip")))
		return;
	if (read_address(w, &a)) {
		door_address(x, &a, d, description);
	} else if (is_given(w)) {
		*(v6 ? &d->v6 : &d->v4) = true;
		d->dynamic = true;
	} else if (span_is(w->text, "ipv6 enable")) {
		d->v6 = d->link_local = true;
	} else if (unnumbered > 0 && !v6) {
		door_borrow(x, words_from(w, unnumbered + 1), d);
	} else if (is_filter(w) && !words_is(w, 3, "out") &&
		   !words_is(w, 3, "egress")) {
		d->list[v6] = words_at(w, 2);
		d->list_node[v6] = node;
	}
}

void
interface_door(const struct ios *x, uint32_t node, struct ios_door *out)
{
	struct if_common f;
	struct words w;

	words_read(&w, x->tree->v[node].text);
	f = (struct if_common){.name = words_from(&w, 1)};
	read_common(x, node, &f);
	*out = (struct ios_door){.name = f.name,
	    .vrf = f.vrf,
	    .shutdown = f.shutdown,
	    .management = is_management(&f),
	    .loopback = span_starts_nocase(f.name, SPAN("Loopback"))};
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		door_line(x, &w, c, out, f.description);
	}
}

/* ---- static routes ---- */

struct route {
	struct prefix prefix;
	struct span vrf, next_hop, interface;
};

/* P M [INTERFACE] [NEXT-HOP] or P/n ... from word i on */
static bool
read_route_from(const struct words *w, unsigned i, struct route *r)
{
	struct addr a;

	if (words_is(w, 0, "ipv6") ||
	    span_find_byte(words_at(w, i), '/') != SPAN_NONE) {
		if (!prefix_read(words_at(w, i), &r->prefix))
			return false;
		i += 1;
	} else {
		if (!prefix_of_words(
			words_at(w, i), words_at(w, i + 1), &r->prefix))
			return false;
		i += 2;
	}
	if (!addr_read(words_at(w, i), &a) && words_at(w, i).n > 0 &&
	    ascii_alpha((unsigned char)words_at(w, i).p[0]) &&
	    !words_is(w, i, "dhcp"))
		r->interface = words_at(w, i++);
	/* "Serial 0/0" in old configurations. */
	if (r->interface.n > 0 && words_at(w, i).n > 0 &&
	    span_find_byte(words_at(w, i), '/') != SPAN_NONE)
		r->interface = words_range(w, i - 1, i), i++;
	if (addr_read(words_at(w, i), &a))
		r->next_hop = words_at(w, i);
	return true;
}

/* ip route [vrf V] P M ... ; ipv6 route [vrf V] P/n ... */
static bool
read_route(const struct words *w, struct route *r)
{
	bool vrf = words_is(w, 2, "vrf");

	/* NX-OS has it at the end. */
	*r = (struct route){.vrf = words_at(w, words_find(w, 2, "vrf") + 1)};
	return read_route_from(w, vrf ? 4 : 2, r);
}

static void
emit_route(struct ios *x, uint32_t node, const struct route *route)
{
	struct record *r = ios_begin(x, K_ROUTE, node);

	record_put_prefix(
	    r, F_PREFIX, &route->prefix, prefix_text(x->arena, &route->prefix));
	record_put_ip(r, F_NEXT_HOP, route->next_hop);
	record_put(r, F_INTERFACE, route->interface);
	record_put(r, F_VRF, route->vrf);
	ios_emit(x);
}

void
route_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct route route = {0};

	if (words_is(w, 1, "default-gateway")) {
		route.prefix.addr.family = 4;
		route.next_hop = words_at(w, 2);
	} else if (!read_route(w, &route)) {
		return;
	}
	emit_route(x, node, &route);
}

void
route_fact_from(struct ios *x, uint32_t node, const struct words *w, unsigned i,
    struct span vrf)
{
	struct route route = {.vrf = vrf};

	if (read_route_from(w, i, &route))
		emit_route(x, node, &route);
}

void
route_facts_below(struct ios *x, uint32_t node, struct span vrf)
{
	struct words w;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		if (words_is(&w, 1, "route"))
			route_fact_from(x, c, &w, 2, vrf);
	}
}

/* ---- BGP ---- */

struct neighbor {
	struct span name, vrf, as, group;
	uint32_t node;
	bool protected;
};

struct neighbors {
	struct ios *x;
	struct map names; /* VRF, newline, name */
	struct neighbor *v;
	size_t n, cap;
};

/* The name of a neighbour or a group within its VRF. */
static struct span
neighbor_key(struct arena *a, struct span vrf, struct span name)
{
	return vrf.n == 0
		   ? name
		   : arena_fmt(a, "%.*s\n%.*s", SPAN_FMT(vrf), SPAN_FMT(name));
}

/* What is wider is mostly others' space, and one line must not make half the
 * Internet the operator's own. */
#define ANNOUNCED_WIDEST4 12
#define ANNOUNCED_WIDEST6 20

static void
announced(struct ios *x, const struct prefix *p)
{
	if (p->bits >=
	    (p->addr.family == 4 ? ANNOUNCED_WIDEST4 : ANNOUNCED_WIDEST6))
		scope_add(&x->scope, p);
}

/* network A [mask M] */
static void
note_network(struct ios *x, const struct words *w)
{
	struct prefix p;

	if (words_is(w, 2, "mask")) {
		if (prefix_of_words(words_at(w, 1), words_at(w, 3), &p))
			announced(x, &p);
	} else if (span_find_byte(words_at(w, 1), '/') != SPAN_NONE &&
		   prefix_read(words_at(w, 1), &p)) {
		announced(x, &p);
	} else if (prefix_read(words_at(w, 1), &p) && p.addr.family == 4) {
		/* Classful, RFC 791 section 3.2. */
		unsigned char top = p.addr.bytes[0];

		p = prefix_of(p.addr, top < 128 ? 8 : top < 192 ? 16 : 24);
		announced(x, &p);
	}
}

void
router_note(struct ios *x, uint32_t node, const struct words *w)
{
	bool bgp = words_is(w, 1, "bgp");
	struct words cw;

	acl_use_children(x, node);
	for (uint32_t c = node + 1; bgp && c < x->tree->v[node].end; c++) {
		if (!text_starts(x->tree->v[c].text, "network"))
			continue;
		words_read(&cw, x->tree->v[c].text);
		note_network(x, &cw);
	}
}

static struct neighbor *
neighbor_of(
    struct neighbors *l, struct span vrf, struct span name, uint32_t node)
{
	struct span key = neighbor_key(l->x->arena, vrf, name);
	uint32_t i = map_add(&l->names, key, (uint32_t)l->n);

	if (i == l->n) {
		l->v =
		    arena_grow(l->x->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] =
		    (struct neighbor){.name = name, .vrf = vrf, .node = node};
	}
	return &l->v[i];
}

static void
read_neighbor(struct neighbors *l, uint32_t node, struct span vrf)
{
	struct words w;
	struct neighbor *n;

	words_read(&w, l->x->tree->v[node].text);
	if (!words_is(&w, 0, "neighbor") || w.n < 3)
		return;
	n = neighbor_of(l, vrf, words_at(&w, 1), node);
	if (words_is(&w, 2, "remote-as")) {
		n->as = words_at(&w, 3);
		n->node = node;
	} else if (words_is(&w, 2, "peer-group")) {
		n->group = words_at(&w, 3);
	} else if (words_is(&w, 2, "peer") && words_is(&w, 3, "group")) {
		n->group = words_at(&w, 4);
	} else if (words_is(&w, 2, "password") || words_is(&w, 2, "ao")) {
		n->protected = true;
	}
}

/* The group of a neighbour: of its own VRF, or of the whole process. */
static uint32_t
group_of(const struct neighbors *l, const struct neighbor *n)
{
	uint32_t g;

	if (n->group.n == 0)
		return MAP_NONE;
	g = map_get(&l->names, neighbor_key(l->x->arena, n->vrf, n->group));
	return g != MAP_NONE ? g : map_get(&l->names, n->group);
}

static void
emit_neighbors(struct neighbors *l)
{
	struct addr a;

	for (size_t i = 0; i < l->n; i++) {
		struct neighbor *n = &l->v[i];
		struct record *r;
		uint32_t g = group_of(l, n);

		if (!addr_read(n->name, &a))
			continue;
		if (g != MAP_NONE) {
			n->protected |= l->v[g].protected;
			n->as = n->as.n ? n->as : l->v[g].as;
		}
		r = ios_begin(l->x, K_NEIGHBOR, n->node);
		record_put_str(r, F_PROTOCOL, "bgp");
		record_put_ip(r, F_ADDRESS, n->name);
		record_put(r, F_REMOTE_AS, n->as);
		record_put_bool(r, F_PROTECTED, n->protected);
		record_put(r, F_VRF, n->vrf);
		ios_emit(l->x);
	}
}

/* address-family ipv4 vrf V; vrf V (EOS) */
static struct span
family_vrf(struct span text)
{
	struct words w;

	words_read(&w, text);
	return words_at(&w, words_find(&w, 0, "vrf") + 1);
}

void
router_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct neighbors l = {.x = x};

	if (!words_is(w, 1, "bgp"))
		return;
	map_init(&l.names, x->arena);
	EACH_CHILD(c, x->tree, node)
	{
		struct span t = x->tree->v[c].text, vrf = {0};

		if (text_starts(t, "neighbor")) {
			read_neighbor(&l, c, vrf);
		} else if (text_starts(t, "address-family") ||
			   text_starts(t, "vrf")) {
			vrf = family_vrf(t);
			EACH_CHILD(k, x->tree, c)
			read_neighbor(&l, k, vrf);
		}
	}
	emit_neighbors(&l);
}
