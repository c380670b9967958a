/*
 * Cisco IOS: M.m(F[letter])[TRAIN[R[letters]]].
 *
 * M.m is the major release, F the maintenance number, TRAIN the technology
 * train, R the rebuild (none is 0), the letter behind R a re-issue.  A
 * mainline release carries its rebuild letter inside the parentheses:
 * 12.4(24a).  In a train that letter names a line of its own: 15.0(2a)SE9.
 */
#include "device/version_order.h"

/* From here on numbers are given to builds outside the regular series:
 * 12.0(132)S, 15.3(3)JPC100. */
#define FIRST_SPECIAL 100

static bool
read_train(struct span *rest, struct version *v)
{
	char letters[8];

	if (version_upper(rest, v->branch, sizeof(v->branch)) == 0)
		return version_peek(*rest) == '\0' ||
		       version_peek(*rest) == ',';
	(void)version_number(rest, &v->key[4]);
	(void)version_lower(rest, letters, sizeof(letters));
	v->key[5] = version_letters(letters);
	(void)version_number(rest, &v->key[6]);
	return true;
}

static bool
read_release(struct span *rest, struct version *v)
{
	struct span all = *rest;
	char inner[8];

	if (version_dotted(rest, v->key, 2) != 2 || !version_skip(rest, "(") ||
	    !version_number(rest, &v->key[2]))
		return false;
	(void)version_lower(rest, inner, sizeof(inner));
	v->key[3] = version_letters(inner);
	if (version_peek(*rest) == '.' || version_peek(*rest) == ':') {
		/* 15.2(4.0.55)E, 15.2(20170410:1033): engineering builds. */
		v->standing = VERSION_SPECIAL;
		return span_find_byte(*rest, ')') != SPAN_NONE;
	}
	if (!version_skip(rest, ")") || !read_train(rest, v) ||
	    version_peek(*rest) == '(')
		return false;
	if (v->key[2] >= FIRST_SPECIAL || v->key[4] >= FIRST_SPECIAL)
		v->standing = VERSION_SPECIAL;
	version_fmt(v->line, sizeof(v->line), "%u.%u(%u%s)%s", v->key[0],
	    v->key[1], v->key[2], v->branch[0] != '\0' ? inner : "", v->branch);
	/* The mainline is a branch among others. */
	if (v->branch[0] == '\0')
		version_fmt(v->branch, sizeof(v->branch), "mainline");
	version_copy(v->text, sizeof(v->text), span_head(all, all.n - rest->n));
	return true;
}

const struct version_order version_ios = {
    .platform = "ios",
    .depth = 0,
    .read = read_release,
};
