#include "match/literal.h"

#include <hs.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "match/anchor.h"

/* hs_scan counts in 32 bits; a longer text goes in pieces of this size, each
 * with so much of the one before that no literal is cut. */
#define PIECE_BYTES ((size_t)256 << 20)

struct literal {
	hs_database_t *db;	    /* NULL: no literals */
	struct anchor_set *anchors; /* of those that are not in db, or NULL */
	bool compiled;
	size_t longest;
	/* Until compiled. */
	struct arena arena;
	struct anchor_word *entries;
	size_t n, cap;
};

struct literal_scratch {
	hs_scratch_t *hs; /* NULL: no literals */
};

struct literal *
literal_new(void)
{
	struct literal *l = calloc(1, sizeof(*l));

	if (l != NULL)
		arena_init(&l->arena);
	return l;
}

void
literal_free(struct literal *l)
{
	if (l == NULL)
		return;
	hs_free_database(l->db);
	anchor_free(l->anchors);
	arena_release(&l->arena);
	free(l);
}

void
literal_add(struct literal *l, struct span bytes, uint32_t id, bool nocase)
{
	ASSERT(!l->compiled);
	l->entries = arena_grow(
	    &l->arena, l->entries, l->n, &l->cap, sizeof(*l->entries));
	l->entries[l->n++] = (struct anchor_word){
	    arena_copy(&l->arena, bytes), id, nocase, false};
	if (bytes.n > l->longest)
		l->longest = bytes.n;
}

static int
sizes_check(const struct literal *l, struct err *e)
{
	if (l->n > UINT32_MAX)
		return err_set(e, "too many literals");
	for (size_t i = 0; i < l->n; i++)
		if (l->entries[i].bytes.n == 0 ||
		    l->entries[i].bytes.n > LIMIT_LITERAL_BYTES)
			return err_set(e, "literal %zu (id %u) has %zu bytes",
			    i, (unsigned)l->entries[i].id,
			    l->entries[i].bytes.n);
	return 0;
}

/* What hs_compile_* take, an element for each literal. */
struct input {
	const char **texts;
	size_t *lens;
	unsigned *ids, *flags;
};

static struct input
input_of(struct literal *l)
{
	struct input in = {
	    .texts = arena_array(&l->arena, l->n, sizeof(*in.texts)),
	    .lens = arena_array(&l->arena, l->n, sizeof(*in.lens)),
	    .ids = arena_array(&l->arena, l->n, sizeof(*in.ids)),
	    .flags = arena_array(&l->arena, l->n, sizeof(*in.flags)),
	};

	for (size_t i = 0; i < l->n; i++) {
		in.texts[i] = l->entries[i].bytes.p;
		in.lens[i] = l->entries[i].bytes.n;
		in.ids[i] = l->entries[i].id;
		in.flags[i] = l->entries[i].nocase ? HS_FLAG_CASELESS : 0;
	}
	return in;
}

/* The bytes as a regular expression that matches just them. */
static const char *
expression_of(struct arena *a, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(a, bytes.n * 4 + 1), *at = out;

	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		*at++ = '\\';
		*at++ = 'x';
		*at++ = digits[c >> 4];
		*at++ = digits[c & 15];
	}
	return out;
}

/*
 * The literal compiler is quicker, but takes a NUL in front for an empty
 * literal; the general one takes whatever it refuses.
 */
static int
database_build(struct literal *l, struct err *e)
{
	struct input in = input_of(l);
	hs_compile_error_t *why = NULL;
	unsigned n = (unsigned)l->n;

	if (hs_compile_lit_multi(in.texts, in.flags, in.ids, in.lens, n,
		HS_MODE_BLOCK, NULL, &l->db, &why) == HS_SUCCESS)
		return 0;
	hs_free_compile_error(why);
	why = NULL;
	for (size_t i = 0; i < l->n; i++)
		in.texts[i] = expression_of(&l->arena, l->entries[i].bytes);
	if (hs_compile_multi(in.texts, in.flags, in.ids, n, HS_MODE_BLOCK, NULL,
		&l->db, &why) == HS_SUCCESS)
		return 0;
	err_set(e, "cannot compile %zu literals: %s", l->n,
	    why != NULL ? why->message : "out of memory");
	hs_free_compile_error(why);
	return -1;
}

/* Give to anchors what suits them; the others stay. */
static void
anchors_build(struct literal *l, struct span sample)
{
	size_t kept = 0;

	l->anchors = anchor_new(l->entries, l->n, sample);
	for (size_t i = 0; i < l->n && l->anchors != NULL; i++)
		if (l->entries[i].left)
			l->entries[kept++] = l->entries[i];
	if (l->anchors != NULL)
		l->n = kept;
}

static int
compile(struct literal *l, const struct span *sample, struct err *e)
{
	int ret;

	if (l->compiled)
		return 0;
	ret = sizes_check(l, e);
	if (ret == 0 && sample != NULL)
		anchors_build(l, *sample);
	if (ret == 0 && l->n > 0)
		ret = database_build(l, e);
	if (ret != 0)
		return ret;
	arena_release(&l->arena);
	l->entries = NULL;
	l->compiled = true;
	return 0;
}

int
literal_compile(struct literal *l, struct err *e)
{
	return compile(l, NULL, e);
}

int
literal_compile_for(struct literal *l, struct span sample, struct err *e)
{
	return compile(l, &sample, e);
}

struct literal_scratch *
literal_scratch_new(const struct literal *l)
{
	struct literal_scratch *s = calloc(1, sizeof(*s));

	ASSERT(l->compiled);
	if (s != NULL && l->db != NULL &&
	    hs_alloc_scratch(l->db, &s->hs) != HS_SUCCESS) {
		free(s);
		return NULL;
	}
	return s;
}

void
literal_scratch_free(struct literal_scratch *s)
{
	if (s == NULL)
		return;
	hs_free_scratch(s->hs);
	free(s);
}

struct piece {
	size_t base; /* of the piece in the text */
	size_t seen; /* ends up to here, in the piece, were reported */
	literal_fn *fn;
	void *ctx;
};

static int
piece_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *ctx)
{
	const struct piece *p = ctx;

	(void)from;
	(void)flags;
	if (to <= p->seen)
		return 0;
	return p->fn(p->ctx, id, p->base + (size_t)to);
}

bool
literal_scan(const struct literal *l, struct literal_scratch *scratch,
    struct span text, literal_fn *fn, void *ctx)
{
	struct piece p = {.fn = fn, .ctx = ctx};

	ASSERT(l->compiled);
	if (l->anchors != NULL && anchor_scan(l->anchors, text, fn, ctx))
		return true;
	if (l->db == NULL)
		return false;
	for (size_t at = 0; at < text.n; at += PIECE_BYTES) {
		p.seen = at == 0 ? 0 : l->longest - 1;
		p.base = at - p.seen;
		struct span s = span_sub(text, p.base, at + PIECE_BYTES);
		hs_error_t got = hs_scan(
		    l->db, s.p, (unsigned)s.n, 0, scratch->hs, piece_match, &p);

		if (got == HS_SCAN_TERMINATED)
			return true;
		ASSERT(got == HS_SUCCESS);
	}
	return false;
}
