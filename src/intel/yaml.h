/*
 * YAML as the knowledge files use it: a stream of documents, each a tree of
 * scalars, lists and mappings whose nodes remember where they stood, so that
 * whoever reads a tree can name the line and column of what displeases it.
 *
 * Aliases (YAML 1.2.2 section 7.1) share the node they name.  A tree whose
 * aliases, written out, would have more than LIMIT_YAML_NODES nodes or more
 * than LIMIT_YAML_DEPTH levels is refused, and so is one that holds itself:
 * walking a tree always ends.  A mapping that gives the same key twice is
 * refused too.  Merge keys (<<) have no special meaning.
 */
#ifndef TIDEMARK_INTEL_YAML_H
#define TIDEMARK_INTEL_YAML_H

#include "base/arena.h"
#include "base/span.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	bool plain; /* scalar: neither quotes nor block form around it */
	bool flow;  /* scalar: not a block (| or >): offsets in the text
		     * are offsets in the file, on a line of one line */
	uint32_t line, column;	  /* 1-based; columns count characters */
	struct span text;	  /* scalar: its value */
	size_t n;		  /* list: items; map: pairs */
	struct yaml_node **keys;  /* map: n scalars */
	struct yaml_node **items; /* list: n items; map: n values */
};

struct yaml_docs {
	struct yaml_node **v; /* roots, in order; empty documents left out */
	size_t n;
};

struct yaml_error {
	uint32_t line, column; /* 1-based; 0 when the text as a whole */
	char text[256];	       /* what is wrong, what was expected */
};

/*
 * Read all documents of a text (or of one that was packed, yaml_pack.h).  The
 * trees live in the arena and borrow nothing from the text.  Returns 0, or -1
 * with *e filled when the text is no YAML or beyond a LIMIT_YAML_; *out is then
 * untouched.
 */
int yaml_read(struct arena *a, struct span text, struct yaml_docs *out,
    struct yaml_error *e);

/* The value under a key; NULL when absent, or when map is NULL or no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* A scalar's value; empty for NULL and for anything else. */
struct span yaml_text(const struct yaml_node *node);

/* Nothing, or a plain null of YAML 1.2.2 section 10.3.2 (null, ~, empty). */
bool yaml_is_null(const struct yaml_node *node);

/*
 * "One or several": a list's items, or a single scalar or map as its own only
 * item; nothing for NULL and null.  yaml_at wants i < yaml_count(node).
 */
size_t yaml_count(const struct yaml_node *node);
const struct yaml_node *yaml_at(const struct yaml_node *node, size_t i);

/* Says what is wrong and where (NULL: with the text as a whole).  Returns -1.
 */
int yaml_wrong(
    struct yaml_error *e, const struct yaml_node *at, const char *text);

/* Plain scalars of a type.  False, *out untouched, when it is none. */
bool yaml_bool(const struct yaml_node *node, bool *out); /* also yes, no */
bool yaml_i64(const struct yaml_node *node, int64_t *out);

#endif
