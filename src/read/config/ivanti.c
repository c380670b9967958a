/* Ivanti: which file is an export, and the device. */
#include "read/config/ivanti.h"

#include "device/version.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* Does the root of an export open here, at a line's start or behind another
 * tag?  Quoted inside another document it is none. */
static bool
opens_at(struct span head, size_t at)
{
	struct span before = span_rtrim(span_head(head, at)), in;

	if (before.n > 0 && head.p[at - 1] != '\n' &&
	    before.p[before.n - 1] != '>' && !span_is(before, "\xef\xbb\xbf"))
		return false;
	in = span_head(span_from(head, at), 1024);
	in = span_head(in, span_find_byte(in, '>'));
	return span_has(in, "xmlns") && span_has(in, "/ive-sa");
}

static struct guess
ivanti_guess(const struct probe *p)
{
	struct span head = span_head(p->head, 4096);
	size_t at = 0, next;

	while ((next = span_find(span_from(head, at),
		    SPAN("<configuration"))) != SPAN_NONE) {
		if (opens_at(p->head, at + next))
			return (struct guess){98, "name space .../ive-sa/"};
		at += next + 1;
	}
	return (struct guess){0, NULL};
}

/* ---- the tree ---- */

static bool
hidden(const struct path_tree *t, uint32_t node, struct span name)
{
	(void)t, (void)node, (void)name;
	return false;
}

/* Lists whose entries carry no <name>. */
static bool
names(const struct path_tree *t, uint32_t parent, struct span name)
{
	static const struct {
		const char *parent, *name;
	} table[] = {{"user", "username"}, {"ip", "ip-address"},
	    {"ip", "source-ip"}, {"ip-restriction", "ip-address"},
	    {"source-ip-policy", "ip-address"}, {"route", "destination"},
	    {"route", "destination-network"}, {"access-url", "url-pattern"},
	    {"syslog-server", "server-name-or-ip"},
	    {"syslog-server", "server-name"}, {"syslog-server", "server"},
	    {"trap-server", "host-name-or-ip"}, {"trap-server", "server"}};
	struct span up = path_word(t, parent);

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_is(up, table[i].parent) &&
		    span_is(name, table[i].name))
			return true;
	return false;
}

static const struct path_xml dialect = {.root = "configuration",
    .named = true,
    .names = names,
    .attribute = "xmlns",
    .hidden = hidden};

uint32_t
ivanti_step(const struct path_facts *x, uint32_t root, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t next;

	if (node == PATH_NONE)
		return PATH_NONE;
	next = path_first(t, node);
	while (next == PATH_NONE && node != root && node != PATH_ROOT) {
		next = path_next(t, node);
		node = path_at(t, node)->parent;
	}
	return next;
}

uint32_t
ivanti_value(const struct path_facts *x, uint32_t root, const char *name)
{
	EACH_BELOW(n, x, root)
	if (span_is(WORD(n), name) && path_first(x->tree, n) != PATH_NONE)
		return path_first(x->tree, n);
	return PATH_NONE;
}

bool
ivanti_is_on(struct span value)
{
	return span_is_nocase(value, "true") ||
	       span_is_nocase(value, "enabled") ||
	       span_is_nocase(value, "enable") ||
	       span_is_nocase(value, "yes") || span_is(value, "1");
}

/* ---- the device ---- */

static void
device(struct path_facts *x)
{
	static const char *const hosts[] = {
	    "host-name", "hostname", "node-name", "dns-hostname"};
	uint32_t space = path_first(x->tree, ROOT("@xmlns"));
	uint32_t network = ROOT("system network"), host = PATH_NONE;
	struct span release = WORD(space);
	size_t slash = span_rfind_byte(release, '/');
	struct version v;
	struct record *r;

	for (unsigned i = 0; i < 4 && host == PATH_NONE; i++)
		host = ivanti_value(x, network, hosts[i]);
	release = span_from(release, slash == SPAN_NONE ? 0 : slash + 1);
	r = facts_begin(x, K_DEVICE, space);
	record_put(r, F_HOSTNAME, WORD(host));
	facts_identity(x, "ivanti", "ivanti",
	    version_read(SPAN("ivanti"), release, &v)
		? arena_copy(x->arena, version_write(&v))
		: (struct span){0});
	record_put(r, F_MODEL, WORD(ivanti_value(x, ROOT("system"), "model")));
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	static const char *const ports[] = {"system network internal-port",
	    "system network external-port", "system network management-port"};

	for (unsigned i = 0; i < 3; i++) {
		uint32_t port = ROOT(ports[i]);

		facts_own(x,
		    facts_masked(x, WORD(ivanti_value(x, port, "ip-address")),
			WORD(ivanti_value(x, port, "netmask"))));
	}
}

static void
ivanti_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);

	path_read_xml(x->tree, &dialect, out);
	x->whole = span_has(span_from(in->bytes,
				in->bytes.n > 4096 ? in->bytes.n - 4096 : 0),
		       "</configuration>") &&
		   ROOT("system") != PATH_NONE &&
		   ROOT("authentication") != PATH_NONE &&
		   ROOT("administrators") != PATH_NONE;
	own_addresses(x);
	device(x);
	facts_config(x);
	ivanti_system(x);
	ivanti_access(x);
}

const struct reader reader_ivanti_config = {
    .name = "ivanti-config",
    .title = "Ivanti Connect Secure configuration export",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = ivanti_guess,
    .read = ivanti_read,
};
