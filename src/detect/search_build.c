/*
 * What search.h looks for: made once, before the workers are.
 */
#include "base/limits.h"
#include "detect/flow_search.h"
#include "detect/search.h"

#define BIT(k) (UINT64_C(1) << K_##k)
#define CLASSES 6

/* The parts of a class that all its readers share. */
static const struct search plan[CLASSES] = {
    {.evidence = "syslog",
	.connections = true,
	.kinds =
	    BIT(SYSLOG) | BIT(COMMAND) | BIT(FLOW) | BIT(HTTP) |
	    BIT(DNS) | BIT(TLS) | BIT(TEXT)},
    {.evidence = "accounting",
	.kinds = BIT(COMMAND) | BIT(SYSLOG) | BIT(TEXT)},
    {.evidence = "weblog", .kinds = BIT(HTTP) | BIT(TEXT)},
    {.evidence = "flow", .connections = true, .kinds = BIT(FLOW) | BIT(TEXT)},
    {.evidence = "monitor",
	.connections = true,
	.kinds = BIT(FLOW) | BIT(HTTP) | BIT(DNS) | BIT(TLS) | BIT(SYSLOG) |
		 BIT(TEXT)},
    {.evidence = "text", .kinds = BIT(COMMAND) | BIT(TEXT)},
};

/* A rule over flows at certain ports; true: there is nothing else in it. */
static bool
search_by_port(struct search *s, const struct rule *r, struct arena *a)
{
	if (!s->by_port || (r->kinds & BIT(FLOW)) == 0 ||
	    !flow_search_by_port(r))
		return false;
	s->port_rules = arena_grow(a, s->port_rules, s->nport_rules,
	    &s->port_rules_cap, sizeof(*s->port_rules));
	s->port_rules[s->nport_rules++] = r;
	return (r->kinds & s->kinds) == BIT(FLOW);
}

static void
search_add_rule(struct search *s, const struct rule *r, struct arena *a)
{
	struct literal_needs needs;

	if ((r->kinds & s->kinds) == 0 ||
	    (!r->feeds && (r->off || r->silent)) || search_by_port(s, r, a))
		return;
	bool inner =
	    s->marks != NULL && (r->kinds & s->kinds & ~s->marks->kinds) == 0;

	if (!rule_literals(r, &needs, a)) {
		if (inner)
			s->marked |= r->kinds & s->kinds;
		s->nmarked += inner;
		s->unsearchable += !inner;
		return;
	}
	for (size_t i = 0; i < needs.v[0].n; i++)
		literal_add(inner ? s->inner : s->literals, needs.v[0].v[i],
		    (uint32_t)s->nwanted, true);
	*(inner ? &s->ninner : &s->nliterals) += needs.v[0].n;
	s->wanted = arena_grow(
	    a, s->wanted, s->nwanted, &s->wanted_cap, sizeof(*s->wanted));
	s->wanted[s->nwanted++] = (struct wanted){needs, r->kinds};
}

/* The entry of a text, made when it is new. */
static struct line_text *
search_text(struct search *s, struct span text, struct arena *a)
{
	for (size_t i = 0; i < s->ntexts; i++)
		if (span_eq_nocase(s->texts[i].text, text))
			return &s->texts[i];
	s->texts = arena_grow(
	    a, s->texts, s->ntexts, &s->texts_cap, sizeof(*s->texts));
	s->texts[s->ntexts] = (struct line_text){.text = text};
	return &s->texts[s->ntexts++];
}

static void
search_add_marks(struct search *s, struct arena *a)
{
	const struct kind_mark *m = s->marks->marks;

	for (; m->text != NULL; m++) {
		search_text(s, span_str(m->text), a)->mark |=
		    m->kinds != 0 ? m->kinds : s->marks->kinds;
		s->marked |= m->kinds & KIND_HIDDEN;
	}
}

static void
search_add_texts(
    struct search *s, const struct prerequisite_list *l, struct arena *a)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].nmarks; k++) {
			const struct prerequisite_mark *m = &l->v[i].marks[k];

			if (span_is(m->evidence, s->evidence))
				search_text(s, m->text, a)->bits |= l->v[i].bit;
		}
	if (s->ninner + s->nmarked > 0)
		search_add_marks(s, a);
	for (size_t i = 0; i < s->ntexts; i++)
		literal_add(s->literals, s->texts[i].text,
		    (uint32_t)(SPOT_TEXT - i), true);
	s->nliterals += s->ntexts;
}

/* Shorter names stand inside longer words too often. */
#define NAME_ALONG 8

static bool
names_go_along(const struct lookup *lookup)
{
	if (lookup->nnames > LOOKUP_FEW)
		return false;
	for (size_t i = 0; i < lookup->nnames; i++)
		if (lookup->few[i].n < NAME_ALONG)
			return false;
	return true;
}

/* A handful of names is searched for with the literals; lines with one are
 * looked at again for names that stand alone. */
static void
search_add_names(struct search *s, const struct lookup *lookup)
{
	s->names = names_go_along(lookup);
	for (size_t i = 0; i < lookup->nnames && s->names; i++)
		literal_add(s->literals,
		    span_head(lookup->few[i], LIMIT_ANCHOR_BYTES), SPOT_NAME,
		    true);
}

static int
search_build(struct search *s, const struct knowledge *k,
    const struct lookup *lookup, struct arena *a, struct err *e)
{
	s->commands = &k->commands;
	s->literals = literal_new();
	s->inner = literal_new();
	if (s->literals == NULL || s->inner == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < k->rules.n; i++)
		search_add_rule(s, k->rules.rules[i], a);
	search_add_texts(s, &k->prerequisites, a);
	search_add_names(s, lookup);
	if (s->nliterals + s->ninner <= LIMIT_LITERALS_LATER)
		return 0;
	if (literal_compile(s->inner, e) != 0)
		return -1;
	return literal_compile(s->literals, e);
}

const struct search *
search_find(const struct searches *all, const struct reader *r)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].marks == r->marks &&
		    all->v[i].by_port == (r->ports != NULL) &&
		    span_is(span_str(r->evidence), all->v[i].evidence))
			return &all->v[i];
	return NULL;
}

static int
search_add(struct searches *all, const struct knowledge *k,
    const struct reader *r, struct err *e)
{
	for (size_t i = 0; i < CLASSES; i++) {
		struct search *s = &all->v[all->n];

		if (!span_is(span_str(r->evidence), plan[i].evidence) ||
		    search_find(all, r) != NULL)
			continue;
		ASSERT(all->n < SEARCHES);
		*s = plan[i];
		s->marks = r->marks;
		s->by_port = r->ports != NULL;
		all->n++;
		return search_build(s, k, all->lookup, &all->arena, e);
	}
	return 0;
}

int
searches_init(struct searches *all, const struct knowledge *k,
    const struct lookup *lookup, struct err *e)
{
	*all = (struct searches){.lookup = lookup};
	arena_init(&all->arena);
	for (size_t i = 0; readers[i] != NULL; i++)
		if (readers[i]->shape == READER_LINES &&
		    search_add(all, k, readers[i], e) != 0)
			return -1;
	return 0;
}

void
searches_release(struct searches *all)
{
	for (size_t i = 0; i < all->n; i++) {
		literal_free(all->v[i].literals);
		literal_free(all->v[i].inner);
	}
	arena_release(&all->arena);
	*all = (struct searches){0};
}
