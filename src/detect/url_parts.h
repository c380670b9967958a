/*
 * URLs whose parts stand apart: most logs of web traffic have the server's name
 * in one field and the target of the request in another.  An indicator's URL is
 * then found by its host, with a look for its last part near by, and compared
 * with the fields of the record.
 */
#ifndef TIDEMARK_DETECT_URL_PARTS_H
#define TIDEMARK_DETECT_URL_PARTS_H

#include "intel/indicator.h"
#include "record/record.h"

/* Name or address at the start of a URL without its scheme, which feeds write
 * (intel/feed_value.h); its port, or empty; what follows, from the slash on. */
struct url_parts {
	struct span host, port, target;
};
void url_parts_cut(struct span url, struct url_parts *out);

/* Can the target stand in the text around text[at, at + n)?  A few KiB of the
 * line are looked at. */
bool url_target_near(struct span url, struct span text, size_t at, size_t n);

/* Do fields of a request hold the parts?  False where the URL stands in the
 * line as a whole: there it is found as such. */
bool url_in_fields(struct span url, const struct record *r);

#endif
