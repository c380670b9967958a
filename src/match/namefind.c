#include "match/namefind_kernel.h"

#include "base/err.h"

const struct name_class namefind_word = {{0xa8, 0xf8, 0xf8, 0xf8, 0xf8, 0xf8,
    0xf8, 0xf8, 0xf8, 0xf8, 0xf0, 0x50, 0x50, 0x54, 0x50, 0x70}};
const struct name_class namefind_hex = {{0x08, 0x58, 0x58, 0x58, 0x58, 0x58,
    0x58, 0x08, 0x08, 0x08, 0, 0, 0, 0, 0, 0}};

struct finder {
	const struct nameset *set;
	struct span text;
	namefind_fn *fn;
	void *ctx;
};

static bool
hex_digit(unsigned char c)
{
	return c < 0x80 && name_in(&namefind_hex, c);
}

static void
mark_portable(const struct nameset *set, const char *p, size_t n,
    struct namefind_marks *m)
{
	for (size_t i = 1; i <= n + 1; i++) {
		m->word[i] = m->dot[i] = m->last[i] = m->hex[i] = 0;
		for (unsigned k = 0; k < NAMEFIND_BLOCK; k++) {
			unsigned char c = (unsigned char)*p++;

			m->word[i] |= (uint64_t)name_word(c) << k;
			m->dot[i] |= (uint64_t)(c == '.') << k;
			m->last[i] |= (uint64_t)nameset_last(set, c) << k;
			m->hex[i] |= (uint64_t)hex_digit(c) << k;
		}
	}
	namefind_ends(set, n, m);
}

static const struct namefind_kernel portable = {"portable", mark_portable};

size_t
namefind_kernels(const struct namefind_kernel *v[NAMEFIND_KERNELS])
{
	v[0] = &portable;
	return namefind_x86_kernels(v, 1);
}

/* The byte at i; 0 before and behind the text. */
static unsigned char
byte_at(const struct finder *f, size_t i)
{
	return i < f->text.n ? (unsigned char)f->text.p[i] : 0;
}

/* Is the byte before "at" the end of an escape? */
static bool
escape_before(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at - 1);

	if (byte_at(f, at - 2) == '\\')
		return c == 'n' || c == 'r' || c == 't';
	return byte_at(f, at - 3) == '%' && hex_digit(byte_at(f, at - 2)) &&
	       hex_digit(c);
}

enum start { START_NONE, START_WORD, START_BELOW };

/* May a name begin here? */
static enum start
start_at(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at - 1);

	if (c == '.' && name_word(byte_at(f, at - 2)))
		return START_BELOW;
	if (!name_word(c) || escape_before(f, at))
		return START_WORD;
	return START_NONE;
}

/* RFC 3986 characters that would make a URL longer; closing brackets, quotes
 * and marks of a sentence end it, unless more of it follows. */
static bool
url_goes_on(const struct finder *f, size_t at)
{
	unsigned char c = byte_at(f, at);

	if (c == '.' || c == ',' || c == ';' || c == ':' || c == '!' ||
	    c == '?')
		return name_word(byte_at(f, at + 1)) ||
		       byte_at(f, at + 1) == '/';
	return name_word(c) || (c != 0 && strchr("/%=&+~@#$*", c) != NULL);
}

static bool
tail_fits(const struct finder *f, const struct name_entry *e, size_t end)
{
	for (size_t i = 0; i < e->tail; i++)
		if (ascii_lower(byte_at(f, end + i)) !=
		    (unsigned char)e->key[e->length + i])
			return false;
	return end + e->tail <= f->text.n &&
	       ((e->rules & NAME_URL) == 0 || !url_goes_on(f, end + e->tail));
}

static bool
key_fits(const struct finder *f, const struct name_entry *e, size_t from)
{
	for (size_t i = 0; i < e->length; i++)
		if (ascii_lower(byte_at(f, from + i)) !=
		    (unsigned char)e->key[i])
			return false;
	return true;
}

static void
chain_report(const struct finder *f, uint32_t at, size_t from, size_t end,
    enum start start, bool hash)
{
	for (; at != NAMESET_NONE; at = f->set->entries[at].next) {
		const struct name_entry *e = &f->set->entries[at];

		if (start == START_BELOW && (e->rules & NAME_BELOW) == 0)
			continue;
		if (e->hash != hash || e->length != end - from ||
		    !key_fits(f, e, from) || !tail_fits(f, e, end))
			continue;
		if ((e->rules & NAME_SCHEME) != 0 &&
		    !(byte_at(f, from - 1) == '/' &&
			byte_at(f, from - 2) == '/'))
			continue;
		f->fn(f->ctx, from, (size_t)e->length + e->tail, e->id,
		    start == START_BELOW);
	}
}

static bool
ends_walk(const struct name_group *g, unsigned char c)
{
	if (c == '\n')
		return true;
	return (g->flags & NAMES_BLANKS) == 0 &&
	       (c <= ' ' || c == '"' || c == '\'');
}

/* Names of the group that end right before "end". */
static void
walk_back(const struct finder *f, const struct name_group *g, size_t end)
{
	uint64_t h = NAME_SEED;
	size_t most = g->longest < end ? g->longest : end;

	for (size_t n = 1; n <= most; n++) {
		const char *at = f->text.p + (end - n);
		enum start start;

		if (ends_walk(g, (unsigned char)*at))
			return;
		if (n % 8 == 0)
			h = name_step(h, at);
		if (n < g->least ||
		    (start = start_at(f, end - n)) == START_NONE)
			continue;
		chain_report(f, nameset_first(f->set, name_end(h, at, n)),
		    end - n, end, start, false);
	}
}

/* The 64 bytes that end with the one looked at, which is the highest bit. */
struct behind {
	uint64_t word, dot;
};

/* A walk over the places where a name may begin, nearest first. */
struct walk {
	const struct name_group *group;
	size_t end, hashed;
	uint64_t hash; /* of so many bytes before the end */
};

/* The name of n bytes, n not less than the last time. */
static void
walk_stop(const struct finder *f, struct walk *w, size_t n)
{
	size_t from = w->end - n;
	const char *at = f->text.p + from;
	enum start start;

	if (n < w->group->least || n > w->group->longest ||
	    (start = start_at(f, from)) == START_NONE)
		return;
	for (; w->hashed + 8 <= n; w->hashed += 8)
		w->hash =
		    name_step(w->hash, f->text.p + w->end - w->hashed - 8);
	chain_report(f, nameset_first(f->set, name_end(w->hash, at, n)), from,
	    w->end, start, false);
}

/*
 * The same as walk_back for names of words and dots alone: one begins behind a
 * dot, with the run of words and dots, or behind an escape with which the run
 * begins.
 */
static void
walk_words(const struct finder *f, const struct name_group *g, size_t end,
    uint64_t dot, size_t run)
{
	struct walk w = {.group = g, .end = end, .hash = NAME_SEED};
	unsigned char before = byte_at(f, end - run - 1);

	for (; dot != 0; dot &= ~(UINT64_C(1) << 63 >> __builtin_clzll(dot))) {
		size_t n = (size_t)__builtin_clzll(dot);

		if (n >= run)
			break;
		walk_stop(f, &w, n);
	}
	/* Behind a dot it was asked for already. */
	if (before == '%' && run > 2 && byte_at(f, end - run + 1) != '.')
		walk_stop(f, &w, run - 2);
	if (before == '\\' && run > 1 && byte_at(f, end - run) != '.')
		walk_stop(f, &w, run - 1);
	walk_stop(f, &w, run);
}

static void
ending_look(
    const struct finder *f, uint64_t ending, size_t end, const struct behind *b)
{
	const struct name_group *g = nameset_group(f->set, ending);
	uint64_t other = ~(b->word | b->dot);

	if (g == NULL || ((g->flags & NAMES_URL) != 0 && url_goes_on(f, end) &&
			     name_word(byte_at(f, end))))
		return;
	if (other == 0 || (g->flags & NAMES_OTHER) != 0)
		walk_back(f, g, end);
	else
		walk_words(f, g, end, b->dot, (size_t)__builtin_clzll(other));
}

static inline void
word_end(const struct finder *f, size_t end, const struct behind *b)
{
	uint64_t ending;

	if (f->set->has_long && end >= 8) {
		ending = name_ending8(f->text.p + end);
		if (nameset_may_end(f->set, ending))
			ending_look(f, ending, end, b);
	}
	if (f->set->has_short && end >= 4) {
		ending = name_ending4(f->text.p + end);
		if (nameset_may_end(f->set, ending))
			ending_look(f, ending, end, b);
	}
}

/* The 64 marks up to the one of a number in a word. */
static inline uint64_t
marks_behind(const uint64_t *word, unsigned bit)
{
	return word[0] << (63 - bit) | word[-1] >> bit >> 1;
}

/* A run of at least 32 hex digits ends right before "end". */
static void
hash_end(const struct finder *f, size_t end)
{
	uint64_t h = NAME_SEED;
	size_t n = 0;

	if (ascii_alnum(byte_at(f, end)))
		return;
	while (n < 65 && n < end && hex_digit(byte_at(f, end - n - 1))) {
		const char *at = f->text.p + (end - ++n);

		if (n % 8 == 0)
			h = name_step(h, at);
		if ((n == 32 || n == 40 || n == 64) &&
		    (!ascii_alnum(byte_at(f, end - n - 1)) ||
			escape_before(f, end - n)))
			chain_report(f,
			    nameset_first(f->set, name_end(h, at, n)), end - n,
			    end, START_WORD, true);
	}
}

/* Bits where a run of hex digits ends that began at least 31 bits before;
 * back: the mask of the 64 bytes before. */
static uint64_t
long_runs(uint64_t hex, uint64_t back)
{
	uint64_t r = hex, b = back;

	for (unsigned step = 1; step <= 16; step *= 2) {
		r &= r << step | b >> (64 - step);
		b &= b << step;
	}
	return r;
}

static void
hashes_look(const struct finder *f, size_t base, uint64_t before, uint64_t hex,
    uint64_t next)
{
	uint64_t runs = long_runs(hex, before) & ~(hex >> 1 | next << 63);

	for (; runs != 0; runs &= runs - 1)
		hash_end(f, base + (size_t)__builtin_ctzll(runs) + 1);
}

/* Look at n blocks of the text, at p, which stand at "base"; the marks of the
 * block before are number 0, and those of the last one get there.  One more
 * block is readable. */
static void
batch_look(const struct finder *f, const struct namefind_kernel *k,
    const char *p, size_t base, size_t n, struct namefind_marks *m)
{
	k->mark(f->set, p, n, m);
	for (size_t i = 1; i <= n; i++, base += NAMEFIND_BLOCK) {
		for (uint64_t e = m->ends[i]; e != 0; e &= e - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(e);
			struct behind b = {marks_behind(m->word + i, bit),
			    marks_behind(m->dot + i, bit)};

			word_end(f, base + bit + 1, &b);
		}
		if (f->set->has_hex)
			hashes_look(
			    f, base, m->hex[i - 1], m->hex[i], m->hex[i + 1]);
	}
	m->word[0] = m->word[n];
	m->dot[0] = m->dot[n];
	m->hex[0] = m->hex[n];
}

void
namefind_scan_with(const struct namefind_kernel *k, const struct nameset *set,
    struct span text, namefind_fn *fn, void *ctx)
{
	struct finder f = {.set = set, .text = text, .fn = fn, .ctx = ctx};
	struct namefind_marks m;
	char rest[3 * NAMEFIND_BLOCK] = {0};
	size_t base = 0, n;

	ASSERT(set->sealed);
	if (set->nentries == 0)
		return;
	m.word[0] = m.dot[0] = m.hex[0] = 0;
	while ((n = (text.n - base) / NAMEFIND_BLOCK) > 1) {
		n = n - 1 < NAMEFIND_BATCH ? n - 1 : NAMEFIND_BATCH;
		batch_look(&f, k, text.p + base, base, n, &m);
		base += n * NAMEFIND_BLOCK;
	}
	/* Less than two blocks. */
	n = text.n - base;
	if (n > 0)
		memcpy(rest, text.p + base, n);
	n = (n + NAMEFIND_BLOCK - 1) / NAMEFIND_BLOCK;
	if (n > 0)
		batch_look(&f, k, rest, base, n, &m);
}

void
namefind_scan(
    const struct nameset *set, struct span text, namefind_fn *fn, void *ctx)
{
	const struct namefind_kernel *v[NAMEFIND_KERNELS];

	namefind_scan_with(v[namefind_kernels(v) - 1], set, text, fn, ctx);
}
