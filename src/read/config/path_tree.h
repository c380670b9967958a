/*
 * A configuration as a tree of paths: one word a node, whatever the surface
 * syntax.  Braces, "set" lines, config/edit blocks and XML of the same device
 * give the same tree, so facts are read once:
 *
 *	system { services { ssh { port 2222; } } }
 *	set system services ssh port 2222
 *	<system><services><ssh><port>2222</port></ssh></services></system>
 *
 * are all root > system > services > ssh > port > 2222.  Equal siblings are
 * one node, so statements of one object that stand apart meet.
 *
 * A node costs 40 bytes.  Nodes lie in pages and never move.
 */
#ifndef TIDEMARK_READ_CONFIG_PATH_TREE_H
#define TIDEMARK_READ_CONFIG_PATH_TREE_H

#include "base/arena.h"
#include "base/limits.h"
#include "read/reader.h"

#define PATH_NONE UINT32_MAX
#define PATH_ROOT 0u

enum path_flag {
	PATH_INACTIVE = 1,  /* stated, but without effect */
	PATH_INHERITED = 2, /* out of a configuration group */
	PATH_WIDE = 4,	    /* its children are in the hash table */
	PATH_DELETED = 8,   /* inactive until it is stated again */
	PATH_SECRET = 16,   /* its word is not shown in a path */
};

struct path_node {
	const char *p; /* the word, without quotes */
	uint32_t n;
	uint32_t line;	 /* 1-based */
	uint32_t offset; /* of the word in the source */
	uint32_t parent, child, last, next;
	uint8_t flags;
	uint8_t depth;	   /* words above it; the root has 0 */
	uint16_t children; /* at most UINT16_MAX are counted */
};

/* A leaf statement as it is written. */
struct path_statement {
	const char *p;
	uint32_t n;
	uint32_t line, offset;
	uint32_t parent; /* node that it stands under */
};

#define PATH_PAGE_BITS 10
#define PATH_PAGE (1u << PATH_PAGE_BITS)
#define PATH_PAGES (LIMIT_TREE_NODES / PATH_PAGE)

struct path_tree {
	struct arena *arena;
	struct span bytes;
	uint32_t n;
	uint32_t nstatements;
	uint32_t too_many; /* line at which LIMIT_TREE_NODES was met, or 0 */
	uint32_t too_deep; /* line at which a depth limit was met, or 0 */
	uint32_t *slots;   /* hash of (parent, word) for wide nodes */
	uint32_t slots_cap, nslots;
	bool joined; /* a statement may go over several lines of the source:
		      * path_line gives it in one, as it was noted */
	struct path_node *pages[PATH_PAGES];
	struct path_statement *statements[PATH_PAGES];
};

/* An empty tree (the root alone) over the bytes of a source.  In the arena. */
struct path_tree *path_tree_new(struct arena *a, struct span bytes);

static inline struct path_node *
path_at(const struct path_tree *t, uint32_t i)
{
	return &t->pages[i >> PATH_PAGE_BITS][i & (PATH_PAGE - 1)];
}

static inline struct path_statement *
path_statement_at(const struct path_tree *t, uint32_t i)
{
	return &t->statements[i >> PATH_PAGE_BITS][i & (PATH_PAGE - 1)];
}

static inline struct span
path_word(const struct path_tree *t, uint32_t i)
{
	const struct path_node *v;

	if (i == PATH_NONE)
		return (struct span){0};
	v = path_at(t, i);
	return span_of(v->p, v->n);
}

/*
 * The child of parent with this word, made when it is new.  path_append makes
 * one in any case.  PATH_NONE when parent is, or beyond LIMIT_TREE_NODES and
 * LIMIT_PATH_WORDS.  word is borrowed; offset is that of the word.
 */
uint32_t path_add(struct path_tree *t, uint32_t parent, struct span word,
    uint32_t line, uint32_t offset);
uint32_t path_append(struct path_tree *t, uint32_t parent, struct span word,
    uint32_t line, uint32_t offset);

/* Note a leaf statement; text is borrowed from the source.  path_state_at takes
 * text from elsewhere, and where it stands in the source. */
void path_state(
    struct path_tree *t, uint32_t parent, struct span text, uint32_t line);
void path_state_at(struct path_tree *t, uint32_t parent, struct span text,
    uint32_t line, uint32_t offset);

/* Any child of that word, active or not. */
uint32_t path_find(
    const struct path_tree *t, uint32_t parent, struct span word);

/* A node that was deleted is there again. */
static inline void
path_restate(struct path_tree *t, uint32_t node)
{
	if (node != PATH_NONE && path_at(t, node)->flags & PATH_DELETED)
		path_at(t, node)->flags &=
		    (uint8_t) ~(PATH_DELETED | PATH_INACTIVE);
}

/* Forget the children of a node. */
void path_clear(struct path_tree *t, uint32_t node);

/* ---- reading: what is inactive is not there ---- */

/* First child, next sibling, skipping inactive ones; PATH_NONE at the end and
 * for PATH_NONE. */
uint32_t path_first(const struct path_tree *t, uint32_t node);
uint32_t path_next(const struct path_tree *t, uint32_t node);

#define EACH_PATH(c, t, node)                                                  \
	for (uint32_t c = path_first(t, node); c != PATH_NONE;                 \
	     c = path_next(t, c))

/* The active child of that word, or PATH_NONE. */
uint32_t path_find_active(
    const struct path_tree *t, uint32_t parent, struct span word);

/* The node that blank-separated words lead to from node, or PATH_NONE. */
uint32_t path_get(const struct path_tree *t, uint32_t node, const char *words);

/* The first word below where the words lead: what a single-valued statement
 * is set to.  path_value_node is its node. */
uint32_t path_value_node(
    const struct path_tree *t, uint32_t node, const char *words);
struct span path_value(
    const struct path_tree *t, uint32_t node, const char *words);
bool path_value_is(const struct path_tree *t, uint32_t node, const char *words,
    const char *value);

/* The deepest node on the first branch below: the end of the statement. */
uint32_t path_leaf(const struct path_tree *t, uint32_t node);

/* The line a node is on, trimmed; of a very long line the part around it. */
struct span path_line(const struct path_tree *t, uint32_t node);

/* The words from below the root to the node, blank-separated, at most
 * LIMIT_PATH_BYTES of them; in the arena. */
struct span path_text(const struct path_tree *t, uint32_t node);

/* ---- surface syntaxes ---- */

/* Braces, "word word { ... }", "word [ a b ];" (Junos, PAN-OS). */
void path_read_braces(struct path_tree *t, struct emit *out);

/*
 * Braces without ';' (F5, VyOS): a line end ends a statement, brackets and
 * braces inside a word belong to it, "#" starts a comment only where a
 * statement may begin.
 */
struct path_braces {
	/* Does the block that opens below this node hold Tcl?  Then it is one
	 * word, not configuration; and "word { a b }" on one line is a list.
	 * NULL: there is neither. */
	bool (*is_script)(const struct path_tree *t, uint32_t node);
	/* VyOS: comments begin with slashes as well, prompts may stand around,
	 * and an empty text is no word. */
	bool slashes;
};
void path_read_braces_as(
    struct path_tree *t, const struct path_braces *dialect, struct emit *out);

/*
 * The same where a line's end ends a statement, as in the MD-CLI of SR OS:
 *
 *	configure {
 *	    router "Base" {
 *	        autonomous-system 64500
 *	    }
 *	}
 *	/configure router "Base" bgp router-id 192.0.2.1
 *
 * A line that starts with a slash is a whole path ("delete" in it takes away
 * what it leads to), a line "[ex:/configure system]" says where the
 * statements below belong, and "#" at a line's start begins a comment.
 */
void path_read_brace_lines(struct path_tree *t, struct emit *out);

/*
 * Indented lines: a line belongs to the nearest one before that stands further
 * left (SR OS, VRP, SonicOS).  Cleaned of what terminals add.  What follows
 * the word "description" is one word.
 */
struct path_indent_block {
	const char *word; /* a line's first one */
	unsigned words;	  /* so many name it; lines below it and the words
			   * behind are stated under them */
};
struct path_indent {
	/* A line that is no statement: a comment, a separator, the end of a
	 * block; asked with the column it begins in. */
	bool (*skips)(struct span line, unsigned column);
	/* A line that begins anew at the top ("exit all", "#" of VRP); it is
	 * skipped.  NULL: none does. */
	bool (*resets)(struct span line, unsigned column);
	/* A prompt or heading that says where the lines below belong: its
	 * words are added to *node, which is the root.  NULL: there is none. */
	bool (*context)(struct path_tree *t, struct span line, uint32_t number,
	    uint32_t offset, uint32_t *node);
	/* Text of several lines that opens here: what closes it, and from
	 * where in the line on it is text (*from).  Empty: none does. */
	struct span (*text)(struct span line, size_t *from);
	/* No text goes on over such a line. */
	bool (*stops)(struct span line);
	/* Ends with word NULL; NULL: all words of a line name its block. */
	const struct path_indent_block *blocks;
	/* Top-level lines that start with one of these words stay two words,
	 * the first and all the rest, and are never joined; ends with NULL, and
	 * NULL: none. */
	const char *const *whole;
	const char *drop; /* a last word without meaning ("create"), or NULL */
	bool quotes;	  /* "a b" is one word */
};
void path_read_indent(
    struct path_tree *t, const struct path_indent *dialect, struct emit *out);

/* "set a b c", "deactivate a b", "delete a b" lines (Junos, PAN-OS, VyOS), and
 * "net add a b c" (Cumulus Linux). */
void path_read_set(struct path_tree *t, struct emit *out);

/* Is it of such lines?  It has more of them than lines that end as statements
 * between braces do. */
bool path_is_set(struct span bytes);

/* config / edit / set / next / end (FortiOS).  The values of a "set" are
 * siblings in their order. */
void path_read_edit(struct path_tree *t, struct emit *out);

/* "add a b -option value" lines (NetScaler): the words as they come, each
 * option and its values below the last word before the options.  The verb, two
 * words behind it and the names of options are in lower case. */
void path_read_options(struct path_tree *t, struct emit *out);

/*
 * "/menu words", then "add k=v" and "set [ find k=v ] k=v" lines (RouterOS).
 * A command is a node below its menu: its verb and a number ("add 7"), so that
 * no two are one.  Below it stand its arguments, key above value; those
 * without a key are values of "numbers", as RouterOS calls them, and those in
 * brackets stand below "find".  Of equal keys the first counts.  Quoted values
 * are without their escapes, in the arena.
 */
void path_read_menus(struct path_tree *t, struct emit *out);

/* XML.  root: the element below which paths begin.  In what an element's
 * "name" attribute or child and its text become words; hidden elements of the
 * dialect leave no word. */
struct path_xml {
	const char *root;
	bool named; /* a child <name> is the name of its parent (Junos) */
	/* Does another element name its parent, a node of the tree?  May be
	 * NULL. */
	bool (*names)(
	    const struct path_tree *t, uint32_t parent, struct span name);
	const char *attribute; /* of the root, kept as "@..." too, or NULL */
	/* Does an element of this name below that node leave no word? */
	bool (*hidden)(
	    const struct path_tree *t, uint32_t node, struct span name);
};
void path_read_xml(
    struct path_tree *t, const struct path_xml *dialect, struct emit *out);

/* What a platform may be saved as: XML where root ("<config") stands near the
 * start, set lines, or braces. */
void path_read_any(struct path_tree *t, const char *root,
    const struct path_xml *dialect, struct emit *out);

#endif
