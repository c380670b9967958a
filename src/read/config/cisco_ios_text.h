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
	struct span text; /* without the exclamation marks or colons */
	uint32_t line;
};

struct ios_text {
	struct tree tree;
	struct ios_note notes[IOS_NOTES];
	unsigned nnotes;
	struct span prompt; /* device name before # or >, may be empty */
	bool header;	    /* "Current configuration : ..." was there */
	bool ended;	    /* the command "end" closed it */
};

/* How relatives of IOS write texts. */
enum banner_form {
	BANNER_DELIMITED, /* between two delimiters: IOS, IOS XR, NX-OS */
	BANNER_TO_EOF,	  /* lines up to one that is "EOF": EOS */
	BANNER_LINE,	  /* to the end of the line: ASA */
};

/* in->bytes to *t, allocating from in->arena; diagnostics go to out. */
void ios_text_read(
    const struct read_in *in, struct emit *out, struct ios_text *t);

/* The same for a relative of IOS. */
void ios_text_read_as(const struct read_in *in, struct emit *out,
    enum banner_form banner, struct ios_text *t);

/* A line that the terminal shows before or after a configuration: "r1#show
 * run".  *name and *command (may be empty) are set. */
bool ios_prompt(struct span line, struct span *name, struct span *command);

#endif
