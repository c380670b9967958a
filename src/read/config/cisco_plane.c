/*
 * Policies of the control plane (IOS, NX-OS): service-policy input P, whose
 * classes match access lists.  Only what drops keeps anybody out: "drop", or a
 * policer whose conforming packets are dropped.  One that lets these pass
 * limits, and that is no guard.  A policy becomes a filter with an entry for
 * each class, in their order; what cannot be read leaves an entry unsure.
 */
#include "read/config/cisco_reach.h"

/* Classes of all policies that are looked at. */
#define CLASSES 256

struct plane {
	struct cisco_reach *r;
	struct map classes; /* name to top-level node */
	/* Of the policy in hand, for one family. */
	unsigned family;
	struct filter_entry *v;
	size_t n, cap;
	bool drops;
	unsigned left;
};

static struct span
last_word(struct span text)
{
	struct words w;

	words_read(&w, text);
	return words_at(&w, w.n - 1);
}

static uint32_t
find_policy(const struct ios *x, struct span name)
{
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end)
		if (text_starts(x->tree->v[i].text, "policy-map") &&
		    span_eq(last_word(x->tree->v[i].text), name))
			return i;
	return TREE_NONE;
}

static void
index_classes(struct plane *p)
{
	const struct tree *t = p->r->x->tree;

	map_init(&p->classes, p->r->x->arena);
	for (uint32_t i = 0; i < t->n; i = t->v[i].end)
		if (text_starts(t->v[i].text, "class-map"))
			map_add(&p->classes, last_word(t->v[i].text), i);
}

/* ---- what a class does ---- */

enum effect { EFFECT_PASS, EFFECT_DROP, EFFECT_UNKNOWN };

/* police RATE conform-action drop ...; police ... conform drop (NX-OS); the
 * actions may stand on lines below. */
static bool
drops_conforming(const struct words *w)
{
	for (unsigned i = 0; i + 1 < w->n; i++)
		if ((words_is(w, i, "conform-action") ||
			words_is(w, i, "conform")) &&
		    words_is(w, i + 1, "drop"))
			return true;
	return false;
}

static enum effect
effect_of(const struct ios *x, uint32_t class)
{
	const struct tree *t = x->tree;
	enum effect e = EFFECT_PASS;
	struct words w;

	for (uint32_t c = class + 1; c < t->v[class].end; c++) {
		words_read(&w, t->v[c].text);
		if (span_is(w.text, "drop") || drops_conforming(&w))
			return EFFECT_DROP;
		if (words_is(&w, 0, "service-policy"))
			e = EFFECT_UNKNOWN;
	}
	return e;
}

/* ---- what a class holds ---- */

static void
put_entry(struct plane *p, const struct filter_entry *e)
{
	p->drops |= e->action == FILTER_DENY;
	p->v = arena_grow(p->r->x->arena, p->v, p->n, &p->cap, sizeof(*p->v));
	p->v[p->n++] = *e;
}

/* match access-group [name] L */
static void
match_list(struct plane *p, struct filter_entry e, struct span list)
{
	struct cisco_filters *lists = cisco_reach_filters(p->r);

	if (!cisco_filter_has(lists, p->family, list)) {
		/* A list of the other family holds nothing of this one. */
		if (cisco_filter_has(lists, 10 - p->family, list))
			return;
		e.unsure = true;
		e.why = arena_fmt(p->r->x->arena,
		    "access list %.*s is not defined", SPAN_FMT(list));
	} else if (e.action == FILTER_DENY) {
		e.of = cisco_filter_dropped(lists, p->family, list);
		e.of_denied = true;
	} else {
		e.of = cisco_filter(lists, p->family, list);
	}
	put_entry(p, &e);
}

/* Protocols that carry no service. */
static bool
is_no_service(const struct words *w)
{
	static const char *const words[] = {
	    "arp", "cdp", "bridging", "clns", "pppoe", "dhcp", "rarp"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words_is(w, 2, words[i]))
			return true;
	return words_is(w, 1, "exception") || words_is(w, 1, "redirect");
}

/* One line of a class map.  e.unsure: something else must match too. */
static void
match_line(struct plane *p, struct filter_entry e, uint32_t node)
{
	struct words w;

	words_read(&w, p->r->x->tree->v[node].text);
	if (is_no_service(&w))
		return;
	if (words_is(&w, 1, "access-group")) {
		match_list(p, e, words_at(&w, w.n - 1));
		return;
	}
	if (words_is(&w, 1, "protocol") &&
	    (words_is(&w, 2, "ip") || words_is(&w, 2, "ipv6"))) {
		if (words_is(&w, 2, "ipv6") != (p->family == 6))
			return;
	} else if (!words_is(&w, 1, "any")) {
		e.unsure = true;
	}
	if (e.unsure && e.why.n == 0)
		e.why = w.text;
	put_entry(p, &e);
}

/* All lines of a class map must match: the one that says most is asked, a
 * list, and what else there is leaves it unsure.  A line that no service can
 * match settles it. */
static void
match_all(struct plane *p, struct filter_entry e, uint32_t class)
{
	const struct tree *t = p->r->x->tree;
	uint32_t asked = TREE_NONE;
	unsigned lines = 0;

	EACH_CHILD(c, t, class)
	{
		struct words w;

		words_read(&w, t->v[c].text);
		if (!words_is(&w, 0, "match"))
			continue;
		if (is_no_service(&w))
			return;
		if (lines++ == 0 || words_is(&w, 1, "access-group"))
			asked = c;
	}
	if (asked == TREE_NONE)
		return;
	if (lines > 1) {
		e.unsure = true;
		e.why = arena_fmt(p->r->x->arena, "further conditions of %.*s",
		    SPAN_FMT(t->v[class].text));
	}
	match_line(p, e, asked);
}

static void
match_class(struct plane *p, struct filter_entry e, struct span name)
{
	const struct tree *t = p->r->x->tree;
	uint32_t class = map_get(&p->classes, name);
	struct words w;

	if (span_is(name, "class-default")) {
		put_entry(p, &e);
		return;
	}
	if (class == MAP_NONE) {
		e.unsure = true;
		e.why = arena_fmt(p->r->x->arena,
		    "class map %.*s is not defined", SPAN_FMT(name));
		put_entry(p, &e);
		return;
	}
	words_read(&w, t->v[class].text);
	/* All of its lines, where it is not said (IOS). */
	if (words_find(&w, 1, "match-any") >= w.n) {
		match_all(p, e, class);
		return;
	}
	EACH_CHILD(c, t, class)
	if (text_starts(t->v[c].text, "match"))
		match_line(p, e, c);
}

static void
add_class(struct plane *p, uint32_t node)
{
	const struct tree_node *v = &p->r->x->tree->v[node];
	enum effect effect = effect_of(p->r->x, node);
	struct filter_entry e = {.source = {.any4 = true, .any6 = true},
	    .text = arena_fmt(p->r->x->arena, "%.*s passes", SPAN_FMT(v->text)),
	    .line = v->line,
	    .offset = v->offset,
	    .action = FILTER_PERMIT};
	struct words w;

	words_read(&w, v->text);
	if (effect != EFFECT_PASS) {
		struct filter_entry drop = e;

		drop.action = FILTER_DENY;
		drop.text =
		    arena_fmt(p->r->x->arena, "%.*s drops", SPAN_FMT(v->text));
		drop.unsure = effect == EFFECT_UNKNOWN;
		drop.why = drop.unsure ? SPAN("a policy within the policy")
				       : (struct span){0};
		match_class(p, drop, words_at(&w, w.n - 1));
	}
	if (effect != EFFECT_DROP)
		match_class(p, e, words_at(&w, w.n - 1));
}

/* NULL: it keeps nobody out. */
static const struct filter *
policy_filter(struct plane *p, struct span name, uint32_t policy)
{
	struct filter *f;
	const struct tree *t = p->r->x->tree;

	p->v = NULL;
	p->n = p->cap = 0;
	p->drops = false;
	p->left = CLASSES;
	EACH_CHILD(c, t, policy)
	{
		if (!text_starts(t->v[c].text, "class"))
			continue;
		if (p->left-- == 0)
			return NULL;
		add_class(p, c);
	}
	if (!p->drops)
		return NULL;
	/* What passes behind the last drop passes by the end as well. */
	while (p->v[p->n - 1].action == FILTER_PERMIT)
		p->n--;
	f = arena_alloc(p->r->x->arena, sizeof(*f));
	*f = (struct filter){
	    .name = name, .v = p->v, .n = p->n, .end = FILTER_PERMIT};
	return f;
}

/* Policies that the system brings along limit only: NX-OS "Configuring
 * Control Plane Policing", default policies; Catalyst 9000 "Configuring
 * Control Plane Policing", system-cpp-policy.  Confirmed: official. */
static bool
is_built_in(struct span name)
{
	return span_starts(name, SPAN("copp-system-")) ||
	       span_is(name, "system-cpp-policy");
}

static void
add_policy(struct plane *p, struct span name)
{
	struct reach *reach = &p->r->reach;
	uint32_t policy = find_policy(p->r->x, name);
	struct reach_guard g = {.name = name};

	if (policy == TREE_NONE) {
		struct filter *f;

		if (is_built_in(name))
			return;
		f = arena_alloc(p->r->x->arena, sizeof(*f));
		*f = (struct filter){.name = name,
		    .end = FILTER_UNKNOWN,
		    .end_why = arena_fmt(p->r->x->arena,
			"policy %.*s is not in this file", SPAN_FMT(name))};
		g.v4 = g.v6 = f;
	} else {
		p->family = 4;
		g.v4 = policy_filter(p, name, policy);
		p->family = 6;
		g.v6 = policy_filter(p, name, policy);
	}
	if ((g.v4 != NULL || g.v6 != NULL) &&
	    reach->nplanes < sizeof(reach->planes) / sizeof(*reach->planes))
		reach->planes[reach->nplanes++] = g;
}

/* control-plane [host|transit|cef-exception]; what passes through or is an
 * exception is no service. */
static bool
is_host(struct span text)
{
	struct words w;

	words_read(&w, text);
	return words_is(&w, 0, "control-plane") &&
	       (w.n == 1 || words_is(&w, 1, "host"));
}

void
cisco_plane(struct cisco_reach *r)
{
	const struct tree *t = r->x->tree;
	struct plane p = {.r = r};
	bool indexed = false;

	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		if (!text_starts(t->v[i].text, "control-plane") ||
		    !is_host(t->v[i].text))
			continue;
		EACH_CHILD(c, t, i)
		{
			struct words w;

			words_read(&w, t->v[c].text);
			if (!words_is(&w, 0, "service-policy") ||
			    words_find(&w, 1, "input") >= w.n)
				continue;
			if (!indexed)
				index_classes(&p);
			indexed = true;
			add_policy(&p, words_at(&w, w.n - 1));
		}
	}
}
