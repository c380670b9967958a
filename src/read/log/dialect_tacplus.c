/*
 * The tac_plus family in syslog: accounting of tac_plus
 * ("NAS<tab>user<tab>..."), of tac_plus-ng with an identifier in front
 * ("ACCT-STOP|NAS|user|...", "AUTHC-FAIL|...", "AUTHZ-PASS|..."), and what
 * tac_plus says of logins ("login query for 'alice' port tty2 from 192.0.2.1
 * rejected").
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/stamp.h"
#include "read/log/tacplus_entry.h"

static bool
is_server(struct span program)
{
	static const char *const names[] = {"tac_plus", "tac_plus-ng",
	    "tac_plus_ng", "tacplus", "tac_plus4", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (span_is(program, names[i]))
			return true;
	return false;
}

/* "ACCT-STOP|", "ACCTSTOP|", "AUTHC-FAIL-DENY|", ...: its bytes with the bar,
 * or 0. */
static size_t
identifier(struct span s)
{
	size_t bar = span_find_byte(span_head(s, 48), '|');

	if (bar == SPAN_NONE ||
	    !(span_starts(s, SPAN("ACCT")) || span_starts(s, SPAN("AUTHC")) ||
		span_starts(s, SPAN("AUTHZ"))))
		return 0;
	return bar + 1;
}

static void
emit_entry(struct log_message *m, struct span id, const struct tacplus_entry *e)
{
	struct record command = log_record(m, K_COMMAND);
	struct record *r = &m->event;

	log_put_common(m);
	record_put(r, F_MNEMONIC, id);
	tacplus_put_device(r, e);
	tacplus_put(r, e);
	if (e->outcome == NULL && span_starts(id, SPAN("AUTH")))
		message_put_outcome(r, span_has(id, "-PASS"));
	log_emit(m);
	if (e->command.n == 0 && e->type.n == 0)
		return;
	tacplus_put_device(&command, e);
	tacplus_put(&command, e);
	m->out->record(m->out, &command);
}

/* "login query for 'alice' port tty2 from 192.0.2.1 rejected": the address is
 * the device's. */
static void
emit_query(struct log_message *m)
{
	struct span s = message_after(m->text, " query for '"), from;
	struct span user = span_head(s, span_find(s, SPAN("' ")));
	struct record *r = &m->event;
	struct addr a;

	log_put_common(m);
	record_put(r, F_USER, user);
	record_put(r, F_TTY, message_word(s, " port "));
	from = message_after_last(s, " from ");
	from = span_word(&from);
	if (addr_read(from, &a)) {
		r->host = (struct span){0};
		r->host_addr = from;
	} else if (from.n > 0) {
		r->host = from;
	}
	if (span_ends(s, SPAN(" accepted")) || span_ends(s, SPAN(" rejected")))
		message_put_outcome(r, span_ends(s, SPAN(" accepted")));
	record_put_str(r, F_PROTOCOL, "tacacs");
	log_emit(m);
}

bool
tacplus_dialect(struct log_message *m)
{
	size_t n = identifier(m->text);
	struct tacplus_entry e;
	struct stamp own;
	struct span entry;

	if (n == 0 && !is_server(m->head.program))
		return false;
	/* A relay may put its header before a line of the server's file. */
	entry = span_from(m->text, n);
	entry = span_trim(span_from(entry, stamp_read(entry, &own)));
	if (tacplus_entry_read(entry, &e)) {
		emit_entry(m, span_head(m->text, n > 0 ? n - 1 : 0), &e);
		return true;
	}
	if (!span_has(m->text, " query for '"))
		return false;
	emit_query(m);
	return true;
}
