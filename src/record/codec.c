#include "record/codec.h"

#include "base/limits.h"

void
record_encode(struct buf *b, const struct record *r)
{
	buf_u8(b, (uint8_t)r->kind);
	buf_u8(b, (uint8_t)r->nvalues);
	buf_u64(b, (uint64_t)r->time);
	buf_u64(b, r->line);
	buf_u64(b, r->offset);
	buf_bytes(b, r->host);
	buf_bytes(b, r->host_addr);
	buf_bytes(b, span_head(r->raw, LIMIT_EVIDENCE_TEXT));
	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		buf_u8(b, (uint8_t)(v->field & 0xff));
		buf_u8(b, (uint8_t)(v->field >> 8));
		buf_bytes(b, v->text);
		buf_put(b, span_of((const char *)&v->u, sizeof(v->u)));
	}
}

/* Is an address one that record_put_ip or record_put_prefix would have put? */
static bool
value_is_sound(const struct value *v)
{
	enum field_type type = field_type((enum field_id)v->field);
	const struct prefix *p = &v->u.prefix;

	if (type != FT_IP && type != FT_PREFIX)
		return true;
	return (p->addr.family == 4 && p->bits <= 32) ||
	    (p->addr.family == 6 && p->bits <= 128);
}

bool
record_decode(struct cursor *c, struct arena *a, struct record *out)
{
	unsigned kind = cursor_u8(c), n = cursor_u8(c);

	if (kind >= K_COUNT || n > LIMIT_RECORD_FIELDS)
		return false;
	record_init(out, (enum record_kind)kind, 0, 0, (struct span){0});
	out->time = (int64_t)cursor_le64(c);
	out->line = cursor_le64(c);
	out->offset = cursor_le64(c);
	out->host = arena_copy(a, cursor_bytes(c));
	out->host_addr = arena_copy(a, cursor_bytes(c));
	out->raw = arena_copy(a, cursor_bytes(c));
	for (unsigned i = 0; i < n; i++) {
		struct value *v = &out->values[i];
		struct span u;

		v->field = cursor_le16(c);
		v->text = arena_copy(a, cursor_bytes(c));
		u = cursor_take(c, sizeof(v->u));
		if (c->failed || v->field >= F_COUNT)
			return false;
		memcpy(&v->u, u.p, sizeof(v->u));
		if (!value_is_sound(v))
			return false;
	}
	out->nvalues = n;
	return !c->failed;
}

void
fact_of(const struct record *r, struct arena *a, struct fact *out)
{
	struct value *v = arena_array(a, r->nvalues, sizeof(*v));

	for (unsigned i = 0; i < r->nvalues; i++) {
		v[i] = r->values[i];
		v[i].text = arena_copy(a, v[i].text);
	}
	*out = (struct fact){.kind = r->kind,
	    .nvalues = r->nvalues,
	    .values = v,
	    .raw = arena_copy(a, r->raw),
	    .line = r->line};
}

const struct value *
fact_get(const struct fact *f, enum field_id id)
{
	for (unsigned i = 0; i < f->nvalues; i++)
		if (f->values[i].field == id)
			return &f->values[i];
	return NULL;
}

struct span
fact_text(const struct fact *f, enum field_id id)
{
	const struct value *v = fact_get(f, id);

	return v ? v->text : (struct span){0};
}

void
record_of(const struct fact *f, struct record *out)
{
	record_init(out, f->kind, f->line, 0, f->raw);
	out->nvalues = f->nvalues;
	for (unsigned i = 0; i < f->nvalues; i++)
		out->values[i] = f->values[i];
}
