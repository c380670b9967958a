/*
 * What is compared between devices leaves the worker as a use and a value.
 */
#include "base/limits.h"
#include "case/casefile.h"
#include "run/job.h"

static void
trait_send(struct job *j, const struct record *r, enum trait_use use,
    struct span value)
{
	struct buf b;

	if (value.n == 0 || ++j->ntraits > LIMIT_SOURCE_TRAITS)
		return;
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u8(&b, (uint8_t)use);
	buf_u64(&b, r->line);
	buf_u64(&b, r->offset);
	buf_bytes(&b, span_head(value, LIMIT_EVIDENCE_TEXT));
	buf_bytes(&b, detector_text(j->detector, r->raw));
	job_send(j, RESULT_TRAIT, &b);
	buf_release(&b);
}

/* What other entries leave of one source is many prefixes, but the source is
 * one: true when all that is admitted lies in a prefix as wide as that. */
static bool
one_source(const struct record *r, struct prefix *out)
{
	const struct value *widest = record_get(r, F_WIDEST),
			   *first = record_get(r, F_ADMITS);

	if (widest == NULL || first == NULL || widest->u.number <= 0 ||
	    widest->u.number > first->u.prefix.bits)
		return false;
	*out = prefix_of(first->u.prefix.addr, (unsigned)widest->u.number);
	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == F_ADMITS &&
		    !prefix_holds(out, &r->values[i].u.prefix.addr))
			return false;
	return true;
}

/* An entry that admits everybody is not somebody's address. */
static void
prefixes_send(struct job *j, const struct record *r, enum trait_use use)
{
	struct prefix source;
	char text[ADDR_TEXT];

	if (one_source(r, &source)) {
		trait_send(j, r, use,
		    arena_fmt(&j->source, "%s/%u",
			addr_write(&source.addr, text), source.bits));
		return;
	}
	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == F_ADMITS &&
		    r->values[i].u.prefix.bits > 0)
			trait_send(j, r, use, r->values[i].text);
}

static void
admitted_send(struct job *j, const struct record *r)
{
	struct span service = record_text(r, F_SERVICE);
	enum trait_use use;

	if (span_is(service, "ssh") || span_is(service, "telnet"))
		use = TRAIT_LOGIN;
	else if (span_is(service, "snmp"))
		use = TRAIT_SNMP;
	else if (span_is(service, "http") || span_is(service, "https"))
		use = TRAIT_WEB;
	else
		return;
	prefixes_send(j, r, use);
}

/* "network A mask M" or "network A/N": what BGP announces from here, but not
 * for a customer's VRF.  In the dialects that write A/N, RIP and OSPF do so
 * too, and a VRF's address family stands one level deeper. */
static bool
announces(struct span parent, const struct value *depth, bool masked)
{
	if (span_starts(parent, SPAN("router bgp ")))
		return true;
	return span_starts(parent, SPAN("address-family ip")) &&
	       !span_has(parent, " vrf ") &&
	       !span_has(parent, "autonomous-system") &&
	       (masked || (depth != NULL && depth->u.number == 2));
}

static void
announced_send(struct job *j, const struct record *r)
{
	struct span line = record_text(r, F_LINE), word, mask;
	struct addr a, m;
	struct prefix p;
	bool masked;
	char text[ADDR_TEXT];

	if (!span_starts(line, SPAN("network ")))
		return;
	(void)span_word(&line);
	word = span_word(&line);
	masked = span_is(span_word(&line), "mask");
	mask = masked ? span_word(&line) : (struct span){0};
	if (!announces(
		record_text(r, F_PARENT), record_get(r, F_DEPTH), masked))
		return;
	if (masked ? !addr_read(word, &a) || !addr_read(mask, &m) ||
			 !prefix_of_mask(a, m, &p)
		   : span_find_byte(word, '/') == SPAN_NONE ||
			 !prefix_read(word, &p))
		return;
	trait_send(j, r, TRAIT_ANNOUNCED,
	    arena_fmt(&j->source, "%s/%u", addr_write(&p.addr, text), p.bits));
}

/* A tunnel without another end takes whoever comes: a hub, remote access. */
static void
tunnel_send(struct job *j, const struct record *r)
{
	struct span to = record_text(r, F_DST_IP);

	trait_send(j, r, TRAIT_TUNNEL, to.n > 0 ? to : SPAN("any"));
}

static struct span
or_any(struct span s)
{
	return s.n > 0 ? s : SPAN("any");
}

static void
translation_send(struct job *j, const struct record *r)
{
	struct span port = record_text(r, F_PORT), last = record_text(r, F_LAST);

	trait_send(j, r, TRAIT_TRANSLATION,
	    arena_fmt(&j->source, "%.*s %.*s %.*s-%.*s %.*s",
		SPAN_FMT(or_any(record_text(r, F_PROTOCOL))),
		SPAN_FMT(or_any(record_text(r, F_ADDRESS))), SPAN_FMT(port),
		SPAN_FMT(last.n > 0 ? last : port),
		SPAN_FMT(record_text(r, F_SERVER_IP))));
}

void
job_trait(struct job *j, const struct record *r)
{
	switch (r->kind) {
	case K_AAA_SERVER:
		trait_send(j, r, TRAIT_AAA, record_text(r, F_SERVER_IP));
		break;
	case K_LOGGING:
		trait_send(j, r, TRAIT_LOG, record_text(r, F_SERVER_IP));
		break;
	case K_NTP:
		trait_send(j, r, TRAIT_TIME, record_text(r, F_SERVER_IP));
		break;
	case K_USER:
		trait_send(j, r, TRAIT_USER, record_text(r, F_USER));
		break;
	case K_CONFIG:
		announced_send(j, r);
		break;
	case K_ADMIT:
		admitted_send(j, r);
		break;
	case K_TUNNEL:
		tunnel_send(j, r);
		break;
	case K_NEIGHBOR:
		trait_send(j, r, TRAIT_NEIGHBOR, record_text(r, F_ADDRESS));
		break;
	case K_MIRROR:
		trait_send(j, r, TRAIT_MIRROR, record_text(r, F_DST_IP));
		break;
	case K_TRANSLATION:
		translation_send(j, r);
		break;
	default:
		break;
	}
}
