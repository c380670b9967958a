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

void
report_safe(FILE *f, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		/* C1 controls hide as 0xc2 0x80..0x9f in UTF-8. */
		bool c1 = c == 0xc2 && i + 1 < s.n &&
		    (unsigned char)s.p[i + 1] < 0xa0;

		if (c == '\t')
			putc(' ', f);
		else if (c < 0x20 || c == 0x7f || c1)
			putc('?', f);
		else
			putc(c, f);
		i += c1;
	}
}
