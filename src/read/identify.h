/*
 * What is this source?  Content decides first, the name second, and the
 * answer says why.  Every reader makes a scored guess; the best one above the
 * threshold wins, ties go to the earlier line of formats.def.
 */
#ifndef TIDEMARK_READ_IDENTIFY_H
#define TIDEMARK_READ_IDENTIFY_H

#include "read/reader.h"

/* A guess below this is no answer. */
#define IDENTIFY_THRESHOLD 5

struct identity {
	const struct reader *reader; /* NULL: nobody recognises it */
	struct guess guess;
	const struct reader *second; /* the runner-up, or NULL */
	struct guess second_guess;
	const char *why_not; /* static: why nobody does, when reader is NULL */
	const char *magic;   /* what the first bytes say: elf, pcap, ... or "" */
};

/* A guess from here on is not doubted. */
#define IDENTIFY_CERTAIN 90

/* all: ask every reader, for the runner-up; otherwise the first certain guess
 * ends the search. */
void identify(const struct probe *p, bool all, struct identity *out);

/* elf, pe, macho, pcap, pcapng, gzip, zip, 7z, xz, zstd, bzip2, pdf, script,
 * text; empty when the bytes say nothing. */
const char *magic_of(struct span head);

/* Mostly readable text: few control bytes. */
bool looks_text(struct span head);

#endif
