/*
 * What a worker tells the parent of a task: a row of messages, each a type
 * byte and a length-prefixed body.  Both sides are this program, but a worker
 * may be in the hands of the evidence: the parent reads with bounds.
 */
#ifndef TIDEMARK_RUN_RESULT_H
#define TIDEMARK_RUN_RESULT_H

enum result_type {
	RESULT_SOURCE = 1, /* bytes path: what follows is about this source */
	RESULT_DIAG,	   /* u32 code, u64 line, bytes detail */
	RESULT_FACT,	   /* record */
	RESULT_NET,	   /* u8 enum fleet_net, u8 family, u8 bits, 16 bytes */
	RESULT_SECRET,	   /* u8 kind, u8 readable, 16 bytes id, u64 line, u64
			    * offset, bytes user, evidence */
	RESULT_TRAIT,  /* u8 enum trait_use, u64 line, u64 offset, bytes value,
			* evidence */
	RESULT_MOMENT, /* u8 enum timeline_kind, u64 time, clock_off, line,
			* offset, bytes host, host_addr, actor, peer, text */
	RESULT_MOMENTS_LEFT, /* u64 that were not sent */
	RESULT_DIAGS_LEFT,   /* the same of diagnostics */
	RESULT_SIGHTING,     /* sighting */
	RESULT_EVENT,	     /* event, see detect/event_table.h */
	RESULT_HOST,	     /* bytes host, bytes address, see case/heard.h, u32
			      * shown */
	RESULT_SHOWN,	     /* u32 shown: lines without a host show it */
	RESULT_END,	/* u8 state, bytes format, evidence, magic, why, hashes
			 * (sha256, xxh3, md5, sha512, hex), u64 bytes, u64
			 * records */
	RESULT_PLAN,	/* bytes format, evidence, magic, why, u32 bytes, u32
			 * n: read in n chunks of so many bytes; bytes years, as
			 * years_put makes them */
	RESULT_CHUNK,	/* u64 lines, bytes hashes of its leaves, as digest_join
			 * takes them; none where it is hashed as a whole; u64
			 * header that it was read under, u64 the last in it,
			 * as heads_hash makes them, u64 where that stands;
			 * 0: it has none */
	RESULT_HASH,	/* hashes as in RESULT_END, u64 bytes */
	RESULT_TEXT,	/* output of dump */
	RESULT_SHARE,	/* as understood_write makes it */
	RESULT_WAITS,	/* nothing: the source is read in the other pass */
	RESULT_REMEDY,	/* as remedy_encode makes it */
	RESULT_CONTACT, /* see case/contact.h */
	RESULT_VOICE,	/* u64 first, last, bytes host, address: HEARD */
	RESULT_CHANGED, /* u64 time, bytes host, address: HEARD */
	RESULT_MEMBER,	/* u32: what follows is of this member of the batch */
	RESULT_STATEMENT, /* u8 kind, u64 line, bytes subject, values,
			   * evidence; see intel/changes.h */
};

/* A statement's subject where a device stands in a list: this and its name. */
#define LISTED_DEVICE "list of devices: "

/* Task types, the first byte of a payload. */
enum task_type {
	TASK_SOURCE = 1, /* u64 size, u64 mtime, u8 seekable, bytes path */
	TASK_CHUNK,	 /* the same, bytes format, u64 from, u64 length, bytes
			  * years */
	TASK_HASH,	 /* as TASK_SOURCE */
	TASK_BATCH, /* u32 n, u64 offset and length of the index: n times u64
		     * offset, length, mtime, bytes path */
};

#endif
