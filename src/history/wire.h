/*
 * What the processes that read a repository tell the parent: a row of
 * messages, each a type byte and a length-prefixed body.  They hold hostile
 * bytes in their hands: the parent reads with bounds and checks what it gets.
 */
#ifndef TIDEMARK_HISTORY_WIRE_H
#define TIDEMARK_HISTORY_WIRE_H

/* An object's name: SHA-1, the only kind that libgit2 1.5 reads. */
#define OID_BYTES 20

enum wire_type {
	WIRE_HEAD = 1, /* bytes ref, oid; u8 bits of enum wire_head */
	WIRE_COMMIT,   /* bytes oid, u64 author time, committer time
			* (microseconds), bytes author, committer, u32 parents */
	WIRE_SET,      /* bytes path, oid: the commit at hand has this file */
	WIRE_GONE,     /* bytes path: it no longer has it */
	WIRE_NOTE,     /* u32 diagnostic, bytes detail */
	WIRE_BEAT,     /* still alive */
	WIRE_BLOB,     /* u8 enum wire_blob, u64 offset, u64 bytes */
	WIRE_FAIL,     /* bytes text: the last word of one that must give up */
	WIRE_END,
};

enum wire_head { HEAD_SHALLOW = 1, HEAD_REWRITTEN = 2 };

enum wire_blob {
	BLOB_OK,
	BLOB_MISSING, /* no such object */
	BLOB_DAMAGED, /* does not unpack, or is not what its name says */
	BLOB_LARGE,   /* over LIMIT_HISTORY_BLOB: not read */
	BLOB_OTHER,   /* no blob */
	BLOB_LATER,   /* the batch is full: ask again */
};

#endif
