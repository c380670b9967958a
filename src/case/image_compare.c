/*
 * Images of devices by their hashes: with the operator's list (case/images.h),
 * and with other devices that have an image of the same name.  Hashes come
 * from commands that compute them on the device, which a rooted device can
 * answer as it likes, and from image files that were copied off it and are
 * hashed here.  Only the latter verify: the file must be one of the list by
 * hash and name, and be the one that the device says it runs.  Neither tells
 * of what is in memory, nor of the boot loader.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"
#include "detect/rule.h"

enum listed { LISTED_NONE, LISTED_SAME, LISTED_OTHER };
static const char *const listed_words[] = {"none", "same", "other"};

/* Somebody's image. */
struct seen {
	uint32_t device, source;
	uint64_t line; /* 0: a file */
	struct span text, name, hash;
	uint32_t group, holding;
};

/* Images of one name whose hashes have one algorithm, and those that agree. */
struct group {
	size_t devices;
	uint32_t most; /* the holding that most have */
};
struct holding {
	uint32_t group;
	struct span hash;
	size_t devices;
};

struct comparing {
	struct casefile *c;
	struct seen *v;
	struct group *groups;
	struct holding *holdings;
	size_t n, cap, ngroups, groups_cap, nholdings, holdings_cap;
	struct map group_index, holding_index, counted;
	struct map told; /* check, device, name -> finding */
	struct rule_scratch scratch;
};

/* What memory holds differs from release to release. */
static bool
in_memory(struct span path)
{
	return span_starts_nocase(path, SPAN("system:"));
}

static struct span
compared_name(struct casefile *c, uint32_t device, const struct fact *f)
{
	struct span name = fact_text(f, F_NAME),
		    version = fact_text(f, F_VERSION);

	if (in_memory(name) && device != DEVICE_NONE)
		return arena_fmt(&c->arena, "%.*s of %.*s %.*s", SPAN_FMT(name),
		    SPAN_FMT(c->fleet.v[device].model),
		    SPAN_FMT(c->fleet.v[device].version));
	if (version.n > 0)
		return arena_fmt(&c->arena, "%.*s of %.*s, %.*s",
		    SPAN_FMT(name), SPAN_FMT(fact_text(f, F_MODEL)),
		    SPAN_FMT(version));
	return image_name(name);
}

static void
seen_add(struct comparing *x, struct seen s)
{
	struct casefile *c = x->c;
	uint32_t g;

	s.group = map_add(&x->group_index, image_key(&c->arena, s.hash, s.name),
	    (uint32_t)x->ngroups);
	if (s.group == x->ngroups) {
		x->groups = arena_grow(&c->arena, x->groups, x->ngroups,
		    &x->groups_cap, sizeof(*x->groups));
		x->groups[x->ngroups++] = (struct group){.most = UINT32_MAX};
	}
	g = s.group;
	s.holding = map_add(&x->holding_index,
	    arena_fmt(&c->arena, "%" PRIu32 " %.*s", g, SPAN_FMT(s.hash)),
	    (uint32_t)x->nholdings);
	if (s.holding == x->nholdings) {
		x->holdings = arena_grow(&c->arena, x->holdings, x->nholdings,
		    &x->holdings_cap, sizeof(*x->holdings));
		x->holdings[x->nholdings++] =
		    (struct holding){.group = g, .hash = s.hash};
	}
	x->v = arena_grow(&c->arena, x->v, x->n, &x->cap, sizeof(*x->v));
	x->v[x->n++] = s;
}

/* In a recording of sessions, what follows a device's name is of it. */
static void
facts_add(struct comparing *x, uint32_t source)
{
	struct casefile *c = x->c;
	const struct source *s = &c->sources[source];
	uint32_t device = s->device;

	for (size_t i = 0; i < s->nfacts; i++) {
		const struct fact *f = &s->facts[i];
		struct span host = fact_text(f, F_HOSTNAME),
			    hash = fact_text(f, F_HASH);
		uint32_t d;

		if (f->kind == K_DEVICE && host.n > 0) {
			d = fleet_find_name(&c->fleet, host);
			if (d != DEVICE_NONE && d != DEVICE_AMBIGUOUS)
				device = d;
		}
		/* With a value it is compared with that, by a rule. */
		if (f->kind != K_IMAGE || image_algorithm(hash) == NULL ||
		    fact_text(f, F_NAME).n == 0 || fact_text(f, F_VALUE).n > 0)
			continue;
		seen_add(x, (struct seen){.device = device,
				.source = source,
				.line = f->line,
				.text = f->raw,
				.name = compared_name(c, device, f),
				.hash = image_hash(&c->arena, hash)});
	}
}

static bool
list_names(const struct comparing *x, struct span hash, struct span name)
{
	const struct image_list *l = &x->c->images;

	return l->n > 0 && map_get(&l->names,
			       image_key(&x->c->arena, hash, name)) != MAP_NONE;
}

/* A file whose name or hash the list has, or whose name a device names. */
static void
file_add(struct comparing *x, uint32_t source)
{
	struct casefile *c = x->c;
	const struct source *s = &c->sources[source];
	const struct span hashes[] = {
	    s->hashes.sha512, s->hashes.sha256, s->hashes.md5};
	struct span name = image_name(s->path);

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		struct span h = hashes[i];

		if (h.n == 0 ||
		    (!list_names(x, h, name) &&
			(c->images.n == 0 ||
			    map_get(&c->images.hashes, h) == MAP_NONE) &&
			map_get(&x->group_index,
			    image_key(&c->arena, h, name)) == MAP_NONE))
			continue;
		seen_add(x, (struct seen){.device = s->device,
				.source = source,
				.text = s->path,
				.name = name,
				.hash = h});
	}
}

/* Devices by group and holding; a file that is no device's counts as one. */
static void
count(struct comparing *x)
{
	for (size_t i = 0; i < x->n; i++) {
		struct seen *s = &x->v[i];
		bool loose = s->device == DEVICE_NONE;
		uint32_t who = loose ? s->source : s->device, n;

		n = (uint32_t)x->counted.n;
		if (map_add(&x->counted,
			arena_fmt(&x->c->arena, "%c%" PRIu32 " %" PRIu32,
			    loose ? 'f' : 'd', who, s->holding),
			n) == n)
			x->holdings[s->holding].devices++;
		n = (uint32_t)x->counted.n;
		if (map_add(&x->counted,
			arena_fmt(&x->c->arena, "%c%" PRIu32 " in %" PRIu32,
			    loose ? 'f' : 'd', who, s->group),
			n) == n)
			x->groups[s->group].devices++;
	}
	for (uint32_t i = 0; i < x->nholdings; i++) {
		struct group *g = &x->groups[x->holdings[i].group];

		if (g->most == UINT32_MAX ||
		    x->holdings[g->most].devices < x->holdings[i].devices)
			g->most = i;
	}
}

/* *entry: of the list, that says so. */
static enum listed
listed_as(const struct comparing *x, const struct seen *s,
    const struct image_entry **entry)
{
	const struct image_list *l = &x->c->images;
	uint32_t at;

	*entry = NULL;
	if (l->n == 0)
		return LISTED_NONE;
	at = map_get(&l->names, image_key(&x->c->arena, s->hash, s->name));
	for (uint32_t k = at; k != MAP_NONE; k = l->v[k].next)
		if (span_eq(l->v[k].hash, s->hash)) {
			*entry = &l->v[k];
			return LISTED_SAME;
		}
	if (at != MAP_NONE) {
		*entry = &l->v[at];
		return LISTED_OTHER;
	}
	/* Memory and boot stages have no name in a list of files. */
	at = map_get(&l->hashes, s->hash);
	if (at != MAP_NONE)
		*entry = &l->v[at];
	return at != MAP_NONE ? LISTED_SAME : LISTED_NONE;
}

/* ---- findings ---- */

struct at_seen {
	struct comparing *x;
	const struct seen *s;
	enum listed listed;
	const struct image_entry *entry;
	bool lacks;
};

#define HASH_SHOWN 16

static struct span
reason(const struct at_seen *at)
{
	const struct comparing *x = at->x;
	const struct group *g = &x->groups[at->s->group];
	const struct holding *own = &x->holdings[at->s->holding],
			     *most = &x->holdings[g->most];
	struct arena *a = &x->c->arena;
	uint32_t as;

	if (at->listed == LISTED_OTHER) {
		as = map_get(&x->c->images.hashes, at->s->hash);
		return arena_fmt(a,
		    "its %s begins %.*s, the list has %.*s for that name%s%.*s"
		    "%s%.*s",
		    image_algorithm(at->s->hash),
		    SPAN_FMT(span_head(at->s->hash, HASH_SHOWN)),
		    SPAN_FMT(span_head(at->entry->hash, HASH_SHOWN)),
		    at->entry->source.n > 0 ? ", from " : "",
		    SPAN_FMT(at->entry->source),
		    as != MAP_NONE ? "; by its hash it is the listed " : "",
		    SPAN_FMT(as != MAP_NONE ? x->c->images.v[as].name
					    : (struct span){0}));
	}
	if (own == most || own->devices == most->devices)
		return arena_fmt(a,
		    "%zu devices or files have an image of that name, and they "
		    "do not agree on its %s; here it begins %.*s",
		    g->devices, image_algorithm(at->s->hash),
		    SPAN_FMT(span_head(at->s->hash, HASH_SHOWN)));
	return arena_fmt(a,
	    "%zu of %zu devices or files of that name have the %s that begins "
	    "%.*s, this has %.*s",
	    most->devices, g->devices, image_algorithm(at->s->hash),
	    SPAN_FMT(span_head(most->hash, HASH_SHOWN)),
	    SPAN_FMT(span_head(at->s->hash, HASH_SHOWN)));
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	const struct at_seen *at = ctx;
	const struct seen *s = at->s;
	struct casefile *c = at->x->c;
	uint32_t n = (uint32_t)c->nfindings, known;
	struct finding *f;

	if (!case_rule_fits(c, rule, s->device))
		return;
	known = map_add(&at->x->told,
	    arena_fmt(&c->arena, "%" PRIu32 " %" PRIu32 " %.*s", rule->index,
		s->device, SPAN_FMT(s->name)),
	    n);
	if (known == n) {
		f = case_finding_new(c, &rule->check, s->device, s->name);
		if (f == NULL)
			return;
		f->reason = reason(at);
	}
	f = &c->findings[known];
	f->count++;
	case_place(c, f,
	    (struct finding_place){s->source, s->line, UINT64_MAX, s->text});
}

static void
seen_tell(struct comparing *x, const struct seen *s)
{
	struct casefile *c = x->c;
	const struct group *g = &x->groups[s->group];
	const struct holding *own = &x->holdings[s->holding];
	struct at_seen at = {.x = x, .s = s};
	struct record r;

	at.listed = listed_as(x, s, &at.entry);
	/* The list knows better than a majority. */
	at.lacks = at.listed != LISTED_SAME && own->devices < g->devices &&
		   own->devices * 2 <= g->devices;
	if (at.listed != LISTED_OTHER && !at.lacks)
		return;
	record_init(&r, K_IMAGE, s->line, UINT64_MAX, s->text);
	record_put(&r, F_NAME, s->name);
	record_put(&r, F_HASH, s->hash);
	record_put_str(&r, F_ORIGIN, s->line > 0 ? "observed" : "file");
	record_put_str(&r, F_LISTED, listed_words[at.listed]);
	record_put_number(
	    &r, F_COMPARED, arena_fmt(&c->arena, "%zu", g->devices));
	record_put_number(
	    &r, F_HOLDERS, arena_fmt(&c->arena, "%zu", own->devices));
	record_put_bool(&r, F_LACKS, at.lacks);
	ruleset_match(&c->knowledge->rules, &r, &x->scratch, on_rule, &at);
}

/* ---- verified devices ---- */

static bool
runs(const struct device *d, struct span name)
{
	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;

		for (unsigned k = 0; f->kind == K_DEVICE && k < f->nvalues; k++)
			if (f->values[k].field == F_IMAGE &&
			    span_eq_nocase(image_name(f->values[k].text), name))
				return true;
	}
	return false;
}

static void
file_vouch(struct comparing *x, const struct seen *s)
{
	struct source *source = &x->c->sources[s->source];
	const struct image_entry *entry;
	enum listed listed = listed_as(x, s, &entry);

	if (s->line > 0 || listed == LISTED_NONE)
		return;
	if (source->state == SOURCE_UNRECOGNISED) {
		source->state = SOURCE_READ;
		source->format = SPAN("image");
		source->why = (struct span){0};
	}
	if (s->device != DEVICE_NONE && listed == LISTED_SAME &&
	    span_eq_nocase(entry->name, s->name) &&
	    runs(&x->c->fleet.v[s->device], s->name))
		x->c->fleet.v[s->device].shown |= EV_IMAGE_VERIFIED;
}

/* One file with another hash for the name takes it back. */
static void
file_doubt(struct comparing *x, const struct seen *s)
{
	const struct image_entry *entry;

	if (s->device != DEVICE_NONE && listed_as(x, s, &entry) == LISTED_OTHER)
		x->c->fleet.v[s->device].shown &= ~(unsigned)EV_IMAGE_VERIFIED;
}

void
case_images(struct casefile *c)
{
	struct comparing x = {.c = c};
	struct err e;

	map_init(&x.group_index, &c->arena);
	map_init(&x.holding_index, &c->arena);
	map_init(&x.counted, &c->arena);
	map_init(&x.told, &c->arena);
	for (uint32_t i = 0; i < c->nsources; i++)
		facts_add(&x, i);
	for (uint32_t i = 0; (c->images.n > 0 || x.n > 0) && i < c->nsources;
	     i++)
		file_add(&x, i);
	if (x.n == 0)
		return;
	count(&x);
	if (rule_scratch_init(&x.scratch, &e) != 0) {
		c->complete = false;
		return;
	}
	for (size_t i = 0; i < x.n; i++)
		seen_tell(&x, &x.v[i]);
	rule_scratch_release(&x.scratch);
	for (size_t i = 0; i < x.n; i++)
		file_vouch(&x, &x.v[i]);
	for (size_t i = 0; i < x.n; i++)
		file_doubt(&x, &x.v[i]);
}
