/*
 * What the usual daemons and tools of Unix write about logins and commands:
 * sshd (and dropbear), sudo, su, login, PAM, useradd and its kin.  The texts
 * are those of their sources (OpenSSH auth.c, sudo's logging.c, Linux-PAM's
 * pam_unix, shadow).
 */
#include "read/log/cisco_message.h"
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

static void
read_sshd(struct log_message *m)
{
	struct span s = m->text, from = message_after_last(s, " from ");
	struct record *r = &m->event;

	sshd_message_read(s, r);
	if (record_get(r, F_SRC_IP) == NULL)
		record_put_ip(r, F_SRC_IP, span_word(&from));
}

/* "U : TTY=pts/0 ; PWD=/home/u ; USER=root ; COMMAND=/usr/bin/id"; a reason
 * for a refusal stands in front of TTY=. */
static bool
read_sudo(struct log_message *m, struct record *command)
{
	struct span s = m->text, c = message_after(s, " ; COMMAND=");
	struct span who = span_trim(span_until(&s, ':'));
	struct record *both[] = {&m->event, command};

	if (c.n == 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, who);
		record_put(both[i], F_TTY, message_word(s, "TTY="));
		record_put(both[i], F_ROLE, message_word(s, " USER="));
		record_put(both[i], F_COMMAND, c);
		record_put_str(both[i], F_STATUS,
		    span_starts(span_trim(s), SPAN("TTY=")) ? "success"
							    : "failure");
	}
	record_put(command, F_PROGRAM, m->head.program);
	return true;
}

/* "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh
 * ruser= rhost=A  user=U", "session opened for user U(uid=0) by (uid=0)" */
static void
read_pam(struct log_message *m)
{
	struct span s = m->text, user;
	struct record *r = &m->event;

	if (span_has(s, "uthentication failure;")) {
		/* An empty value is followed by the next pair. */
		user = message_after(s, "rhost=");
		record_put_ip(r, F_SRC_IP, span_word(&user));
		record_put(r, F_USER, message_word(s, " user="));
		message_put_outcome(r, false);
		return;
	}
	user = message_after(s, "session opened for user ");
	if (user.p != NULL) {
		user = span_word(&user);
		record_put(
		    r, F_USER, span_head(user, span_find_byte(user, '(')));
		record_put_str(r, F_STATUS, "start");
		return;
	}
	user = message_after(s, "session closed for user ");
	if (user.p != NULL) {
		record_put(r, F_USER, span_word(&user));
		record_put_str(r, F_STATUS, "stop");
	}
}

/* "(to root) u on pts/0", "FAILED SU (to root) u on pts/0", "'su root' failed
 * for u on /dev/pts/0" */
static void
read_su(struct log_message *m)
{
	struct span s = m->text, by = message_after(s, ") ");
	struct record *r = &m->event;

	if (!span_has(s, "(to ") || by.n == 0)
		return;
	record_put(r, F_USER, span_word(&by));
	record_put(r, F_TTY, message_word(by, "on "));
	record_put(r, F_ROLE, message_between(s, "(to ", ")"));
	message_put_outcome(r, !span_has(s, "FAILED"));
}

/* "FAILED LOGIN 1 FROM A FOR U, Authentication failure", "ROOT LOGIN ON tty1",
 * "LOGIN ON tty1 BY u" */
static void
read_login(struct log_message *m)
{
	struct span s = m->text;
	struct record *r = &m->event;

	if (span_starts(s, SPAN("FAILED LOGIN"))) {
		record_put_ip(r, F_SRC_IP, message_word(s, " FROM "));
		record_put(r, F_USER, message_between(s, " FOR ", ","));
		message_put_outcome(r, false);
	} else if (span_has(s, "LOGIN ON ")) {
		record_put(r, F_TTY, message_word(s, "LOGIN ON "));
		record_put(r, F_USER, message_word(s, " BY "));
		message_put_outcome(r, true);
	}
}

/* "new user: name=u, UID=0, ...", "delete user 'u'", "add 'u' to group 'wheel'"
 */
static void
read_useradd(struct log_message *m)
{
	struct span s = m->text, user = message_between(s, "name=", ",");

	if (user.n == 0)
		user = message_between(s, "'", "'");
	record_put(&m->event, F_USER, user);
	record_put(&m->event, F_GROUP, message_between(s, "group '", "'"));
}

static const char *const ssh_programs[] = {
    "sshd", "sshd-session", "sshd-auth", "dropbear", NULL};
static const char *const login_programs[] = {
    "login", "LOGIN", "in.telnetd", "telnetd", NULL};
static const char *const account_programs[] = {
    "useradd", "usermod", "userdel", "groupadd", "groupmod", "adduser", NULL};

static bool
one_of(struct span program, const char *const *names)
{
	while (*names != NULL && !span_is(program, *names))
		names++;
	return *names != NULL;
}

bool
program_dialect(struct log_message *m)
{
	struct span program = m->head.program;
	struct record command = log_record(m, K_COMMAND);
	bool entered = false;

	if (program.n == 0)
		return false;
	/* Older PAM: "sshd(pam_unix)[77]: ..." */
	program = span_head(program, span_find_byte(program, '('));
	log_put_common(m);
	if (span_starts(m->text, SPAN("pam_")) || program.n < m->head.program.n)
		read_pam(m);
	else if (one_of(program, ssh_programs))
		read_sshd(m);
	else if (span_is(program, "sudo"))
		entered = read_sudo(m, &command);
	else if (span_is(program, "su"))
		read_su(m);
	else if (one_of(program, login_programs))
		read_login(m);
	else if (one_of(program, account_programs))
		read_useradd(m);
	log_emit(m);
	if (entered)
		m->out->record(m->out, &command);
	return true;
}
