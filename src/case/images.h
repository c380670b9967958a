/*
 * Hashes that the operator trusts for the images of devices, as downloaded
 * from a vendor (scan --images FILE): lines
 *
 *	hash,name,source
 *
 * with an MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal, the file's name as
 * the vendor has it, and in free words where the hash is from (may be left
 * out).  Empty lines, lines that begin with '#' and a first line "hash,name..."
 * are passed over; cells may stand in quotes as in RFC 4180 section 2.
 */
#ifndef TIDEMARK_CASE_IMAGES_H
#define TIDEMARK_CASE_IMAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

struct image_entry {
	struct span hash, name, source; /* hash in lower case */
	uint32_t next; /* of the same algorithm and name; MAP_NONE: none */
};

struct image_list {
	struct image_entry *v;
	size_t n, cap;
	struct map hashes; /* hash -> index of its first entry */
	struct map names;  /* algorithm and name -> index of the first entry */
};

/* The word of a hash's algorithm by its hexadecimal digits ("sha512"), or
 * NULL. */
const char *image_algorithm(struct span hash);

/* A hash as the list has it: in lower case. */
struct span image_hash(struct arena *a, struct span hash);

/* What an image is found by in image_list.names: hashes of one algorithm alone
 * can be compared.  hash must have an algorithm. */
struct span image_key(struct arena *a, struct span hash, struct span name);

/* Texts live in the arena.  -1: a line is not of the form, *e names it, *out
 * is untouched. */
int images_read(
    struct arena *a, struct span text, struct image_list *out, struct err *e);

/* The part of a path behind the last '/' or ':'. */
struct span image_name(struct span path);

#endif
