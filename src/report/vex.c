#include "report/vex.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/timestamp.h"

enum vex_status
vex_status_of(const struct vuln_answer *a)
{
	switch (a->verdict) {
	case VULN_EXPOSED:
		return VEX_AFFECTED;
	case VULN_FEATURE_OFF:
		return VEX_NOT_CONTROLLED;
	case VULN_NOT_AFFECTED:
		return a->why == VULN_WHY_FIXED ? VEX_FIXED : VEX_NOT_PRESENT;
	case VULN_CANNOT_TELL:
		return VEX_INVESTIGATED;
	default:
		return VEX_NONE;
	}
}

const char *
vex_justification(enum vex_status s)
{
	if (s == VEX_NOT_PRESENT)
		return "vulnerable_code_not_present";
	if (s == VEX_NOT_CONTROLLED)
		return "vulnerable_code_cannot_be_controlled_by_adversary";
	return NULL;
}

void
vex_reason(const struct casefile *c, const struct flaw *f, struct buf *out)
{
	buf_put(out, f->reason);
	for (size_t i = 0; i < f->nplaces; i++) {
		const struct finding_place *p = &f->places[i];

		buf_puts(out, i == 0 ? " Evidence: " : "; ");
		buf_put(out, c->sources[p->source].path);
		if (p->line > 0)
			buf_fmt(out, ":%" PRIu64, p->line);
		if (p->text.n > 0)
			buf_fmt(out, " (%.*s)", SPAN_FMT(p->text));
	}
	for (size_t i = 0; i < f->need.n; i++) {
		buf_puts(out, i == 0 ? " To settle it: " : "; ");
		buf_put(out, f->need.v[i]);
	}
}

bool
vex_action_is_fix(const struct flaw *f)
{
	return f->upgrade.n > 0 &&
	       (f->answer->line == NULL ||
		   f->answer->line->remedy != VULN_REMEDY_NONE);
}

void
vex_action(const struct flaw *f, struct buf *out)
{
	if (f->upgrade.n > 0)
		buf_put(out, f->upgrade);
	else
		buf_fmt(out, "See %.*s", SPAN_FMT(f->v->check.source));
}

void
vex_device_id(const struct device *d, struct buf *out)
{
	buf_puts(out, "urn:tidemark:device:");
	for (size_t i = 0; i < d->name.n; i++) {
		unsigned char b = (unsigned char)d->name.p[i];

		if (ascii_alnum(b) || b == '-' || b == '.' || b == '_')
			buf_byte(out, (char)b);
		else
			buf_fmt(out, "%%%02X", b);
	}
}

void
vex_document_id(
    const struct casefile *c, const struct report_options *o, struct buf *out)
{
	char day[TIME_TEXT];
	uint64_t sum = 0;

	for (size_t i = 0; i < c->fleet.n; i++)
		sum = sum * 31 + span_hash(c->fleet.v[i].name);
	for (size_t i = 0; i < c->nsources; i++)
		sum = sum * 31 + span_hash(c->sources[i].path) +
		      c->sources[i].bytes;
	for (const char *p = time_write(o->started, day); *p != '\0'; p++)
		if (ascii_digit((unsigned char)*p) || *p == 'T')
			buf_byte(out, *p == 'T' ? 't' : *p);
	buf_fmt(out, "-%016" PRIx64, sum);
}
