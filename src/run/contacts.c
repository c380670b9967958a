/*
 * Flows of known devices: which pass they are read in, and what becomes of
 * them in the worker.
 */
#include "run/job.h"

#include "base/limits.h"

static bool
evidence_is(const struct job *j, const char *evidence)
{
	const struct reader *r = j->identity.reader;

	return r != NULL && span_is(span_str(r->evidence), evidence);
}

bool
job_waits(struct job *j)
{
	bool flows = evidence_is(j, "flow") || evidence_is(j, "syslog") ||
		     evidence_is(j, "monitor");
	struct buf nothing = {0};

	if (j->once || j->o->mode != WORKER_SCAN || j->o->pass == PASS_ONLY ||
	    flows == (j->o->pass == PASS_SECOND))
		return false;
	job_send(j, RESULT_WAITS, &nothing);
	return true;
}

static enum talk_outcome
outcome_of(const struct flow *f)
{
	enum { FIN = 1, RST = 4, PSH = 8, ACK = 16 };
	unsigned flags = f->tcp_flags;

	if (f->action == FLOW_DENY)
		return TALK_REFUSED;
	if (f->protocol != 6 || flags == 0)
		return TALK_UNKNOWN;
	if ((flags & ACK) == 0 || ((flags & RST) != 0 && (flags & PSH) == 0))
		return TALK_REFUSED;
	return (flags & (PSH | FIN)) != 0 ? TALK_ANSWERED : TALK_UNKNOWN;
}

static enum talk_part
part_of(const struct flow *f)
{
	static const enum talk_part parts[] = {[FLOW_WHOLE] = TALK_WHOLE,
	    [FLOW_OPENS] = TALK_OPENS,
	    [FLOW_GOES_ON] = TALK_GOES_ON,
	    [FLOW_CLOSES] = TALK_CLOSES};

	return f->action == FLOW_DENY ? TALK_WHOLE : parts[f->part];
}

static void
on_flow(void *ctx, const struct flow *f, uint64_t number, uint64_t offset)
{
	struct job *j = ctx;
	struct talk t = {.src = f->src,
	    .dst = f->dst,
	    .first = f->first,
	    .last = f->last,
	    .packets_out = f->packets,
	    .bytes_out = f->both_ways ? 0 : f->bytes,
	    .bytes_in = f->bytes_back,
	    .bytes_either = f->both_ways ? f->bytes : 0,
	    .packets_in = f->bytes_back > 0,
	    .src_began = f->src_began,
	    .part = part_of(f),
	    .number = number,
	    .offset = offset,
	    .src_port = f->src_port,
	    .dst_port = f->dst_port,
	    .protocol = f->protocol,
	    .denied = f->action == FLOW_DENY,
	    .has_ports = f->has_ports,
	    .outcome = outcome_of(f)};

	/* Some count no packets (ASA). */
	if (f->packets == 0)
		t.packets_out = f->bytes > 0;
	if (f->both_ways && f->protocol == 6 && f->bytes > 0 && !t.denied)
		t.outcome = TALK_ANSWERED;
	j->told = number;
	j->told_at = offset;
	contacts_take(&j->contacts, &t);
}

const struct flow_watch *
job_watch(struct job *j, struct flow_watch *room)
{
	if (j->contacts.watched == NULL)
		return NULL;
	*room = (struct flow_watch){
	    j->contacts.watched, j->contacts.v6, on_flow, j};
	return room;
}

/* A sensor tells of a connection many times; here once, when it is over. */
static bool
is_sensor_flow(const struct record *r)
{
	struct span type = record_text(r, F_FACILITY);

	return type.n == 0 || span_is(type, "flow") || span_is(type, "conn") ||
	       span_is(type, "traffic");
}

void
job_contact(struct job *j, const struct record *r)
{
	bool log = evidence_is(j, "syslog") ||
		   span_is(record_text(r, F_FACILITY), "flow");
	struct talk t;

	if (j->contacts.watched == NULL ||
	    (r->kind != K_FLOW && r->kind != K_SYSLOG) ||
	    j->identity.reader == NULL || j->identity.reader->tells_flows ||
	    (r->line == j->told && r->offset == j->told_at) ||
	    (evidence_is(j, "monitor") && !is_sensor_flow(r)) ||
	    !talk_of_record(r, log, &t) ||
	    !contacts_see(&j->contacts, &t.src, &t.dst))
		return;
	contacts_take(&j->contacts, &t);
}

void
job_contacts_flush(struct job *j)
{
	struct buf b;

	if (j->contacts.watched == NULL)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	for (size_t i = 0; i < j->contacts.n; i++) {
		contact_encode(&b, &j->contacts.v[i]);
		job_send(j, RESULT_CONTACT, &b);
	}
	buf_release(&b);
	if (j->contacts.dropped > 0)
		job_diag(j, DIAG_TOO_MANY, 0, SPAN("contacts of routers"));
}
