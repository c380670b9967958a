/*
 * JSON without needless escapes means what it meant, stands in the same lines,
 * and holds none any more; a value stands in it as json_written says.
 */
#include <jansson.h>

#include "fuzz/fuzz.h"
#include "read/log/json_plain.h"

static json_t *
parse(struct span line)
{
	return json_loadb(
	    line.p, line.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

static void
line_check(struct span was, struct span is)
{
	json_t *a = parse(was), *b = parse(is);

	FUZZ_CHECK(is.n <= was.n);
	/* What is no JSON may become some. */
	if (a != NULL) {
		FUZZ_CHECK(json_equal(a, b));
		FUZZ_CHECK(!json_escaped(is) || span_has(is, "\\u00"));
	}
	json_decref(a);
	json_decref(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size), plain, was, is;
	struct arena a;
	struct buf out;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	arena_init(&a);
	buf_init(&out, FUZZ_INPUT_BYTES);
	json_plain(text, &out);
	plain = buf_span(&out);
	FUZZ_CHECK(plain.n <= size);
	if (!json_escaped(text))
		FUZZ_CHECK(span_eq(text, plain));
	while (span_line(&text, &was)) {
		FUZZ_CHECK(span_line(&plain, &is));
		line_check(was, is);
	}
	FUZZ_CHECK(plain.n == 0);
	fuzz_touch(json_written(&a, span_of((const char *)data, size)));
	buf_release(&out);
	arena_release(&a);
	return 0;
}
