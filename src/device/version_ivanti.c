/*
 * Ivanti Connect Secure and Policy Secure (before: Pulse): a.bRn[.m[.k]], with
 * a build number behind it that is for display only.  Each R is a line of its
 * own: 9.1R14.4 holds a fix that the later numbered 9.1R15.1 lacks.
 */
#include "device/version_order.h"

static void
write_release(struct version *v, unsigned n)
{
	version_fmt(v->line, sizeof(v->line), "%u.%uR%u", v->key[0], v->key[1],
	    v->key[2]);
	if (n == 1)
		memcpy(v->text, v->line, sizeof(v->line));
	else if (n == 2)
		version_fmt(
		    v->text, sizeof(v->text), "%s.%u", v->line, v->key[3]);
	else
		version_fmt(v->text, sizeof(v->text), "%s.%u.%u", v->line,
		    v->key[3], v->key[4]);
}

static bool
read_release(struct span *rest, struct version *v)
{
	unsigned n;

	if (version_dotted(rest, v->key, 2) != 2 || !version_skip(rest, "R"))
		return false;
	n = version_dotted(rest, &v->key[2], 3);
	if (n == 0)
		return false;
	write_release(v, n);
	*rest = span_trim(*rest);
	if (span_starts_nocase(*rest, SPAN("(build")) ||
	    span_starts_nocase(*rest, SPAN("build")))
		*rest = span_head(*rest, 0);
	return true;
}

const struct version_order version_ivanti = {
    .platform = "ivanti",
    .depth = 0,
    .read = read_release,
};
