#include "history/keep.h"

#include "base/limits.h"
#include "history/memory.h"
#include "source/digest.h"

struct span
history_maker(
    const struct history_options *o, const struct casefile *c, struct arena *a)
{
	return arena_fmt(a, "%s %s", o->version, c->knowledge->fingerprint);
}

bool
history_is_whole(const struct history_options *o)
{
	return o->since == TIME_NONE && o->until == TIME_NONE;
}

/* The files that are there at the end. */
static void
files_list(
    const struct history *h, struct arena *a, struct casebook_learned *out)
{
	struct casebook_file *v = arena_array(a, h->nfiles, sizeof(*v));

	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];
		const struct history_blob *b;

		if (f->n == 0 || f->v[f->n - 1].blob == HISTORY_NONE)
			continue;
		b = &h->blobs[f->v[f->n - 1].blob];
		v[out->nfiles] = (struct casebook_file){.path = f->path};
		if (b->state == STATE_KNOWN)
			v[out->nfiles].blob =
			    span_of((const char *)b->oid, OID_BYTES);
		out->nfiles++;
	}
	out->files = v;
}

int
history_keep(const struct history *h, const struct history_options *o,
    const struct casefile *c, const struct casebook_run *run,
    struct casefile *whole, struct err *e)
{
	struct casebook_learned l = {
	    .c = c, .complete = !h->incomplete && c->complete};
	char hex[2 * OID_BYTES + 1];
	struct arena a;
	struct buf memory;
	int r = 0;

	arena_init(&a);
	buf_init(&memory, LIMIT_STORE_VALUE);
	digest_hex(h->tip, OID_BYTES, hex);
	l.tip = span_str(hex);
	files_list(h, &a, &l);
	/* Of a line that is cut or broken, the one before it stays. */
	if (history_is_whole(o) && !h->line_broken) {
		bool anew = history_memory_anew(h);

		if (!history_pack(h, history_maker(o, c, &a), anew, &memory))
			r = err_set(e, "what the repository's states show is "
				       "too large to be kept");
		l.memory = buf_span(&memory);
		l.memory_at = anew ? 0 : h->memory.parts;
	}
	if (r == 0)
		r = casebook_history_save(o->book, &l, run, whole, e);
	buf_release(&memory);
	arena_release(&a);
	return r;
}
