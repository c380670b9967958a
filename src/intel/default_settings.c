#include "intel/default_settings.h"

#include "base/err.h"
#include "intel/data.h"

static bool
is_one_of(struct span s, const char *const *words)
{
	while (*words != NULL)
		if (span_is(s, *words++))
			return true;
	return false;
}

/* A text of the entry, or that of the file. */
static struct span
text_of(
    const struct yaml_node *item, const struct yaml_node *top, const char *key)
{
	struct span own = yaml_text(yaml_get(item, key));

	return own.n > 0 ? own : yaml_text(yaml_get(top, key));
}

/* "Juniper TechLibrary, root-login (official; up to 12.3)" */
static struct span
basis_of(struct arena *a, struct span source, struct span confirmed,
    struct span from, struct span below)
{
	if (from.n > 0 && below.n > 0)
		return arena_fmt(a, "%.*s (%.*s; %.*s to before %.*s)",
		    SPAN_FMT(source), SPAN_FMT(confirmed), SPAN_FMT(from),
		    SPAN_FMT(below));
	if (from.n > 0 || below.n > 0)
		return arena_fmt(a, "%.*s (%.*s; %s %.*s)", SPAN_FMT(source),
		    SPAN_FMT(confirmed), from.n > 0 ? "from" : "before",
		    SPAN_FMT(from.n > 0 ? from : below));
	return arena_fmt(
	    a, "%.*s (%.*s)", SPAN_FMT(source), SPAN_FMT(confirmed));
}

static int
setting_read(struct defaults *d, const struct yaml_node *top,
    const struct yaml_node *item, struct yaml_error *e)
{
	static const char *const states[] = {
	    "enabled", "disabled", "unknown", NULL};
	static const char *const levels[] = {
	    "official", "reported", "recalled", NULL};
	const struct yaml_node *platforms = yaml_get(top, "platforms");
	struct span from = yaml_text(yaml_get(item, "from")),
		    below = yaml_text(yaml_get(item, "below")),
		    source = text_of(item, top, "source"),
		    confirmed = text_of(item, top, "confirmed");
	struct default_setting s = {
	    .name = arena_copy(d->arena, yaml_text(yaml_get(item, "name"))),
	    .state = arena_copy(d->arena, yaml_text(yaml_get(item, "state"))),
	    .value = arena_copy(d->arena, yaml_text(yaml_get(item, "value"))),
	    .port = arena_copy(d->arena, yaml_text(yaml_get(item, "port"))),
	    .has_from = from.n > 0,
	    .has_below = below.n > 0};

	if (s.name.n == 0 || !is_one_of(s.state, states))
		return yaml_wrong(e, item,
		    "a default needs name, and state: enabled, disabled or "
		    "unknown");
	if (source.n == 0 || !is_one_of(confirmed, levels))
		return yaml_wrong(e, item,
		    "a default needs source, and confirmed: official, "
		    "reported or recalled");
	if ((s.has_from && !release_train_read(from, &s.from)) ||
	    (s.has_below && !release_train_read(below, &s.below)))
		return yaml_wrong(
		    e, item, "from and below are two numbers: 17.9");
	s.basis = basis_of(d->arena, source, confirmed, from, below);
	for (size_t i = 0; i < yaml_count(platforms); i++) {
		s.platform =
		    arena_copy(d->arena, yaml_text(yaml_at(platforms, i)));
		defaults_add(d, &s);
	}
	return 0;
}

int
default_settings_read(
    struct defaults *d, struct span text, struct yaml_error *e)
{
	struct arena trees;
	struct yaml_docs docs;
	int r;

	arena_init(&trees);
	r = yaml_read(&trees, text, &docs, e);
	for (size_t k = 0; r == 0 && k < docs.n; k++) {
		const struct yaml_node *list = yaml_get(docs.v[k], "settings");

		if (yaml_count(yaml_get(docs.v[k], "platforms")) == 0)
			r = yaml_wrong(e, docs.v[k], "no platforms");
		for (size_t i = 0; r == 0 && i < yaml_count(list); i++)
			r = setting_read(d, docs.v[k], yaml_at(list, i), e);
	}
	arena_release(&trees);
	return r;
}

void
default_settings_built_in(struct defaults *out, struct arena *a)
{
	struct yaml_error e;
	int r = 0;

	defaults_init(out, a);
	for (size_t i = 0; i < data_file_count; i++) {
		struct arena plain;
		struct span name, text;

		arena_init(&plain);
		data_file_plain(&data_files[i], &plain, &name, &text);
		if (span_starts(name, SPAN("defaults/")))
			r = default_settings_read(out, text, &e);
		ASSERT(r == 0);
		arena_release(&plain);
	}
}
