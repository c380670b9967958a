#include "read/config/line_signs.h"

#include "base/err.h"

void
line_signs_count(struct line_score *score, const struct line_sign *v, size_t n,
    uint64_t *seen, struct span line)
{
	ASSERT(n <= 64);
	for (size_t i = 0; i < n; i++) {
		if (*seen >> i & 1 || line.n == 0 ||
		    line.p[0] != v[i].text[0] ||
		    !span_starts(line, span_str(v[i].text)))
			continue;
		*seen |= 1ull << i;
		score->score += v[i].weight;
		if (v[i].weight > score->best) {
			score->best = v[i].weight;
			score->reason = v[i].reason ? v[i].reason : v[i].text;
		}
	}
}
