/*
 * addrfind on x86-64: marks by AVX2 or AVX-512BW, and a vector parse of quads.
 * Each function is compiled for its instruction set and only called where the
 * processor has it, so the program itself stays plain x86-64.
 */
#include "match/addrfind_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2,popcnt")))

AVX2 static inline struct addrfind_marks
marks_avx2(const char *p, __m256i dot, __m256i colon)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)p);
	__m256i b = _mm256_loadu_si256((const __m256i *)(p + 32));
	uint32_t da = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, dot));
	uint32_t db = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, dot));
	uint32_t ca =
	    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, colon));
	uint32_t cb =
	    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, colon));

	return (struct addrfind_marks){
	    da | (uint64_t)db << 32, ca | (uint64_t)cb << 32};
}

/* "want" is a constant where it is called: marks that nobody asks for are not
 * taken. */
AVX2 static inline size_t
collect_avx2_of(const char *p, size_t steps, unsigned want, uint16_t *at)
{
	__m256i dot = _mm256_set1_epi8('.'), colon = _mm256_set1_epi8(':');
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ADDRFIND_STEP; i += ADDRFIND_STEP)
		out =
		    addrfind_step(out, marks_avx2(p + i, dot, colon), want, i);
	return (size_t)(out - at);
}

AVX2 static size_t
collect_avx2(const char *p, size_t steps, unsigned want, uint16_t *at)
{
	if (want == WANT_V4)
		return collect_avx2_of(p, steps, WANT_V4, at);
	return collect_avx2_of(p, steps, WANT_V4 | WANT_V6, at);
}

AVX512 static inline struct addrfind_marks
marks_avx512(const char *p, __m512i dot, __m512i colon)
{
	__m512i v = _mm512_loadu_si512((const void *)p);

	return (struct addrfind_marks){
	    _mm512_cmpeq_epi8_mask(v, dot), _mm512_cmpeq_epi8_mask(v, colon)};
}

AVX512 static inline size_t
collect_avx512_of(const char *p, size_t steps, unsigned want, uint16_t *at)
{
	__m512i dot = _mm512_set1_epi8('.'), colon = _mm512_set1_epi8(':');
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ADDRFIND_STEP; i += ADDRFIND_STEP)
		out = addrfind_step(
		    out, marks_avx512(p + i, dot, colon), want, i);
	return (size_t)(out - at);
}

AVX512 static size_t
collect_avx512(const char *p, size_t steps, unsigned want, uint16_t *at)
{
	if (want == WANT_V4)
		return collect_avx512_of(p, steps, WANT_V4, at);
	return collect_avx512_of(p, steps, WANT_V4 | WANT_V6, at);
}

/* Digits or dots in 16 bytes. */
AVX2 static inline uint32_t
mask16(__m128i yes)
{
	return (uint32_t)_mm_movemask_epi8(yes);
}

/*
 * The octets' ends (the place behind each) and starts, a byte each, the first
 * octet lowest, from the marks of 16 bytes whose byte 3 is the first dot.
 */
struct octets {
	uint32_t starts, ends;
};

AVX2 static inline struct octets
octets_of(uint32_t digits, uint32_t dots)
{
	/* Where the digits that end at place 2 start. */
	static const uint8_t first[8] = {3, 3, 3, 3, 2, 2, 1, 0};
	uint32_t inner = dots & ~0xfu;
	uint32_t second = (uint32_t)__builtin_ctz(inner | 1u << 16);
	uint32_t third, fourth, stop, last, start;

	inner &= inner - 1;
	third = (uint32_t)__builtin_ctz(inner | 1u << 16);
	inner &= inner - 1;
	fourth = (uint32_t)__builtin_ctz(inner | 1u << 16);
	stop = (uint32_t)__builtin_ctz(~(digits | dots | 0xfu));
	last = fourth < stop ? fourth : stop;
	start = first[digits & 7];
	return (struct octets){
	    .ends = 3 | second << 8 | third << 16 | last << 24,
	    .starts = start | 4u << 8 | (second + 1) << 16 | (third + 1) << 24,
	};
}

/* Four lengths of 1 to 3. */
static inline bool
lengths_fit(uint32_t lengths)
{
	return ((lengths & 0xfcfcfcfcu) |
		   ((lengths - 0x01010101u) & 0x80808080u)) == 0;
}

/* The number of four octets of digit values; above 255 becomes 255, which the
 * exact reading refuses. */
AVX2 static inline uint32_t
octets_value(__m128i digits, struct octets o)
{
	const __m128i spread =
	    _mm_setr_epi8(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
	const __m128i back = _mm_setr_epi8(-3, -2, -1, -128, -3, -2, -1, -128,
	    -3, -2, -1, -128, -3, -2, -1, -128);
	const __m128i weight = _mm_setr_epi8(
	    100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0);
	__m128i ends = _mm_shuffle_epi8(_mm_cvtsi32_si128((int)o.ends), spread);
	__m128i starts =
	    _mm_shuffle_epi8(_mm_cvtsi32_si128((int)o.starts), spread);
	__m128i place = _mm_add_epi8(ends, back);
	__m128i before = _mm_cmpgt_epi8(starts, place);
	__m128i v = _mm_shuffle_epi8(digits, _mm_or_si128(place, before));

	v = _mm_madd_epi16(_mm_maddubs_epi16(v, weight), _mm_set1_epi16(1));
	v = _mm_packus_epi32(v, v);
	v = _mm_packus_epi16(v, v);
	return __builtin_bswap32((uint32_t)_mm_cvtsi128_si32(v));
}

/* Bytes around a first dot that quad_may_hit reads. */
#define QUAD_BEFORE 4
#define QUAD_BEHIND 13

AVX2 static inline bool
quad_may_hit(const struct addrset *set, const char *dot)
{
	__m128i text = _mm_loadu_si128((const __m128i *)(dot - 3));
	__m128i value = _mm_sub_epi8(text, _mm_set1_epi8('0'));
	uint32_t digits = mask16(
	    _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
	uint32_t dots = mask16(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
	struct octets o = octets_of(digits, dots);
	uint32_t a = octets_value(value, o);

	if (!lengths_fit(o.ends - o.starts))
		return false;
	/* A fourth digit or an escape in front: not for here. */
	if ((digits & 7) == 7 &&
	    (ascii_digit((unsigned char)dot[-4]) || dot[-4] == '%'))
		return true;
	return addrset_find_v4(set, a) != ADDRSET_NONE;
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

AVX2 static size_t
sift_avx2(const struct addrset *set, struct span text, size_t base,
    uint16_t *at, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t pos = base + at[i], behind = text.n - pos;
		bool keep = true;

		if (text.p[pos] == ':') {
			if (behind >= SIX_BEHIND)
				keep = six_may_hit(text.p + pos);
		} else if (pos >= QUAD_BEFORE && behind >= QUAD_BEHIND) {
			keep = quad_may_hit(set, text.p + pos);
		}
		at[kept] = at[i];
		kept += keep;
	}
	return kept;
}

static const struct addrfind_kernel avx2 = {
    .name = "avx2",
    .collect = collect_avx2,
    .sift = sift_avx2,
};

static const struct addrfind_kernel avx512 = {
    .name = "avx512bw",
    .collect = collect_avx512,
    .sift = sift_avx2,
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
