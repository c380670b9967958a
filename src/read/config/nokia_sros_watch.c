/*
 * SR OS: what copies traffic (mirrors, lawful interception, captures), and
 * what runs by itself (scripts, schedules, event handlers, boot commands).
 */
#include "read/config/nokia_sros.h"

#define WORD(i) path_word(x->tree, i)
#define TOP sros_top(x->tree)

/* ---- mirrors ---- */

/* The far end of the pseudowire "10:100" a copy leaves by. */
static struct span
far_end(const struct path_facts *x, struct span spoke)
{
	struct path_tree *t = x->tree;
	uint32_t sdp = path_find_active(t, sros_get(t, TOP, "service sdp"),
	    span_head(spoke, span_find_byte(spoke, ':')));

	return sros_value(t, sdp, "far-end ip-address|far-end");
}

/* The address a copy in UDP is sent to: "ip src A dst B" below the kind of
 * shim, or "gateway 1 { ip-address { destination B". */
static struct span
shim_end(const struct path_tree *t, uint32_t shim)
{
	uint32_t gateway = sros_get(t, shim,
	    "gateway|ip-udp-shim gateway|ip-gre gateway|"
	    "ip-udp-shim-sampling gateway");
	struct span far =
	    path_value(t, path_value_node(t, gateway, "ip src"), "dst");

	EACH_PATH(g, t, gateway)
	if (far.n == 0)
		far = path_value(t, g, "ip-address destination");
	return far;
}

/* Where a mirror goes to: mode, and an address if it leaves the device. */
static void
put_target(struct path_facts *x, uint32_t dest)
{
	struct path_tree *t = x->tree;
	struct record *r = &x->rec;
	uint32_t shim = path_get(t, dest, "encap layer-3-encap");
	struct span spoke = path_value(t, dest, "spoke-sdp"), far = {0};
	const char *mode = "span";
	struct addr a;

	if (shim != PATH_NONE) {
		far = shim_end(t, shim);
		mode = "erspan-source";
	} else if (spoke.n > 0) {
		far = far_end(x, spoke);
		mode = "rspan";
	}
	if (path_get(t, dest, "remote-source") != PATH_NONE && spoke.n == 0 &&
	    shim == PATH_NONE)
		mode = "rspan-destination";
	record_put_str(r, F_MODE, mode);
	record_put(r, F_INTERFACE, path_value(t, dest, "sap"));
	if (addr_read(far, &a)) {
		record_put_ip(r, F_DST_IP, far);
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, far));
	}
}

static void
mirror_dest(struct path_facts *x, uint32_t node)
{
	struct record *r = facts_begin(x, K_MIRROR, node);

	record_put(r, F_SESSION, WORD(node));
	put_target(x, node);
	if (sros_admin(x->tree, node, NULL) == SROS_OFF)
		record_put_bool(r, F_SHUTDOWN, true);
	record_put(r, F_DESCRIPTION, path_value(x->tree, node, "description"));
	facts_emit(x);
}

/* What is copied: "port 1/1/1 egress ingress", "sap ...", "ip-filter ...". */
static void
mirror_source(struct path_facts *x, uint32_t node, const char *mode)
{
	static const char *const sources[] = {"port", "sap", "subscriber",
	    "ip-filter", "ipv6-filter", "mac-filter", "ingress-label", "nat",
	    "interface"};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		EACH_PATH(s, t, path_get(t, node, sources[i]))
		{
			struct record *r = facts_begin(x, K_MIRROR, s);

			record_put(r, F_SESSION, WORD(node));
			record_put_str(r, F_MODE, mode);
			record_put(r, F_VALUE,
			    arena_fmt(x->arena, "%s %.*s", sources[i],
				SPAN_FMT(WORD(s))));
			if (sros_admin(t, node, NULL) == SROS_OFF)
				record_put_bool(r, F_SHUTDOWN, true);
			facts_emit(x);
		}
}

static void
mirrors(struct path_facts *x)
{
	static const char *const debugs[] = {
	    "debug mirror-source", "debug mirror mirror-source"};
	struct path_tree *t = x->tree;

	EACH_PATH(m, t, sros_get(t, TOP, "mirror mirror-dest"))
	mirror_dest(x, m);
	EACH_PATH(m, t, sros_get(t, TOP, "mirror mirror-source"))
	mirror_source(x, m, "span-source");
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(m, t, path_get(t, PATH_ROOT, debugs[i]))
	mirror_source(x, m, "span-source");
	/* The interception plane states the same by words of its own. */
	EACH_PATH(m, t, sros_get(t, TOP, "li mirror-dest-template"))
	mirror_dest(x, m);
	EACH_PATH(m, t, sros_get(t, TOP, "li li-source"))
	mirror_source(x, m, "lawful-intercept");
}

static void
captures(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(m, t, sros_get(t, TOP, "mirror mirror-dest"))
	EACH_PATH(p, t, path_get(t, m, "pcap"))
	{
		uint32_t url = path_value_node(t, p, "file-url");
		struct record *r =
		    facts_begin(x, K_CAPTURE, url == PATH_NONE ? p : url);

		record_put(r, F_NAME, WORD(p));
		record_put(r, F_SESSION, WORD(m));
		record_put(r, F_VALUE, WORD(url));
		facts_emit(x);
	}
}

/* ---- what runs by itself ---- */

/* What starts a scheduled policy: "interval 3600", "type calendar". */
static struct span
timing(struct path_facts *x, uint32_t schedule)
{
	static const char *const words[] = {
	    "interval", "hour", "day-of-month", "weekday", "type"};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct span value = path_value(t, schedule, words[i]);

		if (value.n > 0)
			return arena_fmt(
			    x->arena, "%s %.*s", words[i], SPAN_FMT(value));
	}
	return (struct span){0};
}

static void
schedules(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, sros_get(t, TOP, "system script-control script"))
	{
		uint32_t at = path_value_node(t, sros_inner(t, s), "location");

		facts_script(x, at == PATH_NONE ? s : at, WORD(s), "script",
		    (struct span){0}, WORD(at));
	}
	EACH_PATH(p, t, sros_get(t, TOP, "system script-control script-policy"))
	{
		uint32_t in = sros_inner(t, p);

		facts_script(x, p, WORD(p), "script-policy", (struct span){0},
		    sros_value(t, in, "script name|script"));
	}
	EACH_PATH(s, t, sros_get(t, TOP, "system cron schedule"))
	{
		uint32_t in = sros_inner(t, s);

		facts_script(x, s, WORD(s), "cron", timing(x, in),
		    sros_value(t, in, "script-policy name|script-policy"));
	}
}

static void
handlers(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(h, t, sros_get(t, TOP, "log event-handling handler"))
	EACH_PATH(e, t, path_get(t, h, "entry"))
	facts_script(x, h, WORD(h), "event-handler", (struct span){0},
	    sros_value(t, e, "script-policy name|script-policy"));
	EACH_PATH(p, t, sros_get(t, TOP, "python python-script"))
	{
		uint32_t at =
		    sros_value_node(t, p, "urls|primary-url|location");

		facts_script(x, at == PATH_NONE ? p : at, WORD(p), "python",
		    (struct span){0}, WORD(at));
	}
}

/* Commands that run at a login or at boot. */
static void
logins(struct path_facts *x)
{
	static const struct {
		const char *path, *name, *mode;
	} table[] = {
	    {"system login-control login-scripts global", "global", "login"},
	    {"system login-control login-scripts global-script", "global",
		"login"},
	    {"system login-control login-scripts per-user", "per-user",
		"login"},
	    {"system login-control login-scripts per-user-script", "per-user",
		"login"},
	    {"system boot-good-exec", "boot-good-exec", "boot"},
	    {"system boot-bad-exec", "boot-bad-exec", "boot"},
	};
	static const char *const users[] = {"system security user",
	    "system security user-params local-user user"};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t at = path_leaf(t, path_get(t, TOP, table[i].path));

		if (at != PATH_NONE)
			facts_script(x, at, span_str(table[i].name),
			    table[i].mode, (struct span){0}, WORD(at));
	}
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(u, t, path_get(t, TOP, users[i]))
		{
			uint32_t at =
			    path_value_node(t, u, "console login-exec");

			if (at != PATH_NONE)
				facts_script(x, at, WORD(u), "login",
				    (struct span){0}, WORD(at));
		}
}

void
sros_watch(struct path_facts *x)
{
	mirrors(x);
	captures(x);
	schedules(x);
	handlers(x);
	logins(x);
}
