/*
 * The same secret on several devices: it decides how far an intruder gets who
 * has read one configuration.  Secrets are known by keyed hashes only.  Which
 * reuse is a weakness is said by rules over records of kind secret_reuse.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "case/casefile.h"
#include "detect/rule.h"

/* Devices named in a finding; the others are counted. */
#define NAMES_SHOWN 20

enum use { USE_PASSWORD, USE_COMMUNITY, USE_AAA, USE_NONE };
static const char *const use_names[] = {"password", "snmp", "aaa"};

struct member {
	uint32_t device, source, secret;
	uint32_t next; /* of the same device, or UINT32_MAX */
};

/* One secret. */
struct share {
	enum use use;
	bool readable;
	struct member *v; /* one for each device comes first in its chain */
	size_t n, cap;
	uint32_t *heads; /* first member of each device */
	size_t nheads, heads_cap;
	uint32_t last; /* member that was added last */
};

struct sharing {
	struct casefile *c;
	struct map index; /* use and id -> share */
	struct share *v;
	size_t n, cap;
	struct rule_scratch scratch;
};

static enum use
use_of(enum record_kind k)
{
	switch (k) {
	case K_USER:
	case K_LINE:
		return USE_PASSWORD;
	case K_SNMP:
		return USE_COMMUNITY;
	case K_AAA_SERVER:
		return USE_AAA;
	default:
		return USE_NONE;
	}
}

static struct share *
share_of(struct sharing *s, const struct source_secret *x)
{
	char key[1 + SECRET_ID_BYTES];
	uint32_t at;

	key[0] = (char)use_of(x->kind);
	memcpy(key + 1, x->id, SECRET_ID_BYTES);
	at = map_add(&s->index, span_of(key, sizeof(key)), (uint32_t)s->n);
	if (at == s->n) {
		s->v = arena_grow(
		    &s->c->arena, s->v, s->n, &s->cap, sizeof(*s->v));
		s->v[s->n++] = (struct share){.use = use_of(x->kind)};
	}
	return &s->v[at];
}

/* Device by device, so that members of one device come in a row. */
static void
share_add(struct sharing *s, struct share *x, const struct member *m)
{
	struct arena *a = &s->c->arena;

	x->v = arena_grow(a, x->v, x->n, &x->cap, sizeof(*x->v));
	x->v[x->n] = *m;
	if (x->n > 0 && x->v[x->last].device == m->device) {
		x->v[x->last].next = (uint32_t)x->n;
	} else {
		x->heads = arena_grow(
		    a, x->heads, x->nheads, &x->heads_cap, sizeof(*x->heads));
		x->heads[x->nheads++] = (uint32_t)x->n;
	}
	x->last = (uint32_t)x->n++;
}

static void
source_take(struct sharing *s, uint32_t index)
{
	const struct source *src = &s->c->sources[index];

	for (uint32_t i = 0; i < src->nsecrets; i++) {
		const struct source_secret *x = &src->secrets[i];
		struct member m = {src->device, index, i, UINT32_MAX};
		struct share *share;

		if (use_of(x->kind) == USE_NONE)
			continue;
		share = share_of(s, x);
		share->readable |= x->readable;
		share_add(s, share, &m);
	}
}

/* Sources of a device that hold secrets, by device. */
static void
sources_take(struct sharing *s)
{
	struct casefile *c = s->c;
	uint32_t *order = arena_array(&c->arena, c->nsources, sizeof(*order));
	size_t n = 0;

	for (uint32_t i = 0; i < c->nsources; i++)
		if (c->sources[i].nsecrets > 0 &&
		    c->sources[i].device != DEVICE_NONE)
			order[n++] = i;
	if (n > 0)
		qsort_r(order, n, sizeof(*order), case_source_order, c);
	for (size_t i = 0; i < n; i++)
		source_take(s, order[i]);
}

static const struct source_secret *
member_secret(const struct casefile *c, const struct member *m)
{
	return &c->sources[m->source].secrets[m->secret];
}

/* "also on r2, r3 and 5 more devices" */
static struct span
others(const struct casefile *c, const struct share *x, uint32_t device,
    struct buf *b)
{
	size_t named = 0, left = x->nheads - 1;

	for (size_t i = 0; i < x->nheads && named < NAMES_SHOWN; i++) {
		uint32_t d = x->v[x->heads[i]].device;

		if (d == device)
			continue;
		buf_puts(b, named == 0 ? "also on " : ", ");
		buf_put(b, c->fleet.v[d].name);
		named++;
		left--;
	}
	if (left > 0)
		buf_fmt(b, " and %zu more devices", left);
	return buf_span(b);
}

struct at_share {
	struct sharing *s;
	const struct share *x;
	const struct member *head;
	const struct record *r;
};

static void
places(struct casefile *c, struct finding *f, const struct at_share *at)
{
	const struct member *m = at->head;

	for (;;) {
		const struct source_secret *x = member_secret(c, m);

		f->count++;
		case_place(c, f,
		    (struct finding_place){
			m->source, x->line, x->offset, x->text});
		if (m->next == UINT32_MAX)
			return;
		m = &at->x->v[m->next];
	}
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	const struct at_share *at = ctx;
	struct casefile *c = at->s->c;
	struct finding *f;
	struct buf b;

	if (!case_rule_fits(c, rule, at->head->device))
		return;
	buf_init(&b, LIMIT_EVIDENCE_TEXT * NAMES_SHOWN);
	for (size_t i = 0; i < rule->nentity; i++) {
		struct span v =
		    record_text(at->r, (enum field_id)rule->entity[i]);

		buf_put(&b, v);
		if (v.n > 0)
			buf_puts(&b, ", ");
	}
	others(c, at->x, at->head->device, &b);
	f = case_finding_new(c, &rule->check, at->head->device,
	    arena_copy(&c->arena, buf_span(&b)));
	buf_release(&b);
	if (f == NULL)
		return;
	f->reason = at->x->readable
			? SPAN("the secrets are the same in clear text")
			: SPAN("the stored hashes are the same");
	places(c, f, at);
}

static void
share_tell(struct sharing *s, const struct share *x)
{
	struct casefile *c = s->c;
	struct span n = arena_fmt(&c->arena, "%zu", x->nheads);

	for (size_t i = 0; i < x->nheads; i++) {
		const struct member *m = &x->v[x->heads[i]];
		const struct source_secret *secret = member_secret(c, m);
		struct record r;
		struct at_share at = {s, x, m, &r};

		record_init(&r, K_SECRET_REUSE, secret->line, secret->offset,
		    secret->text);
		record_put_str(&r, F_USE, use_names[x->use]);
		record_put(&r, F_USER, secret->user);
		record_put_number(&r, F_DEVICES, n);
		record_put_bool(&r, F_READABLE, x->readable);
		ruleset_match(
		    &c->knowledge->rules, &r, &s->scratch, on_rule, &at);
	}
}

void
case_secrets(struct casefile *c)
{
	struct sharing s = {.c = c};
	struct err e;

	map_init(&s.index, &c->arena);
	sources_take(&s);
	if (s.n == 0)
		return;
	if (rule_scratch_init(&s.scratch, &e) != 0) {
		c->complete = false;
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.v[i].nheads > 1)
			share_tell(&s, &s.v[i]);
	rule_scratch_release(&s.scratch);
}
