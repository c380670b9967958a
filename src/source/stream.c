#include "source/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "source/digest.h"

void
stream_range(struct stream *s, int fd, uint64_t from, uint64_t size)
{
	*s = (struct stream){
	    .type = STREAM_RANGE, .fd = fd, .from = from, .size = size};
}

void
stream_pipe(struct stream *s, int fd)
{
	*s = (struct stream){
	    .type = STREAM_PIPE, .fd = fd, .size = STREAM_SIZE_UNKNOWN};
}

void
stream_mem(struct stream *s, struct span bytes)
{
	*s = (struct stream){
	    .type = STREAM_MEM, .fd = -1, .mem = bytes, .size = bytes.n};
}

void
stream_pull(struct stream *s, stream_pull_fn *pull, void *ctx, uint64_t size)
{
	*s = (struct stream){.type = STREAM_PULL,
	    .fd = -1,
	    .pull = pull,
	    .ctx = ctx,
	    .size = size};
}

void
stream_release(struct stream *s)
{
	if (s == NULL)
		return;
	free(s->head);
	s->head = NULL;
	s->head_n = 0;
}

int
stream_fail(struct stream *s, enum diag_code code, const char *fmt, ...)
{
	va_list ap;

	if (s->failed)
		return -1;
	s->failed = true;
	s->code = code;
	va_start(ap, fmt);
	vsnprintf(s->text, sizeof(s->text), fmt, ap);
	va_end(ap);
	return -1;
}

bool
stream_seekable(const struct stream *s)
{
	return s->type == STREAM_RANGE || s->type == STREAM_MEM;
}

static ssize_t
range_at(struct stream *s, uint64_t at, void *buf, size_t n)
{
	uint64_t left = s->size == STREAM_SIZE_UNKNOWN ? n : 0;
	ssize_t got;

	if (s->size != STREAM_SIZE_UNKNOWN && at < s->size)
		left = s->size - at;
	if (left == 0)
		return 0;
	if (n > left)
		n = (size_t)left;
	if (at > INT64_MAX - s->from)
		return 0;
	do
		got = pread(s->fd, buf, n, (off_t)(s->from + at));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return stream_fail(s, DIAG_UNREADABLE, "%s", strerror(errno));
	if (got == 0 && s->size != STREAM_SIZE_UNKNOWN)
		return stream_fail(s, DIAG_SHRANK,
		    "%llu bytes expected, %llu found",
		    (unsigned long long)s->size, (unsigned long long)at);
	return got;
}

static ssize_t
mem_at(const struct stream *s, uint64_t at, void *buf, size_t n)
{
	struct span left = span_from(s->mem, at > SIZE_MAX ? SIZE_MAX : at);

	left = span_head(left, n);
	if (left.n > 0)
		memcpy(buf, left.p, left.n);
	return (ssize_t)left.n;
}

/* Bytes at an offset, of which the digest may want some. */
static void
tap_feed(struct stream *s, uint64_t at, struct span bytes)
{
	if (at > s->tapped || s->tapped - at >= bytes.n)
		return;
	bytes = span_from(bytes, (size_t)(s->tapped - at));
	if (s->tap_end - s->tapped < bytes.n)
		bytes.n = (size_t)(s->tap_end - s->tapped);
	digest_update(s->tap, bytes);
	s->tapped += bytes.n;
}

ssize_t
stream_at(struct stream *s, uint64_t at, void *buf, size_t n)
{
	ssize_t got;

	ASSERT(stream_seekable(s));
	got = s->type == STREAM_MEM ? mem_at(s, at, buf, n)
				    : range_at(s, at, buf, n);
	if (s->tap != NULL && got > 0)
		tap_feed(s, at, span_of(buf, (size_t)got));
	return got;
}

void
stream_tap(struct stream *s, struct digest *d)
{
	stream_tap_part(s, d, 0, UINT64_MAX);
}

void
stream_tap_part(struct stream *s, struct digest *d, uint64_t from, uint64_t to)
{
	s->tap = d;
	s->tapped = from;
	s->tap_end = to;
}

static ssize_t
pipe_next(struct stream *s, void *buf, size_t n)
{
	ssize_t got;

	do
		got = read(s->fd, buf, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return stream_fail(s, DIAG_UNREADABLE, "%s", strerror(errno));
	return got;
}

/* The next bytes behind the head of a stream that cannot go back. */
static ssize_t
next(struct stream *s, void *buf, size_t n)
{
	if (s->failed)
		return -1;
	return s->type == STREAM_PIPE ? pipe_next(s, buf, n)
				      : s->pull(s, buf, n);
}

ssize_t
stream_read(struct stream *s, void *buf, size_t n)
{
	struct span ahead = {NULL, 0};
	ssize_t got;

	ASSERT(n > 0);
	if (!stream_seekable(s) && s->pos < s->head_n)
		ahead = span_head(
		    span_from(span_of(s->head, s->head_n), (size_t)s->pos), n);
	if (ahead.n > 0) {
		memcpy(buf, ahead.p, ahead.n);
		got = (ssize_t)ahead.n;
	} else if (s->failed) {
		got = -1;
	} else if (stream_seekable(s)) {
		got = stream_at(s, s->pos, buf, n);
	} else {
		got = next(s, buf, n);
	}
	if (got > 0)
		s->pos += (uint64_t)got;
	return got;
}

struct span
stream_head(struct stream *s, size_t n)
{
	if (n > LIMIT_PROBE_BYTES)
		n = LIMIT_PROBE_BYTES;
	if (s->type == STREAM_MEM)
		return span_head(s->mem, n);
	if (s->head == NULL) {
		ASSERT(s->pos == 0);
		s->head = malloc(LIMIT_PROBE_BYTES);
		if (s->head == NULL) {
			stream_fail(s, DIAG_UNREADABLE, "out of memory");
			return span_of(NULL, 0);
		}
	}
	while (s->head_n < n && !s->failed) {
		char *at = s->head + s->head_n;
		ssize_t got = s->type == STREAM_RANGE
				  ? range_at(s, s->head_n, at, n - s->head_n)
				  : next(s, at, n - s->head_n);

		if (got <= 0)
			break;
		s->head_n += (size_t)got;
	}
	return span_head(span_of(s->head, s->head_n), n);
}

/* Where the next byte that is no hole may stand; where that is not known, the
 * place itself. */
static uint64_t
hole_end(const struct stream *s, uint64_t at)
{
	off_t was = lseek(s->fd, 0, SEEK_CUR), to = -1;

	if (was >= 0 && s->from + at <= INT64_MAX)
		to = lseek(s->fd, (off_t)(s->from + at), SEEK_DATA);
	/* Nothing but a hole is left. */
	if (was >= 0 && to < 0 && errno == ENXIO)
		to = (off_t)(s->from + s->size);
	if (was >= 0)
		lseek(s->fd, was, SEEK_SET);
	return to > (off_t)(s->from + at) ? (uint64_t)to - s->from : at;
}

static uint64_t
skip_in_range(struct stream *s)
{
	char *block = malloc(LIMIT_PROBE_BYTES);
	uint64_t at = 0;
	ssize_t got = 1;

	while (block != NULL && got > 0) {
		size_t n;

		at = hole_end(s, at);
		got = stream_at(s, at, block, LIMIT_PROBE_BYTES);
		n = got > 0 ? span_zeros(span_of(block, (size_t)got)) : 0;
		at += n;
		if (n < (size_t)got)
			break;
	}
	free(block);
	if (at > s->size)
		at = s->size;
	s->from += at;
	s->size -= at;
	s->head_n = 0;
	return at;
}

static uint64_t
skip_in_pipe(struct stream *s)
{
	uint64_t all = 0;
	size_t n;

	while ((n = span_zeros(stream_head(s, LIMIT_PROBE_BYTES))) > 0) {
		s->head_n -= n;
		memmove(s->head, s->head + n, s->head_n);
		all += n;
	}
	if (s->size != STREAM_SIZE_UNKNOWN)
		s->size -= all < s->size ? all : s->size;
	return all;
}

uint64_t
stream_skip_zeros(struct stream *s)
{
	ASSERT(s->pos == 0);
	if (s->type == STREAM_RANGE && s->size != STREAM_SIZE_UNKNOWN)
		return skip_in_range(s);
	if (s->type != STREAM_MEM)
		return skip_in_pipe(s);
	s->from = span_zeros(s->mem);
	s->mem = span_from(s->mem, s->from);
	s->size = s->mem.n;
	return s->from;
}

bool
stream_all(struct stream *s, struct buf *b)
{
	for (;;) {
		size_t want = b->ceiling - b->n;
		char *at, one;
		ssize_t got;

		if (want == 0) /* is this the end, or is there more? */
			return stream_read(s, &one, 1) <= 0;
		if (want > LIMIT_BLOCK_BYTES)
			want = LIMIT_BLOCK_BYTES;
		at = buf_room(b, want);
		if (at == NULL)
			return false;
		got = stream_read(s, at, want);
		if (got <= 0)
			return true;
		b->n += (size_t)got;
	}
}
