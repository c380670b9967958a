/*
 * Junos: yy.qRn[-Sm][.spin], or of the old special branches yy.qXn-Dm[.spin].
 * Order goes by R, then S, then spin; but a service release S fixes its own R
 * only, so 22.3R2-S2 may hold a fix that 22.3R3 lacks: the line is yy.qRn.
 * Junos Evolved (-EVO) is another product with the same numbers.
 */
#include "device/version_order.h"

static bool
read_x(struct span *rest, struct version *v)
{
	uint32_t x;

	if (!version_number(rest, &x) || !version_skip(rest, "-D") ||
	    !version_number(rest, &v->key[2]))
		return false;
	if (version_skip(rest, ".") && !version_number(rest, &v->key[4]))
		return false;
	version_fmt(v->branch, sizeof(v->branch), "X%u", x);
	version_fmt(
	    v->line, sizeof(v->line), "%u.%uX%u", v->key[0], v->key[1], x);
	return true;
}

static bool
read_r(struct span *rest, struct version *v)
{
	if (!version_number(rest, &v->key[2]))
		return false;
	if (version_skip(rest, "-S") && !version_number(rest, &v->key[3]))
		return false;
	if (version_skip(rest, ".") && !version_number(rest, &v->key[4]))
		return false;
	version_fmt(
	    v->series, sizeof(v->series), "%u.%u", v->key[0], v->key[1]);
	version_fmt(v->line, sizeof(v->line), "%u.%uR%u", v->key[0], v->key[1],
	    v->key[2]);
	if (version_skip(rest, "-EVO"))
		version_fmt(v->branch, sizeof(v->branch), "EVO");
	return true;
}

static bool
read_release(struct span *rest, struct version *v)
{
	struct span all = *rest;
	bool ok;

	if (version_dotted(rest, v->key, 2) != 2)
		return false;
	if (version_skip(rest, "X"))
		ok = read_x(rest, v);
	else
		ok = version_skip(rest, "R") && read_r(rest, v);
	if (ok)
		version_copy(
		    v->text, sizeof(v->text), span_head(all, all.n - rest->n));
	return ok;
}

const struct version_order version_junos = {
    .platform = "junos",
    .depth = 2,
    .read = read_release,
};
