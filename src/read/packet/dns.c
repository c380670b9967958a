#include "base/cursor.h"
#include "read/packet/protocols.h"

#define HEAD 12
#define NAME_MAX 255

struct dns {
	struct span message;
	unsigned steps; /* left for all names together */
};

/* A name at an offset as dotted text, RFC 1035 sections 3.1 and 4.1.4.  Moves
 * *at behind it; false when it is none. */
static bool
name_read(struct dns *d, size_t *at, char out[NAME_MAX + 1], size_t *n)
{
	size_t pos = *at;
	bool jumped = false;

	*n = 0;
	for (;;) {
		struct cursor c = cursor_of(span_from(d->message, pos));
		unsigned length = cursor_u8(&c);
		struct span label;

		if (c.failed || d->steps-- == 0) {
			d->steps = 0;
			return false;
		}
		if (length >= 0xc0) {
			size_t to = (length & 0x3f) << 8 | cursor_u8(&c);

			if (c.failed || to >= pos)
				return false; /* only backwards */
			if (!jumped)
				*at = pos + 2;
			jumped = true;
			pos = to;
			continue;
		}
		label = cursor_take(&c, length);
		if (c.failed || length > 63)
			return false;
		if (!jumped)
			*at = pos + 1 + length;
		if (length == 0)
			return true;
		if (*n + length + 1 > NAME_MAX)
			return false;
		if (*n > 0)
			out[(*n)++] = '.';
		for (size_t i = 0; i < length; i++) {
			unsigned char b = (unsigned char)label.p[i];

			out[(*n)++] =
			    b <= ' ' || b >= 0x7f ? '?' : (char)ascii_lower(b);
		}
		pos += 1 + length;
	}
}

/* Types of the IANA registry that are asked for by people and programs. */
static struct span
type_text(const struct wire *w, unsigned type)
{
	static const struct {
		unsigned type;
		const char *name;
	} known[] = {{1, "A"}, {2, "NS"}, {5, "CNAME"}, {6, "SOA"},
	    {10, "NULL"}, {12, "PTR"}, {15, "MX"}, {16, "TXT"}, {28, "AAAA"},
	    {33, "SRV"}, {35, "NAPTR"}, {43, "DS"}, {48, "DNSKEY"},
	    {64, "SVCB"}, {65, "HTTPS"}, {251, "IXFR"}, {252, "AXFR"},
	    {255, "ANY"}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == type)
			return span_str(known[i].name);
	return arena_fmt(w->arena, "%u", type);
}

static const char *
code_text(unsigned code)
{
	static const char *const names[] = {
	    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"};

	return code < sizeof(names) / sizeof(names[0]) ? names[code] : "error";
}

/* Addresses among the answers into the record, and their text. */
static void
answers(struct dns *d, const struct wire *w, struct record *r, size_t at,
    unsigned n, struct buf *text)
{
	char name[NAME_MAX + 1], shown[ADDR_TEXT];
	size_t length;

	for (unsigned i = 0; i < n && i < LIMIT_DNS_ANSWERS; i++) {
		struct cursor c;
		struct addr a = {.family = 0};
		struct span data;
		unsigned type;

		if (!name_read(d, &at, name, &length))
			return;
		c = cursor_of(span_from(d->message, at));
		type = cursor_be16(&c);
		cursor_skip(&c, 6);
		data = cursor_take(&c, cursor_be16(&c));
		if (c.failed)
			return;
		at = (size_t)((const char *)c.p - d->message.p);
		if (type == 1 && data.n == 4)
			a.family = 4;
		else if (type == 28 && data.n == 16)
			a.family = 6;
		else
			continue;
		memcpy(a.bytes, data.p, data.n);
		record_put(r, F_DNS_ANSWER,
		    arena_copy(w->arena, span_str(addr_write(&a, shown))));
		buf_fmt(text, " %s", shown);
	}
}

bool
dns_read(const struct wire *w, struct span message)
{
	struct dns d = {message, LIMIT_DNS_STEPS};
	struct cursor c = cursor_of(message);
	unsigned flags, questions, n;
	char name[NAME_MAX + 1];
	size_t length, at = HEAD;
	struct span type, asked;
	struct record r;
	struct buf text;

	cursor_skip(&c, 2);
	flags = cursor_be16(&c);
	questions = cursor_be16(&c);
	n = cursor_be16(&c);
	/* Queries, the one opcode that names are asked with. */
	if (message.n < HEAD || (flags >> 11 & 15) != 0 || questions != 1 ||
	    !name_read(&d, &at, name, &length))
		return false;
	c = cursor_of(span_from(message, at));
	type = type_text(w, cursor_be16(&c));
	cursor_skip(&c, 2);
	if (c.failed)
		return false;
	asked = length > 0 ? arena_copy(w->arena, span_of(name, length))
			   : SPAN(".");
	wire_message(w, &r, K_DNS, "dns", (struct span){0});
	record_put(&r, F_DNS_NAME, asked);
	record_put(&r, F_DNS_TYPE, type);
	record_put_str(
	    &r, F_STATUS, flags & 0x8000 ? code_text(flags & 15) : "query");
	buf_init(&text, LIMIT_FIELD_BYTES);
	if (flags & 0x8000)
		answers(&d, w, &r, at + 4, n, &text);
	r.raw = arena_fmt(w->arena, "%.*s%.*s %.*s %.*s%.*s", SPAN_FMT(r.raw),
	    SPAN_FMT(record_text(&r, F_STATUS)), SPAN_FMT(asked),
	    SPAN_FMT(type), SPAN_FMT(buf_span(&text)));
	buf_release(&text);
	w->out->record(w->out, &r);
	return true;
}
