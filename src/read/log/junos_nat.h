/*
 * What Junos tells of translation in words.
 */
#ifndef TIDEMARK_READ_LOG_JUNOS_NAT_H
#define TIDEMARK_READ_LOG_JUNOS_NAT_H

#include "record/record.h"

/* Behind a session "A/p->B/q" the same stands again as it is translated. */
void junos_behind(struct record *r, struct span behind);

/* A block of ports of an outside address, given to one inside or taken back. */
void junos_block(struct record *r, struct span text);

#endif
