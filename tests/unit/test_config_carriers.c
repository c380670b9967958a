/*
 * Configurations of Nokia SR OS and Huawei VRP: the languages that state the
 * same, texts that look like commands, what a file is, and secrets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lib/taken.h"
#include "read/config/cisco_secret.h"
#include "read/config/path_tree.h"

extern const struct reader reader_nokia_sros_config;
extern const struct reader reader_huawei_vrp_config;

#define CHECK(reader, text, ...)                                               \
	check(&(reader), span_str(text),                                       \
	    (const char *const[]){__VA_ARGS__, NULL})

static void
test_three_languages(void **state)
{
	static const char *const forms[] = {
	    "configure\n    system\n        security\n"
	    "            telnet-server\n        exit\n    exit\n"
	    "    router Base\n        bgp\n            group \"x\"\n"
	    "                authentication-key \"k\" hash2\n"
	    "                neighbor 192.0.2.1\n"
	    "                    peer-as 64510\n                exit\n",
	    "configure {\n system {\n security {\n telnet-server true\n }\n"
	    " }\n router \"Base\" {\n bgp {\n group \"x\" {\n"
	    " authentication-key \"k hash2\"\n }\n neighbor \"192.0.2.1\" {\n"
	    " peer-as 64510\n group \"x\"\n }\n }\n }\n}\n",
	    "/configure system security telnet-server true\n"
	    "/configure router \"Base\" bgp group \"x\" authentication-key "
	    "\"k hash2\"\n"
	    "/configure router \"Base\" bgp neighbor \"192.0.2.1\" group "
	    "\"x\"\n"
	    "/configure router \"Base\" bgp neighbor \"192.0.2.1\" peer-as "
	    "64510\n"};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		CHECK(reader_nokia_sros_config, forms[i],
		    "name=telnet state=enabled origin=configured",
		    "address=192.0.2.1 remote_as=64510 protected=true");
}

static void
test_defaults(void **state)
{
	/* Silence is a default of a whole configuration only. */
	CHECK(reader_nokia_sros_config,
	    "configure {\n system {\n name \"a\"\n security {\n }\n }\n"
	    " router \"Base\" {\n }\n}\n",
	    "name=ssh state=enabled origin=default",
	    "name=telnet state=disabled origin=default");
	CHECK(reader_nokia_sros_config, "configure {\n system {\n }\n}\n",
	    "name=ssh state=unknown origin=default");
	CHECK(reader_huawei_vrp_config,
	    "sysname a\n#\naaa\n#\ninterface NULL0\n#\nreturn\n",
	    "name=ssh state=disabled origin=default",
	    "name=telnet state=unknown origin=default");
	CHECK(reader_huawei_vrp_config,
	    "sysname a\n#\nundo telnet server enable\n",
	    "setting:3 name=telnet state=disabled origin=configured",
	    "name=ssh state=unknown origin=default");
	(void)state;
}

static void
test_not_commands(void **state)
{
	(void)state;
	CHECK(reader_nokia_sros_config,
	    "configure\n    system\n        login-control\n"
	    "            pre-login-message \"Stop.\n        exit all\n"
	    "configure\n\\\" telnet-server\" name\n        exit\n"
	    "        name \"n\"\n        location \"no; telnet-server\"\n",
	    "hostname=n", "!name=telnet state=enabled");
	CHECK(reader_nokia_sros_config,
	    "configure {\n # telnet-server true\n system {\n"
	    " location \"} telnet-server true\"\n security {\n"
	    " ssh {\n preserve-key true\n }\n }\n }\n}\n",
	    "parent=configure system security ssh",
	    "!name=telnet state=enabled");
	/* An entry of another level is no service of this one. */
	CHECK(reader_nokia_sros_config,
	    "configure {\n system {\n security {\n aaa {\n"
	    " local-profiles {\n profile \"p\" {\n entry 1 {\n"
	    " match \"configure system security telnet-server\"\n }\n }\n"
	    " }\n }\n }\n }\n}\n",
	    "!name=telnet state=enabled");
	CHECK(reader_huawei_vrp_config,
	    "header login information \"\ntelnet server enable\n#\n"
	    "local-user x\n\"\n#\nsysname h\n#\ninterface NULL0\n"
	    " description telnet server enable\n#\n"
	    "ssh user a\n#\nrsa peer-public-key k\n public-key-code begin\n"
	    "  telnet server enable\n public-key-code end\n",
	    "hostname=h", "!name=telnet state=enabled", "!user=x");
	/* What does not close ends before the next sure command. */
	CHECK(reader_huawei_vrp_config,
	    "header login information \"never closed\n#\nsysname h\n",
	    "hostname=h", "block-open");
}

static void
test_filters(void **state)
{
	(void)state;
	CHECK(reader_nokia_sros_config,
	    "/configure system security management-access-filter ip-filter "
	    "default-action drop\n"
	    "/configure system security management-access-filter ip-filter "
	    "entry 5 action accept\n"
	    "/configure system security management-access-filter ip-filter "
	    "entry 5 match src-ip ip-prefix-list \"l\"\n"
	    "/configure filter match-list ip-prefix-list \"l\" prefix "
	    "203.0.113.0/28\n",
	    "action=permit src=203.0.113.0/28",
	    "name=default-action action=deny src=any",
	    "name=ssh state=unknown origin=default port=22 "
	    "acl=management-access-filter ip");
	/* A list that is switched off guards nothing. */
	CHECK(reader_nokia_sros_config,
	    "configure\n    system\n        security\n"
	    "            management-access-filter\n                ip-filter\n"
	    "                    shutdown\n"
	    "                    default-action deny\n",
	    "!acl=management-access-filter ip\n");
	CHECK(reader_huawei_vrp_config,
	    "acl number 2000\n rule 5 permit source 203.0.113.7 0\n#\n"
	    "user-interface vty 0 4\n acl 2000 inbound\n",
	    "action=permit src=203.0.113.7/32", "used_by=vty", "acl_in=2000");
}

static void
test_nesting(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	for (unsigned i = 0; i < 400; i++) {
		for (unsigned k = 0; k < i; k++)
			buf_byte(&b, ' ');
		buf_puts(&b, "a\n");
	}
	CHECK(reader_huawei_vrp_config, (buf_byte(&b, '\0'), b.p), "too-deep");
	buf_release(&b);
	buf_init(&b, 1u << 20);
	for (unsigned i = 0; i < 400; i++)
		buf_puts(&b, "a {\n");
	CHECK(reader_nokia_sros_config, (buf_byte(&b, '\0'), b.p), "too-deep");
	buf_release(&b);
}

static void
test_secrets(void **state)
{
	static const struct {
		const char *line, *shown;
	} table[] = {
	    {"password \"$2y$10$abcdefghijklmnopqrstuv\"",
		"password \"<redacted>\""},
	    {"server 1 address 192.0.2.1 secret \"ab\" hash2 port 49",
		"server 1 address 192.0.2.1 secret \"<redacted>\" hash2 port "
		"49"},
	    {"secret \"ab cd hash2\"", "secret \"<redacted>\""},
	    {"authentication-key 1 key \"ab\" hash2 type message-digest",
		"authentication-key 1 key \"<redacted>\" hash2 type "
		"message-digest"},
	    {"authentication-key \"ab\" hash2",
		"authentication-key \"<redacted>\" hash2"},
	    {"authentication sha ab hash2 privacy aes-128-cfb-key cd hash2",
		"authentication sha <redacted> hash2 privacy aes-128-cfb-key "
		"<redacted> hash2"},
	    {"authentication md5 ab privacy des-key cd",
		"authentication md5 <redacted> privacy des-key <redacted>"},
	    {"community \"ab\" hash2 r version v2c",
		"community \"<redacted>\" hash2 r version v2c"},
	    {"community \"ab\" rwa version both",
		"community \"<redacted>\" rwa version both"},
	    {"community \"ab hash2\" {", "community \"<redacted> hash2\" {"},
	    {"privacy-key \"ab\"", "privacy-key \"<redacted>\""},
	    {"trap-target \"n\" address 192.0.2.1 notify-community \"ab\"",
		"trap-target \"n\" address 192.0.2.1 notify-community "
		"\"<redacted>\""},
	    {"community \"target:64500:1\"", "community \"target:64500:1\""},
	    {"import community \"red\"", "import community \"red\""},
	    {"local-user a password irreversible-cipher $1c$a!b%c$d'e\"f$",
		"local-user a password irreversible-cipher <redacted>"},
	    {"local-user a password cipher N`C55Q\"K<`=/Q!!",
		"local-user a password cipher <redacted>"},
	    {"local-user a password simple hush",
		"local-user a password simple <redacted>"},
	    {"user %^%#ab\"c d'e%^%# tail", "user <redacted> tail"},
	    {"hwtacacs-server shared-key cipher ab",
		"hwtacacs-server shared-key cipher <redacted>"},
	    {"radius-server shared-key ab",
		"radius-server shared-key <redacted>"},
	    {"snmp-agent community read cipher ab acl 2000",
		"snmp-agent community read cipher <redacted> acl 2000"},
	    {"snmp-agent community write ab",
		"snmp-agent community write <redacted>"},
	    {"snmp-agent usm-user v3 u g authentication-mode md5 ab "
	     "privacy-mode des56 cd",
		"snmp-agent usm-user v3 u g authentication-mode md5 <redacted> "
		"privacy-mode des56 <redacted>"},
	    {"snmp-agent target-host trap address udp-domain 192.0.2.1 params "
	     "securityname ab v2c",
		"snmp-agent target-host trap address udp-domain 192.0.2.1 "
		"params securityname <redacted> v2c"},
	    {"ospf authentication-mode md5 1 cipher ab",
		"ospf authentication-mode md5 1 cipher <redacted>"},
	    {"super password level 3 cipher ab",
		"super password level 3 cipher <redacted>"},
	    {"pre-shared-key cipher ab", "pre-shared-key cipher <redacted>"},
	    {"peer 192.0.2.1 password cipher ab",
		"peer 192.0.2.1 password cipher <redacted>"},
	    {"ssh server cipher aes256_ctr", "ssh server cipher aes256_ctr"},
	    {"cipher 190 { name aes256-ctr }",
		"cipher 190 { name aes256-ctr }"},
	    {"hash2 is a word of SR OS", "hash2 is a word of SR OS"},
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct span s = secret_redact(&a, span_str(table[i].line));

		if (!span_is(s, table[i].shown))
			print_error("%s\n  is shown as\n%.*s\n", table[i].line,
			    SPAN_FMT(s));
		assert_true(span_is(s, table[i].shown));
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
	    {"# TiMOS-B-16.0.R4 both/x86_64 Nokia 7750 SR\nexit "
	     "all\nconfigure\n",
		&reader_nokia_sros_config},
	    {"configure {\n    system {\n        name \"a\"\n    }\n}\n",
		&reader_nokia_sros_config},
	    {"/configure system name \"a\"\n", &reader_nokia_sros_config},
	    {"*A:pe>config>router# info\n        interface \"system\"\n"
	     "            no shutdown\n",
		&reader_nokia_sros_config},
	    {"!Software Version V200R019C10SPC500\n#\nsysname a\n",
		&reader_huawei_vrp_config},
	    {"#\r\n sysname a\r\n#\r\naaa\r\n local-user x level 3\r\n",
		&reader_huawei_vrp_config},
	    {"#\nuser-interface vty 0 4\n acl 2000 inbound\n",
		&reader_huawei_vrp_config},
	    /* Junos, H3C, IOS, F5, VyOS, a show command. */
	    {"system {\n    host-name a;\n}\nrouting-options {\n}\n", NULL},
	    {"#\n version 7.1.070, Release 0605\n#\n sysname a\n#\nline vty "
	     "0\n",
		NULL},
	    {"hostname a\n!\ninterface Loopback0\n!\nline vty 0 4\n", NULL},
	    {"ltm pool p {\n    members {\n    }\n}\n", NULL},
	    {"interfaces {\n    ethernet eth0 {\n    }\n}\n", NULL},
	    {"TiMOS-B-16.0.R4 both/x86_64 Nokia 7750 SR\n", NULL},
	    {"Huawei Versatile Routing Platform Software\nVRP (R) software\n",
		NULL},
	};
	const struct reader *all[] = {
	    &reader_nokia_sros_config, &reader_huawei_vrp_config};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (size_t k = 0; k < 2; k++) {
			struct probe p = {.head = span_str(table[i].text),
			    .path = SPAN("-"),
			    .size = UINT64_MAX,
			    .whole = true};
			bool claims = all[k]->guess(&p).score > 50;

			if (claims != (all[k] == table[i].reader))
				fail_msg("%s: %s", all[k]->name, table[i].text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_three_languages),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_not_commands),
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_nesting),
	    cmocka_unit_test(test_secrets),
	    cmocka_unit_test(test_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
