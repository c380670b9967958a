/*
 * All that is looked for, in one place: rules, hardening checks, indicators,
 * YARA rules, vulnerabilities, advisories.  Loaded once from the files that
 * are compiled into the program, or from a folder that replaces them, then
 * read-only: forked workers share it.
 */
#ifndef TIDEMARK_INTEL_KNOWLEDGE_H
#define TIDEMARK_INTEL_KNOWLEDGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "device/defaults.h"
#include "intel/advisory.h"
#include "intel/by_hand.h"
#include "intel/changes.h"
#include "intel/commands.h"
#include "intel/deadline.h"
#include "intel/feed_store.h"
#include "intel/indicator.h"
#include "intel/moment.h"
#include "intel/prerequisite.h"
#include "intel/remedies.h"
#include "intel/sigma.h"
#include "intel/technique.h"
#include "intel/update_store.h"
#include "intel/vulnerability.h"
#include "intel/warninglist.h"
#include "intel/user_rules.h"
#include "intel/yara_set.h"

struct YR_RULES;

struct knowledge {
	struct arena arena;
	struct defaults defaults;
	struct ruleset rules; /* rules/, hardening/, features/ */
	struct indicator_list indicators;
	struct warninglists warninglists;
	struct vulnerability_set vulnerabilities;
	struct deadline_table deadlines;
	struct product_table products;
	struct vuln_updates updates; /* files of knowledge about flaws */
	struct advisory *advisories; /* in order of their files' names */
	size_t nadvisories, advisories_cap;
	struct prerequisite_list prerequisites;
	struct command_table commands;
	struct moment_list moments;
	struct by_hand_list by_hand;
	struct change_table changes;
	struct technique_list techniques;
	struct remedy_book remedies;
	struct yara_known yara;

	/* Every check, in a fixed order: rules, indicators, YARA rules,
	 * vulnerabilities.  A sighting names a check by its place here.  That
	 * of an indicator is NULL until knowledge_check is asked for it. */
	const struct check **checks;
	size_t nchecks;
	size_t first_indicator, first_yara, first_vulnerability;

	char fingerprint[17]; /* hex, of all files read */
	size_t nfiles, nproblems;
	/* With user_first: how many rules are those of rule_dirs, in how many
	 * files, and files of these in which nothing is a rule. */
	size_t nuser, user_files, user_norules;
	size_t feeds_lost; /* feeds of which some may be missing */
};

/* A knowledge file, or a part of it, that could not be taken. */
struct knowledge_problem {
	struct span path;
	uint64_t line, column;
	struct span text;
};
typedef void knowledge_problem_fn(void *ctx, const struct knowledge_problem *p);

struct knowledge_options {
	const char *data_dir;	      /* replaces what is built in; or NULL */
	const char *const *rule_dirs; /* more Sigma rules, files or folders */
	size_t nrule_dirs;
	const char *const *logsources; /* files; the last counts first */
	size_t nlogsources;
	const char *const *placeholders; /* files with values for expand */
	size_t nplaceholders;
	/* Rules by "level:WORD", "tag:TAG", "id:ID", or a bare id or tag; a
	 * tag means those below it too.  Only: none: all.  The others stay
	 * known, and make no findings. */
	const char *const *only, *const *skip;
	size_t nonly, nskip;
	const char *const *feed_paths; /* indicator feeds, files or folders */
	size_t nfeed_paths;
	/* Files of knowledge about flaws (intel/update.h), or folders. */
	const char *const *update_paths;
	size_t nupdate_paths;
	update_take_fn *update_take; /* NULL: in this process */
	uint64_t feed_problems; /* to tell one by one, of each feed; 0: five */
	int64_t now; /* to tell expired indicators; 0: do not */
	feed_take_fn *feed_take; /* NULL: in this process */
	yara_describe_fn *yara_describe; /* of users' rules; likewise */
	trial_fn *trial; /* for users' Sigma rules; NULL: not tried */
	evidence_word_fn *evidence_word;
	/* Read the rules of rule_dirs before the built-in ones, whose problems
	 * (a rule that stands already) are passed over: to check rules. */
	bool user_first;
};

/*
 * Load everything.  Problems of single files are reported and counted, the
 * rest is taken.  -1 only when nothing usable could be read.
 */
int knowledge_load(const struct knowledge_options *o, struct knowledge *out,
    knowledge_problem_fn *problem, void *ctx, struct err *e);
void knowledge_release(struct knowledge *k);

/* The check at this place, and its id alone, which costs nothing.  What is made
 * lives as long as the knowledge. */
const struct check *knowledge_check(const struct knowledge *k, size_t at);
struct span knowledge_check_id(const struct knowledge *k, size_t at);

/* Is the check at this place that of an indicator from a feed? */
bool knowledge_from_feed(const struct knowledge *k, size_t at);

/* The advisory row with this id ("AA25-239A:H-05"), or NULL. */
const struct advisory_row *knowledge_row(
    const struct knowledge *k, struct span id);

#endif
