#include "read/log/prompt.h"

#include "base/limits.h"
#include "read/log/log_scan.h"
#include "read/prompt_parts.h"

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

/* A pager's question is wiped out with backspaces before the prompt. */
static struct span
behind_pager(struct span s)
{
	size_t last = span_rfind_byte(span_head(s, LIMIT_PROMPT), '\b');

	return last == SPAN_NONE ? s : skip_blanks(span_from(s, last + 1));
}

static bool
prompt_read(struct span line, struct span *name, struct span *command)
{
	struct span s = behind_pager(span_trim(line));
	size_t end = prompt_end(s, false);

	if (end == SPAN_NONE)
		return false;
	*name = prompt_without_node(without_mode(span_head(s, end)), NULL);
	*command = skip_blanks(span_from(s, end + 1));
	return prompt_is_name(*name) && ascii_alpha(byte_at(*command, 0));
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
