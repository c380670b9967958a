#include "detect/url_parts.h"

/* Bytes of a line on either side of a host in which its target is looked for:
 * requests are logged in some hundred bytes, and a line may hold thousands of
 * hosts. */
#define NEAR 4096

void
url_parts_cut(struct span url, struct url_parts *out)
{
	size_t end = span_find_byte(url, '/'), colon;
	struct span authority = span_head(url, end);

	*out = (struct url_parts){.host = authority};
	if (end != SPAN_NONE)
		out->target = span_from(url, end);
	if (authority.n > 0 && authority.p[0] == '[') {
		size_t close = span_find_byte(authority, ']');

		if (close != SPAN_NONE)
			out->host = span_sub(authority, 1, close);
		return;
	}
	colon = span_rfind_byte(authority, ':');
	if (colon != SPAN_NONE) {
		out->host = span_head(authority, colon);
		out->port = span_from(authority, colon + 1);
	}
}

/* The longest run of the target that no escaping of JSON or URLs changes. */
static struct span
telling(struct span target)
{
	struct span best = {0};
	size_t from = 0;

	for (size_t i = 0; i <= target.n; i++) {
		unsigned char c = i < target.n ? (unsigned char)target.p[i] : 0;

		if (ascii_alnum(c) || c == '-' || c == '_' || c == '.')
			continue;
		if (i - from > best.n)
			best = span_sub(target, from, i);
		from = i + 1;
	}
	return best;
}

bool
url_target_near(struct span url, struct span text, size_t at, size_t n)
{
	struct url_parts u;
	struct span before, behind, word;
	size_t cut;

	url_parts_cut(url, &u);
	word = telling(u.target);
	if (word.n == 0)
		return true;
	before = span_sub(text, at > NEAR ? at - NEAR : 0, at);
	cut = span_rfind_byte(before, '\n');
	if (cut != SPAN_NONE)
		before = span_from(before, cut + 1);
	behind = span_head(span_from(text, at + n), NEAR);
	behind = span_head(behind, span_find_byte(behind, '\n'));
	return span_find(behind, word) != SPAN_NONE ||
	       span_find(before, word) != SPAN_NONE;
}

static bool
host_is(const struct record *r, const struct url_parts *u)
{
	static const enum field_id fields[] = {F_DOMAIN, F_HOST, F_DST_IP};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct span s = record_text(r, fields[i]);
		size_t colon = span_rfind_byte(s, ':');

		if (span_eq_nocase(s, u->host))
			return true;
		if (colon != SPAN_NONE && fields[i] != F_DST_IP &&
		    span_eq_nocase(span_head(s, colon), u->host))
			return u->port.n == 0 ||
			       span_eq(span_from(s, colon + 1), u->port);
	}
	return false;
}

bool
url_in_fields(struct span url, const struct record *r)
{
	struct span uri = record_text(r, F_URI),
		    query = record_text(r, F_QUERY);
	struct span port = record_text(r, F_DST_PORT), path;
	struct url_parts u;
	size_t mark;

	url_parts_cut(url, &u);
	if (r->kind != K_HTTP || uri.n == 0 || !host_is(r, &u) ||
	    span_find_nocase(r->raw, url) != SPAN_NONE)
		return false;
	if (u.port.n > 0 && port.n > 0 && !span_eq(u.port, port))
		return false;
	if (u.target.n == 0)
		u.target = SPAN("/");
	if (span_eq(uri, u.target))
		return true;
	/* IIS has the query in a field of its own. */
	mark = span_find_byte(u.target, '?');
	path = span_head(u.target, mark);
	return mark != SPAN_NONE && span_eq(uri, path) &&
	       span_eq(query, span_from(u.target, mark + 1));
}
