/*
 * Configurations of gateways and load balancers: BIG-IP, NetScaler, SonicOS
 * and Ivanti.  What must not be taken for a command, whose file it is, what is
 * hidden, and what flaws ask of such a device.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/vulnerability.h"
#include "lib/taken.h"
#include "read/config/cisco_secret.h"
#include "read/config/f5.h"
#include "read/config/ivanti.h"
#include "read/config/junos.h"
#include "read/config/netscaler.h"
#include "read/config/panos.h"
#include "read/config/sonicos.h"
#include "read/identify.h"

#define CHECK(reader, text, ...)                                               \
	check(&(reader), span_str(text),                                       \
	    (const char *const[]){__VA_ARGS__, NULL})

/* ---- what is no command ---- */

static void
test_tcl(void **state)
{
	(void)state;
	/* Braces in quotes and comments count in Tcl, behind a backslash they
	 * do not. */
	CHECK(reader_f5_config,
	    "ltm rule /Common/r {\nwhen X {\n  set a \"\\}\" # { }\n}\n"
	    "auth user ghost {\n  role admin\n}\n}\n"
	    "auth user real {\n  role guest\n}\n",
	    "script:1 name=/Common/r", "user:9 user=real", "!user=ghost",
	    "!line=role admin");
	/* Braces that never come out cost this script, not the file. */
	CHECK(reader_f5_config,
	    "ltm rule /Common/r {\nwhen X { { {\n}\n"
	    "auth user real {\n  role guest\n}\n",
	    "user:4 user=real");
	CHECK(reader_f5_config,
	    "sys icall script /Common/s {\n  definition {\n"
	    "    tmsh::modify sys sshd login disabled\n  }\n}\n"
	    "sys sshd {\n  port 2022\n}\n",
	    "body=tmsh::modify sys sshd login disabled",
	    "name=ssh state=enabled", "port=2022");
	CHECK(reader_f5_config,
	    "sys global-settings {\n  gui-security-banner-text \"x\n"
	    "auth user ghost { role admin }\n\"\n  hostname h\n}\n"
	    "# auth user ghost2 { }\n"
	    "auth user real {\n  description \"auth user ghost3 { }\"\n}\n",
	    "hostname=h", "user=real", "!user=ghost");
}

static void
test_lists(void **state)
{
	(void)state;
	/* On one line, over several, and an object on one line. */
	CHECK(reader_f5_config, "sys ntp {\n  servers { 10.0.0.1 10.0.0.2 }\n}",
	    "ntp:2 mode=server server_ip=10.0.0.1", "server_ip=10.0.0.2");
	CHECK(reader_f5_config,
	    "auth tacacs /Common/t {\n  servers {\n    10.0.0.1\n"
	    "    10.0.0.2\n  }\n}\n",
	    "aaa_server:3 protocol=tacacs server_ip=10.0.0.1",
	    "aaa_server:4 protocol=tacacs server_ip=10.0.0.2");
	CHECK(reader_f5_config,
	    "net self /Common/s { address 10.0.0.1/24 vlan /Common/v }\n",
	    "address=10.0.0.1 prefix=10.0.0.0/24");
	CHECK(reader_f5_config,
	    "ltm virtual /Common/v[1] {\n  destination 10.0.0.1:{x};\n}\n",
	    "line=destination 10.0.0.1:{x}; parent=ltm virtual /Common/v[1]");
}

static void
test_quotes(void **state)
{
	(void)state;
	CHECK(reader_netscaler_config,
	    "# add system user ghost x\n"
	    "add responder action a respondwith \"x\n add system user g y\"\n"
	    "add responder action b respondwith q{\"add system user g2 z\"}\n"
	    "add lb vserver v HTTP 10.0.0.1 80 -comment \"-gui x\"\n"
	    "add system user real \"se cret\"\n",
	    "user:6 user=real", "!user=g", "!user=ghost", "secret=se cret");
	/* A quote that stays open costs its line only. */
	CHECK(reader_netscaler_config,
	    "add lb vserver v HTTP 10.0.0.1 -comment \"open\n"
	    "add ntp server 10.0.0.9\n",
	    "ntp:2 mode=server server_ip=10.0.0.9");
	/* Words in any case; options behind a secret or before one. */
	CHECK(reader_netscaler_config,
	    "set ns hostname a\nset system user NSROOT x -Encrypted\n",
	    "hostname=a", "user=NSROOT", "secret_type=encrypted");
}

static void
test_columns(void **state)
{
	(void)state;
	CHECK(reader_sonicos_config,
	    "interface X1\n    ip-assignment WAN static\n"
	    "        ip 192.0.2.1 netmask 255.255.255.0\n        exit\n"
	    "    comment \"management ssh\"\n    no management ssh\n"
	    "    management https\n    exit\n",
	    "address=192.0.2.1 prefix=192.0.2.0/24",
	    "name=https-server state=en",
	    "name=management-on-data-interface state=enabled "
	    "origin=configured interface=X1 value=https",
	    "!name=ssh state=enabled");
	/* Equal heads are rules of their own. */
	CHECK(reader_sonicos_config,
	    "access-rule ipv4 from A to B action allow\n    id 1\n    exit\n"
	    "access-rule ipv4 from A to B action allow\n    id 2\n    exit\n",
	    "sequence=1", "sequence=2", "entries=2");
}

/* ---- silence ---- */

static void
test_cut(void **state)
{
#define NS                                                                     \
	"set ns config -IPAddress 10.0.0.1 -netmask 255.0.0.0\n"               \
	"enable ns feature LB\nadd system user a b"
	(void)state;
	CHECK(reader_netscaler_config, NS "\n",
	    "name=gateway state=disabled origin=default");
	CHECK(reader_netscaler_config, NS, "name=gateway state=unknown");
	CHECK(reader_netscaler_config, "add vpn vserver g SSL 0.0.0.0\n",
	    "setting:1 name=gateway state=enabled origin=configured");
#undef NS
}

/* ---- whose file it is ---- */

static void
test_guess(void **state)
{
	static const struct {
		const char *text;
		const struct reader *reader;
	} table[] = {
	    {"#TMSH-VERSION: 15.1.2\n\nltm pool /Common/p { }\n",
		&reader_f5_config},
	    {"ltm pool p {\n    members none\n}\n", &reader_f5_config},
	    {"sys global-settings {\r\n    hostname a\r\n}\r\n",
		&reader_f5_config},
	    {"#NS13.1 Build 37.38\n", &reader_netscaler_config},
	    {"add vpn vserver g SSL 0.0.0.0\nbind vpn vserver g -policy p\n",
		&reader_netscaler_config},
	    {"firmware-version \"SonicOS 7.0.1-5145\"\n",
		&reader_sonicos_config},
	    {"access-rule ipv4 from LAN to WAN action allow\n    id 1\n",
		&reader_sonicos_config},
	    {"<?xml version=\"1.0\"?>\n<configuration "
	     "xmlns=\"http://xml.juniper.net/ive-sa/8.3R7\">\n"
	     "<host-name>a</host-name>",
		&reader_ivanti_config},
	    {"<configuration xmlns=\"http://xml.pulsesecure.net/ive-sa/"
	     "22.7R2.10\">",
		&reader_ivanti_config},
	    {"<configuration xmlns=\"http://xml.juniper.net/xnm/1.1/xnm\">"
	     "<system><host-name>a</host-name>",
		&reader_junos_config},
	    /* Near misses. */
	    {"see <configuration xmlns=\"http://x/ive-sa/1\"> in the guide\n",
		NULL},
	    {"The first line is #TMSH-VERSION: 15.1.2\n", NULL},
	    {"add the server to the pool\nset the clock\n", NULL},
	    {"interface X0\n    description x\n", NULL},
	    {"%NS-5: #NS13.1 Build 37.38\n", NULL},
	    {"sys = {\n  a = 1\n}\n", NULL},
	};
	static const struct reader *const all[] = {&reader_f5_config,
	    &reader_netscaler_config, &reader_sonicos_config,
	    &reader_ivanti_config, &reader_junos_config, &reader_panos_config};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (unsigned k = 0; k < sizeof(all) / sizeof(*all); k++) {
			struct probe p = {
			    .head = span_str(table[i].text), .whole = true};
			bool claims = all[k]->guess(&p).score > 50;

			if (claims != (all[k] == table[i].reader))
				fail_msg("%s: %s", all[k]->name, table[i].text);
		}
}

/* ---- secrets ---- */

static void
test_secrets(void **state)
{
	static const struct {
		const char *line, *hidden;
	} table[] = {
	    {"encrypted-password $6$abc$defghijklmnop", "defghi"},
	    {"secret $M$zQ$aGlkZGVu", "aGlk"},
	    {"secret \"$M$zQ$aGlk ZGVu\"", "aGlk"},
	    {"bind-pw hiddenpw", "hidden"},
	    {"passphrase $M$zQ$aGlkZGVu", "aGlk"},
	    {"community-name hidden", "hidden"},
	    {"community hidden", "hidden"},
	    {"auth-password-encrypted $M$x$hidden", "hidden"},
	    {"privacy-password-encrypted $M$x$hidden", "hidden"},
	    {"preshared-key hidden", "hidden"},
	    {"preshared-key-encrypted $M$x$hidden", "hidden"},
	    {"tmsh modify auth user admin password hidden", "hidden"},
	    {"/Common/c { community-name hidden source default }", "hidden"},
	    {"add system user bob hidden -encrypted", "hidden"},
	    {"set system user nsroot \"hid den\"", "den"},
	    {"set ns rpcNode 10.0.0.1 -password hidden -encrypted", "hidden"},
	    {"add authentication radiusAction r -serverIP 1.2.3.4 -radKey "
	     "hidden",
		"hidden"},
	    {"add authentication tacacsAction t -TACACSSECRET hidden",
		"hidden"},
	    {"add authentication ldapAction l -ldapBindDnPassword \"hid den\"",
		"den"},
	    {"add ipsec profile p -psk hidden -encAlgo AES", "hidden"},
	    {"add snmp community hidden ALL", "hidden"},
	    {"add snmp trap generic 10.0.0.1 -communityName hidden", "hidden"},
	    {"add snmp user u -group g -authType SHA -authPasswd hidden "
	     "-privType AES -privPasswd hidden",
		"hidden"},
	    {"add ssl certKey c -cert a -key b -passcrypt \"hidden\"",
		"hidden"},
	    {"set ns encryptionParams -method AES256 -keyValue hidden",
		"hidden"},
	    {"password encrypted 4,00hiddenhidden", "hidden"},
	    {"admin password encrypted 4,00hiddenhidden", "hidden"},
	    {"password \"hid den\"", "den"},
	    {"shared-secret 4,00hiddenhidden", "hidden"},
	    {"shared-secret hidden", "hidden"},
	    {"get-community-name hidden", "hidden"},
	    {"bind-password 4,00hiddenhidden", "hidden"},
	    {"<password-encrypted>hidden==</password-encrypted>", "hidden"},
	    {"<password-cleartext>hidden</password-cleartext>", "hidden"},
	    {"<password-hash>hidden</password-hash>", "hidden"},
	    {"<shared-secret-encrypted>hidden==</shared-secret-encrypted>",
		"hidden"},
	    {"<secret-cleartext>hidden</secret-cleartext>", "hidden"},
	    {"<community>hidden</community>", "hidden"},
	    {"<community-string>hidden</community-string>", "hidden"},
	};
	static const char *const kept[] = {"community abc;",
	    "password=<redacted>", "psk: <redacted>",
	    "set ns ip 10.0.0.1 -gui x", "add system group ops -timeout 900",
	    "network 4,5 x", "bind system user bob superuser 100",
	    "<password-history-count>24</password-history-count>"};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct span s = secret_redact(&a, span_str(table[i].line));

		if (span_has(s, table[i].hidden) || !span_has(s, "<redacted>"))
			fail_msg("%s: %.*s", table[i].line, SPAN_FMT(s));
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		struct span s = secret_redact(&a, span_str(kept[i]));

		if (!span_is(s, kept[i]))
			fail_msg("%s: %.*s", kept[i], SPAN_FMT(s));
	}
	arena_release(&a);
}

/* The web interface of BIG-IP names a community's object after it. */
static void
test_named_after(void **state)
{
	(void)state;
	CHECK(reader_f5_config,
	    "sys snmp {\n  communities {\n    /Common/ihidden_1 {\n"
	    "      community-name hidden\n    }\n  }\n}\n",
	    "parent=sys snmp communities <redacted>", "secret=hidden",
	    "!ihidden_1");
}

/* ---- flaws ---- */

struct gathered {
	struct emit emit;
	struct arena arena;
	struct span platform, release;
	struct vuln_setting settings[64];
	size_t n;
};

static void
gather(struct emit *e, const struct record *r)
{
	struct gathered *g = (struct gathered *)e;

	if (r->kind == K_DEVICE) {
		g->platform = arena_copy(&g->arena, record_text(r, F_PLATFORM));
		g->release = arena_copy(&g->arena, record_text(r, F_VERSION));
	}
	if (r->kind != K_SETTING || g->n == 64)
		return;
	g->settings[g->n++] = (struct vuln_setting){
	    .name = arena_copy(&g->arena, record_text(r, F_NAME)),
	    .state = setting_word(record_text(r, F_STATE)),
	    .by_default = span_is(record_text(r, F_ORIGIN), "default")};
}

static void
no_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e, (void)code, (void)line, (void)detail;
}

static enum vuln_verdict
judge(const struct vulnerability *v, const struct reader *reader,
    const char *text)
{
	struct gathered g = {.emit = {gather, no_diag}};
	struct defaults defaults;
	struct read_in in = {.bytes = span_str(text),
	    .arena = &g.arena,
	    .defaults = &defaults};
	struct vuln_device d;
	struct vuln_answer a;

	arena_init(&g.arena);
	default_settings_built_in(&defaults, &g.arena);
	reader->read(&in, &g.emit);
	d = (struct vuln_device){.platform = g.platform,
	    .releases = &g.release,
	    .nreleases = g.release.n > 0,
	    .settings = g.settings,
	    .nsettings = g.n};
	vulnerability_judge(v, &d, &a);
	arena_release(&g.arena);
	return a.verdict;
}

static const struct vulnerability *
load(struct vulnerability_set *all, struct span text, const char *id)
{
	struct err e = {""};
	const struct vulnerability *v;

	vulnerability_set_init(all);
	if (vulnerability_read(all, text, SPAN("test"), &e) != 0)
		fail_msg("%s", e.text);
	v = vulnerability_find(all, span_str(id));
	assert_non_null(v);
	return v;
}

#define IVE(release)                                                           \
	"<configuration xmlns=\"http://xml.pulsesecure.net/ive-sa/" release    \
	"\">\n<system/></configuration>\n"

static void
test_ivanti_flaw(void **state)
{
	static char text[1 << 16];
	FILE *f = fopen("data/vulnerabilities/cve-2023-46805.yaml", "rb");
	struct vulnerability_set all;
	const struct vulnerability *v;

	(void)state;
	assert_non_null(f);
	v = load(&all, span_of(text, fread(text, 1, sizeof(text), f)),
	    "CVE-2023-46805");
	fclose(f);
	assert_int_equal(
	    judge(v, &reader_ivanti_config, IVE("9.1R14")), VULN_EXPOSED);
	assert_int_equal(
	    judge(v, &reader_ivanti_config, IVE("22.4R2.1")), VULN_EXPOSED);
	assert_int_equal(judge(v, &reader_ivanti_config, IVE("22.7R2.10")),
	    VULN_NOT_AFFECTED);
	assert_int_equal(
	    judge(v, &reader_ivanti_config, IVE("")), VULN_CANNOT_TELL);
	assert_int_equal(
	    judge(v, &reader_netscaler_config, "#NS13.1 Build 37.38\n"),
	    VULN_NOT_APPLICABLE);
	vulnerability_set_release(&all);
}

/* A flaw of a Gateway or AAA virtual server, as most of NetScaler are. */
static void
test_netscaler_flaw(void **state)
{
	static const char yaml[] =
	    "id: CVE-2023-4966\ntitle: t\nwhy: w\nverify: v\nseverity: high\n"
	    "confirmed: official\nsource: https://example.com\n"
	    "platforms: [netscaler]\n"
	    "lines:\n"
	    "  - {line: \"13.1\", fixed: 13.1-49.15, evidence: record}\n"
	    "unlisted: cannot-tell\n"
	    "feature:\n  name: Gateway or AAA virtual server\n"
	    "  silent: \"off\"\n  any:\n    - {setting: gateway}\n"
	    "    - {setting: aaa-vserver}\n"
	    "need:\n  version: [show ns version]\n"
	    "  feature: [show ns runningConfig]\n";
#define NS(build)                                                              \
	"#NS13.1 Build " build "\n"                                            \
	"set ns config -IPAddress 10.0.0.1 -netmask 255.0.0.0\n"               \
	"enable ns feature LB\nset system user nsroot x -encrypted\n"
	struct vulnerability_set all;
	const struct vulnerability *v =
	    load(&all, span_str(yaml), "CVE-2023-4966");

	(void)state;
	assert_int_equal(judge(v, &reader_netscaler_config,
			     NS("48.47") "add vpn vserver g SSL 0.0.0.0\n"),
	    VULN_EXPOSED);
	assert_int_equal(
	    judge(v, &reader_netscaler_config,
		NS("48.47") "add authentication vserver a SSL 0.0.0.0\n"),
	    VULN_EXPOSED);
	assert_int_equal(judge(v, &reader_netscaler_config,
			     NS("49.15") "add vpn vserver g SSL 0.0.0.0\n"),
	    VULN_NOT_AFFECTED);
	assert_int_equal(
	    judge(v, &reader_netscaler_config, NS("48.47")), VULN_FEATURE_OFF);
	/* A file that was cut says nothing about what it does not hold. */
	assert_int_equal(
	    judge(v, &reader_netscaler_config, NS("48.47") "add lb vse"),
	    VULN_CANNOT_TELL);
	vulnerability_set_release(&all);
#undef NS
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tcl),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_quotes),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_guess),
	    cmocka_unit_test(test_secrets),
	    cmocka_unit_test(test_named_after),
	    cmocka_unit_test(test_ivanti_flaw),
	    cmocka_unit_test(test_netscaler_flaw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
