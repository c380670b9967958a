/*
 * A span is a borrowed run of bytes, passed by value, never assumed to end in
 * NUL.  A scan is a cursor over text.  Nothing in the program indexes input
 * by hand: it goes through these or, for binary, through struct cursor.
 */
#ifndef TIDEMARK_BASE_SPAN_H
#define TIDEMARK_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p; /* NULL only when n is 0 */
	size_t n;
};

/* A string literal as a span. */
#define SPAN(lit) ((struct span){("" lit), sizeof(lit) - 1})
#define SPAN_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct span
span_of(const char *p, size_t n)
{
	return (struct span){p, n};
}

static inline struct span
span_str(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

/* Bytes from "from" (inclusive, clamped) to the end. */
static inline struct span
span_from(struct span s, size_t from)
{
	if (from > s.n)
		from = s.n;
	return (struct span){s.p ? s.p + from : NULL, s.n - from};
}

/* The first n bytes (clamped). */
static inline struct span
span_head(struct span s, size_t n)
{
	return (struct span){s.p, n < s.n ? n : s.n};
}

/* Bytes [from, to), both clamped. */
static inline struct span
span_sub(struct span s, size_t from, size_t to)
{
	return span_from(span_head(s, to), from);
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
span_is(struct span a, const char *lit)
{
	/* The first byte tells most apart, before any length is counted. */
	if (a.n == 0 || a.p[0] != lit[0])
		return a.n == 0 && lit[0] == '\0';
	return span_eq(a, span_str(lit));
}

static inline bool
span_starts(struct span a, struct span b)
{
	return a.n >= b.n && (b.n == 0 || memcmp(a.p, b.p, b.n) == 0);
}

static inline bool
span_ends(struct span a, struct span b)
{
	return a.n >= b.n &&
	       (b.n == 0 || memcmp(a.p + a.n - b.n, b.p, b.n) == 0);
}

/* ASCII only, whatever the locale. */
static inline unsigned char
ascii_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}
static inline bool
ascii_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}
static inline bool
ascii_alpha(unsigned char c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}
static inline bool
ascii_alnum(unsigned char c)
{
	return ascii_digit(c) || ascii_alpha(c);
}
static inline bool
ascii_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}
static inline bool
ascii_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Comparisons that fold ASCII case. */
bool span_eq_nocase(struct span a, struct span b);
bool span_starts_nocase(struct span a, struct span b);
bool span_ends_nocase(struct span a, struct span b);
bool span_is_nocase(struct span a, const char *lit);

/* Byte order, shorter first on a tie: <0, 0, >0. */
int span_cmp(struct span a, struct span b);

/* Position of the first occurrence, or SIZE_MAX. */
#define SPAN_NONE SIZE_MAX
size_t span_find(struct span hay, struct span needle);
size_t span_find_nocase(struct span hay, struct span needle);
size_t span_find_byte(struct span hay, char c);
size_t span_rfind_byte(struct span hay, char c);
static inline bool
span_has(struct span hay, const char *lit)
{
	return span_find(hay, span_str(lit)) != SPAN_NONE;
}

/* Without white space (space, tab, CR, LF, VT, FF) at both ends / the end. */
struct span span_trim(struct span s);
struct span span_rtrim(struct span s);

/* Take a leading word: skips blanks, returns the run of non-blanks (empty at
 * the end) and moves *rest behind it. */
struct span span_word(struct span *rest);
/* Take up to, not including, byte c; *rest goes behind c.  Without c: all. */
struct span span_until(struct span *rest, char c);
/* Take a line without its line end (LF or CRLF).  Returns false at the end. */
bool span_line(struct span *rest, struct span *line);

/* NUL bytes at its front. */
size_t span_zeros(struct span s);

/* Whole span as a decimal number; false when empty, foreign or too large. */
bool span_u64(struct span s, uint64_t *out);
bool span_i64(struct span s, int64_t *out);

/* 64-bit hash of the bytes; the same on every machine and run. */
uint64_t span_hash(struct span s);
uint64_t span_hash_nocase(struct span s);

#endif
