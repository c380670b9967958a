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

/* Does the evidence say how a setting stands? */
static bool
setting_known(const struct device *d, struct span name)
{
	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;

		if (f->kind == K_SETTING &&
		    span_eq(fact_text(f, F_NAME), name) &&
		    !span_is(fact_text(f, F_STATE), "unknown"))
			return true;
	}
	return false;
}

static bool
may_clear(const struct advisory_row *row, const struct device *d)
{
	if (!advisory_row_clears(row, d->platform))
		return false;
	for (size_t i = 0; i < row->settings.n; i++)
		if (!setting_known(d, row->settings.v[i]))
			return false;
	return true;
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
	for (size_t i = 0; i < row->nclear; i++)
		if ((row->clear_when[i] & ~(d->evidence | d->shown)) == 0)
			return may_clear(row, d) ? COVERAGE_CLEAR
						 : COVERAGE_UNKNOWN;
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
	static const char *const names[] = {
	    NULL, "device", "off-box", "image"};

	ASSERT((unsigned)t < 4);
	return names[t];
}
