/*
 * An entry that a server of the tac_plus family wrote, behind its time: of
 * accounting
 *
 *	NAS user terminal remote start|stop|update pairs or service and command
 *
 * of access "NAS user terminal remote action hint", of authorization "NAS user
 * terminal remote profile permit|deny service command".  Tabs stand between the
 * columns, bars in syslog.  tac_plus-ng lets an operator choose columns, their
 * order and what separates them ("accounting format"): such an entry is read by
 * what its columns look like, or by their names where it names them.
 */
#ifndef TIDEMARK_READ_LOG_TACPLUS_ENTRY_H
#define TIDEMARK_READ_LOG_TACPLUS_ENTRY_H

#include "record/record.h"

struct tacplus_entry {
	struct span nas, user, tty, remote;
	struct span type; /* start, stop, update; empty: no accounting */
	struct span service, command, privilege, task;
	struct span started; /* start_time= of the device, or empty */
	struct span hint;    /* of access and authorization: what was said */
	const char *outcome; /* success, failure, or NULL */
};

/* False when s is no entry.  All spans lie in s. */
bool tacplus_entry_read(struct span s, struct tacplus_entry *out);

/* The device that it speaks of, as record.host says. */
void tacplus_put_device(struct record *r, const struct tacplus_entry *e);

/* All else of it, but its time. */
void tacplus_put(struct record *r, const struct tacplus_entry *e);

/* "show version <cr>" without its end. */
struct span tacplus_without_cr(struct span s);

#endif
