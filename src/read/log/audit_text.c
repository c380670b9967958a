#include "read/log/audit_text.h"

struct decoding {
	char *p;  /* room for the line in words and its arguments */
	size_t n; /* of them so far */
	char *argv;
	size_t argv_n, argv_room;
	struct span argument; /* name of the last one, without its part */
	bool execve, hex;
	size_t command[2], user[2]; /* where they begin and end in p */
	unsigned rank; /* of the command: the more telling value wins */
};

static int
digit(char c)
{
	unsigned char l = ascii_lower((unsigned char)c);

	return ascii_digit(l)	      ? l - '0'
	       : l >= 'a' && l <= 'f' ? l - 'a' + 10
				      : -1;
}

static bool
is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (digit(s.p[i]) < 0)
			return false;
	return s.n >= 2 && s.n % 2 == 0;
}

static void
put(struct decoding *d, struct span s)
{
	memcpy(d->p + d->n, s.p, s.n);
	d->n += s.n;
}

/* Half as long as its digits. */
static void
put_decoded(struct decoding *d, struct span hex)
{
	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		char c = (char)(digit(hex.p[i]) << 4 | digit(hex.p[i + 1]));

		d->p[d->n++] = (unsigned char)c < ' ' || c == 0x7f ? ' ' : c;
	}
	/* Titles end in NUL, commands in a line end. */
	while (d->n > 0 && d->p[d->n - 1] == ' ')
		d->n--;
}

/* "a12", "a12[3]": the name without its part; empty: no argument. */
static struct span
argument_name(struct span name)
{
	size_t i = 1;

	if (name.n < 2 || name.p[0] != 'a')
		return (struct span){0};
	while (i < name.n && ascii_digit((unsigned char)name.p[i]))
		i++;
	return i > 1 && (i == name.n || name.p[i] == '[') ? span_head(name, i)
							  : (struct span){0};
}

static void
argument_add(struct decoding *d, struct span of, struct span text)
{
	size_t blank = d->argv_n > 0 && !span_eq(of, d->argument);

	d->argument = of;
	if (text.n + blank > d->argv_room - d->argv_n)
		return;
	if (blank)
		d->argv[d->argv_n++] = ' ';
	memcpy(d->argv + d->argv_n, text.p, text.n);
	d->argv_n += text.n;
}

/* How much a value says of what was done; 0: it is no command. */
static unsigned
command_rank(struct span name)
{
	return span_is(name, "cmd") || span_is(name, "data") ? 2
	       : span_is(name, "proctitle")		     ? 1
							     : 0;
}

static bool
coded_name(struct span name)
{
	static const char *const names[] = {"acct", "cmd", "data", "proctitle",
	    "comm", "exe", "cwd", "name", "terminal", "dir", "file", "path"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

/* The value of a name, from d->n on. */
static void
value_put(struct decoding *d, struct span name, struct span v, bool quoted)
{
	struct span arg = d->execve ? argument_name(name) : (struct span){0};
	bool hex = !quoted && (arg.n > 0 || coded_name(name)) && is_hex(v);
	unsigned rank = command_rank(name);
	size_t from;

	if (hex || quoted)
		d->p[d->n++] = '"';
	from = d->n;
	if (hex)
		put_decoded(d, v);
	else
		put(d, v);
	d->hex |= hex;
	if (arg.n > 0)
		argument_add(d, arg, span_of(d->p + from, d->n - from));
	if ((hex || quoted) && rank > d->rank) {
		d->rank = rank;
		d->command[0] = from;
		d->command[1] = d->n;
	}
	if ((hex || quoted) && d->user[1] == 0 && span_is(name, "acct")) {
		d->user[0] = from;
		d->user[1] = d->n;
	}
	if (hex || quoted)
		d->p[d->n++] = '"';
}

static bool
name_byte(unsigned char c)
{
	return ascii_alnum(c) || c == '_' || c == '-' || c == '[' || c == ']';
}

/* The next name and value of s, which is taken off it. */
static void
pair_put(struct decoding *d, struct span *s)
{
	size_t i = 0, end;
	struct span name;
	bool quoted;

	while (i < s->n && name_byte((unsigned char)s->p[i]))
		i++;
	if (i == 0 || i == s->n || s->p[i] != '=') {
		i += i < s->n;
		put(d, span_head(*s, i));
		*s = span_from(*s, i);
		return;
	}
	name = span_head(*s, i);
	put(d, span_head(*s, i + 1));
	*s = span_from(*s, i + 1);
	quoted = s->n > 0 && s->p[0] == '"';
	if (quoted) {
		*s = span_from(*s, 1);
		end = span_find_byte(*s, '"');
		end = end == SPAN_NONE ? s->n : end;
	} else {
		for (end = 0; end < s->n &&
			      !ascii_space((unsigned char)s->p[end]) &&
			      s->p[end] != '\'' && s->p[end] != '"';)
			end++;
	}
	value_put(d, name, span_head(*s, end), quoted);
	*s = span_from(*s, end + (quoted && end < s->n));
}

/* All arguments, behind the line. */
static void
argv_put(struct decoding *d)
{
	put(d, SPAN(" argv=\""));
	d->command[0] = d->n;
	d->command[1] = d->n + d->argv_n;
	put(d, span_of(d->argv, d->argv_n));
	put(d, SPAN("\""));
}

void
audit_text_read(struct arena *a, struct span line, struct audit_text *out)
{
	struct decoding d = {
	    .execve = span_has(line, " argc=") || span_has(line, "=EXECVE ")};
	struct span s = line;

	/* Two hex digits become a byte and two quotes; the end of a value that
	 * is cut off gets a quote. */
	d.p = arena_alloc(a, 4 * line.n + 64);
	d.argv_room = d.execve ? 2 * line.n : 0;
	d.argv = arena_alloc(a, d.argv_room + 1);
	while (s.n > 0)
		pair_put(&d, &s);
	if (d.argv_n > 0)
		argv_put(&d);
	*out = (struct audit_text){.line = line};
	if (!d.hex && d.argv_n == 0 && d.command[1] == 0 && d.user[1] == 0)
		return;
	out->line = span_of(d.p, d.n);
	out->command = span_sub(out->line, d.command[0], d.command[1]);
	out->user = span_sub(out->line, d.user[0], d.user[1]);
}
