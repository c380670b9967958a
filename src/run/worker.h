/*
 * The work of a worker: identify, read, detect; for one source, one chunk of a
 * large one, or everything inside an archive.
 */
#ifndef TIDEMARK_RUN_WORKER_H
#define TIDEMARK_RUN_WORKER_H

#include "detect/detect.h"
#include "plan/remedy.h"
#include "read/understood.h"
#include "run/sched.h"

enum worker_mode {
	WORKER_SCAN,
	WORKER_DUMP,	 /* records as JSON lines */
	WORKER_UNDERSTOOD, /* the share of statements that was understood */
	WORKER_IDENTIFY, /* what each source is, and the runner-up */
	WORKER_HEARD,	 /* who is heard when, and when something was changed */
	WORKER_REACH,	 /* may an address reach the management services */
};

/*
 * A scan takes two passes where there are flows: these are read when the
 * addresses of devices are known, which all other evidence tells.
 */
enum worker_pass {
	PASS_ONLY,   /* everything; no addresses are known */
	PASS_FIRST,  /* flows wait */
	PASS_SECOND, /* what waited */
};

struct worker_options {
	enum worker_mode mode;
	enum worker_pass pass;
	/* Addresses of devices, sealed; NULL: none is known. */
	const struct addrset *watched;
	bool show_secrets;
	bool custody;		     /* SHA-256 whatever the size */
	bool images;		     /* MD5 and SHA-512 too */
	const struct reader *format; /* dump: use this reader, or NULL */
	const struct detect *detect; /* SCAN */
	struct addr ask;	     /* REACH: the address */
	const struct defaults *defaults;
	const struct knowledge *knowledge; /* SCAN: what is a moment */
	/* Of this run, made by its parent, or of a case: by it secrets of
	 * different sources are known to be the same, and nothing outside can
	 * be.  keyed: it was given. */
	unsigned char secret_key[32];
	bool keyed;
	const struct grammars *grammars; /* UNDERSTOOD */
	/* Tell what records state: what is watched, or all; NULL: do not. */
	const struct change_table *changes;
	bool states_all;
	const struct remedy_options *remedies; /* SCAN: try fixes, or NULL */
	int zone; /* of times without one: minutes east of UTC */
};

/* For struct sched; ctx of worker_start is a const struct worker_options. */
void *worker_start(void *ctx);
void worker_work(void *worker, const struct task *t, struct buf *out);

/* Once in the parent, before the first fork. */
int worker_prepare(struct err *e);

#endif
