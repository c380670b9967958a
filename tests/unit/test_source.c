/*
 * Where bytes come from: streams, hashes, the manifest, the walk.  What a walk
 * delivers is written down as text ("path=bytes", "path ! diagnostic") and
 * compared whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/limits.h"
#include "base/timestamp.h"
#include "source/digest.h"
#include "source/manifest.h"
#include "source/stream.h"
#include "source/walk.h"

/* --- a place on disk --------------------------------------------------- */

struct place {
	char dir[64];
	int cwd;
};

static void
place_open(struct place *p)
{
	strcpy(p->dir, "/tmp/tidemark-source-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(chmod(p->dir, 0755), 0);
	p->cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(p->cwd >= 0);
	assert_int_equal(chdir(p->dir), 0);
}

static void
place_close(struct place *p)
{
	char command[128];

	assert_int_equal(fchdir(p->cwd), 0);
	close(p->cwd);
	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
}

static void
file_put(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static int
file_get(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static int
pipe_with(struct span bytes)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], bytes.p, bytes.n), bytes.n);
	close(fds[1]);
	return fds[0];
}

static const char *
text_of(struct buf *b)
{
	buf_byte(b, '\0');
	assert_false(buf_full(b));
	b->n--;
	return b->p;
}

/* --- streams ----------------------------------------------------------- */

static void
stream_text(struct stream *s, size_t step, struct buf *out)
{
	char part[64];
	ssize_t got;

	while ((got = stream_read(s, part, step)) > 0)
		buf_put(out, span_of(part, (size_t)got));
	if (s->failed) {
		assert_int_equal(got, -1);
		assert_int_equal(stream_read(s, part, step), -1);
		buf_fmt(out, "!%s", diag_name(s->code));
	}
}

static void
test_stream_range(void **state)
{
	struct place p;
	struct stream s;
	struct buf out;
	int fd;

	(void)state;
	place_open(&p);
	buf_init(&out, 1000);
	file_put("f", SPAN("0123456789"));
	fd = file_get("f");
	stream_range(&s, fd, 2, 5);
	assert_true(span_is(stream_head(&s, 3), "234"));
	assert_true(span_is(stream_head(&s, 100), "23456"));
	stream_text(&s, 2, &out);
	stream_release(&s);
	stream_range(&s, fd, 8, STREAM_SIZE_UNKNOWN);
	stream_text(&s, 64, &out);
	stream_range(&s, fd, 7, 20);
	stream_text(&s, 64, &out);
	assert_string_equal(text_of(&out), "2345689789!file-changed");
	stream_range(&s, -1, 0, 5);
	assert_int_equal(stream_head(&s, 5).n, 0);
	assert_int_equal(s.code, DIAG_UNREADABLE);
	stream_release(&s);
	close(fd);
	buf_release(&out);
	place_close(&p);
}

static ssize_t
pull_letters(struct stream *s, char *buf, size_t n)
{
	unsigned *left = s->ctx;

	if (*left == 0)
		return stream_fail(s, DIAG_TRUNCATED, "no more letters");
	memset(buf, 'x', n < 3 ? n : 3);
	--*left;
	return n < 3 ? (ssize_t)n : 3;
}

static void
test_stream_others(void **state)
{
	struct stream s;
	struct buf out;
	unsigned pulls = 3;
	int fd = pipe_with(SPAN("through a pipe"));

	(void)state;
	buf_init(&out, 1000);
	stream_pipe(&s, fd);
	assert_true(span_is(stream_head(&s, 7), "through"));
	assert_true(span_is(stream_head(&s, 4), "thro"));
	assert_false(stream_seekable(&s));
	stream_text(&s, 3, &out);
	stream_release(&s);
	close(fd);

	stream_mem(&s, SPAN(" and memory "));
	assert_true(span_is(stream_head(&s, 4), " and"));
	stream_text(&s, 5, &out);
	stream_release(&s);

	stream_pull(&s, pull_letters, &pulls, STREAM_SIZE_UNKNOWN);
	assert_int_equal(stream_head(&s, 64).n, 9);
	stream_text(&s, 4, &out);
	assert_string_equal(s.text, "no more letters");
	stream_release(&s);
	assert_string_equal(
	    text_of(&out), "through a pipe and memory xxxxxxxxx!truncated");
	buf_release(&out);
}

static void
test_stream_all(void **state)
{
	struct stream s;
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	stream_mem(&s, SPAN("12345678"));
	assert_true(stream_all(&s, &out));
	assert_true(span_is(buf_span(&out), "12345678"));
	buf_reset(&out);
	stream_mem(&s, SPAN("123456789"));
	assert_false(stream_all(&s, &out));
	assert_int_equal(out.n, 8);
	buf_release(&out);
}

/* --- digests, manifest -------------------------------------------------- */

static void
digest_text(struct span bytes, uint64_t limit, char sha256[65], char xxh3[33])
{
	struct digest d;
	struct digest_result r;

	assert_int_equal(digest_init(&d, limit, NULL), 0);
	for (size_t i = 0; i < bytes.n; i += 7)
		digest_update(&d, span_sub(bytes, i, i + 7));
	digest_final(&d, &r);
	assert_int_equal(r.bytes, bytes.n);
	digest_hex(r.xxh3, DIGEST_XXH3_BYTES, xxh3);
	strcpy(sha256, "none");
	if (r.has_sha256)
		digest_hex(r.sha256, DIGEST_SHA256_BYTES, sha256);
	digest_release(&d);
}

/* FIPS 180-4 and the reference implementation's own values. */
static void
test_digest(void **state)
{
	char sha256[65], xxh3[33];

	(void)state;
	digest_text(SPAN("abc"), UINT64_MAX, sha256, xxh3);
	assert_string_equal(sha256,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(xxh3, "06b05ab6733a618578af5f94892f3950");
	digest_text(SPAN(""), UINT64_MAX, sha256, xxh3);
	assert_string_equal(sha256,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(xxh3, "99aa06d3014798d86001c324468d497f");
	digest_text(SPAN("eight by"), 8, sha256, xxh3);
	assert_int_equal(strlen(sha256), 64);
	digest_text(SPAN("nine byte"), 8, sha256, xxh3);
	assert_string_equal(sha256, "none");
}

static void
test_digest_again(void **state)
{
	struct digest d;
	struct digest_result a, b;

	(void)state;
	assert_int_equal(digest_init(&d, 2, NULL), 0);
	digest_update(&d, SPAN("too long"));
	digest_final(&d, &a);
	assert_false(a.has_sha256);
	assert_int_equal(digest_reset(&d, 100, NULL), 0);
	digest_update(&d, SPAN("too long"));
	digest_final(&d, &b);
	assert_true(b.has_sha256);
	assert_memory_equal(a.xxh3, b.xxh3, DIGEST_XXH3_BYTES);
	digest_release(&d);
	digest_release(&d);
}

/* What xxh128sum says of the bytes, or of the hashes of 8 MiB each. */
static void
by_the_book(
    const char *p, size_t n, size_t leaf, unsigned char out[DIGEST_XXH3_BYTES])
{
	unsigned char hashes[8][DIGEST_XXH3_BYTES];
	XXH128_canonical_t c;
	size_t k = 0;

	for (size_t at = 0; at < n; at += leaf, k++) {
		XXH128_canonicalFromHash(
		    &c, XXH3_128bits(p + at, n - at < leaf ? n - at : leaf));
		memcpy(hashes[k], c.digest, sizeof(hashes[k]));
	}
	if (k > 1)
		XXH128_canonicalFromHash(
		    &c, XXH3_128bits(hashes, k * sizeof(hashes[0])));
	memcpy(out, c.digest, DIGEST_XXH3_BYTES);
}

static void
test_digest_leaves(void **state)
{
	static const size_t sizes[] = {100, DIGEST_LEAF_BYTES,
	    DIGEST_LEAF_BYTES + 1, 3 * DIGEST_LEAF_BYTES,
	    3 * DIGEST_LEAF_BYTES + 4711};
	size_t most = 4 * DIGEST_LEAF_BYTES;
	char *p = malloc(most);
	struct digest d;
	struct digest_result r;
	struct buf parts;

	(void)state;
	for (size_t i = 0; i < most; i++)
		p[i] = (char)(i * 2654435761u >> 24);
	assert_int_equal(digest_init(&d, 0, NULL), 0);
	buf_init(&parts, 1024);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		unsigned char want[DIGEST_XXH3_BYTES], got[DIGEST_XXH3_BYTES];
		size_t n = sizes[i], half = 2 * DIGEST_LEAF_BYTES;

		by_the_book(p, n, DIGEST_LEAF_BYTES, want);
		assert_int_equal(digest_reset(&d, 0, NULL), 0);
		for (size_t at = 0; at < n; at += 1000003)
			digest_update(
			    &d, span_of(p + at,
				    n - at < 1000003 ? n - at : 1000003));
		digest_final(&d, &r);
		assert_memory_equal(r.xxh3, want, sizeof(want));
		assert_string_equal(digest_xxh3_name(n),
		    n > DIGEST_LEAF_BYTES ? "xxh3_8m" : "xxh3");

		/* In two parts. */
		buf_reset(&parts);
		for (size_t at = 0; at < n; at += half) {
			assert_int_equal(digest_reset(&d, 0, NULL), 0);
			digest_parts(&d, &parts);
			digest_update(
			    &d, span_of(p + at, n - at < half ? n - at : half));
			digest_final(&d, &r);
		}
		assert_true(digest_join(buf_span(&parts), n, got));
		assert_memory_equal(got, want, sizeof(want));
		assert_false(
		    digest_join(buf_span(&parts), n + DIGEST_LEAF_BYTES, got));
		parts.n--;
		assert_false(digest_join(buf_span(&parts), n, got));
	}
	buf_release(&parts);
	digest_release(&d);
	free(p);
}

/* Of a stream that begins before the part and goes on behind it. */
static void
test_stream_tap_part(void **state)
{
	static const char text[] = "0123456789abcdefghij";
	struct digest_result tapped, whole;
	struct digest d;
	struct stream s;
	char buf[8];

	(void)state;
	assert_int_equal(digest_init(&d, 0, NULL), 0);
	digest_update(&d, SPAN("3456789abcdef"));
	digest_final(&d, &whole);
	assert_int_equal(digest_reset(&d, 0, NULL), 0);
	stream_mem(&s, span_str(text));
	stream_tap_part(&s, &d, 3, 16);
	while (stream_read(&s, buf, 7) > 0)
		;
	assert_int_equal(s.tapped, 16);
	digest_final(&d, &tapped);
	assert_memory_equal(tapped.xxh3, whole.xxh3, DIGEST_XXH3_BYTES);
	stream_release(&s);
	digest_release(&d);
}

/* Bytes count where they are read in order, whoever reads what between. */
static void
test_stream_tap(void **state)
{
	static const char text[] = "0123456789abcdefghij";
	struct digest_result tapped, whole;
	struct digest d = {0};
	struct stream s;
	char buf[8];

	(void)state;
	assert_int_equal(digest_init(&d, UINT64_MAX, NULL), 0);
	digest_update(&d, span_str(text));
	digest_final(&d, &whole);
	assert_int_equal(digest_reset(&d, UINT64_MAX, NULL), 0);
	stream_mem(&s, span_str(text));
	stream_tap(&s, &d);
	assert_int_equal(stream_at(&s, 12, buf, 8), 8);
	assert_int_equal(s.tapped, 0);
	assert_int_equal(stream_read(&s, buf, 8), 8);
	assert_int_equal(stream_at(&s, 2, buf, 8), 8);
	assert_int_equal(stream_at(&s, 9, buf, 1), 1);
	assert_int_equal(s.tapped, 10);
	assert_int_equal(stream_at(&s, 8, buf, 8), 8);
	assert_int_equal(stream_read(&s, buf, 8), 8);
	assert_int_equal(s.tapped, 16);
	assert_int_equal(stream_read(&s, buf, 8), 4);
	assert_int_equal(stream_read(&s, buf, 8), 0);
	assert_int_equal(s.tapped, s.size);
	digest_final(&d, &tapped);
	assert_memory_equal(tapped.sha256, whole.sha256, DIGEST_SHA256_BYTES);
	assert_memory_equal(tapped.xxh3, whole.xxh3, DIGEST_XXH3_BYTES);
	stream_release(&s);
	digest_release(&d);
}

static void
test_manifest(void **state)
{
	unsigned char hash[DIGEST_SHA256_BYTES] = {0xab, 1};
	struct custody c = {.path = SPAN("a.zip!/b\nc\\d"),
	    .digest = {.bytes = 7, .xxh3 = {0xff}},
	    .mtime = 86400 * TIME_SECOND};
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	assert_int_equal(manifest_write(f, SPAN("ev/a b"), hash, NULL), 0);
	assert_int_equal(manifest_write(f, SPAN("a\\\n\r"), hash, NULL), 0);
	assert_int_equal(manifest_write(f, SPAN("-"), hash, NULL), 0);
	assert_int_equal(custody_write(f, &c, NULL), 0);
	c.mtime = TIME_NONE;
	c.digest.has_sha256 = true;
	memcpy(c.digest.sha256, hash, sizeof(hash));
	assert_int_equal(custody_write(f, &c, NULL), 0);
	fclose(f);
#define HASH "ab01000000000000000000000000000000000000000000000000000000000000"
#define XXH3 "ff000000000000000000000000000000"
	assert_string_equal(text,
	    HASH "  ev/a b\n"
		 "\\" HASH "  a\\\\\\n\\r\n" HASH "  ./-\n"
		 "# sha256=- xxh3=" XXH3 " bytes=7 mtime=1970-01-02T00:00:00Z "
		 "path=a.zip!/b\\x0ac\\x5cd\n"
		 "# sha256=" HASH " xxh3=" XXH3 " bytes=7 mtime=- "
		 "path=a.zip!/b\\x0ac\\x5cd\n");
	free(text);
}

static void
test_manifest_full_disk(void **state)
{
	unsigned char hash[DIGEST_SHA256_BYTES] = {0};
	struct err e;
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(f);
	setvbuf(f, NULL, _IONBF, 0);
	assert_int_equal(manifest_write(f, SPAN("x"), hash, &e), -1);
	assert_non_null(strstr(e.text, "manifest"));
	fclose(f);
}

/* --- walk --------------------------------------------------------------- */

static int
walked(void *ctx, const struct source_item *it)
{
	struct buf *out = ctx;
	struct source_opened o;

	buf_put(out, it->path);
	if (it->kind == SOURCE_TROUBLE) {
		buf_fmt(out, " ! %s %.*s\n", diag_name(it->diag),
		    SPAN_FMT(it->detail));
		return 0;
	}
	if (source_open(it, &o) < 0) {
		buf_fmt(out, " ! %s %s\n", diag_name(o.diag), o.detail);
		return 0;
	}
	assert_int_equal(o.size, it->size);
	assert_int_equal(o.seekable, it->size != SOURCE_SIZE_UNKNOWN);
	assert_true(it->kind == SOURCE_STDIN || o.mtime == it->mtime);
	assert_true(it->kind != SOURCE_FILE || it->mtime > 0);
	buf_fmt(out, "=%lld\n", (long long)o.size);
	close(o.fd);
	return 0;
}

static const char *
walk_text(struct buf *out, const char *const *paths, size_t n)
{
	buf_release(out);
	buf_init(out, 1u << 20);
	assert_int_equal(source_walk(paths, n, walked, out, NULL), 0);
	return text_of(out);
}

#define WALK(out, ...)                                                         \
	walk_text(out, (const char *const[]){__VA_ARGS__},                     \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void
test_walk_order(void **state)
{
	struct place p;
	struct buf out = {0};

	(void)state;
	place_open(&p);
	mkdir("ev", 0755);
	mkdir("ev/b", 0755);
	mkdir("ev/none", 0755);
	file_put("ev/b/2", SPAN("22"));
	file_put("ev/b/10", SPAN("1"));
	file_put("ev/B", SPAN(""));
	file_put("ev/.hidden", SPAN("h"));
	file_put("ev/b.cfg", SPAN("333"));
	assert_string_equal(
	    WALK(&out, "ev/"), ".hidden=1\nB=0\nb/10=1\nb/2=2\nb.cfg=3\n");
	assert_string_equal(
	    WALK(&out, "./ev"), ".hidden=1\nB=0\nb/10=1\nb/2=2\nb.cfg=3\n");
	assert_string_equal(WALK(&out, "ev/b.cfg"), "b.cfg=3\n");
	assert_string_equal(WALK(&out, "ev/none"), "");
	assert_int_equal(chdir("ev/b"), 0);
	assert_string_equal(WALK(&out, "."), "10=1\n2=2\n");
	buf_release(&out);
	place_close(&p);
}

static void
test_walk_collisions(void **state)
{
	struct place p;
	struct buf out = {0};

	(void)state;
	place_open(&p);
	mkdir("a", 0755);
	mkdir("b", 0755);
	file_put("a/x", SPAN("1"));
	file_put("b/x", SPAN("22"));
	file_put("b/y", SPAN("22"));
	assert_string_equal(WALK(&out, "a", "./b/"), "x=1\nb/x=2\ny=2\n");
	assert_string_equal(WALK(&out, "a/x", "b/x"), "x=1\nb/x=2\n");
	assert_string_equal(WALK(&out, "a", "a", "a"), "x=1\na/x=1\na/x#3=1\n");
	assert_int_equal(chdir("a"), 0);
	assert_string_equal(
	    WALK(&out, ".", "../b/x", "."), "x=1\nb/x=2\nx#3=1\n");
	buf_release(&out);
	place_close(&p);
}

static void
socket_put(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(at.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
}

static void
test_walk_links(void **state)
{
	struct place p;
	struct buf out = {0};
	int fd;

	(void)state;
	place_open(&p);
	mkdir("ev", 0755);
	mkdir("ev/d", 0755);
	file_put("outside", SPAN("o"));
	file_put("ev/d/f", SPAN("f"));
	assert_int_equal(symlink("d/f", "ev/l1"), 0);
	assert_int_equal(symlink("../outside", "ev/l2"), 0);
	assert_int_equal(symlink("nowhere", "ev/l3"), 0);
	assert_int_equal(symlink("l4", "ev/l4"), 0);
	assert_int_equal(symlink("..", "ev/d/l5"), 0);
	assert_int_equal(symlink("ev", "root"), 0);
	assert_int_equal(mkfifo("ev/pipe", 0600), 0);
	socket_put("ev/sock");
	assert_string_equal(WALK(&out, "root"),
	    "d/f=1\n"
	    "d/l5 ! symbolic-link to ..: inside the scanned folder\n"
	    "l1 ! symbolic-link to d/f: inside the scanned folder\n"
	    "l2 ! symbolic-link to ../outside: outside the scanned folder\n"
	    "l3 ! symbolic-link to nowhere: missing\n"
	    "l4 ! symbolic-link to l4: Too many levels of symbolic links\n"
	    "pipe ! special-file a named pipe\n"
	    "sock ! special-file a socket\n");
	assert_string_equal(WALK(&out, "ev/l2"), "l2=1\n");
	assert_string_equal(WALK(&out, "ev/l3", "missing/f", "ev/d/f"),
	    "ev/l3 ! unreadable No such file or directory\n"
	    "missing/f ! unreadable No such file or directory\n"
	    "f=1\n");
	fd = open("ev/pipe", O_RDWR);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_string_equal(WALK(&out, "ev/pipe"), "ev/pipe=-1\n");
	close(fd);
	buf_release(&out);
	place_close(&p);
}

static void
test_walk_unreadable(void **state)
{
	struct place p;
	struct buf out = {0};
	bool root = geteuid() == 0;

	(void)state;
	place_open(&p);
	umask(022);
	mkdir("ev", 0755);
	mkdir("ev/shut", 0700);
	mkdir("ev/unlisted", 0755);
	file_put("ev/shut/f", SPAN("f"));
	file_put("ev/secret", SPAN("f"));
	file_put("ev/z", SPAN("z"));
	chmod("ev/shut", 0);
	chmod("ev/secret", 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	assert_string_equal(WALK(&out, "ev"),
	    "secret ! unreadable Permission denied\n"
	    "shut ! folder-unreadable Permission denied\n"
	    "z=1\n");
	assert_string_equal(
	    WALK(&out, "ev/shut"), "ev/shut ! unreadable Permission denied\n");
	if (root)
		assert_int_equal(seteuid(0), 0);
	chmod("ev/shut", 0700);
	buf_release(&out);
	place_close(&p);
}

static void
test_walk_deep(void **state)
{
	struct place p;
	struct buf out = {0};
	const char *text;

	(void)state;
	place_open(&p);
	for (int i = 0; i <= LIMIT_FOLDER_DEPTH; i++) {
		mkdir("d", 0755);
		assert_int_equal(chdir("d"), 0);
		file_put("f", SPAN("f"));
	}
	assert_int_equal(chdir(p.dir), 0);
	text = WALK(&out, "d");
	assert_non_null(strstr(text, "/d ! folder-depth \n"));
	assert_null(strstr(text, "unreadable"));
	buf_release(&out);
	place_close(&p);
}

/* What the folder's listing still had and the opening no longer. */
static int
vanishing(void *ctx, const struct source_item *it)
{
	if (span_is(it->path, "a")) {
		unlink("ev/a");
		unlink("ev/b");
		unlink("ev/c");
		unlink("ev/d");
		mkdir("ev/c", 0755);
		assert_int_equal(symlink("e", "ev/d"), 0);
	}
	return walked(ctx, it);
}

static int
vanish_between(void *ctx, const struct source_item *it)
{
	unlink("ev/e");
	assert_int_equal(symlink("d", "ev/e"), 0);
	return walked(ctx, it);
}

static void
test_walk_vanished(void **state)
{
	static const char *const ev[] = {"ev"};
	struct place p;
	struct buf out;

	(void)state;
	place_open(&p);
	buf_init(&out, 10000);
	mkdir("ev", 0755);
	file_put("ev/a", SPAN("1"));
	file_put("ev/b", SPAN("1"));
	file_put("ev/c", SPAN("1"));
	file_put("ev/d", SPAN("1"));
	file_put("ev/e", SPAN("1"));
	assert_int_equal(source_walk(ev, 1, vanishing, &out, NULL), 0);
	unlink("ev/d");
	assert_int_equal(source_walk(ev, 1, vanish_between, &out, NULL), 0);
	assert_string_equal(text_of(&out),
	    "a ! vanished No such file or directory\n"
	    "b ! vanished No such file or directory\n"
	    "d ! symbolic-link to e: inside the scanned folder\n"
	    "e=1\n"
	    "e ! vanished a symbolic link stands in its place\n");
	buf_release(&out);
	place_close(&p);
}

static int
stop_at_once(void *ctx, const struct source_item *it)
{
	(void)it;
	++*(int *)ctx;
	return 42;
}

static void
test_walk_stop(void **state)
{
	static const char *const two[] = {"/dev/null", "/dev/null"};
	int calls = 0;

	(void)state;
	assert_int_equal(source_walk(two, 2, stop_at_once, &calls, NULL), 42);
	assert_int_equal(calls, 1);
}

static void
test_walk_stdin(void **state)
{
	struct place p;
	struct buf out = {0};
	int keep = dup(0), fd = pipe_with(SPAN("x"));

	(void)state;
	place_open(&p);
	assert_int_equal(dup2(fd, 0), 0);
	close(fd);
	assert_string_equal(WALK(&out, "-", "-"),
	    "-=-1\n-#2 ! unreadable standard input was given twice\n");
	assert_string_equal(WALK(&out, "/dev/stdin"), "/dev/stdin=-1\n");
	assert_string_equal(WALK(&out, "/dev/fd/0"), "/dev/fd/0=-1\n");
	file_put("f", SPAN("four"));
	fd = file_get("f");
	assert_int_equal(dup2(fd, 0), 0);
	close(fd);
	assert_string_equal(WALK(&out, "-"), "-=4\n");
	fd = open(".", O_RDONLY);
	assert_int_equal(dup2(fd, 0), 0);
	close(fd);
	assert_string_equal(WALK(&out, "-"), "- ! unreadable Is a directory\n");
	close(0);
	assert_string_equal(
	    WALK(&out, "-"), "- ! unreadable Bad file descriptor\n");
	assert_int_equal(dup2(keep, 0), 0);
	close(keep);
	buf_release(&out);
	place_close(&p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stream_range),
	    cmocka_unit_test(test_stream_others),
	    cmocka_unit_test(test_stream_all),
	    cmocka_unit_test(test_digest),
	    cmocka_unit_test(test_digest_again),
	    cmocka_unit_test(test_digest_leaves),
	    cmocka_unit_test(test_stream_tap_part),
	    cmocka_unit_test(test_stream_tap),
	    cmocka_unit_test(test_manifest),
	    cmocka_unit_test(test_manifest_full_disk),
	    cmocka_unit_test(test_walk_order),
	    cmocka_unit_test(test_walk_collisions),
	    cmocka_unit_test(test_walk_links),
	    cmocka_unit_test(test_walk_unreadable),
	    cmocka_unit_test(test_walk_deep),
	    cmocka_unit_test(test_walk_vanished),
	    cmocka_unit_test(test_walk_stop),
	    cmocka_unit_test(test_walk_stdin),
	};

	if (digest_prepare(NULL) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
