/*
 * The maker of remedies, inside: one reading after another, of the text as it
 * is and with commands applied.
 */
#ifndef TIDEMARK_PLAN_REMEDY_MAKE_H
#define TIDEMARK_PLAN_REMEDY_MAKE_H

#include "detect/vulnerability.h"
#include "plan/edit.h"
#include "plan/remedy.h"

/* What one reading of a configuration says that flaws are judged by. */
struct stated {
	struct vuln_setting *settings;
	struct span *raws; /* beside settings: the lines, without secrets */
	size_t n, cap;
	struct span release, train, model;
	bool whole; /* its silence means something */
};

/* A record that was sighted. */
struct meet {
	uint32_t check;
	struct fact record;
	struct span entity;
};

struct remedy_maker {
	struct emit emit; /* first: readers hand it back */
	const struct remedy_options *o;
	struct detector *detector;
	struct arena arena; /* of the source */
	struct arena pass;  /* of one reading */
	struct buf text;

	const struct reader *reader;
	struct read_in in;
	struct plan_facts facts;
	const struct remedy_platform *platform;
	const struct editor_form *form;
	struct span device; /* platform word */
	bool first;	    /* the reading of the text as it is */
	struct meet *meets;
	size_t nmeets, meets_cap;
	struct map before, after; /* sightings by check and entity */
	struct map all;		  /* those with all steps that are proposed */
	struct map by_step;
	struct remedy_list list;
	struct stated stated; /* what the last reading says of flaws */
};

/* Take what a record says for flaws; texts are copied. */
void stated_take(struct remedy_maker *m, const struct record *r);
void stated_feature(struct remedy_maker *m, const struct detector_feature *f);

/* Edit the text with steps and judge what comes out: m->after and m->stated.
 * false: it could not be edited. */
struct trial {
	const struct plan_lines *first; /* before all steps, or NULL */
	struct plan_lines *undo;	/* of first; or NULL */
	const struct remedy *only;	/* NULL: all of the state */
	enum remedy_state state;
	bool none;  /* no steps, only first */
	bool taken; /* steps get what takes them back */
};
bool remedy_try(
    struct remedy_maker *m, struct span text, const struct trial *t);

/* What was sighted last, not before, and matters is this step's. */
void remedy_news_take(
    struct remedy_maker *m, struct remedy *r, const struct map *all);

/*
 * The ways around flaws that the platform has commands for: each is tried
 * alone and with the steps that close something, and its flaw judged again.
 * They join the list behind these.
 */
void workarounds_make(
    struct remedy_maker *m, struct span text, const struct stated *before);

#endif
