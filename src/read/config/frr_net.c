/* FRRouting and Cumulus Linux: interfaces, tunnels, neighbours. */
#include "read/config/frr.h"

/* ---- interfaces ---- */

/* ip address A/n, ipv6 address A/n; in a stanza: address A[/n] */
static bool
read_address(const struct words *w, struct prefix *p, struct span *text)
{
	struct addr a;

	if (words_is(w, 0, "address"))
		*text = words_at(w, 1);
	else if (words_is(w, 1, "address") &&
		 (words_is(w, 0, "ip") || words_is(w, 0, "ipv6")))
		*text = words_at(w, 2);
	else
		return false;
	if (!prefix_read(*text, p))
		return false;
	*text = span_head(*text, span_find_byte(*text, '/'));
	return addr_read(*text, &a);
}

void
frr_interface_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;
	struct prefix p;
	struct span text;

	(void)w;
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (read_address(&cw, &p, &text))
			scope_add(&x->scope, &p);
	}
}

struct face {
	struct span name, vrf, description;
	const char *role;
	bool shutdown, stanza;
	unsigned addresses;
	/* Of a tunnel or a VXLAN. */
	struct span mode, near, far;
	uint32_t far_node;
};

static void
take_line(struct face *f, const struct words *w, uint32_t node)
{
	static const char *const nears[] = {
	    "tunnel-local", "local", "vxlan-local-tunnelip", NULL};
	static const char *const fars[] = {
	    "tunnel-endpoint", "endpoint", "vxlan-remoteip", NULL};
	struct span key = words_at(w, 0), value = words_at(w, 1);

	if (span_is(key, "description") || span_is(key, "alias"))
		f->description = words_from(w, 1);
	else if (span_is(key, "vrf"))
		f->vrf = value;
	else if (span_is(key, "shutdown") ||
		 (span_is(key, "link-down") && span_is(value, "yes")))
		f->shutdown = true;
	else if (span_is(key, "tunnel-mode") || span_is(key, "tunnel-type") ||
		 (span_is(key, "mode") && f->stanza))
		f->mode = value;
	else if (span_is(key, "vxlan-id"))
		f->mode = SPAN("vxlan");
	for (unsigned i = 0; f->stanza && nears[i] != NULL; i++) {
		if (span_is(key, nears[i]))
			f->near = value;
		if (span_is(key, fars[i])) {
			f->far = value;
			f->far_node = node;
		}
	}
}

static bool
is_management(const struct face *f)
{
	return span_is(f->vrf, "mgmt") || span_is(f->vrf, "management") ||
	       (f->stanza && span_is(f->name, "eth0"));
}

static struct face
read_face(const struct ios *x, uint32_t node, const struct words *w)
{
	struct face f = {.name = words_at(w, 1),
	    .stanza = words_is(w, 0, "iface"),
	    .far_node = TREE_NONE};
	struct words cw;
	struct prefix p;
	struct span text;

	if (words_is(w, 2, "vrf"))
		f.vrf = words_at(w, 3);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		f.addresses += read_address(&cw, &p, &text);
		take_line(&f, &cw, c);
	}
	if (span_is(f.name, "lo") || span_starts(f.name, SPAN("dummy")))
		f.role = "loopback";
	else if (f.far.n > 0 || span_is(f.mode, "vxlan"))
		f.role = "tunnel";
	else if (is_management(&f))
		f.role = "management";
	else if (f.addresses > 0)
		f.role = "routed";
	return f;
}

static void
emit_face(struct ios *x, uint32_t node, const struct face *f, struct span text,
    const struct prefix *p)
{
	struct record *r = ios_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, f->name);
	if (p != NULL) {
		record_put_ip(r, F_ADDRESS, text);
		record_put_prefix(r, F_PREFIX, p, prefix_text(x->arena, p));
	}
	record_put(r, F_VRF, f->vrf);
	record_put_str(r, F_ROLE, f->role);
	record_put_bool(r, F_SHUTDOWN, f->shutdown);
	record_put(r, F_DESCRIPTION, f->description);
	ios_emit(x);
}

static void
tunnel(struct ios *x, const struct face *f)
{
	struct record *r;
	struct addr a;

	if (f->far.n == 0 || f->far_node == TREE_NONE)
		return;
	r = ios_begin(x, K_TUNNEL, f->far_node);
	record_put(r, F_INTERFACE, f->name);
	record_put(r, F_MODE, f->mode.n ? f->mode : SPAN("gre"));
	if (addr_read(f->near, &a))
		record_put_ip(r, F_SRC_IP, f->near);
	if (addr_read(f->far, &a))
		ios_put_peer(x, F_DST_IP, F_DST_SCOPE, f->far);
	record_put_bool(r, F_PROTECTED, false);
	ios_emit(x);
}

/* post-up COMMAND: what a stanza runs */
static void
commands(struct ios *x, uint32_t node, const struct face *f)
{
	static const char *const words[] = {
	    "pre-up", "up", "post-up", "pre-down", "down", "post-down", NULL};
	struct words w;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		for (const char *const *k = words; f->stanza && *k; k++)
			if (words_is(&w, 0, *k))
				indent_script(x, c, f->name, "ifupdown",
				    words_at(&w, 0), words_from(&w, 1));
	}
}

void
frr_interface_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct face f = read_face(x, node, w);
	struct words cw;
	struct prefix p;
	struct span text;

	if (f.name.n == 0)
		return;
	if (f.addresses == 0)
		emit_face(x, node, &f, (struct span){0}, NULL);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (read_address(&cw, &p, &text))
			emit_face(x, c, &f, text, &p);
	}
	tunnel(x, &f);
	commands(x, node, &f);
}

/* ---- neighbours ---- */

struct peer {
	struct span name, as, group;
	uint32_t node;
	bool protected, interface, template;
};

struct peers {
	struct ios *x;
	struct map names;
	struct peer *v;
	size_t n, cap;
};

static struct peer *
peer_of(struct peers *l, struct span name, uint32_t node)
{
	uint32_t i = map_add(&l->names, name, (uint32_t)l->n);

	if (i == l->n) {
		l->v =
		    arena_grow(l->x->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = (struct peer){.name = name, .node = node};
	}
	return &l->v[i];
}

/* neighbor P remote-as N | peer-group [G] | password X | interface ... */
static void
take_peer(struct peers *l, uint32_t node)
{
	struct words w;
	struct peer *p;
	unsigned i = 2;

	words_read(&w, l->x->tree->v[node].text);
	if (!words_is(&w, 0, "neighbor") || w.n < 3)
		return;
	p = peer_of(l, words_at(&w, 1), node);
	if (words_is(&w, i, "interface")) {
		p->interface = true;
		i += 1u + words_is(&w, i + 1, "v6only");
	}
	if (words_is(&w, i, "remote-as")) {
		p->as = words_at(&w, i + 1);
		p->node = node;
	} else if (words_is(&w, i, "peer-group")) {
		p->group = words_at(&w, i + 1);
		p->template = p->group.n == 0;
	} else if (words_is(&w, i, "password")) {
		p->protected = true;
	}
}

static void
emit_peer(struct peers *l, struct peer *p, struct span vrf)
{
	uint32_t g = p->group.n > 0 ? map_get(&l->names, p->group) : MAP_NONE;
	struct record *r;
	struct addr a;
	bool address = addr_read(p->name, &a);

	if (p->template || (!address && !p->interface))
		return;
	if (g != MAP_NONE) {
		p->protected |= l->v[g].protected;
		p->as = p->as.n > 0 ? p->as : l->v[g].as;
	}
	r = ios_begin(l->x, K_NEIGHBOR, p->node);
	if (address)
		record_put_ip(r, F_ADDRESS, p->name);
	else
		record_put(r, F_INTERFACE, p->name);
	record_put(r, F_REMOTE_AS, p->as);
	record_put_bool(r, F_PROTECTED, p->protected);
	record_put(r, F_VRF, vrf);
	ios_emit(l->x);
}

void
frr_router_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct peers l = {.x = x};

	if (!words_is(w, 1, "bgp"))
		return;
	map_init(&l.names, x->arena);
	EACH_CHILD(c, x->tree, node)
	{
		take_peer(&l, c);
		if (!text_starts(x->tree->v[c].text, "address-family"))
			continue;
		EACH_CHILD(k, x->tree, c)
		if (!text_starts(x->tree->v[k].text, "no"))
			take_peer(&l, k);
	}
	for (size_t i = 0; i < l.n; i++)
		emit_peer(&l, &l.v[i],
		    words_is(w, 3, "vrf") ? words_at(w, 4) : (struct span){0});
}
