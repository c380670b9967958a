/* YARA rules as they are, among the feeds: they join the YARA set. */
#include "intel/feed.h"

static void
yara_read(struct feed_read *r, struct span bytes)
{
	feed_put_yara(r, 1, bytes);
}

static unsigned
yara_guess(struct span head, struct span path)
{
	size_t at = span_find(head, SPAN("rule "));

	if (at == SPAN_NONE ||
	    (at > 0 && head.p[at - 1] != '\n' && head.p[at - 1] != ' '))
		return 0;
	if (!span_has(span_from(head, at), "condition:"))
		return 0;
	return span_ends_nocase(path, SPAN(".yar")) ||
		       span_ends_nocase(path, SPAN(".yara"))
		   ? 95
	       : span_has(head, "strings:") ? 75
					    : 30;
}

const struct feed_format feed_yara = {
    .name = "yara",
    .title = "YARA rules",
    .guess = yara_guess,
    .read = yara_read,
};
