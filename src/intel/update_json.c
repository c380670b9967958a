#include "intel/update_json.h"

#include "base/limits.h"
#include "intel/feed_json.h"

json_t *
update_json_read(struct update_read *r, struct span s)
{
	json_error_t e;
	json_t *v;

	if (feed_json_skip(s) == 0) {
		update_refuse(
		    r, "the JSON does not end, or is nested too deep");
		return NULL;
	}
	if (s.n > LIMIT_FEED_ELEMENT) {
		update_refuse(r, "one record is larger than the limit");
		return NULL;
	}
	v = json_loadb(s.p, s.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (v == NULL)
		update_refuse(r, "no JSON: %s", e.text);
	return v;
}

static void
one(struct update_read *r, struct span s, update_json_fn *fn)
{
	json_t *v = update_json_read(r, s);

	if (v != NULL)
		fn(r, v);
	json_decref(v);
	r->cve = (struct span){0};
	arena_reset(&r->scratch);
}

void
update_json_each(struct update_read *r, struct span bytes, const char *key,
    update_json_fn *fn)
{
	struct span list =
	    key != NULL ? feed_json_member(bytes, key) : (struct span){0};
	struct feed_json_list l;
	struct span element;

	if (list.n == 0)
		list = bytes;
	r->line = 1;
	if (!feed_json_list(bytes, list, &l)) {
		one(r, bytes, fn);
		return;
	}
	while (feed_json_next(&l, &element, &r->line))
		one(r, element, fn);
	if (l.broken)
		update_refuse(r, "the list does not end: the rest is missing");
}

struct span
update_json_text(const json_t *object, const char *key)
{
	struct span s = feed_json_text(object, key);

	/* No-break spaces stand around names in real records. */
	for (;;) {
		size_t n = s.n;

		s = span_trim(s);
		if (span_ends(s, SPAN("\xe2\x80\xaf")))
			s = span_head(s, s.n - 3);
		if (span_ends(s, SPAN("\xc2\xa0")))
			s = span_head(s, s.n - 2);
		if (span_starts(s, SPAN("\xc2\xa0")))
			s = span_from(s, 2);
		if (s.n == n)
			return s;
	}
}

double
update_json_score(const json_t *cvss)
{
	const json_t *score = json_object_get(cvss, "baseScore");

	return json_is_number(score) ? json_number_value(score) : 0;
}
