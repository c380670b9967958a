#include "read/log/prompt.h"

#include "read/log/log_scan.h"

/* A host name (RFC 1123 section 2.1) with node and mode around it. */
#define MAX_NAME 63
#define MAX_PROMPT 128

/* "(config-if)" at the end of a prompt is its mode. */
static struct span
without_mode(struct span prompt)
{
	size_t open;

	if (!span_ends(prompt, SPAN(")")))
		return prompt;
	open = span_find_byte(prompt, '(');
	return open == SPAN_NONE ? prompt : span_head(prompt, open);
}

/* "RP/0/RSP0/CPU0:" in front of the name. */
static struct span
without_node(struct span prompt)
{
	size_t colon = span_find_byte(prompt, ':'), slashes = 0;

	for (size_t i = 0; colon != SPAN_NONE && i < colon; i++) {
		unsigned char c = (unsigned char)prompt.p[i];

		if (c == '/')
			slashes++;
		else if (!ascii_digit(c) && !(c >= 'A' && c <= 'Z'))
			return prompt;
	}
	return slashes >= 2 ? span_from(prompt, colon + 1) : prompt;
}

static bool
device_name(struct span s)
{
	if (s.n == 0 || s.n > MAX_NAME || !ascii_alnum(byte_at(s, 0)) ||
	    !ascii_alnum(byte_at(s, s.n - 1)))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alnum(byte_at(s, i)) && s.p[i] != '.' &&
		    s.p[i] != '_' && s.p[i] != '-')
			return false;
	return true;
}

/* Where the prompt's last byte stands; SPAN_NONE without a prompt. */
static size_t
prompt_end(struct span s)
{
	for (size_t i = 0; i < s.n && i < MAX_PROMPT; i++)
		if (s.p[i] == '#' || s.p[i] == '>')
			return i;
	return SPAN_NONE;
}

/* A pager's question is wiped out with backspaces before the prompt. */
static struct span
behind_pager(struct span s)
{
	size_t last = span_rfind_byte(span_head(s, MAX_PROMPT), '\b');

	return last == SPAN_NONE ? s : skip_blanks(span_from(s, last + 1));
}

static bool
prompt_read(struct span line, struct span *name, struct span *command)
{
	struct span s = behind_pager(span_trim(line));
	size_t end = prompt_end(s);

	if (end == SPAN_NONE)
		return false;
	*name = without_node(without_mode(span_head(s, end)));
	*command = skip_blanks(span_from(s, end + 1));
	return device_name(*name) && ascii_alpha(byte_at(*command, 0));
}

bool
prompt_command(
    struct record *r, struct span line, uint64_t number, uint64_t offset)
{
	struct span name, command;

	if (!prompt_read(line, &name, &command))
		return false;
	record_init(r, K_COMMAND, number, offset, line);
	r->host = name;
	record_put(r, F_HOST, name);
	record_put(r, F_COMMAND, command);
	return true;
}
