/*
 * Knowledge about flaws from files that anybody can download: the KEV catalogue
 * of CISA, scores of FIRST (EPSS), CVE records (JSON 5.x), answers of NVD's API
 * 2.0, and advisories and VEX in CSAF 2.0.  Each format is one file
 * update_NAME.c and one line in updates.def.
 *
 * Public records are often wrong or not to be used by machine as they are
 * written.  A reader never guesses: what it cannot make a range of is told of
 * (update_refuse), with the flaw and the reason.  What a file says goes, word
 * by word, to an update_store (intel/update_store.h), at once or from a process
 * that has no rights (run/updates.h): such a file is as untrusted as evidence.
 */
#ifndef TIDEMARK_INTEL_UPDATE_H
#define TIDEMARK_INTEL_UPDATE_H

#include "intel/product.h"

/* Cells of a word, by place. */
#define UPDATE_CELLS 10

enum update_word {
	UPDATE_SAYS_FORMAT,  /* name; comes first, always */
	UPDATE_SAYS_DAY,     /* YYYY-MM-DD: as of when */
	UPDATE_SAYS_RECORD,  /* cve, title, address; state: a flaw follows */
	UPDATE_SAYS_KEV,     /* cve, added, due, ransomware (yes, no) */
	UPDATE_SAYS_EPSS,    /* cve, probability, percentile */
	UPDATE_SAYS_CVSS,    /* cve, base score */
	UPDATE_SAYS_SSVC,    /* cve, exploitation, automatable, impact */
	UPDATE_SAYS_RANGE,   /* enum update_cell */
	UPDATE_SAYS_PROBLEM, /* cve, text: not to be used by machine */
	UPDATE_SAYS_END,     /* the reader is through; nothing follows */
	UPDATE_WORDS
};

/* Cells of a range: texts as struct vuln_line has them, by their names. */
enum update_cell {
	RANGE_CVE,
	RANGE_PLATFORM,
	RANGE_LINE,
	RANGE_FROM,
	RANGE_TO,
	RANGE_BELOW,
	RANGE_FIXED,
	RANGE_STATE, /* affected, not-affected, cannot-tell */
	RANGE_EVIDENCE,
	RANGE_MODELS, /* with blanks between */
};

struct update_said {
	enum update_word word;
	uint64_t line; /* of the file, 0: none */
	struct span cells[UPDATE_CELLS];
};
typedef void update_say_fn(void *ctx, const struct update_said *s);

/* What the caller lends to a reader. */
struct update_options {
	const struct product_table *products;
	/* Is the flaw one of those known?  Scores of others are not worth
	 * sending: a file of EPSS has hundreds of thousands. */
	bool (*known)(void *ctx, struct span cve);
	void *known_ctx;
};

struct update_read {
	const struct update_options *o;
	struct arena scratch; /* until the next record */
	struct span cve;      /* of the record being read */
	uint64_t line;	      /* of it */
	update_say_fn *say;
	void *ctx;
};

struct update_format {
	const char *name, *title;
	/* 0..100: how surely the head of a file is this. */
	unsigned (*guess)(struct span head);
	void (*read)(struct update_read *r, struct span bytes);
};

extern const struct update_format *const update_formats[]; /* ends in NULL */

/* The format of a file by its head, or NULL. */
const struct update_format *update_identify(struct span bytes);

/*
 * Read one file, packed with gzip or not, and say all of it.  false: it has no
 * format that is known; then one problem was said, with what it may be.
 */
bool update_read_bytes(struct span bytes, const struct update_options *o,
    update_say_fn *say, void *ctx);

/* ---- for readers ---- */

/* Say a word with up to three texts behind the flaw's id. */
void update_say(struct update_read *r, enum update_word word, struct span a,
    struct span b, struct span c);
void update_day(struct update_read *r, struct span day);
/* The record, or a part of it, cannot be used by machine. */
void update_refuse(struct update_read *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The three decision points, as CISA spells them in any case. */
void update_ssvc(struct update_read *r, struct span exploitation,
    struct span automatable, struct span impact);
void update_cvss(struct update_read *r, double score);

/* Bounds of a range as a record writes them, before they are understood. */
struct update_range {
	struct span platform;
	struct span line;     /* a whole line, or empty */
	struct span from;     /* inclusive */
	struct span to;	      /* inclusive */
	struct span below;    /* exclusive; several first fixed releases may
			       * stand here, with commas or underscores */
	const char *state;    /* affected, not-affected, cannot-tell */
	const char *evidence; /* list, record */
	struct span models;
	bool beyond; /* what lies beside the range is told elsewhere: nothing
		      * is said of it here */
};

/*
 * A range as written becomes lines of struct vuln_line, by the platform's
 * order of releases; what cannot be is refused with its text.  The traps of
 * real records that this knows are named in update_range.c.
 */
void update_range(struct update_read *r, const struct update_range *x);

/* Text that people write: "7.2 all versions", ">=7.4.0|<=7.4.7", "7.0.6 and
 * above", "7.1.1-7058 and older".  Refused when it is none of these. */
void update_range_text(struct update_read *r, struct span platform,
    struct span text, const char *state);

/* A release of the platform, if perhaps an interim one, and no sentence. */
bool update_is_release(struct span platform, struct span text);

/* Releases given one by one: one range for each of their lines, from the
 * lowest to the highest. */
void update_list(struct update_read *r, struct span platform,
    const struct span *releases, size_t n, struct span models);

/* "CVE-2024-3400"; anything else is no id. */
bool update_is_cve(struct span s);

#endif
