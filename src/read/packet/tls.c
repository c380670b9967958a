/*
 * The client hello.  JA3 (Salesforce, 2017) is the MD5 of its version, cipher
 * suites, extensions, groups and point formats as decimal lists; JA4 (FoxIO,
 * the TLS client fingerprint, BSD licence) counts and sorts them.  Both leave
 * out GREASE values (RFC 8701).
 */
#include "base/cursor.h"
#include "read/packet/protocols.h"
#include "source/digest.h"

#define RECORD_HEAD 5
#define HELLO_MAX (LIMIT_STREAM_BYTES - 64)

/* Extensions of the IANA registry. */
enum {
	EXT_SNI = 0,
	EXT_GROUPS = 10,
	EXT_POINTS = 11,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_VERSIONS = 43,
};

struct list {
	uint16_t v[LIMIT_TLS_LIST];
	size_t n;
};

struct hello {
	uint16_t version, best; /* as in the head; highest offered */
	struct list ciphers, extensions, groups, points, signatures;
	struct span name, alpn;
	bool named; /* it has the extension of the name */
};

static bool
grease(unsigned v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

static void
add(struct list *l, uint16_t v)
{
	if (!grease(v) && l->n < LIMIT_TLS_LIST)
		l->v[l->n++] = v;
}

static void
add_all(struct list *l, struct cursor c)
{
	while (cursor_left(&c) >= 2)
		add(l, cursor_be16(&c));
}

/* RFC 6066 section 3: a list of which the first name counts. */
static struct span
server_name(struct cursor c)
{
	cursor_skip(&c, 2);
	if (cursor_u8(&c) != 0)
		return (struct span){0};
	return cursor_take(&c, cursor_be16(&c));
}

static void
extension(struct hello *h, unsigned type, struct cursor c)
{
	struct cursor list;

	switch (type) {
	case EXT_SNI:
		h->named = true;
		h->name = server_name(c);
		break;
	case EXT_GROUPS:
		add_all(&h->groups, cursor_sub(&c, cursor_be16(&c)));
		break;
	case EXT_SIGNATURES:
		add_all(&h->signatures, cursor_sub(&c, cursor_be16(&c)));
		break;
	case EXT_POINTS:
		list = cursor_sub(&c, cursor_u8(&c));
		while (cursor_left(&list) > 0)
			add(&h->points, cursor_u8(&list));
		break;
	case EXT_ALPN:
		cursor_skip(&c, 2);
		h->alpn = cursor_take(&c, cursor_u8(&c));
		break;
	case EXT_VERSIONS:
		list = cursor_sub(&c, cursor_u8(&c));
		while (cursor_left(&list) >= 2) {
			uint16_t v = cursor_be16(&list);

			if (!grease(v) && v > h->best && v < 0xfe00)
				h->best = v;
		}
		break;
	default:
		break;
	}
}

static bool
hello_parse(struct span body, struct hello *h)
{
	struct cursor c = cursor_of(body), part;

	*h = (struct hello){.version = cursor_be16(&c)};
	h->best = 0;
	cursor_skip(&c, 32);
	cursor_skip(&c, cursor_u8(&c));
	part = cursor_sub(&c, cursor_be16(&c));
	add_all(&h->ciphers, part);
	cursor_skip(&c, cursor_u8(&c));
	if (c.failed || h->version >> 8 != 3)
		return false;
	if (cursor_left(&c) == 0)
		return true;
	part = cursor_sub(&c, cursor_be16(&c));
	while (cursor_left(&part) >= 4) {
		uint16_t type = cursor_be16(&part);
		struct cursor x = cursor_sub(&part, cursor_be16(&part));

		if (part.failed)
			break;
		add(&h->extensions, type);
		extension(h, type, x);
	}
	return true;
}

static void
decimal(struct buf *b, const struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_fmt(b, "%s%u", i > 0 ? "-" : "", l->v[i]);
}

static struct span
ja3(const struct wire *w, const struct hello *h)
{
	const struct list *lists[] = {
	    &h->ciphers, &h->extensions, &h->groups, &h->points};
	char md5[DIGEST_MD5_TEXT];
	struct buf b;

	buf_init(&b, LIMIT_FIELD_BYTES);
	buf_fmt(&b, "%u", h->version);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		buf_byte(&b, ',');
		decimal(&b, lists[i]);
	}
	digest_md5_text(buf_span(&b), md5);
	buf_release(&b);
	return arena_copy(w->arena, span_str(md5));
}

static void
hexadecimal(struct buf *b, const struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_fmt(b, "%s%04x", i > 0 ? "," : "", l->v[i]);
}

/* Short lists of numbers below 2^16, counted: no more than LIMIT_TLS_LIST. */
static void
sort(struct list *l)
{
	for (size_t i = 1; i < l->n; i++)
		for (size_t k = i; k > 0 && l->v[k - 1] > l->v[k]; k--) {
			uint16_t v = l->v[k];

			l->v[k] = l->v[k - 1];
			l->v[k - 1] = v;
		}
}

/* The first twelve digits of the SHA-256; of nothing, zeros. */
static void
part(struct buf *out, const struct list *l, const struct list *more)
{
	char sha[DIGEST_SHA256_TEXT];
	struct buf b;

	if (l->n == 0) {
		buf_puts(out, "000000000000");
		return;
	}
	buf_init(&b, LIMIT_FIELD_BYTES);
	hexadecimal(&b, l);
	if (more != NULL && more->n > 0) {
		buf_byte(&b, '_');
		hexadecimal(&b, more);
	}
	digest_sha256_text(buf_span(&b), sha);
	buf_put(out, span_head(span_str(sha), 12));
	buf_release(&b);
}

static const char *
version_word(unsigned v)
{
	switch (v) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	default:
		return "00";
	}
}

static void
alpn_ends(struct buf *b, struct span alpn)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char a, z;

	if (alpn.n == 0) {
		buf_puts(b, "00");
		return;
	}
	a = (unsigned char)alpn.p[0];
	z = (unsigned char)alpn.p[alpn.n - 1];
	if (ascii_alnum(a) && ascii_alnum(z)) {
		buf_byte(b, (char)a);
		buf_byte(b, (char)z);
	} else {
		buf_byte(b, hex[a >> 4]);
		buf_byte(b, hex[z & 15]);
	}
}

static struct span
ja4(const struct wire *w, const struct hello *h)
{
	struct list ciphers = h->ciphers, extensions = {.n = 0};
	struct span out;
	struct buf b;
	size_t n;

	for (size_t i = 0; i < h->extensions.n; i++)
		if (h->extensions.v[i] != EXT_SNI &&
		    h->extensions.v[i] != EXT_ALPN)
			add(&extensions, h->extensions.v[i]);
	sort(&ciphers);
	sort(&extensions);
	buf_init(&b, 256);
	n = h->extensions.n;
	buf_fmt(&b, "%c%s%c%02zu%02zu", w->tcp ? 't' : 'q',
	    version_word(h->best != 0 ? h->best : h->version),
	    h->named ? 'd' : 'i', ciphers.n > 99 ? 99 : ciphers.n,
	    n > 99 ? 99 : n);
	alpn_ends(&b, h->alpn);
	buf_byte(&b, '_');
	part(&b, &ciphers, NULL);
	buf_byte(&b, '_');
	part(&b, &extensions, &h->signatures);
	out = arena_copy(w->arena, buf_span(&b));
	buf_release(&b);
	return out;
}

static struct span
lower(const struct wire *w, struct span s)
{
	struct span text = wire_text(w, s, 255);
	char *p = arena_alloc(w->arena, text.n);

	for (size_t i = 0; i < text.n; i++)
		p[i] = (char)ascii_lower((unsigned char)text.p[i]);
	return span_of(p, text.n);
}

static void
hello_record(const struct wire *w, const struct hello *h)
{
	static const char *const names[] = {
	    "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};
	unsigned v = h->best != 0 ? h->best : h->version;
	const char *version = v >= 0x300 && v <= 0x304 ? names[v - 0x300] : "";
	struct span name = lower(w, h->name), alpn = wire_text(w, h->alpn, 255);
	struct span three = ja3(w, h), four = ja4(w, h);
	struct record r;

	wire_message(w, &r, K_TLS, "tls",
	    arena_fmt(w->arena, "%s%s%.*s ja3 %.*s ja4 %.*s", version,
		name.n > 0 ? " to " : "", SPAN_FMT(name), SPAN_FMT(three),
		SPAN_FMT(four)));
	record_put_str(&r, F_VERSION, version);
	record_put(&r, F_SERVER_NAME, name);
	record_put(&r, F_ALPN, alpn);
	record_put(&r, F_JA3, three);
	record_put(&r, F_JA4, four);
	w->out->record(w->out, &r);
}

/* The next TLS record of the handshake, behind p[0..*n). */
static size_t
take_record(struct cursor *c, char *p, size_t *n)
{
	unsigned type, major;
	struct span fragment;
	size_t length;

	if (cursor_left(c) < RECORD_HEAD)
		return 0;
	type = cursor_u8(c);
	major = cursor_u8(c);
	cursor_skip(c, 1);
	length = cursor_be16(c);
	if (type != 22 || major != 3 || length == 0 ||
	    *n + length > LIMIT_STREAM_BYTES)
		return STREAM_OVER;
	if (cursor_left(c) < length)
		return 0;
	fragment = cursor_take(c, length);
	memcpy(p + *n, fragment.p, length);
	*n += length;
	return length;
}

size_t
tls_handshake_read(const struct wire *w, struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	unsigned type = cursor_u8(&c);
	size_t want = (size_t)cursor_u8(&c) << 16;
	struct hello h;

	want |= cursor_be16(&c);
	if (c.failed)
		return 0;
	if (type != 1 || want > LIMIT_STREAM_BYTES - 4)
		return STREAM_OVER;
	if (want > cursor_left(&c))
		return 0;
	if (hello_parse(cursor_take(&c, want), &h))
		hello_record(w, &h);
	return STREAM_OVER;
}

size_t
tls_read(const struct wire *w, struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	char p[LIMIT_STREAM_BYTES];
	size_t n = 0, want = 4, step;
	struct hello h;

	/* The hello may go over several records (RFC 8446 section 5.1). */
	while (n < want) {
		step = take_record(&c, p, &n);
		if (step == 0 && bytes.n < HELLO_MAX)
			return 0;
		if (step == 0 || step == STREAM_OVER || p[0] != 1)
			return STREAM_OVER;
		if (n >= 4 && p[1] != 0)
			return STREAM_OVER;
		if (n >= 4)
			want = 4 + ((size_t)(unsigned char)p[2] << 8 |
				       (unsigned char)p[3]);
	}
	if (hello_parse(span_of(p + 4, want - 4), &h))
		hello_record(w, &h);
	return STREAM_OVER;
}
