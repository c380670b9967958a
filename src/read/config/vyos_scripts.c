/* VyOS and EdgeOS: what runs by itself, and containers. */
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* system task-scheduler task T { interval 5m; executable { path; arguments } }
 */
static void
tasks(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(k, t, ROOT("system task-scheduler task"))
	{
		uint32_t path = path_value_node(t, k, "executable path");
		struct span when = path_value(t, k, "interval");

		if (when.n == 0)
			when = path_value(t, k, "crontab-spec");
		facts_script(x, path != PATH_NONE ? path : k, WORD(k),
		    "task-scheduler", when,
		    span_rtrim(arena_fmt(x->arena, "%.*s %.*s",
			SPAN_FMT(WORD(path)),
			SPAN_FMT(path_value(t, k, "executable arguments")))));
	}
}

/* service event-handler event E { filter { pattern }; script { path } } */
static void
events(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(e, t, ROOT("service event-handler event"))
	{
		uint32_t path = path_value_node(t, e, "script path");

		facts_script(x, path != PATH_NONE ? path : e, WORD(e),
		    "event-handler", path_value(t, e, "filter pattern"),
		    span_rtrim(
			arena_fmt(x->arena, "%.*s %.*s", SPAN_FMT(WORD(path)),
			    SPAN_FMT(path_value(t, e, "script arguments")))));
	}
}

/* Hooks of other services: the statement that names a program. */
static void
hook_below(struct path_facts *x, uint32_t node, struct span name,
    const char *mode, const char *words)
{
	struct path_tree *t = x->tree;
	uint32_t scripts = path_get(t, node, words);

	EACH_PATH(s, t, scripts)
	{
		uint32_t value = path_first(t, s);

		/* "transition-script master P", or "hook P" alone */
		facts_script(x, value != PATH_NONE ? value : s, name, mode,
		    value != PATH_NONE ? WORD(s) : (struct span){0},
		    WORD(value != PATH_NONE ? value : s));
	}
}

static void
hooks(struct path_facts *x)
{
	static const struct {
		const char *list, *mode, *words;
	} table[] = {
	    {"high-availability vrrp group", "vrrp", "transition-script"},
	    {"high-availability vrrp sync-group", "vrrp", "transition-script"},
	    {"load-balancing wan interface-health", "wan-health", "script"},
	};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		EACH_PATH(g, t, ROOT(table[i].list))
	hook_below(x, g, WORD(g), table[i].mode, table[i].words);
	hook_below(x, ROOT("load-balancing wan"), SPAN("load-balancing"),
	    "wan-health", "hook");
	EACH_PATH(g, t, ROOT("load-balance group"))
	hook_below(x, g, WORD(g), "load-balance", "transition-script");
}

static void
containers(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(c, t, ROOT("container name"))
	{
		struct record *r = facts_begin(x, K_CONTAINER, c);

		record_put(r, F_NAME, WORD(c));
		record_put_str(r, F_STATE,
		    path_get(t, c, "disable") != PATH_NONE ? "disabled"
							   : "enabled");
		record_put(r, F_IMAGE, path_value(t, c, "image"));
		record_put(r, F_COMMAND, path_value(t, c, "command"));
		record_put_str(r, F_VALUE,
		    path_get(t, c, "allow-host-networks") != PATH_NONE
			? "host-networks"
			: NULL);
		facts_emit(x);
	}
}

void
vyos_scripts(struct path_facts *x)
{
	tasks(x);
	events(x);
	hooks(x);
	containers(x);
}
