#include "read/config/indent_facts.h"

#include "base/err.h"
#include "read/config/cisco_secret.h"

/* ---- settings ---- */

static unsigned
setting_index(const struct indent *t, struct span name)
{
	unsigned i = 0;

	while (t->dialect->settings[i] != NULL &&
	       !span_is(name, t->dialect->settings[i]))
		i++;
	ASSERT(t->dialect->settings[i] != NULL && i < INDENT_SETTINGS);
	return i;
}

struct indent_set *
indent_switch(struct ios *x, const char *setting, bool on, uint32_t node)
{
	struct indent *t = indent_of(x);
	struct indent_set *s = &t->set[setting_index(t, span_str(setting))];

	s->state = on ? STATE_ON : STATE_OFF;
	s->node = node;
	return s;
}

void
indent_guard(struct indent_set *s, struct span acl)
{
	if (acl.n > 0 && s->nacl < sizeof(s->acl) / sizeof(*s->acl))
		s->acl[s->nacl++] = acl;
}

const struct indent_set *
indent_get(struct ios *x, const char *setting)
{
	struct indent *t = indent_of(x);

	return &t->set[setting_index(t, span_str(setting))];
}

bool
indent_is_on(struct ios *x, const char *setting)
{
	struct indent *t = indent_of(x);
	unsigned i = setting_index(t, span_str(setting));
	const struct default_setting *d;

	if (t->set[i].state != STATE_DEFAULT)
		return t->set[i].state == STATE_ON;
	d = defaults_find(
	    x->defaults, x->platform, span_str(setting), x->release);
	return x->whole && d != NULL && span_is(d->state, "enabled");
}

void
indent_met(struct ios *x, const char *setting, uint32_t node)
{
	if (indent_get(x, setting)->state != STATE_ON)
		indent_switch(x, setting, true, node);
}

static void
switches_note(struct indent *t, uint32_t node)
{
	struct span text = t->ios.tree->v[node].text;
	bool on = !span_starts(text, SPAN("no "));
	const struct indent_switch *w = t->dialect->switches;
	struct indent_set *s;

	if (!on)
		text = span_trim(span_from(text, 3));
	for (; w->words != NULL; w++) {
		if (w->words[0] != text.p[0] || !text_starts(text, w->words))
			continue;
		if (w->form == SWITCH_FIRST &&
		    indent_get(&t->ios, w->setting)->state == STATE_ON)
			return;
		s = indent_switch(&t->ios, w->setting, on, node);
		s->value = w->form == SWITCH_REST && on
			       ? span_trim(span_from(text, strlen(w->words)))
			       : (struct span){0};
		return;
	}
}

static void
settings_emit(struct indent *t)
{
	for (unsigned i = 0; t->dialect->settings[i] != NULL; i++) {
		const struct indent_set *s = &t->set[i];

		ios_put_setting(
		    &t->ios, &(struct ios_setting_state){
				 .name = span_str(t->dialect->settings[i]),
				 .state = s->state,
				 .node = s->node,
				 .value = s->value,
				 .port = s->port});
		record_put(&t->ios.rec, F_VRF, s->vrf);
		for (unsigned k = 0; k < s->nacl; k++)
			record_put(&t->ios.rec, F_ACL, s->acl[k]);
		ios_emit(&t->ios);
	}
}

/* ---- text ---- */

struct span
indent_note(const struct indent *t, const char *words)
{
	const struct ios_text *text = t->ios.text;

	for (unsigned i = 0; i < text->nnotes; i++)
		if (span_starts(text->notes[i].text, span_str(words)))
			return span_trim(
			    span_from(text->notes[i].text, strlen(words)));
	return (struct span){0};
}

struct span
indent_cut(struct span s, const char *bytes)
{
	size_t n = 0;

	while (n < s.n && strchr(bytes, s.p[n]) == NULL)
		n++;
	return span_trim(span_head(s, n));
}

struct span
indent_unquoted(struct span s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return span_sub(s, 1, s.n - 1);
	return s;
}

/* ---- identity ---- */

void
indent_hostname(struct ios *x, uint32_t node, const struct words *w)
{
	if (x->hostname == TREE_NONE && w->n > 1)
		x->hostname = node;
}

void
indent_domain(struct ios *x, uint32_t node, const struct words *w)
{
	(void)w;
	if (x->domain == TREE_NONE)
		x->domain = node;
}

void
indent_version(struct ios *x, uint32_t node, const struct words *w)
{
	(void)w;
	if (indent_of(x)->version == TREE_NONE)
		indent_of(x)->version = node;
}

struct span
indent_version_word(const struct indent *t, unsigned i)
{
	struct words w;

	if (t->version == TREE_NONE)
		return (struct span){0};
	words_read(&w, t->ios.tree->v[t->version].text);
	return words_at(&w, i);
}

static struct span
last_word(struct span text)
{
	size_t at = span_rfind_byte(text, ' ');

	return span_from(text, at == SPAN_NONE ? 0 : at + 1);
}

/* "RP/0/RSP0/CPU0:edge1" and "asa/pri/act" are called edge1 and asa. */
static struct span
prompt_name(struct span prompt)
{
	size_t colon = span_rfind_byte(prompt, ':');

	if (colon != SPAN_NONE)
		return span_from(prompt, colon + 1);
	return span_head(prompt, span_find_byte(prompt, '/'));
}

static void
identity_emit(struct indent *t)
{
	struct ios *x = &t->ios;
	struct record *r = ios_begin(
	    x, K_DEVICE, x->hostname != TREE_NONE ? x->hostname : t->version);
	struct words w;

	if (x->hostname != TREE_NONE) {
		words_read(&w, x->tree->v[x->hostname].text);
		record_put(r, F_HOSTNAME, indent_unquoted(words_from(&w, 1)));
	} else {
		record_put(r, F_HOSTNAME, prompt_name(x->text->prompt));
	}
	if (x->domain != TREE_NONE)
		record_put(r, F_DOMAIN, last_word(x->tree->v[x->domain].text));
	record_put_str(r, F_VENDOR, t->dialect->vendor);
	record_put_str(r, F_PLATFORM, t->dialect->platform); /* not if NULL */
	t->dialect->identity(t, r);
	x->platform = record_text(r, F_PLATFORM);
	x->release = record_text(r, F_VERSION);
	ios_emit(x);
}

/* ---- accounts ---- */

static const char *const hash_labels[] = {
    "sha512", "md5", "encrypted", "pbkdf2", "nt-encrypted", "mschap"};

static const char *
hash_label(struct span w)
{
	for (size_t i = 0; i < sizeof(hash_labels) / sizeof(*hash_labels); i++)
		if (span_is(w, hash_labels[i]))
			return hash_labels[i];
	return NULL;
}

static bool
is_type_number(struct span w)
{
	return span_is(w, "10") ||
	       (w.n == 1 && ascii_digit((unsigned char)w.p[0]));
}

/* crypt(3) says of itself what it is; labels differ by platform: type 5 of
 * NX-OS is SHA-256. */
static struct span
type_of(struct span label, struct span text)
{
	if (span_starts(text, SPAN("$1$")))
		return SPAN("5");
	if (span_starts(text, SPAN("$5$")))
		return SPAN("sha256");
	if (span_starts(text, SPAN("$6$")) && !span_is(label, "10"))
		return SPAN("sha512");
	return label.n ? label : SPAN("0");
}

unsigned
indent_put_secret(
    struct ios *x, struct span user, const struct words *w, unsigned i)
{
	struct secret s = {0};
	struct span label = {0};

	/* A label is one only with the secret behind it. */
	if (i + 1 < w->n && (is_type_number(words_at(w, i)) ||
				hash_label(words_at(w, i)) != NULL))
		label = words_at(w, i++);
	s.text = indent_unquoted(words_at(w, i++));
	/* ASA puts it behind. */
	if (label.n == 0 && hash_label(words_at(w, i)) != NULL)
		label = words_at(w, i++);
	if (s.text.n == 0)
		return i;
	s.type = type_of(label, s.text);
	record_put(&x->rec, F_SECRET_TYPE, s.type);
	record_put(&x->rec, F_SECRET, s.text);
	if (secret_reversible(&s))
		record_put_bool(&x->rec, F_REVERSIBLE, true);
	record_put_str(&x->rec, F_WEAK, secret_weak(x->arena, user, &s));
	return i;
}

void
indent_ssh_key(struct ios *x, uint32_t node, struct span user,
    const struct words *w, unsigned i)
{
	struct record *r = ios_begin(x, K_SSH_KEY, node);

	record_put(r, F_USER, user);
	record_put(r, F_KEY_TYPE, words_at(w, i));
	ios_emit(x);
}

/* One option of an account at word i; returns the word behind it. */
static unsigned
user_option(struct ios *x, struct span user, const struct words *w, unsigned i)
{
	struct record *r = &x->rec;

	if (words_is(w, i, "privilege"))
		record_put_number(r, F_PRIVILEGE, words_at(w, i + 1));
	else if (words_is(w, i, "role") || words_is(w, i, "group"))
		record_put(r, F_ROLE, words_at(w, i + 1));
	else if (words_is(w, i, "password") || words_is(w, i, "secret") ||
		 words_is(w, i, "masked-secret"))
		return indent_put_secret(x, user, w, i + 1);
	else if (words_is(w, i, "nopassword"))
		record_put_str(r, F_WEAK, "empty");
	else
		return i + 1;
	return words_is(w, i, "nopassword") ? i + 1 : i + 2;
}

static void
user_keys(struct ios *x, uint32_t node, const struct words *w)
{
	unsigned i = 2;

	if (words_is(w, 2, "ssh-key") || words_is(w, 2, "sshkey"))
		i = 3;
	else if (words_is(w, 2, "ssh") && words_is(w, 3, "authentication"))
		i = 5;
	else
		return;
	indent_ssh_key(x, node, words_at(w, 1), w, i);
}

/* Lines about an account that say nothing of who may log in. */
static bool
is_user_detail(const struct words *w)
{
	static const char *const words[] = {"passphrase", "attributes",
	    "ssh-key", "sshkey", "keypair", "ssh", "ssh-cert-dn", "shell"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words_is(w, 2, words[i]))
			return true;
	return false;
}

void
indent_user(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;
	struct words cw;

	if (w->n < 2)
		return;
	if (is_user_detail(w)) {
		user_keys(x, node, w);
		return;
	}
	r = ios_begin(x, K_USER, node);
	record_put(r, F_USER, indent_unquoted(words_at(w, 1)));
	for (unsigned i = 2; i < w->n;)
		i = user_option(x, words_at(w, 1), w, i);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		user_option(x, words_at(w, 1), &cw, 0);
	}
	if (record_get(r, F_SECRET) == NULL)
		record_put_str(r, F_SECRET_TYPE, "none");
	ios_emit(x);
}

/* ---- the walks ---- */

/* The tag is the topic's place and one; 0 is nobody's. */
static uint8_t
topic_tag(const struct indent_topic *v, struct span text)
{
	size_t best = 0;
	uint8_t tag = 0;

	for (unsigned i = 0; v[i].words != NULL; i++) {
		size_t n;

		if (v[i].words[0] != text.p[0] ||
		    !text_starts(text, v[i].words))
			continue;
		n = strlen(v[i].words);
		if (n > best) {
			best = n;
			tag = (uint8_t)(i + 1);
		}
	}
	return tag;
}

static void
note_all(struct indent *t)
{
	struct ios *x = &t->ios;
	struct words w;

	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct tree_node *v = &x->text->tree.v[i];
		const struct indent_topic *topic;

		switches_note(t, i);
		v->tag = topic_tag(t->dialect->topics, v->text);
		if (v->tag == 0)
			continue;
		topic = &t->dialect->topics[v->tag - 1];
		if (topic->note == NULL)
			continue;
		words_read(&w, v->text);
		topic->note(x, i, &w);
	}
}

static void
fact_all(struct indent *t)
{
	struct ios *x = &t->ios;
	struct words w;

	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		const struct tree_node *v = &x->tree->v[i];
		const struct indent_topic *topic;

		if (v->tag == 0)
			continue;
		topic = &t->dialect->topics[v->tag - 1];
		if (topic->fact == NULL)
			continue;
		words_read(&w, v->text);
		topic->fact(x, i, &w);
	}
}

/* "! boot system flash:/EOS.swi": EOS keeps it outside of the configuration
 * and shows it above. */
static void
boot_note(struct indent *t, struct span bytes)
{
	const struct ios_text *text = t->ios.text;

	for (unsigned i = 0; i < text->nnotes; i++) {
		struct span s = span_trim(text->notes[i].text), image;
		struct record *r = &t->ios.rec;

		if (!span_starts(s, SPAN("boot system ")))
			continue;
		image = span_trim(span_from(s, strlen("boot system")));
		record_init(r, K_BOOT, text->notes[i].line,
		    s.p >= bytes.p && s.p < bytes.p + bytes.n
			? (uint64_t)(s.p - bytes.p)
			: 0,
		    s);
		record_put_str(r, F_NAME, "system");
		record_put(r, F_VALUE, image);
		ios_emit(&t->ios);
	}
}

void
indent_read(
    const struct read_in *in, struct emit *out, const struct indent_dialect *d)
{
	struct ios_text *text = arena_alloc(in->arena, sizeof(*text));
	struct indent *t = arena_alloc(in->arena, sizeof(*t));

	ios_text_read_as(in, out, d->banner, text);
	t->dialect = d;
	t->version = TREE_NONE;
	map_init(&t->guard_of, in->arena);
	map_init(&t->pools, in->arena);
	map_init(&t->tacacs, in->arena);
	ios_init(&t->ios, in, out, text);
	note_all(t);
	roles_note(&t->ios);
	t->ios.whole = d->whole(t);
	if (d->settle != NULL)
		d->settle(t);
	identity_emit(t);
	config_flush(&t->ios);
	settings_emit(t);
	fact_all(t);
	boot_note(t, in->bytes);
	igp_flush(&t->ios);
	translations_flush(&t->ios);
	acls_flush(&t->ios);
	if (d->reach != NULL)
		d->reach(&t->ios, in);
}
