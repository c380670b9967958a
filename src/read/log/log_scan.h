/*
 * Small steps over the text of a log line, for its readers.
 */
#ifndef TIDEMARK_READ_LOG_LOG_SCAN_H
#define TIDEMARK_READ_LOG_LOG_SCAN_H

#include "base/span.h"

/* The byte at i, or NUL beyond the end. */
static inline unsigned char
byte_at(struct span s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : '\0';
}

static inline struct span
skip_blanks(struct span s)
{
	size_t i = 0;

	while (i < s.n && ascii_blank((unsigned char)s.p[i]))
		i++;
	return span_from(s, i);
}

/* The number of leading digits. */
static inline size_t
digit_run(struct span s)
{
	size_t i = 0;

	while (i < s.n && ascii_digit((unsigned char)s.p[i]))
		i++;
	return i;
}

/* A number of "min" to "max" digits at *s; moves on. */
static inline bool
take_number(struct span *s, size_t min, size_t max, int *out)
{
	size_t n = digit_run(*s);
	int v = 0;

	if (n < min || n > max)
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s->p[i] - '0');
	*out = v;
	*s = span_from(*s, n);
	return true;
}

#endif
