/*
 * Flow exports: NetFlow version 5 and 7 (Cisco's data sheets), version 9 (RFC
 * 3954) and IPFIX (RFC 7011), packet by packet, from a file of raw packets or
 * out of captured datagrams.
 *
 * Templates are kept for each exporter, version and source or domain.  Data
 * that comes before its template waits, up to LIMIT_FLOW_PARKED bytes, and is
 * read when the template comes; what still waits at the end is told.  Options
 * are read as far as they tell of sampling.
 */
#ifndef TIDEMARK_READ_FLOW_NETFLOW_H
#define TIDEMARK_READ_FLOW_NETFLOW_H

#include "read/flow/flow.h"

/* Versions are 5, 7, 9 and this, which is IPFIX. */
#define NETFLOW_VERSION_LAST 10

struct netflow;

/* Lives in the arena, with all that it keeps. */
struct netflow *netflow_new(struct arena *a);

/* Where flows of the following packets go. */
void netflow_aim(struct netflow *n, const struct read_in *in, struct emit *out);

/* Where they go, for flows of other formats of the same source. */
struct flow_sink *netflow_sink(struct netflow *n);

/* One whole packet.  exporter: who sent it, or family 0.  offset: of the
 * packet in the source. */
void netflow_packet(struct netflow *n, const struct addr *exporter,
    struct span bytes, uint64_t offset);

/* Says what could not be read. */
void netflow_close(struct netflow *n, struct arena *a, struct emit *out);

/*
 * Bytes of the packet at the start of a row of packets: 0 when more bytes are
 * needed to tell, -1 when it is none.  A packet of version 9 does not say
 * where it ends: where the next one begins, or at the end of the bytes when
 * last is set.
 */
long netflow_size(struct span bytes, bool last);

/* Do the bytes hold one whole packet and nothing else? */
bool netflow_looks(struct span bytes);

#endif
