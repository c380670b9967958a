/*
 * Which evidence belongs to which device.  Order of trust: the host name that
 * the evidence itself states, the device's own addresses, folder and file
 * names.
 */
#include "case/casefile.h"

/* The host name that a source's own facts state. */
static struct span
stated_name(const struct source *s)
{
	for (size_t i = 0; i < s->nfacts; i++)
		if (s->facts[i].kind == K_DEVICE &&
		    fact_text(&s->facts[i], F_HOSTNAME).n > 0)
			return fact_text(&s->facts[i], F_HOSTNAME);
	return (struct span){0};
}

static bool
states_device(const struct source *s)
{
	return span_is(s->evidence, "config") ||
	    span_is(s->evidence, "version");
}

static void
note_ambiguous(struct casefile *c, struct source *s, struct span name)
{
	source_diag(c, s, DIAG_CONFLICT, 0,
	    arena_fmt(&c->arena,
		"\"%.*s\" could be more than one device; evidence was not "
		"joined",
		SPAN_FMT(name)));
}

/* By stated name; by file name only for what describes one device. */
static void
join_source(struct casefile *c, struct source *s, bool by_path)
{
	struct span name = stated_name(s);

	if (s->device != DEVICE_NONE || !states_device(s) ||
	    (name.n == 0) != by_path)
		return;
	if (by_path) {
		s->device = fleet_find_path(&c->fleet, s->path);
		if (s->device != DEVICE_NONE && s->device != DEVICE_AMBIGUOUS)
			return;
		name = path_device_name(s->path);
		if (name.n == 0)
			name = s->path;
	}
	s->device = fleet_name(&c->fleet, name);
	if (s->device == DEVICE_AMBIGUOUS) {
		note_ambiguous(c, s, name);
		s->device = DEVICE_NONE;
	}
}

static void
give_facts(struct casefile *c, uint32_t index)
{
	struct source *s = &c->sources[index];
	struct device *d;

	if (s->device == DEVICE_NONE)
		return;
	for (size_t i = 0; i < s->nfacts; i++)
		fleet_fact(&c->fleet, s->device, &s->facts[i], index);
	for (size_t i = 0; i < s->nnets; i++)
		fleet_net(&c->fleet, s->device, s->nets[i].kind,
		    &s->nets[i].prefix);
	d = &c->fleet.v[s->device];
	d->evidence |= evidence_class(s->evidence);
}

uint32_t
case_host_device(struct casefile *c, struct source *s, struct span host,
    struct span host_addr, bool make)
{
	struct addr a;
	uint32_t d = DEVICE_NONE;

	if (host.n > 0 && !addr_read(host, &a))
		d = fleet_find_name(&c->fleet, host);
	if (d == DEVICE_NONE && host_addr.n > 0 && addr_read(host_addr, &a))
		d = fleet_find_address(&c->fleet, &a);
	if (d == DEVICE_AMBIGUOUS) {
		if (make)
			note_ambiguous(c, s, host.n > 0 ? host : host_addr);
		return DEVICE_NONE;
	}
	if (d == DEVICE_NONE && make)
		d = fleet_name(&c->fleet, host.n > 0 ? host : host_addr);
	else if (d == DEVICE_NONE)
		d = fleet_find_name(
		    &c->fleet, host.n > 0 ? host : host_addr);
	return d == DEVICE_AMBIGUOUS ? DEVICE_NONE : d;
}

/* A log of one device has that device; a log of many has none. */
static void
join_hosts(struct casefile *c, struct source *s)
{
	unsigned class = evidence_class(s->evidence);
	uint32_t only = DEVICE_NONE;
	bool several = false;

	for (size_t i = 0; i < s->nhosts; i++) {
		uint32_t d = case_host_device(c, s,
		    s->hosts[i].host, s->hosts[i].host_addr, true);

		if (d == DEVICE_NONE)
			continue;
		c->fleet.v[d].evidence |= class;
		several |= only != DEVICE_NONE && only != d;
		only = d;
	}
	if (s->device == DEVICE_NONE && !several)
		s->device = only;
}

static void
join_by_folder(struct casefile *c, struct source *s)
{
	uint32_t d;

	if (s->device != DEVICE_NONE || s->nhosts > 0 || states_device(s) ||
	    (s->state != SOURCE_READ && s->state != SOURCE_UNRECOGNISED))
		return;
	d = fleet_find_path(&c->fleet, s->path);
	/* A web server's log that nothing else explains is its device's. */
	if (d == DEVICE_NONE && span_is(s->evidence, "weblog") &&
	    path_device_name(s->path).n > 0)
		d = fleet_name(&c->fleet, path_device_name(s->path));
	if (d == DEVICE_NONE || d == DEVICE_AMBIGUOUS)
		return;
	s->device = d;
	c->fleet.v[d].evidence |=
	    s->evidence.n > 0 ? evidence_class(s->evidence) : EV_FILE;
}

void
case_join(struct casefile *c)
{
	for (size_t i = 0; i < c->nsources; i++)
		join_source(c, &c->sources[i], false);
	for (size_t i = 0; i < c->nsources; i++)
		join_source(c, &c->sources[i], true);
	for (uint32_t i = 0; i < c->nsources; i++)
		give_facts(c, i);
	fleet_seal(&c->fleet);
	for (size_t i = 0; i < c->nsources; i++)
		join_hosts(c, &c->sources[i]);
	for (size_t i = 0; i < c->nsources; i++)
		join_by_folder(c, &c->sources[i]);
}
