/*
 * VRP access lists.  Basic lists (2000 to 2999) know sources only, advanced
 * ones (3000 to 3999) protocol, ports and destination; both may have names.
 */
#include "read/config/huawei_vrp.h"

#define WORD(i) path_word(x->tree, i)

enum use { VTY = 1, SNMP = 2, HTTP = 4, INTERFACE = 8, NTP = 16, OTHER = 32 };

struct lists {
	struct map uses; /* name or number to enum use, or-ed */
	/* The list whose entries are read. */
	uint32_t block;
	struct span name, used_by;
	unsigned entries;
	bool final_deny_log;
};

/* ---- uses ---- */

static void
use(struct lists *s, struct span name, unsigned how)
{
	uint32_t old;

	if (name.n == 0)
		return;
	old = map_get(&s->uses, name);
	map_put(&s->uses, name, (old == MAP_NONE ? 0 : old) | how);
}

/* The word behind "acl", over the family. */
static struct span
list_behind(const struct vrp_line *l)
{
	unsigned i = words_find(&l->w, 0, "acl") + 1;

	if (words_is(&l->w, i, "ipv6") || words_is(&l->w, i, "ipv4"))
		i++;
	if (words_is(&l->w, i, "name") || words_is(&l->w, i, "number"))
		i++;
	return words_at(&l->w, i);
}

static void
use_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	static const struct {
		const char *word;
		unsigned use;
	} services[] = {{"ssh", VTY}, {"telnet", VTY}, {"stelnet", VTY},
	    {"sftp", VTY}, {"snmp-agent", SNMP}, {"http", HTTP}, {"ftp", OTHER},
	    {"ntp-service", NTP}};
	struct lists *s = arg;

	(void)x;
	if (text_starts(l->in, "user-interface")) {
		if (words_is(&l->w, 0, "acl"))
			use(s, list_behind(l), VTY);
		return;
	}
	if (text_starts(l->in, "interface")) {
		if (words_is(&l->w, 0, "traffic-filter"))
			use(s, list_behind(l), INTERFACE);
		return;
	}
	if (words_is(&l->w, 0, "if-match")) {
		use(s, list_behind(l), OTHER);
		return;
	}
	if (l->block != PATH_ROOT)
		return;
	/* ntp-service access peer 2000 */
	if (words_is(&l->w, 0, "ntp-service") && words_is(&l->w, 1, "access"))
		use(s, words_at(&l->w, 3), NTP);
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (words_is(&l->w, 0, services[i].word))
			use(s, list_behind(l), services[i].use);
}

static struct span
used_by(struct path_facts *x, const struct lists *s)
{
	uint32_t u = map_get(&s->uses, s->name);

	if (u == MAP_NONE)
		return (struct span){0};
	return span_trim(arena_fmt(x->arena, "%s%s%s%s%s%s",
	    u & VTY ? "vty " : "", u & SNMP ? "snmp " : "",
	    u & HTTP ? "http " : "", u & INTERFACE ? "interface " : "",
	    u & NTP ? "ntp " : "", u & OTHER ? "other" : ""));
}

/* ---- entries ---- */

/* "A W", "A 0", "A/n", "any" at word i: what stands there as a source or
 * destination. */
static struct span
address_at(struct path_facts *x, const struct vrp_line *l, unsigned i)
{
	struct span a = words_at(&l->w, i), w = words_at(&l->w, i + 1);
	struct addr addr, wild;
	struct prefix p;
	uint64_t bits;

	if (a.n == 0)
		return SPAN("any");
	if (!addr_read(a, &addr))
		return a;
	if (addr.family == 4 && span_is(w, "0"))
		return prefix_read(a, &p) ? prefix_text(x->arena, &p) : a;
	if (addr_read(w, &wild) && prefix_of_wildcard(addr, wild, &p))
		return prefix_text(x->arena, &p);
	if (addr.family == 6 && span_u64(w, &bits) &&
	    prefix_read(
		arena_fmt(x->arena, "%.*s/%.*s", SPAN_FMT(a), SPAN_FMT(w)), &p))
		return prefix_text(x->arena, &p);
	return words_range(&l->w, i, i + 1);
}

static struct span
port_behind(const struct vrp_line *l, const char *word)
{
	unsigned i = words_find(&l->w, 0, word);

	return facts_port_number(words_at(&l->w, i + 2));
}

/* rule [N] {permit | deny} [PROTOCOL] [source ...] [destination ...] ... */
static void
rule_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct lists *s = arg;
	uint64_t number;
	unsigned i = span_u64(words_at(&l->w, 1), &number) ? 2 : 1, source;
	bool permit = words_is(&l->w, i, "permit"), log, any;
	struct span protocol, src;
	struct record *r;

	if (l->block != s->block || !words_is(&l->w, 0, "rule") ||
	    (!permit && !words_is(&l->w, i, "deny")))
		return;
	protocol = words_at(&l->w, i + 1);
	if (span_is(protocol, "source") || span_is(protocol, "logging") ||
	    span_is(protocol, "vpn-instance"))
		protocol = (struct span){0};
	source = words_find(&l->w, i, "source");
	if (source >= l->w.n)
		source = words_find(&l->w, i, "source-address");
	src = address_at(x, l, source + 1);
	log = words_find(&l->w, i, "logging") < l->w.n;
	r = vrp_begin(x, K_ACL_ENTRY, l);
	record_put(r, F_ACL, s->name);
	record_put_str(r, F_ACTION, permit ? "permit" : "deny");
	record_put(r, F_PROTOCOL, protocol);
	facts_put_source(x, src);
	record_put_number(r, F_SRC_PORT, port_behind(l, "source-port"));
	if (words_find(&l->w, i, "destination") < l->w.n)
		record_put(r, F_DST,
		    address_at(x, l, words_find(&l->w, i, "destination") + 1));
	record_put_number(r, F_DST_PORT, port_behind(l, "destination-port"));
	record_put_bool(r, F_LOG, log);
	record_put(r, F_USED_BY, s->used_by);
	facts_emit(x);
	s->entries++;
	any = span_is(src, "any") &&
	      (protocol.n == 0 || span_is(protocol, "ip") ||
		  span_is(protocol, "ipv6")) &&
	      words_find(&l->w, i, "destination") == l->w.n;
	s->final_deny_log = !permit && log && any;
}

/* ---- lists ---- */

static void
list(struct path_facts *x, struct lists *s, uint32_t node)
{
	struct record *r;

	r = facts_begin(x, K_ACL, node);
	record_put(r, F_ACL, s->name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", s->entries));
	record_put(r, F_USED_BY, s->used_by);
	record_put_bool(r, F_FINAL_DENY_LOG, s->final_deny_log);
	facts_emit(x);
}

/* All statements of a list follow one another, so one walk over the lines
 * tells all lists: a new block closes the one before. */
static void
list_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct lists *s = arg;
	struct path_tree *t = x->tree;
	unsigned i = 1;

	if (l->block != s->block) {
		if (s->block != PATH_ROOT && s->entries > 0)
			list(x, s, s->block);
		s->block = PATH_ROOT;
		if (text_starts(l->in, "acl")) {
			i += span_is(vrp_block_word(t, l->block, i), "ipv6");
			if (span_is(vrp_block_word(t, l->block, i), "number") ||
			    span_is(vrp_block_word(t, l->block, i), "name"))
				i++;
			s->block = l->block;
			s->name = vrp_block_word(t, l->block, i);
			s->used_by = used_by(x, s);
			s->entries = 0;
			s->final_deny_log = false;
		}
	}
	if (s->block != PATH_ROOT)
		rule_line(x, l, s);
}

void
vrp_lists(struct path_facts *x)
{
	struct lists s = {.block = PATH_ROOT};

	map_init(&s.uses, x->arena);
	vrp_each_line(x, use_line, &s);
	vrp_each_line(x, list_line, &s);
	if (s.block != PATH_ROOT && s.entries > 0)
		list(x, &s, s.block);
}
