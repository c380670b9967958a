/*
 * Anchors against a plain reading.  The input is a line of words, a line of
 * sample, and a text; every kernel must report each word that is not left where
 * it stands, and nothing else.
 */
#include "fuzz/fuzz.h"
#include "match/anchor_kernel.h"

#define WORDS 64

struct seen {
	const struct anchor_word *words;
	struct span text;
	size_t n;
};

static bool
stands(const struct anchor_word *w, struct span text, size_t end)
{
	struct span head = span_head(text, end);

	return w->nocase ? span_ends_nocase(head, w->bytes)
			 : span_ends(head, w->bytes);
}

static int
on_found(void *ctx, uint32_t id, size_t end)
{
	struct seen *x = ctx;

	FUZZ_CHECK(end <= x->text.n && !x->words[id].left);
	FUZZ_CHECK(stands(&x->words[id], x->text, end));
	x->n++;
	return 0;
}

static size_t
plain_count(const struct anchor_word *w, size_t n, struct span text)
{
	size_t all = 0;

	for (size_t end = 1; end <= text.n; end++)
		for (size_t i = 0; i < n; i++)
			all += !w[i].left && stands(&w[i], text, end);
	return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct anchor_kernel *k[ANCHOR_KERNELS];
	size_t kernels = anchor_kernels(k), n = 0;
	struct span rest = span_of((const char *)data, size), words, sample,
		    word;
	struct anchor_word w[WORDS];
	struct anchor_set *a;

	if (size > 8192 || !span_line(&rest, &words) ||
	    !span_line(&rest, &sample))
		return 0;
	for (word = span_word(&words); word.n > 0 && n < WORDS;
	     word = span_word(&words)) {
		w[n] =
		    (struct anchor_word){word, (uint32_t)n, n % 2 == 0, false};
		n++;
	}
	a = anchor_new(w, n, sample);
	for (size_t i = 0; i < kernels && a != NULL; i++) {
		struct seen x = {w, rest, 0};

		FUZZ_CHECK(!anchor_scan_with(k[i], a, rest, on_found, &x));
		FUZZ_CHECK(x.n == plain_count(w, n, rest));
	}
	anchor_free(a);
	return 0;
}
