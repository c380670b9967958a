#include "detect/meets.h"

#include <stdlib.h>

#include "base/err.h"

static const struct {
	const char *path;
	enum field_id field;
} fields[] = {
    {"network-traffic:src_ref.value", F_SRC_IP},
    {"network-traffic:dst_ref.value", F_DST_IP},
    {"network-traffic:src_port", F_SRC_PORT},
    {"network-traffic:dst_port", F_DST_PORT},
    {"network-traffic:protocols[*]", F_PROTOCOL},
    {"network-traffic:src_byte_count", F_BYTES_OUT},
    {"network-traffic:dst_byte_count", F_BYTES_IN},
    {"network-traffic:extensions.http-request-ext.request_method", F_METHOD},
    {"network-traffic:extensions.http-request-ext.request_value", F_URI},
    {"network-traffic:extensions.http-request-ext.request_header.User-Agent",
	F_USER_AGENT},
    {"network-traffic:extensions.http-request-ext.request_header.Referer",
	F_REFERER},
    {"user-account:user_id", F_USER},
    {"user-account:account_login", F_USER},
    {"process:command_line", F_COMMAND},
    {"file:name", F_NAME},
    {"file:size", F_SIZE},
    {"file:hashes.SHA-256", F_SHA256},
    {"autonomous-system:number", F_REMOTE_AS},
};

static int
field_of(struct span path)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (span_is(path, fields[i].path))
			return (int)fields[i].field;
	/* protocols[0] and the like ask for any of them. */
	if (span_starts(path, SPAN("network-traffic:protocols[")))
		return F_PROTOCOL;
	return -1;
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

static enum meets
test_meets(const struct stix_node *n, const struct indicator *found,
    const struct record *r)
{
	int field = field_of(n->path);
	bool any = false, holds = false;

	for (unsigned i = 0; field >= 0 && i < r->nvalues; i++) {
		if (r->values[i].field != field)
			continue;
		any = true;
		for (size_t k = 0; k < n->nvalues; k++)
			holds |= value_holds(n, r->values[i].text, k);
	}
	if (any && n->op == STIX_EXISTS)
		return MEETS_YES;
	if (any && n->op != STIX_MATCHES)
		return yes_or_no(holds, n->negated);
	if (asks_for(n, found) && n->op != STIX_NE)
		/* Which side of the traffic it was is not known then. */
		return field >= 0 && span_has(n->path, "_ref.value")
			   ? MEETS_UNKNOWN
			   : yes_or_no(true, n->negated);
	return MEETS_UNKNOWN;
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
