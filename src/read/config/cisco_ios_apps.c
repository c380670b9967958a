/* Containers and scripts. */
#include "read/config/cisco_ios_facts.h"

static void
container(struct ios *x, uint32_t node, struct span name, const char *state)
{
	struct record *r = ios_begin(x, K_CONTAINER, node);

	record_put(r, F_NAME, name);
	record_put_str(r, F_STATE, state);
	ios_emit(x);
}

/* app-hosting appid X / start; virtual-service X / activate; iox */
void
container_fact(struct ios *x, uint32_t node, const struct words *w)
{
	bool on;

	if (words_is(w, 0, "iox")) {
		container(x, node, SPAN("iox"), "enabled");
	} else if (text_starts(w->text, "app-hosting appid")) {
		on = ios_child(x, node, "start") != TREE_NONE;
		container(
		    x, node, words_at(w, 2), on ? "activated" : "enabled");
	} else if (words_is(w, 0, "virtual-service") && w->n == 2) {
		on = ios_child(x, node, "activate") != TREE_NONE;
		container(
		    x, node, words_at(w, 1), on ? "activated" : "disabled");
	}
}

/* The children that start with a word, one a line. */
static struct span
body_of(struct ios *x, uint32_t node, const char *word)
{
	size_t room = 1, n = 0;
	char *out;

	EACH_CHILD(c, x->tree, node)
	if (text_starts(x->tree->v[c].text, word))
		room += x->tree->v[c].text.n + 1;
	out = arena_alloc(x->arena, room);
	EACH_CHILD(c, x->tree, node)
	{
		struct span t = x->tree->v[c].text;

		if (!text_starts(t, word))
			continue;
		if (n > 0)
			out[n++] = '\n';
		memcpy(out + n, t.p, t.n);
		n += t.n;
	}
	return span_of(out, n);
}

static void
applet(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, words_at(w, 3));
	record_put_str(r, F_MODE, "eem");
	EACH_CHILD(c, x->tree, node)
	if (text_starts(x->tree->v[c].text, "event"))
		record_put(
		    r, F_TRIGGER, span_trim(span_from(x->tree->v[c].text, 5)));
	record_put(r, F_BODY, body_of(x, node, "action"));
	ios_emit(x);
}

/* event manager applet X; event manager policy X.tcl */
void
event_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r;

	if (!words_is(w, 1, "manager"))
		return;
	if (words_is(w, 2, "applet")) {
		applet(x, node, w);
	} else if (words_is(w, 2, "policy")) {
		r = ios_begin(x, K_SCRIPT, node);
		record_put(r, F_NAME, words_at(w, 3));
		record_put_str(r, F_MODE, "eem-policy");
		ios_emit(x);
	} else if (words_is(w, 2, "directory")) {
		r = ios_begin(x, K_SCRIPT, node);
		record_put(r, F_NAME, words_from(w, 3));
		record_put_str(r, F_MODE, "eem-directory");
		ios_emit(x);
	}
}

/* kron occurrence O in 1:0 recurring / policy-list P; kron policy-list P /
 * cli ... */
void
kron_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, words_at(w, 2));
	record_put_str(r, F_MODE, "kron");
	if (words_is(w, 1, "occurrence")) {
		record_put(r, F_TRIGGER, words_from(w, 3));
		record_put(r, F_BODY, body_of(x, node, "policy-list"));
	} else {
		record_put(r, F_BODY, body_of(x, node, "cli"));
	}
	ios_emit(x);
}

/* scripting tcl init flash:x.tcl */
void
scripting_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct record *r = ios_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, words_from(w, 3));
	record_put_str(r, F_MODE, "tcl");
	record_put(r, F_TRIGGER, words_at(w, 2));
	ios_emit(x);
}
