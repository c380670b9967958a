/*
 * Feeds: files of indicators in public formats.  Each format is one file
 * feed_NAME.c and one line in feeds.def.  A feed is as untrusted as evidence:
 * everything has a limit, nothing is dropped without a word, values are
 * brought to one form before they are believed.
 *
 * A format's reader calls feed_put for each indicator and feed_refuse for each
 * item it cannot take; feed.c makes words of that.  A feed's words go to a
 * feed_store (intel/feed_store.h), at once or from a process that has no
 * rights (intel/feed_wire.h).
 */
#ifndef TIDEMARK_INTEL_FEED_H
#define TIDEMARK_INTEL_FEED_H

#include "intel/feed_value.h"
#include "intel/indicator.h"

/* What a reader says of one indicator; all borrowed, zero: not said. */
struct feed_item {
	enum indicator_type type;
	struct span value; /* as written; defanged forms are understood */
	struct span id, title, source, note, confirmed, tlp, phase;
	int64_t from, until; /* TIME_NONE: open */
	int confidence;	     /* 0..100, -1: not said */
	bool revoked;
	bool below; /* DOMAIN: names below it count too */
	const struct stix_pattern *pattern;
	uint32_t part;
	uint64_t line;
};

/* What a feed says, one word at a time. */
enum feed_word {
	FEED_SAYS_FORMAT, /* text: a format's name; comes first, always */
	FEED_SAYS_INDICATOR,
	FEED_SAYS_PROBLEM,     /* text at line and column: an item refused */
	FEED_SAYS_TITLE,       /* of the feed */
	FEED_SAYS_YARA,	       /* text: rules that compile */
	FEED_SAYS_WARNINGLIST, /* text: its name; the next entries are its */
	FEED_SAYS_WARNING,     /* text: an entry; above: names below it too */
	FEED_WORDS
};

/* All borrowed, but a pattern: that lives as long as the reader's arena. */
struct feed_said {
	enum feed_word word;
	const struct feed_item *item;	/* INDICATOR; its value is not used */
	const struct feed_value *value; /* INDICATOR */
	uint64_t line, column;		/* 1-based, 0: none */
	struct span text;
	bool above;
};
typedef void feed_say_fn(void *ctx, const struct feed_said *s);

/* What a reader counts.  loaded: indicators and rules it put, repeats too. */
struct feed_counts {
	const struct feed_format *format; /* NULL: no feed */
	uint64_t loaded, refused;
	uint64_t passed;  /* items that are no indicators */
	uint64_t entries; /* of a warninglist */
};

struct feed_read {
	struct arena *arena;  /* of patterns */
	struct arena scratch; /* until the feed's end */
	struct arena work;    /* until the next value */
	struct feed_counts *counts;
	bool titled;
	uint64_t tell; /* problems to tell one by one */
	uint64_t told;
	feed_say_fn *say;
	void *ctx;
};

struct feed_format {
	const char *name; /* as shown: "stix-2", "csv", ... */
	const char *title;
	/* 0..100: how surely the bytes are this; the head of a file is
	 * enough. */
	unsigned (*guess)(struct span head, struct span path);
	void (*read)(struct feed_read *r, struct span bytes);
};

extern const struct feed_format *const feed_formats[]; /* ends in NULL */

/* The format of a file, or NULL: no feed. */
const struct feed_format *feed_identify(struct span bytes, struct span path);

/* Read one feed file's bytes as what they are; *out is filled.  Of problems,
 * tell are told of one by one. */
void feed_read_bytes(struct span bytes, struct span path, struct arena *a,
    uint64_t tell, feed_say_fn *say, void *ctx, struct feed_counts *out);
/* The same as a format. */
void feed_read_as(const struct feed_format *f, struct span bytes,
    struct arena *a, uint64_t tell, feed_say_fn *say, void *ctx,
    struct feed_counts *out);

/* An item with nothing said. */
struct feed_item feed_item_new(void);

/* Check the value, bring it to its form, add it.  What is no value of its type
 * is refused with x->line. */
void feed_put(struct feed_read *r, const struct feed_item *x);

/* A STIX pattern: all that it asks for, with what x says beside.  x needs no
 * value.  old: of STIX 2.0. */
void feed_put_pattern(struct feed_read *r, const struct feed_item *x,
    struct span pattern, bool old);

/* The value says what it is: type is found from it.  False: it is none;
 * nothing was said. */
bool feed_put_guess(struct feed_read *r, struct feed_item *x);

/* The same for values of feed_value_bare alone. */
bool feed_put_bare(struct feed_read *r, struct feed_item *x);

/* YARA rules among the indicators; what does not compile is refused. */
void feed_put_yara(struct feed_read *r, uint64_t line, struct span rule);

/* The feed's name; the first one stays. */
void feed_title(struct feed_read *r, struct span title);

void feed_warninglist_begin(struct feed_read *r, struct span name);
void feed_warninglist_put(struct feed_read *r, struct span value, bool above);

void feed_refuse(struct feed_read *r, uint64_t line, uint64_t column,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A date ("2025-01-31") or time, RFC 3339; end: of a window, so that a date
 * means its last moment.  Seconds since 1970 are taken too.  TIME_NONE. */
int64_t feed_time(struct span s, bool end);

/* Type by the words that feeds use for it ("ip-dst", "FileHash-SHA256",
 * "domain-name", ...); -1: unknown.  *below: the word means names below a
 * domain too. */
int feed_type(struct span word);

#endif
