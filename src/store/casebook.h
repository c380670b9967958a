/*
 * A case that lasts.  Each scan adds the raw material of its sources (see
 * store/raw.h); the whole is then joined and judged anew, over everything that
 * was ever added, and the tables for SQL are written again.
 *
 * A file is known by where it stands.  When it has changed since, the
 * new contents count.  A log whose file now begins with the old lines has grown
 * and replaces them; one that does not (the file was rotated) is kept beside
 * the old one.  What describes a state (a configuration, show output) is
 * replaced, but signs of compromise that were in it stay.
 *
 * A scan uses it in this order: casebook_open, casebook_known for each
 * source (no database is open while workers run), casebook_save.
 */
#ifndef TIDEMARK_STORE_CASEBOOK_H
#define TIDEMARK_STORE_CASEBOOK_H

#include "case/casefile.h"
#include "store/store.h"

/* What is to be remembered of a run. */
struct casebook_run {
	const char *version; /* of the program */
	int64_t started;
	double seconds;
	struct span options; /* of knowledge, as cli/ wrote them */
	const struct prefix *own;
	size_t nown;
	const struct waivers *waivers; /* become decisions */
};

#define CASEBOOK_KEY 32

struct casebook_unit;
struct casebook_item;

struct casebook {
	struct arena arena;
	const char *place;
	struct span reading;
	bool read_all; /* set by the caller: read what is known, too */
	unsigned char key[CASEBOOK_KEY]; /* hashes secrets; of the case */
	struct casebook_unit *units;
	size_t nunits, units_cap;
	struct map by_origin, by_path;
	struct casebook_item *items; /* what this scan met */
	size_t nitems, items_cap;
	struct map item_paths;
	/* Interface addresses in the case, in order; flows are read by them. */
	struct addr *addresses;
	size_t naddresses, addresses_cap;
	struct span watched; /* a word for them */
	/* After casebook_save: files that were read, those of them in place of
	 * other contents, those that were not read again. */
	size_t nread, nreplaced, nkept;
	size_t nearly; /* flows read before all addresses were known */
};

/*
 * Open a case for a scan, made when it is not there, and read what it knows of
 * its sources.  The database is closed again before this returns.  reading: all
 * that decides what reading a source gives, in one word; a source that was read
 * with the same need not be read again.
 */
int casebook_open(
    struct casebook *b, const char *place, struct span reading, struct err *e);
void casebook_release(struct casebook *b);

/* A source that a scan met, as the walk tells of it. */
struct casebook_source {
	struct span path;      /* as reported */
	const char *open_path; /* as it is opened; "-" for a stream */
	uint64_t size;	       /* SOURCE_SIZE_UNKNOWN for a stream */
	int fd;		       /* to hash it; -1: it cannot be opened */
};

/* To be called once for each.  true: it is in the case, unchanged and read in
 * the same way: it need not be read. */
bool casebook_known(struct casebook *b, const struct casebook_source *s);

/* Files that were read in another way than this run reads, are still there
 * unchanged, and so should be read again: the next one from *at on.  false:
 * there is none. */
bool casebook_stale(
    struct casebook *b, size_t *at, struct span *path, const char **open_path);

/*
 * Add what was read (c, before casefile_close), then put everything that the
 * case holds into whole, an empty casefile, joined and judged, and write the
 * tables for SQL: one transaction, so that a scan is in the case wholly or not
 * at all.
 */
int casebook_save(struct casebook *b, const struct casefile *c,
    const struct casebook_run *run, struct casefile *whole, struct err *e);

/* ---- reading a case ---- */

/*
 * Open a case whose files are to be read again for something that it does not
 * keep, as remedies are; nothing will be added.  The database is closed again
 * before this returns.  casebook_release.
 */
int casebook_look(struct casebook *b, const char *place, struct err *e);

/* The next file from *at on with a current source of this evidence class that
 * is where it was, with what it held.  No two have the same path.  false: there
 * is none. */
bool casebook_there(struct casebook *b, struct span evidence, size_t *at,
    struct span *path, const char **open_path);

/* The stamp of the last run. */
struct casebook_stamp {
	char version[32], knowledge[32];
	int64_t started;
	double seconds;
	struct span options; /* in the arena given */
};
int casebook_stamp(const char *place, struct arena *a,
    struct casebook_stamp *out, struct err *e);

/* Everything in the case into an empty casefile, joined and judged.  now:
 * decides which acceptances have expired. */
int casebook_load(
    const char *place, struct casefile *c, int64_t now, struct err *e);

/* ---- what people say ---- */

enum casebook_decision {
	CASEBOOK_ACCEPT, /* it is so, and somebody answers for it */
	CASEBOOK_REJECT, /* it was looked at, and is not so */
	CASEBOOK_REOPEN, /* neither any more */
};

struct casebook_word {
	struct span finding, author, text;
	int64_t made;
	enum casebook_decision decision;
	struct span expires; /* a day, or empty: for good */
};
int casebook_note(
    const char *place, const struct casebook_word *w, struct err *e);
int casebook_decide(
    const char *place, const struct casebook_word *w, struct err *e);

/* Notes and decisions on a finding (empty: on all), in the order they were
 * made. */
typedef void casebook_word_fn(
    void *ctx, bool note, const struct casebook_word *w);
int casebook_words(const char *place, struct span finding, casebook_word_fn *fn,
    void *ctx, struct err *e);

/* ---- results by content ---- */

/*
 * Something remembered under a name, as the hash of what it was made of.
 * casebook_recall: *found is false when there is none, or none of this reading;
 * bytes go to the arena.
 */
int casebook_remember(struct store *s, struct span name, struct span reading,
    struct span body, struct err *e);
int casebook_forget(struct store *s, struct span name, struct err *e);
int casebook_recall(struct store *s, struct span name, struct span reading,
    struct arena *a, struct span *body, bool *found, struct err *e);

#endif
