#include "read/config/nokia_sros.h"

/* ---- which it is ---- */

struct sign {
	const char *text; /* what the line starts with, behind its blanks */
	int weight;
	bool top; /* at the line's start only */
};

static const struct sign signs[] = {
    {"# TiMOS-", 80, true},
    {"# Configuration format version ", 50, true},
    {"configure {", 70, true},
    {"/configure ", 70, true},
    {"[ex:/", 60, true},
    {"[gl:/", 60, true},
    {"[pr:/", 60, true},
    {"[ro:/", 60, true},
    {"(ex)[/", 60, true},
    {"(gl)[/", 60, true},
    {"(pr)[/", 60, true},
    {"(ro)[/", 60, true},
    {"persistent-indices {", 40, true},
    {"exit all", 30, true},
    {"configure", 10, true},
    {"#RANCID-CONTENT-TYPE: timos", 60, true},
    {"#RANCID-CONTENT-TYPE: sros", 60, true},
    {"#RANCID-CONTENT-TYPE: nokia", 60, true},
    {"echo \"", 30, false},
    {"admin-state enable", 20, false},
    {"authentication-order tacplus", 20, false},
    {"authentication-order radius", 20, false},
    {"card-type iom", 30, false},
    {"card-type xcm", 30, false},
    {"mda-type ", 25, false},
    {"autonomous-system ", 5, false},
    {"cpm-filter", 35, false},
    {"cpu-protection", 20, false},
    {"customer 1 create", 40, false},
    {"exit", 5, false},
    {"log-id ", 25, false},
    {"management-access-filter", 45, false},
    {"mirror-dest ", 45, false},
    {"mirror-source ", 35, false},
    {"no shutdown", 2, false},
    {"restricted-to-home", 30, false},
    {"router \"Base\" {", 60, false},
    {"router Base", 30, false},
    {"sap lag-", 25, false},
    {"sdp ", 15, false},
    {"spoke-sdp ", 25, false},
    {"static-route-entry ", 45, false},
    {"vprn ", 25, false},
    {"vpls ", 10, false},
    {"interface \"system\"", 35, false},
    {"member \"administrative\"", 35, false},
    {"member [\"administrative\"]", 35, false},
    {"primary-image ", 15, false},
    {"primary-config ", 15, false},
};
#define SIGNS (sizeof(signs) / sizeof(*signs))

/* Relatives with braces or "exit" of their own: F5, VyOS, SR Linux, EdgeOS,
 * Arista and Cisco; and what is no configuration. */
static const char *const foreign[] = {"ltm ", "net self", "sys global-settings",
    "#TMSH", "// vyos", "interfaces {", "network-instance ", "hostname ",
    "sysname ", "config system ", "set system ", "set interfaces ", "version ",
    "<?", "{\"", "#config-version=", "frr ", "/interface", "/ip ", "/system "};

struct tally {
	bool seen[SIGNS], foreign;
	int score, best;
	unsigned lines, stops, marks;
	const char *reason;
};

static void
look_at(struct tally *t, struct span line)
{
	struct span s = span_trim(line);
	bool top = line.n > 0 && !ascii_blank((unsigned char)line.p[0]);

	if (s.n == 0)
		return;
	t->lines++;
	t->stops += s.p[s.n - 1] == ';';
	t->marks += s.p[0] == '!';
	for (size_t i = 0; i < SIGNS; i++) {
		if (t->seen[i] || (signs[i].top && !top) ||
		    s.p[0] != signs[i].text[0] ||
		    !span_starts(s, span_str(signs[i].text)))
			continue;
		t->seen[i] = true;
		t->score += signs[i].weight;
		if (signs[i].weight > t->best) {
			t->best = signs[i].weight;
			t->reason = signs[i].text;
		}
	}
	for (size_t i = 0; top && i < sizeof(foreign) / sizeof(*foreign); i++)
		t->foreign |= span_starts(s, span_str(foreign[i]));
}

/* "A:pe1>config>system# info", "*A:admin@pe1# info": the device's name and
 * what stands between its name and the sign. */
static bool
is_prompt(struct span line, struct span *name, struct span *path)
{
	struct span rest = line, head = span_word(&rest);
	size_t mark;

	if (span_starts(head, SPAN("*")))
		head = span_from(head, 1);
	if (head.n < 4 || head.p[1] != ':' ||
	    (head.p[0] != 'A' && head.p[0] != 'B'))
		return false;
	if (!span_ends(head, SPAN("#")) && !span_ends(head, SPAN("$")))
		return false;
	mark = span_find_byte(head, '>');
	*path = mark == SPAN_NONE ? (struct span){0}
				  : span_sub(head, mark + 1, head.n - 1);
	*name = span_sub(head, 2, mark == SPAN_NONE ? head.n - 1 : mark);
	mark = span_find_byte(*name, '@');
	if (mark != SPAN_NONE)
		*name = span_from(*name, mark + 1);
	return true;
}

static struct guess
sros_guess(const struct probe *p)
{
	struct tally t = {0};
	struct span rest = p->head, line, name, path;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (!t.foreign && span_line(&rest, &line)) {
		look_at(&t, line);
		if (is_prompt(span_trim(line), &name, &path) &&
		    span_starts(path, SPAN("config"))) {
			t.score += 30;
			t.reason = t.reason ? t.reason : "prompt >config>";
		}
	}
	/* A collector may put a few comments of its own kind before it. */
	if (t.foreign || t.stops > t.lines / 20 ||
	    (t.marks > 8 && t.marks > t.lines / 20) || t.score < 45)
		return (struct guess){0, NULL};
	t.score += 15;
	return (struct guess){t.score > 100 ? 100 : t.score, t.reason};
}

/* ---- the classic CLI ---- */

static bool
skips(struct span line, unsigned column)
{
	struct span name, path;

	return line.p[0] == '#' || line.p[0] == '!' || span_is(line, "exit") ||
	       span_starts(line, SPAN("echo \"")) ||
	       span_starts(line, SPAN("-----")) ||
	       span_starts(line, SPAN("=====")) ||
	       (column == 0 && is_prompt(line, &name, &path));
}

static bool
resets(struct span line, unsigned column)
{
	(void)column;
	return span_is(line, "exit all");
}

/* A message may hold any command, but not the lines between parts. */
static bool
stops(struct span line)
{
	return span_starts(line, SPAN("#-----")) ||
	       span_starts(line, SPAN("echo \""));
}

/* "A:pe1>config>service>vprn# info" */
static bool
context(struct path_tree *t, struct span line, uint32_t number, uint32_t offset,
    uint32_t *node)
{
	struct span name, path, word;

	if (!is_prompt(line, &name, &path))
		return false;
	*node = PATH_ROOT;
	while (path.n > 0) {
		word = span_until(&path, '>');
		if (span_is(word, "config"))
			word = SPAN("configure");
		*node = path_add(t, *node, word, number, offset);
	}
	return true;
}

/* A quote that the line does not close. */
static struct span
open_text(struct span line, size_t *from)
{
	bool open = false;

	for (size_t i = 0; i < line.n; i++) {
		if (open && line.p[i] == '\\') {
			i++;
		} else if (line.p[i] == '"') {
			open = !open;
			*from = i + 1;
		}
	}
	return open ? SPAN("\"") : (struct span){0};
}

static const struct path_indent_block blocks[] = {
    {"match", 1},
    {"customer", 2},
    {"entry", 2},
    {"epipe", 2},
    {"ies", 2},
    {"ip-filter", 2},
    {"ipv6-filter", 2},
    {"lag", 2},
    {"log-id", 2},
    {"mirror-dest", 2},
    {"mirror-source", 2},
    {"schedule", 2},
    {"script", 2},
    {"script-policy", 2},
    {"sdp", 2},
    {"syslog", 2},
    {"vpls", 2},
    {"vprn", 2},
    {NULL, 0},
};

static const struct path_indent classic = {
    .skips = skips,
    .resets = resets,
    .stops = stops,
    .context = context,
    .text = open_text,
    .blocks = blocks,
    .drop = "create",
    .quotes = true,
};

/* More lines that open or close a brace, or hold a whole path, than "exit"? */
static bool
is_model_driven(struct span bytes)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), line;
	unsigned braces = 0, exits = 0;

	while (span_line(&rest, &line)) {
		line = span_trim(line);
		exits += span_is(line, "exit") || span_is(line, "no shutdown");
		braces += span_ends(line, SPAN("{")) || span_is(line, "}") ||
			  span_starts(line, SPAN("/configure ")) ||
			  span_starts(line, SPAN("admin-state ")) ||
			  span_has(span_head(line, 8), "[/") ||
			  span_has(span_head(line, 8), ":/");
	}
	return braces > exits;
}

/* ---- look-ups ---- */

uint32_t
sros_get(const struct path_tree *t, uint32_t node, const char *paths)
{
	struct span rest = span_str(paths);

	while (rest.n > 0) {
		struct span path = span_until(&rest, '|'), word;
		uint32_t i = node;

		while (i != PATH_NONE && (word = span_word(&path)).n > 0)
			i = path_find_active(t, i, word);
		if (i != PATH_NONE)
			return i;
	}
	return PATH_NONE;
}

uint32_t
sros_value_node(const struct path_tree *t, uint32_t node, const char *paths)
{
	return path_first(t, sros_get(t, node, paths));
}

struct span
sros_value(const struct path_tree *t, uint32_t node, const char *paths)
{
	return path_word(t, sros_value_node(t, node, paths));
}

uint32_t
sros_top(const struct path_tree *t)
{
	uint32_t top = path_get(t, PATH_ROOT, "configure");

	return top != PATH_NONE ? top : PATH_ROOT;
}

enum sros_state
sros_flag(
    const struct path_tree *t, uint32_t node, const char *word, uint32_t *at)
{
	uint32_t on = path_get(t, node, word);
	uint32_t off = path_get(t, path_get(t, node, "no"), word);

	if (at != NULL)
		*at = on != PATH_NONE ? on : off;
	if (on != PATH_NONE)
		return path_get(t, on, "false") != PATH_NONE ? SROS_OFF
							     : SROS_ON;
	return off != PATH_NONE ? SROS_OFF : SROS_UNSAID;
}

enum sros_state
sros_admin(const struct path_tree *t, uint32_t node, uint32_t *at)
{
	uint32_t state = path_value_node(t, node, "admin-state");
	enum sros_state down;

	if (state != PATH_NONE) {
		if (at != NULL)
			*at = state;
		return span_is(path_word(t, state), "enable") ? SROS_ON
							      : SROS_OFF;
	}
	down = sros_flag(t, node, "shutdown", at);
	return down == SROS_ON ? SROS_OFF : down == SROS_OFF ? SROS_ON : down;
}

uint32_t
sros_inner(const struct path_tree *t, uint32_t node)
{
	uint32_t owner = path_value_node(t, node, "owner");

	return path_first(t, owner) != PATH_NONE ? owner : node;
}

static bool
is_instance(const struct path_tree *t, uint32_t node)
{
	static const char *const parts[] = {"bgp", "interface",
	    "static-route-entry", "static-routes", "static-route",
	    "autonomous-system"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (path_get(t, node, parts[i]) != PATH_NONE)
			return true;
	return false;
}

/* "router Base", "router "management"", and of old "router" alone. */
static void
each_router_below(struct path_facts *x, uint32_t top,
    void (*f)(struct path_facts *x, uint32_t router, struct span vrf))
{
	static const char *const statements[] = {"bgp", "interface", "isis",
	    "ldp", "mpls", "ospf", "ospf3", "rip", "rsvp", "policy-options",
	    "static-route", "static-route-entry", "static-routes", NULL};
	struct path_tree *t = x->tree;
	uint32_t router = path_get(t, top, "router");

	if (is_instance(t, router))
		f(x, router, (struct span){0});
	EACH_PATH(r, t, router)
	{
		struct span name = path_word(t, r);
		const char *const *s = statements;

		while (*s != NULL && !span_is(name, *s))
			s++;
		if (*s == NULL && is_instance(t, r))
			f(x, r,
			    span_is(name, "Base") ? (struct span){0} : name);
	}
}

void
sros_each_router(struct path_facts *x,
    void (*f)(struct path_facts *x, uint32_t router, struct span vrf))
{
	struct path_tree *t = x->tree;
	uint32_t top = sros_top(t);

	each_router_below(x, top, f);
	each_router_below(x, path_get(t, PATH_ROOT, "bof"), f);
	EACH_PATH(v, t, path_get(t, top, "service vprn"))
	f(x, v, path_word(t, v));
	EACH_PATH(v, t, path_get(t, top, "service ies"))
	f(x, v, (struct span){0});
}

/* ---- the device ---- */

/* "# TiMOS-B-16.0.R4 both/x86_64 Nokia 7750 SR-1 Copyright (c) ..." */
static void
put_head(struct path_facts *x, struct span head)
{
	struct record *r = &x->rec;
	struct span rest = head, line, model;
	size_t at, end;

	for (unsigned i = 0; i < 40 && span_line(&rest, &line); i++) {
		at = span_find(line, SPAN("TiMOS-"));
		if (at == SPAN_NONE)
			continue;
		line = span_from(line, at + 6);
		/* One letter says what the image is built for. */
		if (line.n > 2 && line.p[1] == '-')
			line = span_from(line, 2);
		facts_identity(x, "nokia", "sr-os",
		    span_head(line, span_find_byte(line, ' ')));
		at = span_find(line, SPAN("Nokia "));
		if (at != SPAN_NONE)
			at += 6;
		else if ((at = span_find(line, SPAN("ALCATEL"))) != SPAN_NONE)
			at += span_find_byte(span_from(line, at), ' ') + 1;
		else
			return;
		if (at > line.n)
			return;
		model = span_from(line, at);
		end = span_find(model, SPAN(" Copyright"));
		record_put(r, F_MODEL, span_trim(span_head(model, end)));
		return;
	}
	facts_identity(x, "nokia", "sr-os", (struct span){0});
}

/* The name in the first prompt of a session. */
static struct span
prompt_name(struct span bytes)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), line, name,
		    path;

	while (span_line(&rest, &line))
		if (is_prompt(span_trim(line), &name, &path))
			return name;
	return (struct span){0};
}

static void
device(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t name = sros_value_node(t, sros_top(t), "system name");
	struct record *r = facts_begin(x, K_DEVICE, name);
	uint32_t domain =
	    sros_value_node(t, sros_top(t), "system dns domain|dns-domain");

	record_put(r, F_HOSTNAME,
	    name != PATH_NONE ? path_word(t, name) : prompt_name(t->bytes));
	record_put(r, F_DOMAIN, path_word(t, domain));
	put_head(x, t->bytes);
	facts_emit(x);
}

static void
sros_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct path_tree *t = x->tree;
	uint32_t top;

	if (is_model_driven(in->bytes))
		path_read_brace_lines(t, out);
	else
		path_read_indent(t, &classic, out);
	top = sros_top(t);
	x->whole = (path_get(t, top, "system name") != PATH_NONE ||
		       span_has(span_head(in->bytes, 4096), "# TiMOS-")) &&
		   path_get(t, top, "system security") != PATH_NONE &&
		   path_get(t, top, "router") != PATH_NONE;
	sros_own_addresses(x);
	device(x);
	facts_config(x);
	sros_services(x);
	sros_system(x);
	sros_net(x);
	sros_watch(x);
	sros_filters(x);
}

const struct reader reader_nokia_sros_config = {
    .name = "nokia-sros-config",
    .title = "Nokia SR OS configuration (classic CLI and MD-CLI)",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = sros_guess,
    .read = sros_read,
};
