/*
 * What a worker in the hands of the evidence may send.  What decodes is what
 * encodes to the same bytes.
 */
#include "base/limits.h"
#include "detect/event_table.h"
#include "detect/sighting.h"
#include "fuzz/fuzz.h"
#include "record/codec.h"

static void
try_record(struct arena *a, struct span bytes, struct buf *b)
{
	struct cursor c = cursor_of(bytes), again;
	struct record r, q;
	struct fact fact;

	if (!record_decode(&c, a, &r))
		return;
	FUZZ_CHECK(r.kind < K_COUNT && r.nvalues <= LIMIT_RECORD_FIELDS);
	for (unsigned i = 0; i < r.nvalues; i++) {
		FUZZ_CHECK(r.values[i].field < F_COUNT);
		fuzz_touch(r.values[i].text);
	}
	fact_of(&r, a, &fact);
	record_of(&fact, &q);
	FUZZ_CHECK(q.nvalues == r.nvalues);
	record_encode(b, &r);
	again = cursor_of(buf_span(b));
	FUZZ_CHECK(record_decode(&again, a, &q));
	FUZZ_CHECK(!again.failed && cursor_left(&again) == 0);
	FUZZ_CHECK(q.kind == r.kind && q.nvalues == r.nvalues);
	for (unsigned i = 0; i < r.nvalues; i++)
		FUZZ_CHECK(span_eq(q.values[i].text, r.values[i].text));
}

static void
try_sighting(struct arena *a, struct span bytes, struct buf *b)
{
	struct cursor c = cursor_of(bytes);
	struct sighting s;

	if (!sighting_decode(&c, a, &s))
		return;
	FUZZ_CHECK(s.severity <= SEV_CRITICAL && s.confidence <= CONF_HIGH);
	for (size_t i = 0; i < s.nplaces; i++)
		fuzz_touch(s.places[i].text);
	sighting_encode(b, &s);
	FUZZ_CHECK(span_starts(bytes, buf_span(b)));
	FUZZ_CHECK(b->n == bytes.n - cursor_left(&c));
}

static void
try_event(struct arena *a, struct span bytes, struct buf *b)
{
	struct cursor c = cursor_of(bytes);
	struct table_event e;

	if (!event_decode(&c, a, &e))
		return;
	FUZZ_CHECK(e.nvalues <= LIMIT_RECORD_FIELDS);
	for (size_t i = 0; i < e.nvalues; i++)
		fuzz_touch(e.values[i]);
	fuzz_touch(e.at.text);
	event_encode(b, &e);
	FUZZ_CHECK(span_starts(bytes, buf_span(b)));
	FUZZ_CHECK(b->n == bytes.n - cursor_left(&c));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size);
	struct arena arena;
	struct buf b;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	arena_init(&arena);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	if (size > 0 && data[0] % 2 == 0)
		try_record(&arena, span_from(bytes, 1), &b);
	else
		try_sighting(&arena, span_from(bytes, 1), &b);
	buf_reset(&b);
	try_event(&arena, span_from(bytes, 1), &b);
	buf_release(&b);
	arena_release(&arena);
	return 0;
}
