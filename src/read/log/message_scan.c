#include "read/log/message_scan.h"

struct span
message_after(struct span s, const char *mark)
{
	struct span m = span_str(mark);
	size_t at = span_find(s, m);

	return at == SPAN_NONE ? (struct span){0} : span_from(s, at + m.n);
}

struct span
message_after_last(struct span s, const char *mark)
{
	struct span got = {0}, next = s;

	while ((next = message_after(next, mark)).p != NULL)
		got = next;
	return got;
}

struct span
message_between(struct span s, const char *open, const char *close)
{
	struct span got = message_after(s, open);
	size_t end = span_find(got, span_str(close));

	return end == SPAN_NONE ? (struct span){0} : span_head(got, end);
}

struct span
message_word(struct span s, const char *mark)
{
	struct span rest = message_after(s, mark), word = span_word(&rest);

	while (
	    word.n > 0 && memchr(",.;:)]'\">", word.p[word.n - 1], 9) != NULL)
		word.n--;
	return word;
}

static bool
endpoint_read(struct span s, struct span *ip, struct span *port)
{
	size_t at = span_find_byte(s, '('), cut;
	struct span number = {0}, tail;
	struct addr a;
	uint64_t n;

	if (at == 0) {
		s = span_from(s, 1);
		at = span_find_byte(s, ')');
		s = span_head(s, at);
	} else if (at != SPAN_NONE) {
		tail = span_from(s, at + 1);
		number = span_until(&tail, ')');
		s = span_head(s, at);
	}
	while (s.n > 0 && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == '.'))
		s.n--;
	cut = span_rfind_byte(s, '/');
	if (cut != SPAN_NONE) {
		tail = span_from(s, cut + 1);
		if (addr_read(tail, &a)) {
			s = tail;
		} else {
			number = tail;
			s = span_head(s, cut);
		}
	}
	if (!addr_read(s, &a)) {
		s = message_after(s, ":");
		if (!addr_read(s, &a))
			return false;
	}
	*ip = s;
	*port = span_u64(number, &n) && n <= 65535 ? number : (struct span){0};
	return true;
}

void
message_put_endpoint(
    struct record *r, struct span text, unsigned ip, unsigned port)
{
	struct span address, number;

	if (!endpoint_read(text, &address, &number))
		return;
	record_put_ip(r, (enum field_id)ip, address);
	if (port != F_NONE)
		record_put_number(r, (enum field_id)port, number);
}

void
message_put_protocol(struct record *r, struct span s)
{
	static const struct {
		const char *number, *name;
	} protocols[] = {{"6", "tcp"}, {"17", "udp"}, {"1", "icmp"},
	    {"58", "icmp6"}, {"47", "gre"}, {"50", "esp"}, {"51", "ah"},
	    {"2", "igmp"}, {"4", "ipip"}, {"41", "ipv6"}, {"88", "eigrp"},
	    {"89", "ospf"}, {"103", "pim"}, {"112", "vrrp"}, {"132", "sctp"},
	    {"", "ip"}};

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (span_is_nocase(s, protocols[i].name) ||
		    (s.n > 0 && span_is(s, protocols[i].number))) {
			record_put_str(r, F_PROTOCOL, protocols[i].name);
			return;
		}
	if (span_is_nocase(s, "ipinip"))
		record_put_str(r, F_PROTOCOL, "ipip");
	else if (span_is_nocase(s, "icmpv6"))
		record_put_str(r, F_PROTOCOL, "icmp6");
}

void
message_put_action(struct record *r, struct span verb)
{
	if (span_starts_nocase(verb, SPAN("den")))
		record_put_str(r, F_ACTION, "deny");
	else if (span_starts_nocase(verb, SPAN("permit")) ||
		 span_is_nocase(verb, "est-allowed"))
		record_put_str(r, F_ACTION, "permit");
}

void
message_put_outcome(struct record *r, bool good)
{
	record_put_str(r, F_STATUS, good ? "success" : "failure");
}

static bool
same_number(const struct value *v, struct span text)
{
	int64_t n;

	return v != NULL && span_i64(text, &n) && n == v->u.number;
}

void
message_put_translated(
    struct record *r, bool source, struct span ip, struct span port)
{
	const struct value *was = record_get(r, source ? F_SRC_IP : F_DST_IP);
	const struct value *at =
	    record_get(r, source ? F_SRC_PORT : F_DST_PORT);
	struct addr a;

	if (!addr_read(ip, &a) || span_is(ip, "0.0.0.0") || span_is(ip, "::"))
		return;
	if (was != NULL && addr_eq(&a, &was->u.prefix.addr) &&
	    (port.n == 0 || same_number(at, port)))
		return;
	record_put_ip(r, source ? F_NAT_SRC_IP : F_NAT_DST_IP, ip);
	record_put_number(r, source ? F_NAT_SRC_PORT : F_NAT_DST_PORT, port);
}
