/*
 * "tidemark: novel:" of a correlation rule: what has not been seen before, an
 * extension that Sigma has no word for.
 */
#include "base/limits.h"
#include "intel/sigma_build.h"

static void
time_read(struct sigma *s, const struct yaml_node *node, int64_t *out)
{
	if (!sigma_timespan(yaml_text(node), out))
		sigma_fail(s, node, 0,
		    "expected a number and s, m, h, d or w, as in 14d");
}

static void
count_read(struct sigma *s, const struct yaml_node *node, uint64_t *out)
{
	if (!span_u64(yaml_text(node), out) || *out == 0)
		sigma_fail(s, node, 0, "expected a number above 0");
}

void
sigma_novel(struct sigma *s, const struct yaml_node *node)
{
	struct novelty *n = arena_alloc(s->arena, sizeof(*n));

	*n = (struct novelty){0};
	if (node->kind != YAML_MAP) {
		sigma_fail(s, node, 0, "expected a mapping, as in after: 14d");
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		struct span key = node->keys[i]->text;

		if (span_is(key, "after"))
			time_read(s, node->items[i], &n->after);
		else if (span_is(key, "silence"))
			time_read(s, node->items[i], &n->silence);
		else if (span_is(key, "events"))
			count_read(s, node->items[i], &n->events);
		else if (span_is(key, "values"))
			count_read(s, node->items[i], &n->values);
		else
			sigma_fail(s, node->keys[i], 0,
			    "expected after, events, values or silence");
	}
	s->rule->novel = n;
	s->novel = node;
}

void
sigma_novel_check(struct sigma *s, const struct correlation *c)
{
	const struct novelty *n = s->rule->novel;

	if (n == NULL)
		return;
	if (c == NULL)
		sigma_fail(s, s->novel, 0, "only a correlation can be novel");
	else if (n->silence > 0 && c->type != CORRELATION_EVENT_COUNT)
		sigma_fail(s, s->novel, 0, "silence needs type event_count");
	else if (n->silence == 0 && c->type != CORRELATION_VALUE_COUNT)
		sigma_fail(s, s->novel, 0,
		    "a new value needs type value_count, and silence "
		    "event_count");
	else if (n->silence == 0 && n->after == 0)
		sigma_fail(s, s->novel, 0,
		    "expected after: how long there must have been evidence");
}
