#include "read/prompt_parts.h"

#include "base/limits.h"

bool
prompt_is_name(struct span s)
{
	if (s.n == 0 || s.n > LIMIT_PROMPT_NAME ||
	    !ascii_alnum((unsigned char)s.p[0]) ||
	    !ascii_alnum((unsigned char)s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) && s.p[i] != '.' &&
		    s.p[i] != '_' && s.p[i] != '-')
			return false;
	return true;
}

size_t
prompt_end(struct span line, bool shell)
{
	for (size_t i = 0; i < line.n && i < LIMIT_PROMPT; i++)
		if (line.p[i] == '#' || line.p[i] == '>' ||
		    (shell && line.p[i] == '$'))
			return i;
	return SPAN_NONE;
}

struct span
prompt_without_node(struct span prompt, bool *node)
{
	size_t colon = span_find_byte(prompt, ':'), slashes = 0;

	if (node != NULL)
		*node = false;
	for (size_t i = 0; colon != SPAN_NONE && i < colon; i++) {
		unsigned char c = (unsigned char)prompt.p[i];

		if (c == '/')
			slashes++;
		else if (!ascii_digit(c) && !(c >= 'A' && c <= 'Z'))
			return prompt;
	}
	if (slashes < 2)
		return prompt;
	if (node != NULL)
		*node = true;
	return span_from(prompt, colon + 1);
}
