#include "read/config/path_tree.h"

struct options {
	struct path_tree *t;
	struct emit *out;
	struct span s;
	size_t i;
	uint32_t line;
};

/* Words in lower case from the start of a line: verb, group, kind. */
#define LOWER_WORDS 3

static bool
is_command(struct span s)
{
	static const char *const verbs[] = {"add ", "set ", "bind ", "enable ",
	    "disable ", "link ", "apply ", "save ", "unset ", "rm ", "unbind ",
	    "unlink ", "import ", "#"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (span_starts(s, span_str(verbs[i])))
			return true;
	return false;
}

/* Position behind what closes a quoted word whose text starts at from.  One
 * that is not closed before the next command ends with its line. */
static size_t
quote_end(struct options *o, size_t from, char close)
{
	for (size_t i = from; i < o->s.n; i++) {
		char c = o->s.p[i];

		if (c == close)
			return i + 1;
		if (c == '\\' && close == '"' && i + 1 < o->s.n &&
		    o->s.p[i + 1] != '\n')
			i++;
		else if (c == '\n' && is_command(span_from(o->s, i + 1)))
			break;
	}
	o->out->diag(o->out, DIAG_BLOCK_OPEN, o->line, SPAN("\""));
	from = span_find_byte(span_from(o->s, from), '\n') == SPAN_NONE
		   ? o->s.n
		   : from + span_find_byte(span_from(o->s, from), '\n');
	return from;
}

/* q{...}, q/.../: quotes of the policy language.  0 when none starts here. */
static char
q_close(struct span s)
{
	static const char pairs[] = "{}()[]<>";
	const char *p;

	if (s.n < 3 || s.p[0] != 'q' || ascii_alnum((unsigned char)s.p[1]) ||
	    ascii_space((unsigned char)s.p[1]) ||
	    strchr("-_.:=,;\"\\", s.p[1]) != NULL)
		return 0;
	p = strchr(pairs, s.p[1]);
	return p != NULL && (p - pairs) % 2 == 0 ? p[1] : s.p[1];
}

static bool
take_word(struct options *o, struct span *word, size_t *at, bool *quoted)
{
	size_t i = o->i, from;
	char close;

	while (i < o->s.n && o->s.p[i] != '\n' &&
	       ascii_space((unsigned char)o->s.p[i]))
		i++;
	o->i = *at = i;
	*quoted = false;
	if (i >= o->s.n || o->s.p[i] == '\n')
		return false;
	close = o->s.p[i] == '"' ? '"' : q_close(span_from(o->s, i));
	if (close != 0) {
		from = i + (close == '"' ? 1 : 2);
		i = quote_end(o, from, close);
		*word = span_sub(o->s, from, i);
		if (word->n > 0 && word->p[word->n - 1] == close)
			word->n--;
		for (size_t k = from; k < i; k++)
			o->line += o->s.p[k] == '\n';
		*quoted = true;
	} else {
		while (i < o->s.n && !ascii_space((unsigned char)o->s.p[i]))
			i++;
		*word = span_sub(o->s, o->i, i);
	}
	o->i = i;
	return true;
}

static struct span
lower(struct path_tree *t, struct span word)
{
	bool found = false;
	char *p;

	for (size_t i = 0; i < word.n && !found; i++)
		found = word.p[i] >= 'A' && word.p[i] <= 'Z';
	if (!found)
		return word;
	p = arena_alloc(t->arena, word.n);
	for (size_t i = 0; i < word.n; i++)
		p[i] = (char)ascii_lower((unsigned char)word.p[i]);
	return span_of(p, word.n);
}

static bool
is_option(struct span w, bool quoted)
{
	return !quoted && w.n > 1 && w.p[0] == '-' &&
	       ascii_alpha((unsigned char)w.p[1]);
}

static void
on_line(struct options *o)
{
	uint32_t node = PATH_ROOT, object = PATH_ROOT, first_line = o->line;
	struct span word;
	size_t at, first = SIZE_MAX;
	bool quoted, option = false;

	for (unsigned n = 0; take_word(o, &word, &at, &quoted); n++) {
		if (first == SIZE_MAX) {
			if (word.p[0] == '#' ||
			    !is_command(span_from(o->s, at)))
				return;
			first = at;
		}
		if (is_option(word, quoted) && n > 0) {
			option = true;
			node = path_add(o->t, object, lower(o->t, word),
			    o->line, (uint32_t)at);
			continue;
		}
		if (n < LOWER_WORDS)
			word = lower(o->t, word);
		if (word.n == 0)
			continue;
		/* Values of an option are siblings. */
		if (option) {
			path_add(o->t, node, word, o->line, (uint32_t)at);
			continue;
		}
		node = object =
		    path_add(o->t, object, word, o->line, (uint32_t)at);
	}
	if (first != SIZE_MAX)
		path_state(o->t, PATH_ROOT,
		    span_rtrim(span_sub(o->s, first, o->i)), first_line);
}

void
path_read_options(struct path_tree *t, struct emit *out)
{
	struct options o = {.t = t, .out = out, .s = t->bytes, .line = 1};
	size_t n;

	if (span_starts(o.s, SPAN("\xef\xbb\xbf")))
		o.i = 3;
	while (o.i < o.s.n) {
		on_line(&o);
		n = span_find_byte(span_from(o.s, o.i), '\n');
		o.i = n == SPAN_NONE ? o.s.n : o.i + n + 1;
		o.line++;
	}
}
