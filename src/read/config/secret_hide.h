/*
 * Hiding secrets in a line, inside: the line as words, and the parts that are
 * to be hidden.  Each pass looks at the whole line and adds its cuts in any
 * order; they are put in order and joined at the end.  Every pass takes time
 * in proportion to the line.
 */
#ifndef TIDEMARK_READ_CONFIG_SECRET_HIDE_H
#define TIDEMARK_READ_CONFIG_SECRET_HIDE_H

#include "base/arena.h"
#include "base/limits.h"

#define HIDE_SHOWN SPAN("<redacted>")

/* Sets of words of which the first place in the line is kept. */
enum hide_set {
	HIDE_ACCOUNT, /* commands that make an account */
	HIDE_VERB,    /* commands that take a password */
	HIDE_TAKER,   /* what takes a key */
	HIDE_CLOCK,   /* what takes the number of a key */
	HIDE_GROUP,   /* what takes an authentication in clear text */
	HIDE_SNMP,    /* what speaks of a community */
	HIDE_SETS
};

struct hide {
	struct span line;
	struct span w[LIMIT_REDACT_WORDS];
	unsigned n;
	struct span cut[LIMIT_REDACT_WORDS];
	unsigned ncuts;
	const char *rest_end;	   /* of what hide_cut_rest() has hidden */
	const char *pair_end;	   /* of the value that hide_pairs() hid last */
	unsigned first[HIDE_SETS]; /* index + 1; 0: not sought yet */
};

/* ---- words ---- */

/* Take a word: ends at a blank and, as a command does, at a quote; the quotes
 * before it are skipped.  Empty at the end. */
struct span hide_word(struct span *rest);

/* Word i, empty behind the last. */
struct span hide_at(const struct hide *h, unsigned i);

/* Is it this word, in any case? */
bool hide_is(const struct hide *h, unsigned i, const char *word);

/* The same, with what a log may put before it ("command:username"). */
bool hide_ends_tail(const struct hide *h, unsigned i, struct span word);
static inline bool
hide_is_tail(const struct hide *h, unsigned i, const char *word)
{
	return hide_ends_tail(h, i, span_str(word));
}

/* A command word as somebody typed it: at least "least" letters of it. */
bool hide_is_short(struct span w, const char *word, size_t least);

/* list ends in NULL. */
bool hide_one_of(struct span w, const char *const *list);

/* Does a word of the set stand before word i, alone or as a tail? */
bool hide_is_before(struct hide *h, unsigned i, enum hide_set set);

/* A digit that says how a secret is kept. */
bool hide_is_type(struct span w);

/* Words that follow "password" and "secret" in prose and in commands that
 * hold none. */
bool hide_is_prose(struct span w);

/* A community of BGP, which is none of SNMP: "64500:1", "target:64500:1",
 * "no-export", in quotes or not. */
bool hide_is_route_community(struct span w);

/* Is this the name of something secret: "password", "ns:Password",
 * "api_key"? quoted: as a name of JSON or XML, where "key" is one as well. */
bool hide_is_name(struct span name, bool quoted);

/* The line from where s starts. */
struct span hide_line_from(const struct hide *h, struct span s);

/* ---- cuts ---- */

/* Hide s, a part of the line.  When there is no room for another cut, all from
 * s on is hidden. */
void hide_cut(struct hide *h, struct span s);

/* Hide from word i to the end of the command. */
void hide_cut_rest(struct hide *h, unsigned i);

/* "[type] SECRET" from word i on.  clear: clear text goes to the end. */
void hide_cut_typed(struct hide *h, unsigned i, bool clear);

/* Word i from byte "from" of it; up to the closing quote if it opens with one,
 * as an argument of a shell command. */
void hide_cut_argument(struct hide *h, unsigned i, size_t from);

/* The line without its cuts, in the arena. */
struct span hide_result(struct arena *a, struct hide *h);

/* ---- passes ---- */

/* Commands of devices and lines of their configurations (secret_lines.c). */
void hide_commands(struct hide *h);

/* Nokia SR OS and Huawei VRP (secret_carriers.c). */
void hide_carriers(struct hide *h);

/* name=value, "name": "value", <name>value</name> and headers of HTTP
 * (secret_pairs.c). */
void hide_pairs(struct hide *h);

/* Statements and options of BIG-IP, NetScaler and SonicOS
 * (secret_gateways.c). */
void hide_gateways(struct hide *h);

/* What messages of logs quote (secret_logs.c). */
void hide_logs(struct hide *h);

/* Options of programs of a shell (secret_tools.c). */
void hide_tools(struct hide *h);

#endif
