#include "cli/take.h"

bool
take_options(const struct command *c, int argc, char **argv,
    const struct option *options, take_option_fn *one, void *settings,
    int *status)
{
	int val, at;

	while ((val = getopt_long(argc, argv, "", options, &at)) != -1) {
		*status = val == OPT_HELP
			      ? command_help(c)
			      : one(settings, val,
				    val == '?' ? NULL : options[at].name);
		if (val == OPT_HELP || *status != 0)
			return false;
	}
	return true;
}

int
take_number(const struct command *c, const char *option, const char *text,
    unsigned lo, unsigned hi, const char *unit, unsigned *out)
{
	uint64_t v;

	if (!span_u64(span_str(text), &v) || v < lo || v > hi)
		return usage_error(c, "--%s: %u to %u%s", option, lo, hi, unit);
	*out = (unsigned)v;
	return 0;
}

int
take_jobs(const struct command *c, const char *text, unsigned *out)
{
	return take_number(c, "jobs", text, 1, LIMIT_JOBS, "", out);
}

int
take_timeout(const struct command *c, const char *text, unsigned *out)
{
	return take_number(c, "timeout", text, 1, 86400, " seconds", out);
}

int
take_own(const struct command *c, const char *text, struct own_given *own)
{
	if (own->n >= LIMIT_OWN_GIVEN)
		return usage_error(
		    c, "--own: at most %d times", LIMIT_OWN_GIVEN);
	return prefix_read(span_str(text), &own->v[own->n++])
		   ? 0
		   : usage_error(c, "--own: a prefix as 198.51.100.0/24");
}

int
take_fail_on(const struct command *c, const char *text, enum verdict *out)
{
	return verdict_find(span_str(text), out) && *out > VERDICT_CLEAR
		   ? 0
		   : usage_error(c, "--fail-on: a verdict: compromised, "
				    "suspicious, exposed, weak");
}

int
take_output(const struct command *c, const char *name, const char *path,
    struct outputs *out)
{
	return outputs_want(out, name, path)
		   ? 0
		   : usage_error(c, "--%s: too many reports", name);
}

int
take_colour(const struct command *c, const char *text, struct outputs *out)
{
	return outputs_colour(out, text)
		   ? 0
		   : usage_error(c, "--color: auto, always or never");
}
