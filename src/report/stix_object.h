/*
 * The form of an object of STIX 2.1 (OASIS): its id, its times, what all have
 * in common.  report/stix.c says which objects there are.
 */
#ifndef TIDEMARK_REPORT_STIX_OBJECT_H
#define TIDEMARK_REPORT_STIX_OBJECT_H

#include "report/common.h"

/* Room for an id: a type, "--", a UUID, NUL. */
#define STIX_ID 80

/* A bundle in the making. */
struct stix {
	struct tool_out t;
	struct arena arena;
	struct map seen; /* ids of objects that are written */
};

/* The id of what has this name among objects of its type; the same in every
 * run. */
void stix_identify(char id[STIX_ID], const char *type, struct span name);

/* Is the object not yet in the bundle?  From now on it is. */
bool stix_first_time(struct stix *s, const char *id);

/* Opens an object: a cyber-observable one, or one of the others,
 * with its maker and times (section 3.2).  stix_end closes it. */
void stix_object(struct stix *s, const char *type, const char *id);
void stix_domain(struct stix *s, const char *type, const char *id);
void stix_end(struct stix *s);

/* Properties: a time, a list of one text, the marking that a feed's TLP word
 * asks for (nothing where it is none), and where the object is known under
 * which id. */
void stix_stamp(struct stix *s, const char *key, int64_t at);
void stix_list(struct stix *s, const char *key, const char *text);
void stix_marking(struct stix *s, struct span tlp);
void stix_reference(struct stix *s, const char *source, struct span id);

#endif
