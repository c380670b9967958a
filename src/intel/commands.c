#include "intel/commands.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

#define AT_EXEC (UINT32_MAX - 1)
#define AT_CONFIG (UINT32_MAX - 2)

/* A line of the file, before levels are brought together. */
struct raw_word {
	struct span text;
	uint32_t parent, link;
	unsigned depth;
};

struct reading {
	struct raw_word v[LIMIT_COMMAND_WORDS];
	uint32_t path[LIMIT_COMMAND_DEPTH];
	uint32_t n;
};

static bool
raw_take(struct reading *r, struct arena *a, struct span line)
{
	struct raw_word *w = &r->v[r->n];
	size_t depth = 0;
	struct span word;

	while (depth < line.n && line.p[depth] == '\t')
		depth++;
	line = span_from(line, depth);
	word = span_word(&line);
	line = span_trim(line);
	if (r->n == LIMIT_COMMAND_WORDS || depth >= LIMIT_COMMAND_DEPTH ||
	    (r->n == 0 ? depth != 0 : depth > r->v[r->n - 1].depth + 1))
		return false;
	w->text = arena_copy(a, word);
	w->depth = (unsigned)depth;
	w->link = span_is(line, "@exec")     ? AT_EXEC
		  : span_is(line, "@config") ? AT_CONFIG
					     : 0;
	w->parent = depth > 0 ? r->path[depth - 1] : UINT32_MAX;
	r->path[depth] = r->n++;
	return true;
}

static int
word_order(const void *a, const void *b)
{
	const struct command_word *x = a, *y = b;

	return span_cmp(x->text, y->text);
}

/* The children of raw word "of" become neighbours, then their children. */
static void
level_take(const struct reading *r, struct command_table *t, uint32_t of,
    uint32_t into)
{
	uint32_t first = (uint32_t)t->n;

	for (uint32_t i = of + 1; i < r->n && r->v[i].depth > r->v[of].depth;
	     i++)
		if (r->v[i].parent == of)
			/* n holds the raw index until the level is done. */
			t->words[t->n++] = (struct command_word){
			    r->v[i].text, r->v[i].link, i};
	t->words[into].first = first;
	t->words[into].n = (uint32_t)t->n - first;
	qsort(
	    &t->words[first], t->words[into].n, sizeof(*t->words), word_order);
	for (uint32_t i = first, end = (uint32_t)t->n; i < end; i++) {
		uint32_t link = t->words[i].first, raw = t->words[i].n;

		if (link != 0)
			t->words[i] =
			    (struct command_word){t->words[i].text, link, 0};
		else
			level_take(r, t, raw, i);
	}
}

unsigned
commands_read(struct arena *a, struct span text, struct command_table *out)
{
	struct reading *r = calloc(1, sizeof(*r));
	struct command_table t = {0};
	struct span line;
	unsigned number = 0, bad = 0;

	ASSERT(r != NULL);
	while (bad == 0 && span_line(&text, &line)) {
		number++;
		if (span_trim(line).n > 0 && line.p[0] != '#' &&
		    !raw_take(r, a, line))
			bad = number;
	}
	t.words = arena_array(a, r->n + 1, sizeof(*t.words));
	t.n = 1; /* 0 is no word */
	for (uint32_t i = 0; bad == 0 && i < r->n; i++) {
		if (r->v[i].depth > 0)
			continue;
		*(span_is(r->v[i].text, "@exec") ? &t.exec : &t.config) =
		    (uint32_t)t.n;
		t.words[t.n] = (struct command_word){r->v[i].text, 0, 0};
		level_take(r, &t, i, (uint32_t)t.n++);
	}
	free(r);
	if (bad == 0)
		*out = t;
	return bad;
}

/* The one child that the word means: itself, or the only one it begins. */
static const struct command_word *
child_of(const struct command_table *t, const struct command_word *of,
    struct span word)
{
	const struct command_word *only = NULL, *any = NULL;
	uint32_t low = of->first, high = of->first + of->n;

	if (of->n > 0 && span_is(t->words[of->first].text, "*"))
		any = &t->words[of->first];
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (span_cmp(t->words[mid].text, word) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < of->first + of->n &&
	    span_starts_nocase(t->words[low].text, word)) {
		only = &t->words[low];
		if (only->text.n != word.n && low + 1 < of->first + of->n &&
		    span_starts_nocase(t->words[low + 1].text, word))
			only = NULL;
	}
	return only != NULL ? only : any;
}

static const struct command_word *
below(const struct command_table *t, const struct command_word *w)
{
	return w->first == AT_EXEC     ? &t->words[t->exec]
	       : w->first == AT_CONFIG ? &t->words[t->config]
				       : w;
}

static size_t
expand_from(const struct command_table *t, const struct command_word *root,
    struct span command, char *out, size_t cap)
{
	const struct command_word *at = root, *next;
	struct span rest = command, after = command, word;
	size_t n = 0;
	bool changed = false;

	for (unsigned i = 0; i < LIMIT_COMMAND_DEPTH; i++) {
		word = span_word(&after);
		next = word.n > 0 ? child_of(t, at, word) : NULL;
		if (next == NULL)
			break;
		if (!span_is(next->text, "*")) {
			changed |= next->text.n != word.n;
			word = next->text;
		}
		if (n + word.n + 1 > cap)
			return 0;
		memcpy(out + n, word.p, word.n);
		n += word.n;
		out[n++] = ' ';
		at = below(t, next);
		rest = after;
	}
	rest = span_trim(rest);
	if (!changed || n + rest.n > cap)
		return 0;
	memcpy(out + n, rest.p, rest.n);
	return n + rest.n - (rest.n == 0);
}

size_t
commands_expand(
    const struct command_table *t, struct span command, char *out, size_t cap)
{
	struct span first = command, word = span_word(&first);
	const struct command_word *root;

	if (t->exec == 0 || t->config == 0 || word.n == 0)
		return 0;
	/* Digits and other signs begin no command. */
	if (!ascii_alpha((unsigned char)word.p[0]))
		return 0;
	root = &t->words[t->exec];
	if (child_of(t, root, word) == NULL)
		root = &t->words[t->config];
	return expand_from(t, root, command, out, cap);
}
