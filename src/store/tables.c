/*
 * The tables for SQL, written from a closed casefile: no program of ours reads
 * them again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_out.h"
#include "store/shelf.h"

/* Those that refer to others come first. */
static const char *const derived[] = {"timeline", "evidence", "findings",
    "facts", "source_devices", "addresses", "devices"};

int
tables_clear(struct store *s, struct err *e)
{
	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "DELETE FROM %s", derived[i]);
		if (store_run(s, sql, NULL, 0, NULL, NULL, e) != 0)
			return -1;
	}
	return 0;
}

struct filling {
	struct store *s;
	const struct casefile *c;
	struct arena arena; /* until the next row */
	struct err *e;
};

static struct store_value
text(struct filling *x, struct span s)
{
	return store_text(store_clean(&x->arena, s));
}

static struct store_value
moment(struct filling *x, int64_t t)
{
	char out[TIME_TEXT];

	return t == TIME_NONE ? (struct store_value){0}
			      : store_text(arena_copy(
				    &x->arena, span_str(time_write(t, out))));
}

static struct store_value
place_number(uint64_t v, uint64_t none)
{
	return v == none ? (struct store_value){0} : store_int((int64_t)v);
}

static struct store_value
device_number(uint32_t device)
{
	return device == DEVICE_NONE ? (struct store_value){0}
				     : store_int((int64_t)device + 1);
}

static int
row(struct filling *x, const struct store_value *v)
{
	int r = store_bulk_row(x->s, v, x->e);

	arena_reset(&x->arena);
	return r;
}

static int
devices_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(x->s, "devices",
		"device, name, fqdn, vendor, platform, model, version, serial,"
		" verdict, trust, first_seen, last_seen",
		12, x->e) != 0)
		return -1;
	for (uint32_t i = 0; i < c->fleet.n; i++) {
		const struct device *d = &c->fleet.v[i];
		const struct device_result *r = &c->results[i];
		const struct store_value v[] = {device_number(i),
		    text(x, d->name), text(x, d->fqdn), text(x, d->vendor),
		    text(x, d->platform), text(x, d->model),
		    text(x, d->version), text(x, d->serial),
		    store_str(verdict_name(r->verdict)),
		    store_str(trust_name(r->trust)), moment(x, r->first),
		    moment(x, r->last)};

		if (row(x, v) != 0)
			return -1;
	}
	return store_bulk_end(x->s, x->e);
}

/* {"hostname": ["r1"], ...}: a field may stand several times. */
static struct span
fields_json(struct filling *x, const struct fact *f)
{
	char *out = NULL;
	size_t n = 0;
	FILE *m = open_memstream(&out, &n);
	struct json_out j;
	struct span s;

	ASSERT(m != NULL);
	json_out_init(&j, m);
	json_out_object(&j, NULL);
	for (unsigned i = 0; i < f->nvalues; i++) {
		unsigned k = 0;

		while (f->values[k].field != f->values[i].field)
			k++;
		if (k < i)
			continue;
		json_out_list(
		    &j, field_name((enum field_id)f->values[i].field));
		for (k = i; k < f->nvalues; k++)
			if (f->values[k].field == f->values[i].field)
				json_out_text(&j, NULL, f->values[k].text);
		json_out_end_list(&j);
	}
	json_out_end_object(&j);
	fclose(m);
	s = arena_copy(&x->arena, span_rtrim(span_of(out, n)));
	free(out);
	return s;
}

static int
facts_fill(struct filling *x)
{
	const struct fleet *fleet = &x->c->fleet;

	if (store_bulk_begin(x->s, "facts",
		"device, source, kind, line, fields, text", 6, x->e) != 0)
		return -1;
	for (uint32_t i = 0; i < fleet->n; i++)
		for (size_t k = 0; k < fleet->v[i].nfacts; k++) {
			const struct device_fact *f = &fleet->v[i].facts[k];
			const struct store_value v[] = {device_number(i),
			    store_int(x->c->sources[f->source].stored),
			    store_str(kind_name(f->fact.kind)),
			    store_int((int64_t)f->fact.line),
			    text(x, fields_json(x, &f->fact)),
			    text(x, f->fact.raw)};

			if (row(x, v) != 0)
				return -1;
		}
	return store_bulk_end(x->s, x->e);
}

static struct store_value
decision_of(const struct finding *f)
{
	if (f->waiver == NULL)
		return (struct store_value){0};
	return store_str(f->waiver->expired    ? "expired"
			 : f->waiver->rejected ? "rejected"
					       : "accepted");
}

static int
findings_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(x->s, "findings",
		"finding, fingerprint, rule, title, kind, device, severity,"
		" confidence, first_seen, last_seen, count, trust, decision",
		13, x->e) != 0)
		return -1;
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];
		const struct store_value v[] = {store_int((int64_t)i + 1),
		    store_str(f->mark), text(x, f->check->id),
		    text(x, f->title),
		    store_str(check_kind_name(f->check->kind)),
		    device_number(f->device),
		    store_str(severity_name(f->severity)),
		    store_str(confidence_name(f->confidence)),
		    moment(x, f->first), moment(x, f->last),
		    store_int((int64_t)f->count),
		    store_str(trust_name(f->trust)), decision_of(f)};

		if (row(x, v) != 0)
			return -1;
	}
	return store_bulk_end(x->s, x->e);
}

static int
evidence_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(x->s, "evidence",
		"finding, source, line, place, text", 5, x->e) != 0)
		return -1;
	for (size_t i = 0; i < c->nfindings; i++)
		for (size_t k = 0; k < c->findings[i].nplaces; k++) {
			const struct finding_place *p =
			    &c->findings[i].places[k];
			const struct store_value v[] = {
			    store_int((int64_t)i + 1),
			    store_int(c->sources[p->source].stored),
			    place_number(p->line, 0),
			    place_number(p->offset, UINT64_MAX),
			    text(x, p->text)};

			if (row(x, v) != 0)
				return -1;
		}
	return store_bulk_end(x->s, x->e);
}

static int
timeline_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(x->s, "timeline",
		"number, time, kind, clock, clock_off, device, source, line,"
		" place, finding, actor, peer, text",
		13, x->e) != 0)
		return -1;
	for (size_t i = 0; i < c->timeline.n; i++) {
		const struct timeline_event *t = &c->timeline.v[i];
		const struct store_value none = {0};
		const struct store_value v[] = {store_int((int64_t)i + 1),
		    moment(x, t->time), store_str(timeline_kind_name(t->kind)),
		    store_str(timeline_clock_name(t->clock)),
		    t->clock_off != 0 ? store_int(t->clock_off) : none,
		    device_number(t->device),
		    t->source == TIMELINE_NONE
			? none
			: store_int(c->sources[t->source].stored),
		    place_number(t->line, 0),
		    place_number(t->offset, UINT64_MAX),
		    t->finding == TIMELINE_NONE
			? none
			: store_int((int64_t)t->finding + 1),
		    text(x, t->actor), text(x, t->peer), text(x, t->text)};

		if (row(x, v) != 0)
			return -1;
	}
	return store_bulk_end(x->s, x->e);
}

/* Of interfaces, as configurations state them. */
static int
addresses_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(x->s, "addresses", "source, address", 2, x->e) !=
	    0)
		return -1;
	for (size_t i = 0; i < c->nsources; i++)
		for (size_t k = 0; k < c->sources[i].nnets; k++) {
			const struct source_net *n = &c->sources[i].nets[k];
			char room[ADDR_TEXT];
			const struct store_value v[] = {
			    store_int(c->sources[i].stored),
			    store_str(addr_write(&n->prefix.addr, room))};

			if (n->kind == FLEET_ADDRESS && row(x, v) != 0)
				return -1;
		}
	return store_bulk_end(x->s, x->e);
}

/* Which device a source turned out to be of. */
static int
owners_fill(struct filling *x)
{
	const struct casefile *c = x->c;

	if (store_bulk_begin(
		x->s, "source_devices", "source, device", 2, x->e) != 0)
		return -1;
	for (size_t i = 0; i < c->nsources; i++) {
		const struct store_value v[] = {store_int(c->sources[i].stored),
		    device_number(c->sources[i].device)};

		if (c->sources[i].device != DEVICE_NONE && row(x, v) != 0)
			return -1;
	}
	return store_bulk_end(x->s, x->e);
}

int
tables_write(struct store *s, const struct casefile *c, struct err *e)
{
	struct filling x = {.s = s, .c = c, .e = e};
	int r;

	arena_init(&x.arena);
	r = devices_fill(&x);
	if (r == 0)
		r = facts_fill(&x);
	if (r == 0)
		r = findings_fill(&x);
	if (r == 0)
		r = evidence_fill(&x);
	if (r == 0)
		r = table_coverage(s, c, e);
	if (r == 0)
		r = timeline_fill(&x);
	if (r == 0)
		r = addresses_fill(&x);
	if (r == 0)
		r = owners_fill(&x);
	arena_release(&x.arena);
	return r;
}
