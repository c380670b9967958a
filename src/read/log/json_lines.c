/*
 * JSON lines: Suricata's EVE, Zeek's logs other than conn.log, and whatever a
 * collector exports, by the names of members.
 */
#include "read/log/json_lines.h"

#include "read/log/pairs.h"
#include "read/log/ports.h"

#define GUESS_LINES 20

/* Members of members whose names are joined; an event needs three. */
#define JOIN_DEPTH 4

static void put_value(struct named_event *e, struct span name,
    const json_t *value, unsigned depth);

static void
put_members(
    struct named_event *e, struct span outer, json_t *object, unsigned depth)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		struct span name = span_str(key);

		if (outer.n > 0)
			name = arena_fmt(e->in->arena, "%.*s.%s",
			    SPAN_FMT(span_head(outer, 256)), key);
		put_value(e, name, value, depth);
	}
}

/* A member of a list counts like one of its own. */
static void
put_value(struct named_event *e, struct span name, const json_t *value,
    unsigned depth)
{
	struct arena *a = e->in->arena;
	struct span text = {0};

	if (json_is_object(value) && depth < JOIN_DEPTH) {
		put_members(e, name, (json_t *)value, depth + 1);
	} else if (json_is_array(value) && depth < JOIN_DEPTH) {
		for (size_t i = 0;
		     i < json_array_size(value) && i < LIMIT_RECORD_FIELDS; i++)
			put_value(e, name, json_array_get(value, i), depth + 1);
	} else if (json_is_string(value)) {
		text = arena_copy(a, span_of(json_string_value(value),
					 json_string_length(value)));
	} else if (json_is_integer(value)) {
		text =
		    arena_fmt(a, "%lld", (long long)json_integer_value(value));
	} else if (json_is_real(value)) {
		text = arena_fmt(a, "%.6f", json_real_value(value));
	} else if (json_is_boolean(value)) {
		text = json_is_true(value) ? SPAN("true") : SPAN("false");
	}
	named_put(e, name, text);
}

void
json_members(struct named_event *e, json_t *object)
{
	put_members(e, (struct span){0}, object, 0);
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
	struct named_event e;

	(void)state;
	if (span_trim(line).n == 0)
		return;
	named_begin(&e, in, line, number, offset);
	e.json = true;
	if (!json_shallow(line))
		out->diag(out, DIAG_DEPTH, number, (struct span){0});
	else
		object = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
	if (json_is_object(object))
		json_members(&e, object);
	else
		out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
	named_emit(&e, out);
	json_decref(object);
}

static void
json_ports(const void *state, struct span block, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	ports_in_json(state, block, set, fn, ctx);
}

static bool
time_key(struct span key)
{
	return span_is(key, "ts") || span_is(key, "time") ||
	       span_is(key, "_time") ||
	       span_ends_nocase(key, SPAN("timestamp"));
}

/* How many "key": of the line are known here; 0 when none tells a time. */
static unsigned
known_keys(struct span line)
{
	unsigned known = 0;
	bool timed = false;

	for (int i = 0; i < 64 && line.n > 0; i++) {
		struct span key;

		span_until(&line, '"');
		key = span_until(&line, '"');
		if (line.n > 0 && span_trim(line).n > 0 &&
		    span_trim(line).p[0] == ':') {
			known += named_known(key);
			timed = timed || time_key(key);
		}
	}
	return timed ? known : 0;
}

static struct guess
json_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned lines = 0, good = 0, eve = 0;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		line = span_trim(line);
		if (line.n == 0)
			continue;
		lines++;
		/* A head may end within a line. */
		if (line.p[0] != '{' ||
		    (line.p[line.n - 1] != '}' && (rest.n > 0 || p->whole)))
			continue;
		good += known_keys(line) >= 2;
		eve += span_has(line, "\"event_type\"") &&
		       span_has(line, "\"timestamp\"");
	}
	if (good == 0 || good * 10 < lines * 7)
		return (struct guess){0, "no events in JSON lines"};
	if (eve * 2 >= lines)
		return (struct guess){
		    90, "JSON lines with timestamp and event_type (EVE)"};
	return (struct guess){70, "JSON lines with names of events"};
}

const struct reader reader_json_lines = {
    .name = "json-lines",
    .title = "JSON lines: Suricata EVE, Zeek logs, exports of collectors",
    .evidence = "monitor",
    .shape = READER_LINES,
    .guess = json_guess,
    .open = json_open,
    .line = json_line,
    .json = true,
    .ports = json_ports,
};
