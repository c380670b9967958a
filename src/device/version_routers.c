/*
 * Platforms of carriers and small routers.
 *   SR OS      TiMOS a.b.Rn[-m]: the year and month of a major release, its
 *              maintenance release, and a revision of that one
 *   VRP        VxxxRxxxCxx[SPCxxx][SPHxxx]: V is a family of products and
 *              has no order, R and C name a line, SPC is a patch package that
 *              stands for the release from then on, SPH a hot patch on it
 *   RouterOS   a.b[.c], before it a.b.beta n and a.b.rc n.  The words
 *              "stable" and "long-term" name the channel it came by
 *   VyOS       a.b.c, and a.b.c-rc n before it; rolling and nightly images
 *              have a date and no place in the order
 *   EdgeOS     [v]a.b.c[-hotfix.n], then the build and its date
 *   FRR        a.b[.c]; what a distribution puts behind it (-1ubuntu6,
 *              +cl4.4.0u4) says that it has fixes of its own
 *   Cumulus    a.b.c
 */
#include "device/version_order.h"

static bool
read_sr_os(struct span *rest, struct version *v)
{
	struct span after;
	char image[4];
	unsigned n;

	(void)version_skip(rest, "TiMOS-");
	after = *rest;
	/* One letter says what the image is built for: TiMOS-B-... */
	if (version_upper(&after, image, sizeof(image)) == 1 &&
	    version_skip(&after, "-"))
		*rest = after;
	n = version_dotted(rest, v->key, 2);
	/* A beta is what it is; its number says no more. */
	if (n == 2 && version_skip(rest, ".B"))
		return true;
	if (n != 2 || !version_skip(rest, ".R") ||
	    !version_number(rest, &v->key[2]))
		return false;
	version_fmt(v->line, sizeof(v->line), "%u.%u", v->key[0], v->key[1]);
	version_fmt(v->text, sizeof(v->text), "%u.%u.R%u", v->key[0], v->key[1],
	    v->key[2]);
	after = *rest;
	if (version_skip(&after, "-") && version_number(&after, &v->key[3])) {
		*rest = after;
		version_fmt(v->text + strlen(v->text),
		    sizeof(v->text) - strlen(v->text), "-%u", v->key[3]);
	}
	return true;
}

/* One part with its number; a part that is missing is 0. */
static bool
part(struct span *rest, const char *word, uint32_t *key, char *text, size_t cap)
{
	size_t used = strlen(text), before = rest->n;

	if (!version_skip(rest, word))
		return false;
	if (!version_number(rest, key))
		return false;
	version_fmt(text + used, cap - used, "%s%0*u", word,
	    (int)(before - rest->n - strlen(word)), *key);
	return true;
}

static bool
read_vrp(struct span *rest, struct version *v)
{
	if (!part(rest, "V", &v->key[0], v->text, sizeof(v->text)) ||
	    !part(rest, "R", &v->key[1], v->text, sizeof(v->text)) ||
	    !part(rest, "C", &v->key[2], v->text, sizeof(v->text)))
		return false;
	version_copy(v->line, sizeof(v->line), span_str(v->text));
	version_fmt(v->branch, sizeof(v->branch), "V%u", v->key[0]);
	(void)part(rest, "SPC", &v->key[3], v->text, sizeof(v->text));
	(void)version_skip(rest, "+");
	(void)part(rest, "SPH", &v->key[4], v->text, sizeof(v->text));
	return true;
}

/* a.b[.c], at least so many of them; a.b is the line. */
static bool
numbers(struct span *rest, struct version *v, unsigned least)
{
	unsigned n = version_dotted(rest, v->key, 3);

	if (n < least)
		return false;
	version_fmt(v->line, sizeof(v->line), "%u.%u", v->key[0], v->key[1]);
	version_fmt(v->text, sizeof(v->text), n > 2 ? "%u.%u.%u" : "%u.%u",
	    v->key[0], v->key[1], v->key[2]);
	return true;
}

/* What comes before the release of that number orders below it. */
enum { STAGE_BETA, STAGE_RC, STAGE_RELEASE };

static void
stage(struct span *rest, struct version *v, unsigned at)
{
	static const char *const words[] = {"beta", "rc"};

	v->key[at] = STAGE_RELEASE;
	for (unsigned i = 0; i < 2; i++) {
		struct span after = *rest;
		size_t used = strlen(v->text);

		(void)version_skip(&after, "-");
		if (!version_skip(&after, words[i]))
			continue;
		(void)version_number(&after, &v->key[at + 1]);
		v->key[at] = i == 0 ? STAGE_BETA : STAGE_RC;
		version_fmt(v->text + used, sizeof(v->text) - used, "%s%u",
		    words[i], v->key[at + 1]);
		*rest = after;
		return;
	}
}

static bool
read_routeros(struct span *rest, struct version *v)
{
	static const char *const channels[] = {
	    "(stable)", "(long-term)", "(testing)", "(development)"};

	(void)version_skip(rest, "RouterOS ");
	if (!numbers(rest, v, 2))
		return false;
	version_fmt(v->series, sizeof(v->series), "%u", v->key[0]);
	stage(rest, v, 3);
	*rest = span_trim(*rest);
	for (unsigned i = 0; i < 4; i++)
		(void)version_skip(rest, channels[i]);
	return true;
}

static bool
read_vyos(struct span *rest, struct version *v)
{
	(void)version_skip(rest, "VyOS ");
	if (!numbers(rest, v, 2))
		return false;
	stage(rest, v, 3);
	return true;
}

static bool
read_edgeos(struct span *rest, struct version *v)
{
	uint32_t build[3];
	struct span after;

	after = *rest;
	/* EdgeRouter.ER-e300.v2.0.9-hotfix.7.5622762.230615.1131 */
	if (version_skip(&after, "EdgeRouter.")) {
		size_t mark = span_find(after, SPAN(".v"));

		if (mark == SPAN_NONE)
			return false;
		*rest = span_from(after, mark + 1);
	}
	(void)version_skip(rest, "EdgeOS ");
	(void)version_skip(rest, "v");
	if (!numbers(rest, v, 3))
		return false;
	if (version_skip(rest, "-hotfix.")) {
		if (!version_number(rest, &v->key[3]))
			return false;
		version_fmt(v->text + strlen(v->text),
		    sizeof(v->text) - strlen(v->text), "-hotfix.%u", v->key[3]);
	}
	/* The build, the day and the time that it was made. */
	after = *rest;
	if (version_skip(&after, ".") && version_dotted(&after, build, 3) == 3)
		*rest = after;
	return true;
}

static bool
read_frr(struct span *rest, struct version *v)
{
	(void)version_skip(rest, "FRRouting ");
	return numbers(rest, v, 2);
}

static bool
read_cumulus(struct span *rest, struct version *v)
{
	(void)version_skip(rest, "Cumulus Linux ");
	return numbers(rest, v, 3);
}

const struct version_order version_sr_os = {
    .platform = "sr-os",
    .read = read_sr_os,
};

const struct version_order version_vrp = {
    .platform = "vrp",
    .read = read_vrp,
};

const struct version_order version_routeros = {
    .platform = "routeros",
    .read = read_routeros,
};

const struct version_order version_vyos = {
    .platform = "vyos",
    .read = read_vyos,
};

const struct version_order version_edgeos = {
    .platform = "edgeos",
    .read = read_edgeos,
};

const struct version_order version_frr = {
    .platform = "frr",
    .read = read_frr,
};

const struct version_order version_cumulus = {
    .platform = "cumulus-linux",
    .read = read_cumulus,
};
