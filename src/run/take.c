/*
 * Results of workers into the case.  A worker may be in the hands of the
 * evidence: what it sends is read with bounds and checked.
 */
#include <string.h>

#include "base/limits.h"
#include "run/scan_state.h"

/* Where messages go. */
struct taking {
	struct source *row;
	struct gather *gather; /* of a source in chunks, or NULL */
	uint64_t base;	       /* lines before; NO_LINES: unknown */
	struct arena *lists;   /* where those of the row grow */
};

#define NO_LINES UINT64_MAX

static uint64_t
line_of(const struct taking *t, uint64_t line)
{
	return line > 0 && t->base != NO_LINES ? line + t->base : 0;
}

/* Every chunk of a source may say it. */
void
take_limit(struct scan *s, struct source *row, struct span detail)
{
	for (size_t i = 0; i < row->ndiags; i++)
		if (row->diags[i].code == DIAG_TOO_MANY &&
		    span_eq(row->diags[i].detail, detail))
			return;
	source_diag(s->c, row, DIAG_TOO_MANY, 0, detail);
}

/* No room in the case: of this row, something is left out. */
static bool
spent(struct scan *s, struct source *row)
{
	if (s->c->arena.used <= LIMIT_CASE_BYTES)
		return false;
	take_limit(s, row, SPAN("the results of all sources"));
	return true;
}

static void
take_diag(struct scan *s, const struct taking *t, struct cursor c)
{
	uint32_t code = cursor_le32(&c);
	uint64_t line = cursor_le64(&c);
	struct span detail = cursor_bytes(&c);

	if (c.failed || code >= DIAG_COUNT)
		return;
	if (code == DIAG_TOO_MANY && line == 0)
		take_limit(s, t->row, detail);
	else
		source_diag(s->c, t->row, (enum diag_code)code,
		    line_of(t, line), detail);
}

static void
take_fact(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct record r;

	arena_reset(&s->scratch);
	if (!record_decode(&c, &s->scratch, &r) || spent(s, row))
		return;
	if (row->nfacts >= LIMIT_SOURCE_FACTS) {
		take_limit(s, row, SPAN("facts"));
		return;
	}
	row->facts = arena_grow(t->lists, row->facts, row->nfacts,
	    &row->facts_cap, sizeof(*row->facts));
	fact_take(s, &r, &row->facts[row->nfacts++]);
}

static void
take_net(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct source_net n = {.kind = (enum fleet_net)cursor_u8(&c)};
	struct span bytes;

	n.prefix.addr.family = cursor_u8(&c);
	n.prefix.bits = cursor_u8(&c);
	bytes = cursor_take(&c, sizeof(n.prefix.addr.bytes));
	if (c.failed || n.kind > FLEET_LINK ||
	    (n.prefix.addr.family != 4 && n.prefix.addr.family != 6) ||
	    n.prefix.bits > 128 || spent(s, row))
		return;
	if (row->nnets >= LIMIT_NETS) {
		take_limit(s, row, SPAN("interface addresses"));
		return;
	}
	memcpy(n.prefix.addr.bytes, bytes.p, bytes.n);
	row->nets = arena_grow(
	    t->lists, row->nets, row->nnets, &row->nets_cap, sizeof(n));
	row->nets[row->nnets++] = n;
}

static void
take_secret(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct source_secret x = {.kind = (enum record_kind)cursor_u8(&c),
	    .readable = cursor_u8(&c) != 0};
	struct span id = cursor_take(&c, sizeof(x.id));

	x.line = cursor_le64(&c);
	x.offset = cursor_le64(&c);
	x.user = cursor_bytes(&c);
	x.text = cursor_bytes(&c);
	if (c.failed || x.kind >= K_COUNT || spent(s, row))
		return;
	if (row->nsecrets >= LIMIT_SOURCE_SECRETS) {
		take_limit(s, row, SPAN("secrets"));
		return;
	}
	memcpy(x.id, id.p, id.n);
	x.user = arena_copy(&s->c->arena, x.user);
	x.text = arena_copy(&s->c->arena, x.text);
	row->secrets = arena_grow(t->lists, row->secrets, row->nsecrets,
	    &row->secrets_cap, sizeof(x));
	row->secrets[row->nsecrets++] = x;
}

static void
take_trait(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct source_trait x = {.use = (enum trait_use)cursor_u8(&c)};

	x.line = cursor_le64(&c);
	x.offset = cursor_le64(&c);
	x.value = cursor_bytes(&c);
	x.text = cursor_bytes(&c);
	if (c.failed || x.use >= TRAIT_COUNT || x.value.n == 0 || spent(s, row))
		return;
	if (row->ntraits >= LIMIT_SOURCE_TRAITS) {
		take_limit(s, row, SPAN("traits to compare"));
		return;
	}
	x.value = arena_copy(&s->c->arena, x.value);
	x.text = arena_copy(&s->c->arena, x.text);
	row->traits = arena_grow(
	    t->lists, row->traits, row->ntraits, &row->traits_cap, sizeof(x));
	row->traits[row->ntraits++] = x;
}

static void
take_moment(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct arena *a = &s->c->arena;
	struct source_moment m = {.kind = (enum timeline_kind)cursor_u8(&c)};

	m.time = (int64_t)cursor_le64(&c);
	m.clock_off = (int64_t)cursor_le64(&c);
	m.line = line_of(t, cursor_le64(&c));
	m.offset = cursor_le64(&c);
	m.host = cursor_bytes(&c);
	m.host_addr = cursor_bytes(&c);
	m.actor = cursor_bytes(&c);
	m.peer = cursor_bytes(&c);
	m.text = cursor_bytes(&c);
	if (c.failed || m.kind >= TIMELINE_SIGN || m.time < 0 ||
	    m.time > INT64_MAX / 4 || s->c->arena.used > LIMIT_CASE_BYTES)
		return;
	if (row->nmoments >= LIMIT_SOURCE_MOMENTS) {
		row->moments_dropped++;
		return;
	}
	m.host = arena_copy(a, m.host);
	m.host_addr = arena_copy(a, m.host_addr);
	m.actor = arena_copy(a, m.actor);
	m.peer = arena_copy(a, m.peer);
	m.text = arena_copy(a, m.text);
	row->moments = arena_grow(t->lists, row->moments, row->nmoments,
	    &row->moments_cap, sizeof(m));
	row->moments[row->nmoments++] = m;
}

static void
take_contact(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct contact x;

	if (!contact_decode(&c, &x) || spent(s, row))
		return;
	x.number = line_of(t, x.number);
	row->contacts = arena_grow(t->lists, row->contacts, row->ncontacts,
	    &row->contacts_cap, sizeof(x));
	row->contacts[row->ncontacts++] = x;
}

static void
take_sighting(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct sighting x;

	arena_reset(&s->scratch);
	if (spent(s, row) ||
	    !sighting_decode(&c, t->gather ? &s->scratch : &s->c->arena, &x) ||
	    x.check >= s->c->knowledge->nchecks)
		return;
	for (size_t i = 0; i < x.nplaces; i++)
		x.places[i].line = line_of(t, x.places[i].line);
	if (t->gather != NULL) {
		sighting_merge(&t->gather->sightings, &x);
		return;
	}
	row->sightings = arena_grow(t->lists, row->sightings, row->nsightings,
	    &row->sightings_cap, sizeof(x));
	row->sightings[row->nsightings++] = x;
}

static void
take_event(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct table_event e;

	if (spent(s, row))
		return;
	if (row->nevents >= LIMIT_SOURCE_EVENTS) {
		take_limit(s, row, SPAN("events of correlations"));
		return;
	}
	if (!event_decode(&c, &s->c->arena, &e) ||
	    e.rule >= s->c->knowledge->rules.n ||
	    e.nvalues != s->c->knowledge->rules.rules[e.rule]->ngives)
		return;
	e.at.line = line_of(t, e.at.line);
	row->events = arena_grow(
	    t->lists, row->events, row->nevents, &row->events_cap, sizeof(e));
	row->events[row->nevents++] = e;
}

/* True when a chunk before has named the host. */
static bool
host_again(struct scan *s, const struct taking *t, const struct seen_host *h)
{
	const struct span parts[] = {h->host, SPAN(" "), h->host_addr};
	struct source *row = t->row;
	struct span key;
	uint32_t at;

	if (t->gather == NULL)
		return false;
	arena_reset(&s->scratch);
	key = arena_join(&s->scratch, parts, 3);
	at = map_get(&t->gather->hosts, key);
	if (at < row->nhosts) {
		heard_join(&row->hosts[at].heard, &h->heard);
		row->hosts[at].shown |= h->shown;
		return true;
	}
	if (row->nhosts < LIMIT_LOG_HOSTS)
		map_add(&t->gather->hosts, key, (uint32_t)row->nhosts);
	return false;
}

static void
take_host(struct scan *s, const struct taking *t, struct cursor c)
{
	struct source *row = t->row;
	struct seen_host h = {.host = cursor_bytes(&c)};

	h.host_addr = cursor_bytes(&c);
	heard_decode(&c, &h.heard);
	h.shown = cursor_le32(&c) & EV_SHOWN;
	if (c.failed || spent(s, row) || host_again(s, t, &h))
		return;
	if (row->nhosts >= LIMIT_LOG_HOSTS) {
		take_limit(s, row, SPAN("hosts"));
		return;
	}
	h.host = arena_copy(&s->c->arena, h.host);
	h.host_addr = arena_copy(&s->c->arena, h.host_addr);
	row->hosts = arena_grow(
	    t->lists, row->hosts, row->nhosts, &row->hosts_cap, sizeof(h));
	row->hosts[row->nhosts++] = h;
}

struct source_hashes
take_hashes(struct scan *s, struct cursor *c)
{
	struct source_hashes h = {.sha256 = cursor_bytes(c)};

	h.xxh3 = cursor_bytes(c);
	h.md5 = cursor_bytes(c);
	h.sha512 = cursor_bytes(c);
	h.sha256 = arena_copy(&s->c->arena, h.sha256);
	h.xxh3 = arena_copy(&s->c->arena, h.xxh3);
	h.md5 = arena_copy(&s->c->arena, h.md5);
	h.sha512 = arena_copy(&s->c->arena, h.sha512);
	return h;
}

static void
take_end(struct scan *s, struct source *row, struct cursor c)
{
	struct arena *a = &s->c->arena;
	unsigned state = cursor_u8(&c);

	row->state = state <= SOURCE_UNREADABLE ? (enum source_state)state
						: SOURCE_UNREADABLE;
	row->format = arena_copy(a, cursor_bytes(&c));
	row->evidence = arena_copy(a, cursor_bytes(&c));
	row->magic = arena_copy(a, cursor_bytes(&c));
	row->why = arena_copy(a, cursor_bytes(&c));
	row->hashes = take_hashes(s, &c);
	row->bytes = cursor_le64(&c);
	row->records = cursor_le64(&c);
}

static void
take_message(struct scan *s, const struct taking *t, enum result_type type,
    struct cursor body)
{
	if (type == RESULT_DIAG)
		take_diag(s, t, body);
	else if (type == RESULT_FACT)
		take_fact(s, t, body);
	else if (type == RESULT_NET)
		take_net(s, t, body);
	else if (type == RESULT_SECRET)
		take_secret(s, t, body);
	else if (type == RESULT_TRAIT)
		take_trait(s, t, body);
	else if (type == RESULT_MOMENT)
		take_moment(s, t, body);
	else if (type == RESULT_MOMENTS_LEFT)
		t->row->moments_dropped += cursor_le64(&body);
	else if (type == RESULT_DIAGS_LEFT)
		t->row->diags_dropped += cursor_le64(&body);
	else if (type == RESULT_SIGHTING)
		take_sighting(s, t, body);
	else if (type == RESULT_EVENT)
		take_event(s, t, body);
	else if (type == RESULT_HOST)
		take_host(s, t, body);
	else if ((type == RESULT_VOICE || type == RESULT_CHANGED) &&
		 s->o->voice != NULL)
		s->o->voice(
		    s->o->ctx, t->row->path, type == RESULT_CHANGED, body);
	else if (type == RESULT_STATEMENT && s->o->statement != NULL)
		s->o->statement(s->o->ctx, t->row->path, body);
	else if (type == RESULT_CONTACT)
		take_contact(s, t, body);
	else if (type == RESULT_SHOWN)
		t->row->shown |= cursor_le32(&body) & EV_SHOWN;
}

static void
take_text(struct scan *s, struct cursor body)
{
	if (s->o->text != NULL)
		fwrite(body.p, 1, cursor_left(&body), s->o->text);
}

/* s->scratch holds it until the next message. */
static void
take_share(struct scan *s, const struct source *row, struct cursor body)
{
	struct share share;

	arena_reset(&s->scratch);
	if (s->o->share != NULL && share_read(body, &s->scratch, &share))
		s->o->share(s->o->ctx, row->path, &share);
}

static void
take_remedy(struct scan *s, const struct source *row, struct cursor body)
{
	struct remedy r;

	arena_reset(&s->scratch);
	if (s->o->remedy != NULL &&
	    remedy_decode(&body, &s->scratch, s->c->knowledge->nchecks, &r))
		s->o->remedy(s->o->ctx, row->path, &r);
}

void
take_unfinished(
    struct scan *s, uint32_t *open, enum diag_code why, struct span detail)
{
	if (*open == 0 || *open > s->c->nsources)
		return;
	source_diag(s->c, &s->c->sources[*open - 1], why, 0, detail);
	*open = 0;
}

/* A source is unreadable until its end says otherwise. */
static struct source *
source_open_row(struct scan *s, uint32_t *open, struct span path)
{
	struct source *row;

	take_unfinished(
	    s, open, DIAG_WORKER_PROTOCOL, SPAN("no end of the source"));
	row = casefile_source(s->c, path);
	if (s->o->worker.mode == WORKER_SCAN) {
		row->state = SOURCE_UNREADABLE;
		*open = (uint32_t)s->c->nsources;
	}
	return row;
}

/* Lists of a row that began in this result can move; those of one that goes
 * on grow in the case. */
static void
taken(struct scan *s, struct taking *t)
{
	if (t->row != NULL && t->lists == &s->lists)
		row_tighten(s, t->row);
	arena_reset(&s->lists);
}

void
take_sources(struct scan *s, struct span result, struct planned *job)
{
	struct cursor c = cursor_of(result);
	struct taking t = {.lists = &s->c->arena};

	if (job->open > 0)
		t.row = &s->c->sources[job->open - 1];
	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		if (c.failed)
			break;
		if (type == RESULT_SOURCE) {
			taken(s, &t);
			t.lists = &s->lists;
			t.row =
			    source_open_row(s, &job->open, cursor_bytes(&body));
		} else if (type == RESULT_TEXT) {
			take_text(s, body);
		} else if (t.row == NULL) {
			/* A later part of a dump: its texts still count. */
			continue;
		} else if (type == RESULT_SHARE) {
			take_share(s, t.row, body);
		} else if (type == RESULT_REMEDY) {
			take_remedy(s, t.row, body);
		} else if (type == RESULT_END) {
			take_end(s, t.row, body);
			job->open = 0;
		} else if (type == RESULT_WAITS) {
			t.row->state = SOURCE_WAITS;
			job->waits = true;
			job->open = 0;
		} else {
			take_message(s, &t, type, body);
		}
	}
	taken(s, &t);
}

void
take_chunk(struct scan *s, struct large *l, struct span result)
{
	struct cursor c = cursor_of(result);
	struct taking t = {&s->c->sources[l->row], &l->gather,
	    l->lost ? NO_LINES : l->lines, &s->c->arena};

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		if (c.failed)
			break;
		if (type == RESULT_TEXT)
			take_text(s, body);
		else
			take_message(s, &t, type, body);
	}
}
