#include "history/changes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

struct side {
	const struct history *h;
	const struct change_table *table;
	struct history_entry *v; /* statements, in order */
	size_t n;
};

/* The place of a kind in the table. */
static unsigned
rank(const struct side *s, uint32_t item)
{
	return s->table->by_kind[s->h->items[item].what];
}

static int
subject_cmp(const struct side *s, uint32_t a, uint32_t b)
{
	const struct history_item *x = &s->h->items[a], *y = &s->h->items[b];

	if (rank(s, a) != rank(s, b))
		return rank(s, a) < rank(s, b) ? -1 : 1;
	return span_cmp(x->subject, y->subject);
}

static int
entry_order(const void *a, const void *b, void *ctx)
{
	const struct history_entry *x = a, *y = b;
	const struct side *s = ctx;
	int r = subject_cmp(s, x->item, y->item);

	if (r != 0)
		return r;
	r = span_cmp(s->h->items[x->item].rest, s->h->items[y->item].rest);
	if (r != 0)
		return r;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* The statements of a state, each once, in order. */
static void
side_of(struct side *s, const struct history_blob *b, struct arena *a)
{
	size_t n = 0;

	s->v = arena_array(a, b != NULL ? b->n : 0, sizeof(*s->v));
	for (uint32_t i = 0; b != NULL && i < b->n; i++)
		if (s->h->items[b->v[i].item].kind == ITEM_STATEMENT &&
		    rank(s, b->v[i].item) != 0)
			s->v[s->n++] = b->v[i];
	if (s->n > 0)
		qsort_r(s->v, s->n, sizeof(*s->v), entry_order, s);
	for (size_t i = 0; i < s->n; i++)
		if (n == 0 || s->v[n - 1].item != s->v[i].item)
			s->v[n++] = s->v[i];
	s->n = n;
}

static void
change_add(struct change_list *out, struct arena *a, struct change c)
{
	out->v = arena_grow(a, out->v, out->n, &out->cap, sizeof(*out->v));
	out->v[out->n++] = c;
}

/* How many entries from i on have its subject. */
static size_t
run_length(const struct side *s, size_t i)
{
	size_t n = 1;

	while (
	    i + n < s->n && subject_cmp(s, s->v[i].item, s->v[i + n].item) == 0)
		n++;
	return n;
}

/* Statements of one subject on both sides: equal ones fall out, what is left
 * is paired in order. */
static void
subject_compare(const struct side *old, size_t i, size_t ni,
    const struct side *now, size_t k, size_t nk, struct arena *a,
    struct change_list *out)
{
	struct history_entry *x = arena_array(a, ni, sizeof(*x)),
			     *y = arena_array(a, nk, sizeof(*y));
	size_t nx = 0, ny = 0, p = 0, q = 0;

	while (p < ni || q < nk) {
		int r = p == ni ? 1
			: q == nk
			    ? -1
			    : span_cmp(old->h->items[old->v[i + p].item].rest,
				  now->h->items[now->v[k + q].item].rest);

		if (r < 0)
			x[nx++] = old->v[i + p++];
		else if (r > 0)
			y[ny++] = now->v[k + q++];
		else {
			p++;
			q++;
		}
	}
	for (p = 0; p < nx || p < ny; p++)
		change_add(out, a,
		    (struct change){p >= nx   ? CHANGE_ADDED
				    : p >= ny ? CHANGE_REMOVED
					      : CHANGE_CHANGED,
			p < nx ? x[p].item : HISTORY_NONE,
			p < ny ? y[p].item : HISTORY_NONE,
			p < ny ? y[p].line : x[p].line});
}

static uint32_t
change_item(const struct change *c)
{
	return c->now != HISTORY_NONE ? c->now : c->old;
}

/* One gone and one new of a kind is a replacement. */
static void
replacements(
    const struct side *s, struct change_list *l, size_t from, size_t to)
{
	struct change *gone = NULL, *come = NULL;

	for (size_t i = from; i < to; i++) {
		struct change *c = &l->v[i];

		if (c->how == CHANGE_REMOVED && gone == NULL)
			gone = c;
		else if (c->how == CHANGE_ADDED && come == NULL)
			come = c;
		else if (c->how != CHANGE_CHANGED)
			return;
	}
	if (gone == NULL || come == NULL ||
	    !s->table->v[rank(s, gone->old) - 1].replace)
		return;
	come->how = CHANGE_REPLACED;
	come->old = gone->old;
	gone->now = gone->old = HISTORY_NONE;
}

static void
replacements_find(const struct side *s, struct change_list *l, size_t from)
{
	size_t n = from;

	for (size_t i = from, k; i < l->n; i = k) {
		k = i;
		while (k < l->n && rank(s, change_item(&l->v[k])) ==
				       rank(s, change_item(&l->v[i])))
			k++;
		replacements(s, l, i, k);
	}
	for (size_t i = from; i < l->n; i++)
		if (change_item(&l->v[i]) != HISTORY_NONE)
			l->v[n++] = l->v[i];
	l->n = n;
}

void
changes_find(const struct history *h, const struct change_table *table,
    const struct history_blob *old, const struct history_blob *now,
    struct arena *a, struct change_list *out)
{
	struct side x = {h, table, NULL, 0}, y = {h, table, NULL, 0};
	size_t from = out->n, i = 0, k = 0;

	side_of(&x, old, a);
	side_of(&y, now, a);
	while (i < x.n || k < y.n) {
		int r = i == x.n   ? 1
			: k == y.n ? -1
				   : subject_cmp(&x, x.v[i].item, y.v[k].item);
		size_t ni = r <= 0 ? run_length(&x, i) : 0,
		       nk = r >= 0 ? run_length(&y, k) : 0;

		subject_compare(&x, i, ni, &y, k, nk, a, out);
		i += ni;
		k += nk;
	}
	replacements_find(&x, out, from);
}

/* ---- telling ---- */

const char *
change_word(enum change_how how)
{
	static const char *const words[] = {
	    "added", "removed", "changed", "replaced"};

	return words[how];
}

static bool
is_secret(struct span text)
{
	return span_starts(text, SPAN("#"));
}

void
change_values(struct span values, struct buf *out)
{
	struct span name, text;
	bool any = false;

	while (changes_value(&values, &name, &text)) {
		if (is_secret(text))
			continue;
		buf_fmt(out, "%s%.*s %.*s", any ? ", " : "", SPAN_FMT(name),
		    SPAN_FMT(text));
		any = true;
	}
}

static struct span
value_of(struct span values, struct span want)
{
	struct span name, text;

	while (changes_value(&values, &name, &text))
		if (span_eq(name, want))
			return text;
	return (struct span){0};
}

static void
comma(struct buf *out, size_t begin)
{
	buf_puts(out, out->n > begin ? ", " : " ");
}

/* What of the values is another now. */
static void
difference(struct span old, struct span now, struct buf *out)
{
	struct span rest = old, name, text;
	size_t begin = out->n;

	while (changes_value(&rest, &name, &text)) {
		struct span new = value_of(now, name);

		if (span_eq(text, new))
			continue;
		comma(out, begin);
		if (is_secret(text) && new.n > 0)
			buf_fmt(out, "%.*s changed", SPAN_FMT(name));
		else if (new.n == 0)
			buf_fmt(out, "%.*s removed%s%.*s%s", SPAN_FMT(name),
			    is_secret(text) ? "" : " (was ",
			    SPAN_FMT(is_secret(text) ? SPAN("") : text),
			    is_secret(text) ? "" : ")");
		else
			buf_fmt(out, "%.*s %.*s -> %.*s", SPAN_FMT(name),
			    SPAN_FMT(text), SPAN_FMT(new));
	}
	rest = now;
	while (changes_value(&rest, &name, &text)) {
		if (value_of(old, name).n > 0)
			continue;
		comma(out, begin);
		buf_fmt(out, "%.*s set", SPAN_FMT(name));
		if (!is_secret(text))
			buf_fmt(out, " to %.*s", SPAN_FMT(text));
	}
}

void
change_tell(const struct history *h, const struct change *c, struct buf *out)
{
	const struct history_item *x = &h->items[change_item(c)];
	size_t before;

	if (c->how == CHANGE_REPLACED) {
		buf_fmt(out, "%.*s replaced by %.*s",
		    SPAN_FMT(h->items[c->old].subject), SPAN_FMT(x->subject));
		return;
	}
	buf_put(out, x->subject);
	if (c->how == CHANGE_CHANGED) {
		buf_byte(out, ':');
		difference(h->items[c->old].rest, x->rest, out);
		return;
	}
	buf_fmt(out, " %s", change_word(c->how));
	buf_puts(out, " (");
	before = out->n;
	change_values(x->rest, out);
	if (out->n == before)
		out->n -= 2;
	else
		buf_byte(out, ')');
}

void
change_mark(const struct history *h, const struct change *c, struct span device,
    char out[CHANGE_MARK])
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_bytes(&b, device);
	buf_u8(&b, (uint8_t)c->how);
	change_tell(h, c, &b);
	snprintf(
	    out, CHANGE_MARK, "%016" PRIx64, (uint64_t)XXH3_64bits(b.p, b.n));
	buf_release(&b);
}
