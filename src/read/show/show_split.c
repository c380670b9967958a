#include "read/show/show_split.h"

#include "base/limits.h"
#include "read/prompt_parts.h"

/* ---- prompts ---- */

/* "NAME(config)", "NAME (global)": without the mode. */
static struct span
without_mode(struct span s)
{
	size_t open = span_rfind_byte(s, '(');

	if (!span_ends(s, SPAN(")")) || open == SPAN_NONE)
		return s;
	return span_rtrim(span_head(s, open));
}

/* "[NAME:~]$": the shell of IOS XR's Linux. */
static bool
shell_read(struct span left, struct span rest, struct show_mark *out)
{
	struct span name;

	if (!span_starts(left, SPAN("[")) || !span_ends(left, SPAN("]")))
		return false;
	left = span_sub(left, 1, left.n - 1);
	name = span_until(&left, ':');
	*out = (struct show_mark){name, span_trim(rest), "cisco_xr"};
	return prompt_is_name(name);
}

static bool
prompt_read(struct span line, struct show_mark *out)
{
	size_t end = prompt_end(line, true), at;
	struct span left, rest, name;
	const char *platform = NULL;
	bool node;

	if (end == SPAN_NONE || end == 0)
		return false;
	left = span_head(line, end);
	rest = span_from(line, end + 1);
	if (line.p[end] == '$')
		return shell_read(left, rest, out);
	name = without_mode(span_rtrim(left));
	at = span_find_byte(name, '@');
	if (at != SPAN_NONE && line.p[end] == '>') {
		name = span_from(name, at + 1);
		platform = "juniper_junos";
	} else if (ascii_blank((unsigned char)left.p[left.n - 1])) {
		platform = "fortinet";
	}
	name = prompt_without_node(name, &node);
	if (node)
		platform = "cisco_xr";
	at = span_find(name, SPAN("/")); /* asa1/pri/act */
	if (at != SPAN_NONE && span_sub(name, at, at + 4).n == 4) {
		struct span unit = span_sub(name, at, at + 4);

		if (span_is(unit, "/pri") || span_is(unit, "/sec") ||
		    span_is(unit, "/act") || span_is(unit, "/stb")) {
			name = span_head(name, at);
			platform = "cisco_asa";
		}
	}
	rest = span_trim(rest);
	if (!prompt_is_name(name) ||
	    (rest.n > 0 && !ascii_alpha((unsigned char)rest.p[0]) &&
		rest.p[0] != '?'))
		return false;
	*out = (struct show_mark){name, rest, platform};
	return true;
}

/* ---- titles ---- */

static size_t
run_length(struct span s)
{
	size_t n = 0;

	if (s.n == 0 || strchr("-=+*#`>", s.p[0]) == NULL)
		return 0;
	while (n < s.n && s.p[n] == s.p[0])
		n++;
	return n;
}

static bool
title_read(struct span line, struct show_mark *out)
{
	struct span s = span_trim(line);
	size_t n = run_length(s);
	char c;

	if (n == 0)
		return false;
	c = s.p[0];
	if (c == '`' || c == '>' ? n != 1 : n < 3)
		return false;
	s = span_from(s, n);
	if (c == '>' && !span_starts(s, SPAN(" ")))
		return false;
	s = span_trim(s);
	if (c == '`' && !span_ends(s, SPAN("`")))
		return false;
	n = 0;
	while (s.n > 0 && s.p[s.n - 1] == c) {
		s.n--;
		n++;
	}
	if (n == 0 && c != '#' && c != '>')
		return false;
	*out = (struct show_mark){{0}, span_trim(s), NULL};
	return show_command(out->command);
}

bool
show_mark_read(struct span line, struct show_mark *out)
{
	line = span_rtrim(line);
	if (line.n == 0)
		return false;
	return prompt_read(line, out) || title_read(line, out);
}

/* ---- commands ---- */

static bool
abbreviates(struct span word, const char *full, size_t least)
{
	return word.n >= least && span_starts_nocase(span_str(full), word);
}

/* Words that give the command to somebody else. */
static struct span
without_carrier(struct span s)
{
	for (int i = 0; i < 3; i++) {
		struct span rest = s, word = span_word(&rest);

		if (!abbreviates(word, "do", 2) &&
		    !abbreviates(word, "admin", 5) &&
		    !abbreviates(word, "fnsysctl", 8))
			break;
		s = span_trim(rest);
	}
	return s;
}

static bool
is_show(struct span word)
{
	return abbreviates(word, "show", 2);
}

bool
show_command(struct span command)
{
	static const char *const words[] = {"get", "dir", "verify", "run",
	    "netstat", "ss", "ps", "cat", "chkconfig", "diagnose", "more",
	    "ifconfig", "service", "bash"};
	struct span rest = without_carrier(command), word = span_word(&rest);

	if (is_show(word) && span_word(&rest).n > 0)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is(word, words[i]))
			return true;
	return false;
}

bool
show_command_config(struct span command)
{
	struct span rest = without_carrier(command), word = span_word(&rest);
	struct span what = span_word(&rest);

	if (span_is(word, "more"))
		return span_has(what, "config");
	if (!is_show(word))
		return false;
	return abbreviates(what, "running-config", 3) ||
	       abbreviates(what, "startup-config", 4) ||
	       (abbreviates(what, "configuration", 4) &&
		   !abbreviates(span_word(&rest), "sessions", 4)) ||
	       abbreviates(what, "full-configuration", 6);
}

bool
show_command_version(struct span command)
{
	struct span rest = without_carrier(command), word = span_word(&rest);

	return is_show(word) && abbreviates(span_word(&rest), "version", 3);
}

/* ---- blocks ---- */

/* Does the mark end a block of that name? */
static bool
ends_block(const struct show_mark *of, const struct show_mark *m)
{
	if (m->name.n == 0 || of->name.n == 0 || span_eq(of->name, m->name))
		return true;
	return show_command(m->command);
}

bool
show_block_next(struct span *rest, uint64_t *line, struct show_block *out)
{
	struct span text = *rest, at = text, l;
	struct show_mark m;

	if (text.n == 0)
		return false;
	*out = (struct show_block){.line = *line};
	if (span_line(&at, &l) && show_mark_read(l, &out->mark)) {
		++*line;
		out->line = *line;
		text = at;
	} else {
		at = text;
		out->mark = (struct show_mark){0};
	}
	for (;;) {
		*rest = at;
		if (!span_line(&at, &l))
			break;
		if (show_mark_read(l, &m) && ends_block(&out->mark, &m))
			break;
		++*line;
	}
	out->body = span_head(text, text.n - rest->n);
	return true;
}

/* ---- counting ---- */

/* The line that holds byte "at", if that is within reach of its start. */
static struct span
line_around(struct span text, size_t at)
{
	size_t from = at > LIMIT_PROMPT ? at - LIMIT_PROMPT : 0;
	size_t nl = span_rfind_byte(span_sub(text, from, at), '\n');
	struct span line;

	if (nl == SPAN_NONE && from > 0)
		return (struct span){0};
	line = span_from(text, nl == SPAN_NONE ? 0 : from + nl + 1);
	return span_head(line, span_find_byte(span_head(line, 1024), '\n'));
}

/* Is the byte a prompt's last, and a show command behind it? */
static bool
prompt_at(struct span text, size_t at, struct show_mark *m)
{
	struct span line;

	/* Cheap first: comments, hashes and arrows have no name before. */
	if (at == 0 || text.p[at - 1] == text.p[at])
		return false;
	line = span_rtrim(line_around(text, at));
	return line.n > 0 && line.p + prompt_end(line, true) == text.p + at &&
	       prompt_read(line, m) && show_command(m->command);
}

static bool
title_at(struct span text, size_t at, struct show_mark *m)
{
	size_t before = at;
	struct span line;

	while (before > 0 && text.p[before - 1] == ' ')
		before--;
	if (before == 0 || strchr("-=+*#`>", text.p[before - 1]) == NULL)
		return false;
	line = span_rtrim(line_around(text, at));
	return line.n > 0 && title_read(line, m);
}

typedef bool mark_at_fn(struct span text, size_t at, struct show_mark *m);

static unsigned
count_at(struct span text, struct span needle, mark_at_fn *is_mark, unsigned n,
    struct span *only)
{
	for (size_t at = 0; n < 2; at += needle.n) {
		struct span rest = span_from(text, at);
		size_t hit = needle.n == 1 ? span_find_byte(rest, needle.p[0])
					   : span_find(rest, needle);
		struct show_mark m;

		if (hit == SPAN_NONE)
			break;
		at += hit;
		if (is_mark(text, at, &m) && n++ == 0)
			*only = m.command;
	}
	return n;
}

unsigned
show_count(struct span text, struct span *only)
{
	static const char *const prompts[] = {"#", ">", "$"};
	unsigned n = 0;

	for (size_t i = 0; n < 2 && i < 3; i++)
		n = count_at(text, span_str(prompts[i]), prompt_at, n, only);
	if (n < 2)
		n = count_at(text, SPAN("show "), title_at, n, only);
	return n < 2 ? count_at(text, SPAN("get s"), title_at, n, only) : n;
}

/* ---- names of files ---- */

static bool
is_joint(char c)
{
	return c == '_' || c == ' ' || c == '.' || c == '-' || c == '+';
}

/* Where the command begins; SPAN_NONE: nowhere. */
static size_t
name_command(struct span s)
{
	static const char *const words[] = {"show", "sh", "dir", "verify",
	    "get_system", "get system", "run_netstat", "run_ps", "run_ss",
	    "run_cat", "run_chkconfig", "run_service", "run netstat",
	    "netstat"};

	for (size_t i = 0; i < s.n; i++) {
		struct span at = span_from(s, i);

		if (i > 0 && !is_joint(s.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
			struct span w = span_str(words[k]);

			if (span_starts_nocase(at, w) &&
			    (at.n == w.n || is_joint(at.p[w.n])))
				return i;
		}
	}
	return SPAN_NONE;
}

bool
show_name_read(
    struct span path, char command[SHOW_NAME_BYTES], struct span *host)
{
	static const char *const endings[] = {".txt", ".log", ".raw", ".out",
	    ".output", ".text", ".show", ".cfg", ".cli"};
	size_t slash = span_rfind_byte(path, '/'), at, n = 0;
	struct span s = span_from(path, slash == SPAN_NONE ? 0 : slash + 1);
	bool blanks;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (span_ends_nocase(s, span_str(endings[i]))) {
			s.n -= strlen(endings[i]);
			break;
		}
	at = name_command(s);
	if (at == SPAN_NONE || s.n - at >= SHOW_NAME_BYTES - 1)
		return false;
	*host = span_head(s, at > 0 ? at - 1 : 0);
	s = span_from(s, at);
	/* Where blanks or underscores part the words, a hyphen is a hyphen. */
	blanks = span_find_byte(s, '_') != SPAN_NONE ||
		 span_find_byte(s, ' ') != SPAN_NONE;
	for (size_t i = 0; i < s.n; i++)
		command[n++] = s.p[i] == '_' || (!blanks && is_joint(s.p[i]))
				   ? ' '
				   : s.p[i];
	command[n] = '\0';
	return span_find_byte(span_of(command, n), ' ') != SPAN_NONE ||
	       span_is(s, "dir") || span_is(s, "netstat");
}
