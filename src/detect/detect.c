#include "detect/detect.h"

#include <stdlib.h>

#include "base/limits.h"
#include "detect/detector.h"
#include "detect/flow_search.h"
#include "detect/role.h"
#include "read/config/cisco_secret.h"

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
	searcher_init(&t->searcher, &d->searches, &t->rules);
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
	for (size_t i = 0; i < DETECTOR_FLOWS; i++) {
		if (t->flows_of[i] != NULL)
			addrset_free(t->flows_of[i]->of.named);
		free(t->flows_of[i]);
	}
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
	searcher_opened(&t->searcher, NULL, NULL);
	if (reader != NULL)
		t->search = search_find(&t->d->searches, reader);
}

void
detector_opened(
    struct detector *t, const struct reader *reader, const void *state)
{
	searcher_opened(&t->searcher, reader, state);
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

void
detector_scratch_reset(struct detector *t)
{
	arena_reset(&t->scratch);
	t->raw = t->text = (struct span){0};
}

struct span
detector_text(struct detector *t, struct span raw)
{
	/* Only what can be shown is looked at. */
	raw = span_head(raw, LIMIT_EVIDENCE_TEXT);
	if (t->options.show_secrets)
		return raw;
	/* The line of one record is asked for by several. */
	if (raw.p != t->raw.p || raw.n != t->raw.n) {
		t->text = secret_redact(&t->scratch, raw);
		t->raw = raw;
	}
	return t->text;
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

void
detector_sight(struct detector *t, const struct record *r, uint32_t check,
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
	detector_sight(x->t, x->r, rule->index, rule_entity(x->t, rule, x->r),
	    external, rule->check.severity, rule->check.confidence);
}

void
detector_on_meet(struct detector *t, detector_meet_fn *fn, void *ctx)
{
	t->meet = fn;
	t->meet_ctx = ctx;
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

	detector_scratch_reset(t);
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
	values_record(t, r);
}

void
detector_lines(
    struct detector *t, struct span block, search_line_fn *fn, void *ctx)
{
	search_lines(&t->searcher, t->search, block, fn, ctx);
}

const struct endpoints *
detector_endpoints(struct detector *t, const struct reader *reader)
{
	struct detector_flows *x;
	size_t i = 0;

	while (i < DETECTOR_FLOWS && t->flows_of[i] != NULL &&
	       t->flows_of[i]->has != reader->flow_field)
		i++;
	ASSERT(i < DETECTOR_FLOWS);
	x = t->flows_of[i];
	if (x == NULL) {
		x = t->flows_of[i] = malloc(sizeof(*x));
		ASSERT(x != NULL);
		x->has = reader->flow_field;
		flow_search_build(&t->d->knowledge->rules,
		    t->d->lookup.addresses, x->has, &t->rules, &x->of);
	}
	return &x->of;
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

static void
on_yara(void *ctx, size_t rule)
{
	struct detector *t = ctx;
	const struct knowledge *k = t->d->knowledge;
	struct record r;

	record_init(&r, K_FILE, 0, UINT64_MAX, (struct span){0});
	detector_sight(t, &r, (uint32_t)(k->first_yara + rule),
	    (struct span){0}, (struct span){0}, k->yara.checks[rule].severity,
	    k->yara.checks[rule].confidence);
}

bool
detector_yara(struct detector *t, struct span bytes)
{
	detector_scratch_reset(t);
	t->yara.known = &t->d->knowledge->yara;
	return yara_look_scan(&t->yara, bytes, on_yara, t);
}
