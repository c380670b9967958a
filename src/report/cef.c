/*
 * One line per finding in the Common Event Format, revision 0, behind a header
 * of RFC 5424: what SIEMs take by syslog.  In the header a bar and a backslash
 * are escaped, in the extension an equals sign and a backslash; line ends
 * cannot occur.  Values keep to the lengths of the format's dictionary.
 */
#include <inttypes.h>
#include <string.h>

#include "base/safe.h"
#include "report/common.h"

/* At most n bytes, never within a character. */
static struct span
cut(struct span s, size_t n)
{
	if (s.n <= n)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return span_head(s, n);
}

static void
put(struct tool_out *t, struct span s, size_t most, const char *escaped)
{
	s = cut(tool_clean(t, s), most);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\0' && strchr(escaped, s.p[i]) != NULL)
			putc('\\', t->j.f);
		putc(s.p[i], t->j.f);
	}
}

static void
head(struct tool_out *t, struct span s, size_t most)
{
	put(t, s, most, "|\\");
	putc('|', t->j.f);
}

static void
extra(struct tool_out *t, const char *key, struct span s, size_t most)
{
	if (s.n == 0)
		return;
	fprintf(t->j.f, " %s=", key);
	put(t, s, most, "=\\");
}

/* One of the custom strings, with its label. */
static void
custom(struct tool_out *t, int n, const char *label, struct span s)
{
	char key[16];

	if (s.n == 0)
		return;
	snprintf(key, sizeof(key), "cs%d", n);
	fprintf(t->j.f, " cs%dLabel=%s", n, label);
	extra(t, key, s, 4000);
}

static void
custom_list(struct tool_out *t, int n, const char *label, struct span_list l)
{
	struct buf b;

	buf_init(&b, 1u << 20);
	for (size_t i = 0; i < l.n; i++)
		buf_fmt(&b, "%s%.*s", i > 0 ? "," : "", SPAN_FMT(l.v[i]));
	custom(t, n, label, buf_span(&b));
	buf_release(&b);
}

/* Milliseconds since 1970. */
static void
when(struct tool_out *t, const char *key, int64_t at)
{
	if (at != TIME_NONE)
		fprintf(t->j.f, " %s=%" PRId64, key, at / 1000);
}

static void
extension(struct tool_out *t, const struct finding *f)
{
	const struct indicator *x = f->check->of;

	fprintf(t->j.f, "externalId=%s", f->mark);
	extra(t, "cat", span_str(check_kind_name(f->check->kind)), 1023);
	extra(t, "dvchost", finding_device(t->c, f), 100);
	when(t, "rt", t->o->started);
	when(t, "start", f->first);
	when(t, "end", f->last);
	fprintf(t->j.f, " cnt=%" PRIu64,
	    f->count > INT32_MAX ? (uint64_t)INT32_MAX : f->count);
	if (f->nplaces > 0) {
		const struct finding_place *p = f->places;

		extra(t, "filePath", t->c->sources[p->source].path, 1023);
		if (p->line > 0)
			fprintf(t->j.f, " cn1Label=line cn1=%" PRIu64, p->line);
		extra(t, "msg", p->text, 1023);
	}
	custom(t, 1, "confidence", span_str(confidence_name(f->confidence)));
	custom_list(t, 2, "techniques", f->check->techniques);
	custom_list(t, 3, "cve", f->check->cve);
	custom_list(t, 4, "advisory", f->rows);
	if (x != NULL)
		custom(t, 5, "indicator", x->value);
	if (finding_waived(f))
		custom(t, 6, "decision",
		    f->waiver->rejected ? SPAN("rejected") : SPAN("accepted"));
}

static void
line(struct tool_out *t, const struct finding *f)
{
	/* Facility local0; severities of RFC 5424, section 6.2.1. */
	static const struct {
		int syslog;
		const char *cef;
	} of[] = {[SEV_INFO] = {6, "1"},
	    [SEV_LOW] = {5, "3"},
	    [SEV_MEDIUM] = {4, "5"},
	    [SEV_HIGH] = {3, "8"},
	    [SEV_CRITICAL] = {2, "10"}};
	char text[TIME_TEXT];

	fprintf(t->j.f, "<%d>1 %s - tidemark - - - CEF:0|tidemark|tidemark|",
	    16 * 8 + of[f->severity].syslog,
	    time_write(finding_time(f, t->o), text));
	head(t, span_str(t->o->version), 31);
	head(t, f->check->id, 1023);
	head(t, f->title, 512);
	head(t, span_str(of[f->severity].cef), 2);
	extension(t, f);
	putc('\n', t->j.f);
}

static int
cef_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	return tool_lines(f, c, o, line, e);
}

const struct report report_cef = {
    .name = "cef",
    .title = "CEF lines, for SIEMs that take syslog",
    .write = cef_write,
};
