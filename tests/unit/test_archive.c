/*
 * Archives are packed here with libarchive's writer, and what archive_each
 * delivers is written down as text: "path=bytes", "path ! diagnostic".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/timestamp.h"
#include "lib/pack.h"
#include "run/sandbox.h"
#include "source/archive.h"
#include "source/digest.h"

/* --- packing ------------------------------------------------------------ */

struct piece {
	const char *name;
	struct span bytes;
	const char *link; /* symbolic, or NULL */
};

static void
piece_write(struct archive *a, const struct piece *p)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, p->name);
	archive_entry_set_filetype(e, p->link != NULL ? AE_IFLNK : AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, 1700000000, 0);
	archive_entry_set_size(e, (la_int64_t)p->bytes.n);
	if (p->link != NULL)
		archive_entry_set_symlink(e, p->link);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	if (p->bytes.n > 0)
		assert_int_equal(
		    archive_write_data(a, p->bytes.p, p->bytes.n), p->bytes.n);
	archive_entry_free(e);
}

struct way {
	const char *suffix;
	int format, filter;
};

static const struct way ways[] = {
    {"tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE},
    {"tar", ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE},
    {"tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
    {"tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
    {"tar.bz2", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2},
    {"tar.xz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ},
    {"tar.zst", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD},
    {"zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
    {"7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))
#define TAR (&ways[2])
#define ZIP (&ways[7])
#define SEVENZIP (&ways[8])

static void
pack(struct buf *out, const struct way *way, const struct piece *pieces,
    size_t n)
{
	struct archive *a = archive_write_new();

	buf_init(out, 256u << 20);
	assert_int_equal(archive_write_set_format(a, way->format), 0);
	assert_int_equal(archive_write_add_filter(a, way->filter), 0);
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open(a, out, NULL, pack_write, NULL), 0);
	for (size_t i = 0; i < n; i++)
		piece_write(a, &pieces[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	assert_false(buf_full(out));
}

/* One file, compressed. */
static void
squeeze(struct buf *out, int filter, struct span bytes)
{
	struct way way = {"", ARCHIVE_FORMAT_RAW, filter};
	struct piece p = {"data", bytes, NULL};

	pack(out, &way, &p, 1);
}

/* --- unpacking ---------------------------------------------------------- */

struct seen {
	struct buf text;
	unsigned depth;
	uint64_t bytes; /* of members that are no archives */
	bool big;	/* do not write contents down */
	bool lazy;	/* do not read them either */
	int stop;
};

static void
seen_diag(void *ctx, struct span path, enum diag_code code, struct span detail)
{
	struct seen *s = ctx;

	(void)detail;
	buf_put(&s->text, path);
	buf_fmt(&s->text, " ! %s\n", diag_name(code));
}

static void
seen_bytes(struct seen *s, struct stream *in)
{
	char part[1000];
	ssize_t got;

	buf_puts(&s->text, "=");
	while ((got = stream_read(in, part, sizeof(part))) > 0) {
		s->bytes += (uint64_t)got;
		for (ssize_t i = 0; i < got && !s->big; i++)
			buf_byte(&s->text, part[i] != '\0' ? part[i] : '@');
	}
	if (in->failed)
		buf_fmt(&s->text, "(%s)", diag_name(in->code));
}

static int
seen_member(void *ctx, const struct archive_member *m)
{
	struct seen *s = ctx;
	int ret;

	assert_true(m->path.n <= LIMIT_PATH_BYTES);
	buf_put(&s->text, m->path);
	if (s->lazy) {
		buf_puts(&s->text, "\n");
		return s->stop;
	}
	if (!archive_probe(stream_head(m->bytes, 512))) {
		seen_bytes(s, m->bytes);
		buf_puts(&s->text, "\n");
		return s->stop;
	}
	buf_puts(&s->text, ":\n");
	s->depth++;
	ret = archive_each(
	    m->bytes, m->path, s->depth, seen_member, seen_diag, s);
	s->depth--;
	return ret;
}

static int
see(struct seen *s, struct stream *in, const char *path)
{
	int ret;

	buf_release(&s->text);
	buf_init(&s->text, 64u << 20);
	s->bytes = 0;
	ret = archive_each(in, span_str(path), 0, seen_member, seen_diag, s);
	buf_byte(&s->text, '\0');
	stream_release(in);
	return ret;
}

static const char *
see_mem(struct seen *s, struct span bytes, const char *path)
{
	struct stream in;

	stream_mem(&in, bytes);
	assert_int_equal(see(s, &in, path), s->stop);
	return s->text.p;
}

/* A descriptor without a name. */
static int
fd_of(struct span bytes)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes.p, bytes.n, 0), bytes.n);
	return fd;
}

static const struct piece three[] = {
    {"configs/a.cfg", {"hostname a\n", 11}, NULL},
    {"configs/empty", {"", 0}, NULL},
    {"./b.log", {"line\n", 5}, NULL},
};

static void
test_all_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct seen s = {0};
		struct stream in;
		struct buf packed;
		int fd;

		pack(&packed, &ways[i], three, 3);
		assert_true(archive_probe(span_head(buf_span(&packed), 512)));
#define THREE                                                                  \
	"x!/configs/a.cfg=hostname a\n\nx!/configs/empty=\nx!/b.log=line\n\n"
		if (ways[i].format == ARCHIVE_FORMAT_7ZIP)
			assert_string_equal(see_mem(&s, buf_span(&packed), "x"),
			    "x!/configs/a.cfg=hostname a\n\n"
			    "x!/b.log=line\n\nx!/configs/empty=\n");
		else
			assert_string_equal(
			    see_mem(&s, buf_span(&packed), "x"), THREE);
		buf_put(&s.text, SPAN(""));
		/* The same from a file and from a pipe-like stream. */
		for (int piped = 0; piped < 2; piped++) {
			struct seen t = {0};

			fd = fd_of(buf_span(&packed));
			lseek(fd, 0, SEEK_SET);
			if (piped)
				stream_pipe(&in, fd);
			else
				stream_range(&in, fd, 0, packed.n);
			assert_int_equal(see(&t, &in, "x"), 0);
			assert_string_equal(t.text.p, s.text.p);
			buf_release(&t.text);
			close(fd);
		}
		buf_release(&s.text);
		buf_release(&packed);
	}
}

static int
mtime_check(void *ctx, const struct archive_member *m)
{
	assert_int_equal(m->mtime, 1700000000 * TIME_SECOND);
	assert_int_equal(m->size, 11);
	++*(int *)ctx;
	return 0;
}

static void
diag_never(void *ctx, struct span path, enum diag_code code, struct span text)
{
	(void)ctx;
	fail_msg(
	    "%.*s: %s %.*s", SPAN_FMT(path), diag_name(code), SPAN_FMT(text));
}

static void
test_size_and_time(void **state)
{
	int calls = 0;

	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct buf packed;
		struct stream in;

		pack(&packed, &ways[i], three, 1);
		stream_mem(&in, buf_span(&packed));
		assert_int_equal(archive_each(&in, SPAN("x"), 0, mtime_check,
				     diag_never, &calls),
		    0);
		stream_release(&in);
		buf_release(&packed);
	}
	assert_int_equal(calls, WAYS);
}

static void
test_compressed_file(void **state)
{
	static const int filters[] = {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2,
	    ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD};
	struct seen s = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf packed;

		squeeze(&packed, filters[i], SPAN("text"));
		assert_string_equal(
		    see_mem(&s, buf_span(&packed), "d/x.cfg.gz"),
		    "d/x.cfg.gz!/x.cfg=text\n");
		assert_string_equal(see_mem(&s, buf_span(&packed), "d.xz/x"),
		    "d.xz/x!/data=text\n");
		assert_string_equal(
		    see_mem(&s, buf_span(&packed), "y.ZST"), "y.ZST!/y=text\n");
		buf_release(&packed);
		squeeze(&packed, filters[i], SPAN(""));
		assert_string_equal(
		    see_mem(&s, buf_span(&packed), "x.gz"), "x.gz!/x=\n");
		buf_release(&packed);
	}
	buf_release(&s.text);
}

static void
test_gzip_tail(void **state)
{
	struct seen s = {0};
	struct buf two, one;

	(void)state;
	squeeze(&two, ARCHIVE_FILTER_GZIP, SPAN("one "));
	squeeze(&one, ARCHIVE_FILTER_GZIP, SPAN("two"));
	buf_put(&two, buf_span(&one));
	assert_string_equal(
	    see_mem(&s, buf_span(&two), "x.gz"), "x.gz!/x=one two\n");
	buf_put(&two, SPAN("\0\0\0\0\0"));
	assert_string_equal(
	    see_mem(&s, buf_span(&two), "x.gz"), "x.gz!/x=one two\n");
	buf_put(&two, SPAN("rubbish"));
	assert_string_equal(see_mem(&s, buf_span(&two), "x.gz"),
	    "x.gz!/x=one two\nx.gz ! archive-odd\n");
	buf_put(&one, SPAN("\x1f\x8bXYZ"));
	assert_string_equal(see_mem(&s, buf_span(&one), "x.gz"),
	    "x.gz!/x=two\nx.gz ! archive-odd\n");
	buf_release(&one);
	buf_release(&two);
	buf_release(&s.text);
}

static void
test_empty_archives(void **state)
{
	struct seen s = {0};

	(void)state;
	for (size_t i = 3; i < WAYS; i++) {
		struct buf packed;

		pack(&packed, &ways[i], NULL, 0);
		if (packed.n > 0 && ways[i].filter == ARCHIVE_FILTER_NONE)
			assert_string_equal(
			    see_mem(&s, buf_span(&packed), "x"), "");
		buf_release(&packed);
	}
	assert_false(archive_probe(SPAN("")));
	assert_string_equal(
	    see_mem(&s, SPAN("no"), "x"), "x ! archive-broken\n");
	buf_release(&s.text);
}

static void
test_nested(void **state)
{
	struct buf gz, tgz, zip;
	struct seen s = {0};

	(void)state;
	squeeze(&gz, ARCHIVE_FILTER_GZIP, SPAN("deep"));
	pack(&tgz, &ways[3],
	    (struct piece[]){{"f.gz", buf_span(&gz), NULL}, three[2]}, 2);
	pack(&zip, ZIP,
	    (struct piece[]){{"d/t.tgz", buf_span(&tgz), NULL}, three[2]}, 2);
	assert_string_equal(see_mem(&s, buf_span(&zip), "e.zip"),
	    "e.zip!/d/t.tgz:\n"
	    "e.zip!/d/t.tgz!/f.gz:\n"
	    "e.zip!/d/t.tgz!/f.gz!/f=deep\n"
	    "e.zip!/d/t.tgz!/b.log=line\n\n"
	    "e.zip!/b.log=line\n\n");
	buf_release(&tgz);
	/* What needs to seek, inside what streams. */
	pack(&tgz, &ways[5], (struct piece[]){{"e.zip", buf_span(&zip), NULL}},
	    1);
	assert_non_null(strstr(see_mem(&s, buf_span(&tgz), "x"),
	    "x!/e.zip!/d/t.tgz!/f.gz!/f=deep\n"));
	buf_release(&gz);
	buf_release(&tgz);
	buf_release(&zip);
	buf_release(&s.text);
}

static void
test_too_deep(void **state)
{
	struct buf inner, outer;
	struct seen s = {0};

	(void)state;
	squeeze(&inner, ARCHIVE_FILTER_GZIP, SPAN("deep"));
	for (int i = 0; i < LIMIT_ARCHIVE_DEPTH; i++) {
		squeeze(&outer, ARCHIVE_FILTER_GZIP, buf_span(&inner));
		buf_release(&inner);
		inner = outer;
	}
	see_mem(&s, buf_span(&inner), "x");
	assert_non_null(strstr(s.text.p, "! archive-depth\n"));
	assert_null(strstr(s.text.p, "deep"));
	buf_release(&inner);
	buf_release(&s.text);
}

static void
test_links_and_names(void **state)
{
	static const struct piece odd[] = {
	    {"../../etc/passwd", {"1", 1}, NULL},
	    {"/abs", {"2", 1}, NULL},
	    {"l1", {"", 0}, "/etc/shadow"},
	    {"l2", {"", 0}, "x"},
	    {"a\x01\x1b[2J", {"3", 1}, NULL},
	    {"\xff\xfe", {"4", 1}, NULL},
	    {"\xc3\xa4", {"5", 1}, NULL},
	};
	struct buf packed;
	struct seen s = {0};

	(void)state;
	pack(&packed, TAR, odd, 7);
	assert_string_equal(see_mem(&s, buf_span(&packed), "t"),
	    "t!/../../etc/passwd=1\nt!//abs=2\nt!/a\x01\x1b[2J=3\n"
	    "t!/\xff\xfe=4\nt!/\xc3\xa4=5\nt ! symbolic-link\n");
	buf_release(&packed);
	pack(&packed, SEVENZIP, &odd[6], 1);
	assert_string_equal(
	    see_mem(&s, buf_span(&packed), "t"), "t!/\xc3\xa4=5\n");
	buf_release(&packed);
	buf_release(&s.text);
}

static void
test_long_path(void **state)
{
	char path[LIMIT_PATH_BYTES + 10];
	struct buf packed;
	struct seen s = {0};

	(void)state;
	memset(path, 'p', sizeof(path));
	pack(&packed, TAR, three, 1);
	for (size_t n = sizeof(path) - 30; n < sizeof(path); n++) {
		path[n] = '\0';
		see_mem(&s, buf_span(&packed), path);
		path[n] = 'p';
		assert_non_null(strstr(s.text.p, "hostname"));
	}
	buf_release(&packed);
	buf_release(&s.text);
}

/* --- damage ------------------------------------------------------------- */

/* Text that does not compress to nothing. */
static void
noise(struct buf *b, size_t n)
{
	uint32_t x = 1;

	buf_init(b, 256u << 20);
	while (b->n < n) {
		x = x * 1664525u + 1013904223u;
		buf_fmt(b, "%08x\n", x);
	}
}

/* A member's bytes are those packed, or the first of them. */
static void
test_truncated(void **state)
{
	struct buf text;
	struct piece pieces[2] = {
	    {"first", {"first\n", 6}, NULL}, {"second", {NULL, 0}, NULL}};

	(void)state;
	noise(&text, 4000);
	pieces[1].bytes = buf_span(&text);
	for (size_t i = 0; i < WAYS; i++) {
		struct seen whole = {0}, part = {0};
		struct buf packed;

		pack(&packed, &ways[i], pieces, 2);
		see_mem(&whole, buf_span(&packed), "x");
		assert_null(strstr(whole.text.p, "!  "));
		for (size_t n = 0; n < packed.n; n += n < 700 ? 1 : 37) {
			see_mem(&part, span_head(buf_span(&packed), n), "x");
			if (strcmp(part.text.p, whole.text.p) == 0)
				continue;
			if (n + 1024 < packed.n &&
			    strstr(part.text.p, " ! ") == NULL)
				fail_msg("%zu of %zu bytes of %s: %s", n,
				    packed.n, ways[i].suffix, part.text.p);
		}
		buf_release(&packed);
		buf_release(&whole.text);
		buf_release(&part.text);
	}
	buf_release(&text);
}

static void
test_truncated_gzip_keeps_all(void **state)
{
	struct buf text, packed;
	struct seen s = {0};

	(void)state;
	noise(&text, 100000);
	squeeze(&packed, ARCHIVE_FILTER_GZIP, buf_span(&text));
	see_mem(&s, span_head(buf_span(&packed), packed.n / 2), "x.gz");
	assert_true(s.bytes > text.n / 3);
	assert_memory_equal(s.text.p + 8, text.p, s.bytes);
	assert_non_null(strstr(s.text.p, "(truncated)\nx.gz ! truncated\n"));
	buf_release(&text);
	buf_release(&packed);
	buf_release(&s.text);
}

static void
test_damaged_member(void **state)
{
	struct buf packed, twice;
	struct seen s = {0};

	(void)state;
	buf_init(&twice, 100000);
	/* The second header of three: the others are still delivered. */
	pack(&packed, TAR, three, 3);
	packed.p[1024 + 5] ^= 1;
	assert_string_equal(see_mem(&s, buf_span(&packed), "x"),
	    "x!/configs/a.cfg=hostname a\n\nx ! archive-broken\n"
	    "x!/b.log=line\n\n");
	buf_release(&packed);
	/* Cut between two members. */
	pack(&packed, TAR, three, 3);
	assert_string_equal(
	    see_mem(&s, span_head(buf_span(&packed), 1024), "x"),
	    "x!/configs/a.cfg=hostname a\n\nx ! truncated\n");
	/* One behind the other. */
	buf_put(&twice, buf_span(&packed));
	buf_put(&twice, buf_span(&packed));
	see_mem(&s, buf_span(&twice), "x");
	buf_release(&twice);
	assert_string_equal(s.text.p, THREE THREE);
	buf_release(&packed);
	buf_release(&s.text);
}

static void
test_any_damage(void **state)
{
	struct buf text;
	struct piece pieces[2] = {three[0], {"second", {NULL, 0}, NULL}};
	struct seen s = {0};

	(void)state;
	noise(&text, 300);
	pieces[1].bytes = buf_span(&text);
	for (size_t i = 0; i < WAYS; i++) {
		struct buf packed;

		pack(&packed, &ways[i], pieces, 2);
		for (size_t at = 0; at < packed.n; at++) {
			char keep = packed.p[at];

			if (at >= 1200 && at % 11 != 0)
				continue;
			packed.p[at] = (char)~keep;
			see_mem(&s, buf_span(&packed), "x");
			packed.p[at] = (char)(keep ^ 4);
			see_mem(&s, buf_span(&packed), "x");
			packed.p[at] = keep;
		}
		buf_release(&packed);
	}
	buf_release(&text);
	buf_release(&s.text);
}

static void
test_encrypted(void **state)
{
	struct archive *a = archive_write_new();
	struct buf packed;
	struct seen s = {0};

	(void)state;
	buf_init(&packed, 100000);
	archive_write_set_format_zip(a);
	assert_int_equal(
	    archive_write_set_options(a, "zip:encryption=traditional"), 0);
	archive_write_set_passphrase(a, "secret");
	archive_write_open(a, &packed, NULL, pack_write, NULL);
	piece_write(a, &three[0]);
	archive_write_close(a);
	archive_write_free(a);
	assert_string_equal(see_mem(&s, buf_span(&packed), "x"),
	    "x!/configs/a.cfg ! archive-encrypted\n");
	buf_release(&packed);
	buf_release(&s.text);
}

/* --- limits ------------------------------------------------------------- */

static void
test_small_bomb_is_read(void **state)
{
	struct buf zeros, once, twice;
	struct seen s = {.big = true};

	(void)state;
	buf_init(&zeros, 10u << 20);
	assert_non_null(buf_room(&zeros, 10u << 20));
	memset(zeros.p, 0, 10u << 20);
	zeros.n = 10u << 20;
	squeeze(&once, ARCHIVE_FILTER_GZIP, buf_span(&zeros));
	squeeze(&twice, ARCHIVE_FILTER_GZIP, buf_span(&once));
	assert_string_equal(see_mem(&s, buf_span(&twice), "x.gz"),
	    "x.gz!/x:\nx.gz!/x!/data=\n");
	assert_int_equal(s.bytes, zeros.n);
	buf_release(&zeros);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&s.text);
}

static void
test_bomb(void **state)
{
	struct buf zeros, once, both;
	struct seen s = {.big = true};
	size_t n = 80u << 20;

	(void)state;
	buf_init(&zeros, n);
	assert_non_null(buf_room(&zeros, n));
	memset(zeros.p, 0, n);
	zeros.n = n;
	squeeze(&once, ARCHIVE_FILTER_BZIP2, buf_span(&zeros));
	buf_release(&zeros);
	pack(&both, &ways[3],
	    (struct piece[]){{"z.bz2", buf_span(&once), NULL}, three[0]}, 2);
	assert_string_equal(see_mem(&s, buf_span(&both), "x"),
	    "x!/z.bz2:\n"
	    "x!/z.bz2!/z=(archive-bomb)\n"
	    "x!/z.bz2 ! archive-bomb\n"
	    "x ! archive-bomb\n");
	assert_true(s.bytes <= LIMIT_ARCHIVE_RATIO_FLOOR + 2000);
	buf_release(&once);
	buf_release(&both);
	buf_release(&s.text);
}

/* The same header again and again, without an end. */
static ssize_t
pull_headers(struct stream *s, char *buf, size_t n)
{
	size_t at = s->pos % 512;

	/* The head is pulled before anything is consumed. */
	if (s->pos == 0)
		at = s->head_n % 512;
	if (n > 512 - at)
		n = 512 - at;
	memcpy(buf, (const char *)s->ctx + at, n);
	return (ssize_t)n;
}

static void
test_endless_members(void **state)
{
	struct buf packed;
	struct stream in;
	struct seen s = {.lazy = true};

	(void)state;
	pack(&packed, TAR, &three[1], 1);
	stream_pull(&in, pull_headers, packed.p, STREAM_SIZE_UNKNOWN);
	assert_int_equal(see(&s, &in, "x"), 0);
	assert_non_null(strstr(s.text.p, "x ! too-many\n"));
	buf_release(&packed);
	buf_release(&s.text);
}

static void
test_stop(void **state)
{
	struct buf packed;
	struct seen s = {.lazy = true, .stop = 7};

	(void)state;
	pack(&packed, &ways[3], three, 3);
	assert_string_equal(
	    see_mem(&s, buf_span(&packed), "x"), "x!/configs/a.cfg\n");
	/* Skipping over members that nobody reads. */
	s.stop = 0;
	assert_string_equal(see_mem(&s, buf_span(&packed), "x"),
	    "x!/configs/a.cfg\nx!/configs/empty\nx!/b.log\n");
	buf_release(&packed);
	buf_release(&s.text);
}

/* --- the sandbox -------------------------------------------------------- */

static int
child_status(const int *fds, const size_t *sizes, size_t n)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct seen s = {0};
		struct digest d;
		struct digest_result r;

		if (sandbox_enter(NULL) < 0 ||
		    digest_init(&d, UINT64_MAX, NULL) < 0)
			_exit(2);
		for (size_t i = 0; i < n; i++) {
			struct stream in;

			stream_range(&in, fds[i], 0, sizes[i]);
			see(&s, &in, "x");
			digest_update(&d, buf_span(&s.text));
			if (strstr(s.text.p, "hostname a") == NULL)
				_exit(3);
		}
		digest_final(&d, &r);
		_exit(r.has_sha256 ? 0 : 4);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Nothing is opened once the descriptors are there: not a time zone, not a
 * locale, not a configuration file.  A forbidden call would end the child. */
static void
test_sandboxed(void **state)
{
	int fds[WAYS];
	size_t sizes[WAYS];

	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct buf packed;

		pack(&packed, &ways[i],
		    (struct piece[]){three[0], {"\xc3\xa4", {"x", 1}, NULL}},
		    2);
		fds[i] = fd_of(buf_span(&packed));
		sizes[i] = packed.n;
		buf_release(&packed);
	}
	assert_int_equal(child_status(fds, sizes, WAYS), 0);
	for (size_t i = 0; i < WAYS; i++)
		close(fds[i]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sandboxed),
	    cmocka_unit_test(test_all_kinds),
	    cmocka_unit_test(test_size_and_time),
	    cmocka_unit_test(test_compressed_file),
	    cmocka_unit_test(test_gzip_tail),
	    cmocka_unit_test(test_empty_archives),
	    cmocka_unit_test(test_nested),
	    cmocka_unit_test(test_too_deep),
	    cmocka_unit_test(test_links_and_names),
	    cmocka_unit_test(test_long_path),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_truncated_gzip_keeps_all),
	    cmocka_unit_test(test_damaged_member),
	    cmocka_unit_test(test_any_damage),
	    cmocka_unit_test(test_encrypted),
	    cmocka_unit_test(test_small_bomb_is_read),
	    cmocka_unit_test(test_bomb),
	    cmocka_unit_test(test_endless_members),
	    cmocka_unit_test(test_stop),
	};

	if (archive_prepare(NULL) < 0 || digest_prepare(NULL) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
