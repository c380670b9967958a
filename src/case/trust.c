/*
 * How far evidence can be trusted.  What a device says of itself (its
 * configuration, its show commands, its own log buffer) is worth as much as
 * the device: several implants hook the very commands with which one looks for
 * them.  What was kept elsewhere when it happened (messages that a collector
 * received, accounting at the AAA server, flows and requests seen by others)
 * cannot be changed from the device afterwards.  A device whose image file was
 * hashed elsewhere and is a trusted one (case/image_compare.c) is believed more
 * than others; its memory and its boot loader may still be altered, so that
 * alone makes nothing clear but the rows that ask for it.
 */
#include "case/casefile.h"

#define KEPT_ELSEWHERE (EV_ACCOUNTING | EV_WEBLOG | EV_FLOW)

static enum trust
source_trust(const struct source *s)
{
	unsigned class = evidence_class(s->evidence);

	if (class & KEPT_ELSEWHERE || span_is(s->evidence, "monitor"))
		return TRUST_OFF_BOX;
	/* A relayed message names its host; a log buffer does not. */
	if (class & EV_SYSLOG && s->nhosts > 0)
		return TRUST_OFF_BOX;
	return TRUST_DEVICE;
}

static void
device_gets(struct casefile *c, uint32_t d, const struct source *s)
{
	enum trust t = source_trust(s);

	if (d == DEVICE_NONE)
		return;
	if (t > c->results[d].trust)
		c->results[d].trust = t;
	if (t == TRUST_OFF_BOX)
		c->results[d].off_box |= evidence_class(s->evidence);
}

void
case_trust(struct casefile *c)
{
	for (size_t i = 0; i < c->nsources; i++) {
		struct source *s = &c->sources[i];

		device_gets(c, s->device, s);
		for (size_t h = 0; h < s->nhosts; h++)
			device_gets(c,
			    case_host_device(c, s, s->hosts[h].host,
				s->hosts[h].host_addr, false),
			    s);
		for (size_t k = 0; k < s->ncontacts; k++) {
			device_gets(c,
			    case_address_device(c, &s->contacts[k].client), s);
			device_gets(c,
			    case_address_device(c, &s->contacts[k].server), s);
		}
	}
	for (size_t i = 0; i < c->nfindings; i++) {
		struct finding *f = &c->findings[i];

		for (size_t p = 0; p < f->nplaces; p++) {
			enum trust t =
			    source_trust(&c->sources[f->places[p].source]);

			if (t > f->trust)
				f->trust = t;
		}
	}
}
