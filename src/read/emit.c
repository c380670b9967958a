#include "read/reader.h"

static void
no_record(struct emit *e, const struct record *r)
{
	(void)e;
	(void)r;
}

static void
no_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e;
	(void)code;
	(void)line;
	(void)detail;
}

struct emit
emit_nothing(void)
{
	return (struct emit){no_record, no_diag};
}

struct emit
emit_records(void (*record)(struct emit *e, const struct record *r))
{
	return (struct emit){record, no_diag};
}
