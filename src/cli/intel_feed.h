/*
 * Words about indicator feeds: what is loaded from where.
 */
#ifndef TIDEMARK_CLI_INTEL_FEED_H
#define TIDEMARK_CLI_INTEL_FEED_H

#include "cli/command.h"

/* To standard error, when feeds were given: "1,547 indicators loaded from 2
 * feeds" and what became of the rest. */
void cli_feeds_told(const struct knowledge *k);

/* "1,547" */
#define GROUPED_TEXT 32
const char *grouped(uint64_t n, char out[GROUPED_TEXT]);

/* The part of "intel list" about feeds; nothing without feeds. */
void intel_feeds_list(const struct knowledge *k);

/* Do all of these paths name feeds, not rules?  Rules are YAML files or
 * folders. */
bool intel_names_feeds(int npaths, char **paths);

/* "intel check FILE..." for feeds: each file's counts, and every refused item
 * with its place.  EXIT_EVIDENCE when something was refused. */
int intel_check_feeds(int argc, char **argv);

/* "intel convert --to FORMAT FILE..." */
int intel_convert(int argc, char **argv);

#endif
