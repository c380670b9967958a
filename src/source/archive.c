/*
 * Two layers.  What is compressed is unpacked by one stream (gunzip, or a
 * layer of libarchive with one filter); a container is listed by a layer with
 * one format.  A tar.gz is the second over the first.
 */
#include "source/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "source/gunzip.h"
#include "source/layer.h"

#define TAR_BLOCK 512
#define BZIP2_SHORTEST 14 /* libarchive takes what is shorter for empty */

/* Spent by everything inside one outermost archive. */
struct archive_budget {
	const struct stream *outermost;
	uint64_t members, unpacked;
	bool spent;
	enum diag_code code; /* why, when spent */
};

/* Members of one kind that are only counted. */
struct tally {
	uint64_t n;
	struct buf first;
};

/* One call of archive_each. */
struct each {
	struct span path;
	archive_member_fn *fn;
	archive_diag_fn *diag;
	void *ctx;
	struct archive_budget *budget;
	struct buf member; /* path of the member at hand */
	struct tally links, specials;
	int result; /* what fn returned */
};

/* The stream of a member or of unpacked bytes: source and budget. */
struct unpack {
	struct stream stream;
	bool gzip;
	struct gunzip gunzip;
	struct layer layer;
	bool tar;	  /* bytes are copied, only holes make more of them */
	uint64_t charged; /* tar: bytes already counted */
	struct archive_budget *budget;
};

int
archive_prepare(struct err *e)
{
	static const char umlaut[] = "\xc3\xa4";
	mbstate_t state = {0};
	struct tm tm = {.tm_year = 100, .tm_mday = 1};
	wchar_t wide;
	char back[16];

	if (setenv("TZ", "UTC0", 1) != 0)
		return err_sys(e, "cannot set the time zone");
	tzset();
	if (mktime(&tm) == (time_t)-1)
		return err_set(e, "cannot compute times");
	/* Where the locale is missing, names lose what is not ASCII. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 0;
	if (mbrtowc(&wide, umlaut, 2, &state) == 2 &&
	    wcrtomb(back, wide, &state) == (size_t)-1)
		return err_set(e, "cannot convert between UTF-8 and wide text");
	return 0;
}

bool
archive_probe(struct span head)
{
	return packing_of(head) != PACK_NONE;
}

static void
each_diag(const struct each *x, struct span path, enum diag_code code,
    const char *text)
{
	x->diag(x->ctx, path, code, span_str(text));
}

/* --- limits ----------------------------------------------------------- */

static void
budget_spend(struct archive_budget *b, enum diag_code code)
{
	if (b->spent)
		return;
	b->spent = true;
	b->code = code;
}

static bool
budget_member(struct archive_budget *b)
{
	if (++b->members > LIMIT_ARCHIVE_MEMBERS)
		budget_spend(b, DIAG_TOO_MANY);
	return !b->spent;
}

/* Bytes that may be unpacked in all. */
static uint64_t
budget_most(const struct archive_budget *b)
{
	const struct stream *top = b->outermost;
	uint64_t packed =
	    top->size != STREAM_SIZE_UNKNOWN ? top->size : top->pos;
	uint64_t most = LIMIT_ARCHIVE_RATIO_FLOOR;

	if (packed >= LIMIT_ARCHIVE_BYTES / LIMIT_ARCHIVE_RATIO)
		return LIMIT_ARCHIVE_BYTES;
	if (most < (packed + 1) * LIMIT_ARCHIVE_RATIO - 1)
		most = (packed + 1) * LIMIT_ARCHIVE_RATIO - 1;
	return most;
}

static bool
budget_bytes(struct archive_budget *b, uint64_t n)
{
	b->unpacked += n;
	if (b->unpacked > budget_most(b))
		budget_spend(b, DIAG_ARCHIVE_BOMB);
	return !b->spent;
}

/* How many of n bytes are unpacked at once: no more than one beyond the limit,
 * so that it is met at the same byte however many are asked for. */
static size_t
budget_room(const struct archive_budget *b, size_t n)
{
	uint64_t most = budget_most(b);
	uint64_t left = most > b->unpacked ? most - b->unpacked : 0;

	return n <= left ? n : (size_t)left + 1;
}

/* Bytes that count for n more of this stream. */
static uint64_t
unpack_charge(struct unpack *u, size_t n)
{
	uint64_t made, more;

	if (!u->tar)
		return n;
	made = u->layer.total > u->layer.at ? u->layer.total - u->layer.at : 0;
	more = made > u->charged ? made - u->charged : 0;
	u->charged += more;
	return more;
}

/* --- unpacked bytes --------------------------------------------------- */

static ssize_t
unpack_pull(struct stream *s, char *buf, size_t n)
{
	struct unpack *u = s->ctx;
	ssize_t got;

	if (u->budget->spent)
		return stream_fail(s, u->budget->code, "%s", "");
	if (!u->tar)
		n = budget_room(u->budget, n);
	if (u->gzip)
		got = gunzip_data(&u->gunzip, s, buf, n);
	else
		got = layer_data(&u->layer, buf, n);
	if (got < 0)
		return u->gzip ? -1
			       : stream_fail(s, layer_diag(&u->layer), "%s",
				     layer_text(&u->layer));
	if (got > 0 && !budget_bytes(u->budget, unpack_charge(u, (size_t)got)))
		stream_fail(s, u->budget->code, "%s", "");
	return got;
}

/* Starts the member that the layer stands at. */
static void
unpack_member(struct unpack *u, uint64_t size)
{
	stream_pull(&u->stream, unpack_pull, u, size);
	u->stream.budget = u->budget;
}

static void
unpack_close(struct unpack *u)
{
	stream_release(&u->stream);
	if (u->gzip)
		gunzip_close(&u->gunzip);
	layer_close(&u->layer);
}

/* Opens compressed bytes; *mtime in seconds, 0 when not known.  What is wrong
 * is in the stream. */
static void
unpack_open(
    struct unpack *u, struct each *x, enum packing packing, struct stream *in)
{
	struct archive_entry *entry;
	int r;

	*u = (struct unpack){.budget = x->budget};
	unpack_member(u, STREAM_SIZE_UNKNOWN);
	if (packing == PACK_GZIP) {
		u->gzip = gunzip_open(&u->gunzip, in) == 0;
		if (!u->gzip)
			stream_fail(
			    &u->stream, DIAG_ARCHIVE_BROKEN, "out of memory");
		return;
	}
	/* Nothing at all inside is taken for an archive without members, and
	 * so is damage before the first byte, but then there is a text. */
	r = layer_open(&u->layer, packing, in);
	if (r == 0 && layer_text(&u->layer)[0] != '\0')
		r = ARCHIVE_FATAL;
	if (r == 0)
		r = layer_next(&u->layer, &entry);
	if (r == ARCHIVE_EOF && packing == PACK_BZIP2 &&
	    u->layer.at < BZIP2_SHORTEST)
		stream_fail(&u->stream, DIAG_TRUNCATED,
		    "the compressed data ends early");
	else if (r == ARCHIVE_EOF)
		u->layer.drained = true;
	else if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
		stream_fail(&u->stream, layer_diag(&u->layer), "%s",
		    layer_text(&u->layer));
}

/* --- members ---------------------------------------------------------- */

/* The member's path: the archive's, "!/" and the name, cut at the limit. */
static struct span
member_path(struct each *x, struct span name)
{
	size_t room;

	buf_reset(&x->member);
	buf_put(&x->member, span_head(x->path, LIMIT_PATH_BYTES - 2));
	buf_put(&x->member, SPAN("!/"));
	room = LIMIT_PATH_BYTES - x->member.n;
	while (span_starts(name, SPAN("./")))
		name = span_from(name, 2);
	if (name.n == 0)
		name = SPAN("unnamed");
	buf_put(&x->member, span_head(name, room));
	return buf_span(&x->member);
}

/* The name of a compressed file without the suffix that says so. */
static struct span
name_unpacked(struct span path)
{
	static const char *const suffixes[] = {".gz", ".bz2", ".xz", ".zst",
	    ".tgz", ".tbz2", ".txz", ".tzst", NULL};
	size_t slash = span_rfind_byte(path, '/');
	struct span name =
	    slash == SPAN_NONE ? path : span_from(path, slash + 1);

	for (size_t i = 0; suffixes[i] != NULL; i++) {
		struct span suffix = span_str(suffixes[i]);

		if (span_ends_nocase(name, suffix) && name.n > suffix.n)
			return span_head(name, name.n - suffix.n);
	}
	return SPAN("data");
}

static int64_t
seconds_time(int64_t s)
{
	/* 0 and below: no time in gzip, nonsense elsewhere. */
	return s > 0 && s < INT64_MAX / TIME_SECOND ? s * TIME_SECOND
						    : TIME_NONE;
}

static void
tally_add(struct tally *t, struct span name, const char *target)
{
	if (t->n++ > 0)
		return;
	buf_put(&t->first, span_head(name, LIMIT_EVIDENCE_TEXT));
	if (target == NULL)
		return;
	buf_put(&t->first, SPAN(" to "));
	buf_put(&t->first, span_head(span_str(target), LIMIT_EVIDENCE_TEXT));
}

static void
tally_report(struct each *x, struct tally *t, enum diag_code code)
{
	struct buf text;

	if (t->n == 0)
		return;
	buf_init(&text, LIMIT_PATH_BYTES);
	buf_fmt(&text, "%llu in the archive, first ", (unsigned long long)t->n);
	buf_put(&text, buf_span(&t->first));
	x->diag(x->ctx, x->path, code, buf_span(&text));
	buf_release(&text);
}

static struct span
entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (name == NULL)
		name = archive_entry_pathname_utf8(entry);
	return span_str(name);
}

/* Regular files go to fn; what else an archive can hold is counted. */
static bool
entry_is_file(struct each *x, struct archive_entry *entry)
{
	const char *hard = archive_entry_hardlink(entry);
	struct span name = entry_name(entry);

	/* A hard link may carry the bytes itself, in pax. */
	if (hard != NULL && archive_entry_size(entry) <= 0) {
		tally_add(&x->links, name, hard);
		return false;
	}
	switch (archive_entry_filetype(entry)) {
	case AE_IFDIR:
		return false;
	case AE_IFLNK:
		tally_add(&x->links, name, archive_entry_symlink(entry));
		return false;
	case AE_IFIFO:
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFSOCK:
		tally_add(&x->specials, name, NULL);
		return false;
	default:
		return true;
	}
}

static void
entry_deliver(struct each *x, struct unpack *u, struct archive_entry *entry)
{
	struct archive_member m = {.path = member_path(x, entry_name(entry)),
	    .size = STREAM_SIZE_UNKNOWN,
	    .mtime = TIME_NONE,
	    .bytes = &u->stream};

	if (archive_entry_is_encrypted(entry)) {
		each_diag(x, m.path, DIAG_ARCHIVE_ENCRYPTED, "");
		return;
	}
	if (archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0)
		m.size = (uint64_t)archive_entry_size(entry);
	if (archive_entry_mtime_is_set(entry))
		m.mtime = seconds_time(archive_entry_mtime(entry));
	unpack_member(u, m.size);
	x->result = x->fn(x->ctx, &m);
	if (u->layer.warned)
		each_diag(
		    x, m.path, DIAG_ARCHIVE_BROKEN, layer_text(&u->layer));
	stream_release(&u->stream);
}

/* --- archives --------------------------------------------------------- */

/* A tar without an end mark was cut between two members. */
static void
end_check(struct each *x, const struct unpack *u)
{
	if (u->tar && u->layer.at > 0 && u->layer.zeros < TAR_BLOCK)
		each_diag(
		    x, x->path, DIAG_TRUNCATED, "the archive has no end mark");
}

static void
damage_report(struct each *x, struct unpack *u, bool *reported)
{
	enum diag_code code = layer_diag(&u->layer);

	if (*reported || x->budget->spent)
		return;
	*reported = true;
	if (archive_read_has_encrypted_entries(u->layer.la) > 0)
		code = DIAG_ARCHIVE_ENCRYPTED;
	each_diag(x, x->path, code, layer_text(&u->layer));
}

static void
members_each(struct each *x, struct unpack *u)
{
	bool damaged = false, odd = false;

	while (x->result == 0 && !x->budget->spent) {
		struct archive_entry *entry = NULL;
		int r = layer_next(&u->layer, &entry);

		if (r == ARCHIVE_EOF) {
			if (!damaged)
				end_check(x, u);
			break;
		}
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			damage_report(x, u, &damaged);
		if (r == ARCHIVE_FATAL || !budget_member(x->budget))
			break;
		if (r == ARCHIVE_WARN && !odd)
			each_diag(x, x->path, DIAG_ARCHIVE_ODD,
			    layer_text(&u->layer));
		odd = odd || r == ARCHIVE_WARN;
		if ((r == ARCHIVE_OK || r == ARCHIVE_WARN) &&
		    entry_is_file(x, entry))
			entry_deliver(x, u, entry);
	}
}

static void
container_each(struct each *x, enum packing packing, struct stream *in)
{
	struct unpack u = {.tar = packing == PACK_TAR, .budget = x->budget};

	/* After a failed open, libarchive may be asked for its text only. */
	if (layer_open(&u.layer, packing, in) == 0)
		members_each(x, &u);
	else if (!x->budget->spent)
		each_diag(
		    x, x->path, layer_diag(&u.layer), layer_text(&u.layer));
	unpack_close(&u);
}

/* Zip and 7z keep their table at the end: what cannot seek is read whole. */
static void
seekable_each(struct each *x, enum packing packing, struct stream *in)
{
	struct stream mem;
	struct buf whole;

	if (stream_seekable(in) && in->size != STREAM_SIZE_UNKNOWN) {
		container_each(x, packing, in);
		return;
	}
	buf_init(&whole, LIMIT_WHOLE_BYTES);
	if (!stream_all(in, &whole)) {
		each_diag(x, x->path, DIAG_TOO_LARGE,
		    "this kind of archive must fit in memory here");
	} else {
		if (in->failed && !x->budget->spent)
			each_diag(x, x->path, in->code, in->text);
		stream_mem(&mem, buf_span(&whole));
		container_each(x, packing, &mem);
	}
	buf_release(&whole);
}

static void
file_deliver(struct each *x, struct unpack *u)
{
	struct archive_member m = {
	    .path = member_path(x, name_unpacked(x->path)),
	    .size = STREAM_SIZE_UNKNOWN,
	    .mtime = TIME_NONE,
	    .bytes = &u->stream};

	if (u->gzip)
		m.mtime = seconds_time(gunzip_mtime(&u->gunzip));
	if (budget_member(x->budget))
		x->result = x->fn(x->ctx, &m);
}

static void
compressed_each(struct each *x, enum packing packing, struct stream *in)
{
	struct unpack u;
	struct span head;

	unpack_open(&u, x, packing, in);
	head = stream_head(&u.stream, PACKING_HEAD);
	if (packing_of(head) == PACK_TAR)
		container_each(x, PACK_TAR, &u.stream);
	else if (head.n > 0 || !u.stream.failed)
		file_deliver(x, &u);
	if (u.stream.failed && !x->budget->spent)
		each_diag(x, x->path, u.stream.code, u.stream.text);
	if (u.gzip && u.gunzip.trailing)
		each_diag(x, x->path, DIAG_ARCHIVE_ODD,
		    "other bytes follow the compressed ones");
	unpack_close(&u);
}

static void
packed_each(struct each *x, struct stream *in)
{
	enum packing packing = packing_of(stream_head(in, PACKING_HEAD));

	switch (packing) {
	case PACK_NONE:
		each_diag(x, x->path, DIAG_ARCHIVE_BROKEN, "no archive");
		break;
	case PACK_TAR:
		container_each(x, packing, in);
		break;
	case PACK_ZIP:
	case PACK_7Z:
		seekable_each(x, packing, in);
		break;
	default:
		compressed_each(x, packing, in);
	}
}

int
archive_each(struct stream *in, struct span path, unsigned depth,
    archive_member_fn *fn, archive_diag_fn *diag, void *ctx)
{
	struct archive_budget own = {.outermost = in};
	struct each x = {.path = span_head(path, LIMIT_PATH_BYTES),
	    .fn = fn,
	    .diag = diag,
	    .ctx = ctx,
	    .budget = in->budget != NULL ? in->budget : &own};

	if (depth >= LIMIT_ARCHIVE_DEPTH) {
		each_diag(&x, x.path, DIAG_ARCHIVE_DEPTH, "");
		return 0;
	}
	buf_init(&x.member, LIMIT_PATH_BYTES);
	buf_init(&x.links.first, LIMIT_PATH_BYTES);
	buf_init(&x.specials.first, LIMIT_PATH_BYTES);
	packed_each(&x, in);
	tally_report(&x, &x.links, DIAG_SKIPPED_LINK);
	tally_report(&x, &x.specials, DIAG_SKIPPED_SPECIAL);
	if (x.budget->spent)
		each_diag(&x, x.path, x.budget->code, "");
	buf_release(&x.member);
	buf_release(&x.links.first);
	buf_release(&x.specials.first);
	return x.result;
}
