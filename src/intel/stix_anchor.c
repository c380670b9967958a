/*
 * What a pattern means to a search: which values to look for.
 */
#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_value.h"
#include "intel/stix_pattern.h"

static struct span
last_step(struct span path)
{
	size_t dot = span_rfind_byte(path, '.');

	return dot == SPAN_NONE ? span_from(path, span_find_byte(path, ':') + 1)
				: span_from(path, dot + 1);
}

static const struct {
	const char *start, *end; /* of the path; end may be empty */
	enum indicator_type type;
} paths[] = {
    {"ipv4-addr:value", "", INDICATOR_ADDRESS},
    {"ipv6-addr:value", "", INDICATOR_ADDRESS},
    {"domain-name:value", "", INDICATOR_DOMAIN},
    {"url:value", "", INDICATOR_URL},
    {"file:hashes.", "", INDICATOR_HASH},
    {"artifact:hashes.", "", INDICATOR_HASH},
    {"process:image_ref.hashes.", "", INDICATOR_HASH},
    {"process:binary_ref.hashes.", "", INDICATOR_HASH},
    {"file:name", "", INDICATOR_FILE_NAME},
    {"email-addr:value", "", INDICATOR_EMAIL},
    {"email-message:", "_ref.value", INDICATOR_EMAIL},
    {"email-message:", "_refs[*].value", INDICATOR_EMAIL},
    {"user-account:user_id", "", INDICATOR_USER},
    {"user-account:account_login", "", INDICATOR_USER},
    {"user-account:display_name", "", INDICATOR_USER},
    {"x509-certificate:hashes.", "", INDICATOR_CERT_HASH},
    {"x509-certificate:serial_number", "", INDICATOR_CERT_SERIAL},
    {"autonomous-system:number", "", INDICATOR_ASN},
    {"network-traffic:extensions.http-request-ext.request_value", "",
	INDICATOR_TEXT},
    {"x509-certificate:subject", "", INDICATOR_TEXT},
    {"x509-certificate:issuer", "", INDICATOR_TEXT},
    {"software:name", "", INDICATOR_TEXT},
    {"software:cpe", "", INDICATOR_TEXT},
    {"process:command_line", "", INDICATOR_TEXT},
    {"directory:path", "", INDICATOR_TEXT},
    {"mac-addr:value", "", INDICATOR_TEXT},
};

/* A reference may lead to an address or a name: the value tells. */
static int
by_value(struct span value)
{
	struct prefix p;

	if (prefix_read(value, &p))
		return INDICATOR_ADDRESS;
	return feed_is_domain(value) ? INDICATOR_DOMAIN : -1;
}

int
stix_path_type(struct span path, struct span value)
{
	struct span last = last_step(path);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct span start = span_str(paths[i].start),
			    end = span_str(paths[i].end);

		if (!span_starts(path, start) || !span_ends(path, end))
			continue;
		/* "hashes." and the like go on, others end here. */
		if (path.n == start.n || end.n > 0 ||
		    start.p[start.n - 1] == '.')
			return (int)paths[i].type;
	}
	if (span_is_nocase(last, "User-Agent"))
		return INDICATOR_USER_AGENT;
	if (span_find_nocase(last, SPAN("ja3")) != SPAN_NONE)
		return INDICATOR_JA3;
	if (span_find_nocase(last, SPAN("ja4")) != SPAN_NONE)
		return INDICATOR_JA4;
	if ((span_starts(path, SPAN("network-traffic:")) &&
		(span_ends(path, SPAN("src_ref.value")) ||
		    span_ends(path, SPAN("dst_ref.value")))) ||
	    span_starts(path, SPAN("domain-name:resolves_to_refs")) ||
	    span_starts(path, SPAN("x-")))
		return by_value(value);
	return -1;
}

/* How much a value tells, for the choice among those that must hold together;
 * 0: it cannot be looked for. */
static unsigned
rank(enum indicator_type t)
{
	static const uint8_t ranks[INDICATOR_TYPES] = {[INDICATOR_ADDRESS] = 8,
	    [INDICATOR_HASH] = 10,
	    [INDICATOR_DOMAIN] = 7,
	    [INDICATOR_URL] = 9,
	    [INDICATOR_EMAIL] = 6,
	    [INDICATOR_FILE_NAME] = 3,
	    [INDICATOR_USER] = 2,
	    [INDICATOR_USER_AGENT] = 5,
	    [INDICATOR_ASN] = 1,
	    [INDICATOR_JA3] = 4,
	    [INDICATOR_JA4] = 4,
	    [INDICATOR_CERT_SERIAL] = 4,
	    [INDICATOR_CERT_HASH] = 10,
	    [INDICATOR_TEXT] = 2};

	return ranks[t];
}

/* The host of 'http://host/path%', which whatever the wildcards stand for must
 * have. */
static bool
like_host(struct span s, struct stix_anchor *x)
{
	size_t scheme = span_find(s, SPAN("://")), end = 0;
	int type;

	if (scheme != SPAN_NONE)
		s = span_from(s, scheme + 3);
	while (end < s.n && strchr("/:?", s.p[end]) == NULL)
		end++;
	if (end == s.n)
		return false;
	s = span_head(s, end);
	if (span_starts(s, SPAN("%."))) {
		x->below = true;
		s = span_from(s, 2);
	}
	type = by_value(s);
	if (type < 0 || (x->below && type != INDICATOR_DOMAIN))
		return false;
	x->type = (enum indicator_type)type;
	x->value = s;
	x->part_only = true;
	return true;
}

/* The last step of a path: '%\\name' or '%/name'. */
static bool
like_last_step(struct span s, struct stix_anchor *x)
{
	size_t wild = span_rfind_byte(s, '%'), slash = span_rfind_byte(s, '/');

	if (slash == SPAN_NONE)
		slash = span_rfind_byte(s, '\\');
	if (wild == SPAN_NONE || slash == SPAN_NONE || slash < wild)
		return false;
	x->value = span_from(s, slash + 1);
	x->part_only = true;
	return x->value.n > 0;
}

/* MATCHES '^name\.example$': a value in another spelling. */
static bool
matches_value(struct arena *a, struct span s, struct stix_anchor *x)
{
	char *p;
	size_t n = 0;

	if (s.n < 3 || s.p[0] != '^' || s.p[s.n - 1] != '$')
		return false;
	s = span_sub(s, 1, s.n - 1);
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool escape = s.p[i] == '\\';

		i += escape;
		if (i == s.n ||
		    (escape && ascii_alnum((unsigned char)s.p[i])) ||
		    (!escape && strchr("^$.[]|()?*+{}", s.p[i]) != NULL))
			return false;
		p[n++] = s.p[i];
	}
	x->value = span_of(p, n);
	return n > 0;
}

/* LIKE '%.example.net' is a domain and what is below it; without % it is a
 * plain value.  An underscore, which stands for any one character, is looked
 * for as itself: whoever writes one in a name means it. */
static bool
like_value(int type, struct span s, struct stix_anchor *x)
{
	struct span rest = s;

	if (type == INDICATOR_DOMAIN && span_starts(s, SPAN("%."))) {
		rest = span_from(s, 2);
		x->below = true;
	}
	x->value = rest;
	if (span_find_byte(rest, '%') == SPAN_NONE)
		return true;
	return type == INDICATOR_URL	     ? like_host(s, x)
	       : type == INDICATOR_FILE_NAME ? like_last_step(s, x)
					     : false;
}

static bool
one_address(struct span s)
{
	struct prefix p;

	return prefix_read(s, &p) && p.bits == (p.addr.family == 4 ? 32 : 128);
}

/* The k-th value of a test as something to look for. */
static bool
anchor_of(
    struct arena *a, const struct stix_node *n, size_t k, struct stix_anchor *x)
{
	const struct stix_value *v = &n->values[k];
	int type = stix_path_type(n->path, v->text);

	if (n->negated || type < 0 ||
	    (v->kind != LITERAL_STRING && v->kind != LITERAL_INTEGER))
		return false;
	x->type = (enum indicator_type)type;
	x->value = v->text;
	x->below = false;
	x->part_only = type == INDICATOR_TEXT;
	switch (n->op) {
	case STIX_EQ:
	case STIX_IN:
		return true;
	case STIX_SUBSET:
		return type == INDICATOR_ADDRESS;
	case STIX_SUPERSET:
		return type == INDICATOR_ADDRESS && one_address(v->text);
	case STIX_LIKE:
		return like_value(type, v->text, x);
	case STIX_MATCHES:
		return matches_value(a, v->text, x);
	default:
		return false;
	}
}

static unsigned
test_rank(struct arena *a, const struct stix_node *n)
{
	struct stix_anchor x;
	unsigned least = 100;

	for (size_t k = 0; k < n->nvalues; k++) {
		unsigned r = anchor_of(a, n, k, &x) ? rank(x.type) : 0;

		least = r < least ? r : least;
	}
	return n->nvalues == 0 ? 0 : least;
}

/* Of alternatives the weakest that can be looked for, of what holds together
 * the strongest. */
static unsigned
node_rank(struct arena *a, const struct stix_pattern *p, uint32_t at)
{
	const struct stix_node *n = &p->nodes[at];
	unsigned best = 0;

	if (n->kind == STIX_TEST)
		return test_rank(a, n);
	for (uint32_t c = n->first; c != STIX_NONE; c = p->nodes[c].next) {
		unsigned r = node_rank(a, p, c);

		if (n->kind == STIX_ALL)
			best = r > best ? r : best;
		else if (r > 0 && (best == 0 || r < best))
			best = r;
	}
	return best;
}

struct walk {
	struct arena *arena;
	const struct stix_pattern *p;
	stix_anchor_fn *fn;
	void *ctx;
	size_t found, lost;
	bool whole;
	int64_t from, until;
	uint32_t part;
};

static void
walk_test(struct walk *w, const struct stix_node *n)
{
	for (size_t k = 0; k < n->nvalues; k++) {
		struct stix_anchor x = {
		    .part = w->part, .from = w->from, .until = w->until};

		if (!anchor_of(w->arena, n, k, &x)) {
			w->lost++;
			continue;
		}
		w->found++;
		w->whole &= !x.part_only;
		w->fn(w->ctx, &x);
	}
	w->lost += n->nvalues == 0;
}

static void
walk_node(struct walk *w, uint32_t at)
{
	const struct stix_pattern *p = w->p;
	const struct stix_node *n = &p->nodes[at];
	uint32_t best = n->first;
	unsigned most = 0;

	switch (n->kind) {
	case STIX_TEST:
		walk_test(w, n);
		/* "src_ref.value =" asks for a side of the traffic. */
		w->whole &= !span_starts(n->path, SPAN("network-traffic:")) ||
			    !span_ends(n->path, SPAN("_ref.value"));
		return;
	case STIX_ALL:
		w->whole = false;
		for (uint32_t c = n->first; c != STIX_NONE;
		     c = p->nodes[c].next) {
			unsigned r = node_rank(w->arena, p, c);

			if (r > most) {
				most = r;
				best = c;
			}
		}
		walk_node(w, best);
		return;
	default:
		for (uint32_t c = n->first; c != STIX_NONE;
		     c = p->nodes[c].next)
			walk_node(w, c);
	}
}

static void
walk_observation(struct walk *w, uint32_t at)
{
	const struct stix_pattern *p = w->p;
	const struct stix_node *n = &p->nodes[at];
	int64_t from = w->from, until = w->until;

	if (n->kind == STIX_OBSERVATION) {
		w->part = n->part;
		walk_node(w, n->first);
		return;
	}
	if (n->kind == STIX_BETWEEN) {
		if (from == TIME_NONE || n->from > from)
			w->from = n->from;
		if (until == TIME_NONE || n->until < until)
			w->until = n->until;
	} else if (n->kind != STIX_EITHER) {
		w->whole = false;
	}
	for (uint32_t c = n->first; c != STIX_NONE; c = p->nodes[c].next)
		walk_observation(w, c);
	w->from = from;
	w->until = until;
}

bool
stix_anchors(struct arena *a, const struct stix_pattern *p, stix_anchor_fn *fn,
    void *ctx, bool *whole, size_t *lost)
{
	struct walk w = {.arena = a,
	    .p = p,
	    .fn = fn,
	    .ctx = ctx,
	    .whole = true,
	    .from = TIME_NONE,
	    .until = TIME_NONE};

	walk_observation(&w, p->root);
	*whole = w.whole;
	*lost = w.lost;
	return w.found > 0;
}
