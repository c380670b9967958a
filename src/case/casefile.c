#include "case/casefile.h"

#include <stdlib.h>

#include "base/limits.h"

void
casefile_init(struct casefile *c, const struct knowledge *k)
{
	*c = (struct casefile){.knowledge = k, .complete = true};
	arena_init(&c->arena);
	fleet_init(&c->fleet, &c->arena);
	map_init(&c->rivals, &c->arena);
}

void
casefile_release(struct casefile *c)
{
	if (c == NULL)
		return;
	arena_release(&c->arena);
	*c = (struct casefile){0};
}

struct source *
casefile_source(struct casefile *c, struct span path)
{
	struct source *s;

	c->sources = arena_grow(&c->arena, c->sources, c->nsources,
	    &c->sources_cap, sizeof(*c->sources));
	s = &c->sources[c->nsources++];
	*s = (struct source){.device = DEVICE_NONE};
	s->path = arena_copy(&c->arena, path);
	return s;
}

void
source_diag(struct casefile *c, struct source *s, enum diag_code code,
    uint64_t line, struct span detail)
{
	enum diag_severity sev = diag_severity(code);

	if (sev > s->worst)
		s->worst = sev;
	if (sev != DIAG_NOTE)
		c->complete = false;
	if (s->ndiags >= LIMIT_DIAGS) {
		s->diags_dropped++;
		return;
	}
	s->diags = arena_grow(&c->arena, s->diags, s->ndiags, &s->diags_cap,
	    sizeof(*s->diags));
	s->diags[s->ndiags++] = (struct diag){
	    code, line, arena_copy(&c->arena, detail)};
}

static int
source_order(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int r = span_cmp(x->path, y->path);

	if (r == 0)
		r = span_cmp(x->revision, y->revision);
	if (r == 0)
		r = span_cmp(x->hashes.xxh3, y->hashes.xxh3);
	return r != 0 ? r : (int)x->state - (int)y->state;
}

void
casefile_close(struct casefile *c)
{
	if (c->nsources > 0)
		qsort(c->sources, c->nsources, sizeof(*c->sources),
		    source_order);
	case_join(c);
	case_findings(c);
	case_waive(c);
	case_judge(c);
	case_timeline(c);
}

size_t
device_findings_of(const struct casefile *c, const struct device_result *r,
    enum check_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		n += c->findings[r->findings[i]].check->kind == kind;
	return n;
}

enum verdict
casefile_worst(const struct casefile *c)
{
	enum verdict worst = VERDICT_UNKNOWN;

	for (size_t i = 0; i < c->fleet.n; i++)
		if (c->results[i].verdict > worst)
			worst = c->results[i].verdict;
	for (size_t i = 0; i < c->nfindings; i++)
		if (finding_counts(&c->findings[i]) &&
		    finding_weight(&c->findings[i]) > worst)
			worst = finding_weight(&c->findings[i]);
	return worst;
}

int
case_source_order(const void *a, const void *b, void *ctx)
{
	const struct casefile *c = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t d = c->sources[x].device, e = c->sources[y].device;
	int r = span_cmp(c->fleet.v[d].name, c->fleet.v[e].name);

	if (r == 0 && d != e)
		r = d < e ? -1 : 1;
	return r != 0 ? r : x < y ? -1 : x > y;
}
