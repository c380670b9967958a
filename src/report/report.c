#include "report/report.h"

#define REPORT(sym) extern const struct report sym;
#include "report/formats.def"
#undef REPORT

const struct report *const reports[] = {
#define REPORT(sym) &sym,
#include "report/formats.def"
#undef REPORT
    NULL};

const struct report *
report_find(struct span name)
{
	for (size_t i = 0; reports[i] != NULL; i++)
		if (span_is(name, reports[i]->name))
			return reports[i];
	return NULL;
}
