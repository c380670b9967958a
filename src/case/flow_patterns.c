/*
 * What devices did in flows.  Contacts of all sources are joined and given to
 * the devices that have one of the addresses on an interface; of each the
 * rules see who the peer is and for what the configuration names it.  Which
 * contact counts is said by rules over kind flow_pattern.
 */
#include "case/flow_patterns.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "read/flow/flow.h"

/* Peers from which on rules are asked about a fan-out. */
#define FAN_OUT_LEAST 3

static const char *const use_words[TRAIT_COUNT] = {[TRAIT_AAA] = "aaa",
    [TRAIT_LOG] = "log",
    [TRAIT_TIME] = "time",
    [TRAIT_LOGIN] = "login",
    [TRAIT_SNMP] = "snmp",
    [TRAIT_WEB] = "web",
    [TRAIT_TUNNEL] = "tunnel",
    [TRAIT_NEIGHBOR] = "neighbor",
    [TRAIT_MIRROR] = "mirror"};

uint32_t
case_address_device(const struct casefile *c, const struct addr *a)
{
	uint32_t d = fleet_find_address(&c->fleet, a);

	return d == DEVICE_AMBIGUOUS ? DEVICE_NONE : d;
}

void
case_contacts_join(struct casefile *c)
{
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		/* A line of another's log is neither the device's own nor all
		 * of its traffic: it answers nothing. */
		if (!span_is(s->evidence, "flow"))
			continue;
		for (size_t k = 0; k < s->ncontacts; k++) {
			uint32_t ends[2] = {
			    case_address_device(c, &s->contacts[k].client),
			    case_address_device(c, &s->contacts[k].server)};

			for (unsigned e = 0; e < 2; e++)
				if (ends[e] != DEVICE_NONE)
					c->fleet.v[ends[e]].evidence |=
					    evidence_class(s->evidence);
		}
	}
}

/* ---- joining ---- */

static void
join_contact(struct patterns *x, const struct contact *at, uint32_t source)
{
	char room[CONTACT_KEY];
	uint32_t client = case_address_device(x->c, &at->client),
		 server = case_address_device(x->c, &at->server), i;

	/* An address that several devices have is nobody's. */
	if (client == DEVICE_NONE && server == DEVICE_NONE)
		return;
	if (x->n >= LIMIT_CONTACTS) {
		x->c->complete = false;
		return;
	}
	i = map_add(&x->index, contact_key(at, room), (uint32_t)x->n);
	if (i < x->n) {
		contact_join(&x->v[i].at, at);
		return;
	}
	x->v = arena_grow(&x->c->arena, x->v, x->n, &x->cap, sizeof(*x->v));
	x->v[x->n++] = (struct joined){
	    *at, source, client, server, DEVICE_NONE, DEVICE_NONE};
}

/* Is the device as such the peer of itself? */
static bool
same_device(const struct joined *j)
{
	return j->client == j->server;
}

static uint32_t
group_of(struct patterns *x, const struct joined *j, uint32_t at, bool client)
{
	uint32_t device = client ? j->client : j->server,
		 other = client ? j->server : j->client;
	const struct addr *peer = client ? &j->at.server : &j->at.client;
	uint32_t key[5] = {
	    device, j->at.port, j->at.protocol, client, j->at.denied};
	char peer_key[sizeof(uint32_t) + sizeof(*peer)];
	struct peer_group *g;
	uint32_t i = map_add(&x->group_index,
	    span_of((const char *)key, sizeof(key)), (uint32_t)x->ngroups);

	if (i == x->ngroups) {
		x->groups = arena_grow(&x->c->arena, x->groups, x->ngroups,
		    &x->groups_cap, sizeof(*x->groups));
		x->groups[x->ngroups++] = (struct peer_group){.device = device,
		    .port = j->at.port,
		    .protocol = j->at.protocol,
		    .client = client,
		    .first = at,
		    .begin = TIME_NONE,
		    .end = TIME_NONE};
	}
	g = &x->groups[i];
	g->flows += contact_flows(&j->at);
	g->denied = j->at.denied;
	g->bytes_out += client ? j->at.bytes_out : j->at.bytes_in;
	g->bytes_in += client ? j->at.bytes_in : j->at.bytes_out;
	if (g->begin == TIME_NONE ||
	    (j->at.first != TIME_NONE && j->at.first < g->begin))
		g->begin = j->at.first;
	if (j->at.last != TIME_NONE &&
	    (g->end == TIME_NONE || j->at.last > g->end))
		g->end = j->at.last;
	memcpy(peer_key, &i, sizeof(i));
	memcpy(peer_key + sizeof(i), peer, sizeof(*peer));
	if (map_add(&x->group_peers, span_of(peer_key, sizeof(peer_key)), at) ==
	    at) {
		g->peers++;
		g->devices += other != DEVICE_NONE;
	}
	return i;
}

static void
gather(struct patterns *x)
{
	struct casefile *c = x->c;

	for (uint32_t i = 0; i < c->nsources; i++)
		for (size_t k = 0; k < c->sources[i].ncontacts; k++)
			join_contact(x, &c->sources[i].contacts[k], i);
	for (uint32_t i = 0; i < x->n; i++) {
		struct joined *j = &x->v[i];

		if (same_device(j))
			continue;
		if (j->client != DEVICE_NONE)
			j->client_group = group_of(x, j, i, true);
		if (j->server != DEVICE_NONE)
			j->server_group = group_of(x, j, i, false);
	}
}

/* ---- whom a configuration names ---- */

static void
name_add(struct patterns *x, uint32_t device, const struct source_trait *t)
{
	struct named_list *l = &x->named[device];
	struct named_peer p = {.use = t->use};

	if (use_words[t->use] == NULL)
		return;
	if (!span_is(t->value, "any") && !prefix_read(t->value, &p.prefix))
		return;
	l->configures |= 1u << t->use;
	l->v = arena_grow(&x->c->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = p;
}

/* What is looked up together: one use, one length of prefix. */
static int
kind_order(const struct named_peer *x, const struct named_peer *y)
{
	if (x->use != y->use)
		return x->use < y->use ? -1 : 1;
	if (x->prefix.addr.family != y->prefix.addr.family)
		return x->prefix.addr.family < y->prefix.addr.family ? -1 : 1;
	return x->prefix.bits - y->prefix.bits;
}

static int
named_order(const void *a, const void *b)
{
	const struct named_peer *x = a, *y = b;
	int r = kind_order(x, y);

	return r != 0 ? r : addr_cmp(&x->prefix.addr, &y->prefix.addr);
}

static void
names_gather(struct patterns *x)
{
	struct casefile *c = x->c;

	x->named = arena_array(&c->arena, c->fleet.n, sizeof(*x->named));
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		for (size_t k = 0; s->device != DEVICE_NONE && k < s->ntraits;
		     k++)
			name_add(x, s->device, &s->traits[k]);
	}
	for (size_t i = 0; i < c->fleet.n; i++)
		if (x->named[i].n > 1)
			qsort(x->named[i].v, x->named[i].n,
			    sizeof(*x->named[i].v), named_order);
}

/* Where entries of another use or length begin. */
static size_t
kind_end(const struct named_list *l, size_t from)
{
	size_t lo = from, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (kind_order(&l->v[mid], &l->v[from]) == 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Bits of enum trait_use: for what the peer is named.  "any" has no family. */
static unsigned
named_for(const struct named_list *l, const struct addr *peer)
{
	unsigned bits = 0;

	for (size_t from = 0, end; from < l->n; from = end) {
		struct named_peer like = l->v[from];

		end = kind_end(l, from);
		if (like.prefix.addr.family == peer->family)
			like.prefix = prefix_of(*peer, like.prefix.bits);
		else if (like.prefix.addr.family != 0)
			continue;
		if (bsearch(&like, &l->v[from], end - from, sizeof(like),
			named_order) != NULL)
			bits |= 1u << like.use;
	}
	return bits;
}

static void
put_uses(struct record *r, enum field_id f, unsigned bits)
{
	for (unsigned i = 0; i < TRAIT_COUNT; i++)
		if ((bits >> i & 1) != 0)
			record_put_str(r, f, use_words[i]);
}

/* ---- records ---- */

void
pattern_put(struct patterns *x, struct record *r, enum field_id f, uint64_t n)
{
	record_put_number(
	    r, f, arena_fmt(&x->c->arena, "%" PRIu64, n & INT64_MAX));
}

const char *
pattern_whose(const struct patterns *x, uint32_t device, const struct addr *a)
{
	uint32_t d = case_address_device(x->c, a);

	if (d != DEVICE_NONE && d != device)
		return "device";
	if (fleet_is_own(&x->c->fleet, a))
		return "own";
	return addr_public(a) ? "foreign" : "private";
}

void
pattern_put_peer(struct patterns *x, struct record *r, uint32_t device,
    const struct addr *peer)
{
	char text[ADDR_TEXT];
	const struct named_list *l = &x->named[device];

	record_put_ip(r, F_PEER,
	    arena_copy(&x->scratch, span_str(addr_write(peer, text))));
	record_put_str(r, F_PEER_IS, pattern_whose(x, device, peer));
	put_uses(r, F_NAMED, named_for(l, peer));
	put_uses(r, F_CONFIGURES, l->configures);
}

/* "tcp 198.51.100.7 -> 192.0.2.1:22, 3 flows, ..." */
static struct span
joined_text(struct patterns *x, const struct joined *j)
{
	struct arena *a = &x->c->arena;
	const struct contact *c = &j->at;
	char client[ADDR_TEXT], server[ADDR_TEXT], room[4];
	char from[TIME_TEXT], to[TIME_TEXT];
	bool six = c->server.family == 6 && c->port != 0;
	uint64_t flows = contact_flows(c);
	struct span s;

	time_write(c->first, from);
	time_write(c->last, to);
	addr_write(&c->client, client);
	addr_write(&c->server, server);
	s = arena_fmt(a, "%s %s -> %s%s%s", flow_protocol(c->protocol, room),
	    client, six ? "[" : "", server, six ? "]" : "");
	if (c->port != 0)
		s = arena_fmt(a, "%.*s:%u", SPAN_FMT(s), c->port);
	s = arena_fmt(a, "%.*s, %" PRIu64 " flow%s", SPAN_FMT(s), flows,
	    flows == 1 ? "" : "s");
	if (c->denied)
		s = arena_fmt(a, "%.*s, all denied", SPAN_FMT(s));
	else if (c->bytes_out + c->bytes_in > 0 || contact_unsaid(c) == 0)
		s = arena_fmt(a,
		    "%.*s, %" PRIu64 " bytes there, %" PRIu64 " back",
		    SPAN_FMT(s), c->bytes_out, c->bytes_in);
	if (contact_unsaid(c) > 0)
		s = arena_fmt(a, "%.*s, %" PRIu64 " bytes in both directions",
		    SPAN_FMT(s), c->bytes_either);
	if (from[0] == '\0')
		return s;
	return arena_fmt(a, "%.*s, %s to %s", SPAN_FMT(s), from, to);
}

/* ---- telling ---- */

struct at_pattern {
	struct patterns *x;
	const struct record *r;
	const struct telling_pattern *what;
};

static struct span
entity_of(struct patterns *x, const struct rule *rule, const struct record *r)
{
	struct span out = {0};

	for (size_t i = 0; i < rule->nentity; i++) {
		struct span v = record_text(r, (enum field_id)rule->entity[i]);

		if (v.n > 0)
			out = arena_fmt(&x->scratch, "%.*s%s%.*s",
			    SPAN_FMT(out), out.n > 0 ? " " : "", SPAN_FMT(v));
	}
	return out;
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	const struct at_pattern *at = ctx;
	const struct telling_pattern *w = at->what;
	struct casefile *c = at->x->c;
	struct sighting s = {.check = rule->index,
	    .severity = rule->check.severity,
	    .confidence = rule->check.confidence};
	struct finding *f;

	if (rule->off || !case_rule_fits(c, rule, w->device))
		return;
	s.entity = arena_copy(&c->arena, entity_of(at->x, rule, at->r));
	f = case_finding(at->x->m, &s, w->device);
	if (f == NULL)
		return;
	if (f->reason.n == 0)
		f->reason = arena_copy(&c->arena, w->reason);
	f->count += w->count;
	if (w->first != TIME_NONE &&
	    (f->first == TIME_NONE || w->first < f->first))
		f->first = w->first;
	if (w->last != TIME_NONE && (f->last == TIME_NONE || w->last > f->last))
		f->last = w->last;
	for (unsigned i = 0; i < 2 && w->places[i] != NULL; i++)
		case_place(c, f,
		    (struct finding_place){w->places[i]->source,
			w->places[i]->at.number, w->places[i]->at.offset,
			joined_text(at->x, w->places[i])});
}

void
pattern_tell(struct patterns *x, const struct record *r,
    const struct telling_pattern *what)
{
	struct at_pattern at = {x, r, what};

	ruleset_match(&x->c->knowledge->rules, r, &x->rules, on_rule, &at);
	arena_reset(&x->scratch);
}

/* ---- contacts ---- */

static void
put_protocol(
    struct patterns *x, struct record *r, uint8_t protocol, uint16_t port)
{
	char room[4];

	record_put(r, F_PROTOCOL,
	    arena_copy(&x->scratch, span_str(flow_protocol(protocol, room))));
	if (port != 0)
		pattern_put(x, r, F_DST_PORT, port);
}

static struct span
contact_reason(struct patterns *x, uint32_t device, const struct record *r)
{
	struct arena *a = &x->scratch;
	struct span named = {0}, whose = record_text(r, F_PEER_IS);

	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == F_NAMED)
			named = arena_fmt(a, "%.*s%s%.*s", SPAN_FMT(named),
			    named.n > 0 ? ", " : "",
			    SPAN_FMT(r->values[i].text));
	whose = span_is(whose, "device") ? SPAN("another of the devices")
		: span_is(whose, "own")	 ? SPAN("in own address space")
		: span_is(whose, "private")
		    ? SPAN("a private address")
		    : SPAN("outside the own address space");
	if (named.n > 0)
		return arena_fmt(a, "the peer is %.*s; configured for: %.*s",
		    SPAN_FMT(whose), SPAN_FMT(named));
	return arena_fmt(a, "the peer is %.*s; %s", SPAN_FMT(whose),
	    x->named[device].n > 0
		? "the configuration does not name it"
		: "no configuration is known that could name it");
}

/* Seconds, rounded up. */
static uint64_t
seconds(int64_t from, int64_t to)
{
	return from == TIME_NONE || to < from
		   ? 0
		   : (uint64_t)((to - from + TIME_SECOND - 1) / TIME_SECOND);
}

static void
put_volumes(
    struct patterns *x, struct record *r, const struct contact *c, bool client)
{
	pattern_put(x, r, F_FLOWS, contact_flows(c));
	if (contact_unsaid(c) > 0)
		pattern_put(x, r, F_BYTES, c->largest_either);
	pattern_put(x, r, F_BYTES_OUT, client ? c->bytes_out : c->bytes_in);
	pattern_put(x, r, F_BYTES_IN, client ? c->bytes_in : c->bytes_out);
	pattern_put(
	    x, r, F_PACKETS_OUT, client ? c->packets_out : c->packets_in);
	pattern_put(
	    x, r, F_PACKETS_IN, client ? c->packets_in : c->packets_out);
	pattern_put(
	    x, r, F_LARGEST_OUT, client ? c->largest_out : c->largest_in);
	pattern_put(
	    x, r, F_LARGEST_IN, client ? c->largest_in : c->largest_out);
}

static void
put_times(struct patterns *x, struct record *r, const struct contact *c)
{
	unsigned regular, interval = contact_beat(c, &regular);

	pattern_put(x, r, F_SECONDS, seconds(c->first, c->last));
	pattern_put(x, r, F_BUSY, c->busy / TIME_SECOND);
	pattern_put(x, r, F_STARTS, c->starts);
	if (interval > 0) {
		pattern_put(x, r, F_INTERVAL, interval);
		pattern_put(x, r, F_REGULAR, regular);
	}
}

static void
contact_tell(struct patterns *x, const struct joined *j, bool client)
{
	const struct contact *c = &j->at;
	uint32_t device = client ? j->client : j->server;
	const struct peer_group *g =
	    &x->groups[client ? j->client_group : j->server_group];
	struct telling_pattern what = {.device = device,
	    .first = c->first,
	    .last = c->last,
	    .count = contact_flows(c),
	    .places = {j}};
	/* What the device began itself goes the other way. */
	const struct addr *behind =
	    client ? NULL : pattern_behind(x, device, c);
	char text[ADDR_TEXT];
	struct record r;

	record_init(&r, K_FLOW_PATTERN, 0, UINT64_MAX, (struct span){0});
	record_put_str(&r, F_PATTERN,
	    c->denied	     ? "denied"
	    : behind != NULL ? "translated"
			     : "contact");
	if (behind != NULL)
		record_put_ip(&r, F_SERVER_IP,
		    arena_copy(
			&x->scratch, span_str(addr_write(behind, text))));
	record_put_str(&r, F_SIDE,
	    c->port == 0 ? "end"
	    : client	 ? "client"
			 : "server");
	put_protocol(x, &r, c->protocol, c->port);
	pattern_put_peer(x, &r, device, client ? &c->server : &c->client);
	put_volumes(x, &r, c, client);
	put_times(x, &r, c);
	record_put_bool(&r, F_ANSWERED, c->answered);
	record_put_str(&r, F_SERVICE, c->service);
	pattern_put(x, &r, F_CLIENT_PORTS, c->nclient_ports);
	pattern_put(x, &r, F_PEERS, g->peers);
	pattern_put(x, &r, F_DEVICES, g->devices);
	what.reason = contact_reason(x, device, &r);
	pattern_tell(x, &r, &what);
}

static void
fan_out_tell(struct patterns *x, const struct peer_group *g)
{
	struct telling_pattern what = {.device = g->device,
	    .first = g->begin,
	    .last = g->end,
	    .count = g->flows,
	    .places = {&x->v[g->first]}};
	struct record r;

	if (!g->client || g->denied || g->port == 0 ||
	    g->peers < FAN_OUT_LEAST)
		return;
	record_init(&r, K_FLOW_PATTERN, 0, UINT64_MAX, (struct span){0});
	record_put_str(&r, F_PATTERN, "fan-out");
	put_protocol(x, &r, g->protocol, g->port);
	pattern_put(x, &r, F_PEERS, g->peers);
	pattern_put(x, &r, F_DEVICES, g->devices);
	pattern_put(x, &r, F_FLOWS, g->flows);
	pattern_put(x, &r, F_BYTES_OUT, g->bytes_out);
	pattern_put(x, &r, F_BYTES_IN, g->bytes_in);
	pattern_put(x, &r, F_SECONDS, seconds(g->begin, g->end));
	what.reason = arena_fmt(&x->scratch,
	    "%zu peers, %zu of them known devices, in %" PRIu64 " flows",
	    g->peers, g->devices, g->flows);
	pattern_tell(x, &r, &what);
}

void
case_flow_patterns(struct case_merge *m)
{
	struct casefile *c = m->c;
	struct patterns x = {.m = m, .c = c};
	struct err e;

	map_init(&x.index, &c->arena);
	map_init(&x.group_index, &c->arena);
	map_init(&x.group_peers, &c->arena);
	gather(&x);
	if (x.n == 0)
		return;
	names_gather(&x);
	patterns_translated(&x);
	arena_init(&x.scratch);
	if (rule_scratch_init(&x.rules, &e) != 0) {
		c->complete = false;
		return;
	}
	for (size_t i = 0; i < x.n; i++) {
		const struct joined *j = &x.v[i];

		if (j->client_group != DEVICE_NONE)
			contact_tell(&x, j, true);
		if (j->server_group != DEVICE_NONE)
			contact_tell(&x, j, false);
	}
	for (size_t i = 0; i < x.ngroups; i++)
		fan_out_tell(&x, &x.groups[i]);
	patterns_relays(&x);
	rule_scratch_release(&x.rules);
	arena_release(&x.scratch);
}
