/*
 * The catalogue of known exploited vulnerabilities of CISA, JSON: eleven keys
 * for each entry.  It speaks of flaws by their id alone: its vendor and product
 * are free text ("IOS, XR, and XE Software", "Multiple Products") and are not
 * used.
 */
#include "intel/update_json.h"
#include "intel/feed_json.h"

static unsigned
guess(struct span head)
{
	if (!span_has(head, "\"cveID\""))
		return 0;
	return span_has(head, "\"catalogVersion\"") ? 100 : 70;
}

static void
entry(struct update_read *r, const json_t *v)
{
	struct span added = update_json_text(v, "dateAdded"),
		    used = update_json_text(v, "knownRansomwareCampaignUse");

	r->cve = update_json_text(v, "cveID");
	if (!update_is_cve(r->cve)) {
		update_refuse(r, "an entry without an id");
		return;
	}
	if (added.n == 0) {
		update_refuse(r, "an entry without the day it was added");
		return;
	}
	update_say(r, UPDATE_SAYS_KEV, added, update_json_text(v, "dueDate"),
	    span_is_nocase(used, "known") ? SPAN("yes") : SPAN("no"));
}

static void
kev_read(struct update_read *r, struct span bytes)
{
	struct span day = span_trim(feed_json_member(bytes, "dateReleased"));

	if (span_starts(day, SPAN("\"")))
		update_day(r, span_from(day, 1));
	update_json_each(r, bytes, "vulnerabilities", entry);
}

const struct update_format update_kev = {
    .name = "kev",
    .title = "CISA catalogue of known exploited vulnerabilities",
    .guess = guess,
    .read = kev_read,
};
