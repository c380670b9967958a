/*
 * The plan: for each device what to save first, then its steps; what trying
 * came to.  A step whose commands close nothing is only counted.
 */
#include "base/limits.h"
#include "plan/plan_print.h"
#include "report/html.h"

static const char *const device_columns[] = {"device", "intruder", "collect",
    "contain", "evict", "upgrade", "before", "after", "rollback", "stays",
    NULL};
static const char *const step_columns[] = {"device", "phase", "proof",
    "finding", "commands", "undo", "sentences", "news", NULL};

struct commands {
	struct span_list list;
	size_t cap;
};

static void
take_command(void *ctx, const struct plan_line *c, bool fill)
{
	struct commands *x = ctx;

	(void)fill;
	if (x->list.n < x->cap)
		x->list.v[x->list.n++] = c->shown;
}

static void
put_commands(struct html *h, const struct plan_lines *l)
{
	struct commands x = {
	    .list.v = arena_array(&h->arena, l->n, sizeof(*l->v)), .cap = l->n};

	commands_each(l, take_command, &x);
	html_put_list(h, x.list);
}

/* What the step would bring that was not there. */
static void
put_news(struct html *h, const struct plan_step *s)
{
	const struct knowledge *k = h->c->knowledge;
	struct span_list l = {
	    arena_array(&h->arena, s->nnews, sizeof(*l.v)), s->nnews};

	for (size_t i = 0; i < s->nnews; i++)
		l.v[i] = arena_fmt(&h->arena, "%.*s%s%.*s",
		    SPAN_FMT(knowledge_check(k, s->news[i].check)->title),
		    s->news[i].entity.n > 0 ? ": " : "",
		    SPAN_FMT(s->news[i].entity));
	html_put_list(h, l);
}

static void
put_step(struct html *h, uint32_t device, const struct plan_step *s)
{
	size_t finding = (size_t)(s->finding - h->c->findings);

	if (h->finding_at[finding] == UINT32_MAX || !plan_step_proposed(s))
		return;
	json_out_list(&h->j, NULL);
	json_out_number(&h->j, NULL, device);
	json_out_number(&h->j, NULL, s->phase);
	json_out_number(&h->j, NULL, s->proof);
	json_out_number(&h->j, NULL, h->finding_at[finding]);
	put_commands(h, &s->commands);
	put_commands(h, &s->undo);
	html_put_list(h, s->sentences);
	put_news(h, s);
	json_out_end_list(&h->j);
}

static void
put_device(struct html *h, const struct plan_device *d)
{
	static const struct remedy_platform none;
	const struct remedy_platform *p =
	    d->platform != NULL ? d->platform : &none;
	struct buf b;

	buf_init(&b, LIMIT_EVIDENCE_TEXT * 4);
	plan_upgrade_text(&d->upgrade, &b);
	json_out_list(&h->j, NULL);
	json_out_number(&h->j, NULL, h->at[d->device]);
	json_out_number(&h->j, NULL, d->intruder);
	html_put_list(h, p->collect);
	html_put_list(h, p->contain);
	html_put_list(h, p->evict);
	html_put_text(h, arena_copy(&h->arena, buf_span(&b)));
	html_put_list(h, p->before);
	html_put_list(h, p->after);
	html_put_list(h, p->rollback);
	json_out_number(&h->j, NULL, (int64_t)d->proofs[PROOF_STAYS]);
	json_out_end_list(&h->j);
	buf_release(&b);
}

static void
put_words(struct html *h)
{
	const struct plan *p = h->o->plan;

	json_out_list(&h->j, "phases");
	for (int i = PHASE_CONTAIN; i <= PHASE_HARDEN; i++)
		json_out_str(&h->j, NULL, phase_name((enum phase)i));
	json_out_end_list(&h->j);
	json_out_object(&h->j, "counts");
	for (int i = 0; i < PROOFS; i++)
		json_out_number(&h->j, plan_proof_name((enum plan_proof)i),
		    (int64_t)p->proofs[i]);
	json_out_number(&h->j, "news", (int64_t)p->news);
	json_out_end_object(&h->j);
	json_out_list(&h->j, "proofs");
	for (int i = 0; i < PROOFS; i++)
		json_out_str(&h->j, NULL, plan_proof_name((enum plan_proof)i));
	json_out_end_list(&h->j);
}

void
html_plan(struct html *h)
{
	const struct plan *p = h->o->plan;

	if (p == NULL) {
		json_out_null(&h->j, "plan");
		return;
	}
	json_out_object(&h->j, "plan");
	put_words(h);
	json_out_list(&h->j, "unread");
	for (size_t i = 0; i < p->unread.n && i < LIMIT_PLAN_UNREAD; i++)
		html_put_text(h, p->unread.v[i]);
	json_out_end_list(&h->j);
	json_out_number(&h->j, "unread_all", (int64_t)p->unread.n);
	html_columns(h, "device_columns", device_columns);
	json_out_list(&h->j, "devices");
	for (size_t i = 0; i < p->n; i++)
		if (h->at[p->devices[i].device] != DEVICE_NONE)
			put_device(h, &p->devices[i]);
	json_out_end_list(&h->j);
	html_columns(h, "step_columns", step_columns);
	json_out_list(&h->j, "steps");
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_device *d = &p->devices[i];

		for (size_t s = 0; s < d->nsteps; s++)
			if (h->at[d->device] != DEVICE_NONE)
				put_step(h, h->at[d->device], &d->steps[s]);
	}
	json_out_end_list(&h->j);
	json_out_end_object(&h->j);
}
