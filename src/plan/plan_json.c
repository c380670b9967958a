#include "base/json_out.h"
#include "plan/plan.h"

static void
write_commands(struct json_out *j, const char *key, const struct plan_lines *l)
{
	json_out_list(j, key);
	for (size_t i = 0; i < l->n; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "text", l->v[i].shown);
		json_out_bool(j, "open", l->v[i].open);
		json_out_bool(j, "command", !l->v[i].remark);
		json_out_end_object(j);
	}
	json_out_end_list(j);
}

static void
write_texts(struct json_out *j, const char *key, struct span_list l)
{
	json_out_list(j, key);
	for (size_t i = 0; i < l.n; i++)
		json_out_text(j, NULL, l.v[i]);
	json_out_end_list(j);
}

/* The answer to a flaw, before and with the commands. */
static void
write_answer(struct json_out *j, const struct plan_step *s)
{
	if (!plan_step_judged(s)) {
		json_out_null(j, "answer");
		return;
	}
	json_out_object(j, "answer");
	json_out_str(j, "before", vuln_verdict_name(VULN_EXPOSED));
	json_out_str(j, "after", vuln_verdict_name(s->after));
	if (s->off_by.n > 0)
		json_out_text(j, "line", s->off_by);
	else
		json_out_null(j, "line");
	json_out_end_object(j);
}

static void
write_step(struct json_out *j, const struct plan *p, const struct plan_step *s)
{
	const struct finding *f = s->finding;

	json_out_object(j, NULL);
	json_out_str(j, "phase", phase_name(s->phase));
	json_out_str(j, "finding", f->id);
	json_out_text(j, "fingerprint", span_str(f->mark));
	json_out_text(j, "rule", f->check->id);
	json_out_text(j, "title", f->title);
	json_out_str(j, "severity", severity_name(f->severity));
	json_out_str(j, "kind", check_kind_name(f->check->kind));
	json_out_str(j, "check", plan_proof_name(s->proof));
	json_out_bool(j, "proposed", plan_step_proposed(s));
	json_out_bool(j, "covered", s->covered);
	write_answer(j, s);
	write_commands(j, "commands", &s->commands);
	write_commands(j, "undo", &s->undo);
	write_texts(j, "by_hand", s->sentences);
	if (f->check->caution.n > 0)
		json_out_text(j, "caution", f->check->caution);
	else
		json_out_null(j, "caution");
	json_out_list(j, "brings");
	for (size_t i = 0; i < s->nnews; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "rule",
		    knowledge_check_id(p->c->knowledge, s->news[i].check));
		json_out_text(j, "entity", s->news[i].entity);
		json_out_end_object(j);
	}
	json_out_end_list(j);
	json_out_end_object(j);
}

static void
write_upgrade(struct json_out *j, const struct plan_upgrade *u)
{
	if (u->flaws == 0) {
		json_out_null(j, "upgrade");
		return;
	}
	json_out_object(j, "upgrade");
	json_out_number(j, "flaws", (int64_t)u->flaws);
	if (u->release.n > 0)
		json_out_text(j, "release", u->release);
	else
		json_out_null(j, "release");
	json_out_bool(j, "same_line", u->same_line);
	json_out_number(j, "left", (int64_t)u->left);
	json_out_end_object(j);
}

static void
write_device(
    struct json_out *j, const struct plan *p, const struct plan_device *d)
{
	const struct device *v = &p->c->fleet.v[d->device];

	json_out_object(j, NULL);
	json_out_text(j, "name", v->name);
	json_out_text(j, "platform", v->platform);
	json_out_text(j, "version", v->version);
	json_out_str(
	    j, "verdict", verdict_name(p->c->results[d->device].verdict));
	json_out_bool(j, "collect_first", d->intruder);
	if (d->platform != NULL && d->intruder) {
		write_texts(j, "collect", d->platform->collect);
		write_texts(j, "contain", d->platform->contain);
		write_texts(j, "evict", d->platform->evict);
	}
	write_upgrade(j, &d->upgrade);
	json_out_list(j, "steps");
	for (size_t i = 0; i < d->nsteps; i++)
		write_step(j, p, &d->steps[i]);
	json_out_end_list(j);
	json_out_end_object(j);
}

int
plan_write_json(FILE *f, const struct plan *p, struct err *e)
{
	struct json_out j;

	json_out_init(&j, f);
	j.pretty = true;
	json_out_object(&j, NULL);
	json_out_str(&j, "schema", "tidemark-plan-1");
	json_out_object(&j, "steps");
	for (unsigned i = 0; i < PROOFS; i++)
		json_out_number(&j, plan_proof_name((enum plan_proof)i),
		    (int64_t)p->proofs[i]);
	json_out_number(&j, "brings", (int64_t)p->news);
	json_out_end_object(&j);
	write_texts(&j, "unread", p->unread);
	json_out_list(&j, "devices");
	for (size_t i = 0; i < p->n; i++)
		write_device(&j, p, &p->devices[i]);
	json_out_end_list(&j);
	json_out_end_object(&j);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the JSON plan");
	return 0;
}
