/*
 * In a worker: what would mend what rules found in one configuration, tried on
 * a copy of it.  Commands are filled in from its facts (plan/template.h), its
 * text is edited (plan/edit.h), and the same reader and rules judge what comes
 * out.  Steps that close nothing are withdrawn and what is left is judged
 * again, so what is said of new findings holds for the steps that are proposed.
 *
 * Ways around flaws take the same road.  Whether the device has the flaw is
 * known to the case alone, by its release; here is told whether the commands
 * switch off what the flaw needs.
 */
#ifndef TIDEMARK_PLAN_REMEDY_H
#define TIDEMARK_PLAN_REMEDY_H

#include "base/cursor.h"
#include "detect/detect.h"
#include "plan/template.h"
#include "read/reader.h"

enum remedy_state {
	REMEDY_CLOSES,	/* the finding is gone, the flaw's feature off */
	REMEDY_STAYS,	/* it is not */
	REMEDY_UNTRIED, /* no editor for this, or a limit was met */
	REMEDY_STATES
};

/* A trace that moves no verdict asks for no step, and is no news. */
static inline bool
remedy_matters(
    const struct check *c, enum severity severity, enum confidence confidence)
{
	return severity > SEV_INFO &&
	       (c->kind == CHECK_HARDENING || confidence > CONF_LOW);
}

/* What a step would bring that was not there. */
struct remedy_news {
	uint32_t check;
	struct span entity;
};

struct remedy {
	uint32_t check;	    /* index in the knowledge's checks */
	struct span entity; /* as the sighting has it */
	enum remedy_state state;
	bool takes;   /* begins with taking something away */
	bool covered; /* others close it already: its commands are dropped */
	struct plan_lines commands; /* .real is empty in the parent */
	struct plan_lines undo;	    /* what takes them back */
	struct remedy_news *news;
	size_t nnews;
	/* Of a flaw: the line of the changed configuration that shows the
	 * feature off; empty: by its silence. */
	struct span proof;
};

struct remedy_list {
	struct remedy *v;
	size_t n, cap;
};

struct remedy_options {
	const struct knowledge *knowledge;
	struct given_list given;
};

/* Of one worker, made before the sandbox closes. */
struct remedy_maker;
int remedy_maker_new(const struct remedy_options *o,
    const struct detect *detect, struct remedy_maker **out, struct err *e);
void remedy_maker_free(struct remedy_maker *m);

/*
 * in: the configuration, as its reader gets it; in->arena is not used.  The
 * list and its texts last until the next call.
 */
const struct remedy_list *remedy_make(struct remedy_maker *m,
    const struct reader *reader, const struct read_in *in);

/* Messages from the worker.  Texts are borrowed from the message; a check that
 * is out of bounds, or a broken message, is false. */
void remedy_encode(struct buf *b, const struct remedy *r);
bool remedy_decode(
    struct cursor *c, struct arena *a, size_t nchecks, struct remedy *out);

#endif
