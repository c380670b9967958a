/*
 * The container of a packet capture: pcap (draft-ietf-opsawg-pcap) in both
 * byte orders, with micro- or nanoseconds, and with the longer record header
 * of Kuznetzov's patch; and pcapng (draft-ietf-opsawg-pcapng).  It is read as
 * a stream, so its memory does not depend on the file.
 *
 *	capture_init(&c);
 *	while (rest.n > 0)
 *		switch (capture_next(&c, &rest, &packet)) ...
 *
 * A caller keeps the bytes that are left in rest and comes again with more
 * behind them.
 */
#ifndef TIDEMARK_READ_PACKET_CAPTURE_H
#define TIDEMARK_READ_PACKET_CAPTURE_H

#include "base/limits.h"
#include "base/span.h"
#include "base/timestamp.h"

struct packet {
	struct span bytes; /* what was captured, borrowed from the stream */
	uint32_t wire;	   /* bytes it had on the wire */
	uint32_t link;	   /* LINKTYPE of the tcpdump.org registry */
	int64_t time;	   /* TIME_NONE when the capture has none */
	uint64_t number;   /* 1-based, as tcpdump and Wireshark count */
};

enum capture_step {
	CAPTURE_PACKET, /* *out is set */
	CAPTURE_OTHER,	/* something that is no packet was passed over */
	CAPTURE_MORE,	/* rest holds no whole item: bring more behind it */
	CAPTURE_BROKEN, /* what follows can't be read; c->why says why */
};

/* An interface of a pcapng section. */
struct capture_link {
	uint16_t link;
	uint8_t resolution; /* as if_tsresol: 10^-n, or 2^-n with bit 7 */
	uint32_t snap;	    /* bytes kept of a packet; 0: all */
	int64_t offset;	    /* seconds to add, if_tsoffset */
};

struct capture {
	bool open;    /* the head of the file was read */
	bool ng;      /* pcapng */
	bool little;  /* byte order of the file or section */
	bool nano;    /* pcap: fractions are nanoseconds */
	bool patched; /* pcap: record headers have eight more bytes */
	uint32_t link;
	struct capture_link links[LIMIT_CAPTURE_LINKS];
	size_t nlinks;
	uint64_t skip;	  /* bytes of an item that is passed over */
	uint64_t packets; /* so far */
	uint64_t foreign; /* of interfaces that were not described */
	const char *why;
};

void capture_init(struct capture *c);

/* Do these bytes begin a capture?  Static text that says which, or NULL. */
const char *capture_magic(struct span head);

/*
 * The next item of the stream; *rest moves behind it.  No item asks for more
 * than LIMIT_CAPTURE_ITEM bytes at once.  Packets borrow from *rest.
 */
enum capture_step capture_next(
    struct capture *c, struct span *rest, struct packet *out);

#endif
