/*
 * Secrets in lines of Nokia SR OS and Huawei VRP.  SR OS writes how a secret
 * is kept behind it ("X" hash2, or "X hash2" as one text), VRP before it
 * (cipher X) and around it (%^%#...%^%#).
 */
#include "read/config/secret_hide.h"

/* From the word to the next blank: hidden text of VRP may hold quotes. */
static void
cut_to_blank(struct hide *h, struct span w)
{
	struct span rest;
	size_t n = 0;

	if (w.n == 0 || w.p < h->rest_end)
		return;
	rest = hide_line_from(h, w);
	while (n < rest.n && !ascii_space((unsigned char)rest.p[n]))
		n++;
	while (n > w.n && (rest.p[n - 1] == '"' || rest.p[n - 1] == '\''))
		n--;
	hide_cut(h, span_head(rest, n));
}

/* %^%#...%^%#, %@%@...%@%@ and their elders, wherever they stand. */
static void
hide_marked(struct hide *h)
{
	static const char *const marks[] = {
	    "%^%#", "%@%@", "%$%$", "%#%#", "@%@%", "%+%#"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct span mark = span_str(marks[i]), rest = h->line;
		size_t from, to;

		while ((from = span_find(rest, mark)) != SPAN_NONE) {
			struct span s = span_from(rest, from);

			to = span_find(span_from(s, mark.n), mark);
			to = to == SPAN_NONE ? s.n : to + 2 * mark.n;
			hide_cut(h, span_head(s, to));
			rest = span_from(s, to);
		}
	}
}

static bool
is_label(struct span w)
{
	return span_is(w, "cipher") || span_is(w, "irreversible-cipher") ||
	       span_is(w, "simple") || span_is(w, "plain");
}

/* The word that a keyword's secret stands in, over labels. */
static void
cut_behind(struct hide *h, unsigned i)
{
	for (i++; i < h->n && is_label(h->w[i]);)
		i++;
	cut_to_blank(h, hide_at(h, i));
}

/* What may come before "cipher X". */
static bool
takes_cipher(struct span w)
{
	static const char *const words[] = {"password", "shared-key", "key",
	    "community", "read", "write", "authentication-mode", "privacy-mode",
	    "securityname", "key-string", "key-id", "pre-shared-key",
	    "authentication-keyid", "pass-phrase", "psk", "secret",
	    "privacy-password", "authentication-password", NULL};

	return hide_one_of(w, words);
}

/* snmp-agent community read X; securityname X; usm-user ... md5 X */
static void
hide_agent(struct hide *h, unsigned from)
{
	static const char *const algorithms[] = {"md5", "sha", "sha2-224",
	    "sha2-256", "sha2-384", "sha2-512", "des56", "3des168", "3des",
	    "aes128", "aes192", "aes256", NULL};
	bool user = false, v3 = false;

	for (unsigned i = from; i < h->n; i++)
		v3 |= hide_is(h, i, "v3");
	for (unsigned i = from; i < h->n; i++) {
		user |= hide_is(h, i, "usm-user");
		if ((hide_is(h, i, "read") || hide_is(h, i, "write")) &&
		    hide_is(h, i - 1, "community"))
			cut_behind(h, i);
		else if (hide_is(h, i, "securityname") && !v3)
			cut_behind(h, i);
		else if (user && hide_one_of(hide_at(h, i), algorithms))
			cut_behind(h, i);
	}
}

/* community "X" [hash2] rwa version v2c, of the classic CLI */
static bool
is_community(const struct hide *h, unsigned i)
{
	return hide_is(h, i, "community") && i + 3 < h->n &&
	       (hide_is(h, i + 3, "version") || hide_is(h, i + 4, "version") ||
		   hide_is(h, i + 2, "access-permissions"));
}

/* authentication {md5 | sha} X privacy {des | aes-128-cfb}-key X */
static void
hide_user_keys(struct hide *h, unsigned i)
{
	unsigned k = i + 1u + hide_is(h, i + 1, "hash");

	if (!hide_is(h, k, "md5") && !hide_is(h, k, "sha"))
		return;
	if (hide_is(h, k + 2, "hash2"))
		cut_to_blank(h, hide_at(h, k + 1));
	for (unsigned p = k + 2; p < h->n && p < k + 5; p++) {
		if (!hide_is(h, p, "privacy"))
			continue;
		cut_to_blank(h, hide_at(h, k + 1));
		if (!hide_is(h, p + 1, "none"))
			cut_to_blank(h, hide_at(h, p + 2));
		return;
	}
}

void
hide_carriers(struct hide *h)
{
	bool taker = false;

	if (span_find_byte(h->line, '%') != SPAN_NONE)
		hide_marked(h);
	for (unsigned i = 0; i < h->n; i++) {
		struct span w = h->w[i];

		if (span_is(w, "hash2") && i > 0 && !is_label(h->w[i - 1]))
			cut_to_blank(h, h->w[i - 1]);
		else if (is_label(w) && taker)
			cut_behind(h, i);
		else if (hide_is_tail(h, i, "notify-community") ||
			 hide_is_tail(h, i, "privacy-key") ||
			 hide_is_tail(h, i, "shared-key") ||
			 hide_is_tail(h, i, "pass-phrase"))
			cut_behind(h, i);
		else if (hide_is_tail(h, i, "snmp-agent"))
			hide_agent(h, i + 1);
		else if (is_community(h, i))
			cut_to_blank(h, hide_at(h, i + 1));
		else if (hide_is(h, i, "authentication"))
			hide_user_keys(h, i);
		taker |= takes_cipher(w);
	}
}
