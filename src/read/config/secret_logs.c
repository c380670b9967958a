/*
 * Secrets that messages of logs quote: the community that a device refused,
 * and the password of a login that a RADIUS server tells of.
 */
#include "read/config/secret_hide.h"

/* Junos: "unauthorized SNMP community from A to B (COMMUNITY)". */
static void
hide_refused_community(struct hide *h, unsigned i)
{
	if (hide_is(h, i, "unauthorized") && hide_is(h, i + 1, "SNMP") &&
	    hide_is(h, i + 2, "community") && i + 7 < h->n)
		hide_cut(h, hide_line_from(h, hide_at(h, i + 7)));
}

/* FreeRADIUS: "Login OK: [USER/PASSWORD] (from client ...)"; the password may
 * hold anything, so it goes up to the last such bracket. */
static void
hide_radius_login(struct hide *h, unsigned i)
{
	struct span rest, from;
	size_t end, slash;

	if (!hide_is(h, i, "Login") || i + 2 >= h->n ||
	    (!hide_is(h, i + 1, "OK:") && !hide_is(h, i + 1, "incorrect:") &&
		!hide_is(h, i + 1, "incorrect")))
		return;
	rest = hide_line_from(h, hide_at(h, i + 1));
	from = span_from(rest, span_find(rest, SPAN(": [")));
	slash = span_find_byte(from, '/');
	if (from.n == 0 || slash == SPAN_NONE)
		return;
	end = span_find(from, SPAN("] (from client"));
	if (end == SPAN_NONE)
		end = from.n;
	/* What FreeRADIUS writes when it was told to keep it to itself. */
	if (slash < end && !span_starts(span_from(from, slash + 1), SPAN("<")))
		hide_cut(h, span_sub(from, slash + 1, end));
}

void
hide_logs(struct hide *h)
{
	for (unsigned i = 0; i < h->n; i++) {
		hide_refused_community(h, i);
		hide_radius_login(h, i);
	}
}
