/*
 * Enough of BER (X.690) for the head of an SNMP message and the names of the
 * variables it asks for.  The community and every value are stepped over.
 */
#include "base/cursor.h"
#include "read/packet/protocols.h"

struct tlv {
	unsigned tag;
	struct span value;
};

static bool
tlv_read(struct cursor *c, struct tlv *out)
{
	size_t length;
	unsigned first;

	out->tag = cursor_u8(c);
	first = cursor_u8(c);
	length = first & 0x7f;
	if (first & 0x80) {
		unsigned bytes = first & 0x7f;

		if (bytes == 0 || bytes > 4)
			return false;
		for (length = 0; bytes > 0; bytes--)
			length = length << 8 | cursor_u8(c);
	}
	out->value = cursor_take(c, length);
	return !c->failed;
}

static bool
tlv_is(struct cursor *c, unsigned tag, struct tlv *out)
{
	return tlv_read(c, out) && out->tag == tag;
}

static uint64_t
integer(struct span s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n && i < 8; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return v;
}

/* X.690 section 8.19. */
static struct span
oid_text(const struct wire *w, struct span s)
{
	struct buf b;
	struct span out;
	uint32_t v = 0;
	bool first = true;

	buf_init(&b, 1024);
	for (size_t i = 0; i < s.n && i < 128; i++) {
		unsigned char c = (unsigned char)s.p[i];

		v = v << 7 | (c & 0x7f);
		if (c & 0x80)
			continue;
		if (first) {
			unsigned top = v < 80 ? v / 40 : 2;

			buf_fmt(&b, "%u.%u", top, v - top * 40);
		} else {
			buf_fmt(&b, ".%u", v);
		}
		first = false;
		v = 0;
	}
	out = arena_copy(w->arena, buf_span(&b));
	buf_release(&b);
	return out;
}

static const char *
pdu_word(unsigned tag)
{
	static const char *const words[] = {"get", "get-next", "response",
	    "set", "trap", "get-bulk", "inform", "trap", "report"};
	unsigned n = tag - 0xa0;

	return tag >= 0xa0 && n < sizeof(words) / sizeof(words[0]) ? words[n]
								   : NULL;
}

static bool
passed_over(unsigned tag)
{
	return tag == 0xa2 || tag == 0xa8;
}

/* The variables of a PDU; version 1 traps have another form and none. */
static void
variables(const struct wire *w, struct record *r, const struct tlv *pdu)
{
	struct cursor c = cursor_of(pdu->value), list;
	struct tlv t, one;

	if (pdu->tag == 0xa4)
		return;
	for (int i = 0; i < 3; i++)
		if (!tlv_is(&c, 0x02, &t))
			return;
	if (!tlv_is(&c, 0x30, &t))
		return;
	list = cursor_of(t.value);
	for (int i = 0; i < LIMIT_SNMP_VARIABLES; i++) {
		struct cursor x;

		if (!tlv_is(&list, 0x30, &one))
			return;
		x = cursor_of(one.value);
		if (tlv_is(&x, 0x06, &t))
			record_put(r, F_OID, oid_text(w, t.value));
	}
}

static void
record(const struct wire *w, const char *version, struct span user,
    bool protected, const struct tlv *pdu)
{
	const char *word = pdu != NULL ? pdu_word(pdu->tag) : "encrypted";
	struct record r;
	struct span first;

	wire_message(w, &r, K_MANAGEMENT, "snmp", (struct span){0});
	record_put_str(&r, F_VERSION, version);
	record_put_str(&r, F_ACTION, word);
	record_put_bool(&r, F_PROTECTED, protected);
	record_put(&r, F_USER, user);
	if (pdu != NULL)
		variables(w, &r, pdu);
	first = record_text(&r, F_OID);
	r.raw = arena_fmt(w->arena, "%.*sversion %s %s%s%.*s%s%.*s",
	    SPAN_FMT(r.raw), version, word, user.n > 0 ? " user " : "",
	    SPAN_FMT(user), first.n > 0 ? " " : "", SPAN_FMT(first));
	w->out->record(w->out, &r);
}

/* RFC 3412 section 6, RFC 3414 section 2.4. */
static bool
version3(const struct wire *w, struct cursor *c)
{
	struct tlv head, t, security;
	struct cursor x;
	unsigned flags;
	struct span user = {0};

	if (!tlv_is(c, 0x30, &head) || !tlv_is(c, 0x04, &security))
		return false;
	x = cursor_of(head.value);
	if (!tlv_is(&x, 0x02, &t) || !tlv_is(&x, 0x02, &t) ||
	    !tlv_is(&x, 0x04, &t))
		return false;
	flags = (unsigned)integer(t.value);
	x = cursor_of(security.value);
	if (tlv_is(&x, 0x30, &t)) {
		x = cursor_of(t.value);
		if (tlv_is(&x, 0x04, &t) && tlv_is(&x, 0x02, &t) &&
		    tlv_is(&x, 0x02, &t) && tlv_is(&x, 0x04, &t))
			user = wire_text(w, t.value, 32);
	}
	if (flags & 2) {
		record(w, "3", user, true, NULL);
		return true;
	}
	if (!tlv_is(c, 0x30, &t))
		return false;
	x = cursor_of(t.value);
	if (!tlv_read(&x, &t) || !tlv_read(&x, &t) || !tlv_read(&x, &t) ||
	    pdu_word(t.tag) == NULL)
		return false;
	if (!passed_over(t.tag) && user.n > 0)
		record(w, "3", user, (flags & 1) != 0, &t);
	return true;
}

bool
snmp_read(const struct wire *w, struct span message)
{
	struct cursor c = cursor_of(message);
	struct tlv t;
	uint64_t version;

	if (!tlv_is(&c, 0x30, &t))
		return false;
	c = cursor_of(t.value);
	if (!tlv_is(&c, 0x02, &t) || t.value.n != 1)
		return false;
	version = integer(t.value);
	if (version == 3)
		return version3(w, &c);
	if (version > 1 || !tlv_is(&c, 0x04, &t) || !tlv_read(&c, &t) ||
	    pdu_word(t.tag) == NULL)
		return false;
	if (!passed_over(t.tag))
		record(
		    w, version == 0 ? "1" : "2c", (struct span){0}, false, &t);
	return true;
}
