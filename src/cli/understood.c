#include "cli/understood.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json_out.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/safe.h"
#include "cli/command.h"
#include "intel/data.h"

/* Forms of a platform that are printed; JSON has them all. */
#define FORMS_SHOWN 40
/* Line numbers of a source that are printed on its line. */
#define LINES_SHOWN 12

struct form {
	struct span text, path; /* path and line: the first place */
	uint32_t line;
	uint64_t count;
};

struct file_share {
	struct span path;
	uint64_t used, known, unknown;
	uint32_t *lines;
	size_t nlines, lines_cap;
};

struct platform {
	struct span name;
	bool grammar;
	uint64_t used, known, unknown;
	struct file_share *files;
	size_t nfiles, files_cap;
	struct share_area areas[LIMIT_GRAMMAR_LIST];
	size_t nareas;
	struct map by_form;
	struct form *forms;
	size_t nforms, forms_cap;
};

struct shares {
	const struct understood_options *o;
	struct arena arena;
	struct platform *v;
	size_t n, cap;
};

/* ---- taking ---- */

static struct platform *
platform_of(struct shares *s, const struct share *share)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->v[i].name, share->format))
			return &s->v[i];
	s->v = arena_grow(&s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n] =
	    (struct platform){.name = arena_copy(&s->arena, share->format),
		.grammar = share->grammar};
	map_init(&s->v[s->n].by_form, &s->arena);
	return &s->v[s->n++];
}

static void
add_area(struct shares *s, struct platform *p, const struct share_area *area)
{
	size_t i = 0;

	while (i < p->nareas && !span_eq(p->areas[i].name, area->name))
		i++;
	if (i == LIMIT_GRAMMAR_LIST)
		return;
	if (i == p->nareas)
		p->areas[p->nareas++] =
		    (struct share_area){arena_copy(&s->arena, area->name), 0};
	p->areas[i].statements += area->statements;
}

static void
add_form(struct shares *s, struct platform *p, struct span path,
    const struct share_unknown *u)
{
	uint32_t i = map_get(&p->by_form, u->form);

	if (i == MAP_NONE) {
		i = (uint32_t)p->nforms;
		p->forms = arena_grow(&s->arena, p->forms, p->nforms,
		    &p->forms_cap, sizeof(*p->forms));
		p->forms[p->nforms++] = (struct form){
		    arena_copy(&s->arena, u->form), path, u->line, 0};
		map_add(&p->by_form, u->form, i);
	}
	p->forms[i].count++;
}

static void
on_share(void *ctx, struct span path, const struct share *share)
{
	struct shares *s = ctx;
	struct platform *p = platform_of(s, share);
	struct file_share f = {.path = arena_copy(&s->arena, path),
	    .used = share->used,
	    .known = share->known,
	    .unknown = share->unknown};

	p->used += share->used;
	p->known += share->known;
	p->unknown += share->unknown;
	for (uint32_t i = 0; i < share->nareas; i++)
		add_area(s, p, &share->areas[i]);
	for (uint32_t i = 0; s->o->unknown && i < share->nunknowns; i++) {
		f.lines = arena_grow(&s->arena, f.lines, f.nlines, &f.lines_cap,
		    sizeof(*f.lines));
		f.lines[f.nlines++] = share->unknowns[i].line;
		add_form(s, p, f.path, &share->unknowns[i]);
	}
	p->files = arena_grow(
	    &s->arena, p->files, p->nfiles, &p->files_cap, sizeof(f));
	p->files[p->nfiles++] = f;
}

/* ---- printing ---- */

static double
percent(uint64_t used, uint64_t known, uint64_t unknown)
{
	uint64_t all = used + known + unknown;

	return all == 0 ? 100.0 : 100.0 * (double)(used + known) / (double)all;
}

/* Rounded down: 99.96 is not 100. */
static void
print_percent(uint64_t used, uint64_t known, uint64_t unknown)
{
	uint64_t all = used + known + unknown;
	uint64_t mille = all == 0 ? 1000 : (used + known) * 1000 / all;

	printf("%3" PRIu64 ".%" PRIu64 " %%", mille / 10, mille % 10);
}

static void
print_forms(const struct platform *p)
{
	for (size_t i = 0; i < p->nforms && i < FORMS_SHOWN; i++) {
		const struct form *f = &p->forms[i];

		printf("%8" PRIu64 "  ", f->count);
		safe_write(stdout, f->text);
		fputs("  (", stdout);
		safe_write(stdout, f->path);
		printf(":%" PRIu32 ")\n", f->line);
	}
	if (p->nforms > FORMS_SHOWN)
		printf(
		    "          and %zu more forms\n", p->nforms - FORMS_SHOWN);
}

static void
print_file(const struct file_share *f)
{
	fputs("  ", stdout);
	print_percent(f->used, f->known, f->unknown);
	fputs("  ", stdout);
	safe_write(stdout, f->path);
	fputs(": line", stdout);
	for (size_t i = 0; i < f->nlines && i < LINES_SHOWN; i++)
		printf("%s%" PRIu32, i > 0 ? ", " : " ", f->lines[i]);
	if (f->unknown > LINES_SHOWN)
		printf(" and %" PRIu64 " more", f->unknown - LINES_SHOWN);
	putchar('\n');
}

static void
print_unknown(const struct platform *p)
{
	if (p->unknown == 0)
		return;
	fputs("\nnot understood: ", stdout);
	safe_write(stdout, p->name);
	putchar('\n');
	print_forms(p);
	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i].unknown > 0)
			print_file(&p->files[i]);
}

static void
print_text(const struct shares *s)
{
	printf("%-24s %6s %10s %10s %10s %10s  %s\n", "platform", "files",
	    "statements", "facts", "known", "unknown", "understood");
	for (size_t i = 0; i < s->n; i++) {
		const struct platform *p = &s->v[i];

		printf("%-24.*s %6zu %10" PRIu64 " %10" PRIu64 " %10" PRIu64
		       " %10" PRIu64 "    ",
		    SPAN_FMT(p->name), p->nfiles,
		    p->used + p->known + p->unknown, p->used, p->known,
		    p->unknown);
		print_percent(p->used, p->known, p->unknown);
		puts(p->grammar ? "" : "  (no grammar: facts alone)");
	}
	for (size_t i = 0; s->o->unknown && i < s->n; i++)
		print_unknown(&s->v[i]);
}

static void
json_counts(struct json_out *j, uint64_t used, uint64_t known, uint64_t unknown)
{
	json_out_number(j, "statements", (int64_t)(used + known + unknown));
	json_out_number(j, "facts", (int64_t)used);
	json_out_number(j, "known", (int64_t)known);
	json_out_number(j, "unknown", (int64_t)unknown);
	json_out_real(j, "percent", percent(used, known, unknown));
}

static void
json_forms(struct json_out *j, const struct platform *p)
{
	json_out_list(j, "forms");
	for (size_t i = 0; i < p->nforms; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "form", p->forms[i].text);
		json_out_number(j, "count", (int64_t)p->forms[i].count);
		json_out_text(j, "path", p->forms[i].path);
		json_out_number(j, "line", p->forms[i].line);
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

static void
json_files(struct json_out *j, const struct platform *p, bool lines)
{
	json_out_list(j, "files");
	for (size_t i = 0; i < p->nfiles; i++) {
		const struct file_share *f = &p->files[i];

		json_out_object(j, NULL);
		json_out_text(j, "path", f->path);
		json_counts(j, f->used, f->known, f->unknown);
		if (lines) {
			json_out_list(j, "unknown_lines");
			for (size_t k = 0; k < f->nlines; k++)
				json_out_number(j, NULL, f->lines[k]);
			json_out_end_list(j);
		}
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

static void
print_json(const struct shares *s)
{
	struct json_out j;
	char name[64];

	json_out_init(&j, stdout);
	json_out_object(&j, NULL);
	json_out_list(&j, "platforms");
	for (size_t i = 0; i < s->n; i++) {
		const struct platform *p = &s->v[i];

		json_out_object(&j, NULL);
		json_out_text(&j, "platform", p->name);
		json_out_bool(&j, "grammar", p->grammar);
		json_counts(&j, p->used, p->known, p->unknown);
		json_out_object(&j, "areas");
		for (size_t k = 0; k < p->nareas; k++) {
			snprintf(name, sizeof(name), "%.*s",
			    SPAN_FMT(p->areas[k].name));
			json_out_number(&j, name, p->areas[k].statements);
		}
		json_out_end_object(&j);
		json_files(&j, p, s->o->unknown);
		if (s->o->unknown)
			json_forms(&j, p);
		json_out_end_object(&j);
	}
	json_out_end_list(&j);
	json_out_end_object(&j);
	putchar('\n');
}

/* ---- the run ---- */

static bool
find_table(void *ctx, struct span name, struct span *text)
{
	struct arena *a = ctx;

	return data_find(a, arena_fmt(a, "grammar/%.*s", SPAN_FMT(name)), text);
}

/* Tables are ours: a broken one is said and ends the program's work. */
static int
load_tables(struct arena *a, struct grammars *all)
{
	const struct grammar_files files = {find_table, a};
	struct grammar_of *v = NULL;
	size_t n = 0, cap = 0;
	struct err e;

	for (size_t i = 0; readers[i] != NULL; i++) {
		struct span name = span_str(readers[i]->name), text;
		struct grammar_of one = {readers[i], NULL};

		if (!find_table(a, name, &text))
			continue;
		one.grammar = grammar_read(a, name, &files, &e);
		if (one.grammar == NULL)
			return complain(EXIT_FAILED, "%s", e.text);
		v = arena_grow(a, v, n, &cap, sizeof(*v));
		v[n++] = one;
	}
	*all = (struct grammars){v, n};
	return EXIT_QUIET;
}

static int
by_name(const void *a, const void *b)
{
	const struct platform *x = a, *y = b;

	return span_cmp(x->name, y->name);
}

/* The most frequent first; then the order of the alphabet. */
static int
by_count(const void *a, const void *b)
{
	const struct form *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return span_cmp(x->text, y->text);
}

int
understood_dump(const struct understood_options *u, struct scan_options *o,
    int argc, char **argv,
    int (*run)(const char *const *paths, size_t n, struct scan_options *o))
{
	struct shares s = {.o = u};
	struct grammars all;
	int status;

	arena_init(&s.arena);
	status = load_tables(&s.arena, &all);
	if (status == EXIT_QUIET) {
		o->worker.grammars = &all;
		o->share = on_share;
		o->ctx = &s;
		status = run((const char *const *)argv, (size_t)argc, o);
		if (s.n > 0)
			qsort(s.v, s.n, sizeof(*s.v), by_name);
		for (size_t i = 0; i < s.n; i++)
			if (s.v[i].nforms > 0)
				qsort(s.v[i].forms, s.v[i].nforms,
				    sizeof(*s.v[i].forms), by_count);
		if (u->json)
			print_json(&s);
		else
			print_text(&s);
		if (fflush(stdout) != 0)
			status =
			    complain(EXIT_FAILED, "cannot write the output");
	}
	arena_release(&s.arena);
	return status;
}
