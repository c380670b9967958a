#include "read/config/secret_hide.h"

#include "base/sort.h"

static bool
ends_command(char c)
{
	return c == '\t' || c == '"' || c == '\r' || c == '\n';
}

struct span
hide_word(struct span *rest)
{
	size_t from = 0, to;

	while (from < rest->n &&
	       (ascii_space((unsigned char)rest->p[from]) ||
		   rest->p[from] == '"' || rest->p[from] == '\''))
		from++;
	for (to = from; to < rest->n; to++)
		if (ascii_space((unsigned char)rest->p[to]) ||
		    rest->p[to] == '"')
			break;
	struct span word = span_sub(*rest, from, to);
	*rest = span_from(*rest, to);
	return word;
}

struct span
hide_at(const struct hide *h, unsigned i)
{
	return i < h->n ? h->w[i] : (struct span){0};
}

bool
hide_is(const struct hide *h, unsigned i, const char *word)
{
	return span_is_nocase(hide_at(h, i), word);
}

bool
hide_ends_tail(const struct hide *h, unsigned i, struct span word)
{
	struct span w = hide_at(h, i);
	size_t colon;

	if (!span_ends_nocase(w, word))
		return false;
	colon = w.n - word.n;
	return colon == 0 ||
	       (w.p[colon - 1] == ':' || w.p[colon - 1] == '=' ||
		   w.p[colon - 1] == '\'' || w.p[colon - 1] == '(');
}

bool
hide_is_short(struct span w, const char *word, size_t least)
{
	return w.n >= least && span_starts_nocase(span_str(word), w);
}

bool
hide_one_of(struct span w, const char *const *list)
{
	for (; *list != NULL; list++)
		if (span_is_nocase(w, *list))
			return true;
	return false;
}

struct span
hide_line_from(const struct hide *h, struct span s)
{
	return span_from(h->line, (size_t)(s.p - h->line.p));
}

void
hide_cut(struct hide *h, struct span s)
{
	if (s.n == 0)
		return;
	if (h->ncuts + 1 < LIMIT_REDACT_WORDS)
		h->cut[h->ncuts++] = s;
	else if (h->ncuts < LIMIT_REDACT_WORDS)
		h->cut[h->ncuts++] = hide_line_from(h, s);
	else if (s.p < h->cut[h->ncuts - 1].p)
		h->cut[h->ncuts - 1] = hide_line_from(h, s);
}

void
hide_cut_rest(struct hide *h, unsigned i)
{
	struct span w = hide_at(h, i), rest;
	size_t n = 0, mark;

	if (w.n == 0 || w.p < h->rest_end)
		return;
	rest = hide_line_from(h, w);
	while (n < rest.n && !ends_command(rest.p[n]))
		n++;
	rest = span_head(rest, n);
	mark = span_find(rest, SPAN("<cr>"));
	rest = span_rtrim(span_head(rest, mark));
	rest = rest.n ? rest : w;
	h->rest_end = rest.p + rest.n;
	hide_cut(h, rest);
}

void
hide_cut_argument(struct hide *h, unsigned i, size_t from)
{
	struct span w = hide_at(h, i), rest;
	char quote;

	if (from >= w.n)
		return;
	w = span_from(w, from);
	rest = hide_line_from(h, w);
	quote = w.p > h->line.p ? w.p[-1] : '\0';
	if (from > 0 && (w.p[0] == '"' || w.p[0] == '\'')) {
		quote = w.p[0];
		rest = span_from(rest, 1);
	}
	if ((quote == '"' || quote == '\'') && w.p >= h->rest_end) {
		w = span_until(&rest, quote);
		h->rest_end = w.p + w.n;
	}
	hide_cut(h, w);
}

void
hide_cut_typed(struct hide *h, unsigned i, bool clear)
{
	bool typed = hide_is_type(hide_at(h, i)) && i + 1 < h->n;
	struct span w = hide_at(h, i + typed);

	/* VyOS: plaintext-password 'two words' */
	if (!typed && w.n > 0 && w.p > h->line.p && w.p[-1] == '\'') {
		hide_cut_argument(h, i, 0);
		return;
	}
	/* What opens with a quote goes to the closing one. */
	clear |= w.n > 0 && w.p > h->line.p && w.p[-1] == '"' && !typed;
	if (clear && (!typed || hide_is(h, i, "0")))
		hide_cut_rest(h, i + typed);
	else
		hide_cut(h, hide_at(h, i + typed));
}

/* The sets, as enum hide_set numbers them. */
static const char *const sets[HIDE_SETS][20] = {
    {"username", "enable"},
    {"username", "enable", "neighbor", "ppp", "ftp", "pap", "chap",
	"sent-username", "msdp", "isis", "ldp", "http", "tunnel", "credentials",
	"trustpoint", "passwd", "user"},
    {"isakmp", "host", "address", "tacacs-server", "radius-server",
	"server-private", "server", "pac", "client", "hex"},
    {"ntp"},
    {"standby", "vrrp", "glbp", "nhrp"},
    {"snmp", "%SNMP-3-AUTHFAIL:", "%SNMP-4-AUTHFAIL:", "SNMP-3-AUTHFAIL"},
};

bool
hide_is_before(struct hide *h, unsigned i, enum hide_set set)
{
	unsigned k = 0;

	if (h->first[set] > 0)
		return h->first[set] <= i;
	for (; k < h->n; k++)
		for (const char *const *w = sets[set]; *w != NULL; w++)
			if (hide_is_tail(h, k, *w))
				goto found;
found:
	h->first[set] = k + 1;
	return h->first[set] <= i;
}

bool
hide_is_type(struct span w)
{
	return (w.n == 1 && ascii_digit((unsigned char)w.p[0])) ||
	       span_is(w, "10");
}

bool
hide_is_prose(struct span w)
{
	static const char *const words[] = {"for", "of", "is", "was", "has",
	    "have", "from", "by", "in", "on", "at", "to", "and", "or", "not",
	    "must", "may", "will", "can", "cannot", "check", "changed",
	    "failed", "failure", "expired", "authentication", "encryption",
	    "recovery", "required", "policy", "too", "with", "the", "a", "an",
	    "attempt", "attempts", "prompt", "reset", "mismatch", "invalid",
	    "incorrect", "strength", "min-length", "lifetime", "verification",
	    "protection", "aging", "history", "strength-check", "required,",
	    "accepted", "rejected", "error", "logging", "login", "]", "];", "|",
	    NULL};

	return hide_one_of(w, words);
}

bool
hide_is_route_community(struct span w)
{
	static const char *const known[] = {"no-export", "no-advertise",
	    "internet", "local-as", "no-peer", "additive", "none", NULL};
	uint64_t number;
	size_t colon;

	if (w.n > 1 && w.p[0] == '"' && w.p[w.n - 1] == '"')
		w = span_sub(w, 1, w.n - 1);
	if (hide_one_of(w, known) || span_u64(w, &number))
		return true;
	colon = span_rfind_byte(w, ':');
	return colon != SPAN_NONE && span_u64(span_from(w, colon + 1), &number);
}

bool
hide_is_name(struct span name, bool quoted)
{
	static const char *const ends[] = {"password", "passwd", "secret",
	    "token", "api_key", "apikey", "api-key", "passphrase", "community",
	    "pwd", "shared-key", "shared_key", "access_key", "private-key",
	    "private_key", "md5-key", "auth-key", "authentication-key",
	    "pre-shared-key", "preshared-key", NULL};
	static const char *const quoted_too[] = {"key", "phash", "psk",
	    "encrypted-password", "authentication-key", "ascii-text",
	    "hexadecimal", "snmp-community-string", "plain-text-password-value",
	    "auth-key", "priv-key", "server-key", "key-string", "psksecret",
	    NULL};
	/* How Ivanti says how the value is kept. */
	static const char *const kept[] = {
	    "-encrypted", "-cleartext", "-hash", "-string", NULL};
	size_t colon = span_rfind_byte(name, ':');

	name = span_from(name, colon == SPAN_NONE ? 0 : colon + 1);
	for (const char *const *k = kept; quoted && *k != NULL; k++)
		if (span_ends(name, span_str(*k)))
			name.n -= strlen(*k);
	for (const char *const *e = ends; *e != NULL; e++)
		if (span_ends_nocase(name, span_str(*e)))
			return true;
	return quoted && hide_one_of(name, quoted_too);
}

static int
cut_order(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

/* In order, and joined where they overlap. */
static void
join_cuts(struct hide *h)
{
	unsigned n = 0;

	sort_array(h->cut, h->ncuts, sizeof(h->cut[0]), cut_order);
	for (unsigned i = 0; i < h->ncuts; i++) {
		struct span s = h->cut[i],
			    *last = n > 0 ? &h->cut[n - 1] : NULL;

		if (last == NULL || s.p >= last->p + last->n)
			h->cut[n++] = s;
		else if (s.p + s.n > last->p + last->n)
			last->n = (size_t)(s.p + s.n - last->p);
	}
	h->ncuts = n;
}

struct span
hide_result(struct arena *a, struct hide *h)
{
	size_t room = h->line.n + h->ncuts * HIDE_SHOWN.n, n = 0, from = 0;
	char *out = arena_alloc(a, room + 1);

	join_cuts(h);
	for (unsigned i = 0; i < h->ncuts; i++) {
		size_t start = (size_t)(h->cut[i].p - h->line.p);

		memcpy(out + n, h->line.p + from, start - from);
		n += start - from;
		memcpy(out + n, HIDE_SHOWN.p, HIDE_SHOWN.n);
		n += HIDE_SHOWN.n;
		from = start + h->cut[i].n;
	}
	memcpy(out + n, h->line.p + from, h->line.n - from);
	return span_of(out, n + h->line.n - from);
}
