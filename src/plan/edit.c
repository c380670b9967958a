#include "plan/edit.h"

#include "read/config/cisco_secret.h"

const struct editor_form *
editor_form_of(const struct remedy_platform *p)
{
	static const struct editor_form *const forms[] = {
	    &edit_lines, &edit_paths, &edit_blocks};

	for (size_t i = 0; p != NULL && i < sizeof(forms) / sizeof(*forms); i++)
		if (span_is(p->family, forms[i]->family))
			return forms[i];
	return NULL;
}

/* A device would take it as it stands: no control bytes, no other script. */
static bool
is_typed(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~')
			return false;
	return true;
}

void
edit_undo_put(struct arena *a, struct plan_lines *undo, unsigned indent,
    const char *verb, struct span text)
{
	struct plan_line c = {.real = arena_fmt(a, "%*s%s%.*s", (int)indent, "",
				  verb, SPAN_FMT(text))};

	if (undo == NULL)
		return;
	c.shown = arena_copy(a, secret_redact(a, c.real));
	c.open = !span_eq(c.shown, c.real) || !is_typed(c.real) ||
		 span_find_byte(text, '<') != SPAN_NONE;
	undo->v = arena_grow(a, undo->v, undo->n, &undo->cap, sizeof(c));
	undo->v[undo->n++] = c;
}

bool
edit_begins(struct span line, struct span words, bool *whole)
{
	struct span a, b;

	while ((b = span_word(&words)).n > 0) {
		a = span_word(&line);
		if (!span_eq(a, b))
			return false;
	}
	*whole = span_word(&line).n == 0;
	return true;
}
