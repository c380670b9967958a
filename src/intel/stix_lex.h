/* Words of a STIX pattern; only for stix_pattern.c. */
#ifndef TIDEMARK_INTEL_STIX_LEX_H
#define TIDEMARK_INTEL_STIX_LEX_H

#include "intel/stix_pattern.h"

enum token_kind {
	TOKEN_END,
	TOKEN_MARK,	  /* one of [ ] ( ) , . : * */
	TOKEN_COMPARE,	  /* = == != <> < <= > >= */
	TOKEN_WORD,	  /* keyword or name without '-' */
	TOKEN_HYPHENATED, /* name with '-' */
	TOKEN_LITERAL,
	TOKEN_WRONG, /* error is set */
};

struct token {
	enum token_kind kind;
	struct span text;	 /* as written */
	struct stix_value value; /* LITERAL */
	enum stix_op op;	 /* COMPARE */
	uint32_t column;
	const char *error;
};

/* The next token at *at, which moves behind it. */
void stix_lex(struct arena *a, struct span text, size_t *at, struct token *t);

#endif
