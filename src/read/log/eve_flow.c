#include "read/log/eve_flow.h"

#include "base/timestamp.h"

/* RFC 9293 section 3.1. */
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

static bool
flags_read(struct span s, unsigned *out)
{
	unsigned flags = 0;

	if (s.n == 0 || s.n > 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
		flags = flags << 4 |
			(unsigned)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*out = flags;
	return true;
}

/* A sensor that came later saw no SYN: data or acknowledgements both ways were
 * a connection. */
static bool
was_open(unsigned ts, unsigned tc)
{
	if ((tc & SYN) != 0 || (tc & PSH) != 0)
		return true;
	return (ts & SYN) == 0 && (ts & ACK) != 0 && (tc & ACK) != 0 &&
	       (tc & RST) == 0;
}

static const char *
tcp_state(unsigned ts, unsigned tc)
{
	if (!was_open(ts, tc)) {
		if ((ts & SYN) == 0)
			return "OTH";
		if ((tc & RST) != 0)
			return "REJ";
		if ((ts & RST) != 0)
			return "RSTOS0";
		if ((ts & FIN) != 0)
			return "SH";
		return tc != 0 ? "OTH" : "S0";
	}
	if ((ts & RST) != 0)
		return "RSTO";
	if ((tc & RST) != 0)
		return "RSTR";
	if ((ts & tc & FIN) != 0)
		return "SF";
	if ((ts & FIN) != 0)
		return "S2";
	return (tc & FIN) != 0 ? "S3" : "S1";
}

/* -1: not told. */
static int64_t
packets(const struct record *r, enum field_id f)
{
	const struct value *v = record_get(r, f);

	return v != NULL ? v->u.number : -1;
}

/* Without flags.  "closed" says of TCP that it ended, not that it began: a
 * refused connection is closed too.  What was bypassed is counted no more. */
static const char *
counted_state(const struct record *r, struct span state, bool tcp)
{
	int64_t in = packets(r, F_PACKETS_IN), out = packets(r, F_PACKETS_OUT);

	if (span_is(state, "established"))
		return tcp ? "S1" : "SF";
	if (in == 0 && !span_ends(state, SPAN("bypassed")))
		return "S0";
	if (tcp || in <= 0)
		return NULL;
	return out == 0 ? "SHR" : "SF";
}

/* Seconds, which is all that "age" has. */
static int64_t
age_of(const struct record *r)
{
	uint64_t seconds;

	return span_u64(record_text(r, F_DURATION), &seconds) &&
		       seconds < UINT32_MAX
		   ? (int64_t)seconds * TIME_SECOND
		   : 0;
}

void
eve_flow_settle(const struct eve_flow *f, struct record *r)
{
	bool tcp = span_is_nocase(record_text(r, F_PROTOCOL), "tcp");
	const char *state;
	unsigned ts, tc;
	int64_t start;
	bool zoned;

	if (tcp && flags_read(f->flags_ts, &ts) && flags_read(f->flags_tc, &tc))
		state = tcp_state(ts, tc);
	else
		state = counted_state(r, f->state, tcp);
	if (state != NULL)
		record_put_str(r, F_CONN_STATE, state);
	if (time_read_iso(f->start, &start, &zoned) > 0)
		r->time = start;
	else if (r->time != TIME_NONE)
		r->time -= age_of(r);
}
