/*
 * Which template reads which command: the "index" file of a folder of
 * templates, as ntc-templates has it, and the tables that several templates
 * for one command make together.
 *
 * The index is text of comma-separated columns, named by its first line:
 * Template (names, ":" between), Hostname, Platform, Command.  The last three
 * are expressions of Python's re, matched at the start; in Command, "sh[[ow]]"
 * stands for any shortened "show".  The first line that matches counts.
 */
#ifndef TIDEMARK_READ_SHOW_CLITABLE_H
#define TIDEMARK_READ_SHOW_CLITABLE_H

#include "read/show/textfsm.h"

/* Where templates and the index come from: text of the file of that name,
 * allocated in the arena.  -1: there is none, *e says why. */
struct clitable_source {
	int (*load)(void *ctx, struct span name, struct arena *a,
	    struct span *text, struct err *e);
	void *ctx;
};

struct clitable;

/* Reads the index, and templates when a command first asks for them. */
int clitable_open(
    const struct clitable_source *s, struct clitable **out, struct err *e);
void clitable_free(struct clitable *c);

/* The platforms that lines of the index name in plain words, each once, in
 * order.  The list belongs to the table. */
const struct span *clitable_platforms(struct clitable *c, size_t *n);

/* The templates of one command, read once. */
struct clitable_entry;

/* Their names, ":" between. */
struct span clitable_templates(const struct clitable_entry *entry);

/*
 * The entry for a platform and a command.  -1: the index has none, or a
 * template is broken.  The entry belongs to the table.
 */
int clitable_find(struct clitable *c, struct span platform, struct span command,
    struct clitable_entry **out, struct err *e);

/* Does the index have a line for it? */
bool clitable_has(
    struct clitable *c, struct span platform, struct span command);

/*
 * Tell how many bytes will be run through an entry.  A large total makes its
 * expressions be compiled to machine code, which a sandbox would forbid later.
 */
int clitable_expect(
    struct clitable_entry *entry, uint64_t bytes, struct err *e);

/*
 * Run text through the entry's templates.  Columns that later templates add
 * are joined to the rows of the first by the columns with the option Key; row
 * by row when there is none.
 */
int clitable_run(struct clitable_entry *entry, struct span text,
    struct arena *a, struct show_table *out, struct err *e);

#endif
