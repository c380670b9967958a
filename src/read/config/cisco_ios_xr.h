/* Cisco IOS XR configurations. */
#ifndef TIDEMARK_READ_CONFIG_CISCO_IOS_XR_H
#define TIDEMARK_READ_CONFIG_CISCO_IOS_XR_H

#include "read/reader.h"

extern const struct reader reader_cisco_ios_xr_config;

#endif
