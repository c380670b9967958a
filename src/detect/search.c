#include "detect/search.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/sort.h"
#include "detect/flow_search.h"
#include "match/addrfind.h"

#define BIT(k) (UINT64_C(1) << K_##k)
#define CLASSES 6

/* Where a search found something, and whose: a rule's index in wanted, or
 * one of these. */
#define SPOT_VALUE UINT32_MAX
#define SPOT_WATCHED (UINT32_MAX - 1)
#define SPOT_PORT (UINT32_MAX - 2)
#define SPOT_TEXT (UINT32_MAX - 3) /* less its index in texts */
struct spot {
	size_t at;
	uint32_t whose;
};

/* The parts of a class that all its readers share. */
static const struct search plan[CLASSES] = {
    {.evidence = "syslog",
	.connections = true,
	.kinds =
	    BIT(SYSLOG) | BIT(COMMAND) | BIT(FLOW) | BIT(HTTP) | BIT(TEXT)},
    {.evidence = "accounting", .kinds = BIT(COMMAND) | BIT(TEXT)},
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

	for (; m->text != NULL; m++)
		search_text(s, span_str(m->text), a)->mark |=
		    m->kinds != 0 ? m->kinds : s->marks->kinds;
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

static int
search_build(
    struct search *s, const struct knowledge *k, struct arena *a, struct err *e)
{
	s->commands = &k->commands;
	s->literals = literal_new();
	s->inner = literal_new();
	if (s->literals == NULL || s->inner == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < k->rules.n; i++)
		search_add_rule(s, k->rules.rules[i], a);
	search_add_texts(s, &k->prerequisites, a);
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
		return search_build(s, k, &all->arena, e);
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

void
searcher_init(
    struct searcher *s, const struct searches *all, struct rule_scratch *rules)
{
	*s = (struct searcher){.all = all, .rules = rules};
	buf_init(&s->full, LIMIT_LINE_BYTES + 2 * LIMIT_COMMAND_BYTES);
}

/* A class that no evidence is of costs nothing: its automata are built when
 * the first block comes. */
static bool
searcher_ready(struct searcher *s, const struct search *search)
{
	size_t at = (size_t)(search - s->all->v);
	struct err e;

	if (s->literals[at] != NULL)
		return true;
	if (literal_compile(search->inner, &e) != 0 ||
	    literal_compile(search->literals, &e) != 0)
		return false;
	s->inner[at] = literal_scratch_new(search->inner);
	s->literals[at] = literal_scratch_new(search->literals);
	ASSERT(s->inner[at] != NULL && s->literals[at] != NULL);
	return true;
}

void
searcher_release(struct searcher *s)
{
	for (size_t i = 0; i < SEARCHES; i++) {
		literal_scratch_free(s->literals[i]);
		literal_scratch_free(s->inner[i]);
		free(s->asking[i]);
	}
	free(s->spots);
	buf_release(&s->full);
	free(s->lowered);
	*s = (struct searcher){0};
}

static void
spot_add(struct searcher *s, size_t at, uint32_t whose)
{
	if (s->nspots == s->spots_cap) {
		size_t cap = s->spots_cap ? s->spots_cap * 2 : 1024;
		struct spot *v = realloc(s->spots, cap * sizeof(*v));

		ASSERT(v != NULL);
		s->spots = v;
		s->spots_cap = cap;
	}
	s->spots[s->nspots++] = (struct spot){at, whose};
}

static void
on_spot_value(void *ctx, const struct lookup_hit *hit)
{
	spot_add(ctx, hit->offset, SPOT_VALUE);
}

static void
on_spot_watched(void *ctx, size_t offset, size_t length, uint32_t id)
{
	(void)length;
	(void)id;
	spot_add(ctx, offset, SPOT_WATCHED);
}

static void
on_spot_port(void *ctx, size_t at)
{
	spot_add(ctx, at, SPOT_PORT);
}

/* Ports that the rules of a search ask for. */
struct port_asking {
	const struct search *search;
	struct rule_scratch *rules;
	struct port_set set;
};

static bool
rules_ask(void *ctx, uint16_t port)
{
	const struct port_asking *a = ctx;

	return flow_search_asks(
	    a->search->port_rules, a->search->nport_rules, a->rules, port);
}

void
searcher_opened(
    struct searcher *s, const struct reader *reader, const void *state)
{
	s->reader = reader;
	s->state = state;
}

/* False: the reader does not find ports here, or was not told of. */
static bool
spots_of_ports(
    struct searcher *s, const struct search *search, struct span block)
{
	struct port_asking **a = &s->asking[search - s->all->v];

	if (search->nport_rules == 0)
		return true;
	if (s->reader == NULL || s->reader->ports == NULL)
		return false;
	if (*a == NULL) {
		*a = calloc(1, sizeof(**a));
		ASSERT(*a != NULL);
		(*a)->search = search;
		(*a)->rules = s->rules;
		(*a)->set.asks = rules_ask;
		(*a)->set.ctx = *a;
	}
	s->reader->ports(s->state, block, &(*a)->set, on_spot_port, s);
	return true;
}

static int
on_spot_literal(void *ctx, uint32_t id, size_t end)
{
	spot_add(ctx, end - 1, id);
	return 0;
}

static int
spot_order(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->whose < y->whose ? -1 : x->whose > y->whose;
}

static void
every_line(struct span block, search_line_fn *fn, void *ctx)
{
	struct span rest = block, line;

	while (span_line(&rest, &line))
		fn(ctx, (size_t)(line.p - block.p), line.n);
}

static struct span
lower_line(struct searcher *s, struct span line)
{
	if (s->lowered_cap < line.n) {
		char *p = realloc(s->lowered, line.n + 4096);

		ASSERT(p != NULL);
		s->lowered = p;
		s->lowered_cap = line.n + 4096;
	}
	for (size_t i = 0; i < line.n; i++)
		s->lowered[i] = (char)ascii_lower((unsigned char)line.p[i]);
	return span_of(s->lowered, line.n);
}

static bool
need_met(const struct literal_need *need, struct span lowered)
{
	for (size_t i = 0; i < need->n; i++)
		if (span_find(lowered, need->v[i]) != SPAN_NONE)
			return true;
	return false;
}

/* A line under the second look. */
struct look {
	struct searcher *s;
	const struct search *search;
	struct span line, lowered;
	size_t at;	 /* of the line in the block */
	uint64_t marked; /* kinds of which it may yield a record */
};

/* Does everything else that the rule needs stand in the line? */
static bool
needs_met(struct look *l, uint32_t whose)
{
	const struct literal_needs *needs = &l->search->wanted[whose].needs;
	size_t k = 1;

	if (needs->n > 1 && l->lowered.p == NULL)
		l->lowered = lower_line(l->s, l->line);
	while (k < needs->n && need_met(&needs->v[k], l->lowered))
		k++;
	return k == needs->n;
}

static int
on_inner(void *ctx, uint32_t id, size_t end)
{
	const struct look *l = ctx;

	(void)end;
	return (l->search->wanted[id].kinds & l->marked) != 0 &&
	       needs_met(ctx, id);
}

static const struct line_text *
text_of(const struct search *search, uint32_t whose)
{
	size_t i = SPOT_TEXT - whose;

	return i < search->ntexts ? &search->texts[i] : NULL;
}

/* What the line shows of its device. */
static void
tell_shown(const struct look *l, const struct spot *spots, size_t n)
{
	unsigned bits = 0;

	for (size_t i = 0; i < n; i++) {
		const struct line_text *t = text_of(l->search, spots[i].whose);

		if (t != NULL)
			bits |= t->bits;
	}
	if (bits != 0 && l->s->shown != NULL)
		l->s->shown(l->s->shown_ctx, l->line, bits);
}

static int
on_outer(void *ctx, uint32_t id, size_t end)
{
	const struct look *l = ctx;

	(void)end;
	return text_of(l->search, id) == NULL && needs_met(ctx, id);
}

/* The line with its command in full behind it; empty when nothing in it is
 * abbreviated. */
static struct span
line_in_full(struct searcher *s, const struct search *search, struct span line)
{
	const char *const *before = search->marks->before;
	char full[LIMIT_COMMAND_BYTES];
	struct span command;
	size_t n = 0, at;

	for (size_t i = 0; before != NULL && before[i] != NULL; i++) {
		at = span_find(line, span_str(before[i]));
		if (at == SPAN_NONE)
			continue;
		command = span_from(line, at + strlen(before[i]));
		command = span_head(command, span_find_byte(command, '\t'));
		command = span_trim(
		    span_head(command, span_find_byte(command, '\'')));
		n = commands_expand(
		    search->commands, command, full, sizeof(full));
		break;
	}
	if (n == 0)
		return (struct span){0};
	buf_reset(&s->full);
	buf_put(&s->full, line);
	buf_put(&s->full, SPAN("\t"));
	buf_put(&s->full, span_of(full, n));
	return buf_span(&s->full);
}

/* The second look again, with abbreviated words in full. */
static bool
full_worth_parsing(const struct look *l)
{
	size_t at = (size_t)(l->search - l->s->all->v);
	struct look full = {
	    .s = l->s, .search = l->search, .marked = l->marked};

	full.line = line_in_full(l->s, l->search, l->line);
	return full.line.n > 0 &&
	       (literal_scan(l->search->inner, l->s->inner[at], full.line,
		    on_inner, &full) ||
		   literal_scan(l->search->literals, l->s->literals[at],
		       full.line, on_outer, &full));
}

/* May the line tell of a connection of the address that stands so far in it? */
static bool
tells_traffic(const struct look *l, size_t at)
{
	const struct kind_marks *marks = l->search->marks;
	struct span before = span_head(l->line, at);
	size_t i = 0;

	if (marks == NULL || marks->traffic == NULL)
		return marks == NULL;
	while (i < at && strchr(marks->traffic_signs, before.p[i]) == NULL)
		i++;
	if (i == at)
		return false;
	for (i = 0; marks->traffic[i] != NULL; i++)
		if (span_find(before, span_str(marks->traffic[i])) != SPAN_NONE)
			return true;
	return false;
}

/* The second look. */
static bool
worth_parsing(struct look *l, const struct spot *spots, size_t n)
{
	const struct search *search = l->search;
	size_t at = (size_t)(search - l->s->all->v);

	for (size_t i = 0; i < n; i++) {
		const struct line_text *t;

		if (spots[i].whose == SPOT_VALUE || spots[i].whose == SPOT_PORT)
			return true;
		if (spots[i].whose == SPOT_WATCHED) {
			if (tells_traffic(l, spots[i].at - l->at))
				return true;
			continue;
		}
		t = text_of(l->search, spots[i].whose);
		if (t != NULL)
			l->marked |= t->mark;
		else if (needs_met(l, spots[i].whose))
			return true;
	}
	if (l->marked == 0)
		return false;
	return (l->marked & search->marked) != 0 ||
	       literal_scan(
		   search->inner, l->s->inner[at], l->line, on_inner, l) ||
	       full_worth_parsing(l);
}

static void
lines_at_spots(struct searcher *s, const struct search *search,
    struct span block, search_line_fn *fn, void *ctx)
{
	for (size_t i = 0, next; i < s->nspots; i = next) {
		size_t at = s->spots[i].at, from, end;
		struct look l = {.s = s, .search = search};

		from = span_rfind_byte(span_head(block, at), '\n');
		from = from == SPAN_NONE ? 0 : from + 1;
		end = span_find_byte(span_from(block, at), '\n');
		end = end == SPAN_NONE ? block.n : at + end;
		for (next = i + 1; next < s->nspots; next++)
			if (s->spots[next].at > end)
				break;
		l.line = span_sub(block, from, end);
		l.at = from;
		tell_shown(&l, &s->spots[i], next - i);
		if (fn == NULL || !worth_parsing(&l, &s->spots[i], next - i))
			continue;
		if (l.line.n > 0 && l.line.p[l.line.n - 1] == '\r')
			l.line.n--;
		fn(ctx, from, l.line.n);
	}
}

void
search_lines(struct searcher *s, const struct search *search, struct span block,
    search_line_fn *fn, void *ctx)
{
	bool all = search != NULL && search->unsearchable > 0;

	if (search == NULL || !searcher_ready(s, search)) {
		every_line(block, fn, ctx);
		return;
	}
	s->nspots = 0;
	all = all || !spots_of_ports(s, search, block);
	/* Every line is read anyhow: this is for what lines show. */
	if (all) {
		every_line(block, fn, ctx);
		fn = NULL;
	}
	if (!all)
		lookup_scan(s->all->lookup, block, on_spot_value, s);
	if (!all && s->watched != NULL && search->connections)
		addrfind_scan(s->watched, block, on_spot_watched, s);
	literal_scan(search->literals, s->literals[search - s->all->v], block,
	    on_spot_literal, s);
	if (s->nspots > 1)
		sort_array(s->spots, s->nspots, sizeof(*s->spots), spot_order);
	lines_at_spots(s, search, block, fn, ctx);
}
