#include "intel/feed_wire.h"

#include "base/cursor.h"
#include "base/err.h"
#include "base/limits.h"
#include "intel/stix_codec.h"

/* Behind the words of feed.h. */
enum { WIRE_PATTERN = FEED_WORDS, WIRE_END };

/* ---- to the other side ---- */

void
feed_wire_init(struct feed_wire_out *w,
    void (*full)(void *ctx, struct buf *out), void *ctx)
{
	*w = (struct feed_wire_out){.full = full, .ctx = ctx};
	buf_init(&w->out, FEED_WIRE_PIECE + 2 * LIMIT_FEED_MESSAGE);
}

static size_t
message_begin(struct feed_wire_out *w, unsigned what)
{
	size_t at = w->out.n;

	buf_u32(&w->out, 0);
	buf_u8(&w->out, (uint8_t)what);
	return at;
}

static void
message_end(struct feed_wire_out *w, size_t at)
{
	size_t n = w->out.n - at - 4;

	ASSERT(!buf_full(&w->out) && n <= LIMIT_FEED_MESSAGE);
	for (unsigned i = 0; i < 4; i++)
		w->out.p[at + i] = (char)(n >> 8 * i & 0xff);
	if (w->out.n >= FEED_WIRE_PIECE)
		w->full(w->ctx, &w->out);
}

static void
put_short(struct buf *b, struct span s)
{
	buf_bytes(b, span_head(s, LIMIT_INDICATOR_BYTES));
}

static void
put_pattern(struct feed_wire_out *w, const struct stix_pattern *p)
{
	size_t at = message_begin(w, WIRE_PATTERN);

	stix_encode(&w->out, p);
	message_end(w, at);
	w->pattern = p;
}

static void
put_indicator(struct buf *b, const struct feed_said *said)
{
	const struct feed_item *x = said->item;
	const struct feed_value *v = said->value;

	buf_u8(b, (uint8_t)v->type);
	buf_u8(b, v->prefix.addr.family);
	buf_u8(b, v->prefix.bits);
	buf_put(b, span_of((const char *)v->prefix.addr.bytes,
		       sizeof(v->prefix.addr.bytes)));
	buf_u8(b, v->below || x->below);
	buf_u8(b, x->revoked);
	buf_u8(b, x->pattern != NULL);
	buf_u8(b, (uint8_t)(x->confidence < 0	  ? UINT8_MAX
			    : x->confidence > 100 ? 100
						  : x->confidence));
	buf_u32(b, x->part);
	buf_u64(b, x->line);
	buf_u64(b, (uint64_t)x->from);
	buf_u64(b, (uint64_t)x->until);
	buf_bytes(b, v->text);
	put_short(b, x->id);
	put_short(b, x->title);
	put_short(b, x->source);
	put_short(b, x->note);
	put_short(b, x->confirmed);
	put_short(b, x->tlp);
	put_short(b, x->phase);
}

void
feed_wire_say(void *ctx, const struct feed_said *said)
{
	struct feed_wire_out *w = ctx;
	size_t at;

	if (said->word == FEED_SAYS_INDICATOR && said->item->pattern != NULL &&
	    said->item->pattern != w->pattern)
		put_pattern(w, said->item->pattern);
	at = message_begin(w, said->word);
	if (said->word == FEED_SAYS_INDICATOR) {
		put_indicator(&w->out, said);
	} else {
		buf_u64(&w->out, said->line);
		buf_u64(&w->out, said->column);
		buf_u8(&w->out, said->above);
		if (said->word == FEED_SAYS_YARA)
			buf_bytes(&w->out, said->text);
		else
			put_short(&w->out, said->text);
	}
	message_end(w, at);
}

void
feed_wire_end(struct feed_wire_out *w, const struct feed_counts *counts)
{
	size_t at = message_begin(w, WIRE_END);

	buf_u64(&w->out, counts->refused);
	buf_u64(&w->out, counts->passed);
	buf_u64(&w->out, counts->entries);
	put_short(&w->out, counts->format == NULL
			       ? (struct span){0}
			       : span_str(counts->format->name));
	message_end(w, at);
	w->full(w->ctx, &w->out);
	buf_release(&w->out);
}

/* ---- on the other side ---- */

/* No control characters: a value ends up in reports and in searches. */
static bool
value_is_text(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && s.n <= LIMIT_INDICATOR_BYTES;
}

static bool
hash_is_sound(struct span s)
{
	return feed_is_hex(s) && (s.n == 32 || s.n == 40 || s.n == 64);
}

/* An address is what its bits say, whatever text came with it. */
static bool
address_sound(struct feed_wire_in *w, struct feed_value *v)
{
	const struct addr *a = &v->prefix.addr;
	unsigned most = a->family == 4 ? 32 : 128;
	char text[ADDR_TEXT];
	struct prefix same;

	if ((a->family != 4 && a->family != 6) || v->prefix.bits == 0 ||
	    v->prefix.bits > most)
		return false;
	addr_write(a, text);
	v->text = v->prefix.bits == most
		      ? arena_copy(&w->work, span_str(text))
		      : arena_fmt(&w->work, "%s/%u", text, v->prefix.bits);
	/* Bits behind the prefix are zero, the unused bytes too. */
	return prefix_read(v->text, &same) &&
	       memcmp(&same, &v->prefix, sizeof(same)) == 0;
}

static bool
value_sound(struct feed_wire_in *w, struct feed_value *v)
{
	switch (v->type) {
	case INDICATOR_ADDRESS:
		return address_sound(w, v);
	case INDICATOR_HASH:
		return hash_is_sound(v->text);
	default:
		return value_is_text(v->text);
	}
}

static bool
get_short(struct cursor *c, struct span *out)
{
	*out = cursor_bytes(c);
	return out->n <= LIMIT_INDICATOR_BYTES;
}

static bool
get_texts(struct cursor *c, struct feed_item *x)
{
	return get_short(c, &x->id) && get_short(c, &x->title) &&
	       get_short(c, &x->source) && get_short(c, &x->note) &&
	       get_short(c, &x->confirmed) && get_short(c, &x->tlp) &&
	       get_short(c, &x->phase);
}

static bool
take_indicator(struct feed_wire_in *w, struct cursor *c)
{
	struct feed_item x = feed_item_new();
	struct feed_value v = {0};
	struct feed_said said = {
	    .word = FEED_SAYS_INDICATOR, .item = &x, .value = &v};
	unsigned type = cursor_u8(c), confidence;
	struct span bytes;

	v.prefix.addr.family = cursor_u8(c);
	v.prefix.bits = cursor_u8(c);
	bytes = cursor_take(c, sizeof(v.prefix.addr.bytes));
	if (c->failed || type >= INDICATOR_TYPES)
		return false;
	memcpy(v.prefix.addr.bytes, bytes.p, bytes.n);
	v.type = x.type = (enum indicator_type)type;
	v.below = x.below = cursor_u8(c) != 0;
	x.revoked = cursor_u8(c) != 0;
	x.pattern = cursor_u8(c) != 0 ? w->pattern : NULL;
	confidence = cursor_u8(c);
	x.confidence = confidence > 100 ? -1 : (int)confidence;
	x.part = cursor_le32(c);
	x.line = cursor_le64(c);
	x.from = (int64_t)cursor_le64(c);
	x.until = (int64_t)cursor_le64(c);
	v.text = cursor_bytes(c);
	if (!get_texts(c, &x) || c->failed || cursor_left(c) > 0 ||
	    (x.pattern != NULL && x.part >= x.pattern->parts) ||
	    !value_sound(w, &v))
		return false;
	w->say(w->ctx, &said);
	return true;
}

static bool
take_word(struct feed_wire_in *w, unsigned word, struct cursor *c)
{
	struct feed_said said = {.word = (enum feed_word)word};

	said.line = cursor_le64(c);
	said.column = cursor_le64(c);
	said.above = cursor_u8(c) != 0;
	said.text = cursor_bytes(c);
	if (c->failed || cursor_left(c) > 0 ||
	    (word != FEED_SAYS_YARA && said.text.n > LIMIT_INDICATOR_BYTES))
		return false;
	w->say(w->ctx, &said);
	return true;
}

static bool
take_end(struct feed_wire_in *w, struct cursor *c)
{
	struct span name;

	w->counts.refused = cursor_le64(c);
	w->counts.passed = cursor_le64(c);
	w->counts.entries = cursor_le64(c);
	name = cursor_bytes(c);
	for (size_t i = 0; feed_formats[i] != NULL; i++)
		if (span_is(name, feed_formats[i]->name))
			w->counts.format = feed_formats[i];
	w->ended = true;
	return !c->failed && cursor_left(c) == 0;
}

static bool
message_take(struct feed_wire_in *w, struct span message)
{
	struct cursor c = cursor_of(message);
	unsigned what = cursor_u8(&c);

	if (w->ended || w->messages++ >= LIMIT_FEED_MESSAGES)
		return false;
	arena_reset(&w->work);
	if (what == FEED_SAYS_INDICATOR)
		return take_indicator(w, &c);
	if (what < FEED_WORDS)
		return take_word(w, what, &c);
	if (what == WIRE_END)
		return take_end(w, &c);
	if (what != WIRE_PATTERN)
		return false;
	w->pattern = stix_decode(w->arena, &c);
	return w->pattern != NULL;
}

size_t
feed_wire_take(struct feed_wire_in *w, struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	size_t taken = 0;

	while (cursor_left(&c) >= 4) {
		uint32_t n = cursor_le32(&c);

		if (n == 0 || n > LIMIT_FEED_MESSAGE)
			return SIZE_MAX;
		if (cursor_left(&c) < n)
			break;
		if (!message_take(w, cursor_take(&c, n)))
			return SIZE_MAX;
		taken += 4 + (size_t)n;
	}
	return taken;
}
