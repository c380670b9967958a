#include "detect/meets.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

/* Where a path's value stands in a record: any of these fields. */
static const struct {
	const char *path;
	enum field_id fields[3]; /* the first repeats where there are fewer */
} fields[] = {
#define ONE(f)                                                                 \
	{                                                                      \
		f, f, f                                                        \
	}
    {"network-traffic:src_ref.value", ONE(F_SRC_IP)},
    {"network-traffic:dst_ref.value", ONE(F_DST_IP)},
    {"network-traffic:src_ref", ONE(F_SRC_IP)},
    {"network-traffic:dst_ref", ONE(F_DST_IP)},
    {"network-traffic:src_port", ONE(F_SRC_PORT)},
    {"network-traffic:dst_port", ONE(F_DST_PORT)},
    {"network-traffic:protocols[*]", {F_PROTOCOL, F_SERVICE, F_SERVICE}},
    {"network-traffic:src_byte_count", ONE(F_BYTES_OUT)},
    {"network-traffic:dst_byte_count", ONE(F_BYTES_IN)},
    {"network-traffic:src_packets", ONE(F_PACKETS_OUT)},
    {"network-traffic:dst_packets", ONE(F_PACKETS_IN)},
    {"network-traffic:extensions.http-request-ext.request_method",
	ONE(F_METHOD)},
    {"network-traffic:extensions.http-request-ext.request_value", ONE(F_URI)},
    {"network-traffic:extensions.http-request-ext.request_header.User-Agent",
	ONE(F_USER_AGENT)},
    {"network-traffic:extensions.http-request-ext.request_header.Referer",
	ONE(F_REFERER)},
    {"network-traffic:extensions.http-request-ext.request_header.Host",
	{F_DOMAIN, F_HOST, F_HOST}},
    {"user-account:user_id", ONE(F_USER)},
    {"user-account:account_login", ONE(F_USER)},
    {"user-account:display_name", ONE(F_USER)},
    {"process:command_line", ONE(F_COMMAND)},
    {"process:name", ONE(F_PROGRAM)},
    {"file:name", ONE(F_NAME)},
    {"file:parent_directory_ref.path", ONE(F_NAME)},
    {"file:size", ONE(F_SIZE)},
    {"file:hashes.SHA-256", {F_SHA256, F_HASH, F_HASH}},
    {"file:hashes.MD5", ONE(F_HASH)},
    {"file:hashes.SHA-1", ONE(F_HASH)},
    {"domain-name:value", {F_DNS_NAME, F_SERVER_NAME, F_DNS_ANSWER}},
    {"x509-certificate:subject", ONE(F_SUBJECT)},
    {"x509-certificate:issuer", ONE(F_ISSUER)},
    {"autonomous-system:number", ONE(F_REMOTE_AS)},
#undef ONE
};
#define NO_PATH SIZE_MAX

static size_t
path_find(struct span path)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (span_is(path, fields[i].path))
			return i;
	/* protocols[0] and the like ask for any of them. */
	if (span_starts(path, SPAN("network-traffic:protocols[")))
		return path_find(SPAN("network-traffic:protocols[*]"));
	return NO_PATH;
}

static bool
path_has(size_t path, unsigned field)
{
	return path != NO_PATH && (fields[path].fields[0] == field ||
				      fields[path].fields[1] == field ||
				      fields[path].fields[2] == field);
}

/* Longer ones are not put together of their parts. */
#define URL_BYTES 4096

/* Expressions beyond this are not tried: one is compiled for each hit. */
#define REGEX_BYTES 2048

/* MATCHES: a PCRE found anywhere in the text (STIX 2.1 section 9.6.1).  Work is
 * limited; what takes more does not match. */
static bool
matches(struct span s, struct span text)
{
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	pcre2_match_data *data = NULL;
	pcre2_code *code = NULL;
	PCRE2_SIZE at;
	int error;
	bool found = false;

	if (limits != NULL && text.n <= REGEX_BYTES)
		code = pcre2_compile((PCRE2_SPTR)text.p, text.n,
		    PCRE2_NEVER_BACKSLASH_C, &error, &at, NULL);
	if (code != NULL)
		data = pcre2_match_data_create(1, NULL);
	if (data != NULL) {
		pcre2_set_match_limit(limits, LIMIT_REGEX_MATCH);
		pcre2_set_depth_limit(limits, LIMIT_REGEX_DEPTH);
		found = pcre2_match(code, (PCRE2_SPTR)s.p, s.n, 0, 0, data,
			    limits) >= 0;
	}
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	pcre2_match_context_free(limits);
	return found;
}

/* LIKE: % is any run, _ any one character (STIX 2.1 section 9.6.1). */
static bool
like(struct span s, struct span mask)
{
	size_t i = 0, k = 0, star = SPAN_NONE, back = 0;

	while (i < s.n) {
		if (k < mask.n && mask.p[k] == '%') {
			star = k++;
			back = i;
		} else if (k < mask.n &&
			   (mask.p[k] == '_' || mask.p[k] == s.p[i])) {
			i++;
			k++;
		} else if (star != SPAN_NONE) {
			k = star + 1;
			i = ++back;
		} else {
			return false;
		}
	}
	while (k < mask.n && mask.p[k] == '%')
		k++;
	return k == mask.n;
}

static bool
in_prefix(struct span inner, struct span outer)
{
	struct prefix a, b;

	return prefix_read(inner, &a) && prefix_read(outer, &b) &&
	       a.bits >= b.bits && prefix_holds(&b, &a.addr);
}

static bool
as_number(struct span s, double *out)
{
	char text[40], *end;

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, &end);
	return *end == '\0';
}

static int
order(struct span s, const struct stix_value *v)
{
	double a, b;

	if (v->kind != LITERAL_STRING && as_number(s, &a) &&
	    as_number(v->text, &b))
		return a < b ? -1 : a > b;
	return span_cmp(s, v->text);
}

static bool
equal(struct span s, const struct stix_value *v)
{
	struct addr a, b;

	if (addr_read(s, &a) && addr_read(v->text, &b))
		return addr_eq(&a, &b);
	return order(s, v) == 0;
}

static bool
value_holds(const struct stix_node *n, struct span s, size_t k)
{
	const struct stix_value *v = &n->values[k];

	switch (n->op) {
	case STIX_EQ:
	case STIX_IN:
		return equal(s, v);
	case STIX_NE:
		return !equal(s, v);
	case STIX_GT:
		return order(s, v) > 0;
	case STIX_LT:
		return order(s, v) < 0;
	case STIX_GE:
		return order(s, v) >= 0;
	case STIX_LE:
		return order(s, v) <= 0;
	case STIX_LIKE:
		return like(s, v->text);
	case STIX_SUBSET:
		return in_prefix(s, v->text);
	case STIX_SUPERSET:
		return in_prefix(v->text, s);
	case STIX_MATCHES:
		return matches(s, v->text);
	default:
		return false;
	}
}

static enum meets
yes_or_no(bool holds, bool negated)
{
	return holds != negated ? MEETS_YES : MEETS_NO;
}

/* The value that was found answers tests that ask for it. */
static bool
asks_for(const struct stix_node *n, const struct indicator *found)
{
	for (size_t k = 0; k < n->nvalues; k++) {
		struct span v = n->values[k].text;
		struct prefix p;

		if (stix_path_type(n->path, v) != (int)found->type)
			continue;
		if (found->type == INDICATOR_ADDRESS && prefix_read(v, &p) &&
		    p.bits == found->prefix.bits &&
		    addr_eq(&p.addr, &found->prefix.addr))
			return true;
		if (span_eq_nocase(v, found->value) ||
		    span_ends_nocase(v, found->value))
			return true;
	}
	return false;
}

/* What of a field's text a path asks for: a file's name stands without its
 * folder in STIX. */
static struct span
part_of(struct span path, struct span text)
{
	size_t slash = span_rfind_byte(text, '/');

	if (slash == SPAN_NONE)
		slash = span_rfind_byte(text, '\\');
	if (span_is(path, "file:name"))
		return slash == SPAN_NONE ? text : span_from(text, slash + 1);
	if (span_is(path, "file:parent_directory_ref.path"))
		return span_head(text, slash == SPAN_NONE ? 0 : slash);
	return text;
}

/* STIX has methods and the like in lower case, logs as they were sent. */
static bool
folds(struct span path)
{
	return span_ends(path, SPAN(".request_method")) ||
	       span_starts(path, SPAN("network-traffic:protocols")) ||
	       span_starts(path, SPAN("domain-name:")) ||
	       span_starts(path, SPAN("file:hashes."));
}

static bool
field_holds(const struct stix_node *n, struct span text)
{
	bool fold = folds(n->path) && (n->op == STIX_EQ || n->op == STIX_IN);
	struct span s = part_of(n->path, text);
	bool holds = false;

	for (size_t k = 0; k < n->nvalues; k++)
		holds |= fold ? span_eq_nocase(s, n->values[k].text)
			      : value_holds(n, s, k);
	/* A name in full answers a path too. */
	for (size_t k = 0; s.n != text.n && n->op == STIX_EQ && k < n->nvalues;
	     k++)
		holds |= value_holds(n, text, k);
	return holds;
}

/* "src_ref.type = 'ipv4-addr'": what stands at that end. */
static enum meets
type_meets(const struct stix_node *n, const struct record *r)
{
	static const char *const types[] = {"ipv4-addr", "ipv6-addr"};
	struct span ref = span_head(n->path, n->path.n - strlen(".type"));
	size_t path = path_find(ref);
	bool any = false, holds = false;

	for (unsigned i = 0; path != NO_PATH && i < r->nvalues; i++) {
		const struct value *v = &r->values[i];
		const char *type;

		if (!path_has(path, v->field))
			continue;
		type = types[v->u.prefix.addr.family == 6];
		any = true;
		for (size_t k = 0; k < n->nvalues; k++)
			holds |= value_holds(n, span_str(type), k);
	}
	return any ? yes_or_no(holds, n->negated) : MEETS_UNKNOWN;
}

/* A word of the line: nothing joins it to more. */
static bool
stands_in(struct span text, struct span word)
{
	size_t from = 0, at;

	while (word.n > 0 && (at = span_find_nocase(
				  span_from(text, from), word)) != SPAN_NONE) {
		size_t end = from + at + word.n;

		at += from;
		if ((at == 0 || !ascii_alnum((unsigned char)text.p[at - 1])) &&
		    (end >= text.n || !ascii_alnum((unsigned char)text.p[end])))
			return true;
		from = at + 1;
	}
	return false;
}

/* The URL of a request, put together of its fields; its scheme is not known. */
static enum meets
url_meets(const struct stix_node *n, const struct record *r)
{
	static const char *const schemes[] = {"http", "https"};
	struct span uri = record_text(r, F_URI),
		    host = record_text(r, F_DOMAIN);
	bool holds = false;

	if (host.n == 0)
		host = record_text(r, F_HOST);
	if (r->kind != K_HTTP || uri.n == 0 || host.n == 0)
		return MEETS_UNKNOWN;
	for (size_t i = 0; i < 2; i++) {
		char text[URL_BYTES];
		int wrote = snprintf(text, sizeof(text), "%s://%.*s%.*s",
		    schemes[i], SPAN_FMT(host), SPAN_FMT(uri));

		if (wrote < 0 || (size_t)wrote >= sizeof(text))
			return MEETS_UNKNOWN;
		for (size_t k = 0; k < n->nvalues; k++)
			holds |=
			    value_holds(n, span_of(text, (size_t)wrote), k);
	}
	return yes_or_no(holds, n->negated);
}

/* A path that no field is known for: what is asked for may stand in the line
 * as a word. */
static bool
line_holds(const struct stix_node *n, const struct record *r)
{
	if ((n->op != STIX_EQ && n->op != STIX_IN) || n->negated)
		return false;
	for (size_t k = 0; k < n->nvalues; k++)
		if (n->values[k].kind == LITERAL_STRING &&
		    stands_in(r->raw, n->values[k].text))
			return true;
	return false;
}

static enum meets
test_meets(const struct stix_node *n, const struct indicator *found,
    const struct record *r)
{
	size_t path = path_find(n->path);
	bool any = false, holds = false;

	if (span_ends(n->path, SPAN("_ref.type")))
		return type_meets(n, r);
	if (span_is(n->path, "url:value") && found->type != INDICATOR_URL)
		return url_meets(n, r);
	for (unsigned i = 0; path != NO_PATH && i < r->nvalues; i++) {
		if (!path_has(path, r->values[i].field))
			continue;
		any = true;
		holds |= field_holds(n, r->values[i].text);
	}
	if (any && n->op == STIX_EXISTS)
		return yes_or_no(true, n->negated);
	if (any && (holds || !span_starts(n->path, SPAN("domain-name:"))))
		return yes_or_no(holds, n->negated);
	if (asks_for(n, found) && n->op != STIX_NE)
		/* Which side of the traffic it was is not known then. */
		return path != NO_PATH && span_has(n->path, "_ref.value")
			   ? MEETS_UNKNOWN
			   : yes_or_no(true, n->negated);
	return line_holds(n, r) ? MEETS_YES : MEETS_UNKNOWN;
}

static enum meets
node_meets(const struct stix_pattern *p, uint32_t at,
    const struct indicator *found, const struct record *r)
{
	const struct stix_node *n = &p->nodes[at];
	enum meets all = MEETS_YES, any = MEETS_NO;

	if (n->kind == STIX_TEST)
		return test_meets(n, found, r);
	for (uint32_t c = n->first; c != STIX_NONE; c = p->nodes[c].next) {
		enum meets m = node_meets(p, c, found, r);

		all = m < all ? m : all;
		any = m > any ? m : any;
	}
	return n->kind == STIX_ALL ? all : any;
}

enum meets
meets_part(const struct stix_pattern *p, uint32_t part,
    const struct indicator *found, const struct record *r)
{
	ASSERT(part < p->parts);
	return node_meets(p, p->nodes[p->observations[part]].first, found, r);
}
