#include "read/config/cisco_secret.h"

#include "read/config/secret_hide.h"

/* Passwords that devices are delivered with, or that everybody tries. */
static const char *const defaults[] = {"cisco", "Cisco", "admin", "password",
    "Password", "public", "private", "cisco123", "secret", "router", "changeme",
    "default"};

bool
secret_read(struct span rest, struct secret *out)
{
	struct span tail = rest, word = span_word(&tail), next = tail;
	struct secret s = {SPAN("0"), span_trim(rest)};

	if (word.n == 0)
		return false;
	if (hide_is_type(word) && span_word(&next).n > 0) {
		s.type = word;
		s.text = span_trim(tail);
	}
	if (s.type.p[0] != '0') {
		tail = s.text;
		s.text = span_word(&tail);
	}
	*out = s;
	return true;
}

static int
hex_digit(char c)
{
	unsigned char low = ascii_lower((unsigned char)c);

	if (ascii_digit(low))
		return low - '0';
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

struct span
secret_decode7(struct arena *a, struct span s)
{
	static const char key[] =
	    "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";
	size_t at, n = s.n / 2;
	char *out;

	if (s.n < 4 || s.n % 2 != 0 || s.n > 1024 ||
	    !ascii_digit((unsigned char)s.p[0]) ||
	    !ascii_digit((unsigned char)s.p[1]))
		return (struct span){0};
	at = (size_t)(s.p[0] - '0') * 10 + (size_t)(s.p[1] - '0');
	out = arena_alloc(a, n);
	for (size_t i = 1; i < n; i++) {
		int hi = hex_digit(s.p[2 * i]), lo = hex_digit(s.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return (struct span){0};
		out[i - 1] = (char)((hi << 4 | lo) ^
				    key[(at + i - 1) % (sizeof(key) - 1)]);
	}
	return span_of(out, n - 1);
}

const char *
secret_weak(struct arena *a, struct span user, const struct secret *s)
{
	struct span clear = s->text;

	if (secret_reversible(s))
		clear = secret_clear(a, s);
	else if (!span_is(s->type, "0"))
		return NULL;
	if (clear.n == 0)
		return s->text.n == 0 ? "empty" : NULL;
	if (user.n > 0 && span_eq_nocase(clear, user))
		return "same-as-name";
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		if (span_is(clear, defaults[i]))
			return "default";
	return NULL;
}

struct span
secret_redact(struct arena *a, struct span line)
{
	struct hide h;
	struct span rest = line, word;

	h.line = line;
	h.n = h.ncuts = 0;
	h.rest_end = h.pair_end = line.p;
	memset(h.first, 0, sizeof(h.first));
	while (h.n < LIMIT_REDACT_WORDS && (word = hide_word(&rest)).n > 0)
		h.w[h.n++] = word;
	hide_pairs(&h);
	hide_tools(&h);
	hide_gateways(&h);
	hide_logs(&h);
	hide_commands(&h);
	hide_carriers(&h);
	if (h.n == LIMIT_REDACT_WORDS)
		hide_cut(&h, rest);
	return h.ncuts > 0 ? hide_result(a, &h) : line;
}
