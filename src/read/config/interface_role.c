#include "read/config/interface_role.h"

static const struct {
	const char *word, *role;
} words[] = {{"cust", "customer"}, {"customer", "customer"},
    {"customers", "customer"}, {"peering", "peer"}, {"transit", "peer"},
    {"upstream", "peer"}, {"ix", "peer"}, {"ixp", "peer"}, {"isp", "peer"},
    {"core", "core"}, {"backbone", "core"}};

/* The next run of letters. */
static struct span
letters(struct span *rest)
{
	size_t from = 0, to;

	while (from < rest->n && !ascii_alpha((unsigned char)rest->p[from]))
		from++;
	to = from;
	while (to < rest->n && ascii_alpha((unsigned char)rest->p[to]))
		to++;
	*rest = span_from(*rest, from);
	return span_head(*rest, to - from);
}

const char *
role_of_description(struct span text)
{
	struct span rest = text, word;

	while ((word = letters(&rest)).n > 0) {
		rest = span_from(rest, word.n);
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (span_eq_nocase(word, span_str(words[i].word)))
				return words[i].role;
	}
	return NULL;
}
