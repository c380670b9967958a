/* Fortinet FortiOS configurations: identity and the walk over the themes. */
#include "read/config/fortios.h"

/* ---- which it is ---- */

static const char *const blocks[] = {"config system ", "config firewall ",
    "config router ", "config vpn ", "config user ", "config log ",
    "config vdom", "config global", "config antivirus ", "config ips ",
    "config webfilter ", "config application ", "config switch-controller ",
    "config wireless-controller ", "config web-proxy ", "config dlp ",
    "config endpoint-control ", "config authentication ", "config waf ",
    "config dnsfilter ", "config emailfilter ", "config report ",
    "config extender-controller ", "config certificate ", "config spamfilter ",
    "config file-filter ", "config videofilter ", "config casb ",
    "config ztna ", "config virtual-patch ", "config icap ", "config voip "};

static struct guess
fortios_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	int seen = 0, sets = 0, ends = 0, lines = 0;
	bool release = false;

	while (span_line(&rest, &line)) {
		struct span s = span_trim(line);

		lines += s.n > 0;
		release |= span_starts(s, SPAN("#config-version=FG")) ||
			   span_starts(s, SPAN("#config-version="));
		sets += line.n > s.n && (span_starts(s, SPAN("set ")) ||
					    span_starts(s, SPAN("edit ")) ||
					    span_starts(s, SPAN("unset ")));
		ends += span_is(s, "end") || span_is(s, "next");
		for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
			seen += s.n > 7 && s.p[0] == 'c' &&
				span_starts(s, span_str(blocks[i])) &&
				!span_ends(s, SPAN("{"));
	}
	if (release)
		return (struct guess){98, "#config-version="};
	if (seen == 0 || ends == 0 || sets + ends + seen < lines / 3)
		return (struct guess){0, NULL};
	return (struct guess){
	    seen + sets > 8 ? 90 : 75, "config, edit and end"};
}

/* ---- reading ---- */

uint32_t
fortios_next_place(const struct path_facts *x, uint32_t at)
{
	if (at == PATH_ROOT)
		return path_first(
		    x->tree, path_get(x->tree, PATH_ROOT, "vdom"));
	return path_next(x->tree, at);
}

bool
fortios_prefix(
    const struct path_facts *x, uint32_t statement, struct prefix *out)
{
	uint32_t a = path_first(x->tree, statement);
	uint32_t m = path_next(x->tree, a);

	if (m == PATH_NONE)
		return prefix_read(path_word(x->tree, a), out);
	return prefix_of_words(
	    path_word(x->tree, a), path_word(x->tree, m), out);
}

void
fortios_secret(struct path_facts *x, struct span user, uint32_t statement)
{
	uint32_t first = path_first(x->tree, statement);
	struct span type = path_word(x->tree, first);

	if (span_is(type, "ENC") || span_is(type, "SH2"))
		facts_secret(x, user, span_is(type, "ENC") ? "ENC" : "SH2",
		    path_word(x->tree, path_next(x->tree, first)));
	else
		facts_secret(x, user, "0", type);
}

/* #config-version=FGT60F-7.4.8-FW-build2795-250101:opmode=0:... */
static struct span
stated_release(struct span bytes, uint64_t *line)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), s;

	for (*line = 1; span_line(&rest, &s); ++*line) {
		s = span_trim(s);
		if (span_starts(s, SPAN("#config-version=")))
			return s;
	}
	return (struct span){0};
}

static void
device(struct path_facts *x, struct span bytes)
{
	uint64_t line;
	struct span stated = stated_release(bytes, &line), rest = stated;
	uint32_t host =
	    path_value_node(x->tree, PATH_ROOT, "system global hostname");
	struct record *r = facts_begin(x, K_DEVICE, host);
	struct span model, version;

	span_until(&rest, '=');
	rest = span_until(&rest, ':');
	model = span_until(&rest, '-');
	version = span_until(&rest, '-');
	if (stated.n > 0)
		record_init(
		    r, K_DEVICE, line, (uint64_t)(stated.p - bytes.p), stated);
	record_put(r, F_HOSTNAME, path_word(x->tree, host));
	facts_identity(x, "fortinet", "fortios", version);
	record_put(r, F_MODEL, model);
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct prefix p;

	EACH_VDOM(v, x)
	EACH_PATH(i, t, path_get(t, v, "system interface"))
	if (fortios_prefix(x, path_get(t, i, "ip"), &p))
		scope_add(&x->scope, &p);
}

/* The name of an SNMP community is a secret. */
static bool
hides(struct span parent, struct span text)
{
	return span_starts(text, SPAN("set name ")) &&
	       span_has(parent, "system snmp community ");
}

static void
fortios_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct path_tree *t = x->tree;

	path_read_edit(t, out);
	x->hides = hides;
	x->whole = path_get(t, PATH_ROOT, "system global") != PATH_NONE &&
		   path_get(t, PATH_ROOT, "system interface") != PATH_NONE &&
		   path_get(t, PATH_ROOT, "system admin") != PATH_NONE;
	own_addresses(x);
	device(x, in->bytes);
	facts_config(x);
	fortios_system(x);
	fortios_net(x);
	fortios_policies(x);
	fortios_reach(x, in);
}

const struct reader reader_fortios_config = {
    .name = "fortios-config",
    .title = "Fortinet FortiOS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = fortios_guess,
    .read = fortios_read,
};
