#include "read/flow/netflow.h"

#include <inttypes.h>

#include "read/flow/netflow_fields.h"
#include "read/flow/template.h"

enum { V5 = 5, V7 = 7, V9 = 9, IPFIX = 10 };
enum { HEAD_V5 = 24, HEAD_V9 = 20, HEAD_IPFIX = 16 };
enum { RECORD_V5 = 48, RECORD_V7 = 52 };

/* Sets (RFC 3954 section 5, RFC 7011 section 3.3.2). */
enum {
	SET_TEMPLATE_V9 = 0,
	SET_OPTIONS_V9 = 1,
	SET_TEMPLATE = 2,
	SET_OPTIONS = 3,
	SET_DATA = 256
};

/* What an exporter says of a source or domain of its own. */
struct domain {
	uint32_t next; /* sequence number that should come */
	bool seen;
	uint32_t sampling; /* one packet in so many, for flows without id */
	/* How often all templates, all options templates were withdrawn. */
	uint32_t withdrawn[2];
};

struct netflow {
	struct flow_sink sink;
	struct arena *arena;
	struct templates templates;
	struct map domain_map, sampler_map;
	struct domain *domains;
	size_t ndomains, domains_cap;
	uint64_t packets, options;
	uint64_t broken, broken_at; /* packets or sets; offset of the first */
	uint64_t gaps, missing;
	uint64_t orphans; /* sets behind the withdrawal of their template */
};

/* The packet at hand. */
struct at_packet {
	struct netflow *n;
	struct template_key key; /* id: of the set at hand */
	struct domain *domain;	 /* NULL beyond the limit */
	const struct addr *exporter;
	uint64_t offset;
	int64_t export_ms;
	uint32_t uptime;
	uint32_t records; /* data records, options among them */
	bool unread;	  /* sets whose records could not be counted */
};

struct netflow *
netflow_new(struct arena *a)
{
	struct netflow *n = arena_alloc(a, sizeof(*n));

	n->arena = a;
	templates_init(&n->templates, a);
	map_init(&n->domain_map, a);
	map_init(&n->sampler_map, a);
	return n;
}

void
netflow_aim(struct netflow *n, const struct read_in *in, struct emit *out)
{
	flow_sink_set(&n->sink, in, out);
}

struct flow_sink *
netflow_sink(struct netflow *n)
{
	return &n->sink;
}

static void
broken(struct netflow *n, uint64_t offset)
{
	if (n->broken++ == 0)
		n->broken_at = offset;
}

static void
domain_find(struct at_packet *p)
{
	struct netflow *n = p->n;
	struct template_key key = p->key;
	struct span name = span_of((const char *)&key, sizeof(key));
	uint32_t at;

	key.id = 0;
	at = map_get(&n->domain_map, name);
	if (at == MAP_NONE) {
		if (n->ndomains >= LIMIT_FLOW_TEMPLATES)
			return;
		n->domains = arena_grow(n->arena, n->domains, n->ndomains,
		    &n->domains_cap, sizeof(*n->domains));
		n->domains[n->ndomains] = (struct domain){0};
		at = map_add(&n->domain_map, name, (uint32_t)n->ndomains++);
	}
	p->domain = &n->domains[at];
}

/* Numbers count records (5, IPFIX) or packets (9): what was expected, and by
 * how much the packet moves it on. */
static void
sequence(struct at_packet *p, uint32_t number, uint32_t step)
{
	struct domain *d = p->domain;

	if (d == NULL)
		return;
	/* An earlier one is a packet out of order, or a restart. */
	if (d->seen && number != d->next && number - d->next < 1u << 31) {
		p->n->gaps++;
		p->n->missing += number - d->next;
	}
	d->next = number + step;
	d->seen = !p->unread;
}

static void
key_set(struct at_packet *p, unsigned version, uint32_t domain)
{
	memset(&p->key, 0, sizeof(p->key));
	p->key.version = (uint8_t)version;
	p->key.domain = domain;
	if (p->exporter->family != 0) {
		p->key.family = p->exporter->family;
		memcpy(p->key.address, p->exporter->bytes,
		    p->exporter->family == 4 ? 4 : 16);
	}
	domain_find(p);
}

/* Version 5 and 7. */

static struct addr
v4_read(struct cursor *c)
{
	return addr_from_v4(cursor_be32(c));
}

static void
v5_record(struct at_packet *p, struct cursor c, uint32_t sampling)
{
	struct flow f;

	flow_init(&f);
	f.exporter = *p->exporter;
	f.sampling = sampling;
	f.src = v4_read(&c);
	f.dst = v4_read(&c);
	cursor_skip(&c, 8);
	f.packets = cursor_be32(&c);
	f.bytes = cursor_be32(&c);
	f.counted = true;
	f.first = netflow_uptime(p->export_ms, p->uptime, cursor_be32(&c));
	f.last = netflow_uptime(p->export_ms, p->uptime, cursor_be32(&c));
	f.src_port = cursor_be16(&c);
	f.dst_port = cursor_be16(&c);
	cursor_skip(&c, 1);
	f.tcp_flags = cursor_u8(&c);
	f.protocol = cursor_u8(&c);
	f.has_ports = flow_has_ports(f.protocol);
	flow_take(&p->n->sink, &f, p->offset);
}

static void
v5_packet(struct at_packet *p, struct cursor *c, unsigned version)
{
	unsigned count = cursor_be16(c), n = 0;
	size_t size = version == V5 ? RECORD_V5 : RECORD_V7;
	uint32_t number, seconds, engine;
	uint16_t sampling;

	p->uptime = cursor_be32(c);
	seconds = cursor_be32(c);
	p->export_ms =
	    seconds * INT64_C(1000) + cursor_be32(c) / 1000000 % 1000;
	number = cursor_be32(c);
	engine = cursor_be16(c);
	sampling = cursor_be16(c) & 0x3fff;
	if (c->failed) {
		broken(p->n, p->offset);
		return;
	}
	key_set(p, version, version == V5 ? engine : 0);
	for (; n < count && cursor_left(c) >= size; n++)
		v5_record(p, cursor_sub(c, size), version == V5 ? sampling : 0);
	if (n < count)
		broken(p->n, p->offset);
	sequence(p, number, count);
}

/* Version 9 and IPFIX. */

struct sampler_key {
	struct template_key domain;
	uint64_t id;
};

static struct sampler_key
sampler_key(const struct at_packet *p, uint64_t id)
{
	struct sampler_key key;

	memset(&key, 0, sizeof(key));
	key.domain = p->key;
	key.domain.id = 0;
	key.id = id;
	return key;
}

static void
options_take(struct at_packet *p, const struct netflow_fields *v)
{
	struct sampler_key key = sampler_key(p, v->sampler);

	p->n->options++;
	if (v->interval == 0 || v->interval > UINT32_MAX)
		return;
	if (!v->has_sampler) {
		if (p->domain != NULL)
			p->domain->sampling = (uint32_t)v->interval;
	} else if (p->n->sampler_map.n < LIMIT_FLOW_TEMPLATES) {
		map_put(&p->n->sampler_map,
		    span_of((const char *)&key, sizeof(key)),
		    (uint32_t)v->interval);
	}
}

static uint32_t
sampling_of(const struct at_packet *p, const struct netflow_fields *v)
{
	struct sampler_key key = sampler_key(p, v->sampler);
	uint32_t found = MAP_NONE;

	if (v->interval > 0 && v->interval <= UINT32_MAX)
		return (uint32_t)v->interval;
	if (v->has_sampler)
		found = map_get(&p->n->sampler_map,
		    span_of((const char *)&key, sizeof(key)));
	if (found != MAP_NONE)
		return found;
	return p->domain != NULL ? p->domain->sampling : 0;
}

static void
record_take(
    struct at_packet *p, const struct template *t, struct netflow_fields *v)
{
	struct flow f;

	p->records++;
	if (t->options) {
		options_take(p, v);
		return;
	}
	netflow_fields_flow(v, p->export_ms, p->uptime, &f);
	if (f.exporter.family == 0)
		f.exporter = *p->exporter;
	f.sampling = sampling_of(p, v);
	flow_take(&p->n->sink, &f, p->offset);
}

static void
data_set(struct at_packet *p, const struct template *t, struct span body)
{
	struct cursor c = cursor_of(body);

	/* What is shorter than a record is padding. */
	while (t->least > 0 && cursor_left(&c) >= t->least) {
		struct netflow_fields v;

		netflow_fields_init(&v);
		for (unsigned i = 0; i < t->n; i++)
			netflow_fields_take(
			    &v, &t->v[i], template_field(&t->v[i], &c));
		if (c.failed) {
			broken(p->n, p->offset);
			return;
		}
		record_take(p, t, &v);
	}
	if (t->least == 0)
		broken(p->n, p->offset);
}

/* The template has come: what waited for it is read. */
static void
parked_read(struct at_packet *p, struct template_slot *slot)
{
	struct template t = slot->template;
	struct parked *v = slot->first;
	struct at_packet then = *p;

	slot->first = slot->last = NULL;
	for (; v != NULL; v = v->next) {
		then.offset = v->offset;
		then.export_ms = v->export_ms;
		then.uptime = v->uptime;
		data_set(&then, &t, v->body);
	}
}

static uint32_t
withdrawn(const struct at_packet *p, bool options)
{
	return p->domain != NULL ? p->domain->withdrawn[options] : 0;
}

static bool
template_known(const struct at_packet *p, const struct template_slot *s)
{
	return s->template.n > 0 &&
	       s->withdrawn == withdrawn(p, s->template.options);
}

/* Templates of one set.  Fields are counted (templates, IPFIX) or measured
 * in bytes (options of version 9). */
static void
template_set(struct at_packet *p, struct cursor c, bool options)
{
	bool ipfix = p->key.version == IPFIX;

	while (cursor_left(&c) >= 4) {
		unsigned id = cursor_be16(&c), n = cursor_be16(&c);
		struct template_slot *slot;

		/* Padding. */
		if (id == 0 && n == 0)
			return;
		if (options && !ipfix)
			n = n / 4 + cursor_be16(&c) / 4u;
		else if (options && n > 0)
			cursor_skip(&c, 2); /* how many are scopes */
		/* All of them (RFC 7011 section 8.1). */
		if (ipfix && n == 0 &&
		    id == (options ? SET_OPTIONS : SET_TEMPLATE)) {
			if (p->domain != NULL)
				p->domain->withdrawn[options]++;
			continue;
		}
		p->key.id = (uint16_t)id;
		slot = templates_slot(&p->n->templates, &p->key);
		if (slot == NULL)
			return;
		if (id < SET_DATA || c.failed ||
		    !template_read(
			&p->n->templates, slot, &c, n, ipfix, options)) {
			broken(p->n, p->offset);
			return;
		}
		slot->withdrawn = withdrawn(p, options);
		slot->gone = n == 0;
		/* No fields: withdrawn. */
		if (n == 0)
			slot->template = (struct template){0};
		else
			parked_read(p, slot);
	}
}

static void
set_take(struct at_packet *p, unsigned id, struct span body)
{
	bool ipfix = p->key.version == IPFIX;
	struct template_slot *slot;

	if (id == (ipfix ? SET_TEMPLATE : SET_TEMPLATE_V9)) {
		template_set(p, cursor_of(body), false);
	} else if (id == (ipfix ? SET_OPTIONS : SET_OPTIONS_V9)) {
		template_set(p, cursor_of(body), true);
	} else if (id >= SET_DATA) {
		p->key.id = (uint16_t)id;
		slot = templates_slot(&p->n->templates, &p->key);
		if (slot == NULL) {
			p->n->templates.lost++;
			p->unread = true;
		} else if (slot->gone || !template_known(p, slot)) {
			p->unread = true;
			/* What comes behind a withdrawal is of another form
			 * than the next template, for all one knows. */
			if (slot->gone || slot->template.n > 0) {
				p->n->orphans++;
				return;
			}
			template_park(&p->n->templates, slot, body, p->offset,
			    p->export_ms, p->uptime);
		} else {
			struct template t = slot->template;

			data_set(p, &t, body);
		}
	} else {
		broken(p->n, p->offset);
	}
}

static void
sets_take(struct at_packet *p, struct cursor *c)
{
	while (cursor_left(c) >= 4) {
		unsigned id = cursor_be16(c), size = cursor_be16(c);

		if (size < 4 || size - 4 > cursor_left(c)) {
			broken(p->n, p->offset);
			return;
		}
		set_take(p, id, cursor_take(c, size - 4));
	}
}

static void
v9_packet(struct at_packet *p, struct cursor *c)
{
	uint32_t number, source;

	cursor_skip(c, 2);
	p->uptime = cursor_be32(c);
	p->export_ms = cursor_be32(c) * INT64_C(1000);
	number = cursor_be32(c);
	source = cursor_be32(c);
	if (c->failed) {
		broken(p->n, p->offset);
		return;
	}
	key_set(p, V9, source);
	sequence(p, number, 1);
	sets_take(p, c);
}

static void
ipfix_packet(struct at_packet *p, struct cursor *c)
{
	unsigned size = cursor_be16(c);
	uint32_t number, source;
	struct cursor body;

	p->export_ms = cursor_be32(c) * INT64_C(1000);
	number = cursor_be32(c);
	source = cursor_be32(c);
	if (c->failed || size < HEAD_IPFIX) {
		broken(p->n, p->offset);
		return;
	}
	size -= HEAD_IPFIX;
	if (size > cursor_left(c)) {
		broken(p->n, p->offset);
		size = (unsigned)cursor_left(c);
	}
	key_set(p, IPFIX, source);
	body = cursor_sub(c, size);
	sets_take(p, &body);
	sequence(p, number, p->records);
}

void
netflow_packet(struct netflow *n, const struct addr *exporter,
    struct span bytes, uint64_t offset)
{
	struct at_packet p = {.n = n, .exporter = exporter, .offset = offset};
	struct cursor c = cursor_of(bytes);
	unsigned version = cursor_be16(&c);

	n->packets++;
	if (version == V5 || version == V7)
		v5_packet(&p, &c, version);
	else if (version == V9)
		v9_packet(&p, &c);
	else if (version == IPFIX)
		ipfix_packet(&p, &c);
	else
		broken(n, offset);
}

static void
say_parked(const struct netflow *n, struct arena *a, struct emit *out)
{
	uint64_t sets = 0, templates = 0;
	unsigned id = 0;

	for (size_t i = 0; i < n->templates.n; i++) {
		const struct template_slot *s = &n->templates.v[i];

		if (s->first == NULL)
			continue;
		if (templates++ == 0)
			id = s->key.id;
		for (const struct parked *p = s->first; p; p = p->next)
			sets++;
	}
	if (sets > 0)
		out->diag(out, DIAG_NO_TEMPLATE, 0,
		    arena_fmt(a,
			"%" PRIu64 " sets for %" PRIu64
			" templates, the first is %u",
			sets, templates, id));
	if (n->orphans > 0)
		out->diag(out, DIAG_NO_TEMPLATE, 0,
		    arena_fmt(a,
			"%" PRIu64 " sets whose template was withdrawn",
			n->orphans));
	if (n->templates.lost > 0)
		out->diag(out, DIAG_TOO_MANY, 0,
		    arena_fmt(a, "%" PRIu64 " sets waiting for templates",
			n->templates.lost));
}

void
netflow_close(struct netflow *n, struct arena *a, struct emit *out)
{
	say_parked(n, a, out);
	if (n->templates.full)
		out->diag(out, DIAG_TOO_MANY, 0, SPAN("templates"));
	if (n->broken > 0)
		out->diag(out, DIAG_BAD_BLOCK, 0,
		    arena_fmt(a,
			"%" PRIu64 " times in %" PRIu64
			" packets; the first at byte %" PRIu64,
			n->broken, n->packets, n->broken_at));
	if (n->gaps > 0)
		out->diag(out, DIAG_SEQUENCE_GAP, 0,
		    arena_fmt(a, "%" PRIu64 " gaps, %" PRIu64 " missing",
			n->gaps, n->missing));
}

static bool
version_known(unsigned v)
{
	return v == V5 || v == V7 || v == V9 || v == IPFIX;
}

static long
v9_size(struct span bytes, bool last)
{
	struct cursor c = cursor_of(bytes);

	cursor_skip(&c, HEAD_V9);
	if (c.failed)
		return last ? -1 : 0;
	while (cursor_left(&c) >= 4) {
		struct cursor ahead = c;
		unsigned id = cursor_be16(&ahead), n = cursor_be16(&ahead);

		if (version_known(id))
			break;
		if (n < 4 || (id > SET_OPTIONS_V9 && id < SET_DATA))
			return -1;
		if (n > cursor_left(&c))
			return last ? -1 : 0;
		cursor_skip(&c, n);
		if (bytes.n - cursor_left(&c) > UINT16_MAX)
			return -1;
	}
	if (cursor_left(&c) < 4 && !last)
		return 0;
	return (long)(bytes.n - cursor_left(&c));
}

long
netflow_size(struct span bytes, bool last)
{
	struct cursor c = cursor_of(bytes);
	unsigned version = cursor_be16(&c), count = cursor_be16(&c);

	if (c.failed)
		return last ? -1 : 0;
	if ((version == V5 || version == V7) && count > 0)
		return HEAD_V5 +
		       (long)count * (version == V5 ? RECORD_V5 : RECORD_V7);
	if (version == IPFIX && count >= HEAD_IPFIX)
		return count;
	return version == V9 ? v9_size(bytes, last) : -1;
}

bool
netflow_looks(struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	unsigned version = cursor_be16(&c);

	if (netflow_size(bytes, true) != (long)bytes.n)
		return false;
	/* A header alone says too little. */
	if (bytes.n <= (version == V9 ? HEAD_V9 : HEAD_IPFIX))
		return false;
	if (version != IPFIX)
		return true;
	cursor_skip(&c, HEAD_IPFIX - 2);
	while (cursor_left(&c) >= 4) {
		unsigned id = cursor_be16(&c), n = cursor_be16(&c);

		if (n < 4 || id < SET_TEMPLATE ||
		    (id > SET_OPTIONS && id < SET_DATA))
			return false;
		cursor_skip(&c, n - 4);
	}
	return !c.failed;
}
