/*
 * YARA rules through libyara.  Those that are built in are compiled in the
 * parent and run in the workers.  What users bring is never compiled there: a
 * process in a sandbox says what is in it and what is wrong with it
 * (yara_describe), and each worker compiles what that one accepted, in its own
 * sandbox, when it first needs it.  There are no includes.
 *
 * What a rule says about itself is in its meta section: id, title, why,
 * severity, confidence, advisory, technique, confirmed, source, verify.
 */
#ifndef TIDEMARK_INTEL_YARA_SET_H
#define TIDEMARK_INTEL_YARA_SET_H

#include "base/arena.h"
#include "base/err.h"
#include "intel/check.h"

struct YR_RULES;
struct yara_set;

typedef void yara_problem_fn(
    void *ctx, struct span path, uint64_t line, const char *text);

int yara_set_begin(struct yara_set **out, struct err *e);

/* Add a user's text, which is looked at in the end. */
void yara_set_add(struct yara_set *s, struct span text, struct span path);

/* Add a text that is known to compile: one that is built in. */
void yara_set_keep(struct yara_set *s, struct span text);

/* Does a text compile on its own?  Its errors are told of. */
bool yara_text_compiles(struct span text, yara_problem_fn *problem, void *ctx);

/* What is told of texts, in their order. */
enum yara_word {
	YARA_SAYS_PROBLEM, /* line, a: what is wrong; the text is refused */
	YARA_SAYS_RULE,	   /* a: its identifier */
	YARA_SAYS_META,	   /* of that rule; a: name, b: value */
	YARA_SAYS_END,	   /* of the text */
};
struct yara_said {
	enum yara_word word;
	uint32_t text; /* index */
	uint64_t line;
	struct span a, b;
};
typedef void yara_say_fn(void *ctx, const struct yara_said *said);

/* Compiles the texts, each for itself, and tells what is in them.  Texts end in
 * a NUL byte that is not counted. */
void yara_describe(
    const struct span *texts, size_t n, yara_say_fn *say, void *ctx);
typedef void yara_describe_fn(
    const struct span *texts, size_t n, yara_say_fn *say, void *ctx);

/* Rules that a knowledge has; lists in its arena. */
struct yara_known {
	struct YR_RULES *rules; /* built in; NULL when there is none */
	struct span_list texts; /* users', accepted; NUL behind each */
	struct check *checks;
	struct span *names; /* as yara_match_fn tells them, beside checks */
	size_t n, cap, names_cap;
};

/* Compile what is built in, have what users brought described by fn (NULL:
 * here).  Frees s. */
int yara_set_end(struct yara_set *s, struct arena *a, yara_describe_fn *fn,
    struct yara_known *out, yara_problem_fn *problem, void *ctx, struct err *e);

/* Compile users' texts: where nothing else is at stake.  NULL: impossible. */
struct YR_RULES *yara_compile(const struct span_list *texts);

/* Gives back what yara_compile made. */
void yara_free(struct YR_RULES *rules);

/* Ends libyara, too. */
void yara_set_release(struct YR_RULES *rules);

/* Names of the rules that match the bytes: name space, colon, identifier.  -1
 * when the scan itself failed (time-out, too many matches). */
typedef void yara_match_fn(
    void *ctx, const char *space, const char *identifier);
int yara_set_scan(
    struct YR_RULES *rules, struct span bytes, yara_match_fn *fn, void *ctx);

#endif
