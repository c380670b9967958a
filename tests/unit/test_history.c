/*
 * Histories built by hand: rows of states, moved files, changes by fact, and
 * what is remembered of all that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "history/memory.h"
#include "history/changes.h"

static const char table_text[] =
    "changes:\n"
    "  - kind: user\n"
    "    subject: \"user {user}[ of {group}]\"\n"
    "    compare: {privilege: privilege, secret: secret}\n"
    "    watch: true\n"
    "  - kind: aaa_server\n"
    "    subject: \"server {server_ip}\"\n"
    "    compare: {port: port}\n"
    "    replace: true\n"
    "  - kind: setting\n"
    "    subject: \"setting {name}\"\n"
    "    compare: {state: state}\n"
    "    only: {origin: configured}\n"
    "explained_by:\n"
    "  messages: [SYS-5-CONFIG_I]\n"
    "  looking: [show]\n";

struct world {
	struct arena arena;
	struct change_table table;
	struct history h;
};

static int
begin(void **state)
{
	static struct world w;
	struct yaml_error e;

	arena_init(&w.arena);
	history_init(&w.h);
	if (changes_read(&w.arena, span_str(table_text), &w.table, &e) != 0)
		return -1;
	*state = &w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	history_release(&w->h);
	arena_release(&w->arena);
	return 0;
}

/* ---- statements ---- */

static void
no_secret(
    void *ctx, const struct record *r, struct span secret, struct buf *out)
{
	(void)ctx;
	(void)r;
	buf_fmt(out, "#%zu", secret.n);
}

static bool
state_of(struct world *w, const struct record *r, char *subject, char *values)
{
	struct buf s, v;
	bool is;

	buf_init(&s, 1000);
	buf_init(&v, 1000);
	is = changes_state(
	    changes_of(&w->table, r->kind), r, no_secret, NULL, &s, &v);
	snprintf(subject, 100, "%.*s", (int)s.n, s.n > 0 ? s.p : "");
	snprintf(values, 100, "%.*s", (int)v.n, v.n > 0 ? v.p : "");
	buf_release(&s);
	buf_release(&v);
	return is;
}

static void
a_record_becomes_a_statement(void **state)
{
	struct world *w = *state;
	char subject[100], values[100];
	struct record r;

	record_init(&r, K_USER, 1, 0, SPAN("x"));
	record_put_str(&r, F_USER, "noc");
	record_put_str(&r, F_PRIVILEGE, "15");
	record_put_number(&r, F_PRIVILEGE, SPAN("15"));
	record_put_str(&r, F_SECRET, "hidden");
	assert_true(state_of(w, &r, subject, values));
	assert_string_equal(subject, "user noc");
	assert_null(strstr(values, "hidden"));
	assert_non_null(strstr(values, "secret\x1f#6\x1e"));
	record_put_str(&r, F_GROUP, "ops");
	assert_true(state_of(w, &r, subject, values));
	assert_string_equal(subject, "user noc of ops");
	record_init(&r, K_SETTING, 1, 0, SPAN("x"));
	record_put_str(&r, F_NAME, "http");
	record_put_str(&r, F_ORIGIN, "default");
	assert_false(state_of(w, &r, subject, values));
	assert_null(changes_of(&w->table, K_ROUTE));
}

static void
a_broken_table_is_refused(void **state)
{
	static const char *const bad[] = {"changes: 1",
	    "changes:\n  - {kind: nothing, subject: x}",
	    "changes:\n  - {kind: user, subject: '{nothing}'}",
	    "changes:\n  - {kind: user, subject: 'a [b'}",
	    "changes:\n  - {kind: user, subject: 'a [b [c]]'}",
	    "changes:\n  - {kind: user, subject: 'a]'}",
	    "changes:\n  - {kind: user, subject: '{user'}",
	    "changes:\n  - {kind: user, subject: a, compare: {b: c}}",
	    "changes:\n  - {kind: user, subject: a}\n"
	    "  - {kind: user, subject: b}"};
	struct world *w = *state;
	struct change_table t;
	struct yaml_error e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    changes_read(&w->arena, span_str(bad[i]), &t, &e), -1);
}

static void
logs_explain_a_change(void **state)
{
	struct world *w = *state;
	struct record r;

	record_init(&r, K_COMMAND, 1, 0, SPAN("x"));
	record_put_str(&r, F_COMMAND, "show run");
	assert_false(changes_explained(&w->table, &r));
	record_init(&r, K_COMMAND, 1, 0, SPAN("x"));
	record_put_str(&r, F_COMMAND, "no aaa new-model");
	assert_true(changes_explained(&w->table, &r));
	record_init(&r, K_SYSLOG, 1, 0, SPAN("x"));
	record_put_str(&r, F_MNEMONIC, "SYS-5-CONFIG_I");
	assert_true(changes_explained(&w->table, &r));
	record_init(&r, K_SYSLOG, 1, 0, SPAN("x"));
	record_put_str(&r, F_MNEMONIC, "LINK-3-UPDOWN");
	assert_false(changes_explained(&w->table, &r));
}

/* ---- histories ---- */

static void
commit(struct world *w, unsigned n)
{
	struct history_commit c = {
	    .oid = {(unsigned char)n}, .time = n * TIME_DAY};

	if (w->h.ncommits > 0)
		history_commit_end(&w->h);
	history_commit_add(&w->h, &c);
}

static uint32_t
statement(struct world *w, enum record_kind kind, const char *subject,
    const char *values)
{
	struct history_item x = {.kind = ITEM_STATEMENT,
	    .what = kind,
	    .subject = span_str(subject),
	    .rest = span_str(values)};

	return history_item(&w->h, &x);
}

/* A state of a file: n says which, items what it shows. */
static void
put(struct world *w, const char *path, unsigned n, const uint32_t *items,
    size_t nitems)
{
	static struct history_entry room[64][8];
	unsigned char oid[OID_BYTES] = {(unsigned char)n, 1};
	struct history_blob *b;

	history_set(&w->h, span_str(path), oid);
	b = &w->h.blobs[history_blob_find(&w->h, oid)];
	for (size_t i = 0; i < nitems; i++)
		room[n][i] = (struct history_entry){items[i], (uint32_t)n};
	b->v = room[n];
	b->n = (uint32_t)nitems;
	b->state = STATE_KNOWN;
}

static void
rows_of_states_make_spans(void **state)
{
	struct world *w = *state;
	struct history_spans s;
	uint32_t a = statement(w, K_USER, "a", ""),
		 b = statement(w, K_USER, "b", "");

	commit(w, 1);
	put(w, "r1", 1, (uint32_t[]){a}, 1);
	commit(w, 2);
	put(w, "r1", 2, (uint32_t[]){a, b, b}, 3);
	commit(w, 3);
	put(w, "r2", 3, (uint32_t[]){b}, 1);
	commit(w, 4);
	put(w, "r1", 4, (uint32_t[]){a}, 1);
	commit(w, 5);
	put(w, "r1", 2, (uint32_t[]){a, b, b}, 3);
	history_commit_end(&w->h);
	history_spans(&w->h, &w->arena, &s);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.v[0].item, a);
	assert_int_equal(s.v[0].states, 4);
	assert_int_equal(history_span_gone(&w->h, &s.v[0]), HISTORY_NONE);
	assert_int_equal(history_span_last(&w->h, &s.v[0]), 4);
	assert_int_equal(s.v[1].item, b);
	assert_int_equal(s.v[1].times, 0);
	assert_int_equal(history_span_gone(&w->h, &s.v[1]), 3);
	assert_int_equal(history_span_last(&w->h, &s.v[1]), 2);
	assert_int_equal(s.v[2].times, 1);
	assert_int_equal(s.v[3].file, 1);
	/* What could not be read neither ends nor begins anything. */
	w->h.blobs[3].state = STATE_LOST;
	history_spans(&w->h, &w->arena, &s);
	assert_int_equal(s.v[1].states, 2);
	assert_int_equal(history_span_gone(&w->h, &s.v[1]), HISTORY_NONE);
}

static void
a_moved_file_goes_on(void **state)
{
	struct world *w = *state;
	uint32_t a = statement(w, K_USER, "a", "");
	struct history_spans s;

	commit(w, 1);
	put(w, "old", 1, (uint32_t[]){a}, 1);
	put(w, "same", 1, (uint32_t[]){a}, 1);
	commit(w, 2);
	history_gone(&w->h, SPAN("old"));
	put(w, "new", 1, (uint32_t[]){a}, 1);
	commit(w, 3);
	history_gone(&w->h, SPAN("same"));
	put(w, "other", 3, NULL, 0);
	history_commit_end(&w->h);
	history_spans(&w->h, &w->arena, &s);
	assert_int_equal(s.n, 2);
	assert_string_equal(w->h.files[s.v[1].file].path.p, "new");
	assert_int_equal(s.v[1].states, 2);
	assert_int_equal(history_span_gone(&w->h, &s.v[0]), 2);
}

static void
told(struct world *w, const struct change_list *l, size_t i, const char *want)
{
	struct buf b;

	assert_true(i < l->n);
	buf_init(&b, 1000);
	change_tell(&w->h, &l->v[i], &b);
	buf_byte(&b, '\0');
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static void
changes_are_told_by_fact(void **state)
{
	struct world *w = *state;
	uint32_t old[] = {statement(w, K_AAA_SERVER, "server 10.0.0.1",
			      "port\x1f"
			      "49\x1e"),
	    statement(w, K_USER, "user a",
		"privilege\x1f"
		"1\x1esecret\x1f#12\x1e"),
	    statement(w, K_USER, "user c", "")};
	uint32_t now[] = {statement(w, K_AAA_SERVER, "server 10.0.0.2",
			      "port\x1f"
			      "49\x1e"),
	    statement(w, K_USER, "user a",
		"privilege\x1f"
		"15\x1esecret\x1f#13\x1e"),
	    statement(w, K_USER, "user b",
		"privilege\x1f"
		"15\x1e")};
	struct change_list l = {0};
	char one[CHANGE_MARK], two[CHANGE_MARK];

	commit(w, 1);
	put(w, "r1", 1, old, 3);
	commit(w, 2);
	put(w, "r1", 2, now, 3);
	changes_find(
	    &w->h, &w->table, &w->h.blobs[0], &w->h.blobs[1], &w->arena, &l);
	assert_int_equal(l.n, 4);
	told(w, &l, 0, "user a: privilege 1 -> 15, secret changed");
	told(w, &l, 1, "user b added (privilege 15)");
	told(w, &l, 2, "user c removed");
	told(w, &l, 3, "server 10.0.0.1 replaced by server 10.0.0.2");
	change_mark(&w->h, &l.v[1], SPAN("r1"), one);
	change_mark(&w->h, &l.v[1], SPAN("r2"), two);
	assert_string_not_equal(one, two);
	l.n = 0;
	changes_find(
	    &w->h, &w->table, &w->h.blobs[0], &w->h.blobs[0], &w->arena, &l);
	assert_int_equal(l.n, 0);
}

static int
unpack(struct history *h, struct span *parts, size_t n, const char *maker)
{
	const struct span_list l = {parts, n};
	struct err e;

	history_init(h);
	return history_unpack(h, &l, span_str(maker), 9, &e);
}

static void
what_is_remembered_comes_back(void **state)
{
	struct world *w = *state;
	uint32_t a = statement(w, K_USER, "a", "");
	struct history again;
	struct buf b, c;
	struct span part;

	commit(w, 1);
	put(w, "r1", 1, (uint32_t[]){a}, 1);
	commit(w, 2);
	history_gone(&w->h, SPAN("r1"));
	buf_init(&b, 1 << 20);
	buf_init(&c, 1 << 20);
	assert_true(history_pack(&w->h, SPAN("me 1"), true, &b));
	part = buf_span(&b);
	assert_int_equal(unpack(&again, &part, 1, "me 1"), 0);
	assert_true(history_pack(&again, SPAN("me 1"), true, &c));
	assert_true(span_eq(buf_span(&b), buf_span(&c)));
	history_release(&again);
	/* Another knowledge: the line stays, results do not. */
	assert_int_equal(unpack(&again, &part, 1, "me 2"), 0);
	assert_int_equal(again.ncommits, 2);
	assert_int_equal(again.blobs[0].state, STATE_WANTED);
	assert_int_equal(again.nitems, 0);
	assert_true(history_memory_anew(&again));
	history_release(&again);
	/* Every cut and every byte that is another is noticed. */
	for (size_t i = 0; i < b.n; i++) {
		struct span cut = span_head(part, i);

		assert_int_equal(unpack(&again, &cut, 1, "me 1"), -1);
		history_release(&again);
		b.p[i] ^= 1;
		assert_int_equal(unpack(&again, &part, 1, "me 1"), -1);
		history_release(&again);
		b.p[i] ^= 1;
	}
	buf_release(&b);
	buf_release(&c);
}

/* A history that goes on from what is remembered, with a file that is moved. */
static void
memory_grows_by_parts(void **state)
{
	struct world *w = *state;
	struct world next = *w;
	struct buf first, second, whole, other;
	struct span parts[3];
	struct history again;

	buf_init(&first, 1 << 20);
	buf_init(&second, 1 << 20);
	buf_init(&whole, 1 << 20);
	buf_init(&other, 1 << 20);
	commit(w, 1);
	put(w, "r1", 1, (uint32_t[]){statement(w, K_USER, "a", "")}, 1);
	put(w, "r2", 2, (uint32_t[]){statement(w, K_USER, "b", "")}, 1);
	assert_true(history_pack(&w->h, SPAN("me"), true, &first));
	parts[0] = buf_span(&first);
	assert_int_equal(unpack(&next.h, parts, 1, "me"), 0);
	commit(&next, 2);
	put(&next, "r1", 3, (uint32_t[]){statement(&next, K_USER, "c", "")}, 1);
	commit(&next, 3);
	put(&next, "r3", 3, NULL, 0);
	history_gone(&next.h, SPAN("r1"));
	history_commit_end(&next.h);
	assert_true(history_pack(&next.h, SPAN("me"), false, &second));
	parts[1] = buf_span(&second);
	assert_true(second.n < first.n + 100);
	assert_int_equal(unpack(&again, parts, 2, "me"), 0);
	assert_int_equal(again.memory.parts, 2);
	assert_int_equal(again.nfiles, 3);
	assert_int_equal(again.files[0].n, 0);
	assert_int_equal(again.files[1].n, 1);
	assert_int_equal(again.files[2].n, 3);
	assert_true(history_pack(&again, SPAN("me"), true, &whole));
	assert_true(history_pack(&next.h, SPAN("me"), true, &other));
	assert_true(span_eq(buf_span(&whole), buf_span(&other)));
	history_release(&again);
	/* A part that does not follow is left, with all behind it. */
	parts[2] = parts[1];
	assert_int_equal(unpack(&again, parts, 3, "me"), 0);
	assert_int_equal(again.memory.parts, 2);
	history_release(&again);
	assert_int_equal(unpack(&again, parts + 1, 1, "me"), 0);
	assert_int_equal(again.memory.parts, 0);
	assert_true(history_memory_anew(&again));
	history_release(&again);
	history_release(&next.h);
	buf_release(&first);
	buf_release(&second);
	buf_release(&whole);
	buf_release(&other);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {TEST(a_record_becomes_a_statement),
	    TEST(a_broken_table_is_refused), TEST(logs_explain_a_change),
	    TEST(rows_of_states_make_spans), TEST(a_moved_file_goes_on),
	    TEST(changes_are_told_by_fact), TEST(what_is_remembered_comes_back),
	    TEST(memory_grows_by_parts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
