/*
 * Cisco IOS and IOS XE running configurations.  Text to tree
 * (cisco_ios_text.c), then two walks over its top level: what each line adds
 * to the whole, then the facts.  See cisco_ios_facts.h.
 */
#include "read/config/cisco_ios.h"

#include "read/config/cisco_ios_facts.h"
#include "read/config/cisco_reach.h"
#include "read/config/cisco_secret.h"

typedef void handler(struct ios *x, uint32_t node, const struct words *w);

/* Top-level commands in byte order; sought by halving. */
static const struct topic {
	const char *word;
	handler *note, *fact;
} topics[] = {
    {"aaa", aaa_note, aaa_fact},
    {"access-list", NULL, acl_fact},
    {"app-hosting", identity_note, container_fact},
    {"banner", NULL, banner_fact},
    {"boot", identity_note, boot_fact},
    {"class-map", acl_note, NULL},
    {"config-register", NULL, register_fact},
    {"crypto", acl_note, crypto_fact},
    {"enable", NULL, enable_fact},
    {"event", NULL, event_fact},
    {"hostname", identity_note, NULL},
    {"interface", interface_note, interface_fact},
    {"iox", identity_note, container_fact},
    {"ip", NULL, NULL}, /* by the second word */
    {"ipv6", NULL, NULL},
    {"kron", NULL, kron_fact},
    {"license", identity_note, NULL},
    {"line", line_note, line_fact},
    {"logging", NULL, logging_fact},
    {"monitor", NULL, monitor_fact},
    {"netconf-yang", identity_note, NULL},
    {"no", identity_note, logging_fact},
    {"ntp", ntp_note, ntp_fact},
    {"platform", identity_note, NULL},
    {"radius", aaa_servers_note, aaa_server_fact},
    {"radius-server", aaa_servers_note, aaa_server_old_fact},
    {"restconf", identity_note, NULL},
    {"route-map", acl_note, NULL},
    {"router", router_note, router_fact},
    {"scripting", NULL, scripting_fact},
    {"snmp-server", snmp_note, snmp_fact},
    {"subscriber", identity_note, NULL},
    {"tacacs", aaa_servers_note, aaa_server_fact},
    {"tacacs-server", aaa_servers_note, aaa_server_old_fact},
    {"username", NULL, users_fact},
    {"version", identity_note, NULL},
    {"virtual-service", NULL, container_fact},
    {"vlan", NULL, vlan_fact},
    {"vrf", identity_note, NULL},
};
/* The same for what follows "ip" and "ipv6". */
static const struct topic ip_topics[] = {
    {"access-list", NULL, acl_fact},
    {"default-gateway", NULL, route_fact},
    {"domain", identity_note, NULL},
    {"domain-name", identity_note, NULL},
    {"http", acl_note, NULL},
    {"nat", acl_note, NULL},
    {"route", NULL, route_fact},
    {"ssh", acl_note, ssh_keys_fact},
};
#define IP_TOPIC 128 /* added to a node's tag for the second table */

static unsigned
topic_find(const struct topic *v, unsigned n, struct span word)
{
	unsigned from = 0;

	while (from < n) {
		unsigned mid = from + (n - from) / 2;
		int c = span_cmp(word, span_str(v[mid].word));

		if (c == 0)
			return mid + 1;
		if (c < 0)
			n = mid;
		else
			from = mid + 1;
	}
	return 0;
}

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* 0: nobody's. */
static uint8_t
topic_tag(struct span text)
{
	struct span word = span_word(&text);

	if (span_is(word, "ip") || span_is(word, "ipv6")) {
		unsigned i =
		    topic_find(ip_topics, COUNT(ip_topics), span_word(&text));

		return (uint8_t)(i ? i + IP_TOPIC : 0);
	}
	return (uint8_t)topic_find(topics, COUNT(topics), word);
}

static const struct topic *
topic_of(uint8_t tag)
{
	return tag > IP_TOPIC ? &ip_topics[tag - IP_TOPIC - 1]
			      : &topics[tag - 1];
}

/* ---- words ---- */

void
words_read(struct words *w, struct span text)
{
	struct span rest = text, word;

	w->text = text;
	w->n = 0;
	while (w->n < LIMIT_CONFIG_WORDS && (word = span_word(&rest)).n > 0)
		w->w[w->n++] = word;
}

struct span
words_from(const struct words *w, unsigned i)
{
	if (i >= w->n)
		return (struct span){0};
	return span_from(w->text, (size_t)(w->w[i].p - w->text.p));
}

struct span
words_range(const struct words *w, unsigned i, unsigned last)
{
	struct span s = words_from(w, i), end = words_at(w, last);

	if (s.n > 0 && end.n > 0 && last >= i)
		s.n = (size_t)(end.p + end.n - s.p);
	return s;
}

unsigned
words_find(const struct words *w, unsigned i, const char *word)
{
	while (i < w->n && !span_is(w->w[i], word))
		i++;
	return i < w->n ? i : w->n;
}

/* ---- records ---- */

struct record *
ios_begin(struct ios *x, enum record_kind kind, uint32_t node)
{
	const struct tree_node *v;

	if (node == TREE_NONE) {
		record_init(&x->rec, kind, 0, 0, (struct span){0});
	} else {
		v = &x->tree->v[node];
		record_init(&x->rec, kind, v->line, v->offset, v->text);
	}
	return &x->rec;
}

void
ios_emit(struct ios *x)
{
	x->out->record(x->out, &x->rec);
}

void
ios_put_u64(struct ios *x, enum field_id f, uint64_t v)
{
	record_put_number(
	    &x->rec, f, arena_fmt(x->arena, "%llu", (unsigned long long)v));
}

void
ios_put_secret(struct ios *x, struct span user, struct span rest)
{
	struct secret s;

	if (!secret_read(rest, &s))
		return;
	record_put(&x->rec, F_SECRET_TYPE, s.type);
	record_put(&x->rec, F_SECRET, s.text);
	if (secret_reversible(&s))
		record_put_bool(&x->rec, F_REVERSIBLE, true);
	record_put_str(&x->rec, F_WEAK, secret_weak(x->arena, user, &s));
}

void
ios_put_peer(
    struct ios *x, enum field_id ip, enum field_id scope, struct span addr)
{
	record_put_ip(&x->rec, ip, addr);
	record_put_str(&x->rec, scope, scope_of_text(&x->scope, addr));
}

uint32_t
ios_child(const struct ios *x, uint32_t node, const char *words)
{
	EACH_CHILD(c, x->tree, node)
	if (text_starts(x->tree->v[c].text, words))
		return c;
	return TREE_NONE;
}

struct span
ios_child_rest(const struct ios *x, uint32_t node, const char *words)
{
	uint32_t c = ios_child(x, node, words);

	if (c == TREE_NONE)
		return (struct span){0};
	return span_trim(span_from(x->tree->v[c].text, strlen(words)));
}

/* ---- the two walks ---- */

static void
note_all(struct ios *x)
{
	struct words w;
	const struct topic *topic;

	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct tree_node *v = &x->text->tree.v[i];

		settings_note(x, i);
		v->tag = topic_tag(v->text);
		if (v->tag == 0)
			continue;
		topic = topic_of(v->tag);
		if (topic->note == NULL)
			continue;
		words_read(&w, v->text);
		topic->note(x, i, &w);
	}
}

static void
fact_all(struct ios *x)
{
	struct words w;
	const struct topic *topic;

	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		const struct tree_node *v = &x->tree->v[i];

		if (v->tag == 0)
			continue;
		topic = topic_of(v->tag);
		if (topic->fact == NULL)
			continue;
		words_read(&w, v->text);
		topic->fact(x, i, &w);
	}
}

/* Only a configuration with a beginning and an end says by silence. */
static bool
is_whole(const struct ios *x)
{
	return x->text->ended && (x->hostname != TREE_NONE || x->train.n > 0);
}

void
ios_init(struct ios *x, const struct read_in *in, struct emit *out,
    const struct ios_text *text)
{
	struct arena *a = in->arena;

	x->defaults = in->defaults;
	x->text = text;
	x->tree = &text->tree;
	x->arena = a;
	x->out = out;
	x->hostname = x->domain = x->udi = TREE_NONE;
	x->vtys.telnet = x->vtys.ssh = x->vtys.unguarded = TREE_NONE;
	x->vtys.declared = TREE_NONE;
	x->vtys.guard = x->vtys.no_timeout = x->vtys.timeout = TREE_NONE;
	scope_init(&x->scope, a);
	acls_init(x);
	map_init(&x->if_addr, a);
}

static void
cisco_ios_read(const struct read_in *in, struct emit *out)
{
	struct ios_text *text = arena_alloc(in->arena, sizeof(*text));
	struct ios *x = arena_alloc(in->arena, sizeof(*x));

	ios_text_read(in, out, text);
	ios_init(x, in, out, text);
	note_all(x);
	roles_note(x);
	x->whole = is_whole(x);
	identity_flush(x);
	config_flush(x);
	settings_flush(x);
	fact_all(x);
	igp_flush(x);
	translations_flush(x);
	users_flush(x);
	acls_flush(x);
	ios_reach(x, in);
}

const struct reader reader_cisco_ios_config = {
    .name = "cisco-ios-config",
    .title = "Cisco IOS and IOS XE configuration",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = cisco_ios_guess,
    .read = cisco_ios_read,
};
