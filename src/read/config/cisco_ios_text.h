/*
 * The text of an IOS configuration as it was collected, to a tree of commands.
 * Left out of the tree: comments, what the terminal added (prompts, headers,
 * --More--, messages), and the inner lines of banners, menus, macros,
 * certificates and public keys, which are text or data and no commands.  Of a
 * banner only "banner motd ^C" becomes a node.
 */
#ifndef TIDEMARK_READ_CONFIG_CISCO_IOS_TEXT_H
#define TIDEMARK_READ_CONFIG_CISCO_IOS_TEXT_H

#include "read/config/tree.h"
#include "read/reader.h"

/* Comments kept for their facts, as "! Last configuration change at ..." */
#define IOS_NOTES 64

struct ios_note {
	struct span text; /* without the exclamation marks */
	uint32_t line, offset;
};

struct ios_text {
	struct tree tree;
	struct ios_note notes[IOS_NOTES];
	unsigned nnotes;
	struct span prompt; /* device name before # or >, may be empty */
	bool header;	    /* "Current configuration : ..." was there */
	bool ended;	    /* the command "end" closed it */
};

/* in->bytes to *t, allocating from in->arena; diagnostics go to out. */
void ios_text_read(
    const struct read_in *in, struct emit *out, struct ios_text *t);

/* A line that the terminal shows before or after a configuration: "r1#show
 * run".  *name and *command (may be empty) are set. */
bool ios_prompt(struct span line, struct span *name, struct span *command);

#endif
