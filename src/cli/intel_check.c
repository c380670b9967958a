/*
 * tidemark intel check RULES... [--json FILE]: which rules load, which do not
 * and why, and which nothing that is read can feed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_out.h"
#include "base/map.h"
#include "base/safe.h"
#include "cli/explain_rule.h"
#include "cli/intel.h"
#include "cli/knowing.h"
#include "device/device.h"

struct failure {
	struct span path, text;
	uint64_t line, column;
};

struct checking {
	struct arena arena;
	struct failure *v;
	size_t n, cap;
};

/* Rules are known below "rules/"; people know their paths. */
static struct span
path_told(struct span path)
{
	return span_starts(path, SPAN("rules/")) ? span_from(path, 6) : path;
}

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	struct checking *c = ctx;
	const struct failure *last = c->n > 0 ? &c->v[c->n - 1] : NULL;

	/* What a global document has wrong, each rule of its file has. */
	if (last != NULL && last->line == p->line &&
	    last->column == p->column && span_eq(last->text, p->text) &&
	    span_eq(last->path, path_told(p->path)))
		return;
	c->v = arena_grow(&c->arena, c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n++] =
	    (struct failure){arena_copy(&c->arena, path_told(p->path)),
		arena_copy(&c->arena, p->text), p->line, p->column};
}

/* A rule that can never match here, and why; empty when it can. */
static struct span
idle_reason(struct arena *a, const struct rule *r)
{
	if (r->waits_for.n > 0)
		return arena_fmt(a, "no value for the placeholder %.*s%s",
		    SPAN_FMT(r->waits_for.v[0]),
		    r->waits_for.n > 1 ? " and others" : "");
	if (!r->unsupplied)
		return (struct span){0};
	if (r->correlation != NULL)
		return SPAN("nothing feeds the rules it refers to");
	if (r->source != NULL && r->source->kinds != 0)
		return arena_fmt(a, "no record has the field %.*s",
		    SPAN_FMT(r->missing_fields.n > 0 ? r->missing_fields.v[0]
						     : SPAN("it asks for")));
	if (r->source == NULL)
		return SPAN("no such logsource is known");
	return arena_fmt(a, "not read: %.*s", SPAN_FMT(r->source->unread));
}

/* Of a rule and what was made of it, only the rule counts. */
static bool
is_part(const struct rule *r)
{
	return r->silent && span_find_byte(r->check.id, '#') != SPAN_NONE;
}

struct counts {
	size_t rules, run, idle;
};

static struct counts
count(struct arena *a, const struct knowledge *k)
{
	struct counts n = {0};

	for (size_t i = 0; i < k->nuser; i++) {
		const struct rule *r = k->rules.rules[i];

		if (is_part(r))
			continue;
		n.rules++;
		n.idle += idle_reason(a, r).n > 0;
	}
	n.run = n.rules - n.idle;
	return n;
}

static void
print_place(struct span path, uint64_t line, uint64_t column)
{
	safe_write(stdout, path);
	if (line > 0)
		printf(":%llu", (unsigned long long)line);
	if (column > 0)
		printf(":%llu", (unsigned long long)column);
}

/* A reason, and how many rules have it. */
struct reason {
	struct span why, first; /* path of the first such rule */
	size_t n;
};

static int
by_number(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return span_cmp(x->why, y->why);
}

/* Why rules are not fed; --json names each of them. */
static void
write_reasons(struct checking *c, const struct knowledge *k)
{
	struct reason *v = arena_array(&c->arena, k->nuser, sizeof(*v));
	struct map seen;
	char words[LOGSOURCE_WORDS];
	size_t n = 0;

	map_init(&seen, &c->arena);
	for (size_t i = 0; i < k->nuser; i++) {
		const struct rule *r = k->rules.rules[i];
		struct span why = idle_reason(&c->arena, r);
		uint32_t at;

		if (is_part(r) || why.n == 0)
			continue;
		why = arena_fmt(&c->arena, "%s%.*s: %.*s",
		    r->correlation != NULL ? "correlation over " : "",
		    SPAN_FMT(r->product.n > 0
				 ? r->product
				 : logsource_words(r->logsource, words)),
		    SPAN_FMT(why));
		at = map_add(&seen, why, (uint32_t)n);
		if (at == n)
			v[n++] = (struct reason){why, path_told(r->path), 0};
		v[at].n++;
	}
	qsort(v, n, sizeof(*v), by_number);
	for (size_t i = 0; i < n; i++) {
		printf("not fed     %zu of ", v[i].n);
		safe_write(stdout, v[i].why);
		if (v[i].n == 1) {
			fputs(": ", stdout);
			safe_write(stdout, v[i].first);
		}
		putchar('\n');
	}
}

static void
write_text(struct checking *c, const struct knowledge *k)
{
	struct counts n = count(&c->arena, k);

	for (size_t i = 0; i < c->n; i++) {
		fputs("failed      ", stdout);
		print_place(c->v[i].path, c->v[i].line, c->v[i].column);
		fputs(": ", stdout);
		safe_write(stdout, c->v[i].text);
		putchar('\n');
	}
	write_reasons(c, k);
	printf("files       %zu, %zu of them hold no rule\n", k->user_files,
	    k->user_norules);
	printf("rules       %zu loaded, %zu of them run, %zu not fed\n",
	    n.rules, n.run, n.idle);
	printf("failed      %zu problems\n", c->n);
}

static void
write_idle(struct json_out *j, struct checking *c, const struct knowledge *k)
{
	json_out_list(j, "not_fed");
	for (size_t i = 0; i < k->nuser; i++) {
		const struct rule *r = k->rules.rules[i];
		struct span why = idle_reason(&c->arena, r);

		if (is_part(r) || why.n == 0)
			continue;
		json_out_object(j, NULL);
		json_out_text(j, "rule", r->check.id);
		json_out_text(j, "title", r->check.title);
		json_out_text(j, "path", path_told(r->path));
		json_out_number(j, "line", r->line);
		json_out_text(j, "logsource", r->logsource);
		json_out_text(j, "reason", why);
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

static void
write_json(FILE *f, struct checking *c, const struct knowledge *k)
{
	struct counts n = count(&c->arena, k);
	struct json_out j;

	json_out_init(&j, f);
	json_out_object(&j, NULL);
	json_out_number(&j, "files", (int64_t)k->user_files);
	json_out_number(&j, "files_without_rules", (int64_t)k->user_norules);
	json_out_number(&j, "loaded", (int64_t)n.rules);
	json_out_number(&j, "run", (int64_t)n.run);
	json_out_list(&j, "failed");
	for (size_t i = 0; i < c->n; i++) {
		json_out_object(&j, NULL);
		json_out_text(&j, "path", c->v[i].path);
		json_out_number(&j, "line", (int64_t)c->v[i].line);
		json_out_number(&j, "column", (int64_t)c->v[i].column);
		json_out_text(&j, "reason", c->v[i].text);
		json_out_end_object(&j);
	}
	json_out_end_list(&j);
	write_idle(&j, c, k);
	json_out_end_object(&j);
	putc('\n', f);
}

static int
write_all(struct checking *c, const struct knowledge *k, const char *json)
{
	FILE *f;

	if (json == NULL || strcmp(json, "-") != 0)
		write_text(c, k);
	if (json == NULL)
		return 0;
	f = strcmp(json, "-") == 0 ? stdout : fopen(json, "w");
	if (f == NULL)
		return -1;
	write_json(f, c, k);
	return f == stdout ? fflush(f) : fclose(f);
}

int
intel_check(int argc, char **argv)
{
	struct knowing knowing = {0};
	struct knowledge_options ko;
	struct checking c = {0};
	const char *json = NULL;
	struct knowledge k;
	struct err e;
	int i = 1, status;

	while (i < argc) {
		if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
			json = argv[i + 1];
			i += 2;
			continue;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			if (knowing_take(&knowing, "rules", argv[i++]) < 0)
				return usage_error(
				    &command_intel, "too many folders");
			continue;
		}
		if (i + 1 >= argc ||
		    knowing_take(&knowing, argv[i] + 2, argv[i + 1]) <= 0)
			return usage_error(&command_intel,
			    "%s: unknown, or has no value", argv[i]);
		i += 2;
	}
	if (knowing.rules.n == 0)
		return usage_error(&command_intel, "expected check RULES...");
	arena_init(&c.arena);
	ko = knowing_options(&knowing);
	ko.evidence_word = evidence_class;
	ko.user_first = true;
	if (knowledge_load(&ko, &k, on_problem, &c, &e) != 0) {
		arena_release(&c.arena);
		return complain(EXIT_FAILED, "%s", e.text);
	}
	status = c.n > 0 ? EXIT_THRESHOLD : EXIT_QUIET;
	if (write_all(&c, &k, json) != 0)
		status = complain(EXIT_FAILED, "cannot write the output");
	knowledge_release(&k);
	arena_release(&c.arena);
	return status;
}
