/*
 * Platforms that count builds or takes behind the release.
 *   BIG-IP      a.b.c[.d] "Build x.y.z": the point release orders; a build
 *               other than that of the release is an engineering hotfix
 *   SonicOS     a.b.c[.d]-NNNN with a letter (n, o) that names the image's
 *               kind; a branch of its own is marked SonicOSX, "sv", "R..."
 *   Check Point Raa[.bb[.cc]], perhaps "Take N" or "JHF Take N": the jumbo
 *               hotfix accumulator, which holds the fixes
 */
#include "device/version_order.h"

/* Three or four numbers; the first two are the line. */
static bool
read_release(struct span *rest, struct version *v)
{
	unsigned n = version_dotted(rest, v->key, 4);

	if (n < 3)
		return false;
	version_fmt(v->line, sizeof(v->line), "%u.%u", v->key[0], v->key[1]);
	version_fmt(v->text, sizeof(v->text),
	    n > 3 ? "%u.%u.%u.%u" : "%u.%u.%u", v->key[0], v->key[1], v->key[2],
	    v->key[3]);
	return true;
}

static bool
read_f5(struct span *rest, struct version *v)
{
	struct span build;

	(void)version_skip(rest, "BIG-IP ");
	(void)version_skip(rest, "v");
	if (!read_release(rest, v))
		return false;
	*rest = span_trim(*rest);
	build = *rest;
	if (version_skip(&build, "-") || version_skip(&build, "Build")) {
		uint32_t b[3] = {0};

		build = span_trim(build);
		if (version_dotted(&build, b, 3) < 3)
			return true;
		/* Hotfixes made for one customer have the first number set. */
		if (b[0] > 0)
			v->standing = VERSION_SPECIAL;
		*rest = span_trim(build);
	}
	return true;
}

static bool
read_sonicos(struct span *rest, struct version *v)
{
	char kind[8] = "";

	if (version_skip(rest, "SonicOSX "))
		version_copy(v->branch, sizeof(v->branch), SPAN("X"));
	else if (version_skip(rest, "SonicOS Enhanced ") ||
		 version_skip(rest, "SonicOS "))
		v->branch[0] = '\0';
	if (!read_release(rest, v))
		return false;
	if (!version_skip(rest, "-"))
		return true;
	if (!version_number(rest, &v->key[4]))
		return false;
	version_fmt(v->text + strlen(v->text),
	    sizeof(v->text) - strlen(v->text), "-%u", v->key[4]);
	(void)version_lower(rest, kind, sizeof(kind));
	/* The usual images; any other letter is another product's. */
	if (strcmp(kind, "n") != 0 && strcmp(kind, "o") != 0 && kind[0] != '\0')
		v->standing = VERSION_SPECIAL;
	/* The revision of the same build, e.g. -R6154. */
	if (version_skip(rest, "-R")) {
		uint32_t revision;

		if (!version_number(rest, &revision))
			return false;
		(void)version_lower(rest, kind, sizeof(kind));
	}
	return true;
}

static bool
read_checkpoint(struct span *rest, struct version *v)
{
	unsigned n;

	(void)version_skip(rest, "Check Point ");
	(void)version_skip(rest, "Gaia ");
	if (!version_skip(rest, "R"))
		return false;
	n = version_dotted(rest, v->key, 3);
	if (n == 0 || v->key[0] < 10)
		return false;
	version_fmt(v->line, sizeof(v->line),
	    n == 1   ? "R%u"
	    : n == 2 ? "R%u.%u"
		     : "R%u.%u.%u",
	    v->key[0], v->key[1], v->key[2]);
	version_copy(v->text, sizeof(v->text), span_str(v->line));
	*rest = span_trim(*rest);
	(void)version_skip(rest, "JHF ");
	(void)version_skip(rest, "Jumbo Hotfix ");
	if (!version_skip(rest, "Take"))
		return true;
	*rest = span_trim(*rest);
	if (!version_number(rest, &v->key[3]))
		return false;
	/* Without a take nobody knows which of them is installed. */
	version_copy(v->branch, sizeof(v->branch), SPAN("take"));
	version_fmt(v->text + strlen(v->text),
	    sizeof(v->text) - strlen(v->text), " Take %u", v->key[3]);
	return true;
}

const struct version_order version_f5 = {
    .platform = "f5",
    .read = read_f5,
};

const struct version_order version_sonicos = {
    .platform = "sonicos",
    .read = read_sonicos,
};

const struct version_order version_checkpoint = {
    .platform = "checkpoint",
    .depth = 3,
    .read = read_checkpoint,
};
