/* Knowledge from elsewhere: YAML, and Sigma rules in it. */
#include "detect/correlate.h"
#include "detect/rule.h"
#include "fuzz/fuzz.h"
#include "intel/yaml.h"
#include "intel/yaml_pack.h"

static void
walk(const struct yaml_node *n, unsigned depth)
{
	FUZZ_CHECK(n != NULL && depth <= LIMIT_YAML_DEPTH);
	fuzz_touch(n->text);
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == YAML_MAP) {
			FUZZ_CHECK(n->keys[i]->kind == YAML_TEXT);
			fuzz_touch(n->keys[i]->text);
		}
		walk(n->items[i], depth + 1);
	}
}

static void
same(const struct yaml_node *a, const struct yaml_node *b)
{
	FUZZ_CHECK(a->kind == b->kind && a->plain == b->plain &&
		   a->flow == b->flow && a->line == b->line &&
		   a->column == b->column && a->n == b->n &&
		   span_eq(a->text, b->text));
	for (size_t i = 0; i < a->n; i++) {
		if (a->kind == YAML_MAP)
			same(a->keys[i], b->keys[i]);
		same(a->items[i], b->items[i]);
	}
}

/* Packed and unpacked, the trees are what they were. */
static void
pack(const struct yaml_docs *docs, struct span text, struct arena *a)
{
	struct yaml_docs again;
	struct yaml_error e;
	struct buf b;

	buf_init(&b, LIMIT_BUF_BYTES);
	yaml_pack(&b, docs, text);
	FUZZ_CHECK(!buf_full(&b));
	FUZZ_CHECK(yaml_read(a, buf_span(&b), &again, &e) == 0);
	FUZZ_CHECK(yaml_text_hash(buf_span(&b)) == yaml_text_hash(text));
	FUZZ_CHECK(again.n == docs->n);
	for (size_t i = 0; i < again.n; i++)
		same(docs->v[i], again.v[i]);
	buf_release(&b);
}

static void
on_problem(void *ctx, const struct sigma_problem *p)
{
	(void)ctx;
	FUZZ_CHECK(p->text.n > 0);
	fuzz_touch(p->text);
	fuzz_touch(p->path);
}

static void
need_check(const struct literal_need *need)
{
	FUZZ_CHECK(need->n > 0);
	for (size_t i = 0; i < need->n; i++) {
		FUZZ_CHECK(need->v[i].n > 0);
		fuzz_touch(need->v[i]);
	}
}

static void
on_episode(void *ctx, const struct episode *e)
{
	(void)ctx;
	FUZZ_CHECK(e->n > 0 && e->n <= LIMIT_EPISODE_EVENTS);
	FUZZ_CHECK(e->count >= e->n && e->first <= e->last);
}

/* Every plain rule met an event, each second one, in two rounds. */
static void
together(const struct ruleset *rs, struct arena *a)
{
	struct event *v = arena_array(a, rs->n * 2, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < rs->n * 2; i++) {
		const struct rule *r = rs->rules[i % rs->n];

		if (r->correlation != NULL)
			continue;
		v[n] = (struct event){.rule = r->index,
		    .time = (int64_t)i * TIME_SECOND,
		    .device = SPAN("1"),
		    .line = i};
		v[n].values = arena_array(a, r->ngives, sizeof(*v[n].values));
		for (size_t k = 0; k < r->ngives; k++)
			v[n].values[k] = SPAN("7");
		n++;
	}
	correlate(rs, v, n, on_episode, NULL);
}

/* What was taken can be asked and searched for. */
static void
use(const struct ruleset *rs, struct arena *a)
{
	struct rule_scratch scratch;
	struct record r;
	struct err e;

	FUZZ_CHECK(rule_scratch_init(&scratch, &e) == 0);
	record_init(&r, K_COMMAND, 1, 0, SPAN("eve ran show running-config"));
	record_put(&r, F_USER, SPAN("eve"));
	record_put(&r, F_COMMAND, SPAN("show running-config"));
	record_put_ip(&r, F_SRC_IP, SPAN("203.0.113.7"));
	for (size_t i = 0; i < rs->n; i++) {
		struct literal_needs needs;

		if (rule_literals(rs->rules[i], &needs, a)) {
			FUZZ_CHECK(needs.n > 0);
			for (size_t k = 0; k < needs.n; k++)
				need_check(&needs.v[k]);
		}
		(void)rule_match(rs->rules[i], &r, &scratch);
		FUZZ_CHECK(
		    ruleset_find(rs, rs->rules[i]->check.id) == rs->rules[i]);
	}
	rule_scratch_release(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct arena arena;
	struct yaml_docs docs;
	struct yaml_error e;
	struct ruleset rs;

	if (size > 16384)
		return 0;
	arena_init(&arena);
	if (yaml_read(&arena, text, &docs, &e) == 0) {
		for (size_t i = 0; i < docs.n; i++)
			walk(docs.v[i], 0);
		if (!yaml_is_packed(text))
			pack(&docs, text, &arena);
	}
	FUZZ_CHECK(ruleset_init(&rs) == 0);
	FUZZ_CHECK(ruleset_read(&rs, text, SPAN("x.yml"), on_problem, NULL) ==
		   (int)rs.n);
	ruleset_link(&rs, on_problem, NULL);
	ruleset_seal(&rs);
	together(&rs, &arena);
	use(&rs, &arena);
	ruleset_release(&rs);
	arena_release(&arena);
	return 0;
}
