#include "store/raw_past.h"

#include "base/limits.h"
#include "store/raw_format.h"
#include "store/store.h"

#define NO_COMMIT UINT32_MAX

struct span
past_path(struct arena *a, struct span prefix, struct span path)
{
	struct span text = store_clean(a, path);

	if (span_eq(text, path))
		return arena_fmt(
		    a, "%.*s%.*s", SPAN_FMT(prefix), SPAN_FMT(text));
	return arena_fmt(a, "%.*s%.*s#%016llx", SPAN_FMT(prefix),
	    SPAN_FMT(text), (unsigned long long)span_hash(path));
}

/* ---- writing ---- */

struct writing {
	struct buf *b;
	struct arena arena;
	struct map commits; /* name -> place; written where it first stands */
	uint32_t n;
};

static void
write_commit(struct writing *w, const struct past_commit *c)
{
	uint32_t at =
	    c->commit.n > 0 ? map_add(&w->commits, c->commit, w->n) : NO_COMMIT;

	buf_u32(w->b, at);
	if (at != w->n)
		return;
	w->n++;
	buf_bytes(w->b, c->commit);
	buf_u64(w->b, (uint64_t)c->time);
	buf_bytes(w->b, c->author);
	buf_bytes(w->b, c->committer);
}

static void
write_when(struct writing *w, const struct finding_past *p)
{
	buf_bytes(w->b, p->file);
	buf_u64(w->b, p->all);
	buf_u8(w->b, p->gone);
	buf_u8(w->b, p->moment);
	buf_u32(w->b, (uint32_t)p->nspans);
	for (size_t i = 0; i < p->nspans; i++) {
		const struct past_span *s = &p->spans[i];

		write_commit(w, &s->first);
		write_commit(w, &s->last);
		write_commit(w, &s->gone);
		buf_u64(w->b, s->revisions);
	}
}

static void
write_sign(
    struct writing *w, const struct past_sign *s, const struct knowledge *k)
{
	buf_bytes(w->b, knowledge_check_id(k, s->check));
	buf_u8(w->b, (uint8_t)s->severity);
	buf_u8(w->b, (uint8_t)s->confidence);
	buf_bytes(w->b, s->entity);
	buf_bytes(w->b, s->external);
	buf_bytes(w->b, s->device);
	buf_bytes(w->b, s->source);
	buf_u64(w->b, s->line);
	buf_bytes(w->b, s->text);
	write_when(w, s->past);
}

static void
write_fact(struct writing *w, const struct past_fact *f)
{
	buf_bytes(w->b, span_str(kind_name(f->of)));
	buf_bytes(w->b, span_str(f->change));
	buf_bytes(w->b, f->subject);
	buf_bytes(w->b, f->text);
	buf_u64(w->b, (uint64_t)f->hours);
	buf_u64(w->b, (uint64_t)f->from);
	buf_u64(w->b, (uint64_t)f->to);
	buf_bytes(w->b, f->device);
	buf_bytes(w->b, f->source);
	buf_u64(w->b, f->line);
	buf_bytes(w->b, f->evidence);
	write_when(w, f->past);
}

void
raw_past_write(struct buf *b, const struct past *p,
    const struct past_pick *pick, const struct knowledge *k)
{
	struct writing w = {.b = b};

	arena_init(&w.arena);
	map_init(&w.commits, &w.arena);
	buf_u8(b, RAW_FORMAT);
	buf_u32(b, (uint32_t)pick->nsigns);
	for (size_t i = 0; i < pick->nsigns; i++)
		write_sign(&w, &p->v[pick->signs[i]], k);
	buf_u32(b, (uint32_t)pick->nfacts);
	for (size_t i = 0; i < pick->nfacts; i++)
		write_fact(&w, &p->facts[pick->facts[i]]);
	arena_release(&w.arena);
}

void
raw_heard_write(struct buf *b, const struct past *p)
{
	buf_u8(b, RAW_FORMAT);
	buf_u32(b, (uint32_t)p->nvoices);
	for (size_t i = 0; i < p->nvoices; i++) {
		buf_bytes(b, p->voices[i].host);
		buf_bytes(b, p->voices[i].host_addr);
		buf_u64(b, (uint64_t)p->voices[i].first);
		buf_u64(b, (uint64_t)p->voices[i].last);
	}
	buf_u32(b, (uint32_t)p->nevents);
	for (size_t i = 0; i < p->nevents; i++) {
		buf_bytes(b, p->events[i].host);
		buf_bytes(b, p->events[i].host_addr);
		buf_u64(b, (uint64_t)p->events[i].time);
	}
}

/* ---- reading ---- */

struct reading {
	struct past_taking *t;
	struct arena *arena;
	struct cursor c;
	struct past_commit *commits;
	size_t n, cap;
};

static struct span
text(struct reading *x)
{
	return arena_copy(x->arena, cursor_bytes(&x->c));
}

/* How many items follow, of at least so many bytes each. */
static size_t
count(struct reading *x, size_t each)
{
	size_t n = cursor_le32(&x->c);

	if (n > cursor_left(&x->c) / each)
		x->c.failed = true;
	return x->c.failed ? 0 : n;
}

static struct past_commit
read_commit(struct reading *x)
{
	uint32_t at = cursor_le32(&x->c);
	struct past_commit c = {.time = TIME_NONE};

	if (at < x->n)
		return x->commits[at];
	if (at != x->n)
		x->c.failed |= at != NO_COMMIT;
	if (at != x->n || x->c.failed)
		return c;
	c.commit = text(x);
	c.time = (int64_t)cursor_le64(&x->c);
	c.author = text(x);
	c.committer = text(x);
	x->commits = arena_grow(
	    x->arena, x->commits, x->n, &x->cap, sizeof(*x->commits));
	x->commits[x->n++] = c;
	return c;
}

static struct span
below(struct reading *x, struct span path)
{
	return path.n == 0 ? path : past_path(x->arena, x->t->prefix, path);
}

static struct finding_past *
read_when(struct reading *x)
{
	struct finding_past *p = arena_alloc(x->arena, sizeof(*p));
	size_t n;

	*p = (struct finding_past){0};
	p->file = text(x);
	p->source = below(x, p->file);
	p->all = cursor_le64(&x->c);
	p->gone = cursor_u8(&x->c) != 0;
	p->moment = cursor_u8(&x->c) != 0;
	n = count(x, 20);
	/* Whoever shows it shows the first and the last one. */
	if (n == 0 || n > LIMIT_PAST_SPANS || n > p->all)
		x->c.failed = true;
	if (x->c.failed)
		return p;
	p->spans = arena_array(x->arena, n, sizeof(*p->spans));
	for (; p->nspans < n; p->nspans++) {
		struct past_span *s = &p->spans[p->nspans];

		s->first = read_commit(x);
		s->last = read_commit(x);
		s->gone = read_commit(x);
		s->revisions = cursor_le64(&x->c);
	}
	return p;
}

static void
read_sign(struct reading *x)
{
	struct past *p = &x->t->c->past;
	struct past_sign s;

	s.check = map_get(&x->t->r->checks, cursor_bytes(&x->c));
	s.severity = (enum severity)cursor_u8(&x->c);
	s.confidence = (enum confidence)cursor_u8(&x->c);
	s.entity = text(x);
	s.external = text(x);
	s.device = text(x);
	s.source = below(x, cursor_bytes(&x->c));
	s.line = cursor_le64(&x->c);
	s.text = text(x);
	s.past = read_when(x);
	if (s.severity > SEV_CRITICAL || s.confidence > CONF_HIGH)
		x->c.failed = true;
	if (x->c.failed || s.check == MAP_NONE)
		return;
	p->v =
	    arena_grow(x->arena, p->v, p->n, &x->t->signs_cap, sizeof(*p->v));
	p->v[p->n++] = s;
}

static void
read_fact(struct reading *x)
{
	struct past *p = &x->t->c->past;
	uint32_t kind = (uint32_t)kind_find(cursor_bytes(&x->c));
	struct past_fact f = {.of = (enum record_kind)kind};

	f.change = arena_str(x->arena, cursor_bytes(&x->c));
	f.subject = text(x);
	f.text = text(x);
	f.hours = (int64_t)cursor_le64(&x->c);
	f.from = (int64_t)cursor_le64(&x->c);
	f.to = (int64_t)cursor_le64(&x->c);
	f.device = text(x);
	f.source = below(x, cursor_bytes(&x->c));
	f.line = cursor_le64(&x->c);
	f.evidence = text(x);
	f.past = read_when(x);
	if (x->c.failed || kind >= K_COUNT)
		return;
	p->facts = arena_grow(
	    x->arena, p->facts, p->nfacts, &x->t->facts_cap, sizeof(*p->facts));
	p->facts[p->nfacts++] = f;
}

static struct reading
reading_of(struct past_taking *t, struct span bytes)
{
	struct reading x = {
	    .t = t, .arena = &t->c->arena, .c = cursor_of(bytes)};

	x.c.failed |= cursor_u8(&x.c) != RAW_FORMAT;
	return x;
}

static bool
is_read(const struct reading *x)
{
	return !x->c.failed && cursor_left(&x->c) == 0;
}

bool
raw_past_read(struct past_taking *t, struct span bytes)
{
	struct reading x = reading_of(t, bytes);
	size_t n = count(&x, 80);

	for (size_t i = 0; i < n && !x.c.failed; i++)
		read_sign(&x);
	n = count(&x, 100);
	for (size_t i = 0; i < n && !x.c.failed; i++)
		read_fact(&x);
	return is_read(&x);
}

static void
read_voice(struct reading *x)
{
	struct past *p = &x->t->c->past;
	struct past_voice v;

	v.host = text(x);
	v.host_addr = text(x);
	v.first = (int64_t)cursor_le64(&x->c);
	v.last = (int64_t)cursor_le64(&x->c);
	if (x->c.failed)
		return;
	p->voices = arena_grow(x->arena, p->voices, p->nvoices,
	    &x->t->voices_cap, sizeof(*p->voices));
	p->voices[p->nvoices++] = v;
}

static void
read_event(struct reading *x)
{
	struct past *p = &x->t->c->past;
	struct past_event v;

	v.host = text(x);
	v.host_addr = text(x);
	v.time = (int64_t)cursor_le64(&x->c);
	if (x->c.failed)
		return;
	p->events = arena_grow(x->arena, p->events, p->nevents,
	    &x->t->events_cap, sizeof(*p->events));
	p->events[p->nevents++] = v;
}

bool
raw_heard_read(struct past_taking *t, struct span bytes)
{
	struct reading x = reading_of(t, bytes);
	size_t n = count(&x, 24);

	for (size_t i = 0; i < n && !x.c.failed; i++)
		read_voice(&x);
	n = count(&x, 16);
	for (size_t i = 0; i < n && !x.c.failed; i++)
		read_event(&x);
	return is_read(&x);
}
