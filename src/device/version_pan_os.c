/*
 * PAN-OS: x.y.z[-hN].  Every x.y.z is a line of hotfixes of its own: a hotfix
 * says nothing about the next maintenance release.  Other suffixes (-c12,
 * -b3, .xfr) are builds for one customer or test builds.
 */
#include "device/version_order.h"

static bool
read_release(struct span *rest, struct version *v)
{
	if (version_dotted(rest, v->key, 3) != 3)
		return false;
	version_fmt(
	    v->series, sizeof(v->series), "%u.%u", v->key[0], v->key[1]);
	version_fmt(v->line, sizeof(v->line), "%u.%u.%u", v->key[0], v->key[1],
	    v->key[2]);
	memcpy(v->text, v->line, sizeof(v->line));
	if (version_skip(rest, "-h")) {
		if (!version_number(rest, &v->key[3]))
			return false;
		version_fmt(
		    v->text, sizeof(v->text), "%s-h%u", v->line, v->key[3]);
	}
	return true;
}

const struct version_order version_pan_os = {
    .platform = "pan-os",
    .depth = 0,
    .read = read_release,
};
