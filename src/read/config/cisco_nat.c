/*
 * Static translations: an address and port of the device that lead to a host
 * behind it.  "IP Addressing: NAT Configuration Guide" (IOS, IOS XE), "Cisco
 * Nexus 9000 NX-OS Interfaces Configuration Guide", "ASA Series Firewall CLI
 * Configuration Guide" and the EOS user manual give the forms.
 */
#include "read/config/cisco_ios_facts.h"
#include "read/config/path_facts.h"

struct translation {
	struct span protocol;		   /* empty: any */
	struct span outside, outside_port; /* port empty: all */
	struct span inside, inside_port;
	struct span interface; /* whose address it is, in place of outside */
};

static void
emit(struct ios *x, uint32_t node, const struct translation *t)
{
	struct addr a;
	struct record *r;

	if (!addr_read(t->inside, &a) ||
	    (t->interface.n == 0 && !addr_read(t->outside, &a)))
		return;
	r = ios_begin(x, K_TRANSLATION, node);
	record_put(r, F_PROTOCOL, t->protocol);
	record_put_ip(r, F_ADDRESS, t->outside);
	record_put(r, F_INTERFACE, t->interface);
	record_put_number(r, F_PORT, facts_port_number(t->outside_port));
	record_put_ip(r, F_SERVER_IP, t->inside);
	record_put_number(r, F_DST_PORT, facts_port_number(t->inside_port));
	ios_emit(x);
}

/* ip nat inside source static [tcp|udp] A [p] B|interface I [q] ... */
static void
ios_translation(struct ios *x, uint32_t node, const struct words *w)
{
	struct translation t = {0};
	bool ports = words_is(w, 5, "tcp") || words_is(w, 5, "udp");
	unsigned i = 5;

	if (ports)
		t.protocol = words_at(w, i++);
	t.inside = words_at(w, i++);
	if (ports)
		t.inside_port = words_at(w, i++);
	if (words_is(w, i, "interface")) {
		t.interface = words_at(w, i + 1);
		i += 2;
	} else {
		t.outside = words_at(w, i++);
	}
	if (ports)
		t.outside_port = words_at(w, i);
	emit(x, node, &t);
}

/* EOS, under an interface: ip nat source static A [p] B [q] [protocol P]; ip
 * nat destination static B [q] A [p] [protocol P] */
static void
eos_translation(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = 4, p = words_find(w, i, "protocol");
	struct span v[2], port[2] = {{0}, {0}};
	bool turned = words_is(w, 2, "destination");
	struct translation t = {0};
	uint64_t n;

	for (unsigned k = 0; k < 2; k++) {
		v[k] = words_at(w, i++);
		if (span_u64(words_at(w, i), &n))
			port[k] = words_at(w, i++);
		if (k == 0 && words_is(w, i, "access-list"))
			i += 2;
	}
	t.protocol = words_at(w, p + 1);
	t.inside = v[turned];
	t.inside_port = port[turned];
	t.outside = v[!turned];
	t.outside_port = port[!turned];
	emit(x, node, &t);
}

/* An address, or the name of an object that is one. */
static struct span
host_of(struct ios *x, struct span word)
{
	struct span text;
	struct addr a;
	uint32_t i;

	if (addr_read(word, &a))
		return word;
	i = map_get(&x->acls.objects, word);
	if (i == MAP_NONE || i >= x->acls.nprefixes ||
	    x->acls.prefixes[i].bits !=
		(x->acls.prefixes[i].addr.family == 4 ? 32 : 128))
		return (struct span){0};
	text = prefix_text(x->arena, &x->acls.prefixes[i]);
	return span_until(&text, '/');
}

/* ASA: object network O / nat (I,J) static B|interface [...] [service P p q] */
static void
asa_translation(struct ios *x, uint32_t node, const struct words *w)
{
	struct span object = tree_parent_text(x->tree, node), sides;
	unsigned at = words_find(w, 0, "static"),
		 service = words_find(w, at, "service");
	struct translation t = {0};

	if (!text_starts(object, "object network") || at == w->n)
		return;
	object = span_trim(span_from(object, strlen("object network")));
	t.inside = host_of(x, object);
	if (words_is(w, at + 1, "interface")) {
		sides = words_at(w, at - 1);
		(void)span_until(&sides, ',');
		t.interface = span_until(&sides, ')');
	} else {
		t.outside = host_of(x, words_at(w, at + 1));
	}
	if (service < w->n) {
		t.protocol = words_at(w, service + 1);
		t.inside_port = words_at(w, service + 2);
		t.outside_port = words_at(w, service + 3);
	}
	emit(x, node, &t);
}

/* PIX and ASA before 8.3: static (I,J) [tcp|udp] B|interface [q] A [p] netmask
 * M
 */
static void
pix_translation(struct ios *x, uint32_t node, const struct words *w)
{
	bool ports = words_is(w, 2, "tcp") || words_is(w, 2, "udp");
	unsigned i = ports ? 3 : 2;
	struct translation t = {0};
	struct span sides = words_at(w, 1);

	if (ports)
		t.protocol = words_at(w, 2);
	if (words_is(w, i, "interface")) {
		(void)span_until(&sides, ',');
		t.interface = span_until(&sides, ')');
	} else {
		t.outside = words_at(w, i);
	}
	i++;
	if (ports)
		t.outside_port = words_at(w, i++);
	t.inside = words_at(w, i++);
	if (ports)
		t.inside_port = words_at(w, i);
	emit(x, node, &t);
}

void
translations_flush(struct ios *x)
{
	struct words w;

	for (uint32_t i = 0; i < x->tree->n; i++) {
		struct span s = x->tree->v[i].text;

		if (s.n == 0 ||
		    (s.p[0] != 'i' && s.p[0] != 'n' && s.p[0] != 's'))
			continue;
		words_read(&w, s);
		if (text_starts(s, "ip nat inside source static"))
			ios_translation(x, i, &w);
		else if (text_starts(s, "ip nat source static") ||
			 text_starts(s, "ip nat destination static"))
			eos_translation(x, i, &w);
		else if (span_starts(s, SPAN("nat (")))
			asa_translation(x, i, &w);
		else if (span_starts(s, SPAN("static (")))
			pix_translation(x, i, &w);
	}
}
