#include "cli/knowing.h"

#include <string.h>

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

int
knowing_take(struct knowing *k, const char *option, const char *value)
{
	if (strcmp(option, "rules") == 0)
		return list_add(&k->rules, value);
	if (strcmp(option, "indicators") == 0)
		return list_add(&k->indicators, value);
	if (strcmp(option, "vulnerabilities") == 0)
		return list_add(&k->vulnerabilities, value);
	if (strcmp(option, "logsources") == 0)
		return list_add(&k->logsources, value);
	if (strcmp(option, "placeholders") == 0)
		return list_add(&k->placeholders, value);
	if (strcmp(option, "only") == 0)
		return words_add(&k->only, (char *)value);
	if (strcmp(option, "skip") == 0)
		return words_add(&k->skip, (char *)value);
	if (strcmp(option, "data") != 0)
		return 0;
	k->data = value;
	return 1;
}

int
knowing_option(struct knowing *k, const struct command *c, const char *option,
    const char *value)
{
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
knowing_run(const struct knowing *k, int64_t now, bool quiet,
    knowing_run_fn *run, void *ctx)
{
	struct knowledge_options o = knowing_options(k);
	struct knowledge knowledge;
	struct detect *d = NULL;
	struct err e;
	int status;

	if (now != TIME_NONE)
		o.now = now;
	status = cli_knowledge(&o, &knowledge);
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
