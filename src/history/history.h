/*
 * The history of a repository of configurations: commits of one line, the
 * states of each file, what each distinct state (blob) shows, and from that
 * since when and until when something stood.
 *
 * A file stands for a device, whatever host name it states from time to time:
 * RANCID and Oxidized name files after devices.  A file that is moved without
 * a change keeps its history.  A state that could not be read neither begins
 * nor ends anything.
 */
#ifndef TIDEMARK_HISTORY_HISTORY_H
#define TIDEMARK_HISTORY_HISTORY_H

#include "base/map.h"
#include "case/casefile.h"
#include "history/wire.h"
#include "run/scan.h"

#define HISTORY_NONE UINT32_MAX

struct history_commit {
	unsigned char oid[OID_BYTES];
	int64_t time, committed; /* of author and committer; or TIME_NONE */
	struct span author, committer;
	bool known; /* an earlier run has seen it */
};

enum item_kind { ITEM_SIGN, ITEM_STATEMENT };

/* What a state may show: a sign, or a statement to compare. */
struct history_item {
	enum item_kind kind;
	uint32_t what;		      /* check, or enum record_kind */
	uint8_t severity, confidence; /* SIGN */
	struct span subject;	      /* SIGN: entity */
	struct span rest; /* SIGN: external address; values otherwise */
	struct span text; /* evidence, of the first state that shows it */
};

struct history_entry {
	uint32_t item;
	uint32_t line; /* 0: none */
};

enum blob_state { STATE_WANTED, STATE_KNOWN, STATE_LOST, STATE_IDLE };

struct history_blob {
	unsigned char oid[OID_BYTES];
	enum blob_state state;
	uint8_t trouble; /* 0, or 1 + the diagnostic of what was left out */
	bool config;	 /* a configuration, or output that tells of a device */
	struct span host; /* that it states, or empty */
	const struct history_entry *v;
	uint32_t n;
	uint32_t file, commit; /* where it stood first */
	bool owned;	       /* v is malloc'd */
	bool changed;	       /* since it was remembered */
};

/* A state of a file; blob HISTORY_NONE: it is gone. */
struct history_state {
	uint32_t commit, blob;
};

struct history_file {
	struct span path;
	struct history_state *v;
	size_t n, cap;
	bool changed; /* since it was remembered */
};

/* How much of a history an earlier run has left (history/memory.h). */
struct history_memory {
	size_t parts, commits, items;
	size_t first_bytes, more_bytes; /* of the first part, of the others */
	uint64_t sum;			/* of the last part */
};

struct history {
	struct arena arena;
	struct span ref;
	unsigned char tip[OID_BYTES];
	bool shallow, rewritten;
	struct history_commit *commits; /* oldest first */
	struct history_blob *blobs;
	struct history_item *items;
	struct history_file *files;
	size_t ncommits, commits_cap, nblobs, blobs_cap, nitems, items_cap,
	    nfiles, files_cap;
	struct map blob_index, item_index, file_index, texts;
	uint32_t *gone; /* files that the last commit removes */
	size_t ngone, gone_cap;
	uint64_t states;      /* of all files */
	uint64_t clock_jumps; /* commits older than the one before */
	uint64_t blobs_read;
	struct history_memory memory;
	struct map told; /* path and code */
	struct diag *diags;
	size_t ndiags, diags_cap;
	bool incomplete;
	bool line_broken; /* some of the line could not be told */
};

void history_init(struct history *h);
void history_release(struct history *h);

/* Something to tell of the repository. */
void history_diag(struct history *h, enum diag_code code, struct span detail);

/* The same of a file in one of its states: once for a file and a code. */
void history_file_diag(struct history *h, const struct history_blob *b,
    enum diag_code code, struct span detail);

/* The text once, in the arena. */
struct span history_text(struct history *h, struct span s);

/* The commit that follows on the line. */
void history_commit_add(struct history *h, const struct history_commit *c);
/* Within the last commit: a file has this state; is gone. */
void history_set(
    struct history *h, struct span path, const unsigned char oid[OID_BYTES]);
void history_gone(struct history *h, struct span path);
/* The last commit is complete: files that were moved go on. */
void history_commit_end(struct history *h);

/* The number of an item, made when it is new. */
uint32_t history_item(struct history *h, const struct history_item *x);
/* The numbers of a file and of a blob, made when they are new. */
uint32_t history_file_index(struct history *h, struct span path);
uint32_t history_blob_index(
    struct history *h, const unsigned char oid[OID_BYTES]);
uint32_t history_blob_find(
    struct history *h, const unsigned char oid[OID_BYTES]);

/* What stood in one file for an unbroken row of states. */
struct history_span {
	uint32_t file, item;
	uint32_t first, last; /* indices of states in the file */
	uint32_t line;	      /* in the first */
	uint32_t times;	      /* which of the item's in the file, from 0 */
	uint64_t states;
};

struct history_spans {
	struct history_span *v; /* by file, then item, then first */
	size_t n, cap;
	bool cut; /* there are more */
};

void history_spans(
    const struct history *h, struct arena *a, struct history_spans *out);

/* The commit that no longer shows it, HISTORY_NONE: the end still does. */
uint32_t history_span_gone(
    const struct history *h, const struct history_span *s);
/* The last commit of the line that shows it. */
uint32_t history_span_last(
    const struct history *h, const struct history_span *s);

/* The name of the device a file stands for: the host name that its last state
 * states, or the file's own. */
struct span history_device(const struct history *h, uint32_t file);

struct history_options {
	const char *path, *ref;
	const char *from; /* compare its state with that of ref: two commits,
			   * and no case; NULL: the whole line */
	int64_t since, until;	       /* TIME_NONE: none */
	const char *version;	       /* of the program */
	struct casebook_history *book; /* of the case that keeps it, or NULL */
	bool all;		       /* gone weaknesses become findings too */
	/* Logs of the time, to tell changes that nobody is on record for: as
	 * given, and those that the case holds. */
	const char *const *with;
	size_t nwith;
	const struct scan_more *logs;
	size_t nlogs;
	int64_t poll_hours;  /* a change was made so long before its commit */
	int64_t brief_hours; /* what stood no longer stood for a while only */
	struct scan_options scan;
};

/*
 * Read the repository into h, and its newest state with all signs of the past
 * into c, which the caller closes.  With a book: without the newest states that
 * its case holds already.  -1: nothing could be read at all.
 */
int history_run(struct history *h, const struct history_options *o,
    struct casefile *c, struct err *e);

/*
 * What history_run gave into the case of o->book; whole is all that the case
 * holds then, closed.
 */
struct casebook_run;
int history_keep(const struct history *h, const struct history_options *o,
    const struct casefile *c, const struct casebook_run *run,
    struct casefile *whole, struct err *e);

#endif
