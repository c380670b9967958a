/*
 * A finding: one check, one device, one entity, with the reason, the evidence
 * places, the times and the fix.  Findings are what reports show and verdicts
 * rest on.
 */
#ifndef TIDEMARK_DETECT_FINDING_H
#define TIDEMARK_DETECT_FINDING_H

#include "base/arena.h"
#include "intel/check.h"

#define FINDING_NO_DEVICE UINT32_MAX

struct waiver;
struct finding_past;

/* Who vouches for evidence. */
enum trust {
	TRUST_NONE,
	TRUST_DEVICE,  /* the device itself, which an intruder may own */
	TRUST_OFF_BOX, /* kept elsewhere when it happened */
	TRUST_IMAGE,   /* the device's image was verified off the box */
};

#define FINDING_MARK 16 /* hexadecimal digits */

struct finding_place {
	uint32_t source; /* index of the source */
	uint64_t line;	 /* 0: none */
	uint64_t offset; /* UINT64_MAX: none */
	struct span text;
};

struct finding {
	const struct check *check;
	uint32_t device;   /* index, or FINDING_NO_DEVICE */
	struct span title; /* the check's, with the entity */
	struct span entity;
	struct span reason; /* why it holds here; may be empty */
	enum severity severity;
	enum confidence confidence;
	int64_t first, last;
	uint64_t count;
	struct finding_place *places;
	size_t nplaces, cap;
	bool in_time; /* places stand in the order of time, not of sources */
	struct span_list rows; /* of the check's, those that hold here */
	struct span_list fix;
	struct span_list verify; /* how to check it by hand there */
	char id[24]; /* "F1", given when the list is sorted */
	/* Fingerprint: the same for the same check, device, entity and
	 * severity in any run, wherever the evidence lies. */
	char mark[FINDING_MARK + 1];
	enum trust trust; /* the best of its places */
	const struct waiver *waiver; /* somebody accepted it, or NULL */
	const struct finding_past *past; /* since when, or NULL */
};

#endif
