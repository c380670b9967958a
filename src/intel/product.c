#include "intel/product.h"

#include "base/timestamp.h"
#include "device/version.h"
#include "intel/vulnerability.h"

/* Longest name that is compared. */
#define NAME_TEXT 128

static struct span
folded(struct arena *a, struct span name)
{
	char text[NAME_TEXT];

	return arena_copy(
	    a, span_of(text, vulnerability_fold(name, text, sizeof(text))));
}

static void
names_read(
    struct arena *a, const struct yaml_node *list, struct span **out, size_t *n)
{
	*n = yaml_count(list);
	*out = arena_array(a, *n, sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = folded(a, yaml_text(yaml_at(list, i)));
}

static int
day_read(struct arena *a, const struct yaml_node *map, const char *key,
    struct span *out, struct yaml_error *e)
{
	struct span day = yaml_text(yaml_get(map, key));
	int64_t t;

	if (!time_read_day(day, &t))
		return yaml_wrong(
		    e, map, "a day (YYYY-MM-DD) is missing in dates");
	*out = arena_copy(a, day);
	return 0;
}

int
products_read(struct arena *a, struct span yaml, struct product_table *out,
    struct yaml_error *e)
{
	struct product_table t = {0};
	const struct yaml_node *doc, *list, *dates, *old;
	struct yaml_docs docs;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	doc = docs.n > 0 ? docs.v[0] : NULL;
	list = yaml_get(doc, "products");
	dates = yaml_get(doc, "dates");
	old = yaml_get(doc, "old");
	if (day_read(a, dates, "kev", &t.kev_day, e) != 0 ||
	    day_read(a, dates, "epss", &t.epss_day, e) != 0)
		return -1;
	if (!yaml_i64(yaml_get(old, "kev"), &t.kev_old) ||
	    !yaml_i64(yaml_get(old, "epss"), &t.epss_old))
		return yaml_wrong(e, doc, "days are missing in old");
	t.v = arena_array(a, yaml_count(list), sizeof(*t.v));
	for (size_t i = 0; i < yaml_count(list); i++) {
		const struct yaml_node *m = yaml_at(list, i);
		struct product *p = &t.v[t.n++];

		p->platform = arena_copy(a, yaml_text(yaml_get(m, "platform")));
		if (!version_platform(p->platform))
			return yaml_wrong(
			    e, m, "a platform without version order");
		names_read(
		    a, yaml_get(m, "vendors"), &p->vendors, &p->nvendors);
		names_read(a, yaml_get(m, "products"), &p->names, &p->nnames);
	}
	*out = t;
	return 0;
}

static bool
among(const struct span *list, size_t n, struct span s)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(list[i], s))
			return true;
	return false;
}

struct span
product_platform(
    const struct product_table *t, struct span vendor, struct span name)
{
	char v[NAME_TEXT], n[NAME_TEXT];
	struct span fv = span_of(v, vulnerability_fold(vendor, v, sizeof(v))),
		    fn = span_of(n, vulnerability_fold(name, n, sizeof(n)));
	bool any = fv.n == 0 || span_is(fv, "na");

	for (size_t i = 0; i < t->n; i++) {
		const struct product *p = &t->v[i];

		if ((any || among(p->vendors, p->nvendors, fv)) &&
		    among(p->names, p->nnames, fn))
			return p->platform;
	}
	return (struct span){0};
}
