#include "report/stix_object.h"

#include <string.h>

#include "base/limits.h"
#include "intel/tlp.h"

void
stix_identify(char id[STIX_ID], const char *type, struct span name)
{
	char uuid[UUID_TEXT];
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	buf_fmt(&b, "stix:%s:", type);
	buf_put(&b, name);
	tool_uuid(NULL, buf_span(&b), uuid);
	buf_release(&b);
	snprintf(id, STIX_ID, "%s--%s", type, uuid);
}

/* Section 2.11: three digits of a second in created and modified. */
void
stix_stamp(struct stix *s, const char *key, int64_t at)
{
	struct time_parts p;
	char text[64];

	time_to_parts(at, &p);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    p.year, p.month, p.day, p.hour, p.minute, p.second, p.micro / 1000);
	json_out_str(&s->t.j, key, text);
}

bool
stix_first_time(struct stix *s, const char *id)
{
	uint32_t n = (uint32_t)s->seen.n;

	return map_add(&s->seen, span_str(id), n) == n;
}

void
stix_object(struct stix *s, const char *type, const char *id)
{
	json_out_object(&s->t.j, NULL);
	json_out_str(&s->t.j, "type", type);
	json_out_str(&s->t.j, "spec_version", "2.1");
	json_out_str(&s->t.j, "id", id);
}

/* Of every object: it must not change from version to version of one id
 * (section 3.6), and runs know nothing of each other.  2025-08-27, the day of
 * the advisory. */
#define CREATED (INT64_C(1756252800) * TIME_SECOND)

void
stix_domain(struct stix *s, const char *type, const char *id)
{
	char maker[STIX_ID];

	stix_object(s, type, id);
	stix_identify(maker, "identity", SPAN("tidemark"));
	if (strcmp(id, maker) != 0)
		json_out_str(&s->t.j, "created_by_ref", maker);
	stix_stamp(s, "created", CREATED);
	stix_stamp(s, "modified",
	    s->t.o->started > CREATED ? s->t.o->started : CREATED);
}

void
stix_end(struct stix *s)
{
	json_out_end_object(&s->t.j);
}

void
stix_list(struct stix *s, const char *key, const char *text)
{
	json_out_list(&s->t.j, key);
	json_out_str(&s->t.j, NULL, text);
	json_out_end_list(&s->t.j);
}

void
stix_marking(struct stix *s, struct span tlp)
{
	const char *ref = tlp_marking(tlp);

	if (ref != NULL)
		stix_list(s, "object_marking_refs", ref);
}

void
stix_reference(struct stix *s, const char *source, struct span id)
{
	json_out_list(&s->t.j, "external_references");
	json_out_object(&s->t.j, NULL);
	json_out_str(&s->t.j, "source_name", source);
	tool_text(&s->t, "external_id", id);
	json_out_end_object(&s->t.j);
	json_out_end_list(&s->t.j);
}
