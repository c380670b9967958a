/* Words of a STIX pattern; only for pattern.c. */
#ifndef TIDEMARK_INTEL_PATTERN_LEX_H
#define TIDEMARK_INTEL_PATTERN_LEX_H

#include "intel/pattern.h"

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
	struct span text; /* as written */
	struct pattern_value value; /* LITERAL */
	enum pattern_op op; /* COMPARE */
	uint32_t column;
	const char *error;
};

/* The next token at *at, which moves behind it. */
void pattern_lex(
    struct arena *a, struct span text, size_t *at, struct token *t);

#endif
