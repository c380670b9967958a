/*
 * The key of a selection's item: a field and its modifiers.  The modifiers
 * stand in modifiers.def.
 */
#include "base/buf.h"
#include "intel/sigma_build.h"

enum modifier_class { COMPARE, TRANSFORM, FLAG, PART, REGEX };

static const struct modifier {
	const char *name;
	enum modifier_class class;
	int what;    /* COMPARE, TRANSFORM, PART */
	size_t flag; /* FLAG, REGEX: where in struct modifiers */
	const char *meaning;
} table[] = {
#define MODIFIER(name, class, what, meaning) WRITE_##class(name, what, meaning)
#define WRITE_COMPARE(name, what, meaning) {name, COMPARE, what, 0, meaning},
#define WRITE_TRANSFORM(name, what, meaning)                                   \
	{name, TRANSFORM, what, 0, meaning},
#define WRITE_PART(name, what, meaning) {name, PART, what, 0, meaning},
#define WRITE_FLAG(name, what, meaning)                                        \
	{name, FLAG, 0, offsetof(struct modifiers, what), meaning},
#define WRITE_REGEX(name, what, meaning)                                       \
	{name, REGEX, 0, offsetof(struct modifiers, what), meaning},
#include "intel/modifiers.def"
};
#define NTABLE (sizeof(table) / sizeof(*table))

static const struct modifier *
find(struct span word, bool regex)
{
	for (size_t i = 0; i < NTABLE; i++)
		if (span_is(word, table[i].name) &&
		    (table[i].class != REGEX || regex))
			return &table[i];
	return NULL;
}

static void
unknown(
    struct sigma *s, const struct yaml_node *key, size_t at, struct span word)
{
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < NTABLE; i++)
		if (table[i].class != REGEX)
			buf_fmt(&b, "%s%s%s", i > 0 ? ", " : "", table[i].name,
			    span_is(span_str(table[i].name), "re")
				? " (then i, m, s)"
				: "");
	sigma_fail(s, key, at, "unknown modifier \"%.*s\"; there are %.*s",
	    SPAN_FMT(word), SPAN_FMT(buf_span(&b)));
	buf_release(&b);
}

static void
comparison(struct sigma *s, const struct yaml_node *key, size_t at,
    const struct modifier *x, struct modifiers *m)
{
	if (m->op != PATTERN_EQUAL)
		sigma_fail(
		    s, key, at, "%s cannot follow another comparison", x->name);
	m->op = (enum pattern_op)x->what;
	m->exists = m->op == PATTERN_PRESENT;
}

static void
transformation(struct sigma *s, const struct yaml_node *key, size_t at,
    const struct modifier *x, struct modifiers *m)
{
	bool windash = x->what == TRANSFORM_WINDASH;

	if (m->op != PATTERN_EQUAL && !windash)
		sigma_fail(s, key, at,
		    "%s must stand before contains, startswith and endswith",
		    x->name);
	else if (m->nchain == MODIFIER_CHAIN)
		sigma_fail(s, key, at, "too many modifiers");
	else
		m->chain[m->nchain++] = (uint8_t)x->what;
}

static void
modifier_read(struct sigma *s, const struct yaml_node *key, size_t at,
    struct span word, struct modifiers *m)
{
	const struct modifier *x = find(word, m->op == PATTERN_REGEX);

	if (x == NULL)
		unknown(s, key, at, word);
	else if (x->class == COMPARE)
		comparison(s, key, at, x, m);
	else if (x->class == TRANSFORM)
		transformation(s, key, at, x, m);
	else if (x->class == PART && m->part != PART_NONE)
		sigma_fail(s, key, at, "one part of a time at most");
	else if (x->class == PART)
		m->part = (enum time_part)x->what;
	else
		*(bool *)((char *)m + x->flag) = true;
}

static bool
is_text_op(enum pattern_op op)
{
	return op == PATTERN_EQUAL || op == PATTERN_CONTAINS ||
	       op == PATTERN_PREFIX || op == PATTERN_SUFFIX;
}

/* What the modifiers ask for together. */
static void
key_check(struct sigma *s, const struct yaml_node *key, uint16_t field,
    const struct modifiers *m)
{
	if (field == FIELD_ANY && !is_text_op(m->op) && m->op != PATTERN_REGEX)
		sigma_fail(s, key, 0, "this comparison needs a field");
	else if (field == FIELD_ANY && (m->fieldref || m->part != PART_NONE))
		sigma_fail(s, key, 0, "this modifier needs a field");
	else if (m->nchain > 0 && (!is_text_op(m->op) || m->fieldref))
		sigma_fail(s, key, 0,
		    "an encoding or windash changes text; this comparison "
		    "takes none");
	else if (m->fieldref && (!is_text_op(m->op) || m->expand))
		sigma_fail(s, key, 0, "fieldref cannot be combined so");
	else if (m->part != PART_NONE &&
		 (m->nchain > 0 || m->fieldref || m->exists ||
		     (m->op != PATTERN_EQUAL &&
			 (m->op < PATTERN_LT || m->op > PATTERN_GTE))))
		sigma_fail(s, key, 0, "a part of a time is a number");
	else if (m->exists && m->expand)
		sigma_fail(s, key, 0, "exists takes true or false");
	else if (field == FIELD_TIME && m->part == PART_NONE && !m->exists)
		sigma_fail(s, key, 0,
		    "time wants a modifier: minute, hour, day, week, month, "
		    "year or exists");
	else if (field == FIELD_DEVICE)
		sigma_fail(s, key, 0,
		    "only the group-by of a correlation knows the device");
}

bool
sigma_key(struct sigma *s, const struct yaml_node *key, struct modifiers *m,
    struct span *name)
{
	struct span rest = key->text;

	*name = span_until(&rest, '|');
	*m = (struct modifiers){.op = PATTERN_EQUAL};
	if (name->n == 0 && key->text.n == 0) {
		sigma_fail(s, key, 0, "expected the name of a field");
		return false;
	}
	m->field = name->n == 0 ? FIELD_ANY : sigma_field(s, key, *name);
	if (name->n < key->text.n)
		for (bool more = true; more;) {
			size_t at = (size_t)(rest.p - key->text.p);

			more = span_find_byte(rest, '|') != SPAN_NONE;
			modifier_read(s, key, at, span_until(&rest, '|'), m);
		}
	m->implied = m->field == FIELD_ANY && m->op == PATTERN_EQUAL;
	if (!s->bad)
		key_check(s, key, m->field, m);
	return !s->bad;
}
