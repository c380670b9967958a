/*
 * NetScaler ADC and Gateway: a.b-build.sub, shown as "NS13.1: Build
 * 49.15.nc".  12.1-55 and 13.1-37 are the FIPS and NDcPP branches: not older
 * than 13.1-49, but beside it.
 */
#include "device/version_order.h"

static bool
fips(const uint32_t *key)
{
	return (key[0] == 12 && key[1] == 1 && key[2] == 55) ||
	       (key[0] == 13 && key[1] == 1 && key[2] == 37);
}

static bool
read_release(struct span *rest, struct version *v)
{
	(void)version_skip(rest, "NS");
	if (version_dotted(rest, v->key, 2) != 2)
		return false;
	(void)version_skip(rest, ":");
	*rest = span_trim(*rest);
	if (!version_skip(rest, "-") && !version_skip(rest, "Build "))
		return false;
	if (version_dotted(rest, &v->key[2], 2) != 2)
		return false;
	if (fips(v->key))
		version_fmt(v->branch, sizeof(v->branch), "FIPS");
	version_fmt(v->line, sizeof(v->line), "%u.%u%s%s", v->key[0], v->key[1],
	    v->branch[0] != '\0' ? "-" : "", v->branch);
	version_fmt(v->text, sizeof(v->text), "%u.%u-%u.%u", v->key[0],
	    v->key[1], v->key[2], v->key[3]);
	(void)version_skip(rest, ".nc");
	(void)version_skip(rest, ",");
	return true;
}

const struct version_order version_netscaler = {
    .platform = "netscaler",
    .depth = 2,
    .read = read_release,
};
