/*
 * Readers of single protocols.  Each gets bytes that some end sent and makes
 * records of what tells something about the use of a device.  None shows a
 * secret: no community, password or key leaves these files.
 *
 * Datagrams and segments: true when the bytes are of the protocol, whether or
 * not a record was made of them.
 */
#ifndef TIDEMARK_READ_PACKET_PROTOCOLS_H
#define TIDEMARK_READ_PACKET_PROTOCOLS_H

#include "read/packet/wire.h"

/* RFC 1035 section 4; of a question and of an answer. */
bool dns_read(const struct wire *w, struct span message);

/* RFC 1350, 2347: requests to port 69. */
bool tftp_read(const struct wire *w, struct span message);

/* RFC 1157, 1905, 3412: requests, SET, traps; answers are passed over. */
bool snmp_read(const struct wire *w, struct span message);

/* RFC 2865, 2866: the header, and the attributes that name somebody. */
bool radius_read(const struct wire *w, struct span message);

/* RFC 8907 section 4.1: the header that begins a session.  On a port other
 * than 49 the message must fill the segment. */
bool tacacs_read(const struct wire *w, struct span segment);

/* RFC 4253 section 4.2: the identification string. */
bool ssh_read(const struct wire *w, struct span segment);

/* Smart Install, of which Cisco has published no description: the type of a
 * message and the locations of files that it names. */
bool smart_install_read(const struct wire *w, struct span segment);

/* RFC 4271 section 4.2: OPEN, whose AS number may stand in a capability (RFC
 * 6793). */
bool bgp_read(const struct wire *w, struct span segment);

/* Streams.  Bytes that are done with; 0: more are needed; STREAM_OVER: what
 * follows tells nothing. */
#define STREAM_OVER SIZE_MAX

/* A TLS client hello (RFC 8446 section 4.1.2), with JA3 and JA4. */
size_t tls_read(const struct wire *w, struct span bytes);

/* The same without the records of TLS, as QUIC carries it (RFC 9001 section
 * 4); its JA4 begins with q. */
size_t tls_handshake_read(const struct wire *w, struct span bytes);

/* Commands of FTP (RFC 959). */
size_t ftp_read(const struct wire *w, struct span bytes);

/*
 * A request of HTTP/1: how many bytes its head has, and how many more follow
 * as its body.  0: the head is not whole yet; STREAM_OVER: this is none.
 */
size_t http_head(struct span bytes, uint64_t *body);
/* Makes the record; status: three digits, or empty when no answer was seen. */
void http_request(const struct wire *w, struct span head, struct span status);
/* The status of the answer that begins a segment; empty when none does. */
struct span http_status(struct span segment);

#endif
