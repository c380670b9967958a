#include "intel/yara_set.h"

#include <stdlib.h>
#include <stdio.h>
#include <yara.h>

#include "base/limits.h"
#include "intel/fix.h"

/* Seconds that YARA may spend on one file. */
#define SCAN_SECONDS 60

struct yara_set {
	YR_COMPILER *compiler;
	struct arena texts;
	struct span *kept;
	size_t nkept, cap;
};

int
yara_set_begin(struct yara_set **out, struct err *e)
{
	struct yara_set *s = calloc(1, sizeof(*s));

	if (s == NULL || yr_initialize() != ERROR_SUCCESS) {
		free(s);
		return err_set(e, "cannot start libyara");
	}
	arena_init(&s->texts);
	*out = s;
	return 0;
}

/* A compiler that met an error takes nothing more: each text gets one. */
struct trial {
	yara_problem_fn *problem;
	void *ctx;
	struct span path;
};

static void
on_message(int level, const char *file, int line, const YR_RULE *rule,
    const char *text, void *user)
{
	struct trial *t = user;

	(void)file;
	(void)rule;
	if (level == YARA_ERROR_LEVEL_ERROR)
		t->problem(t->ctx, t->path, (uint64_t)line, text);
}

/* text ends in a NUL byte. */
static bool
trial_run(struct trial *t, struct span text)
{
	YR_COMPILER *c;
	bool good;

	if (yr_compiler_create(&c) != ERROR_SUCCESS) {
		t->problem(t->ctx, t->path, 0, "out of memory");
		return false;
	}
	yr_compiler_set_callback(c, on_message, t);
	yr_compiler_set_include_callback(c, NULL, NULL, NULL);
	good = yr_compiler_add_string(c, text.p, NULL) == 0;
	yr_compiler_destroy(c);
	return good;
}

bool
yara_text_compiles(struct span text, yara_problem_fn *problem, void *ctx)
{
	struct trial t = {.problem = problem, .ctx = ctx};
	struct arena a;
	bool good;

	if (yr_initialize() != ERROR_SUCCESS)
		return false;
	arena_init(&a);
	good = trial_run(&t, arena_copy(&a, text));
	arena_release(&a);
	yr_finalize();
	return good;
}

static void
kept_append(struct yara_set *s, struct span text)
{
	s->kept = arena_grow(
	    &s->texts, s->kept, s->nkept, &s->cap, sizeof(*s->kept));
	s->kept[s->nkept++] = text;
}

void
yara_set_add(struct yara_set *s, struct span text, struct span path,
    yara_problem_fn *problem, void *ctx)
{
	struct trial t = {problem, ctx, path};

	text = arena_copy(&s->texts, text);
	if (trial_run(&t, text))
		kept_append(s, text);
}

void
yara_set_keep(struct yara_set *s, struct span text)
{
	kept_append(s, arena_copy(&s->texts, text));
}

static void
list_take(struct arena *a, struct span_list *l, struct span words)
{
	struct span w;

	l->v = arena_array(a, words.n / 2 + 1, sizeof(*l->v));
	while ((w = span_word(&words)).n > 0)
		l->v[l->n++] = arena_copy(a, w);
}

static enum severity
severity_of(struct span s)
{
	for (int i = SEV_INFO; i <= SEV_CRITICAL; i++)
		if (span_is(s, severity_name((enum severity)i)))
			return (enum severity)i;
	return SEV_HIGH;
}

static enum confidence
confidence_of(struct span s)
{
	for (int i = CONF_LOW; i <= CONF_HIGH; i++)
		if (span_is(s, confidence_name((enum confidence)i)))
			return (enum confidence)i;
	return CONF_MEDIUM;
}

static void
check_fill(struct arena *a, YR_RULE *rule, struct check *c)
{
	YR_META *meta;

	*c = (struct check){.kind = CHECK_COMPROMISE,
	    .severity = SEV_HIGH,
	    .confidence = CONF_MEDIUM,
	    .id = arena_copy(a, span_str(rule->identifier)),
	    .title = arena_copy(a, span_str(rule->identifier))};
	yr_rule_metas_foreach(rule, meta)
	{
		struct span name = span_str(meta->identifier), v;
		struct span *text = NULL;

		if (meta->type != META_TYPE_STRING)
			continue;
		v = arena_copy(a, span_str(meta->string));
		if (span_is(name, "id"))
			text = &c->id;
		else if (span_is(name, "title"))
			text = &c->title;
		else if (span_is(name, "why"))
			text = &c->why;
		else if (span_is(name, "source"))
			text = &c->source;
		else if (span_is(name, "confirmed"))
			text = &c->confirmed;
		if (text != NULL)
			*text = v;
		else if (span_is(name, "verify"))
			fix_text(a, v, &c->verify, &c->nverify);
		else if (span_is(name, "advisory"))
			list_take(a, &c->advisory, v);
		else if (span_is(name, "technique"))
			list_take(a, &c->techniques, v);
		else if (span_is(name, "severity"))
			c->severity = severity_of(v);
		else if (span_is(name, "confidence"))
			c->confidence = confidence_of(v);
	}
}

int
yara_set_end(struct yara_set *s, struct arena *a, struct YR_RULES **rules,
    struct check **checks, struct span **names, size_t *n, struct err *e)
{
	YR_RULES *all = NULL;
	YR_RULE *rule;
	size_t count = 0;
	int r = 0;

	*rules = NULL;
	*checks = NULL;
	*names = NULL;
	*n = 0;
	if (s->nkept > 0) {
		if (yr_compiler_create(&s->compiler) != ERROR_SUCCESS)
			return err_set(e, "out of memory");
		/* Each text in a name space of its own: feeds may use a
		 * name that is taken. */
		for (size_t i = 0; i < s->nkept; i++) {
			char space[24];

			snprintf(space, sizeof(space), "%zu", i);
			if (yr_compiler_add_string(
				s->compiler, s->kept[i].p, space) != 0)
				r = err_set(
				    e, "the YARA rules cannot be compiled");
		}
		if (r == 0 &&
		    yr_compiler_get_rules(s->compiler, &all) != ERROR_SUCCESS)
			r = err_set(e, "cannot compile the YARA rules");
		yr_compiler_destroy(s->compiler);
	}
	if (r == 0 && all != NULL) {
		*rules = all;
		yr_rules_foreach(all, rule) count++;
		*checks = arena_array(a, count, sizeof(**checks));
		*names = arena_array(a, count, sizeof(**names));
		yr_rules_foreach(all, rule)
		{
			(*names)[*n] =
			    arena_copy(a, span_str(rule->identifier));
			check_fill(a, rule, &(*checks)[(*n)++]);
		}
	}
	arena_release(&s->texts);
	free(s);
	return r;
}

void
yara_set_release(struct YR_RULES *rules)
{
	if (rules != NULL)
		yr_rules_destroy(rules);
	yr_finalize();
}

struct scan {
	yara_match_fn *fn;
	void *ctx;
};

static int
on_match(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct scan *s = user;

	(void)context;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		s->fn(s->ctx, ((YR_RULE *)data)->identifier);
	return CALLBACK_CONTINUE;
}

int
yara_set_scan(
    struct YR_RULES *rules, struct span bytes, yara_match_fn *fn, void *ctx)
{
	struct scan s = {fn, ctx};
	int r;

	if (rules == NULL || bytes.n == 0)
		return 0;
	/* The bytes are ours, in memory: no page can fail under the scan, so
	 * libyara need not install signal handlers (which the sandbox would
	 * take as a sign of trouble). */
	r = yr_rules_scan_mem(rules, (const uint8_t *)bytes.p, bytes.n,
	    SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_FAST_MODE, on_match, &s,
	    SCAN_SECONDS);
	return r == ERROR_SUCCESS ? 0 : -1;
}
