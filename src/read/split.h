/*
 * Where in a source another device's configuration begins: collectors and
 * people put the output of several devices into one file.
 */
#ifndef TIDEMARK_READ_SPLIT_H
#define TIDEMARK_READ_SPLIT_H

#include "base/limits.h"
#include "base/span.h"

struct split {
	size_t start[LIMIT_FILE_DEVICES];  /* byte offsets; start[0] is 0 */
	uint64_t line[LIMIT_FILE_DEVICES]; /* 1-based line of each start */
	unsigned n;
	bool more;	      /* there were more than that */
	uint64_t second_name; /* line with another name but no sign of a new
			       * beginning, or 0 */
};

/*
 * A new device begins where a configuration starts over: after "end" or behind
 * a header, and with another name (IOS and its kin); at a second
 * "#config-version=" (FortiOS), "version" (Junos) or <config> (PAN-OS).
 */
void split_devices(struct span bytes, struct split *out);

#endif
