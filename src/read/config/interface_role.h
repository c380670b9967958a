/*
 * What an interface is for, where its description says so in a word that has
 * one meaning.
 */
#ifndef TIDEMARK_READ_CONFIG_INTERFACE_ROLE_H
#define TIDEMARK_READ_CONFIG_INTERFACE_ROLE_H

#include "base/span.h"

/* "customer", "peer" (another network: peering, transit), "core"; NULL when
 * the text says nothing of that.  "peer" itself is no such word: the link
 * between two halves of a switch pair is called so too. */
const char *role_of_description(struct span text);

#endif
