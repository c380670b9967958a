/*
 * Messages of ASA, FTD, FWSM and PIX by number, as their "Syslog Messages"
 * guide gives the texts.
 */
#include "read/log/cisco_message.h"
#include "read/log/message_scan.h"

struct asa_in {
	struct span number, text;
	struct record *event, *command;
};

static void
put_pair(struct record *r, struct span src, struct span dst)
{
	message_put_endpoint(r, src, F_SRC_IP, F_SRC_PORT);
	message_put_endpoint(r, dst, F_DST_IP, F_DST_PORT);
}

static struct span
first_word(struct span s)
{
	return span_word(&s);
}

/* "outside:A/p (B/q) ...": the address behind translation in parentheses. */
static void
put_mapped(struct record *r, bool source, struct span s)
{
	struct span mapped, address;

	span_word(&s);
	s = span_trim(s);
	if (s.n == 0 || s.p[0] != '(')
		return;
	mapped = span_sub(s, 1, span_find_byte(s, ')'));
	address = span_until(&mapped, '/');
	message_put_translated(r, source, address, mapped);
}

/*
 * "Built inbound TCP connection 7 for outside:A/p (..) to inside:B/q (..)".
 * The first address is the one behind the less trusted interface, so for an
 * outbound connection the second one opened it.
 */
static bool
asa_built(struct asa_in *in)
{
	struct span s = in->text, a, b, word;
	bool outbound = span_has(s, "outbound");
	struct span words = s;

	span_word(&words);
	word = span_word(&words);
	if (span_ends(word, SPAN("bound")))
		word = span_word(&words);
	message_put_protocol(in->event, word);
	a = message_after(s, " for ");
	if (a.p == NULL) /* of GRE, whose numbers are no ports */
		a = message_after(s, " from ");
	b = first_word(message_after(a, " to "));
	a = first_word(a);
	put_pair(in->event, outbound ? b : a, outbound ? a : b);
	put_mapped(in->event, !outbound, message_after(s, " for "));
	put_mapped(in->event, outbound, message_after(s, " to "));
	record_put_str(in->event, F_ACTION, "permit");
	return false;
}

/* "Built dynamic TCP translation from inside:A/p to outside:B/q duration ...",
 * "Teardown ..."; "Allocated TCP block of ports for translation from inside:A
 * to outside:B/1024-1535", "Released ..." (305009 to 305015). */
static bool
asa_translation(struct asa_in *in)
{
	struct span s = in->text, words = s, to, ports;
	bool block = span_has(s, " block of ports ");
	size_t slash;

	span_word(&words);
	if (!block)
		span_word(&words);
	message_put_protocol(in->event, span_word(&words));
	message_put_endpoint(in->event, first_word(message_after(s, " from ")),
	    F_SRC_IP, F_SRC_PORT);
	to = first_word(message_after(s, " to "));
	slash = span_rfind_byte(to, '/');
	message_put_endpoint(
	    in->event, to, F_NAT_SRC_IP, block ? F_NONE : F_NAT_SRC_PORT);
	if (block && slash != SPAN_NONE) {
		ports = span_from(to, slash + 1);
		record_put_number(
		    in->event, F_NAT_SRC_PORT, span_until(&ports, '-'));
		record_put_number(in->event, F_LAST,
		    span_head(ports, span_find_byte(ports, '.')));
	}
	record_put_str(in->event, F_STATUS,
	    span_starts(s, SPAN("Built")) || span_starts(s, SPAN("Alloc"))
		? "start"
		: "stop");
	return false;
}

/* "Built inbound ICMP connection for faddr A/0 gaddr G/0 laddr L/0 ...": the
 * numbers are no ports. */
static bool
asa_built_icmp(struct asa_in *in)
{
	struct span s = in->text;
	struct span far = first_word(message_after(s, "faddr "));
	struct span near = first_word(message_after(s, "laddr "));
	bool outbound = span_has(s, "outbound");

	message_put_endpoint(
	    in->event, far, outbound ? F_DST_IP : F_SRC_IP, F_NONE);
	message_put_endpoint(
	    in->event, near, outbound ? F_SRC_IP : F_DST_IP, F_NONE);
	record_put_str(in->event, F_PROTOCOL, "icmp");
	record_put_str(in->event, F_ACTION, "permit");
	return false;
}

/*
 * "Teardown TCP connection 7 for outside:A/p to inside:B/q duration 0:00:30
 * bytes 1234 ...".  The message guide says of "bytes" what passed in the
 * session, both directions together, and nothing says who opened it: "from"
 * behind the reason is who ended it.  The direction stands in the message that
 * the connection was built with (302013), and both counts in NetFlow events
 * (elements 231 and 232) and in 430003 of FTD.
 */
static bool
asa_teardown(struct asa_in *in)
{
	struct span s = message_after(in->text, " for "), words = in->text;

	if (s.p == NULL)
		s = message_after(in->text, " from ");
	span_word(&words);
	message_put_protocol(in->event, span_word(&words));
	put_pair(
	    in->event, first_word(s), first_word(message_after(s, " to ")));
	record_put(in->event, F_DURATION, message_word(s, " duration "));
	record_put_number(in->event, F_BYTES, message_word(s, " bytes "));
	/* What was built had been let through. */
	record_put_str(in->event, F_ACTION, "permit");
	return false;
}

/* "... PROTOCOL ... denied|Deny|permitted ... from A to B ..." */
static bool
asa_from_to(struct asa_in *in)
{
	struct span s = in->text, words = in->text, word;
	bool deny = !span_has(s, "permitted");

	word = span_word(&words);
	if (span_is_nocase(word, "deny") || span_is_nocase(word, "inbound") ||
	    span_is_nocase(word, "denied"))
		word = span_word(&words);
	if (span_is_nocase(word, "inbound"))
		word = span_word(&words);
	message_put_protocol(in->event, word);
	put_pair(in->event, first_word(message_after(s, " from ")),
	    first_word(message_after(message_after(s, " from "), " to ")));
	record_put_str(in->event, F_ACTION, deny ? "deny" : "permit");
	return false;
}

/* "Deny tcp src outside:A/p dst inside:B/q by access-group "X" [..]" */
static bool
asa_src_dst(struct asa_in *in)
{
	struct span s = in->text, words = in->text, word;

	span_word(&words);
	word = span_word(&words);
	if (span_is(word, "inbound"))
		word = span_word(&words);
	if (span_is(word, "protocol"))
		word = span_word(&words);
	if (span_is(word, "(No")) { /* "(No xlate) udp" */
		span_word(&words);
		word = span_word(&words);
	}
	message_put_protocol(in->event, word);
	put_pair(in->event, first_word(message_after(s, " src ")),
	    first_word(message_after(s, " dst ")));
	record_put(
	    in->event, F_ACL, message_between(s, "access-group \"", "\""));
	record_put_str(in->event, F_ACTION, "deny");
	return false;
}

/* "tcp Connection denied by outbound list X src A dst B", "ICMP packet type 8
 * denied by outbound list X src A dst B" */
static bool
asa_outbound_list(struct asa_in *in)
{
	struct span s = in->text, words = s;

	message_put_protocol(in->event, span_word(&words));
	put_pair(in->event, first_word(message_after(s, " src ")),
	    first_word(message_after(s, " dest ")));
	record_put(in->event, F_ACL, message_word(s, " list "));
	record_put_str(in->event, F_ACTION, "deny");
	return false;
}

/* "Routing failed to locate next hop for TCP from inside:A/p to outside:B/q",
 * "Failed to locate egress interface for UDP from inside:A/p to B/q": dropped.
 */
static bool
asa_no_route(struct asa_in *in)
{
	struct span s = message_after(in->text, " for "), words = s;

	message_put_protocol(in->event, span_word(&words));
	put_pair(in->event, first_word(message_after(s, " from ")),
	    first_word(message_after(s, " to ")));
	record_put_str(in->event, F_ACTION, "deny");
	return false;
}

/* "access-list X denied tcp outside/A(p) -> inside/B(q) hit-cnt 1 ..." */
static bool
asa_access_list(struct asa_in *in)
{
	struct span s = message_after(in->text, "access-list ");
	struct span to = message_after(s, "-> "), word;

	record_put(in->event, F_ACL, span_word(&s));
	message_put_action(in->event, span_word(&s));
	message_put_protocol(in->event, span_word(&s));
	word = span_word(&s);
	if (span_is(word, "for")) { /* "for user 'u' outside/..." */
		record_put(in->event, F_USER, message_between(s, "'", "'"));
		s = message_after(s, "' ");
		word = span_word(&s);
	}
	put_pair(in->event, word, first_word(to));
	return false;
}

/* "Login denied from A/p to inside:B/ssh for user "U"" */
static bool
asa_login(struct asa_in *in)
{
	struct span s = message_after(in->text, " from ");
	struct span user = message_after(s, "for user \"");
	struct span to = first_word(message_after(s, " to "));
	size_t slash = span_rfind_byte(to, '/');

	message_put_endpoint(in->event, first_word(s), F_SRC_IP, F_SRC_PORT);
	message_put_endpoint(in->event, to, F_DST_IP, F_LOCAL_PORT);
	if (slash != SPAN_NONE)
		record_put(in->event, F_SERVICE, span_from(to, slash + 1));
	record_put(
	    in->event, F_USER, span_head(user, span_rfind_byte(user, '"')));
	message_put_outcome(
	    in->event, span_starts(in->text, SPAN("Login permitted")));
	return false;
}

static bool
put_command(
    struct asa_in *in, struct span user, struct span ip, struct span command)
{
	struct record *both[] = {in->event, in->command};

	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, user);
		record_put_ip(both[i], F_SRC_IP, ip);
		record_put(both[i], F_COMMAND, span_trim(command));
	}
	return span_trim(command).n > 0;
}

static struct span
to_last_quote(struct span s)
{
	return span_head(s, span_rfind_byte(s, '\''));
}

/* 111008 "User 'U' executed the 'C' command.", 111009 "... executed cmd: C",
 * 111010 "User 'U', running 'CLI' from IP A, executed 'C'" */
static bool
asa_command(struct asa_in *in)
{
	struct span s = in->text, command;
	struct span user = message_between(s, "User '", "'");

	command = message_after(s, "executed cmd: ");
	if (command.p == NULL)
		command = to_last_quote(message_after(s, "executed the '"));
	if (command.p == NULL)
		command = to_last_quote(message_after(s, "executed '"));
	return put_command(in, user, message_word(s, " from IP "), command);
}

/* "Begin configuration: A reading from terminal", "A end configuration: OK" */
static bool
asa_configuration(struct asa_in *in)
{
	struct span s = message_after(in->text, "onfiguration: ");

	record_put_ip(in->event, F_SRC_IP, first_word(s));
	record_put_ip(in->event, F_SRC_IP, first_word(in->text));
	return false;
}

/* "AAA user authentication Rejected : reason = R : server = S : user = U :
 * user IP = A" */
static bool
asa_aaa(struct asa_in *in)
{
	struct span s = in->text, user = message_after(s, ": user = ");
	struct span ip = message_after_last(s, ": user IP = ");

	if (ip.p != NULL && user.p != NULL && ip.p > user.p)
		user = span_head(user,
		    (size_t)(ip.p - user.p) - (sizeof(": user IP = ") - 1));
	record_put(in->event, F_USER, span_trim(user));
	record_put_ip(in->event, F_SRC_IP, first_word(ip));
	record_put_ip(
	    in->event, F_SERVER_IP, first_word(message_after(s, "server = ")));
	if (span_has(s, "Successful") || span_has(s, "ACCEPT"))
		message_put_outcome(in->event, true);
	else if (span_has(s, "Rejected") || span_has(s, "REJECT"))
		message_put_outcome(in->event, false);
	return false;
}

/* Sessions of VPN: bytes are told from the device's side. */
static void
vpn_outcome(struct asa_in *in)
{
	struct span s = in->text;

	record_put_number(
	    in->event, F_BYTES_IN, message_word(s, "Bytes xmt: "));
	record_put_number(
	    in->event, F_BYTES_OUT, message_word(s, "Bytes rcv: "));
	if (span_has(s, "Authentication: successful"))
		message_put_outcome(in->event, true);
	else if (span_has(s, "Authentication: rejected"))
		message_put_outcome(in->event, false);
	else if (span_has(s, "session started") ||
		 span_has(s, "connection established"))
		record_put_str(in->event, F_STATUS, "start");
	else if (span_has(s, "terminated") || span_has(s, "disconnected") ||
		 span_has(s, "closing connection"))
		record_put_str(in->event, F_STATUS, "stop");
}

/* "Group = G, Username = U, IP = A, ...", "Group <G> User <U> IP <A> ..." */
static bool
asa_vpn(struct asa_in *in)
{
	struct span s = in->text;

	vpn_outcome(in);

	if (span_has(s, "User <")) {
		record_put(
		    in->event, F_GROUP, message_between(s, "Group <", ">"));
		record_put(
		    in->event, F_USER, message_between(s, "User <", ">"));
		record_put_ip(
		    in->event, F_SRC_IP, message_between(s, "IP <", ">"));
		return false;
	}
	record_put(in->event, F_GROUP, message_between(s, "Group = ", ","));
	record_put(in->event, F_USER, message_between(s, "Username = ", ","));
	record_put_ip(in->event, F_SRC_IP, message_word(s, " IP = "));
	return false;
}

/* "EventPriority: Low, ..., AccessControlRuleAction: Allow, SrcIP: A, DstIP: B,
 * SrcPort: p, DstPort: q, Protocol: tcp, ..., InitiatorBytes: 1, ...": FTD's
 * connections, intrusions and files ("Secure Firewall Threat Defense Syslog
 * Messages", 430001 to 430005).  A value ends before the next name.  Counters
 * of a connection that begins (430002) are those so far. */
static bool
ftd_event(struct asa_in *in)
{
	static const struct {
		const char *name;
		enum field_id field;
	} names[] = {{"SrcPort: ", F_SRC_PORT}, {"DstPort: ", F_DST_PORT},
	    {"InitiatorBytes: ", F_BYTES_OUT}, {"ResponderBytes: ", F_BYTES_IN},
	    {"InitiatorPackets: ", F_PACKETS_OUT},
	    {"ResponderPackets: ", F_PACKETS_IN}};
	struct span s = in->text, action, to;

	record_put_ip(in->event, F_SRC_IP, message_word(s, "SrcIP: "));
	record_put_ip(in->event, F_DST_IP, message_word(s, "DstIP: "));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (i < 2 || !span_is(in->number, "430002"))
			record_put_number(in->event, names[i].field,
			    message_word(s, names[i].name));
	message_put_protocol(in->event, message_word(s, " Protocol: "));
	message_put_translated(in->event, true,
	    message_word(s, "NAT_InitiatorIP: "),
	    message_word(s, "NAT_InitiatorPort: "));
	message_put_translated(in->event, false,
	    message_word(s, "NAT_ResponderIP: "),
	    message_word(s, "NAT_ResponderPort: "));
	record_put(
	    in->event, F_DURATION, message_word(s, "ConnectionDuration: "));
	record_put(in->event, F_USER, message_between(s, ", User: ", ","));
	record_put(in->event, F_ACL,
	    message_between(s, "AccessControlRuleName: ", ","));
	record_put(
	    in->event, F_USER_AGENT, message_between(s, "UserAgent: ", ","));
	action = message_word(s, "AccessControlRuleAction: ");
	to = message_word(s, "InlineResult: ");
	if (span_is(action, "Block") || span_is(to, "Blocked"))
		record_put_str(in->event, F_ACTION, "deny");
	else if (span_is(action, "Allow") || span_is(action, "Trust") ||
		 span_is(action, "Fastpath"))
		record_put_str(in->event, F_ACTION, "permit");
	return false;
}

/* "AAA group policy for user U is being set to P", "AAA challenge received for
 * user U from server A." */
static bool
asa_aaa_user(struct asa_in *in)
{
	struct span s = message_after(in->text, "for user ");

	record_put(in->event, F_USER, span_word(&s));
	record_put_ip(
	    in->event, F_SERVER_IP, message_word(in->text, " from server "));
	return false;
}

/* "Attempted console login failed.  User 'U' did NOT have appropriate Admin
 * Rights." */
static bool
asa_no_admin(struct asa_in *in)
{
	struct span s = message_after(in->text, "User '");

	if (s.p == NULL)
		s = message_after(in->text, "ser ");
	s = span_head(s, span_find(s, SPAN(" did NOT")));
	while (s.n > 0 && s.p[s.n - 1] == '\'')
		s.n--;
	record_put(in->event, F_USER, span_trim(s));
	message_put_outcome(in->event, false);
	return false;
}

/* "User locked out ..." */
static bool
asa_locked(struct asa_in *in)
{
	record_put(
	    in->event, F_USER, message_between(in->text, "User ", " locked"));
	return false;
}

/* "User authentication succeeded: IP address: A, Uname: U", "New user added to
 * local dbase: Uname: U Priv: 15 ..." */
static bool
asa_uname(struct asa_in *in)
{
	struct span s = in->text;

	record_put(in->event, F_USER, message_word(s, "Uname: "));
	record_put_ip(in->event, F_SRC_IP, message_word(s, "IP address: "));
	record_put_number(in->event, F_PRIVILEGE, message_word(s, " Priv: "));
	record_put_number(in->event, F_PRIVILEGE, message_word(s, " To: "));
	if (span_has(s, "succeeded"))
		message_put_outcome(in->event, true);
	else if (span_has(s, "failed"))
		message_put_outcome(in->event, false);
	return false;
}

static const struct {
	const char *number;
	bool (*read)(struct asa_in *in);
} forms[] = {
    {"106001", asa_from_to},
    {"106002", asa_outbound_list},
    {"106006", asa_from_to},
    {"106007", asa_from_to},
    {"106010", asa_src_dst},
    {"106011", asa_src_dst},
    {"106012", asa_from_to},
    {"106014", asa_src_dst},
    {"106015", asa_from_to},
    {"106016", asa_from_to},
    {"106017", asa_from_to},
    {"106018", asa_outbound_list},
    {"106020", asa_from_to},
    {"106021", asa_from_to},
    {"106022", asa_from_to},
    {"106023", asa_src_dst},
    {"106100", asa_access_list},
    {"106102", asa_access_list},
    {"106103", asa_access_list},
    {"110002", asa_no_route},
    {"110003", asa_no_route},
    {"111001", asa_configuration},
    {"111002", asa_configuration},
    {"111003", asa_configuration},
    {"111004", asa_configuration},
    {"111005", asa_configuration},
    {"111007", asa_configuration},
    {"111008", asa_command},
    {"111009", asa_command},
    {"111010", asa_command},
    {"113003", asa_aaa_user},
    {"113004", asa_aaa},
    {"113005", asa_aaa},
    {"113006", asa_locked},
    {"113008", asa_aaa},
    {"113009", asa_aaa_user},
    {"113010", asa_aaa_user},
    {"113012", asa_aaa},
    {"113013", asa_aaa},
    {"113014", asa_aaa},
    {"113015", asa_aaa},
    {"113016", asa_aaa},
    {"113017", asa_aaa},
    {"113019", asa_vpn},
    {"113021", asa_no_admin},
    {"113039", asa_vpn},
    {"302013", asa_built},
    {"302014", asa_teardown},
    {"302015", asa_built},
    {"302016", asa_teardown},
    {"302017", asa_built},
    {"302018", asa_teardown},
    {"302020", asa_built_icmp},
    {"302021", asa_built_icmp},
    {"302303", asa_built},
    {"302304", asa_teardown},
    {"302305", asa_built},
    {"302306", asa_teardown},
    {"305009", asa_translation},
    {"305010", asa_translation},
    {"305011", asa_translation},
    {"305012", asa_translation},
    {"305014", asa_translation},
    {"305015", asa_translation},
    {"430001", ftd_event},
    {"430002", ftd_event},
    {"430003", ftd_event},
    {"430004", ftd_event},
    {"430005", ftd_event},
    {"502101", asa_uname},
    {"502102", asa_uname},
    {"502103", asa_uname},
    {"605004", asa_login},
    {"605005", asa_login},
    {"611101", asa_uname},
    {"611102", asa_uname},
    {"611103", asa_uname},
    {"710002", asa_from_to},
    {"710003", asa_from_to},
    {"710005", asa_from_to},
    {"716001", asa_vpn},
    {"716002", asa_vpn},
    {"716038", asa_vpn},
    {"716039", asa_vpn},
    {"722022", asa_vpn},
    {"722023", asa_vpn},
    {"722028", asa_vpn},
    {"722033", asa_vpn},
    {"722034", asa_vpn},
    {"722037", asa_vpn},
    {"722041", asa_vpn},
    {"722051", asa_vpn},
};

bool
cisco_asa_read(struct span number, struct span message, struct record *event,
    struct record *command)
{
	struct asa_in in = {number, message, event, command};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (span_is(number, forms[i].number))
			return forms[i].read(&in);
	return false;
}
