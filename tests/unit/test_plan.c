/* Commands filled in, applied to text, and taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "intel/data.h"
#include "plan/edit.h"
#include "plan/remedy.h"
#include "read/identify.h"

static struct arena arena;
static struct remedy_book book;

static void
book_take(const char *name)
{
	struct span text;
	struct yaml_error e;

	assert_true(data_find(&arena, span_str(name), &text));
	assert_int_equal(remedies_read(&arena, text, &book, &e), 0);
}

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	book_take("remedies/ios.yaml");
	book_take("remedies/eos.yaml");
	book_take("remedies/junos.yaml");
	book_take("remedies/fortios.yaml");
	book_take("remedies/pan-os.yaml");
	book_take("remedies/values.yaml");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* Lines of a text as commands of which nothing is hidden. */
static struct plan_lines
lines_of(const char *text)
{
	struct plan_lines l = {0};
	struct span rest = span_str(text), line;

	while (span_line(&rest, &line)) {
		l.v = arena_grow(&arena, l.v, l.n, &l.cap, sizeof(*l.v));
		l.v[l.n++] = (struct plan_line){.real = line, .shown = line};
	}
	return l;
}

static void
edit(const char *reader, const char *platform, const char *text,
    const char *commands, const char *want, const char *want_undo)
{
	const struct remedy_platform *p =
	    remedies_for(&book, span_str(platform));
	const struct editor_form *form = editor_form_of(p);
	struct plan_lines l = lines_of(commands), undo = {0};
	struct editor *e;
	struct buf out;

	assert_non_null(form);
	e = form->open(
	    &arena, reader_find(span_str(reader)), span_str(text), p);
	assert_non_null(e);
	assert_true(form->apply(e, l.v, l.n, &undo));
	buf_init(&out, 1 << 20);
	form->write(e, &out);
	buf_byte(&out, '\0');
	if (want != NULL)
		assert_string_equal(out.p, want);
	buf_reset(&out);
	for (size_t i = 0; i < undo.n; i++) {
		buf_put(&out, undo.v[i].shown);
		buf_byte(&out, '\n');
	}
	buf_byte(&out, '\0');
	if (want_undo != NULL)
		assert_string_equal(out.p, want_undo);
	buf_release(&out);
}

#define IOS(text, commands, want, undo)                                        \
	edit("cisco-ios-config", "ios-xe", text, commands, want, undo)

static void
lines_taken(void **state)
{
	(void)state;
	/* What is named goes, and what only looks like it stays. */
	IOS("hostname r1\nip http server\nip http secure-server\nend\n",
	    "no ip http server",
	    "hostname r1\nno ip http server\nip http secure-server\nend\n",
	    "ip http server\n");
	/* What was on unsaid is switched off by saying so. */
	IOS("hostname r1\nend\n", "no ip source-route",
	    "hostname r1\nno ip source-route\nend\n", "ip source-route\n");
	/* Saying it again changes nothing. */
	IOS("hostname r1\nno ip source-route\nend\n", "no ip source-route",
	    "hostname r1\nno ip source-route\nend\n", "");
	/* A mode goes with all that is in it, and comes back so. */
	IOS("hostname r1\ninterface Tunnel1\n ip address 10.0.0.1 "
	    "255.255.255.252\n!\ninterface Loopback0\nend\n",
	    "no interface Tunnel1",
	    "hostname r1\nno interface Tunnel1\n!\ninterface "
	    "Loopback0\nend\n",
	    "interface Tunnel1\n ip address 10.0.0.1 255.255.255.252\n");
	IOS("a\nlogging host 10.0.0.1\nend\n", "default logging host",
	    "a\nend\n", "logging host 10.0.0.1\n");
}

static void
lines_added(void **state)
{
	(void)state;
	/* One of a kind takes the place of the old one. */
	IOS("hostname r1\nline vty 0 4\n exec-timeout 0 0\n transport input "
	    "all\nline vty 5 15\n exec-timeout 0 0\nend\n",
	    "line vty 5 15\n exec-timeout 10 0\n transport output none",
	    "hostname r1\nline vty 0 4\n exec-timeout 0 0\n transport input "
	    "all\nline vty 5 15\n exec-timeout 10 0\n transport output "
	    "none\nend\n",
	    "line vty 5 15\n no transport output none\nline vty 5 15\n "
	    "exec-timeout 0 0\n");
	/* Of what there may be several, one more. */
	IOS("logging host 10.0.0.1\nend\n", "logging host 10.0.0.2",
	    "logging host 10.0.0.1\nlogging host 10.0.0.2\nend\n",
	    "no logging host 10.0.0.2\n");
	/* A new mode, and one inside it. */
	IOS("hostname r1\nend\n",
	    "archive\n log config\n  logging enable\n  hidekeys",
	    "hostname r1\narchive\n log config\n  logging enable\n  "
	    "hidekeys\nend\n",
	    "no archive\n");
	/* The opposite goes. */
	IOS("no aaa new-model\nend\n", "aaa new-model", "aaa new-model\nend\n",
	    "no aaa new-model\n");
	/* An account's key stays with a new password. */
	edit("arista-eos-config", "eos",
	    "username a secret 5 $1$abcdefgh$ijklmnopqrstuvwxyz0123\nusername "
	    "a ssh-key ssh-rsa AAAA\nend\n",
	    "username a secret sha512 $6$x$y",
	    "username a secret sha512 $6$x$y\nusername a ssh-key ssh-rsa "
	    "AAAA\nend\n",
	    "username a secret 5 <redacted>\n");
}

/* New lines of an inner and an outer mode that end on the same line. */
static void
lines_nested(void **state)
{
	(void)state;
	edit("arista-eos-config", "eos",
	    "router bgp 65001\n   neighbor 10.0.0.1 remote-as 1\n   vrf A\n   "
	    "   neighbor 10.0.1.1 remote-as 1\n!\nend\n",
	    "router bgp 65001\n neighbor 10.0.0.1 password k\nrouter bgp "
	    "65001\n vrf A\n  neighbor 10.0.1.1 password k",
	    "router bgp 65001\n   neighbor 10.0.0.1 remote-as 1\n   vrf A\n   "
	    "   neighbor 10.0.1.1 remote-as 1\n      neighbor 10.0.1.1 "
	    "password k\n   neighbor 10.0.0.1 password k\n!\nend\n",
	    NULL);
}

/* "no access-list 20 ..." would take the list away as a whole. */
static void
lines_numbered(void **state)
{
	(void)state;
	IOS("access-list 20 permit 10.0.0.1\naccess-list 20 permit "
	    "10.0.0.2\naccess-list 2 permit any\nend\n",
	    "ip access-list standard 20\n no permit 10.0.0.2\n deny any log",
	    "access-list 20 permit 10.0.0.1\naccess-list 2 permit "
	    "any\naccess-list 20 deny any log\nend\n",
	    "no access-list 20 deny any log\naccess-list 20 permit "
	    "10.0.0.2\n");
}

/* Text is not configuration, and commands of another mode change nothing. */
static void
lines_left_alone(void **state)
{
	(void)state;
	IOS("hostname r1\nbanner motd ^C\nip http server\nend\n^C\nip http "
	    "server\nend\n",
	    "no ip http server\ndo clear line 2\ndo show users",
	    "hostname r1\nbanner motd ^C\nip http server\nend\n^C\nno ip http "
	    "server\nend\n",
	    "ip http server\n");
	IOS("", "", "", "");
	IOS("", "no cdp run", "no cdp run\n", "cdp run\n");
}

static void
paths_changed(void **state)
{
	static const char tree[] =
	    "system {\n    host-name j1;\n    services {\n        ssh;\n      "
	    "  telnet;\n    }\n    inactive: ntp {\n        server "
	    "10.0.0.1;\n    }\n}\n";

	(void)state;
	edit("junos-config", "junos", tree,
	    "delete system services telnet\nset system login message \"a "
	    "b\"\nset system services ssh",
	    "set system host-name j1\nset system services ssh\nset system ntp "
	    "server 10.0.0.1\nset system login message \"a b\"\ndeactivate "
	    "system ntp\n",
	    "set system services telnet\ndelete system login message \"a "
	    "b\"\n");
	edit("junos-config", "junos",
	    "set system services telnet\nset system services telnet-alike "
	    "x\n",
	    "delete system services telnet",
	    "set system services telnet-alike x\n",
	    "set system services telnet\n");
}

/* PAN-OS: of some there is one value, of others a list. */
static void
paths_single(void **state)
{
	static const char set[] =
	    "set deviceconfig system service disable-http no\n"
	    "set deviceconfig system permitted-ip 192.0.2.1\n";
	static const char xml[] =
	    "<config version=\"10.2.0\"><devices><entry "
	    "name=\"localhost.localdomain\"><deviceconfig><system><service>"
	    "<disable-http>no</disable-http></service></system></deviceconfig>"
	    "</entry></devices></config>";

	(void)state;
	edit("pan-os-config", "pan-os", set,
	    "set deviceconfig system service disable-http yes\nset "
	    "deviceconfig system permitted-ip 192.0.2.2",
	    "set deviceconfig system permitted-ip 192.0.2.1\nset deviceconfig "
	    "system service disable-http yes\nset deviceconfig system "
	    "permitted-ip 192.0.2.2\n",
	    "set deviceconfig system service disable-http no\ndelete "
	    "deviceconfig system permitted-ip 192.0.2.2\n");
	edit("pan-os-config", "pan-os", xml,
	    "set deviceconfig system service disable-http yes",
	    "set deviceconfig system service disable-http yes\n",
	    "set deviceconfig system service disable-http no\n");
}

#define FORTI(text, commands, want, undo)                                      \
	edit("fortios-config", "fortios", text, commands, want, undo)
#define FORTI_ADMINS                                                           \
	"config system admin\n    edit \"a b\"\n        set password ENC "     \
	"Zebra7\n    next\n    edit 2\n        set comment \"config "          \
	"x\nend\"\n "                                                          \
	"   next\nend\n"

static void
blocks_changed(void **state)
{
	(void)state;
	/* A new value in the place of the old one; another is added. */
	FORTI("config system global\n    set admintimeout 480\n    set alias "
	      "\"x\"\nend\n",
	    "config system global\n set admintimeout 5\n set admin-telnet "
	    "disable\n end",
	    "config system global\n    set admintimeout 5\n    set alias "
	    "\"x\"\n    set admin-telnet disable\nend\n",
	    "config system global\n set admintimeout 480\n unset "
	    "admin-telnet\n end\n");
	/* An entry is entered by its name, whatever its quotes; text is text.
	 */
	FORTI(FORTI_ADMINS,
	    "config system admin\n edit \"a b\"\n  set trusthost1 192.0.2.0 "
	    "255.255.255.0\n  next\n delete 2\n end",
	    "config system admin\n    edit \"a b\"\n        set password ENC "
	    "Zebra7\n        set trusthost1 192.0.2.0 255.255.255.0\n    "
	    "next\nend\n",
	    NULL);
	FORTI(FORTI_ADMINS, "config system admin\n edit 3\n  set x y\n end",
	    "config system admin\n    edit \"a b\"\n        set password ENC "
	    "Zebra7\n    next\n    edit 2\n        set comment \"config "
	    "x\nend\"\n    next\n    edit 3\n        set x y\n    "
	    "next\nend\n",
	    "config system admin\n delete 3\n end\n");
	/* What is not there is made, and what cannot be done changes nothing.
	 */
	FORTI("config system dns\nend\n",
	    "config log syslogd setting\n set status enable\n end",
	    "config system dns\nend\nconfig log syslogd setting\n    set "
	    "status enable\nend\n",
	    "config log syslogd setting\n unset status\n end\n");
	FORTI("config system dns\nend\n", "delete x\nunset y\nend\nnext\nend",
	    "config system dns\nend\n", "");
	/* Virtual domains: where the entry is. */
	FORTI("config vdom\nedit a\nconfig router bgp\nset as 1\nend\nnext\n"
	      "edit b\nconfig router bgp\nset as 2\nend\nnext\nend\n"
	      "config global\nconfig system global\nend\nend\n",
	    "config system global\n set admin-telnet disable\n end",
	    "config vdom\nedit a\nconfig router bgp\nset as 1\nend\nnext\n"
	    "edit b\nconfig router bgp\nset as 2\nend\nnext\nend\n"
	    "config global\nconfig system global\n        set admin-telnet "
	    "disable\nend\nend\n",
	    NULL);
	/* A quote that nothing closes ends with its line. */
	FORTI("config system global\n    set alias \"x\nend\n",
	    "config system global\n set admintimeout 5\n end",
	    "config system global\n    set alias \"x\n    set admintimeout "
	    "5\nend\n",
	    NULL);
}

/* The name of a community is not shown in what takes it back. */
static void
blocks_secret(void **state)
{
	(void)state;
	FORTI("config system snmp community\n    edit 1\n        set name "
	      "\"Zebra7\"\n    next\nend\n",
	    "config system snmp community\n delete 1\n end",
	    "config system snmp community\nend\n",
	    "config system snmp community\n edit 1\n  set name "
	    "<redacted>\n  next\n end\n");
	FORTI(FORTI_ADMINS,
	    "config system admin\n edit \"a b\"\n  set password Zebra8\n end",
	    NULL,
	    "config system admin\n edit \"a b\"\n  set password ENC "
	    "<redacted>\n  next\n end\n");
}

/* ---- templates ---- */

static void
fill(const char *lines, const struct record *r, struct given_list given,
    const char *want)
{
	struct plan_facts f;
	struct plan_lines out = {0};
	struct span_list l = {0};
	struct span rest = span_str(lines), line;
	size_t cap = 0;
	struct fact fact;
	struct buf b;

	plan_facts_init(&f, &arena, &book, given);
	plan_facts_take(&f, r);
	fact_of(r, &arena, &fact);
	while (span_line(&rest, &line)) {
		l.v = arena_grow(&arena, l.v, l.n, &cap, sizeof(*l.v));
		l.v[l.n++] = line;
	}
	template_fill(&f, &l, &fact, &out);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < out.n; i++) {
		buf_put(&b, out.v[i].shown);
		buf_puts(&b, out.v[i].open ? " ?\n" : "\n");
	}
	buf_byte(&b, '\0');
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static void
templates_filled(void **state)
{
	struct given given[] = {{SPAN("key"), SPAN("Zebra9")}};
	struct given_list none = {0}, one = {given, 1};
	struct record r;

	(void)state;
	record_init(&r, K_LINE, 7, 0, SPAN("line vty 0 4"));
	record_put_str(&r, F_LINE_TYPE, "vty");
	record_put_number(&r, F_FIRST, SPAN("0"));
	record_put_number(&r, F_LAST, SPAN("4"));
	fill("line vty {first} {last}\n transport input ssh", &r, none,
	    "line vty 0 4\n transport input ssh\n");
	fill("{vty-mode}\n exec-timeout 10 0", &r, none,
	    "line vty 0 4\n exec-timeout 10 0\n");
	/* What nobody knows stays a name; what the operator gave does not. */
	fill("ntp key <key>", &r, none, "ntp key <key> ?\n");
	fill("ntp key <key>", &r, one, "ntp key Zebra9\n");
	fill("x {nothing-like-it}", &r, none, "x <nothing-like-it> ?\n");
	/* Conditions. */
	fill("{?first}a\n{!first}b\n{?first=1}c\n{!first=1}d\n{?raw^line}e\n"
	     "{?raw^vty}f\n {?first}g",
	    &r, none, "a\nd\ne\n g\n");
	/* Unfinished braces are no names. */
	fill("a {first\n{?first\nb", &r, none, "a {first\nb\n");
	fill("# say {first}", &r, none, "say 0\n");
}

/* Neither a secret nor what a device might take for more than a word. */
static void
templates_screened(void **state)
{
	struct given_list none = {0};
	struct record r;

	(void)state;
	record_init(
	    &r, K_SNMP, 3, 0, SPAN("snmp-server community Quagga77 RW"));
	record_put_str(&r, F_SECRET_TYPE, "community");
	record_put(&r, F_SECRET, SPAN("Quagga77"));
	record_put(&r, F_GROUP, SPAN("g\nreload"));
	record_put(&r, F_USER, SPAN("u;reload"));
	record_put(&r, F_NAME, SPAN("Quagga77"));
	fill("no snmp-server community {secret}", &r, none,
	    "no snmp-server community <secret> ?\n");
	fill(
	    "no {raw}", &r, none, "no snmp-server community <redacted> RW ?\n");
	fill("x {group} {user}", &r, none, "x <group> <user> ?\n");
	fill("snmp-server community {name}", &r, none,
	    "snmp-server community <name> ?\n");
}

static void
template_places(void **state)
{
	static const struct {
		unsigned depth;
		const char *text;
	} lines[] = {{0, "router bgp 1"}, {1, "vrf A"},
	    {2, "neighbor 10.0.0.1 remote-as 2"}, {0, "ntp"}};
	struct plan_facts f;
	struct plan_lines out = {0};
	struct span two[] = {
	    SPAN("{at}"), SPAN(" neighbor {address} password <key>")};
	struct span_list l = {two, 2};
	struct fact fact;
	struct record r;
	char digits[8];

	(void)state;
	plan_facts_init(&f, &arena, &book, (struct given_list){0});
	for (unsigned i = 0; i < 4; i++) {
		record_init(&r, K_CONFIG, i + 1, 0, span_str(lines[i].text));
		record_put_str(&r, F_LINE, lines[i].text);
		snprintf(digits, sizeof(digits), "%u", lines[i].depth);
		record_put_number(&r, F_DEPTH, span_str(digits));
		plan_facts_take(&f, &r);
	}
	record_init(&r, K_NEIGHBOR, 3, 0, span_str(lines[2].text));
	record_put_ip(&r, F_ADDRESS, SPAN("10.0.0.1"));
	fact_of(&r, &arena, &fact);
	template_fill(&f, &l, &fact, &out);
	assert_int_equal(out.n, 3);
	assert_true(span_is(out.v[1].shown, " vrf A"));
	assert_true(
	    span_is(out.v[2].shown, "  neighbor 10.0.0.1 password <key>"));
	/* A record that stands nowhere. */
	out.n = 0;
	fact.line = 0;
	template_fill(&f, &l, &fact, &out);
	assert_int_equal(out.n, 0);
}

/* ---- messages ---- */

static void
messages(void **state)
{
	struct plan_line lines[] = {{.shown = SPAN("no x"), .open = true},
	    {.shown = SPAN("say"), .remark = true}};
	struct remedy_news news[] = {{1, SPAN("e")}};
	struct remedy r = {.check = 2,
	    .entity = SPAN("0 4"),
	    .state = REMEDY_STAYS,
	    .takes = true,
	    .commands = {lines, 2, 2},
	    .undo = {lines, 1, 1},
	    .news = news,
	    .nnews = 1,
	    .proof = SPAN("no x")};
	struct remedy got;
	struct buf b;
	struct cursor c;

	(void)state;
	buf_init(&b, 1 << 16);
	remedy_encode(&b, &r);
	c = cursor_of(buf_span(&b));
	assert_true(remedy_decode(&c, &arena, 3, &got));
	assert_true(got.state == REMEDY_STAYS && got.takes && !got.covered);
	assert_true(got.commands.n == 2 && got.commands.v[0].open &&
		    got.commands.v[1].remark && got.undo.n == 1);
	assert_true(got.nnews == 1 && span_is(got.news[0].entity, "e"));
	assert_true(span_is(got.proof, "no x"));
	c = cursor_of(buf_span(&b));
	assert_false(remedy_decode(&c, &arena, 2, &got));
	for (size_t n = 0; n < b.n; n++) {
		c = cursor_of(span_head(buf_span(&b), n));
		assert_false(remedy_decode(&c, &arena, 3, &got));
	}
	buf_release(&b);
}

/* ---- the corpora: an editor changes what a command names, nothing else ----
 */

static const char commands_lines[] =
    "no service finger\nline vty 0 4\n transport input ssh\nlogging host "
    "10.255.255.51";
static const char commands_paths[] =
    "delete system services telnet\nset system syslog host 10.255.255.51 any "
    "info";

static const char commands_blocks[] =
    "config system global\n set admin-telnet disable\n end";

static bool
is_named(struct span line)
{
	static const char *const starts[] = {"transport input",
	    "no service finger", "service finger", "line vty 0 4",
	    "logging host 10.255.255.51", "system services telnet",
	    "system syslog host 10.255.255.51", "admin-telnet disable"};

	line = span_trim(line);
	if (span_starts(line, SPAN("set ")) || span_starts(line, SPAN("no ")))
		line = span_starts(line, SPAN("no service"))
			   ? line
			   : span_from(line, line.p[0] == 's' ? 4 : 3);
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (span_starts(line, span_str(starts[i])))
			return true;
	return false;
}

/* The same lines in the same order, but for those that are named. */
static void
compare(struct span old, struct span fresh, const char *path)
{
	struct span a, b;
	bool more_a = true, more_b = true;

	for (;;) {
		while ((more_a = span_line(&old, &a)) && is_named(a))
			;
		while ((more_b = span_line(&fresh, &b)) && is_named(b))
			;
		if (!more_a || !more_b)
			break;
		if (!span_eq(a, b))
			fail_msg("%s: \"%.*s\" became \"%.*s\"", path,
			    SPAN_FMT(a), SPAN_FMT(b));
	}
	if (more_a != more_b)
		fail_msg("%s: lines at the end", path);
}

static unsigned edited;

static void
edit_file(const char *path, struct span text)
{
	struct probe probe = {.head = span_head(text, LIMIT_PROBE_BYTES),
	    .path = span_str(path),
	    .size = text.n,
	    .whole = text.n <= LIMIT_PROBE_BYTES};
	struct plan_lines l;
	struct identity id;
	const struct editor_form *form;
	struct editor *e, *plain;
	struct arena a;
	struct buf out, before;

	identify(&probe, false, &id);
	if (id.reader == NULL ||
	    !span_is(span_str(id.reader->evidence), "config"))
		return;
	arena_init(&a);
	form = span_is(span_str(id.reader->name), "junos-config") ? &edit_paths
	       : span_is(span_str(id.reader->name), "fortios-config")
		   ? &edit_blocks
		   : &edit_lines;
	e = form->open(&a, id.reader, text, &book.v[0]);
	plain = form->open(&a, id.reader, text, &book.v[0]);
	l = lines_of(form == &edit_paths    ? commands_paths
		     : form == &edit_blocks ? commands_blocks
					    : commands_lines);
	buf_init(&out, LIMIT_WHOLE_BYTES);
	buf_init(&before, LIMIT_WHOLE_BYTES);
	if (e != NULL) {
		assert_true(form->apply(e, l.v, l.n, NULL));
		form->write(e, &out);
		form->write(plain, &before);
		if (form != &edit_paths)
			compare(text, buf_span(&before), path);
		compare(buf_span(&before), buf_span(&out), path);
		edited++;
	}
	buf_release(&out);
	buf_release(&before);
	arena_release(&a);
}

static void
edit_folder(const char *path, unsigned depth)
{
	DIR *d = opendir(path);
	struct dirent *x;

	while (d != NULL && (x = readdir(d)) != NULL) {
		char below[4096];
		struct stat st;
		FILE *f;
		char *p;

		if (x->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, x->d_name);
		if (stat(below, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < 16)
			edit_folder(below, depth + 1);
		if (!S_ISREG(st.st_mode) || st.st_size > 4 << 20 ||
		    (f = fopen(below, "rb")) == NULL)
			continue;
		p = malloc((size_t)st.st_size + 1);
		assert_non_null(p);
		edit_file(
		    below, span_of(p, fread(p, 1, (size_t)st.st_size, f)));
		free(p);
		fclose(f);
	}
	if (d != NULL)
		closedir(d);
}

static void
corpora(void **state)
{
	static const char *const folders[] = {
	    "batfish", "lab-validation", "avd-eos"};
	const char *shared = getenv("TIDEMARK_SHARED");
	char path[4096];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/corpora/%s",
		    shared != NULL ? shared : "../shared", folders[i]);
		edit_folder(path, 0);
	}
	print_message("%u configurations of the corpora edited\n", edited);
	if (edited == 0) {
		print_message("SKIPPED: no corpora\n");
		skip();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_taken),
	    cmocka_unit_test(lines_added),
	    cmocka_unit_test(lines_nested),
	    cmocka_unit_test(lines_numbered),
	    cmocka_unit_test(lines_left_alone),
	    cmocka_unit_test(paths_changed),
	    cmocka_unit_test(paths_single),
	    cmocka_unit_test(blocks_changed),
	    cmocka_unit_test(blocks_secret),
	    cmocka_unit_test(templates_filled),
	    cmocka_unit_test(templates_screened),
	    cmocka_unit_test(template_places),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(corpora),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
