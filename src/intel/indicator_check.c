/*
 * What a finding says of an indicator.  It is made when a finding asks for it:
 * of a hundred thousand indicators few are ever found.
 */
#include "intel/fix.h"
#include "intel/indicator.h"

enum confidence
indicator_confidence(const struct indicator *x)
{
	unsigned percent = x->about->percent;

	if (x->about->feed == INDICATOR_NO_FEED)
		return CONF_HIGH;
	/* STIX 2.1, appendix A: none to low up to 29, medium up to 69. */
	return percent < 30 ? CONF_LOW : percent < 70 ? CONF_MEDIUM : CONF_HIGH;
}

struct span
indicator_id(const struct indicator *x)
{
	return x->about->id.n > 0 ? x->about->id : x->value;
}

/* What is built in speaks for the advisory. */
static void
say_built_in(struct arena *a, const struct indicator *x, struct check *c)
{
	bool hash = x->type == INDICATOR_HASH;
	size_t colon = span_rfind_byte(c->id, ':');
	struct span *advisory;

	c->severity = SEV_CRITICAL;
	c->source = x->about->source;
	c->why =
	    hash
		? SPAN(
		      "The file has the hash of a tool that the agencies found "
		      "in this campaign.  No honest file has it.")
		: SPAN(
		      "The agencies saw the intruders use this address between "
		      "August 2021 and June 2025.  Some of these addresses are "
		      "hosts of other victims or have a new owner since: look "
		      "at what it did here before blocking it.");
	fix_text(a,
	    hash ? SPAN("sha256sum FILE, and compare with the advisory's "
			"table.")
		 : SPAN("Search flow records, AAA accounting and the logs of "
			"the devices around for the address, in both "
			"directions."),
	    &c->verify, &c->nverify);
	/* Ids of an advisory's rows carry its name: AA25-239A:I-14. */
	advisory = arena_array(a, 2, sizeof(*advisory));
	c->advisory.v = advisory;
	if (colon != SPAN_NONE) {
		advisory[c->advisory.n++] = c->id;
		advisory[c->advisory.n++] = arena_fmt(a, "%.*s:%s",
		    SPAN_FMT(span_head(c->id, colon)), hash ? "H-39" : "H-38");
	}
}

/* The last part of a path; that of a pipe says nothing. */
static struct span
base_name(struct span path)
{
	size_t slash = span_rfind_byte(path, '/');

	if (span_starts(path, SPAN("/dev/")))
		return path;
	return slash == SPAN_NONE ? path : span_from(path, slash + 1);
}

struct span
indicator_title(const struct indicator_list *l, const struct indicator *x)
{
	struct span note = x->about->note;
	bool noted = note.n > 0;

	if (x->about->feed == INDICATOR_NO_FEED)
		return x->type == INDICATOR_HASH
			   ? arena_fmt(l->arena, "File of the intruder (%.*s)",
				 SPAN_FMT(note))
			   : arena_fmt(l->arena,
				 "Address %.*s of the advisory's list",
				 SPAN_FMT(x->value));
	const struct span title[] = {span_str(indicator_type_title(x->type)),
	    SPAN(" "), span_head(x->value, 200), SPAN(" of feed "),
	    base_name(l->feeds[x->about->feed].path),
	    noted ? SPAN(" (") : SPAN(""), note, noted ? SPAN(")") : SPAN("")};

	return arena_join(l->arena, title, sizeof(title) / sizeof(*title));
}

/* What of a feed's title a finding repeats. */
#define TITLE_SAID 120

static struct span
feed_source(struct arena *a, const struct indicator_feed *feed,
    const struct indicator_about *x)
{
	struct span by = x->source.n > 0 ? x->source : feed->title;

	return arena_fmt(a, "feed %.*s, %.*s%s%.*s%s%.*s%s%.*s",
	    SPAN_FMT(feed->path), SPAN_FMT(feed->format), by.n > 0 ? ", " : "",
	    SPAN_FMT(span_head(by, TITLE_SAID)), x->tlp.n > 0 ? ", TLP:" : "",
	    SPAN_FMT(x->tlp), x->phase.n > 0 ? ", kill chain: " : "",
	    SPAN_FMT(x->phase));
}

static void
say_feed(
    const struct indicator_list *l, const struct indicator *x, struct check *c)
{
	c->severity = SEV_HIGH;
	c->why = SPAN("A feed that you gave names this value.  A hit says "
		      "that it stands in the evidence; what it did there "
		      "stands beside it.  Whether the feed is right is not "
		      "known here.");
	fix_text(l->arena,
	    SPAN("Ask the feed's source what the value was used for and when, "
		 "then look for it in flow records and the logs of the "
		 "devices around."),
	    &c->verify, &c->nverify);
	c->source = feed_source(l->arena, &l->feeds[x->about->feed], x->about);
}

struct check *
indicator_check(const struct indicator_list *l, const struct indicator *x)
{
	struct check *c = arena_alloc(l->arena, sizeof(*c));

	*c = (struct check){.of = x,
	    .id = indicator_id(x),
	    .title = indicator_title(l, x),
	    .confirmed = x->about->confirmed,
	    .kind = CHECK_INDICATOR,
	    .confidence = indicator_confidence(x)};
	if (x->about->feed == INDICATOR_NO_FEED)
		say_built_in(l->arena, x, c);
	else
		say_feed(l, x, c);
	return c;
}
