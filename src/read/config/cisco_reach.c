#include "read/config/cisco_reach.h"

void
cisco_reach_init(struct cisco_reach *r, struct ios *x, const struct read_in *in,
    const struct cisco_filter_rules *rules)
{
	*r = (struct cisco_reach){.x = x, .rules = rules};
	reach_init(&r->reach, in, x->out, &x->scope);
}

struct reach_service
cisco_reach_service(struct cisco_reach *r, const char *name,
    struct filter_query query, uint32_t node)
{
	struct reach_service s = {.service = name, .query = query};

	if (node != TREE_NONE) {
		s.text = r->x->tree->v[node].text;
		s.line = r->x->tree->v[node].line;
		s.offset = r->x->tree->v[node].offset;
	}
	return s;
}

struct cisco_filters *
cisco_reach_filters(struct cisco_reach *r)
{
	if (r->filters == NULL)
		r->filters = cisco_filters_new(r->x, r->rules);
	return r->filters;
}

const struct filter *
cisco_reach_filter(struct cisco_reach *r, unsigned family, struct span list)
{
	return cisco_filter(cisco_reach_filters(r), family, list);
}

void
cisco_reach_guard(struct cisco_reach *r, struct reach_service *s,
    unsigned family, struct span list)
{
	const struct filter *f;

	if (list.n == 0)
		return;
	f = cisco_reach_filter(r, family, list);
	reach_guard(s, list, family == 6 ? NULL : f, family == 6 ? f : NULL);
}

/* ---- terminal lines ---- */

void
cisco_way_read(const struct ios *x, uint32_t node, struct cisco_way *l)
{
	struct words w;
	unsigned v6;

	EACH_CHILD(c, x->tree, node)
	{
		words_read(&w, x->tree->v[c].text);
		v6 = words_is(&w, 0, "ipv6");
		if (words_is(&w, v6, "access-class") &&
		    !words_is(&w, v6 + 2, "out")) {
			*(v6 ? &l->list6 : &l->list4) = words_at(&w, v6 + 1);
		} else if (text_starts(w.text, "transport input")) {
			l->stated = true;
			for (unsigned i = 2; i < w.n; i++) {
				bool all = words_is(&w, i, "all");

				l->ssh |= all || words_is(&w, i, "ssh");
				l->telnet |= all || words_is(&w, i, "telnet");
			}
		}
	}
}

static void
line_service(struct cisco_reach *r, uint32_t node, const struct words *w,
    const struct cisco_way *l, const char *name, uint16_t port)
{
	struct reach_service s =
	    cisco_reach_service(r, name, REACH_TCP(port), node);

	s.first = words_at(w, 2);
	s.last = words_at(w, 3).n ? words_at(w, 3) : s.first;
	if (l->stated && !l->ssh && !l->telnet)
		s.closed = "the line takes neither ssh nor telnet";
	cisco_reach_guard(r, &s, 4, l->list4);
	cisco_reach_guard(r, &s, 6, l->list6);
	cisco_protect(r, &s);
	reach_emit(&r->reach, &s);
}

void
cisco_reach_line(struct cisco_reach *r, uint32_t node, const struct words *w)
{
	struct cisco_way l = {0};

	if (!words_is(w, 1, "vty"))
		return;
	cisco_way_read(r->x, node, &l);
	if (l.ssh)
		line_service(r, node, w, &l, "ssh", 22);
	if (l.telnet)
		line_service(r, node, w, &l, "telnet", 23);
	if (!l.ssh && !l.telnet)
		line_service(r, node, w, &l, "vty", 0);
}
