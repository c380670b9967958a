/*
 * The techniques that findings name, as a layer of the ATT&CK Navigator (layer
 * format 4.5).  The score is that of the worst finding: signs of the intruder
 * by severity, what could be used but shows no sign OPEN.  Numbers are those of
 * the ATT&CK version that the layer names; a number revoked there stands under
 * its successor.  What somebody has accepted or rejected does not count.
 */
#include <inttypes.h>

#include "base/sort.h"
#include "report/common.h"

enum { OPEN = 10, SIGN = 20, MOST = 100 };
#define DEVICES_TOLD 20

struct cell {
	const struct technique *t;
	int score;
	uint64_t signs, open;
	struct span devices[DEVICES_TOLD];
	size_t ndevices;
};

struct layer {
	struct tool_out t;
	struct arena arena;
	struct map known, devices;
	struct cell *v;
	size_t n, cap;
};

static struct cell *
cell_of(struct layer *l, const struct technique *t)
{
	uint32_t at = map_add(&l->known, t->id, (uint32_t)l->n);

	if (at == l->n) {
		l->v =
		    arena_grow(&l->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = (struct cell){.t = t};
	}
	return &l->v[at];
}

/* A device once per technique. */
static void
cell_device(struct layer *l, struct cell *x, struct span name)
{
	struct span key = arena_fmt(
	    &l->arena, "%.*s %.*s", SPAN_FMT(x->t->id), SPAN_FMT(name));

	if (name.n == 0 || map_get(&l->devices, key) != MAP_NONE)
		return;
	map_add(&l->devices, key, 1);
	if (x->ndevices < DEVICES_TOLD)
		x->devices[x->ndevices] = name;
	x->ndevices++;
}

static void
take(struct layer *l, const struct finding *f)
{
	const struct check *k = f->check;
	bool sign = k->kind == CHECK_COMPROMISE || k->kind == CHECK_INDICATOR;
	int score = sign ? SIGN * ((int)f->severity + 1) : OPEN;

	if (!finding_counts(f))
		return;
	for (size_t i = 0; i < k->techniques.n; i++) {
		const struct technique *t =
		    technique_today(l->t.c, k->techniques.v[i]);
		struct cell *x;

		if (t == NULL)
			continue;
		x = cell_of(l, t);
		x->score = score > x->score ? score : x->score;
		x->signs += sign;
		x->open += !sign;
		cell_device(l, x, finding_device(l->t.c, f));
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct technique *const *x = a, *const *y = b;

	return span_cmp((*x)->id, (*y)->id);
}

static void
comment(struct layer *l, const struct cell *x)
{
	struct buf b;

	buf_init(&b, 1u << 20);
	buf_fmt(&b,
	    "Signs of the intruder: %" PRIu64 ", flaws and weaknesses: %" PRIu64
	    "; devices: ",
	    x->signs, x->open);
	for (size_t i = 0; i < x->ndevices && i < DEVICES_TOLD; i++)
		buf_fmt(
		    &b, "%s%.*s", i > 0 ? ", " : "", SPAN_FMT(x->devices[i]));
	if (x->ndevices > DEVICES_TOLD)
		buf_fmt(&b, " and %zu more", x->ndevices - DEVICES_TOLD);
	else if (x->ndevices == 0)
		buf_puts(&b, "none named");
	tool_text(&l->t, "comment", buf_span(&b));
	buf_release(&b);
}

static void
technique(struct layer *l, const struct cell *x)
{
	struct json_out *j = &l->t.j;

	json_out_object(j, NULL);
	json_out_text(j, "techniqueID", x->t->id);
	json_out_number(j, "score", x->score);
	json_out_bool(j, "enabled", true);
	comment(l, x);
	json_out_end_object(j);
}

/* One entry per technique, in order of number. */
static void
techniques(struct layer *l)
{
	const struct technique **order =
	    arena_array(&l->arena, l->n, sizeof(*order));

	for (size_t i = 0; i < l->n; i++)
		order[i] = l->v[i].t;
	sort_array(order, l->n, sizeof(*order), by_id);
	json_out_list(&l->t.j, "techniques");
	for (size_t i = 0; i < l->n; i++)
		technique(l, &l->v[map_get(&l->known, order[i]->id)]);
	json_out_end_list(&l->t.j);
}

static void
legend(struct json_out *j, const char *color, const char *label)
{
	json_out_object(j, NULL);
	json_out_str(j, "label", label);
	json_out_str(j, "color", color);
	json_out_end_object(j);
}

static void
look(struct json_out *j)
{
	static const char *const colors[] = {"#dbe9f6", "#fdd49e", "#b30000"};

	json_out_object(j, "gradient");
	json_out_list(j, "colors");
	for (size_t i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		json_out_str(j, NULL, colors[i]);
	json_out_end_list(j);
	json_out_number(j, "minValue", 0);
	json_out_number(j, "maxValue", MOST);
	json_out_end_object(j);
	json_out_list(j, "legendItems");
	legend(j, colors[0], "could be used: a flaw or weakness, no sign");
	legend(j, colors[1], "a sign of medium severity");
	legend(j, colors[2], "a sign of critical severity");
	json_out_end_list(j);
}

static int
navigator_write(FILE *f, const struct casefile *c,
    const struct report_options *o, struct err *e)
{
	struct layer l = {0};
	struct json_out *j = &l.t.j;
	int r;

	tool_init(&l.t, f, c, o);
	j->pretty = true;
	arena_init(&l.arena);
	map_init(&l.known, &l.arena);
	map_init(&l.devices, &l.arena);
	for (size_t i = 0; i < c->nfindings; i++)
		take(&l, &c->findings[i]);
	json_out_object(j, NULL);
	json_out_str(j, "name", "tidemark");
	json_out_object(j, "versions");
	json_out_str(j, "attack", ATTACK_VERSION);
	json_out_str(j, "navigator", "5.1.0");
	json_out_str(j, "layer", "4.5");
	json_out_end_object(j);
	json_out_str(j, "domain", "enterprise-attack");
	json_out_str(
	    j, "description", "Techniques that the findings of tidemark name");
	techniques(&l);
	look(j);
	json_out_object(j, "layout");
	json_out_str(j, "layout", "side");
	json_out_bool(j, "showID", true);
	json_out_bool(j, "showName", true);
	json_out_str(j, "expandedSubtechniques", "annotated");
	json_out_end_object(j);
	json_out_bool(j, "hideDisabled", false);
	json_out_bool(j, "selectTechniquesAcrossTactics", true);
	json_out_end_object(j);
	r = tool_end(&l.t, e);
	arena_release(&l.arena);
	return r;
}

const struct report report_navigator = {
    .name = "navigator",
    .title = "a layer of the ATT&CK Navigator",
    .write = navigator_write,
};
