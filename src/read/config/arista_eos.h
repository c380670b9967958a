/* Arista EOS configurations. */
#ifndef TIDEMARK_READ_CONFIG_ARISTA_EOS_H
#define TIDEMARK_READ_CONFIG_ARISTA_EOS_H

#include "read/reader.h"

extern const struct reader reader_arista_eos_config;

#endif
