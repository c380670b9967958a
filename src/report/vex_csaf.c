/*
 * CSAF 2.0 with the VEX profile (section 4.5): products are the devices.  One
 * vulnerability names all its devices (test 6.1.23), so statements are gathered
 * by flaw first; of devices that have a fixed release, or code without the
 * flaw, only the number is kept.
 *
 * Devices of which nothing can be told of any flaw (unknown platforms) are no
 * products.  Without any product there is nothing to say in the profile: then
 * the document is of the category csaf_base, with a note.
 */
#include <stdio.h>

#include "base/json_out.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "report/vex.h"

/* One device of a flaw. */
struct entry {
	uint32_t place;		    /* of the device in device_order */
	struct span reason, action; /* or empty */
	bool fix;
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

struct gathered {
	const struct vulnerability *v;
	struct entries by[VEX_STATUSES];
};

struct writing {
	struct json_out j;
	const struct casefile *c;
	struct arena a;
	struct gathered *flaws; /* beside the set of flaws */
	bool *product;		/* beside device_order */
	uint32_t place;
	size_t nproducts;
	struct buf text;
};

static void
put(struct writing *w, const char *key)
{
	json_out_text(&w->j, key, buf_span(&w->text));
	buf_reset(&w->text);
}

/* ---- gathering ---- */

static struct span
kept(struct writing *w)
{
	struct span s = arena_copy(&w->a, buf_span(&w->text));

	buf_reset(&w->text);
	return s;
}

static void
gather(void *ctx, const struct flaw *f)
{
	struct writing *w = ctx;
	const struct vulnerability_set *set = &w->c->knowledge->vulnerabilities;
	uint32_t at = map_get(&set->ids, f->v->check.id);
	enum vex_status s = vex_status_of(f->answer);
	struct entry x = {.place = w->place};
	struct entries *list;

	if (s == VEX_NONE || at == MAP_NONE)
		return;
	if (s != VEX_FIXED && s != VEX_NOT_PRESENT) {
		vex_reason(w->c, f, &w->text);
		x.reason = kept(w);
	}
	if (s == VEX_AFFECTED) {
		vex_action(f, &w->text);
		x.action = kept(w);
		x.fix = vex_action_is_fix(f);
	}
	w->flaws[at].v = f->v;
	list = &w->flaws[at].by[s];
	list->v =
	    arena_grow(&w->a, list->v, list->n, &list->cap, sizeof(*list->v));
	list->v[list->n++] = x;
	w->nproducts += !w->product[w->place];
	w->product[w->place] = true;
}

/* ---- the document ---- */

static void
product_id(struct writing *w, uint32_t place)
{
	buf_fmt(&w->text, "TIDEMARK-%06u", place + 1);
}

static void
id_list(struct writing *w, const char *key, const struct entries *e)
{
	json_out_list(&w->j, key);
	for (size_t i = 0; i < e->n; i++) {
		product_id(w, e->v[i].place);
		put(w, NULL);
	}
	json_out_end_list(&w->j);
}

static void
one_id(struct writing *w, const struct entry *x)
{
	struct entries one = {(struct entry *)x, 1, 1};

	id_list(w, "product_ids", &one);
}

static void
note(struct writing *w, const char *category, const char *title,
    struct span text)
{
	json_out_object(&w->j, NULL);
	json_out_str(&w->j, "category", category);
	json_out_text(&w->j, "text", text);
	json_out_str(&w->j, "title", title);
	json_out_end_object(&w->j);
}

static void
tracking(struct writing *w, const struct report_options *o)
{
	struct json_out *j = &w->j;
	char time[TIME_TEXT];

	time_write(o->started, time);
	json_out_object(j, "tracking");
	json_out_str(j, "current_release_date", time);
	json_out_object(j, "generator");
	json_out_object(j, "engine");
	json_out_str(j, "name", "tidemark");
	json_out_str(j, "version", o->version);
	json_out_end_object(j);
	json_out_end_object(j);
	buf_puts(&w->text, "tidemark-");
	vex_document_id(w->c, o, &w->text);
	put(w, "id");
	json_out_str(j, "initial_release_date", time);
	json_out_list(j, "revision_history");
	json_out_object(j, NULL);
	json_out_str(j, "date", time);
	json_out_str(j, "number", "1");
	json_out_str(j, "summary", "Written by a run of tidemark");
	json_out_end_object(j);
	json_out_end_list(j);
	json_out_str(j, "status", "final");
	json_out_str(j, "version", "1");
	json_out_end_object(j);
}

static void
document(struct writing *w, const struct report_options *o)
{
	struct json_out *j = &w->j;

	json_out_object(j, "document");
	json_out_str(
	    j, "category", w->nproducts > 0 ? "csaf_vex" : "csaf_base");
	json_out_str(j, "csaf_version", "2.0");
	json_out_str(j, "lang", "en");
	json_out_list(j, "notes");
	note(w, "summary", "What this is",
	    w->nproducts > 0
		? SPAN("Each device that was read, against flaws that are "
		       "known to be exploited: by its release, its "
		       "configuration and its hardware.")
		: SPAN("No device was read of which a flaw could be judged."));
	json_out_end_list(j);
	json_out_object(j, "publisher");
	json_out_str(j, "category", "user");
	json_out_str(j, "name", "The operator of the devices, with tidemark");
	json_out_str(j, "namespace", "urn:tidemark:operator");
	json_out_end_object(j);
	json_out_str(j, "title", "Devices and known exploited vulnerabilities");
	tracking(w, o);
	json_out_end_object(j);
}

static void
product_tree(struct writing *w)
{
	json_out_object(&w->j, "product_tree");
	json_out_list(&w->j, "full_product_names");
	for (uint32_t i = 0; i < w->c->fleet.n; i++) {
		const struct device *d = &w->c->fleet.v[w->c->device_order[i]];

		if (!w->product[i])
			continue;
		json_out_object(&w->j, NULL);
		buf_put(&w->text, d->name);
		buf_fmt(&w->text, " (%.*s%s%.*s)", SPAN_FMT(d->platform),
		    d->version.n > 0 ? " " : "", SPAN_FMT(d->version));
		put(w, "name");
		product_id(w, i);
		put(w, "product_id");
		json_out_object(&w->j, "product_identification_helper");
		json_out_list(&w->j, "x_generic_uris");
		json_out_object(&w->j, NULL);
		json_out_str(&w->j, "namespace", "urn:tidemark:device");
		vex_device_id(d, &w->text);
		put(w, "uri");
		json_out_end_object(&w->j);
		json_out_end_list(&w->j);
		json_out_end_object(&w->j);
		json_out_end_object(&w->j);
	}
	json_out_end_list(&w->j);
	json_out_end_object(&w->j);
}

static void
flags(struct writing *w, const struct gathered *g)
{
	static const enum vex_status which[] = {
	    VEX_NOT_PRESENT, VEX_NOT_CONTROLLED};

	if (g->by[which[0]].n + g->by[which[1]].n == 0)
		return;
	json_out_list(&w->j, "flags");
	for (size_t i = 0; i < 2; i++) {
		if (g->by[which[i]].n == 0)
			continue;
		json_out_object(&w->j, NULL);
		json_out_str(&w->j, "label", vex_justification(which[i]));
		id_list(w, "product_ids", &g->by[which[i]]);
		json_out_end_object(&w->j);
	}
	json_out_end_list(&w->j);
}

static void
statuses(struct writing *w, const struct gathered *g)
{
	struct entries not_affected = {0};
	static const enum vex_status which[] = {
	    VEX_NOT_PRESENT, VEX_NOT_CONTROLLED};

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < g->by[which[i]].n; k++) {
			not_affected.v =
			    arena_grow(&w->a, not_affected.v, not_affected.n,
				&not_affected.cap, sizeof(*not_affected.v));
			not_affected.v[not_affected.n++] = g->by[which[i]].v[k];
		}
	json_out_object(&w->j, "product_status");
	if (g->by[VEX_FIXED].n > 0)
		id_list(w, "fixed", &g->by[VEX_FIXED]);
	if (g->by[VEX_AFFECTED].n > 0)
		id_list(w, "known_affected", &g->by[VEX_AFFECTED]);
	if (not_affected.n > 0)
		id_list(w, "known_not_affected", &not_affected);
	if (g->by[VEX_INVESTIGATED].n > 0)
		id_list(w, "under_investigation", &g->by[VEX_INVESTIGATED]);
	json_out_end_object(&w->j);
}

static void
remediations(struct writing *w, const struct entries *e)
{
	if (e->n == 0)
		return;
	json_out_list(&w->j, "remediations");
	for (size_t i = 0; i < e->n; i++) {
		json_out_object(&w->j, NULL);
		json_out_str(&w->j, "category",
		    e->v[i].fix ? "vendor_fix" : "mitigation");
		json_out_text(&w->j, "details", e->v[i].action);
		one_id(w, &e->v[i]);
		json_out_end_object(&w->j);
	}
	json_out_end_list(&w->j);
}

/* Why, for each device: the line of the configuration is the proof. */
static void
threats(struct writing *w, const struct gathered *g)
{
	static const enum vex_status which[] = {
	    VEX_AFFECTED, VEX_NOT_CONTROLLED, VEX_INVESTIGATED};

	if (g->by[which[0]].n + g->by[which[1]].n + g->by[which[2]].n == 0)
		return;
	json_out_list(&w->j, "threats");
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < g->by[which[k]].n; i++) {
			const struct entry *x = &g->by[which[k]].v[i];

			json_out_object(&w->j, NULL);
			json_out_str(&w->j, "category", "impact");
			json_out_text(&w->j, "details", x->reason);
			one_id(w, x);
			json_out_end_object(&w->j);
		}
	json_out_end_list(&w->j);
}

static void
vulnerability(struct writing *w, const struct gathered *g)
{
	json_out_object(&w->j, NULL);
	json_out_text(&w->j, "cve", g->v->check.id);
	flags(w, g);
	json_out_list(&w->j, "notes");
	note(w, "description", "What it means", g->v->check.why);
	json_out_end_list(&w->j);
	statuses(w, g);
	remediations(w, &g->by[VEX_AFFECTED]);
	threats(w, g);
	json_out_text(&w->j, "title", g->v->check.title);
	json_out_end_object(&w->j);
}

static int
csaf_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	struct writing w = {.c = c};

	arena_init(&w.a);
	buf_init(&w.text, LIMIT_BUF_BYTES);
	w.flaws = arena_array(&w.a, set->n, sizeof(*w.flaws));
	w.product = arena_array(&w.a, c->fleet.n, sizeof(*w.product));
	for (w.place = 0; w.place < c->fleet.n; w.place++)
		case_flaws(c, c->device_order[w.place], gather, &w);
	json_out_init(&w.j, f);
	w.j.pretty = true;
	json_out_object(&w.j, NULL);
	document(&w, o);
	if (w.nproducts > 0) {
		product_tree(&w);
		json_out_list(&w.j, "vulnerabilities");
		for (size_t i = 0; i < set->n; i++)
			if (w.flaws[i].v != NULL)
				vulnerability(&w, &w.flaws[i]);
		json_out_end_list(&w.j);
	}
	json_out_end_object(&w.j);
	putc('\n', f);
	buf_release(&w.text);
	arena_release(&w.a);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the CSAF report");
	return 0;
}

const struct report report_csaf = {
    .name = "csaf",
    .title = "CSAF 2.0 VEX: devices and known exploited flaws",
    .write = csaf_write,
};
