/*
 * Flows as tables of text: nfdump's "-o csv", the flow logs of AWS (VPC, with
 * the header that its export writes or the default order), GCP (VPC flow logs
 * exported as CSV) and Azure's flattened network security group flows.  The
 * first line names the columns; names that mean the same are one column.
 *
 * Lines are text, but they are read as blocks: which of them can matter is told
 * by their columns, whatever stands between those.
 */
#include <stdio.h>

#include "read/flow/reporters.h"

enum column {
	C_FIRST,
	C_LAST,
	C_SRC,
	C_DST,
	C_SRC_PORT,
	C_DST_PORT,
	C_PROTOCOL,
	C_FLAGS,
	C_PACKETS,
	C_BYTES,
	C_BACK,
	C_ACTION,
	C_EXPORTER,
	C_REAL_SRC,
	C_REAL_DST,
	C_REPORTER,
	C_COUNT
};

static const struct {
	const char *name;
	enum column column;
} names[] = {
    /* nfdump */
    {"ts", C_FIRST},
    {"firstseen", C_FIRST},
    {"te", C_LAST},
    {"sa", C_SRC},
    {"srcaddr", C_SRC},
    {"da", C_DST},
    {"dstaddr", C_DST},
    {"sp", C_SRC_PORT},
    {"srcport", C_SRC_PORT},
    {"dp", C_DST_PORT},
    {"dstport", C_DST_PORT},
    {"pr", C_PROTOCOL},
    {"proto", C_PROTOCOL},
    {"protocol", C_PROTOCOL},
    {"flg", C_FLAGS},
    {"ipkt", C_PACKETS},
    {"packets", C_PACKETS},
    {"ibyt", C_BYTES},
    {"bytes", C_BYTES},
    {"obyt", C_BACK},
    {"ra", C_EXPORTER},
    /* rwcut of SiLK */
    {"stime", C_FIRST},
    {"etime", C_LAST},
    {"sip", C_SRC},
    {"dip", C_DST},
    {"sport", C_SRC_PORT},
    {"dport", C_DST_PORT},
    {"pro", C_PROTOCOL},
    {"flags", C_FLAGS},
    /* AWS */
    {"start", C_FIRST},
    {"end", C_LAST},
    {"interface-id", C_REPORTER},
    {"interface_id", C_REPORTER},
    {"tcp-flags", C_FLAGS},
    {"tcp_flags", C_FLAGS},
    {"action", C_ACTION},
    {"pkt-srcaddr", C_REAL_SRC},
    {"pkt-dstaddr", C_REAL_DST},
    {"pkt_srcaddr", C_REAL_SRC},
    {"pkt_dstaddr", C_REAL_DST},
    /* GCP */
    {"jsonpayload.start_time", C_FIRST},
    {"jsonpayload.end_time", C_LAST},
    {"jsonpayload.connection.src_ip", C_SRC},
    {"jsonpayload.connection.dest_ip", C_DST},
    {"jsonpayload.connection.src_port", C_SRC_PORT},
    {"jsonpayload.connection.dest_port", C_DST_PORT},
    {"jsonpayload.connection.protocol", C_PROTOCOL},
    {"jsonpayload.packets_sent", C_PACKETS},
    {"jsonpayload.bytes_sent", C_BYTES},
    {"jsonpayload.reporter", C_REPORTER},
    {"reporter", C_REPORTER},
    {"src_ip", C_SRC},
    {"dest_ip", C_DST},
    {"src_port", C_SRC_PORT},
    {"dest_port", C_DST_PORT},
    {"start_time", C_FIRST},
    {"end_time", C_LAST},
    {"packets_sent", C_PACKETS},
    {"bytes_sent", C_BYTES},
    /* Azure traffic analytics */
    {"flowstarttime", C_FIRST},
    {"flowendtime", C_LAST},
    {"srcip", C_SRC},
    {"destip", C_DST},
    {"destport", C_DST_PORT},
    {"l4protocol", C_PROTOCOL},
    {"packetssrctodest", C_PACKETS},
    {"bytessrctodest", C_BYTES},
    {"bytesdesttosrc", C_BACK},
    {"flowstatus", C_ACTION},
};

/* The orders of AWS's flow logs without a header, as in S3's older files and in
 * CloudWatch, whose exports have the time of their arrival in front: version 2
 * of a VPC's, and a transit gateway's. */
#define AWS_VPC                                                                \
	"version account-id interface-id srcaddr dstaddr srcport dstport "     \
	"protocol packets bytes start end action log-status"
#define AWS_GATEWAY                                                            \
	"version resource-type account-id tgw-id tgw-attachment-id "           \
	"tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id "        \
	"tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni "      \
	"tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id "      \
	"srcaddr dstaddr srcport dstport protocol packets bytes start end "    \
	"log-status type packets-lost-no-route packets-lost-blackhole "        \
	"packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags "        \
	"region flow-direction pkt-src-aws-service pkt-dst-aws-service"
static const char *const aws_orders[] = {
    AWS_VPC, "ingested " AWS_VPC, AWS_GATEWAY, "ingested " AWS_GATEWAY};

struct table {
	char separator;
	unsigned n;
	uint8_t column[LIMIT_FLOW_COLUMNS];
	struct span header; /* a line like it is passed over */
};

static unsigned
column_find(struct span name)
{
	name = span_trim(name);
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = span_sub(name, 1, name.n - 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is_nocase(name, names[i].name))
			return names[i].column;
	return C_COUNT;
}

/* The columns of a header; false when it is none of flows. */
static bool
header_read(struct table *t, struct span line, char separator)
{
	bool seen[C_COUNT + 1] = {false};

	*t = (struct table){.separator = separator, .header = line};
	while (line.n > 0 && t->n < LIMIT_FLOW_COLUMNS) {
		unsigned c = column_find(span_until(&line, separator));

		if (c < C_COUNT && seen[c])
			c = C_COUNT;
		seen[c] = true;
		t->column[t->n++] = (uint8_t)c;
	}
	return seen[C_SRC] && seen[C_DST] && seen[C_PROTOCOL] &&
	       seen[C_FIRST] && line.n == 0;
}

struct row {
	struct span v[C_COUNT];
};

/* The next cell, without the quotes around it. */
static struct span
cell_next(struct span *rest, char separator)
{
	struct span cell, after;
	size_t end;

	if (rest->n == 0 || rest->p[0] != '"')
		return span_trim(span_until(rest, separator));
	after = span_from(*rest, 1);
	end = span_find_byte(after, '"');
	cell = span_head(after, end);
	*rest = end == SPAN_NONE ? (struct span){0} : span_from(after, end + 1);
	(void)span_until(rest, separator);
	return cell;
}

/* Rows may be shorter than the header, as nfdump's summary is. */
static bool
row_read(const struct table *t, struct span line, struct row *row)
{
	*row = (struct row){0};
	for (unsigned i = 0; i < t->n && line.n > 0; i++) {
		struct span v = cell_next(&line, t->separator);

		if (t->column[i] < C_COUNT && !span_is(v, "-"))
			row->v[t->column[i]] = v;
	}
	return row->v[C_SRC].n > 0 && row->v[C_DST].n > 0;
}

static int64_t
time_read(struct span s)
{
	const uint64_t first_milli = UINT64_C(100000000000);
	int64_t t;
	bool zoned;
	uint64_t n;

	if (span_u64(s, &n))
		return flow_time_ms(n >= first_milli  ? n
				    : n < first_milli ? n * 1000
						      : 0);
	if (time_read_iso(s, &t, &zoned) > 0 || time_read_epoch(s, &t))
		return t;
	return TIME_NONE;
}

static uint64_t
count_read(struct span s)
{
	uint64_t n;

	return span_u64(s, &n) && n <= INT64_MAX ? n : 0;
}

/* A number, a name, or one letter (Azure). */
static uint8_t
protocol_read(struct span s)
{
	uint64_t n;
	char room[4];

	if (span_u64(s, &n))
		return n < 256 ? (uint8_t)n : 0;
	if (span_is_nocase(s, "t"))
		return 6;
	if (span_is_nocase(s, "u"))
		return 17;
	if (span_is_nocase(s, "icmp6") || span_is_nocase(s, "icmpv6"))
		return 58;
	for (unsigned i = 1; i < 256; i++)
		if (span_is_nocase(s, flow_protocol((uint8_t)i, room)))
			return (uint8_t)i;
	return 0;
}

/* A number (AWS), or letters in nfdump's order with dots. */
static uint8_t
flags_read(struct span s)
{
	static const char letters[] = "FSRPAU";
	uint64_t n;
	uint8_t flags = 0;

	if (span_u64(s, &n))
		return (uint8_t)n;
	for (unsigned i = 0; i < 6; i++)
		if (span_find_byte(s, letters[i]) != SPAN_NONE)
			flags |= (uint8_t)(1u << i);
	return flags;
}

static enum flow_action
action_read(struct span s)
{
	if (span_is_nocase(s, "accept") || span_is_nocase(s, "allowed") ||
	    span_is_nocase(s, "a") || span_is_nocase(s, "allow"))
		return FLOW_PERMIT;
	if (span_is_nocase(s, "reject") || span_is_nocase(s, "denied") ||
	    span_is_nocase(s, "d") || span_is_nocase(s, "deny"))
		return FLOW_DENY;
	return FLOW_UNKNOWN;
}

/* AWS: the address in the packet, where that is another than the interface's.
 */
static void
real_address(struct span s, const struct addr *seen, struct addr *out)
{
	if (addr_read(s, out) && addr_eq(out, seen))
		*out = (struct addr){0};
}

static bool
row_flow(const struct row *row, struct flow *f)
{
	const struct span *v = row->v;
	uint64_t src = 0, dst = 0;

	flow_init(f);
	if (!addr_read(v[C_SRC], &f->src) || !addr_read(v[C_DST], &f->dst))
		return false;
	f->first = time_read(v[C_FIRST]);
	f->last = time_read(v[C_LAST]);
	f->protocol = protocol_read(v[C_PROTOCOL]);
	f->has_ports = flow_has_ports(f->protocol) &&
		       span_u64(v[C_SRC_PORT], &src) && src < 65536 &&
		       span_u64(v[C_DST_PORT], &dst) && dst < 65536;
	f->src_port = (uint16_t)src;
	f->dst_port = (uint16_t)dst;
	f->tcp_flags = flags_read(v[C_FLAGS]);
	f->counted = v[C_BYTES].n > 0;
	f->packets = count_read(v[C_PACKETS]);
	f->bytes = count_read(v[C_BYTES]);
	f->bytes_back = count_read(v[C_BACK]);
	f->action = action_read(v[C_ACTION]);
	real_address(v[C_REAL_SRC], &f->src, &f->nat_src);
	real_address(v[C_REAL_DST], &f->dst, &f->nat_dst);
	if (!span_is(v[C_EXPORTER], "0.0.0.0"))
		(void)addr_read(v[C_EXPORTER], &f->exporter);
	return true;
}

/* The header of the source, or an order of AWS's. */
static bool
table_read(struct span head, struct table *t)
{
	struct span line;
	struct row row;
	struct flow f;

	if (!span_line(&head, &line))
		return false;
	if (header_read(t, line, ',') || header_read(t, line, ' ') ||
	    header_read(t, line, '\t'))
		return true;
	for (size_t i = 0; i < sizeof(aws_orders) / sizeof(aws_orders[0]); i++)
		if (header_read(t, span_str(aws_orders[i]), ' ') &&
		    row_read(t, line, &row) && row_flow(&row, &f) &&
		    f.first != TIME_NONE &&
		    (f.action != FLOW_UNKNOWN ||
			span_has(line, " TransitGateway ")))
			return true;
	return false;
}

struct reading {
	struct table table;
	struct flow_sink sink;
	struct flow_reporters reporters;
	uint64_t lines; /* so far */
	uint64_t at;	/* where the next one begins */
	bool in_long;	/* inside a line that is too long */
};

static void *
table_open(const struct read_in *in)
{
	struct reading *r = arena_array(in->arena, 1, sizeof(*r));

	flow_reporters_init(&r->reporters, in->arena);
	if (!table_read(in->head, &r->table))
		r->table.n = 0;
	r->table.header = arena_copy(in->arena, r->table.header);
	return r;
}

static void
line_take(struct reading *r, struct span line, uint64_t offset)
{
	struct emit *out = r->sink.out;
	struct row row;
	struct flow f;

	r->lines++;
	line = span_rtrim(line);
	/* AWS: an interval without traffic.  nfdump's sums have few cells. */
	if (line.n == 0 || span_eq(line, r->table.header) ||
	    span_has(line, "NODATA") || span_has(line, "SKIPDATA"))
		return;
	if (!row_read(&r->table, line, &row) || !row_flow(&row, &f)) {
		out->diag(out, DIAG_BAD_LINE, r->lines, (struct span){0});
		return;
	}
	if (flow_reported(&r->reporters, &f, row.v[C_REPORTER])) {
		flow_pass(&r->sink);
		return;
	}
	flow_tell(&r->sink, &f, r->lines, offset);
	if (!flow_wanted(r->sink.wanted, &f))
		flow_pass(&r->sink);
	else
		flow_emit_line(&f, line, r->lines, offset, out);
}

/* The rest of a line that is too long; more of it may come. */
static size_t
long_take(struct reading *r, struct span bytes)
{
	size_t nl = span_find_byte(bytes, '\n');

	if (!r->in_long)
		r->sink.out->diag(r->sink.out, DIAG_LONG_LINE, r->lines + 1,
		    (struct span){0});
	r->in_long = nl == SPAN_NONE;
	if (r->in_long)
		return bytes.n;
	r->lines++;
	return nl + 1;
}

static size_t
table_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct reading *r = state;
	size_t used = 0;

	flow_sink_set(&r->sink, in, out);
	if (r->table.n == 0) {
		if (offset == 0)
			out->diag(
			    out, DIAG_HEADER_MISSING, 1, (struct span){0});
		return bytes.n;
	}
	if (r->in_long)
		used = long_take(r, bytes);
	while (used < bytes.n) {
		struct span rest = span_from(bytes, used);
		size_t nl = span_find_byte(rest, '\n');

		if (nl == SPAN_NONE && rest.n < LIMIT_LINE_BYTES)
			break;
		if (nl > LIMIT_LINE_BYTES) {
			used += long_take(r, rest);
			continue;
		}
		line_take(r, span_head(rest, nl), offset + used);
		r->at = offset + (used += nl + 1);
	}
	return used;
}

static void
table_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct reading *r = state;

	flow_sink_set(&r->sink, in, out);
	if (left.n > 0 && r->table.n > 0)
		line_take(r, left, r->at);
}

static struct guess
table_guess(const struct probe *p)
{
	struct table t;

	if (!table_read(p->head, &t))
		return (struct guess){0, "no header of a flow table"};
	return (struct guess){90, "header or first row of a flow table"};
}

const struct reader reader_flow_table = {
    .name = "flow-csv",
    .title = "Flow tables of nfdump, AWS, GCP and Azure",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .tells_flows = true,
    .flow_field = flow_has_field,
    .guess = table_guess,
    .open = table_open,
    .block = table_block,
    .close = table_close,
};
