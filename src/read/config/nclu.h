/*
 * Cumulus Linux as "net show configuration commands" prints it: "net add"
 * lines of the Network Command Line Utility (Cumulus Linux 3 and 4).
 */
#ifndef TIDEMARK_READ_CONFIG_NCLU_H
#define TIDEMARK_READ_CONFIG_NCLU_H

#include "read/reader.h"

extern const struct reader reader_nclu_config;

#endif
