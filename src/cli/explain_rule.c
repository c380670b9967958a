#include "cli/explain_rule.h"

#include <stdio.h>

#include "base/safe.h"

/* Values of one test that are told; people stop reading before. */
#define VALUES_TOLD 12

static const char *const words[] = {
    [PATTERN_PRESENT] = "is there",
    [PATTERN_ABSENT] = "is absent",
    [PATTERN_EQUAL] = "is",
    [PATTERN_PREFIX] = "starts with",
    [PATTERN_SUFFIX] = "ends with",
    [PATTERN_CONTAINS] = "holds",
    [PATTERN_GLOB] = "is like",
    [PATTERN_REGEX] = "fits the expression",
    [PATTERN_CIDR] = "lies in",
    [PATTERN_HOLDS] = "is a prefix that holds",
    [PATTERN_LT] = "is less than",
    [PATTERN_LTE] = "is at most",
    [PATTERN_GT] = "is more than",
    [PATTERN_GTE] = "is at least",
    [PATTERN_SAME] = "is",
    [PATTERN_FIELD] = "has to do with the field",
};

static void
indent(unsigned depth)
{
	printf("%*s", (int)(12 + 2 * (depth < 20 ? depth : 20)), "");
}

static void
value_print(const struct pattern *p)
{
	char text[ADDR_TEXT];

	switch (p->op) {
	case PATTERN_PRESENT:
	case PATTERN_ABSENT:
		break;
	case PATTERN_LT:
	case PATTERN_LTE:
	case PATTERN_GT:
	case PATTERN_GTE:
	case PATTERN_SAME:
		printf(" %g", p->number);
		break;
	case PATTERN_CIDR:
	case PATTERN_HOLDS:
		printf(" %s/%u", addr_write(&p->prefix.addr, text),
		    (unsigned)p->prefix.bits);
		break;
	case PATTERN_FIELD:
		printf(" %s", field_name((enum field_id)p->other));
		break;
	default:
		fputs(" \"", stdout);
		safe_write(stdout, p->text);
		putchar('"');
	}
}

static void
field_print(const struct rule_test *t)
{
	static const char *const parts[] = {"", "the minute of ",
	    "the hour of ", "the day of ", "the week of ", "the month of ",
	    "the year of "};

	fputs(parts[t->part], stdout);
	if (t->field == FIELD_ANY)
		fputs("the line", stdout);
	else if (t->field == FIELD_NEVER)
		fputs("a field that no record has", stdout);
	else if (t->field == FIELD_TIME)
		fputs("the time", stdout);
	else if (t->field == FIELD_PAIR)
		safe_write(stdout, t->key);
	else
		fputs(field_name((enum field_id)t->field), stdout);
}

static void
test_print(const struct rule_test *t, unsigned depth)
{
	enum pattern_op op =
	    t->npatterns > 0 ? t->patterns[0].op : PATTERN_ABSENT;

	indent(depth);
	field_print(t);
	printf(" %s", words[op]);
	for (size_t i = 0; i < t->npatterns; i++) {
		if (i == VALUES_TOLD) {
			printf(" %s %zu more", t->all ? "and" : "or",
			    t->npatterns - i);
			break;
		}
		if (i > 0)
			fputs(t->all ? " and" : " or", stdout);
		if (t->patterns[i].op != op)
			printf(" %s", words[t->patterns[i].op]);
		op = t->patterns[i].op;
		value_print(&t->patterns[i]);
	}
	putchar('\n');
}

static void
node_print(const struct rule_node *n, unsigned depth)
{
	if (n->op == RULE_TEST) {
		test_print(n->test, depth);
		return;
	}
	indent(depth);
	puts(n->op == RULE_AND	 ? "all of"
	     : n->op == RULE_NOT ? "not"
				 : "any of");
	for (size_t i = 0; i < n->nkids; i++)
		node_print(n->kids[i], depth + 1);
}

static const char *const kinds_of_correlation[] = {
    [CORRELATION_EVENT_COUNT] = "so many events of",
    [CORRELATION_VALUE_COUNT] = "so many values among events of",
    [CORRELATION_VALUE_SUM] = "a sum over events of",
    [CORRELATION_VALUE_AVG] = "an average over events of",
    [CORRELATION_VALUE_PERCENTILE] = "a percentile over events of",
    [CORRELATION_VALUE_MEDIAN] = "a median over events of",
    [CORRELATION_TEMPORAL] = "together, in any order,",
    [CORRELATION_TEMPORAL_ORDERED] = "one after the other",
};

static void
bounds_print(const struct correlation *c)
{
	static const char *const signs[] = {
	    "more than", "at least", "less than", "at most", "just", "not"};

	for (size_t i = 0; i < c->nbounds; i++)
		printf("%s%s %g", i > 0 ? " and " : "            number: ",
		    signs[c->bounds[i].op], c->bounds[i].number);
	if (c->field.n > 0)
		printf(" of %.*s", SPAN_FMT(c->field));
	if (c->nbounds > 0)
		putchar('\n');
}

/* Seconds in the largest unit that they are whole in. */
static void
timespan_print(long long seconds)
{
	static const struct {
		long long seconds;
		const char *name;
	} units[] = {
	    {86400, "days"}, {3600, "hours"}, {60, "minutes"}, {1, "seconds"}};
	size_t i = 0;

	while (seconds % units[i].seconds != 0)
		i++;
	printf("            within %lld %s\n", seconds / units[i].seconds,
	    units[i].name);
}

static void
correlation_print(const struct correlation *c)
{
	printf("            %s\n", kinds_of_correlation[c->type]);
	for (size_t i = 0; i < c->nrefs; i++) {
		fputs("              ", stdout);
		safe_write(stdout, c->refs[i].name);
		putchar('\n');
	}
	bounds_print(c);
	if (c->timespan > 0)
		timespan_print((long long)(c->timespan / TIME_SECOND));
	for (size_t i = 0; i < c->keys.n; i++) {
		fputs(i == 0 ? "            for each " : ", ", stdout);
		safe_write(stdout, c->keys.v[i]);
	}
	if (c->keys.n > 0)
		putchar('\n');
}

static void
kinds_print(const struct rule *r)
{
	bool any = false;

	for (unsigned k = 0; k < K_COUNT; k++) {
		if (!(r->kinds >> k & 1))
			continue;
		printf("%s%s", any ? ", " : "needs       records of kind ",
		    kind_name((enum record_kind)k));
		any = true;
	}
	if (any)
		putchar('\n');
	for (size_t i = 0; i < r->waits_for.n; i++) {
		fputs("waits for   a value of the placeholder ", stdout);
		safe_write(stdout, r->waits_for.v[i]);
		putchar('\n');
	}
	if (r->source != NULL && r->source->unread.n > 0)
		printf("            not read: %.*s\n",
		    SPAN_FMT(r->source->unread));
	else if (r->unsupplied)
		puts("            (nothing that is read supplies it)");
}

struct span
logsource_words(struct span logsource, char out[LOGSOURCE_WORDS])
{
	static const char *const names[] = {"product", "category", "service"};
	struct span rest = logsource;
	size_t n = 0;

	for (int i = 0; i < 3; i++) {
		struct span word = span_until(&rest, '/');
		int m = word.n == 0
			    ? 0
			    : snprintf(out + n, LOGSOURCE_WORDS - n,
				  "%s%s %.*s", n > 0 ? ", " : "", names[i],
				  SPAN_FMT(span_head(word, 60)));

		n += m > 0 ? (size_t)m : 0;
		if (n >= LOGSOURCE_WORDS)
			return logsource;
	}
	/* A correlation has none. */
	return span_find_byte(logsource, '/') == SPAN_NONE ? logsource
							   : span_of(out, n);
}

void
explain_rule_text(const struct ruleset *rs, const struct rule *r)
{
	char text[LOGSOURCE_WORDS];

	fputs("looks at    ", stdout);
	safe_write(stdout, logsource_words(r->logsource, text));
	putchar('\n');
	kinds_print(r);
	puts("looks for");
	if (r->correlation != NULL)
		correlation_print(r->correlation);
	else if (r->root != NULL)
		node_print(r->root, 0);
	for (size_t i = 0; i < rs->n; i++) {
		const struct correlation *c = rs->rules[i]->correlation;

		for (size_t k = 0; c != NULL && k < c->nrefs; k++)
			if (c->refs[k].rule == r)
				printf("part of     %.*s\n",
				    SPAN_FMT(rs->rules[i]->check.id));
	}
}
