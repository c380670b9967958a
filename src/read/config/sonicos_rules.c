/* SonicOS: access rules, one or more lines each. */
#include "read/config/sonicos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* A word, without its quotes. */
static struct span
take(struct span *rest)
{
	*rest = span_trim(*rest);
	if (rest->n > 1 && rest->p[0] == '"') {
		*rest = span_from(*rest, 1);
		return span_until(rest, '"');
	}
	return span_word(rest);
}

/* "address name X", "address group X", "address any", "name X", "any", "X" */
static struct span
object(struct path_facts *x, struct span *rest)
{
	struct span w = take(rest);

	if (span_is(w, "address"))
		w = take(rest);
	if (span_is(w, "name") || span_is(w, "group") || span_is(w, "host"))
		w = take(rest);
	return span_is(w, "any") ? w : sonicos_object(x, w);
}

struct rule {
	struct span from, to, src, dst, service, action;
};

static void
read_words(struct path_facts *x, struct rule *r, struct span text)
{
	struct span rest = text, w;

	while ((w = take(&rest)).n > 0) {
		if (span_is(w, "from"))
			r->from = take(&rest);
		else if (span_is(w, "to"))
			r->to = take(&rest);
		else if (span_is(w, "action"))
			r->action = take(&rest);
		else if (span_is(w, "source"))
			r->src = object(x, &rest);
		else if (span_is(w, "destination"))
			r->dst = object(x, &rest);
		else if (span_is(w, "service"))
			r->service = object(x, &rest);
	}
}

/* The same below the head, as releases before 6.5 and the GUI's export do. */
static void
read_below(struct path_facts *x, struct rule *r, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t n;

	if (r->action.n == 0)
		r->action = path_value(t, node, "action");
	for (unsigned i = 0; i < 2; i++) {
		struct span *out = i == 0 ? &r->src : &r->dst;

		if (out->n > 0)
			continue;
		n = path_get(t, node, i == 0 ? "source" : "destination");
		n = path_leaf(t, path_first(t, n));
		if (n != PATH_NONE)
			*out = span_is(WORD(n), "any")
				   ? WORD(n)
				   : sonicos_object(x, WORD(n));
	}
	if (r->service.n == 0)
		r->service = WORD(
		    path_leaf(t, path_first(t, path_get(t, node, "service"))));
}

/* What a rule about the firewall's own addresses guards. */
static const char *
used_by(const struct rule *r)
{
	if (!span_has(r->service, "Management"))
		return "interface";
	if (span_has(r->service, "SSH"))
		return "vty";
	if (span_has(r->service, "SNMP"))
		return "snmp";
	return span_has(r->service, "HTTP") ? "http" : "other";
}

bool
sonicos_guarded(struct path_facts *x, const char *use)
{
	struct path_tree *t = x->tree;
	unsigned named = 0;

	EACH_PATH(a, t, ROOT("access-rule"))
	{
		struct rule r = {0};

		read_words(x, &r, WORD(a));
		read_below(x, &r, a);
		if (path_get(t, a, "no enable") != PATH_NONE ||
		    !span_is(r.action, "allow") ||
		    strcmp(used_by(&r), use) != 0)
			continue;
		if (r.src.n == 0 || span_is(r.src, "any"))
			return false;
		named++;
	}
	return named > 0;
}

void
sonicos_rules(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t list = ROOT("access-rule");
	unsigned n = 0;

	EACH_PATH(a, t, list)
	{
		struct rule r = {0};
		struct facts_entry e = {.list = SPAN("access-rule")};

		if (path_get(t, a, "no enable") != PATH_NONE)
			continue;
		read_words(x, &r, WORD(a));
		read_below(x, &r, a);
		e.sequence = path_value(t, a, "id");
		e.name = path_value(t, a, "name");
		e.deny = !span_is(r.action, "allow");
		e.src = r.src.n ? r.src : SPAN("any");
		e.dst = r.dst;
		e.service = r.service;
		e.interface = r.from;
		e.used_by = used_by(&r);
		facts_entry(x, a, &e);
		n++;
	}
	facts_list(x, list, SPAN("access-rule"), n, "interface");
}
