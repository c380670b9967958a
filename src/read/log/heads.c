#include "read/log/heads.h"

/* From a header line on: where the run of them ends.  names: it names
 * columns. */
static size_t
head_end(struct span s, size_t at, bool *names)
{
	*names = false;
	while (at < s.n && s.p[at] == '#') {
		struct span line = span_from(s, at);
		size_t nl = span_find_byte(line, '\n');

		*names |= span_starts_nocase(line, SPAN("#fields"));
		at = nl == SPAN_NONE ? s.n : at + nl + 1;
	}
	return at;
}

size_t
heads_next(struct span s, size_t from, size_t *end)
{
	bool names;

	while (from < s.n) {
		size_t at = span_find_byte(span_from(s, from), '#');

		if (at == SPAN_NONE)
			break;
		at += from;
		from = at + 1;
		if (at > 0 && s.p[at - 1] != '\n')
			continue;
		from = *end = head_end(s, at, &names);
		if (names)
			return at;
	}
	*end = s.n;
	return s.n;
}

/* Zeek's #open and #close, W3C's #Date and its kin. */
static bool
tells_when(struct span line)
{
	static const char *const words[] = {
	    "#open", "#close", "#date", "#start-date", "#end-date"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts_nocase(line, span_str(words[i])))
			return true;
	return false;
}

uint64_t
heads_hash(struct span text)
{
	uint64_t hash = 0;
	struct span line;

	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_from(text, 3);
	while (text.n > 0 && text.p[0] == '#' && span_line(&text, &line))
		if (!tells_when(line))
			hash = (hash ^ span_hash(line)) *
			       UINT64_C(0x9e3779b97f4a7c15);
	return hash;
}
