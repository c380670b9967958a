/* Recognising a Cisco IOS or IOS XE configuration (cisco_ios_guess.c). */
#ifndef TIDEMARK_READ_CONFIG_CISCO_IOS_H
#define TIDEMARK_READ_CONFIG_CISCO_IOS_H

#include "read/reader.h"

extern const struct reader reader_cisco_ios_config;

/* By lines that only IOS writes, against lines that only its relatives
 * write (NX-OS, IOS XR, ASA, EOS, FRR, Dell, Brocade). */
struct guess cisco_ios_guess(const struct probe *p);

#endif
