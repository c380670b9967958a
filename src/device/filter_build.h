/* Between filter.c and filter_map.c: how an entry takes a connection. */
#ifndef TIDEMARK_DEVICE_FILTER_BUILD_H
#define TIDEMARK_DEVICE_FILTER_BUILD_H

#include "device/filter.h"

enum filter_match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

/* By all but the source.  picky: entries before this one denied some source
 * ports of the connection; the caller keeps it from entry to entry. */
enum filter_match filter_entry_match(
    const struct filter_entry *e, const struct filter_query *q, bool *picky);

/* What an unsure entry depends on. */
struct span filter_entry_why(const struct filter_entry *e);

#endif
