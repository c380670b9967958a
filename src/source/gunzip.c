#include "source/gunzip.h"

#include <limits.h>
#include <stdlib.h>

#include "base/limits.h"

int
gunzip_open(struct gunzip *g, struct stream *in)
{
	*g = (struct gunzip){.in = in, .first = true};
	g->z = malloc(sizeof(*g->z));
	g->block = malloc(LIMIT_BLOCK_BYTES);
	if (g->z == NULL || g->block == NULL) {
		gunzip_close(g);
		return -1;
	}
	isal_inflate_init(g->z);
	isal_gzip_header_init(&g->header);
	return 0;
}

void
gunzip_close(struct gunzip *g)
{
	free(g->z);
	free(g->block);
	*g = (struct gunzip){0};
}

int64_t
gunzip_mtime(const struct gunzip *g)
{
	return g->mtime;
}

/* More input; 1, 0 at the end, or -1 with s failed. */
static int
refill(struct gunzip *g, struct stream *s)
{
	ssize_t got = stream_read(g->in, g->block, LIMIT_BLOCK_BYTES);

	if (got < 0)
		return stream_fail(s, g->in->code, "%s", g->in->text);
	g->z->next_in = g->block;
	g->z->avail_in = (uint32_t)got;
	return got > 0;
}

/* Between members: true when another one starts. */
static bool
another(struct gunzip *g, struct stream *s)
{
	for (;;) {
		if (g->z->avail_in == 0 && refill(g, s) != 1)
			return false;
		if (*g->z->next_in != 0)
			break;
		g->z->next_in++;
		g->z->avail_in--;
	}
	if (*g->z->next_in == 0x1f)
		return true;
	g->trailing = true;
	return false;
}

static const char *
trouble(int r)
{
	switch (r) {
	case ISAL_INVALID_BLOCK:
		return "invalid block";
	case ISAL_INVALID_SYMBOL:
		return "invalid code";
	case ISAL_INVALID_LOOKBACK:
		return "invalid distance too far back";
	case ISAL_INCORRECT_CHECKSUM:
		return "incorrect data check";
	case ISAL_UNSUPPORTED_METHOD:
		return "unknown compression method";
	default:
		return "incorrect header";
	}
}

/* The header of a member.  1 when it is read, 0 when it goes on in more input,
 * -1 when it is none. */
static int
header_step(struct gunzip *g)
{
	int r = isal_read_gzip_header(g->z, &g->header);

	if (r == ISAL_END_INPUT)
		return 0;
	if (r != ISAL_DECOMP_OK)
		return -1;
	if (g->first)
		g->mtime = g->header.time;
	g->z->crc_flag = ISAL_GZIP_NO_HDR_VER;
	g->body = true;
	return 1;
}

static void
member_end(struct gunzip *g)
{
	unsigned char *in = g->z->next_in, *out = g->z->next_out;
	uint32_t nin = g->z->avail_in, nout = g->z->avail_out;

	isal_inflate_reset(g->z);
	isal_gzip_header_init(&g->header);
	g->z->next_in = in;
	g->z->avail_in = nin;
	g->z->next_out = out;
	g->z->avail_out = nout;
	g->within = g->first = g->body = false;
}

/* One step of inflate; false when s has failed or is at its end. */
static bool
step(struct gunzip *g, struct stream *s)
{
	int r = ISAL_DECOMP_OK;

	if (!g->body) {
		r = header_step(g);
		if (r < 0 && !g->first) {
			g->trailing = true;
			g->z->avail_in = 0;
			return false;
		}
		if (r < 0)
			stream_fail(s, DIAG_ARCHIVE_BROKEN, "%s",
			    trouble(ISAL_INVALID_WRAPPER));
		return r >= 0;
	}
	r = isal_inflate(g->z);
	if (r < 0) {
		stream_fail(s, DIAG_ARCHIVE_BROKEN, "%s", trouble(r));
		return false;
	}
	if (g->z->block_state == ISAL_BLOCK_FINISH)
		member_end(g);
	return true;
}

ssize_t
gunzip_data(struct gunzip *g, struct stream *s, char *buf, size_t n)
{
	size_t given;

	if (n > INT_MAX)
		n = INT_MAX;
	g->z->next_out = (unsigned char *)buf;
	g->z->avail_out = (uint32_t)n;
	while (g->z->avail_out == n && !g->trailing) {
		int more = 1;

		if (!g->within && !g->first && !another(g, s))
			break;
		g->within = true;
		/* What the library holds back comes without more input. */
		if (g->z->avail_in == 0 && !g->held)
			more = refill(g, s);
		/* Less than a header behind a member is none. */
		g->trailing = more == 0 && !g->first && !g->body;
		if (more == 0 && !g->trailing)
			stream_fail(s, DIAG_TRUNCATED,
			    "the compressed data ends early");
		if (more != 1 || !step(g, s))
			break;
		g->held = g->z->avail_out == 0;
	}
	given = n - g->z->avail_out;
	if (given > 0)
		return (ssize_t)given;
	return s->failed ? -1 : 0;
}
