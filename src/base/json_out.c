#include "base/json_out.h"

#include "base/safe.h"

#include <inttypes.h>

void
json_out_init(struct json_out *j, FILE *f)
{
	*j = (struct json_out){.f = f};
}

static bool
is_markup(unsigned char c)
{
	return c == '<' || c == '>' || c == '&';
}

/* Bytes that stand for themselves, from the front. */
static size_t
plain_run(struct span s, bool script)
{
	size_t n = 0;

	while (n < s.n) {
		unsigned char c = (unsigned char)s.p[n];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\' ||
		    (script && is_markup(c)))
			break;
		n++;
	}
	return n;
}

static void
quoted(FILE *f, struct span s, bool script)
{
	putc_unlocked('"', f);
	while (s.n > 0) {
		size_t run = plain_run(s, script), n;
		unsigned char c;

		if (run > 0) {
			fwrite_unlocked(s.p, 1, run, f);
			s = span_from(s, run);
			continue;
		}
		c = (unsigned char)s.p[0];
		n = utf8_len(s);

		if (c == '"' || c == '\\') {
			putc('\\', f);
			putc(c, f);
		} else if (c == '\n') {
			fputs("\\n", f);
		} else if (c == '\t') {
			fputs("\\t", f);
		} else if (c < 0x20 || c == 0x7f || (script && is_markup(c))) {
			fprintf(f, "\\u%04x", c);
		} else if (n == 0) {
			fputs("\xef\xbf\xbd", f);
			n = 1;
		} else {
			fwrite(s.p, 1, n, f);
		}
		s = span_from(s, n);
	}
	putc_unlocked('"', f);
}

static void
lead(struct json_out *j, const char *key)
{
	if (j->comma)
		putc_unlocked(',', j->f);
	if (j->pretty && j->depth <= 2)
		fputs_unlocked(
		    j->depth == 1 ? "\n  " : "\n    ", j->f);
	else if (j->comma)
		putc_unlocked(' ', j->f);
	if (key != NULL) {
		quoted(j->f, span_str(key), j->script);
		fputs_unlocked(": ", j->f);
	}
	j->comma = true;
}

static void
open_with(struct json_out *j, const char *key, char c)
{
	if (j->depth > 0)
		lead(j, key);
	putc_unlocked(c, j->f);
	j->depth++;
	j->comma = false;
}

static void
close_with(struct json_out *j, char c)
{
	j->depth--;
	if (j->pretty && j->depth < 2 && j->comma)
		fprintf(j->f, "\n%*s", (int)j->depth * 2, "");
	putc_unlocked(c, j->f);
	j->comma = true;
	if (j->depth == 0) {
		putc('\n', j->f);
		j->comma = false;
	}
}

void
json_out_object(struct json_out *j, const char *key)
{
	open_with(j, key, '{');
}

void
json_out_list(struct json_out *j, const char *key)
{
	open_with(j, key, '[');
}

void
json_out_end_object(struct json_out *j)
{
	close_with(j, '}');
}

void
json_out_end_list(struct json_out *j)
{
	close_with(j, ']');
}

void
json_out_text(struct json_out *j, const char *key, struct span s)
{
	lead(j, key);
	quoted(j->f, s, j->script);
}

void
json_out_str(struct json_out *j, const char *key, const char *s)
{
	if (s == NULL)
		json_out_null(j, key);
	else
		json_out_text(j, key, span_str(s));
}

void
json_out_number(struct json_out *j, const char *key, int64_t v)
{
	lead(j, key);
	fprintf(j->f, "%" PRId64, v);
}

void
json_out_real(struct json_out *j, const char *key, double v)
{
	lead(j, key);
	fprintf(j->f, "%.3f", v);
}

void
json_out_bool(struct json_out *j, const char *key, bool v)
{
	lead(j, key);
	fputs(v ? "true" : "false", j->f);
}

void
json_out_null(struct json_out *j, const char *key)
{
	lead(j, key);
	fputs("null", j->f);
}
