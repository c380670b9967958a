/*
 * Configurations that break off: golden inputs of the dialects with trees of
 * paths are read up to every byte once.  The copy's end is the end of its
 * allocation, so reading beyond it is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intel/default_settings.h"
#include "read/config/cisco_secret.h"
#include "read/reader.h"

#define FORMAT(name) extern const struct reader name;
#include "read/formats.def"
#undef FORMAT

struct seen {
	struct emit emit;
	size_t records;
};

static void
count_record(struct emit *e, const struct record *r)
{
	struct seen *s = (struct seen *)e;

	assert_true(r->nvalues <= LIMIT_RECORD_FIELDS);
	s->records++;
}

/* The file's bytes, freed by the caller. */
static char *
load(const char *name, size_t *n)
{
	char path[256], *p;
	FILE *f;
	long size;

	snprintf(path, sizeof(path), "tests/golden/config/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size > 0);
	rewind(f);
	p = malloc((size_t)size);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, (size_t)size, f), size);
	fclose(f);
	*n = (size_t)size;
	return p;
}

/* Returns how many records there were. */
static size_t
read_once(const struct reader *reader, struct arena *a,
    const struct defaults *defaults, struct span bytes)
{
	char *cut = malloc(bytes.n ? bytes.n : 1);
	struct seen seen = {.emit = emit_records(count_record)};
	struct read_in in = {.arena = a, .defaults = defaults};
	struct probe probe = {.path = SPAN("-")};

	assert_non_null(cut);
	memcpy(cut, bytes.p, bytes.n);
	in.bytes = probe.head = span_of(cut, bytes.n);
	reader->guess(&probe);
	reader->read(&in, &seen.emit);
	/* What stands before was seen at shorter cuts. */
	secret_redact(
	    a, span_from(in.bytes, bytes.n > 300 ? bytes.n - 300 : 0));
	arena_reset(a);
	free(cut);
	return seen.records;
}

static void
every_cut(void **state)
{
	static const struct {
		const struct reader *reader;
		const char *input;
	} all[] = {
	    {&reader_junos_config, "junos/edge.in"},
	    {&reader_junos_config, "junos/flat.in"},
	    {&reader_panos_config, "pan-os/reach.in"},
	    {&reader_panos_config, "pan-os/set.in"},
	    {&reader_fortios_config, "fortios/branch.in"},
	    {&reader_nokia_sros_config, "nokia-sros/md-truncated.in"},
	    {&reader_nokia_sros_config, "nokia-sros/classic-truncated.in"},
	    {&reader_huawei_vrp_config, "huawei-vrp/switch.in"},
	    {&reader_routeros_config, "mikrotik-routeros/edge.in"},
	    {&reader_vyos_config, "vyos/edge.in"},
	    {&reader_vyos_config, "vyos/commands.in"},
	    {&reader_f5_config, "f5-big-ip/edge.in"},
	    {&reader_f5_config, "f5-big-ip/fragment.in"},
	    {&reader_netscaler_config, "netscaler/gateway.in"},
	    {&reader_sonicos_config, "sonicwall/edge.in"},
	    {&reader_ivanti_config, "ivanti/gateway.in"},
	    {&reader_nclu_config, "nclu/leaf.in"},
	};
	struct arena a, kept;
	struct defaults defaults;

	(void)state;
	arena_init(&a);
	arena_init(&kept);
	default_settings_built_in(&defaults, &kept);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		size_t n, records = 0;
		char *p = load(all[i].input, &n);

		for (size_t k = 0; k <= n; k++)
			records = read_once(
			    all[i].reader, &a, &defaults, span_of(p, k));
		if (records < 10)
			fail_msg("%s: %zu records", all[i].input, records);
		free(p);
	}
	arena_release(&a);
	arena_release(&kept);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(every_cut)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
