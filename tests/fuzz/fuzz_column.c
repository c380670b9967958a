/*
 * Columns and ends of keys against a plain reading.  The first byte of the
 * input is the separator, the second the column; every kernel must list what a
 * loop over bytes finds.
 */
#include "fuzz/fuzz.h"
#include "match/column.h"

/* Where the column begins, of the line that begins at *at, which moves to the
 * next line; SIZE_MAX: the line has too few. */
static size_t
plain_column(struct span s, size_t *at, char separator, unsigned column)
{
	size_t found = SIZE_MAX;
	unsigned seen = 0;

	while (*at < s.n && s.p[*at] != '\n')
		if (s.p[(*at)++] == separator && ++seen == column)
			found = *at;
	*at += *at < s.n;
	return found;
}

static void
columns_check(
    column_kernel *kernel, struct span s, char separator, unsigned column)
{
	size_t at = 0;
	struct column_list list;

	for (size_t from = 0; from < s.n; from += list.done) {
		kernel(span_from(s, from), separator, column, &list);
		FUZZ_CHECK(list.done > 0 && list.n <= COLUMN_PLACES);
		for (size_t i = 0; i < list.n; i++) {
			size_t want = SIZE_MAX;

			while (want == SIZE_MAX && at < s.n)
				want = plain_column(s, &at, separator, column);
			FUZZ_CHECK(want == from + list.at[i]);
		}
	}
	while (at < s.n)
		FUZZ_CHECK(plain_column(s, &at, separator, column) == SIZE_MAX);
}

static bool
key_ends(struct span s, size_t at)
{
	char c = at > 0 ? s.p[at - 1] : '\0';

	return s.p[at] == '"' && (c == 't' || c == 'T' || c == 'p' || c == 'P');
}

static void
keyends_check(keyend_kernel *kernel, struct span s)
{
	size_t at = 0;
	struct column_list list;

	for (size_t from = 0; from < s.n; from += list.done) {
		kernel(span_from(s, from), &list);
		FUZZ_CHECK(list.done > 0 && list.n <= COLUMN_PLACES);
		for (size_t i = 0; i < list.n; i++, at++) {
			while (at < s.n && !key_ends(s, at))
				at++;
			FUZZ_CHECK(at == from + list.at[i]);
		}
	}
	for (; at < s.n; at++)
		FUZZ_CHECK(!key_ends(s, at));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	column_kernel *columns[COLUMN_KERNELS];
	keyend_kernel *keyends[COLUMN_KERNELS];
	size_t n = column_kernels(columns);
	struct span text;

	if (size < 3 || data[0] == '\n')
		return 0;
	text = span_of((const char *)data + 2, size - 2);
	for (size_t i = 0; i < n; i++)
		columns_check(
		    columns[i], text, (char)data[0], 1 + data[1] % 32);
	n = keyend_kernels(keyends);
	for (size_t i = 0; i < n; i++)
		keyends_check(keyends[i], text);
	return 0;
}
