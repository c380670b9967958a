#include "read/packet/session.h"

#include "read/packet/protocols.h"
#include "read/packet/quic.h"
#include "read/packet/syslog.h"
#include "read/packet/upgrade.h"

/* A client fills its first datagrams (RFC 9000 section 14.1). */
#define QUIC_LEAST 1200

/* Messages of a client before it turns to TLS, if it does: a login and a
 * mail have no more. */
#define CLEAR_MESSAGES 32

/* Segments of a client that may say nothing known before nobody listens. */
#define TRIES 4

void
sessions_init(struct session_set *s, struct talks *talks, struct arena *arena)
{
	tcp_streams_init(&s->streams, arena);
	s->talks = talks;
}

const char *
service_word(uint8_t service)
{
	static const char *const words[SERVICE_COUNT] = {"", "http", "tls",
	    "ssh", "ftp", "syslog", "dns", "tftp", "snmp", "tacacs", "radius",
	    "smart-install", "bgp", "flow-export", "quic", "smtp", "pop3",
	    "imap", "nntp", "sieve", "ldap", "xmpp", "postgres", "mysql",
	    "rdp"};

	return service < SERVICE_COUNT ? words[service] : "";
}

static bool
on_port(const struct frame *f, uint16_t port)
{
	return f->src_port == port || f->dst_port == port;
}

static void
udp_payload(struct talk *t, const struct frame *f, const struct wire *w)
{
	struct span s = f->payload;

	if (on_port(f, 53) && dns_read(w, s))
		t->service = SERVICE_DNS;
	else if (f->dst_port == 69 && tftp_read(w, s))
		t->service = SERVICE_TFTP;
	else if ((on_port(f, 161) || f->dst_port == 162) && snmp_read(w, s))
		t->service = SERVICE_SNMP;
	else if ((on_port(f, 1812) || on_port(f, 1813) || on_port(f, 1645) ||
		     on_port(f, 1646) || f->dst_port == 3799) &&
		 radius_read(w, s))
		t->service = SERVICE_RADIUS;
	else if (f->dst_port == 514 && syslog_read(w, s))
		t->service = SERVICE_SYSLOG;
}

/* What the first bytes of a client are. */
static enum service
client_says(struct span s, uint16_t port)
{
	size_t i = 0;

	if (s.n >= 3 && span_starts(s, SPAN("\x16\x03")))
		return SERVICE_TLS;
	if (port == 21)
		return SERVICE_FTP;
	if (upgrade_service(s, port) != SERVICE_UNKNOWN)
		return upgrade_service(s, port);
	if ((port == 514 || port == 601) && syslog_like(s))
		return SERVICE_SYSLOG;
	while (i < s.n && i < 20 &&
	       (s.p[i] == '_' || s.p[i] == '-' ||
		   (s.p[i] >= 'A' && s.p[i] <= 'Z')))
		i++;
	return i > 2 && i < s.n && s.p[i] == ' ' ? SERVICE_HTTP
						 : SERVICE_UNKNOWN;
}

/* The place and time of what waits, instead of the packet at hand. */
static void
request_told(struct tcp_stream *x, const struct talk *t, const struct wire *w,
    struct span status)
{
	struct wire of = *w;
	uint32_t n = x->held;

	if (n == 0)
		return;
	of.tcp = true;
	of.time = x->time;
	of.number = x->number;
	of.offset = x->offset;
	talk_client(t, &of.src, &of.src_port);
	talk_server(t, &of.dst, &of.dst_port);
	http_request(&of, tcp_stream_held(x), status);
	tcp_stream_release(x);
}

/* A request whose head did not end: as far as it came, from its first line. */
static void
request_cut(struct tcp_stream *x, const struct talk *t, const struct wire *w)
{
	struct span bytes = tcp_stream_bytes(x);

	if (t->service != SERVICE_HTTP ||
	    span_find_byte(bytes, '\n') == SPAN_NONE)
		return;
	tcp_stream_hold(x, (uint32_t)bytes.n);
	request_told(x, t, w, (struct span){0});
}

static void
stream_drop(struct session_set *s, struct talk *t)
{
	tcp_stream_free(&s->streams, t->stream);
	t->stream = STREAM_NONE;
}

/* A head longer than this is taken as far as it came. */
#define HEAD_MAX (LIMIT_STREAM_BYTES / 2)

/* Requests wait for their answer.  True: look again. */
static bool
http_step(struct tcp_stream *x, const struct talk *t, const struct wire *w)
{
	struct span bytes = tcp_stream_bytes(x);
	uint64_t body;
	size_t n = http_head(bytes, &body);

	if (n == 0 && bytes.n >= HEAD_MAX &&
	    span_find_byte(bytes, '\n') != SPAN_NONE)
		n = bytes.n;
	if (n == 0)
		return false;
	if (n == STREAM_OVER) {
		tcp_stream_take(x, (uint32_t)bytes.n);
		return false;
	}
	/* The one before was not answered, as far as one sees. */
	request_told(x, t, w, (struct span){0});
	tcp_stream_hold(x, (uint32_t)n);
	x->time = w->time;
	x->number = w->number;
	x->offset = w->offset;
	if (body > 0)
		tcp_stream_take(x, (uint32_t)body);
	return true;
}

static size_t
line_step(uint8_t service, const struct wire *w, struct span bytes)
{
	switch (service) {
	case SERVICE_TLS:
		return tls_read(w, bytes);
	case SERVICE_FTP:
		return ftp_read(w, bytes);
	case SERVICE_SYSLOG:
		return syslog_stream_read(w, bytes);
	default:
		return upgrade_message(service, bytes);
	}
}

/* What began in the clear goes on as TLS. */
static bool
turned_to_tls(struct talk *t, struct span s)
{
	if ((t->service != SERVICE_FTP && !upgrade_is(t->service)) ||
	    !span_starts(s, SPAN("\x16\x03")))
		return false;
	t->service = SERVICE_TLS;
	return true;
}

static void
stream_run(struct session_set *s, struct talk *t, const struct wire *w)
{
	struct tcp_stream *x = &s->streams.v[t->stream];

	while (tcp_stream_bytes(x).n > 0) {
		size_t n;

		if (t->service == SERVICE_UNKNOWN)
			t->service = (uint8_t)client_says(
			    tcp_stream_bytes(x), w->dst_port);
		if (t->service == SERVICE_UNKNOWN) {
			t->tries++;
			stream_drop(s, t);
			return;
		}
		if (t->service == SERVICE_HTTP) {
			if (!http_step(x, t, w))
				return;
			continue;
		}
		if (turned_to_tls(t, tcp_stream_bytes(x)))
			continue;
		n = line_step(t->service, w, tcp_stream_bytes(x));
		if (n == 0)
			return;
		if (upgrade_is(t->service) && ++t->tries > CLEAR_MESSAGES)
			n = STREAM_OVER;
		if (n == STREAM_OVER) {
			t->tries = TRIES;
			stream_drop(s, t);
			return;
		}
		tcp_stream_take(x, (uint32_t)n);
	}
}

static void
stream_begin(
    struct session_set *s, struct talk *t, uint32_t seq, const struct wire *w)
{
	uint32_t victim = tcp_stream_victim(&s->streams);

	if (victim != STREAM_NONE) {
		struct talk *other = &s->talks->v[s->streams.v[victim].talk];

		request_told(&s->streams.v[victim], other, w, (struct span){0});
		other->tries = TRIES;
		s->streams.given_up++;
		stream_drop(s, other);
	}
	t->stream =
	    tcp_stream_new(&s->streams, (uint32_t)(t - s->talks->v), seq);
}

/* The number of the first byte: a SYN counts as one, and may carry data (RFC
 * 7413). */
static uint32_t
payload_seq(const struct frame *f)
{
	return f->flags & TCP_SYN ? f->seq + 1 : f->seq;
}

/* The first bytes of a client, or bytes behind them that came early. */
static void
client_first(struct session_set *s, struct talk *t, const struct frame *f,
    const struct wire *w)
{
	uint32_t seq = payload_seq(f);
	bool early = (t->saw & SAW_SYN) && seq != t->isn + 1;

	if (t->tries >= TRIES)
		return;
	/* Far behind the front: its beginning was not captured. */
	if (early && seq - t->isn > LIMIT_STREAM_BYTES)
		early = false;
	if (!early && client_says(f->payload, f->dst_port) == SERVICE_UNKNOWN) {
		t->tries++;
		return;
	}
	stream_begin(s, t, early ? t->isn + 1 : seq, w);
}

/* RFC 1035 section 4.2.2: a length of two bytes in front. */
static bool
dns_segment(const struct wire *w, struct span s)
{
	return s.n > 2 && dns_read(w, span_from(s, 2));
}

/* Protocols that are told by the beginning of a segment. */
static bool
greeting(
    struct talk *t, const struct frame *f, bool client, const struct wire *w)
{
	uint8_t who = client ? 1 : 2;

	if (t->greeted & who)
		return false;
	if (ssh_read(w, f->payload))
		t->service = SERVICE_SSH;
	else if (on_port(f, 179) && bgp_read(w, f->payload))
		t->service = SERVICE_BGP;
	else
		return false;
	t->greeted |= who;
	return true;
}

static bool
by_port(
    struct talk *t, const struct frame *f, bool client, const struct wire *w)
{
	if (client && tacacs_read(w, f->payload))
		t->service = SERVICE_TACACS;
	else if (client && f->dst_port == 4786 &&
		 smart_install_read(w, f->payload))
		t->service = SERVICE_SMART_INSTALL;
	else if (on_port(f, 53) && dns_segment(w, f->payload))
		t->service = SERVICE_DNS;
	else
		return false;
	return true;
}

/* Where what comes next began, as long as nothing waits. */
static void
stream_placed(struct tcp_stream *x, const struct wire *w)
{
	if (x->held > 0 || x->n > 0)
		return;
	x->time = w->time;
	x->number = w->number;
	x->offset = w->offset;
}

static void
tcp_payload(struct session_set *s, struct talk *t, const struct frame *f,
    bool client, const struct wire *w)
{
	if (t->service == SERVICE_HTTP && !client) {
		struct span status = http_status(f->payload);

		if (status.n > 0 && t->stream != STREAM_NONE)
			request_told(&s->streams.v[t->stream], t, w, status);
		return;
	}
	if (t->stream == STREAM_NONE && (t->tries < TRIES || !client) &&
	    (greeting(t, f, client, w) || by_port(t, f, client, w)))
		return;
	if (!client)
		return;
	if (t->stream == STREAM_NONE)
		client_first(s, t, f, w);
	if (t->stream == STREAM_NONE)
		return;
	stream_placed(&s->streams.v[t->stream], w);
	tcp_stream_add(&s->streams, t->stream, payload_seq(f), f->payload);
	stream_run(s, t, w);
}

struct crypto_to {
	struct session_set *s;
	struct talk *t;
};

/* Bytes of the handshake lie in the stream by their offsets. */
static bool
crypto_take(void *ctx, uint64_t offset, struct span bytes)
{
	struct crypto_to *to = ctx;

	if (offset >= LIMIT_STREAM_BYTES ||
	    bytes.n > LIMIT_STREAM_BYTES - offset)
		return false;
	tcp_stream_add(&to->s->streams, to->t->stream, (uint32_t)offset, bytes);
	return true;
}

/* The first packets of a client; its hello may go over several. */
static bool
quic_payload(struct session_set *s, struct talk *t, const struct frame *f,
    const struct wire *w)
{
	struct crypto_to to = {s, t};
	struct span hello;
	size_t n;

	if (t->tries >= TRIES || f->payload.n < QUIC_LEAST ||
	    ((unsigned char)f->payload.p[0] & 0xc0) != 0xc0)
		return false;
	t->tries++;
	if (t->stream == STREAM_NONE)
		stream_begin(s, t, 0, w);
	if (quic_initial(f->payload, w->arena, crypto_take, &to))
		t->service = SERVICE_QUIC;
	hello = tcp_stream_bytes(&s->streams.v[t->stream]);
	n = tls_handshake_read(w, hello);
	if (n == STREAM_OVER)
		t->tries = TRIES;
	if (t->service != SERVICE_QUIC || t->tries >= TRIES)
		stream_drop(s, t);
	return t->service == SERVICE_QUIC;
}

void
session_payload(struct session_set *s, struct talk *t, const struct frame *f,
    bool client, const struct wire *w)
{
	if (f->payload.n == 0 || !f->ports)
		return;
	if (f->protocol == IPPROTO_NUMBER_UDP) {
		if (!client || !quic_payload(s, t, f, w))
			udp_payload(t, f, w);
	}
	if (f->protocol == IPPROTO_NUMBER_TCP)
		tcp_payload(s, t, f, client, w);
}

void
session_end(struct session_set *s, struct talk *t, const struct wire *w)
{
	if (t->stream == STREAM_NONE)
		return;
	request_told(&s->streams.v[t->stream], t, w, (struct span){0});
	request_cut(&s->streams.v[t->stream], t, w);
	stream_drop(s, t);
}
