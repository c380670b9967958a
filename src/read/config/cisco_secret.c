#include "read/config/cisco_secret.h"

#include "base/limits.h"

#define REDACTED SPAN("<redacted>")

/* Passwords that devices are delivered with, or that everybody tries. */
static const char *const defaults[] = {"cisco", "Cisco", "admin", "password",
    "Password", "public", "private", "cisco123", "secret", "router", "changeme",
    "default"};

static bool
is_type(struct span w)
{
	return (w.n == 1 && ascii_digit((unsigned char)w.p[0])) ||
	       span_is(w, "10");
}

bool
secret_read(struct span rest, struct secret *out)
{
	struct span tail = rest, word = span_word(&tail), next = tail;
	struct secret s = {SPAN("0"), span_trim(rest)};

	if (word.n == 0)
		return false;
	if (is_type(word) && span_word(&next).n > 0) {
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

	if (span_is(s->type, "7"))
		clear = secret_decode7(a, s->text);
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

/* ---- redaction ---- */

/* The line as words, each with its place; and what to hide, ascending. */
struct hide {
	struct span line;
	struct span w[LIMIT_REDACT_WORDS];
	unsigned n;
	struct span cut[LIMIT_REDACT_WORDS];
	unsigned ncuts;
};

static bool
ends_command(char c)
{
	return c == '\t' || c == '"' || c == '\r' || c == '\n';
}

/* Words end at blanks, and a command also at a tab or quote. */
static struct span
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

static struct span
at(const struct hide *h, unsigned i)
{
	return i < h->n ? h->w[i] : (struct span){0};
}

static bool
is(const struct hide *h, unsigned i, const char *word)
{
	return span_is_nocase(at(h, i), word);
}

/* The same, with what a log may put before it ("command:username"). */
static bool
is_tail(const struct hide *h, unsigned i, const char *word)
{
	struct span w = at(h, i);
	size_t colon;

	if (span_is_nocase(w, word))
		return true;
	if (!span_ends_nocase(w, span_str(word)))
		return false;
	colon = w.n - strlen(word);
	return colon > 0 &&
	       (w.p[colon - 1] == ':' || w.p[colon - 1] == '=' ||
		   w.p[colon - 1] == '\'' || w.p[colon - 1] == '(');
}

/* A command word as somebody typed it: at least "least" letters of it. */
static bool
is_short(struct span w, const char *word, size_t least)
{
	return w.n >= least && span_starts_nocase(span_str(word), w);
}

static bool
is_one_of(struct span w, const char *const *list)
{
	for (; *list != NULL; list++)
		if (span_is_nocase(w, *list))
			return true;
	return false;
}

static void
cut(struct hide *h, struct span s)
{
	if (s.n > 0 && h->ncuts < LIMIT_REDACT_WORDS &&
	    (h->ncuts == 0 ||
		s.p >= h->cut[h->ncuts - 1].p + h->cut[h->ncuts - 1].n))
		h->cut[h->ncuts++] = s;
}

/* Hide from word i to the end of the command. */
static void
cut_rest(struct hide *h, unsigned i)
{
	struct span w = at(h, i), rest;
	size_t n = 0, mark;

	if (w.n == 0)
		return;
	rest = span_from(h->line, (size_t)(w.p - h->line.p));
	while (n < rest.n && !ends_command(rest.p[n]))
		n++;
	rest = span_head(rest, n);
	mark = span_find(rest, SPAN("<cr>"));
	rest = span_rtrim(span_head(rest, mark));
	cut(h, rest.n ? rest : w);
}

/* "[type] SECRET" from word i on.  clear: clear text goes to the end. */
static void
cut_typed(struct hide *h, unsigned i, bool clear)
{
	bool typed = is_type(at(h, i)) && i + 1 < h->n;
	struct span w = at(h, i + typed);

	/* What opens with a quote goes to the closing one. */
	clear |= w.n > 0 && w.p > h->line.p && w.p[-1] == '"' && !typed;
	if (clear && (!typed || is(h, i, "0")))
		cut_rest(h, i + typed);
	else
		cut(h, at(h, i + typed));
}

/* Words that follow "password" and "secret" in prose and in commands that
 * hold none. */
static bool
is_prose(struct span w)
{
	static const char *const words[] = {"for", "of", "is", "was", "has",
	    "have", "from", "by", "in", "on", "at", "to", "and", "or", "not",
	    "must", "may", "will", "can", "cannot", "check", "changed",
	    "failed", "failure", "expired", "authentication", "encryption",
	    "recovery", "required", "policy", "too", "with", "the", "a", "an",
	    "attempt", "attempts", "prompt", "reset", "mismatch", "invalid",
	    "incorrect", "strength", "min-length", "lifetime", "verification",
	    "protection", "aging", "history", "strength-check", "required,",
	    "accepted", "rejected", "error", "logging", "login", "]", "];",
	    NULL};

	return is_one_of(w, words);
}

/* Does a command that takes a password stand before word i? */
static bool
in_command(const struct hide *h, unsigned i)
{
	static const char *const verbs[] = {"username", "enable", "neighbor",
	    "ppp", "ftp", "pap", "chap", "sent-username", "msdp", "isis", "ldp",
	    "http", "tunnel", "credentials", "trustpoint", "passwd", "user",
	    NULL};

	for (unsigned k = 0; k < i; k++)
		for (const char *const *v = verbs; *v != NULL; v++)
			if (is_tail(h, k, *v))
				return true;
	return i == 0 || (i == 1 && is(h, 0, "no"));
}

/* IOS XR writes how a secret is kept as a word: the word behind it. */
static unsigned
behind_label(const struct hide *h, unsigned i)
{
	return i + 1 < h->n && (is(h, i, "encrypted") || is(h, i, "clear"))
		   ? i + 1
		   : i;
}

static void
hide_password(struct hide *h, unsigned i)
{
	unsigned next = i + 1;
	/* "command:password 0 x" starts a command as well. */
	bool account =
	    i == 0 || (!is(h, i, "password") && !is(h, i, "secret") &&
			  !is_prose(at(h, i + 1)));

	if (is(h, next, "level"))
		next += 2;
	if (is(h, next, "peer"))
		next += 2;
	if (is(h, i - (i > 0), "service") || is(h, next, "encryption") ||
	    is(h, next, "strength-check"))
		return;
	next = behind_label(h, next);
	for (unsigned k = 0; k < i; k++)
		account |= is_tail(h, k, "username") || is_tail(h, k, "enable");
	if (is_type(at(h, next)) && next + 1 < h->n)
		cut_typed(h, next, account);
	else if (account || in_command(h, i) || !is_prose(at(h, next)))
		cut_typed(h, next, account && !is_prose(at(h, next)));
}

/* "key": of a server or a peer, not of a chain, a clock or a generator. */
static void
hide_key(struct hide *h, unsigned i)
{
	static const char *const not_secret[] = {"chain", "generate",
	    "pubkey-chain", "zeroize", "export", "import", "storage", "decrypt",
	    "encrypt", "lock", "unlock", "mypubkey", "exchange", "config-key",
	    "move", "is", "was", "for", "in", "of", "to", NULL};
	static const char *const takes[] = {"isakmp", "host", "address",
	    "tacacs-server", "radius-server", "server-private", "server", "pac",
	    "client", "hex", NULL};
	struct span next = at(h, i + 1);
	bool taker = i == 0 || (i == 1 && is(h, 0, "no"));
	unsigned before = i;

	if (next.n == 0 || is_one_of(next, not_secret)) {
		if (is(h, i + 1, "config-key"))
			cut_rest(h, i + 3);
		return;
	}
	for (unsigned k = 0; k < i && before == i; k++) {
		if (is_tail(h, k, "ntp") || is_tail(h, k, "tunnel"))
			return;
		for (const char *const *t = takes; *t != NULL; t++)
			taker |= is_tail(h, k, *t);
	}
	taker |= i > 0 && !is(h, i, "key");
	/* A lone number is the index in a key chain. */
	if (i == 0 && h->n == 2 && is_type(next))
		return;
	/* "crypto isakmp key X address A" */
	if (taker || is_type(next))
		cut_typed(h, i + 1, i == 0 || !is_tail(h, i - 1, "isakmp"));
}

/* snmp-server host A [traps|informs] [version V [level]] [vrf V] COMMUNITY */
static void
hide_trap_host(struct hide *h, unsigned i)
{
	/* "host INTERFACE A community X" of ASA */
	for (unsigned k = i + 2; k < h->n && k < i + 6; k++)
		if (is(h, k, "community")) {
			cut_typed(h, k + 1, false);
			return;
		}
	i += 2; /* behind the address */
	for (;;) {
		if (is(h, i, "traps") || is(h, i, "informs"))
			i++;
		else if (is(h, i, "vrf") || is(h, i, "use-vrf"))
			i += 2;
		else if (is(h, i, "version") && is(h, i + 1, "3"))
			return; /* a user's name follows */
		else if (is(h, i, "version"))
			i += 2;
		else
			break;
	}
	cut_typed(h, behind_label(h, i), false);
}

/* snmp-server user U G v3 auth sha [256] X priv aes [128] X */
static void
hide_snmp_user(struct hide *h, unsigned i)
{
	static const char *const algorithms[] = {
	    "md5", "sha", "sha-2", "des", "3des", "aes", "aes-128", NULL};
	static const char *const sizes[] = {
	    "128", "192", "256", "384", "512", NULL};

	for (; i < h->n; i++) {
		unsigned k = i + 1;

		if (!is(h, i, "auth") && !is(h, i, "priv"))
			continue;
		if (is_one_of(at(h, k), algorithms))
			k++;
		if (is_one_of(at(h, k), sizes) && k + 1 < h->n)
			k++;
		k = behind_label(h, k);
		cut(h, at(h, k));
		i = k;
	}
}

static void
hide_snmp(struct hide *h, unsigned i)
{
	if (is_short(at(h, i + 1), "community", 3))
		cut_typed(h, behind_label(h, i + 2), false);
	else if (is(h, i + 1, "host"))
		hide_trap_host(h, i + 1);
	else if (is(h, i + 1, "user"))
		hide_snmp_user(h, i + 1);
}

/* pre-shared-key [local|remote] [address A [mask] key] [hex] [type] SECRET */
static void
hide_pre_shared(struct hide *h, unsigned i)
{
	i++;
	if (is(h, i, "local") || is(h, i, "remote"))
		i++;
	if (is(h, i, "address") || is(h, i, "hostname"))
		return; /* the word "key" follows */
	if (is(h, i, "hex") || is(h, i, "ascii") || is(h, i, "key") ||
	    is(h, i, "ascii-text") || is(h, i, "hexadecimal"))
		i++;
	cut_typed(h, i, false);
}

/* ntp authentication-key N md5 X [7]; ip ospf authentication-key [7] X */
static void
hide_authentication_key(struct hide *h, unsigned i)
{
	if (i > 0 && is_tail(h, i - 1, "ntp"))
		cut(h, at(h, i + 3));
	else
		cut_typed(h, i + 1, false);
}

/* standby 1 authentication [md5 key-string [7]|text] X */
static void
hide_authentication(struct hide *h, unsigned i)
{
	static const char *const groups[] = {
	    "standby", "vrrp", "glbp", "nhrp", NULL};
	bool group = false;

	for (unsigned k = 0; k < i; k++)
		group |= is_one_of(at(h, k), groups);
	if (!group || is(h, i + 1, "md5") || is(h, i + 1, "mode"))
		return;
	cut(h, at(h, i + 1 + is(h, i + 1, "text")));
}

/* Crypt-style hashes speak for themselves: "$6$...".  Junos writes "$8$" and
 * "$9$" before what it can turn back, however short. */
static bool
is_hash(struct span w)
{
	if (w.n > 3 &&
	    (span_starts(w, SPAN("$9$")) || span_starts(w, SPAN("$8$"))))
		return true;
	return w.n >= 20 && w.p[0] == '$' &&
	       ascii_digit((unsigned char)w.p[1]) &&
	       span_find_byte(span_from(w, 2), '$') != SPAN_NONE;
}

/* From where s starts to the end of the line, up to byte c. */
static struct span
line_until(const struct hide *h, struct span s, char c)
{
	struct span rest = span_from(h->line, (size_t)(s.p - h->line.p));

	return span_until(&rest, c);
}

/* <phash>X</phash>, wherever it stands in the word. */
static void
hide_elements(struct hide *h, struct span w)
{
	static const char *const names[] = {"phash", "password", "secret",
	    "key", "encrypted-password", "authentication-key", "pre-shared-key",
	    "ascii-text", "hexadecimal", "private-key", "passphrase",
	    "snmp-community-string", "community", "authpwd", "privpwd",
	    "auth-password", "priv-password", "plain-text-password",
	    "plain-text-password-value", "bind-password", "shared-secret",
	    "passwd", "psk", "token", "api-key", NULL};
	size_t at;

	while ((at = span_find_byte(w, '<')) != SPAN_NONE) {
		struct span name;

		w = span_from(w, at + 1);
		at = span_find_byte(w, '>');
		if (at == SPAN_NONE)
			return;
		name = span_head(w, at);
		w = span_from(w, at + 1);
		if (w.n > 0 && w.p[0] != '<' && is_one_of(name, names))
			cut(h, line_until(h, w, '<'));
	}
}

/* -----BEGIN RSA PRIVATE KEY----- ... -----END */
static void
hide_private_key(struct hide *h, unsigned i)
{
	struct span rest;
	size_t end;

	for (unsigned k = i + 1; k < i + 5; k++) {
		if (!is(h, k, "PRIVATE"))
			continue;
		rest = at(h, k + 1);
		if (rest.n == 0)
			return;
		rest = span_from(h->line, (size_t)(rest.p - h->line.p));
		rest = span_from(rest, at(h, k + 1).n);
		end = span_find(rest, SPAN("-----END"));
		cut(h, span_head(rest, end));
		return;
	}
}

/* FortiOS: "set psksecret ENC X". */
static bool
is_encoded(const struct hide *h, unsigned i)
{
	return span_is(at(h, i), "ENC") || span_is(at(h, i), "SH2");
}

/* Junos: "snmp community X", "community X {". */
static bool
is_junos_community(const struct hide *h, unsigned i)
{
	if (!is(h, i, "community"))
		return false;
	return (i > 0 && is(h, i - 1, "snmp")) || (i == 0 && is(h, 2, "{")) ||
	       (i == 1 && is(h, 0, "inactive:") && is(h, 3, "{"));
}

/* scheme://user:password@host */
static struct span
url_password(struct span w)
{
	size_t from = span_find(w, SPAN("://")), colon, at_sign;
	struct span rest;

	if (from == SPAN_NONE)
		return (struct span){0};
	rest = span_from(w, from + 3);
	at_sign = span_rfind_byte(rest, '@');
	colon = span_find_byte(rest, ':');
	if (at_sign == SPAN_NONE || colon == SPAN_NONE || colon > at_sign)
		return (struct span){0};
	return span_sub(rest, colon + 1, at_sign);
}

/* Words that take "[type] SECRET" wherever they stand. */
static bool
is_keyword(const struct hide *h, unsigned i)
{
	static const char *const words[] = {"key-string", "server-key",
	    "shared-secret", "area-password", "domain-password", "nt-encrypted",
	    "ascii-password", "passphrase", "psk", "wpa-psk", "set-key",
	    "encrypted-password", "plain-text-password-value", "phash",
	    "psksecret", "psksecret-remote", "ascii-text", "hexadecimal",
	    "authentication-password", "privacy-password", "auth-pwd",
	    "priv-pwd", "authpwd", "privpwd", "snmp-community-string",
	    "bind-password", "ppk-secret", "group-password", "api-key", NULL};

	for (const char *const *w = words; *w != NULL; w++)
		if (is_tail(h, i, *w))
			return true;
	return false;
}

/* "user bob priv 15 sec 0 x": logged as it was typed. */
static bool
is_short_password(const struct hide *h, unsigned i)
{
	if (!is_short(at(h, i), "password", 2) &&
	    !is_short(at(h, i), "secret", 3))
		return false;
	for (unsigned k = 0; k < i; k++) {
		struct span w = at(h, k);
		size_t mark = span_rfind_byte(w, ':');

		w = span_from(w, mark == SPAN_NONE ? 0 : mark + 1);
		if (is_short(w, "username", 4) || is_short(w, "enable", 2))
			return true;
	}
	return false;
}

static void
hide_at(struct hide *h, unsigned i)
{
	unsigned before = h->ncuts;

	if (is_encoded(h, i + 1))
		return;
	hide_elements(h, at(h, i));
	if (h->ncuts > before)
		return;
	if (is_encoded(h, i) || is_junos_community(h, i))
		cut(h, at(h, i + 1));
	else if (span_ends(at(h, i), SPAN("-----BEGIN")))
		hide_private_key(h, i);
	else if (is_tail(h, i, "password") || is_tail(h, i, "secret") ||
		 is_tail(h, i, "passwd") || is_short_password(h, i))
		hide_password(h, i);
	else if (is_tail(h, i, "key"))
		hide_key(h, i);
	else if (is_tail(h, i, "snmp-server") ||
		 is_short(at(h, i), "snmp-server", 4))
		hide_snmp(h, i);
	else if (is_tail(h, i, "pre-shared-key"))
		hide_pre_shared(h, i);
	else if (is_tail(h, i, "authentication-key"))
		hide_authentication_key(h, i);
	else if (is_tail(h, i, "message-digest-key"))
		cut_typed(h, i + 2 + is(h, i + 2, "md5"), false);
	else if (is_tail(h, i, "authentication"))
		hide_authentication(h, i);
	else if (is_keyword(h, i))
		cut_typed(h,
		    i + 1 + (is(h, i + 1, "ascii") || is(h, i + 1, "hex")),
		    false);
	else if (is_hash(at(h, i)))
		cut(h, at(h, i));
	else
		cut(h, url_password(at(h, i)));
}

static struct span
without_cuts(struct arena *a, const struct hide *h)
{
	size_t room = h->line.n + h->ncuts * REDACTED.n, n = 0, from = 0;
	char *out = arena_alloc(a, room + 1);

	for (unsigned i = 0; i < h->ncuts; i++) {
		size_t start = (size_t)(h->cut[i].p - h->line.p);

		memcpy(out + n, h->line.p + from, start - from);
		n += start - from;
		memcpy(out + n, REDACTED.p, REDACTED.n);
		n += REDACTED.n;
		from = start + h->cut[i].n;
	}
	memcpy(out + n, h->line.p + from, h->line.n - from);
	return span_of(out, n + h->line.n - from);
}

struct span
secret_redact(struct arena *a, struct span line)
{
	struct hide h = {.line = line};
	struct span rest = line, word;

	while (h.n < LIMIT_REDACT_WORDS && (word = hide_word(&rest)).n > 0)
		h.w[h.n++] = word;
	for (unsigned i = 0; i < h.n; i++)
		hide_at(&h, i);
	if (h.n == LIMIT_REDACT_WORDS)
		cut(&h, rest);
	return h.ncuts > 0 ? without_cuts(a, &h) : line;
}
