/*
 * XML feeds, through expat.  A document that declares entities is refused:
 * no feed needs them, and they are how small files grow large.  Nothing
 * outside the file is ever opened.
 */
#ifndef TIDEMARK_INTEL_FEED_XML_H
#define TIDEMARK_INTEL_FEED_XML_H

#include "intel/feed.h"

struct feed_xml;

/* An element; names are without their prefix.  text: what stands in it, on
 * its end, without white space at its ends. */
struct feed_xml_calls {
	void (*start)(void *ctx, struct feed_xml *x, struct span name,
	    const char **attributes);
	void (*end)(
	    void *ctx, struct feed_xml *x, struct span name, struct span text);
};

/* Trouble is refused with its place. */
void feed_xml_read(struct feed_read *r, struct span bytes,
    const struct feed_xml_calls *calls, void *ctx);

/* The line of what is being told. */
uint64_t feed_xml_line(const struct feed_xml *x);

/* The value of an attribute, its name without a prefix; empty: none. */
struct span feed_xml_attribute(const char **attributes, const char *name);

#endif
