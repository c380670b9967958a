#include "plan/remedy_make.h"

#include <stdlib.h>

#include "intel/fix.h"

/* ---- reading ---- */

static void
on_record(struct emit *e, const struct record *r)
{
	struct remedy_maker *m = (struct remedy_maker *)e;

	if (m->first) {
		plan_facts_take(&m->facts, r);
		if (r->kind == K_DEVICE && m->device.n == 0)
			m->device =
			    arena_copy(&m->arena, record_text(r, F_PLATFORM));
	}
	stated_take(m, r);
	detector_record(m->detector, r);
}

static void
on_feature(void *ctx, const struct detector_feature *f)
{
	stated_feature(ctx, f);
}

static void
on_meet(void *ctx, uint32_t check, const struct record *r, struct span entity)
{
	struct remedy_maker *m = ctx;
	struct meet *x;

	if (!m->first || m->nmeets >= LIMIT_PLAN_MEETS)
		return;
	m->meets = arena_grow(
	    &m->arena, m->meets, m->nmeets, &m->meets_cap, sizeof(*m->meets));
	x = &m->meets[m->nmeets++];
	*x = (struct meet){.check = check};
	fact_of(r, &m->arena, &x->record);
	x->entity = arena_copy(&m->arena, entity);
}

static struct span
key_of(struct arena *a, uint32_t check, struct span entity)
{
	return arena_fmt(a, "%u/%.*s", check, SPAN_FMT(entity));
}

/* Read and judge; *seen gets what was sighted. */
static void
judge_text(struct remedy_maker *m, struct span bytes, struct map *seen)
{
	const struct sighting_table *t;

	map_init(seen, &m->arena);
	m->stated = (struct stated){0};
	arena_reset(&m->pass);
	m->in.bytes = bytes;
	m->in.head = span_head(bytes, LIMIT_PROBE_BYTES);
	m->in.arena = &m->pass;
	detector_begin(m->detector, m->reader);
	detector_bytes(m->detector, bytes);
	m->reader->read(&m->in, &m->emit);
	detector_end(m->detector);
	t = detector_sightings(m->detector);
	for (size_t i = 0; i < t->n; i++)
		map_add(
		    seen, key_of(&m->arena, t->v[i].check, t->v[i].entity), 1);
}

/* ---- steps ---- */

/* Something is to be typed, not only said. */
static bool
has_commands(const struct span_list *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (!span_starts(lines->v[i], SPAN("# ")))
			return true;
	return false;
}

static struct remedy *
step_of(struct remedy_maker *m, const struct meet *x)
{
	struct span key = key_of(&m->arena, x->check, x->entity);
	uint32_t at = map_add(&m->by_step, key, (uint32_t)m->list.n);

	if (at < m->list.n)
		return &m->list.v[at];
	m->list.v = arena_grow(
	    &m->arena, m->list.v, m->list.n, &m->list.cap, sizeof(*m->list.v));
	m->list.v[m->list.n] = (struct remedy){
	    .check = x->check, .entity = x->entity, .state = REMEDY_UNTRIED};
	return &m->list.v[m->list.n++];
}

static bool
rule_fits(const struct remedy_maker *m, const struct rule *r)
{
	for (size_t i = 0; i < r->platforms.n; i++)
		if (span_eq(r->platforms.v[i], m->device))
			return true;
	return r->platforms.n == 0;
}

/* What mends a sighting: its check's commands, and for a line that names an
 * indicator those of the platform. */
static struct span_list
lines_for(struct remedy_maker *m, uint32_t check)
{
	const struct knowledge *k = m->o->knowledge;
	const struct check *c = knowledge_check(k, check);

	if (c->kind == CHECK_INDICATOR)
		return m->platform->indicator;
	if (check < k->rules.n && !rule_fits(m, k->rules.rules[check]))
		return (struct span_list){0};
	return remedies_lines(m->platform,
	    fix_templates(c->fixes, c->nfixes, m->device), &m->arena);
}

static void
steps_make(struct remedy_maker *m)
{
	map_init(&m->by_step, &m->arena);
	for (size_t i = 0; i < m->nmeets; i++) {
		const struct meet *x = &m->meets[i];
		struct span_list lines = lines_for(m, x->check);

		if (has_commands(&lines))
			template_fill(&m->facts, &lines, &x->record,
			    &step_of(m, x)->commands);
	}
}

/* ---- trying ---- */

static void
undo_keep(
    struct remedy_maker *m, const struct plan_lines *back, struct plan_lines *l)
{
	for (size_t k = 0; k < back->n; k++) {
		struct plan_line c = back->v[k];

		c.shown = arena_copy(&m->arena, c.shown);
		c.real = (struct span){0};
		l->v = arena_grow(&m->arena, l->v, l->n, &l->cap, sizeof(c));
		l->v[l->n++] = c;
	}
}

static bool
give(struct remedy_maker *m, struct editor *e, const struct plan_lines *l,
    struct plan_lines *undo)
{
	struct plan_lines back = {0};
	bool good = m->form->apply(e, l->v, l->n, undo != NULL ? &back : NULL);

	if (undo != NULL)
		undo_keep(m, &back, undo);
	return good;
}

bool
remedy_try(struct remedy_maker *m, struct span text, const struct trial *t)
{
	struct arena scratch;
	struct editor *e;
	bool good;

	arena_init(&scratch);
	e = m->form->open(&scratch, m->reader, text, m->platform);
	good = e != NULL;
	if (good && t->first != NULL)
		good = give(m, e, t->first, t->undo);
	for (size_t i = 0; good && !t->none && i < m->list.n; i++) {
		struct remedy *r = &m->list.v[i];

		if (t->only != NULL ? r != t->only : r->state != t->state)
			continue;
		good = give(m, e, &r->commands, t->taken ? &r->undo : NULL);
	}
	if (good) {
		buf_reset(&m->text);
		m->form->write(e, &m->text);
		good = !buf_full(&m->text);
	}
	arena_release(&scratch);
	if (good)
		judge_text(m, buf_span(&m->text), &m->after);
	return good;
}

/* With all steps of a state (only: with this one alone). */
static bool
try_steps(struct remedy_maker *m, struct span text, enum remedy_state state,
    const struct remedy *only, bool undo)
{
	return remedy_try(m, text,
	    &(struct trial){.state = state, .only = only, .taken = undo});
}

static bool
is_after(struct remedy_maker *m, const struct remedy *r)
{
	return map_get(&m->after, key_of(&m->arena, r->check, r->entity)) !=
	       MAP_NONE;
}

/* Was it not sighted before, and does the rule speak of this platform? */
static bool
is_news(struct remedy_maker *m, const struct sighting *s)
{
	const struct ruleset *rules = &m->o->knowledge->rules;

	if (map_get(&m->before, key_of(&m->arena, s->check, s->entity)) !=
		MAP_NONE ||
	    !remedy_matters(knowledge_check(m->o->knowledge, s->check),
		s->severity, s->confidence))
		return false;
	return s->check >= rules->n || rule_fits(m, rules->rules[s->check]);
}

void
remedy_news_take(
    struct remedy_maker *m, struct remedy *r, const struct map *all)
{
	const struct sighting_table *t = detector_sightings(m->detector);

	r->nnews = 0;
	r->news = arena_array(&m->arena, t->n, sizeof(*r->news));
	for (size_t i = 0; i < t->n; i++) {
		const struct sighting *s = &t->v[i];

		if (!is_news(m, s) || map_get(all, key_of(&m->arena, s->check,
						       s->entity)) == MAP_NONE)
			continue;
		r->news[r->nnews++] = (struct remedy_news){
		    s->check, arena_copy(&m->arena, s->entity)};
	}
}

static bool
any_news(struct remedy_maker *m)
{
	const struct sighting_table *t = detector_sightings(m->detector);

	for (size_t i = 0; i < t->n; i++)
		if (is_news(m, &t->v[i]))
			return true;
	return false;
}

static void
find_news(struct remedy_maker *m, struct span text)
{
	unsigned trials = 0;

	for (size_t i = 0; i < m->list.n && trials < LIMIT_PLAN_TRIALS; i++) {
		if (m->list.v[i].state != REMEDY_CLOSES)
			continue;
		trials++;
		if (try_steps(m, text, REMEDY_CLOSES, &m->list.v[i], false) &&
		    any_news(m))
			remedy_news_take(m, &m->list.v[i], &m->all);
	}
}

/* Will the case make a finding of it, whose step can be counted on?  Where an
 * address decides that, it is not known here. */
static bool
is_certain(const struct remedy_maker *m, const struct remedy *r)
{
	const struct knowledge *k = m->o->knowledge;
	const struct check *c = knowledge_check(k, r->check);

	return r->check < k->rules.n &&
	       k->rules.rules[r->check]->external == F_NONE &&
	       remedy_matters(c, c->severity, c->confidence);
}

/* How much of a step takes something away: all of it, its beginning, none. */
enum taking { TAKES_ALL, TAKES_FIRST, TAKES_NONE };

static bool
takes_away(struct span s)
{
	return span_starts(s, SPAN("no ")) || span_starts(s, SPAN("delete ")) ||
	       span_starts(s, SPAN("unset "));
}

/* The mode that a command is given in is no statement, nor is what leaves
 * it. */
static bool
is_statement(const struct plan_lines *l, size_t i)
{
	struct span s = span_trim(l->v[i].real);
	size_t indent = plan_indent(l->v[i].real), next = 0;

	if (i + 1 < l->n)
		next = plan_indent(l->v[i + 1].real);
	return !l->v[i].remark && next <= indent && !span_is(s, "end") &&
	       !span_is(s, "next") && !span_starts(s, SPAN("do "));
}

static enum taking
taking_of(const struct remedy_maker *m, const struct remedy *r)
{
	bool first = true, begins = false, all = true;

	for (size_t i = 0; i < r->commands.n; i++) {
		bool takes = takes_away(span_trim(r->commands.v[i].real));

		if (!is_statement(&r->commands, i))
			continue;
		begins |= first && takes;
		first = false;
		all &= takes;
	}
	if (!begins || !is_certain(m, r))
		return TAKES_NONE;
	return all ? TAKES_ALL : TAKES_FIRST;
}

/* With the steps before "to" alone, are those behind needless? */
static void
cover_from(struct remedy_maker *m, struct span text, size_t to)
{
	struct remedy *v = m->list.v;
	size_t n = m->list.n;

	for (size_t i = to; i < n; i++)
		v[i].state = REMEDY_STAYS;
	if (to > 0 && to < n && try_steps(m, text, REMEDY_UNTRIED, NULL, false))
		for (size_t i = to; i < n; i++)
			v[i].covered |= !is_after(m, &v[i]);
	for (size_t i = to; i < n; i++) {
		v[i].state = REMEDY_UNTRIED;
		if (v[i].covered)
			v[i].commands.n = 0;
	}
}

/*
 * What is taken away needs no other repair, and that would put it back: an
 * account that goes gets no new password.  Steps that take away come first, and
 * those of the others whose finding goes with them are left out.
 */
static void
cover(struct remedy_maker *m, struct span text)
{
	struct remedy *v = arena_array(&m->arena, m->list.n, sizeof(*v));
	size_t n = 0, end[TAKES_NONE + 1];

	for (unsigned rank = TAKES_ALL; rank <= TAKES_NONE; rank++) {
		for (size_t i = 0; i < m->list.n; i++) {
			struct remedy *r = &m->list.v[i];

			if (taking_of(m, r) != rank)
				continue;
			r->takes = rank < TAKES_NONE;
			v[n++] = *r;
		}
		end[rank] = n;
	}
	m->list.v = v;
	m->list.cap = n;
	cover_from(m, text, end[TAKES_ALL]);
	if (end[TAKES_FIRST] > end[TAKES_ALL])
		cover_from(m, text, end[TAKES_FIRST]);
}

/* A step that closes nothing is withdrawn, until all that are left do. */
static void
try_all(struct remedy_maker *m, struct span text)
{
	bool changed = true;

	cover(m, text);
	if (!try_steps(m, text, REMEDY_UNTRIED, NULL, false))
		return;
	for (size_t i = 0; i < m->list.n; i++)
		m->list.v[i].state =
		    is_after(m, &m->list.v[i]) ? REMEDY_STAYS : REMEDY_CLOSES;
	for (unsigned round = 0; changed && round < LIMIT_PLAN_TRIALS;
	     round++) {
		changed = false;
		for (size_t i = 0; i < m->list.n; i++)
			m->list.v[i].undo.n = 0;
		if (!try_steps(m, text, REMEDY_CLOSES, NULL, true))
			break;
		for (size_t i = 0; i < m->list.n; i++)
			if (m->list.v[i].state == REMEDY_CLOSES &&
			    is_after(m, &m->list.v[i])) {
				m->list.v[i].state = REMEDY_STAYS;
				changed = true;
			}
	}
	if (!any_news(m))
		return;
	m->all = m->after;
	find_news(m, text);
}

const struct remedy_list *
remedy_make(struct remedy_maker *m, const struct reader *reader,
    const struct read_in *in)
{
	const struct remedy_book *book = &m->o->knowledge->remedies;
	struct stated before;

	arena_reset(&m->arena);
	m->reader = reader;
	m->in = *in;
	m->device = (struct span){0};
	m->meets = NULL;
	m->nmeets = m->meets_cap = 0;
	m->list = (struct remedy_list){0};
	plan_facts_init(&m->facts, &m->arena, book, m->o->given);
	m->facts.paths = span_is(span_str(reader->name), "junos-config") ||
			 span_is(span_str(reader->name), "pan-os-config");
	m->first = true;
	judge_text(m, in->bytes, &m->before);
	m->first = false;
	m->platform = remedies_for(book, m->device);
	if (m->platform == NULL)
		return &m->list;
	m->facts.platform = m->platform;
	steps_make(m);
	before = m->stated;
	m->form = editor_form_of(m->platform);
	if (m->form != NULL && m->list.n > 0)
		try_all(m, in->bytes);
	if (m->form != NULL)
		workarounds_make(m, in->bytes, &before);
	return &m->list;
}

int
remedy_maker_new(const struct remedy_options *o, const struct detect *detect,
    struct remedy_maker **out, struct err *e)
{
	struct remedy_maker *m = calloc(1, sizeof(*m));
	struct detector_options d = {false};

	if (m == NULL)
		return err_set(e, "out of memory");
	m->emit = emit_records(on_record);
	m->o = o;
	arena_init(&m->arena);
	arena_init(&m->pass);
	buf_init(&m->text, LIMIT_WHOLE_BYTES + LIMIT_PLAN_BYTES);
	if (detector_new(detect, &d, &m->detector, e) != 0) {
		remedy_maker_free(m);
		return -1;
	}
	detector_on_meet(m->detector, on_meet, m);
	detector_on_feature(m->detector, on_feature, m);
	*out = m;
	return 0;
}

void
remedy_maker_free(struct remedy_maker *m)
{
	if (m == NULL)
		return;
	detector_free(m->detector);
	buf_release(&m->text);
	arena_release(&m->arena);
	arena_release(&m->pass);
	free(m);
}
