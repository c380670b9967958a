/*
 * Sightings of all sources become findings: same check, same device, same
 * entity is one, with every place and the first and last time.
 */
#include "case/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

/* Neither the operator's own address nor one that is nobody's on the
 * Internet. */
static bool
case_foreign(const struct casefile *c, struct span address)
{
	struct addr a;

	return addr_read(address, &a) && addr_public(&a) &&
	       !fleet_is_own(&c->fleet, &a);
}

bool
case_whose(const struct casefile *c, uint32_t check, uint32_t device,
    struct span address)
{
	const struct knowledge *k = c->knowledge;
	struct addr a;
	uint32_t owner;

	if (address.n == 0)
		return true;
	if (check >= k->rules.n ||
	    k->rules.rules[check]->whose == WHOSE_FOREIGN)
		return case_foreign(c, address);
	if (!addr_read(address, &a))
		return false;
	owner = fleet_find_address(&c->fleet, &a);
	if (owner == DEVICE_NONE || owner == DEVICE_AMBIGUOUS ||
	    device == DEVICE_NONE)
		return false;
	return (owner == device) ==
	       (k->rules.rules[check]->whose == WHOSE_SELF);
}

/* A flow belongs to the device that one of its addresses is an interface
 * of. */
static uint32_t
peer_device(const struct casefile *c, struct span peers)
{
	struct span word;

	while ((word = span_word(&peers)).n > 0) {
		struct addr a;
		uint32_t d;

		if (!addr_read(word, &a))
			continue;
		d = fleet_find_address(&c->fleet, &a);
		if (d != DEVICE_NONE && d != DEVICE_AMBIGUOUS)
			return d;
	}
	return DEVICE_NONE;
}

uint32_t
case_device(struct casefile *c, struct source *s, struct span host,
    struct span host_addr, struct span peers)
{
	uint32_t d = DEVICE_NONE;

	if (host.n > 0 || host_addr.n > 0)
		d = case_host_device(c, s, host, host_addr, s->nhosts == 0);
	if (d == DEVICE_NONE && peers.n > 0)
		d = peer_device(c, peers);
	return d == DEVICE_NONE ? s->device : d;
}

/* Good until the next one is made. */
static struct span
finding_key(struct case_merge *m, const struct sighting *x, uint32_t device,
    struct span entity)
{
	arena_reset(&m->scratch);
	return arena_fmt(&m->scratch, "%u/%u/%d/%d/%.*s", x->check, device,
	    (int)x->severity, (int)x->confidence, SPAN_FMT(entity));
}

/* Many sources together may bring more entities of one check and device than
 * one source may: those go where each source's go. */
static bool
entity_has_room(struct case_merge *m, const struct sighting *x, uint32_t device)
{
	uint32_t group[2] = {x->check, device};
	struct span key = span_of((const char *)group, sizeof(group));
	uint32_t n = map_add(&m->groups, key, 0);

	map_put(&m->groups, key, n + 1);
	return n < LIMIT_ENTITIES;
}

struct finding *
case_finding_new(struct casefile *c, const struct check *check, uint32_t device,
    struct span entity)
{
	struct span platform;
	struct finding *f;

	if (c->nfindings >= LIMIT_FINDINGS ||
	    c->arena.used > LIMIT_CASE_CLOSING) {
		c->complete = false;
		return NULL;
	}
	c->findings = arena_grow(&c->arena, c->findings, c->nfindings,
	    &c->findings_cap, sizeof(*c->findings));
	f = &c->findings[c->nfindings++];
	*f = (struct finding){.check = check,
	    .device = device,
	    .entity = entity,
	    .severity = check->severity,
	    .confidence = check->confidence,
	    .first = TIME_NONE,
	    .last = TIME_NONE};
	f->title = entity.n > 0 ? arena_fmt(&c->arena, "%.*s: %.*s",
				      SPAN_FMT(check->title), SPAN_FMT(entity))
				: check->title;
	platform =
	    device == DEVICE_NONE ? SPAN("") : c->fleet.v[device].platform;
	f->fix = fix_for(check->fixes, check->nfixes, platform);
	f->verify = fix_for(check->verify, check->nverify, platform);
	return f;
}

void
case_place(struct casefile *c, struct finding *f, struct finding_place place)
{
	if (f->nplaces >= LIMIT_EVIDENCE)
		return;
	/* Most findings have one place. */
	if (f->cap == 0)
		f->places =
		    arena_array(&c->arena, f->cap = 1, sizeof(*f->places));
	f->places = arena_grow(
	    &c->arena, f->places, f->nplaces, &f->cap, sizeof(*f->places));
	f->places[f->nplaces++] = place;
}

struct finding *
case_finding(struct case_merge *m, const struct sighting *x, uint32_t device)
{
	struct casefile *c = m->c;
	struct span entity = x->entity;
	struct span key = finding_key(m, x, device, entity);
	uint32_t at = map_get(&m->index, key);
	struct finding *f;

	if (at == MAP_NONE && !span_eq(entity, SIGHTING_FURTHER) &&
	    !entity_has_room(m, x, device)) {
		c->complete = false;
		entity = SIGHTING_FURTHER;
		key = finding_key(m, x, device, entity);
		at = map_get(&m->index, key);
	}
	if (at != MAP_NONE)
		return &c->findings[at];
	f = case_finding_new(
	    c, knowledge_check(c->knowledge, x->check), device, entity);
	if (f == NULL)
		return NULL;
	map_add(&m->index, key, (uint32_t)(c->nfindings - 1));
	f->severity = x->severity;
	f->confidence = x->confidence;
	return f;
}

static void
finding_add(struct casefile *c, struct finding *f, const struct sighting *x,
    uint32_t source)
{
	f->count += x->count;
	if (x->first != TIME_NONE &&
	    (f->first == TIME_NONE || x->first < f->first))
		f->first = x->first;
	if (x->last != TIME_NONE && (f->last == TIME_NONE || x->last > f->last))
		f->last = x->last;
	for (size_t i = 0; i < x->nplaces; i++)
		case_place(c, f,
		    (struct finding_place){source, x->places[i].line,
			x->places[i].offset, x->places[i].text});
}

static int
place_cmp(const struct finding_place *a, const struct finding_place *b)
{
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int
place_order(const void *a, const void *b)
{
	return place_cmp(a, b);
}

/* Severity, then device, then check, then entity and place. */
static int
finding_order(const void *a, const void *b, void *ctx)
{
	const struct finding *x = a, *y = b;
	const struct fleet *f = ctx;
	int r;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->device != y->device) {
		if (x->device == DEVICE_NONE || y->device == DEVICE_NONE)
			return x->device == DEVICE_NONE ? 1 : -1;
		r = span_cmp(f->v[x->device].name, f->v[y->device].name);
		if (r == 0)
			r = x->device < y->device ? -1 : 1;
		return r;
	}
	r = span_cmp(x->check->id, y->check->id);
	if (r == 0)
		r = span_cmp(x->entity, y->entity);
	if (r == 0)
		r = (int)y->confidence - (int)x->confidence;
	if (r == 0 && x->nplaces > 0 && y->nplaces > 0)
		r = place_cmp(&x->places[0], &y->places[0]);
	return r;
}

/* A rule that speaks of some platforms only holds for a device that is known
 * to be one of them, or not known at all. */
bool
case_rule_fits(const struct casefile *c, const struct rule *r, uint32_t d)
{
	if (d == DEVICE_NONE || c->fleet.v[d].platform.n == 0)
		return true;
	for (size_t i = 0; i < r->platforms.n; i++)
		if (span_eq(r->platforms.v[i], c->fleet.v[d].platform))
			return true;
	return r->platforms.n == 0;
}

bool
case_platform_fits(const struct casefile *c, uint32_t check, uint32_t d)
{
	const struct knowledge *k = c->knowledge;

	return check >= k->rules.n ||
	       case_rule_fits(c, k->rules.rules[check], d);
}

static void
sightings_take(struct case_merge *m, uint32_t index)
{
	struct casefile *c = m->c;
	struct source *s = &c->sources[index];

	for (size_t i = 0; i < s->nsightings; i++) {
		const struct sighting *x = &s->sightings[i];
		uint32_t device =
		    case_device(c, s, x->host, x->host_addr, x->peers);
		struct finding *f;

		if (!case_whose(c, x->check, device, x->external))
			continue;
		if (!case_platform_fits(c, x->check, device))
			continue;
		f = case_finding(m, x, device);
		if (f != NULL)
			finding_add(c, f, x, index);
	}
}

static void
finding_mark(const struct casefile *c, struct finding *f)
{
	const struct span parts[] = {f->check->id,
	    f->device == DEVICE_NONE ? SPAN("") : c->fleet.v[f->device].name,
	    f->entity, span_str(severity_name(f->severity))};
	XXH3_state_t *state = XXH3_createState();

	ASSERT(state != NULL);
	XXH3_64bits_reset(state);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t n = parts[i].n;

		XXH3_64bits_update(state, &n, sizeof(n));
		XXH3_64bits_update(state, parts[i].p, parts[i].n);
	}
	snprintf(f->mark, sizeof(f->mark), "%016" PRIx64,
	    (uint64_t)XXH3_64bits_digest(state));
	XXH3_freeState(state);
}

void
case_findings(struct casefile *c)
{
	struct case_merge m = {.c = c};

	arena_init(&m.arena);
	arena_init(&m.scratch);
	map_init(&m.index, &m.arena);
	map_init(&m.groups, &m.arena);
	for (uint32_t i = 0; i < c->nsources; i++)
		sightings_take(&m, i);
	case_correlations(&m);
	case_patterns(c);
	case_vulnerabilities(c);
	case_secrets(c);
	case_outliers(c);
	case_gaps(c);
	case_images(c);
	case_flow_patterns(&m);
	arena_release(&m.arena);
	arena_release(&m.scratch);
	case_past(c);
	for (size_t i = 0; i < c->nfindings; i++)
		if (c->findings[i].nplaces > 1 && !c->findings[i].in_time)
			qsort(c->findings[i].places, c->findings[i].nplaces,
			    sizeof(struct finding_place), place_order);
	case_by_hand(c);
	if (c->nfindings > 0)
		qsort_r(c->findings, c->nfindings, sizeof(*c->findings),
		    finding_order, &c->fleet);
	for (size_t i = 0; i < c->nfindings; i++) {
		snprintf(c->findings[i].id, sizeof(c->findings[i].id), "F%zu",
		    i + 1);
		finding_mark(c, &c->findings[i]);
	}
}
