/* Addresses, ports and groups of them, as access lists name them. */
#include "read/config/cisco_filter_build.h"

/* ---- sets under construction ---- */

struct draft {
	struct cisco_filters *c;
	struct filter_choice *v; /* ranges */
	size_t n, cap;
	struct filter_piece *wild; /* pieces with holes */
	size_t nwild, wild_cap;
	struct filter_set set; /* its flags */
	struct filter_service *services;
	size_t nservices, services_cap;
};

static void
draft_range(struct draft *d, struct addr lo, struct addr hi)
{
	if (d->c->pieces >= LIMIT_FILTER_PIECES) {
		d->set.unsure = true;
		d->set.unknown = SPAN("groups too large");
		return;
	}
	d->c->pieces++;
	d->v = arena_grow(d->c->arena, d->v, d->n, &d->cap, sizeof(*d->v));
	d->v[d->n++] = (struct filter_choice){.lo = lo, .hi = hi};
}

static void
draft_piece(struct draft *d, const struct filter_piece *p)
{
	if (p->wild.family == 0) {
		draft_range(d, p->lo, p->hi);
		return;
	}
	d->wild = arena_grow(
	    d->c->arena, d->wild, d->nwild, &d->wild_cap, sizeof(*d->wild));
	d->wild[d->nwild++] = *p;
}

static void
draft_unknown(struct draft *d, struct span what)
{
	d->set.unsure = true;
	if (d->set.unknown.n == 0)
		d->set.unknown = what;
}

static void
draft_set(struct draft *d, const struct filter_set *s)
{
	d->set.any4 |= s->any4;
	d->set.any6 |= s->any6;
	if (s->unsure)
		draft_unknown(d, s->unknown);
	for (size_t i = 0; i < s->n; i++)
		draft_piece(d, &s->v[i]);
}

static void
draft_service(struct draft *d, const struct filter_service *s)
{
	if (d->c->pieces >= LIMIT_FILTER_PIECES) {
		draft_unknown(d, SPAN("groups too large"));
		return;
	}
	d->c->pieces++;
	d->services = arena_grow(d->c->arena, d->services, d->nservices,
	    &d->services_cap, sizeof(*d->services));
	d->services[d->nservices++] = *s;
}

static struct filter_set
draft_end(struct draft *d)
{
	struct filter_piece *v, *all;
	size_t n = filter_choose(d->c->arena, d->v, d->n, &v);

	all = arena_array(d->c->arena, n + d->nwild, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = v[i];
	for (size_t i = 0; i < d->nwild; i++)
		all[n + i] = d->wild[i];
	d->set.v = all;
	d->set.n = n + d->nwild;
	return d->set;
}

/* ---- single addresses ---- */

static struct filter_set
set_of_piece(struct cisco_filters *c, struct filter_piece p)
{
	struct filter_piece *v = arena_alloc(c->arena, sizeof(*v));

	*v = p;
	return (struct filter_set){.v = v, .n = 1};
}

static struct filter_set
set_of_prefix(struct cisco_filters *c, const struct prefix *p)
{
	return set_of_piece(c, filter_piece_of(p));
}

static struct filter_set
set_unknown(struct span what)
{
	return (struct filter_set){.unsure = true, .unknown = what};
}

static struct filter_set
set_any(unsigned family)
{
	return (struct filter_set){.any4 = family != 6, .any6 = family != 4};
}

/* "name 10.1.1.1 alias" of ASA */
static bool
take_name(struct cisco_filters *c, struct span word, struct addr *out)
{
	uint32_t i = cisco_part_of(c, KIND_NAME, word);
	struct span text;

	if (i == MAP_NONE)
		return false;
	text = c->x->tree->v[c->parts[i].node].text;
	span_word(&text);
	return addr_read(span_word(&text), out);
}

static bool
take_addr(struct cisco_filters *c, struct span word, struct addr *out)
{
	return addr_read(word, out) || take_name(c, word, out);
}

/* A mask or wildcard; show output writes "A, wildcard bits W". */
static struct filter_set
take_masked(struct cisco_words *t, struct addr a)
{
	struct addr mask;

	while (words_is(t->w, t->i, "wildcard") || words_is(t->w, t->i, "bits"))
		t->i++;
	if (a.family != 4 || !addr_read(words_at(t->w, t->i), &mask) ||
	    mask.family != 4)
		return set_of_piece(t->c, filter_piece_range(a, a));
	t->i++;
	for (unsigned k = 0; t->netmask && k < 4; k++)
		mask.bytes[k] = (uint8_t)~mask.bytes[k];
	return set_of_piece(t->c, filter_piece_wild(a, mask));
}

static struct filter_set
take_group(struct cisco_words *t, char kind)
{
	struct span name = words_at(t->w, t->i++);
	const struct cisco_group *g = cisco_group(t->c, kind, name);

	/* IOS gives a group no kind of its own in the reference. */
	if (g == NULL)
		return set_unknown(arena_fmt(
		    t->c->arena, "group %.*s is not defined", SPAN_FMT(name)));
	return g->set;
}

static bool
is_reference(const struct words *w, unsigned i)
{
	static const char *const words[] = {"object-group", "addrgroup",
	    "net-group", "group-object", "network-group"};

	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (words_is(w, i, words[k]))
			return true;
	return false;
}

struct filter_set
cisco_take_set(struct cisco_words *t)
{
	const struct words *w = t->w;
	struct span word = words_at(w, t->i), bare = word;
	struct addr a;
	struct prefix p;

	if (bare.n > 0 && bare.p[bare.n - 1] == ',')
		bare.n--;
	t->i++;
	if (span_is(word, "any"))
		return set_any(t->family);
	if (span_is(word, "any4") || span_is(word, "any-ipv4"))
		return set_any(4);
	if (span_is(word, "any6") || span_is(word, "any-ipv6"))
		return set_any(6);
	if (is_reference(w, t->i - 1))
		return take_group(t, KIND_GROUP);
	if (span_is(word, "object"))
		return take_group(t, KIND_OBJECT);
	if (span_is(word, "host") || span_is(word, "network-object"))
		word = bare = words_at(w, t->i++);
	else if (span_is(word, "interface")) {
		t->i++;
		return set_unknown(words_range(w, t->i - 2, t->i - 1));
	}
	if (take_addr(t->c, bare, &a)) {
		if (span_is(words_at(w, t->i - 2), "host"))
			return set_of_piece(t->c, filter_piece_range(a, a));
		return take_masked(t, a);
	}
	if (span_find_byte(bare, '/') != SPAN_NONE && prefix_read(bare, &p))
		return set_of_prefix(t->c, &p);
	return set_unknown(
	    arena_fmt(t->c->arena, "the name %.*s", SPAN_FMT(word)));
}

/* ---- ports ---- */

static bool
port_number(struct span word, uint16_t *out)
{
	uint64_t n;

	if (!span_u64(ios_port(word), &n) || n > UINT16_MAX)
		return false;
	*out = (uint16_t)n;
	return true;
}

static void
put_ports(
    struct cisco_words *t, struct cisco_ports *p, unsigned lo, unsigned hi)
{
	if (lo > hi || hi > UINT16_MAX)
		return;
	p->v = arena_grow(t->c->arena, p->v, p->n, &p->cap, sizeof(*p->v));
	p->v[p->n++] = (struct filter_ports){(uint16_t)lo, (uint16_t)hi};
}

/* eq may have several ports, of which the first must be known. */
static void
take_equal(struct cisco_words *t, struct cisco_ports *out, bool not )
{
	uint16_t n;

	if (!port_number(words_at(t->w, t->i), &n)) {
		out->unsure = true;
		t->i++;
		return;
	}
	for (; port_number(words_at(t->w, t->i), &n); t->i++) {
		if (!not ) {
			put_ports(t, out, n, n);
			continue;
		}
		if (n > 0)
			put_ports(t, out, 0, n - 1u);
		if (n < UINT16_MAX)
			put_ports(t, out, n + 1u, UINT16_MAX);
	}
}

bool
cisco_take_ports(struct cisco_words *t, struct cisco_ports *out)
{
	const struct words *w = t->w;
	struct span word = words_at(w, t->i);
	uint16_t lo, hi;
	bool gt = span_is(word, "gt"), lt = span_is(word, "lt");

	if (span_is(word, "eq") || span_is(word, "neq")) {
		t->i++;
		take_equal(t, out, span_is(word, "neq"));
	} else if (span_is(word, "range")) {
		if (port_number(words_at(w, t->i + 1), &lo) &&
		    port_number(words_at(w, t->i + 2), &hi))
			put_ports(t, out, lo, hi);
		else
			out->unsure = true;
		t->i += 3;
	} else if (gt || lt) {
		if (!port_number(words_at(w, t->i + 1), &lo))
			out->unsure = true;
		else if (gt)
			put_ports(t, out, lo + 1u, UINT16_MAX);
		else if (lo > 0)
			put_ports(t, out, 0, lo - 1u);
		t->i += 2;
	} else {
		return false;
	}
	return true;
}

int
cisco_protocol(struct span word)
{
	static const struct {
		const char *name;
		int number;
	} table[] = {{"ip", 0}, {"ipv4", 0}, {"ipv6", 0}, {"tcp", 6},
	    {"udp", 17}, {"icmp", 1}, {"icmp6", 58}, {"icmpv6", 58},
	    {"igmp", 2}, {"ospf", 89}, {"ospfv3", 89}, {"eigrp", 88},
	    {"gre", 47}, {"esp", 50}, {"esph", 50}, {"ahp", 51}, {"ah", 51},
	    {"pim", 103}, {"vrrp", 112}, {"sctp", 132}, {"ipinip", 4},
	    {"ipip", 4}, {"nos", 94}, {"pcp", 108}, {"rsvp", 46}, {"hbh", 252},
	    {"ipsec", 50}, {"pptp", 47}, {"igrp", 9}, {"snp", 109},
	    {"carp", 112}, {"dccp", 33}, {"egp", 8}, {"l2tp", 115}};
	uint64_t n;

	if (span_u64(word, &n))
		return n < 256 ? (int)n : -1;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_is(word, table[i].name))
			return table[i].number;
	return -1;
}

/* ---- groups ---- */

/* Protocols that a word of a group stands for: tcp, udp, tcp-udp, a number. */
static unsigned
protocols_of(struct span word, uint8_t out[2])
{
	int n;

	if (span_is(word, "tcp-udp")) {
		out[0] = FILTER_TCP;
		out[1] = FILTER_UDP;
		return 2;
	}
	n = cisco_protocol(word);
	out[0] = (uint8_t)n;
	return n >= 0;
}

/* [destination] eq 22, [source] range 1 2: services of these protocols. */
static void
service_rest(struct draft *d, struct cisco_words *t, const uint8_t *protocols,
    unsigned n)
{
	struct filter_service s = {0};
	struct cisco_ports ports = {0}, from = {0};

	if (words_is(t->w, t->i, "source")) {
		t->i++;
		s.source_port = cisco_take_ports(t, &from);
	}
	if (words_is(t->w, t->i, "destination"))
		t->i++;
	cisco_take_ports(t, &ports);
	s.unsure = ports.unsure;
	s.ports = ports.v;
	s.nports = ports.n;
	for (unsigned i = 0; i < n; i++) {
		s.protocol = protocols[i];
		draft_service(d, &s);
	}
}

static void
service_reference(struct draft *d, struct cisco_words *t, char kind)
{
	const struct cisco_group *g =
	    cisco_group(d->c, kind, words_at(t->w, t->i));
	struct filter_service unsure = {.unsure = true};

	if (g == NULL || g->set.unsure)
		draft_service(d, &unsure);
	for (size_t i = 0; g != NULL && i < g->n; i++)
		draft_service(d, &g->v[i]);
}

/* A line of a group of services. */
static void
service_line(struct draft *d, struct cisco_words *t, const struct words *head)
{
	uint8_t protocols[2] = {FILTER_ANY_PROTOCOL};
	unsigned n = 1;
	const struct words *w = t->w;

	if (words_is(w, t->i, "group-object") || is_reference(w, t->i)) {
		t->i++;
		service_reference(d, t, KIND_GROUP);
	} else if (words_is(w, t->i, "service-object") &&
		   words_is(w, t->i + 1, "object")) {
		t->i += 2;
		service_reference(d, t, KIND_OBJECT);
	} else if (words_is(w, t->i, "service-object") ||
		   words_is(w, t->i, "protocol-object") ||
		   words_is(w, t->i, "service")) {
		n = protocols_of(words_at(w, t->i + 1), protocols);
		t->i += 2;
		service_rest(d, t, protocols, n);
	} else if (words_is(w, t->i, "port-object") ||
		   words_is(w, t->i, "eq") || words_is(w, t->i, "range") ||
		   words_is(w, t->i, "gt") || words_is(w, t->i, "lt") ||
		   words_is(w, t->i, "neq")) {
		/* "object-group service G tcp" says it for all. */
		if (words_is(head, 1, "service") && head->n > 3)
			n = protocols_of(words_at(head, 3), protocols);
		t->i += words_is(w, t->i, "port-object");
		service_rest(d, t, protocols, n);
	} else if (protocols_of(words_at(w, t->i), protocols) > 0) {
		n = protocols_of(words_at(w, t->i++), protocols);
		service_rest(d, t, protocols, n);
	}
}

/* A line of a group of addresses. */
static void
network_line(struct draft *d, struct cisco_words *t)
{
	struct filter_set s;
	struct addr lo, hi;

	if (words_is(t->w, t->i, "description") ||
	    words_is(t->w, t->i, "remark") || words_is(t->w, t->i, "nat"))
		return;
	if (words_is(t->w, t->i, "range")) {
		if (take_addr(d->c, words_at(t->w, t->i + 1), &lo) &&
		    take_addr(d->c, words_at(t->w, t->i + 2), &hi) &&
		    lo.family == hi.family && addr_cmp(&lo, &hi) <= 0)
			draft_range(d, lo, hi);
		else
			draft_unknown(d, t->w->text);
		return;
	}
	if (words_is(t->w, t->i, "subnet"))
		t->i++;
	else if (words_is(t->w, t->i, "network-object") &&
		 (words_is(t->w, t->i + 1, "object") ||
		     words_is(t->w, t->i + 1, "host")))
		t->i++;
	s = cisco_take_set(t);
	draft_set(d, &s);
}

/* network, service, protocol, port, ... in the line that starts a group. */
static bool
is_service_head(const struct words *w)
{
	return words_is(w, 1, "service") || words_is(w, 1, "protocol") ||
	       words_is(w, 1, "port") || words_is(w, 1, "icmp-type") ||
	       (words_is(w, 1, "ip") && words_is(w, 2, "port"));
}

static void
read_block(struct draft *d, uint32_t node, bool wildcard)
{
	const struct tree *t = d->c->x->tree;
	struct words head, w;
	bool services;

	words_read(&head, t->v[node].text);
	services = is_service_head(&head);
	if (services && head.n > 3 && words_is(&head, 0, "object"))
		return;
	EACH_CHILD(c, t, node)
	{
		struct cisco_words cw = {
		    .c = d->c, .w = &w, .netmask = !wildcard};

		words_read(&w, t->v[c].text);
		if (w.n > 1 && (ascii_digit((unsigned char)w.w[0].p[0]) &&
				   span_find_byte(w.w[0], '.') == SPAN_NONE &&
				   span_find_byte(w.w[0], ':') == SPAN_NONE))
			cw.i = 1; /* a sequence number (NX-OS) */
		if (services)
			service_line(d, &cw, &head);
		else
			network_line(d, &cw);
	}
}

/* A group being filled: groups move when their table grows. */
static void
fill(struct cisco_filters *c, uint32_t at)
{
	struct draft d = {.c = c};
	struct words w = {0};

	c->groups[at].state = 1;
	c->depth++;
	for (uint32_t i = c->groups[at].first; i != MAP_NONE;
	     i = c->parts[i].next) {
		words_read(&w, c->x->tree->v[c->parts[i].node].text);
		/* "object-group ip address" of NX-OS has wildcards. */
		read_block(&d, c->parts[i].node, words_is(&w, 1, "ip"));
	}
	c->depth--;
	c->groups[at].services = is_service_head(&w);
	c->groups[at].set = draft_end(&d);
	c->groups[at].v = d.services;
	c->groups[at].n = d.nservices;
	c->groups[at].state = 2;
}

const struct cisco_group *
cisco_group(struct cisco_filters *c, char kind, struct span name)
{
	static const struct cisco_group unsure = {
	    .set = {.unsure = true, .unknown = {"a group within itself", 21}}};
	uint32_t first = cisco_part_of(c, kind, name), at;
	char key[5] = {kind};

	if (first == MAP_NONE)
		return NULL;
	memcpy(key + 1, &first, sizeof(first));
	at = map_add(
	    &c->group_of, span_of(key, sizeof(key)), (uint32_t)c->ngroups);
	if (at == c->ngroups) {
		c->groups = arena_grow(c->arena, c->groups, c->ngroups,
		    &c->groups_cap, sizeof(*c->groups));
		c->groups[c->ngroups++] = (struct cisco_group){.first = first};
	}
	if (c->groups[at].state == 1 || c->depth >= LIMIT_GROUP_DEPTH)
		return &unsure;
	if (c->groups[at].state == 0)
		fill(c, at);
	return &c->groups[at];
}
