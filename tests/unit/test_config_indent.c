/*
 * Configurations of the relatives of IOS: IOS XR, NX-OS, ASA, EOS.  Records
 * are written down as text, "kind:line field=value field=value", and sought
 * there.
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
#include "read/config/arista_eos.h"
#include "read/config/cisco_asa_config.h"
#include "read/config/cisco_ios.h"
#include "read/config/cisco_ios_xr.h"
#include "read/config/cisco_nx_os.h"
#include "read/config/cisco_secret.h"

#define XR &reader_cisco_ios_xr_config
#define NX &reader_cisco_nx_os_config
#define ASA &reader_cisco_asa_config
#define EOS &reader_arista_eos_config

#define CHECK(reader, text, ...)                                               \
	check(reader, span_str(text), (const char *const[]){__VA_ARGS__, NULL})

/* ---- identity ---- */

static void
test_versions(void **state)
{
	(void)state;
	CHECK(XR, "!! IOS XR Configuration 7.3.2\nhostname p1\nend\n",
	    "device:2 hostname=p1 vendor=cisco platform=ios-xr version=7.3.2");
	CHECK(XR, "!! IOS XR Configuration version = 6.2.2\nhostname p1\n",
	    "version=6.2.2");
	CHECK(XR, "hostname p1\nversion 7\n", "!version=");
	CHECK(NX, "version 9.3(13) Bios:version 05.53\nhostname n1\n",
	    "platform=nx-os version=9.3(13)\n");
	CHECK(NX, "switchname n1\nfeature bgp\n", "hostname=n1", "!version=");
	CHECK(ASA, "ASA Version 9.16(4)67 \nhostname fw\n",
	    "hostname=fw vendor=cisco version=9.16(4)67 platform=asa");
	CHECK(ASA, "ASA Version 9.9\n", "train=9.9", "!version=");
	CHECK(ASA, ": Hardware:   FPR-2110, 6588 MB RAM\nNGFW Version 7.0.1\n",
	    "version=7.0.1 platform=ftd model=FPR-2110");
	CHECK(EOS, "! device: l1 (DCS-7050SX3, EOS-4.30.4M)\nhostname l1\n",
	    "vendor=arista platform=eos model=DCS-7050SX3 version=4.30.4M");
	CHECK(EOS, "! device: l1 (vEOS\nhostname l1\n", "!version=");
	CHECK(EOS, "! device:\nhostname l1\n", "hostname=l1", "!version=");
}

static int
score(const struct reader *reader, const char *text)
{
	struct probe p = {.head = span_str(text), .size = strlen(text)};

	return reader->guess(&p).score;
}

/* Each takes its own, and none another's. */
static void
test_guess(void **state)
{
	static const struct {
		const struct reader *reader;
		const char *text;
	} own[] = {
	    {XR, "!! IOS XR Configuration 7.3.2\nhostname p1\n"
		 "interface MgmtEth0/RP0/CPU0/0\n ipv4 address 10.0.0.1/8\n"},
	    {NX, "!Command: show running-config\nversion 9.3(1) Bios:version\n"
		 "hostname n1\nfeature bgp\nvrf context management\n"},
	    {ASA, "ASA Version 9.16(4)67\nhostname fw\n"
		  "interface GigabitEthernet0/0\n nameif outside\n"},
	    {EOS, "! device: l1 (vEOS, EOS-4.23.0F)\n!\nhostname l1\n"
		  "interface Management1\n"},
	    {&reader_cisco_ios_config,
		"version 15.2\nservice timestamps log datetime msec\n"
		"hostname r1\ninterface GigabitEthernet0/0\nline vty 0 4\n"},
	};
	static const struct reader *const all[] = {
	    XR, NX, ASA, EOS, &reader_cisco_ios_config};
	unsigned n = sizeof(own) / sizeof(*own);

	(void)state;
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++) {
			int s = score(all[k], own[i].text);

			if (all[k] == own[i].reader)
				assert_true(s > 50);
			else
				assert_int_equal(s, 0);
		}
	for (unsigned k = 0; k < n; k++) {
		assert_int_equal(
		    score(all[k], "system {\n host-name x;\n}\n"), 0);
		assert_int_equal(score(all[k], "RP/0/0/CPU0:r#show clock\n"
					       "10:00:00 UTC\n"),
		    0);
		assert_int_equal(score(all[k], ""), 0);
	}
}

/* ---- texts are no commands ---- */

static void
test_texts(void **state)
{
	(void)state;
	CHECK(EOS,
	    "banner login\nusername ghost nopassword\nEOF\nhostname l1\n",
	    "hostname=l1", "!ghost");
	CHECK(EOS, "banner motd\nusername ghost nopassword\nhostname l1\n",
	    "block-open", "!user=ghost");
	CHECK(EOS, "code unit X\nusername ghost nopassword\nEOF\nhostname l1\n",
	    "hostname=l1", "!ghost");
	CHECK(ASA, "banner motd * ssh 0.0.0.0 0.0.0.0 outside\nhostname fw\n",
	    "hostname=fw", "line=banner motd depth", "!0.0.0.0");
	CHECK(XR, "banner motd ^C\nusername ghost\n^C\nhostname p1\n",
	    "hostname=p1", "!ghost");
	CHECK(XR, "Fri Mar 15 10:00:00.123 UTC\nhostname p1\n", "config:2",
	    "!config:1");
	CHECK(XR, "route-policy A\n  # username ghost\n  pass\nend-policy\n",
	    "line=pass", "!ghost");
	CHECK(NX, "banner motd #\nfeature telnet\n#\nhostname n1\n",
	    "hostname=n1", "name=telnet state=unknown", "!feature telnet");
	CHECK(NX, "interface Ethernet1/1\n  description feature telnet\n",
	    "name=telnet state=unknown");
}

/* ---- services ---- */

static void
test_nx_os_services(void **state)
{
	(void)state;
	CHECK(NX,
	    "!Command: show running-config\nversion 9.3(1)\nhostname n\n"
	    "feature nxapi\nfeature bash-shell\nno feature ssh\n"
	    "nxapi https port 8443\n",
	    "setting:4 name=nxapi state=enabled origin=configured",
	    "name=nxapi-https state=enabled origin=configured port=8443",
	    "name=bash-shell state=enabled", "name=ssh state=disabled",
	    "name=telnet state=disabled origin=default", "!smart-install");
	CHECK(NX, "hostname n\nline vty\n  access-class V in\n",
	    "name=vty-access-class state=enabled origin=configured acl=V\n",
	    "line:2 line_type=vty acl_in=V");
	CHECK(NX, "hostname n\nline vty\n  exec-timeout 0\n",
	    "name=vty-access-class state=disabled",
	    "name=exec-timeout state=disabled");
	CHECK(NX,
	    "snmp-server community c1 group network-admin\n"
	    "snmp-server community c1 use-ipv4acl L\nip access-list L\n"
	    "  10 permit udp 192.0.2.0/24 any eq snmp\n",
	    "snmp:1 mode=rw group=network-admin secret_type=community "
	    "secret=c1 acl=L",
	    "!snmp:2", "src_prefix=192.0.2.0/24", "used_by=snmp");
	CHECK(NX,
	    "scheduler job name j\ncopy run x\nreload\nend-job\nhostname n\n",
	    "script:1 name=j mode=scheduler body=copy run x\nreload\n");
}

static void
test_xr_services(void **state)
{
	(void)state;
	CHECK(XR, "ssh server vrf mgmt ipv4 access-list L\n",
	    "name=ssh state=enabled origin=configured port=22 vrf=mgmt acl=L",
	    "!acl_in");
	CHECK(XR, "ssh timeout 30\nssh server logging\n",
	    "name=ssh state=unknown");
	CHECK(XR, "telnet vrf default ipv4 server max-servers 5\n",
	    "name=telnet state=enabled");
	CHECK(XR,
	    "vty-pool default 0 9 line-template T\nline template T\n"
	    " access-class ingress L\n transport input ssh\n",
	    "line:2 line_type=vty name=T first=0 last=9 acl_in=L "
	    "transport_in=ssh");
	CHECK(XR,
	    "control-plane\n management-plane\n  inband\n   interface all\n"
	    "    allow SSH peer\n     address ipv4 192.0.2.0/24\n    !\n"
	    "    allow SNMP\n",
	    "acl_entry:6 acl=management-plane action=permit protocol=tcp "
	    "src=192.0.2.0/24",
	    "dst_port=22 interface=all used_by=vty",
	    "acl_entry:8 acl=management-plane action=permit protocol=udp "
	    "src_prefix=0.0.0.0/0");
	CHECK(XR, "username u\n group root-lr\n secret 10 $6$s$h\n",
	    "user:1 user=u role=root-lr secret_type=10 secret=$6$s$h");
	CHECK(XR, "ntp\n server vrf m 192.0.2.1 key 1\n",
	    "ntp:2 mode=server vrf=m server_ip=192.0.2.1");
}

static void
test_eos_services(void **state)
{
	(void)state;
	CHECK(EOS,
	    "hostname l\nmanagement api http-commands\n   no shutdown\nend\n",
	    "name=https-server state=enabled origin=configured port=443",
	    "name=http-server state=disabled",
	    "name=telnet state=disabled origin=default",
	    "name=ssh state=enabled origin=default");
	CHECK(EOS,
	    "management api http-commands\n   protocol http port 8080\n"
	    "   no protocol https\n   vrf M\n      no shutdown\n",
	    "name=http-server state=enabled origin=configured port=8080",
	    "name=https-server state=disabled");
	CHECK(EOS, "management ssh\n   ip access-group V vrf M in\n",
	    "name=ssh state=enabled origin=configured port=22 acl=V",
	    "name=vty-access-class state=enabled", "acl_in=V");
	CHECK(EOS, "aaa root nopassword\nusername u nopassword\n",
	    "user:1 user=root secret_type=none weak=empty",
	    "user:2 user=u weak=empty");
	CHECK(EOS, "username u ssh-key ssh-rsa AAAA u@h\n",
	    "ssh_key:1 user=u key_type=ssh-rsa", "!user:1");
	CHECK(EOS,
	    "monitor session s source Ethernet1\n"
	    "monitor session s destination Cpu\n",
	    "mirror:1 session=s value=Ethernet1 value=Cpu mode=span",
	    "!mirror:2");
	CHECK(EOS, "event-handler h\n   trigger on-boot\n   action bash x\n",
	    "script:1 name=h mode=event-handler trigger=on-boot body=bash x");
}

static void
test_asa_services(void **state)
{
	(void)state;
	CHECK(ASA, "ssh 192.0.2.0 255.255.255.0 inside\nssh timeout 5\n",
	    "name=ssh state=enabled",
	    "acl_entry:1 acl=ssh action=permit protocol=tcp "
	    "src=192.0.2.0 255.255.255.0 src_prefix=192.0.2.0/24",
	    "interface=inside used_by=vty", "!acl_entry:2");
	CHECK(ASA, "http server enable 8443\nhttp 0.0.0.0 0.0.0.0 outside\n",
	    "name=https-server state=enabled origin=configured port=8443",
	    "acl_entry:2 acl=http", "src_scope=any");
	CHECK(ASA,
	    "object network O\n host 10.0.0.9\nobject-group service S tcp\n"
	    "access-list L extended permit tcp object O object-group S any "
	    "eq https log\naccess-group L in interface outside\n",
	    "src=object O src_prefix=10.0.0.9/32", "dst=any dst_port=443",
	    "log=true used_by=interface");
	CHECK(ASA, "access-list L standard permit 10.0.0.0 255.0.0.0\n",
	    "src_prefix=10.0.0.0/8");
	CHECK(ASA, "access-list L remark permit ip any any\n", "!acl_entry");
	CHECK(ASA,
	    "aaa-server G protocol tacacs+\naaa-server G (in) host 192.0.2.4\n"
	    " key k\n",
	    "aaa_server:2 protocol=tacacs server_ip=192.0.2.4",
	    "group=G secret_type=0 secret=k");
	CHECK(ASA, "username u password H pbkdf2 privilege 15\n",
	    "user:1 user=u secret_type=pbkdf2 secret=H privilege=15");
	CHECK(ASA, "crypto map M 1 set peer 192.0.2.7\nwebvpn\n enable out\n",
	    "tunnel:1 name=M mode=ipsec dst_ip=192.0.2.7",
	    "name=webvpn state=enabled origin=configured value=out");
	CHECK(ASA, "logging host out 192.0.2.6 tcp/1500 secure\n",
	    "server_ip=192.0.2.6 ", "port=1500 protocol=tls");
}

/* ---- routing ---- */

static void
test_routing(void **state)
{
	(void)state;
	CHECK(XR,
	    "router static\n vrf V\n  address-family ipv4 unicast\n"
	    "   10.0.0.0/8 192.0.2.1\n",
	    "route:4 prefix=10.0.0.0/8 next_hop=192.0.2.1 vrf=V");
	CHECK(NX, "vrf context V\n  ip route 10.0.0.0/8 Null0\n",
	    "route:2 prefix=10.0.0.0/8 interface=Null0 vrf=V");
	CHECK(NX, "ip route 10.0.0.0/8 192.0.2.1 vrf V\n", "vrf=V");
	CHECK(ASA, "route outside 0.0.0.0 0.0.0.0 192.0.2.1 1\n",
	    "route:1 prefix=0.0.0.0/0 next_hop=192.0.2.1 interface=outside");
	CHECK(NX,
	    "router bgp 1\n  template peer T\n    remote-as 2\n"
	    "    password 3 x\n  neighbor 192.0.2.1\n    inherit peer T\n"
	    "  vrf V\n    neighbor 192.0.2.2 remote-as 3\n",
	    "neighbor:5 protocol=bgp address=192.0.2.1 remote_as=2 protected=true",
	    "neighbor:8 protocol=bgp address=192.0.2.2 remote_as=3 protected=false vrf=V");
	CHECK(EOS,
	    "router bgp 1\n   neighbor G peer group\n"
	    "   neighbor G remote-as 2\n   neighbor 192.0.2.1 peer group G\n"
	    "   vrf V\n      neighbor 192.0.2.2 remote-as 3\n",
	    "address=192.0.2.1 remote_as=2", "address=192.0.2.2 remote_as=3",
	    "vrf=V");
	CHECK(EOS, "interface Vlan1\n   ip address virtual 10.1.0.1/24\n",
	    "address=10.1.0.1 prefix=10.1.0.0/24");
	CHECK(XR,
	    "interface MgmtEth0/RP0/CPU0/0\n ipv4 address 10.0.0.1 255.0.0.0\n",
	    "address=10.0.0.1 prefix=10.0.0.0/8 role=management");
}

/* ---- secrets ---- */

static void
test_redaction(void **state)
{
	static const char *const lines[] = {
	    "snmp-server community encrypted S3CR3T RO",
	    "snmp-server user u g v3 auth sha encrypted S3CR3T priv aes 128 "
	    "encrypted S3CR3T",
	    "snmp-server host inside 192.0.2.1 community S3CR3T version 2c",
	    "password encrypted S3CR3T",
	    "neighbor 192.0.2.1 password encrypted S3CR3T",
	    "secret 10 S3CR3T",
	    "username u secret sha512 $6$S3CR3T$x",
	    "username u password S3CR3T pbkdf2 privilege 15",
	    "snmp-server user a network-admin auth md5 S3CR3T priv S3CR3T",
	    "tacacs-server host 192.0.2.1 key 7 \"S3CR3T\"",
	    "enable password S3CR3T pbkdf2",
	    "passwd S3CR3T encrypted",
	    "ikev2 remote-authentication pre-shared-key S3CR3T",
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (unsigned i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct span s = secret_redact(&a, span_str(lines[i]));

		if (span_has(s, "S3CR3T"))
			fail_msg("shown: %.*s", SPAN_FMT(s));
	}
	assert_true(span_is(secret_redact(&a, SPAN("no password "
						   "strength-check")),
	    "no password strength-check"));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_versions),
	    cmocka_unit_test(test_guess),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_nx_os_services),
	    cmocka_unit_test(test_xr_services),
	    cmocka_unit_test(test_eos_services),
	    cmocka_unit_test(test_asa_services),
	    cmocka_unit_test(test_routing),
	    cmocka_unit_test(test_redaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
