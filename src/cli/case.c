/*
 * What people say of the findings of a kept case.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safe.h"
#include "base/timestamp.h"
#include "cli/command.h"
#include "cli/take.h"
#include "detect/finding.h"
#include "store/casebook.h"

extern const struct command command_case;

struct settings {
	const char *place, *reason, *author, *expires;
};

enum { OPT_CASE = 256, OPT_REASON, OPT_BY, OPT_UNTIL };

static const struct option options[] = {
    {"case", required_argument, NULL, OPT_CASE},
    {"reason", required_argument, NULL, OPT_REASON},
    {"by", required_argument, NULL, OPT_BY},
    {"until", required_argument, NULL, OPT_UNTIL}, OPTIONS_END};

static int
option_take(void *settings, int val, const char *name)
{
	struct settings *s = settings;
	int64_t day;

	(void)name;
	switch (val) {
	case OPT_CASE:
		s->place = optarg;
		return 0;
	case OPT_REASON:
		s->reason = optarg;
		return 0;
	case OPT_BY:
		s->author = optarg;
		return 0;
	case OPT_UNTIL:
		s->expires = optarg;
		return time_read_day(span_str(optarg), &day)
			   ? 0
			   : usage_error(
				 &command_case, "--until: a day as 2027-01-31");
	default:
		return usage_error(
		    &command_case, "unknown option or missing value");
	}
}

/* A fingerprint, which stays the same; F12 is another one after each scan. */
static bool
is_mark(const char *s)
{
	return strlen(s) == FINDING_MARK &&
	       strspn(s, "0123456789abcdef") == FINDING_MARK;
}

static const char *
somebody(const struct settings *s)
{
	const struct passwd *p;

	if (s->author != NULL)
		return s->author;
	p = getpwuid(getuid());
	return p != NULL ? p->pw_name : "unknown";
}

/* ---- saying ---- */

static int
say(const struct settings *s, const char *verb, const char *const *marks,
    size_t n)
{
	static const char *const verbs[] = {"accept", "reject", "reopen"};
	struct casebook_word w = {.author = span_str(somebody(s)),
	    .text = span_str(s->reason),
	    .made = cli_clock(),
	    .expires = span_str(s->expires)};
	bool note = strcmp(verb, "note") == 0;
	struct err e;
	int r = 0;

	if (n == 0)
		return usage_error(&command_case, "no FINDING given");
	if (s->reason == NULL || s->reason[0] == '\0')
		return usage_error(
		    &command_case, "%s: --reason TEXT: why?", verb);
	if (s->expires != NULL && strcmp(verb, "accept") != 0)
		return usage_error(
		    &command_case, "--until: only what is accepted expires");
	for (size_t i = 0; i < n; i++)
		if (!is_mark(marks[i]))
			return usage_error(&command_case,
			    "%s: expected the 16 hexadecimal digits that stand "
			    "behind a finding's number",
			    marks[i]);
	for (size_t i = 0; i < 3; i++)
		if (strcmp(verb, verbs[i]) == 0)
			w.decision = (enum casebook_decision)i;
	for (size_t i = 0; i < n && r == 0; i++) {
		w.finding = span_str(marks[i]);
		r = note ? casebook_note(s->place, &w, &e)
			 : casebook_decide(s->place, &w, &e);
	}
	return r == 0 ? EXIT_QUIET : complain(EXIT_FAILED, "%s", e.text);
}

/* ---- telling ---- */

static void
on_word(void *ctx, bool note, const struct casebook_word *w)
{
	static const char *const done[] = {"accepted", "rejected", "reopened"};
	char made[TIME_TEXT];
	bool *any = ctx;

	*any = true;
	safe_write(stdout, w->finding);
	printf("  %.16s  %-8s  ", time_write(w->made, made),
	    note ? "note" : done[w->decision]);
	safe_write(stdout, w->author);
	if (w->expires.n > 0) {
		fputs(", until ", stdout);
		safe_write(stdout, w->expires);
	}
	fputs(": ", stdout);
	safe_write(stdout, w->text);
	putchar('\n');
}

static int
list(const struct settings *s, const char *const *marks, size_t n)
{
	struct err e;
	bool any = false;
	int r = 0;

	if (n == 0)
		r = casebook_words(s->place, SPAN(""), on_word, &any, &e);
	for (size_t i = 0; i < n && r == 0; i++)
		r = casebook_words(
		    s->place, span_str(marks[i]), on_word, &any, &e);
	if (r != 0)
		return complain(EXIT_FAILED, "%s", e.text);
	if (!any)
		puts("Nothing was said yet.");
	return EXIT_QUIET;
}

static int
case_main(int argc, char **argv)
{
	static const char *const verbs[] = {
	    "note", "accept", "reject", "reopen"};
	struct settings s = {0};
	const char *const *marks;
	const char *verb;
	size_t n;
	int status;

	if (!take_options(
		&command_case, argc, argv, options, option_take, &s, &status))
		return status;
	if (optind >= argc)
		return usage_error(&command_case, "what is to be done?");
	verb = argv[optind];
	marks = (const char *const *)argv + optind + 1;
	n = (size_t)(argc - optind - 1);
	if (s.place == NULL)
		return usage_error(&command_case, "--case CASE: which one?");
	if (strcmp(verb, "list") == 0)
		return list(&s, marks, n);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i]) == 0)
			return say(&s, verb, marks, n);
	return usage_error(&command_case,
	    "%s: expected note, accept, reject, reopen or list", verb);
}

const struct command command_case = {
    .name = "case",
    .usage = "note|accept|reject|reopen|list [FINDING...] --case CASE "
	     "[options]",
    .summary = "notes and decisions on the findings of a case",
    .run = case_main,
    .help =
	"  note FINDING...    say something of a finding\n"
	"  accept FINDING...  it is so, and somebody answers for it\n"
	"  reject FINDING...  it was looked at, and is not so\n"
	"  reopen FINDING...  it counts again\n"
	"  list [FINDING...]  all that was said\n"
	"\n"
	"  --case CASE        the case: a file, or postgresql://...\n"
	"  --reason TEXT      what is said, or why\n"
	"  --by NAME          who says it (the user's name)\n"
	"  --until DAY        accept: the last day on which it holds, UTC\n"
	"\n"
	"FINDING is the fingerprint that stands behind a finding's number.\n",
};
