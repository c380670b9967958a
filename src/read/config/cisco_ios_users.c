#include "read/config/cisco_ios_facts.h"
#include "read/config/cisco_secret.h"

/* One account may stand in several lines. */
struct ios_user {
	struct span name, privilege, view, acl, secret;
	bool nopassword;
	uint32_t node; /* line with the secret, else the first */
};

struct ios_users {
	struct map names;
	struct ios_user *v;
	size_t n, cap;
};

static struct ios_user *
user_of(struct ios *x, struct span name, uint32_t node)
{
	struct ios_users *u = x->users;
	uint32_t i;

	if (u == NULL) {
		u = x->users = arena_alloc(x->arena, sizeof(*u));
		map_init(&u->names, x->arena);
	}
	i = map_add(&u->names, name, (uint32_t)u->n);
	if (i == u->n) {
		u->v = arena_grow(x->arena, u->v, u->n, &u->cap, sizeof(*u->v));
		u->v[u->n++] = (struct ios_user){.name = name, .node = node};
	}
	return &u->v[i];
}

static void
read_options(
    struct ios_user *u, const struct words *w, unsigned i, uint32_t node)
{
	for (; i < w->n; i++) {
		if (words_is(w, i, "privilege")) {
			u->privilege = words_at(w, ++i);
		} else if (words_is(w, i, "view")) {
			u->view = words_at(w, ++i);
		} else if (words_is(w, i, "access-class")) {
			u->acl = words_at(w, ++i);
		} else if (words_is(w, i, "nopassword")) {
			u->nopassword = true;
			u->node = node;
		} else if (words_is(w, i, "password") ||
			   words_is(w, i, "secret")) {
			u->secret = words_from(w, i + 1);
			u->node = node;
			return;
		}
	}
}

void
users_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct ios_user *u;
	struct words cw;

	if (w->n < 2)
		return;
	u = user_of(x, words_at(w, 1), node);
	read_options(u, w, 2, node);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		read_options(u, &cw, 0, c);
	}
}

/* A record with an account's secret, or with the lack of one. */
static void
put_account_secret(struct ios *x, const struct ios_user *u)
{
	if (u->secret.n > 0) {
		ios_put_secret(x, u->name, u->secret);
		return;
	}
	record_put_str(&x->rec, F_SECRET_TYPE, "none");
	if (u->nopassword)
		record_put_str(&x->rec, F_WEAK, "empty");
}

void
users_flush(struct ios *x)
{
	if (x->users == NULL)
		return;
	for (size_t i = 0; i < x->users->n; i++) {
		const struct ios_user *u = &x->users->v[i];
		struct record *r = ios_begin(x, K_USER, u->node);

		record_put(r, F_USER, u->name);
		record_put_number(
		    r, F_PRIVILEGE, u->privilege.n ? u->privilege : SPAN("1"));
		put_account_secret(x, u);
		record_put(r, F_ROLE, u->view);
		record_put(r, F_ACL, u->acl);
		ios_emit(x);
	}
}

/* enable secret|password [level N] [type] X */
void
enable_fact(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = 2;
	struct record *r;

	if (!words_is(w, 1, "secret") && !words_is(w, 1, "password"))
		return;
	r = ios_begin(x, K_USER, node);
	record_put_str(r, F_USER, "enable");
	if (words_is(w, 2, "level")) {
		record_put_number(r, F_PRIVILEGE, words_at(w, 3));
		i = 4;
	} else {
		record_put_number(r, F_PRIVILEGE, SPAN("15"));
	}
	ios_put_secret(x, SPAN("enable"), words_from(w, i));
	record_put_str(r, F_ROLE, "enable");
	ios_emit(x);
}

static void
ssh_key(struct ios *x, uint32_t node, struct span owner)
{
	struct words w;
	struct record *r;

	words_read(&w, x->tree->v[node].text);
	if (!words_is(&w, 0, "key-hash") && !words_is(&w, 0, "key-string"))
		return;
	r = ios_begin(x, K_SSH_KEY, node);
	record_put(r, F_USER, owner);
	if (words_is(&w, 0, "key-hash")) {
		record_put(r, F_KEY_TYPE, words_at(&w, 1));
		record_put(r, F_FINGERPRINT, words_at(&w, 2));
	} else {
		record_put_str(r, F_KEY_TYPE, "key-string");
	}
	ios_emit(x);
}

/* ip ssh pubkey-chain / username X / key-hash ssh-rsa HEX */
void
ssh_keys_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct words cw;

	if (!words_is(w, 2, "pubkey-chain"))
		return;
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		if (words_is(&cw, 0, "username"))
			EACH_CHILD(k, x->tree, c)
		ssh_key(x, k, words_at(&cw, 1));
	}
}
