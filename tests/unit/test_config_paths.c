/*
 * Configurations that become trees of paths: Junos, PAN-OS and FortiOS, their
 * trees, groups, facts and secrets.  Records are written down as text,
 * "kind:line field=value", and sought there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lib/taken.h"
#include "read/config/cisco_secret.h"
#include "read/config/fortios.h"
#include "read/config/junos.h"
#include "read/config/panos.h"

#define CHECK(reader, text, ...)                                               \
	check(&(reader), span_str(text),                                       \
	    (const char *const[]){__VA_ARGS__, NULL})

static void
test_same_tree(void **state)
{
	static const char *const forms[] = {
	    "system {\n  services {\n    ssh { port 2222; }\n  }\n}\n",
	    "set system services ssh port 2222\n",
	    "<configuration>\n<system><services><ssh><port>2222</port></ssh>"
	    "</services></system></configuration>"};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		CHECK(reader_junos_config, forms[i],
		    "name=ssh-port state=enabled origin=configured port=2222",
		    "name=ssh state=enabled origin=configured port=2222",
		    "name=telnet state=unknown");
}

static void
test_wide_nodes(void **state)
{
	struct arena a;
	struct path_tree *t;
	char word[16];

	(void)state;
	arena_init(&a);
	t = path_tree_new(&a, SPAN("x"));
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 5000; i++) {
			snprintf(word, sizeof(word), "w%u", i);
			path_add(
			    t, PATH_ROOT, arena_copy(&a, span_str(word)), 1, 0);
		}
	assert_int_equal(t->n, 5001);
	assert_int_equal(path_find(t, PATH_ROOT, SPAN("w4321")), 4322);
	assert_int_equal(path_find(t, PATH_ROOT, SPAN("w5000")), PATH_NONE);
	arena_release(&a);
}

static void
test_inactive(void **state)
{
	(void)state;
	CHECK(reader_junos_config,
	    "system { host-name a; inactive: services { telnet; } }\n"
	    "inactive: snmp { community x; }\n",
	    "!name=telnet state=enabled", "!name=snmp-v1v2c state=enabled",
	    "line=telnet; parent=system services");
	CHECK(reader_junos_config,
	    "set system services telnet\ndeactivate system services telnet\n",
	    "!name=telnet state=enabled");
}

static void
test_groups(void **state)
{
	(void)state;
	/* Own values win; a switched-off statement does not stop a group. */
	CHECK(reader_junos_config,
	    "groups { g { system { host-name group; inactive: x;\n"
	    "services { telnet; } } interfaces { <ge-0/0/[0-1]> { unit <*> {\n"
	    "family inet { filter { input F; } } } } } } }\n"
	    "apply-groups g;\n"
	    "system { host-name own; inactive: services { ftp; } }\n"
	    "interfaces { ge-0/0/1 { unit 0 { family inet {\n"
	    "address 10.0.0.1/24; } } } ge-0/0/2 { unit 0 { family inet {\n"
	    "address 10.0.1.1/24; } } } }\n",
	    "hostname=own", "setting:2 name=telnet state=enabled",
	    "interface=ge-0/0/1.0 address=10.0.0.1 prefix=10.0.0.0/24 "
	    "acl_in=F",
	    "!prefix=10.0.1.0/24 acl_in=F");
	CHECK(reader_junos_config,
	    "set groups g system services telnet\n"
	    "set apply-groups g\nset system apply-groups-except g\n",
	    "!name=telnet state=enabled");
}

static void
test_not_commands(void **state)
{
	(void)state;
	CHECK(reader_junos_config,
	    "system {\n/* services { telnet; } */\n"
	    "# services { telnet; }\n"
	    "login { message \"services { telnet; }\"; }\n}\n",
	    "!name=telnet state=enabled");
	CHECK(reader_fortios_config,
	    "config system global\nset pre \"x\nend\n"
	    "set admin-ssh-port 99\n\"\nset hostname h\nend\n",
	    "hostname=h", "!port=99");
}

static void
test_globalprotect(void **state)
{
#define FULL                                                                   \
	"set mgt-config users a phash x\nset network vlan v\n"                 \
	"set deviceconfig system hostname f\n"
	(void)state;
	CHECK(reader_panos_config, FULL,
	    "setting:0 name=globalprotect state=disabled origin=default");
	CHECK(reader_panos_config,
	    FULL "set deviceconfig system panorama-server 10.0.0.1\n",
	    "name=globalprotect state=unknown");
	CHECK(reader_panos_config,
	    FULL "set global-protect global-protect-gateway G x y\n",
	    "setting:4 name=globalprotect state=enabled origin=configured");
	CHECK(reader_panos_config, "set deviceconfig system hostname f\n",
	    "name=globalprotect state=unknown");
#undef FULL
}

static void
test_xml_attacks(void **state)
{
	(void)state;
	CHECK(reader_panos_config,
	    "<?xml version=\"1.0\"?><!DOCTYPE config [<!ENTITY a \"b\">]>"
	    "<config version=\"10.1.0\"><deviceconfig><system>"
	    "<hostname>&a;</hostname></system></deviceconfig></config>",
	    "diag:1 bad-line", "!hostname=");
	CHECK(reader_panos_config,
	    "<config version=\"10.1.0\"><deviceconfig><system>"
	    "<hostname>cut</hostname><ip-addr",
	    "truncated", "hostname=cut");
}

/* Any beginning of a configuration reads without harm. */
static void
test_nesting(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	for (unsigned i = 0; i < 500; i++)
		buf_puts(&b, "a b c {\n");
	CHECK(reader_junos_config, (buf_byte(&b, '\0'), b.p), "too-deep");
	buf_reset(&b);
	for (unsigned i = 0; i < 500; i++)
		buf_puts(&b, "config a b\nedit x\n");
	CHECK(reader_fortios_config, (buf_byte(&b, '\0'), b.p), "too-deep");
	buf_reset(&b);
	buf_puts(&b, "<config>");
	for (unsigned i = 0; i < 500; i++)
		buf_puts(&b, "<a>");
	CHECK(reader_panos_config, (buf_byte(&b, '\0'), b.p), "too-deep");
	buf_release(&b);
}

static void
test_secrets(void **state)
{
	static const struct {
		const char *line, *shown;
	} table[] = {
	    {"encrypted-password \"$6$abc$def\"; ## SECRET-DATA",
		"encrypted-password \"<redacted>\"; ## SECRET-DATA"},
	    {"set system tacplus-server 10.0.0.1 secret \"$9$ab\"",
		"set system tacplus-server 10.0.0.1 secret \"<redacted>\""},
	    {"authentication-key \"$9$abc\";",
		"authentication-key \"<redacted>\";"},
	    {"pre-shared-key ascii-text \"a b\";",
		"pre-shared-key ascii-text \"<redacted>\";"},
	    {"set password ENC Zm9v", "set password ENC <redacted>"},
	    {"set psksecret ENC Zm9v", "set psksecret ENC <redacted>"},
	    {"<phash>$5$a$b</phash>", "<phash><redacted></phash>"},
	    {"<pre-shared-key><key>-AQ==x</key></pre-shared-key>",
		"<pre-shared-key><key><redacted></key></pre-shared-key>"},
	    {"set mgt-config users x phash $1$ab$cd",
		"set mgt-config users x phash <redacted>"},
	    {"set snmp community abc authorization read-only",
		"set snmp community <redacted> authorization read-only"},
	    {"community abc {", "community <redacted> {"},
	    {"authentication-order [ tacplus password ];",
		"authentication-order [ tacplus password ];"},
	    {"set policy-options community C members 65000:1",
		"set policy-options community C members 65000:1"},
	    {"set private-key \"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n"
	     "-----END ENCRYPTED PRIVATE KEY-----\"",
		"set private-key \"-----BEGIN ENCRYPTED PRIVATE KEY-----"
		"<redacted>-----END ENCRYPTED PRIVATE KEY-----\""},
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct span s = secret_redact(&a, span_str(table[i].line));

		if (!span_is(s, table[i].shown))
			fail_msg("%s: %.*s", table[i].line, SPAN_FMT(s));
	}
	arena_release(&a);
}

static void
test_guess(void **state)
{
	static const struct {
		const char *text;
		const struct reader *reader;
	} table[] = {
	    {"system {\n    host-name a;\n}\nrouting-options {\n}\n",
		&reader_junos_config},
	    {"set system host-name a\nset routing-options x\n",
		&reader_junos_config},
	    {"set deviceconfig system hostname a\nset network zone x\n",
		&reader_panos_config},
	    {"<config version=\"10.0.0\" urldb=\"paloaltonetworks\">",
		&reader_panos_config},
	    {"config system global\n    set hostname a\nend\n",
		&reader_fortios_config},
	    {"set system host-name 'v'\nset interfaces ethernet eth0 x\n"
	     "set service ssh\n",
		NULL},
	    {"hostname r\ninterface GigabitEthernet0/0\n", NULL},
	    {"ltm pool p {\n    members none\n}\n", NULL},
	};
	static const struct reader *const all[] = {
	    &reader_junos_config, &reader_panos_config, &reader_fortios_config};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (unsigned k = 0; k < 3; k++) {
			struct probe p = {
			    .head = span_str(table[i].text), .whole = true};
			bool claims = all[k]->guess(&p).score > 50;

			if (claims != (all[k] == table[i].reader))
				fail_msg("%s: %s", all[k]->name, table[i].text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_tree),
	    cmocka_unit_test(test_wide_nodes),
	    cmocka_unit_test(test_inactive),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_not_commands),
	    cmocka_unit_test(test_globalprotect),
	    cmocka_unit_test(test_xml_attacks),
	    cmocka_unit_test(test_nesting),
	    cmocka_unit_test(test_secrets),
	    cmocka_unit_test(test_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
