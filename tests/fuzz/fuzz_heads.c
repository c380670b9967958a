/*
 * Heads inside a log against a plain reading, line by line.
 */
#include "fuzz/fuzz.h"
#include "read/log/heads.h"

/* Is the line that begins at "at" the first of a run of lines with "#" of which
 * one names columns?  Where the run ends. */
static bool
plain_head(struct span s, size_t at, size_t *end)
{
	struct span rest = span_from(s, at), line;
	bool names = false;

	while (rest.n > 0 && rest.p[0] == '#' && span_line(&rest, &line))
		names |= span_starts_nocase(line, SPAN("#fields"));
	*end = s.n - rest.n;
	return names;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of((const char *)data, size), rest = s, line;
	size_t from = 0, at = 0, end, want_end;

	while (at < s.n) {
		size_t got = heads_next(s, from, &end);

		FUZZ_CHECK(got <= end && end <= s.n);
		while (at < s.n && !plain_head(s, at, &want_end)) {
			rest = span_from(s, want_end > at ? want_end : at);
			if (want_end == at && !span_line(&rest, &line))
				break;
			at = s.n - rest.n;
		}
		FUZZ_CHECK(got == at);
		if (at == s.n)
			break;
		FUZZ_CHECK(end == want_end);
		from = at = end;
	}
	return 0;
}
