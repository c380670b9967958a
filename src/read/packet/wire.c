#include "read/packet/wire.h"

#include <inttypes.h>
#include <stdio.h>

struct span
wire_end(struct arena *a, const struct addr *addr, uint16_t port)
{
	char text[ADDR_TEXT];

	addr_write(addr, text);
	if (port == 0)
		return arena_fmt(a, "%s", text);
	return arena_fmt(
	    a, addr->family == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

void
wire_put_addr(const struct wire *w, struct record *r, enum field_id f,
    const struct addr *a)
{
	char text[ADDR_TEXT];

	record_put_ip(
	    r, f, arena_copy(w->arena, span_str(addr_write(a, text))));
}

void
wire_put_number(
    const struct wire *w, struct record *r, enum field_id f, uint64_t v)
{
	record_put_number(r, f, arena_fmt(w->arena, "%" PRIu64, v));
}

void
wire_record(const struct wire *w, struct record *r, enum record_kind kind,
    const char *word, struct span says)
{
	char stamp[TIME_TEXT];
	struct span src = wire_end(w->arena, &w->src, w->src_port);
	struct span dst = wire_end(w->arena, &w->dst, w->dst_port);

	time_write(w->time, stamp);
	record_init(r, kind, w->number, w->offset,
	    arena_fmt(w->arena, "%s%s%.*s > %.*s %s %.*s", stamp,
		stamp[0] != '\0' ? " " : "", SPAN_FMT(src), SPAN_FMT(dst), word,
		SPAN_FMT(says)));
	r->time = w->time;
	wire_put_addr(w, r, F_SRC_IP, &w->src);
	if (w->src_port != 0)
		wire_put_number(w, r, F_SRC_PORT, w->src_port);
	wire_put_addr(w, r, F_DST_IP, &w->dst);
	if (w->dst_port != 0)
		wire_put_number(w, r, F_DST_PORT, w->dst_port);
}

void
wire_message(const struct wire *w, struct record *r, enum record_kind kind,
    const char *service, struct span says)
{
	wire_record(w, r, kind, service, says);
	record_put_str(r, F_PROTOCOL, w->tcp ? "tcp" : "udp");
	record_put_str(r, F_SERVICE, service);
}

struct span
wire_text(const struct wire *w, struct span s, size_t max)
{
	struct span out;
	char *p;

	s = span_head(s, max);
	p = arena_alloc(w->arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		p[i] = c < 0x20 || c >= 0x7f ? '.' : (char)c;
	}
	out = span_of(p, s.n);
	return span_trim(out);
}
