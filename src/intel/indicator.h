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

struct indicator {
	struct check check;
	enum indicator_type type;
	enum indicator_state state;
	struct prefix prefix; /* ADDRESS */
	struct span value;    /* canonical text; hashes in lower case */
	int64_t from, until;  /* validity, TIME_NONE: open */
	bool below;	      /* DOMAIN: names below it count too */
	uint8_t confidence;   /* 0..100 as the feed says; 50 unstated */
	uint32_t feed; /* index in indicator_list.feeds, or INDICATOR_NO_FEED:
			* built in */
	struct span tlp, phase;	  /* TLP word, kill-chain phase; may be empty */
	struct span source, note; /* in the feed's words; may be empty */
	struct span suppressed_by;
	/* A STIX pattern that says more than this value, or NULL, and which
	 * of its observations the value stands in. */
	const struct stix_pattern *pattern;
	uint32_t part;
};

/* What became of one feed file. */
struct indicator_feed {
	struct span path, format, title;
	uint64_t loaded, refused, expired, revoked, suppressed;
	uint64_t duplicates; /* in this or an earlier feed */
	uint64_t conflicts;  /* duplicates that say something else */
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
	/* Type and value -> index in v; in another case of the type's letter,
	 * how many patterns ask for the value. */
	struct map index;
	struct indicator_feed *feeds;
	size_t nfeeds, feeds_cap;
	struct feed_conflict *conflicts;
	size_t nconflicts, conflicts_cap;
};

void indicator_list_init(struct indicator_list *l, struct arena *a);
void indicator_list_release(struct indicator_list *l);

/* At the end of the list, without any question. */
void indicator_append(struct indicator_list *l, const struct indicator *x);

/* "ipv4", "domain", ...; indicator_type_find takes common other spellings
 * too; -1: unknown. */
const char *indicator_type_name(enum indicator_type t);
const char *indicator_type_title(enum indicator_type t);

/* The list's indicator of this type and canonical value, or MAP_NONE. */
uint32_t indicator_find(
    const struct indicator_list *l, enum indicator_type t, struct span value);

/* The feed's name, or "built in". */
struct span indicator_feed_name(
    const struct indicator_list *l, const struct indicator *x);

#endif
