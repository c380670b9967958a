#include "case/met.h"

#include "base/sort.h"

static bool
is_met(const struct finding *f)
{
	return f->check->kind == CHECK_INDICATOR && finding_counts(f);
}

static void
times_join(struct met_indicator *m, const struct finding *f)
{
	if (f->first == TIME_NONE)
		return;
	if (m->first == TIME_NONE || f->first < m->first)
		m->first = f->first;
	if (m->last == TIME_NONE || f->last > m->last)
		m->last = f->last;
}

/* Findings come sorted by severity: the surest of the first is the worst. */
static void
finding_join(struct met_indicator *m, const struct finding *f)
{
	if (m->nfindings == 0 || (f->severity == m->worst->severity &&
				     f->confidence > m->worst->confidence))
		m->worst = f;
	m->findings[m->nfindings++] = f;
	m->count += f->count;
	m->loose |= f->device == DEVICE_NONE;
	times_join(m, f);
}

static int
worst_first(const void *a, const void *b)
{
	const struct met_indicator *x = a, *y = b;

	if (x->worst->severity != y->worst->severity)
		return x->worst->severity > y->worst->severity ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return span_cmp(x->check->title, y->check->title);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* rank: a device's place in the order of names. */
static void
devices_list(const struct casefile *c, const uint32_t *rank,
    struct met_indicator *m, struct arena *a)
{
	size_t n = 0;

	m->devices = arena_array(a, m->nfindings, sizeof(*m->devices));
	for (size_t i = 0; i < m->nfindings; i++)
		if (m->findings[i]->device != DEVICE_NONE)
			m->devices[n++] = rank[m->findings[i]->device];
	sort_array(m->devices, n, sizeof(*m->devices), by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || m->devices[i] != m->devices[i - 1])
			m->devices[m->ndevices++] = m->devices[i];
	for (size_t i = 0; i < m->ndevices; i++)
		m->devices[i] = c->device_order[m->devices[i]];
}

/* Each indicator that was met, with room for its findings; at: the place of
 * each finding's indicator. */
static struct met_indicators
met_list(const struct casefile *c, uint32_t *at, struct arena *a)
{
	struct met_indicators out = {0};
	struct map index;
	size_t cap = 0;

	map_init(&index, a);
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct check *check = c->findings[i].check;

		if (!is_met(&c->findings[i]))
			continue;
		/* A check stands at one address for a case's life. */
		at[i] = map_add(&index,
		    span_of((const char *)&check, sizeof(check)),
		    (uint32_t)out.n);
		if (at[i] == out.n) {
			out.v =
			    arena_grow(a, out.v, out.n, &cap, sizeof(*out.v));
			out.v[out.n++] = (struct met_indicator){.check = check,
			    .first = TIME_NONE,
			    .last = TIME_NONE};
		}
		out.v[at[i]].nfindings++;
	}
	for (size_t i = 0; i < out.n; i++) {
		out.v[i].findings = arena_array(
		    a, out.v[i].nfindings, sizeof(*out.v[i].findings));
		out.v[i].nfindings = 0;
	}
	return out;
}

struct met_indicators
case_indicators_met(const struct casefile *c, struct arena *a)
{
	uint32_t *at = arena_array(a, c->nfindings + 1, sizeof(*at));
	uint32_t *rank = arena_array(a, c->fleet.n + 1, sizeof(*rank));
	struct met_indicators out = met_list(c, at, a);

	for (uint32_t i = 0; i < c->fleet.n; i++)
		rank[c->device_order[i]] = i;
	for (size_t i = 0; i < c->nfindings; i++)
		if (is_met(&c->findings[i]))
			finding_join(&out.v[at[i]], &c->findings[i]);
	for (size_t i = 0; i < out.n; i++)
		devices_list(c, rank, &out.v[i], a);
	if (out.n > 0)
		sort_array(out.v, out.n, sizeof(*out.v), worst_first);
	return out;
}

size_t
case_indicators_sought(const struct casefile *c)
{
	const struct indicator_list *l = &c->knowledge->indicators;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].state == INDICATOR_ACTIVE;
	return n;
}
