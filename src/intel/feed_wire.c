#include "intel/feed_wire.h"

#include "base/cursor.h"
#include "base/err.h"
#include "base/limits.h"
#include "intel/stix_codec.h"

/*
 * Behind the words of feed.h.  An indicator is its type, its value and where
 * it stood; what its item says beside that comes before, as WIRE_ABOUT, and
 * holds until the next one: most feeds say the same of all their values.
 */
enum { WIRE_PATTERN = FEED_WORDS, WIRE_ABOUT, WIRE_END };

enum { WIRE_BELOW = 1, WIRE_REVOKED = 2 };

/* ---- to the other side ---- */

void
feed_wire_init(struct feed_wire_out *w,
    void (*full)(void *ctx, struct buf *out), void *ctx)
{
	*w = (struct feed_wire_out){
	    .full = full, .ctx = ctx, .about = feed_item_new()};
	arena_init(&w->texts);
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

/* Of each item's texts. */
#define TEXTS 7

static void
texts_of(struct feed_item *x, struct span *v[TEXTS])
{
	v[0] = &x->id;
	v[1] = &x->title;
	v[2] = &x->source;
	v[3] = &x->note;
	v[4] = &x->confirmed;
	v[5] = &x->tlp;
	v[6] = &x->phase;
}

static bool
about_same(const struct feed_item *a, const struct feed_item *b)
{
	return a->from == b->from && a->until == b->until &&
	       a->confidence == b->confidence && a->pattern == b->pattern &&
	       a->part == b->part && span_eq(a->id, b->id) &&
	       span_eq(a->title, b->title) && span_eq(a->source, b->source) &&
	       span_eq(a->note, b->note) &&
	       span_eq(a->confirmed, b->confirmed) && span_eq(a->tlp, b->tlp) &&
	       span_eq(a->phase, b->phase);
}

static void
put_about(struct feed_wire_out *w, const struct feed_item *x)
{
	struct span *texts[TEXTS];
	size_t at;

	if (x->pattern != NULL && x->pattern != w->pattern)
		put_pattern(w, x->pattern);
	at = message_begin(w, WIRE_ABOUT);
	w->about = *x;
	buf_u8(&w->out, x->pattern != NULL);
	buf_u8(&w->out, (uint8_t)(x->confidence < 0	? UINT8_MAX
				  : x->confidence > 100 ? 100
							: x->confidence));
	buf_u32(&w->out, x->part);
	buf_u64(&w->out, (uint64_t)x->from);
	buf_u64(&w->out, (uint64_t)x->until);
	texts_of(&w->about, texts);
	arena_reset(&w->texts);
	for (unsigned i = 0; i < TEXTS; i++) {
		put_short(&w->out, *texts[i]);
		*texts[i] = arena_copy(&w->texts, *texts[i]);
	}
	message_end(w, at);
}

static void
put_indicator(struct feed_wire_out *w, const struct feed_said *said)
{
	const struct feed_item *x = said->item;
	const struct feed_value *v = said->value;
	bool address = v->type == INDICATOR_ADDRESS;
	struct span value =
	    address ? span_of((const char *)&v->prefix.bits, 1) : v->text;
	uint8_t head[10] = {(uint8_t)v->type,
	    (uint8_t)((v->below || x->below ? WIRE_BELOW : 0) |
		      (x->revoked ? WIRE_REVOKED : 0))};
	size_t at;

	for (unsigned i = 0; i < 8; i++)
		head[2 + i] = (uint8_t)(x->line >> 8 * i);
	if (!about_same(x, &w->about))
		put_about(w, x);
	at = message_begin(w, FEED_SAYS_INDICATOR);
	buf_put(&w->out, span_of((const char *)head, sizeof(head)));
	buf_put(&w->out, value);
	if (address)
		buf_put(&w->out, span_of((const char *)v->prefix.addr.bytes,
				     v->prefix.addr.family == 4 ? 4 : 16));
	message_end(w, at);
}

void
feed_wire_say(void *ctx, const struct feed_said *said)
{
	struct feed_wire_out *w = ctx;
	size_t at;

	if (said->word == FEED_SAYS_INDICATOR) {
		put_indicator(w, said);
		return;
	}
	at = message_begin(w, said->word);
	buf_u64(&w->out, said->line);
	buf_u64(&w->out, said->column);
	buf_u8(&w->out, said->above);
	if (said->word == FEED_SAYS_YARA)
		buf_bytes(&w->out, said->text);
	else
		put_short(&w->out, said->text);
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
	arena_release(&w->texts);
}

/* ---- on the other side ---- */

void
feed_wire_expect(
    struct feed_wire_in *w, struct arena *patterns, feed_say_fn *say, void *ctx)
{
	*w = (struct feed_wire_in){.arena = patterns,
	    .say = say,
	    .ctx = ctx,
	    .about = feed_item_new()};
	arena_init(&w->texts);
}

void
feed_wire_release(struct feed_wire_in *w)
{
	arena_release(&w->texts);
}

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

/* The rest of the message: bits and address. */
static bool
get_prefix(struct cursor *c, struct prefix *p)
{
	struct span bytes;

	p->bits = cursor_u8(c);
	bytes = cursor_take(c, cursor_left(c));
	if (bytes.n != 4 && bytes.n != 16)
		return false;
	p->addr.family = bytes.n == 4 ? 4 : 6;
	memcpy(p->addr.bytes, bytes.p, bytes.n);
	return true;
}

/* An address is what its bits say; its text is made of them. */
static bool
take_address(struct cursor *c, struct feed_value *v, char text[PREFIX_TEXT])
{
	const struct addr *a = &v->prefix.addr;
	struct prefix same;

	if (!get_prefix(c, &v->prefix) || v->prefix.bits == 0 ||
	    v->prefix.bits > (a->family == 4 ? 32 : 128))
		return false;
	v->text = span_of(text, prefix_write(&v->prefix, text));
	/* Bits behind the prefix are zero. */
	same = prefix_of(*a, v->prefix.bits);
	if (memcmp(&same, &v->prefix, sizeof(same)) != 0)
		return false;
	/* One of IPv6 may be one of IPv4 in disguise. */
	return a->family == 4 ||
	       (prefix_read(v->text, &same) &&
		   memcmp(&same, &v->prefix, sizeof(same)) == 0);
}

static bool
take_indicator(struct feed_wire_in *w, struct cursor *c)
{
	struct feed_value v = {0};
	struct feed_said said = {
	    .word = FEED_SAYS_INDICATOR, .item = &w->about, .value = &v};
	unsigned type = cursor_u8(c), flags = cursor_u8(c);
	char text[PREFIX_TEXT];

	w->about.line = cursor_le64(c);
	if (c->failed || type >= INDICATOR_TYPES)
		return false;
	v.type = w->about.type = (enum indicator_type)type;
	v.below = w->about.below = (flags & WIRE_BELOW) != 0;
	w->about.revoked = (flags & WIRE_REVOKED) != 0;
	if (type == INDICATOR_ADDRESS) {
		if (!take_address(c, &v, text))
			return false;
	} else {
		v.text = cursor_take(c, cursor_left(c));
		if (type == INDICATOR_HASH ? !hash_is_sound(v.text)
					   : !value_is_text(v.text))
			return false;
	}
	w->say(w->ctx, &said);
	return true;
}

static bool
take_about(struct feed_wire_in *w, struct cursor *c)
{
	struct feed_item *x = &w->about;
	struct span *texts[TEXTS];
	unsigned confidence;

	*x = feed_item_new();
	arena_reset(&w->texts);
	x->pattern = cursor_u8(c) != 0 ? w->pattern : NULL;
	confidence = cursor_u8(c);
	x->confidence = confidence > 100 ? -1 : (int)confidence;
	x->part = cursor_le32(c);
	x->from = (int64_t)cursor_le64(c);
	x->until = (int64_t)cursor_le64(c);
	texts_of(x, texts);
	for (unsigned i = 0; i < TEXTS; i++) {
		struct span s = cursor_bytes(c);

		if (s.n > LIMIT_INDICATOR_BYTES)
			return false;
		*texts[i] = arena_copy(&w->texts, s);
	}
	return !c->failed && cursor_left(c) == 0 &&
	       (x->pattern == NULL || x->part < x->pattern->parts);
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
	if (what == FEED_SAYS_INDICATOR)
		return take_indicator(w, &c);
	if (what == WIRE_ABOUT)
		return take_about(w, &c);
	if (what < FEED_WORDS)
		return take_word(w, what, &c);
	if (what == WIRE_END)
		return take_end(w, &c);
	if (what != WIRE_PATTERN)
		return false;
	w->pattern = stix_decode(w->arena, &c);
	return w->pattern != NULL;
}

/* Messages of whose values the keeper is told at a time. */
#define AHEAD 32

static void
tell_soon(const struct feed_wire_in *w, struct cursor c)
{
	for (unsigned i = 0; i < AHEAD && cursor_left(&c) >= 4; i++) {
		struct cursor m = cursor_sub(&c, cursor_le32(&c));
		struct feed_value v = {0};

		if (cursor_u8(&m) != FEED_SAYS_INDICATOR)
			continue;
		v.type = (enum indicator_type)cursor_u8(&m);
		cursor_skip(&m, 1 + 8);
		if (v.type == INDICATOR_ADDRESS)
			get_prefix(&m, &v.prefix);
		else
			v.text = cursor_take(&m, cursor_left(&m));
		if (!m.failed)
			w->soon(w->ctx, &v);
	}
}

size_t
feed_wire_take(struct feed_wire_in *w, struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	size_t taken = 0;

	for (unsigned i = 0; cursor_left(&c) >= 4; i++) {
		uint32_t n;

		if (w->soon != NULL && i % AHEAD == 0)
			tell_soon(w, c);
		n = cursor_le32(&c);
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
