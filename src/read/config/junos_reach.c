/*
 * Junos: who may reach the routing engine.  The input filters of lo0 stand
 * before every service; an SNMP community may have clients of its own.
 */
#include "read/config/junos_reach.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)
/* A filter under construction. */
struct reading {
	struct junos_reach *r;
	unsigned family;
	struct filter_entry *v;
	size_t n, cap;
};

/* ---- sets of addresses ---- */

struct choices {
	struct junos_reach *r;
	struct filter_choice *v;
	size_t n, cap;
	bool unsure;
	struct span unknown;
	unsigned steps; /* of a path that is applied */
};

static void
choice_unknown(struct choices *c, struct span what)
{
	c->unsure = true;
	if (c->unknown.n == 0)
		c->unknown = what;
}

static void
choice_add(struct choices *c, struct span word, bool except)
{
	struct prefix p;
	struct filter_piece piece;

	if (span_is(word, "any"))
		word = SPAN("0.0.0.0/0");
	if (!prefix_read(word, &p))
		return;
	if (c->r->pieces >= LIMIT_FILTER_PIECES) {
		choice_unknown(c, SPAN("prefix lists too large"));
		return;
	}
	c->r->pieces++;
	piece = filter_piece_of(&p);
	c->v = arena_grow(c->r->x->arena, c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n++] =
	    (struct filter_choice){piece.lo, piece.hi, p.bits, except};
}

/* Words of an apply-path from the node on; "<*>" stands for every child. */
static void
apply_path(struct choices *c, uint32_t node, struct span rest, bool except)
{
	struct path_tree *t = c->r->x->tree;
	struct span word = span_word(&rest);

	if (node == PATH_NONE || ++c->steps > LIMIT_FILTER_PREFIXES)
		return;
	if (word.n == 0) {
		choice_add(c, path_word(t, node), except);
	} else if (span_is(word, "<*>")) {
		EACH_PATH(k, t, node)
		apply_path(c, k, rest, except);
	} else if (span_find_byte(word, '<') != SPAN_NONE) {
		choice_unknown(c, SPAN("a pattern of apply-path"));
	} else {
		apply_path(c, path_find_active(t, node, word), rest, except);
	}
}

static void
add_prefix_list(struct choices *c, struct span name, bool except)
{
	struct path_facts *x = c->r->x;
	struct path_tree *t = x->tree;
	uint32_t list =
	    path_find_active(t, ROOT("policy-options prefix-list"), name);

	if (list == PATH_NONE) {
		choice_unknown(
		    c, arena_fmt(x->arena, "prefix list %.*s is not defined",
			   SPAN_FMT(name)));
		return;
	}
	EACH_PATH(p, t, list)
	{
		if (span_is(WORD(p), "apply-path"))
			apply_path(
			    c, PATH_ROOT, WORD(path_first(t, p)), except);
		else
			choice_add(c, WORD(p), except);
	}
}

static void
add_listed(struct choices *c, uint32_t node, bool lists)
{
	struct path_facts *x = c->r->x;
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, node)
	{
		bool except = path_get(t, s, "except") != PATH_NONE ||
			      path_get(t, s, "restrict") != PATH_NONE;

		if (lists)
			add_prefix_list(c, WORD(s), except);
		else
			choice_add(c, WORD(s), except);
	}
}

static struct filter_set
choices_end(struct choices *c)
{
	struct filter_set s = {.unsure = c->unsure, .unknown = c->unknown};
	struct filter_piece *v;

	s.n = filter_choose(c->r->x->arena, c->v, c->n, &v);
	s.v = v;
	return s;
}

/* ---- terms ---- */

/* A destination: is it the device? */
static void
put_destination(
    struct reading *rd, struct filter_entry *e, const struct filter_set *s)
{
	struct junos_reach *r = rd->r;
	size_t held = 0, all = 0;

	for (size_t i = 0; i < r->nown; i++) {
		if (r->own[i].family != rd->family)
			continue;
		all++;
		for (size_t k = 0; k < s->n && k < LIMIT_FILTER_HOLES; k++)
			if (filter_piece_holds(&s->v[k], &r->own[i])) {
				held++;
				break;
			}
	}
	if (held > 0 &&
	    (e->action == FILTER_PERMIT || (held == all && !r->more_own)))
		return;
	if (held == 0 && all > 0 && !r->more_own && !s->unsure && r->x->whole &&
	    s->n <= LIMIT_FILTER_HOLES)
		e->never = true;
	else
		filter_entry_unsure(
		    e, SPAN("whether the destination is the device"));
}

static bool
port_range(struct span word, struct filter_ports *out)
{
	size_t dash = span_find_byte(word, '-');
	uint64_t lo, hi;

	if (span_u64(facts_port_number(word), &lo))
		hi = lo;
	else if (dash == SPAN_NONE || !span_u64(span_head(word, dash), &lo) ||
		 !span_u64(span_from(word, dash + 1), &hi))
		return false;
	if (lo > hi || hi > UINT16_MAX)
		return false;
	*out = (struct filter_ports){(uint16_t)lo, (uint16_t)hi};
	return true;
}

static void
add_ports(struct reading *rd, struct filter_service *s, uint32_t node)
{
	struct path_facts *x = rd->r->x;
	struct filter_ports *v = NULL, one;
	size_t n = 0, cap = 0;

	EACH_PATH(p, x->tree, node)
	{
		if (!port_range(WORD(p), &one)) {
			s->unsure = true;
			continue;
		}
		v = arena_grow(x->arena, v, n, &cap, sizeof(*v));
		v[n++] = one;
	}
	if (n > 0) {
		s->ports = v;
		s->nports = n;
	}
}

/* -1: one that no service here speaks. */
static int
protocol_number(struct span word)
{
	uint64_t n;

	if (span_is(word, "tcp"))
		return FILTER_TCP;
	if (span_is(word, "udp"))
		return FILTER_UDP;
	return span_u64(word, &n) && n > 0 && n < 256 ? (int)n : -1;
}

static void
put_services(struct reading *rd, struct filter_entry *e, uint32_t from)
{
	static const char *const words[] = {
	    "protocol", "next-header", "payload-protocol"};
	struct path_facts *x = rd->r->x;
	struct filter_service s = {0}, *v = NULL;
	size_t n = 0, cap = 0;
	bool some = false;

	add_ports(rd, &s, path_get(x->tree, from, "port"));
	add_ports(rd, &s, path_get(x->tree, from, "destination-port"));
	s.source_port = path_get(x->tree, from, "source-port") != PATH_NONE;
	for (unsigned i = 0; i < 3; i++)
		EACH_PATH(p, x->tree, path_get(x->tree, from, words[i]))
		{
			int number = protocol_number(WORD(p));

			some = true;
			if (number < 0)
				continue;
			s.protocol = (uint8_t)number;
			v = arena_grow(x->arena, v, n, &cap, sizeof(*v));
			v[n++] = s;
		}
	if (!some) {
		v = arena_alloc(x->arena, sizeof(*v));
		v[n++] = s;
	}
	e->services = v;
	e->nservices = n;
	e->never |= n == 0;
}

static void
put_flags(struct filter_entry *e, struct span flags)
{
	if (span_has(flags, "!ack") || span_has(flags, "! ack"))
		return;
	if (span_has(flags, "ack") || span_has(flags, "rst") ||
	    span_has(flags, "fin"))
		e->never = true;
	else if (!span_is(flags, "syn"))
		filter_entry_unsure(e, flags);
}

/* Conditions besides addresses, protocol and ports. */
static void
put_conditions(struct reading *rd, struct filter_entry *e, uint32_t from)
{
	static const char *const known[] = {"source-address",
	    "source-prefix-list", "address", "prefix-list",
	    "destination-address", "destination-prefix-list", "protocol",
	    "next-header", "payload-protocol", "port", "destination-port",
	    "source-port", "tcp-initial"};
	static const char *const never[] = {"tcp-established", "is-fragment",
	    "icmp-type", "icmp-code", "icmp6-type", "igmp-type"};
	struct path_facts *x = rd->r->x;

	EACH_PATH(c, x->tree, from)
	{
		struct span word = WORD(c);
		bool met = false;

		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			met |= span_is(word, known[i]);
		for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
			if (span_is(word, never[i]))
				met = e->never = true;
		if (met)
			continue;
		if (span_is(word, "tcp-flags"))
			put_flags(e, WORD(path_first(x->tree, c)));
		else
			filter_entry_unsure(
			    e, arena_fmt(x->arena, "the condition %.*s",
				   SPAN_FMT(word)));
	}
}

static void
put_addresses(struct reading *rd, struct filter_entry *e, uint32_t from)
{
	struct path_tree *t = rd->r->x->tree;
	struct choices src = {.r = rd->r}, dst = {.r = rd->r};
	uint32_t node[] = {path_get(t, from, "source-address"),
	    path_get(t, from, "source-prefix-list"),
	    path_get(t, from, "address"), path_get(t, from, "prefix-list"),
	    path_get(t, from, "destination-address"),
	    path_get(t, from, "destination-prefix-list")};
	struct filter_set set;
	bool some = false;

	for (unsigned i = 0; i < 4; i++) {
		some |= node[i] != PATH_NONE;
		add_listed(&src, node[i], i % 2 == 1);
	}
	/* These match a destination as well. */
	if (node[2] != PATH_NONE || node[3] != PATH_NONE)
		choice_unknown(&src, SPAN("an address of either side"));
	if (some)
		e->source = choices_end(&src);
	else
		e->source.any4 = e->source.any6 = true;
	if (node[4] == PATH_NONE && node[5] == PATH_NONE)
		return;
	add_listed(&dst, node[4], false);
	add_listed(&dst, node[5], true);
	set = choices_end(&dst);
	put_destination(rd, e, &set);
}

static void
add_entry(struct reading *rd, const struct filter_entry *e)
{
	rd->v =
	    arena_grow(rd->r->x->arena, rd->v, rd->n, &rd->cap, sizeof(*rd->v));
	rd->v[rd->n++] = *e;
}

static void
read_term(struct reading *rd, uint32_t node)
{
	struct path_facts *x = rd->r->x;
	struct path_tree *t = x->tree;
	uint32_t then = path_get(t, node, "then"),
		 from = path_get(t, node, "from");
	struct filter_entry e = {.action = FILTER_PERMIT,
	    .text = arena_fmt(x->arena, "term %.*s", SPAN_FMT(WORD(node))),
	    .line = path_at(t, node)->line,
	    .offset = path_at(t, node)->offset};

	if (path_get(t, then, "discard") != PATH_NONE ||
	    path_get(t, then, "reject") != PATH_NONE)
		e.action = FILTER_DENY;
	/* "next term" decides nothing; no action word accepts. */
	if (path_get(t, then, "next") != PATH_NONE)
		return;
	put_addresses(rd, &e, from);
	put_services(rd, &e, from);
	put_conditions(rd, &e, from);
	if (path_get(t, node, "filter") != PATH_NONE) {
		/* A filter within the filter may do either. */
		filter_entry_unsure(&e, SPAN("a filter within the filter"));
		add_entry(rd, &e);
		e.action = FILTER_DENY;
	}
	add_entry(rd, &e);
}

/* ---- the filters of lo0 ---- */

static bool
read_filter(struct reading *rd, struct span name)
{
	static const char *const books[2][2] = {
	    {"firewall family inet filter", "firewall filter"},
	    {"firewall family inet6 filter", "firewall family inet6 filter"}};
	struct path_facts *x = rd->r->x;

	for (unsigned i = 0; i < 2; i++) {
		uint32_t f = path_find_active(
		    x->tree, ROOT(books[rd->family == 6][i]), name);

		if (f == PATH_NONE)
			continue;
		EACH_PATH(term, x->tree, path_get(x->tree, f, "term"))
		read_term(rd, term);
		return true;
	}
	return false;
}

static const struct filter *
read_input(struct junos_reach *r, uint32_t list, unsigned family)
{
	struct path_facts *x = r->x;
	struct reading rd = {.r = r, .family = family};
	struct filter *f = arena_alloc(x->arena, sizeof(*f));
	struct span missing = {0};

	EACH_PATH(n, x->tree, list)
	if (!read_filter(&rd, WORD(n)))
		missing = WORD(n);
	*f = (struct filter){.name = WORD(path_first(x->tree, list)),
	    .v = rd.v,
	    .n = rd.n,
	    .end = FILTER_DENY};
	if (missing.n > 0 || rd.n == 0) {
		f->end = FILTER_UNKNOWN;
		f->end_why = arena_fmt(x->arena, "filter %.*s is not defined",
		    SPAN_FMT(missing.n ? missing : f->name));
	}
	return f;
}

const struct filter *
junos_input(struct junos_reach *r, uint32_t unit, unsigned family)
{
	static const char *const ways[2][2] = {
	    {"family inet filter input", "family inet filter input-list"},
	    {"family inet6 filter input", "family inet6 filter input-list"}};
	struct path_facts *x = r->x;

	for (unsigned i = 0; i < 2; i++) {
		uint32_t list = path_get(x->tree, unit, ways[family == 6][i]);
		uint32_t at;

		if (path_first(x->tree, list) == PATH_NONE)
			continue;
		at = map_add(&r->built,
		    arena_fmt(x->arena, "%u %.*s", family,
			SPAN_FMT(facts_values(x, list))),
		    (uint32_t)r->nfilters);
		if (at == r->nfilters) {
			r->filters =
			    arena_grow(x->arena, r->filters, r->nfilters,
				&r->filters_cap, sizeof(struct filter *));
			r->filters[r->nfilters++] = read_input(r, list, family);
		}
		return r->filters[at];
	}
	return NULL;
}

static void
read_own(struct junos_reach *r)
{
	static const char *const families[] = {
	    "family inet address", "family inet6 address"};
	struct path_facts *x = r->x;
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, ROOT("interfaces"))
	EACH_PATH(u, t, path_get(t, i, "unit"))
	for (unsigned k = 0; k < 2; k++)
		EACH_PATH(a, t, path_get(t, u, families[k]))
		{
			struct span word = WORD(a);
			struct addr addr;

			if (!addr_read(
				span_head(word, span_find_byte(word, '/')),
				&addr))
				continue;
			r->more_own |= r->nown == JUNOS_OWN_MOST;
			if (!r->more_own)
				r->own[r->nown++] = addr;
		}
}

/* ---- services ---- */

static struct reach_service
service_of(struct junos_reach *r, const char *name, struct filter_query query,
    uint32_t node)
{
	struct path_facts *x = r->x;
	struct reach_service s = {.service = name, .query = query};

	s.text = path_line(x->tree, node);
	s.line = path_at(x->tree, node)->line;
	s.offset = path_at(x->tree, node)->offset;
	for (unsigned k = 0; k < 2; k++)
		if (r->lo0[k] != NULL)
			reach_guard(&s, r->lo0[k]->name, k ? NULL : r->lo0[k],
			    k ? r->lo0[k] : NULL);
	if (!x->whole && r->lo0[0] == NULL)
		s.unsure = REACH_PART;
	return s;
}

static void
services(struct junos_reach *r)
{
	static const struct {
		const char *path, *name;
		uint16_t port;
	} table[] = {
	    {"system services ssh", "ssh", 22},
	    {"system services telnet", "telnet", 23},
	    {"system services netconf ssh", "netconf", 830},
	    {"system services rest http", "restconf", 3000},
	    {"system services web-management http", "http", 80},
	    {"system services web-management https", "https", 443},
	    {"system services extension-service request-response grpc", "grpc",
		0},
	};
	struct path_facts *x = r->x;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t node = ROOT(table[i].path);
		struct reach_service s;

		if (node == PATH_NONE)
			continue;
		s = service_of(r, table[i].name,
		    REACH_TCP(reach_port(
			path_value(x->tree, node, "port"), table[i].port)),
		    node);
		s.interface = path_value(x->tree, node, "interface");
		junos_zones(r, &s);
		reach_emit(&r->reach, &s);
	}
}

/* Clients of a community: without the statement everybody (Junos, "clients
 * (SNMP)").  Confirmed: official. */
static void
communities(struct junos_reach *r)
{
	struct path_facts *x = r->x;
	struct path_tree *t = x->tree;

	EACH_PATH(c, t, ROOT("snmp community"))
	{
		struct reach_service s =
		    service_of(r, "snmp", REACH_UDP(161), c);
		struct filter_entry *e;
		struct filter *f;
		struct choices clients = {.r = r};
		uint32_t own = path_get(t, c, "clients"), list = PATH_NONE;
		struct span name = path_value(t, c, "client-list-name");

		s.mode = path_value_is(t, c, "authorization", "read-write")
			     ? SPAN("rw")
			     : SPAN("ro");
		if (name.n > 0)
			list =
			    path_find_active(t, ROOT("snmp client-list"), name);
		add_listed(&clients, own, false);
		add_listed(&clients, list, false);
		if (name.n > 0 && list == PATH_NONE)
			add_prefix_list(&clients, name, false);
		if (own != PATH_NONE || name.n > 0) {
			e = arena_alloc(x->arena, sizeof(*e));
			f = arena_alloc(x->arena, sizeof(*f));
			if (list == PATH_NONE)
				list = own != PATH_NONE ? own : c;
			*e = (struct filter_entry){.action = FILTER_PERMIT,
			    .source = choices_end(&clients),
			    .text = SPAN("clients"),
			    .line = path_at(t, list)->line,
			    .offset = path_at(t, list)->offset};
			*f = (struct filter){.name = SPAN("clients"),
			    .v = e,
			    .n = 1,
			    .end = FILTER_DENY};
			reach_guard(&s, name.n ? name : SPAN("clients"), f, f);
		}
		junos_zones(r, &s);
		reach_emit(&r->reach, &s);
	}
}

void
junos_reach(struct path_facts *x, const struct read_in *in)
{
	struct junos_reach *r = arena_alloc(x->arena, sizeof(*r));
	uint32_t units = ROOT("interfaces lo0 unit");
	uint32_t unit = path_get(x->tree, units, "0");

	r->x = x;
	reach_init(&r->reach, in, x->out, &x->scope);
	read_own(r);
	if (unit == PATH_NONE)
		unit = path_first(x->tree, units);
	map_init(&r->built, x->arena);
	r->lo0[0] = junos_input(r, unit, 4);
	r->lo0[1] = junos_input(r, unit, 6);
	junos_doors(r);
	services(r);
	communities(r);
}
