#include "intel/update_load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"

/* Folders in folders: those of the CVE list are three deep. */
#define DEPTH 8

static int
file_read(int fd, struct arena *a, struct span *out)
{
	struct stat st;
	size_t n = 0;
	char *p;

	if (fstat(fd, &st) != 0)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)LIMIT_FEED_BYTES) {
		errno = EFBIG;
		return -1;
	}
	p = arena_alloc(a, (size_t)st.st_size + 1);
	while (n < (size_t)st.st_size) {
		ssize_t r = fd_read(fd, p + n, (size_t)st.st_size - n);

		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	*out = span_of(p, n);
	return 0;
}

/* Packed files are lists of scores. */
static bool
is_late(struct span bytes)
{
	const struct update_format *f = update_identify(bytes);

	return span_starts(bytes, SPAN("\x1f\x8b")) ||
	       (f != NULL && (strcmp(f->name, "kev") == 0 ||
				 strcmp(f->name, "epss") == 0));
}

static void
take_bytes(const struct update_load *l, struct span bytes, struct span path,
    bool named)
{
	struct update_options o = {.products = l->products,
	    .known = update_known,
	    .known_ctx = l->set};
	update_take_fn *take = l->take != NULL ? l->take : update_take;
	struct update_store s;

	if (is_late(bytes) != l->late)
		return;
	update_store_begin(&s, l->set, l->updates, l->products, path);
	if (take(&s, bytes, &o))
		l->used(l->ctx, bytes);
	else if (!named && !s.file->lost)
		l->updates->n--;
}

static void
take_file(const struct update_load *l, int dir, const char *name,
    struct span path, bool named)
{
	struct update_store s;
	struct arena a;
	struct span bytes;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	arena_init(&a);
	if (fd < 0 || file_read(fd, &a, &bytes) != 0) {
		int why = errno;

		if (l->late)
			goto out;
		update_store_begin(&s, l->set, l->updates, l->products, path);
		update_store_lost(&s, span_str(strerror(why)));
	} else {
		take_bytes(l, bytes, path, named);
	}
out:
	if (fd >= 0)
		close(fd);
	arena_release(&a);
}

static int
not_dot(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
wanted(const char *name)
{
	struct span s = span_str(name);

	return span_ends_nocase(s, SPAN(".json")) ||
	       span_ends_nocase(s, SPAN(".csv")) ||
	       span_ends_nocase(s, SPAN(".gz"));
}

/* Told once, at the last file that is taken. */
static bool
too_many(const struct update_load *l)
{
	struct update_store s = {.set = l->set, .all = l->updates};

	if (l->updates->n < LIMIT_UPDATE_FILES)
		return false;
	s.file = &l->updates->v[l->updates->n - 1];
	if (!s.file->lost)
		update_store_lost(&s,
		    SPAN("more files than the limit: the rest is not read"));
	return true;
}

static void
take_folder(
    const struct update_load *l, int fd, struct span path, unsigned depth)
{
	struct dirent **entries;
	int n = scandirat(fd, ".", &entries, not_dot, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		struct stat st;
		struct span below =
		    arena_fmt(&l->set->arena, "%.*s/%s", SPAN_FMT(path), name);

		if (fstatat(fd, name, &st, 0) != 0 || too_many(l)) {
			free(entries[i]);
			continue;
		}
		if (S_ISDIR(st.st_mode) && depth < DEPTH) {
			int sub = openat(
			    fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

			if (sub >= 0) {
				take_folder(l, sub, below, depth + 1);
				close(sub);
			}
		} else if (S_ISREG(st.st_mode) && wanted(name)) {
			take_file(l, fd, name, below, false);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

void
update_load_path(const struct update_load *l, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		take_file(l, AT_FDCWD, path, span_str(path), true);
		return;
	}
	take_folder(l, fd, span_str(path), 0);
	close(fd);
}
