/*
 * Juniper Junos configurations.  Three surface syntaxes, one tree; groups are
 * put in where they apply, then the facts are read off by path.
 */
#include "read/config/junos.h"

#include "read/config/line_signs.h"

/* ---- which it is ---- */

/* In braces: a statement that opens at the line's start. */
static const struct line_sign blocks[] = {
    {"system {", 35, "system {"},
    {"groups {", 35, "groups {"},
    {"routing-options {", 50, "routing-options {"},
    {"policy-options {", 50, "policy-options {"},
    {"routing-instances {", 50, "routing-instances {"},
    {"forwarding-options {", 50, "forwarding-options {"},
    {"class-of-service {", 50, "class-of-service {"},
    {"event-options {", 50, "event-options {"},
    {"bridge-domains {", 40, "bridge-domains {"},
    {"logical-systems {", 50, "logical-systems {"},
    {"chassis {", 30, "chassis {"},
    {"protocols {", 25, "protocols {"},
    {"firewall {", 15, "firewall {"},
    {"interfaces {", 25, "interfaces {"},
    {"security {", 20, "security {"},
    {"applications {", 30, "applications {"},
    {"snmp {", 10, "snmp {"},
    {"vlans {", 20, "vlans {"},
    {"apply-groups ", 40, "apply-groups"},
    {"## Last commit: ", 40, "\"## Last commit:\""},
    {"## Last changed: ", 40, "\"## Last changed:\""},
};

/* "set" lines: what follows the verb. */
static const struct line_sign sets[] = {
    {"version ", 30, "set version"},
    {"system host-name ", 50, "set system host-name"},
    {"system root-authentication ", 60, "set system root-authentication"},
    {"system services ", 40, "set system services"},
    {"system login ", 30, "set system login"},
    {"system syslog ", 20, "set system syslog"},
    {"system ", 10, "set system"},
    {"chassis ", 20, "set chassis"},
    {"routing-options ", 55, "set routing-options"},
    {"routing-instances ", 55, "set routing-instances"},
    {"policy-options ", 55, "set policy-options"},
    {"forwarding-options ", 55, "set forwarding-options"},
    {"class-of-service ", 55, "set class-of-service"},
    {"event-options ", 55, "set event-options"},
    {"logical-systems ", 55, "set logical-systems"},
    {"bridge-domains ", 55, "set bridge-domains"},
    {"snmp ", 15, "set snmp"},
    {"vlans ", 25, "set vlans"},
    {"groups ", 40, "set groups"},
    {"apply-groups ", 50, "set apply-groups"},
    {"firewall family ", 50, "set firewall family"},
    {"firewall filter ", 55, "set firewall filter"},
    {"firewall ", 15, "set firewall"},
    {"applications ", 50, "set applications"},
    {"access ", 20, "set access"},
    {"security zones ", 50, "set security zones"},
    {"security policies ", 50, "set security policies"},
    {"security ", 20, "set security"},
    {"poe ", 10, "set poe"},
    {"switch-options ", 55, "set switch-options"},
    {"protocols bgp group ", 50, "set protocols bgp group"},
    {"protocols ", 15, "set protocols"},
};

/* Lines of relatives: VyOS and EdgeOS (set and braces), F5, PAN-OS. */
static const char *const foreign[] = {"set interfaces ethernet ",
    "set service ssh", "set interfaces loopback lo", "set system name-server '",
    "set deviceconfig ", "set mgt-config ", "set network ",
    "set firewall name ", "set service ", "set nat ", "set policy prefix-list",
    "set vpn ipsec ", "ltm ", "#TMSH", "net self", "sys global-settings",
    "mgt-config {", "deviceconfig {", "// vyos-config-version",
    "// Warning: Do not remove", "/* === vyatta-config-version",
    "#config-version=", "    ethernet eth", "service {",
    "set system config-management", "config system ", "frr version",
    "hostname ", "set rulebase ", "set shared ", "set vsys ", "set template ",
    "set device-group ", "!", "<?php"};

struct tally {
	struct line_score sum;
	int lines, foreign, opened, ended;
	uint64_t seen_blocks, seen_sets;
};

static bool
is_port_name(struct span s)
{
	static const char *const types[] = {"ge-", "xe-", "et-", "fe-", "so-",
	    "ae", "lo0", "fxp", "em", "irb", "st0", "gr-", "ip-", "reth", "vme",
	    "me0", "lt-", "t1-", "vlan", "fab", "dsc", "fti", "interface-range",
	    "all", "esi-", "ms-", "sp-", "si-", "pp0", "vtep", "mge-", "re0:"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_starts(s, span_str(types[i])))
			return true;
	return false;
}

static void
look_at(struct tally *t, struct span line)
{
	struct span s = span_trim(line);

	t->opened += span_ends(s, SPAN("{"));
	t->ended += span_ends(s, SPAN(";"));
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (line.n > 0 && line.p[0] == foreign[i][0] &&
		    span_starts(line, span_str(foreign[i])))
			t->foreign++;
	/* What RANCID writes ahead of what it collects. */
	if (span_starts(s, SPAN("#")) &&
	    span_has(s, "RANCID-CONTENT-TYPE: juniper") &&
	    !(t->seen_blocks >> 61 & 1)) {
		t->seen_blocks |= 1ull << 61;
		t->sum.score += 50;
		t->sum.reason = "RANCID-CONTENT-TYPE: juniper";
	}
	if (span_starts(s, SPAN("inactive: ")))
		s = span_trim(span_from(s, strlen("inactive: ")));
	if (span_starts(s, SPAN("set ")) ||
	    span_starts(s, SPAN("deactivate "))) {
		s = span_trim(span_from(s, span_find_byte(s, ' ')));
		line_signs_count(&t->sum, sets, sizeof(sets) / sizeof(*sets),
		    &t->seen_sets, s);
		if (span_starts(s, SPAN("interfaces ")) &&
		    is_port_name(span_from(s, strlen("interfaces "))) &&
		    !(t->seen_sets >> 63)) {
			t->seen_sets |= 1ull << 63;
			t->sum.score += 50;
			t->sum.reason = "set interfaces";
		}
		return;
	}
	if (line.n > 0 && !ascii_blank((unsigned char)line.p[0])) {
		line_signs_count(&t->sum, blocks,
		    sizeof(blocks) / sizeof(*blocks), &t->seen_blocks, s);
		if (span_starts(s, SPAN("version ")) &&
		    span_ends(s, SPAN(";")) && !(t->seen_blocks >> 62 & 1)) {
			t->seen_blocks |= 1ull << 62;
			t->sum.score += 40;
		}
	} else if (span_starts(s, SPAN("host-name ")) &&
		   span_ends(s, SPAN(";")) && !(t->seen_blocks >> 63)) {
		t->seen_blocks |= 1ull << 63;
		t->sum.score += 25;
	}
}

static struct guess
guess_xml(struct span head)
{
	size_t at = span_find(head, SPAN("<configuration"));
	struct span in = span_from(head, at);

	/* Gateways of Ivanti, once of Juniper, have a root of that name too. */
	if (at == SPAN_NONE || span_has(span_head(in, 400), "/ive-sa"))
		return (struct guess){0, NULL};
	if (span_has(span_head(head, at), "junos") ||
	    span_has(span_head(in, 400), "junos") ||
	    span_has(in, "<host-name>") || span_has(in, "<routing-options>") ||
	    span_has(in, "<policy-options>") ||
	    (span_has(in, "<interfaces>") && span_has(in, "<unit>")))
		return (struct guess){90, "<configuration> of Junos"};
	return (struct guess){0, NULL};
}

static struct guess
junos_guess(const struct probe *p)
{
	struct tally t = {0};
	struct span rest = p->head, line, start = span_trim(p->head);

	if (span_has(span_head(p->head, 4096), "<configuration"))
		return guess_xml(p->head);
	if (start.n > 0 && start.p[0] == '<')
		return (struct guess){0, NULL};
	while (span_line(&rest, &line)) {
		t.lines++;
		look_at(&t, line);
	}
	/* VyOS and EdgeOS have the braces without the semicolons. */
	if (t.opened > 2 && t.opened * 5 > t.lines && t.ended * 20 < t.opened)
		return (struct guess){0, NULL};
	if (t.foreign > t.lines / 50 || t.sum.score < 25 ||
	    t.sum.reason == NULL)
		return (struct guess){0, NULL};
	t.sum.score += 35;
	return (struct guess){
	    t.sum.score > 100 ? 100 : t.sum.score, t.sum.reason};
}

/* ---- reading ---- */

/* Elements that the text form has no word for. */
static bool
hidden(const struct path_tree *t, uint32_t node, struct span name)
{
	static const struct {
		const char *below, *name;
	} table[] = {{"interfaces", "interface"}, {"vlans", "vlan"},
	    {"routing-instances", "instance"}, {"bridge-domains", "domain"}};
	struct span up = path_word(t, node);

	if (span_is(name, "contents") || span_is(name, "prefix-list-item"))
		return true;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_is(up, table[i].below) && span_is(name, table[i].name))
			return path_at(t, node)->depth < 3 ||
			       span_is(name, "instance");
	return false;
}

static const struct path_xml dialect = {
    .root = "configuration", .named = true, .hidden = hidden};

static void
own_addresses_of(struct path_facts *x, uint32_t top)
{
	static const char *const families[] = {
	    "family inet address", "family inet6 address"};
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, path_get(t, top, "interfaces"))
	EACH_PATH(u, t, path_get(t, i, "unit"))
	for (unsigned k = 0; k < 2; k++)
		EACH_PATH(a, t, path_get(t, u, families[k]))
	facts_own(x, path_word(t, a));
}

static void
own_addresses(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	own_addresses_of(x, PATH_ROOT);
	EACH_PATH(l, t, path_get(t, PATH_ROOT, "logical-systems"))
	own_addresses_of(x, l);
}

static void
device(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t host = path_value_node(t, PATH_ROOT, "system host-name");
	uint32_t version = path_value_node(t, PATH_ROOT, "version");
	struct span release = path_word(t, version);
	struct record *r =
	    facts_begin(x, K_DEVICE, host != PATH_NONE ? host : version);

	if (version == PATH_NONE)
		release = path_value(t, PATH_ROOT, "@version");
	record_put(r, F_HOSTNAME, path_word(t, host));
	record_put(r, F_DOMAIN, path_value(t, PATH_ROOT, "system domain-name"));
	facts_identity(x, "juniper", "junos", release);
	facts_emit(x);
}

void
junos_read_tree(struct path_tree *t, struct emit *out)
{
	path_read_any(t, "<configuration", &dialect, out);
}

static void
junos_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct path_tree *t = x->tree;

	junos_read_tree(t, out);
	if (!junos_expand_groups(t, in->arena))
		out->diag(out, DIAG_TOO_MANY, 0, SPAN("groups"));
	x->whole =
	    path_get(t, PATH_ROOT, "system host-name") != PATH_NONE &&
	    path_get(t, PATH_ROOT, "interfaces") != PATH_NONE &&
	    path_get(t, PATH_ROOT, "system root-authentication") != PATH_NONE;
	own_addresses(x);
	device(x);
	facts_config(x);
	junos_services(x);
	junos_system(x);
	junos_net(x);
	junos_filters(x);
	junos_translations(x);
	junos_reach(x, in);
}

const struct reader reader_junos_config = {
    .name = "junos-config",
    .title = "Juniper Junos configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = junos_guess,
    .read = junos_read,
};
