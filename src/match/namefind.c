#include "match/namefind.h"

#include "base/err.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BLOCK 64

/* Bits of 64 bytes. */
struct masks {
	uint64_t word, dot, last, hex;
};

static const struct name_class class_word = {{0xa8, 0xf8, 0xf8, 0xf8, 0xf8,
    0xf8, 0xf8, 0xf8, 0xf8, 0xf8, 0xf0, 0x50, 0x50, 0x54, 0x50, 0x70}};
static const struct name_class class_hex = {{0x08, 0x58, 0x58, 0x58, 0x58, 0x58,
    0x58, 0x08, 0x08, 0x08, 0, 0, 0, 0, 0, 0}};

struct finder {
	const struct nameset *set;
	struct span text;
	namefind_fn *fn;
	void *ctx;
};

static bool
in_class(const struct name_class *c, unsigned char b)
{
	return b < 0x80 && (c->low[b & 15] >> (b >> 4) & 1) != 0;
}

static void
masks_plain(const char *p, const struct name_class *last, struct masks *m)
{
	*m = (struct masks){0};
	for (unsigned i = 0; i < BLOCK; i++) {
		unsigned char c = (unsigned char)p[i];
		uint64_t bit = UINT64_C(1) << i;

		if (c >= 0x80)
			m->word |= bit, m->last |= bit;
		if (in_class(&class_word, c))
			m->word |= bit;
		if (in_class(last, c))
			m->last |= bit;
		if (in_class(&class_hex, c))
			m->hex |= bit;
		if (c == '.')
			m->dot |= bit;
	}
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i
class_load(const struct name_class *c)
{
	return _mm256_broadcastsi128_si256(
	    _mm_loadu_si128((const __m128i *)(const void *)c->low));
}

/* Which bytes are of the class; high: their upper nibbles as bits. */
AVX2 static inline uint32_t
class_bits(__m256i low, __m256i bytes, __m256i high)
{
	__m256i rows = _mm256_shuffle_epi8(low, bytes);

	rows = _mm256_and_si256(rows, high);
	rows = _mm256_cmpeq_epi8(rows, _mm256_setzero_si256());
	return ~(uint32_t)_mm256_movemask_epi8(rows);
}

AVX2 static void
masks_avx2(const char *p, const struct name_class *last, struct masks *m)
{
	const __m256i bits =
	    _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0,
		0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
	const __m256i nibble = _mm256_set1_epi8(15);

	*m = (struct masks){0};
	for (unsigned i = 0; i < 2; i++) {
		__m256i b = _mm256_loadu_si256(
		    (const __m256i *)(const void *)(p + i * 32));
		__m256i high = _mm256_shuffle_epi8(
		    bits, _mm256_and_si256(_mm256_srli_epi16(b, 4), nibble));
		uint64_t wide = (uint32_t)_mm256_movemask_epi8(b);
		__m256i dot = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('.'));

		m->word |= (class_bits(class_load(&class_word), b, high) | wide)
			   << i * 32;
		m->last |= (class_bits(class_load(last), b, high) | wide)
			   << i * 32;
		m->hex |= (uint64_t)class_bits(class_load(&class_hex), b, high)
			  << i * 32;
		m->dot |= (uint64_t)(uint32_t)_mm256_movemask_epi8(dot)
			  << i * 32;
	}
}
#endif

typedef void masks_fn(
    const char *p, const struct name_class *last, struct masks *m);

static masks_fn *
masks_best(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		return masks_avx2;
#endif
	return masks_plain;
}

/* The byte at i; 0 before and behind the text. */
static unsigned char
byte_at(const struct finder *f, size_t i)
{
	return i < f->text.n ? (unsigned char)f->text.p[i] : 0;
}

static bool
hex_digit(unsigned char c)
{
	return in_class(&class_hex, c);
}

/* Is the byte before "at" the end of an escape? */
static bool
escape_before(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at - 1);

	if (byte_at(f, at - 2) == '\\')
		return c == 'n' || c == 'r' || c == 't';
	return byte_at(f, at - 3) == '%' && hex_digit(byte_at(f, at - 2)) &&
	       hex_digit(c);
}

enum start { START_NONE, START_WORD, START_BELOW };

/* May a name begin here? */
static enum start
start_at(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at - 1);

	if (c == '.' && name_word(byte_at(f, at - 2)))
		return START_BELOW;
	if (!name_word(c) || escape_before(f, at))
		return START_WORD;
	return START_NONE;
}

/* RFC 3986 characters that would make a URL longer; closing brackets, quotes
 * and marks of a sentence end it, unless more of it follows. */
static bool
url_goes_on(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at);

	if (c == '.' || c == ',' || c == ';' || c == ':' || c == '!' ||
	    c == '?')
		return name_word(byte_at(f, at + 1)) ||
		       byte_at(f, at + 1) == '/';
	return name_word(c) || (c != 0 && strchr("/%=&+~@#$*", c) != NULL);
}

static bool
tail_fits(const struct finder *f, const struct name_entry *e, size_t end)
{
	for (size_t i = 0; i < e->tail; i++)
		if (ascii_lower(byte_at(f, end + i)) !=
		    (unsigned char)e->key[e->length + i])
			return false;
	return end + e->tail <= f->text.n &&
	       ((e->rules & NAME_URL) == 0 || !url_goes_on(f, end + e->tail));
}

static bool
key_fits(const struct finder *f, const struct name_entry *e, size_t from)
{
	for (size_t i = 0; i < e->length; i++)
		if (ascii_lower(byte_at(f, from + i)) !=
		    (unsigned char)e->key[i])
			return false;
	return true;
}

static void
chain_report(const struct finder *f, uint32_t at, size_t from, size_t end,
    enum start start, bool hash)
{
	for (; at != NAMESET_NONE; at = f->set->entries[at].next) {
		const struct name_entry *e = &f->set->entries[at];

		if (start == START_BELOW && (e->rules & NAME_BELOW) == 0)
			continue;
		if (e->hash != hash || e->length != end - from ||
		    !key_fits(f, e, from) || !tail_fits(f, e, end))
			continue;
		if ((e->rules & NAME_SCHEME) != 0 &&
		    !(byte_at(f, from - 1) == '/' &&
			byte_at(f, from - 2) == '/'))
			continue;
		f->fn(f->ctx, from, (size_t)e->length + e->tail, e->id,
		    start == START_BELOW);
	}
}

static bool
ends_walk(const struct name_group *g, unsigned char c)
{
	if (c == '\n')
		return true;
	return !g->blanks && (c <= ' ' || c == '"' || c == '\'');
}

/* Names of the group that end right before "end". */
static void
walk_back(const struct finder *f, const struct name_group *g, size_t end)
{
	uint64_t h = NAME_SEED;
	size_t least = end > g->longest ? end - g->longest : 0;

	for (size_t i = end; i > least; i--) {
		enum start start;

		if (ends_walk(g, byte_at(f, i - 1)))
			return;
		h = name_step(h, f->text.p[i - 1]);
		if (end - i + 1 < g->least ||
		    (start = start_at(f, i - 1)) == START_NONE)
			continue;
		chain_report(
		    f, nameset_first(f->set, h), i - 1, end, start, false);
	}
}

static void
ending_look(const struct finder *f, uint64_t ending, size_t end)
{
	const struct name_group *g;

	if (!nameset_may_end(f->set, ending))
		return;
	g = nameset_group(f->set, ending);
	if (g == NULL ||
	    (g->url && url_goes_on(f, end) && name_word(byte_at(f, end))))
		return;
	walk_back(f, g, end);
}

static void
word_end(const struct finder *f, size_t end)
{
	if (f->set->has_long && end >= 8)
		ending_look(f, name_ending8(f->text.p + end), end);
	if (f->set->has_short && end >= 4)
		ending_look(f, name_ending4(f->text.p + end), end);
}

/* A run of at least 32 hex digits ends right before "end". */
static void
hash_end(const struct finder *f, size_t end)
{
	uint64_t h = NAME_SEED;
	size_t n = 0;

	if (ascii_alnum(byte_at(f, end)))
		return;
	while (n < 65 && n < end && hex_digit(byte_at(f, end - n - 1))) {
		h = name_step(h, f->text.p[end - n - 1]);
		n++;
		if ((n == 32 || n == 40 || n == 64) &&
		    (!ascii_alnum(byte_at(f, end - n - 1)) ||
			escape_before(f, end - n)))
			chain_report(f, nameset_first(f->set, h), end - n, end,
			    START_WORD, true);
	}
}

/* Bits where a run of hex digits ends that began at least 31 bits before;
 * back: the mask of the 64 bytes before. */
static uint64_t
long_runs(uint64_t hex, uint64_t back)
{
	uint64_t r = hex, b = back;

	for (unsigned step = 1; step <= 16; step *= 2) {
		r &= r << step | b >> (64 - step);
		b &= b << step;
	}
	return r;
}

static void
block_look(const struct finder *f, size_t base, const struct masks *before,
    const struct masks *m, const struct masks *next)
{
	uint64_t w1 = m->word >> 1 | next->word << 63,
		 w2 = m->word >> 2 | next->word << 62,
		 d1 = m->dot >> 1 | next->dot << 63,
		 ends = m->word & ~w1 & ~(d1 & w2) & m->last, runs;

	if (f->set->has_long || f->set->has_short)
		for (; ends != 0; ends &= ends - 1)
			word_end(f, base + (size_t)__builtin_ctzll(ends) + 1);
	if (!f->set->has_hex)
		return;
	runs =
	    long_runs(m->hex, before->hex) & ~(m->hex >> 1 | next->hex << 63);
	for (; runs != 0; runs &= runs - 1)
		hash_end(f, base + (size_t)__builtin_ctzll(runs) + 1);
}

static void
masks_at(masks_fn *fn, const struct finder *f, size_t base, struct masks *m)
{
	char padded[BLOCK];

	if (base + BLOCK <= f->text.n) {
		fn(f->text.p + base, &f->set->last, m);
		return;
	}
	memset(padded, 0, BLOCK);
	if (base < f->text.n)
		memcpy(padded, f->text.p + base, f->text.n - base);
	fn(padded, &f->set->last, m);
}

void
namefind_scan(
    const struct nameset *set, struct span text, namefind_fn *fn, void *ctx)
{
	struct finder f = {.set = set, .text = text, .fn = fn, .ctx = ctx};
	struct masks before = {0}, m, next;
	masks_fn *kernel = masks_best();

	ASSERT(set->sealed);
	if (set->nentries == 0)
		return;
	masks_at(kernel, &f, 0, &m);
	for (size_t base = 0; base < text.n; base += BLOCK) {
		masks_at(kernel, &f, base + BLOCK, &next);
		block_look(&f, base, &before, &m, &next);
		before = m;
		m = next;
	}
}
