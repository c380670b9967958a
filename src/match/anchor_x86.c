/*
 * Candidates of anchors on x86-64, by AVX2 or AVX-512BW.  Each function is
 * compiled for its instruction set and only called where the processor has it.
 */
#include "match/anchor_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2,popcnt")))

/* Append the places of the bits.  The first two are written in any case: a
 * branch on their number would be taken at random. */
static inline uint16_t *
flatten(uint16_t *out, uint64_t bits, size_t base)
{
	size_t n = (size_t)__builtin_popcountll(bits);

	for (size_t i = 0; i < 2; i++) {
		out[i] = (uint16_t)(base + (unsigned)__builtin_ctzll(
					       bits | 1ull << 63));
		bits &= bits - 1;
	}
	for (size_t i = 2; i < n; i++) {
		out[i] = (uint16_t)(base + (unsigned)__builtin_ctzll(bits));
		bits &= bits - 1;
	}
	return out + n;
}

/* Groups that may have the byte at this place, a plane of them. */
AVX2 static inline __m256i
groups_avx2(const uint8_t low[16], const uint8_t high[16], __m256i lower,
    __m256i upper)
{
	__m256i l = _mm256_broadcastsi128_si256(
	    _mm_load_si128((const __m128i *)low));
	__m256i h = _mm256_broadcastsi128_si256(
	    _mm_load_si128((const __m128i *)high));

	return _mm256_and_si256(
	    _mm256_shuffle_epi8(l, lower), _mm256_shuffle_epi8(h, upper));
}

AVX2 static inline uint32_t
mask_avx2(const struct anchor_tables *t, const char *p)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i a = _mm256_set1_epi8(-1), b = a, none;

	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + i));
		__m256i l = _mm256_and_si256(v, half);
		__m256i h = _mm256_and_si256(_mm256_srli_epi16(v, 4), half);

		a = _mm256_and_si256(
		    a, groups_avx2(t->low[0][i], t->high[0][i], l, h));
		b = _mm256_and_si256(
		    b, groups_avx2(t->low[1][i], t->high[1][i], l, h));
	}
	none = _mm256_cmpeq_epi8(
	    _mm256_or_si256(a, b), _mm256_setzero_si256());
	return ~(uint32_t)_mm256_movemask_epi8(none);
}

AVX2 static size_t
collect_avx2(
    const struct anchor_tables *t, const char *p, size_t steps, uint16_t *at)
{
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ANCHOR_STEP; i += ANCHOR_STEP)
		out = flatten(out,
		    mask_avx2(t, p + i) |
			(uint64_t)mask_avx2(t, p + i + 32) << 32,
		    i);
	return (size_t)(out - at);
}

AVX512 static inline __m512i
groups_avx512(const uint8_t low[16], const uint8_t high[16], __m512i lower,
    __m512i upper)
{
	__m512i l =
	    _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)low));
	__m512i h =
	    _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)high));

	return _mm512_and_si512(
	    _mm512_shuffle_epi8(l, lower), _mm512_shuffle_epi8(h, upper));
}

AVX512 static inline uint64_t
mask_avx512(const struct anchor_tables *t, const char *p)
{
	const __m512i half = _mm512_set1_epi8(15);
	__m512i a = _mm512_set1_epi8(-1), b = a;

	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		__m512i v = _mm512_loadu_si512((const void *)(p + i));
		__m512i l = _mm512_and_si512(v, half);
		__m512i h = _mm512_and_si512(_mm512_srli_epi16(v, 4), half);

		a = _mm512_and_si512(
		    a, groups_avx512(t->low[0][i], t->high[0][i], l, h));
		b = _mm512_and_si512(
		    b, groups_avx512(t->low[1][i], t->high[1][i], l, h));
	}
	a = _mm512_or_si512(a, b);
	return _mm512_test_epi8_mask(a, a);
}

AVX512 static size_t
collect_avx512(
    const struct anchor_tables *t, const char *p, size_t steps, uint16_t *at)
{
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ANCHOR_STEP; i += ANCHOR_STEP)
		out = flatten(out, mask_avx512(t, p + i), i);
	return (size_t)(out - at);
}

static const struct anchor_kernel avx2 = {
    .name = "avx2",
    .collect = collect_avx2,
};

static const struct anchor_kernel avx512 = {
    .name = "avx512bw",
    .collect = collect_avx512,
};

size_t
anchor_kernels(const struct anchor_kernel *v[ANCHOR_KERNELS])
{
	size_t n = 0;

	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
	    !__builtin_cpu_supports("bmi2") ||
	    !__builtin_cpu_supports("popcnt"))
		return 0;
	v[n++] = &avx2;
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw"))
		v[n++] = &avx512;
	return n;
}

#else

size_t
anchor_kernels(const struct anchor_kernel *v[ANCHOR_KERNELS])
{
	(void)v;
	return 0;
}

#endif
