/*
 * Cisco IOS XE.  From 16 on: a.b.c[letters[digits]], where no letter comes
 * before a, and z before z1.  Up to 3.18: 3.b.c[letters]TRAIN, in banners
 * padded and with a dot before the train (03.16.04b.S); the train names a
 * family of platforms, so 3.6E and 3.6S have nothing in common.
 */
#include "device/version_order.h"

/* A third number this large is a date: 17.6.20210302. */
#define FIRST_DATE 1000

/* "Gibraltar 16.12.4" */
static void
skip_nickname(struct span *rest)
{
	struct span after = *rest, word = span_word(&after);

	for (size_t i = 0; i < word.n; i++)
		if (!ascii_alpha((unsigned char)word.p[i]))
			return;
	*rest = span_trim(after);
}

static bool
read_release(struct span *rest, struct version *v)
{
	char letters[8], digits[12] = "";

	skip_nickname(rest);
	if (version_dotted(rest, v->key, 3) != 3)
		return false;
	if (version_lower(rest, letters, sizeof(letters)) > VERSION_LETTERS)
		return false;
	v->key[3] = version_letters(letters);
	if (letters[0] != '\0' && version_number(rest, &v->key[4]))
		version_fmt(digits, sizeof(digits), "%u", v->key[4]);
	(void)version_skip(rest, ".");
	(void)version_upper(rest, v->branch, sizeof(v->branch));
	if (v->key[2] >= FIRST_DATE ||
	    (v->key[0] >= 16 && v->branch[0] != '\0'))
		v->standing = VERSION_SPECIAL; /* 17.11.99SW */
	version_fmt(v->line, sizeof(v->line), "%u.%u%s", v->key[0], v->key[1],
	    v->branch);
	version_fmt(v->text, sizeof(v->text), "%u.%u.%u%s%s%s", v->key[0],
	    v->key[1], v->key[2], letters, digits, v->branch);
	return true;
}

const struct version_order version_ios_xe = {
    .platform = "ios-xe",
    .depth = 1,
    .read = read_release,
};
