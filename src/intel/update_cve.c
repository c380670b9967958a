/*
 * CVE records, JSON 5.x: containers.cna says which releases are affected,
 * containers of other publishers (CISA) add SSVC and KEV.
 * https://github.com/CVEProject/cve-schema
 */
#include <stdio.h>

#include "base/limits.h"
#include "device/version.h"
#include "intel/update_json.h"

static unsigned
guess(struct span head)
{
	if (span_has(head, "\"CVE_RECORD\""))
		return 100;
	return span_has(head, "\"cveMetadata\"") ? 95 : 0;
}

/* What the reading of one record's affected list comes to. */
struct reading {
	struct update_read *r;
	struct span platform;
	bool closed;  /* the default is "unaffected" */
	bool open;    /* the default is "affected" */
	size_t known; /* entries of platforms known here */
	bool strange; /* some part of it could not be used, or its default is
		       * not "unaffected": silence means nothing */
	struct span other; /* a product that is not known */
	update_say_fn *say;
	void *ctx;
};

/* Watches what is said, for problems. */
static void
watch(void *ctx, const struct update_said *s)
{
	struct reading *x = ctx;

	x->strange |= s->word == UPDATE_SAYS_PROBLEM;
	x->say(x->ctx, s);
}

static bool
is_status(const json_t *v, const char *word)
{
	return span_is_nocase(update_json_text(v, "status"), word);
}

static bool
is_exact(const json_t *v)
{
	return json_object_get(v, "lessThan") == NULL &&
	       json_object_get(v, "lessThanOrEqual") == NULL &&
	       json_array_size(json_object_get(v, "changes")) == 0;
}

/* A first fixed release beside the range: an unaffected one of the same line,
 * above its end. */
static struct span
fixed_beside(const struct reading *x, const json_t *versions, struct span end)
{
	struct version to, best = {0}, v;
	struct span found = {0};
	size_t i;
	json_t *e;

	if (!version_read(x->platform, end, &to))
		return found;
	json_array_foreach(versions, i, e)
	{
		struct span text = update_json_text(e, "version");

		if (!is_status(e, "unaffected") || !is_exact(e) ||
		    !version_read(x->platform, text, &v) ||
		    !span_eq(version_line(&v), version_line(&to)) ||
		    version_compare(&v, &to) <= 0)
			continue;
		if (best.order == NULL || version_compare(&v, &best) < 0) {
			best = v;
			found = text;
		}
	}
	return found;
}

/* "13.1-FIPS" is the train 13.1, whose builds 37.x are that branch. */
static struct span
without_branch(struct span version)
{
	static const char *const tails[] = {
	    "-FIPS", " FIPS", "-NDcPP", " NDcPP"};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (span_ends_nocase(version, span_str(tails[i])))
			return span_head(
			    version, version.n - span_str(tails[i]).n);
	return version;
}

/* NetScaler writes the train as the version and only the build as the bound:
 * 14.1 below 8.50 is 14.1-8.50. */
static struct span
whole_bound(struct reading *x, struct span version, struct span text)
{
	uint32_t key[2];

	if (!span_is(x->platform, "netscaler") || text.n == 0 ||
	    span_find_byte(text, '-') != SPAN_NONE ||
	    !version_train_read(version, key))
		return text;
	return arena_fmt(
	    &x->r->scratch, "%u.%u-%.*s", key[0], key[1], SPAN_FMT(text));
}

/* A range with changes of status in it: the releases at which it becomes
 * unaffected are first fixed ones, the last at which it becomes affected is
 * its start. */
static void
changes_take(struct reading *x, const json_t *v, struct update_range *range)
{
	const json_t *changes = json_object_get(v, "changes");
	struct span fixes = {0};
	bool affected = is_status(v, "affected");
	size_t i;
	json_t *e;

	json_array_foreach(changes, i, e)
	{
		struct span at = update_json_text(e, "at");

		if (is_status(e, "affected")) {
			range->from = at;
			affected = true;
		} else if (is_status(e, "unaffected") && i < 64) {
			fixes = arena_fmt(&x->r->scratch, "%.*s%s%.*s",
			    SPAN_FMT(fixes), fixes.n > 0 ? "," : "",
			    SPAN_FMT(at));
		}
	}
	if (!affected)
		return;
	range->state = "affected";
	if (fixes.n > 0) {
		/* Where the range began affected, its end is a fix too. */
		if (is_status(v, "affected") && range->below.n > 0)
			fixes = arena_fmt(&x->r->scratch, "%.*s,%.*s",
			    SPAN_FMT(fixes), SPAN_FMT(range->below));
		range->below = fixes;
		range->to = (struct span){0};
	}
}

static void
range_take(struct reading *x, const json_t *versions, const json_t *v)
{
	struct span version = without_branch(update_json_text(v, "version"));
	struct update_range range = {.platform = x->platform,
	    .from = version,
	    .to = update_json_text(v, "lessThanOrEqual"),
	    .below = whole_bound(x, version, update_json_text(v, "lessThan")),
	    .state = is_status(v, "affected")	  ? "affected"
		     : is_status(v, "unaffected") ? "not-affected"
						  : "cannot-tell",
	    .evidence = "record",
	    .beyond = x->closed};

	range.to = whole_bound(x, version, range.to);
	changes_take(x, v, &range);
	if (range.to.n > 0 && is_status(v, "affected") &&
	    !span_eq(range.from, range.to)) {
		struct span fixed = fixed_beside(x, versions, range.to);

		if (fixed.n > 0) {
			range.below = fixed;
			range.to = (struct span){0};
		}
	}
	update_range(x->r, &range);
}

/* "affected unless told" with releases that are not: each of these is the
 * first fixed one of its line; what later lines are is not told. */
static void
open_take(struct reading *x, struct span text)
{
	struct update_range range = {.platform = x->platform,
	    .below = text,
	    .state = "affected",
	    .evidence = "record"};

	update_range(x->r, &range);
}

static void
versions_take(struct reading *x, const json_t *versions)
{
	size_t n = json_array_size(versions), i, exact = 0;
	struct span *list;
	json_t *v;

	if (n > LIMIT_UPDATE_RELEASES) {
		update_refuse(x->r, "%.*s: more releases than the limit",
		    SPAN_FMT(x->platform));
		return;
	}
	list = arena_array(&x->r->scratch, n, sizeof(*list));
	json_array_foreach(versions, i, v)
	{
		struct span text = update_json_text(v, "version");

		if (!is_exact(v))
			range_take(x, versions, v);
		else if (is_status(v, "affected") &&
			 update_is_release(x->platform, text))
			list[exact++] = text;
		else if (is_status(v, "affected"))
			update_range_text(x->r, x->platform, text, "affected");
		else if (is_status(v, "unaffected") && x->open)
			open_take(x, text);
	}
	if (exact > 0)
		update_list(x->r, x->platform, list, exact, (struct span){0});
	if (n == 0)
		update_refuse(
		    x->r, "%.*s: no versions are named", SPAN_FMT(x->platform));
}

static void
affected_take(struct reading *x, const json_t *a)
{
	struct span vendor = update_json_text(a, "vendor"),
		    product = update_json_text(a, "product"),
		    status = update_json_text(a, "defaultStatus");

	x->platform = product_platform(x->r->o->products, vendor, product);
	if (x->platform.n == 0) {
		if (x->other.n == 0 && product.n > 0)
			x->other = arena_fmt(&x->r->scratch, "%.*s/%.*s",
			    SPAN_FMT(span_head(vendor, 60)),
			    SPAN_FMT(span_head(product, 100)));
		return;
	}
	x->known++;
	x->closed = span_is_nocase(status, "unaffected");
	x->open = span_is_nocase(status, "affected");
	x->strange |= !x->closed;
	versions_take(x, json_object_get(a, "versions"));
}

/* One metric of a container. */
static double
metric_take(struct update_read *r, const json_t *m)
{
	static const char *const keys[] = {
	    "cvssV3_1", "cvssV3_0", "cvssV4_0", "cvssV2_0"};
	const json_t *other = json_object_get(m, "other"),
		     *content = json_object_get(other, "content");
	struct span type = update_json_text(other, "type"), said[3] = {{0}};

	if (span_is(type, "kev"))
		update_say(r, UPDATE_SAYS_KEV,
		    update_json_text(content, "dateAdded"), (struct span){0},
		    (struct span){0});
	if (span_is(type, "ssvc")) {
		static const char *const names[] = {
		    "Exploitation", "Automatable", "Technical Impact"};
		size_t i;
		json_t *o;

		json_array_foreach(json_object_get(content, "options"), i,
		    o) for (size_t k = 0; k < 3;
			    k++) if (json_object_get(o, names[k]) != NULL)
		    said[k] = update_json_text(o, names[k]);
		update_ssvc(r, said[0], said[1], said[2]);
	}
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		double score = update_json_score(json_object_get(m, keys[k]));

		if (score > 0)
			return score;
	}
	return 0;
}

static double
metrics_take(struct update_read *r, const json_t *container)
{
	double score = 0;
	size_t i;
	json_t *m;

	json_array_foreach(json_object_get(container, "metrics"), i, m)
	{
		double one = metric_take(r, m);

		if (score == 0)
			score = one;
	}
	return score;
}

static void
scores_take(struct update_read *r, const json_t *cna, const json_t *others)
{
	double score = metrics_take(r, cna);
	size_t i;
	json_t *a;

	json_array_foreach(others, i, a)
	{
		double one = metrics_take(r, a);

		if (score == 0)
			score = one;
	}
	update_cvss(r, score);
}

static struct span
first_reference(const json_t *container)
{
	return update_json_text(
	    json_array_get(json_object_get(container, "references"), 0), "url");
}

static void
record(struct update_read *r, const json_t *v)
{
	const json_t *meta = json_object_get(v, "cveMetadata"),
		     *all = json_object_get(v, "containers"),
		     *cna = json_object_get(all, "cna");
	struct reading x = {.r = r, .say = r->say, .ctx = r->ctx};
	size_t i;
	json_t *a;

	r->cve = update_json_text(meta, "cveId");
	if (!update_is_cve(r->cve)) {
		r->cve = (struct span){0};
		update_refuse(r, "a record without an id");
		return;
	}
	if (span_is_nocase(update_json_text(meta, "state"), "REJECTED")) {
		update_refuse(r, "the record was rejected by its publisher");
		return;
	}
	scores_take(r, cna, json_object_get(all, "adp"));
	r->say = watch;
	r->ctx = &x;
	json_array_foreach(json_object_get(cna, "affected"), i, a)
	    affected_take(&x, a);
	if (x.known == 0)
		update_refuse(r, "no platform that is known here: %.*s",
		    SPAN_FMT(
			x.other.n > 0 ? x.other : SPAN("no product is named")));
	r->say = x.say;
	r->ctx = x.ctx;
	if (x.known > 0)
		update_say(r, UPDATE_SAYS_RECORD,
		    update_json_text(cna, "title"), first_reference(cna),
		    x.strange ? SPAN("cannot-tell") : SPAN("not-affected"));
}

static void
cve_read(struct update_read *r, struct span bytes)
{
	update_json_each(r, bytes, NULL, record);
}

const struct update_format update_cve = {
    .name = "cve",
    .title = "CVE records, JSON 5.x",
    .guess = guess,
    .read = cve_read,
};
