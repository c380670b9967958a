/*
 * addrfind on x86-64: marks by AVX2 or AVX-512BW, and a vector parse
 * of quads.
 * Each function is compiled for its instruction set and only called where the
 * processor has it, so the program itself stays plain x86-64.
 */
#include "match/addrfind_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2,popcnt")))

AVX2 static inline uint64_t
bytes_avx2(const char *p, char c)
{
	__m256i want = _mm256_set1_epi8(c);
	__m256i a = _mm256_loadu_si256((const __m256i *)p);
	__m256i b = _mm256_loadu_si256((const __m256i *)(p + 32));

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, want)) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(
		   _mm256_cmpeq_epi8(b, want))
		   << 32;
}

AVX2 static void
collect_avx2(
    const char *p, size_t words, unsigned want, struct addrfind_found *found)
{
	struct addrfind_marks m;

	for (size_t i = 0; i <= words; i++) {
		m.dots[i] = bytes_avx2(p + i * ADDRFIND_WORD, '.');
		m.colons[i] = bytes_avx2(p + i * ADDRFIND_WORD, ':');
	}
	addrfind_chain(&m, words, want, found);
}

AVX512 static void
collect_avx512(
    const char *p, size_t words, unsigned want, struct addrfind_found *found)
{
	__m512i dot = _mm512_set1_epi8('.'), colon = _mm512_set1_epi8(':');
	struct addrfind_marks m;

	for (size_t i = 0; i <= words; i++) {
		__m512i v = _mm512_loadu_si512(p + i * ADDRFIND_WORD);

		m.dots[i] = _mm512_cmpeq_epi8_mask(v, dot);
		m.colons[i] = _mm512_cmpeq_epi8_mask(v, colon);
	}
	addrfind_chain(&m, words, want, found);
}

/* Bytes around a first dot that a quad is told by: of 16, it is number 3. */
#define QUAD_BEFORE 4
#define QUAD_BEHIND 13

/*
 * Where the octets behind the first dot end: the first three of the places 4
 * to 15 that hold no digit.  Lengths of 1 to 3 give 27 forms; 0 is none.
 */
#define FORM_BIT(end) (1u << ((end)-4))
#define FORM_BITS(b, c, d)                                                     \
	(FORM_BIT(4 + (b)) | FORM_BIT(5 + (b) + (c)) |                         \
	    FORM_BIT(6 + (b) + (c) + (d)))
#define FORM(b, c, d) [FORM_BITS(b, c, d)] = 9 * (b) + 3 * (c) + (d)-12
#define FORMS2(b, c) FORM(b, c, 1), FORM(b, c, 2), FORM(b, c, 3)
#define FORMS1(b) FORMS2(b, 1), FORMS2(b, 2), FORMS2(b, 3)

static const uint8_t form_of[1 << 12] = {FORMS1(1), FORMS1(2), FORMS1(3)};

/* The digits of an octet of so many that ends before a place: hundreds, tens,
 * ones and a zero, as a shuffle takes them. */
#define NO_DIGIT 0x80
#define DIGIT(end, length, back)                                               \
	((back) <= (length) ? (end) - (back) : NO_DIGIT)
#define OCTET(end, length)                                                     \
	DIGIT(end, length, 3), DIGIT(end, length, 2), DIGIT(end, length, 1),   \
	    NO_DIGIT
#define NO_OCTET NO_DIGIT, NO_DIGIT, NO_DIGIT, NO_DIGIT

/* The last octet first, as the number has them; the first octet's place is
 * free. */
#define SPREAD(b, c, d)                                                        \
	{                                                                      \
		OCTET(6 + (b) + (c) + (d), d), OCTET(5 + (b) + (c), c),        \
		    OCTET(4 + (b), b)                                          \
	}
#define SPREADS2(b, c) SPREAD(b, c, 1), SPREAD(b, c, 2), SPREAD(b, c, 3)
#define SPREADS1(b) SPREADS2(b, 1), SPREADS2(b, 2), SPREADS2(b, 3)

static const uint8_t spread_behind[28][16] = {
    {NO_OCTET, NO_OCTET, NO_OCTET}, SPREADS1(1), SPREADS1(2), SPREADS1(3)};

/* The first octet, by which of the three bytes before its dot are digits. */
#define HEAD(length)                                                           \
	{                                                                      \
		[12] = OCTET(3, length)                                        \
	}

static const uint8_t spread_head[8][16] = {
    HEAD(0), HEAD(0), HEAD(0), HEAD(0), HEAD(1), HEAD(1), HEAD(2), HEAD(3)};

/* So many quads are worked at together. */
#define QUADS 16

struct quads {
	_Alignas(64) uint8_t digits[QUADS][16];
	_Alignas(64) uint32_t value[QUADS];
	uint32_t odd; /* a bit for each that is not for here */
};

/* A fourth digit or an escape stands in front. */
static inline bool
odd_before(const char *dot, uint32_t digits)
{
	unsigned char c = (unsigned char)dot[-4];

	return ((digits & 7) == 7) & (ascii_digit(c) | (c == '%'));
}

/* The digits of quad number i in their places; what is none becomes a number
 * all the same. */
AVX2 static inline void
quad_spread(const char *dot, unsigned i, struct quads *q)
{
	__m128i text = _mm_loadu_si128((const __m128i *)(dot - 3));
	__m128i value = _mm_sub_epi8(text, _mm_set1_epi8('0'));
	uint32_t digits = (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
	uint32_t ends = (~digits & 0xffff) >> 4, rest = ends & (ends - 1);
	const __m128i *behind, *head;

	rest &= rest - 1;
	rest &= rest - 1;
	behind = (const __m128i *)spread_behind[form_of[ends ^ rest]];
	head = (const __m128i *)spread_head[digits & 7];
	_mm_store_si128((__m128i *)q->digits[i],
	    _mm_shuffle_epi8(value,
		_mm_or_si128(_mm_loadu_si128(behind), _mm_loadu_si128(head))));
	q->odd |= (uint32_t)odd_before(dot, digits) << i;
}

/* Quads at the places at[0, n), n at most QUADS. */
AVX2 static inline void
quads_spread(const char *p, const uint16_t *at, size_t n, struct quads *q)
{
	q->odd = 0;
	for (unsigned i = 0; i < n; i++)
		quad_spread(p + at[i], i, q);
}

/* Of the candidates those that an exact look leaves; "may" has a bit for each
 * that a bitmap does. */
static inline size_t
quads_keep(const struct addrset *set, const struct quads *q, uint32_t may,
    const uint16_t *at, uint16_t *kept)
{
	size_t n = 0;

	for (may |= q->odd; may != 0; may &= may - 1) {
		unsigned i = (unsigned)__builtin_ctz(may);

		if ((q->odd >> i & 1) != 0 ||
		    addrset_find_v4_tables(set, q->value[i]) != ADDRSET_NONE)
			kept[n++] = at[i];
	}
	return n;
}

/* An octet above 255 counts as 255, which the exact reading refuses. */
AVX2 static uint32_t
quads_may_avx2(const struct addrset *set, struct quads *q, size_t n)
{
	const __m128i weight = _mm_set1_epi32(100 | 10 << 8 | 1 << 16);
	uint32_t may = 0;

	for (unsigned i = 0; i < n; i++) {
		__m128i v = _mm_load_si128((const __m128i *)q->digits[i]);

		v = _mm_maddubs_epi16(v, weight);
		v = _mm_madd_epi16(v, _mm_set1_epi16(1));
		v = _mm_packus_epi32(v, v);
		v = _mm_packus_epi16(v, v);
		q->value[i] = (uint32_t)_mm_cvtsi128_si32(v);
		may |= (uint32_t)addrset_may_hold_v4(set, q->value[i]) << i;
	}
	return may;
}

/* One bit of a bitmap for each of the numbers. */
AVX512 static inline __mmask16
bits_look(const uint64_t *bitmap, __m512i bit)
{
	__m512i one = _mm512_set1_epi32(1);
	__m512i word =
	    _mm512_i32gather_epi32(_mm512_srli_epi32(bit, 5), bitmap, 4);

	bit = _mm512_and_si512(bit, _mm512_set1_epi32(31));
	return _mm512_test_epi32_mask(word, _mm512_sllv_epi32(one, bit));
}

AVX512 static uint32_t
quads_may_avx512(const struct addrset *set, struct quads *q, size_t n)
{
	const __m512i weight = _mm512_set1_epi32(100 | 10 << 8 | 1 << 16);
	const __m512i mix = _mm512_set1_epi32((int)ADDRSET_HASH_V4);
	__m512i value;
	__mmask16 may;

	for (unsigned i = 0; i < QUADS; i += 4) {
		__m512i v = _mm512_load_si512(q->digits[i]);

		v = _mm512_maddubs_epi16(v, weight);
		v = _mm512_madd_epi16(v, _mm512_set1_epi16(1));
		_mm_store_si128(
		    (__m128i *)(q->value + i), _mm512_cvtusepi32_epi8(v));
	}
	value = _mm512_load_si512(q->value);
	may = bits_look(
	    set->filter, _mm512_srl_epi32(_mm512_mullo_epi32(value, mix),
			     _mm_cvtsi32_si128((int)set->filter_shift)));
	if (set->nranges > 0)
		may |= bits_look(
		    set->blocks, _mm512_srl_epi32(value,
				     _mm_cvtsi32_si128((int)set->block_shift)));
	return may & ((1u << n) - 1);
}

/*
 * Quads too near to either end of the text for a vector are kept; of the rest
 * those that "may" leaves.
 */
static inline __attribute__((always_inline)) void
quads_sift(const struct addrset *set, struct span text, size_t base,
    struct addrfind_list *list,
    uint32_t (*may)(const struct addrset *set, struct quads *q, size_t n))
{
	size_t from = 0, to = list->n, kept, n;
	struct quads q;

	while (from < to && base + list->at[from] < QUAD_BEFORE)
		from++;
	while (to > from && text.n - base - list->at[to - 1] < QUAD_BEHIND)
		to--;
	memset(q.digits, 0, sizeof(q.digits));
	for (kept = from; from < to; from += n) {
		n = to - from < QUADS ? to - from : QUADS;
		quads_spread(text.p + base, list->at + from, n, &q);
		kept += quads_keep(
		    set, &q, may(set, &q, n), list->at + from, list->at + kept);
	}
	while (to < list->n)
		list->at[kept++] = list->at[to++];
	list->n = kept;
}

AVX2 static void
sift_quads_avx2(const struct addrset *set, struct span text, size_t base,
    struct addrfind_list *list)
{
	quads_sift(set, text, base, list, quads_may_avx2);
}

AVX512 static void
sift_quads_avx512(const struct addrset *set, struct span text, size_t base,
    struct addrfind_list *list)
{
	quads_sift(set, text, base, list, quads_may_avx512);
}

/* Bytes from a colon on that six_may_hit reads. */
#define SIX_BEHIND 32

/*
 * From its first candidate on, an address has "::" or six colons before the
 * first byte that is no hex digit, colon or dot; a hardware address has five.
 * The classes are looked up by the halves of each byte.
 */
AVX2 static inline bool
six_may_hit(const char *colon)
{
	const __m256i low = _mm256_broadcastsi128_si256(
	    _mm_setr_epi8(2, 6, 6, 6, 6, 6, 6, 2, 2, 2, 2, 0, 0, 0, 1, 0));
	const __m256i high = _mm256_broadcastsi128_si256(
	    _mm_setr_epi8(0, 0, 1, 2, 4, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	const __m256i half = _mm256_set1_epi8(15);
	__m256i text = _mm256_loadu_si256((const __m256i *)colon);
	__m256i a = _mm256_shuffle_epi8(low, _mm256_and_si256(text, half));
	__m256i b = _mm256_shuffle_epi8(
	    high, _mm256_and_si256(_mm256_srli_epi16(text, 4), half));
	uint32_t other = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(_mm256_and_si256(a, b), _mm256_setzero_si256()));
	uint32_t colons = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(text, _mm256_set1_epi8(':')));

	if (other == 0)
		return true;
	colons &= (other & -other) - 1;
	return (colons & colons >> 1) != 0 || __builtin_popcount(colons) >= 6;
}

AVX2 static void
sift_sixes_avx2(struct span text, size_t base, struct addrfind_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		size_t pos = base + list->at[i];

		list->at[kept] = list->at[i];
		kept += text.n - pos < SIX_BEHIND || six_may_hit(text.p + pos);
	}
	list->n = kept;
}

static const struct addrfind_kernel avx2 = {
    .name = "avx2",
    .collect = collect_avx2,
    .sift_quads = sift_quads_avx2,
    .sift_sixes = sift_sixes_avx2,
};

static const struct addrfind_kernel avx512 = {
    .name = "avx512bw",
    .collect = collect_avx512,
    .sift_quads = sift_quads_avx512,
    .sift_sixes = sift_sixes_avx2,
};

size_t
addrfind_x86_kernels(
    const struct addrfind_kernel *v[ADDRFIND_KERNELS], size_t n)
{
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
	    !__builtin_cpu_supports("bmi2") ||
	    !__builtin_cpu_supports("popcnt"))
		return n;
	v[n++] = &avx2;
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw"))
		v[n++] = &avx512;
	return n;
}

#endif
