#include "detect/rule.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "detect/compare.h"
#include "detect/pair.h"

#define RAW LIMIT_RECORD_FIELDS
#define PAIR (LIMIT_RECORD_FIELDS + 1)
#define FOLD_BYTES                                                             \
	((size_t)LIMIT_RECORD_FIELDS * LIMIT_FIELD_BYTES + LIMIT_LINE_BYTES)
/* Behind them, room for the value of a pair. */
#define FOLD_ALL (FOLD_BYTES + LIMIT_LINE_BYTES)

/* Stack for compiled expressions: ordinary ones need far less than the first
 * size, none sane more than the second. */
#define STACK_START (32u << 10)
#define STACK_MOST (512u << 10)

_Static_assert(LIMIT_RECORD_FIELDS <= UINT8_MAX, "places of values fit a byte");

int
rule_scratch_init(struct rule_scratch *s, struct err *e)
{
	*s = (struct rule_scratch){0};
	s->match = pcre2_match_data_create(1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(STACK_START, STACK_MOST, NULL);
	/* Pages that no record's text reaches are never touched. */
	s->fold = malloc(FOLD_ALL);
	if (s->match == NULL || s->limits == NULL || s->fold == NULL) {
		rule_scratch_release(s);
		return err_set(e, "no memory for matching rules");
	}
	pcre2_set_match_limit(s->limits, LIMIT_REGEX_MATCH);
	pcre2_set_depth_limit(s->limits, LIMIT_REGEX_DEPTH);
	/* Where PCRE2 has no JIT there is no stack, and none is used. */
	if (s->stack != NULL)
		pcre2_jit_stack_assign(s->limits, NULL, s->stack);
	return 0;
}

void
rule_scratch_release(struct rule_scratch *s)
{
	if (s == NULL)
		return;
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limits);
	pcre2_jit_stack_free(s->stack);
	free(s->fold);
	*s = (struct rule_scratch){0};
}

static void
record_begin(struct rule_scratch *s, const struct record *rec)
{
	s->record = rec;
	s->present = s->several = (struct field_set){0};
	memset(s->folded_set, 0, sizeof(s->folded_set));
	s->fold_used = 0;
	for (unsigned i = 0; i < rec->nvalues; i++) {
		unsigned f = rec->values[i].field;

		if (field_set_has(&s->present, f)) {
			field_set_add(&s->several, f);
		} else {
			field_set_add(&s->present, f);
			s->first[f] = (uint8_t)i;
		}
	}
}

/* The text of a value (or RAW) in lower case. */
static struct span
fold(struct rule_scratch *s, unsigned place, struct span text)
{
	if (!s->folded_set[place]) {
		size_t from = place == PAIR ? FOLD_BYTES : s->fold_used;
		char *to = s->fold + from;

		ASSERT(
		    text.n <= (place == PAIR ? FOLD_ALL : FOLD_BYTES) - from);
		for (size_t i = 0; i < text.n; i++)
			to[i] = (char)ascii_lower((unsigned char)text.p[i]);
		s->folded[place] = span_of(to, text.n);
		s->fold_used += place == PAIR ? 0 : text.n;
		s->folded_set[place] = true;
	}
	return s->folded[place];
}

/* Search for the byte least likely to stand there, then look around it. */
static bool
contains(struct span hay, const struct pattern *p)
{
	struct span needle = p->text;
	const char *at, *end;

	if (hay.n < needle.n)
		return false;
	at = hay.p + p->rare;
	end = at + (hay.n - needle.n) + 1;
	while ((at = memchr(at, needle.p[p->rare], (size_t)(end - at)))) {
		if (memcmp(at - p->rare, needle.p, needle.n) == 0)
			return true;
		at++;
	}
	return false;
}

/* Bytes of the character that starts here: UTF-8 (RFC 3629 section 3) where
 * it is some, a single byte otherwise. */
static size_t
character(struct span s)
{
	size_t n = 1;

	if (s.n == 0 || (unsigned char)s.p[0] < 0xc0)
		return 1;
	while (n < s.n && n < 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Bytes of a dash that a Windows command line may have (Sigma's windash): '-',
 * '/', or U+2013 to U+2015; 0 when it is none. */
static size_t
dash(struct span s)
{
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '/'))
		return 1;
	return s.n > 2 && s.p[0] == '\xe2' && s.p[1] == '\x80' &&
		       (s.p[2] == '\x93' || s.p[2] == '\x94' ||
			   s.p[2] == '\x95')
		   ? 3
		   : 0;
}

/* Going back to the latest star only is enough: an earlier one could but take
 * in more of what the latest can. */
static bool
glob(struct span s, struct span pattern, struct span marks)
{
	size_t i = 0, j = 0, star = SPAN_NONE, from = 0;

	while (j < s.n) {
		char mark = i < pattern.n ? marks.p[i] : 0;

		if (mark == '*') {
			star = i++;
			from = j;
		} else if (mark == '-' && dash(span_from(s, j)) > 0) {
			i++;
			j += dash(span_from(s, j));
		} else if (mark == '?') {
			i++;
			j += character(span_from(s, j));
		} else if (i < pattern.n && mark == 0 &&
			   pattern.p[i] == s.p[j]) {
			i++;
			j++;
		} else if (star != SPAN_NONE) {
			i = star + 1;
			j = ++from;
		} else {
			return false;
		}
	}
	while (i < pattern.n && marks.p[i] == '*')
		i++;
	return i == pattern.n;
}

static bool
regex(struct rule_scratch *s, const struct pattern *p, struct span text)
{
	int rc = pcre2_match(p->regex, (PCRE2_SPTR)(text.p ? text.p : ""),
	    text.n, 0, 0, s->match, s->limits);

	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		s->gave_up++;
	return rc >= 0;
}

/* Text forms.  place tells where the text stands in the record. */
static bool
text_matches(struct rule_scratch *s, const struct pattern *p, unsigned place,
    struct span text)
{
	if (p->op == PATTERN_REGEX)
		return regex(s, p, text);
	if (p->op == PATTERN_EQUAL ? text.n != p->text.n : text.n < p->text.n)
		if (p->op != PATTERN_GLOB)
			return false;
	if (!p->cased)
		text = fold(s, place, text);
	switch (p->op) {
	case PATTERN_EQUAL:
		return span_eq(text, p->text);
	case PATTERN_PREFIX:
		return span_starts(text, p->text);
	case PATTERN_SUFFIX:
		return span_ends(text, p->text);
	case PATTERN_CONTAINS:
		return contains(text, p);
	default:
		return glob(text, p->text, p->marks);
	}
}

/* Another field of the record; any of its values will do. */
static bool
reference_matches(const struct rule_scratch *s, const struct pattern *p,
    const struct value *v)
{
	const struct record *rec = s->record;

	if (p->other >= F_COUNT || !field_set_has(&s->present, p->other))
		return false;
	for (unsigned i = s->first[p->other]; i < rec->nvalues; i++) {
		struct span a = v->text, b = rec->values[i].text;

		if (rec->values[i].field != p->other)
			continue;
		if (p->how == PATTERN_EQUAL && compare_same(v, &rec->values[i]))
			return true;
		if (p->how == PATTERN_PREFIX)
			a = span_head(a, b.n);
		else if (p->how == PATTERN_SUFFIX)
			a = span_from(a, a.n - (b.n < a.n ? b.n : a.n));
		if (p->how == PATTERN_CONTAINS
			? (p->cased ? span_find(a, b)
				    : span_find_nocase(a, b)) != SPAN_NONE
			: (p->cased ? span_eq(a, b) : span_eq_nocase(a, b)))
			return true;
	}
	return false;
}

static bool
value_matches(struct rule_scratch *s, const struct pattern *p, unsigned place,
    const struct value *v)
{
	switch (p->op) {
	case PATTERN_PRESENT:
		return true;
	case PATTERN_ABSENT:
		return false;
	case PATTERN_CIDR:
	case PATTERN_HOLDS:
		return compare_prefix(p, v);
	case PATTERN_LT:
	case PATTERN_LTE:
	case PATTERN_GT:
	case PATTERN_GTE:
	case PATTERN_SAME:
		return compare_number(p, v);
	case PATTERN_FIELD:
		return reference_matches(s, p, v);
	case PATTERN_EQUAL:
		if (compare_equal(p, v))
			return true;
		return text_matches(s, p, place, v->text);
	default:
		return text_matches(s, p, place, v->text);
	}
}

static bool
one_matches(struct rule_scratch *s, const struct rule_test *t,
    const struct pattern *p, unsigned place)
{
	const struct value *v = &s->record->values[place];

	if (t->part != PART_NONE)
		return compare_part(t->part, p, v);
	return value_matches(s, p, place, v);
}

static bool
field_matches(
    struct rule_scratch *s, const struct rule_test *t, const struct pattern *p)
{
	const struct record *rec = s->record;
	unsigned i = s->first[t->field];

	if (one_matches(s, t, p, i))
		return true;
	if (!field_set_has(&s->several, t->field))
		return false;
	while (++i < rec->nvalues)
		if (rec->values[i].field == t->field && one_matches(s, t, p, i))
			return true;
	return false;
}

/* When the event happened. */
static bool
moment_matches(
    struct rule_scratch *s, const struct rule_test *t, const struct pattern *p)
{
	int64_t time = s->record->time;

	if (p->op == PATTERN_PRESENT || p->op == PATTERN_ABSENT)
		return (time != TIME_NONE) == (p->op == PATTERN_PRESENT);
	return time != TIME_NONE && t->part != PART_NONE &&
	       compare_moment(t->part, p, time);
}

/* key=value in the raw line.  Its text has no place among the values: what is
 * compared without case is folded anew. */
static bool
pair_matches(
    struct rule_scratch *s, const struct rule_test *t, const struct pattern *p)
{
	struct value v = {.field = F_MESSAGE};

	if (!pair_find(
		span_head(s->record->raw, LIMIT_LINE_BYTES), t->key, &v.text))
		return p->op == PATTERN_ABSENT;
	if (t->part != PART_NONE)
		return compare_part(t->part, p, &v);
	s->folded_set[PAIR] = false;
	return value_matches(s, p, PAIR, &v);
}

/* Keywords: see intel/sigma.h. */
static bool
anywhere_matches(struct rule_scratch *s, const struct pattern *p)
{
	const struct record *rec = s->record;

	if (rec->raw.n > 0 &&
	    (p->op == PATTERN_PRESENT ||
		text_matches(s, p, RAW, span_head(rec->raw, LIMIT_LINE_BYTES))))
		return true;
	bool raw = rec->raw.n > 0 && (kind_flags(rec->kind) & EVENT);

	/* Of a command, its words in full stand in no line. */
	if (raw && rec->kind != K_COMMAND)
		return false;
	for (unsigned i = 0; i < rec->nvalues; i++)
		if ((!raw || rec->values[i].field == F_COMMAND) &&
		    value_matches(s, p, i, &rec->values[i]))
			return true;
	return false;
}

static bool
pattern_matches(
    struct rule_scratch *s, const struct rule_test *t, const struct pattern *p)
{
	if (t->field == FIELD_ANY)
		return anywhere_matches(s, p);
	if (t->field == FIELD_TIME)
		return moment_matches(s, t, p);
	if (t->field == FIELD_PAIR)
		return pair_matches(s, t, p);
	if (!field_set_has(&s->present, t->field))
		return p->op == PATTERN_ABSENT;
	return field_matches(s, t, p);
}

static bool
test_matches(struct rule_scratch *s, const struct rule_test *t)
{
	if (t->field == FIELD_NEVER)
		return false;
	for (size_t i = 0; i < t->npatterns; i++)
		if (pattern_matches(s, t, &t->patterns[i]) != t->all)
			return !t->all;
	return t->all;
}

static bool
node_matches(struct rule_scratch *s, const struct rule_node *n)
{
	switch (n->op) {
	case RULE_TEST:
		return test_matches(s, n->test);
	case RULE_NOT:
		return !node_matches(s, n->kids[0]);
	case RULE_AND:
		for (size_t i = 0; i < n->nkids; i++)
			if (!node_matches(s, n->kids[i]))
				return false;
		return true;
	default:
		for (size_t i = 0; i < n->nkids; i++)
			if (node_matches(s, n->kids[i]))
				return true;
		return false;
	}
}

/* The quick reject comes first: most rules need a field that is not there. */
static bool
rule_holds(const struct rule *r, struct rule_scratch *s)
{
	for (size_t w = 0; w < FIELD_WORDS; w++)
		if (r->needs.bits[w] & ~s->present.bits[w])
			return false;
	return node_matches(s, r->root);
}

bool
rule_match(
    const struct rule *r, const struct record *rec, struct rule_scratch *s)
{
	record_begin(s, rec);
	return r->root != NULL && rule_holds(r, s);
}

static void
list_match(const struct rule_list *list, struct rule_scratch *s,
    rule_hit_fn *hit, void *ctx)
{
	for (size_t i = 0; i < list->n; i++)
		if (rule_holds(list->v[i], s))
			hit(ctx, list->v[i]);
}

/* The rules that want what the record has in the field of the index; NULL
 * where all must be tried. */
static const struct rule_list *
by_key(const struct rule_scratch *s, const struct rule_index *x)
{
	static const struct rule_list none;
	char folded[RULE_KEY_BYTES];
	struct span text;
	uint32_t at;

	if (x->field == F_COUNT || field_set_has(&s->several, x->field))
		return NULL;
	if (!field_set_has(&s->present, x->field))
		return &none;
	text = s->record->values[s->first[x->field]].text;
	if (text.n > RULE_KEY_BYTES)
		return &none;
	at = map_get(&x->values, rule_key_fold(text, folded));
	return at == MAP_NONE ? &none : &x->of[at];
}

void
ruleset_match(const struct ruleset *rs, const struct record *rec,
    struct rule_scratch *s, rule_hit_fn *hit, void *ctx)
{
	const struct rule_list *list = &rs->by_kind[rec->kind], *keyed;

	if (list->n == 0)
		return;
	record_begin(s, rec);
	keyed = by_key(s, &rs->index[rec->kind]);
	if (keyed != NULL) {
		list_match(keyed, s, hit, ctx);
		list = &rs->index[rec->kind].rest;
	}
	list_match(list, s, hit, ctx);
}

void
rules_match(const struct rule_list *list, const struct record *rec,
    struct rule_scratch *s, rule_hit_fn *hit, void *ctx)
{
	if (list->n == 0)
		return;
	record_begin(s, rec);
	list_match(list, s, hit, ctx);
}
