/*
 * What the files version_<platform>.c share with version.c, and nobody else:
 * the order of one platform, and small steps over a release name.
 */
#ifndef TIDEMARK_DEVICE_VERSION_ORDER_H
#define TIDEMARK_DEVICE_VERSION_ORDER_H

#include "device/version.h"

struct version_order {
	const char *platform;
	/* So many leading numbers are compared before branches must be equal:
	 * 0 where releases of two branches never have an order. */
	unsigned depth;
	/*
	 * Reads from the start of *rest and moves it behind what was
	 * understood.  Fills key, branch, line, series (empty: as the line),
	 * text and standing of a zeroed *v.  Whatever is left in *rest makes
	 * the release a special build.
	 */
	bool (*read)(struct span *rest, struct version *v);
};

extern const struct version_order version_ios, version_ios_xe, version_ios_xr,
    version_nx_os, version_aci, version_asa, version_ftd, version_ivanti,
    version_pan_os, version_junos, version_fortios, version_netscaler,
    version_eos, version_f5, version_sonicos, version_checkpoint, version_sr_os,
    version_vrp, version_routeros, version_vyos, version_edgeos, version_frr,
    version_cumulus, version_sd_wan, version_screenos;

/* Letters as a number that orders them: none < a < aa < b < ... < z. */
#define VERSION_LETTERS 6

/* The byte at the front, or NUL at the end. */
static inline char
version_peek(struct span rest)
{
	return rest.n > 0 ? rest.p[0] : '\0';
}

/* Each step moves *rest only when it succeeds. */
bool version_skip(struct span *rest, const char *word); /* any case */
bool version_number(struct span *rest, uint32_t *out);	/* up to 9 digits */

/* A run of letters, lower or upper case only, into out (cap bytes with NUL,
 * cut there); its length. */
size_t version_lower(struct span *rest, char *out, size_t cap);
size_t version_upper(struct span *rest, char *out, size_t cap);
uint32_t version_letters(const char *letters);

/* Numbers with dots between them; how many (0..max). */
unsigned version_dotted(struct span *rest, uint32_t *key, unsigned max);

/* As snprintf(3), of %u, %s and %0*u alone. */
void version_fmt(char *out, size_t cap, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void version_copy(char *out, size_t cap, struct span text);

#endif
