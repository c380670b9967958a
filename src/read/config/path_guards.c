#include "read/config/path_guards.h"

#include "read/config/path_facts.h"

/* Winbox and the API of RouterOS log in as a terminal does. */
static const struct {
	uint64_t port;
	enum { VTY, HTTP, SNMP, NTP } what;
} known[] = {{22, VTY}, {23, VTY}, {80, HTTP}, {123, NTP}, {161, SNMP},
    {443, HTTP}, {830, VTY}, {8291, VTY}, {8728, VTY}, {8729, VTY}};

static void
add_known(struct path_guards *g, size_t i)
{
	g->vty |= known[i].what == VTY;
	g->http |= known[i].what == HTTP;
	g->snmp |= known[i].what == SNMP;
	g->ntp |= known[i].what == NTP;
}

static void
guards_add(struct path_guards *g, struct span port)
{
	size_t dash = span_find_byte(port, '-'), met = 0;
	struct span digits;
	uint64_t from, to;

	if (dash == SPAN_NONE || !span_u64(span_head(port, dash), &from) ||
	    !span_u64(span_from(port, dash + 1), &to)) {
		digits = facts_port_number(port);
		if (!span_u64(digits, &from))
			from = 0;
		to = from;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (from <= known[i].port && known[i].port <= to) {
			add_known(g, i);
			met++;
		}
	g->other |= met < to - from + 1 || to < from;
}

void
guards_add_list(struct path_guards *g, struct span list)
{
	while (list.n > 0) {
		struct span part = span_trim(span_until(&list, ','));

		if (part.n > 0)
			guards_add(g, part);
	}
}

bool
guards_any(const struct path_guards *g)
{
	return g->vty || g->http || g->snmp || g->ntp || g->other;
}

struct span
guards_text(struct arena *a, const struct path_guards *g)
{
	return span_trim(arena_fmt(a, "%s%s%s%s%s", g->vty ? "vty " : "",
	    g->http ? "http " : "", g->snmp ? "snmp " : "",
	    g->ntp ? "ntp " : "", g->other ? "other" : ""));
}
