/*
 * Writes JSON to a stdio stream as it goes: a report may have a million
 * coverage cells, too many to hold as a tree.  Bytes that are no UTF-8 come out
 * as U+FFFD, control bytes as \u escapes, so any evidence is safe to write.
 * Commas and nesting are kept here.  (Reading JSON is jansson's work.)
 *
 * script: '<', '>' and '&' come out as \u escapes too, so that no text can end
 * the script element of an HTML page that holds the JSON (HTML, section 4.12.1.3,
 * restrictions for contents of script elements).
 */
#ifndef TIDEMARK_BASE_JSON_OUT_H
#define TIDEMARK_BASE_JSON_OUT_H

#include <stdio.h>

#include "base/span.h"

struct json_out {
	FILE *f;
	unsigned depth;
	bool comma;  /* a value stands before this place */
	bool pretty; /* one element of the top lists a line */
	bool script; /* fit for a script element */
};

void json_out_init(struct json_out *j, FILE *f);
void json_out_object(struct json_out *j, const char *key); /* key NULL in lists */
void json_out_list(struct json_out *j, const char *key);
void json_out_end_object(struct json_out *j);
void json_out_end_list(struct json_out *j);
void json_out_text(struct json_out *j, const char *key, struct span s);
void json_out_str(struct json_out *j, const char *key, const char *s); /* NULL: null */
void json_out_number(struct json_out *j, const char *key, int64_t v);
void json_out_real(struct json_out *j, const char *key, double v);
void json_out_bool(struct json_out *j, const char *key, bool v);
void json_out_null(struct json_out *j, const char *key);

#endif
