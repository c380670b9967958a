#include "read/understood.h"

#include "base/sort.h"

#include "read/config/cisco_secret.h"

struct noted {
	uint64_t offset, length;
	uint32_t line;
	uint32_t area;		  /* 0: unknown, otherwise its place and one */
	struct span text, parent; /* of an unknown one */
};

struct understood {
	struct arena *arena;
	const struct reader *reader;
	const struct grammar *grammar;
	struct grammar_walk *walk;
	struct noted *v;
	size_t n, cap;
	uint64_t *facts; /* offsets of what facts cite */
	size_t nfacts, facts_cap;
	struct share_area areas[LIMIT_GRAMMAR_LIST];
	uint32_t nareas;
	uint32_t used, known, unknown;
	bool verbs; /* the first statement begins with one */
};

struct understood *
understood_new(
    struct arena *a, const struct grammars *all, const struct reader *reader)
{
	struct understood *u;

	if (reader == NULL || !span_is(span_str(reader->evidence), "config"))
		return NULL;
	u = arena_alloc(a, sizeof(*u));
	u->arena = a;
	u->reader = reader;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].reader == reader)
			u->grammar = all->v[i].grammar;
	if (u->grammar != NULL)
		u->walk = grammar_walk_new(a, u->grammar);
	return u;
}

static uint32_t
area_of(struct understood *u, struct span name)
{
	uint32_t i = 0;

	while (i < u->nareas && !span_eq(u->areas[i].name, name))
		i++;
	if (i == LIMIT_GRAMMAR_LIST)
		return i;
	if (i == u->nareas)
		u->areas[u->nareas++].name = name;
	return i + 1;
}

static void
keep_texts(
    struct understood *u, struct noted *s, struct span text, struct span parent)
{
	s->text = arena_copy(u->arena, span_head(text, LIMIT_EVIDENCE_TEXT));
	if (u->grammar == NULL || !grammar_whole(u->grammar, text))
		s->parent = arena_copy(
		    u->arena, span_head(parent, LIMIT_EVIDENCE_TEXT));
}

static void
note_statement(struct understood *u, const struct record *r)
{
	struct span text = record_text(r, F_LINE), area;
	struct noted *s;

	if (u->n == 0 && u->grammar != NULL)
		u->verbs = grammar_verb(u->grammar, text);
	u->v = arena_grow(u->arena, u->v, u->n, &u->cap, sizeof(*u->v));
	s = &u->v[u->n++];
	*s = (struct noted){
	    .offset = r->offset, .length = text.n, .line = (uint32_t)r->line};
	if (u->walk != NULL && grammar_knows(u->walk, r, &area))
		s->area = area_of(u, area);
	else
		keep_texts(u, s, text, record_text(r, F_PARENT));
}

void
understood_record(struct understood *u, const struct record *r)
{
	if (r->kind == K_CONFIG) {
		note_statement(u, r);
		return;
	}
	if (!(kind_flags(r->kind) & FACT) || r->kind == K_FILE || r->line == 0)
		return;
	u->facts = arena_grow(
	    u->arena, u->facts, u->nfacts, &u->facts_cap, sizeof(*u->facts));
	u->facts[u->nfacts++] = r->offset;
}

static int
by_offset(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Does a fact cite a place in the statement? */
static bool
is_used(const struct understood *u, const struct noted *s)
{
	size_t low = 0, high = u->nfacts;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (u->facts[mid] < s->offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low < u->nfacts && u->facts[low] <= s->offset + s->length;
}

/* Keywords stay, what may be a name or a value becomes "*". */
static bool
is_keyword(struct span w)
{
	for (size_t i = 0; i < w.n; i++)
		if ((w.p[i] < 'a' || w.p[i] > 'z') && w.p[i] != '-' &&
		    w.p[i] != '_')
			return false;
	return w.n > 0;
}

/* No more words than a command's name may have: the rest is its values. */
#define NAME_WORDS 5

static void
put_masked(struct understood *u, struct buf *form, struct span text, unsigned n)
{
	struct span rest = secret_redact(u->arena, text), word;

	for (unsigned i = 0; (word = span_word(&rest)).n > 0; i++) {
		if (i == n) {
			buf_puts(form, " ..");
			return;
		}
		if (i > 0)
			buf_byte(form, ' ');
		buf_put(form, is_keyword(word) ? word : SPAN("*"));
	}
}

static void
put_form(struct understood *u, struct buf *out, const struct noted *s)
{
	struct buf form;

	buf_init(&form, LIMIT_GRAMMAR_FORM);
	if (s->parent.n > 0) {
		put_masked(u, &form, s->parent, 3 * NAME_WORDS);
		buf_puts(&form, " > ");
	}
	put_masked(u, &form, s->text,
	    u->grammar != NULL && grammar_whole(u->grammar, s->text)
		? 3 * NAME_WORDS
		: NAME_WORDS);
	buf_bytes(out, buf_span(&form));
	buf_release(&form);
}

/* Lines that became no statement though every statement's form is known. */
static void
count_strays(struct understood *u, struct span bytes)
{
	struct span rest = bytes, line;
	size_t next = 0;
	uint64_t covered = 0;
	uint32_t number = 0;

	if (u->grammar == NULL || !u->verbs)
		return;
	while (span_line(&rest, &line)) {
		uint64_t at = (uint64_t)(line.p - bytes.p);
		struct span s = span_trim(line);

		number++;
		for (; next < u->n && u->v[next].offset < at + line.n; next++)
			if (u->v[next].offset + u->v[next].length > covered)
				covered = u->v[next].offset + u->v[next].length;
		if (s.n == 0 || s.p[0] == '#' || covered > at ||
		    grammar_passes(u->grammar, s))
			continue;
		u->v = arena_grow(u->arena, u->v, u->n, &u->cap, sizeof(*u->v));
		u->v[u->n++] = (struct noted){
		    .offset = UINT64_MAX, .line = number, .text = s};
	}
}

void
understood_write(struct understood *u, struct span bytes, struct buf *out)
{
	uint32_t named = 0;

	count_strays(u, bytes);
	if (u->nfacts > 0)
		sort_array(u->facts, u->nfacts, sizeof(*u->facts), by_offset);
	for (size_t i = 0; i < u->n; i++) {
		struct noted *s = &u->v[i];
		bool used = s->offset != UINT64_MAX && is_used(u, s);

		u->used += used;
		u->known += !used && s->area > 0;
		u->unknown += !used && s->area == 0;
		if (s->area > 0)
			u->areas[s->area - 1].statements++;
		if (used || s->area > 0)
			s->line = 0;
		else
			named++;
	}
	named = named < LIMIT_GRAMMAR_UNKNOWN ? named : LIMIT_GRAMMAR_UNKNOWN;
	buf_bytes(out, span_str(u->reader->name));
	buf_u8(out, u->grammar != NULL);
	buf_u32(out, u->used);
	buf_u32(out, u->known);
	buf_u32(out, u->unknown);
	buf_u32(out, u->nareas);
	for (uint32_t i = 0; i < u->nareas; i++) {
		buf_bytes(out, u->areas[i].name);
		buf_u32(out, u->areas[i].statements);
	}
	buf_u32(out, named);
	for (size_t i = 0; i < u->n && named > 0; i++) {
		if (u->v[i].line == 0)
			continue;
		buf_u32(out, u->v[i].line);
		put_form(u, out, &u->v[i]);
		named--;
	}
}

bool
share_read(struct cursor c, struct arena *a, struct share *out)
{
	struct share s = {.format = cursor_bytes(&c)};

	s.grammar = cursor_u8(&c) != 0;
	s.used = cursor_le32(&c);
	s.known = cursor_le32(&c);
	s.unknown = cursor_le32(&c);
	s.nareas = cursor_le32(&c);
	if (c.failed || s.nareas > LIMIT_GRAMMAR_LIST)
		return false;
	s.areas = arena_array(a, s.nareas, sizeof(*s.areas));
	for (uint32_t i = 0; i < s.nareas; i++) {
		s.areas[i].name = cursor_bytes(&c);
		s.areas[i].statements = cursor_le32(&c);
	}
	s.nunknowns = cursor_le32(&c);
	if (c.failed || s.nunknowns > LIMIT_GRAMMAR_UNKNOWN)
		return false;
	s.unknowns = arena_array(a, s.nunknowns, sizeof(*s.unknowns));
	for (uint32_t i = 0; i < s.nunknowns; i++) {
		s.unknowns[i].line = cursor_le32(&c);
		s.unknowns[i].form = cursor_bytes(&c);
	}
	if (c.failed)
		return false;
	*out = s;
	return true;
}
