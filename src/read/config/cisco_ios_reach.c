/* IOS and IOS XE: terminal lines, web server, SNMP, NETCONF, RESTCONF, and
 * services that a line of theirs shows. */
#include "read/config/cisco_reach.h"

struct web {
	struct span list4, list6;
	uint32_t guard;
};

/* ip http access-class L | ipv4 L | ipv6 L */
static void
note_web(const struct ios *x, uint32_t node, struct web *out)
{
	struct words w;

	words_read(&w, x->tree->v[node].text);
	out->guard = node;
	if (words_is(&w, 3, "ipv6"))
		out->list6 = words_at(&w, 4);
	else
		out->list4 = words_at(&w, 3u + words_is(&w, 3, "ipv4"));
}

static void
web_services(struct cisco_reach *r, const struct web *web)
{
	static const struct {
		enum ios_setting server, port;
		const char *name;
		uint16_t by_default;
	} servers[] = {{SET_HTTP, SET_HTTP_PORT, "http", 80},
	    {SET_HTTPS, SET_HTTPS_PORT, "https", 443}};
	struct ios *x = r->x;

	for (unsigned i = 0; i < 2; i++) {
		const struct ios_set *set = &x->set[servers[i].server];
		struct reach_service s;

		if (set->state != STATE_ON)
			continue;
		s = cisco_reach_service(r, servers[i].name,
		    REACH_TCP(reach_port(
			x->set[servers[i].port].port, servers[i].by_default)),
		    set->node);
		cisco_reach_guard(r, &s, 4, web->list4);
		cisco_reach_guard(r, &s, 6, web->list6);
		if (!x->whole && s.nguards == 0)
			s.unsure = REACH_PART;
		cisco_protect(r, &s);
		reach_emit(&r->reach, &s);
	}
}

/* snmp-server community C [view V] [ro|rw] [ipv6 L] [L] */
static void
community_service(struct cisco_reach *r, uint32_t node)
{
	struct reach_service s =
	    cisco_reach_service(r, "snmp", REACH_UDP(161), node);
	struct ios_community c;
	struct words w;

	words_read(&w, s.text);
	if (w.n < 3)
		return;
	ios_community_read(&w, &c);
	s.mode = c.mode;
	cisco_reach_guard(r, &s, 4, c.list);
	cisco_reach_guard(r, &s, 6, c.list6);
	cisco_protect(r, &s);
	reach_emit(&r->reach, &s);
}

/* snmp-server group G v3 priv ... [access [ipv6 L6] [L]] */
static void
group_service(struct cisco_reach *r, uint32_t node)
{
	struct reach_service s =
	    cisco_reach_service(r, "snmp", REACH_UDP(161), node);
	struct words w;
	unsigned i;

	words_read(&w, s.text);
	if (!words_is(&w, 3, "v3"))
		return;
	s.name = words_at(&w, 2);
	s.mode = words_find(&w, 4, "write") < w.n ? SPAN("rw") : SPAN("ro");
	i = words_find(&w, 4, "access") + 1;
	if (words_is(&w, i, "ipv6")) {
		cisco_reach_guard(r, &s, 6, words_at(&w, i + 1));
		i += 2;
	}
	cisco_reach_guard(r, &s, 4, words_at(&w, i));
	cisco_protect(r, &s);
	reach_emit(&r->reach, &s);
}

/* netconf-yang ssh ipv4 access-list name L; restconf ipv4 access-list name L */
static void
model_service(struct cisco_reach *r, const char *word, const char *name,
    enum ios_setting setting, uint16_t port)
{
	struct ios *x = r->x;
	const struct ios_set *set = &x->set[setting];
	struct reach_service s =
	    cisco_reach_service(r, name, REACH_TCP(port), set->node);
	struct words w;

	if (set->state != STATE_ON)
		return;
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		unsigned k;

		if (!text_starts(x->tree->v[i].text, word))
			continue;
		words_read(&w, x->tree->v[i].text);
		k = words_find(&w, 1, "access-list");
		cisco_reach_guard(r, &s, words_is(&w, k - 1, "ipv6") ? 6 : 4,
		    words_at(&w, k + 1 + words_is(&w, k + 1, "name")));
	}
	if (!x->whole && s.nguards == 0)
		s.unsure = REACH_PART;
	cisco_protect(r, &s);
	reach_emit(&r->reach, &s);
}

/* ---- services that a line shows ---- */

struct way {
	const char *service;
	uint8_t protocol;
	uint16_t port;
	const char *under, *words;
};

static const struct way ways[] = {
#define WAY(service, protocol, port, under, words)                             \
	{service, FILTER_##protocol, port, under, words},
#include "read/config/cisco_ios_ways.def"
#undef WAY
};
#define WAYS (sizeof(ways) / sizeof(*ways))

/* A gateway of SSL VPN that is in service, and its port; tftp-server F
 * [alias N] [L]. */
static bool
way_details(struct cisco_reach *r, struct reach_service *s, uint32_t node)
{
	const struct ios *x = r->x;
	struct words w;
	uint64_t n;

	words_read(&w, x->tree->v[node].text);
	if (strcmp(s->service, "tftp") == 0 && w.n > 2 &&
	    !words_is(&w, w.n - 2, "alias") &&
	    span_u64(words_at(&w, w.n - 1), &n))
		cisco_reach_guard(r, s, 4, words_at(&w, w.n - 1));
	if (strcmp(s->service, "webvpn") != 0)
		return true;
	if (ios_child(x, node, "ip address") != TREE_NONE) {
		words_read(
		    &w, x->tree->v[ios_child(x, node, "ip address")].text);
		s->query.port = reach_port(
		    words_at(&w, words_find(&w, 2, "port") + 1), s->query.port);
	}
	return ios_child(x, node, "inservice") != TREE_NONE;
}

/* The first line of each counts. */
static void
way_line(struct cisco_reach *r, const char *under, uint32_t node, bool *told)
{
	struct span text = r->x->tree->v[node].text;

	for (size_t i = 0; i < WAYS; i++) {
		const struct way *y = &ways[i];
		bool before = false;
		struct reach_service s;

		if (strcmp(y->under, under) != 0 ||
		    !text_starts(text, y->words))
			continue;
		for (size_t k = 0; k < WAYS; k++)
			before |= told[k] && ways[k].port == y->port &&
				  ways[k].protocol == y->protocol &&
				  strcmp(ways[k].service, y->service) == 0;
		s = cisco_reach_service(r, y->service,
		    (struct filter_query){y->protocol, y->port}, node);
		if (before || !way_details(r, &s, node))
			continue;
		told[i] = true;
		cisco_protect(r, &s);
		reach_emit(&r->reach, &s);
	}
}

static void
shown_services(struct cisco_reach *r)
{
	const struct tree *t = r->x->tree;
	bool told[WAYS] = {false};

	for (uint32_t i = 0; i < t->n; i = t->v[i].end) {
		if (!text_starts(t->v[i].text, "interface")) {
			way_line(r, "", i, told);
			continue;
		}
		EACH_CHILD(c, t, i)
		way_line(r, "interface", c, told);
	}
}

/* On without a line of its own on switches that can be clients; what no
 * "no vstack" stands against is asked as if it listened.  Port: Cisco advisory
 * cisco-sa-20180328-smi2. */
static void
smart_install(struct cisco_reach *r)
{
	const struct ios *x = r->x;
	const struct ios_set *set = &x->set[SET_VSTACK];
	struct reach_service s = cisco_reach_service(r, "smart-install",
	    REACH_TCP(4786), set->state == STATE_ON ? set->node : TREE_NONE);

	if (set->state == STATE_ON ||
	    (set->state == STATE_DEFAULT && x->switching && x->whole))
		reach_emit(&r->reach, &s);
}

void
ios_reach(struct ios *x, const struct read_in *in)
{
	struct cisco_reach r;
	struct web web = {.guard = TREE_NONE};
	struct words w;

	cisco_reach_init(&r, x, in, &cisco_filter_ios);
	cisco_protection(&r);
	cisco_doors(&r);
	cisco_plane(&r);
	if (!x->whole)
		r.reach.more_doors = REACH_PART;
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text;

		if (t.n < 4 ||
		    (t.p[0] != 'l' && t.p[0] != 's' && t.p[0] != 'i'))
			continue;
		if (text_starts(t, "line")) {
			words_read(&w, t);
			cisco_reach_line(&r, i, &w);
		} else if (text_starts(t, "snmp-server community")) {
			community_service(&r, i);
		} else if (text_starts(t, "snmp-server group")) {
			group_service(&r, i);
		} else if (text_starts(t, "ip http access-class")) {
			note_web(x, i, &web);
		}
	}
	web_services(&r, &web);
	model_service(&r, "netconf-yang", "netconf", SET_NETCONF, 830);
	model_service(&r, "restconf", "restconf", SET_RESTCONF, 443);
	smart_install(&r);
	shown_services(&r);
}
