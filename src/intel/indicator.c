#include "intel/indicator.h"

#include "base/timestamp.h"
#include "intel/fix.h"

#define COLUMNS 8
enum column { TYPE, VALUE, ID, FROM, UNTIL, SOURCE, CONFIRMED, NOTE };

/* Cells of an RFC 4180 line; quotes around a cell are taken off, doubled
 * quotes inside stay doubled (no value here holds any). */
static size_t
cells_of(struct span line, struct span cells[COLUMNS])
{
	size_t n = 0;

	while (n < COLUMNS) {
		struct span cell;

		if (line.n > 0 && line.p[0] == '"') {
			line = span_from(line, 1);
			cell = span_until(&line, '"');
			(void)span_until(&line, ',');
		} else {
			cell = span_trim(span_until(&line, ','));
		}
		cells[n++] = cell;
		if (line.n == 0)
			break;
	}
	return n;
}

/* A date, or a time; the end of a day when it is the end of a window. */
static int64_t
day_of(struct span s, bool end)
{
	char text[32];
	int64_t t;
	bool zoned;

	if (s.n == 10) {
		memcpy(text, s.p, 10);
		memcpy(text + 10, end ? "T23:59:59Z" : "T00:00:00Z", 10);
		s = span_of(text, 20);
	}
	return time_read_iso(s, &t, &zoned) > 0 ? t : TIME_NONE;
}

static bool
is_hex(struct span s, size_t n)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return s.n == n;
}

static const char *
value_take(struct arena *a, struct span cells[COLUMNS], struct indicator *x)
{
	static const struct {
		const char *type;
		size_t digits;
	} hashes[] = {{"sha256", 64}, {"sha1", 40}, {"md5", 32}};
	char text[ADDR_TEXT];

	for (size_t i = 0; i < 3; i++) {
		if (!span_is_nocase(cells[TYPE], hashes[i].type))
			continue;
		if (!is_hex(cells[VALUE], hashes[i].digits))
			return "the hash has the wrong length or form";
		struct span low = arena_copy(a, cells[VALUE]);

		for (size_t k = 0; k < low.n; k++)
			((char *)low.p)[k] =
			    (char)ascii_lower((unsigned char)low.p[k]);
		x->type = INDICATOR_HASH;
		x->value = low;
		return NULL;
	}
	if (!span_is_nocase(cells[TYPE], "ipv4") &&
	    !span_is_nocase(cells[TYPE], "ipv6") &&
	    !span_is_nocase(cells[TYPE], "cidr"))
		return "unknown type; expected ipv4, ipv6, cidr, sha256, sha1 "
		       "or md5";
	if (!prefix_read(cells[VALUE], &x->prefix))
		return "the value is no address or prefix";
	x->type = INDICATOR_ADDRESS;
	if (span_find_byte(cells[VALUE], '/') != SPAN_NONE)
		x->value = arena_copy(a, cells[VALUE]);
	else
		x->value =
		    arena_copy(a, span_str(addr_write(&x->prefix.addr, text)));
	return NULL;
}

static void
check_fill(struct arena *a, struct span cells[COLUMNS], struct indicator *x)
{
	struct check *c = &x->check;
	bool hash = x->type == INDICATOR_HASH;
	struct span id = cells[ID].n > 0 ? cells[ID] : x->value;
	size_t colon = span_rfind_byte(id, ':');
	struct span *advisory;

	c->id = arena_copy(a, id);
	c->kind = CHECK_INDICATOR;
	c->severity = SEV_CRITICAL;
	c->confidence = CONF_HIGH;
	c->title = hash
	    ? arena_fmt(a, "File of the intruder (%.*s)",
		  SPAN_FMT(cells[NOTE]))
	    : arena_fmt(a, "Address %.*s of the advisory's list",
		  SPAN_FMT(x->value));
	c->why = hash
	    ? SPAN("The file has the hash of a tool that the agencies found "
		   "in this campaign.  No honest file has it.")
	    : SPAN("The agencies saw the intruders use this address between "
		   "August 2021 and June 2025.  Some of these addresses are "
		   "hosts of other victims or have a new owner since: look "
		   "at what it did here before blocking it.");
	fix_text(a,
	    hash ? SPAN("sha256sum FILE, and compare with the advisory's "
			"table.")
		 : SPAN("Search flow records, AAA accounting and the logs of "
			"the devices around for the address, in both "
			"directions."),
	    &c->verify, &c->nverify);
	c->source = arena_copy(a, cells[SOURCE]);
	c->confirmed = arena_copy(a, cells[CONFIRMED]);
	/* Ids of an advisory's rows carry its name: AA25-239A:I-14. */
	advisory = arena_array(a, 2, sizeof(*advisory));
	c->advisory.v = advisory;
	if (colon != SPAN_NONE) {
		advisory[c->advisory.n++] = c->id;
		advisory[c->advisory.n++] = arena_fmt(a, "%.*s:%s",
		    SPAN_FMT(span_head(id, colon)), hash ? "H-39" : "H-38");
	}
	x->from = day_of(cells[FROM], false);
	x->until = day_of(cells[UNTIL], true);
}

size_t
indicator_read_csv(struct indicator_list *l, struct span csv,
    struct span path, indicator_problem_fn *problem, void *ctx)
{
	struct span line;
	uint64_t number = 0;
	size_t added = 0;

	while (span_line(&csv, &line)) {
		struct span cells[COLUMNS] = {{0}};
		struct indicator x = {.from = TIME_NONE, .until = TIME_NONE};
		const char *wrong;

		number++;
		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#' ||
		    (cells_of(line, cells) > 1 && span_is(cells[TYPE], "type")))
			continue;
		wrong = value_take(l->arena, cells, &x);
		if (wrong != NULL) {
			problem(ctx, path, number, wrong);
			continue;
		}
		check_fill(l->arena, cells, &x);
		l->v = arena_grow(
		    l->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = x;
		added++;
	}
	return added;
}
