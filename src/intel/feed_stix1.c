/*
 * STIX 1.x packages (XML): addresses, domains, URLs, hashes, file names and
 * e-mail addresses of CybOX objects, with title, time window, TLP and producer
 * of the indicator around them.  Of objects that must hold together each is
 * taken, with low confidence.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_xml.h"

struct stix1 {
	struct feed_read *r;
	/* Of the indicator around. */
	struct span id, title, tlp, phase;
	int64_t from, until;
	struct span source;
	unsigned all; /* compositions with AND around */
	bool operators[LIMIT_FEED_DEPTH];
	unsigned noperators;
	unsigned values; /* of this indicator */
	bool in_indicator;
	struct span category, type; /* of the object's properties */
	struct span condition;
	struct span key_type; /* of a hash */
};

static struct span
keep(struct stix1 *s, struct span text)
{
	return arena_copy(&s->r->scratch, text);
}

static void
on_start(void *ctx, struct feed_xml *x, struct span name, const char **at)
{
	struct stix1 *s = ctx;

	(void)x;
	if (span_is(name, "Indicator") && !s->in_indicator) {
		s->in_indicator = true;
		s->id = keep(s, feed_xml_attribute(at, "id"));
		s->title = (struct span){0};
		s->from = s->until = TIME_NONE;
		s->values = 0;
	} else if (span_is(name, "Properties")) {
		s->category = keep(s, feed_xml_attribute(at, "category"));
		s->type = keep(s, feed_xml_attribute(at, "type"));
	} else if (span_is(name, "Marking_Structure")) {
		struct span colour = feed_xml_attribute(at, "color");

		if (colour.n > 0)
			s->tlp = keep(s, colour);
	} else if (span_is(name, "Observable_Composition") &&
		   s->noperators < LIMIT_FEED_DEPTH) {
		bool and =
		    span_is_nocase(feed_xml_attribute(at, "operator"), "AND");

		s->operators[s->noperators++] = and;
		s->all += and;
	} else {
		s->condition = keep(s, feed_xml_attribute(at, "condition"));
	}
}

/* The type of a value by its element; -1: none. */
static int
type_of(const struct stix1 *s, struct span name)
{
	if (span_is(name, "Address_Value")) {
		if (span_is_nocase(s->category, "e-mail"))
			return INDICATOR_EMAIL;
		if (span_is_nocase(s->category, "asn"))
			return INDICATOR_ASN;
		return INDICATOR_ADDRESS;
	}
	if (span_is(name, "Simple_Hash_Value"))
		return INDICATOR_HASH;
	if (span_is(name, "Hostname_Value"))
		return INDICATOR_DOMAIN;
	if (span_is(name, "File_Name"))
		return INDICATOR_FILE_NAME;
	if (span_is(name, "User_Agent"))
		return INDICATOR_USER_AGENT;
	if (!span_is(name, "Value"))
		return -1;
	if (span_is_nocase(s->type, "URL"))
		return INDICATOR_URL;
	return span_is_nocase(s->type, "FQDN") ||
		       span_is_nocase(s->type, "Domain Name")
		   ? INDICATOR_DOMAIN
		   : -1;
}

static void
put_all(struct stix1 *s, struct feed_item *x, struct span list)
{
	/* CybOX joins several values by this mark. */
	while (list.n > 0) {
		size_t at = span_find(list, SPAN("##comma##"));

		x->value = span_trim(span_head(list, at));
		list = at == SPAN_NONE ? span_head(list, 0)
				       : span_from(list, at + 9);
		x->id = s->id.n > 0 && s->values > 0
			    ? arena_fmt(&s->r->scratch, "%.*s#%u",
				  SPAN_FMT(s->id), s->values + 1)
			    : s->id;
		s->values++;
		feed_put(s->r, x);
	}
}

/* "A##comma##B", both ends of a range, as "A-B". */
static struct span
range_text(struct stix1 *s, struct span text)
{
	size_t at = span_find(text, SPAN("##comma##"));

	return at == SPAN_NONE
		   ? text
		   : arena_fmt(&s->r->scratch, "%.*s-%.*s",
			 SPAN_FMT(span_trim(span_head(text, at))),
			 SPAN_FMT(span_trim(span_from(text, at + 9))));
}

static void
value_take(struct stix1 *s, struct feed_xml *xml, int type, struct span text)
{
	struct feed_item x = feed_item_new();

	bool range = type == INDICATOR_ADDRESS &&
		     span_is_nocase(s->condition, "InclusiveBetween");

	if (s->condition.n > 0 && !range &&
	    !span_is_nocase(s->condition, "Equals")) {
		feed_refuse(s->r, feed_xml_line(xml), 0,
		    "\"%.*s\": the condition %.*s is not searched for",
		    SPAN_FMT(span_head(text, 80)),
		    SPAN_FMT(span_head(s->condition, 40)));
		return;
	}
	x.line = feed_xml_line(xml);
	x.type = (enum indicator_type)type;
	x.title = s->title;
	x.tlp = s->tlp;
	x.phase = s->phase;
	x.source = s->source;
	x.from = s->from;
	x.until = s->until;
	x.confidence = s->all > 0 ? 20 : -1;
	put_all(s, &x, range ? range_text(s, text) : text);
}

static void
on_end(void *ctx, struct feed_xml *xml, struct span name, struct span text)
{
	struct stix1 *s = ctx;
	int type;

	if (span_is(name, "Indicator")) {
		s->in_indicator = false;
	} else if (span_is(name, "Observable_Composition")) {
		if (s->noperators > 0)
			s->all -= s->operators[--s->noperators];
	} else if (text.n == 0) {
		return;
	} else if (span_is(name, "Title")) {
		if (s->in_indicator && s->title.n == 0)
			s->title = keep(s, text);
		else
			feed_title(s->r, text);
	} else if (span_is(name, "Start_Time")) {
		s->from = feed_time(text, false);
	} else if (span_is(name, "End_Time")) {
		s->until = feed_time(text, true);
	} else if (span_is(name, "Name") && s->source.n == 0) {
		s->source = keep(s, text);
	} else if ((type = type_of(s, name)) >= 0) {
		value_take(s, xml, type, text);
	} else if (span_is(name, "Value")) {
		s->r->counts->passed++;
	}
}

static void
stix1_read(struct feed_read *r, struct span bytes)
{
	static const struct feed_xml_calls calls = {on_start, on_end};
	struct stix1 s = {.r = r, .from = TIME_NONE, .until = TIME_NONE};

	feed_xml_read(r, bytes, &calls, &s);
}

static unsigned
stix1_guess(struct span head, struct span path)
{
	(void)path;
	if (span_trim(head).n == 0 || span_trim(head).p[0] != '<')
		return 0;
	return span_has(head, "STIX_Package") ||
		       span_has(head, "STIX_Header") ||
		       span_has(head, "http://stix.mitre.org/") ||
		       span_has(head, "http://cybox.mitre.org/")
		   ? 90
		   : 0;
}

const struct feed_format feed_stix1 = {
    .name = "stix-1",
    .title = "STIX 1.x packages (XML)",
    .guess = stix1_guess,
    .read = stix1_read,
};
