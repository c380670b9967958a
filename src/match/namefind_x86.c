#include "match/namefind_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

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
mark_avx2(const struct nameset *set, const char *p, size_t n,
    struct namefind_marks *m)
{
	const __m256i bits =
	    _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0,
		0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
	const __m256i nibble = _mm256_set1_epi8(15);
	const __m256i point = _mm256_set1_epi8('.');
	const __m256i word = class_load(&namefind_word),
		      last = class_load(&set->last),
		      hex = class_load(&namefind_hex);
	const uint32_t wide_last = set->last_wide ? UINT32_MAX : 0;

	for (size_t i = 1; i <= n + 1; i++) {
		m->word[i] = m->dot[i] = m->last[i] = m->hex[i] = 0;
		for (unsigned k = 0; k < NAMEFIND_BLOCK; k += 32, p += 32) {
			__m256i b = _mm256_loadu_si256(
			    (const __m256i *)(const void *)p);
			__m256i high = _mm256_shuffle_epi8(bits,
			    _mm256_and_si256(_mm256_srli_epi16(b, 4), nibble));
			uint32_t wide = (uint32_t)_mm256_movemask_epi8(b);
			uint32_t dot = (uint32_t)_mm256_movemask_epi8(
			    _mm256_cmpeq_epi8(b, point));

			m->word[i] |=
			    (uint64_t)(class_bits(word, b, high) | wide) << k;
			m->dot[i] |= (uint64_t)dot << k;
			m->last[i] |= (uint64_t)(class_bits(last, b, high) |
						 (wide & wide_last))
				      << k;
			if (set->has_hex)
				m->hex[i] |= (uint64_t)class_bits(hex, b, high)
					     << k;
		}
	}
	namefind_ends(set, n, m);
}

static const struct namefind_kernel avx2 = {"avx2", mark_avx2};

AVX512 static void
mark_avx512(const struct nameset *set, const char *p, size_t n,
    struct namefind_marks *m)
{
	const uint64_t wide_last = set->last_wide ? UINT64_MAX : 0;
	const __m512i low = _mm512_loadu_si512(set->classes),
		      high = _mm512_loadu_si512(set->classes + 64),
		      point = _mm512_set1_epi8('.'),
		      word = _mm512_set1_epi8(NAME_OF_WORD),
		      last = _mm512_set1_epi8(NAME_OF_LAST),
		      hex = _mm512_set1_epi8(NAME_OF_HEX);

	for (size_t i = 1; i <= n + 1; i++, p += NAMEFIND_BLOCK) {
		__m512i b = _mm512_loadu_si512(p);
		/* By the lower seven bits. */
		__m512i t = _mm512_permutex2var_epi8(low, b, high);
		uint64_t wide = _mm512_movepi8_mask(b);

		m->word[i] = _mm512_test_epi8_mask(t, word) | wide;
		m->dot[i] = _mm512_cmpeq_epi8_mask(b, point);
		m->last[i] = (_mm512_test_epi8_mask(t, last) & ~wide) |
			     (wide & wide_last);
		m->hex[i] = _mm512_test_epi8_mask(t, hex) & ~wide;
	}
	namefind_ends(set, n, m);
}

static const struct namefind_kernel avx512 = {"avx512", mark_avx512};

size_t
namefind_x86_kernels(
    const struct namefind_kernel *v[NAMEFIND_KERNELS], size_t n)
{
	if (__builtin_cpu_supports("avx2"))
		v[n++] = &avx2;
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi"))
		v[n++] = &avx512;
	return n;
}

#else

size_t
namefind_x86_kernels(
    const struct namefind_kernel *v[NAMEFIND_KERNELS], size_t n)
{
	(void)v;
	return n;
}

#endif
