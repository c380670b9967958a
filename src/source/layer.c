#include "source/layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

#define EMPTY_RUNS 1000 /* blocks without a byte before that is damage */

static la_ssize_t
feed_memory(struct layer *l, const void **out)
{
	struct span rest = span_from(l->in->mem, (size_t)l->at);

	rest = span_head(rest, LIMIT_BLOCK_BYTES);
	*out = rest.p;
	return (la_ssize_t)rest.n;
}

static void
zeros_count(struct layer *l, struct span fed)
{
	size_t n = fed.n;

	while (n > 0 && fed.p[n - 1] == '\0')
		n--;
	l->zeros = n > 0 ? fed.n - n : l->zeros + fed.n;
}

static la_ssize_t
feed_read(struct archive *la, void *ctx, const void **out)
{
	struct layer *l = ctx;
	ssize_t got;

	*out = l->block;
	if (l->block == NULL)
		got = feed_memory(l, out);
	else if (l->seekable)
		got = stream_at(l->in, l->at, l->block, LIMIT_BLOCK_BYTES);
	else
		got = stream_read(l->in, l->block, LIMIT_BLOCK_BYTES);
	if (got < 0) {
		archive_set_error(la, EIO, "%s", l->in->text);
		return ARCHIVE_FATAL;
	}
	l->at += (uint64_t)got;
	zeros_count(l, span_of(*out, (size_t)got));
	return got;
}

static la_int64_t
feed_seek(struct archive *la, void *ctx, la_int64_t offset, int whence)
{
	struct layer *l = ctx;
	int64_t base = 0;

	(void)la;
	if (whence == SEEK_CUR)
		base = (int64_t)l->at;
	else if (whence == SEEK_END)
		base = (int64_t)l->in->size;
	if (offset < -base || offset > INT64_MAX - base)
		return ARCHIVE_FATAL;
	l->at = (uint64_t)(base + offset);
	return base + offset;
}

static la_int64_t
feed_skip(struct archive *la, void *ctx, la_int64_t request)
{
	struct layer *l = ctx;
	uint64_t left = l->in->size > l->at ? l->in->size - l->at : 0;

	(void)la;
	if (request <= 0)
		return 0;
	if ((uint64_t)request < left)
		left = (uint64_t)request;
	l->at += left;
	l->zeros = 0;
	return (la_int64_t)left;
}

static int
filter_add(struct archive *la, int filter)
{
	/* ARCHIVE_WARN would mean that a program is run for it. */
	if (archive_read_append_filter(la, filter) != ARCHIVE_OK ||
	    archive_read_support_format_empty(la) != ARCHIVE_OK)
		return -1;
	return archive_read_support_format_raw(la);
}

static int
support(struct archive *la, enum packing packing)
{
	switch (packing) {
	case PACK_TAR:
		/* Behind the end mark of one, another may follow. */
		if (archive_read_support_format_tar(la) != ARCHIVE_OK)
			return -1;
		return archive_read_set_format_option(
		    la, "tar", "read_concatenated_archives", "1");
	case PACK_ZIP:
		return archive_read_support_format_zip(la);
	case PACK_7Z:
		return archive_read_support_format_7zip(la);
	case PACK_BZIP2:
		return filter_add(la, ARCHIVE_FILTER_BZIP2);
	case PACK_XZ:
		return filter_add(la, ARCHIVE_FILTER_XZ);
	case PACK_ZSTD:
		return filter_add(la, ARCHIVE_FILTER_ZSTD);
	default:
		return -1;
	}
}

int
layer_open(struct layer *l, enum packing packing, struct stream *in)
{
	*l = (struct layer){.in = in};
	l->seekable = stream_seekable(in) && in->size != STREAM_SIZE_UNKNOWN;
	l->la = archive_read_new();
	if (in->type != STREAM_MEM)
		l->block = malloc(LIMIT_BLOCK_BYTES);
	if (l->la == NULL || (l->block == NULL && in->type != STREAM_MEM))
		return -1;
	if (support(l->la, packing) != ARCHIVE_OK)
		return -1;
	archive_read_set_callback_data(l->la, l);
	archive_read_set_read_callback(l->la, feed_read);
	if (l->seekable) {
		archive_read_set_seek_callback(l->la, feed_seek);
		archive_read_set_skip_callback(l->la, feed_skip);
	}
	return archive_read_open1(l->la) == ARCHIVE_OK ? 0 : -1;
}

void
layer_close(struct layer *l)
{
	if (l->la != NULL)
		archive_read_free(l->la);
	free(l->block);
	*l = (struct layer){0};
}

int
layer_next(struct layer *l, struct archive_entry **entry)
{
	l->run = span_of(NULL, 0);
	l->run_at = 0;
	l->given = 0;
	l->drained = false;
	l->warned = false;
	return archive_read_next_header(l->la, entry);
}

/* Gets the next run; false at the end or with a status in *status. */
static bool
run_fetch(struct layer *l, int *status)
{
	const void *p = NULL;
	size_t n = 0;
	int64_t at = 0;

	*status = archive_read_data_block(l->la, &p, &n, &at);
	if (*status == ARCHIVE_EOF) {
		l->drained = true;
		*status = ARCHIVE_OK;
		return false;
	}
	if (*status != ARCHIVE_OK && *status != ARCHIVE_WARN)
		return false;
	if (*status == ARCHIVE_WARN)
		l->warned = true;
	if (p == NULL)
		n = 0;
	if (at < 0 || (n > 0 && (uint64_t)at < l->given)) {
		archive_set_error(l->la, EINVAL, "parts of a member overlap");
		*status = ARCHIVE_FATAL;
		return false;
	}
	l->run = span_of(p, n);
	l->run_at = (uint64_t)at;
	*status = ARCHIVE_OK;
	return true;
}

static ssize_t
run_give(struct layer *l, char *buf, size_t n)
{
	if (l->given < l->run_at) {
		uint64_t hole = l->run_at - l->given;

		if (n > hole)
			n = (size_t)hole;
		memset(buf, 0, n);
	} else {
		if (n > l->run.n)
			n = l->run.n;
		memcpy(buf, l->run.p, n);
		l->run = span_from(l->run, n);
		l->run_at += n;
	}
	l->given += n;
	l->total += n;
	return (ssize_t)n;
}

ssize_t
layer_data(struct layer *l, char *buf, size_t n)
{
	int status;

	for (int empty = 0; empty < EMPTY_RUNS; empty++) {
		if (l->run.n > 0 || l->given < l->run_at)
			return run_give(l, buf, n);
		if (l->drained)
			return 0;
		if (!run_fetch(l, &status))
			return status;
	}
	archive_set_error(l->la, EINVAL, "a member without progress");
	return ARCHIVE_FATAL;
}

const char *
layer_text(const struct layer *l)
{
	const char *text = l->la != NULL ? archive_error_string(l->la) : NULL;

	return text != NULL ? text : "";
}

enum diag_code
layer_diag(const struct layer *l)
{
	struct span text = span_str(layer_text(l));

	if (l->in->failed)
		return l->in->code;
	return span_find_nocase(text, SPAN("truncated")) != SPAN_NONE
		   ? DIAG_TRUNCATED
		   : DIAG_ARCHIVE_BROKEN;
}
