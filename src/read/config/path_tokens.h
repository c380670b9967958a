/*
 * Tokens of configurations in braces, for path_braces.c alone: words, braces,
 * brackets and what ends a statement; blanks, comments and what pagers left
 * are skipped.
 */
#ifndef TIDEMARK_READ_CONFIG_PATH_TOKENS_H
#define TIDEMARK_READ_CONFIG_PATH_TOKENS_H

#include "read/config/path_tree.h"

enum path_token { T_END, T_WORD, T_OPEN, T_CLOSE, T_STOP, T_LIST, T_LIST_END };

struct path_tokens {
	struct emit *out;		   /* diagnostics */
	const struct path_braces *dialect; /* of BIG-IP and VyOS, or NULL */
	bool lines;	  /* MD-CLI: a line's end ends a statement */
	struct span s;	  /* the source */
	size_t i;	  /* behind the last token */
	uint32_t line;	  /* 1-based, at i */
	size_t at;	  /* where the last token began */
	uint32_t at_line; /* the line of that */
	struct span word; /* of T_WORD, without quotes */
	unsigned words;	  /* of the statement under way; the caller counts */
};

enum path_token path_token_next(struct path_tokens *b);

/* To the end of the line, which is not taken. */
void path_token_skip_line(struct path_tokens *b);

#endif
