#include "read/dump.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_out.h"
#include "read/config/cisco_secret.h"

struct dumper {
	struct json_out j;
	struct arena arena;
	bool show_secrets;
};

static void
text(struct dumper *d, const char *key, struct span s)
{
	json_out_text(&d->j, key,
	    d->show_secrets ? s : secret_redact(&d->arena, s));
}

static void
field(struct dumper *d, const struct value *v)
{
	const char *name = field_name((enum field_id)v->field);

	switch (field_type((enum field_id)v->field)) {
	case FT_NUMBER:
		json_out_number(&d->j, name, v->u.number);
		break;
	case FT_BOOL:
		json_out_bool(&d->j, name, v->u.number != 0);
		break;
	case FT_SECRET:
		if (d->show_secrets)
			json_out_text(&d->j, name, v->text);
		else
			json_out_str(&d->j, name, "<redacted>");
		break;
	default:
		text(d, name, v->text);
	}
}

/* A field that was put several times comes out once, as a list. */
static void
fields(struct dumper *d, const struct record *r)
{
	for (unsigned i = 0; i < r->nvalues; i++) {
		uint16_t id = r->values[i].field;
		unsigned same = 0;

		if (record_get(r, (enum field_id)id) != &r->values[i])
			continue;
		for (unsigned k = i; k < r->nvalues; k++)
			same += r->values[k].field == id;
		if (same == 1) {
			field(d, &r->values[i]);
			continue;
		}
		json_out_list(&d->j, field_name((enum field_id)id));
		for (unsigned k = i; k < r->nvalues; k++)
			if (r->values[k].field == id)
				text(d, NULL, r->values[k].text);
		json_out_end_list(&d->j);
	}
}

void
record_dump(
    struct buf *b, const struct record *r, struct span path, bool show_secrets)
{
	struct dumper d = {.show_secrets = show_secrets};
	char time[TIME_TEXT], *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	if (f == NULL)
		return;
	arena_init(&d.arena);
	json_out_init(&d.j, f);
	json_out_object(&d.j, NULL);
	json_out_str(&d.j, "kind", kind_name(r->kind));
	json_out_text(&d.j, "path", path);
	if (r->line > 0)
		json_out_number(&d.j, "at_line", (int64_t)r->line);
	if (r->time != TIME_NONE)
		json_out_str(&d.j, "time", time_write(r->time, time));
	if (r->host.n > 0)
		json_out_text(&d.j, "device", r->host);
	if (r->host_addr.n > 0)
		json_out_text(&d.j, "device_address", r->host_addr);
	fields(&d, r);
	json_out_end_object(&d.j);
	fclose(f);
	buf_put(b, span_of(out, n));
	free(out);
	arena_release(&d.arena);
}
