/* Logging, SNMP and NTP. */
#include "read/config/cisco_ios_facts.h"

/* RFC 5424 section 6.2.1, in Cisco's words. */
static const char *const levels[] = {"emergencies", "alerts", "critical",
    "errors", "warnings", "notifications", "informational", "debugging"};

static const char *
level_word(struct span s)
{
	uint64_t n;

	if (span_u64(s, &n))
		return n < 8 ? levels[n] : NULL;
	for (unsigned i = 0; i < 8; i++)
		if (span_is(s, levels[i]))
			return levels[i];
	return NULL;
}

/* The level may stand behind a size or a word. */
static const char *
level_in(const struct words *w, unsigned i)
{
	const char *level = NULL;

	for (; i < w->n && level == NULL; i++)
		level = level_word(w->w[i]);
	return level;
}

/* logging [host] A [vrf V] [transport T [port N]] */
static void
logging_host(struct ios *x, uint32_t node, const struct words *w, unsigned i)
{
	struct record *r = ios_begin(x, K_LOGGING, node);
	struct addr a;
	unsigned transport = words_find(w, i, "transport");

	i += words_is(w, i, "ipv6");
	record_put_str(r, F_TARGET, "host");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	record_put(r, F_VRF, words_at(w, words_find(w, i, "vrf") + 1));
	if (transport < w->n)
		record_put(r, F_PROTOCOL, words_at(w, transport + 1));
	else
		record_put_str(r, F_PROTOCOL, "udp");
	record_put_number(r, F_PORT, words_at(w, words_find(w, i, "port") + 1));
	ios_emit(x);
}

/* Also reached for every line that starts with "no". */
void
logging_fact(struct ios *x, uint32_t node, const struct words *w)
{
	static const char *const targets[] = {
	    "buffered", "console", "monitor", "trap", "on"};
	bool off = words_is(w, 0, "no");
	unsigned i = 1 + off;
	struct record *r;
	struct addr a;

	if (!words_is(w, off, "logging"))
		return;
	if (!off && (words_is(w, 1, "host") || addr_read(words_at(w, 1), &a))) {
		logging_host(x, node, w, 1 + words_is(w, 1, "host"));
		return;
	}
	for (unsigned k = 0; k < 5; k++) {
		if (!words_is(w, i, targets[k]) || (k == 4 && !off))
			continue;
		r = ios_begin(x, K_LOGGING, node);
		record_put_str(r, F_TARGET, k == 4 ? "off" : targets[k]);
		record_put_str(r, F_STATE, off ? "disabled" : "enabled");
		record_put_str(r, F_LEVEL, level_in(w, i + 1));
		ios_emit(x);
	}
}

/* ---- SNMP ---- */

static void
use_list(struct ios *x, struct span list, unsigned family, uint32_t node)
{
	acl_use(x, family, list, USE_SNMP, node);
}

/* snmp-server community C [view V] [ro|rw] [ipv6 L] [L] */
void
ios_community_read(const struct words *w, struct ios_community *out)
{
	unsigned i = 3;
	struct ios_community c = {.secret = words_at(w, 2)};

	/* The community may have a type digit when it is encrypted. */
	if ((words_is(w, 2, "0") || words_is(w, 2, "7")) && w->n > 3 &&
	    !span_is_nocase(words_at(w, 3), "ro") &&
	    !span_is_nocase(words_at(w, 3), "rw") && !words_is(w, 3, "view"))
		c.secret = words_at(w, i++);
	if (words_is(w, i, "view")) {
		c.view = words_at(w, i + 1);
		i += 2;
	}
	c.mode = SPAN("ro");
	if (span_is_nocase(words_at(w, i), "rw"))
		c.mode = SPAN("rw");
	i += span_is_nocase(words_at(w, i), "ro") ||
	     span_is_nocase(words_at(w, i), "rw");
	if (words_is(w, i, "ipv6")) {
		c.list6 = words_at(w, i + 1);
		i += 2;
	}
	c.list = words_at(w, i);
	*out = c;
}

/* The list of "... access [ipv6 L6] L" */
static struct span
access_list(const struct words *w)
{
	unsigned i = words_find(w, 3, "access") + 1;

	if (words_is(w, i, "ipv6"))
		i += 2;
	return words_at(w, i);
}

void
snmp_note(struct ios *x, uint32_t node, const struct words *w)
{
	struct ios_community c;

	if (words_is(w, 1, "community")) {
		ios_community_read(w, &c);
		use_list(x, c.list, 4, node);
		use_list(x, c.list6, 6, node);
	} else if (words_is(w, 1, "group") || words_is(w, 1, "user")) {
		use_list(x, access_list(w), 4, node);
	} else if (words_is(w, 1, "tftp-server-list")) {
		use_list(x, words_at(w, 2), 4, node);
	}
}

static void
community_fact(struct ios *x, const struct words *w)
{
	struct ios_community c;
	struct record *r = &x->rec;
	bool well_known;

	ios_community_read(w, &c);
	well_known =
	    span_is(c.secret, "public") || span_is(c.secret, "private");
	record_put(r, F_MODE, c.mode);
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, c.secret);
	if (well_known)
		record_put_str(r, F_WEAK, "default");
	record_put(r, F_ACL, c.list.n ? c.list : c.list6);
	record_put(r, F_NAME, c.view);
	ios_emit(x);
}

/* snmp-server group G v3 priv [read V] [write V] [access L] */
static void
group_fact(struct ios *x, const struct words *w)
{
	struct record *r = &x->rec;
	bool v3 = words_is(w, 3, "v3");

	record_put(r, F_GROUP, words_at(w, 2));
	record_put(r, F_VALUE, words_at(w, 3));
	record_put(r, F_LEVEL, v3 ? words_at(w, 4) : SPAN("noauth"));
	record_put_str(
	    r, F_MODE, words_find(w, 4, "write") < w->n ? "rw" : "ro");
	record_put(r, F_ACL, access_list(w));
	record_put(r, F_NAME, words_at(w, words_find(w, 4, "read") + 1));
	ios_emit(x);
}

/* snmp-server user U G [remote A] v3 [auth sha X [priv aes 128 X]] */
static void
user_fact(struct ios *x, const struct words *w)
{
	struct record *r = &x->rec;
	bool auth = words_find(w, 4, "auth") < w->n;
	bool priv = words_find(w, 4, "priv") < w->n;

	record_put(r, F_USER, words_at(w, 2));
	record_put(r, F_GROUP, words_at(w, 3));
	record_put_str(r, F_LEVEL, priv ? "priv" : auth ? "auth" : "noauth");
	record_put(r, F_ACL, access_list(w));
	ios_emit(x);
}

void
snmp_fact(struct ios *x, uint32_t node, const struct words *w)
{
	ios_begin(x, K_SNMP, node);
	if (words_is(w, 1, "community") && w->n > 2)
		community_fact(x, w);
	else if (words_is(w, 1, "group") && w->n > 3)
		group_fact(x, w);
	else if (words_is(w, 1, "user") && w->n > 3)
		user_fact(x, w);
}

/* ---- NTP ---- */

/* ntp access-group [ipv4|ipv6] peer L */
void
ntp_note(struct ios *x, uint32_t node, const struct words *w)
{
	bool family = words_is(w, 2, "ipv4") || words_is(w, 2, "ipv6");

	if (words_is(w, 1, "access-group"))
		acl_use(x, words_is(w, 2, "ipv6") ? 6 : 4,
		    words_at(w, 3u + family), USE_NTP, node);
}

/* ntp server [vrf V] [ip|ipv6] A [key N] */
void
ntp_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;
	struct addr a;
	unsigned i = 2;

	if (!words_is(w, 1, "server") && !words_is(w, 1, "peer"))
		return;
	r = ios_begin(x, K_NTP, node);
	record_put(r, F_MODE, words_at(w, 1));
	if (words_is(w, i, "vrf")) {
		record_put(r, F_VRF, words_at(w, i + 1));
		i += 2;
	}
	i += words_is(w, i, "ip") || words_is(w, i, "ipv6");
	if (addr_read(words_at(w, i), &a))
		ios_put_peer(x, F_SERVER_IP, F_SERVER_SCOPE, words_at(w, i));
	else
		record_put(r, F_NAME, words_at(w, i));
	record_put_bool(r, F_PROTECTED, words_find(w, i, "key") < w->n);
	ios_emit(x);
}
