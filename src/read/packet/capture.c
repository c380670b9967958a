#include "read/packet/capture.h"

#include "base/cursor.h"

#define PCAP_HEAD 24
#define PCAP_RECORD 16
#define PCAP_RECORD_PATCHED 24

/* pcapng block types, section 11.1. */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
};
#define BLOCK_HEAD 8
#define BLOCK_MIN 12
#define ORDER_MAGIC 0x1a2b3c4d

static const struct pcap_magic {
	struct span bytes;
	bool little, nano, patched;
} magics[] = {
    {SPAN("\xa1\xb2\xc3\xd4"), false, false, false},
    {SPAN("\xd4\xc3\xb2\xa1"), true, false, false},
    {SPAN("\xa1\xb2\x3c\x4d"), false, true, false},
    {SPAN("\x4d\x3c\xb2\xa1"), true, true, false},
    {SPAN("\xa1\xb2\xcd\x34"), false, false, true},
    {SPAN("\x34\xcd\xb2\xa1"), true, false, true},
};

static const struct pcap_magic *
magic_find(struct span head)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (span_starts(head, magics[i].bytes))
			return &magics[i];
	return NULL;
}

const char *
capture_magic(struct span head)
{
	struct span order = span_sub(head, 8, 12);

	if (head.n >= PCAP_HEAD && magic_find(head) != NULL)
		return "pcap file header";
	if (span_starts(head, SPAN("\x0a\x0d\x0d\x0a")) &&
	    (span_eq(order, SPAN("\x1a\x2b\x3c\x4d")) ||
		span_eq(order, SPAN("\x4d\x3c\x2b\x1a"))))
		return "pcapng section header";
	return NULL;
}

void
capture_init(struct capture *c)
{
	*c = (struct capture){0};
}

static uint32_t
u32(const struct capture *c, struct cursor *at)
{
	return c->little ? cursor_le32(at) : cursor_be32(at);
}

static uint16_t
u16(const struct capture *c, struct cursor *at)
{
	return c->little ? cursor_le16(at) : cursor_be16(at);
}

static enum capture_step
broken(struct capture *c, const char *why)
{
	c->why = why;
	return CAPTURE_BROKEN;
}

static enum capture_step
pcap_head(struct capture *c, struct span *rest)
{
	struct cursor at = cursor_of(*rest);
	const struct pcap_magic *m = magic_find(*rest);

	if (rest->n < PCAP_HEAD)
		return CAPTURE_MORE;
	if (m == NULL)
		return broken(c, "no header of a capture");
	c->little = m->little;
	c->nano = m->nano;
	c->patched = m->patched;
	cursor_skip(&at, 20);
	/* The upper bits tell of a frame check sequence. */
	c->link = u32(c, &at) & 0xffff;
	c->open = true;
	*rest = span_from(*rest, PCAP_HEAD);
	return CAPTURE_OTHER;
}

/* Seconds that time_write could not show have no meaning either.  Zero is
 * what is written by those who know no time. */
static int64_t
time_of(uint64_t seconds, uint64_t micro)
{
	if (seconds > 253402300799u || (seconds == 0 && micro == 0))
		return TIME_NONE;
	return (int64_t)(seconds * (uint64_t)TIME_SECOND + micro);
}

/* Of a head that is there as a whole; millions of them make a capture. */
static inline uint32_t
word(const struct capture *c, const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return c->little ? p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24
			 : p[3] | p[2] << 8 | p[1] << 16 | (uint32_t)p[0] << 24;
}

static enum capture_step
pcap_record(struct capture *c, struct span *rest, struct packet *out)
{
	size_t head = c->patched ? PCAP_RECORD_PATCHED : PCAP_RECORD;
	uint32_t seconds, fraction, kept, wire;

	if (rest->n < head)
		return CAPTURE_MORE;
	seconds = word(c, rest->p);
	fraction = word(c, rest->p + 4);
	kept = word(c, rest->p + 8);
	wire = word(c, rest->p + 12);
	if (kept > LIMIT_PACKET_BYTES)
		return broken(c, "a packet longer than any capture keeps");
	if (rest->n - head < kept)
		return CAPTURE_MORE;
	if (c->nano)
		fraction /= 1000;
	*out = (struct packet){span_sub(*rest, head, head + kept), wire,
	    c->link, time_of(seconds, fraction), ++c->packets};
	*rest = span_from(*rest, head + kept);
	return CAPTURE_PACKET;
}

/* Section 4.1.  A section begins anew: byte order, interfaces. */
static enum capture_step
section_head(struct capture *c, struct span rest)
{
	struct span order = span_sub(rest, 8, 12);

	if (rest.n < BLOCK_MIN)
		return CAPTURE_MORE;
	if (span_eq(order, SPAN("\x1a\x2b\x3c\x4d")))
		c->little = false;
	else if (span_eq(order, SPAN("\x4d\x3c\x2b\x1a")))
		c->little = true;
	else
		return broken(c, "a section without its byte-order magic");
	c->nlinks = 0;
	c->ng = c->open = true;
	return CAPTURE_OTHER;
}

/* Section 4.2. */
static void
interface(struct capture *c, struct cursor at)
{
	struct capture_link l = {.resolution = 6};

	l.link = u16(c, &at);
	cursor_skip(&at, 2);
	l.snap = u32(c, &at);
	while (cursor_left(&at) >= 4) {
		uint16_t code = u16(c, &at), length = u16(c, &at);
		struct cursor option = cursor_sub(&at, length);

		if (code == 0)
			break;
		if (code == 9 && length == 1) /* if_tsresol */
			l.resolution = cursor_u8(&option);
		if (code == 14 && length == 8) /* if_tsoffset */
			l.offset = c->little ? (int64_t)cursor_le64(&option)
					     : (int64_t)cursor_be64(&option);
		cursor_skip(&at, (4 - length % 4) % 4);
	}
	if (c->nlinks < LIMIT_CAPTURE_LINKS)
		c->links[c->nlinks++] = l;
}

static int64_t
ng_time(const struct capture_link *l, uint64_t ticks)
{
	unsigned n = l->resolution & 0x7f;
	uint64_t per = 1, seconds, fraction;
	int64_t t;

	if (l->resolution & 0x80) {
		if (n > 63)
			return TIME_NONE;
		per = UINT64_C(1) << n;
	} else {
		if (n > 19)
			return TIME_NONE;
		for (unsigned i = 0; i < n; i++)
			per *= 10;
	}
	seconds = ticks / per;
	fraction = ticks % per;
	/* Keep the product within 64 bits. */
	while (per > UINT64_C(10000000000000)) {
		per /= 2;
		fraction /= 2;
	}
	t = time_of(seconds, fraction * (uint64_t)TIME_SECOND / per);
	if (t == TIME_NONE || l->offset < -253402300799 ||
	    l->offset > 253402300799)
		return TIME_NONE;
	t += l->offset * TIME_SECOND;
	return t < 0 ? TIME_NONE : t;
}

/* Sections 4.3 (Enhanced), 4.4 (Simple) and appendix A (obsolete Packet). */
static enum capture_step
ng_packet(
    struct capture *c, uint32_t type, struct cursor at, struct packet *out)
{
	uint32_t link = 0, kept, wire;
	uint64_t ticks = 0;

	if (type == BLOCK_PACKET) {
		link = u32(c, &at);
	} else if (type == BLOCK_PACKET_OLD) {
		link = u16(c, &at);
		cursor_skip(&at, 2);
	}
	if (type != BLOCK_PACKET_SIMPLE) {
		ticks = (uint64_t)u32(c, &at) << 32;
		ticks |= u32(c, &at);
		kept = u32(c, &at);
		wire = u32(c, &at);
	} else {
		wire = kept = u32(c, &at);
		if (c->nlinks > 0 && c->links[0].snap > 0 &&
		    kept > c->links[0].snap)
			kept = c->links[0].snap;
	}
	c->packets++;
	if (link >= c->nlinks) {
		c->foreign++;
		return CAPTURE_OTHER;
	}
	if (kept > cursor_left(&at))
		kept = (uint32_t)cursor_left(&at);
	*out =
	    (struct packet){cursor_take(&at, kept), wire, c->links[link].link,
		type == BLOCK_PACKET_SIMPLE ? TIME_NONE
					    : ng_time(&c->links[link], ticks),
		c->packets};
	return CAPTURE_PACKET;
}

static bool
is_packet(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_PACKET_OLD ||
	       type == BLOCK_PACKET_SIMPLE;
}

static enum capture_step
ng_block(struct capture *c, struct span *rest, struct packet *out)
{
	enum capture_step step = CAPTURE_OTHER;
	struct cursor at;
	uint32_t type, length;

	if (span_starts(*rest, SPAN("\x0a\x0d\x0d\x0a")))
		step = section_head(c, *rest);
	if (step != CAPTURE_OTHER)
		return step;
	if (rest->n < BLOCK_HEAD)
		return CAPTURE_MORE;
	at = cursor_of(*rest);
	type = u32(c, &at);
	length = u32(c, &at);
	if (length < BLOCK_MIN || length % 4 != 0)
		return broken(c, "a block of impossible length");
	if (!is_packet(type) && type != BLOCK_INTERFACE) {
		c->skip = length;
		return CAPTURE_OTHER;
	}
	if (length > LIMIT_CAPTURE_ITEM)
		return broken(c, "a packet longer than any capture keeps");
	if (rest->n < length)
		return CAPTURE_MORE;
	at = cursor_sub(&at, length - BLOCK_MIN);
	if (type == BLOCK_INTERFACE)
		interface(c, at);
	else
		step = ng_packet(c, type, at, out);
	*rest = span_from(*rest, length);
	return step;
}

enum capture_step
capture_next(struct capture *c, struct span *rest, struct packet *out)
{
	if (c->skip > 0) {
		size_t n = c->skip < rest->n ? (size_t)c->skip : rest->n;

		*rest = span_from(*rest, n);
		c->skip -= n;
		return c->skip > 0 ? CAPTURE_MORE : CAPTURE_OTHER;
	}
	if (rest->n == 0)
		return CAPTURE_MORE;
	if (c->ng || (!c->open && span_starts(*rest, SPAN("\x0a\x0d\x0d\x0a"))))
		return ng_block(c, rest, out);
	if (!c->open)
		return pcap_head(c, rest);
	return pcap_record(c, rest, out);
}
