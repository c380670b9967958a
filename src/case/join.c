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

/* Its full name, where a domain is configured too; empty otherwise. */
static struct span
stated_full_name(struct casefile *c, const struct source *s)
{
	for (size_t i = 0; i < s->nfacts; i++) {
		struct span host = fact_text(&s->facts[i], F_HOSTNAME),
			    domain = fact_text(&s->facts[i], F_DOMAIN);

		if (s->facts[i].kind == K_DEVICE && host.n > 0 &&
		    domain.n > 0 && span_find_byte(host, '.') == SPAN_NONE)
			return arena_fmt(&c->arena, "%.*s.%.*s", SPAN_FMT(host),
			    SPAN_FMT(domain));
	}
	return (struct span){0};
}

static struct span
short_name(struct span host)
{
	return span_head(host, span_find_byte(host, '.'));
}

static bool
is_rival(const struct casefile *c, struct span host)
{
	struct addr a;

	return !addr_read(host, &a) &&
	       map_get(&c->rivals, short_name(host)) != MAP_NONE;
}

/* One more full name; a second one for the same short name makes a rival. */
static void
rival_note(struct casefile *c, struct map *seen, struct span full)
{
	uint32_t hash = (uint32_t)span_hash_nocase(full) & 0x7fffffff;

	if (map_add(seen, short_name(full), hash) != hash)
		map_add(&c->rivals, short_name(full), 1);
}

/*
 * Short names that configurations give two domains, or that logs write with
 * two: they are several devices.  A configured domain and the one in a log
 * need not be the same for one device, so the two are not compared.
 */
static void
rivals_find(struct casefile *c)
{
	struct map configured, logged;
	struct addr a;

	map_init(&configured, &c->arena);
	map_init(&logged, &c->arena);
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];
		struct span full = stated_full_name(c, s);

		if (full.n > 0)
			rival_note(c, &configured, full);
		for (size_t k = 0; k < s->nhosts; k++)
			if (span_find_byte(s->hosts[k].host, '.') !=
				SPAN_NONE &&
			    !addr_read(s->hosts[k].host, &a))
				rival_note(c, &logged, s->hosts[k].host);
	}
}

static bool
is_output(const struct source *s)
{
	return span_is(s->format, "show-output");
}

static bool
has_identity(const struct source *s)
{
	for (size_t i = 0; i < s->nfacts; i++)
		if (s->facts[i].kind == K_DEVICE)
			return true;
	return false;
}

/* Readers say what silence means only of a whole configuration: where all they
 * say of it is that it is not known, this is a part, and what does not stand in
 * it may well stand elsewhere. */
static bool
is_part(const struct source *s)
{
	bool any = false;

	for (size_t i = 0; i < s->nfacts; i++) {
		const struct fact *f = &s->facts[i];

		if (f->kind != K_SETTING ||
		    !span_is(fact_text(f, F_ORIGIN), "default") ||
		    span_ends(fact_text(f, F_NAME), SPAN("-port")))
			continue;
		if (!span_is(fact_text(f, F_STATE), "unknown"))
			return false;
		any = true;
	}
	return any;
}

/* What a block of show output is evidence of, beside the source's class. */
static unsigned
output_evidence(const struct fact *f, bool part)
{
	if (f->kind != K_DEVICE)
		return 0;
	if (span_is(fact_text(f, F_ORIGIN), "configured"))
		return part ? 0 : EV_CONFIG;
	return fact_text(f, F_VERSION).n > 0 ? EV_VERSION : 0;
}

static bool
states_device(const struct source *s)
{
	return span_is(s->evidence, "config") ||
	       span_is(s->evidence, "version") ||
	       (is_output(s) && has_identity(s));
}

static void
note_ambiguous(struct casefile *c, struct source *s, struct span name)
{
	source_diag(c, s, DIAG_CONFLICT, 0,
	    arena_fmt(&c->arena, "\"%.*s\" alone could be more than one device",
		SPAN_FMT(name)));
}

/* By stated name; by file name only for what describes one device. */
static void
join_source(struct casefile *c, struct source *s, bool by_path)
{
	struct span name = stated_name(s), full;

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
	full = stated_full_name(c, s);
	s->device = full.n > 0 && !by_path && is_rival(c, full)
			? fleet_full_name(&c->fleet, full)
			: fleet_name(&c->fleet, name);
	if (s->device == DEVICE_AMBIGUOUS) {
		note_ambiguous(c, s, name);
		s->device = DEVICE_NONE;
	}
}

/* A recording of sessions may speak of several devices: what follows the name
 * of one belongs to it. */
static uint32_t
fact_device(struct casefile *c, const struct source *s, const struct fact *f,
    uint32_t last)
{
	struct span name = fact_text(f, F_HOSTNAME);
	uint32_t d;

	if (!is_output(s) || f->kind != K_DEVICE || name.n == 0)
		return last;
	d = fleet_name(&c->fleet, name);
	return d == DEVICE_AMBIGUOUS ? last : d;
}

static void
give_facts(struct casefile *c, uint32_t index)
{
	struct source *s = &c->sources[index];
	uint32_t at = s->device;
	struct device *d;
	bool part = is_part(s);

	if (s->device == DEVICE_NONE || s->past)
		return;
	fleet_expect(&c->fleet, s->device, s->nfacts);
	for (size_t i = 0; i < s->nfacts; i++) {
		at = fact_device(c, s, &s->facts[i], at);
		fleet_fact(&c->fleet, at, &s->facts[i], index);
		if (is_output(s))
			c->fleet.v[at].evidence |=
			    output_evidence(&s->facts[i], part);
	}
	for (size_t i = 0; i < s->nnets; i++)
		fleet_net(
		    &c->fleet, s->device, s->nets[i].kind, &s->nets[i].prefix);
	d = &c->fleet.v[s->device];
	if (!part || !span_is(s->evidence, "config"))
		d->evidence |= evidence_class(s->evidence);
}

/* The source that first stated the device's release. */
static struct span
release_path(const struct casefile *c, const struct device *d)
{
	for (size_t i = 0; i < d->nfacts; i++)
		if (d->facts[i].fact.kind == K_DEVICE &&
		    span_eq(
			fact_text(&d->facts[i].fact, F_VERSION), d->version))
			return c->sources[d->facts[i].source].path;
	return (struct span){0};
}

/* What contradicts the release that the device is known by, and what comes of
 * it; empty: nothing does. */
static struct span
contradiction(struct casefile *c, const struct device *d, const struct fact *f)
{
	struct span version = fact_text(f, F_VERSION),
		    train = fact_text(f, F_TRAIN), path;
	struct version runs, other;
	uint32_t key[2];

	if (!version_read(d->platform, d->version, &runs))
		return (struct span){0};
	path = release_path(c, d);
	if (version.n > 0 && !span_eq(version, d->version) &&
	    (!version_read(d->platform, version, &other) ||
		version_compare(&other, &runs) != 0))
		return arena_fmt(&c->arena,
		    "%.*s here, %.*s in %.*s: a flaw that only one of them has "
		    "cannot be told",
		    SPAN_FMT(version), SPAN_FMT(d->version), SPAN_FMT(path));
	if (version.n == 0 && train.n > 0 && version_train_read(train, key) &&
	    (key[0] != runs.key[0] || key[1] != runs.key[1]))
		return arena_fmt(&c->arena,
		    "%.*s here, %.*s in %.*s: flaws are judged by the latter, "
		    "settings by a configuration that may be older",
		    SPAN_FMT(train), SPAN_FMT(d->version), SPAN_FMT(path));
	return (struct span){0};
}

/* Once all facts are given: each source that contradicts says so. */
static void
note_releases(struct casefile *c, uint32_t index)
{
	struct source *s = &c->sources[index];
	uint32_t at = s->device;

	if (at == DEVICE_NONE || s->past)
		return;
	for (size_t i = 0; i < s->nfacts; i++) {
		const struct device *d;
		struct span text = {0};

		at = fact_device(c, s, &s->facts[i], at);
		d = &c->fleet.v[at];
		if (s->facts[i].kind == K_DEVICE && d->version.n > 0)
			text = contradiction(c, d, &s->facts[i]);
		if (text.n == 0)
			continue;
		source_diag(c, s, DIAG_CONFLICT, s->facts[i].line, text);
		return;
	}
}

uint32_t
case_host_device(struct casefile *c, struct source *s, struct span host,
    struct span host_addr, bool make)
{
	struct addr a;
	uint32_t d = DEVICE_NONE;

	if (host.n > 0 && span_find_byte(host, '.') != SPAN_NONE &&
	    is_rival(c, host)) {
		if (make)
			note_ambiguous(c, s, short_name(host));
		return fleet_full_name(&c->fleet, host);
	}
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
		d = fleet_find_name(&c->fleet, host.n > 0 ? host : host_addr);
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
		uint32_t d = case_host_device(
		    c, s, s->hosts[i].host, s->hosts[i].host_addr, true);

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
	/* A log that names no host, and that nothing else explains, is that of
	 * the device it is named after. */
	if (d == DEVICE_NONE &&
	    (span_is(s->evidence, "weblog") || span_is(s->evidence, "syslog") ||
		span_is(s->evidence, "accounting")) &&
	    path_device_name(s->path).n > 0)
		d = fleet_name(&c->fleet, path_device_name(s->path));
	if (d == DEVICE_NONE && is_output(s) && path_output_name(s->path).n > 0)
		d = fleet_name(&c->fleet, path_output_name(s->path));
	if (d == DEVICE_NONE || d == DEVICE_AMBIGUOUS)
		return;
	s->device = d;
	if (s->past)
		return;
	c->fleet.v[d].evidence |=
	    s->evidence.n > 0 ? evidence_class(s->evidence) : EV_FILE;
}

void
case_join(struct casefile *c)
{
	rivals_find(c);
	for (size_t i = 0; i < c->nsources; i++)
		join_source(c, &c->sources[i], false);
	for (size_t i = 0; i < c->nsources; i++)
		join_source(c, &c->sources[i], true);
	for (uint32_t i = 0; i < c->nsources; i++)
		give_facts(c, i);
	for (uint32_t i = 0; i < c->nsources; i++)
		note_releases(c, i);
	case_trusted(c);
	fleet_seal(&c->fleet);
	for (size_t i = 0; i < c->nsources; i++)
		join_hosts(c, &c->sources[i]);
	case_contacts_join(c);
	for (size_t i = 0; i < c->nsources; i++)
		join_by_folder(c, &c->sources[i]);
	case_past_devices(c);
}
