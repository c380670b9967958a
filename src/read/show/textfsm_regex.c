#include "read/show/textfsm_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"

#define STACK_START (32u << 10)
#define STACK_MOST (512u << 10)

int
regex_scratch_init(struct regex_scratch *s, unsigned ngroups, struct err *e)
{
	*s = (struct regex_scratch){0};
	s->data = pcre2_match_data_create(ngroups + 1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(STACK_START, STACK_MOST, NULL);
	if (s->data == NULL || s->limits == NULL) {
		regex_scratch_release(s);
		return err_set(e, "no memory for matching");
	}
	pcre2_set_match_limit(s->limits, LIMIT_TEXTFSM_MATCH);
	pcre2_set_depth_limit(s->limits, LIMIT_TEXTFSM_DEPTH);
	if (s->stack != NULL)
		pcre2_jit_stack_assign(s->limits, NULL, s->stack);
	s->places = pcre2_get_ovector_pointer(s->data);
	return 0;
}

void
regex_scratch_release(struct regex_scratch *s)
{
	if (s == NULL)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->limits);
	pcre2_jit_stack_free(s->stack);
	*s = (struct regex_scratch){0};
}

static pcre2_code *
compile_with(const struct regex *r, uint32_t options, struct err *e)
{
	pcre2_compile_context *ctx = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	PCRE2_SIZE at;
	PCRE2_UCHAR why[128];
	int error;

	if (ctx == NULL) {
		err_set(e, "no memory for an expression");
		return NULL;
	}
	pcre2_set_newline(ctx, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)r->pattern.p, r->pattern.n,
	    r->options | options | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C,
	    &error, &at, ctx);
	pcre2_compile_context_free(ctx);
	if (code == NULL) {
		pcre2_get_error_message(error, why, sizeof(why));
		err_set(e, "invalid expression: %s", (const char *)why);
	}
	return code;
}

/* Text beyond ASCII: \w, \d, \s and case go by Unicode, as in Python. */
static uint32_t
unicode(const struct regex *r)
{
	return PCRE2_UTF | (r->ascii_only ? 0 : PCRE2_UCP);
}

int
regex_compile(struct regex *r, struct err *e)
{
	void **code = r->wide_only ? &r->wide : &r->code;

	if (*code == NULL)
		*code = compile_with(r, r->wide_only ? unicode(r) : 0, e);
	return *code == NULL ? -1 : 0;
}

void
regex_jit(struct regex *r)
{
	if (r->code != NULL && !r->jit)
		r->jit = pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE) == 0;
}

void
regex_release(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	pcre2_code_free(r->wide);
	r->code = r->wide = NULL;
}

/* White space of Python's \s in ASCII. */
static bool
is_white(unsigned char c)
{
	return ascii_space(c) || (c >= 0x1c && c <= 0x1f);
}

struct regex_line
regex_line_of(struct span text, bool ascii)
{
	struct regex_line l = {
	    .text = text, .ascii = ascii, .at = -1, .ink = -1};

	if (!ascii)
		return l;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (i == 0)
			l.at = c;
		if (!is_white(c)) {
			l.ink = c;
			break;
		}
	}
	return l;
}

static enum regex_result
result_of(int rc)
{
	if (rc >= 0)
		return REGEX_YES;
	return rc == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_LIMIT;
}

static enum regex_result
match_wide(struct regex *r, struct regex_scratch *s, struct span text)
{
	if (r->wide == NULL)
		r->wide = compile_with(r, unicode(r), NULL);
	if (r->wide == NULL)
		return REGEX_LIMIT;
	return result_of(
	    pcre2_match(r->wide, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0,
		PCRE2_NO_UTF_CHECK, s->data, s->limits));
}

enum regex_result
regex_match(
    struct regex *r, struct regex_scratch *s, const struct regex_line *l)
{
	PCRE2_SPTR p = (PCRE2_SPTR)(l->text.p ? l->text.p : "");

	if (!l->ascii || r->wide_only)
		return match_wide(r, s, l->text);
	if (r->code == NULL && regex_compile(r, NULL) != 0)
		return REGEX_LIMIT;
	if (r->jit)
		return result_of(pcre2_jit_match(
		    r->code, p, l->text.n, 0, 0, s->data, s->limits));
	return result_of(
	    pcre2_match(r->code, p, l->text.n, 0, 0, s->data, s->limits));
}
