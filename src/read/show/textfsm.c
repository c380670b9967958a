#include "read/show/textfsm_template.h"

#include "base/limits.h"
#include "read/show/textfsm_text.h"

/* A value while text runs through.  Spans with p NULL: nothing there. */
struct slot {
	struct span text; /* assigned since the last clear, or filled down */
	struct span fill; /* what Filldown remembers */
	struct show_cell *list;
	size_t nlist, cap;
};

struct run {
	struct textfsm *t;
	struct arena *arena;
	struct regex_scratch scratch, inner; /* inner: of nested groups */
	struct regex_line line;
	uint64_t number; /* of the line */
	struct slot *slots;
	struct show_cell **rows;
	size_t nrows, rows_cap;
	size_t *places; /* of rows */
	size_t places_cap;
	size_t at, first; /* this line's place; that of the record's first */
	size_t items;	  /* of lists, in all rows */
	int state;
	struct err *e;
};

static struct show_cell
cell_text(struct span s)
{
	return (struct show_cell){
	    .kind = s.p == NULL ? CELL_NONE : CELL_TEXT, .text = s};
}

static bool
cell_filled(const struct show_cell *c)
{
	return c->kind == CELL_TEXT ? c->text.n > 0 : c->n > 0;
}

static void
clear_value(const struct fsm_value *v, struct slot *s)
{
	s->text = v->filldown ? s->fill : (struct span){0};
	if (!v->filldown) {
		s->list = NULL;
		s->nlist = s->cap = 0;
	}
}

static void
clear_record(struct run *r)
{
	r->first = SIZE_MAX;
	for (size_t i = 0; i < r->t->nvalues; i++)
		clear_value(&r->t->values[i], &r->slots[i]);
}

static void
clear_all(struct run *r)
{
	r->first = SIZE_MAX;
	memset(r->slots, 0, r->t->nvalues * sizeof(*r->slots));
}

/* The groups that a list's own expression names, as an object. */
static int
nested_item(
    struct run *r, struct fsm_value *v, struct span text, struct show_cell *out)
{
	struct regex_line l = regex_line_of(text, r->line.ascii);
	struct show_cell *members;

	switch (regex_match(&v->inner, &r->inner, &l)) {
	case REGEX_LIMIT:
		return err_set(r->e, "line %llu: value \"%.*s\" takes too long",
		    (unsigned long long)r->number, SPAN_FMT(v->name));
	case REGEX_NO:
		return 0;
	default:
		break;
	}
	members = arena_array(r->arena, v->nmembers, sizeof(*members));
	for (size_t k = 0; k < v->nmembers; k++)
		members[k] =
		    cell_text(regex_group(&r->inner, &l, v->members[k]));
	*out = (struct show_cell){.kind = CELL_OBJECT,
	    .items = members,
	    .names = v->labels,
	    .n = v->nmembers};
	return 0;
}

/* Items that a saved row sees are never changed, only added behind. */
static int
list_append(
    struct run *r, struct fsm_value *v, struct slot *s, struct span text)
{
	struct show_cell item = cell_text(text);

	if (v->nested && text.p != NULL && nested_item(r, v, text, &item) != 0)
		return -1;
	s->list =
	    arena_grow(r->arena, s->list, s->nlist, &s->cap, sizeof(*s->list));
	s->list[s->nlist++] = item;
	return 0;
}

/* Rows above that have nothing in the column get the text. */
static void
fill_up(struct run *r, size_t column, struct span text)
{
	if (text.n == 0)
		return;
	for (size_t i = r->nrows; i-- > 0;) {
		struct show_cell *c = &r->rows[i][column];

		if (cell_filled(c))
			return;
		*c = cell_text(text);
	}
}

static int
assign(struct run *r, size_t column, struct span text)
{
	struct fsm_value *v = &r->t->values[column];
	struct slot *s = &r->slots[column];

	s->text = text;
	for (unsigned k = 0; k < v->noptions; k++) {
		if (v->options[k] == FSM_FILLDOWN)
			s->fill = text;
		else if (v->options[k] == FSM_FILLUP)
			fill_up(r, column, text);
		else if (v->options[k] == FSM_LIST &&
			 list_append(r, v, s, text) != 0)
			return -1;
	}
	return 0;
}

/* The value as the record would hold it; false when it is required and empty.
 * Options act in their order: Required before List asks for the text. */
static bool
save_value(
    const struct fsm_value *v, const struct slot *s, struct show_cell *out)
{
	*out = cell_text(s->text);
	for (unsigned k = 0; k < v->noptions; k++) {
		if (v->options[k] == FSM_LIST)
			*out = (struct show_cell){
			    .kind = CELL_LIST, .items = s->list, .n = s->nlist};
		else if (v->options[k] == FSM_REQUIRED && !cell_filled(out))
			return false;
	}
	return true;
}

/* Whether the record is worth a row.  Text of no bytes is a value, too. */
static bool
record_ready(struct run *r, bool *skip)
{
	bool any = false;

	*skip = false;
	for (size_t i = 0; i < r->t->nvalues; i++) {
		struct show_cell c;

		if (!save_value(&r->t->values[i], &r->slots[i], &c)) {
			*skip = true;
			return false;
		}
		any = any || c.kind == CELL_TEXT || c.n > 0;
		if (c.kind == CELL_LIST)
			r->items += c.n;
	}
	return any;
}

static int
append_record(struct run *r)
{
	struct show_cell *row;
	bool skip;

	if (!record_ready(r, &skip)) {
		if (skip)
			clear_record(r);
		return 0;
	}
	if (r->nrows >= LIMIT_TEXTFSM_ROWS || r->items > LIMIT_TEXTFSM_ITEMS)
		return err_set(r->e, "line %llu: too many rows",
		    (unsigned long long)r->number);
	row = arena_array(r->arena, r->t->nvalues, sizeof(*row));
	for (size_t i = 0; i < r->t->nvalues; i++) {
		save_value(&r->t->values[i], &r->slots[i], &row[i]);
		if (row[i].kind == CELL_NONE)
			row[i] = cell_text(SPAN(""));
	}
	r->rows = arena_grow(r->arena, r->rows, r->nrows, &r->rows_cap,
	    sizeof(struct show_cell *));
	r->places = arena_grow(
	    r->arena, r->places, r->nrows, &r->places_cap, sizeof(*r->places));
	r->places[r->nrows] = r->first == SIZE_MAX ? r->at : r->first;
	r->rows[r->nrows++] = row;
	clear_record(r);
	return 0;
}

static int
act(struct run *r, const struct fsm_rule *rule)
{
	switch (rule->record) {
	case RECORD_ADD:
		if (append_record(r) != 0)
			return -1;
		break;
	case RECORD_CLEAR:
		clear_record(r);
		break;
	case RECORD_CLEARALL:
		clear_all(r);
		break;
	case RECORD_NONE:
		break;
	}
	if (rule->line != LINE_ERROR)
		return 0;
	return err_set(r->e,
	    "line %llu: the template's line %u does not accept \"%.*s\"%s%.*s",
	    (unsigned long long)r->number, rule->number,
	    SPAN_FMT(span_head(r->line.text, LIMIT_EVIDENCE_TEXT / 2)),
	    rule->target.n > 0 ? ": " : "", SPAN_FMT(rule->target));
}

/* Groups that have just matched go to their values, in the order in which
 * they stand in the expression. */
static int
take_captures(struct run *r, const struct fsm_rule *rule)
{
	if (rule->ncaptures > 0 && r->first == SIZE_MAX)
		r->first = r->at;
	for (size_t k = 0; k < rule->ncaptures; k++) {
		const struct fsm_capture *c = &rule->captures[k];
		struct span text = regex_group(&r->scratch, &r->line, c->group);

		if (assign(r, c->value, text) != 0)
			return -1;
	}
	return 0;
}

/* One line through the rules of the current state. */
static int
check_line(struct run *r)
{
	struct fsm_state *state = &r->t->states[r->state];

	for (size_t k = 0; k < state->nrules; k++) {
		struct fsm_rule *rule = &state->rules[k];
		enum regex_result m;

		if (!regex_may_match(&rule->regex, &r->line))
			continue;
		m = regex_match(&rule->regex, &r->scratch, &r->line);
		if (m == REGEX_NO)
			continue;
		if (m == REGEX_LIMIT)
			return err_set(r->e,
			    "line %llu: the expression of the template's line "
			    "%u takes too long",
			    (unsigned long long)r->number, rule->number);
		if (take_captures(r, rule) != 0 || act(r, rule) != 0)
			return -1;
		if (rule->line == LINE_CONTINUE)
			continue;
		if (rule->next != STATE_SAME)
			r->state = rule->next;
		return 0;
	}
	return 0;
}

static int
run_lines(struct run *r, struct span text)
{
	const size_t all = text.n;
	bool ascii;
	struct span line;
	size_t next = 0;

	while (r->state >= 0 && text_line(&text, r->arena, &line, &ascii)) {
		r->number++;
		r->at = next;
		next = all - text.n;
		r->line = regex_line_of(line, ascii);
		if (check_line(r) != 0)
			return -1;
	}
	if (r->state == STATE_END || r->t->eof || r->t->nvalues == 0)
		return 0;
	return append_record(r);
}

int
textfsm_run(struct textfsm *t, struct span text, struct arena *a,
    struct show_table *out, struct err *e)
{
	struct run r = {
	    .t = t, .arena = a, .state = t->start, .first = SIZE_MAX, .e = e};
	int result;

	if (regex_scratch_init(&r.scratch, t->most_groups, e) != 0)
		return -1;
	if (t->nested && regex_scratch_init(&r.inner, t->most_groups, e) != 0) {
		regex_scratch_release(&r.scratch);
		return -1;
	}
	r.slots = arena_array(a, t->nvalues, sizeof(*r.slots));
	result = run_lines(&r, text);
	regex_scratch_release(&r.scratch);
	regex_scratch_release(&r.inner);
	if (result != 0)
		return -1;
	*out = (struct show_table){.names = t->names,
	    .keys = t->keys,
	    .ncolumns = t->nvalues,
	    .nrows = r.nrows,
	    .rows = r.rows,
	    .places = r.places};
	return 0;
}
