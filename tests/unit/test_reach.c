/*
 * May an address reach the services of a device: the lines that "dump --reach"
 * writes, over the golden configurations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intel/default_settings.h"
#include "read/answer.h"
#include "read/reader.h"

#define GOLDEN "tests/golden/config/"

struct asked {
	struct emit emit;
	struct buf text;
};

static void
on_record(struct emit *e, const struct record *r)
{
	struct asked *a = (struct asked *)e;

	if (r->kind == K_REACH || r->kind == K_ENTRANCE)
		answer_write(&a->text, r, SPAN("f"), SPAN("d"));
}

static size_t
load(const char *path, char *into, size_t room)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("cannot open %s", path);
	n = fread(into, 1, room, f);
	fclose(f);
	return n;
}

/* Each wanted line must be there as a whole. */
static void
ask(const char *reader, const char *file, const char *address,
    const char *const *wanted)
{
	static char bytes[64 << 10];
	struct asked a = {.emit = emit_records(on_record)};
	struct read_in in = {0};
	struct defaults defaults;
	struct arena arena;
	struct addr addr;
	char path[200];

	arena_init(&arena);
	buf_init(&a.text, 1u << 20);
	snprintf(path, sizeof(path), GOLDEN "%s", file);
	assert_true(addr_read(span_str(address), &addr));
	in.bytes = span_of(bytes, load(path, bytes, sizeof(bytes)));
	in.arena = &arena;
	in.ask = &addr;
	default_settings_built_in(&defaults, &arena);
	in.defaults = &defaults;
	reader_find(span_str(reader))->read(&in, &a.emit);
	for (; *wanted != NULL; wanted++)
		if (!span_has(buf_span(&a.text), *wanted))
			fail_msg("%s: %s: missing %s\nin\n%.*s", file, address,
			    *wanted, SPAN_FMT(buf_span(&a.text)));
	buf_release(&a.text);
	arena_release(&arena);
}

#define ASK(reader, file, address, ...)                                        \
	ask(reader, file, address, (const char *const[]){__VA_ARGS__, NULL})

static void
test_ios(void **state)
{
	const char *r = "cisco-ios-config", *f = "cisco-ios/reach.in";

	(void)state;
	/* Denied before it is permitted; permitted again in vain. */
	ASK(r, f, "203.0.113.7",
	    "f:73: d: ssh line 0-4 tcp/22: no: list 10: list LOGIN6: "
	    "f:38: access-list 10 deny   203.0.113.7\n");
	ASK(r, f, "203.0.113.8",
	    "f:73: d: ssh line 0-4 tcp/22: yes: list 10: list LOGIN6: "
	    "f:39: access-list 10 permit 203.0.113.0 0.0.0.255\n",
	    "f:34: d: http tcp/80: yes: list WEB: f:48: 20 permit any\n");
	/* A wildcard with one hole, and one too wide to be written out. */
	ASK(r, f, "10.0.77.1", "snmp ro udp/161: yes: list 11: f:42: ");
	ASK(r, f, "10.0.77.2", "snmp ro udp/161: no: list 11: no entry of 11");
	ASK(r, f, "192.7.7.7", "ssh line 9 tcp/22: yes: ");
	ASK(r, f, "192.7.7.6", "ssh line 9 tcp/22: no: ");
	/* Groups, their order, a service group, a foreign destination. */
	ASK(r, f, "192.0.2.10", "ssh line 5-6 tcp/22: no: ");
	ASK(r, f, "192.0.2.11", "ssh line 5-6 tcp/22: yes: ");
	ASK(r, f, "198.51.100.9", "ssh line 5-6 tcp/22: yes: ");
	ASK(r, f, "198.51.100.10", "ssh line 5-6 tcp/22: no: ");
	ASK(r, f, "10.2.1.1", "ssh line 5-6 tcp/22: no: ");
	/* gt 1023, range 20 30, UDP, neq 23. */
	ASK(r, f, "10.3.1.1", "ssh line 5-6 tcp/22: no: ");
	ASK(r, f, "10.4.1.1",
	    "ssh line 5-6 tcp/22: yes: ", "telnet line 5-6 tcp/23: yes: ");
	ASK(r, f, "10.5.1.1", "ssh line 5-6 tcp/22: no: ");
	ASK(r, f, "10.6.1.1",
	    "ssh line 5-6 tcp/22: yes: ", "telnet line 5-6 tcp/23: no: ");
	/* Hours, a cycle, nothing but remarks, no list, no transport. */
	ASK(r, f, "10.1.1.1",
	    "ssh line 7 tcp/22: unknown: list HOURS: list LOGIN6: time-range "
	    "WORK: otherwise f:60: 20 deny   ip any any log\n");
	ASK(r, f, "10.8.1.1", "ssh line 7 tcp/22: no: ",
	    "ssh line 8 tcp/22: unknown: list CYCLE: list LOGIN6: a group "
	    "within itself",
	    "vty line 10 tcp: yes: list 12: list LOGIN6: access list 12 has "
	    "no entries\n",
	    "snmp rw udp/161: yes: list 77: access list 77 is not defined\n",
	    "vty line 12-15 tcp: no: the line takes neither");
	ASK(r, f, "2001:db8:9::1", "ssh line 0-4 tcp/22: no: ",
	    "ssh line 11 tcp/22: yes: list 10: no access list for IPv6\n");
	ASK(r, f, "2001:db8:9::2", "ssh line 0-4 tcp/22: yes: ");
}

static void
test_relatives(void **state)
{
	(void)state;
	ASK("cisco-nx-os-config", "cisco-nx-os/reach.in", "10.9.0.7",
	    "ssh tcp/22: no: list VTY: list VTY6: f:16: 20 deny");
	ASK("cisco-nx-os-config", "cisco-nx-os/reach.in", "10.8.3.1",
	    "ssh tcp/22: yes: ", "telnet tcp/23: no: ",
	    "snmp rw udp/161: yes: list NOWHERE: access list NOWHERE is not "
	    "defined\n");
	ASK("cisco-asa-config", "cisco-asa/reach.in", "192.0.2.61",
	    "snmp on inside udp/161: no: ", "https on outside tcp/8443: yes");
	ASK("cisco-asa-config", "cisco-asa/reach.in", "203.0.113.9",
	    "ssh on inside tcp/22: no: ", "ssh on outside tcp/22: yes: ");
	ASK("arista-eos-config", "arista-eos/reach.in", "10.9.0.8",
	    "ssh tcp/22: yes: ", "ssh vrf MGMT tcp/22: unknown: ",
	    "telnet tcp/23: no: list CONTROL: f:26: 10 deny");
	ASK("arista-eos-config", "arista-eos/reach.in", "10.9.0.7",
	    "ssh tcp/22: no: ");
	ASK("cisco-ios-xr-config", "cisco-ios-xr/reach.in", "192.0.2.7",
	    "ssh vrf default tcp/22: no: ", "f:17: 20 deny");
	ASK("cisco-ios-xr-config", "cisco-ios-xr/reach.in", "198.51.100.5",
	    "ssh vrf default tcp/22: yes: ", "telnet vrf default tcp/23: yes");
	/* In the list, but not among the peers of the management plane. */
	ASK("cisco-ios-xr-config", "cisco-ios-xr/reach.in", "2001:db8:9::1",
	    "ssh vrf default tcp/22: no: ");
}

static void
test_paths(void **state)
{
	const char *j = "junos-config", *jf = "junos/reach.in";

	(void)state;
	ASK(j, jf, "10.9.0.1", "ssh tcp/22: yes: list FIRST: f:94: term login");
	/* The longest prefix decides: an exception inside the list. */
	ASK(j, jf, "10.9.0.129", "ssh tcp/22: no: ");
	ASK(j, jf, "203.0.113.7", "ssh tcp/22: no: list FIRST: f:69: ");
	ASK(j, jf, "10.7.1.1", "telnet tcp/23: unknown: ");
	ASK(j, jf, "192.0.2.31",
	    "https on ge-0/0/0.0 tcp/8443: yes: ", "snmp ro udp/161: yes: ");
	ASK(j, jf, "192.0.2.7",
	    "snmp ro udp/161: no: ", "snmp rw udp/161: yes: ");
	ASK("pan-os-config", "pan-os/reach.in", "192.0.2.13",
	    "f: d: ssh on management tcp/22: yes: list permitted-ip: f:3: ",
	    "https OPEN on ethernet1/1 tcp/443: yes",
	    "ssh SHUT on ethernet1/2.7 tcp/22: unknown: ");
	ASK("fortios-config", "fortios/reach.in", "10.20.0.11",
	    "https on wan1 tcp/8443: no: list local-in-policy: list "
	    "trusthost: f:73: local-in-policy 1\n",
	    "ssh on lan tcp/2022: yes: ");
	ASK("fortios-config", "fortios/reach.in", "198.51.100.9",
	    "ssh on lan tcp/2022: no: ", "snmp on wan1 udp/161: no: ");
}

/* Through interfaces: their filters, the control plane, the management
 * plane. */
static void
test_doors(void **state)
{
	const char *x = "cisco-ios-xr-config",
		   *xf = "cisco-ios-xr/doors-shut.in";

	(void)state;
	ASK("arista-eos-config", "arista-eos/doors-shut.in", "10.9.0.7",
	    "f:16: d: ssh tcp/22 through Ethernet1: yes: list EDGE: ",
	    "f:16: d: snmp ro udp/161 through Ethernet1: no: list EDGE: "
	    "f:33: 30 deny");
	ASK("arista-eos-config", "arista-eos/doors-shut.in", "10.9.1.7",
	    "ssh tcp/22: yes: ", "ssh tcp/22 through Ethernet1: no: ");
	ASK("cisco-nx-os-config", "cisco-nx-os/doors-shut.in", "192.0.2.1",
	    "ssh tcp/22: yes: ",
	    "ssh tcp/22 through Ethernet1/1: no: list OWN-COPP: f:16: class "
	    "TERMINAL drops\n");
	ASK(x, xf, "10.20.3.4",
	    "ssh tcp/22 through GigabitEthernet0/0/0/0: no: ",
	    "ssh tcp/22 through GigabitEthernet0/0/0/1: yes: list "
	    "management-plane: f:28: address ipv4 10.20.0.0/16\n",
	    "snmp ro udp/161 through GigabitEthernet0/0/0/1.7: no: ");
	ASK(x, xf, "10.21.3.4",
	    "ssh tcp/22 through GigabitEthernet0/0/0/1: no: ");
	ASK("junos-config", "junos/doors-shut.in", "10.20.0.5",
	    "https tcp/443 through ge-0/0/0.0: no: list untrust: zone untrust "
	    "(line 16) does not list https as host-inbound-traffic\n");
	ASK("cisco-ios-config", "cisco-ios/doors-shut.in", "10.20.0.5",
	    "ssh line 0-4 tcp/22 through GigabitEthernet1: no: list "
	    "management-interface: management-plane protection (line 22)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ios),
	    cmocka_unit_test(test_relatives),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_doors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
