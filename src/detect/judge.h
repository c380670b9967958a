/*
 * From findings and absent evidence to a verdict per device and a coverage
 * matrix: advisory row by device.  Silence is never "clear": a cell is clear
 * only where the evidence that would show the row was read.
 */
#ifndef TIDEMARK_DETECT_JUDGE_H
#define TIDEMARK_DETECT_JUDGE_H

#include "detect/finding.h"
#include "device/device.h"
#include "intel/advisory.h"

enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_CLEAR,
	VERDICT_WEAK,
	VERDICT_EXPOSED,
	VERDICT_SUSPICIOUS,
	VERDICT_COMPROMISED,
};

enum coverage {
	COVERAGE_UNKNOWN,
	COVERAGE_CLEAR,
	COVERAGE_HIT,
	COVERAGE_NOT_APPLICABLE,
};

const char *verdict_name(enum verdict v);
bool verdict_find(struct span word, enum verdict *out);
const char *coverage_name(enum coverage c);

/* What one finding alone amounts to: VERDICT_UNKNOWN when it does not move a
 * verdict (a denied scan, a low-confidence sign, a minor gap). */
enum verdict finding_weight(const struct finding *f);

/*
 * One coverage cell.  hit: some finding of the device names the row.  answer:
 * what a vulnerability test said of this row, COVERAGE_NOT_APPLICABLE when no
 * test speaks of it.
 */
enum coverage judge_cell(const struct advisory_row *row,
    const struct device *d, bool hit, enum coverage answer);

/* The verdict from the worst finding and, when there is none, from whether
 * every essential row could be assessed.  A device's own word is never enough
 * for "clear": best is the best evidence that there is of it. */
enum verdict judge_device(
    enum verdict worst, bool essentials_clear, enum trust best);

/* "device", "off-box", "image", or NULL. */
const char *trust_name(enum trust t);

#endif
