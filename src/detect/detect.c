#include "detect/detect.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "detect/asks.h"
#include "detect/flow_search.h"
#include "detect/lookup.h"
#include "detect/role.h"
#include "detect/search.h"
#include "detect/weigh.h"
#include "detect/whole.h"
#include "detect/yara_look.h"
#include "match/newline.h"
#include "read/config/cisco_secret.h"
#include "record/codec.h"

struct detect {
	const struct knowledge *knowledge;
	struct lookup lookup;
	struct arena arena;
	struct map settings; /* that vulnerability tests ask for */
	struct map hashes;   /* lower-case hex -> index of indicator */
	struct searches searches;
	struct whole whole;
};

struct waiting {
	struct fact line;
	uint64_t offset;
	uint32_t indicator;
	bool below;
};

struct detector {
	const struct detect *d;
	struct detector_options options;
	struct arena arena;   /* sightings, until the next source */
	struct arena scratch; /* until the next record */
	struct rule_scratch rules;
	struct searcher searcher;
	struct sighting_table table;
	struct event_table events;
	const struct search *search; /* of the source at hand, or NULL */
	/* A configuration line with an address waits until all facts are known:
	 * a fact of the same line tells more than the line. */
	struct map fact_lines;
	struct waiting *waiting;
	size_t nwaiting, waiting_cap;
	detector_meet_fn *meet; /* or NULL */
	void *meet_ctx;
	bool no_value; /* of an indicator in the whole source */
	bool flows;    /* the source has a flow for each conversation */
	struct endpoints *endpoints; /* made when the first flows come */
	uint64_t *services;	     /* so are these */
	struct whole_look look;
	struct yara_look yara;
	detector_feature_fn *feature; /* or NULL */
	void *feature_ctx;
	struct map told; /* rules that told a feature of the device at hand */
};

bool
detector_asks_for(const struct detector *t, struct span setting)
{
	return map_get(&t->d->settings, setting) != MAP_NONE;
}

int
detect_new(const struct knowledge *k, struct detect **out, struct err *e)
{
	struct detect *d = calloc(1, sizeof(*d));
	int r = 0;

	if (d == NULL)
		return err_set(e, "out of memory");
	d->knowledge = k;
	arena_init(&d->arena);
	map_init(&d->hashes, &d->arena);
	map_init(&d->settings, &d->arena);
	asks_list(k, &d->settings);
	lookup_init(&d->lookup, &k->indicators);
	for (uint32_t i = 0; i < k->indicators.n; i++) {
		const struct indicator *x = &k->indicators.v[i];

		if (x->type == INDICATOR_HASH && x->state == INDICATOR_ACTIVE)
			map_add(&d->hashes, x->value, i);
	}
	r = searches_init(&d->searches, k, &d->lookup, e);
	if (whole_init(&d->whole, &k->rules, &d->arena) != 0)
		r = err_set(e, "out of memory");
	if (r != 0) {
		detect_free(d);
		return -1;
	}
	*out = d;
	return 0;
}

void
detect_free(struct detect *d)
{
	if (d == NULL)
		return;
	searches_release(&d->searches);
	whole_release(&d->whole);
	lookup_release(&d->lookup);
	arena_release(&d->arena);
	free(d);
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

struct detect_shape
detect_shape(const struct detect *d, struct span evidence)
{
	struct detect_shape x = {0};

	for (size_t i = 0; i < d->searches.n; i++) {
		const struct search *s = &d->searches.v[i];

		if (!span_is(evidence, s->evidence))
			continue;
		x.literals = larger(x.literals, s->nliterals + s->ninner);
		x.every = larger(x.every, s->unsearchable);
		x.marked = larger(x.marked, s->nmarked);
	}
	return x;
}

int
detector_new(const struct detect *d, const struct detector_options *o,
    struct detector **out, struct err *e)
{
	struct detector *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return err_set(e, "out of memory");
	t->d = d;
	t->options = *o;
	arena_init(&t->arena);
	arena_init(&t->scratch);
	searcher_init(&t->searcher, &d->searches);
	whole_look_init(&t->look, &d->whole);
	if (rule_scratch_init(&t->rules, e) != 0) {
		detector_free(t);
		return -1;
	}
	detector_begin(t, NULL);
	*out = t;
	return 0;
}

void
detector_free(struct detector *t)
{
	if (t == NULL)
		return;
	searcher_release(&t->searcher);
	whole_look_release(&t->look);
	yara_look_release(&t->yara);
	rule_scratch_release(&t->rules);
	if (t->endpoints != NULL)
		addrset_free(t->endpoints->named);
	free(t->endpoints);
	free(t->services);
	arena_release(&t->arena);
	arena_release(&t->scratch);
	free(t);
}

void
detector_begin(struct detector *t, const struct reader *reader)
{
	arena_reset(&t->arena);
	sighting_table_init(&t->table, &t->arena);
	event_table_init(&t->events, &t->arena);
	t->search = NULL;
	map_init(&t->fact_lines, &t->arena);
	t->waiting = NULL;
	t->nwaiting = t->waiting_cap = 0;
	t->no_value = false;
	map_init(&t->told, &t->arena);
	/* A capture does; a monitor's log of names may come alone. */
	t->flows = reader != NULL && reader->shape == READER_BLOCKS;
	whole_forget(&t->look);
	if (reader != NULL)
		t->search = search_find(&t->d->searches, reader);
}

const struct sighting_table *
detector_sightings(const struct detector *t)
{
	return &t->table;
}

const struct event_table *
detector_events(const struct detector *t)
{
	return &t->events;
}

struct span
detector_text(struct detector *t, struct span raw)
{
	/* Only what can be shown is looked at. */
	raw = span_head(raw, LIMIT_EVIDENCE_TEXT);
	return t->options.show_secrets ? raw : secret_redact(&t->scratch, raw);
}

/* Addresses whose owner is the device that a flow concerns: the one being
 * reached first. */
static struct span
flow_peers(struct detector *t, const struct record *r)
{
	if (!role_between_ends(r))
		return (struct span){0};
	return arena_fmt(&t->scratch, "%.*s %.*s",
	    SPAN_FMT(record_text(r, F_DST_IP)),
	    SPAN_FMT(record_text(r, F_SRC_IP)));
}

static void
sight(struct detector *t, const struct record *r, uint32_t check,
    struct span entity, struct span external, enum severity severity,
    enum confidence confidence)
{
	struct sighting s = {.check = check,
	    .host = r->host,
	    .host_addr = r->host_addr,
	    .entity = span_head(entity, LIMIT_EVIDENCE_TEXT),
	    .external = external,
	    .peers = flow_peers(t, r),
	    .severity = severity,
	    .confidence = confidence};
	struct evidence at = {r->line,
	    (kind_flags(r->kind) & EVENT) != 0 || r->line > 0 ? r->offset
							      : UINT64_MAX,
	    detector_text(t, r->raw)};

	if (t->meet != NULL)
		t->meet(t->meet_ctx, check, r, s.entity);
	sighting_add(&t->table, &s, r->time, &at);
}

/* "user admin, src_ip 10.0.0.1": the fields that tell findings apart. */
static struct span
rule_entity(struct detector *t, const struct rule *rule, const struct record *r)
{
	struct buf b;
	struct span s;

	buf_init(&b, LIMIT_EVIDENCE_TEXT * 4);
	for (size_t i = 0; i < rule->nentity; i++) {
		struct span v = record_text(r, (enum field_id)rule->entity[i]);

		if (v.n == 0)
			continue;
		if (b.n > 0)
			buf_byte(&b, ' ');
		buf_put(&b, span_head(v, LIMIT_EVIDENCE_TEXT));
	}
	s = arena_copy(&t->scratch, buf_span(&b));
	buf_release(&b);
	return t->options.show_secrets ? s : secret_redact(&t->scratch, s);
}

struct at_record {
	struct detector *t;
	const struct record *r;
};

/* For the correlations that refer to the rule. */
static void
event_note(struct detector *t, const struct record *r, const struct rule *rule,
    struct span external)
{
	struct span values[LIMIT_RECORD_FIELDS];
	struct table_event e = {.rule = rule->index,
	    .time = r->time,
	    .host = r->host,
	    .host_addr = r->host_addr,
	    .external = external,
	    .peers = flow_peers(t, r),
	    .values = values,
	    .nvalues = rule->ngives,
	    .at = {r->line, r->offset, detector_text(t, r->raw)}};

	for (size_t i = 0; i < rule->ngives; i++)
		values[i] = detector_text(
		    t, event_value(r, &rule->gives[i], &t->scratch));
	event_table_add(&t->events, &e);
}

void
detector_on_feature(struct detector *t, detector_feature_fn *fn, void *ctx)
{
	t->feature = fn;
	t->feature_ctx = ctx;
}

static void
feature_seen(
    struct detector *t, const struct record *r, const struct rule *rule)
{
	struct detector_feature f = {.name = rule->feature,
	    .off = rule->feature_off,
	    .line = r->line,
	    .platforms = &rule->platforms};
	struct span key =
	    span_of((const char *)&rule->index, sizeof(rule->index));

	if (t->feature == NULL || map_get(&t->told, key) != MAP_NONE)
		return;
	map_add(&t->told, key, 1);
	f.text = detector_text(t, r->raw);
	t->feature(t->feature_ctx, &f);
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	struct at_record *x = ctx;
	struct span external = {0};

	if (rule->feature.n > 0) {
		feature_seen(x->t, x->r, rule);
		return;
	}
	if (rule->external != F_NONE) {
		external = record_text(x->r, (enum field_id)rule->external);
		if (external.n == 0)
			return;
	}
	if (rule->feeds)
		event_note(x->t, x->r, rule, external);
	if (rule->off || rule->silent)
		return;
	sight(x->t, x->r, rule->index, rule_entity(x->t, rule, x->r), external,
	    rule->check.severity, rule->check.confidence);
}

void
detector_on_meet(struct detector *t, detector_meet_fn *fn, void *ctx)
{
	t->meet = fn;
	t->meet_ctx = ctx;
}

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

	if (!weigh(r, &k->indicators.v[id], below, &t->scratch, &role))
		return;
	sight(t, r, (uint32_t)(k->first_indicator + id), role.entity,
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

	if (!weigh_counts(x->r, indicator))
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
		arena_reset(&t->scratch);
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
	return x->check.confidence < c ? x->check.confidence : c;
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
	if (span_has(r->raw, text))
		return;
	sight(t, r, (uint32_t)(k->first_indicator + id),
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

	confidence = at_most(x, confidence);
	if (severity == SEV_CRITICAL && confidence < CONF_HIGH)
		severity = SEV_HIGH;
	sight(t, r, (uint32_t)(k->first_indicator + id), entity,
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

/* An abbreviated command has its words in full as a second value. */
static bool
command_in_full(const struct detector *t, const struct record *r,
    struct record *full, char command[LIMIT_COMMAND_BYTES])
{
	size_t n = commands_expand(&t->d->knowledge->commands,
	    record_text(r, F_COMMAND), command, LIMIT_COMMAND_BYTES);

	if (n == 0)
		return false;
	*full = *r;
	record_put(full, F_COMMAND, span_of(command, n));
	return true;
}

void
detector_record(struct detector *t, const struct record *r)
{
	struct at_record x = {t, r};
	struct record full;
	char command[LIMIT_COMMAND_BYTES];
	const struct rule_list *line_rules = NULL;

	arena_reset(&t->scratch);
	/* In a recording another device may begin here. */
	if (r->kind == K_DEVICE && t->told.n > 0 &&
	    record_text(r, F_HOSTNAME).n > 0)
		map_init(&t->told, &t->arena);
	if (r->kind == K_COMMAND && command_in_full(t, r, &full, command))
		x.r = r = &full;
	if (r->kind == K_CONFIG)
		line_rules = whole_rules(&t->look, r->raw);
	if (line_rules != NULL)
		rules_match(line_rules, r, &t->rules, on_rule, &x);
	else
		ruleset_match(
		    &t->d->knowledge->rules, r, &t->rules, on_rule, &x);
	/* The line of the entry is looked at as such. */
	if (r->kind == K_ADMIT)
		admitted_indicators(t, r);
	else if (r->kind == K_FILE)
		file_known(t, r);
	else if (r->raw.n > 6 && !t->no_value)
		lookup_scan(&t->d->lookup, r->raw, on_value, &x);
}

void
detector_lines(
    struct detector *t, struct span block, search_line_fn *fn, void *ctx)
{
	search_lines(&t->searcher, t->search, block, fn, ctx);
}

const struct endpoints *
detector_endpoints(struct detector *t)
{
	if (t->endpoints == NULL) {
		t->endpoints = malloc(sizeof(*t->endpoints));
		ASSERT(t->endpoints != NULL);
		flow_search_build(&t->d->knowledge->rules, t->d->lookup.addresses,
		    &t->rules, t->endpoints);
	}
	return t->endpoints;
}

const uint64_t *
detector_services(struct detector *t)
{
	if (t->services == NULL) {
		t->services = calloc(ENDPOINT_WORDS, sizeof(*t->services));
		ASSERT(t->services != NULL);
		flow_search_services(
		    &t->d->knowledge->rules, &t->rules, t->services);
	}
	return t->services;
}

void
detector_watch(struct detector *t, const struct addrset *addresses)
{
	t->searcher.watched = addresses;
}

void
detector_on_shown(struct detector *t, search_shown_fn *fn, void *ctx)
{
	t->searcher.shown = fn;
	t->searcher.shown_ctx = ctx;
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
	arena_reset(&x->t->scratch);
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

static void
on_yara(void *ctx, size_t rule)
{
	struct detector *t = ctx;
	const struct knowledge *k = t->d->knowledge;
	struct record r;

	record_init(&r, K_FILE, 0, UINT64_MAX, (struct span){0});
	sight(t, &r, (uint32_t)(k->first_yara + rule), (struct span){0},
	    (struct span){0}, k->yara.checks[rule].severity,
	    k->yara.checks[rule].confidence);
}

bool
detector_yara(struct detector *t, struct span bytes)
{
	arena_reset(&t->scratch);
	t->yara.known = &t->d->knowledge->yara;
	return yara_look_scan(&t->yara, bytes, on_yara, t);
}
