/* MikroTik RouterOS: identity, and the walk over the themes. */
#include "read/config/routeros.h"

#include "read/config/cisco_secret.h"

/* ---- which it is ---- */

/* The first word of a menu at the top. */
static const char *const tops[] = {"app", "caps-man", "certificate", "console",
    "container", "disk", "dude", "file", "interface", "iot", "ip", "ipv6",
    "log", "lora", "mpls", "partitions", "port", "ppp", "queue", "radius",
    "rip", "routing", "snmp", "special-login", "system", "tool", "tr069-client",
    "user", "user-manager", "zerotier"};

static bool
is_top(struct span word)
{
	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++)
		if (span_is(word, tops[i]))
			return true;
	return false;
}

static bool
is_menu_byte(char c)
{
	return c == '-' || (c >= 'a' && c <= 'z') ||
	       ascii_digit((unsigned char)c);
}

/* "/ip firewall filter", or the same with a command behind it.  A path of a
 * file system has no known word at the top. */
static bool
is_menu(struct span s, bool *command)
{
	struct span rest, word;
	size_t n = 0;

	if (s.n < 3 || s.p[0] != '/')
		return false;
	rest = span_from(s, 1);
	while (n < rest.n && is_menu_byte(rest.p[n]))
		n++;
	if (!is_top(span_head(rest, n)))
		return false;
	rest = span_from(rest, n);
	*command = false;
	while (rest.n > 0) {
		if (rest.p[0] != ' ' && rest.p[0] != '/')
			return false;
		rest = span_from(rest, 1);
		for (n = 0; n < rest.n && is_menu_byte(rest.p[n]); n++)
			;
		word = span_head(rest, n);
		rest = span_from(rest, n);
		if (span_is(word, "add") || span_is(word, "set")) {
			*command = rest.n > 0 && rest.p[0] == ' ';
			return *command;
		}
	}
	return true;
}

/* "# 2026-01-05 10:00:00 by RouterOS 7.12.1" */
static bool
is_header(struct span s)
{
	return s.n > 20 && s.p[0] == '#' && span_has(s, " by RouterOS ");
}

struct menu_tally {
	unsigned lines, menus, commands, others;
	bool header, in_menu, joined;
};

static void
look_at(struct menu_tally *t, struct span line)
{
	struct span s = span_trim(line);
	bool goes_on = s.n > 0 && s.p[s.n - 1] == '\\', joined = t->joined;
	bool command = false;

	t->joined = goes_on;
	if (s.n == 0 || (joined && line.p[0] == ' '))
		return;
	t->lines++;
	t->header |= is_header(s);
	if (is_menu(s, &command)) {
		t->menus++;
		t->commands += command;
		t->in_menu = true;
	} else if (t->in_menu && (span_starts(s, SPAN("add ")) ||
				     span_starts(s, SPAN("set ")))) {
		t->commands += goes_on || span_has(s, "=");
	} else if (s.p[0] != '#' && s.p[0] != ':' && s.p[0] != '[') {
		t->others++;
	}
}

static struct guess
routeros_guess(const struct probe *p)
{
	struct menu_tally t = {0};
	struct span rest = p->head, line;

	while (span_line(&rest, &line))
		look_at(&t, line);
	/* A log or a letter may quote some. */
	if (t.menus == 0 || t.others > t.menus + t.commands)
		return (struct guess){0, NULL};
	if (t.header)
		return (struct guess){98, "\"by RouterOS\""};
	if (t.commands == 0)
		return (struct guess){0, NULL};
	return (struct guess){
	    t.menus + t.commands > 4 ? 92 : 75, "\"/menu\", then add and set"};
}

/* ---- reading ---- */

bool
routeros_adds(const struct path_facts *x, uint32_t command)
{
	return span_starts(path_word(x->tree, command), SPAN("add "));
}

bool
routeros_yes(const struct path_facts *x, uint32_t command, const char *key)
{
	struct span v = routeros_arg(x, command, key);

	return span_is(v, "yes") || span_is(v, "true");
}

static uint32_t
added(const struct path_facts *x, uint32_t c)
{
	while (c != PATH_NONE &&
	       (!routeros_adds(x, c) || routeros_yes(x, c, "disabled")))
		c = path_next(x->tree, c);
	return c;
}

uint32_t
routeros_first(const struct path_facts *x, const char *menu)
{
	return added(
	    x, path_first(x->tree, path_get(x->tree, PATH_ROOT, menu)));
}

uint32_t
routeros_next(const struct path_facts *x, uint32_t command)
{
	return added(x, path_next(x->tree, command));
}

struct span
routeros_part(struct span *rest)
{
	return span_trim(span_until(rest, ','));
}

struct span
routeros_host(struct span s)
{
	s = span_head(s, span_find_byte(s, '/'));
	s = span_head(s, span_find_byte(s, '@'));
	return span_head(s, span_find_byte(s, '%'));
}

bool
routeros_means(const struct path_facts *x, uint32_t command, const char *entry)
{
	struct path_tree *t = x->tree;
	struct span list = path_value(t, command, "numbers"), part;
	uint32_t find = path_get(t, command, "find");

	while (list.n > 0) {
		part = routeros_part(&list);
		if (span_is(part, entry))
			return true;
	}
	EACH_PATH(k, t, find)
	if (span_is(path_word(t, path_first(t, k)), entry))
		return true;
	return false;
}

/* "set telnet disabled=yes", and "disable telnet" in scripts. */
uint32_t
routeros_set(const struct path_facts *x, const char *menu, const char *entry,
    const char *key)
{
	struct path_tree *t = x->tree;
	uint32_t found = PATH_NONE, v;

	EACH_PATH(c, t, path_get(t, PATH_ROOT, menu))
	{
		if (!span_starts(path_word(t, c), SPAN("set ")) ||
		    (entry != NULL && !routeros_means(x, c, entry)))
			continue;
		v = path_value_node(t, c, key);
		found = v != PATH_NONE ? v : found;
	}
	return found;
}

struct span
routeros_shows(struct arena *a, struct span menu, struct span text)
{
	struct span line;
	size_t n;

	if (!span_is(menu, "snmp community ") &&
	    !span_is(menu, "snmp community") &&
	    !span_is(menu, "container envs"))
		return text;
	line = arena_fmt(a, "/%.*s %.*s", SPAN_FMT(menu), SPAN_FMT(text));
	n = menu.n + 2;
	return span_from(secret_redact(a, line), n);
}

/* ---- identity ---- */

struct header {
	struct span line, version, model, serial;
	uint64_t number;
};

/* "# model = RB750Gr3" of an export; "# model: RB750Gr3" where a collector
 * put what other commands print before it, and took the date away. */
static struct span
header_value(struct span comment, const char *name)
{
	struct span s = span_trim(span_from(comment, 1)), value;
	size_t n = strlen(name);

	if (!span_starts(s, span_str(name)))
		return (struct span){0};
	value = span_trim(span_from(s, n));
	if (value.n < 2 || (value.p[0] != '=' && value.p[0] != ':'))
		return (struct span){0};
	return span_trim(span_from(value, 1));
}

static void
take_first(struct span *to, struct span value)
{
	if (to->n == 0)
		*to = value;
}

static struct span
behind(struct span s, const char *words)
{
	size_t at = span_find(s, span_str(words));

	return at == SPAN_NONE ? (struct span){0}
			       : span_trim(span_from(s, at + strlen(words)));
}

static struct header
read_header(struct span bytes)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), s, v;
	struct header h = {0};

	for (uint64_t n = 1; span_line(&rest, &s); n++) {
		s = span_trim(s);
		if (s.n == 0 || s.p[0] != '#')
			continue;
		v = is_header(s) ? behind(s, " by RouterOS ")
				 : header_value(s, "version");
		v = span_word(&v);
		if (v.n > 0 && h.version.n == 0) {
			h.version = v;
			h.line = s;
			h.number = n;
		}
		take_first(&h.model, header_value(s, "model"));
		take_first(&h.model, header_value(s, "board-name"));
		take_first(&h.serial, header_value(s, "serial number"));
		take_first(&h.serial, header_value(s, "serial-number"));
	}
	return h;
}

static void
device(struct path_facts *x, const struct header *h, struct span bytes)
{
	uint32_t name = routeros_set(x, "system identity", NULL, "name");
	struct record *r = facts_begin(x, K_DEVICE, name);

	if (name == PATH_NONE && h->line.n > 0)
		record_init(r, K_DEVICE, h->number,
		    (uint64_t)(h->line.p - bytes.p), h->line);
	record_put(r, F_HOSTNAME, path_word(x->tree, name));
	facts_identity(x, "mikrotik", "routeros", h->version);
	record_put(r, F_MODEL, h->model);
	record_put(r, F_SERIAL, h->serial);
	facts_emit(x);
}

static void
own_addresses(struct path_facts *x)
{
	EACH_ADDED(a, x, "ip address")
	facts_own(x, routeros_arg(x, a, "address"));
	EACH_ADDED(a, x, "ipv6 address")
	facts_own(x, routeros_arg(x, a, "address"));
}

/* An export of one menu has the same header; one of a device speaks of its
 * interfaces or addresses, and of other things. */
static bool
is_whole(const struct path_facts *x, const struct header *h)
{
	unsigned menus = 0;

	EACH_PATH(m, x->tree, PATH_ROOT)
	menus++;
	return h->version.n > 0 && menus >= 3 &&
	       path_get(x->tree, PATH_ROOT, "ip") != PATH_NONE;
}

static void
routeros_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct header h = read_header(in->bytes);

	path_read_menus(x->tree, out);
	x->shows = routeros_shows;
	x->whole = is_whole(x, &h);
	own_addresses(x);
	device(x, &h, in->bytes);
	facts_config(x);
	routeros_services(x);
	routeros_system(x);
	routeros_scripts(x);
	routeros_net(x);
	routeros_tunnels(x);
	routeros_filters(x);
	routeros_translations(x);
}

const struct reader reader_routeros_config = {
    .name = "routeros-config",
    .title = "MikroTik RouterOS configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = routeros_guess,
    .read = routeros_read,
};
