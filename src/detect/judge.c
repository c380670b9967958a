#include "detect/judge.h"

#include "base/err.h"

static const char *const verdicts[] = {
    "unknown", "clear", "weak", "exposed", "suspicious", "compromised"};

const char *
verdict_name(enum verdict v)
{
	ASSERT((unsigned)v < 6);
	return verdicts[v];
}

bool
verdict_find(struct span word, enum verdict *out)
{
	for (int v = 0; v < 6; v++)
		if (span_is(word, verdicts[v])) {
			*out = (enum verdict)v;
			return true;
		}
	return false;
}

const char *
coverage_name(enum coverage c)
{
	static const char *const names[] = {
	    "unknown", "clear", "hit", "not-applicable"};

	ASSERT((unsigned)c < 4);
	return names[c];
}

enum verdict
finding_weight(const struct finding *f)
{
	switch (f->check->kind) {
	case CHECK_COMPROMISE:
	case CHECK_INDICATOR:
		if (f->severity <= SEV_LOW || f->confidence == CONF_LOW)
			return VERDICT_UNKNOWN;
		return f->confidence == CONF_HIGH ? VERDICT_COMPROMISED
						  : VERDICT_SUSPICIOUS;
	case CHECK_VULNERABILITY:
		return f->confidence == CONF_LOW ? VERDICT_UNKNOWN
						 : VERDICT_EXPOSED;
	case CHECK_HARDENING:
		return f->severity >= SEV_MEDIUM ? VERDICT_WEAK
						 : VERDICT_UNKNOWN;
	}
	return VERDICT_UNKNOWN;
}

enum coverage
judge_cell(const struct advisory_row *row, const struct device *d, bool hit,
    enum coverage answer)
{
	if (hit)
		return COVERAGE_HIT;
	if (!advisory_row_applies(row, d->platform))
		return COVERAGE_NOT_APPLICABLE;
	if (answer != COVERAGE_NOT_APPLICABLE)
		return answer;
	if (!row->answered)
		return COVERAGE_UNKNOWN;
	for (size_t i = 0; i < row->nclear; i++)
		if ((row->clear_when[i] & ~(d->evidence | d->shown)) == 0)
			return COVERAGE_CLEAR;
	return COVERAGE_UNKNOWN;
}

enum verdict
judge_device(enum verdict worst, bool essentials_clear, enum trust best)
{
	if (worst > VERDICT_CLEAR)
		return worst;
	return essentials_clear && best >= TRUST_OFF_BOX ? VERDICT_CLEAR
							 : VERDICT_UNKNOWN;
}

const char *
trust_name(enum trust t)
{
	return t == TRUST_OFF_BOX ? "off-box"
	    : t == TRUST_DEVICE	  ? "device"
				  : NULL;
}
