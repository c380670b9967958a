#include "read/packet/quic.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"

#define HASH_BYTES 32
#define KEY_BYTES 16
#define IV_BYTES 12
#define TAG_BYTES 16
#define SAMPLE_BYTES 16
#define ID_BYTES_MAX 20

/* RFC 9001 section 5.2, RFC 9369 section 3.3.1, and the last drafts, which some
 * still speak: the Initial's type in bits 4 and 5 of the first byte, salt, and
 * what is in front of labels. */
static const struct version {
	uint32_t first, last; /* of its numbers */
	uint8_t type;
	unsigned char salt[20];
	const char *key, *iv, *hp;
} versions[] = {
    {1, 1, 0,
	{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6,
	    0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a},
	"quic key", "quic iv", "quic hp"},
    {0x6b3343cf, 0x6b3343cf, 1,
	{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe,
	    0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
	"quicv2 key", "quicv2 iv", "quicv2 hp"},
    {0xff00001d, 0xff000020, 0,
	{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1,
	    0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99},
	"quic key", "quic iv", "quic hp"},
    {0xff000021, 0xff000022, 0,
	{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6,
	    0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a},
	"quic key", "quic iv", "quic hp"},
};

/* An Initial packet, as far as it stands in the clear. */
struct initial {
	const struct version *version;
	struct span id;	    /* destination connection id */
	struct span packet; /* all of it */
	size_t number_at;   /* of its packet number */
};

struct keys {
	unsigned char key[KEY_BYTES], iv[IV_BYTES], hp[KEY_BYTES];
};

/* RFC 9000 section 16. */
static uint64_t
varint(struct cursor *c)
{
	uint64_t v = cursor_u8(c);
	unsigned more = (1u << (v >> 6)) - 1;

	v &= 0x3f;
	while (more-- > 0)
		v = v << 8 | cursor_u8(c);
	return v;
}

static const struct version *
version_find(uint32_t number)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (number >= versions[i].first && number <= versions[i].last)
			return &versions[i];
	return NULL;
}

static bool
initial_parse(struct span datagram, struct initial *out)
{
	struct cursor c = cursor_of(datagram);
	unsigned first = cursor_u8(&c);
	uint64_t length;

	out->version = version_find(cursor_be32(&c));
	if (c.failed || out->version == NULL || (first & 0xc0) != 0xc0 ||
	    (first >> 4 & 3) != out->version->type)
		return false;
	out->id = cursor_take(&c, cursor_u8(&c));
	cursor_skip(&c, cursor_u8(&c));
	length = varint(&c);
	if (length > cursor_left(&c) || out->id.n > ID_BYTES_MAX)
		return false;
	cursor_skip(&c, (size_t)length);
	length = varint(&c);
	out->number_at = datagram.n - cursor_left(&c);
	if (c.failed || length > cursor_left(&c) || length < 4 + SAMPLE_BYTES)
		return false;
	out->packet = span_head(datagram, out->number_at + (size_t)length);
	return true;
}

static bool
hmac(struct span key, struct span text, unsigned char out[HASH_BYTES])
{
	unsigned n = HASH_BYTES;

	return HMAC(EVP_sha256(), key.p, (int)key.n,
		   (const unsigned char *)text.p, text.n, out, &n) != NULL;
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) of no more than one hash. */
static bool
expand(const unsigned char secret[HASH_BYTES], const char *label,
    unsigned char *out, size_t n)
{
	unsigned char hash[HASH_BYTES];
	struct buf b;
	bool good;

	buf_init(&b, 64);
	buf_u8(&b, 0);
	buf_u8(&b, (uint8_t)n);
	buf_u8(&b, (uint8_t)(6 + strlen(label)));
	buf_puts(&b, "tls13 ");
	buf_puts(&b, label);
	buf_u8(&b, 0);
	buf_u8(&b, 1);
	good =
	    hmac(span_of((const char *)secret, HASH_BYTES), buf_span(&b), hash);
	buf_release(&b);
	if (good)
		memcpy(out, hash, n);
	return good;
}

static bool
keys_make(const struct initial *p, struct keys *k)
{
	const struct version *v = p->version;
	unsigned char initial[HASH_BYTES], client[HASH_BYTES];

	return hmac(span_of((const char *)v->salt, sizeof(v->salt)), p->id,
		   initial) &&
	       expand(initial, "client in", client, sizeof(client)) &&
	       expand(client, v->key, k->key, sizeof(k->key)) &&
	       expand(client, v->iv, k->iv, sizeof(k->iv)) &&
	       expand(client, v->hp, k->hp, sizeof(k->hp));
}

/* RFC 9001 section 5.4.3: the block that hides the first byte and the packet
 * number. */
static bool
mask_make(EVP_CIPHER_CTX *x, const struct keys *k, struct span sample,
    unsigned char out[SAMPLE_BYTES])
{
	int n = 0;

	return EVP_EncryptInit_ex(x, EVP_aes_128_ecb(), NULL, k->hp, NULL) ==
		   1 &&
	       EVP_CIPHER_CTX_set_padding(x, 0) == 1 &&
	       EVP_EncryptUpdate(x, out, &n, (const unsigned char *)sample.p,
		   (int)sample.n) == 1 &&
	       n == SAMPLE_BYTES;
}

/* RFC 9001 section 5.3; head is what is authenticated beside. */
static bool
open_sealed(EVP_CIPHER_CTX *x, const struct keys *k, uint32_t number,
    struct span head, struct span sealed, unsigned char *out)
{
	unsigned char nonce[IV_BYTES];
	struct span tag = span_from(sealed, sealed.n - TAG_BYTES);
	int n = 0;

	memcpy(nonce, k->iv, sizeof(nonce));
	for (unsigned i = 0; i < 4; i++)
		nonce[IV_BYTES - 1 - i] ^= (unsigned char)(number >> 8 * i);
	return EVP_DecryptInit_ex(x, EVP_aes_128_gcm(), NULL, k->key, nonce) ==
		   1 &&
	       EVP_DecryptUpdate(x, NULL, &n, (const unsigned char *)head.p,
		   (int)head.n) == 1 &&
	       EVP_DecryptUpdate(x, out, &n, (const unsigned char *)sealed.p,
		   (int)(sealed.n - TAG_BYTES)) == 1 &&
	       EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES,
		   (void *)(uintptr_t)tag.p) == 1 &&
	       EVP_DecryptFinal_ex(x, out + n, &n) == 1;
}

/* The payload in the clear; empty: it is not the client's. */
static struct span
initial_open(EVP_CIPHER_CTX *x, const struct initial *p, struct arena *a)
{
	unsigned char mask[SAMPLE_BYTES];
	struct span sample =
	    span_sub(p->packet, p->number_at + 4, p->number_at + 4 + 16);
	struct span sealed;
	struct keys k;
	uint32_t number = 0;
	unsigned length;
	char *head, *out;

	if (!keys_make(p, &k) || !mask_make(x, &k, sample, mask))
		return (struct span){0};
	head = arena_alloc(a, p->number_at + 4);
	memcpy(head, p->packet.p, p->number_at + 4);
	head[0] = (char)(head[0] ^ (mask[0] & 0x0f));
	length = ((unsigned)head[0] & 3) + 1;
	for (unsigned i = 0; i < length; i++) {
		head[p->number_at + i] =
		    (char)(head[p->number_at + i] ^ (char)mask[1 + i]);
		number = number << 8 | (unsigned char)head[p->number_at + i];
	}
	sealed = span_from(p->packet, p->number_at + length);
	out = arena_alloc(a, sealed.n);
	if (!open_sealed(x, &k, number, span_of(head, p->number_at + length),
		sealed, (unsigned char *)out))
		return (struct span){0};
	return span_of(out, sealed.n - TAG_BYTES);
}

struct piece {
	uint64_t offset;
	struct span bytes;
};

/* An ACK frame (RFC 9000 section 19.3), behind its type. */
static void
ack_skip(struct cursor *c, bool counts)
{
	uint64_t ranges;

	varint(c);
	varint(c);
	ranges = varint(c);
	varint(c);
	for (; ranges > 0 && !c->failed; ranges--) {
		varint(c);
		varint(c);
	}
	for (unsigned i = 0; counts && i < 3; i++)
		varint(c);
}

/* The CRYPTO frames of a payload, in the order of their offsets. */
static size_t
pieces_read(struct span payload, struct piece v[LIMIT_QUIC_PIECES])
{
	struct cursor c = cursor_of(payload);
	size_t n = 0;

	while (cursor_left(&c) > 0 && n < LIMIT_QUIC_PIECES) {
		unsigned type = cursor_u8(&c);
		struct piece x;
		size_t at = n;

		if (type == 2 || type == 3)
			ack_skip(&c, type == 3);
		else if (type > 1 && type != 6)
			break;
		if (type != 6)
			continue;
		x.offset = varint(&c);
		x.bytes = cursor_take(&c, (size_t)varint(&c));
		if (c.failed)
			break;
		for (; at > 0 && v[at - 1].offset > x.offset; at--)
			v[at] = v[at - 1];
		v[at] = x;
		n++;
	}
	return n;
}

bool
quic_initial(
    struct span datagram, struct arena *a, quic_crypto_fn *fn, void *ctx)
{
	struct piece v[LIMIT_QUIC_PIECES];
	EVP_CIPHER_CTX *x;
	struct initial p;
	struct span payload;
	size_t n;

	if (!initial_parse(datagram, &p))
		return false;
	x = EVP_CIPHER_CTX_new();
	if (x == NULL)
		return false;
	payload = initial_open(x, &p, a);
	EVP_CIPHER_CTX_free(x);
	n = pieces_read(payload, v);
	for (size_t i = 0; i < n; i++)
		if (!fn(ctx, v[i].offset, v[i].bytes))
			break;
	return payload.n > 0;
}
