#include "history/repository.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "base/diag.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "history/libgit.h"

/* Modes of tree entries, octal text (git: Documentation/gitformat-index and
 * "git cat-file -p" of a tree). */
#define MODE_TREE "40000"
#define MODE_LINK "120000"
#define MODE_COMMIT "160000"

struct repository {
	struct libgit lib;
	git_repository *git;
	git_odb *odb;
	git_odb_object *blob; /* the last one handed out */
};

/* Telling a line. */
struct teller {
	struct repository *r;
	wire_fn *fn;
	void *ctx;
	struct buf body;
	git_oid *line; /* newest first */
	size_t n, cap;
	uint64_t entries; /* of trees, looked at for one commit */
	uint64_t links, submodules, others, merges;
	bool stopped, cut; /* by fn; by a limit */
};

/* The library's own words for what went wrong. */
static const char *
why(const struct libgit *lib)
{
	const git_error *e = lib->git_error_last();

	return e != NULL && e->message != NULL ? e->message : "unknown error";
}

static int
settings_set(const struct libgit *lib, struct err *e)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_SYSTEM,
	    GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
	    GIT_CONFIG_LEVEL_PROGRAMDATA};
	int r = lib->git_libgit2_init();

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		r = r < 0 ? r
			  : lib->git_libgit2_opts(
				GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	/* A copy of evidence belongs to whoever copied it, and nothing of the
	 * repository is run. */
	if (r >= 0)
		r = lib->git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	if (r >= 0)
		r = lib->git_libgit2_opts(
		    GIT_OPT_SET_MWINDOW_SIZE, (size_t)LIMIT_PACK_WINDOW);
	if (r >= 0)
		r = lib->git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT,
		    (size_t)LIMIT_PACK_MAPPED);
	/* A folder of thousands of files changes with every commit, and each
	 * is compared with the one before. */
	if (r >= 0)
		r = lib->git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT,
		    GIT_OBJECT_TREE, (size_t)LIMIT_HISTORY_TREE);
	if (r >= 0)
		r = lib->git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT,
		    GIT_OBJECT_COMMIT, (size_t)0);
	if (r < 0)
		return err_set(e, "libgit2: %s", why(lib));
	return 0;
}

int
repository_prepare(struct repository **out, struct err *e)
{
	struct repository *r = calloc(1, sizeof(*r));

	ASSERT(r != NULL);
	if (libgit_open(&r->lib, e) != 0 || settings_set(&r->lib, e) != 0) {
		free(r);
		return -1;
	}
	*out = r;
	return 0;
}

int
repository_open(struct repository *r, const char *path, struct err *e)
{
	if (r->lib.git_repository_open_ext(
		&r->git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) != 0 ||
	    r->lib.git_repository_odb(&r->odb, r->git) != 0)
		return err_set(e, "%s: %s", path, why(&r->lib));
	return 0;
}

/* ---- telling ---- */

static void
tell(struct teller *t, enum wire_type type)
{
	if (!t->stopped && !t->fn(t->ctx, type, &t->body))
		t->stopped = true;
	buf_reset(&t->body);
}

static void __attribute__((format(printf, 3, 4)))
note(struct teller *t, enum diag_code code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_u32(&t->body, code);
	buf_bytes(&t->body, span_str(text));
	tell(t, WIRE_NOTE);
}

static struct span
oid_span(const git_oid *id)
{
	return span_of((const char *)id->id, OID_BYTES);
}

/* ---- trees ---- */

/* An entry of a tree object: mode, blank, name, NUL, the object's name. */
struct entry {
	struct span all; /* the raw bytes */
	struct span mode, name;
	git_oid id;
	bool folder;
};

static bool
entry_next(struct span *rest, struct entry *e)
{
	struct span s = *rest;
	size_t end = span_find_byte(s, '\0'), blank;

	if (end == SPAN_NONE || s.n - end - 1 < OID_BYTES)
		return false;
	blank = span_find_byte(span_head(s, end), ' ');
	if (blank == SPAN_NONE || blank + 1 == end)
		return false;
	e->all = span_head(s, end + 1 + OID_BYTES);
	e->mode = span_head(s, blank);
	e->name = span_sub(s, blank + 1, end);
	memcpy(e->id.id, s.p + end + 1, OID_BYTES);
	e->folder = span_is(e->mode, MODE_TREE);
	*rest = span_from(s, e->all.n);
	return true;
}

/* The order of names in a tree: a folder's as if a slash stood behind it. */
static int
entry_cmp(const struct entry *a, const struct entry *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int r = memcmp(a->name.p, b->name.p, n);
	unsigned char x, y;

	if (r != 0)
		return r;
	x = n < a->name.n ? (unsigned char)a->name.p[n] : a->folder ? '/' : 0;
	y = n < b->name.n ? (unsigned char)b->name.p[n] : b->folder ? '/' : 0;
	return (int)x - (int)y;
}

static git_odb_object *
tree_load(struct teller *t, const git_oid *id, struct span path)
{
	git_odb_object *o = NULL;
	char hex[GIT_OID_HEXSZ + 1];

	if (t->r->lib.git_odb_read(&o, t->r->odb, id) == 0 &&
	    t->r->lib.git_odb_object_type(o) == GIT_OBJECT_TREE)
		return o;
	t->r->lib.git_oid_tostr(hex, sizeof(hex), id);
	note(t, DIAG_GIT_OBJECT, "folder \"%.*s\", tree %.12s: %s",
	    SPAN_FMT(span_head(path, 200)), hex,
	    o != NULL ? "no tree" : why(&t->r->lib));
	t->r->lib.git_odb_object_free(o);
	return NULL;
}

static struct span
object_span(const struct repository *r, git_odb_object *o)
{
	return o == NULL ? (struct span){0}
			 : span_of(r->lib.git_odb_object_data(o),
			       r->lib.git_odb_object_size(o));
}

static void trees_differ(struct teller *t, const git_oid *old,
    const git_oid *now, struct span path, unsigned depth);

static bool
passed_over(struct teller *t, const struct entry *e)
{
	if (span_is(e->mode, MODE_LINK))
		t->links++;
	else if (span_is(e->mode, MODE_COMMIT))
		t->submodules++;
	else if (!span_starts(e->mode, SPAN("100")))
		t->others++;
	else
		return false;
	return true;
}

/* An entry that only one of two trees has, or has in another form. */
static void
entry_tell(struct teller *t, const struct entry *e, bool gone,
    struct span folder, unsigned depth)
{
	char room[LIMIT_PATH_BYTES];
	struct span path;
	int n = snprintf(room, sizeof(room), "%.*s%s%.*s", SPAN_FMT(folder),
	    folder.n > 0 ? "/" : "", SPAN_FMT(e->name));

	if (n < 0 || (size_t)n >= sizeof(room)) {
		t->cut = true;
		return;
	}
	path = span_of(room, (size_t)n);
	if (e->folder) {
		trees_differ(t, gone ? &e->id : NULL, gone ? NULL : &e->id,
		    path, depth + 1);
		return;
	}
	if (gone ? !span_starts(e->mode, SPAN("100")) : passed_over(t, e))
		return;
	buf_bytes(&t->body, path);
	if (!gone)
		buf_bytes(&t->body, oid_span(&e->id));
	tell(t, gone ? WIRE_GONE : WIRE_SET);
}

static void
both_tell(struct teller *t, const struct entry *a, const struct entry *b,
    struct span folder, unsigned depth)
{
	char room[LIMIT_PATH_BYTES];
	int n;

	if (span_eq(a->all, b->all))
		return;
	if (!a->folder) {
		/* A file that became a link is gone. */
		if (span_starts(a->mode, SPAN("100")) &&
		    !span_starts(b->mode, SPAN("100")))
			entry_tell(t, a, true, folder, depth);
		entry_tell(t, b, false, folder, depth);
		return;
	}
	n = snprintf(room, sizeof(room), "%.*s%s%.*s", SPAN_FMT(folder),
	    folder.n > 0 ? "/" : "", SPAN_FMT(b->name));
	if (n < 0 || (size_t)n >= sizeof(room))
		t->cut = true;
	else
		trees_differ(
		    t, &a->id, &b->id, span_of(room, (size_t)n), depth + 1);
}

/* Two lists in order, side by side. */
static void
entries_differ(struct teller *t, struct span old, struct span now,
    struct span path, unsigned depth)
{
	struct entry a, b;
	bool has_a = entry_next(&old, &a), has_b = entry_next(&now, &b);

	while ((has_a || has_b) && !t->stopped) {
		int r = !has_a ? 1 : !has_b ? -1 : entry_cmp(&a, &b);

		if (++t->entries > LIMIT_HISTORY_ENTRIES) {
			t->cut = true;
			return;
		}
		if (r < 0)
			entry_tell(t, &a, true, path, depth);
		else if (r > 0)
			entry_tell(t, &b, false, path, depth);
		else
			both_tell(t, &a, &b, path, depth);
		if (r <= 0)
			has_a = entry_next(&old, &a);
		if (r >= 0)
			has_b = entry_next(&now, &b);
	}
}

static void
trees_differ(struct teller *t, const git_oid *old, const git_oid *now,
    struct span path, unsigned depth)
{
	git_odb_object *a, *b;

	if (depth > LIMIT_FOLDER_DEPTH) {
		t->cut = true;
		return;
	}
	if (old != NULL && now != NULL && t->r->lib.git_oid_equal(old, now))
		return;
	a = old == NULL ? NULL : tree_load(t, old, path);
	b = now == NULL ? NULL : tree_load(t, now, path);
	/* Of a folder that cannot be read nothing is said, least of all that
	 * its files are gone. */
	if ((old == NULL || a != NULL) && (now == NULL || b != NULL))
		entries_differ(
		    t, object_span(t->r, a), object_span(t->r, b), path, depth);
	t->r->lib.git_odb_object_free(a);
	t->r->lib.git_odb_object_free(b);
}

/* ---- commits ---- */

static void
line_add(struct teller *t, const git_oid *id)
{
	if (t->n == t->cap) {
		size_t cap = t->cap > 0 ? t->cap * 2 : 1024;
		git_oid *v = realloc(t->line, cap * sizeof(*v));

		ASSERT(v != NULL);
		t->line = v;
		t->cap = cap;
	}
	t->line[t->n++] = *id;
}

/* From the reference back to the first commit, or to the known one. */
static void
line_walk(struct teller *t, git_commit *tip, struct span known, bool *met)
{
	git_commit *at = tip;

	*met = false;
	for (;;) {
		git_commit *parent;
		char hex[GIT_OID_HEXSZ + 1];

		line_add(t, t->r->lib.git_commit_id(at));
		if (span_eq(oid_span(t->r->lib.git_commit_id(at)), known)) {
			*met = true;
			break;
		}
		if (t->r->lib.git_commit_parentcount(at) == 0)
			break;
		if (t->n >= LIMIT_COMMITS) {
			t->cut = true;
			break;
		}
		if (t->n % 10000 == 0)
			tell(t, WIRE_BEAT);
		if (t->r->lib.git_commit_parent(&parent, at, 0) != 0) {
			t->r->lib.git_oid_tostr(hex, sizeof(hex),
			    t->r->lib.git_commit_parent_id(at, 0));
			if (t->r->lib.git_repository_is_shallow(t->r->git) != 1)
				note(t, DIAG_GIT_OBJECT, "commit %.12s: %s",
				    hex, why(&t->r->lib));
			break;
		}
		if (at != tip)
			t->r->lib.git_commit_free(at);
		at = parent;
	}
	if (at != tip)
		t->r->lib.git_commit_free(at);
}

static void
person(struct buf *b, const git_signature *s)
{
	char text[256];

	snprintf(text, sizeof(text), "%s <%s>",
	    s != NULL && s->name != NULL ? s->name : "",
	    s != NULL && s->email != NULL ? s->email : "");
	buf_bytes(b, span_str(text));
}

/* Seconds as the evidence gives them, which may be any number. */
static uint64_t
moment(int64_t seconds)
{
	if (seconds < 0 || seconds > INT64_C(253402300799))
		return (uint64_t)TIME_NONE;
	return (uint64_t)(seconds * TIME_SECOND);
}

static void
commit_tell(struct teller *t, git_commit *c)
{
	const git_signature *author = t->r->lib.git_commit_author(c),
			    *committer = t->r->lib.git_commit_committer(c);

	buf_bytes(&t->body, oid_span(t->r->lib.git_commit_id(c)));
	buf_u64(&t->body, moment(author != NULL ? author->when.time : -1));
	buf_u64(&t->body, moment(t->r->lib.git_commit_time(c)));
	person(&t->body, author);
	person(&t->body, committer);
	buf_u32(&t->body, t->r->lib.git_commit_parentcount(c));
	t->merges += t->r->lib.git_commit_parentcount(c) > 1;
	tell(t, WIRE_COMMIT);
}

/* Commits before the last one that is older than since are left out, and those
 * from the first one on that is not older than until. */
static void
line_bound(struct teller *t, const struct line_options *o, size_t *newest,
    size_t *oldest)
{
	bool cut = false;

	*newest = 0;
	*oldest = t->n;
	if (o->since == TIME_NONE && o->until == TIME_NONE)
		return;
	for (size_t i = t->n; i-- > 0;) {
		git_commit *c;
		int64_t time;

		if (t->r->lib.git_commit_lookup(&c, t->r->git, &t->line[i]) !=
		    0)
			continue;
		time = t->r->lib.git_commit_time(c) * TIME_SECOND;
		t->r->lib.git_commit_free(c);
		if (o->until != TIME_NONE && time >= o->until) {
			*newest = i + 1;
			return;
		}
		if (o->since != TIME_NONE && time < o->since && !cut)
			*oldest = i + 1;
		else
			cut = true;
	}
}

static void
commits_tell(struct teller *t, size_t newest, size_t oldest, bool met)
{
	git_oid tree, before;
	bool has_before = false;

	for (size_t i = oldest; i-- > newest && !t->stopped;) {
		git_commit *c;
		char hex[GIT_OID_HEXSZ + 1];

		if (t->r->lib.git_commit_lookup(&c, t->r->git, &t->line[i]) !=
		    0) {
			t->r->lib.git_oid_tostr(hex, sizeof(hex), &t->line[i]);
			note(t, DIAG_GIT_OBJECT, "commit %.12s: %s", hex,
			    why(&t->r->lib));
			continue;
		}
		tree = *t->r->lib.git_commit_tree_id(c);
		/* The known commit itself is what the next is compared with. */
		if (!met || i + 1 != t->n) {
			t->entries = 0;
			commit_tell(t, c);
			trees_differ(t, has_before ? &before : NULL, &tree,
			    (struct span){0}, 0);
		}
		before = tree;
		has_before = true;
		t->r->lib.git_commit_free(c);
	}
}

static void
passed_note(struct teller *t)
{
	if (t->links > 0)
		note(t, DIAG_SKIPPED_LINK,
		    "%llu states of symbolic links in the repository",
		    (unsigned long long)t->links);
	if (t->submodules > 0)
		note(t, DIAG_GIT_SUBMODULE, "%llu states of submodules",
		    (unsigned long long)t->submodules);
	if (t->others > 0)
		note(t, DIAG_SKIPPED_SPECIAL, "%llu entries of unknown modes",
		    (unsigned long long)t->others);
	if (t->merges > 0)
		note(t, DIAG_GIT_MERGE, "%llu merges",
		    (unsigned long long)t->merges);
	if (t->cut)
		note(t, DIAG_TOO_MANY, "commits, files or folders");
}

/* The commit that a word names. */
static int
commit_named(
    struct repository *r, const char *ref, git_object **out, struct err *e)
{
	git_object *named = NULL;
	int rc = 0;

	if (r->lib.git_revparse_single(&named, r->git, ref) != 0 ||
	    r->lib.git_object_peel(out, named, GIT_OBJECT_COMMIT) != 0)
		rc = r->lib.git_repository_head_unborn(r->git) == 1
			 ? err_set(e,
			       "%s: the repository holds no commit there", ref)
			 : err_set(e, "%s: %s", ref, why(&r->lib));
	r->lib.git_object_free(named);
	return rc;
}

/* The two commits of a comparison as a line. */
static int
line_pair(
    struct teller *t, const git_object *tip, const char *from, struct err *e)
{
	git_object *commit = NULL;

	if (commit_named(t->r, from, &commit, e) != 0)
		return -1;
	line_add(t, t->r->lib.git_object_id(tip));
	line_add(t, t->r->lib.git_object_id(commit));
	t->r->lib.git_object_free(commit);
	return 0;
}

int
repository_line(struct repository *r, const struct line_options *o, wire_fn *fn,
    void *ctx, struct err *e)
{
	struct teller t = {.r = r, .fn = fn, .ctx = ctx};
	const char *ref = o->ref != NULL ? o->ref : "HEAD";
	git_object *commit = NULL;
	size_t newest, oldest;
	bool met = false;

	if (commit_named(r, ref, &commit, e) != 0)
		return -1;
	if (o->from != NULL && line_pair(&t, commit, o->from, e) != 0) {
		r->lib.git_object_free(commit);
		return -1;
	}
	buf_init(&t.body, LIMIT_MESSAGE_BYTES);
	if (o->from == NULL)
		line_walk(&t, (git_commit *)commit, o->known, &met);
	buf_bytes(&t.body, span_str(ref));
	buf_bytes(&t.body, oid_span(r->lib.git_object_id(commit)));
	buf_u8(
	    &t.body, (uint8_t)((r->lib.git_repository_is_shallow(r->git) == 1
				       ? HEAD_SHALLOW
				       : 0) |
			       (o->known.n > 0 && !met ? HEAD_REWRITTEN : 0)));
	tell(&t, WIRE_HEAD);
	line_bound(&t, o, &newest, &oldest);
	commits_tell(&t, newest, oldest, met);
	passed_note(&t);
	tell(&t, WIRE_END);
	buf_release(&t.body);
	free(t.line);
	r->lib.git_object_free(commit);
	return 0;
}

enum wire_blob
repository_blob(
    struct repository *r, const unsigned char oid[OID_BYTES], struct span *out)
{
	git_oid id;
	git_object_t type;
	size_t n;
	int rc;

	r->lib.git_odb_object_free(r->blob);
	r->blob = NULL;
	memcpy(id.id, oid, OID_BYTES);
	/* The size first: a small object may unpack to any amount. */
	rc = r->lib.git_odb_read_header(&n, &type, r->odb, &id);
	if (rc != 0)
		return rc == GIT_ENOTFOUND ? BLOB_MISSING : BLOB_DAMAGED;
	if (type != GIT_OBJECT_BLOB)
		return BLOB_OTHER;
	if (n > LIMIT_HISTORY_BLOB)
		return BLOB_LARGE;
	if (r->lib.git_odb_read(&r->blob, r->odb, &id) != 0)
		return BLOB_DAMAGED;
	*out = object_span(r, r->blob);
	return BLOB_OK;
}
