/*
 * The first packets of a QUIC client (RFC 9000 section 17.2.2, RFC 9369 for
 * version 2): they are protected with keys that follow from what stands in them
 * in the clear (RFC 9001 section 5.2), so whoever sees them may read the TLS
 * client hello inside.
 */
#ifndef TIDEMARK_READ_PACKET_QUIC_H
#define TIDEMARK_READ_PACKET_QUIC_H

#include "base/arena.h"
#include "base/span.h"

/* Bytes of the client's handshake from an offset on; false: no more. */
typedef bool quic_crypto_fn(void *ctx, uint64_t offset, struct span bytes);

/*
 * The CRYPTO frames of the Initial packet that a datagram begins with, in the
 * order of their offsets.  False: it begins with none, or it is not the
 * client's.  What is decrypted lies in the arena.
 */
bool quic_initial(
    struct span datagram, struct arena *a, quic_crypto_fn *fn, void *ctx);

#endif
