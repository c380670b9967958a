#include "source/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/timestamp.h"

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

struct walk {
	source_fn *fn;
	void *ctx;
	struct span arg;
	unsigned arg_index;
	bool arg_folder;
	bool stdin_taken;
	bool full;	  /* LIMIT_SOURCES was reached and reported */
	bool many;	  /* several arguments: paths can collide */
	char *real;	  /* the folder argument without links, or NULL */
	struct buf path;  /* to open; a NUL follows that is not counted */
	size_t root;	  /* bytes of path in front of the relative part */
	struct buf label; /* scratch for a path that had to be made unique */
	struct buf detail;
	struct arena arena;
	struct map taken; /* hashes of the paths reported, when many */
	size_t sources;
};

int64_t
source_mtime(const struct stat *st)
{
	int64_t s = st->st_mtim.tv_sec;

	if (s > INT64_MAX / TIME_SECOND - 1 || s < INT64_MIN / TIME_SECOND + 1)
		return TIME_NONE;
	return s * TIME_SECOND + st->st_mtim.tv_nsec / 1000;
}

static uint64_t
stat_size(const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_size < 0)
		return SOURCE_SIZE_UNKNOWN;
	return (uint64_t)st->st_size;
}

static void
terminate(struct buf *b)
{
	buf_byte(b, '\0');
	if (!b->full)
		b->n--;
}

/* Appends a component; returns the length to go back to with path_pop. */
static size_t
path_push(struct walk *w, const char *name)
{
	size_t old = w->path.n;

	if (old > 0 && w->path.p[old - 1] != '/')
		buf_byte(&w->path, '/');
	buf_puts(&w->path, name);
	terminate(&w->path);
	return old;
}

static void
path_pop(struct walk *w, size_t n)
{
	w->path.n = n;
	terminate(&w->path);
}

/* The first to have this path?  Only the hash is kept, so that millions of
 * long paths fit; a clash of hashes costs a needless prefix. */
static bool
path_take(struct walk *w, struct span path)
{
	uint64_t hash = span_hash(path);
	uint32_t before = (uint32_t)w->taken.n;

	return map_add(&w->taken, span_of((const char *)&hash, sizeof(hash)),
		   before) == before;
}

/* The argument without what leads out of the current folder. */
static struct span
arg_stripped(struct span arg)
{
	for (;;) {
		if (span_starts(arg, SPAN("/")))
			arg = span_from(arg, 1);
		else if (span_starts(arg, SPAN("./")))
			arg = span_from(arg, 2);
		else if (span_starts(arg, SPAN("../")))
			arg = span_from(arg, 3);
		else
			break;
	}
	while (span_ends(arg, SPAN("/")))
		arg.n--;
	if (span_is(arg, ".") || span_is(arg, ".."))
		arg.n = 0;
	return arg;
}

/* The path to report for a wanted one. */
static struct span
path_unique(struct walk *w, struct span want)
{
	struct span prefix;

	want = span_head(want, LIMIT_PATH_BYTES);
	if (!w->many || path_take(w, want))
		return want;
	prefix = arg_stripped(w->arg);
	buf_reset(&w->label);
	buf_put(&w->label, prefix);
	if (w->arg_folder) {
		if (prefix.n > 0)
			buf_byte(&w->label, '/');
		buf_put(&w->label, want);
	}
	if (w->label.n > 0 && path_take(w, buf_span(&w->label)))
		return buf_span(&w->label);
	buf_fmt(&w->label, "#%u", w->arg_index + 1);
	path_take(w, buf_span(&w->label));
	return buf_span(&w->label);
}

static int
emit(struct walk *w, struct source_item *it, struct span path)
{
	if (w->full)
		return 0;
	if (w->sources >= LIMIT_SOURCES) {
		w->full = true;
		it->kind = SOURCE_TROUBLE;
		it->diag = DIAG_TOO_MANY;
		it->detail = SPAN("sources");
	}
	w->sources++;
	it->path = path_unique(w, path);
	it->open_path = w->path.p;
	it->argument = w->arg_index;
	return w->fn(w->ctx, it);
}

static struct span
path_relative(const struct walk *w)
{
	return span_from(buf_span(&w->path), w->root);
}

static int
trouble(
    struct walk *w, struct span path, enum diag_code diag, struct span detail)
{
	struct source_item it = {.kind = SOURCE_TROUBLE,
	    .size = SOURCE_SIZE_UNKNOWN,
	    .mtime = TIME_NONE,
	    .diag = diag,
	    .detail = detail};

	return emit(w, &it, path);
}

/* Trouble of the path that is pushed, with the text of an errno. */
static int
trouble_sys(struct walk *w, enum diag_code diag, int number)
{
	struct span path = path_relative(w);

	if (number == ENOENT && diag != DIAG_UNREADABLE)
		diag = DIAG_VANISHED;
	return trouble(
	    w, path.n > 0 ? path : w->arg, diag, span_str(strerror(number)));
}

static int
file(struct walk *w, const struct stat *st, bool follow)
{
	struct source_item it = {.kind = SOURCE_FILE,
	    .follow = follow,
	    .size = stat_size(st),
	    .mtime = source_mtime(st),
	    .dev = st->st_dev,
	    .ino = st->st_ino};

	return emit(w, &it, path_relative(w));
}

static struct span
special_name(mode_t mode)
{
	if (S_ISFIFO(mode))
		return SPAN("a named pipe");
	if (S_ISSOCK(mode))
		return SPAN("a socket");
	if (S_ISBLK(mode))
		return SPAN("a block device");
	if (S_ISCHR(mode))
		return SPAN("a character device");
	return SPAN("an unknown kind of file");
}

static bool
path_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	if (strncmp(path, root, n) != 0)
		return false;
	return path[n] == '\0' || path[n] == '/' ||
	       (n > 0 && root[n - 1] == '/');
}

static int
link_skip(struct walk *w, int dir, const char *name)
{
	char target[LIMIT_PATH_BYTES];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));
	char *real = realpath(w->path.p, NULL);
	const char *where;

	if (real == NULL && errno == ENOENT)
		where = "missing";
	else if (real == NULL)
		where = strerror(errno);
	else if (w->real != NULL && path_below(real, w->real))
		where = "inside the scanned folder";
	else
		where = "outside the scanned folder";
	free(real);
	buf_reset(&w->detail);
	buf_put(&w->detail, SPAN("to "));
	buf_put(&w->detail, span_of(target, n > 0 ? (size_t)n : 0));
	buf_fmt(&w->detail, ": %s", where);
	return trouble(
	    w, path_relative(w), DIAG_SKIPPED_LINK, buf_span(&w->detail));
}

static int
name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All names of an open folder but "." and "..", in byte order.  *fault: 0, an
 * errno, or -1 when there are too many. */
static char **
names_read(struct walk *w, DIR *d, struct arena *a, size_t *count, int *fault)
{
	char **names = NULL;
	size_t cap = 0, n = 0;
	struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(d);
		if (entry == NULL || w->sources + n > LIMIT_SOURCES)
			break;
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		names = arena_grow(a, names, n, &cap, sizeof(*names));
		names[n++] = arena_str(a, span_str(entry->d_name));
	}
	*fault = entry == NULL ? errno : -1;
	if (n > 0)
		qsort(names, n, sizeof(*names), name_cmp);
	*count = n;
	return names;
}

static int folder(struct walk *w, int fd, unsigned depth);

static int
folder_enter(struct walk *w, int dir, const char *name, unsigned depth)
{
	int fd;

	if (depth >= LIMIT_FOLDER_DEPTH)
		return trouble(
		    w, path_relative(w), DIAG_FOLDER_DEPTH, span_of(NULL, 0));
	fd = openat(dir, name, OPEN_FLAGS | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return trouble_sys(w, DIAG_FOLDER_UNREADABLE, errno);
	return folder(w, fd, depth);
}

/* One name in an open folder, already pushed on the path. */
static int
entry_walk(struct walk *w, int dir, const char *name, unsigned depth)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return trouble_sys(w,
		    errno == ENOENT ? DIAG_VANISHED : DIAG_UNREADABLE, errno);
	if (S_ISREG(st.st_mode))
		return file(w, &st, false);
	if (S_ISDIR(st.st_mode))
		return folder_enter(w, dir, name, depth + 1);
	if (S_ISLNK(st.st_mode))
		return link_skip(w, dir, name);
	return trouble(w, path_relative(w), DIAG_SKIPPED_SPECIAL,
	    special_name(st.st_mode));
}

/* Takes over the descriptor. */
static int
folder(struct walk *w, int fd, unsigned depth)
{
	DIR *d = fdopendir(fd);
	struct arena arena;
	char **names;
	size_t n;
	int fault, ret = 0;

	if (d == NULL) {
		fault = errno;
		close(fd);
		return trouble_sys(w, DIAG_FOLDER_UNREADABLE, fault);
	}
	arena_init(&arena);
	names = names_read(w, d, &arena, &n, &fault);
	if (fault > 0)
		ret = trouble_sys(w, DIAG_FOLDER_UNREADABLE, fault);
	if (fault < 0)
		ret =
		    trouble(w, path_relative(w), DIAG_TOO_MANY, SPAN("names"));
	for (size_t i = 0; i < n && ret == 0 && !w->full; i++) {
		size_t old = path_push(w, names[i]);

		ret = w->path.full ? -1 : entry_walk(w, fd, names[i], depth);
		path_pop(w, old);
	}
	arena_release(&arena);
	closedir(d);
	return ret;
}

static int
argument_stdin(struct walk *w)
{
	struct source_item it = {.kind = SOURCE_STDIN};
	struct stat st;

	if (w->stdin_taken)
		return trouble(w, w->arg, DIAG_UNREADABLE,
		    SPAN("standard input was given twice"));
	w->stdin_taken = true;
	if (fstat(STDIN_FILENO, &st) < 0)
		return trouble_sys(w, DIAG_UNREADABLE, errno);
	if (S_ISDIR(st.st_mode))
		return trouble_sys(w, DIAG_UNREADABLE, EISDIR);
	it.size = stat_size(&st);
	it.mtime = S_ISREG(st.st_mode) ? source_mtime(&st) : TIME_NONE;
	it.dev = st.st_dev;
	it.ino = st.st_ino;
	return emit(w, &it, w->arg);
}

static int
argument_folder(struct walk *w)
{
	int fd = open(w->path.p, OPEN_FLAGS | O_DIRECTORY), ret;

	if (fd < 0)
		return trouble_sys(w, DIAG_UNREADABLE, errno);
	w->arg_folder = true;
	w->real = realpath(w->path.p, NULL);
	if (!span_ends(buf_span(&w->path), SPAN("/")))
		buf_byte(&w->path, '/');
	terminate(&w->path);
	w->root = w->path.n;
	ret = folder(w, fd, 0);
	free(w->real);
	w->real = NULL;
	return ret;
}

/* Descriptors that a shell hands over ("/dev/fd/63") are taken as they are:
 * opened anew, a pipe whose writer has ended would never end. */
static int
handed_over(struct span path)
{
	uint64_t n;

	if (span_is(path, "/dev/stdin"))
		return STDIN_FILENO;
	if (span_starts(path, SPAN("/dev/fd/")))
		path = span_from(path, strlen("/dev/fd/"));
	else if (span_starts(path, SPAN("/proc/self/fd/")))
		path = span_from(path, strlen("/proc/self/fd/"));
	else
		return -1;
	return span_u64(path, &n) && n <= INT_MAX ? (int)n : -1;
}

static bool
is_pipe(const struct walk *w, const struct stat *st)
{
	return S_ISFIFO(st->st_mode) ||
	       (S_ISSOCK(st->st_mode) && handed_over(w->arg) >= 0);
}

/* A pipe's name is told as it was given: there is no folder around it. */
static int
argument_pipe(struct walk *w, const struct stat *st)
{
	struct source_item it = {.kind = SOURCE_PIPE,
	    .follow = true,
	    .size = SOURCE_SIZE_UNKNOWN,
	    .mtime = TIME_NONE,
	    .dev = st->st_dev,
	    .ino = st->st_ino};

	return emit(w, &it, w->arg);
}

static int
argument(struct walk *w, const char *arg)
{
	struct stat st;
	size_t slash;

	w->arg = span_str(arg);
	w->arg_folder = false;
	buf_reset(&w->path);
	buf_put(&w->path, w->arg);
	terminate(&w->path);
	if (w->path.full)
		return -1;
	w->root = w->path.n;
	if (span_is(w->arg, "-"))
		return argument_stdin(w);
	if (stat(arg, &st) < 0)
		return trouble_sys(w, DIAG_UNREADABLE, errno);
	if (S_ISDIR(st.st_mode))
		return argument_folder(w);
	if (is_pipe(w, &st))
		return argument_pipe(w, &st);
	if (!S_ISREG(st.st_mode))
		return trouble(
		    w, w->arg, DIAG_UNREADABLE, special_name(st.st_mode));
	slash = span_rfind_byte(w->arg, '/');
	w->root = slash == SPAN_NONE ? 0 : slash + 1;
	return file(w, &st, true);
}

int
source_walk(
    const char *const *paths, size_t n, source_fn *fn, void *ctx, struct err *e)
{
	struct walk w = {.fn = fn, .ctx = ctx, .many = n > 1};
	int ret = 0;

	arena_init(&w.arena);
	map_init(&w.taken, &w.arena);
	buf_init(&w.path, LIMIT_BUF_BYTES);
	buf_init(&w.label, LIMIT_BUF_BYTES);
	buf_init(&w.detail, LIMIT_BUF_BYTES);
	for (size_t i = 0; i < n && ret == 0 && !w.full; i++) {
		w.arg_index = (unsigned)i;
		ret = argument(&w, paths[i]);
	}
	if (w.path.full)
		ret = err_set(e, "out of memory while listing files");
	buf_release(&w.path);
	buf_release(&w.label);
	buf_release(&w.detail);
	arena_release(&w.arena);
	return ret;
}

static int
open_fail(struct source_opened *out, enum diag_code diag, const char *why)
{
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	out->diag = diag;
	snprintf(out->detail, sizeof(out->detail), "%s", why);
	return -1;
}

static int
open_stdin(struct source_opened *out)
{
	struct stat st;

	out->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (out->fd < 0 || fstat(out->fd, &st) < 0)
		return open_fail(out, DIAG_UNREADABLE, strerror(errno));
	/* A file that somebody has read the start of goes on from there. */
	out->seekable = S_ISREG(st.st_mode) && lseek(out->fd, 0, SEEK_CUR) == 0;
	if (out->seekable)
		out->size = stat_size(&st);
	if (S_ISREG(st.st_mode))
		out->mtime = source_mtime(&st);
	return 0;
}

static bool
is_stream(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Not to be held up by a pipe into which nobody writes: it is opened at once,
 * and read as any other from the moment on when there is something in it. */
static int
open_pipe(const char *path, struct source_opened *out)
{
	int given = handed_over(span_str(path));

	out->fd = given >= 0 ? fcntl(given, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
			     : open(path, OPEN_FLAGS);
	if (out->fd < 0)
		return open_fail(out, DIAG_UNREADABLE, strerror(errno));
	if (!is_stream(out->fd))
		return open_fail(out, DIAG_VANISHED, "it is no pipe any more");
	if (given < 0 && fd_wait(out->fd, LIMIT_PIPE_SECONDS * 1000) == 0)
		return open_fail(out, DIAG_UNREADABLE,
		    "a named pipe into which nobody writes");
	if (given < 0 && fcntl(out->fd, F_SETFL, O_RDONLY) < 0)
		return open_fail(out, DIAG_UNREADABLE, strerror(errno));
	return 0;
}

int
source_open(const struct source_item *item, struct source_opened *out)
{
	struct stat st;
	char byte;

	*out = (struct source_opened){
	    .fd = -1, .size = SOURCE_SIZE_UNKNOWN, .mtime = TIME_NONE};
	if (item->kind == SOURCE_STDIN)
		return open_stdin(out);
	if (item->kind == SOURCE_PIPE)
		return open_pipe(item->open_path, out);
	ASSERT(item->kind == SOURCE_FILE);
	out->fd =
	    open(item->open_path, OPEN_FLAGS | (item->follow ? 0 : O_NOFOLLOW));
	if (out->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return open_fail(out, DIAG_VANISHED, strerror(errno));
	if (out->fd < 0 && errno == ELOOP)
		return open_fail(
		    out, DIAG_VANISHED, "a symbolic link stands in its place");
	if (out->fd < 0 || fstat(out->fd, &st) < 0)
		return open_fail(out, DIAG_UNREADABLE, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return open_fail(
		    out, DIAG_VANISHED, "it is no regular file any more");
	out->mtime = source_mtime(&st);
	/* What a system makes when it is read (proc(5)) has no size. */
	out->seekable = st.st_size > 0 || pread(out->fd, &byte, 1, 0) <= 0;
	if (out->seekable)
		out->size = stat_size(&st);
	return 0;
}
