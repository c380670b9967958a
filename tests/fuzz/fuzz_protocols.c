/* Each reader of a protocol on its own: the first byte of the input says which
 * of them gets the rest. */
#include "fuzz/fuzz.h"
#include "read/packet/protocols.h"
#include "read/packet/quic.h"
#include "read/packet/syslog.h"
#include "read/packet/upgrade.h"

static void
on_record(struct emit *e, const struct record *r)
{
	(void)e;
	FUZZ_CHECK(r->nvalues <= LIMIT_RECORD_FIELDS);
	fuzz_touch(r->raw);
	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		FUZZ_CHECK(v->text.n > 0 && v->text.n <= LIMIT_FIELD_BYTES);
		fuzz_touch(v->text);
		if (field_verbatim((enum field_id)v->field))
			FUZZ_CHECK(span_find(r->raw, v->text) != SPAN_NONE);
	}
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e;
	(void)line;
	FUZZ_CHECK(code < DIAG_COUNT);
	fuzz_touch(detail);
}

static void
datagram(const struct wire *w, unsigned which, struct span s)
{
	static bool (*const readers_of[])(const struct wire *w,
	    struct span s) = {dns_read, tftp_read, snmp_read, radius_read,
	    tacacs_read, ssh_read, smart_install_read, bgp_read, syslog_read};

	readers_of[which % (sizeof(readers_of) / sizeof(readers_of[0]))](w, s);
}

static bool
on_crypto(void *ctx, uint64_t offset, struct span bytes)
{
	(void)offset;
	tls_handshake_read(ctx, bytes);
	fuzz_touch(bytes);
	return true;
}

/* Whole datagrams of QUIC, and what stands in them without their seal. */
static void
quic(struct wire *w, struct span s)
{
	w->tcp = false;
	quic_initial(s, w->arena, on_crypto, w);
	tls_handshake_read(w, s);
}

/* What comes before TLS, as the first byte of it says. */
static void
upgrade(struct span s)
{
	uint8_t service = s.n > 0 ? (uint8_t)(unsigned char)s.p[0] : 0;

	if (!upgrade_is(service))
		return;
	s = span_from(s, 1);
	while (s.n > 0) {
		size_t n = upgrade_message(service, s);

		if (n == 0 || n == STREAM_OVER)
			return;
		FUZZ_CHECK(n <= s.n);
		s = span_from(s, n);
	}
}

static void
stream(const struct wire *w, unsigned which, struct span s)
{
	static size_t (*const readers_of[])(const struct wire *w,
	    struct span s) = {tls_read, ftp_read, syslog_stream_read};
	uint64_t body;

	while (s.n > 0) {
		size_t n = which % 4 == 3 ? http_head(s, &body)
					  : readers_of[which % 4](w, s);

		if (n == 0 || n == STREAM_OVER)
			return;
		FUZZ_CHECK(n <= s.n);
		if (which % 4 == 3)
			http_request(w, span_head(s, n), http_status(s));
		s = span_from(s, n);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emit out = {on_record, on_diag};
	struct arena arena;
	struct wire w = {.out = &out,
	    .arena = &arena,
	    .time = INT64_C(1748736000000000),
	    .number = 1,
	    .src = addr_from_v4(0xc0000201),
	    .dst = addr_from_v4(0xc6336402),
	    .src_port = 40000,
	    .dst_port = 49};
	struct span s;

	if (size < 2 || size > FUZZ_INPUT_BYTES)
		return 0;
	s = span_of((const char *)data + 1, size - 1);
	arena_init(&arena);
	if (data[0] == 126)
		quic(&w, s);
	else if (data[0] == 127)
		upgrade(s);
	else if (data[0] & 128)
		stream(&w, data[0], s);
	else
		datagram(&w, data[0], s);
	arena_release(&arena);
	return 0;
}
