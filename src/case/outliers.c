/*
 * A server, an account or an admitted network that few devices have, where
 * nearly all others agree: what an intruder adds to one device stands out
 * there.  Each device is compared with its siblings (names that differ in
 * digits only) and with the fleet: all devices that have such a thing at all.
 * Which difference counts is said by rules over records of kind outlier.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"
#include "detect/rule.h"

static const char *const use_names[TRAIT_COMPARED] = {
    "aaa", "log", "time", "user", "login", "snmp", "web"};

/* The same address may be let in to several services. */
static const char *const entity_tails[TRAIT_COMPARED] = {[TRAIT_AAA] = "",
    [TRAIT_LOG] = "",
    [TRAIT_TIME] = "",
    [TRAIT_USER] = "",
    [TRAIT_LOGIN] = " to terminal lines",
    [TRAIT_SNMP] = " to SNMP",
    [TRAIT_WEB] = " to the web interface"};

enum among { SIBLINGS, FLEET, AMONG_COUNT };
static const char *const among_names[AMONG_COUNT] = {"siblings", "fleet"};

#define NO_CROWD UINT32_MAX

/* Devices that have something of one use, and are compared with each other. */
struct crowd {
	size_t devices;
	uint32_t last;	/* device that was counted last */
	uint32_t usual; /* the holding that most have */
};

/* A value within a crowd. */
struct holding {
	struct span value;
	size_t devices;
};

/* A device has a value; places that say the same follow. */
struct having {
	uint32_t device, source, trait;
	uint32_t next; /* place, or UINT32_MAX */
	uint32_t crowd[AMONG_COUNT], holding[AMONG_COUNT];
};

struct comparing {
	struct casefile *c;
	struct map crowd_index, holding_index, having_index;
	struct crowd *crowds;
	struct holding *holdings;
	struct having *v; /* first places of device and value, and others */
	size_t ncrowds, crowds_cap, nholdings, holdings_cap, n, cap;
	struct span *stems; /* by device; empty: none */
	struct rule_scratch scratch;
};

/* "core-gw12" becomes "core-gw#"; empty for a name without digits. */
static struct span
stem_of(struct arena *a, struct span name)
{
	char *out = arena_array(a, name.n + 1, 1);
	size_t n = 0;
	bool any = false;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (!ascii_digit(c))
			out[n++] = (char)ascii_lower(c);
		else if (n == 0 || out[n - 1] != '#')
			out[n++] = '#';
		any |= ascii_digit(c);
	}
	return any ? span_of(out, n) : (struct span){0};
}

static const struct source_trait *
trait_at(const struct casefile *c, const struct having *h)
{
	return &c->sources[h->source].traits[h->trait];
}

/* ---- counting ---- */

static uint32_t
crowd_of(
    struct comparing *x, enum among among, enum trait_use use, uint32_t device)
{
	struct arena *a = &x->c->arena;
	struct span stem = x->stems[device], key;
	struct crowd *crowd;
	uint32_t at;

	if (among == SIBLINGS && stem.n == 0)
		return NO_CROWD;
	key = among == FLEET
		  ? arena_fmt(a, "%d", (int)use)
		  : arena_fmt(a, "%d %.*s", (int)use, SPAN_FMT(stem));
	at = map_add(&x->crowd_index, key, (uint32_t)x->ncrowds);
	if (at == x->ncrowds) {
		x->crowds = arena_grow(a, x->crowds, x->ncrowds, &x->crowds_cap,
		    sizeof(*x->crowds));
		x->crowds[x->ncrowds++] =
		    (struct crowd){0, DEVICE_NONE, UINT32_MAX};
	}
	crowd = &x->crowds[at];
	if (crowd->last != device)
		crowd->devices++;
	crowd->last = device;
	return at;
}

static uint32_t
holding_of(struct comparing *x, uint32_t crowd, struct span value)
{
	struct arena *a = &x->c->arena;
	struct crowd *to = &x->crowds[crowd];
	struct holding *h, *usual;
	uint32_t at;

	at = map_add(&x->holding_index,
	    arena_fmt(a, "%" PRIu32 " %.*s", crowd, SPAN_FMT(value)),
	    (uint32_t)x->nholdings);
	if (at == x->nholdings) {
		x->holdings = arena_grow(a, x->holdings, x->nholdings,
		    &x->holdings_cap, sizeof(*x->holdings));
		x->holdings[x->nholdings++] = (struct holding){value, 0};
	}
	h = &x->holdings[at];
	h->devices++;
	usual = to->usual == UINT32_MAX ? NULL : &x->holdings[to->usual];
	if (usual == NULL || h->devices > usual->devices ||
	    (h->devices == usual->devices &&
		span_cmp(h->value, usual->value) < 0))
		to->usual = at;
	return at;
}

static struct span
having_key(
    struct comparing *x, uint32_t device, enum trait_use use, struct span value)
{
	return arena_fmt(&x->c->arena, "%" PRIu32 " %d %.*s", device, (int)use,
	    SPAN_FMT(value));
}

static void
having_add(
    struct comparing *x, uint32_t device, uint32_t source, uint32_t trait)
{
	struct arena *a = &x->c->arena;
	const struct source_trait *t = &x->c->sources[source].traits[trait];
	uint32_t at = map_add(&x->having_index,
	    having_key(x, device, t->use, t->value), (uint32_t)x->n);
	struct having *h;

	x->v = arena_grow(a, x->v, x->n, &x->cap, sizeof(*x->v));
	h = &x->v[x->n++];
	*h = (struct having){
	    device, source, trait, UINT32_MAX, {NO_CROWD, NO_CROWD}, {0, 0}};
	if (at + 1 < x->n) {
		/* Behind the first place; the order is mended when told. */
		h->device = DEVICE_NONE;
		h->next = x->v[at].next;
		x->v[at].next = (uint32_t)(x->n - 1);
		return;
	}
	for (int i = 0; i < AMONG_COUNT; i++) {
		h->crowd[i] = crowd_of(x, (enum among)i, t->use, device);
		if (h->crowd[i] != NO_CROWD)
			h->holding[i] = holding_of(x, h->crowd[i], t->value);
	}
}

/* Device by device, so that each is counted once; returns how many. */
static size_t
sources_order(struct casefile *c, uint32_t **out)
{
	size_t n = 0;

	*out = arena_array(&c->arena, c->nsources, sizeof(**out));
	for (uint32_t i = 0; i < c->nsources; i++)
		if (c->sources[i].ntraits > 0 &&
		    c->sources[i].device != DEVICE_NONE)
			(*out)[n++] = i;
	if (n > 1)
		qsort_r(*out, n, sizeof(**out), case_source_order, c);
	return n;
}

/* False: there is nothing to compare. */
static bool
count(struct comparing *x)
{
	struct casefile *c = x->c;
	uint32_t *order;
	size_t n = sources_order(c, &order);

	if (n < 2)
		return false;
	x->stems = arena_array(&c->arena, c->fleet.n, sizeof(*x->stems));
	for (size_t i = 0; i < n; i++) {
		const struct source *s = &c->sources[order[i]];
		uint32_t d = s->device;

		if (x->stems[d].n == 0)
			x->stems[d] = stem_of(&c->arena, c->fleet.v[d].name);
		for (uint32_t k = 0; k < s->ntraits; k++) {
			if (s->traits[k].use >= TRAIT_COMPARED)
				continue;
			if (x->n >= LIMIT_TRAITS) {
				c->complete = false;
				return true;
			}
			having_add(x, d, order[i], k);
		}
	}
	return true;
}

/* ---- telling ---- */

/* One device, one value, compared in one way. */
struct at_having {
	struct comparing *x;
	const struct having *h;
	const struct crowd *crowd;
	const struct holding *holding, *usual;
	uint32_t *told; /* rules that the other way has met already */
	size_t *ntold;
};

#define TOLD 16

static bool
told_already(const struct at_having *at, const struct rule *rule)
{
	for (size_t i = 0; i < *at->ntold; i++)
		if (at->told[i] == rule->index)
			return true;
	if (*at->ntold < TOLD)
		at->told[(*at->ntold)++] = rule->index;
	return false;
}

static void
places_add(struct at_having *at, struct finding *f)
{
	struct casefile *c = at->x->c;
	const struct having *h = at->h;

	for (;;) {
		const struct source_trait *t = trait_at(c, h);

		f->count++;
		case_place(c, f,
		    (struct finding_place){
			h->source, t->line, t->offset, t->text});
		if (h->next == UINT32_MAX)
			return;
		h = &at->x->v[h->next];
	}
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	struct at_having *at = ctx;
	struct casefile *c = at->x->c;
	const struct source_trait *t = trait_at(c, at->h);
	struct finding *f;

	if (!case_rule_fits(c, rule, at->h->device) || told_already(at, rule))
		return;
	f = case_finding_new(c, &rule->check, at->h->device,
	    arena_fmt(
		&c->arena, "%.*s%s", SPAN_FMT(t->value), entity_tails[t->use]));
	if (f == NULL)
		return;
	f->title = arena_fmt(&c->arena, "%.*s, %zu of %zu devices",
	    SPAN_FMT(f->title), at->holding->devices, at->crowd->devices);
	f->reason = arena_fmt(&c->arena,
	    "%zu of %zu devices %s %s it, %zu of them have %.*s",
	    at->holding->devices, at->crowd->devices,
	    at->h->crowd[FLEET] != NO_CROWD &&
		    at->crowd == &at->x->crowds[at->h->crowd[FLEET]]
		? "that have such a thing"
		: "with names like this one's",
	    at->holding->devices == 1 ? "has" : "have", at->usual->devices,
	    SPAN_FMT(at->usual->value));
	places_add(at, f);
}

static bool
value_foreign(const struct casefile *c, struct span value)
{
	struct prefix p;

	return prefix_read(value, &p) && addr_public(&p.addr) &&
	       !fleet_is_own(&c->fleet, &p.addr);
}

static struct span
number(struct comparing *x, size_t n)
{
	return arena_fmt(&x->c->arena, "%zu", n);
}

static void
compared(struct at_having *at, enum among among)
{
	struct comparing *x = at->x;
	struct casefile *c = x->c;
	const struct source_trait *t = trait_at(c, at->h);
	struct record r;

	record_init(&r, K_OUTLIER, t->line, t->offset, t->text);
	record_put_str(&r, F_USE, use_names[t->use]);
	record_put(&r, F_VALUE, t->value);
	record_put_str(&r, F_AMONG, among_names[among]);
	record_put_number(&r, F_COMPARED, number(x, at->crowd->devices));
	record_put_number(&r, F_HOLDERS, number(x, at->holding->devices));
	record_put(&r, F_USUAL, at->usual->value);
	record_put_number(&r, F_SHARE,
	    number(x, at->usual->devices * 100 / at->crowd->devices));
	record_put_bool(&r, F_LACKS,
	    map_get(&x->having_index, having_key(x, at->h->device, t->use,
					  at->usual->value)) == MAP_NONE);
	record_put_bool(&r, F_PUBLIC, value_foreign(c, t->value));
	ruleset_match(&c->knowledge->rules, &r, &x->scratch, on_rule, at);
}

static void
having_tell(struct comparing *x, const struct having *h)
{
	uint32_t told[TOLD];
	size_t ntold = 0;

	for (int i = 0; i < AMONG_COUNT; i++) {
		struct at_having at = {
		    .x = x, .h = h, .told = told, .ntold = &ntold};

		if (h->crowd[i] == NO_CROWD)
			continue;
		at.crowd = &x->crowds[h->crowd[i]];
		at.holding = &x->holdings[h->holding[i]];
		at.usual = &x->holdings[at.crowd->usual];
		/* What half of them have is no outlier. */
		if (at.holding->devices * 2 < at.crowd->devices)
			compared(&at, (enum among)i);
	}
}

static void
comparing_init(struct comparing *x, struct casefile *c)
{
	*x = (struct comparing){.c = c};
	map_init(&x->crowd_index, &c->arena);
	map_init(&x->holding_index, &c->arena);
	map_init(&x->having_index, &c->arena);
}

void
case_outliers(struct casefile *c)
{
	struct comparing x;
	struct err e;

	comparing_init(&x, c);
	if (!count(&x))
		return;
	if (rule_scratch_init(&x.scratch, &e) != 0) {
		c->complete = false;
		return;
	}
	for (size_t i = 0; i < x.n; i++)
		if (x.v[i].device != DEVICE_NONE)
			having_tell(&x, &x.v[i]);
	rule_scratch_release(&x.scratch);
}
