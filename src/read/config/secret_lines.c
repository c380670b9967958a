#include "read/config/secret_hide.h"

/* Does a command that takes a password stand before word i? */
static bool
in_command(struct hide *h, unsigned i)
{
	return i == 0 || (i == 1 && hide_is(h, 0, "no")) ||
	       hide_is_before(h, i, HIDE_VERB);
}

/* IOS XR and VRP write how a secret is kept as a word: the word behind it. */
static unsigned
behind_label(const struct hide *h, unsigned i)
{
	static const char *const labels[] = {"encrypted", "clear", "cipher",
	    "irreversible-cipher", "simple", NULL};

	return i + 1 < h->n && hide_one_of(hide_at(h, i), labels) ? i + 1 : i;
}

/* mpls ldp [vrf V] password option N for LIST [type] SECRET */
static void
hide_ldp_option(struct hide *h, unsigned i)
{
	unsigned k = i + 2;

	if (hide_is(h, k, "for"))
		k += 2;
	if (!hide_is(h, k, "key-chain"))
		hide_cut_typed(h, k, true);
}

static void
hide_password(struct hide *h, unsigned i)
{
	unsigned next = i + 1;
	/* "command:password 0 x" starts a command as well. */
	bool account =
	    i == 0 || (!hide_is(h, i, "password") && !hide_is(h, i, "secret") &&
			  !hide_is_prose(hide_at(h, i + 1)));

	if (hide_is_before(h, i, HIDE_VERB) && hide_is(h, next, "option")) {
		hide_ldp_option(h, next);
		return;
	}
	if (hide_is(h, 0, "mpls") &&
	    (hide_is(h, next, "required") || hide_is(h, next, "rollover")))
		return;
	if (hide_is(h, next, "fallback"))
		next++;
	if (hide_is(h, next, "level"))
		next += 2;
	if (hide_is(h, next, "peer"))
		next += 2;
	if (hide_is(h, i - (i > 0), "service") ||
	    hide_is(h, next, "encryption") ||
	    hide_is(h, next, "strength-check"))
		return;
	next = behind_label(h, next);
	if (hide_is(h, i - (i > 0), "isis") && hide_is(h, next, "md5"))
		next++;
	account |= hide_is_before(h, i, HIDE_ACCOUNT);
	if (hide_is_type(hide_at(h, next)) && next + 1 < h->n)
		hide_cut_typed(h, next, account);
	else if (account || in_command(h, i) ||
		 !hide_is_prose(hide_at(h, next)))
		hide_cut_typed(
		    h, next, account && !hide_is_prose(hide_at(h, next)));
}

/* "key": of a server or a peer, not of a chain, a clock or a generator. */
static void
hide_key(struct hide *h, unsigned i)
{
	static const char *const not_secret[] = {"chain", "generate",
	    "pubkey-chain", "zeroize", "export", "import", "storage", "decrypt",
	    "encrypt", "lock", "unlock", "mypubkey", "exchange", "config-key",
	    "move", "is", "was", "for", "in", "of", "to", NULL};
	struct span next = hide_at(h, i + 1);
	bool taker = i == 0 || (i == 1 && hide_is(h, 0, "no"));

	if (next.n == 0 || hide_one_of(next, not_secret)) {
		if (hide_is(h, i + 1, "config-key"))
			hide_cut_rest(h, i + 3);
		return;
	}
	if (hide_is_before(h, i, HIDE_CLOCK))
		return;
	taker |= hide_is_before(h, i, HIDE_TAKER) ||
		 (i > 0 && hide_is_tail(h, i - 1, "tunnel"));
	taker |= i > 0 && !hide_is(h, i, "key");
	/* VyOS: "pki ca X private key", "api keys id X key"; NCLU: "tacacs key"
	 */
	taker |= i > 0 &&
		 (hide_is(h, i - 1, "private") || hide_is(h, i - 1, "tacacs"));
	taker |= i > 1 && hide_is(h, i - 2, "id");
	/* A lone number is the index in a key chain. */
	if (i == 0 && h->n == 2 && hide_is_type(next))
		return;
	/* "crypto isakmp key X address A" */
	if (taker || hide_is_type(next))
		hide_cut_typed(
		    h, i + 1, i == 0 || !hide_is_tail(h, i - 1, "isakmp"));
}

/* snmp-server host A [traps|informs] [version V [level]] [vrf V] COMMUNITY */
static void
hide_trap_host(struct hide *h, unsigned i)
{
	/* "host INTERFACE A community X" of ASA */
	for (unsigned k = i + 2; k < h->n && k < i + 6; k++)
		if (hide_is(h, k, "community")) {
			hide_cut_typed(h, k + 1, false);
			return;
		}
	i += 2; /* behind the address */
	for (;;) {
		if (hide_is(h, i, "traps") || hide_is(h, i, "informs"))
			i++;
		else if (hide_is(h, i, "vrf") || hide_is(h, i, "use-vrf"))
			i += 2;
		else if (hide_is(h, i, "version") && hide_is(h, i + 1, "3"))
			return; /* a user's name follows */
		else if (hide_is(h, i, "version"))
			i += 2;
		else
			break;
	}
	hide_cut_typed(h, behind_label(h, i), false);
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

		if (!hide_is(h, i, "auth") && !hide_is(h, i, "priv"))
			continue;
		if (hide_one_of(hide_at(h, k), algorithms))
			k++;
		if (hide_one_of(hide_at(h, k), sizes) && k + 1 < h->n)
			k++;
		k = behind_label(h, k);
		hide_cut(h, hide_at(h, k));
		i = k;
	}
}

static void
hide_snmp(struct hide *h, unsigned i)
{
	if (hide_is(h, i + 2, "|") || hide_is(h, i + 2, "from"))
		return;
	if (hide_is_short(hide_at(h, i + 1), "community", 3))
		hide_cut_typed(h, behind_label(h, i + 2), false);
	else if (hide_is(h, i + 1, "host"))
		hide_trap_host(h, i + 1);
	else if (hide_is(h, i + 1, "user"))
		hide_snmp_user(h, i + 1);
}

/* pre-shared-key [local|remote] [address A [mask] key] [hex] [type] SECRET */
static void
hide_pre_shared(struct hide *h, unsigned i)
{
	i = behind_label(h, i + 1);
	if (hide_is(h, i, "local") || hide_is(h, i, "remote"))
		i++;
	if (hide_is(h, i, "address") || hide_is(h, i, "hostname"))
		return; /* the word "key" follows */
	if (hide_is(h, i, "hex") || hide_is(h, i, "ascii") ||
	    hide_is(h, i, "key") || hide_is(h, i, "ascii-text") ||
	    hide_is(h, i, "hexadecimal"))
		i++;
	hide_cut_typed(h, i, false);
}

/* ntp authentication-key N md5 X [7]; ip ospf authentication-key [7] X */
static void
hide_authentication_key(struct hide *h, unsigned i)
{
	if (i > 0 && hide_is_tail(h, i - 1, "ntp"))
		hide_cut(h, hide_at(h, i + 3));
	else
		hide_cut_typed(
		    h, i + (hide_is(h, i + 2, "key") ? 3 : 1), false);
}

/* standby 1 authentication [md5 key-string [7]|text] X */
static void
hide_authentication(struct hide *h, unsigned i)
{
	/* EIGRP: authentication mode hmac-sha-256 [type] X */
	if (hide_is(h, i + 1, "mode") && hide_is(h, i + 2, "hmac-sha-256"))
		hide_cut_typed(h, i + 3, false);
	if (!hide_is_before(h, i, HIDE_GROUP) || hide_is(h, i + 1, "md5") ||
	    hide_is(h, i + 1, "mode"))
		return;
	hide_cut(h, hide_at(h, i + 1 + hide_is(h, i + 1, "text")));
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

/* -----BEGIN RSA PRIVATE KEY----- ... -----END */
static void
hide_private_key(struct hide *h, unsigned i)
{
	struct span rest;
	size_t end;

	for (unsigned k = i + 1; k < i + 5; k++) {
		if (!hide_is(h, k, "PRIVATE"))
			continue;
		rest = hide_at(h, k + 1);
		if (rest.n == 0)
			return;
		rest = hide_line_from(h, rest);
		rest = span_from(rest, hide_at(h, k + 1).n);
		if (rest.p < h->rest_end)
			return;
		end = span_find(rest, SPAN("-----END"));
		rest = span_head(rest, end);
		h->rest_end = rest.p + rest.n;
		hide_cut(h, rest);
		return;
	}
}

/* FortiOS: "set psksecret ENC X". */
static bool
is_encoded(const struct hide *h, unsigned i)
{
	return span_is(hide_at(h, i), "ENC") || span_is(hide_at(h, i), "SH2");
}

/* "snmp community X", "community X {" of Junos; also what IOS logs when one is
 * refused. */
static bool
is_community(struct hide *h, unsigned i)
{
	if (!hide_is(h, i, "community") || hide_is(h, i + 1, "from") ||
	    hide_is_prose(hide_at(h, i + 1)))
		return false;
	return hide_is_before(h, i, HIDE_SNMP) ||
	       (i == 0 && hide_is(h, 2, "{")) ||
	       (i == 1 && hide_is(h, 0, "inactive:") && hide_is(h, 3, "{"));
}

/* scheme://user:password@host */
static struct span
url_password(struct span w)
{
	size_t from = span_find(w, SPAN("://")), colon, at_sign;
	struct span rest;

	/* An archive command is logged as "ftp: //user:password@host". */
	if (from == SPAN_NONE && !span_starts(w, SPAN("//")))
		return (struct span){0};
	rest = span_from(w, from == SPAN_NONE ? 2 : from + 3);
	/* EdgeOS is told of its controller as wss://host:443+KEY+options. */
	if (span_starts(w, SPAN("wss://")) &&
	    span_find_byte(rest, '+') != SPAN_NONE)
		return span_from(rest, span_find_byte(rest, '+') + 1);
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
	    "bind-password", "ppk-secret", "group-password", "api-key",
	    "idtoken", "community-map", "plaintext-password", "plaintext-key",
	    "encrypted-key", "pre-shared-secret", "preshared-key",
	    "private-key", "md5-key", "auth-md5", "auth-sha", "encrypt-des",
	    "encrypt-aes", "readonly-community", "readonly-community-v6", NULL};

	for (const char *const *w = words; *w != NULL; w++)
		if (hide_is_tail(h, i, *w))
			return true;
	return false;
}

/* Behind "psk ascii", and "area-password md5" of FRRouting. */
static unsigned
behind_form(const struct hide *h, unsigned i)
{
	bool area = hide_is_tail(h, i, "area-password") ||
		    hide_is_tail(h, i, "domain-password");

	if (hide_is(h, i + 1, "ascii") || hide_is(h, i + 1, "hex") ||
	    (area && (hide_is(h, i + 1, "md5") || hide_is(h, i + 1, "clear"))))
		return i + 2;
	return i + 1;
}

/* "user bob priv 15 sec 0 x": logged as it was typed. */
static bool
is_short_password(const struct hide *h, unsigned i)
{
	if (!hide_is_short(hide_at(h, i), "password", 2) &&
	    !hide_is_short(hide_at(h, i), "secret", 3))
		return false;
	for (unsigned k = 0; k < i; k++) {
		struct span w = hide_at(h, k);
		size_t mark = span_rfind_byte(w, ':');

		w = span_from(w, mark == SPAN_NONE ? 0 : mark + 1);
		if (hide_is_short(w, "username", 4) ||
		    hide_is_short(w, "enable", 2))
			return true;
	}
	return false;
}

/* event manager environment NAME VALUE, by the name. */
static bool
is_environment(const struct hide *h, unsigned i)
{
	struct span name = hide_at(h, i + 1);

	return i > 0 && hide_is(h, i, "environment") &&
	       hide_is(h, i - 1, "manager") &&
	       (span_find_nocase(name, SPAN("pass")) != SPAN_NONE ||
		   span_find_nocase(name, SPAN("cred")) != SPAN_NONE ||
		   span_ends_nocase(name, SPAN("pw")) ||
		   span_ends_nocase(name, SPAN("key")) ||
		   hide_is_name(name, false));
}

/* snmp get v2c A [vrf V] COMMUNITY */
static void
hide_snmp_get(struct hide *h, unsigned i)
{
	if (!hide_is(h, i, "v1") && !hide_is(h, i, "v2c"))
		return;
	i += hide_is(h, i + 2, "vrf") ? 4 : 2;
	hide_cut(h, hide_at(h, i));
}

/*
 * test aaa group G [server A] USER PASSWORD {legacy | new-code}, and that of
 * NX-OS: test aaa server PROTOCOL A [vrf V] USER PASSWORD
 */
static void
hide_test_aaa(struct hide *h, unsigned i)
{
	unsigned k = i + 4;

	if (hide_is(h, i + 2, "server"))
		k++;
	if (hide_is(h, k, "server") || hide_is(h, k, "vrf"))
		k += 2;
	if (hide_is(h, i + 2, "server") || hide_is(h, i + 2, "group"))
		hide_cut_argument(h, k + 1, 0);
}

/* Is word i a name in quotes, before a separated sign or of an element: not a
 * command? */
static bool
is_pair(const struct hide *h, unsigned i)
{
	struct span w = hide_at(h, i), next = hide_at(h, i + 1), rest;

	if (w.p[0] == '<' && span_find_byte(w, '>') == SPAN_NONE)
		return true; /* an element with attributes */
	if (next.n == 0 || (next.p[0] != ':' && next.p[0] != '='))
		return false;
	rest = span_from(hide_line_from(h, w), w.n);
	return next.n == 1 || (rest.n > 0 && rest.p[0] == '"');
}

/* /snmp community add name=X, /container envs add key=K value=X of RouterOS:
 * only the menu says that it is a secret. */
static void
hide_menu_value(struct hide *h, unsigned i, const char *key)
{
	struct span name = span_str(key);

	for (; i < h->n && hide_at(h, i).p[0] != '/'; i++)
		if (span_eq(hide_at(h, i), name))
			hide_cut_argument(h, i + 1, 0); /* in quotes */
		else if (span_starts(hide_at(h, i), name))
			hide_cut(h, span_from(hide_at(h, i), name.n));
}

/* What "show snmp community" and "show snmp host" print: "Community name: X",
 * "Community SecurityName: X", "user: X   security model: v2c". */
static void
hide_shown_community(struct hide *h, unsigned i)
{
	if (hide_is(h, i, "community") &&
	    (hide_is(h, i + 1, "name:") || hide_is(h, i + 1, "SecurityName:")))
		hide_cut(h, hide_at(h, i + 2));
	if (hide_is(h, i, "user:") && hide_is(h, i + 2, "security") &&
	    hide_is(h, i + 3, "model:") &&
	    (hide_is(h, i + 4, "v1") || hide_is(h, i + 4, "v2c")))
		hide_cut(h, hide_at(h, i + 1));
}

/* Commands of several words. */
static void
hide_phrase(struct hide *h, unsigned i)
{
	hide_shown_community(h, i);
	if (is_environment(h, i))
		hide_cut_rest(h, i + 2);
	else if (hide_is_tail(h, i, "snmp") && !hide_is(h, i + 2, "from"))
		hide_snmp_get(h, i + 2);
	else if (hide_is_tail(h, i, "test") && hide_is(h, i + 1, "aaa"))
		hide_test_aaa(h, i);
	else if (span_ends(hide_at(h, i), SPAN("/snmp")) &&
		 hide_is(h, i + 1, "community"))
		hide_menu_value(h, i + 2, "name=");
	else if (span_ends(hide_at(h, i), SPAN("/container")) &&
		 hide_is(h, i + 1, "envs"))
		hide_menu_value(h, i + 2, "value=");
	else if (hide_is(h, i, "environment") && hide_is(h, i + 2, "value"))
		hide_cut_argument(h, i + 3, 0); /* container of VyOS */
}

static void
line_word(struct hide *h, unsigned i)
{
	if (is_encoded(h, i + 1) || is_pair(h, i))
		return;
	if (is_encoded(h, i) || is_community(h, i))
		hide_cut(h, hide_at(h, i + 1));
	else if (span_ends(hide_at(h, i), SPAN("-----BEGIN")))
		hide_private_key(h, i);
	else if (hide_is_tail(h, i, "password") ||
		 hide_is_tail(h, i, "secret") || hide_is_tail(h, i, "passwd") ||
		 is_short_password(h, i))
		hide_password(h, i);
	else if (hide_is_tail(h, i, "key"))
		hide_key(h, i);
	else if (hide_is_tail(h, i, "snmp-server") ||
		 hide_is_short(hide_at(h, i), "snmp-server", 4))
		hide_snmp(h, i);
	else if (hide_is_tail(h, i, "pre-shared-key"))
		hide_pre_shared(h, i);
	else if (hide_is_tail(h, i, "authentication-key"))
		hide_authentication_key(h, i);
	else if (hide_is_tail(h, i, "message-digest-key"))
		hide_cut_typed(h, i + 2 + hide_is(h, i + 2, "md5"), false);
	else if (hide_is_tail(h, i, "authentication"))
		hide_authentication(h, i);
	else if (is_keyword(h, i) &&
		 !span_starts(hide_at(h, i + 1), SPAN("-----")))
		hide_cut_typed(h, behind_form(h, i), false);
	else if (is_hash(hide_at(h, i)))
		hide_cut(h, hide_at(h, i));
	else
		hide_cut(h, url_password(hide_at(h, i)));
}

void
hide_commands(struct hide *h)
{
	for (unsigned i = 0; i < h->n; i++) {
		hide_phrase(h, i);
		line_word(h, i);
	}
}
