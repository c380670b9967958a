/*
 * Syslog carried in packets (RFC 3164, 5426, 6587), read by the same reader as
 * a collector's file.  The sender is the device, unless the message names one.
 */
#ifndef TIDEMARK_READ_PACKET_SYSLOG_H
#define TIDEMARK_READ_PACKET_SYSLOG_H

#include "read/packet/wire.h"

/* Could this begin a message: "<189>", or "123 <189>" with its length? */
bool syslog_like(struct span s);

/* A datagram, one or several lines. */
bool syslog_read(const struct wire *w, struct span message);

/* A stream, as protocols.h says; both framings of RFC 6587. */
size_t syslog_stream_read(const struct wire *w, struct span bytes);

#endif
