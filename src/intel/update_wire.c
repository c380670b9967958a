#include "intel/update_wire.h"

#include "base/cursor.h"
#include "base/limits.h"

/* The largest word. */
#define MESSAGE (16 + UPDATE_CELLS * (8 + LIMIT_UPDATE_CELL))

void
update_wire_put(struct buf *out, const struct update_said *s)
{
	struct buf one;

	buf_init(&one, MESSAGE);
	buf_u8(&one, (uint8_t)s->word);
	buf_u64(&one, s->line);
	for (size_t i = 0; i < UPDATE_CELLS; i++)
		buf_bytes(&one, span_head(s->cells[i], LIMIT_UPDATE_CELL));
	buf_bytes(out, buf_span(&one));
	buf_release(&one);
}

static bool
word_take(struct span bytes, struct update_said *out)
{
	struct cursor c = cursor_of(bytes);

	*out = (struct update_said){0};
	out->word = (enum update_word)cursor_u8(&c);
	out->line = cursor_le64(&c);
	for (size_t i = 0; i < UPDATE_CELLS; i++) {
		out->cells[i] = cursor_bytes(&c);
		if (out->cells[i].n > LIMIT_UPDATE_CELL)
			return false;
	}
	return !c.failed && cursor_left(&c) == 0 &&
	       (unsigned)out->word < UPDATE_WORDS;
}

size_t
update_wire_take(struct span bytes, update_say_fn *say, void *ctx)
{
	size_t taken = 0;

	while (bytes.n - taken >= 4) {
		struct cursor c = cursor_of(span_from(bytes, taken));
		uint32_t n = cursor_le32(&c);
		struct update_said s;

		if (n > MESSAGE)
			return SIZE_MAX;
		if (cursor_left(&c) < n)
			break;
		if (!word_take(span_sub(bytes, taken + 4, taken + 4 + n), &s))
			return SIZE_MAX;
		say(ctx, &s);
		taken += 4 + (size_t)n;
	}
	return taken;
}
