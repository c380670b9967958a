/*
 * What a rule means: each case is a detection, a record and whether they
 * match.  Then the literals that stand for a rule in a search over raw bytes,
 * and that they keep their promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/rule.h"

struct loaded {
	struct ruleset rs;
	struct rule_scratch scratch;
	struct arena arena;
};

static void
say(void *ctx, const struct sigma_problem *p)
{
	(void)ctx;
	print_error("%u:%u: %.*s\n", p->line, p->column, SPAN_FMT(p->text));
}

#define TABLE                                                                  \
	"fields: {cs-method: method, c-uri: uri, sc-status: status}\n"         \
	"sources: [{category: webserver, kinds: [http]}]\n"

/* head: the rule but for its detection; detection: one level less deep. */
static void
load(struct loaded *l, const char *head, const char *detection)
{
	struct span lines = span_str(detection), line, text = SPAN("");
	struct err e;

	arena_init(&l->arena);
	assert_int_equal(ruleset_init(&l->rs), 0);
	assert_int_equal(rule_scratch_init(&l->scratch, &e), 0);
	ruleset_logsources(&l->rs, SPAN(TABLE), SPAN("t.yaml"), say, NULL);
	while (span_line(&lines, &line))
		text = arena_fmt(
		    &l->arena, "%.*s  %.*s\n", SPAN_FMT(text), SPAN_FMT(line));
	text = arena_fmt(&l->arena, "title: t\nid: t\n%sdetection:\n%.*s", head,
	    SPAN_FMT(text));
	if (ruleset_read(&l->rs, text, SPAN("t.yml"), say, NULL) != 1)
		fail_msg("not read:\n%.*s", SPAN_FMT(text));
	ruleset_seal(&l->rs);
}

static void
unload(struct loaded *l)
{
	ruleset_release(&l->rs);
	rule_scratch_release(&l->scratch);
	arena_release(&l->arena);
}

static void
put(struct record *rec, struct span name, struct span text)
{
	int f = field_find(name);
	struct prefix p;

	if (f < 0)
		fail_msg("no field %.*s", SPAN_FMT(name));
	switch (field_type((enum field_id)f)) {
	case FT_NUMBER:
		record_put_number(rec, (enum field_id)f, text);
		break;
	case FT_IP:
		record_put_ip(rec, (enum field_id)f, text);
		break;
	case FT_PREFIX:
		assert_true(prefix_read(text, &p));
		record_put_prefix(rec, (enum field_id)f, &p, text);
		break;
	case FT_BOOL:
		record_put_bool(rec, (enum field_id)f, span_is(text, "true"));
		break;
	default:
		record_put(rec, (enum field_id)f, text);
	}
}

/* "field=text;field=text"; "raw=text" sets the raw line. */
static void
fill(struct record *rec, const char *spec)
{
	struct span rest = span_str(spec), item, name;

	while (rest.n > 0) {
		item = span_until(&rest, ';');
		name = span_until(&item, '=');
		if (span_is(name, "raw"))
			rec->raw = item;
		else
			put(rec, name, item);
	}
}

struct meaning {
	const char *detection, *record;
	bool match;
};

/* Short for a single selection. */
#define ONE(item) "s:\n  " item "\ncondition: s\n"
#define KEYS(words) "s: [" words "]\ncondition: s\n"
#define ABC "a: {user: a}\nb: {host: b}\nc: {tty: c}\n_d: {acl: d}\n"

static const struct meaning meanings[] = {
    /* Plain values. */
    {ONE("user: admin"), "user=admin", true},
    {ONE("user: admin"), "user=Admin", true},
    {ONE("user: ADMIN"), "user=admin", true},
    {ONE("user: admin"), "user=admin1", false},
    {ONE("user: admin"), "user=xadmin", false},
    {ONE("user: admin"), "host=admin", false},
    {ONE("user: admin"), "", false},
    {ONE("user: [admin, root]"), "user=root", true},
    {ONE("user: [admin, root]"), "user=toor", false},
    {ONE("user: 'a b'"), "user=a b", true},
    {ONE("user|cased: Admin"), "user=Admin", true},
    {ONE("user|cased: Admin"), "user=admin", false},
    {ONE("user: \"caf\\u00e9\""), "user=caf\xc3\xa9", true},
    /* All items of a map, any map of a list. */
    {"s:\n  user: a\n  host: b\ncondition: s\n", "user=a;host=b", true},
    {"s:\n  user: a\n  host: b\ncondition: s\n", "user=a;host=c", false},
    {"s:\n  user: a\n  host: b\ncondition: s\n", "user=a", false},
    {"s:\n  - user: a\n  - host: b\ncondition: s\n", "host=b", true},
    {"s:\n  - user: a\n  - host: b\ncondition: s\n", "user=a", true},
    {"s:\n  - user: a\n  - host: b\ncondition: s\n", "user=b", false},
    {"s:\n  - user: a\n    tty: t\n  - host: b\ncondition: s\n", "user=a",
	false},
    /* Several values of one field in the record. */
    {ONE("user: b"), "user=a;user=b;user=c", true},
    {ONE("user: d"), "user=a;user=b;user=c", false},
    {ONE("user|contains|all: [a, b]"), "user=xa;user=xb", true},
    {ONE("user|contains|all: [a, b]"), "user=xa;user=xc", false},
    {ONE("user: b"), "user=a;host=x;user=b", true},
    /* contains, startswith, endswith. */
    {ONE("message|contains: link"), "message=the LINK is down", true},
    {ONE("message|contains: link"), "message=link", true},
    {ONE("message|contains: link"), "message=lin k", false},
    {ONE("message|contains: ''"), "message=x", true},
    {ONE("message|contains: ''"), "user=x", false},
    {ONE("message|contains: [a, b]"), "message=xxb", true},
    {ONE("message|contains|all: [a, b]"), "message=xxb", false},
    {ONE("message|contains|all: [a, b]"), "message=bxa", true},
    {ONE("message|contains|cased: Link"), "message=a link", false},
    {ONE("message|contains|cased: Link"), "message=a Link", true},
    {ONE("message|contains: aab"), "message=aaab", true},
    {ONE("message|startswith: the"), "message=The end", true},
    {ONE("message|startswith: the"), "message=at the end", false},
    {ONE("message|startswith: the"), "message=th", false},
    {ONE("message|endswith: end"), "message=the END", true},
    {ONE("message|endswith: end"), "message=ending", false},
    {ONE("message|endswith: end"), "message=nd", false},
    {ONE("message|startswith: 'a*c'"), "message=abcd", true},
    {ONE("message|endswith: 'b?d'"), "message=abcd", true},
    {ONE("message|contains: 'b?d'"), "message=abcde", true},
    {ONE("message|contains: 'b?d'"), "message=abccde", false},
    /* Wildcards and escapes (Sigma rules, section "Escaping"). */
    {ONE("user: 'adm*'"), "user=admin", true},
    {ONE("user: 'adm*'"), "user=adm", true},
    {ONE("user: 'adm*'"), "user=xadm", false},
    {ONE("user: '*min'"), "user=admin", true},
    {ONE("user: '*dmi*'"), "user=admin", true},
    {ONE("user: '*'"), "user=x", true},
    {ONE("user: '*'"), "host=x", false},
    {ONE("user: '***'"), "user=x", true},
    {ONE("user: 'a?c'"), "user=abc", true},
    {ONE("user: 'a?c'"), "user=ac", false},
    {ONE("user: 'a?c'"), "user=abbc", false},
    {ONE("user: 'a?c'"),
	"user=a\xc3\xa9"
	"c",
	true},
    {ONE("user: 'a*b*c'"), "user=aXbYbZc", true},
    {ONE("user: 'a*b*c'"), "user=aXcYb", false},
    {ONE("user: 'a*bc'"), "user=abcbc", true},
    {ONE("user: '?*'"), "user=x", true},
    {ONE("user: '?\?'"), "user=x", false},
    {ONE("user: 'a\\*b'"), "user=a*b", true},
    {ONE("user: 'a\\*b'"), "user=axb", false},
    {ONE("user: 'a\\?b'"), "user=a?b", true},
    {ONE("user: 'a\\?b'"), "user=axb", false},
    {ONE("user: 'a\\b'"), "user=a\\b", true},
    {ONE("user: 'a\\\\b'"), "user=a\\b", true},
    {ONE("user: 'a\\\\*'"), "user=a\\xyz", true},
    {ONE("user: 'a\\\\*'"), "user=a*", false},
    {ONE("user: 'a\\\\\\*'"), "user=a\\*", true},
    {ONE("user: 'a\\\\\\*'"), "user=a\\x", false},
    {ONE("user: 'a\\\\\\\\b'"), "user=a\\\\b", true},
    {ONE("user: 'a\\'"), "user=a\\", true},
    /* Null, empty, exists. */
    {ONE("user: null"), "host=x", true},
    {ONE("user: null"), "user=x", false},
    {ONE("user: ~"), "host=x", true},
    {ONE("user:"), "host=x", true},
    {ONE("user: 'null'"), "user=null", true},
    {ONE("user: ''"), "host=x", true},
    {ONE("user: [null, x]"), "user=x", true},
    {ONE("user: [null, x]"), "host=x", true},
    {ONE("user: [null, x]"), "user=y", false},
    {ONE("user|exists: true"), "user=x", true},
    {ONE("user|exists: yes"), "host=x", false},
    {ONE("user|exists: false"), "host=x", true},
    {ONE("user|exists: no"), "user=x", false},
    /* Regular expressions. */
    {ONE("user|re: '^a.c$'"), "user=abc", true},
    {ONE("user|re: '^a.c$'"), "user=Abc", false},
    {ONE("user|re|i: '^a.c$'"), "user=ABC", true},
    {ONE("user|re: 'b'"), "user=abc", true},
    {ONE("user|re: ['x', 'c$']"), "user=abc", true},
    {ONE("user|re|all: ['x', 'c$']"), "user=abc", false},
    {ONE("body|re: 'a.b'"), "body=a\nb", false},
    {ONE("body|re|s: 'a.b'"), "body=a\nb", true},
    {ONE("body|re: '^b$'"), "body=a\nb\nc", false},
    {ONE("body|re|m: '^b$'"), "body=a\nb\nc", true},
    {ONE("body|re|i|m: '^B$'"), "body=a\nb\nc", true},
    {ONE("user|re: '^cisco(\\d+)?$'"), "user=cisco12", true},
    /* Numbers. */
    {ONE("dst_port: 22"), "dst_port=22", true},
    {ONE("dst_port: 22"), "dst_port=2222", false},
    {ONE("dst_port: '22'"), "dst_port=22", true},
    {ONE("dst_port: 22"), "dst_port=022", true},
    {ONE("dst_port: '*22'"), "dst_port=57722", true},
    {ONE("user: 22"), "user=22", true},
    {ONE("dst_port|lt: 22"), "dst_port=21", true},
    {ONE("dst_port|lt: 22"), "dst_port=22", false},
    {ONE("dst_port|lte: 22"), "dst_port=22", true},
    {ONE("dst_port|lte: 22"), "dst_port=23", false},
    {ONE("dst_port|gt: 22"), "dst_port=100", true},
    {ONE("dst_port|gt: 22"), "dst_port=22", false},
    {ONE("dst_port|gte: 22"), "dst_port=22", true},
    {ONE("dst_port|gte: 22"), "dst_port=3", false},
    {ONE("dst_port|gte: 22"), "src_port=30", false},
    {ONE("duration|gt: 1.5"), "duration=1.51", true},
    {ONE("duration|gt: 1.5"), "duration=1.5", false},
    {ONE("duration|gt: -1"), "duration=soon", false},
    {"s:\n  dst_port|gte: 5\n  dst_port|lt: 8\ncondition: s\n", "dst_port=7",
	true},
    {"s:\n  dst_port|gte: 5\n  dst_port|lt: 8\ncondition: s\n", "dst_port=8",
	false},
    /* Addresses. */
    {ONE("src_ip: 10.1.2.3"), "src_ip=10.1.2.3", true},
    {ONE("src_ip: '10.1.*'"), "src_ip=10.1.2.3", true},
    {ONE("src_ip: '2001:DB8::1'"), "src_ip=2001:db8:0:0::1", true},
    {ONE("src_ip: '::ffff:10.1.2.3'"), "src_ip=10.1.2.3", true},
    {ONE("src_ip|cidr: 10.0.0.0/8"), "src_ip=10.1.2.3", true},
    {ONE("src_ip|cidr: 10.0.0.0/8"), "src_ip=11.1.2.3", false},
    {ONE("src_ip|cidr: 10.0.0.0/8"), "src_ip=2001:db8::1", false},
    {ONE("src_ip|cidr: 2001:db8::/32"), "src_ip=2001:db8::1", true},
    {ONE("src_ip|cidr: [10.0.0.0/8, 192.0.2.0/24]"), "src_ip=192.0.2.7", true},
    {ONE("src_ip|cidr: 192.0.2.7"), "src_ip=192.0.2.7", true},
    {ONE("src_prefix|cidr: 10.0.0.0/8"), "src_prefix=10.3.0.0/16", true},
    {ONE("src_prefix|cidr: 10.3.0.0/16"), "src_prefix=10.0.0.0/8", false},
    {ONE("admits|holds: 203.0.113.7"), "admits=203.0.113.0/24", true},
    {ONE("admits|holds: 203.0.113.7"), "admits=203.0.113.7/32", true},
    {ONE("admits|holds: 203.0.113.7"), "admits=203.0.113.8/29", false},
    {ONE("admits|holds: 203.0.113.0/24"), "admits=203.0.113.0/25", false},
    {ONE("admits|holds: 203.0.113.0/25"), "admits=203.0.113.0/24", true},
    {ONE("admits|holds: 203.0.113.7"), "admits=::/0", false},
    {ONE("admits|holds: 2001:db8::7"), "admits=2001:db8::/32", true},
    {ONE("admits|holds: 203.0.113.7"),
	"admits=10.0.0.0/8;admits=203.0.113.0/24", true},
    {ONE("src_ip|holds: 203.0.113.7"), "src_ip=203.0.113.7", true},
    {ONE("src|cidr: 10.0.0.0/8"), "src=10.2.3.4", true},
    {ONE("src|cidr: 10.0.0.0/8"), "src=host", false},
    /* Truth. */
    {ONE("log: true"), "log=true", true},
    {ONE("log: yes"), "log=true", true},
    {ONE("log: no"), "log=true", false},
    {ONE("log: false"), "log=false", true},
    /* neq. */
    {ONE("user|neq: a"), "user=b", true},
    {ONE("user|neq: a"), "user=A", false},
    {ONE("user|neq: [a, b]"), "user=b", false},
    {ONE("user|neq: [a, b]"), "user=c", true},
    {ONE("user|neq: a"), "host=a", true},
    {ONE("dst_port|neq: 22"), "dst_port=23", true},
    {ONE("dst_port|neq: 22"), "dst_port=22", false},
    {ONE("user|contains|neq: x"), "user=axb", false},
    {"s:\n  host: h\n  user|neq: a\ncondition: s\n", "host=h;user=b", true},
    /* Keywords: the raw line of an event. */
    {KEYS("tftp"), "raw=copy TFTP: flash:", true},
    {KEYS("tftp"), "raw=copy ftp: flash:", false},
    {KEYS("a1, b2"), "raw=xx b2 yy", true},
    {KEYS("'a?b*d'"), "raw=..axbcccd..", true},
    {KEYS("tftp"), "raw=none;path_decoded=/tftp", false},
    {KEYS("tftp"), "path_decoded=/tftp", true},
    {KEYS("22"), "raw=port 22", true},
    {"s: tftp\ncondition: s\n", "raw=a tftp b", true},
    {"s:\n  '|all': [ab, cd]\ncondition: s\n", "raw=cd ab", true},
    {"s:\n  '|all': [ab, cd]\ncondition: s\n", "raw=cd xb", false},
    {"s:\n  '|re': 'x\\d+y'\ncondition: s\n", "raw=ax12yb", true},
    {"s:\n  '|contains|cased': AB\ncondition: s\n", "raw=xaby", false},
    {"s:\n  - tftp\n  - user: u\ncondition: s\n", "raw=none;user=u", true},
    {"s:\n  - tftp\n  - user: u\ncondition: s\n", "raw=tftp", true},
    /* Conditions. */
    {ABC "condition: a and b\n", "user=a;host=b", true},
    {ABC "condition: a and b\n", "user=a", false},
    {ABC "condition: a or b\n", "host=b", true},
    {ABC "condition: a or b\n", "tty=c", false},
    {ABC "condition: not a\n", "host=b", true},
    {ABC "condition: not a\n", "user=a", false},
    {ABC "condition: not not a\n", "user=a", true},
    {ABC "condition: a or b and c\n", "user=a", true},
    {ABC "condition: (a or b) and c\n", "user=a", false},
    {ABC "condition: b and c or a\n", "user=a", true},
    {ABC "condition: not a and b\n", "host=b", true},
    {ABC "condition: not (a and b)\n", "host=b", true},
    {ABC "condition: not a or b\n", "user=a;host=b", true},
    {ABC "condition: ((a))\n", "user=a", true},
    {ABC "condition: (a)and(b)\n", "user=a;host=b", true},
    {ABC "condition: a AND NOT b\n", "user=a", true},
    {ABC "condition: 1 of them\n", "tty=c", true},
    {ABC "condition: 1 of them\n", "acl=d", false},
    {ABC "condition: any of them\n", "tty=c", true},
    {ABC "condition: all of them\n", "user=a;host=b;tty=c", true},
    {ABC "condition: all of them\n", "user=a;host=b", false},
    {ABC "condition: _d\n", "acl=d", true},
    {ABC "condition: 1 of _*\n", "acl=d", true},
    {ABC "condition: a and not 1 of _*\n", "user=a;acl=d", false},
    {ABC "condition: a and not 1 of _*\n", "user=a", true},
    {ABC "condition: [a, b and c]\n", "user=a", true},
    {ABC "condition: [a, b and c]\n", "host=b", false},
    {"s_a: {user: a}\ns_b: {host: b}\nf: {tty: c}\n"
     "condition: all of s_* and not f\n",
	"user=a;host=b", true},
    {"s_a: {user: a}\ns_b: {host: b}\nf: {tty: c}\n"
     "condition: all of s_* and not f\n",
	"user=a;host=b;tty=c", false},
    {"s_a: {user: a}\ns_b: {host: b}\nf: {tty: c}\n"
     "condition: 1 of *_b\n",
	"host=b", true},
    {"s_a: {user: a}\ns_b: {host: b}\nf: {tty: c}\n"
     "condition: >-\n  1 of s_*\n  and not f\n",
	"user=a", true},
};

static void
meaning_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		const struct meaning *m = &meanings[i];
		struct loaded l;
		struct record rec;

		load(&l, "logsource: {product: tidemark, category: syslog}\n",
		    m->detection);
		record_init(&rec, K_SYSLOG, 1, 0, (struct span){0});
		fill(&rec, m->record);
		if (rule_match(l.rs.rules[0], &rec, &l.scratch) != m->match)
			fail_msg("%smeant %s for %s", m->detection,
			    m->match ? "a match" : "no match", m->record);
		unload(&l);
	}
}

/* A fact's keywords are searched in all its fields, raw line or not. */
static void
keyword_fact_test(void **state)
{
	struct loaded l;
	struct record rec;

	(void)state;
	load(&l, "logsource: {product: tidemark, category: file}\n",
	    KEYS("passwd"));
	record_init(&rec, K_FILE, 0, 0, SPAN("raw"));
	put(&rec, SPAN("path"), SPAN("/etc/Passwd"));
	assert_true(rule_match(l.rs.rules[0], &rec, &l.scratch));
	unload(&l);
}

/* A field that no record has never matches, whatever is asked of it. */
static void
foreign_test(void **state)
{
	static const struct meaning cases[] = {
	    {ONE("cs-host: x"), "host=x", false},
	    {ONE("cs-host: null"), "host=x", false},
	    {"a: {method: GET}\nf: {cs-host: x}\ncondition: a and not f\n",
		"method=GET", true},
	    {ONE("cs-method: post"), "method=POST", true},
	    {ONE("c-uri|contains: /a"), "uri=/x/a?b", true},
	    {ONE("sc-status: 200"), "status=200", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct loaded l;
		struct record rec;

		load(&l, "logsource: {category: webserver}\n",
		    cases[i].detection);
		record_init(&rec, K_HTTP, 1, 0, (struct span){0});
		fill(&rec, cases[i].record);
		assert_int_equal(rule_match(l.rs.rules[0], &rec, &l.scratch),
		    cases[i].match);
		unload(&l);
	}
}

/* An expression that never ends is given up, and that is counted. */
static void
runaway_test(void **state)
{
	struct loaded l;
	struct record rec;

	(void)state;
	load(&l, "logsource: {product: tidemark, category: syslog}\n",
	    ONE("message|re: '^(a+)+$'"));
	record_init(&rec, K_SYSLOG, 1, 0, (struct span){0});
	fill(&rec, "message=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	assert_false(rule_match(l.rs.rules[0], &rec, &l.scratch));
	assert_int_equal(l.scratch.gave_up, 1);
	unload(&l);
}

static void
hit(void *ctx, const struct rule *r)
{
	struct span *seen = ctx;

	*seen = arena_fmt((struct arena *)(void *)seen[1].p, "%.*s %.*s",
	    SPAN_FMT(*seen), SPAN_FMT(r->check.id));
}

static void
set_test(void **state)
{
	static const char rules[] =
	    "title: a\nid: a\n"
	    "logsource: {product: tidemark, category: [syslog, command]}\n"
	    "detection: {s: {user: u}, condition: s}\n"
	    "---\n"
	    "title: b\nid: b\n"
	    "logsource: {product: tidemark, category: command}\n"
	    "detection: {s: {user: u}, condition: s}\n"
	    "---\n"
	    "title: c\nid: c\n"
	    "logsource: {product: tidemark, category: command}\n"
	    "detection: {s: {user: other}, condition: s}\n";
	struct ruleset rs;
	struct rule_scratch scratch;
	struct record rec;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a);
	ruleset_init(&rs);
	assert_int_equal(rule_scratch_init(&scratch, &e), 0);
	assert_int_equal(
	    ruleset_read(&rs, span_str(rules), SPAN("x"), say, NULL), 3);
	ruleset_seal(&rs);
	struct span seen[2] = {SPAN(""), {(const char *)(void *)&a, 0}};

	record_init(&rec, K_COMMAND, 1, 0, (struct span){0});
	fill(&rec, "user=u");
	ruleset_match(&rs, &rec, &scratch, hit, seen);
	assert_true(span_is(seen[0], " a b"));
	rec.kind = K_SYSLOG;
	seen[0] = SPAN("");
	ruleset_match(&rs, &rec, &scratch, hit, seen);
	assert_true(span_is(seen[0], " a"));
	rec.kind = K_FLOW;
	ruleset_match(&rs, &rec, &scratch, hit, seen);
	assert_true(span_is(seen[0], " a"));
	rule_scratch_release(&scratch);
	ruleset_release(&rs);
	arena_release(&a);
}

/* literals: joined by '|'; NULL: none. */
static const struct {
	const char *detection, *literals;
} needs[] = {
    {ONE("message: Hello"), "hello"},
    {ONE("message: ab"), NULL},
    {ONE("message|contains: [abc, defg]"), "abc|defg"},
    {ONE("message|contains: [abc, de]"), NULL},
    {ONE("message|contains|all: [abc, defg, hi]"), "defg"},
    {ONE("message: 'abc*defg?hi'"), "defg"},
    {ONE("message: 'a?b*c'"), NULL},
    {ONE("message: '\\*\\*\\*'"), "***"},
    {ONE("message|endswith: '*abc'"), "abc"},
    {ONE("path_decoded: /etc/passwd"), "/etc/passwd|%"},
    {ONE("src_ip: 10.1.2.3"), NULL},
    {ONE("dst_port: 57722"), NULL},
    {ONE("message|exists: true"), NULL},
    {ONE("message: null"), NULL},
    {ONE("message: [abc, null]"), NULL},
    {ONE("message|neq: abc"), NULL},
    {"s:\n  message: abc\n  user: longer\ncondition: s\n", "longer"},
    {"s:\n  message: abcdef\n  user: [uvwxyz, zyxwvu]\ncondition: s\n",
	"abcdef"},
    {"s:\n  message: abc\n  dst_port: 1\ncondition: s\n", "abc"},
    {"s:\n  - message: abc\n  - user: xyz\ncondition: s\n", "abc|xyz"},
    {"s:\n  - message: abc\n  - dst_port: 1\ncondition: s\n", NULL},
    {"s:\n  - message: abc\n  - user: abc\ncondition: s\n", "abc"},
    {"a: {user: abc}\nb: {user: xyz}\ncondition: a and not b\n", "abc"},
    {"a: {user: abc}\nb: {user: xyz}\ncondition: not a\n", NULL},
    {"a: {user: abc}\nb: {user: xyz}\ncondition: a or b\n", "abc|xyz"},
    {"a: {user: abc}\nb: {user: xyz}\ncondition: a or not b\n", NULL},
    {"a: {user: abc}\nb: {user: xyz}\ncondition: 1 of them\n", "abc|xyz"},
    {"a: {user: abc}\nb: {user: xyz0}\ncondition: all of them\n", "xyz0"},
    {KEYS("tftp, rcp"), "tftp|rcp"},
    {ONE("message|re: 'abc'"), "abc"},
    {ONE("message|re: 'abc|def'"), "abc|def"},
    {ONE("message|re: 'abc|'"), NULL},
    {ONE("message|re: 'abc|d+'"), NULL},
    {ONE("message|re: '(?i)(IPFS\\.io/|ipfs\\.io\\s).+@'"), "ipfs.io/|ipfs.io"},
    {ONE("message|re: 'x(?:abc|def|abc)+'"), "abc|def"},
    {ONE("message|re: 'x(abc|de)'"), NULL},
    {ONE("message|re: 'x(abcde|)fgh'"), "fgh"},
    {ONE("message|re: '(abcd)?'"), NULL},
    {ONE("message|re: '(abcd)*efg'"), "efg"},
    {ONE("message|re: '(abcd){0,2}'"), NULL},
    {ONE("message|re: 'a(b(cdef|ghij)k|lmnop)'"), "cdef|ghij|lmnop"},
    {ONE("message|re: '(((((((((abcd)))))))))'"), NULL},
    {ONE("message|re: '(abc|def)ghi'"), "ghi"},
    {ONE("message|re: '(abc|de(f|g))?xyz[abc]+uvwx'"), "uvwx"},
    {ONE("message|re: 'abcd?e'"), "abc"},
    {ONE("message|re: 'abcd*'"), "abc"},
    {ONE("message|re: 'abcd+e'"), "abcd"},
    {ONE("message|re: 'abcd{0,3}'"), "abc"},
    {ONE("message|re: 'abcd{0}ef'"), "abc"},
    {ONE("message|re: '^a\\.b\\.c$'"), "a.b.c"},
    {ONE("message|re: '\\d+abc\\s'"), "abc"},
    {ONE("message|re: '\\x41bcd'"), NULL},
    {ONE("message|re: '\\Qa.b\\E'"), NULL},
    {ONE("message|re: '(?i)ABC'"), "abc"},
    {ONE("message|re: '(?x)a b c d'"), NULL},
    {ONE("message|re: 'abc(?=x)'"), NULL},
    {ONE("message|re: '(*ACCEPT)abc'"), NULL},
    {ONE("message|re: '[]abc]xyz'"), "xyz"},
    {ONE("message|re: '[^]a[:alpha:]bcd]xyz'"), "xyz"},
    {ONE("message|re: '(a[)]bcd)xyz'"), "xyz"},
    {ONE("message|re: '(abc)\\1'"), NULL},
    {ONE("message|re: 'ab.cd'"), NULL},
};

static struct span
joined(struct arena *a, const struct literal_needs *all)
{
	struct span out = SPAN("");
	const struct literal_need *need = all->v;

	for (size_t i = 0; all->n > 0 && i < need->n; i++)
		out = arena_fmt(a, "%.*s%s%.*s", SPAN_FMT(out), i ? "|" : "",
		    SPAN_FMT(need->v[i]));
	return out;
}

static void
literals_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		struct literal_needs need = {0};
		struct loaded l;
		bool known;

		load(&l, "logsource: {product: tidemark, category: syslog}\n",
		    needs[i].detection);
		known = rule_literals(l.rs.rules[0], &need, &l.arena);
		if (known != (needs[i].literals != NULL) ||
		    (known &&
			!span_is(joined(&l.arena, &need), needs[i].literals)))
			fail_msg("%sgave %.*s", needs[i].detection,
			    SPAN_FMT(joined(&l.arena, &need)));
		assert_false(known && need.v[0].promised);
		unload(&l);
	}
}

static void
prefilter_test(void **state)
{
	static const char head[] =
	    "logsource: {product: tidemark, category: http}\n"
	    "tidemark: {prefilter: [Passwd, shadow]}\n";
	struct literal_needs need;
	struct loaded l;

	(void)state;
	load(&l, head, ONE("path_decoded: /etc/passwd"));
	assert_true(rule_literals(l.rs.rules[0], &need, &l.arena));
	assert_true(need.v[0].promised);
	assert_true(span_is(joined(&l.arena, &need), "passwd|shadow"));
	unload(&l);
	/* What is proven goes before what is promised. */
	load(&l, head, ONE("uri: /etc"));
	assert_true(rule_literals(l.rs.rules[0], &need, &l.arena));
	assert_false(need.v[0].promised);
	assert_true(span_is(joined(&l.arena, &need), "/etc"));
	/* The promise is a second thing to look for. */
	assert_int_equal(need.n, 2);
	assert_true(need.v[1].promised);
	unload(&l);
	/* Keywords of facts are searched beyond the raw line. */
	load(&l, "logsource: {product: tidemark, category: file}\n",
	    KEYS("passwd"));
	assert_false(rule_literals(l.rs.rules[0], &need, &l.arena));
	unload(&l);
}

/*
 * Whatever a rule of random shape matches holds one of its literals: records
 * are made of the rule's own words, so that many match.
 */
struct dice {
	uint64_t state;
};

static unsigned
roll(struct dice *d, unsigned sides)
{
	d->state = d->state * UINT64_C(6364136223846793005) +
		   UINT64_C(1442695040888963407);
	return (unsigned)(d->state >> 33) % sides;
}

static const char *const words[] = {"abc", "ABCD", "b", "cdef", "d?f", "*cde*",
    "ab*", "abcd", "cde", "x.y", "defabc", "", "bcd"};
static const char *const texts[] = {"abc", "abcd", "b", "cdef", "dxf", "xcdey",
    "ABCDEF", "cde", "x.y", "defabc", "bcd", "zz"};
static const char *const names[] = {"user", "message", "host", "tty"};
static const char *const mods[] = {"", "|contains", "|startswith", "|endswith",
    "|contains|all", "|re", "|neq", "|cased"};
static const char *const conditions[] = {"a", "a and b", "a or b",
    "a and not b", "not a", "(a or b) and not (a and b)", "1 of them",
    "all of them", "not (not a or b)"};

#define PICK(d, table) ((table)[roll((d), sizeof(table) / sizeof(*(table)))])

static struct span
random_selection(struct dice *d, struct arena *a)
{
	const char *mod = PICK(d, mods);
	bool re = span_is(span_str(mod), "|re");
	struct span out;

	if (roll(d, 6) == 0)
		return arena_fmt(
		    a, "['%s', '%s']", PICK(d, words), PICK(d, words));
	out = arena_fmt(a, "{%s%s: ['%s', '%s']", PICK(d, names), mod,
	    re ? PICK(d, texts) : PICK(d, words),
	    re ? "(a|b)cd+e?" : PICK(d, words));
	if (roll(d, 2))
		out = arena_fmt(
		    a, "%.*s, acl: '%s'", SPAN_FMT(out), PICK(d, words));
	return arena_fmt(a, "%.*s}", SPAN_FMT(out));
}

static bool
stands(const struct literal_needs *all, struct span raw)
{
	for (size_t k = 0; k < all->n; k++) {
		const struct literal_need *need = &all->v[k];
		size_t i = 0;

		while (i < need->n &&
		       span_find_nocase(raw, need->v[i]) == SPAN_NONE)
			i++;
		if (i == need->n)
			return false;
	}
	return true;
}

static void
random_record(struct dice *d, struct arena *a, struct record *rec)
{
	struct span raw = SPAN("line");

	record_init(rec, K_SYSLOG, 1, 0, raw);
	for (unsigned i = 0; i < 3; i++) {
		const char *text = PICK(d, texts);

		put(rec, roll(d, 5) ? span_str(PICK(d, names)) : SPAN("acl"),
		    span_str(text));
		raw = arena_fmt(a, "%.*s %s", SPAN_FMT(raw), text);
	}
	rec->raw = raw;
}

static void
promise_test(void **state)
{
	struct dice d = {.state = 20250827};
	unsigned tried = 0;

	(void)state;
	for (unsigned i = 0; i < 1500; i++) {
		struct arena a;
		struct loaded l;
		struct literal_needs need;
		struct record rec;

		arena_init(&a);
		struct span x = random_selection(&d, &a);
		struct span y = random_selection(&d, &a);
		struct span text =
		    arena_fmt(&a, "a: %.*s\nb: %.*s\ncondition: %s\n",
			SPAN_FMT(x), SPAN_FMT(y), PICK(&d, conditions));

		load(&l, "logsource: {product: tidemark, category: syslog}\n",
		    arena_str(&a, text));
		if (rule_literals(l.rs.rules[0], &need, &l.arena))
			for (unsigned j = 0; j < 40; j++) {
				random_record(&d, &a, &rec);
				if (!rule_match(
					l.rs.rules[0], &rec, &l.scratch))
					continue;
				tried++;
				if (!stands(&need, rec.raw))
					fail_msg("%.*sbroken by %.*s",
					    SPAN_FMT(text), SPAN_FMT(rec.raw));
			}
		unload(&l);
		arena_release(&a);
	}
	assert_true(tried > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(meaning_test),
	    cmocka_unit_test(keyword_fact_test),
	    cmocka_unit_test(foreign_test),
	    cmocka_unit_test(runaway_test),
	    cmocka_unit_test(set_test),
	    cmocka_unit_test(literals_test),
	    cmocka_unit_test(prefilter_test),
	    cmocka_unit_test(promise_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
