#include "base/sort.h"
#include "read/config/reach_build.h"

void
reach_init(struct reach *r, const struct read_in *in, struct emit *out,
    const struct ios_scope *scope)
{
	*r = (struct reach){.arena = in->arena,
	    .out = out,
	    .scope = scope,
	    .ask = in->ask,
	    .ipv6 = (scope->lengths6[0] | scope->lengths6[1] |
			scope->lengths6[2]) != 0};
}

uint16_t
reach_port(struct span text, uint16_t by_default)
{
	uint64_t n;

	return span_u64(text, &n) && n > 0 && n <= UINT16_MAX ? (uint16_t)n
							      : by_default;
}

void
reach_guard(struct reach_service *s, struct span name, const struct filter *v4,
    const struct filter *v6)
{
	for (unsigned i = 0; i < s->nguards; i++)
		if (s->guards[i].v4 == v4 && s->guards[i].v6 == v6)
			return;
	if (s->nguards == LIMIT_REACH_LISTS) {
		s->unsure = "more access lists than are looked at";
		return;
	}
	s->guards[s->nguards++] = (struct reach_guard){name, v4, v6};
}

/* ---- lists of the reader's own ---- */

void
reach_list_permit(struct reach *r, struct reach_list *l, const struct prefix *p,
    struct span text, uint32_t line, uint64_t offset)
{
	struct filter_entry e = {.action = FILTER_PERMIT,
	    .text = text,
	    .line = line,
	    .offset = offset};
	struct filter_piece *piece;

	if (p == NULL) {
		e.source.any4 = e.source.any6 = true;
	} else {
		piece = arena_alloc(r->arena, sizeof(*piece));
		*piece = filter_piece_of(p);
		e.source.v = piece;
		e.source.n = 1;
	}
	l->v = arena_grow(r->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = e;
}

const struct filter *
reach_list_end(struct reach *r, const struct reach_list *l, struct span name)
{
	struct filter *f = arena_alloc(r->arena, sizeof(*f));

	*f = (struct filter){
	    .name = name, .v = l->v, .n = l->n, .end = FILTER_DENY};
	return f;
}

/* ---- the map of one family ---- */

static const struct filter *
guard_of(const struct reach_service *s, unsigned i, unsigned family)
{
	return family == 4 ? s->guards[i].v4 : s->guards[i].v6;
}

/* Pieces that a filter is made of: what sweeping it costs. */
static size_t
cost_of(const struct filter *f)
{
	size_t n = 1;

	for (size_t i = 0; i < f->n; i++) {
		const struct filter_set *set = &f->v[i].source;

		n += 1 + set->n + f->v[i].nservices;
		for (size_t k = 0; k < set->n; k++)
			if (set->v[k].wild.family != 0)
				n += LIMIT_FILTER_HOLES;
		if (f->v[i].of != NULL)
			n += cost_of(f->v[i].of);
	}
	return n;
}

/* No filter at all: all may pass. */
static const struct filter open_filter = {.end = FILTER_PERMIT};
static const struct filter shut_filter = {.end = FILTER_DENY};

static void
number_runs(struct filter_runs *r, unsigned list)
{
	for (size_t i = 0; i < r->n; i++)
		r->v[i].answer.list = (uint8_t)list;
}

static void
give_up(struct filter_runs *r, const char *why)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].answer.verdict == FILTER_PERMIT) {
			r->v[i].answer.verdict = FILTER_UNKNOWN;
			r->v[i].answer.why = span_str(why);
		}
}

void
reach_side_pass(struct reach *r, const struct reach_service *s, unsigned from,
    struct reach_side *out)
{
	for (unsigned i = from; i < s->nguards && !s->closed; i++) {
		const struct filter *f = guard_of(s, i, out->family);
		struct filter_runs one;

		if (f == NULL)
			continue;
		r->steps += cost_of(f);
		if (r->steps > LIMIT_REACH_STEPS) {
			give_up(&out->runs, "too much work for this device");
			continue;
		}
		filter_map(r->arena, f, &s->query, out->family, &one);
		number_runs(&one, i);
		filter_runs_and(r->arena, &out->runs, &one, &out->runs);
	}
	if (s->unsure != NULL)
		give_up(&out->runs, s->unsure);
}

static void
side_fill(struct reach *r, const struct reach_service *s, unsigned family,
    struct reach_side *out)
{
	*out = (struct reach_side){.family = family};
	filter_map(r->arena, s->closed ? &shut_filter : &open_filter, &s->query,
	    family, &out->runs);
	number_runs(&out->runs, LIMIT_REACH_LISTS);
	reach_side_pass(r, s, 0, out);
}

/* ---- what it comes to ---- */

/* The share of the space that could be anybody's, 0 to 1: IPv4, or the global
 * unicast space of IPv6 (RFC 4291 section 2.4). */
static double
share_of(const struct filter_run *r)
{
	double size = 0, unit = 1;
	unsigned n = r->lo.family == 4 ? 4 : 8;
	struct addr lo = r->lo, hi = r->hi;

	if (lo.family == 6) {
		if (lo.bytes[0] < 0x20)
			lo = (struct addr){.family = 6, .bytes = {0x20}};
		if (hi.bytes[0] > 0x3f) {
			memset(hi.bytes, 0xff, sizeof(hi.bytes));
			hi.bytes[0] = 0x3f;
		}
		if (addr_cmp(&lo, &hi) > 0)
			return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		unit /= 256;
		size += unit * ((double)hi.bytes[i] - lo.bytes[i]);
	}
	return (size + unit) * (r->lo.family == 4 ? 1 : 8);
}

static void
keep_widest(const struct filter_run **best, const struct filter_run *r)
{
	/* An entry says more than an end. */
	if (*best == NULL || share_of(r) > share_of(*best))
		*best = r;
}

struct reach_sums
reach_sums_of(const struct reach_side *side)
{
	struct reach_sums s = {0};

	for (size_t i = 0; i < side->runs.n; i++) {
		const struct filter_run *r = &side->runs.v[i];

		if (r->answer.verdict == FILTER_PERMIT) {
			s.permit += share_of(r);
			keep_widest(&s.permits, r);
		} else if (r->answer.verdict == FILTER_UNKNOWN) {
			s.unknown += share_of(r);
			keep_widest(&s.unknowns, r);
		} else {
			keep_widest(&s.denies, r);
		}
	}
	return s;
}

enum openness
reach_openness(const struct reach_sums *s)
{
	if (s->permit >= 0.5)
		return ANYBODY;
	if (s->unknowns != NULL &&
	    (s->permits == NULL || s->unknown + s->permit >= 0.5))
		return NOT_KNOWN;
	return s->permits != NULL ? RESTRICTED : NOBODY;
}

const char *const reach_openness_words[] = {
    "nobody", "restricted", "unknown", "any"};

/* Where nothing says more: why the end is what it is. */
struct span
reach_end_why(struct reach *r, const struct reach_service *s,
    const struct reach_side *side, const struct filter_answer *a)
{
	const struct filter *f;
	const char *family = side->family == 4 ? "IPv4" : "IPv6";

	if (s->closed != NULL)
		return span_str(s->closed);
	if (a->why.n > 0)
		return a->why;
	if (a->list >= s->nguards)
		return arena_fmt(r->arena, "no access list for %s", family);
	f = guard_of(s, a->list, side->family);
	if (f->missing)
		return arena_fmt(r->arena, "access list %.*s is not defined",
		    SPAN_FMT(f->name));
	if (f->empty)
		return arena_fmt(r->arena, "access list %.*s has no entries",
		    SPAN_FMT(f->name));
	if (f->end == FILTER_PERMIT)
		return arena_fmt(r->arena, "%.*s drops none of it",
		    SPAN_FMT(s->guards[a->list].name));
	return arena_fmt(r->arena, "no entry of %.*s matches",
	    SPAN_FMT(s->guards[a->list].name));
}

const struct filter_entry *
reach_entry_of(const struct reach_service *s, unsigned family,
    const struct filter_answer *a)
{
	const struct filter *f;

	if (a->list >= s->nguards || a->entry == FILTER_END)
		return NULL;
	f = guard_of(s, a->list, family);
	return f != NULL && a->entry < f->n ? &f->v[a->entry] : NULL;
}

static void
put_number(struct reach *r, enum field_id f, uint64_t v)
{
	record_put_number(
	    &r->rec, f, arena_fmt(r->arena, "%llu", (unsigned long long)v));
}

/* Which entry decided, or why none did. */
void
reach_put_decision(struct reach *r, const struct reach_service *s,
    const struct reach_side *side, const struct filter_answer *a)
{
	const struct filter_entry *e = reach_entry_of(s, side->family, a);

	if (e != NULL) {
		record_put(&r->rec, F_ENTRY, e->text);
		if (e->line > 0)
			put_number(r, F_ENTRY_LINE, e->line);
	}
	if (e == NULL || a->verdict == FILTER_UNKNOWN)
		record_put(&r->rec, F_WHY, reach_end_why(r, s, side, a));
}

/* ---- records ---- */

void
reach_put_common(struct reach *r, const struct reach_service *s)
{
	struct record *rec = &r->rec;

	record_put_str(rec, F_SERVICE, s->service);
	record_put_str(
	    rec, F_PROTOCOL, s->query.protocol == FILTER_UDP ? "udp" : "tcp");
	if (s->query.port > 0)
		put_number(r, F_PORT, s->query.port);
	record_put_number(rec, F_FIRST, s->first);
	record_put_number(rec, F_LAST, s->last);
	record_put(rec, F_NAME, s->name);
	record_put(rec, F_INTERFACE, s->interface);
	record_put(rec, F_VRF, s->vrf);
	record_put(rec, F_MODE, s->mode);
}

/* Is any of it public and not the device's own? */
bool
reach_is_public(const struct reach *r, const struct prefix *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *scope = scope_of(r->scope, &v[i]);

		if (strcmp(scope, "public") == 0 || strcmp(scope, "any") == 0)
			return true;
	}
	return false;
}

#define PUBLIC_PREFIXES 4096 /* looked at, one by one */

struct reach_admitted
reach_admitted_of(
    struct reach *r, const struct filter_runs *runs, enum filter_verdict v)
{
	struct reach_admitted a = {0};

	a.n = filter_prefixes(runs, v, NULL, 0);
	a.stored = a.n < PUBLIC_PREFIXES ? a.n : PUBLIC_PREFIXES;
	a.v = arena_array(r->arena, a.stored, sizeof(*a.v));
	filter_prefixes(runs, v, a.v, a.stored);
	return a;
}

static void
put_admitted(struct reach *r, const struct reach_admitted *a)
{
	for (size_t i = 0; i < a->stored && i < LIMIT_REACH_PREFIXES; i++)
		record_put_prefix(&r->rec, F_ADMITS, &a->v[i],
		    prefix_text(r->arena, &a->v[i]));
}

/* May the asked address come in?  Exact for wildcards that the map is not. */
void
reach_put_answer(struct reach *r, const struct reach_service *s,
    const struct reach_side *sides)
{
	static const char *const words[] = {[FILTER_UNKNOWN] = "unknown",
	    [FILTER_PERMIT] = "yes",
	    [FILTER_DENY] = "no"};
	const struct reach_side *side = &sides[r->ask->family == 6];
	struct filter_answer a = {
	    .verdict = s->closed ? FILTER_DENY : FILTER_PERMIT,
	    .entry = FILTER_END,
	    .list = LIMIT_REACH_LISTS};
	char text[ADDR_TEXT];

	for (unsigned i = 0; i < s->nguards && !s->closed; i++) {
		const struct filter *f = guard_of(s, i, r->ask->family);
		struct filter_answer one;

		if (f == NULL)
			continue;
		filter_ask(f, &s->query, r->ask, &one);
		one.list = (uint8_t)i;
		filter_answer_and(&a, &one, &a);
	}
	if (s->unsure != NULL && a.verdict == FILTER_PERMIT) {
		a.verdict = FILTER_UNKNOWN;
		a.why = span_str(s->unsure);
	}
	addr_write(r->ask, text);
	record_put_ip(&r->rec, F_SRC_IP, arena_copy(r->arena, span_str(text)));
	record_put_str(&r->rec, F_ANSWER, words[a.verdict]);
	reach_put_decision(r, s, side, &a);
}

static void
put_guards(struct reach *r, const struct reach_service *s)
{
	for (unsigned i = 0; i < s->nguards; i++)
		record_put(&r->rec, F_ACL, s->guards[i].name);
}

static void
emit_service(struct reach *r, const struct reach_service *s,
    const struct reach_side *sides)
{
	struct reach_sums sums[2] = {reach_sums_of(&sides[0])};
	enum openness open[2] = {reach_openness(&sums[0]), NOBODY};
	struct reach_admitted in[2] = {
	    reach_admitted_of(r, &sides[0].runs, FILTER_PERMIT)};
	unsigned shown = 0;
	struct reach_opening opening;
	const struct filter_run *run;
	bool public;

	if (r->ipv6) {
		sums[1] = reach_sums_of(&sides[1]);
		open[1] = reach_openness(&sums[1]);
		in[1] = reach_admitted_of(r, &sides[1].runs, FILTER_PERMIT);
		shown = open[1] > open[0];
	}
	record_init(&r->rec, K_REACH, s->line, s->offset, s->text);
	reach_put_common(r, s);
	put_guards(r, s);
	record_put_str(&r->rec, F_VERDICT, reach_openness_words[open[shown]]);
	for (unsigned k = 0; k < 2; k++)
		put_admitted(r, &in[k]);
	put_number(r, F_ADMITTED, in[0].n + in[1].n);
	public = reach_is_public(r, in[0].v, in[0].stored) ||
		 reach_is_public(r, in[1].v, in[1].stored);
	record_put_bool(&r->rec, F_PUBLIC, public);
	reach_opening(r, s, sides, &opening);
	record_put_str(&r->rec, F_OPENING, opening.word);
	record_put(&r->rec, F_OPENING_WHY, opening.why);
	if (r->ask != NULL) {
		reach_put_answer(r, s, sides);
	} else {
		run = open[shown] == NOBODY	 ? sums[shown].denies
		      : open[shown] == NOT_KNOWN ? sums[shown].unknowns
						 : sums[shown].permits;
		reach_put_decision(r, s, &sides[shown], &run->answer);
	}
	r->out->record(r->out, &r->rec);
}

/* ---- entries that let in ---- */

/* Runs of one entry, in the order of the space. */
struct by_entry {
	uint32_t run, list, entry;
};

static int
by_list_entry(const void *a, const void *b)
{
	const struct by_entry *x = a, *y = b;

	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->run < y->run ? -1 : x->run > y->run;
}

static unsigned
widest_of(const struct filter_set *s, unsigned family)
{
	unsigned widest = family == 4 ? 32 : 128;

	if (family == 4 ? s->any4 : s->any6)
		return 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct filter_piece *p = &s->v[i];
		unsigned bits = 0, size = family == 4 ? 32 : 128;

		if (p->lo.family != family)
			continue;
		while (bits < size &&
		       !((p->lo.bytes[bits / 8] ^ p->hi.bytes[bits / 8]) >>
			       (7 - bits % 8) &
			   1))
			bits++;
		widest = bits < widest ? bits : widest;
	}
	return widest;
}

static void
emit_entry(struct reach *r, const struct reach_service *s,
    const struct reach_side *side, const struct by_entry *v, size_t n)
{
	const struct filter_answer *answer = &side->runs.v[v->run].answer;
	const struct filter_entry *e = reach_entry_of(s, side->family, answer);
	struct filter_runs runs = {.n = n};
	struct reach_admitted in = {0};

	runs.v = arena_array(r->arena, n, sizeof(*runs.v));
	for (size_t i = 0; i < n; i++)
		runs.v[i] = side->runs.v[v[i].run];
	/* Runs of one entry need not touch: one by one. */
	in.v = arena_array(r->arena, LIMIT_REACH_PREFIXES, sizeof(*in.v));
	for (size_t i = 0; i < n; i++) {
		struct filter_runs one = {&runs.v[i], 1};
		size_t room = LIMIT_REACH_PREFIXES - in.stored;
		size_t k = filter_prefixes(
		    &one, FILTER_PERMIT, in.v + in.stored, room);

		in.n += k;
		in.stored += k < room ? k : room;
	}
	record_init(&r->rec, K_ADMIT, e->line, e->offset, e->text);
	reach_put_common(r, s);
	record_put(&r->rec, F_ACL, s->guards[answer->list].name);
	record_put(&r->rec, F_ENTRY, e->text);
	put_number(r, F_WIDEST, widest_of(&e->source, side->family));
	put_admitted(r, &in);
	put_number(r, F_ADMITTED, in.n);
	record_put_bool(&r->rec, F_PUBLIC, reach_is_public(r, in.v, in.stored));
	if (in.n == 1 && in.v[0].bits == (side->family == 4 ? 32 : 128)) {
		char text[ADDR_TEXT];

		addr_write(&in.v[0].addr, text);
		record_put_ip(
		    &r->rec, F_SRC_IP, arena_copy(r->arena, span_str(text)));
	}
	r->out->record(r->out, &r->rec);
}

static void
emit_entries(struct reach *r, const struct reach_service *s,
    const struct reach_side *side)
{
	struct by_entry *v = arena_array(r->arena, side->runs.n, sizeof(*v));
	size_t n = 0, count = 0;

	for (size_t i = 0; i < side->runs.n; i++) {
		const struct filter_answer *a = &side->runs.v[i].answer;
		const struct filter_entry *e =
		    reach_entry_of(s, side->family, a);

		/* A class of a policy that passes lets nobody in by itself. */
		if (a->verdict == FILTER_PERMIT && e != NULL && e->of == NULL)
			v[n++] =
			    (struct by_entry){(uint32_t)i, a->list, a->entry};
	}
	sort_array(v, n, sizeof(*v), by_list_entry);
	for (size_t i = 0; i < n && count < LIMIT_REACH_ENTRIES; count++) {
		size_t from = i++;

		while (i < n && v[i].list == v[from].list &&
		       v[i].entry == v[from].entry)
			i++;
		emit_entry(r, s, side, &v[from], i - from);
	}
}

void
reach_emit(struct reach *r, struct reach_service *s)
{
	struct reach_side sides[2];

	if (r->services++ >= LIMIT_REACH_SERVICES)
		return;
	for (unsigned i = 0; i < s->nguards; i++)
		r->ipv6 |=
		    guard_of(s, i, 6) != NULL && guard_of(s, i, 4) == NULL;
	side_fill(r, s, 4, &sides[0]);
	side_fill(r, s, 6, &sides[1]);
	emit_service(r, s, sides);
	reach_entrances(r, s, sides);
	if (r->ask != NULL)
		return;
	emit_entries(r, s, &sides[0]);
	if (r->ipv6)
		emit_entries(r, s, &sides[1]);
}
