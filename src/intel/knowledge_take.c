/* What becomes of each file of knowledge, by its name below the data folder. */
#include "base/limits.h"
#include "intel/default_settings.h"
#include "intel/knowledge_loader.h"
#include "intel/yaml_pack.h"

/* YAML, or a table; a message names the place itself. */
static void
take_vulnerability(
    struct knowledge_loader *l, struct span path, struct span text)
{
	struct vulnerability_set *set = &l->k->vulnerabilities;
	struct err e;

	if ((span_ends(path, SPAN(".csv"))
		    ? vulnerability_read_csv(set, text, path, &e)
		    : vulnerability_read(set, text, path, &e)) != 0)
		loader_problem(l, (struct span){0}, 0, 0, span_str(e.text));
}

static void
take_advisory(struct knowledge_loader *l, struct span path, struct span text)
{
	struct knowledge *k = l->k;
	struct advisory a;
	struct yaml_error e;

	if (advisory_read(&k->arena, text, l->options->evidence_word, &a, &e) !=
	    0) {
		loader_problem(l, path, e.line, e.column, span_str(e.text));
		return;
	}
	a.path = arena_copy(&k->arena, path);
	k->advisories = arena_grow(&k->arena, k->advisories, k->nadvisories,
	    &k->advisories_cap, sizeof(a));
	k->advisories[k->nadvisories++] = a;
}

static void
take_defaults(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (default_settings_read(&l->k->defaults, text, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_prerequisites(
    struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (prerequisite_read(&l->k->arena, text, &l->k->prerequisites, &e) !=
	    0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_deadlines(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (deadline_read(&l->k->arena, text, &l->k->deadlines, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_moments(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (moments_read(&l->k->arena, text, &l->k->moments, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_by_hand(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (by_hand_read(&l->k->arena, text, &l->k->by_hand, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_commands(struct knowledge_loader *l, struct span path, struct span text)
{
	unsigned bad = commands_read(&l->k->arena, text, &l->k->commands);

	if (bad != 0)
		loader_problem(l, path, bad, 0, SPAN("no word at its level"));
}

static void
take_changes(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (changes_read(&l->k->arena, text, &l->k->changes, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_techniques(struct knowledge_loader *l, struct span path, struct span text)
{
	unsigned bad = techniques_read(&l->k->arena, text, &l->k->techniques);

	if (bad != 0)
		loader_problem(
		    l, path, bad, 0, SPAN("no technique of five fields"));
}

static void
take_remedies(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (remedies_read(&l->k->arena, text, &l->k->remedies, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

static void
take_products(struct knowledge_loader *l, struct span path, struct span text)
{
	struct yaml_error e;

	if (products_read(&l->k->arena, text, &l->k->products, &e) != 0)
		loader_problem(l, path, e.line, e.column, span_str(e.text));
}

void
knowledge_take_logsources(
    struct knowledge_loader *l, struct span name, struct span text)
{
	ruleset_logsources(&l->k->rules, text, name, loader_on_sigma, l);
}

void
knowledge_take_placeholders(
    struct knowledge_loader *l, struct span name, struct span text)
{
	ruleset_placeholders(&l->k->rules, text, name, loader_on_sigma, l);
}

void
knowledge_take(struct knowledge_loader *l, struct span name, struct span text)
{
	struct span rest = name, folder = span_until(&rest, '/');
	bool yml =
	    span_ends(name, SPAN(".yml")) || span_ends(name, SPAN(".yaml"));

	uint64_t hash;

	if (l->gather != NULL) {
		user_rules_add(l->gather, name, text);
		return;
	}
	hash = yaml_text_hash(text);
	l->k->nfiles++;
	XXH3_64bits_update(l->hash, name.p, name.n);
	XXH3_64bits_update(l->hash, &hash, sizeof(hash));
	if (yml && (span_is(folder, "rules") || span_is(folder, "hardening") ||
		       span_is(folder, "features")))
		ruleset_read(&l->k->rules, text, name, loader_on_sigma, l);
	else if (span_is(name, "products.yaml"))
		take_products(l, name, text);
	else if (span_is(name, "logsources.yaml"))
		return; /* read before all others */
	else if (span_is(name, "commands/ios.txt"))
		take_commands(l, name, text);
	else if (span_is(name, "attack/techniques.csv"))
		take_techniques(l, name, text);
	else if (span_is(name, "prerequisites.yaml"))
		take_prerequisites(l, name, text);
	else if (span_is(name, "bod2604.yaml"))
		take_deadlines(l, name, text);
	else if (span_is(folder, "vulnerabilities") &&
		 (yml || span_ends(name, SPAN(".csv"))))
		take_vulnerability(l, name, text);
	else if (span_is(name, "timeline.yaml"))
		take_moments(l, name, text);
	else if (span_is(name, "lookups.yaml"))
		take_by_hand(l, name, text);
	else if (span_is(name, "changes.yaml"))
		take_changes(l, name, text);
	else if (yml && span_is(folder, "remedies"))
		take_remedies(l, name, text);
	else if (yml && span_is(folder, "defaults"))
		take_defaults(l, name, text);
	else if (yml && span_is(folder, "advisories"))
		take_advisory(l, name, text);
	else if (span_is(folder, "indicators") && span_ends(name, SPAN(".csv")))
		feed_take_built_in(&l->k->indicators, text, name, &l->feeds);
	else if (span_is(folder, "warninglists") &&
		 span_ends(name, SPAN(".csv")))
		warninglists_read_csv(&l->k->warninglists, text);
	else if (span_is(folder, "yara") && span_ends(name, SPAN(".yar"))) {
		if (l->options->data_dir == NULL)
			yara_set_keep(l->yara, text);
		else
			yara_set_add(l->yara, text, name);
	}
}
