#include "detect/lookup.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/sort.h"
#include "match/addrfind.h"
#include "detect/url_parts.h"
#include "match/namefind.h"

/* AS numbers stand as "AS64500" in text and behind words in
 * configurations. */
static const char *const asn_forms[] = {"as%.*s", "as %.*s", "as: %.*s",
    "as=%.*s", "remote-as %.*s", "remote-as=%.*s", "peer-as %.*s",
    "as-number %.*s"};

/* The spelling of a fingerprint with colons. */
static struct span
coloned(struct arena *a, struct span hex)
{
	char *p = arena_alloc(a, hex.n / 2 * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		if (i > 0)
			p[n++] = ':';
		p[n++] = hex.p[i];
		p[n++] = hex.p[i + 1];
	}
	return span_of(p, n);
}

static unsigned
rules_of(const struct indicator *x)
{
	if (x->type == INDICATOR_DOMAIN)
		return x->below ? NAME_BELOW : 0;
	if (x->type != INDICATOR_URL)
		return 0;
	/* The URL of a site alone would be a domain without its scheme. */
	return NAME_URL |
	       (span_find_byte(x->value, '/') == SPAN_NONE ||
			   span_find_byte(x->value, '/') == x->value.n - 1
		       ? NAME_SCHEME
		       : 0);
}

static bool
text_add(struct lookup *l, struct span text, unsigned rules, uint32_t i)
{
	if (!nameset_add(l->names, text, rules, i))
		return false;
	if (l->nnames < LOOKUP_FEW)
		l->few[l->nnames] = arena_copy(&l->arena, text);
	l->nnames++;
	return true;
}

static bool
asn_add(struct lookup *l, struct span number, uint32_t i)
{
	for (size_t k = 0; k < sizeof(asn_forms) / sizeof(asn_forms[0]); k++) {
		char text[64];
		int n = snprintf(
		    text, sizeof(text), asn_forms[k], SPAN_FMT(number));

		if (n < 0 || !text_add(l, span_str(text), 0, i))
			return false;
	}
	return true;
}

/* Marks the host of a URL among the numbers of names. */
#define HOST (UINT32_C(1) << 31)
_Static_assert(LIMIT_INDICATORS < HOST, "an indicator's number leaves a bit");

/* A host too short to be found is found in whole URLs alone. */
static void
host_add(struct lookup *l, struct span url, uint32_t i)
{
	struct url_parts u;

	url_parts_cut(url, &u);
	(void)text_add(l, u.host, 0, i | HOST);
}

static bool
name_add(struct lookup *l, const struct indicator *x, uint32_t i)
{
	bool added;

	if (x->type == INDICATOR_ASN)
		return asn_add(l, x->value, i);
	added = text_add(l, x->value, rules_of(x) | NAME_LASTS, i);
	if (x->type == INDICATOR_URL)
		host_add(l, x->value, i);
	if (x->type == INDICATOR_CERT_HASH || x->type == INDICATOR_CERT_SERIAL)
		added &= text_add(l, coloned(&l->arena, x->value), 0, i);
	return added;
}

/* Equal prefixes have one place in the set; the others hang on the first. */
static void
address_add(
    struct lookup *l, struct map *seen, const struct indicator *x, uint32_t i)
{
	struct span key = span_of((const char *)&x->prefix, sizeof(x->prefix));
	uint32_t first = l->next == NULL ? i : map_add(seen, key, i);

	if (first == i) {
		addrset_add(l->addresses, &x->prefix, i);
		return;
	}
	l->next[i] = l->next[first];
	l->next[first] = i;
}

/* A list holds a value once, but for those that patterns ask for or of which
 * several things are said. */
static bool
holds_again(const struct indicator_list *list)
{
	if (list->later.n > 0)
		return true;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].about->pattern != NULL)
			return true;
	return false;
}

static bool
is_host(const struct indicator *x, unsigned family)
{
	return x->type == INDICATOR_ADDRESS && x->state == INDICATOR_ACTIVE &&
	       x->about->pattern == NULL && x->prefix.addr.family == family &&
	       x->prefix.bits == (family == 4 ? 32 : 128);
}

static int
by_address(const void *a, const void *b, void *ctx)
{
	const struct indicator *v = ctx;
	const uint32_t *i = a, *k = b;
	int r = addr_cmp(&v[*i].prefix.addr, &v[*k].prefix.addr);

	return r != 0 ? r : *i < *k ? -1 : *i > *k;
}

static void
hosts_sort(struct lookup *l)
{
	const struct indicator_list *list = l->list;
	size_t n[2] = {0, 0}, at = 0;
	uint64_t *keys;

	for (size_t i = 0; i < list->n; i++) {
		n[0] += is_host(&list->v[i], 4);
		n[1] += is_host(&list->v[i], 6);
	}
	keys = malloc((n[0] + 1) * 2 * sizeof(*keys));
	ASSERT(keys != NULL);
	l->hosts = arena_array(&l->arena, n[0] + n[1], sizeof(*l->hosts));
	for (uint32_t i = 0; i < list->n; i++) {
		const struct indicator *x = &list->v[i];

		if (is_host(x, 4))
			keys[at++] =
			    (uint64_t)addr_v4(&x->prefix.addr) << 32 | i;
		else if (is_host(x, 6))
			l->hosts[n[0] + l->nhosts++] = i;
	}
	sort_upper(keys, keys + at, at);
	for (size_t i = 0; i < at; i++)
		l->hosts[i] = (uint32_t)keys[i];
	free(keys);
	l->nhosts = n[0] + n[1];
	if (n[1] > 1)
		qsort_r(l->hosts + n[0], n[1], sizeof(*l->hosts), by_address,
		    list->v);
}

void
lookup_hosts(const struct lookup *l, const struct prefix *p, lookup_host_fn *fn,
    void *ctx)
{
	const struct indicator *v = l->list->v;
	size_t lo = 0, hi = l->nhosts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (addr_cmp(&v[l->hosts[mid]].prefix.addr, &p->addr) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->nhosts && prefix_holds(p, &v[l->hosts[lo]].prefix.addr);
	     lo++)
		fn(ctx, l->hosts[lo]);
}

void
lookup_init(struct lookup *l, const struct indicator_list *list)
{
	struct map seen;
	struct arena a;

	*l = (struct lookup){
	    .list = list, .addresses = addrset_new(), .names = nameset_new()};
	arena_init(&l->arena);
	arena_init(&a);
	map_init(&seen, &a);
	if (holds_again(list)) {
		l->next = arena_array(&l->arena, list->n, sizeof(*l->next));
		memset(l->next, 0xff, list->n * sizeof(*l->next));
	}
	for (uint32_t i = 0; i < list->n; i++) {
		const struct indicator *x = &list->v[i];

		if (x->state != INDICATOR_ACTIVE)
			continue;
		if (x->type == INDICATOR_ADDRESS)
			address_add(l, &seen, x, i);
		else if (!name_add(l, x, i))
			l->unsearchable++;
	}
	hosts_sort(l);
	addrset_seal(l->addresses);
	nameset_seal(l->names);
	arena_release(&a);
}

void
lookup_release(struct lookup *l)
{
	addrset_free(l->addresses);
	nameset_free(l->names);
	arena_release(&l->arena);
	*l = (struct lookup){0};
}

struct at_lookup {
	const struct lookup *l;
	struct span text;
	lookup_fn *fn;
	void *ctx;
};

static void
on_address(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct at_lookup *x = ctx;

	while (id != LOOKUP_NONE) {
		struct lookup_hit hit = {offset, length, id, false, false};

		x->fn(x->ctx, &hit);
		id = x->l->next != NULL ? x->l->next[id] : LOOKUP_NONE;
	}
}

static void
on_name(void *ctx, size_t offset, size_t length, uint32_t id, bool below)
{
	struct at_lookup *x = ctx;
	struct lookup_hit hit = {
	    offset, length, id & ~HOST, below, (id & HOST) != 0};

	if (!hit.host || url_target_near(x->l->list->v[hit.indicator].value,
			     x->text, offset, length))
		x->fn(x->ctx, &hit);
}

void
lookup_addresses(
    const struct lookup *l, struct span text, lookup_fn *fn, void *ctx)
{
	struct at_lookup x = {l, text, fn, ctx};

	addrfind_scan(l->addresses, text, on_address, &x);
}

void
lookup_names(const struct lookup *l, struct span text, lookup_fn *fn, void *ctx)
{
	struct at_lookup x = {l, text, fn, ctx};

	namefind_scan(l->names, text, on_name, &x);
}

void
lookup_scan(const struct lookup *l, struct span text, lookup_fn *fn, void *ctx)
{
	lookup_addresses(l, text, fn, ctx);
	lookup_names(l, text, fn, ctx);
}
