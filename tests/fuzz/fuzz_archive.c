/* Archives in memory, with what lies inside them. */
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "source/archive.h"

/* Enough to pass every header; the rest is zlib's time. */
#define MEMBER_BYTES (256u << 10)
#define MEMBERS 200

struct walk {
	unsigned depth;
	size_t members;
	struct span path;
};

static void
on_diag(void *ctx, struct span path, enum diag_code code, struct span detail)
{
	(void)ctx;
	FUZZ_CHECK(code < DIAG_COUNT);
	fuzz_touch(path);
	fuzz_touch(detail);
}

static int
on_member(void *ctx, const struct archive_member *m)
{
	struct walk *w = ctx;
	struct span outer = w->path;
	char room[4096];
	size_t got = 0;
	int stop = 0;

	fuzz_touch(m->path);
	FUZZ_CHECK(m->path.n > 0 && m->path.n <= LIMIT_PATH_BYTES);
	FUZZ_CHECK(span_starts(m->path, span_head(outer, 16)));
	if (++w->members > MEMBERS)
		return 1;
	if (archive_probe(stream_head(m->bytes, 512))) {
		w->depth++;
		w->path = m->path;
		FUZZ_CHECK(w->depth <= LIMIT_ARCHIVE_DEPTH + 1);
		stop = archive_each(
		    m->bytes, m->path, w->depth, on_member, on_diag, w);
		w->depth--;
		w->path = outer;
		return stop;
	}
	while (got < MEMBER_BYTES) {
		ssize_t n = stream_read(m->bytes, room, sizeof(room));

		FUZZ_CHECK(n <= (ssize_t)sizeof(room));
		if (n <= 0) {
			FUZZ_CHECK(n == 0 || m->bytes->failed);
			break;
		}
		fuzz_touch(span_of(room, (size_t)n));
		got += (size_t)n;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool prepared;
	struct walk w = {.path = SPAN("evidence.bin")};
	struct stream s;
	struct err e;
	int r;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	if (!prepared && archive_prepare(&e) == 0)
		prepared = true;
	stream_mem(&s, span_of((const char *)data, size));
	if (archive_probe(stream_head(&s, 512))) {
		r = archive_each(&s, w.path, 0, on_member, on_diag, &w);
		FUZZ_CHECK(r == 0 || w.members > MEMBERS);
	}
	stream_release(&s);
	return 0;
}
