/*
 * Routers and switches whose messages are no Cisco's: Huawei VRP ("Log
 * Reference": %%01MODULE/severity/NAME(s):text), Nokia SR OS ("Log Events":
 * PREFIX: number router APPLICATION-SEVERITY-event-number [subject]: text),
 * MikroTik RouterOS (topics, then text).
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

static bool
emit_entered(struct log_message *m, struct span command)
{
	struct record entered;

	record_put(&m->event, F_COMMAND, span_trim(command));
	log_emit(m);
	if (record_get(&m->event, F_COMMAND) == NULL)
		return true;
	entered = log_command(m);
	m->out->record(m->out, &entered);
	return true;
}

/* ---- Huawei ---- */

/* "Name=value" up to a comma or the closing parenthesis; in quotes up to the
 * last of them, since a command may hold any. */
static struct span
vrp_value(struct span s, const char *mark)
{
	struct span v = message_after(s, mark);
	size_t end;

	if (v.n > 0 && v.p[0] == '"') {
		v = span_from(v, 1);
		end = span_find(v, SPAN("\","));
		return span_head(
		    v, end == SPAN_NONE ? span_rfind_byte(v, '"') : end);
	}
	v = span_head(v, span_find_byte(v, ','));
	return span_head(v, span_find_byte(v, ')'));
}

static struct span
vrp_first(struct span s, const char *const *marks)
{
	struct span v = {0};

	for (; *marks != NULL && v.n == 0; marks++)
		v = vrp_value(s, *marks);
	return v;
}

static bool
vrp(struct log_message *m)
{
	static const char *const users[] = {
	    "UserName=", "User=", "User name=", "Username=", NULL};
	static const char *const addresses[] = {"IPAddress=", "UserIP=",
	    "IpAddress=", "IP=", "Ip=", "UserAddress=", "SourceIP=", NULL};
	static const char *const lines[] = {
	    "UserChannel=", "Task=", "VTY=", "Terminal=", NULL};
	struct span s = message_after(m->line, "%%01"), module, level, name;
	struct record *r = &m->event;

	if (s.p == NULL)
		return false;
	module = span_until(&s, '/');
	level = span_until(&s, '/');
	name = span_head(s, span_find_byte(s, ':'));
	s = span_from(s, name.n + 1);
	if (module.n == 0 || module.n > 32 || level.n != 1 || name.n == 0 ||
	    name.n > 80)
		return false;
	name = span_head(name, span_find_byte(name, '('));
	record_put(r, F_FACILITY, module);
	record_put_number(r, F_SEVERITY, level);
	record_put(r, F_MNEMONIC, name);
	record_put(r, F_MESSAGE, span_trim(s));
	record_put(r, F_USER, vrp_first(s, users));
	record_put_ip(r, F_SRC_IP, vrp_first(s, addresses));
	record_put(r, F_TTY, vrp_first(s, lines));
	if (span_has(s, "ogin success") || span_has(s, "ogged in") ||
	    span_has(name, "LOGINSUCC") || span_is(name, "LOGIN"))
		message_put_outcome(r, true);
	else if (span_has(s, "ailed to log in") || span_has(s, "ogin failed") ||
		 span_has(name, "LOGINFAIL") || span_has(name, "LOGIN_FAIL") ||
		 span_has(name, "SSH_FAIL"))
		message_put_outcome(r, false);
	else if (span_has(name, "LOGOUT"))
		record_put_str(r, F_STATUS, "stop");
	return emit_entered(m, vrp_value(s, "Command="));
}

/* ---- Nokia ---- */

/* The word of an event's name: "cli_user_login" of
 * "USER-MINOR-cli_user_login-2001". */
static struct span
sros_event(struct span word)
{
	size_t end = span_rfind_byte(word, '-'), from;
	uint64_t number;

	if (end == SPAN_NONE || !span_u64(span_from(word, end + 1), &number))
		return (struct span){0};
	word = span_head(word, end);
	from = span_rfind_byte(word, '-');
	return from == SPAN_NONE ? (struct span){0} : span_from(word, from + 1);
}

/* "User U from A logged in", "User from A: PROMPT# command". */
static bool
sros(struct log_message *m)
{
	struct span s = m->text, word = {0}, event = {0}, rest, subject, from;
	struct record *r = &m->event;
	size_t at;

	for (unsigned i = 0; i < 4 && s.n > 0 && event.n == 0; i++) {
		word = span_word(&s);
		event = sros_event(word);
	}
	rest = span_trim(s);
	if (event.n == 0 || rest.n == 0 || rest.p[0] != '[')
		return false;
	subject = message_between(rest, "[", "]:");
	rest = span_trim(message_after(rest, "]:"));
	if (rest.p == NULL)
		return false;
	record_put(r, F_PROGRAM, m->head.program);
	record_put(r, F_FACILITY, span_head(word, span_find_byte(word, '-')));
	record_put(r, F_MNEMONIC, event);
	record_put(r, F_MESSAGE, rest);
	from = message_after(rest, " from ");
	if (span_has(event, "_user_") || span_has(event, "User") ||
	    span_starts(event, SPAN("user"))) {
		record_put(r, F_USER, subject);
		record_put_ip(
		    r, F_SRC_IP, span_head(from, span_find_byte(from, ' ')));
	}
	/* An address with a colon behind it: no IPv6 one ends so. */
	at = span_find(from, SPAN(": "));
	if (record_get(r, F_SRC_IP) == NULL && span_has(event, "_io"))
		record_put_ip(r, F_SRC_IP, span_head(from, at));
	if (span_has(event, "login_failed") ||
	    span_has(event, "max_attempts") ||
	    span_has(rest, " failed authentication"))
		message_put_outcome(r, false);
	else if (span_ends(event, SPAN("_login")))
		message_put_outcome(r, true);
	else if (span_ends(event, SPAN("_logout")))
		record_put_str(r, F_STATUS, "stop");
	if (!span_has(event, "_user_io") && !span_has(event, "_config_io"))
		return emit_entered(m, (struct span){0});
	/* Behind the prompt "A:sr1>config# ". */
	rest = span_from(from, at == SPAN_NONE ? from.n : at + 2);
	at = span_find(rest, SPAN("# "));
	return emit_entered(m, span_from(rest, at == SPAN_NONE ? 0 : at + 2));
}

/* ---- MikroTik ---- */

static bool
topics(struct span s)
{
	static const char *const first[] = {
	    "firewall,", "system,", "script,", "interface,", "account,"};

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (span_starts(s, span_str(first[i])))
			return true;
	return false;
}

/* "A:p->B:q,", "A->B," */
static void
put_arrow(struct record *r, struct span word)
{
	size_t at = span_find(word, SPAN("->"));
	struct span ends[2] = {span_head(word, at), span_from(word, at + 2)};

	for (size_t i = 0; i < 2; i++) {
		struct span s = ends[i];
		size_t colon;

		while (s.n > 0 && s.p[s.n - 1] == ',')
			s.n--;
		colon = span_rfind_byte(s, ':');
		record_put_ip(
		    r, i == 0 ? F_SRC_IP : F_DST_IP, span_head(s, colon));
		if (colon != SPAN_NONE)
			record_put_number(r, i == 0 ? F_SRC_PORT : F_DST_PORT,
			    span_from(s, colon + 1));
	}
}

/* "firewall,info [PREFIX ]CHAIN: in:I out:O, ... proto TCP (SYN), A:p->B:q, len
 * 60": what the rule did is told by its prefix alone, if anything.
 * "system,info,account user U logged in from A via ssh", "system,error,critical
 * login failure for user U from A via ssh". */
static bool
routeros(struct log_message *m)
{
	struct span s = m->text, topic, word = {0}, from, user;
	struct record *r = &m->event;

	if (!topics(s))
		return false;
	topic = span_word(&s);
	s = span_trim(s);
	record_put(r, F_FACILITY, topic);
	record_put(r, F_MESSAGE, s);
	if (span_starts(topic, SPAN("firewall,"))) {
		message_put_protocol(r, message_word(s, "proto "));
		record_put(r, F_INTERFACE, message_word(s, "in:"));
		for (from = s; from.n > 0 && !span_has(word, "->");)
			word = span_word(&from);
		if (span_has(word, "->"))
			put_arrow(r, word);
		if (span_has(s, "drop") || span_has(s, "DROP") ||
		    span_has(s, "reject"))
			record_put_str(r, F_ACTION, "deny");
		log_emit(m);
		return true;
	}
	from = message_after_last(s, " from ");
	user = message_after(s, "user ");
	if (span_has(s, "login failure for user ")) {
		message_put_outcome(r, false);
	} else if (span_has(s, " logged in")) {
		message_put_outcome(r, true);
		user = span_head(user, span_find(user, SPAN(" logged in")));
	} else if (span_has(s, " logged out")) {
		record_put_str(r, F_STATUS, "stop");
		user = span_head(user, span_find(user, SPAN(" logged out")));
	} else {
		/* "... changed by admin" */
		user = message_after_last(s, " by ");
	}
	if (from.p != NULL && user.p != NULL && from.p > user.p &&
	    from.p <= user.p + user.n)
		user = span_head(user, (size_t)(from.p - user.p) - 6);
	record_put(r, F_USER, span_trim(user));
	record_put_ip(r, F_SRC_IP, span_word(&from));
	record_put(r, F_SERVICE, message_word(from, "via "));
	log_emit(m);
	return true;
}

bool
carrier_dialect(struct log_message *m)
{
	return vrp(m) || routeros(m) || sros(m);
}
