/*
 * Interior routing protocols of IOS and its relatives: OSPF, EIGRP, IS-IS.
 * Their neighbours are not configured but met, so the fact is where the device
 * looks for them: each interface on which a protocol runs, is not passive and
 * is not shut down, and whether what is heard there must be authenticated.
 *
 * Three ways to say that a protocol runs: "network" lines of the process that
 * hold an address of the interface (IOS, ASA, EOS), a line of the interface
 * (IOS, NX-OS, EOS), an interface within the process (IOS XR).
 */
#include "read/config/cisco_ios_facts.h"

enum protocol { OSPF, EIGRP, ISIS, PROTOCOLS };
static const char *const names[] = {"ospf", "eigrp", "isis"};

enum { MARK_PASSIVE = 1, MARK_ACTIVE = 2, MARK_PROTECTED = 4 };

struct process {
	enum protocol protocol;
	struct span name;
	bool passive, protected; /* of all interfaces */
	struct map marks;	 /* interface -> MARK_, or-ed */
	struct map areas;	 /* OSPF areas that are authenticated */
};

/* Networks of one process, VRF and area. */
struct network {
	size_t process;
	struct span vrf, area;
	struct ios_scope scope;
};

struct igp {
	struct ios *x;
	struct process v[LIMIT_IGP_PROCESSES];
	size_t n;
	struct network *nets;
	size_t nnets, nets_cap;
};

/* What the lines around one within a process say. */
struct within {
	size_t process;
	struct span vrf, area;
	bool protected, passive;
};

/* What an interface says. */
struct side {
	struct span name, vrf;
	uint32_t node;
	bool down;
	bool runs[PROTOCOLS], passive[PROTOCOLS], protected[PROTOCOLS];
	struct span process[PROTOCOLS];
	struct span area; /* of OSPF */
	struct addr *addrs;
	size_t n, cap;
};

static bool
protocol_of(struct span word, enum protocol *out)
{
	for (unsigned i = 0; i < PROTOCOLS; i++)
		if (span_is(word, names[i]))
			return *out = (enum protocol)i, true;
	if (!span_is(word, "ospfv3"))
		return false;
	*out = OSPF;
	return true;
}

static void
mark(struct process *p, struct span interface, uint32_t m)
{
	uint32_t old = map_get(&p->marks, interface);

	map_put(&p->marks, interface, (old == MAP_NONE ? 0 : old) | m);
}

static uint32_t
marks_of(const struct process *p, struct span interface)
{
	uint32_t m = map_get(&p->marks, interface);

	return m == MAP_NONE ? 0 : m;
}

static void
emit(struct igp *g, uint32_t node, const struct process *p,
    enum protocol protocol, struct span interface, struct span vrf,
    bool protected)
{
	struct record *r = ios_begin(g->x, K_NEIGHBOR, node);

	record_put_str(r, F_PROTOCOL, names[protocol]);
	record_put(r, F_NAME, p != NULL ? p->name : (struct span){0});
	record_put(r, F_INTERFACE, interface);
	record_put_bool(r, F_PROTECTED, protected);
	record_put(r, F_VRF, vrf);
	ios_emit(g->x);
}

/* ---- the process ---- */

static struct ios_scope *
networks_of(struct igp *g, const struct within *in, struct span area)
{
	for (size_t i = 0; i < g->nnets; i++)
		if (g->nets[i].process == in->process &&
		    span_eq(g->nets[i].vrf, in->vrf) &&
		    span_eq(g->nets[i].area, area))
			return &g->nets[i].scope;
	if (g->nnets >= LIMIT_IGP_PROCESSES)
		return NULL;
	g->nets = arena_grow(
	    g->x->arena, g->nets, g->nnets, &g->nets_cap, sizeof(*g->nets));
	g->nets[g->nnets] = (struct network){
	    .process = in->process, .vrf = in->vrf, .area = area};
	scope_init(&g->nets[g->nnets].scope, g->x->arena);
	return &g->nets[g->nnets++].scope;
}

/* network A W [area N], A M (ASA), A/n; A alone is a classful network, RFC 791
 * section 3.2. */
static bool
network_prefix(const struct words *w, struct prefix *out)
{
	struct addr a, m;

	if (span_find_byte(words_at(w, 1), '/') != SPAN_NONE)
		return prefix_read(words_at(w, 1), out);
	if (!addr_read(words_at(w, 1), &a) || a.family != 4)
		return false;
	if (addr_read(words_at(w, 2), &m))
		return prefix_of_wildcard(a, m, out) ||
		       prefix_of_words(words_at(w, 1), words_at(w, 2), out);
	*out = prefix_of(a, a.bytes[0] < 128 ? 8 : a.bytes[0] < 192 ? 16 : 24);
	return true;
}

static void
network(struct igp *g, const struct words *w, const struct within *in)
{
	struct span area = words_at(w, words_find(w, 2, "area") + 1);
	struct ios_scope *s;
	struct prefix p;

	if (!network_prefix(w, &p))
		return;
	s = networks_of(g, in, area);
	/* 0.0.0.0 255.255.255.255: all, in two halves, since a scope holds
	 * nothing of length 0. */
	if (s != NULL && p.bits == 0 && p.addr.family == 4) {
		p.bits = 1;
		scope_add(s, &p);
		p.addr.bytes[0] = 128;
	}
	if (s != NULL)
		scope_add(s, &p);
}

static bool
is_authentication(const struct words *w, unsigned i)
{
	return (words_is(w, i, "authentication") && i + 1 < w->n &&
		   !words_is(w, i + 1, "null")) ||
	       words_is(w, i, "hello-password") ||
	       words_is(w, i, "area-password") ||
	       words_is(w, i, "domain-password") ||
	       words_is(w, i, "lsp-password") ||
	       words_is(w, i, "authentication-type") ||
	       words_is(w, i, "message-digest-key");
}

static void
surroundings(const struct igp *g, uint32_t node, struct within *in)
{
	struct words w;

	EACH_CHILD(c, g->x->tree, node)
	{
		words_read(&w, g->x->tree->v[c].text);
		in->protected |= is_authentication(&w, 0);
		in->passive |=
		    words_is(&w, 0, "passive") ||
		    (words_is(&w, 0, "passive-interface") && w.n == 1);
	}
}

/* interface X of IOS XR, af-interface X of EIGRP in named mode. */
static void
inner_interface(struct igp *g, uint32_t node, const struct words *w,
    const struct within *around)
{
	struct process *p = &g->v[around->process];
	struct within in = *around;
	struct span name = words_from(w, 1);

	in.passive = false;
	surroundings(g, node, &in);
	if (words_is(w, 0, "interface")) {
		if (!in.passive && !span_starts(name, SPAN("Loopback")))
			emit(g, node, p, p->protocol, name, in.vrf,
			    in.protected);
	} else if (span_is(name, "default")) {
		p->passive |= in.passive;
		p->protected |= in.protected;
	} else {
		mark(p, name,
		    (in.passive ? MARK_PASSIVE : MARK_ACTIVE) |
			(in.protected ? MARK_PROTECTED : 0u));
	}
}

static void
process_line(struct igp *g, const struct words *w, const struct within *in)
{
	struct process *p = &g->v[in->process];
	struct span last = words_from(w, 1);

	if (words_is(w, 0, "network"))
		network(g, w, in);
	else if (words_is(w, 0, "passive-interface") &&
		 span_is(last, "default"))
		p->passive = true;
	else if (words_is(w, 0, "passive-interface") && w->n > 1)
		mark(p, last, MARK_PASSIVE);
	else if (words_is(w, 0, "no") && words_is(w, 1, "passive-interface"))
		mark(p, words_from(w, 2), MARK_ACTIVE);
	else if (words_is(w, 0, "area") && words_is(w, 2, "authentication"))
		map_put(&p->areas, words_at(w, 1), 1);
}

/* The tree is at most LIMIT_TREE_DEPTH deep. */
static void
level(struct igp *g, uint32_t node, const struct within *around)
{
	struct within in = *around;
	struct words w;
	unsigned vrf;

	surroundings(g, node, &in);
	EACH_CHILD(c, g->x->tree, node)
	{
		struct within deeper = in;

		words_read(&w, g->x->tree->v[c].text);
		if (words_is(&w, 0, "interface") ||
		    words_is(&w, 0, "af-interface")) {
			inner_interface(g, c, &w, &in);
			continue;
		}
		process_line(g, &w, &in);
		if (g->x->tree->v[c].end == c + 1)
			continue;
		vrf = words_find(&w, 0, "vrf");
		if (vrf < w.n)
			deeper.vrf = words_at(&w, vrf + 1);
		level(g, c, &deeper);
	}
}

static void
process(struct igp *g, uint32_t node, const struct words *w)
{
	struct within in = {.process = g->n};
	struct process *p;
	enum protocol protocol;

	if (!protocol_of(words_at(w, 1), &protocol) ||
	    g->n >= LIMIT_IGP_PROCESSES)
		return;
	p = &g->v[g->n++];
	*p = (struct process){.protocol = protocol, .name = words_at(w, 2)};
	map_init(&p->marks, g->x->arena);
	map_init(&p->areas, g->x->arena);
	in.vrf = words_at(w, words_find(w, 2, "vrf") + 1);
	level(g, node, &in);
	surroundings(g, node, &in);
	p->protected |= in.protected;
}

/* ---- the interface ---- */

/* A line about a protocol: how many words name it, 0 when it is none. */
static unsigned
about(const struct words *w, enum protocol *p)
{
	unsigned i = words_is(w, 0, "ip") || words_is(w, 0, "ipv6");

	if (words_is(w, i, "router") && protocol_of(words_at(w, i + 1), p))
		return i + 2;
	if (words_is(w, i, "authentication") &&
	    protocol_of(words_at(w, i + 2), p))
		return i;
	if (words_is(w, i, "passive-interface") &&
	    protocol_of(words_at(w, i + 1), p))
		return i;
	return protocol_of(words_at(w, i), p) ? i + 1 : 0;
}

static void
side_line(struct side *s, const struct words *w)
{
	enum protocol p;
	unsigned i = about(w, &p);

	if (i == 0)
		return;
	if (words_is(w, i - 2u, "router") || words_is(w, i, "enable") ||
	    words_find(w, i, "area") < w->n) {
		s->runs[p] = true;
		s->area = words_at(w, words_find(w, i, "area") + 1);
		if (!words_is(w, i, "area"))
			s->process[p] = words_is(w, i, "enable")
					    ? words_at(w, i + 1)
					    : words_at(w, i);
	} else if (words_is(w, i, "passive-interface") ||
		   words_is(w, i, "passive")) {
		s->passive[p] = true;
	} else if (is_authentication(w, i) || words_is(w, i, "password") ||
		   words_is(w, i, "authentication-key") ||
		   words_is(w, i, "encryption")) {
		s->protected[p] = true;
	}
}

static void
side_read(struct igp *g, uint32_t node, struct side *s)
{
	struct words w;
	struct prefix p;

	EACH_CHILD(c, g->x->tree, node)
	{
		words_read(&w, g->x->tree->v[c].text);
		if (interface_address(&w, &p)) {
			s->addrs = arena_grow(g->x->arena, s->addrs, s->n,
			    &s->cap, sizeof(*s->addrs));
			s->addrs[s->n++] = p.addr;
		} else if (span_is(w.text, "shutdown")) {
			s->down = true;
		} else if (words_is(&w, 0, "vrf") || words_is(&w, 1, "vrf")) {
			s->vrf = words_at(&w, w.n - 1);
		} else {
			side_line(s, &w);
		}
	}
}

static const struct process *
process_named(const struct igp *g, enum protocol p, struct span name)
{
	const struct process *only = NULL;

	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i].protocol != p)
			continue;
		if (name.n == 0 || span_eq(g->v[i].name, name))
			return &g->v[i];
		only = &g->v[i];
	}
	return only;
}

static void
side_tell(struct igp *g, const struct side *s, enum protocol protocol,
    const struct process *p, struct span area)
{
	uint32_t m = p != NULL ? marks_of(p, s->name) : 0;

	if (s->passive[protocol] || (m & MARK_PASSIVE) ||
	    (p != NULL && p->passive && !(m & MARK_ACTIVE)))
		return;
	emit(g, s->node, p, protocol, s->name, s->vrf,
	    s->protected[protocol] || (m & MARK_PROTECTED) ||
		(p != NULL &&
		    (p->protected || map_get(&p->areas, area) != MAP_NONE)));
}

static bool
in_network(const struct network *n, const struct side *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct prefix p =
		    prefix_of(s->addrs[i], s->addrs[i].family == 4 ? 32 : 128);
		const char *word = scope_of(&n->scope, &p);

		if (word != NULL && strcmp(word, "own") == 0)
			return true;
	}
	return false;
}

static void
interface(struct igp *g, uint32_t node, const struct words *w)
{
	struct side s = {.name = words_from(w, 1), .node = node};
	bool told[LIMIT_IGP_PROCESSES] = {false};

	side_read(g, node, &s);
	if (s.down || span_starts_nocase(s.name, SPAN("Loopback")))
		return;
	for (unsigned i = 0; i < PROTOCOLS; i++) {
		const struct process *p =
		    process_named(g, (enum protocol)i, s.process[i]);

		if (!s.runs[i])
			continue;
		side_tell(g, &s, (enum protocol)i, p, s.area);
		if (p != NULL)
			told[p - g->v] = true;
	}
	for (size_t i = 0; i < g->nnets; i++) {
		const struct network *n = &g->nets[i];

		if (told[n->process] || !span_eq(n->vrf, s.vrf) ||
		    !in_network(n, &s))
			continue;
		told[n->process] = true;
		side_tell(g, &s, g->v[n->process].protocol, &g->v[n->process],
		    n->area);
	}
}

void
igp_flush(struct ios *x)
{
	struct igp *g = arena_alloc(x->arena, sizeof(*g));
	struct words w;

	g->x = x; /* the arena gives zeroes */
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		if (!text_starts(x->tree->v[i].text, "router"))
			continue;
		words_read(&w, x->tree->v[i].text);
		process(g, i, &w);
	}
	for (uint32_t i = 0; i < x->tree->n && g->n > 0;
	     i = x->tree->v[i].end) {
		if (!text_starts(x->tree->v[i].text, "interface"))
			continue;
		words_read(&w, x->tree->v[i].text);
		interface(g, i, &w);
	}
}
