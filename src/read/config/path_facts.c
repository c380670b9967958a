#include "read/config/path_facts.h"

#include <openssl/evp.h>

#include "read/config/cisco_secret.h"

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

static const struct default_setting *
default_of(const struct path_facts *x, const char *name)
{
	return defaults_find(
	    x->defaults, x->platform, span_str(name), x->release);
}

struct span
facts_default(const struct path_facts *x, const char *name, bool silent)
{
	const struct default_setting *d = default_of(x, name);

	return d != NULL && silent ? d->state : SPAN("unknown");
}

void
facts_put_basis(struct path_facts *x, const char *name)
{
	const struct default_setting *d = default_of(x, name);

	if (d == NULL)
		return;
	if (x->whole)
		record_put(&x->rec, F_BASIS, d->basis);
	record_put(&x->rec, F_VALUE, d->value);
}

struct record *
facts_setting(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port)
{
	struct record *r = facts_begin(x, K_SETTING, node);

	record_put_str(r, F_NAME, name);
	record_put(r, F_STATE,
	    node == PATH_NONE ? facts_default(x, name, x->whole)
	    : on	      ? SPAN("enabled")
			      : SPAN("disabled"));
	record_put_str(
	    r, F_ORIGIN, node == PATH_NONE ? "default" : "configured");
	record_put_number(r, F_PORT, span_str(port));
	if (node == PATH_NONE)
		facts_put_basis(x, name);
	else if (!x->whole && (strcmp(name, "http-server") == 0 ||
				  strcmp(name, "https-server") == 0))
		record_put_bool(r, F_PART, true);
	return r;
}

void
facts_set(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port)
{
	facts_setting(x, name, node, on, port);
	facts_emit(x);
}

void
facts_guard(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port, struct span list)
{
	struct record *r = facts_setting(x, name, node, on, port);

	record_put(r, F_ACL, list);
	facts_emit(x);
}

void
facts_set_or(
    struct path_facts *x, const char *name, uint32_t node, const char *port)
{
	facts_setting(x, name, node, true, port);
	facts_emit(x);
}

void
facts_port(struct path_facts *x, const char *name, uint32_t node,
    const char *by_default)
{
	struct record *r = facts_begin(x, K_SETTING, node);

	record_put_str(r, F_NAME, name);
	record_put_str(r, F_STATE, "enabled");
	record_put_str(
	    r, F_ORIGIN, node == PATH_NONE ? "default" : "configured");
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

bool
facts_ends_whole(struct span bytes)
{
	return bytes.n > 0 && bytes.p[bytes.n - 1] == '\n';
}
