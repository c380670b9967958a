#include "read/config/cisco_ios_facts.h"

/* line con 0; line vty 0 4; line aux 0; line 0/0/0 0/0/3 (tty) */
struct line_range {
	struct span type, first, last;
};

static struct line_range
range_of(const struct words *w)
{
	struct line_range g = {words_at(w, 1), words_at(w, 2), words_at(w, 3)};

	if (span_is(g.type, "console"))
		g.type = SPAN("con");
	if (g.type.n > 0 && ascii_digit((unsigned char)g.type.p[0]))
		g = (struct line_range){
		    SPAN("tty"), words_at(w, 1), words_at(w, 2)};
	if (g.last.n == 0)
		g.last = g.first;
	return g;
}

static void
note_transport(struct ios *x, const struct words *w, uint32_t c)
{
	for (unsigned i = 2; i < w->n; i++) {
		bool all = words_is(w, i, "all");

		if ((all || words_is(w, i, "telnet")) &&
		    x->vtys.telnet == TREE_NONE)
			x->vtys.telnet = c;
		if ((all || words_is(w, i, "ssh")) && x->vtys.ssh == TREE_NONE)
			x->vtys.ssh = c;
	}
}

static void
note_timeout(struct ios *x, const struct words *w, uint32_t c)
{
	uint64_t minutes = 0, seconds = 0;

	if (!span_u64(words_at(w, 1), &minutes) || minutes > 1u << 20)
		return;
	if (!span_u64(words_at(w, 2), &seconds) || seconds > 1u << 20)
		seconds = 0;
	seconds += minutes * 60;
	if (seconds == 0) {
		if (x->vtys.no_timeout == TREE_NONE)
			x->vtys.no_timeout = c;
	} else if (seconds > x->vtys.timeout_seconds) {
		x->vtys.timeout_seconds = seconds;
		x->vtys.timeout = c;
	}
}

void
line_note(struct ios *x, uint32_t node, const struct words *w)
{
	bool vty = words_is(w, 1, "vty"), guarded = false, declared = false;
	struct words cw;

	EACH_CHILD(c, x->tree, node)
	{
		unsigned v6;

		words_read(&cw, x->tree->v[c].text);
		v6 = words_is(&cw, 0, "ipv6");
		if (words_is(&cw, v6, "access-class")) {
			acl_use(
			    x, v6 ? 6 : 4, words_at(&cw, v6 + 1), USE_VTY, c);
			if (vty && !v6 && words_is(&cw, 2, "in")) {
				guarded = true;
				x->vtys.guard = c;
			}
		} else if (text_starts(cw.text, "transport input")) {
			declared = true;
			if (vty) {
				x->vtys.declared = c;
				note_transport(x, &cw, c);
				/* Closed to all needs no list. */
				guarded |= words_is(&cw, 2, "none");
			}
		} else if (words_is(&cw, 0, "exec-timeout")) {
			note_timeout(x, &cw, c);
		}
	}
	if (!vty)
		return;
	x->vtys.ranges++;
	x->vtys.guarded += guarded;
	x->vtys.undeclared += !declared;
	if (!guarded && x->vtys.unguarded == TREE_NONE)
		x->vtys.unguarded = node;
}

/* ip ssh port N rotary FIRST [LAST] */
void
line_rotary_note(struct ios *x, const struct words *w)
{
	struct ios_vtys *v = &x->vtys;

	v->rotary = arena_grow(x->arena, v->rotary, v->nrotary, &v->rotary_cap,
	    sizeof(*v->rotary));
	v->rotary[v->nrotary++] = (struct ios_rotary){.port = words_at(w, 3),
	    .first = words_at(w, 5),
	    .last = words_at(w, 6).n ? words_at(w, 6) : words_at(w, 5)};
}

static void
put_rotary(struct ios *x, struct span group)
{
	uint64_t n, first, last;

	record_put_number(&x->rec, F_ROTARY, group);
	if (!span_u64(group, &n))
		return;
	for (size_t i = 0; i < x->vtys.nrotary && i < LIMIT_CONFIG_WORDS; i++) {
		const struct ios_rotary *r = &x->vtys.rotary[i];

		if (span_u64(r->first, &first) && span_u64(r->last, &last) &&
		    n >= first && n <= last)
			record_put_number(&x->rec, F_PORT, r->port);
	}
}

static void
put_child(struct ios *x, const struct words *w)
{
	struct record *r = &x->rec;

	if (words_is(w, 0, "access-class"))
		record_put(r, words_is(w, 2, "out") ? F_ACL_OUT : F_ACL_IN,
		    words_at(w, 1));
	else if (text_starts(w->text, "ipv6 access-class"))
		record_put(r, words_is(w, 3, "out") ? F_ACL_OUT : F_ACL_IN,
		    words_at(w, 2));
	else if (text_starts(w->text, "transport input"))
		record_put(r, F_TRANSPORT_IN, words_from(w, 2));
	else if (text_starts(w->text, "transport output"))
		record_put(r, F_TRANSPORT_OUT, words_from(w, 2));
	else if (words_is(w, 0, "rotary"))
		put_rotary(x, words_at(w, 1));
	else if (words_is(w, 0, "exec-timeout"))
		record_put(r, F_VALUE, words_from(w, 1));
	else if (text_starts(w->text, "privilege level"))
		record_put_number(r, F_PRIVILEGE, words_at(w, 2));
	else if (text_starts(w->text, "login authentication"))
		record_put(r, F_LIST, words_at(w, 2));
	else if (text_starts(w->text, "login local"))
		record_put_str(r, F_METHODS, "local");
	else if (words_is(w, 0, "password"))
		ios_put_secret(x, (struct span){0}, words_from(w, 1));
}

void
line_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct line_range g = range_of(w);
	struct record *r = ios_begin(x, K_LINE, node);
	struct words cw;

	record_put(r, F_LINE_TYPE, g.type);
	record_put_number(r, F_FIRST, g.first);
	record_put_number(r, F_LAST, g.last);
	EACH_CHILD(c, x->tree, node)
	{
		words_read(&cw, x->tree->v[c].text);
		put_child(x, &cw);
	}
	ios_emit(x);
}
