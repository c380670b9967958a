/*
 * The state of a worker at one source; shared by the files of the worker.
 */
#ifndef TIDEMARK_RUN_JOB_H
#define TIDEMARK_RUN_JOB_H

#include "case/contact.h"
#include "read/flow/flow.h"
#include "read/identify.h"
#include "run/hosts.h"
#include "run/result.h"
#include "run/worker.h"
#include "source/archive.h"
#include "source/digest.h"
#include "source/recode.h"
#include "source/stream.h"

/* From when to when a log holds something of a host. */
struct voice {
	struct span host, host_addr;
	int64_t first, last;
};

struct job {
	struct emit emit; /* first: readers hand it back */
	const struct worker_options *o;
	struct detector *detector;     /* NULL outside of scans */
	struct remedy_maker *maker;    /* NULL: nobody asks for remedies */
	struct understood *understood; /* NULL outside of that mode */
	struct show_library *shows;    /* templates of show output */
	const struct task *task;
	struct buf *out;
	struct buf bytes;    /* of a source that is read whole */
	struct buf block;    /* of lines */
	struct buf plain;    /* of JSON without needless escapes */
	struct arena source; /* until the source is done */
	struct arena line;   /* until the line is done */
	struct digest digest;
	struct digest outer; /* of the archive at hand */
	bool digest_ready;

	/* The source at hand. */
	struct span path;
	int64_t mtime;
	struct identity identity;
	uint64_t front; /* NULs before its first byte; see front.c */
	uint64_t records;
	unsigned ndiags;
	bool said[DIAG_COUNT]; /* diagnostics of this code */
	uint64_t unsaid;       /* diagnostics beyond the limit */
	/* Kept already of reach records, by what they come to; of interfaces,
	 * by kind. */
	struct map reached;
	unsigned interfaces;
	bool whole; /* a default was told: its configuration is whole */
	size_t nnets, nfacts, nsecrets, ntraits, nmoments, nstatements;
	uint64_t moment_at;	  /* offset of the last one */
	struct contacts contacts; /* of devices whose addresses are known */
	/* Place of the flow that a reader told last: its record says the same.
	 */
	uint64_t told, told_at;
	bool cut;	    /* something had no room in out */
	struct span device; /* REACH: its name */
	size_t answers;
	/* HEARD: see voices.c. */
	struct voice *voices;
	size_t nvoices, voices_cap, voice; /* voice: the last one */
	struct map voice_index;
	size_t nchanges;
	struct hosts hosts;

	/* Of the task: sources are handed over one by one. */
	bool by_source;
	bool once;	 /* it cannot be read again: nothing waits */
	uint64_t silent; /* bytes since the last word to the parent */
};

/* Bytes of a stream were read: tells the parent now and then. */
void job_beat(struct job *j, uint64_t bytes);

/* A message of a type with one body; body is cleared afterwards. */
void job_send(struct job *j, enum result_type type, struct buf *body);
void job_diag(
    struct job *j, enum diag_code code, uint64_t line, struct span detail);

/* Says which year and zone times without these were given. */
void job_assumed(struct job *j, int year);

/* Start and end what is said about one source. */
void job_begin(struct job *j, struct span path, int64_t mtime);
void job_flush(struct job *j); /* sightings and hosts */

/* Tell the parent of features that rules find.  Once for a worker. */
void job_features(struct job *j);

/* True: the source that was begun is none of this pass, which has been said;
 * nothing more is to be told of it. */
bool job_waits(struct job *j);

/* Before a stream is read whose head is that of a source that was identified:
 * passes over NULs in front of a text and identifies what stands behind.
 * Returns the head that counts.  tell: say so. */
struct span front_pass(
    struct job *j, struct stream *s, struct span head, bool tell);
/* The same in memory, before it is identified. */
void front_drop(struct job *j, struct buf *b);
/* The NULs that were passed over go into j->digest. */
void front_hash(struct job *j);

/* Whose flows a reader tells, for struct read_in; NULL: nobody's. */
const struct flow_watch *job_watch(struct job *j, struct flow_watch *room);

/* Contacts among the records of a reader that heeds no watch, and all of
 * them to the parent. */
void job_contact(struct job *j, const struct record *r);
void job_contacts_flush(struct job *j);

/* REACH: say so when a configuration describes no management service. */
void job_no_answer(struct job *j);

/* What a record holds of a secret that other devices may share: told to the
 * parent by a keyed hash (HMAC-SHA-256, RFC 2104, cut to 128 bits). */
void job_secret(struct job *j, const struct record *r);

/* HEARD: a record of a log; what was gathered of all of them. */
void job_voice(struct job *j, const struct record *r);
void job_voices_flush(struct job *j);

/* The keyed hash of a text that is secret; false: it cannot be had. */
bool job_secret_id(struct job *j, struct span text, unsigned char out[32]);

/* With changes: what a record states, for comparing states of a device. */
void job_statement(struct job *j, const struct record *r);

/* n files of a memory file, with an index at an offset. */
void batch_work(struct job *j, uint32_t n, uint64_t at, uint64_t size, int fd);

/* What would mend the findings of the configuration at hand. */
void job_remedies(struct job *j);

/* What a record states that devices of one kind have in common, told to the
 * parent, which compares devices. */
void job_trait(struct job *j, const struct record *r);

/* What stands on the timeline, told to the parent; and how many moments were
 * not, for the limit. */
void job_moment(struct job *j, const struct record *r);
void job_moments_end(struct job *j);

/* A record of the source: detectors, facts to keep, or dump. */
void job_record(struct job *j, const struct record *r);

/*
 * Feed a stream of lines to a reader.  Reads lines that start in [0, limit) of
 * the stream; the first line is skipped up to its end when it began before the
 * stream (skip_first).  Returns the number of lines.  head: the first bytes of
 * the source.
 */
struct feed {
	const struct reader *reader; /* NULL: search as raw bytes */
	struct span head;
	struct clock_hint clock;
	uint64_t offset; /* of the stream's first byte in the source */
	uint64_t limit;	 /* lines must start before this */
	bool skip_first;
	bool roll_years; /* no plan: move the year on as months pass */
	const struct year_part *parts; /* or this plan, in order */
	size_t nparts;
	/* Filled: the last header that was met, and where it stands in the
	 * source; without one the head's, and 0. */
	uint64_t last_head, last_head_at;
};
uint64_t feed_lines(struct job *j, struct stream *s, struct feed *f);

/* Feed a stream to a BLOCKS reader, from first to last. */
void feed_blocks(
    struct job *j, const struct reader *r, struct stream *s, struct span head);

struct outcome {
	uint8_t state; /* enum source_state of the case */
	const char *format, *evidence;
	struct span why;
	uint64_t bytes;
	const struct digest_result *digest; /* NULL: hashed elsewhere */
};
enum { STATE_READ, STATE_UNRECOGNISED, STATE_UNREADABLE };

/* Ends what job_begin began. */
void job_end(struct job *j, const struct outcome *o);

/* Hashes in hexadecimal, as messages carry them; d NULL: two empty spans. */
void put_hashes(struct buf *b, const struct digest_result *d);

/* Fills j->identity from the first bytes. */
void identify_source(struct job *j, struct span head, uint64_t size);
void dump_identity(struct job *j, uint64_t bytes);
void begin_detect(struct job *j);

/* Reads a source that job_begin named and that fits in memory, to its end. */
void whole_source(struct job *j, struct stream *s);

/* A source that job_begin named, of lines or blocks, as a stream; lines may be
 * in another form than they are read in, head is not. */
void stream_read_all(
    struct job *j, struct stream *s, struct span head, enum recode_form form);

/* The same of lines in another form; false: they are in none, nothing was
 * done. */
bool stream_recoded(struct job *j, struct stream *s, uint64_t size);

/* A member of an archive, standard input, or a small file. */
void stream_source(
    struct job *j, struct span path, struct stream *s, int64_t mtime);

/* The source as a file: its name, size and hash are evidence too. */
void file_record(struct job *j, uint64_t bytes, const struct digest_result *d);

/* YARA over bytes of a source that is not plainly evidence text. */
void yara_source(struct job *j, struct span bytes);

/* Everything inside an archive, then the archive itself.  hash: take its own
 * hashes, for which s must be able to seek and know its size. */
void archive_source(struct job *j, struct span path, struct stream *s,
    bool hash, int64_t mtime);

/* The hashes of a stream; and a digest made ready for one of this size. */
void job_hash(struct job *j, struct stream *s, struct digest_result *d);
void job_hash_begin(struct job *j, struct digest *d, uint64_t size);

/* The year in which a line of this month and day stands, when a later line
 * of the same file stands at *at; moves *at there. */
void clock_back(struct clock_hint *at, int month, int day);
void clock_forward(struct clock_hint *at, int month, int day);
struct clock_hint clock_of_time(int64_t t);

#endif
