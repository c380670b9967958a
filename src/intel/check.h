/*
 * What a finding says about itself, whatever detector makes it: a Sigma rule,
 * an indicator, a vulnerability, a YARA rule.  All of it comes from data/.
 */
#ifndef TIDEMARK_INTEL_CHECK_H
#define TIDEMARK_INTEL_CHECK_H

#include "base/span.h"

struct indicator;

enum check_kind {
	CHECK_COMPROMISE,
	CHECK_INDICATOR,
	CHECK_VULNERABILITY,
	CHECK_HARDENING,
};

enum severity { SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_CRITICAL };
enum confidence { CONF_LOW, CONF_MEDIUM, CONF_HIGH };

struct span_list {
	struct span *v;
	size_t n;
};

static inline bool
span_list_eq(struct span_list a, struct span_list b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!span_eq(a.v[i], b.v[i]))
			return false;
	return true;
}

/* Commands or sentences for one platform word (empty: any); intel/fix.h. */
struct fix {
	struct span platform;
	struct span_list commands;  /* for people: names in <> */
	struct span_list templates; /* as plan/template.h has them, or none */
};

/* When in a plan a finding is seen to. */
enum phase { PHASE_CONTAIN, PHASE_EVICT, PHASE_PATCH, PHASE_HARDEN };

struct check {
	const struct indicator *of; /* whose it is, or NULL */
	struct span id;	   /* stable word, unique over all knowledge */
	struct span title; /* one line */
	struct span why;   /* what it means, why it matters */
	struct span source; /* where the fact comes from */
	struct span confirmed; /* official, reported, recalled */
	enum check_kind kind;
	enum severity severity;
	enum confidence confidence;
	struct span_list techniques; /* "T1136.001" */
	struct span_list advisory;   /* "AA25-239A:H-05" */
	struct span_list cve;
	/* Words of data/prerequisites.yaml: without them silence of the rule
	 * means nothing. */
	struct span_list prerequisites;
	struct fix *verify; /* how to check by hand */
	size_t nverify;
	struct fix *fixes; /* what mends it */
	size_t nfixes;
	/* Mending it cuts access to the device: where an intruder looks to be
	 * in, that comes before everything else. */
	bool contains;
	struct span caution; /* what mending it may cost; may be empty */
};

const char *check_kind_name(enum check_kind k);
const char *severity_name(enum severity s);
const char *confidence_name(enum confidence c);

#endif
