#include "intel/data.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"

#define PIPE_PIECE (64u << 10)

bool
data_find(struct arena *a, struct span name, struct span *text)
{
	for (size_t i = 0; i < data_file_count; i++) {
		const struct data_file *f = &data_files[i];
		size_t n = (size_t)(f->begin - f->name);
		size_t bytes = (size_t)(f->end - f->begin);
		bool same = n == name.n;
		char *out;

		for (size_t k = 0; same && k < n; k++)
			same =
			    (char)(f->name[k] ^ (char)DATA_VEIL) == name.p[k];
		if (!same)
			continue;
		out = arena_alloc(a, bytes);
		for (size_t k = 0; k < bytes; k++)
			out[k] = (char)(f->begin[k] ^ (char)DATA_VEIL);
		*text = span_of(out, bytes);
		return true;
	}
	return false;
}

/* Up to its end, whenever that comes. */
static int
pipe_read(int fd, size_t most, struct arena *a, struct span *out)
{
	struct buf b;
	ssize_t n = 1;

	buf_init(&b, most + PIPE_PIECE);
	while (n > 0 && b.n <= most) {
		char *room = buf_room(&b, PIPE_PIECE);

		n = room != NULL ? fd_read(fd, room, PIPE_PIECE) : -1;
		b.n += n > 0 ? (size_t)n : 0;
	}
	if (n > 0)
		errno = EFBIG;
	else if (n == 0)
		*out = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return n == 0 ? 0 : -1;
}

int
data_file_read(
    int dir, const char *name, off_t most, struct arena *a, struct span *out)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *p;
	size_t n = 0;

	if (fd < 0)
		return -1;
	if (dir == AT_FDCWD && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
		int r = pipe_read(fd, (size_t)most, a, out), why = errno;

		close(fd);
		errno = why;
		return r;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > most) {
		close(fd);
		errno = EFBIG;
		return -1;
	}
	p = arena_alloc(a, (size_t)st.st_size + 1);
	while (n < (size_t)st.st_size) {
		ssize_t r = read(fd, p + n, (size_t)st.st_size - n);

		if (r <= 0)
			break;
		n += (size_t)r;
	}
	close(fd);
	*out = span_of(p, n);
	return 0;
}
