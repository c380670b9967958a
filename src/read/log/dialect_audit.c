/*
 * Records of Linux's audit system, from audit.log ("type=USER_AUTH
 * msg=audit(1709287872.243:24287): pid=... msg='op=... acct="root"
 * exe="/usr/sbin/sshd" addr=192.0.2.5 terminal=ssh res=failed'"), through
 * syslog with "node=HOST " in front, from the kernel's log ("audit: type=1100
 * audit(...): ...") and from the journal ("USER_AUTH pid=...").  Values that
 * whoever acts could make up are in quotes, or in hex (audit_text.h).
 */
#include "read/log/audit_text.h"
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"

static struct span
value_of(struct span s, const char *name)
{
	struct span v = message_after(s, name);

	if (v.n > 0 && v.p[0] == '"') {
		v = span_from(v, 1);
		return span_head(v, span_find_byte(v, '"'));
	}
	v = span_word(&v);
	while (v.n > 0 && v.p[v.n - 1] == '\'')
		v.n--;
	return v;
}

static bool
is_type(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && s.p[i] != '_' &&
		    !ascii_digit((unsigned char)s.p[i]))
			return false;
	return s.n > 3;
}

/* The type, and *s to what follows it; empty when it is no such record. */
static struct span
type_take(const struct log_message *m, struct span *s)
{
	struct span type;

	if (span_starts(*s, SPAN("node=")))
		(void)span_word(s);
	*s = span_trim(*s);
	if (span_starts(*s, SPAN("audit: ")))
		*s = span_from(*s, 7);
	if (span_starts(*s, SPAN("type="))) {
		*s = span_from(*s, 5);
		type = span_word(s);
		*s = span_trim(*s);
		if (span_starts(*s, SPAN("msg=audit(")) ||
		    span_starts(*s, SPAN("audit(")))
			return type;
		return (struct span){0};
	}
	if (!span_is(m->head.program, "audit"))
		return (struct span){0};
	type = span_word(s);
	return is_type(type) ? type : (struct span){0};
}

/* The line in words, which its evidence is then; words.* stand in it. */
static struct span
in_words(const struct log_message *m, struct span s, struct audit_text *words)
{
	size_t front = (size_t)(s.p - m->line.p);
	char *p = arena_alloc(m->in->arena, front + words->line.n);
	const char *was = words->line.p;

	memcpy(p, m->line.p, front);
	memcpy(p + front, was, words->line.n);
	words->line.p = p + front;
	if (words->command.n > 0)
		words->command.p = p + front + (words->command.p - was);
	if (words->user.n > 0)
		words->user.p = p + front + (words->user.p - was);
	return span_of(p, front + words->line.n);
}

bool
audit_dialect(struct log_message *m)
{
	struct record *r = &m->event;
	struct span s = m->text, node = {0}, type, result;
	struct audit_text words;
	int64_t t;

	if (span_starts(s, SPAN("node=")))
		node = value_of(s, "node=");
	type = type_take(m, &s);
	if (type.n == 0)
		return false;
	if (time_read_epoch(
		span_head(message_after(s, "audit("),
		    span_find_byte(message_after(s, "audit("), ':')),
		&t))
		r->time = t;
	if (node.n > 0 && r->host.n == 0)
		r->host = node;
	record_put(r, F_PROGRAM, m->head.program);
	record_put(r, F_MNEMONIC, type);
	audit_text_read(m->in->arena, s, &words);
	if (words.line.p != s.p)
		r->raw = in_words(m, s, &words);
	record_put(r, F_MESSAGE, span_trim(words.line));
	record_put(r, F_USER, words.user);
	record_put_ip(r, F_SRC_IP, value_of(s, " addr="));
	if (!span_is(value_of(s, " terminal="), "?"))
		record_put(r, F_TTY, value_of(s, " terminal="));
	result = value_of(s, " res=");
	if (span_is(result, "success") || span_is(result, "failed"))
		message_put_outcome(r, span_is(result, "success"));
	record_put(r, F_COMMAND, words.command);
	log_emit(m);
	/* A title belongs to every call of the program. */
	if (record_get(r, F_COMMAND) != NULL && !span_has(s, "proctitle=")) {
		struct record entered = log_command(m);

		m->out->record(m->out, &entered);
	}
	return true;
}
