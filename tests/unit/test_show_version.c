/*
 * "show version" of Cisco systems: the pitfalls, what must not be claimed,
 * and, where the public samples lie beside the project (TIDEMARK_CORPORA or
 * ../shared/corpora), a comparison with what their authors read from them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>

#include "device/version.h"
#include "read/reader.h"

extern const struct reader reader_cisco_show_version;

struct sink {
	struct emit emit;
	struct record last;
	unsigned records, conflicts, missing;
	struct arena arena;
};

static void
take_record(struct emit *e, const struct record *r)
{
	struct sink *s = (struct sink *)e;

	s->last = *r;
	s->records++;
}

static void
take_diag(
    struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	struct sink *s = (struct sink *)e;

	(void)line;
	(void)detail;
	s->conflicts += code == DIAG_CONFLICT;
	s->missing += code == DIAG_HEADER_MISSING;
}

static void
run(struct sink *s, struct span bytes)
{
	struct read_in in = {.bytes = bytes, .head = bytes};

	arena_reset(&s->arena);
	in.arena = &s->arena;
	s->records = s->conflicts = s->missing = 0;
	s->emit = (struct emit){take_record, take_diag};
	reader_cisco_show_version.read(&in, &s->emit);
}

static int
score(struct span bytes)
{
	struct probe p = {bytes, SPAN("x"), bytes.n, true};

	return reader_cisco_show_version.guess(&p).score;
}

/* Any value of the field is, or holds, the text. */
static bool
has(const struct record *r, enum field_id f, const char *text, bool part)
{
	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == f &&
		    (part ? span_has(r->values[i].text, text)
			  : span_is(r->values[i].text, text)))
			return true;
	return false;
}

static struct span
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p;
	size_t n;

	if (f == NULL)
		return (struct span){0};
	p = malloc(1 << 20);
	n = p != NULL ? fread(p, 1, 1 << 20, f) : 0;
	fclose(f);
	return span_of(p, n);
}

static void
expect(struct sink *s, enum field_id f, const char *text)
{
	if (!has(&s->last, f, text, false))
		fail_msg("%s is '%.*s', not '%s'", field_name(f),
		    SPAN_FMT(record_text(&s->last, f)), text);
}

static void
golden_inputs(void **state)
{
	static const struct {
		const char *file, *host, *platform, *version, *model, *serial;
		unsigned line;
	} t[] = {
	    {"ios-switch", "quay-sw1", "ios", "15.2(2)E7", "WS-C2960X-48TS-L",
		"FOC0000A0B1", 1},
	    {"ios-old", "oldgate", "ios", "12.3(26)", "2621XM", "JAE0000X00Y",
		2},
	    {"ios-xe-3-two-versions", "pe-west", "ios-xe", "3.13.3S", "ASR1001",
		"SSI0000000A", 5},
	    {"ios-xe-3-late", "pe-north", "ios-xe", "3.16.4bS", "ASR1002-X",
		"FOX0000G0A1", 1},
	    {"ios-xe-17", "core-a", "ios-xe", "17.9.4a", "C9300-24T",
		"FCW0000L0BB", 1},
	    {"ios-xe-special", "agg-7", "ios-xe", "17.6.3 special build",
		"ASR1001-HX", "JAE0000000C", 2},
	    {"ios-xr-classic", "spine-3", "ios-xr", "6.4.2", "ASR9K Series", "",
		4},
	    {"ios-xr-lnt", "peer-2", "ios-xr", "7.9.2", "8202-32FH-M", "", 2},
	    {"nx-os-9k", "dc1-leaf4", "nx-os", "10.3(4a)",
		"Nexus9000 C93180YC-FX", "FDO0000000R", 11},
	    {"nx-os-5k", "dc1-fex-parent", "nx-os", "7.3(4)N1(1)", "Nexus 5548",
		"FOC0000R0AB", 7},
	    {"aci-leaf", "Leaf-201", "aci", "15.2(4e)", "N9K-C93180YC-EX",
		"FDO0000000T", 6},
	    {"asa", "fw-edge", "asa", "9.16.4.67", "ASA5516", "JAD0000000Q", 2},
	    {"ftd", "branch-fw", "ftd", "7.2.5", "Cisco Firepower 1120",
		"JMX0000000Z", 3},
	    {"transcript-paged", "gate4", "ios", "15.5(3)M4a",
		"CISCO3925-CHASSIS", "FTX0000A0BC", 9},
	};
	static struct sink s;

	(void)state;
	arena_init(&s.arena);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char path[256];
		struct span in;

		(void)snprintf(path, sizeof(path),
		    "tests/golden/show/cisco-version/%s.in", t[i].file);
		in = slurp(path);
		if (in.n == 0)
			fail_msg("cannot read %s", path);
		run(&s, in);
		if (s.records != 1 || s.conflicts != 0)
			fail_msg("%s: %u records, %u conflicts", t[i].file,
			    s.records, s.conflicts);
		if (score(in) < 80)
			fail_msg("%s: score %d", t[i].file, score(in));
		expect(&s, F_VENDOR, "cisco");
		expect(&s, F_HOSTNAME, t[i].host);
		expect(&s, F_PLATFORM, t[i].platform);
		expect(&s, F_VERSION, t[i].version);
		expect(&s, F_MODEL, t[i].model);
		if (t[i].serial[0] != '\0')
			expect(&s, F_SERIAL, t[i].serial);
		assert_int_equal(s.last.line, t[i].line);
		/* No input may break the reader, however it is cut. */
		for (size_t n = 0; n < in.n; n += 7) {
			run(&s, span_head(in, n));
			(void)score(span_head(in, n));
		}
		free((void *)in.p);
	}
	arena_release(&s.arena);
}

static void
not_claimed(void **state)
{
	static const char *const t[] = {
	    /* A neighbour's banner. */
	    "Device ID: sw2\nPlatform: cisco WS-C2960\nVersion :\n"
	    "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), "
	    "Version 12.2(55)SE8, RELEASE SOFTWARE (fc2)\n",
	    /* A logged restart. */
	    "Jan  1 00:00:01 r1 %SYS-5-RESTART: System restarted --\n"
	    "Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), "
	    "Version 15.4(3)M2, RELEASE SOFTWARE (fc2)\n",
	    /* Configurations. */
	    "!\nversion 15.2\nhostname r1\n!\nend\n",
	    "! Cisco IOS Software, C2960 Software, Version 12.2(55)SE8\n"
	    "version 12.2\nhostname r1\n",
	    "NAME: \"1\", DESCR: \"WS-C2960X\"\nPID: WS-C2960X , VID: V02 "
	    ", SN: FOC1\n",
	    "Arista DCS-7050\nSoftware image version: 4.28.9M\n"
	    "Uptime: 3 days\n",
	    "Hostname: r1\nModel: mx960\nJunos: 21.4R3-S3.4\n",
	    "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (score(span_str(t[i])) > 50)
			fail_msg("claimed: %s", t[i]);
}

static void
contradiction(void **state)
{
	static struct sink s;

	(void)state;
	arena_init(&s.arena);
	run(&s, SPAN("a uptime is 1 day\nCisco IOS Software, C2900 Software "
		     "(C2900-M), Version 15.4(3)M2, RELEASE SOFTWARE\n"
		     "Cisco IOS Software, C2900 Software (C2900-M), Version "
		     "15.4(3)M9, RELEASE SOFTWARE\nb uptime is 1 day\n"));
	assert_int_equal(s.records, 1);
	assert_int_equal(s.conflicts, 1);
	expect(&s, F_VERSION, "15.4(3)M2");
	expect(&s, F_HOSTNAME, "a");
	run(&s, SPAN("nothing of the kind\n"));
	assert_int_equal(s.records, 0);
	assert_int_equal(s.missing, 1);
	arena_release(&s.arena);
}

/* The first value of a key in a sample's expectation, "" when absent. */
static const char *
wanted(const char *yml, const char *key, char *out, size_t cap)
{
	const char *at = yml;
	size_t n = strlen(key);

	out[0] = '\0';
	while ((at = strstr(at, key)) != NULL) {
		if ((at[-1] == ' ') && at[n] == ':')
			break;
		at += n;
	}
	if (at == NULL)
		return out;
	at += n + 1;
	at += strspn(at, " \n-");
	if (*at == '"')
		(void)snprintf(
		    out, cap, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
	return out;
}

struct tally {
	unsigned files, agree, differ;
};

static void
compare(struct tally *t, struct sink *s, const char *name, const char *yml,
    const char *key, enum field_id f)
{
	char want[512];
	struct version v;

	wanted(yml, key, want, sizeof(want));
	if (want[0] == '\0')
		return;
	want[strcspn(want, f == F_VERSION ? " " : ",")] = '\0';
	if (f == F_VERSION &&
	    version_read(record_text(&s->last, F_PLATFORM), span_str(want), &v))
		(void)snprintf(want, sizeof(want), "%s", v.text);
	if (has(&s->last, f, want, true)) {
		t->agree++;
		return;
	}
	t->differ++;
	print_message("%s: %s is '%.*s', they say '%s'\n", name, key,
	    SPAN_FMT(record_text(&s->last, f)), want);
}

static void
compare_file(struct tally *t, struct sink *s, const char *dir, const char *raw)
{
	static const struct {
		const char *key;
		enum field_id field;
	} keys[] = {{"hostname", F_HOSTNAME}, {"version", F_VERSION},
	    {"os", F_VERSION}, {"hardware", F_MODEL}, {"platform", F_MODEL},
	    {"serial", F_SERIAL}};
	char path[1024];
	struct span in, yml;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, raw);
	in = slurp(path);
	(void)snprintf(path, sizeof(path), "%s/%.*s.yml", dir,
	    (int)(strlen(raw) - 4), raw);
	yml = slurp(path);
	if (in.n > 0 && yml.n > 0 && yml.n < 1 << 20) {
		((char *)yml.p)[yml.n] = '\0';
		run(s, in);
		t->files++;
		assert_int_equal(s->records, 1);
		assert_true(score(in) > 50);
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			compare(t, s, raw, yml.p, keys[i].key, keys[i].field);
	}
	free((void *)in.p);
	free((void *)yml.p);
}

static void
public_samples(void **state)
{
	static const char *const dirs[] = {"cisco_ios/show_version",
	    "cisco_nxos/show_version", "cisco_asa/show_version",
	    "cisco_xr/show_version", "cisco_xr/show_version_brief"};
	const char *root = getenv("TIDEMARK_CORPORA");
	static struct sink s;
	struct tally t = {0};

	(void)state;
	arena_init(&s.arena);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char path[512];
		DIR *d;
		struct dirent *e;

		(void)snprintf(path, sizeof(path), "%s/ntc-templates/tests/%s",
		    root != NULL ? root : "../shared/corpora", dirs[i]);
		d = opendir(path);
		if (d == NULL) {
			print_message("SKIPPED: no samples in %s\n", path);
			continue;
		}
		while ((e = readdir(d)) != NULL)
			if (span_ends(span_str(e->d_name), SPAN(".raw")))
				compare_file(&t, &s, path, e->d_name);
		closedir(d);
	}
	arena_release(&s.arena);
	print_message("%u public samples: %u values agree, %u differ\n",
	    t.files, t.agree, t.differ);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(golden_inputs),
	    cmocka_unit_test(not_claimed),
	    cmocka_unit_test(contradiction),
	    cmocka_unit_test(public_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
