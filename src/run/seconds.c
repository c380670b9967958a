#include "run/seconds.h"

#include "base/words.h"

#define MINUTE (60 * TIME_SECOND)
#define MICRO_DIGITS 6

static bool
two_digits(const char *p)
{
	return ascii_digit((unsigned char)p[0]) &&
	       ascii_digit((unsigned char)p[1]);
}

/* Where the seconds of the first clock stand, or 0. */
static size_t
clock_find(struct span s)
{
	for (size_t i = 0; i + 8 <= s.n; i++)
		if (two_digits(s.p + i) && s.p[i + 2] == ':' &&
		    two_digits(s.p + i + 3) && s.p[i + 5] == ':' &&
		    two_digits(s.p + i + 6))
			return i + 6;
	return 0;
}

/* Bytes of a fraction at the beginning. */
static size_t
fraction_length(struct span s)
{
	size_t n = 1;

	if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ','))
		return 0;
	while (n < s.n && ascii_digit((unsigned char)s.p[n]))
		n++;
	return n > 1 ? n : 0;
}

/* Microseconds since the minute, or -1: no seconds stand there. */
static int64_t
since_minute(const struct seconds *s, const char *line)
{
	const char *p = line + s->at;
	int64_t value = 0, unit = TIME_SECOND;

	if (!two_digits(p) || p[0] > '5')
		return -1;
	value = ((p[0] - '0') * 10 + (p[1] - '0')) * TIME_SECOND;
	for (size_t i = 1; i < s->fraction && i <= MICRO_DIGITS; i++) {
		if (!ascii_digit((unsigned char)p[2 + i]))
			return -1;
		unit /= 10;
		value += (p[2 + i] - '0') * unit;
	}
	return value;
}

void
seconds_learn(struct seconds *s, struct span line, size_t n, int64_t time)
{
	struct span text = span_head(line, n);
	int64_t since;

	s->at = 0;
	if (n > SECONDS_STAMP || text.n < n || time < 0)
		return;
	s->n = n;
	memcpy(s->text, text.p, n);
	s->at = clock_find(text);
	if (s->at == 0)
		return;
	s->fraction = fraction_length(span_from(text, s->at + 2));
	since = since_minute(s, text.p);
	if (since < 0 || since != time % MINUTE)
		s->at = 0;
	s->minute = time - since;
}

int64_t
seconds_time(const struct seconds *s, struct span line)
{
	size_t behind = s->at + 2 + s->fraction;
	int64_t since;

	if (s->at == 0 || line.n < s->n ||
	    words_differ(line.p, s->text, s->at) != 0 ||
	    words_differ(line.p + behind, s->text + behind, s->n - behind) != 0)
		return TIME_NONE;
	if (s->fraction > 0 && line.p[s->at + 2] != s->text[s->at + 2])
		return TIME_NONE;
	since = since_minute(s, line.p);
	return since < 0 ? TIME_NONE : s->minute + since;
}
