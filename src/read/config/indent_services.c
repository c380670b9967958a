/* SNMP, logging, time, AAA and mirror sessions of the relatives of IOS. */
#include "read/config/indent_facts.h"

/* ---- SNMP ---- */

/* snmp-server community [encrypted|clear|0|7] C [view V] [ro|rw|group G]
 * [use-acl|use-ipv4acl|use-ipv6acl|IPv4|IPv6] [L] [SystemOwner] */
static bool
is_label(const struct words *w, unsigned i)
{
	return words_is(w, i, "encrypted") || words_is(w, i, "clear") ||
	       ((words_is(w, i, "0") || words_is(w, i, "7") ||
		    words_is(w, i, "8")) &&
		   w->n > i + 1 && !span_is_nocase(words_at(w, i + 1), "ro") &&
		   !span_is_nocase(words_at(w, i + 1), "rw"));
}

/* The option at word i; returns the word behind it. */
static unsigned
community_option(struct indent_community *c, const struct words *w, unsigned i)
{
	struct span word = words_at(w, i);

	if (span_is_nocase(word, "ro") || span_is_nocase(word, "rw")) {
		c->mode = span_is_nocase(word, "rw") ? SPAN("rw") : SPAN("ro");
	} else if (span_is(word, "group")) {
		c->group = words_at(w, i + 1);
		c->mode = span_is(c->group, "network-admin") ? SPAN("rw")
							     : SPAN("ro");
		return i + 2;
	} else if (span_is(word, "view")) {
		return i + 2;
	} else if (span_is(word, "use-acl") || span_is(word, "use-ipv4acl") ||
		   span_is(word, "IPv4")) {
		c->guard = !span_is(word, "IPv4");
		c->list = words_at(w, i + 1);
		return i + 2;
	} else if (span_is(word, "use-ipv6acl") || span_is(word, "IPv6") ||
		   span_is(word, "ipv6")) {
		c->guard = span_is(word, "use-ipv6acl");
		c->list6 = words_at(w, i + 1);
		return i + 2;
	} else if (!span_is(word, "SystemOwner") && !span_is(word, "LROwner")) {
		c->list = word;
	}
	return i + 1;
}

void
indent_community_read(const struct words *w, struct indent_community *out)
{
	unsigned i = 2u + is_label(w, 2);
	struct indent_community c = {.secret = words_at(w, i)};

	for (i++; i < w->n;)
		i = community_option(&c, w, i);
	*out = c;
}

static void
community_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct indent_community c;
	struct indent *t = indent_of(x);

	indent_community_read(w, &c);
	acl_use(x, 4, c.list, USE_SNMP, node);
	acl_use(x, 6, c.list6, USE_SNMP, node);
	indent_met(x, "snmp-v1v2c", node);
	if (!c.guard)
		return;
	t->guards = arena_grow(x->arena, t->guards, t->nguards, &t->guards_cap,
	    sizeof(*t->guards));
	t->guards[t->nguards].list = c.list.n ? c.list : c.list6;
	t->guards[t->nguards].node = node;
	map_add(&t->guard_of, c.secret, (uint32_t)t->nguards);
	t->nguards++;
}

static struct span
word_behind(const struct words *w, const char *word)
{
	return words_at(w, words_find(w, 3, word) + 1);
}

void
indent_snmp_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct span version = word_behind(w, "version");

	if (words_is(w, 1, "community") && w->n > 2) {
		community_note(x, node, w);
	} else if (words_is(w, 1, "host")) {
		if (span_is(version, "1") || span_is(version, "2c"))
			indent_met(x, "snmp-v1v2c", node);
	} else if (words_is(w, 1, "user") || words_is(w, 1, "group")) {
		acl_use(x, 4, word_behind(w, "access"), USE_SNMP, node);
		acl_use(x, 4, word_behind(w, "IPv4"), USE_SNMP, node);
		acl_use(x, 4, word_behind(w, "use-ipv4acl"), USE_SNMP, node);
		acl_use(x, 6, word_behind(w, "use-ipv6acl"), USE_SNMP, node);
	}
}

static void
community_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct indent_community c;
	struct indent *t = indent_of(x);
	struct record *r;
	uint32_t guard;

	indent_community_read(w, &c);
	guard = map_get(&t->guard_of, c.secret);
	if (c.guard)
		return;
	r = ios_begin(x, K_SNMP, node);
	record_put(r, F_MODE, c.mode.n ? c.mode : SPAN("ro"));
	record_put(r, F_GROUP, c.group);
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, indent_unquoted(c.secret));
	if (span_is(c.secret, "public") || span_is(c.secret, "private"))
		record_put_str(r, F_WEAK, "default");
	record_put(r, F_ACL, c.list.n ? c.list : c.list6);
	if (guard != MAP_NONE)
		record_put(r, F_ACL, t->guards[guard].list);
	ios_emit(x);
}

/* snmp-server user U [G] [v3] [auth sha X [priv aes-128 X]] */
static void
user_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool auth = words_find(w, 3, "auth") < w->n;
	bool priv = words_find(w, 3, "priv") < w->n;
	struct record *r;

	if (span_starts(words_at(w, 3), SPAN("use-ipv")))
		return;
	r = ios_begin(x, K_SNMP, node);
	record_put(r, F_USER, words_at(w, 2));
	if (!words_is(w, 3, "auth"))
		record_put(r, F_GROUP, words_at(w, 3));
	record_put_str(r, F_LEVEL, priv ? "priv" : auth ? "auth" : "noauth");
	ios_emit(x);
}

void
indent_snmp(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "community") && w->n > 2)
		community_fact(x, node, w);
	else if (words_is(w, 1, "user") && w->n > 2)
		user_fact(x, node, w);
	else if (words_is(w, 1, "group"))
		snmp_fact(x, node, w);
}

/* ---- who may come in, and what runs by itself ---- */

void
indent_permit(struct ios *x, uint32_t node, const struct indent_permit *p)
{
	struct record *r = ios_begin(x, K_ACL_ENTRY, node);
	struct prefix any = {.addr.family = 4};

	record_put(r, F_ACL, p->acl);
	record_put_str(r, F_ACTION, "permit");
	record_put_str(
	    r, F_PROTOCOL, strcmp(p->used_by, "snmp") == 0 ? "udp" : "tcp");
	record_put(r, F_SRC, p->src);
	if (p->prefix != NULL || p->src.n == 0) {
		const struct prefix *from = p->prefix ? p->prefix : &any;

		record_put_prefix(
		    r, F_SRC_PREFIX, from, prefix_text(x->arena, from));
		record_put_str(r, F_SRC_SCOPE, scope_of(&x->scope, from));
		if (from->bits == (from->addr.family == 4 ? 32 : 128))
			record_put_ip(r, F_SRC_IP,
			    span_head(p->src, span_find_byte(p->src, '/')));
	}
	record_put_number(r, F_DST_PORT, span_str(p->port));
	record_put(r, F_INTERFACE, p->interface);
	record_put_str(r, F_USED_BY, p->used_by);
	ios_emit(x);
}

void
indent_script(struct ios *x, uint32_t node, struct span name, const char *mode,
    struct span trigger, struct span body)
{
	struct record *r = ios_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, name);
	record_put_str(r, F_MODE, mode);
	record_put(r, F_TRIGGER, trigger);
	record_put(r, F_BODY, body);
	ios_emit(x);
}

struct span
indent_body(struct ios *x, uint32_t node, const char *word)
{
	const struct tree *t = x->tree;
	size_t room = 1, n = 0;
	char *out;

	EACH_CHILD(c, t, node)
	room += t->v[c].text.n + 1;
	out = arena_alloc(x->arena, room);
	EACH_CHILD(c, t, node)
	{
		struct span s = t->v[c].text;

		if (word != NULL && !text_starts(s, word))
			continue;
		if (n > 0)
			out[n++] = '\n';
		memcpy(out + n, s.p, s.n);
		n += s.n;
	}
	return span_of(out, n);
}

/* ---- logging ---- */

/* tcp/1500, udp/514, 6/1514, 17/514 of ASA */
static void
put_transport(struct record *r, struct span word, bool secure)
{
	struct span port = word, name = span_until(&port, '/');
	uint64_t n;

	/* A port alone (EOS); below 8 it is a severity (NX-OS). */
	if (span_u64(word, &n)) {
		if (n > 7)
			record_put_number(r, F_PORT, word);
		return;
	}
	if (span_is(name, "6"))
		name = SPAN("tcp");
	else if (span_is(name, "17"))
		name = SPAN("udp");
	if (!span_is(name, "tcp") && !span_is(name, "udp"))
		return;
	if (!secure)
		record_put(r, F_PROTOCOL, name);
	record_put_number(r, F_PORT, port);
}

void
indent_log_host(struct ios *x, uint32_t node, const struct words *w, unsigned i)
{
	struct record *r = ios_begin(x, K_LOGGING, node);
	bool secure = words_find(w, i, "secure") < w->n;
	struct addr a;

	record_put_str(r, F_TARGET, "host");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	for (unsigned k = i + 1; k < w->n; k++) {
		if (words_is(w, k, "port"))
			record_put_number(r, F_PORT, words_at(w, ++k));
		else if (words_is(w, k, "vrf") || words_is(w, k, "use-vrf"))
			record_put(r, F_VRF, words_at(w, ++k));
		else if (words_is(w, k, "protocol"))
			record_put(r, F_PROTOCOL, words_at(w, ++k));
		else if (words_is(w, k, "facility"))
			k++;
		else if (words_is(w, k, "severity"))
			record_put(r, F_LEVEL, words_at(w, ++k));
		else
			put_transport(r, words_at(w, k), secure);
	}
	if (secure)
		record_put_str(r, F_PROTOCOL, "tls");
	if (record_get(r, F_PROTOCOL) == NULL)
		record_put_str(r, F_PROTOCOL, "udp");
	if (i >= 3 && words_is(w, i - 3, "vrf")) /* logging vrf V host A */
		record_put(r, F_VRF, words_at(w, i - 2));
	ios_emit(x);
}

/* ---- time ---- */

void
indent_ntp(struct ios *x, uint32_t node, const struct words *w, unsigned i)
{
	struct record *r = ios_begin(x, K_NTP, node);
	struct addr a;

	record_put(r, F_MODE, words_at(w, i - 1));
	if (words_is(w, i, "vrf")) {
		record_put(r, F_VRF, words_at(w, i + 1));
		i += 2;
	}
	i += words_is(w, i, "ipv4") || words_is(w, i, "ipv6");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	record_put(r, F_VRF, words_at(w, words_find(w, i, "use-vrf") + 1));
	record_put_bool(r, F_PROTECTED, words_find(w, i, "key") < w->n);
	ios_emit(x);
}

void
indent_ntp_server(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 1, "server") && w->n > 2)
		indent_ntp(x, node, w, 2);
}

/* ---- mirror sessions ---- */

/* What a source or destination is: the words behind it. */
static void
put_end(struct ios *x, const struct words *w, unsigned i, const char **mode)
{
	struct record *r = &x->rec;
	unsigned far;

	if (words_is(w, i, "destination") && words_is(w, i + 1, "ip")) {
		*mode = "erspan-source";
		ios_put_peer(x, F_DST_IP, F_DST_SCOPE, words_at(w, i + 2));
	} else if (words_is(w, i, "destination") &&
		   words_is(w, i + 1, "tunnel")) {
		*mode = "erspan-source";
		far = words_find(w, i + 2, "destination");
		ios_put_peer(x, F_DST_IP, F_DST_SCOPE, words_at(w, far + 1));
	} else if (words_is(w, i, "source") || words_is(w, i, "destination")) {
		i += 1u + words_is(w, i + 1, "interface");
		record_put(r, F_VALUE, words_from(w, i));
	}
}

void
indent_mirror(struct ios *x, uint32_t node, const struct words *w)
{
	struct span name = words_at(w, 2);
	const char *mode = "span";
	struct words cw;

	if (!words_is(w, 1, "session") || name.n == 0 ||
	    ios_session_goes_on(x, node, name))
		return;
	ios_begin(x, K_MIRROR, node);
	record_put(&x->rec, F_SESSION, name);
	if (words_is(w, 3, "type") &&
	    span_starts(words_at(w, 4), SPAN("erspan")))
		mode = words_is(w, 4, "erspan-destination")
			   ? "erspan-destination"
			   : "erspan-source";
	/* NX-OS has a block, EOS a line for each end. */
	for (uint32_t i = node; i < x->tree->n; i = x->tree->v[i].end) {
		words_read(&cw, x->tree->v[i].text);
		if (!words_is(&cw, 0, "monitor") ||
		    !words_is(&cw, 1, "session") ||
		    !span_eq(words_at(&cw, 2), name))
			break;
		put_end(x, &cw, 3, &mode);
	}
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		put_end(x, &cw, 0, &mode);
		if (span_is(cw.text, "shut") || span_is(cw.text, "shutdown"))
			record_put_bool(&x->rec, F_SHUTDOWN, true);
	}
	record_put_str(&x->rec, F_MODE, mode);
	ios_emit(x);
}

/* ---- AAA ---- */

void
indent_aaa_note(struct ios *x, uint32_t node, const struct words *w)
{
	bool on =
	    !words_is(w, w->n - 1, "none") && !words_is(w, w->n - 1, "local");
	bool all = words_is(w, 2, "default"); /* NX-OS: commands and sessions */

	aaa_note(x, node, w);
	if (!words_is(w, 1, "accounting"))
		return;
	if (all || words_is(w, 2, "commands"))
		indent_switch(x, "aaa-accounting-commands", on, node);
	if (all || words_is(w, 2, "exec"))
		indent_switch(x, "aaa-accounting-exec", on, node);
}

void
indent_aaa(struct ios *x, uint32_t node, const struct words *w)
{
	/* Options of the login itself, no method lists. */
	if (words_is(w, 2, "policy") || words_is(w, 3, "error-enable") ||
	    words_is(w, 3, "invalid-username-log") ||
	    words_is(w, 3, "ascii-authentication") ||
	    words_is(w, 3, "mschap") || words_is(w, 3, "chap"))
		return;
	aaa_fact(x, node, w);
}

/* ---- routing neighbours as blocks ---- */

struct bgp_group {
	struct span as;
	bool protected;
};

struct bgp {
	struct ios *x;
	struct map names;
	struct bgp_group *v;
	size_t n, cap;
};

/* What a block says, and what it takes from its group. */
static struct bgp_group
read_block(struct bgp *b, uint32_t node)
{
	struct bgp_group g = {0}, from;
	struct words w;
	uint32_t i;

	EACH_CHILD(c, b->x->tree, node)
	{
		words_read(&w, b->x->tree->v[c].text);
		if (words_is(&w, 0, "remote-as")) {
			g.as = words_at(&w, 1);
		} else if (words_is(&w, 0, "password") ||
			   words_is(&w, 0, "keychain") ||
			   words_is(&w, 0, "ao")) {
			g.protected = true;
		} else if (words_is(&w, 0, "use") ||
			   words_is(&w, 0, "inherit")) {
			i = map_get(&b->names, words_at(&w, 2));
			if (i == MAP_NONE)
				continue;
			from = b->v[i];
			g.as = g.as.n ? g.as : from.as;
			g.protected |= from.protected;
		}
	}
	return g;
}

static void
read_group(struct bgp *b, uint32_t node, struct span name)
{
	struct bgp_group g = read_block(b, node);

	b->v = arena_grow(b->x->arena, b->v, b->n, &b->cap, sizeof(*b->v));
	b->v[b->n] = g;
	map_put(&b->names, name, (uint32_t)b->n);
	b->n++;
}

static void
read_neighbor(
    struct bgp *b, uint32_t node, const struct words *w, struct span vrf)
{
	struct bgp_group g = read_block(b, node);
	struct record *r;
	struct addr a;

	if (!addr_read(words_at(w, 1), &a))
		return;
	r = ios_begin(b->x, K_NEIGHBOR, node);
	record_put_str(r, F_PROTOCOL, "bgp");
	record_put_ip(r, F_ADDRESS, words_at(w, 1));
	record_put(r, F_REMOTE_AS,
	    words_is(w, 2, "remote-as") ? words_at(w, 3) : g.as);
	record_put_bool(r, F_PROTECTED, g.protected);
	record_put(r, F_VRF, vrf);
	ios_emit(b->x);
}

static void
read_level(struct bgp *b, uint32_t node, struct span vrf)
{
	struct words w;

	EACH_CHILD(c, b->x->tree, node)
	{
		words_read(&w, b->x->tree->v[c].text);
		if (words_is(&w, 0, "neighbor"))
			read_neighbor(b, c, &w, vrf);
		else if (words_is(&w, 0, "vrf") && vrf.n == 0)
			read_level(b, c, words_at(&w, 1));
	}
}

void
indent_bgp(struct ios *x, uint32_t node, const struct words *w)
{
	struct bgp b = {.x = x};
	struct words cw;

	if (!words_is(w, 1, "bgp"))
		return;
	map_init(&b.names, x->arena);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "template"))
			read_group(&b, c, words_at(&cw, 2));
		else if (words_is(&cw, 0, "neighbor-group") ||
			 words_is(&cw, 0, "session-group"))
			read_group(&b, c, words_at(&cw, 1));
	}
	read_level(&b, node, (struct span){0});
}
