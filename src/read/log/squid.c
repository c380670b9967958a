/*
 * Squid's own access log ("squid" of logformat):
 *
 *	time elapsed client CODE/status bytes method URL user HIERARCHY/peer
 *type
 */
#include "read/log/pairs.h"
#include "read/log/web_request.h"
#include "read/reader.h"

#define GUESS_LINES 50

struct entry {
	int64_t time;
	struct span client, code, status, bytes, method, url, user, peer;
};

static bool
entry_read(struct span s, struct entry *e)
{
	struct span code;
	uint64_t n;

	*e = (struct entry){.time = TIME_NONE};
	if (!time_read_epoch(span_word(&s), &e->time) ||
	    !span_u64(span_word(&s), &n))
		return false;
	e->client = span_word(&s);
	code = span_word(&s);
	e->code = span_until(&code, '/');
	e->status = code;
	e->bytes = span_word(&s);
	e->method = span_word(&s);
	e->url = span_word(&s);
	e->user = span_word(&s);
	e->peer = span_word(&s);
	if (span_find_byte(e->peer, '/') == SPAN_NONE ||
	    !span_u64(e->status, &n) || !span_u64(e->bytes, &n))
		return false;
	e->peer = span_from(e->peer, span_find_byte(e->peer, '/') + 1);
	return true;
}

static void
squid_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct entry e;
	struct record r;

	(void)state;
	if (span_trim(line).n == 0)
		return;
	if (!entry_read(line, &e)) {
		out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
		record_init(&r, K_TEXT, number, offset, line);
		record_put(&r, F_LINE, span_trim(line));
		out->record(out, &r);
		return;
	}
	record_init(&r, K_HTTP, number, offset, line);
	r.time = e.time;
	record_put_ip(&r, F_SRC_IP, e.client);
	pair_put(&r, F_DST_IP, e.peer);
	pair_put(&r, F_USER, e.user);
	record_put(&r, F_METHOD, e.method);
	web_target_put(&r, e.url, in->arena);
	record_put(&r, F_STATUS, e.status);
	record_put_number(&r, F_BYTES, e.bytes);
	record_put(&r, F_FACILITY, e.code);
	record_put_str(
	    &r, F_ACTION, span_has(e.code, "DENIED") ? "deny" : "permit");
	out->record(out, &r);
}

static struct guess
squid_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned lines = 0, good = 0;
	struct entry e;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		lines++;
		good += entry_read(line, &e);
	}
	if (good > 0 && good * 10 >= lines * 6)
		return (struct guess){
		    95, "time, elapsed, client, CODE/status: squid's log"};
	return (struct guess){0, "no log of squid"};
}

const struct reader reader_squid = {
    .name = "squid-access-log",
    .title = "Squid's access log, native format",
    .evidence = "weblog",
    .shape = READER_LINES,
    .guess = squid_guess,
    .line = squid_line,
};
