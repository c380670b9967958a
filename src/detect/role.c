#include "detect/role.h"

struct judged {
	const char *words;
	enum severity severity;
	enum confidence confidence;
};

/* Does a field of the record hold an address of the indicator? */
static bool
holds(const struct record *r, enum field_id f, const struct indicator *x)
{
	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];
		struct addr inside;

		if (v->field == f &&
		    (prefix_holds(&x->prefix, &v->u.prefix.addr) ||
			(addr_embedded(&v->u.prefix.addr, &inside) &&
			    prefix_holds(&x->prefix, &inside))))
			return true;
	}
	return false;
}

static bool
text_is(const struct record *r, enum field_id f, const char *word)
{
	return span_is(record_text(r, f), word);
}

static struct judged
role_acl(const struct record *r)
{
	struct span used = record_text(r, F_USED_BY);

	if (text_is(r, F_ACTION, "deny"))
		return (struct judged){
		    "denied by access list", SEV_INFO, CONF_LOW};
	if (span_has(used, "vty") || span_has(used, "snmp") ||
	    span_has(used, "http"))
		return (struct judged){"let in to management by access list",
		    SEV_CRITICAL, CONF_HIGH};
	return (struct judged){
	    "permitted by access list", SEV_HIGH, CONF_MEDIUM};
}

static struct judged
role_login(const struct record *r)
{
	if (text_is(r, F_STATUS, "failure"))
		return (struct judged){"login refused", SEV_LOW, CONF_LOW};
	if (text_is(r, F_STATUS, "success"))
		return (struct judged){"logged in", SEV_CRITICAL, CONF_HIGH};
	return (struct judged){"named in a log", SEV_MEDIUM, CONF_MEDIUM};
}

static struct judged
role_syslog(const struct record *r, const struct indicator *x)
{
	struct span mnemonic = record_text(r, F_MNEMONIC);

	if (text_is(r, F_ACTION, "deny"))
		return (struct judged){"denied", SEV_INFO, CONF_LOW};
	if (text_is(r, F_ACTION, "permit"))
		return (struct judged){
		    "traffic permitted", SEV_HIGH, CONF_MEDIUM};
	if (holds(r, F_SRC_IP, x) && span_has(mnemonic, "CONFIG"))
		return (struct judged){
		    "changed the configuration", SEV_CRITICAL, CONF_HIGH};
	return role_login(r);
}

static struct judged
role_http(const struct record *r)
{
	struct span status = record_text(r, F_STATUS);

	if (status.n == 0)
		return (struct judged){
		    "web request, no answer seen", SEV_MEDIUM, CONF_LOW};
	if (status.n == 3 && (status.p[0] == '2' || status.p[0] == '3'))
		return (struct judged){
		    "web request answered", SEV_HIGH, CONF_MEDIUM};
	return (struct judged){"web request refused", SEV_LOW, CONF_LOW};
}

/*
 * A flow of one direction that names no outcome: by the flags that its source
 * sent, UAPRSF with dots for those that are absent.
 */
static struct judged
role_one_way(const struct record *r)
{
	struct span flags = record_text(r, F_TCP_FLAGS);

	if (span_has(flags, "A") &&
	    (span_has(flags, "P") || !span_has(flags, "R")))
		return (struct judged){
		    "connection answered", SEV_HIGH, CONF_MEDIUM};
	if (flags.n > 0)
		return (struct judged){
		    "connection not answered", SEV_LOW, CONF_LOW};
	return (struct judged){
	    "traffic seen, outcome unknown", SEV_MEDIUM, CONF_LOW};
}

/* Zeek's conn_state: what became of the connection. */
static struct judged
role_flow(const struct record *r, const struct indicator *x)
{
	struct span state = record_text(r, F_CONN_STATE);
	static const char *const refused[] = {
	    "S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"};

	if (x->type == INDICATOR_HASH)
		return (struct judged){
		    "file seen in traffic", SEV_HIGH, CONF_MEDIUM};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (span_is(state, refused[i]))
			return (struct judged){
			    "connection not answered", SEV_LOW, CONF_LOW};
	if (text_is(r, F_ACTION, "deny"))
		return (struct judged){"denied", SEV_INFO, CONF_LOW};
	if (state.n == 0 && text_is(r, F_ACTION, "permit"))
		return (struct judged){
		    "traffic permitted", SEV_HIGH, CONF_MEDIUM};
	if (state.n == 0)
		return role_one_way(r);
	return (struct judged){"connection established", SEV_HIGH, CONF_MEDIUM};
}

#define WORDS 6

/* The first words of a line; "do" and a sequence number in front of an entry
 * do not count. */
struct leading {
	struct span v[WORDS];
	size_t n;
};

static void
leading_read(struct leading *l, struct span line)
{
	struct span w;
	uint64_t number;

	l->n = 0;
	while (l->n < WORDS && (w = span_word(&line)).n > 0) {
		if (l->n == 0 &&
		    (span_is_nocase(w, "do") || span_u64(w, &number)))
			continue;
		l->v[l->n++] = w;
	}
}

static bool
first_is(const struct leading *l, const char *word)
{
	return l->n > 0 && span_is_nocase(l->v[0], word);
}

static bool
first_starts(const struct leading *l, const char *lit)
{
	return l->n > 0 && span_starts_nocase(l->v[0], span_str(lit));
}

static bool
any_is(const struct leading *l, const char *word)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_is_nocase(l->v[i], word))
			return true;
	return false;
}

static bool
null_routed(struct span line)
{
	struct span w;

	while ((w = span_word(&line)).n > 0)
		if (span_is_nocase(w, "Null0"))
			return true;
	return false;
}

/* Lines and commands that name an address without giving it anything. */
static bool
harmless(const struct leading *l, struct span line, struct judged *out)
{
	bool entry = first_is(l, "access-list") || first_is(l, "ip") ||
		     first_is(l, "ipv6");

	if (first_is(l, "remark") || first_is(l, "description") ||
	    (entry && l->n > 2 && span_is_nocase(l->v[2], "remark")) ||
	    (first_is(l, "snmp-server") && l->n > 1 &&
		(span_is_nocase(l->v[1], "location") ||
		    span_is_nocase(l->v[1], "contact")))) {
		*out = (struct judged){"named in a remark", SEV_INFO, CONF_LOW};
		return true;
	}
	if (first_is(l, "no") || first_is(l, "deny") ||
	    (entry && any_is(l, "deny")) ||
	    (entry && any_is(l, "route") && null_routed(line))) {
		*out = (struct judged){
		    "blocked or taken away", SEV_INFO, CONF_LOW};
		return true;
	}
	return false;
}

/* A configuration line that no fact tells of. */
static struct judged
role_line(const struct record *r)
{
	struct span line = record_text(r, F_LINE);
	struct leading l;
	struct judged j;

	leading_read(&l, line);
	if (harmless(&l, line, &j))
		return j;
	if (first_is(&l, "snmp-server") && any_is(&l, "host"))
		return (struct judged){
		    "configured as management server", SEV_CRITICAL, CONF_HIGH};
	return (struct judged){
	    "named in the configuration", SEV_HIGH, CONF_MEDIUM};
}

static struct judged
role_command(const struct record *r, const struct indicator *x)
{
	struct span line = record_text(r, F_COMMAND);
	struct leading l;
	struct judged j;

	if (holds(r, F_SRC_IP, x))
		return (struct judged){
		    "entered commands", SEV_CRITICAL, CONF_HIGH};
	leading_read(&l, line);
	if (harmless(&l, line, &j))
		return j;
	/* Whoever hunts asks for the address too. */
	if (first_starts(&l, "sh") || first_starts(&l, "disp") ||
	    first_is(&l, "ping") || first_starts(&l, "trace") ||
	    first_is(&l, "whois") || first_is(&l, "grep"))
		return (struct judged){
		    "asked about in a command", SEV_INFO, CONF_LOW};
	return (struct judged){"named in a command", SEV_CRITICAL, CONF_HIGH};
}

static struct judged
role_routing(const struct record *r)
{
	if (span_starts_nocase(record_text(r, F_INTERFACE), SPAN("null")))
		return (struct judged){
		    "sent to a null route", SEV_INFO, CONF_LOW};
	return (struct judged){
	    "configured in routing", SEV_CRITICAL, CONF_HIGH};
}

/* A connection of the device itself; one that nobody answered says less. */
static struct judged
role_socket(const struct record *r)
{
	struct span state = record_text(r, F_STATE);

	if (span_starts_nocase(state, SPAN("SYN")))
		return (struct judged){
		    "connection not answered", SEV_LOW, CONF_LOW};
	return (struct judged){
	    "connected to the device", SEV_CRITICAL, CONF_HIGH};
}

static bool
role_at_end(const struct record *r, const struct indicator *x)
{
	return x->type == INDICATOR_ADDRESS &&
	       (holds(r, F_SRC_IP, x) || holds(r, F_DST_IP, x));
}

static struct judged
role_dns(const struct record *r, const struct indicator *x)
{
	const char *words = "named in a name query";

	if (role_at_end(r, x))
		words = holds(r, F_DST_IP, x) ? "was asked for a name"
					      : "asked for a name";
	else if (x->type == INDICATOR_ADDRESS)
		words = "answer to a name query";
	return (struct judged){words, SEV_MEDIUM, CONF_LOW};
}

/* Many programs share the hash of a client; a server's name or certificate is
 * its own. */
static struct judged
role_tls(const struct record *r, const struct indicator *x)
{
	if (role_at_end(r, x))
		return (struct judged){
		    "one end of a TLS connection", SEV_MEDIUM, CONF_LOW};
	return (struct judged){"named in a TLS handshake", SEV_MEDIUM,
	    x->type == INDICATOR_JA3 || x->type == INDICATOR_JA4 ? CONF_LOW
								 : CONF_MEDIUM};
}

/* The text behind the name or address of the host; all of it where that is a
 * copy. */
static struct span
behind_host(const struct record *r)
{
	struct span host = r->host.n > 0 ? r->host : r->host_addr;

	if (host.n == 0 || host.p < r->raw.p || host.p >= r->raw.p + r->raw.n)
		return r->raw;
	return span_from(r->raw, (size_t)(host.p - r->raw.p) + host.n);
}

static bool
name_is_host(const struct record *r, const struct indicator *x)
{
	struct span host = r->host;

	if (x->type != INDICATOR_DOMAIN || host.n < x->value.n)
		return false;
	if (host.n > x->value.n &&
	    (!x->below || host.p[host.n - x->value.n - 1] != '.'))
		return false;
	return span_eq_nocase(span_from(host, host.n - x->value.n), x->value);
}

/* Does the value stand in a message as its sender alone? */
static bool
is_sender(const struct record *r, const struct indicator *x)
{
	struct addr host;

	if (r->kind != K_SYSLOG && r->kind != K_COMMAND)
		return false;
	if (name_is_host(r, x))
		return span_find_nocase(behind_host(r), x->value) == SPAN_NONE;
	return x->type == INDICATOR_ADDRESS && addr_read(r->host_addr, &host) &&
	       prefix_holds(&x->prefix, &host) && !holds(r, F_SRC_IP, x) &&
	       !holds(r, F_DST_IP, x) &&
	       span_find(behind_host(r), r->host_addr) == SPAN_NONE;
}

static struct judged
judged_of(const struct record *r, const struct indicator *x)
{
	if (is_sender(r, x))
		return (struct judged){
		    "the sender of a message", SEV_MEDIUM, CONF_LOW};
	switch (r->kind) {
	case K_ACL_ENTRY:
		return role_acl(r);
	case K_AAA_SERVER:
		return (struct judged){
		    "configured as AAA server", SEV_CRITICAL, CONF_HIGH};
	case K_TUNNEL:
		return (struct judged){
		    "configured as tunnel end", SEV_CRITICAL, CONF_HIGH};
	case K_MIRROR:
	case K_CAPTURE:
		return (struct judged){"configured to receive mirrored traffic",
		    SEV_CRITICAL, CONF_HIGH};
	case K_LOGGING:
	case K_SNMP:
	case K_NTP:
		return (struct judged){
		    "configured as management server", SEV_CRITICAL, CONF_HIGH};
	case K_ROUTE:
	case K_NEIGHBOR:
	case K_INTERFACE:
		return role_routing(r);
	case K_SESSION:
		return (struct judged){
		    "logged in at this moment", SEV_CRITICAL, CONF_HIGH};
	case K_SOCKET:
		return role_socket(r);
	case K_CONFIG:
		return role_line(r);
	case K_SYSLOG:
		return role_syslog(r, x);
	case K_COMMAND:
		return role_command(r, x);
	case K_HTTP:
		return role_http(r);
	case K_FLOW:
		return role_flow(r, x);
	case K_DNS:
		return role_dns(r, x);
	case K_TLS:
		return role_tls(r, x);
	case K_TRANSFER:
	case K_MANAGEMENT:
		return (struct judged){
		    "named in a management message", SEV_HIGH, CONF_MEDIUM};
	default:
		return (struct judged){"named in text", SEV_MEDIUM, CONF_LOW};
	}
}

bool
role_is_fact(const struct record *r)
{
	switch (r->kind) {
	case K_ACL_ENTRY:
	case K_AAA_SERVER:
	case K_TUNNEL:
	case K_MIRROR:
	case K_CAPTURE:
	case K_LOGGING:
	case K_NTP:
	case K_ROUTE:
	case K_NEIGHBOR:
	case K_INTERFACE:
	case K_SESSION:
	case K_SOCKET:
		return true;
	case K_SNMP:
		return record_get(r, F_SERVER_IP) != NULL;
	default:
		return false;
	}
}

bool
role_between_ends(const struct record *r)
{
	switch (r->kind) {
	case K_FLOW:
	case K_DNS:
	case K_TLS:
	case K_TRANSFER:
	case K_MANAGEMENT:
		return true;
	case K_HTTP: /* a server's log does not name the server */
		return record_get(r, F_DST_IP) != NULL;
	default:
		return false;
	}
}

/* Of what passed between two ends, the flow tells who they were. */
static bool
told_by_flow(const struct record *r, const struct indicator *x)
{
	switch (r->kind) {
	case K_DNS:
	case K_TLS:
	case K_TRANSFER:
	case K_MANAGEMENT:
		return holds(r, F_SRC_IP, x) || holds(r, F_DST_IP, x);
	default:
		return false;
	}
}

bool
role_counts(const struct record *r, const struct indicator *x, bool flows)
{
	if (flows && told_by_flow(r, x))
		return false;
	/* The command record of the same line tells it better. */
	if (r->kind == K_SYSLOG && record_get(r, F_COMMAND) != NULL &&
	    !holds(r, F_SRC_IP, x))
		return false;
	return (kind_flags(r->kind) & FACT) == 0 || r->kind == K_CONFIG ||
	       role_is_fact(r);
}

void
role_of(const struct record *r, const struct indicator *x, struct arena *a,
    struct role *out)
{
	struct judged j = judged_of(r, x);
	struct span acl =
	    r->kind == K_ACL_ENTRY ? record_text(r, F_ACL) : (struct span){0};
	bool outside = !indicator_holds(x, r->time);

	if (outside && j.confidence > CONF_LOW)
		j.confidence--;
	out->outside = outside;
	out->severity = j.severity;
	out->confidence = j.confidence;
	out->entity = arena_fmt(a, "%s%s%.*s%s", j.words, acl.n ? " " : "",
	    SPAN_FMT(acl), outside ? ", outside the validity window" : "");
}
