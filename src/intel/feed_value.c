#include "intel/feed_value.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"

/* ---- defanging ---- */

static const struct {
	const char *from;
	char to;
} fangs[] = {{"[.]", '.'}, {"(.)", '.'}, {"{.}", '.'}, {"[dot]", '.'},
    {"(dot)", '.'}, {"{dot}", '.'}, {"[:]", ':'}, {"(:)", ':'}, {"[@]", '@'},
    {"(@)", '@'}, {"[at]", '@'}, {"(at)", '@'}, {"[/]", '/'}, {"\\.", '.'},
    {"[.", '.'}, {".]", '.'}, {"\xe3\x80\x82", '.'}};

/* Brackets around more than one byte. */
static struct span
wide_fang(struct span s, size_t *took)
{
	static const char *const marks[] = {"[://]", "(://)", "[::]", "(::)"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct span mark = span_str(marks[i]);

		*took = mark.n;
		if (span_starts(s, mark))
			return span_sub(mark, 1, mark.n - 1);
	}
	*took = 0;
	return span_head(s, 0);
}

/* Bytes of one mark at the start of s, its plain byte; 0: none. */
static size_t
fang_at(struct span s, char *to)
{
	/* Nearly all bytes begin none. */
	if (strchr("[({\\.\xe3\xef", s.p[0]) == NULL ||
	    (s.p[0] == '.' && (s.n < 2 || s.p[1] != ']')))
		return 0;
	for (size_t i = 0; i < sizeof(fangs) / sizeof(fangs[0]); i++) {
		struct span from = span_str(fangs[i].from);

		if (span_starts_nocase(s, from)) {
			*to = fangs[i].to;
			return from.n;
		}
	}
	/* U+FF01..U+FF5E are ASCII 0x21..0x7e, three bytes each. */
	if (s.n >= 3 && s.p[0] == '\xef') {
		unsigned c = ((unsigned char)s.p[1] & 0x3fu) << 6 |
			     ((unsigned char)s.p[2] & 0x3fu);

		if (c >= 0xf01 && c <= 0xf5e) {
			*to = (char)(c - 0xf00 + 0x20);
			return 3;
		}
	}
	return 0;
}

/* "hxxp", "hXXps", "h**p", "meow" stand for http. */
static struct span
scheme_refang(struct arena *a, struct span s)
{
	static const char *const words[] = {
	    "hxxp", "h**p", "hXXp", "htxp", "meow"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts_nocase(s, span_str(words[i])) &&
		    span_find(span_head(s, 8), SPAN(":")) != SPAN_NONE)
			return arena_fmt(
			    a, "http%.*s", SPAN_FMT(span_from(s, 4)));
	if (span_starts_nocase(s, SPAN("fxp:")))
		return arena_fmt(a, "ftp%.*s", SPAN_FMT(span_from(s, 3)));
	return s;
}

struct span
feed_refang(struct arena *a, struct span s)
{
	char *p;
	size_t n = 0;

	s = span_head(span_trim(s), LIMIT_INDICATOR_BYTES * 4);
	p = arena_alloc(a, s.n + 1);
	while (s.n > 0) {
		char to;
		size_t took;
		struct span wide = wide_fang(s, &took);

		for (size_t i = 0; i < wide.n; i++)
			p[n++] = wide.p[i];
		s = span_from(s, took);
		if (took > 0)
			continue;
		took = fang_at(s, &to);
		if (took == 0)
			to = s.p[0];
		/* "192.0.2[.1" and its like lose one bracket only. */
		p[n++] = to;
		s = span_from(s, took > 0 ? took : 1);
	}
	return scheme_refang(a, span_of(p, n));
}

/* ---- forms ---- */

bool
feed_is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return s.n > 0;
}

static struct span
lower(struct arena *a, struct span s)
{
	struct span t = arena_copy(a, s);

	for (size_t i = 0; i < t.n; i++)
		((char *)t.p)[i] = (char)ascii_lower((unsigned char)t.p[i]);
	return t;
}

/* *ascii: it holds nothing else. */
static bool
domain_walk(struct span s, bool *ascii)
{
	size_t from = 0, labels = 0;
	bool word = false; /* the label holds more than digits */

	*ascii = true;
	if (s.n > 253)
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		unsigned char c = i < s.n ? (unsigned char)s.p[i] : '.';

		if (c != '.') {
			if (ascii_digit(c))
				continue;
			if (!ascii_alpha(c) && c != '-' && c != '_' && c < 0x80)
				return false;
			*ascii &= c < 0x80;
			word = true;
			continue;
		}
		if (i == from || i - from > 63 || s.p[from] == '-')
			return false;
		labels++;
		if (i < s.n) {
			from = i + 1;
			word = false;
		}
	}
	return labels >= 2 && s.n - from >= 2 && word;
}

bool
feed_is_domain(struct span s)
{
	bool ascii;

	return domain_walk(s, &ascii);
}

/* "192.0.2.1:443", "192.0.2.1|443" and "[2001:db8::1]:443" mean the
 * address. */
static struct span
without_port(struct span s)
{
	size_t at = span_find_byte(s, ']');
	uint64_t port;

	if (s.n > 2 && s.p[0] == '[' && at != SPAN_NONE)
		return span_sub(s, 1, at);
	at = span_find_byte(s, ':');
	if (at == SPAN_NONE)
		at = span_find_byte(s, '|');
	if (at != SPAN_NONE && span_u64(span_from(s, at + 1), &port) &&
	    port < 65536 && span_find_byte(span_head(s, at), '.') != SPAN_NONE)
		return span_head(s, at);
	return s;
}

static const char *
read_address(struct arena *a, struct span s, struct feed_value *v)
{
	char text[PREFIX_TEXT];

	s = without_port(s);
	if (!prefix_read(s, &v->prefix))
		return "the value is no address or prefix";
	if (v->prefix.bits == 0)
		return "the prefix holds every address";
	v->text = arena_copy(a, span_of(text, prefix_write(&v->prefix, text)));
	return NULL;
}

static const char *
read_hash(struct arena *a, struct span s, struct feed_value *v)
{
	if (!feed_is_hex(s) || (s.n != 32 && s.n != 40 && s.n != 64))
		return "the hash has the wrong length or form: MD5 has 32 "
		       "digits, SHA-1 40, SHA-256 64";
	v->text = lower(a, s);
	return NULL;
}

static const char *
read_domain(struct arena *a, struct span s, struct feed_value *v)
{
	if (span_starts(s, SPAN("*."))) {
		v->below = true;
		s = span_from(s, 2);
	} else if (span_starts(s, SPAN("."))) {
		v->below = true;
		s = span_from(s, 1);
	}
	if (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	if (!feed_is_domain(s))
		return "the value is no domain name";
	v->text = lower(a, s);
	return NULL;
}

/* The host and what follows, without scheme; the host in lower case. */
static const char *
read_url(struct arena *a, struct span s, struct feed_value *v)
{
	size_t at = span_find(s, SPAN("://")), host;
	struct addr addr;
	struct span name, t;

	if (at != SPAN_NONE && at < 16)
		s = span_from(s, at + 3);
	for (host = 0; host < s.n; host++)
		if (strchr("/?#:", s.p[host]) != NULL)
			break;
	name = span_head(s, host);
	if (s.n > 0 && s.p[0] == '[') {
		size_t close = span_find_byte(s, ']');

		name = close == SPAN_NONE ? name : span_sub(s, 1, close);
		host = close == SPAN_NONE ? host : close + 1;
	}
	at = span_rfind_byte(name, '@');
	if (at != SPAN_NONE)
		name = span_from(name, at + 1);
	if (!feed_is_domain(name) && !addr_read(name, &addr))
		return "the URL has no host";
	t = arena_copy(a, s);
	for (size_t i = 0; i < host; i++)
		((char *)t.p)[i] = (char)ascii_lower((unsigned char)t.p[i]);
	v->text = t;
	return NULL;
}

static const char *
read_email(struct arena *a, struct span s, struct feed_value *v)
{
	size_t at = span_rfind_byte(s, '@');

	if (at == SPAN_NONE || at == 0 || !feed_is_domain(span_from(s, at + 1)))
		return "the value is no e-mail address";
	v->text = lower(a, s);
	return NULL;
}

static const char *
read_asn(struct arena *a, struct span s, struct feed_value *v)
{
	uint64_t n;

	if (span_starts_nocase(s, SPAN("AS")))
		s = span_from(s, 2);
	if (!span_u64(span_trim(s), &n) || n == 0 || n > UINT32_MAX)
		return "the value is no number of an autonomous system";
	v->text = arena_fmt(a, "%llu", (unsigned long long)n);
	return NULL;
}

/* Hex without the colons or blanks that tools put in. */
static const char *
read_hex(struct arena *a, struct span s, size_t least, struct feed_value *v)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ':' && s.p[i] != ' ')
			p[n++] = (char)ascii_lower((unsigned char)s.p[i]);
	if (!feed_is_hex(span_of(p, n)) || n < least)
		return "the value is no hex string of sufficient length";
	v->text = span_of(p, n);
	return NULL;
}

static const char *
read_word(struct arena *a, struct span s, struct feed_value *v)
{
	size_t words = 0;

	for (size_t i = 0; i < s.n; i++) {
		words += ascii_alnum((unsigned char)s.p[i]) ||
			 (unsigned char)s.p[i] >= 0x80;
	}
	if (words < 4)
		return "the value is too short to be searched for: at least "
		       "four letters or digits";
	v->text = arena_copy(a, s);
	return NULL;
}

static bool
has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

const char *
feed_value_read(struct arena *a, enum indicator_type t, struct span s,
    struct feed_value *out)
{
	*out = (struct feed_value){.type = t};
	if (s.n == 0)
		return "the value is empty";
	if (s.n > LIMIT_INDICATOR_BYTES)
		return "the value is longer than the limit";
	if (has_control(s))
		return "the value holds control characters";
	switch (t) {
	case INDICATOR_ADDRESS:
		return read_address(a, s, out);
	case INDICATOR_HASH:
		return read_hash(a, s, out);
	case INDICATOR_DOMAIN:
		return read_domain(a, s, out);
	case INDICATOR_URL:
		return read_url(a, s, out);
	case INDICATOR_EMAIL:
		return read_email(a, s, out);
	case INDICATOR_ASN:
		return read_asn(a, s, out);
	case INDICATOR_JA3:
		return s.n == 32 ? read_hash(a, s, out)
				 : "a JA3 hash has 32 hex digits";
	case INDICATOR_CERT_SERIAL:
	case INDICATOR_CERT_HASH:
		return read_hex(a, s, t == INDICATOR_CERT_SERIAL ? 8 : 32, out);
	default:
		return read_word(a, s, out);
	}
}

static bool
has_path(struct span s)
{
	return span_find_byte(s, '/') != SPAN_NONE;
}

/* Endings of files that are no top-level domains. */
static bool
is_file(struct span s)
{
	static const char ends[][4] = {"exe", "dll", "bat", "ps1", "vbs", "elf",
	    "bin", "txt", "jsp", "php", "html", "png", "jpg", "tmp", "dat",
	    "cfg", "log", "tgz", "jar", "pyc"};
	char end[sizeof(ends[0])] = {0};
	size_t n = 0;

	while (n < s.n && s.p[s.n - 1 - n] != '.')
		if (++n > sizeof(end))
			return false;
	if (n == s.n)
		return false;
	for (size_t i = 0; i < n; i++)
		end[i] = (char)ascii_lower((unsigned char)s.p[s.n - n + i]);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (memcmp(end, ends[i], sizeof(end)) == 0)
			return true;
	return false;
}

bool
feed_value_bare(struct arena *a, struct span s, struct feed_value *out)
{
	struct addr address;
	bool ascii;

	if (s.n == 0)
		return false;
	*out = (struct feed_value){0};
	if (ascii_digit((unsigned char)s.p[0]) && addr_read(s, &address) &&
	    address.family == 4 && span_find_byte(s, ':') == SPAN_NONE) {
		out->type = INDICATOR_ADDRESS;
		out->prefix = (struct prefix){address, 32};
		out->text = arena_copy(a, s);
		return true;
	}
	if (!domain_walk(s, &ascii) || !ascii || is_file(s))
		return false;
	out->type = INDICATOR_DOMAIN;
	out->text = lower(a, s);
	return true;
}

const char *
feed_value_guess(struct arena *a, struct span s, struct feed_value *out)
{
	static const enum indicator_type order[] = {INDICATOR_ADDRESS,
	    INDICATOR_HASH, INDICATOR_EMAIL, INDICATOR_DOMAIN};

	if (span_find(s, SPAN("://")) != SPAN_NONE)
		return feed_value_read(a, INDICATOR_URL, s, out);
	if (is_file(s) && !has_path(s))
		return feed_value_read(a, INDICATOR_FILE_NAME, s, out);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (feed_value_read(a, order[i], s, out) == NULL)
			return NULL;
	if (span_starts_nocase(s, SPAN("AS")) && s.n > 2 &&
	    ascii_digit((unsigned char)s.p[2]))
		return feed_value_read(a, INDICATOR_ASN, s, out);
	if (has_path(s))
		return feed_value_read(a, INDICATOR_URL, s, out);
	return "the value is no address, domain, URL, hash or e-mail address";
}

/* ---- ranges ---- */

static bool
all_bits(const struct addr *a, unsigned from, bool set)
{
	unsigned size = a->family == 4 ? 32 : 128;

	for (unsigned i = from; i < size; i++)
		if (((a->bytes[i / 8] >> (7 - i % 8) & 1) != 0) != set)
			return false;
	return true;
}

/* The address behind a; false: there is none. */
static bool
addr_next(struct addr *a)
{
	for (unsigned i = a->family == 4 ? 4 : 16; i > 0; i--)
		if (++a->bytes[i - 1] != 0)
			return true;
	return false;
}

/* The last address of a prefix. */
static struct addr
prefix_end(const struct prefix *p)
{
	struct addr a = p->addr;

	for (unsigned i = p->bits; i < (a.family == 4 ? 32u : 128u); i++)
		a.bytes[i / 8] |= (uint8_t)(0x80u >> i % 8);
	return a;
}

size_t
feed_range(struct span s, struct prefix *out)
{
	size_t dash = span_find_byte(s, '-'), n = 0;
	struct addr at, end, last;

	if (dash == SPAN_NONE ||
	    !addr_read(span_trim(span_head(s, dash)), &at) ||
	    !addr_read(span_trim(span_from(s, dash + 1)), &end) ||
	    at.family != end.family || addr_cmp(&at, &end) > 0)
		return 0;
	do {
		unsigned bits = at.family == 4 ? 32 : 128;

		/* The widest prefix that begins here and ends in time. */
		while (bits > 1 && all_bits(&at, bits - 1, false)) {
			struct prefix p = {at, (uint8_t)(bits - 1)};

			last = prefix_end(&p);
			if (addr_cmp(&last, &end) > 0)
				break;
			bits--;
		}
		if (n == LIMIT_RANGE_PREFIXES)
			return 0;
		out[n] = (struct prefix){at, (uint8_t)bits};
		last = prefix_end(&out[n++]);
		at = last;
	} while (addr_cmp(&last, &end) < 0 && addr_next(&at));
	return n;
}
