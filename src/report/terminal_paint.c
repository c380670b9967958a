#include "report/terminal_paint.h"

#include "base/safe.h"

const char *
term_code(const struct painter *p, const char *code)
{
	return p->o->colour ? code : "";
}

const char *
term_verdict(const struct painter *p, enum verdict v)
{
	static const char *const codes[] = {"\033[2m", "\033[32m", "\033[33m",
	    "\033[1;33m", "\033[1;35m", "\033[1;31m"};

	return term_code(p, codes[v]);
}

void
term_spaces(FILE *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		putc(' ', f);
}

void
term_column(FILE *f, struct span s, size_t width)
{
	safe_write(f, span_head(s, width));
	term_spaces(f, s.n < width ? width - s.n + 2 : 2);
}

/* Text with hanging indent, broken at blanks to the terminal's width. */
static void
term_wrapped(const struct painter *p, size_t indent, struct span s)
{
	size_t width = p->o->width > indent + 20 ? p->o->width - indent : 0,
	       at = 0;
	struct span word;

	term_spaces(p->f, indent);
	while ((word = span_word(&s)).n > 0) {
		if (at > 0 && width > 0 && at + 1 + word.n > width) {
			putc('\n', p->f);
			term_spaces(p->f, indent);
			at = 0;
		}
		if (at > 0) {
			putc(' ', p->f);
			at++;
		}
		safe_write(p->f, word);
		at += word.n;
	}
	putc('\n', p->f);
}

void
term_labelled(const struct painter *p, const char *label, struct span s)
{
	if (s.n == 0)
		return;
	fprintf(p->f, "    %s%s%s\n", term_code(p, "\033[2m"), label,
	    term_code(p, "\033[0m"));
	term_wrapped(p, 6, s);
}

void
term_lines(const struct painter *p, const char *label, struct span_list l)
{
	if (l.n == 1)
		term_labelled(p, label, l.v[0]);
	else if (l.n > 0)
		fprintf(p->f, "    %s%s%s\n", term_code(p, "\033[2m"), label,
		    term_code(p, "\033[0m"));
	for (size_t i = 0; l.n > 1 && i < l.n; i++) {
		fputs("      ", p->f);
		safe_write(p->f, l.v[i]);
		putc('\n', p->f);
	}
}
