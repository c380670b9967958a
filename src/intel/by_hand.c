#include "intel/by_hand.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/shell.h"
#include "intel/fix.h"

_Static_assert(INDICATOR_TYPES < 32, "types fit in a mask");

enum by_hand_packed
by_hand_packed_find(struct span word)
{
	static const char *const words[BY_HAND_PACKINGS] = {
	    "none", "gzip", "bzip2", "xz", "zstd", "tar", "zip"};
	unsigned i = 0;

	while (i < BY_HAND_PACKINGS && !span_is(word, words[i]))
		i++;
	return (enum by_hand_packed)i;
}

/* ---- reading ---- */

static int
values_read(const struct yaml_node *node, unsigned *out, struct yaml_error *e)
{
	for (size_t i = 0; i < yaml_count(node); i++) {
		struct span word = yaml_text(yaml_at(node, i));
		bool any = span_is(word, "any"), known = any;

		for (unsigned t = 0; t < INDICATOR_TYPES; t++)
			if (any || span_is(word, indicator_type_name(
						     (enum indicator_type)t))) {
				*out |= 1u << t;
				known = true;
			}
		if (!known)
			return yaml_wrong(e, yaml_at(node, i),
			    "expected a type of indicators");
	}
	return *out != 0 ? 0 : yaml_wrong(e, node, "no types of indicators");
}

static int
packed_read(const struct yaml_node *node, unsigned *out, struct yaml_error *e)
{
	for (size_t i = 0; i < yaml_count(node); i++) {
		enum by_hand_packed p =
		    by_hand_packed_find(yaml_text(yaml_at(node, i)));

		if (p == BY_HAND_PACKINGS)
			return yaml_wrong(
			    e, yaml_at(node, i), "expected a packing");
		*out |= 1u << p;
	}
	if (*out == 0)
		*out = 1u << BY_HAND_NONE;
	return 0;
}

static int
entry_read(struct arena *a, const struct yaml_node *node,
    struct by_hand_entry *x, struct yaml_error *e)
{
	const struct yaml_node *family = yaml_get(node, "family"),
			       *stands = yaml_get(node, "stands");
	int64_t n = 0;

	x->formats = span_list_read(a, yaml_get(node, "formats"));
	x->run = span_list_read(a, yaml_get(node, "run"));
	if (x->formats.n == 0 || x->run.n == 0)
		return yaml_wrong(e, node, "expected formats and run");
	if (values_read(yaml_get(node, "values"), &x->values, e) != 0 ||
	    packed_read(yaml_get(node, "packed"), &x->packed, e) != 0)
		return -1;
	if (family != NULL && (!yaml_i64(family, &n) || (n != 4 && n != 6)))
		return yaml_wrong(e, family, "expected 4 or 6");
	x->family = (unsigned)n;
	if (stands != NULL && !yaml_bool(stands, &x->stands))
		return yaml_wrong(e, stands, "expected true or false");
	return 0;
}

int
by_hand_read(struct arena *a, struct span yaml, struct by_hand_list *out,
    struct yaml_error *e)
{
	struct by_hand_list l = {0};
	struct yaml_docs docs;
	const struct yaml_node *list;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	list = yaml_get(docs.n == 1 ? docs.v[0] : NULL, "lookups");
	if (list == NULL || list->kind != YAML_LIST)
		return yaml_wrong(e, list, "expected a list of lookups");
	l.v = arena_array(a, list->n, sizeof(*l.v));
	for (; l.n < list->n; l.n++)
		if (entry_read(a, list->items[l.n], &l.v[l.n], e) != 0)
			return -1;
	*out = l;
	return 0;
}

/* ---- choosing ---- */

static bool
format_fits(const struct by_hand_entry *x, const struct by_hand_place *at)
{
	for (size_t i = 0; i < x->formats.n; i++) {
		struct span f = x->formats.v[i];

		if (span_is(f, "any") || (span_is(f, "lines") && at->lines) ||
		    span_eq(f, at->format))
			return true;
	}
	return false;
}

static bool
joins(struct span s, size_t i)
{
	return i < s.n && (ascii_alnum((unsigned char)s.p[i]) || s.p[i] == '_');
}

/* As grep -w sees it. */
static bool
stands_in(struct span text, struct span value)
{
	size_t from = 0, at;

	while ((at = span_find_nocase(span_from(text, from), value)) !=
	       SPAN_NONE) {
		at += from;
		if ((at == 0 || !joins(text, at - 1)) &&
		    !joins(text, at + value.n))
			return true;
		from = at + 1;
	}
	return false;
}

static bool
entry_fits(const struct by_hand_entry *x, const struct indicator *i,
    const struct by_hand_place *at)
{
	if ((x->values >> i->type & 1) == 0 ||
	    (x->packed >> at->packed & 1) == 0 || !format_fits(x, at))
		return false;
	if (x->family != 0 && (i->type != INDICATOR_ADDRESS ||
				  i->prefix.addr.family != x->family))
		return false;
	return !x->stands || stands_in(at->text, i->value);
}

/* ---- filling in ---- */

/* No option. */
static void
path_put(struct buf *b, struct span path)
{
	if (span_starts(path, SPAN("-")))
		buf_puts(b, "./");
	buf_put(b, path);
}

/* What a name in braces stands for; false: there is nothing for it. */
static bool
name_put(struct buf *b, struct span name, const struct indicator *x,
    const struct by_hand_place *at)
{
	if (span_is(name, "path"))
		path_put(b, at->path);
	else if (span_is(name, "outer"))
		path_put(b, at->outer);
	else if (span_is(name, "member"))
		buf_put(b, at->member);
	else if (span_is(name, "value"))
		buf_put(b, x->value);
	else if (span_is(name, "line") && at->line > 0)
		buf_fmt(b, "%" PRIu64, at->line);
	else
		return false;
	return true;
}

static bool
word_fill(struct buf *b, struct span word, const struct indicator *x,
    const struct by_hand_place *at)
{
	while (word.n > 0) {
		size_t open = span_find_byte(word, '{'), close;
		struct span name;

		buf_put(b, span_head(word, open));
		if (open == SPAN_NONE)
			break;
		word = span_from(word, open + 1);
		close = span_find_byte(word, '}');
		name = span_head(word, close);
		if (close == SPAN_NONE || !name_put(b, name, x, at))
			return false;
		word = span_from(word, close + 1);
	}
	return true;
}

static bool
command_fill(struct buf *b, struct buf *word, const struct by_hand_entry *e,
    const struct indicator *x, const struct by_hand_place *at)
{
	for (size_t i = 0; i < e->run.n; i++) {
		if (i > 0)
			buf_byte(b, ' ');
		if (span_is(e->run.v[i], "|")) {
			buf_byte(b, '|');
			continue;
		}
		buf_reset(word);
		if (!word_fill(word, e->run.v[i], x, at))
			return false;
		shell_put(b, buf_span(word));
	}
	return !buf_full(b) && !buf_full(word);
}

struct span
by_hand_command(const struct by_hand_list *l, struct arena *a,
    const struct indicator *x, const struct by_hand_place *at)
{
	struct span out = {0};
	struct buf b, word;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_init(&word, LIMIT_MESSAGE_BYTES);
	for (size_t i = 0; i < l->n && out.n == 0; i++) {
		if (!entry_fits(&l->v[i], x, at))
			continue;
		buf_reset(&b);
		if (command_fill(&b, &word, &l->v[i], x, at))
			out = arena_copy(a, buf_span(&b));
	}
	buf_release(&b);
	buf_release(&word);
	return out;
}
