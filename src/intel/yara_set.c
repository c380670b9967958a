#include "intel/yara_set.h"

#include <stdlib.h>
#include <stdio.h>
#include <yara.h>

#include "base/limits.h"
#include "intel/fix.h"

/* Seconds that YARA may spend on one file. */
#define SCAN_SECONDS 60

struct text_list {
	struct span *v, *paths; /* paths: of users' texts */
	size_t n, cap, paths_cap;
};

struct yara_set {
	struct arena texts;
	struct text_list kept, users;
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

static void
no_message(int level, const char *file, int line, const YR_RULE *rule,
    const char *text, void *user)
{
	(void)level;
	(void)file;
	(void)line;
	(void)rule;
	(void)text;
	(void)user;
}

/* text ends in a NUL byte; *rules is NULL when it does not compile. */
static bool
trial_run(struct trial *t, struct span text, YR_RULES **rules)
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
	if (rules != NULL) {
		*rules = NULL;
		if (good && yr_compiler_get_rules(c, rules) != ERROR_SUCCESS) {
			t->problem(t->ctx, t->path, 0, "it cannot be compiled");
			good = false;
		}
	}
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
	good = trial_run(&t, arena_copy(&a, text), NULL);
	arena_release(&a);
	yr_finalize();
	return good;
}

static void
text_append(
    struct yara_set *s, struct text_list *l, struct span text, struct span path)
{
	struct arena *a = &s->texts;

	l->v = arena_grow(a, l->v, l->n, &l->cap, sizeof(*l->v));
	l->paths =
	    arena_grow(a, l->paths, l->n, &l->paths_cap, sizeof(*l->paths));
	l->v[l->n] = arena_copy(a, text);
	l->paths[l->n++] = arena_copy(a, path);
}

void
yara_set_add(struct yara_set *s, struct span text, struct span path)
{
	text_append(s, &s->users, text, path);
}

void
yara_set_keep(struct yara_set *s, struct span text)
{
	text_append(s, &s->kept, text, (struct span){0});
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
check_meta(struct arena *a, struct check *c, struct span name, struct span v)
{
	struct span *text = NULL;

	v = arena_copy(a, v);
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

/* ---- telling ---- */

static void
describe_rule(
    YR_RULE *rule, struct yara_said *said, yara_say_fn *say, void *ctx)
{
	YR_META *meta;

	said->word = YARA_SAYS_RULE;
	said->a = span_str(rule->identifier);
	say(ctx, said);
	said->word = YARA_SAYS_META;
	yr_rule_metas_foreach(rule, meta)
	{
		if (meta->type != META_TYPE_STRING)
			continue;
		said->a = span_str(meta->identifier);
		said->b = span_str(meta->string);
		say(ctx, said);
	}
	said->a = said->b = (struct span){0};
}

struct describing {
	struct yara_said said;
	yara_say_fn *say;
	void *ctx;
};

static void
on_trouble(void *ctx, struct span path, uint64_t line, const char *text)
{
	struct describing *d = ctx;
	struct yara_said said = d->said;

	(void)path;
	said.word = YARA_SAYS_PROBLEM;
	said.line = line;
	said.a = span_str(text);
	d->say(d->ctx, &said);
}

void
yara_describe(const struct span *texts, size_t n, yara_say_fn *say, void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		struct describing d = {{.text = (uint32_t)i}, say, ctx};
		struct trial t = {.problem = on_trouble, .ctx = &d};
		YR_RULES *rules;
		YR_RULE *rule;

		if (trial_run(&t, texts[i], &rules)) {
			yr_rules_foreach(rules, rule)
			    describe_rule(rule, &d.said, say, ctx);
			yr_rules_destroy(rules);
		}
		d.said.word = YARA_SAYS_END;
		say(ctx, &d.said);
	}
}

/* ---- taking ---- */

struct taking {
	struct yara_set *s;
	struct arena *a;
	struct yara_known *out;
	yara_problem_fn *problem;
	void *ctx;
	size_t before; /* rules before the text at hand */
	bool bad;
};

static struct check *
rule_append(struct arena *a, struct yara_known *k, const char *sort,
    size_t space, struct span identifier)
{
	struct check *c;

	identifier = arena_copy(a, identifier);
	k->checks = arena_grow(a, k->checks, k->n, &k->cap, sizeof(*c));
	k->names =
	    arena_grow(a, k->names, k->n, &k->names_cap, sizeof(*k->names));
	k->names[k->n] =
	    arena_fmt(a, "%s%zu:%.*s", sort, space, SPAN_FMT(identifier));
	c = &k->checks[k->n++];
	*c = (struct check){.kind = CHECK_COMPROMISE,
	    .severity = SEV_HIGH,
	    .confidence = CONF_MEDIUM,
	    .id = identifier,
	    .title = identifier};
	return c;
}

/* The next text is as if there had been nothing but what was accepted. */
static void
text_done(struct taking *t, uint32_t text)
{
	struct yara_known *k = t->out;

	if (t->bad)
		k->n = t->before;
	else
		k->texts.v[k->texts.n++] =
		    arena_copy(t->a, t->s->users.v[text]);
	t->before = k->n;
	t->bad = false;
}

static void
on_said(void *ctx, const struct yara_said *said)
{
	struct taking *t = ctx;
	struct yara_known *k = t->out;

	if (said->text >= t->s->users.n)
		return;
	switch (said->word) {
	case YARA_SAYS_PROBLEM:
		t->problem(t->ctx, t->s->users.paths[said->text], said->line,
		    arena_copy(t->a, said->a).p);
		t->bad = true;
		break;
	case YARA_SAYS_RULE:
		if (k->n - t->before < LIMIT_YARA_RULES)
			rule_append(t->a, k, "u", k->texts.n, said->a);
		break;
	case YARA_SAYS_META:
		if (k->n > t->before)
			check_meta(
			    t->a, &k->checks[k->n - 1], said->a, said->b);
		break;
	case YARA_SAYS_END:
		text_done(t, said->text);
		break;
	}
}

/* ---- compiling ---- */

/* Each text in a name space of its own: feeds may use a name that is taken. */
static YR_RULES *
compile(const struct span *texts, size_t n, const char *sort)
{
	YR_COMPILER *c;
	YR_RULES *all = NULL;
	bool good = true;

	if (n == 0 || yr_compiler_create(&c) != ERROR_SUCCESS)
		return NULL;
	yr_compiler_set_callback(c, no_message, NULL);
	yr_compiler_set_include_callback(c, NULL, NULL, NULL);
	for (size_t i = 0; good && i < n; i++) {
		char space[24];

		snprintf(space, sizeof(space), "%s%zu", sort, i);
		good = yr_compiler_add_string(c, texts[i].p, space) == 0;
	}
	if (good && yr_compiler_get_rules(c, &all) != ERROR_SUCCESS)
		all = NULL;
	yr_compiler_destroy(c);
	return all;
}

struct YR_RULES *
yara_compile(const struct span_list *texts)
{
	return compile(texts->v, texts->n, "u");
}

void
yara_free(struct YR_RULES *rules)
{
	if (rules != NULL)
		yr_rules_destroy(rules);
}

static void
built_in_checks(struct yara_known *k, struct arena *a)
{
	YR_RULE *rule;
	YR_META *meta;

	yr_rules_foreach(k->rules, rule)
	{
		struct check *c = rule_append(
		    a, k, rule->ns->name, 0, span_str(rule->identifier));

		k->names[k->n - 1] =
		    arena_fmt(a, "%s:%s", rule->ns->name, rule->identifier);
		yr_rule_metas_foreach(rule,
		    meta) if (meta->type == META_TYPE_STRING) check_meta(a, c,
		    span_str(meta->identifier), span_str(meta->string));
	}
}

int
yara_set_end(struct yara_set *s, struct arena *a, yara_describe_fn *fn,
    struct yara_known *out, yara_problem_fn *problem, void *ctx, struct err *e)
{
	struct taking t = {s, a, out, problem, ctx, 0, false};
	int r = 0;

	*out = (struct yara_known){0};
	out->rules = compile(s->kept.v, s->kept.n, "b");
	if (s->kept.n > 0 && out->rules == NULL)
		r = err_set(e, "the YARA rules cannot be compiled");
	if (out->rules != NULL)
		built_in_checks(out, a);
	t.before = out->n;
	out->texts.v = arena_array(a, s->users.n, sizeof(*out->texts.v));
	if (r == 0 && s->users.n > 0)
		(fn != NULL ? fn : yara_describe)(
		    s->users.v, s->users.n, on_said, &t);
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
		s->fn(s->ctx, ((YR_RULE *)data)->ns->name,
		    ((YR_RULE *)data)->identifier);
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
