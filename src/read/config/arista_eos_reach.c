/*
 * EOS: each service has its lists, per VRF; a list on the control plane stands
 * before them all (IPv4), and that of an interface before what comes in there
 * (EOS User Manual, "Access Control Lists").  Confirmed: official.
 */
#include "read/config/cisco_reach.h"
#include "read/config/indent_facts.h"

struct service {
	const char *words, *name, *off;
	uint16_t port;
	bool by_default; /* on without "no shutdown" */
};

static const struct service services[] = {
    {"management ssh", "ssh", "shutdown", 22, true},
    {"management telnet", "telnet", "shutdown", 23, false},
    {"management api http-commands", "https", "no protocol https", 443, false},
    {"management api netconf", "netconf", "shutdown", 830, true},
    {"management api gnmi", "grpc", "shutdown", 6030, true},
};

/* What a block says of itself, without its VRFs. */
struct block {
	struct span list4, list6, port;
	bool on, off;
};

static void
read_block(const struct ios *x, uint32_t node, struct block *b)
{
	struct words w;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		if (words_is(&w, 1, "access-group"))
			*(words_is(&w, 0, "ipv6") ? &b->list6 : &b->list4) =
			    words_at(&w, 2);
		else if (words_is(&w, 0, "transport"))
			read_block(x, c, b);
		else if (span_is(w.text, "no shutdown"))
			b->on = true;
		else if (span_is(w.text, "shutdown"))
			b->off = true;
		else if (words_is(&w, 0, "server-port") ||
			 words_is(&w, 0, "port"))
			b->port = words_at(&w, 1);
	}
}

static void
emit_block(struct cisco_reach *r, const struct service *of, uint32_t node,
    const struct block *b, struct span vrf, struct span control)
{
	struct reach_service s = cisco_reach_service(
	    r, of->name, REACH_TCP(reach_port(b->port, of->port)), node);

	s.vrf = vrf;
	cisco_reach_guard(r, &s, 4, b->list4);
	cisco_reach_guard(r, &s, 6, b->list6);
	cisco_reach_guard(r, &s, 4, control);
	reach_emit(&r->reach, &s);
}

static void
each_block(struct cisco_reach *r, const struct service *of, uint32_t node,
    struct span control)
{
	const struct tree *t = r->x->tree;
	struct block main = {0};
	struct words w;

	read_block(r->x, node, &main);
	if (main.on || (of->by_default && !main.off))
		emit_block(r, of, node, &main, (struct span){0}, control);
	EACH_CHILD(c, t, node)
	{
		struct block b = {.port = main.port};

		words_read(&w, t->v[c].text);
		if (!words_is(&w, 0, "vrf"))
			continue;
		read_block(r->x, c, &b);
		if (b.on || ((main.on || of->by_default) && !b.off))
			emit_block(r, of, c, &b, words_at(&w, 1), control);
	}
}

/* snmp-server vrf V: it is asked in VRFs too. */
static bool
has_snmp_vrfs(const struct ios *x)
{
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end)
		if (text_starts(x->tree->v[i].text, "snmp-server vrf"))
			return true;
	return false;
}

/* snmp-server ipv4 access-list L guards all communities. */
static void
community_service(struct cisco_reach *r, uint32_t node, struct span all4,
    struct span all6, struct span control)
{
	struct reach_service s =
	    cisco_reach_service(r, "snmp", REACH_UDP(161), node);
	struct indent_community c;
	struct words w;

	words_read(&w, s.text);
	indent_community_read(&w, &c);
	s.mode = c.mode.n ? c.mode : SPAN("ro");
	s.every_vrf = has_snmp_vrfs(r->x);
	cisco_reach_guard(r, &s, 4, c.list);
	cisco_reach_guard(r, &s, 6, c.list6);
	cisco_reach_guard(r, &s, 4, all4);
	cisco_reach_guard(r, &s, 6, all6);
	cisco_reach_guard(r, &s, 4, control);
	reach_emit(&r->reach, &s);
}

/* system control-plane / ip access-group L in */
static struct span
control_list(const struct ios *x)
{
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text, rest;

		if (!text_starts(t, "system control-plane") &&
		    !text_starts(t, "control-plane"))
			continue;
		rest = ios_child_rest(x, i, "ip access-group");
		return span_word(&rest);
	}
	return (struct span){0};
}

void
eos_reach(struct ios *x, const struct read_in *in)
{
	struct cisco_reach r;
	struct span control = control_list(x), all4 = {0}, all6 = {0};
	struct words w;
	bool ssh = false;

	cisco_reach_init(&r, x, in, &cisco_filter_eos);
	r.reach.by_vrf = true;
	cisco_doors(&r);
	if (x->hostname == TREE_NONE)
		r.reach.more_doors = REACH_PART;
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		if (!text_starts(x->tree->v[i].text, "snmp-server"))
			continue;
		words_read(&w, x->tree->v[i].text);
		if (words_is(&w, 2, "access-list") && words_is(&w, 1, "ipv4"))
			all4 = words_at(&w, 3);
		else if (words_is(&w, 2, "access-list"))
			all6 = words_at(&w, 3);
	}
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text;

		if (text_starts(t, "snmp-server community"))
			community_service(&r, i, all4, all6, control);
		if (!text_starts(t, "management"))
			continue;
		for (size_t k = 0; k < sizeof(services) / sizeof(*services);
		     k++)
			if (text_starts(t, services[k].words)) {
				ssh |= k == 0;
				each_block(&r, &services[k], i, control);
			}
	}
	if (!ssh && indent_is_on(x, "ssh")) {
		struct block none = {0};

		emit_block(&r, &services[0], TREE_NONE, &none, (struct span){0},
		    control);
	}
}
