/*
 * Addresses in text, against a plain reading.  Every report must be an
 * address of the set that stands where it is said to.  And every dotted quad
 * that nothing ambiguous surrounds must be reported exactly when it stands
 * alone and is in the set.
 */
#include "fuzz/fuzz.h"
#include "match/addrfind.h"

struct seen {
	const struct addrset *set;
	struct span text;
	size_t end;  /* of the last report */
	uint8_t *at; /* length of the report that begins there */
};

static void
on_found(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct seen *x = ctx;
	struct span word = span_sub(x->text, offset, offset + length);
	struct addr a;

	FUZZ_CHECK(length > 0 && length < 64 && word.n == length);
	FUZZ_CHECK(offset >= x->end);
	x->end = offset + length;
	FUZZ_CHECK(addr_read(word, &a));
	FUZZ_CHECK(addrset_find(x->set, &a) == id);
	x->at[offset] = (uint8_t)length;
}

static int
byte_at(struct span s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : -1;
}

static bool
alnum_at(struct span s, size_t i)
{
	int c = byte_at(s, i);

	return c >= 0 && ascii_alnum((unsigned char)c);
}

/* Colons and escapes nearby have rules of their own. */
static bool
plain(struct span s, size_t from, size_t to)
{
	size_t i;

	for (i = from; i-- > 0 && from - i <= 3;)
		if (s.p[i] == '%' || s.p[i] == '\\')
			return false;
	for (i = from; i-- > 0;) {
		if (s.p[i] == ':')
			return false;
		if (s.p[i] != '.' && !ascii_alnum((unsigned char)s.p[i]))
			break;
	}
	for (i = to; i < s.n; i++) {
		if (s.p[i] == ':')
			return false;
		if (s.p[i] != '.' && !ascii_alnum((unsigned char)s.p[i]))
			break;
	}
	return true;
}

static bool
alone(struct span s, size_t from, size_t to)
{
	if (alnum_at(s, from - 1) || alnum_at(s, to))
		return false;
	if (byte_at(s, from - 1) == '.' && alnum_at(s, from - 2))
		return false;
	return byte_at(s, to) != '.' || !alnum_at(s, to + 1);
}

static void
compare(const struct seen *x)
{
	struct span s = x->text;
	struct addr a;

	for (size_t from = 0; from < s.n; from++)
		for (size_t n = 15; n >= 7; n--) {
			struct span quad = span_sub(s, from, from + n);

			if (quad.n != n || !addr_read(quad, &a) ||
			    span_find_byte(quad, ':') != SPAN_NONE ||
			    !plain(s, from, from + n))
				continue;
			FUZZ_CHECK(
			    (x->at[from] == n) ==
			    (alone(s, from, from + n) &&
				addrset_find(x->set, &a) != ADDRSET_NONE));
		}
}

static struct addrset *
set_of(const char *const *words, size_t n)
{
	struct addrset *set = addrset_new();
	struct prefix p;

	for (uint32_t i = 0; i < n; i++) {
		FUZZ_CHECK(prefix_read(span_str(words[i]), &p));
		addrset_add(set, &p, i);
	}
	addrset_seal(set);
	return set;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const v4[] = {"45.61.133.31", "10.0.0.0/8",
	    "1.2.3.4", "255.255.255.255", "0.0.0.0", "192.168.16.0/20"};
	static const char *const both[] = {
	    "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8::1"};
	static struct addrset *sets[2];
	struct seen x = {.text = span_of((const char *)data, size)};

	/* The plain reading is slow. */
	if (size > 2048)
		return 0;
	if (sets[0] == NULL) {
		sets[0] = set_of(v4, sizeof(v4) / sizeof(v4[0]));
		sets[1] = set_of(both, sizeof(both) / sizeof(both[0]));
	}
	for (size_t i = 0; i < 2; i++) {
		x.at = calloc(size + 1, 1);
		x.set = sets[i];
		x.end = 0;
		addrfind_scan(x.set, x.text, on_found, &x);
		compare(&x);
		free(x.at);
	}
	return 0;
}
