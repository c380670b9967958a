#include "intel/knowledge_loader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "intel/data.h"
#include "intel/update_load.h"
#include "intel/rows.h"

void
loader_problem(struct knowledge_loader *l, struct span path, uint64_t line,
    uint64_t column, struct span text)
{
	struct knowledge_problem p = {path, line, column, text};

	if (l->quiet)
		return;
	l->k->nproblems++;
	l->problem(l->ctx, &p);
}

void
loader_on_sigma(void *ctx, const struct sigma_problem *p)
{
	loader_problem(ctx, p->path, p->line, p->column, p->text);
}

static void
on_feed(void *ctx, struct span path, uint64_t line, uint64_t column,
    struct span text)
{
	loader_problem(ctx, path, line, column, text);
}

static void
on_row(void *ctx, struct span path, struct span text)
{
	loader_problem(ctx, path, 0, 0, text);
}

static void
on_yara(void *ctx, struct span path, uint64_t line, const char *text)
{
	loader_problem(ctx, path, line, 0, span_str(text));
}

static void
update_used(void *ctx, struct span bytes)
{
	struct knowledge_loader *l = ctx;

	XXH3_64bits_update(l->hash, bytes.p, bytes.n);
	l->k->nfiles++;
}

/* After the built-in flaws are linked. */
static void
take_updates(struct knowledge_loader *l)
{
	const struct knowledge_options *o = l->options;
	struct knowledge *k = l->k;
	struct update_load u = {.set = &k->vulnerabilities,
	    .updates = &k->updates,
	    .products = &k->products,
	    .take = o->update_take,
	    .used = update_used,
	    .ctx = l};

	updates_init(&k->updates, &k->vulnerabilities, &k->products);
	for (int late = 0; late < 2; late++) {
		u.late = late != 0;
		for (size_t i = 0; i < o->nupdate_paths; i++)
			update_load_path(&u, o->update_paths[i]);
	}
	for (size_t i = 0; i < k->updates.n; i++)
		k->feeds_lost += k->updates.v[i].lost;
}

void
data_file_plain(const struct data_file *f, struct arena *a, struct span *name,
    struct span *text)
{
	size_t n = (size_t)(f->begin - f->name),
	       all = (size_t)(f->end - f->name);
	char *p = arena_alloc(a, all);

	for (size_t i = 0; i < all; i++)
		p[i] = (char)(f->name[i] ^ (char)DATA_VEIL);
	*name = span_of(p, n);
	*text = span_of(p + n, all - n);
}

static void
built_in_take(
    struct knowledge_loader *l, const struct data_file *f, loader_take_fn *fn)
{
	struct arena plain;
	struct span name, text;

	arena_init(&plain);
	data_file_plain(f, &plain, &name, &text);
	fn(l, name, text);
	arena_release(&plain);
}

static bool
wanted(const char *name)
{
	struct span s = span_str(name);

	return span_ends(s, SPAN(".yml")) || span_ends(s, SPAN(".yaml")) ||
	    span_ends(s, SPAN(".csv")) || span_ends(s, SPAN(".yar"));
}

static void
file_take(struct knowledge_loader *l, int dir, const char *name,
    struct span below, loader_take_fn *fn)
{
	struct arena text;
	struct span bytes;

	arena_init(&text);
	if (data_file_read(dir, name, LIMIT_YAML_BYTES, &text, &bytes) != 0)
		loader_problem(l, below, 0, 0, span_str(strerror(errno)));
	else
		fn(l, below, bytes);
	arena_release(&text);
}

static void
take_file(
    struct knowledge_loader *l, int dir, const char *name, struct span below)
{
	file_take(l, dir, name, below, knowledge_take);
}

static int
not_dot(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
entry_order(const void *a, const void *b)
{
	const struct dirent *const *x = a, *const *y = b;

	return strcmp((*x)->d_name, (*y)->d_name);
}

/* A folder, entries in byte order. */
static void
take_folder(
    struct knowledge_loader *l, int dir, const char *name, struct span below)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n;
	struct dirent **entries;

	if (fd < 0 || l->depth >= LIMIT_FOLDER_DEPTH) {
		loader_problem(l, below, 0, 0, span_str(strerror(errno)));
		if (fd >= 0)
			close(fd);
		return;
	}
	n = scandirat(fd, ".", &entries, not_dot, NULL);
	if (n < 0)
		n = 0;
	if (n > 1)
		qsort(entries, (size_t)n, sizeof(*entries), entry_order);
	l->depth++;
	for (int i = 0; i < n; i++) {
		const char *x = entries[i]->d_name;
		struct stat st;
		struct span sub = arena_fmt(&l->k->arena, "%.*s%s%s",
		    SPAN_FMT(below), below.n > 0 ? "/" : "", x);

		if (fstatat(fd, x, &st, 0) == 0 && S_ISDIR(st.st_mode))
			take_folder(l, fd, x, sub);
		else if (wanted(x))
			take_file(l, fd, x, sub);
		free(entries[i]);
	}
	if (n > 0)
		free(entries);
	l->depth--;
	close(fd);
}

static void
find_extra_rules(struct knowledge_loader *l, const char *path)
{
	struct stat st;
	struct span below =
	    arena_fmt(&l->k->arena, "rules/%s", path);

	if (stat(path, &st) != 0)
		loader_problem(
		    l, span_str(path), 0, 0, span_str(strerror(errno)));
	else if (S_ISDIR(st.st_mode))
		take_folder(l, AT_FDCWD, path, below);
	else
		take_file(l, AT_FDCWD, path, below);
}

/* All of them are tried first; then those that are sound are taken. */
static void
take_extra_rules(struct knowledge_loader *l)
{
	const struct knowledge_options *o = l->options;
	struct arena a;
	struct user_rules u = {.arena = &a};

	arena_init(&a);
	l->gather = &u;
	for (size_t i = 0; i < o->nrule_dirs; i++)
		find_extra_rules(l, o->rule_dirs[i]);
	l->gather = NULL;
	if (o->trial != NULL)
		user_rules_try(&u, &l->k->rules, o->trial, loader_on_sigma, l);
	for (size_t i = 0; i < u.n; i++)
		if (!u.v[i].refused)
			knowledge_take(l, u.v[i].path, u.v[i].text);
	arena_release(&a);
}

/* One feed file.  named: by the operator, not found in a folder: there only
 * what says itself that it is a feed is taken. */
static void
take_feed(struct knowledge_loader *l, int dir, const char *name,
    struct span path, bool named)
{
	feed_take_fn *fn = l->options->feed_take;
	enum feed_taken taken;
	struct arena a;
	struct span bytes;

	arena_init(&a);
	if (l->k->indicators.nfeeds >= LIMIT_FEED_FILES)
		loader_problem(
		    l, path, 0, 0, SPAN("more feeds than the limit"));
	else if (data_file_read(dir, name, LIMIT_FEED_BYTES, &a, &bytes) != 0)
		loader_problem(l, path, 0, 0, span_str(strerror(errno)));
	else {
		taken = (fn != NULL ? fn : feed_take)(
		    &l->k->indicators, bytes, path, named, &l->feeds);
		if (taken != FEED_NONE) {
			XXH3_64bits_update(l->hash, bytes.p, bytes.n);
			l->k->nfiles++;
		}
		l->k->feeds_lost += taken == FEED_LOST;
	}
	arena_release(&a);
}

static void
take_feed_path(struct knowledge_loader *l, const char *path)
{
	struct stat st;
	struct dirent **entries;
	int n, fd;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		take_feed(l, AT_FDCWD, path, span_str(path), true);
		return;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	n = fd < 0 ? -1 : scandirat(fd, ".", &entries, not_dot, NULL);
	if (n < 0)
		loader_problem(
		    l, span_str(path), 0, 0, span_str(strerror(errno)));
	if (n > 1)
		qsort(entries, (size_t)n, sizeof(*entries), entry_order);
	for (int i = 0; i < n; i++) {
		const char *x = entries[i]->d_name;
		struct span sub =
		    arena_fmt(&l->k->arena, "%s/%s", path, x);

		if (fstatat(fd, x, &st, 0) == 0 && S_ISREG(st.st_mode))
			take_feed(l, fd, x, sub, false);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (fd >= 0)
		close(fd);
}

/* Logsources and placeholders. */
static void
before_rules(struct knowledge_loader *l)
{
	const struct knowledge_options *o = l->options;
	struct arena a;
	struct span text;
	const char *own = o->data_dir == NULL
	    ? NULL
	    : arena_fmt(&l->k->arena, "%s/logsources.yaml", o->data_dir).p;

	arena_init(&a);
	if (own != NULL && access(own, F_OK) == 0)
		file_take(l, AT_FDCWD, own, SPAN("logsources.yaml"),
		    knowledge_take_logsources);
	else if (own == NULL && data_find(&a, SPAN("logsources.yaml"), &text))
		knowledge_take_logsources(l, SPAN("logsources.yaml"), text);
	arena_release(&a);
	for (size_t i = 0; i < o->nlogsources; i++)
		file_take(l, AT_FDCWD, o->logsources[i],
		    span_str(o->logsources[i]), knowledge_take_logsources);
	for (size_t i = 0; i < o->nplaceholders; i++)
		file_take(l, AT_FDCWD, o->placeholders[i],
		    span_str(o->placeholders[i]), knowledge_take_placeholders);
}

static void
take_user_first(struct knowledge_loader *l)
{
	struct knowledge *k = l->k;

	take_extra_rules(l);
	k->nuser = k->rules.n;
	k->user_files = k->rules.nfiles;
	k->user_norules = k->rules.nnorules;
	l->quiet = true;
}

/* ---- selection ---- */

/* "level:high", "tag:attack.t1110", "id:..." or a bare id or tag.  A tag means
 * those below it too. */
static bool
selector_fits(struct span selector, const struct rule *r)
{
	struct span rest = selector, word = span_until(&rest, ':');

	if (span_is(word, "level") && rest.p != NULL)
		return span_is(rest, severity_name(r->check.severity)) ||
		       (r->check.severity == SEV_INFO &&
			   span_is(rest, "informational"));
	if ((!span_is(word, "tag") && !span_is(word, "id")) || rest.n == 0)
		rest = selector;
	if (span_eq(r->check.id, rest) || span_eq(r->name, rest) ||
	    span_eq(r->uuid, rest))
		return true;
	for (size_t i = 0; i < r->tags.n; i++)
		if (span_starts_nocase(r->tags.v[i], rest) &&
		    (r->tags.v[i].n == rest.n ||
			r->tags.v[i].p[rest.n] == '.'))
			return true;
	return false;
}

static bool
any_fits(const char *const *v, size_t n, const struct rule *r)
{
	for (size_t i = 0; i < n; i++)
		if (selector_fits(span_str(v[i]), r))
			return true;
	return false;
}

static void
select_rules(struct knowledge_loader *l)
{
	const struct knowledge_options *o = l->options;

	for (size_t i = 0; i < l->k->rules.n; i++) {
		struct rule *r = l->k->rules.rules[i];

		r->off = (o->nonly > 0 && !any_fits(o->only, o->nonly, r)) ||
		    any_fits(o->skip, o->nskip, r);
	}
}

static void
index_checks(struct knowledge *k)
{
	size_t n = 0;

	k->nchecks = k->rules.n + k->indicators.n + k->yara.n +
	    k->vulnerabilities.n;
	/* Not zeroed by hand: what no finding asks for is never touched. */
	k->checks = calloc(k->nchecks + 1, sizeof(*k->checks));
	ASSERT(k->checks != NULL);
	for (size_t i = 0; i < k->rules.n; i++)
		k->checks[n++] = &k->rules.rules[i]->check;
	k->first_indicator = n;
	n += k->indicators.n;
	k->first_yara = n;
	for (size_t i = 0; i < k->yara.n; i++)
		k->checks[n++] = &k->yara.checks[i];
	k->first_vulnerability = n;
	for (size_t i = 0; i < k->vulnerabilities.n; i++)
		k->checks[n++] = &k->vulnerabilities.v[i]->check;
}

int
knowledge_load(const struct knowledge_options *o, struct knowledge *k,
    knowledge_problem_fn *fn, void *ctx, struct err *e)
{
	struct knowledge_loader l = {
	    .k = k, .options = o, .problem = fn, .ctx = ctx};

	*k = (struct knowledge){0};
	arena_init(&k->arena);
	indicator_list_init(&k->indicators, &k->arena);
	warninglists_init(&k->warninglists);
	defaults_init(&k->defaults, &k->arena);
	vulnerability_set_init(&k->vulnerabilities);
	l.hash = XXH3_createState();
	if (l.hash == NULL || ruleset_init(&k->rules) != 0)
		return err_set(e, "out of memory");
	XXH3_64bits_reset(l.hash);
	if (yara_set_begin(&l.yara, e) != 0)
		return -1;
	l.feeds = (struct feed_options){.problem = on_feed,
	    .ctx = &l,
	    .tell = o->feed_problems > 0 ? o->feed_problems : 5,
	    .now = o->now != 0 ? o->now : TIME_NONE,
	    .yara = l.yara,
	    .warnings = &k->warninglists};
	before_rules(&l);
	if (o->user_first)
		take_user_first(&l);
	if (o->data_dir != NULL)
		take_folder(&l, AT_FDCWD, o->data_dir, SPAN(""));
	else
		for (size_t i = 0; i < data_file_count; i++)
			built_in_take(&l, &data_files[i], knowledge_take);
	l.quiet = false;
	if (!o->user_first)
		take_extra_rules(&l);
	for (size_t i = 0; i < o->nfeed_paths; i++)
		take_feed_path(&l, o->feed_paths[i]);
	warninglists_seal(&k->warninglists);
	feed_suppress(&k->indicators, &k->warninglists);
	if (vulnerability_link(&k->vulnerabilities, e) != 0)
		loader_problem(&l, (struct span){0}, 0, 0, span_str(e->text));
	take_updates(&l);
	ruleset_link(&k->rules, loader_on_sigma, &l);
	select_rules(&l);
	ruleset_seal(&k->rules);
	if (yara_set_end(l.yara, &k->arena, o->yara_describe, &k->yara, on_yara,
		&l, e) != 0)
		return -1;
	index_checks(k);
	rows_join(k, on_row, &l);
	rows_index(k);
	snprintf(k->fingerprint, sizeof(k->fingerprint), "%016" PRIx64,
	    (uint64_t)XXH3_64bits_digest(l.hash));
	XXH3_freeState(l.hash);
	if (k->nchecks == 0)
		return err_set(e, "no rule, indicator or other knowledge "
				  "could be loaded");
	return 0;
}

void
knowledge_release(struct knowledge *k)
{
	if (k == NULL)
		return;
	free(k->checks);
	yara_set_release(k->yara.rules);
	vulnerability_set_release(&k->vulnerabilities);
	ruleset_release(&k->rules);
	warninglists_release(&k->warninglists);
	indicator_list_release(&k->indicators);
	arena_release(&k->arena);
	*k = (struct knowledge){0};
}
