/*
 * Palo Alto Networks PAN-OS configurations.  Three surface syntaxes, one tree:
 * "devices/entry localhost.localdomain" of the XML leaves no word, as the other
 * forms do not have it.
 */
#include "read/config/panos.h"

/* ---- which it is ---- */

static const char *const sets[] = {"deviceconfig ", "mgt-config ",
    "network interface ", "network virtual-router ", "network profiles ",
    "network ike ", "network tunnel ", "network zone ", "network vlan ",
    "network virtual-wire ", "network dhcp ", "network qos ",
    "network shared-gateway ", "network logical-router ", "network lldp ",
    "network monitor-profile ", "rulebase ", "shared ", "vsys ", "template ",
    "template-stack ", "device-group ", "panorama ", "zone ", "address-group ",
    "service-group ", "application-group ", "global-protect ", "readonly ",
    "import network ", "log-collector", "setting ", "address ", "service ",
    "tag ", "application-filter ", "profiles ", "profile-group ",
    "external-list ", "display-name ", "pre-rulebase ", "post-rulebase "};
#define STRONG 30 /* those before this one are said by no other dialect */

static bool
is_foreign(struct span line)
{
	static const char *const lines[] = {"set system ", "set interfaces ",
	    "set protocols ", "set routing-options ", "set policy-options ",
	    "set firewall ", "set service ssh", "set security ", "config ",
	    "interface ", "hostname ", "ltm "};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (span_starts(line, span_str(lines[i])))
			return true;
	return false;
}

static struct guess
guess_set(struct span head)
{
	struct span rest = head, line;
	int strong = 0, weak = 0, foreign = 0, lines = 0;

	while (span_line(&rest, &line)) {
		lines += span_trim(line).n > 0;
		foreign += is_foreign(line);
		if (span_starts(line, SPAN("delete ")))
			line = span_from(line, strlen("delete "));
		else if (span_starts(line, SPAN("set ")))
			line = span_from(line, strlen("set "));
		else
			continue;
		for (int i = 0; i < (int)(sizeof(sets) / sizeof(*sets)); i++)
			if (span_starts(line, span_str(sets[i]))) {
				strong += i < STRONG;
				weak += i >= STRONG;
				break;
			}
	}
	if (foreign > lines / 20 || (strong == 0 && weak * 2 < lines))
		return (struct guess){0, NULL};
	if (strong > 0)
		return (struct guess){strong > 2 ? 95 : 80,
		    "set deviceconfig, network or rulebase"};
	return weak > 0 ? (struct guess){55, "set address, service or tag"}
			: (struct guess){0, NULL};
}

static struct guess
guess_braces(struct span head)
{
	static const char *const blocks[] = {
	    "deviceconfig {", "mgt-config {", "rulebase {"};
	struct span rest = head, line;
	int seen = 0;

	while (span_line(&rest, &line))
		for (unsigned i = 0; i < 3; i++)
			seen +=
			    span_starts(span_trim(line), span_str(blocks[i]));
	return seen > 0 ? (struct guess){85, "deviceconfig in braces"}
			: (struct guess){0, NULL};
}

static struct guess
guess_xml(struct span head)
{
	size_t at = span_find(head, SPAN("<config"));
	size_t markup = span_find_byte(head, '<');
	struct span in = span_from(head, at), tag, before;

	/* Quoted inside another document it is none: markup begins there,
	 * and not in the middle of a line. */
	if (markup != SPAN_NONE && markup > 0 && head.p[markup - 1] != '\n' &&
	    !span_starts(head, SPAN("\xef\xbb\xbf<")))
		return (struct guess){0, NULL};
	before = span_rtrim(span_head(head, at == SPAN_NONE ? 0 : at));
	if (before.n > 0 && head.p[at - 1] != '\n' &&
	    before.p[before.n - 1] != '>')
		return (struct guess){0, NULL};
	if (at == SPAN_NONE ||
	    (in.n > 7 && ascii_alpha((unsigned char)in.p[7])))
		return (struct guess){0, NULL};
	tag = span_head(in, span_find_byte(in, '>'));
	if (span_has(tag, "urldb=") || span_has(tag, "detail-version="))
		return (struct guess){95, "<config urldb=...>"};
	if (span_has(in, "<mgt-config>") || span_has(in, "<deviceconfig>") ||
	    span_has(in, "localhost.localdomain"))
		return (struct guess){90, "<config> with <mgt-config>"};
	return (struct guess){0, NULL};
}

static struct guess
panos_guess(const struct probe *p)
{
	struct guess g = {0, NULL};

	if (span_has(span_head(p->head, 4096), "<config"))
		g = guess_xml(p->head);
	if (g.score == 0 && span_has(p->head, "set "))
		g = guess_set(p->head);
	if (g.score == 0 && span_find_byte(p->head, '{') != SPAN_NONE)
		g = guess_braces(p->head);
	return g;
}

/* ---- reading ---- */

static bool
hidden(const struct path_tree *t, uint32_t node, struct span name)
{
	struct span up = path_word(t, node);

	/* Only at the top, and in a template of Panorama. */
	if (span_is(name, "localhost.localdomain"))
		return true;
	return span_is(name, "devices") &&
	       (node == PATH_ROOT || span_is(up, "config"));
}

static const struct path_xml dialect = {.root = "config", .hidden = hidden};

uint32_t
panos_next_place(const struct path_facts *x, uint32_t at)
{
	struct path_tree *t = x->tree;
	uint32_t next = PATH_NONE;

	if (at == PATH_ROOT) {
		next = path_get(t, PATH_ROOT, "shared");
		if (next != PATH_NONE)
			return next;
	}
	if (at == PATH_ROOT || at == path_get(t, PATH_ROOT, "shared")) {
		next = path_get(t, PATH_ROOT, "panorama");
		if (next != PATH_NONE)
			return next;
	}
	if (path_at(t, at)->depth < 2)
		return path_first(t, path_get(t, PATH_ROOT, "vsys"));
	return path_next(t, at);
}

static void
own_below(struct path_facts *x, uint32_t list)
{
	EACH_PATH(a, x->tree, list)
	facts_own(x, path_word(x->tree, a));
}

static void
own_addresses(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(kind, t, path_get(t, PATH_ROOT, "network interface"))
	{
		own_below(x, path_get(t, kind, "ip"));
		EACH_PATH(u, t, path_get(t, kind, "units"))
		own_below(x, path_get(t, u, "ip"));
		EACH_PATH(i, t, kind)
		{
			own_below(x, path_get(t, i, "layer3 ip"));
			EACH_PATH(u, t, path_get(t, i, "layer3 units"))
			own_below(x, path_get(t, u, "ip"));
		}
	}
}

static void
device(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t host =
	    path_value_node(t, PATH_ROOT, "deviceconfig system hostname");
	uint32_t release = path_value_node(t, PATH_ROOT, "@detail-version");
	struct record *r;

	if (release == PATH_NONE)
		release = path_value_node(t, PATH_ROOT, "sw-version");
	r = facts_begin(x, K_DEVICE, host != PATH_NONE ? host : release);
	record_put(r, F_HOSTNAME, path_word(t, host));
	record_put(r, F_DOMAIN,
	    path_value(t, PATH_ROOT, "deviceconfig system domain"));
	facts_identity(x, "paloalto", "pan-os", path_word(t, release));
	record_put(r, F_TRAIN, path_value(t, PATH_ROOT, "@version"));
	if (x->release.n == 0)
		x->release = record_text(r, F_TRAIN);
	facts_emit(x);
}

static bool
is_whole(const struct path_tree *t)
{
	return path_get(t, PATH_ROOT, "deviceconfig system") != PATH_NONE &&
	       path_get(t, PATH_ROOT, "mgt-config users") != PATH_NONE &&
	       (path_get(t, PATH_ROOT, "network") != PATH_NONE ||
		   path_get(t, PATH_ROOT, "panorama") != PATH_NONE);
}

void
panos_read_tree(struct path_tree *t, struct emit *out)
{
	path_read_any(t, "<config", &dialect, out);
}

static void
panos_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);

	panos_read_tree(x->tree, out);
	x->whole = is_whole(x->tree);
	own_addresses(x);
	device(x);
	facts_config(x);
	panos_system(x);
	panos_net(x);
	panos_rules(x);
	panos_translations(x);
	panos_reach(x, in);
}

const struct reader reader_panos_config = {
    .name = "pan-os-config",
    .title = "Palo Alto Networks PAN-OS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = panos_guess,
    .read = panos_read,
};
