#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "cli/command.h"
#include "cli/explain_flaw.h"
#include "cli/explain_rule.h"
#include "cli/knowing.h"
#include "device/device.h"

extern const struct command command_explain;

static void
line(const char *label, struct span s)
{
	if (s.n > 0)
		printf("%-11s %.*s\n", label, SPAN_FMT(s));
}

static void
list(const char *label, struct span_list l)
{
	if (l.n == 0)
		return;
	printf("%-11s", label);
	for (size_t i = 0; i < l.n; i++)
		printf("%s%.*s", i > 0 ? ", " : " ", SPAN_FMT(l.v[i]));
	putchar('\n');
}

/* Rows, a line for each advisory. */
static void
rows(const char *label, struct span_list l)
{
	struct span last = {0};

	for (size_t i = 0; i < l.n; i++) {
		struct span row = l.v[i], advisory = span_until(&row, ':');

		if (i == 0 || !span_eq(advisory, last))
			printf("%s%-11s %.*s", i > 0 ? "\n" : "",
			    i > 0 ? "" : label, SPAN_FMT(advisory));
		printf(" %.*s", SPAN_FMT(row));
		last = advisory;
	}
	if (l.n > 0)
		putchar('\n');
}

/* Platforms with the same commands share a heading. */
static void
commands_by_platform(const char *label, const struct fix *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool first = i == 0 || f[i].commands.v != f[i - 1].commands.v;

		if (first)
			printf("%-11s on ", label);
		printf("%s%.*s", first ? "" : ", ",
		    SPAN_FMT(f[i].platform.n == 0 ? SPAN("any system")
						  : f[i].platform));
		if (i + 1 < n && f[i].commands.v == f[i + 1].commands.v)
			continue;
		puts(":");
		for (size_t k = 0; k < f[i].commands.n; k++)
			printf("              %.*s\n",
			    SPAN_FMT(f[i].commands.v[k]));
	}
}

/* Without these nothing seen of the rule says nothing. */
static void
prerequisites_print(const struct knowledge *k, const struct check *c)
{
	for (size_t i = 0; i < c->prerequisites.n; i++) {
		const struct prerequisite *p =
		    prerequisite_find(&k->prerequisites, c->prerequisites.v[i]);

		if (p == NULL)
			continue;
		printf("%-11s %.*s (%.*s), or silence means nothing\n",
		    i == 0 ? "needs" : "", SPAN_FMT(p->title),
		    SPAN_FMT(p->word));
	}
}

static void
explain_check(const struct knowledge *k, const struct check *c)
{
	line("check", c->id);
	line("title", c->title);
	printf("%-11s %s, severity %s, confidence %s\n", "kind",
	    check_kind_name(c->kind), severity_name(c->severity),
	    confidence_name(c->confidence));
	line("why", c->why);
	line("confirmed", c->confirmed);
	line("source", c->source);
	list("techniques", c->techniques);
	rows("advisory", c->advisory);
	list("cve", c->cve);
	if (c->nverify == 1 && c->verify[0].platform.n == 0 &&
	    c->verify[0].commands.n == 1)
		line("verify", c->verify[0].commands.v[0]);
	else
		commands_by_platform("verify", c->verify, c->nverify);
	prerequisites_print(k, c);
	commands_by_platform("fix", c->fixes, c->nfixes);
}

static const char *const whose_texts[] = {
    [WHOSE_FOREIGN] = "outside the operator's own address space",
    [WHOSE_SELF] = "an address of the device itself",
    [WHOSE_ROUTER] = "an address of another device of the evidence"};

static void
explain_rule(const struct knowledge *k, const struct check *c)
{
	for (size_t i = 0; i < k->rules.n; i++) {
		const struct rule *r = k->rules.rules[i];

		if (&r->check != c)
			continue;
		line("file", r->path);
		if (r->feature.n > 0)
			printf("%-11s %.*s is %s\n", "tells",
			    SPAN_FMT(r->feature), r->feature_off ? "off" : "on");
		explain_rule_text(&k->rules, r);
		if (r->external != F_NONE)
			printf("%-11s only where %s is %s\n", "holds",
			    field_name((enum field_id)r->external),
			    whose_texts[r->whose]);
	}
}

static bool
check_names(const struct check *c, struct span row)
{
	for (size_t i = 0; i < c->advisory.n; i++)
		if (span_eq_nocase(c->advisory.v[i], row))
			return true;
	return false;
}

static void
answered_by(const struct knowledge *k, struct span row)
{
	for (size_t i = 0; i < k->nchecks; i++)
		if (check_names(knowledge_check(k, i), row))
			printf("  %.*s: %.*s\n",
			    SPAN_FMT(knowledge_check_id(k, i)),
			    SPAN_FMT(knowledge_check(k, i)->title));
}

/* What must be there before nothing found is clear. */
static void
clear_print(const struct advisory_row *r)
{
	for (size_t i = 0; i < r->nclear; i++) {
		printf("%-11s", i == 0 ? "clear with" : "or with");
		for (unsigned m = r->clear_when[i]; m != 0; m &= m - 1)
			printf(" %s%s", evidence_name(m),
			    (m & (m - 1)) != 0 ? "," : "");
		putchar('\n');
	}
}

static void
explain_row(const struct knowledge *k, const struct advisory_row *r)
{
	line("row", r->id);
	line("title", r->title);
	line("confirmed", r->confirmed);
	list("platforms", r->platforms);
	list("clear on", r->clear_on);
	list("clear with", r->settings);
	if (r->essential)
		puts("essential   a device is not called clear without it");
	if (r->by_hand)
		line("by hand", r->procedure);
	clear_print(r);
	commands_by_platform("needs", r->need, r->nneed);
	puts(r->answered  ? "answered by"
	     : r->by_hand ? "answered by people"
			  : "answered by nothing yet");
	answered_by(k, r->id);
}

#define ANSWERS_AT 20 /* the column at which what answers a row begins */
#define ANSWERS_WIDTH 80

/* The ids of the checks that answer a row, in lines of at most 80 columns. */
static void
answers_print(const struct knowledge *k, const struct advisory_row *row)
{
	size_t column = ANSWERS_WIDTH, indicators = 0;
	bool any = false;

	for (size_t i = 0; i < k->nchecks; i++) {
		struct span id = knowledge_check_id(k, i);

		if (!check_names(knowledge_check(k, i), row->id))
			continue;
		if (knowledge_check(k, i)->kind == CHECK_INDICATOR &&
		    indicators++ > 0)
			continue;
		if (any)
			putchar(',');
		if (column + id.n + 2 > ANSWERS_WIDTH) {
			if (any)
				putchar('\n');
			printf("%*s", ANSWERS_AT - 1, "");
			column = ANSWERS_AT - 1;
		}
		printf(" %.*s", SPAN_FMT(id));
		column += id.n + 2;
		any = true;
	}
	if (indicators > 1)
		printf(" and %zu more indicators", indicators - 1);
	if (any)
		putchar('\n');
}

static const char *
answer_word(const struct advisory_row *row)
{
	if (row->answered)
		return "by rule";
	return row->by_hand ? "by hand" : "unanswered";
}

static bool
explain_advisory(const struct knowledge *k, struct span id)
{
	for (size_t i = 0; i < k->nadvisories; i++) {
		const struct advisory *a = &k->advisories[i];

		if (!span_eq_nocase(a->id, id))
			continue;
		line("advisory", a->id);
		line("title", a->title);
		line("published", a->published);
		list("sources", a->sources);
		list("platforms", a->platforms);
		for (size_t r = 0; r < a->nrows; r++) {
			const struct advisory_row *row = &a->rows[r];

			printf("  %-28.*s %-11s %.*s (%.*s)\n",
			    SPAN_FMT(row->id), answer_word(row),
			    SPAN_FMT(row->title), SPAN_FMT(row->confirmed));
			answers_print(k, row);
		}
		return true;
	}
	return false;
}

/* What is known, one advisory a line. */
static void
explain_advisories(const struct knowledge *k)
{
	for (size_t i = 0; i < k->nadvisories; i++) {
		const struct advisory *a = &k->advisories[i];
		size_t rule = 0, hand = 0;

		for (size_t r = 0; r < a->nrows; r++) {
			rule += a->rows[r].answered;
			hand += !a->rows[r].answered && a->rows[r].by_hand;
		}
		printf("%-20.*s %4zu rows, %4zu by rule, %3zu by hand  %.*s\n",
		    SPAN_FMT(a->id), a->nrows, rule, hand, SPAN_FMT(a->title));
	}
}

static bool
explain_diag(const char *word)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		if (strcmp(word, diag_name((enum diag_code)i)) == 0) {
			printf("diagnostic  %s\n%s\n", word,
			    diag_text((enum diag_code)i));
			return true;
		}
	return false;
}

/* By id, or by CVE: a check may be known under several. */
static bool
explain_checks(const struct knowledge *k, struct span id)
{
	bool any = false;

	for (size_t i = 0; i < k->nchecks; i++) {
		const struct check *c = knowledge_check(k, i);
		bool hit = span_eq_nocase(c->id, id) ||
			   (i < k->rules.n &&
			       span_eq_nocase(k->rules.rules[i]->uuid, id));

		for (size_t n = 0; n < c->cve.n; n++)
			hit |= span_eq_nocase(c->cve.v[n], id);
		if (!hit)
			continue;
		if (any)
			putchar('\n');
		any = true;
		explain_check(k, c);
		explain_rule(k, c);
		if (i >= k->first_vulnerability)
			explain_flaw(k,
			    k->vulnerabilities.v[i - k->first_vulnerability]);
	}
	return any;
}

static int
explain_main(int argc, char **argv)
{
	struct knowing knowing = {0};
	const struct advisory_row *row;
	struct knowledge k;
	struct span id;
	int i = 1, status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return command_help(&command_explain);
	status = knowing_args(
	    &knowing, &command_explain, argc, argv, &i, NULL, NULL);
	if (status != 0)
		return status;
	if (i + 1 < argc)
		return usage_error(&command_explain, "expected one ID");
	status = knowing_load(&knowing, TIME_NONE, &k);
	if (status != 0)
		return status;
	id = i < argc ? span_str(argv[i]) : SPAN("");
	row = knowledge_row(&k, id);
	if (id.n == 0)
		explain_advisories(&k);
	else if (row != NULL)
		explain_row(&k, row);
	else if (!explain_checks(&k, id) && !explain_advisory(&k, id) &&
		 !explain_diag(argv[argc - 1]))
		status = complain(EXIT_USAGE, "nothing is known under \"%s\"",
		    argv[argc - 1]);
	knowledge_release(&k);
	return status;
}

const struct command command_explain = {
    .name = "explain",
    .usage = "[options] [ID]",
    .summary = "a rule, indicator, advisory, row, vulnerability or "
	       "diagnostic",
    .run = explain_main,
    .help = "  ID is a rule's or indicator's id as in a report, AA25-239A,\n"
	    "  AA25-239A:H-05, CVE-2023-20198, or a diagnostic's name.\n"
	    "  Without ID: the advisories, and how much of them is answered.\n"
	    KNOWING_HELP,
};
