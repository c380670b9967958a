/*
 * What a rule says of itself: Sigma's own attributes, and the section
 * "tidemark:" for what Sigma has no word for.
 */
#include "device/device.h"
#include "intel/fix.h"
#include "intel/sigma_build.h"

static struct span
text_copy(struct sigma *s, const struct yaml_node *node)
{
	if (node == NULL)
		return (struct span){0};
	if (node->kind != YAML_TEXT) {
		sigma_fail(s, node, 0, "expected a text");
		return (struct span){0};
	}
	return arena_copy(s->arena, span_trim(node->text));
}

struct span_list
sigma_texts(struct sigma *s, const struct yaml_node *node)
{
	struct span_list list = {0};
	size_t n = yaml_count(node);

	list.v = arena_array(s->arena, n, sizeof(*list.v));
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = yaml_at(node, i);

		if (item->kind != YAML_TEXT || yaml_is_null(item))
			sigma_fail(s, item, 0, "expected a text");
		else
			list.v[list.n++] = text_copy(s, item);
	}
	return list;
}

/* A word out of several; -1 after a problem. */
static int
word_read(struct sigma *s, const struct yaml_node *node,
    const char *const words[], size_t n, const char *expected)
{
	for (size_t i = 0; i < n; i++)
		if (span_is(yaml_text(node), words[i]))
			return (int)i;
	sigma_fail(s, node, 0, "expected %s", expected);
	return -1;
}

/* attack.t1136.001: a technique, T and four digits, and perhaps three more. */
static bool
technique_is(struct span t)
{
	if ((t.n != 5 && t.n != 9) || ascii_lower((unsigned char)t.p[0]) != 't')
		return false;
	for (size_t i = 1; i < t.n; i++)
		if (i == 5 ? t.p[i] != '.'
			   : !ascii_digit((unsigned char)t.p[i]))
			return false;
	return true;
}

static struct span
technique_copy(struct sigma *s, struct span t)
{
	return arena_fmt(s->arena, "T%.*s", SPAN_FMT(span_from(t, 1)));
}

/* "2023-20198" or the older "2023.20198". */
static bool
cve_read(struct span t, struct span *year, struct span *number)
{
	uint64_t v;

	if (t.n < 9 || (t.p[4] != '-' && t.p[4] != '.'))
		return false;
	*year = span_head(t, 4);
	*number = span_from(t, 5);
	return span_u64(*year, &v) && span_u64(*number, &v);
}

static void
tags_read(struct sigma *s, const struct yaml_node *tags)
{
	struct check *c = &s->rule->check;
	size_t n = yaml_count(tags);
	struct span year, number;

	s->rule->tags = sigma_texts(s, tags);
	c->techniques.v = arena_array(s->arena, n, sizeof(struct span));
	c->cve.v = arena_array(s->arena, n, sizeof(struct span));
	for (size_t i = 0; i < n; i++) {
		struct span tag = yaml_text(yaml_at(tags, i));

		if (span_starts_nocase(tag, SPAN("attack.")) &&
		    technique_is(span_from(tag, 7)))
			c->techniques.v[c->techniques.n++] =
			    technique_copy(s, span_from(tag, 7));
		else if (span_starts_nocase(tag, SPAN("cve")) &&
			 cve_read(span_from(tag, 4), &year, &number))
			c->cve.v[c->cve.n++] = arena_fmt(s->arena,
			    "CVE-%.*s-%.*s", SPAN_FMT(year), SPAN_FMT(number));
	}
}

static void
level_read(struct sigma *s, const struct yaml_node *level)
{
	static const char *const words[] = {
	    "informational", "low", "medium", "high", "critical"};
	int i = SEV_MEDIUM;

	if (level != NULL)
		i = word_read(s, level, words, 5,
		    "informational, low, medium, high or critical");
	if (i >= 0)
		s->rule->check.severity = (enum severity)i;
}

/* Where a rule that names no source of its own comes from. */
static void
source_read(struct sigma *s, const struct yaml_node *doc)
{
	struct check *c = &s->rule->check;
	const struct yaml_node *references = yaml_get(doc, "references");

	for (size_t i = 0; i < yaml_count(references); i++)
		c->source = arena_fmt(s->arena, "%.*s%s%.*s",
		    SPAN_FMT(c->source), i > 0 ? " " : "",
		    SPAN_FMT(yaml_text(yaml_at(references, i))));
	if (c->source.n == 0)
		c->source = text_copy(s, yaml_get(doc, "author"));
}

static void
read_kind(struct sigma *s, const struct yaml_node *node)
{
	static const char *const words[] = {
	    "compromise", "indicator", "hardening"};
	static const enum check_kind kinds[] = {
	    CHECK_COMPROMISE, CHECK_INDICATOR, CHECK_HARDENING};
	int i =
	    word_read(s, node, words, 3, "compromise, indicator or hardening");

	if (i >= 0)
		s->rule->check.kind = kinds[i];
}

static void
read_confidence(struct sigma *s, const struct yaml_node *node)
{
	static const char *const words[] = {"low", "medium", "high"};
	int i = word_read(s, node, words, 3, "high, medium or low");

	if (i >= 0)
		s->rule->check.confidence = (enum confidence)i;
}

static void
read_confirmed(struct sigma *s, const struct yaml_node *node)
{
	static const char *const words[] = {"official", "reported", "recalled"};

	if (word_read(s, node, words, 3, "official, reported or recalled") >= 0)
		s->rule->check.confirmed = text_copy(s, node);
}

static void
read_advisory(struct sigma *s, const struct yaml_node *node)
{
	struct span_list list = sigma_texts(s, node);

	for (size_t i = 0; i < list.n; i++)
		if (span_find_byte(list.v[i], ':') == SPAN_NONE)
			sigma_fail(s, yaml_at(node, i), 0,
			    "expected an advisory and its row, as in "
			    "AA25-239A:P-21");
	s->rule->check.advisory = list;
}

static void
read_source(struct sigma *s, const struct yaml_node *node)
{
	s->rule->check.source = text_copy(s, node);
}

/* Texts by platform; each must be one. */
static void
by_platform(
    struct sigma *s, const struct yaml_node *node, struct fix **out, size_t *n)
{
	bool map = node->kind == YAML_MAP;

	for (size_t i = 0; i < (map ? node->n : 1); i++)
		sigma_texts(s, map ? node->items[i] : node);
	if (!s->bad)
		fix_read(s->arena, node, out, n);
}

static void
read_verify(struct sigma *s, const struct yaml_node *node)
{
	struct check *c = &s->rule->check;

	by_platform(s, node, &c->verify, &c->nverify);
}

static void
read_prerequisite(struct sigma *s, const struct yaml_node *node)
{
	struct span_list list = sigma_texts(s, node);

	for (size_t i = 0; i < list.n; i++)
		if ((evidence_class(list.v[i]) & EV_SHOWN) == 0)
			sigma_fail(s, yaml_at(node, i), 0,
			    "no prerequisite: %.*s", SPAN_FMT(list.v[i]));
	s->rule->check.prerequisites = list;
}

static void
read_fix(struct sigma *s, const struct yaml_node *node)
{
	struct check *c = &s->rule->check;

	by_platform(s, node, &c->fixes, &c->nfixes);
}

static void
read_contains(struct sigma *s, const struct yaml_node *node)
{
	if (!yaml_bool(node, &s->rule->check.contains))
		sigma_fail(s, node, 0, "expected true or false");
}

static void
read_caution(struct sigma *s, const struct yaml_node *node)
{
	s->rule->check.caution = text_copy(s, node);
}

static void
read_entity(struct sigma *s, const struct yaml_node *node)
{
	struct rule *r = s->rule;
	size_t n = yaml_count(node);

	r->entity = arena_array(s->arena, n, sizeof(*r->entity));
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = yaml_at(node, i);
		int f = field_find(yaml_text(item));

		if (f < 0)
			sigma_fail(s, item, 0, "no field of records: %.*s",
			    SPAN_FMT(yaml_text(item)));
		else
			r->entity[r->nentity++] = (uint16_t)f;
	}
}

static void
read_external(struct sigma *s, const struct yaml_node *node)
{
	int f = field_find(yaml_text(node));

	if (f < 0 || (field_type((enum field_id)f) != FT_IP &&
			 field_type((enum field_id)f) != FT_PREFIX))
		sigma_fail(
		    s, node, 0, "expected a field that holds an address");
	else
		s->rule->external = (uint16_t)f;
}

static void
read_self(struct sigma *s, const struct yaml_node *node)
{
	read_external(s, node);
	s->rule->whose = WHOSE_SELF;
}

static void
read_router(struct sigma *s, const struct yaml_node *node)
{
	read_external(s, node);
	s->rule->whose = WHOSE_ROUTER;
}

static void
read_platforms(struct sigma *s, const struct yaml_node *node)
{
	s->rule->platforms = sigma_texts(s, node);
}

static void
read_evidence(struct sigma *s, const struct yaml_node *node)
{
	s->rule->evidence = sigma_texts(s, node);
}

static void
read_feature(struct sigma *s, const struct yaml_node *node)
{
	s->rule->feature = text_copy(s, node);
}

static void
read_state(struct sigma *s, const struct yaml_node *node)
{
	static const char *const words[] = {"enabled", "disabled"};

	s->rule->feature_off =
	    word_read(s, node, words, 2, "enabled or disabled") == 1;
}

static void
read_prefilter(struct sigma *s, const struct yaml_node *node)
{
	struct span_list *list = &s->rule->prefilter;
	size_t n = yaml_count(node);

	list->v = arena_array(s->arena, n, sizeof(*list->v));
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = yaml_at(node, i);
		struct span text = yaml_text(item);
		char *p;

		if (text.n < 3) {
			sigma_fail(
			    s, item, 0, "expected a text of at least 3 bytes");
			continue;
		}
		p = arena_alloc(s->arena, text.n);
		for (size_t j = 0; j < text.n; j++)
			p[j] = (char)ascii_lower((unsigned char)text.p[j]);
		list->v[list->n++] = span_of(p, text.n);
	}
}

/* The keys of "tidemark:". */
static const struct {
	const char *key;
	void (*read)(struct sigma *s, const struct yaml_node *node);
} keys[] = {
    {"kind", read_kind},
    {"confidence", read_confidence},
    {"advisory", read_advisory},
    {"confirmed", read_confirmed},
    {"source", read_source},
    {"verify", read_verify},
    {"fix", read_fix},
    {"contains", read_contains},
    {"caution", read_caution},
    {"entity", read_entity},
    {"external", read_external},
    {"self", read_self},
    {"router", read_router},
    {"novel", sigma_novel},
    {"platforms", read_platforms},
    {"evidence", read_evidence},
    {"prefilter", read_prefilter},
    {"feature", read_feature},
    {"state", read_state},
    {"prerequisite", read_prerequisite},
};
#define NKEYS (sizeof(keys) / sizeof(*keys))

static void
tidemark_read(struct sigma *s, const struct yaml_node *section)
{
	if (section == NULL)
		return;
	if (section->kind != YAML_MAP) {
		sigma_fail(s, section, 0, "expected a mapping");
		return;
	}
	for (size_t i = 0; i < section->n; i++) {
		const struct yaml_node *key = section->keys[i];
		size_t k = 0;

		while (k < NKEYS && !span_is(key->text, keys[k].key))
			k++;
		if (k == NKEYS)
			sigma_fail(s, key, 0, "unknown key in tidemark: %.*s",
			    SPAN_FMT(key->text));
		else if (yaml_is_null(section->items[i]))
			sigma_fail(s, key, 0, "%s has no value", keys[k].key);
		else
			keys[k].read(s, section->items[i]);
	}
}

void
sigma_about(struct sigma *s, const struct yaml_node *doc)
{
	struct check *c = &s->rule->check;
	struct rule *r = s->rule;

	r->name = text_copy(s, yaml_get(doc, "name"));
	r->uuid = text_copy(s, yaml_get(doc, "id"));
	if (s->copy > 1 && r->uuid.n > 0)
		r->uuid =
		    arena_fmt(s->arena, "%.*s.%u", SPAN_FMT(r->uuid), s->copy);
	c->id = r->name.n > 0 ? r->name : r->uuid;
	if (c->id.n == 0 && !s->bad && !s->native)
		c->id = arena_fmt(
		    s->arena, "%.*s:%u", SPAN_FMT(s->path), doc->line);
	if (c->id.n == 0 && !s->bad)
		sigma_fail(s, doc, 0, "expected a name or an id");
	c->title = text_copy(s, yaml_get(doc, "title"));
	if (c->title.n == 0)
		sigma_fail(s, doc, 0, "expected a title");
	c->why = text_copy(s, yaml_get(doc, "description"));
	c->kind = CHECK_COMPROMISE;
	c->confidence = CONF_MEDIUM;
	level_read(s, yaml_get(doc, "level"));
	tags_read(s, yaml_get(doc, "tags"));
	tidemark_read(s, yaml_get(doc, "tidemark"));
	if (c->source.n == 0)
		source_read(s, doc);
}
