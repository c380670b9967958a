#include "read/log/syslog_header.h"

#include "read/log/log_scan.h"

/* Before this year no router could have logged what this program looks for:
 * such a year is the start value of a clock that was never set. */
#define FIRST_YEAR 2000

/* Prefixes of the form "word:" that a device may stack before its stamp. */
#define MAX_PREFIXES 5

/* The leading run of non-blanks, without moving. */
static struct span
peek_word(struct span s)
{
	return span_word(&s);
}

/* A colon that stands for itself; "::1" is an address. */
static bool
lone_colon(struct span s)
{
	return byte_at(s, 0) == ':' && byte_at(s, 1) != ':';
}

/* What the parser carries along. */
struct walk {
	struct span s; /* what is left */
	struct syslog_header *h;
};

static void
walk_to(struct walk *w, size_t n)
{
	w->s = skip_blanks(span_from(w->s, n));
}

/* "<189>", RFC 3164 section 4.1.1. */
static void
take_priority(struct walk *w)
{
	struct span r = span_from(w->s, 1);
	int pri;

	if (byte_at(w->s, 0) != '<' || !take_number(&r, 1, 3, &pri) ||
	    byte_at(r, 0) != '>' || pri > 191)
		return;
	w->h->pri = pri;
	w->s = skip_blanks(span_from(r, 1));
}

static bool
name_like(struct span s)
{
	if (s.n == 0 || s.n > 255 || s.p[0] == '%')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!ascii_alnum(c) && c != '.' && c != '-' && c != '_' &&
		    c != ':' && c != '/' && c != '%' && c < 0x80)
			return false;
	}
	return true;
}

/* "RP/0/RSP0/CPU0:" and the like in front of an IOS XR message: bytes up to
 * and with the colon, or 0. */
static size_t
node_prefix(struct span s)
{
	unsigned slashes = 0;

	for (size_t i = 0; i < s.n && i < 32; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == ':')
			return slashes >= 2 ? i + 1 : 0;
		if (c == '/')
			slashes++;
		else if (!ascii_digit(c) && !(c >= 'A' && c <= 'Z'))
			return 0;
	}
	return 0;
}

/* "1w2d:", "3d04h:", "00:01:02:": bytes up to and with the colon, or 0. */
static size_t
uptime_prefix(struct span s)
{
	struct time_parts p = {0};
	size_t i = time_read_clock(s, &p), units = 0;

	if (i > 0)
		return byte_at(s, i) == ':' ? i + 1 : 0;
	while (units < 3) {
		size_t n = digit_run(span_from(s, i));
		unsigned char c = byte_at(s, i + n);

		if (n == 0 || n > 4 ||
		    (c != 'y' && c != 'w' && c != 'd' && c != 'h'))
			break;
		i += n + 1;
		units++;
	}
	return units > 0 && byte_at(s, i) == ':' ? i + 1 : 0;
}

/* With Cisco's clock marks: * not set, . set but no longer kept by NTP. */
static size_t
marked_stamp(struct span s, struct stamp *out)
{
	unsigned char mark = byte_at(s, 0);
	size_t n;

	if (mark != '*' && mark != '.')
		return stamp_read(s, out);
	n = stamp_read(span_from(s, 1), out);
	if (n == 0)
		return 0;
	out->unsure = mark == '*';
	return n + 1;
}

static bool
stamp_ahead(struct span s)
{
	struct stamp st;

	return marked_stamp(s, &st) > 0 || uptime_prefix(s) > 0;
}

/* A zone that an operator named freely: short and in capitals. */
static bool
zone_like(struct span s)
{
	if (s.n < 2 || s.n > 5)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return true;
}

/*
 * A zone word behind a stamp, with the colon that may end the device's stamp.
 * own: the stamp is certainly a device's, so any short word in capitals before
 * a colon is its zone.  Returns true when the colon was there.
 */
static bool
take_zone(struct walk *w, struct stamp *st, bool own)
{
	struct span word = peek_word(w->s), base = word;
	bool colon = word.n > 1 && word.p[word.n - 1] == ':';

	if (colon)
		base = span_head(word, word.n - 1);
	if (stamp_zone(base, &st->zone))
		st->zoned = true;
	else if (!(own && colon && zone_like(base)))
		return false;
	walk_to(w, word.n);
	return colon;
}

/* "10.0.0.1.7.2" is an address with more numbers behind it; other text stays
 * as it is. */
static struct span
bare_address(struct span s)
{
	size_t dots = 0, end = s.n;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && ++dots == 4)
			end = i;
		else if (s.p[i] != '.' && !ascii_digit((unsigned char)s.p[i]))
			return s;
	}
	return span_head(s, end);
}

/* A name in brackets is that name: some relays write [10.0.0.1], and Cisco's
 * [10.0.0.1.7.2]. */
static struct span
bare_name(struct span s)
{
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return bare_address(span_sub(s, 1, s.n - 1));
	return s;
}

/* "Local7.Notice", as some Windows collectors write between time and host. */
static bool
facility_level(struct span s)
{
	static const char *const facilities[] = {"kern", "user", "mail",
	    "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
	    "authpriv", "ftp", "local0", "local1", "local2", "local3", "local4",
	    "local5", "local6", "local7"};
	size_t dot = span_find_byte(s, '.');

	if (dot == SPAN_NONE || !ascii_alpha(byte_at(s, 0)) || dot > 8)
		return false;
	for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]); i++)
		if (span_is_nocase(span_head(s, dot), facilities[i]))
			return true;
	return false;
}

/* The same behind the host, as templates of rsyslog and syslog-ng write it:
 * "local7.notice" or "local7.notice:". */
static void
skip_level(struct walk *w)
{
	struct span word = peek_word(w->s), base = word;

	if (base.n > 0 && base.p[base.n - 1] == ':')
		base.n--;
	if (facility_level(base))
		walk_to(w, word.n);
}

/*
 * The word behind the first stamp: a host, or what follows when there is no
 * host.  "fw1 : %ASA-..." and "fw1: %ASA-..." are hosts too; "sshd[77]:" and
 * "123:" are not.
 */
static void
take_host(struct walk *w)
{
	struct span word = peek_word(w->s), base = word, next;

	if (facility_level(word)) {
		walk_to(w, word.n);
		word = base = peek_word(w->s);
	}
	next = skip_blanks(span_from(w->s, word.n));
	if (word.n > 1 && word.p[word.n - 1] == ':') {
		base = span_head(word, word.n - 1);
		if (digit_run(base) == base.n ||
		    (byte_at(next, 0) != '%' && !stamp_ahead(next)))
			return;
	}
	if (node_prefix(word) > 0 || uptime_prefix(word) > 0)
		return;
	if (span_is(word, "-")) {
		walk_to(w, word.n);
		return;
	}
	base = bare_name(base);
	if (!name_like(base))
		return;
	w->h->host = base;
	walk_to(w, word.n);
	if (byte_at(w->s, 0) == ':')
		walk_to(w, 1);
	skip_level(w);
}

/* "<local0.info>", which the syslogd of BSD writes when told to be verbose (the
 * local files of NetScaler). */
static void
take_level(struct walk *w)
{
	size_t end = span_find_byte(span_head(w->s, 24), '>');
	struct span level = span_sub(w->s, 1, end);

	if (byte_at(w->s, 0) != '<' || end == SPAN_NONE ||
	    span_find_byte(level, '.') == SPAN_NONE)
		return;
	for (size_t i = 0; i < level.n; i++)
		if (!ascii_alnum((unsigned char)level.p[i]) &&
		    level.p[i] != '.')
			return;
	walk_to(w, end + 1);
}

/* The first stamp of the line.  Followed by a colon or by the message it is
 * the device's own and no host stands there. */
static void
take_relay(struct walk *w)
{
	struct stamp st;
	size_t n = stamp_read(w->s, &st);
	bool own, fraction;

	if (n == 0)
		return;
	fraction = n > 8 && span_has(span_sub(w->s, n - 8, n), ".");
	own = byte_at(w->s, n) == ':';
	walk_to(w, own ? n + 1 : n);
	if (!own)
		own = take_zone(w, &st, fraction);
	if (lone_colon(w->s)) {
		own = true;
		walk_to(w, 1);
	}
	if (own || byte_at(w->s, 0) == '%') {
		w->h->device = st;
		return;
	}
	w->h->relay = st;
	take_level(w);
	take_host(w);
}

/* Behind the device's stamp: zone, colon, or its name ("... fw1 : %ASA-"). */
static void
take_stamp_end(struct walk *w)
{
	struct span word, next;

	if (byte_at(w->s, 0) == ':') {
		walk_to(w, 1);
		return;
	}
	if (take_zone(w, &w->h->device, true))
		return;
	if (byte_at(w->s, 0) == ':') {
		walk_to(w, 1);
		return;
	}
	word = peek_word(w->s);
	next = skip_blanks(span_from(w->s, word.n));
	if (word.n > 1 && word.p[word.n - 1] == ':')
		word.n--;
	else if (byte_at(next, 0) == ':')
		next = skip_blanks(span_from(next, 1));
	if (byte_at(next, 0) != '%' || !name_like(word))
		return;
	w->h->origin = word;
	w->s = next;
}

/* One "word:" in front of the device's stamp: sequence number or name. */
static bool
take_prefix(struct walk *w)
{
	struct span word = peek_word(w->s), base, next;

	next = skip_blanks(span_from(w->s, word.n));
	if (word.n < 2 || word.p[word.n - 1] != ':') {
		/* "xr1 RP/0/RSP0/CPU0:Mar ...": logging hostnameprefix */
		if (node_prefix(next) == 0 || !name_like(word))
			return false;
		w->h->origin = word;
		walk_to(w, word.n);
		return true;
	}
	base = span_head(word, word.n - 1);
	if (digit_run(base) == base.n && base.n <= 10) {
		w->h->sequence = base;
		walk_to(w, word.n);
		return true;
	}
	if (!name_like(base))
		return false;
	if (!stamp_ahead(next) && node_prefix(next) == 0 &&
	    !(byte_at(next, 0) == '%' && w->h->host.n == 0 &&
		(w->h->pri >= 0 || w->h->sequence.n > 0)))
		return false;
	w->h->origin = base;
	walk_to(w, word.n);
	return true;
}

static void
take_device(struct walk *w)
{
	for (int i = 0; i < MAX_PREFIXES; i++) {
		size_t n;

		if (byte_at(w->s, 0) == '%')
			return;
		if (lone_colon(w->s)) {
			walk_to(w, 1);
			continue;
		}
		n = marked_stamp(w->s, &w->h->device);
		if (n > 0) {
			w->s = span_from(w->s, n);
			if (byte_at(w->s, 0) != ':')
				w->s = skip_blanks(w->s);
			take_stamp_end(w);
			return;
		}
		n = uptime_prefix(w->s);
		if (n > 0) {
			w->h->uptime = true;
			walk_to(w, n);
			return;
		}
		n = node_prefix(w->s);
		if (n > 0)
			walk_to(w, n);
		else if (!take_prefix(w))
			return;
	}
}

/* "exec[65711]: ", "sshd: ", "%$ VDC-1 %$ " in front of the message. */
static void
take_program(struct walk *w)
{
	size_t i = 0;

	if (span_starts(w->s, SPAN("%$"))) {
		struct span r = span_from(w->s, 2);
		size_t end = span_find(span_head(r, 64), SPAN("%$"));

		if (end != SPAN_NONE)
			walk_to(w, 2 + end + 2);
	}
	while (i < w->s.n && i < 64) {
		unsigned char c = (unsigned char)w->s.p[i];

		if (!ascii_alnum(c) && c != '_' && c != '-' && c != '.' &&
		    c != '/' && c != '(' && c != ')')
			break;
		i++;
	}
	struct span name = span_head(w->s, i);
	bool pid = false;

	if (i == 0)
		return;
	if (byte_at(w->s, i) == '[') {
		size_t n = digit_run(span_from(w->s, i + 1));

		if (n == 0 || byte_at(w->s, i + 1 + n) != ']')
			return;
		i += n + 2;
		pid = true;
	}
	if (byte_at(w->s, i) != ':' ||
	    (!pid && i + 1 < w->s.n && !ascii_blank(byte_at(w->s, i + 1))))
		return;
	w->h->program = name;
	walk_to(w, i + 1);
}

/* STRUCTURED-DATA, RFC 5424 section 6.3: "-" or one or more [elements]. */
static void
take_structured(struct walk *w)
{
	bool open = false, quoted = false;
	size_t i;

	if (byte_at(w->s, 0) == '-') {
		walk_to(w, 1);
		return;
	}
	for (i = 0; i < w->s.n; i++) {
		char c = w->s.p[i];

		if (!open && c != '[')
			break;
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted)
			open = c != ']';
	}
	w->h->data = span_head(w->s, i);
	walk_to(w, i);
}

/* "2024 Mar  1 10:11:12": CGN of IOS XR has RFC 5424 but for its time. */
static size_t
year_first(struct span s, struct stamp *out)
{
	struct stamp st;
	size_t n = stamp_read(s, &st);

	if (n == 0 || st.parts.year == 0 || !ascii_digit(byte_at(s, 0)))
		return 0;
	*out = st;
	return n;
}

/* "03/01/2024:10:11:12 GMT ns1 0-PPE-0 : ", a NetScaler's own header, where
 * no relay put another in front; a month above 12 is the day (its "dateFormat"
 * DDMMYYYY). */
static bool
take_netscaler(struct walk *w)
{
	struct span s = w->s, word = peek_word(s), name;
	struct time_parts t = {0};
	uint64_t v[6];
	size_t at = 0;

	if (word.n != 19)
		return false;
	for (unsigned i = 0; i < 6; i++) {
		size_t n = i == 2 ? 4 : 2;

		if (!span_u64(span_sub(word, at, at + n), &v[i]))
			return false;
		at += n + 1;
	}
	if (word.p[2] != '/' || word.p[5] != '/' || word.p[10] != ':')
		return false;
	t.month = (int)(v[0] > 12 ? v[1] : v[0]);
	t.day = (int)(v[0] > 12 ? v[0] : v[1]);
	t.year = (int)v[2];
	t.hour = (int)v[3];
	t.minute = (int)v[4];
	t.second = (int)v[5];
	w->h->relay = (struct stamp){.present = true, .parts = t};
	walk_to(w, word.n);
	take_zone(w, &w->h->relay, false);
	name = peek_word(w->s);
	if (name_like(name)) {
		w->h->host = name;
		walk_to(w, name.n);
	}
	return true;
}

/* "1 2024-03-01T10:11:12Z host app proc msgid [data] ", behind the priority,
 * which some relays leave out: RFC 5424 section 6.  False when it is something
 * else. */
static bool
take_rfc5424(struct walk *w)
{
	struct span s = w->s, word;
	size_t n;

	if (!span_starts(s, SPAN("1 ")))
		return false;
	s = skip_blanks(span_from(s, 2));
	if (span_starts(s, SPAN("- ")))
		n = 1;
	else if ((n = stamp_read_iso(s, &w->h->relay)) == 0 &&
		 (n = year_first(s, &w->h->relay)) == 0)
		return false;
	w->s = skip_blanks(span_from(s, n));
	word = span_word(&w->s);
	if (!span_is(word, "-"))
		w->h->host = word;
	word = span_word(&w->s);
	if (!span_is(word, "-"))
		w->h->program = word;
	span_word(&w->s); /* PROCID */
	word = span_word(&w->s);
	if (!span_is(word, "-"))
		w->h->msgid = word;
	w->s = skip_blanks(w->s);
	take_structured(w);
	if (span_starts(w->s, SPAN("\xef\xbb\xbf")))
		w->s = span_from(w->s, 3);
	return true;
}

/* The part that a relay wrote. */
static void
walk_start(struct walk *w, struct span line, struct syslog_header *h)
{
	*h = (struct syslog_header){.pri = -1};
	*w = (struct walk){skip_blanks(line), h};
	take_priority(w);
	if (!take_rfc5424(w) && !take_netscaler(w))
		take_relay(w);
}

bool
syslog_header_read(struct span line, struct syslog_header *h)
{
	struct walk w;

	walk_start(&w, line, h);
	if (!h->device.present)
		take_device(&w);
	h->rest = w.s;
	if (h->pri < 0 && !h->relay.present && !h->device.present && !h->uptime)
		return false;
	take_program(&w);
	h->rest = w.s;
	return true;
}

struct span
syslog_header_host(struct span line)
{
	struct syslog_header h;
	struct walk w;

	walk_start(&w, line, &h);
	if (h.host.n > 0)
		return h.host;
	if (!h.device.present)
		take_device(&w);
	return h.origin;
}

static bool
clock_unset(const struct stamp *s)
{
	const struct time_parts *p = &s->parts;

	if (p->year != 0)
		return p->year < FIRST_YEAR;
	return s->unsure && p->month == 3 && p->day == 1 && p->hour == 0;
}

const struct stamp *
syslog_header_stamp(const struct syslog_header *h)
{
	bool device = h->device.present && !clock_unset(&h->device);

	if (!h->relay.present)
		return device ? &h->device : NULL;
	if (h->relay.parts.year == 0 && device && !h->device.unsure &&
	    h->device.parts.year != 0)
		return &h->device;
	return &h->relay;
}
