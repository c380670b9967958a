#include "read/config/cisco_filter.h"

#include "read/config/cisco_filter_build.h"

const struct cisco_filter_rules cisco_filter_ios = {.undefined = FILTER_PERMIT};
const struct cisco_filter_rules cisco_filter_nx_os = {
    .undefined = FILTER_PERMIT};
const struct cisco_filter_rules cisco_filter_ios_xr = {
    .undefined = FILTER_PERMIT};
const struct cisco_filter_rules cisco_filter_eos = {.undefined = FILTER_UNKNOWN,
    .why = "what EOS does without the list is not documented"};
const struct cisco_filter_rules cisco_filter_asa = {.netmask = true,
    .undefined = FILTER_UNKNOWN,
    .why = "ASA has no such list without entries: the file is cut"};

/* ---- which lists and groups there are ---- */

#define NAME_BYTES 160

static struct span
name_key(char kind, struct span name, char key[NAME_BYTES])
{
	name = span_head(name, NAME_BYTES - 1);
	key[0] = kind;
	if (name.n > 0)
		memcpy(key + 1, name.p, name.n);
	return span_of(key, name.n + 1);
}

uint32_t
cisco_part_of(const struct cisco_filters *c, char kind, struct span s)
{
	char key[NAME_BYTES];

	return map_get(&c->names, name_key(kind, s, key));
}

/* Lines of a name are chained in their order: the first part keeps, until all
 * is read, the last one in its place. */
static void
add_part(struct cisco_filters *c, char kind, struct span name, uint32_t node,
    uint32_t *last)
{
	char key[NAME_BYTES];
	uint32_t first;

	if (name.n == 0 || c->nparts >= LIMIT_TREE_NODES)
		return;
	c->parts = arena_grow(
	    c->arena, c->parts, c->nparts, &c->parts_cap, sizeof(*c->parts));
	c->parts[c->nparts] =
	    (struct cisco_part){.node = node, .next = MAP_NONE};
	first =
	    map_add(&c->names, name_key(kind, name, key), (uint32_t)c->nparts);
	if (first != c->nparts)
		c->parts[last[first]].next = (uint32_t)c->nparts;
	last[first] = (uint32_t)c->nparts;
	c->nparts++;
}

/* network N, ip address N, network ipv4 N, service N tcp */
static struct span
group_name(struct span rest)
{
	struct span kind = span_word(&rest), name = span_word(&rest);

	if (span_is(kind, "ip") || span_is(kind, "ipv6") ||
	    span_is(name, "ipv4") || span_is(name, "ipv6"))
		return span_word(&rest);
	return name;
}

/* standard N, extended N, N */
static struct span
list_name(struct span rest)
{
	struct span word = span_word(&rest), next = span_word(&rest);

	if (next.n > 0 &&
	    (span_is(word, "standard") || span_is(word, "extended") ||
		span_is(word, "role-based")))
		return next;
	return word;
}

/* Long configurations are made of such lines: only what is needed is cut. */
static void
index_line(struct cisco_filters *c, uint32_t node, uint32_t *last)
{
	struct span rest = c->x->tree->v[node].text;
	struct span word = span_word(&rest);
	bool six = span_is(word, "ipv6");

	if (span_is(word, "access-list")) {
		add_part(c, KIND_LIST, span_word(&rest), node, last);
	} else if (span_is(word, "name")) {
		span_word(&rest);
		add_part(c, KIND_NAME, span_word(&rest), node, last);
	} else if (span_is(word, "object")) {
		span_word(&rest);
		add_part(c, KIND_OBJECT, span_word(&rest), node, last);
	} else if (span_is(word, "object-group")) {
		add_part(c, KIND_GROUP, group_name(rest), node, last);
	} else if (six || span_is(word, "ip") || span_is(word, "ipv4")) {
		if (span_is(span_word(&rest), "access-list"))
			add_part(c, six ? KIND_LIST6 : KIND_LIST4,
			    list_name(rest), node, last);
	}
}

/* The addresses that connections to the device can have as destination: so
 * many are held against each entry. */
#define OWN_MOST 128

static void
read_own(struct cisco_filters *c)
{
	c->own = c->x->own;
	c->nown = c->x->nown < OWN_MOST ? c->x->nown : OWN_MOST;
	c->more_own = c->x->nown > OWN_MOST;
}

struct cisco_filters *
cisco_filters_new(struct ios *x, const struct cisco_filter_rules *rules)
{
	struct cisco_filters *c = arena_alloc(x->arena, sizeof(*c));
	uint32_t *last;

	c->x = x;
	c->arena = x->arena;
	c->rules = rules;
	map_init(&c->names, c->arena);
	map_init(&c->built, c->arena);
	map_init(&c->group_of, c->arena);
	last = arena_array(c->arena, x->tree->n + 1, sizeof(*last));
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end)
		index_line(c, i, last);
	read_own(c);
	return c;
}

/* ---- entries ---- */

struct reading {
	struct cisco_filters *c;
	unsigned family;
	bool turned;  /* what is permitted is dropped, what is denied passes */
	bool outside; /* packets come from the Internet */
	struct filter_entry *v;
	size_t n, cap;
};

/* Is the destination the device?  A list asks about all of its addresses, or
 * about some. */
enum own { OWN_NONE, OWN_SOME, OWN_ALL, OWN_UNKNOWN };

static enum own
own_of(const struct reading *r, const struct filter_set *s)
{
	struct cisco_filters *c = r->c;
	size_t held = 0, all = 0;

	if (r->family == 6 ? s->any6 : s->any4)
		return OWN_ALL;
	c->compared += c->nown * (1 + s->n);
	if (c->compared > LIMIT_FILTER_COMPARED)
		return OWN_UNKNOWN;
	for (size_t i = 0; i < c->nown; i++) {
		if (c->own[i].family != r->family ||
		    (r->outside && !addr_public(&c->own[i])))
			continue;
		all++;
		for (size_t k = 0; k < s->n && k < LIMIT_FILTER_HOLES; k++)
			if (filter_piece_holds(&s->v[k], &c->own[i])) {
				held++;
				break;
			}
	}
	if (held > 0)
		return held == all && !c->more_own ? OWN_ALL : OWN_SOME;
	if (s->unsure || all == 0 || c->more_own || !c->x->whole ||
	    s->n > LIMIT_FILTER_HOLES)
		return OWN_UNKNOWN;
	/* Addresses that the device shares with others (HSRP, VRRP) are not
	 * kept. */
	for (size_t k = 0; k < s->n; k++) {
		struct prefix p = prefix_of(s->v[k].lo, 128);

		if (strcmp(scope_of(&c->x->scope, &p), "own") == 0)
			return OWN_UNKNOWN;
	}
	return OWN_NONE;
}

static void
put_destination(
    struct reading *r, struct filter_entry *e, const struct filter_set *s)
{
	enum own own = own_of(r, s);

	if (own == OWN_NONE)
		e->never = true;
	else if (own == OWN_UNKNOWN ||
		 (own == OWN_SOME && e->action == FILTER_DENY))
		filter_entry_unsure(
		    e, SPAN("whether the destination is the device"));
}

/* What may stand behind the addresses. */
static void
take_options(struct filter_entry *e, const struct words *w, unsigned i)
{
	static const char *const never[] = {"established", "ack", "rst", "fin",
	    "fragments", "fragment", "inactive", "+ack", "+rst", "+fin"};
	static const char *const conditions[] = {"time-range", "dscp", "tos",
	    "precedence", "ttl", "option", "packet-length", "match-all",
	    "match-any", "flow-label", "routing", "hop-limit", "authen",
	    "destopts", "vlan", "reflect", "nexthop1", "user-group",
	    "security-group", "qos-group", "http-method", "udf"};

	for (; i < w->n; i++) {
		if (words_is(w, i, "time-range")) {
			filter_entry_unsure(e, words_range(w, i, i + 1));
			i++;
			continue;
		}
		/* Names follow: "log alerts", "rule-id 5". */
		if (words_is(w, i, "rule-id") || words_is(w, i, "counter"))
			i++;
		for (size_t k = 0; k < sizeof(never) / sizeof(*never); k++)
			e->never |= words_is(w, i, never[k]);
		for (size_t k = 1; k < sizeof(conditions) / sizeof(*conditions);
		     k++)
			if (words_is(w, i, conditions[k]))
				filter_entry_unsure(
				    e, words_range(w, i, i + 1));
	}
}

static void
put_services(struct reading *r, struct filter_entry *e,
    const struct filter_service *v, size_t n)
{
	struct filter_service *to = arena_array(r->c->arena, n, sizeof(*to));

	for (size_t i = 0; i < n; i++)
		to[i] = v[i];
	e->services = to;
	e->nservices = n;
	/* A group without members matches nothing. */
	if (n == 0)
		e->never = true;
}

/* A group of ports: those of its services, for one protocol. */
static bool
take_port_group(struct cisco_words *t, struct filter_service *s, bool source)
{
	const struct words *w = t->w;
	const struct cisco_group *g;
	struct cisco_ports ports = {0};
	bool named =
	    words_is(w, t->i, "portgroup") || words_is(w, t->i, "port-group");

	if (!named && !words_is(w, t->i, "object-group") &&
	    !words_is(w, t->i, "object"))
		return false;
	g = cisco_group(t->c,
	    words_is(w, t->i, "object") ? KIND_OBJECT : KIND_GROUP,
	    words_at(w, t->i + 1));
	if (!named && (g == NULL || !g->services))
		return false;
	t->i += 2;
	if (source) {
		s->source_port = true;
		return true;
	}
	s->unsure |= g == NULL || g->set.unsure;
	for (size_t i = 0; g != NULL && i < g->n; i++) {
		s->unsure |= g->v[i].unsure;
		if (g->v[i].nports == 0)
			return true;
		for (size_t k = 0; k < g->v[i].nports; k++) {
			ports.v = arena_grow(t->c->arena, ports.v, ports.n,
			    &ports.cap, sizeof(*ports.v));
			ports.v[ports.n++] = g->v[i].ports[k];
		}
	}
	s->ports = ports.v;
	s->nports = ports.n;
	return true;
}

static void
take_service_ports(struct cisco_words *t, struct filter_service *s, bool source)
{
	struct cisco_ports ports = {0};

	if (take_port_group(t, s, source) || !cisco_take_ports(t, &ports))
		return;
	if (source) {
		s->source_port = true;
		return;
	}
	s->unsure |= ports.unsure || ports.n == 0;
	s->ports = ports.v;
	s->nports = ports.n;
}

/* "ifc inside" of FTD; users and tags of ASA before an address. */
static void
take_prelude(struct filter_entry *e, struct cisco_words *t)
{
	static const char *const words[] = {"ifc", "user", "user-group",
	    "object-group-user", "object-group-security"};

	for (unsigned guard = 0; guard < 4; guard++) {
		bool any = false;

		if (words_is(t->w, t->i, "security-group")) {
			filter_entry_unsure(
			    e, words_range(t->w, t->i, t->i + 2));
			t->i += 3;
			continue;
		}
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			any |= words_is(t->w, t->i, words[k]);
		if (!any)
			return;
		filter_entry_unsure(e, words_range(t->w, t->i, t->i + 1));
		t->i += 2;
	}
}

/* Only a source, as in a standard list? */
static bool
is_source_only(const struct cisco_words *t)
{
	struct span word = words_at(t->w, t->i);
	struct prefix p;

	return span_is(word, "any") || span_is(word, "host") ||
	       prefix_read(word, &p) ||
	       (span_is(word, "net-group") || span_is(word, "addrgroup"));
}

static void
take_match(struct reading *r, struct filter_entry *e, struct cisco_words *t)
{
	struct filter_service s = {0};
	struct filter_set dst;
	const struct cisco_group *g = NULL;
	struct span word = words_at(t->w, t->i);
	int protocol;

	if (span_is(word, "object-group") || span_is(word, "object")) {
		g = cisco_group(r->c,
		    span_is(word, "object") ? KIND_OBJECT : KIND_GROUP,
		    words_at(t->w, t->i + 1));
		t->i += 2;
		s.unsure = g == NULL || g->set.unsure;
	} else {
		protocol = cisco_protocol(word);
		s.protocol = (uint8_t)protocol;
		if (protocol < 0) {
			s.protocol = FILTER_ANY_PROTOCOL;
			s.unsure = true;
		}
		t->i++;
	}
	take_prelude(e, t);
	e->source = cisco_take_set(t);
	take_service_ports(t, &s, true);
	take_prelude(e, t);
	if (t->i >= t->w->n) {
		/* Cut off, or of a form not known here. */
		filter_entry_unsure(e, e->text);
		return;
	}
	dst = cisco_take_set(t);
	put_destination(r, e, &dst);
	take_service_ports(t, &s, false);
	take_options(e, t->w, t->i);
	if (g != NULL && !s.unsure && s.nports == 0)
		put_services(r, e, g->v, g->n);
	else
		put_services(r, e, &s, 1);
}

static void
add_entry(struct reading *r, struct filter_entry *e)
{
	r->v = arena_grow(r->c->arena, r->v, r->n, &r->cap, sizeof(*r->v));
	r->v[r->n++] = *e;
}

/* [sequence] permit|deny ... from word i on; no entry: a remark, and what is
 * no part of a list. */
static void
read_entry(struct reading *r, uint32_t node, const struct words *w, unsigned i,
    bool standard)
{
	const struct tree_node *v = &r->c->x->tree->v[node];
	struct filter_entry e = {
	    .text = v->text, .line = v->line, .offset = v->offset};
	struct cisco_words t = {.c = r->c,
	    .w = w,
	    .family = r->family,
	    .netmask = r->c->rules->netmask};
	uint64_t n;

	i += words_is(w, i, "sequence");
	i += span_u64(words_at(w, i), &n);
	if (words_is(w, i, "dynamic")) {
		/* Lock-and-key: a template, until somebody has logged in. */
		filter_entry_unsure(&e, words_range(w, i, i + 1));
		i += words_is(w, i + 2, "timeout") ? 4 : 2;
	}
	if (words_is(w, i, "permit") || words_is(w, i, "trust"))
		e.action = FILTER_PERMIT;
	else if (words_is(w, i, "deny"))
		e.action = FILTER_DENY;
	else
		return;
	if (r->turned)
		e.action =
		    e.action == FILTER_PERMIT ? FILTER_DENY : FILTER_PERMIT;
	t.i = i + 1;
	if (standard || is_source_only(&t)) {
		e.source = cisco_take_set(&t);
		take_options(&e, w, t.i);
	} else {
		take_match(r, &e, &t);
	}
	add_entry(r, &e);
}

static bool
is_standard_number(struct span s)
{
	uint64_t n;

	return span_u64(s, &n) &&
	       ((n >= 1 && n <= 99) || (n >= 1300 && n <= 1999));
}

/* access-list 10 permit ...; access-list L [line N] [extended] permit ... */
static void
read_line(struct reading *r, uint32_t node, const struct words *w)
{
	static const char *const words[] = {"extended", "advanced", "standard"};
	unsigned i = words_is(w, 2, "line") ? 4 : 2;
	bool standard =
	    !r->c->rules->netmask && is_standard_number(words_at(w, 1));

	for (unsigned k = 0; k < 3; k++)
		if (words_is(w, i, words[k])) {
			standard = k == 2;
			i++;
			break;
		}
	read_entry(r, node, w, i, standard);
}

static void
read_part(struct reading *r, uint32_t node)
{
	const struct tree *t = r->c->x->tree;
	struct words w;
	bool standard;

	words_read(&w, t->v[node].text);
	if (words_is(&w, 0, "access-list")) {
		read_line(r, node, &w);
		return;
	}
	standard = words_is(&w, 2, "standard");
	EACH_CHILD(c, t, node)
	{
		words_read(&w, t->v[c].text);
		read_entry(r, c, &w, 0, standard);
	}
}

static void
read_parts(struct reading *r, char kind, struct span name, bool *there)
{
	for (uint32_t i = cisco_part_of(r->c, kind, name); i != MAP_NONE;
	     i = r->c->parts[i].next) {
		*there = true;
		read_part(r, r->c->parts[i].node);
	}
}

/* How a list is read. */
enum sense { SENSE_PLAIN, SENSE_OUTSIDE, SENSE_DROPPED };

static const struct filter *
build(struct cisco_filters *c, unsigned family, struct span name,
    enum sense sense)
{
	bool turned = sense == SENSE_DROPPED;
	struct reading r = {.c = c,
	    .family = family,
	    .turned = turned,
	    .outside = sense == SENSE_OUTSIDE};
	struct filter *f = arena_alloc(c->arena, sizeof(*f));
	bool there = false;

	read_parts(&r, family == 6 ? KIND_LIST6 : KIND_LIST4, name, &there);
	read_parts(&r, KIND_LIST, name, &there);
	*f = (struct filter){.name = name,
	    .v = r.v,
	    .n = r.n,
	    .end = turned ? FILTER_PERMIT : FILTER_DENY};
	if (r.n > 0)
		return f;
	f->missing = !there;
	f->empty = there;
	f->end = c->rules->undefined;
	f->end_why = span_str(c->rules->why);
	if (!c->x->whole) {
		f->end = FILTER_UNKNOWN;
		f->end_why = arena_fmt(c->arena,
		    "access list %.*s is not in this file", SPAN_FMT(name));
	}
	return f;
}

static const struct filter *
built(struct cisco_filters *c, unsigned family, struct span name,
    enum sense sense)
{
	char key[NAME_BYTES];
	uint32_t i = map_add(&c->built,
	    name_key((char)(10 * (unsigned)sense + family), name, key),
	    (uint32_t)c->nfilters);

	if (i == c->nfilters) {
		c->filters = arena_grow(c->arena, c->filters, c->nfilters,
		    &c->filters_cap, sizeof(struct filter *));
		c->filters[c->nfilters++] = build(c, family, name, sense);
	}
	return c->filters[i];
}

const struct filter *
cisco_filter(struct cisco_filters *c, unsigned family, struct span name)
{
	return built(c, family, name, SENSE_PLAIN);
}

const struct filter *
cisco_filter_outside(struct cisco_filters *c, unsigned family, struct span name)
{
	return built(c, family, name, SENSE_OUTSIDE);
}

const struct filter *
cisco_filter_dropped(struct cisco_filters *c, unsigned family, struct span name)
{
	return built(c, family, name, SENSE_DROPPED);
}

bool
cisco_filter_has(
    const struct cisco_filters *c, unsigned family, struct span name)
{
	return cisco_part_of(c, KIND_LIST, name) != MAP_NONE ||
	       cisco_part_of(c, family == 6 ? KIND_LIST6 : KIND_LIST4, name) !=
		   MAP_NONE;
}
