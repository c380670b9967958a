#include "source/recode.h"

#include "base/err.h"
#include "base/limits.h"

#define UTF16_LOOK 64

static bool
is_unmarked(struct span s, unsigned nul_at)
{
	if (s.n < UTF16_LOOK)
		return false;
	for (unsigned i = 0; i < UTF16_LOOK; i++)
		if ((s.p[i] == '\0') != (i % 2 == nul_at))
			return false;
	return true;
}

enum recode_form
recode_form(struct span head)
{
	if (span_starts(head, SPAN("\xff\xfe")) || is_unmarked(head, 1))
		return RECODE_UTF16_LE;
	if (span_starts(head, SPAN("\xfe\xff")) || is_unmarked(head, 0))
		return RECODE_UTF16_BE;
	if (span_find_byte(head, '\r') != SPAN_NONE &&
	    span_find_byte(head, '\n') == SPAN_NONE)
		return RECODE_CR;
	return RECODE_NONE;
}

void
recode_init(struct recode *r, enum recode_form form)
{
	*r = (struct recode){.form = form};
}

/* RFC 3629 section 3. */
static void
put_char(struct buf *out, uint32_t u)
{
	char text[4];
	size_t n = 0;

	if (u < 0x80) {
		text[n++] = (char)u;
	} else if (u < 0x800) {
		text[n++] = (char)(0xc0 | u >> 6);
	} else if (u < 0x10000) {
		text[n++] = (char)(0xe0 | u >> 12);
		text[n++] = (char)(0x80 | (u >> 6 & 0x3f));
	} else {
		text[n++] = (char)(0xf0 | u >> 18);
		text[n++] = (char)(0x80 | (u >> 12 & 0x3f));
		text[n++] = (char)(0x80 | (u >> 6 & 0x3f));
	}
	if (u >= 0x80)
		text[n++] = (char)(0x80 | (u & 0x3f));
	buf_put(out, span_of(text, n));
}

/* RFC 2781 section 2.2. */
static void
put_unit(struct recode *r, uint16_t u, struct buf *out)
{
	bool low = u >= 0xdc00 && u < 0xe000;
	bool first = !r->begun;

	r->begun = true;
	if (first && u == 0xfeff)
		return;
	if (r->high != 0 && low) {
		put_char(out, 0x10000 + ((uint32_t)(r->high - 0xd800) << 10) +
				  (uint32_t)(u - 0xdc00));
		r->high = 0;
		return;
	}
	if (r->high != 0)
		buf_byte(out, '?');
	r->high = u >= 0xd800 && u < 0xdc00 ? u : 0;
	if (low)
		buf_byte(out, '?');
	else if (r->high == 0)
		put_char(out, u);
}

static void
put_utf16(struct recode *r, struct span bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i], half = r->half;

		r->odd = !r->odd;
		r->half = c;
		if (r->odd)
			continue;
		put_unit(r,
		    (uint16_t)(r->form == RECODE_UTF16_LE ? c << 8 | half
							  : half << 8 | c),
		    out);
	}
}

/* Further on, lines may end in CR and LF after all. */
static void
put_lines(struct recode *r, struct span bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if (c != '\n' || !r->cr)
			buf_byte(out, c == '\r' ? '\n' : c);
		r->cr = c == '\r';
	}
}

void
recode_put(struct recode *r, struct span bytes, struct buf *out)
{
	if (r->form == RECODE_CR)
		put_lines(r, bytes, out);
	else if (r->form != RECODE_NONE)
		put_utf16(r, bytes, out);
	else
		buf_put(out, bytes);
}

static ssize_t
pull(struct stream *s, char *buf, size_t n)
{
	struct recode *r = s->ctx;
	struct span left;

	while (r->given == r->made.n) {
		char room[16 << 10];
		ssize_t got = stream_read(r->in, room, sizeof(room));

		buf_reset(&r->made);
		r->given = 0;
		if (got < 0)
			return stream_fail(s, r->in->code, "%s", r->in->text);
		if (got == 0)
			return 0;
		recode_put(r, span_of(room, (size_t)got), &r->made);
	}
	left = span_head(span_from(buf_span(&r->made), r->given), n);
	memcpy(buf, left.p, left.n);
	r->given += left.n;
	return (ssize_t)left.n;
}

void
recode_open(struct recode *r, enum recode_form form, struct stream *in)
{
	recode_init(r, form);
	r->in = in;
	buf_init(&r->made, LIMIT_BLOCK_BYTES);
	stream_pull(&r->out, pull, r, STREAM_SIZE_UNKNOWN);
}

void
recode_close(struct recode *r)
{
	stream_release(&r->out);
	buf_release(&r->made);
}
