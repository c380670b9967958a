/* Cisco NX-OS configurations. */
#ifndef TIDEMARK_READ_CONFIG_CISCO_NX_OS_H
#define TIDEMARK_READ_CONFIG_CISCO_NX_OS_H

#include "read/reader.h"

extern const struct reader reader_cisco_nx_os_config;

#endif
