/*
 * F5 BIG-IP: which file is one, where scripts stand in it, and the device.
 */
#include "read/config/f5.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- which it is ---- */

/* Objects as they open at a line's start.  The first ones no other dialect
 * with braces has. */
static const char *const heads[] = {"ltm ", "gtm ", "apm ", "asm ", "pem ",
    "ilx ", "net self ", "net vlan ", "net route ", "net route-domain ",
    "net self-allow ", "net trunk ", "net tunnels ", "net routing ",
    "net interface ", "net stp ", "net fdb ", "net port-list ",
    "net packet-filter ", "net ipsec ", "net dns-resolver ", "net cos ",
    "net lldp-globals ", "net port-mirror ", "sys global-settings ",
    "sys provision ", "sys management-ip ", "sys management-route ",
    "sys sshd ", "sys httpd ", "sys snmp ", "sys ntp ", "sys dns ",
    "sys syslog ", "sys folder ", "sys db ", "sys icall ", "sys application ",
    "sys file ", "sys feature-module ", "sys dynad ", "sys sflow ",
    "sys log-config ", "sys daemon-log-settings ", "sys ha-group ",
    "sys management-dhcp ", "sys software ", "sys crypto ", "auth user ",
    "auth tacacs ", "auth radius ", "auth radius-server ", "auth ldap ",
    "auth source ", "auth partition ", "auth password-policy ",
    "auth remote-role ", "auth remote-user ", "cm cert ", "cm device ",
    "cm device-group ", "cm traffic-group ", "cm trust-domain ", "cm key ",
    "security firewall ", "security dos ", "security log ",
    "security shared-objects ", "cli script ", "cli admin-partitions ",
    "cli global-settings ", "cli preference "};

static bool
is_object(struct span line)
{
	if (!span_ends(line, SPAN("{")) && !span_ends(line, SPAN("{ }")) &&
	    !(span_ends(line, SPAN("}")) && span_has(line, " { ")))
		return false;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (span_starts(line, span_str(heads[i])))
			return true;
	return false;
}

static struct guess
f5_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned objects = 0, others = 0;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (span_line(&rest, &line)) {
		line = span_rtrim(line);
		if (span_starts(line, SPAN("#TMSH-VERSION: ")))
			return (struct guess){98, "#TMSH-VERSION:"};
		if (span_starts(line, SPAN("#RANCID-CONTENT-TYPE: bigip")) ||
		    span_starts(line, SPAN("#RANCID-CONTENT-TYPE: f5")))
			return (struct guess){95, "#RANCID-CONTENT-TYPE:"};
		if (line.n == 0 || ascii_blank((unsigned char)line.p[0]))
			continue;
		if (is_object(line))
			objects++;
		else if (line.p[0] != '}' && line.p[0] != '#')
			others++;
	}
	/* Scripts of the device stand at the line's start as well. */
	if (objects == 0 || others > 20 + objects * 20)
		return (struct guess){0, NULL};
	if (objects > 3)
		return (struct guess){92, "ltm, net, sys and auth objects"};
	return (struct guess){
	    objects > 1 ? 85 : 70, "an object of ltm, net, sys or auth"};
}

/* ---- reading ---- */

static bool
below(const struct path_tree *t, uint32_t node, unsigned up, const char *word)
{
	while (up-- > 0 && node != PATH_NONE)
		node = path_at(t, node)->parent;
	return node != PATH_NONE && span_is(path_word(t, node), word);
}

/* Tcl: iRules, iCall scripts, scripts of tmsh, templates of iApps; and their
 * presentation, in a language of its own. */
static bool
is_script(const struct path_tree *t, uint32_t node)
{
	unsigned depth = path_at(t, node)->depth;

	if (depth == 3)
		return (below(t, node, 1, "rule") &&
			   (below(t, node, 2, "ltm") ||
			       below(t, node, 2, "gtm"))) ||
		       (below(t, node, 1, "irule") &&
			   below(t, node, 2, "pem")) ||
		       (below(t, node, 1, "script") &&
			   below(t, node, 2, "cli"));
	if (depth == 4)
		return below(t, node, 1, "apl-script") &&
		       below(t, node, 2, "application");
	if (depth == 5)
		return below(t, node, 0, "definition") &&
		       below(t, node, 3, "icall");
	return depth == 7 && below(t, node, 5, "application") &&
	       (below(t, node, 0, "implementation") ||
		   below(t, node, 0, "presentation") ||
		   below(t, node, 0, "html-help") ||
		   below(t, node, 0, "macro"));
}

static const struct path_braces dialect = {.is_script = is_script};

struct span
f5_address(struct path_facts *x, struct span word, struct span *domain)
{
	size_t mark = span_find_byte(word, '%'), slash;
	struct span tail;

	*domain = (struct span){0};
	if (mark == SPAN_NONE)
		return word;
	tail = span_from(word, mark + 1);
	slash = span_find_byte(tail, '/');
	*domain = span_head(tail, slash);
	return slash == SPAN_NONE ? span_head(word, mark)
				  : arena_fmt(x->arena, "%.*s%.*s",
					SPAN_FMT(span_head(word, mark)),
					SPAN_FMT(span_from(tail, slash)));
}

struct span
f5_name(struct span word)
{
	size_t slash = span_rfind_byte(word, '/');

	return word.n > 0 && word.p[0] == '/' && slash + 1 < word.n
		   ? span_from(word, slash + 1)
		   : word;
}

/* "#TMSH-VERSION: 15.1.2" */
static struct span
stated_release(struct span bytes, uint64_t *number, struct span *whole)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), line;

	for (*number = 1; span_line(&rest, &line); ++*number) {
		struct span s = span_trim(line);

		if (!span_starts(s, SPAN("#TMSH-VERSION:")))
			continue;
		*whole = s;
		s = span_from(s, strlen("#TMSH-VERSION:"));
		return span_word(&s);
	}
	return (struct span){0};
}

/* The entry of "cm device" that is this device: the peers of a cluster have
 * one as well. */
static uint32_t
own_device(const struct path_facts *x)
{
	uint32_t all = ROOT("cm device"), first = path_first(x->tree, all);

	EACH_PATH(d, x->tree, all)
	if (path_value_is(x->tree, d, "self-device", "true"))
		return d;
	return path_next(x->tree, first) == PATH_NONE ? first : PATH_NONE;
}

static void
device(struct path_facts *x, struct span bytes)
{
	struct path_tree *t = x->tree;
	uint32_t own = own_device(x);
	uint32_t host =
	    path_value_node(t, PATH_ROOT, "sys global-settings hostname");
	struct span stated = {0}, version;
	struct record *r;
	uint64_t line;

	if (host == PATH_NONE)
		host = path_value_node(t, own, "hostname");
	version = stated_release(bytes, &line, &stated);
	r = facts_begin(x, K_DEVICE, host);
	if (version.n > 0 && host == PATH_NONE)
		record_init(
		    r, K_DEVICE, line, (uint64_t)(stated.p - bytes.p), stated);
	if (version.n == 0)
		version = path_value(t, own, "version");
	record_put(r, F_HOSTNAME, WORD(host));
	facts_identity(x, "f5", "f5", version);
	record_put(r, F_IMAGE, path_value(t, own, "build"));
	record_put(r, F_MODEL, path_value(t, own, "marketing-name"));
	record_put(r, F_SERIAL, path_value(t, own, "chassis-id"));
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span domain;

	EACH_PATH(s, t, ROOT("net self"))
	facts_own(x, f5_address(x, path_value(t, s, "address"), &domain));
	EACH_PATH(a, t, ROOT("sys management-ip"))
	facts_own(x, WORD(a));
}

/* The routing daemon's own configuration stands behind this line in what
 * collectors put together. */
static struct span
cut_imish(struct span *bytes, uint64_t *line)
{
	size_t at = span_find(*bytes, SPAN("\n!!! imish configuration"));
	struct span tail;

	*line = 1;
	if (at == SPAN_NONE)
		return (struct span){0};
	tail = span_from(*bytes, at + 1);
	*bytes = span_head(*bytes, at + 1);
	for (size_t i = 0; i < bytes->n; i++)
		*line += bytes->p[i] == '\n';
	return tail;
}

static void
f5_read(const struct read_in *in, struct emit *out)
{
	struct read_in part = *in;
	struct path_facts *x;
	struct span imish;
	uint64_t line;

	imish = cut_imish(&part.bytes, &line);
	x = facts_new(&part, out);
	path_read_braces_as(x->tree, &dialect, out);
	x->whole = facts_ends_whole(in->bytes) &&
		   ROOT("sys global-settings") != PATH_NONE &&
		   ROOT("net self") != PATH_NONE &&
		   (ROOT("sys provision") != PATH_NONE ||
		       ROOT("cm device") != PATH_NONE);
	/* The web interface names a community's object after the community. */
	EACH_PATH(c, x->tree, ROOT("sys snmp communities"))
	path_at(x->tree, c)->flags |= PATH_SECRET;
	own_addresses(x);
	device(x, part.bytes);
	facts_config(x);
	f5_system(x);
	f5_access(x);
	f5_net(x);
	f5_policies(x);
	f5_translations(x);
	f5_imish(x, imish, line);
}

const struct reader reader_f5_config = {
    .name = "f5-config",
    .title = "F5 BIG-IP configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = f5_guess,
    .read = f5_read,
};
