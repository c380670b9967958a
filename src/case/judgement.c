/*
 * The coverage matrix and the verdicts of a case.
 */
#include "case/casefile.h"

#include <stdlib.h>

struct named {
	struct span name;
	uint32_t device;
};

static int
name_order(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int r = span_cmp(x->name, y->name);

	if (r == 0)
		r = x->device < y->device ? -1 : 1;
	return r;
}

static void
order_devices(struct casefile *c)
{
	struct named *v = arena_array(&c->arena, c->fleet.n, sizeof(*v));

	c->device_order =
	    arena_array(&c->arena, c->fleet.n, sizeof(*c->device_order));
	for (uint32_t i = 0; i < c->fleet.n; i++)
		v[i] = (struct named){c->fleet.v[i].name, i};
	if (c->fleet.n > 0)
		qsort(v, c->fleet.n, sizeof(*v), name_order);
	for (size_t i = 0; i < c->fleet.n; i++)
		c->device_order[i] = v[i].device;
}

static void
list_rows(struct casefile *c)
{
	const struct knowledge *k = c->knowledge;

	for (size_t i = 0; i < k->nadvisories; i++)
		c->nrows += k->advisories[i].nrows;
	c->rows = arena_array(&c->arena, c->nrows, sizeof(*c->rows));
	c->nrows = 0;
	for (size_t i = 0; i < k->nadvisories; i++)
		for (size_t r = 0; r < k->advisories[i].nrows; r++)
			c->rows[c->nrows++] = &k->advisories[i].rows[r];
}

static void
device_takes(struct casefile *c, struct device_result *r, uint32_t index)
{
	const struct finding *f = &c->findings[index];

	r->findings[r->nfindings++] = index;
	if (!finding_counts(f))
		return;
	if (finding_weight(f) > r->verdict)
		r->verdict = finding_weight(f);
	if (finding_weight(f) < VERDICT_SUSPICIOUS)
		return;
	if (f->first != TIME_NONE &&
	    (r->first == TIME_NONE || f->first < r->first))
		r->first = f->first;
	if (f->last != TIME_NONE && (r->last == TIME_NONE || f->last > r->last))
		r->last = f->last;
}

/*
 * Does a row that the check answers speak of this device?  A weakness only
 * counts where the guidance asks for its opposite.  A sign of the intruder
 * counts everywhere, but for an advisory about other systems.
 */
static bool
row_holds(const struct casefile *c, const struct finding *f,
    const struct advisory_row *row)
{
	struct span platform = c->fleet.v[f->device].platform;

	if (f->check->kind == CHECK_HARDENING)
		return advisory_row_applies(row, platform);
	return !row->scoped || platform.n == 0 ||
	       advisory_row_applies(row, platform);
}

/* Rows that a finding speaks of; in most cases all of its check. */
static void
take_rows(struct casefile *c, const struct map *rows, struct finding *f)
{
	const struct span_list *all = &f->check->advisory;
	struct span_list own = {0};

	for (size_t i = 0; i < all->n; i++) {
		uint32_t row = map_get(rows, all->v[i]);

		if (row == MAP_NONE || row_holds(c, f, c->rows[row]))
			own.n++;
	}
	if (own.n == all->n) {
		f->rows = *all;
		return;
	}
	own.v = arena_array(&c->arena, own.n, sizeof(*own.v));
	own.n = 0;
	for (size_t i = 0; i < all->n; i++) {
		uint32_t row = map_get(rows, all->v[i]);

		if (row == MAP_NONE || row_holds(c, f, c->rows[row]))
			own.v[own.n++] = all->v[i];
	}
	f->rows = own;
}

/* Cells that a finding hits.  A scan that was denied hits nothing. */
static void
mark_hits(struct casefile *c, const struct map *rows, const struct finding *f)
{
	if ((f->check->kind == CHECK_INDICATOR && f->severity <= SEV_LOW) ||
	    finding_over(f))
		return;
	for (size_t i = 0; i < f->rows.n; i++) {
		uint32_t row = map_get(rows, f->rows.v[i]);

		if (row == MAP_NONE)
			continue;
		size_t at = (size_t)f->device * c->nrows + row;

		c->cells[at] = COVERAGE_HIT;
		if (f->trust > c->vouched[at])
			c->vouched[at] = (uint8_t)f->trust;
	}
}

/* What a clear cell rests on: some alternative of which all evidence is
 * there, best one that holds something kept elsewhere. */
static enum trust
clear_trust(const struct advisory_row *row, const struct device *d,
    const struct device_result *r)
{
	for (size_t i = 0; i < row->nclear; i++)
		if (row->clear_when[i] & d->shown & EV_IMAGE_VERIFIED)
			return TRUST_IMAGE;
	for (size_t i = 0; i < row->nclear; i++)
		if ((row->clear_when[i] & ~(d->evidence | d->shown)) == 0 &&
		    (row->clear_when[i] & r->off_box) != 0)
			return TRUST_OFF_BOX;
	return TRUST_DEVICE;
}

static bool
judge_rows(struct casefile *c, uint32_t device)
{
	uint8_t *cells = c->cells + (size_t)device * c->nrows;
	uint8_t *vouched = c->vouched + (size_t)device * c->nrows;
	bool essentials = true;

	for (size_t i = 0; i < c->nrows; i++) {
		enum coverage answer = case_vulnerability_answer(
		    c, device, c->rows[i]);

		cells[i] = (uint8_t)judge_cell(c->rows[i],
		    &c->fleet.v[device], cells[i] == COVERAGE_HIT, answer);
		if (cells[i] == COVERAGE_CLEAR)
			vouched[i] = (uint8_t)clear_trust(c->rows[i],
			    &c->fleet.v[device], &c->results[device]);
		if (c->rows[i]->essential && cells[i] == COVERAGE_UNKNOWN)
			essentials = false;
	}
	return essentials;
}

/* A verified image lifts the grade, not the verdict. */
static void
judge(struct casefile *c, uint32_t device)
{
	struct device_result *r = &c->results[device];

	r->verdict = judge_device(r->verdict, judge_rows(c, device), r->trust);
	if (c->fleet.v[device].shown & EV_IMAGE_VERIFIED)
		r->trust = TRUST_IMAGE;
}

void
case_judge(struct casefile *c)
{
	struct map rows;
	size_t n = c->fleet.n;

	order_devices(c);
	list_rows(c);
	map_init(&rows, &c->arena);
	for (uint32_t i = 0; i < c->nrows; i++)
		map_add(&rows, c->rows[i]->id, i);
	c->results = arena_array(&c->arena, n, sizeof(*c->results));
	c->cells = arena_array(&c->arena, n * c->nrows, 1);
	c->vouched = arena_array(&c->arena, n * c->nrows, 1);
	for (size_t i = 0; i < c->nfindings; i++)
		if (c->findings[i].device != DEVICE_NONE)
			c->results[c->findings[i].device].nfindings++;
	for (size_t i = 0; i < n; i++) {
		struct device_result *r = &c->results[i];

		r->findings = arena_array(
		    &c->arena, r->nfindings, sizeof(*r->findings));
		r->nfindings = 0;
		r->first = r->last = TIME_NONE;
	}
	case_trust(c);
	case_prerequisites(c);
	for (uint32_t i = 0; i < c->nfindings; i++) {
		uint32_t d = c->findings[i].device;

		c->findings[i].rows = c->findings[i].check->advisory;
		if (d == DEVICE_NONE)
			continue;
		device_takes(c, &c->results[d], i);
		take_rows(c, &rows, &c->findings[i]);
		mark_hits(c, &rows, &c->findings[i]);
	}
	for (uint32_t i = 0; i < n; i++)
		judge(c, i);
}
