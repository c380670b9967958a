#include "store/raw.h"

#include <inttypes.h>

#include "base/limits.h"
#include "store/raw_format.h"

/* ---- names ---- */

typedef uint32_t meaning_fn(const struct raw_reader *r, struct span name);

/* What the names of a text mean here; UINT32_MAX: unknown. */
struct meanings {
	meaning_fn *of;
	uint32_t *v;
	size_t n, cap;
};

struct reading {
	struct raw_reader *r;
	struct cursor c;
	struct source s;
	enum raw_part part;
	struct meanings checks, kinds, fields, diags, moments;
	uint64_t forgotten;
};

static uint32_t
name_read(struct reading *x, struct meanings *m)
{
	struct cursor *c = &x->c;
	uint32_t at = cursor_le32(c);

	if (at < m->n)
		return m->v[at];
	if (at > m->n || c->failed) {
		c->failed = true;
		return UINT32_MAX;
	}
	m->v = arena_grow(&x->r->c->arena, m->v, m->n, &m->cap, sizeof(*m->v));
	m->v[m->n] = m->of(x->r, cursor_bytes(c));
	return m->v[m->n++];
}

static uint32_t
check_meaning(const struct raw_reader *r, struct span name)
{
	return map_get(&r->checks, name);
}

static uint32_t
kind_meaning_of(const struct raw_reader *r, struct span name)
{
	(void)r;
	return (uint32_t)kind_find(name);
}

static uint32_t
field_meaning_of(const struct raw_reader *r, struct span name)
{
	(void)r;
	return (uint32_t)field_find(name);
}

static uint32_t
diag_meaning(const struct raw_reader *r, struct span name)
{
	(void)r;
	for (uint32_t i = 0; i < DIAG_COUNT; i++)
		if (span_is(name, diag_name((enum diag_code)i)))
			return i;
	return UINT32_MAX;
}

static uint32_t
moment_meaning(const struct raw_reader *r, struct span name)
{
	(void)r;
	return (uint32_t)timeline_kind_find(name);
}

/* ---- reading ---- */

void
raw_reader_init(struct raw_reader *r, struct casefile *c)
{
	const struct knowledge *k = c->knowledge;

	*r = (struct raw_reader){.c = c};
	map_init(&r->checks, &c->arena);
	for (uint32_t i = 0; i < k->nchecks; i++)
		map_add(&r->checks, knowledge_check_id(k, i), i);
}

static struct span
text(struct reading *x)
{
	return arena_copy(&x->r->c->arena, cursor_bytes(&x->c));
}

/* How many items follow; each has at least so many bytes, so that a lying
 * number costs no memory. */
static size_t
count(struct reading *x, size_t each, size_t limit)
{
	size_t n = cursor_le32(&x->c);

	if (n > limit || n > cursor_left(&x->c) / each)
		x->c.failed = true;
	return x->c.failed ? 0 : n;
}

#define ROOM(x, n, type) arena_array(&(x)->r->c->arena, n, sizeof(type))

/* A list of the source: its number, then its items.  one reads an item, and
 * says whether it is kept. */
#define LIST_READ(x, list, each, limit, one)                                   \
	do {                                                                   \
		struct source *s_ = &(x)->s;                                   \
                                                                               \
		s_->list##_cap = count(x, each, limit);                        \
		s_->list = ROOM(x, s_->list##_cap, *s_->list);                 \
		for (size_t i_ = s_->list##_cap; i_ > 0 && !(x)->c.failed;     \
		     i_--)                                                     \
			s_->n##list += one(x, &s_->list[s_->n##list]);         \
	} while (0)

static bool
diag_read(struct reading *x, struct diag *d)
{
	uint32_t code = name_read(x, &x->diags);

	*d = (struct diag){
	    .code = (enum diag_code)code, .line = cursor_le64(&x->c)};
	d->detail = text(x);
	return code != UINT32_MAX;
}

static void
read_head(struct reading *x)
{
	struct source *s = &x->s;
	unsigned state, worst;

	if (cursor_u8(&x->c) != RAW_FORMAT)
		x->c.failed = true;
	s->path = text(x);
	s->format = text(x);
	s->evidence = text(x);
	s->hashes.sha256 = text(x);
	s->hashes.xxh3 = text(x);
	s->hashes.md5 = text(x);
	s->hashes.sha512 = text(x);
	s->magic = text(x);
	s->why = text(x);
	s->bytes = cursor_le64(&x->c);
	s->records = cursor_le64(&x->c);
	state = cursor_u8(&x->c);
	s->shown = cursor_le32(&x->c) & EV_SHOWN;
	s->diags_dropped = cursor_le64(&x->c);
	worst = cursor_u8(&x->c);
	if (state > SOURCE_SKIPPED || worst > DIAG_LOST)
		x->c.failed = true;
	s->state = (enum source_state)state;
	s->worst = (enum diag_severity)worst;
	LIST_READ(x, diags, 16, LIMIT_DIAGS, diag_read);
}

static void
read_addr(struct reading *x, struct prefix *p)
{
	struct span bytes;

	p->addr.family = cursor_u8(&x->c);
	p->bits = cursor_u8(&x->c);
	bytes = cursor_take(&x->c, sizeof(p->addr.bytes));
	if (x->c.failed)
		return;
	memcpy(p->addr.bytes, bytes.p, bytes.n);
	if ((p->addr.family != 4 || p->bits > 32) &&
	    (p->addr.family != 6 || p->bits > 128))
		x->c.failed = true;
}

/* A field whose type is another one now is as good as unknown. */
static void
read_value(struct reading *x, struct fact *f)
{
	uint32_t field = name_read(x, &x->fields);
	struct value v = {.text = text(x)};
	unsigned type = cursor_u8(&x->c);

	if (type == FT_IP || type == FT_PREFIX)
		read_addr(x, &v.u.prefix);
	else
		v.u.number = (int64_t)cursor_le64(&x->c);
	if (field >= F_COUNT || field_type((enum field_id)field) != type) {
		x->forgotten++;
		return;
	}
	v.field = (uint16_t)field;
	f->values[f->nvalues++] = v;
}

static bool
fact_read(struct reading *x, struct fact *f)
{
	uint32_t kind = name_read(x, &x->kinds);
	size_t n;

	*f = (struct fact){
	    .kind = (enum record_kind)kind, .line = cursor_le64(&x->c)};
	f->raw = text(x);
	n = count(x, 13, LIMIT_RECORD_FIELDS);
	f->values = ROOM(x, n, struct value);
	for (size_t v = 0; v < n && !x->c.failed; v++)
		read_value(x, f);
	x->forgotten += kind >= K_COUNT;
	return kind < K_COUNT && (x->part == RAW_ALL || kind == K_DEVICE);
}

static bool
net_read(struct reading *x, struct source_net *net)
{
	net->kind = (enum fleet_net)cursor_u8(&x->c);
	read_addr(x, &net->prefix);
	if (net->kind > FLEET_LINK)
		x->c.failed = true;
	return true;
}

static bool
host_read(struct reading *x, struct seen_host *h)
{
	h->host = text(x);
	h->host_addr = text(x);
	heard_decode(&x->c, &h->heard);
	h->shown = cursor_le32(&x->c) & EV_SHOWN;
	return true;
}

static bool
contact_read(struct reading *x, struct contact *c)
{
	if (!contact_decode(&x->c, c))
		x->c.failed = true;
	return true;
}

static bool
trait_read(struct reading *x, struct source_trait *t)
{
	t->use = (enum trait_use)cursor_u8(&x->c);
	t->line = cursor_le64(&x->c);
	t->offset = cursor_le64(&x->c);
	t->value = text(x);
	t->text = text(x);
	if (t->use >= TRAIT_COUNT)
		x->c.failed = true;
	return true;
}

static bool
secret_read(struct reading *x, struct source_secret *s)
{
	uint32_t kind = name_read(x, &x->kinds);
	struct span id;

	*s = (struct source_secret){
	    .kind = (enum record_kind)kind, .readable = cursor_u8(&x->c) != 0};
	id = cursor_take(&x->c, sizeof(s->id));
	s->line = cursor_le64(&x->c);
	s->offset = cursor_le64(&x->c);
	s->user = text(x);
	s->text = text(x);
	if (x->c.failed)
		return false;
	memcpy(s->id, id.p, id.n);
	x->forgotten += kind >= K_COUNT;
	return kind < K_COUNT;
}

/* Of a past state, what somebody did stays; what was open or old is past. */
static bool
wanted(const struct reading *x, uint32_t check)
{
	enum check_kind kind = knowledge_check(x->r->c->knowledge, check)->kind;

	return x->part == RAW_ALL || kind == CHECK_COMPROMISE ||
	       kind == CHECK_INDICATOR;
}

static bool
sighting_read(struct reading *x, struct sighting *s)
{
	uint32_t check = name_read(x, &x->checks);

	if (!sighting_decode(&x->c, &x->r->c->arena, s)) {
		x->c.failed = true;
		return false;
	}
	s->check = check;
	x->forgotten += check == MAP_NONE;
	return check != MAP_NONE && wanted(x, check);
}

static bool
event_read(struct reading *x, struct table_event *e)
{
	const struct ruleset *rules = &x->r->c->knowledge->rules;
	uint32_t rule = name_read(x, &x->checks);
	bool known;

	if (!event_decode(&x->c, &x->r->c->arena, e)) {
		x->c.failed = true;
		return false;
	}
	e->rule = rule;
	known = rule < rules->n && e->nvalues == rules->rules[rule]->ngives;
	x->forgotten += !known;
	return known && x->part == RAW_ALL;
}

/* They are history: those of a past state count too. */
static bool
moment_read(struct reading *x, struct source_moment *m)
{
	uint32_t kind = name_read(x, &x->moments);

	*m = (struct source_moment){.kind = (enum timeline_kind)kind,
	    .time = (int64_t)cursor_le64(&x->c)};
	m->clock_off = (int64_t)cursor_le64(&x->c);
	m->line = cursor_le64(&x->c);
	m->offset = cursor_le64(&x->c);
	m->host = text(x);
	m->host_addr = text(x);
	m->actor = text(x);
	m->peer = text(x);
	m->text = text(x);
	return kind < TIMELINE_SIGN && m->time != TIME_NONE;
}

static void
read_lists(struct reading *x)
{
	LIST_READ(x, facts, 20, LIMIT_SOURCE_FACTS, fact_read);
	LIST_READ(x, nets, 19, LIMIT_NETS, net_read);
	LIST_READ(x, hosts, 100, LIMIT_LOG_HOSTS, host_read);
	LIST_READ(x, contacts, 130, LIMIT_CONTACTS, contact_read);
	LIST_READ(x, traits, 25, LIMIT_SOURCE_TRAITS, trait_read);
	LIST_READ(x, secrets, 45, LIMIT_SOURCE_SECRETS, secret_read);
	LIST_READ(x, sightings, 60, LIMIT_SIGHTINGS, sighting_read);
	LIST_READ(x, events, 50, LIMIT_SOURCE_EVENTS, event_read);
	x->s.moments_dropped = cursor_le64(&x->c);
	LIST_READ(x, moments, 56, LIMIT_SOURCE_MOMENTS, moment_read);
}

bool
raw_read(struct raw_reader *r, struct span bytes, enum raw_part part)
{
	struct reading x = {.r = r,
	    .c = cursor_of(bytes),
	    .part = part,
	    .checks = {.of = check_meaning},
	    .kinds = {.of = kind_meaning_of},
	    .fields = {.of = field_meaning_of},
	    .diags = {.of = diag_meaning},
	    .moments = {.of = moment_meaning}};
	struct source *s;

	read_head(&x);
	read_lists(&x);
	if (x.c.failed || cursor_left(&x.c) != 0)
		return false;
	if (part == RAW_SIGNS) {
		x.s.nnets = x.s.nhosts = x.s.ntraits = x.s.nsecrets = 0;
		x.s.ncontacts = 0;
		x.s.shown = 0;
	}
	r->forgotten += x.forgotten;
	if (part == RAW_SIGNS && x.s.nsightings == 0 && x.s.nmoments == 0)
		return true;
	s = casefile_source(r->c, x.s.path);
	x.s.device = DEVICE_NONE;
	*s = x.s;
	s->past = part == RAW_SIGNS;
	if (s->worst != DIAG_NOTE)
		r->c->complete = false;
	if (x.forgotten > 0)
		source_diag(r->c, s, DIAG_FORGOTTEN, 0,
		    arena_fmt(&r->c->arena, "%" PRIu64 " items", x.forgotten));
	return true;
}
