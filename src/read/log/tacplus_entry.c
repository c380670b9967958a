#include "read/log/tacplus_entry.h"

#include "read/log/pairs.h"

/* Columns before the type that an entry may have; of those behind it the last
 * goes to the end. */
#define COLUMNS 12

struct row {
	struct span v[COLUMNS];
	unsigned n;
	struct span from[COLUMNS]; /* v[i] and all behind it */
};

static bool
is_type(struct span s)
{
	return span_is(s, "start") || span_is(s, "stop") ||
	       span_is(s, "update") || span_is(s, "unknown");
}

/* What separates the columns: a tab, a bar, or two colons, whichever the entry
 * has. */
static struct span
separator(struct span s)
{
	if (span_find_byte(s, '\t') != SPAN_NONE)
		return SPAN("\t");
	if (span_find_byte(s, '|') != SPAN_NONE)
		return SPAN("|");
	if (span_has(s, "::"))
		return SPAN("::");
	return SPAN(";");
}

static void
row_read(struct span s, struct row *row)
{
	struct span sep = separator(s);

	row->n = 0;
	while (row->n < COLUMNS) {
		size_t at = span_find(s, sep);

		row->from[row->n] = s;
		row->v[row->n++] = span_trim(span_head(s, at));
		if (at == SPAN_NONE)
			return;
		s = span_from(s, at + sep.n);
	}
}

struct span
tacplus_without_cr(struct span s)
{
	s = span_trim(s);
	if (span_ends(s, SPAN("<cr>")))
		s = span_rtrim(span_head(s, s.n - 4));
	return s;
}

/* The value of a pair; optional ones are written name*value. */
static bool
pair_is(struct span pair, const char *name, struct span *value)
{
	struct span want = span_str(name);

	if (pair.n <= want.n || !span_starts(pair, want) ||
	    (pair.p[want.n] != '=' && pair.p[want.n] != '*'))
		return false;
	if (value->p == NULL)
		*value = span_trim(span_from(pair, want.n + 1));
	return true;
}

static void
pairs_take(struct span s, struct span sep, struct tacplus_entry *e)
{
	while (s.n > 0) {
		size_t at = span_find(s, sep);
		struct span pair = span_head(s, at);

		s = span_from(s, at == SPAN_NONE ? s.n : at + sep.n);
		(void)(pair_is(pair, "task_id", &e->task) ||
		       pair_is(pair, "service", &e->service) ||
		       pair_is(pair, "priv-lvl", &e->privilege) ||
		       pair_is(pair, "priv_lvl", &e->privilege) ||
		       pair_is(pair, "start_time", &e->started) ||
		       pair_is(pair, "Cmd", &e->command) ||
		       pair_is(pair, "cmd", &e->command));
	}
	if (e->command.n > 1 && e->command.p[0] == '"' &&
	    span_ends(e->command, SPAN("\"")))
		e->command = span_sub(e->command, 1, e->command.n - 1);
}

static bool
is_pair(struct span s)
{
	size_t sign = span_find_byte(s, '=');

	if (sign == SPAN_NONE)
		sign = span_find_byte(s, '*');
	if (sign == SPAN_NONE || sign == 0)
		return false;
	for (size_t i = 0; i < sign; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) &&
		    strchr("-_.:", s.p[i]) == NULL)
			return false;
	return true;
}

/* A command that stands last goes to the end: bars are part of it. */
static struct span
last_column(const struct row *row, unsigned i)
{
	bool bars = span_is(separator(row->from[0]), "|");

	return tacplus_without_cr(bars ? row->from[i] : row->v[i]);
}

/* Behind the type: pairs, or service and command, which may stand behind a
 * privilege. */
static void
tail_read(const struct row *row, unsigned i, struct tacplus_entry *e)
{
	uint64_t level;

	while (i < row->n && row->v[i].n == 0)
		i++;
	if (i >= row->n)
		return;
	if (is_pair(row->v[i])) {
		pairs_take(row->from[i], separator(row->from[0]), e);
		return;
	}
	e->service = row->v[i++];
	if (i + 1 < row->n && span_u64(row->v[i], &level) && level <= 15)
		e->privilege = row->v[i++];
	if (i < row->n && is_pair(row->v[i]))
		pairs_take(row->from[i], separator(row->from[0]), e);
	else if (i < row->n)
		e->command = last_column(row, i);
}

static bool
is_terminal(struct span s)
{
	static const char *const names[] = {"tty", "vty", "pts", "con", "aux",
	    "ssh", "http", "console", "/dev/", "line"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_starts_nocase(s, span_str(names[i])) &&
		    span_find_byte(s, ' ') == SPAN_NONE)
			return true;
	return false;
}

/* Columns in an order of the operator's: NAS and user come first. */
static void
loose_read(const struct row *row, unsigned type, struct tacplus_entry *e)
{
	struct addr a;

	for (unsigned i = 2; i < row->n; i++) {
		struct span s = row->v[i];

		if (i == type || s.n == 0)
			continue;
		if (addr_read(s, &a))
			e->remote = s;
		else if (is_terminal(s))
			e->tty = s;
		else if (span_is(s, "shell") || span_is(s, "exec"))
			e->service = s;
		else if (is_pair(s))
			pairs_take(s, SPAN("\t"), e);
		else if (e->command.n == 0)
			e->command = tacplus_without_cr(s);
	}
}

static const char *
outcome_of(struct span hint)
{
	static const char *const good[] = {"succeeded", "permit", "accepted"};
	static const char *const bad[] = {
	    "failed", "denied", "deny", "rejected"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (span_has(hint, bad[i]))
			return "failure";
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (span_has(hint, good[i]))
			return "success";
	return NULL;
}

/* NAS user terminal remote ... */
static void
first_columns(const struct row *row, struct tacplus_entry *e)
{
	e->tty = row->v[2];
	e->remote = row->v[3];
}

/* "profile permit shell show version <cr>", or what a login came to. */
static bool
access_read(const struct row *row, struct tacplus_entry *e)
{
	struct addr a;

	if (row->n < 5 || !addr_read(row->v[0], &a))
		return false;
	first_columns(row, e);
	e->hint = row->from[4];
	if (row->n >= 7 &&
	    (span_is(row->v[5], "permit") || span_is(row->v[5], "deny"))) {
		e->outcome =
		    span_is(row->v[5], "permit") ? "success" : "failure";
		e->service = row->v[6];
		if (row->n > 7)
			e->command = last_column(row, 7);
		return true;
	}
	e->outcome = outcome_of(e->hint);
	return e->outcome != NULL;
}

static const struct pair_name {
	const char *name;
	size_t at;
} named[] = {{"nas", offsetof(struct tacplus_entry, nas)},
    {"client", offsetof(struct tacplus_entry, nas)},
    {"device", offsetof(struct tacplus_entry, nas)},
    {"user", offsetof(struct tacplus_entry, user)},
    {"port", offsetof(struct tacplus_entry, tty)},
    {"tty", offsetof(struct tacplus_entry, tty)},
    {"nac", offsetof(struct tacplus_entry, remote)},
    {"rem_addr", offsetof(struct tacplus_entry, remote)},
    {"remote", offsetof(struct tacplus_entry, remote)},
    {"type", offsetof(struct tacplus_entry, type)},
    {"accttype", offsetof(struct tacplus_entry, type)},
    {"service", offsetof(struct tacplus_entry, service)},
    {"priv-lvl", offsetof(struct tacplus_entry, privilege)},
    {"task_id", offsetof(struct tacplus_entry, task)},
    {"cmd", offsetof(struct tacplus_entry, command)}};

/* "nas=A user=U port=T nac=B type=stop service=shell cmd=show version <cr>" */
static bool
named_read(struct span s, struct tacplus_entry *e)
{
	struct span name, value;

	if (!is_pair(s) || !span_has(s, "user="))
		return false;
	for (unsigned i = 0; i < COLUMNS && pair_next_loose(&s, &name, &value);
	     i++)
		for (size_t k = 0; k < sizeof(named) / sizeof(named[0]); k++) {
			struct span *to =
			    (struct span *)((char *)e + named[k].at);

			if (span_is(name, named[k].name) && to->p == NULL)
				*to = value;
		}
	e->command = tacplus_without_cr(e->command);
	return e->nas.n > 0 && (is_type(e->type) || e->command.n > 0);
}

bool
tacplus_entry_read(struct span s, struct tacplus_entry *e)
{
	unsigned type = 2;
	struct row row;

	*e = (struct tacplus_entry){0};
	s = span_trim(s);
	if (named_read(s, e))
		return true;
	*e = (struct tacplus_entry){0};
	row_read(s, &row);
	if (row.n < 3 || row.v[0].n == 0)
		return false;
	e->nas = row.v[0];
	e->user = row.v[1];
	while (type < row.n && !is_type(row.v[type]))
		type++;
	if (type == row.n)
		return access_read(&row, e);
	e->type = row.v[type];
	if (type != 4) {
		loose_read(&row, type, e);
		return true;
	}
	first_columns(&row, e);
	tail_read(&row, type + 1, e);
	e->command = tacplus_without_cr(e->command);
	return true;
}

void
tacplus_put_device(struct record *r, const struct tacplus_entry *e)
{
	struct addr a;

	r->host = r->host_addr = (struct span){0};
	if (addr_read(e->nas, &a))
		r->host_addr = e->nas;
	else
		r->host = e->nas;
}

void
tacplus_put(struct record *r, const struct tacplus_entry *e)
{
	record_put(r, F_USER, e->user);
	record_put(r, F_TTY, e->tty);
	record_put_ip(r, F_SRC_IP, e->remote);
	if (e->outcome != NULL)
		record_put_str(r, F_STATUS, e->outcome);
	else if (!span_is(e->type, "unknown"))
		record_put(r, F_STATUS, e->type);
	record_put_str(r, F_PROTOCOL, "tacacs");
	record_put(r, F_TASK, e->task);
	record_put(r, F_SERVICE, e->service);
	record_put_number(r, F_PRIVILEGE, e->privilege);
	record_put(r, F_COMMAND, e->command);
}
