#include "read/config/cisco_ios_text.h"

#include "read/config/text_screen.h"

/* Reading position, and what is known to be absent from here on, so that many
 * unclosed blocks cannot each search the whole rest. */
struct reading {
	struct span bytes;
	size_t at;
	uint32_t line; /* number of the line last taken */
	char eol;
	bool dirty; /* control bytes somewhere */
	bool in_config;
	bool long_line;
	bool absent[256]; /* delimiter byte */
	bool absent_caret_c, absent_at, absent_eof;
	enum banner_form banner;
	struct arena *arena;
	struct emit *out;
	struct ios_text *text;
};

struct text_line {
	struct span text; /* trimmed */
	unsigned column;
	uint32_t number, offset;
};

static void
diag(struct reading *r, enum diag_code code, uint32_t line, struct span detail)
{
	r->out->diag(r->out, code, line, detail);
}

static bool
has_byte(struct span s, char c)
{
	return span_find_byte(s, c) != SPAN_NONE;
}

/* The physical line at r->at, without its end; false at the end. */
static bool
take_raw(struct reading *r, struct span *line)
{
	struct span rest = span_from(r->bytes, r->at);
	size_t n;

	if (rest.n == 0)
		return false;
	n = span_find_byte(rest, r->eol);
	r->at += n == SPAN_NONE ? rest.n : n + 1;
	r->line++;
	*line = span_head(rest, n);
	if (line->n > LIMIT_LINE_BYTES) {
		if (!r->long_line)
			diag(r, DIAG_LONG_LINE, r->line, (struct span){0});
		r->long_line = true;
		*line = span_head(*line, LIMIT_LINE_BYTES);
	}
	return true;
}

/* The pager's mark where it was not overwritten.  It covers ten columns, and
 * the erasing blanks another nine. */
static struct span
without_more(struct span s)
{
	struct span t = span_trim(s);
	size_t blanks = 0;

	if (!span_starts(t, SPAN("--More--")))
		return s;
	t = span_from(t, 8);
	while (blanks < t.n && blanks < 9 && t.p[blanks] == ' ')
		blanks++;
	return span_from(t, blanks);
}

/* The next line, cleaned and trimmed; false at the end. */
static bool
take_line(struct reading *r, struct text_line *l)
{
	struct span s;
	size_t i = 0;

	l->offset = (uint32_t)r->at;
	if (!take_raw(r, &s))
		return false;
	s = span_rtrim(s);
	if (r->dirty && text_has_control(s))
		s = text_screen(r->arena, s);
	if (r->dirty)
		s = span_rtrim(without_more(s));
	l->number = r->line;
	l->column = 0;
	for (; i < s.n && ascii_space((unsigned char)s.p[i]); i++)
		l->column += s.p[i] == '\t' ? 8 - l->column % 8 : 1;
	l->text = span_from(s, i);
	return true;
}

/* Go on behind the line that holds byte "at". */
static void
skip_to_line_after(struct reading *r, size_t at)
{
	struct span line;

	while (r->at <= at && take_raw(r, &line))
		;
}

/* Lines that end an unclosed block: commands that no prose starts with. */
static bool
obvious_command(const struct text_line *l)
{
	static const char *const starts[] = {"interface ", "line con ",
	    "line vty ", "line aux ", "router ", "ip route ", "ip http ",
	    "no ip http ", "ip access-list ", "ip forward-protocol ",
	    "access-list ", "snmp-server ", "logging ", "ntp server ",
	    "banner ", "vrf definition ", "redundancy", "control-plane"};

	if (l->column > 0)
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (span_starts(l->text, span_str(starts[i])))
			return true;
	return span_is(l->text, "end");
}

static void
skip_to_command(struct reading *r, uint32_t opened, struct span what)
{
	struct text_line l;

	diag(r, DIAG_BLOCK_OPEN, opened, what);
	for (;;) {
		size_t at = r->at;
		uint32_t line = r->line;

		if (!take_line(r, &l))
			return;
		if (obvious_command(&l)) {
			r->at = at;
			r->line = line;
			return;
		}
	}
}

/* Skip text up to the closing delimiter: the rest of the opening line first,
 * then the lines behind. */
static void
skip_delimited(struct reading *r, struct span head_rest, struct span delimiter,
    bool *absent, struct text_line *l)
{
	struct span rest = span_from(r->bytes, r->at);
	size_t at;

	if (span_find(head_rest, delimiter) != SPAN_NONE)
		return;
	at = *absent ? SPAN_NONE : span_find(rest, delimiter);
	if (at != SPAN_NONE) {
		skip_to_line_after(r, r->at + at);
		return;
	}
	*absent = true;
	skip_to_command(r, l->number, l->text);
}

/*
 * Delimited text behind a head ("banner motd", "vacant-message"): cuts
 * l->text behind the opening delimiter and skips the rest.  Without a
 * delimiter it is an ordinary line.
 */
static void
open_delimited(struct reading *r, struct text_line *l, size_t head)
{
	struct span rest = span_from(l->text, head), delimiter;
	bool caret_c;

	while (rest.n > 0 && ascii_blank((unsigned char)rest.p[0]))
		rest = span_from(rest, 1);
	if (rest.n == 0)
		return;
	/* "^Cisco^" has a caret as its delimiter. */
	caret_c = span_starts(rest, SPAN("^C")) &&
		  (span_has(span_from(rest, 2), "^C") ||
		      !span_ends(span_from(rest, 2), SPAN("^")));
	delimiter = span_head(rest, caret_c ? 2 : 1);
	rest = span_from(rest, delimiter.n);
	l->text.n = (size_t)(rest.p - l->text.p);
	skip_delimited(r, rest, delimiter,
	    caret_c ? &r->absent_caret_c
		    : &r->absent[(unsigned char)delimiter.p[0]],
	    l);
}

/* Lines up to one that is "EOF". */
static void
skip_to_eof(struct reading *r, const struct text_line *opened)
{
	struct reading start = *r;
	struct text_line l;

	while (!r->absent_eof && take_line(r, &l))
		if (span_is(l.text, "EOF"))
			return;
	*r = start;
	r->absent_eof = true;
	skip_to_command(r, opened->number, opened->text);
}

/* A text whose form is not that of IOS. */
static void
skip_other_text(struct reading *r, struct text_line *l)
{
	struct span rest = l->text;
	bool banner = span_is(span_word(&rest), "banner");

	if (r->banner == BANNER_TO_EOF &&
	    (banner || span_starts(l->text, SPAN("code unit ")))) {
		skip_to_eof(r, l);
	} else if (r->banner == BANNER_LINE && banner) {
		span_word(&rest);
		l->text.n -= rest.n;
	}
}

/* Bytes of the head when the line opens delimited text, or 0. */
static size_t
delimited_head(struct span text)
{
	static const char *const heads[] = {"aaa authentication banner",
	    "aaa authentication fail-message", "vacant-message",
	    "refuse-message", "banner text",
	    "ip admission auth-proxy-banner http",
	    "ip auth-proxy auth-proxy-banner http"};
	struct span rest = text, word = span_word(&rest);

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (span_starts(text, span_str(heads[i])))
			return strlen(heads[i]);
	if (span_is(word, "banner")) {
		span_word(&rest);
		return text.n - rest.n;
	}
	if (span_is(word, "menu")) {
		span_word(&rest);
		if (span_is(span_word(&rest), "title"))
			return text.n - rest.n;
	}
	return 0;
}

static bool
all_of(struct span s, bool base64)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char low = ascii_lower(c);

		if (ascii_digit(c) || c == ' ' || (low >= 'a' && low <= 'f'))
			continue;
		if (!base64 ||
		    !(ascii_alpha(c) || c == '+' || c == '/' || c == '='))
			return false;
	}
	return s.n > 0;
}

/* Certificate or key: lines of data up to "quit" or "exit". */
static void
skip_data(struct reading *r, const struct text_line *opened, bool base64)
{
	bool any = false;
	struct text_line l;

	for (;;) {
		size_t at = r->at;
		uint32_t line = r->line;

		if (!take_line(r, &l))
			break;
		if (span_is(l.text, "quit") || span_is(l.text, "exit"))
			return;
		if (l.text.n == 0)
			continue;
		if ((!all_of(l.text, base64) &&
			!(base64 && span_starts(l.text, SPAN("ssh-")))) ||
		    obvious_command(&l)) {
			r->at = at;
			r->line = line;
			break;
		}
		any = true;
	}
	if (any)
		diag(r, DIAG_BLOCK_OPEN, opened->number, opened->text);
}

/* "macro name X": lines up to one that is "@". */
static void
skip_macro(struct reading *r, const struct text_line *opened)
{
	struct span rest = span_from(r->bytes, r->at);
	size_t at = 0, found;

	while (!r->absent_at) {
		struct span from = span_from(rest, at), line;

		found = span_starts(from, SPAN("@")) && at == 0
			    ? 0
			    : span_find(from, SPAN("\n@"));
		if (found == SPAN_NONE)
			break;
		at += found + (from.p[found] == '\n');
		line = span_head(span_from(rest, at),
		    span_find_byte(span_from(rest, at), '\n'));
		if (span_is(span_rtrim(line), "@")) {
			skip_to_line_after(r, r->at + at);
			return;
		}
	}
	r->absent_at = true;
	skip_to_command(r, opened->number, opened->text);
}

static bool
in_certificate_chain(const struct tree *t, uint32_t i)
{
	struct span up = tree_parent_text(t, i);

	return span_has(up, "certificate chain") ||
	       span_has(up, "certificate pool");
}

/* Blocks that only show once the line is in the tree. */
static void
skip_block(struct reading *r, const struct text_line *l, uint32_t i)
{
	const struct tree *t = &r->text->tree;

	switch (l->text.p[0]) {
	case 'c':
		if (span_starts(l->text, SPAN("certificate ")) &&
		    in_certificate_chain(t, i))
			skip_data(r, l, false);
		break;
	case 'k':
		if (span_is(l->text, "key-string"))
			skip_data(r, l, true);
		break;
	case 'm':
		if (span_starts(l->text, SPAN("macro name ")))
			skip_macro(r, l);
		break;
	default:
		break;
	}
}

static bool
name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '-' || c == '.' ||
	       c == '_' || c == '(' || c == ')' || c == '/' || c == ':' ||
	       c == '@';
}

bool
ios_prompt(struct span line, struct span *name, struct span *command)
{
	size_t n = 0;

	while (n < line.n && n < 80 && name_byte(line.p[n]))
		n++;
	if (n == 0 || n >= line.n || (line.p[n] != '#' && line.p[n] != '>'))
		return false;
	*name = span_head(line, n);
	*command = span_trim(span_from(line, n + 1));
	return true;
}

/* Does the command at a prompt show a configuration? */
static bool
shows_config(struct span command)
{
	struct span verb = span_word(&command), what = span_word(&command);

	if (span_starts(verb, SPAN("wr")))
		return span_starts(what, SPAN("t"));
	if (span_starts(verb, SPAN("more")))
		return span_has(what, "-config");
	return span_starts(verb, SPAN("sh")) && what.n >= 3 &&
	       (span_starts(SPAN("running-config"), what) ||
		   span_starts(SPAN("startup-config"), what) ||
		   span_starts(SPAN("configuration"), what));
}

static void
meet_prompt(struct reading *r, struct span name, struct span command)
{
	size_t mode = span_find_byte(name, '(');

	if (r->text->prompt.n == 0)
		r->text->prompt = span_head(name, mode);
	r->in_config =
	    shows_config(command) || (r->text->tree.n == 0 && command.n == 0);
}

static void
keep_note(struct ios_text *t, struct span s, uint32_t line)
{
	while (s.n > 0 && (s.p[0] == '!' || s.p[0] == ':' ||
			      ascii_blank((unsigned char)s.p[0])))
		s = span_from(s, 1);
	if (s.n > 0 && t->nnotes < IOS_NOTES)
		t->notes[t->nnotes++] = (struct ios_note){s, line};
}

/* "Fri Mar 15 10:00:00.000 UTC", as IOS XR answers every command. */
static bool
is_clock(struct span s)
{
	struct span days = SPAN("Mon Tue Wed Thu Fri Sat Sun");
	struct span day = span_word(&s), time;

	if (day.n != 3 || span_find(days, day) == SPAN_NONE)
		return false;
	span_word(&s);
	span_word(&s);
	time = span_word(&s);
	return time.n >= 8 && time.p[2] == ':' && time.p[5] == ':';
}

/* What the terminal adds at column 0. */
static bool
is_noise(struct reading *r, struct span s)
{
	static const char *const starts[] = {"Building configuration", "Using ",
	    "Load for ", "Time source is", "No time source", "[OK]",
	    "Uncompressed configuration", "Connection to "};
	struct span name, command;

	if (has_byte(SPAN("%*:^@>"), s.p[0])) {
		r->text->ended |= span_is(s, ": end");
		if (s.p[0] == ':')
			keep_note(r->text, s, r->line);
		return true;
	}
	if (span_starts(s, SPAN("Current configuration"))) {
		r->text->header = true;
		r->in_config = true;
		return true;
	}
	if (ios_prompt(s, &name, &command)) {
		meet_prompt(r, name, command);
		return true;
	}
	if (span_starts(s, SPAN("-----"))) {
		r->in_config = span_has(s, "-config");
		return true;
	}
	if (ascii_lower((unsigned char)s.p[0]) == (unsigned char)s.p[0] &&
	    s.p[0] != '[')
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (span_starts(s, span_str(starts[i]))) {
			r->in_config |= i == 0;
			return true;
		}
	return is_clock(s);
}

static void
meet_line(struct reading *r, struct text_line *l)
{
	uint32_t i;
	size_t head;
	char c;

	if (l->text.n == 0)
		return;
	c = l->text.p[0];
	if (c == '!') {
		keep_note(r->text, l->text, l->number);
		return;
	}
	if (c == '#') /* in a route policy of IOS XR */
		return;
	if (l->column == 0 && is_noise(r, l->text))
		return;
	if (!r->in_config)
		return;
	if (r->banner != BANNER_DELIMITED && (c == 'b' || c == 'c'))
		skip_other_text(r, l);
	else if (c == 'b' || c == 'a' || c == 'v' || c == 'r' || c == 'm' ||
		 c == 'i') {
		head =
		    r->banner == BANNER_DELIMITED ? delimited_head(l->text) : 0;
		if (head > 0)
			open_delimited(r, l, head);
	}
	i = tree_add(&r->text->tree, l->text, l->column, l->number, l->offset);
	if (i == TREE_NONE)
		return;
	if (c == 'e' && l->column == 0)
		r->text->ended |= span_is(l->text, "end");
	skip_block(r, l, i);
}

static size_t
count_lines(struct span s, char eol)
{
	size_t n = 1;

	for (size_t at; (at = span_find_byte(s, eol)) != SPAN_NONE; n++)
		s = span_from(s, at + 1);
	return n;
}

/* Well-formed UTF-8, to the precision a diagnostic needs. */
static bool
is_utf8(struct span s)
{
	unsigned more = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (more > 0) {
			if ((c & 0xc0) != 0x80)
				return false;
			more--;
		} else if (c >= 0x80) {
			if (c < 0xc2 || c > 0xf4)
				return false;
			more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		}
	}
	return more == 0;
}

static void
look_over(struct reading *r)
{
	struct span s = r->bytes;
	bool cr = has_byte(s, '\r'), nul = has_byte(s, '\0');

	r->eol = cr && !has_byte(s, '\n') ? '\r' : '\n';
	r->dirty = cr || nul || has_byte(s, '\b') || has_byte(s, 0x1b) ||
		   span_has(s, "--More--");
	if (nul)
		diag(r, DIAG_NUL_BYTES, 0, (struct span){0});
	if (!is_utf8(s))
		diag(r, DIAG_ENCODING, 0, (struct span){0});
}

void
ios_text_read(const struct read_in *in, struct emit *out, struct ios_text *t)
{
	ios_text_read_as(in, out, BANNER_DELIMITED, t);
}

void
ios_text_read_as(const struct read_in *in, struct emit *out,
    enum banner_form banner, struct ios_text *t)
{
	struct reading r = {.bytes = span_head(in->bytes, LIMIT_WHOLE_BYTES),
	    .in_config = true,
	    .banner = banner,
	    .arena = in->arena,
	    .out = out,
	    .text = t};
	struct text_line l;

	*t = (struct ios_text){0};
	look_over(&r);
	if (span_starts(r.bytes, SPAN("\xef\xbb\xbf")))
		r.at = 3;
	tree_init(&t->tree, in->arena, count_lines(r.bytes, r.eol));
	while (take_line(&r, &l))
		meet_line(&r, &l);
	tree_finish(&t->tree);
	if (t->tree.too_deep)
		diag(&r, DIAG_DEPTH, t->tree.too_deep, (struct span){0});
	if (t->tree.too_many)
		diag(&r, DIAG_TOO_MANY, t->tree.too_many, (struct span){0});
	if (t->header && !t->ended)
		diag(&r, DIAG_TRUNCATED, r.line, SPAN("end"));
}
