/*
 * XML through expat.  Documents that declare entities are left alone: no
 * configuration has them, and they serve expansion and disclosure attacks.
 * External entities are never opened, expat has no handler for them here.
 */
#include <expat.h>

#include "read/config/path_tree.h"

struct element {
	uint32_t node; /* what its content stands under */
	uint32_t line;
	size_t offset;
	bool is_name; /* <name>: its text names the parent */
	bool inactive, has_child, hidden;
	size_t text; /* of the gathered text, its start */
};

struct xml {
	struct path_tree *t;
	const struct path_xml *dialect;
	struct emit *out;
	XML_Parser parser;
	struct span s;
	size_t base; /* of what expat was given, in the source */
	struct element open[LIMIT_TREE_DEPTH];
	unsigned depth, skipped;
	bool rooted, refused, done;

	char *text; /* character data of open elements */
	size_t ntext, text_cap;

	/* Lines are counted from the last place asked for. */
	size_t seen;
	uint32_t line;
};

static uint32_t
line_at(struct xml *x, size_t offset)
{
	if (offset > x->s.n)
		offset = x->s.n;
	while (x->seen < offset) {
		size_t n =
		    span_find_byte(span_sub(x->s, x->seen, offset), '\n');

		if (n == SPAN_NONE) {
			x->seen = offset;
			break;
		}
		x->seen += n + 1;
		x->line++;
	}
	return x->line;
}

static size_t
offset_now(const struct xml *x)
{
	XML_Index i = XML_GetCurrentByteIndex(x->parser);

	return x->base + (i < 0 ? 0 : (size_t)i);
}

static struct span
attribute(const char **atts, const char *name)
{
	for (; atts[0] != NULL && atts[1] != NULL; atts += 2)
		if (strcmp(atts[0], name) == 0)
			return span_str(atts[1]);
	return (struct span){0};
}

static uint32_t
add(struct xml *x, uint32_t node, struct span word, const struct element *e)
{
	uint32_t i = path_find(x->t, node, word);

	if (i != PATH_NONE)
		return i;
	return path_append(x->t, node, arena_copy(x->t->arena, word), e->line,
	    (uint32_t)e->offset);
}

/* Words after a namespace's colon: "junos:comment" is not of interest, its
 * local name is. */
static struct span
local_name(const char *name)
{
	struct span s = span_str(name);
	size_t colon = span_rfind_byte(s, ':');

	return span_from(s, colon == SPAN_NONE ? 0 : colon + 1);
}

static void
root_attributes(struct xml *x, const char **atts, const struct element *e)
{
	const char *const names[] = {
	    "version", "detail-version", x->dialect->attribute, NULL};

	for (const char *const *n = names; *n != NULL; n++) {
		struct span value = attribute(atts, *n);
		uint32_t node;

		if (value.n == 0)
			continue;
		node = add(x, PATH_ROOT, arena_fmt(x->t->arena, "@%s", *n), e);
		add(x, node, value, e);
	}
}

/* Is this element's text what its parent is called? */
static bool
names_parent(const struct xml *x, uint32_t parent, struct span name)
{
	if (x->depth <= 2)
		return false;
	if (x->dialect->named && span_is(name, "name"))
		return true;
	return x->dialect->names != NULL && parent != PATH_NONE &&
	       x->dialect->names(x->t, parent, name);
}

static void
open_element(
    struct xml *x, struct element *e, struct span name, const char **atts)
{
	struct element *up = e - 1;
	struct span entry = attribute(atts, "name");
	bool is_entry = span_is(name, "entry");

	up->has_child = true;
	e->inactive = attribute(atts, "inactive").n > 0 &&
		      !span_is(attribute(atts, "inactive"), "no");
	e->is_name = names_parent(x, up->node, name);
	e->node = up->node;
	if (e->is_name)
		return;
	e->hidden = is_entry || span_is(name, "member") ||
		    x->dialect->hidden(x->t, up->node, name);
	if (!e->hidden)
		e->node = add(x, up->node, name, e);
	if (is_entry && entry.n > 0 &&
	    !x->dialect->hidden(x->t, up->node, entry)) {
		e->node = add(x, e->node, entry, e);
		e->hidden = false;
	}
	if (e->inactive && !e->hidden && e->node != PATH_NONE)
		path_at(x->t, e->node)->flags |= PATH_INACTIVE;
}

static void
on_start(void *user, const char *raw, const char **atts)
{
	struct xml *x = user;
	struct span name = local_name(raw);
	struct element *e;

	/* What surrounds the root is of no interest. */
	if (x->done || (!x->rooted && !span_is(name, x->dialect->root)))
		return;
	if (x->skipped > 0 || x->depth == LIMIT_TREE_DEPTH) {
		if (x->t->too_deep == 0)
			x->t->too_deep = line_at(x, offset_now(x));
		x->skipped++;
		return;
	}
	e = &x->open[x->depth++];
	*e = (struct element){.text = x->ntext, .offset = offset_now(x)};
	e->line = line_at(x, e->offset);
	if (!x->rooted) {
		x->rooted = true;
		root_attributes(x, atts, e);
		return;
	}
	open_element(x, e, name, atts);
}

static void
on_text(void *user, const char *s, int n)
{
	struct xml *x = user;

	if (x->depth == 0 || x->skipped > 0)
		return;
	while (x->ntext + (size_t)n > x->text_cap)
		x->text = arena_grow(
		    x->t->arena, x->text, x->text_cap, &x->text_cap, 1);
	memcpy(x->text + x->ntext, s, (size_t)n);
	x->ntext += (size_t)n;
}

/* <name>ge-0/0/0</name>: the parent's content stands under the name.  A
 * parent that was hidden gets its place this way. */
static void
name_parent(
    struct xml *x, struct element *e, struct element *up, struct span text)
{
	up->node = add(x, up->node, text, e);
	if (up->inactive && up->node != PATH_NONE)
		path_at(x->t, up->node)->flags |= PATH_INACTIVE;
	up->has_child = false;
}

static void
on_end(void *user, const char *raw)
{
	struct xml *x = user;
	struct element *e;
	struct span text, line;
	uint32_t parent;

	(void)raw;
	if (!x->rooted || x->depth == 0)
		return;
	if (x->skipped > 0) {
		x->skipped--;
		return;
	}
	e = &x->open[--x->depth];
	text = span_trim(span_from(span_of(x->text, x->ntext), e->text));
	x->ntext = e->text;
	if (x->depth == 0) {
		x->done = true;
		return;
	}
	if (e->is_name && text.n > 0) {
		name_parent(x, e, &x->open[x->depth - 1], text);
		return;
	}
	if (e->has_child || e->node == PATH_NONE)
		return;
	parent = e->hidden ? e->node : path_at(x->t, e->node)->parent;
	if (text.n > 0)
		add(x, e->node, text, e);
	line = span_sub(x->s, e->offset, offset_now(x));
	if (span_starts(span_from(x->s, offset_now(x)), SPAN("</")))
		line.n +=
		    span_find_byte(span_from(x->s, offset_now(x)), '>') + 1;
	path_state(x->t, parent, span_head(line, x->s.n - e->offset), e->line);
}

static void
on_entity(void *user, const char *name, int parameter, const char *value, int n,
    const char *base, const char *system, const char *public,
    const char *notation)
{
	struct xml *x = user;

	(void)name, (void)parameter, (void)value, (void)n, (void)base;
	(void)system, (void)public, (void)notation;
	x->refused = true;
	XML_StopParser(x->parser, XML_FALSE);
}

/* Where the document begins: behind what a terminal put ahead of it. */
static size_t
document_start(const struct path_xml *dialect, struct span s)
{
	char tag[64] = "<";
	size_t n = strlen(dialect->root), at;

	at = span_find(s, SPAN("<?xml"));
	if (at != SPAN_NONE && at < LIMIT_PROBE_BYTES)
		return at;
	memcpy(tag + 1, dialect->root, n < 60 ? n : 60);
	at = span_find(s, span_str(tag));
	return at == SPAN_NONE ? 0 : at;
}

static void
parse(struct xml *x)
{
	struct span rest = span_from(x->s, x->base);

	while (rest.n > 0) {
		size_t n =
		    rest.n < LIMIT_BLOCK_BYTES ? rest.n : LIMIT_BLOCK_BYTES;

		if (XML_Parse(x->parser, rest.p, (int)n, n == rest.n) !=
		    XML_STATUS_OK)
			break;
		rest = span_from(rest, n);
	}
	if (x->refused)
		x->out->diag(x->out, DIAG_BAD_LINE,
		    XML_GetCurrentLineNumber(x->parser),
		    SPAN("the document declares entities"));
	else if (!x->done)
		x->out->diag(x->out, DIAG_TRUNCATED, line_at(x, x->s.n),
		    span_str(XML_ErrorString(XML_GetErrorCode(x->parser))));
}

void
path_read_xml(
    struct path_tree *t, const struct path_xml *dialect, struct emit *out)
{
	struct xml *x = arena_alloc(t->arena, sizeof(*x));

	x->t = t;
	x->dialect = dialect;
	x->out = out;
	x->s = t->bytes;
	x->line = 1;
	x->base = document_start(dialect, t->bytes);
	x->parser = XML_ParserCreate(NULL);
	if (x->parser == NULL) {
		out->diag(out, DIAG_TOO_MANY, 0, SPAN("no memory for XML"));
		return;
	}
	XML_SetUserData(x->parser, x);
	XML_SetParamEntityParsing(x->parser, XML_PARAM_ENTITY_PARSING_NEVER);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	parse(x);
	XML_ParserFree(x->parser);
}
