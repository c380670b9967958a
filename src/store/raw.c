#include "store/raw.h"

#include <inttypes.h>

#include "base/limits.h"
#include "store/raw_format.h"

/* ---- names ---- */

/* What the names of a text mean here; UINT32_MAX: unknown. */
struct meanings {
	uint32_t *v;
	size_t n, cap;
};

typedef uint32_t meaning_fn(const struct raw_reader *r, struct span name);

static uint32_t
name_read(struct cursor *c, const struct raw_reader *r, struct meanings *m,
    meaning_fn *meaning)
{
	uint32_t at = cursor_le32(c);

	if (at < m->n)
		return m->v[at];
	if (at > m->n || c->failed) {
		c->failed = true;
		return UINT32_MAX;
	}
	m->v = arena_grow(&r->c->arena, m->v, m->n, &m->cap, sizeof(*m->v));
	m->v[m->n] = meaning(r, cursor_bytes(c));
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

/* ---- reading ---- */

struct reading {
	struct raw_reader *r;
	struct cursor c;
	struct source s;
	enum raw_part part;
	struct meanings checks, kinds, fields, diags, moments;
	uint64_t forgotten;
};

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

static void
read_diags(struct reading *x)
{
	size_t n = count(x, 16, LIMIT_DIAGS);

	x->s.diags = ROOM(x, n, struct diag);
	x->s.diags_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		uint32_t code = name_read(&x->c, x->r, &x->diags, diag_meaning);
		struct diag d = {.line = cursor_le64(&x->c)};

		d.detail = text(x);
		if (code == UINT32_MAX)
			continue;
		d.code = (enum diag_code)code;
		x->s.diags[x->s.ndiags++] = d;
	}
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
	read_diags(x);
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
	uint32_t field = name_read(&x->c, x->r, &x->fields, field_meaning_of);
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

static void
read_facts(struct reading *x)
{
	size_t n = count(x, 20, LIMIT_SOURCE_FACTS);

	x->s.facts = ROOM(x, n, struct fact);
	x->s.facts_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		struct fact f = {0};
		uint32_t kind =
		    name_read(&x->c, x->r, &x->kinds, kind_meaning_of);
		size_t values;

		f.line = cursor_le64(&x->c);
		f.raw = text(x);
		values = count(x, 13, LIMIT_RECORD_FIELDS);
		f.values = ROOM(x, values, struct value);
		for (size_t v = 0; v < values && !x->c.failed; v++)
			read_value(x, &f);
		f.kind = (enum record_kind)kind;
		if (kind >= K_COUNT)
			x->forgotten++;
		else if (x->part == RAW_ALL || kind == K_DEVICE)
			x->s.facts[x->s.nfacts++] = f;
	}
}

static void
read_nets(struct reading *x)
{
	size_t n = count(x, 19, LIMIT_NETS);

	x->s.nets = ROOM(x, n, struct source_net);
	x->s.nets_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		struct source_net *net = &x->s.nets[i];

		net->kind = (enum fleet_net)cursor_u8(&x->c);
		read_addr(x, &net->prefix);
		if (net->kind > FLEET_LINK)
			x->c.failed = true;
	}
	x->s.nnets = n;
}

static void
read_hosts(struct reading *x)
{
	size_t n = count(x, 100, LIMIT_LOG_HOSTS);

	x->s.hosts = ROOM(x, n, struct seen_host);
	x->s.hosts_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		struct seen_host *h = &x->s.hosts[i];

		h->host = text(x);
		h->host_addr = text(x);
		heard_decode(&x->c, &h->heard);
		h->shown = cursor_le32(&x->c) & EV_SHOWN;
	}
	x->s.nhosts = n;
}

static void
read_contacts(struct reading *x)
{
	size_t n = count(x, 130, LIMIT_CONTACTS);

	x->s.contacts = ROOM(x, n, struct contact);
	x->s.contacts_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++)
		if (!contact_decode(&x->c, &x->s.contacts[i]))
			x->c.failed = true;
	x->s.ncontacts = n;
}

static void
read_traits(struct reading *x)
{
	size_t n = count(x, 25, LIMIT_SOURCE_TRAITS);

	x->s.traits = ROOM(x, n, struct source_trait);
	x->s.traits_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		struct source_trait *t = &x->s.traits[i];

		t->use = (enum trait_use)cursor_u8(&x->c);
		t->line = cursor_le64(&x->c);
		t->offset = cursor_le64(&x->c);
		t->value = text(x);
		t->text = text(x);
		if (t->use >= TRAIT_COUNT)
			x->c.failed = true;
	}
	x->s.ntraits = n;
}

static void
read_secrets(struct reading *x)
{
	size_t n = count(x, 45, LIMIT_SOURCE_SECRETS);

	x->s.secrets = ROOM(x, n, struct source_secret);
	x->s.secrets_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		uint32_t kind =
		    name_read(&x->c, x->r, &x->kinds, kind_meaning_of);
		struct source_secret s = {.kind = (enum record_kind)kind,
		    .readable = cursor_u8(&x->c) != 0};
		struct span id = cursor_take(&x->c, sizeof(s.id));

		s.line = cursor_le64(&x->c);
		s.offset = cursor_le64(&x->c);
		s.user = text(x);
		s.text = text(x);
		if (x->c.failed || kind >= K_COUNT) {
			x->forgotten++;
			continue;
		}
		memcpy(s.id, id.p, id.n);
		x->s.secrets[x->s.nsecrets++] = s;
	}
}

/* Of a past state, what somebody did stays; what was open or old is past. */
static bool
wanted(const struct reading *x, uint32_t check)
{
	enum check_kind kind = knowledge_check(x->r->c->knowledge, check)->kind;

	return x->part == RAW_ALL || kind == CHECK_COMPROMISE ||
	       kind == CHECK_INDICATOR;
}

static void
read_sightings(struct reading *x)
{
	size_t n = count(x, 60, LIMIT_SIGHTINGS);

	x->s.sightings = ROOM(x, n, struct sighting);
	x->s.sightings_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		uint32_t check =
		    name_read(&x->c, x->r, &x->checks, check_meaning);
		struct sighting s;

		if (!sighting_decode(&x->c, &x->r->c->arena, &s)) {
			x->c.failed = true;
			return;
		}
		s.check = check;
		if (check == MAP_NONE)
			x->forgotten++;
		else if (wanted(x, check))
			x->s.sightings[x->s.nsightings++] = s;
	}
}

static void
read_events(struct reading *x)
{
	const struct knowledge *k = x->r->c->knowledge;
	size_t n = count(x, 50, LIMIT_SOURCE_EVENTS);

	x->s.events = ROOM(x, n, struct table_event);
	x->s.events_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		uint32_t rule =
		    name_read(&x->c, x->r, &x->checks, check_meaning);
		struct table_event e;

		if (!event_decode(&x->c, &x->r->c->arena, &e)) {
			x->c.failed = true;
			return;
		}
		e.rule = rule;
		if (rule >= k->rules.n ||
		    e.nvalues != k->rules.rules[rule]->ngives)
			x->forgotten++;
		else if (x->part == RAW_ALL)
			x->s.events[x->s.nevents++] = e;
	}
}

static uint32_t
moment_meaning(const struct raw_reader *r, struct span name)
{
	(void)r;
	return (uint32_t)timeline_kind_find(name);
}

/* They are history: those of a past state count too. */
static void
read_moments(struct reading *x)
{
	size_t n;

	x->s.moments_dropped = cursor_le64(&x->c);
	n = count(x, 56, LIMIT_SOURCE_MOMENTS);
	x->s.moments = ROOM(x, n, struct source_moment);
	x->s.moments_cap = n;
	for (size_t i = 0; i < n && !x->c.failed; i++) {
		uint32_t kind =
		    name_read(&x->c, x->r, &x->moments, moment_meaning);
		struct source_moment m = {.kind = (enum timeline_kind)kind,
		    .time = (int64_t)cursor_le64(&x->c)};

		m.clock_off = (int64_t)cursor_le64(&x->c);
		m.line = cursor_le64(&x->c);
		m.offset = cursor_le64(&x->c);
		m.host = text(x);
		m.host_addr = text(x);
		m.actor = text(x);
		m.peer = text(x);
		m.text = text(x);
		if (kind < TIMELINE_SIGN && m.time != TIME_NONE)
			x->s.moments[x->s.nmoments++] = m;
	}
}

bool
raw_read(struct raw_reader *r, struct span bytes, enum raw_part part)
{
	struct reading x = {.r = r, .c = cursor_of(bytes), .part = part};
	struct source *s;

	read_head(&x);
	read_facts(&x);
	read_nets(&x);
	read_hosts(&x);
	read_contacts(&x);
	read_traits(&x);
	read_secrets(&x);
	read_sightings(&x);
	read_events(&x);
	read_moments(&x);
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
