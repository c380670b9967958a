/*
 * TextFSM: templates that turn the output of a command into rows.  A template
 * declares values, each with an expression, and states, each with rules; the
 * lines of the output run through the rules of the current state.  Semantics
 * are those of the reference implementation, release 1.1: value options
 * Filldown, Fillup, Key, List and Required; line actions Next, Continue and
 * Error; record actions NoRecord, Record, Clear and Clearall; states Start,
 * End and EOF, the implicit record at the end of text.
 */
#ifndef TIDEMARK_READ_SHOW_TEXTFSM_H
#define TIDEMARK_READ_SHOW_TEXTFSM_H

#include "base/arena.h"
#include "base/err.h"

struct textfsm; /* a template */

/*
 * A template from its text, which is copied.  Every expression is checked for
 * being one of Python's re.  -1: *e names the template's line.
 */
int textfsm_read(struct span text, struct textfsm **out, struct err *e);
void textfsm_free(struct textfsm *t);

/*
 * Compile all expressions, to machine code where that is possible: worth it
 * for large outputs only.  Must happen before a sandbox is entered.  Without
 * it each expression is compiled when it is first tried.
 */
int textfsm_compile(struct textfsm *t, struct err *e);

enum show_cell_kind { CELL_TEXT, CELL_LIST, CELL_OBJECT, CELL_NONE };

/* A value: text, a list of values, or the named groups inside a list's
 * expression.  NONE: a group that took no part, in objects and lists only. */
struct show_cell {
	enum show_cell_kind kind;
	struct span text;
	const struct show_cell *items; /* LIST and OBJECT */
	const struct span *names;      /* OBJECT: of its items */
	size_t n;		       /* items */
};

struct show_table {
	const struct span *names; /* of columns, as the template spells them */
	const bool *keys;	  /* columns with the option Key */
	size_t ncolumns, nrows;
	struct show_cell **rows; /* each ncolumns cells */
	/* Beside rows: where in the text the line begins that gave a row its
	 * first value (its last line, when nothing but Filldown did). */
	const size_t *places;
};

/*
 * Run text through the template.  The table is allocated in the arena; its
 * text points into the text given, its names into the template.  -1: a rule
 * with the action Error, or a limit; *e says which line of text.  t is only
 * changed by expressions that are compiled.
 */
int textfsm_run(struct textfsm *t, struct span text, struct arena *a,
    struct show_table *out, struct err *e);

#endif
