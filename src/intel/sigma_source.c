/*
 * Logsources and field names.  Rules of our own name a record kind and its
 * fields; rules from elsewhere use Sigma's taxonomy, of which these tables
 * know what the readers can feed.
 */
#include "intel/sigma_build.h"

#define BIT(kind) (UINT64_C(1) << K_##kind)
_Static_assert(K_COUNT <= 64, "record kinds must fit a bit mask");

/* The first row that fits counts; NULL fits anything. */
static const struct {
	const char *product, *category, *service;
	uint64_t kinds;
} logsources[] = {
    {"cisco", NULL, "aaa", BIT(COMMAND) | BIT(SYSLOG)},
    {"cisco", NULL, NULL, BIT(SYSLOG)},
    {"zeek", NULL, "conn", BIT(FLOW)},
    {NULL, "webserver", NULL, BIT(HTTP)},
    {NULL, "proxy", NULL, BIT(HTTP)},
    {NULL, "firewall", NULL, BIT(FLOW) | BIT(SYSLOG)},
};

/* Names of the Sigma taxonomy that mean a field here.  cs-uri-stem is what a
 * server resolves, hence the decoded path; the others are as received. */
static const struct {
	const char *name;
	enum field_id field;
} taxonomy[] = {
    {"c-ip", F_SRC_IP},
    {"c-uri", F_URI},
    {"c-uri-query", F_QUERY},
    {"c-uri-stem", F_PATH_DECODED},
    {"c-useragent", F_USER_AGENT},
    {"cs-method", F_METHOD},
    {"cs-referer", F_REFERER},
    {"cs-referrer", F_REFERER},
    {"cs-uri", F_URI},
    {"cs-uri-query", F_URI},
    {"cs-uri-stem", F_PATH_DECODED},
    {"cs-user-agent", F_USER_AGENT},
    {"cs-username", F_USER},
    {"id.orig_h", F_SRC_IP},
    {"id.orig_p", F_SRC_PORT},
    {"id.resp_h", F_DST_IP},
    {"id.resp_p", F_DST_PORT},
    {"orig_bytes", F_BYTES_OUT},
    {"proto", F_PROTOCOL},
    {"resp_bytes", F_BYTES_IN},
    {"sc-bytes", F_BYTES},
    {"sc-status", F_STATUS},
};

static bool
fits(const char *want, struct span have)
{
	return want == NULL || span_is_nocase(have, want);
}

static uint64_t
kinds_native(struct sigma *s, const struct yaml_node *source)
{
	const struct yaml_node *category = yaml_get(source, "category");
	uint64_t kinds = 0;

	if (yaml_count(category) == 0) {
		sigma_fail(s, source, 0,
		    "expected a category: the kind of record, or several");
		return 0;
	}
	for (size_t i = 0; i < yaml_count(category); i++) {
		const struct yaml_node *item = yaml_at(category, i);
		int k = kind_find(yaml_text(item));

		if (k < 0)
			sigma_fail(s, item, 0, "no kind of record: %.*s",
			    SPAN_FMT(yaml_text(item)));
		else
			kinds |= UINT64_C(1) << k;
	}
	return kinds;
}

static uint64_t
kinds_foreign(struct span product, struct span category, struct span service)
{
	for (size_t i = 0; i < sizeof(logsources) / sizeof(*logsources); i++)
		if (fits(logsources[i].product, product) &&
		    fits(logsources[i].category, category) &&
		    fits(logsources[i].service, service))
			return logsources[i].kinds;
	return 0;
}

static void
source_check(struct sigma *s, const struct yaml_node *source)
{
	for (size_t i = 0; i < source->n; i++) {
		const struct yaml_node *key = source->keys[i];
		struct span name = key->text;

		if (!span_is(name, "product") && !span_is(name, "category") &&
		    !span_is(name, "service") && !span_is(name, "definition"))
			sigma_fail(s, key, 0,
			    "expected product, category, service or "
			    "definition, not %.*s",
			    SPAN_FMT(name));
		else if (source->items[i]->kind != YAML_TEXT &&
			 !(s->native && span_is(name, "category")))
			sigma_fail(s, source->items[i], 0, "expected a word");
	}
	if (s->native && yaml_get(source, "service") != NULL)
		sigma_fail(s, yaml_get(source, "service"), 0,
		    "product tidemark has no services");
}

void
sigma_logsource(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *source = yaml_get(doc, "logsource");
	struct rule *r = s->rule;

	if (source == NULL || source->kind != YAML_MAP) {
		sigma_fail(s, source ? source : doc, 0,
		    "expected a logsource: a mapping");
		return;
	}
	struct span product = yaml_text(yaml_get(source, "product"));
	struct span category = yaml_text(yaml_get(source, "category"));
	struct span service = yaml_text(yaml_get(source, "service"));

	s->native = span_is(product, "tidemark");
	source_check(s, source);
	if (s->native)
		r->kinds = kinds_native(s, source);
	else
		r->kinds = kinds_foreign(product, category, service);
	r->unsupplied = r->kinds == 0;
	r->logsource = arena_fmt(s->arena, "%.*s/%.*s/%.*s", SPAN_FMT(product),
	    SPAN_FMT(category), SPAN_FMT(service));
}

static void
missing_add(struct sigma *s, struct span name)
{
	struct span_list *missing = &s->rule->missing_fields;

	for (size_t i = 0; i < missing->n; i++)
		if (span_eq(missing->v[i], name))
			return;
	missing->v = arena_grow(s->arena, missing->v, missing->n,
	    &s->capmissing, sizeof(*missing->v));
	missing->v[missing->n++] = arena_copy(s->arena, name);
}

uint16_t
sigma_field(struct sigma *s, const struct yaml_node *key, struct span name)
{
	int f = field_find(name);

	if (f >= 0)
		return (uint16_t)f;
	if (s->native) {
		sigma_fail(
		    s, key, 0, "no field of records: %.*s", SPAN_FMT(name));
		return FIELD_NEVER;
	}
	for (size_t i = 0; i < sizeof(taxonomy) / sizeof(*taxonomy); i++)
		if (span_is_nocase(name, taxonomy[i].name))
			return (uint16_t)taxonomy[i].field;
	missing_add(s, name);
	return FIELD_NEVER;
}
