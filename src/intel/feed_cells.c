#include "intel/feed_cells.h"

#include "base/timestamp.h"

static const struct {
	const char *word;
	enum feed_role role;
} names[] = {
    {"value", ROLE_VALUE},
    {"indicator", ROLE_VALUE},
    {"ioc", ROLE_VALUE},
    {"iocvalue", ROLE_VALUE},
    {"indicatorvalue", ROLE_VALUE},
    {"observable", ROLE_VALUE},
    {"artifact", ROLE_VALUE},
    {"start", ROLE_START},
    {"startip", ROLE_START},
    {"startaddress", ROLE_START},
    {"rangestart", ROLE_START},
    {"end", ROLE_END},
    {"endip", ROLE_END},
    {"endaddress", ROLE_END},
    {"rangeend", ROLE_END},
    {"type", ROLE_TYPE},
    {"indicatortype", ROLE_TYPE},
    {"ioctype", ROLE_TYPE},
    {"kind", ROLE_TYPE},
    {"observabletype", ROLE_TYPE},
    {"artifacttype", ROLE_TYPE},
    {"id", ROLE_ID},
    {"iocid", ROLE_ID},
    {"uuid", ROLE_ID},
    {"validfrom", ROLE_FROM},
    {"from", ROLE_FROM},
    {"startdate", ROLE_FROM},
    {"validuntil", ROLE_UNTIL},
    {"until", ROLE_UNTIL},
    {"expires", ROLE_UNTIL},
    {"expiration", ROLE_UNTIL},
    {"expirationdate", ROLE_UNTIL},
    {"enddate", ROLE_UNTIL},
    {"source", ROLE_SOURCE},
    {"metasource", ROLE_SOURCE},
    {"link", ROLE_SOURCE},
    {"links", ROLE_SOURCE},
    {"reference", ROLE_SOURCE},
    {"references", ROLE_SOURCE},
    {"provider", ROLE_SOURCE},
    {"reporter", ROLE_SOURCE},
    {"confirmed", ROLE_CONFIRMED},
    {"note", ROLE_NOTE},
    {"metadesc", ROLE_NOTE},
    {"metaurl", ROLE_NOTE},
    {"notes", ROLE_NOTE},
    {"description", ROLE_NOTE},
    {"comment", ROLE_NOTE},
    {"comments", ROLE_NOTE},
    {"malware", ROLE_NOTE},
    {"threat", ROLE_NOTE},
    {"signature", ROLE_NOTE},
    {"malwareprintable", ROLE_NOTE},
    {"title", ROLE_NOTE},
    {"confidence", ROLE_CONFIDENCE},
    {"confidencelevel", ROLE_CONFIDENCE},
    {"confidencescore", ROLE_CONFIDENCE},
    {"score", ROLE_CONFIDENCE},
    {"tlp", ROLE_TLP},
    {"killchain", ROLE_PHASE},
    {"killchainphase", ROLE_PHASE},
    {"phase", ROLE_PHASE},
    {"revoked", ROLE_REVOKED},
};

enum feed_role
feed_role_of(struct span name)
{
	char plain[32];
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = ascii_lower((unsigned char)name.p[i]);

		if (!ascii_alnum(c))
			continue;
		if (n == sizeof(plain))
			return ROLE_NONE;
		plain[n++] = (char)c;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(span_of(plain, n), names[i].word))
			return names[i].role;
	return ROLE_NONE;
}

int
feed_column_type(struct span name)
{
	size_t dot = span_rfind_byte(name, '.');
	int type = feed_type(name);

	return type >= 0 || dot == SPAN_NONE ? type
					     : feed_type(span_from(name, dot));
}

static bool
is_yes(struct span s)
{
	return span_is_nocase(s, "true") || span_is_nocase(s, "yes") ||
	       span_is(s, "1");
}

/* Words of STIX 2.1, appendix A, and their middle. */
static int
confidence_read(struct span s)
{
	static const struct {
		const char *word;
		int percent;
	} words[] = {{"none", 0}, {"low", 15}, {"medium", 50}, {"med", 50},
	    {"moderate", 50}, {"high", 85}};
	uint64_t n;

	if (s.n > 0 && s.p[s.n - 1] == '%')
		s.n--;
	if (span_u64(s, &n))
		return n > 100 ? 100 : (int)n;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is_nocase(s, words[i].word))
			return words[i].percent;
	return -1;
}

/* A time that cannot be read leaves the window open, and that is said. */
static int64_t
window_read(struct feed_read *r, struct span cell, bool end, uint64_t line)
{
	int64_t t = feed_time(cell, end);

	if (t == TIME_NONE && cell.n > 1)
		feed_refuse(r, line, 0,
		    "\"%.*s\" is no time that is known here: the validity "
		    "window is open at this end",
		    SPAN_FMT(span_head(cell, 40)));
	return t;
}

void
feed_meta_take(struct feed_read *r, enum feed_role role, struct span cell,
    struct feed_item *x)
{
	/* Zeek's word for nothing. */
	if (span_is(cell, "-"))
		return;

	switch (role) {
	case ROLE_ID:
		x->id = cell;
		break;
	case ROLE_FROM:
		x->from = window_read(r, cell, false, x->line);
		break;
	case ROLE_UNTIL:
		x->until = window_read(r, cell, true, x->line);
		break;
	case ROLE_SOURCE:
		x->source = cell;
		break;
	case ROLE_CONFIRMED:
		x->confirmed = cell;
		break;
	case ROLE_NOTE:
		if (x->note.n == 0)
			x->note = cell;
		break;
	case ROLE_CONFIDENCE:
		x->confidence = confidence_read(cell);
		break;
	case ROLE_TLP:
		x->tlp = span_starts_nocase(cell, SPAN("TLP:"))
			     ? span_from(cell, 4)
			     : cell;
		break;
	case ROLE_PHASE:
		x->phase = cell;
		break;
	case ROLE_REVOKED:
		x->revoked = is_yes(cell);
		break;
	default:
		break;
	}
}

/* Names of hosts stand for themselves, domains for what is below them too. */
static bool
is_host(struct span word)
{
	return span_is_nocase(word, "hostname") ||
	       span_is_nocase(word, "host") || span_is_nocase(word, "fqdn");
}

/* A value whose type may be said in the row. */
void
feed_cell_put(struct feed_read *r, struct feed_item *x, struct span cell,
    struct span word)
{
	int type = feed_type(word);

	x->value = cell;
	x->below = !is_host(word);
	if (type >= 0) {
		x->type = (enum indicator_type)type;
		feed_put(r, x);
	} else if (!feed_put_guess(r, x)) {
		feed_refuse(r, x->line, 0, "\"%.*s\"%s%.*s: %s",
		    SPAN_FMT(span_head(cell, 80)),
		    word.n > 0 ? " of type " : "",
		    SPAN_FMT(span_head(word, 40)),
		    word.n > 0 ? "the type is unknown"
			       : "no address, domain, URL, hash or e-mail "
				 "address");
	}
}
