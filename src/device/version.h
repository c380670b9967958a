/*
 * Release names and their order.  Comparing such names as text is wrong on
 * every platform (9.3(13) is later than 9.3(5), 16.12.10a than 16.12.9), so
 * each platform has its own order: one constant struct in one file
 * version_<platform>.c.
 *
 * Two releases that have no order stay without one.  Interim, engineering and
 * customer-special builds are read but never compared: what such a build
 * contains cannot be told from its name.  Nor are releases of different
 * branches compared (IOS 15.2(4)E and 15.2(4)S, NX-OS 7.3(2)N1(1) and
 * 7.3(2)D1(1)).
 */
#ifndef TIDEMARK_DEVICE_VERSION_H
#define TIDEMARK_DEVICE_VERSION_H

#include <limits.h>

#include "base/span.h"

#define VERSION_KEYS 8	  /* numbers that order a release */
#define VERSION_TEXT 64	  /* bytes of a release's text, NUL included */
#define VERSION_LINE 32	  /* bytes of a line's name, NUL included */
#define VERSION_BRANCH 16 /* bytes of a branch's name, NUL included */

/* What version_compare returns when there is no order. */
#define VERSION_UNKNOWN INT_MIN

enum version_standing {
	VERSION_RELEASE, /* a regular release */
	VERSION_SPECIAL, /* interim, engineering or customer build */
};

struct version_order;

/* A value without pointers to its source; plain copies are fine. */
struct version {
	const struct version_order *order; /* NULL: nothing was read */
	enum version_standing standing;
	uint32_t key[VERSION_KEYS];
	/* Train letters, FIPS, EVO.  Empty: nothing beside it in its train. */
	char branch[VERSION_BRANCH];
	char line[VERSION_LINE];
	char series[VERSION_LINE];
	char text[VERSION_TEXT];
};

/*
 * Reads a release name in any spelling that the platform shows: padded
 * (16.09.03), with parentheses or dots (9.16(4)67, 9.16.4.67), with what
 * stands behind it ("[Default]", "(Build 172)", ",build2795").
 *
 * platform: a word of record/fields.def (ios, ios-xe, nx-os, ...).
 * Returns false and leaves *out alone when the platform has no order here or
 * the text is no release name.  True also for special builds; see standing.
 */
bool version_read(struct span platform, struct span text, struct version *out);

/* True when version_read knows the platform. */
bool version_platform(struct span platform);

/* <0, 0, >0, or VERSION_UNKNOWN. */
int version_compare(const struct version *a, const struct version *b);

/*
 * The line for which the vendor names one first fixed release: IOS 15.2(4)E,
 * IOS XE 17.9, NX-OS 7.0I7, ASA 9.16, Ivanti 9.1R14, PAN-OS 10.2.9, Junos
 * 22.3R2.  Borrowed from *v.  Empty for special builds.
 */
struct span version_line(const struct version *v);

/*
 * The wider family in which numbers go on: PAN-OS 10.2, Junos 22.3; elsewhere
 * the same as the line.  A fix in an earlier line of a series does not always
 * reach a later one.
 */
struct span version_series(const struct version *v);

/* The canonical text, as the vendor's advisories spell it. */
struct span version_write(const struct version *v);

/*
 * A train as a configuration shows it ("17.9", "15.2"): its two numbers, which
 * are key[0] and key[1] of every release in it.  False for anything else.
 */
bool version_train_read(struct span text, uint32_t key[2]);

#endif
