#include "read/config/path_facts.h"

#include <openssl/evp.h>

#include "read/config/cisco_secret.h"
#include "read/config/interface_role.h"

struct path_facts *
facts_new(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = arena_alloc(in->arena, sizeof(*x));

	x->arena = in->arena;
	x->out = out;
	x->defaults = in->defaults;
	x->tree = path_tree_new(in->arena, in->bytes);
	scope_init(&x->scope, in->arena);
	map_init(&x->vrfs, in->arena);
	return x;
}

static void
put_depth(struct path_facts *x, uint32_t parent)
{
	static const char digits[][3] = {"0", "1", "2", "3", "4", "5", "6", "7",
	    "8", "9", "10", "11", "12", "13", "14", "15"};
	unsigned depth = path_at(x->tree, parent)->depth;

	record_put_number(&x->rec, F_DEPTH,
	    depth < sizeof(digits) / sizeof(*digits)
		? span_str(digits[depth])
		: arena_fmt(x->arena, "%u", depth));
}

struct span
facts_hidden(struct path_facts *x, struct span text)
{
	struct span rest = text, first = span_word(&rest);
	struct span second = span_word(&rest);

	return arena_fmt(x->arena, "%.*s %.*s <redacted>", SPAN_FMT(first),
	    SPAN_FMT(second));
}

void
facts_config(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span path = {0};
	uint32_t of = PATH_ROOT;

	if (t->too_deep > 0)
		x->out->diag(x->out, DIAG_DEPTH, t->too_deep, (struct span){0});
	if (t->too_many > 0)
		x->out->diag(
		    x->out, DIAG_TOO_MANY, t->too_many, (struct span){0});
	for (uint32_t i = 0; i < t->nstatements; i++) {
		const struct path_statement *s = path_statement_at(t, i);
		struct span text = span_of(s->p, s->n);

		if (s->parent != of)
			path = path_text(t, s->parent);
		of = s->parent;
		if (x->hides != NULL && x->hides(path, text))
			text = facts_hidden(x, text);
		if (x->shows != NULL)
			text = x->shows(x->arena, path, text);
		record_init(&x->rec, K_CONFIG, s->line, s->offset, text);
		record_put(&x->rec, F_LINE, text);
		record_put(&x->rec, F_PARENT, path);
		put_depth(x, s->parent);
		facts_emit(x);
	}
}

struct record *
facts_begin(struct path_facts *x, enum record_kind kind, uint32_t node)
{
	const struct path_node *v;

	if (node == PATH_NONE || node == PATH_ROOT) {
		record_init(&x->rec, kind, 0, 0, (struct span){0});
	} else {
		v = path_at(x->tree, node);
		record_init(&x->rec, kind, v->line, v->offset,
		    path_line(x->tree, node));
	}
	return &x->rec;
}

void
facts_emit(struct path_facts *x)
{
	record_put(&x->rec, F_CONTEXT, x->context);
	x->out->record(x->out, &x->rec);
}

void
facts_identity(struct path_facts *x, const char *vendor, const char *platform,
    struct span release)
{
	record_put_str(&x->rec, F_VENDOR, vendor);
	record_put_str(&x->rec, F_PLATFORM, platform);
	record_put(&x->rec, F_VERSION, release);
	x->platform = span_str(platform);
	x->release = release;
}

/* ---- settings ---- */

static struct record *
begin_setting(struct path_facts *x, const char *name, uint32_t node,
    struct span state, const char *port)
{
	struct record *r = facts_begin(x, K_SETTING, node);

	record_put_str(r, F_NAME, name);
	record_put(r, F_STATE, state);
	record_put_str(
	    r, F_ORIGIN, node == PATH_NONE ? "default" : "configured");
	record_put_number(r, F_PORT, span_str(port));
	return r;
}

void
facts_set(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port)
{
	begin_setting(
	    x, name, node, on ? SPAN("enabled") : SPAN("disabled"), port);
	facts_emit(x);
}

void
facts_guard(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port, struct span list)
{
	struct record *r = begin_setting(
	    x, name, node, on ? SPAN("enabled") : SPAN("disabled"), port);

	record_put(r, F_ACL, list);
	facts_emit(x);
}

void
facts_set_assumed(struct path_facts *x, const char *name, uint32_t node,
    bool by_default, const char *port)
{
	if (node != PATH_NONE) {
		facts_set(x, name, node, true, port);
		return;
	}
	begin_setting(x, name, PATH_NONE,
	    !x->whole	 ? SPAN("unknown")
		: by_default ? SPAN("enabled")
			     : SPAN("disabled"),
	    port);
	facts_emit(x);
}

void
facts_set_or(
    struct path_facts *x, const char *name, uint32_t node, const char *port)
{
	const struct default_setting *d =
	    defaults_find(x->defaults, x->platform, span_str(name), x->release);
	struct record *r;

	if (node != PATH_NONE) {
		facts_set(x, name, node, true, port);
		return;
	}
	r = begin_setting(x, name, PATH_NONE,
	    d != NULL && x->whole ? d->state : SPAN("unknown"), port);
	if (d != NULL && x->whole)
		record_put(r, F_BASIS, d->basis);
	if (d != NULL)
		record_put(r, F_VALUE, d->value);
	facts_emit(x);
}

void
facts_port(struct path_facts *x, const char *name, uint32_t node,
    const char *by_default)
{
	struct record *r;

	r = begin_setting(x, name, node, SPAN("enabled"), "");
	record_put_number(r, F_PORT,
	    node == PATH_NONE ? span_str(by_default)
			      : path_word(x->tree, node));
	facts_emit(x);
}

/* ---- values ---- */

void
facts_server(struct path_facts *x, enum field_id ip, enum field_id scope,
    struct span server)
{
	struct addr a;

	if (server.n == 0)
		return;
	if (!addr_read(server, &a)) {
		record_put(&x->rec, F_NAME, server);
		return;
	}
	record_put_ip(&x->rec, ip, server);
	record_put_str(&x->rec, scope, scope_of_text(&x->scope, server));
}

/* "$6$", "$9$" */
static struct span
type_of(struct span secret)
{
	size_t end;

	if (secret.n < 3 || secret.p[0] != '$')
		return SPAN("0");
	end = span_find_byte(span_sub(secret, 1, 8), '$');
	return end == SPAN_NONE ? SPAN("0") : span_head(secret, end + 2);
}

void
facts_secret(struct path_facts *x, struct span user, const char *type,
    struct span secret)
{
	struct secret s = {type ? span_str(type) : type_of(secret), secret};

	if (secret.n == 0) {
		record_put_str(&x->rec, F_SECRET_TYPE, "none");
		return;
	}
	record_put(&x->rec, F_SECRET_TYPE, s.type);
	record_put(&x->rec, F_SECRET, secret);
	if (secret_reversible(&s))
		record_put_bool(&x->rec, F_REVERSIBLE, true);
	record_put_str(&x->rec, F_WEAK, secret_weak(x->arena, user, &s));
}

/* As "ssh-keygen -l" shows it: SHA-256 of the key, in base64. */
static struct span
fingerprint(struct arena *a, struct span body)
{
	unsigned char *raw = arena_alloc(a, body.n + 3);
	unsigned char digest[32], text[48];
	int n;

	if (body.n == 0 || body.n > LIMIT_LITERAL_BYTES || body.n % 4 != 0)
		return (struct span){0};
	n = EVP_DecodeBlock(raw, (const unsigned char *)body.p, (int)body.n);
	if (n < 2)
		return (struct span){0};
	n -= body.p[body.n - 1] == '=';
	n -= body.p[body.n - 2] == '=';
	if (!EVP_Digest(raw, (size_t)n, digest, NULL, EVP_sha256(), NULL))
		return (struct span){0};
	EVP_EncodeBlock(text, digest, sizeof(digest));
	return arena_fmt(a, "SHA256:%.43s", (const char *)text);
}

void
facts_ssh_key(
    struct path_facts *x, uint32_t node, struct span user, struct span key)
{
	struct record *r = facts_begin(x, K_SSH_KEY, node);
	struct span rest = key, type = span_word(&rest);

	record_put(r, F_USER, user);
	record_put(r, F_KEY_TYPE, type);
	record_put(r, F_FINGERPRINT, fingerprint(x->arena, span_word(&rest)));
	facts_emit(x);
}

void
facts_put_prefix(struct path_facts *x, enum field_id f, const struct prefix *p)
{
	record_put_prefix(&x->rec, f, p, prefix_text(x->arena, p));
}

void
facts_put_address(struct path_facts *x, struct span address)
{
	struct prefix p;

	if (!prefix_read(address, &p))
		return;
	record_put_ip(&x->rec, F_ADDRESS,
	    span_head(address, span_find_byte(address, '/')));
	facts_put_prefix(x, F_PREFIX, &p);
}

void
facts_own(struct path_facts *x, struct span address)
{
	struct prefix p;

	if (prefix_read(address, &p))
		scope_add(&x->scope, &p);
}

void
facts_vrf(struct path_facts *x, uint32_t interfaces, uint32_t vrf)
{
	EACH_PATH(i, x->tree, interfaces)
	map_add(&x->vrfs, path_word(x->tree, i), vrf);
}

struct span
facts_vrf_of(const struct path_facts *x, struct span interface)
{
	/* MAP_NONE and PATH_NONE are one. */
	return path_word(x->tree, map_get(&x->vrfs, interface));
}

struct span
facts_values(const struct path_facts *x, uint32_t node)
{
	size_t n = 0, room = 1;
	char *out;

	EACH_PATH(c, x->tree, node)
	room += path_word(x->tree, c).n + 1;
	if (room > LIMIT_FIELD_BYTES)
		room = LIMIT_FIELD_BYTES;
	out = arena_alloc(x->arena, room);
	EACH_PATH(c, x->tree, node)
	{
		struct span w = path_word(x->tree, c);

		if (n + w.n + 1 > room)
			break;
		memcpy(out + n, w.p, w.n);
		n += w.n;
		out[n++] = ' ';
	}
	return span_of(out, n ? n - 1 : 0);
}

struct span
facts_port_number(struct span word)
{
	static const struct {
		const char *name, *port;
	} more[] = {{"http", "80"}, {"https", "443"}, {"radius", "1812"},
	    {"dhcp", "67"}, {"ldp", "646"}, {"radacct", "1813"},
	    {"traceroute", ""}, {"bfd", "3784"}};

	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		if (span_is(word, more[i].name))
			return span_str(more[i].port);
	return ios_port(word);
}

/* ---- whole records ---- */

void
facts_route(struct path_facts *x, uint32_t node, struct span prefix,
    struct span next_hop, struct span interface, struct span vrf)
{
	struct record *r;
	struct prefix p;
	struct addr a;

	if (span_is(prefix, "default"))
		prefix = SPAN("0.0.0.0/0");
	if (!prefix_read(prefix, &p))
		return;
	r = facts_begin(x, K_ROUTE, node);
	facts_put_prefix(x, F_PREFIX, &p);
	if (addr_read(next_hop, &a))
		record_put_ip(r, F_NEXT_HOP, next_hop);
	else if (interface.n == 0)
		interface = next_hop;
	record_put(r, F_INTERFACE, interface);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

void
facts_neighbor(struct path_facts *x, uint32_t node, struct span address,
    struct span remote_as, bool protected, struct span vrf)
{
	struct record *r;
	struct addr a;

	if (!addr_read(address, &a))
		return;
	r = facts_begin(x, K_NEIGHBOR, node);
	record_put_str(r, F_PROTOCOL, "bgp");
	record_put_ip(r, F_ADDRESS, address);
	record_put(r, F_REMOTE_AS, remote_as);
	record_put_bool(r, F_PROTECTED, protected);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

const char *
facts_role(const char *role, struct span description)
{
	const char *said = role_of_description(description);

	return role != NULL && said != NULL && strcmp(role, "routed") == 0
		   ? said
		   : role;
}

void
facts_banner(struct path_facts *x, uint32_t node, const char *name)
{
	struct record *r;

	if (node == PATH_NONE)
		return;
	r = facts_begin(x, K_BANNER, node);
	record_put_str(r, F_NAME, name);
	facts_emit(x);
}

void
facts_adjacency(struct path_facts *x, uint32_t node, const char *protocol,
    struct span interface, bool protected, struct span vrf)
{
	struct record *r = facts_begin(x, K_NEIGHBOR, node);

	record_put_str(r, F_PROTOCOL, protocol);
	record_put(r, F_INTERFACE, interface);
	record_put_bool(r, F_PROTECTED, protected);
	record_put(r, F_VRF, vrf);
	facts_emit(x);
}

void
facts_ntp(struct path_facts *x, uint32_t node, struct span server,
    const char *mode, bool protected)
{
	struct record *r = facts_begin(x, K_NTP, node);

	record_put_str(r, F_MODE, mode);
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_bool(r, F_PROTECTED, protected);
	facts_emit(x);
}

void
facts_tunnel(struct path_facts *x, uint32_t node, struct span name,
    struct span interface, const char *mode, struct span src, struct span dst,
    bool protected)
{
	struct record *r = facts_begin(x, K_TUNNEL, node);
	struct addr a;

	record_put(r, F_NAME, name);
	record_put(r, F_INTERFACE, interface);
	record_put_str(r, F_MODE, mode);
	if (addr_read(src, &a))
		record_put_ip(r, F_SRC_IP, src);
	else
		record_put(r, F_VALUE, src);
	if (addr_read(dst, &a)) {
		record_put_ip(r, F_DST_IP, dst);
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, dst));
	}
	record_put_bool(r, F_PROTECTED, protected);
	facts_emit(x);
}

void
facts_put_source(struct path_facts *x, struct span src)
{
	struct record *r = &x->rec;
	struct prefix p = {0};
	struct addr a;

	record_put(r, F_SRC, src);
	if (span_is(src, "any") || span_is(src, "all")) {
		record_put_str(r, F_SRC_SCOPE, "any");
		return;
	}
	if (!prefix_read(src, &p))
		return;
	facts_put_prefix(x, F_SRC_PREFIX, &p);
	record_put_str(r, F_SRC_SCOPE, scope_of(&x->scope, &p));
	src = span_head(src, span_find_byte(src, '/'));
	if (p.bits == (p.addr.family == 4 ? 32 : 128) && addr_read(src, &a))
		record_put_ip(r, F_SRC_IP, src);
}

void
facts_entry(struct path_facts *x, uint32_t node, const struct facts_entry *e)
{
	struct record *r = facts_begin(x, K_ACL_ENTRY, node);

	record_put(r, F_ACL, e->list);
	record_put_number(r, F_SEQUENCE, e->sequence);
	record_put(r, F_NAME, e->name);
	record_put_str(r, F_ACTION, e->deny ? "deny" : "permit");
	record_put_str(r, F_PROTOCOL, e->protocol);
	facts_put_source(x, e->src);
	record_put(r, F_DST, e->dst);
	record_put_number(r, F_DST_PORT, e->port);
	record_put(r, F_SERVICE, e->service);
	record_put(r, F_INTERFACE, e->interface);
	record_put_str(r, F_USED_BY, e->used_by);
	facts_emit(x);
}

void
facts_list(struct path_facts *x, uint32_t node, struct span name,
    unsigned entries, const char *used_by)
{
	struct record *r;

	if (entries == 0)
		return;
	r = facts_begin(x, K_ACL, node);
	record_put(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", entries));
	record_put_str(r, F_USED_BY, used_by);
	facts_emit(x);
}

void
facts_method(struct path_facts *x, uint32_t node, struct span list,
    struct span methods, struct span group)
{
	struct record *r = facts_begin(x, K_AAA_METHOD, node);

	record_put_str(r, F_SERVICE, "authentication");
	record_put_str(r, F_NAME, "login");
	record_put(r, F_LIST, list);
	record_put(r, F_METHODS, methods);
	record_put(r, F_GROUP, group);
	facts_emit(x);
}

struct record *
facts_community(
    struct path_facts *x, uint32_t node, const char *mode, struct span name)
{
	struct record *r = facts_begin(x, K_SNMP, node);

	record_put_str(r, F_MODE, mode);
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, name);
	if (span_is_nocase(name, "public") || span_is_nocase(name, "private"))
		record_put_str(r, F_WEAK, "default");
	return r;
}

void
facts_log_host(struct path_facts *x, uint32_t node, struct span server,
    const char *protocol, struct span port)
{
	struct record *r = facts_begin(x, K_LOGGING, node);

	record_put_str(r, F_TARGET, "host");
	record_put_str(r, F_STATE, "enabled");
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_str(r, F_PROTOCOL, protocol);
	record_put_number(r, F_PORT, port);
	facts_emit(x);
}

void
facts_user(struct path_facts *x, uint32_t node, struct span name, bool admin,
    struct span role, const char *type, struct span secret)
{
	struct record *r = facts_begin(x, K_USER, node);

	record_put(r, F_USER, name);
	record_put_number(r, F_PRIVILEGE, admin ? SPAN("15") : SPAN("1"));
	facts_secret(x, name, type, secret);
	record_put(r, F_ROLE, role);
	facts_emit(x);
}

struct record *
facts_aaa_server(struct path_facts *x, uint32_t node, const char *protocol,
    struct span group, struct span server, struct span port)
{
	struct record *r = facts_begin(x, K_AAA_SERVER, node);

	record_put_str(r, F_PROTOCOL, protocol);
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, server);
	record_put_number(r, F_PORT, port);
	record_put(r, F_GROUP, group);
	return r;
}

struct record *
facts_interface(struct path_facts *x, uint32_t node, struct span name,
    struct span address, const char *role)
{
	struct record *r = facts_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, name);
	facts_put_address(x, address);
	record_put_str(r, F_ROLE, role);
	return r;
}

struct span
facts_masked(struct path_facts *x, struct span address, struct span mask)
{
	struct prefix p;

	if (mask.n == 0)
		return address;
	if (!prefix_of_words(address, mask, &p))
		return (struct span){0};
	return arena_fmt(x->arena, "%.*s/%u", SPAN_FMT(address), p.bits);
}

void
facts_exposed(struct path_facts *x, uint32_t node, struct span interface,
    struct span services)
{
	struct record *r = begin_setting(
	    x, "management-on-data-interface", node, SPAN("enabled"), "");

	record_put(r, F_INTERFACE, interface);
	record_put(r, F_VALUE, services);
	facts_emit(x);
}

bool
facts_ends_whole(struct span bytes)
{
	return bytes.n > 0 && bytes.p[bytes.n - 1] == '\n';
}
