/*
 * Command words, to tell what an abbreviated command means: as a router's
 * parser does, a word stands for the one word of its level that it begins.
 * Read from data/commands/.
 */
#ifndef TIDEMARK_INTEL_COMMANDS_H
#define TIDEMARK_INTEL_COMMANDS_H

#include "base/arena.h"

struct command_word {
	struct span text;
	uint32_t first, n; /* its children, in order of text */
};

struct command_table {
	struct command_word *words; /* each level's words are neighbours */
	size_t n;
	uint32_t exec, config; /* indices of the roots; 0, 0: empty table */
};

/* 0, or the number of the line that is not of the form. */
unsigned commands_read(
    struct arena *a, struct span text, struct command_table *out);

/*
 * The command with its words in full, up to the first one that is unknown or
 * ambiguous; what follows stays.  At most cap bytes to out.  Returns how many,
 * 0 when nothing is abbreviated or there is no room.
 */
size_t commands_expand(
    const struct command_table *t, struct span command, char *out, size_t cap);

#endif
