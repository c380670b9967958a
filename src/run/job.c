#include "run/job.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "device/device.h"
#include "read/dump.h"
#include "record/codec.h"

void
job_send(struct job *j, enum result_type type, struct buf *body)
{
	buf_u8(j->out, (uint8_t)type);
	buf_bytes(j->out, buf_span(body));
	buf_reset(body);
}

void
job_diag(struct job *j, enum diag_code code, uint64_t line, struct span detail)
{
	struct buf b;

	if (++j->ndiags > LIMIT_DIAGS)
		return;
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
	j->records = 0;
	j->ndiags = 0;
	j->identity = (struct identity){0};
	hosts_init(&j->hosts, &j->source);
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_bytes(&b, path);
	job_send(j, RESULT_SOURCE, &b);
	buf_release(&b);
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
		if (t->full)
			job_diag(j, DIAG_TOO_MANY, 0, SPAN("findings"));
	}
	for (size_t i = 0; i < j->hosts.n; i++) {
		struct addr a;
		struct span host = j->hosts.v[i].host;
		bool address = addr_read(host, &a);

		buf_bytes(&b, address ? (struct span){0} : host);
		buf_bytes(&b, address ? host : (struct span){0});
		buf_u64(&b, j->hosts.v[i].lines);
		job_send(j, RESULT_HOST, &b);
	}
	buf_release(&b);
}

static void
send_net(struct job *j, enum fleet_net kind, const struct prefix *p)
{
	buf_u8(j->out, RESULT_NET);
	buf_u32(j->out, 3 + sizeof(p->addr.bytes));
	buf_u8(j->out, (uint8_t)kind);
	buf_u8(j->out, p->addr.family);
	buf_u8(j->out, p->bits);
	buf_put(j->out, span_of((const char *)p->addr.bytes,
			    sizeof(p->addr.bytes)));
}

/* Of interfaces and routes the case needs the addresses alone. */
static void
send_nets(struct job *j, const struct record *r)
{
	const struct value *address = record_get(r, F_ADDRESS),
			   *prefix = record_get(r, F_PREFIX);

	if (r->kind == K_INTERFACE && address != NULL)
		send_net(j, FLEET_ADDRESS, &address->u.prefix);
	if (r->kind == K_INTERFACE && prefix != NULL)
		send_net(j, FLEET_LINK, &prefix->u.prefix);
	if (r->kind == K_ROUTE && prefix != NULL)
		send_net(j, FLEET_ROUTE, &prefix->u.prefix);
}

/* Facts that the case joins devices by or tests vulnerabilities with. */
static bool
worth_keeping(const struct job *j, const struct record *r)
{
	if (r->kind == K_SETTING)
		return detector_asks_for(j->detector, record_text(r, F_NAME));
	return (kind_flags(r->kind) & KEPT) != 0;
}

void
job_record(struct job *j, const struct record *r)
{
	struct buf b;

	if (r->kind != K_FILE)
		j->records++;
	if (j->detector != NULL)
		detector_record(j->detector, r);
	if (j->o->mode == WORKER_SCAN) {
		send_nets(j, r);
		if (!worth_keeping(j, r))
			return;
	}
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	if (j->o->mode == WORKER_SCAN) {
		record_encode(&b, r);
		job_send(j, RESULT_FACT, &b);
	} else if (j->o->mode == WORKER_DUMP && r->kind != K_FILE) {
		record_dump(&b, r, j->path, j->o->show_secrets);
		job_send(j, RESULT_TEXT, &b);
	}
	buf_release(&b);
}
