/*
 * Candidates of anchors on x86-64, by AVX2 or AVX-512BW.  Each function is
 * compiled for its instruction set and only called where the processor has it.
 */
#include "match/anchor_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2,popcnt")))

/* Tables as the shuffles take them. */
struct tables_avx2 {
	__m256i low[ANCHOR_PLANES][ANCHOR_BYTES];
	__m256i high[ANCHOR_PLANES][ANCHOR_BYTES];
};

AVX2 static inline __m256i
table_avx2(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(
	    _mm_load_si128((const __m128i *)table));
}

AVX2 static inline struct tables_avx2
tables_avx2(const struct anchor_tables *t)
{
	struct tables_avx2 r;

	for (size_t k = 0; k < ANCHOR_PLANES; k++)
		for (size_t i = 0; i < ANCHOR_BYTES; i++) {
			r.low[k][i] = table_avx2(t->low[k][i]);
			r.high[k][i] = table_avx2(t->high[k][i]);
		}
	return r;
}

/* Groups, a plane of them, that may have this byte at place i. */
AVX2 static inline __m256i
groups_avx2(const struct tables_avx2 *t, size_t k, size_t i, __m256i v)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i l = _mm256_and_si256(v, half);
	__m256i h = _mm256_and_si256(_mm256_srli_epi16(v, 4), half);

	return _mm256_and_si256(_mm256_shuffle_epi8(t->low[k][i], l),
	    _mm256_shuffle_epi8(t->high[k][i], h));
}

/* 64 bytes in two halves, so that each table is loaded once for both. */
AVX2 static inline uint64_t
mask_avx2(const struct tables_avx2 *t, const char *p)
{
	const __m256i all = _mm256_set1_epi8(-1);
	const __m256i none = _mm256_setzero_si256();
	__m256i a[ANCHOR_PLANES] = {all, all}, b[ANCHOR_PLANES] = {all, all};
	uint32_t lacks_a, lacks_b;

	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + i));
		__m256i w = _mm256_loadu_si256((const __m256i *)(p + 32 + i));

		for (size_t k = 0; k < ANCHOR_PLANES; k++) {
			a[k] = _mm256_and_si256(a[k], groups_avx2(t, k, i, v));
			b[k] = _mm256_and_si256(b[k], groups_avx2(t, k, i, w));
		}
	}
	lacks_a = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(_mm256_or_si256(a[0], a[1]), none));
	lacks_b = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(_mm256_or_si256(b[0], b[1]), none));
	return ~(lacks_a | (uint64_t)lacks_b << 32);
}

AVX2 static size_t
collect_avx2(const struct anchor_tables *tables, const char *p, size_t steps,
    uint16_t *at)
{
	const struct tables_avx2 t = tables_avx2(tables);
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ANCHOR_STEP; i += ANCHOR_STEP)
		out = places_put(out, mask_avx2(&t, p + i), i);
	return (size_t)(out - at);
}

/* The tables in registers. */
struct tables_avx512 {
	__m512i low[ANCHOR_PLANES][ANCHOR_BYTES];
	__m512i high[ANCHOR_PLANES][ANCHOR_BYTES];
};

AVX512 static inline __m512i
table_avx512(const uint8_t table[16])
{
	return _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)table));
}

AVX512 static inline struct tables_avx512
tables_avx512(const struct anchor_tables *t)
{
	struct tables_avx512 r;

	for (size_t k = 0; k < ANCHOR_PLANES; k++)
		for (size_t i = 0; i < ANCHOR_BYTES; i++) {
			r.low[k][i] = table_avx512(t->low[k][i]);
			r.high[k][i] = table_avx512(t->high[k][i]);
		}
	return r;
}

AVX512 static inline uint64_t
mask_avx512(const struct tables_avx512 *t, const char *p)
{
	const __m512i half = _mm512_set1_epi8(15);
	__m512i m[ANCHOR_PLANES] = {_mm512_set1_epi8(-1), _mm512_set1_epi8(-1)};

	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		__m512i v = _mm512_loadu_si512((const void *)(p + i));
		__m512i l = _mm512_and_si512(v, half);
		__m512i h = _mm512_and_si512(_mm512_srli_epi16(v, 4), half);

		for (size_t k = 0; k < ANCHOR_PLANES; k++)
			m[k] = _mm512_and_si512(
			    m[k], _mm512_and_si512(
				      _mm512_shuffle_epi8(t->low[k][i], l),
				      _mm512_shuffle_epi8(t->high[k][i], h)));
	}
	m[0] = _mm512_or_si512(m[0], m[1]);
	return _mm512_test_epi8_mask(m[0], m[0]);
}

AVX512 static size_t
collect_avx512(const struct anchor_tables *tables, const char *p, size_t steps,
    uint16_t *at)
{
	const struct tables_avx512 t = tables_avx512(tables);
	uint16_t *out = at;

	for (size_t i = 0; i < steps * ANCHOR_STEP; i += ANCHOR_STEP)
		out = places_put(out, mask_avx512(&t, p + i), i);
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
