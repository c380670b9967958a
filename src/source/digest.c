#include "source/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <xxhash.h>
#if defined(__x86_64__)
/* The same functions with the best vectors of the processor at hand. */
#include <xxh_x86dispatch.h>
#endif

int
digest_prepare(struct err *e)
{
	static const char abc[] = "abc";
	struct digest d;
	struct digest_result r;
	char md5[DIGEST_MD5_TEXT];

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return err_set(e, "cannot start OpenSSL");
	if (digest_init(&d, UINT64_MAX, e) < 0)
		return -1;
	d.vendor = true;
	if (digest_reset(&d, UINT64_MAX, e) < 0) {
		digest_release(&d);
		return -1;
	}
	digest_update(&d, span_str(abc));
	digest_final(&d, &r);
	digest_release(&d);
	digest_md5_text(span_str(abc), md5);
	if (!r.has_sha256)
		return err_set(e, "SHA-256 of OpenSSL does not work");
	if (!r.has_vendor)
		return err_set(e, "SHA-512 of OpenSSL does not work");
	return 0;
}

static void
vendor_drop(struct digest *d)
{
	EVP_MD_CTX_free(d->md5);
	EVP_MD_CTX_free(d->sha512);
	d->md5 = d->sha512 = NULL;
}

static int
vendor_reset(struct digest *d, struct err *e)
{
	if (d->md5 == NULL)
		d->md5 = EVP_MD_CTX_new();
	if (d->sha512 == NULL)
		d->sha512 = EVP_MD_CTX_new();
	if (d->md5 != NULL && d->sha512 != NULL &&
	    EVP_DigestInit_ex(d->md5, EVP_md5(), NULL) == 1 &&
	    EVP_DigestInit_ex(d->sha512, EVP_sha512(), NULL) == 1)
		return 0;
	vendor_drop(d);
	return err_set(e, "cannot start MD5 and SHA-512");
}

int
digest_reset(struct digest *d, uint64_t sha256_limit, struct err *e)
{
	d->bytes = 0;
	d->sha256_limit = sha256_limit;
	XXH3_128bits_reset(d->leaf);
	XXH3_128bits_reset(d->leaves);
	d->parts = NULL;
	if (d->sha256 == NULL)
		d->sha256 = EVP_MD_CTX_new();
	if (d->sha256 == NULL ||
	    EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(d->sha256);
		d->sha256 = NULL;
		return err_set(e, "cannot start SHA-256");
	}
	return d->vendor ? vendor_reset(d, e) : 0;
}

int
digest_init(struct digest *d, uint64_t sha256_limit, struct err *e)
{
	*d = (struct digest){0};
	d->leaf = XXH3_createState();
	d->leaves = XXH3_createState();
	if (d->leaf == NULL || d->leaves == NULL) {
		digest_release(d);
		return err_set(e, "out of memory for XXH3");
	}
	if (digest_reset(d, sha256_limit, e) < 0) {
		digest_release(d);
		return -1;
	}
	return 0;
}

void
digest_release(struct digest *d)
{
	if (d == NULL)
		return;
	XXH3_freeState(d->leaf);
	XXH3_freeState(d->leaves);
	EVP_MD_CTX_free(d->sha256);
	vendor_drop(d);
	*d = (struct digest){0};
}

static void
sha256_drop(struct digest *d)
{
	EVP_MD_CTX_free(d->sha256);
	d->sha256 = NULL;
}

void
digest_parts(struct digest *d, struct buf *b)
{
	d->parts = b;
}

static void
xxh3_final(void *state, unsigned char out[DIGEST_XXH3_BYTES])
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
	memcpy(out, canonical.digest, sizeof(canonical.digest));
}

static void
leaf_end(struct digest *d)
{
	unsigned char hash[DIGEST_XXH3_BYTES];

	xxh3_final(d->leaf, hash);
	XXH3_128bits_reset(d->leaf);
	XXH3_128bits_update(d->leaves, hash, sizeof(hash));
	if (d->parts != NULL)
		buf_put(d->parts, span_of((const char *)hash, sizeof(hash)));
}

/* A leaf ends when a byte of the next one comes: the only one is no leaf. */
static void
leaves_update(struct digest *d, uint64_t before, struct span bytes)
{
	while (bytes.n > 0) {
		uint64_t in = before % DIGEST_LEAF_BYTES;
		struct span now =
		    span_head(bytes, (size_t)(DIGEST_LEAF_BYTES - in));

		if (in == 0 && before > 0)
			leaf_end(d);
		XXH3_128bits_update(d->leaf, now.p, now.n);
		before += now.n;
		bytes = span_from(bytes, now.n);
	}
}

bool
digest_join(
    struct span parts, uint64_t bytes, unsigned char xxh3[DIGEST_XXH3_BYTES])
{
	XXH128_canonical_t canonical;
	uint64_t leaves = (bytes + DIGEST_LEAF_BYTES - 1) / DIGEST_LEAF_BYTES;

	if (leaves == 0 || parts.n / DIGEST_XXH3_BYTES != leaves ||
	    parts.n % DIGEST_XXH3_BYTES != 0)
		return false;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(parts.p, parts.n));
	memcpy(xxh3,
	    leaves == 1 ? (const unsigned char *)parts.p : canonical.digest,
	    DIGEST_XXH3_BYTES);
	return true;
}

const char *
digest_xxh3_name(uint64_t bytes)
{
	return bytes > DIGEST_LEAF_BYTES ? "xxh3_8m" : "xxh3";
}

void
digest_update(struct digest *d, struct span bytes)
{
	if (bytes.n == 0)
		return;
	leaves_update(d, d->bytes, bytes);
	d->bytes += bytes.n;
	if (d->md5 != NULL &&
	    (EVP_DigestUpdate(d->md5, bytes.p, bytes.n) != 1 ||
		EVP_DigestUpdate(d->sha512, bytes.p, bytes.n) != 1))
		vendor_drop(d);
	if (d->sha256 == NULL)
		return;
	if (d->bytes > d->sha256_limit ||
	    EVP_DigestUpdate(d->sha256, bytes.p, bytes.n) != 1)
		sha256_drop(d);
}

void
digest_final(struct digest *d, struct digest_result *out)
{
	*out = (struct digest_result){.bytes = d->bytes};
	if (d->bytes > DIGEST_LEAF_BYTES || d->parts != NULL) {
		leaf_end(d);
		xxh3_final(d->leaves, out->xxh3);
	} else {
		xxh3_final(d->leaf, out->xxh3);
	}
	out->has_sha256 = d->sha256 != NULL &&
			  EVP_DigestFinal_ex(d->sha256, out->sha256, NULL) == 1;
	out->has_vendor = d->md5 != NULL &&
			  EVP_DigestFinal_ex(d->md5, out->md5, NULL) == 1 &&
			  EVP_DigestFinal_ex(d->sha512, out->sha512, NULL) == 1;
}

void
digest_hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

static void
hash_text(const EVP_MD *type, struct span s, size_t bytes, char *out)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	out[0] = '\0';
	if (EVP_Digest(s.p, s.n, md, &n, type, NULL) == 1 && n == bytes)
		digest_hex(md, n, out);
}

void
digest_md5_text(struct span s, char out[DIGEST_MD5_TEXT])
{
	hash_text(EVP_md5(), s, (DIGEST_MD5_TEXT - 1) / 2, out);
}

void
digest_sha1_text(struct span s, char out[DIGEST_SHA1_TEXT])
{
	hash_text(EVP_sha1(), s, (DIGEST_SHA1_TEXT - 1) / 2, out);
}

void
digest_sha256_text(struct span s, char out[DIGEST_SHA256_TEXT])
{
	hash_text(EVP_sha256(), s, (DIGEST_SHA256_TEXT - 1) / 2, out);
}

void
digest_sha256_base64(struct span s, char out[DIGEST_SHA256_BASE64])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	out[0] = '\0';
	if (EVP_Digest(s.p, s.n, md, &n, EVP_sha256(), NULL) == 1 &&
	    n == DIGEST_SHA256_BYTES)
		EVP_EncodeBlock((unsigned char *)out, md, (int)n);
}
