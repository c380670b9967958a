/*
 * Indicators in records and in raw bytes.
 */
#include "base/limits.h"
#include "detect/detector.h"
#include "detect/role.h"
#include "detect/url_parts.h"
#include "detect/weigh.h"
#include "match/newline.h"

static struct span
line_key(const uint64_t *line)
{
	return span_of((const char *)line, sizeof(*line));
}

static void
value_seen(struct detector *t, const struct record *r, uint32_t id, bool below)
{
	const struct knowledge *k = t->d->knowledge;
	struct role role;

	if (!indicator_speaks(&k->indicators, id, r->time) ||
	    !weigh(r, &k->indicators.v[id], below, &t->scratch, &role))
		return;
	detector_sight(t, r, (uint32_t)(k->first_indicator + id), role.entity,
	    (struct span){0}, role.severity, role.confidence);
}

static void
value_waits(struct detector *t, const struct record *r, uint32_t id, bool below)
{
	struct waiting *w;

	t->waiting = arena_grow(&t->arena, t->waiting, t->nwaiting,
	    &t->waiting_cap, sizeof(*t->waiting));
	w = &t->waiting[t->nwaiting++];
	fact_of(r, &t->arena, &w->line);
	w->offset = r->offset;
	w->indicator = id;
	w->below = below;
}

static void
on_value(void *ctx, const struct lookup_hit *hit)
{
	struct at_record *x = ctx;
	const struct indicator *indicator =
	    &x->t->d->knowledge->indicators.v[hit->indicator];

	if (!weigh_counts(x->r, indicator) ||
	    (hit->host && !url_in_fields(indicator->value, x->r)))
		return;
	if (x->r->kind == K_CONFIG) {
		value_waits(x->t, x->r, hit->indicator, hit->below);
		return;
	}
	if (!role_counts(x->r, indicator, x->t->flows))
		return;
	/* The fact that a line of show output gives says more. */
	if (x->r->kind == K_TEXT &&
	    map_get(&x->t->fact_lines, line_key(&x->r->line)) != MAP_NONE)
		return;
	if (role_is_fact(x->r))
		map_add(&x->t->fact_lines, line_key(&x->r->line), 1);
	value_seen(x->t, x->r, hit->indicator, hit->below);
}

void
detector_end(struct detector *t)
{
	for (size_t i = 0; i < t->nwaiting; i++) {
		const struct waiting *w = &t->waiting[i];
		struct record r;

		if (map_get(&t->fact_lines, line_key(&w->line.line)) !=
		    MAP_NONE)
			continue;
		detector_scratch_reset(t);
		record_of(&w->line, &r);
		r.offset = w->offset;
		value_seen(t, &r, w->indicator, w->below);
	}
	t->nwaiting = 0;
}

/*
 * Addresses of indicators that an entry lets reach management, where its
 * source is narrow enough to mean them.  An address that stands in the line
 * itself is found there.
 */
#define WIDEST4 24
#define WIDEST6 64

static enum confidence
at_most(const struct indicator *x, enum confidence c)
{
	enum confidence own = indicator_confidence(x);

	return own < c ? own : c;
}

static void
on_host_inside(void *ctx, uint32_t id)
{
	struct at_record *at = ctx;
	struct detector *t = at->t;
	const struct record *r = at->r;
	const struct knowledge *k = t->d->knowledge;
	const struct indicator *x = &k->indicators.v[id];
	char text[ADDR_TEXT];

	addr_write(&x->prefix.addr, text);
	if (span_has(r->raw, text) ||
	    !indicator_speaks(&k->indicators, id, r->time))
		return;
	detector_sight(t, r, (uint32_t)(k->first_indicator + id),
	    arena_fmt(&t->scratch,
		"let in to %.*s by access list %.*s, as part of what an entry "
		"admits",
		SPAN_FMT(record_text(r, F_SERVICE)),
		SPAN_FMT(record_text(r, F_ACL))),
	    (struct span){0}, SEV_HIGH, at_most(x, CONF_MEDIUM));
}

static void
admitted_indicator(
    struct detector *t, const struct record *r, const struct prefix *p)
{
	struct at_record x = {t, r};

	lookup_hosts(&t->d->lookup, p, on_host_inside, &x);
}

static void
admitted_indicators(struct detector *t, const struct record *r)
{
	const struct value *widest = record_get(r, F_WIDEST);

	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];
		int64_t limit =
		    v->u.prefix.addr.family == 4 ? WIDEST4 : WIDEST6;

		if (v->field == F_ADMITS && widest != NULL &&
		    widest->u.number >= limit && addr_public(&v->u.prefix.addr))
			admitted_indicator(t, r, &v->u.prefix);
	}
}

static void
file_sighted(struct detector *t, const struct record *r, uint32_t id,
    struct span entity, enum severity severity, enum confidence confidence)
{
	const struct knowledge *k = t->d->knowledge;
	const struct indicator *x = &k->indicators.v[id];

	if (!indicator_speaks(&k->indicators, id, r->time))
		return;
	confidence = at_most(x, confidence);
	if (severity == SEV_CRITICAL && confidence < CONF_HIGH)
		severity = SEV_HIGH;
	detector_sight(t, r, (uint32_t)(k->first_indicator + id), entity,
	    (struct span){0}, severity, confidence);
}

/* A name alone says little. */
static void
on_file_name(void *ctx, const struct lookup_hit *hit)
{
	struct at_record *at = ctx;

	if (at->t->d->knowledge->indicators.v[hit->indicator].type ==
	    INDICATOR_FILE_NAME)
		file_sighted(at->t, at->r, hit->indicator,
		    record_text(at->r, F_NAME), SEV_MEDIUM, CONF_LOW);
}

static void
file_known(struct detector *t, const struct record *r)
{
	uint32_t id = map_get(&t->d->hashes, record_text(r, F_SHA256));
	struct at_record at = {t, r};

	if (id != MAP_NONE)
		file_sighted(
		    t, r, id, record_text(r, F_NAME), SEV_CRITICAL, CONF_HIGH);
	lookup_scan(&t->d->lookup, record_text(r, F_NAME), on_file_name, &at);
}

static void
on_any_value(void *ctx, const struct lookup_hit *hit)
{
	(void)hit;
	*(bool *)ctx = true;
}

void
detector_bytes(struct detector *t, struct span bytes)
{
	bool any = false;

	lookup_scan(&t->d->lookup, bytes, on_any_value, &any);
	t->no_value = !any;
	whole_search(&t->look, bytes);
}

void
values_record(struct detector *t, const struct record *r)
{
	struct at_record x = {t, r};

	/* The line of the entry is looked at as such. */
	if (r->kind == K_ADMIT)
		admitted_indicators(t, r);
	else if (r->kind == K_FILE)
		file_known(t, r);
	else if (r->raw.n > 6 && !t->no_value)
		lookup_scan(&t->d->lookup, r->raw, on_value, &x);
}

struct at_raw {
	struct detector *t;
	struct span bytes;
	uint64_t offset, line;
	size_t counted;
};

static void
on_raw(void *ctx, const struct lookup_hit *hit)
{
	struct at_raw *x = ctx;
	struct record r;
	struct at_record at = {x->t, &r};
	size_t offset = hit->offset, length = hit->length;
	size_t from = offset > 60 ? offset - 60 : 0;
	struct span raw = span_sub(x->bytes, from, offset + length + 60);
	size_t cut = span_rfind_byte(span_head(raw, offset - from), '\n');

	if (cut != SPAN_NONE)
		raw = span_from(raw, cut + 1);
	raw = span_head(raw, span_find_byte(raw, '\n'));
	if (x->line > 0) {
		x->line +=
		    newline_count(span_sub(x->bytes, x->counted, offset));
		x->counted = offset;
	}
	detector_scratch_reset(x->t);
	record_init(&r, K_TEXT, x->line, x->offset + offset, span_rtrim(raw));
	on_value(&at, hit);
}

void
detector_raw(
    struct detector *t, struct span bytes, uint64_t offset, uint64_t line)
{
	struct at_raw x = {t, bytes, offset, line, 0};

	lookup_scan(&t->d->lookup, bytes, on_raw, &x);
}
