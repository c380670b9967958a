#include "detect/weigh.h"

#include "detect/meets.h"

static bool
text_is(const struct record *r, enum field_id f, const char *word)
{
	return span_is(record_text(r, f), word);
}

/* Zeek's states of connections that came to nothing. */
static bool
flow_refused(const struct record *r)
{
	static const char *const states[] = {
	    "S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (text_is(r, F_CONN_STATE, states[i]))
			return true;
	return false;
}

enum traffic { TRAFFIC_UNKNOWN, TRAFFIC_PERMITTED, TRAFFIC_DENIED };

static enum traffic
http_traffic(const struct record *r)
{
	struct span status = record_text(r, F_STATUS);

	if (status.n != 3)
		return TRAFFIC_UNKNOWN;
	return status.p[0] == '2' || status.p[0] == '3' ? TRAFFIC_PERMITTED
							: TRAFFIC_DENIED;
}

/* What became of it, as far as the record tells. */
static enum traffic
traffic_of(const struct record *r)
{
	if (text_is(r, F_ACTION, "deny") || text_is(r, F_STATUS, "failure"))
		return TRAFFIC_DENIED;
	if (text_is(r, F_ACTION, "permit") || text_is(r, F_STATUS, "success"))
		return TRAFFIC_PERMITTED;
	if (r->kind == K_HTTP)
		return http_traffic(r);
	if (r->kind != K_FLOW || record_text(r, F_CONN_STATE).n == 0)
		return TRAFFIC_UNKNOWN;
	return flow_refused(r) ? TRAFFIC_DENIED : TRAFFIC_PERMITTED;
}

bool
weigh_counts(const struct record *r, const struct indicator *x)
{
	struct span line = record_text(r, F_LINE);

	if (x->type != INDICATOR_USER)
		return true;
	if (span_eq_nocase(record_text(r, F_USER), x->value))
		return true;
	return r->kind == K_CONFIG &&
	       (span_is_nocase(span_word(&line), "username") ||
		   span_starts(record_text(r, F_LINE), SPAN("user "))) &&
	       span_eq_nocase(span_word(&line), x->value);
}

static const char *
traffic_words(const struct record *r, struct span said)
{
	static const char *const words[] = {
	    "; traffic unknown", "; traffic permitted", "; traffic denied"};

	/* A line of a configuration is no traffic, nor is sending a message. */
	if ((kind_flags(r->kind) & FACT) != 0 || span_has(said, "permitted") ||
	    span_has(said, "denied") || span_has(said, "sender"))
		return "";
	return words[traffic_of(r)];
}

/* What the pattern asks for beyond the value, in words; false: the record
 * contradicts it. */
static bool
pattern_words(const struct record *r, const struct indicator *x,
    struct arena *a, struct role *out, const char **words)
{
	const struct stix_pattern *p = x->about->pattern;
	enum meets meets;

	*words = "";
	if (p == NULL)
		return true;
	meets = meets_part(p, x->about->part, x, r);
	if (meets == MEETS_NO)
		return false;
	if (meets == MEETS_UNKNOWN) {
		*words = ", the rest of its pattern cannot be told from here";
		out->confidence = CONF_LOW;
	} else if (p->parts > 1 || p->qualified) {
		out->confidence = CONF_LOW;
		*words =
		    p->parts > 1
			? arena_fmt(a,
			      ", one of %u observations that its pattern "
			      "asks for",
			      p->parts)
			      .p
			: ", one of the repetitions that its pattern asks for";
	}
	return true;
}

bool
weigh(const struct record *r, const struct indicator *x, bool below,
    struct arena *a, struct role *out)
{
	enum confidence most = indicator_confidence(x);
	const char *pattern;

	role_of(r, x, a, out);
	if (x->about->feed == INDICATOR_NO_FEED)
		return true;
	if (out->outside && most > CONF_LOW)
		most--;
	if (out->confidence > most)
		out->confidence = most;
	if (!pattern_words(r, x, a, out, &pattern))
		return false;
	/* Only what is certain is critical. */
	if (out->severity == SEV_CRITICAL && out->confidence < CONF_HIGH)
		out->severity = SEV_HIGH;
	out->entity = arena_fmt(a, "%.*s%s%s%s", SPAN_FMT(out->entity),
	    below ? ", a name below it" : "", pattern,
	    traffic_words(r, out->entity));
	return true;
}
