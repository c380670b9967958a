/*
 * A case built by hand: evidence finds its device, sightings become findings,
 * rows are covered, devices judged; and the order in which sources came in
 * does not matter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "case/casefile.h"

/* --- knowledge of a few pieces, each there for a reason --- */

struct file {
	const char *folder, *name, *text;
};

#define RULE(id, level, more)                                                  \
	"title: Rule " id "\nid: " id "\nname: " id "\nstatus: test\n"         \
	"logsource: {product: tidemark, category: command}\n"                  \
	"detection:\n  a:\n    command|contains: " id "\n"                     \
	"  condition: a\nlevel: " level "\n" more

static const struct file files[] = {
    {"rules", "sure.yml",
	RULE("sure", "critical",
	    "tidemark: {kind: compromise, confidence: high, "
	    "advisory: ['A-1:H-1'], fix: {ios: [no this], any: [no that]}}\n")},
    {"rules", "maybe.yml",
	RULE("maybe", "high",
	    "tidemark: {kind: compromise, confidence: medium, "
	    "advisory: ['A-1:H-2'], external: src_ip}\n")},
    {"rules", "xr-only.yml",
	RULE("xr-only", "high",
	    "tidemark: {kind: compromise, confidence: high, "
	    "platforms: [ios-xr]}\n")},
    {"hardening", "gap.yml",
	RULE("gap", "medium",
	    "tidemark: {kind: hardening, confidence: high, "
	    "advisory: ['A-1:M-1']}\n")},
    {"indicators", "list.csv",
	"type,value,id,valid_from,valid_until,source,confirmed,note\n"
	"ipv4,203.0.113.7,A-1:I-1,2024-01-01,2024-12-31,x,official,x\n"},
    {"advisories", "a.yaml",
	"id: A-1\ntitle: An advisory\npublished: '2024-01-01'\n"
	"sources: ['https://example.net/']\nrows:\n"
	"  - {id: H-1, title: One, confirmed: official, essential: true,\n"
	"     clear_when: [[config, syslog], [accounting]],\n"
	"     need: {any: [show logging]}}\n"
	"  - {id: H-2, title: Two, confirmed: official, essential: true,\n"
	"     clear_when: [[config]], need: {any: [show running-config]}}\n"
	"  - {id: H-3, title: Three, confirmed: official,\n"
	"     clear_when: [[config]], need: {any: [show that]}}\n"
	"  - {id: M-1, title: Mend, confirmed: official,\n"
	"     platforms: [ios, ios-xe], clear_when: [[config]],\n"
	"     need: {any: [show this]}}\n"
	"  - {id: V-1, title: Flaw, confirmed: official, essential: true,\n"
	"     platforms: [ios-xe], clear_when: [[config, version]],\n"
	"     need: {any: [show version]}}\n"},
    {"vulnerabilities", "flaw.yaml",
	"id: CVE-2099-0001\ntitle: A flaw\nwhy: it is\nseverity: critical\n"
	"confirmed: official\nsource: https://example.net/\nverify: look\n"
	"techniques: [T1190]\nadvisory: ['A-1:V-1']\nplatforms: [ios-xe]\n"
	"fixes: {ios-xe: [no ip http server]}\n"
	"lines:\n  - {line: '17.6', from: 17.6.1, fixed: 17.6.6, "
	"evidence: list}\n"
	"  - {line: '17.9', from: 17.9.1, fixed: 17.9.4a, evidence: list}\n"
	"unlisted: not-affected\n"
	"feature:\n  name: web server\n  any: [{setting: http-server}]\n"
	"  silent: unknown\n"
	"need:\n  version: [show version]\n  feature: [show running-config]\n"
	"  model: [show inventory]\n"},
};

struct world {
	struct knowledge knowledge;
	char folder[64];
};

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)ctx;
	fail_msg("%.*s:%u: %.*s", SPAN_FMT(p->path), (unsigned)p->line,
	    SPAN_FMT(p->text));
}

static void
path_of(const struct world *w, size_t i, bool whole, char out[256])
{
	snprintf(out, 256, "%s/%s%s%s", w->folder, files[i].folder,
	    whole ? "/" : "", whole ? files[i].name : "");
}

static int
world_up(void **state)
{
	struct knowledge_options o = {.evidence_word = evidence_class};
	struct world *w = calloc(1, sizeof(*w));
	char path[256];
	struct err e;

	assert_non_null(w);
	strcpy(w->folder, "/tmp/tidemark-test-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path_of(w, i, false, path);
		(void)mkdir(path, 0700);
		path_of(w, i, true, path);
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fputs(files[i].text, f);
		assert_int_equal(fclose(f), 0);
	}
	o.data_dir = w->folder;
	assert_int_equal(
	    knowledge_load(&o, &w->knowledge, on_problem, NULL, &e), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path_of(w, i, true, path);
		unlink(path);
		path_of(w, i, false, path);
		rmdir(path);
	}
	rmdir(w->folder);
	*state = w;
	return 0;
}

static int
world_down(void **state)
{
	struct world *w = *state;

	knowledge_release(&w->knowledge);
	free(w);
	return 0;
}

static uint32_t
check_index(const struct knowledge *k, const char *id)
{
	uint32_t i = 0;

	while (i < k->nchecks && !span_is(knowledge_check_id(k, i), id))
		i++;
	if (i == k->nchecks)
		fail_msg("no check %s", id);
	return i;
}

/* --- sources by hand --- */

static struct source *
source(struct casefile *c, const char *path, const char *evidence)
{
	struct source *s = casefile_source(c, span_str(path));

	s->state = SOURCE_READ;
	s->evidence = span_str(evidence);
	s->format = SPAN("by-hand");
	return s;
}

static void
add_fact(struct casefile *c, struct source *s, const struct record *r)
{
	s->facts = arena_grow(
	    &c->arena, s->facts, s->nfacts, &s->facts_cap, sizeof(*s->facts));
	fact_of(r, &c->arena, &s->facts[s->nfacts++]);
}

static void
identity(struct casefile *c, struct source *s, const char *name,
    const char *platform, const char *version)
{
	struct record r;

	record_init(&r, K_DEVICE, 1, 0, SPAN("identity"));
	record_put_str(&r, F_HOSTNAME, name);
	record_put_str(&r, F_PLATFORM, platform);
	record_put_str(&r, F_VERSION, version);
	add_fact(c, s, &r);
}

static void
setting(
    struct casefile *c, struct source *s, const char *name, const char *word)
{
	struct record r;

	record_init(&r, K_SETTING, 20, 200, SPAN("ip http server"));
	record_put_str(&r, F_NAME, name);
	record_put_str(&r, F_STATE, word);
	record_put_str(&r, F_ORIGIN, "configured");
	add_fact(c, s, &r);
}

static void
net(struct casefile *c, struct source *s, enum fleet_net kind, const char *text)
{
	struct source_net n = {.kind = kind};

	assert_true(prefix_read(span_str(text), &n.prefix));
	s->nets =
	    arena_grow(&c->arena, s->nets, s->nnets, &s->nets_cap, sizeof(n));
	s->nets[s->nnets++] = n;
}

static void
host(struct casefile *c, struct source *s, const char *name)
{
	struct addr a;
	struct span text = span_str(name);
	bool address = addr_read(text, &a);

	s->hosts = arena_grow(
	    &c->arena, s->hosts, s->nhosts, &s->hosts_cap, sizeof(*s->hosts));
	s->hosts[s->nhosts++] = (struct seen_host){
	    .host = address ? SPAN("") : text,
	    .host_addr = address ? text : SPAN(""),
	    .heard = {.lines = 1, .first = TIME_NONE, .last = TIME_NONE}};
}

static struct sighting *
sight(struct casefile *c, struct source *s, const char *check,
    const char *host_name, const char *entity, uint64_t line, int64_t time)
{
	uint32_t index = check_index(c->knowledge, check);
	const struct check *k = knowledge_check(c->knowledge, index);
	struct sighting *x;

	s->sightings = arena_grow(&c->arena, s->sightings, s->nsightings,
	    &s->sightings_cap, sizeof(*s->sightings));
	x = &s->sightings[s->nsightings++];
	*x = (struct sighting){.check = index,
	    .host = span_str(host_name),
	    .entity = span_str(entity),
	    .severity = k->severity,
	    .confidence = k->confidence,
	    .count = 1,
	    .first = time,
	    .last = time,
	    .nplaces = 1};
	x->places = arena_array(&c->arena, 1, sizeof(*x->places));
	x->places[0] = (struct evidence){line, line * 10, SPAN("line")};
	return x;
}

static uint32_t
device(const struct casefile *c, const char *name)
{
	for (uint32_t i = 0; i < c->fleet.n; i++)
		if (span_is(c->fleet.v[i].name, name))
			return i;
	fail_msg("no device %s", name);
	return DEVICE_NONE;
}

static const struct source *
at_path(const struct casefile *c, const char *path)
{
	for (size_t i = 0; i < c->nsources; i++)
		if (span_is(c->sources[i].path, path))
			return &c->sources[i];
	fail_msg("no source %s", path);
	return NULL;
}

static const struct finding *
finding(const struct casefile *c, const char *check, const char *name,
    const char *entity)
{
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];

		if (span_is(f->check->id, check) &&
		    span_is(f->entity, entity) &&
		    (name == NULL
			    ? f->device == DEVICE_NONE
			    : f->device != DEVICE_NONE &&
				  span_is(c->fleet.v[f->device].name, name)))
			return f;
	}
	return NULL;
}

static enum coverage
cell(const struct casefile *c, const char *name, const char *row)
{
	for (size_t i = 0; i < c->nrows; i++)
		if (span_is(c->rows[i]->id, row))
			return casefile_cell(c, device(c, name), i);
	fail_msg("no row %s", row);
	return COVERAGE_UNKNOWN;
}

/* --- a network --- */

static void
edge_config(struct casefile *c)
{
	struct source *s = source(c, "configs/edge1.cfg", "config");

	identity(c, s, "edge1", "ios-xe", NULL);
	setting(c, s, "http-server", "enabled");
	net(c, s, FLEET_ADDRESS, "198.51.100.1");
	net(c, s, FLEET_LINK, "198.51.100.0/24");
	sight(c, s, "gap", "", "", 5, TIME_NONE);
}

static void
edge_version(struct casefile *c)
{
	struct source *s = source(c, "show/edge1/show_version.txt", "version");

	identity(c, s, NULL, "ios-xe", "17.6.3");
}

static void
core_config(struct casefile *c)
{
	struct source *s = source(c, "configs/core1.cfg", "config");

	identity(c, s, "core1", "ios", "15.2(4)M1");
	net(c, s, FLEET_ADDRESS, "198.51.100.2");
}

static void
log_one(struct casefile *c)
{
	struct source *s = source(c, "logs/a.log", "syslog");

	host(c, s, "edge1.example.net");
	host(c, s, "198.51.100.2");
	host(c, s, "tap9");
	sight(c, s, "sure", "edge1", "eve", 7, 500);
	sight(c, s, "sure", "edge1", "eve", 3, 300);
	sight(c, s, "xr-only", "edge1", "", 8, 500);
	sight(c, s, "xr-only", "tap9", "", 9, 500);
	sight(c, s, "maybe", "tap9", "own", 10, 1)->external =
	    SPAN("198.51.100.77");
	sight(c, s, "maybe", "tap9", "private", 11, 1)->external =
	    SPAN("10.0.0.1");
	sight(c, s, "maybe", "tap9", "foreign", 12, 700)->external =
	    SPAN("203.0.113.9");
}

static void
log_two(struct casefile *c)
{
	struct source *s = source(c, "logs/b.log", "syslog");
	struct sighting *x;

	host(c, s, "edge1");
	sight(c, s, "sure", "edge1.example.net", "eve", 1, 900);
	x = sight(c, s, "A-1:I-1", "edge1", "denied", 2, 100);
	x->severity = SEV_INFO;
	x->confidence = CONF_LOW;
	x = sight(c, s, "A-1:I-1", "edge1", "logged in", 4, 100);
	x->severity = SEV_CRITICAL;
	x->confidence = CONF_HIGH;
}

static void
flows(struct casefile *c)
{
	struct source *s = source(c, "flows/conn.log", "flow");
	struct sighting *x;

	x = sight(c, s, "A-1:I-1", "", "connection established", 6, 50);
	x->peers = SPAN("198.51.100.2 203.0.113.7");
	x->severity = SEV_HIGH;
	x->confidence = CONF_MEDIUM;
	x = sight(c, s, "A-1:I-1", "", "connection established", 7, 60);
	x->peers = SPAN("192.0.2.1 203.0.113.7");
	x->severity = SEV_HIGH;
	x->confidence = CONF_MEDIUM;
}

static void
unread(struct casefile *c)
{
	struct source *s = source(c, "bin/odd.dat", "");

	s->state = SOURCE_UNRECOGNISED;
	s->evidence = SPAN("");
}

typedef void part(struct casefile *c);
static part *const parts[] = {
    edge_config, edge_version, core_config, log_one, log_two, flows, unread};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void
network(struct casefile *c, const struct world *w, const size_t order[PARTS])
{
	casefile_init(c, &w->knowledge);
	for (size_t i = 0; i < PARTS; i++)
		parts[order ? order[i] : i](c);
	casefile_close(c);
}

static void
test_join(void **state)
{
	static const struct {
		const char *path, *device; /* NULL: none or several */
	} t[] = {{"configs/edge1.cfg", "edge1"},
	    {"show/edge1/show_version.txt", "edge1"},
	    {"configs/core1.cfg", "core1"}, {"logs/a.log", NULL},
	    {"logs/b.log", "edge1"}, {"flows/conn.log", NULL},
	    {"bin/odd.dat", NULL}};
	struct casefile c;

	network(&c, *state, NULL);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(at_path(&c, t[i].path)->device,
		    t[i].device ? device(&c, t[i].device) : DEVICE_NONE);
	assert_int_equal(c.fleet.n, 3);
	const struct device *edge = &c.fleet.v[device(&c, "edge1")];
	assert_int_equal(edge->evidence, EV_CONFIG | EV_VERSION | EV_SYSLOG);
	assert_true(span_is(edge->version, "17.6.3"));
	/* By its interface's address in a log. */
	assert_int_equal(
	    c.fleet.v[device(&c, "core1")].evidence, EV_CONFIG | EV_SYSLOG);
	/* Named by a log alone. */
	assert_int_equal(c.fleet.v[device(&c, "tap9")].evidence, EV_SYSLOG);
	assert_true(c.complete);
	casefile_release(&c);
}

static void
test_findings_merge(void **state)
{
	struct casefile c;
	const struct finding *f;

	network(&c, *state, NULL);
	f = finding(&c, "sure", "edge1", "eve");
	assert_non_null(f);
	assert_int_equal(f->count, 3);
	assert_true(f->first == 300 && f->last == 900);
	assert_int_equal(f->nplaces, 3);
	/* Places in order of source, then line. */
	assert_true(span_is(c.sources[f->places[0].source].path, "logs/a.log"));
	assert_int_equal(f->places[0].line, 3);
	assert_int_equal(f->places[1].line, 7);
	assert_true(span_is(c.sources[f->places[2].source].path, "logs/b.log"));
	assert_true(span_is(f->title, "Rule sure: eve"));
	/* The commands of the device's platform, or of any. */
	assert_int_equal(f->fix.n, 1);
	assert_true(span_is(f->fix.v[0], "no that"));
	/* Denied and let in never share a finding. */
	assert_non_null(finding(&c, "A-1:I-1", "edge1", "denied"));
	assert_non_null(finding(&c, "A-1:I-1", "edge1", "logged in"));
	/* A flow belongs to the device whose address it names. */
	f = finding(&c, "A-1:I-1", "core1", "connection established");
	assert_non_null(f);
	assert_int_equal(f->count, 1);
	assert_non_null(finding(&c, "A-1:I-1", NULL, "connection established"));
	casefile_release(&c);
}

static void
test_what_is_left_out(void **state)
{
	struct casefile c;

	network(&c, *state, NULL);
	/* The operator's own address, and a private one. */
	assert_null(finding(&c, "maybe", "tap9", "own"));
	assert_null(finding(&c, "maybe", "tap9", "private"));
	assert_non_null(finding(&c, "maybe", "tap9", "foreign"));
	/* A rule of another platform, unless the platform is not known. */
	assert_null(finding(&c, "xr-only", "edge1", ""));
	assert_non_null(finding(&c, "xr-only", "tap9", ""));
	casefile_release(&c);
}

static void
test_vulnerability(void **state)
{
	struct casefile c;
	const struct finding *f;

	network(&c, *state, NULL);
	f = finding(&c, "CVE-2099-0001", "edge1", "");
	assert_non_null(f);
	assert_true(f->reason.n > 0);
	/* The release and the setting that show it. */
	assert_int_equal(f->nplaces, 2);
	assert_true(f->fix.n >= 2);
	assert_true(span_has(f->fix.v[0], "17.6.6"));
	assert_int_equal(cell(&c, "edge1", "A-1:V-1"), COVERAGE_HIT);
	assert_int_equal(cell(&c, "core1", "A-1:V-1"), COVERAGE_NOT_APPLICABLE);
	assert_int_equal(cell(&c, "tap9", "A-1:V-1"), COVERAGE_UNKNOWN);
	assert_null(finding(&c, "CVE-2099-0001", "core1", ""));
	casefile_release(&c);
}

static void
test_coverage(void **state)
{
	static const struct {
		const char *device, *row;
		enum coverage state;
	} t[] = {{"edge1", "A-1:H-1", COVERAGE_HIT},
	    {"core1", "A-1:H-1", COVERAGE_CLEAR},
	    {"tap9", "A-1:H-1", COVERAGE_UNKNOWN},
	    {"edge1", "A-1:H-2", COVERAGE_CLEAR},
	    {"core1", "A-1:H-2", COVERAGE_CLEAR},
	    {"tap9", "A-1:H-2", COVERAGE_HIT},
	    /* No check speaks of it: nobody looked. */
	    {"edge1", "A-1:H-3", COVERAGE_UNKNOWN},
	    {"edge1", "A-1:M-1", COVERAGE_HIT},
	    {"core1", "A-1:M-1", COVERAGE_CLEAR},
	    {"tap9", "A-1:M-1", COVERAGE_UNKNOWN}};
	struct casefile c;
	struct span_list need;
	struct span room[CASE_NEEDS];

	network(&c, *state, NULL);
	assert_int_equal(c.nrows, 5);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (cell(&c, t[i].device, t[i].row) != t[i].state)
			fail_msg("%s %s is %s", t[i].device, t[i].row,
			    coverage_name(cell(&c, t[i].device, t[i].row)));
	need = case_need(&c, device(&c, "tap9"), c.rows[0], room);
	assert_int_equal(need.n, 1);
	assert_true(span_is(need.v[0], "show logging"));
	casefile_release(&c);
}

static void
test_verdicts(void **state)
{
	struct casefile c;
	const struct device_result *r;

	network(&c, *state, NULL);
	r = &c.results[device(&c, "edge1")];
	assert_int_equal(r->verdict, VERDICT_COMPROMISED);
	/* A denied packet moves no time; a finding that counts does. */
	assert_true(r->first == 100 && r->last == 900);
	r = &c.results[device(&c, "core1")];
	assert_int_equal(r->verdict, VERDICT_SUSPICIOUS);
	r = &c.results[device(&c, "tap9")];
	assert_int_equal(r->verdict, VERDICT_COMPROMISED);
	assert_int_equal(casefile_worst(&c), VERDICT_COMPROMISED);
	casefile_release(&c);
}

static void
test_verdict_needs_evidence(void **state)
{
	static const struct {
		bool log, gap;
		const char *setting;
		enum verdict want;
	} t[] = {{false, false, "disabled", VERDICT_UNKNOWN},
	    {true, false, "disabled", VERDICT_CLEAR},
	    {true, true, "disabled", VERDICT_WEAK},
	    {true, true, "enabled", VERDICT_EXPOSED},
	    {true, false, NULL, VERDICT_UNKNOWN}};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct world *w = *state;
		struct casefile c;
		struct source *s;

		casefile_init(&c, &w->knowledge);
		s = source(&c, "edge1.cfg", "config");
		identity(&c, s, "edge1", "ios-xe", "17.9.3");
		if (t[i].setting != NULL)
			setting(&c, s, "http-server", t[i].setting);
		if (t[i].gap)
			sight(&c, s, "gap", "", "", 1, TIME_NONE);
		if (t[i].log) {
			s = source(&c, "edge1.log", "syslog");
			host(&c, s, "edge1");
		}
		casefile_close(&c);
		if (c.results[0].verdict != t[i].want)
			fail_msg("case %zu is %s", i,
			    verdict_name(c.results[0].verdict));
		casefile_release(&c);
	}
}

/* The case as text: everything a report may show, in its order. */
static char *
told(const struct casefile *c)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	for (size_t i = 0; i < c->nsources; i++)
		fprintf(f, "source %.*s %.*s\n", SPAN_FMT(c->sources[i].path),
		    SPAN_FMT(c->sources[i].device == DEVICE_NONE
				 ? SPAN("-")
				 : c->fleet.v[c->sources[i].device].name));
	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t d = c->device_order[i];

		fprintf(f, "device %.*s %s", SPAN_FMT(c->fleet.v[d].name),
		    verdict_name(c->results[d].verdict));
		for (size_t k = 0; k < c->results[d].nfindings; k++)
			fprintf(f, " %s",
			    c->findings[c->results[d].findings[k]].id);
		for (size_t r = 0; r < c->nrows; r++)
			fprintf(
			    f, " %s", coverage_name(casefile_cell(c, d, r)));
		fputc('\n', f);
	}
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *x = &c->findings[i];

		fprintf(f, "finding %s %.*s %.*s %d %d %.*s %ld %ld %lu", x->id,
		    SPAN_FMT(x->check->id), SPAN_FMT(x->title),
		    (int)x->severity, (int)x->confidence, SPAN_FMT(x->reason),
		    (long)x->first, (long)x->last, (unsigned long)x->count);
		for (size_t k = 0; k < x->nplaces; k++)
			fprintf(f, " %u:%lu", x->places[k].source,
			    (unsigned long)x->places[k].line);
		fputc('\n', f);
	}
	fclose(f);
	return text;
}

static void
test_order_of_sources(void **state)
{
	size_t order[PARTS];
	uint64_t seed = 5;
	struct casefile c;
	char *first, *again;

	for (size_t i = 0; i < PARTS; i++)
		order[i] = i;
	network(&c, *state, order);
	first = told(&c);
	casefile_release(&c);
	for (int round = 0; round < 50; round++) {
		for (size_t i = PARTS - 1; i > 0; i--) {
			size_t k, was = order[i];

			seed =
			    seed * 6364136223846793005u + 1442695040888963407u;
			k = (seed >> 33) % (i + 1);
			order[i] = order[k];
			order[k] = was;
		}
		network(&c, *state, order);
		again = told(&c);
		assert_string_equal(again, first);
		casefile_release(&c);
		free(again);
	}
	free(first);
}

static void
test_order_of_findings(void **state)
{
	struct casefile c;
	char id[24];

	network(&c, *state, NULL);
	assert_true(c.nfindings > 5);
	for (size_t i = 0; i < c.nfindings; i++) {
		snprintf(id, sizeof(id), "F%zu", i + 1);
		assert_string_equal(c.findings[i].id, id);
		if (i > 0)
			assert_true(c.findings[i - 1].severity >=
				    c.findings[i].severity);
	}
	for (size_t i = 1; i < c.fleet.n; i++)
		assert_true(span_cmp(c.fleet.v[c.device_order[i - 1]].name,
				c.fleet.v[c.device_order[i]].name) < 0);
	casefile_release(&c);
}

static void
test_ambiguous_is_said(void **state)
{
	struct world *w = *state;
	struct casefile c;
	struct source *s;

	casefile_init(&c, &w->knowledge);
	s = source(&c, "north.cfg", "config");
	identity(&c, s, "edge1.north.example", "ios", NULL);
	s = source(&c, "south.cfg", "config");
	identity(&c, s, "edge1.south.example", "ios", NULL);
	s = source(&c, "zone.log", "syslog");
	host(&c, s, "edge1");
	sight(&c, s, "sure", "edge1", "eve", 1, 1);
	casefile_close(&c);
	assert_int_equal(c.fleet.n, 2);
	assert_int_equal(at_path(&c, "zone.log")->device, DEVICE_NONE);
	assert_int_equal(at_path(&c, "zone.log")->ndiags, 1);
	assert_int_equal(at_path(&c, "zone.log")->diags[0].code, DIAG_CONFLICT);
	/* It belongs to no device, but is not dropped. */
	assert_non_null(finding(&c, "sure", NULL, "eve"));
	assert_int_equal(casefile_worst(&c), VERDICT_COMPROMISED);
	casefile_release(&c);
}

static void
test_diagnostics(void **state)
{
	struct world *w = *state;
	struct casefile c;
	struct source *s;

	casefile_init(&c, &w->knowledge);
	s = source(&c, "a", "text");
	source_diag(&c, s, DIAG_BAD_LINE, 3, SPAN("x"));
	assert_true(c.complete);
	assert_int_equal(s->worst, DIAG_NOTE);
	for (unsigned i = 0; i < LIMIT_DIAGS + 10; i++)
		source_diag(&c, s, DIAG_LONG_LINE, i, SPAN(""));
	assert_int_equal(s->ndiags, LIMIT_DIAGS);
	assert_int_equal(s->diags_dropped, 11);
	source_diag(&c, s, DIAG_WORKER_CRASHED, 0, SPAN(""));
	assert_int_equal(s->worst, DIAG_LOST);
	assert_false(c.complete);
	casefile_close(&c);
	assert_int_equal(casefile_worst(&c), VERDICT_UNKNOWN);
	casefile_release(&c);
	casefile_release(NULL);
}

static void
test_empty(void **state)
{
	struct world *w = *state;
	struct casefile c;

	casefile_init(&c, &w->knowledge);
	casefile_close(&c);
	assert_int_equal(c.nfindings, 0);
	assert_int_equal(c.fleet.n, 0);
	assert_int_equal(casefile_worst(&c), VERDICT_UNKNOWN);
	casefile_release(&c);
}

static void
test_evidence_limit(void **state)
{
	struct world *w = *state;
	struct casefile c;
	struct source *s;
	const struct finding *f;

	casefile_init(&c, &w->knowledge);
	s = source(&c, "edge1.log", "syslog");
	host(&c, s, "edge1");
	for (uint64_t i = 0; i < LIMIT_EVIDENCE + 50; i++)
		sight(&c, s, "sure", "edge1", "eve", i + 1, TIME_NONE);
	casefile_close(&c);
	f = finding(&c, "sure", "edge1", "eve");
	assert_non_null(f);
	assert_int_equal(f->count, LIMIT_EVIDENCE + 50);
	assert_int_equal(f->nplaces, LIMIT_EVIDENCE);
	casefile_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_join),
	    cmocka_unit_test(test_findings_merge),
	    cmocka_unit_test(test_what_is_left_out),
	    cmocka_unit_test(test_vulnerability),
	    cmocka_unit_test(test_coverage),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_verdict_needs_evidence),
	    cmocka_unit_test(test_order_of_sources),
	    cmocka_unit_test(test_order_of_findings),
	    cmocka_unit_test(test_ambiguous_is_said),
	    cmocka_unit_test(test_diagnostics),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_evidence_limit),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
