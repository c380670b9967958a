#include "read/log/junos_nat.h"

#include "read/log/message_scan.h"

void
junos_behind(struct record *r, struct span s)
{
	struct span word = {0}, from, to;

	while (s.n > 0 && !span_has(word, "->"))
		word = span_word(&s);
	if (!span_has(word, "->"))
		return;
	from = span_head(word, span_find(word, SPAN("->")));
	to = span_from(word, from.n + 2);
	s = span_until(&from, '/');
	message_put_translated(r, true, s, from);
	s = span_until(&to, '/');
	message_put_translated(r, false, s, to);
}

/* "ports 1024-1535, on address B", "release port block [1024-1535] from B ...",
 * "A -> B:1024-1535" of service cards. */
void
junos_block(struct record *r, struct span s)
{
	struct span ports = message_between(s, "[", "]"), inside = s, outside;

	if (span_find_byte(ports, '-') == SPAN_NONE)
		ports = message_between(message_after(s, "block"), "[", "]");
	outside =
	    message_word(s, span_has(s, " from ") ? " from " : " address ");
	if (ports.n == 0)
		ports = message_word(s, " ports ");
	if (span_has(s, " -> ")) {
		ports = message_word(s, " -> ");
		outside = span_until(&ports, ':');
	}
	record_put_number(r, F_NAT_SRC_PORT, span_until(&ports, '-'));
	record_put_number(r, F_LAST, ports);
	if (span_starts(s, SPAN("Subscriber ")))
		inside = span_from(s, 11);
	record_put_ip(r, F_SRC_IP, span_word(&inside));
	record_put_ip(r, F_NAT_SRC_IP, outside);
}
