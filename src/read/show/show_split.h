/*
 * The recording of a session, or the file that "show tech" makes, cut into
 * commands and what they printed.  A command stands behind a prompt,
 *
 *	NAME#show users			Cisco, Arista
 *	RP/0/RP0/CPU0:NAME#show users	IOS XR
 *	[NAME:~]$netstat -an		the Linux below IOS XR
 *	USER@NAME> show users		Junos, PAN-OS
 *	NAME # get system status	FortiOS
 *
 * or is the title of a section:
 *
 *	------------------ show users ------------------
 *	`show users`
 *	> show users
 */
#ifndef TIDEMARK_READ_SHOW_SHOW_SPLIT_H
#define TIDEMARK_READ_SHOW_SHOW_SPLIT_H

#include "base/span.h"

struct show_mark {
	struct span name;     /* the device's; empty: a title */
	struct span command;  /* may be empty behind a prompt */
	const char *platform; /* as indexes name it; NULL: not told */
};

/* Is this line, without its end, a prompt or a title? */
bool show_mark_read(struct span line, struct show_mark *out);

/* Does the command print what a device is or does, rather than change it? */
bool show_command(struct span command);

/* Does it print a configuration, or what show version prints? */
bool show_command_config(struct span command);
bool show_command_version(struct span command);

struct show_block {
	struct show_mark mark;
	struct span body; /* whole lines behind the mark's */
	uint64_t line;	  /* 1-based, of the body's first line */
};

/*
 * Take the next block of text.  *rest starts as the text, *line as 1; false at
 * the end.  What stands before the first mark makes a block without command.
 * A prompt of another name than the block's own ends a block only if it has a
 * command.
 */
bool show_block_next(struct span *rest, uint64_t *line, struct show_block *out);

/*
 * How many show commands the text has at prompts or in titles, counted up to
 * two; *only is the first.  Cheap where there are none.
 */
unsigned show_count(struct span text, struct span *only);

/*
 * The command that a file is named after: "r1_show_users.txt" to "show users",
 * in the buffer given.  *host is what stands before it ("r1").  False when the
 * name tells of none.
 */
#define SHOW_NAME_BYTES 128
bool show_name_read(
    struct span path, char command[SHOW_NAME_BYTES], struct span *host);

#endif
