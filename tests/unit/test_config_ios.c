/*
 * Cisco IOS configurations: tree, facts and secrets.  Records are written down
 * as text, "kind:line field=value field=value", and sought there.
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
#include "read/config/cisco_ios.h"
#include "read/config/cisco_ios_text.h"
#include "read/config/cisco_secret.h"

#define GOLDEN "tests/golden/config/cisco-ios/"

static void
read_into(struct taken *t, struct span bytes)
{
	struct defaults defaults;
	struct read_in in = {
	    .bytes = bytes, .defaults = &defaults, .arena = &t->arena};

	default_settings_built_in(&defaults, &t->arena);
	reader_cisco_ios_config.read(&in, &t->emit);
}

static struct span
load(const char *path, char **free_me)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(1u << 20);
	size_t n;

	assert_non_null(f);
	assert_non_null(p);
	n = fread(p, 1, 1u << 20, f);
	fclose(f);
	*free_me = p;
	return span_of(p, n);
}

#define CHECK(text, ...)                                                       \
	check(&reader_cisco_ios_config, span_str(text),                        \
	    (const char *const[]){__VA_ARGS__, NULL})

static void
check_golden(const char *name, const char *const *wanted)
{
	char path[256], *p;
	struct span bytes;

	snprintf(path, sizeof(path), GOLDEN "%s", name);
	bytes = load(path, &p);
	check(&reader_cisco_ios_config, bytes, wanted);
	free(p);
}

#define CHECK_GOLDEN(name, ...)                                                \
	check_golden(name, (const char *const[]){__VA_ARGS__, NULL})

/* ---- the tree ---- */

static void
test_tree(void **state)
{
	struct arena a;
	struct tree t;

	(void)state;
	arena_init(&a);
	tree_init(&t, &a, 6);
	assert_int_equal(tree_add(&t, SPAN("router bgp 1"), 0, 1, 0), 0);
	assert_int_equal(tree_add(&t, SPAN("address-family"), 1, 2, 9), 1);
	assert_int_equal(tree_add(&t, SPAN("neighbor"), 2, 3, 20), 2);
	assert_int_equal(tree_add(&t, SPAN("exit"), 1, 4, 30), 3);
	assert_int_equal(tree_add(&t, SPAN("deep"), 40, 5, 40), 4);
	assert_int_equal(tree_add(&t, SPAN("end"), 0, 6, 50), 5);
	assert_int_equal(tree_add(&t, SPAN("more"), 0, 7, 60), TREE_NONE);
	tree_finish(&t);
	assert_int_equal(t.too_many, 7);
	assert_int_equal(t.v[0].end, 5);
	assert_int_equal(t.v[1].end, 3);
	assert_int_equal(t.v[2].parent, 1);
	assert_int_equal(t.v[2].depth, 2);
	assert_int_equal(t.v[4].parent, 3);
	assert_int_equal(t.v[5].parent, TREE_NONE);
	assert_true(span_is(tree_parent_text(&t, 2), "address-family"));
	assert_true(sizeof(struct tree_node) <= 40);
	arena_release(&a);
}

static void
test_tree_too_deep(void **state)
{
	struct arena a;
	struct tree t;

	(void)state;
	arena_init(&a);
	tree_init(&t, &a, 200);
	for (unsigned i = 0; i < 200; i++)
		tree_add(&t, SPAN("x"), i, i + 1, i);
	tree_finish(&t);
	assert_int_equal(t.n, 200);
	assert_int_equal(t.too_deep, LIMIT_TREE_DEPTH + 1);
	assert_int_equal(t.v[199].depth, LIMIT_TREE_DEPTH - 1);
	arena_release(&a);
}

static void
test_lines_and_offsets(void **state)
{
	(void)state;
	CHECK("hostname a\r\n!\r\ninterface Loopback0\r\n shutdown\r\n",
	    "config:4 line=shutdown parent=interface Loopback0 depth=1\n",
	    "device:1 hostname=a ");
	CHECK("hostname a\rline vty 0 4\r login local\r",
	    "config:3 line=login local parent=line vty 0 4 depth=1\n");
	CHECK("\xef\xbb\xbfhostname bom\n", "device:1 hostname=bom ");
	CHECK("interface Tunnel1\n\tshutdown\n  \t \nend",
	    "config:2 line=shutdown parent=interface Tunnel1 depth=1\n",
	    "config:4 line=end depth=0\n");
	CHECK("", "device:0 vendor=cisco platform=ios\n", "!config:");
}

static void
test_terminal(void **state)
{
	(void)state;
	CHECK("r1#terminal length 0\nr1#sh run\nBuilding configuration...\n\n"
	      "Current configuration : 12 bytes\nhostname r1\nend\n\nr1#\n",
	    "config:6 line=hostname r1 depth=0\n", "!Building", "!r1#",
	    "!diag:");
	CHECK("r1#show version\nusername in-output\nr1#show run\nhostname z\n",
	    "!in-output", "config:4 line=hostname z depth=0\n");
	CHECK("r7>\nip ssh version 2\nr7>show clock\nusername late\n",
	    "device:0 hostname=r7 ", "ssh-v2-only state=enabled", "!late");
	CHECK("interface Gi1\n --More-- \b\b\b\b\b\b\b\b\b        "
	      "\b\b\b\b\b\b\b\b\b shutdown\n",
	    "config:2 line=shutdown parent=interface Gi1 depth=1\n");
	CHECK("interface Gi1\n --More--         \r shutdown\n",
	    "line=shutdown parent=interface Gi1");
	CHECK("\x1b[1mhostname\x1b[0m esc\n%SYS-5-CONFIG_I: username x\n",
	    "hostname=esc", "!username x");
	CHECK_GOLDEN("terminal-noise.in", "device:13 hostname=spit-core ",
	    "config:20 line=ip address 10.5.0.1 255.255.255.0 "
	    "parent=interface GigabitEthernet0/1 depth=1\n",
	    "config:27 line=ip http secure-server depth=0\n", "!notaconfig",
	    "!More", "!CONFIG_I", "!diag:");
}

static void
test_hostile_bytes(void **state)
{
	static const char nul[] = "hostname a\0b\nip http server\n";
	char *big = malloc((2u << 20) + 1);
	struct taken t;

	(void)state;
	check(&reader_cisco_ios_config, span_of(nul, sizeof(nul) - 1),
	    (const char *const[]){
		"diag:0 nul-bytes", "http-server state=en", NULL});
	CHECK("hostname \xff\xfe\nip http server\n", "diag:0 encoding",
	    "http-server state=enabled");
	assert_non_null(big);
	memset(big, 'x', 2u << 20);
	memcpy(big, "description ", 12);
	taken_init(&t);
	read_into(&t, span_of(big, 2u << 20));
	assert_true(span_has(buf_span(&t.text), "diag:1 long-line"));
	taken_release(&t);
	free(big);
}

static void
test_blocks(void **state)
{
	(void)state;
	CHECK_GOLDEN("banners.in", "device:3 hostname=spit-r1",
	    "!diag:", "!kind:user",
	    "!user:", "!tunnel:", "!snmp:", "!acl:", "!capture:", "!router bgp",
	    "!evil", "!late", "!nope", "!away", "!vacant p", "!30820",
	    "!0D010105",
	    "config:51 line=key-string 7 070C285F4D06 parent=key 1 depth=2\n",
	    "description=banner motd ^C is only text here",
	    "http-server state=unknown origin=default",
	    "config:65 line=end depth=0\n");
	CHECK_GOLDEN("ios-switch.in", "!evil", "!set by macro",
	    "line=macro name desk depth=0\n");
	CHECK("banner motd ^Cisco says^\nip ssh version 2\n",
	    "ssh-v2-only state=enabled");
	CHECK("banner motd #one line username a# rest\nhostname h\n",
	    "!username a", "config:2 line=hostname h depth=0\n");
}

static void
test_open_blocks(void **state)
{
	(void)state;
	CHECK("hostname a\nbanner motd ^C\nusername evil\ninterface Gi1\n"
	      " shutdown\n",
	    "diag:2 block-open", "!evil",
	    "config:5 line=shutdown parent=interface Gi1 depth=1\n");
	CHECK("macro name m\nusername evil\nline vty 0 4\n login\n",
	    "diag:1 block-open", "!evil", "config:3 line=line vty 0 4");
	CHECK("crypto pki certificate chain T\n certificate 01\n  3082 0330\n"
	      "hostname x\n",
	    "diag:2 block-open", "hostname=x");
	CHECK("ip ssh pubkey-chain\n username u\n  key-string\n   AAAAB3Nz\n",
	    "diag:3 block-open", "ssh_key:3 user=u");
	CHECK_GOLDEN("truncated.in", "diag:21 block-open", "diag:23 truncated",
	    "!snmp:", "cdp state=unknown origin=default",
	    "https-server state=enabled origin=configured");
}

/* ---- facts ---- */

static void
test_device(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-hardened.in",
	    "device:15 hostname=quay-edge1 domain=quay.example vendor=cisco "
	    "platform=ios-xe train=17.9 model=ISR4431/K9 "
	    "serial=FOC24310QXA\n");
	CHECK_GOLDEN("ios-switch.in",
	    "hostname=jetty-sw7 vendor=cisco platform=ios train=15.2 "
	    "model=WS-C2960X-48TS-L serial=FOC1932X0AB\n");
	CHECK("version 15.4\nhostname a\nvrf definition Mgmt-intf\n",
	    "platform=ios-xe train=15.4\n");
	CHECK("version 12.2\nhostname a\nboot system flash:c2900-k9.bin\n",
	    "platform=ios train=12.2\n");
}

static void
test_settings(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-hardened.in",
	    "setting:108 name=http-server state=disabled origin=configured",
	    "setting:109 name=https-server state=disabled origin=configured",
	    "name=telnet state=disabled origin=configured",
	    "name=smart-install state=unknown origin=default",
	    "setting:42 name=aaa-accounting-commands state=enabled "
	    "origin=configured value=15 default",
	    "setting:55 name=archive-log-config state=enabled",
	    "setting:152 name=control-plane-policing state=enabled "
	    "origin=configured value=COPP",
	    "name=vty-access-class state=enabled origin=configured "
	    "acl=MGMT-HOSTS\n",
	    "name=config-key-encryption state=enabled",
	    "name=source-route state=disabled origin=configured",
	    "name=guestshell state=disabled origin=default basis=");
	CHECK_GOLDEN("iosxe-intruded.in",
	    "setting:79 name=http-server state=enabled origin=configured "
	    "port=18080 acl=20\n",
	    "setting:80 name=http-port state=enabled origin=configured "
	    "port=18080\n",
	    "setting:84 name=https-port state=enabled origin=configured "
	    "port=18443\n",
	    "name=ip-http-access-class state=enabled origin=configured acl=20",
	    "setting:86 name=ssh-port state=enabled origin=configured "
	    "port=22122\n",
	    "setting:87 name=ssh-port state=enabled origin=configured "
	    "port=10022\n",
	    "setting:145 name=vty-access-class state=disabled",
	    "name=aaa-accounting-commands state=disabled origin=configured",
	    "setting:19 name=aaa-accounting-exec state=enabled",
	    "name=exec-timeout state=disabled origin=configured value=0 0",
	    "setting:72 name=guestshell state=enabled",
	    "name=netconf-yang state=enabled", "name=restconf state=enabled");
	CHECK_GOLDEN("ios-switch.in",
	    "setting:77 name=smart-install state=enabled origin=configured",
	    "name=http-active-modules-none state=enabled",
	    "name=https-active-modules-none state=enabled",
	    "name=telnet state=enabled origin=configured");
	CHECK("line vty 0 4\n access-class 9 in\nline vty 5 15\n"
	      " transport input none\n",
	    "setting:2 name=vty-access-class state=enabled");
	CHECK("no vstack\n", "setting:1 name=smart-install state=disabled",
	    "setting:0 name=source-route state=unknown origin=default");
	CHECK("hostname a\nend\n",
	    "setting:0 name=source-route state=enabled origin=default",
	    "name=cdp state=enabled origin=default",
	    "name=logging-trap-level state=enabled origin=default "
	    "value=informational");
}

static void
test_users(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-intruded.in",
	    "user:34 user=cisco privilege=15 secret_type=0 secret=cisco "
	    "weak=same-as-name\n",
	    "user:36 user=oper privilege=5 secret_type=7",
	    "user:38 user=ghost privilege=1 secret_type=none weak=empty "
	    "role=SHOWER\n",
	    "acl=20\n",
	    "user:11 user=enable privilege=15 secret_type=7 "
	    "secret=0822455D0A16 reversible=true weak=default role=enable\n",
	    "ssh_key:90 user=netadm key_type=ssh-rsa "
	    "fingerprint=5C1E3F0D2B7A49688D9ECB0A11F2E3D4\n",
	    "ssh_key:92 user=ghost key_type=key-string\n", "!usernameevil");
	CHECK("username a privilege 15\nusername a secret 5 $1$x$y\n",
	    "user:2 user=a privilege=15 secret_type=5 secret=$1$x$y\n");
	CHECK("username cisco\n privilege 15\n password 7 02050D480809\n",
	    "user:3 user=cisco privilege=15 secret_type=7 "
	    "secret=02050D480809 reversible=true weak=same-as-name\n");
	CHECK("enable secret level 7 9 $9$a$b\n",
	    "user=enable privilege=7 secret_type=9 secret=$9$a$b");
}

static void
test_aaa(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-hardened.in",
	    "aaa_server:140 protocol=tacacs name=tac-a server_ip=10.20.0.30 "
	    "server_scope=own port=49 group=QUAY-TAC vrf=Mgmt-intf "
	    "secret_type=6 ",
	    "aaa_method:42 service=accounting name=commands level=15 "
	    "list=default methods=start-stop group QUAY-TAC\n");
	CHECK_GOLDEN("iosxe-intruded.in",
	    "aaa_server:15 protocol=tacacs server_ip=198.51.100.77 "
	    "server_scope=public port=49 group=TAC secret_type=7",
	    "aaa_server:112 protocol=tacacs server_ip=10.9.0.3 "
	    "server_scope=private port=49 group=TAC");
	CHECK_GOLDEN("ios-legacy.in",
	    "aaa_server:31 protocol=tacacs server_ip=10.1.1.30 "
	    "server_scope=own port=4949 secret_type=0 secret=dock-key",
	    "aaa_server:34 protocol=radius server_ip=10.1.1.31 "
	    "server_scope=own port=1645 secret_type=7");
	CHECK_GOLDEN("ios-switch.in",
	    "aaa_server:58 protocol=radius name=nps server_ip=10.7.10.9 "
	    "server_scope=own port=1812 secret_type=7");
}

static void
test_lines(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-intruded.in",
	    "line:140 line_type=vty first=0 last=4 acl_in=20 secret_type=7 "
	    "secret=1511021F0725 reversible=true weak=default rotary=1 port=22122 "
	    "transport_in=telnet ssh\n",
	    "line:145 line_type=vty first=5 last=15 transport_in=all\n");
	CHECK_GOLDEN("iosxe-hardened.in",
	    "line:157 line_type=aux first=0 last=0 transport_out=none\n",
	    "line:160 line_type=vty first=0 last=4 acl_in=MGMT-HOSTS value=10 "
	    "0 transport_in=ssh transport_out=none\n");
}

static void
test_access_lists(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-intruded.in",
	    "acl_entry:100 acl=20 action=permit src=192.0.2.77 "
	    "src_prefix=192.0.2.77/32 src_scope=public src_ip=192.0.2.77 "
	    "log=false used_by=vty http\n",
	    "src=203.0.113.16 0.0.0.7 src_prefix=203.0.113.16/29 "
	    "src_scope=own",
	    "src=10.0.0.0 0.255.255.255 src_prefix=10.0.0.0/8 "
	    "src_scope=private",
	    "src=10.0.0.1 0.255.0.255 log=false", "!remark temporary acl",
	    "acl_entry:104 acl=50 action=permit src=any "
	    "src_prefix=0.0.0.0/0 src_scope=any log=false used_by=snmp\n",
	    "acl:105 acl=150 entries=2 used_by=other final_deny_log=true\n",
	    "acl:100 acl=20 entries=4 used_by=vty http "
	    "final_deny_log=false\n");
	CHECK_GOLDEN("iosxe-hardened.in",
	    "acl_entry:120 acl=MGMT-HOSTS sequence=30 action=deny src=any "
	    "src_prefix=0.0.0.0/0 src_scope=any log=true "
	    "used_by=vty snmp ntp\n",
	    "acl_entry:148 acl=EDGE6-IN sequence=10 action=deny protocol=tcp "
	    "src=any src_prefix=::/0 src_scope=any dst=any dst_port=22 "
	    "log=true used_by=interface\n",
	    "acl:117 acl=MGMT-HOSTS entries=3 used_by=vty snmp ntp "
	    "final_deny_log=true\n");
	CHECK_GOLDEN("ios-router.in", "dst_port=22 dst_port=23 dst_port=80",
	    "src=object-group ADMINS dst=any dst_port=179",
	    "src_ip=198.51.100.70 src_port=123 dst=any dst_port=123",
	    "acl_entry:50 acl=7 action=permit src=10.3.0.0 0.0.255.255 "
	    "src_prefix=10.3.0.0/16 src_scope=private log=false "
	    "used_by=other\n",
	    "!acl=700");
	CHECK("hostname a\nline vty 0 4\n access-class 9 in\nend\n",
	    "acl:3 acl=9 entries=0 used_by=vty final_deny_log=false\n");
}

/* A host route or a default route makes nobody's address one's own. */
static void
test_scope(void **state)
{
	(void)state;
	CHECK("ip route 192.0.2.7 255.255.255.255 10.0.0.1\n"
	      "ip route 0.0.0.0 0.0.0.0 10.0.0.1\n"
	      "ip route 198.51.100.0 255.255.255.0 10.0.0.1\n"
	      "router bgp 1\n address-family ipv4\n"
	      "  network 203.0.113.0 mask 255.255.255.128\n"
	      "access-list 1 permit 192.0.2.7\n"
	      "access-list 2 permit 198.51.100.9\n"
	      "access-list 3 permit 203.0.113.9\n"
	      "access-list 4 permit 203.0.113.200\n",
	    "acl=1 action=permit src=192.0.2.7 src_prefix=192.0.2.7/32 "
	    "src_scope=public",
	    /* Whoever adds a peer adds the route to it. */
	    "src_prefix=198.51.100.9/32 src_scope=public",
	    "src_prefix=203.0.113.9/32 src_scope=own",
	    "src_prefix=203.0.113.200/32 src_scope=public");
}

static void
test_tunnels_and_mirrors(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-intruded.in",
	    "tunnel:57 interface=Tunnel100 mode=gre src_ip=203.0.113.18 "
	    "value=GigabitEthernet1 dst_ip=192.0.2.144 dst_scope=public "
	    "protected=false\n",
	    "interface=Tunnel101 mode=mgre", "protected=true",
	    "tunnel:40 mode=ipsec dst_ip=192.0.2.9 dst_scope=public",
	    "tunnel:43 name=far mode=ipsec dst_ip=192.0.2.10",
	    "tunnel:47 name=CM mode=ipsec dst_ip=192.0.2.9",
	    "mirror:129 session=1 mode=erspan-source value=interface Gi1 "
	    "dst_ip=192.0.2.145 dst_scope=public src_ip=203.0.113.18\n",
	    "capture:128 name=mycap value=match ipv4 protocol tcp any any eq "
	    "49\n");
	CHECK_GOLDEN("ios-switch.in",
	    "mirror:61 session=1 value=interface Gi1/0/1 - 4 "
	    "value=interface Gi1/0/48 mode=span\n",
	    "mirror:63 session=2 value=vlan 10 value=vlan 900 mode=rspan\n",
	    "mirror:30 name=vlan 900 mode=rspan\n", "!mirror:62");
}

static void
test_containers_and_scripts(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-intruded.in",
	    "container:71 name=iox state=enabled\n",
	    "container:72 name=guestshell state=activated\n",
	    "container:65 name=VirtualPortGroup0 state=enabled\n",
	    "script:115 name=wipe mode=eem trigger=syslog pattern "
	    "\"SYS-5-CONFIG_I\" body=action 1.0 cli command \"enable\"\n"
	    "action 2.0 cli command \"clear logging\"\n",
	    "script:120 name=map.tcl mode=eem-policy\n",
	    "script:121 name=NIGHT mode=kron trigger=at 3:00 recurring "
	    "body=policy-list SEND\n",
	    "script:124 name=SEND mode=kron body=cli copy",
	    "script:136 name=bootflash:tclproxy.tcl mode=tcl trigger=init\n");
}

static void
test_network(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-hardened.in",
	    "interface:76 interface=GigabitEthernet0/0/0 "
	    "address=198.51.100.2 prefix=198.51.100.0/30 acl_in=EDGE-IN "
	    "role=peer shutdown=false description=transit to carrier "
	    "north\n",
	    "interface:79 interface=GigabitEthernet0/0/0 "
	    "address=2001:DB8:100::2 prefix=2001:db8:100::/64 "
	    "acl_in=EDGE6-IN",
	    "interface:84 interface=GigabitEthernet0/0/1 "
	    "address=203.0.113.254",
	    "interface:72 interface=Loopback0 address=10.255.0.11 "
	    "prefix=10.255.0.11/32 role=loopback",
	    "vrf=Mgmt-intf role=management",
	    "neighbor:98 protocol=bgp address=10.255.0.12 remote_as=64500 protected=true\n",
	    "neighbor:99 protocol=bgp address=198.51.100.1 remote_as=64496 "
	    "protected=false\n",
	    "neighbor:103 protocol=bgp address=192.0.2.2 remote_as=64501 protected=true "
	    "vrf=CUST-A\n",
	    "route:115 prefix=0.0.0.0/0 next_hop=10.20.0.1 vrf=Mgmt-intf\n");
	CHECK_GOLDEN("iosxe-intruded.in",
	    "route:97 prefix=10.10.0.0/16 next_hop=10.10.12.6 "
	    "interface=Tunnel100\n");
	CHECK_GOLDEN("ios-legacy.in",
	    "route:28 prefix=0.0.0.0/0 interface=Serial 0/0\n");
	CHECK_GOLDEN("ios-router.in",
	    "interface:32 interface=Serial1/0 shutdown=true\n");
}

static void
test_services(void **state)
{
	(void)state;
	CHECK_GOLDEN("iosxe-hardened.in",
	    "logging:133 target=host server_ip=10.20.0.40 server_scope=own "
	    "vrf=Mgmt-intf protocol=tls port=6514\n",
	    "logging:131 target=trap state=enabled level=informational\n",
	    "snmp:136 group=NMS value=v3 level=priv mode=ro acl=MGMT-HOSTS "
	    "name=ALL\n",
	    "ntp:174 mode=server vrf=Mgmt-intf server_ip=10.20.0.50 "
	    "server_scope=own protected=true\n");
	CHECK_GOLDEN("iosxe-intruded.in",
	    "logging:9 target=off state=disabled\n",
	    "snmp:108 mode=ro secret_type=community secret=public "
	    "weak=default\n",
	    "snmp:109 mode=rw secret_type=community secret=private "
	    "weak=default acl=50\n",
	    "snmp:110 user=nms group=NMS level=priv acl=50\n");
	CHECK("snmp-server community Quagga view POLL RO 10\n",
	    "mode=ro secret_type=community secret=Quagga acl=10 name=POLL");
	CHECK("logging trap 4\n", "target=trap state=enabled level=warnings");
}

/* ---- guess ---- */

static int
score(const char *text)
{
	struct probe p = {.head = span_str(text),
	    .path = SPAN("-"),
	    .size = strlen(text),
	    .whole = true};

	return cisco_ios_guess(&p).score;
}

static void
test_guess(void **state)
{
	static const char *const names[] = {"banners.in", "ios-legacy.in",
	    "ios-router.in", "ios-switch.in", "iosxe-hardened.in",
	    "iosxe-intruded.in", "terminal-noise.in", "truncated.in"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[256], *p;
		struct probe probe = {.path = SPAN("-")};

		snprintf(path, sizeof(path), GOLDEN "%s", names[i]);
		probe.head = load(path, &p);
		assert_true(cisco_ios_guess(&probe).score >= 60);
		assert_non_null(cisco_ios_guess(&probe).reason);
		free(p);
	}
	assert_true(score("!\nhostname r\n!\ninterface GigabitEthernet0/0\n"
			  " ip address 10.0.0.1 255.255.255.0\n!\n") > 50);
	assert_true(score("") == 0);
	assert_true(score("!Command: show running-config\nversion 9.3(5) "
			  "Bios:version\nhostname n\nline vty\n") < 50);
	assert_true(score("hostname n\nfeature bgp\nline vty\n"
			  "ip access-list standard x\n") < 50);
	assert_true(score("!! IOS XR Configuration 7.3.1\nhostname x\n"
			  "service timestamps log datetime msec\n") < 50);
	assert_true(score("hostname x\ninterface GigabitEthernet0/0/0/0\n"
			  "service timestamps log datetime msec\n") < 50);
	assert_true(score(": Saved\nASA Version 9.12(4)\nhostname fw\n") < 50);
	assert_true(score("! device: sw1 (vEOS, EOS-4.27)\nhostname sw1\n"
			  "spanning-tree mode mstp\nline vty 0\n") < 50);
	assert_true(score("frr version 8.1\nfrr defaults traditional\n"
			  "hostname f\nline vty\n!\nend\n") < 50);
	assert_true(
	    score("Mar  1 00:00:01 r1 12: %SYS-5-CONFIG_I: aaa\n") < 50);
	assert_true(score("system {\n  host-name j;\n  services {\n"
			  "    ssh;\n  }\n}\n") < 50);
}

/* ---- secrets ---- */

static void
test_redact(void **state)
{
	static const char *const pairs[][2] = {
#define R "<redacted>"
	    {"username b privilege 15 secret 9 $9$a$b",
		"username b privilege 15 secret 9 " R},
	    {"username b password 0 two words", "username b password 0 " R},
	    {"username b password hunter2", "username b password " R},
	    {"username x algorithm-type sha256 secret Clear1",
		"username x algorithm-type sha256 secret " R},
	    {"user b priv 15 sec 0 abc", "user b priv 15 sec 0 " R},
	    {"no username b password 0 gone", "no username b password 0 " R},
	    {"enable secret 5 $1$ab$cd", "enable secret 5 " R},
	    {"enable password level 7 7 0822455D0A16",
		"enable password level 7 7 " R},
	    {"enable password clear", "enable password " R},
	    {" password 7 060506324F41", " password 7 " R},
	    {" key 7 070C285F4D06", " key 7 " R},
	    {" key two words", " key " R},
	    {" key 1", NULL},
	    {"key chain ABC", NULL},
	    {"crypto key generate rsa modulus 2048", NULL},
	    {"  key-string 7 1218011A1B05", "  key-string 7 " R},
	    {"  key-string plain", "  key-string " R},
	    {"key config-key password-encrypt Master99",
		"key config-key password-encrypt " R},
	    {"Community name: public", "Community name: " R},
	    {"Community SecurityName: public", "Community SecurityName: " R},
	    {"user: public   security model: v2c",
		"user: " R "   security model: v2c"},
	    {"user: poller   security model: v3 priv",
		"user: poller   security model: v3 priv"},
	    {"snmp-server community public RO 10",
		"snmp-server community " R " RO 10"},
	    {"SNMP-SERVER COMMUNITY Shout RW",
		"SNMP-SERVER COMMUNITY " R " RW"},
	    {"snmp-server comm abc", "snmp-server comm " R},
	    {"snmp-server host 192.0.2.1 version 2c C1 bgp",
		"snmp-server host 192.0.2.1 version 2c " R " bgp"},
	    {"snmp-server host 192.0.2.1 traps C1",
		"snmp-server host 192.0.2.1 traps " R},
	    {"snmp-server host 192.0.2.1 vrf M version 3 priv nmsuser", NULL},
	    {"snmp-server user n G v3 auth sha AuP priv aes 128 PrP access 5",
		"snmp-server user n G v3 auth sha " R " priv aes 128 " R
		" access 5"},
	    {" neighbor 10.0.0.1 password 7 13061E010803",
		" neighbor 10.0.0.1 password 7 " R},
	    {" neighbor CORE password clear1", " neighbor CORE password " R},
	    {" pre-shared-key local 6 aBcD", " pre-shared-key local 6 " R},
	    {" pre-shared-key address 192.0.2.1 key K1",
		" pre-shared-key address 192.0.2.1 key " R},
	    {" pre-shared-key K2", " pre-shared-key " R},
	    {"crypto isakmp key 0 Sh4 address 192.0.2.9",
		"crypto isakmp key 0 " R " address 192.0.2.9"},
	    {"crypto isakmp key Sh4 hostname far.example",
		"crypto isakmp key " R " hostname far.example"},
	    {" ip ospf message-digest-key 1 md5 7 0508571C22",
		" ip ospf message-digest-key 1 md5 7 " R},
	    {" ip ospf authentication-key abc",
		" ip ospf authentication-key " R},
	    {" wpa-psk ascii 0 letmein99", " wpa-psk ascii 0 " R},
	    {" ppp chap password 7 0508571C22", " ppp chap password 7 " R},
	    {" ppp pap sent-username joe password 0 pw",
		" ppp pap sent-username joe password 0 " R},
	    {"tacacs-server key 7 02050D480809", "tacacs-server key 7 " R},
	    {"tacacs-server host 10.0.0.1 key a b",
		"tacacs-server host 10.0.0.1 key " R},
	    {"radius-server host 10.0.0.1 auth-port 1 key 7 0508571C22",
		"radius-server host 10.0.0.1 auth-port 1 key 7 " R},
	    {" server-private 10.0.0.1 port 49 key 7 070C28",
		" server-private 10.0.0.1 port 49 key 7 " R},
	    {" client 10.0.0.1 server-key 7 0508571C22",
		" client 10.0.0.1 server-key 7 " R},
	    {"ntp authentication-key 1 md5 094F47 7",
		"ntp authentication-key 1 md5 " R " 7"},
	    {"ntp server 10.0.0.1 key 1", NULL},
	    {"%PARSER-5-CFGLOG_LOGGEDCMD: User:b  logged command:username x "
	     "secret 0 y",
		"%PARSER-5-CFGLOG_LOGGEDCMD: User:b  logged "
		"command:username x secret 0 " R},
	    {"User:b  logged command:snmp-server community public RO",
		"User:b  logged command:snmp-server community " R " RO"},
	    {"cmd=username x password 0 two words <cr>\telapsed=1",
		"cmd=username x password 0 " R " <cr>\telapsed=1"},
	    {"cmd=enable secret 0 abc <cr>", "cmd=enable secret 0 " R " <cr>"},
	    {"ip ftp password 7 14141B180F0B", "ip ftp password 7 " R},
	    {"copy running-config ftp://u:p@ss@192.0.2.1/x",
		"copy running-config ftp://u:" R "@192.0.2.1/x"},
	    {" action 3.0 cli command \"username b secret H1\"",
		" action 3.0 cli command \"username b secret " R "\""},
	    {" standby 1 authentication md5 key-string 7 06120A",
		" standby 1 authentication md5 key-string 7 " R},
	    {" standby 1 authentication plain1",
		" standby 1 authentication " R},
	    {"ip msdp password peer 192.0.2.1 7 050857",
		"ip msdp password peer 192.0.2.1 7 " R},
	    {"encrypted-password \"$6$abcdefgh$ijklmnopqrstuvwxyz\"",
		"encrypted-password \"" R "\""},
	    {"service password-encryption", NULL},
	    {"password encryption aes", NULL},
	    {"aaa authentication login default group tacacs+ local", NULL},
	    {"Login failed [user: x] invalid password for user", NULL},
	    /* options of programs */
	    {"guestshell run sshpass -p X1 ssh -p 22 root@192.0.2.1",
		"guestshell run sshpass -p " R " ssh -p 22 root@192.0.2.1"},
	    {"bash -c \"sshpass -p X1 scp a root@192.0.2.1:\"",
		"bash -c \"sshpass -p " R " scp a root@192.0.2.1:\""},
	    {"curl -u u:X1 http://192.0.2.1/",
		"curl -u u:" R " http://192.0.2.1/"},
	    {"curl -sku u:X1 http://h/", "curl -sku u:" R " http://h/"},
	    {"curl --user=u:X1 http://h/", "curl --user=u:" R " http://h/"},
	    {"wget --password=X1 http://h/", "wget --password=" R " http://h/"},
	    {"wget --password X1 http://h/", "wget --password " R " http://h/"},
	    {"export PASSWORD=X1 192.0.2.1", "export PASSWORD=" R " 192.0.2.1"},
	    {"mysql -pX1 -h 192.0.2.1", "mysql -p" R " -h 192.0.2.1"},
	    {"zip -P X1 a.zip b", "zip -P " R " a.zip b"},
	    {"rar a -hpX1 x.rar b", "rar a -hp" R " x.rar b"},
	    {"rar a -hp\"X1 Y1\" x.rar b", "rar a -hp\"" R "\" x.rar b"},
	    {"openssl enc -aes-256-cbc -k X1 -in b",
		"openssl enc -aes-256-cbc -k " R " -in b"},
	    {"openssl enc -pass pass:X1 -in b",
		"openssl enc -pass pass:" R " -in b"},
	    {"openssl rsa -passin file:/tmp/k", NULL},
	    {"run useradd cisco -p X1", "run useradd cisco -p " R},
	    {"echo cisco:X1 | chpasswd", "echo cisco:" R " | chpasswd"},
	    {"echo X1 | passwd root", "echo " R " | passwd " R},
	    {"snmpwalk -v2c -c X1 192.0.2.1",
		"snmpwalk -v2c -c " R " 192.0.2.1"},
	    {"/usr/bin/snmpget -cX1 192.0.2.1",
		"/usr/bin/snmpget -c" R " 192.0.2.1"},
	    {"snmp get v2c 192.0.2.1 X1 oid 1.3",
		"snmp get v2c 192.0.2.1 " R " oid 1.3"},
	    {"snmp get v2c 192.0.2.1 vrf M X1 oid 1.3",
		"snmp get v2c 192.0.2.1 vrf M " R " oid 1.3"},
	    {"snmp get v3 192.0.2.1 nmsuser oid 1.3", NULL},
	    {"test aaa group tacacs+ bob X1 legacy",
		"test aaa group tacacs+ bob " R " legacy"},
	    {"./x -c 192.0.2.1:443 -s X1", "./x -c 192.0.2.1:443 -s " R},
	    {"ls -s X1 -p X2 -k", NULL},
	    {"ssh -l admin -p 22 192.0.2.1", NULL},
	    {"curl -o a.txt http://192.0.2.1:80/x", NULL},
	    {"mysql -p -u bob", NULL},
	    {"unzip a.zip | grep -c X1", NULL},
	    {"echo 1:2 | grep 1", NULL},
	    /* names and values */
	    {"Authorization: Bearer X1", "Authorization: Bearer " R},
	    {"curl -H \"Authorization: Basic X1==\" http://h/",
		"curl -H \"Authorization: Basic " R "\" http://h/"},
	    {"{\"Authorization\": \"Bearer X1\"}",
		"{\"Authorization\": \"Bearer " R "\"}"},
	    {"Authorization: group tacacs+ local", NULL},
	    {"<wsse:Password>X1</wsse:Password>",
		"<wsse:Password>" R "</wsse:Password>"},
	    {"<wsse:Password Type=\"T\">X1</wsse:Password>",
		"<wsse:Password Type=\"T\">" R "</wsse:Password>"},
	    {"<adminPasswordText>X1</adminPasswordText>",
		"<adminPasswordText>" R "</adminPasswordText>"},
	    {"<password-history-count>24</password-history-count>", NULL},
	    {"<password-complexity><enabled>yes</enabled>", NULL},
	    {"enable secret <password> level", "enable secret " R},
	    {"GET /login?user=a&password=X1&b=2 HTTP/1.1",
		"GET /login?user=a&password=" R "&b=2 HTTP/1.1"},
	    {"GET /x?pwd=X1 HTTP/1.1", "GET /x?pwd=" R " HTTP/1.1"},
	    {"GET /x?passwd=X1", "GET /x?passwd=" R},
	    {"GET /x?token=X1", "GET /x?token=" R},
	    {"GET /x?api_key=X1&q=1", "GET /x?api_key=" R "&q=1"},
	    {"copy run tftp://192.0.2.1/x?tok=X1",
		"copy run tftp://192.0.2.1/x?tok=" R},
	    {"GET /x?password= HTTP/1.1", NULL},
	    {"{\"password\":\"X1\",\"src\":\"a\"}",
		"{\"password\":\"" R "\",\"src\":\"a\"}"},
	    {"{\"password\": \"X1 \\\" Y\", \"src\": 1}",
		"{\"password\": \"" R "\", \"src\": 1}"},
	    {"{\\\"token\\\":\\\"X1\\\",\\\"a\\\":1}",
		"{\\\"token\\\":\\\"" R "\\\",\\\"a\\\":1}"},
	    {"{\"secret\": {\"type\": \"7\", \"key\": \"X1\"}}",
		"{\"secret\": {\"type\": \"7\", \"key\": \"" R "\"}}"},
	    {"{\"password\": null, \"a\": true}", NULL},
	    {"{\"community\": [\"65000:1\"]}", NULL},
	    {"VTP Password: X1", "VTP Password: " R},
	    {"password: 7 0508571C22", "password: 7 " R},
	    {"user=a password=X1, port=22", "user=a password=" R ", port=22"},
	    {"description pw=X1 a", "description pw=" R " a"},
	    {"PWD=/home/bob", NULL},
	    {"PW: neighbor 192.0.2.1, PW ID 180", NULL},
	    {"log 1 pass = Dec 25 20:45:02", NULL},
	    {"Extended community: EVPN RT:100:1", NULL},
	    {"Community: 65000:1 no-export", NULL},
	    {"Bad password: user=bob", NULL},
	    {"Invalid password : local database : user = admin", NULL},
	    {"VTP Password : X1", "VTP Password : " R},
	    {"aaa authentication password-prompt \"Enter password:\" x", NULL},
	    {"%SNMP-3-AUTHFAIL: Authentication failure for SNMP req from "
	     "host 192.0.2.1 community X1",
		"%SNMP-3-AUTHFAIL: Authentication failure for SNMP req from "
		"host 192.0.2.1 community " R},
	    /* the lesser commands */
	    {"authentication mode hmac-sha-256 X1",
		"authentication mode hmac-sha-256 " R},
	    {"authentication mode hmac-sha-256 7 0508571C22",
		"authentication mode hmac-sha-256 7 " R},
	    {"authentication mode md5", NULL},
	    {"mpls ldp password option 1 for L X1",
		"mpls ldp password option 1 for L " R},
	    {"mpls ldp vrf V password option 1 for L 7 0508571C22",
		"mpls ldp vrf V password option 1 for L 7 " R},
	    {"mpls ldp password option 1 for L key-chain K", NULL},
	    {"mpls ldp password fallback X1", "mpls ldp password fallback " R},
	    {"mpls ldp password required for L", NULL},
	    {"license smart register idtoken X1 force",
		"license smart register idtoken " R " force"},
	    {"snmp mib community-map X1 engineid 8000",
		"snmp mib community-map " R " engineid 8000"},
	    {"event manager environment _pw X1 Y1",
		"event manager environment _pw " R},
	    {"event manager environment _email_from a@b.example", NULL},
	    {"copy running-config ftp: //u:X1@192.0.2.1/x",
		"copy running-config ftp: //u:" R "@192.0.2.1/x"},
	    {"snmp-server host 192.0.2.1 traps version 3 priv user1", NULL},
	    {"snmp-server host 192.0.2.1 version 1 X1",
		"snmp-server host 192.0.2.1 version 1 " R},
	    {"no ip http secure-server", NULL},
	    {"show running-config | include password", NULL},
	    {"show snmp community | include RO", NULL},
	    {"route-map M permit 10", NULL},
	    {"ip community-list standard C permit 65000:1", NULL},
	    {"set community 65000:1 additive", NULL},
	    {"send-community both", NULL},
	    {"ip tacacs source-interface Loopback0", NULL},
	    {" tunnel key 12345", " tunnel key " R},
	    {" description the key to the door", NULL},
	    {"", NULL},
	    {"password", NULL},
	    {"key", NULL},
	    {"snmp-server community", NULL},
	    {"unauthorized SNMP community from 192.0.2.1 to 192.0.2.2 (c 1)",
		"unauthorized SNMP community from 192.0.2.1 to 192.0.2.2 " R},
	    {"Login OK: [bob/a]b/c] (from client nas1 port 7)",
		"Login OK: [bob/" R "] (from client nas1 port 7)"},
	    {"Login incorrect (why): [bob/<via Auth-Type = EAP>] (from client",
		NULL},
	    {"Login incorrect: [bob/pw", "Login incorrect: [bob/" R},
#undef R
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		const char *want = pairs[i][1] ? pairs[i][1] : pairs[i][0];
		struct span got = secret_redact(&a, span_str(pairs[i][0]));

		if (!span_is(got, want))
			fail_msg("%s -> %.*s", pairs[i][0], SPAN_FMT(got));
	}
	arena_release(&a);
}

static void
test_redact_long(void **state)
{
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b, 1u << 16);
	for (unsigned i = 0; i < 2 * LIMIT_REDACT_WORDS; i++)
		buf_puts(&b, "word ");
	buf_puts(&b, "enable secret 0 hidden");
	assert_false(span_has(secret_redact(&a, buf_span(&b)), "hidden"));
	buf_release(&b);
	arena_release(&a);
}

/* More cuts than are kept, and lines that would be slow if bytes were read
 * often. */
static void
test_redact_hostile(void **state)
{
	static const char *const parts[] = {"a&password=hidden&",
	    "password:", "\"password\":\"", "<key>hidden</key>", "<password ",
	    "authorization:", "community:", "password=", "enable secret ",
	    "-----BEGIN A PRIVATE KEY----- ", "echo ", "&", "://",
	    "password \"", "\\\"token\\\":"};
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b, 1u << 18);
	for (unsigned k = 0; k < sizeof(parts) / sizeof(*parts); k++) {
		buf_reset(&b);
		while (b.n < (1u << 17))
			buf_puts(&b, parts[k]);
		assert_false(
		    span_has(secret_redact(&a, buf_span(&b)), "hidden"));
		arena_reset(&a);
	}
	buf_release(&b);
	arena_release(&a);
}

static void
test_decode7(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_true(span_is(secret_decode7(&a, SPAN("0822455D0A16")), "cisco"));
	assert_true(span_is(secret_decode7(&a, SPAN("02050D480809")), "cisco"));
	assert_int_equal(secret_decode7(&a, SPAN("0822455D0A1")).n, 0);
	assert_int_equal(secret_decode7(&a, SPAN("zz22455D0A16")).n, 0);
	assert_int_equal(secret_decode7(&a, SPAN("08zz")).n, 0);
	assert_int_equal(secret_decode7(&a, SPAN("")).n, 0);
	arena_release(&a);
}

static void
test_decode9(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	/* Salts of different families have different numbers of random letters;
	 * eight characters take all seven weights. */
	assert_true(span_is(
	    secret_decode9(&a, SPAN("$9$kqT36/tOBE5Q/tuByrZUDifT")),
	    "tackey99"));
	assert_true(span_is(secret_decode9(&a, SPAN("$9$czBSK87-wgoG")), "psk"));
	assert_true(span_is(
	    secret_decode9(&a, SPAN("$9$nJXv9A0O1RESr.P5F36At")), "f00ba4"));
	assert_true(span_is(
	    secret_decode9(&a, SPAN("$9$Sr8yeWLX-db20BrvLNY2DikPQn")),
	    "hahahoho"));
	/* Cut within a character, a letter that is none, nothing behind the
	 * random ones. */
	assert_int_equal(secret_decode9(&a, SPAN("$9$czBSK87-wgo")).n, 0);
	assert_int_equal(secret_decode9(&a, SPAN("$9$czBSK87_wgoG")).n, 0);
	assert_int_equal(secret_decode9(&a, SPAN("$9$Qa")).n, 0);
	assert_int_equal(secret_decode9(&a, SPAN("$9$")).n, 0);
	assert_int_equal(secret_decode9(&a, SPAN("$9")).n, 0);
	assert_int_equal(secret_decode9(&a, SPAN("")).n, 0);
	arena_release(&a);
}

static void
test_removed(void **state)
{
	(void)state;
	assert_true(secret_is_removed(SPAN("<removed>")));
	assert_true(secret_is_removed(SPAN("********")));
	assert_true(secret_is_removed(SPAN("XXXXXX")));
	assert_true(secret_is_removed(SPAN("SECRET-DATA")));
	assert_false(secret_is_removed(SPAN("xenon")));
	assert_false(secret_is_removed(SPAN("<half")));
	assert_false(secret_is_removed(SPAN("0822455D0A16")));
}

/* ---- truncation ---- */

static void
count_record(struct emit *e, const struct record *r)
{
	(void)e;
	assert_true(r->nvalues <= LIMIT_RECORD_FIELDS);
}

static void
count_diag(
    struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e;
	(void)code;
	(void)line;
	(void)detail;
}

/* Every cut of every golden input is read; the copy's end is the end of its
 * allocation, so reading beyond it is seen. */
static void
test_truncation(void **state)
{
	static const char *const names[] = {"banners.in", "ios-legacy.in",
	    "ios-router.in", "ios-switch.in", "iosxe-hardened.in",
	    "iosxe-intruded.in", "terminal-noise.in", "truncated.in"};
	struct emit e = {count_record, count_diag};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[256], *p, *cut;
		struct span bytes;

		snprintf(path, sizeof(path), GOLDEN "%s", names[i]);
		bytes = load(path, &p);
		for (size_t n = 0; n < bytes.n; n++) {
			struct read_in in = {.arena = &a};
			struct probe probe = {.path = SPAN("-")};

			cut = malloc(n ? n : 1);
			assert_non_null(cut);
			memcpy(cut, bytes.p, n);
			in.bytes = probe.head = span_of(cut, n);
			cisco_ios_guess(&probe);
			reader_cisco_ios_config.read(&in, &e);
			secret_redact(&a, in.bytes);
			arena_reset(&a);
			free(cut);
		}
		free(p);
	}
	arena_release(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_tree_too_deep),
	    cmocka_unit_test(test_lines_and_offsets),
	    cmocka_unit_test(test_terminal),
	    cmocka_unit_test(test_hostile_bytes),
	    cmocka_unit_test(test_blocks),
	    cmocka_unit_test(test_open_blocks),
	    cmocka_unit_test(test_device),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_users),
	    cmocka_unit_test(test_aaa),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_access_lists),
	    cmocka_unit_test(test_scope),
	    cmocka_unit_test(test_tunnels_and_mirrors),
	    cmocka_unit_test(test_containers_and_scripts),
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_services),
	    cmocka_unit_test(test_guess),
	    cmocka_unit_test(test_redact),
	    cmocka_unit_test(test_redact_long),
	    cmocka_unit_test(test_redact_hostile),
	    cmocka_unit_test(test_decode7),
	    cmocka_unit_test(test_decode9),
	    cmocka_unit_test(test_removed),
	    cmocka_unit_test(test_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
