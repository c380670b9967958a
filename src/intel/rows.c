#include "intel/rows.h"

/* The check of index_checks' order, to be changed while loading. */
static struct check *
check_at(struct knowledge *k, size_t i)
{
	if (i < k->first_indicator)
		return &k->rules.rules[i]->check;
	if (i < k->first_yara)
		return (struct check *)knowledge_check(k, i);
	if (i < k->first_vulnerability)
		return &k->yara.checks[i - k->first_yara];
	return &k->vulnerabilities.v[i - k->first_vulnerability]->check;
}

static void
check_answers(struct knowledge *k, struct check *c, struct span row)
{
	struct span *v = arena_array(&k->arena, c->advisory.n + 1, sizeof(*v));

	for (size_t i = 0; i < c->advisory.n; i++) {
		if (span_eq(c->advisory.v[i], row))
			return;
		v[i] = c->advisory.v[i];
	}
	v[c->advisory.n++] = row;
	c->advisory.v = v;
}

static bool
listed(struct span_list l, struct span word)
{
	for (size_t i = 0; i < l.n; i++)
		if (span_eq(l.v[i], word))
			return true;
	return false;
}

/* The platforms that a check speaks of; none: all. */
static struct span_list
check_platforms(const struct knowledge *k, size_t i)
{
	struct span_list all = {0};

	return i < k->first_indicator ? k->rules.rules[i]->platforms : all;
}

/* Two lists of platforms, empty for all, have one in common. */
static bool
platforms_meet(struct span_list a, struct span_list b)
{
	for (size_t i = 0; i < b.n; i++)
		if (listed(a, b.v[i]))
			return true;
	return a.n == 0 || b.n == 0;
}

struct joining {
	struct knowledge *k;
	rows_problem_fn *problem;
	void *ctx;
};

static void
join_row(const struct joining *j, const struct advisory *a,
    const struct advisory_row *row, const struct map *ids)
{
	struct knowledge *k = j->k;

	for (size_t n = 0; n < row->checks.n; n++) {
		uint32_t at = map_get(ids, row->checks.v[n]);
		bool meet = at != MAP_NONE && platforms_meet(row->platforms,
						  check_platforms(k, at));

		if (meet)
			check_answers(k, check_at(k, at), row->id);
		else
			j->problem(j->ctx, a->path,
			    arena_fmt(&k->arena, "%.*s names %s: %.*s",
				SPAN_FMT(row->id),
				at == MAP_NONE ? "no check"
					       : "a check for other platforms",
				SPAN_FMT(row->checks.v[n])));
	}
}

void
rows_join(struct knowledge *k, rows_problem_fn *problem, void *ctx)
{
	struct joining j = {k, problem, ctx};
	struct map ids;

	map_init(&ids, &k->arena);
	/* What a feed calls its items is no name of a check. */
	for (uint32_t i = 0; i < k->nchecks; i++)
		if (!knowledge_from_feed(k, i))
			map_add(&ids, knowledge_check_id(k, i), i);
	for (size_t i = 0; i < k->nadvisories; i++)
		for (size_t r = 0; r < k->advisories[i].nrows; r++)
			join_row(&j, &k->advisories[i],
			    &k->advisories[i].rows[r], &ids);
}

static struct span_list
joined(struct arena *a, struct span_list l, struct span_list more)
{
	struct span_list all = {.n = l.n};

	all.v = arena_array(a, l.n + more.n, sizeof(*all.v));
	for (size_t i = 0; i < l.n; i++)
		all.v[i] = l.v[i];
	for (size_t i = 0; i < more.n; i++)
		if (!listed(l, more.v[i]))
			all.v[all.n++] = more.v[i];
	return all;
}

/* A check answers a row: everywhere, or on some platforms. */
static void
row_answered(
    struct knowledge *k, struct advisory_row *row, struct span_list platforms)
{
	bool everywhere = row->answered && row->answered_on.n == 0;

	row->answered = true;
	if (platforms.n == 0)
		row->answered_on = platforms;
	else if (!everywhere)
		row->answered_on =
		    joined(&k->arena, row->answered_on, platforms);
}

static void
row_flaw(struct knowledge *k, struct advisory_row *row, uint32_t flaw)
{
	row->flaws = arena_grow(&k->arena, row->flaws, row->nflaws,
	    &row->flaws_cap, sizeof(*row->flaws));
	row->flaws[row->nflaws++] = flaw;
}

void
rows_index(struct knowledge *k)
{
	struct advisory_row **rows = NULL;
	size_t n = 0, cap = 0;
	struct map ids;

	map_init(&ids, &k->arena);
	for (size_t i = 0; i < k->nadvisories; i++)
		for (size_t r = 0; r < k->advisories[i].nrows; r++) {
			rows =
			    arena_grow(&k->arena, rows, n, &cap, sizeof(*rows));
			rows[n] = &k->advisories[i].rows[r];
			map_add(&ids, rows[n]->id, (uint32_t)n);
			n++;
		}
	for (size_t i = 0; i < k->nchecks; i++) {
		struct span_list on = check_platforms(k, i), answers;

		if (knowledge_from_feed(k, i))
			continue;
		answers = knowledge_check(k, i)->advisory;
		for (size_t r = 0; r < answers.n; r++) {
			uint32_t at = map_get(&ids, answers.v[r]);

			if (at == MAP_NONE)
				continue;
			row_answered(k, rows[at], on);
			if (i >= k->first_vulnerability)
				row_flaw(k, rows[at],
				    (uint32_t)(i - k->first_vulnerability));
		}
	}
	for (size_t i = 0; i < k->rules.n; i++)
		for (size_t r = 0; k->rules.rules[i]->off &&
		     r < k->checks[i]->advisory.n; r++) {
			uint32_t at =
			    map_get(&ids, k->checks[i]->advisory.v[r]);

			if (at != MAP_NONE)
				rows[at]->answered = false;
		}
}
