#include "run/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "device/device.h"
#include "read/answer.h"
#include "read/dump.h"
#include "record/codec.h"

static bool
last_word(enum result_type type)
{
	return type == RESULT_DIAG || type == RESULT_END ||
	       type == RESULT_CHUNK || type == RESULT_SOURCE;
}

/* Room for n more bytes: some is kept for what must be said at the end. */
static bool
out_has_room(struct job *j, enum result_type type, size_t n)
{
	size_t reserve = last_word(type) ? 0 : LIMIT_RESULT_RESERVE;

	if (j->out->n + n + 8 + reserve <= j->out->ceiling)
		return true;
	j->cut = true;
	return false;
}

void
job_send(struct job *j, enum result_type type, struct buf *body)
{
	if (buf_full(body))
		j->cut = true;
	else if (out_has_room(j, type, body->n)) {
		buf_u8(j->out, (uint8_t)type);
		buf_bytes(j->out, buf_span(body));
	}
	buf_reset(body);
}

void
job_beat(struct job *j, uint64_t bytes)
{
	struct buf nothing = {0};

	j->silent += bytes;
	if (j->silent < LIMIT_BEAT_BYTES)
		return;
	j->silent = 0;
	sched_part(j->task, &nothing);
}

void
job_diag(struct job *j, enum diag_code code, uint64_t line, struct span detail)
{
	struct buf b;

	/* The first of each kind is told: it may be what lost something. */
	if (++j->ndiags > LIMIT_DIAGS && j->said[code]) {
		j->unsaid++;
		return;
	}
	j->said[code] = true;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u32(&b, code);
	buf_u64(&b, line);
	buf_bytes(&b, span_head(detail, LIMIT_EVIDENCE_TEXT));
	job_send(j, RESULT_DIAG, &b);
	buf_release(&b);
}

void
job_begin(struct job *j, struct span path, int64_t mtime)
{
	struct buf b;

	arena_reset(&j->source);
	j->path = arena_copy(&j->source, path);
	j->mtime = mtime;
	j->records = j->front = 0;
	j->ndiags = 0;
	j->unsaid = 0;
	memset(j->said, 0, sizeof(j->said));
	j->nnets = j->nfacts = j->nsecrets = j->ntraits = j->nmoments = 0;
	j->nstatements = 0;
	j->nvoices = j->voices_cap = j->voice = j->nchanges = 0;
	j->voices = NULL;
	j->cut = j->whole = false;
	j->told = j->told_at = UINT64_MAX;
	map_init(&j->reached, &j->source);
	j->interfaces = 0;
	j->device = (struct span){0};
	j->answers = 0;
	j->identity = (struct identity){0};
	j->understood = NULL;
	hosts_init(&j->hosts, &j->source);
	contacts_init(&j->contacts, &j->source, j->o->watched,
	    j->detector == NULL || j->o->watched == NULL
		? NULL
		: detector_services(j->detector));
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_bytes(&b, path);
	job_send(j, RESULT_SOURCE, &b);
	buf_release(&b);
	/* What is said of the sources before is safe now, and the parent
	 * knows at which one we are. */
	if (j->by_source)
		sched_part(j->task, j->out);
}

static void
diags_end(struct job *j)
{
	struct buf b;

	if (j->unsaid == 0)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u64(&b, j->unsaid);
	job_send(j, RESULT_DIAGS_LEFT, &b);
	buf_release(&b);
}

/* What the source has more of than is kept.  That makes the run incomplete,
 * and so must not be the diagnostic that is one too many itself. */
static void
say_limits(struct job *j)
{
	if (j->ndiags > LIMIT_DIAGS - 8)
		j->ndiags = LIMIT_DIAGS - 8;
	if (j->detector != NULL && detector_sightings(j->detector)->full)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("entities of a finding"));
	if (j->detector != NULL && detector_events(j->detector)->full)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("events of correlations"));
	if (j->hosts.unnamed > 0)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("hosts"));
	if (j->nnets > LIMIT_NETS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("interface addresses"));
	if (j->nsecrets > LIMIT_SOURCE_SECRETS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("secrets"));
	if (j->ntraits > LIMIT_SOURCE_TRAITS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("traits to compare"));
	if (j->nchanges > LIMIT_SOURCE_EVENTS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("changes in logs"));
	if (j->nfacts > LIMIT_SOURCE_FACTS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("facts"));
	if (j->nstatements > LIMIT_STATEMENTS)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("statements to compare"));
	if (j->cut)
		job_diag(j, DIAG_TOO_MANY, 0,
		    SPAN("results of the source do not fit in a message"));
}

void
job_flush(struct job *j)
{
	struct buf b;

	buf_init(&b, LIMIT_TASK_RESULT_BYTES);
	if (j->detector != NULL) {
		const struct sighting_table *t =
		    detector_sightings(j->detector);

		detector_end(j->detector);
		for (size_t i = 0; i < t->n; i++) {
			sighting_encode(&b, &t->v[i]);
			job_send(j, RESULT_SIGHTING, &b);
		}
	}
	for (size_t i = 0;
	     j->detector != NULL && i < detector_events(j->detector)->n; i++) {
		event_encode(&b, &detector_events(j->detector)->v[i]);
		job_send(j, RESULT_EVENT, &b);
	}
	for (size_t i = 0; i < j->hosts.n; i++) {
		struct addr a;
		struct span host = j->hosts.v[i].host;
		bool address = addr_read(host, &a);

		buf_bytes(&b, address ? (struct span){0} : host);
		buf_bytes(&b, address ? host : (struct span){0});
		heard_encode(&b, &j->hosts.v[i].heard);
		buf_u32(&b, j->hosts.v[i].shown);
		job_send(j, RESULT_HOST, &b);
	}
	if (j->hosts.shown != 0) {
		buf_u32(&b, j->hosts.shown);
		job_send(j, RESULT_SHOWN, &b);
	}
	buf_release(&b);
	job_moments_end(j);
	diags_end(j);
	job_voices_flush(j);
	job_contacts_flush(j);
	say_limits(j);
}

static void
send_net(struct job *j, enum fleet_net kind, const struct prefix *p)
{
	size_t n = 3 + sizeof(p->addr.bytes);

	if (++j->nnets > LIMIT_NETS || !out_has_room(j, RESULT_NET, n))
		return;
	buf_u8(j->out, RESULT_NET);
	buf_u32(j->out, (uint32_t)n);
	buf_u8(j->out, (uint8_t)kind);
	buf_u8(j->out, p->addr.family);
	buf_u8(j->out, p->bits);
	buf_put(j->out,
	    span_of((const char *)p->addr.bytes, sizeof(p->addr.bytes)));
}

/* Of interfaces the case needs the addresses alone. */
static void
send_nets(struct job *j, const struct record *r)
{
	const struct value *address = record_get(r, F_ADDRESS),
			   *prefix = record_get(r, F_PREFIX);

	if (r->kind == K_INTERFACE && address != NULL)
		send_net(j, FLEET_ADDRESS, &address->u.prefix);
	if (r->kind == K_INTERFACE && prefix != NULL)
		send_net(j, FLEET_LINK, &prefix->u.prefix);
}

/* Readers state a default only where they saw all of a configuration (but the
 * ports of services always): one such fact says so of the source. */
static bool
shows_whole(struct job *j, const struct record *r)
{
	if (j->whole || !span_is(record_text(r, F_ORIGIN), "default") ||
	    span_is(record_text(r, F_STATE), "unknown") ||
	    span_ends(record_text(r, F_NAME), SPAN("-port")))
		return false;
	j->whole = true;
	return true;
}

/* A firewall has a service on each interface, for each administrator: one
 * that comes to the same says nothing more. */
static bool
new_reach(struct job *j, const struct record *r)
{
	struct span key = arena_fmt(&j->source, "%.*s %.*s %.*s %.*s %.*s",
	    SPAN_FMT(record_text(r, F_SERVICE)),
	    SPAN_FMT(record_text(r, F_VERDICT)),
	    SPAN_FMT(record_text(r, F_PUBLIC)),
	    SPAN_FMT(record_text(r, F_OPENING)),
	    SPAN_FMT(record_text(r, F_VRF)));

	if (j->reached.n >= LIMIT_KEPT_REACH ||
	    map_get(&j->reached, key) != MAP_NONE)
		return false;
	map_add(&j->reached, key, 1);
	return true;
}

/* The first that is up, that has a public address, that leads to customers or
 * peers. */
static bool
new_interface(struct job *j, const struct record *r)
{
	enum { ANY = 1, OPEN = 2, OTHERS = 4 };
	struct span role = record_text(r, F_ROLE);
	const struct value *address = record_get(r, F_ADDRESS);
	unsigned kinds = ANY;

	if (span_is(record_text(r, F_SHUTDOWN), "true") ||
	    span_is(role, "management"))
		return false;
	if (address != NULL && addr_public(&address->u.prefix.addr))
		kinds |= OPEN;
	if (span_is(role, "customer") || span_is(role, "peer"))
		kinds |= OTHERS;
	if ((kinds & ~j->interfaces) == 0)
		return false;
	j->interfaces |= kinds;
	return true;
}

/* Facts that the case joins devices by or tests vulnerabilities with. */
static bool
worth_keeping(struct job *j, const struct record *r)
{
	if (r->kind == K_DEVICE && record_text(r, F_HOSTNAME).n > 0) {
		j->whole = false;
		j->interfaces = 0;
	}
	if (r->kind == K_REACH)
		return new_reach(j, r);
	if (r->kind == K_INTERFACE)
		return new_interface(j, r);
	if (r->kind == K_SETTING)
		return shows_whole(j, r) ||
		       detector_asks_for(j->detector, record_text(r, F_NAME));
	return (kind_flags(r->kind) & KEPT) != 0;
}

/* Facts outlive the run in a case: without their secrets. */
static void
put_fact(struct job *j, const struct record *r, struct buf *b)
{
	struct record kept = *r;

	kept.nvalues = 0;
	for (unsigned i = 0; i < r->nvalues; i++)
		if (field_type((enum field_id)r->values[i].field) != FT_SECRET)
			kept.values[kept.nvalues++] = r->values[i];
	if (j->detector != NULL)
		kept.raw = detector_text(j->detector, r->raw);
	record_encode(b, &kept);
}

static void
send_fact(struct job *j, const struct record *r)
{
	struct buf b;

	if (++j->nfacts > LIMIT_SOURCE_FACTS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	put_fact(j, r, &b);
	job_send(j, RESULT_FACT, &b);
	buf_release(&b);
}

static void
on_feature(void *ctx, const struct detector_feature *f)
{
	struct record r;

	record_init(&r, K_FEATURE, f->line, UINT64_MAX, f->text);
	record_put(&r, F_NAME, f->name);
	record_put(&r, F_STATE, f->off ? SPAN("disabled") : SPAN("enabled"));
	for (size_t i = 0; i < f->platforms->n; i++)
		record_put(&r, F_PLATFORM, f->platforms->v[i]);
	send_fact(ctx, &r);
}

void
job_features(struct job *j)
{
	if (j->detector != NULL)
		detector_on_feature(j->detector, on_feature, j);
}

void
job_record(struct job *j, const struct record *r)
{
	struct buf b;

	if (r->kind != K_FILE)
		j->records++;
	if (j->detector != NULL)
		detector_record(j->detector, r);
	if (j->understood != NULL)
		understood_record(j->understood, r);
	if (j->o->mode == WORKER_SCAN) {
		send_nets(j, r);
		job_secret(j, r);
		job_trait(j, r);
		job_moment(j, r);
		if (j->o->changes != NULL)
			job_statement(j, r);
		job_contact(j, r);
		if (worth_keeping(j, r))
			send_fact(j, r);
		return;
	}
	if (j->o->mode == WORKER_HEARD) {
		job_voice(j, r);
		return;
	}
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	if (j->o->mode == WORKER_DUMP && r->kind != K_FILE) {
		record_dump(&b, r, j->path, j->o->show_secrets);
		job_send(j, RESULT_TEXT, &b);
	} else if (j->o->mode == WORKER_REACH) {
		if (r->kind == K_DEVICE && j->device.n == 0)
			j->device =
			    arena_copy(&j->source, record_text(r, F_HOSTNAME));
		if (r->kind == K_REACH || r->kind == K_ENTRANCE) {
			j->answers++;
			answer_write(&b, r, j->path, j->device);
			job_send(j, RESULT_TEXT, &b);
		}
	}
	buf_release(&b);
}

void
job_no_answer(struct job *j)
{
	struct buf b;

	if (j->o->mode != WORKER_REACH || j->answers > 0 ||
	    j->identity.reader == NULL ||
	    !span_is(span_str(j->identity.reader->evidence), "config"))
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	answer_none(&b, j->path, j->device);
	job_send(j, RESULT_TEXT, &b);
	buf_release(&b);
}
