#include "read/config/path_tree.h"

/* The longest stem of a key that later ones take over; real ones are words. */
#define KEY_STEM_BYTES 64

struct menus {
	struct path_tree *t;
	struct emit *out;
	struct span rest;  /* of the source */
	uint32_t next;	   /* number of the next line */
	uint32_t menu;	   /* node of the current one */
	uint32_t commands; /* so far */

	/* The command under way. */
	struct span s; /* its lines in one */
	size_t i;
	uint32_t line, offset;
	struct span key; /* the last whole one: ".as=" goes on with it */
};

/* ---- lines ---- */

static bool
goes_on(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[line.n - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

static struct span
next_line(struct menus *m)
{
	size_t n = span_find_byte(m->rest, '\n');
	struct span line = span_head(m->rest, n);

	m->rest = span_from(m->rest, n == SPAN_NONE ? m->rest.n : n + 1);
	m->next++;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static struct span
skip_blanks(struct span s)
{
	while (s.n > 0 && ascii_space((unsigned char)s.p[0]))
		s = span_from(s, 1);
	return s;
}

/* The lines from this one on whose last byte is a backslash, in one. */
static void
join(struct menus *m, struct span line)
{
	struct menus ahead = *m;
	struct span part = line;
	size_t room = line.n, n = 0;
	char *out;

	while (goes_on(part) && ahead.rest.n > 0) {
		part = next_line(&ahead);
		room += part.n;
	}
	out = arena_alloc(m->t->arena, room + 1);
	for (;;) {
		bool more = goes_on(line);

		memcpy(out + n, line.p, line.n - more);
		n += line.n - more;
		if (!more || m->rest.n == 0)
			break;
		line = skip_blanks(next_line(m));
	}
	m->s = span_of(out, n);
}

/* ---- words ---- */

static char
at(const struct menus *m)
{
	return m->i < m->s.n ? m->s.p[m->i] : '\0';
}

static void
skip(struct menus *m)
{
	while (m->i < m->s.n && ascii_space((unsigned char)m->s.p[m->i]))
		m->i++;
}

/* Behind the quote that closes. */
static void
skip_quoted(struct menus *m)
{
	for (m->i++; m->i < m->s.n; m->i++) {
		if (m->s.p[m->i] == '"') {
			m->i++;
			return;
		}
		m->i += m->s.p[m->i] == '\\';
	}
	m->i = m->s.n;
	m->out->diag(m->out, DIAG_BLOCK_OPEN, m->line, SPAN("\""));
}

/* Behind the bracket that closes the one here, or to the end. */
static void
skip_brackets(struct menus *m)
{
	unsigned depth = 0;

	while (m->i < m->s.n) {
		char c = at(m);

		if (c == '"') {
			skip_quoted(m);
			continue;
		}
		m->i++;
		if (c == '[' || c == '(' || c == '{')
			depth++;
		else if ((c == ']' || c == ')' || c == '}') && --depth == 0)
			return;
	}
}

static int
hex(char c)
{
	if (ascii_digit((unsigned char)c))
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What stands behind a backslash: one byte.  Returns how many it took. */
static size_t
escaped(struct span s, char *out)
{
	static const char from[] = "nrtabfv_", to[] = "\n\r\t\a\b\f\v ";
	const char *k;

	if (s.n >= 2 && hex(s.p[0]) >= 0 && hex(s.p[1]) >= 0) {
		*out = (char)(hex(s.p[0]) << 4 | hex(s.p[1]));
		return 2;
	}
	k = s.p[0] != '\0' ? strchr(from, s.p[0]) : NULL;
	*out = k != NULL ? to[k - from] : s.p[0];
	return 1;
}

/* A value without its quotes and escapes. */
static struct span
plain(struct menus *m, struct span v)
{
	size_t n = 0;
	char *out;

	if (v.n == 0 || v.p[0] != '"')
		return v;
	v = span_from(v, 1);
	if (v.n > 0 && v.p[v.n - 1] == '"')
		v.n--;
	if (span_find_byte(v, '\\') == SPAN_NONE)
		return v;
	out = arena_alloc(m->t->arena, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] != '\\' || i + 1 == v.n)
			out[n++] = v.p[i];
		else
			i += escaped(span_from(v, i + 1), &out[n++]);
	}
	return span_of(out, n);
}

/* A word to the next blank, sign of equality or slash. */
static struct span
take_word(struct menus *m)
{
	size_t from = m->i;

	while (m->i < m->s.n && !ascii_space((unsigned char)at(m)) &&
	       strchr("=/[]\";", at(m)) == NULL)
		m->i++;
	return span_sub(m->s, from, m->i);
}

static struct span
take_value(struct menus *m)
{
	size_t from = m->i;

	if (at(m) == '"')
		skip_quoted(m);
	else if (at(m) == '[' || at(m) == '(' || at(m) == '{')
		skip_brackets(m);
	else
		while (m->i < m->s.n && !ascii_space((unsigned char)at(m)) &&
		       at(m) != ']')
			m->i++;
	return span_sub(m->s, from, m->i);
}

/* ---- commands ---- */

static uint32_t
node(struct menus *m, uint32_t parent, struct span word)
{
	return path_append(m->t, parent, word, m->line, m->offset);
}

/* remote.address=A .as=N: the second is remote.as */
static struct span
whole_key(struct menus *m, struct span key)
{
	size_t dot;

	if (key.n == 0 || key.p[0] != '.') {
		m->key = key;
		return key;
	}
	dot = span_find_byte(m->key, '.');
	if (dot == SPAN_NONE || dot > KEY_STEM_BYTES)
		return key;
	return arena_fmt(m->t->arena, "%.*s%.*s",
	    SPAN_FMT(span_head(m->key, dot)), SPAN_FMT(key));
}

static void
put_argument(
    struct menus *m, uint32_t below, struct span key, struct span value)
{
	if (key.n > 0 && path_find(m->t, below, key) == PATH_NONE)
		node(m, node(m, below, key), plain(m, value));
}

static void arguments(struct menus *m, uint32_t below, char end);

/* [ find default-name=ether1 ] */
static void
take_find(struct menus *m, uint32_t below)
{
	m->i++;
	skip(m);
	if (span_starts(span_from(m->s, m->i), SPAN("find")))
		m->i += 4;
	arguments(
	    m, path_add(m->t, below, SPAN("find"), m->line, m->offset), ']');
}

static void
argument(struct menus *m, uint32_t below)
{
	size_t from = m->i;
	struct span key = take_word(m);

	if (at(m) == '=' && key.n > 0) {
		m->i++;
		put_argument(m, below, whole_key(m, key), take_value(m));
		return;
	}
	m->i = from;
	key = take_value(m);
	if (key.n == 0)
		m->i++;
	else if (span_find_byte(SPAN("!-"), key.p[0]) == SPAN_NONE &&
		 path_get(m->t, below, "numbers") == PATH_NONE)
		put_argument(m, below, SPAN("numbers"), key);
	else
		put_argument(m, below, key, (struct span){0});
}

static void
arguments(struct menus *m, uint32_t below, char end)
{
	for (skip(m); m->i < m->s.n; skip(m)) {
		if (at(m) == end) {
			m->i++;
			return;
		}
		/* One find in a command: no depth to lose oneself in. */
		if (at(m) == '[' && end == '\0')
			take_find(m, below);
		else
			argument(m, below);
	}
}

static bool
is_verb(struct span w)
{
	static const char *const verbs[] = {"add", "set", "remove", "disable",
	    "enable", "unset", "move", "print", "export", "import", "edit",
	    "reset", "comment", "find", "get", "start", "stop", "run", "quit",
	    "monitor", "save", "load", "sign", "generate"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (span_is(w, verbs[i]))
			return true;
	return false;
}

static bool
is_menu_word(struct span w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!ascii_alnum((unsigned char)w.p[i]) && w.p[i] != '-')
			return false;
	return w.n > 0;
}

static void
command(struct menus *m, uint32_t menu, struct span verb)
{
	uint32_t n = m->commands++;
	struct span text = span_trim(m->s);

	if (!span_is(verb, "add") && !span_is(verb, "set") &&
	    !span_is(verb, "disable") && !span_is(verb, "enable"))
		return;
	path_state_at(m->t, menu, text, m->line, m->offset);
	arguments(m,
	    node(m, menu, arena_fmt(m->t->arena, "%.*s %u", SPAN_FMT(verb), n)),
	    '\0');
}

/* "[admin@gw1] /ip address> add ..."; the menu is then that one. */
static void
skip_prompt(struct menus *m)
{
	struct span rest = span_from(m->s, m->i);
	size_t close = span_find_byte(rest, ']');
	size_t mark = span_find_byte(rest, '>');

	if (at(m) != '[' || close == SPAN_NONE || mark == SPAN_NONE ||
	    mark < close ||
	    span_find_byte(span_head(rest, close), '@') == SPAN_NONE)
		return;
	m->i += mark + 1;
	skip(m);
}

static void
one_command(struct menus *m)
{
	uint32_t menu = m->menu;
	struct span word;

	m->i = 0;
	m->key = (struct span){0};
	skip(m);
	skip_prompt(m);
	if (at(m) == '\0' || at(m) == '#' || at(m) == ':')
		return;
	if (at(m) == '/')
		menu = PATH_ROOT;
	for (;;) {
		while (at(m) == '/' || ascii_space((unsigned char)at(m)))
			m->i++;
		word = take_word(m);
		if (is_verb(word)) {
			command(m, menu, word);
			return;
		}
		if (!is_menu_word(word))
			break;
		menu = path_add(m->t, menu, word, m->line, m->offset);
	}
	if (m->i >= m->s.n)
		m->menu = menu;
}

void
path_read_menus(struct path_tree *t, struct emit *out)
{
	struct menus m = {
	    .t = t, .out = out, .rest = t->bytes, .next = 1, .menu = PATH_ROOT};
	struct span line, start;

	t->joined = true;
	while (m.rest.n > 0) {
		m.line = m.next;
		line = next_line(&m);
		start = skip_blanks(line);
		if (start.n == 0 || start.p[0] == '#')
			continue;
		m.offset = (uint32_t)(start.p - t->bytes.p);
		m.s = start;
		if (goes_on(line))
			join(&m, start);
		one_command(&m);
	}
	if (goes_on(span_rtrim(t->bytes)))
		out->diag(out, DIAG_TRUNCATED, m.next - 1, SPAN("\\"));
}
