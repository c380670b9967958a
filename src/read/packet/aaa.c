#include "base/cursor.h"
#include "read/packet/protocols.h"

/* RFC 8907 section 4.1: major version 12, type, sequence number, flags,
 * session, length of the body.  The body is obfuscated unless a flag says
 * otherwise; it is not looked at. */
bool
tacacs_read(const struct wire *w, struct span segment)
{
	static const char *const types[] = {
	    "authentication", "authorization", "accounting"};
	struct cursor c = cursor_of(segment);
	unsigned version = cursor_u8(&c), type = cursor_u8(&c);
	unsigned number = cursor_u8(&c), flags = cursor_u8(&c);
	uint32_t session = cursor_be32(&c), length = cursor_be32(&c);
	struct span id;
	struct record r;

	if (c.failed || version >> 4 != 12 || type < 1 || type > 3 ||
	    length > 65536 || (flags & ~5u) != 0 ||
	    (w->dst_port != 49 && length != cursor_left(&c)))
		return false;
	if (number != 1)
		return true;
	id = arena_fmt(w->arena, "%08x", session);
	wire_message(w, &r, K_MANAGEMENT, "tacacs",
	    arena_fmt(w->arena, "%s begins, session %.*s%s", types[type - 1],
		SPAN_FMT(id), flags & 1 ? ", not encrypted" : ""));
	record_put_str(&r, F_ACTION, types[type - 1]);
	record_put(&r, F_SESSION, id);
	record_put_bool(&r, F_PROTECTED, (flags & 1) == 0);
	w->out->record(w->out, &r);
	return true;
}

static const char *
radius_word(unsigned code)
{
	switch (code) {
	case 1:
		return "access-request";
	case 2:
		return "access-accept";
	case 3:
		return "access-reject";
	case 4:
		return "accounting-request";
	case 5:
		return "accounting-response";
	case 11:
		return "access-challenge";
	case 40:
		return "disconnect-request";
	case 43:
		return "coa-request";
	default:
		return NULL;
	}
}

struct radius {
	struct span user, nas, station;
};

/* RFC 2865 section 5: those that name somebody; false when they do not fill
 * the message. */
static bool
attributes(struct cursor c, const struct wire *w, struct radius *out)
{
	for (int i = 0; i < LIMIT_RADIUS_ATTRIBUTES; i++) {
		unsigned type, length;
		struct span v;

		if (cursor_left(&c) == 0)
			return true;
		type = cursor_u8(&c);
		length = cursor_u8(&c);
		if (length < 2)
			return false;
		v = cursor_take(&c, length - 2);
		if (c.failed)
			return false;
		if (type == 1)
			out->user = wire_text(w, v, 253);
		else if (type == 32)
			out->nas = wire_text(w, v, 253);
		else if (type == 31)
			out->station = wire_text(w, v, 253);
	}
	return true;
}

bool
radius_read(const struct wire *w, struct span message)
{
	struct cursor c = cursor_of(message);
	const char *word = radius_word(cursor_u8(&c));
	struct radius a = {{0}, {0}, {0}};
	size_t length;
	struct record r;

	cursor_skip(&c, 1);
	length = cursor_be16(&c);
	cursor_skip(&c, 16);
	if (word == NULL || c.failed || length < 20 || length > message.n ||
	    !attributes(cursor_sub(&c, length - 20), w, &a))
		return false;
	wire_message(w, &r, K_MANAGEMENT, "radius",
	    arena_fmt(w->arena, "%s%s%.*s%s%.*s%s%.*s", word,
		a.user.n > 0 ? " user " : "", SPAN_FMT(a.user),
		a.nas.n > 0 ? " nas " : "", SPAN_FMT(a.nas),
		a.station.n > 0 ? " from " : "", SPAN_FMT(a.station)));
	record_put_str(&r, F_ACTION, word);
	record_put(&r, F_USER, a.user);
	record_put(&r, F_HOST, a.nas);
	w->out->record(w->out, &r);
	return true;
}
