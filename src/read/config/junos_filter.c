/*
 * Junos firewall filters as access lists.  A filter on the input of lo0 guards
 * all that the routing engine listens on; so the list as a whole guards the
 * login, and each entry what its ports say.
 */
#include "read/config/junos.h"

#define WORD(i) path_word(x->tree, i)

struct filter {
	struct path_facts *x;
	struct span name;
	bool control; /* on lo0: guards the device itself */
	bool used;    /* on some interface */
	unsigned entries;
	bool final_deny_log;
};

/* What one entry lets through or stops, by its ports. */
struct guards {
	bool any, vty, http, snmp, ntp, other;
};

static void
guard_port(struct guards *g, struct span word)
{
	struct span port = facts_port_number(word);
	size_t dash = span_find_byte(word, '-');
	uint64_t from, to, n;

	if (dash != SPAN_NONE && span_u64(span_head(word, dash), &from) &&
	    span_u64(span_from(word, dash + 1), &to)) {
		g->vty |= from <= 22 && to >= 22;
		g->http |=
		    (from <= 80 && to >= 80) || (from <= 443 && to >= 443);
		g->snmp |= from <= 161 && to >= 161;
		g->other = true;
		return;
	}
	if (!span_u64(port, &n))
		n = 0;
	if (n == 22 || n == 23 || n == 830)
		g->vty = true;
	else if (n == 80 || n == 443)
		g->http = true;
	else if (n == 161)
		g->snmp = true;
	else if (n == 123)
		g->ntp = true;
	else
		g->other = true;
}

static struct guards
guards_of(struct path_facts *x, uint32_t from)
{
	static const char *const ports[] = {"destination-port", "port"};
	struct path_tree *t = x->tree;
	struct guards g = {0};
	bool stream = false, some = false;

	EACH_PATH(p, t, path_get(t, from, "protocol"))
	{
		some = true;
		stream |= span_is(WORD(p), "tcp") || span_is(WORD(p), "udp");
	}
	EACH_PATH(p, t, path_get(t, from, "next-header"))
	{
		some = true;
		stream |= span_is(WORD(p), "tcp") || span_is(WORD(p), "udp");
	}
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(p, t, path_get(t, from, ports[i]))
	guard_port(&g, WORD(p));
	if (g.vty || g.http || g.snmp || g.ntp || g.other)
		return g;
	/* Answers to the device's own sessions, or other protocols. */
	if ((some && !stream) ||
	    path_get(t, from, "source-port") != PATH_NONE ||
	    path_get(t, from, "tcp-established") != PATH_NONE ||
	    path_get(t, from, "icmp-type") != PATH_NONE ||
	    path_get(t, from, "destination-port-except") != PATH_NONE)
		g.other = true;
	else
		g.any = true;
	return g;
}

static void
put_used_by(const struct filter *f, const struct guards *g)
{
	struct record *r = &f->x->rec;

	if (!f->control)
		record_put_str(r, F_USED_BY, f->used ? "interface" : NULL);
	else if (g->any)
		record_put_str(r, F_USED_BY, "vty snmp http ntp");
	else
		record_put(r, F_USED_BY,
		    span_trim(arena_fmt(f->x->arena, "%s%s%s%s%s",
			g->vty ? "vty " : "", g->http ? "http " : "",
			g->snmp ? "snmp " : "", g->ntp ? "ntp " : "",
			g->other ? "other" : "")));
}

static bool
logs(const struct path_tree *t, uint32_t then)
{
	return path_get(t, then, "log") != PATH_NONE ||
	       path_get(t, then, "syslog") != PATH_NONE;
}

static void
put_values(struct path_facts *x, enum field_id f, uint32_t list, bool ports)
{
	unsigned n = 0;

	EACH_PATH(v, x->tree, list)
	{
		if (++n > 16)
			break;
		if (ports)
			record_put_number(
			    &x->rec, f, facts_port_number(WORD(v)));
		else
			record_put(&x->rec, f, WORD(v));
	}
}

struct entry {
	uint32_t term, node, from, then;
	struct guards guards;
	struct span src;
	bool permit;
};

static void
emit_entry(struct filter *f, const struct entry *e)
{
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_ACL_ENTRY, e->node);

	record_put(r, F_ACL, f->name);
	record_put(r, F_NAME, WORD(e->term));
	record_put_str(r, F_ACTION, e->permit ? "permit" : "deny");
	put_values(x, F_PROTOCOL, path_get(t, e->from, "protocol"), false);
	facts_put_source(x, e->src);
	put_values(x, F_SRC_PORT, path_get(t, e->from, "source-port"), true);
	put_values(
	    x, F_DST, path_get(t, e->from, "destination-address"), false);
	put_values(
	    x, F_DST_PORT, path_get(t, e->from, "destination-port"), true);
	record_put_bool(r, F_LOG, logs(t, e->then));
	put_used_by(f, &e->guards);
	facts_emit(x);
	f->entries++;
}

/* One entry for each source; those marked "except" turn the action round. */
static bool
sources(struct filter *f, struct entry *e, uint32_t list)
{
	struct path_tree *t = f->x->tree;
	bool permit = e->permit, some = false;

	EACH_PATH(s, t, list)
	{
		e->node = s;
		e->src = path_word(t, s);
		e->permit = permit;
		if (path_get(t, s, "except") != PATH_NONE)
			e->permit = !permit;
		emit_entry(f, e);
		some = true;
	}
	e->permit = permit;
	return some;
}

static void
term(struct filter *f, uint32_t node)
{
	static const char *const lists[] = {"source-address", "address"};
	struct path_facts *x = f->x;
	struct path_tree *t = x->tree;
	struct entry e = {.term = node,
	    .node = node,
	    .from = path_get(t, node, "from"),
	    .then = path_get(t, node, "then")};
	bool deny, some = false;

	deny = path_get(t, e.then, "discard") != PATH_NONE ||
	       path_get(t, e.then, "reject") != PATH_NONE;
	/* "next term" decides nothing; no word at all accepts. */
	if (path_get(t, e.then, "next") != PATH_NONE)
		return;
	e.permit = !deny;
	e.guards = guards_of(x, e.from);
	for (unsigned i = 0; i < 2; i++)
		some |= sources(f, &e, path_get(t, e.from, lists[i]));
	EACH_PATH(l, t, path_get(t, e.from, "source-prefix-list"))
	{
		uint32_t list = path_find(t,
		    path_get(t, PATH_ROOT, "policy-options prefix-list"),
		    WORD(l));

		some |= sources(f, &e, list);
		if (!some) {
			e.node = l;
			e.src = WORD(l);
			emit_entry(f, &e);
			some = true;
		}
	}
	if (!some) {
		e.node = path_first(t, e.then) == PATH_NONE
			     ? node
			     : path_first(t, e.then);
		e.src = SPAN("any");
		emit_entry(f, &e);
	}
	f->final_deny_log =
	    deny && logs(t, e.then) && path_first(t, e.from) == PATH_NONE;
}

/* All filter names that interfaces use, with whether it is lo0. */
static void
find_uses(struct path_facts *x, struct map *uses)
{
	struct path_tree *t = x->tree;
	static const char *const ways[] = {"filter input", "filter output",
	    "filter input-list", "filter output-list"};

	EACH_PATH(i, t, path_get(t, PATH_ROOT, "interfaces"))
	EACH_PATH(u, t, path_get(t, i, "unit"))
	EACH_PATH(f, t, path_get(t, u, "family"))
	for (unsigned k = 0; k < 4; k++)
		EACH_PATH(n, t, path_get(t, f, ways[k]))
		{
			bool control = span_is(WORD(i), "lo0") && k % 2 == 0;
			uint32_t old = map_get(uses, WORD(n));

			map_put(uses, WORD(n),
			    (old == MAP_NONE ? 0 : old) | (control ? 2u : 1u));
		}
}

static void
filter(struct path_facts *x, uint32_t node, const struct map *uses)
{
	struct path_tree *t = x->tree;
	struct filter f = {.x = x, .name = WORD(node)};
	uint32_t use = map_get(uses, f.name);
	struct record *r;

	f.used = use != MAP_NONE;
	f.control = f.used && (use & 2);
	EACH_PATH(n, t, path_get(t, node, "term"))
	term(&f, n);
	r = facts_begin(x, K_ACL, node);
	record_put(r, F_ACL, f.name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", f.entries));
	record_put_str(r, F_USED_BY,
	    f.control ? "vty"
	    : f.used  ? "interface"
		      : NULL);
	record_put_bool(r, F_FINAL_DENY_LOG, f.final_deny_log);
	facts_emit(x);
}

/* ---- security policies ---- */

static struct span
zone_interfaces(const struct path_facts *x, struct span zone)
{
	struct path_tree *t = x->tree;
	uint32_t z = path_find(
	    t, path_get(t, PATH_ROOT, "security zones security-zone"), zone);

	return facts_values(x, path_get(t, z, "interfaces"));
}

static void
policy(struct path_facts *x, uint32_t node, struct span list, struct span in)
{
	struct path_tree *t = x->tree;
	struct record *r;
	uint32_t permit = path_get(t, node, "then permit");

	EACH_PATH(s, t, path_get(t, node, "match source-address"))
	{
		uint32_t book = path_find(t,
		    path_get(
			t, PATH_ROOT, "security address-book global address"),
		    WORD(s));
		struct span src = path_word(t, path_first(t, book));

		r = facts_begin(x, K_ACL_ENTRY, s);
		record_put(r, F_ACL, list);
		record_put(r, F_NAME, WORD(node));
		record_put_str(
		    r, F_ACTION, permit != PATH_NONE ? "permit" : "deny");
		facts_put_source(x, src.n ? src : WORD(s));
		put_values(x, F_DST,
		    path_get(t, node, "match destination-address"), false);
		put_values(x, F_SERVICE, path_get(t, node, "match application"),
		    false);
		record_put(r, F_INTERFACE, in);
		record_put_bool(
		    r, F_LOG, path_get(t, node, "then log") != PATH_NONE);
		record_put_str(r, F_USED_BY, "interface");
		facts_emit(x);
	}
}

static void
policies(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(
	    from, t, path_get(t, PATH_ROOT, "security policies from-zone"))
	EACH_PATH(to, t, path_get(t, from, "to-zone"))
	{
		struct span in = zone_interfaces(x, WORD(from));
		struct span list = arena_fmt(x->arena, "%.*s to %.*s",
		    SPAN_FMT(WORD(from)), SPAN_FMT(WORD(to)));

		EACH_PATH(p, t, path_get(t, to, "policy"))
		policy(x, p, list, in);
	}
}

void
junos_filters(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct map uses;

	map_init(&uses, x->arena);
	find_uses(x, &uses);
	EACH_PATH(f, t, path_get(t, PATH_ROOT, "firewall filter"))
	filter(x, f, &uses);
	EACH_PATH(family, t, path_get(t, PATH_ROOT, "firewall family"))
	EACH_PATH(f, t, path_get(t, family, "filter"))
	filter(x, f, &uses);
	policies(x);
}
