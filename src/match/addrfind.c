#include "match/addrfind.h"

#include "base/err.h"
#include "base/words.h"
#include "match/addrfind_kernel.h"

/* Longest spelling: six groups of four and a quad, RFC 4291 section 2.2. */
#define TEXT6_MAX 45
#define TEXT4_MAX 15
/* A longer run of hex digits, colons and dots is something else: besides an
 * address it may hold the ends of two words, an escape, and punctuation. */
#define RUN_MAX 64

struct finder {
	const struct addrset *set;
	struct span text;
	size_t done6; /* runs of IPv6 bytes before it are dealt with */
	addrfind_fn *fn;
	void *ctx;
};

static bool
is_hex(unsigned char c)
{
	return ascii_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Of a hex digit. */
static size_t
hex_value(unsigned char c)
{
	return (size_t)(ascii_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* The byte at i; 0 before and behind the text. */
static unsigned char
byte_at(const struct finder *f, size_t i)
{
	return i < f->text.n ? (unsigned char)f->text.p[i] : 0;
}

/* A byte of an IPv6 address; dots in a row are none. */
static bool
is_six(const struct finder *f, size_t i)
{
	unsigned char c = byte_at(f, i);

	if (c == '.')
		return byte_at(f, i - 1) != '.' && byte_at(f, i + 1) != '.';
	return is_hex(c) || c == ':';
}

/* Does a letter or digit that is no part of an escape stand before "at"? */
static bool
word_before(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at - 1);

	if (!ascii_alnum(c))
		return false;
	if (byte_at(f, at - 2) == '\\' && (c == 'n' || c == 'r' || c == 't'))
		return false;
	return !(byte_at(f, at - 3) == '%' && is_hex(byte_at(f, at - 2)) &&
		 is_hex(c));
}

/* A percent escape at the start of a run of digits or hex digits belongs to
 * the run by its look only. */
static size_t
escape_skip(const struct finder *f, size_t from, size_t to)
{
	if (byte_at(f, from - 1) == '%' && to - from > 2 &&
	    is_hex(byte_at(f, from)) && is_hex(byte_at(f, from + 1)))
		return from + 2;
	return from;
}

/* Without a dot, a colon or the rest of a word in front. */
static size_t
six_left(const struct finder *f, size_t from, size_t to)
{
	bool word = word_before(f, from);

	from = escape_skip(f, from, to);
	while (word && from < to && byte_at(f, from) != ':')
		from++;
	while (from < to && byte_at(f, from) == '.')
		from++;
	if (from + 1 < to && byte_at(f, from) == ':' &&
	    (word || byte_at(f, from + 1) != ':'))
		from++;
	return from;
}

/* Without a dot, a colon or the start of a word behind. */
static size_t
six_right(const struct finder *f, size_t from, size_t to)
{
	bool word = ascii_alnum(byte_at(f, to));

	while (word && to > from && byte_at(f, to - 1) != ':')
		to--;
	while (to > from && byte_at(f, to - 1) == '.')
		to--;
	if (to > from + 1 && byte_at(f, to - 1) == ':' &&
	    (word || byte_at(f, to - 2) != ':'))
		to--;
	return to;
}

/*
 * A quad at [*from, to) behind a colon can end an IPv6 address.  Of a mapped
 * address it moves *from to the start; of another it says false.
 */
static bool
quad_alone(const struct finder *f, size_t *from, size_t to)
{
	size_t start = *from;
	struct addr a;

	while (is_six(f, start - 1)) {
		if (to - start > RUN_MAX)
			return true;
		start--;
	}
	start = six_left(f, start, to);
	if (start >= *from || !addr_read(span_sub(f->text, start, to), &a))
		return true;
	if (a.family == 6)
		return false;
	*from = start;
	return true;
}

/* The quad whose first dot is at "dot". */
static void
quad_exact(struct finder *f, size_t dot)
{
	size_t from = dot, to = dot, dots = 0;
	struct addr a;
	uint32_t id;

	while (from > 0 && dot - from <= 5 && ascii_digit(byte_at(f, from - 1)))
		from--;
	from = escape_skip(f, from, dot);
	while (to - from <= TEXT4_MAX && dots < 4 &&
	       (ascii_digit(byte_at(f, to)) || byte_at(f, to) == '.'))
		dots += byte_at(f, to++) == '.';
	to -= dots == 4;
	if (!addr_read(span_sub(f->text, from, to), &a))
		return;
	id = addrset_find_v4(f->set, addr_v4(&a));
	if (id == ADDRSET_NONE || word_before(f, from) ||
	    ascii_alnum(byte_at(f, to)))
		return;
	if ((byte_at(f, from - 1) == '.' &&
		ascii_alnum(byte_at(f, from - 2))) ||
	    (byte_at(f, to) == '.' && ascii_alnum(byte_at(f, to + 1))))
		return;
	if (byte_at(f, from - 1) == ':' && !quad_alone(f, &from, to))
		return;
	f->fn(f->ctx, from, to - from, id);
}

/*
 * Cheap look before the exact reading, which most runs of this form do not
 * get: times and hardware addresses have too few colons, and the addresses of
 * one's own network begin otherwise than those looked for.
 */
static bool
six_plausible(const struct finder *f, size_t from, size_t to)
{
	size_t colons = 0, head = 0;
	bool pair = false;

	if (to - from > TEXT6_MAX)
		return false;
	for (size_t i = from; i < to; i++) {
		if (byte_at(f, i) != ':')
			continue;
		colons++;
		pair = pair || (i > from && byte_at(f, i - 1) == ':');
	}
	if (!pair && colons < 6)
		return false;
	for (; from < to && byte_at(f, from) != ':'; from++)
		head = head << 4 | hex_value(byte_at(f, from));
	/* A mapped address, which counts as IPv4, begins with zero. */
	return head == 0 ||
	       (head <= 0xffff && addrset_may_hold_v6(f->set, (uint16_t)head));
}

/* The run of IPv6 bytes around "colon". */
static void
six_exact(struct finder *f, size_t colon)
{
	size_t from = colon, to = colon;
	struct addr a;
	uint32_t id;

	if (colon < f->done6)
		return;
	while (is_six(f, to))
		to++;
	f->done6 = to;
	while (is_six(f, from - 1)) {
		if (to - from > RUN_MAX)
			return;
		from--;
	}
	from = six_left(f, from, to);
	to = six_right(f, from, to);
	if (!six_plausible(f, from, to) ||
	    !addr_read(span_sub(f->text, from, to), &a))
		return;
	/* A mapped one with dots is found by its quad. */
	if (a.family == 4 &&
	    span_find_byte(span_sub(f->text, from, to), '.') != SPAN_NONE)
		return;
	id = addrset_find(f->set, &a);
	if (id != ADDRSET_NONE)
		f->fn(f->ctx, from, to - from, id);
}

/* One bit for each byte of a word of eight that equals c. */
static uint64_t
marks8(uint64_t word, char c)
{
	const uint64_t low7 = 0x7f7f7f7f7f7f7f7full;
	uint64_t x = word ^ (unsigned char)c * 0x0101010101010101ull;

	/* High bit of each byte: set where x is zero. */
	x = ~(((x & low7) + low7) | x | low7);
	return (x >> 7) * 0x0102040810204080ull >> 56;
}

static void
collect_portable(
    const char *p, size_t words, unsigned want, struct addrfind_found *found)
{
	struct addrfind_marks m;

	for (size_t w = 0; w <= words; w++) {
		m.dots[w] = m.colons[w] = 0;
		for (unsigned i = 0; i < ADDRFIND_WORD; i += WORD, p += WORD) {
			m.dots[w] |= marks8(word_at(p), '.') << i;
			m.colons[w] |= marks8(word_at(p), ':') << i;
		}
	}
	addrfind_chain(&m, words, want, found);
}

static const struct addrfind_kernel portable = {
    .name = "portable",
    .collect = collect_portable,
};

size_t
addrfind_kernels(const struct addrfind_kernel *v[ADDRFIND_KERNELS])
{
	v[0] = &portable;
#if defined(__x86_64__)
	return addrfind_x86_kernels(v, 1);
#else
	return 1;
#endif
}

/* Both lists by place. */
static void
read_exactly(struct finder *f, size_t base, const struct addrfind_found *found)
{
	const struct addrfind_list *q = &found->quads, *s = &found->sixes;
	size_t i = 0, k = 0;

	while (i < q->n || k < s->n) {
		if (k == s->n || (i < q->n && q->at[i] < s->at[k]))
			quad_exact(f, base + q->at[i++]);
		else
			six_exact(f, base + s->at[k++]);
	}
}

static void
scan_piece(struct finder *f, const struct addrfind_kernel *k, size_t base,
    unsigned want)
{
	char padded[ADDRFIND_PIECE + 3 * ADDRFIND_WORD];
	struct addrfind_found found;
	size_t left = f->text.n - base, words = ADDRFIND_WORDS;
	const char *p = f->text.p + base;

	if (left < ADDRFIND_PIECE + ADDRFIND_WORD) {
		/* The end of the text, with nothing behind it. */
		if (left < ADDRFIND_PIECE)
			words = (left + ADDRFIND_WORD - 1) / ADDRFIND_WORD;
		memcpy(padded, p, left);
		memset(padded + left, 0, 2 * ADDRFIND_WORD);
		p = padded;
	}
	k->collect(p, words, want, &found);
	if (k->sift_quads != NULL) {
		k->sift_quads(f->set, f->text, base, &found.quads);
		k->sift_sixes(f->text, base, &found.sixes);
	}
	read_exactly(f, base, &found);
}

void
addrfind_scan_with(const struct addrfind_kernel *k, const struct addrset *set,
    struct span text, addrfind_fn *fn, void *ctx)
{
	struct finder f = {.set = set, .text = text, .fn = fn, .ctx = ctx};
	unsigned want = 0;

	ASSERT(set->sealed);
	if (addrset_has_family(set, 4))
		want |= WANT_V4;
	if (addrset_has_family(set, 6))
		want |= WANT_V6;
	if (want == 0)
		return;
	for (size_t base = 0; base < text.n; base += ADDRFIND_PIECE)
		scan_piece(&f, k, base, want);
}

void
addrfind_scan(
    const struct addrset *set, struct span text, addrfind_fn *fn, void *ctx)
{
	const struct addrfind_kernel *v[ADDRFIND_KERNELS];
	size_t n = addrfind_kernels(v);

	addrfind_scan_with(v[n - 1], set, text, fn, ctx);
}
