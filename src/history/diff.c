#include "history/diff.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json_out.h"
#include "base/limits.h"
#include "base/safe.h"

void
approved_init(struct approved *a)
{
	arena_init(&a->arena);
	map_init(&a->marks, &a->arena);
}

void
approved_release(struct approved *a)
{
	arena_release(&a->arena);
}

static bool
is_mark(struct span s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') ||
			      (s.p[n] >= 'a' && s.p[n] <= 'f')))
		n++;
	return n == s.n && n == CHANGE_MARK - 1;
}

void
approved_read(struct approved *a, struct span text)
{
	struct span line;

	while (span_line(&text, &line)) {
		struct span word = span_word(&line);

		if (span_starts(word, SPAN("[")) && span_ends(word, SPAN("]")))
			word = span_sub(word, 1, word.n - 1);
		if (is_mark(word))
			map_add(&a->marks, word, 1);
	}
}

/* ---- one file ---- */

struct writing {
	FILE *f;
	const struct history *h;
	const struct knowledge *k;
	const struct diff_options *o;
	struct json_out j;
	struct arena arena; /* of the file at hand */
	struct buf text;
	uint64_t told, approved;
	bool named; /* the device at hand stands in the output */
};

/* The state of a file at one of the two commits; NULL: it is not there. */
static const struct history_blob *
state_at(const struct history *h, const struct history_file *f, uint32_t commit)
{
	const struct history_blob *b = NULL;

	for (size_t i = 0; i < f->n && f->v[i].commit <= commit; i++)
		b = f->v[i].blob == HISTORY_NONE ? NULL
						 : &h->blobs[f->v[i].blob];
	return b;
}

static void
device_begin(struct writing *w, uint32_t file)
{
	const struct history_file *f = &w->h->files[file];
	struct span name = history_device(w->h, file);

	if (w->named)
		return;
	w->named = true;
	if (w->o->json) {
		json_out_object(&w->j, NULL);
		json_out_text(&w->j, "device", name);
		json_out_text(&w->j, "file", f->path);
		json_out_list(&w->j, "changes");
		return;
	}
	fputs(w->o->colour ? "\033[1m" : "", w->f);
	safe_write(w->f, name);
	fputs(w->o->colour ? "\033[0m" : "", w->f);
	if (!span_eq(name, f->path)) {
		fputs("  ", w->f);
		safe_write(w->f, f->path);
	}
	putc('\n', w->f);
}

static void
line_tell(struct writing *w, uint32_t file, const char *mark, const char *how,
    const char *of, const struct history_item *x, uint32_t line)
{
	device_begin(w, file);
	w->told++;
	if (!w->o->json) {
		fprintf(w->f, "  [%s]  ", mark);
		safe_write(w->f, buf_span(&w->text));
		if (line > 0)
			fprintf(w->f, "  (line %u)", line);
		putc('\n', w->f);
		return;
	}
	json_out_object(&w->j, NULL);
	json_out_str(&w->j, "mark", mark);
	json_out_str(&w->j, "change", how);
	json_out_str(&w->j, "of", of);
	json_out_text(&w->j, "subject", x->subject);
	json_out_text(&w->j, "text", buf_span(&w->text));
	if (line > 0)
		json_out_number(&w->j, "line", line);
	else
		json_out_null(&w->j, "line");
	json_out_text(&w->j, "evidence", x->text);
	json_out_end_object(&w->j);
}

static bool
is_approved(struct writing *w, const char *mark)
{
	if (w->o->approved == NULL ||
	    map_get(&w->o->approved->marks, span_str(mark)) == MAP_NONE)
		return false;
	w->approved++;
	return true;
}

static void
facts_tell(struct writing *w, uint32_t file, const struct history_blob *old,
    const struct history_blob *now)
{
	struct change_list l = {0};

	changes_find(w->h, &w->k->changes, old, now, &w->arena, &l);
	for (size_t i = 0; i < l.n; i++) {
		const struct change *c = &l.v[i];
		const struct history_item *x =
		    &w->h->items[c->now != HISTORY_NONE ? c->now : c->old];
		char mark[CHANGE_MARK];

		change_mark(w->h, c, history_device(w->h, file), mark);
		if (is_approved(w, mark))
			continue;
		buf_reset(&w->text);
		change_tell(w->h, c, &w->text);
		line_tell(w, file, mark, change_word(c->how),
		    kind_name((enum record_kind)x->what), x, c->line);
	}
}

static bool
shows(const struct history_blob *b, uint32_t item)
{
	for (uint32_t i = 0; b != NULL && i < b->n; i++)
		if (b->v[i].item == item)
			return true;
	return false;
}

/* A sign is told apart by its device and its check. */
static struct span
sign_of(struct writing *w, uint32_t file, const struct check *check)
{
	return arena_fmt(&w->arena, "%.*s %.*s",
	    SPAN_FMT(history_device(w->h, file)), SPAN_FMT(check->id));
}

/* Signs of one side that the other does not show. */
static void
signs_tell(struct writing *w, uint32_t file, const struct history_blob *these,
    const struct history_blob *others, const char *how)
{
	struct change c = {.old = HISTORY_NONE, .now = HISTORY_NONE};

	for (uint32_t i = 0; these != NULL && i < these->n; i++) {
		const struct history_item *x = &w->h->items[these->v[i].item];
		const struct check *check;
		char mark[CHANGE_MARK];

		if (x->kind != ITEM_SIGN || shows(others, these->v[i].item))
			continue;
		check = knowledge_check(w->k, x->what);
		c.now = these->v[i].item;
		c.how = span_is(span_str(how), "new") ? CHANGE_ADDED
						      : CHANGE_REMOVED;
		change_mark(w->h, &c, sign_of(w, file, check), mark);
		if (is_approved(w, mark))
			continue;
		buf_reset(&w->text);
		buf_fmt(&w->text, "%s %s: %.*s", how,
		    check_kind_name(check->kind), SPAN_FMT(check->title));
		if (x->subject.n > 0)
			buf_fmt(&w->text, ": %.*s", SPAN_FMT(x->subject));
		line_tell(w, file, mark, how, check_kind_name(check->kind), x,
		    these->v[i].line);
	}
}

static void
whole_tell(struct writing *w, uint32_t file, const char *how)
{
	struct history_item x = {.subject = w->h->files[file].path};
	struct buf key;
	char mark[CHANGE_MARK];

	buf_init(&key, LIMIT_PATH_BYTES * 2);
	buf_fmt(&key, "%s %.*s", how, SPAN_FMT(x.subject));
	snprintf(mark, sizeof(mark), "%016" PRIx64, span_hash(buf_span(&key)));
	buf_release(&key);
	if (is_approved(w, mark))
		return;
	buf_reset(&w->text);
	buf_fmt(&w->text, "the whole configuration %s", how);
	line_tell(w, file, mark, how, "configuration", &x, 0);
}

static void
file_tell(struct writing *w, uint32_t file)
{
	const struct history_file *f = &w->h->files[file];
	const struct history_blob *old = state_at(w->h, f, 0),
				  *now = state_at(w->h, f, 1);

	if (old == now || (old != NULL && old->state != STATE_KNOWN) ||
	    (now != NULL && now->state != STATE_KNOWN))
		return;
	w->named = false;
	if (old == NULL || now == NULL)
		whole_tell(w, file, old == NULL ? "added" : "removed");
	else
		facts_tell(w, file, old, now);
	signs_tell(w, file, now, old, "new");
	if (now != NULL)
		signs_tell(w, file, old, now, "gone");
	if (w->named && w->o->json) {
		json_out_end_list(&w->j);
		json_out_end_object(&w->j);
	}
	arena_reset(&w->arena);
}

static int
path_order(const void *a, const void *b, void *ctx)
{
	const struct history *h = ctx;

	return span_cmp(h->files[*(const uint32_t *)a].path,
	    h->files[*(const uint32_t *)b].path);
}

static void
files_tell(struct writing *w)
{
	size_t n = w->h->nfiles;
	uint32_t *order = malloc((n + 1) * sizeof(*order));

	ASSERT(order != NULL);
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 0)
		qsort_r(order, n, sizeof(*order), path_order, (void *)w->h);
	for (size_t i = 0; i < n; i++)
		file_tell(w, order[i]);
	free(order);
}

int64_t
diff_write(FILE *f, const struct history *h, const struct knowledge *k,
    const struct diff_options *o, struct err *e)
{
	struct writing w = {.f = f, .h = h, .k = k, .o = o};

	arena_init(&w.arena);
	buf_init(&w.text, LIMIT_MESSAGE_BYTES);
	json_out_init(&w.j, f);
	w.j.pretty = true;
	if (o->json) {
		json_out_object(&w.j, NULL);
		json_out_str(&w.j, "schema", "tidemark-diff-1");
		json_out_str(&w.j, "old", o->old);
		json_out_str(&w.j, "new", o->now);
		json_out_list(&w.j, "devices");
	}
	files_tell(&w);
	if (o->json) {
		json_out_end_list(&w.j);
		json_out_number(&w.j, "approved", (int64_t)w.approved);
		json_out_end_object(&w.j);
	} else {
		fprintf(f, "%" PRIu64 " differences", w.told);
		if (w.approved > 0)
			fprintf(f, ", and %" PRIu64 " that are approved",
			    w.approved);
		putc('\n', f);
	}
	buf_release(&w.text);
	arena_release(&w.arena);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the differences");
	return (int64_t)w.told;
}

int64_t
diff_count(const struct history *h, const struct knowledge *k,
    const struct diff_options *o, struct err *e)
{
	FILE *f = fopen("/dev/null", "w");
	int64_t n;

	if (f == NULL)
		return err_sys(e, "/dev/null");
	n = diff_write(f, h, k, o, e);
	fclose(f);
	return n;
}
