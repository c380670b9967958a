/*
 * Platforms whose release is a row of numbers.
 *   IOS XR     a.b.c, perhaps "[Default]" or " LNT"; 6.5.1.34I is interim
 *   ASA        a.b.c[.d], also written a.b(c)d and a.b(c.d)
 *   FTD        a.b.c[.d], the build behind it is for display only
 *   FortiOS    a.b.c, the build behind it likewise
 *   Arista EOS a.b.c[.d], a final M or F orders nothing
 *   SD-WAN     a.b.c[.d] of vEdge, vSmart and vManage
 *   ScreenOS   a.b.crN[l][.d], letters are rebuilds: 6.3.0r17b
 */
#include "device/version_order.h"

static void
line_of_two(struct version *v)
{
	version_fmt(v->line, sizeof(v->line), "%u.%u", v->key[0], v->key[1]);
}

static void
text_of(struct version *v, unsigned n)
{
	if (n > 3)
		version_fmt(v->text, sizeof(v->text), "%u.%u.%u.%u", v->key[0],
		    v->key[1], v->key[2], v->key[3]);
	else
		version_fmt(v->text, sizeof(v->text), "%u.%u.%u", v->key[0],
		    v->key[1], v->key[2]);
	line_of_two(v);
}

static bool
read_xr(struct span *rest, struct version *v)
{
	if (version_dotted(rest, v->key, 3) != 3)
		return false;
	text_of(v, 3);
	(void)version_skip(rest, "[Default]");
	*rest = span_trim(*rest);
	(void)version_skip(rest, "LNT");
	return true;
}

/* ASA's engineering branches are numbered from here. */
#define ASA_FIRST_SPECIAL 90

static bool
read_asa(struct span *rest, struct version *v)
{
	unsigned n = version_dotted(rest, v->key, 4);

	if (n == 2 && version_skip(rest, "(")) {
		unsigned inner = version_dotted(rest, &v->key[2], 2);

		if (inner == 0 || !version_skip(rest, ")"))
			return false;
		n += inner;
		if (n == 3 && version_number(rest, &v->key[3]))
			n++;
	}
	if (n < 3)
		return false;
	if (v->key[0] >= ASA_FIRST_SPECIAL)
		v->standing = VERSION_SPECIAL;
	text_of(v, n);
	return true;
}

/* What follows a number for display only. */
static void
drop_build(struct span *rest, const char *starts)
{
	if (rest->n > 0 && strchr(starts, version_peek(*rest)) != NULL)
		*rest = span_head(*rest, 0);
}

static bool
read_ftd(struct span *rest, struct version *v)
{
	unsigned n = version_dotted(rest, v->key, 4);

	if (n < 3)
		return false;
	text_of(v, n);
	drop_build(rest, "- (");
	return true;
}

static bool
read_fortios(struct span *rest, struct version *v)
{
	(void)version_skip(rest, "v");
	if (version_dotted(rest, v->key, 3) != 3)
		return false;
	text_of(v, 3);
	drop_build(rest, ",- (");
	return true;
}

static bool
read_eos(struct span *rest, struct version *v)
{
	char marker[2] = "";
	unsigned n = version_dotted(rest, v->key, 4);

	if (n < 3)
		return false;
	text_of(v, n);
	if (version_skip(rest, "M"))
		marker[0] = 'M';
	else if (version_skip(rest, "F"))
		marker[0] = 'F';
	if (strlen(v->text) + 2 <= sizeof(v->text))
		memcpy(v->text + strlen(v->text), marker, sizeof(marker));
	return true;
}

static bool
read_sd_wan(struct span *rest, struct version *v)
{
	unsigned n = version_dotted(rest, v->key, 4);

	if (n < 3)
		return false;
	text_of(v, n);
	return true;
}

static bool
read_screenos(struct span *rest, struct version *v)
{
	struct span all = *rest;
	char letters[8] = "";

	if (version_dotted(rest, v->key, 3) != 3 || !version_skip(rest, "r") ||
	    !version_number(rest, &v->key[3]))
		return false;
	(void)version_lower(rest, letters, sizeof(letters));
	v->key[4] = version_letters(letters);
	if (version_skip(rest, ".") && !version_number(rest, &v->key[5]))
		return false;
	version_fmt(v->line, sizeof(v->line), "%u.%u.%u", v->key[0], v->key[1],
	    v->key[2]);
	version_copy(v->text, sizeof(v->text), span_head(all, all.n - rest->n));
	return true;
}

const struct version_order version_ios_xr = {
    .platform = "ios-xr",
    .read = read_xr,
};

const struct version_order version_asa = {
    .platform = "asa",
    .read = read_asa,
};

const struct version_order version_ftd = {
    .platform = "ftd",
    .read = read_ftd,
};

const struct version_order version_fortios = {
    .platform = "fortios",
    .read = read_fortios,
};

const struct version_order version_eos = {
    .platform = "eos",
    .read = read_eos,
};

const struct version_order version_sd_wan = {
    .platform = "sd-wan",
    .read = read_sd_wan,
};

const struct version_order version_screenos = {
    .platform = "screenos",
    .read = read_screenos,
};
