#include "intel/deadline.h"

/* The place that a row speaks of; -1: it does not say. */
static int
row_place(const struct yaml_node *row)
{
	static const char *const keys[] = {"kev", "exposed", "automatable"};
	struct span impact = yaml_text(yaml_get(row, "impact"));
	int at = 0;

	for (int i = 0; i < 3; i++) {
		bool yes;

		if (!yaml_bool(yaml_get(row, keys[i]), &yes))
			return -1;
		at |= yes ? 8 >> i : 0;
	}
	if (!span_is(impact, "partial") && !span_is(impact, "total"))
		return -1;
	return at | span_is(impact, "total");
}

int
deadline_read(struct arena *a, struct span yaml, struct deadline_table *out,
    struct yaml_error *e)
{
	struct deadline_table t = {0};
	const struct yaml_node *rows;
	struct yaml_docs docs;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	if (docs.n != 1)
		return yaml_wrong(e, NULL, "one document is expected");
	t.title = arena_copy(a, yaml_text(yaml_get(docs.v[0], "title")));
	rows = yaml_get(docs.v[0], "rows");
	for (size_t i = 0; i < yaml_count(rows); i++) {
		const struct yaml_node *row = yaml_at(rows, i);
		struct span text = yaml_text(yaml_get(row, "timeline"));
		int at = row_place(row);

		if (at < 0 || text.n == 0)
			return yaml_wrong(e, row,
			    "expected kev, exposed, automatable (yes or no), "
			    "impact (partial or total), timeline");
		if (t.timelines[at].n > 0)
			return yaml_wrong(e, row, "this row is given twice");
		t.timelines[at] = arena_copy(a, text);
	}
	for (int i = 0; i < DEADLINE_ROWS; i++)
		if (t.timelines[i].n == 0)
			return yaml_wrong(
			    e, rows, "one of the sixteen rows is missing");
	*out = t;
	return 0;
}

void
deadline_find(const struct deadline_table *t, const struct vuln_score *s,
    enum vuln_said publicly, struct deadline *out)
{
	/* What is not said is taken at its worst. */
	int at = (s->kev_added.n > 0 ? 8 : 0) |
		 (s->automatable != VULN_NO ? 2 : 0) |
		 (s->impact != VULN_IMPACT_PARTIAL ? 1 : 0);

	*out = (struct deadline){.exposed = t->timelines[at | 4],
	    .hidden = t->timelines[at],
	    .publicly = publicly,
	    .guessed = s->automatable == VULN_UNSAID ||
		       s->impact == VULN_IMPACT_UNSAID};
}
