/*
 * Configurations of RouterOS, VyOS, EdgeOS, FRRouting and Cumulus Linux: what
 * each is taken for, what silence means, and what must not be taken for a
 * command.  Whole files are in tests/golden/config.
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
#include "read/config/frr.h"
#include "read/config/junos.h"
#include "read/config/nclu.h"
#include "read/config/routeros.h"
#include "read/config/vyos.h"
#include "read/identify.h"

#define CHECK(reader, text, ...)                                               \
	check(&(reader), span_str(text),                                       \
	    (const char *const[]){__VA_ARGS__, NULL})

#define HEADER "# 2026-01-05 10:00:00 by RouterOS 7.12.1\n"

/* An export has what is not at its default; a part of one tells nothing. */
static void
test_routeros_defaults(void **state)
{
	(void)state;
	CHECK(reader_routeros_config,
	    HEADER "/interface bridge\nadd name=b\n/ip address\nadd "
		   "address=192.0.2.1/24 interface=b\n/snmp\nset contact=x\n",
	    "name=telnet state=enabled origin=default port=23",
	    "name=winbox state=enabled origin=default port=8291",
	    "name=https-server state=disabled origin=default",
	    "name=socks-server state=disabled origin=default",
	    "version=7.12.1");
	CHECK(reader_routeros_config, HEADER "/ip service\nset ssh port=2022\n",
	    "name=ssh state=enabled origin=configured port=2022",
	    "name=telnet state=unknown", "!name=telnet state=enabled");
}

/* A line ends in a backslash: the next one goes on with it, without its
 * blanks, also within quotes and within a word. */
static void
test_routeros_wraps(void **state)
{
	(void)state;
	CHECK(reader_routeros_config,
	    "/ip address\nadd address=192.0.2.1/24 inter\\\n    face=ether1\n"
	    "/system script\nadd name=a source=\"x \\\r\n    y\\\r\n    "
	    "z\\\\\"\n"
	    "/system identity\nset name=r1\n",
	    "interface:2 interface=ether1 address=192.0.2.1", "script:5 name=a",
	    "body=x yz\\ ", "hostname=r1");
	CHECK(reader_routeros_config,
	    "/routing bgp connection\nadd name=a remote.address=192.0.2.9/32 "
	    ".as=64500 local.role=ebgp tcp-md5-key=k\n",
	    "address=192.0.2.9 remote_as=64500 protected=true");
}

static void
test_routeros_not_commands(void **state)
{
	(void)state;
	CHECK(reader_routeros_config,
	    "/system note\nset note=\"/ip socks set enabled=yes\"\n"
	    "# /ip socks set enabled=yes\n"
	    "/interface gre\nadd comment=\"remote-address=203.0.113.9\" "
	    "disabled=yes name=g remote-address=203.0.113.1\n"
	    "/interface bridge\nadd comment=\"disabled=yes\" name=b\n",
	    "!name=socks-server state=enabled", "!tunnel:");
	CHECK(reader_routeros_config,
	    "/ip firewall mangle\nadd action=sniff-tzsp chain=forward "
	    "sniff-target=203.0.113.1 comment=\"action=accept\"\n"
	    "/tool sniffer\nset streaming-server=203.0.113.2:37008\n",
	    "mode=tzsp dst_ip=203.0.113.1", "!dst_ip=203.0.113.2");
}

static void
test_vyos(void **state)
{
	(void)state;
	CHECK(reader_vyos_config,
	    "service {\n    ssh {\n        port 2222\n    }\n}\n"
	    "interfaces {\n    ethernet eth0 {\n        description \"}\n"
	    "service telnet\"\n    }\n}\n",
	    "name=ssh state=enabled origin=configured port=2222",
	    "!name=telnet state=enabled");
	CHECK(reader_vyos_config,
	    "set service ssh port '2222'\n"
	    "set interfaces ethernet eth0 description 'set service telnet'\n"
	    "set system login user a authentication plaintext-password 'b c'\n",
	    "name=ssh state=enabled origin=configured port=2222",
	    "description=set service telnet", "secret=b c",
	    "!name=telnet state=enabled");
	CHECK(reader_vyos_config,
	    "set firewall name L rule 1 action accept\n"
	    "set firewall name L rule 1 destination port 20-25\n"
	    "set firewall name L default-action drop\n"
	    "set interfaces ethernet eth0 vif 5 firewall local name L\n",
	    "action=permit src=any src_scope=any", "used_by=vty other",
	    "entries=1 final_deny_log=false used_by=vty snmp http ntp");
}

static void
test_frr(void **state)
{
	(void)state;
	CHECK(reader_frr_config,
	    "frr version 8.1\nhostname r\nrouter bgp 1 vrf V\n"
	    " neighbor G peer-group\n neighbor G password x\n"
	    " neighbor 192.0.2.1 remote-as 2\n"
	    " neighbor 192.0.2.1 peer-group G\nexit\nline vty\n",
	    "address=192.0.2.1 remote_as=2 protected=true vrf=V", "!line:");
	CHECK(reader_frr_config,
	    "iface swp1\n    address 192.0.2.1/31\n"
	    "    post-up /usr/bin/x\n",
	    "address=192.0.2.1 prefix=192.0.2.0/31",
	    "mode=ifupdown trigger=post-up body=/usr/bin/x");
}

static void
test_guess(void **state)
{
	static const struct {
		const char *text, *reader;
	} table[] = {
	    {HEADER "/ip service\nset ssh disabled=yes\n", "routeros-config"},
	    {"/ip address\nadd address=192.0.2.1/24 interface=a\n",
		"routeros-config"},
	    {"/ip/address/add address=192.0.2.1/24\n", "routeros-config"},
	    {"/ip address add address=192.0.2.1/24\r\n", "routeros-config"},
	    {"/ip route show\n/ip address print\n", "text"},
	    {"/system/bin/sh\n/user/local\n", "text"},
	    {"Look at:\n/ip address\nadd address=192.0.2.1/24\nand then see\n"
	     "what comes of it.\nIt is not much.\n",
		"text"},
	    {"set system host-name 'v'\nset interfaces ethernet eth0 x\n"
	     "set service ssh\n",
		"vyos-config"},
	    {"interfaces {\n    ethernet eth0 {\n        address 192.0.2.1/24\n"
	     "    }\n}\nservice {\n    ssh {\n    }\n}\n",
		"vyos-config"},
	    {"system {\n    host-name a;\n}\nrouting-options {\n}\n",
		"junos-config"},
	    {"system {\n    services {\n        ssh;\n    }\n}\ninterfaces {\n"
	     "    ge-0/0/0 {\n        unit 0;\n    }\n}\n",
		"junos-config"},
	    {"frr version 8.1\nfrr defaults traditional\nhostname r\n",
		"frr-config"},
	    {"auto swp1\niface swp1\n    address 192.0.2.1/24\n", "frr-config"},
	    {"! device: a (DCS-7050, EOS-4.30.1F)\n!\nrouter bgp 1\n"
	     "   no bgp ebgp-requires-policy\n!\nend\n",
		"arista-eos-config"},
	    {"net add hostname a\nnet add bgp router-id 192.0.2.1\n",
		"nclu-config"},
	    {"run net add hostname a\nto set the name\n", "text"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct probe p = {.head = span_str(table[i].text),
		    .path = SPAN("x"),
		    .size = strlen(table[i].text),
		    .whole = true};
		const struct reader *best = NULL;
		int score = 0;

		for (size_t k = 0; readers[k] != NULL; k++) {
			struct guess g = readers[k]->guess(&p);

			if (g.score > score) {
				score = g.score;
				best = readers[k];
			}
		}
		if (best == NULL || strcmp(best->name, table[i].reader) != 0)
			fail_msg("%zu: %s (%d)", i, best ? best->name : "none",
			    score);
	}
}

static void
test_secrets(void **state)
{
	static const char *const lines[] = {
	    "add name=u password=S3CR3T group=full",
	    "add name=u password=\"a \\\"S3CR3T\\\" b\" group=full",
	    "add ipsec-secret=S3CR3T name=g",
	    "add name=p tcp-md5-key=S3CR3T",
	    "add auth-key=S3CR3T auth=md5",
	    "add wpa2-pre-shared-key=S3CR3T name=w",
	    "add security.passphrase=S3CR3T name=w",
	    "add preshared-key=\"S3CR3T=\" interface=wg0",
	    "add name=wg0 private-key=\"S3CR3T=\"",
	    "/snmp community add addresses=10.0.0.0/8 name=S3CR3T",
	    "/snmp community set [ find default=yes ] name=\"a S3CR3T\"",
	    "/container envs add key=A name=e value=S3CR3T",
	    "add name=s source=\"/tool fetch user=a password=\\\"b "
	    "S3CR3T\\\"\"",
	    "set system login user a authentication plaintext-password "
	    "'b S3CR3T c'",
	    "plaintext-password \"b S3CR3T c\"",
	    "pre-shared-secret S3CR3T",
	    "set vpn ipsec authentication psk a secret 'S3CR3T'",
	    "set service https api keys id a key 'S3CR3T'",
	    "set pki ca c private key 'S3CR3T'",
	    "set interfaces wireguard wg0 private-key 'S3CR3T='",
	    "set container name a environment B value 'S3CR3T'",
	    "connection wss://unms.example.net:443+S3CR3T+allowSelfSigned",
	    "set service snmp trap-target 192.0.2.1 community 'S3CR3T'",
	    "encrypted-password $6$S3CR3T$x",
	    "isis password md5 S3CR3T",
	    "area-password clear S3CR3T",
	    "password 8 S3CR3T",
	    "net add tacacs key S3CR3T",
	    "net add snmp-server readonly-community S3CR3T access any",
	    "net add snmp-server username u auth-sha S3CR3T encrypt-aes S3CR3T",
	    "net add dot1x radius shared-secret S3CR3T",
	};
	static const char *const kept[] = {
	    "/ip firewall address-list add list=community name=x",
	    "set protocols bgp neighbor 192.0.2.1 remote-as 'external'",
	    "/routing filter rule add rule=\"set bgp-communities 65000:1\"",
	    "set system login banner pre-login 'it''s me'",
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct span s = secret_redact(&a, span_str(lines[i]));

		if (span_has(s, "S3CR3T") || !span_has(s, "<redacted>"))
			fail_msg("shown: %.*s", SPAN_FMT(s));
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		assert_true(
		    span_is(secret_redact(&a, span_str(kept[i])), kept[i]));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_routeros_defaults),
	    cmocka_unit_test(test_routeros_wraps),
	    cmocka_unit_test(test_routeros_not_commands),
	    cmocka_unit_test(test_vyos),
	    cmocka_unit_test(test_frr),
	    cmocka_unit_test(test_guess),
	    cmocka_unit_test(test_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
