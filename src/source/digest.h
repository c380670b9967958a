/*
 * The hashes of a source: XXH3-128 always (names the content, fast, no proof
 * against forgery; of more than a leaf it is the XXH3-128 of its leaves'
 * hashes, so that parts may be read at the same time), SHA-256 (FIPS 180-4) up
 * to a number of bytes, and where they are asked for MD5 (RFC 1321) and
 * SHA-512, with which vendors publish their images.
 */
#ifndef TIDEMARK_SOURCE_DIGEST_H
#define TIDEMARK_SOURCE_DIGEST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define DIGEST_XXH3_BYTES 16
#define DIGEST_LEAF_BYTES (UINT64_C(8) << 20)
#define DIGEST_SHA256_BYTES 32
#define DIGEST_MD5_BYTES 16
#define DIGEST_SHA512_BYTES 64

struct digest {
	void *leaf, *leaves;	      /* XXH3_state_t */
	struct buf *parts;	      /* borrowed; see digest_parts */
	struct evp_md_ctx_st *sha256; /* NULL: not taken, or given up */
	uint64_t sha256_limit;
	/* Those of vendors, wanted from the next reset on. */
	bool vendor;
	struct evp_md_ctx_st *md5, *sha512;
	uint64_t bytes;
};

struct digest_result {
	uint64_t bytes;
	/* Canonical: big-endian. */
	unsigned char xxh3[DIGEST_XXH3_BYTES];
	bool has_sha256;
	unsigned char sha256[DIGEST_SHA256_BYTES];
	bool has_vendor;
	unsigned char md5[DIGEST_MD5_BYTES], sha512[DIGEST_SHA512_BYTES];
};

/* Loads what OpenSSL loads on first use; called once before the first worker
 * is forked, so that hashing makes no system call but for memory.  No
 * configuration file of OpenSSL is read. */
int digest_prepare(struct err *e);

/* Starts a source.  sha256_limit: SHA-256 is given up once more bytes than
 * this have come (0: never taken, unless the source is empty; UINT64_MAX:
 * always taken). */
int digest_init(struct digest *d, uint64_t sha256_limit, struct err *e);
void digest_release(struct digest *d);

/* Makes an initialised digest ready for the next source. */
int digest_reset(struct digest *d, uint64_t sha256_limit, struct err *e);

/* What comes is a part of a source that begins with a leaf: the hash of each
 * leaf is appended to b, the last one's by digest_final.  Until the reset. */
void digest_parts(struct digest *d, struct buf *b);

/* The XXH3-128 of a source of so many bytes from its leaves' hashes; false:
 * that is not their number. */
bool digest_join(
    struct span parts, uint64_t bytes, unsigned char xxh3[DIGEST_XXH3_BYTES]);

/* What the XXH3-128 of so many bytes is called: "xxh3" is what xxh128sum
 * says of them, "xxh3_8m" that of leaves. */
const char *digest_xxh3_name(uint64_t bytes);

void digest_update(struct digest *d, struct span bytes);

/* The digest may only be reset or released afterwards. */
void digest_final(struct digest *d, struct digest_result *out);

/* The hash of a short text as lower-case hexadecimal with a NUL, for
 * fingerprints that are defined with it; empty when OpenSSL refuses it. */
#define DIGEST_MD5_TEXT 33
#define DIGEST_SHA1_TEXT 41
#define DIGEST_SHA256_TEXT 65
void digest_md5_text(struct span s, char out[DIGEST_MD5_TEXT]);
void digest_sha1_text(struct span s, char out[DIGEST_SHA1_TEXT]);
void digest_sha256_text(struct span s, char out[DIGEST_SHA256_TEXT]);

/* The same in Base64 (RFC 4648, section 4). */
#define DIGEST_SHA256_BASE64 45
void digest_sha256_base64(struct span s, char out[DIGEST_SHA256_BASE64]);

/* Lower-case hexadecimal of n bytes and a NUL: 2 * n + 1 characters. */
void digest_hex(const unsigned char *bytes, size_t n, char *out);

#endif
