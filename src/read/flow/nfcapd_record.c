/*
 * Records of nfdump's files (nffile.h and nfxV3.h of nfdump 1.6 and 1.7), all
 * little-endian and each with its type and size in front.
 *
 * Types 1 and 10 (nfdump 1.6) are a common part, addresses and counters whose
 * width a flag tells, then the extensions of the map that the record names
 * (type 2).  Type 11 (nfdump 1.7) is a row of elements, each with its type and
 * size.  Type 7 tells the address of an exporter.
 */
#include "read/flow/nfcapd.h"

enum {
	TYPE_COMMON_V0 = 1,
	TYPE_MAP = 2,
	TYPE_EXPORTER = 7,
	TYPE_COMMON = 10,
	TYPE_V3 = 11
};

/* Flags of a common record. */
enum {
	COMMON_V6 = 1,
	COMMON_PACKETS_64 = 2,
	COMMON_BYTES_64 = 4,
	COMMON_EXPORTER_V6 = 32
};

/* Extensions of nfdump 1.6 that are read. */
enum {
	EXTENSION_BYTES_4 = 16,
	EXTENSION_BYTES_8 = 17,
	EXTENSION_ROUTER_V4 = 23,
	EXTENSION_ROUTER_V6 = 24,
	EXTENSION_NSEL = 37,
	EXTENSION_NAT_PORTS = 38,
	EXTENSION_NAT_V4 = 39,
	EXTENSION_NAT_V6 = 40,
	EXTENSION_NAT_EVENT = 46,
	EXTENSION_NAT_BLOCK = 48,
	EXTENSIONS = 49
};

/* Bytes that each extension takes; 0: reserved, and so of no known size. */
static const uint8_t extension_sizes[EXTENSIONS] = {[4] = 4,
    [5] = 8,
    [6] = 4,
    [7] = 8,
    [8] = 4,
    [9] = 4,
    [10] = 16,
    [11] = 4,
    [12] = 16,
    [13] = 4,
    [14] = 4,
    [15] = 8,
    [EXTENSION_BYTES_4] = 4,
    [EXTENSION_BYTES_8] = 8,
    [18] = 4,
    [19] = 8,
    [20] = 16,
    [21] = 16,
    [22] = 40,
    [EXTENSION_ROUTER_V4] = 4,
    [EXTENSION_ROUTER_V6] = 16,
    [25] = 4,
    [26] = 8,
    [27] = 8,
    [EXTENSION_NSEL] = 20,
    [EXTENSION_NAT_PORTS] = 4,
    [EXTENSION_NAT_V4] = 8,
    [EXTENSION_NAT_V6] = 32,
    [41] = 24,
    [42] = 24,
    [43] = 72,
    [45] = 24,
    [EXTENSION_NAT_EVENT] = 12,
    [47] = 8,
    [EXTENSION_NAT_BLOCK] = 8};

/* Elements of nfdump 1.7 that are read, and what they hold at least. */
enum {
	ELEMENT_GENERIC = 1,
	ELEMENT_V4 = 2,
	ELEMENT_V6 = 3,
	ELEMENT_COUNTERS = 5,
	ELEMENT_ROUTER_V4 = 12,
	ELEMENT_ROUTER_V6 = 13,
	ELEMENT_NSEL = 19,
	ELEMENT_NAT_V4 = 20,
	ELEMENT_NAT_V6 = 21,
	ELEMENT_NAT_PORTS = 22,
	ELEMENT_NAT_EVENT = 25,
	ELEMENT_NAT_BLOCK = 26,
	ELEMENTS = 27
};
static const uint8_t element_sizes[ELEMENTS] = {[ELEMENT_GENERIC] = 48,
    [ELEMENT_V4] = 8,
    [ELEMENT_V6] = 32,
    [ELEMENT_COUNTERS] = 24,
    [ELEMENT_ROUTER_V4] = 4,
    [ELEMENT_ROUTER_V6] = 16,
    [ELEMENT_NSEL] = 16,
    [ELEMENT_NAT_V4] = 8,
    [ELEMENT_NAT_V6] = 32,
    [ELEMENT_NAT_PORTS] = 4,
    [ELEMENT_NAT_EVENT] = 16,
    [ELEMENT_NAT_BLOCK] = 8};

/* Numbers at a place whose bounds the caller checked.  These are the inner
 * loop: a file has millions of records. */
static inline uint16_t
le16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint16_t)(u[0] | u[1] << 8);
}

static inline uint32_t
le32(const char *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static inline uint64_t
le64(const char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

/* IPv6 addresses are two 64-bit numbers in host order, high half first. */
static struct addr
addr_v6(const char *p)
{
	struct addr a = {.family = 6};
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	for (unsigned i = 0; i < 8; i++) {
		a.bytes[i] = (uint8_t)(le64(p) >> (56 - 8 * i));
		a.bytes[8 + i] = (uint8_t)(le64(p + 8) >> (56 - 8 * i));
	}
	if (memcmp(a.bytes, mapped, sizeof(mapped)) == 0)
		return addr_from_v4((uint32_t)a.bytes[12] << 24 |
				    (uint32_t)a.bytes[13] << 16 |
				    (uint32_t)a.bytes[14] << 8 | a.bytes[15]);
	return a;
}

static struct addr
addr_v4_le(const char *p)
{
	return addr_from_v4(le32(p));
}

/* When an event was, for those that tell no times of a flow. */
static void
event_time(struct flow *f, const char *p)
{
	if (f->first == TIME_NONE && f->last == TIME_NONE)
		f->last = flow_time_ms(le64(p));
}

static void
nat_ports(struct flow *f, const char *p)
{
	f->nat_src_port = le16(p);
	f->nat_dst_port = le16(p + 2);
}

/* First, last, step, size, of which the last or the size may be missing. */
static void
nat_block(struct flow *f, const char *p)
{
	unsigned first = le16(p), last = le16(p + 2), size = le16(p + 6);

	if (first == 0)
		return;
	if (last == 0 && size > 1 && first + size - 1 <= UINT16_MAX)
		last = first + size - 1;
	f->nat_src_port = (uint16_t)first;
	f->nat_last = (uint16_t)last;
}

/* Of events whose template had no such address the file has zeros. */
static void
zero_drop(struct addr *a)
{
	if (a->family == 4 && addr_v4(a) == 0)
		*a = (struct addr){0};
}

/* NF_F_FW_EVENT.  Whose it is is not told, so it does not say who began. */
static void
event_take(struct flow *f, uint8_t event)
{
	f->action = flow_event_action(event);
	f->part = flow_event_part(event);
}

/* IPFIX element 89: the two high bits say forwarded, dropped or consumed. */
static enum flow_action
forwarding_action(uint8_t status)
{
	return status >> 6 == 2	  ? FLOW_DENY
	       : status >> 6 == 1 ? FLOW_PERMIT
				  : FLOW_UNKNOWN;
}

static void
exporter_record(struct nfcapd_records *x, const char *p, size_t n)
{
	uint16_t family, number;

	/* Header, version, address (16 bytes), family, number, id. */
	if (n < 32) {
		x->broken++;
		return;
	}
	family = le16(p + 24);
	number = le16(p + 26);
	if (x->exporters == NULL)
		x->exporters = arena_array(
		    x->arena, LIMIT_FLOW_EXPORTERS, sizeof(*x->exporters));
	/* AF_INET of every system; AF_INET6 is 10, 24, 28 or 30. */
	x->exporters[number] =
	    family == 2 ? addr_v4_le(p + 16) : addr_v6(p + 8);
}

static void
map_record(struct nfcapd_records *x, const char *p, size_t n)
{
	struct nfcapd_map map = {.known = true};

	if (n < 8) {
		x->broken++;
		return;
	}
	map.id = le16(p + 4);
	for (size_t at = 8; at + 2 <= n && le16(p + at) != 0; at += 2) {
		uint16_t id = le16(p + at);

		if (id >= EXTENSIONS || extension_sizes[id] == 0 ||
		    map.n == LIMIT_FLOW_EXTENSIONS) {
			/* What stands behind can't be found: what stands
			 * before can. */
			map.known = false;
			break;
		}
		map.extensions[map.n++] = (uint8_t)id;
	}
	if (x->map_of == NULL)
		x->map_of =
		    arena_array(x->arena, LIMIT_FLOW_MAPS, sizeof(*x->map_of));
	if (x->map_of[map.id] == 0) {
		x->maps = arena_grow(x->arena, x->maps, x->nmaps, &x->maps_cap,
		    sizeof(*x->maps));
		x->map_of[map.id] = (uint32_t)++x->nmaps;
	}
	x->maps[x->map_of[map.id] - 1] = map;
}

static void
extension_take(struct flow *f, unsigned id, const char *p)
{
	switch (id) {
	case EXTENSION_BYTES_4:
		f->bytes_back = le32(p);
		break;
	case EXTENSION_BYTES_8:
		f->bytes_back = le64(p);
		break;
	case EXTENSION_ROUTER_V4:
		f->exporter = addr_v4_le(p);
		break;
	case EXTENSION_ROUTER_V6:
		f->exporter = addr_v6(p);
		break;
	case EXTENSION_NSEL:
		event_take(f, (uint8_t)p[14]);
		break;
	case EXTENSION_NAT_PORTS:
		nat_ports(f, p);
		break;
	case EXTENSION_NAT_EVENT:
		f->part = flow_nat_part((uint8_t)p[0]);
		break;
	case EXTENSION_NAT_BLOCK:
		nat_block(f, p);
		break;
	case EXTENSION_NAT_V4:
		f->nat_src = addr_v4_le(p);
		f->nat_dst = addr_v4_le(p + 4);
		break;
	case EXTENSION_NAT_V6:
		f->nat_src = addr_v6(p);
		f->nat_dst = addr_v6(p + 16);
		break;
	default:
		break;
	}
}

static void
exporter_of(const struct nfcapd_records *x, struct flow *f, uint16_t number)
{
	if (x->exporters != NULL && f->exporter.family == 0)
		f->exporter = x->exporters[number];
}

static void
ports_set(struct flow *f, uint16_t src, uint16_t dst)
{
	f->has_ports = flow_has_ports(f->protocol);
	f->src_port = src;
	f->dst_port = dst;
}

static void
common_extensions(struct nfcapd_records *x, struct flow *f, uint16_t id,
    const char *p, size_t n)
{
	const struct nfcapd_map *map;

	if (x->map_of == NULL || x->map_of[id] == 0)
		return;
	map = &x->maps[x->map_of[id] - 1];
	for (unsigned i = 0; i < map->n; i++) {
		size_t size = extension_sizes[map->extensions[i]];

		if (size > n)
			return;
		extension_take(f, map->extensions[i], p);
		p += size;
		n -= size;
	}
}

/* A record of nfdump 1.6; p holds n bytes. */
static void
common_record(
    struct nfcapd_records *x, const char *p, size_t n, bool v0, uint64_t offset)
{
	size_t head = v0 ? 28 : 32;
	unsigned flags;
	size_t addresses, counters;
	struct flow f;

	if (n < head) {
		x->broken++;
		return;
	}
	flags = v0 ? (unsigned char)p[4] : le16(p + 4);
	addresses = (flags & COMMON_V6) != 0 ? 32 : 8;
	counters = ((flags & COMMON_PACKETS_64) != 0 ? 8u : 4u) +
		   ((flags & COMMON_BYTES_64) != 0 ? 8u : 4u);
	if (n < head + addresses + counters) {
		x->broken++;
		return;
	}
	flow_init(&f);
	f.first = flow_time_ms(le32(p + 12) * UINT64_C(1000) + le16(p + 8));
	f.last = flow_time_ms(le32(p + 16) * UINT64_C(1000) + le16(p + 10));
	f.action = forwarding_action((uint8_t)p[20]);
	f.tcp_flags = (uint8_t)p[21];
	f.protocol = (uint8_t)p[22];
	ports_set(&f, le16(p + 24), le16(p + 26));
	if (!v0)
		exporter_of(x, &f, le16(p + 28));
	else
		exporter_of(x, &f, (unsigned char)p[5]);
	const char *at = p + head;
	f.src = addresses == 32 ? addr_v6(at) : addr_v4_le(at);
	f.dst = addresses == 32 ? addr_v6(at + 16) : addr_v4_le(at + 4);
	at += addresses;
	f.counted = true;
	f.packets = (flags & COMMON_PACKETS_64) != 0 ? le64(at) : le32(at);
	at += (flags & COMMON_PACKETS_64) != 0 ? 8 : 4;
	f.bytes = (flags & COMMON_BYTES_64) != 0 ? le64(at) : le32(at);
	at += (flags & COMMON_BYTES_64) != 0 ? 8 : 4;
	common_extensions(x, &f, le16(p + 6), at, n - (size_t)(at - p));
	flow_take(&x->sink, &f, offset);
}

/* The elements of a record of nfdump 1.7, where they are. */
struct elements {
	const char *v[ELEMENTS];
};

static bool
elements_find(const char *p, size_t n, unsigned count, struct elements *e)
{
	memset(e, 0, sizeof(*e));
	for (; count > 0; count--) {
		unsigned type, size;

		if (n < 4)
			return false;
		type = le16(p);
		size = le16(p + 2);
		if (size < 4 || size > n)
			return false;
		if (type < ELEMENTS && element_sizes[type] > 0 &&
		    size >= 4u + element_sizes[type])
			e->v[type] = p + 4;
		p += size;
		n -= size;
	}
	return true;
}

/* Where a record of IPv4 usually has its parts: the generic element first,
 * then the addresses. */
enum {
	AT_GENERIC = 12 + 4,
	AT_V4 = AT_GENERIC + 48 + 4,
	AT_REST = AT_V4 + 8,
	HEAD_GENERIC = ELEMENT_GENERIC | 52 << 16,
	HEAD_V4 = ELEMENT_V4 | 12 << 16
};

/* Is nothing of the rest of a record an address that is looked for, or
 * damaged? */
static bool
rest_plain(const char *p, size_t n, unsigned count)
{
	for (; count > 0; count--) {
		unsigned type, size;

		if (n < 4)
			return false;
		type = le16(p);
		size = le16(p + 2);
		if (size < 4 || size > n || type == ELEMENT_V6 ||
		    type == ELEMENT_NAT_V4 || type == ELEMENT_NAT_V6)
			return false;
		p += size;
		n -= size;
	}
	return true;
}

/* True for a sound record of the usual form in which nothing is wanted or
 * watched: most need no more than this look at their bytes. */
static bool
v3_unwanted(const struct flow_sink *s, const char *p, size_t n)
{
	const struct endpoints *w = s->wanted;
	const char *g = p + AT_GENERIC;
	unsigned class;
	uint16_t port;

	if (w == NULL || n < AT_REST || le32(g - 4) != HEAD_GENERIC ||
	    le32(p + AT_V4 - 4) != HEAD_V4 || le16(p + 4) < 2)
		return false;
	port = le16(g + 42);
	class = flow_class((uint8_t)g[44], le16(g + 40), port);
	return !w->all[class] && !endpoints_port(w, class, port) &&
	       !endpoints_v4(w, le32(p + AT_V4)) &&
	       !endpoints_v4(w, le32(p + AT_V4 + 4)) &&
	       (s->watch == NULL || !flow_watched_v4(s->watch, le32(p + AT_V4),
					le32(p + AT_V4 + 4))) &&
	       rest_plain(p + AT_REST, n - AT_REST, le16(p + 4) - 2u);
}

static void
elements_flow(const struct elements *e, struct flow *f)
{
	const char *g = e->v[ELEMENT_GENERIC];
	const char *const *v = e->v;

	flow_init(f);
	if (g != NULL) {
		f->first = flow_time_ms(le64(g));
		f->last = flow_time_ms(le64(g + 8));
		f->packets = le64(g + 24);
		f->bytes = le64(g + 32);
		f->counted = true;
		f->protocol = (uint8_t)g[44];
		f->tcp_flags = (uint8_t)g[45];
		f->action = forwarding_action((uint8_t)g[46]);
		ports_set(f, le16(g + 40), le16(g + 42));
	}
	if (v[ELEMENT_V4] != NULL) {
		f->src = addr_v4_le(v[ELEMENT_V4]);
		f->dst = addr_v4_le(v[ELEMENT_V4] + 4);
	} else if (v[ELEMENT_V6] != NULL) {
		f->src = addr_v6(v[ELEMENT_V6]);
		f->dst = addr_v6(v[ELEMENT_V6] + 16);
	}
	if (v[ELEMENT_COUNTERS] != NULL)
		f->bytes_back = le64(v[ELEMENT_COUNTERS] + 16);
	if (v[ELEMENT_ROUTER_V4] != NULL)
		f->exporter = addr_v4_le(v[ELEMENT_ROUTER_V4]);
	else if (v[ELEMENT_ROUTER_V6] != NULL)
		f->exporter = addr_v6(v[ELEMENT_ROUTER_V6]);
	if (v[ELEMENT_NSEL] != NULL) {
		event_take(f, (uint8_t)v[ELEMENT_NSEL][14]);
		event_time(f, v[ELEMENT_NSEL]);
	}
	if (v[ELEMENT_NAT_V4] != NULL) {
		f->nat_src = addr_v4_le(v[ELEMENT_NAT_V4]);
		f->nat_dst = addr_v4_le(v[ELEMENT_NAT_V4] + 4);
	} else if (v[ELEMENT_NAT_V6] != NULL) {
		f->nat_src = addr_v6(v[ELEMENT_NAT_V6]);
		f->nat_dst = addr_v6(v[ELEMENT_NAT_V6] + 16);
	}
	if (v[ELEMENT_NAT_PORTS] != NULL)
		nat_ports(f, v[ELEMENT_NAT_PORTS]);
	if (v[ELEMENT_NAT_EVENT] != NULL) {
		f->part = flow_nat_part((uint8_t)v[ELEMENT_NAT_EVENT][12]);
		event_time(f, v[ELEMENT_NAT_EVENT]);
		zero_drop(&f->dst);
	}
	zero_drop(&f->nat_src);
	zero_drop(&f->nat_dst);
	if (v[ELEMENT_NAT_BLOCK] != NULL)
		nat_block(f, v[ELEMENT_NAT_BLOCK]);
}

/* A record of nfdump 1.7; p holds n bytes. */
static void
v3_record(struct nfcapd_records *x, const char *p, size_t n, uint64_t offset)
{
	struct elements e;
	struct flow f;

	if (v3_unwanted(&x->sink, p, n)) {
		flow_pass(&x->sink);
		return;
	}
	if (n < 12 || !elements_find(p + 12, n - 12, le16(p + 4), &e)) {
		x->broken++;
		return;
	}
	elements_flow(&e, &f);
	exporter_of(x, &f, le16(p + 8));
	flow_take(&x->sink, &f, offset);
}

size_t
nfcapd_records_some(
    struct nfcapd_records *x, struct span block, uint64_t offset, bool *bad)
{
	size_t all = block.n;

	while (block.n >= 4) {
		unsigned type = le16(block.p), size = le16(block.p + 2);

		if (size < 4) {
			*bad = true;
			break;
		}
		if (size > block.n)
			break;
		if (type == TYPE_V3)
			v3_record(x, block.p, size, offset);
		else if (type == TYPE_COMMON || type == TYPE_COMMON_V0)
			common_record(
			    x, block.p, size, type == TYPE_COMMON_V0, offset);
		else if (type == TYPE_MAP)
			map_record(x, block.p, size);
		else if (type == TYPE_EXPORTER)
			exporter_record(x, block.p, size);
		else
			x->unknown++;
		block = span_from(block, size);
	}
	return all - block.n;
}

bool
nfcapd_records(struct nfcapd_records *x, struct span block, uint64_t offset)
{
	bool bad = false;

	return nfcapd_records_some(x, block, offset, &bad) == block.n && !bad;
}
