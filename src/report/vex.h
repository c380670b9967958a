/*
 * What the answers about flaws are in VEX (Vulnerability Exploitability
 * eXchange): one of four statuses for each device and flaw, with the
 * justification that both OpenVEX and CSAF know.
 *
 *   exposed        affected
 *   feature-off    not affected: vulnerable_code_cannot_be_controlled_by_
 *                  adversary, with the line of the configuration
 *   not-affected   fixed, when the release is at or above the first fixed one;
 *                  else not affected: vulnerable_code_not_present
 *   cannot-tell    under investigation, with what would settle it
 *
 * Flaws of other platforms are left out.
 */
#ifndef TIDEMARK_REPORT_VEX_H
#define TIDEMARK_REPORT_VEX_H

#include "report/report.h"

enum vex_status {
	VEX_NONE, /* left out */
	VEX_AFFECTED,
	VEX_NOT_PRESENT,
	VEX_NOT_CONTROLLED,
	VEX_FIXED,
	VEX_INVESTIGATED,
	VEX_STATUSES
};

enum vex_status vex_status_of(const struct vuln_answer *a);

/* The word of VEX; NULL where it has none. */
const char *vex_justification(enum vex_status s);

/* The reason, and the places that show it, with their lines: one text. */
void vex_reason(
    const struct casefile *c, const struct flaw *f, struct buf *out);

/* What to do about an affected device; never empty. */
void vex_action(const struct flaw *f, struct buf *out);

/* Is the action an upgrade, or only something that eases it? */
bool vex_action_is_fix(const struct flaw *f);

/* "urn:tidemark:device:NAME", with what an URN cannot hold escaped (RFC 8141,
 * RFC 3986 section 2.1). */
void vex_device_id(const struct device *d, struct buf *out);

/* An id of the document that is the same for the same evidence and time. */
void vex_document_id(
    const struct casefile *c, const struct report_options *o, struct buf *out);

#endif
