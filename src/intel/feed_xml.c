#include "intel/feed_xml.h"

#include <expat.h>

#include "base/buf.h"
#include "base/limits.h"

/* What expat is given at once: its length is an int. */
#define PIECE (1u << 20)

struct feed_xml {
	XML_Parser parser;
	const struct feed_xml_calls *calls;
	void *ctx;
	struct buf text;
	unsigned depth;
	const char *wrong;
};

static struct span
local_name(const char *name)
{
	struct span s = span_str(name);
	size_t colon = span_rfind_byte(s, ':');

	return colon == SPAN_NONE ? s : span_from(s, colon + 1);
}

static void
stop(struct feed_xml *x, const char *why)
{
	x->wrong = why;
	XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL
on_start(void *ctx, const char *name, const char **attributes)
{
	struct feed_xml *x = ctx;

	buf_reset(&x->text);
	if (++x->depth > LIMIT_FEED_DEPTH)
		stop(x, "elements are nested deeper than the limit");
	else
		x->calls->start(x->ctx, x, local_name(name), attributes);
}

static void XMLCALL
on_end(void *ctx, const char *name)
{
	struct feed_xml *x = ctx;

	x->depth--;
	x->calls->end(
	    x->ctx, x, local_name(name), span_trim(buf_span(&x->text)));
	buf_reset(&x->text);
}

static void XMLCALL
on_text(void *ctx, const char *p, int n)
{
	struct feed_xml *x = ctx;

	if (n > 0)
		buf_put(&x->text, span_of(p, (size_t)n));
}

static void XMLCALL
on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value,
    int length, const XML_Char *base, const XML_Char *system,
    const XML_Char *public, const XML_Char *notation)
{
	(void)name, (void)parameter, (void)value, (void)length, (void)base;
	(void)system, (void)public, (void)notation;
	stop(ctx, "the document declares entities");
}

void
feed_xml_read(struct feed_read *r, struct span bytes,
    const struct feed_xml_calls *calls, void *ctx)
{
	struct feed_xml x = {.calls = calls, .ctx = ctx};
	enum XML_Status status = XML_STATUS_OK;
	struct span rest = bytes;

	x.parser = XML_ParserCreate(NULL);
	if (x.parser == NULL) {
		feed_refuse(r, 0, 0, "out of memory");
		return;
	}
	buf_init(&x.text, LIMIT_FIELD_BYTES);
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_start, on_end);
	XML_SetCharacterDataHandler(x.parser, on_text);
	XML_SetEntityDeclHandler(x.parser, on_entity);
	do {
		struct span piece = span_head(rest, PIECE);

		rest = span_from(rest, piece.n);
		status =
		    XML_Parse(x.parser, piece.p, (int)piece.n, rest.n == 0);
	} while (status == XML_STATUS_OK && rest.n > 0);
	if (status != XML_STATUS_OK)
		feed_refuse(r, XML_GetCurrentLineNumber(x.parser),
		    XML_GetCurrentColumnNumber(x.parser) + 1, "%s",
		    x.wrong != NULL
			? x.wrong
			: XML_ErrorString(XML_GetErrorCode(x.parser)));
	buf_release(&x.text);
	XML_ParserFree(x.parser);
}

uint64_t
feed_xml_line(const struct feed_xml *x)
{
	return XML_GetCurrentLineNumber(x->parser);
}

struct span
feed_xml_attribute(const char **attributes, const char *name)
{
	/* "type" before "xsi:type". */
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		if (span_is(span_str(attributes[i]), name))
			return span_str(attributes[i + 1]);
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		if (span_is(local_name(attributes[i]), name))
			return span_str(attributes[i + 1]);
	return (struct span){0};
}
