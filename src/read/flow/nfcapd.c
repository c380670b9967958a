/*
 * Files of nfcapd and nfdump (nffile.h of nfdump 1.6 for layout 1, nffileV2.h
 * of nfdump 1.7 for layout 2): a header, then blocks, each with the number of
 * its records, its size and whether it is compressed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/cursor.h"
#include "read/flow/nfcapd.h"
#include "read/flow/unpack.h"

#define MAGIC 0xa50c

/* Layout 1: magic, version, flags, blocks, a name of 128 bytes; then counters
 * of 136 bytes.  Layout 2: 40 bytes. */
enum { HEAD_V1 = 140 + 136, HEAD_V2 = 40, BLOCK_HEAD = 12 };

/* Compression flags of layout 1. */
enum { V1_LZO = 1, V1_BZ2 = 8, V1_LZ4 = 16 };

/* A block of flow records; others hold histograms and the like. */
enum { BLOCK_V1 = 2, BLOCK_V3 = 3 };

struct nfcapd {
	struct nfcapd_records records;
	bool open, done;
	unsigned version;
	enum packing packing;
	uint64_t announced; /* blocks, as the header says */
	uint64_t blocks;    /* so far */
	uint64_t failed;    /* of those */
	uint64_t first_failed, first_failed_at;
	char *room;
	/* A block that is not packed is read as it comes, so that its bytes
	 * are still in a near cache: what is left of it. */
	size_t left;
	uint64_t left_of; /* offset of the block */
	bool left_over;	  /* nothing of interest, or nothing sound */
};

static void *
nfcapd_open(const struct read_in *in)
{
	struct nfcapd *n = arena_alloc(in->arena, sizeof(*n));

	n->records.arena = in->arena;
	return n;
}

/* What is wrong with a header, or NULL. */
static const char *
head_read(struct nfcapd *n, struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	uint32_t flags;

	cursor_skip(&c, 2);
	n->version = cursor_le16(&c);
	if (n->version == 1) {
		flags = cursor_le32(&c);
		n->announced = cursor_le32(&c);
		n->packing = (flags & V1_LZO) != 0   ? PACKING_LZO
			     : (flags & V1_BZ2) != 0 ? PACKING_BZ2
			     : (flags & V1_LZ4) != 0 ? PACKING_LZ4
						     : PACKING_NONE;
		return NULL;
	}
	cursor_skip(&c, 4 + 8);
	n->packing = (enum packing)cursor_u8(&c);
	if (cursor_u8(&c) != 0)
		return "the file is encrypted";
	cursor_skip(&c, 2 + 4 + 8 + 4);
	n->announced = cursor_le32(&c);
	return n->packing < PACKING_COUNT ? NULL : "unknown compression";
}

static size_t
head_take(struct nfcapd *n, struct span bytes, struct emit *out)
{
	const char *why;
	size_t size;

	if (bytes.n < 4)
		return 0;
	size = bytes.p[2] == 1 ? HEAD_V1 : HEAD_V2;
	if (bytes.n < size)
		return 0;
	why = head_read(n, bytes);
	n->open = true;
	if (why == NULL)
		return size;
	out->diag(out, DIAG_BAD_BLOCK, 0, span_str(why));
	n->done = true;
	return bytes.n;
}

struct block_head {
	uint32_t size;
	uint16_t type, flags;
};

/* A bit says that the block is not compressed (layout 2), or that it is: 2 of
 * layout 1. */
static bool
block_packed(const struct nfcapd *n, const struct block_head *h)
{
	if (n->packing == PACKING_NONE)
		return false;
	return (h->flags & 1) == 0;
}

static bool
block_has_flows(const struct nfcapd *n, const struct block_head *h)
{
	/* In layout 1 the other type is of large records: histograms. */
	return h->type == BLOCK_V1 || (h->type == BLOCK_V3 && n->version != 1);
}

static void
block_failed(struct nfcapd *n, uint64_t offset)
{
	if (n->failed++ > 0)
		return;
	n->first_failed = n->blocks;
	n->first_failed_at = offset;
}

static void
plain_begin(struct nfcapd *n, const struct block_head *h, uint64_t offset)
{
	n->blocks++;
	n->left = h->size;
	n->left_of = offset;
	n->left_over = !block_has_flows(n, h);
}

/* More of the block at hand; 0 when its next record is not there as a whole. */
static size_t
plain_take(struct nfcapd *n, struct span bytes)
{
	struct span piece = span_head(bytes, n->left);
	size_t used = piece.n;
	bool bad = false;

	if (!n->left_over) {
		used =
		    nfcapd_records_some(&n->records, piece, n->left_of, &bad);
		/* A record that the block's end cuts. */
		bad |= piece.n == n->left && used < piece.n;
	}
	if (bad) {
		block_failed(n, n->left_of);
		n->left_over = true;
		used = piece.n;
	}
	n->left -= used;
	return used;
}

static bool
block_read(struct nfcapd *n, const struct block_head *h, struct span body,
    uint64_t offset)
{
	long size;

	if (!block_has_flows(n, h))
		return true;
	if (n->room == NULL)
		n->room = arena_alloc(n->records.arena, LIMIT_FLOW_BLOCK);
	size = unpack_block(n->packing, body, n->room, LIMIT_FLOW_BLOCK);
	return size >= 0 && nfcapd_records(&n->records,
				span_of(n->room, (size_t)size), offset);
}

/* One block; 0 when it is not there as a whole. */
static size_t
block_take(
    struct nfcapd *n, struct span bytes, uint64_t offset, struct emit *out)
{
	struct cursor c = cursor_of(bytes);
	struct block_head h;

	cursor_skip(&c, 4);
	h.size = cursor_le32(&c);
	h.type = cursor_le16(&c);
	h.flags = cursor_le16(&c);
	if (c.failed)
		return 0;
	if (h.size > LIMIT_FLOW_BLOCK - BLOCK_HEAD) {
		char text[96];

		snprintf(text, sizeof(text),
		    "block %" PRIu64 " at byte %" PRIu64 " says it has %" PRIu32
		    " bytes; the rest was left out",
		    n->blocks + 1, offset, h.size);
		out->diag(out, DIAG_BAD_BLOCK, 0, span_str(text));
		n->done = true;
		return bytes.n;
	}
	if (!block_packed(n, &h)) {
		plain_begin(n, &h, offset);
		return BLOCK_HEAD;
	}
	if (cursor_left(&c) < h.size)
		return 0;
	n->blocks++;
	if (!block_read(n, &h, cursor_take(&c, h.size), offset))
		block_failed(n, offset);
	return BLOCK_HEAD + h.size;
}

static size_t
nfcapd_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct nfcapd *n = state;
	size_t used = 0;

	flow_sink_set(&n->records.sink, in, out);
	while (!n->done && used < bytes.n) {
		struct span rest = span_from(bytes, used);
		size_t took = !n->open ? head_take(n, rest, out)
			      : n->left > 0
				  ? plain_take(n, rest)
				  : block_take(n, rest, offset + used, out);

		if (took == 0)
			return used;
		used += took;
	}
	return bytes.n;
}

static void
nfcapd_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct nfcapd *n = state;
	const struct nfcapd_records *r = &n->records;

	if (n->failed > 0)
		out->diag(out, DIAG_BAD_BLOCK, 0,
		    arena_fmt(in->arena,
			"%" PRIu64 " of %" PRIu64
			" blocks; the first is block %" PRIu64
			" at byte %" PRIu64,
			n->failed, n->blocks, n->first_failed,
			n->first_failed_at));
	if (r->broken > 0)
		out->diag(out, DIAG_BAD_BLOCK, 0,
		    arena_fmt(in->arena, "%" PRIu64 " records", r->broken));
	if (left.n > 0 || n->left > 0 || !n->open)
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(in->arena,
			"in block %" PRIu64 ", after %" PRIu64 " flows",
			n->blocks + (n->left == 0), r->sink.flows));
	else if (!n->done && n->blocks < n->announced)
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(in->arena,
			"%" PRIu64 " blocks of %" PRIu64 " that the header "
			"announces",
			n->blocks, n->announced));
}

static struct guess
nfcapd_guess(const struct probe *p)
{
	struct cursor c = cursor_of(p->head);
	unsigned magic = cursor_le16(&c), version = cursor_le16(&c);

	if (c.failed || magic != MAGIC || version < 1 || version > 2)
		return (struct guess){0, "no nfdump file"};
	return version == 1 ? (struct guess){95, "magic of nfdump, layout 1"}
			    : (struct guess){95, "magic of nfdump, layout 2"};
}

const struct reader reader_nfcapd = {
    .name = "nfcapd",
    .title = "Flow files of nfdump",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .tells_flows = true,
    .flow_field = flow_has_field,
    .guess = nfcapd_guess,
    .open = nfcapd_open,
    .block = nfcapd_block,
    .close = nfcapd_close,
};
