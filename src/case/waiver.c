#include "case/waiver.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/timestamp.h"
#include "case/casefile.h"
#include "intel/yaml.h"

static int
wrong(struct err *e, const struct yaml_node *at, const char *text)
{
	return err_set(e, "line %u, column %u: %s", at->line, at->column, text);
}

static bool
is_fingerprint(struct span s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') ||
			      (s.p[n] >= 'a' && s.p[n] <= 'f')))
		n++;
	return n == s.n && n == FINDING_MARK;
}

static int
waiver_read(struct arena *a, const struct yaml_node *node, struct waiver *w,
    struct err *e)
{
	struct {
		const char *key;
		struct span *to;
	} const want[] = {{"finding", &w->finding}, {"owner", &w->owner},
	    {"reason", &w->reason}, {"expires", &w->expires}};

	if (node->kind != YAML_MAP)
		return wrong(e, node,
		    "expected a mapping of finding, owner, reason, expires");
	w->line = node->line;
	for (size_t i = 0; i < node->n; i++) {
		size_t k = 0;

		while (k < 4 && !span_is(yaml_text(node->keys[i]), want[k].key))
			k++;
		if (k == 4)
			return wrong(e, node->keys[i],
			    "expected finding, owner, reason or expires");
		*want[k].to = arena_copy(a, yaml_text(node->items[i]));
	}
	for (size_t k = 0; k < 4; k++)
		if (want[k].to->n == 0)
			return err_set(e, "line %u: no %s is given", node->line,
			    want[k].key);
	if (!is_fingerprint(w->finding))
		return wrong(e, yaml_get(node, "finding"),
		    "expected a fingerprint of 16 hexadecimal digits");
	return 0;
}

static int
day_read(
    struct waiver *w, const struct yaml_node *node, int64_t now, struct err *e)
{
	int64_t day;

	if (!time_read_day(w->expires, &day))
		return wrong(e, yaml_get(node, "expires"),
		    "expected a day as 2027-01-31");
	w->until = day + TIME_DAY;
	w->made = TIME_NONE;
	w->expired = now >= w->until;
	return 0;
}

int
waivers_read(struct arena *a, struct span text, int64_t now,
    struct waivers *out, struct err *e)
{
	struct yaml_docs docs;
	struct yaml_error ye;
	const struct yaml_node *list;

	*out = (struct waivers){0};
	if (yaml_read(a, text, &docs, &ye) != 0)
		return err_set(
		    e, "line %u, column %u: %s", ye.line, ye.column, ye.text);
	if (docs.n == 0)
		return 0;
	list = docs.v[0];
	if (docs.n > 1 || list->kind != YAML_LIST)
		return wrong(e, docs.v[docs.n - 1], "expected one list");
	if (list->n > LIMIT_WAIVERS)
		return err_set(e, "more than %d waivers", LIMIT_WAIVERS);
	out->v = arena_array(a, list->n, sizeof(*out->v));
	for (size_t i = 0; i < list->n; i++)
		if (waiver_read(a, list->items[i], &out->v[i], e) != 0 ||
		    day_read(&out->v[i], list->items[i], now, e) != 0)
			return -1;
	out->n = list->n;
	return 0;
}

void
case_waive(struct casefile *c)
{
	struct map by_mark;

	if (c->waivers.n == 0)
		return;
	map_init(&by_mark, &c->arena);
	for (uint32_t i = 0; i < c->waivers.n; i++)
		map_add(&by_mark, c->waivers.v[i].finding, i);
	for (size_t i = 0; i < c->nfindings; i++) {
		struct finding *f = &c->findings[i];
		uint32_t at = map_get(&by_mark, span_str(f->mark));

		if (at == MAP_NONE)
			continue;
		f->waiver = &c->waivers.v[at];
		c->waivers.v[at].met = true;
	}
}

const char *
waiver_text(const struct waiver *v, char out[WAIVER_TEXT])
{
	static const char *const words[2][2] = {
	    {"accepted", "rejected"}, {"acceptance", "rejection"}};
	char made[TIME_TEXT] = "";

	if (v->made != TIME_NONE)
		(void)time_write(v->made, made);
	snprintf(out, WAIVER_TEXT, "%s%s%.10s%s",
	    words[v->expired][v->rejected],
	    made[0] == '\0' ? ""
	    : v->expired    ? " of "
			    : " on ",
	    made,
	    v->expired	       ? " expired on "
	    : v->expires.n > 0 ? " until "
			       : ", with no end");
	return out;
}
