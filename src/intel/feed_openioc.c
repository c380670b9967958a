/*
 * OpenIOC 1.0 and 1.1: items whose context is something that stands in
 * evidence of networks.  Of items that must hold together (operator AND) each
 * is taken, with low confidence.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_xml.h"

struct openioc {
	struct feed_read *r;
	struct span id, title, item, condition, search;
	bool negated;
	bool operators[LIMIT_FEED_DEPTH];
	unsigned noperators, all;
};

static const struct {
	const char *end; /* of the search path */
	enum indicator_type type;
} searches[] = {
    {"/Md5sum", INDICATOR_HASH},
    {"/Sha1sum", INDICATOR_HASH},
    {"/Sha256sum", INDICATOR_HASH},
    {"/remoteIP", INDICATOR_ADDRESS},
    {"/localIP", INDICATOR_ADDRESS},
    {"/IPv4Address", INDICATOR_ADDRESS},
    {"/RemoteIpAddress", INDICATOR_ADDRESS},
    {"RouteEntryItem/Destination", INDICATOR_ADDRESS},
    {"ArpEntryItem/IPv4Address", INDICATOR_ADDRESS},
    {"Network/DNS", INDICATOR_DOMAIN},
    {"DnsEntryItem/Host", INDICATOR_DOMAIN},
    {"DnsEntryItem/RecordName", INDICATOR_DOMAIN},
    {"DnsEntryItem/RecordData/Host", INDICATOR_DOMAIN},
    {"UrlHistoryItem/HostName", INDICATOR_DOMAIN},
    {"Network/URI", INDICATOR_URL},
    {"UrlHistoryItem/URL", INDICATOR_URL},
    {"Network/UserAgent", INDICATOR_USER_AGENT},
    {"Network/HTTPUserAgent", INDICATOR_USER_AGENT},
    {"FileItem/FileName", INDICATOR_FILE_NAME},
    {"FileItem/FullPath", INDICATOR_FILE_NAME},
    {"UserItem/Username", INDICATOR_USER},
    {"Email/From", INDICATOR_EMAIL},
    {"Email/To", INDICATOR_EMAIL},
};

static struct span
keep(struct openioc *o, struct span text)
{
	return arena_copy(&o->r->scratch, text);
}

static void
on_start(void *ctx, struct feed_xml *x, struct span name, const char **at)
{
	struct openioc *o = ctx;

	(void)x;
	if (span_is_nocase(name, "ioc") || span_is(name, "OpenIOC")) {
		o->id = keep(o, feed_xml_attribute(at, "id"));
	} else if (span_is(name, "Indicator") &&
		   o->noperators < LIMIT_FEED_DEPTH) {
		bool and =
		    span_is_nocase(feed_xml_attribute(at, "operator"), "AND");

		o->operators[o->noperators++] = and;
		o->all += and;
	} else if (span_is(name, "IndicatorItem")) {
		o->item = keep(o, feed_xml_attribute(at, "id"));
		o->condition = keep(o, feed_xml_attribute(at, "condition"));
		o->negated =
		    span_is_nocase(feed_xml_attribute(at, "negate"), "true") ||
		    span_is_nocase(o->condition, "isnot") ||
		    span_is_nocase(o->condition, "containsnot");
	} else if (span_is(name, "Context")) {
		o->search = keep(o, feed_xml_attribute(at, "search"));
	}
}

static int
type_of(struct span search)
{
	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++)
		if (span_ends(search, span_str(searches[i].end)))
			return (int)searches[i].type;
	return -1;
}

static void
content_take(struct openioc *o, struct feed_xml *xml, struct span text)
{
	struct feed_item x = feed_item_new();
	int type = type_of(o->search);

	x.line = feed_xml_line(xml);
	if (type < 0) {
		o->r->counts->passed++;
		return;
	}
	if (o->negated || !(span_is_nocase(o->condition, "is") ||
			      (span_is_nocase(o->condition, "contains") &&
				  type == INDICATOR_DOMAIN))) {
		feed_refuse(o->r, x.line, 0,
		    "\"%.*s\": the condition %s%.*s is not searched for",
		    SPAN_FMT(span_head(text, 80)), o->negated ? "not " : "",
		    SPAN_FMT(span_head(o->condition, 40)));
		return;
	}
	x.type = (enum indicator_type)type;
	x.value = text;
	x.id = o->item.n > 0 ? o->item : o->id;
	x.title = o->title;
	x.below = span_is_nocase(o->condition, "contains");
	x.confidence = o->all > 0 ? 20 : -1;
	feed_put(o->r, &x);
}

static void
on_end(void *ctx, struct feed_xml *xml, struct span name, struct span text)
{
	struct openioc *o = ctx;

	if (span_is(name, "Indicator")) {
		if (o->noperators > 0)
			o->all -= o->operators[--o->noperators];
	} else if (span_is(name, "short_description")) {
		o->title = keep(o, text);
		feed_title(o->r, text);
	} else if (span_is(name, "Content") && text.n > 0) {
		content_take(o, xml, text);
	}
}

static void
openioc_read(struct feed_read *r, struct span bytes)
{
	static const struct feed_xml_calls calls = {on_start, on_end};
	struct openioc o = {.r = r};

	feed_xml_read(r, bytes, &calls, &o);
}

static unsigned
openioc_guess(struct span head, struct span path)
{
	(void)path;
	if (span_trim(head).n == 0 || span_trim(head).p[0] != '<')
		return 0;
	return span_has(head, "schemas.mandiant.com") ||
		       span_has(head, "openioc.org") ||
		       (span_has(head, "IndicatorItem") &&
			   span_has(head, "Context"))
		   ? 92
		   : 0;
}

const struct feed_format feed_openioc = {
    .name = "openioc",
    .title = "OpenIOC 1.0 and 1.1",
    .guess = openioc_guess,
    .read = openioc_read,
};
