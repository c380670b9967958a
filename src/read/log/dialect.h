/*
 * Dialects: what stands in a log message behind its header, by who wrote it.
 * A collector's file mixes routers, firewalls and servers, so each line of
 * syslog is put to the dialects in turn, whichever reader took the file; a
 * format's reader differs from another's only in what its guess asks for.
 *
 * A dialect reads fields as they stand.  Names and commands are chosen by
 * whoever acts, so forms are read such that a name which imitates the rest of
 * the message changes nothing but itself.
 */
#ifndef TIDEMARK_READ_LOG_DIALECT_H
#define TIDEMARK_READ_LOG_DIALECT_H

#include "read/log/syslog_header.h"
#include "read/reader.h"

struct log_message {
	const struct read_in *in;
	struct emit *out;
	struct span line; /* as in the file */
	struct syslog_header head;
	struct span text; /* behind the header, trimmed */
	/* K_SYSLOG with place, time, host, sequence.  A dialect may turn it
	 * into another kind before it emits it. */
	struct record event;
};

/* True when the message is of the dialect: its records are emitted.  False:
 * nothing was done. */
typedef bool log_dialect_fn(struct log_message *m);

log_dialect_fn cisco_dialect;	  /* %FACILITY-SEVERITY-NAME: */
log_dialect_fn json_dialect;	  /* a JSON object in a message */
log_dialect_fn junos_dialect;	  /* events by name, also structured */
log_dialect_fn panos_dialect;	  /* PAN-OS, comma-separated */
log_dialect_fn cef_dialect;	  /* CEF and LEEF, any vendor */
log_dialect_fn fortios_dialect;	  /* FortiOS, name=value */
log_dialect_fn welf_dialect;	  /* SonicWall, Ivanti: WebTrends form */
log_dialect_fn gateway_dialect;	  /* NetScaler, Ivanti */
log_dialect_fn bigip_dialect;	  /* F5: audit, APM, AFM, ASM */
log_dialect_fn ise_dialect;	  /* Cisco ISE, ACS */
log_dialect_fn clearpass_dialect; /* Aruba ClearPass, all its forms */
log_dialect_fn tacplus_dialect;	  /* tac_plus and tac_plus-ng in syslog */
log_dialect_fn radius_dialect;	  /* FreeRADIUS: logins, linelog */
log_dialect_fn carrier_dialect;	  /* Huawei, Nokia, MikroTik */
log_dialect_fn firewalls_dialect; /* Check Point, Sophos, WatchGuard */
log_dialect_fn nat_dialect;	  /* carriers' translators */
log_dialect_fn audit_dialect;	  /* Linux: auditd */
log_dialect_fn program_dialect;	  /* sshd, sudo, su, login, pam, useradd */

/* The device that a message of PAN-OS names, without a header. */
struct span panos_host(struct span text);

/* The device of which a line of an AAA server speaks, cheaply; empty when it is
 * none of these, or does not say. */
struct span ise_device(struct span line);
struct span clearpass_device(struct span line);

/* A record of another kind at the same place, with the same time and host. */
struct record log_record(const struct log_message *m, enum record_kind kind);

/* The command that the event tells of, with all that it says of it. */
struct record log_command(const struct log_message *m);

/* Emits the event. */
void log_emit(struct log_message *m);

/* Program, severity and message as every syslog line has them. */
void log_put_common(struct log_message *m);

#endif
