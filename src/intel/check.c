#include "intel/check.h"

#include "base/err.h"

const char *
check_kind_name(enum check_kind k)
{
	static const char *const names[] = {
	    "compromise", "indicator", "vulnerability", "hardening"};

	ASSERT((unsigned)k < 4);
	return names[k];
}

const char *
severity_name(enum severity s)
{
	static const char *const names[] = {
	    "info", "low", "medium", "high", "critical"};

	ASSERT((unsigned)s < 5);
	return names[s];
}

const char *
confidence_name(enum confidence c)
{
	static const char *const names[] = {"low", "medium", "high"};

	ASSERT((unsigned)c < 3);
	return names[c];
}
