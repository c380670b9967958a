/*
 * What a worker tells of remedies, as bytes.
 */
#include "plan/remedy.h"

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
	buf_bytes(b, r->proof);
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
	r.proof = cursor_bytes(c);
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
