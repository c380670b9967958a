/* SonicOS: which file is one, and the device. */
#include "read/config/sonicos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- which it is ---- */

static const struct {
	const char *text;
	int weight;
	bool indented;
} signs[] = {{"firmware-version \"SonicOS", 98, false},
    {"firewall-name ", 30, true}, {"firewall-domain-name ", 30, true},
    {"admin password ", 20, true}, {"ip-assignment ", 50, true},
    {"user-login ", 20, true}, {"management https", 30, true},
    {"management ping", 20, true}, {"no management ", 20, true},
    {"user local", 25, false}, {"access-rule ipv4 from ", 60, false},
    {"access-rule from ", 40, false}, {"access-rule ipv6 from ", 60, false},
    {"nat-policy ipv4 ", 50, false}, {"nat-policy inbound ", 50, false},
    {"ssl-vpn server", 40, false}, {"ssl-vpn ", 20, false},
    {"address-object ipv4 ", 40, false}, {"address-object ipv6 ", 40, false},
    {"address-group ipv4 ", 30, false}, {"service-object ", 20, false},
    {"vpn policy site-to-site ", 40, false},
    {"vpn policy tunnel-interface ", 40, false},
    {"vpn policy group-vpn ", 40, false}, {"web-management ", 20, true},
    {"idle-logout-time ", 30, true}, {"gateway-anti-virus", 25, false},
    {"anti-spyware", 20, false}, {"intrusion-prevention", 15, false},
    {"security-services", 15, false}, {"last-modified-by ", 20, false},
    {"rom-version \"SonicROM", 60, false}, {"administration", 20, false}};
#define SIGNS (sizeof(signs) / sizeof(*signs))

/* Other dialects with indented lines. */
static bool
is_foreign(struct span s)
{
	static const char *const lines[] = {"hostname ", "router bgp ",
	    "version ", "ASA Version ", "switchport ", "ip address ",
	    "config system ", "username ", "ltm ", "feature "};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (span_starts(s, span_str(lines[i])))
			return true;
	return false;
}

static struct guess
sonicos_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	bool seen[SIGNS] = {false};
	int score = 0;
	unsigned foreign = 0;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (span_line(&rest, &line)) {
		struct span s = span_trim(line);
		bool indented =
		    line.n > 0 && ascii_blank((unsigned char)line.p[0]);

		if (s.n == 0)
			continue;
		if (!indented && span_starts(s, span_str(signs[0].text)))
			return (struct guess){98, "firmware-version SonicOS"};
		if (span_ends(s, SPAN("{")) || span_ends(s, SPAN(";")))
			foreign++;
		foreign += is_foreign(s) ? 1 : 0;
		for (size_t i = 1; i < SIGNS; i++)
			if (!seen[i] && signs[i].indented == indented &&
			    span_starts(s, span_str(signs[i].text))) {
				seen[i] = true;
				score += signs[i].weight;
			}
	}
	if (score < 60 || foreign > 1)
		return (struct guess){0, NULL};
	return (struct guess){score > 92 ? 92 : score,
	    "interfaces, rules and objects of SonicOS"};
}

/* ---- reading ---- */

static bool
is_vlan(const struct path_facts *x, uint32_t interface)
{
	return span_is(WORD(path_at(x->tree, interface)->parent), "vlan");
}

uint32_t
sonicos_next_interface(const struct path_facts *x, uint32_t at)
{
	struct path_tree *t = x->tree;
	uint32_t next;

	if (at == PATH_NONE)
		return path_first(t, ROOT("interface"));
	if (is_vlan(x, at)) {
		next = path_next(t, at);
		if (next != PATH_NONE)
			return next;
		at = path_at(t, path_at(t, at)->parent)->parent;
	} else {
		next = path_value_node(t, at, "vlan");
		/* "vlan 20" of an interface says only what it carries. */
		if (path_get(t, next, "ip-assignment") != PATH_NONE)
			return next;
	}
	return path_next(t, at);
}

struct span
sonicos_interface_name(struct path_facts *x, uint32_t interface)
{
	uint32_t up = path_at(x->tree, interface)->parent;

	if (!is_vlan(x, interface))
		return WORD(interface);
	return arena_fmt(x->arena, "%.*s:V%.*s",
	    SPAN_FMT(WORD(path_at(x->tree, up)->parent)),
	    SPAN_FMT(WORD(interface)));
}

uint32_t
sonicos_address(const struct path_facts *x, uint32_t interface)
{
	uint32_t ip = path_value_node(x->tree,
	    path_value_node(x->tree, interface, "ip-assignment"), "static ip");

	return ip != PATH_NONE ? ip : path_value_node(x->tree, interface, "ip");
}

struct span
sonicos_zone(const struct path_facts *x, uint32_t interface)
{
	struct span zone = path_value(x->tree, interface, "ip-assignment");

	return zone.n ? zone : path_value(x->tree, interface, "zone");
}

/* address-object ipv4 NAME host A zone Z; network A M; also one a line. */
struct span
sonicos_object(struct path_facts *x, struct span name)
{
	struct path_tree *t = x->tree;
	uint32_t o = path_find_active(t, ROOT("address-object ipv4"), name);
	uint32_t net;
	struct span host;

	if (o == PATH_NONE)
		o = path_find_active(t, ROOT("address-object ipv6"), name);
	host = path_value(t, o, "host");
	if (host.n > 0 || o == PATH_NONE)
		return host.n ? host : name;
	net = path_value_node(t, o, "network");
	if (net == PATH_NONE)
		return name;
	host = WORD(path_first(t, net));
	if (host.n > 0 && host.p[0] == '/')
		return arena_fmt(
		    x->arena, "%.*s%.*s", SPAN_FMT(WORD(net)), SPAN_FMT(host));
	return facts_masked(x, WORD(net), host);
}

/* "SonicOS 7.0.1-5145-R5175", "SonicOS Enhanced 6.5.4.4-44n" */
static struct span
release_of(struct span stated)
{
	struct span rest = stated, word;

	while ((word = span_word(&rest)).n > 0)
		if (ascii_digit((unsigned char)word.p[0]))
			return word;
	return (struct span){0};
}

static void
device(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t firmware = path_first(t, ROOT("firmware-version"));
	uint32_t host =
	    path_value_node(t, PATH_ROOT, "administration firewall-name");
	struct span model = path_value(t, PATH_ROOT, "model");
	struct span serial = path_value(t, PATH_ROOT, "serial-number");
	struct record *r;

	if (host == PATH_NONE)
		host = path_first(t, ROOT("firewall-name"));
	r = facts_begin(x, K_DEVICE, firmware != PATH_NONE ? firmware : host);
	record_put(r, F_HOSTNAME, WORD(host));
	record_put(r, F_DOMAIN,
	    path_value(t, PATH_ROOT, "administration firewall-domain-name"));
	facts_identity(x, "sonicwall", "sonicos", release_of(WORD(firmware)));
	record_put(r, F_MODEL,
	    model.n ? model : path_value(t, PATH_ROOT, "product-name"));
	record_put(r, F_SERIAL, serial);
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	EACH_INTERFACE(i, x)
	{
		uint32_t ip = sonicos_address(x, i);

		facts_own(x, facts_masked(x, WORD(ip),
				 path_value(x->tree, ip, "netmask")));
	}
}

/* A configuration that stops inside a block was cut. */
static bool
ends_whole(struct span bytes)
{
	struct span text = span_rtrim(bytes), line;
	size_t mark = span_rfind_byte(text, '\n');

	line = span_from(text, mark == SPAN_NONE ? 0 : mark + 1);
	return facts_ends_whole(bytes) &&
	       (!ascii_blank((unsigned char)(line.n ? line.p[0] : ' ')) ||
		   span_is(span_trim(line), "exit"));
}

/* Columns say where a block ends; "exit" says it again. */
static bool
skips(struct span line, unsigned column)
{
	(void)column;
	return line.p[0] == '#' || line.p[0] == '!' || span_is(line, "exit") ||
	       span_is(line, "end");
}

static const char *const rules[] = {
    "access-rule", "nat-policy", "routing-policy", NULL};

static const struct path_indent text = {
    .skips = skips,
    .whole = rules,
    .quotes = true,
};

static void
sonicos_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);

	path_read_indent(x->tree, &text, out);
	x->whole =
	    ends_whole(in->bytes) && ROOT("administration") != PATH_NONE &&
	    ROOT("interface") != PATH_NONE && ROOT("access-rule") != PATH_NONE;
	own_addresses(x);
	device(x);
	facts_config(x);
	sonicos_system(x);
	sonicos_net(x);
	sonicos_rules(x);
}

const struct reader reader_sonicos_config = {
    .name = "sonicos-config",
    .title = "SonicWall SonicOS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = sonicos_guess,
    .read = sonicos_read,
};
