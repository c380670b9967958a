/*
 * The JSON report, version 1 (data/schema/tidemark-report-1.json).  Lists are
 * sorted, fields are never dropped: what is absent is null.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"
#include "case/met.h"
#include "report/json_parts.h"
#include "source/digest.h"

void
json_text_or_null(struct json_out *j, const char *key, struct span s)
{
	if (s.n == 0)
		json_out_null(j, key);
	else
		json_out_text(j, key, s);
}

static void
time_or_null(struct json_out *j, const char *key, int64_t t)
{
	char text[TIME_TEXT];

	if (t == TIME_NONE)
		json_out_null(j, key);
	else
		json_out_str(j, key, time_write(t, text));
}

void
json_texts(struct json_out *j, const char *key, struct span_list l)
{
	json_out_list(j, key);
	for (size_t i = 0; i < l.n; i++)
		json_out_text(j, NULL, l.v[i]);
	json_out_end_list(j);
}

/* As the terminal warns of it. */
static void
write_age(struct json_out *j, const char *of, struct span day, int64_t old,
    int64_t now)
{
	int64_t age;

	if (day.n == 0)
		return;
	age = now == TIME_NONE ? -1 : update_age(day, now);
	json_out_object(j, NULL);
	json_out_str(j, "of", of);
	json_out_text(j, "day", day);
	if (age >= 0)
		json_out_number(j, "days", age);
	else
		json_out_null(j, "days");
	json_out_bool(j, "old", age > old);
	json_out_end_object(j);
}

static void
write_ages(struct json_out *j, const struct knowledge *k, int64_t now)
{
	json_out_list(j, "ages");
	write_age(j, "kev", k->updates.kev_day, k->products.kev_old, now);
	write_age(j, "epss", k->updates.epss_day, k->products.epss_old, now);
	json_out_end_list(j);
}

static void
write_run(struct json_out *j, const struct casefile *c,
    const struct report_options *o)
{
	json_out_object(j, "run");
	json_out_str(j, "version", o->version);
	json_out_str(j, "knowledge", c->knowledge->fingerprint);
	write_ages(j, c->knowledge, o->started);
	time_or_null(j, "started", o->started);
	json_out_real(j, "seconds", o->seconds);
	json_out_bool(j, "complete", c->complete);
	json_out_end_object(j);
}

static struct span
word_of(const char *word)
{
	return word != NULL ? span_str(word) : (struct span){0};
}

static void
write_devices(struct json_out *j, const struct casefile *c)
{
	json_out_list(j, "devices");
	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];
		const struct device *d = &c->fleet.v[at];
		const struct device_result *r = &c->results[at];

		json_out_object(j, NULL);
		json_out_text(j, "name", d->name);
		json_text_or_null(j, "vendor", d->vendor);
		json_text_or_null(j, "platform", d->platform);
		json_text_or_null(j, "model", d->model);
		json_text_or_null(j, "version", d->version);
		json_out_str(j, "verdict", verdict_name(r->verdict));
		json_text_or_null(j, "trust", word_of(trust_name(r->trust)));
		time_or_null(j, "first_seen", r->first);
		time_or_null(j, "last_seen", r->last);
		json_out_list(j, "findings");
		for (size_t k = 0; k < r->nfindings; k++)
			json_out_str(j, NULL, c->findings[r->findings[k]].id);
		json_out_end_list(j);
		json_features(j, d);
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

void
json_place(
    struct json_out *j, const struct casefile *c, const struct finding_place *p)
{
	json_out_object(j, NULL);
	json_out_text(j, "path", c->sources[p->source].path);
	if (p->line > 0)
		json_out_number(j, "line", (int64_t)p->line);
	else
		json_out_null(j, "line");
	if (p->offset != UINT64_MAX)
		json_out_number(j, "offset", (int64_t)p->offset);
	else
		json_out_null(j, "offset");
	json_text_or_null(j, "text", p->text);
	json_out_end_object(j);
}

static void
write_waiver(struct json_out *j, const struct waiver *w)
{
	if (w == NULL) {
		json_out_null(j, "waiver");
		return;
	}
	json_out_object(j, "waiver");
	json_out_text(j, "owner", w->owner);
	json_out_text(j, "reason", w->reason);
	time_or_null(j, "made", w->made);
	json_text_or_null(j, "expires", w->expires);
	json_out_str(j, "decision", w->rejected ? "rejected" : "accepted");
	json_out_bool(j, "expired", w->expired);
	json_out_end_object(j);
}

/* One text, as it was before platforms had texts of their own. */
static void
write_verify(struct json_out *j, const struct finding *f)
{
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	for (size_t i = 0; i < f->verify.n; i++)
		buf_fmt(
		    &b, "%s%.*s", i > 0 ? "; " : "", SPAN_FMT(f->verify.v[i]));
	json_text_or_null(j, "verify", buf_span(&b));
	buf_release(&b);
}

static void
write_commit(struct json_out *j, const char *key, const struct past_commit *c)
{
	if (c->commit.n == 0) {
		json_out_null(j, key);
		return;
	}
	json_out_object(j, key);
	json_out_text(j, "commit", c->commit);
	time_or_null(j, "time", c->time);
	json_text_or_null(j, "author", c->author);
	json_text_or_null(j, "committer", c->committer);
	json_out_end_object(j);
}

/* Of findings that the history of a repository tells of. */
static void
write_past(struct json_out *j, const struct finding_past *p)
{
	json_out_object(j, "history");
	json_out_text(j, "file", p->file);
	json_out_bool(j, "gone", p->gone);
	json_out_bool(j, "moment", p->moment);
	json_out_number(j, "times", (int64_t)p->all);
	json_out_list(j, "spans");
	for (size_t i = 0; i < p->nspans; i++) {
		const struct past_span *s = &p->spans[i];

		json_out_object(j, NULL);
		write_commit(j, "first", &s->first);
		write_commit(j, "last", &s->last);
		write_commit(j, "gone", &s->gone);
		json_out_number(j, "revisions", (int64_t)s->revisions);
		json_out_end_object(j);
	}
	json_out_end_list(j);
	json_out_end_object(j);
}

static void
write_finding(
    struct json_out *j, const struct casefile *c, const struct finding *f)
{
	json_out_object(j, NULL);
	json_out_str(j, "id", f->id);
	json_out_text(j, "rule", f->check->id);
	json_out_text(j, "title", f->title);
	json_out_str(j, "kind", check_kind_name(f->check->kind));
	if (f->device == DEVICE_NONE)
		json_out_null(j, "device");
	else
		json_out_text(j, "device", c->fleet.v[f->device].name);
	json_out_str(j, "severity", severity_name(f->severity));
	json_out_str(j, "confidence", confidence_name(f->confidence));
	json_texts(j, "techniques", f->check->techniques);
	json_texts(j, "advisory", f->rows);
	json_texts(j, "cve", f->check->cve);
	time_or_null(j, "first_seen", f->first);
	time_or_null(j, "last_seen", f->last);
	json_out_number(j, "count", (int64_t)f->count);
	json_out_list(j, "evidence");
	for (size_t i = 0; i < f->nplaces; i++)
		json_place(j, c, &f->places[i]);
	json_out_end_list(j);
	json_texts(j, "fix", f->fix);
	write_verify(j, f);
	json_out_str(j, "fingerprint", f->mark);
	json_text_or_null(j, "trust", word_of(trust_name(f->trust)));
	write_waiver(j, f->waiver);
	if (f->past != NULL)
		write_past(j, f->past);
	json_out_end_object(j);
}

/* Beside the main advisory, what does not concern the device and what no
 * check can answer says nothing: thousands of devices would have the same. */
static bool
idle_cell(const struct advisory_row *row, enum coverage cell)
{
	return !row->main && (cell == COVERAGE_NOT_APPLICABLE ||
				 (cell == COVERAGE_UNKNOWN && !row->answered));
}

static void
write_coverage(struct json_out *j, const struct casefile *c)
{
	json_out_list(j, "coverage");
	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];
		const struct device *d = &c->fleet.v[at];

		for (size_t r = 0; r < c->nrows; r++) {
			enum coverage cell = casefile_cell(c, at, r);
			struct span_list none = {0};
			struct span room[CASE_NEEDS];

			if (idle_cell(c->rows[r], cell))
				continue;
			json_out_object(j, NULL);
			json_out_text(j, "row", c->rows[r]->id);
			json_out_text(j, "device", d->name);
			json_out_str(j, "state", coverage_name(cell));
			json_text_or_null(j, "trust",
			    word_of(trust_name(casefile_cell_trust(c, at, r))));
			json_texts(j, "need",
			    cell == COVERAGE_UNKNOWN
				? case_need(c, at, c->rows[r], room)
				: none);
			json_out_end_object(j);
		}
	}
	json_out_end_list(j);
}

static void
write_sources(struct json_out *j, const struct casefile *c)
{
	json_out_list(j, "sources");
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];
		const struct span none = {0};
		char why[SOURCE_WHY];

		json_out_object(j, NULL);
		json_out_text(j, "path", s->path);
		json_text_or_null(j, "sha256", s->hashes.sha256);
		json_text_or_null(j, "xxh3",
		    s->bytes > DIGEST_LEAF_BYTES ? none : s->hashes.xxh3);
		json_text_or_null(j, "xxh3_8m",
		    s->bytes > DIGEST_LEAF_BYTES ? s->hashes.xxh3 : none);
		json_out_number(j, "bytes", (int64_t)s->bytes);
		json_text_or_null(j, "format", s->format);
		if (s->device == DEVICE_NONE)
			json_out_null(j, "device");
		else
			json_out_text(j, "device", c->fleet.v[s->device].name);
		json_out_number(j, "records", (int64_t)s->records);
		json_out_str(j, "state", source_state_name(s->state));
		json_text_or_null(j, "why", source_why(s, why));
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

/* Findings say what an indicator did on one device; this, where and when it was
 * met at all. */
static void
write_indicator(
    struct json_out *j, const struct casefile *c, const struct met_indicator *m)
{
	json_out_object(j, NULL);
	json_out_text(j, "rule", m->check->id);
	json_out_text(j, "title", m->check->title);
	json_out_str(j, "severity", severity_name(m->worst->severity));
	json_text_or_null(j, "worst", m->worst->entity);
	time_or_null(j, "first_seen", m->first);
	time_or_null(j, "last_seen", m->last);
	json_out_number(j, "count", (int64_t)m->count);
	json_out_list(j, "devices");
	for (size_t i = 0; i < m->ndevices; i++)
		json_out_text(j, NULL, c->fleet.v[m->devices[i]].name);
	json_out_end_list(j);
	json_out_list(j, "findings");
	for (size_t i = 0; i < m->nfindings; i++)
		json_out_str(j, NULL, m->findings[i]->id);
	json_out_end_list(j);
	json_out_end_object(j);
}

static void
write_indicators(struct json_out *j, const struct casefile *c)
{
	struct arena arena;
	struct met_indicators met;

	arena_init(&arena);
	met = case_indicators_met(c, &arena);
	json_out_list(j, "indicators");
	for (size_t i = 0; i < met.n; i++)
		write_indicator(j, c, &met.v[i]);
	json_out_end_list(j);
	arena_release(&arena);
}

static void
write_event(struct json_out *j, const struct casefile *c,
    const struct timeline_event *x)
{
	json_out_object(j, NULL);
	time_or_null(j, "time", x->time);
	json_out_str(j, "event", timeline_kind_name(x->kind));
	json_out_str(j, "clock", timeline_clock_name(x->clock));
	if (x->clock_off != 0)
		json_out_number(j, "clock_off", x->clock_off);
	else
		json_out_null(j, "clock_off");
	json_text_or_null(j, "device",
	    x->device == DEVICE_NONE ? (struct span){0}
				     : c->fleet.v[x->device].name);
	json_text_or_null(j, "finding",
	    x->finding == TIMELINE_NONE ? (struct span){0}
					: span_str(c->findings[x->finding].id));
	json_text_or_null(j, "actor", x->actor);
	json_text_or_null(j, "peer", x->peer);
	json_text_or_null(j, "path",
	    x->source == TIMELINE_NONE ? (struct span){0}
				       : c->sources[x->source].path);
	if (x->line > 0)
		json_out_number(j, "line", (int64_t)x->line);
	else
		json_out_null(j, "line");
	json_text_or_null(j, "text", x->text);
	json_out_end_object(j);
}

static int
json_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct json_out j;

	json_out_init(&j, f);
	j.pretty = true;
	json_out_object(&j, NULL);
	json_out_str(&j, "schema", "tidemark-report-1");
	write_run(&j, c, o);
	write_devices(&j, c);
	json_out_list(&j, "findings");
	for (size_t i = 0; i < c->nfindings; i++)
		write_finding(&j, c, &c->findings[i]);
	json_out_end_list(&j);
	write_indicators(&j, c);
	json_flaws(&j, c);
	write_coverage(&j, c);
	write_sources(&j, c);
	json_out_list(&j, "timeline");
	for (size_t i = 0; i < c->timeline.n; i++)
		write_event(&j, c, &c->timeline.v[i]);
	json_out_end_list(&j);
	json_out_number(&j, "timeline_left_out", (int64_t)c->timeline.dropped);
	json_out_end_object(&j);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the JSON report");
	return 0;
}

const struct report report_json = {
    .name = "json",
    .title = "JSON report, version 1",
    .write = json_write,
};
