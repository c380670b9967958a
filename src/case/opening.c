/*
 * Who can get at a flaw: from what configurations say of services.  Readers
 * that know a platform's interfaces, their filters and the control plane tell
 * it of each service (read/config/reach.h); for the others the service's own
 * access lists are held against the interfaces' addresses here.  Other devices
 * on the way are not known.
 */
#include "case/subject.h"

const char *
opening_name(enum opening o)
{
	static const char *const names[] = {
	    "unknown", "none", "management", "inside", "customers", "internet"};

	ASSERT((unsigned)o < sizeof(names) / sizeof(names[0]));
	return names[o];
}

enum vuln_said
opening_public(enum opening o)
{
	if (o == OPENING_UNKNOWN)
		return VULN_UNSAID;
	return o >= OPENING_CUSTOMERS ? VULN_YES : VULN_NO;
}

static bool
flag(const struct fact *f, enum field_id id)
{
	return span_is(fact_text(f, id), "true");
}

/* What the interfaces of the device say. */
struct ways_in {
	const struct device_fact *open, *customer, *any;
};

static void
ways_in_of(const struct casefile *c, uint32_t device, struct ways_in *w)
{
	const struct device *d = &c->fleet.v[device];

	*w = (struct ways_in){0};
	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;
		struct span role = fact_text(f, F_ROLE);
		const struct value *address;

		if (f->kind != K_INTERFACE || flag(f, F_SHUTDOWN) ||
		    span_is(role, "management"))
			continue;
		address = fact_get(f, F_ADDRESS);
		if (w->any == NULL)
			w->any = &d->facts[i];
		if (w->customer == NULL &&
		    (span_is(role, "customer") || span_is(role, "peer")))
			w->customer = &d->facts[i];
		if (w->open == NULL && address != NULL &&
		    addr_public(&address->u.prefix.addr))
			w->open = &d->facts[i];
	}
}

static bool
asked(const struct vulnerability *v, struct span service)
{
	for (size_t i = 0; i < v->services.n; i++)
		if (span_eq(v->services.v[i], service))
			return true;
	return false;
}

static bool
is_management_vrf(struct span vrf)
{
	return span_find_nocase(vrf, SPAN("mgmt")) != SPAN_NONE ||
	       span_find_nocase(vrf, SPAN("management")) != SPAN_NONE;
}

/* What the reader made of the service, its guards and the interfaces. */
static bool
told_opening(const struct fact *f, enum opening *out)
{
	struct span word = fact_text(f, F_OPENING);

	for (unsigned o = OPENING_UNKNOWN; o <= OPENING_INTERNET; o++)
		if (span_is(word, opening_name((enum opening)o))) {
			*out = (enum opening)o;
			return true;
		}
	return false;
}

/* One service: from whom it takes connections, as its guards say. */
static enum opening
service_opening(const struct fact *f)
{
	struct span verdict = fact_text(f, F_VERDICT);

	if (span_is(verdict, "nobody"))
		return OPENING_NONE;
	if (is_management_vrf(fact_text(f, F_VRF)))
		return OPENING_MANAGEMENT;
	if (flag(f, F_PUBLIC))
		return OPENING_INTERNET;
	return span_is(verdict, "restricted") ? OPENING_MANAGEMENT
					      : OPENING_UNKNOWN;
}

/* Guards that let the Internet in matter where the Internet arrives. */
static enum opening
narrow(enum opening o, const struct ways_in *w)
{
	if (o != OPENING_INTERNET || w->open != NULL)
		return o;
	if (w->customer != NULL)
		return OPENING_CUSTOMERS;
	return w->any != NULL ? OPENING_INSIDE : OPENING_UNKNOWN;
}

static struct span
service_why(const struct fact *f, enum opening o, const struct ways_in *w,
    struct arena *a)
{
	struct span service = fact_text(f, F_SERVICE),
		    entry = fact_text(f, F_ENTRY), why = fact_text(f, F_WHY),
		    by = entry.n > 0 ? entry : why;
	const char *gap = by.n > 0 ? ": " : "";

	if (fact_text(f, F_OPENING_WHY).n > 0)
		return fact_text(f, F_OPENING_WHY);
	switch (o) {
	case OPENING_NONE:
		return arena_fmt(a, "nobody is let in to %.*s%s%.*s",
		    SPAN_FMT(service), gap, SPAN_FMT(by));
	case OPENING_MANAGEMENT:
		return arena_fmt(a,
		    "%.*s takes connections from own networks only%s%.*s",
		    SPAN_FMT(service), gap, SPAN_FMT(by));
	case OPENING_INSIDE:
		return arena_fmt(a,
		    "%.*s takes connections from anywhere, but no interface "
		    "has a public address",
		    SPAN_FMT(service));
	case OPENING_CUSTOMERS:
		return arena_fmt(a,
		    "%.*s takes connections from anywhere, and interface %.*s "
		    "leads to another network",
		    SPAN_FMT(service),
		    SPAN_FMT(fact_text(&w->customer->fact, F_INTERFACE)));
	case OPENING_INTERNET:
		return arena_fmt(a,
		    "%.*s takes connections from public addresses%s%.*s",
		    SPAN_FMT(service), gap, SPAN_FMT(by));
	case OPENING_UNKNOWN:
		break;
	}
	return arena_fmt(a, "who may reach %.*s is not known%s%.*s",
	    SPAN_FMT(service), gap, SPAN_FMT(by));
}

/* The widest of the services counts; one that is not known leaves the whole
 * unknown unless another is open to all. */
static enum opening
by_services(const struct casefile *c, const struct subject *x,
    const struct vulnerability *v, const struct ways_in *w, struct arena *a,
    struct span *why, const struct device_fact **at)
{
	const struct device *d = &c->fleet.v[x->device];
	const struct device_fact *best = NULL, *open = NULL;
	enum opening most = OPENING_UNKNOWN;

	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;
		enum opening o;

		if (f->kind != K_REACH || !asked(v, fact_text(f, F_SERVICE)))
			continue;
		if (!told_opening(f, &o))
			o = narrow(service_opening(f), w);
		if (o == OPENING_UNKNOWN)
			open = &d->facts[i];
		if (o > most || best == NULL) {
			most = o;
			best = &d->facts[i];
		}
	}
	if (open != NULL && most < OPENING_CUSTOMERS) {
		most = OPENING_UNKNOWN;
		best = open;
	}
	*at = best;
	*why = best != NULL
		   ? service_why(&best->fact, most, w, a)
		   : SPAN("no configuration says who may reach the service");
	return most;
}

static enum opening
by_interfaces(const struct vulnerability *v, const struct ways_in *w,
    struct arena *a, struct span *why, const struct device_fact **at)
{
	bool link = v->way == VULN_WAY_LINK;

	if (w->open != NULL && !link) {
		*at = w->open;
		*why = arena_fmt(a, "interface %.*s has a public address",
		    SPAN_FMT(fact_text(&w->open->fact, F_INTERFACE)));
		return OPENING_INTERNET;
	}
	if (w->customer != NULL) {
		*at = w->customer;
		*why = arena_fmt(a, "interface %.*s leads to another network",
		    SPAN_FMT(fact_text(&w->customer->fact, F_INTERFACE)));
		return OPENING_CUSTOMERS;
	}
	if (w->any == NULL || v->way == VULN_WAY_GATEWAY) {
		*why = w->any == NULL
			   ? SPAN("no interfaces are known")
			   : SPAN("no interface has a public address; address "
				  "translation in front of it is not known");
		return OPENING_UNKNOWN;
	}
	*why = link ? SPAN("no interface is known to lead to another network")
		    : SPAN("no interface has a public address");
	return OPENING_INSIDE;
}

enum opening
opening_of(const struct casefile *c, const struct subject *x,
    const struct vulnerability *v, struct arena *a, struct span *why,
    const struct device_fact **at)
{
	struct ways_in w;
	enum opening o;

	*at = NULL;
	*why = SPAN("how an intruder gets at it is not known");
	ways_in_of(c, x->device, &w);
	switch (v->way) {
	case VULN_WAY_UNSAID:
		return OPENING_UNKNOWN;
	case VULN_WAY_SERVICE:
	case VULN_WAY_LOGIN:
		return by_services(c, x, v, &w, a, why, at);
	case VULN_WAY_GATEWAY:
	case VULN_WAY_TRAFFIC:
		o = by_services(c, x, v, &w, a, why, at);
		if (*at != NULL)
			return o;
		return by_interfaces(v, &w, a, why, at);
	case VULN_WAY_LINK:
		return by_interfaces(v, &w, a, why, at);
	}
	return OPENING_UNKNOWN;
}
