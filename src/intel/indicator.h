/*
 * Indicators: what an advisory or a feed says an intruder used.  Feeds of all
 * formats become these (intel/feed.h); what is built in comes from data/.
 */
#ifndef TIDEMARK_INTEL_INDICATOR_H
#define TIDEMARK_INTEL_INDICATOR_H

#include "base/addr.h"
#include "base/arena.h"
#include "base/map.h"
#include "intel/check.h"

/* In the order of indicators.def. */
enum indicator_type {
#define INDICATOR(id, word, title, text) INDICATOR_##id,
#include "intel/indicators.def"
#undef INDICATOR
	INDICATOR_TYPES
};

/* Why an indicator is not searched for. */
enum indicator_state {
	INDICATOR_ACTIVE,
	INDICATOR_REVOKED,    /* its feed took it back */
	INDICATOR_SUPPRESSED, /* a warninglist names it; see suppressed_by */
};

struct stix_pattern;

#define INDICATOR_NO_FEED UINT32_MAX

/* What its feed says of a value.  Neighbours that say the same share one. */
struct indicator_about {
	struct span id;	  /* the feed's; empty: the value is the id */
	struct span note; /* may be empty, as all that follows */
	struct span source;
	struct span tlp, phase;	   /* TLP word, kill-chain phase */
	struct span confirmed;	   /* official, reported, recalled */
	struct span suppressed_by; /* a warninglist */
	int64_t from, until;	   /* validity, TIME_NONE: open */
	/* A STIX pattern that says more than this value, or NULL, and which
	 * of its observations the value stands in. */
	const struct stix_pattern *pattern;
	uint32_t part;
	uint32_t feed;	 /* index in indicator_list.feeds, or INDICATOR_NO_FEED:
			  * built in */
	uint8_t percent; /* confidence, 0..100; 50 unstated */
};

/* Many are kept: 48 bytes each, and those of the value. */
struct indicator {
	struct span value; /* canonical text; hashes in lower case */
	const struct indicator_about *about;
	struct prefix prefix; /* ADDRESS */
	enum indicator_type type : 8;
	enum indicator_state state : 8;
	bool below; /* DOMAIN: names below it count too */
};

/* What became of one feed file. */
struct indicator_feed {
	struct span path, format, title;
	uint64_t loaded, refused, expired, revoked, suppressed;
	uint64_t duplicates; /* in this or an earlier feed */
	uint64_t conflicts;  /* values of which an earlier one says otherwise */
	uint64_t passed;     /* items that are no indicators */
	uint64_t entries;    /* of a warninglist */
};

/* Two feeds that disagree about one value. */
struct feed_conflict {
	uint32_t indicator, feed;
	struct span text;
};

struct indicator_list {
	struct arena *arena;
	struct indicator *v; /* malloc'd: growing one of hundred thousands
			      * leaves nothing behind and moves pages only */
	size_t n, cap;
	/* Type and value -> index in v, of those without a pattern. */
	struct indicator_slot *slots; /* malloc'd */
	size_t nslots, nfilled;
	struct map patterns; /* how many ask for a value */
	/* Of values of which several things are said, each for itself: index
	 * -> that of the next, and -> that of the first. */
	struct map later, first;
	struct indicator_feed *feeds;
	size_t nfeeds, feeds_cap;
	struct feed_conflict *conflicts;
	size_t nconflicts, conflicts_cap;
};

void indicator_list_init(struct indicator_list *l, struct arena *a);
void indicator_list_release(struct indicator_list *l);

/* At the end of the list, without any question. */
void indicator_append(struct indicator_list *l, const struct indicator *x);

/* The list's indicator of the same type and value (of an address: prefix) that
 * has no pattern, or MAP_NONE; then the next one appended is found as it from
 * here on. */
uint32_t indicator_find_or_next(
    struct indicator_list *l, const struct indicator *x);

/* That will be asked in a moment. */
void indicator_soon(const struct indicator_list *l, const struct indicator *x);

/*
 * Claims: what is said of one value with different windows or states stands in
 * the list as an indicator each, one behind the other from the first on, which
 * indicator_find_or_next finds.  A sighting counts for the first whose window
 * holds it.
 */

/* The next claim about the same value, or MAP_NONE. */
uint32_t indicator_claim_next(const struct indicator_list *l, uint32_t i);
/* The first of them; of most values there is but one. */
uint32_t indicator_claim_first(const struct indicator_list *l, uint32_t i);
/* Append one more, behind the claim "last". */
void indicator_claim_append(
    struct indicator_list *l, uint32_t last, const struct indicator *x);

/* Does the window hold the time?  No time (TIME_NONE): nothing speaks against
 * it. */
bool indicator_holds(const struct indicator *x, int64_t time);

/* Is it this claim for which a sighting at that time counts?  Where no window
 * holds it, the first that is searched for is asked. */
bool indicator_speaks(const struct indicator_list *l, uint32_t i, int64_t time);

/* One more pattern asks for the value; how many did before. */
uint32_t indicator_pattern_count(
    struct indicator_list *l, enum indicator_type t, struct span value);

/* "ipv4", "domain", ...; indicator_type_find takes common other spellings
 * too; -1: unknown. */
const char *indicator_type_name(enum indicator_type t);
const char *indicator_type_title(enum indicator_type t);

/* What a finding says of it, made anew, in the list's arena; the list must not
 * grow any more. */
struct check *indicator_check(
    const struct indicator_list *l, const struct indicator *x);
/* The title, the id, the confidence in that. */
struct span indicator_title(
    const struct indicator_list *l, const struct indicator *x);
struct span indicator_id(const struct indicator *x);
enum confidence indicator_confidence(const struct indicator *x);

/* The feed's name, or "built in". */
struct span indicator_feed_name(
    const struct indicator_list *l, const struct indicator *x);

#endif
