#include "read/config/huawei_vrp.h"

#include "read/config/line_signs.h"

/* ---- which it is ---- */

/* A sign that starts with a blank stands for an indented line. */
static const struct line_sign signs[] = {
    {"!Software Version V", 90, NULL},
    {"!RANCID-CONTENT-TYPE: vrp", 80, NULL},
    {"#RANCID-CONTENT-TYPE: vrp", 80, NULL},
    {"#RANCID-CONTENT-TYPE: huawei", 80, NULL},
    {"sysname ", 45, NULL},
    {"return", 10, NULL},
    {"aaa", 2, NULL},
    {"acl number ", 20, NULL},
    {"acl name ", 15, NULL},
    {"bfd", 1, NULL},
    {"cpu-defend ", 20, NULL},
    {"hwtacacs-server ", 40, NULL},
    {"hwtacacs enable", 40, NULL},
    {"hwtacacs server ", 40, NULL},
    {"info-center ", 35, NULL},
    {"interface GigabitEthernet", 3, NULL},
    {"interface LoopBack", 5, NULL},
    {"interface MEth", 30, NULL},
    {"interface Vlanif", 25, NULL},
    {"interface Eth-Trunk", 25, NULL},
    {"interface XGigabitEthernet", 20, NULL},
    {"interface NULL0", 10, NULL},
    {"ip route-static ", 30, NULL},
    {"ip vpn-instance ", 25, NULL},
    {"ntp-service ", 30, NULL},
    {"observe-port ", 30, NULL},
    {"snmp-agent", 30, NULL},
    {"ssh user ", 20, NULL},
    {"stelnet ", 30, NULL},
    {"sftp server enable", 20, NULL},
    {"telnet server enable", 15, NULL},
    {"telnet server disable", 15, NULL},
    {"traffic classifier ", 10, NULL},
    {"undo telnet ", 25, NULL},
    {"undo http ", 10, NULL},
    {"undo info-center", 20, NULL},
    {"user-interface ", 45, NULL},
    {"vlan batch ", 25, NULL},
    {"header login information", 15, NULL},
    {"lldp enable", 3, NULL},
    {" sysname ", 45, NULL},
    {" snmp-agent", 25, NULL},
    {"[V200R", 60, NULL},
    {"[V800R", 60, NULL},
    {"[V500R", 60, NULL},
    {" local-user ", 40, NULL},
    {" authentication-scheme ", 15, NULL},
    {" undo shutdown", 20, NULL},
    {" undo portswitch", 20, NULL},
    {" port link-type ", 10, NULL},
    {" port trunk allow-pass ", 20, NULL},
    {" peer ", 5, NULL},
    {" protocol inbound ", 25, NULL},
    {" rule ", 5, NULL},
    {" ip binding vpn-instance ", 30, NULL},
    {" hwtacacs-server ", 25, NULL},
};

/* Relatives: Comware of H3C has the same roots, but "version 7.1", "line vty"
 * and "irf"; and what is no configuration of the kind. */
static const char *const foreign[] = {"irf ", "line vty", "line class ",
    "hostname ", "version ", " version 5.", " version 7.", "configure {",
    "configure", "/configure ", "config system ", "set system ",
    "set interfaces ", "frr ", "ltm ", "Current configuration", "<?", "{",
    "enable secret", "service ", " undo version", "mdc "};

struct tally {
	struct line_score sum;
	uint64_t seen;
	bool foreign;
	unsigned lines, ends;
};

static void
look_at(struct tally *t, struct span line)
{
	line = span_rtrim(line);
	if (line.n == 0)
		return;
	t->lines++;
	t->ends += line.p[line.n - 1] == ';' || line.p[line.n - 1] == '{';
	line_signs_count(
	    &t->sum, signs, sizeof(signs) / sizeof(*signs), &t->seen, line);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		t->foreign |= span_starts(line, span_str(foreign[i]));
}

static struct guess
vrp_guess(const struct probe *p)
{
	struct tally t = {0};
	struct span rest = p->head, line;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (!t.foreign && span_line(&rest, &line))
		look_at(&t, line);
	if (t.foreign || t.ends > 1 + t.lines / 20 || t.sum.score < 45)
		return (struct guess){0, NULL};
	t.sum.score += 15;
	return (struct guess){t.sum.score > 100 ? 100 : t.sum.score,
	    t.sum.reason + (t.sum.reason[0] == ' ')};
}

/* ---- the text ---- */

/* "<pe1>display current-configuration", "[~pe1-aaa]" */
static bool
is_prompt(struct span line)
{
	size_t end;

	if (line.p[0] != '<' && line.p[0] != '[')
		return false;
	end = span_find_byte(line, line.p[0] == '<' ? '>' : ']');
	return end != SPAN_NONE && end > 1 && end < 80;
}

static bool
skips(struct span line, unsigned column)
{
	return line.p[0] == '#' || line.p[0] == '!' ||
	       (column == 0 && (is_prompt(line) || line.p[0] == '%'));
}

/* Routers of the AR series indent even what stands at the top; only the
 * separator says that a block is over. */
static bool
resets(struct span line, unsigned column)
{
	return span_is(line, "return") || (column == 0 && span_is(line, "#"));
}

/* Lines of the configuration itself that no banner and no key holds. */
static bool
stops(struct span line)
{
	return span_is(line, "return") || span_starts(line, SPAN("sysname ")) ||
	       span_is(line, "public-key-code begin") ||
	       span_starts(line, SPAN("snmp-agent local-engineid "));
}

/* header login information "TEXT", header shell information %TEXT%; keys and
 * certificates are data up to a line of their own. */
static struct span
open_text(struct span line, size_t *from)
{
	struct span rest = line, word = span_word(&rest);

	*from = line.n;
	if (span_is(line, "public-key-code begin"))
		return SPAN("public-key-code end");
	if (!span_is(word, "header"))
		return (struct span){0};
	span_word(&rest);
	word = span_word(&rest);
	if (!span_is(word, "information"))
		return (struct span){0};
	rest = span_trim(rest);
	if (rest.n == 0)
		return (struct span){0};
	*from = (size_t)(rest.p - line.p) + 1;
	return span_head(rest, 1);
}

static const struct path_indent text = {
    .skips = skips,
    .resets = resets,
    .stops = stops,
    .text = open_text,
};

/* ---- lines ---- */

#define BLOCK_WORDS 8

/* The first words of a block's path, into a buffer of VRP_BLOCK_BYTES that
 * every line uses again: a path of its own for each line could take many times
 * the bytes of the source. */
static struct span
block_text(const struct path_tree *t, uint32_t node, char *out)
{
	uint32_t up[BLOCK_WORDS];
	size_t n = 0, used = 0;

	for (; node != PATH_ROOT; node = path_at(t, node)->parent)
		if (path_at(t, node)->depth <= BLOCK_WORDS && n < BLOCK_WORDS)
			up[n++] = node;
	while (n > 0) {
		struct span w = path_word(t, up[--n]);

		if (used + w.n + 1 > VRP_BLOCK_BYTES)
			break;
		memcpy(out + used, w.p, w.n);
		used += w.n;
		out[used++] = ' ';
	}
	return span_of(out, used ? used - 1 : 0);
}

struct span
vrp_block_word(const struct path_tree *t, uint32_t block, unsigned i)
{
	while (block != PATH_ROOT && path_at(t, block)->depth > i + 1)
		block = path_at(t, block)->parent;
	return block != PATH_ROOT && path_at(t, block)->depth == i + 1
		   ? path_word(t, block)
		   : (struct span){0};
}

void
vrp_each_line(struct path_facts *x,
    void (*f)(struct path_facts *x, const struct vrp_line *l, void *arg),
    void *arg)
{
	struct path_tree *t = x->tree;
	struct vrp_line l = {.block = PATH_ROOT};
	char *room = arena_alloc(x->arena, VRP_BLOCK_BYTES);

	for (uint32_t i = 0; i < t->nstatements; i++) {
		const struct path_statement *s = path_statement_at(t, i);

		if (s->parent != l.block)
			l.in = block_text(t, s->parent, room);
		l.block = s->parent;
		l.number = s->line;
		l.offset = s->offset;
		words_read(&l.w, span_of(s->p, s->n));
		if (l.w.n == 0)
			continue;
		f(x, &l, arg);
	}
}

struct record *
vrp_begin(struct path_facts *x, enum record_kind kind, const struct vrp_line *l)
{
	record_init(&x->rec, kind, l->number, l->offset, l->w.text);
	return &x->rec;
}

struct span
vrp_behind(const struct vrp_line *l, unsigned i, const char *word)
{
	return words_at(&l->w, words_find(&l->w, i, word) + 1);
}

bool
vrp_prefix(
    struct arena *a, const struct words *w, unsigned i, struct prefix *out)
{
	struct span addr = words_at(w, i), n = words_at(w, i + 1);
	uint64_t bits;

	if (span_find_byte(addr, '/') != SPAN_NONE)
		return prefix_read(addr, out);
	if (!span_u64(n, &bits))
		return prefix_of_words(addr, n, out);
	return prefix_read(
	    arena_fmt(a, "%.*s/%.*s", SPAN_FMT(addr), SPAN_FMT(n)), out);
}

/* What the word before a secret says of it. */
static const char *
label_type(struct span w)
{
	if (span_is(w, "irreversible-cipher"))
		return "irreversible-cipher";
	if (span_is(w, "cipher"))
		return "cipher";
	return span_is(w, "simple") || span_is(w, "plain") ? "0" : NULL;
}

void
vrp_put_secret(struct path_facts *x, struct span user, const struct vrp_line *l,
    unsigned i)
{
	const char *type = label_type(words_at(&l->w, i));

	i += type != NULL;
	facts_secret(x, user, type ? type : "0", words_at(&l->w, i));
}

void
vrp_put_secret_below(struct path_facts *x, struct span user, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t at = path_first(t, node);
	const char *type = label_type(path_word(t, at));

	facts_secret(x, user, type ? type : "0",
	    path_word(t, type != NULL ? path_first(t, at) : at));
}

/* ---- the device ---- */

/* "!Software Version V200R019C10SPC500", of AR routers "[V200R003C00]" */
static struct span
release(struct span bytes)
{
	struct span rest = span_head(bytes, 4096), line, version;

	while (span_line(&rest, &line)) {
		line = span_trim(line);
		/* "[V200R003C00]" */
		if (span_starts(line, SPAN("[V")) && span_ends(line, SPAN("]")))
			return span_sub(line, 1, line.n - 1);
		if (!span_starts(line, SPAN("!Software Version ")))
			continue;
		version = span_from(line, strlen("!Software Version "));
		return span_word(&version);
	}
	return (struct span){0};
}

/* "<pe1>display current-configuration" */
static struct span
prompt_name(struct span bytes)
{
	struct span rest = span_head(bytes, 4096), line;

	while (span_line(&rest, &line))
		if (line.n > 0 && line.p[0] == '<' && is_prompt(line))
			return span_sub(line, 1, span_find_byte(line, '>'));
	return (struct span){0};
}

static void
device(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t name = path_value_node(t, PATH_ROOT, "sysname");
	struct record *r = facts_begin(x, K_DEVICE, name);

	record_put(r, F_HOSTNAME,
	    name != PATH_NONE ? path_word(t, name) : prompt_name(t->bytes));
	record_put(r, F_DOMAIN, path_value(t, PATH_ROOT, "dns domain"));
	facts_identity(x, "huawei", "vrp", release(t->bytes));
	facts_emit(x);
}

/* Is it a full configuration, so that silence means a default? */
static bool
is_whole(const struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span end = span_rtrim(t->bytes);

	return path_get(t, PATH_ROOT, "sysname") != PATH_NONE &&
	       path_get(t, PATH_ROOT, "interface") != PATH_NONE &&
	       path_get(t, PATH_ROOT, "aaa") != PATH_NONE &&
	       (span_has(span_from(end, end.n > 200 ? end.n - 200 : 0),
		    "\nreturn") ||
		   path_get(t, PATH_ROOT, "user-interface") != PATH_NONE);
}

static void
vrp_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);

	path_read_indent(x->tree, &text, out);
	x->whole = is_whole(x);
	if (release(in->bytes).n > 0 && !span_has(in->bytes, "\nreturn"))
		out->diag(out, DIAG_TRUNCATED, 0, SPAN("return"));
	vrp_own_addresses(x);
	device(x);
	facts_config(x);
	vrp_settings(x);
	vrp_system(x);
	vrp_net(x);
	vrp_lists(x);
}

const struct reader reader_huawei_vrp_config = {
    .name = "huawei-vrp-config",
    .title = "Huawei VRP configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = vrp_guess,
    .read = vrp_read,
};
