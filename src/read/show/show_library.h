/*
 * Templates for the output of commands, and what records their rows make.
 *
 * A template says that itself, in comments that other TextFSM programs pass
 * over:
 *
 *	#= KIND [?VALUE | ?VALUE=TEXT]... FIELD=VALUE... FIELD:text...
 *
 * makes a record of KIND (record/kinds.def) for each row in which VALUE holds
 * something (or just TEXT), with the fields (record/fields.def) taken from
 * values or, behind a colon, from the line itself.  Several such lines make
 * several records of a row.  Without one, a row is a record of kind "show":
 * the command, and all values as "name=text".
 */
#ifndef TIDEMARK_READ_SHOW_SHOW_LIBRARY_H
#define TIDEMARK_READ_SHOW_SHOW_LIBRARY_H

#include "read/show/clitable.h"
#include "record/record.h"

/* FIELD=VALUE or FIELD:text. */
struct show_put {
	enum field_id field;
	struct span text; /* the value's name, or the text */
	bool fixed;
};

struct show_when {
	struct span value, is; /* is.p NULL: anything */
};

struct show_map {
	enum record_kind kind;
	struct show_when *when;
	struct show_put *puts;
	size_t nwhen, nputs;
};

struct show_maps {
	struct show_map *v;
	size_t n;
};

/* What reads a command on a platform. */
struct show_form {
	struct span platform;
	struct clitable_entry *entry;
	const struct show_maps *maps;
};

struct show_library;

/* Reads the index; templates when a command first asks for them. */
int show_library_open(
    const struct clitable_source *s, struct show_library **out, struct err *e);
void show_library_free(struct show_library *l);

/* The platforms that the index names, in its order. */
size_t show_library_platforms(
    const struct show_library *l, const struct span **out);

/*
 * The forms of a command on all platforms, in the order of the index; none
 * when no template reads it.  *out lives in the arena or in the library.  -1:
 * a template is broken.
 */
int show_library_find(struct show_library *l, struct span command,
    struct arena *a, const struct show_form **out, size_t *n, struct err *e);

#endif
