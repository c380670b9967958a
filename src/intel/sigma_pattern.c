/*
 * One value of a selection's item: escapes and wildcards resolved, put into
 * the cheapest form that means the same.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/err.h"
#include "intel/sigma_build.h"

/* Bytes from the most common in logs and configurations downwards; what is
 * not here is rare.  Only speed depends on it. */
static const char common[] = " e0it1anrso.2-lc:d3u5pm46798fgyhb/_v\"k,";

bool
pattern_number(struct span text, double *out)
{
	double v = 0, scale = 1;
	bool minus = text.n > 0 && text.p[0] == '-', digits = false;

	if (text.n > 0 && (minus || text.p[0] == '+'))
		text = span_from(text, 1);
	struct span whole = span_until(&text, '.');

	if (whole.n + text.n > 300)
		return false;
	for (size_t i = 0; i < whole.n; i++) {
		if (!ascii_digit((unsigned char)whole.p[i]))
			return false;
		v = v * 10 + (whole.p[i] - '0');
		digits = true;
	}
	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_digit((unsigned char)text.p[i]))
			return false;
		scale /= 10;
		v += scale * (text.p[i] - '0');
		digits = true;
	}
	if (!digits)
		return false;
	*out = minus ? -v : v;
	return true;
}

static size_t
rare_offset(struct span text)
{
	size_t best = 0, best_rank = 0;

	for (size_t i = 0; i < text.n; i++) {
		size_t rank = span_find_byte(
		    span_of(common, sizeof(common) - 1), text.p[i]);

		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	return best;
}

static bool
marks_any(const char *marks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (marks[i] != 0)
			return true;
	return false;
}

static void
draft_classify(const struct draft *d, struct pattern *out)
{
	bool lead = d->n > 0 && d->marks[0] == '*';
	bool trail = d->n > 0 && d->marks[d->n - 1] == '*';
	size_t from = lead, to = d->n - (trail && d->n > 1);

	out->text = span_of(d->text, d->n);
	if (d->n == 0) {
		out->op = PATTERN_ABSENT;
	} else if (d->n == 1 && lead) {
		out->op = PATTERN_PRESENT;
	} else if (marks_any(d->marks + from, to - from)) {
		out->op = PATTERN_GLOB;
		out->marks = span_of(d->marks, d->n);
	} else {
		out->op = lead && trail ? PATTERN_CONTAINS
			  : lead	? PATTERN_SUFFIX
			  : trail	? PATTERN_PREFIX
					: PATTERN_EQUAL;
		out->text = span_sub(out->text, from, to);
	}
	if (out->op == PATTERN_CONTAINS)
		out->rare = rare_offset(out->text);
}

/* A value that the field of one of our own rules can never have is a slip. */
static bool
value_possible(struct sigma *s, uint16_t field, const struct yaml_node *value,
    const struct pattern *p)
{
	enum field_type type =
	    field < F_COUNT ? field_type((enum field_id)field) : FT_TEXT;

	if (type == FT_NUMBER && !p->numeric)
		sigma_fail(s, value, 0, "%s holds numbers",
		    field_name((enum field_id)field));
	else if (type == FT_IP && p->prefix.addr.family == 0)
		sigma_fail(s, value, 0, "%s holds addresses",
		    field_name((enum field_id)field));
	else
		return true;
	return false;
}

static void
fold_case(struct draft *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->marks[i] == 0)
			d->text[i] =
			    (char)ascii_lower((unsigned char)d->text[i]);
}

/* The value with the wildcards that its comparison implies. */
static bool
draft_read(struct sigma *s, const struct modifiers *m, struct draft in,
    const struct yaml_node *value, struct pattern *out)
{
	enum pattern_op op = m->implied ? PATTERN_CONTAINS : m->op;
	struct draft d = {.n = 0};
	struct addr a;

	d.text = arena_alloc(s->arena, in.n + 2);
	d.marks = arena_alloc(s->arena, in.n + 2);
	if (op == PATTERN_CONTAINS || op == PATTERN_SUFFIX)
		draft_put(&d, '*', '*');
	for (size_t i = 0; i < in.n; i++)
		draft_put(&d, in.text[i], in.marks[i]);
	if (op == PATTERN_CONTAINS || op == PATTERN_PREFIX)
		draft_put(&d, '*', '*');
	if (!m->cased)
		fold_case(&d);
	out->cased = m->cased;
	draft_classify(&d, out);
	if (out->op != PATTERN_EQUAL)
		return true;
	out->numeric = pattern_number(out->text, &out->number);
	if (addr_read(out->text, &a))
		out->prefix = prefix_of(a, 128);
	return !s->native || value_possible(s, m->field, value, out);
}

static struct pattern *
pattern_new(struct sigma *s, const struct yaml_node *at, struct patterns *out)
{
	if (!sigma_room(s, at, 1))
		return NULL;
	out->v =
	    arena_grow(s->arena, out->v, out->n, &out->cap, sizeof(*out->v));
	out->v[out->n] = (struct pattern){0};
	return &out->v[out->n++];
}

static bool
text_read(struct sigma *s, const struct modifiers *m, struct span text,
    const struct yaml_node *value, struct patterns *out)
{
	struct draft *drafts;
	size_t n;

	if (!sigma_transform(
		s, value, m, draft_of(s->arena, text), &drafts, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct pattern *p = pattern_new(s, value, out);

		if (p == NULL || !draft_read(s, m, drafts[i], value, p))
			return false;
	}
	return true;
}

/* A field that is true or false takes the words YAML has for these. */
static bool
bool_read(struct sigma *s, uint16_t field, const struct yaml_node *value,
    struct patterns *list)
{
	bool v;

	if (!yaml_bool(value, &v)) {
		sigma_fail(s, value, 0, "%s is true or false",
		    field_name((enum field_id)field));
		return false;
	}
	struct pattern *out = pattern_new(s, value, list);

	if (out == NULL)
		return false;
	out->op = PATTERN_EQUAL;
	out->text = v ? SPAN("true") : SPAN("false");
	return true;
}

static bool
regex_read(struct sigma *s, const struct modifiers *m, struct span text,
    const struct yaml_node *value, struct pattern *out)
{
	struct ruleset *rs = s->rs;
	uint32_t options = PCRE2_NEVER_BACKSLASH_C;
	PCRE2_SIZE at;
	pcre2_code *code;
	int error;

	options |= m->re_i ? PCRE2_CASELESS : 0;
	options |= m->re_m ? PCRE2_MULTILINE : 0;
	options |= m->re_s ? PCRE2_DOTALL : 0;
	out->text = arena_copy(s->arena, text);
	code = pcre2_compile(
	    (PCRE2_SPTR)out->text.p, out->text.n, options, &error, &at, NULL);
	if (code == NULL) {
		PCRE2_UCHAR why[200];

		pcre2_get_error_message(error, why, sizeof(why));
		sigma_fail(s, value, at, "bad regular expression: %s",
		    (const char *)why);
		return false;
	}
	/* Without JIT the interpreter does the same, slower. */
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	rs->regexes = arena_grow(&rs->arena, rs->regexes, rs->nregexes,
	    &rs->capregexes, sizeof(*rs->regexes));
	rs->regexes[rs->nregexes++] = code;
	out->op = PATTERN_REGEX;
	out->cased = !m->re_i;
	out->regex = code;
	return true;
}

static bool
presence_read(
    struct sigma *s, const struct yaml_node *value, struct pattern *out)
{
	bool present;

	if (!yaml_bool(value, &present)) {
		sigma_fail(s, value, 0, "expected true or false");
		return false;
	}
	out->op = present ? PATTERN_PRESENT : PATTERN_ABSENT;
	return true;
}

static bool
reference_read(struct sigma *s, const struct modifiers *m,
    const struct yaml_node *value, struct pattern *out)
{
	out->op = PATTERN_FIELD;
	out->how = m->op;
	out->cased = m->cased;
	out->other = sigma_field(s, value, value->text);
	if (out->other < F_COUNT || out->other == FIELD_NEVER)
		return !s->bad;
	sigma_fail(s, value, 0, "fieldref needs a field of the record");
	return false;
}

static bool
number_read(struct sigma *s, const struct modifiers *m, struct span text,
    const struct yaml_node *value, struct pattern *out)
{
	out->op = m->op == PATTERN_EQUAL ? PATTERN_SAME : m->op;
	if (pattern_number(text, &out->number))
		return true;
	sigma_fail(s, value, 0, "expected a number");
	return false;
}

static bool
prefix_pattern(struct sigma *s, enum pattern_op op, struct span text,
    const struct yaml_node *value, struct pattern *out)
{
	out->op = op;
	if (prefix_read(text, &out->prefix))
		return true;
	sigma_fail(s, value, 0,
	    "expected a prefix as in 192.0.2.0/24 or 2001:db8::/32");
	return false;
}

/* One text of a value, placeholders replaced. */
static bool
one_read(struct sigma *s, const struct modifiers *m, struct span text,
    const struct yaml_node *value, struct patterns *out)
{
	struct pattern *p;

	if (m->part == PART_NONE &&
	    (m->op == PATTERN_EQUAL || m->op == PATTERN_CONTAINS ||
		m->op == PATTERN_PREFIX || m->op == PATTERN_SUFFIX)) {
		if (s->native && m->op == PATTERN_EQUAL && m->field < F_COUNT &&
		    field_type((enum field_id)m->field) == FT_BOOL)
			return bool_read(s, m->field, value, out);
		return text_read(s, m, text, value, out);
	}
	p = pattern_new(s, value, out);
	if (p == NULL)
		return false;
	if (m->op == PATTERN_REGEX)
		return regex_read(s, m, text, value, p);
	if (m->op == PATTERN_CIDR || m->op == PATTERN_HOLDS)
		return prefix_pattern(s, m->op, text, value, p);
	return number_read(s, m, text, value, p);
}

static bool
null_read(struct sigma *s, const struct modifiers *m,
    const struct yaml_node *value, struct patterns *out)
{
	struct pattern *p = pattern_new(s, value, out);

	if (m->op != PATTERN_EQUAL || m->implied || m->part != PART_NONE ||
	    m->nchain > 0)
		sigma_fail(s, value, 0, "expected a value, not null");
	if (p != NULL)
		p->op = PATTERN_ABSENT;
	return p != NULL && !s->bad;
}

bool
sigma_patterns(struct sigma *s, const struct modifiers *m,
    const struct yaml_node *value, struct patterns *out)
{
	struct span_list texts;
	struct pattern *p;

	if (value->kind != YAML_TEXT) {
		sigma_fail(s, value, 0, "expected a single value");
		return false;
	}
	if (m->exists || m->fieldref) {
		p = pattern_new(s, value, out);
		if (p == NULL)
			return false;
		return m->exists ? presence_read(s, value, p)
				 : reference_read(s, m, value, p);
	}
	if (yaml_is_null(value))
		return null_read(s, m, value, out);
	if (!m->expand)
		return one_read(s, m, value->text, value, out);
	if (!sigma_expand(s, value, value->text, &texts))
		return false;
	for (size_t i = 0; i < texts.n; i++)
		if (!one_read(s, m, texts.v[i], value, out))
			return false;
	return true;
}
