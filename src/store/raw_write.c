#include "store/raw.h"

#include "store/raw_format.h"

/* ---- names, written where they first stand ---- */

struct names {
	struct arena *arena;
	struct map index;
	uint32_t n;
};

static void
names_init(struct names *x, struct arena *a)
{
	*x = (struct names){.arena = a};
	map_init(&x->index, a);
}

static void
name_write(struct buf *b, struct names *x, struct span name)
{
	uint32_t at = map_add(&x->index, name, x->n);

	buf_u32(b, at);
	if (at == x->n) {
		buf_bytes(b, name);
		x->n++;
	}
}

/* ---- writing ---- */

struct writing {
	struct buf *b;
	const struct knowledge *k;
	struct arena arena;
	struct names checks, kinds, fields, diags, moments;
};

static void
write_head(struct writing *w, const struct source *s)
{
	const struct span texts[] = {s->path, s->format, s->evidence,
	    s->hashes.sha256, s->hashes.xxh3, s->hashes.md5, s->hashes.sha512,
	    s->magic, s->why};

	buf_u8(w->b, RAW_FORMAT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		buf_bytes(w->b, texts[i]);
	buf_u64(w->b, s->bytes);
	buf_u64(w->b, s->records);
	buf_u8(w->b, (uint8_t)s->state);
	buf_u32(w->b, s->shown);
	buf_u64(w->b, s->diags_dropped);
	buf_u8(w->b, (uint8_t)s->worst);
	buf_u32(w->b, (uint32_t)s->ndiags);
	for (size_t i = 0; i < s->ndiags; i++) {
		name_write(
		    w->b, &w->diags, span_str(diag_name(s->diags[i].code)));
		buf_u64(w->b, s->diags[i].line);
		buf_bytes(w->b, s->diags[i].detail);
	}
}

static void
write_addr(struct buf *b, const struct prefix *p)
{
	buf_u8(b, p->addr.family);
	buf_u8(b, p->bits);
	buf_put(b, span_of((const char *)p->addr.bytes, sizeof(p->addr.bytes)));
}

static void
write_value(struct writing *w, const struct value *v)
{
	enum field_type type = field_type((enum field_id)v->field);

	name_write(
	    w->b, &w->fields, span_str(field_name((enum field_id)v->field)));
	buf_bytes(w->b, v->text);
	buf_u8(w->b, (uint8_t)type);
	if (type == FT_IP || type == FT_PREFIX)
		write_addr(w->b, &v->u.prefix);
	else
		buf_u64(w->b, (uint64_t)v->u.number);
}

static void
write_facts(struct writing *w, const struct source *s)
{
	buf_u32(w->b, (uint32_t)s->nfacts);
	for (size_t i = 0; i < s->nfacts; i++) {
		const struct fact *f = &s->facts[i];

		name_write(w->b, &w->kinds, span_str(kind_name(f->kind)));
		buf_u64(w->b, f->line);
		buf_bytes(w->b, f->raw);
		buf_u32(w->b, f->nvalues);
		for (unsigned v = 0; v < f->nvalues; v++)
			write_value(w, &f->values[v]);
	}
}

static void
write_joins(struct writing *w, const struct source *s)
{
	buf_u32(w->b, (uint32_t)s->nnets);
	for (size_t i = 0; i < s->nnets; i++) {
		buf_u8(w->b, (uint8_t)s->nets[i].kind);
		write_addr(w->b, &s->nets[i].prefix);
	}
	buf_u32(w->b, (uint32_t)s->nhosts);
	for (size_t i = 0; i < s->nhosts; i++) {
		buf_bytes(w->b, s->hosts[i].host);
		buf_bytes(w->b, s->hosts[i].host_addr);
		heard_encode(w->b, &s->hosts[i].heard);
		buf_u32(w->b, s->hosts[i].shown);
	}
	buf_u32(w->b, (uint32_t)s->ncontacts);
	for (size_t i = 0; i < s->ncontacts; i++)
		contact_encode(w->b, &s->contacts[i]);
	buf_u32(w->b, (uint32_t)s->ntraits);
	for (size_t i = 0; i < s->ntraits; i++) {
		buf_u8(w->b, (uint8_t)s->traits[i].use);
		buf_u64(w->b, s->traits[i].line);
		buf_u64(w->b, s->traits[i].offset);
		buf_bytes(w->b, s->traits[i].value);
		buf_bytes(w->b, s->traits[i].text);
	}
}

static void
write_secrets(struct writing *w, const struct source *s)
{
	buf_u32(w->b, (uint32_t)s->nsecrets);
	for (size_t i = 0; i < s->nsecrets; i++) {
		const struct source_secret *x = &s->secrets[i];

		name_write(w->b, &w->kinds, span_str(kind_name(x->kind)));
		buf_u8(w->b, x->readable);
		buf_put(w->b, span_of((const char *)x->id, sizeof(x->id)));
		buf_u64(w->b, x->line);
		buf_u64(w->b, x->offset);
		buf_bytes(w->b, x->user);
		buf_bytes(w->b, x->text);
	}
}

static void
write_seen(struct writing *w, const struct source *s)
{
	buf_u32(w->b, (uint32_t)s->nsightings);
	for (size_t i = 0; i < s->nsightings; i++) {
		name_write(w->b, &w->checks,
		    knowledge_check_id(w->k, s->sightings[i].check));
		sighting_encode(w->b, &s->sightings[i]);
	}
	buf_u32(w->b, (uint32_t)s->nevents);
	for (size_t i = 0; i < s->nevents; i++) {
		name_write(w->b, &w->checks,
		    knowledge_check_id(w->k, s->events[i].rule));
		event_encode(w->b, &s->events[i]);
	}
}

static void
write_moments(struct writing *w, const struct source *s)
{
	buf_u64(w->b, s->moments_dropped);
	buf_u32(w->b, (uint32_t)s->nmoments);
	for (size_t i = 0; i < s->nmoments; i++) {
		const struct source_moment *m = &s->moments[i];
		const struct span texts[] = {
		    m->host, m->host_addr, m->actor, m->peer, m->text};

		name_write(
		    w->b, &w->moments, span_str(timeline_kind_name(m->kind)));
		buf_u64(w->b, (uint64_t)m->time);
		buf_u64(w->b, (uint64_t)m->clock_off);
		buf_u64(w->b, m->line);
		buf_u64(w->b, m->offset);
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			buf_bytes(w->b, texts[k]);
	}
}

void
raw_write(struct buf *b, const struct source *s, const struct knowledge *k)
{
	struct writing w = {.b = b, .k = k};

	arena_init(&w.arena);
	names_init(&w.checks, &w.arena);
	names_init(&w.kinds, &w.arena);
	names_init(&w.fields, &w.arena);
	names_init(&w.diags, &w.arena);
	names_init(&w.moments, &w.arena);
	write_head(&w, s);
	write_facts(&w, s);
	write_joins(&w, s);
	write_secrets(&w, s);
	write_seen(&w, s);
	write_moments(&w, s);
	arena_release(&w.arena);
}
