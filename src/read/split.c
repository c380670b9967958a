#include "read/split.h"

/* Where a part may begin that has not shown itself yet. */
struct mark {
	size_t at;
	uint64_t line;
	bool set;
};

struct splitter {
	struct split *out;
	struct span name;  /* of the device at hand */
	struct mark begin; /* of the next device, if it is one */
	struct mark notes; /* of the comments just above */
	bool config_version, version, xml_closed;
};

static void
begin_part(struct splitter *x, const struct mark *m)
{
	struct split *s = x->out;

	if (s->n == LIMIT_FILE_DEVICES) {
		s->more = true;
		return;
	}
	s->start[s->n] = m->at;
	s->line[s->n++] = m->line;
	x->config_version = x->version = x->xml_closed = false;
	x->name = (struct span){0};
	x->begin.set = false;
}

/* What IOS and its kin write ahead of a configuration. */
static bool
is_header(struct span s)
{
	static const char *const heads[] = {"Building configuration",
	    "Current configuration", "!Command: ", "! Command: ", "version ",
	    "ASA Version ", ": Saved", "!! IOS XR", "! device: ", "Using ",
	    "NGFW Version ", "PIX Version "};

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (span_starts(s, span_str(heads[i])))
			return true;
	return false;
}

static struct span
stated_name(struct span s)
{
	struct span word = span_word(&s);

	if (!span_is(word, "hostname") && !span_is(word, "switchname"))
		return (struct span){0};
	word = span_word(&s);
	return span_trim(s).n == 0 ? word : (struct span){0};
}

static void
meet_name(struct splitter *x, struct span name, const struct mark *here)
{
	if (x->name.n == 0 || span_eq(x->name, name)) {
		x->name = name;
		x->begin.set = false;
	} else if (x->begin.set) {
		struct mark m = x->begin;

		begin_part(x, &m);
		x->name = name;
	} else if (x->out->second_name == 0) {
		x->out->second_name = here->line;
	}
}

/* A line that a configuration has once, at its beginning. */
static void
meet_first(struct splitter *x, bool *seen, const struct mark *here)
{
	if (*seen)
		begin_part(x, x->notes.set ? &x->notes : here);
	*seen = true;
}

static void
meet_line(struct splitter *x, struct span s, const struct mark *here)
{
	struct mark next = {here->at + s.n + 1, here->line + 1, true};
	struct span name;

	if (span_is(s, "end") || span_is(s, ": end")) {
		if (x->name.n > 0)
			x->begin = next;
	} else if (is_header(s)) {
		if (x->name.n > 0 && !x->begin.set)
			x->begin = *here;
	} else if ((name = stated_name(s)).n > 0) {
		meet_name(x, name, here);
	}
	if (span_starts(s, SPAN("#config-version=")))
		meet_first(x, &x->config_version, here);
	else if (span_starts(s, SPAN("set version ")) ||
		 (span_starts(s, SPAN("version ")) && span_ends(s, SPAN(";"))))
		meet_first(x, &x->version, here);
	else if (span_starts(s, SPAN("</config>")))
		x->xml_closed = true;
	else if (x->xml_closed && (span_starts(s, SPAN("<config")) ||
				      span_starts(s, SPAN("<?xml"))))
		begin_part(x, here);
}

void
split_devices(struct span bytes, struct split *out)
{
	struct splitter x = {.out = out};
	struct span rest = bytes, line;
	uint64_t number = 0;

	*out = (struct split){.n = 1};
	out->line[0] = 1;
	while (span_line(&rest, &line)) {
		struct mark here = {(size_t)(line.p - bytes.p), ++number, true};
		struct span s = span_rtrim(line);

		if (s.n == 0 || ascii_blank((unsigned char)s.p[0]))
			continue;
		meet_line(&x, s, &here);
		if (s.p[0] != '#' || span_starts(s, SPAN("#config-version")))
			x.notes.set = false;
		else if (!x.notes.set)
			x.notes = here;
	}
}
