#include "report/common.h"

#include "base/limits.h"
#include "base/safe.h"
#include "source/digest.h"

void
tool_init(struct tool_out *t, FILE *f, const struct casefile *c,
    const struct report_options *o)
{
	*t = (struct tool_out){.c = c, .o = o};
	json_out_init(&t->j, f);
	buf_init(&t->clean, LIMIT_YAML_BYTES);
}

int
tool_end(struct tool_out *t, struct err *e)
{
	buf_release(&t->clean);
	if (fflush(t->j.f) != 0 || ferror(t->j.f))
		return err_sys(e, "cannot write the report");
	return 0;
}

int
tool_lines(FILE *f, const struct casefile *c, const struct report_options *o,
    tool_line_fn *line, struct err *e)
{
	struct tool_out t;

	tool_init(&t, f, c, o);
	for (size_t i = 0; i < c->nfindings; i++)
		line(&t, &c->findings[i]);
	return tool_end(&t, e);
}

struct span
tool_clean(struct tool_out *t, struct span s)
{
	buf_reset(&t->clean);
	safe_put(&t->clean, s);
	return buf_span(&t->clean);
}

void
tool_text(struct tool_out *t, const char *key, struct span s)
{
	if (s.n > 0)
		json_out_text(&t->j, key, tool_clean(t, s));
}

void
tool_time(struct tool_out *t, const char *key, int64_t at)
{
	char text[TIME_TEXT];

	if (at != TIME_NONE)
		json_out_str(&t->j, key, time_write(at, text));
}

void
tool_texts(struct tool_out *t, const char *key, struct span_list l)
{
	if (l.n == 0)
		return;
	json_out_list(&t->j, key);
	for (size_t i = 0; i < l.n; i++)
		json_out_text(&t->j, NULL, tool_clean(t, l.v[i]));
	json_out_end_list(&t->j);
}

/* ASCII, and the wide forms (U+FF0B, FF0D, FF1D, FF20). */
bool
csv_formula(struct span s)
{
	static const char *const marks[] = {"=", "+", "-", "@", "|", "%",
	    "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\x9d", "\xef\xbc\xa0"};

	if (s.n > 0 && (s.p[0] == '\t' || s.p[0] == '\r'))
		return true;
	s = span_trim(s);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (span_starts(s, span_str(marks[i])))
			return true;
	return false;
}

struct span
finding_device(const struct casefile *c, const struct finding *f)
{
	return f->device == DEVICE_NONE ? (struct span){0}
					: c->fleet.v[f->device].name;
}

int64_t
finding_time(const struct finding *f, const struct report_options *o)
{
	return f->first != TIME_NONE ? f->first : o->started;
}

const struct technique *
technique_today(const struct casefile *c, struct span id)
{
	const struct technique_list *l = &c->knowledge->techniques;
	const struct technique *t = technique_find(l, id);
	const struct technique *later;

	if (t == NULL || t->replaced_by.n == 0)
		return t;
	later = technique_find(l, t->replaced_by);
	return later;
}

/* Version 5 of "tidemark" in the name space of domain names. */
#define UUID_OWN "c4f75a9d092152f0adcdee1230f2cc9d"

static unsigned
digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
tool_uuid(const char *space, struct span name, char out[UUID_TEXT])
{
	const char *s = space != NULL ? space : UUID_OWN;
	char hex[DIGEST_SHA1_TEXT];
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	for (size_t i = 0; i < 32; i += 2)
		buf_byte(&b, (char)(digit(s[i]) << 4 | digit(s[i + 1])));
	buf_put(&b, name);
	digest_sha1_text(buf_span(&b), hex);
	buf_release(&b);
	snprintf(out, UUID_TEXT, "%.8s-%.4s-5%.3s-%x%.3s-%.12s", hex, hex + 8,
	    hex + 13, (digit(hex[16]) & 3) | 8, hex + 17, hex + 20);
}
