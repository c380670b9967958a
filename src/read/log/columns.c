/*
 * Logs in columns whose names a header gives: Zeek's logs other than conn.log
 * (#fields), W3C extended logs such as IIS writes (#Fields), and CSV or TSV
 * with a first line of names.
 */
#include "read/log/named_values.h"
#include "read/log/pairs.h"
#include "read/log/ports.h"

enum form { ZEEK, W3C, CSV };

struct columns {
	enum form form;
	char sep;
	struct span type;	  /* Zeek's #path */
	struct span unset, empty; /* cells that say nothing */
	char set;		  /* between the members of one cell */
	unsigned n, known;	  /* columns; those with a meaning */
	int date, clock;	  /* W3C: columns of date and time, or -1 */
	bool port[LIMIT_ZEEK_COLUMNS]; /* of a destination */
	struct span name[LIMIT_ZEEK_COLUMNS];
};

/* W3C's names; the others are named_values.c's. */
static const struct {
	const char *w3c, *name;
} w3c_names[] = {{"c-ip", "src_ip"}, {"s-ip", "dst_ip"}, {"s-port", "dst_port"},
    {"cs-method", "method"}, {"cs-uri-stem", "uri"}, {"cs-uri", "uri"},
    {"cs-username", "user"}, {"cs(User-Agent)", "user_agent"},
    {"cs(Referer)", "referrer"}, {"sc-status", "status"}, {"cs-host", "host"},
    {"cs(Host)", "host"}, {"s-computername", "hostname"}};

static struct span
w3c_name(struct span s)
{
	for (size_t i = 0; i < sizeof(w3c_names) / sizeof(w3c_names[0]); i++)
		if (span_is_nocase(s, w3c_names[i].w3c))
			return span_str(w3c_names[i].name);
	return s;
}

static void
names_read(struct columns *c, struct span s)
{
	c->n = c->known = 0;
	c->date = c->clock = -1;
	while (s.n > 0 && c->n < LIMIT_ZEEK_COLUMNS) {
		struct span name =
		    c->form == W3C ? span_word(&s) : span_until(&s, c->sep);

		name = span_trim(name);
		if (name.n > 1 && name.p[0] == '"')
			name = span_sub(name, 1, name.n - 1);
		if (c->form == W3C && span_is(name, "date"))
			c->date = (int)c->n;
		if (c->form == W3C && span_is(name, "time"))
			c->clock = (int)c->n;
		if (c->form == W3C)
			name = w3c_name(name);
		c->known += named_known(name);
		c->name[c->n++] = name;
	}
	if (s.n > 0)
		c->n = 0;
}

/* "\\x09", or the byte itself. */
static char
byte_read(struct span s, char otherwise)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;

	s = span_head(s, 4);
	if (s.n == 1)
		return s.p[0];
	if (s.n < 4 || !span_starts(s, SPAN("\\x")))
		return otherwise;
	high = memchr(digits, ascii_lower((unsigned char)s.p[2]), 16);
	low = memchr(digits, ascii_lower((unsigned char)s.p[3]), 16);
	if (high == NULL || low == NULL)
		return otherwise;
	return (char)((high - digits) << 4 | (low - digits));
}

static void
hash_lines(struct columns *c, struct span head)
{
	struct span line, word;

	while (head.n > 0 && head.p[0] == '#' && span_line(&head, &line)) {
		if (span_starts(line, SPAN("#Fields: "))) {
			c->form = W3C;
			names_read(c, span_from(line, 9));
			return;
		}
		if (span_starts(line, SPAN("#separator "))) {
			c->sep = byte_read(span_from(line, 11), c->sep);
			continue;
		}
		word = span_until(&line, c->sep);
		if (span_is(word, "#path"))
			c->type = line;
		else if (span_is(word, "#set_separator"))
			c->set = byte_read(line, c->set);
		else if (span_is(word, "#unset_field"))
			c->unset = line;
		else if (span_is(word, "#empty_field"))
			c->empty = line;
		else if (span_is(word, "#fields"))
			names_read(c, line);
	}
}

/* The header in the first lines. */
static void
header_read(struct span head, struct columns *c)
{
	struct span line;

	*c = (struct columns){.form = ZEEK,
	    .sep = '\t',
	    .set = ',',
	    .unset = SPAN("-"),
	    .empty = SPAN("(empty)")};
	if (head.n > 0 && head.p[0] == '#') {
		hash_lines(c, head);
		return;
	}
	if (!span_line(&head, &line))
		return;
	c->form = CSV;
	if (span_find_byte(line, '\t') == SPAN_NONE)
		c->sep = span_find_byte(line, ',') != SPAN_NONE ? ',' : ';';
	names_read(c, line);
}

static bool
port_column(struct span name)
{
	struct span known;
	unsigned i = 0;

	while ((known = named_of(F_DST_PORT, i++)).n > 0)
		if (span_eq_nocase(name, known))
			return true;
	return false;
}

static void *
columns_open(const struct read_in *in)
{
	struct columns *c = arena_alloc(in->arena, sizeof(*c));

	header_read(in->head, c);
	c->type = arena_copy(in->arena, c->type);
	c->unset = arena_copy(in->arena, c->unset);
	c->empty = arena_copy(in->arena, c->empty);
	for (unsigned i = 0; i < c->n; i++) {
		c->name[i] = arena_copy(in->arena, c->name[i]);
		c->port[i] = port_column(c->name[i]);
	}
	return c;
}

static size_t
row_read(const struct columns *c, struct span line, struct span *v)
{
	size_t n = 0;

	if (c->form == CSV)
		return csv_row(line, c->sep, v, LIMIT_ZEEK_COLUMNS);
	while (line.n > 0 && n < LIMIT_ZEEK_COLUMNS)
		v[n++] = c->form == W3C ? span_word(&line)
					: span_until(&line, c->sep);
	return n;
}

static void
put_list(
    struct named_event *e, struct span name, struct span value, char separator)
{
	for (int i = 0; i < 16 && value.n > 0; i++)
		named_put(e, name, span_until(&value, separator));
}

static void
put_row(const struct columns *c, struct named_event *e, const struct span *v,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(v[i], c->unset) || span_eq(v[i], c->empty) ||
		    (int)i == c->clock || (int)i == c->date)
			continue;
		if (c->form == ZEEK && span_is(c->name[i], "answers"))
			put_list(e, c->name[i], v[i], c->set);
		else
			named_put(e, c->name[i], v[i]);
	}
	/* W3C extended logs count in UTC. */
	if (c->date >= 0 && c->clock >= 0 && (size_t)c->date < n &&
	    (size_t)c->clock < n)
		named_put(e, SPAN("time"),
		    arena_fmt(e->in->arena, "%.*sT%.*sZ",
			SPAN_FMT(span_head(v[c->date], 16)),
			SPAN_FMT(span_head(v[c->clock], 16))));
}

/* Zeek logs passwords and communities in columns of their own, which are
 * unset as a rule.  Where one is set, the record is what stands before it. */
static struct span
before_secret(
    const struct columns *c, struct span line, const struct span *v, size_t n)
{
	for (size_t i = 0; i < n && i < c->n; i++)
		if ((span_is_nocase(c->name[i], "password") ||
			span_is_nocase(c->name[i], "community")) &&
		    v[i].n > 0 && !span_eq(v[i], c->unset))
			return span_head(line, (size_t)(v[i].p - line.p));
	return line;
}

static void
columns_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	const struct columns *c = state;
	struct span v[LIMIT_ZEEK_COLUMNS];
	struct named_event e;
	size_t n;

	if (line.n == 0 || (line.p[0] == '#' && c->form != CSV) ||
	    (c->form == CSV && number == 1))
		return;
	n = row_read(c, line, v);
	named_begin(&e, in, before_secret(c, line, v, n), number, offset);
	e.type = c->type;
	if (c->n == 0)
		out->diag(out, DIAG_HEADER_MISSING, number, (struct span){0});
	else if (n > c->n || (n < c->n && c->form == W3C))
		out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
	else
		put_row(c, &e, v, n);
	named_emit(&e, out);
}

/* Rows whose cells more than a separator ends. */
static void
ports_by_rows(const struct columns *c, struct span block, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	struct span rest = block, line, v[LIMIT_ZEEK_COLUMNS];

	while (span_line(&rest, &line)) {
		size_t n = row_read(c, line, v);

		for (size_t i = 0; i < n && i < c->n; i++)
			if (c->port[i])
				ports_in_cell(block,
				    (size_t)(span_trim(v[i]).p - block.p), set,
				    fn, ctx);
	}
}

static void
columns_ports(const void *state, struct span block, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	const struct columns *c = state;
	bool rows =
	    c->form == W3C ||
	    (c->form == CSV && (span_find_byte(block, '"') != SPAN_NONE ||
				   span_find_byte(block, ' ') != SPAN_NONE));
	bool any = false;

	for (unsigned i = 0; i < c->n; i++) {
		if (c->port[i] && !rows)
			ports_in_column(block, c->sep, i, set, fn, ctx);
		any = any || c->port[i];
	}
	if (any && rows)
		ports_by_rows(c, block, set, fn, ctx);
}

static struct guess
columns_guess(const struct probe *p)
{
	struct columns c;

	header_read(p->head, &c);
	if (c.n == 0 || c.known < 3)
		return (struct guess){0, "no header that names columns"};
	if (c.form == ZEEK)
		return (struct guess){90, "Zeek #fields header"};
	if (c.form == W3C)
		return (struct guess){95, "W3C #Fields header"};
	if (c.known * 3 >= c.n && c.n >= 4)
		return (struct guess){60, "first line names columns of events"};
	return (struct guess){0, "few columns of events"};
}

const struct reader reader_columns = {
    .name = "columns",
    .title = "Logs in named columns: Zeek, W3C (IIS), CSV with a header",
    .evidence = "monitor",
    .shape = READER_LINES,
    .guess = columns_guess,
    .open = columns_open,
    .line = columns_line,
    .heads = true,
    .ports = columns_ports,
};
