/*
 * Reading: YAML trees with their places, Sigma rules into checks, and every
 * refusal with its line, column and reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "intel/sigma.h"
#include "intel/yaml.h"
#include "intel/yaml_pack.h"

#define assert_span(s, text) assert_string_equal(arena_str(&arena, (s)), (text))

/* Packed YAML: each of its bytes turned over, each cut; it is read as a tree
 * within the limits, or refused. */
static size_t
nodes_of(const struct yaml_node *x)
{
	size_t n = 1;

	for (size_t i = 0; i < x->n; i++)
		n += nodes_of(x->items[i]) +
		     (x->kind == YAML_MAP ? nodes_of(x->keys[i]) : 0);
	return n;
}

static void
yaml_pack_test(void **state)
{
	struct span text = SPAN("a: [1, 'two', {b: c}]\n"
				"d: |\n  x\n  y\n---\n- {e: null}\n");
	struct arena a;
	struct yaml_docs docs, again;
	struct yaml_error e;
	struct buf b;
	size_t refused = 0;

	(void)state;
	arena_init(&a);
	buf_init(&b, LIMIT_BUF_BYTES);
	assert_int_equal(yaml_read(&a, text, &docs, &e), 0);
	yaml_pack(&b, &docs, text);
	assert_true(yaml_is_packed(buf_span(&b)));
	assert_int_equal(yaml_read(&a, buf_span(&b), &again, &e), 0);
	assert_int_equal(again.n, 2);
	assert_int_equal(nodes_of(again.v[0]), nodes_of(docs.v[0]));
	assert_true(span_is(yaml_text(yaml_get(again.v[0], "d")), "x\ny\n"));
	assert_false(yaml_get(again.v[0], "d")->flow);
	assert_int_equal(yaml_get(again.v[0], "d")->line, 2);
	for (size_t i = 0; i < b.n; i++) {
		struct span cut = span_head(buf_span(&b), i);

		refused += yaml_is_packed(cut) &&
			   yaml_read(&a, cut, &again, &e) != 0;
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] ^= (char)(1 << bit);
			if (yaml_is_packed(buf_span(&b)) &&
			    yaml_read(&a, buf_span(&b), &again, &e) == 0)
				for (size_t k = 0; k < again.n; k++)
					assert_true(
					    nodes_of(again.v[k]) <= b.n);
			b.p[i] ^= (char)(1 << bit);
		}
	}
	assert_int_equal(refused, b.n - 8);
	buf_release(&b);
	arena_release(&a);
}

static void
yaml_tree_test(void **state)
{
	static const char text[] = "a: 1\n"
				   "b: ['x', \"y\", z]\n"
				   "c:\n"
				   "  d: |\n"
				   "    two\n"
				   "    lines\n"
				   "  e: ~\n"
				   "  f: yes\n"
				   "---\n"
				   "- &n {k: v}\n"
				   "- *n\n"
				   "---\n";
	struct arena arena;
	struct yaml_docs docs;
	struct yaml_error e;
	int64_t n;
	bool b;

	(void)state;
	arena_init(&arena);
	assert_int_equal(yaml_read(&arena, span_str(text), &docs, &e), 0);
	assert_int_equal(docs.n, 2);
	const struct yaml_node *root = docs.v[0], *c = yaml_get(root, "c");

	assert_int_equal(root->kind, YAML_MAP);
	assert_true(yaml_i64(yaml_get(root, "a"), &n));
	assert_int_equal(n, 1);
	assert_int_equal(yaml_get(root, "b")->line, 2);
	assert_int_equal(yaml_get(root, "b")->column, 4);
	assert_int_equal(yaml_count(yaml_get(root, "b")), 3);
	assert_span(yaml_text(yaml_at(yaml_get(root, "b"), 1)), "y");
	assert_int_equal(yaml_at(yaml_get(root, "b"), 2)->column, 15);
	assert_false(yaml_at(yaml_get(root, "b"), 0)->plain);
	assert_true(yaml_at(yaml_get(root, "b"), 2)->plain);
	assert_span(yaml_text(yaml_get(c, "d")), "two\nlines\n");
	assert_false(yaml_get(c, "d")->flow);
	assert_true(yaml_is_null(yaml_get(c, "e")));
	assert_int_equal(yaml_count(yaml_get(c, "e")), 0);
	assert_true(yaml_bool(yaml_get(c, "f"), &b));
	assert_true(b);
	assert_false(yaml_bool(yaml_get(c, "d"), &b));
	assert_null(yaml_get(c, "absent"));
	assert_null(yaml_get(yaml_get(root, "a"), "b"));
	assert_int_equal(yaml_count(yaml_get(root, "a")), 1);
	assert_ptr_equal(docs.v[1]->items[0], docs.v[1]->items[1]);
	assert_int_equal(docs.v[1]->line, 10);
	arena_release(&arena);
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *word; /* stands in the reason */
} broken_yaml[] = {
    {"a: [1, 2\nb: 3\n", 2, 2, "did not find expected"},
    {"a: b: c\n", 1, 5, "mapping values"},
    {"a: 1\n\tb: 2\n", 2, 1, "tab"},
    {"a: 1\nb: 2\na: 3\n", 3, 1, "twice in its mapping: a"},
    {"x: 1\n? [a, b]\n: 2\n", 2, 3, "expected a word"},
    {"a: *nowhere\n", 1, 4, "undefined alias"},
    {"a: &x [*x]\n", 1, 4, "alias inside"},
    {"a: 1\n---\nb: 'x\n", 4, 1, "end of stream"},
    {"a: \xff\xff\n", 1, 1, "UTF-8"},
};

static void
yaml_broken_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken_yaml) / sizeof(*broken_yaml);
	     i++) {
		struct yaml_docs docs = {.n = 77};
		struct yaml_error e;
		struct arena arena;

		arena_init(&arena);
		assert_int_equal(
		    yaml_read(&arena, span_str(broken_yaml[i].text), &docs, &e),
		    -1);
		if (!span_has(span_str(e.text), broken_yaml[i].word) ||
		    e.line != broken_yaml[i].line ||
		    e.column != broken_yaml[i].column)
			fail_msg("%s: %u:%u %s", broken_yaml[i].text, e.line,
			    e.column, e.text);
		assert_int_equal(docs.n, 77);
		arena_release(&arena);
	}
}

static int
yaml_try(struct span text, struct yaml_error *e)
{
	struct yaml_docs docs;
	struct arena arena;
	int rc;

	arena_init(&arena);
	rc = yaml_read(&arena, text, &docs, e);
	arena_release(&arena);
	return rc;
}

static void
yaml_limits_test(void **state)
{
	struct yaml_error e;
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	for (int i = 0; i < LIMIT_YAML_DEPTH; i++)
		buf_byte(&b, '[');
	buf_byte(&b, ']');
	for (int i = 1; i < LIMIT_YAML_DEPTH; i++)
		buf_byte(&b, ']');
	assert_int_equal(yaml_try(buf_span(&b), &e), 0);
	buf_reset(&b);
	buf_puts(&b, "[");
	for (int i = 0; i < LIMIT_YAML_DEPTH; i++)
		buf_byte(&b, '[');
	for (int i = 0; i <= LIMIT_YAML_DEPTH; i++)
		buf_byte(&b, ']');
	assert_int_equal(yaml_try(buf_span(&b), &e), -1);
	assert_true(span_has(span_str(e.text), "deeper"));
	/* Few bytes that would be ten to the twelfth nodes. */
	buf_reset(&b);
	buf_puts(&b, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 12; i++) {
		buf_fmt(&b, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			buf_fmt(&b, "%s*a%d", j ? "," : "", i - 1);
		buf_puts(&b, "]\n");
	}
	assert_int_equal(yaml_try(buf_span(&b), &e), -1);
	assert_true(span_has(span_str(e.text), "aliases written out"));
	buf_release(&b);
}

static const char full[] =
    "title: A rule\n"
    "id: 0d1e7f3a-0000-4000-8000-000000000001\n"
    "name: a-rule\n"
    "status: test\n"
    "description: |\n"
    "  Because.\n"
    "references: [https://example.org/a, https://example.org/b]\n"
    "author: somebody\n"
    "level: high\n"
    "tags:\n"
    "  - attack.persistence\n"
    "  - attack.t1136.001\n"
    "  - attack.T1098\n"
    "  - cve.2023-20198\n"
    "  - cve-2018-0171\n"
    "  - cve.2021.44228\n"
    "  - tlp.clear\n"
    "logsource:\n"
    "  product: tidemark\n"
    "  category: [command, syslog]\n"
    "detection:\n"
    "  s:\n"
    "    user: cisco\n"
    "  condition: s\n"
    "tidemark:\n"
    "  kind: indicator\n"
    "  confidence: high\n"
    "  advisory: ['AA25-239A:P-21', 'AA25-239A:P-22']\n"
    "  confirmed: official\n"
    "  verify: show users\n"
    "  fix:\n"
    "    ios: [conf t, no username cisco]\n"
    "    any: reload\n"
    "  entity: [user, src_ip]\n"
    "  external: src_ip\n"
    "  platforms: [ios, ios-xe]\n"
    "  evidence: accounting\n"
    "  prefilter: [Cisco]\n";

static void
count_problem(void *ctx, const struct sigma_problem *p)
{
	int *n = ctx;

	(*n)++;
	print_message("%u:%u %.*s\n", p->line, p->column, SPAN_FMT(p->text));
}

static void
check_fields_test(void **state)
{
	struct ruleset rs;
	struct arena arena;
	int problems = 0;

	(void)state;
	arena_init(&arena);
	ruleset_init(&rs);
	assert_int_equal(ruleset_read(&rs, span_str(full), SPAN("r/a.yml"),
			     count_problem, &problems),
	    1);
	assert_int_equal(problems, 0);
	const struct rule *r = ruleset_find(&rs, SPAN("a-rule"));

	assert_non_null(r);
	assert_null(ruleset_find(&rs, SPAN("b-rule")));
	assert_span(r->path, "r/a.yml");
	assert_int_equal(r->line, 1);
	assert_span(r->check.title, "A rule");
	assert_span(r->check.why, "Because.");
	assert_span(
	    r->check.source, "https://example.org/a https://example.org/b");
	assert_int_equal(r->check.severity, SEV_HIGH);
	assert_int_equal(r->check.kind, CHECK_INDICATOR);
	assert_int_equal(r->check.confidence, CONF_HIGH);
	assert_int_equal(r->check.techniques.n, 2);
	assert_span(r->check.techniques.v[0], "T1136.001");
	assert_span(r->check.techniques.v[1], "T1098");
	assert_int_equal(r->check.cve.n, 3);
	assert_span(r->check.cve.v[0], "CVE-2023-20198");
	assert_span(r->check.cve.v[1], "CVE-2018-0171");
	assert_span(r->check.cve.v[2], "CVE-2021-44228");
	assert_int_equal(r->check.advisory.n, 2);
	assert_span(r->check.advisory.v[1], "AA25-239A:P-22");
	assert_span(r->check.confirmed, "official");
	assert_int_equal(r->check.nverify, 1);
	assert_span(r->check.verify[0].commands.v[0], "show users");
	assert_int_equal(r->check.nfixes, 2);
	assert_span(r->check.fixes[0].platform, "ios");
	assert_int_equal(r->check.fixes[0].commands.n, 2);
	assert_span(r->check.fixes[0].commands.v[1], "no username cisco");
	assert_int_equal(r->check.fixes[1].platform.n, 0);
	assert_span(r->check.fixes[1].commands.v[0], "reload");
	assert_int_equal(r->nentity, 2);
	assert_int_equal(r->entity[1], F_SRC_IP);
	assert_int_equal(r->external, F_SRC_IP);
	assert_int_equal(r->platforms.n, 2);
	assert_span(r->evidence.v[0], "accounting");
	assert_span(r->prefilter.v[0], "cisco");
	assert_int_equal(
	    r->kinds, UINT64_C(1) << K_COMMAND | UINT64_C(1) << K_SYSLOG);
	assert_false(r->unsupplied);
	assert_true(field_set_has(&r->needs, F_USER));
	ruleset_seal(&rs);
	assert_int_equal(rs.by_kind[K_COMMAND].n, 1);
	assert_int_equal(rs.by_kind[K_FLOW].n, 0);
	assert_ptr_equal(rs.by_kind[K_SYSLOG].v[0], r);
	ruleset_release(&rs);
	arena_release(&arena);
}

static void
defaults_test(void **state)
{
	static const char text[] =
	    "title: t\nid: an-id\nauthor: me\n"
	    "logsource: {product: windows, service: security}\n"
	    "detection: {s: {EventID: 1, Image|endswith: x, user: u},"
	    " condition: s}\n";
	struct ruleset rs;
	struct arena arena;
	int problems = 0;

	(void)state;
	arena_init(&arena);
	ruleset_init(&rs);
	assert_int_equal(ruleset_read(&rs, span_str(text), SPAN("a"),
			     count_problem, &problems),
	    1);
	const struct rule *r = rs.rules[0];

	assert_span(r->check.id, "an-id");
	assert_span(r->check.source, "me");
	assert_int_equal(r->check.kind, CHECK_COMPROMISE);
	assert_int_equal(r->check.confidence, CONF_MEDIUM);
	assert_int_equal(r->check.severity, SEV_MEDIUM);
	assert_int_equal(r->external, F_NONE);
	assert_true(r->unsupplied);
	assert_span(r->logsource, "windows//security");
	assert_int_equal(r->missing_fields.n, 2);
	assert_span(r->missing_fields.v[0], "EventID");
	assert_span(r->missing_fields.v[1], "Image");
	ruleset_release(&rs);
	arena_release(&arena);
}

static const struct {
	const char *source;
	uint64_t kinds;
} sources[] = {
#define K(kind) (UINT64_C(1) << K_##kind)
    {"{product: cisco, service: aaa}", K(COMMAND) | K(SYSLOG)},
    {"{product: cisco, service: bgp}", K(SYSLOG)},
    {"{product: cisco}", K(SYSLOG)},
    {"{category: webserver}", K(HTTP)},
    {"{category: webserver, product: apache}", K(HTTP)},
    {"{category: proxy}", K(HTTP)},
    {"{product: zeek, service: conn}", K(FLOW)},
    {"{product: zeek, service: smb}", 0},
    {"{category: firewall}", K(FLOW) | K(SYSLOG)},
    {"{product: tidemark, category: file}", K(FILE)},
    {"{category: antivirus}", 0},
};

/* The table as it is delivered. */
static struct span
logsources(struct arena *a)
{
	FILE *f = fopen("data/logsources.yaml", "r");
	char *p = arena_alloc(a, 1u << 20);

	assert_non_null(f);
	size_t n = fread(p, 1, 1u << 20, f);

	fclose(f);
	return span_of(p, n);
}

static void
logsource_test(void **state)
{
	struct arena arena;
	struct span table;

	(void)state;
	arena_init(&arena);
	table = logsources(&arena);
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		struct ruleset rs;
		int problems = 0;

		ruleset_init(&rs);
		ruleset_logsources(&rs, table, SPAN("logsources.yaml"),
		    count_problem, &problems);
		struct span text = arena_fmt(&rs.arena,
		    "title: t\nid: t\nlogsource: %s\n"
		    "detection: {s: [word], condition: s}\n",
		    sources[i].source);

		assert_int_equal(ruleset_read(&rs, text, SPAN("a"),
				     count_problem, &problems),
		    1);
		assert_int_equal(rs.rules[0]->kinds, sources[i].kinds);
		assert_int_equal(
		    rs.rules[0]->unsupplied, sources[i].kinds == 0);
		assert_int_equal(problems, 0);
		ruleset_release(&rs);
	}
	arena_release(&arena);
}

/* Lines 1 to 4 are these; a case's own text starts at line 5. */
#define HEAD                                                                   \
	"title: t\nid: t\nlevel: low\n"                                        \
	"logsource: {product: tidemark, category: syslog}\n"
#define GOOD "detection: {s: [word], condition: s}\n"

static const struct {
	const char *text;
	uint32_t line, column;
	const char *word;
} refused[] = {
    /* The section tidemark. */
    {HEAD GOOD "tidemark:\n  kinds: compromise\n", 7, 3,
	"unknown key in tidemark: kinds"},
    {HEAD GOOD "tidemark:\n  kind: bad\n", 7, 9, "compromise, indicator"},
    {HEAD GOOD "tidemark: {confidence: certain}\n", 6, 24, "high, medium"},
    {HEAD GOOD "tidemark: {confirmed: yes}\n", 6, 23, "official"},
    {HEAD GOOD "tidemark: {advisory: [AA25]}\n", 6, 23, "AA25-239A:P-21"},
    {HEAD GOOD "tidemark: {entity: [user, usr]}\n", 6, 27, "usr"},
    {HEAD GOOD "tidemark: {external: user}\n", 6, 22, "address"},
    {HEAD GOOD "tidemark: {prefilter: [ab]}\n", 6, 24, "3 bytes"},
    {HEAD GOOD "tidemark: {fix: {ios: [[a]]}}\n", 6, 24, "text"},
    {HEAD GOOD "tidemark: {verify: }\n", 6, 12, "no value"},
    {HEAD GOOD "tidemark: word\n", 6, 11, "mapping"},
    /* The rule. */
    {"- a\n", 1, 1, "expected a rule"},
    {"title: t\n", 1, 1, "with a detection"},
    {"id: t\nlogsource: {product: cisco}\n" GOOD, 1, 1, "title"},
    {"title: t\nlogsource: {product: tidemark, category: file}\n" GOOD, 1, 1,
	"id"},
    {"title: t\nid: t\nlevel: huge\nlogsource: {product: cisco}\n" GOOD, 3, 8,
	"critical"},
    {"title: t\nid: t\n" GOOD, 1, 1, "logsource"},
    {"title: t\nid: t\nlogsource: {product: tidemark}\n" GOOD, 3, 12,
	"category"},
    {"title: t\nid: t\nlogsource: {product: tidemark, category: [file, "
     "x]}\n" GOOD,
	3, 49, "no kind of record: x"},
    {"title: t\nid: t\nlogsource: {product: tidemark, category: file, kind: "
     "x}\n" GOOD,
	3, 48, "kind"},
    {"title: [a\n", 2, 1, "expected"},
    /* Selections. */
    {HEAD "detection:\n  s:\n    usr: a\n  condition: s\n", 7, 5,
	"no field of records: usr"},
    {HEAD "detection:\n  s:\n    user|containz: a\n  condition: s\n", 7, 10,
	"unknown modifier \"containz\""},
    {HEAD "detection:\n  s:\n    'user|contains|x': a\n  condition: s\n", 7, 20,
	"unknown modifier \"x\""},
    {HEAD "detection:\n  s:\n    user|: a\n  condition: s\n", 7, 10,
	"unknown modifier \"\""},
    {HEAD "detection:\n  s:\n    user|i: a\n  condition: s\n", 7, 10,
	"unknown modifier \"i\""},
    {HEAD "detection:\n  s:\n    user|re|contains: a\n  condition: s\n", 7, 13,
	"another comparison"},
    {HEAD "detection:\n  s:\n    user|re: 'ab(c'\n  condition: s\n", 7, 19,
	"bad regular expression"},
    {HEAD "detection:\n  s:\n    src_ip|cidr: 10.0.0.0/33\n  condition: s\n", 7,
	18, "prefix"},
    {HEAD "detection:\n  s:\n    src_port|lt: many\n  condition: s\n", 7, 18,
	"number"},
    {HEAD "detection:\n  s:\n    src_port: ssh\n  condition: s\n", 7, 15,
	"holds numbers"},
    {HEAD "detection:\n  s:\n    src_ip: host\n  condition: s\n", 7, 13,
	"holds addresses"},
    {HEAD "detection:\n  s:\n    log: maybe\n  condition: s\n", 7, 10,
	"true or false"},
    {HEAD "detection:\n  s:\n    user|exists: maybe\n  condition: s\n", 7, 18,
	"true or false"},
    {HEAD "detection:\n  s:\n    user|contains: null\n  condition: s\n", 7, 20,
	"not null"},
    {HEAD "detection:\n  s:\n    user: {a: b}\n  condition: s\n", 7, 11,
	"single value"},
    {HEAD "detection:\n  s:\n    user: []\n  condition: s\n", 7, 11,
	"at least one value"},
    {HEAD "detection:\n  s:\n    '|cidr': 10.0.0.0/8\n  condition: s\n", 7, 5,
	"needs a field"},
    {HEAD "detection:\n  s:\n    '|exists': yes\n  condition: s\n", 7, 5,
	"needs a field"},
    {HEAD "detection:\n  s: {}\n  condition: s\n", 6, 6, "at least one field"},
    {HEAD "detection:\n  s: []\n  condition: s\n", 6, 6, "at least one value"},
    {HEAD "detection:\n  s:\n  condition: s\n", 6, 5, "not null"},
    {HEAD "detection:\n  s: [word]\n  timeframe: 5m\n  condition: s\n", 7, 14,
	"aggregation only"},
    {HEAD "detection: word\n", 5, 12, "selections"},
    /* Conditions. */
    {HEAD "detection:\n  s: [word]\n", 6, 3, "expected a condition"},
    {HEAD "detection:\n  s: [word]\n  condition: []\n", 7, 14,
	"expected a condition"},
    {HEAD "detection:\n  s: [word]\n  condition: s and t\n", 7, 20,
	"name of a selection, not \"t\""},
    {HEAD "detection:\n  s: [word]\n  condition: 's and'\n", 7, 20,
	"name of a selection at the end"},
    {HEAD "detection:\n  s: [word]\n  condition: (s\n", 7, 16,
	"parenthesis at the end"},
    {HEAD "detection:\n  s: [word]\n  condition: s s\n", 7, 16,
	"or the end, not \"s\""},
    {HEAD "detection:\n  s: [word]\n  condition: s)\n", 7, 15,
	"or the end, not \")\""},
    {HEAD "detection:\n  s: [word]\n  condition: 1 of t*\n", 7, 19,
	"name of selections, not \"t*\""},
    {HEAD "detection:\n  s: [word]\n  condition: 2 of s*\n", 7, 14,
	"not \"2\""},
    {HEAD "detection:\n  _s: [word]\n  condition: all of them\n", 7, 21,
	"name of selections"},
    {HEAD "detection:\n  s: [word]\n  condition: s | count( > 5\n", 7, 28,
	"aggregation"},
    {HEAD "detection:\n  s: [word]\n  condition: s | near t\n", 7, 24,
	"name of a selection in an aggregation"},
    {HEAD "detection:\n  s: [word]\n  condition: [s, t]\n", 7, 18, "\"t\""},
};

struct seen {
	struct sigma_problem first;
	char text[512];
	int n;
};

static void
remember(void *ctx, const struct sigma_problem *p)
{
	struct seen *s = ctx;

	if (s->n++ > 0)
		return;
	s->first = *p;
	snprintf(s->text, sizeof(s->text), "%.*s", SPAN_FMT(p->text));
}

static void
refused_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct ruleset rs;
		struct seen seen = {.n = 0};
		int added;

		ruleset_init(&rs);
		added = ruleset_read(&rs, span_str(refused[i].text),
		    SPAN("f.yml"), remember, &seen);
		if (added != 0 || seen.n != 1 ||
		    seen.first.line != refused[i].line ||
		    seen.first.column != refused[i].column ||
		    !span_has(span_str(seen.text), refused[i].word))
			fail_msg("%s\n%d added, %d problems, %u:%u %s",
			    refused[i].text, added, seen.n, seen.first.line,
			    seen.first.column, seen.text);
		assert_true(span_is(seen.first.path, "f.yml"));
		ruleset_release(&rs);
	}
}

/* A bad document costs itself only; an id stands for one rule. */
static void
several_test(void **state)
{
	static const char text[] =
	    "title: a\nid: a\nlogsource: {product: cisco}\n" GOOD "---\n"
	    "title: b\nid: b\nlogsource: {product: cisco}\n"
	    "detection: {s: {user|x: y, tty: {a: b}}, r: {user|z: 1},"
	    " condition: s and q}\n"
	    "---\n"
	    "title: c\nid: a\nlogsource: {product: cisco}\n" GOOD "---\n"
	    "title: d\nid: d\nlogsource: {product: cisco}\n" GOOD;
	struct ruleset rs;
	struct seen seen = {.n = 0};

	(void)state;
	ruleset_init(&rs);
	assert_int_equal(
	    ruleset_read(&rs, span_str(text), SPAN("f"), remember, &seen), 2);
	/* In b: two modifiers and the condition; c: the id. */
	assert_int_equal(seen.n, 4);
	assert_int_equal(seen.first.line, 9);
	assert_int_equal(rs.n, 2);
	assert_true(span_is(rs.rules[1]->check.id, "d"));
	assert_int_equal(rs.rules[1]->index, 1);
	ruleset_release(&rs);
}

static void
deep_condition_test(void **state)
{
	struct ruleset rs;
	struct seen seen = {.n = 0};
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	buf_puts(&b, HEAD "detection:\n  s: [word]\n  condition: ");
	for (int i = 0; i < 5000; i++)
		buf_puts(&b, "not ( ");
	ruleset_init(&rs);
	assert_int_equal(
	    ruleset_read(&rs, buf_span(&b), SPAN("f"), remember, &seen), 0);
	assert_true(span_has(span_str(seen.text), "less nesting"));
	ruleset_release(&rs);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(yaml_tree_test),
	    cmocka_unit_test(yaml_pack_test),
	    cmocka_unit_test(yaml_broken_test),
	    cmocka_unit_test(yaml_limits_test),
	    cmocka_unit_test(check_fields_test),
	    cmocka_unit_test(defaults_test),
	    cmocka_unit_test(logsource_test),
	    cmocka_unit_test(refused_test),
	    cmocka_unit_test(several_test),
	    cmocka_unit_test(deep_condition_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
