/*
 * Ways in to a service.  A connection comes through an interface and passes
 * its input filter, then what guards the service: the doors are laid over the
 * service's own answer one by one, and the widest way in counts.
 */
#include "base/err.h"
#include "read/config/cisco_secret.h"
#include "read/config/reach_build.h"

/*
 * So much of the public address space may be let in and the service still
 * counts as closed to the Internet: a list of some management hosts and
 * offices.  IPv4 addresses; networks of IPv6 of 48 bits.
 */
#define FEW4 1024
#define FEW6 16

/* Interfaces that a reason names. */
#define NAMED 3

void
reach_door_guard(struct reach_door *d, struct span name,
    const struct filter *v4, const struct filter *v6)
{
	ASSERT(d->nguards < sizeof(d->guards) / sizeof(*d->guards));
	d->guards[d->nguards++] = (struct reach_guard){name, v4, v6};
}

static bool
same_guards(const struct reach_door *a, const struct reach_door *b)
{
	if (a->nguards != b->nguards)
		return false;
	for (unsigned i = 0; i < a->nguards; i++)
		if (a->guards[i].v4 != b->guards[i].v4 ||
		    a->guards[i].v6 != b->guards[i].v6)
			return false;
	return true;
}

void
reach_door(struct reach *r, const struct reach_door *d)
{
	for (size_t i = 0; i < r->ndoors && !r->apart; i++) {
		struct reach_door *e = &r->doors[i];

		if (e->face == d->face && e->v4 == d->v4 && e->v6 == d->v6 &&
		    e->set == d->set && e->unsure == d->unsure &&
		    span_eq(e->vrf, d->vrf) && same_guards(e, d)) {
			e->interfaces++;
			return;
		}
	}
	if (r->ndoors == LIMIT_REACH_DOORS) {
		r->more_doors = "more interfaces than are looked at";
		return;
	}
	r->doors = arena_grow(
	    r->arena, r->doors, r->ndoors, &r->doors_cap, sizeof(*r->doors));
	r->doors[r->ndoors] = *d;
	r->doors[r->ndoors++].interfaces = 1;
}

void
reach_public(struct reach *r, struct span vrf)
{
	for (size_t i = 0; i < r->npublic; i++)
		if (span_eq(r->public_vrfs[i], vrf))
			return;
	if (r->npublic < LIMIT_REACH_DOORS)
		r->public_vrfs[r->npublic++] = vrf;
}

/* Doors of the VRF, or all, lead to the Internet. */
static void
promote(struct reach *r, const struct span *vrf)
{
	for (size_t i = 0; i < r->ndoors; i++) {
		struct reach_door *d = &r->doors[i];

		if (d->face == REACH_MANAGEMENT ||
		    (vrf != NULL && !span_eq(d->vrf, *vrf)))
			continue;
		d->face = REACH_INTERNET;
		d->unsure = NULL;
	}
}

void
reach_doors_end(struct reach *r)
{
	for (size_t i = 0; i < r->npublic; i++) {
		bool internet = false, any = false;

		for (size_t k = 0; k < r->ndoors; k++) {
			if (!span_eq(r->doors[k].vrf, r->public_vrfs[i]))
				continue;
			any = true;
			internet |= r->doors[k].face == REACH_INTERNET;
		}
		if (any && !internet)
			promote(r, &r->public_vrfs[i]);
		else if (!any && !r->by_vrf)
			promote(r, NULL);
	}
}

/* ---- how much is let in ---- */

enum crowd { CROWD_NONE, CROWD_FEW, CROWD_UNKNOWN, CROWD_ANYBODY };

/* Is it more of the public space than a few networks? */
static bool
is_many(struct reach *r, const struct filter_runs *runs, enum filter_verdict v)
{
	struct reach_admitted a = reach_admitted_of(r, runs, v);
	uint64_t sum4 = 0, sum6 = 0;
	struct prefix last = {0}; /* network of 48 bits that was counted */

	for (size_t i = 0; i < a.stored; i++) {
		const struct prefix *p = &a.v[i];
		unsigned bits = p->bits;

		if (!reach_is_public(r, p, 1))
			continue;
		if (p->addr.family == 4)
			sum4 += 1ull << (32 - bits);
		else if (bits < 48)
			sum6 += 1ull << (48 - bits);
		else if (last.bits == 0 || !prefix_holds(&last, &p->addr)) {
			last = prefix_of(p->addr, 48);
			sum6++;
		}
	}
	return sum4 > FEW4 || sum6 > FEW6 || a.n > a.stored;
}

/* One door, or none, and what it comes to. */
struct passage {
	struct reach_service through; /* with the door's guards */
	const struct reach_door *door;
	enum crowd crowd;
	/* What says so. */
	struct reach_side side;
	struct filter_answer answer;
	struct filter_answer denied; /* the widest denial, where there is one */
};

static enum crowd
crowd_of(struct reach *r, const struct reach_side *side,
    struct filter_answer *answer, struct filter_answer *denied)
{
	struct reach_sums sums = reach_sums_of(side);
	enum crowd c = CROWD_NONE;
	const struct filter_run *run = sums.denies;

	if (sums.permits != NULL && is_many(r, &side->runs, FILTER_PERMIT)) {
		c = CROWD_ANYBODY;
		run = sums.permits;
	} else if (sums.unknowns != NULL &&
		   is_many(r, &side->runs, FILTER_UNKNOWN)) {
		c = CROWD_UNKNOWN;
		run = sums.unknowns;
	} else if (sums.permits != NULL || sums.unknowns != NULL) {
		c = CROWD_FEW;
		run = sums.permits ? sums.permits : sums.unknowns;
	}
	*answer = run->answer;
	*denied = sums.denies ? sums.denies->answer : run->answer;
	return c;
}

/* The wider of the families counts. */
static void
passage_judge(
    struct reach *r, struct passage *p, const struct reach_side sides[2])
{
	bool families[2] = {p->door == NULL || p->door->v4,
	    p->door == NULL ? r->ipv6 : p->door->v6};
	bool any = false;

	for (unsigned k = 0; k < 2; k++) {
		struct filter_answer answer, denied;
		enum crowd c;

		if (!families[k])
			continue;
		c = crowd_of(r, &sides[k], &answer, &denied);
		if (any && c <= p->crowd)
			continue;
		any = true;
		p->crowd = c;
		p->side = sides[k];
		p->answer = answer;
		p->denied = denied;
	}
}

/* No VRF and the one called default are the same. */
static bool
same_vrf(struct span a, struct span b)
{
	a.n = span_is(a, "default") ? 0 : a.n;
	b.n = span_is(b, "default") ? 0 : b.n;
	return span_eq(a, b);
}

static bool
is_asked(const struct reach *r, const struct reach_service *s,
    const struct reach_door *d)
{
	if (s->interface.n > 0 && !span_eq(s->interface, d->interface))
		return false;
	return !r->by_vrf || s->every_vrf || same_vrf(s->vrf, d->vrf);
}

/* The service as it stands behind the policies of the control plane. */
static void
passage_plane(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2], struct reach_side sides[2],
    struct passage *p)
{
	*p = (struct passage){.through = *s};
	for (unsigned i = 0; i < r->nplanes; i++)
		reach_guard(&p->through, r->planes[i].name, r->planes[i].v4,
		    r->planes[i].v6);
	for (unsigned k = 0; k < 2; k++) {
		sides[k] = own[k];
		reach_side_pass(r, &p->through, s->nguards, &sides[k]);
	}
}

/* What has passed those passes the guards of the door. */
static void
passage_open(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2], size_t door, struct reach_side sides[2],
    struct passage *p)
{
	*p = (struct passage){.through = *s, .door = &r->doors[door]};
	for (unsigned i = 0; i < p->door->nguards; i++)
		reach_guard(&p->through, p->door->guards[i].name,
		    p->door->guards[i].v4, p->door->guards[i].v6);
	if (s->at != NULL && (s->at[door].v4 != NULL || s->at[door].v6 != NULL))
		reach_guard(&p->through, s->at[door].name, s->at[door].v4,
		    s->at[door].v6);
	for (unsigned k = 0; k < 2; k++) {
		sides[k] = own[k];
		reach_side_pass(r, &p->through, s->nguards, &sides[k]);
	}
}

/* ---- reasons ---- */

/* Has the guard entries that all pass it by? */
static bool
is_policy(const struct reach_service *s, unsigned family,
    const struct filter_answer *a)
{
	const struct reach_guard *g = &s->guards[a->list];

	return (family == 4 ? g->v4 : g->v6)->n > 0;
}

/* "OUTSIDE line 12: deny ip any any" */
static struct span
decision(
    struct reach *r, const struct passage *p, const struct filter_answer *a)
{
	const struct reach_service *s = &p->through;
	const struct filter_entry *e = reach_entry_of(s, p->side.family, a);
	struct span why;

	if (e != NULL && a->verdict != FILTER_UNKNOWN)
		return arena_fmt(r->arena, "%.*s line %u: %.*s",
		    SPAN_FMT(s->guards[a->list].name), e->line,
		    SPAN_FMT(secret_redact(r->arena, e->text)));
	if (s->closed == NULL && a->list >= s->nguards)
		return SPAN("no filter stands before it");
	why = reach_end_why(r, s, &p->side, a);
	if (a->verdict == FILTER_PERMIT && !is_policy(s, p->side.family, a))
		return arena_fmt(
		    r->arena, "%.*s, which lets everybody in", SPAN_FMT(why));
	return why;
}

static struct span
interface_text(struct reach *r, const struct reach_door *d)
{
	if (d->interfaces > 1)
		return arena_fmt(r->arena, "%.*s (and %zu like it)",
		    SPAN_FMT(d->interface), d->interfaces - 1);
	return d->interface;
}

static struct span
unknown_why(struct reach *r, const struct passage *p)
{
	const struct reach_service *s = &p->through;
	struct span name = p->answer.list < s->nguards
			       ? s->guards[p->answer.list].name
			       : (struct span){0};

	if (p->crowd == CROWD_ANYBODY)
		return arena_fmt(r->arena,
		    "%s takes connections through %.*s, %s", s->service,
		    SPAN_FMT(interface_text(r, p->door)), p->door->unsure);
	if (name.n == 0)
		return arena_fmt(r->arena,
		    "who may reach %s is not known: %.*s", s->service,
		    SPAN_FMT(reach_end_why(r, s, &p->side, &p->answer)));
	return arena_fmt(r->arena,
	    "filter %.*s before %s on %.*s could not be evaluated: %.*s",
	    SPAN_FMT(name), s->service, SPAN_FMT(interface_text(r, p->door)),
	    SPAN_FMT(reach_end_why(r, s, &p->side, &p->answer)));
}

static struct span
open_why(struct reach *r, const struct passage *p)
{
	static const char *const faces[] = {
	    [REACH_MANAGEMENT] = "which is for management",
	    [REACH_INSIDE] = "which has no public address",
	    [REACH_OTHERS] = "which leads to another network",
	    [REACH_INTERNET] = "which takes packets from public addresses"};

	return arena_fmt(r->arena,
	    "%s takes connections through %.*s, %s: %.*s", p->through.service,
	    SPAN_FMT(interface_text(r, p->door)), faces[p->door->face],
	    SPAN_FMT(decision(r, p, &p->answer)));
}

/* The service's own guards and the control plane settle it.  An entry that
 * lets in says more than that others are kept out. */
static struct span
own_why(struct reach *r, const struct passage *p)
{
	const struct filter_entry *e =
	    reach_entry_of(&p->through, p->side.family, &p->answer);

	if (p->crowd == CROWD_NONE)
		return arena_fmt(r->arena, "%s lets nobody in: %.*s",
		    p->through.service, SPAN_FMT(decision(r, p, &p->answer)));
	return arena_fmt(r->arena,
	    "%s takes connections from a few networks only: %.*s",
	    p->through.service,
	    SPAN_FMT(decision(
		r, p, e != NULL && e->of == NULL ? &p->answer : &p->denied)));
}

/* ---- all doors of a service ---- */

struct doors {
	struct passage own;
	struct passage open, unknown; /* the widest of each, if any */
	bool any, opens, unknowns, few;
	/* Doors to others that keep them out. */
	struct span shut[NAMED];
	size_t nshut;
};

/* What cannot be told of a door is taken at its worst. */
static enum reach_face
face_at_worst(const struct reach_door *d)
{
	return d->unsure != NULL ? REACH_INTERNET : d->face;
}

static void
take_passage(struct reach *r, struct doors *d, const struct passage *p)
{
	bool unsure = p->crowd == CROWD_UNKNOWN ||
		      (p->crowd == CROWD_ANYBODY && p->door->unsure != NULL);

	d->any = true;
	if (unsure) {
		if (!d->unknowns ||
		    face_at_worst(p->door) > face_at_worst(d->unknown.door))
			d->unknown = *p;
		d->unknowns = true;
	} else if (p->crowd == CROWD_ANYBODY) {
		if (!d->opens || p->door->face > d->open.door->face)
			d->open = *p;
		d->opens = true;
	} else {
		d->few |= p->crowd == CROWD_FEW;
		if (p->door->face < REACH_OTHERS)
			return;
		if (d->nshut < NAMED)
			d->shut[d->nshut] = arena_fmt(r->arena, "%.*s: %.*s",
			    SPAN_FMT(interface_text(r, p->door)),
			    SPAN_FMT(decision(r, p, &p->denied)));
		d->nshut++;
	}
}

static struct span
shut_text(struct reach *r, const struct doors *d)
{
	struct span s = d->shut[0];

	for (size_t i = 1; i < d->nshut && i < NAMED; i++)
		s = arena_fmt(
		    r->arena, "%.*s; %.*s", SPAN_FMT(s), SPAN_FMT(d->shut[i]));
	if (d->nshut > NAMED)
		s = arena_fmt(r->arena, "%.*s; and %zu more", SPAN_FMT(s),
		    d->nshut - NAMED);
	return s;
}

/* The best that doors leave: nobody comes in from other networks. */
static void
closed_opening(
    struct reach *r, const struct doors *d, struct reach_opening *out)
{
	const char *service = d->own.through.service;
	struct span inside =
	    d->opens	  ? open_why(r, &d->open)
	    : d->unknowns ? unknown_why(r, &d->unknown)
	    : d->few
		? SPAN("a few networks are let in")
		: arena_fmt(r->arena, "no other interface takes %s", service);
	bool in = (d->opens && d->open.door->face == REACH_INSIDE) ||
		  (d->unknowns && d->unknown.door->face == REACH_INSIDE);

	out->word = in					? "inside"
		    : d->opens || d->unknowns || d->few ? "management"
							: "none";
	if (d->nshut > 0)
		out->why = arena_fmt(r->arena,
		    "%s is kept from other networks by %.*s; %.*s", service,
		    SPAN_FMT(shut_text(r, d)), SPAN_FMT(inside));
	else
		out->why = inside;
}

static void
doors_opening(struct reach *r, const struct doors *d, struct reach_opening *out)
{
	enum reach_face open = d->opens ? d->open.door->face : REACH_MANAGEMENT;
	enum reach_face unknown =
	    d->unknowns ? face_at_worst(d->unknown.door) : REACH_MANAGEMENT;

	if (open < REACH_OTHERS && unknown >= REACH_OTHERS) {
		out->word = "unknown";
		out->why = unknown_why(r, &d->unknown);
	} else if (open >= REACH_OTHERS) {
		out->word = open == REACH_INTERNET ? "internet" : "customers";
		out->why = open_why(r, &d->open);
	} else if (r->more_doors != NULL) {
		out->word = "unknown";
		out->why =
		    arena_fmt(r->arena, "who may reach %s is not known: %s",
			d->own.through.service, r->more_doors);
	} else {
		closed_opening(r, d, out);
	}
}

/* The service by itself, and behind the policies of the control plane. */
struct stages {
	struct passage bare, behind;
	struct reach_side own[2], sides[2];
};

static void
stages_make(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2], struct stages *out)
{
	out->bare = (struct passage){.through = *s};
	for (unsigned k = 0; k < 2; k++)
		out->own[k] = own[k];
	passage_plane(r, s, own, out->sides, &out->behind);
}

/* The way in through a door; false: the service is not asked there. */
static bool
stages_pass(struct reach *r, const struct stages *st, size_t door,
    struct reach_side through[2], struct passage *p)
{
	const struct reach_door *d = &r->doors[door];
	bool spared = r->planes_inband && d->face == REACH_MANAGEMENT;
	const struct reach_service *s =
	    spared ? &st->bare.through : &st->behind.through;

	if (!is_asked(r, s, d))
		return false;
	passage_open(r, s, spared ? st->own : st->sides, door, through, p);
	return true;
}

void
reach_opening(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2], struct reach_opening *out)
{
	struct doors d = {0};
	struct stages st;

	*out = (struct reach_opening){0};
	if (r->ndoors == 0)
		return;
	stages_make(r, s, own, &st);
	d.own = r->planes_inband ? st.bare : st.behind;
	passage_judge(r, &d.own, r->planes_inband ? st.own : st.sides);
	if (d.own.crowd == CROWD_NONE || d.own.crowd == CROWD_FEW) {
		out->word = d.own.crowd == CROWD_NONE ? "none" : "management";
		out->why = own_why(r, &d.own);
		return;
	}
	for (size_t i = 0; i < r->ndoors; i++) {
		struct reach_side through[2];
		struct passage p;

		if (!stages_pass(r, &st, i, through, &p))
			continue;
		passage_judge(r, &p, through);
		take_passage(r, &d, &p);
	}
	if (d.any)
		doors_opening(r, &d, out);
}

/* ---- records ---- */

static const char *const face_words[] = {[REACH_MANAGEMENT] = "management",
    [REACH_INSIDE] = "inside",
    [REACH_OTHERS] = "customers",
    [REACH_INTERNET] = "internet"};

/* before: guards of the service's own */
static void
emit_entrance(struct reach *r, unsigned before, struct passage *p,
    const struct reach_side sides[2])
{
	const struct reach_door *d = p->door;
	struct reach_service shown = p->through;
	struct reach_sums sums;
	enum openness open;

	passage_judge(r, p, sides);
	sums = reach_sums_of(&p->side);
	open = reach_openness(&sums);
	record_init(&r->rec, K_ENTRANCE, d->line, d->offset, d->text);
	shown.interface = d->interface;
	shown.vrf = d->vrf;
	reach_put_common(r, &shown);
	record_put_str(&r->rec, F_ROLE, face_words[d->face]);
	for (unsigned i = before; i < p->through.nguards; i++)
		record_put(&r->rec, F_ACL, p->through.guards[i].name);
	record_put_str(&r->rec, F_VERDICT, reach_openness_words[open]);
	if (r->ask != NULL)
		reach_put_answer(r, &p->through, sides);
	else
		reach_put_decision(r, &p->through, &p->side, &p->answer);
	r->out->record(r->out, &r->rec);
}

void
reach_entrances(struct reach *r, const struct reach_service *s,
    const struct reach_side own[2])
{
	struct stages st;

	if (r->ndoors == 0)
		return;
	stages_make(r, s, own, &st);
	for (size_t i = 0; i < r->ndoors; i++) {
		struct reach_side through[2];
		struct passage p;

		if (stages_pass(r, &st, i, through, &p) &&
		    p.through.nguards > s->nguards)
			emit_entrance(r, s->nguards, &p, through);
	}
}
