/*
 * Flow logs of clouds as JSON: entries of Google's Cloud Logging (VPC flow logs
 * and firewall rules logging: jsonPayload.connection), one a line, as a list or
 * spread over lines; network security group flow logs of Azure, versions 1 and
 * 2, and its virtual network flow logs, whose flows are tuples in lists ("Flow
 * logging format").  An Azure file is one object with a list of records; each
 * of these is an item.
 */
#include <jansson.h>

#include "read/flow/reporters.h"
#include "read/log/pairs.h"

/* Lists and objects above a tuple of Azure: properties, flows, flows, tuples
 * and the like. */
#define TUPLE_DEPTH 12

/* Columns of a tuple: 13 of a virtual network's. */
#define TUPLE_COLUMNS 16

struct clouds {
	struct flow_sink sink;
	struct flow_reporters reporters;
};

static struct span
text_of(const json_t *value)
{
	return json_is_string(value) ? span_of(json_string_value(value),
					   json_string_length(value))
				     : (struct span){0};
}

/* A number, or one in quotes. */
static uint64_t
count_of(const json_t *value)
{
	uint64_t n;

	if (json_is_integer(value))
		return json_integer_value(value) < 0
			   ? 0
			   : (uint64_t)json_integer_value(value);
	return span_u64(text_of(value), &n) && n <= INT64_MAX ? n : 0;
}

static int64_t
time_of(const json_t *value)
{
	int64_t t;
	bool zoned;

	return time_read_iso(text_of(value), &t, &zoned) > 0 ? t : TIME_NONE;
}

/* who: the word for who tells of the flow. */
static void
told_take(
    struct clouds *c, const struct flow *f, struct span who, uint64_t offset)
{
	if (flow_reported(&c->reporters, f, who))
		flow_pass(&c->sink);
	else
		flow_take(&c->sink, f, offset);
}

/* ---- Google ---- */

static struct span
google_reporter(const json_t *payload)
{
	const json_t *who = json_object_get(payload, "reporter");

	if (who == NULL)
		who = json_object_get(
		    json_object_get(payload, "rule_details"), "direction");
	return text_of(who);
}

static void
google_take(struct clouds *c, const json_t *entry, uint64_t offset)
{
	const json_t *payload = json_object_get(entry, "jsonPayload"), *at;
	struct span verdict;
	struct flow f;

	if (payload == NULL)
		payload = entry;
	at = json_object_get(payload, "connection");
	flow_init(&f);
	if (!addr_read(text_of(json_object_get(at, "src_ip")), &f.src) ||
	    !addr_read(text_of(json_object_get(at, "dest_ip")), &f.dst))
		return;
	f.protocol = (uint8_t)count_of(json_object_get(at, "protocol"));
	f.src_port = (uint16_t)count_of(json_object_get(at, "src_port"));
	f.dst_port = (uint16_t)count_of(json_object_get(at, "dest_port"));
	f.has_ports = flow_has_ports(f.protocol);
	f.bytes = count_of(json_object_get(payload, "bytes_sent"));
	f.packets = count_of(json_object_get(payload, "packets_sent"));
	f.counted = json_object_get(payload, "bytes_sent") != NULL;
	f.first = time_of(json_object_get(payload, "start_time"));
	f.last = time_of(json_object_get(payload, "end_time"));
	if (f.first == TIME_NONE)
		f.first = time_of(json_object_get(entry, "timestamp"));
	verdict = text_of(json_object_get(payload, "disposition"));
	if (span_is_nocase(verdict, "allowed"))
		f.action = FLOW_PERMIT;
	else if (span_is_nocase(verdict, "denied"))
		f.action = FLOW_DENY;
	told_take(c, &f, google_reporter(payload), offset);
}

/* ---- Azure ---- */

static uint64_t
number_at(const struct span *v, size_t n, size_t i)
{
	uint64_t x;

	return i < n && span_u64(v[i], &x) && x <= INT64_MAX ? x : 0;
}

static uint8_t
protocol_at(struct span s)
{
	uint64_t n;

	if (span_is(s, "T"))
		return 6;
	if (span_is(s, "U"))
		return 17;
	return span_u64(s, &n) && n < 256 ? (uint8_t)n : 0;
}

/* "seconds,src,dst,sport,dport,T|U,I|O,A|D[,B|C|E,packets,bytes,packets,bytes]"
 * of a security group; "milliseconds,src,dst,sport,dport,number,I|O,B|C|E|D,
 * encryption,packets,bytes,packets,bytes" of a virtual network.  A flow that
 * begins has counted nothing yet. */
static bool
tuple_read(struct span s, struct flow *f, struct span *direction)
{
	const uint64_t first_milli = UINT64_C(100000000000);
	struct span v[TUPLE_COLUMNS];
	size_t n = csv_row(s, ',', v, TUPLE_COLUMNS);
	uint64_t time = number_at(v, n, 0);
	bool network = time >= first_milli;

	flow_init(f);
	if (n < 8 || !addr_read(v[1], &f->src) || !addr_read(v[2], &f->dst) ||
	    time > (uint64_t)INT64_MAX / 1000)
		return false;
	f->first = flow_time_ms(network ? time : time * 1000);
	f->last = f->first;
	f->src_port = (uint16_t)number_at(v, n, 3);
	f->dst_port = (uint16_t)number_at(v, n, 4);
	f->protocol = protocol_at(v[5]);
	f->has_ports = flow_has_ports(f->protocol);
	f->action = span_is(v[7], "D") ? FLOW_DENY : FLOW_PERMIT;
	f->packets = number_at(v, n, 9);
	f->bytes = number_at(v, n, 10);
	f->bytes_back = number_at(v, n, 12);
	f->counted = f->packets > 0 || number_at(v, n, 11) > 0;
	*direction = v[6];
	return true;
}

static void
tuples_take(struct clouds *c, const json_t *value, unsigned depth,
    uint64_t offset, uint64_t *bad)
{
	struct span text = text_of(value), direction;
	const char *key;
	json_t *inner;
	struct flow f;
	size_t i;

	if (text.n > 0) {
		if (tuple_read(text, &f, &direction))
			told_take(c, &f, direction, offset);
		else
			++*bad;
		return;
	}
	if (depth == 0)
		return;
	json_array_foreach(value, i, inner)
	{
		if (!json_is_string(inner))
			tuples_take(c, inner, depth - 1, offset, bad);
	}
	json_object_foreach((json_t *)value, key, inner)
	{
		if (!json_is_object(inner) && !json_is_array(inner))
			continue;
		if (span_is(span_str(key), "flowTuples")) {
			size_t n = json_array_size(inner);

			for (i = 0; i < n; i++)
				tuples_take(c, json_array_get(inner, i), 0,
				    offset, bad);
		} else {
			tuples_take(c, inner, depth - 1, offset, bad);
		}
	}
}

/* ---- items ---- */

static void
item_take(struct clouds *c, struct span s, uint64_t offset)
{
	struct emit *out = c->sink.out;
	json_t *object = NULL;
	uint64_t bad = 0;

	if (!json_shallow(s))
		out->diag(out, DIAG_DEPTH, c->sink.flows + 1, (struct span){0});
	else
		object = json_loadb(s.p, s.n, 0, NULL);
	if (object == NULL)
		bad = 1;
	else if (span_has(s, "\"flowTuples\""))
		tuples_take(c, object, TUPLE_DEPTH, offset, &bad);
	else
		google_take(c, object, offset);
	if (bad > 0)
		out->diag(
		    out, DIAG_BAD_LINE, c->sink.flows + 1, (struct span){0});
	json_decref(object);
}

/* {"records":[ ... ]} is entered, not read as one: bytes up to the list's first
 * item; 0: it is an item itself.  SIZE_MAX: more bytes must tell. */
static size_t
envelope(struct span s)
{
	struct span rest = span_from(s, 1);
	const char *p = s.p;

	rest = span_trim(rest);
	if (rest.n < 10)
		return SPAN_NONE;
	if (!span_starts(rest, SPAN("\"records\"")))
		return 0;
	rest = span_from(rest, 9);
	while (rest.n > 0 &&
	       (rest.p[0] == ':' || ascii_space((unsigned char)rest.p[0])))
		rest = span_from(rest, 1);
	if (rest.n == 0)
		return SPAN_NONE;
	return rest.p[0] == '[' ? (size_t)(rest.p - p) + 1 : 0;
}

static void *
clouds_open(const struct read_in *in)
{
	struct clouds *c;

	/* As in json_lines.c: no seed from a device file. */
	json_object_seed(1);
	c = arena_array(in->arena, 1, sizeof(*c));
	flow_reporters_init(&c->reporters, in->arena);
	return c;
}

static size_t
clouds_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct clouds *c = state;
	size_t done = 0, brace, n;

	flow_sink_set(&c->sink, in, out);
	while ((brace = span_find_byte(span_from(bytes, done), '{')) !=
	       SPAN_NONE) {
		done += brace;
		n = envelope(span_from(bytes, done));
		if (n == SPAN_NONE)
			return done;
		if (n > 0) {
			done += n;
			continue;
		}
		n = json_object_bytes(span_from(bytes, done));
		if (n == 0)
			return done;
		item_take(c, span_sub(bytes, done, done + n), offset + done);
		done += n;
	}
	return bytes.n;
}

static void
clouds_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct clouds *c = state;

	flow_sink_set(&c->sink, in, out);
	if (left.n > 0)
		out->diag(out, DIAG_TRUNCATED, c->sink.flows + 1,
		    SPAN("the last entry is cut off"));
}

static struct guess
clouds_guess(const struct probe *p)
{
	struct span s = span_trim(p->head);

	if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '['))
		return (struct guess){0, "no JSON"};
	if (span_has(p->head, "\"flowTuples\"") &&
	    (span_has(p->head, "\"records\"") ||
		span_has(p->head, "FlowEvent") || span_has(p->head, "FlowLog")))
		return (struct guess){95, "flowTuples of Azure's flow logs"};
	if (span_has(p->head, "\"connection\"") &&
	    span_has(p->head, "\"src_ip\"") &&
	    span_has(p->head, "\"dest_ip\"") &&
	    (span_has(p->head, "\"jsonPayload\"") ||
		span_has(p->head, "\"bytes_sent\"")))
		return (struct guess){
		    93, "jsonPayload.connection of Google's flow logs"};
	return (struct guess){0, "no flow log of a cloud"};
}

const struct reader reader_flow_json = {
    .name = "flow-json",
    .title = "Flow logs as JSON: Google, Azure network security groups and "
	     "virtual networks",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .tells_flows = true,
    .guess = clouds_guess,
    .open = clouds_open,
    .block = clouds_block,
    .close = clouds_close,
};
