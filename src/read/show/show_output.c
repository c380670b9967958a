/*
 * The output of commands: a file that is named after one command, the
 * recording of a session, a "show tech".  Each command's output goes to the
 * template that reads it, or, when it is a configuration, a show version or a
 * device's log, to the reader of that.
 */
#include "read/config/cisco_ios.h"
#include "read/show/show_clean.h"
#include "read/show/show_rows.h"
#include "read/show/show_split.h"

extern const struct reader reader_show_output;
extern const struct reader reader_text;
extern const struct reader reader_cisco_show_version;
extern const struct reader reader_cisco_syslog;

/* A score from which on a reader may have a block. */
#define BLOCK_SCORE 50

struct output {
	struct emit emit; /* first: readers of blocks hand it back */
	const struct read_in *in;
	struct emit *out;
	struct span clean;
	struct show_place place;    /* of the block at hand */
	size_t walked, walked_line; /* original text up to the block */
	bool configured;	    /* the block is a configuration */
	bool picked;		    /* of which single lines were picked */
	bool guessed;		    /* in whose language is taken for granted */
	struct span only;	    /* the one name that prompts have */
};

/* ---- blocks that other readers take ---- */

/* Facts that a line states by itself.  Of a block that was picked apart nothing
 * else can be said: what is missing was not picked. */
static bool
states_itself(const struct record *r)
{
	switch (r->kind) {
	case K_DEVICE:
	case K_CONFIG:
	case K_SETTING:
	case K_SNMP:
	case K_LOGGING:
		return true;
	default:
		return false;
	}
}

/* Lines that no reader knows for its own say nothing of the system, nor what it
 * does by default. */
static bool
is_presumed(const struct record *r)
{
	return r->kind == K_DEVICE ||
	       (r->kind == K_SETTING &&
		   span_is(record_text(r, F_ORIGIN), "default"));
}

/* Place and device of a block's record are those of the source. */
static void
on_record(struct emit *e, const struct record *r)
{
	struct output *o = (struct output *)e;
	struct record copy = *r;

	if ((o->picked && !states_itself(r)) || (o->guessed && is_presumed(r)))
		return;
	if (copy.host.n == 0 && copy.host_addr.n == 0)
		copy.host = o->place.host;
	if (copy.kind == K_DEVICE) {
		if (record_text(&copy, F_HOSTNAME).n == 0)
			record_put(&copy, F_HOSTNAME, o->place.host);
		copy.host = (struct span){0};
		if (o->configured)
			record_put_str(&copy, F_ORIGIN, "configured");
	}
	if (copy.line == 0) {
		copy.offset = UINT64_MAX;
	} else {
		/* Clean text has other offsets than the source. */
		if (o->clean.p == o->in->bytes.p)
			copy.offset += o->place.offset;
		else
			copy.offset = o->place.offset;
		copy.line += o->place.line - 1;
	}
	o->out->record(o->out, &copy);
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	struct output *o = (struct output *)e;

	o->out->diag(
	    o->out, code, line > 0 ? line + o->place.line - 1 : 0, detail);
}

static int
block_score(const struct reader *r, const struct output *o)
{
	struct probe p = {.head = span_head(o->place.clean, LIMIT_PROBE_BYTES),
	    .path = o->in->path,
	    .size = o->place.clean.n,
	    .whole = o->place.clean.n <= LIMIT_PROBE_BYTES};

	return r->guess(&p).score;
}

static void
delegate(struct output *o, const struct reader *r)
{
	struct read_in in = *o->in;

	in.bytes = o->place.clean;
	in.head = span_head(in.bytes, LIMIT_PROBE_BYTES);
	o->configured = span_is(span_str(r->evidence), "config");
	r->read(&in, &o->emit);
}

/* Its output is some lines of a configuration. */
static bool
is_filtered(struct span command)
{
	return span_find_byte(command, '|') != SPAN_NONE;
}

/* By the filter each line was chosen for itself; "section" and "begin" keep
 * what belongs together. */
static bool
is_picked(struct span command)
{
	size_t bar = span_find_byte(command, '|');
	struct span word = {0}, rest;

	if (bar == SPAN_NONE)
		return false;
	rest = span_from(command, bar + 1);
	word = span_word(&rest);
	return word.n > 0 && !span_starts(SPAN("section"), word) &&
	       !span_starts(SPAN("begin"), word) &&
	       !span_starts(SPAN("display"), word) &&
	       !span_starts(SPAN("no-more"), word);
}

/* A filter of the family of IOS over lines without braces: too few lines to
 * score, each of which its reader takes or leaves. */
static bool
speaks_ios(struct span command, struct span text)
{
	static const char *const filters[] = {
	    "include", "section", "begin", "exclude"};
	size_t bar = span_find_byte(command, '|');
	struct span rest, word;

	if (bar == SPAN_NONE || span_find_byte(text, '{') != SPAN_NONE ||
	    span_find_byte(text, ';') != SPAN_NONE ||
	    span_starts(span_trim(text), SPAN("set ")))
		return false;
	rest = span_from(command, bar + 1);
	word = span_word(&rest);
	for (size_t i = 0; i < 4; i++)
		if (word.n > 0 && span_starts(span_str(filters[i]), word))
			return true;
	return false;
}

/* A few lines speak for themselves less than a whole configuration does; that
 * they are of one is known by the command. */
static bool
as_config(struct output *o, struct span command)
{
	const struct reader *best = NULL;
	int most = is_filtered(command) ? 0 : BLOCK_SCORE - 1;

	for (size_t i = 0; readers[i] != NULL; i++) {
		const struct reader *r = readers[i];
		int score;

		if (r->shape != READER_WHOLE || r == &reader_show_output ||
		    !span_is(span_str(r->evidence), "config"))
			continue;
		score = block_score(r, o);
		if (score > most) {
			most = score;
			best = r;
		}
	}
	o->guessed = best == NULL && speaks_ios(command, o->place.clean);
	if (o->guessed)
		best = &reader_cisco_ios_config;
	if (best == NULL)
		return false;
	o->picked = is_picked(command);
	delegate(o, best);
	o->picked = o->guessed = false;
	return true;
}

static bool
as_version(struct output *o)
{
	if (block_score(&reader_cisco_show_version, o) < BLOCK_SCORE)
		return false;
	delegate(o, &reader_cisco_show_version);
	return true;
}

/* ---- blocks that templates take ---- */

static struct span
plain_command(struct span command, struct arena *a)
{
	struct span rest = command, word = span_word(&rest);

	/* The Linux below: the router's own way to it. */
	if (span_is(word, "cat") || span_is(word, "ps") ||
	    span_is(word, "ss") || span_is(word, "netstat") ||
	    span_is(word, "chkconfig") || span_is(word, "service"))
		return arena_fmt(a, "run %.*s", SPAN_FMT(command));
	if (span_is(word, "do") || span_is(word, "admin"))
		command = span_trim(rest);
	return span_rtrim(span_head(command, span_find_byte(command, '|')));
}

/* Is the word, between signs that part words, in the path? */
static bool
path_names(struct span path, struct span word)
{
	for (size_t at = 0;;) {
		size_t hit = span_find_nocase(span_from(path, at), word);

		if (hit == SPAN_NONE)
			return false;
		at += hit;
		if ((at == 0 || !ascii_alnum((unsigned char)path.p[at - 1])) &&
		    (at + word.n == path.n ||
			!ascii_alnum((unsigned char)path.p[at + word.n])))
			return true;
		at += word.n;
	}
}

/* The platform that the source's path names, its place in the list. */
static size_t
path_platform(struct span path, const struct span *platforms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = span_find_byte(platforms[i], '_');

		if (path_names(path, platforms[i]) ||
		    (at != SPAN_NONE &&
			path_names(path, span_from(platforms[i], at + 1))))
			return i;
	}
	return SIZE_MAX;
}

/* How much the form is worth trying first. */
static bool
is_hinted(const struct output *o, const struct show_form *f,
    const struct show_mark *m)
{
	const struct span *platforms;
	size_t n, at;

	if (m->platform != NULL && span_is(f->platform, m->platform))
		return true;
	n = show_library_platforms(o->in->shows, &platforms);
	at = path_platform(o->in->path, platforms, n);
	return at != SIZE_MAX && span_eq(platforms[at], f->platform);
}

/* Rows of a form; false when it does not read the block. */
static bool
form_rows(struct output *o, const struct show_form *f, struct show_table *t)
{
	struct err e;

	return clitable_run(f->entry, o->place.clean, o->in->arena, t, &e) ==
		   0 &&
	       t->nrows > 0;
}

/* The number of a line that is too long for templates, or 0. */
static uint64_t
long_line(const struct output *o)
{
	struct span rest = o->place.clean, line;

	for (uint64_t n = o->place.line; span_line(&rest, &line); n++)
		if (line.n > LIMIT_SHOW_LINE)
			return n;
	return 0;
}

static void
as_rows(struct output *o, const struct show_mark *m)
{
	const struct show_form *forms, *best = NULL;
	struct show_table most = {0}, t;
	uint64_t long_at;
	size_t n;
	struct err e;

	if (o->in->shows == NULL ||
	    show_library_find(o->in->shows, o->place.command, o->in->arena,
		&forms, &n, &e) != 0 ||
	    n == 0)
		return;
	long_at = long_line(o);
	if (long_at > 0) {
		o->out->diag(o->out, DIAG_BAD_LINE, long_at,
		    SPAN("too long for a template"));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!form_rows(o, &forms[i], &t))
			continue;
		if (best == NULL || t.nrows > most.nrows) {
			best = &forms[i];
			most = t;
		}
		if (is_hinted(o, &forms[i], m)) {
			best = &forms[i];
			most = t;
			break;
		}
	}
	if (best != NULL)
		show_rows(&o->place, best->maps, &most, o->in->arena, o->out);
}

static bool
as_log(struct output *o)
{
	const struct reader *r = &reader_cisco_syslog;
	struct read_in in = *o->in;
	struct span rest = o->place.clean, line;
	uint64_t n = 0;
	void *state;

	if (!span_starts(o->place.command, SPAN("sh")) ||
	    !span_has(o->place.command, " log"))
		return false;
	in.head = span_head(rest, LIMIT_PROBE_BYTES);
	state = r->open != NULL ? r->open(&in) : NULL;
	while (span_line(&rest, &line)) {
		n++;
		if (span_find_byte(line, '%') != SPAN_NONE)
			r->line(state, &in, line, n,
			    (uint64_t)(line.p - o->place.clean.p), &o->emit);
	}
	return false;
}

/* JSON and XML are not for templates; "[ R0 ] Installed" is no JSON. */
static bool
is_structured(struct span s)
{
	s = span_trim(span_head(s, 256));
	if (span_starts(s, SPAN("{")) || span_starts(s, SPAN("<")))
		return true;
	if (!span_starts(s, SPAN("[")))
		return false;
	s = span_trim(span_from(s, 1));
	return span_starts(s, SPAN("{")) || span_starts(s, SPAN("\"")) ||
	       span_starts(s, SPAN("]"));
}

static void
block_read(struct output *o, const struct show_mark *m)
{
	o->place.command = plain_command(m->command, o->in->arena);
	o->place.host = m->name;
	o->configured = false;
	if (o->place.clean.n == 0)
		return;
	if (show_command_config(m->command) && as_config(o, m->command))
		return;
	if (show_command_version(m->command) && as_version(o))
		return;
	if (o->place.command.n == 0 || is_structured(o->place.clean))
		return;
	if (!as_log(o))
		as_rows(o, m);
}

/* ---- the source ---- */

/* The original's bytes up to a line: blocks come in order. */
static void
place_block(struct output *o, const struct show_block *b)
{
	struct span all = o->in->bytes;

	o->place.clean = b->body;
	o->place.line = b->line;
	if (o->clean.p == all.p) {
		o->place.offset = (uint64_t)(b->body.p - all.p);
		o->place.original = span_from(all, o->place.offset);
		return;
	}
	while (o->walked_line + 1 < b->line) {
		size_t nl = span_find_byte(span_from(all, o->walked), '\n');

		if (nl == SPAN_NONE)
			break;
		o->walked += nl + 1;
		o->walked_line++;
	}
	o->place.offset = o->walked;
	o->place.original = span_from(all, o->walked);
}

/* The name in all prompts; empty when there are several or none. */
static struct span
only_name(struct span text, uint64_t *line)
{
	struct span rest = text, only = {0};
	struct show_block b;
	uint64_t at = 1;

	while (show_block_next(&rest, &at, &b)) {
		if (b.mark.name.n == 0 || b.mark.command.n == 0)
			continue;
		if (only.n > 0 && !span_eq(only, b.mark.name))
			return (struct span){0};
		if (only.n == 0)
			*line = b.line - 1;
		only = b.mark.name;
	}
	return only;
}

static void
emit_name(struct output *o)
{
	uint64_t line = 0;
	struct span name = only_name(o->clean, &line);
	struct record r;

	if (name.n == 0)
		return;
	record_init(&r, K_DEVICE, line, UINT64_MAX, name);
	record_put(&r, F_HOSTNAME, name);
	o->out->record(o->out, &r);
}

/* The command of an output that shows what it is without one. */
static struct span
unasked(struct span text)
{
	static const struct {
		const char *begins, *command;
	} table[] = {{"Product version Check Point Gaia", "show version all"}};

	text = span_trim(text);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_starts(text, span_str(table[i].begins)))
			return span_str(table[i].command);
	return (struct span){0};
}

static void
read_output(const struct read_in *in, struct emit *out)
{
	struct output o = {.emit = {on_record, on_diag}, .in = in, .out = out};
	char command[SHOW_NAME_BYTES];
	struct show_mark named = {0};
	struct span rest, host;
	struct show_block b;
	uint64_t line = 1;
	size_t blocks = 0;

	o.clean = rest = show_clean(in->arena, in->bytes);
	if (show_name_read(in->path, command, &host))
		named.command = span_str(command);
	if (unasked(rest).n > 0)
		named.command = unasked(rest);
	emit_name(&o);
	while (show_block_next(&rest, &line, &b)) {
		if (++blocks > LIMIT_SHOW_BLOCKS) {
			out->diag(out, DIAG_TOO_MANY, b.line,
			    SPAN("commands in one source"));
			break;
		}
		place_block(&o, &b);
		/* Before the first prompt: what the file is named after. */
		if (blocks == 1 && b.mark.name.n == 0 && b.mark.command.n == 0)
			b.mark.command = named.command;
		block_read(&o, &b.mark);
	}
}

static struct guess
guess_output(const struct probe *p)
{
	char command[SHOW_NAME_BYTES];
	struct span only, host;
	unsigned n = show_count(p->head, &only);

	if (n >= 2)
		return (struct guess){100, "commands and what they printed"};
	if (n == 1 && show_command_config(only) && is_filtered(only))
		return (struct guess){60, "part of a configuration"};
	/* Those that know the output itself come first. */
	if (n == 1 && !show_command_config(only))
		return (struct guess){show_command_version(only) ? 30 : 60,
		    "a show command at a prompt"};
	if (unasked(p->head).n > 0)
		return (struct guess){60, "output that names its product"};
	if (show_name_read(p->path, command, &host) && !is_structured(p->head))
		return (struct guess){20, "named after a show command"};
	return (struct guess){0, NULL};
}

const struct reader reader_show_output = {
    .name = "show-output",
    .title = "Output of show commands",
    .evidence = "text",
    .shape = READER_WHOLE,
    .guess = guess_output,
    .lines = &reader_text,
    .read = read_output,
};
