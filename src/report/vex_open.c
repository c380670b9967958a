/*
 * OpenVEX 0.2.0 (https://github.com/openvex/spec): one statement for each
 * device and flaw.
 */
#include "base/json_out.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "report/vex.h"

struct writing {
	struct json_out j;
	const struct casefile *c;
	struct buf text;
};

static void
put(struct writing *w, const char *key)
{
	json_out_text(&w->j, key, buf_span(&w->text));
	buf_reset(&w->text);
}

static const char *
status_word(enum vex_status s)
{
	static const char *const words[VEX_STATUSES] = {NULL, "affected",
	    "not_affected", "not_affected", "fixed", "under_investigation"};

	return words[s];
}

static void
product(struct writing *w, const struct device *d)
{
	json_out_list(&w->j, "products");
	json_out_object(&w->j, NULL);
	vex_device_id(d, &w->text);
	put(w, "@id");
	json_out_end_object(&w->j);
	json_out_end_list(&w->j);
}

static void
statement(void *ctx, const struct flaw *f)
{
	struct writing *w = ctx;
	enum vex_status s = vex_status_of(f->answer);

	if (s == VEX_NONE)
		return;
	json_out_object(&w->j, NULL);
	json_out_object(&w->j, "vulnerability");
	json_out_text(&w->j, "name", f->v->check.id);
	json_out_text(&w->j, "description", f->v->check.title);
	json_out_end_object(&w->j);
	product(w, &w->c->fleet.v[f->device]);
	json_out_str(&w->j, "status", status_word(s));
	if (vex_justification(s) != NULL)
		json_out_str(&w->j, "justification", vex_justification(s));
	vex_reason(w->c, f, &w->text);
	put(w,
	    vex_justification(s) != NULL ? "impact_statement" : "status_notes");
	if (s == VEX_AFFECTED) {
		vex_action(f, &w->text);
		put(w, "action_statement");
	}
	json_out_end_object(&w->j);
}

static int
openvex_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct writing w = {.c = c};
	char time[TIME_TEXT];

	json_out_init(&w.j, f);
	w.j.pretty = true;
	buf_init(&w.text, LIMIT_BUF_BYTES);
	json_out_object(&w.j, NULL);
	json_out_str(&w.j, "@context", "https://openvex.dev/ns/v0.2.0");
	buf_puts(&w.text, "urn:tidemark:openvex:");
	vex_document_id(c, o, &w.text);
	put(&w, "@id");
	json_out_str(&w.j, "author", "tidemark");
	json_out_str(&w.j, "timestamp", time_write(o->started, time));
	json_out_number(&w.j, "version", 1);
	buf_fmt(&w.text, "tidemark %s", o->version);
	put(&w, "tooling");
	json_out_list(&w.j, "statements");
	for (size_t i = 0; i < c->fleet.n; i++)
		case_flaws(c, c->device_order[i], statement, &w);
	json_out_end_list(&w.j);
	json_out_end_object(&w.j);
	putc('\n', f);
	buf_release(&w.text);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the OpenVEX report");
	return 0;
}

const struct report report_openvex = {
    .name = "openvex",
    .title = "OpenVEX statements on devices and known exploited flaws",
    .write = openvex_write,
};
