/*
 * Commands applied to the text of a configuration, as the device would: to see
 * what it comes to before anybody types it.  What comes out is text again, for
 * the same reader.  An editor changes what a command names, and nothing else.
 *
 * Lines (the family of IOS): a command that begins with "no" takes away the
 * lines that begin with the words behind it, and stays in their place, since
 * that is how silence differs from "no"; "default" takes them away; any other
 * takes the place of a line that says the opposite or, for a statement of which
 * there is one (data/remedies/), of the old one, and is added otherwise.  An
 * indented command goes into the mode of the one above it, which is entered
 * where it is and made where it is not.
 *
 * Paths (Junos, PAN-OS): "set" and "delete", on the configuration as set lines.
 *
 * Blocks (FortiOS): config and edit are entered where they are and made where
 * they are not; "set" takes the place of an old value, "unset" and "delete"
 * take away.
 */
#ifndef TIDEMARK_PLAN_EDIT_H
#define TIDEMARK_PLAN_EDIT_H

#include "plan/template.h"
#include "read/reader.h"

struct editor;

struct editor_form {
	const char *family; /* of data/remedies/ */
	/* NULL: it cannot edit what this reader reads. */
	struct editor *(*open)(struct arena *a, const struct reader *reader,
	    struct span text, const struct remedy_platform *platform);
	/* Appends to undo (may be NULL) what takes each change back, the last
	 * change first.  false: a limit was met, and the text is of no use. */
	bool (*apply)(struct editor *e, const struct plan_line *v, size_t n,
	    struct plan_lines *undo);
	void (*write)(const struct editor *e, struct buf *out);
};

extern const struct editor_form edit_lines, edit_paths, edit_blocks;

/* By the platform's family; NULL: there is none. */
const struct editor_form *editor_form_of(const struct remedy_platform *p);

/* ---- for editors ---- */

/* Appends a command that takes something back: its text in the clear and as
 * it may be shown. */
void edit_undo_put(struct arena *a, struct plan_lines *undo, unsigned indent,
    const char *verb, struct span text);

/* Do the first words of a line equal all words of the other text?  whole: and
 * it has no more. */
bool edit_begins(struct span line, struct span words, bool *whole);

#endif
