/*
 * Protocols that begin in the clear and may turn into TLS: STARTTLS of SMTP
 * (RFC 3207), of IMAP, POP3 (STLS; RFC 2595), NNTP (RFC 4642), ManageSieve (RFC
 * 5804), LDAP (RFC 4511 section 4.14) and XMPP (RFC 6120 section 5), SSLRequest
 * of PostgreSQL and of MySQL ("Message Formats", "Protocol::SSLRequest"), and
 * the negotiation of RDP ([MS-RDPBCGR] section 2.2.1.1).  What the client says
 * before is passed over.
 */
#ifndef TIDEMARK_READ_PACKET_UPGRADE_H
#define TIDEMARK_READ_PACKET_UPGRADE_H

#include "read/packet/talks.h"

/* The protocol whose server listens on the port, where the first bytes of the
 * client may be of it. */
enum service upgrade_service(struct span first, uint16_t port);

bool upgrade_is(uint8_t service);

/* Bytes of the client's next message; 0: more are needed; STREAM_OVER: it is
 * none.  Bytes that begin like TLS are not for this. */
size_t upgrade_message(uint8_t service, struct span bytes);

#endif
