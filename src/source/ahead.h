/*
 * A stream that is read ahead: a thread reads another stream, which may have to
 * unpack, and takes its hashes, while the bytes before are searched.  It puts
 * them into a ring of LIMIT_AHEAD_BUFFERS blocks.  Nothing else in the program
 * is shared between threads: from open to close the other stream with all that
 * is behind it, and the digest, belong to the thread, and what it has to say
 * (the end, trouble) comes with the bytes, in their order.  So whoever reads
 * sees what he would see without.
 *
 * The thread begins once LIMIT_AHEAD_FROM bytes were read, and where none can
 * be had all is read by the one who asks.  In the sandbox it has the rights of
 * the worker.
 */
#ifndef TIDEMARK_SOURCE_AHEAD_H
#define TIDEMARK_SOURCE_AHEAD_H

#include "source/digest.h"
#include "source/stream.h"

struct ring;

struct ahead {
	struct stream out;   /* to be read; does not go back */
	struct stream *from; /* borrowed */
	struct digest *digest;
	struct ring *ring; /* NULL: no thread */
	bool alone;	   /* none to be had */
};

/* a->out gives what is left of from, and fails as it does; d (may be NULL)
 * sees all of that. */
void ahead_open(struct ahead *a, struct stream *from, struct digest *d);

/* Ends the thread, wherever it is.  A reader that stopped before the end leaves
 * from and d somewhere behind the place where he did. */
void ahead_close(struct ahead *a);

#endif
