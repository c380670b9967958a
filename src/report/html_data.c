#include "base/limits.h"
#include "report/html.h"

/* ---- which devices and findings are shown ---- */

/* The worst first, until there are enough; then in order of name. */
static void
choose_devices(struct html *h)
{
	const struct casefile *c = h->c;
	size_t left = LIMIT_HTML_DEVICES;

	h->at = arena_array(&h->arena, c->fleet.n, sizeof(*h->at));
	h->devices = arena_array(&h->arena, c->fleet.n, sizeof(*h->devices));
	for (size_t i = 0; i < c->fleet.n; i++)
		h->at[i] = DEVICE_NONE;
	for (int v = VERDICT_COMPROMISED; v >= 0; v--)
		for (size_t i = 0; i < c->fleet.n && left > 0; i++)
			if ((int)c->results[c->device_order[i]].verdict == v) {
				h->at[c->device_order[i]] = 0;
				left--;
			}
	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t device = c->device_order[i];

		if (h->at[device] == DEVICE_NONE)
			continue;
		h->at[device] = (uint32_t)h->ndevices;
		h->devices[h->ndevices++] = device;
	}
}

/* Findings are in order of severity: the last ones are left out. */
static void
choose_findings(struct html *h)
{
	const struct casefile *c = h->c;

	h->finding_at =
	    arena_array(&h->arena, c->nfindings, sizeof(*h->finding_at));
	for (size_t i = 0; i < c->nfindings; i++) {
		uint32_t device = c->findings[i].device;
		bool shown =
		    h->nfindings < LIMIT_HTML_FINDINGS &&
		    (device == DEVICE_NONE || h->at[device] != DEVICE_NONE);

		h->finding_at[i] =
		    shown ? (uint32_t)h->nfindings++ : UINT32_MAX;
	}
}

/* ---- the run ---- */

static void
put_words(
    struct html *h, const char *key, const char *(*name)(unsigned), unsigned n)
{
	json_out_list(&h->j, key);
	for (unsigned i = 0; i < n; i++)
		json_out_str(&h->j, NULL, name(i));
	json_out_end_list(&h->j);
}

static const char *
verdict_word(unsigned i)
{
	return verdict_name((enum verdict)i);
}

static const char *
kind_word(unsigned i)
{
	return check_kind_name((enum check_kind)i);
}

static const char *
severity_word(unsigned i)
{
	return severity_name((enum severity)i);
}

static const char *
confidence_word(unsigned i)
{
	return confidence_name((enum confidence)i);
}

static void
put_left_out(struct html *h)
{
	json_out_object(&h->j, "left_out");
	json_out_number(
	    &h->j, "devices", (int64_t)(h->c->fleet.n - h->ndevices));
	json_out_number(
	    &h->j, "findings", (int64_t)(h->c->nfindings - h->nfindings));
	json_out_number(&h->j, "sources",
	    h->c->nsources > LIMIT_HTML_SOURCES
		? (int64_t)(h->c->nsources - LIMIT_HTML_SOURCES)
		: 0);
	json_out_number(&h->j, "flaws", (int64_t)h->flaws_dropped);
	json_out_end_object(&h->j);
}

static void
put_run(struct html *h)
{
	struct json_out *j = &h->j;

	json_out_object(j, "run");
	json_out_str(j, "version", h->o->version);
	json_out_str(j, "knowledge", h->c->knowledge->fingerprint);
	if (h->o->started == TIME_NONE)
		json_out_null(j, "started");
	else
		json_out_number(
		    j, "started", h->o->started / (TIME_SECOND / 1000));
	json_out_bool(j, "complete", h->c->complete);
	json_out_number(j, "sources", (int64_t)h->c->nsources);
	put_left_out(h);
	json_out_end_object(j);
	put_words(h, "verdicts", verdict_word, VERDICT_COMPROMISED + 1);
	put_words(h, "kinds", kind_word, CHECK_HARDENING + 1);
	put_words(h, "severities", severity_word, SEV_CRITICAL + 1);
	put_words(h, "confidences", confidence_word, CONF_HIGH + 1);
}

/* ---- devices ---- */

static void
put_device(struct html *h, uint32_t at)
{
	const struct device *d = &h->c->fleet.v[at];
	const struct device_result *r = &h->c->results[at];

	json_out_list(&h->j, NULL);
	json_out_text(&h->j, NULL, d->name);
	json_out_text(&h->j, NULL, d->fqdn);
	html_put_text(h, d->vendor);
	html_put_text(h, d->platform);
	html_put_text(h, d->model);
	html_put_text(h, d->version);
	json_out_text(&h->j, NULL, d->serial);
	json_out_number(&h->j, NULL, r->verdict);
	json_out_number(&h->j, NULL, r->trust);
	html_put_time(h, r->first);
	html_put_time(h, r->last);
	json_out_end_list(&h->j);
}

static void
put_devices(struct html *h)
{
	static const char *const columns[] = {"name", "fqdn", "vendor",
	    "platform", "model", "version", "serial", "verdict", "trust",
	    "first", "last", NULL};

	html_columns(h, "device_columns", columns);
	json_out_list(&h->j, "devices");
	for (size_t i = 0; i < h->ndevices; i++)
		put_device(h, h->devices[i]);
	json_out_end_list(&h->j);
}

void
html_data(struct html *h)
{
	choose_devices(h);
	choose_findings(h);
	html_flaws_choose(h);
	json_out_object(&h->j, NULL);
	put_run(h);
	put_devices(h);
	html_findings(h);
	html_cells(h);
	html_events(h);
	html_flaws(h);
	html_plan(h);
	html_sources(h);
	html_put_lists(h, "lists", &h->lists);
	html_put_strings(h);
	json_out_end_object(&h->j);
}
