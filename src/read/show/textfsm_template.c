#include "read/show/textfsm_template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"

#define NAME_MOST 48

struct reading {
	struct textfsm *t;
	struct span rest;
	unsigned number; /* of the current line */
	struct err *e;
};

static int fail_at(const struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
fail_at(const struct reading *r, const char *fmt, ...)
{
	va_list ap;
	char text[400];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(r->e, "line %u: %s", r->number, text);
}

static bool
name_char(unsigned char c)
{
	return ascii_alnum(c) || c == '_' || c >= 0x80;
}

/* The whole span is of \w, one at least. */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!name_char((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

/* A line without white space at its end; false at the end. */
static bool
next_line(struct reading *r, struct span *line)
{
	if (!span_line(&r->rest, line))
		return false;
	*line = span_rtrim(*line);
	r->number++;
	return true;
}

static bool
is_comment(struct span line)
{
	return span_starts(span_trim(line), SPAN("#"));
}

static int
value_option(const struct reading *r, struct fsm_value *v, struct span word)
{
	static const char *const words[] = {[FSM_FILLDOWN] = "Filldown",
	    [FSM_FILLUP] = "Fillup",
	    [FSM_KEY] = "Key",
	    [FSM_LIST] = "List",
	    [FSM_REQUIRED] = "Required"};

	for (unsigned o = 0; o < FSM_OPTIONS; o++) {
		if (!span_is(word, words[o]))
			continue;
		for (unsigned k = 0; k < v->noptions; k++)
			if (v->options[k] == o)
				return fail_at(
				    r, "option \"%s\" stands twice", words[o]);
		v->options[v->noptions++] = (uint8_t)o;
		v->filldown = v->filldown || o == FSM_FILLDOWN;
		v->list = v->list || o == FSM_LIST;
		return 0;
	}
	return fail_at(r, "unknown option \"%.*s\"", SPAN_FMT(word));
}

static size_t
count_byte(struct span s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* A list's own expression: its named groups make objects. */
static int
value_inner(const struct reading *r, struct fsm_value *v)
{
	struct arena *a = &r->t->arena;
	struct err why;
	unsigned *members;
	struct span *labels;

	if (regex_translate(a, v->expression, &v->inner, &why) != 0)
		return fail_at(r, "%s", why.text);
	v->nested = v->inner.named;
	if (!v->nested)
		return 0;
	r->t->nested = true;
	members = arena_array(a, v->inner.ngroups, sizeof(*members));
	labels = arena_array(a, v->inner.ngroups, sizeof(*labels));
	for (unsigned g = 1; g <= v->inner.ngroups; g++) {
		if (v->inner.names[g].n == 0)
			continue;
		members[v->nmembers] = g;
		labels[v->nmembers++] = v->inner.names[g];
	}
	v->members = members;
	v->labels = labels;
	if (v->inner.ngroups > r->t->most_groups)
		r->t->most_groups = v->inner.ngroups;
	return 0;
}

/* "Value [OPTION,...] NAME (EXPRESSION)", single blanks between. */
static int
value_parse(const struct reading *r, struct span line, struct fsm_value *v)
{
	struct span rest = line, word, second;

	span_until(&rest, ' ');
	if (count_byte(line, ' ') < 2)
		return fail_at(r, "a value needs a name and an expression");
	word = span_until(&rest, ' ');
	if (!span_starts(rest, SPAN("("))) {
		struct span options = word;

		for (size_t n = count_byte(word, ',') + 1; n > 0; n--) {
			second = span_until(&options, ',');
			if (value_option(r, v, second) != 0)
				return -1;
		}
		word = span_until(&rest, ' ');
	}
	v->name = word;
	v->expression = rest;
	if (v->name.n > NAME_MOST)
		return fail_at(r, "the name is too long");
	if (rest.n < 2 || !span_starts(rest, SPAN("(")) ||
	    !span_ends(rest, SPAN(")")) ||
	    count_byte(rest, '(') != count_byte(rest, ')'))
		return fail_at(r, "the expression must stand in ()");
	return v->list ? value_inner(r, v) : 0;
}

static int
find_value(const struct textfsm *t, struct span name)
{
	for (size_t i = 0; i < t->nvalues; i++)
		if (span_eq(t->values[i].name, name))
			return (int)i;
	return -1;
}

static int
value_read(struct reading *r, struct span line)
{
	struct textfsm *t = r->t;
	struct fsm_value v = {0};

	if (t->nvalues >= LIMIT_TEXTFSM_VALUES)
		return fail_at(r, "too many values");
	if (value_parse(r, line, &v) != 0)
		return -1;
	if (find_value(t, v.name) >= 0)
		return fail_at(
		    r, "value \"%.*s\" stands twice", SPAN_FMT(v.name));
	t->values = arena_grow(&t->arena, t->values, t->nvalues, &t->values_cap,
	    sizeof(*t->values));
	t->values[t->nvalues++] = v;
	return 0;
}

/* The block of values, up to an empty line. */
static int
values_read(struct reading *r)
{
	struct span line;

	while (next_line(r, &line)) {
		if (line.n == 0)
			return 0;
		if (is_comment(line))
			continue;
		if (!span_starts(line, SPAN("Value ")))
			return fail_at(r, "%s",
			    r->t->nvalues == 0
				? "no value is defined"
				: "no empty line behind the last value");
		if (value_read(r, line) != 0)
			return -1;
	}
	return 0;
}

static bool
is_identifier_char(unsigned char c, bool first)
{
	return ascii_alpha(c) || c == '_' || (!first && ascii_digit(c));
}

/* The name behind "$", "NAME" or "{NAME}", taken; empty: there is none. */
static struct span
take_variable(struct span s, size_t *i)
{
	bool brace = *i < s.n && s.p[*i] == '{';
	size_t from = *i + brace, to = from;

	while (
	    to < s.n && is_identifier_char((unsigned char)s.p[to], to == from))
		to++;
	if (to == from || (brace && (to >= s.n || s.p[to] != '}')))
		return (struct span){0};
	*i = to + brace;
	return span_sub(s, from, to);
}

/* The rule's expression with its values written out. */
static int
substitute(const struct reading *r, struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n;) {
		const struct fsm_value *v;
		struct span name;
		int k;

		if (s.p[i] != '$') {
			buf_byte(out, s.p[i++]);
			continue;
		}
		i++;
		if (i < s.n && s.p[i] == '$') {
			buf_byte(out, '$');
			i++;
			continue;
		}
		name = take_variable(s, &i);
		k = name.n == 0 ? -1 : find_value(r->t, name);
		if (k < 0)
			return fail_at(
			    r, "no value \"%.*s\" to put in", SPAN_FMT(name));
		v = &r->t->values[k];
		buf_fmt(out, "(?P<%.*s>", SPAN_FMT(v->name));
		buf_put(out, span_from(v->expression, 1));
	}
	return buf_full(out) ? fail_at(r, "the expression is too long") : 0;
}

static int
rule_captures(const struct reading *r, struct fsm_rule *rule)
{
	const struct regex *x = &rule->regex;
	struct fsm_capture *c;

	if (!x->named)
		return 0;
	c = arena_array(&r->t->arena, x->ngroups, sizeof(*c));
	for (unsigned g = 1; g <= x->ngroups; g++) {
		int v = x->names[g].n == 0 ? -1 : find_value(r->t, x->names[g]);

		if (v >= 0)
			c[rule->ncaptures++] = (struct fsm_capture){
			    .group = (uint16_t)g, .value = (uint16_t)v};
	}
	rule->captures = c;
	return 0;
}

static int
rule_expression(
    const struct reading *r, struct span match, struct fsm_rule *rule)
{
	struct textfsm *t = r->t;
	struct err why;
	struct buf b;
	int result = 0;

	buf_init(&b, LIMIT_TEXTFSM_EXPRESSION);
	if (t->nvalues > 0) {
		result = substitute(r, match, &b);
		match = arena_copy(&t->arena, buf_span(&b));
	}
	buf_release(&b);
	if (result != 0)
		return -1;
	if (regex_translate(&t->arena, match, &rule->regex, &why) != 0)
		return fail_at(r, "%s", why.text);
	if (rule->regex.ngroups > t->most_groups)
		t->most_groups = rule->regex.ngroups;
	return rule_captures(r, rule);
}

static bool
line_word(struct span word, enum fsm_line *out)
{
	static const char *const words[] = {[LINE_NEXT] = "Next",
	    [LINE_CONTINUE] = "Continue",
	    [LINE_ERROR] = "Error"};

	for (int k = 0; k < 3; k++)
		if (span_is(word, words[k])) {
			*out = (enum fsm_line)k;
			return true;
		}
	return false;
}

static bool
record_word(struct span word, enum fsm_record *out)
{
	static const char *const words[] = {[RECORD_NONE] = "NoRecord",
	    [RECORD_ADD] = "Record",
	    [RECORD_CLEAR] = "Clear",
	    [RECORD_CLEARALL] = "Clearall"};

	for (int k = 0; k < 4; k++)
		if (span_is(word, words[k])) {
			*out = (enum fsm_record)k;
			return true;
		}
	return false;
}

/* "LINE", "LINE.RECORD" or "RECORD". */
static bool
operator_words(struct span word, struct fsm_rule *rule)
{
	struct span rest = word, line = span_until(&rest, '.');

	if (record_word(word, &rule->record))
		return true;
	return line_word(line, &rule->line) &&
	       (line.n == word.n || record_word(rest, &rule->record));
}

static bool
is_target(struct span s)
{
	return is_name(s) || (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"');
}

/* What stands behind "->". */
static int
rule_action(const struct reading *r, struct span s, struct fsm_rule *rule)
{
	struct span rest = s, word = span_word(&rest);

	if (s.n == 0)
		return 0;
	if (!ascii_space((unsigned char)s.p[0]))
		return fail_at(r, "no blank behind \"->\"");
	if (operator_words(word, rule))
		rest = span_trim(rest);
	else
		rest = span_trim(s);
	if (rest.n > 0 && !is_target(rest))
		return fail_at(r, "\"%.*s\" is no action", SPAN_FMT(rest));
	rule->target = rest;
	if (rule->line == LINE_CONTINUE && rest.n > 0)
		return fail_at(r, "Continue cannot lead to another state");
	if (rule->line != LINE_ERROR && rest.n > 0 && !is_name(rest))
		return fail_at(r, "\"%.*s\" is no state", SPAN_FMT(rest));
	return 0;
}

/* The last white space with "->" behind it: where the action begins. */
static size_t
find_action(struct span line)
{
	for (size_t i = line.n; i-- > 1;)
		if (span_starts(span_from(line, i), SPAN("->")) &&
		    ascii_space((unsigned char)line.p[i - 1]))
			return i - 1;
	return SPAN_NONE;
}

static int
rule_read(struct reading *r, struct span line, struct fsm_state *state)
{
	struct textfsm *t = r->t;
	struct fsm_rule rule = {.next = STATE_SAME, .number = r->number};
	struct span match = span_trim(line);
	size_t at = find_action(match);

	if (!span_starts(line, SPAN(" ^")) && !span_starts(line, SPAN("  ^")) &&
	    !span_starts(line, SPAN("\t^")))
		return fail_at(r, "a rule begins with blanks and \"^\"");
	if (t->nrules++ >= LIMIT_TEXTFSM_RULES)
		return fail_at(r, "too many rules");
	if (at != SPAN_NONE &&
	    rule_action(r, span_from(match, at + 3), &rule) != 0)
		return -1;
	if (rule_expression(r, span_head(match, at), &rule) != 0)
		return -1;
	state->rules = arena_grow(&t->arena, state->rules, state->nrules,
	    &state->cap, sizeof(*state->rules));
	state->rules[state->nrules++] = rule;
	return 0;
}

static int
find_state(const struct textfsm *t, struct span name)
{
	for (size_t i = 0; i < t->nstates; i++)
		if (span_eq(t->states[i].name, name))
			return (int)i;
	return -1;
}

static int
state_begin(struct reading *r, struct span name)
{
	struct textfsm *t = r->t;
	enum fsm_line l;
	enum fsm_record c;

	if (!is_name(name) || name.n > NAME_MOST || line_word(name, &l) ||
	    record_word(name, &c))
		return fail_at(
		    r, "invalid state name \"%.*s\"", SPAN_FMT(name));
	if (find_state(t, name) >= 0)
		return fail_at(
		    r, "state \"%.*s\" stands twice", SPAN_FMT(name));
	if (t->nstates >= LIMIT_TEXTFSM_STATES)
		return fail_at(r, "too many states");
	t->states = arena_grow(&t->arena, t->states, t->nstates, &t->states_cap,
	    sizeof(*t->states));
	t->states[t->nstates++] = (struct fsm_state){.name = name};
	return 0;
}

static int
states_read(struct reading *r)
{
	struct textfsm *t = r->t;
	struct span line;
	bool inside = false;

	while (next_line(r, &line)) {
		if (line.n == 0) {
			inside = false;
			continue;
		}
		if (is_comment(line))
			continue;
		if (inside) {
			if (rule_read(r, line, &t->states[t->nstates - 1]) != 0)
				return -1;
			continue;
		}
		if (state_begin(r, line) != 0)
			return -1;
		inside = true;
	}
	return 0;
}

static int
rule_link(struct reading *r, struct fsm_rule *rule)
{
	r->number = rule->number;
	if (rule->line == LINE_ERROR || rule->target.n == 0)
		return 0;
	if (span_is(rule->target, "End")) {
		rule->next = STATE_END;
		return 0;
	}
	if (span_is(rule->target, "EOF")) {
		rule->next = STATE_EOF;
		return 0;
	}
	rule->next = find_state(r->t, rule->target);
	return rule->next >= 0 ? 0
			       : fail_at(r, "there is no state \"%.*s\"",
				     SPAN_FMT(rule->target));
}

static int
states_link(struct reading *r)
{
	struct textfsm *t = r->t;
	int end = find_state(t, SPAN("End")), eof = find_state(t, SPAN("EOF"));

	t->start = find_state(t, SPAN("Start"));
	t->eof = eof >= 0;
	if (t->start < 0)
		return err_set(r->e, "the state Start is missing");
	if ((end >= 0 && t->states[end].nrules > 0) ||
	    (eof >= 0 && t->states[eof].nrules > 0))
		return err_set(r->e, "the states End and EOF have no rules");
	for (size_t s = 0; s < t->nstates; s++)
		for (size_t k = 0; k < t->states[s].nrules; k++)
			if (rule_link(r, &t->states[s].rules[k]) != 0)
				return -1;
	return 0;
}

static void
columns(struct textfsm *t)
{
	struct span *names = arena_array(&t->arena, t->nvalues, sizeof(*names));
	bool *keys = arena_array(&t->arena, t->nvalues, sizeof(*keys));

	for (size_t i = 0; i < t->nvalues; i++) {
		const struct fsm_value *v = &t->values[i];

		names[i] = v->name;
		for (unsigned k = 0; k < v->noptions; k++)
			keys[i] = keys[i] || v->options[k] == FSM_KEY;
	}
	t->names = names;
	t->keys = keys;
}

int
textfsm_read(struct span text, struct textfsm **out, struct err *e)
{
	struct reading r = {.e = e};

	if (text.n > LIMIT_TEXTFSM_BYTES)
		return err_set(e, "the template is too large");
	r.t = calloc(1, sizeof(*r.t));
	if (r.t == NULL)
		return err_set(e, "no memory for a template");
	arena_init(&r.t->arena);
	r.rest = arena_copy(&r.t->arena, text);
	if (values_read(&r) != 0 || states_read(&r) != 0 ||
	    states_link(&r) != 0) {
		textfsm_free(r.t);
		return -1;
	}
	columns(r.t);
	*out = r.t;
	return 0;
}

void
textfsm_free(struct textfsm *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->nvalues; i++)
		regex_release(&t->values[i].inner);
	for (size_t s = 0; s < t->nstates; s++)
		for (size_t k = 0; k < t->states[s].nrules; k++)
			regex_release(&t->states[s].rules[k].regex);
	arena_release(&t->arena);
	free(t);
}

int
textfsm_compile(struct textfsm *t, struct err *e)
{
	struct err why;

	for (size_t i = 0; i < t->nvalues; i++)
		if (t->values[i].nested &&
		    regex_compile(&t->values[i].inner, e) != 0)
			return -1;
	for (size_t s = 0; s < t->nstates; s++)
		for (size_t k = 0; k < t->states[s].nrules; k++) {
			struct fsm_rule *rule = &t->states[s].rules[k];

			if (regex_compile(&rule->regex, &why) != 0)
				return err_set(
				    e, "line %u: %s", rule->number, why.text);
			regex_jit(&rule->regex);
		}
	return 0;
}
