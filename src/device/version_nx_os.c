/*
 * Cisco NX-OS: M.m(n[l]) with an optional platform part P[k](n[l]), as in
 * 7.0(3)I7(10) or 7.3(14)N1(1).  P belongs to a family of switches; only
 * releases of one P have an order within M.m.  A final M or F (10.2(6)M) says
 * "maintenance" or "feature" and orders nothing.  ACI fabrics number the same
 * way (14.0(1h)) but are another product.
 */
#include "device/version_order.h"

/* From here on numbers are given to builds outside the regular series:
 * 10.3(99x). */
#define FIRST_SPECIAL 99

/* "(n[.k][letters])": true when it was there and closed. */
static bool
read_group(
    struct span *rest, uint32_t *n, uint32_t *k, uint32_t *letters, bool *odd)
{
	struct span after = *rest;
	char text[8];
	size_t len;

	if (!version_skip(&after, "(") || !version_number(&after, n))
		return false;
	if (version_skip(&after, ".") && !version_number(&after, k))
		return false;
	len = version_lower(&after, text, sizeof(text));
	if (len == 0)
		len = version_upper(&after, text, sizeof(text));
	*letters = version_letters(text);
	if (!version_skip(&after, ")"))
		return false;
	*odd = *odd || len > 1 || *n >= FIRST_SPECIAL;
	*rest = after;
	return true;
}

/* The platform part, or the marker that looks like its start. */
static void
read_platform(struct span *rest, struct version *v, bool *odd)
{
	struct span after = *rest;
	char part[8];
	size_t len = version_upper(&after, part, sizeof(part));
	char digits[12] = "";

	if (len == 0 || len >= sizeof(part))
		return;
	if (len == 1 && after.n == 0 && (part[0] == 'M' || part[0] == 'F')) {
		*rest = after;
		return;
	}
	if (version_number(&after, &v->key[4]))
		version_fmt(digits, sizeof(digits), "%u", v->key[4]);
	if (!read_group(&after, &v->key[5], &v->key[6], &v->key[7], odd))
		*odd = true; /* 6.1(3)S5 */
	/* Only the Nexus 1000V numbers its regular releases with a dot. */
	if (v->key[6] > 0 && strcmp(part, "SV") != 0)
		*odd = true;
	memcpy(v->branch, part, sizeof(part));
	version_fmt(v->line, sizeof(v->line), "%u.%u%s%s", v->key[0], v->key[1],
	    part, digits);
	*rest = after;
}

static bool
read_release(struct span *rest, struct version *v)
{
	struct span all = *rest;
	uint32_t k = 0;
	bool odd = false;

	if (version_dotted(rest, v->key, 2) != 2 ||
	    !read_group(rest, &v->key[2], &k, &v->key[3], &odd))
		return false;
	version_fmt(v->line, sizeof(v->line), "%u.%u", v->key[0], v->key[1]);
	version_copy(v->text, sizeof(v->text), span_head(all, all.n - rest->n));
	read_platform(rest, v, &odd);
	if (v->branch[0] != '\0')
		version_copy(
		    v->text, sizeof(v->text), span_head(all, all.n - rest->n));
	if (span_starts(span_trim(*rest), SPAN("[Maintenance Release]")) ||
	    span_starts(span_trim(*rest), SPAN("[Feature Release]")))
		*rest = span_head(*rest, 0);
	if (odd || k > 0)
		v->standing = VERSION_SPECIAL;
	return true;
}

const struct version_order version_nx_os = {
    .platform = "nx-os",
    .depth = 2,
    .read = read_release,
};

const struct version_order version_aci = {
    .platform = "aci",
    .depth = 2,
    .read = read_release,
};
