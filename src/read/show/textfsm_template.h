/*
 * A template as textfsm_template.c reads it and textfsm.c runs it.
 */
#ifndef TIDEMARK_READ_SHOW_TEXTFSM_TEMPLATE_H
#define TIDEMARK_READ_SHOW_TEXTFSM_TEMPLATE_H

#include "read/show/textfsm.h"
#include "read/show/textfsm_regex.h"

/* Order matters: options of a value act in the order in which they stand. */
enum fsm_option {
	FSM_FILLDOWN,
	FSM_FILLUP,
	FSM_KEY,
	FSM_LIST,
	FSM_REQUIRED,
	FSM_OPTIONS
};

struct fsm_value {
	struct span name, expression; /* "(...)" */
	uint8_t options[FSM_OPTIONS]; /* enum fsm_option, in order */
	unsigned noptions;
	bool filldown, list;
	bool nested;		 /* a list whose expression has named groups */
	struct regex inner;	 /* if nested: the value's own expression */
	const unsigned *members; /* if nested: named groups of inner */
	const struct span *labels; /* and their names */
	size_t nmembers;
};

enum fsm_line { LINE_NEXT, LINE_CONTINUE, LINE_ERROR };
enum fsm_record { RECORD_NONE, RECORD_ADD, RECORD_CLEAR, RECORD_CLEARALL };

/* Where a rule leads, beside indices of states. */
enum { STATE_SAME = -1, STATE_END = -2, STATE_EOF = -3 };

struct fsm_capture {
	uint16_t group, value;
};

struct fsm_rule {
	struct regex regex;
	const struct fsm_capture *captures;
	size_t ncaptures;
	enum fsm_line line;
	enum fsm_record record;
	int next;	    /* state */
	struct span target; /* name of the next state, or Error's message */
	unsigned number;    /* line in the template */
};

struct fsm_state {
	struct span name;
	struct fsm_rule *rules;
	size_t nrules, cap;
};

struct textfsm {
	struct arena arena;
	struct fsm_value *values;
	size_t nvalues, values_cap;
	struct fsm_state *states;
	size_t nstates, states_cap, nrules;
	int start;
	bool nested; /* a value is */
	bool eof;    /* has a state EOF: no record at the end of text */
	unsigned most_groups;
	const struct span *names;
	const bool *keys;
};

#endif
