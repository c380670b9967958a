/*
 * Pieces of the JSON report.
 */
#ifndef TIDEMARK_REPORT_JSON_PARTS_H
#define TIDEMARK_REPORT_JSON_PARTS_H

#include "base/json_out.h"
#include "report/report.h"

void json_text_or_null(struct json_out *j, const char *key, struct span s);
void json_texts(struct json_out *j, const char *key, struct span_list l);
void json_place(struct json_out *j, const struct casefile *c,
    const struct finding_place *p);

/* "flaws" and "vulnerabilities" of the report. */
void json_flaws(struct json_out *j, const struct casefile *c);

/* "features" of a device. */
void json_features(struct json_out *j, const struct device *d);

#endif
