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
masks_avx2(const struct nameset *set, const char *p, size_t n,
    struct namefind_masks *out)
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

	for (size_t i = 0; i < n; i++, p += NAMEFIND_BLOCK) {
		uint32_t m[4][2];

		for (unsigned k = 0; k < 2; k++) {
			__m256i b = _mm256_loadu_si256(
			    (const __m256i *)(const void *)(p + k * 32));
			__m256i high = _mm256_shuffle_epi8(bits,
			    _mm256_and_si256(_mm256_srli_epi16(b, 4), nibble));
			uint32_t wide = (uint32_t)_mm256_movemask_epi8(b);

			m[0][k] = class_bits(word, b, high) | wide;
			m[1][k] = (uint32_t)_mm256_movemask_epi8(
			    _mm256_cmpeq_epi8(b, point));
			m[2][k] =
			    class_bits(last, b, high) | (wide & wide_last);
			m[3][k] = set->has_hex ? class_bits(hex, b, high) : 0;
		}
		out[i] =
		    (struct namefind_masks){m[0][0] | (uint64_t)m[0][1] << 32,
			m[1][0] | (uint64_t)m[1][1] << 32,
			m[2][0] | (uint64_t)m[2][1] << 32,
			m[3][0] | (uint64_t)m[3][1] << 32};
	}
}

static const struct namefind_kernel avx2 = {"avx2", masks_avx2};

/* Of each byte below 0x80 the classes that it is in. */
enum { IN_WORD = 1, IN_LAST = 2, IN_HEX = 4 };

static void
classes_fill(const struct nameset *set, uint8_t table[128])
{
	for (unsigned c = 0; c < 128; c++)
		table[c] =
		    (uint8_t)((name_in(&namefind_word, c) ? IN_WORD : 0) |
			      (name_in(&set->last, c) ? IN_LAST : 0) |
			      (name_in(&namefind_hex, c) ? IN_HEX : 0));
}

AVX512 static void
masks_avx512(const struct nameset *set, const char *p, size_t n,
    struct namefind_masks *out)
{
	uint8_t table[128];
	const uint64_t wide_last = set->last_wide ? UINT64_MAX : 0;

	classes_fill(set, table);
	const __m512i low = _mm512_loadu_si512(table),
		      high = _mm512_loadu_si512(table + 64);

	for (size_t i = 0; i < n; i++, p += NAMEFIND_BLOCK) {
		__m512i b = _mm512_loadu_si512(p);
		/* By the lower seven bits. */
		__m512i t = _mm512_permutex2var_epi8(low, b, high);
		uint64_t wide = _mm512_movepi8_mask(b);

		out[i] = (struct namefind_masks){
		    _mm512_test_epi8_mask(t, _mm512_set1_epi8(IN_WORD)) | wide,
		    _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('.')),
		    (_mm512_test_epi8_mask(t, _mm512_set1_epi8(IN_LAST)) &
			~wide) |
			(wide & wide_last),
		    _mm512_test_epi8_mask(t, _mm512_set1_epi8(IN_HEX)) & ~wide};
	}
}

static const struct namefind_kernel avx512 = {"avx512", masks_avx512};

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
