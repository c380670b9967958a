/* Cisco ASA configurations. */
#ifndef TIDEMARK_READ_CONFIG_CISCO_ASA_CONFIG_H
#define TIDEMARK_READ_CONFIG_CISCO_ASA_CONFIG_H

#include "read/reader.h"

extern const struct reader reader_cisco_asa_config;

#endif
