/*
 * Prompts in a terminal's recording.  A line that starts with a device's
 * prompt,
 *
 *	NAME#command  NAME>command  NAME(config-if)#command
 *	RP/0/RSP0/CPU0:NAME#command
 *
 * tells who was asked for what.
 */
#ifndef TIDEMARK_READ_LOG_PROMPT_H
#define TIDEMARK_READ_LOG_PROMPT_H

#include "record/record.h"

/* Makes *r the K_COMMAND record of such a line, with NAME as its host.  False,
 * *r untouched, when the line is none or no command follows the prompt. */
bool prompt_command(
    struct record *r, struct span line, uint64_t number, uint64_t offset);

#endif
