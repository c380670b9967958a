#include "match/anchor_kernel.h"

/* A text under search. */
struct seeker {
	const struct anchor_set *set;
	struct span text;
	literal_fn *fn;
	void *ctx;
};

/* 1, or 0 when no anchor has the key. */
static unsigned
filter_has(const struct anchor_set *a, uint32_t key)
{
	uint32_t h = anchor_hash(key) >> (32 - ANCHOR_FILTER);

	return (unsigned)(a->filter[h >> 6] >> (h & 63)) & 1;
}

/* Of candidates at[0, n) behind p, those with the bytes of an anchor. */
static size_t
sift(const struct anchor_set *a, const char *p, uint16_t *at, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n && !a->shorts; i++) {
		at[kept] = at[i];
		kept += filter_has(a, anchor_key(p + at[i]));
	}
	for (size_t i = 0; i < n && a->shorts; i++) {
		uint32_t key = anchor_key(p + at[i]);

		at[kept] = at[i];
		kept += filter_has(a, key) | filter_has(a, anchor_short(key));
	}
	return kept;
}

static bool
entry_stands(const struct anchor_entry *e, struct span text, size_t from)
{
	const char *p = text.p + from;

	if (e->n > text.n - from)
		return false;
	if (text.n - from >= sizeof(e->head) &&
	    (anchor_head(p) & e->mask) != e->head)
		return false;
	if (!e->nocase)
		return memcmp(p, e->bytes, e->n) == 0;
	for (size_t i = 0; i < e->n; i++)
		if (ascii_lower((unsigned char)p[i]) !=
		    (unsigned char)e->bytes[i])
			return false;
	return true;
}

/* The literals of an anchor that stands at a place of the text. */
static bool
seek_anchor(const struct seeker *s, uint32_t key, size_t at)
{
	const struct anchor_set *a = s->set;
	uint32_t i = anchor_hash(key) >> a->slot_shift;
	const struct anchor_slot *slot = &a->slots[i];

	while (slot->n > 0 && slot->key != key) {
		i = (i + 1) & ((1u << (32 - a->slot_shift)) - 1);
		slot = &a->slots[i];
	}
	for (uint32_t k = slot->from; k < slot->from + slot->n; k++) {
		const struct anchor_entry *e = &a->entries[k];

		if (e->before <= at &&
		    entry_stands(e, s->text, at - e->before) &&
		    s->fn(s->ctx, e->id, at - e->before + e->n))
			return true;
	}
	return false;
}

static bool
seek_at(const struct seeker *s, const char *p, size_t at)
{
	uint32_t key = anchor_key(p);

	return seek_anchor(s, key, at) ||
	       (s->set->shorts && seek_anchor(s, anchor_short(key), at));
}

static bool
seek_piece(const struct seeker *s, const struct anchor_kernel *k, size_t base)
{
	char padded[ANCHOR_PIECE + 3 * ANCHOR_STEP];
	uint16_t at[ANCHOR_POSITIONS];
	size_t left = s->text.n - base, steps = ANCHOR_STEPS, n;
	const char *p = s->text.p + base;

	if (left < ANCHOR_PIECE + ANCHOR_STEP) {
		/* The end of the text, with nothing behind it. */
		if (left < ANCHOR_PIECE)
			steps = (left + ANCHOR_STEP - 1) / ANCHOR_STEP;
		memcpy(padded, p, left);
		memset(padded + left, 0, 2 * ANCHOR_STEP);
		p = padded;
	}
	n = k->collect(&s->set->tables, p, steps, at);
	while (n > 0 && (size_t)at[n - 1] + ANCHOR_SHORT > left)
		n--;
	n = sift(s->set, p, at, n);
	for (size_t i = 0; i < n; i++)
		if (seek_at(s, p + at[i], base + at[i]))
			return true;
	return false;
}

bool
anchor_scan_with(const struct anchor_kernel *k, const struct anchor_set *a,
    struct span text, literal_fn *fn, void *ctx)
{
	struct seeker s = {a, text, fn, ctx};

	for (size_t base = 0; base < text.n; base += ANCHOR_PIECE)
		if (seek_piece(&s, k, base))
			return true;
	return false;
}

bool
anchor_scan(
    const struct anchor_set *a, struct span text, literal_fn *fn, void *ctx)
{
	const struct anchor_kernel *v[ANCHOR_KERNELS];
	size_t n = anchor_kernels(v);

	return anchor_scan_with(v[n - 1], a, text, fn, ctx);
}
