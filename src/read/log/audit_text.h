/*
 * Lines of Linux's audit system with what they hold in hex in words.  A value
 * that whoever acts could make up stands in quotes, or, where it has a blank, a
 * quote or a control character, as hex digits without quotes
 * (audit_log_untrusted string of the kernel, encode of libaudit).  Arguments of
 * a program are values of their own: a0="sh" a1="-c" a2=6C73202D6C, and a long
 * one goes over several, a2_len=9000 a2[0]=... a2[1]=...
 */
#ifndef TIDEMARK_READ_LOG_AUDIT_TEXT_H
#define TIDEMARK_READ_LOG_AUDIT_TEXT_H

#include "base/arena.h"

struct audit_text {
	/* The line, in words; with arguments, all of them joined by blanks at
	 * its end, as argv="...".  The line itself when there is nothing in
	 * hex and no argument. */
	struct span line;
	/* What was entered or run (cmd, arguments, data of a terminal, a
	 * process title) and the account (acct), which stand in that line; or
	 * empty. */
	struct span command, user;
};

/* Bytes that are no text become blanks. */
void audit_text_read(struct arena *a, struct span line, struct audit_text *out);

#endif
