#include "base/cursor.h"
#include "read/packet/protocols.h"

bool
ssh_read(const struct wire *w, struct span segment)
{
	struct span line = span_head(segment, 255), software;
	struct record r;

	if (!span_starts(segment, SPAN("SSH-")))
		return false;
	line = span_head(line, span_find_byte(line, '\n'));
	line = wire_text(w, span_rtrim(line), 255);
	software = span_from(line, sizeof("SSH-") - 1);
	(void)span_until(&software, '-');
	wire_message(w, &r, K_MANAGEMENT, "ssh", line);
	record_put_str(&r, F_ACTION, "banner");
	record_put(&r, F_VERSION, software);
	record_put(&r, F_MESSAGE, line);
	w->out->record(w->out, &r);
	return true;
}

/* The text of a location, up to a byte that none has. */
static struct span
location(const struct wire *w, struct span s, const char *scheme)
{
	size_t at = span_find(s, span_str(scheme)), n = 0;

	if (at == SPAN_NONE)
		return (struct span){0};
	s = span_from(s, at);
	while (n < s.n && (unsigned char)s.p[n] > ' ' &&
	       (unsigned char)s.p[n] < 0x7f)
		n++;
	return wire_text(w, span_head(s, n), LIMIT_PATH_BYTES);
}

bool
smart_install_read(const struct wire *w, struct span segment)
{
	struct cursor c = cursor_of(segment);
	uint32_t from = cursor_be32(&c), version = cursor_be32(&c);
	uint32_t type = cursor_be32(&c);
	struct span file, number;
	struct record r;

	if (c.failed || from < 1 || from > 2 || version > 16 || type > 64)
		return false;
	file = location(w, segment, "tftp://");
	if (file.n == 0)
		file = location(w, segment, "flash:");
	number = arena_fmt(w->arena, "%u", type);
	wire_message(w, &r, K_MANAGEMENT, "smart-install",
	    arena_fmt(w->arena, "message type %u%s%.*s", type,
		file.n > 0 ? " " : "", SPAN_FMT(file)));
	record_put_str(&r, F_ACTION, "message");
	record_put(&r, F_VALUE, number);
	record_put(&r, F_NAME, file);
	w->out->record(w->out, &r);
	return true;
}

/* RFC 5492: capabilities, as optional parameters of type 2. */
static uint32_t
as_in_capabilities(struct cursor c, uint32_t as)
{
	while (cursor_left(&c) >= 2) {
		unsigned type = cursor_u8(&c);
		struct cursor x = cursor_sub(&c, cursor_u8(&c));

		while (type == 2 && cursor_left(&x) >= 2) {
			unsigned code = cursor_u8(&x);
			struct cursor v = cursor_sub(&x, cursor_u8(&x));

			if (code == 65 && cursor_left(&v) == 4)
				as = cursor_be32(&v);
		}
	}
	return as;
}

bool
bgp_read(const struct wire *w, struct span segment)
{
	static const char marker[] = "\xff\xff\xff\xff\xff\xff\xff\xff"
				     "\xff\xff\xff\xff\xff\xff\xff\xff";
	struct cursor c = cursor_of(segment);
	char router[ADDR_TEXT];
	struct addr id;
	struct span as;
	uint32_t number;
	struct record r;

	if (!span_eq(cursor_take(&c, 16), span_of(marker, 16)))
		return false;
	cursor_skip(&c, 2);
	if (cursor_u8(&c) != 1 || cursor_u8(&c) != 4)
		return !c.failed;
	number = cursor_be16(&c);
	cursor_skip(&c, 2);
	id = addr_from_v4(cursor_be32(&c));
	number = as_in_capabilities(cursor_sub(&c, cursor_u8(&c)), number);
	as = arena_fmt(w->arena, "%u", number);
	addr_write(&id, router);
	wire_message(w, &r, K_MANAGEMENT, "bgp",
	    arena_fmt(w->arena, "open from AS %.*s, router %s", SPAN_FMT(as),
		router));
	record_put_str(&r, F_ACTION, "open");
	record_put(&r, F_REMOTE_AS, as);
	record_put(&r, F_NAME, arena_copy(w->arena, span_str(router)));
	w->out->record(w->out, &r);
	return true;
}
