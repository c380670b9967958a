/*
 * JSON in a message: "HOST PROGRAM: {...}", "HOST PROGRAM: @cee: {...}", as
 * sensors, proxies and AAA servers send it through syslog.  What the members
 * mean is told by their names (named_values.h); what they do not say comes from
 * the header.
 */
#include <jansson.h>

#include "read/log/dialect.h"
#include "read/log/json_lines.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"

/* Bytes of a message in front of its JSON: a cookie, a name. */
#define BEFORE_MAX 64

/* Members of known names that make an event of it. */
#define KNOWN_LEAST 2

/* Behind a blank or a colon, by which lines with one are found
 * (syslog_line.c). */
static struct span
object_in(const struct log_message *m)
{
	size_t at = span_find(span_head(m->text, BEFORE_MAX), SPAN("{\""));
	struct span s = span_from(m->text, at);
	char before;

	if (at == SPAN_NONE || s.p == m->line.p || s.p[s.n - 1] != '}')
		return (struct span){0};
	before = m->line.p[s.p - m->line.p - 1];
	return before == ' ' || before == ':' ? s : (struct span){0};
}

static struct span
string_at(const struct named_event *e, const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);

	return json_is_string(v)
		   ? arena_copy(e->in->arena,
			 span_of(json_string_value(v), json_string_length(v)))
		   : (struct span){0};
}

/* AAA servers tell which device asked (nas), and whom for (client). */
static bool
aaa_members(struct named_event *e, const json_t *object)
{
	static const char *const nas[] = {
	    "nas", "nas_ip", "nas_address", "device_ip"};
	struct span device = {0}, client = string_at(e, object, "client"),
		    result = string_at(e, object, "result");
	struct addr a;

	for (size_t i = 0; i < 4 && device.n == 0; i++)
		device = string_at(e, object, nas[i]);
	if (device.n == 0)
		return false;
	/* The device is meant, not the server that logs. */
	e->r.host = e->r.host_addr = (struct span){0};
	if (addr_read(device, &a))
		e->r.host_addr = device;
	else
		e->r.host = device;
	if (record_get(&e->r, F_SRC_IP) == NULL)
		record_put_ip(&e->r, F_SRC_IP, client);
	if (span_is(result, "passed") || span_is(result, "permit") ||
	    span_is(result, "success"))
		message_put_outcome(&e->r, true);
	else if (span_is(result, "failed") || span_is(result, "deny") ||
		 span_is(result, "failure"))
		message_put_outcome(&e->r, false);
	return true;
}

bool
json_dialect(struct log_message *m)
{
	struct span s = object_in(m);
	struct named_event e;
	json_t *object;

	if (s.n == 0 || !json_shallow(s))
		return false;
	json_object_seed(1);
	object = json_loadb(s.p, s.n, JSON_ALLOW_NUL, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		return false;
	}
	named_begin(&e, m->in, m->line, m->event.line, m->event.offset);
	e.json = true;
	e.r.time = m->event.time;
	e.r.host = m->event.host;
	e.r.host_addr = m->event.host_addr;
	json_members(&e, object);
	if (aaa_members(&e, object))
		e.known++;
	json_decref(object);
	if (e.known < KNOWN_LEAST)
		return false;
	if (record_get(&e.r, F_DST_IP) == NULL &&
	    record_get(&e.r, F_PATH_DECODED) == NULL &&
	    record_get(&e.r, F_DNS_NAME) == NULL &&
	    record_get(&e.r, F_MESSAGE) == NULL)
		record_put(&e.r, F_MESSAGE, s);
	if (record_get(&e.r, F_PROGRAM) == NULL)
		record_put(&e.r, F_PROGRAM, m->head.program);
	named_emit(&e, m->out);
	return true;
}
