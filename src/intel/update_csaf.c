/*
 * Advisories and VEX in CSAF 2.0 (OASIS standard, 18 November 2022).  The
 * category of a document is not looked at: vendors write their own words there.
 *
 * Products that a status names by an id of several meanings ("<11.0.2" and
 * ">=11.0.2" under one id, listed as affected and as fixed) are told apart by
 * what their branch says: below a bound is affected, from a bound on is not.
 */
#include <string.h>

#include "base/limits.h"
#include "device/version.h"
#include "intel/update_csaf.h"

static unsigned
guess(struct span head)
{
	if (!span_has(head, "\"csaf_version\"") &&
	    !span_has(head, "\"product_tree\""))
		return 0;
	return span_has(head, "\"csaf_version\"") ? 100 : 70;
}

/* Reading one vulnerability of the document. */
struct reading {
	struct update_read *r;
	const struct csaf_tree *tree;
	const json_t *vulnerability;
	size_t known;	 /* products of platforms that are known here */
	size_t nameless; /* products named without a release */
	size_t astray;	 /* ids that stand nowhere in the tree */
	size_t twofold;	 /* ids in two statuses that nothing tells apart */
	struct span other, stray;
	/* Releases given one by one, by platform and hardware. */
	struct span *list;
	size_t n;
	struct span platform, hardware;
};

static void
list_flush(struct reading *x)
{
	if (x->n > 0)
		update_list(x->r, x->platform, x->list, x->n, x->hardware);
	x->n = 0;
}

static void
list_add(struct reading *x, const struct csaf_product *p)
{
	if (x->list == NULL)
		x->list = arena_array(
		    &x->r->scratch, LIMIT_UPDATE_RELEASES, sizeof(*x->list));
	if (!span_eq(p->platform, x->platform) ||
	    !span_eq(p->hardware, x->hardware))
		list_flush(x);
	x->platform = p->platform;
	x->hardware = p->hardware;
	if (x->n < LIMIT_UPDATE_RELEASES)
		x->list[x->n++] = p->release;
}

static bool
listed(const json_t *status, const char *key, struct span id)
{
	size_t i;
	json_t *v;

	json_array_foreach(json_object_get(status, key), i,
	    v) if (json_is_string(v) &&
		   span_eq(span_of(json_string_value(v), json_string_length(v)),
		       id)) return true;
	return false;
}

/* Does the meaning of an id that is in two statuses fit this one? */
static bool
fits(const struct csaf_product *p, bool affected)
{
	bool below = span_starts(p->release, SPAN("<")),
	     above = span_starts(p->release, SPAN(">"));

	return affected ? below : above;
}

/* "FortiOS 7.4: Upgrade to 7.4.8 or above": the first fixed release of the
 * line that a range is of, where a remediation for the product tells. */
static struct span
upgrade_in(
    struct span text, const struct csaf_product *p, const struct version *of)
{
	struct span word, rest = text;

	while ((word = span_word(&rest)).n > 0) {
		struct version v;

		while (word.n > 0 &&
		       (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ','))
			word = span_head(word, word.n - 1);
		if (version_read(p->platform, word, &v) &&
		    v.standing == VERSION_RELEASE &&
		    span_eq(version_line(&v), version_line(of)) &&
		    version_compare(&v, of) > 0)
			return word;
	}
	return (struct span){0};
}

static struct span
remediated(
    const struct reading *x, const struct csaf_product *p, struct span to)
{
	const json_t *list = json_object_get(x->vulnerability, "remediations");
	struct version end;
	size_t i;
	json_t *v;

	if (!version_read(p->platform, to, &end))
		return (struct span){0};
	json_array_foreach(list, i, v)
	{
		struct span text = update_json_text(v, "details"), found;

		if (!span_is(update_json_text(v, "category"), "vendor_fix"))
			continue;
		found = upgrade_in(text, p, &end);
		if (found.n > 0)
			return found;
	}
	return (struct span){0};
}

/* ">=7.4.0|<=7.4.7" with the fix that a remediation names. */
static bool
closed_range(struct reading *x, const struct csaf_product *p)
{
	size_t at = span_find(p->release, SPAN("<="));
	struct span to, fixed;
	struct update_range range = {.platform = p->platform,
	    .state = "affected",
	    .evidence = "record",
	    .models = p->hardware};

	if (at == SPAN_NONE)
		return false;
	to = span_trim(span_from(p->release, at + 2));
	fixed = remediated(x, p, to);
	if (fixed.n == 0)
		return false;
	if (span_starts(p->release, SPAN(">="))) {
		struct span rest = span_from(p->release, 2);

		range.from = span_trim(span_until(&rest, '|'));
	}
	range.below = fixed;
	update_range(x->r, &range);
	return true;
}

static void
product_take(struct reading *x, const struct csaf_product *p, const char *state)
{
	bool affected = strcmp(state, "affected") == 0;

	if (p->platform.n == 0) {
		if (x->other.n == 0)
			x->other = p->name;
		return;
	}
	x->known++;
	if (p->release.n == 0)
		x->nameless++;
	else if (affected && update_is_release(p->platform, p->release))
		list_add(x, p);
	else if (!affected || !closed_range(x, p))
		update_range_text(x->r, p->platform, p->release, state);
}

static void
status_take(struct reading *x, const char *key, const char *state)
{
	const json_t *status =
	    json_object_get(x->vulnerability, "product_status");
	bool affected = strcmp(state, "affected") == 0;
	size_t i;
	json_t *v;

	json_array_foreach(json_object_get(status, key), i, v)
	{
		struct span id =
		    span_of(json_string_value(v), json_string_length(v));
		uint32_t at = csaf_find(x->tree, id);
		bool twofold =
		    listed(status, affected ? "fixed" : "known_affected", id);

		if (at == MAP_NONE && x->astray++ == 0)
			x->stray = id;
		if (twofold && at != MAP_NONE &&
		    x->tree->v[at].next == MAP_NONE) {
			x->twofold++;
			continue;
		}
		for (; at != MAP_NONE; at = x->tree->v[at].next)
			if (!twofold || fits(&x->tree->v[at], affected))
				product_take(x, &x->tree->v[at], state);
		if (i >= LIMIT_UPDATE_PRODUCTS)
			break;
	}
	list_flush(x);
}

static void
told(const struct reading *x)
{
	if (x->astray > 0)
		update_refuse(x->r,
		    "products of a status that do not stand in the product "
		    "tree: %zu (first: \"%.*s\")",
		    x->astray, SPAN_FMT(span_head(x->stray, 80)));
	if (x->twofold > 0)
		update_refuse(x->r,
		    "products that are both affected and fixed: %zu",
		    x->twofold);
	if (x->nameless > 0)
		update_refuse(
		    x->r, "products named without a release: %zu", x->nameless);
	if (x->known == 0)
		update_refuse(x->r, "no platform that is known here: %.*s",
		    SPAN_FMT(x->other.n > 0 ? span_head(x->other, 100)
					    : SPAN("no product is named")));
}

static double
score_of(const json_t *v)
{
	static const char *const keys[] = {"cvss_v3", "cvss_v4", "cvss_v2"};
	double best = 0;
	size_t i;
	json_t *s;

	json_array_foreach(
	    json_object_get(v, "scores"), i, s) for (size_t k = 0; k < 3; k++)
	{
		double one = update_json_score(json_object_get(s, keys[k]));

		if (one > best)
			best = one;
	}
	return best;
}

static struct span
own_address(const json_t *list)
{
	struct span first = {0};
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v)
	{
		struct span url = update_json_text(v, "url");

		if (span_is(update_json_text(v, "category"), "self") &&
		    !span_ends(url, SPAN(".json")))
			return url;
		if (first.n == 0)
			first = url;
	}
	return first;
}

static void
vulnerability(struct update_read *r, const struct csaf_tree *tree,
    const json_t *document, const json_t *v)
{
	struct reading x = {.r = r, .tree = tree, .vulnerability = v};
	struct span title = update_json_text(v, "title"),
		    url = own_address(json_object_get(document, "references"));

	r->cve = update_json_text(v, "cve");
	if (!update_is_cve(r->cve)) {
		r->cve = (struct span){0};
		update_refuse(r, "a vulnerability without a CVE id");
		return;
	}
	update_cvss(r, score_of(v));
	/* What is told as fixed or not affected counts before a range. */
	status_take(&x, "known_not_affected", "not-affected");
	status_take(&x, "fixed", "not-affected");
	status_take(&x, "first_fixed", "not-affected");
	status_take(&x, "under_investigation", "cannot-tell");
	status_take(&x, "known_affected", "affected");
	status_take(&x, "first_affected", "affected");
	status_take(&x, "last_affected", "affected");
	told(&x);
	if (url.n == 0)
		url = own_address(json_object_get(v, "references"));
	if (x.known > 0)
		update_say(r, UPDATE_SAYS_RECORD,
		    title.n > 0 ? title : update_json_text(document, "title"),
		    url, SPAN("cannot-tell"));
	r->cve = (struct span){0};
}

static void
document_take(struct update_read *r, const json_t *v)
{
	const json_t *document = json_object_get(v, "document"),
		     *list = json_object_get(v, "vulnerabilities");
	struct span released = update_json_text(
	    json_object_get(document, "tracking"), "current_release_date");
	struct csaf_tree tree;
	size_t i, k;
	json_t *one, *inner;

	if (!json_is_object(document)) {
		update_refuse(r, "it has no document: no CSAF");
		return;
	}
	update_day(r, released);
	csaf_tree_read(r, json_object_get(v, "product_tree"), &tree);
	if (json_array_size(list) == 0)
		update_refuse(r, "it names no vulnerability");
	else if (tree.n == 0)
		update_refuse(r, "it names no product");
	json_array_foreach(list, i, one)
	{
		if (json_is_object(one))
			vulnerability(r, &tree, document, one);
		/* A list in the list: seen at Fortinet. */
		json_array_foreach(one, k, inner)
		    vulnerability(r, &tree, document, inner);
	}
}

static void
csaf_read(struct update_read *r, struct span bytes)
{
	update_json_each(r, bytes, NULL, document_take);
}

const struct update_format update_csaf = {
    .name = "csaf",
    .title = "Advisories and VEX in CSAF 2.0",
    .guess = guess,
    .read = csaf_read,
};
