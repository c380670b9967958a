/*
 * Release order: the vectors below, and, where the fact files of the project
 * lie beside it (TIDEMARK_FACTS or ../shared/facts), every vector there and
 * every release name that Cisco has used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "device/version.h"

static struct version
must_read(const char *platform, const char *text)
{
	struct version v;

	if (!version_read(span_str(platform), span_str(text), &v))
		fail_msg("%s %s is not read", platform, text);
	return v;
}

static char
relation(const char *platform, const char *a, const char *b)
{
	struct version va = must_read(platform, a);
	struct version vb = must_read(platform, b);
	int ab = version_compare(&va, &vb), ba = version_compare(&vb, &va);

	if (ab == VERSION_UNKNOWN) {
		assert_int_equal(ba, VERSION_UNKNOWN);
		return '?';
	}
	assert_true((ab < 0) == (ba > 0) && (ab == 0) == (ba == 0));
	return ab < 0 ? '<' : ab > 0 ? '>' : '=';
}

static void
orders(void **state)
{
	static const struct {
		const char *platform, *a;
		char rel;
		const char *b;
	} t[] = {
	    {"ios", "12.2(55)SE9", '<', "12.2(55)SE12"},
	    {"f5", "15.1.2", '<', "15.1.2.1"},
	    {"f5", "15.1.10", '>', "15.1.9.1"},
	    {"f5", "16.1.2.2 Build 0.0.28", '=', "16.1.2.2-0.0.28"},
	    {"f5", "16.1.2.2 Build 24.0.28", '?', "16.1.2.2"},
	    {"f5", "17.1.0", '>', "16.1.4.1"},
	    {"sonicos", "6.5.4.4-44n", '<', "6.5.4.15-117n"},
	    {"sonicos", "7.0.1-5145", '<', "7.0.1-5161"},
	    {"sonicos", "SonicOS 7.0.1-5145-R3175", '=', "7.0.1-5145"},
	    {"sonicos", "6.5.4.v-21s", '?', "6.5.4.4-44n"},
	    {"sonicos", "SonicOSX 7.0.0.906", '?', "7.0.0.906"},
	    {"checkpoint", "R80.40", '<', "R81"},
	    {"checkpoint", "R81", '<', "R81.10"},
	    {"checkpoint", "Gaia R81.20", '<', "R82"},
	    {"checkpoint", "R81.20 JHF Take 26", '<', "R81.20 Take 65"},
	    {"checkpoint", "R81.20", '?', "R81.20 Take 65"},
	    {"checkpoint", "R81.10 Take 150", '<', "R81.20 Take 8"},
	    {"sr-os", "TiMOS-B-21.10.R1-1", '=', "21.10.R1-1"},
	    {"sr-os", "21.10.R1", '<', "21.10.R1-1"},
	    {"sr-os", "21.10.R2", '<', "21.10.R10"},
	    {"sr-os", "16.0.R4", '<', "19.5.R1"},
	    {"sr-os", "23.3.R3", '<', "23.10.R1"},
	    {"vrp", "V200R010C00SPC600", '<', "V200R019C00SPC500"},
	    {"vrp", "V200R010C00", '<', "V200R010C00SPC600"},
	    {"vrp", "V200R010C00SPC600", '<', "V200R010C00SPC600+SPH008"},
	    {"vrp", "V200R010C00SPC600SPH020", '>', "V200R010C00SPC600SPH008"},
	    {"vrp", "V800R021C10SPC600", '?', "V200R021C10SPC600"},
	    {"routeros", "6.48.6 (long-term)", '<', "6.49.10"},
	    {"routeros", "6.49.13", '<', "7.1"},
	    {"routeros", "7.13beta3", '<', "7.13rc1"},
	    {"routeros", "7.13rc2", '<', "7.13rc10"},
	    {"routeros", "7.13rc4", '<', "7.13"},
	    {"routeros", "7.13", '<', "7.13.1"},
	    {"routeros", "RouterOS 7.12.1 (stable)", '=', "7.12.1"},
	    {"vyos", "VyOS 1.3.2", '=', "1.3.2"},
	    {"vyos", "1.3.2", '<', "1.3.10"},
	    {"vyos", "1.3.0-rc6", '<', "1.3.0"},
	    {"vyos", "1.4-rolling-202306080317", '?', "1.4.0"},
	    {"edgeos", "v2.0.9-hotfix.7", '=', "2.0.9-hotfix.7"},
	    {"edgeos", "2.0.9", '<', "2.0.9-hotfix.1"},
	    {"edgeos", "2.0.9-hotfix.7.5622762.230615.1131", '>',
		"2.0.9-hotfix.4"},
	    {"edgeos", "EdgeRouter.ER-e300.v2.0.9-hotfix.7.5622762.230615.1131",
		'<', "3.0.0"},
	    {"frr", "8.5.1", '<', "8.10"},
	    {"frr", "8.4", '<', "8.4.1"},
	    {"frr", "7.5+cl4.4.0u4", '?', "8.5.1"},
	    {"frr", "8.4.4-1.1ubuntu6", '?', "8.4.4"},
	    {"cumulus-linux", "Cumulus Linux 5.4.0", '<', "5.10.1"},
	    {"ios", "12.2(33)SXI4", '<', "12.2(33)SXI4a"},
	    {"ios", "12.4(24)", '<', "12.4(24a)"},
	    {"ios", "12.4(9)", '<', "12.4(25g)"},
	    {"ios", "15.2(7)E", '<', "15.2(7)E0a"},
	    {"ios", "15.2(7)E0s", '<', "15.2(7)E1"},
	    {"ios", "15.2(4)E5", '<', "15.2(4)E5a"},
	    {"ios", "15.2(4)E", '?', "15.2(4)S"},
	    {"ios", "15.2(4)E", '?', "15.2(4)"},
	    {"ios-xe", "16.09.03", '=', "16.9.3"},
	    {"ios-xe", "Gibraltar 16.12.4", '=', "16.12.4"},
	    {"ios-xe", "16.12.9", '<', "16.12.10a"},
	    {"ios-xe", "17.9.4", '<', "17.9.4a"},
	    {"ios-xe", "17.9.4a", '<', "17.9.5"},
	    {"ios-xe", "17.12.1z", '<', "17.12.1z4"},
	    {"ios-xe", "17.12.1z4", '<', "17.12.2"},
	    {"ios-xe", "03.16.04b.S", '=', "3.16.4bS"},
	    {"ios-xe", "3.18.2aSP", '<', "3.18.3SP"},
	    {"ios-xe", "3.7.0S", '<', "3.7.0xaS"},
	    {"ios-xe", "3.16.4bS", '<', "16.3.1"},
	    {"ios-xe", "3.6.8E", '?', "3.7.0S"},
	    {"ios-xr", "5.3.2[Default]", '=', "5.3.2"},
	    {"ios-xr", "7.9.2 LNT", '<', "7.11.1"},
	    {"ios-xr", "7.11.2", '<', "24.1.1"},
	    {"nx-os", "9.3(5)", '<', "9.3(13)"},
	    {"nx-os", "10.2(6)M", '=', "10.2(6)"},
	    {"nx-os", "7.0(3)I7(9)", '<', "7.0(3)I7(10)"},
	    {"nx-os", "7.0(3)I7(10)", '<', "9.2(1)"},
	    {"nx-os", "7.3(2)N1(1)", '?', "7.3(2)D1(1)"},
	    {"nx-os", "10.4(5) [Maintenance Release]", '=', "10.4(5)"},
	    {"asa", "9.16(4)67", '=', "9.16.4.67"},
	    {"asa", "9.16(4.67)", '=', "9.16.4.67"},
	    {"asa", "9.8(3)21", '<', "9.8(4)"},
	    {"ftd", "7.4.2 (Build 172)", '=', "7.4.2-172"},
	    {"ftd", "7.2.5.2", '<', "7.2.10"},
	    {"ivanti", "9.1R9", '<', "9.1R18.9"},
	    {"ivanti", "22.7R2.5 (build 3221)", '=', "22.7R2.5"},
	    {"pan-os", "10.2.9", '<', "10.2.9-h1"},
	    {"pan-os", "10.2.9-h1", '<', "10.2.9-h21"},
	    {"junos", "21.4R3-S3.4", '<', "21.4R3-S5"},
	    {"junos", "22.3R2.13", '<', "22.3R2-S1"},
	    {"junos", "21.4R3", '?', "21.4R3-EVO"},
	    {"junos", "15.1X49-D180", '<', "15.1X49-D211"},
	    {"fortios", "v7.4.8,build2795,250523 (GA.M)", '=', "7.4.8"},
	    {"netscaler", "14.1-8.50", '<', "14.1-12.35"},
	    {"netscaler", "NS13.1: Build 49.15.nc,", '=', "13.1-49.15"},
	    {"netscaler", "13.1-37.38", '?', "13.1-49.15"},
	    {"eos", "4.28.9M", '<', "4.28.10M"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (relation(t[i].platform, t[i].a, t[i].b) != t[i].rel)
			fail_msg("%s: not %s %c %s", t[i].platform, t[i].a,
			    t[i].rel, t[i].b);
}

static void
platforms_do_not_mix(void **state)
{
	struct version a = must_read("ios-xe", "17.9.4");
	struct version b = must_read("ios-xr", "7.9.4"), none = {0};

	(void)state;
	assert_int_equal(version_compare(&a, &b), VERSION_UNKNOWN);
	assert_int_equal(version_compare(&a, &none), VERSION_UNKNOWN);
	assert_false(version_read(SPAN("vrp"), SPAN("8.180"), &a));
	assert_false(version_read(SPAN("screenos"), SPAN("6.3.0"), &a));
	assert_true(version_platform(SPAN("IOS-XE")));
	assert_false(version_platform(SPAN("catos")));
}

static void
special_builds_have_no_order(void **state)
{
	static const char *const t[][2] = {
	    {"ios", "15.2(4.0.55)E"},
	    {"ios", "15.2(20170410:103306)"},
	    {"ios", "15.3(3)JPC100"},
	    {"ios", "12.0(132)S"},
	    {"ios", "15.2(4)M5, CUST-SPECIAL:V152_4_M5"},
	    {"ios-xe", "V169_5_SR689355441_2"},
	    {"ios-xe", "BLD_POLARIS_DEV_LATEST_20210302_012043"},
	    {"ios-xe", "17.6.20210302:012459"},
	    {"ios-xe", "17.11.99SW"},
	    {"ios-xr", "6.5.1.34I[Default]"},
	    {"nx-os", "9.3(6uu)I9(1uu) [build 9.3(6)]"},
	    {"nx-os", "10.3(99x)"},
	    {"nx-os", "7.3(2)N1(0.296)"},
	    {"pan-os", "10.1.9-c39"},
	    {"pan-os", "9.0.4.xfr"},
	    {"junos", "21.4R1-20220101.0"},
	    {"vyos", "1.4-rolling-202306080317"},
	    {"vyos", "1.4.0-epa1"},
	    {"frr", "9.2-dev_git"},
	    {"sr-os", "21.10.B1-45"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct version v = must_read(t[i][0], t[i][1]);

		if (v.standing != VERSION_SPECIAL)
			fail_msg(
			    "%s %s is taken for regular", t[i][0], t[i][1]);
		assert_int_equal(version_compare(&v, &v), VERSION_UNKNOWN);
		assert_int_equal(version_line(&v).n, 0);
	}
}

static void
lines_and_text(void **state)
{
	static const char *const t[][5] = {
	    {"ios", "15.2(4)E10", "15.2(4)E", "15.2(4)E", "15.2(4)E10"},
	    {"ios", "15.0(2a)SE9", "15.0(2a)SE", "15.0(2a)SE", "15.0(2a)SE9"},
	    {"ios", "12.4(24a)", "12.4(24)", "12.4(24)", "12.4(24a)"},
	    {"ios-xe", "17.09.04a", "17.9", "17.9", "17.9.4a"},
	    {"ios-xe", "03.06.05E", "3.6E", "3.6E", "3.6.5E"},
	    {"ios-xr", "7.9.2 LNT", "7.9", "7.9", "7.9.2"},
	    {"nx-os", "7.0(3)I7(10)", "7.0I7", "7.0I7", "7.0(3)I7(10)"},
	    {"nx-os", "10.2(6)M", "10.2", "10.2", "10.2(6)"},
	    {"asa", "9.16(4)67", "9.16", "9.16", "9.16.4.67"},
	    {"ftd", "7.2.5 (Build 208)", "7.2", "7.2", "7.2.5"},
	    {"ivanti", "9.1r14.4", "9.1R14", "9.1R14", "9.1R14.4"},
	    {"pan-os", "10.2.9-h1", "10.2.9", "10.2", "10.2.9-h1"},
	    {"junos", "22.3R2-S2.3", "22.3R2", "22.3", "22.3R2-S2.3"},
	    {"junos", "15.1X49-D180", "15.1X49", "15.1X49", "15.1X49-D180"},
	    {"netscaler", "13.1-37.38", "13.1-FIPS", "13.1-FIPS", "13.1-37.38"},
	    {"eos", "4.21.1.1F", "4.21", "4.21", "4.21.1.1F"},
	    {"sr-os", "TiMOS-C-23.10.R2", "23.10", "23.10", "23.10.R2"},
	    {"vrp", "V200R010C00SPC600", "V200R010C00", "V200R010C00",
		"V200R010C00SPC600"},
	    {"routeros", "7.13rc4", "7.13", "7", "7.13rc4"},
	    {"edgeos", "v2.0.9-hotfix.7", "2.0", "2.0", "2.0.9-hotfix.7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct version v = must_read(t[i][0], t[i][1]);

		assert_string_equal(v.line, t[i][2]);
		assert_string_equal(v.series, t[i][3]);
		assert_string_equal(v.text, t[i][4]);
		assert_true(span_is(version_write(&v), t[i][4]));
		assert_true(span_is(version_series(&v), t[i][3]));
	}
}

static void
refuses(void **state)
{
	static const char *const t[][2] = {
	    {"ios", ""},
	    {"ios", "12.0(32)S6(c1)"},
	    {"ios", "15.2"},
	    {"ios", "15.2("},
	    {"ios-xe", ".0"},
	    {"ios-xe", "17.9"},
	    {"ios-xe", "99999999999.1.1"},
	    {"asa", "100.130"},
	    {"asa", "Base"},
	    {"nx-os", "9.3("},
	    {"pan-os", "10.2"},
	    {"ivanti", "9.1"},
	    {"junos", "21.4"},
	    {"sr-os", "21.10"},
	    {"vrp", "V200R010"},
	    {"routeros", "7"},
	    {"edgeos", "2.0"},
	    {"cumulus-linux", "5.4"},
	};
	struct version v;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (version_read(span_str(t[i][0]), span_str(t[i][1]), &v))
			fail_msg("%s '%s' is read", t[i][0], t[i][1]);
}

static void
trains(void **state)
{
	uint32_t key[2];

	(void)state;
	assert_true(version_train_read(SPAN(" 17.9 "), key));
	assert_int_equal(key[0], 17);
	assert_int_equal(key[1], 9);
	assert_false(version_train_read(SPAN("17.9.4"), key));
	assert_false(version_train_read(SPAN("17"), key));
}

/* A fact file, or NULL after saying so. */
static FILE *
facts(const char *name)
{
	const char *dir = getenv("TIDEMARK_FACTS");
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/vulnerabilities/%s",
	    dir != NULL ? dir : "../shared/facts", name);
	f = fopen(path, "r");
	if (f == NULL)
		print_message("SKIPPED: no fact file %s\n", path);
	return f;
}

static size_t
split(char *line, char **field, size_t max)
{
	size_t n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	while (n < max && line != NULL)
		field[n++] = strsep(&line, "\t");
	return n;
}

static void
vectors_of_the_facts(void **state)
{
	FILE *f = facts("order_vectors.tsv");
	char line[1024];
	char *c[6];
	unsigned n = 0;

	(void)state;
	if (f == NULL)
		skip();
	while (fgets(line, sizeof(line), f) != NULL) {
		struct version a, b;

		if (line[0] == '#' || split(line, c, 6) < 5)
			continue;
		a = must_read(c[0], c[1]);
		b = must_read(c[0], c[3]);
		if (relation(c[0], c[1], c[3]) != c[2][0])
			fail_msg("%s: not %s %s %s", c[0], c[1], c[2], c[3]);
		if (c[2][0] != '=' &&
		    span_eq(version_series(&a), version_series(&b)) !=
			(c[4][0] == 'y'))
			fail_msg("%s: line of %s and %s", c[0], c[1], c[3]);
		n++;
	}
	fclose(f);
	print_message("%u vectors hold\n", n);
	assert_true(n >= 40);
}

static const char *
platform_of(const char *family)
{
	static const char *const t[][2] = {
	    {"IOS", "ios"},
	    {"Cisco IOS XE Software", "ios-xe"},
	    {"Cisco IOS XE Catalyst SD-WAN", "ios-xe"},
	    {"Cisco NX-OS Software", "nx-os"},
	    {"Cisco NX-OS System Software in ACI Mode", "aci"},
	    {"Cisco Adaptive Security Appliance (ASA) Software", "asa"},
	    {"Cisco Firepower Threat Defense Software", "ftd"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (strcmp(family, t[i][0]) == 0)
			return t[i][1];
	return NULL;
}

static void
every_name_that_cisco_used(void **state)
{
	FILE *f = facts("version_universe_cisco.tsv");
	char line[1024];
	char *c[4];
	unsigned n = 0, bad = 0;

	(void)state;
	if (f == NULL)
		skip();
	while (fgets(line, sizeof(line), f) != NULL) {
		const char *platform;
		struct version v;

		if (split(line, c, 4) < 4 || strcmp(c[2], "service_pack") != 0)
			continue;
		platform = platform_of(c[0]);
		if (platform == NULL)
			continue;
		n++;
		if (!version_read(span_str(platform), span_str(c[3]), &v)) {
			print_message("not read: %s %s\n", platform, c[3]);
			bad++;
		}
	}
	fclose(f);
	print_message("%u release names, %u not read\n", n, bad);
	assert_true(n > 7000 && bad <= 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(orders),
	    cmocka_unit_test(platforms_do_not_mix),
	    cmocka_unit_test(special_builds_have_no_order),
	    cmocka_unit_test(lines_and_text),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(trains),
	    cmocka_unit_test(vectors_of_the_facts),
	    cmocka_unit_test(every_name_that_cisco_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
