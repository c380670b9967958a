#include "read/clean.h"

#include <openssl/evp.h>

#include "base/limits.h"

static void
replace(struct buf *b, struct buf *with)
{
	buf_reset(b);
	buf_put(b, buf_span(with));
	buf_release(with);
}

static void
tell(struct clean_told *told, enum diag_code code, struct span detail)
{
	told->tell(told->ctx, code, detail);
}

/* ---- mail ---- */

/* "Subject: text" */
static bool
is_field(struct span line)
{
	size_t colon = span_find_byte(line, ':');

	if (colon == SPAN_NONE || colon == 0 || colon > 60)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (!ascii_alnum((unsigned char)line.p[i]) && line.p[i] != '-')
			return false;
	return colon + 1 == line.n || line.p[colon + 1] == ' ';
}

/* The value of a field in a run of header lines. */
static struct span
field_of(struct span head, const char *name)
{
	struct span line, key = span_str(name);

	while (span_line(&head, &line))
		if (span_starts_nocase(line, key))
			return span_trim(span_from(line, key.n));
	return (struct span){0};
}

/* Header lines and continuations up to the first blank line; empty when the
 * text does not begin with a message's fields. */
static struct span
message_head(struct span s)
{
	struct span rest = s, line, head;
	unsigned fields = 0;

	if (span_starts(s, SPAN("From ")))
		span_line(&rest, &line);
	while (span_line(&rest, &line) && span_trim(line).n > 0) {
		if (ascii_blank((unsigned char)line.p[0]) && fields > 0)
			continue;
		if (!is_field(line))
			return (struct span){0};
		fields++;
	}
	head = span_head(s, s.n - rest.n);
	return field_of(head, "From:").n > 0 &&
		       (field_of(head, "Subject:").n > 0 ||
			   field_of(head, "Date:").n > 0)
		   ? head
		   : (struct span){0};
}

static void
put_base64(struct buf *out, struct arena *a, struct span s)
{
	unsigned char *in = arena_alloc(a, s.n + 4), *raw;
	size_t n = 0;
	int got;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (ascii_alnum(c) || c == '+' || c == '/' || c == '=')
			in[n++] = c;
	}
	n -= n % 4;
	raw = arena_alloc(a, n + 1);
	got = EVP_DecodeBlock(raw, in, (int)n);
	for (size_t i = n; got > 0 && i > 0 && n - i < 2 && in[i - 1] == '=';
	     i--)
		got--;
	if (got > 0)
		buf_put(out, span_of((const char *)raw, (size_t)got));
}

static int
hex_digit(char c)
{
	unsigned char low = ascii_lower((unsigned char)c);

	return ascii_digit(low)		  ? low - '0'
	       : low >= 'a' && low <= 'f' ? low - 'a' + 10
					  : -1;
}

static void
put_quoted_printable(struct buf *out, struct span s)
{
	struct span line;

	while (span_line(&s, &line)) {
		bool soft = span_ends(line = span_rtrim(line), SPAN("="));

		line.n -= soft;
		for (size_t i = 0; i < line.n; i++) {
			bool coded = line.p[i] == '=' && line.n - i > 2;
			int high = coded ? hex_digit(line.p[i + 1]) : -1;
			int low = coded ? hex_digit(line.p[i + 2]) : -1;

			if (high >= 0 && low >= 0) {
				buf_byte(out, (char)(high << 4 | low));
				i += 2;
			} else {
				buf_byte(out, line.p[i]);
			}
		}
		if (!soft)
			buf_byte(out, '\n');
	}
}

static void
put_body(struct buf *out, struct arena *a, struct span head, struct span body)
{
	struct span how = field_of(head, "Content-Transfer-Encoding:");

	if (span_is_nocase(how, "base64"))
		put_base64(out, a, body);
	else if (span_is_nocase(how, "quoted-printable"))
		put_quoted_printable(out, body);
	else
		buf_put(out, body);
}

static void
put_blank(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			buf_byte(out, '\n');
}

/* boundary="text", on its field's line or one that goes on from it. */
static struct span
boundary_of(struct span head)
{
	size_t at = span_find_nocase(head, SPAN("boundary="));
	struct span s;

	if (at == SPAN_NONE)
		return (struct span){0};
	s = span_from(head, at + strlen("boundary="));
	if (span_starts(s, SPAN("\""))) {
		s = span_from(s, 1);
		return span_until(&s, '"');
	}
	s = span_head(s, span_find_byte(s, '\n'));
	return span_trim(span_head(s, span_find_byte(s, ';')));
}

/* One part of a message: text is taken, pictures and pages are not. */
static void
put_part(struct buf *out, struct arena *a, struct span part)
{
	struct span rest = part, line, head, type;

	while (span_line(&rest, &line) && span_trim(line).n > 0)
		;
	head = span_head(part, part.n - rest.n);
	type = field_of(head, "Content-Type:");
	put_blank(out, head);
	if (span_starts_nocase(type, SPAN("text/html")) ||
	    span_starts_nocase(type, SPAN("image/")) ||
	    span_starts_nocase(type, SPAN("multipart/")))
		put_blank(out, rest);
	else
		put_body(out, a, head, rest);
}

static void
put_parts(struct buf *out, struct arena *a, struct span body, struct span mark)
{
	struct span rest = body, line;
	const char *from = NULL;

	while (span_line(&rest, &line)) {
		if (!span_starts(line, SPAN("--")) ||
		    !span_starts(span_from(line, 2), mark)) {
			if (from == NULL)
				buf_byte(out, '\n');
			continue;
		}
		if (from != NULL)
			put_part(
			    out, a, span_of(from, (size_t)(line.p - from)));
		buf_byte(out, '\n');
		from = rest.p;
	}
	if (from != NULL && rest.p != NULL && from < rest.p)
		put_part(out, a, span_of(from, (size_t)(rest.p - from)));
}

static void
clean_mail(struct buf *b, struct arena *a, struct clean_told *told)
{
	struct span all = buf_span(b), body, mark;
	struct span head = message_head(all);
	struct buf out;

	if (head.n == 0)
		return;
	buf_init(&out, b->ceiling);
	body = span_from(all, head.n);
	mark = boundary_of(head);
	put_blank(&out, head);
	if (mark.n > 0)
		put_parts(&out, a, body, mark);
	else
		put_body(&out, a, head, body);
	tell(told, DIAG_MAIL, SPAN("message"));
	replace(b, &out);
}

/* Nearly all lines begin with ">". */
static bool
is_quoted(struct span s)
{
	struct span line;
	unsigned quoted = 0, lines = 0;

	while (span_line(&s, &line)) {
		line = span_trim(line);
		lines += line.n > 0;
		quoted += line.n > 0 && line.p[0] == '>';
	}
	return quoted > 5 && quoted * 10 > lines * 7;
}

static void
clean_quoted(struct buf *b, struct clean_told *told)
{
	struct span rest = buf_span(b), line;
	struct buf out;

	if (!is_quoted(span_head(rest, LIMIT_PROBE_BYTES)))
		return;
	buf_init(&out, b->ceiling);
	while (span_line(&rest, &line)) {
		bool quoted = span_starts(line, SPAN(">"));

		while (span_starts(line, SPAN(">"))) {
			line = span_from(line, 1);
			if (span_starts(line, SPAN(" >")))
				line = span_from(line, 1);
		}
		/* What was not quoted is the writer's own. */
		if (quoted)
			buf_put(&out,
			    span_from(line, span_starts(line, SPAN(" "))));
		buf_byte(&out, '\n');
	}
	tell(told, DIAG_MAIL, SPAN("quoted lines"));
	replace(b, &out);
}

/* ---- pagers ---- */

/* Bytes of a pager's mark at the start, with what erases it. */
static size_t
pager_mark(struct span s)
{
	static const char *const marks[] = {
	    "<--- More --->", "--More--", "---(more", "-- More --", "<more>"};
	size_t blanks = 0, n = 0;

	while (blanks < s.n && s.p[blanks] == ' ')
		blanks++;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && n == 0; i++)
		if (span_starts(span_from(s, blanks), span_str(marks[i])))
			n = blanks + strlen(marks[i]);
	if (n == 0)
		return 0;
	if (span_ends(span_head(s, n), SPAN("(more"))) {
		size_t end = span_find(span_head(s, n + 24), SPAN(")---"));

		if (end == SPAN_NONE)
			return 0;
		n = end + 4;
	}
	return n;
}

/* Behind the last backspace, carriage return or sequence that erases the
 * mark; without one, behind as many blanks as it had columns. */
static struct span
behind_mark(struct span s, size_t n)
{
	size_t at = n, blanks = n;

	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\b' ||
			       s.p[at] == '\r' || s.p[at] == 0x1b)) {
		if (s.p[at] == 0x1b) {
			while (at + 1 < s.n &&
			       !ascii_alpha((unsigned char)s.p[at]))
				at++;
			n = at + 1;
		} else if (s.p[at] != ' ') {
			n = at + 1;
		}
		at++;
	}
	if (n != blanks)
		return span_from(s, n);
	while (n < s.n && n < 2 * blanks && s.p[n] == ' ')
		n++;
	return span_from(s, n);
}

static bool
has_marks(struct span s)
{
	return span_has(s, " More --") || span_has(s, "--More--") ||
	       span_has(s, "---(more") || span_has(s, "<more>");
}

static void
clean_pager(struct buf *b, struct clean_told *told)
{
	struct span rest = buf_span(b), line;
	struct buf out;
	bool any = false;

	if (!has_marks(span_head(rest, LIMIT_PROBE_BYTES)))
		return;
	buf_init(&out, b->ceiling);
	while (span_line(&rest, &line)) {
		size_t n = pager_mark(line);

		if (n > 0) {
			line = behind_mark(line, n);
			any = true;
		}
		buf_put(&out, line);
		buf_byte(&out, '\n');
	}
	if (!any) {
		buf_release(&out);
		return;
	}
	tell(told, DIAG_PAGER, (struct span){0});
	replace(b, &out);
}

void
clean_text(struct buf *b, struct arena *scratch, struct clean_told *told)
{
	clean_mail(b, scratch, told);
	clean_quoted(b, told);
	clean_pager(b, told);
}

/* ---- lines that a terminal broke ---- */

/* Could the line be a statement of its own behind this one?  One blank may be
 * the one at which the line was broken. */
static bool
begins_anew(struct span line, struct span before)
{
	static const char *const words[] = {"set", "delete", "unset", "config",
	    "edit", "next", "end", "exit", "interface", "no", "deactivate"};
	struct span word, mine;

	if (span_starts(line, SPAN(" ")))
		line = span_from(line, 1);
	if (line.n == 0 || ascii_space((unsigned char)line.p[0]) ||
	    line.p[0] == '!' || line.p[0] == '#' || line.p[0] == '}' ||
	    line.p[0] == '<')
		return true;
	word = span_word(&line);
	mine = span_word(&before);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_is(word, words[i]))
			return true;
	return span_eq(word, mine);
}

/* The width at which lines were broken, or 0. */
static size_t
broken_at(struct span s)
{
	struct span rest = s, line, next;
	size_t longest = 0, broken = 0, whole = 0;

	while (span_line(&rest, &line))
		longest = line.n > longest ? line.n : longest;
	if (longest != 80 && longest != 132)
		return 0;
	rest = s;
	while (span_line(&rest, &line)) {
		struct span ahead = rest;

		if (line.n != longest || !span_line(&ahead, &next))
			continue;
		if (begins_anew(next, line))
			whole++;
		else if (!ascii_blank((unsigned char)next.p[0]))
			broken++;
	}
	return broken >= 3 && broken > 4 * whole ? longest : 0;
}

void
clean_wrapped(struct buf *b, struct clean_told *told)
{
	struct span rest = buf_span(b), line, next;
	size_t width = broken_at(rest);
	struct buf out;

	if (width == 0)
		return;
	buf_init(&out, b->ceiling);
	while (span_line(&rest, &line)) {
		struct span before = line;
		unsigned joined = 0;

		buf_put(&out, line);
		while (line.n == width) {
			struct span ahead = rest;

			if (!span_line(&ahead, &next) ||
			    begins_anew(next, before))
				break;
			buf_put(&out, next);
			line = next;
			rest = ahead;
			joined++;
		}
		for (unsigned i = 0; i <= joined; i++)
			buf_byte(&out, '\n');
	}
	tell(told, DIAG_WRAPPED, (struct span){0});
	replace(b, &out);
}
