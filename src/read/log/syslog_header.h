/*
 * The header of a syslog line as it stands in a collector's file: what the
 * relay wrote (RFC 3164 section 4.1, RFC 5424 section 6), then what the Cisco
 * device itself wrote in front of its message: sequence number, its own name
 * (logging origin-id), node (IOS XR), time stamp or uptime, process.
 *
 *	<189>Mar  1 10:11:12 edge1 123: 000456: *Mar  1 10:11:11.123 UTC:
 *%SYS-... pri  relay stamp    host   sequence    device stamp              rest
 *
 * Any part may be missing.  Nothing is copied: all spans lie in the line.
 */
#ifndef TIDEMARK_READ_LOG_SYSLOG_HEADER_H
#define TIDEMARK_READ_LOG_SYSLOG_HEADER_H

#include "read/log/stamp.h"

struct syslog_header {
	int pri; /* 0..191, or -1 */
	struct stamp relay;
	struct stamp device;
	bool uptime;	      /* the device stamps with its uptime */
	struct span host;     /* as the relay wrote it */
	struct span origin;   /* as the device calls itself */
	struct span sequence; /* digits */
	struct span program;  /* without [pid] */
	struct span msgid;    /* RFC 5424 section 6.2.7 */
	struct span data;     /* STRUCTURED-DATA with its brackets */
	struct span rest;     /* the message; a Cisco one starts with % */
};

/*
 * Always fills *h.  Returns false when the line has neither priority nor time
 * stamp nor uptime: then a caller may still find a bare message in h->rest.
 */
bool syslog_header_read(struct span line, struct syslog_header *h);

/* The device the line speaks of: the host in the relay's header, else the name
 * by which the device calls itself; empty when the line does not say.  Reads
 * no more of the line than that takes. */
struct span syslog_header_host(struct span line);

/*
 * The stamp that tells when the event was.  The relay's, since one collector
 * has one clock, unless only the device's has a year and the device was sure
 * of its clock.  NULL when there is none.  A clock that nobody set (marked
 * with * and still in the first hour of 1 March, where it starts, or in a year
 * before 2000) tells no time.
 */
const struct stamp *syslog_header_stamp(const struct syslog_header *h);

#endif
