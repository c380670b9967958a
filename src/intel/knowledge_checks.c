/*
 * Asking the knowledge for a check or a row.
 */
#include "intel/knowledge.h"

/* The indicator at this place, or NULL. */
static const struct indicator *
indicator_at(const struct knowledge *k, size_t at)
{
	return at < k->first_indicator || at >= k->first_yara
		   ? NULL
		   : &k->indicators.v[at - k->first_indicator];
}

const struct check *
knowledge_check(const struct knowledge *k, size_t at)
{
	ASSERT(at < k->nchecks);
	if (k->checks[at] == NULL)
		k->checks[at] =
		    indicator_check(&k->indicators, indicator_at(k, at));
	return k->checks[at];
}

struct span
knowledge_check_id(const struct knowledge *k, size_t at)
{
	const struct indicator *x = indicator_at(k, at);

	return x != NULL ? indicator_id(x) : k->checks[at]->id;
}

bool
knowledge_from_feed(const struct knowledge *k, size_t at)
{
	const struct indicator *x = indicator_at(k, at);

	return x != NULL && x->about->feed != INDICATOR_NO_FEED;
}

const struct advisory_row *
knowledge_row(const struct knowledge *k, struct span id)
{
	for (size_t i = 0; i < k->nadvisories; i++)
		for (size_t r = 0; r < k->advisories[i].nrows; r++)
			if (span_eq_nocase(k->advisories[i].rows[r].id, id))
				return &k->advisories[i].rows[r];
	return NULL;
}
