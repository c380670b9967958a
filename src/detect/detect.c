#include "detect/detect.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "detect/role.h"
#include "intel/yara_set.h"
#include "match/addrfind.h"
#include "match/newline.h"
#include "read/config/cisco_secret.h"
#include "record/codec.h"

/* Formats that share their kinds and marks share one search. */
struct search {
	const char *evidence;
	uint64_t kinds;
	const struct kind_marks *marks;
	/* Ids of literals are indices of wanted, or SPOT_MARK: then the line
	 * is searched for the inner literals, those of rules that speak of
	 * the marked kind alone. */
	struct literal *literals, *inner;
	size_t nliterals, ninner, unsearchable;
	struct literal_needs *wanted; /* of each rule that is searched for */
	size_t nwanted, wanted_cap;
};

#define BIT(k) (UINT64_C(1) << K_##k)
#define SEARCHES 16
#define CLASSES 5

struct detect {
	const struct knowledge *knowledge;
	struct addrset *addresses;
	struct arena arena;
	struct map settings; /* that vulnerability tests ask for */
	struct map hashes; /* lower-case hex -> index of indicator */
	struct search searches[SEARCHES];
	size_t nsearches;
};

/* Where a search found something, and whose: a rule's index in wanted, or
 * one of these. */
#define SPOT_ADDRESS UINT32_MAX
#define SPOT_MARK (UINT32_MAX - 1)
struct spot {
	size_t at;
	uint32_t whose;
};

struct waiting {
	struct fact line;
	uint64_t offset;
	uint32_t indicator;
};

struct detector {
	const struct detect *d;
	struct detector_options options;
	struct arena arena;   /* sightings, until the next source */
	struct arena scratch; /* until the next record */
	struct rule_scratch rules;
	struct literal_scratch *literals[SEARCHES], *inner[SEARCHES];
	struct sighting_table table;
	const struct search *search; /* of the source at hand, or NULL */
	size_t search_index;
	struct spot *spots; /* what the searches found */
	size_t nspots, spots_cap;
	char *lowered; /* a line in lower case */
	size_t lowered_cap;
	/* A configuration line with an address waits until all facts are known:
	 * a fact of the same line tells more than the line. */
	struct map fact_lines;
	struct waiting *waiting;
	size_t nwaiting, waiting_cap;
	bool no_address; /* in the whole source */
};

static const struct search plan[CLASSES] = {
    {.evidence = "syslog", .kinds = BIT(SYSLOG) | BIT(COMMAND) | BIT(TEXT)},
    {.evidence = "accounting", .kinds = BIT(COMMAND) | BIT(TEXT)},
    {.evidence = "weblog", .kinds = BIT(HTTP) | BIT(TEXT)},
    {.evidence = "flow", .kinds = BIT(FLOW) | BIT(TEXT)},
    {.evidence = "text", .kinds = BIT(TEXT)},
};

static void
search_add_rule(struct search *s, const struct rule *r, struct arena *a)
{
	struct literal_needs needs;

	if ((r->kinds & s->kinds) == 0)
		return;
	if (!rule_literals(r, &needs, a)) {
		s->unsearchable++;
		return;
	}
	bool inner = s->marks != NULL &&
	    (r->kinds & s->kinds) == UINT64_C(1) << s->marks->kind;

	for (size_t i = 0; i < needs.v[0].n; i++)
		literal_add(inner ? s->inner : s->literals, needs.v[0].v[i],
		    (uint32_t)s->nwanted, true);
	*(inner ? &s->ninner : &s->nliterals) += needs.v[0].n;
	s->wanted = arena_grow(
	    a, s->wanted, s->nwanted, &s->wanted_cap, sizeof(*s->wanted));
	s->wanted[s->nwanted++] = needs;
}

static int
search_build(
    struct search *s, const struct knowledge *k, struct arena *a, struct err *e)
{
	s->literals = literal_new();
	s->inner = literal_new();
	if (s->literals == NULL || s->inner == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < k->rules.n; i++)
		search_add_rule(s, k->rules.rules[i], a);
	for (size_t i = 0; s->marks != NULL && s->ninner > 0 &&
	     s->marks->marks[i] != NULL;
	     i++) {
		literal_add(s->literals, span_str(s->marks->marks[i]),
		    SPOT_MARK, true);
		s->nliterals++;
	}
	if (literal_compile(s->inner, e) != 0)
		return -1;
	return literal_compile(s->literals, e);
}

/* The search for a reader's lines; NULL when it has no evidence class of
 * lines. */
static const struct search *
search_find(const struct detect *d, const struct reader *r)
{
	for (size_t i = 0; i < d->nsearches; i++)
		if (d->searches[i].marks == r->marks &&
		    span_is(span_str(r->evidence), d->searches[i].evidence))
			return &d->searches[i];
	return NULL;
}

static int
search_add(struct detect *d, const struct reader *r, struct err *e)
{
	for (size_t i = 0; i < CLASSES; i++) {
		struct search *s = &d->searches[d->nsearches];

		if (!span_is(span_str(r->evidence), plan[i].evidence) ||
		    search_find(d, r) != NULL)
			continue;
		ASSERT(d->nsearches < SEARCHES);
		*s = plan[i];
		s->marks = r->marks;
		d->nsearches++;
		return search_build(s, d->knowledge, &d->arena, e);
	}
	return 0;
}

static void
settings_list(struct detect *d)
{
	const struct vulnerability_set *set = &d->knowledge->vulnerabilities;

	for (size_t i = 0; i < set->n; i++) {
		const struct vuln_feature *f = &set->v[i]->feature;

		for (size_t k = 0; k < f->nany; k++) {
			map_add(&d->settings, f->any[k].setting, 1);
			map_add(&d->settings, f->any[k].unless, 1);
		}
	}
}

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
	settings_list(d);
	d->addresses = addrset_new();
	for (uint32_t i = 0; i < k->indicators.n; i++) {
		const struct indicator *x = &k->indicators.v[i];

		if (x->type == INDICATOR_ADDRESS)
			addrset_add(d->addresses, &x->prefix, i);
		else
			map_add(&d->hashes, x->value, i);
	}
	addrset_seal(d->addresses);
	for (size_t i = 0; readers[i] != NULL && r == 0; i++)
		if (readers[i]->shape == READER_LINES)
			r = search_add(d, readers[i], e);
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
	for (size_t i = 0; i < d->nsearches; i++) {
		literal_free(d->searches[i].literals);
		literal_free(d->searches[i].inner);
	}
	addrset_free(d->addresses);
	arena_release(&d->arena);
	free(d);
}

void
detect_shape(const struct detect *d, struct span evidence, size_t *literals,
    size_t *unsearchable)
{
	*literals = *unsearchable = 0;
	for (size_t i = 0; i < d->nsearches; i++)
		if (span_is(evidence, d->searches[i].evidence)) {
			*literals = d->searches[i].nliterals +
			    d->searches[i].ninner;
			*unsearchable = d->searches[i].unsearchable;
		}
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
	if (rule_scratch_init(&t->rules, e) != 0) {
		free(t);
		return -1;
	}
	for (size_t i = 0; i < d->nsearches; i++) {
		t->literals[i] = literal_scratch_new(d->searches[i].literals);
		t->inner[i] = literal_scratch_new(d->searches[i].inner);
		if (t->literals[i] == NULL || t->inner[i] == NULL) {
			detector_free(t);
			return err_set(e, "out of memory");
		}
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
	for (size_t i = 0; i < SEARCHES; i++) {
		literal_scratch_free(t->literals[i]);
		literal_scratch_free(t->inner[i]);
	}
	rule_scratch_release(&t->rules);
	arena_release(&t->arena);
	arena_release(&t->scratch);
	free(t->spots);
	free(t->lowered);
	free(t);
}

void
detector_begin(struct detector *t, const struct reader *reader)
{
	arena_reset(&t->arena);
	sighting_table_init(&t->table, &t->arena);
	t->search = NULL;
	map_init(&t->fact_lines, &t->arena);
	t->waiting = NULL;
	t->nwaiting = t->waiting_cap = 0;
	t->no_address = false;
	if (reader != NULL)
		t->search = search_find(t->d, reader);
	if (t->search != NULL)
		t->search_index = (size_t)(t->search - t->d->searches);
}

const struct sighting_table *
detector_sightings(const struct detector *t)
{
	return &t->table;
}

struct span
detector_text(struct detector *t, struct span raw)
{
	/* Only what can be shown is looked at. */
	raw = span_head(raw, LIMIT_EVIDENCE_TEXT);
	return t->options.show_secrets ? raw
				       : secret_redact(&t->scratch, raw);
}

/* Addresses whose owner is the device that a flow concerns: the one being
 * reached first. */
static struct span
flow_peers(struct detector *t, const struct record *r)
{
	if (r->kind != K_FLOW)
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

static void
on_rule(void *ctx, const struct rule *rule)
{
	struct at_record *x = ctx;
	struct span external = {0};

	if (rule->external != F_NONE) {
		external =
		    record_text(x->r, (enum field_id)rule->external);
		if (external.n == 0)
			return;
	}
	sight(x->t, x->r, rule->index, rule_entity(x->t, rule, x->r), external,
	    rule->check.severity, rule->check.confidence);
}

static struct span
line_key(const uint64_t *line)
{
	return span_of((const char *)line, sizeof(*line));
}

static void
address_seen(struct detector *t, const struct record *r, uint32_t id)
{
	const struct knowledge *k = t->d->knowledge;
	struct role role;

	role_of(r, &k->indicators.v[id], &t->scratch, &role);
	sight(t, r, (uint32_t)(k->first_indicator + id), role.entity,
	    (struct span){0}, role.severity, role.confidence);
}

static void
address_waits(struct detector *t, const struct record *r, uint32_t id)
{
	struct waiting *w;

	t->waiting = arena_grow(&t->arena, t->waiting, t->nwaiting,
	    &t->waiting_cap, sizeof(*t->waiting));
	w = &t->waiting[t->nwaiting++];
	fact_of(r, &t->arena, &w->line);
	w->offset = r->offset;
	w->indicator = id;
}

static void
on_address(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct at_record *x = ctx;

	(void)offset;
	(void)length;
	if (x->r->kind == K_CONFIG) {
		address_waits(x->t, x->r, id);
		return;
	}
	if (role_is_fact(x->r))
		map_add(&x->t->fact_lines, line_key(&x->r->line), 1);
	address_seen(x->t, x->r, id);
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
		address_seen(t, &r, w->indicator);
	}
	t->nwaiting = 0;
}

static void
file_hashes(struct detector *t, const struct record *r)
{
	const struct knowledge *k = t->d->knowledge;
	uint32_t id = map_get(&t->d->hashes, record_text(r, F_SHA256));

	if (id != MAP_NONE)
		sight(t, r, (uint32_t)(k->first_indicator + id),
		    record_text(r, F_NAME), (struct span){0}, SEV_CRITICAL,
		    CONF_HIGH);
}

static void
on_any_address(void *ctx, size_t offset, size_t length, uint32_t id)
{
	(void)offset;
	(void)length;
	(void)id;
	*(bool *)ctx = true;
}

void
detector_bytes(struct detector *t, struct span bytes)
{
	bool any = false;

	addrfind_scan(t->d->addresses, bytes, on_any_address, &any);
	t->no_address = !any;
}

void
detector_record(struct detector *t, const struct record *r)
{
	struct at_record x = {t, r};

	arena_reset(&t->scratch);
	ruleset_match(&t->d->knowledge->rules, r, &t->rules, on_rule, &x);
	if (r->kind == K_FILE)
		file_hashes(t, r);
	else if (r->raw.n > 6 && !t->no_address)
		addrfind_scan(t->d->addresses, r->raw, on_address, &x);
}

/* ---- search before parsing ---- */

static void
spot_add(struct detector *t, size_t at, uint32_t whose)
{
	if (t->nspots == t->spots_cap) {
		size_t cap = t->spots_cap ? t->spots_cap * 2 : 1024;
		struct spot *v = realloc(t->spots, cap * sizeof(*v));

		ASSERT(v != NULL);
		t->spots = v;
		t->spots_cap = cap;
	}
	t->spots[t->nspots++] = (struct spot){at, whose};
}

static void
on_spot_address(void *ctx, size_t offset, size_t length, uint32_t id)
{
	(void)length;
	(void)id;
	spot_add(ctx, offset, SPOT_ADDRESS);
}

static int
on_spot_literal(void *ctx, uint32_t id, size_t end)
{
	spot_add(ctx, end - 1, id);
	return 0;
}

static int
spot_order(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->whose < y->whose ? -1 : x->whose > y->whose;
}

static void
every_line(struct span block, detector_line_fn *fn, void *ctx)
{
	struct span rest = block, line;

	while (span_line(&rest, &line))
		fn(ctx, (size_t)(line.p - block.p), line.n);
}

static struct span
lower_line(struct detector *t, struct span line)
{
	if (t->lowered_cap < line.n) {
		char *p = realloc(t->lowered, line.n + 4096);

		ASSERT(p != NULL);
		t->lowered = p;
		t->lowered_cap = line.n + 4096;
	}
	for (size_t i = 0; i < line.n; i++)
		t->lowered[i] = (char)ascii_lower((unsigned char)line.p[i]);
	return span_of(t->lowered, line.n);
}

static bool
need_met(const struct literal_need *need, struct span lowered)
{
	for (size_t i = 0; i < need->n; i++)
		if (span_find(lowered, need->v[i]) != SPAN_NONE)
			return true;
	return false;
}

/* A line under the second look. */
struct look {
	struct detector *t;
	struct span line, lowered;
};

/* Does everything else that the rule needs stand in the line? */
static bool
needs_met(struct look *l, uint32_t whose)
{
	const struct literal_needs *needs = &l->t->search->wanted[whose];
	size_t k = 1;

	if (needs->n > 1 && l->lowered.p == NULL)
		l->lowered = lower_line(l->t, l->line);
	while (k < needs->n && need_met(&needs->v[k], l->lowered))
		k++;
	return k == needs->n;
}

static int
on_inner(void *ctx, uint32_t id, size_t end)
{
	(void)end;
	return needs_met(ctx, id);
}

static bool
worth_parsing(struct detector *t, struct span line, const struct spot *spots,
    size_t n)
{
	struct look l = {t, line, {0}};
	bool marked = false;

	for (size_t i = 0; i < n; i++) {
		if (spots[i].whose == SPOT_ADDRESS)
			return true;
		if (spots[i].whose == SPOT_MARK)
			marked = true;
		else if (needs_met(&l, spots[i].whose))
			return true;
	}
	return marked &&
	    literal_scan(t->search->inner, t->inner[t->search_index], line,
		on_inner, &l);
}

static void
lines_at_spots(
    struct detector *t, struct span block, detector_line_fn *fn, void *ctx)
{
	for (size_t i = 0, next; i < t->nspots; i = next) {
		size_t at = t->spots[i].at, from, end;
		struct span line;

		from = span_rfind_byte(span_head(block, at), '\n');
		from = from == SPAN_NONE ? 0 : from + 1;
		end = span_find_byte(span_from(block, at), '\n');
		end = end == SPAN_NONE ? block.n : at + end;
		for (next = i + 1; next < t->nspots; next++)
			if (t->spots[next].at > end)
				break;
		line = span_sub(block, from, end);
		if (!worth_parsing(t, line, &t->spots[i], next - i))
			continue;
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		fn(ctx, from, line.n);
	}
}

void
detector_lines(struct detector *t, struct span block, detector_line_fn *fn,
    void *ctx)
{
	if (t->search == NULL || t->search->unsearchable > 0) {
		every_line(block, fn, ctx);
		return;
	}
	t->nspots = 0;
	addrfind_scan(t->d->addresses, block, on_spot_address, t);
	literal_scan(t->search->literals, t->literals[t->search_index], block,
	    on_spot_literal, t);
	if (t->nspots > 1)
		qsort(t->spots, t->nspots, sizeof(*t->spots), spot_order);
	lines_at_spots(t, block, fn, ctx);
}

struct at_raw {
	struct detector *t;
	struct span bytes;
	uint64_t offset, line;
	size_t counted;
};

static void
on_raw(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct at_raw *x = ctx;
	struct record r;
	struct at_record at = {x->t, &r};
	size_t from = offset > 60 ? offset - 60 : 0;
	struct span raw = span_sub(x->bytes, from, offset + length + 60);
	size_t cut = span_rfind_byte(span_head(raw, offset - from), '\n');

	if (cut != SPAN_NONE)
		raw = span_from(raw, cut + 1);
	raw = span_head(raw, span_find_byte(raw, '\n'));
	if (x->line > 0) {
		x->line += newline_count(
		    span_sub(x->bytes, x->counted, offset));
		x->counted = offset;
	}
	arena_reset(&x->t->scratch);
	record_init(&r, K_TEXT, x->line, x->offset + offset, span_rtrim(raw));
	on_address(&at, 0, 0, id);
}

void
detector_raw(
    struct detector *t, struct span bytes, uint64_t offset, uint64_t line)
{
	struct at_raw x = {t, bytes, offset, line, 0};

	addrfind_scan(t->d->addresses, bytes, on_raw, &x);
}

static void
on_yara(void *ctx, const char *identifier)
{
	struct detector *t = ctx;
	const struct knowledge *k = t->d->knowledge;
	struct record r;

	record_init(&r, K_FILE, 0, UINT64_MAX, (struct span){0});
	for (size_t i = 0; i < k->nyara; i++)
		if (span_is(k->yara_names[i], identifier))
			sight(t, &r, (uint32_t)(k->first_yara + i),
			    (struct span){0}, (struct span){0},
			    k->yara_checks[i].severity,
			    k->yara_checks[i].confidence);
}

bool
detector_yara(struct detector *t, struct span bytes)
{
	arena_reset(&t->scratch);
	return yara_set_scan(t->d->knowledge->yara, bytes, on_yara, t) == 0;
}
