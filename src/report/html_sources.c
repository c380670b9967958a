#include "base/limits.h"
#include "report/html.h"

static const char *const columns[] = {"path", "format", "evidence", "device",
    "state", "bytes", "records", "trouble", "why", "sha256", NULL};

static bool
has_trouble(const struct source *s)
{
	return s->state != SOURCE_READ || s->worst != DIAG_NOTE;
}

static void
put_source(struct html *h, const struct source *s)
{
	struct json_out *j = &h->j;
	char why[SOURCE_WHY];

	json_out_list(j, NULL);
	html_put_text(h, s->path);
	html_put_text(h, s->format);
	html_put_text(h, s->evidence);
	if (s->device == DEVICE_NONE || h->at[s->device] == DEVICE_NONE)
		json_out_null(j, NULL);
	else
		json_out_number(j, NULL, h->at[s->device]);
	html_put_text(h, span_str(source_state_name(s->state)));
	json_out_number(j, NULL, (int64_t)s->bytes);
	json_out_number(j, NULL, (int64_t)s->records);
	json_out_number(j, NULL, has_trouble(s));
	json_out_text(j, NULL, source_why(s, why));
	json_out_text(j, NULL, s->hashes.sha256);
	json_out_end_list(j);
}

void
html_sources(struct html *h)
{
	const struct casefile *c = h->c;
	size_t bad = 0, room;

	for (size_t i = 0; i < c->nsources; i++)
		bad += has_trouble(&c->sources[i]);
	room = LIMIT_HTML_SOURCES -
	       (bad < LIMIT_HTML_SOURCES ? bad : LIMIT_HTML_SOURCES);
	html_columns(h, "source_columns", columns);
	json_out_list(&h->j, "sources");
	bad = LIMIT_HTML_SOURCES;
	for (size_t i = 0; i < c->nsources; i++) {
		size_t *left = has_trouble(&c->sources[i]) ? &bad : &room;

		if (*left == 0)
			continue;
		--*left;
		put_source(h, &c->sources[i]);
	}
	json_out_end_list(&h->j);
}
