/*
 * Diagnostics: what is wrong with input, as an enumerated, documented product
 * (base/diag.def).  They never stop a run.
 */
#ifndef TIDEMARK_BASE_DIAG_H
#define TIDEMARK_BASE_DIAG_H

#include "base/span.h"

enum diag_severity { DIAG_NOTE, DIAG_PARTIAL, DIAG_LOST };

enum diag_code {
#define DIAG(id, severity, code, text) DIAG_##id,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag {
	enum diag_code code;
	uint64_t line;	    /* 1-based; 0: the source as a whole */
	struct span detail; /* what was expected or found; may be empty */
};

/* The short stable name ("long-line"), the manual sentence, the severity. */
const char *diag_name(enum diag_code code);
const char *diag_text(enum diag_code code);
enum diag_severity diag_severity(enum diag_code code);

#endif
