/*
 * What earlier states of configurations showed, as the history of a repository
 * tells: signs with the commits between which they stood.  Given to a case
 * before it is closed; they join what its own sources show.
 */
#ifndef TIDEMARK_CASE_PAST_H
#define TIDEMARK_CASE_PAST_H

#include "base/map.h"
#include "intel/check.h"
#include "record/record.h"

struct past_commit {
	int64_t time;	    /* author date; TIME_NONE: it states none */
	struct span commit; /* hexadecimal */
	struct span author, committer;
};

/* An unbroken row of states that show the sign. */
struct past_span {
	struct past_commit first;
	struct past_commit last; /* the last commit that shows it */
	struct past_commit gone; /* commit empty: it is there at the end */
	uint64_t revisions;	 /* states of the file that show it */
};

/* When a finding stood: beside the finding. */
struct finding_past {
	struct span file;	 /* as it is called in the repository */
	struct span source;	 /* path of the source that holds it now */
	struct past_span *spans; /* in order; the first and the last ones */
	size_t nspans;		 /* at most LIMIT_PAST_SPANS */
	uint64_t all;		 /* how many there are */
	bool gone;		 /* the end does not show it */
	bool moment; /* a change: it has a commit, and did not stand */
};

/* A sign of one file of the repository. */
struct past_sign {
	uint32_t check;
	enum severity severity;
	enum confidence confidence;
	struct span entity, external; /* as in a sighting */
	struct finding_past *past;
	struct span device; /* name; used when the file is no source */
	struct span source; /* path of the source that shows it first */
	uint64_t line;	    /* 0: none */
	struct span text;
};

/* Something that changed, or stood for a while only: the rules over kind
 * change. */
struct past_fact {
	enum record_kind of;
	const char *change;  /* field change of the record */
	struct span subject; /* what it is of */
	struct span text;    /* a sentence */
	int64_t hours;	     /* that it stood; -1: not told */
	/* When it must have been done; TIME_NONE: logs are not asked. */
	int64_t from, to;
	struct finding_past *past;
	struct span device, source; /* as in a sign */
	uint64_t line;
	struct span evidence;
};

/* A command or message that goes with changing a configuration. */
struct past_event {
	struct span host, host_addr;
	int64_t time;
};

/* From when to when logs hold something of a host. */
struct past_voice {
	struct span host, host_addr;
	int64_t first, last;
};

struct past {
	struct past_sign *v;
	size_t n;
	struct past_fact *facts;
	size_t nfacts;
	struct past_event *events;
	size_t nevents;
	struct past_voice *voices;
	size_t nvoices;
	struct map sources; /* paths of past states that are sources */
};

#endif
