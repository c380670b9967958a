/*
 * The condition (Sigma rules, section "Condition"):
 *
 *   condition = conj { "or" conj }
 *   conj      = term { "and" term }
 *   term      = "not" term | "(" condition ")" | quantity | name
 *   quantity  = ( "1" | "any" | "all" ) "of" ( "them" | pattern )
 */
#include "intel/sigma_build.h"

struct parse {
	struct sigma *s;
	const struct yaml_node *node;
	struct span rest, token; /* token: the one looked at; empty: the end */
	unsigned depth;
};

static bool
word_byte(char c)
{
	return !ascii_space((unsigned char)c) && c != '(' && c != ')' &&
	       c != '|';
}

static void
next(struct parse *p)
{
	size_t n = 0;

	while (p->rest.n > 0 && ascii_space((unsigned char)p->rest.p[0]))
		p->rest = span_from(p->rest, 1);
	while (n < p->rest.n && word_byte(p->rest.p[n]))
		n++;
	if (n == 0 && p->rest.n > 0)
		n = 1;
	p->token = span_head(p->rest, n);
	p->rest = span_from(p->rest, n);
}

static bool
token_is(const struct parse *p, const char *word)
{
	return span_is_nocase(p->token, word);
}

static struct rule_node *
fail(const struct parse *p, const char *what)
{
	size_t at = (size_t)(p->rest.p - p->node->text.p) - p->token.n;

	if (p->token.n == 0)
		return sigma_fail(p->s, p->node, at, "%s at the end", what);
	return sigma_fail(
	    p->s, p->node, at, "%s, not \"%.*s\"", what, SPAN_FMT(p->token));
}

static struct rule_node *parse_or(struct parse *p);

bool
sigma_name_fits(struct span pattern, struct span name)
{
	size_t i = 0, j = 0, star = SPAN_NONE, mark = 0;

	while (j < name.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			mark = j;
		} else if (i < pattern.n && pattern.p[i] == name.p[j]) {
			i++;
			j++;
		} else if (star != SPAN_NONE) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}

static bool
chosen(const struct parse *p, const struct selection *x)
{
	if (token_is(p, "them"))
		return span_find_byte(x->name, '_') != 0;
	return sigma_name_fits(p->token, x->name);
}

/* Behind "1 of" or "all of". */
static struct rule_node *
parse_group(struct parse *p, enum rule_op op)
{
	struct sigma *s = p->s;
	struct rule_node *group;
	size_t n = 0;

	for (size_t i = 0; i < s->nselections; i++)
		n += chosen(p, &s->selections[i]);
	if (n == 0)
		return fail(p, "expected the name of selections");
	if (!sigma_room(s, p->node, n + 1))
		return NULL;
	group = sigma_node(s, op, n);
	n = 0;
	for (size_t i = 0; i < s->nselections; i++)
		if (chosen(p, &s->selections[i]))
			group->kids[n++] = s->selections[i].node;
	next(p);
	sigma_settle(group);
	return group;
}

static struct rule_node *
parse_name(struct parse *p)
{
	struct sigma *s = p->s;

	for (size_t i = 0; i < s->nselections; i++)
		if (span_eq(p->token, s->selections[i].name)) {
			next(p);
			return s->selections[i].node;
		}
	return fail(p, "expected the name of a selection");
}

static struct rule_node *
parse_word(struct parse *p)
{
	bool all = token_is(p, "all");
	struct span rest = p->rest;

	if ((all || token_is(p, "1") || token_is(p, "any")) &&
	    span_is_nocase(span_word(&rest), "of")) {
		next(p);
		next(p);
		return parse_group(p, all ? RULE_AND : RULE_OR);
	}
	return parse_name(p);
}

static struct rule_node *
parse_term(struct parse *p)
{
	struct rule_node *inner, *not ;

	if (!token_is(p, "not") && !token_is(p, "("))
		return parse_word(p);
	if (p->depth >= LIMIT_YAML_DEPTH)
		return fail(p, "expected less nesting");
	p->depth++;
	if (token_is(p, "(")) {
		next(p);
		inner = parse_or(p);
		if (inner != NULL && !token_is(p, ")"))
			return fail(p, "expected and, or, or a parenthesis");
		next(p);
	} else {
		next(p);
		inner = parse_term(p);
		if (inner == NULL || !sigma_room(p->s, p->node, 1))
			return NULL;
		not = sigma_node(p->s, RULE_NOT, 1);
		not ->kids[0] = inner;
		sigma_settle(not );
		inner = not ;
	}
	p->depth--;
	return inner;
}

/* One operand, or several joined by the same word. */
static struct rule_node *
parse_chain(struct parse *p, enum rule_op op, const char *word,
    struct rule_node *(*operand)(struct parse *))
{
	struct rule_node *first = operand(p), *chain;
	size_t cap = 0;

	if (first == NULL || !token_is(p, word))
		return first;
	chain = sigma_node(p->s, op, 0);
	for (struct rule_node *kid = first; kid != NULL; kid = operand(p)) {
		if (!sigma_room(p->s, p->node, 1))
			return NULL;
		chain->kids = arena_grow(p->s->arena, chain->kids, chain->nkids,
		    &cap, sizeof(struct rule_node *));
		chain->kids[chain->nkids++] = kid;
		if (!token_is(p, word)) {
			sigma_settle(chain);
			return chain;
		}
		next(p);
	}
	return NULL;
}

static struct rule_node *
parse_and(struct parse *p)
{
	return parse_chain(p, RULE_AND, "and", parse_term);
}

static struct rule_node *
parse_or(struct parse *p)
{
	return parse_chain(p, RULE_OR, "or", parse_and);
}

static struct rule_node *
condition_parse(struct sigma *s, const struct yaml_node *node)
{
	struct parse p = {.s = s, .node = node, .rest = node->text};
	struct rule_node *root;

	if (node->kind != YAML_TEXT)
		return sigma_fail(s, node, 0, "expected a condition");
	next(&p);
	root = parse_or(&p);
	if (root != NULL && token_is(&p, "|"))
		return sigma_legacy(s, node, (size_t)(p.rest.p - node->text.p),
			   p.rest, root)
			   ? root
			   : NULL;
	if (root != NULL && p.token.n > 0)
		return fail(&p, "expected and, or, or the end");
	return root;
}

struct rule_node *
sigma_condition(struct sigma *s, const struct yaml_node *condition)
{
	struct rule_node * or ;

	if (condition->kind != YAML_LIST)
		return condition_parse(s, condition);
	if (condition->n == 0)
		return sigma_fail(s, condition, 0, "expected a condition");
	or = sigma_node(s, RULE_OR, condition->n);
	for (size_t i = 0; i < condition->n; i++) {
		or->kids[i] = condition_parse(s, condition->items[i]);
		if (or->kids[i] == NULL)
			return NULL;
	}
	sigma_settle(or);
	return or ;
}
