#include "detect/search.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/sort.h"
#include "detect/flow_search.h"
#include "match/addrfind.h"

/* Where a search found something, and whose: the id of a literal, or one of
 * these. */
#define SPOT_VALUE UINT32_MAX
#define SPOT_WATCHED (UINT32_MAX - 1)
#define SPOT_PORT (UINT32_MAX - 3)
struct spot {
	size_t at;
	uint32_t whose;
};

/* Plain commands that are kept: what a script repeats on each device fits, and
 * the second cache holds them. */
#define PLAIN_COMMANDS 512

/* Moves of a spot that sorting by insertion may take on average. */
#define SPOT_MOVES 4

void
searcher_init(
    struct searcher *s, const struct searches *all, struct rule_scratch *rules)
{
	*s = (struct searcher){.all = all, .rules = rules};
	buf_init(&s->full, LIMIT_LINE_BYTES + 2 * LIMIT_COMMAND_BYTES);
	s->plain = calloc(PLAIN_COMMANDS, sizeof(*s->plain));
	ASSERT(s->plain != NULL);
}

/* A class that no evidence is of costs nothing: its automata are built when
 * the first block comes, for texts like that block. */
static bool
searcher_ready(
    struct searcher *s, const struct search *search, struct span block)
{
	size_t at = (size_t)(search - s->all->v);
	struct err e;

	if (s->literals[at] != NULL)
		return true;
	if (literal_compile_for(search->inner, block, &e) != 0 ||
	    literal_compile_for(search->literals, block, &e) != 0)
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
	free(s->plain);
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

/* Each search gives its spots nearly in order: few are moved far. */
static void
spots_sort(struct spot *v, size_t n)
{
	size_t moves = SPOT_MOVES * n;

	for (size_t i = 1; i < n; i++) {
		struct spot held = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1].at > held.at && moves > 0; k--) {
			v[k] = v[k - 1];
			moves--;
		}
		v[k] = held;
		if (moves == 0) {
			sort_array(v, n, sizeof(*v), spot_order);
			return;
		}
	}
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
	return id != SPOT_NAME && text_of(l->search, id) == NULL &&
	       needs_met(ctx, id);
}

/* Where a plain command is kept. */
static struct plain_command *
plain_of(struct searcher *s, struct span command)
{
	return &s->plain[span_hash(command) % PLAIN_COMMANDS];
}

static bool
plain_known(
    struct searcher *s, const struct search *search, struct span command)
{
	const struct plain_command *known = plain_of(s, command);

	return known->search == search &&
	       span_eq(command, span_of(known->text, known->n));
}

static void
plain_keep(struct searcher *s, const struct search *search, struct span command)
{
	struct plain_command *known = plain_of(s, command);

	if (command.n > PLAIN_COMMAND_BYTES)
		return;
	known->search = search;
	known->n = (uint32_t)command.n;
	memcpy(known->text, command.p, command.n);
}

/* A command without what stands between its words (kind_marks.joints), in room;
 * itself where nothing does. */
static struct span
command_joined(const struct kind_marks *marks, struct span command,
    char room[LIMIT_COMMAND_BYTES])
{
	const char *const *joint = marks->joints;
	struct span rest = span_head(command, LIMIT_COMMAND_BYTES);
	size_t n = 0, at;

	if (joint == NULL)
		return command;
	while (*joint != NULL && span_find(rest, span_str(*joint)) == SPAN_NONE)
		joint++;
	if (*joint == NULL)
		return command;
	do {
		at = span_find(rest, span_str(*joint));
		struct span piece = span_head(rest, at);

		memcpy(room + n, piece.p, piece.n);
		n += piece.n;
		rest = span_from(
		    rest, at == SPAN_NONE ? rest.n : at + strlen(*joint));
	} while (rest.n > 0);
	return span_of(room, n);
}

/* The line with its command in full behind it; empty when nothing in it is
 * abbreviated. */
static struct span
line_in_full(struct searcher *s, const struct search *search, struct span line)
{
	const char *const *before = search->marks->before;
	char full[LIMIT_COMMAND_BYTES], room[LIMIT_COMMAND_BYTES];
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
		if (plain_known(s, search, command))
			break;
		struct span joined =
		    command_joined(search->marks, command, room);

		n = commands_expand(
		    search->commands, joined, full, sizeof(full));
		if (n == 0 && joined.p == room)
			memcpy(full, room, n = joined.n);
		else if (n == 0)
			plain_keep(s, search, command);
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

static void
on_name(void *ctx, const struct lookup_hit *hit)
{
	(void)hit;
	*(bool *)ctx = true;
}

/* Does a name of an indicator stand alone in the line? */
static bool
holds_name(const struct look *l)
{
	bool found = false;

	lookup_names(l->s->all->lookup, l->line, on_name, &found);
	return found;
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
		if (spots[i].whose == SPOT_NAME) {
			if (holds_name(l))
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

	if (search == NULL || !searcher_ready(s, search, block)) {
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
		lookup_addresses(s->all->lookup, block, on_spot_value, s);
	if (!all && !search->names)
		lookup_names(s->all->lookup, block, on_spot_value, s);
	if (!all && s->watched != NULL && search->connections)
		addrfind_scan(s->watched, block, on_spot_watched, s);
	literal_scan(search->literals, s->literals[search - s->all->v], block,
	    on_spot_literal, s);
	spots_sort(s->spots, s->nspots);
	lines_at_spots(s, search, block, fn, ctx);
}
