#include "case/contact.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "read/flow/flow.h"

/* Conversations from which a beat can be told. */
#define BEAT_LEAST 8

void
contacts_init(struct contacts *c, struct arena *a,
    const struct addrset *watched, const uint64_t *services)
{
	*c = (struct contacts){
	    .watched = watched, .services = services, .arena = a};
	if (watched == NULL)
		return;
	c->v6 = addrset_has_family(watched, 6);
	map_init(&c->index, a);
}

static bool
watches(const struct contacts *c, const struct addr *a)
{
	if (a->family == 4)
		return addrset_find_v4(c->watched, addr_v4(a)) != ADDRSET_NONE;
	return a->family == 6 && c->v6 &&
	       addrset_find(c->watched, a) != ADDRSET_NONE;
}

bool
contacts_see(
    const struct contacts *c, const struct addr *src, const struct addr *dst)
{
	return watches(c, src) || watches(c, dst);
}

/* ---- keys ---- */

static char *
address_put(char *at, const struct addr *a)
{
	*at++ = (char)a->family;
	memcpy(at, a->bytes, sizeof(a->bytes));
	return at + sizeof(a->bytes);
}

struct span
contact_key(const struct contact *c, char room[CONTACT_KEY])
{
	char *at = address_put(address_put(room, &c->client), &c->server);

	*at++ = (char)(c->port >> 8);
	*at++ = (char)c->port;
	*at++ = (char)c->protocol;
	*at++ = (char)c->denied;
	return span_of(room, (size_t)(at - room));
}

static struct contact *
contact_find(const struct contacts *c, const struct contact *like)
{
	char room[CONTACT_KEY];
	uint32_t at = map_get(&c->index, contact_key(like, room));

	return at == MAP_NONE ? NULL : &c->v[at];
}

/* ---- who is the client ---- */

static bool
is_service(const struct contacts *c, uint16_t port)
{
	return c->services != NULL &&
	       (c->services[port >> 6] >> (port & 63) & 1) != 0;
}

static struct contact
oriented(const struct talk *t, bool back)
{
	return (struct contact){.client = back ? t->dst : t->src,
	    .server = back ? t->src : t->dst,
	    .port = !t->has_ports ? 0
		    : back	  ? t->src_port
				  : t->dst_port,
	    .protocol = t->protocol,
	    .denied = t->denied};
}

/* Is the source the service?  The same for both ways of a conversation, as far
 * as the ports tell it. */
static bool
is_way_back(const struct contacts *c, const struct talk *t)
{
	bool low = t->src_port < FLOW_CLIENT_PORTS,
	     dst_low = t->dst_port < FLOW_CLIENT_PORTS, known, dst_known, back;
	struct contact other;

	if (t->src_began)
		return false;
	if (!t->has_ports)
		return addr_cmp(&t->dst, &t->src) < 0;
	if (low != dst_low)
		return low;
	known = is_service(c, t->src_port);
	dst_known = is_service(c, t->dst_port);
	if (known != dst_known)
		return known;
	/* Somebody told who began it. */
	other = oriented(t, true);
	back = contact_find(c, &other) != NULL;
	other = oriented(t, false);
	if (t->src_port == t->dst_port ||
	    back != (contact_find(c, &other) != NULL))
		return back;
	return t->src_port < t->dst_port;
}

/* ---- adding ---- */

static bool
worth_keeping(
    const struct contacts *c, const struct talk *t, const struct contact *x)
{
	if (watches(c, &x->client))
		return true;
	if (t->outcome == TALK_REFUSED)
		return false;
	/* A datagram or two that nobody is seen to answer. */
	return t->outcome == TALK_ANSWERED ||
	       t->packets_out + t->packets_in > 2 || contact_find(c, x) != NULL;
}

static void
port_note(struct contact *x, uint16_t port)
{
	for (unsigned i = 0; i < x->nclient_ports; i++)
		if (x->client_ports[i] == port)
			return;
	if (x->nclient_ports < CONTACT_PORTS)
		x->client_ports[x->nclient_ports++] = port;
}

/* Quarters of a doubling above one second; the interval is a second or more. */
static unsigned
beat_of(int64_t interval)
{
	unsigned at = 0;
	int64_t v = interval;

	while (v >= 2 * TIME_SECOND) {
		v /= 2;
		at += 4;
	}
	/* 2 to the power of 1/4, 2/4, 3/4. */
	at += (v >= TIME_SECOND * 1189 / 1000) +
	      (v >= TIME_SECOND * 1414 / 1000) +
	      (v >= TIME_SECOND * 1682 / 1000);
	return at < CONTACT_BEATS ? at : CONTACT_BEATS - 1;
}

static void
start_note(struct contact *x, int64_t at)
{
	if (x->last_start != TIME_NONE && at - x->last_start < TIME_SECOND)
		return;
	if (x->last_start != TIME_NONE)
		x->beats[beat_of(at - x->last_start)]++;
	x->starts++;
	x->last_start = at;
}

static void
times_add(struct contact *x, const struct talk *t)
{
	int64_t first = t->first != TIME_NONE ? t->first : t->last,
		last = t->last != TIME_NONE ? t->last : t->first;

	if (first == TIME_NONE)
		return;
	if (x->first == TIME_NONE || first < x->first)
		x->first = first;
	if (x->last == TIME_NONE || last > x->last)
		x->last = last;
	if (last > first)
		x->busy += (uint64_t)(last - first);
}

static void
service_set(struct contact *x, struct span service)
{
	service = span_head(service, CONTACT_SERVICE - 1);
	if (x->service[0] != '\0' || service.n == 0)
		return;
	for (size_t i = 0; i < service.n; i++)
		x->service[i] = (char)ascii_lower((unsigned char)service.p[i]);
	x->service[service.n] = '\0';
}

static void
talk_add(struct contact *x, const struct talk *t, bool back)
{
	uint64_t out = back ? t->bytes_in : t->bytes_out,
		 in = back ? t->bytes_out : t->bytes_in;
	uint16_t port = back ? t->dst_port : t->src_port;

	if (t->part != TALK_GOES_ON)
		*(t->part == TALK_OPENS	     ? &x->opens
		    : t->part == TALK_CLOSES ? &x->closes
					     : &x->flows) += 1;
	x->packets_out += back ? t->packets_in : t->packets_out;
	x->packets_in += back ? t->packets_out : t->packets_in;
	x->bytes_out += out;
	x->bytes_in += in;
	x->largest_out = out > x->largest_out ? out : x->largest_out;
	x->largest_in = in > x->largest_in ? in : x->largest_in;
	x->bytes_either += t->bytes_either;
	if (t->bytes_either > x->largest_either)
		x->largest_either = t->bytes_either;
	x->answered |=
	    !x->denied && (t->outcome == TALK_ANSWERED ||
			      (x->packets_out > 0 && x->packets_in > 0));
	times_add(x, t);
	service_set(x, t->service);
	if (!t->has_ports)
		return;
	port_note(x, port);
	/* The beginning of what closes was told of, if anything was. */
	if (!back && t->first != TIME_NONE &&
	    (t->part < TALK_GOES_ON || x->opens == 0) &&
	    (x->starts == 0 || port != x->last_port)) {
		start_note(x, t->first);
		x->last_port = port;
	}
}

static struct contact *
contact_new(struct contacts *c, const struct contact *x, const struct talk *t)
{
	char room[CONTACT_KEY];
	struct contact *to;

	if (c->n >= LIMIT_CONTACTS_SOURCE) {
		c->dropped++;
		return NULL;
	}
	map_add(&c->index, contact_key(x, room), (uint32_t)c->n);
	c->v = arena_grow(c->arena, c->v, c->n, &c->cap, sizeof(*c->v));
	to = &c->v[c->n++];
	*to = *x;
	to->first = to->last = to->last_start = TIME_NONE;
	to->number = t->number;
	to->offset = t->offset;
	return to;
}

void
contacts_take(struct contacts *c, const struct talk *t)
{
	struct contact x, *to;
	bool back;

	if (c->watched == NULL || t->src.family == 0 || t->dst.family == 0)
		return;
	back = is_way_back(c, t);
	x = oriented(t, back);
	if (!worth_keeping(c, t, &x))
		return;
	to = contact_find(c, &x);
	if (to == NULL)
		to = contact_new(c, &x, t);
	if (to != NULL)
		talk_add(to, t, back);
}

void
contact_join(struct contact *c, const struct contact *later)
{
	c->flows += later->flows;
	c->opens += later->opens;
	c->closes += later->closes;
	c->packets_out += later->packets_out;
	c->packets_in += later->packets_in;
	c->bytes_out += later->bytes_out;
	c->bytes_in += later->bytes_in;
	c->bytes_either += later->bytes_either;
	if (later->largest_either > c->largest_either)
		c->largest_either = later->largest_either;
	if (later->largest_out > c->largest_out)
		c->largest_out = later->largest_out;
	if (later->largest_in > c->largest_in)
		c->largest_in = later->largest_in;
	c->busy += later->busy;
	c->answered |= later->answered ||
		       (!c->denied && c->packets_out > 0 && c->packets_in > 0);
	if (c->first == TIME_NONE ||
	    (later->first != TIME_NONE && later->first < c->first))
		c->first = later->first;
	if (later->last != TIME_NONE &&
	    (c->last == TIME_NONE || later->last > c->last))
		c->last = later->last;
	service_set(c, span_str(later->service));
	for (unsigned i = 0; i < later->nclient_ports; i++)
		port_note(c, later->client_ports[i]);
	for (unsigned i = 0; i < CONTACT_BEATS; i++)
		c->beats[i] += later->beats[i];
	c->starts += later->starts;
	if (later->last_start != TIME_NONE) {
		/* What lies between the last and the first of the next source
		 * is not known any more, where that had several. */
		if (later->starts == 1 && c->last_start != TIME_NONE &&
		    later->last_start - c->last_start >= TIME_SECOND)
			c->beats[beat_of(later->last_start - c->last_start)]++;
		c->last_start = later->last_start;
	}
}

uint64_t
contact_flows(const struct contact *c)
{
	uint64_t n = c->flows + (c->opens > c->closes ? c->opens : c->closes);

	/* It had begun before, and goes on. */
	return n > 0 ? n : 1;
}

uint64_t
contact_unsaid(const struct contact *c)
{
	uint64_t said = c->bytes_out + c->bytes_in;

	return said >= c->bytes_either - c->bytes_either / 10 ? 0
							      : c->bytes_either;
}

unsigned
contact_beat(const struct contact *c, unsigned *share)
{
	uint64_t all = 0, best = 0;
	unsigned at = 0, seconds = 1, quarter;

	*share = 0;
	for (unsigned i = 0; i < CONTACT_BEATS; i++) {
		uint64_t two =
		    c->beats[i] +
		    (i + 1 < CONTACT_BEATS ? (uint64_t)c->beats[i + 1] : 0);

		all += c->beats[i];
		if (two > best) {
			best = two;
			at = i;
		}
	}
	if (all + 1 < BEAT_LEAST)
		return 0;
	*share = (unsigned)(best * 100 / all);
	/* The middle of the two. */
	quarter = (at + 1) % 4;
	seconds <<= (at + 1) / 4;
	return seconds *
	       (quarter == 0	  ? 1000u
		   : quarter == 1 ? 1189u
		   : quarter == 2 ? 1414u
				  : 1682u) /
	       1000;
}

/* ---- between processes ---- */

static void
address_encode(struct buf *b, const struct addr *a)
{
	buf_u8(b, a->family);
	buf_put(b, span_of((const char *)a->bytes, sizeof(a->bytes)));
}

void
contact_encode(struct buf *b, const struct contact *c)
{
	const uint64_t numbers[] = {c->flows, c->packets_out, c->packets_in,
	    c->bytes_out, c->bytes_in, c->largest_out, c->largest_in,
	    (uint64_t)c->first, (uint64_t)c->last, c->busy, c->starts,
	    (uint64_t)c->last_start, c->number, c->offset, c->opens, c->closes,
	    c->bytes_either, c->largest_either};
	unsigned used = 0;

	address_encode(b, &c->client);
	address_encode(b, &c->server);
	buf_u32(b, c->port);
	buf_u8(b, c->protocol);
	buf_u8(b, c->answered);
	buf_u8(b, c->denied);
	buf_bytes(b, span_str(c->service));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_u64(b, numbers[i]);
	buf_u8(b, c->nclient_ports);
	for (unsigned i = 0; i < c->nclient_ports; i++)
		buf_u32(b, c->client_ports[i]);
	for (unsigned i = 0; i < CONTACT_BEATS; i++)
		used += c->beats[i] > 0;
	buf_u8(b, (uint8_t)used);
	for (unsigned i = 0; i < CONTACT_BEATS; i++)
		if (c->beats[i] > 0) {
			buf_u8(b, (uint8_t)i);
			buf_u32(b, c->beats[i]);
		}
}

static bool
address_decode(struct cursor *c, struct addr *a)
{
	struct span bytes;

	*a = (struct addr){.family = cursor_u8(c)};
	bytes = cursor_take(c, sizeof(a->bytes));
	if (c->failed || (a->family != 4 && a->family != 6))
		return false;
	memcpy(a->bytes, bytes.p, bytes.n);
	return true;
}

/* A counter from a worker: sums of a million of them must not overflow. */
static uint64_t
count_decode(struct cursor *c)
{
	uint64_t n = cursor_le64(c);

	return n > UINT64_MAX >> 24 ? UINT64_MAX >> 24 : n;
}

static int64_t
time_decode(struct cursor *c)
{
	int64_t t = (int64_t)cursor_le64(c);

	return t < 0 || t > INT64_MAX / 4 ? TIME_NONE : t;
}

static void
beats_decode(struct cursor *c, struct contact *out)
{
	for (unsigned n = cursor_u8(c); n > 0 && !c->failed; n--) {
		unsigned at = cursor_u8(c);
		uint32_t beats = cursor_le32(c);

		if (at < CONTACT_BEATS)
			out->beats[at] = beats & UINT32_MAX >> 10;
	}
}

bool
contact_decode(struct cursor *c, struct contact *out)
{
	unsigned ports;

	*out = (struct contact){0};
	if (!address_decode(c, &out->client) ||
	    !address_decode(c, &out->server))
		return false;
	out->port = (uint16_t)cursor_le32(c);
	out->protocol = cursor_u8(c);
	out->answered = cursor_u8(c) != 0;
	out->denied = cursor_u8(c) != 0;
	service_set(out, cursor_bytes(c));
	out->flows = count_decode(c);
	out->packets_out = count_decode(c);
	out->packets_in = count_decode(c);
	out->bytes_out = count_decode(c);
	out->bytes_in = count_decode(c);
	out->largest_out = count_decode(c);
	out->largest_in = count_decode(c);
	out->first = time_decode(c);
	out->last = time_decode(c);
	out->busy = count_decode(c);
	out->starts = count_decode(c);
	out->last_start = time_decode(c);
	out->number = cursor_le64(c);
	out->offset = cursor_le64(c);
	out->opens = count_decode(c);
	out->closes = count_decode(c);
	out->bytes_either = count_decode(c);
	out->largest_either = count_decode(c);
	ports = cursor_u8(c);
	for (; ports > 0 && !c->failed; ports--)
		port_note(out, (uint16_t)cursor_le32(c));
	beats_decode(c, out);
	if (out->first == TIME_NONE || out->last == TIME_NONE ||
	    out->last < out->first)
		out->first = out->last = TIME_NONE;
	return !c->failed;
}
