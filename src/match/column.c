#include "match/column.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* From a place inside a line: behind the end of that line. */
static size_t
behind_line(struct span s, size_t at)
{
	size_t nl = span_find_byte(span_from(s, at), '\n');

	return nl == SPAN_NONE ? s.n : at + nl + 1;
}

/* Lines from i on, which begins one. */
static void
column_slowly(struct span s, size_t i, char separator, unsigned column,
    struct column_list *out)
{
	while (i < s.n && out->n < COLUMN_PLACES) {
		size_t end = behind_line(s, i);
		struct span line = span_sub(s, i, end);
		unsigned left = column;

		while (left > 0) {
			size_t at = span_find_byte(line, separator);

			if (at == SPAN_NONE)
				break;
			line = span_from(line, at + 1);
			left--;
		}
		if (left == 0)
			out->at[out->n++] = (uint32_t)(line.p - s.p);
		i = end;
	}
	out->done = i;
}

static void
column_portable(
    struct span s, char separator, unsigned column, struct column_list *out)
{
	out->n = 0;
	column_slowly(s, 0, separator, column, out);
}

static bool
is_keyend(struct span s, size_t i)
{
	return i > 0 && s.p[i] == '"' && (s.p[i - 1] | 0x24) == 't';
}

static void
keyend_slowly(struct span s, size_t i, struct column_list *out)
{
	for (; i < s.n && out->n < COLUMN_PLACES; i++)
		if (is_keyend(s, i))
			out->at[out->n++] = (uint32_t)i;
	/* The byte before counts for the next. */
	out->done = i < s.n ? i - 1 : i;
}

static void
keyend_portable(struct span s, struct column_list *out)
{
	out->n = 0;
	keyend_slowly(s, 0, out);
}

#if defined(__x86_64__)

#define BLOCK 64
#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 static inline uint64_t
equal_bits(const __m256i v[2], char c)
{
	const __m256i want = _mm256_set1_epi8(c);
	uint64_t low =
	    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v[0], want));
	uint64_t high =
	    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v[1], want));

	return low | high << 32;
}

AVX2 static inline void
block_load(const char *p, __m256i v[2])
{
	v[0] = _mm256_loadu_si256((const __m256i *)(const void *)p);
	v[1] = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
}

/* All but the lowest n set bits; there are as many. */
AVX2 static inline uint64_t
bits_drop(uint64_t bits, unsigned n)
{
	for (; n > 0; n--)
		bits &= bits - 1;
	return bits;
}

AVX2 static void
column_avx2(
    struct span s, char separator, unsigned column, struct column_list *out)
{
	size_t i = 0, line = 0; /* where the line at hand begins */
	unsigned left = column; /* separators to come; 0: it has been found */

	out->n = 0;
	for (; s.n - i >= BLOCK; i += BLOCK) {
		uint64_t cells, ends, bits, end;
		__m256i v[2];

		block_load(s.p + i, v);
		cells = equal_bits(v, separator);
		ends = equal_bits(v, '\n');
		for (;;) {
			unsigned here;

			end = ends & (0 - ends);
			bits = cells & (end - 1);
			here = (unsigned)__builtin_popcountll(bits);
			if (left > here) {
				left -= here;
			} else if (left > 0) {
				bits = bits_drop(bits, left - 1);
				out->at[out->n++] =
				    (uint32_t)(i + 1 +
					       (size_t)__builtin_ctzll(bits));
				left = 0;
			}
			if (end == 0)
				break;
			line = i + (size_t)__builtin_ctzll(end) + 1;
			left = column;
			if (out->n == COLUMN_PLACES) {
				out->done = line;
				return;
			}
			ends &= ends - 1;
			cells &= ~((end << 1) - 1);
		}
	}
	/* The last line that was begun is looked at once more. */
	if (left == 0)
		line = behind_line(s, i);
	column_slowly(s, line, separator, column, out);
}

AVX2 static void
keyend_avx2(struct span s, struct column_list *out)
{
	const __m256i fold = _mm256_set1_epi8(0x24);
	uint64_t before = 0;
	size_t i = 0;

	out->n = 0;
	for (; s.n - i >= BLOCK; i += BLOCK) {
		uint64_t quotes, letters, bits;
		__m256i v[2];

		if (out->n + BLOCK > COLUMN_PLACES) {
			out->done = i - 1;
			return;
		}
		block_load(s.p + i, v);
		quotes = equal_bits(v, '"');
		v[0] = _mm256_or_si256(v[0], fold);
		v[1] = _mm256_or_si256(v[1], fold);
		letters = equal_bits(v, 't');
		bits = quotes & (letters << 1 | before);
		before = letters >> 63;
		for (; bits != 0; bits &= bits - 1)
			out->at[out->n++] =
			    (uint32_t)(i + (size_t)__builtin_ctzll(bits));
	}
	keyend_slowly(s, i, out);
}

static bool
has_avx2(void)
{
	return __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("popcnt");
}

#endif

size_t
column_kernels(column_kernel *v[COLUMN_KERNELS])
{
	size_t n = 0;

	v[n++] = column_portable;
#if defined(__x86_64__)
	if (has_avx2())
		v[n++] = column_avx2;
#endif
	return n;
}

size_t
keyend_kernels(keyend_kernel *v[COLUMN_KERNELS])
{
	size_t n = 0;

	v[n++] = keyend_portable;
#if defined(__x86_64__)
	if (has_avx2())
		v[n++] = keyend_avx2;
#endif
	return n;
}

void
column_find(
    struct span lines, char separator, unsigned column, struct column_list *out)
{
	column_kernel *v[COLUMN_KERNELS];

	v[column_kernels(v) - 1](lines, separator, column, out);
}

void
keyend_find(struct span text, struct column_list *out)
{
	keyend_kernel *v[COLUMN_KERNELS];

	v[keyend_kernels(v) - 1](text, out);
}
