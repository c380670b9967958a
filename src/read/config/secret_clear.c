/*
 * Secrets whose stored form gives them away.
 *
 * $9$ of Junos: each character of the secret is written as a few characters;
 * the distances between neighbours in a fixed alphabet, each with a weight,
 * add up to its byte.  The first character says how many random ones follow
 * it.  The alphabet is put together from four families.
 */
#include "read/config/cisco_secret.h"

#define NINE_LETTERS 65

static const char alphabet[NINE_LETTERS + 1] = "QzF3n6/9CAtpu0O"
					       "B1IREhcSyrleKvMW8LXx"
					       "7N-dVbwsY2g4oaJZGUDj"
					       "iHkq.mPf5T";
/* Places where the families end; the first has 3 random characters, the last
 * none. */
static const size_t families[] = {15, 35, 55, NINE_LETTERS};

/* Weights of the distances; taken in turn, ended by 0. */
static const unsigned weights[7][5] = {{1, 4, 32}, {1, 16, 32}, {1, 8, 32},
    {1, 64}, {1, 32}, {1, 4, 16, 128}, {1, 32, 64}};

static size_t
letter(char c)
{
	const char *at = memchr(alphabet, c, NINE_LETTERS);

	return at != NULL ? (size_t)(at - alphabet) : SPAN_NONE;
}

/* One byte at *rest; *last is the letter before.  False: no such text. */
static bool
nine_byte(struct span *rest, size_t *last, const unsigned *weight, char *out)
{
	size_t sum = 0;

	for (; *weight != 0; weight++) {
		size_t at = rest->n > 0 ? letter(rest->p[0]) : SPAN_NONE;

		if (at == SPAN_NONE)
			return false;
		sum +=
		    *weight * ((at + NINE_LETTERS - *last + NINE_LETTERS - 1) %
				  NINE_LETTERS);
		*last = at;
		*rest = span_from(*rest, 1);
	}
	*out = (char)(sum & 0xff);
	return true;
}

struct span
secret_decode9(struct arena *a, struct span s)
{
	struct span rest = span_from(s, 3);
	size_t last, random = 3, n = 0;
	char *out;

	if (!span_starts(s, SPAN("$9$")) || s.n < 4 || s.n > 1024 ||
	    (last = letter(rest.p[0])) == SPAN_NONE)
		return (struct span){0};
	for (size_t i = 0; last >= families[i]; i++)
		random--;
	if (rest.n < 1 + random)
		return (struct span){0};
	rest = span_from(rest, 1 + random);
	out = arena_alloc(a, s.n);
	while (rest.n > 0) {
		if (!nine_byte(&rest, &last, weights[n % 7], &out[n]))
			return (struct span){0};
		n++;
	}
	return span_of(out, n);
}

bool
secret_reversible(const struct secret *s)
{
	return span_is(s->type, "7") || span_is(s->type, "$9$") ||
	       span_is(s->type, "hash2") || span_is(s->type, "cipher");
}

struct span
secret_clear(struct arena *a, const struct secret *s)
{
	if (span_is(s->type, "7"))
		return secret_decode7(a, s->text);
	if (span_is(s->type, "$9$"))
		return secret_decode9(a, s->text);
	return span_is(s->type, "0") || span_is(s->type, "community")
		   ? s->text
		   : (struct span){0};
}

bool
secret_is_removed(struct span s)
{
	static const char *const words[] = {"removed", "redacted", "hidden",
	    "secret-data", "password-removed", "sanitized", "omitted"};
	size_t same = 0;

	while (same < s.n && (s.p[same] == '*' || s.p[same] == '.' ||
				 (s.p[same] | 0x20) == 'x'))
		same++;
	if (same == s.n || (s.p[0] == '<' && s.p[s.n - 1] == '>'))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_eq_nocase(s, span_str(words[i])))
			return true;
	return false;
}
