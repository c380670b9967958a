#include "plan/remedy.h"

#include <stdlib.h>

#include "intel/fix.h"
#include "plan/edit.h"

/* A record that was sighted. */
struct meet {
	uint32_t check;
	struct fact record;
	struct span entity;
};

struct remedy_maker {
	struct emit emit; /* first: readers hand it back */
	const struct remedy_options *o;
	struct detector *detector;
	struct arena arena; /* of the source */
	struct arena pass;  /* of one reading */
	struct buf text;

	const struct reader *reader;
	struct read_in in;
	struct plan_facts facts;
	const struct remedy_platform *platform;
	const struct editor_form *form;
	struct span device; /* platform word */
	bool first;	    /* the reading of the text as it is */
	struct meet *meets;
	size_t nmeets, meets_cap;
	struct map before, after; /* sightings by check and entity */
	struct map all;		  /* those with all steps that are proposed */
	struct map by_step;
	struct remedy_list list;
};

const char *
remedy_state_name(enum remedy_state s)
{
	static const char *const names[] = {"closes", "stays", "untried"};

	return names[s];
}

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
	detector_record(m->detector, r);
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e;
	(void)code;
	(void)line;
	(void)detail;
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
	const struct check *c = k->checks[check];

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

/* Edit with all steps of a state (only: with this one alone) and judge. */
static bool
try_steps(struct remedy_maker *m, struct span text, enum remedy_state state,
    const struct remedy *only, bool undo)
{
	struct arena scratch;
	struct editor *e;
	bool good = true;

	arena_init(&scratch);
	e = m->form->open(&scratch, m->reader, text, m->platform);
	for (size_t i = 0; e != NULL && good && i < m->list.n; i++) {
		struct remedy *r = &m->list.v[i];
		struct plan_lines back = {0};

		if (only != NULL ? r != only : r->state != state)
			continue;
		good = m->form->apply(
		    e, r->commands.v, r->commands.n, undo ? &back : NULL);
		for (size_t k = 0; k < back.n; k++) {
			struct plan_line c = back.v[k];

			c.shown = arena_copy(&m->arena, c.shown);
			c.real = (struct span){0};
			r->undo.v = arena_grow(&m->arena, r->undo.v, r->undo.n,
			    &r->undo.cap, sizeof(c));
			r->undo.v[r->undo.n++] = c;
		}
	}
	good = good && e != NULL;
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
	    !remedy_matters(
		m->o->knowledge->checks[s->check], s->severity, s->confidence))
		return false;
	return s->check >= rules->n || rule_fits(m, rules->rules[s->check]);
}

/* What was sighted last and not before is this step's. */
static void
news_take(struct remedy_maker *m, struct remedy *r)
{
	const struct sighting_table *t = detector_sightings(m->detector);

	r->nnews = 0;
	r->news = arena_array(&m->arena, t->n, sizeof(*r->news));
	for (size_t i = 0; i < t->n; i++) {
		const struct sighting *s = &t->v[i];

		if (!is_news(m, s) ||
		    map_get(&m->all, key_of(&m->arena, s->check, s->entity)) ==
			MAP_NONE)
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
			news_take(m, &m->list.v[i]);
	}
}

/* Will the case make a finding of it, whose step can be counted on?  Where an
 * address decides that, it is not known here. */
static bool
is_certain(const struct remedy_maker *m, const struct remedy *r)
{
	const struct knowledge *k = m->o->knowledge;
	const struct check *c = k->checks[r->check];

	return r->check < k->rules.n &&
	       k->rules.rules[r->check]->external == F_NONE &&
	       remedy_matters(c, c->severity, c->confidence);
}

/* How much of a step takes something away: all of it, its beginning, none. */
enum taking { TAKES_ALL, TAKES_FIRST, TAKES_NONE };

static enum taking
taking_of(const struct remedy_maker *m, const struct remedy *r)
{
	bool first = true, begins = false, all = true;

	for (size_t i = 0; i < r->commands.n; i++) {
		struct span s = span_trim(r->commands.v[i].real);
		bool takes = span_starts(s, SPAN("no ")) ||
			     span_starts(s, SPAN("delete "));

		/* The mode that a command is given in is no statement. */
		bool mode = i + 1 < r->commands.n &&
			    span_starts(r->commands.v[i + 1].real, SPAN(" "));

		if (r->commands.v[i].remark || mode ||
		    span_starts(s, SPAN("do ")))
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

	arena_reset(&m->arena);
	m->reader = reader;
	m->in = *in;
	m->device = (struct span){0};
	m->meets = NULL;
	m->nmeets = m->meets_cap = 0;
	m->list = (struct remedy_list){0};
	plan_facts_init(&m->facts, &m->arena, book, m->o->given);
	m->facts.paths = span_is(span_str(reader->name), "junos-config");
	m->first = true;
	judge_text(m, in->bytes, &m->before);
	m->first = false;
	m->platform = remedies_for(book, m->device);
	if (m->platform == NULL)
		return &m->list;
	m->facts.platform = m->platform;
	steps_make(m);
	m->form = editor_form_of(m->platform);
	if (m->form != NULL && m->list.n > 0)
		try_all(m, in->bytes);
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
	m->emit = (struct emit){on_record, on_diag};
	m->o = o;
	arena_init(&m->arena);
	arena_init(&m->pass);
	buf_init(&m->text, LIMIT_WHOLE_BYTES + LIMIT_PLAN_BYTES);
	if (detector_new(detect, &d, &m->detector, e) != 0) {
		remedy_maker_free(m);
		return -1;
	}
	detector_on_meet(m->detector, on_meet, m);
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

/* ---- messages ---- */

static void
commands_encode(struct buf *b, const struct plan_lines *l)
{
	buf_u32(b, (uint32_t)l->n);
	for (size_t i = 0; i < l->n; i++) {
		buf_u8(b, (uint8_t)(l->v[i].open | l->v[i].remark << 1));
		buf_bytes(b, l->v[i].shown);
	}
}

void
remedy_encode(struct buf *b, const struct remedy *r)
{
	buf_u32(b, r->check);
	buf_bytes(b, r->entity);
	buf_u8(b, (uint8_t)r->state);
	buf_u8(b, (uint8_t)(r->takes | r->covered << 1));
	commands_encode(b, &r->commands);
	commands_encode(b, &r->undo);
	buf_u32(b, (uint32_t)r->nnews);
	for (size_t i = 0; i < r->nnews; i++) {
		buf_u32(b, r->news[i].check);
		buf_bytes(b, r->news[i].entity);
	}
}

/* An element has at least so many bytes, so a count cannot lie. */
static bool
count_fits(const struct cursor *c, uint32_t n, size_t bytes)
{
	return !c->failed && n <= cursor_left(c) / bytes;
}

static bool
commands_decode(struct cursor *c, struct arena *a, struct plan_lines *out)
{
	uint32_t n = cursor_le32(c);

	if (!count_fits(c, n, 5))
		return false;
	out->v = arena_array(a, n, sizeof(*out->v));
	for (; out->n < n; out->n++) {
		unsigned flags = cursor_u8(c);

		out->v[out->n].open = flags & 1;
		out->v[out->n].remark = (flags & 2) != 0;
		out->v[out->n].shown = cursor_bytes(c);
	}
	return !c->failed;
}

bool
remedy_decode(
    struct cursor *c, struct arena *a, size_t nchecks, struct remedy *out)
{
	struct remedy r = {.check = cursor_le32(c)};
	unsigned flags;
	uint32_t n;

	r.entity = cursor_bytes(c);
	r.state = (enum remedy_state)cursor_u8(c);
	flags = cursor_u8(c);
	r.takes = flags & 1;
	r.covered = (flags & 2) != 0;
	if (c->failed || r.check >= nchecks || r.state >= REMEDY_STATES ||
	    !commands_decode(c, a, &r.commands) ||
	    !commands_decode(c, a, &r.undo))
		return false;
	n = cursor_le32(c);
	if (!count_fits(c, n, 8))
		return false;
	r.news = arena_array(a, n, sizeof(*r.news));
	for (; r.nnews < n; r.nnews++) {
		r.news[r.nnews].check = cursor_le32(c);
		r.news[r.nnews].entity = cursor_bytes(c);
		if (c->failed || r.news[r.nnews].check >= nchecks)
			return false;
	}
	*out = r;
	return true;
}
