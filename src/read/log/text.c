/*
 * Readable text of no known form: one K_TEXT record a line, so that rules on
 * text and indicators still apply.  Always the last choice of identify.
 *
 * A terminal's recording is such text.  A line that starts with a device's
 * prompt,
 *
 *	NAME#command  NAME>command  NAME(config-if)#command
 *	RP/0/RSP0/CPU0:NAME#command
 *
 * yields a K_COMMAND record too, with NAME as its host.
 */
#include "base/safe.h"
#include "read/log/prompt.h"
#include "read/reader.h"

static bool
control_byte(unsigned char c)
{
	return (c < 0x20 && !ascii_space(c) && c != '\b' && c != 0x1b) ||
	       c == 0x7f;
}

/* Text may hold stretches of NUL (a collector crashed), a few control bytes
 * (a terminal's recording) and letters of an 8-bit code. */
static struct guess
text_guess(const struct probe *p)
{
	struct span s = p->head;
	size_t nul = 0, control = 0, foreign = 0, n;

	while (s.n > 0) {
		unsigned char c = (unsigned char)s.p[0];

		n = utf8_len(s);
		if (c == '\0')
			nul++;
		else if (control_byte(c))
			control++;
		else if (n == 0)
			foreign++;
		s = span_from(s, n ? n : 1);
	}
	if (p->head.n == 0)
		return (struct guess){0, "empty"};
	if (nul * 2 > p->head.n || control * 50 > p->head.n - nul ||
	    foreign * 10 > (p->head.n - nul) * 3)
		return (struct guess){0, "binary bytes"};
	return (struct guess){10, "readable text"};
}

static void
text_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct record r;

	(void)state;
	(void)in;
	record_init(&r, K_TEXT, number, offset, line);
	record_put(&r, F_LINE, span_trim(line));
	if (r.nvalues > 0)
		out->record(out, &r);
	if (prompt_command(&r, line, number, offset))
		out->record(out, &r);
}

const struct reader reader_text = {
    .name = "text",
    .title = "Text of no known form",
    .evidence = "text",
    .shape = READER_LINES,
    .guess = text_guess,
    .line = text_line,
};
