#include "detect/event_table.h"

#include "base/limits.h"
#include "detect/pair.h"

void
event_table_init(struct event_table *t, struct arena *a)
{
	*t = (struct event_table){.arena = a};
}

void
event_table_add(struct event_table *t, const struct table_event *e)
{
	struct table_event *x;

	if (t->n >= LIMIT_TASK_EVENTS) {
		t->full = true;
		return;
	}
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, sizeof(*t->v));
	x = &t->v[t->n++];
	*x = *e;
	x->host = arena_copy(t->arena, e->host);
	x->host_addr = arena_copy(t->arena, e->host_addr);
	x->external = arena_copy(t->arena, e->external);
	x->peers = arena_copy(t->arena, e->peers);
	x->values = arena_array(t->arena, e->nvalues, sizeof(*x->values));
	for (size_t i = 0; i < e->nvalues; i++)
		x->values[i] = arena_copy(
		    t->arena, span_head(e->values[i], LIMIT_EVIDENCE_TEXT));
	x->at.text = (struct span){0};
	if (t->text > LIMIT_EVENT_TEXT)
		return;
	x->at.text =
	    arena_copy(t->arena, span_head(e->at.text, LIMIT_EVIDENCE_TEXT));
	t->text += x->at.text.n;
}

struct span
event_value(const struct record *r, const struct rule_given *g, struct arena *a)
{
	struct span out = {0};
	char text[TIME_TEXT];

	if (g->field == FIELD_PAIR)
		pair_find(r->raw, g->key, &out);
	else if (g->field == FIELD_TIME)
		out = arena_copy(a, span_str(time_write(r->time, text)));
	else if (g->field < F_COUNT)
		out = record_text(r, (enum field_id)g->field);
	return out;
}

void
event_encode(struct buf *b, const struct table_event *e)
{
	buf_u32(b, e->rule);
	buf_u64(b, (uint64_t)e->time);
	buf_bytes(b, e->host);
	buf_bytes(b, e->host_addr);
	buf_bytes(b, e->external);
	buf_bytes(b, e->peers);
	buf_u64(b, e->at.line);
	buf_u64(b, e->at.offset);
	buf_bytes(b, e->at.text);
	buf_u32(b, (uint32_t)e->nvalues);
	for (size_t i = 0; i < e->nvalues; i++)
		buf_bytes(b, e->values[i]);
}

bool
event_decode(struct cursor *c, struct arena *a, struct table_event *out)
{
	*out = (struct table_event){.rule = cursor_le32(c)};
	out->time = (int64_t)cursor_le64(c);
	out->host = arena_copy(a, cursor_bytes(c));
	out->host_addr = arena_copy(a, cursor_bytes(c));
	out->external = arena_copy(a, cursor_bytes(c));
	out->peers = arena_copy(a, cursor_bytes(c));
	out->at.line = cursor_le64(c);
	out->at.offset = cursor_le64(c);
	out->at.text = arena_copy(a, cursor_bytes(c));
	out->nvalues = cursor_le32(c);
	if (c->failed || out->nvalues > LIMIT_RECORD_FIELDS)
		return false;
	out->values = arena_array(a, out->nvalues, sizeof(*out->values));
	for (size_t i = 0; i < out->nvalues; i++)
		out->values[i] = arena_copy(a, cursor_bytes(c));
	return !c->failed;
}
