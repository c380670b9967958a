#include "source/gunzip.h"

#include <limits.h>
#include <stdlib.h>

#include "base/limits.h"

#define WINDOW_GZIP (15 + 16) /* the largest window, a gzip wrapper */

int
gunzip_open(struct gunzip *g, struct stream *in)
{
	*g = (struct gunzip){.in = in, .first = true};
	if (inflateInit2(&g->z, WINDOW_GZIP) != Z_OK)
		return -1;
	inflateGetHeader(&g->z, &g->header);
	g->block = malloc(LIMIT_BLOCK_BYTES);
	if (g->block == NULL) {
		inflateEnd(&g->z);
		return -1;
	}
	return 0;
}

void
gunzip_close(struct gunzip *g)
{
	inflateEnd(&g->z);
	free(g->block);
	*g = (struct gunzip){0};
}

int64_t
gunzip_mtime(const struct gunzip *g)
{
	return g->header.done == 1 ? (int64_t)g->header.time : 0;
}

/* More input; 1, 0 at the end, or -1 with s failed. */
static int
refill(struct gunzip *g, struct stream *s)
{
	ssize_t got = stream_read(g->in, g->block, LIMIT_BLOCK_BYTES);

	if (got < 0)
		return stream_fail(s, g->in->code, "%s", g->in->text);
	g->z.next_in = g->block;
	g->z.avail_in = (unsigned)got;
	return got > 0;
}

/* Between members: true when another one starts. */
static bool
another(struct gunzip *g, struct stream *s)
{
	for (;;) {
		if (g->z.avail_in == 0 && refill(g, s) != 1)
			return false;
		if (*g->z.next_in != 0)
			break;
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (*g->z.next_in == 0x1f)
		return true;
	g->trailing = true;
	return false;
}

/* One step of inflate; false when s has failed or is at its end. */
static bool
step(struct gunzip *g, struct stream *s)
{
	int r = inflate(&g->z, Z_NO_FLUSH);

	if (r == Z_STREAM_END) {
		g->within = false;
		g->first = false;
		inflateReset(&g->z);
		return true;
	}
	if (r == Z_OK || r == Z_BUF_ERROR)
		return true;
	if (r == Z_DATA_ERROR && !g->first && g->z.total_out == 0) {
		g->trailing = true;
		g->z.avail_in = 0;
		return false;
	}
	stream_fail(s, DIAG_ARCHIVE_BROKEN, "%s",
	    g->z.msg != NULL ? g->z.msg : "inflate failed");
	return false;
}

ssize_t
gunzip_data(struct gunzip *g, struct stream *s, char *buf, size_t n)
{
	size_t given;

	if (n > INT_MAX)
		n = INT_MAX;
	g->z.next_out = (unsigned char *)buf;
	g->z.avail_out = (unsigned)n;
	while (g->z.avail_out == n && !g->trailing) {
		int more = 1;

		if (!g->within && !g->first && !another(g, s))
			break;
		g->within = true;
		if (g->z.avail_in == 0)
			more = refill(g, s);
		if (more == 0)
			stream_fail(s, DIAG_TRUNCATED,
			    "the compressed data ends early");
		if (more != 1 || !step(g, s))
			break;
	}
	given = n - g->z.avail_out;
	if (given > 0)
		return (ssize_t)given;
	return s->failed ? -1 : 0;
}
