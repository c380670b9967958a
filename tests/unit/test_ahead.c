/*
 * Reading ahead in a thread: whoever reads sees what he would see without, to
 * the byte; and the thread has no more rights than the worker.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/limits.h"
#include "lib/pack.h"
#include "lib/sanitized.h"
#include "run/sandbox.h"
#include "source/ahead.h"
#include "source/archive.h"
#include "source/digest.h"

/* Enough that the thread still has work when threads are counted. */
#define LOG_BYTES (4u << 20)

/* Lines that compress, but not to nothing. */
static void
log_make(struct buf *b, size_t n)
{
	uint32_t x = 239;

	buf_init(b, n + 200);
	for (unsigned i = 0; b->n < n; i++) {
		x = x * 1664525 + 1013904223;
		buf_fmt(b, "Mar  1 10:%02u:%02u edge%u: %%SYS-5-X: %u %08x\n",
		    i / 60 % 60, i % 60, x % 97, i, x);
	}
}

static void
squeeze(struct buf *out, int format, int filter, struct span bytes)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	buf_init(out, 256u << 20);
	assert_int_equal(archive_write_set_format(a, format), 0);
	assert_int_equal(archive_write_add_filter(a, filter), 0);
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open(a, out, NULL, pack_write, NULL), 0);
	archive_entry_set_pathname(e, "x.log");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_size(e, (la_int64_t)bytes.n);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, bytes.p, bytes.n), bytes.n);
	archive_entry_free(e);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

/* --- what a reader sees ------------------------------------------------- */

struct seen {
	struct buf text; /* members, what they failed with, diagnostics */
	bool ahead;	 /* read them so */
	size_t part;	 /* bytes asked for at a time */
	uint64_t stop;	 /* read no more than so many of a member */
	size_t before;	 /* threads of this process */
	size_t threads;	 /* more than those, while it read */
};

static size_t
threads_count(void)
{
	DIR *d = opendir("/proc/self/task");
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* A thread that was joined may stand in /proc a moment longer. */
static size_t
threads_left(size_t want)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	for (int i = 0; i < 2000 && threads_count() != want; i++)
		nanosleep(&moment, NULL);
	return threads_count();
}

static void
seen_diag(void *ctx, struct span path, enum diag_code code, struct span detail)
{
	struct seen *s = ctx;

	buf_fmt(&s->text, "%.*s ! %s %.*s\n", SPAN_FMT(path), diag_name(code),
	    SPAN_FMT(detail));
}

static void
hash_write(struct seen *s, const char *what, struct digest *d)
{
	char hex[2 * DIGEST_SHA256_BYTES + 1];
	struct digest_result r;

	digest_final(d, &r);
	digest_release(d);
	digest_hex(r.sha256, DIGEST_SHA256_BYTES, hex);
	buf_fmt(
	    &s->text, " %s %llu %s", what, (unsigned long long)r.bytes, hex);
}

/* Bytes of in, hashed; the same ones, however many come at a time. */
static void
seen_bytes(struct seen *s, struct stream *in)
{
	char *part = malloc(s->part);
	struct digest d = {0};
	uint64_t n = 0;
	ssize_t got;

	assert_int_equal(digest_init(&d, UINT64_MAX, NULL), 0);
	while (n < s->stop && (got = stream_read(in, part, s->part)) > 0) {
		if (n + (uint64_t)got > s->stop)
			got = (ssize_t)(s->stop - n);
		digest_update(&d, span_of(part, (size_t)got));
		n += (uint64_t)got;
		if (n > LIMIT_AHEAD_FROM + (256u << 10) && s->threads == 0)
			s->threads = threads_count() - s->before;
	}
	if (n < s->stop && in->failed)
		buf_fmt(&s->text, " (%s: %s)", diag_name(in->code), in->text);
	hash_write(s, "read", &d);
	free(part);
}

static int
seen_member(void *ctx, const struct archive_member *m)
{
	struct seen *s = ctx;
	struct digest d = {0};
	struct ahead a;

	buf_fmt(&s->text, "%.*s", SPAN_FMT(m->path));
	if (!s->ahead) {
		seen_bytes(s, m->bytes);
		buf_puts(&s->text, "\n");
		return 0;
	}
	assert_int_equal(digest_init(&d, UINT64_MAX, NULL), 0);
	ahead_open(&a, m->bytes, &d);
	seen_bytes(s, &a.out);
	ahead_close(&a);
	/* Both have seen the same. */
	if (s->stop == UINT64_MAX) {
		size_t at = s->text.n;

		hash_write(s, "read", &d);
		assert_true(span_ends(span_head(buf_span(&s->text), at),
		    span_from(buf_span(&s->text), at)));
		s->text.n = at;
	} else {
		digest_release(&d);
	}
	buf_puts(&s->text, "\n");
	return 0;
}

static void
see(struct seen *s, struct stream *in)
{
	buf_init(&s->text, 1u << 20);
	s->before = threads_count();
	s->threads = 0;
	assert_int_equal(
	    archive_each(in, SPAN("x.log.gz"), 0, seen_member, seen_diag, s),
	    0);
	if (in->failed)
		buf_fmt(&s->text, "in: %s %s\n", diag_name(in->code), in->text);
	buf_byte(&s->text, '\0');
	stream_release(in);
	assert_int_equal(threads_left(s->before), s->before);
}

static int
fd_of(struct span bytes)
{
	int fd = memfd_create("ahead", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes.p, bytes.n, 0), bytes.n);
	return fd;
}

/* With and without.  True when the first had a thread.  What archive_each says
 * after the member is the same only when that was read to its end. */
static bool
compare(struct span packed, size_t part, uint64_t stop)
{
	struct seen ahead = {.ahead = true, .part = part, .stop = stop},
		    alone = {.part = part, .stop = stop};
	struct stream in;
	int fd = fd_of(packed);

	stream_range(&in, fd, 0, packed.n);
	see(&ahead, &in);
	stream_range(&in, fd, 0, packed.n);
	see(&alone, &in);
	if (stop != UINT64_MAX) {
		*strchr(ahead.text.p, '\n') = '\0';
		*strchr(alone.text.p, '\n') = '\0';
	}
	assert_string_equal(ahead.text.p, alone.text.p);
	assert_int_equal(alone.threads, 0);
	buf_release(&ahead.text);
	buf_release(&alone.text);
	close(fd);
	return ahead.threads == 1;
}

static const struct way {
	int format, filter;
} ways[] = {
    {ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP},
    {ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2},
    {ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
    {ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void
test_the_same(void **state)
{
	static const size_t parts[] = {1000, 256u << 10};
	struct buf text, packed;

	(void)state;
	log_make(&text, LOG_BYTES);
	for (size_t i = 0; i < WAYS; i++) {
		squeeze(
		    &packed, ways[i].format, ways[i].filter, buf_span(&text));
		for (size_t k = 0; k < 2; k++)
			assert_true(
			    compare(buf_span(&packed), parts[k], UINT64_MAX));
		buf_release(&packed);
	}
	buf_release(&text);
}

/* A reader that goes away; a file that ends early or is damaged; both. */
static void
test_the_same_when_broken(void **state)
{
	struct buf text, packed;

	(void)state;
	log_make(&text, LOG_BYTES);
	for (size_t i = 0; i < WAYS; i++) {
		struct span all;

		squeeze(
		    &packed, ways[i].format, ways[i].filter, buf_span(&text));
		all = buf_span(&packed);
		for (unsigned k = 1; k < 3; k++) {
			size_t at = all.n / 3 * k;
			char keep = packed.p[at];

			compare(all, 50000, LOG_BYTES / 3 * k + k);
			compare(span_head(all, at), 256u << 10, UINT64_MAX);
			packed.p[at] = (char)~keep;
			compare(all, 256u << 10, UINT64_MAX);
			packed.p[at] = keep;
		}
		/* Other bytes behind the end. */
		buf_puts(&packed, "trailing");
		compare(buf_span(&packed), 70000, UINT64_MAX);
		buf_release(&packed);
	}
	buf_release(&text);
}

/* The file is shorter than it was when it was opened. */
static void
test_shrank(void **state)
{
	struct seen s = {.ahead = true, .part = 256u << 10, .stop = UINT64_MAX};
	struct buf text, packed;
	struct stream in;
	int fd;

	(void)state;
	log_make(&text, LOG_BYTES);
	squeeze(
	    &packed, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, buf_span(&text));
	fd = fd_of(span_head(buf_span(&packed), packed.n / 8 * 7));
	stream_range(&in, fd, 0, packed.n);
	see(&s, &in);
	assert_int_equal(s.threads, 1);
	assert_non_null(strstr(s.text.p, "in: file-changed"));
	buf_release(&s.text);
	close(fd);
	buf_release(&packed);
	buf_release(&text);
}

/* The limit is met at the same byte. */
static void
test_bomb(void **state)
{
	struct buf zeros, packed;
	size_t n = 80u << 20;

	(void)state;
	buf_init(&zeros, n);
	assert_non_null(buf_room(&zeros, n));
	memset(zeros.p, 0, n);
	zeros.n = n;
	squeeze(&packed, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2,
	    buf_span(&zeros));
	buf_release(&zeros);
	assert_true(compare(buf_span(&packed), 256u << 10, UINT64_MAX));
	compare(buf_span(&packed), 100000, UINT64_MAX);
	buf_release(&packed);
}

/* --- the thread alone --------------------------------------------------- */

struct deed {
	uint64_t left;
	void (*then)(void);
};

/* Some bytes, then the deed. */
static ssize_t
pull_deed(struct stream *s, char *buf, size_t n)
{
	struct deed *d = s->ctx;

	if (d->left == 0) {
		d->then();
		return stream_fail(s, DIAG_TRUNCATED, "and no more");
	}
	if (n > d->left)
		n = (size_t)d->left;
	memset(buf, 'a', n);
	d->left -= n;
	return (ssize_t)n;
}

static void
deed_nothing(void)
{
}

static uint64_t
read_all(struct ahead *a, size_t part)
{
	char *room = malloc(part);
	uint64_t n = 0;
	ssize_t got;

	while ((got = stream_read(&a->out, room, part)) > 0)
		n += (uint64_t)got;
	free(room);
	return n;
}

static void
test_thread(void **state)
{
	struct deed d = {3u << 20, deed_nothing};
	struct stream from;
	struct ahead a;
	char room[200];

	(void)state;
	stream_pull(&from, pull_deed, &d, STREAM_SIZE_UNKNOWN);
	ahead_open(&a, &from, NULL);
	assert_int_equal(read_all(&a, 1000), 3u << 20);
	assert_true(a.ring != NULL && a.out.failed);
	assert_int_equal(a.out.code, DIAG_TRUNCATED);
	assert_string_equal(a.out.text, "and no more");
	assert_int_equal(stream_read(&a.out, room, sizeof(room)), -1);
	ahead_close(&a);
	assert_true(from.failed);
	/* What is short needs none. */
	d = (struct deed){LIMIT_AHEAD_FROM / 2, deed_nothing};
	stream_pull(&from, pull_deed, &d, STREAM_SIZE_UNKNOWN);
	ahead_open(&a, &from, NULL);
	assert_int_equal(read_all(&a, 1000), LIMIT_AHEAD_FROM / 2);
	assert_null(a.ring);
	ahead_close(&a);
	/* Stopped as soon as it runs, and with the trouble not yet read. */
	for (unsigned i = 0; i < 300; i++) {
		d = (struct deed){
		    i < 100 ? LIMIT_AHEAD_FROM + 600 : 64u << 20, deed_nothing};
		stream_pull(&from, pull_deed, &d, STREAM_SIZE_UNKNOWN);
		ahead_open(&a, &from, NULL);
		while (a.out.pos <= LIMIT_AHEAD_FROM + 200 * (i % 3))
			assert_true(stream_read(&a.out, room, 200) > 0);
		ahead_close(&a);
		assert_false(a.out.failed);
	}
}

static void
deed_open(void)
{
	(void)open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
deed_exec(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
}

static void
deed_fork(void)
{
	(void)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

/* A process that shares the memory is none of the threads either. */
static void
deed_share(void)
{
	(void)syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL,
	    NULL, NULL);
}

static void
deed_socket(void)
{
	(void)syscall(SYS_socket, 1, 1, 0);
}

/* How a sandboxed process ends whose thread does the deed. */
static int
status_of(void (*then)(void), bool here)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct deed d = {3u << 20, then};
		struct stream from;
		struct ahead a;

		if (sandbox_enter(NULL) < 0)
			_exit(2);
		if (here)
			then();
		stream_pull(&from, pull_deed, &d, STREAM_SIZE_UNKNOWN);
		ahead_open(&a, &from, NULL);
		if (read_all(&a, 4096) != 3u << 20 || a.ring == NULL)
			_exit(3);
		ahead_close(&a);
		_exit(a.out.code == DIAG_TRUNCATED ? 0 : 4);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
test_sandboxed(void **state)
{
	static void (*const forbidden[])(void) = {
	    deed_open, deed_exec, deed_socket, deed_fork, deed_share};

	(void)state;
	assert_int_equal(status_of(deed_nothing, false), 0);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		/* The run-time of checked builds forks when it reports. */
		if (SANITIZED && i >= 3)
			break;
		for (int here = 0; here < 2; here++) {
			int status = status_of(forbidden[i], here);

			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGSYS);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sandboxed),
	    cmocka_unit_test(test_thread),
	    cmocka_unit_test(test_the_same),
	    cmocka_unit_test(test_the_same_when_broken),
	    cmocka_unit_test(test_shrank),
	    cmocka_unit_test(test_bomb),
	};

	if (archive_prepare(NULL) < 0 || digest_prepare(NULL) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
