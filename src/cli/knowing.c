#include "cli/knowing.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "cli/intel_feed.h"

static int
list_add(struct knowing_list *l, const char *value)
{
	if (l->n == KNOWING_MOST)
		return -1;
	l->v[l->n++] = value;
	return 1;
}

/* Words between commas. */
static int
words_add(struct knowing_list *l, char *value)
{
	char *save;

	for (char *w = strtok_r(value, ",", &save); w != NULL;
	     w = strtok_r(NULL, ",", &save))
		if (list_add(l, w) < 0)
			return -1;
	return 1;
}

/* An option whose values are a list, and of what. */
struct named {
	const char *name;
	size_t at; /* of the list in struct knowing */
	enum { PATHS, WORDS } of;
};

static const struct named lists[] = {
    {"rules", offsetof(struct knowing, rules), PATHS},
    {"indicators", offsetof(struct knowing, indicators), PATHS},
    {"vulnerabilities", offsetof(struct knowing, vulnerabilities), PATHS},
    {"logsources", offsetof(struct knowing, logsources), PATHS},
    {"placeholders", offsetof(struct knowing, placeholders), PATHS},
    {"only", offsetof(struct knowing, only), WORDS},
    {"skip", offsetof(struct knowing, skip), WORDS}};
#define LISTS (sizeof(lists) / sizeof(*lists))

int
knowing_take(struct knowing *k, const char *option, const char *value)
{
	for (size_t i = 0; i < LISTS; i++) {
		void *list = (char *)k + lists[i].at;

		if (strcmp(option, lists[i].name) == 0)
			return lists[i].of == WORDS
				   ? words_add(list, (char *)value)
				   : list_add(list, value);
	}
	if (strcmp(option, "data") != 0)
		return 0;
	k->data = value;
	return 1;
}

/* ---- as text: NAME=VALUE, one a line ---- */

static void
option_write(struct buf *b, const char *name, const char *value, bool path)
{
	char *real = path ? realpath(value, NULL) : NULL;

	if (strchr(value, '\n') == NULL)
		buf_fmt(b, "%s=%s\n", name, real != NULL ? real : value);
	free(real);
}

struct span
knowing_text(const struct knowing *k, struct arena *a)
{
	struct buf b;
	struct span s;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	if (k->data != NULL)
		option_write(&b, "data", k->data, true);
	for (size_t i = 0; i < LISTS; i++) {
		const void *at = (const char *)k + lists[i].at;
		const struct knowing_list *l = at;

		for (size_t n = 0; n < l->n; n++)
			option_write(
			    &b, lists[i].name, l->v[n], lists[i].of == PATHS);
	}
	s = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return s;
}

void
knowing_text_take(struct knowing *k, struct span text, struct arena *a)
{
	struct span line;

	while (span_line(&text, &line)) {
		struct span name = span_until(&line, '=');

		(void)knowing_take(k, arena_str(a, name), arena_str(a, line));
	}
}

/* ---- on the command line ---- */

int
knowing_option(struct knowing *k, const struct command *c, const char *option,
    const char *value)
{
	k->given = true;
	return knowing_take(k, option, value) > 0
		   ? 0
		   : usage_error(c, "--%s: given too often", option);
}

static bool
flag_take(const char *arg, const char *const *flags, bool *seen)
{
	for (size_t f = 0; flags != NULL && flags[f] != NULL; f++)
		if (strcmp(arg, flags[f]) == 0) {
			seen[f] = true;
			return true;
		}
	return false;
}

int
knowing_args(struct knowing *k, const struct command *c, int argc, char **argv,
    int *i, const char *const *flags, bool *seen)
{
	for (; *i < argc && strncmp(argv[*i], "--", 2) == 0; ++*i) {
		int r;

		if (flag_take(argv[*i], flags, seen))
			continue;
		if (*i + 1 >= argc)
			return usage_error(
			    c, "%s: unknown, or has no value", argv[*i]);
		r = knowing_take(k, argv[*i] + 2, argv[*i + 1]);
		if (r <= 0)
			return usage_error(c, "%s: %s", argv[*i],
			    r == 0 ? "unknown option" : "given too often");
		++*i;
	}
	return 0;
}

struct knowledge_options
knowing_options(const struct knowing *k)
{
	return (struct knowledge_options){.data_dir = k->data,
	    .rule_dirs = k->rules.v,
	    .nrule_dirs = k->rules.n,
	    .feed_paths = k->indicators.v,
	    .nfeed_paths = k->indicators.n,
	    .update_paths = k->vulnerabilities.v,
	    .nupdate_paths = k->vulnerabilities.n,
	    .now = cli_clock(),
	    .logsources = k->logsources.v,
	    .nlogsources = k->logsources.n,
	    .placeholders = k->placeholders.v,
	    .nplaceholders = k->placeholders.n,
	    .only = k->only.v,
	    .nonly = k->only.n,
	    .skip = k->skip.v,
	    .nskip = k->skip.n};
}

int
knowing_load(const struct knowing *k, int64_t now, struct knowledge *out)
{
	struct knowledge_options o = knowing_options(k);

	if (now != TIME_NONE)
		o.now = now;
	return cli_knowledge(&o, out);
}

int
knowing_run(const struct knowing *k, int64_t now, bool quiet,
    knowing_run_fn *run, void *ctx)
{
	struct knowledge knowledge;
	struct detect *d = NULL;
	struct err e;
	int status;

	status = knowing_load(k, now, &knowledge);
	if (status != 0)
		return status;
	if (!quiet)
		cli_feeds_told(&knowledge);
	if (detect_new(&knowledge, &d, &e) != 0)
		status = complain(EXIT_FAILED, "%s", e.text);
	else
		status = run(ctx, &knowledge, d);
	detect_free(d);
	knowledge_release(&knowledge);
	return status;
}
