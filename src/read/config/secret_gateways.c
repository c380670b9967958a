#include "read/config/secret_hide.h"

/* Options of NetScaler that take a secret, in whatever case. */
static const char *const options[] = {"-password", "-radKey", "-tacacsSecret",
    "-ldapBindDnPassword", "-passphrase", "-psk", "-secret", "-clientSecret",
    "-keyValue", "-authPasswd", "-privPasswd", "-passcrypt", "-kcdPassword",
    "-sharedSecret", "-communityName", "-secondaryPassword", "-preSharedKey",
    "-apiKey", "-bindPassword", "-encryptedPassword", "-oldPassword",
    "-hmacKey", "-secretKey", "-pushKey", "-otpSecret", NULL};

/* Statements of BIG-IP and SonicOS that no other dialect has. */
static const char *const keywords[] = {"community-name", "bind-pw",
    "auth-password-encrypted", "privacy-password-encrypted", "auth-password",
    "privacy-password", "preshared-key", "preshared-key-encrypted",
    "get-community-name", "trap-community-name", "bind-password", NULL};

/* SonicOS writes "4,c0ffee..." for what it has encrypted; "1,2024/03/01" is
 * how a line of PAN-OS begins. */
static bool
is_numbered_text(struct span w)
{
	bool letter = false;

	if (w.n < 10 || !ascii_digit((unsigned char)w.p[0]) || w.p[1] != ',')
		return false;
	for (size_t i = 2; i < w.n; i++) {
		letter = letter || ascii_alpha((unsigned char)w.p[i]);
		if (!ascii_alnum((unsigned char)w.p[i]) && w.p[i] != '=' &&
		    w.p[i] != '+' && w.p[i] != '/')
			return false;
	}
	return letter;
}

/* add system user NAME SECRET [-encrypted] */
static bool
is_account(const struct hide *h, unsigned i)
{
	struct span w = hide_at(h, i + 3);

	return (hide_is_tail(h, i, "add") || hide_is_tail(h, i, "set")) &&
	       (hide_is(h, i + 1, "system") || hide_is(h, i + 1, "aaa")) &&
	       hide_is(h, i + 2, "user") && w.n > 0 &&
	       hide_at(h, i + 4).n > 0 && hide_at(h, i + 4).p[0] != '-';
}

static void
gateway_word(struct hide *h, unsigned i)
{
	struct span w = hide_at(h, i);

	if (is_account(h, i))
		hide_cut_argument(h, i + 4, 0);
	if (i + 1 < h->n && ((w.p[0] == '-' && hide_one_of(w, options)) ||
				hide_one_of(w, keywords)))
		hide_cut_argument(h, i + 1, 0);
	/* BIG-IP: encrypted under the unit's master key. */
	if ((w.n > 3 && span_starts(w, SPAN("$M$"))) || is_numbered_text(w))
		hide_cut(h, w);
	/* A statement of its own, below where traps go; Junos ends one with a
	 * semicolon and means another thing. */
	if (i == 1 && h->n == 2 && hide_is(h, 0, "community") &&
	    !span_ends(w, SPAN(";")) && !hide_is_route_community(w))
		hide_cut(h, w);
}

void
hide_gateways(struct hide *h)
{
	for (unsigned i = 0; i < h->n; i++)
		gateway_word(h, i);
}
