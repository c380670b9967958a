/* NetScaler: which file is one, and the device. */
#include "read/config/netscaler.h"

#include "device/version.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- which it is ---- */

/* Behind the verb; what no other dialect says. */
static const char *const strong[] = {"ns config ", "ns feature ", "ns mode ",
    "ns ip ", "ns ip6 ", "ns hostname ", "ns param ", "ns acl ",
    "ns httpprofile ", "ns tcpprofile ", "ns rpcnode ", "ns encryptionparams ",
    "lb vserver ", "lb monitor ", "lb parameter ", "cs vserver ", "cs policy ",
    "cs action ", "cr vserver ", "gslb vserver ", "gslb site ", "vpn vserver ",
    "vpn global ", "vpn parameter ", "vpn sessionaction ", "vpn sessionpolicy ",
    "authentication vserver ", "authentication ldapaction ",
    "authentication radiusaction ", "authentication tacacsaction ",
    "authentication samlaction ", "responder policy ", "responder action ",
    "rewrite policy ", "rewrite action ", "ssl vserver ", "ssl certkey ",
    "ssl parameter ", "ssl service ", "ssl profile ", "audit syslogaction ",
    "audit syslogparams ", "system user ", "system cmdpolicy ",
    "system parameter ", "system group ", "system global ", "servicegroup ",
    "aaa parameter ", "aaa vserver ", "appfw profile ", "cmp policy ",
    "cache contentgroup ", "dns nameserver ", "ha node ", "lacp -",
    "snmp manager ", "transform profile ", "tm sessionaction "};

static bool
is_foreign(struct span line)
{
	static const char *const lines[] = {"set system host-name ",
	    "set interfaces ", "set deviceconfig ", "config ", "interface ",
	    "hostname ", "set service ssh", "/ip ", "/interface "};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (span_starts(line, span_str(lines[i])))
			return true;
	return false;
}

/* "#NS13.1 Build 37.38" */
static bool
is_release(struct span line)
{
	return line.n > 8 && span_starts(line, SPAN("#NS")) &&
	       ascii_digit((unsigned char)line.p[3]) &&
	       span_has(span_head(line, 40), "Build ");
}

static struct guess
netscaler_guess(const struct probe *p)
{
	static const char *const verbs[] = {
	    "add ", "set ", "bind ", "enable ", "disable "};
	struct span rest = p->head, line;
	unsigned seen = 0, lines = 0;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (span_line(&rest, &line)) {
		line = span_rtrim(line);
		if (is_release(line))
			return (struct guess){98, "#NS release Build"};
		if (span_starts(line, SPAN("#RANCID-CONTENT-TYPE: netscaler")))
			return (struct guess){95, "#RANCID-CONTENT-TYPE:"};
		if (is_foreign(line))
			return (struct guess){0, NULL};
		lines += line.n > 0 && line.p[0] != '#';
		for (unsigned v = 0; v < sizeof(verbs) / sizeof(*verbs); v++) {
			struct span s = line;

			if (!span_starts(s, span_str(verbs[v])))
				continue;
			s = span_from(s, strlen(verbs[v]));
			for (size_t i = 0; i < sizeof(strong) / sizeof(*strong);
			     i++)
				if (span_starts_nocase(
					s, span_str(strong[i]))) {
					seen++;
					break;
				}
		}
	}
	if (seen == 0 || seen * 6 < lines)
		return (struct guess){0, NULL};
	return (struct guess){seen > 4	 ? 92
			      : seen > 1 ? 80
					 : 60,
	    "add, set and bind of ns, lb, vpn, system"};
}

/* ---- words ---- */

uint32_t
netscaler_next(const struct path_facts *x, uint32_t node)
{
	EACH_PATH(c, x->tree, node)
	if (WORD(c).p[0] != '-')
		return c;
	return PATH_NONE;
}

uint32_t
netscaler_option(const struct path_facts *x, uint32_t node, const char *option)
{
	for (unsigned n = 0; node != PATH_NONE && n < LIMIT_PATH_WORDS; n++) {
		uint32_t found =
		    path_find_active(x->tree, node, span_str(option));

		if (found != PATH_NONE)
			return path_first(x->tree, found);
		node = netscaler_next(x, node);
	}
	return PATH_NONE;
}

struct span
netscaler_value(const struct path_facts *x, uint32_t node, const char *option)
{
	return WORD(netscaler_option(x, node, option));
}

/* ---- reading ---- */

static struct span
stated_release(struct span bytes, uint64_t *number)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), line;

	for (*number = 1; span_line(&rest, &line); ++*number) {
		line = span_trim(line);
		if (is_release(line))
			return line;
	}
	return (struct span){0};
}

static void
device(struct path_facts *x, struct span bytes)
{
	uint32_t host = path_first(x->tree, ROOT("set ns hostname"));
	struct span release = {0};
	struct version v;
	uint64_t number;
	struct span stated = stated_release(bytes, &number);
	struct record *r = facts_begin(x, K_DEVICE, host);

	if (stated.n > 0)
		record_init(r, K_DEVICE, number, (uint64_t)(stated.p - bytes.p),
		    stated);
	if (version_read(SPAN("netscaler"), span_from(stated, 1), &v))
		release = arena_copy(x->arena, version_write(&v));
	record_put(r, F_HOSTNAME, WORD(host));
	facts_identity(x, "citrix", "netscaler", release);
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	uint32_t config = ROOT("set ns config");

	facts_own(x, facts_masked(x, netscaler_value(x, config, "-ipaddress"),
			 netscaler_value(x, config, "-netmask")));
	EACH_PATH(a, x->tree, ROOT("add ns ip"))
	facts_own(x, facts_masked(x, WORD(a), WORD(netscaler_next(x, a))));
	EACH_PATH(a, x->tree, ROOT("add ns ip6"))
	facts_own(x, WORD(a));
}

static void
netscaler_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);

	path_read_options(x->tree, out);
	x->whole = facts_ends_whole(in->bytes) &&
		   ROOT("set ns config") != PATH_NONE &&
		   ROOT("enable ns feature") != PATH_NONE &&
		   (ROOT("set system user") != PATH_NONE ||
		       ROOT("add system user") != PATH_NONE);
	own_addresses(x);
	device(x, in->bytes);
	facts_config(x);
	netscaler_system(x);
	netscaler_access(x);
	netscaler_net(x);
}

const struct reader reader_netscaler_config = {
    .name = "netscaler-config",
    .title = "Citrix NetScaler configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = netscaler_guess,
    .read = netscaler_read,
};
