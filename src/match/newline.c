#include "match/newline.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static size_t
count_portable(struct span s)
{
	const uint64_t low7 = 0x7f7f7f7f7f7f7f7full;
	size_t n = 0, i = 0;

	for (; s.n - i >= 8; i += 8) {
		uint64_t x;

		memcpy(&x, s.p + i, 8);
		x ^= '\n' * 0x0101010101010101ull;
		x = ~(((x & low7) + low7) | x | low7);
		n += (x >> 7) * 0x0101010101010101ull >> 56;
	}
	for (; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static size_t
list_from(struct span s, size_t i, uint32_t *at, size_t n, size_t cap)
{
	while (n < cap) {
		size_t lf = span_find_byte(span_from(s, i), '\n');

		if (lf == SPAN_NONE)
			break;
		at[n++] = (uint32_t)(i + lf);
		i += lf + 1;
	}
	return n;
}

static size_t
list_portable(struct span s, uint32_t *at, size_t cap)
{
	return list_from(s, 0, at, 0, cap);
}

#if defined(__x86_64__)

/* The places of set bits, as far as there is room; n is less than cap.  The
 * first is written in any case: a branch would be taken at random. */
static inline size_t
bits_list(uint64_t bits, size_t base, uint32_t *at, size_t n, size_t cap)
{
	at[n] = (uint32_t)(base + (size_t)__builtin_ctzll(bits | 1ull << 63));
	n += bits != 0;
	bits &= bits - 1;
	for (; bits != 0 && n < cap; bits &= bits - 1)
		at[n++] = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
	return n;
}

__attribute__((target("avx2,bmi"))) static size_t
list_avx2(struct span s, uint32_t *at, size_t cap)
{
	const __m256i lf = _mm256_set1_epi8('\n');
	size_t n = 0, i = 0;

	for (; s.n - i >= 64 && n < cap; i += 64) {
		const __m256i *p = (const __m256i *)(s.p + i);
		uint64_t low = (uint32_t)_mm256_movemask_epi8(
		    _mm256_cmpeq_epi8(_mm256_loadu_si256(p), lf));
		uint64_t high = (uint32_t)_mm256_movemask_epi8(
		    _mm256_cmpeq_epi8(_mm256_loadu_si256(p + 1), lf));

		n = bits_list(low | high << 32, i, at, n, cap);
	}
	return list_from(s, i, at, n, cap);
}

__attribute__((target("avx512f,avx512bw,bmi"))) static size_t
list_avx512(struct span s, uint32_t *at, size_t cap)
{
	const __m512i lf = _mm512_set1_epi8('\n');
	size_t n = 0, i = 0;

	for (; s.n - i >= 64 && n < cap; i += 64)
		n = bits_list(
		    _mm512_cmpeq_epi8_mask(
			_mm512_loadu_si512((const void *)(s.p + i)), lf),
		    i, at, n, cap);
	return list_from(s, i, at, n, cap);
}

/* Each byte of a counter takes 255 additions before it must be summed. */
#define ROUNDS 255

__attribute__((target("avx2"))) static size_t
count_avx2(struct span s)
{
	const __m256i lf = _mm256_set1_epi8('\n'), zero = {0};
	__m256i total = {0};
	uint64_t sums[4];
	size_t i = 0;

	while (s.n - i >= 64) {
		__m256i a = zero, b = zero;

		for (int r = 0; r < ROUNDS && s.n - i >= 64; r++, i += 64) {
			const __m256i *p = (const __m256i *)(s.p + i);

			a = _mm256_sub_epi8(
			    a, _mm256_cmpeq_epi8(_mm256_loadu_si256(p), lf));
			b = _mm256_sub_epi8(b,
			    _mm256_cmpeq_epi8(_mm256_loadu_si256(p + 1), lf));
		}
		total = _mm256_add_epi64(
		    total, _mm256_add_epi64(_mm256_sad_epu8(a, zero),
			       _mm256_sad_epu8(b, zero)));
	}
	_mm256_storeu_si256((__m256i *)sums, total);
	return (size_t)(sums[0] + sums[1] + sums[2] + sums[3]) +
	       count_portable(span_from(s, i));
}

__attribute__((target("avx512f,avx512bw,popcnt"))) static size_t
count_avx512(struct span s)
{
	const __m512i lf = _mm512_set1_epi8('\n');
	size_t n = 0;

	for (; s.n >= 128; s = span_from(s, 128)) {
		__m512i a = _mm512_loadu_si512((const void *)s.p);
		__m512i b = _mm512_loadu_si512((const void *)(s.p + 64));

		n +=
		    (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(a, lf));
		n +=
		    (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(b, lf));
	}
	for (; s.n > 0; s = span_from(s, 64)) {
		__mmask64 in = s.n < 64 ? (1ull << s.n) - 1 : UINT64_MAX;

		n += (size_t)__builtin_popcountll(_mm512_mask_cmpeq_epi8_mask(
		    in, _mm512_maskz_loadu_epi8(in, (const void *)s.p), lf));
	}
	return n;
}

static size_t
x86_kernels(newline_kernel *v[NEWLINE_KERNELS], size_t n)
{
	if (__builtin_cpu_supports("avx2"))
		v[n++] = count_avx2;
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("popcnt"))
		v[n++] = count_avx512;
	return n;
}

static size_t
x86_listers(newline_lister *v[NEWLINE_KERNELS], size_t n)
{
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		v[n++] = list_avx2;
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi"))
		v[n++] = list_avx512;
	return n;
}

#endif

size_t
newline_kernels(newline_kernel *v[NEWLINE_KERNELS])
{
	v[0] = count_portable;
#if defined(__x86_64__)
	return x86_kernels(v, 1);
#else
	return 1;
#endif
}

size_t
newline_count(struct span s)
{
	newline_kernel *v[NEWLINE_KERNELS];

	return v[newline_kernels(v) - 1](s);
}

size_t
newline_listers(newline_lister *v[NEWLINE_KERNELS])
{
	v[0] = list_portable;
#if defined(__x86_64__)
	return x86_listers(v, 1);
#else
	return 1;
#endif
}

size_t
newline_list(struct span s, uint32_t *at, size_t cap)
{
	newline_lister *v[NEWLINE_KERNELS];

	return v[newline_listers(v) - 1](s, at, cap);
}
