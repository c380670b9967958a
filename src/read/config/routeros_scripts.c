/* RouterOS: what runs by itself - scripts, the scheduler, watchers, hooks of
 * other services - and containers. */
#include "read/config/routeros.h"

#define ARG(c, key) routeros_arg(x, c, key)

/* A script of its own, or a command that an event runs. */
static const struct hook {
	const char *menu, *body, *mode;
	const char *name;    /* argument that names it */
	const char *trigger; /* argument that says when, NULL: the event's */
	const char *event;   /* what starts it, where no argument says */
} hooks[] = {
    {"system script", "source", "script", "name", NULL, "manual"},
    {"system scheduler", "on-event", "scheduler", "name", "interval", "once"},
    {"tool netwatch", "up-script", "netwatch", "host", NULL, "up"},
    {"tool netwatch", "down-script", "netwatch", "host", NULL, "down"},
    {"tool netwatch", "test-script", "netwatch", "host", NULL, "test"},
    {"tool traffic-monitor", "on-event", "traffic-monitor", "name", NULL,
	"traffic"},
    {"ppp profile", "on-up", "ppp-profile", "name", NULL, "up"},
    {"ppp profile", "on-down", "ppp-profile", "name", NULL, "down"},
    {"ip dhcp-client", "script", "dhcp-client", "interface", NULL, "lease"},
    {"ip dhcp-server", "lease-script", "dhcp-server", "name", NULL, "lease"},
    {"interface vrrp", "on-master", "vrrp", "name", NULL, "master"},
    {"interface vrrp", "on-backup", "vrrp", "name", NULL, "backup"},
    {"system routerboard mode-button", "on-event", "button", NULL, NULL,
	"button"},
    {"system routerboard reset-button", "on-event", "button", NULL, NULL,
	"button"},
};

static struct span
name_of(const struct path_facts *x, uint32_t c, const struct hook *h)
{
	struct span name = h->name != NULL ? ARG(c, h->name) : (struct span){0};

	if (name.n == 0)
		name = ARG(c, "numbers");
	if (name.n == 0)
		name = path_word(
		    x->tree, path_leaf(x->tree, path_get(x->tree, c, "find")));
	return name.n > 0 ? name : span_str(h->mode);
}

static void
hook(struct path_facts *x, uint32_t c, const struct hook *h)
{
	struct span body = ARG(c, h->body), trigger = {0};
	struct record *r;

	if (body.n == 0)
		return;
	if (h->trigger != NULL)
		trigger = ARG(c, h->trigger);
	if (h->trigger != NULL && span_is(ARG(c, "start-time"), "startup"))
		trigger = SPAN("startup");
	r = facts_begin(x, K_SCRIPT, c);
	record_put(r, F_NAME, name_of(x, c, h));
	record_put_str(r, F_MODE, h->mode);
	record_put(r, F_TRIGGER, trigger.n ? trigger : span_str(h->event));
	record_put(r, F_BODY, body);
	record_put_str(r, F_STATE,
	    routeros_yes(x, c, "disabled") ? "disabled" : "enabled");
	record_put(r, F_USER, ARG(c, "owner"));
	record_put(r, F_ROLE, ARG(c, "policy"));
	facts_emit(x);
}

static void
containers(struct path_facts *x)
{
	EACH_ADDED(c, x, "container")
	{
		struct span name = ARG(c, "name");
		struct record *r;

		if (name.n == 0)
			name = ARG(c, "remote-image");
		if (name.n == 0)
			name = ARG(c, "file");
		if (name.n == 0)
			name = ARG(c, "root-dir");
		r = facts_begin(x, K_CONTAINER, c);
		record_put(r, F_NAME, name.n ? name : SPAN("container"));
		record_put_str(r, F_STATE, "enabled");
		record_put(r, F_IMAGE, ARG(c, "remote-image"));
		record_put(r, F_INTERFACE, ARG(c, "interface"));
		record_put(r, F_COMMAND, ARG(c, "cmd"));
		facts_emit(x);
	}
}

void
routeros_scripts(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		EACH_PATH(c, t, path_get(t, PATH_ROOT, hooks[i].menu))
	hook(x, c, &hooks[i]);
	containers(x);
}
