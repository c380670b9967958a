/* VyOS and EdgeOS: identity, and the walk over the themes. */
#include "read/config/vyos.h"

#include "read/config/line_signs.h"

/* ---- which it is ---- */

static const struct line_sign signs[] = {
    /* "set" form: what follows the verb. */
    {"interfaces ethernet eth", 45, NULL},
    {"interfaces loopback lo", 30, NULL},
    {"interfaces bonding bond", 30, NULL},
    {"interfaces wireguard wg", 40, NULL},
    {"interfaces openvpn vtun", 40, NULL},
    {"interfaces tunnel tun", 40, NULL},
    {"interfaces dummy dum", 40, NULL},
    {"interfaces switch switch0", 40, NULL},
    {"service ssh", 30, NULL},
    {"service gui", 40, NULL},
    {"service nat", 15, NULL},
    {"service ubnt-discover", 40, NULL},
    {"service unms", 40, NULL},
    {"service dns forwarding", 30, NULL},
    {"service snmp community ", 25, NULL},
    {"service dhcp-server", 15, NULL},
    {"service https", 15, NULL},
    {"service ntp", 10, NULL},
    {"system config-management ", 50, NULL},
    {"system host-name ", 5, NULL},
    {"system login user ", 10, NULL},
    {"system console device", 25, NULL},
    {"system conntrack", 25, NULL},
    {"system option", 15, NULL},
    {"system syslog global facility", 30, NULL},
    {"system task-scheduler", 45, NULL},
    {"firewall name ", 35, NULL},
    {"firewall ipv6-name ", 35, NULL},
    {"firewall ipv4 ", 35, NULL},
    {"firewall all-ping", 40, NULL},
    {"firewall group ", 25, NULL},
    {"nat source rule ", 40, NULL},
    {"nat destination rule ", 40, NULL},
    {"protocols static route", 10, NULL},
    {"protocols bgp ", 5, NULL},
    {"policy prefix-list ", 10, NULL},
    {"vpn ipsec ", 30, NULL},
    {"container name ", 40, NULL},
    {"zone-policy zone ", 45, NULL},
    {"high-availability vrrp", 40, NULL},
    {"traffic-policy ", 35, NULL},
    {"pki ca ", 30, NULL},
    {"vrf name ", 25, NULL},
};

/* In braces, by the start of the line; a blank before: an indented one. */
static const struct line_sign blocks[] = {
    {"interfaces {", 10, NULL},
    {"firewall {", 10, NULL},
    {"service {", 25, NULL},
    {"system {", 10, NULL},
    {"protocols {", 5, NULL},
    {"nat {", 25, NULL},
    {"container {", 25, NULL},
    {"vpn {", 25, NULL},
    {"policy {", 20, NULL},
    {"pki {", 25, NULL},
    {"zone-policy {", 45, NULL},
    {"high-availability {", 35, NULL},
    {"traffic-policy {", 35, NULL},
    {"load-balance {", 25, NULL},
    {"vrf {", 20, NULL},
    {"    ethernet eth", 35, NULL},
    {"    loopback lo {", 25, NULL},
    {"    switch switch0 {", 35, NULL},
    {"    bonding bond", 25, NULL},
    {"    wireguard wg", 30, NULL},
    {"    openvpn vtun", 30, NULL},
    {"    tunnel tun", 30, NULL},
    {"    config-management {", 35, NULL},
    {"    host-name ", 10, NULL},
    {"    login {", 5, NULL},
    {"    console {", 5, NULL},
    {"    gui {", 35, NULL},
    {"    unms", 25, NULL},
    {"    all-ping ", 40, NULL},
    {"    name ", 5, NULL},
    {"    ipv4 {", 5, NULL},
    {"    site-to-site {", 5, NULL},
    {"    task-scheduler {", 35, NULL},
    {"    ssh {", 20, NULL},
    {"    static {", 10, NULL},
    {"        route ", 10, NULL},
    {"            next-hop ", 20, NULL},
    {"        default-action ", 25, NULL},
    {"        enable-default-log", 25, NULL},
    {"            action accept", 20, NULL},
};

/* Lines of no such device. */
static const char *const foreign[] = {"set deviceconfig ", "set mgt-config ",
    "set version ", "set chassis ", "set routing-options ",
    "set policy-options ", "set routing-instances ", "set security ",
    "set interfaces ge-", "set interfaces xe-", "set interfaces et-",
    "set interfaces lo0 ", "set system root-authentication", "config system ",
    "ltm ", "version ", "hostname ", "routing-options {", "policy-options {",
    "chassis {", "deviceconfig {", "mgt-config {", "configure {", "<"};

struct tally {
	struct line_score sum;
	unsigned lines, fits, semicolons, foreign;
	uint64_t seen_sets, seen_blocks;
	bool trailer;
};

/* What the system writes below a configuration. */
static bool
is_trailer(struct span s)
{
	return span_starts(s, SPAN("/* === vyatta-config-version")) ||
	       span_starts(s, SPAN("// vyos-config-version:"));
}

static void
look_at(struct tally *t, struct span line)
{
	struct span s = span_trim(line);
	const char *const *f = foreign;

	if (s.n == 0 || s.p[0] == '#' || s.p[0] == '*')
		return;
	t->trailer |= is_trailer(s);
	if (s.p[0] == '/')
		return;
	t->lines++;
	t->semicolons += s.p[s.n - 1] == ';';
	for (; f < foreign + sizeof(foreign) / sizeof(*foreign); f++)
		t->foreign +=
		    line.p[0] == **f && span_starts(line, span_str(*f));
	if (span_starts(s, SPAN("set "))) {
		t->fits++;
		line_signs_count(&t->sum, signs, sizeof(signs) / sizeof(*signs),
		    &t->seen_sets, span_from(s, 4));
		return;
	}
	t->fits += ascii_blank((unsigned char)line.p[0]) ||
		   s.p[s.n - 1] == '{' || s.p[0] == '}';
	line_signs_count(&t->sum, blocks, sizeof(blocks) / sizeof(*blocks),
	    &t->seen_blocks, span_rtrim(line));
}

static struct guess
vyos_guess(const struct probe *p)
{
	struct tally t = {0};
	struct span rest = p->head, line;

	while (span_line(&rest, &line))
		look_at(&t, line);
	if (t.foreign > t.lines / 50 || t.semicolons > t.lines / 20 ||
	    t.fits * 10 < t.lines * 8)
		return (struct guess){0, NULL};
	if (t.trailer && t.lines > 0)
		return (struct guess){98, "config-version trailer"};
	if (t.sum.score < 45 || t.sum.reason == NULL)
		return (struct guess){0, NULL};
	t.sum.score += 35;
	return (struct guess){
	    t.sum.score > 100 ? 100 : t.sum.score, t.sum.reason};
}

/* ---- interfaces and VRFs, for all themes ---- */

static void
visit(struct path_facts *x, uint32_t node, struct span name, struct span type,
    vyos_visit *to, void *state)
{
	static const char *const below[] = {"vif", "vif-s", "vif-c"};
	struct vyos_interface i = {node, name, type};
	struct path_tree *t = x->tree;

	to(x, &i, state);
	for (unsigned k = 0; k < 3; k++)
		EACH_PATH(v, t, path_get(t, node, below[k]))
		{
			struct span inner = arena_fmt(x->arena, "%.*s.%.*s",
			    SPAN_FMT(name), SPAN_FMT(path_word(t, v)));

			/* vif-c stands in vif-s; no tree is deeper than
			 * LIMIT_PATH_WORDS. */
			visit(x, v, inner, type, to, state);
		}
	EACH_PATH(v, t, path_get(t, node, "pppoe"))
	{
		i.node = v;
		i.name =
		    arena_fmt(x->arena, "pppoe%.*s", SPAN_FMT(path_word(t, v)));
		i.type = SPAN("pppoe");
		to(x, &i, state);
	}
}

void
vyos_each_interface(struct path_facts *x, vyos_visit *to, void *state)
{
	struct path_tree *t = x->tree;

	EACH_PATH(type, t, path_get(t, PATH_ROOT, "interfaces"))
	EACH_PATH(i, t, type)
	visit(x, i, path_word(t, i), path_word(t, type), to, state);
}

uint32_t
vyos_next_vrf(const struct path_facts *x, uint32_t at, struct span *name)
{
	at = at == PATH_ROOT
		 ? path_first(x->tree, path_get(x->tree, PATH_ROOT, "vrf name"))
		 : path_next(x->tree, at);
	*name = path_word(x->tree, at);
	return at;
}

/* ---- identity ---- */

struct trailer {
	struct span line, release, model, serial;
	uint64_t number;
	bool edge; /* parts of the version line are Ubiquiti's */
};

/* "# Version:      VyOS 1.3.2", "# HW model: ...": where a collector put what
 * "show version" prints before the configuration. */
static struct span
show_value(struct span comment, const char *name)
{
	struct span s = span_trim(span_from(comment, 1));

	if (comment.p[0] != '#' || !span_starts(s, span_str(name)))
		return (struct span){0};
	return span_trim(span_from(s, strlen(name)));
}

/* Release version: 1.4.0; v2.0.9-hotfix.7.5622762.230615.1131 */
static struct span
release_of(struct span s)
{
	static const char words[] = "Release version: ";
	size_t at = span_find(s, span_str(words));
	struct span v, word;

	if (s.p[0] == '#')
		v = show_value(s, "Version:");
	else if (at != SPAN_NONE)
		v = span_from(s, at + strlen(words));
	else
		return (struct span){0};
	word = span_word(&v);
	return span_is(word, "VyOS") ? span_word(&v) : word;
}

static void
take_comment(struct trailer *t, struct span s, uint64_t number)
{
	struct span v = release_of(s), model = show_value(s, "HW model:");
	struct span serial = show_value(s, "HW S/N:");

	if (is_trailer(s))
		t->edge |= span_has(s, "ubnt-");
	if (model.n > 0)
		t->model = model;
	if (serial.n > 0)
		t->serial = serial;
	if (v.n == 0)
		return;
	if (v.n > 1 && v.p[0] == 'v' && ascii_digit((unsigned char)v.p[1])) {
		t->edge = true;
		v = span_from(v, 1);
	}
	t->release = v;
	t->line = s;
	t->number = number;
}

static struct trailer
read_trailer(struct span bytes)
{
	struct trailer t = {0};
	struct span rest = bytes, s;

	for (uint64_t n = 1; span_line(&rest, &s); n++) {
		s = span_trim(s);
		if (s.n > 0 && (s.p[0] == '/' || s.p[0] == '#'))
			take_comment(&t, s, n);
	}
	return t;
}

/* What only EdgeOS has. */
static bool
is_edge(const struct path_facts *x)
{
	static const char *const words[] = {"service gui", "service unms",
	    "service ubnt-discover", "system offload",
	    "system traffic-analysis", "interfaces switch",
	    "system analytics-handler", "system crash-handler"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (path_get(x->tree, PATH_ROOT, words[i]) != PATH_NONE)
			return true;
	return false;
}

static void
device(struct path_facts *x, const struct trailer *trailer, struct span bytes)
{
	struct path_tree *t = x->tree;
	uint32_t host = path_value_node(t, PATH_ROOT, "system host-name");
	bool edge = trailer->edge || is_edge(x);
	struct record *r = facts_begin(x, K_DEVICE, host);

	if (host == PATH_NONE && trailer->line.n > 0)
		record_init(r, K_DEVICE, trailer->number,
		    (uint64_t)(trailer->line.p - bytes.p), trailer->line);
	record_put(r, F_HOSTNAME, path_word(t, host));
	record_put(r, F_DOMAIN, path_value(t, PATH_ROOT, "system domain-name"));
	facts_identity(x, edge ? "ubiquiti" : "vyos", edge ? "edgeos" : "vyos",
	    trailer->release);
	record_put(r, F_MODEL, trailer->model);
	record_put(r, F_SERIAL, trailer->serial);
	facts_emit(x);
}

/* ---- reading ---- */

static void
own(struct path_facts *x, const struct vyos_interface *i, void *state)
{
	(void)state;
	EACH_PATH(a, x->tree, path_get(x->tree, i->node, "address"))
	facts_own(x, path_word(x->tree, a));
}

/* The community that traps go out with, and what a container is given. */
static bool
hides(struct span parent, struct span text)
{
	return (span_starts(text, SPAN("community ")) &&
		   span_has(parent, "snmp")) ||
	       (span_starts(text, SPAN("value ")) &&
		   span_has(parent, " environment "));
}

static struct span
shows(struct arena *a, struct span parent, struct span text)
{
	struct span rest = text, word = span_word(&rest);

	if (!hides(parent, text))
		return text;
	return arena_fmt(a, "%.*s <redacted>", SPAN_FMT(word));
}

static const struct path_braces braces = {.slashes = true};

static void
vyos_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct trailer trailer = read_trailer(in->bytes);
	struct path_tree *t = x->tree;

	if (path_is_set(in->bytes))
		path_read_set(t, out);
	else
		path_read_braces_as(t, &braces, out);
	x->shows = shows;
	x->whole = path_get(t, PATH_ROOT, "system") != PATH_NONE &&
		   path_get(t, PATH_ROOT, "interfaces") != PATH_NONE &&
		   path_get(t, PATH_ROOT, "system login") != PATH_NONE;
	vyos_each_interface(x, own, NULL);
	device(x, &trailer, in->bytes);
	facts_config(x);
	vyos_services(x);
	vyos_system(x);
	vyos_scripts(x);
	vyos_net(x);
	vyos_tunnels(x);
	vyos_firewall(x);
	vyos_translations(x);
}

const struct reader reader_vyos_config = {
    .name = "vyos-config",
    .title = "VyOS and Ubiquiti EdgeOS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = vyos_guess,
    .read = vyos_read,
};
