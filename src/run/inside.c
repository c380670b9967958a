/*
 * What is inside an archive: every member is a source of its own.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "run/job.h"
#include "source/packing.h"

struct inside {
	struct job *j;
	unsigned depth;
	struct buf *late; /* what to say of the archive after its members */
	int64_t mtime;	  /* of the archive */
};

static void
on_archive_diag(
    void *ctx, struct span path, enum diag_code code, struct span detail)
{
	struct inside *x = ctx;

	buf_u32(x->late, code);
	buf_bytes(x->late, path);
	buf_bytes(x->late, detail);
}

static int
on_member(void *ctx, const struct archive_member *m)
{
	struct inside *x = ctx;
	struct span head = stream_head(m->bytes, 512);

	if (archive_probe(head)) {
		struct inside deeper = {
		    x->j, x->depth + 1, x->late, x->mtime};

		return archive_each(m->bytes, m->path, deeper.depth, on_member,
		    on_archive_diag, &deeper);
	}
	/* Who keeps no time of the member keeps one of the whole. */
	stream_source(x->j, m->path, m->bytes,
	    m->mtime == TIME_NONE ? x->mtime : m->mtime);
	return 0;
}

static void
archive_diags(struct job *j, struct span outer, struct span late)
{
	struct cursor c = cursor_of(late);

	while (cursor_left(&c) > 0 && !c.failed) {
		enum diag_code code = (enum diag_code)cursor_le32(&c);
		struct span path = cursor_bytes(&c);
		struct span detail = cursor_bytes(&c);

		if (c.failed)
			break;
		if (!span_eq(path, outer))
			detail = arena_fmt(&j->source, "%.*s: %.*s",
			    SPAN_FMT(path), SPAN_FMT(detail));
		job_diag(j, code, 0, detail);
	}
}

/* Zip and 7z are read from their end, so their bytes are not seen in order. */
static bool
read_in_order(struct stream *s)
{
	enum packing p = packing_of(stream_head(s, PACKING_HEAD));

	return p != PACK_ZIP && p != PACK_7Z;
}

/* The archive's own hashes: most often its bytes were all seen, in their
 * order, while its members were read. */
static void
archive_hash(struct job *j, struct stream *s, struct digest_result *d)
{
	struct stream again;

	if (s->tapped == s->size) {
		digest_final(&j->outer, d);
		return;
	}
	stream_range(&again, s->fd, s->from, s->size);
	job_hash(j, &again, d);
	stream_release(&again);
}

/*
 * The archive itself is a source as well, reported after its members with
 * what was wrong with it.
 */
void
archive_source(
    struct job *j, struct span path, struct stream *s, bool hash, int64_t mtime)
{
	struct digest_result d;
	struct buf late;
	struct inside x = {j, 0, &late, mtime};
	struct outcome o = {.state = STATE_READ,
	    .format = "archive",
	    .evidence = "",
	    .bytes = s->size == STREAM_SIZE_UNKNOWN ? 0 : s->size,
	    .digest = hash ? &d : NULL};

	buf_init(&late, LIMIT_MESSAGE_BYTES);
	j->by_source = true;
	if (hash && read_in_order(s)) {
		job_hash_begin(j, &j->outer, s->size);
		stream_tap(s, &j->outer);
	}
	archive_each(s, path, 0, on_member, on_archive_diag, &x);
	j->by_source = false;
	if (hash)
		archive_hash(j, s, &d);
	/* The first pass told of the archive itself. */
	if (j->o->pass == PASS_SECOND && !j->once) {
		buf_release(&late);
		return;
	}
	job_begin(j, path, mtime);
	archive_diags(j, path, buf_span(&late));
	buf_release(&late);
	j->identity.magic = magic_of(stream_head(s, 512));
	if (s->failed)
		job_diag(j, s->code, 0, span_str(s->text));
	if (j->detector != NULL)
		detector_begin(j->detector, NULL);
	if (j->o->mode == WORKER_SCAN)
		job_end(j, &o);
}
