#include "record/record.h"

#include "base/err.h"

static const struct {
	const char *name, *meaning;
	unsigned flags;
} kinds[] = {
#define KIND(id, name, flags, text) [K_##id] = {name, text, flags},
#include "record/kinds.def"
#undef KIND
};

static const struct {
	const char *name, *meaning;
	enum field_type type;
	bool verbatim;
} fields[] = {
#define FIELD(id, name, type, verbatim, text)                                 \
	[F_##id] = {name, text, FT_##type, verbatim},
#include "record/fields.def"
#undef FIELD
};

void
record_init(struct record *r, enum record_kind kind, uint64_t line,
    uint64_t offset, struct span raw)
{
	r->kind = kind;
	r->nvalues = 0;
	r->host = r->host_addr = (struct span){0};
	r->time = TIME_NONE;
	r->line = line;
	r->offset = offset;
	r->raw = raw;
}

static struct value *
put(struct record *r, enum field_id f, struct span text)
{
	struct value *v;

	if (text.n == 0 || r->nvalues >= LIMIT_RECORD_FIELDS)
		return NULL;
	v = &r->values[r->nvalues++];
	v->field = (uint16_t)f;
	v->text = span_head(text, LIMIT_FIELD_BYTES);
	v->u.number = 0;
	return v;
}

void
record_put(struct record *r, enum field_id f, struct span text)
{
	put(r, f, text);
}

void
record_put_str(struct record *r, enum field_id f, const char *text)
{
	put(r, f, span_str(text));
}

void
record_put_ip(struct record *r, enum field_id f, struct span text)
{
	struct addr a;
	struct value *v;

	if (!addr_read(text, &a))
		return;
	v = put(r, f, text);
	if (v != NULL)
		v->u.prefix = prefix_of(a, 128);
}

void
record_put_prefix(struct record *r, enum field_id f, const struct prefix *p,
    struct span text)
{
	struct value *v = put(r, f, text);

	if (v != NULL)
		v->u.prefix = *p;
}

void
record_put_number(struct record *r, enum field_id f, struct span text)
{
	int64_t n;
	struct value *v;

	if (!span_i64(text, &n))
		return;
	v = put(r, f, text);
	if (v != NULL)
		v->u.number = n;
}

void
record_put_bool(struct record *r, enum field_id f, bool b)
{
	struct value *v = put(r, f, b ? SPAN("true") : SPAN("false"));

	if (v != NULL)
		v->u.number = b;
}

const struct value *
record_get(const struct record *r, enum field_id f)
{
	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == f)
			return &r->values[i];
	return NULL;
}

struct span
record_text(const struct record *r, enum field_id f)
{
	const struct value *v = record_get(r, f);

	return v ? v->text : (struct span){0};
}

const char *
kind_name(enum record_kind k)
{
	ASSERT(k < K_COUNT);
	return kinds[k].name;
}

const char *
kind_meaning(enum record_kind k)
{
	ASSERT(k < K_COUNT);
	return kinds[k].meaning;
}

unsigned
kind_flags(enum record_kind k)
{
	ASSERT(k < K_COUNT);
	return kinds[k].flags;
}

int
kind_find(struct span name)
{
	for (int k = 0; k < K_COUNT; k++)
		if (span_is(name, kinds[k].name))
			return k;
	return -1;
}

const char *
field_name(enum field_id f)
{
	ASSERT(f < F_COUNT);
	return fields[f].name;
}

const char *
field_meaning(enum field_id f)
{
	ASSERT(f < F_COUNT);
	return fields[f].meaning;
}

enum field_type
field_type(enum field_id f)
{
	ASSERT(f < F_COUNT);
	return fields[f].type;
}

bool
field_verbatim(enum field_id f)
{
	ASSERT(f < F_COUNT);
	return fields[f].verbatim;
}

int
field_find(struct span name)
{
	for (int f = 0; f < F_COUNT; f++)
		if (span_is(name, fields[f].name))
			return f;
	return -1;
}
