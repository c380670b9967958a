/*
 * The flow record of a conversation that was captured, with the words of Zeek
 * for how it ended (base/protocols/conn).
 */
#ifndef TIDEMARK_READ_PACKET_TALK_FLOW_H
#define TIDEMARK_READ_PACKET_TALK_FLOW_H

#include "read/flow/flow.h"
#include "read/packet/talks.h"
#include "read/packet/wire.h"

/* Hands on the record.  outer: the tunnel that carries it, or NULL; of gives
 * the arena and where the record goes. */
void talk_tell(const struct talk *t, const struct talk_outer *outer,
    const struct wire *of);

/* Can it matter to a rule or an indicator, or is an end of it watched?  wanted
 * NULL: yes; watch NULL: nobody is. */
bool talk_wanted(const struct talk *t, const struct talk_outer *outer,
    const struct endpoints *wanted, const struct flow_watch *watch);

/* As struct reader has it, for flows of captures. */
bool talk_has_field(unsigned class, enum field_id f);

/* Microseconds as seconds with six decimals; negative ones as none. */
struct span talk_duration(struct arena *a, int64_t micro);

#endif
