#include "read/packet/upgrade.h"

#include "base/cursor.h"
#include "read/packet/protocols.h"

/* A line longer than this is none of these protocols'. */
#define LINE_MAX_BYTES 4096

enum form {
	FORM_LINES,
	FORM_BER,
	FORM_XML,
	FORM_POSTGRES,
	FORM_MYSQL,
	FORM_TPKT
};

static const struct {
	uint16_t port;
	uint8_t service, form;
} protocols[] = {
    {25, SERVICE_SMTP, FORM_LINES},
    {587, SERVICE_SMTP, FORM_LINES},
    {2525, SERVICE_SMTP, FORM_LINES},
    {110, SERVICE_POP3, FORM_LINES},
    {143, SERVICE_IMAP, FORM_LINES},
    {119, SERVICE_NNTP, FORM_LINES},
    {4190, SERVICE_SIEVE, FORM_LINES},
    {389, SERVICE_LDAP, FORM_BER},
    {3268, SERVICE_LDAP, FORM_BER},
    {5222, SERVICE_XMPP, FORM_XML},
    {5269, SERVICE_XMPP, FORM_XML},
    {5432, SERVICE_POSTGRES, FORM_POSTGRES},
    {3306, SERVICE_MYSQL, FORM_MYSQL},
    {3389, SERVICE_RDP, FORM_TPKT},
};

#define COUNT (sizeof(protocols) / sizeof(protocols[0]))

static enum form
form_of(uint8_t service)
{
	size_t i = 0;

	while (i + 1 < COUNT && protocols[i].service != service)
		i++;
	return (enum form)protocols[i].form;
}

bool
upgrade_is(uint8_t service)
{
	for (size_t i = 0; i < COUNT; i++)
		if (protocols[i].service == service)
			return true;
	return false;
}

/* May a client's first bytes be of this form? */
static bool
begins(enum form form, struct span s)
{
	unsigned char c = (unsigned char)s.p[0];

	switch (form) {
	case FORM_LINES:
		return ascii_alnum(c);
	case FORM_BER:
		return c == 0x30;
	case FORM_XML:
		return c == '<' || ascii_space(c);
	case FORM_POSTGRES:
		return c == 0;
	case FORM_MYSQL:
		return s.n >= 4 && s.p[3] == 1;
	case FORM_TPKT:
		return c == 3;
	}
	return false;
}

enum service
upgrade_service(struct span first, uint16_t port)
{
	for (size_t i = 0; i < COUNT && first.n > 0; i++)
		if (protocols[i].port == port &&
		    begins((enum form)protocols[i].form, first))
			return (enum service)protocols[i].service;
	return SERVICE_UNKNOWN;
}

/* Up to a byte, which may not be further than a line is long. */
static size_t
until(struct span s, char end)
{
	size_t at = span_find_byte(span_head(s, LINE_MAX_BYTES), end);

	if (at != SPAN_NONE)
		return at + 1;
	return s.n < LINE_MAX_BYTES ? 0 : STREAM_OVER;
}

/* A length that stands in front, with what is in front of it. */
static size_t
counted(struct span s, size_t n)
{
	if (n > LINE_MAX_BYTES)
		return STREAM_OVER;
	return n <= s.n ? n : 0;
}

/* X.690 section 8.1.3: definite lengths of up to two bytes. */
static size_t
ber_message(struct span s)
{
	struct cursor c = cursor_of(s);
	unsigned tag = cursor_u8(&c), length = cursor_u8(&c);
	size_t head = 2;

	if (tag != 0x30 && !c.failed)
		return STREAM_OVER;
	if (length == 0x81 || length == 0x82 || length == 0x84) {
		head += length & 0x7f;
		length = length == 0x81	  ? cursor_u8(&c)
			 : length == 0x82 ? cursor_be16(&c)
					  : cursor_be32(&c);
	} else if (length >= 0x80) {
		return STREAM_OVER;
	}
	return c.failed ? 0 : counted(s, head + length);
}

/* SSLRequest and GSSENCRequest alone come before TLS. */
static size_t
postgres_message(struct span s)
{
	struct cursor c = cursor_of(s);
	uint32_t length = cursor_be32(&c), code = cursor_be32(&c);

	if (c.failed)
		return 0;
	return length == 8 && (code == 80877103 || code == 80877104)
		   ? 8
		   : STREAM_OVER;
}

size_t
upgrade_message(uint8_t service, struct span s)
{
	struct cursor c = cursor_of(s);
	size_t length;

	if (s.n < 3)
		return 0;
	switch (form_of(service)) {
	case FORM_LINES:
		return until(s, '\n');
	case FORM_XML:
		return until(s, '>');
	case FORM_BER:
		return ber_message(s);
	case FORM_POSTGRES:
		return postgres_message(s);
	case FORM_MYSQL:
		length = cursor_le16(&c);
		return length == 32 ? counted(s, 4 + length) : STREAM_OVER;
	case FORM_TPKT:
		cursor_skip(&c, 2);
		length = cursor_be16(&c);
		return s.p[0] != 3 ? STREAM_OVER
		       : c.failed  ? 0
				   : counted(s, length < 4 ? 4 : length);
	}
	return STREAM_OVER;
}
