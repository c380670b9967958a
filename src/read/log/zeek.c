/*
 * Zeek's conn.log, as tab-separated values with a #fields header and as JSON
 * lines (base/protocols/conn and the log writers Ascii and JSON).  Other Zeek
 * logs share addresses and ports with it and must not pass for flows.
 */
#include <jansson.h>

#include "read/log/named_values.h"
#include "read/log/pairs.h"
#include "read/log/ports.h"

#define GUESS_LINES 50

/* What is taken from a connection. */
enum column {
	Z_TS,
	Z_UID,
	Z_ORIG_H,
	Z_ORIG_P,
	Z_RESP_H,
	Z_RESP_P,
	Z_PROTO,
	Z_SERVICE,
	Z_DURATION,
	Z_ORIG_BYTES,
	Z_RESP_BYTES,
	Z_STATE,
	Z_COUNT
};

static const char *const column_names[Z_COUNT] = {
    [Z_TS] = "ts",
    [Z_UID] = "uid",
    [Z_ORIG_H] = "id.orig_h",
    [Z_ORIG_P] = "id.orig_p",
    [Z_RESP_H] = "id.resp_h",
    [Z_RESP_P] = "id.resp_p",
    [Z_PROTO] = "proto",
    [Z_SERVICE] = "service",
    [Z_DURATION] = "duration",
    [Z_ORIG_BYTES] = "orig_bytes",
    [Z_RESP_BYTES] = "resp_bytes",
    [Z_STATE] = "conn_state",
};

/* A row's values; absent ones are empty. */
struct row {
	struct span v[Z_COUNT];
};

/* Several protocols may be found in one connection: "ssl,http". */
static void
put_services(struct record *r, struct span s)
{
	for (int i = 0; i < 8 && s.n > 0; i++)
		record_put(r, F_SERVICE, span_until(&s, ','));
}

static void
emit_flow(const struct row *row, struct span line, uint64_t number,
    uint64_t offset, struct emit *out)
{
	const struct span *v = row->v;
	struct record r;

	record_init(&r, K_FLOW, number, offset, line);
	if (v[Z_TS].n > 0 && !named_time(v[Z_TS], &r.time))
		out->diag(out, DIAG_BAD_TIME, number, v[Z_TS]);
	record_put(&r, F_UID, v[Z_UID]);
	record_put_ip(&r, F_SRC_IP, v[Z_ORIG_H]);
	record_put_ip(&r, F_DST_IP, v[Z_RESP_H]);
	/* For ICMP the port columns hold type and code. */
	if (!span_is(v[Z_PROTO], "icmp")) {
		record_put_number(&r, F_SRC_PORT, v[Z_ORIG_P]);
		record_put_number(&r, F_DST_PORT, v[Z_RESP_P]);
	}
	record_put(&r, F_PROTOCOL, v[Z_PROTO]);
	put_services(&r, v[Z_SERVICE]);
	record_put(&r, F_DURATION, v[Z_DURATION]);
	record_put_number(&r, F_BYTES_OUT, v[Z_ORIG_BYTES]);
	record_put_number(&r, F_BYTES_IN, v[Z_RESP_BYTES]);
	record_put(&r, F_CONN_STATE, v[Z_STATE]);
	out->record(out, &r);
}

static void
emit_text(struct span line, uint64_t number, uint64_t offset, struct emit *out)
{
	struct record r;

	record_init(&r, K_TEXT, number, offset, line);
	record_put(&r, F_LINE, span_trim(line));
	if (r.nvalues > 0)
		out->record(out, &r);
}

/* Tab-separated values. */

struct tsv {
	char separator;
	struct span unset, empty;
	unsigned ncolumns;
	bool conn;  /* header says or shows that these are connections */
	bool other; /* header says that they are something else */
	/* Which value a column holds; Z_COUNT: none that is taken. */
	uint8_t column[LIMIT_ZEEK_COLUMNS];
};

static unsigned char
hex_value(char c)
{
	unsigned char l = ascii_lower((unsigned char)c);

	return (unsigned char)(ascii_digit(l) ? l - '0' : l - 'a' + 10);
}

/* "#separator \x09": one byte. */
static void
tsv_separator(struct tsv *t, struct span s)
{
	s = span_trim(s);
	if (s.n == 4 && span_starts(s, SPAN("\\x")))
		t->separator =
		    (char)(hex_value(s.p[2]) << 4 | hex_value(s.p[3]));
	else if (s.n == 1)
		t->separator = s.p[0];
}

static unsigned
column_find(struct span name)
{
	unsigned c = 0;

	while (c < Z_COUNT && !span_is(name, column_names[c]))
		c++;
	return c;
}

static void
tsv_fields(struct tsv *t, struct span s)
{
	bool seen[Z_COUNT + 1] = {false};

	t->ncolumns = 0;
	while (s.n > 0 && t->ncolumns < LIMIT_ZEEK_COLUMNS) {
		unsigned c = column_find(span_until(&s, t->separator));

		t->column[t->ncolumns++] = (uint8_t)c;
		seen[c] = true;
	}
	t->conn = seen[Z_ORIG_H] && seen[Z_RESP_H] && seen[Z_STATE];
	if (s.n > 0)
		t->ncolumns = 0;
}

/* The header in the first lines. */
static void
tsv_header(struct span head, struct tsv *t)
{
	struct span line, word;

	*t = (struct tsv){
	    .separator = '\t', .unset = SPAN("-"), .empty = SPAN("(empty)")};
	while (head.n > 0 && head.p[0] == '#' && span_line(&head, &line)) {
		if (span_starts(line, SPAN("#separator "))) {
			tsv_separator(t, span_from(line, 11));
			continue;
		}
		word = span_until(&line, t->separator);
		if (span_is(word, "#unset_field"))
			t->unset = line;
		else if (span_is(word, "#empty_field"))
			t->empty = line;
		else if (span_is(word, "#path"))
			t->other = !span_is(line, "conn");
		else if (span_is(word, "#fields"))
			tsv_fields(t, line);
	}
}

static void *
tsv_open(const struct read_in *in)
{
	struct tsv *t = arena_alloc(in->arena, sizeof(*t));

	tsv_header(in->head, t);
	t->unset = arena_copy(in->arena, t->unset);
	t->empty = arena_copy(in->arena, t->empty);
	return t;
}

static bool
tsv_row(const struct tsv *t, struct span line, struct row *row)
{
	unsigned n = 0;

	*row = (struct row){0};
	for (bool more = true; more; n++) {
		struct span v;

		if (n >= t->ncolumns)
			return false;
		more = span_find_byte(line, t->separator) != SPAN_NONE;
		v = span_until(&line, t->separator);
		if (t->column[n] < Z_COUNT && !span_eq(v, t->unset) &&
		    !span_eq(v, t->empty))
			row->v[t->column[n]] = v;
	}
	return n == t->ncolumns;
}

/* Rows of another log than the header's have something else there. */
static bool
row_fits(const struct row *row)
{
	struct addr a;

	return addr_read(row->v[Z_ORIG_H], &a) &&
	       addr_read(row->v[Z_RESP_H], &a);
}

static void
tsv_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	const struct tsv *t = state;
	struct row row;

	(void)in;
	if (line.n == 0 || line.p[0] == '#')
		return;
	if (t->ncolumns == 0 || !t->conn) {
		out->diag(out, DIAG_HEADER_MISSING, number, (struct span){0});
		emit_text(line, number, offset, out);
	} else if (!tsv_row(t, line, &row) || !row_fits(&row)) {
		out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
		emit_text(line, number, offset, out);
	} else {
		emit_flow(&row, line, number, offset, out);
	}
}

static void
tsv_ports(const void *state, struct span block, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	const struct tsv *t = state;

	for (unsigned i = 0; i < t->ncolumns; i++)
		if (t->column[i] == Z_RESP_P)
			ports_in_column(block, t->separator, i, set, fn, ctx);
}

static struct guess
tsv_guess(const struct probe *p)
{
	struct tsv t;

	tsv_header(p->head, &t);
	if (t.ncolumns == 0 || !t.conn || t.other)
		return (struct guess){0, "no Zeek header of connections"};
	return (struct guess){100, "Zeek #fields header of conn.log"};
}

const struct reader reader_zeek_tsv = {
    .name = "zeek-conn-tsv",
    .title = "Zeek conn.log, tab-separated",
    .evidence = "flow",
    .shape = READER_LINES,
    .guess = tsv_guess,
    .open = tsv_open,
    .line = tsv_line,
    .heads = true,
    .ports = tsv_ports,
};

/* JSON lines. */

/* The byte behind "key": in the object's text, or an empty span.  A string
 * value of the same text is not followed by a colon. */
static struct span
json_member(struct span line, const char *key)
{
	size_t n = strlen(key), at;
	struct span s = line, rest;

	while ((at = span_find(s, span_of(key, n))) != SPAN_NONE) {
		bool opens = at > 0 && s.p[at - 1] == '"';

		rest = span_from(s, at + n);
		s = rest;
		if (!opens || rest.n == 0 || rest.p[0] != '"')
			continue;
		rest = span_trim(span_from(rest, 1));
		if (rest.n > 0 && rest.p[0] == ':')
			return span_trim(span_from(rest, 1));
	}
	return (struct span){0};
}

/* A number as it was written: a parsed one would lose digits. */
static struct span
json_number_text(struct span line, const char *key)
{
	struct span s = json_member(line, key);
	size_t n = 0;

	while (n < s.n && (ascii_digit((unsigned char)s.p[n]) ||
			      s.p[n] == '.' || s.p[n] == '-' || s.p[n] == '+' ||
			      s.p[n] == 'e' || s.p[n] == 'E'))
		n++;
	return span_head(s, n);
}

static struct span
json_value_text(
    const json_t *object, struct span line, const char *key, struct arena *a)
{
	const json_t *v = json_object_get(object, key);
	struct span s;

	if (json_is_string(v)) {
		s = span_of(json_string_value(v), json_string_length(v));
		/* None of these values needs an escape: one that has them
		 * was not written by Zeek. */
		if (span_find(line, s) == SPAN_NONE)
			return (struct span){0};
		return arena_copy(a, s);
	}
	if (json_is_number(v))
		return json_number_text(line, key);
	return (struct span){0};
}

/* Other logs that are written into the same stream carry their name. */
static bool
json_conn(const json_t *object)
{
	const json_t *path = json_object_get(object, "_path");

	if (json_is_string(path))
		return strcmp(json_string_value(path), "conn") == 0;
	return json_object_get(object, "id.orig_h") != NULL &&
	       json_object_get(object, "id.resp_h") != NULL &&
	       json_object_get(object, "conn_state") != NULL;
}

static void *
json_open(const struct read_in *in)
{
	/* Left to itself the library takes its seed from a device file at
	 * the first object, which a confined worker cannot open. */
	json_object_seed(1);
	return ports_keys(in->arena);
}

static void
json_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	json_t *object = NULL;
	struct row row;

	(void)state;
	if (span_trim(line).n == 0)
		return;
	if (!json_shallow(line))
		out->diag(out, DIAG_DEPTH, number, (struct span){0});
	else
		object = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
		emit_text(line, number, offset, out);
		return;
	}
	if (json_conn(object)) {
		for (unsigned c = 0; c < Z_COUNT; c++)
			row.v[c] = json_value_text(
			    object, line, column_names[c], in->arena);
		emit_flow(&row, line, number, offset, out);
	} else {
		emit_text(line, number, offset, out);
	}
	json_decref(object);
}

/* The keys of a connection stand in the line; it is not parsed here. */
static bool
json_conn_like(struct span line)
{
	struct span path = json_member(line, "_path");

	if (line.n == 0 || line.p[0] != '{')
		return false;
	if (path.n > 0)
		return span_starts(path, SPAN("\"conn\""));
	return json_member(line, "id.orig_h").n > 0 &&
	       json_member(line, "id.resp_h").n > 0 &&
	       json_member(line, "conn_state").n > 0;
}

static void
json_ports(const void *state, struct span block, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	ports_in_json(state, block, set, fn, ctx);
}

static struct guess
json_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned lines = 0, conn = 0;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		line = span_trim(line);
		if (line.n == 0)
			continue;
		lines++;
		conn += json_conn_like(line);
	}
	if (conn > 0 && conn * 2 >= lines)
		return (struct guess){
		    95, "JSON lines with id.orig_h, id.resp_h, conn_state"};
	if (conn > 0 && conn * 10 >= lines)
		return (struct guess){60, "Zeek JSON lines, some of conn.log"};
	return (struct guess){0, "no Zeek connections in JSON lines"};
}

const struct reader reader_zeek_json = {
    .name = "zeek-conn-json",
    .title = "Zeek conn.log, JSON lines",
    .evidence = "flow",
    .shape = READER_LINES,
    .guess = json_guess,
    .open = json_open,
    .line = json_line,
    .json = true,
    .ports = json_ports,
};
