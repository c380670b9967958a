/*
 * What stands in a Cisco message behind its header: the mnemonic, and for
 * messages that matter to an investigation the user, addresses, terminal,
 * command and outcome.  Fields are cut from the message as they stand; an
 * account name is chosen by whoever tries to log in, so forms are read from
 * both ends and a name that imitates the rest of the message changes nothing.
 */
#ifndef TIDEMARK_READ_LOG_CISCO_MESSAGE_H
#define TIDEMARK_READ_LOG_CISCO_MESSAGE_H

#include "record/record.h"

/* "%FACILITY-SEVERITY-NAME" */
struct cisco_mnemonic {
	struct span text;     /* SYS-5-CONFIG_I */
	struct span facility; /* SYS; for IOS XR SECURITY-LOGIN */
	struct span severity; /* one digit */
	struct span name;     /* CONFIG_I; for ASA the message number */
};

/* The whole of s is a message: true with *m and the text behind the colon,
 * trimmed; false when s does not start with a mnemonic. */
bool cisco_mnemonic_read(
    struct span s, struct cisco_mnemonic *m, struct span *message);

/*
 * Puts the fields of a well-known message into *event.  True when the message
 * tells of a command that somebody entered (or of a shell session of command
 * accounting); then the fields for a K_COMMAND record are in *command.  Both
 * records come from the caller with kind, place, time and host already set.
 */
bool cisco_message_read(const struct cisco_mnemonic *m, struct span message,
    struct record *event, struct record *command);

/* The same for messages of ASA, FTD, FWSM and PIX; number is m->name. */
bool cisco_asa_read(struct span number, struct span message,
    struct record *event, struct record *command);

/* What IOS and IOS XE tell of connections that they inspect (FW) and translate
 * (IPNAT): fields into *event; false when the message is none of these. */
bool cisco_inspect_read(const struct cisco_mnemonic *m, struct span message,
    struct record *event);

/* A command of EOS as it is accounted by syslog: "U vty3 A stop task_id=5 ...
 * priv-lvl=15 cmd=show version <cr>".  False: a shell's beginning or end. */
bool eos_command_read(
    struct span message, struct record *event, struct record *command);

/* OpenSSH's login messages, wherever they stand. */
void sshd_message_read(struct span message, struct record *event);

#endif
