#include "read/config/cisco_ios.h"

#include <string.h>

#include "read/config/cisco_ios_text.h"

/* What a line starts with. */
#define START(lit)                                                             \
	{                                                                      \
		lit, sizeof(lit) - 1                                           \
	}

/* Each sign counts once.  What stands at the line's start; with '~' before it,
 * anywhere in an indented line's text. */
static const struct sign {
	struct span text;
	int weight;
	const char *reason;
} signs[] = {
    {START("Current configuration : "), 55, "\"Current configuration :\""},
    {START("service timestamps "), 30, "service timestamps"},
    {START("boot-start-marker"), 40, "boot-start-marker"},
    {START("hostname "), 15, "hostname"},
    {START("interface GigabitEthernet"), 15, "interface GigabitEthernet"},
    {START("interface FastEthernet"), 20, "interface FastEthernet"},
    {START("interface TenGigabitEthernet"), 10, "interface TenGigabitEthernet"},
    {START("interface Serial"), 15, "interface Serial"},
    {START("interface Loopback"), 5, "interface Loopback"},
    {START("interface Ethernet0/"), 10, "interface Ethernet0/"},
    {START("interface Vlan"), 5, "interface Vlan"},
    {START("interface Tunnel"), 5, "interface Tunnel"},
    {START("line vty "), 25, "line vty"},
    {START("line con 0"), 25, "line con 0"},
    {START("ip http "), 20, "ip http"},
    {START("no ip http "), 20, "no ip http"},
    {START("ip cef"), 15, "ip cef"},
    {START("ip classless"), 15, "ip classless"},
    {START("ip forward-protocol nd"), 25, "ip forward-protocol nd"},
    {START("no ip domain lookup"), 20, "no ip domain lookup"},
    {START("no ip domain-lookup"), 20, "no ip domain-lookup"},
    {START("ip access-list extended "), 15, "ip access-list extended"},
    {START("ip access-list standard "), 15, "ip access-list standard"},
    {START("ip ssh version "), 15, "ip ssh version"},
    {START("enable secret "), 15, "enable secret"},
    {START("aaa new-model"), 30, "aaa new-model"},
    {START("no aaa new-model"), 40, "no aaa new-model"},
    {START("no service pad"), 30, "no service pad"},
    {START("service password-encryption"), 20, "service password-encryption"},
    {START("no service password-encryption"), 25,
	"no service password-encryption"},
    {START("crypto isakmp policy "), 10, "crypto isakmp policy"},
    {START("crypto ikev2 proposal "), 10, "crypto ikev2 proposal"},
    {START("crypto pki trustpoint "), 20, "crypto pki trustpoint"},
    {START("license udi pid "), 50, "license udi pid"},
    {START("vrf definition "), 15, "vrf definition"},
    {START("ip vrf "), 10, "ip vrf"},
    {START("event manager applet "), 15, "event manager applet"},
    {START("app-hosting appid "), 40, "app-hosting appid"},
    {START("control-plane"), 10, "control-plane"},
    {START("redundancy"), 5, "redundancy"},
    {START("multilink bundle-name "), 30, "multilink bundle-name"},
    {START("spanning-tree extend system-id"), 25,
	"spanning-tree extend system-id"},
    {START("router "), 5, "router"},
    {START("username "), 5, "username"},
    {START("access-list "), 10, "access-list"},
    {START("snmp-server community "), 10, "snmp-server community"},
    {START("route-map "), 5, "route-map"},
    {START("tacacs server "), 10, "tacacs server"},
    {START("tacacs-server host "), 10, "tacacs-server host"},
    {START("logging buffered "), 5, "logging buffered"},
    {START("ntp server "), 5, "ntp server"},
};

/* Lines of relatives, and of what is no configuration at all. */
static const struct span foreign[] = {
    /* NX-OS */
    START("!Command: "),
    START("feature "),
    START("vdc "),
    START("vrf context "),
    START("boot nxos "),
    START("boot kickstart "),
    START("interface mgmt0"),
    START("copp profile "),
    START("cfs "),
    START("fabric forwarding "),
    START("nxapi "),
    START("no password strength-check"),
    START("install feature-set "),
    START("hardware profile "),
    START("role name "),
    /* IOS XR */
    START("!! IOS XR"),
    START("RP/0/"),
    START("interface MgmtEth"),
    START("route-policy "),
    START("prefix-set "),
    START("community-set "),
    START("as-path-set "),
    START("extcommunity-set "),
    START("taskgroup "),
    START("end-policy"),
    START("router static"),
    START("interface Bundle-Ether"),
    START("ssh server v2"),
    START("ipv4 access-list "),
    START("multicast-routing"),
    START("interface preconfigure "),
    /* ASA, PIX, FWSM */
    START("ASA Version"),
    START("PIX Version"),
    START(": Saved"),
    START("same-security-traffic "),
    START("object network "),
    START("FWSM Version"),
    START("Cryptochecksum:"),
    /* EOS */
    START("! device: "),
    START("! Command: "),
    START("! boot system flash:"),
    START("transceiver qsfp "),
    START("daemon "),
    START("service routing protocols model"),
    START("management api "),
    START("management ssh"),
    START("no aaa root"),
    START("aaa root "),
    START("mlag configuration"),
    START("queue-monitor "),
    START("interface Management"),
    START("ip virtual-router "),
    START("switchport default mode"),
    START("event-handler "),
    START("hardware counter "),
    START("vrf instance "),
    /* FRR, Cumulus, Linux */
    START("frr version"),
    START("frr defaults "),
    START("interface swp"),
    START("interface eth0"),
    START("auto lo"),
    START("auto swp"),
    START("auto eth"),
    START("iface "),
    START("net add "),
    START("service integrated-vtysh-config"),
    START("log syslog"),
    START("interface lo"),
    START("#!/"),
    START("# This file describes the network"),
    /* Junos, Huawei, Dell, Brocade, Aruba, A10, Fortinet, F5, Extreme */
    START("set system "),
    START("set version "),
    START("sysname "),
    START("undo "),
    START("user-interface "),
    START("! Version 9."),
    START("! Version 8."),
    START("! Version 10."),
    START("interface ethernet"),
    START("interface ManagementEthernet"),
    START("stack-unit "),
    START("!Current Configuration"),
    START("!System Description"),
    START("ver 0"),
    START("Startup-config data location"),
    START("stack unit "),
    START("!Current configuration:"),
    START("!64-bit"),
    START("slb "),
    START("config "),
    START("#config-version"),
    START("#TMSH-VERSION"),
    START("ltm "),
    START("# TiMOS"),
    START("configure"),
    START("hostname \""),
    START("; "),
    START("interface po-"),
    START("interface port-channel"),
    START("netservice "),
    START("logfile "),
    START("version 8."),
};

#define SIGNS (sizeof(signs) / sizeof(*signs))
#define FOREIGN (sizeof(foreign) / sizeof(*foreign))
#define NONE UINT8_MAX

struct tally {
	int score, best;
	const char *reason;
	uint64_t seen;
	unsigned braces, lines, commands, noise;
	bool foreign, masks, version, comment, end, ethernet_plain, show;
	/* What to look for, in lists by the first byte. */
	uint8_t signers[256], next_sign[SIGNS];
	uint8_t foreigners[256], next_foreign[FOREIGN];
};

_Static_assert(SIGNS <= 64, "one bit a sign");
_Static_assert(FOREIGN < NONE, "an index is a byte");

static void
lists_make(struct tally *t)
{
	memset(t->signers, NONE, sizeof(t->signers));
	memset(t->foreigners, NONE, sizeof(t->foreigners));
	for (uint8_t i = SIGNS; i-- > 0;) {
		uint8_t *head = &t->signers[(unsigned char)signs[i].text.p[0]];

		t->next_sign[i] = *head;
		*head = i;
	}
	for (uint8_t i = FOREIGN; i-- > 0;) {
		uint8_t *head = &t->foreigners[(unsigned char)foreign[i].p[0]];

		t->next_foreign[i] = *head;
		*head = i;
	}
}

static void
count(struct tally *t, int weight, const char *reason)
{
	t->score += weight;
	if (weight > t->best) {
		t->best = weight;
		t->reason = reason;
	}
}

static bool
once(bool *seen)
{
	bool first = !*seen;

	*seen = true;
	return first;
}

/* "version 15.2", "version 17.09"; not "version 9.3(5) Bios:version". */
static bool
is_version(struct span s)
{
	struct span rest = s, major, minor;
	uint64_t a, b;

	if (!span_is(span_word(&rest), "version"))
		return false;
	s = span_word(&rest);
	major = span_until(&s, '.');
	minor = span_until(&s, '.');
	return span_u64(major, &a) && span_u64(minor, &b) &&
	       span_trim(rest).n == 0 && a >= 10 && a <= 30;
}

/* "interface GigabitEthernet0/0/0/0" of IOS XR, "interface Ethernet1" of
 * EOS and "interface Ethernet1/1" of NX-OS. */
static void
look_at_interface(struct tally *t, struct span name)
{
	struct span rest = name, type_rack = span_until(&rest, '/');
	unsigned slashes = type_rack.n < name.n;

	for (size_t i = 0; i < rest.n; i++)
		slashes += rest.p[i] == '/';
	/* Rack 0 of four parts; a breakout port of IOS XE starts with the
	 * switch's number, 1 or more. */
	if (slashes >= 3 && span_ends(type_rack, SPAN("t0")) &&
	    span_find_byte(name, ':') == SPAN_NONE)
		t->foreign = true;
	if (span_starts(name, SPAN("Ethernet")) && name.n > 8 &&
	    name.p[8] >= '1' && name.p[8] <= '9')
		t->ethernet_plain = true;
	if (span_starts(name, SPAN("TenGigabitEthernet ")) ||
	    span_starts(name, SPAN("fortyGigE ")))
		t->foreign = true; /* Dell */
}

static void
look_at_indented(struct tally *t, struct span s)
{
	struct span rest = s, third;
	struct addr a, m;
	struct prefix p;

	if (span_starts(s, SPAN("nameif ")) ||
	    span_starts(s, SPAN("ipv4 address ")) ||
	    span_starts(s, SPAN("security-level ")))
		t->foreign = true;
	if (!span_starts(s, SPAN("ip address ")))
		return;
	rest = span_from(s, strlen("ip address "));
	third = span_word(&rest);
	if (addr_read(third, &a) && addr_read(span_word(&rest), &m) &&
	    once(&t->masks))
		count(t, 15, "ip address with a mask");
	if (span_find_byte(third, '/') != SPAN_NONE && prefix_read(third, &p))
		t->score -= 10;
}

static void
look_at_top(struct tally *t, struct span s)
{
	for (uint8_t i = t->foreigners[(unsigned char)s.p[0]]; i != NONE;
	     i = t->next_foreign[i])
		t->foreign |= span_starts(s, foreign[i]);
	if (span_starts(s, SPAN("interface ")))
		look_at_interface(t, span_from(s, strlen("interface ")));
	if (span_starts(s, SPAN("version "))) {
		if (!is_version(s))
			t->foreign |= span_has(s, "(");
		else if (once(&t->version))
			count(t, 40, "version line");
	}
	if (span_starts(s, SPAN("!RANCID-CONTENT-TYPE:"))) {
		s = span_trim(span_from(s, strlen("!RANCID-CONTENT-TYPE:")));
		if (span_is(s, "cisco"))
			count(t, 50, "RANCID-CONTENT-TYPE");
		else
			t->foreign = true;
		return;
	}
	if (span_starts(s, SPAN("username ")))
		t->foreign |= span_has(s, " role network-");
	if (span_starts(s, SPAN("access-group ")))
		t->foreign = true;
	if (span_is(s, "!") && once(&t->comment))
		count(t, 5, "comment lines");
	if (span_is(s, "end") && once(&t->end))
		count(t, 10, "end");
	for (uint8_t i = t->signers[(unsigned char)s.p[0]]; i != NONE;
	     i = t->next_sign[i])
		if (!(t->seen >> i & 1) && span_starts(s, signs[i].text)) {
			t->seen |= 1ull << i;
			count(t, signs[i].weight, signs[i].reason);
		}
}

/* Log lines and tables are no configuration, whatever they quote. */
static void
look_at(struct tally *t, struct span line)
{
	struct span s = span_trim(line), name, command;
	bool indented = line.n > 0 && ascii_blank((unsigned char)line.p[0]);

	if (s.n == 0)
		return;
	t->lines++;
	if (s.p[s.n - 1] == '{' || s.p[s.n - 1] == ';')
		t->braces++;
	if (span_starts(s, SPAN("--More--"))) {
		s = span_trim(span_from(s, strlen("--More--")));
		while (s.n > 0 && (s.p[0] == '\b' || s.p[0] == ' '))
			s = span_from(s, 1);
		if (s.n > 0)
			look_at_indented(t, s);
	} else if (indented) {
		look_at_indented(t, s);
	} else {
		if (s.p[0] == '%' || s.p[0] == '*' || s.p[0] == '<' ||
		    s.p[0] == '{' || ascii_digit((unsigned char)s.p[0]) ||
		    (span_find_byte(s, '%') != SPAN_NONE && span_has(s, ": %")))
			t->noise++;
		look_at_top(t, s);
		if (ios_prompt(s, &name, &command) &&
		    span_starts(command, SPAN("sh")) &&
		    !span_has(command, "run") && !span_has(command, "conf"))
			t->show = true;
	}
}

struct guess
cisco_ios_guess(const struct probe *p)
{
	struct tally t = {0};
	struct span rest = p->head, line;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	lists_make(&t);
	while (!t.foreign && span_line(&rest, &line))
		look_at(&t, line);
	if (t.foreign || t.braces > 2 + t.lines / 20 ||
	    t.noise * 5 > t.lines + 20)
		return (struct guess){0, NULL};
	if (t.ethernet_plain)
		t.score -= 30;
	if (t.show && !(t.seen & 1))
		t.score -= 40;
	if (t.score < 25)
		return (struct guess){0, NULL};
	/* Two or three ordinary signs make it likely, many make it sure. */
	t.score += 15;
	return (struct guess){t.score > 100 ? 100 : t.score, t.reason};
}
