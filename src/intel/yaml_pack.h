/*
 * YAML that was read before: the trees of a text as bytes, so that the
 * knowledge inside the program need not be parsed at every start.  tools/embed
 * packs at build time, yaml_read unpacks when it meets the mark.
 *
 *	mark, then 32-bit numbers: documents, nodes, bytes of text; 64 bits:
 *	XXH3 of the text that was read
 *	nodes in pre-order, as numbers of 7 bits a byte, the lowest first:
 *	  kind | plain << 2 | flow << 3, line, column, then
 *	  scalar: bytes of its text; list: items; map: pairs, each a key node
 *	  and a value node
 *	texts in the order of their nodes, each with a NUL behind it
 *
 * Aliases are written out.
 */
#ifndef TIDEMARK_INTEL_YAML_PACK_H
#define TIDEMARK_INTEL_YAML_PACK_H

#include "base/buf.h"
#include "intel/yaml.h"

void yaml_pack(struct buf *b, const struct yaml_docs *docs, struct span text);

/* Does it begin as packed YAML does?  No YAML does. */
bool yaml_is_packed(struct span s);

/* As yaml_read; whatever the bytes are, what comes out is a tree within the
 * limits.  That keys stand once is for the packer to know. */
int yaml_unpack(struct arena *a, struct span packed, struct yaml_docs *out,
    struct yaml_error *e);

/* XXH3 of a text, or of the text that was packed. */
uint64_t yaml_text_hash(struct span s);

#endif
