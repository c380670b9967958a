#include "base/diag.h"

#include "base/err.h"

static const struct {
	const char *name, *text;
	enum diag_severity severity;
} table[] = {
#define DIAG(id, sev, code, text) [DIAG_##id] = {code, text, DIAG_##sev},
#include "base/diag.def"
#undef DIAG
};

const char *
diag_name(enum diag_code code)
{
	ASSERT(code < DIAG_COUNT);
	return table[code].name;
}

const char *
diag_text(enum diag_code code)
{
	ASSERT(code < DIAG_COUNT);
	return table[code].text;
}

enum diag_severity
diag_severity(enum diag_code code)
{
	ASSERT(code < DIAG_COUNT);
	return table[code].severity;
}
