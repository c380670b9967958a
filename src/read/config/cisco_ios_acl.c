#include "read/config/cisco_ios_facts.h"

/* ---- which lists there are, and what uses them ---- */

void
acls_init(struct ios *x)
{
	map_init(&x->acls.names, x->arena);
	map_init(&x->acls.objects, x->arena);
}

static struct ios_acl *
acl_of(struct ios *x, unsigned family, struct span name)
{
	struct ios_acls *a = &x->acls;
	char key[160];
	uint32_t i;

	name = span_head(name, sizeof(key) - 1);
	key[0] = family == 6 ? '6' : '4';
	memcpy(key + 1, name.p, name.n);
	i = map_add(&a->names, span_of(key, name.n + 1), (uint32_t)a->n);
	if (i == a->n) {
		a->v = arena_grow(x->arena, a->v, a->n, &a->cap, sizeof(*a->v));
		a->v[a->n++] = (struct ios_acl){.name = name,
		    .family = family,
		    .node = TREE_NONE,
		    .user = TREE_NONE};
	}
	return &a->v[i];
}

void
acl_use(struct ios *x, unsigned family, struct span name, enum acl_use use,
    uint32_t node)
{
	struct ios_acl *a;

	if (name.n == 0)
		return;
	a = acl_of(x, family, name);
	a->uses |= use;
	if (a->user == TREE_NONE)
		a->user = node;
}

/* match ip address 10 20; match access-group name X; match address X */
static void
use_match(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned family = words_is(w, 1, "ipv6") ? 6 : 4, i;

	if (words_is(w, 1, "access-group"))
		i = 2 + words_is(w, 2, "name");
	else if (words_is(w, 1, "address"))
		i = 2;
	else if (words_is(w, 2, "address") && !words_is(w, 3, "prefix-list"))
		i = 3;
	else
		return;
	for (; i < w->n; i++)
		acl_use(x, family, w->w[i], USE_OTHER, node);
}

void
acl_use_children(struct ios *x, uint32_t node)
{
	struct words w;

	for (uint32_t c = node + 1; c < x->tree->v[node].end; c++) {
		struct span t = x->tree->v[c].text;

		if (!text_starts(t, "match") &&
		    !text_starts(t, "distribute-list"))
			continue;
		words_read(&w, t);
		if (words_is(&w, 0, "match"))
			use_match(x, c, &w);
		else if (!words_is(&w, 1, "prefix") &&
			 !words_is(&w, 1, "route-map"))
			acl_use(x, 4, words_at(&w, 1), USE_OTHER, c);
	}
}

/* class-map, route-map, crypto map; ip http access-class; ip nat ... list */
void
acl_note(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i;

	if (!words_is(w, 0, "ip") && !words_is(w, 0, "ipv6")) {
		acl_use_children(x, node);
	} else if (text_starts(w->text, "ip http access-class")) {
		i = words_is(w, 3, "ipv4") || words_is(w, 3, "ipv6") ? 4 : 3;
		acl_use(x, words_is(w, 3, "ipv6") ? 6 : 4, words_at(w, i),
		    USE_HTTP, node);
	} else if (words_is(w, 1, "nat")) {
		i = words_find(w, 2, "list");
		acl_use(x, 4, words_at(w, i + 1), USE_OTHER, node);
	}
}

static struct span
used_by(struct ios *x, struct ios_acl *a)
{
	static const char *const names[] = {
	    "vty", "snmp", "http", "interface", "ntp", "other"};
	char text[64];
	size_t n = 0;

	if (a->used_by.n > 0 || a->uses == 0)
		return a->used_by;
	for (unsigned i = 0; i < 6; i++) {
		size_t len = strlen(names[i]);

		if (!(a->uses >> i & 1))
			continue;
		if (n > 0)
			text[n++] = ' ';
		memcpy(text + n, names[i], len);
		n += len;
	}
	a->used_by = arena_copy(x->arena, span_of(text, n));
	return a->used_by;
}

/* ---- entries ---- */

struct entry {
	struct ios *x;
	struct ios_acl *acl;
	const struct words *w;
	unsigned i; /* next word */
	bool extended;
	bool netmask; /* ASA: 255.255.255.0 and not 0.0.0.255 */
	uint32_t node;
};

static const struct {
	const char *name, *port;
} ports[] = {{"bgp", "179"}, {"bootpc", "68"}, {"bootps", "67"},
    {"chargen", "19"}, {"cmd", "514"}, {"daytime", "13"}, {"discard", "9"},
    {"domain", "53"}, {"echo", "7"}, {"exec", "512"}, {"finger", "79"},
    {"ftp", "21"}, {"ftp-data", "20"}, {"hostname", "101"}, {"https", "443"},
    {"ident", "113"}, {"irc", "194"}, {"isakmp", "500"}, {"klogin", "543"},
    {"kshell", "544"}, {"login", "513"}, {"lpd", "515"}, {"msrpc", "135"},
    {"netbios-dgm", "138"}, {"netbios-ns", "137"}, {"netbios-ss", "139"},
    {"nntp", "119"}, {"non500-isakmp", "4500"}, {"ntp", "123"},
    {"onep-plain", "15001"}, {"onep-tls", "15002"}, {"pim-auto-rp", "496"},
    {"pop2", "109"}, {"pop3", "110"}, {"rip", "520"}, {"smtp", "25"},
    {"snmp", "161"}, {"snmptrap", "162"}, {"ssh", "22"}, {"sunrpc", "111"},
    {"syslog", "514"}, {"tacacs", "49"}, {"talk", "517"}, {"telnet", "23"},
    {"tftp", "69"}, {"time", "37"}, {"uucp", "540"}, {"who", "513"},
    {"whois", "43"}, {"www", "80"}, {"443", "443"}};

struct span
ios_port(struct span word)
{
	uint64_t n;

	if (span_u64(word, &n))
		return n <= 65535 ? word : (struct span){0};
	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		if (span_is(word, ports[i].name))
			return span_str(ports[i].port);
	return (struct span){0};
}

struct target {
	struct span text;
	struct prefix prefix;
	bool known; /* prefix is set */
	bool host;
	struct span addr;
};

static void
whole_prefix(struct target *t, unsigned family)
{
	t->prefix = (struct prefix){0};
	t->prefix.addr.family = (uint8_t)family;
	t->known = true;
}

static void
object_prefix(struct ios *x, struct target *t)
{
	uint32_t i = map_get(&x->acls.objects, t->addr);

	if (i >= x->acls.nprefixes)
		return;
	t->prefix = x->acls.prefixes[i];
	t->known = true;
}

/* A W, or A alone */
static void
take_address(struct entry *e, struct addr a, struct target *t)
{
	struct addr wild;

	if (!addr_read(words_at(e->w, e->i), &wild)) {
		t->prefix = prefix_of(a, 128);
		t->known = t->host = true;
		return;
	}
	e->i++;
	t->known = e->netmask ? prefix_of_mask(a, wild, &t->prefix)
			      : prefix_of_wildcard(a, wild, &t->prefix);
	t->host = t->known && t->prefix.bits == 32;
}

static void
take_slashed(struct span word, struct target *t)
{
	t->known = prefix_read(word, &t->prefix);
	t->host = t->known &&
		  t->prefix.bits == (t->prefix.addr.family == 4 ? 32 : 128);
	t->addr = span_head(word, span_find_byte(word, '/'));
}

static bool
is_group_word(const struct words *w, unsigned i)
{
	return words_is(w, i, "object-group") || words_is(w, i, "addrgroup") ||
	       words_is(w, i, "net-group") || words_is(w, i, "object") ||
	       words_is(w, i, "interface");
}

/* any | host A | A [W] | P/n | object-group X */
static struct target
take_target(struct entry *e)
{
	const struct words *w = e->w;
	unsigned from = e->i++;
	struct target t = {0};
	struct addr a;

	/* "ifc inside" of FTD */
	if (words_is(w, from, "ifc")) {
		from += 2;
		e->i += 2;
	}
	if (words_is(w, from, "any") || words_is(w, from, "any4")) {
		whole_prefix(&t, e->acl->family);
	} else if (words_is(w, from, "any6")) {
		whole_prefix(&t, 6);
	} else if (words_is(w, from, "host")) {
		t.addr = words_at(w, e->i++);
		t.host = t.known = prefix_read(t.addr, &t.prefix);
	} else if (is_group_word(w, from)) {
		t.addr = words_at(w, e->i++);
		object_prefix(e->x, &t);
	} else if (addr_read(words_at(w, from), &a)) {
		t.addr = words_at(w, from);
		take_address(e, a, &t);
	} else {
		take_slashed(words_at(w, from), &t);
	}
	t.text = words_range(w, from, e->i - 1);
	return t;
}

/* eq P [P ...]; gt, lt, neq P; range P P.  Only "eq" has plain numbers. */
static void
take_ports(struct entry *e, enum field_id f)
{
	const struct words *w = e->w;
	struct span port;

	if (words_is(w, e->i, "range")) {
		e->i += 3;
	} else if (words_is(w, e->i, "portgroup") ||
		   words_is(w, e->i, "port-group")) {
		e->i += 2;
	} else if (words_is(w, e->i, "object-group") &&
		   map_get(&e->x->acls.objects, words_at(w, e->i + 1)) ==
		       OBJECT_SERVICE) {
		e->i += 2;
	} else if (words_is(w, e->i, "gt") || words_is(w, e->i, "lt") ||
		   words_is(w, e->i, "neq")) {
		e->i += 2;
	} else if (words_is(w, e->i, "eq")) {
		e->i++;
		while ((port = ios_port(words_at(w, e->i))).n > 0) {
			record_put_number(&e->x->rec, f, port);
			e->i++;
		}
	}
}

static void
put_source(struct entry *e, const struct target *t)
{
	struct record *r = &e->x->rec;

	record_put(r, F_SRC, t->text);
	if (!t->known)
		return;
	record_put_prefix(
	    r, F_SRC_PREFIX, &t->prefix, prefix_text(e->x->arena, &t->prefix));
	record_put_str(r, F_SRC_SCOPE, scope_of(&e->x->scope, &t->prefix));
	if (t->host)
		record_put_ip(r, F_SRC_IP, t->addr);
}

static bool
covers_all(const struct target *t)
{
	return t->known && t->prefix.bits == 0;
}

static bool
logs(const struct entry *e)
{
	for (unsigned i = e->i; i < e->w->n; i++)
		if (words_is(e->w, i, "log") || words_is(e->w, i, "log-input"))
			return true;
	return false;
}

static bool
is_source_only(const struct entry *e)
{
	struct span word = words_at(e->w, e->i);
	struct prefix p;

	return span_is(word, "any") || span_is(word, "host") ||
	       prefix_read(word, &p);
}

/* The part behind permit or deny; returns whether it covers everything. */
static bool
put_match(struct entry *e)
{
	struct record *r = &e->x->rec;
	struct target src, dst;
	bool ip = true;

	/* EOS and IOS XR also write entries with a source only. */
	if (!e->extended || is_source_only(e)) {
		src = take_target(e);
		put_source(e, &src);
		return covers_all(&src);
	}
	ip = words_is(e->w, e->i, "ip") || words_is(e->w, e->i, "ipv4") ||
	     words_is(e->w, e->i, "ipv6");
	if (!is_group_word(e->w, e->i))
		record_put(r, F_PROTOCOL, words_at(e->w, e->i));
	e->i += is_group_word(e->w, e->i) ? 2 : 1;
	src = take_target(e);
	put_source(e, &src);
	take_ports(e, F_SRC_PORT);
	dst = take_target(e);
	record_put(r, F_DST, dst.text);
	if (dst.host)
		record_put_ip(r, F_DST_IP, dst.addr);
	take_ports(e, F_DST_PORT);
	return ip && covers_all(&src) && covers_all(&dst);
}

/* [sequence] permit|deny ... from word e->i on */
static void
emit_entry(struct entry *e)
{
	const struct words *w = e->w;
	struct record *r;
	struct span sequence = {0}, action;
	bool all, log;

	if (words_is(w, e->i, "sequence"))
		e->i++;
	if (words_at(w, e->i).n > 0 &&
	    ascii_digit((unsigned char)words_at(w, e->i).p[0]))
		sequence = words_at(w, e->i++);
	if (words_is(w, e->i, "dynamic"))
		e->i += words_is(w, e->i + 2, "timeout") ? 4 : 2;
	action = words_at(w, e->i++);
	if (span_is(action, "trust") && e->netmask)
		action = SPAN("permit"); /* FTD: without inspection */
	if (!span_is(action, "permit") && !span_is(action, "deny"))
		return;
	r = ios_begin(e->x, K_ACL_ENTRY, e->node);
	record_put(r, F_ACL, e->acl->name);
	record_put_number(r, F_SEQUENCE, sequence);
	record_put(r, F_ACTION, action);
	all = put_match(e);
	log = logs(e);
	record_put_bool(r, F_LOG, log);
	record_put(r, F_USED_BY, used_by(e->x, e->acl));
	ios_emit(e->x);
	if (e->acl->node == TREE_NONE)
		e->acl->node = e->node;
	e->acl->entries++;
	e->acl->final_deny_log = all && log && span_is(action, "deny");
}

static bool
is_number_in(struct span s, uint64_t from, uint64_t to)
{
	uint64_t n;

	return span_u64(s, &n) && n >= from && n <= to;
}

static bool
is_standard_number(struct span s)
{
	return is_number_in(s, 1, 99) || is_number_in(s, 1300, 1999);
}

/* access-list 20 permit 192.0.2.1 */
static void
numbered(struct ios *x, uint32_t node, const struct words *w)
{
	struct span number = words_at(w, 1);
	struct entry e = {.x = x, .w = w, .i = 2, .node = node};

	e.extended = !is_standard_number(number);
	if (e.extended && !is_number_in(number, 100, 199) &&
	    !is_number_in(number, 2000, 2699))
		return;
	e.acl = acl_of(x, 4, number);
	emit_entry(&e);
}

static void
named(struct ios *x, uint32_t node, struct ios_acl *acl, bool extended)
{
	struct words w;

	if (acl->node == TREE_NONE)
		acl->node = node;
	EACH_CHILD(c, x->tree, node)
	{
		struct entry e = {.x = x,
		    .acl = acl,
		    .w = &w,
		    .extended = extended,
		    .node = c};

		words_read(&w, x->tree->v[c].text);
		emit_entry(&e);
	}
}

void
acl_named_fact(struct ios *x, uint32_t node, unsigned family, struct span name)
{
	if (name.n > 0)
		named(x, node, acl_of(x, family, name), true);
}

void
acl_entry_fact(struct ios *x, uint32_t node, const struct words *w, unsigned i,
    struct span name, bool extended)
{
	struct entry e = {.x = x,
	    .w = w,
	    .i = i,
	    .node = node,
	    .extended = extended,
	    .netmask = true,
	    .acl = acl_of(x, 4, name)};

	emit_entry(&e);
}

void
acl_object(struct ios *x, struct span name, const struct prefix *p)
{
	struct ios_acls *a = &x->acls;

	if (p == NULL) {
		map_put(&a->objects, name, OBJECT_SERVICE);
		return;
	}
	a->prefixes = arena_grow(x->arena, a->prefixes, a->nprefixes,
	    &a->prefixes_cap, sizeof(*a->prefixes));
	a->prefixes[a->nprefixes] = *p;
	map_put(&a->objects, name, (uint32_t)a->nprefixes);
	a->nprefixes++;
}

void
acl_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool extended = words_is(w, 2, "extended");

	if (words_is(w, 0, "access-list")) {
		numbered(x, node, w);
	} else if (words_is(w, 0, "ipv6")) {
		if (w->n == 3)
			acl_named_fact(x, node, 6, words_at(w, 2));
	} else if (extended || words_is(w, 2, "standard")) {
		if (w->n == 4)
			named(x, node, acl_of(x, 4, words_at(w, 3)), extended);
	}
}

/* The lists as wholes.  One that is used and defined nowhere lets all pass;
 * only a whole configuration can tell. */
void
acls_flush(struct ios *x)
{
	for (size_t i = 0; i < x->acls.n; i++) {
		struct ios_acl *a = &x->acls.v[i];
		struct record *r;

		if (a->node == TREE_NONE && !x->whole)
			continue;
		r = ios_begin(
		    x, K_ACL, a->node == TREE_NONE ? a->user : a->node);
		record_put(r, F_ACL, a->name);
		ios_put_u64(x, F_ENTRIES, a->entries);
		record_put(r, F_USED_BY, used_by(x, a));
		record_put_bool(r, F_FINAL_DENY_LOG, a->final_deny_log);
		ios_emit(x);
	}
}
