/*
 * Answers of NVD's API 2.0 (https://nvd.nist.gov/developers/vulnerabilities):
 * ranges stand in CPE matches.  NVD joins several first fixed releases with
 * underscores, writes a hotfix or service release as the CPE's update, and
 * escapes parentheses.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "intel/update_json.h"

static unsigned
guess(struct span head)
{
	if (span_has(head, "\"NVD_CVE\""))
		return 100;
	return span_has(head, "\"cpeMatch\"") &&
		       span_has(head, "\"vulnStatus\"")
		   ? 90
		   : 0;
}

#define CPE_PARTS 13

/* The parts of a formatted CPE 2.3 name (NISTIR 7695 section 6.2), without
 * their escapes; false: it is none. */
static bool
cpe_read(struct arena *a, struct span s, struct span parts[CPE_PARTS])
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0, start = 0, out = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n) {
			p[out++] = s.p[++i];
		} else if (s.p[i] == ':') {
			if (n == CPE_PARTS - 1)
				return false;
			parts[n++] = span_of(p + start, out - start);
			start = out;
		} else {
			p[out++] = s.p[i];
		}
	}
	parts[n++] = span_of(p + start, out - start);
	return n == CPE_PARTS && span_is(parts[0], "cpe") &&
	       span_is(parts[1], "2.3");
}

static bool
is_any(struct span s)
{
	return s.n == 0 || span_is(s, "*") || span_is(s, "-");
}

/* CPE names are small; the letters of a train, behind a parenthesis, are
 * capitals: 15.2(4)e8 is 15.2(4)E8, 12.2(33)sxi4a is 12.2(33)SXI4a. */
static struct span
train_raised(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);
	bool raise = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ')')
			raise = true;
		else if (!ascii_alpha((unsigned char)c))
			raise = false;
		p[i] =
		    (char)(raise && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return span_of(p, s.n);
}

/* Version and update as the platform spells them: 22.3 and r2-s2 are 22.3R2-S2,
 * 10.2.9 and h1 are 10.2.9-h1. */
static struct span
cpe_release(struct arena *a, struct span platform, const struct span *parts)
{
	struct span version = parts[5], update = parts[6];
	char *p;

	if (span_is(platform, "ios") || span_is(platform, "nx-os"))
		version = train_raised(a, version);
	if (is_any(update))
		return version;
	if (span_is(platform, "pan-os"))
		return arena_fmt(
		    a, "%.*s-%.*s", SPAN_FMT(version), SPAN_FMT(update));
	p = arena_alloc(a, update.n);
	for (size_t i = 0; i < update.n; i++)
		p[i] = (char)(update.p[i] >= 'a' && update.p[i] <= 'z'
				  ? update.p[i] - 'a' + 'A'
				  : update.p[i]);
	if (span_is(platform, "junos") || span_is(platform, "ivanti"))
		return arena_fmt(
		    a, "%.*s%.*s", SPAN_FMT(version), (int)update.n, p);
	return arena_fmt(a, "%.*s %.*s", SPAN_FMT(version), SPAN_FMT(update));
}

struct found {
	struct update_read *r;
	size_t known;
	bool strange;
	struct span other;
	struct span *list; /* releases given one by one, of one platform */
	size_t n;
	struct span platform; /* of list */
	update_say_fn *say;
	void *ctx;
};

static void
watch(void *ctx, const struct update_said *s)
{
	struct found *x = ctx;

	x->strange |= s->word == UPDATE_SAYS_PROBLEM;
	x->say(x->ctx, s);
}

static void
list_flush(struct found *x)
{
	if (x->n > 0)
		update_list(x->r, x->platform, x->list, x->n, (struct span){0});
	x->n = 0;
}

static void
list_add(struct found *x, struct span platform, struct span release)
{
	if (x->list == NULL)
		x->list = arena_array(
		    &x->r->scratch, LIMIT_UPDATE_RELEASES, sizeof(*x->list));
	if (!span_eq(platform, x->platform))
		list_flush(x);
	x->platform = platform;
	if (x->n < LIMIT_UPDATE_RELEASES)
		x->list[x->n++] = release;
	else if (x->n == LIMIT_UPDATE_RELEASES)
		update_refuse(x->r, "more releases than the limit");
}

static void
match_take(struct found *x, const json_t *m)
{
	struct span parts[CPE_PARTS];
	struct arena *a = &x->r->scratch;
	struct span criteria = update_json_text(m, "criteria");
	struct update_range range = {
	    .from = update_json_text(m, "versionStartIncluding"),
	    .to = update_json_text(m, "versionEndIncluding"),
	    .below = update_json_text(m, "versionEndExcluding"),
	    .state = "affected",
	    .evidence = "record"};

	if (!json_is_true(json_object_get(m, "vulnerable")))
		return;
	if (!cpe_read(a, criteria, parts)) {
		update_refuse(x->r, "no CPE: \"%.*s\"",
		    SPAN_FMT(span_head(criteria, 100)));
		return;
	}
	range.platform =
	    product_platform(x->r->o->products, parts[3], parts[4]);
	if (range.platform.n == 0) {
		if (x->other.n == 0)
			x->other = arena_fmt(a, "%.*s:%.*s", SPAN_FMT(parts[3]),
			    SPAN_FMT(parts[4]));
		return;
	}
	x->known++;
	if (range.from.n == 0)
		range.from = update_json_text(m, "versionStartExcluding");
	if (!is_any(parts[5]))
		list_add(
		    x, range.platform, cpe_release(a, range.platform, parts));
	else
		update_range(x->r, &range);
}

static void
matches_take(struct found *x, const json_t *configurations)
{
	size_t i, k, n;
	json_t *c, *node, *m;

	json_array_foreach(configurations, i, c)
	    json_array_foreach(json_object_get(c, "nodes"), k, node)
		json_array_foreach(json_object_get(node, "cpeMatch"), n, m)
		    match_take(x, m);
	list_flush(x);
}

/* The first score of the newest version that is there, its own before that of
 * others. */
static void
metrics_take(struct update_read *r, const json_t *metrics)
{
	static const char *const keys[] = {
	    "cvssMetricV31", "cvssMetricV30", "cvssMetricV40", "cvssMetricV2"};
	const json_t *options = json_object_get(
	    json_object_get(
		json_array_get(json_object_get(metrics, "ssvcV203"), 0),
		"ssvcData"),
	    "options");
	struct span said[3] = {{0}};
	size_t i;
	json_t *o;

	json_array_foreach(options, i, o)
	{
		static const char *const names[] = {
		    "exploitation", "automatable", "technicalImpact"};

		for (size_t k = 0; k < 3; k++)
			if (json_object_get(o, names[k]) != NULL)
				said[k] = update_json_text(o, names[k]);
	}
	if (options != NULL)
		update_ssvc(r, said[0], said[1], said[2]);
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		double score = update_json_score(json_object_get(
		    json_array_get(json_object_get(metrics, keys[k]), 0),
		    "cvssData"));

		if (score > 0) {
			update_cvss(r, score);
			return;
		}
	}
}

static void
record(struct update_read *r, const json_t *v)
{
	const json_t *cve = json_object_get(v, "cve");
	struct found x = {.r = r, .say = r->say, .ctx = r->ctx};
	struct span added;

	r->cve = update_json_text(cve, "id");
	if (!update_is_cve(r->cve)) {
		r->cve = (struct span){0};
		update_refuse(r, "an entry without an id");
		return;
	}
	if (span_is_nocase(update_json_text(cve, "vulnStatus"), "Rejected")) {
		update_refuse(r, "the record was rejected by its publisher");
		return;
	}
	added = update_json_text(cve, "cisaExploitAdd");
	if (added.n > 0)
		update_say(r, UPDATE_SAYS_KEV, added,
		    update_json_text(cve, "cisaActionDue"), (struct span){0});
	metrics_take(r, json_object_get(cve, "metrics"));
	r->say = watch;
	r->ctx = &x;
	matches_take(&x, json_object_get(cve, "configurations"));
	if (x.known == 0)
		update_refuse(r, "no platform that is known here: %.*s",
		    SPAN_FMT(x.other.n > 0
				 ? x.other
				 : SPAN("no product is named (not analysed)")));
	r->say = x.say;
	r->ctx = x.ctx;
	if (x.known > 0)
		update_say(r, UPDATE_SAYS_RECORD,
		    update_json_text(cve, "cisaVulnerabilityName"),
		    update_json_text(
			json_array_get(json_object_get(cve, "references"), 0),
			"url"),
		    SPAN("cannot-tell"));
}

static void
nvd_read(struct update_read *r, struct span bytes)
{
	update_json_each(r, bytes, "vulnerabilities", record);
}

const struct update_format update_nvd = {
    .name = "nvd",
    .title = "Answers of NVD's API 2.0",
    .guess = guess,
    .read = nvd_read,
};
