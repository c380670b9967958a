#include "read/log/web_request.h"
#include "read/packet/protocols.h"

/* A body beyond this is taken for an attempt to hide what follows. */
#define BODY_MAX (UINT64_C(1) << 30)

static bool
is_request(struct span line)
{
	struct span rest = line, method = span_word(&rest);
	size_t blank = span_rfind_byte(line, ' ');

	if (method.n == 0 || method.n > 20 || blank == SPAN_NONE)
		return false;
	for (size_t i = 0; i < method.n; i++)
		if (!ascii_alpha((unsigned char)method.p[i]) &&
		    method.p[i] != '_' && method.p[i] != '-')
			return false;
	return span_starts(span_from(line, blank + 1), SPAN("HTTP/1."));
}

/* Could this become a request line? */
static bool
may_be_request(struct span s)
{
	size_t i = 0;

	while (i < s.n && i < 20 &&
	       (ascii_alpha((unsigned char)s.p[i]) || s.p[i] == '_' ||
		   s.p[i] == '-'))
		i++;
	return i == s.n || (i > 0 && i < 20 && s.p[i] == ' ');
}

static struct span
header(struct span head, const char *name)
{
	struct span line, key;

	span_line(&head, &line);
	while (span_line(&head, &line)) {
		key = span_until(&line, ':');
		if (span_is_nocase(key, name))
			return span_trim(line);
	}
	return (struct span){0};
}

size_t
http_head(struct span bytes, uint64_t *body)
{
	size_t end = span_find(bytes, SPAN("\r\n\r\n"));
	struct span rest = bytes, line, head;

	*body = 0;
	if (!may_be_request(bytes))
		return STREAM_OVER;
	if (span_find_byte(bytes, '\n') == SPAN_NONE)
		return 0;
	span_line(&rest, &line);
	if (!is_request(line))
		return STREAM_OVER;
	if (end == SPAN_NONE)
		return 0;
	head = span_head(bytes, end + 4);
	if (span_u64(header(head, "Content-Length"), body) && *body > BODY_MAX)
		*body = 0;
	return head.n;
}

struct span
http_status(struct span segment)
{
	struct span code = span_sub(segment, 9, 12);
	uint64_t v;

	if (!span_starts(segment, SPAN("HTTP/1.")) || segment.n < 12 ||
	    segment.p[8] != ' ' || !span_u64(code, &v))
		return (struct span){0};
	/* An interim answer is not the answer. */
	return v < 200 ? (struct span){0} : code;
}

static struct span
quoted(const struct wire *w, struct span s)
{
	return s.n > 0 ? wire_text(w, s, LIMIT_FIELD_BYTES) : SPAN("-");
}

void
http_request(const struct wire *w, struct span head, struct span status)
{
	struct span rest = head, line, request, host, agent, referer;
	struct record r;

	span_line(&rest, &line);
	request = wire_text(w, line, LIMIT_FIELD_BYTES);
	host = quoted(w, header(head, "Host"));
	agent = quoted(w, header(head, "User-Agent"));
	referer = quoted(w, header(head, "Referer"));
	wire_message(w, &r, K_HTTP, "http",
	    arena_fmt(w->arena, "\"%.*s\" %.*s host %.*s \"%.*s\" \"%.*s\"",
		SPAN_FMT(request), SPAN_FMT(status.n > 0 ? status : SPAN("-")),
		SPAN_FMT(host), SPAN_FMT(referer), SPAN_FMT(agent)));
	web_request_put(&r, request, w->arena);
	record_put(&r, F_STATUS, status);
	if (!span_is(host, "-"))
		record_put(&r, F_HOST, host);
	if (!span_is(referer, "-"))
		record_put(&r, F_REFERER, referer);
	if (!span_is(agent, "-"))
		record_put(&r, F_USER_AGENT, agent);
	w->out->record(w->out, &r);
}
