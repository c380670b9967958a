#include "read/flow/exports.h"

#include <inttypes.h>

#include "base/cursor.h"
#include "read/flow/sflow.h"

void
exports_init(struct exports *x, struct arena *a)
{
	*x = (struct exports){.netflow = netflow_new(a)};
}

bool
exports_look(struct span payload)
{
	struct cursor c = cursor_of(payload);
	unsigned version = cursor_be16(&c);

	/* Nearly everything else is turned away by its first two bytes. */
	if (version == 0)
		return sflow_looks(payload);
	return version <= NETFLOW_VERSION_LAST && netflow_looks(payload);
}

void
exports_datagram(struct exports *x, const struct addr *sender,
    struct span payload, int64_t time, uint64_t offset)
{
	x->datagrams++;
	if (!sflow_looks(payload))
		netflow_packet(x->netflow, sender, payload, offset);
	else if (!sflow_packet(payload, time, offset, netflow_sink(x->netflow)))
		x->broken++;
}

void
exports_close(struct exports *x, struct arena *a, struct emit *out)
{
	if (x->broken > 0)
		out->diag(out, DIAG_BAD_BLOCK, 0,
		    arena_fmt(a, "%" PRIu64 " sFlow datagrams", x->broken));
	netflow_close(x->netflow, a, out);
}
