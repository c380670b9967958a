/*
 * Secrets leave the worker as keyed hashes only.  What can be read back is
 * hashed in clear, so that the same password under different salts meets; a
 * one-way hash is compared as it stands.
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/limits.h"
#include "case/casefile.h"
#include "read/config/cisco_secret.h"
#include "run/job.h"

#define BLOCK 64 /* of SHA-256, RFC 2104 section 2 */

/* SHA-256 of one block made of the key, then the text. */
static bool
padded(const unsigned char *key, size_t n, unsigned char pad, struct span text,
    struct arena *a, unsigned char *out)
{
	unsigned char *all = arena_alloc(a, BLOCK + text.n);

	memset(all, pad, BLOCK);
	for (size_t i = 0; i < n; i++)
		all[i] ^= key[i];
	memcpy(all + BLOCK, text.p, text.n);
	return EVP_Digest(all, BLOCK + text.n, out, NULL, EVP_sha256(), NULL) ==
	       1;
}

static bool
hmac(const struct worker_options *o, struct span text, struct arena *a,
    unsigned char out[32])
{
	unsigned char inner[32];
	size_t n = sizeof(o->secret_key);

	return padded(o->secret_key, n, 0x36, text, a, inner) &&
	       padded(o->secret_key, n, 0x5c,
		   span_of((const char *)inner, sizeof(inner)), a, out);
}

bool
job_secret_id(struct job *j, struct span text, unsigned char out[32])
{
	return text.n <= LIMIT_LITERAL_BYTES && !secret_is_removed(text) &&
	       hmac(j->o, text, &j->source, out);
}

void
job_secret(struct job *j, const struct record *r)
{
	struct secret s = {
	    record_text(r, F_SECRET_TYPE), record_text(r, F_SECRET)};
	struct span clear, text;
	unsigned char id[32];
	struct buf b;

	if (s.text.n == 0 || s.text.n > LIMIT_LITERAL_BYTES ||
	    secret_is_removed(s.text))
		return;
	clear = secret_clear(&j->source, &s);
	text = clear.n > 0
		   ? arena_fmt(&j->source, "clear %.*s", SPAN_FMT(clear))
		   : arena_fmt(&j->source, "hash %.*s", SPAN_FMT(s.text));
	if (secret_is_removed(clear.n > 0 ? clear : s.text) ||
	    ++j->nsecrets > LIMIT_SOURCE_SECRETS ||
	    !hmac(j->o, text, &j->source, id))
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, (uint8_t)r->kind);
	buf_u8(&b, clear.n > 0);
	buf_put(&b, span_of((const char *)id, SECRET_ID_BYTES));
	buf_u64(&b, r->line);
	buf_u64(&b, r->offset);
	buf_bytes(&b, span_head(record_text(r, F_USER), LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, detector_text(j->detector, r->raw));
	job_send(j, RESULT_SECRET, &b);
	buf_release(&b);
}
